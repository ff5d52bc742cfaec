/*
 * Rooms are joined, left, listed and gone to by what is typed; the receiver is
 * told of each, under its window, and so is the next run.
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
#include "tui/text/edit.h"
#include "tui/text/history.h"
#include "tui/text/pager.h"

enum { WALL = 1000000, ROWS = 19 };

static struct {
	struct session	*session;
	char		 sent[1024];	/* the records, in words */
	char		 kept[1024];	/* which windows there are */
	char		 whose[64];
	bool		 full;		/* the receiver takes nothing */
	struct options	 options, next;
} play;

static bool
on_send(void *arg, const struct record *r)
{
	static const char letters[RECORD_TYPE_MAX + 1] = {
		[RECORD_LOGIN] = 'L', [RECORD_POST] = 'P',
		[RECORD_JOIN] = 'J', [RECORD_PART] = 'X',
		[RECORD_LOOK] = 'K', [RECORD_ROOMS] = 'R',
		[RECORD_WHOIS] = 'W'
	};
	size_t len = strlen(play.sent);

	(void)arg;
	if (play.full)
		return false;
	len += (size_t)snprintf(play.sent + len, sizeof(play.sent) - len,
	    "%c%u%s", letters[r->type], r->window, r->type == RECORD_JOIN &&
	    r->flags & RECORD_JOIN_MAKES ? "+" : r->type == RECORD_JOIN &&
	    r->flags & RECORD_JOIN_OTHER ? "!" : "");
	if (r->type == RECORD_JOIN && r->id != 0)
		len += (size_t)snprintf(play.sent + len, sizeof(play.sent) -
		    len, "@%u", (unsigned)r->id);
	snprintf(play.sent + len, sizeof(play.sent) - len, ":%.*s|",
	    (int)r->text_len, r->text_len > 0 ? r->text : "");
	return true;
}

static char *
on_load(void *arg, const char *name, size_t *len)
{
	(void)arg;
	strlcpy(play.whose, name, sizeof(play.whose));
	*len = strlen(play.kept);
	return strdup(play.kept);
}

static void
on_keep(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	strlcpy(play.whose, name, sizeof(play.whose));
	snprintf(play.kept, sizeof(play.kept), "%.*s", (int)len, text);
}

static const struct session_list list = { on_load, on_keep, NULL };

static void
begin_as(bool classic, const char *name)
{
	const struct session_out out = { .send = on_send,
	    .mark = { session_read_none, session_keeps_no_read },
	    .load_draft = session_has_no_draft,
	    .keep_draft = session_keeps_no_draft,
	    .welcome = session_welcomes_nobody };
	struct session_config config = { .server = "host", .name = name,
	    .prefill = "",
	    .known_hosts = "known_hosts", .options = &play.options,
	    .next = &play.next, .history_bytes = 6 << 20,
	    .classic = classic };

	config_defaults(&play.options);
	play.next = play.options;
	play.session = session_new(&config, &out);
	assert_non_null(play.session);
	session_set_list(play.session, &list);
	session_resize(play.session, ROWS, 80);
}

static void
begin(bool classic)
{
	begin_as(classic, "ada");
}

static void
tell(uint16_t window, enum record_type type, const char *text)
{
	struct record r = { .type = type, .text = text,
	    .text_len = strlen(text) };

	session_record_in(play.session, window, 0, WALL, &r);
}

static void
deny(uint16_t window, enum record_denial denial, const char *only, bool alone)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .id = alone, .text = "opps", .text_len = 4, .entry.text = only,
	    .entry.text_len = strlen(only) };

	session_record_in(play.session, window, 0, WALL, &r);
}

/* An own line as the room has it. */
static void
comes_back(uint16_t window, uint64_t id, const char *text)
{
	const struct record r = { .type = RECORD_ENTRY, .entry = { .seq = 9,
	    .id = id, .kind = ENTRY_SAY, .author = "ada", .author_len = 3,
	    .text = text, .text_len = strlen(text) } };

	session_record_in(play.session, window, 0, WALL, &r);
}

/* There is no such room, but there may be one. */
static void
offer(uint16_t window)
{
	const struct record r = { .type = RECORD_DENIED,
	    .denial = RECORD_NO_ROOM, .id = 1, .wait_ms = 1, .text = "opps",
	    .text_len = 4 };

	session_record_in(play.session, window, 0, WALL, &r);
}

static void
listed(const char *room, uint32_t flags, uint32_t people)
{
	struct record r = { .type = RECORD_LISTED, .text = room,
	    .text_len = strlen(room),
	    .flags = flags | people << RECORD_LISTED_PEOPLE };

	session_record_in(play.session, 0, 0, WALL, &r);
}

static void
state_is(uint16_t window, enum record_phase phase)
{
	const struct record r = { .type = RECORD_STATE,
	    .state = { .phase = phase } };

	session_record_in(play.session, window, 0, WALL, &r);
}

static void
type(const char *text)
{
	struct key k;

	for (; *text != '\0'; text++) {
		k = (struct key){ .code = (unsigned char)*text,
		    .text = { *text }, .len = *text >= 0x20 };
		session_keys(play.session, 0, WALL, &k, 1);
	}
}

static struct scene
scene(void)
{
	struct scene f = { 0 };

	session_scene(play.session, 0, &f);
	return f;
}

static const char *
typed(void)
{
	size_t len;

	return edit_text(scene().edit, &len);
}

static const char *
told(void)
{
	const char *notice = scene().notice;

	return notice != NULL ? notice : "";
}

static const char *
room(void)
{
	return scene().room;
}

/* What stands lowest in the room that is looked at. */
static const char *
lowest(void)
{
	static char text[256];
	const struct history *h = scene().history;
	struct history_line l = history_get(h, history_end(h) - 1);

	snprintf(text, sizeof(text), "%.*s", (int)l.shown_len, l.shown);
	return text;
}

/* The room has taken the name. */
static void
welcome(uint16_t window)
{
	tell(window, RECORD_WELCOME, "ada");
	tell(window, RECORD_CAUGHT_UP, "");
	play.sent[0] = '\0';
}

static void
be_in(void)
{
	begin(false);
	session_start(play.session, 0);
	tell(0, RECORD_ROOM, "lab");
	welcome(0);
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
joined_it_is_looked_at_in_a_window_of_its_own(void **state)
{
	(void)state;
	be_in();
	type("/join #ops\r");
	assert_string_equal(play.sent, "J1:ops|K1:|");
	assert_string_equal(room(), "ops");
	assert_string_equal(typed(), "");
	assert_string_equal(play.kept, "");
	welcome(1);
	assert_string_equal(lowest(), "You are ada in the room ops.");
	assert_string_equal(play.kept, "2 ops\nat ops\n");
	assert_string_equal(play.whose, "ada");
	type("hello\r/whois bob\r");
	assert_string_equal(play.sent, "P1:hello|W1:bob|");
	/* It is in one window, however it is spelt. */
	play.sent[0] = '\0';
	session_show_next(play.session, false);
	type("/j OPS\r");
	assert_string_equal(play.sent, "K0:|K1:|");
	assert_string_equal(room(), "ops");
	type("/join lab\r");
	assert_string_equal(room(), "lab");
	assert_string_equal(typed(), "");
}

static void
what_is_no_name_is_no_room(void **state)
{
	(void)state;
	be_in();
	type("/join\r");
	assert_string_equal(told(), "/join ROOM");
	type("\033\025/join a/b\r");
	assert_string_equal(told(), "A room's name is as a person's, and has "
	    "no /.");
	assert_string_equal(typed(), "/join a/b");
	assert_string_equal(play.sent, "");
	play.full = true;
	type("\025/join ops\r");
	assert_string_equal(room(), "lab");
	assert_string_equal(typed(), "/join ops");
	assert_false(session_has_windows(play.session));
}

static void
the_classic_protocol_has_one(void **state)
{
	(void)state;
	begin(true);
	session_start(play.session, 0);
	welcome(0);
	type("/join ops\r");
	assert_string_equal(told(), "The classic protocol knows one room.");
	type("\025/rooms\r");
	assert_string_equal(told(), "The classic protocol knows one room.");
	assert_string_equal(play.sent, "");
}

static void
who_leaves_one_is_in_the_others(void **state)
{
	(void)state;
	be_in();
	type("/leave\r");
	assert_string_equal(told(), "This is the only room: /quit leaves it.");
	type("\025/join ops\r");
	welcome(1);
	type("/join class\r");
	welcome(2);
	type("/part #ops\r");
	assert_string_equal(play.sent, "X1:|");
	assert_string_equal(room(), "class");
	assert_string_equal(typed(), "");
	assert_string_equal(play.kept, "3 class\nat class\n");
	type("/leave\r");
	assert_string_equal(play.sent, "X1:|X2:|K0:|");
	assert_string_equal(room(), "lab");
	assert_string_equal(play.kept, "");
	type("/join den\r");
	assert_string_equal(room(), "den");
	/* Also the first, whose number is another's then. */
	welcome(1);
	assert_string_equal(play.kept, "2 den\nat den\n");
	type("/leave lab\r");
	assert_string_equal(play.sent, "X0:|");
	play.sent[0] = '\0';
	session_revive(play.session, 0);
	assert_string_equal(play.sent, "J1:den|X0:|L1:ada|K1:|");
	deny(0, RECORD_KICKED, "", false);
	assert_true(session_over(play.session));
}

/* Nobody would find it again. */
static void
nobody_leaves_lines_behind(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	play.sent[0] = '\0';
	type("one\r");
	assert_string_equal(play.sent, "");
	type("/leave\r");
	assert_string_equal(told(), "Lines wait to be said in ops: /withdraw "
	    "takes them back.");
	assert_string_equal(play.sent, "");
	welcome(1);
	/* Nor what the room has not taken yet. */
	type("\r");
	assert_string_equal(told(), "Lines wait to be said in ops: /withdraw "
	    "takes them back.");
	assert_string_equal(play.sent, "");
	comes_back(1, 1, "one");
	type("\r");
	assert_string_equal(play.sent, "X1:|K0:|");
}

/* Where the room never let one in, and the next run is to find it. */
static void
a_line_that_waits_keeps_its_window(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	assert_string_equal(play.kept, "");
	type("one\r");
	assert_string_equal(play.kept, "2 ops\nat ops\n");
}

static void
tab_proposes_those_that_have_no_window(void **state)
{
	(void)state;
	be_in();
	state_is(0, RECORD_ONLINE);
	type("/join #\t");
	assert_string_equal(play.sent, "R0:|");
	assert_string_equal(typed(), "/join #");
	/* They are asked for once at a time, and told of to nobody. */
	type("\t");
	assert_string_equal(play.sent, "R0:|");
	listed("lab", RECORD_LISTED_FIRST | RECORD_LISTED_HOME, 3);
	listed("ops", 0, 2);
	listed("class", RECORD_LISTED_LAST, 0);
	assert_false(scene().pager->open);
	assert_string_equal(typed(), "/join #ops");
	type("\t");
	assert_string_equal(typed(), "/join #class");
	type("\t\t");
	assert_string_equal(typed(), "/join #ops");
	type("\r");
	welcome(1);
	type("/join \t");
	assert_string_equal(typed(), "/join class");
	/* Who has typed on since gets nothing put there. */
	type("\025/join x\ty");
	listed("lab", RECORD_LISTED_FIRST, 3);
	listed("xyz", RECORD_LISTED_LAST, 3);
	assert_string_equal(typed(), "/join xy");
	type("\t");
	assert_string_equal(typed(), "/join xyz");
	type("\025/go l\t");
	assert_string_equal(typed(), "/go lab");
	type("\025/leave \t");
	assert_string_equal(typed(), "/leave lab");
}

static void
a_part_of_a_name_goes_there(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	type("/join class\r");
	type("/go la\r");
	assert_string_equal(room(), "lab");
	assert_string_equal(typed(), "");
	type("/go ass\r");
	assert_string_equal(room(), "class");
	type("/go xyz\r");
	assert_string_equal(told(), "No other room is called so.");
	type("\025/go\r");
	assert_string_equal(told(), "/go WORD, or a number");
}

/* As they turn windows elsewhere, unless a room is called so. */
static void
fingers_from_elsewhere_turn_windows(void **state)
{
	(void)state;
	be_in();
	type("/win next\r");
	assert_string_equal(told(), "This is the only room: /join ROOM opens "
	    "a window for another.");
	type("\025/join ops\r");
	welcome(1);
	type("/join class\r");
	welcome(2);
	type("/win next\r");
	assert_string_equal(room(), "lab");
	assert_string_equal(typed(), "");
	type("/window prev\r");
	assert_string_equal(room(), "class");
	type("/window previous\r");
	assert_string_equal(room(), "ops");
	type("/win last\r");
	assert_string_equal(room(), "class");
	play.sent[0] = '\0';
	type("/win list\r");
	assert_string_equal(play.sent, "R0:|");
	type("\007/lastlog\r");
	assert_string_equal(told(), "/search [-a] TEXT: -a in all "
	    "rooms");
	type("\025/join next\r/win 1\r/win next\r");
	assert_string_equal(room(), "next");
}

/* By M-0, as those before it by M-1 to M-9. */
static void
the_tenth_has_a_key_as_well(void **state)
{
	const struct key k = { .code = KEYC_META | '0' };
	char line[16];
	int i;

	(void)state;
	be_in();
	for (i = 1; i < 9; i++) {
		snprintf(line, sizeof(line), "/join r%d\r", i);
		type(line);
	}
	session_keys(play.session, 0, WALL, &k, 1);
	assert_string_equal(told(), "No room has the number 10.");
	type("/join tenth\r/go 1\r");
	session_keys(play.session, 0, WALL, &k, 1);
	assert_string_equal(room(), "tenth");
}

/* Fingers from elsewhere say which by its number, and close it so. */
static void
its_number_goes_there_as_well(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	welcome(1);
	type("/win 1\r");
	assert_string_equal(room(), "lab");
	type("/go 2\r");
	assert_string_equal(room(), "ops");
	type("/go 9\r");
	assert_string_equal(told(), "No room has the number 9.");
	type("\025/win 0\r");
	assert_string_equal(told(), "No room has the number 0.");
	type("\025/win 2 3\r");
	assert_string_equal(told(), "No other room is called so.");
	type("\025/win 4711\r");
	assert_string_equal(told(), "No room has the number 4711.");
	type("\025");
	type("\025/window close\r");
	assert_string_equal(room(), "lab");
	assert_false(session_has_windows(play.session));
	type("/join 1\r/join den\r/go 1\r");
	assert_string_equal(room(), "1");
}

/* A line that somebody else said there. */
static void
comes(uint16_t window, uint64_t seq, const char *text)
{
	const struct record r = { .type = RECORD_ENTRY, .entry = { .seq = seq,
	    .kind = ENTRY_SAY, .author = "bob", .author_len = 3, .text = text,
	    .text_len = strlen(text) } };

	session_record_in(play.session, window, 0, WALL, &r);
}

static void
all_rooms_are_searched_at_once(void **state)
{
	struct scene f;

	(void)state;
	be_in();
	/* With one room that is a text like another. */
	comes(0, 1, "ls -a lists all");
	type("/search -a lists\r");
	assert_false(scene().pager->open);
	assert_non_null(strstr(scene().matches, "match 1 of 1"));
	type("\033/join ops\r");
	welcome(1);
	comes(1, 1, "nothing here");
	comes(1, 2, "it lists two\nof them");
	comes(1, 3, "the last one lists, too");
	type("/search -a lists\r");
	f = scene();
	assert_true(f.pager->open);
	assert_non_null(strstr(f.pager->text, "1 lab"));
	assert_non_null(strstr(f.pager->text, "bob: ls -a lists all"));
	assert_non_null(strstr(f.pager->text, "2 ops"));
	assert_non_null(strstr(f.pager->text, "3 ops"));
	assert_non_null(strstr(f.pager->text, "bob: it lists two\n"));
	assert_null(strstr(f.pager->text, "nothing"));
	assert_string_equal(f.notice, "Line 1: Enter goes there, a number "
	    "chooses another");
	type("3");
	assert_string_equal(scene().notice, "Line 3: Enter goes there, a "
	    "number chooses another");
	type("1\r");
	assert_false(scene().pager->open);
	assert_string_equal(room(), "lab");
	assert_string_equal(scene().matches, "match 1 of 1");
	type("/search -a lists\r2\r");
	assert_string_equal(room(), "ops");
	assert_string_equal(scene().matches, "match 1 of 2");
	type("/search -a xyz\r");
	assert_string_equal(told(), "Not in the lines that are here: xyz");
	type("/search -a\r");
	assert_string_equal(told(), "/search [-a] TEXT: -a in all rooms");
	type("\025");
	/* Over another page a number is none. */
	type("/rooms\r");
	listed("lab", RECORD_LISTED_FIRST | RECORD_LISTED_LAST, 3);
	assert_null(scene().notice);
}

static void
those_that_there_are_are_listed(void **state)
{
	struct scene f;

	(void)state;
	be_in();
	type("/join ops\r");
	play.sent[0] = '\0';
	/* Nobody asked. */
	listed("lab", RECORD_LISTED_FIRST | RECORD_LISTED_LAST, 3);
	assert_false(scene().pager->open);
	type("/rooms\r");
	assert_string_equal(play.sent, "R0:|");
	listed("lab", RECORD_LISTED_FIRST | RECORD_LISTED_HOME, 3);
	listed("ops", RECORD_LISTED_IN, 2);
	listed("class", RECORD_LISTED_CLOSED | RECORD_LISTED_LAST, 0);
	f = scene();
	assert_true(f.pager->open);
	assert_non_null(strstr(f.pager->text, " 1 lab"));
	assert_non_null(strstr(f.pager->text, " 2 ops"));
	assert_non_null(strstr(f.pager->text, "   class (closed)"));
	assert_non_null(strstr(f.pager->text, "3 here"));
	type("\033/rooms\r");
	listed("", RECORD_LISTED_FIRST | RECORD_LISTED_LAST, 0);
	assert_string_equal(told(), "The server does not say which rooms it "
	    "has.");
}

/* Each slip made one, if it were not asked. */
static void
a_room_that_is_not_there_is_made_by_another_enter(void **state)
{
	(void)state;
	be_in();
	type("/join opps\r");
	play.sent[0] = '\0';
	offer(1);
	assert_string_equal(told(), "No room opps; Enter opens it.");
	assert_string_equal(room(), "opps");
	type("\r");
	assert_string_equal(play.sent, "X1:|J1+:opps|K1:|");
	welcome(1);
	assert_string_equal(room(), "opps");
	/* Of a second one nobody is let to. */
	type("/join oops\r");
	offer(2);
	type("\r");
	play.sent[0] = '\0';
	deny(2, RECORD_NO_ROOM, "", true);
	assert_string_equal(told(), "No room oops: only the server's operator "
	    "opens rooms here.");
	assert_string_equal(room(), "opps");
	assert_string_equal(play.sent, "X2:|K1:|");
	assert_string_equal(play.kept, "2 opps\nat opps\n");
	/* It was, and is not any more. */
	deny(1, RECORD_NO_ROOM, "", true);
	assert_string_equal(room(), "opps");
	assert_false(session_over(play.session));
}

/* Esc is no, and no window is left in which lines would wait. */
static void
nor_is_it_made_by_escape(void **state)
{
	(void)state;
	be_in();
	type("/join opps\r");
	offer(1);
	play.sent[0] = '\0';
	type("\033\033");
	assert_string_equal(room(), "lab");
	assert_string_equal(play.sent, "X1:|K0:|");
	assert_false(session_has_windows(play.session));
	/* Where some do, the question stays, wherever one looks meanwhile. */
	type("/join opps\rone\r");
	offer(1);
	assert_string_equal(told(), "No room opps; Enter opens it.");
	type("/go lab\r/go opps\r");
	assert_string_equal(told(), "No room opps; Enter opens it.");
	type("two\r");
	assert_string_equal(told(), "No room opps; Enter opens it.");
	play.sent[0] = '\0';
	type("\r");
	assert_string_equal(play.sent, "X1:|J1+:opps|K1:|");
}

/* What he says there waits, which he is told, and how it is said after all. */
static void
who_is_put_out_of_one_may_enter_it_again(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	welcome(1);
	deny(1, RECORD_KICKED, "", false);
	assert_string_equal(lowest(), "put out of the room: opps");
	assert_string_equal(told(), "You are not in ops: Enter, or /join ops, "
	    "enters it again.");
	type("one\r");
	assert_string_equal(told(), "You are not in ops: Enter, or /join ops, "
	    "enters it again.");
	play.sent[0] = '\0';
	type("/join ops\r");
	assert_string_equal(play.sent, "X1:|J1:ops|K1:|");
	welcome(1);
	deny(1, RECORD_KICKED, "", false);
	play.sent[0] = '\0';
	type("\r");
	assert_string_equal(play.sent, "X1:|J1:ops|K1:|");
	welcome(1);
	type("/go lab\r/go ops\rtwo\r");
	assert_string_not_equal(told(), "You are not in ops: Enter, or "
	    "/join ops, enters it again.");
}

static void
a_room_is_kept_by_the_name_that_it_has(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	welcome(1);
	tell(1, RECORD_ROOM, "Play");
	assert_string_equal(room(), "Play");
	assert_string_equal(play.kept, "2 Play\nat Play\n");
	/* That is another one. */
	type("/join ops\r");
	welcome(2);
	assert_string_equal(play.kept, "2 Play\n3 ops\nat ops\n");
	play.sent[0] = '\0';
	session_revive(play.session, 0);
	assert_non_null(strstr(play.sent, "J1:Play|J2:ops|"));
}

static void
what_waits_for_the_room_before_waits_for_enter(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	welcome(1);
	deny(1, RECORD_OTHER_ROOM, "", true);
	assert_string_equal(lowest(), "ops is another room now: what waits was "
	    "typed for the one before.");
	assert_string_equal(told(), "ops is another room now: Enter enters it, "
	    "and says there what waits.");
	play.sent[0] = '\0';
	type("\r");
	assert_string_equal(play.sent, "X1:|J1!:ops|K1:|");
}

/* Where the operator alone opens rooms nobody is asked. */
static void
a_slip_is_told_in_a_sentence(void **state)
{
	(void)state;
	be_in();
	type("/join opps\r");
	play.sent[0] = '\0';
	deny(1, RECORD_NO_ROOM, "", true);
	assert_string_equal(told(), "There is no room opps: /rooms lists those "
	    "that there are.");
	assert_string_equal(room(), "lab");
	assert_string_equal(play.sent, "X1:|K0:|");
	assert_false(session_has_windows(play.session));
	type("/join opps\r");
	deny(1, RECORD_QUOTA, "", true);
	assert_string_equal(told(), "opps is one room too many.");
	/* One of before that nobody looks at. */
	type("/join opps\r/go lab\r");
	deny(1, RECORD_NO_ROOM, "", true);
	assert_string_equal(told(), "There is no room opps any more.");
}

/* Which is read, also where the room that one begins in comes only then. */
static void
what_is_told_of_another_room_outlives_the_welcome(void **state)
{
	(void)state;
	be_in();
	type("/join opps\r");
	deny(1, RECORD_NO_ROOM, "", true);
	welcome(0);
	assert_string_equal(told(), "There is no room opps: /rooms lists those "
	    "that there are.");
}

/* The home room by its name, where that was not known. */
static void
one_that_is_there_is_gone_to(void **state)
{
	(void)state;
	be_in();
	type("/join den\rone\r/me waves\r");
	play.sent[0] = '\0';
	tell(0, RECORD_ROOM, "den");
	/* And what waits is said there. */
	deny(1, RECORD_NO_ROOM, "den", true);
	assert_string_equal(told(), "den is the room of number 1.");
	assert_string_equal(room(), "den");
	assert_string_equal(play.sent, "P0:one|P0:waves|X1:|K0:|");
	assert_false(session_has_windows(play.session));
}

/* By the name that it had before, in whatever window. */
static void
nor_is_one_that_is_there_by_another_name(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r/join old\rone\r");
	play.sent[0] = '\0';
	tell(1, RECORD_ROOM, "new");
	tell(1, RECORD_WELCOME, "ada");
	tell(2, RECORD_ROOM, "new");
	deny(2, RECORD_NO_ROOM, "old", true);
	assert_string_equal(told(), "old is the room of number 2.");
	assert_string_equal(room(), "new");
	assert_string_equal(play.sent, "P1:one|X2:|K1:|");
}

/* Nobody would find them again. */
static void
what_waits_in_one_that_there_is_not_stays(void **state)
{
	(void)state;
	be_in();
	type("/join opps\rone\r");
	play.sent[0] = '\0';
	deny(1, RECORD_NO_ROOM, "", true);
	assert_string_equal(room(), "opps");
	assert_string_equal(lowest(), "There is no such room.");
	assert_string_equal(told(), "There is no room opps: /withdraw takes "
	    "back what waits, /leave goes.");
	type("/leave\r");
	assert_string_equal(told(), "Lines wait to be said in opps: /withdraw "
	    "takes them back.");
	type("\025/withdraw\r");
	assert_string_equal(typed(), "one");
	/* The operator may have opened it since. */
	play.sent[0] = '\0';
	type("\025/join opps\r");
	assert_string_equal(play.sent, "X1:|J1:opps|K1:|");
	type("/leave\r");
	assert_string_equal(room(), "lab");
}

/* The answer comes in the middle of a line: what is typed behind that is not
 * said in another room. */
static void
who_types_in_one_that_there_is_not_says_nothing_elsewhere(void **state)
{
	(void)state;
	be_in();
	type("/join opps\r");
	play.sent[0] = '\0';
	type("the code is ");
	deny(1, RECORD_NO_ROOM, "", true);
	type("4711\r");
	assert_null(strstr(play.sent, "P0:"));
}

/* Nor is what was typed before gone. */
static void
nor_is_what_was_typed_gone(void **state)
{
	(void)state;
	be_in();
	type("/join den\r");
	type("half a li");
	tell(0, RECORD_ROOM, "den");
	deny(1, RECORD_NO_ROOM, "den", true);
	assert_string_equal(room(), "den");
	assert_string_equal(typed(), "half a li");
}

static void
a_server_of_one_room_has_no_other(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	/* It may be another one for a while: what is kept stays. */
	strlcpy(play.kept, "2 ops\n", sizeof(play.kept));
	deny(1, RECORD_NO_ROOM, "lab", true);
	assert_string_equal(play.kept, "2 ops\n");
	assert_string_equal(told(), "No room ops: this server has one room.");
	assert_string_equal(room(), "lab");
	assert_false(session_has_windows(play.session));
	/* As all there is. */
	deny(0, RECORD_NO_ROOM, "", false);
	assert_true(session_over(play.session));
}

static void
one_that_keeps_one_out_ends_nothing_but_that(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	welcome(1);
	deny(0, RECORD_KICKED, "", true);
	deny(1, RECORD_OWNED, "", true);
	assert_false(session_over(play.session));
	deny(1, RECORD_KICKED, "", false);
	assert_false(session_over(play.session));
	deny(0, RECORD_KICKED, "", false);
	assert_true(session_over(play.session));
}

static void
a_closed_room_is_told_by_its_name(void **state)
{
	(void)state;
	be_in();
	type("/join ops\r");
	deny(1, RECORD_CLOSED, "", true);
	assert_string_equal(lowest(), "the room ops is closed; its operator "
	    "can let you in, if you send them your key: opps");
}

/* Whatever other windows are kept; where one of those that are given lets him
 * in he stays. */
static void
who_asks_for_rooms_that_there_are_not_is_told_so_and_ends(void **state)
{
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		strlcpy(play.kept, "2 class\n", sizeof(play.kept));
		begin(false);
		strlcpy(play.options.room, round == 0 ? "opps" : "opps den",
		    sizeof(play.options.room));
		assert_true(session_call_first(play.session, "opps"));
		session_start(play.session, 0);
		tell(1, RECORD_WELCOME, "ada");
		if (round == 1)
			tell(2, RECORD_WELCOME, "ada");
		deny(0, RECORD_NO_ROOM, "", true);
		assert_int_equal(session_over(play.session), round == 0);
		if (round == 2)
			deny(2, RECORD_NO_ROOM, "", true);
		assert_int_equal(session_over(play.session), round != 1);
		if (round != 1)
			assert_int_equal(session_status(play.session,
			    &(const char *){ NULL }), 3);
		if (round == 0)
			assert_string_equal(play.kept, "2 class\n");
		session_free(play.session);
	}
	be_in();
}

/* Who was there once is not put out by one that is not there any more. */
static void
nor_does_a_room_that_goes_end_it(void **state)
{
	(void)state;
	begin(false);
	strlcpy(play.options.room, "opps", sizeof(play.options.room));
	assert_true(session_call_first(play.session, "opps"));
	session_start(play.session, 0);
	welcome(0);
	type("/join class\r");
	welcome(1);
	type("/leave opps\r/join opps\r");
	deny(0, RECORD_NO_ROOM, "", true);
	assert_false(session_over(play.session));
}

/* And are those of the room that is looked at. */
static void
links_say_of_which_room_they_are(void **state)
{
	(void)state;
	be_in();
	comes(0, 1, "see https://example.org/lab");
	type("/links\r");
	assert_string_equal(scene().pager->title, "Links · /open N, /copy N");
	type("\007/join ops\r");
	welcome(1);
	type("/links\r");
	assert_string_equal(told(), "No links in ops.");
	type("/go lab\r/links\r");
	assert_string_equal(scene().pager->title, "Links in lab · /open N, "
	    "/copy N");
}

/* Each under its number; what is no line of that list is none. */
static void
the_windows_are_there_in_the_next_run(void **state)
{
	(void)state;
	strlcpy(play.kept, "3 class\n2 ops\n2 den\n0 x\nx\n9999 x\n4 a b\n"
	    "5 ops", sizeof(play.kept));
	begin(false);
	session_start(play.session, 0);
	assert_string_equal(play.whose, "ada");
	assert_string_equal(play.sent,
	    "J2:class|J1:ops|J3:den|J4:x|L0:ada|K0:|");
	welcome(0);
	type("/go class\r");
	assert_string_equal(play.sent, "K2:|");
	play.sent[0] = '\0';
	tell(2, RECORD_WELCOME, "ada");
	session_record_in(play.session, 2, 0, WALL, &(struct record){
	    .type = RECORD_ENTRY, .entry = { .seq = 17, .kind = ENTRY_SAY,
	    .author = "bob", .author_len = 3, .text = "hi",
	    .text_len = 2 } });
	session_revive(play.session, 0);
	assert_string_equal(play.sent,
	    "J1:ops|J2@17:class|J3:den|J4:x|L2:ada|K2:|");
}

static void
those_that_are_given_are_there_as_well(void **state)
{
	(void)state;
	strlcpy(play.kept, "2 class\n3 ops\n6 den\n", sizeof(play.kept));
	begin(false);
	strlcpy(play.options.room, "ops den new Ops",
	    sizeof(play.options.room));
	assert_true(session_call_first(play.session, "ops"));
	session_start(play.session, 0);
	assert_string_equal(play.sent, "J1:class|J5:den|J3:new|L0:ada|K0:|");
	assert_string_equal(room(), "ops");
}

/* In this run alone it is the first one. */
static void
where_one_begins_keeps_its_number(void **state)
{
	(void)state;
	strlcpy(play.kept, "2 class\n3 ops\nat class\n",
	    sizeof(play.kept));
	begin(false);
	strlcpy(play.options.room, "ops", sizeof(play.options.room));
	assert_true(session_call_first(play.session, "ops"));
	session_start(play.session, 0);
	welcome(0);
	assert_string_equal(room(), "ops");
	type("/join den\r");
	welcome(3);
	assert_string_equal(play.kept, "3 ops\n2 class\n4 den\nat den\n");
}

/* Nor is a number another's because one was given that had none. */
static void
where_one_begins_for_once_takes_no_number(void **state)
{
	(void)state;
	strlcpy(play.kept, "2 class\n", sizeof(play.kept));
	begin(false);
	strlcpy(play.options.room, "ops", sizeof(play.options.room));
	assert_true(session_call_first(play.session, "ops"));
	session_start(play.session, 0);
	welcome(0);
	tell(1, RECORD_WELCOME, "ada");
	assert_string_equal(play.kept, "0 ops\n2 class\nat ops\n");
	session_free(play.session);
	begin(false);
	session_start(play.session, 0);
	assert_string_equal(play.sent, "J1:class|J2:ops|L2:ada|K2:|");
}

static void
the_one_that_was_looked_at_is_looked_at_again(void **state)
{
	(void)state;
	strlcpy(play.kept, "2 class\n4 ops\nat ops\n", sizeof(play.kept));
	begin(false);
	session_start(play.session, 0);
	assert_string_equal(play.sent, "J1:class|J3:ops|L3:ada|K3:|");
	assert_string_equal(room(), "ops");
	welcome(0);
	assert_string_equal(room(), "ops");
	/* Kept a while after one went elsewhere, and not at each key. */
	session_tick(play.session, 0);
	type("\x10");
	session_tick(play.session, 0);
	assert_string_equal(play.kept, "2 class\n4 ops\nat ops\n");
	session_tick(play.session, 60 * 1000);
	assert_string_equal(play.kept, "2 class\n4 ops\nat class\n");
	type("\x10");
	session_tick(play.session, 60 * 1000);
	session_tick(play.session, 120 * 1000);
	assert_string_equal(play.kept, "2 class\n4 ops\n");
}

/* Not in the middle of a line, which was begun elsewhere. */
static void
where_one_looked_is_shown_once_the_name_is_known(void **state)
{
	(void)state;
	strlcpy(play.kept, "4 ops\nat ops\n", sizeof(play.kept));
	begin(false);
	session_free(play.session);
	begin_as(false, NULL);
	session_start(play.session, 0);
	assert_string_equal(room(), "chat");
	type("ada\r");
	assert_string_equal(room(), "ops");
	assert_string_equal(typed(), "");
}

/* It is only known then whose the server is. */
static void
what_is_kept_is_there_once_the_place_is_known(void **state)
{
	(void)state;
	begin(false);
	session_start(play.session, 0);
	strlcpy(play.kept, "2 class\n4 ops\nat ops\n", sizeof(play.kept));
	tell(0, RECORD_MOVED, "");
	play.sent[0] = '\0';
	session_revive(play.session, 0);
	assert_string_equal(play.sent, "J1:class|J3:ops|L0:ada|K0:|");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(joined_it_is_looked_at_in_a_window_of_its_own),
		TEST(what_is_no_name_is_no_room),
		TEST(the_classic_protocol_has_one),
		TEST(who_leaves_one_is_in_the_others),
		TEST(nobody_leaves_lines_behind),
		TEST(a_line_that_waits_keeps_its_window),
		TEST(tab_proposes_those_that_have_no_window),
		TEST(a_part_of_a_name_goes_there),
		TEST(its_number_goes_there_as_well),
		TEST(fingers_from_elsewhere_turn_windows),
		TEST(the_tenth_has_a_key_as_well),
		TEST(all_rooms_are_searched_at_once),
		TEST(those_that_there_are_are_listed),
		TEST(a_room_that_is_not_there_is_made_by_another_enter),
		TEST(a_slip_is_told_in_a_sentence),
		TEST(what_is_told_of_another_room_outlives_the_welcome),
		TEST(nor_is_it_made_by_escape),
		TEST(who_is_put_out_of_one_may_enter_it_again),
		TEST(a_room_is_kept_by_the_name_that_it_has),
		TEST(what_waits_for_the_room_before_waits_for_enter),
		TEST(one_that_is_there_is_gone_to),
		TEST(nor_is_one_that_is_there_by_another_name),
		TEST(what_waits_in_one_that_there_is_not_stays),
		TEST(who_types_in_one_that_there_is_not_says_nothing_elsewhere),
		TEST(nor_is_what_was_typed_gone),
		TEST(a_server_of_one_room_has_no_other),
		TEST(one_that_keeps_one_out_ends_nothing_but_that),
		TEST(a_closed_room_is_told_by_its_name),
		TEST(who_asks_for_rooms_that_there_are_not_is_told_so_and_ends),
		TEST(nor_does_a_room_that_goes_end_it),
		TEST(links_say_of_which_room_they_are),
		TEST(the_windows_are_there_in_the_next_run),
		TEST(those_that_are_given_are_there_as_well),
		TEST(where_one_begins_keeps_its_number),
		TEST(where_one_begins_for_once_takes_no_number),
		TEST(the_one_that_was_looked_at_is_looked_at_again),
		TEST(where_one_looked_is_shown_once_the_name_is_known),
		TEST(what_is_kept_is_there_once_the_place_is_known),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
