/*
 * Fuzzing: entries, in the one encoding that wire, journal and pipe share.
 * There is one way to write each: what is read is written the same.
 */
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "common/wire.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct entry *e, const uint8_t *bytes, size_t len)
{
	uint8_t again[ENTRY_BYTES];
	struct wire_out out = wire_out(again, sizeof(again));
	struct wire_in in = wire_in(bytes, len);
	struct entry second;

	MUST(e->kind >= ENTRY_SAY && e->kind <= ENTRY_KIND_MAX);
	MUST(e->time_ms >= 0 && e->time_ms <= ENTRY_TIME_MS_MAX);
	MUST(e->author_len == 0 || text_name_check(e->author,
	    e->author_len) == TEXT_NAME_OK);
	MUST(e->text_len == 0 || entry_is_sealed(e) ||
	    text_is_sound(e->text, e->text_len));
	MUST(e->kind != ENTRY_RENAME || text_name_check(e->text,
	    e->text_len) == TEXT_NAME_OK);
	entry_encode(&out, e);
	MUST(!out.failed && fuzz_same(again, out.len, bytes, len));
	MUST(entry_decode_again(&in, &second) == ENTRY_OK && wire_done(&in));
	MUST(memcmp(e, &second, sizeof(second)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *bytes = fuzz_copy(data, len);
	struct wire_in in = wire_in(bytes, len);
	struct entry e;
	size_t from = 0;

	fuzz_ready();
	memset(&e, 0, sizeof(e));
	for (; entry_decode(&in, &e) == ENTRY_OK; from = in.pos) {
		MUST(in.pos > from && in.pos <= len);
		check(&e, bytes + from, in.pos - from);
	}
	free(bytes);
	return 0;
}
