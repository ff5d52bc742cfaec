/*
 * What a receiver was handed: what of it the next one has to be given again.
 */
#include <stdint.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/shared/handed.h"
#include "tui/shared/record.h"

static void
add(struct handed *h, uint64_t id, const char *text)
{
	assert_true(handed_add(h, id, ENTRY_SAY, text, strlen(text)));
}

static void
what_is_not_known_to_be_kept_is_left(void **state)
{
	struct handed h = { 0 };
	char text[8] = "x";
	uint64_t id;

	(void)state;
	for (id = 1; id <= 20; id++)
		add(&h, id, text);
	handed_kept(&h, 5, 7);
	assert_int_equal(h.n, 15);
	assert_int_equal(h.lines[0].id, 6);
	handed_forget(&h, 5);
	assert_int_equal(h.n, 15);
	handed_forget(&h, 20);
	assert_int_equal(h.n, 0);
	handed_clear(&h);
}

/* The words would not tell: they may be the same. */
static void
what_the_outbox_has_beyond_is_told_by_its_counter(void **state)
{
	struct handed h = { 0 };

	(void)state;
	add(&h, 1, "ok");
	add(&h, 2, "ok");
	add(&h, 3, "long");
	add(&h, 4, "ok");
	handed_kept(&h, 1, 9);
	handed_found(&h, 8, 0, true);		/* waits from before */
	handed_found(&h, 9, 0, true);
	assert_int_equal(h.n, 3);
	handed_found(&h, 10, 0, true);
	assert_int_equal(h.n, 2);
	handed_found(&h, 11, 1, true);	/* in two pieces */
	assert_int_equal(h.n, 2);
	handed_found(&h, 12, 0, true);
	assert_int_equal(h.n, 1);
	assert_string_equal(h.lines[0].text, "ok");
	assert_int_equal(h.lines[0].id, 4);
	handed_clear(&h);
}

/* Many lines wait from before, and of a second outbox, when the first receiver
 * says so: none of them is the line that the next one is asked for. */
static void
what_waited_before_is_not_what_was_handed(void **state)
{
	struct handed h = { NULL, 0, 0, 0 };
	uint32_t i;

	(void)state;
	for (i = 1; i <= 60; i++)
		handed_found(&h, RECORD_EARLIER | i, 0, false);
	handed_found(&h, RECORD_EARLIER | (uint64_t)1 << 32 | 900, 0, false);
	assert_true(handed_add(&h, 1, ENTRY_SAY, "X", 1));
	for (i = 1; i <= 60; i++)
		handed_found(&h, RECORD_EARLIER | i, 0, true);
	handed_found(&h, RECORD_EARLIER | (uint64_t)1 << 32 | 900, 0, true);
	assert_int_equal(h.n, 1);
	handed_found(&h, RECORD_EARLIER | 61, 0, true);
	assert_int_equal(h.n, 0);
	handed_clear(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_to_be_kept_is_left),
		cmocka_unit_test(what_waited_before_is_not_what_was_handed),
		cmocka_unit_test(
		    what_the_outbox_has_beyond_is_told_by_its_counter)
	};

	return tests_run(tests, NULL, NULL);
}
