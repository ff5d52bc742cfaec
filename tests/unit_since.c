/*
 * From where on entries are wanted: numbers, spans, moments; nothing else.
 */
#include <stdint.h>

#include "common/since.h"
#include "tests/with_cmocka.h"

static const int64_t now = INT64_C(1795000000000);	/* 2026-11-18T11:06:40Z */

static void
what_people_write_is_read(void **state)
{
	static const struct { const char *text; int64_t ms; } good[] = {
		{ "2h", INT64_C(1795000000000) - 7200 * 1000 },
		{ "0s", INT64_C(1795000000000) },
		{ "36500d", 0 },		/* before all time */
		{ "2026-11-18T11:06:40Z", INT64_C(1795000000000) },
		{ "2026-11-18t11:06:40z", INT64_C(1795000000000) },
		{ "2026-11-18 11:06:40Z", INT64_C(1795000000000) },
		{ "2026-11-18T11:06:40.042Z", INT64_C(1795000000042) },
		{ "2026-11-18T11:06:40.0429Z", INT64_C(1795000000042) },
		{ "2026-11-18T12:06:40+01:00", INT64_C(1795000000000) },
		{ "2026-11-18T05:36:40-05:30", INT64_C(1795000000000) },
		{ "2024-02-29T00:00:00Z", INT64_C(1709164800000) },
	};
	struct since s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!since_parse(&s, good[i].text, now))
			fail_msg("%s", good[i].text);
		assert_false(s.is_number);
		assert_int_equal(s.ms, good[i].ms);
	}
	assert_true(since_parse(&s, "1841", now));
	assert_true(s.is_number);
	assert_int_equal(s.number, 1841);
	assert_true(since_parse(&s, "0", now));
	assert_true(s.is_number && s.number == 0);
}

static void
all_else_is_refused(void **state)
{
	static const char *const bad[] = { "", " ", "-1", "+1", "1 ", "2w",
		"2hh", "h", "99999999999999999999", "2026-11-18",
		"2026-11-18T11:06Z", "2026-11-18T11:06:40", "2026-11-18T11:06:40.Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z",
		"2026-11-18T24:00:00Z", "2026-11-18T11:60:00Z",
		"2026-11-18T11:06:61Z", "2026-11-18T11:06:40+1:00",
		"2026-11-18T11:06:40+24:00", "2026-11-18T11:06:40Zx",
		"26-11-18T11:06:40Z", "1969-12-31T23:59:59Z",
		"2026/11/18T11:06:40Z", "yesterday" };
	struct since s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (since_parse(&s, bad[i], now))
			fail_msg("taken: %s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_write_is_read),
		cmocka_unit_test(all_else_is_refused),
	};

	return tests_run(tests, NULL, NULL);
}
