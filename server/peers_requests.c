/*
 * What a peer asks for: SYNC, READ, WHOIS, PING, and an answer to posts that
 * come again or are refused. Of what a datagram asks more
 * than once the last one counts, so that stuffing it with frames costs the
 * server no more than reading them. Pure; runs in the server.
 */
#include <stdlib.h>
#include <string.h>

#include "server/peers_state.h"
#include "server/room/room_part.h"

enum {
	READ_MAX = 500,		/* older entries for one READ */
};

enum {
	ASKS_SYNC = 1 << 0,
	ASKS_OLDER = 1 << 1,
	ASKS_MEMBERS = 1 << 2,
	ASKS_BASE = 1 << 3,
	ASKS_PERSON = 1 << 4,
	ASKS_PONG = 1 << 5,
	ASKS_POSTED = 1 << 6,
	ASKS_REFUSAL = 1 << 7
};

static void
note_read(struct requests *a, const struct frame *f)
{
	if (f->seq == 0) {
		a->which |= ASKS_MEMBERS;
		a->members_from = f->count > UINT32_MAX ? 0 :
		    (uint32_t)f->count;
	} else if (f->count == 0) {
		a->which |= ASKS_BASE;
	} else {
		a->which |= ASKS_OLDER;
		a->before = f->seq;
		a->count = f->count < READ_MAX ? f->count : READ_MAX;
	}
}

void
requests_note(struct requests *a, const struct frame *f)
{
	switch (f->type) {
	case FRAME_SYNC:
		a->which |= ASKS_SYNC;
		a->sync = *f;
		break;
	case FRAME_READ:
		note_read(a, f);
		break;
	case FRAME_WHOIS:
		a->which |= ASKS_PERSON;
		a->name = f->text;
		a->name_len = f->text_len;
		break;
	case FRAME_PING:
		a->which |= ASKS_PONG;
		a->ping = f->bytes;
		break;
	default:
		break;	/* a server's frame, come back to it */
	}
}

void
requests_posted(struct requests *a)
{
	a->which |= ASKS_POSTED;
}

void
requests_refuse(struct requests *a, enum frame_code code, uint64_t id,
    int64_t wait_ms)
{
	a->which |= ASKS_REFUSAL;
	a->code = code;
	a->code_id = id;
	a->code_wait_ms = wait_ms;
}

bool
requests_are_refused(const struct requests *a)
{
	return (a->which & ASKS_REFUSAL) != 0;
}

/* It held what comes next, it said; since then its copy went back, and what it
 * held is gone. That word may have been late. */
static bool
has_lost_next(const struct seat *s, const struct frame *f)
{
	const uint64_t next = f->at.seq + 1;
	struct frame sync = *f;
	struct frame_range r;

	return flights_find(&s->hot->delivery.flights, next)->acked &&
	    !(frame_next_range(&sync, &r) && r.first <= next);
}

_Static_assert(PEERS_BACK_MAX_MS <= UINT16_MAX, "a pause is that long");

/* Who goes back and forth would have all sent each time: twice as late as the
 * last time, unless that is long ago. */
static bool
may_go_back(struct seat *s, int64_t now_ms)
{
	if (now_ms < s->back_ms)
		return false;
	if (s->pause_ms == 0 || now_ms >= s->back_ms + PEERS_BACK_MAX_MS)
		s->pause_ms = PEERS_BACK_MS;
	else if (s->pause_ms < PEERS_BACK_MAX_MS)
		s->pause_ms *= 2;
	s->back_ms = now_ms + s->pause_ms;
	return true;
}

static void
take_sync(struct peers *ps, struct seat *s, struct frame *f)
{
	bool same;
	uint64_t keep = room_common_part(s->in->room, &f->at, &same);

	/* It went back once more, as an answer that was late told it: only what
	 * is new would ever come. Or what it has below is not ours either. */
	if (s->peer->at.newest && keep <= f->at.seq && (keep <
	    delivery_have(&s->hot->delivery) || has_lost_next(s, f)) &&
	    may_go_back(s, ps->house->now_ms))
		delivery_back(&s->hot->delivery, keep);
	if (keep == f->at.seq && same) {
		delivery_acked(&s->hot->delivery, ps->house->now_ms, f);
		seats_hear(s);
		/* One that is behind nothing lets the others go on. */
		way_allow(&s->peer->way, s->peer->way.credit, false);
	} else if (!same) {
		s->hot->owes |= SEAT_OWES_BASE;
		seat_owe_rewind(s, f->at.seq, keep);
	}
}

/* The pace holds from one READ to the next, too. Who was asked twice whether he
 * receives what he asks for, and has not answered, asks in vain. */
static void
take_older(struct peers *ps, struct seat *s, uint64_t before, uint64_t count)
{
	const struct log *log = s->in->room->log;
	uint64_t first = log_first(log), after;

	if (before > log_head(log).seq + 1 || before <= first ||
	    s->peer->at.asks >= PEER_ASKS_READ)
		return;
	after = before - 1 > count ? before - 1 - count : 0;
	if (after + 1 < first)
		after = first - 1;
	seat_reads(s, ps->house->now_ms, before, after);
}

/* Its answer is the chain, as that of a READ. */
static bool
wants_base(const struct seat *s, const struct requests *a)
{
	bool same = true;

	if (a->which & ASKS_SYNC)
		room_common_part(s->in->room, &a->sync.at, &same);
	return !same || (a->which & ASKS_BASE) != 0;
}

/* About what the processor has to do for the answers, in us. */
static uint32_t
work_of(const struct seat *s, const struct requests *a)
{
	const struct delivery *d = &s->hot->delivery;
	uint64_t flights = d->head - delivery_have(d);
	uint32_t us = 0;

	if (flights > DELIVERY_WINDOW)
		flights = DELIVERY_WINDOW;
	if (a->which & ASKS_SYNC)
		us += 5 + (uint32_t)flights / 256;
	if (a->which & ASKS_OLDER)
		us += 5;	/* and each datagram that it brings about */
	if (wants_base(s, a))
		us += 40;	/* the chain is computed from a point on */
	if (a->which & ASKS_MEMBERS)
		us += 20 + (listing_knows(&s->members,
		    a->members_from) ? 0 : a->members_from / 16);
	if (a->which & ASKS_PERSON)
		us += 5;
	if (a->which & ASKS_PONG)
		us += 5;
	if (a->which & (ASKS_POSTED | ASKS_REFUSAL))
		us += 5;
	return us;
}

void
requests_take(struct peers *ps, struct seat *s, struct requests *a)
{
	struct peer *p = s->peer;

	if (a->which == 0)
		return;
	/* Who asks too much is like one on a bad network: he asks again. */
	if (!peers_work(ps, p, work_of(s, a))) {
		ps->house->figures.withheld++;
		return;
	}
	if (a->which & ASKS_SYNC)
		take_sync(ps, s, &a->sync);
	if (a->which & ASKS_OLDER)
		take_older(ps, s, a->before, a->count);
	if (a->which & ASKS_BASE)
		s->hot->owes |= SEAT_OWES_BASE;
	if (a->which & ASKS_MEMBERS) {
		s->hot->owes |= SEAT_OWES_MEMBERS;
		s->members.from = a->members_from;
	}
	if (a->which & ASKS_PERSON)
		seat_owe_person(s, a->name, a->name_len);
	if (a->which & ASKS_PONG) {
		memcpy(p->at.pong, a->ping, sizeof(p->at.pong));
		p->owes |= PEER_OWES_PONG;
		s->hot->owes |= SEAT_OWES_HEAD;
	}
	if (a->which & ASKS_POSTED)
		s->hot->owes |= SEAT_OWES_POSTED;
	if (a->which & ASKS_REFUSAL)
		seat_owe_error(s, a->code, a->code_id, a->code_wait_ms);
}
