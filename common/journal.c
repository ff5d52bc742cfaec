/*
 * The journal: segments of checked, chained records. Runs in the server and
 * in the client's receiver process; one holder at a time. Must never take a
 * record for an entry that was not appended whole, and never change what was
 * appended before.
 */
#include "common/journal.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/wire.h"

static const char magic[] = "chatlog1";
/* A log that is not yet complete, or that waits for the old one to go. */
static const char draft_end[] = ".new";

enum {
	MAGIC = sizeof(magic) - 1,
	HEADER = MAGIC + JOURNAL_ID + 8 + 8 + JOURNAL_CHAIN + 4,
	RECORD = 4 + 4,			/* bytes before the entry */
	STRIDE = 64,			/* entries between two known points */
	BUFFER_BYTES = 64 << 10,	/* read at once */
	TAIL_BYTES = 256 << 10,		/* appended last, kept in memory */
	LOG_NAME = 2 * JOURNAL_ID + 1,	/* with NUL */
	DRAFT_NAME = LOG_NAME + sizeof(draft_end) - 1,
	SEGMENT_NAME = 20 + 4 + 1,
	/* Behind the directory: two slashes and the longest names. */
	PATH_REST = 1 + DRAFT_NAME + 1 + SEGMENT_NAME
};

/* What is known at a border between two entries of a segment. */
struct point {
	off_t		 at;		/* where the next record is */
	int64_t		 newest_ms;	/* of the segment's entries before it */
	uint8_t		 chain[JOURNAL_CHAIN];
};

struct segment {
	uint64_t	 first;
	uint64_t	 term;		/* before first */
	off_t		 bytes;		/* of the file; when loaded, end.at */
	struct point	*points;	/* before first + i * STRIDE */
	size_t		 points_n, points_room;
	struct point	 end;
};

struct term {
	uint64_t	 seq, term;
};

struct handle {
	int		 fd;		/* -1: closed */
	uint64_t	 first;		/* of which segment */
};

struct journal {
	const struct disk *disk;
	const char	*dir;
	char		 log[PATH_MAX];	/* its directory */
	uint8_t		 id[JOURNAL_ID];
	size_t		 segment_bytes;
	int		 lock;
	struct segment	*segments;	/* at least one */
	size_t		 segments_n, segments_room;
	struct term	*terms;		/* those that begin in a segment */
	size_t		 terms_n, terms_room;
	uint64_t	 last;
	struct handle	 newest, other;	/* the last segment, one more */
	int		 failed;	/* errno of a failed sync */
	bool		 dirty;		/* not all is synced */
	bool		 junk;		/* behind the last segment's end */
	uint8_t		*out;		/* records to be written */
	size_t		 out_room;
	uint64_t	 next;		/* to be read in order; 0: none */
	off_t		 next_at;
	uint64_t	 buffer_first;	/* of which segment; 0: none */
	off_t		 buffer_at;
	size_t		 buffer_len;
	uint8_t		 buffer[BUFFER_BYTES];
	/* The last tail_len bytes of the last segment. */
	size_t		 tail_len;
	uint8_t		 tail[TAIL_BYTES];
};

/* p with room for n elements, or NULL and p stays. */
static void *
more(void *p, size_t *room, size_t n, size_t size)
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

static struct segment *
last_segment(const struct journal *j)
{
	return &j->segments[j->segments_n - 1];
}

static uint64_t
segment_last(const struct journal *j, const struct segment *s)
{
	return s == last_segment(j) ? j->last : s[1].first - 1;
}

static uint64_t
current_term(const struct journal *j)
{
	return j->terms_n > 0 ? j->terms[j->terms_n - 1].term :
	    j->segments[0].term;
}

static void
log_path(const struct journal *j, const char *log, const char *end,
    char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s%s", j->dir, log, end);
}

static void
segment_path(const char *log, uint64_t first, char path[PATH_MAX])
{
	char name[SEGMENT_NAME];

	snprintf(name, sizeof(name), "%020llu.log",
	    (unsigned long long)first);
	strlcpy(path, log, PATH_MAX);
	strlcat(path, "/", PATH_MAX);
	strlcat(path, name, PATH_MAX);
}

static bool
refuse(struct journal_why *why, enum journal_error kind, const char *path,
    off_t offset)
{
	why->kind = kind;
	why->error = kind == JOURNAL_SYSTEM ? errno : 0;
	why->offset = offset;
	strlcpy(why->path, path, sizeof(why->path));
	return false;
}

/* Descriptors and bytes of segments. */

static void
close_handle(struct journal *j, struct handle *h)
{
	int saved = errno;

	if (h->fd != -1)
		j->disk->close(j->disk->arg, h->fd);
	h->fd = -1;
	errno = saved;
}

static int
segment_fd(struct journal *j, const struct segment *s)
{
	struct handle *h = s == last_segment(j) ? &j->newest : &j->other;
	char path[PATH_MAX];

	if (h->fd != -1 && h->first == s->first)
		return h->fd;
	close_handle(j, h);
	segment_path(j->log, s->first, path);
	h->fd = j->disk->open(j->disk->arg, path, false);
	h->first = s->first;
	return h->fd;
}

/* Nothing that was read stays known, nor a file that is to go. */
static void
forget_reads(struct journal *j)
{
	j->next = 0;
	j->buffer_first = 0;
	close_handle(j, &j->other);
}

static bool
fill_buffer(struct journal *j, const struct segment *s, off_t at)
{
	int fd = segment_fd(j, s);
	size_t len = BUFFER_BYTES;
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
static const uint8_t *
fetch(struct journal *j, const struct segment *s, off_t at, size_t len)
{
	off_t tail_at = s->bytes - (off_t)j->tail_len;

	if (s == last_segment(j) && at >= tail_at)
		return j->tail + (at - tail_at);
	if (j->buffer_first == s->first && at >= j->buffer_at &&
	    at + (off_t)len <= j->buffer_at + (off_t)j->buffer_len)
		return j->buffer + (at - j->buffer_at);
	if (!fill_buffer(j, s, at))
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
static const uint8_t *
record(struct journal *j, const struct segment *s, off_t at, size_t *len)
{
	const uint8_t *bytes;
	struct wire_in in;
	uint32_t crc;

	errno = 0;
	if (s->bytes - at < RECORD)
		return NULL;
	if ((bytes = fetch(j, s, at, RECORD)) == NULL)
		return NULL;
	in = wire_in(bytes, RECORD);
	*len = wire_get_u32(&in);
	crc = wire_get_u32(&in);
	if (*len == 0 || *len > ENTRY_BYTES ||
	    (off_t)*len > s->bytes - at - RECORD)
		return NULL;
	if ((bytes = fetch(j, s, at, RECORD + *len)) == NULL)
		return NULL;
	if (crc32c(bytes + RECORD, *len) == crc)
		return bytes + RECORD;
	errno = 0;
	return NULL;
}

static void
tail_add(struct journal *j, const uint8_t *bytes, size_t len)
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

static bool
reserve_points(struct segment *s, size_t n)
{
	struct point *points = more(s->points, &s->points_room,
	    s->points_n + n, sizeof(*points));

	if (points == NULL)
		return false;
	s->points = points;
	return true;
}

/* Takes a checked entry as the last; there is room for a point. */
static void
take(struct journal *j, const uint8_t *bytes, size_t len)
{
	struct segment *s = last_segment(j);

	if ((++j->last - s->first) % STRIDE == 0)
		s->points[s->points_n++] = s->end;
	step(&s->end, bytes, len);
}

static bool
push_term(struct journal *j, uint64_t seq, uint64_t term)
{
	struct term *terms = more(j->terms, &j->terms_room, j->terms_n + 1,
	    sizeof(*terms));

	if (terms == NULL)
		return false;
	j->terms = terms;
	j->terms[j->terms_n++] = (struct term){ seq, term };
	return true;
}

/* The segment with seq, first <= seq, and above last the last one. */
static struct segment *
segment_of(const struct journal *j, uint64_t seq)
{
	size_t low = 0, high = j->segments_n, middle;

	if (seq >= last_segment(j)->first)
		return last_segment(j);
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (j->segments[middle].first <= seq)
			low = middle;
		else
			high = middle;
	}
	return &j->segments[low];
}

/*
 * The point before seq, from s->first to one above its last. The chain and
 * the time are left out unless they are wanted. False with errno.
 */
static bool
find_point(struct journal *j, const struct segment *s, uint64_t seq,
    bool whole, struct point *p)
{
	const uint8_t *bytes;
	uint64_t at;
	size_t len;

	*p = s->end;
	if (seq > segment_last(j, s))
		return true;
	at = seq - (seq - s->first) % STRIDE;
	for (*p = s->points[(seq - s->first) / STRIDE]; at < seq; at++) {
		if ((bytes = record(j, s, p->at, &len)) == NULL) {
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

static bool
push_segment(struct journal *j, uint64_t first, uint64_t term,
    const uint8_t *chain, off_t bytes)
{
	struct segment *s = more(j->segments, &j->segments_room,
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
static int
make_segment(const struct disk *disk, const char *path,
    const uint8_t id[JOURNAL_ID], uint64_t first, uint64_t term,
    const uint8_t chain[JOURNAL_CHAIN])
{
	uint8_t header[HEADER];
	struct wire_out out = wire_out(header, sizeof(header));
	int fd = disk->open(disk->arg, path, true), saved;

	if (fd == -1)
		return -1;
	wire_put_bytes(&out, magic, MAGIC);
	wire_put_bytes(&out, id, JOURNAL_ID);
	wire_put_u64(&out, first);
	wire_put_u64(&out, term);
	wire_put_bytes(&out, chain, JOURNAL_CHAIN);
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

static bool
start_segment(struct journal *j)
{
	char path[PATH_MAX];
	uint8_t chain[JOURNAL_CHAIN];
	uint64_t term = journal_term(j, j->last);
	int fd;

	/* Only the last segment may be torn. */
	if (!journal_sync(j))
		return false;
	memcpy(chain, last_segment(j)->end.chain, JOURNAL_CHAIN);
	segment_path(j->log, j->last + 1, path);
	fd = make_segment(j->disk, path, j->id, j->last + 1, term, chain);
	if (fd == -1)
		return false;
	if (j->disk->sync_dir(j->disk->arg, j->log) == -1 ||
	    !push_segment(j, j->last + 1, term, chain, HEADER)) {
		close_handle(j, &(struct handle){ .fd = fd });
		j->disk->remove(j->disk->arg, path);
		return false;
	}
	close_handle(j, &j->newest);
	j->newest = (struct handle){ fd, j->last + 1 };
	j->dirty = true;
	return true;
}

/* Removes the file; true if it is gone. *synced: and stays so. */
static bool
remove_segment(struct journal *j, const struct segment *s, bool *synced)
{
	char path[PATH_MAX];

	segment_path(j->log, s->first, path);
	if (j->disk->remove(j->disk->arg, path) == -1)
		return false;
	*synced = j->disk->sync_dir(j->disk->arg, j->log) == 0;
	return true;
}

static void
cut_terms(struct journal *j)
{
	while (j->terms_n > 0 && j->terms[j->terms_n - 1].seq > j->last)
		j->terms_n--;
}

/* Removes the last segment, which is not the only one. */
static bool
drop_newest(struct journal *j)
{
	struct segment *s = last_segment(j);
	bool synced;

	forget_reads(j);
	if (!remove_segment(j, s, &synced))
		return false;
	close_handle(j, &j->newest);
	j->last = s->first - 1;
	free(s->points);
	j->segments_n--;
	j->tail_len = 0;
	j->junk = false;
	cut_terms(j);
	/* Coming back, it would not fit behind what is written next. */
	if (!synced)
		j->failed = errno;
	return synced;
}

static void
drop_oldest(struct journal *j)
{
	size_t n = 0;

	forget_reads(j);
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

/* What there is in a directory. */

struct names {
	struct {
		uint64_t	*first;
		size_t		 n, room;
	} segments;
	char		 log[LOG_NAME];		/* one of them */
	char		 draft[LOG_NAME];	/* one of them, without .new */
	unsigned	 logs, drafts;
	bool		 failed;		/* no memory */
};

static void
see_log(void *arg, const char *name)
{
	struct names *names = arg;
	size_t len = strspn(name, "0123456789abcdef");

	if (len != LOG_NAME - 1)
		return;
	if (name[len] == '\0') {
		names->logs++;
		strlcpy(names->log, name, LOG_NAME);
	} else if (strcmp(name + len, draft_end) == 0) {
		names->drafts++;
		strlcpy(names->draft, name, LOG_NAME);
	}
}

static void
see_segment(void *arg, const char *name)
{
	struct names *names = arg;
	uint64_t first = strtoull(name, NULL, 10), *room;
	char again[PATH_MAX];

	segment_path("", first, again);
	if (first == 0 || strcmp(again + 1, name) != 0)
		return;		/* not ours */
	room = more(names->segments.first, &names->segments.room,
	    names->segments.n + 1, sizeof(first));
	if (room == NULL) {
		names->failed = true;
		return;
	}
	names->segments.first = room;
	names->segments.first[names->segments.n++] = first;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static bool
find_logs(struct journal *j, struct names *names, struct journal_why *why)
{
	memset(names, 0, sizeof(*names));
	return j->disk->list(j->disk->arg, j->dir, see_log, names) == 0 ||
	    refuse(why, JOURNAL_SYSTEM, j->dir, 0);
}

/* The segments in a log's directory, in order; the caller frees the list. */
static bool
find_segments(struct journal *j, const char *log, struct names *names,
    struct journal_why *why)
{
	memset(names, 0, sizeof(*names));
	if (j->disk->list(j->disk->arg, log, see_segment, names) == -1 ||
	    names->failed) {
		if (names->failed)
			errno = ENOMEM;
		free(names->segments.first);
		return refuse(why, JOURNAL_SYSTEM, log, 0);
	}
	if (names->segments.n > 0)
		qsort(names->segments.first, names->segments.n,
		    sizeof(uint64_t), compare);
	return true;
}

/* From the oldest on: what is left at any time is a journal still. */
static bool
remove_log(struct journal *j, const char *log, struct journal_why *why)
{
	char path[PATH_MAX];
	struct names names;
	bool good = true;
	size_t i;

	if (!find_segments(j, log, &names, why))
		return false;
	for (i = 0; good && i < names.segments.n; i++) {
		segment_path(log, names.segments.first[i], path);
		if (j->disk->remove(j->disk->arg, path) == -1 ||
		    j->disk->sync_dir(j->disk->arg, log) == -1)
			good = refuse(why, JOURNAL_SYSTEM, path, 0);
	}
	free(names.segments.first);
	if (good && (j->disk->remove(j->disk->arg, log) == -1 ||
	    j->disk->sync_dir(j->disk->arg, j->dir) == -1))
		good = refuse(why, JOURNAL_SYSTEM, log, 0);
	return good;
}

/* Gives a complete draft its name. */
static bool
publish(struct journal *j, const char *draft, const char *log,
    struct journal_why *why)
{
	if (j->disk->rename(j->disk->arg, draft, log) == 0 &&
	    j->disk->sync_dir(j->disk->arg, j->dir) == 0)
		return true;
	return refuse(why, JOURNAL_SYSTEM, draft, 0);
}

/*
 * Ends what a crash while creating has left: a draft takes the place of an
 * old log that is gone; while that is there, the draft is given up. Leaves
 * one log, whose directory is set, or none.
 */
static bool
settle(struct journal *j, struct journal_why *why)
{
	char draft[PATH_MAX];
	struct names names, old;

	if (!find_logs(j, &names, why))
		return false;
	log_path(j, names.log, "", j->log);
	log_path(j, names.draft, draft_end, draft);
	if (names.logs > 1)
		return refuse(why, JOURNAL_CORRUPT, j->log, 0);
	if (names.logs == 1) {
		if (!find_segments(j, j->log, &old, why))
			return false;
		free(old.segments.first);
		if (old.segments.n > 0)
			return names.drafts == 0 || remove_log(j, draft, why);
		if (!remove_log(j, j->log, why))
			return false;
	}
	if (names.drafts == 0)
		return refuse(why, JOURNAL_NONE, j->dir, 0);
	strlcpy(names.log, names.draft, sizeof(names.log));
	log_path(j, names.log, "", j->log);
	return publish(j, draft, j->log, why);
}

/* Loading: all is read and checked. */

/* Takes the entry in, if it is the next one. */
static bool
load_entry(struct journal *j, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);
	struct entry e;

	if (entry_decode(&in, &e) != ENTRY_OK || !wire_done(&in) ||
	    e.seq != j->last + 1 || e.seq == UINT64_MAX)
		return false;
	if (e.kind == ENTRY_START && (e.id <= current_term(j) ||
	    !push_term(j, e.seq, e.id)))
		return false;
	if (!reserve_points(last_segment(j), 1))
		return false;
	take(j, bytes, len);
	return true;
}

/*
 * Is there a record somewhere behind bad, of an entry that may come there?
 * Then it is not the end of a write that is missing, but something within.
 */
static bool
goes_on(struct journal *j, const struct segment *s, off_t bad)
{
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	size_t len;
	off_t at;

	for (at = bad + 1; s->bytes - at > RECORD; at++) {
		if ((bytes = record(j, s, at, &len)) == NULL) {
			if (errno != 0)
				return true;	/* cutting is not safe */
			continue;
		}
		in = wire_in(bytes, len);
		if (entry_decode(&in, &e) == ENTRY_OK && wire_done(&in) &&
		    e.seq > j->last &&
		    e.seq - j->last <= (uint64_t)(at - bad))
			return true;
	}
	return false;
}

static bool
load_records(struct journal *j, bool newest, const char *path,
    struct journal_why *why)
{
	struct segment *s = last_segment(j);
	const uint8_t *bytes;
	size_t len;
	int fd;

	while (s->end.at < s->bytes) {
		if ((bytes = record(j, s, s->end.at, &len)) == NULL)
			break;
		errno = 0;
		if (!load_entry(j, bytes, len))
			return refuse(why, errno == ENOMEM ? JOURNAL_SYSTEM :
			    JOURNAL_CORRUPT, path, s->end.at);
	}
	if (s->end.at == s->bytes)
		return true;
	if (errno != 0)
		return refuse(why, JOURNAL_SYSTEM, path, s->end.at);
	if (!newest || goes_on(j, s, s->end.at))
		return refuse(why, JOURNAL_CORRUPT, path, s->end.at);
	if ((fd = segment_fd(j, s)) == -1 ||
	    j->disk->truncate(j->disk->arg, fd, s->end.at) == -1 ||
	    j->disk->sync(j->disk->arg, fd) == -1)
		return refuse(why, JOURNAL_SYSTEM, path, s->end.at);
	s->bytes = s->end.at;
	forget_reads(j);
	return true;
}

enum header { HEADER_GOOD, HEADER_TORN, HEADER_WRONG, HEADER_UNREAD };

/* Reads the header of the segment just pushed, and fills it in. */
static enum header
load_header(struct journal *j)
{
	struct segment *s = last_segment(j);
	const struct segment *before = j->segments_n > 1 ? s - 1 : NULL;
	const uint8_t *bytes, *id;
	struct wire_in in;
	uint64_t first;

	if (s->bytes < HEADER)
		return HEADER_TORN;
	if ((bytes = fetch(j, s, 0, HEADER)) == NULL)
		return HEADER_UNREAD;
	in = wire_in(bytes + HEADER - 4, 4);
	if (wire_get_u32(&in) != crc32c(bytes, HEADER - 4))
		return HEADER_TORN;
	in = wire_in(bytes, HEADER);
	if (memcmp(wire_get_bytes(&in, MAGIC), magic, MAGIC) != 0)
		return HEADER_WRONG;
	id = wire_get_bytes(&in, JOURNAL_ID);
	first = wire_get_u64(&in);
	s->term = wire_get_u64(&in);
	memcpy(s->end.chain, wire_get_bytes(&in, JOURNAL_CHAIN),
	    JOURNAL_CHAIN);
	if (memcmp(id, j->id, JOURNAL_ID) != 0 || first != s->first)
		return HEADER_WRONG;
	if (before != NULL && (first != j->last + 1 ||
	    s->term != current_term(j) ||
	    memcmp(s->end.chain, before->end.chain, JOURNAL_CHAIN) != 0))
		return HEADER_WRONG;
	return HEADER_GOOD;
}

/* There is a directory, but there was never a journal in it. */
static bool
drop_log(struct journal *j, struct journal_why *why)
{
	return remove_log(j, j->log, why) &&
	    refuse(why, JOURNAL_NONE, j->dir, 0);
}

static bool
drop_torn(struct journal *j, const char *path, struct journal_why *why)
{
	if (j->segments_n > 1)
		return drop_newest(j) || refuse(why, JOURNAL_SYSTEM, path, 0);
	return drop_log(j, why);
}

static bool
load_segment(struct journal *j, uint64_t first, bool newest,
    struct journal_why *why)
{
	static const uint8_t zeros[JOURNAL_CHAIN];
	char path[PATH_MAX];
	off_t bytes;
	int fd;

	segment_path(j->log, first, path);
	if (!push_segment(j, first, 0, zeros, 0))
		return refuse(why, JOURNAL_SYSTEM, path, 0);
	if ((fd = segment_fd(j, last_segment(j))) == -1 ||
	    (bytes = j->disk->size(j->disk->arg, fd)) == -1)
		return refuse(why, JOURNAL_SYSTEM, path, 0);
	last_segment(j)->bytes = bytes;
	if (j->segments_n == 1)
		j->last = first - 1;
	switch (load_header(j)) {
	case HEADER_GOOD:
		return load_records(j, newest, path, why);
	case HEADER_TORN:
		if (newest && first == j->last + 1 &&
		    !goes_on(j, last_segment(j), 0))
			return drop_torn(j, path, why);
		break;
	case HEADER_WRONG:
		break;
	case HEADER_UNREAD:
		return refuse(why, JOURNAL_SYSTEM, path, 0);
	}
	return refuse(why, JOURNAL_CORRUPT, path, 0);
}

static bool
load(struct journal *j, struct journal_why *why)
{
	struct names names;
	bool good = true;
	size_t i;

	/* Of 32 hex digits and nothing else, see_log has seen to that. */
	sodium_hex2bin(j->id, JOURNAL_ID, j->log + strlen(j->dir) + 1,
	    LOG_NAME - 1, NULL, NULL, NULL);
	if (!find_segments(j, j->log, &names, why))
		return false;
	for (i = 0; good && i < names.segments.n; i++)
		good = load_segment(j, names.segments.first[i],
		    i + 1 == names.segments.n, why);
	free(names.segments.first);
	if (names.segments.n == 0)
		return drop_log(j, why);
	/* A process that died may have written without syncing. */
	j->dirty = true;
	return good;
}

/* A journal that holds the directory's lock and knows nothing yet. */
static struct journal *
begin(const struct disk *disk, const char *dir, size_t segment_bytes,
    struct journal_why *why)
{
	struct journal *j;
	char path[PATH_MAX];

	memset(why, 0, sizeof(*why));
	if (strlen(dir) + PATH_REST >= PATH_MAX) {
		errno = ENAMETOOLONG;
		refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	if ((j = calloc(1, sizeof(*j))) == NULL) {
		refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	j->disk = disk;
	j->dir = dir;
	j->segment_bytes = segment_bytes;
	j->newest.fd = j->other.fd = -1;
	snprintf(path, sizeof(path), "%s/lock", dir);
	j->lock = disk->lock(disk->arg, path, &why->pid);
	if (j->lock != -1)
		return j;
	refuse(why, errno == EWOULDBLOCK ? JOURNAL_LOCKED :
	    errno == ENOENT ? JOURNAL_NONE : JOURNAL_SYSTEM, path, 0);
	free(j);
	return NULL;
}

struct journal *
journal_open(const struct disk *disk, const char *dir, size_t segment_bytes,
    struct journal_why *why)
{
	struct journal *j = begin(disk, dir, segment_bytes, why);

	if (j == NULL || (settle(j, why) && load(j, why)))
		return j;
	journal_close(j);
	return NULL;
}

/* Builds the new log beside what there is, on the disk before it counts. */
static bool
make_draft(struct journal *j, const char *draft, const uint8_t *id,
    uint64_t first, uint64_t term, const uint8_t *chain,
    struct journal_why *why)
{
	const struct disk *disk = j->disk;
	char path[PATH_MAX];
	int fd, result;

	segment_path(draft, first, path);
	if (disk->make_dir(disk->arg, draft) == -1)
		return refuse(why, JOURNAL_SYSTEM, draft, 0);
	fd = make_segment(disk, path, id, first, term, chain);
	if (fd == -1)
		return refuse(why, JOURNAL_SYSTEM, path, 0);
	result = disk->sync(disk->arg, fd);
	close_handle(j, &(struct handle){ .fd = fd });
	if (result == -1 || disk->sync_dir(disk->arg, draft) == -1 ||
	    disk->sync_dir(disk->arg, j->dir) == -1)
		return refuse(why, JOURNAL_SYSTEM, path, 0);
	return true;
}

/* Removes all drafts, or all that is no draft. */
static bool
clear(struct journal *j, bool drafts, struct journal_why *why)
{
	char path[PATH_MAX];
	struct names names;

	for (;;) {
		if (!find_logs(j, &names, why))
			return false;
		if ((drafts ? names.drafts : names.logs) == 0)
			return true;
		log_path(j, drafts ? names.draft : names.log,
		    drafts ? draft_end : "", path);
		if (!remove_log(j, path, why))
			return false;
	}
}

struct journal *
journal_create(const struct disk *disk, const char *dir,
    size_t segment_bytes, const uint8_t id[JOURNAL_ID], uint64_t first,
    uint64_t term, const uint8_t chain[JOURNAL_CHAIN],
    struct journal_why *why)
{
	struct journal *j;
	char name[LOG_NAME], draft[PATH_MAX];

	memset(why, 0, sizeof(*why));
	errno = EINVAL;
	if (first == 0 || first == UINT64_MAX ||
	    disk->make_dir(disk->arg, dir) == -1) {
		refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	if ((j = begin(disk, dir, segment_bytes, why)) == NULL) {
		if (why->kind == JOURNAL_NONE)
			refuse(why, JOURNAL_SYSTEM, dir, 0);
		return NULL;
	}
	sodium_bin2hex(name, sizeof(name), id, JOURNAL_ID);
	log_path(j, name, "", j->log);
	log_path(j, name, draft_end, draft);
	if (clear(j, true, why) &&
	    make_draft(j, draft, id, first, term, chain, why) &&
	    clear(j, false, why) && publish(j, draft, j->log, why) &&
	    load(j, why))
		return j;
	journal_close(j);
	return NULL;
}

void
journal_close(struct journal *j)
{
	size_t i;

	if (j == NULL)
		return;
	close_handle(j, &j->newest);
	close_handle(j, &j->other);
	close_handle(j, &(struct handle){ .fd = j->lock });
	for (i = 0; i < j->segments_n; i++)
		free(j->segments[i].points);
	free(j->segments);
	free(j->terms);
	free(j->out);
	free(j);
}

const uint8_t *
journal_id(const struct journal *j)
{
	return j->id;
}

uint64_t
journal_first(const struct journal *j)
{
	return j->segments[0].first;
}

uint64_t
journal_last(const struct journal *j)
{
	return j->last;
}

uint64_t
journal_bytes(const struct journal *j)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < j->segments_n; i++)
		sum += (uint64_t)j->segments[i].bytes;
	return sum;
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

	if (seq < journal_first(j) - 1 || seq > j->last)
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
journal_chain(struct journal *j, uint64_t seq, uint8_t chain[JOURNAL_CHAIN])
{
	struct point p;

	if (seq < journal_first(j) - 1 || seq > j->last)
		return false;
	if (!find_point(j, segment_of(j, seq + 1), seq + 1, true, &p))
		return false;
	memcpy(chain, p.chain, JOURNAL_CHAIN);
	return true;
}

/*
 * Makes records of the entries in out, if they are the next ones. New terms
 * are noted already. False with errno.
 */
static bool
build(struct journal *j, const uint8_t *entries, size_t len, size_t n,
    struct wire_out *records)
{
	struct wire_in in = wire_in(entries, len);
	struct entry e;
	size_t from, i;
	uint8_t *out;

	if (n > len || len > SIZE_MAX / 2 / (RECORD + 1))
		goto invalid;
	out = more(j->out, &j->out_room, len + n * RECORD, 1);
	if (out == NULL)
		return false;
	j->out = out;
	*records = wire_out(out, len + n * RECORD);
	for (i = 0; i < n; i++) {
		from = in.pos;
		if (entry_decode(&in, &e) != ENTRY_OK ||
		    e.seq != j->last + 1 + i || e.seq == UINT64_MAX)
			goto invalid;
		if (e.kind == ENTRY_START) {
			if (e.id <= current_term(j))
				goto invalid;
			if (!push_term(j, e.seq, e.id))
				return false;
		}
		wire_put_u32(records, (uint32_t)(in.pos - from));
		wire_put_u32(records, crc32c(entries + from, in.pos - from));
		wire_put_bytes(records, entries + from, in.pos - from);
	}
	if (wire_done(&in))
		return true;
invalid:
	errno = EINVAL;
	return false;
}

/* One write at the end, or none. */
static bool
write_records(struct journal *j, const struct wire_out *records)
{
	const struct disk *disk = j->disk;
	const struct segment *s = last_segment(j);
	int fd = segment_fd(j, s), saved;

	if (fd == -1)
		return false;
	if (j->junk && disk->truncate(disk->arg, fd, s->bytes) == -1)
		return false;
	j->junk = false;
	j->dirty = true;
	if (disk->write(disk->arg, fd, records->base, records->len,
	    s->bytes) == 0)
		return true;
	saved = errno;
	/*
	 * What is left there must not end up behind the next write, nor come
	 * back after a crash though it was refused.
	 */
	j->junk = disk->truncate(disk->arg, fd, s->bytes) == -1;
	if (!j->junk)
		journal_sync(j);
	errno = saved;
	return false;
}

/* Writes into the last segment, or into a new one if that would be too full. */
static bool
append_records(struct journal *j, const struct wire_out *records, size_t n)
{
	const struct segment *s = last_segment(j);
	bool roll = j->last >= s->first &&
	    (uint64_t)s->bytes + records->len > j->segment_bytes;
	int saved;

	if (roll && !start_segment(j))
		return false;
	if (reserve_points(last_segment(j), n / STRIDE + 1) &&
	    write_records(j, records))
		return true;
	saved = errno;
	if (roll)
		drop_newest(j);
	errno = saved;
	return false;
}

bool
journal_append(struct journal *j, const uint8_t *entries, size_t len,
    size_t n)
{
	struct wire_out records;
	size_t terms_n = j->terms_n, at, entry_len;
	struct wire_in in;

	if (j->failed != 0) {
		errno = j->failed;
		return false;
	}
	if (n == 0 && len == 0)
		return true;
	if (!build(j, entries, len, n, &records) ||
	    !append_records(j, &records, n)) {
		j->terms_n = terms_n;
		return false;
	}
	for (at = 0; at < records.len; at += RECORD + entry_len) {
		in = wire_in(records.base + at, 4);
		entry_len = wire_get_u32(&in);
		take(j, records.base + at + RECORD, entry_len);
	}
	last_segment(j)->bytes = last_segment(j)->end.at;
	tail_add(j, records.base, records.len);
	return true;
}

bool
journal_sync(struct journal *j)
{
	int fd;

	if (j->failed == 0 && j->dirty) {
		fd = segment_fd(j, last_segment(j));
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

const uint8_t *
journal_read(struct journal *j, uint64_t seq, size_t *len)
{
	const struct segment *s;
	const uint8_t *bytes;
	struct point p;

	errno = 0;
	if (seq < journal_first(j) || seq > j->last)
		return NULL;
	s = segment_of(j, seq);
	if (seq == j->next && seq != s->first)
		p.at = j->next_at;
	else if (!find_point(j, s, seq, false, &p))
		return NULL;
	if ((bytes = record(j, s, p.at, len)) == NULL) {
		errno = errno == 0 ? EIO : errno;
		return NULL;
	}
	j->next = seq + 1;
	j->next_at = p.at + (off_t)(RECORD + *len);
	return bytes;
}

/* Cuts the last segment down to p, which is behind seq. */
static bool
cut_segment(struct journal *j, uint64_t seq, const struct point *p)
{
	struct segment *s = last_segment(j);
	off_t cut = s->bytes - p->at;
	int fd = segment_fd(j, s);

	if (fd == -1 || j->disk->truncate(j->disk->arg, fd, p->at) == -1)
		return false;
	forget_reads(j);
	j->tail_len = cut >= (off_t)j->tail_len ? 0 :
	    j->tail_len - (size_t)cut;
	s->bytes = p->at;
	s->end = *p;
	s->points_n = (size_t)((seq + 1 - s->first + STRIDE - 1) / STRIDE);
	j->last = seq;
	j->junk = false;
	j->dirty = true;
	cut_terms(j);
	return true;
}

bool
journal_truncate(struct journal *j, uint64_t seq)
{
	struct point p;
	struct segment *s;
	uint64_t first;

	if (seq >= j->last)
		return true;
	errno = j->failed != 0 ? j->failed : EINVAL;
	if (j->failed != 0 || seq < journal_first(j) - 1)
		return false;
	s = seq < journal_first(j) ? j->segments : segment_of(j, seq);
	/* Read first: what fails then has changed nothing. */
	if (!find_point(j, s, seq + 1, true, &p))
		return false;
	first = s->first;
	/* Newest first, so that there is never a gap. */
	while (last_segment(j)->first > first)
		if (!drop_newest(j))
			return false;
	if (seq < j->last && !cut_segment(j, seq, &p))
		return false;
	return journal_sync(j);
}

unsigned
journal_keep(struct journal *j, int64_t before_ms, uint64_t max_bytes)
{
	unsigned removed = 0;
	bool synced;

	while (j->segments_n > 1) {
		if (!(before_ms > 0 &&
		    j->segments[0].end.newest_ms < before_ms) &&
		    !(max_bytes > 0 && journal_bytes(j) > max_bytes))
			break;
		if (!remove_segment(j, &j->segments[0], &synced))
			break;
		drop_oldest(j);
		removed++;
		/* One that comes back is no harm without a gap behind it. */
		if (!synced)
			break;
	}
	return removed;
}
