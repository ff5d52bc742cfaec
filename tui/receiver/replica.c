/*
 * The room's replica. Runs in the receiver process. What cannot be stored is
 * held in memory no longer than the screen needs it: the server has it all.
 * What is stored the server may have no more: it is set aside, never deleted,
 * where the server says that it is not so any more.
 */
#include "tui/receiver/replica.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/journal.h"
#include "common/journal_aside.h"

void
replica_open(struct replica *c, const struct disk *disk, const char *dir,
    int *why)
{
	struct journal_why reason;
	uint64_t last;

	memset(c, 0, sizeof(*c));
	c->disk = disk;
	c->dir = dir;
	c->first = 1;
	c->bytes_max = REPLICA_BYTES;
	c->cut = UINT64_MAX;
	if (disk == NULL)
		return;
	c->journal = journal_open(disk, dir, JOURNAL_SEGMENT_BYTES, &reason);
	if (c->journal == NULL && reason.kind == JOURNAL_LOCKED) {
		/* Another window has it; this one does without. */
		c->disk = NULL;
		if (why != NULL)
			*why = EWOULDBLOCK;
	}
	if (c->journal == NULL)
		return;
	last = journal_last(c->journal);
	memcpy(c->at.log_id, journal_id(c->journal), FRAME_LOG_ID);
	c->at.seq = last;
	c->at.term = journal_term(c->journal, last);
	c->first = journal_first(c->journal);
	c->has_base = journal_chain(c->journal, last, c->chain);
}

void
replica_close(struct replica *c)
{
	journal_close(c->journal);
	c->journal = NULL;
}

void
replica_restart(struct replica *c, const uint8_t log_id[FRAME_LOG_ID],
    uint64_t have)
{
	memmove(c->at.log_id, log_id, FRAME_LOG_ID);
	c->at.seq = have;
	c->at.term = 0;
	c->first = have + 1;
	c->has_base = false;
	journal_close(c->journal);
	c->journal = NULL;
}

static bool
note_aside(struct replica *c, bool good)
{
	c->asides += good;
	c->is_aside |= good;
	return good;
}

/* What is stored makes room for another log; false: it must stay. */
static bool
set_aside(struct replica *c)
{
	if (c->emptied)
		return true;
	if (c->asides == REPLICA_ASIDES)
		return false;
	switch (journal_set_aside(c->disk, c->dir, c->aside)) {
	case JOURNAL_ASIDE_NONE:
		return true;
	case JOURNAL_ASIDE_KEPT:
		c->spare = false;
		return note_aside(c, true);
	case JOURNAL_ASIDE_FAILED:
		break;
	}
	return false;
}

void
replica_base(struct replica *c, uint64_t term, const uint8_t chain[FRAME_CHAIN])
{
	struct journal_why why;

	c->at.term = term;
	memcpy(c->chain, chain, FRAME_CHAIN);
	c->has_base = true;
	if (c->disk != NULL && c->journal == NULL && !set_aside(c))
		c->disk = NULL;
	if (c->disk == NULL || c->journal != NULL)
		return;
	c->emptied = false;
	c->cut = c->at.seq;
	c->journal = journal_create(c->disk, c->dir, JOURNAL_SEGMENT_BYTES,
	    &(struct journal_base){ c->at.log_id, c->at.seq + 1, term,
	    chain }, &why);
}

/* Without a journal, which knows the chain by itself. */
static void
extend_chain(struct replica *c, const uint8_t *encoded, size_t len)
{
	crypto_generichash_state state;
	struct wire_in in = wire_in(encoded, len);
	size_t from;
	struct entry e;

	for (from = 0; entry_decode_again(&in, &e) == ENTRY_OK; from = in.pos) {
		crypto_generichash_init(&state, NULL, 0, FRAME_CHAIN);
		crypto_generichash_update(&state, c->chain, FRAME_CHAIN);
		crypto_generichash_update(&state, encoded + from,
		    in.pos - from);
		crypto_generichash_final(&state, c->chain, FRAME_CHAIN);
	}
}

void
replica_append(struct replica *c, const uint8_t *encoded, size_t len, size_t n,
    uint64_t seq, uint64_t term)
{
	if (c->journal != NULL && !journal_append(c->journal, encoded, len,
	    n)) {
		/* A copy with a hole is none. It begins anew next time. */
		replica_chain(c);
		journal_close(c->journal);
		c->journal = NULL;
		c->disk = NULL;
	}
	if (c->journal == NULL)
		extend_chain(c, encoded, len);
	else if (journal_keep(c->journal, 0, c->bytes_max) > 0)
		c->first = journal_first(c->journal);
	c->at.seq = seq;
	c->at.term = term;
}

const uint8_t *
replica_chain(struct replica *c)
{
	if (c->journal != NULL)
		journal_chain(c->journal, journal_last(c->journal), c->chain);
	return c->chain;
}

void
replica_sync(struct replica *c)
{
	if (c->journal != NULL)
		journal_sync(c->journal);
}

/* What came since what is stored was set aside first, above `since`. */
static bool
cut_again(struct replica *c, uint64_t since)
{
	uint64_t n = journal_last(c->journal) - since;

	if (n == 0)
		return true;
	if (c->asides < REPLICA_ASIDES) {
		c->spare = journal_cut_aside(c->journal, since, false,
		    c->aside);
		return note_aside(c, c->spare);
	}
	/* What was never there for long is not worth a copy that ends. */
	return n <= REPLICA_FEW || (c->spare && journal_cut_aside(c->journal,
	    since, true, c->aside));
}

/* What is above seq, while there is room for it. */
static bool
cut_aside(struct replica *c, uint64_t seq)
{
	uint64_t before = c->cut;

	if (c->asides == 0) {
		c->cut = seq;
		return note_aside(c, journal_cut_aside(c->journal, seq, false,
		    c->aside));
	}
	if (seq >= before)
		return cut_again(c, seq);
	if (!journal_cut_more(c->journal, seq, before, c->asides > 1,
	    c->aside))
		return false;
	c->is_aside = true;
	c->cut = seq;
	return cut_again(c, before);
}

void
replica_rewind(struct replica *c, uint64_t seq)
{
	uint64_t to = seq;
	bool within = c->journal != NULL && seq < journal_last(c->journal);

	/* All of it goes. Where nothing was set aside yet, as it is. */
	if (within && seq + 1 < journal_first(c->journal)) {
		to = journal_first(c->journal) - 1;
		within = c->asides > 0 && to < journal_last(c->journal);
	}
	if (within && !cut_aside(c, to)) {
		/* It stays as it is, for whoever looks for it. */
		c->disk = NULL;
		within = false;
	}
	within = within && journal_truncate(c->journal, to);
	c->emptied |= within && to != seq;
	if (within && to == seq && journal_chain(c->journal, seq, c->chain)) {
		c->at.seq = seq;
		c->at.term = journal_term(c->journal, seq);
		return;
	}
	replica_restart(c, c->at.log_id, seq);
}

uint64_t
replica_term_end(const struct replica *c, uint64_t term)
{
	uint64_t end = c->journal == NULL ? 0 :
	    journal_term_end(c->journal, term);

	return end + 1 < c->first ? c->first - 1 : end;
}

const uint8_t *
replica_read(struct replica *c, uint64_t seq, size_t *len)
{
	return c->journal == NULL ? NULL : journal_read(c->journal, seq, len);
}
