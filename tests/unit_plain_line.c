/*
 * Entries as lines for programs: whatever was said, a line has five fields.
 */
#include "common/plain_line.h"

#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"

static char line[PLAIN_LINE_BYTES];

static const char *
line_of(enum entry_kind kind, uint32_t flags, const char *name,
    const char *text)
{
	struct entry e = { .seq = 7, .time_ms = 1234, .kind = kind,
	    .flags = flags, .author = name, .author_len = strlen(name),
	    .text = text, .text_len = strlen(text) };
	size_t len = plain_line(line, &e);

	assert_int_equal(len, strlen(line));
	return line;
}

static void
a_line_has_five_fields(void **state)
{
	(void)state;
	assert_string_equal(line_of(ENTRY_SAY, 0, "bob", "hello all"),
	    "7\t1970-01-01T00:00:01.234Z\tsay\tbob\thello all\n");
	assert_string_equal(line_of(ENTRY_ANNOUNCE, 0, "", "at five"),
	    "7\t1970-01-01T00:00:01.234Z\tannounce\t\tat five\n");
	assert_string_equal(line_of(ENTRY_LEAVE, 0, "bob", ""),
	    "7\t1970-01-01T00:00:01.234Z\tleave\tbob\t\n");
	assert_string_equal(line_of(ENTRY_ANNOUNCE,
	    ENTRY_RULE << ENTRY_ROLE_SHIFT, "", "kick bob"),
	    "7\t1970-01-01T00:00:01.234Z\trule\t\tkick bob\n");
}

static void
who_nobody_verified_is_marked(void **state)
{
	(void)state;
	assert_string_equal(line_of(ENTRY_SAY, ENTRY_CLASSIC, "bob", "x"),
	    "7\t1970-01-01T00:00:01.234Z\tsay\t~bob\tx\n");
	/* The server itself is called nothing at all. */
	assert_string_equal(line_of(ENTRY_ANNOUNCE, ENTRY_CLASSIC, "", "x"),
	    "7\t1970-01-01T00:00:01.234Z\tannounce\t\tx\n");
}

static void
nothing_said_makes_a_field_or_a_line(void **state)
{
	(void)state;
	assert_string_equal(line_of(ENTRY_SAY, 0, "a\\b",
	    "1\n2\\n\t3" TEXT_TAB "4"),
	    "7\t1970-01-01T00:00:01.234Z\tsay\ta\\\\b\t"
	    "1\\n2\\\\n\\t3\\t4\n");
}

static void
times_are_utc_to_the_last_second_there_is(void **state)
{
	struct entry e = { .seq = UINT64_MAX, .time_ms = ENTRY_TIME_MS_MAX,
	    .kind = ENTRY_JOIN, .author = "", .text = "" };

	(void)state;
	plain_line(line, &e);
	assert_string_equal(line,
	    "18446744073709551615\t9999-12-31T23:59:59.999Z\tjoin\t\t\n");
}

static void
the_longest_message_fits(void **state)
{
	static char name[TEXT_NAME_BYTES], text[PIECES_TEXT_BYTES];
	struct entry e = { .seq = UINT64_MAX, .time_ms = ENTRY_TIME_MS_MAX,
	    .kind = ENTRY_ANNOUNCE, .flags = ENTRY_CLASSIC, .author = name,
	    .author_len = sizeof(name), .text = text,
	    .text_len = sizeof(text) };
	size_t len;

	(void)state;
	memset(name, '\\', sizeof(name));
	memset(text, '\n', sizeof(text));
	len = plain_line(line, &e);
	assert_int_equal(len, strlen(line));
	assert_true(len < sizeof(line));
	assert_string_equal(line + len - 5, "\\n\\n\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_five_fields),
		cmocka_unit_test(who_nobody_verified_is_marked),
		cmocka_unit_test(nothing_said_makes_a_field_or_a_line),
		cmocka_unit_test(times_are_utc_to_the_last_second_there_is),
		cmocka_unit_test(the_longest_message_fits),
	};

	return tests_run(tests, NULL, NULL);
}
