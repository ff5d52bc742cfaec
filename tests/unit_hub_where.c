/*
 * Where people are, for a later start: it is read back, and what says more than
 * there is, or is cut short, is refused.
 */
#include "server/hub_where.h"

#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static struct den den;

static int
open_den(void **state)
{
	(void)state;
	den_open(&den, 0);
	assert_true(den_enter(&den, den_guest(&den, "ada", "192.0.2.1")));
	return 0;
}

static int
close_den(void **state)
{
	(void)state;
	den_close(&den);
	return 0;
}

static void
what_is_cut_short_or_of_more_is_refused(void **state)
{
	uint8_t bytes[512];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct wire_in in;
	size_t len;

	(void)state;
	hub_put_where(den.hub, &out);
	assert_false(out.failed);
	in = wire_in(bytes, out.len);
	assert_true(hub_get_where(den.hub, &in));
	for (len = 0; len < out.len; len++) {
		in = wire_in(bytes, len);
		assert_false(hub_get_where(den.hub, &in));
	}
	/* The last entry's number, which is a small one. */
	bytes[1 + JOURNAL_ID]++;
	in = wire_in(bytes, out.len);
	assert_false(hub_get_where(den.hub, &in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_cut_short_or_of_more_is_refused, open_den,
		    close_den)
	};

	return tests_run(tests, NULL, NULL);
}
