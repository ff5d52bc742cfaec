/*
 * Fuzzing: an outbox whose file is any bytes. What opens goes on as an outbox
 * does, and opens again as it was. The first byte is the number of records
 * whose checksums are made right; 0: none.
 */
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"
#include "tui/shared/outbox.h"

enum { HEADER = 8 + 4 };

static const char path[] = "/d/outbox";

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
	memcpy(bytes, "chatout1", 8);
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
check(const struct outbox *o)
{
	struct outbox_post p;
	size_t i;

	MUST(outbox_count(o) <= OUTBOX_POSTS);
	for (i = 0; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		MUST(p.text_len <= TEXT_LINE_BYTES);
		free(fuzz_copy(p.text, p.text_len));
	}
}

/* Says a line, and has what was there before acknowledged. */
static void
use(const struct disk *d, struct outbox *o)
{
	const struct entry line = { .kind = ENTRY_SAY, .text = "so",
	    .text_len = 2 };
	uint32_t number = outbox_number(o), counter;
	size_t n = outbox_count(o);
	struct outbox_post p;

	check(o);
	if (n == OUTBOX_POSTS)
		return;
	MUST(outbox_add(o, &line, 1, 9) && outbox_sync(o));
	p = outbox_get(o, n);
	MUST(outbox_count(o) == n + 1 && p.tag == 9);
	MUST(fuzz_same(p.text, p.text_len, "so", 2));
	counter = p.counter;
	outbox_close(o);
	MUST((o = outbox_open(d, path, 77)) != NULL);
	check(o);
	MUST(outbox_number(o) == number && outbox_count(o) == n + 1);
	outbox_acknowledged(o, counter);
	MUST(outbox_count(o) <= n + 1);
	MUST(outbox_renumber(o, 78, 0) && outbox_number(o) == 78);
	outbox_close(o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem;
	struct outbox *o;
	struct disk d;
	uint8_t *bytes;
	int fd;

	fuzz_ready();
	if (len == 0)
		return 0;
	bytes = fuzz_copy(data + 1, len - 1);
	set_sums(bytes, len - 1, data[0]);
	mem = memdisk_new();
	d = memdisk_disk(mem);
	MUST(d.make_dir(d.arg, "/d") == 0);
	fd = d.open(d.arg, path, true);
	MUST(fd != -1 && d.write(d.arg, fd, bytes, len - 1, 0) == 0);
	d.close(d.arg, fd);
	if ((o = outbox_open(&d, path, 77)) != NULL)
		use(&d, o);
	memdisk_free(mem);
	free(bytes);
	return 0;
}
