/*
 * The log on its way: put in order, to the copy and to the screen. Pure but
 * for the disk; runs in the receiver process. Never shows an entry twice or
 * out of order.
 */
#include "tui/receiver/link_parts.h"
#include "tui/receiver/link_pinned.h"

#include <string.h>

enum {
	FORGET_MS = 1000,		/* of a talk nothing waits: then */
	RELEASE = 128,			/* entries stored at once ... */
	RELEASE_BYTES = 16 * 1024	/* ... and their bytes, at most */
};

static void
tell_caught_up(struct link_room *lr)
{
	struct record r = { .type = RECORD_CAUGHT_UP };

	if (lr->log.caught_up || lr->log.goal_is_early || !lr->welcome ||
	    lr->log.replica.at.seq < lr->log.goal)
		return;
	lr->log.caught_up = true;
	link_tell(lr, &r);
}

static void
show(struct link_room *lr, const struct entry *e)
{
	struct record r = { .type = RECORD_ENTRY, .entry = *e };

	r.entry.id = link_tag_of(lr, e);
	if (lr->talk != NULL)
		link_order_next(lr, e);
	link_name_author(lr, &r.entry);
	lr->log.shown = e->seq;
	link_tell(lr, &r);
}

/* What the copy held before this run; true: all of it is shown. */
static bool
show_stored(struct link_room *lr)
{
	struct link_log *log = &lr->log;
	char text[TALK_TEXT_BYTES];
	const uint8_t *encoded;
	struct wire_in in;
	struct entry e;
	size_t len;

	while (log->shown < log->replica.at.seq) {
		if (!link_may_tell(lr))
			return false;
		encoded = replica_read(&log->replica, log->shown + 1, &len);
		if (encoded == NULL) {
			log->shown = log->replica.at.seq;
			break;
		}
		in = wire_in(encoded, len);
		if (entry_decode_again(&in, &e) != ENTRY_OK)
			return false;
		link_open(lr, &e, text);
		show(lr, &e);
	}
	return true;
}

/* The next entries that can be stored and shown together, as they are in the
 * log; how many. */
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
release_some(struct link_room *lr)
{
	uint8_t buf[RELEASE_BYTES];
	char text[TALK_TEXT_BYTES];
	struct wire_out bytes = wire_out(buf, sizeof(buf));
	struct entry e[RELEASE];
	size_t i, n = gather(&lr->log.reorder, &bytes, e);
	uint64_t term = lr->log.replica.at.term;

	if (n == 0)
		return false;
	for (i = 0; i < n; i++) {
		if (e[i].kind == ENTRY_START)
			term = e[i].id;
		link_know_name(lr, &e[i]);
	}
	replica_append(&lr->log.replica, buf, bytes.len, n, e[n - 1].seq, term);
	for (i = 0; i < n; i++) {
		link_open(lr, &e[i], text);
		if (e[i].seq > lr->log.shown)
			show(lr, &e[i]);
		link_members_change(lr, &e[i]);
		link_take_rename(lr, &e[i]);
		link_note_stored(lr, &e[i]);
		link_take_known(lr, &e[i]);
		link_wish_read(lr->link, &e[i]);
	}
	reorder_pop(&lr->log.reorder, n);
	return true;
}

void
link_acknowledge(struct link_room *lr)
{
	uint32_t next = link_forget_below(lr, lr->posting.next);

	/* A handshake is on its way that says where the outbox begins: the
	 * room would wait for ever for what is gone meanwhile. */
	if (link_visits(lr))
		return;
	/* Of what is said to be there something is not. */
	if (lr->posting.other != 0)
		return;
	if (next > outbox_first(lr->posting.outbox))
		outbox_acknowledged(lr->posting.outbox, next);
	if (link_waiting(lr) > 0)
		lr->posting.forget_due = lr->link->now + FORGET_MS;
}

void
link_release(struct link_room *lr)
{
	if (!show_stored(lr) || !lr->log.settled)
		return;
	while (link_may_tell(lr) && release_some(lr))
		;
	/* There was no room for long: what is missing was not asked for. */
	if (lr->link->channel.live && lr->syncing.due == INT64_MAX &&
	    reorder_gap(&lr->log.reorder) && link_may_tell(lr))
		lr->syncing.due = lr->link->now;
	if (lr->posting.seq != 0 && lr->log.shown >= lr->posting.seq)
		link_tell_passed(lr, lr->posting.next);
	tell_caught_up(lr);
	link_acknowledge(lr);
}

bool
link_misses(const struct link *l)
{
	const struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (reorder_gap(&lr->log.reorder))
			return true;
	return false;
}

void
link_tell_aside(struct link_room *lr)
{
	struct record r = { .type = RECORD_ASIDE, .text = lr->log.replica.aside,
	    .text_len = strlen(lr->log.replica.aside) };

	if (r.text_len > RECORD_PATH)
		r.text_len = 0;
	if (lr->log.replica.is_aside && !lr->log.untold)
		link_tell(lr, &r);
	lr->log.replica.is_aside = false;
	lr->log.untold &= !lr->log.settled;
}

/* Until the server says where the copy ends, and that it is its log. */
static void
unsettle(struct link_room *lr, int64_t ask_due)
{
	lr->log.settled = false;
	link_want(lr, LINK_WANTS_BASE, ask_due);
	link_sync_by(lr, lr->link->now);
}

void
link_begin_anew(struct link_room *lr)
{
	struct link_log *log = &lr->log;
	uint64_t after = lr->place.after;

	if (!log->begins_late)
		return;
	log->begins_late = false;
	if (after + 1 >= log->replica.first)
		return;
	log->untold = true;
	replica_restart(&log->replica, log->replica.at.log_id, after);
	reorder_restart(&log->reorder, after);
	log->shown = after;
	link_members_rewind(lr, 0);
	unsettle(lr, lr->link->now);
}

void
link_rewind(struct link_room *lr, uint64_t keep)
{
	struct link_log *log = &lr->log;
	struct record r = { .type = RECORD_REWIND, .id = keep };
	size_t again = 0;

	if (keep == log->replica.at.seq)
		return;
	if (keep < log->replica.at.seq) {
		again = link_say_again(lr, keep);
		replica_rewind(&log->replica, keep);
		log->reorder.head = keep;
	} else
		replica_restart(&log->replica, log->replica.at.log_id, keep);
	reorder_restart(&log->reorder, keep);
	if (log->shown > keep) {
		/* Once for one thing. */
		log->untold = true;
		link_tell(lr, &r);
	}
	if (log->shown > keep || !log->replica.has_base)
		log->shown = keep > log->floor ? keep : log->floor;
	link_tell_again(lr, again);
	lr->posting.stored_next = 0;
	link_members_rewind(lr, keep);
	unsettle(lr, lr->link->now + netpath_rto_ms(&lr->link->channel.path));
}

/*
 * A room that was put back more than once knows nothing of the term in between,
 * and so not where that began. We do: up to there both are the same, or another
 * answer follows. Each goes further back, or begins anew and ends it.
 */
void
link_rewind_to_term(struct link_room *lr, uint64_t term)
{
	struct link_log *log = &lr->log;
	uint64_t have = log->replica.at.seq;
	uint64_t keep = replica_term_end(&log->replica, term);

	if (keep < have) {
		log->went_from = have;
		link_rewind(lr, keep);
		return;
	}
	/* Not even what it follows is the room's; what came since is, and is
	 * not sent again. */
	replica_restart(&log->replica, log->replica.at.log_id, have);
	unsettle(lr, lr->link->now + netpath_rto_ms(&lr->link->channel.path));
}
