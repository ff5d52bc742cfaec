/*
 * What the server says, frame by frame. Runs in the receiver process. The
 * datagram was authentic, which does not make what it says true: numbers are
 * checked, text was checked by the decoder.
 */
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_parts.h"
#include "tui/receiver/link_pinned.h"
#include "tui/receiver/link_posted.h"

#include <string.h>

enum {
	ACK_MS = NETPATH_HELD_MS,	/* rule 3: after data */
	ACK_GAP_MS = 20,	/* with a gap */
	ACK_LOSSY_MS = 1,	/* where much is lost, if the last is older */
	ACK_AGAIN_MIN_MS = 20,	/* than a round trip, from this ... */
	ACK_AGAIN_MAX_MS = 50,	/* ... to this */
	LOSSY_PERMILLE = 40,
	AGAIN_MS = 1000,	/* before one enters anew, at least */
	QUIET_MS = 1500
};

/* What the server says of the room only to who is in it. */
static bool
is_of_room(const struct frame *f)
{
	return f->type == FRAME_ENTRIES || f->type == FRAME_HEAD ||
	    f->type == FRAME_MEMBERS || f->type == FRAME_POSTED;
}

/* The room has us: now the phase is right, and the screen knows. */
static void
be_welcome(struct link_room *lr)
{
	link_set_phase(lr->link, RECORD_ONLINE);
	if (lr->welcome)
		return;
	lr->welcome = true;
	if (lr->link->channel.joined_at == 0)
		lr->link->channel.joined_at = lr->link->now;
	link_tell_name(lr);
}

/* Is it for so long that the server may not have the last one? */
static bool
is_again(const struct link_room *lr)
{
	int32_t rtt = netpath_rtt_ms(&lr->link->channel.path);

	if (rtt < 0 || rtt > ACK_AGAIN_MAX_MS)
		rtt = ACK_AGAIN_MAX_MS;
	return lr->link->now - lr->syncing.at >=
	    (rtt < ACK_AGAIN_MIN_MS ? ACK_AGAIN_MIN_MS : rtt);
}

static int64_t
ack_delay(const struct link_room *lr)
{
	if (netpath_loss_permille(&lr->link->channel.path) > LOSSY_PERMILLE &&
	    is_again(lr))
		return ACK_LOSSY_MS;
	return reorder_gap(&lr->log.reorder) ? ACK_GAP_MS : ACK_MS;
}

static bool
is_said(const struct entry *e)
{
	return e->kind == ENTRY_SAY || e->kind == ENTRY_ACT ||
	    e->kind == ENTRY_PART || e->kind == ENTRY_ANNOUNCE;
}

/* The log has that many entries; false: it is another log. */
static bool
note_head(struct link_room *lr, const struct frame *f)
{
	if (memcmp(f->at.log_id, lr->log.replica.at.log_id, FRAME_LOG_ID) != 0)
		return false;
	if (f->at.seq > lr->log.reorder.head)
		lr->log.reorder.head = f->at.seq;
	/* It may not have read all of its log when we came. */
	if (f->at.term > lr->term)
		lr->term = f->at.term;
	return true;
}

static void
take_entries(struct link_room *lr, struct frame *f)
{
	const uint8_t *encoded;
	struct entry e;
	size_t len;
	bool newer = false, again = false;

	if (!note_head(lr, f))
		return;
	while ((encoded = frame_next_encoded(f, &e, &len)) != NULL) {
		if (e.seq > lr->log.replica.at.seq) {
			if (!reorder_take(&lr->log.reorder, e.seq, encoded,
			    len)) {
				again = true;
				continue;
			}
			newer = true;
			if (is_said(&e))
				link_note_talk(lr->link);
		} else if (!link_read_take(lr, &e))
			again = true;
	}
	/* Many datagrams are shown and stored at once: by the next tick. */
	if (newer) {
		lr->syncing.received++;
		/* When it falls silent: was that all, or has the way moved? */
		lr->syncing.quiet_due = lr->link->now + QUIET_MS;
	}
	/* Again what we have: our SYNC was lost, or it is on its way. */
	if (newer || (again && is_again(lr)))
		link_sync_by(lr, lr->link->now + ack_delay(lr));
}

static void
take_head(struct link_room *lr, const struct frame *f)
{
	const struct replica *c = &lr->log.replica;

	if (!note_head(lr, f))
		return;
	if (f->at.seq != c->at.seq)
		link_verify_take_former(lr, f);
	else if (c->has_base && f->at.term < c->at.term && !lr->log.settled)
		link_rewind_to_term(lr, f->at.term);
	else if (c->has_base && f->at.term != c->at.term) {
		/* Another entry under this number: a rewind is on its way. */
		link_sync_by(lr, lr->link->now + ACK_GAP_MS);
	} else {
		link_verify_take(lr, f);
		if (!lr->log.settled) {
			lr->log.settled = true;
			link_forget_moved(lr);
		}
		lr->log.floor = 0;
		link_want_no_more(lr, LINK_WANTS_BASE);
		link_begin_anew(lr);
		link_release(lr);
	}
	link_members_check(lr, f->version);
	if (reorder_gap(&lr->log.reorder))
		link_sync_by(lr, lr->link->now + ACK_GAP_MS);
}

static void
take_leave(struct link *l, const struct frame *f)
{
	static const char disk[] = "disk";
	struct record r = { .type = RECORD_DISK };

	if (l->leaving.begun) {
		l->leaving.left = true;
		return;
	}
	if (l->state.phase == RECORD_ONLINE && f->text_len == strlen(disk) &&
	    memcmp(f->text, disk, f->text_len) == 0)
		l->out.record(l->out.arg, &r);
	/* The server ends; perhaps only to begin again. */
	l->state.ended = true;
	link_set_phase(l, RECORD_LOST);
	if (link_go(l) != NODES_STAY)
		return;
	if (l->shaking.hs.step == HANDSHAKE_IDLE) {
		link_shake(l);
		l->shaking.due = l->now + l->shaking.wait;
	}
}

/* What is said of the room. */
static void
take_in_room(struct link_room *lr, struct frame *f)
{
	if (is_of_room(f))
		be_welcome(lr);
	switch (f->type) {
	case FRAME_ENTRIES:
		take_entries(lr, f);
		break;
	case FRAME_HEAD:
		take_head(lr, f);
		break;
	case FRAME_MEMBERS:
		link_members_take(lr, f);
		break;
	case FRAME_PERSON:
		link_take_own_name(lr, f);
		link_whois_take(lr, f);
		link_wish_take(lr->link, f);
		break;
	case FRAME_POSTED:
		link_take_posted(lr, f);
		break;
	case FRAME_ERROR:
		link_take_error(lr, f);
		break;
	case FRAME_PROMPT:
		link_sync_by(lr, lr->link->now);
		break;
	default:
		break;	/* a client's frame, come back to it */
	}
}

void
link_answer(struct link *l)
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->syncing.received > 0)
			link_sync_by(lr, l->now);
}

/* In a session of several rooms, outside all of them. */
static void
take_outside(struct link *l, struct frame *f)
{
	if (f->type == FRAME_LEAVE)
		take_leave(l, f);
	else if (f->type == FRAME_PROMPT)
		link_answer(l);
	else if (f->type == FRAME_ERROR && !link_name_take_error(l, f))
		link_take_last_error(l, f);
}

/* In one of them, which may be gone then. */
static void
take_in_seat(struct link_room *lr, struct frame *f)
{
	bool gone = f->type == FRAME_LEAVE ||
	    (f->type == FRAME_ERROR && f->code == FRAME_NO_ROOM);

	if (gone && (link_part_take(lr) || link_part_elsewhere(lr, f)))
		return;
	/* Of no other log, as long as that is the seat. */
	if (f->type == FRAME_SEAT) {
		memcpy(f->at.log_id, lr->log.replica.at.log_id,
		    sizeof(f->at.log_id));
		f->type = FRAME_ENTRIES;
	}
	/* It is put away, perhaps only for a moment; or that slot is used up,
	 * as far as the server knows. */
	if (f->type == FRAME_LEAVE)
		link_enter_anew(lr, lr->entering.in ? AGAIN_MS :
		    netpath_rto_ms(&lr->link->channel.path));
	else if (lr->entering.in || f->type == FRAME_ERROR)
		take_in_room(lr, f);
}

/* False: it is of a room, or of the session where that has one. */
static bool
take_of_session(struct link *l, struct frame *f)
{
	switch (f->type) {
	case FRAME_PING:
		link_take_ping(l, f);
		break;
	case FRAME_PONG:
		link_take_pong(l, f);
		break;
	case FRAME_ENTERED:
		link_enter_take(l, f);
		break;
	case FRAME_NAME:
		link_name_take(l, f);
		break;
	case FRAME_LIST:
		link_list_take(l, f);
		link_talks_take(l, f);
		link_devices_take(l, f);
		break;
	case FRAME_MARK:
		link_marks_take(l, f);
		break;
	default:
		return false;
	}
	return true;
}

static void
take_frame(struct link *l, struct frame *f, uint32_t slot)
{
	struct link_room *lr;

	if (take_of_session(l, f))
		return;
	if (f->type == FRAME_NODES) {
		if (slot == 0)
			link_go_told(l, f);
	} else if (!l->hall.many) {
		if (f->type == FRAME_LEAVE)
			take_leave(l, f);
		else
			take_in_room(link_first(l), f);
	} else if (slot == 0)
		take_outside(l, f);
	else if ((lr = link_at_slot(l, slot)) != NULL)
		take_in_seat(lr, f);
	else if (f->type == FRAME_LEAVE &&
	    !link_part_is_elsewhere(l, f, slot))
		link_left_take(l, slot);
}

/* The log grew since the handshake, by our coming at least. */
static void
note_goal(struct link_room *lr)
{
	struct link_log *log = &lr->log;

	if (!log->goal_is_early || !lr->welcome || !log->settled)
		return;
	log->goal_is_early = false;
	if (log->reorder.head > log->goal)
		log->goal = log->reorder.head;
	link_release(lr);
}

void
link_frames_input(struct link *l, const uint8_t *frames, size_t len)
{
	struct wire_in in = wire_in(frames, len);
	struct link_room *lr;
	uint32_t slot = 0;
	struct frame f;

	if (l->out.frames != NULL)
		l->out.frames(l->out.arg, true, frames, len);
	link_hear(l);
	l->asking.ponged = false;
	while (l->channel.live && !l->leaving.left &&
	    frame_next(&in, &f) == FRAME_OK) {
		if (f.type == FRAME_ROOM || f.type == FRAME_SEAT)
			slot = f.slot;
		if (f.type != FRAME_ROOM)
			take_frame(l, &f, slot);
	}
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		note_goal(lr);
	if (l->channel.live && link_is_welcome(l) &&
	    l->state.phase == RECORD_LOST &&
	    l->shaking.hs.step == HANDSHAKE_IDLE)
		link_set_phase(l, RECORD_ONLINE);
}
