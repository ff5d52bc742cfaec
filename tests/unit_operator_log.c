/*
 * The operator looks at the log: which lines, in which form, how many.
 */
#include "server/operator_log.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_log.h"
#include "tests/with_operator.h"

static struct den d;
static struct reply r;

static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close(&r, &d);
	return 0;
}

/* Something in the log, past the hub. */
static void
put(enum entry_kind kind, uint32_t flags, const char *text)
{
	struct entry e = { .kind = kind, .flags = flags,
	    .time_ms = d.now_ms, .author = "bob",
	    .author_len = 3, .text = text, .text_len = strlen(text) };

	assert_true(log_put(d.log, d.now_ms, d.now_ms, &e, 1));
}

static void
say(int from, int to)
{
	char text[16];

	for (; from <= to; from++) {
		snprintf(text, sizeof(text), "line %d.", from);
		put(ENTRY_SAY, 0, text);
	}
}

static const char *
shown(const char *arg)
{
	struct operator o = desk_at(&d);

	o.room = "den";
	return desk_told(&r, operator_log, &o, arg);
}

static unsigned
lines(const char *text)
{
	unsigned n = 0;

	while ((text = strchr(text, '\n')) != NULL) {
		text++;
		n++;
	}
	return n - 1;		/* "ok" */
}

static void
the_newest_twenty_are_shown(void **state)
{
	const char *log;

	(void)state;
	say(1, 30);
	log = shown("");
	assert_memory_equal(log, "ok\n", 3);
	assert_int_equal(lines(log), 20);
	assert_null(strstr(log, "line 10."));
	assert_non_null(strstr(log, "line 11."));
	assert_non_null(strstr(log, "\tsay\tbob\tline 30.\n"));
	log = shown("3");
	assert_int_equal(lines(log), 3);
	assert_non_null(strstr(log, "line 28."));
	assert_true(lines(shown("1000")) >= 30);
}

static void
what_was_said_since_is_shown(void **state)
{
	uint64_t number;
	char arg[64];

	(void)state;
	say(1, 5);
	number = den_head(&d);
	d.now_ms += 3600 * 1000;
	say(6, 40);
	assert_int_equal(lines(shown("--since 30m")), 35);
	assert_int_equal(lines(shown("--since 30m 2")), 2);
	snprintf(arg, sizeof(arg), "--since %llu", (unsigned long long)number);
	assert_int_equal(lines(shown(arg)), 35);
	assert_int_equal(lines(shown("--since 999999")), 0);
}

static void
for_programs_each_line_is_an_object(void **state)
{
	char *log;

	(void)state;
	say(1, 3);
	log = strdup(shown("--json 2"));
	assert_non_null(log);
	assert_int_equal(lines(log), 2);
	assert_memory_equal(log, "ok\n{\"room\":\"den\",\"n\":", 21);
	assert_non_null(strstr(log, "\"text\":\"line 3.\""));
	assert_string_equal(log, shown("2 --json"));
	free(log);
}

static void
a_long_message_is_one_line_and_shown_whole(void **state)
{
	const char *log;

	(void)state;
	say(1, 1);
	put(ENTRY_PART, 2U << ENTRY_MORE_SHIFT, "one ");
	put(ENTRY_PART, 1U << ENTRY_MORE_SHIFT | 1U << ENTRY_INDEX_SHIFT,
	    "two ");
	put(ENTRY_SAY, 2U << ENTRY_INDEX_SHIFT, "three");
	log = shown("1");
	assert_int_equal(lines(log), 1);
	assert_non_null(strstr(log, "\tsay\tbob\tone two three\n"));
	assert_int_equal(lines(shown("2")), 2);
}

static void
a_rename_that_was_refused_is_nothing_that_happened(void **state)
{
	const char *log;

	(void)state;
	say(1, 2);
	put(ENTRY_RENAME, ENTRY_QUIET, "bob");
	put(ENTRY_RENAME, 0, "robert");
	log = shown("2");
	assert_int_equal(lines(log), 2);
	assert_non_null(strstr(log, "line 2."));
	assert_non_null(strstr(log, "\trename\tbob\trobert\n"));
}

static void
what_is_asked_wrong_is_refused(void **state)
{
	static const char *const bad[] = { "x", "0", "-1", "10001", "1 2",
	    "--since", "--since yesterday", "--jsn", "1x", "--since 1h x" };
	size_t i;

	(void)state;
	say(1, 2);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_memory_equal(shown(bad[i]), "usage: ", 7);
		assert_ptr_equal(strchr(r.text, '\n'), r.text + r.len - 2);
	}
	assert_non_null(strstr(shown("a\033b"), "usage: "));
	assert_null(strchr(r.text, '\033'));
}

/* What is too much goes in front: the newest are wanted most. */
static void
of_too_much_the_newest_are_shown(void **state)
{
	static char text[TEXT_LINE_BYTES + 1];
	const char *log;
	int i;

	(void)state;
	memset(text, 'x', TEXT_LINE_BYTES);
	for (i = 0; i < 1500; i++)
		put(ENTRY_SAY, 0, text);
	say(1, 1);
	log = shown("2000");
	assert_memory_equal(log, "ok\n", 3);
	assert_false(r.cut);
	assert_true(r.len > REPLY_BYTES - 2 * TEXT_LINE_BYTES);
	assert_non_null(strstr(log, "line 1.\n"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_newest_twenty_are_shown),
		TEST(what_was_said_since_is_shown),
		TEST(for_programs_each_line_is_an_object),
		TEST(a_long_message_is_one_line_and_shown_whole),
		TEST(a_rename_that_was_refused_is_nothing_that_happened),
		TEST(what_is_asked_wrong_is_refused),
		TEST(of_too_much_the_newest_are_shown),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
