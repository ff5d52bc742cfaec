/*
 * How a frame shares out the screen, whatever its size and what it shows.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/session/complete.h"
#include "tui/session/layout.h"
#include "tui/session/people.h"
#include "tui/session/scene.h"
#include "tui/text/edit.h"

static struct edit *edit;
static struct people people;
static struct scene scene;

static int
set_up(void **state)
{
	(void)state;
	edit = edit_new();
	people_init(&people);
	people_list(&people, "alice", 5, true, false, false);
	people_list(&people, "bob", 3, false, false, false);
	scene = (struct scene){ .edit = edit, .people = &people,
	    .asker = "alice", .times = true, .side = SIDE_AUTO };
	return edit == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	edit_free(edit);
	people_clear(&people);
	return 0;
}

static void
type(const char *text)
{
	assert_true(edit_set(edit, text, strlen(text)));
}

static struct layout
laid_out(int rows, int cols)
{
	struct layout l;

	layout_scene(&l, &scene, rows, cols);
	return l;
}

/* Title, messages, status and input, from top to bottom. */
static void
rows_are(int rows, int title, int messages, int status, int input)
{
	struct layout l = laid_out(rows, 80);

	assert_int_equal(l.title, title);
	assert_int_equal(l.messages, messages);
	assert_int_equal(l.status, status);
	assert_int_equal(l.input, input);
}

static void
the_messages_have_what_the_others_leave(void **state)
{
	(void)state;
	rows_are(24, 1, 21, 1, 1);
	rows_are(4, 1, 1, 1, 1);
}

static void
of_few_rows_the_input_is_the_last_to_go(void **state)
{
	(void)state;
	rows_are(3, 1, 1, 0, 1);
	rows_are(2, 0, 0, 0, 2);
	rows_are(1, 0, 0, 0, 1);
}

static void
the_input_grows_up_to_five_rows_and_a_third(void **state)
{
	(void)state;
	type("1\n2\n3");
	rows_are(24, 1, 19, 1, 3);
	type("1\n2\n3\n4\n5\n6\n7");
	rows_are(24, 1, 17, 1, 5);
	rows_are(9, 1, 4, 1, 3);
}

static void
a_passphrase_takes_a_column_a_character(void **state)
{
	struct edit_layout input;
	struct layout l;

	(void)state;
	scene.asks = SCENE_PASSPHRASE;
	type("密码密码");
	l = laid_out(24, 80);
	assert_true(layout_input(&l, &scene, &input));
	assert_int_equal(input.nrows, 1);
	assert_int_equal(input.rows[0].cols, 4);
	assert_string_equal(input.rows[0].text, "••••");
	edit_layout_clear(&input);
}

static void
a_notice_is_whole_up_to_a_third(void **state)
{
	char notice[400];

	(void)state;
	memset(notice, 'x', sizeof(notice) - 1);
	notice[sizeof(notice) - 1] = '\0';
	scene.notice = notice;
	rows_are(24, 1, 16, 6, 1);
	rows_are(9, 1, 4, 3, 1);
	/* On the smallest it leaves a row of the chat. */
	rows_are(5, 1, 1, 2, 1);
	rows_are(4, 1, 1, 1, 1);
	/* There it is more than the title. */
	rows_are(3, 0, 1, 1, 1);
	rows_are(2, 0, 0, 0, 2);
	scene.choices.n = 2;	/* they stand in its place */
	rows_are(24, 1, 21, 1, 1);
}

static void
the_member_list_is_there_where_there_is_room(void **state)
{
	struct layout l = laid_out(24, 100);

	(void)state;
	assert_int_equal(l.side, 19);
	assert_int_equal(l.width, 81);
	assert_int_equal(laid_out(24, 99).side, 0);
	scene.side = SIDE_ON;
	assert_int_equal(laid_out(24, 40).side, 19);
	assert_int_equal(laid_out(24, 39).side, 0);
	scene.side = SIDE_OFF;
	assert_int_equal(laid_out(24, 200).side, 0);
}

static void
the_member_list_is_not_there_before_one_is_in_the_room(void **state)
{
	(void)state;
	scene.side = SIDE_ON;
	scene.entering = true;
	assert_int_equal(laid_out(24, 100).side, 0);
	scene.entering = false;
	people_clear(&people);
	assert_int_equal(laid_out(24, 100).side, 0);
}

static void
a_name_that_crowds_the_input_is_not_shown(void **state)
{
	(void)state;
	assert_int_equal(laid_out(24, 80).prompt, 8);
	assert_int_equal(laid_out(24, 16).prompt, 8);
	assert_int_equal(laid_out(24, 15).prompt, 0);
}

/* But where there are several rooms one knows in which one speaks. */
static void
the_room_is_always_there_where_there_are_several(void **state)
{
	(void)state;
	scene.asker = "a-really-long-room-3";
	assert_int_equal(laid_out(24, 40).prompt, 0);
	scene.windows.n = 2;
	assert_int_equal(laid_out(24, 80).prompt, 23);
	assert_int_equal(laid_out(24, 40).prompt, 20);
	assert_int_equal(laid_out(24, 12).prompt, 6);
	scene.windows.n = 0;
	scene.asker = "alice";
}

/* What is for one alone says so on every screen that has room for a word. */
static void
the_at_sign_of_a_talk_is_never_cut_away(void **state)
{
	int cols;

	(void)state;
	scene.asker = "@bob (old key)";
	scene.talk.typed = true;
	assert_int_equal(laid_out(24, 80).prompt, 17);
	assert_int_equal(laid_out(24, 12).prompt, 6);
	for (cols = 6; cols < 100; cols++) {
		assert_true(laid_out(24, cols).prompt >= 4);
		assert_true(laid_out(24, cols).prompt < cols);
	}
	scene.talk.typed = false;
	assert_int_equal(laid_out(24, 12).prompt, 0);
}

static void
the_gutter_gives_way_to_the_text(void **state)
{
	struct layout_gutter g = laid_out(24, 80).gutter;

	(void)state;
	assert_true(g.time);
	assert_int_equal(g.name, 6);
	assert_int_equal(g.name_cols, 10);
	assert_int_equal(g.text, 19);
	scene.times = false;
	assert_int_equal(laid_out(24, 80).gutter.text, 13);
	assert_false(laid_out(24, 39).gutter.time);
	assert_int_equal(laid_out(24, 15).gutter.name_cols, 0);
	assert_int_equal(laid_out(24, 15).gutter.text, 2);
	assert_int_equal(laid_out(24, 2).gutter.mark, -1);
	assert_int_equal(laid_out(24, 2).gutter.text, 0);
}

static void
all_rows_and_columns_are_shared_out_at_every_size(void **state)
{
	struct layout l;
	int rows, cols;

	(void)state;
	scene.side = SIDE_ON;
	scene.notice = "Somebody has to be told of a thing that is long.";
	type("what is being typed stands here, in some rows\nand more");
	for (rows = 1; rows < 60; rows++)
		for (cols = 1; cols < 140; cols++) {
			l = laid_out(rows, cols);
			assert_int_equal(l.title + l.messages + l.status +
			    l.input, rows);
			assert_true(l.messages >= 0 && l.input >= 1);
			assert_int_equal(l.width + l.side, cols);
			assert_true(l.prompt < cols);
			assert_true(l.gutter.text < l.width);
			assert_true(l.gutter.name + l.gutter.name_cols <=
			    l.gutter.text);
		}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_messages_have_what_the_others_leave),
		TEST(of_few_rows_the_input_is_the_last_to_go),
		TEST(the_input_grows_up_to_five_rows_and_a_third),
		TEST(a_passphrase_takes_a_column_a_character),
		TEST(a_notice_is_whole_up_to_a_third),
		TEST(the_member_list_is_there_where_there_is_room),
		TEST(the_member_list_is_not_there_before_one_is_in_the_room),
		TEST(a_name_that_crowds_the_input_is_not_shown),
		TEST(the_room_is_always_there_where_there_are_several),
		TEST(the_at_sign_of_a_talk_is_never_cut_away),
		TEST(the_gutter_gives_way_to_the_text),
		TEST(all_rows_and_columns_are_shared_out_at_every_size),
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return EXIT_FAILURE;
	return tests_run(tests, NULL, NULL);
}
