/*
 * The server's figures, in three forms of which each has all.
 */
#include "server/operator_stats.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/net.h"
#include "tests/with_cmocka.h"
#include "tests/with_operator.h"

static struct den d;
static struct reply r;

static int
set_up(void **state)
{
	struct guest *bob;

	(void)state;
	den_open(&d, 0);
	bob = den_guest(&d, "bob", "192.0.2.1");
	if (!den_enter(&d, bob) || !den_line(&d, bob, "hello"))
		return 1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close(&r, &d);
	return 0;
}

static const char *
stats(const char *arg)
{
	struct net_figures net = { .received = 11, .sent = 22, .lost = 33,
	    .queued_bytes = 44 };
	struct operator o = desk_at(&d);
	const char *told;

	o.net = &net;
	o.room = "a \"b\"\n\\";
	o.started_ms = d.now_ms - 90500;
	o.disk_free = 1 << 20;
	told = desk_told(&r, operator_stats, &o, arg);
	assert_false(r.cut);
	return told;
}

static void
talks_are_counted_where_there_are_some(void **state)
{
	static const uint8_t one[NOISE_KEY] = { 1 }, two[NOISE_KEY] = { 2 };
	const struct talk_wish wish = { .from = one, .to = two };
	struct talk_place *t;

	assert_null(strstr(stats(""), "talks"));
	tear_down(state);
	den_open_talks(&d);
	assert_int_equal(talks_make(d.talks, &wish, &t), TALKS_FINE);
	assert_non_null(strstr(stats(""), "\ntalks 1\ntalks_open 0\n"));
}

static void
each_line_is_a_name_and_a_value(void **state)
{
	const char *text = stats("");
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "\nhead %llu\nlog_entries %llu\n",
	    (unsigned long long)den_head(&d),
	    (unsigned long long)den_head(&d));
	assert_non_null(strstr(text, line));
	assert_memory_equal(text, "ok\nversion " VERSION "\nroom a \"b\"",
	    strlen("ok\nversion " VERSION "\nroom a \"b\""));
	assert_non_null(strstr(text, "\nuptime_s 90\n"));
	assert_non_null(strstr(text, "\nmembers 1\n"));
	assert_non_null(strstr(text, "\nsessions 1\n"));
	assert_non_null(strstr(text, "\njoined 1\n"));
	assert_non_null(strstr(text, "\nlines 1\n"));
	assert_non_null(strstr(text, "\nhandshakes 1\n"));
	assert_non_null(strstr(text, "\ndisk_free_bytes 1048576\n"));
	assert_non_null(strstr(text, "\nreceived 11\nsent 22\nlost 33\n"
	    "queued_bytes 44\n"));
	assert_non_null(strstr(text, "\nrefused_banned 0\n"));
	/* Its cookie. */
	assert_non_null(strstr(text, "\ncookies 1\n"));
}

static void
an_object_has_them_all(void **state)
{
	const char *text = stats("--json");

	(void)state;
	assert_memory_equal(text, "ok\n{\"version\":\"", 15);
	assert_string_equal(text + strlen(text) - 2, "}\n");
	assert_non_null(strstr(text, "\"room\":\"a \\\"b\\\"\\n\\\\\""));
	assert_non_null(strstr(text, "\"members\":1,"));
	assert_non_null(strstr(text, "\"queued_bytes\":44,"));
	assert_non_null(strstr(text, "\"dropped_bad_frame\":0}"));
}

static void
prometheus_is_told_what_only_grows(void **state)
{
	const char *text = stats("--prometheus");

	(void)state;
	assert_non_null(strstr(text, "\nchat_info{version=\"" VERSION
	    "\",room=\"a \\\"b\\\"\\n\\\\\"} 1\n"));
	assert_non_null(strstr(text, "\n# HELP chat_members People in the "
	    "room.\n# TYPE chat_members gauge\nchat_members 1\n"));
	assert_non_null(strstr(text, "\n# TYPE chat_joined_total counter\n"
	    "chat_joined_total 1\n"));
	assert_non_null(strstr(text, "\nchat_refused_banned_total 0\n"));
	assert_non_null(strstr(text, "\nchat_refused_total 0\n"));
	assert_non_null(strstr(text, "\nchat_received_total 11\n"));
	assert_non_null(strstr(text, "\nchat_lost_total 33\n"));
	assert_non_null(strstr(text, "\nchat_queued_bytes 44\n"));
}

/* The name of each line is in the other two, and nothing else is. */
static void
all_forms_have_the_same_figures(void **state)
{
	char *text = strdup(stats("")), *rest = text, *line, name[128];
	unsigned n = 0, samples = 0;
	const char *at;

	(void)state;
	assert_non_null(text);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line == '\0' || strncmp(line, "ok", 3) == 0 ||
		    strncmp(line, "room ", 5) == 0 ||
		    strncmp(line, "version ", 8) == 0)
			continue;
		line[strcspn(line, " ")] = '\0';
		snprintf(name, sizeof(name), "\"%s\":", line);
		assert_non_null(strstr(stats("--json"), name));
		snprintf(name, sizeof(name), "\nchat_%s", line);
		assert_non_null(strstr(stats("--prometheus"), name));
		n++;
	}
	free(text);
	assert_true(n > 40);
	for (at = stats("--prometheus"); (at = strstr(at, "\nchat_")) != NULL;
	    at++)
		samples++;
	assert_int_equal(samples, n + 1);	/* chat_info */
}

static void
another_form_is_refused(void **state)
{
	(void)state;
	assert_memory_equal(stats("--xml"), "usage: ", 7);
	assert_memory_equal(stats("--json --prometheus"), "usage: ", 7);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_line_is_a_name_and_a_value),
		TEST(talks_are_counted_where_there_are_some),
		TEST(an_object_has_them_all),
		TEST(prometheus_is_told_what_only_grows),
		TEST(all_forms_have_the_same_figures),
		TEST(another_form_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
