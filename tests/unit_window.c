/*
 * A room's window: what it holds, and that each holds its own.
 */
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/window.h"
#include "tui/shared/record.h"
#include "tui/text/edit.h"
#include "tui/text/history.h"

enum { BYTES = 64 * 1024 };

static void
each_window_holds_its_own(void **state)
{
	struct window *w = window_new(0, "", 0, BYTES);
	struct window *other = window_new(1, "ops", 3, BYTES);
	struct entry e = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = "hello", .text_len = 5, .time_ms = 1 };
	size_t len;

	(void)state;
	assert_non_null(w);
	assert_non_null(other);
	assert_int_equal(other->number, 1);
	assert_string_equal(other->asked, "ops");
	assert_string_equal(window_name(other), "ops");
	assert_string_equal(w->asked, "");
	assert_true(history_append(w->history, &e, 0, 0));
	people_take(&w->people, &e);
	assert_true(edit_set(w->edit, "for bob", 7));
	assert_int_equal(history_end(other->history),
	    history_first(other->history));
	assert_int_equal(people_spoke(&w->people, "bob", 3), 1);
	assert_int_equal(people_spoke(&other->people, "bob", 3), 0);
	edit_text(other->edit, &len);
	assert_int_equal(len, 0);
	window_free(w);
	window_free(other);
	window_free(NULL);
}

/* Under another name all is told again, but for what is to be said. */
static void
a_room_that_is_forgotten_leaves_what_waits(void **state)
{
	struct window *w = window_new(0, "", 0, BYTES);
	struct entry said = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = "hello", .text_len = 5, .time_ms = 1 };
	struct entry typed = { .kind = ENTRY_SAY, .author = "ada",
	    .author_len = 3, .text = "mine", .text_len = 4, .id = 7 };
	struct entry earlier = typed;

	(void)state;
	earlier.id = 1 | RECORD_EARLIER;
	assert_true(history_append(w->history, &said, 0, 0));
	assert_true(history_post(w->history, &earlier, 0));
	assert_true(history_post(w->history, &typed, 0));
	people_take(&w->people, &said);
	w->in = w->caught_up = w->welcomed = true;
	w->read.newest = w->older.oldest = 5;
	w->unread.any = w->finder.waits = true;
	w->view.floor = 3;
	window_forget(w);
	assert_false(w->in || w->caught_up || w->welcomed);
	assert_false(w->unread.any || w->finder.waits);
	assert_int_equal(w->read.newest, 0);
	assert_int_equal(w->older.oldest, 0);
	assert_int_equal(w->view.floor, 0);
	assert_int_equal(people_spoke(&w->people, "bob", 3), 0);
	assert_int_equal(history_end(w->history), history_first(w->history));
	assert_int_equal(history_tail(w->history) - history_end(w->history),
	    1);
	assert_int_equal(history_get(w->history, history_end(
	    w->history)).entry.id, 7);
	window_free(w);
}

static void
a_room_has_a_name_that_can_be_shown(void **state)
{
	struct window *w = window_new(0, "", 0, BYTES);

	(void)state;
	assert_string_equal(window_name(w), "chat");
	window_call(w, "lab", 3);
	assert_string_equal(window_name(w), "lab");
	window_call(w, "lab\nops", 7);
	assert_string_equal(window_name(w), "lab");
	window_call(w, "a room of a name that is far too long", 37);
	assert_string_equal(window_name(w), "a room of a name tha");
	window_call(w, "", 0);
	assert_string_equal(window_name(w), "chat");
	window_free(w);
}

static void
a_part_of_the_name_is_enough(void **state)
{
	struct window *w = window_new(1, "Lab two", 7, BYTES);

	(void)state;
	assert_int_equal(window_matches(w, "", 0), 1);
	assert_int_equal(window_matches(w, "lab", 3), 2);
	assert_int_equal(window_matches(w, "two", 3), 1);
	assert_int_equal(window_matches(w, "lab two", 7), 3);
	assert_int_equal(window_matches(w, "labs", 4), 0);
	assert_int_equal(window_matches(w, "lab two three", 13), 0);
	/* Capitals count where there are some. */
	assert_int_equal(window_matches(w, "LAB", 3), 0);
	assert_int_equal(window_matches(w, "Lab", 3), 2);
	window_free(w);
}

/* Since when is told by what came first of its kind. */
static void
what_goes_on_there_is_the_most_that_did(void **state)
{
	struct window *w = window_new(0, "", 0, BYTES);

	(void)state;
	window_note(w, WINDOW_SAID, 1);
	window_note(w, WINDOW_SAID, 2);
	assert_int_equal(w->activity, WINDOW_SAID);
	assert_int_equal(w->active_ms, 1);
	window_note(w, WINDOW_MENTION, 3);
	window_note(w, WINDOW_SAID, 4);
	assert_int_equal(w->activity, WINDOW_MENTION);
	assert_int_equal(w->active_ms, 3);
	w->read.mentions = 1;
	window_quiet(w);
	assert_int_equal(w->activity, WINDOW_QUIET);
	assert_int_equal(w->read.mentions, 0);
	window_free(w);
}

/* Against a plain look at all of them. */
static void
the_next_one_is_the_one_that_waits_for_longest(void **state)
{
	struct window *w[8], *next, *other;
	struct window_list list = TAILQ_HEAD_INITIALIZER(list);
	unsigned i, round;

	(void)state;
	srandom(1);
	for (i = 0; i < 8; i++) {
		w[i] = window_new((uint16_t)i, "", 0, BYTES);
		TAILQ_INSERT_TAIL(&list, w[i], by_number);
		assert_ptr_equal(window_numbered(&list, (uint16_t)i), w[i]);
	}
	assert_null(window_numbered(&list, 8));
	assert_null(window_next_active(&list, w[0]));
	for (round = 0; round < 200; round++) {
		for (i = 0; i < 8; i++) {
			w[i]->activity = (enum window_activity)(random() % 3);
			w[i]->active_ms = random() % 4;
		}
		next = window_next_active(&list, w[0]);
		assert_ptr_not_equal(next, w[0]);
		for (i = 1; i < 8; i++) {
			other = w[i];
			if (next == NULL || other->activity > next->activity)
				assert_int_equal(other->activity,
				    WINDOW_QUIET);
			else if (other->activity == next->activity)
				assert_true(other->active_ms >
				    next->active_ms || (other->active_ms ==
				    next->active_ms &&
				    other->number >= next->number));
		}
	}
	for (i = 0; i < 8; i++)
		window_free(w[i]);
}

static void
fill(struct window *w, unsigned lines)
{
	static char text[1000];
	struct entry e = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = text, .text_len = sizeof(text) };

	memset(text, 'x', sizeof(text));
	while (lines-- > 0)
		assert_true(history_append(w->history, &e, 0, 0));
}

static size_t
bytes(const struct window *w)
{
	return history_bytes(w->history);
}

static void
who_was_not_seen_for_longest_gives_first(void **state)
{
	struct window_list list = TAILQ_HEAD_INITIALIZER(list);
	const size_t all = 12 << 20, floor = 2 << 20;
	struct window *w[4];
	size_t was[4];
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		w[i] = window_new((uint16_t)i, "", 0, all);
		TAILQ_INSERT_TAIL(&list, w[i], by_number);
		w[i]->seen_ms = i == 0 ? 0 : 10 - i;	/* 3 before 2 */
	}
	/* Alone it may have all. */
	fill(w[3], 3000);
	fill(w[2], 3000);
	fill(w[1], 2000);
	for (i = 0; i < 4; i++)
		was[i] = bytes(w[i]);
	for (i = 0; i < 4000; i++) {
		window_make_room(&list, w[0], w[0], all);
		fill(w[0], 1);
		assert_true(bytes(w[0]) + bytes(w[1]) + bytes(w[2]) +
		    bytes(w[3]) <= all);
		if (bytes(w[2]) < was[2])
			assert_true(bytes(w[3]) < floor);
		if (bytes(w[1]) < was[1])
			assert_true(bytes(w[2]) < floor);
	}
	assert_true(bytes(w[0]) > 3 << 20);
	assert_true(bytes(w[3]) < floor);
	assert_true(history_end(w[3]->history) > history_first(w[3]->history));
	/* Who is looked at gives nothing, who takes gives himself. */
	was[0] = bytes(w[0]);
	w[2]->seen_ms = 1;
	for (i = 0; i < 4000; i++) {
		window_make_room(&list, w[2], w[0], all);
		fill(w[2], 1);
	}
	assert_int_equal(bytes(w[0]), was[0]);
	assert_true(bytes(w[2]) < 4 << 20);
	for (i = 0; i < 4; i++)
		window_free(w[i]);
}

/* It may have all; with little to have, no window is without its newest. */
static void
one_has_all_and_many_have_little(void **state)
{
	struct window_list list = TAILQ_HEAD_INITIALIZER(list);
	struct window *w[8];
	unsigned i, j;

	(void)state;
	w[0] = window_new(0, "", 0, 6 << 20);
	TAILQ_INSERT_TAIL(&list, w[0], by_number);
	for (j = 0; j < 9000; j++) {
		window_make_room(&list, w[0], w[0], 6 << 20);
		fill(w[0], 1);
	}
	assert_in_range(bytes(w[0]), 4 << 20, 6 << 20);
	for (i = 1; i < 8; i++) {
		w[i] = window_new((uint16_t)i, "", 0, 6 << 20);
		TAILQ_INSERT_TAIL(&list, w[i], by_number);
	}
	for (j = 0; j < 3000; j++)
		for (i = 0; i < 8; i++) {
			window_make_room(&list, w[i], w[0], 6 << 20);
			fill(w[i], 1);
		}
	for (i = 0; i < 8; i++) {
		assert_true(bytes(w[i]) <= HISTORY_MIN_BYTES);
		assert_true(history_end(w[i]->history) -
		    history_first(w[i]->history) > 100);
		window_free(w[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_window_holds_its_own),
		cmocka_unit_test(a_room_that_is_forgotten_leaves_what_waits),
		cmocka_unit_test(a_room_has_a_name_that_can_be_shown),
		cmocka_unit_test(a_part_of_the_name_is_enough),
		cmocka_unit_test(what_goes_on_there_is_the_most_that_did),
		cmocka_unit_test(
		    the_next_one_is_the_one_that_waits_for_longest),
		cmocka_unit_test(who_was_not_seen_for_longest_gives_first),
		cmocka_unit_test(one_has_all_and_many_have_little),
	};

	return tests_run(tests, NULL, NULL);
}
