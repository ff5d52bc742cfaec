/*
 * A room at several servers that have one key, as its clients find it: the next
 * one is gone on at when theirs dies, pauses or is silent, and nobody sees that
 * in the room. The servers know nothing of each other here: the second one has
 * a copy of what the first had.
 */
#include <sys/wait.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_chat.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

extern char **environ;

enum { ONE, TWO, OTHER, SERVERS };

static struct server servers[SERVERS];
static char base[ENV_HOME_BYTES], data[SERVERS][ENV_HOME_BYTES + 8];
static char homes[2][ENV_HOME_BYTES];
static uint16_t ports[SERVERS];
static struct plain pam, bob;

static int
set_up(void **state)
{
	int i;

	(void)state;
	memset(servers, 0, sizeof(servers));
	env_home_make(base);
	for (i = 0; i < 2; i++)
		env_home_make(homes[i]);
	for (i = 0; i < SERVERS; i++) {
		snprintf(data[i], sizeof(data[i]), "%s/%d", base, i);
		ports[i] = server_free_port();
	}
	return 0;
}

static int
tear_down(void **state)
{
	int i;

	term_free_all(state);
	for (i = 0; i < SERVERS; i++)
		if (servers[i].pid > 0) {
			kill(servers[i].pid, SIGCONT);
			server_stop(&servers[i], SIGKILL);
		}
	for (i = 0; i < 2; i++)
		env_home_remove(homes[i]);
	env_home_remove(base);
	return 0;
}

static void
serve(int i)
{
	char port[16];
	const char *args[] = { "-q", "-b", "127.0.0.1", "--rate=0", "-d",
	    data[i], "-p", port, NULL };

	snprintf(port, sizeof(port), "%u", ports[i]);
	server_spawn(&servers[i], SERVER_PIPE, NULL, args);
	server_listening(&servers[i]);
}

/* What the first has is the second's from now on; who is in may come back. */
static void
serve_copy(void)
{
	const char *words[] = { "cp", "-a", data[ONE], data[TWO], NULL };
	pid_t pid;
	int status;

	assert_int_equal(posix_spawnp(&pid, words[0], NULL, NULL,
	    (char *const *)(uintptr_t)words, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	serve(TWO);
}

static void
stop(int i, int sig)
{
	server_stop(&servers[i], sig);
	servers[i].pid = 0;
}

/* chat-tui at 127.0.0.1 and the ports, or as list says. */
static void
start(struct plain *p, int who, const char *name, const char *list)
{
	const char *words[] = { "--follow", "-n", name, list, NULL };

	plain_run_program(p, "chat-tui", homes[who], words);
}

static void
join(struct plain *p, int who, const char *name, const char *list)
{
	char joined[32];

	start(p, who, name, list);
	snprintf(joined, sizeof(joined), "\tjoin\t%s", name);
	assert_true(plain_until(p, joined));
}

static void
leave(struct plain *p)
{
	kill(p->pid, SIGTERM);
	assert_int_equal(plain_finish(p), 128 + SIGTERM);
	plain_clear(p);
}

/* A line, which both hear. */
static void
say(struct plain *who, const char *name, const char *text)
{
	char line[64];

	plain_give(who, text);
	plain_give(who, "\n");
	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name, text);
	assert_true(plain_until(&pam, line));
	assert_true(plain_until(&bob, line));
}

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

static const char *
list_of(int first, int second)
{
	static char list[64];

	snprintf(list, sizeof(list), "127.0.0.1:%u,127.0.0.1:%u",
	    ports[first], ports[second]);
	return list;
}

/* Both are in at the first, and the second is ready. */
static void
begin(void)
{
	char list[64];

	serve(ONE);
	join(&pam, 0, "pam", list_of(ONE, TWO));
	/* A name is looked up meanwhile. */
	snprintf(list, sizeof(list), "127.0.0.1:%u,localhost:%u", ports[ONE],
	    ports[TWO]);
	join(&bob, 1, "bob", list);
	say(&pam, "pam", "one");
	serve_copy();
}

/* They go on at the second: each line once, and nobody came or went. */
static void
goes_on(void)
{
	say(&pam, "pam", "two");
	say(&bob, "bob", "three");
	assert_int_equal(count(pam.said, "\tsay\tpam\ttwo\n"), 1);
	assert_int_equal(count(bob.said, "\tsay\tpam\ttwo\n"), 1);
	assert_int_equal(count(pam.said, "\tsay\tbob\tthree\n"), 1);
	assert_int_equal(count(pam.said, "\tjoin\t"), 2);
	assert_int_equal(count(bob.said, "\tjoin\t"), 1);
	assert_int_equal(count(pam.said, "\tleave\t") +
	    count(pam.said, "\ttimeout\t") + count(bob.said, "\tleave\t") +
	    count(bob.said, "\ttimeout\t"), 0);
	leave(&bob);
	leave(&pam);
	stop(TWO, SIGTERM);
}

static void
a_server_that_dies_is_left_for_the_next(void **state)
{
	(void)state;
	begin();
	stop(ONE, SIGKILL);
	goes_on();
}

static void
so_is_one_that_pauses(void **state)
{
	(void)state;
	begin();
	stop(ONE, SIGTERM);
	goes_on();
}

static void
and_one_that_is_silent(void **state)
{
	(void)state;
	begin();
	assert_int_equal(kill(servers[ONE].pid, SIGSTOP), 0);
	goes_on();
	assert_int_equal(kill(servers[ONE].pid, SIGCONT), 0);
	stop(ONE, SIGKILL);
}

/* They hear of the other line without saying anything. */
static void
who_only_reads_goes_on_as_well(void **state)
{
	(void)state;
	begin();
	stop(ONE, SIGKILL);
	server_type(&servers[TWO], "still here\n");
	assert_true(plain_until(&pam, "\tstill here\n"));
	assert_true(plain_until(&bob, "\tstill here\n"));
	goes_on();
}

/* On the screen, too: the first of the list is what it is called by, and nobody
 * is seen to go. */
static void
the_screen_shows_the_same_room(void **state)
{
	const char *list = list_of(ONE, TWO);
	const char *words[] = { chat_program("chat-tui"), "-n", "pam", list,
	    NULL };
	char label[32];
	struct term *t;

	(void)state;
	serve(ONE);
	t = term_start(24, 100, NULL, words);
	assert_true(term_wait(t, "You are"));
	snprintf(label, sizeof(label), "127.0.0.1:%u", ports[ONE]);
	assert_true(term_wait_row(t, 0, label));
	server_type(&servers[ONE], "welcome\n");
	assert_true(term_wait(t, "welcome"));
	serve_copy();
	stop(ONE, SIGKILL);
	chat_say(t, "still here");
	server_type(&servers[TWO], "so you are\n");
	assert_true(term_wait(t, "so you are"));
	assert_true(term_wait_gone(t, "reconnecting"));
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait_row(t, 0, label));
	assert_true(term_wait(t, "still here"));
	assert_true(term_wait_gone(t, "left"));
	term_keys(t, "\x03");
	assert_int_equal(term_wait_exit(t), 0);
	term_free(t);
	stop(TWO, SIGTERM);
}

static void
where_the_first_is_down_one_begins_at_the_second(void **state)
{
	(void)state;
	serve(TWO);
	join(&pam, 0, "pam", list_of(ONE, TWO));
	leave(&pam);
	/* It is the room of the first of the list, whoever answers. */
	join(&pam, 0, "pam", list_of(ONE, TWO));
	assert_int_equal(count(pam.told, "SHA256:"), 0);
	leave(&pam);
	stop(TWO, SIGTERM);
}

/* Nobody has such a name, and nobody such an address. */
static void
where_the_first_cannot_be_found_the_next_one_is(void **state)
{
	static const char *const firsts[] = { "nowhere.invalid",
	    "[2001:db8::1]:88" };
	char list[64];
	size_t i;

	(void)state;
	serve(TWO);
	for (i = 0; i < 2; i++) {
		snprintf(list, sizeof(list), "%s,127.0.0.1:%u", firsts[i],
		    ports[TWO]);
		join(&pam, (int)i, i == 0 ? "pam" : "bob", list);
		leave(&pam);
	}
	stop(TWO, SIGTERM);
}

/* Whose key is another one hears nothing of what waits for the room. */
static void
another_key_at_the_next_place_is_not_spoken_to(void **state)
{
	const char *list = list_of(ONE, OTHER);
	struct plain eve;

	(void)state;
	serve(ONE);
	serve(OTHER);
	join(&pam, 0, "pam", list);
	join(&eve, 1, "eve", strchr(list, ',') + 1);
	stop(ONE, SIGKILL);
	plain_give(&pam, "for the room alone\n");
	assert_true(plain_until_told(&pam, "trying again", 1));
	server_type(&servers[OTHER], "anybody?\n");
	assert_true(plain_until(&eve, "anybody?"));
	serve(ONE);
	assert_true(plain_until(&pam, "\tsay\tpam\tfor the room alone\n"));
	server_type(&servers[OTHER], "nobody\n");
	assert_true(plain_until(&eve, "nobody"));
	assert_int_equal(count(eve.said, "pam"), 0);
	leave(&eve);
	leave(&pam);
	stop(ONE, SIGTERM);
	stop(OTHER, SIGTERM);
}

/* Neither of two, and one alone. */
static void
who_does_not_answer_is_told_with_the_others(void **state)
{
	const char *list = list_of(ONE, TWO);
	const char *const lists[] = { list, strchr(list, ',') + 1 };
	const char *words[] = { "-P", "-n", "pam", "--wait", "4", NULL,
		NULL };
	char end[128];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		words[5] = lists[i];
		plain_run_program(&pam, "chat-tui", homes[0], words);
		plain_end_input(&pam);
		assert_int_equal(plain_finish(&pam), 1);
		snprintf(end, sizeof(end), "nobody answers at 127.0.0.1 port "
		    "%u%s\n", ports[i == 0 ? ONE : TWO], i == 0 ?
		    ", nor at the room's other servers" : "");
		assert_non_null(strstr(pam.told, end));
		assert_int_equal(count(pam.told, "no answer, nor from the "
		    "room's other servers"), i == 0);
		plain_clear(&pam);
	}
}

static void
a_list_that_is_wrong_is_refused_whole(void **state)
{
	const char *words[] = { "-n", "pam", "127.0.0.1,b:0", NULL };

	(void)state;
	plain_run_program(&pam, "chat-tui", homes[0], words);
	assert_int_equal(plain_finish(&pam), 2);
	assert_string_equal(pam.told, "chat-tui: HOST \"127.0.0.1,b:0\": what "
	    "stands behind the host is not a port from 1 to 65535\n");
	plain_clear(&pam);
}

static void
the_classic_protocol_has_one_server(void **state)
{
	const char *words[] = { "--classic", "-n", "pam",
	    "127.0.0.1,127.0.0.2", NULL };

	(void)state;
	plain_run_program(&pam, "chat-tui", homes[0], words);
	assert_int_equal(plain_finish(&pam), 2);
	assert_non_null(strstr(pam.told, "knows one server"));
	plain_clear(&pam);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_server_that_dies_is_left_for_the_next),
		TEST(so_is_one_that_pauses),
		TEST(and_one_that_is_silent),
		TEST(who_only_reads_goes_on_as_well),
		TEST(the_screen_shows_the_same_room),
		TEST(where_the_first_is_down_one_begins_at_the_second),
		TEST(where_the_first_cannot_be_found_the_next_one_is),
		TEST(another_key_at_the_next_place_is_not_spoken_to),
		TEST(who_does_not_answer_is_told_with_the_others),
		TEST(a_list_that_is_wrong_is_refused_whole),
		TEST(the_classic_protocol_has_one_server)
	};
#undef TEST

	return tests_run(tests, NULL, NULL);
}
