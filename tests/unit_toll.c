/*
 * What strangers may cost, and that they keep nobody out.
 */
#include "server/toll.h"

#include <arpa/inet.h>
#include <string.h>

#include "tests/with_cmocka.h"

static struct toll *t;

static int
set_up(void **state)
{
	(void)state;
	return (t = toll_new(0x12345678)) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	toll_free(t);
	return 0;
}

static union sock_addr
addr(uint32_t n, uint16_t port)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_port = htons(port);
	a.in4.sin_addr.s_addr = htonl(0x0a000000 + n);
	return a;
}

static unsigned
hellos(int64_t now_ms, uint32_t from, unsigned many)
{
	union sock_addr a = addr(from, 1);
	unsigned n = 0;

	while (many-- > 0)
		n += toll_hello(t, now_ms, &a);
	return n;
}

/* A flood from everywhere, as long as anything is worked on. */
static void
flood(int64_t now_ms)
{
	uint32_t n;

	for (n = 0; n < 2000; n++)
		hellos(now_ms, 1000 + n, TOLL_HELLOS_BURST);
}

static void
a_group_has_its_rate(void **state)
{
	(void)state;
	assert_int_equal(hellos(1000, 1, 100), TOLL_HELLOS_BURST);
	assert_int_equal(hellos(1000 + 1000 / TOLL_HELLOS, 1, 100), 1);
	assert_int_equal(hellos(1000, 2, 100), TOLL_HELLOS_BURST);
	assert_int_equal(hellos(60000, 1, 100), TOLL_HELLOS_BURST);
}

/* The flood's work comes to an end; who wants little is still served. */
static void
who_wants_little_is_served_before_who_wants_much(void **state)
{
	int64_t ms;
	unsigned much = 0;

	(void)state;
	for (ms = 1000; ms < 4000; ms += 10)
		hellos(ms, 1 + (uint32_t)(ms / 10 % 30), TOLL_HELLOS_BURST);
	/* These have used up what is modest of them. */
	for (ms = 4000; ms < 4200; ms++)
		much += hellos(ms, 1 + (uint32_t)(ms % 30), 2);
	assert_true(much > 0);
	assert_int_equal(hellos(4200, 999, 1), 1);
}

static void
all_strangers_together_have_their_work(void **state)
{
	unsigned n = 0;
	uint32_t i;

	(void)state;
	for (i = 0; i < 5000; i++)
		n += hellos(1000, 1000 + i, 1);
	assert_int_equal(n, TOLL_WORK / TOLL_HELLO);
	assert_int_equal(hellos(1000, 7, 1), 0);
	assert_int_equal(hellos(2000, 7, 1), 1);
}

static void
who_was_let_in_has_a_share_that_no_stranger_uses_up(void **state)
{
	union sock_addr a = addr(7, 1), port = addr(7, 2);

	(void)state;
	toll_known(t, 1000, &a);
	flood(1000);
	assert_int_equal(hellos(1000, 8, 1), 0);
	assert_true(toll_hello(t, 1000, &a));
	assert_true(toll_hs3(t, 1000, &port, true));
	assert_int_equal(hellos(1000, 8, 1), 0);
	/* For a day. */
	flood(1000 + TOLL_KNOWN_MS - 1);
	assert_true(toll_hello(t, 1000 + TOLL_KNOWN_MS - 1, &a));
	flood(1000 + TOLL_KNOWN_MS);
	assert_false(toll_hello(t, 1000 + TOLL_KNOWN_MS, &a));
}

static void
who_guesses_wrong_is_heard_no_more_for_a_while(void **state)
{
	union sock_addr eve = addr(1, 1), port = addr(1, 2), bob = addr(2, 1);
	unsigned n = 0;

	(void)state;
	while (toll_hs3(t, 1000, &eve, false) && n < 1000) {
		toll_guessed(t, 1000, &eve);
		n++;
	}
	assert_int_equal(n, TOLL_GUESSES_BURST);
	assert_false(toll_hs3(t, 1000, &port, false));
	assert_true(toll_hs3(t, 1000, &bob, false));
	assert_true(toll_hs3(t, 1000 + 1000 / TOLL_GUESSES, &eve, false));
	toll_guessed(t, 1000 + 1000 / TOLL_GUESSES, &eve);
	assert_false(toll_hs3(t, 1000 + 1000 / TOLL_GUESSES, &eve, false));
}

/* The first of a handshake is paid for. */
static void
one_more_try_costs_work(void **state)
{
	union sock_addr a = addr(1, 1);
	unsigned n = 0;

	(void)state;
	while (toll_hs3(t, 1000, &a, true) && n < 10000)
		n++;
	assert_in_range(n, TOLL_WORK / 2 / TOLL_HS3 - 1, TOLL_WORK);
	assert_true(toll_hs3(t, 1000, &a, false));
}

static void
who_is_in_has_a_little_for_himself(void **state)
{
	union sock_addr a = addr(1, 1);
	struct limit seat = { 0 };
	int n = 0;

	(void)state;
	flood(1000);
	assert_false(toll_returns(t, 1000, &a, NULL));
	while (toll_returns(t, 1000, &a, &seat) && n < 1000)
		n++;
	assert_int_equal(n, TOLL_RETURNS_BURST);
	assert_true(toll_returns(t, 1000 + 1000 / TOLL_RETURNS, &a, &seat));
	/* It is a share: many who are in do not get more. */
	for (n = 0; n < 10000; n++) {
		seat = (struct limit){ 0 };
		if (!toll_returns(t, 60000, &a, &seat))
			break;
	}
	assert_in_range(n, 1, TOLL_WORK / TOLL_HELLO);
}

static void
who_was_in_before_a_restart_is_known_for_a_while(void **state)
{
	union sock_addr a = addr(1, 1), port = addr(1, 2);
	int n = 0;

	(void)state;
	toll_was_in(t, 1000, &a);
	/* Another port there is another program. */
	assert_false(toll_returns(t, 1000, &port, NULL));
	while (toll_returns(t, 1000, &a, NULL) && n < 1000)
		n++;
	assert_int_equal(n, TOLL_RETURNS_BURST);
	assert_true(toll_returns(t, 1000 + TOLL_SEATS_MS - 1, &a, NULL));
	assert_false(toll_returns(t, 1000 + TOLL_SEATS_MS, &a, NULL));
	/* His group is known besides. */
	flood(1000);
	assert_true(toll_hello(t, 1000, &port));
}

static void
resets_are_few_to_one_and_bounded_to_all(void **state)
{
	union sock_addr a = addr(1, 1), known = addr(2, 1), any;
	unsigned n = 0;
	uint32_t i;

	(void)state;
	toll_known(t, 1000, &known);
	for (i = 0; i < 100; i++)
		n += toll_reset(t, 1000, &a);
	assert_int_equal(n, TOLL_RESETS);
	for (i = 0; i < 3 * TOLL_RESETS_ALL; i++) {
		any = addr(1000 + i, 1);
		n += toll_reset(t, 1000, &any);
	}
	assert_int_equal(n, TOLL_RESETS_ALL);
	assert_true(toll_reset(t, 1000, &known));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_group_has_its_rate),
		TEST(who_wants_little_is_served_before_who_wants_much),
		TEST(all_strangers_together_have_their_work),
		TEST(who_was_let_in_has_a_share_that_no_stranger_uses_up),
		TEST(who_guesses_wrong_is_heard_no_more_for_a_while),
		TEST(one_more_try_costs_work),
		TEST(who_is_in_has_a_little_for_himself),
		TEST(who_was_in_before_a_restart_is_known_for_a_while),
		TEST(resets_are_few_to_one_and_bounded_to_all),
	};

	return tests_run(tests, NULL, NULL);
}
