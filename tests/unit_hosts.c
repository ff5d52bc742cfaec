/*
 * Lists of servers: read strictly, refused whole, written as they are read.
 */
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/shared/hosts.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static void
one_by_one_they_are_read(void **state)
{
	static const struct {
		const char	*host;
		unsigned	 port;
	} rows[] = {
		{ "chat.example", 0 },
		{ "b_2.example", 8889 },
		{ "192.0.2.7", 1 },
		{ "2001:db8::1", 65535 },
		{ "2001:db8::2", 0 },
		{ "::1", 0 },
		{ "fe80::1%eth0", 88 }
	};
	const char *at = "chat.example,b_2.example:8889,192.0.2.7:1,"
	    "[2001:db8::1]:65535,[2001:db8::2],::1,[fe80::1%eth0]:88";
	struct hosts_one one;
	size_t i;

	(void)state;
	assert_true(hosts_is_list(at));
	assert_null(hosts_flaw(at));
	for (i = 0; i < LEN(rows); i++) {
		assert_true(hosts_next(&at, &one));
		assert_string_equal(one.host, rows[i].host);
		assert_int_equal(one.port, rows[i].port);
	}
	assert_false(hosts_next(&at, &one));
}

static void
one_alone_is_no_list(void **state)
{
	(void)state;
	assert_false(hosts_is_list("chat.example"));
	assert_false(hosts_is_list("chat://chat.example,b"));
	assert_false(hosts_is_list(""));
	assert_true(hosts_is_list("a,"));
}

static void
a_bad_list_is_refused_whole(void **state)
{
	static const char *const bad[] = {
		"a,", ",a", "a,,b", ",", "a,b c", "a,b:0", "a,b:65536",
		"a,b:08", "a,b:", "a,b:x", "a:1:2x,b/room", "a,[::1", "a,[b]:1",
		"a,[::1]1", "a,[]:1", "a,b%eth0", "a,chat://b", "a,b\x01",
		"a,b;rm", "a,K@b", "a,\xe5\xad\x97.example"
	};
	size_t i;

	(void)state;
	for (i = 0; i < LEN(bad); i++)
		if (hosts_flaw(bad[i]) == NULL)
			fail_msg("%s is taken", bad[i]);
}

static void
there_is_an_end_to_it(void **state)
{
	char list[8 * HOSTS_MAX] = "", host[HOSTS_HOST_BYTES + 1];
	char longest[2 * HOSTS_HOST_BYTES + 4];
	size_t i;

	(void)state;
	for (i = 0; i < HOSTS_MAX; i++)
		assert_true(hosts_add(list, sizeof(list), "h", 9));
	assert_null(hosts_flaw(list));
	assert_true(hosts_add(list, sizeof(list), "h", 9));
	assert_non_null(hosts_flaw(list));
	memset(host, 'h', sizeof(host));
	host[HOSTS_HOST_BYTES - 1] = '\0';
	snprintf(longest, sizeof(longest), "a,%s", host);
	assert_null(hosts_flaw(longest));
	snprintf(longest, sizeof(longest), "a,%sh", host);
	assert_non_null(hosts_flaw(longest));
}

static void
what_is_written_is_read_again(void **state)
{
	char list[HOSTS_LIST_BYTES] = "", small[12] = "";
	const char *at = list;
	struct hosts_one one;

	(void)state;
	assert_true(hosts_add(list, sizeof(list), "a.example", 8888));
	assert_true(hosts_add(list, sizeof(list), "2001:db8::1", 7));
	assert_string_equal(list, "a.example:8888,[2001:db8::1]:7");
	assert_true(hosts_next(&at, &one));
	assert_true(hosts_next(&at, &one));
	assert_string_equal(one.host, "2001:db8::1");
	assert_int_equal(one.port, 7);
	assert_false(hosts_next(&at, &one));
	/* What does not fit leaves the rest as it was. */
	assert_true(hosts_add(small, sizeof(small), "abc", 1));
	assert_false(hosts_add(small, sizeof(small), "defgh", 1));
	assert_string_equal(small, "abc:1");
}

static void
what_a_list_begins_with_is_its_first(void **state)
{
	(void)state;
	assert_true(hosts_begin_with("a,b", "a"));
	assert_true(hosts_begin_with("a", "a"));
	assert_false(hosts_begin_with("ab,a", "a"));
	assert_false(hosts_begin_with("a,b", "ab"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_by_one_they_are_read),
		cmocka_unit_test(one_alone_is_no_list),
		cmocka_unit_test(a_bad_list_is_refused_whole),
		cmocka_unit_test(there_is_an_end_to_it),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(what_a_list_begins_with_is_its_first)
	};

	return tests_run(tests, NULL, NULL);
}
