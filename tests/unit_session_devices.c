/*
 * The user's devices: they are listed and ended, and what one of them has
 * entered or left is so here.
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
#include "tui/text/pager.h"

enum { WALL = 1000000, ROWS = 19 };

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
	if (r->type == RECORD_JOIN)
		snprintf(play.sent + len, sizeof(play.sent) - len,
		    "J%u%s:%.*s|", r->window, r->flags & RECORD_JOIN_AGAIN ?
		    "~" : "", (int)r->text_len, r->text);
	else if (r->type == RECORD_DEVICES)
		snprintf(play.sent + len, sizeof(play.sent) - len, "D%u|",
		    (unsigned)r->id);
	else if (r->type == RECORD_PART)
		snprintf(play.sent + len, sizeof(play.sent) - len, "X%u|",
		    r->window);
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
	    .welcome = session_welcomes_nobody };
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
type(const char *text)
{
	struct key k;

	for (; *text != '\0'; text++) {
		k = (struct key){ .code = (unsigned char)*text,
		    .text = { *text }, .len = *text >= 0x20 };
		session_keys(play.session, play.now, WALL, &k, 1);
	}
}

static struct scene
scene(void)
{
	struct scene f = { 0 };

	session_scene(play.session, play.now, &f);
	return f;
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

static const char *
room(void)
{
	return scene().room;
}

static size_t
windows(void)
{
	return scene().windows.n;
}

static void
a_room_of_ones_own_is_entered_and_not_shown(void **state)
{
	(void)state;
	be_in_two();
	tell(0, RECORD_MINE, "play");
	assert_string_equal(play.sent, "J2~:play|");
	assert_string_equal(room(), "lab");
	assert_int_equal(windows(), 3);
	welcome(2, true);
	assert_string_equal(play.kept, "2 ops\n3 play\n");
	tell(0, RECORD_MINE, "PLAY");
	tell(0, RECORD_MINE, "a/b");
	assert_int_equal(windows(), 3);
}

/* What one goes to oneself one wants. */
static void
who_was_there_comes_again(void **state)
{
	(void)state;
	strlcpy(play.kept, "2 ops\n", sizeof(play.kept));
	begin();
	session_start(play.session, play.now);
	assert_string_equal(play.sent, "J1~:ops|");
	welcome(0, true);
	welcome(1, true);
	type("/join play\r");
	assert_string_equal(play.sent, "J2:play|");
	play.sent[0] = '\0';
	session_revive(play.session, play.now);
	assert_string_equal(play.sent, "J1~:ops|J2:play|");
}

static void
a_room_that_another_has_left_has_no_window(void **state)
{
	(void)state;
	be_in_two();
	assert_string_equal(play.kept, "2 ops\n");
	tell(1, RECORD_PARTED, "");
	assert_string_equal(play.sent, "X1|");
	assert_string_equal(play.kept, "");
	assert_int_equal(windows(), 1);
	assert_string_equal(scene().notice,
	    "You have left ops by another device.");
}

/* Or what is being typed there would be said elsewhere. */
static void
unless_one_looks_at_it(void **state)
{
	(void)state;
	be_in_two();
	session_show_next(play.session, false);
	type("I th");
	tell(1, RECORD_PARTED, "");
	assert_string_equal(room(), "ops");
	assert_string_equal(play.sent, "");
	type("ink\r");
	assert_string_equal(room(), "ops");
	type("\025\r");
	assert_string_equal(play.sent, "X1|J1:ops|");
}

static void
device(unsigned flags, uint64_t since, unsigned heard, const char *name)
{
	const struct record r = { .type = RECORD_DEVICE, .id = since,
	    .flags = flags | heard << RECORD_DEVICE_HEARD, .text = name,
	    .text_len = strlen(name) };

	session_record_in(play.session, 0, play.now, WALL, &r);
}

static void
three(void)
{
	device(RECORD_DEVICE_FIRST, 1000, 7, "desk");
	device(RECORD_DEVICE_SELF, 2000, 0, "couch");
	device(RECORD_DEVICE_LAST, 3000, 7300, "phone");
}

static const char *
told(void)
{
	const char *notice = scene().notice;

	return notice != NULL ? notice : "";
}

/* But for how the rows hang. */
static const char *
paged(void)
{
	static char text[512];
	const struct pager *p = scene().pager;
	size_t i, n = 0;

	for (i = 0; p != NULL && i < p->len && n < sizeof(text) - 1; i++)
		if ((unsigned char)p->text[i] >= ' ' || p->text[i] == '\n')
			text[n++] = p->text[i];
	text[n] = '\0';
	return text;
}

static void
ones_devices_are_paged(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	be_in_two();
	type("/devices\r");
	assert_string_equal(play.sent, "D0|");
	three();
	assert_string_equal(paged(),
	    " 1 desk                   since 1970-01-01 00:00, heard 7 s ago\n"
	    " 2 couch                  since 1970-01-01 00:00, this one\n"
	    " 3 phone                  since 1970-01-01 00:00, heard 2 h ago\n");
	/* Nobody asked for these. */
	type("\033");
	three();
	assert_string_equal(paged(), "");
	type("/devices\r");
	device(RECORD_DEVICE_FIRST | RECORD_DEVICE_LAST | RECORD_DEVICE_NONE,
	    0, 0, "");
	assert_string_equal(told(), "Nobody has answered which devices there "
	    "are: ask again.");
}

static void
one_of_them_is_ended_by_its_name(void **state)
{
	(void)state;
	be_in_two();
	type("/devices end phone\r");
	assert_string_equal(play.sent, "D0|");
	three();
	assert_string_equal(play.sent, "D0|D3000|");
	device(RECORD_DEVICE_FIRST | RECORD_DEVICE_LAST, 1000, 7, "desk");
	assert_non_null(strstr(paged(), "desk"));
	type("\033");
	play.sent[0] = '\0';
	/* Not this one; nor one that there is not. */
	type("/devices end couch\r");
	three();
	assert_string_equal(play.sent, "D0|");
	assert_string_equal(told(), "No other device of yours is called "
	    "couch: /devices lists them.");
	type("/devices end 1\r");
	three();
	assert_string_equal(play.sent, "D0|D0|D1000|");
	/* Of two the number is wanted. */
	play.sent[0] = '\0';
	type("/devices end desk\r");
	device(RECORD_DEVICE_FIRST, 1000, 7, "desk");
	device(RECORD_DEVICE_LAST, 1001, 7, "desk");
	assert_string_equal(play.sent, "D0|");
	assert_string_equal(told(), "2 of your devices are called desk: "
	    "/devices end takes its number in the list, too.");
}

static void
what_cannot_be_asked_is_told(void **state)
{
	(void)state;
	be_in_two();
	type("/devices stop phone\r");
	assert_string_equal(told(), "/devices, /devices end NAME");
	/* Of one that knows none nobody asks. */
	session_free(play.session);
	be_in_two_of(false);
	type("/devices\r");
	assert_string_equal(play.sent, "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ones_devices_are_paged),
		TEST(one_of_them_is_ended_by_its_name),
		TEST(what_cannot_be_asked_is_told),
		TEST(a_room_of_ones_own_is_entered_and_not_shown),
		TEST(who_was_there_comes_again),
		TEST(a_room_that_another_has_left_has_no_window),
		TEST(unless_one_looks_at_it),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
