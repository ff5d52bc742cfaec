/*
 * JSON: what is written is JSON whatever is in it, and only what is exactly
 * right is read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/entry_json.h"
#include "common/json.h"
#include "tests/with_cmocka.h"

static void
an_object_is_written(void **state)
{
	char line[512];
	struct json j = json_begin(line, sizeof(line));
	size_t n;

	(void)state;
	json_number(&j, "n", UINT64_MAX);
	json_time(&j, "time", INT64_C(1795000000042));
	json_text(&j, "text", "a\"b\\c\n\t\x01\x7f/\xff中 😀", 19);
	json_true(&j, "mine");
	n = json_end(&j);
	assert_int_equal(n, strlen(line));
	assert_string_equal(line, "{\"n\":18446744073709551615,"
	    "\"time\":\"2026-11-18T11:06:40.042Z\",\"text\":"
	    "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f/\xef\xbf\xbd中 😀\","
	    "\"mine\":true}\n");
	j = json_begin(line, sizeof(line));
	assert_int_equal(json_end(&j), 3);
	assert_string_equal(line, "{}\n");
}

static void
what_does_not_fit_is_not_written(void **state)
{
	char line[16];
	struct json j;
	size_t size, n;

	(void)state;
	for (size = 1; size < sizeof(line); size++) {
		memset(line, '!', sizeof(line));
		j = json_begin(line, size);
		json_text(&j, "a", "b", 1);
		n = json_end(&j);
		assert_int_equal(n, size < 11 ? 0 : 10);
		assert_int_equal(line[size], '!');
	}
}

static void
only_an_object_with_a_text_is_read(void **state)
{
	static const char *const good[][2] = {
		{ "{\"text\":\"hi\"}", "hi" },
		{ " { \"text\" :\t\"\" }\r", "" },
		{ "{\"\\u0074ext\":\"a\\n\\t\\\\\\/\\\"\\b\"}", "a\n\t\\/\"\b" },
		{ "{\"text\":\"\\u4e2d\\uD83D\\uDE00😀\"}", "中😀😀" },
	};
	static const char *const bad[] = { "", " ", "hi", "\"hi\"", "[]",
		"null", "{}", "{", "{\"text\"", "{\"text\":", "{\"text\":}",
		"{\"text\":1}", "{\"text\":null}", "{\"text\":\"a}",
		"{\"text\":\"a\"", "{\"text\":\"a\",}", "{\"text\":\"a\"}}",
		"{\"text\":\"a\"} {\"text\":\"b\"}", "{\"text\":\"a\"}x",
		"{\"text\":\"a\",\"text\":\"b\"}", "{\"Text\":\"a\"}",
		"{\"text\":\"a\",\"kind\":\"act\"}", "{text:\"a\"}",
		"{'text':'a'}", "{\"text\":\"\t\"}", "{\"text\":\"\\x41\"}",
		"{\"text\":\"\\u12\"}", "{\"text\":\"\\u00g0\"}",
		"{\"text\":\"\\u0000\"}", "{\"text\":\"\\ud800\"}",
		"{\"text\":\"\\udc00\"}", "{\"text\":\"\\ud800\\u0041\"}",
		"{\"text\":\"\xff\"}", "\xef\xbb\xbf{\"text\":\"a\"}" };
	char text[256], *copy;
	const char *why;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		why = json_read_text(text, &n, good[i][0],
		    strlen(good[i][0]));
		if (why != NULL)
			fail_msg("%s: %s", good[i][0], why);
		assert_int_equal(n, strlen(good[i][1]));
		assert_memory_equal(text, good[i][1], n);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = strlen(bad[i]);
		copy = malloc(n + 1);	/* none beyond: a checker would see */
		assert_non_null(copy);
		memcpy(copy, bad[i], n);
		if (json_read_text(text, &n, copy, strlen(bad[i])) == NULL)
			fail_msg("taken: %s", bad[i]);
		free(copy);
	}
}

static void
a_room_or_a_person_may_stand_beside_the_text(void **state)
{
	static const struct { const char *line, *text, *room, *to; } good[] = {
		{ "{\"text\":\"hi\"}", "hi", "", "" },
		{ "{\"text\":\"hi\",\"room\":\"ops\"}", "hi", "ops", "" },
		{ "{\"to\":\"bob\",\"text\":\"hi\"}", "hi", "", "bob" },
		{ " { \"room\" : \"小明\" , \"text\" : \"a b\" } ", "a b",
		    "小明", "" } };
	static const char *const bad[] = { "{\"room\":\"ops\"}",
		"{\"text\":\"a\",\"room\":1}", "{\"text\":\"a\",}",
		"{\"text\":\"a\",\"room\":\"b\",\"room\":\"c\"}",
		"{\"room\":\"b\",\"text\":\"a\",\"text\":\"c\"}",
		"{\"text\":\"a\",\"to\":1}",
		"{\"text\":\"a\",\"to\":\"\"}",
		"{\"text\":\"a\",\"to\":\"bob\",\"room\":\"ops\"}",
		"{\"text\":\"a\",\"to\":\"bob\",\"to\":\"ops\"}",
#define A30 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"{\"text\":\"a\",\"room\":\"" A30 A30 A30 "\"}" };
	char text[256];
	struct json_whom whom;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_null(json_read_said(text, &n, &whom, good[i].line,
		    strlen(good[i].line)));
		assert_int_equal(n, strlen(good[i].text));
		assert_memory_equal(text, good[i].text, n);
		assert_string_equal(whom.room, good[i].room);
		assert_string_equal(whom.to, good[i].to);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (json_read_said(text, &n, &whom, bad[i], strlen(bad[i])) ==
		    NULL)
			fail_msg("taken: %s", bad[i]);
}

static void
check_entry(const struct entry *e, const struct entry_json *more,
    const char *want)
{
	static char line[ENTRY_JSON_BYTES];

	size_t n = entry_json(line, e, more);

	assert_int_equal(n, strlen(want));
	assert_string_equal(line, want);
}

static void
an_entry_has_what_says_something(void **state)
{
	static const char rule[] = "mute ~dave =SHA256:"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ 10m: too loud";
	struct entry e = { .seq = 7, .time_ms = 1000, .kind = ENTRY_SAY,
	    .author = "bob", .author_len = 3, .text = "a\xe2\x80\x81z",
	    .text_len = 5 };
	struct entry_json none = { .room = NULL };
	struct entry_json all = { "lab", true, true, true };

	(void)state;
	check_entry(&e, &none, "{\"n\":7,\"time\":\"1970-01-01T00:00:01.000Z\","
	    "\"kind\":\"say\",\"name\":\"bob\",\"text\":\"a\\tz\","
	    "\"verified\":true}\n");
	e.flags = ENTRY_CLASSIC;
	e.seq = 0;
	check_entry(&e, &all, "{\"room\":\"lab\","
	    "\"time\":\"1970-01-01T00:00:01.000Z\",\"kind\":\"say\","
	    "\"name\":\"bob\",\"text\":\"a\\tz\",\"mine\":true,"
	    "\"mention\":true,\"private\":true,\"classic\":true}\n");
	e = (struct entry){ .seq = 8, .kind = ENTRY_ANNOUNCE,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT, .author = "",
	    .text = rule, .text_len = sizeof(rule) - 1 };
	check_entry(&e, &none, "{\"n\":8,\"time\":\"1970-01-01T00:00:00.000Z\","
	    "\"kind\":\"rule\",\"text\":\"mute ~dave =SHA256:"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ 10m: too loud\","
	    "\"rule\":\"mute\",\"who\":\"dave\",\"whose\":\"SHA256:"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ\",\"for_s\":600,"
	    "\"classic\":true}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_is_written),
		cmocka_unit_test(what_does_not_fit_is_not_written),
		cmocka_unit_test(only_an_object_with_a_text_is_read),
		cmocka_unit_test(a_room_or_a_person_may_stand_beside_the_text),
		cmocka_unit_test(an_entry_has_what_says_something),
	};

	return tests_run(tests, NULL, NULL);
}
