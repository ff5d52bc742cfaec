/*
 * Fuzzing: a journal whose file is any bytes. What opens is a journal: dense,
 * readable, one that takes entries and opens again as it was; what does not
 * open is left as it is. The first byte: 0 leaves the checksums to chance,
 * else those of so many records are made right.
 */
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/journal.h"
#include "common/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { HEADER = 8 + 16 + 8 + 8 + 32, SEGMENT = 4096 };

static const char path[] =
    "/d/01000000000000000000000000000000/00000000000000000001.log";
static const uint8_t id[JOURNAL_ID] = { 1 };

static void
put_u32(uint8_t *at, uint32_t v)
{
	struct wire_out out = wire_out(at, 4);

	wire_put_u32(&out, v);
}

static void
set_sums(uint8_t *bytes, size_t len, unsigned records)
{
	size_t at = HEADER + 4, n;

	if (records == 0 || len < at)
		return;
	memcpy(bytes, "chatlog1", 8);
	memcpy(bytes + 8, id, sizeof(id));
	memset(bytes + 24, 0, 7);
	bytes[31] = 1;
	put_u32(bytes + HEADER, crc32c(bytes, HEADER));
	while (--records > 0 && len - at >= 8) {
		n = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
		bytes[at] = bytes[at + 1] = 0;
		if (n > len - at - 8)
			return;
		put_u32(bytes + at + 4, crc32c(bytes + at + 8, n));
		at += 8 + n;
	}
}

static void
put(const struct disk *d, const char *file, const uint8_t *bytes, size_t len)
{
	int fd = d->open(d->arg, file, true);

	MUST(fd != -1 && d->write(d->arg, fd, bytes, len, 0) == 0);
	MUST(d->sync(d->arg, fd) == 0);
	d->close(d->arg, fd);
}

/* Every entry is there and has its number. */
static void
read_all(struct journal *j)
{
	uint8_t chain[JOURNAL_CHAIN];
	uint64_t seq;
	struct entry e;
	struct wire_in in;
	const uint8_t *bytes;
	size_t len;

	for (seq = journal_first(j); seq <= journal_last(j); seq++) {
		MUST((bytes = journal_read(j, seq, &len)) != NULL);
		in = wire_in(bytes, len);
		MUST(entry_decode(&in, &e) == ENTRY_OK && wire_done(&in));
		MUST(e.seq == seq);
		MUST(journal_term(j, seq) <= journal_term(j,
		    journal_last(j)));
	}
	MUST(journal_read(j, seq, &len) == NULL);
	MUST(journal_chain(j, journal_last(j), chain));
	MUST(journal_chain(j, journal_first(j) - 1, chain));
	MUST(journal_term_end(j, journal_term(j, journal_last(j))) ==
	    journal_last(j));
}

static void
append(struct journal *j)
{
	uint8_t bytes[ENTRY_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct entry e = { .seq = journal_last(j) + 1, .kind = ENTRY_SAY,
	    .author = "bob", .author_len = 3, .text = "so", .text_len = 2 };

	/* The numbers go no further. */
	if (e.seq == 0 || e.seq == UINT64_MAX)
		return;
	entry_encode(&out, &e);
	MUST(journal_append(j, bytes, out.len, 1));
	MUST(journal_sync(j));
	MUST(journal_last(j) == e.seq);
}

static void
use(const struct disk *d, struct journal *j)
{
	uint8_t chain[JOURNAL_CHAIN], again[JOURNAL_CHAIN];
	struct journal_why why;
	uint64_t first, last;

	MUST(memcmp(journal_id(j), id, sizeof(id)) == 0);
	read_all(j);
	append(j);
	first = journal_first(j);
	last = journal_last(j);
	MUST(journal_chain(j, last, chain));
	journal_close(j);
	MUST((j = journal_open(d, "/d", SEGMENT, &why)) != NULL);
	MUST(journal_first(j) == first && journal_last(j) == last);
	MUST(journal_chain(j, last, again));
	MUST(memcmp(chain, again, sizeof(chain)) == 0);
	if (last >= first) {
		MUST(journal_truncate(j, last - 1));
		MUST(journal_last(j) == last - 1);
		append(j);
	}
	read_all(j);
	journal_close(j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem;
	struct journal_why why;
	struct journal *j;
	struct disk d;
	uint8_t *bytes;

	fuzz_ready();
	if (len == 0)
		return 0;
	bytes = fuzz_copy(data + 1, len - 1);
	set_sums(bytes, len - 1, data[0]);
	mem = memdisk_new();
	d = memdisk_disk(mem);
	MUST(d.make_dir(d.arg, "/d") == 0);
	MUST(d.make_dir(d.arg,
	    "/d/01000000000000000000000000000000") == 0);
	put(&d, path, bytes, len - 1);
	if ((j = journal_open(&d, "/d", SEGMENT, &why)) != NULL)
		use(&d, j);
	else
		MUST(why.kind == JOURNAL_CORRUPT || why.kind == JOURNAL_NONE);
	memdisk_free(mem);
	free(bytes);
	return 0;
}
