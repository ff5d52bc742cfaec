/*
 * How long one waits for another room: 50 of them, 2,000 lines in each, on a
 * terminal of 200 columns. From the key to the bytes of the frame.
 */
#include <sys/ioctl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/table.h"
#include "tests/with_term.h"
#include "tests/with_term_wait.h"
#include "tests/with_windows.h"

enum {
	ROOMS = 50,
	LINES = 2000,
	SWITCHES = 1000,
	ROWS = 50,
	COLS = 200,
	HISTORY = 64 * 1024 * 1024,
	BOUND_MS = 1
};

static void
fill(struct session *s)
{
	static char names[ROOMS][16];
	const char *rooms[ROOMS];
	char line[128];
	int i, n;

	for (i = 0; i < ROOMS; i++) {
		snprintf(names[i], sizeof(names[i]), "room%d", i + 1);
		rooms[i] = names[i];
	}
	windows_enter(s, rooms, ROOMS);
	for (n = 0; n < LINES; n++)
		for (i = 0; i < ROOMS; i++) {
			snprintf(line, sizeof(line), "line %d of room %d, and "
			    "so many words that it is two rows on a narrow "
			    "terminal", n, i + 1);
			windows_say(s, (uint16_t)i, n % 3 == 0 ? "alice" :
			    "bob", line);
		}
}

/* All that was written is the terminal's: the next frame waits for nothing. */
static void
wait_written(void)
{
	int n = 1;

	while (ioctl(STDOUT_FILENO, TIOCOUTQ, &n) == 0 && n > 0)
		usleep(100);
}

static void
path_of(char path[PATH_MAX], const char *home)
{
	snprintf(path, PATH_MAX, "%s/figures", home);
}

/* Writes its figures to a file. */
static int
play(void)
{
	struct session *s = windows_session(HISTORY);
	struct screen *screen = s == NULL ? NULL : windows_screen(s, false);
	static double ms[SWITCHES];
	struct row row[2] = { { .what = "" } };
	char path[PATH_MAX];
	double from;
	FILE *to;
	int i;

	path_of(path, getenv("HOME"));
	to = fopen(path, "w");
	if (screen == NULL || to == NULL)
		return EXIT_FAILURE;
	session_start(s, 0);
	fill(s);
	windows_show(s, screen);
	for (i = 0; i < SWITCHES; i++) {
		wait_written();
		from = now_ms();
		windows_type(s, "\016");	/* C-n */
		windows_show(s, screen);
		ms[i] = now_ms() - from;
	}
	row_times(row, OURS, ms, SWITCHES);
	fprintf(to, "%f %f %f\n", row[0].of[OURS], row[1].of[OURS],
	    ms[SWITCHES - 1]);
	return fclose(to) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	const char *const self[] = { "/proc/self/exe", "play", NULL };
	double p50 = 0, p99 = 0, most = 0;
	char path[PATH_MAX];
	struct term *t;
	FILE *from;

	(void)argv;
	setlocale(LC_ALL, "");
	if (argc > 1)
		return play();
	t = term_start(ROWS, COLS, NULL, self);
	path_of(path, term_home(t));
	if (term_wait_exit(t) != 0 || (from = fopen(path, "r")) == NULL ||
	    fscanf(from, "%lf %lf %lf", &p50, &p99, &most) != 3)
		return EXIT_FAILURE;
	fclose(from);
	term_free(t);
	printf("another of %d rooms of %d lines, %dx%d: median %.2f ms, p99 "
	    "%.2f ms, longest %.2f ms; wanted <= %d ms%s\n", ROOMS, LINES,
	    COLS, ROWS, p50, p99, most, BOUND_MS, p50 > BOUND_MS ?
	    ", missed" : "");
	return EXIT_SUCCESS;
}
