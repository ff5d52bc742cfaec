/*
 * Sealed datagrams: opened once, by the right one, unchanged.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/seal.h"
#include "tests/with_cmocka.h"

enum { LEN = 5, DATAGRAM = LEN + SEAL_OVER };

static struct seal a, b;

static int
set_up(void **state)
{
	static const uint8_t up[NOISE_KEY] = { 1 }, down[NOISE_KEY] = { 2 };

	(void)state;
	seal_init(&a, up, down, 0x11111111, 0x22222222);
	seal_init(&b, down, up, 0x22222222, 0x11111111);
	return 0;
}

static void
pack(struct seal *s, uint8_t out[DATAGRAM])
{
	assert_int_equal(seal_pack(s, "hello", LEN, out), DATAGRAM);
}

static enum seal_error
try(struct seal *s, const uint8_t *datagram, size_t len)
{
	uint8_t out[2048];
	size_t n = 0;
	enum seal_error error = seal_open(s, datagram, len, out, &n);

	if (error == SEAL_OK) {
		assert_int_equal(n, LEN);
		assert_memory_equal(out, "hello", LEN);
	}
	return error;
}

static void
both_directions_open_and_neither_opens_its_own(void **state)
{
	uint8_t up[DATAGRAM], down[DATAGRAM];
	uint32_t index;

	(void)state;
	pack(&a, up);
	pack(&b, down);
	assert_true(seal_index(up, sizeof(up), &index));
	assert_int_equal(index, 0x22222222);
	assert_int_equal(try(&a, up, sizeof(up)), SEAL_FOREIGN);
	assert_int_equal(try(&b, up, sizeof(up)), SEAL_OK);
	assert_int_equal(try(&a, down, sizeof(down)), SEAL_OK);
	/* Reflected with our own index, it is still the other key's. */
	pack(&a, up);
	memcpy(up + 1, "\x11\x11\x11\x11", 4);
	assert_int_equal(try(&a, up, sizeof(up)), SEAL_FORGED);
}

static void
every_flipped_bit_and_every_cut_is_noticed(void **state)
{
	uint8_t good[DATAGRAM], *bad;
	size_t bit, cut;

	(void)state;
	pack(&a, good);
	for (bit = 0; bit < sizeof(good) * 8; bit++) {
		bad = malloc(sizeof(good));
		memcpy(bad, good, sizeof(good));
		bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(try(&b, bad, sizeof(good)), SEAL_OK);
		free(bad);
	}
	for (cut = 0; cut < sizeof(good); cut++)
		assert_int_not_equal(try(&b, good, cut), SEAL_OK);
	/* None of it has spoilt the true one. */
	assert_int_equal(try(&b, good, sizeof(good)), SEAL_OK);
}

static void
a_repeated_datagram_is_refused_and_a_late_one_is_not(void **state)
{
	static uint8_t sent[SEAL_WINDOW + 200][DATAGRAM];
	const int n = SEAL_WINDOW + 200;
	int i;

	(void)state;
	for (i = 0; i < n; i++)
		pack(&a, sent[i]);
	/* The newest first: all that the window holds may still come, once. */
	assert_int_equal(try(&b, sent[n - 1], DATAGRAM), SEAL_OK);
	for (i = n - 1; i >= 0; i--) {
		enum seal_error want = i == n - 1 || n - i > SEAL_WINDOW ?
		    SEAL_REPLAY : SEAL_OK;

		assert_int_equal(try(&b, sent[i], DATAGRAM), want);
		assert_int_equal(try(&b, sent[i], DATAGRAM), SEAL_REPLAY);
	}
}

static uint64_t seed;

static uint64_t
next_random(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Against a plain table of what was opened, in any order, with jumps. */
static void
the_window_agrees_with_a_plain_table(void **state)
{
	enum { SENT = 6000 };
	static uint8_t sent[SENT][DATAGRAM];
	static bool opened[SENT];
	uint64_t newest = 0, at = 0;
	int i;

	(void)state;
	for (i = 0; i < SENT; i++)
		pack(&a, sent[i]);
	for (seed = 7, i = 0; i < 40000; i++) {
		uint64_t back = next_random() % (SEAL_WINDOW + 300), pick;
		enum seal_error want = SEAL_OK;

		if (next_random() % 8 == 0)
			at += next_random() % (i % 100 == 0 ? 1500 : 12);
		if (at >= SENT)
			at = SENT - 1;
		pick = back > at ? 0 : at - back;
		if (opened[pick] || (pick < newest &&
		    newest - pick > SEAL_WINDOW))
			want = SEAL_REPLAY;
		assert_int_equal(try(&b, sent[pick], DATAGRAM), want);
		if (want == SEAL_OK) {
			opened[pick] = true;
			if (pick + 1 > newest)
				newest = pick + 1;
		}
	}
}

static void
a_key_that_has_served_its_time_seals_no_more(void **state)
{
	uint8_t out[DATAGRAM];

	(void)state;
	a.next = SEAL_COUNTER_MAX - 1;
	pack(&a, out);
	assert_int_equal(try(&b, out, sizeof(out)), SEAL_OK);
	assert_int_equal(seal_pack(&a, "hello", LEN, out), 0);
	seal_clear(&b);
	assert_int_equal(seal_pack(&b, "hello", LEN, out), 0);
	assert_true(sodium_is_zero(b.send, NOISE_KEY) &&
	    sodium_is_zero(b.receive, NOISE_KEY));
}

static void
an_empty_datagram_is_one_too(void **state)
{
	uint8_t out[SEAL_OVER], back[1];
	size_t n = 99;

	(void)state;
	assert_int_equal(seal_pack(&a, NULL, 0, out), SEAL_OVER);
	assert_int_equal(seal_open(&b, out, SEAL_OVER, back, &n), SEAL_OK);
	assert_int_equal(n, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(both_directions_open_and_neither_opens_its_own),
		TEST(every_flipped_bit_and_every_cut_is_noticed),
		TEST(a_repeated_datagram_is_refused_and_a_late_one_is_not),
		TEST(the_window_agrees_with_a_plain_table),
		TEST(a_key_that_has_served_its_time_seals_no_more),
		TEST(an_empty_datagram_is_one_too),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
