/*
 * From where talks are begun: a network is known by a number, begins so many
 * in a day, and has its part.
 */
#include "server/talk_nets.h"

#include <arpa/inet.h>
#include <string.h>

#include "tests/with_cmocka.h"

static const uint8_t secret[TALK_NETS_SECRET] = { 1 }, other[TALK_NETS_SECRET];
static struct talk_nets nets;

static int
set_up(void **state)
{
	(void)state;
	memset(&nets, 0, sizeof(nets));
	nets.max = 64;
	nets.day = 10;
	return 0;
}

static struct talk_from
from(const char *ip)
{
	union sock_addr a = { 0 };

	if (inet_pton(AF_INET, ip, &a.in4.sin_addr) == 1)
		a.sa.sa_family = AF_INET;
	else {
		assert_int_equal(inet_pton(AF_INET6, ip, &a.in6.sin6_addr), 1);
		a.sa.sa_family = AF_INET6;
	}
	return talk_nets_from(secret, &a);
}

static bool
same(const char *a, const char *b, int i)
{
	return from(a).net[i] == from(b).net[i];
}

static void
a_network_has_a_number_of_its_own(void **state)
{
	union sock_addr a = { .in4 = { .sin_family = AF_INET } };

	(void)state;
	assert_true(same("192.0.2.1", "192.0.2.200", 0));
	assert_true(same("192.0.2.1", "::ffff:192.0.2.9", 0));
	assert_false(same("192.0.2.1", "192.0.3.1", 0));
	assert_true(same("192.0.2.1", "192.0.3.1", 1));
	assert_false(same("192.0.2.1", "192.1.2.1", 1));
	assert_true(same("2001:db8:1:1::1", "2001:db8:1:9::1", 0));
	assert_false(same("2001:db8:1::1", "2001:db8:2::1", 0));
	assert_true(same("2001:db8:1::1", "2001:db8:2::1", 1));
	assert_in_range(from("192.0.2.1").net[0], 1, TALK_NETS_SLOTS);
	/* This machine is none. */
	assert_int_equal(from("127.0.0.1").net[0], 0);
	assert_int_equal(from("::1").net[1], 0);
	/* Nobody can know them. */
	a.in4.sin_addr.s_addr = htonl(0xc0000201);
	assert_int_not_equal(talk_nets_from(other, &a).net[0],
	    from("192.0.2.1").net[0]);
}

static unsigned
begin(int64_t now_ms, const char *ip)
{
	const struct talk_from f = from(ip);
	unsigned n = 0;

	for (; n < 1000 && talk_nets_wait(&nets, now_ms, &f) == 0; n++)
		talk_nets_spend(&nets, now_ms, &f);
	return n;
}

static void
so_many_are_begun_in_a_day(void **state)
{
	static const int64_t hour = 3600 * 1000, now = 1234567;
	const struct talk_from f = from("192.0.2.1");

	(void)state;
	assert_int_equal(begin(now, "192.0.2.1"), 10);
	assert_int_equal(talk_nets_wait(&nets, now, &f), 24 * hour / 10);
	assert_int_equal(begin(now, "192.0.2.99"), 0);
	assert_int_equal(begin(now + 12 * hour, "192.0.2.1"), 5);
	assert_int_equal(begin(now + 36 * hour, "192.0.2.1"), 10);
	/* Networks that are one wider one. */
	assert_int_equal(begin(now + 36 * hour, "192.0.3.1"), 10);
	assert_int_equal(begin(now + 36 * hour, "192.0.4.1"), 10);
	assert_in_range(begin(now + 36 * hour, "192.0.5.1"), 9, 10);
	assert_int_equal(begin(now + 36 * hour, "192.0.6.1"), 0);
	assert_int_equal(begin(now + 36 * hour, "192.1.6.1"), 10);
	assert_int_equal(begin(now, "127.0.0.1"), 1000);
}

static void
a_part_is_a_sixteenth_and_of_wider_ones_a_quarter(void **state)
{
	const struct talk_from one = from("192.0.2.1"), here =
	    from("127.0.0.1"), beside = from("192.0.3.1"), far =
	    from("198.51.100.1");
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_false(talk_nets_has_part(&nets, &one));
		talk_nets_keep(&nets, &one);
	}
	assert_true(talk_nets_has_part(&nets, &one));
	assert_true(talk_nets_share(&nets, &one, &one));
	assert_false(talk_nets_has_part(&nets, &beside));
	assert_false(talk_nets_share(&nets, &beside, &one));
	for (i = 0; i < 12; i++)
		talk_nets_keep(&nets, &beside);
	assert_true(talk_nets_share(&nets, &one, &beside));
	talk_nets_let(&nets, &one);
	assert_false(talk_nets_has_part(&nets, &one));
	assert_false(talk_nets_has_part(&nets, &far));
	for (i = 0; i < 99; i++)
		talk_nets_keep(&nets, &here);
	assert_false(talk_nets_has_part(&nets, &here));
	assert_false(talk_nets_share(&nets, &here, &here));
}

#define TEST(f)	cmocka_unit_test_setup(f, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_network_has_a_number_of_its_own),
		TEST(so_many_are_begun_in_a_day),
		TEST(a_part_is_a_sixteenth_and_of_wider_ones_a_quarter)
	};

	return tests_run(tests, NULL, NULL);
}
