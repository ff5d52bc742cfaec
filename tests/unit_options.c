/*
 * How the server is called, and where it is by that.
 */
#include "tui/settings/options.h"

#include "tests/with_cmocka.h"

static void
any_loopback_address_is_here(void **state)
{
	(void)state;
	assert_true(options_is_here("localhost"));
	assert_true(options_is_here("127.0.0.1"));
	assert_true(options_is_here("127.1.2.3"));
	assert_true(options_is_here("127.1"));
	assert_false(options_is_here("127"));
	assert_true(options_is_here("::1"));
	assert_false(options_is_here("128.0.0.1"));
	assert_false(options_is_here("::2"));
	assert_false(options_is_here("lab"));
	/* That is a name. */
	assert_false(options_is_here("127.example.org"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_loopback_address_is_here),
	};

	return tests_run(tests, NULL, NULL);
}
