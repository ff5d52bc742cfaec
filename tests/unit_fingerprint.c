/*
 * What people call a public key by: whole, short, and what is none.
 */
#include "common/fingerprint.h"

#include <stddef.h>
#include <string.h>

#include "tests/with_cmocka.h"

static const uint8_t one[NOISE_KEY] = { 1 }, two[NOISE_KEY] = { 2 };

static void
a_fingerprint_is_that_of_sha256(void **state)
{
	char text[FINGERPRINT_TEXT];
	const uint8_t zero[NOISE_KEY] = { 0 };

	(void)state;
	assert_string_equal(fingerprint_text(text, zero),
	    "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU");
	assert_int_equal(strlen(text), FINGERPRINT_TEXT - 1);
}

static void
a_key_answers_to_its_own_names_alone(void **state)
{
	char whole[FINGERPRINT_TEXT], brief[FINGERPRINT_SHORT];

	(void)state;
	fingerprint_text(whole, one);
	fingerprint_short(brief, one);
	assert_true(fingerprint_match(whole, one));
	assert_true(fingerprint_match(brief, one));
	assert_false(fingerprint_match(whole, two));
	assert_false(fingerprint_match(brief, two));
	assert_false(fingerprint_match("", one));
	whole[FINGERPRINT_TEXT - 2] = '\0';
	assert_false(fingerprint_match(whole, one));
}

static void
what_is_no_fingerprint_is_told_apart(void **state)
{
	static const char *const bad[] = { "", "SHA256:", "lab.example.org",
	    "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKS",
	    "sha256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU",
	    "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKS\xb5",
	    "r7wcBTwvJ448vUQJwcCU8", "r7wcBTwvJ448vUQJwcCU8QA",
	    "r7wcBTwvJ448vUQJwcCU8R", "r7wcBTwvJ448vUQJwcCU+Q" };
	char brief[FINGERPRINT_SHORT], whole[FINGERPRINT_TEXT];
	size_t i;

	(void)state;
	assert_true(fingerprint_is(fingerprint_short(brief, one)));
	assert_true(fingerprint_is_short(brief));
	assert_true(fingerprint_is(fingerprint_text(whole, one)));
	assert_false(fingerprint_is_short(whole));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (fingerprint_is(bad[i]))
			fail_msg("%s is none", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fingerprint_is_that_of_sha256),
		cmocka_unit_test(a_key_answers_to_its_own_names_alone),
		cmocka_unit_test(what_is_no_fingerprint_is_told_apart)
	};

	return tests_run(tests, NULL, NULL);
}
