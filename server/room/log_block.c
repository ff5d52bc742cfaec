/*
 * What a block of the log has, while it is gathered. Pure but for the journal
 * and the leases; runs in the server.
 */
#include <errno.h>

#include "server/cluster/block.h"
#include "server/cluster/shared.h"
#include "server/room/lease.h"
#include "server/room/log_state.h"

/* A clock that is wrong does not end the room, nor make entries that nobody
 * decodes. */
static int64_t
in_range(int64_t wall_ms)
{
	return wall_ms < 0 ? 0 : wall_ms > ENTRY_TIME_MS_MAX ?
	    ENTRY_TIME_MS_MAX : wall_ms;
}

void
log_begin_block(struct log *l)
{
	l->block = wire_out(l->bytes, sizeof(l->bytes));
	l->entries = 0;
	l->noted = false;
	l->bad_note = 0;
}

/* On the disk with what is appended next. */
bool
log_take_note(struct log *l, const struct log_note *n)
{
	switch (n->kind) {
	case LOG_NOTE_TAKE:
		return leases_take(l->leases, l->wall_ms, n->fold, n->key,
		    n->place);
	case LOG_NOTE_CALL:
		return leases_call(l->leases, l->wall_ms, n->fold, n->key,
		    n->place);
	case LOG_NOTE_KEEP:
		return leases_keep(l->leases, l->wall_ms, n->fold, n->key,
		    n->place);
	case LOG_NOTE_FREE:
		errno = 0;
		return leases_release(l->leases, l->wall_ms, n->fold) ||
		    errno == 0;
	case LOG_NOTE_MOVE:
		return leases_move(l->leases, l->wall_ms, n->fold, n->former,
		    n->key);
	case LOG_NOTE_AT:
	case LOG_NOTE_AWAY:
	case LOG_NOTE_NEWS:
		break;
	}
	return true;
}

bool
log_share_note(struct log *l, const struct log_note *n)
{
	struct log_sharing *s = l->sharing;
	size_t len = s->notes.len;

	if (s->notes_n == BLOCK_NOTES)
		return false;
	block_put_note(&s->notes, n);
	if (s->notes.failed) {
		s->notes.failed = false;
		s->notes.len = len;
		return false;
	}
	s->notes_n++;
	return true;
}

void
log_want(struct log *l)
{
	if (l->sharing != NULL && !l->wanted)
		l->config.shared->wants++;
	l->wanted = true;
}

bool
log_add(struct log *l, struct entry *entries, size_t n,
    const struct log_note *notes, size_t notes_n)
{
	uint64_t next = journal_last(l->journal) + 1 + l->entries;
	size_t len = l->block.len, i;

	if (n > LOG_BLOCK_ENTRIES - l->entries)
		return false;
	for (i = 0; i < n; i++) {
		entries[i].seq = next + i;
		entries[i].time_ms = in_range(entries[i].time_ms);
		entry_encode(&l->block, &entries[i]);
	}
	if (l->block.failed) {
		l->block.failed = false;
		l->block.len = len;
		return false;
	}
	for (i = 0; i < notes_n && l->sharing != NULL; i++)
		if (!log_share_note(l, &notes[i])) {
			l->block.len = len;
			return false;
		}
	l->entries += n;
	for (i = 0; i < notes_n && l->sharing == NULL; i++)
		if (!log_take_note(l, &notes[i]))
			l->bad_note = errno;
	l->noted = l->noted || notes_n > 0;
	l->durable.noted = l->durable.noted || notes_n > 0;
	return true;
}

/*
 * Higher than the last, and that moment's own: a log that was put back to an
 * earlier state never begins a term that it had begun before, with other
 * entries in it.
 */
uint64_t
log_next_term(const struct log *l, int64_t wall_ms)
{
	uint64_t last = journal_term(l->journal, journal_last(l->journal));

	return wall_ms > 0 && (uint64_t)wall_ms > last ? (uint64_t)wall_ms :
	    last + 1;
}

