/*
 * The log on its way: put in order, to the copy and to the screen. Pure but
 * for the disk; runs in the receiver process. Never shows an entry twice or
 * out of order.
 */
#include "tui/receiver/link_parts.h"

#include <string.h>

enum {
	RELEASE = 64,			/* entries stored at once ... */
	RELEASE_BYTES = 16 * 1024	/* ... and their bytes, at most */
};

static void
tell_caught_up(struct link *l)
{
	struct record r = { .type = RECORD_CAUGHT_UP };

	if (l->log.caught_up || l->log.goal_is_early || !l->channel.welcome ||
	    l->log.replica.at.seq < l->log.goal)
		return;
	l->log.caught_up = true;
	l->out.record(l->out.arg, &r);
}

static void
show(struct link *l, const struct entry *e)
{
	struct record r = { .type = RECORD_ENTRY, .entry = *e };

	r.entry.id = link_tag_of(l, e);
	l->log.shown = e->seq;
	l->out.record(l->out.arg, &r);
}

/* What the copy held before this run; true: all of it is shown. */
static bool
show_stored(struct link *l)
{
	struct link_log *log = &l->log;
	const uint8_t *encoded;
	struct wire_in in;
	struct entry e;
	size_t len;

	while (log->shown < log->replica.at.seq) {
		if (!l->out.room(l->out.arg))
			return false;
		encoded = replica_read(&log->replica, log->shown + 1, &len);
		if (encoded == NULL) {
			log->shown = log->replica.at.seq;
			break;
		}
		in = wire_in(encoded, len);
		if (entry_decode_again(&in, &e) != ENTRY_OK)
			return false;
		show(l, &e);
	}
	return true;
}

/* The next entries that can be stored and shown together; how many. */
static size_t
gather(const struct reorder *r, struct wire_out *bytes, struct entry e[RELEASE])
{
	const uint8_t *encoded;
	struct wire_in one;
	size_t n, len;

	for (n = 0; n < RELEASE && reorder_next(r, n, &encoded, &len) &&
	    len <= bytes->size - bytes->len; n++) {
		one = wire_in(encoded, len);
		if (entry_decode_again(&one, &e[n]) != ENTRY_OK)
			break;
		wire_put_bytes(bytes, encoded, len);
	}
	return n;
}

/* In one go: each write has its price. */
static bool
release_some(struct link *l)
{
	uint8_t buf[RELEASE_BYTES];
	struct wire_out bytes = wire_out(buf, sizeof(buf));
	struct entry e[RELEASE];
	size_t i, n = gather(&l->log.reorder, &bytes, e);
	uint64_t term = l->log.replica.at.term;

	if (n == 0)
		return false;
	for (i = 0; i < n; i++) {
		if (e[i].kind == ENTRY_START)
			term = e[i].id;
		link_know_name(l, &e[i]);
	}
	replica_append(&l->log.replica, buf, bytes.len, n, e[n - 1].seq, term);
	for (i = 0; i < n; i++) {
		if (e[i].seq > l->log.shown)
			show(l, &e[i]);
		link_members_change(l, &e[i]);
		link_take_rename(l, &e[i]);
		link_note_stored(l, &e[i]);
		link_take_known(l, &e[i]);
	}
	reorder_pop(&l->log.reorder, n);
	return true;
}

void
link_acknowledge(struct link *l)
{
	uint32_t next = link_forget_below(l, l->posting.next);

	/* A handshake is on its way that says where the outbox begins: the
	 * room would wait for ever for what is gone meanwhile. */
	if (l->shaking.hs.step == HANDSHAKE_VISIT)
		return;
	/* Of what is said to be there something is not. */
	if (l->posting.other != 0)
		return;
	if (next > outbox_first(l->posting.outbox))
		outbox_acknowledged(l->posting.outbox, next);
}

void
link_release(struct link *l)
{
	if (!show_stored(l) || !l->log.settled)
		return;
	while (l->out.room(l->out.arg) && release_some(l))
		;
	/* There was no room for long: what is missing was not asked for. */
	if (l->channel.live && l->syncing.due == INT64_MAX &&
	    reorder_gap(&l->log.reorder) && l->out.room(l->out.arg))
		l->syncing.due = l->now;
	if (l->posting.seq != 0 && l->log.shown >= l->posting.seq)
		link_tell_passed(l, l->posting.next);
	tell_caught_up(l);
	link_acknowledge(l);
}

bool
link_misses(const struct link *l)
{
	return reorder_gap(&l->log.reorder);
}

void
link_tell_aside(struct link *l)
{
	struct record r = { .type = RECORD_ASIDE, .text = l->log.replica.aside,
	    .text_len = strlen(l->log.replica.aside) };

	if (r.text_len > RECORD_PATH)
		r.text_len = 0;
	if (l->log.replica.is_aside && !l->log.untold)
		l->out.record(l->out.arg, &r);
	l->log.replica.is_aside = false;
	l->log.untold &= !l->log.settled;
}

/* Until the server says where the copy ends, and that it is its log. */
static void
unsettle(struct link *l, int64_t ask_due)
{
	l->log.settled = false;
	link_want(l, LINK_WANTS_BASE, ask_due);
	link_sync_by(l, l->now);
}

void
link_begin_anew(struct link *l)
{
	struct link_log *log = &l->log;
	uint64_t after = l->config.place.after;

	if (!log->begins_late)
		return;
	log->begins_late = false;
	if (after + 1 >= log->replica.first)
		return;
	log->untold = true;
	replica_restart(&log->replica, log->replica.at.log_id, after);
	reorder_restart(&log->reorder, after);
	log->shown = after;
	link_members_rewind(l, 0);
	unsettle(l, l->now);
}

void
link_rewind(struct link *l, uint64_t keep)
{
	struct link_log *log = &l->log;
	struct record r = { .type = RECORD_REWIND, .id = keep };
	size_t again = 0;

	if (keep == log->replica.at.seq)
		return;
	if (keep < log->replica.at.seq) {
		again = link_say_again(l, keep);
		replica_rewind(&log->replica, keep);
		log->reorder.head = keep;
	} else
		replica_restart(&log->replica, log->replica.at.log_id, keep);
	reorder_restart(&log->reorder, keep);
	if (log->shown > keep) {
		/* Once for one thing. */
		log->untold = true;
		l->out.record(l->out.arg, &r);
	}
	if (log->shown > keep || !log->replica.has_base)
		log->shown = keep > log->floor ? keep : log->floor;
	link_tell_again(l, again);
	l->posting.stored_next = 0;
	link_members_rewind(l, keep);
	unsettle(l, l->now + netpath_rto_ms(&l->channel.path));
}

/*
 * A room that was put back more than once knows nothing of the term in between,
 * and so not where that began. We do: up to there both are the same, or another
 * answer follows. Each goes further back, or begins anew and ends it.
 */
void
link_rewind_to_term(struct link *l, uint64_t term)
{
	struct link_log *log = &l->log;
	uint64_t have = log->replica.at.seq;
	uint64_t keep = replica_term_end(&log->replica, term);

	if (keep < have) {
		log->went_from = have;
		link_rewind(l, keep);
		return;
	}
	/* Not even what it follows is the room's; what came since is, and is
	 * not sent again. */
	replica_restart(&log->replica, log->replica.at.log_id, have);
	unsettle(l, l->now + netpath_rto_ms(&l->channel.path));
}
