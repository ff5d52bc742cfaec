/*
 * What a hosted room's server says: where it listens, what others type.
 */
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/host.h"

static struct host host;

static bool
understands(const char *said)
{
	char lines[1024];

	memset(&host, 0, sizeof(host));
	strlcpy(lines, said, sizeof(lines));
	return host_understand(&host, lines);
}

static void
the_port_and_the_commands_are_taken(void **state)
{
	(void)state;
	assert_true(understands("listening on [::]:8889\n"
	    "room lab, key abc\n"
	    "chat-tui chat://lab:8889/abc\n"
	    "chat-tui chat://10.0.0.1:8889/abc\n"
	    "others join by one of these lines\n"));
	assert_int_equal(host.port, 8889);
	assert_string_equal(host.commands, "chat-tui chat://lab:8889/abc\n"
	    "chat-tui chat://10.0.0.1:8889/abc");
	assert_string_equal(host.share, "others: chat-tui "
	    "chat://lab:8889/abc");
}

static void
what_is_no_beginning_is_not_taken(void **state)
{
	static const char *const said[] = { "", "listening on [::]:8889\n",
		"listening on [::]:8889\nroom lab\n",
		"listening on [::]:8889\nroom lab\nothers\n",
		"chat-server: port 8888 is taken\n",
		"no room here:1\nroom lab\nchat-tui x\nothers\n",
		"listening on [::]:8889\nroom lab\nchat-tui cut o" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_false(understands(said[i]));
		assert_string_equal(host.commands, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_and_the_commands_are_taken),
		cmocka_unit_test(what_is_no_beginning_is_not_taken),
	};

	return tests_run(tests, NULL, NULL);
}
