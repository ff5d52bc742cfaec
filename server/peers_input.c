/*
 * What peers' frames ask for. Pure; runs in the server.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_room.h"
#include "common/text.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/room_wake.h"

enum {
	SECTIONS = 64,		/* of a datagram */
	PING_US = 5		/* of work */
};

/* What it said before is said first. */
static void
leave(struct seat *s)
{
	struct seat_hot *h;

	seat_close(s, s->in->room->house->now_ms);
	if ((h = s->hot) != NULL) {
		seat_forgive(s);
		h->join.wants_in = false;
		/* It was told nothing yet, and is told only that it left. */
		if (s->slot != 0 && h->wait.held) {
			h->wait.held = false;
			h->owes = 0;
		}
		/* Its JOIN may be on its way. */
		if (s->person == NULL)
			room_unask(s->in->room, &h->ask);
	}
	if (s->person == NULL)
		return;
	if (h != NULL && !STAILQ_EMPTY(&h->say.said))
		h->join.leaves = true;
	else
		peers_go(s, ENTRY_LEAVE);
}

static void
take_leave(struct peers *ps, struct peer *p)
{
	struct seat *s;

	p->owes |= PEER_OWES_LEAVE;
	if (p->closing)
		return;
	peers_end(ps, p);
	if (peer_is_in(p))
		house_report(ps->house, HUB_LEFT, HUB_FINE, &p->at.addr,
		    p->name, p->name_len);
	SEAT_FOREACH(s, p)
		leave(s);
}

/*
 * It answered from where it is now. Before that the address is whoever's is
 * written on a datagram: it fills nobody's places, and no ban is for it.
 */
static void
take_move(struct peers *ps, struct peer *p)
{
	/* Who moves to and fro fills no file: it is a hint for a restart. */
	if (ps->house->now_ms >= p->at.noted_ms + PEER_NOTE_MS) {
		ps->house->out.session(ps->house->out.arg, p->seal.here,
		    &p->at.addr);
		p->at.noted_ms = ps->house->now_ms;
	}
	crowd_moved(&ps->crowd, p);
	peers_check_place(ps, p);
}

static void
take_frame(struct peers *ps, struct seat *s, struct frame *f,
    struct requests *asks)
{
	struct peer *p = s->peer;

	switch (f->type) {
	case FRAME_POST:
		peers_take_posts(ps, s, f, asks);
		break;
	case FRAME_LEAVE:
		take_leave(ps, p);
		break;
	case FRAME_PONG:
		if (peer_pong(p, f->bytes))
			take_move(ps, p);
		break;
	default:
		requests_note(asks, f);
		break;
	}
}

/* It speaks again. silent: so long that it may have counted as gone; of those
 * that were not, a thousand, the persons are not looked at. */
static void
come_back(struct peers *ps, struct seat *s, bool silent)
{
	if (s->person != NULL) {
		if (silent && s->person->away) {
			s->person->away = false;
			s->in->version++;
		}
		return;
	}
	if (s->reads && (s->hot == NULL || !s->hot->join.arriving)) {
		/* What was said meanwhile. */
		if (seat_have(s) < log_head(s->in->room->log).seq &&
		    seat_wake(s))
			delivery_grew(&s->hot->delivery,
			    log_head(s->in->room->log).seq);
		return;
	}
	if (ps->house->now_ms >= seat_enter_ms(s))
		peers_want_in(ps, s);
}

/* Something authentic came: whatever waited for who slept begins afresh. It
 * was heard before at that time. */
static void
hear(struct peers *ps, struct peer *p, int64_t before_ms)
{
	bool slept = way_sleeps(&p->way, ps->house->now_ms), afresh = false;
	bool silent = ps->house->now_ms - before_ms >= PEER_AWAY_MS;
	struct seat *s;

	SEAT_FOREACH(s, p) {
		if (slept && s->hot != NULL &&
		    delivery_woke(&s->hot->delivery, ps->house->now_ms))
			afresh = true;
		if (!s->closing)
			come_back(ps, s, silent);
	}
	peers_tell_marks(ps, p);
	peers_offer_again(ps, p);
	way_heard(&p->way, afresh);
	crowd_heard(&ps->crowd, p);
}

/* Who is out says something still: he is told so again. */
static void
answer_again(struct peer *p)
{
	const struct seat_debt *d;
	struct seat *s;

	if (p->naming != NULL && p->naming->tag == 0)
		p->owes |= PEER_OWES_NAMED;
	else if (p->first == NULL)
		p->owes |= PEER_OWES_LEAVE;
	SEAT_FOREACH(s, p) {
		d = s->hot == NULL ? NULL : s->hot->debt;
		if (d != NULL && (d->reason != NULL || d->error != 0))
			s->hot->owes |= SEAT_OWES_ERROR;
		else
			p->owes |= PEER_OWES_LEAVE;
	}
}

/*
 * Of one who is in several rooms: what follows a ROOM, up to the next, is of
 * that seat.
 */
struct section {
	uint32_t	 slot;
	struct requests	 asks;
};
struct sections {
	struct section	 of[SECTIONS];
	unsigned	 n;
};

/* It is not in there: it is told so. */
static void
take_of_nobody(struct peers *ps, struct peer *p, uint32_t slot,
    const struct frame *f)
{
	struct seat *s = seat_find(p, slot);

	/* It knows, and that is all that it says. */
	if (f->type == FRAME_LEAVE && peers_knows_left(p, slot))
		return;
	if (s == NULL) {
		/* Its ENTER may come later. */
		if (f->type == FRAME_LEAVE && slot % 2 == 0)
			peers_decline(p, slot);
		else if (f->type == FRAME_LEAVE && slot > p->gone_slot)
			p->gone_slot = (uint16_t)slot;
		peers_stray(ps, p, slot, f->type == FRAME_LEAVE ? 0 :
		    FRAME_NO_ROOM, 0);
		return;
	}
	if (f->type == FRAME_LEAVE)
		seat_owe(s, SEAT_OWES_LEAVE);
	else
		peers_tell_end(s);
}

static void
report_left(const struct seat *s)
{
	size_t len;
	const char *name = seat_name(s, &len);

	room_report(s->in->room, HUB_LEFT, HUB_FINE, &s->peer->at.addr, name,
	    len);
}

/* For the person: all his devices leave that room. */
static void
leave_beside(struct peers *ps, const struct seat *left)
{
	const struct peer *p = left->peer;
	struct peer *other = NULL;
	struct seat *s;

	while ((other = crowd_next_of(&ps->crowd, p->key, other)) != NULL) {
		if (other->closing || !peer_is_beside(other, p))
			continue;
		SEAT_FOREACH(s, other)
			if (s->in == left->in && !s->closing && !s->reads) {
				leave(s);
				peers_tell_left(ps, other, s->slot);
			}
	}
}

static void
take_of_seat(struct peers *ps, struct peer *p, struct section *c,
    struct frame *f)
{
	struct seat *s = seat_find(p, c->slot);

	if (s == NULL || s->closing) {
		take_of_nobody(ps, p, c->slot, f);
		return;
	}
	if (!seat_wake(s))
		return;
	seats_hear(s);
	if (f->type == FRAME_POST)
		peers_take_posts(ps, s, f, &c->asks);
	else if (f->type == FRAME_LEAVE) {
		if (s->person != NULL && !s->talk)
			report_left(s);
		/* Nobody leaves a talk; he may be there by others still. */
		if (!s->talk) {
			peers_end_mark(ps, s);
			leave_beside(ps, s);
			s->hot->join.everywhere = true;
		}
		leave(s);
		seat_owe(s, SEAT_OWES_LEAVE);
	} else
		requests_note(&c->asks, f);
}

/* True: it is of the session, wherever it stands. */
static bool
take_of_session(struct peers *ps, struct peer *p, struct frame *f)
{
	switch (f->type) {
	case FRAME_ENTER:
		peers_take_enter(ps, p, f);
		return true;
	case FRAME_PONG:
		if (peer_pong(p, f->bytes))
			take_move(ps, p);
		return true;
	case FRAME_PING:
		if (!peers_work(ps, p, PING_US))
			return true;
		memcpy(p->at.pong, f->bytes, sizeof(p->at.pong));
		/* What it was told of its name before may be lost. */
		p->owes |= PEER_OWES_PONG | (p->name_len > 0 ?
		    (unsigned)PEER_OWES_NAME : 0);
		return true;
	case FRAME_NAME:
		peers_take_naming(ps, p, f);
		return true;
	case FRAME_MARK:
		peers_take_marks(ps, p, f);
		return true;
	case FRAME_REKEY:
		peers_take_rekey(ps, p, f);
		return true;
	case FRAME_ASK:
		if (f->code == FRAME_ASK_END)
			peers_end_device(ps, p, f->offset);
		peers_take_ask(ps, p, f);
		return true;
	default:
		return false;
	}
}

/* False: it is of more sections than one has. */
static bool
begin_section(struct sections *all, uint32_t slot)
{
	if (all->n == SECTIONS)
		return false;
	all->of[all->n].slot = slot;
	all->of[all->n++].asks.which = 0;
	return true;
}

static enum frame_error
read_all(struct peers *ps, struct peer *p, struct wire_in *in,
    struct sections *all)
{
	enum frame_error error;
	struct section *c;
	struct frame f;

	begin_section(all, 0);
	while ((error = frame_next(in, &f)) == FRAME_OK) {
		c = &all->of[all->n - 1];
		if (p->closing) {
			if (f.type == FRAME_PONG)
				peer_pong(p, f.bytes);
		} else if (f.type == FRAME_ROOM) {
			if (!begin_section(all, f.slot))
				break;
		} else if (take_of_session(ps, p, &f))
			continue;
		else if (c->slot != 0)
			take_of_seat(ps, p, c, &f);
		else if (f.type == FRAME_LEAVE)
			take_leave(ps, p);
	}
	return error;
}

static void
take_sections(struct peers *ps, struct peer *p, struct sections *all)
{
	struct seat *s;
	unsigned i;

	for (i = 1; i < all->n; i++)
		if ((s = seat_find(p, all->of[i].slot)) != NULL &&
		    s->slot != 0 && !s->closing && seat_wake(s))
			requests_take(ps, s, &all->of[i].asks);
	/* Nothing is left that would bring an answer. */
	if (p->way.out == 0)
		way_allow(&p->way, 1, true);
}

/* An authentic datagram of one whose session is of a room. */
static enum frame_error
read_one(struct peers *ps, struct seat *s, struct wire_in *in,
    struct requests *asks)
{
	struct peer *p = s->peer;
	enum frame_error error;
	struct frame f;

	while ((error = frame_next(in, &f)) == FRAME_OK)
		if (!p->closing)
			take_frame(ps, s, &f, asks);
		else if (f.type == FRAME_PONG)	/* or it could not be told */
			peer_pong(p, f.bytes);
	return error;
}

/* What others asked before may put it out. False: it is not there any more. */
static bool
settle(struct peers *ps, struct peer *p)
{
	uint32_t index = p->seal.here;

	ps->reading = p;
	room_settle_all(ps->house);
	ps->reading = NULL;
	return peers_find(ps, index) != NULL;
}

/* The frames of an authentic one, and what follows from them. False: the peer
 * is not there any more. */
static bool
take_frames(struct peers *ps, struct peer *p, const struct peer_datagram *d)
{
	struct wire_in in = wire_in(d->frames, d->frames_len);
	enum frame_error error;
	struct seat *s = seat_find(p, 0);
	struct requests asks;
	struct sections all;

	asks.which = 0;
	all.n = 0;
	/* Without memory it is lost. */
	if (s != NULL && !seat_wake(s))
		return true;
	error = s != NULL ? read_one(ps, s, &in, &asks) :
	    read_all(ps, p, &in, &all);
	if (!settle(ps, p))
		return false;
	if (!p->closing && (s = seat_find(p, 0)) != NULL && seat_wake(s))
		requests_take(ps, s, &asks);
	else if (!p->closing)
		take_sections(ps, p, &all);
	if (p->closing && error == FRAME_END)
		answer_again(p);
	if (error != FRAME_OK && error != FRAME_END)
		peers_ignore(ps, HUB_BAD_FRAME, d->from, p);
	return true;
}

static enum hub_reason
reason_of(enum seal_error why)
{
	switch (why) {
	case SEAL_OK:
		break;
	case SEAL_TRUNCATED:
		return HUB_BAD_DATAGRAM;
	case SEAL_FOREIGN:
		return HUB_UNKNOWN_SESSION;
	case SEAL_REPLAY:
		return HUB_REPLAYED;
	case SEAL_FORGED:
		return HUB_FORGED;
	}
	return HUB_FINE;
}

static void
sealed(struct peers *ps, const union sock_addr *from, const uint8_t *data,
    size_t len)
{
	uint8_t frames[2 * PEER_DATAGRAM];
	struct peer_datagram d = { .from = from, .data = data, .len = len,
	    .frames = frames };
	struct gate_stray stray = { from, 0, data, len };
	enum seal_error opened;
	struct peer *p;
	int64_t before_ms;

	if (!seal_index(data, len, &stray.index) || len > sizeof(frames)) {
		peers_ignore(ps, HUB_BAD_DATAGRAM, from, NULL);
		return;
	}
	if ((p = peers_find(ps, stray.index)) == NULL) {
		peers_reset(ps, &stray);
		return;
	}
	before_ms = p->heard_ms;
	opened = peer_open(p, ps->house->now_ms, &d);
	if (opened != SEAL_OK) {
		peers_ignore(ps, reason_of(opened), from, p);
		return;
	}
	if (d.moved)
		peers_ask(ps, p);
	hear(ps, p, before_ms);
	if (take_frames(ps, p, &d))
		peers_serve(ps, p);
	sodium_memzero(frames, d.frames_len);
}

/* One leads to the next, which is fetched a datagram later. */
void
peers_foresee(struct peers *ps, const uint8_t *data, size_t len,
    unsigned ahead)
{
	const struct peer_slot *slot;
	const struct peer *p;
	const struct seat *s;
	uint32_t index;

	if (!seal_index(data, len, &index))
		return;
	slot = peers_slot(ps, index);
	if (ahead >= HUB_AHEAD)
		fetch(slot, sizeof(*slot));
	else if ((p = SLIST_FIRST(slot)) == NULL)
		return;
	else if (ahead == HUB_AHEAD - 1)
		seats_fetch_peer(p);
	else if ((s = seat_next(p, NULL)) == NULL)
		return;
	else if (ahead == HUB_AHEAD - 2) {
		seats_fetch_device(p);
		seats_fetch(s);
	} else if (ahead == HUB_AHEAD - 3)
		seats_fetch_hot(s);
	else
		seats_fetch_flights(s);
}

void
peers_input(struct peers *ps, const union sock_addr *from,
    const uint8_t *data, size_t len)
{
	if (data[0] == SEAL_TYPE)
		sealed(ps, from, data, len);
	else
		peers_handshake(ps, from, data, len);
}
