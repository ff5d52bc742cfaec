/*
 * What is in force in a room, as the text that says so.
 */
#include "common/rule.h"

#include <locale.h>
#include <string.h>

#include "tests/with_cmocka.h"

#define KEY	"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_Static_assert(sizeof(KEY) == FINGERPRINT_TEXT, "a whole fingerprint");

static struct rule
parsed(const char *text)
{
	struct rule r;

	assert_true(rule_parse(&r, text, strlen(text)));
	return r;
}

/* What is read says the same again. */
static void
stays(const char *text)
{
	struct rule r = parsed(text);
	char again[RULE_BYTES];
	size_t len = rule_put(again, &r);

	assert_int_equal(len, strlen(text));
	assert_string_equal(again, text);
}

static void
each_rule_is_read_as_it_is_written(void **state)
{
	static const char *const words[RULE_WORDS] = { "kick", "ban", "unban",
	    "mute", "unmute", "close", "open", "allow", "disallow", "rekey",
	    "shut", "unshut" };
	int i;

	(void)state;
	for (i = 0; i < RULE_WORDS; i++) {
		assert_int_equal(parsed(words[i]).word, i);
		if (i != RULE_BAN)
			stays(words[i]);
	}
	stays("kick bob: spam");
	stays("mute ~bob 30m: two: colons: too");
	stays("ban bob =" KEY " 2d");
	stays("ban =" KEY " 12h: ever again");
	stays("allow =" KEY);
	stays("rekey bob =" KEY ": " KEY);
	stays("ban 小明");
	stays("ban b");
}

static void
each_part_is_where_it_belongs(void **state)
{
	struct rule r = parsed("mute ~bob =" KEY " 90s: too loud");

	(void)state;
	assert_true(r.classic);
	assert_int_equal(r.name_len, 3);
	assert_memory_equal(r.name, "bob", 3);
	assert_string_equal(r.key, KEY);
	assert_int_equal(r.ms, 90000);
	assert_int_equal(r.reason_len, 8);
	assert_memory_equal(r.reason, "too loud", 8);
	r = parsed("mute bob");
	assert_false(r.classic);
	assert_string_equal(r.key, "");
	assert_int_equal(r.ms, 0);
	assert_int_equal(r.reason_len, 0);
	r = parsed("close: for tonight");
	assert_int_equal(r.name_len, 0);
	assert_memory_equal(r.reason, "for tonight", 11);
}

static void
a_time_is_written_in_its_largest_unit(void **state)
{
	static const struct {
		int64_t		 s;
		const char	*text;
	} times[] = { { 1, "ban bob 1s" }, { 60, "ban bob 1m" },
	    { 90, "ban bob 90s" }, { 3600, "ban bob 1h" },
	    { 5400, "ban bob 90m" }, { 86400, "ban bob 1d" },
	    { 90000, "ban bob 25h" } };
	char text[RULE_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		rule_put(text, &(struct rule){ .word = RULE_BAN, .name = "bob",
		    .name_len = 3, .ms = times[i].s * 1000 });
		assert_string_equal(text, times[i].text);
		assert_true(parsed(text).ms == times[i].s * 1000);
	}
}

/* Nobody is told which network: but the ban does not look like one of all. */
static void
a_ban_of_nobody_is_of_a_network(void **state)
{
	struct rule r = parsed("ban");
	char text[RULE_BYTES];

	(void)state;
	rule_put(text, &r);
	assert_string_equal(text, "ban (network)");
	stays("ban (network) 2d: spam");
	assert_int_equal(parsed("ban (network) 2d").name_len, 0);
	assert_int_equal(parsed("ban ~(network)").name_len, 9);
	assert_int_equal(parsed("ban (network) =" KEY).name_len, 9);
	assert_int_equal(parsed("mute (network)").name_len, 9);
}

/* A client shows the text as it is then. */
static void
what_is_no_rule_is_refused(void **state)
{
	static const char *const bad[] = { "", " ", "bans bob", "ba bob",
	    "Ban bob", "ban  bob", "ban bob 0s", "ban bob 1x", "ban bob 1h 1h",
	    "ban bob =" KEY " " "=" KEY, "ban bob =SHA256:short",
	    "ban bob =MD5256:" "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "ban bob =" KEY "A", "ban bob =" KEY " 1h 1h", "ban a\tb",
	    "ban ~", "ban bob eve", ": reason" };
	struct rule r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(rule_parse(&r, bad[i], strlen(bad[i])));
}

static void
the_longest_rule_fits_and_a_longer_reason_is_refused(void **state)
{
	char name[TEXT_NAME_COLS], reason[RULE_REASON_BYTES + 1];
	char text[RULE_BYTES + 1];
	struct rule r = { .word = RULE_DISALLOW, .classic = true,
	    .name = name, .name_len = sizeof(name), .key = KEY,
	    .ms = INT64_C(1000) * 365 * 86400 * 1000 - 1000,
	    .reason = reason, .reason_len = RULE_REASON_BYTES };
	struct rule again;
	size_t len;

	(void)state;
	memset(name, 'n', sizeof(name));
	memset(reason, 'r', sizeof(reason));
	len = rule_put(text, &r);
	assert_true(len < RULE_BYTES);
	assert_int_equal(len, strlen(text));
	assert_true(rule_parse(&again, text, len));
	assert_int_equal(again.reason_len, RULE_REASON_BYTES);
	assert_true(again.ms == r.ms);
	memcpy(text + len, "r", 2);
	assert_false(rule_parse(&again, text, len + 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_read_as_it_is_written),
		cmocka_unit_test(each_part_is_where_it_belongs),
		cmocka_unit_test(a_time_is_written_in_its_largest_unit),
		cmocka_unit_test(a_ban_of_nobody_is_of_a_network),
		cmocka_unit_test(what_is_no_rule_is_refused),
		cmocka_unit_test(
		    the_longest_rule_fits_and_a_longer_reason_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
