/*
 * What the server and chat-engine say: it comes as it went, and nothing else
 * is a word of theirs.
 */
#include <string.h>

#include "server/cluster/verb.h"
#include "tests/with_cmocka.h"

static uint8_t bytes[VERB_BYTES], large[BLOCK_BYTES + 1];

static void
test_comes_as_it_went(void **state)
{
	static const struct verb said[] = {
		{ VERB_APPEND, 7, large, BLOCK_BYTES },
		{ VERB_FETCH, UINT64_MAX, NULL, 0 },
		{ VERB_BEGIN, 0, NULL, 0 },
		{ VERB_BEGIN, 0, large, VERB_LOG_BYTES },
		{ VERB_LIVE, 3, (const uint8_t *)"a:1", 3 },
		{ VERB_REFUSED, 3, (const uint8_t *)"b:2", 3 }
	};
	struct verb v;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		len = verb_put(bytes, &said[i]);
		assert_int_equal(len, VERB_HEAD + said[i].len);
		assert_true(verb_get(&v, bytes, len));
		assert_int_equal(v.kind, said[i].kind);
		assert_true(v.number == said[i].number);
		assert_int_equal(v.len, said[i].len);
		if (v.len > 0)
			assert_memory_equal(v.bytes, said[i].bytes, v.len);
	}
}

static void
test_what_has_not_its_bytes_is_none(void **state)
{
	const struct verb odd[] = {
		{ VERB_APPEND, 1, NULL, 0 },
		{ VERB_APPEND, 1, large, BLOCK_BYTES + 1 },
		{ VERB_LOOK, 1, large, 1 },
		{ VERB_BEGIN, 0, large, VERB_LOG_BYTES - 1 },
		{ VERB_LIVE, 3, large, VERB_HERE + 1 },
		/* What is shown is no more than an address. */
		{ VERB_NODE, 3, (const uint8_t *)"a:1\nb", 5 },
		{ VERB_NODE, 3, (const uint8_t *)"\033[2J", 4 },
		{ VERB_NODE, 3, (const uint8_t *)"\xc2\x9b", 2 },
		{ VERB_NONE, 3, large, 1 }
	};
	struct verb v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		assert_int_equal(verb_put(bytes, &odd[i]), 0);
	memset(bytes, 0, sizeof(bytes));
	for (i = 0; i < 256; i++) {
		bytes[0] = (uint8_t)i;
		assert_false(verb_get(&v, bytes, VERB_HEAD - 1));
		assert_int_equal(verb_get(&v, bytes, VERB_HEAD),
		    i != VERB_NONE && i <= VERB_FORGET && i != VERB_APPEND &&
		    i != VERB_LIVE && i != VERB_BLOCK && i != VERB_NODE &&
		    i != VERB_REFUSED);
	}
	assert_false(verb_get(&v, bytes, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_as_it_went),
		cmocka_unit_test(test_what_has_not_its_bytes_is_none)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
