/*
 * Who is ignored: whatever case and form a name is written in, and whatever
 * stands in the setting.
 */
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/ignored.h"

static struct ignored ignored;

static int
tear_down(void **state)
{
	(void)state;
	ignored_clear(&ignored);
	return 0;
}

static bool
has(const char *name)
{
	return ignored_has(&ignored, name, strlen(name));
}

static void
a_name_is_known_in_any_case(void **state)
{
	(void)state;
	assert_false(has("bob"));
	assert_true(ignored_set(&ignored, "  Bob  Ärger 小明 "));
	assert_true(has("bob") && has("BOB"));
	assert_true(has("ärger"));
	assert_true(has("A\xcc\x88rger"));	/* decomposed */
	assert_true(has("小明"));
	assert_false(has("bobby") || has("bo") || has("小"));
}

static void
a_new_text_takes_the_place_of_the_old(void **state)
{
	(void)state;
	assert_true(ignored_set(&ignored, "bob carol"));
	assert_true(ignored_set(&ignored, "dave"));
	assert_false(has("bob"));
	assert_true(has("dave"));
	assert_true(ignored_set(&ignored, ""));
	assert_false(has("dave"));
}

static void
what_can_be_no_name_is_nobody(void **state)
{
	char longer[80];

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_true(ignored_set(&ignored, longer));
	assert_false(has(longer));
	assert_false(has(""));
}

static void
names_are_counted_past_any_blanks(void **state)
{
	size_t len;
	const char *name = ignored_nth("  bob carol ", 1, &len);

	(void)state;
	assert_int_equal(len, 5);
	assert_memory_equal(name, "carol", 5);
	assert_null(ignored_nth("  bob carol ", 2, &len));
	assert_null(ignored_nth("", 0, &len));
}

static void
a_name_goes_to_the_end_once(void **state)
{
	char text[32];

	(void)state;
	assert_true(ignored_with(text, sizeof(text), "", "bob"));
	assert_string_equal(text, "bob");
	assert_true(ignored_with(text, sizeof(text), "bob  carol", "BOB"));
	assert_string_equal(text, "carol BOB");
	assert_true(ignored_without(text, sizeof(text), "carol BOB", "bob"));
	assert_string_equal(text, "carol");
	assert_true(ignored_without(text, sizeof(text), "carol", "dave"));
	assert_string_equal(text, "carol");
}

static void
what_does_not_fit_is_refused(void **state)
{
	char text[8];

	(void)state;
	assert_true(ignored_with(text, sizeof(text), "abc", "def"));
	assert_string_equal(text, "abc def");
	assert_false(ignored_with(text, sizeof(text), "abc", "defg"));
	assert_false(ignored_without(text, sizeof(text), "abc defg", "x"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, NULL, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_known_in_any_case),
		TEST(a_new_text_takes_the_place_of_the_old),
		TEST(what_can_be_no_name_is_nobody),
		TEST(names_are_counted_past_any_blanks),
		TEST(a_name_goes_to_the_end_once),
		TEST(what_does_not_fit_is_refused),
	};

	return tests_run(tests, NULL, NULL);
}
