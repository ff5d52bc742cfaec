/*
 * A room's window: what it holds, and that each holds its own.
 */
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/window.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_window_holds_its_own),
	};

	return tests_run(tests, NULL, NULL);
}
