/*
 * chat-tui and a classic server that somebody else wrote: short, careless,
 * without number or time, answering Y and N.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"

/* ---- The whole of a classic server, as a student would write it. ---- */

static struct { struct sockaddr_in addr; char name[40]; } people[20];
static int npeople;

static int
find(const struct sockaddr_in *a)
{
	int i;

	for (i = 0; i < npeople; i++)
		if (people[i].addr.sin_port == a->sin_port)
			return i;
	return -1;
}

static void
tell_others(int fd, int me, const char *text)
{
	int i;

	for (i = 0; i < npeople; i++)
		if (i != me && people[i].name[0] != '\0')
			sendto(fd, text, strlen(text), 0,
			    (struct sockaddr *)&people[i].addr,
			    sizeof(people[i].addr));
}

static bool
taken(const char *name)
{
	int i;

	for (i = 0; i < npeople; i++)
		if (strcmp(people[i].name, name) == 0)
			return true;
	return false;
}

static void
serve(int fd)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char line[2000], out[2100];
	ssize_t n = recvfrom(fd, line, sizeof(line) - 1, 0,
	    (struct sockaddr *)&from, &len);
	int me = find(&from);
	char *text;

	if (n < 1)
		return;
	line[n] = '\0';
	if (line[0] == 'L') {
		if (taken(line + 2)) {
			sendto(fd, "N", 1, 0, (struct sockaddr *)&from, len);
			return;
		}
		people[npeople].addr = from;
		snprintf(people[npeople].name, 40, "%.39s", line + 2);
		sendto(fd, "Y", 1, 0, (struct sockaddr *)&from, len);
		snprintf(out, sizeof(out), "%s is here now\n", line + 2);
		tell_others(fd, npeople++, out);
	} else if (line[0] == 'C' && (text = strchr(line + 2, ' ')) != NULL) {
		snprintf(out, sizeof(out), "%.39s:%s", people[me].name, text);
		tell_others(fd, me, out);
	} else if (line[0] == 'Q' || line[0] == 'E') {
		snprintf(out, sizeof(out), "%.39s has gone", people[me].name);
		tell_others(fd, me, out);
		people[me].name[0] = '\0';
		people[me].addr.sin_port = 0;
	}
}

static pid_t
foreign_server(struct server *as)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	getsockname(fd, (struct sockaddr *)&a, &len);
	memset(as, 0, sizeof(*as));
	as->port = ntohs(a.sin_port);
	if ((pid = fork()) == 0) {
		alarm(300);
		for (;;)
			serve(fd);
	}
	close(fd);
	return pid;
}

/* ---- The tests. ---- */

static struct server server;
static pid_t pid;

static int
set_up(void **state)
{
	(void)state;
	pid = foreign_server(&server);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

static struct term *
join(const char *name)
{
	const char *words[] = { "--classic", "-n", name, NULL };

	return chat_start_with(&server, 24, 80, NULL, words);
}

static void
people_talk_through_it(void **state)
{
	struct term *alice = join("alice"), *bob;

	(void)state;
	assert_true(term_wait(alice, "You are alice"));
	bob = join("bob");
	assert_true(term_wait(bob, "You are bob"));
	assert_true(term_wait(alice, "bob is here now"));
	chat_say(alice, "hi there, 你好");
	assert_true(term_wait(bob, "alice │ hi there, 你好"));
	assert_true(term_wait(alice, "alice │ hi there, 你好"));
	chat_say(bob, "hello");
	assert_true(term_wait(alice, "bob │ hello"));
	chat_say(bob, "quit");
	assert_int_equal(term_wait_exit(bob), 0);
	assert_true(term_wait(alice, "bob has gone"));
}

static void
its_no_asks_for_another_name(void **state)
{
	struct term *alice = join("alice"), *other;

	(void)state;
	assert_true(term_wait(alice, "You are alice"));
	other = join("alice");
	assert_true(term_wait(other, "alice is taken"));
	chat_say(other, "carol");
	assert_true(term_wait(other, "You are carol"));
}

/* No table here knows how wide it is: it is drawn as what is unknown, and what
 * stands behind it is where it is to be. */
static void
a_letter_of_next_year_in_a_name_takes_one_column(void **state)
{
	struct term *zoe = join("z\u0378e");

	(void)state;
	assert_true(term_wait(zoe, "You are z\ufffde"));
	assert_true(term_wait(zoe, "as z\ufffde "));
	chat_say(zoe, "hi");
	assert_true(term_wait(zoe, " z\ufffde │ hi"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(people_talk_through_it),
		TEST(its_no_asks_for_another_name),
		TEST(a_letter_of_next_year_in_a_name_takes_one_column),
	};

	return tests_run(tests, NULL, NULL);
}
