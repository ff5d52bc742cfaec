/*
 * The steps of an edited text: back, forth, joined, bounded.
 */
#include "tui/text/undo.h"

#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

static struct undo *u;

static int
set_up(void **state)
{
	(void)state;
	return (u = undo_new()) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	undo_free(u);
	return 0;
}

/* Of texts that are not kept: the step is a copy. */
static void
note(size_t at, const char *cut, const char *put, bool joins)
{
	char *was = strdup(cut), *now = strdup(put);

	assert_true(was != NULL && now != NULL);
	assert_true(undo_note(u, &(struct undo_step){ .at = at, .cut = was,
	    .cut_len = strlen(was), .put = now, .put_len = strlen(now),
	    .caret = at + 1 }, joins));
	freezero(was, strlen(cut));
	freezero(now, strlen(put));
}

static void
is(const struct undo_step *s, size_t at, const char *cut, const char *put)
{
	assert_non_null(s);
	assert_int_equal(s->at, at);
	assert_int_equal(s->cut_len, strlen(cut));
	assert_memory_equal(s->cut, cut, s->cut_len);
	assert_int_equal(s->put_len, strlen(put));
	assert_memory_equal(s->put, put, s->put_len);
}

static void
steps_are_walked_back_and_forth(void **state)
{
	(void)state;
	assert_null(undo_back(u));
	assert_null(undo_forth(u));
	assert_null(undo_last(u));
	note(0, "", "one", false);
	note(1, "n", "N", false);
	is(undo_last(u), 1, "n", "N");
	is(undo_back(u), 1, "n", "N");
	is(undo_last(u), 0, "", "one");
	is(undo_back(u), 0, "", "one");
	assert_null(undo_back(u));
	assert_null(undo_last(u));
	is(undo_forth(u), 0, "", "one");
	is(undo_forth(u), 1, "n", "N");
	assert_null(undo_forth(u));
	assert_int_equal(undo_back(u)->caret, 2);
}

static void
what_was_undone_is_gone_with_the_next_step(void **state)
{
	(void)state;
	note(0, "", "one", false);
	note(3, "", "two", false);
	undo_back(u);
	note(3, "", "three", false);
	assert_null(undo_forth(u));
	is(undo_back(u), 3, "", "three");
	is(undo_back(u), 0, "", "one");
	assert_null(undo_back(u));
}

static void
what_is_typed_on_is_one_step(void **state)
{
	(void)state;
	note(4, "", "a", false);
	note(5, "", "bc", true);
	note(7, "", "d", true);
	is(undo_last(u), 4, "", "abcd");
	assert_int_equal(undo_back(u)->caret, 5);
	assert_null(undo_back(u));
}

static void
only_insertions_that_meet_are_joined(void **state)
{
	(void)state;
	note(0, "", "a", true);		/* with nothing */
	note(5, "", "b", true);		/* elsewhere */
	note(6, "", "c", false);	/* not asked for */
	note(7, "x", "d", true);	/* cuts */
	note(8, "", "e", true);		/* behind one that cuts */
	is(undo_back(u), 8, "", "e");
	is(undo_back(u), 7, "x", "d");
	is(undo_back(u), 6, "", "c");
	is(undo_back(u), 5, "", "b");
	is(undo_back(u), 0, "", "a");
	assert_null(undo_back(u));
}

static void
the_oldest_steps_go_and_the_newest_never_does(void **state)
{
	const size_t len = UNDO_BYTES / 4;
	char *text = malloc(UNDO_BYTES + 1);
	size_t i, n = 0;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', UNDO_BYTES);
	text[UNDO_BYTES] = '\0';
	for (i = 0; i < 10; i++)
		assert_true(undo_note(u, &(struct undo_step){ .at = i,
		    .put = text, .put_len = len }, false));
	while (undo_back(u) != NULL)
		n++;
	assert_int_equal(n, 3);		/* the fourth has no room for its own */
	assert_int_equal(undo_forth(u)->at, 7);
	note(0, "", text, false);
	is(undo_back(u), 0, "", text);
	assert_null(undo_back(u));
	free(text);
}

static void
all_can_be_forgotten(void **state)
{
	(void)state;
	note(0, "", "one", false);
	note(3, "", "two", false);
	undo_back(u);
	undo_clear(u);
	assert_null(undo_back(u));
	assert_null(undo_forth(u));
	undo_free(NULL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(steps_are_walked_back_and_forth),
		TEST(what_was_undone_is_gone_with_the_next_step),
		TEST(what_is_typed_on_is_one_step),
		TEST(only_insertions_that_meet_are_joined),
		TEST(the_oldest_steps_go_and_the_newest_never_does),
		TEST(all_can_be_forgotten),
	};

	return tests_run(tests, NULL, NULL);
}
