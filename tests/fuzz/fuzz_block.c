/*
 * Fuzzing: blocks. What is one says the same when it is written again, and that
 * is one, too.
 */
#include <stdlib.h>
#include <string.h>

#include "server/cluster/block.h"
#include "tests/fuzz/fuzz.h"

static size_t
write_again(const struct block *b, uint8_t *bytes, size_t size)
{
	struct wire_out out = wire_out(bytes, size);
	struct wire_in in = block_notes(b);
	char fold[TEXT_FOLD_BYTES];
	struct log_note n;
	uint32_t notes = 0;

	block_begin(&out, b);
	for (; block_next_note(&in, &n, fold); notes++)
		block_put_note(&out, &n);
	MUST(notes == b->notes_n && !out.failed);
	return out.len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *input = fuzz_copy(data, len), *first, *second;
	size_t first_len, second_len;
	struct block b, again;

	if (!block_get(&b, input, len)) {
		free(input);
		return 0;
	}
	MUST(b.node > 0 && b.first > 0);
	MUST((first = malloc(len)) != NULL && (second = malloc(len)) != NULL);
	/* Numbers may have been longer than they need to be. */
	first_len = write_again(&b, first, len);
	MUST(block_get(&again, first, first_len));
	MUST(again.nonce == b.nonce && again.first == b.first &&
	    again.term == b.term && again.node == b.node);
	MUST(fuzz_same(again.entries, again.len, b.entries, b.len));
	second_len = write_again(&again, second, len);
	MUST(fuzz_same(first, first_len, second, second_len));
	free(first);
	free(second);
	free(input);
	return 0;
}
