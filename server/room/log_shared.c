/*
 * The log of several servers, of which the journal has what was told. Which
 * block comes next is for all rooms' logs together: each takes its own when it
 * is its turn. What it adds goes out, and comes back as what all are told.
 * Pure; runs in the server.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/journal.h"
#include "server/cluster/block.h"
#include "server/cluster/shared.h"
#include "server/room/log_state.h"

enum {
	FULL_MS = 1000		/* until a full disk is tried again */
};

bool
log_sharing_begin(struct log *l)
{
	struct shared *s = l->config.shared;

	if (s->draft == NULL &&
	    (s->draft = malloc(sizeof(struct log_draft))) == NULL)
		return false;
	if ((l->sharing = calloc(1, sizeof(*l->sharing))) == NULL)
		return false;
	l->sharing->lives = UINT64_MAX;
	/* Whose the names are comes with the home log. */
	l->sharing->named = l->config.home != NULL;
	return true;
}

void
log_sharing_end(struct log *l)
{
	if (l->sharing != NULL && l->wanted)
		l->config.shared->wants--;
	free(l->sharing);
}

/*
 * What comes
 */

/* Those of its entries that are here are the same. *skip: their bytes. */
static bool
is_here(struct log *l, const struct block *b, size_t *skip)
{
	uint64_t seq, last = journal_last(l->journal);
	const uint8_t *encoded;
	size_t len;

	*skip = 0;
	for (seq = b->first; seq <= last && seq < b->first + b->entries_n;
	    seq++) {
		encoded = journal_read(l->journal, seq, &len);
		if (encoded == NULL || len > b->len - *skip ||
		    memcmp(encoded, b->entries + *skip, len) != 0)
			return false;
		*skip += len;
	}
	return true;
}

/* They were told by a replay, which does not know where it was. */
static void
tell_where(const struct block *b, size_t len, const struct log_out *out)
{
	struct wire_in in = wire_in(b->entries, len);
	char fold[TEXT_FOLD_BYTES];
	struct log_note at = { .kind = LOG_NOTE_AT, .fold = fold, .place = 1 };
	struct log_note away = { .kind = LOG_NOTE_AWAY, .fold = fold };
	struct entry e;

	while (!wire_done(&in) && entry_decode_again(&in, &e) == ENTRY_OK)
		if (e.kind == ENTRY_JOIN && text_fold(fold, e.author,
		    e.author_len) > 0) {
			out->at(out->arg, &away, 0);
			out->at(out->arg, &at, b->node);
		} else if (e.kind == ENTRY_RENAME && text_fold(fold, e.text,
		    e.text_len) > 0)
			out->at(out->arg, &at, b->node);
}

/* The history before it is ours. */
static bool
fits(struct log *l, const struct block *b)
{
	uint8_t chain[FRAME_CHAIN];

	return b->first <= journal_last(l->journal) + 1 &&
	    b->first >= journal_first(l->journal) &&
	    journal_chain(l->journal, b->first - 1, chain) &&
	    memcmp(chain, b->chain, FRAME_CHAIN) == 0;
}

static bool
is_new_term(const struct log *l, const struct block *b)
{
	struct wire_in in = wire_in(b->entries, b->len);
	struct entry e;

	return entry_decode_again(&in, &e) == ENTRY_OK &&
	    e.kind == ENTRY_START && e.id > journal_term(l->journal,
	    journal_last(l->journal));
}

/* What the disk does not take is tried again. */
static bool
wait_for_disk(struct log *l, int64_t now_ms)
{
	l->stuck = errno;
	l->sharing->full = true;
	l->sharing->full_ms = now_ms + FULL_MS;
	return false;
}

/* Puts what is not here yet behind what is. False: it cannot be, for now or for
 * ever. */
static bool
append(struct log *l, int64_t now_ms, const struct block *b,
    const struct log_out *out)
{
	uint64_t last = journal_last(l->journal);
	size_t skip;

	if (b->entries_n == 0)
		return true;
	/* What is older than retention here is known, all of that block. */
	if (b->first < journal_first(l->journal) &&
	    b->first + b->entries_n - 1 <= last) {
		tell_where(b, b->len, out);
		return true;
	}
	if (!fits(l, b)) {
		l->sharing->foreign = true;
		return false;
	}
	if (!is_here(l, b, &skip)) {
		/* Of what only this one has nobody was told. */
		if (!is_new_term(l, b) ||
		    !journal_truncate(l->journal, b->first - 1)) {
			l->sharing->foreign = true;
			return false;
		}
		last = b->first - 1;
		skip = 0;
	}
	if (last < b->first - 1 + b->entries_n && !journal_append(l->journal,
	    b->entries + skip, b->len - skip,
	    (size_t)(b->first + b->entries_n - 1 - last)))
		return wait_for_disk(l, now_ms);
	tell_where(b, skip, out);
	l->sharing->in = b->first + b->entries_n - 1;
	if (l->config.sync != LOG_SYNC_NONE || l->config.keep_ms > 0 ||
	    l->config.keep_bytes > 0)
		durable_plan(&l->durable, now_ms);
	return true;
}

/* Names first: who comes in owns his. False: it cannot be now. */
static bool
take_notes(struct log *l, int64_t now_ms, const struct block *b, bool ours,
    const struct log_out *out)
{
	struct wire_in in = block_notes(b);
	char fold[TEXT_FOLD_BYTES];
	struct log_note n;

	while (block_next_note(&in, &n, fold))
		if (n.kind == LOG_NOTE_AT || n.kind == LOG_NOTE_AWAY)
			out->at(out->arg, &n, b->node);
		else if (n.kind == LOG_NOTE_NEWS) {
			if (!out->news(out->arg, n.news, n.news_len, ours))
				return wait_for_disk(l, now_ms);
		} else if (n.kind < LOG_NOTE_AT && !log_take_note(l, &n))
			l->stuck = errno;
	l->durable.noted |= b->notes_n > 0;
	return true;
}

/* The next block is of another log. True: it is passed over. */
static bool
pass_on(struct log *l, int64_t now_ms, const uint8_t id[FRAME_LOG_ID],
    const struct log_out *out)
{
	if (l->config.home != NULL)
		return false;
	switch (out->other(out->arg, id)) {
	case LOG_OTHER_HERE:
		break;		/* it may have taken it by now */
	case LOG_OTHER_GONE:
		shared_told(l->config.shared, now_ms);
		return true;
	case LOG_OTHER_NONE:
		/* It came about where it was written, by what was told here
		 * as well: what there is here is something else. Nothing that
		 * was acknowledged is skipped without a word. */
		l->sharing->foreign = true;
		break;
	}
	return false;
}

/* False: it is not this log's, or waits. */
static bool
take(struct log *l, int64_t now_ms, const struct log_out *out)
{
	struct shared *s = l->config.shared;
	const uint8_t *bytes;
	struct block b;
	size_t len;
	bool ours;

	if ((bytes = shared_next(s, &len, &ours)) == NULL ||
	    now_ms < l->sharing->full_ms || l->sharing->foreign)
		return false;
	if (!block_get(&b, bytes, len)) {
		l->sharing->foreign = true;
		return false;
	}
	if (memcmp(b.log_id, journal_id(l->journal), FRAME_LOG_ID) != 0)
		return pass_on(l, now_ms, b.log_id, out);
	if (!append(l, now_ms, &b, out))
		return false;
	l->stuck = 0;
	if (!take_notes(l, now_ms, &b, ours, out))
		return false;
	l->sharing->full = false;
	/* A START is nobody's. */
	if (!log_tell(l, out, b.node, ours && b.first > 1)) {
		log_give_up(l, errno != 0 ? errno : EIO);
		return false;
	}
	l->sharing->is_out &= !ours;
	shared_told(s, now_ms);
	return true;
}

/*
 * What goes
 */

/* What was gathered, from that entry on. */
static bool
post(struct log *l, int64_t now_ms, uint64_t first)
{
	struct log_sharing *s = l->sharing;
	struct log_draft *d = l->config.shared->draft;
	struct wire_out out = wire_out(d->bytes, sizeof(d->bytes));
	uint8_t chain[FRAME_CHAIN];
	struct block b = { .node = l->config.shared->node,
	    .nonce = shared_nonce(l->config.shared),
	    .log_id = journal_id(l->journal), .first = first,
	    .term = journal_term(l->journal, first - 1), .chain = chain,
	    .entries_n = (uint32_t)l->entries, .entries = l->bytes,
	    .len = l->block.len, .notes_n = s->notes_n };

	if (!journal_chain(l->journal, first - 1, chain))
		return false;
	block_begin(&out, &b);
	wire_put_bytes(&out, d->notes, s->notes.len);
	s->is_out = !out.failed && shared_post(l->config.shared, now_ms,
	    b.nonce, d->bytes, out.len);
	s->nonce = b.nonce;
	return s->is_out;
}

/* Another one was first: what it had is decided anew. */
static void
heed_loss(struct log *l)
{
	const struct shared *s = l->config.shared;

	if (!l->sharing->is_out || (s->flight_len > 0 &&
	    s->nonce == l->sharing->nonce))
		return;
	l->sharing->is_out = false;
	log_want(l);
}

static void
begin_block(struct log *l)
{
	struct log_draft *d = l->config.shared->draft;
	struct log_sharing *s = l->sharing;

	log_begin_block(l);
	s->notes = wire_out(d->notes, sizeof(d->notes));
	s->notes_n = 0;
}

/* The first entry of a log. */
static void
begin_log(struct log *l, int64_t now_ms)
{
	struct entry start = { .kind = ENTRY_START, .time_ms = l->wall_ms,
	    .id = log_next_term(l, l->wall_ms) };

	begin_block(l);
	if (log_add(l, &start, 1, NULL, 0))
		post(l, now_ms, 1);
}

/*
 * Who founds pours what there is into blocks: whose the names are first, since
 * all of it is there as soon as the last entry is.
 */

static bool
is_founding(const struct log *l)
{
	uint64_t last = journal_last(l->journal);

	if (!l->config.founds)
		return false;
	/* Another room's begins when something is said there. */
	return last < journal_first(l->journal) ? last == 0 &&
	    l->config.home == NULL : l->sharing->in < last;
}

struct names_poured {
	struct log	*log;
	size_t		 at;
	bool		 full;
};

static void
pour_name(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct names_poured *p = arg;

	if (p->full || p->at++ < p->log->sharing->names)
		return;
	p->full = !log_share_note(p->log, &(struct log_note){
	    .kind = LOG_NOTE_TAKE, .fold = fold, .key = key });
}

static void
pour_entries(struct log *l, uint64_t seq)
{
	const uint8_t *encoded;
	size_t len;

	for (; seq <= journal_last(l->journal) &&
	    l->entries < LOG_BLOCK_ENTRIES; seq++) {
		encoded = journal_read(l->journal, seq, &len);
		if (encoded == NULL || len > l->block.size - l->block.len)
			break;
		wire_put_bytes(&l->block, encoded, len);
		l->entries++;
	}
}

static void
pour(struct log *l, int64_t now_ms)
{
	struct log_sharing *s = l->sharing;
	struct names_poured p = { .log = l };
	uint64_t first = s->in + 1;

	if (first < journal_first(l->journal))
		first = journal_first(l->journal);
	begin_block(l);
	if (!s->named) {
		log_lease_each(l, l->wall_ms, pour_name, &p);
		s->names += s->notes_n;
		s->named = !p.full;
	}
	if (s->notes_n == 0)
		pour_entries(l, first);
	if ((l->entries == 0 && s->notes_n == 0) || !post(l, now_ms, first))
		log_give_up(l, errno != 0 ? errno : ENOMEM);
}

static void
gather(struct log *l, int64_t now_ms, const struct log_out *out)
{
	if (journal_last(l->journal) == 0) {
		begin_log(l, now_ms);
		return;
	}
	if (is_founding(l)) {
		pour(l, now_ms);
		return;
	}
	l->wanted = false;
	l->config.shared->wants--;
	begin_block(l);
	out->gather(out->arg);
	if (l->entries == 0 && l->sharing->notes_n == 0)
		return;
	if (post(l, now_ms, journal_last(l->journal) + 1))
		return;
	l->stuck = ENOMEM;
	out->refused(out->arg);
}

/* Who is nobody knows where is at none of those that live. */
static void
tell_nodes(struct log *l, const struct log_out *out)
{
	uint64_t lives = l->config.shared->lives, changed;
	uint32_t i;

	changed = lives ^ l->sharing->lives;
	l->sharing->lives = lives;
	for (i = 0; changed != 0 && i <= SHARED_NODES; i++)
		if ((changed >> i & 1) != 0)
			out->node(out->arg, i, (lives >> i & 1) != 0);
}

void
log_sharing_turn(struct log *l, int64_t now_ms, const struct log_out *out)
{
	struct shared *s = l->config.shared;

	if (l->config.home == NULL)
		shared_tick(s, now_ms);
	tell_nodes(l, out);
	while (take(l, now_ms, out))
		continue;
	heed_loss(l);
	/* Others want to be heard, too. */
	if ((l->wanted || is_founding(l)) && shared_is_free(s, now_ms) &&
	    !s->gathers && (s->last != l || s->wants <= 1)) {
		s->last = l;
		s->gathers = true;
		gather(l, now_ms, out);
		s->gathers = false;
	}
	if (l->sharing->foreign)
		log_give_up(l, ESTALE);
	if (l->config.home == NULL)
		s->founded = s->told > 0 && !is_founding(l);
}

int64_t
log_sharing_due(const struct log *l, int64_t now_ms)
{
	struct shared *s = l->config.shared;
	int64_t due = INT64_MAX;
	uint64_t *told = &l->sharing->told;
	size_t len;
	bool ours;

	if (l->config.home == NULL)
		due = shared_due(s, now_ms);
	/* The next one may be another log's, whose turn was before. */
	if (shared_next(s, &len, &ours) != NULL && s->told != *told) {
		*told = s->told;
		return now_ms;
	}
	if (l->sharing->full)
		return due < l->sharing->full_ms ? due : l->sharing->full_ms;
	if ((l->wanted || is_founding(l)) && shared_is_free(s, now_ms))
		return now_ms;
	return due;
}

enum log_state
log_sharing_state(const struct log *l)
{
	if (l->sharing->foreign)
		return LOG_CUT_OFF;
	switch (l->config.shared->state) {
	case SHARED_CATCHING_UP:
		return LOG_CATCHING_UP;
	case SHARED_READY:
		/* People are at home meanwhile; there they wait. */
		return is_founding(l) && l->config.home != NULL ?
		    LOG_CATCHING_UP : LOG_READY;
	case SHARED_CUT_OFF:
		break;
	}
	return LOG_CUT_OFF;
}
