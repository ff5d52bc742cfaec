/*
 * Forgetting a server: its lines go, and no others.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "tests/with_cmocka.h"
#include "tui/forget.h"

#define ONE	"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define TWO	"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct forgotten f;

/* Without the host's lines, text is rest. */
static void
leaves(const char *text, const char *host, const char *rest)
{
	char dst[1024];
	size_t n = forget_lines(dst, text, strlen(text), host, &f);

	assert_int_equal(n, strlen(rest));
	assert_memory_equal(dst, rest, n);
}

static void
its_lines_go_and_no_others(void **state)
{
	char key[FINGERPRINT_TEXT];
	uint8_t one[NOISE_KEY] = { 1 };

	(void)state;
	leaves("# mine\nlab:8888 " ONE "\nlab:88888 " TWO "\n\n#end",
	    "lab:8888", "# mine\nlab:88888 " TWO "\n\n#end");
	assert_true(f.known && !f.psk);
	assert_string_equal(f.key, fingerprint_text(key, one));
	leaves("[::1]:7 " ONE "\n#passphrase [::1]:7 " ONE "\n"
	    "#passphrase lab:1 " TWO "\n", "[::1]:7",
	    "#passphrase lab:1 " TWO "\n");
	assert_true(f.known && f.psk);
}

/* One that is cut short, or that nobody can read, would bar the file. */
static void
a_broken_line_of_its_goes_too(void **state)
{
	(void)state;
	leaves("lab:1 " ONE "\nlab:1 broken\nlab:1 ", "lab:1", "");
	assert_true(f.known);
	leaves("x y\nlab:1 AAA", "lab:1", "x y\n");
	assert_string_equal(f.key, "");
	leaves("lab:1 " ONE, "lab:1", "");
}

static void
who_is_not_there_takes_nothing_away(void **state)
{
	static const char text[] = "lab:8888 " ONE "\n# lab:1 x\n"
	    "#passphrase lab:8888 " ONE "\nlab:1";

	(void)state;
	leaves(text, "lab:1", text);
	assert_false(f.known || f.psk);
	leaves(text, "lab", text);
	leaves(text, "", text);
	leaves("", "lab:1", "");
	assert_false(f.known || f.psk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_lines_go_and_no_others),
		cmocka_unit_test(a_broken_line_of_its_goes_too),
		cmocka_unit_test(who_is_not_there_takes_nothing_away),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
