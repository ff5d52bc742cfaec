/*
 * What the client costs: from exec to a full screen, from a key to its echo
 * with a long history, and the memory of that history. Prints figures, judges
 * nothing. usage: client [LINES]
 */
#include <sys/socket.h>
#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/with_line.h"
#include "tests/with_server.h"

enum { STARTS = 21, KEYS = 300, BATCH = 100, TAIL = 65536 };

/* What the terminal got, the newest of it. */
struct seen {
	char	 tail[TAIL];
	size_t	 len;
};

static void
on_out(void *arg, const char *bytes, size_t len)
{
	struct seen *s = arg;

	if (len > TAIL - 1)
		bytes += len - (TAIL - 1), len = TAIL - 1;
	if (s->len + len > TAIL - 1)
		s->len = 0;
	memcpy(s->tail + s->len, bytes, len);
	s->len += len;
	s->tail[s->len] = '\0';
}

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void
until(struct seen *s, const char *text)
{
	double end = now_ms() + 20000;

	while (memmem(s->tail, s->len, text, strlen(text)) == NULL) {
		if (now_ms() > end)
			errx(1, "no '%s' on the terminal:\n%s", text,
			    s->tail);
		line_serve(100);
	}
}

static void
start(struct line *l, struct seen *s, const struct server *server,
    const char *name)
{
	const char *dir = getenv("CHAT_BIN");
	char program[512], port[16];
	const char *argv[] = { program, "-n", name, "-p", port, "127.0.0.1",
		NULL };

	snprintf(program, sizeof(program), "%s/chat-tui",
	    dir != NULL ? dir : ".");
	snprintf(port, sizeof(port), "%u", server->port);
	s->len = 0;
	line_start(l, 24, 80, NULL, argv, on_out, s);
}

static void
leave(struct line *l)
{
	line_type(l, "\003", 1);
	while (!line_settled(l))
		line_serve(100);
	line_end(l);
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
print_times(const char *what, double *ms, size_t n)
{
	qsort(ms, n, sizeof(*ms), by_size);
	printf("%-44s p50 %6.2f  p99 %6.2f  max %6.2f ms\n", what, ms[n / 2],
	    ms[n * 99 / 100], ms[n - 1]);
}

static void
bench_start(const struct server *server)
{
	static struct seen seen;
	double ms[STARTS], from;
	struct line line;
	char name[16];
	int i;

	for (i = 0; i < STARTS; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		from = now_ms();
		start(&line, &seen, server, name);
		until(&seen, "live");	/* the last word of the frame */
		ms[i] = now_ms() - from;
		leave(&line);
	}
	print_times("exec to full screen", ms, STARTS);
}

/*
 * Flow control: the next batch when the last line of this one is drawn. It
 * ends in a Greek letter, which no other line has, so that curses must send it.
 */
static void
flood(int fd, struct seen *seen, int lines)
{
	char text[128], letter[3];
	int i;

	for (i = 1; i <= lines; i++) {
		letter[0] = (char)0xce;
		letter[1] = (char)(0xb1 + i / BATCH % 14);
		letter[2] = '\0';
		if (i % BATCH != 0)
			letter[0] = '\0';
		else
			seen->len = 0;
		snprintf(text, sizeof(text), "C %08d lorem ipsum dolor sit "
		    "amet consectetur adipiscing elit sed do %s", i, letter);
		udp_send(fd, text);
		if (i % BATCH == 0)
			until(seen, letter);
	}
}

static void
bench_keys(struct line *l, struct seen *seen, const char *what)
{
	double ms[KEYS], from;
	char key[3] = "";
	int i;

	for (i = 0; i < KEYS; i++) {
		if (i % 30 == 0 && i > 0) {
			seen->len = 0;
			line_type(l, "\025", 1);
			until(seen, "\033[K");	/* the row is empty again */
		}
		/* Cyrillic: a letter that is in no escape sequence. */
		key[0] = (char)0xd0;
		key[1] = (char)(0x90 + i % 30);
		seen->len = 0;
		from = now_ms();
		line_type(l, key, 2);
		until(seen, key);
		ms[i] = now_ms() - from;
	}
	print_times(what, ms, KEYS);
}

static long
resident_kib(pid_t pid)
{
	char path[64], row[256];
	long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	while (fgets(row, sizeof(row), f) != NULL)
		if (strncmp(row, "VmRSS:", 6) == 0)
			kib = strtol(row + 6, NULL, 10);
	fclose(f);
	return kib;
}

static void
bench_history(const struct server *server, int lines)
{
	static struct seen seen;
	struct line line;
	int fd = udp_open(server, AF_INET);
	double from;
	long empty;

	udp_ask(fd, "L flood", "OK");
	start(&line, &seen, server, "alice");
	until(&seen, "PgUp history");
	udp_expect(fd, "alice entered the chat room");
	bench_keys(&line, &seen, "key to echo, empty history");
	empty = resident_kib(line.job.pid);
	from = now_ms();
	flood(fd, &seen, lines);
	printf("%-44s %d lines in %.2f s, %ld KiB (%ld KiB before)\n",
	    "history held", lines, (now_ms() - from) / 1e3,
	    resident_kib(line.job.pid), empty);
	bench_keys(&line, &seen, "key to echo, full history");
	leave(&line);
	close(fd);
}

int
main(int argc, char **argv)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0", NULL };
	static struct server server;

	server_start(&server, NULL, args);
	bench_start(&server);
	bench_history(&server, argc > 1 ? atoi(argv[1]) : 100000);
	server_stop(&server, SIGTERM);
	return 0;
}
