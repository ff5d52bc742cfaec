/*
 * The line that is handed out: read strictly, written as it is read.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/invite.h"
#include "tests/with_cmocka.h"

#define KEY	"CNOo7-4ixE_cPn22dbDbJA"
#define HOST_60	"a23456789.123456789.123456789.123456789.123456789." \
		"123456789."

static void
reads(const char *line, const char *key, const char *host, unsigned port)
{
	struct invite invite;

	assert_true(invite_is(line));
	assert_int_equal(invite_read(&invite, line), INVITE_OK);
	assert_string_equal(invite.key, key);
	assert_string_equal(invite.host, host);
	assert_int_equal(invite.port, port);
}

static void
refuses(const char *line, enum invite_error why)
{
	static const struct invite none;
	struct invite invite;

	assert_int_equal(invite_read(&invite, line), why);
	assert_memory_equal(&invite, &none, sizeof(none));
	assert_true(strlen(invite_reason(why)) > 20);
}

static void
a_line_says_key_host_and_port(void **state)
{
	(void)state;
	reads("chat://" KEY "@lab.example.org:7001", KEY, "lab.example.org",
	    7001);
	reads("chat://" KEY "@lab", KEY, "lab", 0);
	reads("chat://lab:1", "", "lab", 1);
	reads("chat://lab", "", "lab", 0);
	reads("chat://192.0.2.7:65535", "", "192.0.2.7", 65535);
	reads("chat://my_lab-2", "", "my_lab-2", 0);
	reads("CHAT://lab", "", "lab", 0);
}

static void
an_ipv6_address_stands_in_brackets(void **state)
{
	(void)state;
	reads("chat://" KEY "@[2001:db8::1]:7001", KEY, "2001:db8::1", 7001);
	reads("chat://[::1]", "", "::1", 0);
	reads("chat://[::ffff:192.0.2.7]/", "", "::ffff:192.0.2.7", 0);
	refuses("chat://2001:db8::1", INVITE_BRACKETS);
	refuses("chat://::1", INVITE_BRACKETS);
	refuses("chat://" KEY "@::1", INVITE_BRACKETS);
	refuses("chat://[::1", INVITE_BRACKETS);
	refuses("chat://[]", INVITE_BRACKETS);
	refuses("chat://[lab]", INVITE_BRACKETS);
	refuses("chat://[192.0.2.7]", INVITE_BRACKETS);
	refuses("chat://[fe80::1%eth0]", INVITE_BRACKETS);
	refuses("chat://[::1]7001", INVITE_BAD_HOST);
}

static void
reads_room(const char *line, const char *room)
{
	struct invite invite;

	assert_int_equal(invite_read(&invite, line), INVITE_OK);
	assert_string_equal(invite.room, room);
}

static void
a_slash_may_end_it_or_a_room_behind_it(void **state)
{
	(void)state;
	reads("chat://" KEY "@lab/", KEY, "lab", 0);
	reads("chat://lab:7001/", "", "lab", 7001);
	reads_room("chat://lab", "");
	reads_room("chat://lab/", "");
	reads_room("chat://lab/ops", "ops");
	reads_room("chat://" KEY "@lab:7001/o-p_s.2", "o-p_s.2");
	reads_room("chat://[::1]:1/%e5%B0%8F%E6%98%8E", "小明");
	reads_room("chat://lab/a%40b", "a@b");
	refuses("chat://lab/a%2Fb", INVITE_ROOM);
	refuses("chat://lab/a%2", INVITE_ROOM);
	refuses("chat://lab/a%", INVITE_ROOM);
	refuses("chat://lab/a%+1", INVITE_ROOM);
	refuses("chat://lab/%00", INVITE_ROOM);
	refuses("chat://lab/two%20words", INVITE_ROOM);
	refuses("chat://lab/%40bob", INVITE_ROOM);
	refuses("chat://lab/" HOST_60, INVITE_ROOM);
	refuses("chat://" KEY "@lab:7001/ops/token", INVITE_ROOM);
	refuses("chat://lab//", INVITE_ROOM);
	refuses("chat://lab/a@b", INVITE_ROOM);
}

static void
a_key_has_22_characters_of_base64url(void **state)
{
	(void)state;
	refuses("chat://@lab", INVITE_BAD_KEY);
	refuses("chat://abc@lab", INVITE_BAD_KEY);
	refuses("chat://" KEY "A@lab", INVITE_BAD_KEY);
	refuses("chat://CNOo7+4ixE/cPn22dbDbJA@lab", INVITE_BAD_HOST);
	refuses("chat://CNOo7+4ixE_cPn22dbDbJA@lab", INVITE_FALSE_KEY);
	/* The same bytes in other letters. */
	refuses("chat://CNOo7-4ixE_cPn22dbDbJB@lab", INVITE_FALSE_KEY);
	refuses("chat://CNOo7-4ixE_cPn22dbDb==@lab", INVITE_FALSE_KEY);
	refuses("chat://CNO\x8d" "7-4ixE_cPn22dbDbJA@lab", INVITE_FALSE_KEY);
	refuses("chat://" KEY "@" KEY "@lab", INVITE_BAD_HOST);
}

static void
hosts_and_ports_are_what_they_can_be(void **state)
{
	(void)state;
	refuses("chat://", INVITE_BAD_HOST);
	refuses("chat:///", INVITE_BAD_HOST);
	refuses("chat://" KEY "@", INVITE_BAD_HOST);
	refuses("chat://:7001", INVITE_BAD_HOST);
	refuses("chat://-H", INVITE_BAD_HOST);
	refuses("chat://la b", INVITE_BAD_HOST);
	refuses("chat://lab?x=1", INVITE_BAD_HOST);
	refuses("chat://l\xc3\xa4" "b", INVITE_BAD_HOST);
	refuses("chat://" HOST_60 HOST_60 HOST_60 HOST_60 HOST_60,
	    INVITE_BAD_HOST);
	refuses("chat://lab:", INVITE_BAD_PORT);
	refuses("chat://lab:0", INVITE_BAD_PORT);
	refuses("chat://lab:08888", INVITE_BAD_PORT);
	refuses("chat://lab:65536", INVITE_BAD_PORT);
	refuses("chat://lab:+1", INVITE_BAD_PORT);
	refuses("chat://lab:8888x", INVITE_BAD_PORT);
	refuses("chat://lab:8888 ", INVITE_BAD_PORT);
}

static void
the_name_of_a_host_is_no_such_line(void **state)
{
	(void)state;
	assert_false(invite_is("lab"));
	assert_false(invite_is("chat"));
	assert_false(invite_is("chat:/lab"));
	refuses("http://lab", INVITE_BAD_HOST);
	refuses("", INVITE_BAD_HOST);
}

static void
what_is_written_is_read_again(void **state)
{
	static const char *const lines[] = { "chat://" KEY "@lab:7001",
		"chat://lab", "chat://" KEY "@[2001:db8::1]:1",
		"chat://[::1]", "chat://lab/ops",
		"chat://lab:7001/%E5%B0%8F%40", NULL };
	char again[INVITE_BYTES];
	struct invite invite;
	size_t i;

	(void)state;
	for (i = 0; lines[i] != NULL; i++) {
		assert_int_equal(invite_read(&invite, lines[i]), INVITE_OK);
		assert_string_equal(invite_write(again, &invite), lines[i]);
	}
}

static void
a_shell_takes_the_command_as_it_is(void **state)
{
	struct invite invite = { .key = KEY, .host = "lab", .port = 7001 };
	char command[INVITE_COMMAND];

	(void)state;
	assert_string_equal(invite_command(command, &invite),
	    "chat-tui chat://" KEY "@lab:7001");
	strlcpy(invite.host, "2001:db8::1", sizeof(invite.host));
	assert_string_equal(invite_command(command, &invite),
	    "chat-tui 'chat://" KEY "@[2001:db8::1]:7001'");
}

/* Computed elsewhere: half of a BLAKE2b-256. */
static void
a_key_is_known_by_its_short_fingerprint(void **state)
{
	static const uint8_t one[NOISE_KEY] = { 1 }, two[NOISE_KEY] = { 2 };
	char text[FINGERPRINT_SHORT];

	(void)state;
	assert_string_equal(fingerprint_short(text, one),
	    "r7wcBTwvJ448vUQJwcCU8Q");
	assert_true(fingerprint_is_short(text));
	assert_true(fingerprint_match(text, one));
	assert_false(fingerprint_match(text, two));
	assert_false(fingerprint_match("", one));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_key_host_and_port),
		cmocka_unit_test(an_ipv6_address_stands_in_brackets),
		cmocka_unit_test(a_slash_may_end_it_or_a_room_behind_it),
		cmocka_unit_test(a_key_has_22_characters_of_base64url),
		cmocka_unit_test(hosts_and_ports_are_what_they_can_be),
		cmocka_unit_test(the_name_of_a_host_is_no_such_line),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_shell_takes_the_command_as_it_is),
		cmocka_unit_test(a_key_is_known_by_its_short_fingerprint),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
