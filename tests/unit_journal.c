/*
 * The journal on a disk in memory: what was appended is read back, a torn end
 * is cut, anything else that is wrong is refused with its place, and dying at
 * any step leaves a journal that opens.
 */
#include "common/journal.h"

#include <sys/wait.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/crc32c.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

enum {
	HEADER = 76, RECORD = 8,	/* as in the file's description */
	SMALL = 4000,			/* bytes of a segment */
	MODEL_MAX = 6000,
	MODEL_BYTES = 700		/* longest entry here */
};

#define DIR "/j"
#define LOG DIR "/000102030405060708090a0b0c0d0e0f"

static const uint8_t id[JOURNAL_ID] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
	12, 13, 14, 15 };
static const uint8_t zeros[JOURNAL_CHAIN];

/* What the journal should hold: entries[seq], for base < seq <= last. */
static struct {
	uint64_t	 base, last, base_term;
	struct model_entry {
		size_t	 len;
		uint8_t	 bytes[MODEL_BYTES];
		uint8_t	 chain[JOURNAL_CHAIN];	/* up to it */
		uint64_t term;
		int64_t	 time_ms;
	} entries[MODEL_MAX];
} model;

static struct memdisk *md;
static struct disk plain, d;
static struct journal *j;
static struct journal_why why;
static uint64_t seed;
static int64_t now_ms;

/* d is plain, of which the calls that change something may run out. */
static int steps_left = -1;		/* -1: any */
static int sync_errno;

static uint64_t
next_random(void)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t
below(uint64_t n)
{
	return next_random() % n;
}

static bool
may_step(void)
{
	if (steps_left > 0)
		steps_left--;
	errno = EIO;
	return steps_left != 0;
}

static int
step_open(void *arg, const char *path, bool make)
{
	return make && !may_step() ? -1 : plain.open(arg, path, make);
}

static int
step_write(void *arg, int fd, const void *src, size_t len, off_t at)
{
	return may_step() ? plain.write(arg, fd, src, len, at) : -1;
}

static int
step_truncate(void *arg, int fd, off_t size)
{
	return may_step() ? plain.truncate(arg, fd, size) : -1;
}

static int
step_sync(void *arg, int fd)
{
	if (sync_errno != 0) {
		errno = sync_errno;
		sync_errno = 0;		/* once, as the kernel says it */
		return -1;
	}
	return may_step() ? plain.sync(arg, fd) : -1;
}

static int
step_make_dir(void *arg, const char *path)
{
	return may_step() ? plain.make_dir(arg, path) : -1;
}

static int
step_sync_dir(void *arg, const char *path)
{
	return may_step() ? plain.sync_dir(arg, path) : -1;
}

static int
step_remove(void *arg, const char *path)
{
	return may_step() ? plain.remove(arg, path) : -1;
}

static int
step_rename(void *arg, const char *from, const char *to)
{
	return may_step() ? plain.rename(arg, from, to) : -1;
}

static void
use_disk(struct memdisk *of)
{
	md = of;
	d = plain = memdisk_disk(md);
	d.open = step_open;
	d.write = step_write;
	d.truncate = step_truncate;
	d.sync = step_sync;
	d.make_dir = step_make_dir;
	d.sync_dir = step_sync_dir;
	d.remove = step_remove;
	d.rename = step_rename;
	steps_left = -1;
	sync_errno = 0;
}

static int
set_up(void **state)
{
	(void)state;
	use_disk(memdisk_new());
	seed = 42;
	now_ms = 1000;
	j = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	journal_close(j);
	memdisk_free(md);
	return 0;
}

static struct journal *
create_in(const char *dir, size_t segment, const uint8_t *log, uint64_t first,
    uint64_t term, const uint8_t *chain)
{
	return journal_create(&d, dir, segment,
	    &(struct journal_base){ log, first, term, chain }, &why);
}

static void
create_at(uint64_t first, uint64_t term, const uint8_t *chain)
{
	j = create_in(DIR, SMALL, id, first, term, chain);
	assert_non_null(j);
	model.base = model.last = first - 1;
	model.base_term = term;
	model.entries[model.base].term = term;
	memcpy(model.entries[model.base].chain, chain, JOURNAL_CHAIN);
}

static void
create(void)
{
	create_at(1, 0, zeros);
}

static void
reopen(void)
{
	journal_close(j);
	j = journal_open(&d, DIR, SMALL, &why);
	assert_non_null(j);
}

/* Makes what entry seq of the model shall be, behind the one before it. */
static void
make_entry(uint64_t seq, enum entry_kind kind, size_t text_len)
{
	struct model_entry *m = &model.entries[seq];
	struct wire_out out = wire_out(m->bytes, sizeof(m->bytes));
	crypto_generichash_state hash;
	char text[MODEL_BYTES];
	struct entry e = { .seq = seq, .time_ms = now_ms++, .kind = kind,
	    .id = seq * 7, .author = "ann", .author_len = 3, .text = text,
	    .text_len = text_len };

	assert_true(seq < MODEL_MAX);
	memset(text, 'a' + (int)(below(26)), text_len);
	m->term = m[-1].term;
	m->time_ms = e.time_ms;
	if (kind == ENTRY_START)
		e.id = m->term += 1 + below(3);
	entry_encode(&out, &e);
	assert_false(out.failed);
	m->len = out.len;
	crypto_generichash_init(&hash, NULL, 0, JOURNAL_CHAIN);
	crypto_generichash_update(&hash, m[-1].chain, JOURNAL_CHAIN);
	crypto_generichash_update(&hash, m->bytes, m->len);
	crypto_generichash_final(&hash, m->chain, JOURNAL_CHAIN);
}

/* Appends n entries; the model has them only if the journal took them. */
static bool
append(size_t n, size_t text_max)
{
	static uint8_t bytes[2000 * MODEL_BYTES];
	size_t len = 0, i;
	uint64_t seq;
	bool good;

	for (i = 0; i < n; i++) {
		seq = model.last + 1 + i;
		make_entry(seq, below(20) == 0 || seq == 1 ? ENTRY_START :
		    ENTRY_SAY, 1 + below(text_max));
		assert_true(len + model.entries[seq].len <= sizeof(bytes));
		memcpy(bytes + len, model.entries[seq].bytes,
		    model.entries[seq].len);
		len += model.entries[seq].len;
	}
	good = journal_append(j, bytes, len, n);
	if (good)
		model.last += n;
	return good;
}

static void
assert_entry(uint64_t seq)
{
	const uint8_t *bytes;
	size_t len = 0;

	bytes = journal_read(j, seq, &len);
	assert_non_null(bytes);
	assert_int_equal(len, model.entries[seq].len);
	assert_memory_equal(bytes, model.entries[seq].bytes, len);
}

static void
assert_chain(uint64_t seq)
{
	uint8_t chain[JOURNAL_CHAIN];

	assert_true(journal_chain(j, seq, chain));
	assert_memory_equal(chain, model.entries[seq].chain, JOURNAL_CHAIN);
	assert_int_equal(journal_term(j, seq), model.entries[seq].term);
}

/* The last entry of the model in that term or an earlier one. */
static uint64_t
term_end(uint64_t term)
{
	uint64_t seq = model.last, first = journal_first(j);

	while (seq >= first && model.entries[seq].term > term)
		seq--;
	return model.entries[seq].term > term ? 0 : seq;
}

static void
assert_same(void)
{
	uint64_t seq, first = journal_first(j);
	uint8_t chain[JOURNAL_CHAIN];
	size_t len;

	assert_int_equal(journal_last(j), model.last);
	assert_true(first > model.base && first <= model.last + 1);
	assert_memory_equal(journal_id(j), id, JOURNAL_ID);
	for (seq = first; seq <= model.last; seq++)
		assert_entry(seq);
	for (seq = first - 1; seq <= model.last; seq++)
		assert_chain(seq);
	for (seq = 0; seq <= model.entries[model.last].term + 1; seq++)
		assert_int_equal(journal_term_end(j, seq), term_end(seq));

	assert_null(journal_read(j, first - 1, &len));
	assert_int_equal(errno, 0);
	assert_null(journal_read(j, model.last + 1, &len));
	assert_int_equal(errno, 0);
	assert_false(journal_chain(j, model.last + 1, chain));
	assert_int_equal(journal_term(j, model.last + 1), 0);
	if (first > 1)
		assert_false(journal_chain(j, first - 2, chain));
}

static void
count(void *to, const char *name)
{
	(void)name;
	++*(unsigned *)to;
}

static unsigned
segments(void)
{
	unsigned n = 0;

	assert_int_equal(d.list(d.arg, LOG, count, &n), 0);
	return n;
}

static const char *
segment_path(uint64_t first)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%020llu.log", LOG,
	    (unsigned long long)first);
	return path;
}

static off_t
file_size(const char *path)
{
	int fd = plain.open(plain.arg, path, false);
	off_t size;

	assert_true(fd >= 0);
	size = plain.size(plain.arg, fd);
	plain.close(plain.arg, fd);
	return size;
}

static void
cut_file(const char *path, off_t size)
{
	int fd = plain.open(plain.arg, path, false);

	assert_true(fd >= 0);
	assert_int_equal(plain.truncate(plain.arg, fd, size), 0);
	plain.close(plain.arg, fd);
}

static void
assert_refused(enum journal_error kind, const char *path, off_t offset)
{
	j = journal_open(&d, DIR, SMALL, &why);
	assert_null(j);
	assert_int_equal(why.kind, kind);
	if (kind == JOURNAL_CORRUPT) {
		assert_string_equal(why.path, path);
		assert_int_equal(why.offset, offset);
	}
}

static void
shut(void)
{
	journal_close(j);
	j = NULL;
}

static void
what_was_appended_is_read_back_after_opening_again(void **state)
{
	(void)state;
	assert_refused(JOURNAL_NONE, NULL, 0);
	assert_int_equal(plain.make_dir(plain.arg, DIR), 0);
	assert_refused(JOURNAL_NONE, NULL, 0);
	create();
	assert_int_equal(journal_first(j), 1);
	assert_int_equal(journal_bytes(j), HEADER);
	assert_same();
	reopen();
	assert_same();
	assert_true(append(1, 20));
	assert_same();
	assert_true(append(5, 20));
	assert_true(journal_sync(j));
	assert_same();
	reopen();
	assert_same();
	assert_int_equal(journal_first(j), 1);
	assert_int_equal(segments(), 1);
	assert_int_equal(journal_bytes(j), file_size(segment_path(1)));
}

static void
the_file_is_as_described(void **state)
{
	/* Of the chain, the checksums and the entry others' tests tell. */
	static const uint8_t want[HEADER - 4] = { 'c', 'h', 'a', 't', 'l',
		'o', 'g', '1', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
		14, 15, 0, 0, 0, 0, 0, 0, 0x03, 0xe9, 0, 0, 0, 0, 0, 0, 0, 9,
		0xcc, 0xdd };
	uint8_t chain[JOURNAL_CHAIN] = { 0xcc, 0xdd }, got[HEADER + RECORD];
	int fd;

	(void)state;
	create_at(1001, 9, chain);
	assert_true(append(1, 20));
	assert_same();
	reopen();
	assert_same();
	assert_int_equal(journal_first(j), 1001);
	fd = plain.open(plain.arg, segment_path(1001), false);
	assert_int_equal(plain.read(plain.arg, fd, got, sizeof(got), 0),
	    sizeof(got));
	plain.close(plain.arg, fd);
	assert_memory_equal(got, want, sizeof(want));
	assert_int_equal(got[HEADER + 3], model.entries[1001].len);
	assert_int_equal(file_size(segment_path(1001)), HEADER + RECORD +
	    model.entries[1001].len);
}

static void
segments_roll_when_they_are_full(void **state)
{
	int i;

	(void)state;
	create();
	for (i = 0; i < 300; i++)
		assert_true(append(1 + below(4), 60));
	assert_true(segments() > 5);
	assert_same();
	reopen();
	assert_same();
	/* One that is larger than a segment is written whole. */
	assert_true(append(200, 60));
	assert_same();
	reopen();
	assert_same();
}

static void
what_is_no_next_entry_is_not_appended(void **state)
{
	uint8_t bytes[2 * MODEL_BYTES];
	const struct model_entry *m = model.entries;
	size_t len;

	(void)state;
	create();
	assert_true(append(3, 20));
	make_entry(4, ENTRY_SAY, 5);
	make_entry(5, ENTRY_SAY, 5);
	memcpy(bytes, m[4].bytes, m[4].len);
	memcpy(bytes + m[4].len, m[5].bytes, m[5].len);
	len = m[4].len + m[5].len;
	assert_false(journal_append(j, m[5].bytes, m[5].len, 1));
	assert_int_equal(errno, EINVAL);
	assert_false(journal_append(j, m[3].bytes, m[3].len, 1));
	assert_false(journal_append(j, bytes, len, 1));
	assert_false(journal_append(j, bytes, len, 3));
	assert_false(journal_append(j, bytes, len, SIZE_MAX));
	assert_false(journal_append(j, bytes, len - 1, 2));
	assert_false(journal_append(j, bytes, len, 0));
	assert_true(journal_append(j, NULL, 0, 0));
	assert_same();
	assert_true(journal_append(j, bytes, len, 2));
	model.last = 5;
	assert_same();
	reopen();
	assert_same();
}

static void
terms_only_grow(void **state)
{
	uint8_t bytes[64];
	struct wire_out out;
	struct entry e = { .seq = 2, .kind = ENTRY_START };

	(void)state;
	create_at(1, 5, zeros);
	make_entry(1, ENTRY_START, 0);
	assert_true(journal_append(j, model.entries[1].bytes,
	    model.entries[1].len, 1));
	model.last = 1;
	for (e.id = 4; e.id <= model.entries[1].term; e.id++) {
		out = wire_out(bytes, sizeof(bytes));
		entry_encode(&out, &e);
		assert_false(journal_append(j, bytes, out.len, 1));
		assert_int_equal(errno, EINVAL);
	}
	assert_same();
	assert_int_equal(journal_term_end(j, 4), 0);
	assert_int_equal(journal_term_end(j, 5), 0);	/* first - 1 */
	out = wire_out(bytes, sizeof(bytes));
	entry_encode(&out, &e);
	assert_true(journal_append(j, bytes, out.len, 1));
	assert_int_equal(journal_term(j, 1), e.id - 1);
	assert_int_equal(journal_term(j, 2), e.id);
	assert_int_equal(journal_term_end(j, e.id - 1), 1);
	assert_int_equal(journal_term_end(j, e.id), 2);
	assert_int_equal(journal_term_end(j, UINT64_MAX), 2);
}

static void
truncating_forgets_and_appending_goes_on_from_there(void **state)
{
	static const uint64_t backs[] = { 0, 1, 3, 64, 65, 100, 300, 1 };
	size_t i;

	(void)state;
	create();
	assert_true(append(1, 60));
	for (i = 0; i < 200; i++)
		assert_true(append(5, 60));
	for (i = 0; i < sizeof(backs) / sizeof(backs[0]); i++) {
		model.last -= backs[i];
		assert_true(journal_truncate(j, model.last));
		assert_same();
		assert_true(append(7, 60));
		assert_same();
		assert_true(journal_truncate(j, model.last -= 7));
		/* It is gone for good, without a sync of ours. */
		memdisk_crash(md, i);
		reopen();
		assert_same();
		assert_true(append(7, 60));
		assert_same();
	}
	assert_true(journal_truncate(j, model.last = 0));
	assert_int_equal(segments(), 1);
	assert_same();
	assert_true(append(30, 60));
	reopen();
	assert_same();
}

/* To each border of a segment, and to what lies around it. */
static void
truncating_to_the_border_of_a_segment_works(void **state)
{
	uint64_t last;

	(void)state;
	create();
	assert_true(append(1, 60));
	while (segments() < 4)
		assert_true(append(1, 60));
	for (last = model.last; last > 0; last--) {
		assert_true(journal_truncate(j, model.last = last));
		assert_int_equal(journal_last(j), last);
		assert_entry(last);
		assert_chain(last);
		if (last % 8 == 0 || segments() == 1)
			continue;
		reopen();
		assert_int_equal(journal_last(j), last);
	}
	assert_same();
}

static void
old_segments_go_by_bytes_and_by_age(void **state)
{
	uint64_t first, bytes;
	unsigned before;

	(void)state;
	create();
	while (journal_bytes(j) < 10 * SMALL)
		assert_true(append(3, 60));
	before = segments();
	assert_int_equal(journal_keep(j, 0, 0), 0);
	assert_int_equal(journal_keep(j, 0, journal_bytes(j)), 0);
	bytes = journal_bytes(j);
	assert_int_equal(journal_keep(j, 0, bytes - 1), 1);
	assert_int_equal(segments(), before - 1);
	first = journal_first(j);
	assert_true(first > 1);
	assert_same();

	/* One is old only when its newest is. */
	assert_int_equal(journal_keep(j, model.entries[first].time_ms + 1, 0),
	    0);
	assert_int_equal(journal_keep(j, model.entries[first - 1].time_ms, 0),
	    0);
	assert_int_equal(journal_keep(j, INT64_MAX, 0), before - 2);
	assert_int_equal(segments(), 1);
	assert_same();
	reopen();
	assert_same();
	assert_int_equal(journal_keep(j, INT64_MAX, 1), 0);
	assert_true(append(200, 60));
	assert_same();
}

static void
age_is_told_by_the_entries_that_are_left(void **state)
{
	uint64_t old;

	(void)state;
	create();
	assert_true(append(10, 60));
	old = model.last;
	now_ms += 1000000;
	assert_true(append(5, 60));
	assert_true(journal_truncate(j, model.last = old));
	now_ms += 1000000;
	while (segments() == 1)
		assert_true(append(1, 600));
	assert_true(journal_truncate(j, model.last = old));
	now_ms = model.entries[old].time_ms + 1;
	while (segments() == 1)
		assert_true(append(1, 600));
	assert_int_equal(journal_keep(j, now_ms, 0), 1);
	assert_same();
}

static void
a_tail_torn_at_every_byte_is_cut(void **state)
{
	const char *path;
	off_t whole, size;
	uint64_t last;

	(void)state;
	create();
	assert_true(append(20, 60));
	last = model.last;
	whole = file_size(path = segment_path(1));
	make_entry(last + 1, ENTRY_SAY, 80);
	make_entry(last + 2, ENTRY_SAY, 8);
	for (size = whole; size < whole + RECORD +
	    (off_t)model.entries[last + 1].len; size++) {
		assert_true(journal_append(j, model.entries[last + 1].bytes,
		    model.entries[last + 1].len, 1));
		shut();
		cut_file(path, size);
		reopen();
		assert_int_equal(file_size(path), whole);
		assert_same();
	}
	/* The same, but what is torn reads as zeros or has a flipped bit. */
	for (size = whole; size < whole + RECORD +
	    (off_t)model.entries[last + 1].len; size++) {
		assert_true(journal_append(j, model.entries[last + 1].bytes,
		    model.entries[last + 1].len, 1));
		shut();
		if (size % 2 == 0)
			assert_true(memdisk_flip(md, path, size));
		else {
			cut_file(path, size);
			cut_file(path, size + 700);
		}
		reopen();
		assert_int_equal(file_size(path), whole);
		assert_same();
	}
	assert_true(append(3, 60));
	reopen();
	assert_same();
}

/* In the first segment and in the last, up to the record before the last. */
static void
a_flipped_bit_is_refused_with_its_place(void **state)
{
	off_t at, end, size, starts[2];
	uint64_t firsts[2], seq;
	int i;

	(void)state;
	create();
	while (firsts[1] = model.last, !(segments() == 2 && j != NULL))
		assert_true(append(1, 60));
	assert_true(append(20, 60));
	firsts[0] = 1;
	shut();
	for (i = 0; i < 2; i++) {
		const char *path = segment_path(firsts[i]);

		size = file_size(path);
		seq = firsts[i];
		starts[0] = 0;
		starts[1] = HEADER;
		for (at = 0; at < size; at++) {
			if (at == starts[1]) {
				end = at + RECORD +
				    (off_t)model.entries[seq++].len;
				starts[0] = at;
				starts[1] = end;
			}
			if (i == 1 && starts[1] == size)
				break;
			assert_true(memdisk_flip(md, path, at));
			assert_refused(JOURNAL_CORRUPT, path, starts[0]);
			assert_true(memdisk_flip(md, path, at));
		}
	}
	reopen();
	assert_same();
}

static void
a_missing_or_short_segment_is_refused(void **state)
{
	uint64_t second = 0, third = 0;
	off_t size;

	(void)state;
	create();
	while (third == 0) {
		assert_true(append(1, 60));
		if (second == 0 && segments() == 2)
			second = model.last;
		if (segments() == 3)
			third = model.last;
	}
	shut();
	size = file_size(segment_path(1));
	cut_file(segment_path(1), size - 1);
	assert_refused(JOURNAL_CORRUPT, segment_path(1), size - RECORD -
	    (off_t)model.entries[second - 1].len);
	/* Whole records may be missing too; then the next does not fit. */
	cut_file(segment_path(1), size - RECORD -
	    (off_t)model.entries[second - 1].len);
	assert_refused(JOURNAL_CORRUPT, segment_path(second), 0);
	assert_int_equal(plain.remove(plain.arg, segment_path(1)), 0);
	reopen();
	assert_int_equal(journal_first(j), second);
	assert_same();
	shut();
	cut_file(segment_path(second), HEADER - 1);
	assert_refused(JOURNAL_CORRUPT, segment_path(second), 0);
	assert_int_equal(plain.remove(plain.arg, segment_path(second)), 0);
	reopen();
	assert_int_equal(journal_first(j), third);
}

/* Whole, but of another log or from another place: each byte counts. */
static void
a_header_that_does_not_fit_is_refused(void **state)
{
	uint8_t header[HEADER];
	struct wire_out crc = wire_out(header + HEADER - 4, 4);
	uint64_t second;
	int fd, i;

	(void)state;
	create();
	assert_true(append(1, 60));
	while (segments() < 2)
		assert_true(append(1, 60));
	second = model.last;
	shut();
	fd = plain.open(plain.arg, segment_path(second), false);
	for (i = 0; i < HEADER - 4; i++) {
		assert_int_equal(plain.read(plain.arg, fd, header, HEADER, 0),
		    HEADER);
		header[i] ^= 1;
		crc.len = 0;
		wire_put_u32(&crc, crc32c(header, HEADER - 4));
		assert_int_equal(plain.write(plain.arg, fd, header, HEADER, 0),
		    0);
		assert_refused(JOURNAL_CORRUPT, segment_path(second), 0);
		header[i] ^= 1;
		crc.len = 0;
		wire_put_u32(&crc, crc32c(header, HEADER - 4));
		assert_int_equal(plain.write(plain.arg, fd, header, HEADER, 0),
		    0);
	}
	plain.close(plain.arg, fd);
	reopen();
	assert_same();
}

static void
a_removed_segment_that_a_crash_brings_back_goes_again(void **state)
{
	int fd;

	(void)state;
	create();
	assert_true(append(6, 60));
	shut();
	fd = plain.open(plain.arg, segment_path(4), true);
	assert_int_not_equal(fd, -1);
	plain.close(plain.arg, fd);
	reopen();
	assert_int_equal(segments(), 1);
	assert_int_equal(journal_last(j), 6);
	assert_same();
}

/* And what was appended to the one before since then may be torn. */
static void
a_torn_end_before_a_segment_that_came_back_is_cut(void **state)
{
	static const uint64_t firsts[] = { 4, 6, 7 };
	off_t size;
	size_t i;
	int fd;

	(void)state;
	create();
	assert_true(append(6, 60));
	for (i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		shut();
		fd = plain.open(plain.arg, segment_path(1), false);
		size = plain.size(plain.arg, fd);
		plain.close(plain.arg, fd);
		cut_file(segment_path(1), size - 3);
		fd = plain.open(plain.arg, segment_path(firsts[i]), true);
		assert_int_not_equal(fd, -1);
		plain.close(plain.arg, fd);
		model.last--;
		reopen();
		assert_int_equal(segments(), 1);
		assert_int_equal(journal_last(j), model.last);
		assert_same();
		assert_true(append(1, 60));
	}
}

static void
a_torn_header_of_the_last_segment_goes(void **state)
{
	uint64_t last;
	off_t size;

	(void)state;
	create();
	assert_true(append(1, 60));
	while (segments() < 2)
		assert_true(append(1, 60));
	model.last--;
	last = model.last;
	for (size = 0; size < HEADER; size++) {
		shut();
		cut_file(segment_path(last + 1), size);
		if (size % 2 == 1)
			cut_file(segment_path(last + 1), HEADER + 9);
		reopen();
		assert_int_equal(segments(), 1);
		assert_int_equal(journal_last(j), last);
		while (segments() < 2)
			assert_true(append(1, 600));
		assert_true(journal_truncate(j, model.last = last));
		while (segments() < 2) {
			make_entry(last + 1, ENTRY_SAY, 600);
			assert_true(journal_append(j,
			    model.entries[last + 1].bytes,
			    model.entries[last + 1].len, 1));
		}
		assert_int_equal(journal_last(j), last + 1);
	}
	/* The only one: there was never a journal. */
	shut();
	assert_int_equal(plain.remove(plain.arg, segment_path(last + 1)), 0);
	cut_file(segment_path(1), HEADER - 1);
	assert_refused(JOURNAL_NONE, NULL, 0);
	create();
	assert_same();
}

static void
fill_file(const char *path, off_t from, uint8_t byte)
{
	int fd = plain.open(plain.arg, path, false);
	uint8_t noise[512];
	off_t at, size = plain.size(plain.arg, fd);

	assert_true(fd >= 0);
	memset(noise, byte, sizeof(noise));
	for (at = from; at < size; at += (off_t)sizeof(noise))
		assert_int_equal(plain.write(plain.arg, fd, noise,
		    sizeof(noise), at), 0);
	plain.close(plain.arg, fd);
}

/* No crash leaves that: somebody has written over it. */
static void
a_segment_that_is_all_noise_is_refused(void **state)
{
	(void)state;
	create();
	assert_true(append(1, 60));
	shut();
	cut_file(segment_path(1), 3 * 4096);
	fill_file(segment_path(1), 0, 0xa5);
	assert_refused(JOURNAL_CORRUPT, segment_path(1), 0);
	assert_int_equal(segments(), 1);
	/* Or the first page of it was never written. */
	fill_file(segment_path(1), 0, 0);
	fill_file(segment_path(1), 4096, 0xa5);
	assert_refused(JOURNAL_CORRUPT, segment_path(1), 0);
	assert_int_equal(segments(), 1);
	/* One does. */
	fill_file(segment_path(1), 0, 0);
	assert_refused(JOURNAL_NONE, NULL, 0);
}

static void
a_full_disk_leaves_the_journal_as_it_was(void **state)
{
	uint64_t room, bytes;
	unsigned n;

	(void)state;
	create();
	assert_true(append(1, 60));
	while (segments() < 3) {
		/* Each amount of room, while a segment begins as well. */
		bytes = journal_bytes(j);
		n = segments();
		for (room = 0; room < 220; room += 1 + below(20)) {
			memdisk_limit(md, memdisk_bytes(md) + room);
			if (append(1 + below(3), 60))
				break;
			assert_int_equal(errno, ENOSPC);
			assert_int_equal(segments(), n);
			assert_int_equal(journal_bytes(j), bytes);
			assert_int_equal(journal_last(j), model.last);
			assert_entry(model.last);
		}
		memdisk_limit(md, UINT64_MAX);
		assert_true(append(1, 60));
	}
	assert_same();
	memdisk_kill(md);
	reopen();
	assert_same();
}

static void
after_a_failed_sync_nothing_is_taken_until_opened(void **state)
{
	(void)state;
	create();
	assert_true(append(3, 20));
	assert_true(journal_sync(j));
	assert_true(append(3, 20));
	sync_errno = EIO;
	assert_false(journal_sync(j));
	assert_int_equal(errno, EIO);
	assert_false(journal_sync(j));
	assert_int_equal(errno, EIO);
	assert_false(append(1, 20));
	assert_int_equal(errno, EIO);
	assert_false(journal_truncate(j, 3));
	assert_same();
	reopen();
	assert_same();
	assert_true(append(1, 20));
	assert_true(journal_sync(j));
}

static void
a_second_opener_is_told_who_was_first(void **state)
{
	(void)state;
	create();
	assert_null(journal_open(&d, DIR, SMALL, &why));
	assert_int_equal(why.kind, JOURNAL_LOCKED);
	assert_int_equal(why.pid, getpid());
	assert_null(create_in(DIR, SMALL, id, 1, 0, zeros));
	assert_int_equal(why.kind, JOURNAL_LOCKED);
	assert_int_equal(why.pid, getpid());
	reopen();
}

static void
creating_replaces_what_was_there(void **state)
{
	static const uint8_t other[JOURNAL_ID] = { 0xff };
	unsigned logs = 0;

	(void)state;
	create();
	while (segments() < 3)
		assert_true(append(3, 60));
	shut();
	j = create_in(DIR, SMALL, other, 1, 0, zeros);
	assert_non_null(j);
	assert_memory_equal(journal_id(j), other, JOURNAL_ID);
	assert_int_equal(journal_last(j), 0);
	shut();
	assert_int_equal(d.list(d.arg, DIR, count, &logs), 0);
	assert_int_equal(logs, 2);		/* it and the lock */
	/* The same log, further on: a copy that was too far behind. */
	create();
	assert_true(append(3, 60));
	shut();
	create_at(500, 7, zeros);
	assert_true(append(3, 60));
	assert_same();
	reopen();
	assert_same();
	shut();
	assert_null(create_in("/no/where", SMALL, id, 1, 0, zeros));
	assert_int_equal(why.kind, JOURNAL_SYSTEM);
	assert_int_equal(why.error, ENOENT);
}

enum deed { CREATE_FIRST, CREATE_OVER, CREATE_SAME, TRUNCATE, KEEP, ROLL,
	DEEDS };

static bool
act(enum deed deed)
{
	uint8_t other[JOURNAL_ID] = { 0xff };

	switch (deed) {
	case CREATE_FIRST:
	case CREATE_OVER:
	case CREATE_SAME:
		shut();
		j = create_in(DIR, SMALL, deed == CREATE_SAME ? id : other,
		    900, 3, zeros);
		return j != NULL;
	case TRUNCATE:
		return journal_truncate(j, 9);
	case KEEP:
		return journal_keep(j, 0, 1) > 0;
	case ROLL:
		return append(1, 600) && append(9, 600) && append(9, 600);
	case DEEDS:
		break;
	}
	return false;
}

/* What is there after a deed was cut short; the journal is open. */
static void
assert_sound(enum deed deed, uint64_t last)
{
	uint64_t seq;

	if (journal_first(j) == 900) {
		assert_true(deed <= CREATE_SAME);
		assert_int_equal(journal_last(j), 899);
		assert_int_equal(journal_term(j, 899), 3);
		return;
	}
	assert_true(deed != CREATE_FIRST);
	if (deed == TRUNCATE)
		assert_true(journal_last(j) >= 9 && journal_last(j) <= last);
	else if (deed == ROLL)
		assert_true(journal_last(j) >= last);
	else
		assert_int_equal(journal_last(j), last);
	for (seq = journal_first(j); seq <= journal_last(j); seq++)
		assert_entry(seq);
	assert_chain(journal_last(j));
}

static bool
die_at(enum deed deed, int step, uint64_t random)
{
	uint64_t last = 0;
	bool done;

	if (deed != CREATE_FIRST) {
		create();
		while (segments() < 4)
			assert_true(append(3, 60));
		assert_true(journal_sync(j));
		last = model.last;
	}
	steps_left = step;
	act(deed);
	done = steps_left != 0;
	steps_left = -1;
	if (random % 2 == 0)
		memdisk_crash(md, random);
	else
		memdisk_kill(md);
	shut();
	j = journal_open(&d, DIR, SMALL, &why);
	if (j == NULL) {
		assert_int_equal(why.kind, JOURNAL_NONE);
		assert_true(deed == CREATE_FIRST && !done);
		return done;
	}
	assert_sound(deed, last);
	return done;
}

static void
dying_at_any_step_leaves_a_journal_that_opens(void **state)
{
	uint64_t random;
	bool done;
	int deed, step;

	(void)state;
	for (deed = 0; deed < DEEDS; deed++) {
		for (step = 1, done = false; !done; step++) {
			for (random = 0; random < 6; random++) {
				done = die_at((enum deed)deed, step, random);
				tear_down(NULL);
				set_up(NULL);
			}
			assert_true(step < 200);
		}
		assert_true(step > 4);
	}
}

/* What the machine's death has left, between the synced and all. */
static void
crash(uint64_t synced)
{
	memdisk_crash(md, next_random());
	reopen();
	assert_true(journal_last(j) >= synced);
	assert_true(journal_last(j) <= model.last);
	model.last = journal_last(j);
}

static uint64_t
random_operation(uint64_t synced)
{
	uint64_t first = journal_first(j), held = model.last - first + 1;

	switch (below(12)) {
	case 0:
		if (below(4) == 0)
			memdisk_limit(md, memdisk_bytes(md) + below(500));
		else
			memdisk_limit(md, UINT64_MAX);
		break;
	case 1:
		assert_true(journal_sync(j));
		return model.last;
	case 2:
		model.last -= below(below(8) == 0 ? held + 1 :
		    held < 5 ? held + 1 : 5);
		assert_true(journal_truncate(j, model.last));
		return synced > model.last ? model.last : synced;
	case 3:
		memdisk_kill(md);
		reopen();
		break;
	case 4:
		crash(synced);
		return model.last;
	case 5:
		if (below(4) == 0)
			journal_keep(j, 0, 3 * SMALL + below(20 * SMALL));
		break;
	case 6:
	case 7:
		if (held > 0)
			assert_entry(first + below(held));
		assert_chain(first - 1 + below(held + 1));
		break;
	default:
		if (model.last + 50 < MODEL_MAX)
			append(1 + below(below(10) == 0 ? 40 : 6), 60);
	}
	return synced;
}

static void
random_operations_agree_with_a_plain_array(void **state)
{
	uint64_t synced, run;
	int i;

	(void)state;
	for (run = 1; run <= 40; run++) {
		seed = run;
		create();
		for (i = 0, synced = 0; i < 600; i++) {
			synced = random_operation(synced);
			assert_int_equal(journal_last(j), model.last);
			if (i % 50 == 0)
				assert_same();
		}
		assert_same();
		tear_down(NULL);
		set_up(NULL);
	}
}

static void
the_end_is_read_from_memory_and_all_of_a_large_one_too(void **state)
{
	uint64_t seq;

	(void)state;
	j = create_in(DIR, JOURNAL_SEGMENT_BYTES, id, 1, 0, zeros);
	model.base = model.last = 0;
	model.entries[0].term = 0;
	memset(model.entries[0].chain, 0, JOURNAL_CHAIN);
	/* 600 KiB at once is more than is kept; then pieces of all sizes. */
	assert_true(append(2000, 600));
	assert_same();
	while (model.last < 5000) {
		assert_true(append(1 + below(200), 600));
		assert_entry(model.last);
		assert_entry(1 + below(model.last));
	}
	for (seq = model.last; seq > 0; seq -= seq < 7 ? seq : 7)
		assert_entry(seq);
	/* Without its file, the newest are there. */
	memdisk_kill(md);
	for (seq = model.last - 200; seq <= model.last; seq++)
		assert_entry(seq);
}

/* Each a few, from the last that he had on; the log is longer than what is
 * kept of it in memory. */
static void
read_in_turns(void)
{
	enum { READERS = 7 };
	uint64_t at[READERS], end = model.last / READERS;
	uint64_t turn, i, n;

	for (i = 0; i < READERS; i++)
		at[i] = 1 + i * end;
	for (turn = 0; turn * 3 < end; turn++)
		for (i = 0; i < READERS; i++) {
			for (n = 0; n < 3 && at[i] < model.last; n++)
				assert_entry(at[i]++);
			assert_entry(at[i]);
		}
}

static void
each_reads_on_where_he_was(void **state)
{
	unsigned i;

	(void)state;
	j = create_in(DIR, JOURNAL_SEGMENT_BYTES / 16, id, 1, 0, zeros);
	model.base = model.last = 0;
	model.entries[0].term = 0;
	memset(model.entries[0].chain, 0, JOURNAL_CHAIN);
	while (model.last < 5000)
		assert_true(append(1 + below(200), 600));
	for (i = 0; i < 4; i++) {
		read_in_turns();
		/* What follows is another one, and lies elsewhere. */
		assert_true(journal_truncate(j, model.last -= 3000));
		while (model.last < 5000)
			assert_true(append(1 + below(200), 600));
	}
	read_in_turns();
}

static void
the_real_disk_does_as_well(void **state)
{
	char dir[] = "/tmp/chat-journal.XXXXXX", path[PATH_MAX];
	int status, i;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/log", dir);
	memdisk_free(md);
	use_disk(memdisk_new());
	d = disk_real;
	j = create_in(path, SMALL, id, 1, 0, zeros);
	assert_non_null(j);
	model.base = model.last = 0;
	model.entries[0].term = 0;
	for (i = 0; i < 100; i++)
		assert_true(append(3, 60));
	assert_true(journal_truncate(j, model.last -= 60));
	assert_true(journal_sync(j));
	assert_same();
	if ((pid = fork()) == 0)
		_exit(journal_open(&d, path, SMALL, &why) != NULL ||
		    why.kind != JOURNAL_LOCKED || why.pid != getppid());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	shut();
	j = journal_open(&d, path, SMALL, &why);
	assert_non_null(j);
	assert_same();
	shut();
	snprintf(path, sizeof(path), "rm -r %s", dir);
	assert_int_equal(system(path), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_was_appended_is_read_back_after_opening_again),
		TEST(the_file_is_as_described),
		TEST(segments_roll_when_they_are_full),
		TEST(what_is_no_next_entry_is_not_appended),
		TEST(terms_only_grow),
		TEST(truncating_forgets_and_appending_goes_on_from_there),
		TEST(truncating_to_the_border_of_a_segment_works),
		TEST(old_segments_go_by_bytes_and_by_age),
		TEST(age_is_told_by_the_entries_that_are_left),
		TEST(a_tail_torn_at_every_byte_is_cut),
		TEST(a_flipped_bit_is_refused_with_its_place),
		TEST(a_missing_or_short_segment_is_refused),
		TEST(a_header_that_does_not_fit_is_refused),
		TEST(a_removed_segment_that_a_crash_brings_back_goes_again),
		TEST(a_torn_end_before_a_segment_that_came_back_is_cut),
		TEST(a_torn_header_of_the_last_segment_goes),
		TEST(a_segment_that_is_all_noise_is_refused),
		TEST(a_full_disk_leaves_the_journal_as_it_was),
		TEST(after_a_failed_sync_nothing_is_taken_until_opened),
		TEST(a_second_opener_is_told_who_was_first),
		TEST(creating_replaces_what_was_there),
		TEST(dying_at_any_step_leaves_a_journal_that_opens),
		TEST(random_operations_agree_with_a_plain_array),
		TEST(the_end_is_read_from_memory_and_all_of_a_large_one_too),
		TEST(each_reads_on_where_he_was),
		TEST(the_real_disk_does_as_well),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
