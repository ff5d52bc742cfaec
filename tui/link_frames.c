/*
 * What the server says, frame by frame. Runs in the receiver process. The
 * datagram was authentic, which does not make what it says true: numbers are
 * checked, text was checked by the decoder.
 */
#include <string.h>

#include "common/fingerprint.h"
#include "common/wire.h"
#include "tui/link_state.h"

enum {
	ACK_MS = 50,		/* rule 3: after data */
	ACK_GAP_MS = 20,	/* with a gap */
	ACK_LOSSY_MS = 1,	/* where much is lost, if the last is older */
	ACK_AGAIN_MS = 50,	/* than this */
	LOSSY_PERMILLE = 40,
	NO_SPACE_MS = 1000,	/* before it is asked again, at least */
	RENUMBER_MS = 1000,	/* between two numbers of the outbox */
	QUIET_MS = 1500
};

/* The room has us: now the phase is right, and the screen knows. */
static void
be_welcome(struct link *l)
{
	struct record r = { .type = RECORD_WELCOME, .text = l->name,
	    .text_len = l->name_len };

	link_set_phase(l, RECORD_ONLINE);
	if (l->welcome)
		return;
	l->welcome = true;
	l->out.record(l->out.arg, &r);
}

static int64_t
ack_delay(const struct link *l)
{
	if (path_loss_permille(&l->path) > LOSSY_PERMILLE &&
	    l->now - l->synced_at >= ACK_AGAIN_MS)
		return ACK_LOSSY_MS;
	return inbox_gap(&l->inbox) ? ACK_GAP_MS : ACK_MS;
}

static bool
is_said(const struct entry *e)
{
	return e->kind == ENTRY_SAY || e->kind == ENTRY_ACT ||
	    e->kind == ENTRY_PART || e->kind == ENTRY_ANNOUNCE;
}

static void
take_entries(struct link *l, struct frame *f)
{
	struct entry e;
	bool newer = false, again = false;

	if (memcmp(f->at.log_id, l->copy.at.log_id, FRAME_LOG_ID) != 0)
		return;
	be_welcome(l);
	if (f->at.seq > l->inbox.head)
		l->inbox.head = f->at.seq;
	while (frame_next_entry(f, &e)) {
		if (e.seq > l->copy.at.seq) {
			if (!inbox_take(&l->inbox, &e)) {
				again = true;
				continue;
			}
			newer = true;
			if (is_said(&e))
				link_note_talk(l);
		} else if (l->read_before > 0 && e.seq < l->read_before &&
		    e.seq > l->read_after) {
			struct record r = { .type = RECORD_OLDER,
			    .entry = e };

			/* They come newest first, and so go on. */
			if (e.seq + 1 == l->read_before) {
				r.entry.id = 0;
				l->out.record(l->out.arg, &r);
				l->read_before = e.seq;
				l->read_tries = 0;
				l->read_due = l->now + path_rto_ms(&l->path);
			}
		} else
			again = true;
	}
	if (l->read_before <= l->read_after + 1)
		l->read_before = 0;
	/* Many datagrams are shown and stored at once: by the next tick. */
	if (newer) {
		l->received++;
		/* When it falls silent: was that all, or has the way moved? */
		l->quiet_due = l->now + QUIET_MS;
	}
	/* Again what we have: our SYNC was lost, or it is on its way. */
	if (newer || (again && l->now - l->synced_at >= ACK_AGAIN_MS))
		link_sync_by(l, l->now + ack_delay(l));
}


static void
tell_verified(struct link *l, uint64_t seq, bool same)
{
	char key[FINGERPRINT_TEXT];
	struct record r = { .type = RECORD_VERIFIED, .id = seq,
	    .flags = same ? (uint32_t)l->copy.first : 0,
	    .text = fingerprint_text(key, l->server),
	    .text_len = FINGERPRINT_TEXT - 1 };

	l->verified = seq;
	l->verifying = false;
	l->out.record(l->out.arg, &r);
}

/* Two copies that differ under one number: ours is not the room's. */
static void
compare_chain(struct link *l, const struct frame *f)
{
	bool same = memcmp(copy_chain(&l->copy), f->bytes, FRAME_CHAIN) == 0;

	if (l->verified == f->at.seq && !l->verifying)
		return;
	tell_verified(l, f->at.seq, same);
	if (same)
		return;
	copy_restart(&l->copy, f->at.log_id, f->at.seq);
	inbox_restart(&l->inbox, f->at.seq);
	copy_base(&l->copy, f->at.term, f->bytes);
}

/* The answer to a question of a moment ago; the copy has grown since. */
static void
compare_former(struct link *l, const struct frame *f)
{
	bool same = memcmp(l->verify_chain, f->bytes, FRAME_CHAIN) == 0;

	if (l->settled)
		l->wants &= ~(unsigned)LINK_WANTS_BASE;
	tell_verified(l, f->at.seq, same);
	if (same)
		return;
	copy_restart(&l->copy, f->at.log_id, l->copy.at.seq);
	inbox_restart(&l->inbox, l->copy.at.seq);
	l->settled = false;
	l->wants |= LINK_WANTS_BASE;
	l->want_due = l->now;
}

static void
take_head(struct link *l, const struct frame *f)
{
	if (memcmp(f->at.log_id, l->copy.at.log_id, FRAME_LOG_ID) != 0)
		return;
	be_welcome(l);
	if (f->at.seq > l->inbox.head)
		l->inbox.head = f->at.seq;
	if (f->at.seq == l->copy.at.seq && l->copy.has_base &&
	    f->at.term != l->copy.at.term) {
		/* Another entry under this number: a rewind is on its way. */
		link_sync_by(l, l->now + ACK_GAP_MS);
	} else if (f->at.seq == l->copy.at.seq) {
		if (l->copy.has_base)
			compare_chain(l, f);
		else {
			copy_base(&l->copy, f->at.term, f->bytes);
			if (l->verifying)
				tell_verified(l, f->at.seq, true);
		}
		l->settled = true;
		l->wants &= ~(unsigned)LINK_WANTS_BASE;
		link_release(l);
	} else if (l->verifying && f->at.seq == l->verify_seq &&
	    f->at.seq < l->copy.at.seq && l->copy.has_base)
		compare_former(l, f);
	if (l->has_roster && f->version != l->roster_version &&
	    (l->wants & LINK_WANTS_MEMBERS) == 0) {
		l->wants |= LINK_WANTS_MEMBERS;
		l->want_due = l->now;
		l->learning_from = 0;
	}
	if (inbox_gap(&l->inbox))
		link_sync_by(l, l->now + ACK_GAP_MS);
}

/*
 * An outbox that the room knows other than we do (its files or ours were put
 * back to an earlier state): what waits goes out under a new number.
 */
static void
renumber(struct link *l)
{
	uint32_t number;
	size_t i;

	if (l->now < l->renumber_due)
		return;
	l->renumber_due = l->now + RENUMBER_MS;
	do
		l->out.random(l->out.arg, &number, sizeof(number));
	while (number == 0);
	outbox_acknowledged(l->outbox, l->posted_next);
	l->said_count = 0;
	l->posted_next = l->stored_next = 0;
	if (!outbox_renumber(l->outbox, number))
		return;
	for (i = 0; i < outbox_count(l->outbox); i++) {
		struct outbox_post p = outbox_get(l->outbox, i);
		size_t at = (l->said_first + l->said_count) % LINK_SAID;

		l->said[at].counter = p.counter;
		l->said[at].tag = p.tag;
		l->said_count++;
	}
	link_call(l, l->name, l->name_len);
	l->renumbered = true;
	link_shake(l);
}

static void
take_posted(struct link *l, const struct frame *f)
{
	uint32_t next = (uint32_t)f->id;
	uint32_t first = outbox_first(l->outbox);
	uint32_t end = first + (uint32_t)outbox_count(l->outbox);
	bool fresh = !l->posted_seen;

	if (f->id >> 32 != outbox_number(l->outbox))
		return;
	be_welcome(l);
	l->posted_seen = true;
	if (next > end || (fresh && next < first)) {
		renumber(l);
		return;
	}
	if (next <= first || next <= l->posted_next)
		return;
	l->posted_seq = f->seq;
	link_note_posted(l, next);
	link_acknowledge(l);
}

/* The session is over, for a reason that trying again would not change. */
static void
give_up(struct link *l)
{
	seal_clear(&l->seal);
	l->live = l->welcome = false;
	l->asked_at = l->retry_due = l->post_due = l->sync_due = INT64_MAX;
	l->quiet_due = INT64_MAX;
	if (l->leaving)
		l->left = true;
}

static void
end_session(struct link *l, enum record_denial denial, const char *text,
    size_t len)
{
	give_up(l);
	link_deny(l, denial, text, len);
}

/* The room does not take us under this name; its text may say why. */
static void
refuse_name(struct link *l, enum record_denial denial, const struct frame *f)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .text = l->base, .text_len = l->base_len };
	const char *other;
	size_t len;

	r.flags = refusal_read(f->text, f->text_len, &other, &len);
	/* Nothing but a name is shown as one. */
	if (text_name_check(other, len) == TEXT_NAME_OK) {
		r.entry.text = other;
		r.entry.text_len = len;
	}
	give_up(l);
	link_set_phase(l, RECORD_IDLE);
	l->out.record(l->out.arg, &r);
}

/*
 * An answer to where we were then: late ones must not undo what came since.
 * What is of the server's own term never goes back while it runs; and an answer
 * that was followed in this session comes late when it comes again.
 */
static void
take_rewind(struct link *l, uint64_t keep, uint64_t from)
{
	if (from != l->copy.at.seq || (keep < from &&
	    (l->copy.at.term == l->term || l->went_from == from)))
		return;
	if (keep < from)
		l->went_from = from;
	link_rewind(l, keep);
}

static void
take_error(struct link *l, const struct frame *f)
{
	int64_t wait = f->wait_ms < 60000 ? (int64_t)f->wait_ms : 60000;
	char own[FINGERPRINT_TEXT];

	switch (f->code) {
	case FRAME_NAME_BAD:
		refuse_name(l, RECORD_MALFORMED, f);
		break;
	case FRAME_NAME_TAKEN:
		refuse_name(l, RECORD_TAKEN, f);
		break;
	case FRAME_NAME_OWNED:
		refuse_name(l, RECORD_OWNED, f);
		break;
	case FRAME_ROOM_FULL:
		end_session(l, RECORD_FULL, f->text, f->text_len);
		break;
	case FRAME_CLOSED:
		fingerprint_text(own, l->config.identity.public);
		end_session(l, RECORD_CLOSED, own, strlen(own));
		break;
	case FRAME_MUTED:
		link_take_back(l, f);
		break;
	case FRAME_KICKED:
		end_session(l, RECORD_KICKED, f->text, f->text_len);
		break;
	case FRAME_REPLACED:
		/* By ourselves, who come back with another outbox. */
		if (l->renumbered)
			break;
		end_session(l, RECORD_REPLACED, NULL, 0);
		break;
	case FRAME_LIMIT_RATE:
		l->held = true;
		l->hold_until = l->post_due = l->now + wait;
		l->post_wait = path_rto_ms(&l->path);
		break;
	case FRAME_NO_SPACE:
		l->hold_until = l->post_due = l->now + wait;
		l->post_wait = path_rto_ms(&l->path);
		if (l->state.phase == RECORD_ONLINE)
			break;
		/* Its disk is full: it lets nobody in for now. */
		l->live = false;
		link_shake(l);
		l->hs_due = l->now + (wait < NO_SPACE_MS ? NO_SPACE_MS :
		    wait);
		break;
	case FRAME_REWIND:
		take_rewind(l, f->id, f->wait_ms);
		break;
	default:
		break;
	}
}

static void
take_leave(struct link *l, const struct frame *f)
{
	static const char disk[] = "disk";
	struct record r = { .type = RECORD_DISK };

	if (l->leaving) {
		l->left = true;
		return;
	}
	if (l->state.phase == RECORD_ONLINE && f->text_len == strlen(disk) &&
	    memcmp(f->text, disk, f->text_len) == 0)
		l->out.record(l->out.arg, &r);
	/* The server ends; perhaps only to begin again. */
	link_set_phase(l, RECORD_LOST);
	if (l->hs.step == HANDSHAKE_IDLE) {
		link_shake(l);
		l->hs_due = l->now + l->hs_wait;
	}
}

static void
take_pong(struct link *l, const struct frame *f)
{
	if (!l->pinging || memcmp(l->ping, f->bytes, sizeof(l->ping)) != 0)
		return;
	l->pinging = false;
	path_sample(&l->path, l->now - l->ping_at);
}

/*
 * The server asks whether we are where we seem to be, and sends little before
 * it knows. Our answer may be lost: so it asks back, until that is answered.
 */
static void
take_ping(struct link *l, const struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	/* Once a datagram, however often it asks. */
	if (l->ponged)
		return;
	l->ponged = true;
	frame_put_ping(&out, FRAME_PONG, f->bytes);
	link_put_ping(l, &out);
	link_send(l, frames, out.len, true);
}

static void
take_frame(struct link *l, struct frame *f)
{
	switch (f->type) {
	case FRAME_ENTRIES:
		take_entries(l, f);
		break;
	case FRAME_HEAD:
		take_head(l, f);
		break;
	case FRAME_MEMBERS:
		be_welcome(l);
		link_take_members(l, f);
		break;
	case FRAME_PERSON:
		link_take_person(l, f);
		break;
	case FRAME_POSTED:
		take_posted(l, f);
		break;
	case FRAME_ERROR:
		take_error(l, f);
		break;
	case FRAME_LEAVE:
		take_leave(l, f);
		break;
	case FRAME_PING:
		take_ping(l, f);
		break;
	case FRAME_PONG:
		take_pong(l, f);
		break;
	default:
		break;	/* a client's frame, come back to it */
	}
}

static void
note_arrival(struct link *l)
{
	l->heard_at = l->now;
	l->asked_at = l->retry_due = INT64_MAX;
}

void
link_frames_input(struct link *l, const uint8_t *frames, size_t len)
{
	struct wire_in in = wire_in(frames, len);
	struct frame f;

	note_arrival(l);
	l->ponged = false;
	while (l->live && !l->left && frame_next(&in, &f) == FRAME_OK)
		take_frame(l, &f);
	if (l->live && l->welcome && l->state.phase == RECORD_LOST &&
	    l->hs.step == HANDSHAKE_IDLE)
		link_set_phase(l, RECORD_ONLINE);
}
