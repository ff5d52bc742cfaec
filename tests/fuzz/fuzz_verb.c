/*
 * Fuzzing: the words between the server and chat-engine. What is one goes out
 * as it came.
 */
#include <stdlib.h>

#include "server/cluster/verb.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t again[VERB_BYTES];
	uint8_t *input = fuzz_copy(data, len);
	struct verb v;

	if (verb_get(&v, input, len))
		MUST(fuzz_same(again, verb_put(again, &v), input, len));
	free(input);
	return 0;
}
