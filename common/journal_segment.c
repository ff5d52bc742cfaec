/*
 * The segments of a journal: their files, the points known in them, and the
 * records at a place. Runs in the server and in the client's receiver process;
 * must never give bytes whose sum is wrong.
 */
#include "common/journal_state.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"

/* p with room for n elements, or NULL and p stays. */
void *
journal_more(void *p, size_t *room, size_t n, size_t size)
{
	size_t want = *room < 16 ? 16 : *room;

	while (want < n)
		want = want > SIZE_MAX / 2 ? n : want * 2;
	if (p != NULL && want == *room)
		return p;
	if ((p = reallocarray(p, want, size)) != NULL)
		*room = want;
	return p;
}

struct segment *
journal_last_segment(const struct journal *j)
{
	return &j->segments[j->segments_n - 1];
}

static uint64_t
segment_last(const struct journal *j, const struct segment *s)
{
	return s == journal_last_segment(j) ? j->last : s[1].first - 1;
}

uint64_t
journal_current_term(const struct journal *j)
{
	return j->terms_n > 0 ? j->terms[j->terms_n - 1].term :
	    j->segments[0].term;
}

void
journal_log_path(const struct journal *j, const char *log, const char *end,
    char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s%s", j->dir, log, end);
}

void
journal_segment_path(const char *log, uint64_t first, char path[PATH_MAX])
{
	char name[SEGMENT_NAME];

	snprintf(name, sizeof(name), "%020llu.log",
	    (unsigned long long)first);
	strlcpy(path, log, PATH_MAX);
	strlcat(path, "/", PATH_MAX);
	strlcat(path, name, PATH_MAX);
}

bool
journal_refuse(struct journal_why *why, enum journal_error kind,
    const char *path, off_t offset)
{
	why->kind = kind;
	why->error = kind == JOURNAL_SYSTEM ? errno : 0;
	why->offset = offset;
	strlcpy(why->path, path, sizeof(why->path));
	return false;
}

/* Descriptors and bytes of segments. */

void
journal_close_handle(struct journal *j, struct handle *h)
{
	int saved = errno;

	if (h->fd != -1)
		j->disk->close(j->disk->arg, h->fd);
	h->fd = -1;
	errno = saved;
}

int
journal_segment_fd(struct journal *j, const struct segment *s)
{
	struct handle *h = s == journal_last_segment(j) ? &j->newest :
	    &j->other;
	char path[PATH_MAX];

	if (h->fd != -1 && h->first == s->first)
		return h->fd;
	journal_close_handle(j, h);
	journal_segment_path(j->log, s->first, path);
	h->fd = j->disk->open(j->disk->arg, path, false);
	h->first = s->first;
	return h->fd;
}

/* Nothing that was read stays known, nor a file that is to go. */
void
journal_forget_reads(struct journal *j)
{
	if (j->next != 0)
		memset(j->places, 0, sizeof(j->places));
	j->next = 0;
	j->buffer_first = 0;
	journal_close_handle(j, &j->other);
}

static bool
fill_buffer(struct journal *j, const struct segment *s, off_t at, size_t need)
{
	int fd = journal_segment_fd(j, s);
	/* Who reads on wants all; who begins there, perhaps a datagram. */
	bool on = j->buffer_first == s->first && at >= j->buffer_at &&
	    at <= j->buffer_at + (off_t)j->buffer_len;
	size_t len = on || need > LITTLE_BYTES ? BUFFER_BYTES : LITTLE_BYTES;
	ssize_t n;

	if ((off_t)len > s->bytes - at)
		len = (size_t)(s->bytes - at);
	j->buffer_first = 0;
	if (fd == -1 ||
	    (n = j->disk->read(j->disk->arg, fd, j->buffer, len, at)) == -1)
		return false;
	j->buffer_first = s->first;
	j->buffer_at = at;
	j->buffer_len = (size_t)n;
	return true;
}

/* A view of len bytes at `at`, len <= BUFFER_BYTES; NULL with errno. */
const uint8_t *
journal_fetch(struct journal *j, const struct segment *s, off_t at, size_t len)
{
	off_t tail_at = s->bytes - (off_t)j->tail_len;

	if (s == journal_last_segment(j) && at >= tail_at)
		return j->tail + (at - tail_at);
	if (j->buffer_first == s->first && at >= j->buffer_at &&
	    at + (off_t)len <= j->buffer_at + (off_t)j->buffer_len)
		return j->buffer + (at - j->buffer_at);
	if (!fill_buffer(j, s, at, len))
		return NULL;
	if (j->buffer_len >= len)
		return j->buffer;
	errno = EIO;
	return NULL;
}

/*
 * The entry in the record at `at`, a view. NULL with errno, which is 0 if
 * there is no whole record with the right checksum.
 */
const uint8_t *
journal_record(struct journal *j, const struct segment *s, off_t at,
    size_t *len)
{
	const uint8_t *bytes;
	struct wire_in in;
	uint32_t crc;

	errno = 0;
	if (s->bytes - at < RECORD)
		return NULL;
	if ((bytes = journal_fetch(j, s, at, RECORD)) == NULL)
		return NULL;
	in = wire_in(bytes, RECORD);
	*len = wire_get_u32(&in);
	crc = wire_get_u32(&in);
	if (*len == 0 || *len > ENTRY_BYTES ||
	    (off_t)*len > s->bytes - at - RECORD)
		return NULL;
	if ((bytes = journal_fetch(j, s, at, RECORD + *len)) == NULL)
		return NULL;
	if (crc32c(bytes + RECORD, *len) == crc)
		return bytes + RECORD;
	errno = 0;
	return NULL;
}

void
journal_tail_add(struct journal *j, const uint8_t *bytes, size_t len)
{
	size_t keep;

	if (len > TAIL_BYTES) {
		bytes += len - TAIL_BYTES;
		len = TAIL_BYTES;
		j->tail_len = 0;
	}
	if (len > TAIL_BYTES - j->tail_len) {
		/* Half of it, so that not each append moves it. */
		keep = TAIL_BYTES - len;
		if (keep > TAIL_BYTES / 2)
			keep = TAIL_BYTES / 2;
		if (keep > j->tail_len)
			keep = j->tail_len;
		memmove(j->tail, j->tail + j->tail_len - keep, keep);
		j->tail_len = keep;
	}
	memcpy(j->tail + j->tail_len, bytes, len);
	j->tail_len += len;
}

/* Points: the chain and the places of records. */

/* The time of an entry that was checked before. */
static int64_t
entry_time_ms(const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);

	wire_get_varint(&in);
	wire_get_u8(&in);
	wire_get_varint(&in);
	return (int64_t)wire_get_varint(&in);
}

/* Steps over a checked entry. */
static void
step(struct point *p, const uint8_t *bytes, size_t len)
{
	uint8_t both[JOURNAL_CHAIN + ENTRY_BYTES];
	int64_t time_ms = entry_time_ms(bytes, len);

	memcpy(both, p->chain, JOURNAL_CHAIN);
	memcpy(both + JOURNAL_CHAIN, bytes, len);
	crypto_generichash(p->chain, JOURNAL_CHAIN, both, JOURNAL_CHAIN + len,
	    NULL, 0);
	if (time_ms > p->newest_ms)
		p->newest_ms = time_ms;
	p->at += (off_t)(RECORD + len);
}

bool
journal_reserve_points(struct segment *s, size_t n)
{
	struct point *points = journal_more(s->points, &s->points_room,
	    s->points_n + n, sizeof(*points));

	if (points == NULL)
		return false;
	s->points = points;
	return true;
}

/* Takes a checked entry as the last; there is room for a point. */
void
journal_take(struct journal *j, const uint8_t *bytes, size_t len)
{
	struct segment *s = journal_last_segment(j);

	if ((++j->last - s->first) % STRIDE == 0)
		s->points[s->points_n++] = s->end;
	step(&s->end, bytes, len);
}

bool
journal_push_term(struct journal *j, uint64_t seq, uint64_t term)
{
	struct term *terms = journal_more(j->terms, &j->terms_room,
	    j->terms_n + 1, sizeof(*terms));

	if (terms == NULL)
		return false;
	j->terms = terms;
	j->terms[j->terms_n++] = (struct term){ seq, term };
	return true;
}

/* The segment with seq, first <= seq, and above last the last one. */
struct segment *
journal_segment_of(const struct journal *j, uint64_t seq)
{
	size_t low = 0, high = j->segments_n, middle;

	if (seq >= journal_last_segment(j)->first)
		return journal_last_segment(j);
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (j->segments[middle].first <= seq)
			low = middle;
		else
			high = middle;
	}
	return &j->segments[low];
}

/* The next record of s, as loading takes it. */
static bool
walk(struct journal *j, const struct segment *s, uint64_t seq, struct point *p)
{
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	size_t len;

	if ((bytes = journal_record(j, s, p->at, &len)) != NULL) {
		in = wire_in(bytes, len);
		if (entry_decode(&in, &e) == ENTRY_OK && wire_done(&in) &&
		    e.seq == seq) {
			step(p, bytes, len);
			return true;
		}
		errno = 0;
	}
	errno = errno == 0 ? EIO : errno;
	return false;
}

/* The first n points of s are known: what was not read so far is. */
bool
journal_know_points(struct journal *j, struct segment *s, size_t n)
{
	struct point p;
	uint64_t seq;
	unsigned i;

	while (s->points_n < n) {
		p = s->points[s->points_n - 1];
		seq = s->first + (s->points_n - 1) * STRIDE;
		for (i = 0; i < STRIDE; i++)
			if (!walk(j, s, seq + i, &p))
				return false;
		if (!journal_reserve_points(s, 1))
			return false;
		s->points[s->points_n++] = p;
	}
	return true;
}

/*
 * The point before seq, from s->first to one above its last. The chain and
 * the time are left out unless they are wanted. False with errno.
 */
bool
journal_find_point(struct journal *j, struct segment *s, uint64_t seq,
    bool whole, struct point *p)
{
	const uint8_t *bytes;
	uint64_t at;
	size_t len;

	*p = s->end;
	if (seq > segment_last(j, s))
		return true;
	at = seq - (seq - s->first) % STRIDE;
	if (!journal_know_points(j, s, (size_t)((at - s->first) / STRIDE + 1)))
		return false;
	for (*p = s->points[(seq - s->first) / STRIDE]; at < seq; at++) {
		if ((bytes = journal_record(j, s, p->at, &len)) == NULL) {
			errno = errno == 0 ? EIO : errno;
			return false;
		}
		if (whole)
			step(p, bytes, len);
		else
			p->at += (off_t)(RECORD + len);
	}
	return true;
}

/* Segments come and go. */

bool
journal_push_segment(struct journal *j, uint64_t first, uint64_t term,
    const uint8_t *chain, off_t bytes)
{
	struct segment *s = journal_more(j->segments, &j->segments_room,
	    j->segments_n + 1, sizeof(*s));

	if (s == NULL)
		return false;
	j->segments = s;
	s = &j->segments[j->segments_n];
	memset(s, 0, sizeof(*s));
	s->first = first;
	s->term = term;
	s->bytes = bytes;
	s->end.at = HEADER;
	s->end.newest_ms = -1;
	memcpy(s->end.chain, chain, JOURNAL_CHAIN);
	j->segments_n++;
	j->tail_len = 0;
	return true;
}

/*
 * Writes the header of a segment, over what an attempt before has left.
 * Its descriptor, or -1 with errno; the file is gone then.
 */
int
journal_make_segment(const struct disk *disk, const char *path,
    const struct journal_base *base)
{
	uint8_t header[HEADER];
	struct wire_out out = wire_out(header, sizeof(header));
	int fd = disk->open(disk->arg, path, true), saved;

	if (fd == -1)
		return -1;
	wire_put_bytes(&out, JOURNAL_MAGIC, MAGIC);
	wire_put_bytes(&out, base->id, JOURNAL_ID);
	wire_put_u64(&out, base->first);
	wire_put_u64(&out, base->term);
	wire_put_bytes(&out, base->chain, JOURNAL_CHAIN);
	wire_put_u32(&out, crc32c(header, out.len));
	if (disk->truncate(disk->arg, fd, 0) == 0 &&
	    disk->write(disk->arg, fd, header, HEADER, 0) == 0)
		return fd;
	saved = errno;
	disk->close(disk->arg, fd);
	disk->remove(disk->arg, path);
	errno = saved;
	return -1;
}

/* False: not whole, or of no journal that is this one. */
bool
journal_read_header(struct journal *j, const uint8_t header[HEADER],
    struct journal_base *base)
{
	struct wire_in in = wire_in(header + HEADER - 4, 4);

	if (wire_get_u32(&in) != crc32c(header, HEADER - 4))
		return false;
	in = wire_in(header, HEADER);
	if (memcmp(wire_get_bytes(&in, MAGIC), JOURNAL_MAGIC, MAGIC) != 0)
		return false;
	base->id = wire_get_bytes(&in, JOURNAL_ID);
	base->first = wire_get_u64(&in);
	base->term = wire_get_u64(&in);
	base->chain = wire_get_bytes(&in, JOURNAL_CHAIN);
	return memcmp(base->id, j->id, JOURNAL_ID) == 0;
}

/* How many of the terms begin up to seq, or are up to term. */
static size_t
terms_up_to(const struct journal *j, uint64_t limit, bool by_term)
{
	size_t low = 0, high = j->terms_n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if ((by_term ? j->terms[middle].term :
		    j->terms[middle].seq) <= limit)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t
journal_term(const struct journal *j, uint64_t seq)
{
	size_t n;

	if (seq < j->segments[0].first - 1 || seq > j->last)
		return 0;
	n = terms_up_to(j, seq, false);
	return n > 0 ? j->terms[n - 1].term : j->segments[0].term;
}

uint64_t
journal_term_end(const struct journal *j, uint64_t term)
{
	size_t n = terms_up_to(j, term, true);

	if (term < j->segments[0].term)
		return 0;
	return n < j->terms_n ? j->terms[n].seq - 1 : j->last;
}

bool
journal_sync(struct journal *j)
{
	int fd;

	if (j->failed == 0 && j->dirty) {
		fd = journal_segment_fd(j, journal_last_segment(j));
		/*
		 * The kernel forgets what it could not write: a second try
		 * would succeed without it.
		 */
		if (fd == -1 || j->disk->sync(j->disk->arg, fd) == -1)
			j->failed = errno;
		else
			j->dirty = false;
	}
	if (j->failed != 0)
		errno = j->failed;
	return j->failed == 0;
}

bool
journal_start_segment(struct journal *j)
{
	char path[PATH_MAX];
	uint8_t chain[JOURNAL_CHAIN];
	uint64_t term = journal_term(j, j->last);
	int fd;

	/* Only the last segment may be torn. */
	if (!journal_sync(j))
		return false;
	memcpy(chain, journal_last_segment(j)->end.chain, JOURNAL_CHAIN);
	journal_segment_path(j->log, j->last + 1, path);
	fd = journal_make_segment(j->disk, path,
	    &(struct journal_base){ j->id, j->last + 1, term, chain });
	if (fd == -1)
		return false;
	if (j->disk->sync_dir(j->disk->arg, j->log) == -1 ||
	    !journal_push_segment(j, j->last + 1, term, chain, HEADER)) {
		journal_close_handle(j, &(struct handle){ .fd = fd });
		j->disk->remove(j->disk->arg, path);
		return false;
	}
	journal_close_handle(j, &j->newest);
	j->newest = (struct handle){ fd, j->last + 1 };
	j->dirty = true;
	return true;
}

/* Removes the file; true if it is gone. *synced: and stays so. */
bool
journal_remove_segment(struct journal *j, const struct segment *s, bool *synced)
{
	char path[PATH_MAX];

	journal_segment_path(j->log, s->first, path);
	if (j->disk->remove(j->disk->arg, path) == -1)
		return false;
	*synced = j->disk->sync_dir(j->disk->arg, j->log) == 0;
	return true;
}

void
journal_cut_terms(struct journal *j)
{
	while (j->terms_n > 0 && j->terms[j->terms_n - 1].seq > j->last)
		j->terms_n--;
}

/* Removes the last segment, which is not the only one; last is the newest
 * entry then. */
bool
journal_drop_newest(struct journal *j, uint64_t last)
{
	struct segment *s = journal_last_segment(j);
	bool synced;

	journal_forget_reads(j);
	if (!journal_remove_segment(j, s, &synced))
		return false;
	journal_close_handle(j, &j->newest);
	j->last = last;
	free(s->points);
	j->segments_n--;
	j->tail_len = 0;
	j->junk = false;
	journal_cut_terms(j);
	/* Coming back, it would not fit behind what is written next. */
	if (!synced)
		j->failed = errno;
	return synced;
}

void
journal_drop_oldest(struct journal *j)
{
	size_t n = 0;

	journal_forget_reads(j);
	free(j->segments[0].points);
	j->segments_n--;
	memmove(j->segments, j->segments + 1,
	    j->segments_n * sizeof(*j->segments));
	while (n < j->terms_n && j->terms[n].seq < j->segments[0].first)
		n++;
	j->terms_n -= n;
	if (n > 0)
		memmove(j->terms, j->terms + n, j->terms_n * sizeof(*j->terms));
}
