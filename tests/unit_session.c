/*
 * The person's session: what keys and records do, without a terminal.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/refusal.h"
#include "tests/with_cmocka.h"
#include "tui/session/complete.h"
#include "tui/session/layout.h"
#include "tui/session/people.h"
#include "tui/session/scene.h"
#include "tui/session/session.h"
#include "tui/session/session_window.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"
#include "tui/text/edit.h"
#include "tui/text/history.h"
#include "tui/text/pager.h"
#include "tui/text/view.h"

enum {
	WALL = 1000000,
	NOON = 12 * 3600 * 1000,	/* when the room's lines were said */
	ROWS = 16,			/* of the message pane */
	OTHERS = 3			/* around it: title, status and input */
};

static struct {
	struct session	*session;
	char		 sent[4096];	/* the records, in words */
	bool		 full;		/* the receiver takes nothing */
	bool		 can_host;
	bool		 unbracketed;	/* kept from one to the next */
	char		 welcomed[64];
	uint64_t	 read;		/* in an earlier run */
	char		 alerted[64];
	char		 copied[64];
	char		 opened[64];
	bool		 cannot_open;
	char		 edited[64];
	bool		 no_editor;
	char		 draft[256];	/* kept, from one to the next */
	char		 draft_of[64];
	char		 kept[64];
	bool		 cannot_keep;
	unsigned	 applied;
	struct options	 options;
	struct options	 next;		/* of the next start */
} play;

static bool
on_send(void *arg, const struct record *r)
{
	(void)arg;
	if (play.full)
		return false;
	if (r->type == RECORD_READ) {
		snprintf(play.sent + strlen(play.sent), 64, "R:%llu/%u|",
		    (unsigned long long)r->id, (unsigned)r->flags);
		return true;
	}
	if (r->type == RECORD_WITHDRAW) {
		strlcat(play.sent, r->id != 0 ? "W:all|" : "W:|",
		    sizeof(play.sent));
		return true;
	}
	strlcat(play.sent, r->type == RECORD_LOGIN ? "L:" :
	    r->type == RECORD_NICK ? "N:" : "P:", sizeof(play.sent));
	assert_true(strlen(play.sent) + r->text_len < sizeof(play.sent) - 2);
	strncat(play.sent, r->text, r->text_len);
	strlcat(play.sent, "|", sizeof(play.sent));
	return true;
}

static bool
on_host(void *arg, char *why, size_t size)
{
	(void)arg;
	strlcpy(why, "no server here", size);
	return play.can_host;
}

static void
on_welcome(void *arg, const char *name)
{
	(void)arg;
	strlcpy(play.welcomed, name, sizeof(play.welcomed));
}

static char *
on_load_draft(void *arg, const struct session_place *at, size_t *len)
{
	(void)arg;
	assert_string_equal(at->room, "");
	if (play.draft[0] == '\0' || strcmp(play.draft_of, at->name) != 0)
		return NULL;
	*len = strlen(play.draft);
	return strdup(play.draft);
}

static bool
on_keep_draft(void *arg, const struct session_place *at, const char *text,
    size_t len)
{
	(void)arg;
	assert_string_equal(at->room, "");
	snprintf(play.draft, sizeof(play.draft), "%.*s", (int)len, text);
	snprintf(play.draft_of, sizeof(play.draft_of), "%s", at->name);
	return true;
}

static uint64_t
on_read_up_to(void *arg, const struct session_place *at)
{
	(void)arg;
	assert_string_equal(at->room, "");
	return play.read;
}

static void
on_keep_read(void *arg, const struct session_place *at, uint64_t seen)
{
	(void)arg;
	assert_string_equal(at->room, "");
	play.read = seen;
}

static int64_t
on_save(void *arg, const char *path, struct history *h, char *why, size_t size)
{
	(void)arg;
	strlcpy(why, "disk full", size);
	if (strcmp(path, "full") == 0)
		return -1;
	/* One, say, was refused. */
	return (int64_t)(history_end(h) - history_first(h)) - 1;
}

static const char *
on_path(void *arg, const char *begun, size_t i)
{
	static const char *const paths[] = { "notes/", "notes.txt", NULL };

	(void)arg;
	return strncmp("notes", begun, strlen(begun)) == 0 ? paths[i] : NULL;
}

static bool
on_keep(void *arg, const char *word, char *why, size_t size)
{
	(void)arg;
	strlcpy(why, "read-only", size);
	strlcpy(play.kept, word, sizeof(play.kept));
	return !play.cannot_keep;
}

static bool
on_open(void *arg, const char *url, char *why, size_t size)
{
	(void)arg;
	strlcpy(why, "no browser", size);
	if (play.cannot_open)
		return false;
	strlcpy(play.opened, url, sizeof(play.opened));
	return true;
}

static bool
on_edit(void *arg, const char *text, size_t len, char *why, size_t size)
{
	(void)arg;
	snprintf(play.edited, sizeof(play.edited), "%.*s", (int)len, text);
	strlcpy(why, "no editor", size);
	return !play.no_editor;
}

static void
on_copy(void *arg, const char *text, size_t len)
{
	(void)arg;
	assert_true(len < sizeof(play.copied));
	memcpy(play.copied, text, len + 1);
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
	play.applied++;
}

static void
on_invite(void *arg, char *commands, size_t size)
{
	(void)arg;
	strlcpy(commands, "chat-tui chat://one\nchat-tui chat://two", size);
}

static void
begin(const char *name)
{
	struct session_out out = { .send = on_send, .host = on_host,
	    .mark = { on_read_up_to, on_keep_read },
	    .load_draft = on_load_draft,
	    .keep_draft = on_keep_draft, .welcome = on_welcome,
	    .save = on_save, .path = on_path, .keep = on_keep,
	    .open = on_open, .edit = on_edit, .copy = on_copy,
	    .alert = on_alert, .settings = on_settings,
	    .invite = on_invite };
	struct session_config config = { .server = "lab", .name = name,
	    .known_hosts = "known_hosts",
	    .prefill = "root", .may_host = true, .options = &play.options,
	    .next = &play.next,
	    .history_bytes = 2 << 20 };
	uint64_t read = play.read;
	bool unbracketed = play.unbracketed;
	char draft[sizeof(play.draft)], draft_of[sizeof(play.draft_of)];

	memcpy(draft, play.draft, sizeof(draft));
	memcpy(draft_of, play.draft_of, sizeof(draft_of));

	memset(&play, 0, sizeof(play));
	play.read = read;
	memcpy(play.draft, draft, sizeof(draft));
	memcpy(play.draft_of, draft_of, sizeof(draft_of));
	play.unbracketed = config.unbracketed = unbracketed;
	config_defaults(&play.options);
	play.next = play.options;
	play.session = session_new(&config, &out);
	assert_non_null(play.session);
	session_resize(play.session, ROWS + OTHERS, 80);
	session_start(play.session, 0);
}

static int
tear_down(void **state)
{
	(void)state;
	session_free(play.session);
	play.session = NULL;
	play.read = 0;
	play.unbracketed = false;
	play.draft[0] = '\0';
	return 0;
}

static const struct key paste_begin = { .code = KEYC_PASTE_BEGIN };
static const struct key paste_end = { .code = KEYC_PASTE_END };

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

static void
tell(enum record_type type_, enum record_denial denial, const char *text)
{
	struct record r = { .type = type_, .denial = denial, .text = text,
	    .text_len = strlen(text) };

	session_record(play.session, 0, WALL, &r);
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

static void
join(void)
{
	begin("alice");
	tell(RECORD_WELCOME, 0, "alice");
	assert_string_equal(play.welcomed, "alice");
	play.sent[0] = '\0';
}

static void
typing_takes_the_proposals_place_and_editing_keeps_it(void **state)
{
	(void)state;
	begin(NULL);
	assert_int_equal(scene().asks, SCENE_NAME);
	assert_string_equal(typed(), "root");
	type("bob\r");
	assert_string_equal(play.sent, "L:bob|");
	session_free(play.session);
	begin(NULL);
	type("\005" "2\r");		/* C-e first */
	assert_string_equal(play.sent, "L:root2|");
}

static void
a_name_that_cannot_be_is_not_sent_and_stays(void **state)
{
	(void)state;
	begin(NULL);
	type("two words\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "two words");
	assert_non_null(scene().notice);
	assert_true(scene().notice_is_error);
}

static void
a_name_lost_on_the_way_is_asked_for_again(void **state)
{
	(void)state;
	join();
	tell(RECORD_DENIED, RECORD_TAKEN, "alice");
	assert_int_equal(scene().asks, SCENE_NAME);
	assert_string_equal(typed(), "alice");
	type("alice2\r");
	assert_string_equal(play.sent, "L:alice2|");
}

static void
where_nobody_listens_enter_hosts_and_failure_is_told(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\r");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	assert_non_null(strstr(scene().notice, "hosts"));
	type("\r");
	assert_string_equal(scene().notice, "no server here");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	play.can_host = true;
	type("\r");
	assert_string_equal(play.sent, "L:bob|L:bob|");
}

/* Whatever else comes: what Enter does stands there as long as it does it. */
static void
the_offer_to_host_stands_as_long_as_enter_hosts(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\r");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	tell(RECORD_DENIED, RECORD_SILENT, "bob");
	assert_non_null(strstr(scene().notice, "Enter hosts"));
	type("\005");
	assert_non_null(strstr(scene().notice, "Enter hosts"));
	/* What is no name is refused, and quit leaves. */
	type(" quit");
	assert_null(scene().notice);
	type("\027\025quit");
	assert_null(scene().notice);
	type("\025bobby");
	assert_non_null(strstr(scene().notice, "Enter hosts"));
	/* Whoever answers has a room: there is none to be hosted. */
	tell(RECORD_DENIED, RECORD_TAKEN, "bob");
	assert_null(strstr(scene().notice, "hosts"));
	play.can_host = true;
	type("\r");
	assert_string_equal(play.sent, "L:bob|L:bob|");
}

/* The receiver knows it before there is a room to come to. */
static void
the_offer_to_host_is_of_whatever_name_stands_there(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\r");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	type("\025robert");
	assert_non_null(strstr(scene().notice, "Enter hosts"));
	type("\r");
	assert_string_equal(scene().notice, "no server here");
	assert_string_equal(play.sent, "L:bob|L:robert|");
	assert_string_equal(typed(), "robert");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "robert");
	assert_non_null(strstr(scene().notice, "Enter hosts"));
	play.can_host = true;
	type("\025rob\r");
	assert_string_equal(play.sent, "L:bob|L:robert|L:rob|L:rob|");
	assert_int_equal(scene().asks, SCENE_SAYS);
	tell(RECORD_WELCOME, 0, "rob");
	assert_string_equal(play.welcomed, "rob");
}

/* What was typed behind the name is the room's. */
static void
what_is_typed_before_the_name_is_taken_is_said_then(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\rone\rtwo\rthr");
	assert_string_equal(play.sent, "L:bob|");
	assert_string_equal(typed(), "thr");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:one|P:two|");
	assert_string_equal(typed(), "thr");
	type("ee\r");
	assert_string_equal(play.sent, "L:bob|P:one|P:two|P:three|");
}

/* The receiver may take no more for a moment. */
static void
what_is_held_goes_on_when_there_is_room_for_it(void **state)
{
	(void)state;
	begin("bob");
	type("one\rtwo\r");
	play.full = true;
	tell(RECORD_WELCOME, 0, "bob");
	session_tick(play.session, 1);
	assert_string_equal(play.sent, "L:bob|");
	play.full = false;
	session_tick(play.session, 2);
	assert_string_equal(play.sent, "L:bob|P:one|P:two|");
	session_tick(play.session, 3);
	assert_string_equal(play.sent, "L:bob|P:one|P:two|");
}

static void
a_refused_name_keeps_what_was_typed_for_the_room(void **state)
{
	struct history_line l;

	(void)state;
	begin(NULL);
	type("bob\rone\r/me waves\rthr");
	tell(RECORD_DENIED, RECORD_TAKEN, "bob");
	assert_int_equal(scene().asks, SCENE_NAME);
	assert_string_equal(typed(), "bob");
	type("rob\r");
	assert_string_equal(play.sent, "L:bob|L:rob|");
	assert_string_equal(typed(), "thr");
	tell(RECORD_WELCOME, 0, "rob");
	assert_string_equal(play.sent, "L:bob|L:rob|P:one|P:waves|");
	l = history_get(scene().history, history_end(scene().history));
	assert_int_equal(l.name_len, 3);
	assert_memory_equal(l.name, "rob", 3);
	assert_int_equal(l.entry.id, 1);
}

static void
what_is_held_goes_out_on_leaving_too(void **state)
{
	(void)state;
	begin("bob");
	type("one\r");
	assert_string_equal(play.sent, "L:bob|");
	session_say_held(play.session);
	assert_string_equal(play.sent, "L:bob|P:one|");
}

static void
key(uint32_t code)
{
	struct key k = { .code = code };

	session_keys(play.session, 0, WALL, &k, 1);
}

/* As what the receiver has, the newest first, and as it was typed. */
static void
what_is_held_is_taken_back(void **state)
{
	(void)state;
	begin("bob");
	type("one\r/me waves\r//two\r/withdraw\r");
	assert_string_equal(typed(), "//two");
	assert_string_equal(scene().notice, "Lines taken back: 1.");
	type("\025three\r/withdraw\r");
	assert_string_equal(typed(), "three");
	type("\025/withdraw\r");
	assert_string_equal(typed(), "/me waves");
	type("!\r\025 quit\r/withdraw\r");
	assert_string_equal(typed(), " quit");
	type("\025four\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:one|P:waves!|P:four|");
	/* What the room may have is the receiver's to know. */
	type("/withdraw\r");
	assert_string_equal(play.sent, "L:bob|P:one|P:waves!|P:four|W:|");
}

static void
more_than_a_line_takes_is_taken_back_one_by_one(void **state)
{
	enum { PIECES = 14 };
	static char big[PIECES * TEXT_LINE_BYTES], last[] = "/last";
	struct record r = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .text = big, .text_len = TEXT_LINE_BYTES };
	uint64_t id;
	uint32_t i;

	(void)state;
	begin("bob");
	memset(big, 'x', sizeof(big));
	for (id = 1; id < 5; id++) {
		r.id = RECORD_EARLIER | id;
		for (i = 0; i < PIECES; i++) {
			r.flags = i << ENTRY_INDEX_SHIFT |
			    (PIECES - 1 - i) << ENTRY_MORE_SHIFT;
			session_record(play.session, 0, WALL, &r);
		}
	}
	r = (struct record){ .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .id = RECORD_EARLIER | 5, .text = last, .text_len = 5 };
	session_record(play.session, 0, WALL, &r);
	tell(RECORD_WITHDRAWN, 0, "");
	assert_string_equal(typed(), "");
	assert_string_equal(scene().notice,
	    "Lines taken back: 5. Up has what is not here.");
	key(KEYC_UP);
	assert_string_equal(typed(), "//last");
	key(KEYC_UP);
	assert_int_equal(strlen(typed()), sizeof(big));
}

/* Together with others it would be said, not done. */
static void
a_command_that_is_taken_back_is_by_itself(void **state)
{
	struct record r = { .type = RECORD_WITHDRAWN, .text = "waves",
	    .text_len = 5 };
	int i;

	(void)state;
	begin("bob");
	tell(RECORD_WELCOME, 0, "bob");
	for (i = 0; i < 60; i++) {
		r.id = RECORD_EARLIER | (uint64_t)(i + 1);
		r.kind = i == 58 ? ENTRY_ACT : ENTRY_SAY;
		session_record(play.session, 0, WALL, &r);
	}
	type("x");
	tell(RECORD_WITHDRAWN, 0, "");
	type("\020");
	assert_string_equal(typed(), "waves");
	type("\020");
	assert_string_equal(typed(), "/me waves");
	type("\020");
	assert_non_null(strchr(typed(), '\n'));
}

/* An outbox has more lines than Up has. */
static void
nothing_of_many_that_are_taken_back_is_gone(void **state)
{
	enum { LINES = 4000, BYTES = 100 };
	char text[BYTES + 1];
	struct record r = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .text = text, .text_len = BYTES };
	const char *line;
	int i, next = LINES;

	(void)state;
	begin("bob");
	tell(RECORD_WELCOME, 0, "bob");
	type("before\r");
	for (i = 0; i < LINES; i++) {
		snprintf(text, sizeof(text), "/%099d", i);
		r.id = RECORD_EARLIER | (uint64_t)(i + 1);
		session_record(play.session, 0, WALL, &r);
	}
	tell(RECORD_WITHDRAWN, 0, "");
	while (next > 0) {
		type("\020");
		line = typed();
		/* Nothing of it is a command. */
		assert_memory_equal(line, "//", 2);
		i = next -= (int)((strlen(line) + BYTES / 2) / (BYTES + 1));
		for (line++; line != NULL; i++) {
			line += line[0] == '\n';
			assert_int_equal(strtol(line + 1, NULL, 10), i);
			line = strchr(line, '\n');
		}
	}
	for (i = 0; i < 3 && strcmp(typed(), "before") != 0; i++)
		type("\020");
	assert_string_equal(typed(), "before");
}

/* Of such lines no two are a message, and an outbox has more than Up. */
static void
nothing_of_many_long_ones_is_gone(void **state)
{
	enum { LINES = 512, PIECES = 8 };
	static char text[TEXT_LINE_BYTES];
	struct record r = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .text = text, .text_len = sizeof(text) };
	size_t all = 0;
	uint64_t id;
	uint32_t i;

	(void)state;
	begin("bob");
	tell(RECORD_WELCOME, 0, "bob");
	type("before\r");
	memset(text, 'x', sizeof(text));
	for (id = 1; id <= LINES; id++) {
		r.id = RECORD_EARLIER | id;
		text[0] = (char)('a' + id % 26);
		for (i = 0; i < PIECES; i++) {
			r.flags = i << ENTRY_INDEX_SHIFT |
			    (PIECES - 1 - i) << ENTRY_MORE_SHIFT;
			session_record(play.session, 0, WALL, &r);
		}
	}
	tell(RECORD_WITHDRAWN, 0, "");
	for (i = 0; i < LINES && strcmp(typed(), "before") != 0; i++) {
		type("\020");
		all += strlen(typed()) + 1;
	}
	assert_string_equal(typed(), "before");
	assert_int_equal(all, LINES * (sizeof(text) * PIECES + 1) +
	    sizeof("before"));
	/* What was there before is not pushed out, either. */
	assert_true(i < 200);
}

/* A name that is asked for behind what is held is so when that is said. */
static void
a_name_behind_what_is_held_waits_for_it(void **state)
{
	(void)state;
	begin("bob");
	type("/nick bert\r");
	assert_string_equal(play.sent, "L:bob|N:bert|");
	type("one\r/nick eve\rtwo\r/nick ivy\r");
	assert_string_equal(play.sent, "L:bob|N:bert|");
	assert_string_equal(scene().notice, "ivy is asked for once you are "
	    "in; /withdraw takes that back.");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|N:bert|P:one|N:eve|P:two|"
	    "N:ivy|");
	type("/nick uma\r");
	assert_string_equal(play.sent, "L:bob|N:bert|P:one|N:eve|P:two|"
	    "N:ivy|N:uma|");
}

static void
a_name_that_is_held_is_taken_back_in_its_turn(void **state)
{
	(void)state;
	begin("bob");
	type("one\r/nick eve\rtwo\r/nick ivy\r/withdraw\r");
	assert_string_equal(typed(), "/nick ivy");
	type("\025/withdraw\r");
	assert_string_equal(typed(), "two");
	type("\025/withdraw\r");
	assert_string_equal(typed(), "/nick eve");
	type("\025/nick uma\r/withdraw all\r");
	assert_string_equal(typed(), "one");
	assert_string_equal(play.sent, "L:bob|W:all|");
	tell(RECORD_WITHDRAWN, 0, "");
	type("\025");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|W:all|");
}

static void
all_that_is_held_is_taken_back_and_what_waits_besides(void **state)
{
	struct record r = { .type = RECORD_WITHDRAWN, .kind = ENTRY_SAY,
	    .id = RECORD_EARLIER | 7, .text = "old", .text_len = 3 };
	struct record nick = { .type = RECORD_WITHDRAWN, .text = "eve",
	    .kind = ENTRY_RENAME, .text_len = 3 };

	(void)state;
	begin("bob");
	type("one\rtwo\r/withdraw all\r");
	assert_string_equal(play.sent, "L:bob|W:all|");
	assert_string_equal(typed(), "one\ntwo");
	tell(RECORD_WITHDRAWN, 0, "");
	assert_string_equal(scene().notice, "Lines taken back: 2.");
	type("\025\010\025/withdraw\r");
	assert_string_equal(play.sent, "L:bob|W:all|W:|");
	tell(RECORD_WITHDRAWN, 0, "");
	assert_non_null(strstr(scene().notice, "Nothing waits"));
	/* A name is as it was typed, too. */
	type("/withdraw all\r");
	session_record(play.session, 0, WALL, &nick);
	tell(RECORD_WITHDRAWN, 0, "");
	assert_string_equal(typed(), "/nick eve");
	type("\025");
	/* An earlier run's is not mixed with it: Up has it. */
	type("new\r/withdraw all\r");
	session_record(play.session, 0, WALL, &r);
	tell(RECORD_WITHDRAWN, 0, "");
	assert_string_equal(typed(), "new");
	assert_string_equal(scene().notice,
	    "Lines taken back: 2. Up has what is not here.");
	type("\025\020");
	assert_string_equal(typed(), "old");
	tell(RECORD_WELCOME, 0, "bob");
	assert_null(strstr(play.sent, "P:"));
}

/* Asked for, after a pause of what is typed, and seen to be. */
static void
want_passphrase(void)
{
	tell(RECORD_DENIED, RECORD_WANTS_PASSPHRASE, "");
	session_tick(play.session, 1000);
	session_drawn(play.session);
}

/* It may have been meant as the passphrase. */
static void
what_is_held_is_not_said_where_a_passphrase_is_asked_for(void **state)
{
	size_t len;
	char *lines;

	(void)state;
	begin(NULL);
	type("bob\rsecret\rmore\ran");
	want_passphrase();
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	assert_string_equal(typed(), "");
	type("pass\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:pass|");
	assert_string_equal(typed(), "secret\nmore\nan");
	/* Nor is it among what was said. */
	lines = session_lines(play.session, &len);
	assert_string_equal(lines, "");
	free(lines);
}

/* The keys that come next are of the same word. */
static void
who_types_is_asked_for_a_passphrase_in_a_pause(void **state)
{
	(void)state;
	begin("bob");
	type("he");
	tell(RECORD_DENIED, RECORD_WANTS_PASSPHRASE, "");
	assert_int_equal(scene().asks, SCENE_SAYS);
	assert_string_equal(scene().notice, "The room has a passphrase: it is "
	    "asked for when you stop typing.");
	type("llo");
	assert_string_equal(typed(), "hello");
	assert_int_equal(session_tick(play.session, 699), 700);
	assert_int_equal(scene().asks, SCENE_SAYS);
	session_tick(play.session, 700);
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	assert_string_equal(typed(), "");
	/* Nobody has seen that it is asked for. */
	type(" you\rand");
	assert_string_equal(typed(), "");
	session_drawn(play.session);
	type("pass\r");
	assert_string_equal(play.sent, "L:bob|P:pass|");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello you\nand");
}

static void
what_began_to_be_pasted_before_is_no_passphrase(void **state)
{
	(void)state;
	begin("bob");
	session_keys(play.session, 0, WALL, &paste_begin, 1);
	type("talk\r");
	want_passphrase();
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	type("more\r");
	session_keys(play.session, 0, WALL, &paste_end, 1);
	assert_string_equal(typed(), "");
	session_keys(play.session, 0, WALL, &paste_begin, 1);
	type("pass");
	session_keys(play.session, 0, WALL, &paste_end, 1);
	type("\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:pass|");
	assert_string_equal(typed(), "talk\nmore");
}

/* Whatever comes between: it would be shown, and could be said. */
static void
a_passphrase_is_asked_for_until_one_is_in(void **state)
{
	(void)state;
	begin("bob");
	want_passphrase();
	type("wrong\r");
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	assert_string_equal(typed(), "");
	type("secr");
	tell(RECORD_DENIED, RECORD_SILENT, "bob");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	assert_string_equal(typed(), "secr");
	/* It is tried once the other one is known to be wrong. */
	type("et\r");
	assert_string_equal(play.sent, "L:bob|P:wrong|");
	tell(RECORD_DENIED, RECORD_WRONG_PASSPHRASE, "");
	assert_string_equal(play.sent, "L:bob|P:wrong|P:secret|");
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	assert_string_equal(typed(), "");
	/* Another receiver has neither. */
	type("first\rsecond\r");
	session_revive(play.session, 0);
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	want_passphrase();
	assert_string_equal(play.sent,
	    "L:bob|P:wrong|P:secret|L:bob|P:second|");
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
}

static void
what_is_typed_as_a_passphrase_is_nowhere_else(void **state)
{
	static const char *const keys[] = { "\020", "\031", "\037" };
	uint64_t tail;
	size_t i, len;
	char *lines;

	(void)state;
	begin("bob");
	type("mine");
	want_passphrase();
	type("secret\027secret\025secret\rsecret\rsecret");
	tail = history_tail(scene().history);
	session_keep_draft(play.session);
	assert_string_equal(play.draft, "mine");
	tell(RECORD_WELCOME, 0, "bob");
	assert_int_equal(history_tail(scene().history), tail);
	assert_string_equal(typed(), "mine");
	/* C-p, C-y, C-_ */
	type("\025");
	for (i = 0; i < 3; i++) {
		type(keys[i]);
		assert_null(strstr(typed(), "secret"));
	}
	assert_string_equal(play.sent, "L:bob|P:secret|");
	lines = session_lines(play.session, &len);
	assert_true(lines == NULL || strstr(lines, "secret") == NULL);
	free(lines);
}

/* Fingers are faster than the room: it was the right one, so what came behind
 * it is no other. */
static void
what_is_typed_behind_the_passphrase_is_on_the_line(void **state)
{
	(void)state;
	begin("bob");
	type("mine");
	want_passphrase();
	type("pass word\rhalf ty");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:pass word|");
	assert_string_equal(typed(), "mine\nhalf ty");
	session_free(play.session);
	begin("bob");
	want_passphrase();
	type("pass word\rahead\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:pass word|");
	assert_string_equal(typed(), "ahead");
	/* Behind a wrong one it is the next. */
	session_free(play.session);
	play.draft[0] = '\0';
	begin("bob");
	want_passphrase();
	type("wrong\rri");
	tell(RECORD_DENIED, RECORD_WRONG_PASSPHRASE, "");
	type("ght\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:wrong|P:right|");
	assert_string_equal(typed(), "");
}

/* A slip of who thinks that it was wrong, or what is behind a wrong one. */
static void
what_may_be_a_passphrase_is_not_on_the_line(void **state)
{
	(void)state;
	begin("bob");
	want_passphrase();
	type("hunter2\rhumter2\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "");
	session_free(play.session);
	begin("bob");
	want_passphrase();
	type("wrong\r");
	tell(RECORD_DENIED, RECORD_WRONG_PASSPHRASE, "");
	session_drawn(play.session);
	type("righ");
	/* The server is there again, without one. */
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "");
}

static void
what_is_typed_behind_it_outlives_a_name_that_is_taken(void **state)
{
	(void)state;
	begin("bob");
	want_passphrase();
	type("pass word\rhello everybody");
	tell(RECORD_DENIED, RECORD_TAKEN, "bob");
	type("\025rob\r");
	tell(RECORD_WELCOME, 0, "rob");
	assert_string_equal(typed(), "hello everybody");
}

/* Typed there it would become another name. */
static void
where_nobody_answers_what_is_being_typed_is_not_disturbed(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\rone\rtw");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "");
	assert_int_equal(scene().asks, SCENE_SAYS);
	type("o");
	assert_string_equal(typed(), "two");
	type("\033");		/* Esc: the name after all */
	assert_int_equal(scene().asks, SCENE_NAME);
	type("rob\r");
	tell(RECORD_WELCOME, 0, "rob");
	assert_string_equal(play.sent, "L:bob|L:rob|P:one|");
	assert_string_equal(typed(), "two");
}

/* -n: nobody is asked, so what is typed is never a name. */
static void
under_a_given_name_what_is_typed_is_said_whoever_answers(void **state)
{
	(void)state;
	begin("bob");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	assert_int_equal(scene().asks, SCENE_SAYS);
	assert_non_null(strstr(scene().notice, "Enter hosts"));
	type("hello\r");
	assert_string_equal(typed(), "");
	/* With something to be said the room is another's: no Enter hosts. */
	assert_null(scene().notice);
	play.can_host = true;
	type("\rline two\rth");
	tell(RECORD_DENIED, RECORD_SILENT, "bob");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	assert_string_equal(scene().notice, "No room at lab. It keeps trying.");
	assert_string_equal(play.sent, "L:bob|");
	assert_string_equal(typed(), "th");
	type("ree\r/withdraw\r");
	assert_string_equal(typed(), "three");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|P:hello|P:line two|");
}

static void
under_a_given_name_enter_hosts_and_the_draft_is_there(void **state)
{
	(void)state;
	begin("bob");
	type("dra");
	session_keep_draft(play.session);
	session_free(play.session);
	begin("bob");
	tell(RECORD_DENIED, RECORD_SILENT, "bob");
	assert_string_equal(typed(), "dra");
	type("\025");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	type("\r");
	assert_string_equal(scene().notice, "no server here");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "bob");
	play.can_host = true;
	type("\r");
	assert_string_equal(play.sent, "L:bob|L:bob|");
}

static void
a_paste_of_the_name_and_a_line_waits_for_an_enter_each(void **state)
{
	(void)state;
	begin(NULL);
	session_keys(play.session, 0, WALL, &paste_begin, 1);
	type("bob\rhello\r");
	session_keys(play.session, 0, WALL, &paste_end, 1);
	assert_string_equal(typed(), "bob");
	assert_string_equal(play.sent, "");
	type("\r");
	assert_string_equal(typed(), "hello");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(play.sent, "L:bob|");
	type("\r");
	assert_string_equal(play.sent, "L:bob|P:hello|");
	session_free(play.session);
	begin(NULL);
	session_keys(play.session, 0, WALL, &paste_begin, 1);
	type("two words\rhello\r");
	session_keys(play.session, 0, WALL, &paste_end, 1);
	assert_string_equal(typed(), "two words");
	type("\025bob\r");
	assert_string_equal(typed(), "hello");
}

/* A paste of a name, and so many bytes behind it. */
static void
paste_name_and(const char *name, size_t n)
{
	static char text[2 * EDIT_BYTES];

	assert_true(n < sizeof(text));
	memset(text, 'x', n);
	text[n] = '\0';
	key(KEYC_PASTE_BEGIN);
	type(name);
	type("\r");
	type(text);
	key(KEYC_PASTE_END);
}

/* Together they would be more than the line takes. */
static void
what_waits_for_the_room_is_never_too_long_for_the_line(void **state)
{
	static const char too_long[] = "Too long to paste: the room takes "
	    "16384 bytes. Nothing was taken.";

	(void)state;
	begin(NULL);
	paste_name_and("ann", EDIT_BYTES + 1000);
	assert_string_equal(scene().notice, too_long);
	assert_string_equal(typed(), "root");
	paste_name_and("ann", 40000);
	paste_name_and("ann", 40000);
	assert_string_equal(scene().notice, too_long);
	assert_string_equal(typed(), "ann");
	type("\r");
	assert_int_equal(strlen(typed()), 40000);
	/* Nobody has seen that a passphrase is asked for. */
	tell(RECORD_DENIED, RECORD_WANTS_PASSPHRASE, "");
	session_tick(play.session, 1000);
	assert_int_equal(scene().asks, SCENE_PASSPHRASE);
	paste_name_and("ann", 40000);
	assert_string_equal(scene().notice, too_long);
	paste_name_and("ann", EDIT_BYTES - 40000 - 4);
	type("x");
	assert_string_equal(scene().notice,
	    "No more fits on the input line.");
	tell(RECORD_WELCOME, 0, "ann");
	assert_int_equal(strlen(typed()), EDIT_BYTES);
}

static void
a_line_is_pending_until_its_entry_comes(void **state)
{
	struct record r = { .type = RECORD_ENTRY, .entry = { .id = 1,
	    .kind = ENTRY_SAY, .author = "alice", .author_len = 5,
	    .text = "hi", .text_len = 2 } };
	uint64_t end;

	(void)state;
	join();
	end = history_end(scene().history);
	type("hi\r");
	assert_string_equal(play.sent, "P:hi|");
	assert_string_equal(typed(), "");
	assert_int_equal(history_end(scene().history), end);
	assert_int_equal(history_tail(scene().history), end + 1);
	session_record(play.session, 0, WALL, &r);
	assert_int_equal(history_end(scene().history), end + 1);
	assert_int_equal(history_tail(scene().history), end + 1);
	assert_true(history_get(scene().history, end).marks & HISTORY_OWN);
}

static void
what_cannot_be_sent_stays_on_the_line(void **state)
{
	uint64_t tail;

	(void)state;
	join();
	tail = history_tail(scene().history);
	play.full = true;
	type("hi\r");
	assert_string_equal(typed(), "hi");
	assert_int_equal(history_tail(scene().history), tail);
	assert_true(scene().notice_is_error);
	type("\025/nonsense\r");
	assert_string_equal(typed(), "/nonsense");
	assert_string_equal(play.sent, "");
}

static void
quit_leaves_whatever_the_prompt(void **state)
{
	(void)state;
	begin(NULL);
	type("quit\r");
	assert_true(session_over(play.session));
	session_free(play.session);
	begin(NULL);
	type("/quit\r");
	assert_true(session_over(play.session));
	session_free(play.session);
	join();
	assert_false(session_over(play.session));
	type("quit\r");
	assert_true(session_over(play.session));
	assert_string_equal(play.sent, "");
}

static void
a_paste_whose_end_is_lost_is_typed_after_five_seconds(void **state)
{
	struct key start = { .code = KEYC_PASTE_BEGIN };

	(void)state;
	join();
	session_keys(play.session, 0, WALL, &start, 1);
	type("quit\r");
	assert_string_equal(typed(), "");
	assert_int_equal(session_tick(play.session, 4999), 5000);
	session_tick(play.session, 5000);
	assert_string_equal(typed(), "quit");
	assert_false(session_over(play.session));
	type("\001/\r");
	assert_true(session_over(play.session));
}

/*
 * The room's entries
 */

static void
give(enum record_type type_, enum entry_kind kind, uint64_t seq,
    const char *author, const char *text, uint32_t flags, int64_t time_ms)
{
	struct record r = { .type = type_, .entry = { .seq = seq,
	    .kind = kind, .flags = flags, .time_ms = time_ms,
	    .author = author, .author_len = strlen(author), .text = text,
	    .text_len = strlen(text) } };

	session_record(play.session, 0, WALL, &r);
}

static void
hear(uint64_t seq, const char *author, const char *text)
{
	give(RECORD_ENTRY, ENTRY_SAY, seq, author, text, 0, NOON);
}

static void
notice(enum entry_kind kind, uint64_t seq, const char *author)
{
	give(RECORD_ENTRY, kind, seq, author, "", 0, NOON);
}

static void
older(uint64_t seq, const char *author, const char *text)
{
	give(RECORD_OLDER, ENTRY_SAY, seq, author, text, 0, NOON);
}

static void
tell_number(enum record_type type_, uint64_t id)
{
	struct record r = { .type = type_, .id = id };

	session_record(play.session, 0, WALL, &r);
}

/* In the room, all of it is here, and there is a pane of ROWS rows. */
static void
enter(void)
{
	struct record r = { .type = RECORD_STATE,
	    .state = { .phase = RECORD_ONLINE } };

	begin("alice");
	tell(RECORD_WELCOME, 0, "alice");
	session_record(play.session, 0, WALL, &r);
	play.sent[0] = '\0';
}

static void
caught_up(void)
{
	tell(RECORD_CAUGHT_UP, 0, "");
}

static void
join_live(void)
{
	enter();
	caught_up();
}

static struct history *
chat(void)
{
	return scene().history;
}

/* So many of the room's lines from the n-th on (from behind, if negative), with
 * | between them. */
static void
lines_are(int64_t n, uint64_t count, const char *want)
{
	uint64_t line = (n < 0 ? history_end(chat()) :
	    history_first(chat())) + (uint64_t)n;
	struct history_line l;
	char got[1024] = "";

	for (; count-- > 0 && line < history_end(chat()); line++) {
		l = history_get(chat(), line);
		strlcat(got, *got != '\0' ? "|" : "", sizeof(got));
		strncat(got, l.entry.text, l.entry.text_len);
	}
	assert_string_equal(got, want);
}

static unsigned
last_marks(void)
{
	return history_get(chat(), history_end(chat()) - 1).marks;
}

/* Nobody has verified that it was him. */
static void
a_line_of_ones_name_by_the_classic_protocol_is_anothers(void **state)
{
	(void)state;
	join_live();
	give(RECORD_ENTRY, ENTRY_SAY, 1, "alice", "hi", ENTRY_CLASSIC, NOON);
	assert_int_equal(last_marks() & HISTORY_OWN, 0);
	give(RECORD_ENTRY, ENTRY_SAY, 2, "alice", "hi", 0, NOON);
	assert_int_equal(last_marks() & HISTORY_OWN, HISTORY_OWN);
}

/* The unread rule stands above this text and says that; NULL: nowhere. */
static void
rule_is(const char *above, const char *label)
{
	uint64_t line = history_first(chat());
	struct history_line l;

	if (!history_find_marks(chat(), HISTORY_UNREAD, false, &line)) {
		assert_null(above);
		return;
	}
	assert_non_null(above);
	l = history_get(chat(), line);
	assert_int_equal(l.entry.text_len, strlen(above));
	assert_memory_equal(l.entry.text, above, l.entry.text_len);
	scene();
	assert_string_equal(scene().unread, label);
}

static void
own_line(uint64_t id, uint64_t seq, const char *text)
{
	struct record r = { .type = RECORD_ENTRY, .entry = { .id = id,
	    .seq = seq, .kind = ENTRY_SAY, .author = "alice",
	    .author_len = 5, .text = text, .text_len = strlen(text),
	    .time_ms = NOON } };

	session_record(play.session, 0, WALL, &r);
}

/*
 * What is unread
 */

/* The number up to which one has read, as the next run begins with it. */
static uint64_t
read_up_to(void)
{
	session_keep_read(play.session);
	return play.read;
}

static void
what_comes_while_away_stands_below_a_rule(void **state)
{
	(void)state;
	join_live();
	hear(1, "bob", "seen");
	rule_is(NULL, NULL);
	assert_int_equal(read_up_to(), 1);
	key(KEYC_FOCUS_OUT);
	notice(ENTRY_JOIN, 2, "carol");
	rule_is(NULL, NULL);
	hear(3, "bob", "first");
	rule_is("first", "1 new since 12:00");
	hear(4, "bob", "second");
	rule_is("first", "2 new since 12:00");
	assert_int_equal(read_up_to(), 1);
	/* Back: it stays, and does not grow any more. */
	key(KEYC_FOCUS_IN);
	rule_is("first", "2 new since 12:00");
	assert_int_equal(read_up_to(), 4);
	hear(5, "bob", "third");
	rule_is("first", "2 new since 12:00");
	assert_int_equal(read_up_to(), 5);
	key(KEYC_FOCUS_OUT);
	hear(6, "bob", "fourth");
	rule_is("fourth", "1 new since 12:00");
}

static void
escape_or_an_own_line_takes_the_rule_away(void **state)
{
	(void)state;
	join_live();
	key(KEYC_FOCUS_OUT);
	hear(1, "bob", "one");
	key(KEYC_FOCUS_IN);
	key(KEYC_ESCAPE);
	rule_is(NULL, NULL);
	key(KEYC_FOCUS_OUT);
	hear(2, "bob", "two");
	key(KEYC_FOCUS_IN);
	rule_is("two", "1 new since 12:00");
	type("hi\r");
	own_line(1, 3, "hi");
	rule_is(NULL, NULL);
	assert_int_equal(read_up_to(), 3);
	key(KEY_META_OF('u'));
	assert_non_null(scene().notice);
}

static void
what_an_earlier_run_has_read_is_not_new(void **state)
{
	(void)state;
	play.read = 2;
	enter();
	hear(1, "bob", "one");
	hear(2, "bob", "two");
	notice(ENTRY_JOIN, 3, "carol");
	hear(4, "bob", "four");
	hear(5, "bob", "five");
	rule_is("four", "2 new since 12:00");
	assert_int_equal(read_up_to(), 2);
	caught_up();
	rule_is("four", "2 new since 12:00");
	assert_int_equal(read_up_to(), 5);
	hear(6, "bob", "six");
	rule_is("four", "2 new since 12:00");
}

/* Who comes back with a line that waited has not read what was said since. */
static void
a_line_from_before_the_rule_leaves_it(void **state)
{
	(void)state;
	play.read = 1;
	enter();
	hear(1, "bob", "one");
	hear(2, "bob", "two");
	caught_up();
	own_line(RECORD_EARLIER | 7, 3, "from the train");
	rule_is("two", "1 new since 12:00");
	type("hi\r");
	own_line(1, 4, "hi");
	rule_is(NULL, NULL);
	/* The same within a run. */
	type("there?\r");
	key(KEYC_FOCUS_OUT);
	hear(5, "bob", "five");
	own_line(2, 6, "there?");
	rule_is("five", "1 new since 12:00");
	key(KEYC_FOCUS_IN);
	rule_is("five", "1 new since 12:00");
	/* From elsewhere: he was there meanwhile. */
	own_line(0, 7, "hi from the phone");
	rule_is(NULL, NULL);
}

static void
a_first_run_has_nothing_unread(void **state)
{
	(void)state;
	enter();
	hear(1, "bob", "one");
	caught_up();
	rule_is(NULL, NULL);
}

static void
what_comes_below_the_scrolled_pane_is_unread(void **state)
{
	uint64_t i;

	(void)state;
	join_live();
	for (i = 1; i <= 40; i++)
		hear(i, "bob", "line");
	key(KEYC_PAGE_UP);
	hear(41, "bob", "below");
	rule_is("below", "1 new since 12:00");
	assert_int_equal(read_up_to(), 40);
	/* Esc first comes back, then it has all been read. */
	key(KEYC_ESCAPE);
	rule_is("below", "1 new since 12:00");
	key(KEYC_ESCAPE);
	rule_is(NULL, NULL);
	assert_int_equal(read_up_to(), 41);
}

static void
nothing_of_another_names_room_is_left(void **state)
{
	(void)state;
	join_live();
	key(KEYC_FOCUS_OUT);
	hear(1, "bob", "one");
	rule_is("one", "1 new since 00:16");
	tell(RECORD_DENIED, RECORD_TAKEN, "alice");
	type("al\r");
	tell(RECORD_WELCOME, 0, "al");
	rule_is(NULL, NULL);
	key(KEY_META_OF('u'));
	assert_string_equal(scene().notice, "Nothing is unread.");
	caught_up();
	hear(1, "bob", "again");
	rule_is("again", "1 new since 00:16");
	lines_are(-1, 1, "again");
}

/*
 * Mentions
 */

static void
only_a_mention_that_nobody_sees_alerts(void **state)
{
	(void)state;
	enter();
	key(KEYC_FOCUS_OUT);
	hear(1, "bob", "alice: of old");
	assert_string_equal(play.alerted, "");
	caught_up();
	hear(2, "bob", "malice and alicia");
	assert_string_equal(play.alerted, "");
	assert_int_equal(session_mentions(play.session), 0);
	hear(3, "bob", "ALICE, hello");
	assert_string_equal(play.alerted, "bob: ALICE, hello");
	give(RECORD_ENTRY, ENTRY_ACT, 4, "carol", "waves at alice",
	    ENTRY_CLASSIC, NOON);
	assert_string_equal(play.alerted, "~carol: waves at alice");
	give(RECORD_ENTRY, ENTRY_ANNOUNCE, 5, "", "tea, alice", 0, NOON);
	assert_string_equal(play.alerted, "Admin: tea, alice");
	assert_int_equal(session_mentions(play.session), 3);
	assert_true(last_marks() & HISTORY_MENTION);
	key(KEYC_FOCUS_IN);
	assert_int_equal(session_mentions(play.session), 0);
	play.alerted[0] = '\0';
	hear(6, "bob", "alice");
	assert_string_equal(play.alerted, "");
	assert_true(last_marks() & HISTORY_MENTION);
}

static void
own_lines_and_comings_mention_nobody(void **state)
{
	(void)state;
	join_live();
	key(KEYC_FOCUS_OUT);
	hear(1, "alice", "alice said it");
	give(RECORD_ENTRY, ENTRY_RENAME, 2, "bob", "alice2", 0, NOON);
	notice(ENTRY_JOIN, 3, "alice");
	assert_string_equal(play.alerted, "");
	assert_int_equal(session_mentions(play.session), 0);
}

static void
words_of_the_users_own_are_mentions_too(void **state)
{
	(void)state;
	join_live();
	strlcpy(play.options.screen.highlight, " coffee  \xe8\x8c\xb6 ",
	    sizeof(play.options.screen.highlight));
	key(KEYC_FOCUS_OUT);
	hear(1, "bob", "coffees");
	assert_string_equal(play.alerted, "");
	hear(2, "bob", "Coffee?");
	assert_string_equal(play.alerted, "bob: Coffee?");
	hear(3, "bob", "\xe5\x96\x9d\xe8\x8c\xb6\xe5\x90\x97");
	assert_int_equal(session_mentions(play.session), 2);
	memset(play.options.screen.highlight, 'x',
	    sizeof(play.options.screen.highlight) - 1);
	hear(4, "bob", "x");
	assert_int_equal(session_mentions(play.session), 2);
}

/*
 * Joins and leaves
 */

static void
joins_in_a_row_are_one_line(void **state)
{
	uint64_t end;

	(void)state;
	join_live();
	end = history_end(chat());
	notice(ENTRY_JOIN, 1, "bob");
	notice(ENTRY_JOIN, 2, "carol");
	notice(ENTRY_TIMEOUT, 3, "dave");
	assert_int_equal(history_end(chat()), end + 1);
	lines_are(-1, 1, "bob joined · carol joined · dave timed out");
	hear(4, "bob", "hi");
	notice(ENTRY_LEAVE, 5, "carol");
	lines_are(-2, 2, "hi|carol left");
	type("/names\r");
	notice(ENTRY_JOIN, 6, "carol");
	lines_are(-2, 2, "1 here: bob|carol joined");
	assert_int_equal(history_end(chat()), end + 5);
	/* Why somebody was put out is a line of its own. */
	give(RECORD_ENTRY, ENTRY_LEAVE, 7, "carol", "spam", 0, NOON);
	lines_are(-2, 2, "carol joined|carol left (spam)");
}

static void
what_is_refused_stands_above_what_is_said_later(void **state)
{
	struct record r = { .type = RECORD_REFUSED, .id = 1,
	    .flags = RECORD_MUTED };
	uint64_t end;

	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "bob");
	type("hi\rthere\r");
	end = history_end(chat());
	session_record(play.session, 0, WALL, &r);
	assert_int_equal(history_end(chat()), end + 1);
	assert_int_equal(last_marks(), HISTORY_OWN | HISTORY_REFUSED);
	/* No line of notices goes on above it. */
	notice(ENTRY_JOIN, 2, "carol");
	hear(3, "bob", "later");
	lines_are(-4, 4, "bob joined|hi|carol joined|later");
	assert_int_equal(history_tail(chat()), history_end(chat()) + 1);
}

static void
a_long_one_that_is_refused_says_why_when_it_is_opened(void **state)
{
	static const char many[] = "one too many (too many lines wait: Up "
	    "brings it back)";
	struct record r = { .type = RECORD_REFUSED, .id = 1 };

	(void)state;
	join_live();
	type("1\n2\n3\n4\n5\n6\n7\n8\r");
	session_record(play.session, 0, WALL, &r);
	type("\r");
	assert_true(scene().pager->open);
	assert_non_null(strstr(scene().pager->text,
	    "7\n8 (the disk here takes nothing: Up brings it back)"));
	type("\007one too many\r");
	r.id = 2;
	r.flags = RECORD_CROWDED;
	session_record(play.session, 0, WALL, &r);
	assert_int_equal(strncmp(history_get(chat(), history_end(chat()) -
	    1).shown, many, strlen(many)), 0);
}

static void
what_is_refused_follows_what_waited_before_it(void **state)
{
	struct record r = { .type = RECORD_REFUSED, .id = 2,
	    .flags = RECORD_MUTED };
	struct record back = { .type = RECORD_WITHDRAWN, .id = 3,
	    .kind = ENTRY_SAY, .text = "three", .text_len = 5 };

	(void)state;
	join_live();
	type("one\rtwo\r");
	session_record(play.session, 0, WALL, &r);
	own_line(1, 1, "one");
	lines_are(-2, 2, "one|two");
	type("three\rfour\r");
	r.id = 4;
	session_record(play.session, 0, WALL, &r);
	/* It comes behind notices: they go on below. */
	notice(ENTRY_JOIN, 2, "carol");
	session_record(play.session, 0, WALL, &back);
	notice(ENTRY_JOIN, 3, "dave");
	lines_are(-3, 3, "carol joined|four|dave joined");
}

static void
a_new_day_begins_a_line(void **state)
{
	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "bob");
	give(RECORD_ENTRY, ENTRY_JOIN, 2, "carol", "", 0,
	    NOON + 24 * 3600 * 1000);
	lines_are(-2, 2, "bob joined|carol joined");
	assert_true(last_marks() & HISTORY_DAY);
}

static void
who_spoke_lately_is_worth_a_notice(void **state)
{
	enum { MINUTE = 60 * 1000 };

	(void)state;
	join_live();
	hear(1, "bob", "hi");
	give(RECORD_ENTRY, ENTRY_LEAVE, 2, "bob", "", 0, NOON + 10 * MINUTE);
	assert_true(last_marks() & HISTORY_KEEP);
	give(RECORD_ENTRY, ENTRY_JOIN, 3, "carol", "", 0, NOON + 10 * MINUTE);
	lines_are(-2, 2, "bob left|carol joined");
	assert_false(last_marks() & HISTORY_KEEP);
	give(RECORD_ENTRY, ENTRY_JOIN, 4, "bob", "", 0,
	    NOON + 10 * MINUTE + 1);
	lines_are(-1, 1, "carol joined · bob joined");
	assert_false(last_marks() & HISTORY_KEEP);
	/* Oneself is not. */
	hear(5, "alice", "hi");
	notice(ENTRY_JOIN, 6, "alice");
	assert_false(last_marks() & HISTORY_KEEP);
}

/*
 * Ignoring
 */

static void
an_ignored_person_is_neither_seen_nor_heard(void **state)
{
	(void)state;
	join_live();
	type("/ignore ~Bob:\r");
	assert_string_equal(play.options.screen.ignore, "Bob");
	assert_string_equal(play.kept, "ignore");
	assert_int_equal(play.applied, 1);
	hear(1, "carol", "hi");
	key(KEYC_FOCUS_OUT);
	hear(2, "bob", "alice: psst");
	notice(ENTRY_JOIN, 3, "bob");
	give(RECORD_ENTRY, ENTRY_ACT, 4, "BOB", "waves", 0, NOON);
	lines_are(-1, 1, "hi");
	rule_is(NULL, NULL);
	assert_string_equal(play.alerted, "");
	hear(5, "bobby", "not me");
	lines_are(-2, 2, "hi|not me");
	type("/ignore carol\r/ignore BOB\r");
	assert_string_equal(play.options.screen.ignore, "carol BOB");
	type("/unignore bob\r");
	assert_string_equal(play.options.screen.ignore, "carol");
	lines_are(-1, 1, "bob is shown again; what they said meanwhile comes "
	    "with the next start.");
	hear(6, "bob", "back");
	lines_are(-1, 1, "back");
	type("/unignore bob\r");
	assert_true(scene().notice_is_error);
}

/* Who he is now is seen, and goes for him as before. */
static void
an_ignored_person_stays_so_under_a_new_name(void **state)
{
	(void)state;
	join_live();
	type("/ignore bob\r");
	give(RECORD_ENTRY, ENTRY_RENAME, 1, "bob", "robert", 0, NOON);
	lines_are(-1, 1, "bob is now robert");
	assert_string_equal(play.options.screen.ignore, "robert");
	assert_string_equal(play.kept, "ignore");
	hear(2, "robert", "psst");
	lines_are(-1, 1, "bob is now robert");
	/* That it was is read again at each start, and decides nothing. */
	type("/unignore robert\r/ignore bob\r");
	give(RECORD_OLDER, ENTRY_RENAME, 1, "bob", "robert", 0, NOON);
	assert_string_equal(play.options.screen.ignore, "bob");
}

static void
a_rename_that_was_read_before_ignores_nobody(void **state)
{
	(void)state;
	play.read = 5;
	enter();
	type("/ignore bob\r");
	give(RECORD_ENTRY, ENTRY_RENAME, 5, "bob", "robert", 0, NOON);
	assert_string_equal(play.options.screen.ignore, "bob");
	give(RECORD_ENTRY, ENTRY_RENAME, 6, "bob", "bert", 0, NOON);
	assert_string_equal(play.options.screen.ignore, "bert");
}

static void
nobody_ignores_himself_or_the_admin(void **state)
{
	(void)state;
	join_live();
	type("/ignore Alice\r");
	assert_true(scene().notice_is_error);
	assert_string_equal(play.options.screen.ignore, "");
	hear(1, "alice", "from elsewhere");
	give(RECORD_ENTRY, ENTRY_ANNOUNCE, 2, "", "tea", 0, NOON);
	lines_are(-2, 2, "from elsewhere|tea");
}

static void
more_than_can_be_ignored_is_told_and_leaves_all_as_it_was(void **state)
{
	char name[64], before[OPTIONS_TEXT_BYTES];
	int i;

	(void)state;
	join_live();
	for (i = 0; i < 100; i++) {
		strlcpy(before, play.options.screen.ignore, sizeof(before));
		snprintf(name, sizeof(name), "/ignore averylongname%03d\r", i);
		type(name);
		if (scene().notice != NULL)
			break;
	}
	assert_in_range(i, 40, 99);
	assert_true(scene().notice_is_error);
	assert_string_equal(play.options.screen.ignore, before);
}

/*
 * Older lines
 */

static void
hear_many(uint64_t from, uint64_t to)
{
	char text[32];
	uint64_t i;

	for (i = from; i <= to; i++) {
		snprintf(text, sizeof(text), "line %llu",
		    (unsigned long long)i);
		hear(i, "bob", text);
	}
}

/* Down to `to`, as the receiver hands them out. */
static void
older_many(uint64_t from, uint64_t to)
{
	char text[32];
	uint64_t i;

	for (i = from; i >= to; i--) {
		snprintf(text, sizeof(text), "line %llu",
		    (unsigned long long)i);
		older(i, "bob", text);
	}
}

/* In the room, with its lines from 500 on, and 300 on being fetched. */
static void
fetch(void)
{
	enter();
	hear_many(500, 549);
	caught_up();
	assert_string_equal(play.sent, "");
	key(KEYC_PAGE_UP);
	assert_string_equal(play.sent, "R:500/200|");
	play.sent[0] = '\0';
}

static void
older_lines_are_fetched_near_the_top(void **state)
{
	uint64_t first, line;

	(void)state;
	fetch();
	first = history_first(chat());
	key(KEYC_PAGE_UP);
	assert_string_equal(play.sent, "");
	older_many(499, 300);
	assert_int_equal(history_first(chat()), first - 200);
	for (line = first - 200; line < first + 50; line++)
		assert_int_equal(history_get(chat(), line).entry.seq,
		    line + 500 - first);
	assert_true(history_get(chat(), first - 200).marks & HISTORY_DAY);
	assert_false(history_get(chat(), first).marks & HISTORY_DAY);
	/* Not yet at the top of those. */
	key(KEYC_PAGE_UP);
	assert_string_equal(play.sent, "");
	key(KEY_META_OF('<'));
	assert_string_equal(play.sent, "R:300/200|");
	older_many(299, 100);
	key(KEY_META_OF('<'));
	assert_string_equal(play.sent, "R:300/200|R:100/200|");
	older_many(99, 1);
	key(KEY_META_OF('<'));
	assert_string_equal(play.sent, "R:300/200|R:100/200|");
	assert_int_equal(history_get(chat(), history_first(chat())).entry.seq,
	    1);
}

static void
older_lines_are_what_they_would_have_been(void **state)
{
	enum { DAY = 24 * 3600 * 1000 };
	const uint32_t last = 1 << ENTRY_INDEX_SHIFT;
	const uint32_t first = 1 << ENTRY_MORE_SHIFT;

	(void)state;
	fetch();
	type("/ignore mallory\r");
	older(499, "alice", "mine");
	give(RECORD_OLDER, ENTRY_SAY, 498, "bob", "end", last, NOON);
	give(RECORD_OLDER, ENTRY_PART, 497, "bob", "begin ", first, NOON);
	give(RECORD_OLDER, ENTRY_LEAVE, 496, "carol", "", 0, NOON);
	give(RECORD_OLDER, ENTRY_RENAME, 495, "bob", "bob", ENTRY_QUIET, NOON);
	give(RECORD_OLDER, ENTRY_JOIN, 494, "carol", "", 0, NOON);
	older(493, "mallory", "unseen");
	give(RECORD_OLDER, ENTRY_START, 492, "", "", 0, NOON);
	older(491, "bob", "alice!");
	give(RECORD_OLDER, ENTRY_SAY, 490, "bob", "before", 0, NOON - DAY);
	lines_are(0, 5, "before|alice!|carol joined, carol left|begin end|"
	    "mine");
	assert_true(history_get(chat(), history_first(chat())).marks &
	    HISTORY_DAY);
	assert_true(history_get(chat(), history_first(chat()) + 1).marks &
	    (HISTORY_DAY | HISTORY_MENTION));
	assert_true(history_get(chat(), history_first(chat()) + 4).marks &
	    HISTORY_OWN);
	assert_int_equal(history_get(chat(), history_first(chat()) +
	    3).entry.seq, 498);
	assert_string_equal(play.alerted, "");
}

static void
a_fetch_without_an_answer_is_tried_again(void **state)
{
	struct key up = { .code = KEYC_PAGE_UP };

	(void)state;
	fetch();
	older_many(499, 400);
	assert_int_equal(session_tick(play.session, 3999), 4000);
	session_keys(play.session, 3999, WALL, &up, 1);
	assert_string_equal(play.sent, "");
	assert_true(session_tick(play.session, 4000) > 4000);
	key(KEY_META_OF('<'));
	assert_string_equal(play.sent, "R:400/200|");
	/* What was late comes first, and what was asked for again. */
	older_many(399, 380);
	older_many(390, 200);
	lines_are(-1, 1, "You are alice in the room at lab.");
	assert_int_equal(history_get(chat(), history_first(chat())).entry.seq,
	    200);
	assert_int_equal(history_end(chat()) - history_first(chat()), 351);
}

static void
what_is_not_the_next_older_line_is_none(void **state)
{
	uint64_t first;

	(void)state;
	fetch();
	first = history_first(chat());
	older(500, "bob", "again");
	older(UINT64_MAX, "bob", "again");
	older(0, "bob", "none");
	older(498, "bob", "a hole");
	assert_int_equal(history_first(chat()), first);
	older(499, "bob", "next");
	assert_int_equal(history_first(chat()), first - 1);
}

static void
nothing_is_fetched_while_the_room_is_out_of_reach(void **state)
{
	struct record r = { .type = RECORD_STATE,
	    .state = { .phase = RECORD_LOST } };

	(void)state;
	enter();
	hear_many(500, 549);
	caught_up();
	session_record(play.session, 0, WALL, &r);
	key(KEYC_PAGE_UP);
	assert_string_equal(play.sent, "");
	play.full = true;
	r.state.phase = RECORD_ONLINE;
	session_record(play.session, 0, WALL, &r);
	play.full = false;
	assert_string_equal(play.sent, "");
	session_record(play.session, 0, WALL, &r);
	assert_string_equal(play.sent, "R:500/200|");
}

static void
nobody_is_asked_about_while_the_server_is_away(void **state)
{
	struct record r = { .type = RECORD_STATE,
	    .state = { .phase = RECORD_LOST } };

	(void)state;
	join_live();
	session_record(play.session, 0, WALL, &r);
	type("/whois bob\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(scene().notice, "The server is away: ask again "
	    "when it is back.");
	assert_string_equal(typed(), "/whois bob");
	r.state.phase = RECORD_ONLINE;
	session_record(play.session, 0, WALL, &r);
	type("\r");
	assert_string_equal(play.sent, "P:bob|");
}

/* What is on its way then would leave a hole, or change a newer line. */
static void
clear_forgets_nothing(void **state)
{
	(void)state;
	fetch();
	give(RECORD_OLDER, ENTRY_SAY, 499, "carol", "so long", 0, NOON);
	type("/clear\r");
	assert_int_equal(session_view(play.session)->floor,
	    history_end(chat()));
	assert_false(session_view(play.session)->scrolled);
	give(RECORD_OLDER, ENTRY_SAY, 498, "carol", "before", 0, NOON);
	hear(550, "bob", "new");
	lines_are(0, 2, "before|so long");
	key(KEYC_PAGE_UP);
	assert_true(session_view(play.session)->scrolled);
	key(KEYC_END);
	assert_false(session_view(play.session)->scrolled);
	key(KEYC_CTRL_HOME);
	assert_true(session_view(play.session)->scrolled);
}

static void
the_invitation_is_shown_and_copied(void **state)
{
	(void)state;
	begin("bob");
	tell(RECORD_WELCOME, 0, "bob");
	type("/invite\r");
	assert_true(scene().pager->open);
	assert_string_equal(play.copied, "chat-tui chat://one");
	assert_string_equal(scene().notice, "Copied: chat-tui chat://one");
}

static void
a_server_that_is_the_invited_one_is_told_so(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\r");
	tell(RECORD_NEW_HOST, 0, "");
	tell(RECORD_WELCOME, 0, "bob");
	caught_up();
	lines_are(0, 9, "New server lab: verified by the invitation.|"
	    "You are bob in the room at lab.");
}

/* The whole room comes first, and a name that is taken does not lose it. */
static void
a_new_servers_key_is_told_behind_the_rooms_lines(void **state)
{
	(void)state;
	begin(NULL);
	type("bob\r");
	tell(RECORD_NEW_HOST, 0, "SHA256:ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	tell(RECORD_DENIED, RECORD_TAKEN, "bob");
	type("\025bob2\r");
	tell(RECORD_WELCOME, 0, "bob2");
	hear(1, "carol", "hello");
	caught_up();
	lines_are(0, 9, "hello|New server lab, key SHA256:ABCDEFGH…: "
	    "remembered.|Compare it with the one that chat-server printed "
	    "(/verify).|You are bob2 in the room at lab.");
	tell(RECORD_CAUGHT_UP, 0, "");
	lines_are(-1, 9, "You are bob2 in the room at lab.");
}

static void
what_is_kept_nowhere_is_not_said_to_be(void **state)
{
	(void)state;
	begin(NULL);
	play.options.no_store = true;
	type("bob\r");
	tell(RECORD_NEW_HOST, 0, "SHA256:ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	tell(RECORD_WELCOME, 0, "bob");
	caught_up();
	lines_are(0, 1, "New server lab, key SHA256:ABCDEFGH….");
}

static void
what_is_saved_says_from_when_on(void **state)
{
	(void)state;
	join_live();
	hear(1, "bob", "first");
	type("/save all\r");
	assert_string_equal(scene().notice, "Saved to all. Lines: 1.");
	session_free(play.session);
	join_live();
	hear(7, "bob", "later");
	type("/save part\r");
	assert_non_null(strstr(scene().notice, "Saved to part. Lines: 1, "
	    "from "));
	assert_non_null(strstr(scene().notice, " on; C-Home fetches older "
	    "ones."));
}

static void
says(const char *line, const char *usage)
{
	type("\025");
	type(line);
	type("\r");
	assert_string_equal(scene().notice, usage);
	assert_string_equal(typed(), line);
	assert_string_equal(play.sent, "");
}

static void
a_command_without_its_argument_says_what_it_takes(void **state)
{
	(void)state;
	join();
	says("/me", "/me TEXT");
	says("/search", "/search TEXT");
	says("/save", "/save FILE");
}

static void
is_in_sight(const char *text)
{
	const struct view *v = session_view(play.session);
	uint64_t line = history_first(chat());

	assert_true(history_find(chat(), text, strlen(text), false, &line));
	assert_true(!v->scrolled || v->top.line <= line);
	assert_true(line <= view_last(v, chat()));
	assert_true(line + ROWS > view_last(v, chat()));
}

static void
a_page_is_of_the_size_that_the_screen_has_now(void **state)
{
	(void)state;
	join_live();
	hear_many(1, 100);
	scene();
	/* No frame has been drawn since. */
	session_resize(play.session, 40 + OTHERS, 80);
	key(KEYC_PAGE_UP);
	assert_int_equal(session_view(play.session)->upper, 36);
	assert_int_equal(session_view(play.session)->top.line,
	    history_tail(chat()) - 40 - 35);
	/* The first key turns off the member list that there is room for. */
	tell(RECORD_MEMBER, 0, "bob");
	session_resize(play.session, 10, 120);
	assert_true(session_layout(play.session)->side > 0);
	key(KEYC_F8);
	scene();
	assert_int_equal(session_layout(play.session)->side, 0);
}

static void
the_first_line_and_a_mention_are_fetched(void **state)
{
	(void)state;
	enter();
	hear_many(500, 549);
	caught_up();
	key(KEYC_CTRL_HOME);
	assert_string_equal(play.sent, "R:500/200|");
	older_many(499, 300);
	session_tick(play.session, 1);
	assert_string_equal(play.sent, "R:500/200|R:300/200|");
	/* Any key ends it. */
	key(KEYC_END);
	older_many(299, 100);
	session_tick(play.session, 1);
	assert_string_equal(play.sent, "R:500/200|R:300/200|");
	key(KEYC_META | 'p');
	assert_string_equal(play.sent, "R:500/200|R:300/200|R:100/200|");
	older_many(99, 60);
	older(59, "bob", "alice: long ago");
	older_many(58, 1);
	session_tick(play.session, 1);
	is_in_sight("alice: long ago");
	key(KEYC_CTRL_HOME);
	assert_int_equal(session_view(play.session)->top.line,
	    history_first(chat()));
}

static void
a_search_gives_back_the_draft_and_the_caret_in_it(void **state)
{
	(void)state;
	join_live();
	hear(2, "bob", "needle");
	type("half written");
	key(KEY_CTRL_OF('a'));
	key(KEYC_RIGHT);
	key(KEY_CTRL_OF('r'));
	key(KEY_CTRL_OF('u'));
	type("needle");
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "half written");
	assert_int_equal(edit_caret(scene().edit), 1);
}

static void
the_title_says_what_the_room_is_called(void **state)
{
	(void)state;
	join();
	assert_string_equal(scene().room, "chat");
	tell(RECORD_ROOM, 0, "the lab\033[31m");
	assert_null(strchr(scene().room, '\033'));
	assert_int_equal(strncmp(scene().room, "the lab", 7), 0);
	tell(RECORD_ROOM, 0, "");
	assert_string_equal(scene().room, "chat");
}

static void
mentions_are_gone_through_from_what_is_in_sight(void **state)
{
	(void)state;
	join_live();
	hear(2, "bob", "alice: one");
	hear_many(3, 60);
	hear(61, "bob", "alice: two");
	hear_many(62, 64);
	key(KEYC_META | 'p');
	is_in_sight("alice: two");
	key(KEYC_META | 'p');
	is_in_sight("alice: one");
	key(KEYC_META | 'p');
	assert_non_null(strstr(scene().notice, "older"));
	older(1, "bob", "good morning");
	session_tick(play.session, 1);
	assert_string_equal(scene().notice, "No mention above.");
	key(KEYC_META | 'n');
	is_in_sight("alice: two");
	key(KEYC_META | 'n');
	assert_string_equal(scene().notice, "No mention below.");
	/* Somewhere between the two. */
	key(KEYC_ESCAPE);
	key(KEYC_PAGE_UP);
	key(KEYC_PAGE_UP);
	key(KEYC_META | 'n');
	is_in_sight("alice: two");
}

/* Both are in sight; the one that was gone to is not the newest any more. */
static void
a_mention_that_came_since_is_above(void **state)
{
	(void)state;
	join_live();
	hear(2, "bob", "alice: one");
	key(KEYC_META | 'p');
	assert_null(scene().notice);
	hear(3, "bob", "alice: two");
	key(KEYC_META | 'p');
	assert_null(scene().notice);
	key(KEYC_META | 'p');
	assert_null(scene().notice);
	key(KEYC_META | 'p');
	assert_non_null(scene().notice);
}

/* 2 MiB are soon full. */
static void
fill(uint64_t *seq)
{
	static char text[60000];
	uint64_t first = history_first(chat());

	memset(text, 'x', sizeof(text) - 1);
	while (history_first(chat()) <= first)
		hear((*seq)++, "bob", text);
}

static void
where_lines_were_dropped_older_ones_go_on_from_those_left(void **state)
{
	char want[64];
	uint64_t seq = 550, first;

	(void)state;
	fetch();
	give(RECORD_OLDER, ENTRY_JOIN, 499, "carol", "", 0, NOON);
	fill(&seq);
	first = history_first(chat());
	/* Of the fetch before: there is a hole now. */
	give(RECORD_OLDER, ENTRY_LEAVE, 498, "dave", "", 0, NOON);
	assert_int_equal(history_first(chat()), first);
	assert_int_equal(history_get(chat(), first).entry.kind, ENTRY_SAY);
	session_tick(play.session, 4000);
	key(KEY_META_OF('<'));
	snprintf(want, sizeof(want), "R:%llu/200|", (unsigned long long)
	    history_get(chat(), first).entry.seq);
	assert_string_equal(play.sent, want);
}

static void
where_no_more_fits_no_more_is_asked_for(void **state)
{
	static char text[60000];
	uint64_t seq = 499, first;

	(void)state;
	fetch();
	memset(text, 'x', sizeof(text) - 1);
	do {
		first = history_first(chat());
		older(seq--, "bob", text);
	} while (history_first(chat()) < first && seq > 300);
	assert_true(seq > 300);
	key(KEY_META_OF('<'));
	hear(550, "bob", "new");
	key(KEY_META_OF('<'));
	assert_string_equal(play.sent, "");
	session_keep_read(play.session);
	assert_int_equal(session_tick(play.session, 0), INT64_MAX);
}

static void
numbers_that_go_back_make_nothing_unread(void **state)
{
	(void)state;
	join_live();
	hear(10, "bob", "ten");
	hear(5, "bob", "five");
	assert_int_equal(read_up_to(), 10);
	hear(0, "bob", "none");
	assert_int_equal(read_up_to(), 10);
	lines_are(-3, 3, "ten|five|none");
}

/*
 * Searching
 */

static void
a_search_goes_on_in_older_lines(void **state)
{
	uint64_t found;

	(void)state;
	enter();
	hear_many(500, 549);
	caught_up();
	key(KEY_CTRL_OF('r'));
	type("zebra");
	assert_string_equal(play.sent, "R:500/200|");
	assert_non_null(strstr(scene().notice, "older"));
	older_many(499, 300);
	assert_string_equal(play.sent, "R:500/200|R:300/200|");
	older_many(299, 251);
	older(250, "bob", "a zebra");
	older(249, "bob", "another zebra");
	assert_int_equal(scene().asks, SCENE_SEARCH);
	older_many(248, 100);
	assert_null(scene().notice);
	assert_string_equal(play.sent, "R:500/200|R:300/200|");
	found = scene().found;
	assert_int_equal(history_get(chat(), found).entry.seq, 250);
	key(KEY_CTRL_OF('r'));
	scene();
	found = scene().found;
	assert_int_equal(history_get(chat(), found).entry.seq, 249);
	/* Esc goes back to where it began, with what was typed. */
	key(KEYC_ESCAPE);
	assert_false(session_view(play.session)->scrolled);
	assert_string_equal(typed(), "");
}

/* The line that the search stands at, and which one of how many it is. */
static void
found_is(const char *text, const char *count)
{
	struct scene f = scene();
	uint64_t found = scene().found;
	struct history_line line;

	assert_true(found != 0);
	line = history_get(chat(), found);
	assert_int_equal(line.entry.text_len, strlen(text));
	assert_memory_equal(line.entry.text, text, strlen(text));
	assert_string_equal(f.matches, count);
}

static void
a_search_goes_on_by_key_from_where_it_is(void **state)
{
	(void)state;
	join_live();
	hear(1, "bob", "x one");
	hear(2, "bob", "x two");
	hear(3, "bob", "why");
	hear(4, "bob", "x three");
	type("/search x\r");
	found_is("x three", "match 1 of 3");
	key(KEY_CTRL_OF('r'));
	assert_int_equal(scene().asks, SCENE_SEARCH);
	assert_string_equal(typed(), "x");
	found_is("x two", "match 2 of 3");
	key(KEY_CTRL_OF('r'));
	found_is("x one", "match 3 of 3");
	key(KEY_CTRL_OF('s'));
	found_is("x two", "match 2 of 3");
	/* Staying and going on again. */
	type("\r");
	assert_int_equal(scene().asks, SCENE_SAYS);
	assert_string_equal(typed(), "");
	key(KEY_CTRL_OF('r'));
	found_is("x one", "match 3 of 3");
	/* What is typed takes the place of what was looked for. */
	type("wh");
	assert_string_equal(typed(), "wh");
	/* Esc ends it: then it begins anew, and a second C-r recalls it. */
	key(KEYC_ESCAPE);
	key(KEY_CTRL_OF('r'));
	assert_string_equal(typed(), "");
	key(KEY_CTRL_OF('r'));
	assert_string_equal(typed(), "wh");
	found_is("why", "match 1 of 1");
}

static void
a_search_may_be_of_one_person_or_day(void **state)
{
	enum { DAY = 24 * 3600 * 1000 };

	(void)state;
	join_live();
	give(RECORD_ENTRY, ENTRY_SAY, 1, "bob", "tea one", 0, NOON);
	give(RECORD_ENTRY, ENTRY_SAY, 2, "carol", "tea two", 0, NOON);
	notice(ENTRY_JOIN, 3, "bob");
	give(RECORD_ENTRY, ENTRY_SAY, 4, "bob", "three", 0, NOON + DAY);
	give(RECORD_ENTRY, ENTRY_SAY, 5, "carol", "tea four", 0, NOON + DAY);
	type("/search from:Bob tea\r");
	found_is("tea one", "match 1 of 1");
	type("/search on:1970-01-02 TEA\r");
	assert_true(scene().notice_is_error);
	type("\025/search on:1970-01-01 tea\r");
	found_is("tea two", "match 1 of 2");
	type("/search from:bob\r");
	found_is("three", "match 1 of 2");
	key(KEY_CTRL_OF('r'));
	assert_string_equal(typed(), "from:bob");
	found_is("tea one", "match 2 of 2");
	key(KEYC_ESCAPE);
	type("/search on:1970-01-02 from:bob\r");
	found_is("three", "match 1 of 1");
	type("/search from:nobody\r");
	assert_string_equal(scene().notice, "Nowhere: from:nobody");
}

/* It looks up from the row that is the lowest in sight. */
static void
what_is_not_above_may_be_below(void **state)
{
	(void)state;
	join_live();
	hear_many(1, 80);
	key(KEYC_CTRL_HOME);
	type("/search line 79\r");
	assert_string_equal(scene().notice,
	    "Not above: line 79; C-s looks below.");
	key(KEY_CTRL_OF('s'));
	found_is("line 79", "match 1 of 1");
	key(KEYC_ESCAPE);
	type("/search zebra\r");
	assert_string_equal(scene().notice, "Nowhere: zebra");
}

static void
a_search_ends_where_the_room_begins(void **state)
{
	(void)state;
	enter();
	hear_many(100, 149);
	caught_up();
	type("/search zebra\r");
	assert_non_null(strstr(play.sent, "R:100/200|"));
	older_many(99, 1);
	assert_string_equal(scene().notice, "Nowhere: zebra");
	session_keep_read(play.session);
	assert_int_equal(session_tick(play.session, 0), INT64_MAX);
}

static void
a_search_that_nobody_answers_ends(void **state)
{
	int64_t now = 0;
	int i;

	(void)state;
	enter();
	hear_many(500, 549);
	caught_up();
	type("/search zebra\r");
	for (i = 0; i < 10 && now < INT64_MAX; i++)
		now = session_tick(play.session, now);
	assert_int_equal(now, INT64_MAX);
	assert_string_equal(scene().notice, "Nowhere: zebra");
	assert_string_equal(play.sent, "R:500/200|R:500/200|R:500/200|");
}

/*
 * The input line
 */

static void
paste(const char *text)
{
	key(KEYC_PASTE_BEGIN);
	type(text);
	key(KEYC_PASTE_END);
}

/* A pasted one is text, also behind what is put before it. */
static void
what_was_pasted_stays_behind_what_was_not_kept(void **state)
{
	bool drafted;
	size_t waits;

	(void)state;
	join_live();
	type("hello\r");
	paste("/tmp");
	assert_int_equal(session_take_unkept(play.session, 0, &drafted,
	    &waits), 1);
	assert_string_equal(typed(), "hello\n/tmp");
}

/* Even where that is one character. */
static void
a_paste_is_taken_out_and_no_more(void **state)
{
	(void)state;
	join_live();
	type(" ");
	paste("/");
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), " ");
	type("\025a");
	paste("b");
	type("c\037");
	assert_string_equal(typed(), "ab");
	type("\037");
	assert_string_equal(typed(), "a");
}

/* A command that was typed, and pasted text: each as it was. */
static void
what_up_left_is_kept_as_it_was_typed(void **state)
{
	(void)state;
	join_live();
	type("sent\r/me thinks");
	key(KEYC_UP);
	assert_string_equal(typed(), "sent");
	type("\025");
	paste("/tmp");
	session_keep_draft(play.session);
	assert_string_equal(play.draft, "/me thinks");
	free(session_lines(play.session, &(size_t){ 0 }));
	key(KEYC_DOWN);
	assert_string_equal(typed(), "//tmp");
	key(KEYC_DOWN);
	assert_string_equal(typed(), "/me thinks");
}

static void
the_bare_view_is_drawn_once(void **state)
{
	(void)state;
	join_live();
	key(KEYC_META | 'l');
	assert_true(session_changed(play.session));
	assert_true(session_changed(play.session));
	session_drawn(play.session);
	tell(RECORD_CAUGHT_UP, 0, "");
	key(KEYC_FOCUS_OUT);
	key(KEYC_FOCUS_IN);
	assert_true(scene().bare);
	assert_false(session_changed(play.session));
	type("x");
	assert_true(session_changed(play.session));
	session_drawn(play.session);
	assert_false(session_changed(play.session));
	tell(RECORD_CAUGHT_UP, 0, "");
	assert_true(session_changed(play.session));
}

/* As in the help: nobody says "uit" who types quit. */
static void
a_letter_that_ends_the_bare_view_is_typed(void **state)
{
	(void)state;
	join_live();
	key(KEYC_META | 'l');
	type("quit");
	assert_string_equal(typed(), "quit");
	type("\025");
	key(KEYC_META | 'l');
	key(KEYC_UP);
	assert_false(scene().bare);
	assert_string_equal(typed(), "");
}

static void
a_paste_over_the_bare_view_is_not_typed(void **state)
{
	(void)state;
	join_live();
	key(KEYC_META | 'l');
	assert_true(scene().bare);
	paste("one\r/quit\rtwo");
	assert_false(scene().bare);
	assert_string_equal(play.sent, "");
	assert_false(session_over(play.session));
	assert_string_equal(typed(), "one\n/quit\ntwo");
}

static void
a_long_paste_is_asked_about(void **state)
{
	(void)state;
	join_live();
	paste("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
	assert_null(scene().notice);
	assert_string_equal(typed(), "1\n2\n3\n4\n5\n6\n7\n8\n9\n10");
	session_free(play.session);
	join_live();
	type("so:");
	paste("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
	assert_non_null(strstr(scene().notice, "11 lines"));
	assert_string_equal(play.sent, "");
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "so:");
	assert_null(scene().notice);
	paste("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
	type("\r");
	assert_string_equal(play.sent,
	    "P:so:1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11|");
	assert_string_equal(typed(), "");
}

static void
a_pasted_line_is_no_command_unless_its_slash_is_typed(void **state)
{
	(void)state;
	join_live();
	paste("/quit");
	assert_non_null(strstr(scene().notice, "as text"));
	type("\r");
	assert_string_equal(play.sent, "P:/quit|");
	assert_false(session_over(play.session));
	/* Nor is it one when it comes again. */
	key(KEYC_UP);
	assert_string_equal(typed(), "//quit");
	type("\025");
	paste("/quit\nnext");
	assert_null(scene().notice);
	type("\r");
	assert_string_equal(play.sent, "P:/quit|P:/quit\nnext|");
	/* Undone and done again it still was pasted. */
	paste("/quit");
	type("\037");
	assert_null(scene().notice);
	key(KEY_META_OF('_'));
	assert_non_null(scene().notice);
	type(" it\r");
	assert_false(session_over(play.session));
	paste("/quit");
	type("\001\004/");
	assert_null(scene().notice);
	type("\r");
	assert_true(session_over(play.session));
}

static void
blank_lines_around_a_command_do_not_count(void **state)
{
	(void)state;
	join_live();
	type("\n\n/me waves\n\r");
	assert_string_equal(play.sent, "P:waves|");
	type("\n/nonsense\r");
	assert_string_equal(play.sent, "P:waves|");
	key(KEYC_ESCAPE);
	/* Pasted it is none, with or without them. */
	type("\n");
	paste("/quit");
	assert_non_null(strstr(scene().notice, "as text"));
	type("\r");
	paste("\n/quit\n");
	type("\r");
	assert_string_equal(play.sent, "P:waves|P:/quit|P:/quit|");
	key(KEYC_UP);
	assert_string_equal(typed(), "\n//quit");
	type("\r");
	assert_string_equal(play.sent, "P:waves|P:/quit|P:/quit|P:/quit|");
	assert_false(session_over(play.session));
	type("\nquit\r");
	assert_true(session_over(play.session));
}

static void
a_command_whose_word_alone_is_pasted_is_one(void **state)
{
	(void)state;
	join_live();
	type("/me ");
	paste("waves");
	type("\r/");
	paste("quit");
	type("\r");
	assert_string_equal(play.sent, "P:waves|");
	assert_true(session_over(play.session));
}

static void
a_paste_too_long_to_send_is_told_at_once_and_goes(void **state)
{
	char *text = calloc(1, 20001);
	size_t i;

	(void)state;
	join_live();
	assert_non_null(text);
	for (i = 0; i < 20000; i++)
		text[i] = i % 40 == 39 ? '\n' : 'x';
	type("so: ");
	paste(text);
	assert_non_null(strstr(scene().notice, "Too long"));
	assert_true(scene().notice_is_error);
	type("\r");
	assert_non_null(strstr(scene().notice, "Nothing was sent"));
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "so: ");
	paste(text);
	key(KEYC_HOME);
	key(KEYC_LEFT);
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "so: ");
	/* Changed, it is the user's own text, which Esc leaves alone. */
	paste(text);
	type("!");
	key(KEYC_ESCAPE);
	assert_int_equal(strlen(typed()), 4 + 19999 + 1);
	type("\010");
	key(KEYC_ESCAPE);
	assert_int_equal(strlen(typed()), 4 + 19999);
	type("!");
	key(KEYC_UP);
	type("\025\025");
	assert_string_equal(typed(), "");
	type("\031");
	assert_int_equal(strlen(typed()), 4 + 19999 + 1);
	assert_string_equal(play.sent, "");
	free(text);
}

/* One that has as many bytes as that which was pasted, too. */
static void
escape_takes_out_a_paste_alone(void **state)
{
	(void)state;
	join_live();
	type("see: ");
	paste("http://a.example");
	key(KEY_CTRL_OF('r'));
	key(KEYC_ESCAPE);
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "see: http://a.example");
	type("\025see: ");
	paste("ab");
	key(KEY_CTRL_OF('t'));
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "see: ba");
	type("\025one\r");
	paste("two");
	key(KEYC_UP);
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "one");
	key(KEYC_DOWN);
	assert_string_equal(typed(), "two");
}

static void
a_line_is_cut_at_the_caret_however_often(void **state)
{
	(void)state;
	join_live();
	type("one two\002\002\002\025\025");
	assert_string_equal(typed(), "two");
}

/* Keys that come at once, at that time. */
static void
burst(int64_t now, const char *text)
{
	static struct key keys[4096];
	size_t n;

	for (n = 0; text[n] != '\0'; n++)
		keys[n] = (struct key){ .code = (unsigned char)text[n],
		    .text = { text[n] }, .len = text[n] >= 0x20 };
	session_keys(play.session, now, WALL, keys, n);
}

static void
lines_too_fast_to_be_typed_are_a_paste(void **state)
{
	(void)state;
	play.unbracketed = true;
	join_live();
	burst(1000, "1\r2\r3\r\r4\r5\r6\r7\r8\r9\r10\r\t11\r/quit\r");
	assert_string_equal(play.sent, "");
	burst(1090, "13\r14");
	assert_int_equal(session_tick(play.session, 1100), 1190);
	assert_string_equal(typed(), "");
	session_tick(play.session, 1190);
	assert_string_equal(typed(), "1\n2\n3\n\n4\n5\n6\n7\n8\n9\n10\n\t11"
	    "\n/quit\n13\n14");
	assert_non_null(strstr(scene().notice, "15 lines: Enter sends"));
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "");
	/* A key that is no character ends it, and does what it does. */
	burst(2000, "so: 1\r2\r3\r4\r5\r6\r7\r8\r9\r10\r11\r\001");
	assert_int_equal(edit_caret(scene().edit), strlen(typed()) - 2);
	assert_string_equal(typed(), "so: 1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
	assert_string_equal(play.sent, "");
}

static void
a_few_lines_at_once_are_sent_at_once(void **state)
{
	(void)state;
	play.unbracketed = true;
	join_live();
	burst(1000, "1\r2\r3\r4\r5\r6\r7\r8\r9\r10\r");
	assert_string_equal(play.sent,
	    "P:1|P:2|P:3|P:4|P:5|P:6|P:7|P:8|P:9|P:10|");
	/* With a pause between they are somebody's. */
	burst(1101, "11\r");
	burst(1101, "12\r");
	assert_non_null(strstr(play.sent, "P:10|P:11|P:12|"));
	/* What comes in pieces: what is left when it is too many is asked
	 * about, behind what was sent. */
	burst(2000, "1\r2\r3\r4\r5\r6\r");
	burst(2010, "7\r8\r9\r10\r");
	burst(2020, "elev");
	burst(2030, "en\rtwelve\r");
	session_tick(play.session, 2130);
	assert_non_null(strstr(play.sent, "P:12|P:1|P:2|P:3|P:4|P:5|P:6|P:7|"
	    "P:8|P:9|P:10|"));
	assert_null(strstr(play.sent, "elev"));
	assert_string_equal(typed(), "eleven\ntwelve");
	assert_non_null(strstr(scene().notice, "2 lines: Enter sends"));
	burst(3000, "\r");
	assert_non_null(strstr(play.sent, "P:10|P:eleven\ntwelve|"));
}

static void
where_pastes_come_in_brackets_a_burst_is_typed(void **state)
{
	(void)state;
	join_live();
	burst(1000, "1\r2\r3\r4\r5\r6\r7\r8\r9\r10\r11\r12\r");
	assert_non_null(strstr(play.sent, "P:11|P:12|"));
	session_free(play.session);
	play.unbracketed = true;
	join_live();
	paste("so");
	burst(1000, "1\r2\r3\r4\r5\r6\r7\r8\r9\r10\r11\r12\r");
	assert_non_null(strstr(play.sent, "P:so1|"));
	assert_non_null(strstr(play.sent, "P:11|P:12|"));
}

/* The program ends, with what is being typed, and is started again. */
static void
again(void)
{
	session_keep_draft(play.session);
	session_free(play.session);
	join_live();
}

/* A room has lost them, and gets them again first. */
static void
what_is_said_again_stands_before_what_waits(void **state)
{
	static const char *const want[] = { "aaa", "bbb", "ccc", "ddd" };
	struct record r = { .type = RECORD_PENDING, .kind = ENTRY_SAY,
	    .text_len = 3 };
	struct history_line l;
	uint64_t i;

	(void)state;
	join_live();
	type("ccc\rddd\r");
	for (i = 0; i < 2; i++) {
		r.id = RECORD_EARLIER | (10 + i);
		r.text = want[i];
		session_record(play.session, 0, WALL, &r);
	}
	for (i = 0; i < 4; i++) {
		l = history_get(scene().history,
		    history_end(scene().history) + i);
		assert_int_equal(l.entry.text_len, 3);
		assert_memory_equal(l.entry.text, want[i], 3);
	}
}

static void
what_is_being_typed_is_there_in_the_next_run(void **state)
{
	(void)state;
	join_live();
	type("half a\nline");
	assert_string_equal(play.draft, "");
	assert_int_equal(session_tick(play.session, 0), 1000);
	session_tick(play.session, 1000);
	assert_string_equal(play.draft, "half a\nline");
	assert_string_equal(play.draft_of, "alice");
	again();
	assert_string_equal(typed(), "half a\nline");
	type(" and more");
	again();
	assert_string_equal(typed(), "half a\nline and more");
	/* Nothing is left of what was sent, at once. */
	type("\r");
	assert_string_equal(play.draft, "");
	type("gone\025");
	again();
	assert_string_equal(typed(), "");
}

/* What Up has in the next run. */
static const char *
lines_kept(void)
{
	static char kept[256];
	size_t len;
	char *lines = session_lines(play.session, &len);

	assert_non_null(lines);
	snprintf(kept, sizeof(kept), "%s", lines);
	free(lines);
	return kept;
}

/* Up has gone to another line: below it the half one is all there is. */
static void
what_is_half_typed_is_kept_while_another_line_is_recalled(void **state)
{
	(void)state;
	join_live();
	type("sent\rlong draft");
	key(KEYC_UP);
	assert_string_equal(typed(), "sent");
	session_tick(play.session, 1000);
	assert_string_equal(play.draft, "long draft");
	/* A question, and a search, change nothing of it. */
	type("\022needle");
	again();
	assert_string_equal(typed(), "long draft");
	type("\025sent\rlong draft");
	key(KEYC_UP);
	assert_string_equal(lines_kept(), "sent\n");
	type(", too");
	assert_string_equal(lines_kept(), "sent\nsent, too\n");
	again();
	assert_string_equal(typed(), "long draft");
}

/* Nothing else has them by then. */
static void
lines_that_were_changed_and_left_are_kept_for_up(void **state)
{
	(void)state;
	join_live();
	type("one\rtwo\rhalf");
	key(KEYC_UP);
	type("\025twice");
	key(KEYC_UP);
	type("\025");
	key(KEYC_DOWN);
	assert_string_equal(typed(), "twice");
	key(KEYC_DOWN);
	assert_string_equal(typed(), "half");
	assert_string_equal(lines_kept(), "one\ntwo\ntwice\n");
	/* Where it stands on the line it is the draft, or is kept once. */
	type("\025");
	key(KEYC_UP);
	assert_string_equal(lines_kept(), "one\ntwo\n");
	again();
	assert_string_equal(typed(), "twice");
}

static void
what_is_half_typed_is_back_when_a_recalled_line_is_sent(void **state)
{
	(void)state;
	join_live();
	type("sent\rlong draft");
	key(KEYC_UP);
	type("\r");
	assert_string_equal(play.sent, "P:sent|P:sent|");
	assert_string_equal(typed(), "long draft");
	type("\020, too\r");
	assert_string_equal(typed(), "long draft");
	type("\r");
	assert_string_equal(play.sent, "P:sent|P:sent|P:sent, too|"
	    "P:long draft|");
	assert_string_equal(typed(), "");
	/* A command that is none, and one that is no more. */
	type("/nosuch\r\007half");
	key(KEYC_UP);
	type("\r\007");
	assert_string_equal(typed(), "half");
}

/* As a welcome brings it, and what was held is given back. */
static void
what_is_half_typed_stays_whatever_comes_to_the_recalled(void **state)
{
	(void)state;
	begin("bob");
	type("older");
	again();
	session_free(play.session);
	begin("bob");
	type("hello\rlong draft");
	key(KEYC_UP);
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello");
	key(KEYC_DOWN);
	assert_string_equal(typed(), "older");
	key(KEYC_DOWN);
	assert_string_equal(typed(), "long draft");
	session_free(play.session);
	begin("bob");
	type("hello\r/withdraw all\r");
	assert_string_equal(typed(), "hello");
	type("\rlong draft");
	key(KEYC_UP);
	key(KEYC_UP);
	type("\r");
	assert_string_equal(typed(), "hello\nlong draft");
	session_free(play.session);
	begin("bob");
	type("hello\rlong draft");
	key(KEYC_UP);
	want_passphrase();
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello\nlong draft");
	session_free(play.session);
	begin("bob");
	type("hello\r");
	key(KEYC_UP);
	want_passphrase();
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello");
	/* Another line of Up's is not held. */
	session_free(play.session);
	begin("bob");
	type("/set\rhello\r");
	key(KEYC_UP);
	key(KEYC_UP);
	want_passphrase();
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello\n/set");
}

/* The disk, which may be slow, is not waited for between two keys of a word;
 * but whoever types on and on has it kept all the same. */
static void
a_draft_is_kept_in_a_pause_or_while_more_is_typed(void **state)
{
	struct key k = { .code = 'x', .text = "x", .len = 1 };
	int64_t now;

	(void)state;
	join_live();
	for (now = 0; now < 5000; now += 200) {
		session_tick(play.session, now);
		session_keys(play.session, now, WALL, &k, 1);
		assert_string_equal(play.draft, "");
	}
	assert_int_equal(session_tick(play.session, now - 1), now);
	session_tick(play.session, now);
	assert_int_equal(strlen(play.draft), 25);
	session_keys(play.session, now, WALL, &k, 1);
	session_keys(play.session, now + 800, WALL, &k, 1);
	assert_int_equal(session_tick(play.session, now + 1000), now + 1200);
	assert_int_equal(strlen(play.draft), 25);
	session_tick(play.session, now + 1200);
	assert_int_equal(strlen(play.draft), 27);
	assert_int_equal(session_tick(play.session, now + 1300), INT64_MAX);
}

static void
what_is_typed_while_joining_leaves_the_draft_of_before(void **state)
{
	(void)state;
	begin("bob");
	type("older");
	again();
	assert_string_equal(play.draft, "older");
	session_free(play.session);
	begin("bob");
	type("an");
	session_keep_draft(play.session);
	assert_string_equal(play.draft, "an");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "an");
	type("\020");		/* C-p */
	assert_string_equal(typed(), "older");
	type("\020");
	assert_string_equal(typed(), "older");
}

static void
a_draft_is_the_rooms_whatever_is_asked(void **state)
{
	(void)state;
	join_live();
	type("draft\022needle");	/* C-r */
	again();
	assert_string_equal(typed(), "draft");
	tell(RECORD_DENIED, RECORD_WRONG_PASSPHRASE, "");
	session_tick(play.session, 1000);
	session_drawn(play.session);
	type("secret");
	session_tick(play.session, 9000);
	again();
	assert_string_equal(typed(), "draft");
	tell(RECORD_DENIED, RECORD_TAKEN, "alice");
	type("bob\r");
	tell(RECORD_WELCOME, 0, "bob");
	session_keep_draft(play.session);
	assert_string_equal(play.draft_of, "bob");
	assert_string_equal(play.draft, "draft");
}

static void
a_draft_is_not_mixed_with_what_is_typed_ahead(void **state)
{
	(void)state;
	join_live();
	type("draft");
	session_keep_draft(play.session);
	session_free(play.session);
	begin("alice");
	type("hello\r");
	tell(RECORD_WELCOME, 0, "alice");
	assert_string_equal(play.sent, "L:alice|P:hello|");
	assert_string_equal(typed(), "");
	key(KEYC_UP);
	assert_string_equal(typed(), "draft");
}

static void
what_was_pasted_is_no_command_in_the_next_run_either(void **state)
{
	(void)state;
	join_live();
	paste("/quit");
	again();
	assert_string_equal(typed(), "//quit");
	type("\r");
	assert_string_equal(play.sent, "P:/quit|");
}

static void
what_was_pasted_is_no_command_below_what_up_brought(void **state)
{
	(void)state;
	join_live();
	type("sent\r");
	paste("/quit");
	key(KEYC_UP);
	session_tick(play.session, 1000);
	assert_string_equal(play.draft, "//quit");
	key(KEYC_DOWN);
	type("\r");
	assert_false(session_over(play.session));
	assert_string_equal(play.sent, "P:sent|P:/quit|");
}

static void
a_pasted_quit_is_said_unless_a_slash_is_typed(void **state)
{
	(void)state;
	join_live();
	paste("quit\n");
	assert_non_null(strstr(scene().notice, "as text"));
	type("\r");
	assert_false(session_over(play.session));
	assert_string_equal(play.sent, "P:quit|");
	key(KEYC_UP);
	assert_string_equal(typed(), " quit");
	type("\r");
	assert_string_equal(play.sent, "P:quit|P:quit|");
	/* Nor where it is taken back, by whom it was held or is on its way. */
	tell(RECORD_WITHDRAWN, 0, "quit");
	tell(RECORD_WITHDRAWN, 0, "");
	assert_string_equal(typed(), " quit");
	type("\025");
	/* Nor is it one in the next run. */
	paste("quit");
	again();
	assert_string_equal(typed(), " quit");
	type("\025");
	paste("quit");
	type("\001/");
	assert_null(scene().notice);
	type("\r");
	assert_true(session_over(play.session));
}

static void
an_older_kill_takes_the_place_of_what_was_yanked(void **state)
{
	(void)state;
	join_live();
	type("one\025two\025three\025");
	type("x \031");
	assert_string_equal(typed(), "x three");
	key(KEY_META_OF('y'));
	assert_string_equal(typed(), "x two");
	key(KEY_META_OF('y'));
	assert_string_equal(typed(), "x one");
	key(KEY_META_OF('y'));		/* and around */
	assert_string_equal(typed(), "x three");
	type("\037");
	assert_string_equal(typed(), "x one");
	key(KEY_META_OF('y'));		/* not behind anything else */
	assert_string_equal(typed(), "x one");
}

static void
the_last_word_of_what_was_sent_comes_again(void **state)
{
	(void)state;
	join_live();
	type("look at http://a.example\rthe last \rsay ");
	key(KEY_META_OF('.'));
	assert_string_equal(typed(), "say last");
	key(KEY_META_OF('.'));
	assert_string_equal(typed(), "say http://a.example");
	key(KEY_META_OF('.'));
	assert_string_equal(typed(), "say http://a.example");
	type("!");
	key(KEY_META_OF('.'));
	assert_string_equal(typed(), "say http://a.example!last");
}

static void
the_input_history_has_keys_that_do_nothing_else(void **state)
{
	struct key up[5];
	size_t i;

	(void)state;
	join_live();
	type("one\rtwo\rthree\r");
	type("a\nb");
	for (i = 0; i < 5; i++)
		up[i] = (struct key){ .code = KEY_CTRL_OF('p') };
	session_keys(play.session, 0, WALL, up, 3);
	assert_string_equal(typed(), "one");
	assert_false(session_view(play.session)->scrolled);
	type("\016\016\016");
	assert_string_equal(typed(), "a\nb");
}

static void
abandoning_is_what_escape_does(void **state)
{
	(void)state;
	join_live();
	type("draft\022nee\007");	/* C-r, C-g */
	assert_int_equal(scene().asks, SCENE_SAYS);
	assert_string_equal(typed(), "draft");
	paste("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11");
	type("\007");
	assert_string_equal(typed(), "draft");
}

static void
the_users_editor_takes_the_draft_and_gives_it_back(void **state)
{
	(void)state;
	join_live();
	type("dr\030aft");	/* C-x, and nothing that goes with it */
	assert_string_equal(typed(), "drft");
	type("\030\005");
	assert_string_equal(play.edited, "drft");
	session_edited(play.session, "one\ntwo", 7, NULL);
	assert_string_equal(typed(), "one\ntwo");
	type("\037");
	assert_string_equal(typed(), "drft");
	session_edited(play.session, NULL, 0, "it failed");
	assert_string_equal(typed(), "drft");
	assert_string_equal(scene().notice, "it failed");
	play.no_editor = true;
	type("\030\005");
	assert_string_equal(scene().notice, "no editor");
	assert_string_equal(typed(), "drft");
	/* A text, and something to say of it. */
	session_edited(play.session, "most", 4, "more is there");
	assert_string_equal(typed(), "most");
	assert_string_equal(scene().notice, "more is there");
	/* Something is asked meanwhile. */
	tell(RECORD_DENIED, RECORD_TAKEN, "alice");
	session_edited(play.session, "la\0te", 5, NULL);
	assert_string_equal(typed(), "alice");
	type("bob\r");
	assert_string_equal(typed(), "late");
}

/* Of several the lowest one; out of sight nobody means it. */
static void
enter_opens_the_folded_message_in_sight(void **state)
{
	uint64_t i;

	(void)state;
	join_live();
	hear(1, "bob", "1\n2\n3\n4\n5\n6\n7");
	type("\r");
	assert_true(scene().pager->open);
	type("\007");
	for (i = 2; i < ROWS; i++)
		hear(i, "bob", "short");
	type("\r");
	assert_true(scene().pager->open);	/* its last row */
	type("\007");
	hear(ROWS, "bob", "short");
	hear(ROWS + 1, "bob", "short");
	type("\r");
	assert_false(scene().pager->open);
	key(KEYC_PAGE_UP);
	type("\r");
	assert_true(scene().pager->open);
}

/* The line is another one when the editor has ended. */
static void
what_comes_while_the_editor_runs_is_not_lost(void **state)
{
	(void)state;
	begin("bob");
	type("hello\r\030\005");
	want_passphrase();
	session_edited(play.session, "from there", 10, NULL);
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello\nfrom there");
	session_free(play.session);
	begin("bob");
	type("hello\rhalf\030\005");
	assert_string_equal(play.edited, "half");
	want_passphrase();
	session_edited(play.session, "whole", 5, NULL);
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_string_equal(typed(), "hello\nwhole");
	/* What the run before had typed. */
	session_keep_draft(play.session);
	session_free(play.session);
	begin("bob");
	type("\030\005");
	tell(RECORD_WELCOME, 0, "bob");
	session_edited(play.session, "new", 3, NULL);
	assert_string_equal(typed(), "new");
	key(KEYC_UP);
	assert_string_equal(typed(), "hello\nwhole");
}

/* Both together would be too much for the line. */
static void
what_came_while_the_editor_ran_may_be_above(void **state)
{
	char *text = malloc(EDIT_BYTES);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', EDIT_BYTES);
	begin("bob");
	type("hello\r\030\005");
	want_passphrase();
	session_edited(play.session, text, EDIT_BYTES - 1, NULL);
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_int_equal(strlen(typed()), EDIT_BYTES - 1);
	key(KEYC_UP);
	assert_int_equal(strlen(typed()), strlen("hello"));
	/* What is no text takes three times as much there. */
	session_free(play.session);
	memset(text, '\xff', EDIT_BYTES);
	begin("bob");
	type("hello\r\030\005");
	want_passphrase();
	session_edited(play.session, text, EDIT_BYTES / 3, NULL);
	free(text);
	type("secret\r");
	tell(RECORD_WELCOME, 0, "bob");
	assert_int_equal(strlen(typed()), EDIT_BYTES / 3 * 3);
	key(KEYC_UP);
	assert_int_equal(strlen(typed()), strlen("hello"));
}

/* It may be a text of others', or a link. */
static void
what_the_status_row_says_can_be_drawn(void **state)
{
	char why[1 + 100 * 3 + 1] = "x";
	size_t i;

	(void)state;
	join_live();
	session_edited(play.session, NULL, 0, "a\t👨‍👩‍👧\001");
	assert_string_equal(scene().notice, "a       👨👩👧␁");
	/* Nor does it end within a character. */
	for (i = 0; i < 100; i++)
		strlcat(why, "中", sizeof(why));
	session_edited(play.session, NULL, 0, why);
	assert_int_equal(strlen(scene().notice), 1 + 84 * 3);
	assert_memory_equal(scene().notice, why, 1 + 84 * 3);
	/* Nor within what is one on the screen. */
	memset(why, 'x', 254);
	strlcpy(why + 254, "e\xcc\x83\xcc\xa3", 8);
	session_edited(play.session, NULL, 0, why);
	assert_int_equal(strlen(scene().notice), 254);
}

static void
a_typed_name_of_an_emoji_becomes_it(void **state)
{
	(void)state;
	join_live();
	type("done :tada:");
	assert_string_equal(typed(), "done 🎉");
	type("\037");
	assert_string_equal(typed(), "done :tada:");
	type(" std::map::iterator a:b:c :tada:\r");
	assert_string_equal(play.sent,
	    "P:done :tada: std::map::iterator a:b:c 🎉|");
	paste("pasted :tada:");
	assert_string_equal(typed(), "pasted :tada:");
	type("\025/set emoji off\r:tada:");
	assert_string_equal(typed(), ":tada:");
	assert_string_equal(play.kept, "emoji");
}

static void
a_paste_that_does_not_fit_is_not_asked_about(void **state)
{
	char *text = calloc(1, EDIT_BYTES + 2);

	(void)state;
	join_live();
	assert_non_null(text);
	memset(text, '\n', EDIT_BYTES + 1);
	text[0] = text[EDIT_BYTES] = 'x';
	type("draft");
	paste(text);
	free(text);
	assert_true(scene().notice_is_error);
	assert_string_equal(scene().notice, "Too long to paste: the room takes "
	    "16384 bytes. Nothing was taken.");
	key(KEYC_ESCAPE);
	assert_string_equal(typed(), "draft");
}

static void
names_are_completed_the_latest_speaker_first(void **state)
{
	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "alan");
	notice(ENTRY_JOIN, 2, "alice");
	notice(ENTRY_JOIN, 3, "Albert");
	hear(4, "alice", "me");
	hear(5, "alan", "hi");
	type("al\t");
	assert_string_equal(typed(), "alan: ");
	type("\t");
	assert_string_equal(typed(), "Albert: ");
	type("\t");
	assert_string_equal(typed(), "al");
	key(KEYC_SHIFT_TAB);
	assert_string_equal(typed(), "Albert: ");
	type("and al\t");
	assert_string_equal(typed(), "Albert: and alan ");
	/* Who has left is not proposed. */
	notice(ENTRY_LEAVE, 6, "alan");
	type("al\t");
	assert_string_equal(typed(), "Albert: and alan Albert ");
}

static void
commands_and_settings_are_completed(void **state)
{
	(void)state;
	join_live();
	type("/wh\t");
	assert_string_equal(typed(), "/whois ");
	type("\027\027/set highl\t");
	assert_string_equal(typed(), "/set highlight ");
}

/*
 * Settings and links
 */

/* What Tab chooses from, the chosen one in brackets. */
static void
choices_are(const char *want)
{
	struct scene f = scene();
	char got[1024] = "";
	size_t i;

	for (i = 0; i < f.choices.n; i++) {
		strlcat(got, i > 0 ? " " : "", sizeof(got));
		strlcat(got, i == f.choices.chosen ? "[" : "", sizeof(got));
		strlcat(got, f.choices.labels[i].text, sizeof(got));
		strlcat(got, i == f.choices.chosen ? "]" : "", sizeof(got));
	}
	assert_string_equal(got, want);
}

static void
what_tab_goes_through_is_shown(void **state)
{
	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "alan");
	notice(ENTRY_JOIN, 2, "albert");
	notice(ENTRY_JOIN, 3, "bob");
	choices_are("");
	type("al\t");
	choices_are("[alan] albert");
	type("\t");
	choices_are("alan [albert]");
	type("\t");
	choices_are("alan albert");
	type("x");
	choices_are("");
	/* News that come meanwhile are not hidden by it. */
	type("\025al\t");
	choices_are("[alan] albert");
	tell(RECORD_NICK_DENIED, RECORD_TAKEN, "bob");
	choices_are("");
	assert_non_null(strstr(scene().notice, "is taken"));
	type("\t");
	choices_are("alan [albert]");
	/* A single one is no choice. */
	type("\025b\t");
	assert_string_equal(typed(), "bob: ");
	choices_are("");
	type("\025:smi\t");
	assert_string_equal(typed(), "😄");
	choices_are("[😄 smile] 😃 smiley 😏 smirk");
}

static void
arguments_are_completed(void **state)
{
	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "bob");
	strlcpy(play.options.screen.ignore, "troll pest",
	    sizeof(play.options.screen.ignore));
	type("/set theme \t");
	choices_are("[auto] dark light mono");
	type("\025/set \t");
	assert_string_equal(scene().choices.labels[0].text, "theme");
	type("\025/set color-own b\t");
	choices_are("[black] blue");
	type("\025/set times o\t");
	choices_are("[on] off");
	type("\025/whois \t");
	assert_string_equal(typed(), "/whois bob ");
	type("\025/unignore \t");
	choices_are("[troll] pest");
	type("\025/save \t");
	choices_are("[notes/] notes.txt");
	assert_string_equal(typed(), "/save notes/");
}

static void
people_and_days_are_completed_in_a_search(void **state)
{
	enum { DAY = 24 * 3600 * 1000 };

	(void)state;
	join_live();
	give(RECORD_ENTRY, ENTRY_SAY, 1, "bob", "one", 0, NOON);
	give(RECORD_ENTRY, ENTRY_SAY, 2, "carol", "two", 0, NOON + DAY);
	give(RECORD_ENTRY, ENTRY_LEAVE, 3, "bob", "", 0, NOON + DAY);
	type("/search from:\t");
	choices_are("[carol] bob");
	type("\025/search from:b\t");
	assert_string_equal(typed(), "/search from:bob ");
	type("\025/search on:\t");
	choices_are("[1970-01-02] 1970-01-01");
	type("\t\t\t");
	assert_string_equal(typed(), "/search on:1970-01-02 ");
	/* What is completed is looked for. */
	type("\025");
	key(KEY_CTRL_OF('r'));
	type("from:b\t");
	assert_string_equal(typed(), "from:bob ");
	found_is("one", "match 1 of 1");
	type("\025on:1970-01-02 from:\t");
	choices_are("[carol] bob");
	found_is("two", "match 1 of 1");
}

static void
a_setting_takes_effect_and_is_kept(void **state)
{
	(void)state;
	join_live();
	assert_true(play.options.screen.times);
	type("/set times off\r");
	assert_false(play.options.screen.times);
	assert_string_equal(play.kept, "times");
	assert_int_equal(play.applied, 1);
	assert_false(scene().notice_is_error);
	type("/set times = on\r");
	assert_true(play.options.screen.times);
	type("/set times\r");
	lines_are(-1, 1, "times on (on|off)");
	type("/set theme\r/set scrollback\r/set notify\r");
	lines_are(-3, 3, "theme auto (auto|dark|light|mono)|"
	    "scrollback 100 (2 to 4096)|notify is not set (COMMAND)");
	type("/set name\r");
	lines_are(-1, 1, "name alice (NAME)");
	play.cannot_keep = true;
	type("/set notices hide\r");
	assert_int_equal(play.options.screen.notices, NOTICES_HIDE);
	assert_true(scene().notice_is_error);
	assert_non_null(strstr(scene().notice, "read-only"));
}

static void
a_setting_is_taken_back_by_quotes(void **state)
{
	(void)state;
	join_live();
	type("/set port 7001\r/set server lab\r");
	assert_string_equal(play.next.server, "lab");
	type("/set port \"\"\r/set server \"\"\r");
	assert_false(scene().notice_is_error);
	assert_string_equal(play.kept, "server");
	assert_int_equal(play.next.port, OPTIONS_PORT);
	assert_false(play.next.port_given);
	assert_string_equal(play.next.server, "localhost");
	/* A switch is off, as without its line. */
	type("/set classic on\r/set classic \"\"\r");
	assert_false(play.next.classic);
}

/* A run that keeps what is typed goes on keeping it. */
static void
what_counts_from_the_next_start_on_changes_nothing_before(void **state)
{
	struct options before;

	(void)state;
	join_live();
	before = play.options;
	type("/set no-store on\r/set server lab\r/set key "
	    "r7wcBTwvJ448vUQJwcCU8Q\r");
	assert_string_equal(play.kept, "key");
	assert_memory_equal(&play.options, &before, sizeof(before));
	assert_true(play.next.no_store);
	assert_string_equal(play.next.server, "lab");
	/* What is told is what has been set. */
	type("/set server\r");
	lines_are(-1, 1, "server lab (HOST)");
	type("/set times off\r");
	assert_false(play.options.screen.times);
	assert_false(play.next.screen.times);
	key(KEY_META_OF('t'));
	type("/set times\r");
	assert_true(play.options.screen.times);
	lines_are(-1, 1, "times on (on|off)");
}

static void
escape_takes_out_what_a_command_refuses(void **state)
{
	static const char *const lines[] = { "/whois", "/set theme purple",
		"/copy x", "/nick two words", "/ignore alice", "/me",
		"/withdraw x" };
	size_t i;

	(void)state;
	join_live();
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		type(lines[i]);
		type("\r");
		assert_true(scene().notice_is_error);
		assert_string_equal(typed(), lines[i]);
		key(KEYC_ESCAPE);
		assert_string_equal(typed(), "");
		key(KEYC_UP);
		assert_string_equal(typed(), lines[i]);
		type("\025");
	}
}

static void
escape_takes_out_a_paste_behind_a_refused_command(void **state)
{
	(void)state;
	join_live();
	type("/names now\r");
	session_keys(play.session, 0, WALL, &paste_begin, 1);
	type(" pasted");
	session_keys(play.session, 0, WALL, &paste_end, 1);
	type("\033");
	assert_string_equal(typed(), "/names now");
}

static void
escape_takes_out_what_is_no_command(void **state)
{
	(void)state;
	join_live();
	type("/foo bar\r");
	assert_non_null(strstr(scene().notice, "Esc takes it out"));
	assert_string_equal(typed(), "/foo bar");
	type("\033");
	assert_string_equal(typed(), "");
	key(KEYC_UP);
	assert_string_equal(typed(), "/foo bar");
	/* One that is being mended is none of its business. */
	type("\r\bx\033");
	assert_string_equal(typed(), "/foo bax");
	assert_null(strstr(play.sent, "P:"));
}

static void
another_window_is_told_until_one_is_in(void **state)
{
	(void)state;
	begin("alice");
	tell(RECORD_WINDOW, 0, "");
	assert_string_equal(scene().notice, "alice is open in another window: "
	    "one moment…");
	assert_false(scene().notice_is_error);
	tell(RECORD_WELCOME, 0, "alice");
	assert_null(scene().notice);
}

static void
a_setting_tells_from_when_it_counts(void **state)
{
	(void)state;
	join_live();
	type("/set times off\r");
	assert_string_equal(scene().notice, "times is set and kept.");
	type("/set port 7001\r");
	assert_string_equal(scene().notice, "port is kept; it counts from the "
	    "next start on.");
	type("/set json on\r");
	assert_string_equal(scene().notice, "json is kept; it counts in plain "
	    "mode only (-P).");
	type("/set after 5\r");
	assert_string_equal(scene().notice, "after is kept; it counts in plain "
	    "mode only (-P).");
	/* Whether there is a screen at all is read at the start. */
	type("/set plain on\r");
	assert_string_equal(scene().notice, "plain is kept; it counts from the "
	    "next start on.");
}

static void
a_refused_setting_leaves_all_as_it_was(void **state)
{
	struct options before;
	char line[1200];

	(void)state;
	join_live();
	before = play.options;
	type("/set times maybe\r");
	assert_true(scene().notice_is_error);
	assert_string_equal(typed(), "/set times maybe");
	type("\025/set tims off\r");
	assert_true(scene().notice_is_error);
	type("\025/set members sometimes\r");
	assert_true(scene().notice_is_error);
	memset(line, 'x', sizeof(line));
	memcpy(line, "\025/set notify ", 13);
	memcpy(line + sizeof(line) - 2, "\r", 2);
	type(line);
	assert_true(scene().notice_is_error);
	assert_memory_equal(&play.options, &before, sizeof(before));
	assert_string_equal(play.kept, "");
	assert_int_equal(play.applied, 0);
	type("\025/set\r");
	assert_true(scene().pager->open);
	/* What people change is first; the name is the one that is in force. */
	assert_non_null(strstr(scene().pager->text, "theme            auto"));
	assert_true(strstr(scene().pager->text, "theme ") <
	    strstr(scene().pager->text, "\x1f" "name             alice"));
	assert_true(strstr(scene().pager->text, "\x1f" "name ") <
	    strstr(scene().pager->text, "\x1f" "ipv4 "));
	assert_non_null(strstr(scene().pager->text, "highlight"));
	assert_non_null(strstr(scene().pager->text,
	    "the list of members (auto|on|off)"));
	assert_non_null(strstr(scene().pager->text, "(2 to 4096)"));
	assert_non_null(strstr(scene().pager->text, "of the text (colour)"));
	assert_non_null(strstr(scene().pager->text, "one of 0..255|black|"));
}

static void
links_are_numbered_from_the_newest(void **state)
{
	(void)state;
	join_live();
	type("/copy\r");
	assert_true(scene().notice_is_error);
	assert_string_equal(scene().notice, "No links here.");
	type("\025/links\r");
	assert_false(scene().pager->open);
	hear(1, "bob", "see http://one and http://two.");
	hear(2, "bob", "none :// here");
	hear(3, "bob", "(http://three)");
	type("/copy\r");
	assert_string_equal(play.copied, "http://three");
	type("/copy 3\r");
	assert_string_equal(play.copied, "http://one");
	type("/links\r");
	assert_true(scene().pager->open);
	key(KEYC_ESCAPE);
	/* As they were listed, until they are listed again. */
	hear(4, "bob", "http://four");
	type("/copy 1\r");
	assert_string_equal(play.copied, "http://three");
	type("/copy\r");
	assert_string_equal(play.copied, "http://four");
	type("/copy 2\r");
	assert_string_equal(play.copied, "http://three");
	type("/copy 5\r");
	assert_true(scene().notice_is_error);
	type("\025/copy 0\r");
	assert_true(scene().notice_is_error);
	type("\025/copy -1\r");
	assert_true(scene().notice_is_error);
	type("\025/copy 99999999999999999999999\r");
	assert_true(scene().notice_is_error);
	type("\025/copy x\r");
	assert_true(scene().notice_is_error);
	assert_string_equal(play.copied, "http://three");
}

static void
links_are_opened_and_only_those_of_the_web(void **state)
{
	(void)state;
	join_live();
	hear(1, "bob", "https://one FTP://two file:///etc/passwd HTTP://four");
	type("/open\r");
	assert_string_equal(play.opened, "HTTP://four");
	assert_string_equal(typed(), "");
	type("/open 4\r");
	assert_string_equal(play.opened, "https://one");
	type("/open 2\r");
	assert_true(scene().notice_is_error);
	type("\025/open 3\r");
	assert_true(scene().notice_is_error);
	type("\025/open 5\r");
	assert_string_equal(scene().notice, "There is no link 5.");
	play.cannot_open = true;
	type("\025/open 1\r");
	assert_string_equal(scene().notice, "no browser");
	assert_string_equal(typed(), "/open 1");
	assert_string_equal(play.opened, "https://one");
}

static void
the_list_of_links_takes_numbers_enter_and_c(void **state)
{
	char text[32];
	int i;

	(void)state;
	join_live();
	for (i = 12; i > 0; i--) {
		snprintf(text, sizeof(text), "http://l%d", i);
		hear((uint64_t)(13 - i), "bob", text);
	}
	type("draft");
	key(KEY_CTRL_OF('u'));
	type("/links\r");
	assert_non_null(strstr(scene().notice, "Link 1: Enter opens"));
	type("1");
	assert_non_null(strstr(scene().notice, "Link 1:"));
	type("2");
	assert_non_null(strstr(scene().notice, "Link 12:"));
	/* There is none of 123. */
	type("3");
	assert_non_null(strstr(scene().notice, "Link 3:"));
	key(KEYC_PAGE_DOWN);
	type("1\r");
	assert_false(scene().pager->open);
	assert_string_equal(play.opened, "http://l1");
	assert_string_equal(typed(), "");
	type("/links\r5c");
	assert_false(scene().pager->open);
	assert_string_equal(play.copied, "http://l5");
	type("/links\r");
	key(KEYC_ESCAPE);
	assert_false(scene().pager->open);
	/* Another text in the pager has none of this. */
	type("/help\r\r");
	assert_string_equal(play.opened, "http://l1");
	type("/links\rx");
	assert_string_equal(typed(), "x");
}

static void
only_the_newest_links_are_listed(void **state)
{
	char text[64];
	int i;

	(void)state;
	join_live();
	for (i = 1; i <= 250; i++) {
		snprintf(text, sizeof(text), "http://host/%d", i);
		hear((uint64_t)i, "bob", text);
	}
	type("/copy 200\r");
	assert_string_equal(play.copied, "http://host/51");
	type("/copy 201\r");
	assert_true(scene().notice_is_error);
}

/*
 * Names
 */

/* Elsewhere /m is /msg, and /q is /query. */
static void
what_begins_as_a_private_word_is_not_said_to_all(void **state)
{
	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "ann");
	type("/m ann secret\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "/m ann secret");
	assert_non_null(strstr(scene().notice, "nothing was sent"));
	key(KEYC_ESCAPE);
	type("/q ann\r");
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "/q ann");
	key(KEYC_ESCAPE);
	type("/m waves\r");
	assert_non_null(strstr(play.sent, "waves"));
}

static void
who_is_renamed_is_called_so(void **state)
{
	(void)state;
	join_live();
	strlcpy(play.next.name, "alice", sizeof(play.options.name));
	type("/nick anna\r");
	assert_string_equal(play.sent, "N:anna|");
	assert_string_equal(scene().name, "alice");
	give(RECORD_ENTRY, ENTRY_RENAME, 1, "bob", "robert", 0, NOON);
	assert_string_equal(scene().name, "alice");
	give(RECORD_ENTRY, ENTRY_RENAME, 2, "alice", "anna", 0, NOON);
	tell(RECORD_WELCOME, 0, "anna");
	assert_string_equal(scene().name, "anna");
	assert_string_equal(play.welcomed, "anna");
	assert_string_equal(play.next.name, "anna");
	key(KEYC_FOCUS_OUT);
	hear(3, "bob", "alice?");
	assert_string_equal(play.alerted, "");
	hear(4, "bob", "anna?");
	assert_string_equal(play.alerted, "bob: anna?");
	/* Not a name: it is not taken. */
	give(RECORD_ENTRY, ENTRY_RENAME, 5, "anna", "", 0, NOON);
	give(RECORD_ENTRY, ENTRY_RENAME, 6, "anna", "two words", 0, NOON);
	assert_string_equal(scene().name, "anna");
}

/* The server gives us a name before the room's log has it, where somebody else
 * gives it up first. */
static void
who_had_our_name_before_us_takes_it_nowhere(void **state)
{
	(void)state;
	join_live();
	strlcpy(play.next.name, "alice", sizeof(play.options.name));
	type("/nick bob\r");
	tell(RECORD_WELCOME, 0, "bob");
	give(RECORD_ENTRY, ENTRY_RENAME, 1, "bob", "robert", 0, NOON);
	assert_string_equal(scene().name, "bob");
	give(RECORD_ENTRY, ENTRY_RENAME, 2, "alice", "bob", 0, NOON);
	give(RECORD_ENTRY, ENTRY_RENAME, 3, "robert", "alice", 0, NOON);
	assert_string_equal(scene().name, "bob");
	assert_string_equal(play.welcomed, "bob");
	assert_string_equal(play.next.name, "bob");
}

static void
why_lines_wait_is_told(void **state)
{
	struct record r = { .type = RECORD_STATE, .state = {
	    .phase = RECORD_ONLINE, .held = RECORD_HELD_RATE } };

	(void)state;
	join_live();
	session_record(play.session, 0, WALL, &r);
	assert_non_null(strstr(scene().notice, "only so many lines"));
	r.state.held = RECORD_HELD_DISK;
	session_record(play.session, 0, WALL, &r);
	assert_non_null(strstr(scene().notice, "disk is full"));
	r.state.held = RECORD_HELD_NOT;
	session_record(play.session, 0, WALL, &r);
	assert_null(scene().notice);
}

static void
a_name_that_waits_for_the_server_is_told_to(void **state)
{
	struct record lost = { .type = RECORD_STATE,
	    .state = { .phase = RECORD_LOST } };

	(void)state;
	join_live();
	type("/nick anna\r");
	assert_null(scene().notice);
	session_record(play.session, 0, WALL, &lost);
	type("/nick annika\r");
	assert_non_null(strstr(scene().notice, "annika is asked for"));
	assert_false(scene().notice_is_error);
}

/* What he is typing lies with the copy and the lines that wait: who starts by
 * the name that he always gives finds all of it. */
static void
what_is_typed_after_a_rename_is_kept_as_the_room_is(void **state)
{
	(void)state;
	join_live();
	type("/nick anna\r");
	give(RECORD_ENTRY, ENTRY_RENAME, 2, "alice", "anna", 0, NOON);
	tell(RECORD_WELCOME, 0, "anna");
	type("not sent");
	assert_true(session_keep_draft(play.session));
	assert_string_equal(play.draft, "not sent");
	assert_string_equal(play.draft_of, "alice");
}

static void
a_rename_of_the_past_is_somebody_elses(void **state)
{
	(void)state;
	enter();
	give(RECORD_ENTRY, ENTRY_RENAME, 1, "alice", "anna", 0, NOON);
	caught_up();
	assert_string_equal(scene().name, "alice");
	assert_string_equal(play.welcomed, "alice");
}

static void
a_denied_nick_changes_nothing(void **state)
{
	struct record r = { .type = RECORD_DENIED, .denial = RECORD_TAKEN,
	    .flags = REFUSAL_ALIKE, .text = "b0b", .text_len = 3,
	    .entry = { .text = "bob" } };

	(void)state;
	join_live();
	type("/nick bob\r");
	tell(RECORD_NICK_DENIED, RECORD_TAKEN, "bob");
	assert_string_equal(scene().notice, "bob is taken; you are still "
	    "alice.");
	assert_string_equal(scene().name, "alice");
	assert_int_equal(scene().asks, SCENE_SAYS);
	r.entry.text_len = strlen(r.entry.text);
	type("/nick b0b\r");
	r.type = RECORD_NICK_DENIED;
	session_record(play.session, 0, WALL, &r);
	assert_string_equal(scene().notice, "b0b is not allowed: it looks "
	    "like bob, who was here first; you are still alice.");
	/* Several may wait: each is told, whatever was asked for last. */
	type("/nick bob\r/nick carol\r");
	tell(RECORD_NICK_DENIED, RECORD_OWNED, "bob");
	assert_int_equal(scene().asks, SCENE_SAYS);
	tell(RECORD_NICK_DENIED, RECORD_MUTE, "carol");
	assert_string_equal(scene().notice, "You are muted: the name stays "
	    "alice.");
	r.denial = RECORD_MUTE;
	r.flags = REFUSAL_NONE;
	r.wait_ms = 60 * 1000;
	session_record(play.session, 0, WALL, &r);
	assert_non_null(strstr(scene().notice, "You are muted until "));
	assert_non_null(strstr(scene().notice, ": the name stays alice."));
	r.denial = RECORD_SOON;
	r.wait_ms = 8200;
	session_record(play.session, 0, WALL, &r);
	assert_string_equal(scene().notice, "b0b is one new name too many: "
	    "ask again in 9 s; you are still alice.");
	assert_int_equal(scene().asks, SCENE_SAYS);
	r.denial = RECORD_TAKEN;
	r.flags = REFUSAL_ALIKE;
	/* The same denial of who comes is that of the name itself. */
	r.type = RECORD_DENIED;
	session_record(play.session, 0, WALL, &r);
	assert_string_equal(scene().notice, "b0b is not allowed: it looks "
	    "like bob, who was here first. Choose another name.");
	assert_int_equal(scene().asks, SCENE_NAME);
	session_free(play.session);
	join_live();
	tell(RECORD_DENIED, RECORD_OWNED, "bob");
	assert_int_equal(scene().asks, SCENE_NAME);
	session_free(play.session);
	join_live();
	type("/nick two words\r");
	assert_true(scene().notice_is_error);
	assert_string_equal(play.sent, "");
	assert_string_equal(typed(), "/nick two words");
	type("\025/nick ~x\r");
	assert_non_null(strstr(scene().notice, "does not begin with ~"));
	assert_string_equal(play.sent, "");
}

static void
member(const char *name, bool first)
{
	struct record r = { .type = RECORD_MEMBER, .text = name,
	    .text_len = strlen(name), .flags = first ? RECORD_MEMBER_FIRST :
	    0 };

	session_record(play.session, 0, WALL, &r);
}

/* The user and so many others are in the room, which he hosts. */
static void
host_with(unsigned others)
{
	char name[16];

	session_free(play.session);
	join_live();
	session_share(play.session, "others: chat-tui here");
	member("alice", true);
	for (; others > 0; others--) {
		snprintf(name, sizeof(name), "guest%u", others);
		member(name, false);
	}
}

static void
a_host_is_asked_before_he_ends_the_room_for_others(void **state)
{
	static const char *const again[] = { "\003", "\r", "/quit\r",
		"quit\r", "\r" };
	static const char *const begins[] = { "\003", "quit\r", "/quit\r",
		"/exit\r", "draft\003" };
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		host_with(3);
		type(begins[i]);
		assert_false(session_over(play.session));
		assert_string_equal(scene().notice, "3 others are here: Enter "
		    "ends the room, Esc stays");
		type(again[i]);
		assert_true(session_over(play.session));
		assert_string_equal(play.sent, "");
	}
}

static void
who_stays_is_asked_again_and_loses_nothing(void **state)
{
	(void)state;
	host_with(1);
	type("draft\003");
	assert_non_null(strstr(scene().notice, "One other is here"));
	key(KEYC_ESCAPE);
	assert_null(scene().notice);
	assert_string_equal(typed(), "draft");
	type("\003");
	assert_false(session_over(play.session));
	/* Enter sends again what is typed on. */
	type("s\r");
	assert_false(session_over(play.session));
	assert_string_equal(play.sent, "P:drafts|");
	type("/quit\r");
	assert_false(session_over(play.session));
	type("hi\r/quit\r");
	assert_false(session_over(play.session));
	/* All of them have left meanwhile: what Enter does still stands. */
	member("alice", true);
	assert_non_null(strstr(scene().notice, "Enter ends the room"));
	type("\r");
	assert_true(session_over(play.session));
}

static void
nobody_else_is_asked_before_he_leaves(void **state)
{
	(void)state;
	host_with(0);
	type("\003");
	assert_true(session_over(play.session));
	host_with(2);
	session_share(play.session, NULL);
	type("\003");
	assert_true(session_over(play.session));
}

static void
a_room_of_thousands_is_listed(void **state)
{
	struct record r = { .type = RECORD_MEMBER };
	char name[32];
	int i;

	(void)state;
	join_live();
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "averylongname%05d", i);
		r.text = name;
		r.text_len = strlen(name);
		r.flags = i == 0 ? RECORD_MEMBER_FIRST : 0;
		session_record(play.session, 0, WALL, &r);
	}
	assert_int_equal(scene().people->here, PEOPLE_MAX);
	type("/names\r");
	assert_true(scene().pager->open);
	assert_non_null(strstr(scene().pager->text, "averylongname00000"));
	assert_non_null(strstr(scene().pager->text, "averylongname08191"));
	key(KEYC_ESCAPE);
	type("averylongname08191\t");
	assert_string_equal(typed(), "averylongname08191: ");
	type("averylongnamf\t\025");
	assert_string_equal(typed(), "");
	/* The list begins anew. */
	r.text = "~x";
	r.flags = RECORD_MEMBER_FIRST | RECORD_MEMBER_CLASSIC;
	r.text_len = 0;
	session_record(play.session, 0, WALL, &r);
	type("/names\r");
	lines_are(-1, 1, "Nobody has said who is here.");
	r.text = "bob";
	r.text_len = 3;
	session_record(play.session, 0, WALL, &r);
	type("/names\r");
	lines_are(-1, 1, "1 here: ~bob");
}

/*
 * The server's word
 */

static void
what_the_server_lost_is_marked(void **state)
{
	(void)state;
	join_live();
	hear(1, "bob", "one");
	hear(2, "bob", "two");
	hear(3, "bob", "three");
	tell_number(RECORD_REWIND, 1);
	assert_int_equal(read_up_to(), 1);
	assert_true(last_marks() & HISTORY_LOCAL);
	assert_true(history_get(chat(), history_end(chat()) - 2).marks &
	    HISTORY_LOST);
	assert_true(history_get(chat(), history_end(chat()) - 3).marks &
	    HISTORY_LOST);
	assert_false(history_get(chat(), history_end(chat()) - 4).marks &
	    HISTORY_LOST);
	hear(2, "bob", "two again");
	assert_int_equal(read_up_to(), 2);
	assert_false(last_marks() & HISTORY_LOST);
	/* Nothing of what is here: nothing is said of it. */
	tell_number(RECORD_REWIND, 2);
	lines_are(-1, 1, "two again");
}

static void
a_run_of_notices_ends_with_a_rewind(void **state)
{
	(void)state;
	join_live();
	notice(ENTRY_JOIN, 1, "bob");
	notice(ENTRY_JOIN, 2, "carol");
	tell_number(RECORD_REWIND, 2);
	notice(ENTRY_JOIN, 3, "dave");
	lines_are(-2, 2, "bob joined · carol joined|dave joined");
}

static void
hosting_is_offered_at_the_prompt_only(void **state)
{
	(void)state;
	join_live();
	hear(1, "bob", "hi");
	tell(RECORD_DENIED, RECORD_UNREACHABLE, "alice");
	assert_int_equal(scene().asks, SCENE_SAYS);
	assert_null(strstr(scene().notice, "hosts"));
}

static void
blanks_that_no_piece_can_hold_are_not_sent(void **state)
{
	char text[3000];

	(void)state;
	join_live();
	memset(text, ' ', sizeof(text));
	text[0] = 'x';
	memcpy(text + sizeof(text) - 3, "x\r", 3);
	type(text);
	assert_string_equal(play.sent, "");
	assert_true(scene().notice_is_error);
	assert_int_equal(strlen(typed()), sizeof(text) - 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(typing_takes_the_proposals_place_and_editing_keeps_it),
		TEST(a_name_that_cannot_be_is_not_sent_and_stays),
		TEST(a_name_lost_on_the_way_is_asked_for_again),
		TEST(where_nobody_listens_enter_hosts_and_failure_is_told),
		TEST(the_offer_to_host_stands_as_long_as_enter_hosts),
		TEST(the_offer_to_host_is_of_whatever_name_stands_there),
		TEST(what_is_typed_before_the_name_is_taken_is_said_then),
		TEST(what_is_held_goes_on_when_there_is_room_for_it),
		TEST(a_refused_name_keeps_what_was_typed_for_the_room),
		TEST(what_is_held_goes_out_on_leaving_too),
		TEST(what_is_said_again_stands_before_what_waits),
		TEST(what_is_held_is_taken_back),
		TEST(more_than_a_line_takes_is_taken_back_one_by_one),
		TEST(a_command_that_is_taken_back_is_by_itself),
		TEST(what_was_pasted_stays_behind_what_was_not_kept),
		TEST(nothing_of_many_that_are_taken_back_is_gone),
		TEST(nothing_of_many_long_ones_is_gone),
		TEST(a_name_behind_what_is_held_waits_for_it),
		TEST(a_name_that_is_held_is_taken_back_in_its_turn),
		TEST(all_that_is_held_is_taken_back_and_what_waits_besides),
		TEST(what_is_held_is_not_said_where_a_passphrase_is_asked_for),
		TEST(who_types_is_asked_for_a_passphrase_in_a_pause),
		TEST(what_began_to_be_pasted_before_is_no_passphrase),
		TEST(a_passphrase_is_asked_for_until_one_is_in),
		TEST(what_is_typed_as_a_passphrase_is_nowhere_else),
		TEST(what_is_typed_behind_the_passphrase_is_on_the_line),
		TEST(what_may_be_a_passphrase_is_not_on_the_line),
		TEST(what_is_typed_behind_it_outlives_a_name_that_is_taken),
		TEST(escape_takes_out_a_paste_behind_a_refused_command),
		TEST(where_nobody_answers_what_is_being_typed_is_not_disturbed),
		TEST(under_a_given_name_what_is_typed_is_said_whoever_answers),
		TEST(under_a_given_name_enter_hosts_and_the_draft_is_there),
		TEST(a_paste_of_the_name_and_a_line_waits_for_an_enter_each),
		TEST(what_waits_for_the_room_is_never_too_long_for_the_line),
		TEST(a_line_is_pending_until_its_entry_comes),
		TEST(a_line_of_ones_name_by_the_classic_protocol_is_anothers),
		TEST(what_cannot_be_sent_stays_on_the_line),
		TEST(quit_leaves_whatever_the_prompt),
		TEST(a_paste_whose_end_is_lost_is_typed_after_five_seconds),
		TEST(what_comes_while_away_stands_below_a_rule),
		TEST(escape_or_an_own_line_takes_the_rule_away),
		TEST(what_an_earlier_run_has_read_is_not_new),
		TEST(a_line_from_before_the_rule_leaves_it),
		TEST(a_first_run_has_nothing_unread),
		TEST(what_comes_below_the_scrolled_pane_is_unread),
		TEST(nothing_of_another_names_room_is_left),
		TEST(only_a_mention_that_nobody_sees_alerts),
		TEST(own_lines_and_comings_mention_nobody),
		TEST(words_of_the_users_own_are_mentions_too),
		TEST(joins_in_a_row_are_one_line),
		TEST(what_is_refused_stands_above_what_is_said_later),
		TEST(a_long_one_that_is_refused_says_why_when_it_is_opened),
		TEST(what_is_refused_follows_what_waited_before_it),
		TEST(a_new_day_begins_a_line),
		TEST(who_spoke_lately_is_worth_a_notice),
		TEST(an_ignored_person_is_neither_seen_nor_heard),
		TEST(an_ignored_person_stays_so_under_a_new_name),
		TEST(a_rename_that_was_read_before_ignores_nobody),
		TEST(nobody_ignores_himself_or_the_admin),
		TEST(more_than_can_be_ignored_is_told_and_leaves_all_as_it_was),
		TEST(older_lines_are_fetched_near_the_top),
		TEST(older_lines_are_what_they_would_have_been),
		TEST(a_fetch_without_an_answer_is_tried_again),
		TEST(what_is_not_the_next_older_line_is_none),
		TEST(nothing_is_fetched_while_the_room_is_out_of_reach),
		TEST(nobody_is_asked_about_while_the_server_is_away),
		TEST(clear_forgets_nothing),
		TEST(the_invitation_is_shown_and_copied),
		TEST(a_server_that_is_the_invited_one_is_told_so),
		TEST(a_new_servers_key_is_told_behind_the_rooms_lines),
		TEST(what_is_kept_nowhere_is_not_said_to_be),
		TEST(what_is_saved_says_from_when_on),
		TEST(a_command_without_its_argument_says_what_it_takes),
		TEST(a_page_is_of_the_size_that_the_screen_has_now),
		TEST(the_first_line_and_a_mention_are_fetched),
		TEST(a_search_gives_back_the_draft_and_the_caret_in_it),
		TEST(the_title_says_what_the_room_is_called),
		TEST(mentions_are_gone_through_from_what_is_in_sight),
		TEST(a_mention_that_came_since_is_above),
		TEST(where_lines_were_dropped_older_ones_go_on_from_those_left),
		TEST(where_no_more_fits_no_more_is_asked_for),
		TEST(numbers_that_go_back_make_nothing_unread),
		TEST(a_search_goes_on_in_older_lines),
		TEST(a_search_goes_on_by_key_from_where_it_is),
		TEST(a_search_may_be_of_one_person_or_day),
		TEST(what_is_not_above_may_be_below),
		TEST(a_search_ends_where_the_room_begins),
		TEST(a_search_that_nobody_answers_ends),
		TEST(a_paste_is_taken_out_and_no_more),
		TEST(what_up_left_is_kept_as_it_was_typed),
		TEST(the_bare_view_is_drawn_once),
		TEST(a_letter_that_ends_the_bare_view_is_typed),
		TEST(a_paste_over_the_bare_view_is_not_typed),
		TEST(a_long_paste_is_asked_about),
		TEST(a_pasted_line_is_no_command_unless_its_slash_is_typed),
		TEST(a_pasted_quit_is_said_unless_a_slash_is_typed),
		TEST(blank_lines_around_a_command_do_not_count),
		TEST(a_command_whose_word_alone_is_pasted_is_one),
		TEST(a_paste_too_long_to_send_is_told_at_once_and_goes),
		TEST(a_line_is_cut_at_the_caret_however_often),
		TEST(escape_takes_out_a_paste_alone),
		TEST(lines_too_fast_to_be_typed_are_a_paste),
		TEST(a_few_lines_at_once_are_sent_at_once),
		TEST(where_pastes_come_in_brackets_a_burst_is_typed),
		TEST(what_is_being_typed_is_there_in_the_next_run),
		TEST(what_is_half_typed_is_kept_while_another_line_is_recalled),
		TEST(lines_that_were_changed_and_left_are_kept_for_up),
		TEST(what_is_half_typed_is_back_when_a_recalled_line_is_sent),
		TEST(what_is_half_typed_stays_whatever_comes_to_the_recalled),
		TEST(a_draft_is_kept_in_a_pause_or_while_more_is_typed),
		TEST(what_is_typed_while_joining_leaves_the_draft_of_before),
		TEST(a_draft_is_the_rooms_whatever_is_asked),
		TEST(a_draft_is_not_mixed_with_what_is_typed_ahead),
		TEST(what_was_pasted_is_no_command_in_the_next_run_either),
		TEST(what_was_pasted_is_no_command_below_what_up_brought),
		TEST(an_older_kill_takes_the_place_of_what_was_yanked),
		TEST(the_last_word_of_what_was_sent_comes_again),
		TEST(the_input_history_has_keys_that_do_nothing_else),
		TEST(abandoning_is_what_escape_does),
		TEST(the_users_editor_takes_the_draft_and_gives_it_back),
		TEST(enter_opens_the_folded_message_in_sight),
		TEST(what_comes_while_the_editor_runs_is_not_lost),
		TEST(what_came_while_the_editor_ran_may_be_above),
		TEST(what_the_status_row_says_can_be_drawn),
		TEST(a_typed_name_of_an_emoji_becomes_it),
		TEST(a_paste_that_does_not_fit_is_not_asked_about),
		TEST(names_are_completed_the_latest_speaker_first),
		TEST(commands_and_settings_are_completed),
		TEST(what_tab_goes_through_is_shown),
		TEST(arguments_are_completed),
		TEST(people_and_days_are_completed_in_a_search),
		TEST(a_setting_takes_effect_and_is_kept),
		TEST(a_setting_is_taken_back_by_quotes),
		TEST(what_counts_from_the_next_start_on_changes_nothing_before),
		TEST(escape_takes_out_what_a_command_refuses),
		TEST(escape_takes_out_what_is_no_command),
		TEST(another_window_is_told_until_one_is_in),
		TEST(a_setting_tells_from_when_it_counts),
		TEST(a_refused_setting_leaves_all_as_it_was),
		TEST(links_are_numbered_from_the_newest),
		TEST(links_are_opened_and_only_those_of_the_web),
		TEST(the_list_of_links_takes_numbers_enter_and_c),
		TEST(only_the_newest_links_are_listed),
		TEST(what_begins_as_a_private_word_is_not_said_to_all),
		TEST(who_is_renamed_is_called_so),
		TEST(who_had_our_name_before_us_takes_it_nowhere),
		TEST(why_lines_wait_is_told),
		TEST(a_name_that_waits_for_the_server_is_told_to),
		TEST(what_is_typed_after_a_rename_is_kept_as_the_room_is),
		TEST(a_rename_of_the_past_is_somebody_elses),
		TEST(a_denied_nick_changes_nothing),
		TEST(a_host_is_asked_before_he_ends_the_room_for_others),
		TEST(who_stays_is_asked_again_and_loses_nothing),
		TEST(nobody_else_is_asked_before_he_leaves),
		TEST(a_room_of_thousands_is_listed),
		TEST(what_the_server_lost_is_marked),
		TEST(a_run_of_notices_ends_with_a_rewind),
		TEST(hosting_is_offered_at_the_prompt_only),
		TEST(blanks_that_no_piece_can_hold_are_not_sent),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	tzset();
	return tests_run(tests, NULL, NULL);
}
