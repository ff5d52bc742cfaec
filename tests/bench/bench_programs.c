/*
 * The real programs under loss: 20 clients drop 30 % of their datagrams, both
 * ways, and say 50 messages a second together. Complete, and append to printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "tests/with_env.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { CLIENTS = 20, LINES = 25, GAP_MS = 20, SETTLE_MS = 20000 };

static char homes[CLIENTS][ENV_HOME_BYTES];
static struct plain clients[CLIENTS];
static size_t read_up_to[CLIENTS];
static unsigned lines_seen[CLIENTS];
static uint32_t late_ms[CLIENTS * CLIENTS * LINES + 16];
static size_t samples;

/* The time in a line of plain output, ms since 1970. */
static int64_t
time_of(const char *line)
{
	struct tm tm = { 0 };
	int ms = 0, year, month;

	if (sscanf(strchr(line, '\t') + 1, "%d-%d-%dT%d:%d:%d.%dZ", &year,
	    &month, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
	    &ms) != 7)
		return 0;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	return (int64_t)timegm(&tm) * 1000 + ms;
}

static void
look(int i)
{
	struct plain *p = &clients[i];
	char *line, *end;
	int64_t now = clock_wall_ms();

	plain_poll(p);
	for (line = p->said + read_up_to[i]; (end = strchr(line, '\n')) !=
	    NULL; line = end + 1) {
		read_up_to[i] = (size_t)(end + 1 - p->said);
		if (memmem(line, (size_t)(end - line), "\tsay\t", 5) == NULL)
			continue;
		lines_seen[i]++;
		if (samples < sizeof(late_ms) / sizeof(late_ms[0]))
			late_ms[samples++] = (uint32_t)(now - time_of(line));
	}
}

static void
wait_ms(int64_t ms)
{
	struct pollfd fds[CLIENTS];
	int64_t end = clock_now_ms() + ms, now;
	int i;

	while ((now = clock_now_ms()) < end) {
		for (i = 0; i < CLIENTS; i++)
			fds[i] = (struct pollfd){ .fd = clients[i].out,
			    .events = POLLIN };
		poll(fds, CLIENTS, (int)(end - now));
		for (i = 0; i < CLIENTS; i++)
			look(i);
	}
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

int
main(void)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    "-q", NULL };
	struct server server;
	char name[16], line[32];
	const char *words[] = { "-n", name, "--follow", "--after", "0",
	    "--loss", "30", "127.0.0.1", NULL };
	unsigned least = UINT32_MAX;
	int64_t end;
	int i, n;

	server_start(&server, NULL, args);
	for (i = 0; i < CLIENTS; i++) {
		env_home_make(homes[i]);
		snprintf(name, sizeof(name), "p%d", i);
		plain_start(&clients[i], server.port, homes[i], words);
	}
	for (i = 0; i < CLIENTS; i++) {
		snprintf(line, sizeof(line), "\tjoin\tp%d\t", i);
		plain_until(&clients[i], line);
	}
	wait_ms(2000);
	for (n = 0; n < LINES; n++)
		for (i = 0; i < CLIENTS; i++) {
			snprintf(line, sizeof(line), "line %d\n", n);
			plain_give(&clients[i], line);
			wait_ms(GAP_MS);
		}
	end = clock_now_ms() + SETTLE_MS;
	while (least < CLIENTS * LINES || least == UINT32_MAX) {
		wait_ms(50);
		for (i = 0, least = UINT32_MAX; i < CLIENTS; i++)
			if (lines_seen[i] < least)
				least = lines_seen[i];
		if (clock_now_ms() > end)
			break;
	}
	qsort(late_ms, samples, sizeof(late_ms[0]), compare);
	printf("%d real clients, 30 %% loss both ways, 50 messages/s: "
	    "complete %s, append to printed p50 %u p99 %u max %u ms\n",
	    CLIENTS, least == CLIENTS * LINES ? "yes" : "NO",
	    late_ms[samples / 2], late_ms[samples * 99 / 100],
	    late_ms[samples - 1]);
	for (i = 0; i < CLIENTS; i++) {
		kill(clients[i].pid, SIGTERM);
		plain_finish(&clients[i]);
		plain_clear(&clients[i]);
		env_home_remove(homes[i]);
	}
	server_stop(&server, SIGTERM);
	return 0;
}
