/*
 * What is known of a journal's full segments, for who opens it later and need
 * not read them again: where each one begins and ends, its newest time, the
 * chain and the terms, up to the edge: the last entry before the last segment.
 * Bound to the log by the chain. Pure but for the files.
 *
 *   log id 16 | edge u64 | term before the first u64 | chain up to the edge 32
 *   varint n | n x (first u64 | bytes u64 | newest ms u64 | chain before 32)
 *   varint n | n x (seq u64 | term u64)
 */
#ifndef COMMON_JOURNAL_MARK_H
#define COMMON_JOURNAL_MARK_H

#include "common/journal.h"

struct wire_in;
struct wire_out;

/* The last entry before the last segment; all up to it is on the disk. */
uint64_t	 journal_edge(const struct journal *);
/* Bytes of the segments behind seq, an edge, but for the last one. */
uint64_t	 journal_full_bytes(const struct journal *, uint64_t seq);

/* Of all up to the edge. */
void		 journal_put_mark(const struct journal *, struct wire_out *);
/*
 * As journal_open, but what the mark knows is not read before somebody asks
 * for it; *edge: of the mark. One that is no mark, or not of this log as it is
 * on the disk, is no matter: all is read, and *edge is 0.
 */
struct journal	*journal_open_mark(const struct disk *, const char *dir,
		    size_t segment_bytes, struct wire_in *mark,
		    uint64_t *edge, struct journal_why *why);

#endif
