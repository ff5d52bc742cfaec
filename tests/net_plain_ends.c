/*
 * Plain mode where something ends: the room's server, the receiver, the window
 * itself, or who hosts.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_scripts.h"

/* Programs are told of which room, and when that is over, each time. */
static void
programs_are_told_of_which_room_and_when_it_is_over(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=1",
	    "-r", "lab", "-r", "ops", NULL };
	static const char held[] = "{\"state\":\"held\",\"room\":\"ops\",";
	static const char over[] = "{\"state\":\"free\",\"room\":\"ops\"}\n";
	const char *words[] = { "-n", "author", "--json", "--room", "lab",
	    "--room", "ops", "127.0.0.1", NULL };
	struct plain author;
	int i;

	tear_down(state);
	env_home_make(home);
	server_start(&server, NULL, args);
	start(&author, words);
	for (i = 0; i < 14; i++)
		plain_give(&author, "{\"room\":\"ops\",\"text\":\"again\"}\n");
	assert_true(plain_until_told(&author, held, 1));
	assert_true(plain_until_told(&author, over, 1));
	plain_end_input(&author);
	assert_int_equal(plain_finish(&author), 0);
	assert_int_equal(plain_count(author.told, "\"held\""), plain_count(author.told,
	    "\"free\""));
	assert_int_equal(plain_count(author.told, "\"room\":\"lab\""), 0);
	plain_clear(&author);
}

static pid_t
receiver_of(const struct plain *p)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", p->pid,
	    p->pid);
	assert_non_null(f = fopen(path, "r"));
	if (fgets(list, sizeof(list), f) == NULL)
		list[0] = '\0';
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

/* The process that reads the network dies with lines in its hands. */
static void
a_killed_receiver_is_replaced_and_takes_no_line_along(void **state)
{
	const char *words[] = { "--follow", "-n", "bot", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;
	pid_t receiver;

	(void)state;
	udp_ask(fd, "L watcher", "OK");
	start(&p, words);
	udp_expect(fd, "bot entered the chat room");
	plain_give(&p, "one\n");
	udp_expect(fd, "bot: one");
	assert_true(plain_until(&p, "\tone\n"));
	assert_true((receiver = receiver_of(&p)) > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	plain_give(&p, "two\nthree\n");
	assert_int_equal(kill(receiver, SIGKILL), 0);
	udp_expect(fd, "bot: two");
	udp_expect(fd, "bot: three");
	plain_give(&p, "four\n");
	udp_expect(fd, "bot: four");
	assert_true(plain_until(&p, "\tfour\n"));
	/* Nothing is printed twice. */
	assert_null(strstr(strstr(p.said, "\tone\n") + 1, "\tone\n"));
	/* A second time so soon is one too many. */
	assert_int_equal(kill(receiver_of(&p), SIGKILL), 0);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "ended unexpectedly"));
	close(fd);
	plain_clear(&p);
}

/* Till all that it was given has been read. */
static void
until_read(const struct plain *p)
{
	int i, left = 1;

	for (i = 0; i < PLAIN_WAIT_MS / 10 && left > 0; i++) {
		assert_int_equal(ioctl(p->in, FIONREAD, &left), 0);
		if (left > 0)
			poll(NULL, 0, 10);
	}
	assert_int_equal(left, 0);
}

/* Nobody answers, and what it was given is about to be kept. */
static void
nor_does_one_that_is_killed_at_the_end(void **state)
{
	const char *words[] = { "--wait=1", "-n", "bot", "127.0.0.1", NULL };
	struct plain p;
	pid_t receiver;

	(void)state;
	assert_int_equal(kill(server.pid, SIGSTOP), 0);
	start(&p, words);
	assert_true(plain_until_told(&p, "no answer", 1));
	assert_true((receiver = receiver_of(&p)) > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	plain_give(&p, "one\n");
	until_read(&p);
	plain_end_input(&p);
	assert_int_equal(kill(receiver, SIGKILL), 0);
	assert_int_equal(plain_finish(&p), 4);
	assert_int_equal(number_behind(p.told, "outbox: "), 1);
	plain_clear(&p);
	assert_int_equal(kill(server.pid, SIGCONT), 0);
}

/* What it was given waits for the next run, as that of a signal does. */
static void
a_window_that_is_replaced_keeps_what_it_was_given(void **state)
{
	const char *words[] = { "--follow", "-n", "bot", "127.0.0.1", NULL };
	const char *other[] = { "-n", "bot", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p, q;
	pid_t receiver;

	(void)state;
	/* At first contact another receiver would take over. */
	assert_int_equal(run_with(&q, other, ""), 0);
	plain_clear(&q);
	udp_ask(fd, "L watcher", "OK");
	start(&p, words);
	udp_expect(fd, "bot entered the chat room");
	assert_true((receiver = receiver_of(&p)) > 1);
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	plain_give(&p, "one\ntwo\n");
	assert_int_equal(run_with(&q, other, "three\n"), 0);
	udp_expect(fd, "bot: three");
	udp_expect(fd, "bot left the chat room");
	assert_int_equal(kill(receiver, SIGCONT), 0);
	assert_int_equal(plain_finish(&p), 4);
	assert_non_null(strstr(p.told, "joined from elsewhere"));
	assert_int_equal(number_behind(p.told, "outbox: "), 2);
	plain_clear(&p);
	plain_clear(&q);
	assert_int_equal(run_with(&q, other, ""), 0);
	udp_expect(fd, "bot entered the chat room");
	udp_expect(fd, "bot: one");
	udp_expect(fd, "bot: two");
	plain_clear(&q);
	close(fd);
}

/* Nobody will be there again in this run; what waits, the next one says. */
static void
a_host_ends_with_his_server(void **state)
{
	const char *words[] = { "-P", "-H", "-4", "-n", "kim", "--follow",
		NULL };
	char dir[SERVER_DIR];
	struct plain p;
	pid_t hosted;
	int i;

	(void)state;
	go_away(dir);
	for (i = 0; i < 2; i++) {
		start(&p, words);
		plain_give(&p, "one\n");
		assert_true(plain_until(&p, "\tsay\tkim\tone\n"));
		assert_true((hosted = receiver_of(&p)) > 1);
		if (i == 1) {
			assert_int_equal(kill(hosted, SIGSTOP), 0);
			plain_give(&p, "two\n");
		}
		assert_int_equal(kill(hosted, SIGKILL), 0);
		assert_int_equal(plain_finish(&p), i == 0 ? 1 : 4);
		assert_non_null(strstr(p.told, "which ran here, has ended"));
		if (i == 1)
			assert_non_null(strstr(p.told, ": 1; "));
		plain_clear(&p);
	}
	start(&p, words);
	assert_true(plain_until(&p, "\tsay\tkim\ttwo\n"));
	kill(p.pid, SIGTERM);
	assert_int_equal(plain_finish(&p), 143);
	plain_clear(&p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(programs_are_told_of_which_room_and_when_it_is_over),
		TEST(a_killed_receiver_is_replaced_and_takes_no_line_along),
		TEST(nor_does_one_that_is_killed_at_the_end),
		TEST(a_window_that_is_replaced_keeps_what_it_was_given),
		TEST(a_host_ends_with_his_server),
	};

	return tests_run(tests, NULL, NULL);
}
