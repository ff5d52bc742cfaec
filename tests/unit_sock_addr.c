/*
 * Addresses: which are one and the same, and which are together in a network.
 */
#include "common/sock_addr.h"

#include <string.h>

#include "common/sock.h"
#include "tests/with_cmocka.h"

#define LEN(a)	(sizeof(a) / sizeof((a)[0]))

static union sock_addr
resolved(const char *host, uint16_t port)
{
	union sock_addr a;
	const char *why = "";

	if (sock_resolve(AF_UNSPEC, host, port, &a, &why) == -1)
		fail_msg("%s: %s", host, why);
	return a;
}

static void
a_household_is_one_group_of_addresses(void **state)
{
	static const struct {
		const char	*a, *b;
		bool		 same;
	} rows[] = {
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "::ffff:192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.8", false },
		{ "2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", true },
		{ "2001:db8:1:2::1", "2001:db8:1:ff::1", true },
		{ "2001:db8:1:2::1", "2001:db8:1:102::1", false },
		{ "fe80::1%lo", "fe80::2", true },
		{ "::1", "::ffff:127.0.0.1", false }
	};
	struct sock_group x, y;
	union sock_addr a, b;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		a = resolved(rows[i].a, 1000);
		b = resolved(rows[i].b, 2000);
		sock_addr_to_group(&x, &a);
		sock_addr_to_group(&y, &b);
		assert_int_equal(memcmp(&x, &y, sizeof(x)) == 0,
		    rows[i].same);
		sock_addr_group(&a, &a);
		sock_addr_group(&b, &b);
		assert_int_equal(sock_addr_eq(&a, &b), rows[i].same);
		assert_int_equal(memcmp(&a, &b, sizeof(a)) == 0,
		    rows[i].same);
	}
}

static void
so_much_of_a_group_is_the_network_around_it(void **state)
{
	union sock_addr v4 = resolved("192.0.2.7", 1), v6 =
	    resolved("2001:db8:1:2::1", 1);
	struct sock_group g;

	(void)state;
	sock_addr_to_group(&g, &v4);
	assert_int_equal(sock_group_net_bytes(&g, false), 1 + 24 / 8);
	assert_int_equal(sock_group_net_bytes(&g, true), 1 + 16 / 8);
	sock_addr_to_group(&g, &v6);
	assert_int_equal(sock_group_net_bytes(&g, false), 1 + 48 / 8);
	assert_int_equal(sock_group_net_bytes(&g, true), 1 + 32 / 8);
}

static void
a_network_is_the_beginning_of_an_address(void **state)
{
	static const struct {
		const char	*a, *b;
		bool		 same;
	} rows[] = {
		{ "192.0.2.7", "192.0.2.200", true },
		{ "192.0.2.7", "::ffff:192.0.2.200", true },
		{ "192.0.2.7", "192.0.3.7", false },
		{ "2001:db8:1:2::1", "2001:db8:1:ff02::1", true },
		{ "2001:db8:1:2::1", "2001:db8:2:2::1", false }
	};
	union sock_addr a, b;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		a = resolved(rows[i].a, 1000);
		b = resolved(rows[i].b, 2000);
		sock_addr_net(&a, &a, 3, 6);
		sock_addr_net(&b, &b, 3, 6);
		assert_int_equal(memcmp(&a, &b, sizeof(a)) == 0,
		    rows[i].same);
	}
}

static void
the_same_host_and_port_is_one_address(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "127.0.0.2", "::1",
	    "::ffff:127.0.0.1", "::127.0.0.1", "fe80::1%lo", "fe80::1" };
	union sock_addr a, b;
	bool same;
	size_t i, j;

	(void)state;
	for (i = 0; i < LEN(hosts); i++)
	for (j = 0; j < LEN(hosts); j++) {
		a = resolved(hosts[i], 1000);
		b = resolved(hosts[j], 1000);
		/* The first and the fourth are two forms of one. */
		same = i == j || (i == 0 && j == 3) || (i == 3 && j == 0);
		assert_int_equal(sock_addr_eq(&a, &b), same);
		assert_int_equal(sock_addr_hash(&a, 5) ==
		    sock_addr_hash(&b, 5), same);
		b = resolved(hosts[j], 1001);
		assert_false(sock_addr_eq(&a, &b));
		assert_true(sock_addr_hash(&a, 5) != sock_addr_hash(&b, 5));
		assert_true(sock_addr_hash(&a, 5) != sock_addr_hash(&a, 6));
	}
}

static void
only_loopback_is_loopback(void **state)
{
	static const struct {
		const char	*host;
		bool		 loopback;
	} rows[] = {
		{ "127.0.0.1", true }, { "127.255.0.9", true },
		{ "::1", true }, { "::ffff:127.0.0.1", true },
		{ "128.0.0.1", false }, { "10.0.0.1", false },
		{ "::2", false }, { "fe80::1", false }
	};
	union sock_addr a;
	size_t i;

	(void)state;
	for (i = 0; i < LEN(rows); i++) {
		a = resolved(rows[i].host, 1);
		assert_int_equal(sock_addr_is_loopback(&a), rows[i].loopback);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_household_is_one_group_of_addresses),
		cmocka_unit_test(so_much_of_a_group_is_the_network_around_it),
		cmocka_unit_test(a_network_is_the_beginning_of_an_address),
		cmocka_unit_test(the_same_host_and_port_is_one_address),
		cmocka_unit_test(only_loopback_is_loopback)
	};

	return tests_run(tests, NULL, NULL);
}
