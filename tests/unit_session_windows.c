/*
 * Several rooms in one session: each window has what is its own, and only a key
 * turns from one to another.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
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
	char		 alerted[64];
	unsigned	 alerts;
	uint64_t	 read_ops;	/* in an earlier run */
	char		 draft_lab[64], draft_ops[64];	/* as they are kept */
	struct options	 options, next;
	int64_t		 now;
	struct window	*lab, *ops, *class;
} play;

static bool
on_send(void *arg, const struct record *r)
{
	(void)arg;
	snprintf(play.sent + strlen(play.sent), 128, "%c:%.*s|",
	    r->type == RECORD_POST ? 'P' : r->type == RECORD_LOGIN ? 'L' : '?',
	    (int)r->text_len, r->text_len > 0 ? r->text : "");
	return true;
}

static uint64_t
on_read_up_to(void *arg, const struct session_place *at)
{
	(void)arg;
	return strcmp(at->room, "ops") == 0 ? play.read_ops : 0;
}

static void
on_keep_read(void *arg, const struct session_place *at, uint64_t seen)
{
	(void)arg;
	if (strcmp(at->room, "ops") == 0)
		play.read_ops = seen;
}

static char *
on_load_draft(void *arg, const struct session_place *at, size_t *len)
{
	(void)arg;
	if (strcmp(at->room, "ops") != 0 || play.draft_ops[0] == '\0')
		return NULL;
	*len = strlen(play.draft_ops);
	return strdup(play.draft_ops);
}

static bool
on_keep_draft(void *arg, const struct session_place *at, const char *text,
    size_t len)
{
	(void)arg;
	snprintf(strcmp(at->room, "ops") == 0 ? play.draft_ops : play.draft_lab,
	    sizeof(play.draft_lab), "%.*s", (int)len, text);
	return true;
}

static void
on_welcome(void *arg, const char *name)
{
	(void)arg;
	(void)name;
}

static void
on_alert(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	play.alerts++;
	snprintf(play.alerted, sizeof(play.alerted), "%s: %.*s", name,
	    (int)len, text);
}

static void
on_settings(void *arg)
{
	(void)arg;
}

static void
tell_in(const struct window *w, enum record_type type, const char *text)
{
	struct record r = { .type = type, .text = text,
	    .text_len = strlen(text) };

	session_record_in(play.session, w->number, play.now, WALL, &r);
}

static void
deny_in(const struct window *w, enum record_denial denial, const char *text)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .text = text, .text_len = strlen(text) };

	session_record_in(play.session, w->number, play.now, WALL, &r);
}

static void
enter_in(const struct window *w, enum entry_kind kind, const char *author,
    const char *text)
{
	static uint64_t seq;
	struct record r = { .type = RECORD_ENTRY, .entry = {
	    .seq = ++seq, .kind = kind, .time_ms = WALL, .author = author,
	    .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) } };

	play.now++;
	session_record_in(play.session, w->number, play.now, WALL, &r);
}

static void
say_in(const struct window *w, const char *author, const char *text)
{
	enter_in(w, ENTRY_SAY, author, text);
}

static void
press(uint32_t code)
{
	const struct key k = { .code = code };

	session_keys(play.session, play.now, WALL, &k, 1);
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

static void
is_shown(const struct window *w)
{
	assert_ptr_equal(scene().history, w->history);
}

static unsigned
lines(const struct window *w)
{
	return (unsigned)(history_end(w->history) - history_first(w->history));
}

/* What stands lowest in a room. */
static const char *
lowest(const struct window *w)
{
	static char text[512];
	struct history_line l = history_get(w->history,
	    history_end(w->history) - 1);

	snprintf(text, sizeof(text), "%.*s", (int)l.shown_len, l.shown);
	return text;
}

static void
begin_with(const struct session_out *out)
{
	struct session_config config = { .server = "host", .name = "ada",
	    .known_hosts = "known_hosts", .options = &play.options,
	    .next = &play.next, .history_bytes = 6 << 20 };

	config_defaults(&play.options);
	play.next = play.options;
	play.session = session_new(&config, out);
	assert_non_null(play.session);
	session_resize(play.session, ROWS, 80);
	session_start(play.session, 0);
}

static void
begin(void)
{
	const struct session_out out = { .send = on_send,
	    .mark = { on_read_up_to, on_keep_read },
	    .load_draft = on_load_draft,
	    .keep_draft = on_keep_draft, .welcome = on_welcome,
	    .alert = on_alert, .settings = on_settings };
	static const struct window first;

	begin_with(&out);
	tell_in(&first, RECORD_ROOM, "lab");
	play.ops = session_open_window(play.session, "ops", 3);
	play.class = session_open_window(play.session, "class", 5);
	assert_non_null(play.ops);
	assert_non_null(play.class);
	session_show_next(play.session, true);
	is_shown(play.class);
	session_show_next(play.session, true);
	is_shown(play.ops);
	session_show_last(play.session);
	is_shown(play.class);
	session_show_next(play.session, false);
}

/* All three have taken the name, and have told what was. */
static void
join(void)
{
	static const struct window first;

	begin();
	tell_in(&first, RECORD_WELCOME, "ada");
	tell_in(&first, RECORD_CAUGHT_UP, "");
	tell_in(play.ops, RECORD_WELCOME, "ada");
	tell_in(play.ops, RECORD_CAUGHT_UP, "");
	tell_in(play.class, RECORD_WELCOME, "ada");
	tell_in(play.class, RECORD_CAUGHT_UP, "");
	play.sent[0] = '\0';
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
a_window_opens_behind_and_takes_the_lowest_number(void **state)
{
	struct window *w;

	(void)state;
	join();
	assert_string_equal(room(), "lab");
	assert_int_equal(play.ops->number, 1);
	assert_int_equal(play.class->number, 2);
	assert_true(session_close_window(play.session, play.ops));
	assert_string_equal(room(), "lab");
	w = session_open_window(play.session, "music", 5);
	assert_int_equal(w->number, 1);
	session_show_next(play.session, false);
	assert_string_equal(room(), "music");
}

static void
there_are_not_more_than_there_may_be_nor_less_than_one(void **state)
{
	struct window *w, *last = NULL;
	unsigned n = 3;

	(void)state;
	join();
	while ((w = session_open_window(play.session, "more", 4)) != NULL) {
		last = w;
		n++;
	}
	assert_int_equal(n, SESSION_WINDOWS);
	session_show(play.session, last);
	while (n-- > 1) {
		w = session_window(play.session);
		assert_true(session_close_window(play.session, w));
	}
	assert_false(session_has_windows(play.session));
	w = session_window(play.session);
	assert_false(session_close_window(play.session, w));
	type("still here");
	assert_string_equal(typed(), "still here");
}

static void
each_has_its_own_line(void **state)
{
	(void)state;
	join();
	type("for lab\001");		/* C-a: the caret, too */
	session_show(play.session, play.ops);
	assert_string_equal(typed(), "");
	type("for ops\r");
	assert_string_equal(play.sent, "P:for ops|");
	type("more");
	session_show_next(play.session, true);
	assert_string_equal(typed(), "for lab");
	type("all ");
	assert_string_equal(typed(), "all for lab");
	type("\037\037\037\037\037\037\037\037\037\037");	/* undo */
	assert_string_equal(typed(), "");
	session_show(play.session, play.ops);
	assert_string_equal(typed(), "more");
}

static void
what_is_typed_is_kept_for_its_room(void **state)
{
	(void)state;
	join();
	type("sent\r");
	type("half");
	session_show(play.session, play.ops);
	assert_int_not_equal(session_tick(play.session, play.now), INT64_MAX);
	type("other");
	press(KEYC_UP);
	session_tick(play.session, play.now + 60000);
	assert_string_equal(play.draft_lab, "half");
	assert_string_equal(play.draft_ops, "other");
	session_show_last(play.session);
	press(KEYC_UP);
	assert_string_equal(typed(), "sent");
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft_lab, "half");
	assert_string_equal(play.draft_ops, "other");
	type("\025");
	session_show(play.session, play.ops);
	type("\025" "changed");
	assert_true(session_close_window(play.session, play.ops));
	assert_string_equal(play.draft_ops, "changed");
}

static void
what_was_typed_there_comes_back_there(void **state)
{
	(void)state;
	strlcpy(play.draft_ops, "of before", sizeof(play.draft_ops));
	join();
	assert_string_equal(typed(), "");
	session_show(play.session, play.ops);
	assert_string_equal(typed(), "of before");
}

/* Also while one is asked something where one looks. */
static void
what_is_taken_back_is_on_the_line_of_its_room(void **state)
{
	static const struct window first;

	(void)state;
	join();
	session_show(play.session, play.ops);
	press(KEY_CTRL_OF('r'));
	type("x");
	tell_in(&first, RECORD_WITHDRAWN, "taken back");
	tell_in(&first, RECORD_WITHDRAWN, "");
	assert_string_equal(typed(), "x");
	session_show_next(play.session, true);
	assert_string_equal(typed(), "taken back");
}

static void
what_was_said_there_waits_there(void **state)
{
	(void)state;
	join();
	type("one\r");
	session_show(play.session, play.ops);
	assert_int_equal(history_tail(play.ops->history),
	    history_end(play.ops->history));
	type("two\r");
	assert_string_equal(play.sent, "P:one|P:two|");
	assert_int_equal(history_tail(play.ops->history) -
	    history_end(play.ops->history), 1);
}

/* What Up brought in one room is not what is being typed in the other. */
static void
what_up_has_put_by_comes_back_before_one_turns_away(void **state)
{
	(void)state;
	join();
	type("sent\r");
	type("half");
	press(KEYC_UP);
	assert_string_equal(typed(), "sent");
	session_show(play.session, play.ops);
	assert_string_equal(typed(), "");
	press(KEYC_UP);
	assert_string_equal(typed(), "sent");
	type(" changed");
	press(KEYC_DOWN);
	session_show_last(play.session);
	assert_string_equal(typed(), "half");
}

static void
what_was_made_of_what_up_brought_is_not_lost(void **state)
{
	(void)state;
	join();
	type("sent\r");
	type("half");
	press(KEYC_UP);
	type(" anew");
	session_show(play.session, play.ops);
	session_show_last(play.session);
	assert_string_equal(typed(), "half");
	press(KEYC_UP);
	assert_string_equal(typed(), "sent anew");
}

static void
a_search_ends_where_it_was(void **state)
{
	(void)state;
	join();
	say_in(play.ops, "bob", "needle");
	type("draft");
	press(KEY_CTRL_OF('r'));
	type("x");
	assert_int_equal(scene().asks, SCENE_SEARCH);
	session_show(play.session, play.ops);
	assert_int_equal(scene().asks, SCENE_SAYS);
	assert_string_equal(typed(), "");
	assert_null(scene().needle);
	session_show_last(play.session);
	assert_string_equal(typed(), "draft");
}

static void
what_comes_is_shown_in_its_room_alone(void **state)
{
	unsigned in_lab, in_ops;

	(void)state;
	join();
	in_ops = lines(play.ops);
	session_show(play.session, play.class);
	in_lab = lines(play.class);
	say_in(play.ops, "bob", "hello ops");
	assert_int_equal(lines(play.ops), in_ops + 1);
	assert_int_equal(lines(play.class), in_lab);
	assert_string_equal(lowest(play.ops), "hello ops");
	is_shown(play.class);
}

static void
what_nobody_looked_at_is_counted_and_unread(void **state)
{
	(void)state;
	join();
	enter_in(play.ops, ENTRY_JOIN, "bob", "");
	assert_int_equal(play.ops->activity, WINDOW_QUIET);
	assert_int_equal(play.ops->unread.count, 0);
	say_in(play.ops, "bob", "one");
	say_in(play.ops, "bob", "two");
	assert_int_equal(play.ops->activity, WINDOW_SAID);
	assert_int_equal(play.ops->unread.count, 2);
	assert_true(play.ops->unread.grows);
	session_show(play.session, play.ops);
	assert_int_equal(play.ops->activity, WINDOW_QUIET);
	assert_true(play.ops->unread.any);
	press(KEYC_ESCAPE);
	assert_false(play.ops->unread.any);
	session_show_last(play.session);
	say_in(play.ops, "bob", "three");
	assert_int_equal(play.ops->unread.count, 1);
}

/* Nor by being called otherwise, which all rooms hear. */
static void
a_new_name_reads_nothing(void **state)
{
	struct record r = { .type = RECORD_ENTRY, .entry = { .seq = 1000,
	    .kind = ENTRY_RENAME, .time_ms = WALL, .author = "ada",
	    .author_len = 3, .text = "adaz", .text_len = 4, .id = 77 } };

	(void)state;
	join();
	say_in(play.ops, "bob", "one");
	assert_int_equal(play.ops->unread.count, 1);
	session_record_in(play.session, play.ops->number, play.now, WALL, &r);
	assert_true(play.ops->unread.any);
	assert_int_equal(play.ops->unread.count, 1);
}

/* Both in one read: nothing is typed, or said, in another room. */
static void
escape_and_a_command_stay_where_they_are(void **state)
{
	static const struct key keys[] = { { .code = KEYC_META | '/' },
	    { .code = 'z', .text = { 'z' }, .len = 1 } };

	(void)state;
	join();
	session_show(play.session, play.ops);
	session_show_next(play.session, true);
	session_keys(play.session, play.now, WALL, keys, 2);
	assert_string_equal(typed(), "/z");
	assert_string_not_equal(room(), "ops");
	press(KEYC_ESCAPE);
	session_keys(play.session, play.now, WALL, keys, 1);
	is_shown(play.ops);
}

/* Nobody has looked by having come in. */
static void
what_was_missed_there_goes_on_to_be_counted(void **state)
{
	static const struct window first;

	(void)state;
	play.read_ops = 1;
	begin();
	tell_in(&first, RECORD_WELCOME, "ada");
	tell_in(play.ops, RECORD_WELCOME, "ada");
	say_in(play.ops, "bob", "one");
	say_in(play.ops, "bob", "two, ada");
	assert_int_equal(play.ops->activity, WINDOW_MENTION);
	assert_int_equal(play.alerts, 0);
	tell_in(play.ops, RECORD_CAUGHT_UP, "");
	say_in(play.ops, "bob", "three");
	assert_int_equal(play.ops->unread.count, 3);
	assert_int_equal(session_mentions(play.session), 0);
}

/* What came since one is in is news to the next run as well, also where no
 * earlier one has read anything; what was there before one came is not. */
static void
who_never_looked_there_has_missed_what_came_since(void **state)
{
	static const struct window first;

	(void)state;
	begin();
	tell_in(&first, RECORD_WELCOME, "ada");
	tell_in(play.ops, RECORD_WELCOME, "ada");
	say_in(play.ops, "bob", "before");
	enter_in(play.ops, ENTRY_JOIN, "ada", "");
	tell_in(play.ops, RECORD_CAUGHT_UP, "");
	say_in(play.ops, "bob", "since, ada");
	session_keep_read(play.session);
	assert_int_equal(play.read_ops, play.ops->read.newest - 1);
}

/* A kill -9 tells but few lines again. */
static void
what_one_has_read_is_kept_some_seconds_later(void **state)
{
	uint64_t before;
	int64_t due;

	(void)state;
	join();
	session_show(play.session, play.ops);
	say_in(play.ops, "bob", "one");
	session_keep_read(play.session);
	before = play.read_ops;
	assert_int_equal(before, play.ops->read.newest);
	say_in(play.ops, "bob", "two");
	due = session_tick(play.session, play.now);
	assert_in_range(due, play.now + 1, play.now + 5000);
	say_in(play.ops, "bob", "three");
	session_tick(play.session, due - 1);
	assert_int_equal(play.read_ops, before);
	session_tick(play.session, due);
	assert_int_equal(play.read_ops, before + 2);
}

static void
who_names_one_elsewhere_is_heard(void **state)
{
	(void)state;
	join();
	say_in(play.class, "bob", "hello all");
	assert_int_equal(play.alerts, 0);
	say_in(play.ops, "bob", "hello ada");
	assert_int_equal(play.alerts, 1);
	assert_string_equal(play.alerted, "bob · ops: hello ada");
	assert_int_equal(play.ops->activity, WINDOW_MENTION);
	assert_int_equal(play.class->activity, WINDOW_SAID);
	assert_int_equal(session_mentions(play.session), 1);
	session_show(play.session, play.ops);
	assert_int_equal(session_mentions(play.session), 0);
	say_in(play.ops, "bob", "hello ada");
	assert_int_equal(play.alerts, 1);
	press(KEYC_FOCUS_OUT);
	say_in(play.ops, "bob", "hello ada");
	assert_int_equal(play.alerts, 2);
	press(KEYC_FOCUS_IN);
	assert_int_equal(session_mentions(play.session), 0);
}

/* Each is counted, and marked where it is. */
static void
many_rooms_do_not_ring_all_at_once(void **state)
{
	int i;

	(void)state;
	join();
	play.now = 5000;
	for (i = 0; i < 10; i++) {
		say_in(play.ops, "bob", "hello ada");
		say_in(play.class, "bob", "hello ada");
	}
	assert_int_equal(play.alerts, 1);
	assert_int_equal(session_mentions(play.session), 20);
	play.now += 1000;
	say_in(play.class, "bob", "hello ada");
	assert_int_equal(play.alerts, 2);
	assert_string_equal(play.alerted, "bob · class: hello ada");
	/* In the room that is on the screen each does. */
	press(KEYC_FOCUS_OUT);
	say_in(session_window(play.session), "bob", "hello ada");
	say_in(session_window(play.session), "bob", "hello ada");
	assert_int_equal(play.alerts, 4);
	assert_string_equal(play.alerted, "bob: hello ada");
}

static void
the_next_active_is_who_means_one_then_the_oldest_then_back(void **state)
{
	struct window *music;

	(void)state;
	join();
	music = session_open_window(play.session, "music", 5);
	tell_in(music, RECORD_CAUGHT_UP, "");
	assert_false(session_show_active(play.session));
	say_in(play.class, "bob", "first");
	say_in(play.ops, "bob", "second");
	say_in(music, "bob", "ada: third");
	say_in(play.class, "bob", "fourth");
	assert_true(session_show_active(play.session));
	is_shown(music);
	assert_true(session_show_active(play.session));
	is_shown(play.class);
	assert_true(session_show_active(play.session));
	is_shown(play.ops);
	assert_true(session_show_active(play.session));
	assert_string_equal(room(), "lab");
	assert_false(session_show_active(play.session));
}

/* Then that is where one begins. */
static void
who_turns_elsewhere_by_himself_does_not_go_back(void **state)
{
	(void)state;
	join();
	say_in(play.ops, "bob", "one");
	assert_true(session_show_active(play.session));
	session_show(play.session, play.class);
	assert_false(session_show_active(play.session));
	is_shown(play.class);
}

static void
a_window_that_is_gone_is_nowhere_gone_to(void **state)
{
	(void)state;
	join();
	say_in(play.class, "bob", "one");
	session_show(play.session, play.ops);
	assert_true(session_show_active(play.session));
	is_shown(play.class);
	assert_true(session_close_window(play.session, play.ops));
	assert_false(session_show_last(play.session));
	assert_false(session_show_active(play.session));
	assert_true(session_close_window(play.session, play.class));
	assert_string_equal(room(), "lab");
	/* What still comes for it is of nobody. */
	tell_in(&(struct window){ .number = 1 }, RECORD_ROOM, "gone");
	assert_string_equal(room(), "lab");
}

static void
what_is_told_of_another_room_says_which(void **state)
{
	struct record r = { .type = RECORD_REFUSED, .flags = RECORD_MUTED,
	    .text = "", .id = 1 };

	(void)state;
	join();
	session_record_in(play.session, play.ops->number, 0, WALL, &r);
	assert_memory_equal(told(), "ops: Not said", 13);
	session_show(play.session, play.ops);
	session_record_in(play.session, play.ops->number, 0, WALL, &r);
	assert_memory_equal(told(), "Not said", 8);
}

static void
who_is_put_out_of_one_room_is_in_the_others(void **state)
{
	const char *why;

	(void)state;
	join();
	type("draft");
	deny_in(play.ops, RECORD_KICKED, "too loud");
	assert_false(session_over(play.session));
	assert_false(play.ops->in);
	assert_true(play.class->in);
	assert_string_equal(lowest(play.ops), "put out of the room: too loud");
	assert_string_equal(typed(), "draft");
	/* Of the session it ends all. */
	session_record(play.session, 0, WALL, &(struct record){
	    .type = RECORD_DENIED, .denial = RECORD_HOST_UNSURE });
	assert_true(session_over(play.session));
	session_status(play.session, &why);
	assert_true(*why != '\0');
}

static void
what_is_asked_is_asked_where_one_looks(void **state)
{
	static const struct window first;

	(void)state;
	join();
	type("for lab");
	session_show(play.session, play.ops);
	type("for ops");
	deny_in(&first, RECORD_TAKEN, "ada");
	assert_int_equal(scene().asks, SCENE_NAME);
	assert_string_equal(typed(), "ada");
	assert_false(play.ops->in);
	type("\005" "2\r");	/* C-e */
	assert_string_equal(play.sent, "L:ada2|");
	tell_in(&first, RECORD_WELCOME, "ada2");
	assert_string_equal(typed(), "for ops");
	is_shown(play.ops);
	session_show_next(play.session, true);
	assert_string_equal(typed(), "for lab");
}

/* Each line in the room that it was typed for. */
static void
what_is_typed_before_one_is_in_waits_in_its_room(void **state)
{
	static const struct window first;

	(void)state;
	begin();
	type("one\r");
	session_show(play.session, play.ops);
	type("two\r");
	assert_string_equal(play.sent, "L:ada|");
	tell_in(&first, RECORD_WELCOME, "ada");
	assert_string_equal(play.sent, "L:ada|P:one|");
	tell_in(play.ops, RECORD_WELCOME, "ada");
	assert_string_equal(play.sent, "L:ada|P:one|P:two|");
}

/* What may have been meant as one is said nowhere. */
static void
a_passphrase_takes_back_what_is_held_in_every_room(void **state)
{
	static const struct window first;

	(void)state;
	begin();
	type("one\r");
	session_show(play.session, play.ops);
	type("two\r");
	play.now = 10000;
	deny_in(&first, RECORD_WANTS_PASSPHRASE, "");
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	assert_string_equal(typed(), "");
	session_drawn(play.session);
	type("secret\r");
	tell_in(&first, RECORD_WELCOME, "ada");
	tell_in(play.ops, RECORD_WELCOME, "ada");
	assert_string_equal(play.sent, "L:ada|?:secret|");
	assert_string_equal(typed(), "two");
	session_show_next(play.session, true);
	assert_string_equal(typed(), "one");
}

/* As long as there is one receiver, all is said again in its room. */
static void
a_new_receiver_is_told_what_each_room_has_to_say(void **state)
{
	static const struct window first;
	struct record state_of = { .type = RECORD_STATE,
	    .state.phase = RECORD_ONLINE };

	(void)state;
	join();
	type("one\r");
	session_show(play.session, play.ops);
	type("two\r");
	play.sent[0] = '\0';
	session_revive(play.session, 0);
	assert_string_equal(play.sent, "L:ada|");
	session_record_in(play.session, play.ops->number, 0, WALL, &state_of);
	assert_string_equal(play.sent, "L:ada|P:two|");
	session_record_in(play.session, first.number, 0, WALL, &state_of);
	assert_string_equal(play.sent, "L:ada|P:two|P:one|");
}

static void
what_no_receiver_kept_is_on_the_line_of_its_room(void **state)
{
	bool drafted;
	size_t waits;

	(void)state;
	join();
	type("one\r");
	session_show(play.session, play.ops);
	type("two\r");
	assert_int_equal(session_take_unkept(play.session, 0, &drafted,
	    &waits), 2);
	assert_true(drafted);
	assert_int_equal(waits, 0);
	assert_string_equal(typed(), "two");
	session_show_next(play.session, true);
	assert_string_equal(typed(), "one");
}

/* What was not looked at for longest gives way to what comes. */
static void
all_rooms_have_the_bytes_that_one_had(void **state)
{
	static char text[1000];
	struct window *lab;
	size_t ops, class;
	int i;

	(void)state;
	join();
	lab = session_window(play.session);
	memset(text, 'x', sizeof(text) - 1);
	session_show(play.session, play.class);
	say_in(lab, "bob", "one");
	session_show(play.session, play.ops);
	say_in(lab, "bob", "two");
	session_show(play.session, lab);
	for (i = 0; i < 1800; i++) {
		say_in(play.class, "bob", text);
		say_in(play.ops, "bob", text);
	}
	ops = history_bytes(play.ops->history);
	class = history_bytes(play.class->history);
	assert_true(ops + class > 3 << 20);
	for (i = 0; i < 1500; i++) {
		say_in(lab, "bob", text);
		assert_true(history_bytes(lab->history) +
		    history_bytes(play.ops->history) +
		    history_bytes(play.class->history) <= 6 << 20);
	}
	assert_int_equal(history_bytes(play.ops->history), ops);
	assert_true(history_bytes(play.class->history) < class);
}

static void
keys_turn_from_room_to_room(void **state)
{
	(void)state;
	join();
	press(KEY_META_OF('3'));
	is_shown(play.class);
	press(KEY_META_OF('7'));
	is_shown(play.class);
	assert_string_equal(told(), "No room has the number 7.");
	press(KEY_CTRL_OF('n'));
	assert_string_equal(room(), "lab");
	press(KEY_CTRL_OF('p'));
	is_shown(play.class);
	press(KEY_META_OF(KEYC_LEFT));
	is_shown(play.ops);
	press(KEY_META_OF(KEYC_DOWN));
	is_shown(play.class);
	press(KEY_META_OF('/'));
	is_shown(play.ops);
	press(KEY_META_OF('/'));
	is_shown(play.class);
	press(KEY_META_OF('a'));
	is_shown(play.class);
	assert_string_equal(told(), "Nothing goes on in the other rooms.");
	say_in(play.ops, "bob", "one");
	press(KEY_META_OF('a'));
	is_shown(play.ops);
	press(KEY_META_OF('a'));
	is_shown(play.class);
}

static void
with_one_room_they_do_what_they_always_did(void **state)
{
	(void)state;
	join();
	session_close_window(play.session, play.ops);
	session_close_window(play.session, play.class);
	type("one\rtwo words");
	press(KEY_META_OF(KEYC_LEFT));
	type("2 ");
	assert_string_equal(typed(), "two 2 words");
	press(KEY_CTRL_OF('p'));
	assert_string_equal(typed(), "one");
	press(KEY_CTRL_OF('n'));
	assert_string_equal(typed(), "two 2 words");
	press(KEY_META_OF('2'));
	press(KEY_META_OF('a'));
	press(KEY_META_OF('/'));
	assert_string_equal(told(), "");
}

/* It may be full for long: the list stays, and says it beside. */
static void
a_full_disk_hides_no_list(void **state)
{
	struct record r = { .type = RECORD_STATE, .state = {
	    .phase = RECORD_ONLINE, .held = RECORD_HELD_DISK } };

	(void)state;
	join();
	session_record(play.session, 0, WALL, &r);
	assert_null(scene().notice);
	assert_string_equal(scene().windows.jump, "disk full: it waits");
	r.state.held = RECORD_HELD_RATE;
	session_record(play.session, 0, WALL, &r);
	assert_string_equal(scene().windows.jump, "too fast: it waits");
}

static void
the_frame_lists_them_and_the_prompt_names_the_room(void **state)
{
	const struct scene_window *of;

	(void)state;
	join();
	assert_string_equal(scene().asker, "lab");
	say_in(play.class, "bob", "one");
	say_in(play.ops, "bob", "one");
	say_in(play.class, "bob", "two, ada");
	of = scene().windows.of;
	assert_int_equal(scene().windows.n, 3);
	assert_int_equal(scene().windows.shown, 0);
	assert_int_equal(of[0].number, 1);
	assert_string_equal(of[0].name, "lab");
	assert_int_equal(of[0].fresh, 0);
	assert_int_equal(of[1].fresh, 1);
	assert_false(of[1].mention);
	assert_int_equal(of[2].fresh, 2);
	assert_true(of[2].mention);
	assert_string_equal(scene().windows.jump, "M-a: class");
	press(KEY_META_OF('a'));
	assert_string_equal(scene().asker, "class");
	assert_int_equal(scene().windows.shown, 2);
	assert_int_equal(scene().windows.of[2].fresh, 0);
	assert_string_equal(scene().windows.jump, "M-a: ops");
	press(KEY_META_OF('a'));
	assert_null(scene().windows.jump);
	session_close_window(play.session, play.ops);
	session_close_window(play.session, play.class);
	assert_string_equal(scene().asker, "ada");
	assert_int_equal(scene().windows.n, 1);
}

/* What lies over the room has its keys; those that it has not turn away. */
static void
a_search_and_a_page_keep_their_keys(void **state)
{
	(void)state;
	join();
	press(KEY_CTRL_OF('r'));
	type("x y");
	press(KEY_CTRL_OF('p'));
	press(KEY_META_OF(KEYC_LEFT));
	type("2");
	assert_int_equal(scene().asks, SCENE_SEARCH);
	assert_string_equal(typed(), "x 2y");
	press(KEY_META_OF('2'));
	is_shown(play.ops);
	assert_int_equal(scene().asks, SCENE_SAYS);
	press(KEYC_F1);
	press(KEY_CTRL_OF('n'));
	is_shown(play.ops);
	assert_true(scene().pager->open);
	press(KEY_META_OF('1'));
	assert_false(scene().pager->open);
	assert_string_equal(room(), "lab");
}

/* Of the list, those that are meant, and which of them Enter goes to. */
static const char *
meant(void)
{
	static char text[256];
	struct scene_windows list = scene().windows;
	size_t i;

	for (text[0] = '\0', i = 0; i < list.n; i++)
		snprintf(text + strlen(text), 64, "%s%s ", i == list.shown ?
		    ">" : "", list.of[i].name);
	return text;
}

static void
a_part_of_a_name_goes_there(void **state)
{
	(void)state;
	join();
	session_open_window(play.session, "oslo", 4);
	type("draft");
	press(KEYC_LEFT);
	press(KEY_META_OF('g'));
	assert_int_equal(scene().asks, SCENE_GO);
	assert_string_equal(scene().asker, "go to");
	assert_string_equal(typed(), "");
	assert_string_equal(meant(), ">ops class oslo ");
	type("s");
	assert_string_equal(meant(), ">ops class oslo ");
	press(KEYC_BACKSPACE);
	type("la");
	assert_string_equal(meant(), ">class ");
	type("\r");
	is_shown(play.class);
	assert_int_equal(scene().asks, SCENE_SAYS);
	session_show_last(play.session);
	assert_string_equal(typed(), "draft");
	type("x");
	assert_string_equal(typed(), "drafxt");
}

/* What begins so goes before what has it within. */
static void
of_several_one_is_chosen(void **state)
{
	(void)state;
	join();
	session_open_window(play.session, "slo", 3);
	press(KEY_META_OF('g'));
	type("s");
	assert_string_equal(meant(), ">slo ops class ");
	press('\t');
	assert_string_equal(meant(), "slo >ops class ");
	press(KEY_META_OF('g'));
	press(KEY_CTRL_OF('n'));
	assert_string_equal(meant(), ">slo ops class ");
	press(KEYC_UP);
	assert_string_equal(meant(), "slo ops >class ");
	type("s");
	assert_string_equal(meant(), ">class ");
	type("x\r");
	assert_string_equal(meant(), "");
	assert_string_equal(told(), "No other room is called so.");
	assert_int_equal(scene().asks, SCENE_GO);
	press(KEYC_BACKSPACE);
	type("\r");
	is_shown(play.class);
}

static void
to_go_nowhere_leaves_all_as_it_was(void **state)
{
	static const struct window first;

	(void)state;
	join();
	type("draft");
	press(KEY_META_OF('g'));
	type("o");
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft_lab, "draft");
	press(KEYC_ESCAPE);
	assert_string_equal(typed(), "draft");
	/* Another way there, and from a search. */
	press(KEY_META_OF('g'));
	press(KEY_META_OF('2'));
	is_shown(play.ops);
	press(KEY_META_OF('1'));
	assert_string_equal(typed(), "draft");
	press(KEY_CTRL_OF('r'));
	press(KEY_META_OF('g'));
	type("o");
	/* What is asked meanwhile goes before. */
	deny_in(&first, RECORD_TAKEN, "ada");
	assert_int_equal(scene().asks, SCENE_NAME);
	tell_in(&first, RECORD_WELCOME, "ada");
	assert_string_equal(typed(), "draft");
	press(KEY_META_OF('g'));
	type("o");
	play.now += 10000;
	deny_in(&first, RECORD_WANTS_PASSPHRASE, "");
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	tell_in(&first, RECORD_WELCOME, "ada");
	assert_string_equal(typed(), "draft");
}

static void
a_name_is_asked_for_where_one_is(void **state)
{
	static const struct window first;

	(void)state;
	join();
	deny_in(&first, RECORD_TAKEN, "ada");
	press(KEY_META_OF('2'));
	press(KEY_CTRL_OF('n'));
	assert_string_equal(room(), "lab");
	session_show(play.session, play.ops);
	assert_string_equal(room(), "lab");
	assert_false(session_close_window(play.session,
	    session_window(play.session)));
	assert_true(session_close_window(play.session, play.ops));
	assert_int_equal(scene().asks, SCENE_NAME);
}

/* Keys that come at once are typed each where it is. */
static void
what_is_typed_just_before_is_kept_too(void **state)
{
	const struct key keys[] = {
		{ .code = 'o', .text = "o", .len = 1 },
		{ .code = KEY_META_OF('2') },
		{ .code = 'x', .text = "x", .len = 1 }
	};

	(void)state;
	join();
	session_keys(play.session, 0, WALL, keys, 3);
	assert_string_equal(typed(), "x");
	session_tick(play.session, 60000);
	assert_string_equal(play.draft_lab, "o");
	assert_string_equal(play.draft_ops, "x");
}

/* ---- Never a word in another room: what is typed in each is a letter. ---- */

enum { ROOMS = 5, SEEDS = 40, STEPS = 1500 };

static const char *const rooms[ROOMS] = { "", "one", "two", "three", "four" };

static char
letter_of(const struct window *w)
{
	return (char)('A' + w->number);
}

static void
is_of(char letter, const char *text, size_t len)
{
	while (len-- > 0)
		if (text[len] != letter && text[len] != '\n')
			fail_msg("%.*s among %c", (int)len + 1, text, letter);
}

static bool
keep_only_its_own(void *arg, const struct session_place *at, const char *text,
    size_t len)
{
	size_t i;

	(void)arg;
	for (i = 0; strcmp(rooms[i], at->room) != 0; i++)
		assert_true(i < ROOMS - 1);
	is_of((char)('A' + i), text, len);
	return true;
}

static bool
send_of_one(void *arg, const struct record *r)
{
	(void)arg;
	if (r->type == RECORD_POST)
		is_of(r->text[0], r->text, r->text_len);
	return true;
}

/* What waits to be said in a room, and is being typed there. */
static void
each_has_its_own(struct window *const w[ROOMS])
{
	struct history_line l;
	const char *text;
	uint64_t line;
	size_t len, i;

	for (i = 0; i < ROOMS; i++) {
		if (w[i] == NULL)
			continue;
		for (line = history_end(w[i]->history);
		    line < history_tail(w[i]->history); line++) {
			l = history_get(w[i]->history, line);
			is_of(letter_of(w[i]), l.entry.text, l.entry.text_len);
		}
		text = edit_text(w[i]->edit, &len);
		if (w[i] != session_window(play.session) ||
		    scene().asks == SCENE_SAYS)
			is_of(letter_of(w[i]), text, len);
	}
}

static void
random_key(void)
{
	static const uint32_t keys[] = { KEYC_ENTER, KEYC_ENTER, KEYC_ESCAPE,
		KEYC_BACKSPACE, KEYC_LEFT, KEY_CTRL_OF('n'), KEY_CTRL_OF('p'),
		KEY_CTRL_OF('r'), KEY_CTRL_OF('k'), KEYC_DELETE,
		KEY_CTRL_OF('u'), KEY_CTRL_OF('_'), KEY_META_OF('g'),
		KEY_META_OF('a'), KEY_META_OF('/'), KEY_META_OF('1'),
		KEY_META_OF('3'), KEYC_META_UP, KEYC_META_DOWN, KEYC_F1,
		KEYC_FOCUS_IN, KEYC_FOCUS_OUT, KEYC_PAGE_UP };
	const char text[2] = { letter_of(session_window(play.session)) };

	if (random() % 2)
		type(text);
	else
		press(keys[(size_t)random() % (sizeof(keys) /
		    sizeof(keys[0]))]);
}

static void
random_record(struct window *const w[ROOMS])
{
	static const enum record_denial denials[] = { RECORD_TAKEN,
		RECORD_WANTS_PASSPHRASE, RECORD_SILENT, RECORD_KICKED,
		RECORD_FULL };
	struct record state_of = { .type = RECORD_STATE,
	    .state.phase = RECORD_ONLINE };
	const struct window *of = w[random() % ROOMS];
	enum record_denial denial = denials[random() % 5];

	if (of == NULL)
		return;
	switch (random() % 8) {
	case 0:
		if (of != w[0] || (denial != RECORD_KICKED &&
		    denial != RECORD_FULL))
			deny_in(of, denial, "ada");
		break;
	case 1:
		tell_in(of, RECORD_WELCOME, "ada");
		break;
	case 2:
		tell_in(of, RECORD_CAUGHT_UP, "");
		break;
	case 3:
		session_record_in(play.session, of->number, play.now, WALL,
		    &state_of);
		break;
	case 4:
		tell_in(of, RECORD_WITHDRAWN, (char[]){ letter_of(of), 0 });
		tell_in(of, RECORD_WITHDRAWN, "");
		break;
	case 5:
		if (random() % 8 == 0)
			session_revive(play.session, play.now);
		break;
	default:
		say_in(of, "bob", random() % 3 ? "hello" : "hello ada");
		break;
	}
}

/* The first two are always there: in one alone C-p has lines that were sent. */
static void
open_or_close(struct window *w[ROOMS])
{
	size_t i = w[1] == NULL ? 1 : 2 + (size_t)random() % (ROOMS - 2), len;

	if (w[i] != NULL) {
		if (session_close_window(play.session, w[i]))
			w[i] = NULL;
		return;
	}
	for (i = 1; w[i] != NULL; )
		i++;
	len = strlen(rooms[i]);
	w[i] = session_open_window(play.session, rooms[i], len);
	assert_int_equal(w[i]->number, i);
}

static void
one_round(unsigned seed)
{
	struct window *w[ROOMS] = { NULL };
	bool drafted;
	size_t waits;
	int step;

	srandom(seed);
	begin_with(&(struct session_out){ .send = send_of_one,
	    .mark = { on_read_up_to, on_keep_read },
	    .load_draft = on_load_draft,
	    .keep_draft = keep_only_its_own, .welcome = on_welcome,
	    .alert = on_alert, .settings = on_settings });
	w[0] = session_window(play.session);
	open_or_close(w);
	for (step = 0; step < STEPS && !session_over(play.session); step++) {
		if (random() % 64 == 0)
			open_or_close(w);
		if (random() % 3)
			random_key();
		else
			random_record(w);
		play.now += random() % 2000;
		session_tick(play.session, play.now);
		if (random() % 2)
			session_drawn(play.session);
		each_has_its_own(w);
	}
	assert_true(session_keep_draft(play.session));
	session_say_held(play.session);
	session_take_unkept(play.session, 0, &drafted, &waits);
	session_free(play.session);
	play.session = NULL;
}

static void
never_is_a_word_in_another_room(void **state)
{
	unsigned seed;

	(void)state;
	for (seed = 1; seed <= SEEDS; seed++)
		one_round(seed);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_window_opens_behind_and_takes_the_lowest_number),
		TEST(there_are_not_more_than_there_may_be_nor_less_than_one),
		TEST(each_has_its_own_line),
		TEST(what_is_typed_is_kept_for_its_room),
		TEST(what_was_typed_there_comes_back_there),
		TEST(what_is_taken_back_is_on_the_line_of_its_room),
		TEST(what_was_said_there_waits_there),
		TEST(what_up_has_put_by_comes_back_before_one_turns_away),
		TEST(what_was_made_of_what_up_brought_is_not_lost),
		TEST(a_search_ends_where_it_was),
		TEST(what_comes_is_shown_in_its_room_alone),
		TEST(what_nobody_looked_at_is_counted_and_unread),
		TEST(a_new_name_reads_nothing),
		TEST(escape_and_a_command_stay_where_they_are),
		TEST(what_was_missed_there_goes_on_to_be_counted),
		TEST(who_never_looked_there_has_missed_what_came_since),
		TEST(what_one_has_read_is_kept_some_seconds_later),
		TEST(who_names_one_elsewhere_is_heard),
		TEST(many_rooms_do_not_ring_all_at_once),
		TEST(
		    the_next_active_is_who_means_one_then_the_oldest_then_back),
		TEST(who_turns_elsewhere_by_himself_does_not_go_back),
		TEST(a_window_that_is_gone_is_nowhere_gone_to),
		TEST(what_is_told_of_another_room_says_which),
		TEST(who_is_put_out_of_one_room_is_in_the_others),
		TEST(what_is_asked_is_asked_where_one_looks),
		TEST(what_is_typed_before_one_is_in_waits_in_its_room),
		TEST(a_passphrase_takes_back_what_is_held_in_every_room),
		TEST(a_new_receiver_is_told_what_each_room_has_to_say),
		TEST(what_no_receiver_kept_is_on_the_line_of_its_room),
		TEST(all_rooms_have_the_bytes_that_one_had),
		TEST(keys_turn_from_room_to_room),
		TEST(with_one_room_they_do_what_they_always_did),
		TEST(a_full_disk_hides_no_list),
		TEST(the_frame_lists_them_and_the_prompt_names_the_room),
		TEST(a_search_and_a_page_keep_their_keys),
		TEST(a_part_of_a_name_goes_there),
		TEST(of_several_one_is_chosen),
		TEST(to_go_nowhere_leaves_all_as_it_was),
		TEST(a_name_is_asked_for_where_one_is),
		TEST(never_is_a_word_in_another_room),
		TEST(what_is_typed_just_before_is_kept_too),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
