/*
 * Talks with one person in a session: what is meant for one is never said to
 * all, and no record turns to another window.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_session.h"
#include "tui/session/back.h"
#include "tui/session/recall.h"
#include "tui/session/scene.h"
#include "tui/session/session.h"
#include "tui/session/session_talk.h"
#include "tui/session/session_window.h"
#include "tui/session/window.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"
#include "tui/text/edit.h"
#include "tui/text/history.h"
#include "tui/text/pager.h"

enum { WALL = 1000000, ROWS = 19 };

#define BOB	"@0123456789012345678901234567890123456789bob"
#define NEW_BOB	"@0123456789012345678901234567890123456789new"
#define CAROL	"@01234567890123456789012345678901234567carol"

static struct {
	struct session	*session;
	char		 sent[4096];	/* the records, in words */
	char		 alerted[64];
	char		 draft[256];	/* of @rob, as it is kept, ... */
	bool		 of_lab;	/* ... or of lab */
	char		 kept[256];	/* the windows */
	bool		 busy;		/* the receiver takes nothing */
	bool		 (*send)(const struct record *);	/* instead */
	struct options	 options, next;
	int64_t		 now;
	struct window	*lab;
} play;

static const char *
word_of(enum record_type type)
{
	switch (type) {
	case RECORD_POST:
		return "say";
	case RECORD_TALK:
		return "whom";
	case RECORD_JOIN:
		return "join";
	case RECORD_PART:
		return "part";
	case RECORD_PIN:
		return "pin";
	case RECORD_COMPARE:
		return "compare";
	case RECORD_SHUT:
		return "shut";
	case RECORD_FORGET:
		return "forget";
	case RECORD_TALKS:
		return "talks";
	default:
		return NULL;
	}
}

static bool
on_send(void *arg, const struct record *r)
{
	const char *word = word_of(r->type);

	(void)arg;
	if (play.send != NULL)
		return play.send(r);
	if (play.busy)
		return false;
	if (word != NULL)
		snprintf(play.sent + strlen(play.sent), 256, "%s%s %u %.*s|",
		    word, r->type == RECORD_POST && (r->flags &
		    RECORD_POST_PRIVATE) != 0 ? "!" : "", r->window,
		    (int)r->text_len, r->text_len > 0 ? r->text : "");
	return true;
}

static char *
on_load_draft(void *arg, const struct session_place *at, size_t *len)
{
	(void)arg;
	if (strcmp(at->room, play.of_lab ? "" : "@rob") != 0 ||
	    play.draft[0] == '\0')
		return NULL;
	*len = strlen(play.draft);
	return strdup(play.draft);
}

static bool
on_keep_draft(void *arg, const struct session_place *at, const char *text,
    size_t len)
{
	(void)arg;
	if (strcmp(at->room, play.of_lab ? "" : "@rob") == 0)
		snprintf(play.draft, sizeof(play.draft), "%.*s", (int)len,
		    text);
	return true;
}

static char *
load_list(void *arg, const char *name, size_t *len)
{
	(void)arg;
	(void)name;
	*len = strlen(play.kept);
	return strdup(play.kept);
}

static void
keep_list(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	(void)name;
	snprintf(play.kept, sizeof(play.kept), "%.*s", (int)len, text);
}

static void
on_alert(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	snprintf(play.alerted, sizeof(play.alerted), "%s: %.*s", name,
	    (int)len, text);
}

static void
on_settings(void *arg)
{
	(void)arg;
}

static bool
on_keep(void *arg, const char *word, char *why, size_t size)
{
	(void)arg;
	(void)word;
	(void)why;
	(void)size;
	return true;
}

static void
take(uint16_t window, const struct record *r)
{
	play.now++;
	session_record_in(play.session, window, play.now, WALL, r);
}

static void
welcome(uint16_t window, unsigned flags)
{
	struct record r = { .type = RECORD_WELCOME, .flags = flags,
	    .text = "ada", .text_len = 3 };

	take(window, &r);
	r = (struct record){ .type = RECORD_CAUGHT_UP };
	take(window, &r);
}

static void
member(uint16_t window, const char *name, unsigned flags)
{
	const struct record r = { .type = RECORD_MEMBER, .flags = flags,
	    .text = name, .text_len = strlen(name) };

	take(window, &r);
}

/* A record of talks: what is joined, by whom. */
static void
talk(uint16_t window, enum record_type type, unsigned flags, const char *key,
    const char *name)
{
	const struct record r = { .type = type, .flags = flags, .text = key,
	    .text_len = strlen(key), .entry = { .author = name,
	    .author_len = strlen(name), .text = "SHA256:abc",
	    .text_len = 10 } };

	take(window, &r);
}

static void
offer(const char *key, const char *name)
{
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED, key, name);
}

static void
change_key(uint16_t window, unsigned flags)
{
	const struct record r = { .type = RECORD_LOCKED, .flags = flags,
	    .text = "SHA256:3f9aAAAAAAA", .text_len = 18, .entry = {
	    .author = "bob", .author_len = 3, .text = "SHA256:77c1BBBBBBB",
	    .text_len = 18 } };

	take(window, &r);
}

static void
say_in(uint16_t window, const char *author, const char *text, unsigned role)
{
	static uint64_t seq = 1;
	struct record r = { .type = RECORD_ENTRY, .entry = {
	    .seq = seq, .kind = ENTRY_SAY, .time_ms = WALL + (int64_t)seq,
	    .flags = role << ENTRY_ROLE_SHIFT, .author = author,
	    .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) } };

	seq++;
	take(window, &r);
}

static void
deny(uint16_t window, enum record_denial denial)
{
	const struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = denial, .text = "bob", .text_len = 3 };

	take(window, &r);
}

static void
press_at_once(uint32_t code)
{
	const struct key k = { .code = code };

	session_keys(play.session, play.now, WALL, &k, 1);
}

/* What was asked before has been read by then. */
static void
press(uint32_t code)
{
	if (code == KEYC_ENTER)
		play.now += BACK_READ_MS;
	press_at_once(code);
}

static void
type(const char *text)
{
	struct key k;

	for (; *text != '\0'; text++) {
		if (*text == '\r')
			play.now += BACK_READ_MS;
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
	return edit_text(scene().edit, NULL);
}

static const char *
told(void)
{
	const char *notice = scene().notice;

	return notice != NULL ? notice : "";
}

static struct window *
shown(void)
{
	return session_window(play.session);
}

static struct window *
bob(void)
{
	struct window *w = session_find_talk(play.session, "bob");

	assert_non_null(w);
	return w;
}

/* What stands lowest there, also of what waits. */
static const char *
lowest(const struct window *w)
{
	static char text[512];
	struct history_line l = history_get(w->history,
	    history_tail(w->history) - 1);

	snprintf(text, sizeof(text), "%.*s", (int)l.shown_len, l.shown);
	return text;
}

static bool
was_sent(const char *what)
{
	bool was = strstr(play.sent, what) != NULL;

	if (!was)
		fprintf(stderr, "sent: %s\n", play.sent);
	play.sent[0] = '\0';
	return was;
}

static void
start(const struct session_list *list)
{
	const struct session_out out = { .send = on_send,
	    .mark = { session_read_none, session_keeps_no_read },
	    .load_draft = on_load_draft,
	    .keep_draft = on_keep_draft, .welcome = session_welcomes_nobody,
	    .alert = on_alert, .settings = on_settings, .keep = on_keep };
	struct session_config config = { .server = "host", .name = "ada",
	    .known_hosts = "known_hosts", .options = &play.options,
	    .next = &play.next, .history_bytes = 6 << 20 };

	config_defaults(&play.options);
	play.next = play.options;
	play.session = session_new(&config, &out);
	assert_non_null(play.session);
	session_resize(play.session, ROWS, 80);
	if (list != NULL)
		session_set_list(play.session, list);
	session_start(play.session, 0);
}

/* In lab, where bob is. */
static void
begin(unsigned flags)
{
	struct record room = { .type = RECORD_ROOM, .text = "lab",
	    .text_len = 3 };

	start(NULL);
	take(0, &room);
	welcome(0, flags);
	member(0, "ada", RECORD_MEMBER_FIRST);
	member(0, "bob", 0);
	member(0, "dan", RECORD_MEMBER_CLASSIC);
	play.lab = shown();
	play.sent[0] = '\0';
}

/* And a talk with bob, not looked at, with the number 2. */
static void
begin_talk(void)
{
	begin(RECORD_WELCOME_TALKS);
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	talk(1, RECORD_TALKER, 0, BOB, "bob");
	welcome(1, RECORD_WELCOME_TALKS);
	member(1, "ada", RECORD_MEMBER_FIRST);
	member(1, "bob", 0);
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

/* ---- Windows ---- */

static void
an_offered_talk_opens_behind_and_is_joined_by_its_key(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	assert_true(was_sent("join 1 " BOB "|"));
	assert_ptr_equal(shown(), play.lab);
	assert_string_equal(window_name(bob()), "@bob");
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	assert_string_equal(play.sent, "");
	assert_int_equal(scene().windows.n, 2);
}

/* Whoever has many keys shuts nobody else out, and leaves room for what the
 * user does. */
static void
strangers_have_only_so_many_windows(void **state)
{
	char key[] = "@0000000000000000000000000000000000000000000", name[16];
	unsigned i;

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "eve%u", i);
		key[1] = (char)('A' + i);
		talk(0, RECORD_OFFERED, RECORD_TALK_STRANGER, key, name);
	}
	assert_int_equal(scene().windows.n, 1 + 16);
	assert_string_equal(told(), "More people have written to you alone: "
	    "/talks lists them.");
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	assert_int_equal(scene().windows.n, 1 + 16 + 1);
	type("/msg carol hi\r");
	assert_int_equal(scene().windows.n, 1 + 16 + 2);
	/* Who has an answer is none any more. */
	key[1] = 'A';
	talk(1, RECORD_TALKER, 0, key, "eve0");
	key[1] = 'A' + 18;
	talk(0, RECORD_OFFERED, RECORD_TALK_STRANGER, key, name);
	assert_int_equal(scene().windows.n, 1 + 16 + 3);
}

/* The receiver may be another's: what is no key opens nothing, and goes into no
 * file. */
static void
what_is_no_key_is_no_talk(void **state)
{
	static const char *const bad[] = { "", "@bob", "lab",
		"@0123456789012345678901234567890123456789\n3x",
		"@../../../../../../../../../../../../../../x",
		"#0123456789012345678901234567890123456789bob" };
	size_t i;

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		talk(0, RECORD_OFFERED, 0, bad[i], "bob");
		assert_int_equal(scene().windows.n, 1);
	}
	type("/msg bob\r");
	play.sent[0] = '\0';
	offer(bad[3], "bob");
	assert_string_equal(play.sent, "");
	assert_string_equal(bob()->asked, "@bob");
}

/* Where the pipe was full it is joined later. */
static void
a_talk_is_joined_once_the_receiver_takes_it(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	play.busy = true;
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	play.busy = false;
	session_tick(play.session, play.now);
	assert_true(was_sent("join 1 " BOB "|"));
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
}

static void
its_title_says_who_he_is_and_whether_he_is_there(void **state)
{
	(void)state;
	begin_talk();
	session_show(play.session, bob());
	assert_string_equal(scene().room, "@bob");
	assert_string_equal(scene().talk.presence, "here");
	assert_false(scene().talk.verified);
	assert_int_equal(scene().link.people, 0);
	member(1, "bob", RECORD_MEMBER_AWAY);
	talk(1, RECORD_TALKER, RECORD_TALK_VERIFIED, BOB, "rob");
	assert_true(scene().talk.verified);
	assert_string_equal(scene().room, "@rob");
	assert_string_equal(lowest(shown()), "bob is called rob now.");
	assert_null(scene().talk.presence);
	member(1, "rob", RECORD_MEMBER_AWAY);
	assert_string_equal(scene().talk.presence, "away");
}

static void
the_prompt_names_whom_it_is_for(void **state)
{
	(void)state;
	begin_talk();
	assert_string_equal(scene().asker, "lab");
	assert_false(scene().talk.typed);
	session_show(play.session, bob());
	assert_string_equal(scene().asker, "@bob");
	assert_true(scene().talk.typed);
	/* Also where it is the only window. */
	assert_true(session_close_window(play.session, play.lab));
	assert_string_equal(scene().asker, "@bob");
	assert_true(scene().talk.typed);
}

static void
what_is_said_goes_to_him_alone(void **state)
{
	(void)state;
	begin_talk();
	type("hello all\r");
	assert_true(was_sent("say 0 hello all|"));
	session_show(play.session, bob());
	type("hello bob\r");
	assert_true(was_sent("say! 1 hello bob|"));
}

static void
a_private_word_is_as_a_mention_and_an_alert_says_nothing_of_it(void **state)
{
	(void)state;
	begin_talk();
	say_in(1, "bob", "code 4711", ENTRY_SAID);
	assert_string_equal(play.alerted, "@bob: …");
	assert_true(scene().windows.of[1].mention);
	assert_int_equal(scene().windows.of[1].fresh, 1);
	play.alerted[0] = '\0';
	say_in(1, "ada", "from my other machine", ENTRY_SAID);
	assert_string_equal(play.alerted, "");
}

/* The server offers it for that. */
static void
what_an_offered_talk_begins_with_is_new(void **state)
{
	const struct record all = { .type = RECORD_CAUGHT_UP };
	struct record in = { .type = RECORD_WELCOME,
	    .flags = RECORD_WELCOME_TALKS, .text = "ada", .text_len = 3 };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	talk(1, RECORD_TALKER, 0, BOB, "bob");
	take(1, &in);
	say_in(1, "bob", "code 4711", ENTRY_SAID);
	assert_string_equal(play.alerted, "@bob: …");
	take(1, &all);
	assert_true(scene().windows.of[1].mention);
	assert_int_equal(scene().windows.of[1].fresh, 1);
	assert_int_equal(bob()->read.seen, 0);
	session_show(play.session, bob());
	/* Since it is told who can read it. */
	assert_string_equal(scene().unread, "1 new since 00:16");
}

/* What one asked for is not. */
static void
what_one_looks_up_is_not_new(void **state)
{
	struct record in = { .type = RECORD_WELCOME,
	    .flags = RECORD_WELCOME_TALKS, .text = "ada", .text_len = 3 };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob hello\r");
	offer(BOB, "bob");
	take(1, &in);
	say_in(1, "bob", "code 4711", ENTRY_SAID);
	assert_string_equal(play.alerted, "");
	assert_int_equal(scene().windows.of[1].fresh, 0);
}

static void
up_brings_what_was_sent_there_and_nowhere_else(void **state)
{
	(void)state;
	begin_talk();
	type("public\r");
	session_show(play.session, bob());
	press(KEYC_UP);
	assert_string_equal(typed(), "");
	type("private\r");
	session_show(play.session, play.lab);
	press(KEYC_UP);
	assert_string_equal(typed(), "public");
	press(KEYC_UP);
	assert_string_equal(typed(), "public");
	press(KEYC_DOWN);
	session_show(play.session, bob());
	press(KEYC_UP);
	assert_string_equal(typed(), "private");
}

/* Nor is it among what the next run knows, nor the last word of M-. */
static void
no_file_has_what_was_sent_in_a_talk(void **state)
{
	char *text;
	size_t len;

	(void)state;
	begin_talk();
	type("/msg bob secret one\r");
	session_show(play.session, bob());
	type("secret two\r");
	text = session_lines(play.session, &len);
	assert_non_null(text);
	assert_null(strstr(text, "secret"));
	free(text);
	session_show(play.session, play.lab);
	press(KEYC_META | '.');
	assert_string_equal(typed(), "");
}

static void
a_line_that_cannot_be_read_and_one_that_is_missing_are_told(void **state)
{
	struct record missing = { .type = RECORD_MISSING, .id = 2 };

	(void)state;
	begin_talk();
	take(1, &missing);
	assert_string_equal(lowest(bob()), "Lines missing here: 2.");
	missing.flags = RECORD_MISSING_ORDER;
	take(1, &missing);
	assert_string_equal(lowest(bob()), "What follows is not where it was "
	    "said.");
	say_in(1, "bob", "?", RECORD_UNREADABLE);
	assert_string_equal(lowest(bob()), "A line that cannot be read.");
	/* It is nothing that could be answered. */
	assert_int_equal(bob()->talk->wrote_ms, 0);
	/* In a room it is a role that nobody knows yet. */
	say_in(0, "bob", "as it is", RECORD_UNREADABLE);
	assert_string_equal(lowest(play.lab), "as it is");
}

static void
a_longer_text_than_a_talk_takes_is_not_said(void **state)
{
	char *text = malloc(RECORD_TALK_TEXT + 2);

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	memset(text, 'x', RECORD_TALK_TEXT + 1);
	text[RECORD_TALK_TEXT + 1] = '\0';
	edit_set(bob()->edit, text, RECORD_TALK_TEXT + 1);
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	edit_set(bob()->edit, text, RECORD_TALK_TEXT);
	press(KEYC_ENTER);
	assert_true(was_sent("say! 1 xxx"));
	free(text);
}

/* ---- /msg ---- */

static void
msg_with_a_text_says_it_and_stays(void **state)
{
	(void)state;
	begin_talk();
	type("/msg bob: hello\r");
	assert_true(was_sent("say! 1 hello|"));
	assert_ptr_equal(shown(), play.lab);
	assert_string_equal(typed(), "");
	assert_string_equal(told(), "To @bob: hello");
	assert_string_equal(lowest(bob()), "hello");
}

static void
msg_without_a_text_goes_there(void **state)
{
	(void)state;
	begin_talk();
	type("/msg BOB\r");
	assert_ptr_equal(shown(), bob());
	session_show(play.session, play.lab);
	assert_string_equal(typed(), "");
}

/* As its window is called. */
static void
a_talk_is_joined_left_and_gone_to_by_its_name(void **state)
{
	(void)state;
	begin_talk();
	type("/go @bob\r");
	assert_ptr_equal(shown(), bob());
	session_show(play.session, play.lab);
	type("/join @bob\r");
	assert_ptr_equal(shown(), bob());
	session_show(play.session, play.lab);
	type("/leave @bob \r");
	assert_true(was_sent("part 1 |"));
	assert_null(session_find_talk(play.session, "bob"));
	type("/leave @bob\r");
	assert_string_equal(told(), "No window is @bob's.");
	press(KEY_CTRL_OF('u'));
	type("/join @carol and more\r");
	assert_string_equal(play.sent, "join 1 @carol|whom 1 carol|");
	assert_string_equal(scene().asker, "@carol");
}

/* Whatever is typed after it must not be said to all. */
static void
a_window_is_there_before_anybody_has_answered(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob\r");
	assert_true(was_sent("whom 1 bob|"));
	assert_string_equal(scene().asker, "@bob");
	/* The receiver keeps it for the talk, which takes it. */
	type("4711\r");
	assert_true(was_sent("say! 1 4711|"));
	assert_string_equal(lowest(shown()), "4711");
	offer(BOB, "bob");
	assert_true(was_sent("join 1 " BOB "@bob|"));
	assert_string_equal(told(), "");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_string_equal(play.sent, "");
}

static void
a_talk_that_is_said_to_be_a_room_says_nothing_there(void **state)
{
	const struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = RECORD_NO_ROOM, .text = BOB, .text_len = strlen(BOB),
	    .entry = { .text = BOB, .text_len = strlen(BOB) } };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob 4711\r");
	offer(BOB, "bob");
	play.sent[0] = '\0';
	take(1, &r);
	assert_null(strstr(play.sent, "say 0 4711"));
}

/* Nobody is called so any more; whose name it was goes by that one. */
static void
former(const char *name, const char *now)
{
	struct record r = { .type = RECORD_OFFERED, .text = "",
	    .flags = RECORD_TALK_ASKED | RECORD_TALK_ABSENT |
	    RECORD_TALK_FORMER, .entry = { .author = name,
	    .author_len = strlen(name), .text = now,
	    .text_len = strlen(now) } };

	take(0, &r);
}

static void
what_is_said_before_goes_in_its_order_and_once(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob one\r");
	type("/msg bob two\r");
	assert_string_equal(play.sent, "join 1 @bob|whom 1 bob|say! 1 one|"
	    "say! 1 two|");
	assert_ptr_equal(shown(), play.lab);
	play.sent[0] = '\0';
	offer(BOB, "bob");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_string_equal(play.sent, "join 1 " BOB "@bob|");
}

/* By the name that he has given up he is meant; who has it next is not. */
static void
who_has_given_a_name_up_is_told_by_the_one_of_now(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob 4711\r");
	former("rob", "bob");
	assert_string_equal(told(), "rob is called bob now: not said. Enter "
	    "says it to that one.");
	assert_string_equal(typed(), "/msg bob 4711");
	assert_int_equal(scene().windows.n, 1);
	press(KEY_CTRL_OF('u'));
	type("/msg rob\r");
	former("rob", "bob");
	assert_string_equal(told(), "rob is called bob now: /msg bob writes "
	    "to that one.");
	/* Nor where something else is typed by now. */
	session_show(play.session, play.lab);
	type("/msg bobby 4711\rfor all");
	former("bobby", "bob");
	assert_string_equal(typed(), "for all");
	assert_string_equal(told(), "bobby is called bob now: /msg bob writes "
	    "to that one.");
}

static void
who_is_not_there_gets_nothing_and_nothing_is_lost(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	/* Where nothing else is typed yet it is back. */
	type("/msg rob 4711\r");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "rob");
	assert_string_equal(told(), "Nobody here is called rob.");
	assert_string_equal(typed(), "/msg rob 4711");
	assert_int_equal(scene().windows.n, 1);
	press(KEY_CTRL_OF('u'));
	type("/msg rob 4711\rfor all");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "rob");
	assert_string_equal(typed(), "for all");
	press(KEY_CTRL_OF('u'));
	assert_int_equal(scene().windows.n, 2);
	assert_ptr_equal(shown(), play.lab);
	assert_string_equal(lowest(session_find_talk(play.session, "rob")),
	    "4711 (not said)");
	assert_true(scene().windows.of[1].mention);
	/* A window in which nothing was said goes. */
	type("/msg tom\r");
	session_show(play.session, play.lab);
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "tom");
	assert_null(session_find_talk(play.session, "tom"));
	/* One that is looked at stays, and takes nothing. */
	type("/msg tim\r");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "tim");
	assert_string_equal(scene().asker, "@tim");
	play.sent[0] = '\0';
	type("4711\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "4711");
	press(KEY_CTRL_OF('u'));
	press(KEYC_ENTER);
	assert_true(was_sent("whom 2 tim|"));
}

static void
tell_phase(enum record_phase phase)
{
	const struct record r = { .type = RECORD_STATE, .state = {
	    .phase = phase } };

	take(0, &r);
}

/* Whom nobody knows while the server is away is asked for when it is back. */
static void
what_is_said_to_who_is_not_known_yet_waits(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	tell_phase(RECORD_LOST);
	type("/msg rob one\r");
	play.sent[0] = '\0';
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_UNKNOWN, "",
	    "rob");
	assert_string_equal(told(), "Asking who rob is: what is said waits.");
	type("/msg rob two\r");
	tell_phase(RECORD_LOST);
	assert_true(was_sent("say! 1 two|"));
	tell_phase(RECORD_ONLINE);
	tell_phase(RECORD_ONLINE);
	assert_string_equal(play.sent, "whom 1 rob|");
	offer(CAROL, "rob");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_true(was_sent("join 1 " CAROL "@rob|"));
}

/* Nor where nobody answered though the server was there: no word of it is told
 * that would bring the question back. */
static void
who_is_not_known_yet_is_asked_for_again_after_a_while(void **state)
{
	int64_t due;

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	tell_phase(RECORD_ONLINE);
	type("/msg rob one\r");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_UNKNOWN, "",
	    "rob");
	play.sent[0] = '\0';
	due = session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
	assert_true(due > play.now && due <= play.now + 5000);
	play.now = due;
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "whom 1 rob|");
	/* Which tells nobody anything new. */
	type("x");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_UNKNOWN, "",
	    "rob");
	assert_string_equal(told(), "");
	/* Nor is anything asked while there is no server. */
	tell_phase(RECORD_LOST);
	play.sent[0] = '\0';
	play.now += 60000;
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
}

/* Nor is it gone with the program. */
static void
who_was_asked_for_is_asked_for_in_the_next_run(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg rob\r");
	type("half a li");
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.kept, "2 @rob\n");
	assert_string_equal(play.draft, "half a li");
	session_free(play.session);
	play.sent[0] = '\0';
	start(&list);
	assert_true(was_sent("join 1 @rob|"));
	welcome(0, RECORD_WELCOME_TALKS);
	assert_true(was_sent("whom 1 rob|"));
	session_show_next(play.session, false);
	assert_string_equal(scene().asker, "@rob");
	assert_string_equal(typed(), "half a li");
	offer(CAROL, "rob");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_string_equal(typed(), "half a li");
	assert_string_equal(play.kept, "2 " CAROL "\nat " CAROL "\n");
}

/* What an earlier run has left to be said there. */
static void
earlier(uint16_t window, uint64_t n, const char *text)
{
	const struct record r = { .type = RECORD_PENDING, .kind = ENTRY_SAY,
	    .id = RECORD_EARLIER | n, .text = text,
	    .text_len = strlen(text) };

	take(window, &r);
}

/* Nor is what was said to him, however the program ends: it is with the
 * receiver, and no draft. */
static void
what_waits_for_who_is_asked_for_is_kept(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg rob one\r");
	assert_true(was_sent("say! 1 one|"));
	play.now += 10 * 1000;
	session_tick(play.session, play.now);
	/* The program ends. */
	assert_true(session_say_held(play.session));
	assert_string_equal(play.sent, "");
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "");
	session_free(play.session);
	start(&list);
	earlier(1, 1, "one");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_true(was_sent("whom 1 rob|"));
	session_show_next(play.session, false);
	assert_string_equal(typed(), "");
	assert_string_equal(lowest(shown()), "one");
	type("two\r");
	assert_true(was_sent("say! 1 two|"));
	offer(CAROL, "rob");
	assert_string_equal(play.sent, "join 1 " CAROL "@rob|");
}

/* Nor is it said where nobody is called so by then. */
static void
what_waits_from_before_is_back_where_nobody_is_called_so(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg rob\r");
	session_free(play.session);
	start(&list);
	earlier(1, 1, "one");
	welcome(0, RECORD_WELCOME_TALKS);
	play.sent[0] = '\0';
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "rob");
	assert_string_equal(typed(), "/msg rob one");
	assert_string_equal(play.sent, "forget 1 |forget 1 |part 1 |");
	press(KEY_CTRL_OF('u'));
	/* Several are not, but are not said either. */
	type("/msg rob one\r");
	type("/msg rob two\r");
	play.sent[0] = '\0';
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "rob");
	assert_string_equal(play.sent, "forget 1 |");
	assert_string_equal(lowest(session_find_talk(play.session, "rob")),
	    "two (not said)");
}

/* Nor is a window where nobody was called so, and which is asked for again. */
static void
who_is_asked_for_again_is_asked_for_in_the_next_run(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg rob\r");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "rob");
	session_keep_list(play.session);
	assert_string_equal(play.kept, "");
	type("\r");
	assert_true(was_sent("whom 1 rob|"));
	assert_string_equal(play.kept, "2 @rob\nat @rob\n");
	type("one\r");
	assert_true(was_sent("say! 1 one|"));
}

/* Nor who is taken by another key. */
static void
who_is_trusted_before_he_is_known_is_asked_for_in_the_next_run(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg bob\r");
	change_key(0, RECORD_TALK_ASKED);
	session_keep_list(play.session);
	assert_string_equal(play.kept, "");
	type("/trust bob\r");
	assert_string_equal(play.kept, "2 @bob\nat @bob\n");
}

/* Nor is it lost where the server knows no talks, for now. */
static void
what_waits_from_before_waits_where_there_are_no_talks(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg rob\r");
	session_free(play.session);
	start(&list);
	earlier(1, 1, "one");
	play.sent[0] = '\0';
	welcome(0, 0);
	tell_phase(RECORD_ONLINE);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "This server has no talks: rob cannot be "
	    "reached.");
	assert_string_equal(lowest(session_find_talk(play.session, "rob")),
	    "one");
}

/* Nor to another key than the one that the name had when it was said. */
static void
what_waits_from_before_is_not_said_to_another_key(void **state)
{
	const struct session_list list = { load_list, keep_list, NULL };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	session_set_list(play.session, &list);
	type("/msg bob\r");
	session_free(play.session);
	start(&list);
	earlier(1, 1, "one");
	earlier(1, 2, "two");
	welcome(0, RECORD_WELCOME_TALKS);
	assert_true(was_sent("whom 1 bob|"));
	change_key(0, RECORD_TALK_ASKED);
	assert_string_equal(play.sent, "forget 1 |");
	play.sent[0] = '\0';
	type("/trust bob\r");
	offer(NEW_BOB, "bob");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_false(was_sent("say!"));
}

/* A new receiver is told whose it is. */
static void
what_was_asked_for_is_taken_by_a_new_receiver(void **state)
{
	const struct record state_of = { .type = RECORD_STATE, .state = {
	    .phase = RECORD_JOINING } };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob one\r");
	play.sent[0] = '\0';
	session_revive(play.session, play.now);
	assert_string_equal(play.sent, "join 1 @rob|whom 1 rob|");
	/* It is said again only where it was not kept. */
	play.sent[0] = '\0';
	take(1, &state_of);
	assert_string_equal(play.sent, "say! 1 one|");
	offer(CAROL, "rob");
	play.sent[0] = '\0';
	session_revive(play.session, play.now);
	earlier(1, 1, "one");
	take(1, &state_of);
	assert_string_equal(play.sent, "join 1 " CAROL "@rob|join 1 " CAROL
	    "@rob|");
	/* Once it has that, what is said to the name may be another's. */
	welcome(1, RECORD_WELCOME_TALKS);
	play.sent[0] = '\0';
	session_revive(play.session, play.now);
	assert_string_equal(play.sent, "join 1 " CAROL "|");
}

/* Nor does he have it who was called so, where that is asked anew. */
static void
what_is_for_the_new_key_is_not_for_the_one_before(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob\r");
	offer(BOB, "bob");
	change_key(1, 0);
	type("/trust bob\r");
	type("4711\r");
	play.sent[0] = '\0';
	session_revive(play.session, play.now);
	assert_string_equal(play.sent, "join 1 " BOB "|join 2 @bob|whom 2 "
	    "bob|");
}

static void
who_has_no_key_cannot_be_talked_with(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg dan 4711\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Nobody can say who ~dan is: there is no "
	    "key.");
	assert_string_equal(typed(), "/msg dan 4711");
}

/* A name that somebody has taken who has a talk already, says the server. */
static void
two_names_of_one_key_are_one_talk(void **state)
{
	(void)state;
	begin_talk();
	type("/msg rob hello\r");
	assert_true(was_sent("whom 2 rob|say! 2 hello|"));
	offer(BOB, "rob");
	assert_true(was_sent("forget 2 |"));
	assert_string_equal(told(), "rob is bob, says the server: not said. "
	    "Enter says it to that one.");
	assert_string_equal(typed(), "/msg bob hello");
	assert_int_equal(scene().windows.n, 2);
	/* Not by an Enter too many, of which that came in between. */
	press_at_once(KEYC_ENTER);
	assert_null(strstr(play.sent, "hello"));
	assert_string_equal(told(), "rob is bob, says the server: not said. "
	    "Enter says it to that one.");
	play.now += 500;
	press(KEYC_ENTER);
	assert_true(was_sent("say! 1 hello|"));
	/* One that is looked at goes by a key. */
	type("/msg rob\r");
	offer(BOB, "rob");
	assert_int_equal(scene().windows.n, 3);
	session_show_next(play.session, false);
	assert_int_equal(scene().windows.n, 3);
}

/* Nor is that window any more what waits for the name: another one may be. */
static void
a_window_of_who_has_another_waits_for_nobody(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob hi\r");
	offer(BOB, "bob");
	welcome(1, RECORD_WELCOME_TALKS);
	type("/msg rob\r");
	talk(1, RECORD_TALKER, 0, BOB, "rob");
	type("half");
	play.sent[0] = '\0';
	offer(BOB, "rob");
	assert_string_equal(window_name(shown()), "@rob (old key)");
	assert_string_equal(typed(), "half");
	assert_true(was_sent("part 2 |"));
	talk(1, RECORD_TALKER, 0, BOB, "bob");
	press(KEY_CTRL_OF('u'));
	play.sent[0] = '\0';
	type("/msg rob two\r");
	assert_true(was_sent("join 3 @rob|whom 3 rob|say! 3 two|"));
}

/* So says the server alone: what is said to the one goes to the other once the
 * user has heard of it. */
static void
who_was_called_otherwise_is_asked_about(void **state)
{
	struct record r = { .type = RECORD_OFFERED, .flags =
	    RECORD_TALK_ASKED | RECORD_TALK_RENAMED, .text = BOB,
	    .text_len = strlen(BOB), .entry = { .author = "rob",
	    .author_len = 3, .text = "bob", .text_len = 3 } };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob hello\r");
	take(0, &r);
	assert_true(was_sent("say! 1 hello|forget 1 |"));
	assert_string_equal(told(), "rob is who was called bob until now, "
	    "says the server: not said. Enter says it to that one.");
	assert_string_equal(typed(), "/msg rob hello");
	assert_int_equal(scene().windows.n, 1);
	play.sent[0] = '\0';
	play.now += 500;
	press(KEYC_ENTER);
	assert_true(was_sent("whom 1 rob|say! 1 hello|"));
	offer(BOB, "rob");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_string_equal(play.sent, "join 1 " BOB "@rob|");
}

static void
nobody_is_called(const char *name)
{
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    name);
}

static void
rename_in_room(const char *name, const char *now)
{
	const struct record r = { .type = RECORD_ENTRY, .entry = {
	    .seq = 900, .kind = ENTRY_RENAME, .time_ms = WALL,
	    .author = name, .author_len = strlen(name), .text = now,
	    .text_len = strlen(now) } };

	take(0, &r);
}

/* What waits for a name while the server is away is not for who has it when it
 * is back. */
static void
who_has_taken_a_name_that_is_waited_for_is_asked_about(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	tell_phase(RECORD_LOST);
	type("/msg rob 4711\r");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_UNKNOWN, "",
	    "rob");
	rename_in_room("rob", "robert");
	rename_in_room("carol", "ROB");
	tell_phase(RECORD_ONLINE);
	play.sent[0] = '\0';
	offer(CAROL, "rob");
	assert_string_equal(told(), "rob is who was called carol until now, "
	    "says the server: not said. Enter says it to that one.");
	assert_string_equal(typed(), "/msg rob 4711");
	assert_true(was_sent("forget 1 |"));
	assert_false(was_sent("join"));
}

/* What follows waits behind it, also where another one has the name by now. */
static void
what_waits_for_a_name_is_before_what_follows(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	talk(0, RECORD_OFFERED, 0, CAROL, "carol");
	welcome(1, RECORD_WELCOME_TALKS);
	type("/msg rob one\r");
	assert_true(was_sent("say! 2 one|"));
	talk(1, RECORD_TALKER, 0, CAROL, "rob");
	type("/msg rob two\r");
	assert_true(was_sent("say! 2 two|"));
}

/* Nor is it said unasked where there is no talk with him yet. */
static void
who_has_just_taken_a_name_is_asked_about(void **state)
{
	static const char question[] = "rob is who was called bob until now, "
	    "says the server: not said. Enter says it to that one.";

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg Rob: hello");
	rename_in_room("bob", "rob");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told() + 1, question + 1);
	type("/msg carol hi\r");
	assert_true(was_sent("whom 1 carol|"));
	nobody_is_called("carol");
	play.sent[0] = '\0';
	press(KEYC_ESCAPE);
	press(KEYC_UP);
	press(KEYC_UP);
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	/* Another line is asked about as well. */
	type("!\r");
	assert_string_equal(play.sent, "");
	press(KEYC_ENTER);
	assert_true(was_sent("whom 1 Rob|say! 1 hello!|"));
	offer(BOB, "rob");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_true(was_sent("join 1 " BOB "@Rob|"));
	/* With whom one talks the window says it. */
	type("/msg rob again\r");
	assert_true(was_sent("say! 1 again|"));
	/* After a while it is known. */
	rename_in_room("carl", "karl");
	play.now += 15 * 1000;
	type("/msg karl hello\r");
	assert_true(was_sent("whom 2 karl|"));
	/* To look at him is to say nothing. */
	rename_in_room("dave", "david");
	type("/msg david\r");
	assert_true(was_sent("whom 3 david|"));
}

/* In his window, which is looked at. */
static void
who_was_called_otherwise_is_told_where_one_looks(void **state)
{
	struct record r = { .type = RECORD_OFFERED, .flags =
	    RECORD_TALK_ASKED | RECORD_TALK_RENAMED, .text = BOB,
	    .text_len = strlen(BOB), .entry = { .author = "rob",
	    .author_len = 3, .text = "bob", .text_len = 3 } };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob\r");
	type("4711\r");
	play.sent[0] = '\0';
	take(0, &r);
	assert_string_equal(lowest(shown()), "rob is who was called bob until "
	    "now, says the server: what was said before is not sent.");
	welcome(1, RECORD_WELCOME_TALKS);
	assert_string_equal(play.sent, "forget 1 |join 1 " BOB "@rob|");
	play.sent[0] = '\0';
	type("4712\r");
	assert_true(was_sent("say! 1 4712|"));
}

/* Where what was said before cannot be taken back he is not joined: it would be
 * said to him, who is asked for again. */
static void
who_was_called_otherwise_is_not_told_what_cannot_be_taken_back(void **state)
{
	struct record r = { .type = RECORD_OFFERED, .flags =
	    RECORD_TALK_ASKED | RECORD_TALK_RENAMED, .text = BOB,
	    .text_len = strlen(BOB), .entry = { .author = "rob",
	    .author_len = 3, .text = "bob", .text_len = 3 } };

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob\r");
	type("4711\r");
	play.sent[0] = '\0';
	play.busy = true;
	take(0, &r);
	play.busy = false;
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
	assert_string_equal(lowest(shown()), "4711");
	tell_phase(RECORD_LOST);
	tell_phase(RECORD_ONLINE);
	assert_true(was_sent("whom 1 rob|"));
	/* The server says only once that it is news. */
	offer(BOB, "rob");
	assert_string_equal(play.sent, "forget 1 |join 1 " BOB "@rob|");
	tear_down(NULL);
	/* Also where he has a window by then. */
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob 4711\r");
	play.busy = true;
	take(0, &r);
	play.busy = false;
	talk(0, RECORD_OFFERED, 0, BOB, "rob");
	play.sent[0] = '\0';
	offer(BOB, "rob");
	assert_string_equal(play.sent, "forget 1 |forget 1 |part 1 |");
	assert_string_equal(typed(), "/msg rob 4711");
}

/* Where he has a window that is said there; what was typed for the one is not
 * said in it by itself. */
static void
what_is_for_one_is_not_said_to_who_is_called_so_since(void **state)
{
	(void)state;
	begin_talk();
	type("/msg rob hello\r");
	talk(1, RECORD_TALKER, 0, BOB, "rob");
	offer(BOB, "rob");
	assert_true(was_sent("say! 2 hello|forget 2 |"));
	assert_string_equal(typed(), "/msg rob hello");
	assert_string_equal(told(), "rob is who was called bob until now, "
	    "says the server: not said. Enter says it to that one.");
	play.now += 500;
	press(KEYC_ENTER);
	assert_true(was_sent("say! 1 hello|"));
}

/* And when it may be. */
static void
that_a_talk_is_one_too_many_says_why(void **state)
{
	struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = RECORD_QUOTA, .text = "bob", .text_len = 3 };

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	take(1, &r);
	assert_string_equal(told(), "Too many others have not answered you "
	    "yet: bob is one too many.");
	r.wait_ms = 42 * 1000;
	take(1, &r);
	assert_string_equal(told(), "Very many talks were begun from your "
	    "network today: try bob again in a minute.");
	r.wait_ms = 24 * 3600 * 1000;
	take(1, &r);
	assert_string_equal(told(), "The server has no room for one more "
	    "talk: try bob again tomorrow.");
}

/* So it was for a moment; what is typed there is not lost. */
static void
who_took_no_talk_is_asked_again(void **state)
{
	const struct record state_of = { .type = RECORD_STATE, .state = {
	    .phase = RECORD_ONLINE } };

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	deny(1, RECORD_NO_TALK);
	type("hello\r");
	assert_true(was_sent("part 1 |join 1 " BOB "|"));
	assert_string_equal(typed(), "hello");
	deny(1, RECORD_NO_TALK);
	assert_string_equal(told(), "bob takes no talk with you, or not now.");
	welcome(1, RECORD_WELCOME_TALKS);
	take(1, &state_of);
	press(KEYC_ENTER);
	assert_true(was_sent("say! 1 hello|"));
}

/* Above what he has said first. */
static void
who_can_read_it_is_told_first(void **state)
{
	const struct record in = { .type = RECORD_WELCOME, .text = "ada",
	    .text_len = 3, .flags = RECORD_WELCOME_TALKS };
	const struct record all = { .type = RECORD_CAUGHT_UP };
	struct history_line l;
	struct window *w;

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	talk(1, RECORD_TALKER, 0, BOB, "bob");
	take(1, &in);
	say_in(1, "bob", "hello", ENTRY_SAID);
	take(1, &all);
	l = history_get(bob()->history, history_first(bob()->history));
	assert_memory_equal(l.shown, "Only @bob and you", 17);
	assert_string_equal(lowest(bob()), "hello");
	/* And above what was said there first of all. */
	type("/msg carol hello\r");
	offer(CAROL, "carol");
	take(2, &in);
	say_in(2, "ada", "hello", ENTRY_SAID);
	take(2, &all);
	w = session_find_talk(play.session, "carol");
	l = history_get(w->history, history_first(w->history));
	assert_memory_equal(l.shown, "Only @carol and you", 19);
}

/* Nor is anything told of him by the name before. */
static void
what_is_told_of_him_goes_with_his_name(void **state)
{
	(void)state;
	begin_talk();
	type("/msg bob hello\r");
	assert_string_equal(told(), "To @bob: hello");
	talk(1, RECORD_TALKER, 0, BOB, "rob");
	assert_string_equal(told(), "");
}

static void
who_takes_no_talk_is_told_and_the_window_stays(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob\r");
	offer(BOB, "bob");
	play.sent[0] = '\0';
	type("hello\r");
	deny(1, RECORD_NO_TALK);
	assert_string_equal(told(), "bob takes no talk with you, or not now.");
	assert_string_equal(lowest(shown()), "hello (not said)");
	assert_string_equal(scene().asker, "@bob");
	assert_string_equal(play.sent, "say! 1 hello|forget 1 |");
}

/* Nor is he called by that where one ends, or is told that there is no room. */
static void
a_key_is_nothing_to_call_somebody_by(void **state)
{
	struct record r = { .type = RECORD_DENIED, .window = 1,
	    .denial = RECORD_NO_TALK, .text = BOB, .text_len = 44 };
	char text[512];
	const char *why;

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	r.denial = RECORD_NO_ROOM;
	r.id = 1;
	take(1, &r);
	window_barred_text(shown(), text, sizeof(text));
	assert_null(strstr(text, BOB));
	assert_null(strstr(told(), BOB));
	/* The last of all. */
	r.denial = RECORD_NO_TALK;
	r.id = 0;
	take(1, &r);
	assert_true(session_over(play.session));
	session_status(play.session, &why);
	assert_string_equal(why, "bob takes no talk with you");
}

/* One that was opened by what was said there. */
static void
who_takes_no_talk_leaves_no_window(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg tim hello\r");
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "tim");
	assert_int_equal(scene().windows.n, 1);
	assert_string_equal(typed(), "/msg tim hello");
	press(KEY_CTRL_OF('u'));
	type("/msg bob hello\r");
	offer(BOB, "bob");
	play.sent[0] = '\0';
	deny(1, RECORD_NO_TALK);
	assert_int_equal(scene().windows.n, 1);
	assert_string_equal(typed(), "/msg bob hello");
	/* Nor for the receiver: by that number the next one is joined. */
	assert_string_equal(play.sent, "forget 1 |forget 1 |part 1 |");
	press(KEY_CTRL_OF('u'));
	/* Nor where only his name was known. */
	type("/msg tim hello\r");
	play.sent[0] = '\0';
	talk(0, RECORD_OFFERED, RECORD_TALK_ASKED | RECORD_TALK_ABSENT, "",
	    "tim");
	assert_int_equal(scene().windows.n, 1);
	assert_string_equal(play.sent, "forget 1 |forget 1 |part 1 |");
	press(KEY_CTRL_OF('u'));
	/* As long as it cannot be told there, it stays, and waits. */
	type("/msg bob hello\r");
	offer(BOB, "bob");
	play.busy = true;
	deny(1, RECORD_NO_TALK);
	play.busy = false;
	assert_int_equal(scene().windows.n, 2);
	assert_string_equal(typed(), "");
	assert_string_equal(lowest(bob()), "hello");
	type("/msg bob\r");
	press(KEYC_ENTER);
	assert_true(was_sent("part 1 |join 1 " BOB "@bob|"));
}

static void
what_he_does_not_take_says_so(void **state)
{
	struct record r = { .type = RECORD_REFUSED, .flags = RECORD_MUTED,
	    .kind = ENTRY_SAY, .id = 1, .text = "", .text_len = 0 };

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	type("one\r");
	take(1, &r);
	assert_string_equal(lowest(bob()), "one (bob takes nothing from you "
	    "here)");
	type("two\r");
	r.id = 2;
	r.text = "unanswered";
	r.text_len = 10;
	take(1, &r);
	assert_string_equal(lowest(bob()), "two (more is taken once bob has "
	    "answered)");
}

/* ---- Keys ---- */

static void
a_changed_key_locks_the_window(void **state)
{
	(void)state;
	begin_talk();
	session_show(play.session, bob());
	change_key(1, RECORD_TALK_VERIFIED);
	assert_string_equal(lowest(bob()), "bob has another key (was "
	    "3f9aAAAA…, is 77c1BBBB…): nothing is sent. /trust bob takes it. "
	    "You had compared it: /verify bob again.");
	assert_string_equal(told(), "bob has another key: nothing is sent. "
	    "/trust bob takes it.");
	assert_false(scene().talk.verified);
	type("4711\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "4711");
	press(KEY_CTRL_OF('u'));
	session_show(play.session, play.lab);
	type("/msg bob 4711\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "/msg bob 4711");
}

static void
trust_takes_the_new_key_in_a_window_of_its_own(void **state)
{
	struct window *old;

	(void)state;
	begin_talk();
	old = bob();
	session_show(play.session, old);
	change_key(1, 0);
	type("/trust bob\r");
	assert_true(was_sent("pin 1 bob|join 2 @bob|whom 2 bob|"));
	assert_string_equal(window_name(old), "@bob (old key)");
	assert_string_equal(scene().asker, "@bob");
	assert_ptr_not_equal(shown(), old);
	type("4711\r");
	assert_true(was_sent("say! 2 4711|"));
	talk(1, RECORD_TALKER, RECORD_TALK_OLD, BOB, "bob");
	offer(NEW_BOB, "bob");
	welcome(2, RECORD_WELCOME_TALKS);
	assert_true(was_sent("join 2 " NEW_BOB "@bob|"));
	session_show(play.session, old);
	type("5000\r");
	assert_string_equal(play.sent, "");
	press(KEY_CTRL_OF('u'));
	type("/trust bob\r");
	assert_string_equal(told(), "bob has no other key, as far as is "
	    "known.");
}

/* Who has written by it already has a window: that is the one that is meant, not
 * one more in which nothing can be said. */
static void
a_new_key_that_has_a_window_is_turned_to(void **state)
{
	struct window *old, *new;

	(void)state;
	begin_talk();
	old = bob();
	session_show(play.session, old);
	change_key(1, 0);
	talk(0, RECORD_OFFERED, RECORD_TALK_STRANGER, NEW_BOB,
	    "key-77c1BBBB");
	new = session_find_talk(play.session, "key-77c1BBBB");
	assert_non_null(new);
	welcome(2, RECORD_WELCOME_TALKS);
	type("/trust bob\r");
	assert_true(was_sent("pin 1 bob|"));
	type("4711\r");
	type("half a l");
	talk(1, RECORD_TALKER, RECORD_TALK_OLD, BOB, "bob");
	talk(2, RECORD_TALKER, 0, NEW_BOB, "bob");
	offer(NEW_BOB, "bob");
	assert_true(was_sent("join 2 " NEW_BOB "@bob|part 3 |"));
	assert_string_equal(lowest(new), "4711");
	assert_ptr_equal(shown(), new);
	assert_string_equal(typed(), "half a l");
	assert_int_equal(scene().windows.n, 3);
	assert_string_equal(window_name(old), "@bob (old key)");
	/* The title says where one is. */
	assert_string_equal(told(), "");
}

/* Also where that it is his is told only then. */
static void
a_new_key_that_has_no_name_yet_is_turned_to(void **state)
{
	struct window *new;

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	change_key(1, 0);
	talk(0, RECORD_OFFERED, RECORD_TALK_STRANGER, NEW_BOB,
	    "key-77c1BBBB");
	new = session_find_talk(play.session, "key-77c1BBBB");
	welcome(2, RECORD_WELCOME_TALKS);
	type("/trust bob\r4711\r");
	offer(NEW_BOB, "bob");
	assert_ptr_equal(shown(), new);
	assert_string_equal(lowest(new), "4711");
	talk(2, RECORD_TALKER, 0, NEW_BOB, "bob");
	assert_string_equal(window_name(new), "@bob");
	assert_int_equal(scene().windows.n, 3);
}

/* Nor does it look like his of now. */
static void
a_former_key_that_takes_no_talk_stays_the_former_one(void **state)
{
	const struct record r = { .type = RECORD_DENIED, .window = 1, .id = 1,
	    .denial = RECORD_NO_TALK, .text = BOB, .text_len = 44 };
	struct window *old;
	char text[512];

	(void)state;
	begin_talk();
	old = bob();
	talk(1, RECORD_TALKER, RECORD_TALK_OLD, BOB, "bob");
	take(1, &r);
	assert_string_equal(window_name(old), "@bob (old key)");
	assert_true(window_talk_text(old, text, sizeof(text), 0));
	assert_non_null(strstr(text, "That was bob's key"));
}

static void
a_key_that_is_another_than_the_pinned_one_is_asked_about(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg bob 4711\r");
	assert_true(was_sent("say! 1 4711|"));
	change_key(0, RECORD_TALK_ASKED);
	assert_string_equal(play.sent, "forget 1 |");
	assert_ptr_equal(shown(), play.lab);
	assert_non_null(strstr(told(), "@bob: bob has another key"));
	play.sent[0] = '\0';
	type("/trust bob\r");
	assert_true(was_sent("pin 0 bob|"));
	offer(BOB, "bob");
	welcome(1, RECORD_WELCOME_TALKS);
	/* It was refused, and is not said by itself. */
	assert_string_equal(play.sent, "join 1 " BOB "@bob|");
}

/* Else nobody knows who that is that writes. */
static void
whose_name_a_key_has_is_told_in_its_window(void **state)
{
	static const char claim[] = "Who writes here is called bob now, says "
	    "the server: /trust bob takes this key for that name.";
	struct window *new;
	int order;

	(void)state;
	for (order = 0; order < 2; order++) {
		begin_talk();
		if (order == 0)
			change_key(1, 0);
		talk(0, RECORD_OFFERED, RECORD_TALK_STRANGER, NEW_BOB,
		    "key-77c1BBBB");
		if (order == 1)
			change_key(1, 0);
		new = session_find_talk(play.session, "key-77c1BBBB");
		assert_string_equal(lowest(new), claim);
		/* Once. */
		say_in(2, "key-77c1BBBB", "it is me", ENTRY_SAID);
		change_key(1, 0);
		talk(2, RECORD_TALKER, RECORD_TALK_STRANGER, NEW_BOB,
		    "key-77c1BBBB");
		assert_string_equal(lowest(new), "it is me");
		/* Another one has no name at all. */
		talk(0, RECORD_OFFERED, RECORD_TALK_STRANGER, CAROL,
		    "key-88c1BBBB");
		new = session_find_talk(play.session, "key-88c1BBBB");
		assert_int_equal(history_first(new->history),
		    history_tail(new->history));
		tear_down(NULL);
	}
	begin(RECORD_WELCOME_TALKS);
}

static void
a_talk_that_the_server_begins_anew_waits_for_enter(void **state)
{
	struct record r = { .type = RECORD_LOCKED };

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	take(1, &r);
	type("4711\r");
	assert_string_equal(play.sent, "");
	press(KEY_CTRL_OF('u'));
	press(KEYC_ENTER);
	assert_true(was_sent("pin 1 bob|"));
	talk(1, RECORD_TALKER, 0, BOB, "bob");
	type("4711\r");
	assert_true(was_sent("say! 1 4711|"));
}

static void
keys_are_compared_and_marked(void **state)
{
	(void)state;
	begin_talk();
	type("/verify bob\r");
	assert_true(was_sent("compare 0 bob|"));
	talk(0, RECORD_DIGITS, 0, "12345 12345 12345 12345 12345", "bob");
	assert_string_equal(lowest(play.lab), "Compare it by voice; /verify "
	    "bob yes marks that.");
	type("/verify @bob yes\r");
	assert_true(was_sent("pin 0 bob|"));
}

/* ---- Never a private word in public ---- */

static void
windows_are_turned_by_keys_alone(void **state)
{
	static const enum record_type types[] = { RECORD_ENTRY, RECORD_DENIED,
		RECORD_OFFERED, RECORD_TALKER, RECORD_LOCKED, RECORD_ROOM,
		RECORD_WELCOME, RECORD_CAUGHT_UP, RECORD_REFUSED,
		RECORD_REWIND, RECORD_MISSING, RECORD_STATE, RECORD_MEMBER };
	static const char *const texts[] = { BOB, CAROL, NEW_BOB, "bob", "" };
	uint32_t seed = 7;
	char name[WINDOW_TITLE_BYTES];
	struct record r;
	struct window *was;
	int i;

	(void)state;
	begin_talk();
	type("/msg rob\r");
	for (i = 0; i < 20000; i++) {
		seed = seed * 1103515245 + 12345;
		r = (struct record){ .type = types[(seed >> 8) %
		    (sizeof(types) / sizeof(types[0]))] };
		r.text = texts[(seed >> 12) % 5];
		r.text_len = strlen(r.text);
		r.id = (seed >> 16) % 2;
		r.kind = ENTRY_SAY;
		r.flags = (seed >> 17) % 4096;
		r.denial = r.id == 0 ? RECORD_SILENT : (seed >> 18) % 3 == 0 ?
		    RECORD_NO_TALK : (seed >> 18) % 3 == 1 ? RECORD_NO_ROOM :
		    RECORD_QUOTA;
		r.state.phase = RECORD_ONLINE;
		r.entry.kind = ENTRY_SAY;
		r.entry.author = "bob";
		r.entry.author_len = 3;
		r.entry.text = "rob";
		r.entry.text_len = 3;
		was = shown();
		strlcpy(name, window_name(was), sizeof(name));
		if (r.type == RECORD_WELCOME)
			r = (struct record){ .type = RECORD_WELCOME,
			    .flags = RECORD_WELCOME_TALKS, .text = "ada",
			    .text_len = 3 };
		take((uint16_t)((seed >> 20) % 6), &r);
		/* But to the talk with whom it was asked for. */
		if (r.type == RECORD_OFFERED &&
		    (r.flags & RECORD_TALK_ASKED) != 0)
			assert_string_equal(window_name(shown()), name);
		else
			assert_ptr_equal(shown(), was);
		if (seed >> 16 == 9)
			session_show_next(play.session, false);
	}
}

/* Not even where there is no such room: who looks at his keys types on. */
static void
a_room_that_there_is_not_goes_by_a_key(void **state)
{
	(void)state;
	begin_talk();
	session_show(play.session, bob());
	type("/join opps\r");
	deny(2, RECORD_NO_ROOM);
	assert_string_equal(scene().asker, "opps");
	play.sent[0] = '\0';
	type("the code is 4711\r");
	assert_null(strstr(play.sent, "say 0"));
	assert_null(strstr(play.sent, "say! 1"));
	/* With nothing in it Esc takes it away. */
	type("/join opqs\r");
	deny(3, RECORD_NO_ROOM);
	assert_string_equal(scene().asker, "opqs");
	assert_string_equal(told(), "There is no room opqs: /rooms lists those "
	    "that there are, Esc goes back.");
	press(KEYC_ESCAPE);
	assert_string_equal(scene().asker, "opps");
	assert_int_equal(scene().windows.n, 3);
}

static void
a_slip_is_held_until_enter_says_so_again(void **state)
{
	(void)state;
	begin_talk();
	type(" /msg bob 4711\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	/* Not by an Enter too many. */
	press_at_once(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	press(KEYC_ESCAPE);
	assert_string_equal(typed(), " /msg bob 4711");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	/* Another key, and it is asked anew. */
	type("!\r");
	assert_string_equal(play.sent, "");
	press(KEYC_ENTER);
	assert_true(was_sent("say 0  /msg bob 4711!|"));
	/* In a talk there is nothing to be asked. */
	session_show(play.session, bob());
	type("msg bob 4711\r");
	assert_true(was_sent("say! 1 msg bob 4711|"));
}

static void
what_was_pasted_is_held_as_well(void **state)
{
	struct key begins = { .code = KEYC_PASTE_BEGIN };
	struct key ends = { .code = KEYC_PASTE_END };

	(void)state;
	begin_talk();
	session_keys(play.session, play.now, WALL, &begins, 1);
	type("/msg bob 4711");
	session_keys(play.session, play.now, WALL, &ends, 1);
	assert_string_equal(told(), "Pasted: Enter sends it as text, a / typed "
	    "anew runs it");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	press(KEYC_ENTER);
	assert_true(was_sent("say 0 /msg bob 4711|"));
}

static void
paste(const char *text)
{
	struct key begins = { .code = KEYC_PASTE_BEGIN };
	struct key ends = { .code = KEYC_PASTE_END };

	session_keys(play.session, play.now, WALL, &begins, 1);
	type(text);
	session_keys(play.session, play.now, WALL, &ends, 1);
}

/* What stands before it does not make it one for all. */
static void
what_was_pasted_behind_words_is_held_as_well(void **state)
{
	(void)state;
	begin_talk();
	type("so ");
	paste("msg bob 4711");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	press(KEYC_ENTER);
	assert_true(was_sent("say 0 so msg bob 4711|"));
	paste("see below\n.msg bob 4711");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	press(KEYC_ENTER);
	assert_true(was_sent("say 0 see below\n.msg bob 4711|"));
	/* Typed in the middle it is told of. */
	type("write msg bob 4711\r");
	assert_true(was_sent("say 0 write msg bob 4711|"));
}

static void
what_one_does_is_held_as_well(void **state)
{
	(void)state;
	begin_talk();
	type("/me msg bob 4711\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	press(KEYC_ENTER);
	assert_true(was_sent("say 0 msg bob 4711|"));
}

/* Several lines for one alone are so as well. */
static void
several_lines_are_for_him_alone(void **state)
{
	(void)state;
	begin_talk();
	type("/msg bob one");
	press(KEY_META_OF('\r'));
	type("two\r");
	assert_true(was_sent("say! 1 one\ntwo|"));
	type("/w bob");
	press(KEY_META_OF('\r'));
	type("one");
	press(KEY_META_OF('\r'));
	type("two\r");
	assert_true(was_sent("say! 1 one\ntwo|"));
	/* Whoever he is not. */
	type("/m see");
	press(KEY_META_OF('\r'));
	type("you\r");
	assert_true(was_sent("say 0 /m see\nyou|"));
}

static void
no_short_word_says_it_to_all(void **state)
{
	static const char *const lines[] = { "/m see you\r", "/w see you\r",
		"/t see you\r", "/r see you\r", "/q see you\r",
		"/re see you\r", "/qu see you\r", "/ms see you\r",
		"/mgs see you\r" };
	size_t i;

	(void)state;
	begin_talk();
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		type(lines[i]);
		if (strstr(play.sent, "say 0") != NULL)
			fprintf(stderr, "%s: %s\n", lines[i], play.sent);
		assert_null(strstr(play.sent, "say 0"));
		assert_false(session_over(play.session));
		press(KEY_CTRL_OF('u'));
	}
	play.sent[0] = '\0';
	type("/m bob hello\r");
	assert_true(was_sent("say! 1 hello|"));
	type("/q bob hello\r");
	assert_true(was_sent("say! 1 hello|"));
	type("/w bob\r");
	assert_ptr_equal(shown(), bob());
}

static void
reply_is_for_who_had_written_when_it_was_typed(void **state)
{
	(void)state;
	begin_talk();
	type("/reply hello\r");
	assert_string_equal(play.sent, "");
	assert_non_null(strstr(told(), "Nobody has written to you"));
	press(KEY_CTRL_OF('u'));
	say_in(1, "bob", "are you there?", ENTRY_SAID);
	type("/reply yes");
	assert_string_equal(scene().asker, "@bob");
	assert_true(scene().talk.typed);
	talk(0, RECORD_OFFERED, 0, CAROL, "carol");
	talk(2, RECORD_TALKER, 0, CAROL, "carol");
	welcome(2, RECORD_WELCOME_TALKS);
	say_in(2, "carol", "and you?", ENTRY_SAID);
	assert_string_equal(scene().asker, "@bob");
	play.sent[0] = '\0';
	type("\r");
	assert_true(was_sent("say! 1 yes|"));
	assert_string_equal(scene().asker, "lab");
	type("/reply and yes\r");
	assert_true(was_sent("say! 2 and yes|"));
	type("/reply");
	assert_string_equal(scene().asker, "@carol");
	press(KEY_CTRL_OF('u'));
	assert_string_equal(scene().asker, "lab");
}

/* Not whoever had written before him, nor who has a window by that number: what
 * was typed was for him. */
static void
reply_is_for_nobody_else_once_he_has_no_window(void **state)
{
	const struct record parted = { .type = RECORD_PARTED };
	int again;

	(void)state;
	begin_talk();
	talk(0, RECORD_OFFERED, 0, CAROL, "carol");
	talk(2, RECORD_TALKER, 0, CAROL, "carol");
	welcome(2, RECORD_WELCOME_TALKS);
	say_in(2, "carol", "and you?", ENTRY_SAID);
	say_in(1, "bob", "are you there?", ENTRY_SAID);
	type("/reply under the m");
	assert_string_equal(scene().asker, "@bob");
	take(1, &parted);
	for (again = 0; again < 2; again++) {
		assert_string_not_equal(scene().asker, "@carol");
		play.sent[0] = '\0';
		press(KEYC_END);
		type("a\r");
		assert_string_equal(play.sent, "");
		assert_non_null(strstr(told(), "has no window any more"));
		/* By that number somebody else. */
		talk(0, RECORD_OFFERED, 0, NEW_BOB, "rob");
		say_in(1, "rob", "here I am", ENTRY_SAID);
	}
	assert_string_equal(typed(), "/reply under the maa");
	press(KEY_CTRL_OF('u'));
	type("/reply to you");
	assert_string_equal(scene().asker, "@rob");
	play.sent[0] = '\0';
	type("\r");
	assert_true(was_sent("say! 1 to you|") || was_sent("join 1"));
}

static void
each_window_keeps_its_own_line(void **state)
{
	(void)state;
	begin_talk();
	type("for all");
	session_show(play.session, bob());
	assert_string_equal(typed(), "");
	type("for bob");
	press(KEYC_META | 'g');
	assert_string_equal(typed(), "");
	type("lab\r");
	assert_string_equal(typed(), "for all");
	press(KEY_CTRL_OF('u'));
	press(KEY_CTRL_OF('y'));
	assert_string_equal(typed(), "for all");
	session_show(play.session, bob());
	assert_string_equal(typed(), "for bob");
}

/* What is taken back comes back where it was said. */
static void
withdrawn_lines_come_back_where_they_were(void **state)
{
	struct record piece = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .id = 1, .text = "4711", .text_len = 4 }, end = piece;

	(void)state;
	begin_talk();
	session_show(play.session, bob());
	type("4711\r");
	type("/withdraw\r");
	session_show(play.session, play.lab);
	end.text = "";
	end.text_len = 0;
	take(1, &piece);
	take(1, &end);
	assert_string_equal(typed(), "");
	press(KEYC_UP);
	assert_string_equal(typed(), "");
	session_show(play.session, bob());
	assert_string_equal(typed(), "4711");
}

static void
ignored_in_a_room_is_ignored_in_his_talk(void **state)
{
	(void)state;
	begin_talk();
	type("/ignore bob\r");
	assert_true(was_sent("shut 1 |"));
	type("/unignore bob\r");
	assert_true(was_sent("shut 1 |"));
}

/* Who is ignored opens no window, until he is not any more. */
static void
who_is_ignored_opens_no_window(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/ignore bob\r");
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	assert_int_equal(scene().windows.n, 1);
	assert_string_equal(play.sent, "");
	type("/unignore bob\r");
	talk(0, RECORD_OFFERED, 0, BOB, "bob");
	assert_true(was_sent("join 1 " BOB "|"));
}

static void
talks_are_listed(void **state)
{
	struct pager_row rows[ROWS + 1];
	char line[128];

	(void)state;
	begin_talk();
	type("/talks\r");
	assert_true(was_sent("talks 0 |"));
	/* What the server has not heard of yet has been read here. */
	bob()->read.seen = 1;
	talk(0, RECORD_TALK_LISTED, RECORD_TALK_FIRST | RECORD_TALK_HERE |
	    RECORD_TALK_VERIFIED | RECORD_TALK_MORE, BOB, "bob");
	talk(0, RECORD_TALK_LISTED, RECORD_TALK_LAST | RECORD_TALK_MORE, CAROL,
	    "carol");
	assert_true(pager_rows(scene().pager, rows) >= 2);
	snprintf(line, sizeof(line), "%.*s", (int)rows[0].len, rows[0].text);
	assert_string_equal(line, " 2 @bob ✓                 here");
	snprintf(line, sizeof(line), "%.*s", (int)rows[1].len, rows[1].text);
	assert_string_equal(line, "   @carol                 new lines");
}

/* ---- What was not said stands on the line ---- */

/* Whoever types on has not looked. */
static void
what_is_typed_next_does_not_go_with_what_comes_back(void **state)
{
	static const char *const next[] = { "/msg evi R102\r", "hello all\r" };
	static const char *const says[] = { "join 1 @evi|whom 1 evi|"
	    "say! 1 R102|", "" };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(RECORD_WELCOME_TALKS);
		type("/msg rob R101\r");
		nobody_is_called("rob");
		assert_string_equal(typed(), "/msg rob R101");
		play.sent[0] = '\0';
		type(next[i]);
		assert_string_equal(play.sent, says[i]);
		/* It may have been meant to go with what was for him. */
		if (i == 1) {
			assert_string_equal(told(), "Enter says this to lab, "
			    "Esc goes back.");
			press(KEYC_ENTER);
			assert_true(was_sent("say 0 hello all|"));
		}
		/* Nothing is lost. */
		press(KEYC_UP);
		if (i == 1)
			press(KEYC_UP);
		assert_string_equal(typed(), "/msg rob R101");
		tear_down(NULL);
	}
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob R101\r");
	nobody_is_called("rob");
	type("h");
	assert_string_equal(told(), "Up has what stood here.");
	/* Nor is it in any file. */
	press(KEY_CTRL_OF('u'));
	press(KEYC_UP);
	assert_string_equal(typed(), "/msg rob R101");
}

/* But where somebody goes to a place in it, he means it. */
static void
what_comes_back_may_be_corrected(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("/msg rob R101\r");
	nobody_is_called("rob");
	press(KEYC_BACKSPACE);
	type("2\r");
	assert_true(was_sent("whom 1 rob|"));
	nobody_is_called("rob");
	assert_string_equal(typed(), "/msg rob R102");
	/* Esc takes it out. */
	press(KEYC_ESCAPE);
	assert_string_equal(typed(), "");
	press(KEYC_UP);
	assert_string_equal(typed(), "/msg rob R102");
	/* What came by a key is said by Enter. */
	play.sent[0] = '\0';
	press(KEYC_ENTER);
	assert_true(was_sent("whom 1 rob|"));
}

/* By nobody's fault the line is not taken, and stays. */
static void
what_is_typed_next_does_not_go_with_what_is_refused(void **state)
{
	(void)state;
	begin_talk();
	play.busy = true;
	type("/msg bob R101\r");
	play.busy = false;
	assert_string_equal(typed(), "/msg bob R101");
	type("/msg evi R102\r");
	assert_string_equal(play.sent, "join 2 @evi|whom 2 evi|"
	    "say! 2 R102|");
	press(KEYC_UP);
	assert_string_equal(typed(), "/msg bob R101");
	/* Who goes to its end goes on with it: none of both is said. */
	play.busy = true;
	press(KEYC_ENTER);
	play.busy = false;
	press(KEYC_END);
	play.sent[0] = '\0';
	type(" /msg evi R102\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "There is a command inside of this line: "
	    "nothing was sent. Esc takes it out, then Up has it.");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "/msg bob R101 /msg evi R102");
	press(KEYC_ESCAPE);
	assert_string_equal(typed(), "");
	press(KEYC_UP);
	assert_string_equal(typed(), "/msg bob R101 /msg evi R102");
}

static void
no_command_is_said_inside_of_a_line_that_was_not(void **state)
{
	static const char *const behind[] = { " /reply R102", " /w evi R102",
		"./query evi R102", " /mgs evi R102", " /trust evi",
		" /m evi R102", " /me waves", ", /msg evi R102", "\n/w evi 1" };
	static const char *const harmless[] = { " (see /etc/motd)", " and/or",
		" w/o you", " 1/2", " http://host/w", " //" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		begin_talk();
		play.busy = true;
		type("/msg bob R101\r");
		play.busy = false;
		edit_insert(shown()->edit, behind[i], strlen(behind[i]));
		press(KEYC_ENTER);
		press(KEYC_ENTER);
		if (play.sent[0] != '\0')
			fail_msg("%s: %s", behind[i], play.sent);
		tear_down(NULL);
	}
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		begin_talk();
		play.busy = true;
		type("/msg bob R101\r");
		play.busy = false;
		press(KEYC_END);
		type(harmless[i]);
		type("\r");
		assert_string_equal(play.sent, "");
		assert_string_equal(told(), "Enter says this to bob, Esc goes "
		    "back.");
		press(KEYC_ENTER);
		if (strstr(play.sent, "say! 1 R101") == NULL)
			fail_msg("%s: %s", harmless[i], play.sent);
		tear_down(NULL);
	}
	/* Before it, as well. */
	begin_talk();
	play.busy = true;
	type("/msg bob R101\r");
	play.busy = false;
	press(KEYC_HOME);
	type("/msg evi R102 \r");
	assert_string_equal(play.sent, "");
}

static void
in_a_line_that_is_typed_at_once_a_command_is_text(void **state)
{
	(void)state;
	begin_talk();
	type("to one alone it is /msg evi TEXT\r");
	assert_true(was_sent("say 0 to one alone it is /msg evi TEXT|"));
	type("/msg bob it is /msg evi TEXT\r");
	assert_true(was_sent("say! 1 it is /msg evi TEXT|"));
	/* Also when it is said again. */
	press(KEYC_UP);
	type("s\r");
	assert_true(was_sent("say 0 to one alone it is /msg evi TEXTs|"));
}

/* What was asked about is not what stands there now. */
static void
a_changed_line_is_asked_about_anew(void **state)
{
	static const char question[] = "rob is bob, says the server: not "
	    "said. Enter says it to that one.";

	(void)state;
	begin_talk();
	type("/msg rob hello\r");
	offer(BOB, "rob");
	assert_string_equal(told(), question);
	play.sent[0] = '\0';
	press(KEYC_LEFT);
	press(KEYC_RIGHT);
	type(" old friend\r");
	assert_null(strstr(play.sent, "hello"));
	assert_string_equal(told(), question);
	type("!\r");
	assert_null(strstr(play.sent, "hello"));
	press(KEYC_ENTER);
	assert_true(was_sent("say! 1 hello old friend!|"));
	/* To whom else it goes by his name nothing is asked. */
	type("/msg rob hello\r");
	offer(BOB, "rob");
	edit_set(shown()->edit, "/msg carol hello", 16);
	play.sent[0] = '\0';
	press(KEYC_ENTER);
	assert_true(was_sent("whom 2 carol|"));
}

/* Words for all, typed behind what was for one. */
static void
more_than_was_to_be_said_is_asked_about(void **state)
{
	(void)state;
	begin_talk();
	play.busy = true;
	type("/msg bob R101\r");
	play.busy = false;
	type("hello all\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	type(" of you\r");
	assert_true(was_sent("say 0 hello all of you|"));
	press(KEYC_UP);
	press(KEYC_UP);
	play.busy = true;
	press(KEYC_ENTER);
	play.busy = false;
	press(KEYC_END);
	play.sent[0] = '\0';
	type("hello all\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to bob, Esc goes back.");
	press(KEYC_ENTER);
	assert_true(was_sent("say! 1 R101hello all|"));
}

/* Nor what comes to the line of a room by itself. */
static void
no_command_is_said_to_all_behind_what_came_there(void **state)
{
	struct record piece = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .id = 1, .text = "good morning", .text_len = 12 }, end = piece;

	(void)state;
	begin_talk();
	type("good morning\r");
	type("/withdraw\r");
	end.text = "";
	end.text_len = 0;
	take(0, &piece);
	take(0, &end);
	assert_string_equal(typed(), "good morning");
	play.sent[0] = '\0';
	type("/msg bob 4711\r");
	assert_true(was_sent("say! 1 4711|"));
	press(KEYC_UP);
	assert_string_equal(typed(), "good morning");
	press(KEY_CTRL_OF('u'));
	take(0, &piece);
	take(0, &end);
	type(" /msg bob 4711\r\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "There is a command inside of this line: "
	    "nothing was sent. Esc takes it out, then Up has it.");
	/* But it is there to go on with. */
	press(KEY_CTRL_OF('u'));
	take(0, &piece);
	take(0, &end);
	type(", bob\r");
	assert_true(was_sent("say 0 good morning, bob|"));
}

/* What Up had put by comes back behind what was sent: it is there to go on with
 * as well. */
static void
no_command_goes_with_what_up_had_put_by(void **state)
{
	(void)state;
	begin_talk();
	type("one\r");
	type("/msg evi R1");
	press(KEYC_UP);
	press(KEYC_ENTER);
	assert_string_equal(typed(), "/msg evi R1");
	play.sent[0] = '\0';
	type("/msg bob R2\r");
	assert_string_equal(play.sent, "say! 1 R2|");
	press(KEYC_UP);
	assert_string_equal(typed(), "/msg evi R1");
	press(KEYC_DOWN);
	type("half a l");
	press(KEYC_UP);
	press(KEYC_UP);
	assert_string_equal(typed(), "one");
	session_show(play.session, bob());
	session_show(play.session, play.lab);
	play.sent[0] = '\0';
	type("/msg bob R3\r");
	assert_string_equal(play.sent, "say! 1 R3|");
	press(KEYC_UP);
	assert_string_equal(typed(), "half a l");
}

/* Nobody is called so: it stands on the line again, and the program ends. */
static void
begin_refused(const char *then)
{
	begin(RECORD_WELCOME_TALKS);
	play.of_lab = true;
	type("/msg rob R101\r");
	nobody_is_called("rob");
	assert_string_equal(typed(), "/msg rob R101");
	play.sent[0] = '\0';
	type(then);
}

static void
begin_again(void)
{
	assert_true(session_keep_draft(play.session));
	session_free(play.session);
	begin(RECORD_WELCOME_TALKS);
}

/* As long as nobody has done anything about it. */
static void
what_gave_way_is_there_in_the_next_run(void **state)
{
	(void)state;
	begin_refused("half");
	assert_string_equal(typed(), "half");
	assert_string_equal(told(), "Up has what stood here.");
	/* Also where it is killed a while later. */
	play.now += 10 * 1000;
	session_tick(play.session, play.now);
	assert_string_equal(play.draft, "half\n/msg rob R101");
	begin_again();
	assert_string_equal(play.draft, "half\n/msg rob R101");
	assert_string_equal(typed(), "half\n/msg rob R101");
	/* It is for one alone, and nobody is told so unasked. */
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	/* Also what is typed then is no part of it, and all is kept. */
	press(KEYC_ESCAPE);
	session_free(play.session);
	begin(RECORD_WELCOME_TALKS);
	assert_string_equal(typed(), "half\n/msg rob R101");
	type("more");
	assert_string_equal(typed(), "more");
	begin_again();
	assert_string_equal(typed(), "more\nhalf\n/msg rob R101");
}

/* There may be several, but not too many. */
static void
the_last_four_that_gave_way_are_there_in_the_next_run(void **state)
{
	char line[32];
	int i;

	(void)state;
	begin_refused("");
	for (i = 2; i < 7; i++) {
		snprintf(line, sizeof(line), "/msg rob R10%d\r", i);
		type(line);
		nobody_is_called("rob");
	}
	type("half");
	begin_again();
	assert_string_equal(typed(), "half\n/msg rob R103\n/msg rob R104\n"
	    "/msg rob R105\n/msg rob R106");
}

/* So is what stands in his window as not said, where the line was not free. */
static void
what_was_not_said_is_there_in_the_next_run(void **state)
{
	struct window *w;

	(void)state;
	begin(RECORD_WELCOME_TALKS);
	play.of_lab = true;
	type("/msg rob R101\r/msg rob R102\rhello");
	nobody_is_called("rob");
	assert_string_equal(typed(), "hello");
	w = session_find_talk(play.session, "rob");
	assert_string_equal(lowest(w), "R102 (not said)");
	begin_again();
	assert_string_equal(typed(), "hello\n/msg rob R101\n/msg rob R102");
	/* Not what stood on the line again, and was erased. */
	tear_down(NULL);
	begin_refused("");
	press(KEY_CTRL_OF('u'));
	begin_again();
	assert_string_equal(typed(), "");
	/* Nor what was said all the same. */
	tear_down(NULL);
	begin(RECORD_WELCOME_TALKS);
	play.of_lab = true;
	type("/msg rob R101\rhello");
	nobody_is_called("rob");
	press(KEY_CTRL_OF('u'));
	type("/msg bob R101\r");
	begin_again();
	assert_string_equal(typed(), "");
}

/* Nor does it go to another one with what is for him. */
static void
what_gave_way_goes_to_nobody_else_in_the_next_run(void **state)
{
	(void)state;
	begin_refused("/msg bob hi");
	begin_again();
	assert_string_equal(typed(), "/msg bob hi\n/msg rob R101");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to bob, Esc goes back.");
	tear_down(state);
	begin_talk();
	session_show_next(play.session, false);
	type("half");
	press(KEY_CTRL_OF('j'));
	type("/msg rob R101");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "");
	assert_string_equal(told(), "Enter says this to @bob, Esc goes back.");
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "say! 1 half\n/msg rob R101|");
}

/* By itself it is what it was. */
static void
what_gave_way_alone_is_that_command_in_the_next_run(void **state)
{
	(void)state;
	begin_refused("half\r");
	assert_string_equal(play.sent, "");
	play.now += 1000;
	press(KEYC_ENTER);
	assert_string_equal(play.sent, "say 0 half|");
	begin_again();
	assert_string_equal(play.draft, "/msg rob R101");
	assert_string_equal(typed(), "/msg rob R101");
	/* What is typed next is a line of its own, as it was before. */
	type("typed next");
	assert_string_equal(typed(), "typed next");
	press(KEYC_UP);
	assert_string_equal(typed(), "/msg rob R101");
	press(KEYC_ENTER);
	assert_true(was_sent("whom 1 rob|"));
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "typed next");
}

static void
what_gave_way_and_was_said_or_taken_out_is_not_kept(void **state)
{
	/* To whom it was meant for. */
	begin_refused("/msg bob R101\r");
	assert_true(was_sent("whom 1 bob|"));
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "");
	tear_down(state);
	/* What Up has brought is not there twice, nor when it is corrected. */
	begin_refused("h");
	press(KEYC_BACKSPACE);
	press(KEYC_UP);
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "/msg rob R101");
	type("0");
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "/msg rob R1010");
	press(KEY_CTRL_OF('u'));
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "");
}

/* Nobody answers what he cannot read any more. */
static void
a_question_that_something_took_the_place_of_is_asked_again(void **state)
{
	static const char asks[] = "Enter says this to lab, Esc goes back.";

	(void)state;
	begin_talk();
	type("/msg rob R101\r");
	type("msg bob 4711\r");
	play.sent[0] = '\0';
	assert_string_equal(told(), asks);
	nobody_is_called("rob");
	assert_string_not_equal(told(), asks);
	press(KEYC_ENTER);
	assert_string_equal(told(), asks);
	assert_null(strstr(play.sent, "4711"));
	press(KEYC_ENTER);
	assert_non_null(strstr(play.sent, "say 0 msg bob 4711|"));
}

/* What is held for all to read. */
static void
what_is_typed_next_does_not_go_with_a_slip(void **state)
{
	(void)state;
	begin_talk();
	type(" /msg bob 4711\r");
	assert_string_equal(told(), "Enter says this to lab, Esc goes back.");
	type("/msg bob 4711\r");
	assert_string_equal(play.sent, "say! 1 4711|");
	press(KEYC_UP);
	assert_string_equal(typed(), " /msg bob 4711");
}

/* What Up has put by is being typed: nothing takes its place. */
static void
nothing_comes_back_over_what_up_has_put_by(void **state)
{
	(void)state;
	begin(RECORD_WELCOME_TALKS);
	type("one\r");
	type("/msg rob 4711\r");
	type("half a l");
	press(KEYC_UP);
	press(KEY_CTRL_OF('u'));
	nobody_is_called("rob");
	assert_string_equal(typed(), "");
	press(KEYC_DOWN);
	assert_string_equal(typed(), "half a l");
	assert_string_equal(lowest(session_find_talk(play.session, "rob")),
	    "4711 (not said)");
}

/* ---- At random ---- */

enum { WORDS = 20000, ROUNDS = 100, STEPS = 600 };

static struct {
	uint32_t	 seed;
	unsigned	 words;		/* w0, w1, ...: each is typed once */
	/* What stood in the prompt when one was sent first: p, one alone. */
	char		 for_whom[WORDS];
	unsigned	 posts[2];	/* to all, to one */
	/* Of each person by his name: how many lines the receiver keeps for
	 * it, in which window; and the server said that it was another's. */
	unsigned	 kept[4], at[4];
	bool		 renamed[4];
	unsigned	 taken;		/* of those, by a key */
} chance;

static uint32_t
draw(uint32_t below)
{
	chance.seed = chance.seed * 1664525 + 1013904223;
	return (chance.seed >> 8) % below;
}

/* Each word in it, to where it goes. */
static void
note_words(const char *text, size_t len, char where, bool sent)
{
	char *copy = strndup(text, len);
	const char *at = copy;
	unsigned n;

	assert_non_null(copy);
	for (; (at = strchr(at, 'w')) != NULL; at++) {
		if (sscanf(at, "w%u.", &n) != 1 || n >= WORDS)
			continue;
		if (chance.for_whom[n] == 0)
			chance.for_whom[n] = where;
		else if (sent && where == 'a' && chance.for_whom[n] == 'p')
			fail_msg("w%u is for one, and goes to all: %s", n,
			    copy);
	}
	free(copy);
}

static bool
send_by_chance(const struct record *r)
{
	bool private = (r->flags & RECORD_POST_PRIVATE) != 0;

	if (draw(50) == 0)
		return false;
	if (r->type != RECORD_POST)
		return true;
	chance.posts[private]++;
	note_words(r->text, r->text_len, private ? 'p' : 'a', true);
	return true;
}

/* As it is seen in the prompt; of a command where it goes tells. */
static void
press_enter(void)
{
	const char *text = typed();

	if (scene().asks == SCENE_SAYS && (scene().talk.typed || *text != '/'))
		note_words(text, strlen(text), scene().talk.typed ? 'p' : 'a',
		    false);
	press(KEYC_ENTER);
}

/* But those that bring back what was cut out of a command: who does that means
 * it. */
static void
press_any(void)
{
	static const uint32_t keys[] = { KEYC_UP, KEYC_DOWN, KEYC_ESCAPE,
		KEYC_META | '1', KEYC_META | '2', KEYC_META | '3',
		KEYC_META | 'a', KEYC_META | 'g', KEYC_META | '/',
		KEYC_META | '.', KEY_CTRL_OF('u'), KEY_CTRL_OF('r'),
		KEY_CTRL_OF('p'), KEY_CTRL_OF('n'), KEY_CTRL_OF('w'),
		KEY_CTRL_OF('_') };
	static const char *const lines[] = { "/msg bob ", "/msg carol ",
		"/reply ", "/m bob ", "/w bob ", "/q carol ", "/me ",
		" /msg bob ", "msg bob ", "/msg bob", "/join ops", "/leave",
		"/trust bob", "/withdraw", "/withdraw all", "/go lab",
		"/go bob" };
	char word[16];

	switch (draw(5)) {
	case 0:
		press(keys[draw(sizeof(keys) / sizeof(keys[0]))]);
		break;
	case 1:
		type(lines[draw(sizeof(lines) / sizeof(lines[0]))]);
		break;
	case 2:
		press_enter();
		break;
	default:
		snprintf(word, sizeof(word), "w%u. ", chance.words++ % WORDS);
		type(word);
	}
}

static void
tell_any(void)
{
	static const char *const keys[] = { BOB, CAROL, NEW_BOB, "" };
	static const char *const names[] = { "bob", "carol", "rob" };
	const char *key = keys[draw(4)], *name = names[draw(3)];
	uint16_t window = (uint16_t)draw(6);
	struct record r = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY };

	switch (draw(10)) {
	case 0:
		talk(0, RECORD_OFFERED, draw(2), key, name);
		break;
	case 1:
		talk(window, RECORD_TALKER, draw(8), key, name);
		break;
	case 2:
		change_key(window, draw(2));
		break;
	case 3:
		deny(window, draw(2) ? RECORD_NO_TALK : RECORD_NO_ROOM);
		break;
	case 4:
		say_in(window, name, "what others say", ENTRY_SAID);
		break;
	case 5:
		r.text = "";
		take(window, &r);
		break;
	case 6:
		if (draw(8) == 0)
			session_revive(play.session, play.now);
		break;
	case 7:
		r = (struct record){ .type = RECORD_STATE, .state = {
		    .phase = draw(4) == 0 ? RECORD_LOST : RECORD_ONLINE } };
		take(window, &r);
		break;
	default:
		welcome(window, RECORD_WELCOME_TALKS);
	}
	session_tick(play.session, play.now);
}

/* What stands before the input when Enter is pressed is where it goes, then or
 * later, once or again; and no answer turns to another window but to that of
 * the same one, where his key was not known. */
static void
what_is_for_one_alone_never_goes_to_all(void **state)
{
	const struct window *was;
	char name[64];
	int round, step;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		chance.seed = (uint32_t)round + 1;
		memset(chance.for_whom, 0, sizeof(chance.for_whom));
		begin_talk();
		play.send = send_by_chance;
		for (step = 0; step < STEPS &&
		    !session_over(play.session); step++) {
			was = shown();
			snprintf(name, sizeof(name), "%s", was->talk == NULL ||
			    window_talk_has_key(was) ? "" : was->talk->name);
			if (draw(3) > 0)
				press_any();
			else {
				tell_any();
				assert_true(shown() == was || (*name != '\0' &&
				    window_talk_is_named(shown(), name)));
			}
		}
		tear_down(NULL);
	}
	assert_true(chance.posts[0] > 100 && chance.posts[1] > 100);
}

static const char *const persons[] = { "bob", "carol", "rob", "lab" };

enum { LAB = 3 };		/* of them: is for all */

/* What the receiver does with what it keeps for a name. */
static void
keep_for_whom(const struct record *r)
{
	size_t n = strlen(BOB);
	char name[RECORD_TALK_BYTES + 64];
	unsigned i;

	snprintf(name, sizeof(name), "%.*s", (int)r->text_len,
	    r->text_len > 0 ? r->text : "");
	for (i = 0; i < LAB; i++)
		if (r->type == RECORD_JOIN && *name == '@' &&
		    strcmp(name + 1, persons[i]) == 0)
			chance.at[i] = r->window;
		else if (r->type == RECORD_JOIN && strlen(name) > n + 1 &&
		    strcmp(name + n + 1, persons[i]) == 0) {
			if (chance.renamed[i] && chance.kept[i] > 0)
				fail_msg("%s has what was for another", name);
			chance.taken += chance.kept[i];
			chance.kept[i] = chance.at[i] = 0;
			chance.renamed[i] = false;
		} else if (r->window != 0 && chance.at[i] == r->window &&
		    r->type == RECORD_FORGET) {
			chance.kept[i] = 0;
			chance.renamed[i] = false;
		} else if (r->window != 0 && chance.at[i] == r->window &&
		    r->type == RECORD_POST)
			chance.kept[i]++;
		else if (r->window != 0 && chance.at[i] == r->window &&
		    r->type == RECORD_PART) {
			if (chance.kept[i] > 0)
				fail_msg("%s: lines are in no window",
				    persons[i]);
			chance.at[i] = 0;
		}
}

/* Each word goes to whom it was typed for, as long as nobody says otherwise. */
static bool
send_to_whom(const struct record *r)
{
	const char *at = r->text, *end = r->text + r->text_len;
	const struct window *w;
	const char *name;
	unsigned n;

	if (play.busy)
		return false;
	keep_for_whom(r);
	if (r->type != RECORD_POST)
		return true;
	while ((at = memchr(at, 'w', (size_t)(end - at))) != NULL) {
		if (*++at < '0' || *at > '9')
			continue;
		n = (unsigned)strtoul(at, NULL, 10);
		name = persons[(int)chance.for_whom[n]];
		w = session_find_talk(play.session, name);
		if (name == persons[LAB] ? r->window != 0 : w == NULL ||
		    w->number != r->window)
			fail_msg("w%u is for %s: %.*s to %u", n, name,
			    (int)r->text_len, r->text, r->window);
		chance.posts[name != persons[LAB]]++;
	}
	return true;
}

/* A line and Enter, whatever stands there. */
static void
say_any(void)
{
	static const char *const how[] = { "", "", "", " " };
	uint32_t whom = draw(4);
	char line[64];

	chance.for_whom[chance.words % WORDS] = (char)whom;
	if (whom == LAB)
		snprintf(line, sizeof(line), "w%u.", chance.words++ % WORDS);
	else
		snprintf(line, sizeof(line), "%s%s %s w%u.", how[draw(4)],
		    draw(3) == 0 ? "/w" : "/msg", persons[whom],
		    chance.words++ % WORDS);
	type(line);
	press(KEYC_ENTER);
}

static bool
is_asked_for(const char *name)
{
	const struct window *w = session_find_talk(play.session, name);

	return w != NULL && !window_talk_has_key(w);
}

static void
answer_any(void)
{
	static const char *const keys[] = { BOB, CAROL, NEW_BOB };
	unsigned whom = draw(3);
	const char *name = persons[whom];
	struct record r = { .type = RECORD_OFFERED, .flags =
	    RECORD_TALK_ASKED | RECORD_TALK_RENAMED, .text = keys[draw(3)],
	    .text_len = strlen(BOB), .entry = { .author = name,
	    .author_len = strlen(name), .text = "bill", .text_len = 4 } };

	switch (draw(7)) {
	case 0:
		offer(keys[draw(3)], name);
		break;
	case 1:
		/* Until what was said before is not said. */
		chance.renamed[whom] |= is_asked_for(name) &&
		    chance.kept[whom] > 0;
		take(0, &r);
		break;
	case 2:
		nobody_is_called(name);
		break;
	case 3:
		former(name, persons[draw(3)]);
		break;
	case 4:
		deny((uint16_t)(1 + draw(4)), RECORD_NO_TALK);
		break;
	case 5:
		play.busy = draw(3) == 0;
		break;
	default:
		welcome((uint16_t)(1 + draw(4)), RECORD_WELCOME_TALKS);
	}
	session_tick(play.session, play.now);
}

/* Who types on and never looks says nothing to anybody else. */
static void
what_is_for_one_goes_to_nobody_else(void **state)
{
	int round, step;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		chance.seed = (uint32_t)round + 1;
		chance.words = 0;
		memset(chance.kept, 0, sizeof(chance.kept));
		memset(chance.at, 0, sizeof(chance.at));
		memset(chance.renamed, 0, sizeof(chance.renamed));
		/* In every other one the server is away at first. */
		if (round % 2 == 0)
			begin(RECORD_WELCOME_TALKS);
		else
			start(NULL);
		play.send = send_to_whom;
		for (step = 0; step < STEPS; step++) {
			if (draw(2) == 0)
				say_any();
			else
				answer_any();
			if (round % 2 != 0 && draw(100) == 0)
				welcome(0, RECORD_WELCOME_TALKS);
			if (draw(20) == 0)
				press(draw(2) == 0 ? KEYC_ESCAPE :
				    KEY_CTRL_OF('u'));
		}
		tear_down(NULL);
	}
	assert_true(chance.posts[0] > 100 && chance.posts[1] > 100);
	assert_in_range(chance.taken, 20, 100000);
}

/* ---- Where the server knows none ---- */

#define EARLY	"What the server can do it has not said yet: this waits for it."

/* Nobody has said yet whether it knows any. */
static void
a_command_before_the_server_answers_waits_for_it(void **state)
{
	(void)state;
	start(NULL);
	tell_phase(RECORD_LOST);
	type("/msg bob 4711\r");
	assert_string_equal(told(), EARLY);
	assert_string_equal(typed(), "/msg bob 4711");
	session_tick(play.session, play.now);
	assert_false(was_sent("whom 1 bob|"));
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_true(was_sent("whom 1 bob|"));
	assert_string_equal(typed(), "");
}

/* Nor is it said to all then, where it is of several lines. */
static void
several_lines_for_one_alone_before_that_wait_too(void **state)
{
	(void)state;
	start(NULL);
	type("/msg bob 4711");
	press(KEY_META_OF('\r'));
	type("4712\r");
	assert_string_equal(told(), EARLY);
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_true(was_sent("whom 1 bob|"));
	assert_false(was_sent("say 0"));
}

/* Whoever types on may have meant another line; else he asks anew. */
static void
what_is_typed_on_before_that_waits_for_enter(void **state)
{
	(void)state;
	start(NULL);
	type("/msg bob 4711\r2");
	assert_string_equal(typed(), "2");
	assert_string_equal(told(), "Up has what stood here.");
	tear_down(NULL);
	start(NULL);
	type("/msg bob 4711\r");
	press(KEYC_END);
	type("2");
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_string_equal(typed(), "/msg bob 47112");
	assert_false(was_sent("whom 1 bob|"));
	press(KEYC_ESCAPE);
	assert_string_equal(typed(), "/msg bob 47112");
	type("\r");
	assert_string_equal(told(), "Enter says this to bob, Esc goes back.");
	type("\r");
	assert_true(was_sent("whom 1 bob|"));
}

/* What is typed behind it may be for others: that is asked about as well. */
static void
more_than_waits_for_the_server_is_asked_about(void **state)
{
	(void)state;
	start(NULL);
	type("/msg bob 4711\r");
	press(KEYC_END);
	type("hello all\r");
	assert_string_equal(told(), "Enter says this to bob, Esc goes back.");
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
	press(KEYC_ENTER);
	assert_true(was_sent("whom 1 bob|"));
	tear_down(NULL);
	/* Answered before that, it waits. */
	start(NULL);
	type("/msg bob 4711\r");
	press(KEYC_END);
	type("hello all\r\r");
	assert_string_equal(told(), EARLY);
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_true(was_sent("whom 1 bob|"));
	tear_down(NULL);
	start(NULL);
	type("/msg bob 4711\r");
	press(KEYC_END);
	type(" /msg evi 4712\r\r");
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
}

/* Whether it knows talks or not, that is no command, and may have been one. */
static void
what_looks_as_if_for_one_alone_is_asked_about_before_that_too(void **state)
{
	(void)state;
	start(NULL);
	type(" /msg bob 4711\r");
	assert_string_equal(told(), "Enter says this to chat, Esc goes back.");
	assert_string_equal(typed(), " /msg bob 4711");
	welcome(0, RECORD_WELCOME_TALKS);
	session_tick(play.session, play.now);
	assert_string_equal(play.sent, "");
	press(KEYC_ENTER);
	assert_true(was_sent("say 0  /msg bob 4711|"));
}

/* Nor is what was for one alone said to all by a server without talks. */
static void
several_lines_for_one_alone_are_said_to_nobody_without_talks(void **state)
{
	(void)state;
	start(NULL);
	type("/msg bob 4711");
	press(KEY_META_OF('\r'));
	type("4712\r");
	welcome(0, 0);
	session_tick(play.session, play.now);
	assert_false(was_sent("say 0"));
	assert_string_equal(told(), "There are no private messages here: "
	    "nothing was sent.");
	assert_string_equal(typed(), "/msg bob 4711\n4712");
}

/* And what is none there is told so. */
static void
what_waited_for_it_is_refused_without_talks(void **state)
{
	(void)state;
	start(NULL);
	type("/msg bob 4711\r");
	assert_string_equal(told(), EARLY);
	welcome(0, 0);
	session_tick(play.session, play.now);
	assert_string_equal(told(), "There are no private messages here: "
	    "nothing was sent.");
	assert_string_equal(typed(), "/msg bob 4711");
	press(KEYC_ESCAPE);
	assert_string_equal(typed(), "");
}

static void
without_talks_all_is_as_it_was(void **state)
{
	(void)state;
	begin(0);
	type("/msg bob 4711\r");
	assert_string_equal(told(), "There are no private messages here: "
	    "nothing was sent.");
	press(KEY_CTRL_OF('u'));
	type("/reply x\r");
	assert_non_null(strstr(told(), "No such command"));
	press(KEY_CTRL_OF('u'));
	assert_string_equal(play.sent, "");
	type("msg bob 4711\r");
	assert_true(was_sent("say 0 msg bob 4711|"));
	type("/m waves\r");
	assert_true(was_sent("say 0 waves|"));
}

/* A new receiver is told of talks, and asked who it was. */
static void
a_new_receiver_is_asked_again(void **state)
{
	(void)state;
	begin_talk();
	type("/msg rob one\r");
	play.sent[0] = '\0';
	session_revive(play.session, play.now);
	assert_non_null(strstr(play.sent, "join 1 " BOB "|"));
	assert_non_null(strstr(play.sent, "whom 2 rob|"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_offered_talk_opens_behind_and_is_joined_by_its_key),
		TEST(strangers_have_only_so_many_windows),
		TEST(what_is_no_key_is_no_talk),
		TEST(a_talk_is_joined_once_the_receiver_takes_it),
		TEST(its_title_says_who_he_is_and_whether_he_is_there),
		TEST(the_prompt_names_whom_it_is_for),
		TEST(what_is_said_goes_to_him_alone),
		TEST(
		a_private_word_is_as_a_mention_and_an_alert_says_nothing_of_it),
		TEST(what_an_offered_talk_begins_with_is_new),
		TEST(what_one_looks_up_is_not_new),
		TEST(up_brings_what_was_sent_there_and_nowhere_else),
		TEST(no_file_has_what_was_sent_in_a_talk),
		TEST(
		a_line_that_cannot_be_read_and_one_that_is_missing_are_told),
		TEST(a_longer_text_than_a_talk_takes_is_not_said),
		TEST(msg_with_a_text_says_it_and_stays),
		TEST(msg_without_a_text_goes_there),
		TEST(a_talk_is_joined_left_and_gone_to_by_its_name),
		TEST(a_window_is_there_before_anybody_has_answered),
		TEST(a_talk_that_is_said_to_be_a_room_says_nothing_there),
		TEST(what_is_said_before_goes_in_its_order_and_once),
		TEST(who_has_given_a_name_up_is_told_by_the_one_of_now),
		TEST(who_is_not_there_gets_nothing_and_nothing_is_lost),
		TEST(what_is_said_to_who_is_not_known_yet_waits),
		TEST(who_is_not_known_yet_is_asked_for_again_after_a_while),
		TEST(who_was_asked_for_is_asked_for_in_the_next_run),
		TEST(what_waits_for_who_is_asked_for_is_kept),
		TEST(what_waits_from_before_is_back_where_nobody_is_called_so),
		TEST(who_is_asked_for_again_is_asked_for_in_the_next_run),
		TEST(who_is_trusted_before_he_is_known_is_asked_for_in_the_next_run),
		TEST(what_waits_from_before_waits_where_there_are_no_talks),
		TEST(what_waits_from_before_is_not_said_to_another_key),
		TEST(what_was_asked_for_is_taken_by_a_new_receiver),
		TEST(what_is_for_the_new_key_is_not_for_the_one_before),
		TEST(who_has_no_key_cannot_be_talked_with),
		TEST(two_names_of_one_key_are_one_talk),
		TEST(a_window_of_who_has_another_waits_for_nobody),
		TEST(who_was_called_otherwise_is_asked_about),
		TEST(who_has_taken_a_name_that_is_waited_for_is_asked_about),
		TEST(what_waits_for_a_name_is_before_what_follows),
		TEST(who_has_just_taken_a_name_is_asked_about),
		TEST(who_was_called_otherwise_is_told_where_one_looks),
		TEST(
	who_was_called_otherwise_is_not_told_what_cannot_be_taken_back),
		TEST(what_is_for_one_is_not_said_to_who_is_called_so_since),
		TEST(who_takes_no_talk_is_told_and_the_window_stays),
		TEST(that_a_talk_is_one_too_many_says_why),
		TEST(who_took_no_talk_is_asked_again),
		TEST(who_can_read_it_is_told_first),
		TEST(what_is_told_of_him_goes_with_his_name),
		TEST(a_key_is_nothing_to_call_somebody_by),
		TEST(who_takes_no_talk_leaves_no_window),
		TEST(what_he_does_not_take_says_so),
		TEST(a_changed_key_locks_the_window),
		TEST(trust_takes_the_new_key_in_a_window_of_its_own),
		TEST(a_new_key_that_has_a_window_is_turned_to),
		TEST(a_new_key_that_has_no_name_yet_is_turned_to),
		TEST(a_former_key_that_takes_no_talk_stays_the_former_one),
		TEST(a_key_that_is_another_than_the_pinned_one_is_asked_about),
		TEST(whose_name_a_key_has_is_told_in_its_window),
		TEST(a_talk_that_the_server_begins_anew_waits_for_enter),
		TEST(keys_are_compared_and_marked),
		TEST(windows_are_turned_by_keys_alone),
		TEST(a_room_that_there_is_not_goes_by_a_key),
		TEST(a_slip_is_held_until_enter_says_so_again),
		TEST(what_was_pasted_is_held_as_well),
		TEST(what_was_pasted_behind_words_is_held_as_well),
		TEST(what_one_does_is_held_as_well),
		TEST(several_lines_are_for_him_alone),
		TEST(no_short_word_says_it_to_all),
		TEST(reply_is_for_who_had_written_when_it_was_typed),
		TEST(reply_is_for_nobody_else_once_he_has_no_window),
		TEST(each_window_keeps_its_own_line),
		TEST(withdrawn_lines_come_back_where_they_were),
		TEST(ignored_in_a_room_is_ignored_in_his_talk),
		TEST(who_is_ignored_opens_no_window),
		TEST(talks_are_listed),
		TEST(what_is_typed_next_does_not_go_with_what_comes_back),
		TEST(what_comes_back_may_be_corrected),
		TEST(what_is_typed_next_does_not_go_with_what_is_refused),
		TEST(a_question_that_something_took_the_place_of_is_asked_again),
		TEST(what_gave_way_is_there_in_the_next_run),
		TEST(the_last_four_that_gave_way_are_there_in_the_next_run),
		TEST(what_was_not_said_is_there_in_the_next_run),
		TEST(what_gave_way_goes_to_nobody_else_in_the_next_run),
		TEST(what_gave_way_alone_is_that_command_in_the_next_run),
		TEST(what_gave_way_and_was_said_or_taken_out_is_not_kept),
		TEST(no_command_is_said_inside_of_a_line_that_was_not),
		TEST(in_a_line_that_is_typed_at_once_a_command_is_text),
		TEST(a_changed_line_is_asked_about_anew),
		TEST(more_than_was_to_be_said_is_asked_about),
		TEST(no_command_is_said_to_all_behind_what_came_there),
		TEST(no_command_goes_with_what_up_had_put_by),
		TEST(what_is_typed_next_does_not_go_with_a_slip),
		TEST(nothing_comes_back_over_what_up_has_put_by),
		TEST(what_is_for_one_alone_never_goes_to_all),
		TEST(what_is_for_one_goes_to_nobody_else),
		TEST(a_command_before_the_server_answers_waits_for_it),
		TEST(several_lines_for_one_alone_before_that_wait_too),
		TEST(what_is_typed_on_before_that_waits_for_enter),
		TEST(more_than_waits_for_the_server_is_asked_about),
		TEST(
		what_looks_as_if_for_one_alone_is_asked_about_before_that_too),
		TEST(
		several_lines_for_one_alone_are_said_to_nobody_without_talks),
		TEST(what_waited_for_it_is_refused_without_talks),
		TEST(without_talks_all_is_as_it_was),
		TEST(a_new_receiver_is_asked_again),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
