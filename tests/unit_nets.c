/*
 * The networks that this machine is in, and who lies inside them.
 */
#include "server/room/nets.h"

#include <arpa/inet.h>
#include <string.h>

#include "tests/with_cmocka.h"

static union sock_addr
addr(const char *text)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, text, &a.in4.sin_addr) == 1)
		a.sa.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a.in6.sin6_addr) == 1)
		a.sa.sa_family = AF_INET6;
	else
		fail_msg("no address: %s", text);
	return a;
}

static struct net_prefix
prefix(const char *text, unsigned bits)
{
	union sock_addr a = addr(text);
	struct net_prefix p;

	assert_true(net_prefix_of(&p, &a));
	if (bits < p.bits)
		p.bits = bits;
	return p;
}

static bool
holds(const char *net, unsigned bits, const char *who)
{
	struct net_prefix n = prefix(net, bits), a = prefix(who, 128);

	return net_prefix_holds(&n, &a);
}

static void
an_address_is_a_prefix_of_all_its_bits(void **state)
{
	static const uint8_t v4[] = { 192, 0, 2, 7 };
	struct net_prefix p = prefix("192.0.2.7", 128);
	union sock_addr other;

	(void)state;
	assert_int_equal(p.family, AF_INET);
	assert_int_equal(p.bits, 32);
	assert_memory_equal(p.ip, v4, 4);
	/* It is the same one when a socket of IPv6 has heard it. */
	p = prefix("::ffff:192.0.2.7", 128);
	assert_int_equal(p.family, AF_INET);
	assert_int_equal(p.bits, 32);
	assert_memory_equal(p.ip, v4, 4);
	p = prefix("2001:db8::1", 128);
	assert_int_equal(p.family, AF_INET6);
	assert_int_equal(p.bits, 128);
	assert_int_equal(p.ip[15], 1);
	memset(&other, 0, sizeof(other));
	other.sa.sa_family = AF_UNIX;
	assert_false(net_prefix_of(&p, &other));
}

static void
a_network_holds_what_has_its_bits(void **state)
{
	(void)state;
	assert_true(holds("192.0.2.0", 24, "192.0.2.255"));
	assert_false(holds("192.0.2.0", 24, "192.0.3.0"));
	assert_true(holds("192.0.2.128", 25, "192.0.2.200"));
	assert_false(holds("192.0.2.128", 25, "192.0.2.127"));
	assert_true(holds("10.0.0.0", 9, "10.127.0.1"));
	assert_false(holds("10.0.0.0", 9, "10.128.0.1"));
	assert_true(holds("192.0.2.7", 32, "192.0.2.7"));
	assert_false(holds("192.0.2.7", 32, "192.0.2.6"));
	assert_true(holds("192.0.2.7", 0, "10.0.0.1"));
	assert_true(holds("2001:db8::", 33, "2001:db8:7fff::1"));
	assert_false(holds("2001:db8::", 33, "2001:db8:8000::1"));
	assert_true(holds("2001:db8::1", 128, "2001:db8::1"));
	assert_false(holds("2001:db8::1", 128, "2001:db8::"));
	/* Nothing of the one family lies in the other. */
	assert_false(holds("0.0.0.0", 0, "::1"));
	assert_false(holds("::", 0, "192.0.2.7"));
	assert_true(holds("192.0.2.0", 24, "::ffff:192.0.2.7"));
}

static bool
is_local(const struct nets *n, const char *text)
{
	union sock_addr a = addr(text);

	return nets_hold(n, &a);
}

static void
add(struct nets *n, const char *text, unsigned bits)
{
	union sock_addr a = addr(text);

	assert_true(nets_add(n, &a, bits));
}

static void
local_is_this_machine_and_what_is_beside_it(void **state)
{
	struct nets n = { 0 };

	(void)state;
	assert_true(is_local(&n, "127.0.0.1"));
	assert_true(is_local(&n, "::1"));
	assert_true(is_local(NULL, "127.0.0.1"));
	assert_false(is_local(NULL, "192.168.1.7"));
	/* An address that only looks private is none. */
	assert_false(is_local(&n, "192.168.1.7"));
	assert_false(is_local(&n, "fd00::7"));
	add(&n, "192.168.1.1", 24);
	add(&n, "::ffff:10.1.2.3", 112);
	add(&n, "fd00::1", 64);
	assert_true(is_local(&n, "192.168.1.7"));
	assert_false(is_local(&n, "192.168.2.7"));
	assert_true(is_local(&n, "10.1.255.255"));
	assert_false(is_local(&n, "10.2.0.0"));
	assert_true(is_local(&n, "fd00::7"));
	assert_false(is_local(&n, "fd00:0:0:1::7"));
}

static void
a_prefix_has_no_more_bits_than_its_address(void **state)
{
	struct nets n = { 0 };

	(void)state;
	add(&n, "192.168.1.1", 99);
	assert_int_equal(n.of[0].bits, 32);
	add(&n, "fd00::1", 999);
	assert_int_equal(n.of[1].bits, 128);
	/* Less than what makes it one of IPv4 is all of those. */
	add(&n, "::ffff:10.1.2.3", 64);
	assert_int_equal(n.of[2].bits, 0);
}

static void
there_is_room_for_so_many(void **state)
{
	union sock_addr other, last = addr("192.168.1.1");
	struct nets n = { 0 };
	size_t i;

	(void)state;
	memset(&other, 0, sizeof(other));
	other.sa.sa_family = AF_UNIX;
	assert_false(nets_add(&n, &other, 8));
	assert_int_equal(n.count, 0);
	for (i = 0; i < NETS_MAX; i++)
		add(&n, "10.0.0.1", 8);
	assert_false(nets_add(&n, &last, 24));
	assert_int_equal(n.count, NETS_MAX);
	assert_false(is_local(&n, "192.168.1.7"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_a_prefix_of_all_its_bits),
		cmocka_unit_test(a_network_holds_what_has_its_bits),
		cmocka_unit_test(local_is_this_machine_and_what_is_beside_it),
		cmocka_unit_test(a_prefix_has_no_more_bits_than_its_address),
		cmocka_unit_test(there_is_room_for_so_many),
	};

	return tests_run(tests, NULL, NULL);
}
