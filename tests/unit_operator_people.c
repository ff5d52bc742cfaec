/*
 * What the operator sees of people.
 */
#include "server/operator_people.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "server/hub.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"
#include "tests/with_operator.h"

static struct den d;
static struct reply r;
static struct guest *bob;

static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	bob = den_guest(&d, "Bob", "192.0.2.1");
	if (!den_enter(&d, bob))
		return 1;
	den_classic(&d, "192.0.2.2", 7, "L dan");
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
asked(desk_request *what, const char *arg)
{
	struct operator o = desk_at(&d);

	return desk_told(&r, what, &o, arg);
}

static void
names_are_a_line_each(void **state)
{
	(void)state;
	assert_string_equal(asked(operator_names, ""), "ok\nBob\n~dan\n");
	den_run(&d, 60000);
	assert_string_equal(asked(operator_names, ""),
	    "ok\nBob\taway\n~dan\n");
	assert_memory_equal(asked(operator_names, "-x"), "usage: ", 7);
	assert_memory_equal(asked(operator_names, "bob"), "usage: ", 7);
}

static void
a_person_is_told_with_key_address_and_times(void **state)
{
	char key[FINGERPRINT_TEXT], line[256], since[REPLY_TIME];
	const char *all;

	(void)state;
	reply_time(since, d.now_ms);
	d.now_ms += 9000;
	assert_true(den_line(&d, bob, "x"));
	d.now_ms += 5000;
	snprintf(line, sizeof(line), "ok\nBob\t%s\t192.0.2.1:2000\t%s\t5\n",
	    fingerprint_text(key, bob->key.public), since);
	assert_string_equal(asked(operator_whois, "bob"), line);
	/* All of them are told the same. */
	all = asked(operator_names, "-l");
	assert_memory_equal(all, line, strlen(line));
	snprintf(line, sizeof(line), "~dan\t-\t192.0.2.2:7\t%s\t14\n", since);
	assert_non_null(strstr(all, line));
	assert_string_equal(asked(operator_whois, "~dan") + 3, line);
}

static void
who_owns_a_name_is_told_and_nobody_is_refused(void **state)
{
	char key[FINGERPRINT_TEXT], line[256];

	(void)state;
	assert_true(den_line(&d, bob, "x"));
	den_leave(&d, bob);
	den_run(&d, 20000);
	snprintf(line, sizeof(line), "ok\nbob\t%s\t-\t-\t-\n",
	    fingerprint_text(key, bob->key.public));
	assert_string_equal(asked(operator_whois, "bob"), line);
	assert_memory_equal(asked(operator_whois, "eve\033"), "error: ", 7);
	assert_null(strchr(r.text, '\033'));
}

static void
several_devices_are_counted(void **state)
{
	struct ears ears[2];
	struct guest *one;

	(void)state;
	den_close(&d);
	den_open_people(&d);
	one = ears_device(&d, NULL, "ada", "192.0.2.1", &ears[0]);
	ears_enter(&d, one, LAB, "den");
	assert_null(strstr(asked(operator_whois, "ada"), "devices"));
	ears_enter(&d, ears_device(&d, one, "ada", "192.0.2.2", &ears[1]),
	    LAB, "den");
	assert_non_null(strstr(asked(operator_whois, "ada"),
	    "\t2 devices\n"));
	assert_non_null(strstr(asked(operator_names, "-l"),
	    "\t2 devices\n"));
	assert_string_equal(asked(operator_names, ""), "ok\nada\n");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(names_are_a_line_each),
		TEST(a_person_is_told_with_key_address_and_times),
		TEST(several_devices_are_counted),
		TEST(who_owns_a_name_is_told_and_nobody_is_refused),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
