/*
 * Segments that need not be read at the start. Runs in the server; must never
 * take a mark for this log's that is not.
 */
#include "common/journal_mark.h"

#include <stdlib.h>
#include <string.h>

#include "common/disk.h"
#include "common/journal_state.h"

enum {
	SEGMENT_MARK = 8 + 8 + 8 + JOURNAL_CHAIN,
	TERM_MARK = 8 + 8
};

uint64_t
journal_edge(const struct journal *j)
{
	return journal_last_segment(j)->first - 1;
}

uint64_t
journal_full_bytes(const struct journal *j, uint64_t seq)
{
	uint64_t sum = 0;
	size_t i;

	for (i = j->segments_n - 1; i > 0 && j->segments[i - 1].first > seq;
	    i--)
		sum += (uint64_t)j->segments[i - 1].bytes;
	return sum;
}

/* The chain before its first entry. */
static const uint8_t *
chain_before(const struct segment *s)
{
	return s->points_n > 0 ? s->points[0].chain : s->end.chain;
}

void
journal_put_mark(const struct journal *j, struct wire_out *out)
{
	const struct segment *s = j->segments, *last = journal_last_segment(j);
	size_t terms = j->terms_n, i;

	while (terms > 0 && j->terms[terms - 1].seq >= last->first)
		terms--;
	wire_put_bytes(out, j->id, JOURNAL_ID);
	wire_put_u64(out, last->first - 1);
	wire_put_u64(out, s->term);
	wire_put_bytes(out, chain_before(last), JOURNAL_CHAIN);
	wire_put_varint(out, j->segments_n - 1);
	for (; s < last; s++) {
		wire_put_u64(out, s->first);
		wire_put_u64(out, (uint64_t)s->bytes);
		wire_put_u64(out, (uint64_t)s->end.newest_ms);
		wire_put_bytes(out, chain_before(s), JOURNAL_CHAIN);
	}
	wire_put_varint(out, terms);
	for (i = 0; i < terms; i++) {
		wire_put_u64(out, j->terms[i].seq);
		wire_put_u64(out, j->terms[i].term);
	}
}

/* A mark as it is read. */
struct mark {
	uint64_t	 edge, term;	/* the term up to what was read */
	const uint8_t	*chain;
	size_t		 gone;		/* segments that are not there now */
};

/* Is there such a file, and as long as that? */
static bool
is_as_long(struct journal *j, uint64_t first, uint64_t bytes)
{
	const struct disk *d = j->disk;
	char path[PATH_MAX];
	off_t size;
	int fd;

	journal_segment_path(j->log, first, path);
	if ((fd = d->open(d->arg, path, false)) == -1)
		return false;
	size = d->size(d->arg, fd);
	d->close(d->arg, fd);
	return size > HEADER && (uint64_t)size == bytes;
}

static bool
push(struct journal *j, uint64_t first, uint64_t bytes, int64_t newest_ms,
    const uint8_t *chain)
{
	struct segment *s;

	if (!journal_push_segment(j, first, 0, chain, (off_t)bytes))
		return false;
	s = journal_last_segment(j);
	if (!journal_reserve_points(s, 1))
		return false;
	s->points[s->points_n++] = s->end;
	s->end.at = s->bytes;
	s->end.newest_ms = newest_ms;
	return true;
}

/* Retention may have removed some since; those that are there must be they. */
static bool
take_segments(struct journal *j, struct wire_in *in, struct mark *m,
    const struct journal_names *names)
{
	uint64_t n = wire_get_varint(in), first, bytes, i, before = 0;
	const uint8_t *chain;
	int64_t newest_ms;
	size_t at = 0;

	while (at < names->n && names->first[at] <= m->edge)
		at++;
	if (n > (in->len - in->pos) / SEGMENT_MARK || at > n)
		return false;
	m->gone = (size_t)n - at;
	for (i = 0; i < n; i++) {
		first = wire_get_u64(in);
		bytes = wire_get_u64(in);
		newest_ms = (int64_t)wire_get_u64(in);
		chain = wire_get_bytes(in, JOURNAL_CHAIN);
		if (in->failed || first <= before || first > m->edge)
			return false;
		before = first;
		if (i < m->gone)
			continue;
		if (names->first[i - m->gone] != first ||
		    !is_as_long(j, first, bytes))
			return false;
		if (j->segments_n > 0)
			memcpy(journal_last_segment(j)->end.chain, chain,
			    JOURNAL_CHAIN);
		if (!push(j, first, bytes, newest_ms, chain))
			return false;
	}
	if (at > 0)
		memcpy(journal_last_segment(j)->end.chain, m->chain,
		    JOURNAL_CHAIN);
	return true;
}

/* Each segment gets the term before it; those that begin in one are kept. */
static bool
take_terms(struct journal *j, struct wire_in *in, struct mark *m)
{
	uint64_t n = wire_get_varint(in), seq = 0, term, before = 0;
	size_t at = 0;

	if (n > (in->len - in->pos) / TERM_MARK)
		return false;
	for (; n > 0; n--, before = seq, m->term = term) {
		seq = wire_get_u64(in);
		term = wire_get_u64(in);
		if (seq <= before || seq > m->edge || term <= m->term)
			return false;
		while (at < j->segments_n && j->segments[at].first <= seq)
			j->segments[at++].term = m->term;
		if (at > 0 && !journal_push_term(j, seq, term))
			return false;
	}
	while (at < j->segments_n)
		j->segments[at++].term = m->term;
	return !in->failed;
}

/* Does the segment behind the edge say the same? */
static bool
fits(struct journal *j, const struct mark *m)
{
	const struct disk *d = j->disk;
	uint8_t header[HEADER];
	struct journal_base base;
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	journal_segment_path(j->log, m->edge + 1, path);
	if ((fd = d->open(d->arg, path, false)) == -1)
		return false;
	n = d->read(d->arg, fd, header, HEADER, 0);
	d->close(d->arg, fd);
	return n == HEADER && journal_read_header(j, header, &base) &&
	    base.first == m->edge + 1 && base.term == m->term &&
	    memcmp(base.chain, m->chain, JOURNAL_CHAIN) == 0;
}

static void
forget_segments(struct journal *j)
{
	journal_forget_reads(j);
	journal_close_handle(j, &j->newest);
	while (j->segments_n > 0)
		free(j->segments[--j->segments_n].points);
	j->terms_n = 0;
	j->last = 0;
}

bool
journal_take_mark(struct journal *j, struct wire_in *in,
    const struct journal_names *names)
{
	const uint8_t *id = wire_get_bytes(in, JOURNAL_ID);
	struct mark m = { .edge = wire_get_u64(in) };

	m.term = wire_get_u64(in);
	m.chain = wire_get_bytes(in, JOURNAL_CHAIN);
	if (!in->failed && memcmp(id, j->id, JOURNAL_ID) == 0 &&
	    m.edge > 0 && m.edge < UINT64_MAX - 1 &&
	    take_segments(j, in, &m, names) && take_terms(j, in, &m) &&
	    fits(j, &m)) {
		j->last = m.edge;
		return true;
	}
	forget_segments(j);
	return false;
}
