/*
 * Spans of time as people write them.
 */
#include "common/duration.h"

#include "tests/with_cmocka.h"

#define YEARS_1000_S	(INT64_C(1000) * 365 * 86400)

static int64_t
ms_of(const char *text)
{
	int64_t ms = -1;

	assert_int_equal(duration_parse(text, &ms), DURATION_OK);
	return ms;
}

static void
each_unit_counts(void **state)
{
	(void)state;
	assert_int_equal(ms_of("45"), 45 * 1000);
	assert_int_equal(ms_of("45s"), 45 * 1000);
	assert_int_equal(ms_of("30m"), 30 * 60 * 1000);
	assert_int_equal(ms_of("12h"), 12 * 3600 * 1000);
	assert_int_equal(ms_of("2d"), 2 * 86400 * 1000);
	assert_int_equal(ms_of("0"), 0);
	assert_int_equal(ms_of("007m"), 7 * 60 * 1000);
}

static void
what_is_none_is_malformed(void **state)
{
	static const char *const bad[] = { "", "s", "-1", "+1", " 1", "1 ",
	    "1 s", "1x", "1S", "1ms", "1h30m", "1.5h", "0x10", "\xd9\xa1" };
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(duration_parse(bad[i], &ms),
		    DURATION_MALFORMED);
}

static void
a_thousand_years_are_the_most(void **state)
{
	int64_t ms;

	(void)state;
	assert_true(ms_of("31536000000") == YEARS_1000_S * 1000);
	assert_true(ms_of("365000d") == YEARS_1000_S * 1000);
	assert_int_equal(duration_parse("31536000001s", &ms), DURATION_LONG);
	assert_int_equal(duration_parse("525600001m", &ms), DURATION_LONG);
	assert_int_equal(duration_parse("8760001h", &ms), DURATION_LONG);
	assert_int_equal(duration_parse("365001d", &ms), DURATION_LONG);
	/* More than 64 bits hold. */
	assert_int_equal(duration_parse("99999999999999999999d", &ms),
	    DURATION_LONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_unit_counts),
		cmocka_unit_test(what_is_none_is_malformed),
		cmocka_unit_test(a_thousand_years_are_the_most),
	};

	return tests_run(tests, NULL, NULL);
}
