/*
 * Runs in the test program. Uses nothing of a terminal but what any test can:
 * serve, look, serve again.
 */
#include "tests/with_term_wait.h"

#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { TICK_MS = 10, WHAT_BYTES = 512 };

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* tick_ms: the longest time between two looks; -1: only when served. */
static bool
wait_for(struct term *t, bool (*test)(struct term *, void *), void *arg,
    const char *what, int tick_ms)
{
	int64_t deadline = now_ms() + TERM_WAIT_MS;
	int64_t left;

	for (;;) {
		if ((!term_mode(t, TERM_FRAME) || term_ended(t)) && test(t, arg))
			return true;
		left = deadline - now_ms();
		if (left <= 0)
			break;
		/* The screen of a program that ended changes no more. */
		if (term_ended(t) && tick_ms == -1)
			break;
		term_serve(tick_ms != -1 && tick_ms < left ? tick_ms : (int)left);
	}
	fprintf(stderr, "waited in vain for %s\n", what);
	term_dump(t);
	fprintf(stderr, "all terminals:\n");
	term_dump_all();
	return false;
}

bool
term_wait_for(struct term *t, bool (*test)(struct term *, void *), void *arg,
    const char *what)
{
	return wait_for(t, test, arg, what, -1);
}

bool
term_wait_unseen(struct term *t, bool (*test)(struct term *, void *), void *arg,
    const char *what)
{
	return wait_for(t, test, arg, what, TICK_MS);
}

struct place {
	const char	*text;
	int		 row, col;
};

static bool
is_shown(struct term *t, void *arg)
{
	const struct place *place = arg;

	return term_find(t, place->text) != -1;
}

static bool
is_in_row(struct term *t, void *arg)
{
	const struct place *place = arg;

	return term_row_has(t, place->row, place->text);
}

static bool
is_gone(struct term *t, void *arg)
{
	return !is_shown(t, arg);
}

static bool
is_cursor(struct term *t, void *arg)
{
	const struct place *place = arg;
	int row, col;

	term_cursor(t, &row, &col, NULL);
	return col == place->col &&
	    row == (place->row < 0 ? place->row + term_rows(t) : place->row);
}

struct mode_wish {
	int	mode;
	bool	on;
};

static bool
is_mode(struct term *t, void *arg)
{
	const struct mode_wish *wish = arg;

	return term_mode(t, wish->mode) == wish->on;
}

static bool
is_ended(struct term *t, void *arg)
{
	(void)arg;
	return term_ended(t);
}

static bool
is_stopped(struct term *t, void *arg)
{
	(void)arg;
	return term_stopped(t);
}

static bool
is_running(struct term *t, void *arg)
{
	(void)arg;
	return term_running(t);
}

static bool
is_alone(struct term *t, void *arg)
{
	(void)arg;
	return term_processes(t, false, false) == 0;
}

static bool
wait_for_place(struct term *t, bool (*test)(struct term *, void *),
    const char *verb, const char *text, int row, int col)
{
	struct place place = { text, row, col };
	char what[WHAT_BYTES];

	snprintf(what, sizeof(what), "%s \"%s\" (row %d, column %d)", verb,
	    text, row, col);
	return wait_for(t, test, &place, what, -1);
}

bool
term_wait(struct term *t, const char *text)
{
	return wait_for_place(t, is_shown, "anywhere", text, 0, 0);
}

bool
term_wait_row(struct term *t, int row, const char *text)
{
	return wait_for_place(t, is_in_row, "in its row", text, row, 0);
}

bool
term_wait_gone(struct term *t, const char *text)
{
	return wait_for_place(t, is_gone, "the end of", text, 0, 0);
}

bool
term_wait_cursor(struct term *t, int row, int col)
{
	return wait_for_place(t, is_cursor, "the cursor", "", row, col);
}

bool
term_wait_mode(struct term *t, int mode, bool on)
{
	struct mode_wish wish = { mode, on };
	char what[WHAT_BYTES];

	snprintf(what, sizeof(what), "mode %d %s", mode, on ? "on" : "off");
	return wait_for(t, is_mode, &wish, what, -1);
}

int
term_wait_exit(struct term *t)
{
	return wait_for(t, is_ended, NULL, "its end", -1) ? term_status(t) : -1;
}

bool
term_wait_stopped(struct term *t)
{
	return wait_for(t, is_stopped, NULL, "a stop", -1);
}

bool
term_wait_running(struct term *t)
{
	return wait_for(t, is_running, NULL, "its going on", -1);
}

bool
term_wait_alone(struct term *t)
{
	if (wait_for(t, is_alone, NULL, "the end of its processes", TICK_MS))
		return true;
	term_processes(t, false, true);
	return false;
}
