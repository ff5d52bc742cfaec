/*
 * Entries as objects for programs: a member is there where it says something.
 */
#include "common/entry_json.h"

#include <locale.h>
#include <string.h>

#include "tests/with_cmocka.h"

#define KEY	"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define TIME	"\"time\":\"1970-01-01T00:00:01.234Z\","

static char line[ENTRY_JSON_BYTES];

static const char *
line_of(uint64_t seq, enum entry_kind kind, uint32_t flags, const char *name,
    const char *text)
{
	const struct entry_json none = { 0 };
	struct entry e = { .seq = seq, .time_ms = 1234, .kind = kind,
	    .flags = flags, .author = name, .author_len = strlen(name),
	    .text = text, .text_len = strlen(text) };
	size_t len = entry_json(line, &e, &none);

	assert_int_equal(len, strlen(line));
	return line;
}

static void
what_is_said_is_told_with_who_and_when(void **state)
{
	(void)state;
	assert_string_equal(line_of(7, ENTRY_SAY, 0, "bob", "hello"),
	    "{\"n\":7," TIME "\"kind\":\"say\",\"name\":\"bob\","
	    "\"text\":\"hello\",\"verified\":true}\n");
	assert_string_equal(line_of(7, ENTRY_SAY, ENTRY_CLASSIC, "bob", "x"),
	    "{\"n\":7," TIME "\"kind\":\"say\",\"name\":\"bob\","
	    "\"text\":\"x\",\"classic\":true}\n");
}

static void
what_says_nothing_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(line_of(0, ENTRY_ANNOUNCE, 0, "", ""),
	    "{" TIME "\"kind\":\"announce\"}\n");
	assert_string_equal(line_of(7, ENTRY_LEAVE, 0, "bob", ""),
	    "{\"n\":7," TIME "\"kind\":\"leave\",\"name\":\"bob\","
	    "\"verified\":true}\n");
}

static void
what_the_entry_does_not_know_is_told_too(void **state)
{
	struct entry_json more = { .room = "host:1", .mine = true };
	struct entry e = { .seq = 7, .time_ms = 1234, .kind = ENTRY_SAY,
	    .author = "bob", .author_len = 3, .text = "x", .text_len = 1 };

	(void)state;
	entry_json(line, &e, &more);
	assert_string_equal(line, "{\"room\":\"host:1\",\"n\":7," TIME
	    "\"kind\":\"say\",\"name\":\"bob\",\"text\":\"x\","
	    "\"mine\":true,\"verified\":true}\n");
	more = (struct entry_json){ .mention = true };
	entry_json(line, &e, &more);
	assert_string_equal(line, "{\"n\":7," TIME
	    "\"kind\":\"say\",\"name\":\"bob\",\"text\":\"x\","
	    "\"mention\":true,\"verified\":true}\n");
}

static void
a_rule_is_told_in_its_parts(void **state)
{
	const uint32_t rule = ENTRY_RULE << ENTRY_ROLE_SHIFT;

	(void)state;
	assert_string_equal(line_of(7, ENTRY_ANNOUNCE, rule, "",
	    "ban bob =" KEY " 2m: loud"),
	    "{\"n\":7," TIME "\"kind\":\"rule\",\"text\":\"ban bob =" KEY
	    " 2m: loud\",\"rule\":\"ban\",\"who\":\"bob\",\"whose\":\"" KEY
	    "\",\"for_s\":120}\n");
	assert_string_equal(line_of(7, ENTRY_ANNOUNCE, rule, "", "kick ~bob"),
	    "{\"n\":7," TIME "\"kind\":\"rule\",\"text\":\"kick ~bob\","
	    "\"rule\":\"kick\",\"who\":\"bob\",\"classic\":true}\n");
	assert_string_equal(line_of(7, ENTRY_ANNOUNCE, rule, "", "close: x"),
	    "{\"n\":7," TIME "\"kind\":\"rule\",\"text\":\"close: x\","
	    "\"rule\":\"close\"}\n");
	/* Of a later version; and nobody's line is a rule. */
	assert_string_equal(line_of(7, ENTRY_ANNOUNCE, rule, "", "paint it"),
	    "{\"n\":7," TIME "\"kind\":\"rule\",\"text\":\"paint it\"}\n");
	assert_null(strstr(line_of(7, ENTRY_SAY, rule, "bob", "kick eve"),
	    "rule"));
}

/* And so is one that somebody in a talk has given himself; said to all it is no
 * more than a line. */
static void
a_rule_of_a_talk_is_one(void **state)
{
	const struct entry_json private = { .private = true }, none = { 0 };
	struct entry e = { .kind = ENTRY_ACT, .author = "bob",
	    .author_len = 3, .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT,
	    .text = "shut", .text_len = 4 };

	(void)state;
	entry_json(line, &e, &private);
	assert_non_null(strstr(line, "\"kind\":\"rule\",\"name\":\"bob\","
	    "\"text\":\"shut\",\"rule\":\"shut\",\"private\":true"));
	entry_json(line, &e, &none);
	assert_non_null(strstr(line, "\"kind\":\"act\""));
	assert_null(strstr(line, "rule"));
}

static void
a_tab_is_a_tab_and_a_newline_a_newline(void **state)
{
	(void)state;
	assert_non_null(strstr(line_of(7, ENTRY_SAY, 0, "bob",
	    "a" TEXT_TAB "b\n\"c\"\\"), "\"a\\tb\\n\\\"c\\\"\\\\\""));
}

static void
the_longest_message_fits_and_one_longer_is_refused(void **state)
{
	static char text[PIECES_TEXT_BYTES + 1];
	const struct entry_json none = { 0 };
	struct entry e = { .seq = UINT64_MAX, .time_ms = ENTRY_TIME_MS_MAX,
	    .kind = ENTRY_SAY, .author = "bob", .author_len = 3,
	    .text = text, .text_len = sizeof(text) - 1 };
	size_t len;

	(void)state;
	memset(text, 1, sizeof(text));	/* six bytes each */
	len = entry_json(line, &e, &none);
	assert_true(len > 6 * PIECES_TEXT_BYTES);
	assert_int_equal(len, strlen(line));
	e.text_len++;
	assert_int_equal(entry_json(line, &e, &none), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_is_told_with_who_and_when),
		cmocka_unit_test(what_says_nothing_is_left_out),
		cmocka_unit_test(what_the_entry_does_not_know_is_told_too),
		cmocka_unit_test(a_rule_is_told_in_its_parts),
		cmocka_unit_test(a_rule_of_a_talk_is_one),
		cmocka_unit_test(a_tab_is_a_tab_and_a_newline_a_newline),
		cmocka_unit_test(
		    the_longest_message_fits_and_one_longer_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
