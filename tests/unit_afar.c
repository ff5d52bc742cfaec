/*
 * What other servers say of somebody's devices, asked for once in a while.
 */
#include <string.h>

#include "server/afar.h"
#include "tests/with_cmocka.h"

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };
static struct afar afar;
static struct afar_device was;

enum { OTHERS = 1 << 2 | 1 << 3 };

static int
set_up(void **state)
{
	(void)state;
	memset(&afar, 0, sizeof(afar));
	return 0;
}

static void
say(int64_t now_ms, const uint8_t key[NOISE_KEY], uint32_t node, unsigned n)
{
	struct house_news news = { .kind = HOUSE_DEVICES,
	    .what = HOUSE_DEVICES_ARE, .node = node,
	    .devices_n = (uint8_t)n };
	unsigned i;

	memcpy(news.key, key, NOISE_KEY);
	for (i = 0; i < n; i++) {
		news.devices[i].since_ms = node * 100 + i;
		news.devices[i].heard_ms = 50;
	}
	afar_take(&afar, now_ms, &news);
}

static void
who_asks_waits_a_moment_and_is_answered(void **state)
{
	const struct afar_key *k;

	(void)state;
	assert_null(afar_of(&afar, ann));
	assert_int_equal(afar_asks(&afar, 1000, ann, OTHERS), AFAR_ASK);
	assert_int_equal(afar_asks(&afar, 1000, ann, OTHERS), AFAR_WAIT);
	say(1010, ann, 2, 2);
	say(1020, ann, 3, 1);
	/* Of whom nobody asks nothing is kept. */
	say(1020, bob, 3, 1);
	assert_null(afar_of(&afar, bob));
	assert_int_equal(afar_asks(&afar, 1030, ann, OTHERS), AFAR_ANSWER);
	assert_non_null(k = afar_of(&afar, ann));
	assert_int_equal(k->n, 3);
	assert_int_equal(k->of[0].heard_ms, 960);
	/* Said again it is in the place of what was said. */
	say(1200, ann, 2, 1);
	assert_int_equal(afar_of(&afar, ann)->n, 2);
	assert_int_equal(afar_asks(&afar, 1000 + AFAR_FRESH_MS - 1, ann,
	    OTHERS),
	    AFAR_ANSWER);
	assert_int_equal(afar_asks(&afar, 1000 + AFAR_FRESH_MS, ann,
	    OTHERS),
	    AFAR_ASK);
	assert_int_equal(afar_of(&afar, ann)->n, 0);
}

static void
one_that_ends_is_none_any_more(void **state)
{
	(void)state;
	afar_asks(&afar, 1000, ann, OTHERS);
	say(1010, ann, 2, 2);
	assert_false(afar_end(&afar, bob, 200, &was));
	assert_false(afar_end(&afar, ann, 202, &was));
	assert_true(afar_end(&afar, ann, 200, &was));
	assert_false(afar_end(&afar, ann, 200, &was));
	assert_int_equal(afar_of(&afar, ann)->n, 1);
	assert_int_equal(afar_of(&afar, ann)->of[0].is.since_ms, 201);
}

/* It may be slow, but not for ever; or be gone meanwhile. */
static void
each_that_lives_is_waited_for(void **state)
{
	(void)state;
	assert_int_equal(afar_asks(&afar, 1000, ann, OTHERS), AFAR_ASK);
	say(1010, ann, 2, 1);
	assert_int_equal(afar_asks(&afar, 1900, ann, OTHERS), AFAR_WAIT);
	assert_int_equal(afar_asks(&afar, 1900, ann, 1 << 2), AFAR_ANSWER);
	assert_int_equal(afar_asks(&afar, 1000 + AFAR_WAIT_MS, ann, OTHERS),
	    AFAR_ANSWER);
	/* Where he is by none, that is an answer. */
	say(2100, ann, 3, 0);
	assert_int_equal(afar_of(&afar, ann)->lacks, 0);
}

/* Two began at one moment, at two servers. */
static void
each_is_known_by_a_moment_of_its_own(void **state)
{
	static const uint64_t here[] = { 200, 202 };
	const struct afar_key *k;

	(void)state;
	afar_asks(&afar, 1000, ann, OTHERS);
	say(1010, ann, 2, 2);
	afar_show(&afar, ann, here, 2);
	k = afar_of(&afar, ann);
	assert_int_equal(k->of[0].shown_ms, 201);
	assert_int_equal(k->of[1].shown_ms, 203);
	assert_false(afar_end(&afar, ann, 200, &was));
	assert_true(afar_end(&afar, ann, 203, &was));
	assert_int_equal(was.node, 2);
	assert_int_equal(was.is.since_ms, 201);
}

static void
what_nobody_can_have_is_cut_off(void **state)
{
	struct house_news n = { .kind = HOUSE_DEVICES, .node = 3,
	    .what = HOUSE_DEVICES_ARE, .devices_n = 1,
	    .devices = { { .heard_ms = INT64_MAX } } };
	int64_t ago;

	(void)state;
	memcpy(n.key, ann, NOISE_KEY);
	afar_asks(&afar, 1000, ann, OTHERS);
	afar_take(&afar, 1000, &n);
	/* As it is shown, later. */
	ago = afar_of(&afar, ann)->of[0].heard_ms;
	assert_true(ago >= INT64_MIN / 2);
	assert_true(INT64_C(100000) - ago > 0);
}

/* However many there are, and keys that ask. */
static void
it_has_an_end(void **state)
{
	uint8_t key[NOISE_KEY] = { 9 };
	unsigned i, asked = 0;
	int64_t now = 1000;

	(void)state;
	afar_asks(&afar, now, ann, OTHERS);
	for (i = 2; i < 15; i++)
		say(now, ann, i, HOUSE_NEWS_DEVICES);
	assert_int_equal(afar_of(&afar, ann)->n, AFAR_DEVICES);
	for (i = 0; i < 1000; i++) {
		key[1] = (uint8_t)i;
		key[2] = (uint8_t)(i >> 8);
		asked += afar_asks(&afar, now, key, OTHERS) == AFAR_ASK;
	}
	assert_in_range(asked, 1, 20);
	for (i = 0; i < AFAR_KEYS; i++) {
		now += 1000;
		key[3] = (uint8_t)(i + 1);
		assert_int_equal(afar_asks(&afar, now, key, OTHERS), AFAR_ASK);
	}
	assert_null(afar_of(&afar, ann));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		TEST(who_asks_waits_a_moment_and_is_answered),
		TEST(one_that_ends_is_none_any_more),
		TEST(each_that_lives_is_waited_for),
		TEST(each_is_known_by_a_moment_of_its_own),
		TEST(what_nobody_can_have_is_cut_off),
		TEST(it_has_an_end)
	};

	return tests_run(tests, NULL, NULL);
}
