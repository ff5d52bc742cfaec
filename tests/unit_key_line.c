/*
 * A person's key as a line: there and back, and nothing else.
 */
#include <sodium.h>
#include <string.h>

#include "common/key_line.h"
#include "tests/with_cmocka.h"

static struct noise_keypair own;
static const uint8_t salt[KEY_LINE_SALT] = "salt of 16 byte";
static char clear[KEY_LINE_BYTES], sealed[KEY_LINE_BYTES];

static int
set_up(void **state)
{
	static const uint8_t secret[NOISE_KEY] = { 7, 1 };

	(void)state;
	noise_keypair_from(&own, secret);
	return sodium_init() == -1 ||
	    key_line_put(clear, &own, "", 0, salt) != KEY_LINE_OK ||
	    key_line_put(sealed, &own, "sesame", 6, salt) != KEY_LINE_OK;
}

static void
must(enum key_line_error want, const char *line, const char *passphrase)
{
	static const struct noise_keypair none;
	struct noise_keypair kp = none;

	assert_int_equal(key_line_read(&kp, line, strlen(line), passphrase,
	    strlen(passphrase)), want);
	assert_memory_equal(&kp, want == KEY_LINE_OK ? &own : &none,
	    sizeof(kp));
}

static void
a_key_comes_back(void **state)
{
	(void)state;
	assert_int_equal(strlen(sealed), KEY_LINE_BYTES - 1);
	assert_int_equal(strncmp(sealed, "chatkey1.", 9), 0);
	must(KEY_LINE_OK, clear, "");
	must(KEY_LINE_OK, clear, "is not needed");
	must(KEY_LINE_OK, sealed, "sesame");
}

static void
only_its_passphrase_opens_it(void **state)
{
	(void)state;
	must(KEY_LINE_SEALED, sealed, "");
	must(KEY_LINE_WRONG, sealed, "Sesame");
}

static void
a_wrong_letter_is_seen(void **state)
{
	char line[KEY_LINE_BYTES];
	struct noise_keypair kp;
	size_t i;

	(void)state;
	/* Behind the salt, which in clear seals nothing. */
	for (i = 0; i < KEY_LINE_BYTES - 1; i++) {
		if (i > 9 && i < 32)
			continue;
		memcpy(line, clear, sizeof(line));
		line[i] = line[i] == 'A' ? 'B' : 'A';
		assert_int_not_equal(key_line_read(&kp, line, strlen(line), "",
		    0), KEY_LINE_OK);
	}
}

static void
what_is_no_such_line_is_refused(void **state)
{
	char line[KEY_LINE_BYTES + 1];

	(void)state;
	must(KEY_LINE_FORMAT, "", "");
	must(KEY_LINE_FORMAT, "chatkey1.", "");
	memcpy(line, clear, KEY_LINE_BYTES);
	line[KEY_LINE_BYTES - 2] = '\0';
	must(KEY_LINE_FORMAT, line, "");
	strlcpy(line, clear, sizeof(line));
	strlcat(line, "A", sizeof(line));
	must(KEY_LINE_FORMAT, line, "");
	strlcpy(line, clear, sizeof(line));
	line[7] = '2';
	must(KEY_LINE_FORMAT, line, "");
	line[7] = '1';
	line[9] = 'C';	/* flag 8 */
	must(KEY_LINE_FORMAT, line, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_comes_back),
		cmocka_unit_test(only_its_passphrase_opens_it),
		cmocka_unit_test(a_wrong_letter_is_seen),
		cmocka_unit_test(what_is_no_such_line_is_refused),
	};

	return tests_run(tests, set_up, NULL);
}
