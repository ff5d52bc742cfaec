/*
 * How far the user has read by any of his devices: it is told after a while,
 * and what another one has read is read here.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_play.h"
#include "tui/text/history.h"

enum { STANDS = 1000 };

static struct play play;

static bool
on_send(void *arg, const struct record *r)
{
	size_t len = strlen(play.sent);

	(void)arg;
	if (r->type == RECORD_SEEN)
		snprintf(play.sent + len, sizeof(play.sent) - len, "S%u:%u|",
		    r->window, (unsigned)r->id);
	return true;
}

static void
says(uint16_t window, uint64_t seq, const char *text)
{
	const struct record r = { .type = RECORD_ENTRY, .entry = { .seq = seq,
	    .kind = ENTRY_SAY, .author = "bob", .author_len = 3,
	    .text = text, .text_len = strlen(text) } };

	play_record(&play, window, &r);
}

static void
mark(uint16_t window, uint64_t seq)
{
	play_tell(&play, window, RECORD_MARK, seq, "");
}

/* When it wants to be called again. */
static int64_t
tick(int64_t ms)
{
	play.now += ms;
	return session_tick(play.session, play.now);
}

static void
focus(bool in)
{
	const struct key k = { .code = in ? KEYC_FOCUS_IN : KEYC_FOCUS_OUT };

	play_keys(&play, &k, 1);
}

/* So many lines of that window nobody has looked at. */
static unsigned
fresh(size_t nth)
{
	return play_scene(&play).windows.of[nth].fresh;
}

/* Which line has the rule above it; 0: none has. */
static uint64_t
rule(void)
{
	const struct history *h = play_scene(&play).history;
	uint64_t line = history_first(h);

	for (; line < history_tail(h); line++)
		if (history_get(h, line).marks & HISTORY_UNREAD)
			return history_get(h, line).entry.seq;
	return 0;
}

static void
be_in_two(void)
{
	play_begin_in_two(&play, on_send, true);
}

static int
tear_down(void **state)
{
	(void)state;
	play_end(&play);
	return 0;
}

static void
what_stands_for_a_second_is_told(void **state)
{
	(void)state;
	be_in_two();
	says(0, 1, "one");
	says(1, 1, "elsewhere");
	assert_in_range(tick(0), play.now, play.now + STANDS);
	tick(STANDS / 2);
	says(0, 2, "two");
	tick(STANDS / 2 - 1);
	assert_string_equal(play.sent, "");
	/* The second one stands since the first was told. */
	tick(1);
	assert_string_equal(play.sent, "S0:1|");
	tick(STANDS);
	tick(STANDS);
	assert_string_equal(play.sent, "S0:1|S0:2|");
	tick(60000);
	assert_string_equal(play.sent, "S0:1|S0:2|");
}

/* Nor does it come back for it. */
static void
a_server_that_tells_nobody_is_not_told(void **state)
{
	(void)state;
	play_begin_in_two(&play, on_send, false);
	says(0, 1, "one");
	assert_true(tick(0) > play.now + STANDS);
	tick(10 * STANDS);
	assert_string_equal(play.sent, "");
}

static void
what_nobody_looks_at_is_not(void **state)
{
	(void)state;
	be_in_two();
	focus(false);
	says(0, 1, "one");
	tick(0);
	tick(10 * STANDS);
	assert_string_equal(play.sent, "");
	focus(true);
	tick(0);
	focus(false);
	tick(STANDS);
	assert_string_equal(play.sent, "");
	focus(true);
	tick(0);
	tick(STANDS);
	assert_string_equal(play.sent, "S0:1|");
	/* Who leaves has read what stands there. */
	says(0, 2, "two");
	play_type(&play, "/quit\r");
	assert_string_equal(play.sent, "S0:1|S0:2|");
}

static void
what_another_device_has_read_is_read_here(void **state)
{
	(void)state;
	be_in_two();
	says(1, 1, "one");
	says(1, 2, "ada: two");
	says(1, 3, "three");
	assert_int_equal(fresh(1), 3);
	assert_true(play_scene(&play).windows.of[1].mention);
	mark(1, 1);
	assert_int_equal(fresh(1), 2);
	mark(1, 2);
	assert_int_equal(fresh(1), 1);
	assert_false(play_scene(&play).windows.of[1].mention);
	/* The larger one counts. */
	mark(1, 1);
	assert_int_equal(fresh(1), 1);
	session_show_next(play.session, false);
	assert_int_equal(rule(), 3);
	/* Who looks at it has it stand. */
	mark(1, 3);
	assert_int_equal(rule(), 3);
	session_show_next(play.session, false);
	says(1, 4, "four");
	mark(1, 9);
	assert_int_equal(fresh(1), 0);
	/* Also what comes only now. */
	says(1, 9, "nine");
	assert_int_equal(fresh(1), 0);
	says(1, 10, "ten");
	assert_int_equal(fresh(1), 1);
	/* It is nothing to tell anybody. */
	tick(0);
	tick(10 * STANDS);
	assert_string_equal(play.sent, "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_stands_for_a_second_is_told),
		TEST(a_server_that_tells_nobody_is_not_told),
		TEST(what_nobody_looks_at_is_not),
		TEST(what_another_device_has_read_is_read_here),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
