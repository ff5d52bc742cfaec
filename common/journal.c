/*
 * The journal: segments of checked, chained records. Runs in the server and
 * in the client's receiver process; one holder at a time. Must never take a
 * record for an entry that was not appended whole, and never change what was
 * appended before.
 */
#include "common/journal_state.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"

void
journal_close(struct journal *j)
{
	size_t i;

	if (j == NULL)
		return;
	journal_close_handle(j, &j->newest);
	journal_close_handle(j, &j->other);
	journal_close_handle(j, &(struct handle){ .fd = j->lock });
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

bool
journal_chain(struct journal *j, uint64_t seq, uint8_t chain[JOURNAL_CHAIN])
{
	struct point p;

	if (seq < journal_first(j) - 1 || seq > j->last)
		return false;
	if (!journal_find_point(j, journal_segment_of(j, seq + 1), seq + 1,
	    true, &p))
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
	out = journal_more(j->out, &j->out_room, len + n * RECORD, 1);
	if (out == NULL)
		return false;
	j->out = out;
	*records = wire_out(out, len + n * RECORD);
	for (i = 0; i < n; i++) {
		from = in.pos;
		if (entry_decode_again(&in, &e) != ENTRY_OK ||
		    e.seq != j->last + 1 + i || e.seq == UINT64_MAX)
			goto invalid;
		if (e.kind == ENTRY_START) {
			if (e.id <= journal_current_term(j))
				goto invalid;
			if (!journal_push_term(j, e.seq, e.id))
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
	const struct segment *s = journal_last_segment(j);
	int fd = journal_segment_fd(j, s), saved;

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
	const struct segment *s = journal_last_segment(j);
	bool roll = j->last >= s->first &&
	    (uint64_t)s->bytes + records->len > j->segment_bytes;
	int saved;

	if (roll && !journal_start_segment(j))
		return false;
	if (journal_reserve_points(journal_last_segment(j), n / STRIDE + 1) &&
	    write_records(j, records))
		return true;
	saved = errno;
	if (roll)
		journal_drop_newest(j, j->last);
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
		journal_take(j, records.base + at + RECORD, entry_len);
	}
	journal_last_segment(j)->bytes = journal_last_segment(j)->end.at;
	journal_tail_add(j, records.base, records.len);
	return true;
}

int
journal_begin_sync(struct journal *j)
{
	errno = j->failed;
	return j->failed != 0 || !j->dirty ? -1 :
	    journal_segment_fd(j, journal_last_segment(j));
}

void
journal_synced(struct journal *j, uint64_t seq)
{
	if (seq == j->last)
		j->dirty = false;
}

void
journal_fail(struct journal *j, int error)
{
	if (j->failed == 0)
		j->failed = error;
}

int
journal_failed(const struct journal *j)
{
	return j->failed;
}

void
journal_abandon(struct journal *j, uint64_t seq)
{
	struct segment *s = journal_last_segment(j);
	struct point p;
	int fd;

	if (j->failed == 0 || seq >= j->last)
		return;
	if (seq + 1 < s->first)
		seq = s->first - 1;
	/* Best effort: a disk that is read-only by now keeps it. */
	if (journal_find_point(j, s, seq + 1, false, &p) &&
	    (fd = journal_segment_fd(j, s)) != -1)
		j->disk->truncate(j->disk->arg, fd, p.at);
}

/* Somebody else reads now: who was reading goes on with the last one that he
 * had, which he may have had no room for. */
static void
leave_place(struct journal *j)
{
	if (j->next != 0)
		j->places[(j->next - 1) % PLACES] = (struct place){
		    j->next - 1, j->read_at };
}

const uint8_t *
journal_read(struct journal *j, uint64_t seq, size_t *len)
{
	struct segment *s;
	const uint8_t *bytes;
	struct point p;

	errno = 0;
	if (seq < journal_first(j) || seq > j->last)
		return NULL;
	s = journal_segment_of(j, seq);
	if (seq == j->next && seq != s->first)
		p.at = j->next_at;
	else {
		leave_place(j);
		if (j->places[seq % PLACES].seq == seq)
			p.at = j->places[seq % PLACES].at;
		else if (!journal_find_point(j, s, seq, false, &p))
			return NULL;
	}
	if ((bytes = journal_record(j, s, p.at, len)) == NULL) {
		errno = errno == 0 ? EIO : errno;
		return NULL;
	}
	j->next = seq + 1;
	j->read_at = p.at;
	j->next_at = p.at + (off_t)(RECORD + *len);
	return bytes;
}

/* Cuts the last segment down to p, which is behind seq. */
static bool
cut_segment(struct journal *j, uint64_t seq, const struct point *p)
{
	struct segment *s = journal_last_segment(j);
	off_t cut = s->bytes - p->at;
	int fd = journal_segment_fd(j, s);

	if (fd == -1 || j->disk->truncate(j->disk->arg, fd, p->at) == -1)
		return false;
	journal_forget_reads(j);
	j->tail_len = cut >= (off_t)j->tail_len ? 0 :
	    j->tail_len - (size_t)cut;
	s->bytes = p->at;
	s->end = *p;
	s->points_n = (size_t)((seq + 1 - s->first + STRIDE - 1) / STRIDE);
	j->last = seq;
	j->junk = false;
	j->dirty = true;
	journal_cut_terms(j);
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
	s = seq < journal_first(j) ? j->segments : journal_segment_of(j, seq);
	/* Read first: what fails then has changed nothing. */
	if (!journal_find_point(j, s, seq + 1, true, &p) || (seq >= s->first &&
	    !journal_know_points(j, s,
	    (size_t)((seq - s->first) / STRIDE + 1))))
		return false;
	first = s->first;
	/* Newest first, so that there is never a gap. */
	while (journal_last_segment(j)->first > first)
		if (!journal_drop_newest(j, journal_last_segment(j)->first - 1))
			return false;
	if (seq < j->last && !cut_segment(j, seq, &p))
		return false;
	return journal_sync(j);
}

static bool
may_go(const struct segment *s, uint64_t bytes, int64_t before_ms,
    uint64_t max_bytes)
{
	return (before_ms > 0 && s->end.newest_ms < before_ms) ||
	    (max_bytes > 0 && bytes > max_bytes);
}

uint64_t
journal_keep_from(const struct journal *j, int64_t before_ms,
    uint64_t max_bytes)
{
	uint64_t bytes = journal_bytes(j);
	size_t i;

	for (i = 0; i + 1 < j->segments_n; i++) {
		if (!may_go(&j->segments[i], bytes, before_ms, max_bytes))
			break;
		bytes -= (uint64_t)j->segments[i].bytes;
	}
	return j->segments[i].first;
}

unsigned
journal_keep(struct journal *j, int64_t before_ms, uint64_t max_bytes)
{
	unsigned removed = 0;
	bool synced;

	while (j->segments_n > 1) {
		if (!may_go(&j->segments[0], journal_bytes(j), before_ms,
		    max_bytes))
			break;
		if (!journal_remove_segment(j, &j->segments[0], &synced))
			break;
		journal_drop_oldest(j);
		removed++;
		/* One that comes back is no harm without a gap behind it. */
		if (!synced)
			break;
	}
	return removed;
}
