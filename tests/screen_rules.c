/*
 * The operator's acts on the screen: as the others read them, in their own
 * language, and as whom they are done to does.
 */
#include <signal.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_screens.h"

static struct term *
chinese(const char *name)
{
	static const char *const env[] = { "LC_ALL=zh_CN.UTF-8",
	    NULL };
	const char *words[] = { "-n", name, NULL };

	return chat_start_with(&server, 24, 80, env, words);
}

static void
does(const char *const words[])
{
	struct plain c;

	plain_run_program(&c, "chat-ctl", server.home, words);
	assert_int_equal(plain_finish(&c), 0);
	plain_clear(&c);
}
#define DOES(...) does((const char *const[]){ __VA_ARGS__, NULL })

static void
a_kick_is_read_as_a_kick(void **state)
{
	struct term *alice = chat_start(&server, "alice", 24, 80);
	struct term *carol = chinese("carol");
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	assert_true(term_wait(alice, "bob joined"));
	assert_true(term_wait(carol, "bob"));
	DOES("kick", "bob", "too", "loud");
	assert_true(term_wait(alice, "§ Admin │ bob was kicked: too loud"));
	assert_true(term_wait(carol, "§ 管理员 │ bob 被请出了房间：too loud"));
	assert_int_equal(term_wait_exit(bob), 3);
	assert_true(term_find(bob, "put out of the room: too loud") >= 0);
	assert_true(term_find(alice, "bob left") < 0);
	/* Nobody's words and no announcement have the mark. */
	chat_say(carol, "/me was kicked: too loud");
	assert_true(term_wait(alice, "* │ carol was kicked: too loud"));
	server_type(&server, "dora was kicked: too loud\n");
	assert_true(term_wait(alice, "  Admin │ dora was kicked: too loud"));
	assert_true(term_find(alice, "§ Admin │ dora") < 0);
}

static void
who_is_muted_reads_why_and_keeps_his_words(void **state)
{
	struct term *alice = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);
	struct term *carol = chinese("carol");

	(void)state;
	assert_true(term_wait(alice, "carol joined"));
	DOES("mute", "bob", "9d", "too", "loud");
	assert_true(term_wait(alice, "§ Admin │ bob was muted until "));
	assert_true(term_wait(carol, "§ 管理员 │ bob 被禁言至 "));
	chat_say(bob, "/nick rob");
	assert_true(term_wait_row(bob, -2, "You are muted until "));
	assert_true(term_wait_row(bob, -2, ": the name stays bob."));
	chat_say(bob, "but listen");
	assert_true(term_wait_row(bob, -2, "Not said: you are muted until "));
	/* The line says what stays true. */
	assert_true(term_wait(bob, "! but listen (you were muted: too loud)"));
	chat_say(bob, "/me shouts");
	assert_true(term_wait(bob, "! shouts (you were muted: too loud)"));
	/* His words are where they were typed. */
	term_press(bob, "Up Up");
	assert_true(term_wait_row(bob, -1, "bob › but listen"));
	term_press(bob, "C-u");
	chat_say(bob, "and now");
	assert_true(term_wait_row(bob, -2, "Not said: you are muted until "));
	DOES("unmute", "bob");
	assert_true(term_wait(bob, "§ Admin ▌ bob may speak again"));
	assert_true(term_wait_gone(bob, "you are muted until "));
	chat_say(bob, "thank you");
	assert_true(term_wait(alice, "bob │ thank you"));
	assert_true(term_find(alice, "listen") < 0);
	assert_true(term_find(alice, "shouts") < 0);
}

static void
a_ban_is_told_to_all_and_to_whom_it_meets(void **state)
{
	struct term *alice = chat_start(&server, "alice", 24, 80);
	struct term *bob = chinese("bob");

	(void)state;
	assert_true(term_wait(alice, "bob joined"));
	DOES("ban", "bob");
	assert_true(term_wait(alice, "§ Admin │ bob was banned"));
	assert_int_equal(term_wait_exit(bob), 3);
	assert_true(term_find(bob, "已被 127.0.0.1") >= 0);
	DOES("unban", "bob");
	assert_true(term_wait(alice, "bob is not banned any more"));
	DOES("ban", "192.0.2.0/24");
	assert_true(term_wait(alice, "§ Admin │ a network was banned"));
	DOES("unban", "192.0.2.0/24");
	assert_true(term_wait(alice, "a ban was lifted"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_kick_is_read_as_a_kick),
		TEST(who_is_muted_reads_why_and_keeps_his_words),
		TEST(a_ban_is_told_to_all_and_to_whom_it_meets),
	};

	return tests_run(tests, NULL, NULL);
}
