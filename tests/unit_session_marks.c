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
#include "tests/with_session.h"
#include "tui/session/scene.h"
#include "tui/session/session.h"
#include "tui/session/session_window.h"
#include "tui/session/window.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"
#include "tui/text/history.h"

enum { WALL = 1000000, ROWS = 19, STANDS = 1000 };

static struct {
	struct session	*session;
	char		 sent[1024];	/* the records, in words */
	char		 kept[1024];	/* which windows there are */
	int64_t		 now;
	struct options	 options, next;
} play;

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

static char *
on_load(void *arg, const char *name, size_t *len)
{
	(void)arg;
	(void)name;
	*len = strlen(play.kept);
	return strdup(play.kept);
}

static void
on_keep(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	(void)name;
	snprintf(play.kept, sizeof(play.kept), "%.*s", (int)len, text);
}

static const struct session_list list = { on_load, on_keep, NULL };

static void
begin(void)
{
	const struct session_out out = { .send = on_send,
	    .mark = { session_read_none, session_keeps_no_read },
	    .load_draft = session_has_no_draft,
	    .keep_draft = session_keeps_no_draft,
	    .welcome = session_welcomes_nobody,
	    .alert = session_alerts_nobody };
	struct session_config config = { .server = "host", .name = "ada",
	    .known_hosts = "known_hosts", .options = &play.options,
	    .next = &play.next, .history_bytes = 6 << 20 };

	config_defaults(&play.options);
	play.next = play.options;
	play.session = session_new(&config, &out);
	assert_non_null(play.session);
	session_set_list(play.session, &list);
	session_resize(play.session, ROWS, 80);
}

static void
tell_of(uint16_t window, enum record_type type, uint64_t id, const char *text)
{
	struct record r = { .type = type, .id = id, .text = text,
	    .text_len = strlen(text) };

	session_record_in(play.session, window, play.now, WALL, &r);
}

static void
tell(uint16_t window, enum record_type type, const char *text)
{
	tell_of(window, type, 0, text);
}

static void
says(uint16_t window, uint64_t seq, const char *text)
{
	const struct record r = { .type = RECORD_ENTRY, .entry = { .seq = seq,
	    .kind = ENTRY_SAY, .author = "bob", .author_len = 3,
	    .text = text, .text_len = strlen(text) } };

	session_record_in(play.session, window, play.now, WALL, &r);
}

static void
mark(uint16_t window, uint64_t seq)
{
	tell_of(window, RECORD_MARK, seq, "");
}

/* When it wants to be called again. */
static int64_t
tick(int64_t ms)
{
	play.now += ms;
	return session_tick(play.session, play.now);
}

static void
type(const char *text)
{
	struct key k;

	for (; *text != '\0'; text++) {
		k = (struct key){ .code = (unsigned char)*text,
		    .text = { *text }, .len = *text >= 0x20 };
		session_keys(play.session, play.now, WALL, &k, 1);
	}
}

static void
focus(bool in)
{
	const struct key k = { .code = in ? KEYC_FOCUS_IN : KEYC_FOCUS_OUT };

	session_keys(play.session, play.now, WALL, &k, 1);
}

static struct scene
scene(void)
{
	struct scene f = { 0 };

	session_scene(play.session, play.now, &f);
	return f;
}

/* So many lines of that window nobody has looked at. */
static unsigned
fresh(size_t nth)
{
	return scene().windows.of[nth].fresh;
}

/* Which line has the rule above it; 0: none has. */
static uint64_t
rule(void)
{
	const struct history *h = scene().history;
	uint64_t line = history_first(h);

	for (; line < history_tail(h); line++)
		if (history_get(h, line).marks & HISTORY_UNREAD)
			return history_get(h, line).entry.seq;
	return 0;
}

/* The room has taken the name. */
static void
welcome(uint16_t window, bool knows)
{
	const struct record r = { .type = RECORD_WELCOME, .text = "ada",
	    .text_len = 3, .flags = knows ? RECORD_WELCOME_TALKS : 0 };

	session_record_in(play.session, window, play.now, WALL, &r);
	tell(window, RECORD_CAUGHT_UP, "");
	play.sent[0] = '\0';
}

/* In the home room and, behind it, in ops. */
static void
be_in_two_of(bool knows)
{
	begin();
	play.now = 5000;
	session_start(play.session, play.now);
	tell(0, RECORD_ROOM, "lab");
	welcome(0, knows);
	assert_true(session_add_room(play.session, "ops", false));
	tell(1, RECORD_ROOM, "ops");
	welcome(1, knows);
}

static void
be_in_two(void)
{
	be_in_two_of(true);
}

static int
tear_down(void **state)
{
	(void)state;
	session_free(play.session);
	memset(&play, 0, sizeof(play));
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
	be_in_two_of(false);
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
	type("/quit\r");
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
	assert_true(scene().windows.of[1].mention);
	mark(1, 1);
	assert_int_equal(fresh(1), 2);
	mark(1, 2);
	assert_int_equal(fresh(1), 1);
	assert_false(scene().windows.of[1].mention);
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
	return cmocka_run_group_tests(tests, NULL, NULL);
}
