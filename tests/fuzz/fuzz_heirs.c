/*
 * Fuzzing: the file of keys that are out. What is read is the same when it is
 * read again, without a circle; what is wrong is refused and stays.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/heirs.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { BYTES = 8192, MAX = 8 };

static const uint8_t key[NOISE_KEY] = { 7 }, other[NOISE_KEY] = { 9 };

/* Both have the same, in that order. */
static void
same(const struct heirs *a, const struct heirs *b)
{
	const struct heir *m = NULL, *n = NULL;
	size_t count = 0;

	while ((m = heirs_each(a, m)) != NULL) {
		n = heirs_each(b, n);
		MUST(n != NULL && ++count <= MAX);
		MUST(memcmp(m->key, n->key, NOISE_KEY) == 0);
		MUST(memcmp(m->heir, n->heir, NOISE_KEY) == 0);
		MUST(m->since_ms == n->since_ms && m->since_ms >= 0);
		MUST(heirs_find(a, m->key) == m);
		MUST(heirs_find_fingerprint(a, m->fingerprint) == m);
		MUST(heirs_find(a, heirs_last(a, m->key)) == NULL);
	}
	MUST(heirs_each(b, n) == NULL || count == 0);
}

static void
use(const struct disk *d, struct heirs *heirs)
{
	struct journal_why why;
	struct heirs *again;

	if (heirs_add(heirs, 5, key, other))
		MUST(memcmp(heirs_find(heirs, key)->heir, other, NOISE_KEY) ==
		    0);
	else
		MUST(errno == EEXIST || errno == ELOOP);
	MUST(!heirs_add(heirs, 6, key, other));
	MUST((again = heirs_open(d, "/d", MAX, &why)) != NULL);
	same(heirs, again);
	heirs_close(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct journal_why why;
	struct heirs *heirs;
	uint8_t kept[BYTES];
	int fd;

	MUST(d.make_dir(d.arg, "/d") == 0);
	fd = d.open(d.arg, "/d/persons", true);
	len = len > BYTES ? BYTES : len;
	MUST(d.write(d.arg, fd, data, len, 0) == 0);
	heirs = heirs_open(&d, "/d", MAX, &why);
	MUST(d.size(d.arg, fd) == (off_t)len);
	MUST(d.read(d.arg, fd, kept, len, 0) == (ssize_t)len);
	MUST(memcmp(kept, data, len) == 0);
	d.close(d.arg, fd);
	if (heirs != NULL)
		use(&d, heirs);
	else
		MUST(why.kind == JOURNAL_CORRUPT && why.offset <= (off_t)len);
	heirs_close(heirs);
	memdisk_free(mem);
	return 0;
}
