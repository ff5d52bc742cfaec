/*
 * A server with as many rooms as there may be: how long it takes to begin, and
 * until people are in all of them, for the first time and after it was killed;
 * then what it needs while nothing is said.
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
#include <sys/socket.h>
#include <unistd.h>

#include "common/frame_put.h"
#include "server/roomlist.h"
#include "tests/bench/table.h"
#include "tests/with_visitor.h"

enum { PEOPLE = 8, EACH = ROOMLIST_MAX / PEOPLE, IDLE_S = 3,
    EMPTY = 10000 };

static struct server server;
static struct visitor people[PEOPLE];
static char base[ENV_HOME_BYTES], data[ENV_HOME_BYTES + 8];
static char names[ROOMLIST_MAX][8];

/* ms until it listens. */
static double
serve(void)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", "0", "-d",
	    data, "-r", names[0], NULL };
	double begun = now_ms();

	server_spawn(&server, SERVER_PIPE, NULL, args);
	server_listening(&server);
	return now_ms() - begun;
}

/* As if they had been opened. */
static void
list_all(void)
{
	char path[ENV_HOME_BYTES + 16];
	FILE *f;
	int i;

	snprintf(path, sizeof(path), "%s/rooms", data);
	assert_non_null(f = fopen(path, "a"));
	for (i = 1; i < ROOMLIST_MAX; i++)
		fprintf(f, "%032x room 1 - %s\n", i, names[i]);
	assert_int_equal(fclose(f), 0);
}

static bool
is_everywhere(const struct visitor *v)
{
	uint32_t i;

	for (i = 0; i < EACH && v->in[2 * i + 1].entered; i++)
		;
	return i == EACH;
}

/* Those that are not entered yet, as many as go at once. */
static void
ask(struct visitor *v, int who)
{
	uint8_t frames[GUEST_FRAMES], out[GUEST_DATAGRAM];
	struct wire_out w = wire_out(frames, sizeof(frames));
	struct frame_enter e = { .next_id = 1 };
	uint32_t i;

	for (i = 0; i < EACH && w.size - w.len > 100; i++) {
		if (v->in[2 * i + 1].entered)
			continue;
		e.slot = 2 * i + 1;
		e.outbox = 100 + e.slot;
		e.room = names[who * EACH + (int)i];
		e.room_len = strlen(e.room);
		frame_put_enter(&w, &e);
	}
	send(v->fd, out, guest_seal(&v->guest, frames, w.len, out), 0);
}

/* ms until they are in all rooms. */
static double
enter_all(void)
{
	double begun, asked[PEOPLE] = { 0 };
	bool all;
	int who;

	for (who = 0; who < PEOPLE; who++)
		visitor_come(&people[who], &server, names[who],
		    (uint8_t)(who + 1));
	begun = now_ms();
	do {
		all = true;
		for (who = 0; who < PEOPLE; who++) {
			if (is_everywhere(&people[who]))
				continue;
			/* Who asks too often is told to wait. */
			if (now_ms() >= asked[who] + 1000) {
				ask(&people[who], who);
				asked[who] = now_ms();
			}
			visitor_take(&people[who]);
			all = false;
		}
	} while (!all && now_ms() - begun < 30000);
	assert_true(all);
	return now_ms() - begun;
}

/* Its time on a processor so far, ms. */
static double
cpu_ms(void)
{
	unsigned long user = 0, system = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)server.pid);
	assert_non_null(f = fopen(path, "r"));
	assert_int_equal(fscanf(f, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u "
	    "%*u %*u %*u %lu %lu", &user, &system), 2);
	fclose(f);
	return (double)(user + system) * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

/* Its time for a datagram of nothing, each by itself, us. */
static double
empty_us(struct visitor *v)
{
	const struct timespec gap = { .tv_nsec = 200 * 1000 };
	double before = cpu_ms();
	uint8_t out[GUEST_DATAGRAM];
	int i;

	for (i = 0; i < EMPTY; i++) {
		send(v->fd, out, guest_seal(&v->guest, NULL, 0, out), 0);
		ppoll(NULL, 0, &gap, NULL);
	}
	return (cpu_ms() - before) * 1e3 / EMPTY;
}

static void
row(const char *what, double is, const char *unit)
{
	printf("%-52s %8.0f %s\n", what, is, unit);
	fflush(stdout);
}

int
main(void)
{
	double before;
	int i;

	env_home_make(base);
	snprintf(data, sizeof(data), "%s/data", base);
	for (i = 0; i < ROOMLIST_MAX; i++)
		snprintf(names[i], sizeof(names[i]), "r%d", i);
	printf("%d rooms, %d people in %d each\n", ROOMLIST_MAX, PEOPLE, EACH);
	serve();
	server_stop(&server, SIGTERM);
	list_all();
	row("begins", serve(), "ms");
	visitor_come(people, &server, names[0], 1);
	visitor_enter(people, 1, names[0], 0);
	row("a datagram of nothing, on a processor", empty_us(people), "us");
	before = cpu_ms();
	row("all are entered, whose logs are made", enter_all(), "ms");
	row("  on a processor", cpu_ms() - before, "ms");
	server_stop(&server, SIGKILL);
	row("begins again after a kill", serve(), "ms");
	before = cpu_ms();
	row("all are entered again", enter_all(), "ms");
	row("  on a processor", cpu_ms() - before, "ms");
	row("memory", memory_mb(server.pid, "VmRSS"), "MB");
	row("a datagram of nothing, on a processor", empty_us(people), "us");
	before = cpu_ms();
	poll(NULL, 0, IDLE_S * 1000);
	row("a second in which nothing is said",
	    (cpu_ms() - before) / IDLE_S, "ms on a processor");
	server_stop(&server, SIGTERM);
	env_home_remove(base);
	return 0;
}
