/*
 * Bytes become keys, in however many reads they come.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/screen/keyboard.h"
#include "tui/session/key.h"

static struct keyboard kb;

static int
set_up(void **state)
{
	(void)state;
	memset(&kb, 0, sizeof(kb));
	return 0;
}

/* All but the last byte leave it open; then it is this key. */
static void
is_key(const char *bytes, size_t n, uint32_t code, size_t len)
{
	struct key k = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(keyboard_gather(&kb,
		    (unsigned char)bytes[i], &k), i + 1 == n);
	assert_int_equal(k.code, code);
	assert_int_equal(k.len, len);
	assert_memory_equal(k.text, bytes, len);
}

static void
a_character_is_whole_when_its_last_byte_has_come(void **state)
{
	(void)state;
	is_key("a", 1, 'a', 1);
	is_key("\xc3\xa4", 2, 0xe4, 2);
	is_key("\xe4\xb8\xad", 3, 0x4e2d, 3);
	is_key("\xf0\x9f\x98\x84", 4, 0x1f604, 4);
	assert_int_equal(kb.len, 0);
}

static void
control_characters_type_nothing(void **state)
{
	(void)state;
	is_key("\r", 1, '\r', 0);
	is_key("\x7f", 1, 0x7f, 0);
}

static void
what_breaks_a_character_off_begins_anew(void **state)
{
	struct key k = { 0 };

	(void)state;
	assert_false(keyboard_gather(&kb, 0xe4, &k));
	assert_false(keyboard_gather(&kb, 0xb8, &k));
	is_key("x", 1, 'x', 1);
}

/* It could stand for a key of the terminal's, or for a control character. */
static void
what_is_ill_formed_is_no_key(void **state)
{
	(void)state;
	is_key("\x80", 1, 0xfffd, 1);
	is_key("\xc1", 1, 0xfffd, 1);
	is_key("\xe0\x80\x9b", 3, 0xfffd, 3);	/* ESC, overlong */
	is_key("\xf4\x90\x80\x80", 4, 0xfffd, 4);	/* KEYC_BASE */
}

static uint32_t
reported(enum keyboard_report kind, const char *bytes)
{
	uint32_t code = 0;

	keyboard_report(&kb, kind);
	for (; *bytes != '\0'; bytes++) {
		assert_true(kb.report == kind);
		assert_true(keyboard_take_report(&kb, (unsigned char)*bytes,
		    &code));
	}
	assert_true(kb.report == KEYBOARD_NONE);
	return code;
}

static void
of_the_mouse_the_wheel_is_a_key(void **state)
{
	(void)state;
	assert_int_equal(reported(KEYBOARD_SGR, "64;5;5M"), KEYC_WHEEL_UP);
	assert_int_equal(reported(KEYBOARD_SGR, "65;80;24M"),
	    KEYC_WHEEL_DOWN);
	assert_int_equal(reported(KEYBOARD_SGR, "0;1;1m"), KEYC_OTHER);
	assert_int_equal(reported(KEYBOARD_X10, "`!!"), KEYC_WHEEL_UP);
	assert_int_equal(reported(KEYBOARD_X10, "a!!"), KEYC_WHEEL_DOWN);
	assert_int_equal(reported(KEYBOARD_X10, "  \xff"), KEYC_OTHER);
}

static void
a_report_that_is_broken_off_holds_nothing_up(void **state)
{
	uint32_t code = 0;
	int i;

	(void)state;
	keyboard_report(&kb, KEYBOARD_SGR);
	assert_true(keyboard_take_report(&kb, '6', &code));
	assert_false(keyboard_take_report(&kb, 'x', &code));
	assert_true(kb.report == KEYBOARD_NONE);
	keyboard_report(&kb, KEYBOARD_SGR);
	for (i = 0; i < KEYBOARD_REPORT_BYTES - 1; i++)
		assert_true(keyboard_take_report(&kb, '1', &code));
	assert_false(keyboard_take_report(&kb, 'M', &code));
	keyboard_report(&kb, KEYBOARD_X10);
	assert_false(keyboard_take_report(&kb, '\r', &code));
	assert_int_equal(code, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_character_is_whole_when_its_last_byte_has_come),
		TEST(control_characters_type_nothing),
		TEST(what_breaks_a_character_off_begins_anew),
		TEST(what_is_ill_formed_is_no_key),
		TEST(of_the_mouse_the_wheel_is_a_key),
		TEST(a_report_that_is_broken_off_holds_nothing_up),
	};

	return tests_run(tests, NULL, NULL);
}
