/*
 * Entries as lines, and pastes as text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/with_cmocka.h"
#include "tui/session/key.h"
#include "tui/session/line.h"
#include "tui/session/paste.h"
#include "tui/text/edit.h"

static void
check_line(enum entry_kind kind, const char *text, const char *want)
{
	struct entry e = { .kind = kind, .author = "小明",
		.author_len = strlen("小明"), .text = text,
		.text_len = strlen(text) };
	char buf[LINE_BYTES];
	struct entry got = line_of_entry(buf, &e);

	assert_int_equal(got.text_len, strlen(want));
	assert_memory_equal(got.text, want, got.text_len);
	assert_int_equal(got.kind, kind);
	assert_ptr_equal(got.author, e.author);
}

static void
comings_and_goings_get_words(void **state)
{
	(void)state;
	check_line(ENTRY_JOIN, "", "小明 joined");
	check_line(ENTRY_LEAVE, "", "小明 left");
	check_line(ENTRY_TIMEOUT, "", "小明 timed out");
	check_line(ENTRY_ACT, "waves", "小明 waves");
	check_line(ENTRY_SAY, "100 %s %d", "100 %s %d");
	check_line(ENTRY_ANNOUNCE, "noon", "noon");
}

static void
says(const char *rule, const char *want)
{
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = rule,
		.text_len = strlen(rule), .time_ms = 1795262400000,
		.flags = ENTRY_RULE << ENTRY_ROLE_SHIFT };
	char buf[LINE_BYTES];
	struct entry got;

	setenv("TZ", "UTC0", 1);
	got = line_of_entry(buf, &e);
	assert_int_equal(got.text_len, strlen(want));
	assert_memory_equal(got.text, want, got.text_len);
}

static void
rules_get_words(void **state)
{
	(void)state;
	says("kick ~bob: too loud", "~bob was kicked: too loud");
	says("ban bob 2h", "bob was banned until 14:00");
	says("ban (network) 2h", "a network was banned until 14:00");
	says("ban (network): spam", "a network was banned: spam");
	says("unban", "a ban was lifted");
	says("dance bob", "dance bob");
}

static void
the_longest_act_is_not_cut(void **state)
{
	char text[TEXT_LINE_BYTES + 1], want[TEXT_LINE_BYTES + 64];

	(void)state;
	memset(text, 'x', TEXT_LINE_BYTES);
	text[TEXT_LINE_BYTES] = '\0';
	strlcpy(want, "小明 ", sizeof(want));
	strlcat(want, text, sizeof(want));
	check_line(ENTRY_ACT, text, want);
}

static void
a_name_is_mentioned_as_a_word(void **state)
{
	static const struct { const char *text, *name; bool is; } cases[] = {
		{ "bob", "bob", true },
		{ "@bob: hi", "bob", true },
		{ "ask Bob.", "bob", true },
		{ "bobsled", "bob", false },
		{ "kabob", "bob", false },
		{ "bob_2 said", "bob", false },
		{ "bob2", "bob", false },
		{ "ébob", "bob", false },
		{ "bobé", "bob", false },
		{ "e\u0301bob", "bob", false },
		{ "bob，你看", "bob", true },
		{ "请bob看", "bob", true },
		{ "“bob”", "bob", true },
		{ "bob…", "bob", true },
		{ "bob🙂", "bob", true },
		{ "今天小明来吗", "小明", true },
		{ "小", "小明", false },
		{ "anything", "", false },
		{ "", "bob", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(line_mentions(cases[i].text,
		    strlen(cases[i].text), cases[i].name), cases[i].is);
}

static void
a_day_ends_at_local_midnight(void **state)
{
	const int64_t noon = 1795262400000;	/* 2026-11-21 12:00 UTC */
	const int64_t hour = 3600000;

	(void)state;
	setenv("TZ", "UTC0", 1);
	assert_int_equal(line_day(noon), line_day(noon + 11 * hour));
	assert_int_not_equal(line_day(noon), line_day(noon + 12 * hour));
	setenv("TZ", "CST-8", 1);
	tzset();
	assert_int_not_equal(line_day(noon), line_day(noon + 11 * hour));
	setenv("TZ", "UTC0", 1);
}

static bool
press(struct paste *p, int64_t now, uint32_t code)
{
	struct key k = { .code = code };

	if (code >= 0x20 && code < 0x7f) {
		k.text[0] = (char)code;
		k.len = 1;
	}
	return paste_key(p, now, &k);
}

static void
a_paste_keeps_its_breaks_and_drops_the_last(void **state)
{
	struct paste p = { 0 };

	(void)state;
	paste_open(&p, 1000);
	assert_true(p.open);
	assert_false(press(&p, 1000, 'a'));
	assert_false(press(&p, 1000, '\r'));
	assert_false(press(&p, 1000, '\t'));
	assert_false(press(&p, 1000, KEYC_UP));	/* no text in it */
	assert_false(press(&p, 1000, 'b'));
	assert_false(press(&p, 1000, '\n'));
	assert_true(press(&p, 1000, KEYC_PASTE_END));
	assert_int_equal(p.len, 4);
	assert_memory_equal(p.text, "a\n\tb", 4);
	paste_clear(&p);
	assert_false(p.open);
}

static void
each_key_of_a_paste_puts_its_end_off(void **state)
{
	struct paste p = { 0 };

	(void)state;
	paste_open(&p, 1000);
	assert_int_equal(p.due, 1000 + PASTE_MS);
	press(&p, 4000, 'a');
	assert_int_equal(p.due, 4000 + PASTE_MS);
	paste_close(&p);
	assert_int_equal(p.len, 1);
	paste_clear(&p);
}

static void
a_paste_too_long_is_longer_than_what_is_taken(void **state)
{
	struct paste p = { 0 };
	struct edit *e = edit_new();
	int i;

	(void)state;
	paste_open(&p, 0);
	for (i = 0; i < EDIT_BYTES + 100; i++)
		press(&p, 0, 'x');
	press(&p, 0, KEYC_PASTE_END);
	assert_int_equal(p.len, EDIT_BYTES + 2);
	assert_false(edit_insert(e, p.text, p.len - 1));
	assert_true(edit_insert(e, p.text, p.len - 2));
	paste_clear(&p);
	edit_free(e);
}

static void
a_line_is_ones_own_by_key_or_else_by_name(void **state)
{
	struct entry e = { .author = "ann", .author_len = 3 };

	(void)state;
	assert_true(line_is_own(&e, "ann", false));
	assert_true(line_is_own(&e, "ann", true));
	assert_false(line_is_own(&e, "anna", false));
	e.flags = ENTRY_CLASSIC;
	assert_false(line_is_own(&e, "ann", false));
	e.author_len = 0;
	assert_false(line_is_own(&e, "", true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comings_and_goings_get_words),
		cmocka_unit_test(rules_get_words),
		cmocka_unit_test(the_longest_act_is_not_cut),
		cmocka_unit_test(a_name_is_mentioned_as_a_word),
		cmocka_unit_test(a_line_is_ones_own_by_key_or_else_by_name),
		cmocka_unit_test(a_day_ends_at_local_midnight),
		cmocka_unit_test(a_paste_keeps_its_breaks_and_drops_the_last),
		cmocka_unit_test(each_key_of_a_paste_puts_its_end_off),
		cmocka_unit_test(
		    a_paste_too_long_is_longer_than_what_is_taken),
	};

	return tests_run(tests, NULL, NULL);
}
