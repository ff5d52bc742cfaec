/*
 * A scrollback to be tested: what is said in it, and its rows in a string.
 */
#ifndef TESTS_WITH_HISTORY_H
#define TESTS_WITH_HISTORY_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/text/history.h"
#include "tui/text/history_place.h"

#define AT(n)	(HISTORY_FIRST + (uint64_t)(n))

static int
setup(void **state)
{
	*state = history_new((size_t)8 * 1024 * 1024);
	return *state != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	history_free(*state);
	return 0;
}

static struct entry
saying(const char *author, const char *text)
{
	return (struct entry){ .seq = 7, .time_ms = 1795000000000,
	    .kind = ENTRY_SAY, .author = author, .author_len = strlen(author),
	    .text = text, .text_len = strlen(text) };
}

static void
say_on(struct history *h, const char *text, int32_t day)
{
	struct entry e = saying("ann", text);

	assert_true(history_append(h, &e, 0, day));
}

static void
say(struct history *h, const char *text)
{
	say_on(h, text, 1);
}

static void
post(struct history *h, uint64_t id, const char *text)
{
	struct entry e = saying("me", text);

	e.id = id;
	assert_true(history_post(h, &e, 1));
}

/* What the room makes of a pending line. */
static void
settle(struct history *h, uint64_t id, const char *text)
{
	struct entry e = saying("me", text);

	e.id = id;
	assert_true(history_settle(h, id));
	assert_true(history_append(h, &e, HISTORY_OWN, 1));
}

/* Up to max rows from place, joined by '/'; rules are - and =. */
static const char *
rows_from(struct history *h, struct history_place place, int cols, int max)
{
	static char got[4096];
	struct history_row rows[64];
	int i, n;

	assert_in_range(max, 0, 64);
	n = history_rows(h, place, cols, rows, max);
	assert_in_range(n, 0, max);
	got[0] = '\0';
	for (i = 0; i < n; i++) {
		if (i > 0)
			strlcat(got, "/", sizeof(got));
		if (rows[i].what == HISTORY_ROW_DAY)
			strlcat(got, "-", sizeof(got));
		else if (rows[i].what == HISTORY_ROW_UNREAD)
			strlcat(got, "=", sizeof(got));
		else
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
			    "%.*s", (int)rows[i].len, rows[i].text);
	}
	return got;
}

/* The last rows. */
static const char *
bottom(struct history *h, int rows, int cols)
{
	return rows_from(h, history_bottom(h, rows, cols), cols, rows);
}

#endif
