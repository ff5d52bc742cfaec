/*
 * Fuzzing: the file of read marks. What is read is the same when it is written
 * and read again; what is wrong is refused and stays.
 */
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "server/room/marks.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { BYTES = 8192 };

#define WALL	(INT64_C(20000) * 24 * 3600 * 1000)

static const uint8_t key[NOISE_KEY] = { 7 }, log_id[JOURNAL_ID] = { 9 };

/* Each mark of the one is the other's, and there are no more. */
static void
same(const struct persons *a, const struct persons *b)
{
	const struct mark *m, *n;
	struct person *p = NULL, *q;
	size_t count = 0;

	MUST(persons_count(b) <= persons_count(a));
	while ((p = persons_next(a, p)) != NULL) {
		MUST((q = persons_find(b, p->key)) != NULL);
		for (m = NULL; (m = marks_next(p, m)) != NULL; ) {
			MUST(m->seq <= ENTRY_SEQ_MAX && !m->gone);
			count++;
			MUST((n = marks_find(q, m->log)) != NULL);
			MUST(n->seq == m->seq && n->missed == m->missed);
		}
	}
	for (p = NULL; (p = persons_next(b, p)) != NULL; )
		for (n = NULL; (n = marks_next(p, n)) != NULL; )
			MUST(count-- > 0);
}

static void
use(const struct disk *d, struct persons *persons, struct marks *marks)
{
	struct persons *again = persons_new(0);
	struct person *p = persons_hold(persons, key);
	struct journal_why why;
	struct marks *two;

	MUST(marks_begin(marks, p, log_id));
	marks_end(marks, WALL, p, log_id);
	MUST(marks_begin(marks, p, log_id));
	MUST(marks_move(marks, p, log_id, 3));
	MUST(marks_write(marks));
	MUST((two = marks_open(d, "/d", again, &why)) != NULL);
	MUST(marks_find(persons_find(again, key), log_id)->seq == 3);
	same(persons, again);
	MUST(marks_close(two) == 0);
	marks_end(marks, WALL, p, log_id);
	persons_let(persons, p);
	MUST(marks_close(marks) == 0);
	persons_free(again);
	again = persons_new(0);
	MUST((two = marks_open(d, "/d", again, &why)) != NULL);
	same(persons, again);
	MUST(marks_has_left(persons_find(again, key), log_id));
	MUST(marks_close(two) == 0);
	persons_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct persons *persons = persons_new(0);
	struct journal_why why;
	struct marks *marks;
	uint8_t kept[BYTES];
	int fd;

	fuzz_ready();
	if (len > BYTES)
		len = BYTES;
	MUST(d.make_dir(d.arg, "/d") == 0);
	MUST((fd = d.open(d.arg, "/d/marks", true)) != -1);
	MUST(d.write(d.arg, fd, data, len, 0) == 0);
	marks = marks_open(&d, "/d", persons, &why);
	if (marks != NULL)
		use(&d, persons, marks);
	else {
		MUST(why.kind == JOURNAL_CORRUPT && why.offset < (off_t)len);
		MUST(d.read(d.arg, fd, kept, BYTES, 0) == (ssize_t)len);
		MUST(memcmp(kept, data, len) == 0);
	}
	d.close(d.arg, fd);
	persons_free(persons);
	memdisk_free(mem);
	return 0;
}
