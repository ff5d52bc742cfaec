/*
 * Cookies: good for the one they were made for, for a while.
 */
#include <arpa/inet.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "server/cookie.h"
#include "tests/with_cmocka.h"

static const uint8_t random_a[COOKIE_SECRET] = { 1 };
static const uint8_t random_b[COOKIE_SECRET] = { 2 };
static const uint8_t random_c[COOKIE_SECRET] = { 3 };
static const uint8_t ephemeral[32] = { 9 }, other[32] = { 8 };

static union sock_addr here, there;
static struct cookies jar;
static struct cookie_for me;
static uint8_t cookie[COOKIE_BYTES];

static int
set_up(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.in4.sin_family = AF_INET;
	here.in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	here.in4.sin_port = htons(1000);
	there = here;
	me = (struct cookie_for){ &here, 7, ephemeral };
	cookies_init(&jar, 1000, random_a);
	cookie_make(&jar, 1000, 42, &me, cookie);
	return 0;
}

static void
a_cookie_is_good_for_whom_it_was_made(void **state)
{
	struct cookie_for who = me;

	(void)state;
	assert_true(cookie_check(&jar, 1001, &me, cookie));
	there.in4.sin_port = htons(1001);
	who.from = &there;
	assert_false(cookie_check(&jar, 1001, &who, cookie));
	there = here;
	there.in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	assert_false(cookie_check(&jar, 1001, &who, cookie));
	who = me;
	who.index = 8;
	assert_false(cookie_check(&jar, 1001, &who, cookie));
	who = me;
	who.ephemeral = other;
	assert_false(cookie_check(&jar, 1001, &who, cookie));
}

static void
every_flipped_bit_spoils_it(void **state)
{
	size_t bit;

	(void)state;
	for (bit = 0; bit < sizeof(cookie) * 8; bit++) {
		cookie[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(cookie_check(&jar, 1001, &me, cookie));
		cookie[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(cookie_check(&jar, 1001, &me, cookie));
}

static void
the_secret_before_still_counts_and_no_older_one(void **state)
{
	(void)state;
	assert_false(cookies_due(&jar, 1000 + COOKIE_LIFE_S - 1));
	assert_true(cookies_due(&jar, 1000 + COOKIE_LIFE_S));
	cookies_rotate(&jar, 1000 + COOKIE_LIFE_S, random_b);
	assert_false(cookies_due(&jar, 1000 + COOKIE_LIFE_S));
	assert_true(cookie_check(&jar, 1000 + COOKIE_LIFE_S, &me, cookie));
	cookies_rotate(&jar, 1000 + 2 * COOKIE_LIFE_S, random_c);
	assert_false(cookie_check(&jar, 1000 + 2 * COOKIE_LIFE_S, &me,
	    cookie));
}

static void
an_old_cookie_or_one_from_the_future_is_refused(void **state)
{
	(void)state;
	assert_true(cookie_check(&jar, 1000 + 2 * COOKIE_LIFE_S, &me, cookie));
	assert_false(cookie_check(&jar, 1001 + 2 * COOKIE_LIFE_S, &me,
	    cookie));
	assert_false(cookie_check(&jar, 999, &me, cookie));
}

static void
the_families_are_not_mixed_up(void **state)
{
	union sock_addr v6 = { .in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(1000) } };
	struct cookie_for who = { &v6, 7, ephemeral };

	(void)state;
	memcpy(&v6.in6.sin6_addr, &here.in4.sin_addr, 4);
	assert_false(cookie_check(&jar, 1001, &who, cookie));
	cookie_make(&jar, 1001, 1, &who, cookie);
	assert_true(cookie_check(&jar, 1001, &who, cookie));
	v6.in6.sin6_scope_id = 2;
	assert_false(cookie_check(&jar, 1001, &who, cookie));
}

static void
no_secret_stays_behind(void **state)
{
	(void)state;
	cookies_clear(&jar);
	assert_true(sodium_is_zero((const uint8_t *)&jar, sizeof(jar)));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_cookie_is_good_for_whom_it_was_made),
		TEST(every_flipped_bit_spoils_it),
		TEST(the_secret_before_still_counts_and_no_older_one),
		TEST(an_old_cookie_or_one_from_the_future_is_refused),
		TEST(the_families_are_not_mixed_up),
		TEST(no_secret_stays_behind),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
