/*
 * A paste being gathered: its text, and when it is over.
 */
#include "tui/session/paste.h"

#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/key.h"
#include "tui/text/edit.h"

static struct paste p;

static int
set_up(void **state)
{
	(void)state;
	memset(&p, 0, sizeof(p));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	paste_clear(&p);
	return 0;
}

/* Each byte a key, as the terminal sends them. */
static void
types(const char *text)
{
	struct key k;

	for (; *text != '\0'; text++) {
		k = (struct key){ .code = (unsigned char)*text,
		    .text = { *text }, .len = (unsigned char)*text >= ' ' };
		assert_false(paste_key(&p, 7, &k));
	}
}

static void
ends_as(const char *text)
{
	assert_true(paste_key(&p, 8, &(struct key){ .code = KEYC_PASTE_END }));
	assert_false(p.open);
	assert_int_equal(p.len, strlen(text));
	if (p.len > 0)
		assert_memory_equal(p.text, text, p.len);
	paste_clear(&p);
}

static void
what_stands_in_brackets_is_text(void **state)
{
	(void)state;
	paste_open(&p, 0);
	assert_true(p.open);
	types("/quit\tand\x01more");
	ends_as("/quit\tandmore");
	paste_open(&p, 0);
	assert_false(paste_key(&p, 1, &(struct key){ .code = KEYC_F1 }));
	assert_false(paste_key(&p, 1, &(struct key){ .code = 0x4e2d,
	    .text = "\xe4\xb8\xad", .len = 3 }));
	ends_as("中");
}

static void
line_breaks_are_one_whatever_they_were(void **state)
{
	(void)state;
	paste_open(&p, 0);
	types("a\rb\nc\r\nd\r\re\n\nf\n\rg");
	ends_as("a\nb\nc\nd\n\ne\n\nf\n\ng");
	paste_open(&p, 0);
	types("a\rx\nb");
	ends_as("a\nx\nb");
}

static void
a_copied_line_is_not_two(void **state)
{
	(void)state;
	paste_open(&p, 0);
	types("one\r\n");
	ends_as("one");
	paste_open(&p, 0);
	types("one\n\n");
	ends_as("one\n");
	paste_open(&p, 0);
	types("\n");
	ends_as("");
	paste_open(&p, 0);
	ends_as("");
}

static void
an_end_that_is_lost_is_waited_for_since_the_last_key(void **state)
{
	(void)state;
	paste_open(&p, 1000);
	assert_int_equal(p.due, 1000 + PASTE_MS);
	paste_key(&p, 3000, &(struct key){ .code = 'a', .text = "a",
	    .len = 1 });
	assert_int_equal(p.due, 3000 + PASTE_MS);
	paste_close(&p);
	assert_false(p.open);
	assert_int_equal(p.len, 1);
	paste_clear(&p);
	assert_int_equal(p.len, 0);
	assert_null(p.text);
	paste_open_burst(&p, 1000);
	assert_true(p.open && p.burst);
	assert_int_equal(p.due, 1000 + PASTE_BURST_MS);
	types("a");
	assert_int_equal(p.due, 7 + PASTE_BURST_MS);
	types("\n");
	paste_close(&p);
	assert_int_equal(p.len, 1);
}

/* It is refused whole by the editor, and no memory is the price. */
static void
a_paste_that_is_too_long_stays_just_too_long(void **state)
{
	struct key k = { .code = 'a', .text = "abcd", .len = 4 };
	size_t i;

	(void)state;
	paste_open(&p, 0);
	for (i = 0; i < EDIT_BYTES; i++)
		paste_key(&p, 0, &k);
	assert_in_range(p.len, EDIT_BYTES + 1, EDIT_BYTES + 2);
	assert_true(p.cap <= 4 * EDIT_BYTES);
	paste_clear(&p);
	/* Where it was cut there may have been a line's end, which is left
	 * out. */
	paste_open(&p, 0);
	k = (struct key){ .code = 'a', .text = "a", .len = 1 };
	for (i = 0; i < EDIT_BYTES; i++)
		paste_key(&p, 0, &k);
	types("\nand more");
	assert_true(paste_key(&p, 8, &(struct key){ .code = KEYC_PASTE_END }));
	assert_true(p.len > EDIT_BYTES);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_stands_in_brackets_is_text),
		TEST(line_breaks_are_one_whatever_they_were),
		TEST(a_copied_line_is_not_two),
		TEST(an_end_that_is_lost_is_waited_for_since_the_last_key),
		TEST(a_paste_that_is_too_long_stays_just_too_long),
	};

	return tests_run(tests, NULL, NULL);
}
