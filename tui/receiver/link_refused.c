/*
 * Why the server says no: of a name, of a line, of a room, of the session. Runs
 * in the receiver process.
 */
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "common/fingerprint.h"
#include "common/refusal.h"

enum {
	WAIT_MS = 60 * 1000,	/* it asks for, at most */
	LONG_WAIT_MS = 24 * 3600 * 1000,
	NO_SPACE_MS = 1000	/* before it is asked again, at least */
};

/* The session is over, for a reason that trying again would not change. */
static void
give_up(struct link *l)
{
	struct link_room *lr;

	seal_clear(&l->channel.seal);
	link_lose(l);
	l->asking.at = l->asking.retry_due = INT64_MAX;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		lr->posting.due = lr->syncing.due = lr->syncing.quiet_due =
		    INT64_MAX;
	if (l->leaving.begun)
		l->leaving.left = true;
}

static void
end_session(struct link *l, enum record_denial denial, const char *text,
    size_t len)
{
	give_up(l);
	link_deny(l, denial, text, len);
}

/* Of several rooms the others go on, if there are any. */
static bool
ends_alone(struct link_room *lr, enum record_denial denial)
{
	struct link *l = lr->link;
	const struct link_room *other;

	if (!l->hall.many)
		return false;
	link_enter_deny(lr, denial);
	TAILQ_FOREACH(other, &l->rooms, by_link)
		if (other->entering.denied == 0 && !other->parting.begun)
			return true;
	return false;
}

static void
end_room_for(struct link_room *lr, enum record_denial denial, int64_t wait,
    const char *text, size_t len)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .wait_ms = wait, .text = text, .text_len = len };

	r.id = ends_alone(lr, denial);
	if (r.id == 0)
		end_session(lr->link, denial, text, len);
	else
		link_tell(lr, &r);
}

static void
end_room(struct link_room *lr, enum record_denial denial, const char *text,
    size_t len)
{
	end_room_for(lr, denial, 0, text, len);
}

/* The room does not take us under this name; its text may say why. */
static void
refuse_name(struct link_room *lr, enum record_denial denial,
    const struct frame *f)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .text = lr->naming.base, .text_len = lr->naming.base_len };
	const char *other;
	size_t len;

	if (lr->talk != NULL)
		r.text = link_own_name(lr, &r.text_len);

	r.flags = refusal_read(f->text, f->text_len, &other, &len);
	/* Nothing but a name is shown as one. */
	if (text_name_check(other, len) == TEXT_NAME_OK) {
		r.entry.text = other;
		r.entry.text_len = len;
	}
	/* By that name we may be in other rooms. */
	r.id = link_is_welcome(lr->link) && ends_alone(lr, denial);
	if (r.id == 0) {
		give_up(lr->link);
		link_set_phase(lr->link, RECORD_IDLE);
	}
	link_tell(lr, &r);
}

/*
 * An answer to where we were then: late ones must not undo what came since.
 * What is of the server's own term never goes back while it runs; and an answer
 * that was followed in this session comes late when it comes again.
 */
static void
take_rewind(struct link_room *lr, uint64_t keep, uint64_t from)
{
	const struct replica *c = &lr->log.replica;

	if (from != c->at.seq || (keep < from &&
	    (c->at.term == lr->term || lr->log.went_from == from)))
		return;
	if (keep < from)
		lr->log.went_from = from;
	link_rewind(lr, keep);
}

/* What waits is not said again so soon. */
static void
hold(struct link_room *lr, int64_t wait)
{
	lr->posting.hold_until = lr->posting.due = lr->link->now + wait;
	lr->posting.wait = netpath_rto_ms(&lr->link->channel.path);
}

/* Its disk is full: it lets nobody in for now. */
static void
refuse_entry(struct link *l, int64_t wait)
{
	l->channel.live = false;
	l->leaving.left |= l->leaving.begun;
	link_shake(l);
	l->shaking.due = l->now + wait;
}

/* Not now. */
static void
put_off(struct link_room *lr, enum record_held why, int64_t wait)
{
	struct link *l = lr->link;
	int64_t least = wait < NO_SPACE_MS ? NO_SPACE_MS : wait;

	if (l->hall.many && !lr->entering.in) {
		/* It cannot even be opened there. */
		if (why == RECORD_HELD_DISK)
			lr->posting.held = why;
		link_enter_anew(lr, least);
		return;
	}
	/* Too fast for the pace it says nothing of the disk. */
	if (lr->posting.held != RECORD_HELD_DISK)
		lr->posting.held = why;
	hold(lr, wait);
	if (why == RECORD_HELD_DISK && l->state.phase != RECORD_ONLINE)
		refuse_entry(l, least);
}

/* We have no such seat: a new one is asked for; there is no such room, and with
 * a time it is one that we may make. */
static void
take_no_room(struct link_room *lr, int64_t wait)
{
	const struct link_entering *e = &lr->entering;
	struct record r = { .type = RECORD_DENIED, .denial = RECORD_NO_ROOM,
	    .wait_ms = wait, .text = e->room, .text_len = e->len };

	if (e->in || e->slot % 2 == 0)
		link_enter_anew(lr, 0);
	else if ((r.id = ends_alone(lr, RECORD_NO_ROOM)))
		link_tell(lr, &r);
	else
		end_session(lr->link, RECORD_NO_ROOM, e->room, e->len);
}

/* True: it is about what we are called, or why we may not be here. */
static bool
take_refusal(struct link_room *lr, const struct frame *f)
{
	static const char off[] = "off";
	char own[FINGERPRINT_TEXT];

	switch (f->code) {
	case FRAME_NAME_BAD:
		refuse_name(lr, RECORD_MALFORMED, f);
		break;
	case FRAME_NAME_TAKEN:
		refuse_name(lr, RECORD_TAKEN, f);
		break;
	case FRAME_NAME_OWNED:
		refuse_name(lr, RECORD_OWNED, f);
		break;
	case FRAME_ROOM_FULL:
		end_room(lr, RECORD_FULL, f->text, f->text_len);
		break;
	case FRAME_CLOSED:
		fingerprint_text(own, lr->link->config.identity.public);
		end_room(lr, RECORD_CLOSED, own, strlen(own));
		break;
	case FRAME_KICKED:
		end_room(lr, RECORD_KICKED, f->text, f->text_len);
		break;
	case FRAME_NO_TALK:
		if (lr->talk == NULL)
			return false;
		end_room(lr, f->text_len == strlen(off) && memcmp(f->text,
		    off, f->text_len) == 0 ? RECORD_NO_TALKS : RECORD_NO_TALK,
		    lr->entering.room, lr->entering.len);
		/* Not for good: it is tried again behind a handshake. */
		lr->entering.alone = lr->entering.denied != 0;
		break;
	default:
		return false;
	}
	return true;
}

/* Of a talk, until when no more may be begun. */
static int64_t
long_wait(const struct frame *f)
{
	return f->wait_ms < LONG_WAIT_MS ? (int64_t)f->wait_ms : LONG_WAIT_MS;
}

void
link_take_error(struct link_room *lr, const struct frame *f)
{
	int64_t wait = f->wait_ms < WAIT_MS ? (int64_t)f->wait_ms : WAIT_MS;
	bool many = lr->link->hall.many;

	if (take_refusal(lr, f))
		return;
	switch (f->code) {
	case FRAME_MUTED:
		link_take_back(lr, f);
		break;
	case FRAME_REPLACED:
		/* By ourselves, who come back with another outbox. */
		if (!lr->posting.renumbered)
			end_room(lr, RECORD_REPLACED, NULL, 0);
		break;
	case FRAME_LIMIT_RATE:
		put_off(lr, RECORD_HELD_RATE, wait);
		break;
	case FRAME_NO_SPACE:
		put_off(lr, RECORD_HELD_DISK, wait);
		break;
	case FRAME_REWIND:
		take_rewind(lr, f->id, f->wait_ms);
		break;
	case FRAME_NO_ROOM:
		if (many)
			take_no_room(lr, wait);
		break;
	case FRAME_QUOTA:
		if (many && !lr->entering.in)
			end_room_for(lr, RECORD_QUOTA, long_wait(f),
			    lr->entering.room, lr->entering.len);
		break;
	default:
		break;
	}
}

void
link_take_last_error(struct link *l, const struct frame *f)
{
	int64_t wait = f->wait_ms < WAIT_MS ? (int64_t)f->wait_ms : WAIT_MS;

	if (f->code == FRAME_NO_SPACE && l->state.phase != RECORD_ONLINE)
		refuse_entry(l, wait < NO_SPACE_MS ? NO_SPACE_MS : wait);
	else if (f->code == FRAME_REPLACED)
		end_session(l, RECORD_REPLACED, f->text, f->text_len);
	else if (f->code == FRAME_ROOM_FULL)
		end_session(l, RECORD_FULL, f->text, f->text_len);
	else if (f->code == FRAME_KICKED)
		end_session(l, RECORD_KICKED, f->text, f->text_len);
	else if (f->code == FRAME_QUOTA && l->config.heir != NULL)
		end_session(l, RECORD_NO_HEIR, NULL, 0);
}
