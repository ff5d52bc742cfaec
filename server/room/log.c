/*
 * The room's log on the embedded journal. Runs in the server.
 */
#include "server/room/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/journal_mark.h"
#include "common/wire.h"
#include "server/cluster/shared.h"
#include "server/room/lease.h"
#include "server/room/log_state.h"

enum {
	BLOCKS = 64		/* of a turn: others have a turn, too */
};

/* A crash may have left the first pieces of a message: all or none. */
static bool
drop_torn_message(struct log *l)
{
	uint64_t last = journal_last(l->journal);
	const uint8_t *encoded;
	struct wire_in in;
	struct entry e;
	size_t len;

	if (last < journal_first(l->journal))
		return true;
	if ((encoded = journal_read(l->journal, last, &len)) == NULL)
		return false;
	in = wire_in(encoded, len);
	if (entry_decode_again(&in, &e) != ENTRY_OK || entry_more(e.flags) == 0)
		return true;
	last -= entry_index(e.flags) + 1;
	return last + 1 >= journal_first(l->journal) &&
	    journal_truncate(l->journal, last);
}

static bool
forgets(const struct log *l)
{
	return l->config.keep_ms > 0 || l->config.keep_bytes > 0;
}

/* False: it is refused. */
static bool
write_block(struct log *l, int64_t now_ms)
{
	l->stuck = l->bad_note;
	if (l->durable.failed != 0 || l->stuck != 0)
		return false;
	if (l->entries == 0)
		return true;
	if (!journal_append(l->journal, l->bytes, l->block.len, l->entries)) {
		l->stuck = errno;
		return false;
	}
	if (l->config.sync == LOG_SYNC_NONE)
		l->durable.seq = journal_last(l->journal);
	/* Without one, too, what is too old has to go. */
	if (l->config.sync != LOG_SYNC_NONE || forgets(l))
		durable_plan(&l->durable, now_ms);
	return true;
}

/* A term is a START entry, on the disk before anybody hears of it. */
static bool
begin_term(struct log *l, int64_t wall_ms, struct journal_why *why)
{
	struct entry start = { .kind = ENTRY_START, .time_ms = wall_ms };
	bool good = drop_torn_message(l);

	durable_all(&l->durable);
	start.id = log_next_term(l, wall_ms);
	log_begin_block(l);
	if (good && log_add(l, &start, 1, NULL, 0) && write_block(l, 0) &&
	    journal_sync(l->journal)) {
		durable_all(&l->durable);
		return true;
	}
	why->kind = JOURNAL_SYSTEM;
	why->error = errno;
	log_give_up(l, errno);
	snprintf(why->path, sizeof(why->path), "%s", l->config.dir);
	return false;
}

/* A term of several servers begins when all have it. */
static bool
begin_sharing(struct log *l, struct journal_why *why)
{
	/* What is of blocks is whole; what was before may not be. */
	if ((!l->config.founds || drop_torn_message(l)) &&
	    log_sharing_begin(l)) {
		durable_all(&l->durable);
		return true;
	}
	why->kind = JOURNAL_SYSTEM;
	why->error = errno;
	return false;
}

/* The journal, without what a checkpoint says about it. */
static struct journal *
open_journal(struct log *l, struct journal_why *why)
{
	const struct log_config *c = &l->config;
	struct journal *j;
	struct wire_in in;

	checkpoint_init(&l->checkpoint, c->disk, c->dir);
	l->known = checkpoint_read(c->disk, c->dir, &l->mark_len);
	if (l->known == NULL) {
		l->mark_len = 0;
		return journal_open(c->disk, c->dir, c->segment_bytes,
		    why);
	}
	in = wire_in(l->known, l->mark_len - CHECKPOINT_SUM);
	wire_get_bytes(&in, CHECKPOINT_HEAD);
	j = journal_open_mark(c->disk, c->dir, c->segment_bytes, &in,
	    &l->marked, why);
	l->known_at = in.pos;
	return j;
}

struct log *
log_open(const struct log_config *config, int64_t wall_ms,
    const uint8_t id[JOURNAL_ID], struct journal_why *why)
{
	static const uint8_t no_chain[JOURNAL_CHAIN];
	struct log *l;

	memset(why, 0, sizeof(*why));
	if ((l = calloc(1, sizeof(*l))) == NULL) {
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
		return NULL;
	}
	l->config = *config;
	durable_init(&l->durable, config->sync, config->syncer);
	l->hold = UINT64_MAX;
	if (!tail_init(&l->tail, config->tail_bytes != 0 ?
	    config->tail_bytes : TAIL_BYTES)) {
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
		tail_free(&l->tail);
		free(l);
		return NULL;
	}
	l->journal = open_journal(l, why);
	if (l->journal == NULL && why->kind == JOURNAL_NONE)
		l->journal = journal_create(config->disk, config->dir,
		    config->segment_bytes, config->base != NULL ?
		    config->base : &(struct journal_base){ .id = id,
		    .first = 1, .chain = no_chain }, why);
	if (l->journal != NULL)
		l->leases = config->home != NULL ? config->home->leases :
		    leases_open(config->disk, config->dir, wall_ms, why);
	l->durable.journal = l->journal;
	l->durable.leases = l->leases;
	l->durable.checkpoint = &l->checkpoint;
	if (l->leases != NULL && (config->shared != NULL ?
	    begin_sharing(l, why) : begin_term(l, wall_ms, why)))
		return l;
	log_close(l);
	return NULL;
}

bool
log_replay(struct log *l, const struct log_out *out)
{
	struct wire_in in;

	l->told = journal_first(l->journal) - 1;
	if (l->marked > 0 && l->marked <= journal_last(l->journal) &&
	    out->load != NULL) {
		in = wire_in(l->known + l->known_at,
		    l->mark_len - CHECKPOINT_SUM - l->known_at);
		if (out->load(out->arg, &in))
			l->told = l->marked;
	}
	if (l->told != l->marked)
		l->marked = l->mark_len = 0;
	free(l->known);
	l->known = NULL;
	return log_tell(l, out, 0, false);
}

struct frame_position
log_head(const struct log *l)
{
	struct frame_position p = { .seq = journal_last(l->journal) };

	memcpy(p.log_id, journal_id(l->journal), FRAME_LOG_ID);
	p.term = journal_term(l->journal, p.seq);
	return p;
}

uint64_t
log_bytes(const struct log *l)
{
	return journal_bytes(l->journal);
}

uint64_t
log_first(const struct log *l)
{
	return journal_first(l->journal);
}

uint64_t
log_term(const struct log *l, uint64_t seq)
{
	return journal_term(l->journal, seq);
}

uint64_t
log_term_end(const struct log *l, uint64_t term)
{
	return journal_term_end(l->journal, term);
}

bool
log_chain(struct log *l, uint64_t seq, uint8_t chain[FRAME_CHAIN])
{
	return journal_chain(l->journal, seq, chain);
}

const uint8_t *
log_read(struct log *l, uint64_t seq, size_t *len)
{
	const uint8_t *encoded = seq < journal_first(l->journal) ? NULL :
	    tail_read(&l->tail, seq, len);

	if (encoded != NULL ||
	    (encoded = journal_read(l->journal, seq, len)) != NULL)
		return encoded;
	/* Then whoever is to mend it learns where that is. */
	if (errno != 0 && !l->damaged) {
		l->damaged = true;
		checkpoint_remove(&l->checkpoint);
	}
	return NULL;
}

/* What is too old goes, unless it still counts; then that is wanted. */
static void
retain(struct log *l, int64_t wall_ms)
{
	int64_t before_ms = l->config.keep_ms > 0 ?
	    wall_ms - l->config.keep_ms : 0;
	uint64_t from;

	l->forgets = 0;
	if (!forgets(l))
		return;
	from = journal_keep_from(l->journal, before_ms, l->config.keep_bytes);
	if (l->hold < from)
		l->forgets = from;
	else
		journal_keep(l->journal, before_ms, l->config.keep_bytes);
}

void
log_hold(struct log *l, uint64_t seq)
{
	l->hold = seq;
}

uint64_t
log_wanted(const struct log *l)
{
	return l->forgets;
}

void
log_await(struct log *l)
{
	l->awaited = journal_last(l->journal);
	l->awaited_leases = leases_written(l->leases);
}

bool
log_is_there(const struct log *l)
{
	return l->durable.how == LOG_SYNC_NONE || (l->durable.failed == 0 &&
	    l->durable.seq >= l->awaited &&
	    leases_durable(l->leases) >= l->awaited_leases);
}

int
log_close(struct log *l)
{
	int failed;

	if (l == NULL)
		return 0;
	durable_end(&l->durable);
	failed = l->durable.failed;
	journal_close(l->journal);
	if (l->config.home == NULL)
		leases_close(l->leases);
	tail_free(&l->tail);
	log_sharing_end(l);
	free(l->known);
	free(l);
	return failed;
}

enum log_state
log_state(const struct log *l)
{
	if (l->durable.failed != 0)
		return LOG_CUT_OFF;
	return l->sharing == NULL ? LOG_READY : log_sharing_state(l);
}

uint32_t
log_node(const struct log *l)
{
	return l->sharing == NULL ? 0 : l->config.shared->node;
}

size_t
log_fds(const struct log *l, struct pollfd *pfd)
{
	return durable_fds(&l->durable, pfd);
}

bool
log_is_syncing(const struct log *l)
{
	return l->durable.running;
}

static void
take_block(struct log *l, int64_t now_ms, const struct log_out *out)
{
	l->wanted = false;
	log_begin_block(l);
	out->gather(out->arg);
	if ((l->entries > 0 || l->noted) && !write_block(l, now_ms))
		out->refused(out->arg);
}

/* Each block is decided on all that is before it. */
static void
take_blocks(struct log *l, int64_t now_ms, const struct log_out *out)
{
	bool good = log_tell(l, out, 0, false);
	int i;

	for (i = 0; good && l->wanted && i < BLOCKS; i++) {
		take_block(l, now_ms, out);
		good = log_tell(l, out, 0, true);
	}
	if (!good)
		log_give_up(l, errno != 0 ? errno : EIO);
}

int64_t
log_turn(struct log *l, int64_t now_ms, int64_t wall_ms,
    const struct log_out *out)
{
	int64_t due;

	l->wall_ms = wall_ms;
	if (l->durable.failed == 0 && l->sharing != NULL)
		log_sharing_turn(l, now_ms, out);
	else if (l->durable.failed == 0)
		take_blocks(l, now_ms, out);
	if (durable_turn(&l->durable, now_ms))
		retain(l, wall_ms);
	if (l->durable.failed != 0)
		tail_clear(&l->tail);
	due = durable_due(&l->durable);
	if (l->sharing != NULL)
		return clock_earlier(due, log_sharing_due(l, now_ms));
	return l->wanted && l->durable.failed == 0 ? now_ms : due;
}

uint64_t
log_durable(const struct log *l)
{
	/* What was told is on most servers' disks. */
	return l->sharing == NULL ? l->durable.seq : l->told;
}

int
log_failed(const struct log *l)
{
	return l->durable.failed;
}

int
log_stuck(const struct log *l)
{
	return l->stuck;
}
