/*
 * What one member may have the room do, and what one address group may.
 */
#include "server/budget.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"

enum { RATE = 2, START_MS = 7777777 };

/* Member n, and where he is. */
struct one {
	uint8_t			 key[NOISE_KEY];
	union sock_addr		 addr;
	struct budget_who	 who;
};

static struct budget *
budget(uint32_t rate)
{
	static const uint8_t secret[BUDGET_SECRET] = { 1, 2, 3 };
	struct budget *b = budget_new(rate, secret);

	assert_non_null(b);
	return b;
}

static struct budget_who *
member(struct one *o, uint32_t n, const char *ip)
{
	memset(o, 0, sizeof(*o));
	memcpy(o->key, &n, sizeof(n));
	if (inet_pton(AF_INET, ip, &o->addr.in4.sin_addr) == 1)
		o->addr.in4.sin_family = AF_INET;
	else {
		assert_int_equal(inet_pton(AF_INET6, ip,
		    &o->addr.in6.sin6_addr), 1);
		o->addr.in6.sin6_family = AF_INET6;
	}
	o->addr.in4.sin_port = htons((uint16_t)(1000 + n % 60000));
	o->who.key = o->key;
	o->who.addr = &o->addr;
	return &o->who;
}

/* The same without a key. */
static struct budget_who *
classic(struct one *o, uint32_t n, const char *ip)
{
	member(o, n, ip)->key = NULL;
	return &o->who;
}

static bool
takes(struct budget *b, int64_t now_ms, const struct budget_who *who,
    enum budget_kind kind, uint32_t amount)
{
	struct budget_cost cost = { .of = { 0 } };

	cost.of[kind] = amount;
	return budget_take(b, now_ms, who, &cost);
}

static int64_t
waits(struct budget *b, int64_t now_ms, const struct budget_who *who,
    enum budget_kind kind, uint32_t amount)
{
	struct budget_cost cost = { .of = { 0 } };

	cost.of[kind] = amount;
	return budget_wait(b, now_ms, who, &cost);
}

/* So many of them say all that they can for so long; how many lines. */
static unsigned
talk(struct budget *b, uint32_t first, uint32_t n, const char *ip, int64_t ms)
{
	unsigned lines = 0;
	struct one o;
	int64_t t;
	uint32_t i;

	for (t = START_MS; t < START_MS + ms; t += 20)
		for (i = 0; i < n; i++)
			while (takes(b, t, member(&o, first + i, ip),
			    BUDGET_LINES, 1))
				lines++;
	return lines;
}

static void
a_key_has_one_rate_wherever_it_is(void **state)
{
	struct budget *b = budget(RATE);
	struct one o;
	char ip[32];
	unsigned i, lines = 0;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(ip, sizeof(ip), "192.0.2.%u", i);
		lines += takes(b, START_MS, member(&o, 1, ip), BUDGET_LINES,
		    1);
	}
	assert_int_equal(lines, RATE * BUDGET_BURST_S);
	assert_int_equal(waits(b, START_MS, &o.who, BUDGET_LINES, 1), 500);
	assert_false(takes(b, START_MS + 499, &o.who, BUDGET_LINES, 1));
	assert_true(takes(b, START_MS + 500, &o.who, BUDGET_LINES, 1));
	budget_free(b);
}

static void
the_longest_message_passes_and_both_limits_or_none_are_taken(void **state)
{
	struct budget *b = budget(1);
	struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = BUDGET_MESSAGE };
	struct one o;
	int64_t wait;
	int i;

	(void)state;
	member(&o, 1, "192.0.2.1");
	assert_true(budget_take(b, START_MS, &o.who, &cost));
	wait = budget_wait(b, START_MS, &o.who, &cost);
	assert_int_equal(wait, 2000);
	/* Trying it meanwhile uses up nothing of what it would take. */
	for (i = 0; i < 1000; i++)
		assert_false(budget_take(b, START_MS + i, &o.who, &cost));
	assert_true(budget_take(b, START_MS + wait, &o.who, &cost));
	assert_int_equal(waits(b, START_MS + wait, &o.who, BUDGET_LINES, 3),
	    0);
	budget_free(b);
}

static void
a_classroom_behind_one_address_has_all_of_its_rate(void **state)
{
	struct budget *b = budget(RATE);

	(void)state;
	assert_int_equal(talk(b, 1, BUDGET_MEMBERS, "198.51.100.1", 5020),
	    BUDGET_MEMBERS * RATE * (BUDGET_BURST_S + 5));
	budget_free(b);
}

static void
many_keys_at_one_place_are_not_many_members(void **state)
{
	static const char *const ip[] = { "198.51.100.1",
	    "2001:db8:1:2300::1" };
	unsigned fair = BUDGET_MEMBERS * RATE * (BUDGET_BURST_S + 5), i;
	struct budget *b;

	(void)state;
	for (i = 0; i < 2; i++) {
		b = budget(RATE);
		/* Some bursts are over before one sees how many they are. */
		assert_in_range(talk(b, 1, 77, ip[i], 5000), fair / 2,
		    fair * 2);
		budget_free(b);
	}
}

static void
an_ipv6_household_is_one_place_and_its_neighbour_another(void **state)
{
	struct budget *b = budget(RATE);
	unsigned i, lines = 0;
	struct one o;
	char ip[64];

	(void)state;
	for (i = 0; i < 1600; i++) {
		snprintf(ip, sizeof(ip), "2001:db8:0:17%02x::%x", i % 256, i);
		lines += takes(b, START_MS, member(&o, i % 160, ip),
		    BUDGET_LINES, 1);
	}
	assert_true(lines < 160 * RATE * BUDGET_BURST_S / 3);
	lines = talk(b, 9000, 1, "2001:db8:0:1800::1", 20);
	assert_int_equal(lines, RATE * BUDGET_BURST_S);
	budget_free(b);
}

static void
whoever_speaks_now_and_then_is_heard_in_any_crowd(void **state)
{
	struct budget *b = budget(RATE);
	struct one o, honest;
	unsigned i, said = 0;
	int64_t t;

	(void)state;
	member(&honest, 5000, "198.51.100.1");
	for (t = START_MS; t < START_MS + 60000; t += 50) {
		/* Ever new keys, too. */
		for (i = 0; i < 100; i++)
			takes(b, t, member(&o, i + (uint32_t)t,
			    "198.51.100.1"), BUDGET_LINES, 1);
		if (t % 6000 == START_MS % 6000) {
			assert_true(takes(b, t, &honest.who, BUDGET_LINES,
			    1));
			said++;
		}
	}
	assert_int_equal(said, 10);
	budget_free(b);
}

static void
who_is_on_this_machine_shares_with_nobody(void **state)
{
	struct budget *b = budget(RATE);

	(void)state;
	assert_int_equal(talk(b, 1, 200, "127.0.0.1", 20),
	    200 * RATE * BUDGET_BURST_S);
	assert_int_equal(talk(b, 1000, 200, "::1", 20),
	    200 * RATE * BUDGET_BURST_S);
	budget_free(b);
}

/* An address can be forged; a key cannot. */
static void
who_has_no_key_takes_nothing_from_who_has_one(void **state)
{
	struct budget *b = budget(RATE);
	struct one o;
	uint32_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		takes(b, START_MS, classic(&o, i, "198.51.100.1"),
		    BUDGET_LINES, 1);
	assert_int_equal(talk(b, 1, 1, "198.51.100.1", 20),
	    RATE * BUDGET_BURST_S);
	budget_free(b);
}

static void
strangers_cannot_use_up_what_is_somebodys(void **state)
{
	struct budget *b = budget(RATE);
	struct one o, debtor;
	unsigned i, lines = 0;
	char ip[32];

	(void)state;
	member(&debtor, 1, "192.0.2.1");
	while (takes(b, START_MS, &debtor.who, BUDGET_LINES, 1))
		continue;
	/* More than it keeps; he goes on asking meanwhile. */
	for (i = 0; i < 3 * BUDGET_KEPT; i++) {
		snprintf(ip, sizeof(ip), "198.%u.%u.%u", 18 + i / 65536,
		    i / 256 % 256, i % 256);
		assert_true(takes(b, START_MS, member(&o, 100 + i, ip),
		    BUDGET_LINES, 1));
		lines += takes(b, START_MS, &debtor.who, BUDGET_LINES, 1);
	}
	assert_int_equal(lines, 0);
	budget_free(b);
}

static void
who_comes_and_goes_is_let_in_four_times_and_then_each_15_s(void **state)
{
	struct budget *b = budget(RATE);
	struct one o;
	int i;

	(void)state;
	member(&o, 1, "127.0.0.1");
	for (i = 0; i < 4; i++)
		assert_true(takes(b, START_MS, &o.who, BUDGET_JOINS,
		    BUDGET_JOIN));
	assert_int_equal(waits(b, START_MS, &o.who, BUDGET_JOINS,
	    BUDGET_JOIN), 15000);
	assert_true(takes(b, START_MS + 15000, &o.who, BUDGET_JOINS,
	    BUDGET_JOIN));
	/* Of another room others are told. */
	o.who.room = 1;
	assert_true(takes(b, START_MS, &o.who, BUDGET_JOINS, BUDGET_JOIN));
	o.who.room = 0;
	assert_false(takes(b, START_MS, &o.who, BUDGET_JOINS, BUDGET_JOIN));
	classic(&o, 1, "127.0.0.1");
	for (i = 0; i < 20; i++)
		assert_true(takes(b, START_MS, &o.who, BUDGET_JOINS,
		    BUDGET_CLASSIC_JOIN));
	assert_false(takes(b, START_MS, &o.who, BUDGET_JOINS,
	    BUDGET_CLASSIC_JOIN));
	budget_free(b);
}

static void
a_class_enters_at_once_and_a_crowd_four_a_second(void **state)
{
	struct budget *b = budget(RATE);
	struct one o;
	uint32_t i;

	(void)state;
	for (i = 0; i < 64; i++)
		assert_true(takes(b, START_MS, member(&o, i, "192.0.2.1"),
		    BUDGET_JOINS, BUDGET_JOIN));
	member(&o, i, "192.0.2.1");
	assert_int_equal(waits(b, START_MS, &o.who, BUDGET_JOINS,
	    BUDGET_JOIN), 250);
	/* Nobody waits longer than so long. */
	o.who.waited = true;
	assert_true(takes(b, START_MS, &o.who, BUDGET_JOINS, BUDGET_JOIN));
	assert_true(takes(b, START_MS, member(&o, i + 1, "192.0.3.1"),
	    BUDGET_JOINS, BUDGET_JOIN));
	budget_free(b);
}

static void
rooms_are_entered_64_at_once_and_then_4_a_second(void **state)
{
	struct budget *b = budget(RATE);
	struct one o;
	unsigned n;

	(void)state;
	member(&o, 1, "192.0.2.1");
	for (n = 0; takes(b, START_MS, &o.who, BUDGET_ENTERS, 1); n++)
		assert_true(n < 64);
	assert_int_equal(n, 64);
	assert_false(takes(b, START_MS + 200, &o.who, BUDGET_ENTERS, 1));
	assert_true(takes(b, START_MS + 250, &o.who, BUDGET_ENTERS, 1));
	for (n = 0; takes(b, START_MS + 2250, &o.who, BUDGET_ENTERS, 1); n++)
		continue;
	assert_int_equal(n, 8);
	budget_free(b);
}

static void
without_a_rate_only_the_work_is_limited(void **state)
{
	struct budget *b = budget(0);
	struct one o;
	unsigned i, n;

	(void)state;
	member(&o, 1, "192.0.2.1");
	for (i = 0; i < 10000; i++) {
		assert_true(takes(b, START_MS, &o.who, BUDGET_LINES, 1));
		assert_true(takes(b, START_MS, &o.who, BUDGET_BYTES, 16384));
		assert_true(takes(b, START_MS, &o.who, BUDGET_NAMES, 1));
		assert_true(takes(b, START_MS, &o.who, BUDGET_RENAMES, 1));
		assert_true(takes(b, START_MS, &o.who, BUDGET_JOINS,
		    BUDGET_JOIN));
	}
	for (n = 0; takes(b, START_MS, &o.who, BUDGET_WORK, 60); n++)
		assert_true(n < 10000);
	assert_in_range(n, 100, 1000);
	/* A flood of work does not take the lines with it. */
	budget_free(b);
	b = budget(RATE);
	for (n = 0; takes(b, START_MS, &o.who, BUDGET_WORK, 60); n++)
		continue;
	assert_true(takes(b, START_MS, &o.who, BUDGET_LINES, 1));
	budget_free(b);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(a_key_has_one_rate_wherever_it_is),
		TEST(the_longest_message_passes_and_both_limits_or_none_are_taken),
		TEST(a_classroom_behind_one_address_has_all_of_its_rate),
		TEST(many_keys_at_one_place_are_not_many_members),
		TEST(an_ipv6_household_is_one_place_and_its_neighbour_another),
		TEST(whoever_speaks_now_and_then_is_heard_in_any_crowd),
		TEST(who_is_on_this_machine_shares_with_nobody),
		TEST(who_has_no_key_takes_nothing_from_who_has_one),
		TEST(strangers_cannot_use_up_what_is_somebodys),
		TEST(who_comes_and_goes_is_let_in_four_times_and_then_each_15_s),
		TEST(a_class_enters_at_once_and_a_crowd_four_a_second),
		TEST(rooms_are_entered_64_at_once_and_then_4_a_second),
		TEST(without_a_rate_only_the_work_is_limited),
	};

	return tests_run(tests, NULL, NULL);
}
