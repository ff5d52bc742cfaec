/*
 * Which windows have room in the row that lists them, and what it says.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/session/scene.h"
#include "tui/session/window_row.h"
#include "tui/text/pager.h"

enum { MANY = 64 };

/* The row as it stands there. */
static const char *
row(const struct scene_windows *list, int cols)
{
	static char text[MANY * WINDOW_LABEL_BYTES];
	char label[WINDOW_LABEL_BYTES];
	bool fits[MANY];
	size_t i, left = window_row_fit(list, cols, fits);

	text[0] = '\0';
	for (i = 0; i < list->n; i++)
		if (fits[i]) {
			window_row_label(label, &list->of[i]);
			strlcat(text, label, sizeof(text));
		}
	if (left > 0) {
		snprintf(label, sizeof(label), " +%zu", left);
		strlcat(text, label, sizeof(text));
	}
	return text;
}

static const struct scene_window five[] = {
	{ .number = 1, .name = "lab" },
	{ .number = 2, .name = "ops", .fresh = 3 },
	{ .number = 3, .name = "class", .fresh = 1, .mention = true },
	{ .number = 4, .name = "music", .fresh = 2, .mention = true },
	{ .number = 5, .name = "书房" }
};

static void
it_says_the_number_the_name_and_what_is_unread(void **state)
{
	const struct scene_windows list = { .of = five, .n = 5 };

	(void)state;
	assert_string_equal(row(&list, 80),
	    " 1 lab  2 ops:3  3 class!1  4 music!2  5 书房 ");
}

static void
on_a_narrow_screen_the_quiet_ones_are_there_or_counted(void **state)
{
	static const struct scene_window quiet[] = {
		{ .number = 1, .name = "lab" }, { .number = 2, .name = "ops" },
		{ .number = 3, .name = "food" },
		{ .number = 4, .name = "games" }
	};
	const struct scene_windows list = { .of = quiet, .n = 4, .shown = 3 };

	(void)state;
	assert_string_equal(row(&list, 34),
	    " 1 lab  2 ops  3 food  4 games ");
	assert_string_equal(row(&list, 28), " 1 lab  2 ops  4 games  +1");
	assert_string_equal(row(&list, 14), " 4 games  +3");
}

static void
the_least_active_give_way(void **state)
{
	const struct scene_windows list = { .of = five, .n = 5, .shown = 4 };

	(void)state;
	assert_string_equal(row(&list, 46),
	    " 1 lab  2 ops:3  3 class!1  4 music!2  5 书房 ");
	assert_string_equal(row(&list, 45),
	    " 2 ops:3  3 class!1  4 music!2  5 书房  +1");
	assert_string_equal(row(&list, 41),
	    " 3 class!1  4 music!2  5 书房  +2");
	assert_string_equal(row(&list, 31),
	    " 3 class!1  5 书房  +3");
	assert_string_equal(row(&list, 20), " 5 书房  +4");
	assert_string_equal(row(&list, 4), " +5");
	assert_string_equal(row(&list, 2), "");
}

/* It is never wider than it may be, has the one that is looked at before any
 * other, and leaves out none that is more active than one that is there. */
static void
what_is_left_out_matters_less(void **state)
{
	static const char *const names[] = { "a", "lab", "a long name", "书" };
	struct scene_window of[MANY];
	struct scene_windows list = { .of = of };
	bool fits[MANY];
	int round, cols, i, j;
	size_t left;

	(void)state;
	srandom(7);
	for (round = 0; round < 2000; round++) {
		list.n = 2 + (size_t)random() % (MANY - 2);
		list.shown = (size_t)random() % list.n;
		for (i = 0; i < (int)list.n; i++)
			of[i] = (struct scene_window){
			    .number = (unsigned)i + 1,
			    .name = names[random() % 4],
			    .fresh = (unsigned)(random() % 3 * 9),
			    .mention = random() % 2 };
		cols = (int)(random() % 160);
		left = window_row_fit(&list, cols, fits);
		assert_true(left < list.n || cols < 40);
		i = (int)strlen(row(&list, cols));
		assert_true(text_cols(row(&list, cols), (size_t)i) <=
		    cols);
		for (i = 0; i < (int)list.n; i++)
			for (j = 0; j < (int)list.n; j++) {
				if (!fits[i] || fits[j])
					continue;
				assert_int_not_equal(j, list.shown);
				if (i == (int)list.shown || of[j].fresh == 0)
					continue;
				assert_true(of[i].fresh > 0);
				assert_true(of[i].mention || !of[j].mention);
			}
	}
}

static void
there_is_a_list_where_there_are_several_and_room(void **state)
{
	struct pager pager = { .open = false };
	struct scene s = { .pager = &pager, .asks = SCENE_SAYS,
	    .windows = { .of = five, .n = 5 } };

	(void)state;
	assert_true(window_row_is_there(&s, 8));
	assert_false(window_row_is_there(&s, 7));
	s.windows.n = 1;
	assert_false(window_row_is_there(&s, 24));
	s.windows.n = 2;
	assert_true(window_row_is_there(&s, 24));
	pager.open = true;
	assert_false(window_row_is_there(&s, 24));
	pager.open = false;
	s.asks = SCENE_SEARCH;
	assert_false(window_row_is_there(&s, 24));
	s.asks = SCENE_SAYS;
	s.entering = true;
	assert_false(window_row_is_there(&s, 24));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    it_says_the_number_the_name_and_what_is_unread),
		cmocka_unit_test(on_a_narrow_screen_the_quiet_ones_are_there_or_counted),
		cmocka_unit_test(the_least_active_give_way),
		cmocka_unit_test(what_is_left_out_matters_less),
		cmocka_unit_test(
		    there_is_a_list_where_there_are_several_and_room),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
