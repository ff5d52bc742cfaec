/*
 * Fuzzing: records of the pipes between the client's processes, whichever of
 * the two has been taken over by whoever sent it something. There is one way
 * to write each.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tui/shared/record.h"

static bool
inside(const char *text, size_t n, const uint8_t *bytes, size_t len)
{
	const char *from = (const char *)bytes;

	return n == 0 || (text >= from && text + n <= from + len);
}

static void
check(const struct record *r, const uint8_t *bytes, size_t used)
{
	uint8_t again[RECORD_BYTES];

	MUST(inside(r->text, r->text_len, bytes, used));
	MUST(inside(r->entry.text, r->entry.text_len, bytes, used));
	MUST(inside(r->entry.author, r->entry.author_len, bytes, used));
	MUST(fuzz_same(again, record_encode(again, r), bytes, used));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *bytes = fuzz_copy(data, len);
	size_t used, from = 0, less;
	struct record r;

	fuzz_ready();
	while (record_decode(bytes + from, len - from, &r, &used) ==
	    RECORD_OK) {
		MUST(used > 0 && used <= RECORD_BYTES && used <= len - from);
		check(&r, bytes + from, used);
		/* A beginning of it is no other record. */
		less = used - 1;
		MUST(record_decode(bytes + from, less, &r, &less) ==
		    RECORD_MORE);
		from += used;
	}
	free(bytes);
	return 0;
}
