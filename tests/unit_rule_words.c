/*
 * What is said to people of what is in force in the room.
 */
#include "tui/session/rule_words.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/fingerprint.h"
#include "common/rule.h"
#include "tests/with_cmocka.h"
#include "tui/shared/record.h"

#define KEY	"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* 2026-03-01 12:00 in UTC, which the tests are in. */
static const int64_t noon_ms = INT64_C(1772366400000);
enum { HOUR_MS = 3600 * 1000 };

static char words[RULE_WORDS_BYTES];

/* What people read of a rule of noon. */
static const char *
reads(const char *text)
{
	struct entry e = { .time_ms = noon_ms, .kind = ENTRY_ANNOUNCE,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT, .text = text,
	    .text_len = strlen(text) };
	size_t len = rule_words(words, &e);

	assert_int_equal(len, strlen(words));
	return words;
}

static void
each_rule_is_a_sentence(void **state)
{
	(void)state;
	assert_string_equal(reads("kick bob"), "bob was kicked");
	assert_string_equal(reads("ban bob"), "bob was banned");
	assert_string_equal(reads("unban bob"), "bob is not banned any more");
	assert_string_equal(reads("mute bob"), "bob was muted");
	assert_string_equal(reads("unmute bob"), "bob may speak again");
	assert_string_equal(reads("close"),
	    "the room is closed: only who is allowed may enter");
	assert_string_equal(reads("open"), "the room is open again");
	assert_string_equal(reads("allow bob"), "bob is allowed to enter");
	assert_string_equal(reads("disallow bob"),
	    "bob is no longer allowed to enter");
	assert_string_equal(reads("rekey bob =" KEY ": " KEY),
	    "bob has another key now");
	assert_string_equal(reads("ban"), "a network was banned");
	assert_string_equal(reads("ban (network) 1h: spam"),
	    "a network was banned until 13:00: spam");
	assert_string_equal(reads("unban"), "a ban was lifted");
}

static void
who_is_meant_is_called_as_he_is_known(void **state)
{
	(void)state;
	assert_string_equal(reads("kick ~bob"), "~bob was kicked");
	assert_string_equal(reads("ban =" KEY), KEY " was banned");
	/* A name says more than a key. */
	assert_string_equal(reads("ban bob =" KEY), "bob was banned");
	assert_string_equal(reads("unban =" KEY), KEY " is not banned any "
	    "more");
}

static void
an_end_and_a_reason_are_told(void **state)
{
	(void)state;
	assert_string_equal(reads("mute bob 2h"), "bob was muted until 14:00");
	assert_string_equal(reads("ban bob 12h: too loud"),
	    "bob was banned until 2026-03-02 00:00: too loud");
	assert_string_equal(reads("kick bob: 100%s"), "bob was kicked: 100%s");
}

static void
what_is_no_rule_has_no_words(void **state)
{
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = "paint bob",
	    .text_len = 9 };

	(void)state;
	assert_int_equal(rule_words(words, &e), 0);
	/* Nor has one of a talk, which no server says to a room. */
	e.text = "shut: x";
	e.text_len = 7;
	assert_int_equal(rule_words(words, &e), 0);
}

static const char *
of_oneself(const char *text)
{
	struct entry e = { .kind = ENTRY_ACT, .author = "bob",
	    .author_len = 3, .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT,
	    .text = text, .text_len = strlen(text) };
	size_t len;

	words[0] = '\0';
	len = rule_words_own(words, &e);
	assert_int_equal(len, strlen(words));
	return words;
}

static void
what_somebody_takes_in_a_talk_is_a_sentence(void **state)
{
	(void)state;
	assert_string_equal(of_oneself("shut"), "bob takes nothing more here");
	assert_string_equal(of_oneself("unshut"),
	    "bob takes again what is said here");
	assert_string_equal(of_oneself("kick ada"), "");
	assert_string_equal(of_oneself("shut up"), "");
}

static void
the_longest_reason_is_told_whole(void **state)
{
	char text[RULE_BYTES] = "kick bob: ";

	(void)state;
	memset(text + 10, 'r', RULE_REASON_BYTES);
	text[10 + RULE_REASON_BYTES] = '\0';
	assert_int_equal(strlen(reads(text)), 16 + RULE_REASON_BYTES);
}

static void
seconds_are_told_where_they_count(void **state)
{
	(void)state;
	assert_string_equal(reads("mute bob 30s"),
	    "bob was muted until 12:00:30");
	assert_string_equal(reads("mute bob 2m"),
	    "bob was muted until 12:02:00");
	assert_string_equal(reads("mute bob 3m"), "bob was muted until 12:03");
}

static void
a_day_is_told_where_it_is_another(void **state)
{
	char when[RULE_WHEN_BYTES];

	(void)state;
	rule_words_when(when, noon_ms, noon_ms - 12 * HOUR_MS);
	assert_string_equal(when, "12:00");
	rule_words_when(when, noon_ms, noon_ms - 12 * HOUR_MS - 1000);
	assert_string_equal(when, "2026-03-01 12:00");
	/* The same day of another year. */
	rule_words_when(when, noon_ms + INT64_C(365) * 24 * HOUR_MS, noon_ms);
	assert_string_equal(when, "2027-03-01 12:00");
}

static void
who_is_muted_is_told_so_himself(void **state)
{
	struct record r = { .type = RECORD_REFUSED, .flags = RECORD_MUTED,
	    .text = "loud", .text_len = 4, .wait_ms = 90 * 60 * 1000 };

	(void)state;
	assert_int_equal(rule_words_muted(words, &r, noon_ms),
	    strlen("you are muted until 13:30: loud"));
	assert_string_equal(words, "you are muted until 13:30: loud");
	rule_words_was_muted(words, &r);
	assert_string_equal(words, "you were muted: loud");
	r.wait_ms = 0;
	r.text_len = 0;
	rule_words_muted(words, &r, noon_ms);
	assert_string_equal(words, "you are muted");
	assert_int_equal(rule_words_was_muted(words, &r),
	    strlen("you were muted"));
}

/* From a receiver that was taken over: it is cut and ends. */
static void
a_reason_without_end_is_cut(void **state)
{
	static char reason[RECORD_BYTES];
	struct record r = { .type = RECORD_REFUSED, .flags = RECORD_MUTED,
	    .text = reason, .text_len = sizeof(reason) };

	(void)state;
	memset(reason, 'r', sizeof(reason));
	assert_int_equal(rule_words_muted(words, &r, noon_ms),
	    RULE_WORDS_BYTES - 1);
	assert_int_equal(strlen(words), RULE_WORDS_BYTES - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_a_sentence),
		cmocka_unit_test(who_is_meant_is_called_as_he_is_known),
		cmocka_unit_test(an_end_and_a_reason_are_told),
		cmocka_unit_test(what_is_no_rule_has_no_words),
		cmocka_unit_test(what_somebody_takes_in_a_talk_is_a_sentence),
		cmocka_unit_test(the_longest_reason_is_told_whole),
		cmocka_unit_test(seconds_are_told_where_they_count),
		cmocka_unit_test(a_day_is_told_where_it_is_another),
		cmocka_unit_test(who_is_muted_is_told_so_himself),
		cmocka_unit_test(a_reason_without_end_is_cut),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
