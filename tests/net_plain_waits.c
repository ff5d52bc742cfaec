/*
 * Lines of scripts that wait: for a server that is away or was never reached,
 * or behind those of an earlier run. Each is said once.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_scripts.h"

static void
lines_for_a_server_never_reached_wait_and_are_said_once(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	assert_int_equal(run_with(&p, away, "one\ntwo 行\n"), 4);
	assert_int_equal(p.said_len, 0);
	assert_non_null(strstr(p.told, "127.0.0.1"));
	assert_non_null(strstr(p.told, home));
	assert_non_null(strstr(p.told, ": 2; "));
	plain_clear(&p);
	/* None is forgotten where there are more. */
	assert_int_equal(run_with(&p, away, "three"), 4);
	assert_non_null(strstr(p.told, ": 3; "));
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, "four\n"), 0);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\t"), 4);
	assert_true(strstr(p.said, "\tone\n") < strstr(p.said, "\ttwo 行\n"));
	assert_true(strstr(p.said, "\ttwo 行\n") <
	    strstr(p.said, "\tthree\n"));
	assert_true(strstr(p.said, "\tthree\n") < strstr(p.said, "\tfour\n"));
	plain_clear(&p);
	assert_int_equal(run_with(&p, words, ""), 0);
	assert_int_equal(plain_count(p.said, "\tsay\t"), 0);
	plain_clear(&p);
}

static void
lines_wait_where_the_server_was_before(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	const char *all[] = { "-n", "bot", "--after", "0", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	come_back(dir);
	assert_int_equal(run_with(&p, words, "hello\n"), 0);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
	assert_int_equal(run_with(&p, away, "meanwhile\n"), 4);
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, ""), 0);
	plain_clear(&p);
	assert_int_equal(run_with(&p, all, ""), 0);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\tmeanwhile\n"), 1);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\thello\n"), 1);
	plain_clear(&p);
}

/* One of them has the room's directory. */
static void
what_runs_at_once_have_to_say_waits_for_all(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "4", "127.0.0.1", NULL };
	const char *all[] = { "-n", "bot", "--after", "0", "127.0.0.1", NULL };
	char dir[SERVER_DIR], line[32];
	struct plain p[3], last;
	size_t i;

	(void)state;
	go_away(dir);
	for (i = 0; i < 3; i++) {
		start(&p[i], away);
		snprintf(line, sizeof(line), "line %zu\n", i);
		plain_give(&p[i], line);
		plain_end_input(&p[i]);
	}
	for (i = 0; i < 3; i++) {
		assert_int_equal(plain_finish(&p[i]), 4);
		plain_clear(&p[i]);
	}
	come_back(dir);
	assert_int_equal(run_with(&last, all, ""), 0);
	plain_clear(&last);
	assert_int_equal(run_with(&last, all, ""), 0);
	for (i = 0; i < 3; i++) {
		snprintf(line, sizeof(line), "\tsay\tbot\tline %zu\n", i);
		assert_int_equal(plain_count(last.said, line), 1);
	}
	plain_clear(&last);
}

static void
the_screen_says_what_plain_mode_kept(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *reads[] = { "-n", "ear", "--after", "0", "127.0.0.1",
		NULL };
	const char *words[] = { "-n", "bot", NULL };
	char dir[SERVER_DIR], set[ENV_HOME_BYTES + 8];
	const char *env[] = { set, NULL };
	struct plain p;
	struct term *t;

	(void)state;
	snprintf(set, sizeof(set), "HOME=%s", home);
	go_away(dir);
	assert_int_equal(run_with(&p, away, "kept for later\n"), 4);
	plain_clear(&p);
	come_back(dir);
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "kept for later"));
	assert_true(term_wait(t, "You are bot"));
	assert_true(term_wait_gone(t, "pending"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	term_free_all(NULL);
	assert_int_equal(run_with(&p, reads, ""), 0);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\tkept for later\n"), 1);
	plain_clear(&p);
}

/* Whoever writes into it for long does not fail because of us. */
static void
what_comes_after_the_wait_is_kept_too(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	char dir[SERVER_DIR], text[] = "x\n";
	struct plain p;
	int i;

	(void)state;
	go_away(dir);
	start(&p, away);
	for (i = 0; i < 40; i++)
		plain_give(&p, text);
	plain_poll(&p);
	/* It has begun to take them when all this is out of the pipe. */
	for (i = 0; i < 4000; i++)
		plain_give(&p, "a line that is quite long, so that some of "
		    "all these must be read before it can be written\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, ": 4040; "));
	plain_clear(&p);
}

/* Gives so many lines with their number in the middle. */
static void
give_many(struct plain *p, int lines, const char *before, const char *after)
{
	size_t size = (size_t)lines * 64, len = 0;
	char *text = malloc(size);
	int i;

	assert_non_null(text);
	for (i = 1; i <= lines; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%d%s\n",
		    before, i, after);
	plain_feed(p, text, len, PLAIN_WAIT_MS);
	plain_end_input(p);
	free(text);
}

/* What the room has by then is not counted again where nobody answers. */
static void
what_an_earlier_run_left_is_said_and_waits_no_more(void **state)
{
	const char *away[] = { "-n", "bot", "--wait", "1", "127.0.0.1", NULL };
	const char *words[] = { "-n", "bot", "127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, away);
	give_many(&p, 3000, "number ", "");
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, ": 3000; "));
	plain_clear(&p);
	come_back(dir);
	assert_int_equal(run_with(&p, words, ""), 0);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\t"), 3000);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
	assert_int_equal(run_with(&p, away, ""), 1);
	assert_null(strstr(p.told, "lines"));
	plain_clear(&p);
}

/* The first by itself, how many more there are, and no half of any. */
static void
what_the_outbox_has_no_room_for_is_told(void **state)
{
	const char *away[] = { "-n", "big", "--wait", "1", "127.0.0.1", NULL };
	const char *json[] = { "-n", "many", "--wait", "1", "--json",
		"127.0.0.1", NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, away);
	give_many(&p, 12000, "filler line number ", " with some text");
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "line 4097 of the input: not said: "
	    "\"filler line number 4097 with some text\": the outbox is "
	    "full\n"));
	assert_non_null(strstr(p.told, "line 4098 of the input: "));
	assert_non_null(strstr(p.told, ": 7903\n"));
	assert_non_null(strstr(p.told, "outbox: 4096; "));
	/* Nobody answers, these two, and how many wait. */
	assert_int_equal(plain_count(p.told, "\n"), 4);
	plain_clear(&p);
	/* So many are refused at once, and each of them counts. */
	start(&p, json);
	give_many(&p, 100000, "{\"text\":\"", "\"}");
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "{\"error\":\"not said: \\\"4097\\\": "
	    "the outbox is full\",\"line\":4097}\n"));
	assert_non_null(strstr(p.told, ": 95903\",\"line\":4098}\n"));
	assert_int_equal(plain_count(p.told, "\n"), 4);
	plain_clear(&p);
}

static void
who_waits_for_ever_says_it_when_the_server_comes(void **state)
{
	const char *words[] = { "-n", "bot", "--wait", "0", "127.0.0.1",
		NULL };
	char dir[SERVER_DIR];
	struct plain p;

	(void)state;
	go_away(dir);
	start(&p, words);
	plain_give(&p, "at last\n");
	plain_end_input(&p);
	assert_true(plain_until_told(&p, "no answer", 1));
	come_back(dir);
	assert_int_equal(plain_finish(&p), 0);
	assert_int_equal(plain_count(p.told, ": the server answers\n"), 1);
	assert_int_equal(plain_count(p.said, "\tsay\tbot\tat last\n"), 1);
	plain_clear(&p);
}

static void
who_was_told_that_the_server_is_away_is_told_that_it_is_back(void **state)
{
	const char *words[] = { "-n", "bot", "--follow", "127.0.0.1", NULL };
	const char *json[] = { "-n", "bot", "--follow", "--json", "127.0.0.1",
		NULL };
	char dir[SERVER_DIR];
	struct plain p, q;
	int i;

	(void)state;
	go_away(dir);
	come_back(dir);
	start(&p, words);
	assert_true(plain_until(&p, "\tjoin\tbot\t"));
	words[1] = json[1] = "bit";
	start(&q, json);
	assert_true(plain_until_told(&q, "{\"state\":\"online\"}\n", 1));
	for (i = 1; i <= 2; i++) {
		go_away(dir);
		assert_true(plain_until_told(&p, ": no answer", i));
		assert_true(plain_until_told(&q, "\"lost\"", i));
		come_back(dir);
		assert_true(plain_until_told(&p, ": the server answers\n",
		    i));
		assert_true(plain_until_told(&q, "{\"state\":\"online\","
		    "\"text\":\"the server answers\"}\n", i));
	}
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	kill(q.pid, SIGTERM);
	assert_int_equal(plain_finish(&q), 143);
	plain_clear(&p);
	plain_clear(&q);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(lines_for_a_server_never_reached_wait_and_are_said_once),
		TEST(lines_wait_where_the_server_was_before),
		TEST(what_runs_at_once_have_to_say_waits_for_all),
		TEST(the_screen_says_what_plain_mode_kept),
		TEST(what_comes_after_the_wait_is_kept_too),
		TEST(what_an_earlier_run_left_is_said_and_waits_no_more),
		TEST(what_the_outbox_has_no_room_for_is_told),
		TEST(who_waits_for_ever_says_it_when_the_server_comes),
		TEST(who_was_told_that_the_server_is_away_is_told_that_it_is_back),
	};

	return tests_run(tests, NULL, NULL);
}
