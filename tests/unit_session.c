/*
 * The person's session: what keys and records do, without a terminal.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tui/config.h"
#include "tui/edit.h"
#include "tui/history.h"
#include "tui/options.h"
#include "tui/scene.h"
#include "tui/session.h"

enum { WALL = 1000000 };

static struct {
	struct session	*session;
	char		 sent[512];	/* the records, in words */
	bool		 full;		/* the receiver takes nothing */
	bool		 can_host;
	char		 welcomed[64];
	uint64_t	 read;		/* in an earlier run */
	char		 alerted[64];
	char		 copied[64];
	char		 kept[64];
	unsigned	 applied;
	struct options	 options;
} play;

static bool
on_send(void *arg, const struct record *r)
{
	(void)arg;
	if (play.full)
		return false;
	strlcat(play.sent, r->type == RECORD_LOGIN ? "L:" : "P:",
	    sizeof(play.sent));
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

static uint64_t
on_read_up_to(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return play.read;
}

static bool
on_save(void *arg, const char *path, struct history *h, char *why, size_t size)
{
	(void)arg;
	(void)h;
	strlcpy(why, "disk full", size);
	return strcmp(path, "full") != 0;
}

static bool
on_keep(void *arg, const char *word, char *why, size_t size)
{
	(void)arg;
	(void)why;
	(void)size;
	strlcpy(play.kept, word, sizeof(play.kept));
	return true;
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
begin(const char *name)
{
	struct session_out out = { on_send, on_host, on_read_up_to, on_welcome,
	    on_save, on_keep, on_copy, on_alert, on_settings, NULL };
	struct session_config config = { .server = "lab", .name = name,
	    .prefill = "root", .may_host = true, .options = &play.options,
	    .history_bytes = 2 << 20 };
	uint64_t read = play.read;

	memset(&play, 0, sizeof(play));
	play.read = read;
	config_defaults(&play.options);
	play.session = session_new(&config, &out);
	assert_non_null(play.session);
	session_start(play.session, 0);
}

static int
tear_down(void **state)
{
	(void)state;
	session_free(play.session);
	return 0;
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
	type("\r");
	assert_true(session_over(play.session));
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
		TEST(a_line_is_pending_until_its_entry_comes),
		TEST(what_cannot_be_sent_stays_on_the_line),
		TEST(quit_leaves_whatever_the_prompt),
		TEST(a_paste_whose_end_is_lost_is_typed_after_five_seconds),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
