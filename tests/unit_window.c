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
	struct window *w = window_new(0, BYTES), *other = window_new(1, BYTES);
	struct entry e = { .kind = ENTRY_SAY, .author = "bob",
	    .author_len = 3, .text = "hello", .text_len = 5, .time_ms = 1 };
	size_t len;

	(void)state;
	assert_non_null(w);
	assert_non_null(other);
	assert_int_equal(other->number, 1);
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
	struct window *w = window_new(0, BYTES);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_window_holds_its_own),
		cmocka_unit_test(a_room_that_is_forgotten_leaves_what_waits),
	};

	return tests_run(tests, NULL, NULL);
}
