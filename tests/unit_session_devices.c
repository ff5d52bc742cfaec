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
#include "tests/with_play.h"
#include "tui/text/pager.h"

static struct play play;

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

static void
tell(uint16_t window, enum record_type type, const char *text)
{
	play_tell(&play, window, type, 0, text);
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

static const char *
room(void)
{
	return play_scene(&play).room;
}

static size_t
windows(void)
{
	return play_scene(&play).windows.n;
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
	play_welcome(&play, 2, true);
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
	play_begin(&play, on_send);
	session_start(play.session, play.now);
	assert_string_equal(play.sent, "J1~:ops|");
	play_welcome(&play, 0, true);
	play_welcome(&play, 1, true);
	play_type(&play, "/join play\r");
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
	assert_string_equal(play_scene(&play).notice,
	    "You have left ops by another device.");
}

/* Or what is being typed there would be said elsewhere. */
static void
unless_one_looks_at_it(void **state)
{
	(void)state;
	be_in_two();
	session_show_next(play.session, false);
	play_type(&play, "I th");
	tell(1, RECORD_PARTED, "");
	assert_string_equal(room(), "ops");
	assert_string_equal(play.sent, "");
	play_type(&play, "ink\r");
	assert_string_equal(room(), "ops");
	play_type(&play, "\025\r");
	assert_string_equal(play.sent, "X1|J1:ops|");
}

static void
device(unsigned flags, uint64_t since, unsigned heard, const char *name)
{
	const struct record r = { .type = RECORD_DEVICE, .id = since,
	    .flags = flags | heard << RECORD_DEVICE_HEARD, .text = name,
	    .text_len = strlen(name) };

	session_record_in(play.session, 0, play.now, PLAY_WALL, &r);
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
	const char *notice = play_scene(&play).notice;

	return notice != NULL ? notice : "";
}

/* But for how the rows hang. */
static const char *
paged(void)
{
	static char text[512];
	const struct pager *p = play_scene(&play).pager;
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
	play_type(&play, "/devices\r");
	assert_string_equal(play.sent, "D0|");
	three();
	assert_string_equal(paged(),
	    " 1 desk                   since 1970-01-01 00:00, heard 7 s ago\n"
	    " 2 couch                  since 1970-01-01 00:00, this one\n"
	    " 3 phone                  since 1970-01-01 00:00, heard 2 h ago\n");
	/* Nobody asked for these. */
	play_type(&play, "\033");
	three();
	assert_string_equal(paged(), "");
	play_type(&play, "/devices\r");
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
	play_type(&play, "/devices end phone\r");
	assert_string_equal(play.sent, "D0|");
	three();
	assert_string_equal(play.sent, "D0|D3000|");
	device(RECORD_DEVICE_FIRST | RECORD_DEVICE_LAST, 1000, 7, "desk");
	assert_non_null(strstr(paged(), "desk"));
	play_type(&play, "\033");
	play.sent[0] = '\0';
	/* Not this one; nor one that there is not. */
	play_type(&play, "/devices end couch\r");
	three();
	assert_string_equal(play.sent, "D0|");
	assert_string_equal(told(), "No other device of yours is called "
	    "couch: /devices lists them.");
	play_type(&play, "/devices end 1\r");
	three();
	assert_string_equal(play.sent, "D0|D0|D1000|");
	/* Of two the number is wanted. */
	play.sent[0] = '\0';
	play_type(&play, "/devices end desk\r");
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
	play_type(&play, "/devices stop phone\r");
	assert_string_equal(told(), "/devices, /devices end NAME");
	/* Of one that knows none nobody asks. */
	session_free(play.session);
	play_begin_in_two(&play, on_send, false);
	play_type(&play, "/devices\r");
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
	return tests_run(tests, NULL, NULL);
}
