/*
 * Fuzzing: the file of leases. What opens is the same when it is opened again;
 * what is wrong is refused and stays; and the table goes on as one does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/lease.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { BYTES = 8192 };
static const int64_t today = INT64_C(1800000000000);

static void
put(const struct disk *d, const uint8_t *bytes, size_t len)
{
	int fd = d->open(d->arg, "/d/leases", true);

	MUST(fd != -1 && d->write(d->arg, fd, bytes, len, 0) == 0);
	d->close(d->arg, fd);
}

static size_t
get(const struct disk *d, uint8_t bytes[BYTES])
{
	int fd = d->open(d->arg, "/d/leases", false);
	ssize_t n;

	MUST(fd != -1);
	n = d->read(d->arg, fd, bytes, BYTES, 0);
	MUST(n >= 0 && n < BYTES);
	d->close(d->arg, fd);
	return (size_t)n;
}

static struct leases *
again(const struct disk *d, struct leases *l)
{
	struct journal_why why;

	leases_close(l);
	MUST((l = leases_open(d, "/d", today, &why)) != NULL);
	return l;
}

static void
use(const struct disk *d, struct leases *l)
{
	static const uint8_t key[NOISE_KEY] = { 5 };
	uint8_t once[BYTES], twice[BYTES];
	size_t n = get(d, once);
	const uint8_t *owner;

	l = again(d, l);
	MUST(fuzz_same(once, n, twice, get(d, twice)));
	owner = leases_owner(l, today, "bob");
	if (owner != NULL && memcmp(owner, key, NOISE_KEY) != 0) {
		MUST(!leases_take(l, today, "bob", key, 0));
		MUST(errno == EEXIST && leases_release(l, today, "bob"));
	}
	MUST(leases_take(l, today, "bob", key, 0));
	l = again(d, l);
	MUST((owner = leases_owner(l, today, "bob")) != NULL);
	MUST(memcmp(owner, key, NOISE_KEY) == 0);
	MUST(leases_release(l, today, "bob"));
	l = again(d, l);
	MUST(leases_owner(l, today, "bob") == NULL);
	leases_close(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct journal_why why;
	uint8_t kept[BYTES];
	struct leases *l;

	fuzz_ready();
	if (len > BYTES / 2)
		len = BYTES / 2;
	MUST(d.make_dir(d.arg, "/d") == 0);
	put(&d, data, len);
	if ((l = leases_open(&d, "/d", today, &why)) != NULL)
		use(&d, l);
	else {
		MUST(why.kind == JOURNAL_CORRUPT && why.offset <= (off_t)len);
		MUST(fuzz_same(kept, get(&d, kept), data, len));
	}
	memdisk_free(mem);
	return 0;
}
