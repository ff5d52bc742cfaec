/*
 * Base64 that is one text for one value.
 */
#include "common/base64.h"

#include <sodium.h>
#include <string.h>

#include "tests/with_cmocka.h"

enum { PLAIN = sodium_base64_VARIANT_ORIGINAL,
	URL = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

static bool
decodes(size_t size, const char *text, int variant)
{
	uint8_t dst[64];

	return base64_decode(dst, size, text, strlen(text), variant);
}

static void
what_was_encoded_comes_back(void **state)
{
	uint8_t bytes[256], dst[256];
	char text[400];
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(bytes); size++)
		bytes[size] = (uint8_t)size;
	for (size = 0; size <= sizeof(bytes); size++) {
		sodium_bin2base64(text, sizeof(text), bytes, size, URL);
		memset(dst, 0, sizeof(dst));
		assert_true(base64_decode(dst, size, text, strlen(text), URL));
		assert_memory_equal(dst, bytes, size);
	}
}

static void
the_size_is_just_that(void **state)
{
	(void)state;
	assert_true(decodes(3, "Zm9v", PLAIN));
	assert_false(decodes(2, "Zm9v", PLAIN));
	assert_false(decodes(4, "Zm9v", PLAIN));
	assert_true(decodes(0, "", PLAIN));
	assert_false(decodes(1, "", PLAIN));
}

/* Bits behind the end, padding where there is none, and none where it is. */
static void
there_is_one_way_to_say_it(void **state)
{
	(void)state;
	assert_true(decodes(1, "Zg", URL));
	assert_false(decodes(1, "Zh", URL));
	assert_false(decodes(1, "Zg==", URL));
	assert_true(decodes(1, "Zg==", PLAIN));
	assert_false(decodes(1, "Zg", PLAIN));
	assert_true(decodes(3, "_-_-", URL));
	assert_false(decodes(3, "/+/+", URL));
	assert_false(decodes(3, "Zm9v\n", PLAIN));
	assert_false(decodes(3, " Zm9v", PLAIN));
}

static void
no_byte_beyond_ascii_is_a_letter(void **state)
{
	char text[] = "Zm9v";
	size_t at;
	int c;

	(void)state;
	for (at = 0; at < 4; at++) {
		for (c = 0x7f; c <= 0xff; c++) {
			text[at] = (char)c;
			assert_false(decodes(3, text, PLAIN));
			assert_false(decodes(3, text, URL));
		}
		text[at] = "Zm9v"[at];
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_encoded_comes_back),
		cmocka_unit_test(the_size_is_just_that),
		cmocka_unit_test(there_is_one_way_to_say_it),
		cmocka_unit_test(no_byte_beyond_ascii_is_a_letter),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
