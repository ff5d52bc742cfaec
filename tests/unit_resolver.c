/*
 * Looking up a host's address beside the receiver.
 */
#include <sys/socket.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tui/receiver/resolver.h"

static pid_t
begin(int ends[2])
{
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_true((pid = resolver_start(ends[1], AF_INET)) > 0);
	close(ends[1]);
	return pid;
}

static void
names_are_looked_up_as_often_as_they_are_asked_for(void **state)
{
	int ends[2], i;
	pid_t pid = begin(ends);
	struct sock_addrs addrs;
	char text[SOCK_ADDR_TEXT];

	(void)state;
	for (i = 0; i < 2; i++) {
		resolver_ask(ends[0], "localhost", 4711);
		assert_true(resolver_answer(ends[0], &addrs));
		assert_int_equal(addrs.n, 1);
		assert_string_equal(sock_addr_text(text, &addrs.of[0]),
		    "127.0.0.1:4711");
		resolver_ask(ends[0], "127.0.0.2", 1);
		assert_true(resolver_answer(ends[0], &addrs));
		assert_string_equal(sock_addr_text(text, &addrs.of[0]),
		    "127.0.0.2:1");
	}
	close(ends[0]);
	resolver_stop(pid);
}

static void
a_name_without_an_address_is_said_to_have_none(void **state)
{
	int ends[2];
	pid_t pid = begin(ends);
	struct sock_addrs addrs;

	(void)state;
	resolver_ask(ends[0], "nowhere.invalid", 4711);
	assert_false(resolver_answer(ends[0], &addrs));
	close(ends[0]);
	resolver_stop(pid);
}

static void
an_address_needs_nobody(void **state)
{
	(void)state;
	assert_false(resolver_is_needed("127.0.0.1"));
	assert_false(resolver_is_needed("::1"));
	assert_true(resolver_is_needed("localhost"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    names_are_looked_up_as_often_as_they_are_asked_for),
		cmocka_unit_test(
		    a_name_without_an_address_is_said_to_have_none),
		cmocka_unit_test(an_address_needs_nobody)
	};

	return tests_run(tests, NULL, NULL);
}
