/*
 * What was not said and stands on the line: what is typed next is told from it.
 */
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/back.h"

static struct back back;

static int
tear_down(void **state)
{
	(void)state;
	back_clear(&back);
	return 0;
}

static bool
gives_way(const char *now, const char *typed)
{
	return back_gives_way(&back, now, strlen(now), typed);
}

static void
what_comes_late_gives_way_to_what_is_typed(void **state)
{
	(void)state;
	assert_false(gives_way("", "h"));
	back_note(&back, "/msg bob 4711", BACK_LATE);
	assert_true(gives_way("/msg bob 4711", "h"));
	assert_true(gives_way("/msg bob 4711", "/"));
	/* Whoever goes to a place in it means it. */
	assert_false(back_gives_way(&back, "/msg bob 4711", 3, "h"));
	assert_false(gives_way("/msg bob 471", "1"));
}

static void
what_is_refused_or_kept_gives_way_to_a_command(void **state)
{
	(void)state;
	back_note(&back, "/msg bob 4711", BACK_REFUSED);
	assert_true(gives_way("/msg bob 4711", "/"));
	assert_false(gives_way("/msg bob 4711", "!"));
	back_note(&back, "half a l", BACK_KEPT);
	assert_true(gives_way("half a l", "/"));
	assert_false(gives_way("half a l", "i"));
	assert_false(gives_way("half a li", "/"));
}

static void
what_stands_apart_is_a_line_of_its_own(void **state)
{
	(void)state;
	back_note(&back, "", BACK_APART);
	assert_false(gives_way("", "/"));
	assert_false(gives_way("hello", "/"));
	assert_false(back_is_changed(&back, "hello"));
	assert_false(back_is_longer(&back, "hello"));
}

static void
it_is_known_what_was_typed_into_it(void **state)
{
	static const struct {
		const char	*was, *now;
		size_t		 from, to;
		bool		 longer;
	} lines[] = {
		{ "/msg bob 1", "/msg bob 1/msg eve 2", 10, 20, true },
		{ "/msg bob 1", "/msg eve 2/msg bob 1", 5, 15, false },
		{ "aaa", "aaaa", 3, 4, true },
		{ "abc", "ac", 1, 1, false },
		{ "abc", "", 0, 0, false },
		{ "abc", "axxc", 1, 3, false },
	};
	size_t i, from, to;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		back_note(&back, lines[i].was, BACK_KEPT);
		assert_false(back_is_changed(&back, lines[i].was));
		assert_true(back_is_changed(&back, lines[i].now));
		back_typed(&back, lines[i].now, &from, &to);
		assert_int_equal(from, lines[i].from);
		assert_int_equal(to, lines[i].to);
		assert_true(back_is_longer(&back, lines[i].now) ==
		    lines[i].longer);
	}
	back_clear(&back);
	assert_false(back_is_changed(&back, "abc"));
}

static void
what_is_asked_is_of_that_line_alone(void **state)
{
	(void)state;
	back_note(&back, "/msg bob 1", BACK_LATE);
	assert_null(back.question);
	back_ask(&back, "To him?", 1000);
	back_ask(&back, "To her?", 2000);
	assert_string_equal(back.question, "To her?");
	/* Who presses Enter by then has not read it. */
	assert_true(back_is_unread(&back, "/msg bob 1", 2499));
	assert_false(back_is_unread(&back, "/msg bob 1", 2500));
	assert_false(back_is_unread(&back, "/msg bob 12", 2000));
	back_note(&back, "/msg bob 2", BACK_LATE);
	assert_null(back.question);
	assert_false(back_is_unread(&back, "/msg bob 2", 2000));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_comes_late_gives_way_to_what_is_typed),
		TEST(what_is_refused_or_kept_gives_way_to_a_command),
		TEST(what_stands_apart_is_a_line_of_its_own),
		TEST(it_is_known_what_was_typed_into_it),
		TEST(what_is_asked_is_of_that_line_alone),
	};

	return tests_run(tests, NULL, NULL);
}
