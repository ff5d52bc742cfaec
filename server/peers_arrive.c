/*
 * How a peer comes: the handshake. Pure; runs in the server.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/peers_nodes.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/heirs.h"
#include "server/room/persons.h"
#include "server/room/room_wake.h"

/* Whose name is kept comes in where others do not any more. To have one that is
 * not is nothing: anybody can have many. */
static bool
is_owner(struct peers *ps, const struct peer *p)
{
	char fold[TEXT_FOLD_BYTES];

	return text_fold(fold, p->name, p->name_len) > 0 &&
	    log_lease_is_kept(ps->house->home->log, ps->house->wall_ms, fold,
	    p->key);
}

static void
put_out_rekeyed(struct peers *ps, struct peer *p)
{
	char reason[FRAME_REASON_BYTES + 1];
	size_t len = peers_reason(ps, p, HUB_REKEYED, reason);
	struct seat *s, *next;

	if (!p->way.shared) {
		s = p->first;
		if (s != NULL && s->person != NULL) {
			s->in->room->has_ghosts = true;
			room_wake(s->in->room);
		}
		peers_put_out(ps, p, FRAME_KICKED, reason, len);
		return;
	}
	for (s = seat_next(p, NULL); s != NULL; s = next) {
		next = seat_next(p, s);
		peers_dismiss(ps, s);
	}
	p->heard_ms = ps->house->now_ms;
	peers_tell_over(ps, p, FRAME_KICKED, reason);
}

void
peers_put_out_key(struct peers *ps, const uint8_t key[NOISE_KEY])
{
	struct peer *p;

	do {
		p = NULL;
		while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL &&
		    p->closing)
			continue;
		if (p != NULL)
			put_out_rekeyed(ps, p);
	} while (p != NULL);
}

/* May it have a session? Others may go for that. */
static enum hub_reason
find_room(struct peers *ps, struct peer *p)
{
	bool owns = is_owner(ps, p);
	enum hub_reason why;
	struct peer *out;

	if (heirs_find(ps->house->heirs, p->key) != NULL)
		return HUB_REKEYED;
	while ((why = crowd_check(&ps->crowd, p, owns, &out)) != HUB_FINE &&
	    out != NULL) {
		if (peer_is_beside(out, p))
			peers_replace(ps, out, ENTRY_TIMEOUT, FRAME_MOVED);
		else
			peers_time_out(ps, out);
	}
	return why;
}

/*
 * He is here now. An older session of his that waited outside would have its
 * turn one day, and put out this one by that. False: this is the older one.
 */
static bool
take_over(struct peers *ps, struct seat *s)
{
	struct peer *p = s->peer, *old;
	const struct seat *his;

	while ((old = crowd_before(p)) != NULL) {
		his = seat_find(old, s->slot);
		if (s->hot->join.asked_ms == 0 && his != NULL &&
		    his->hot != NULL)
			s->hot->join.asked_ms = his->hot->join.asked_ms;
		if (old->run == p->run)
			peers_drop(ps, old);
		else if (peer_is_newer(old, p)) {
			peers_put_out(ps, p, FRAME_REPLACED, NULL, 0);
			return false;
		} else
			peers_put_out(ps, old, FRAME_REPLACED, NULL, 0);
	}
	return true;
}

/* Into the room that it named. */
static void
enter(struct peers *ps, struct seat *s, const struct hello_visitor *v,
    enum hub_reason why)
{
	s->hot->join.arriving = s->hot->wait.held = true;
	peers_begin(ps, s, v);
	if (why != HUB_FINE) {
		peers_refuse_join(ps, s, why);
		return;
	}
	if (!take_over(ps, s))
		return;
	peers_want_in(ps, s);
	peers_schedule(ps, s->peer);
	room_settle(s->in->room);
}

/* It is of no room itself, and enters those that it wants. */
static bool
is_of_rooms(const struct peers *ps, const struct hello_visitor *v)
{
	return v->room_len == 0 && ps->config.gate.rooms &&
	    (v->caps & HELLO_ROOMS) != 0;
}

static void
take_in(struct peers *ps, struct peer *p)
{
	SLIST_INSERT_HEAD(peers_slot(ps, p->seal.here), p, by_index);
	LIST_INSERT_HEAD(&ps->all, p, by_all);
	crowd_add(&ps->crowd, p);
	p->known = ps->house->persons != NULL &&
	    persons_hold(ps->house->persons, p->key) != NULL;
	ps->house->figures.handshakes++;
}

/* Its seats are another's now; the name that they came by, too. What waited
 * for who slept begins afresh. */
static void
go_on(struct peers *ps, struct peer *p, struct peer *old)
{
	bool is_in = peer_is_in(old);
	bool slept = way_sleeps(&old->way, ps->house->now_ms);
	struct seat *s;

	if (sock_addr_eq(&old->at.addr, &p->at.addr))
		way_follow(&p->way, &old->way);
	seat_move_all(old, p);
	if (p->device != NULL && old->device != NULL)
		peers_go_on_by(ps, p, old);
	way_allow(&p->way, WAY_CREDIT, true);
	SEAT_FOREACH(s, p)
		if (slept && s->hot != NULL)
			delivery_woke(&s->hot->delivery, ps->house->now_ms);
	if (!is_in)
		return;
	memcpy(p->name, old->name, old->name_len);
	p->name_len = old->name_len;
}

/* There is no place for it: it is told so, and is closing. */
static void
turn_away(struct peers *ps, struct peer *p, enum hub_reason why)
{
	char reason[FRAME_REASON_BYTES + 1];

	house_report(ps->house, HUB_REFUSED, why, &p->at.addr, p->name,
	    p->name_len);
	ps->house->figures.refused++;
	take_in(ps, p);
	peers_reason(ps, p, why, reason);
	peers_tell_over(ps, p, hub_frame_code(why), reason);
}

/* NULL: no memory. */
static struct peer *
make(struct peers *ps, const struct gate_arrival *a)
{
	struct peer *p = dues_reserve(&ps->dues, ps->crowd.count + 1) ?
	    peer_new(ps->house->now_ms, a) : NULL;

	/* Only what both sides know counts. */
	if (p != NULL && !ps->config.gate.people)
		p->caps &= (uint16_t)~HELLO_PEOPLE;
	if (p != NULL)
		peers_begin_device(ps, p, &a->visitor);
	if (p != NULL)
		peers_begin_nodes(ps, p);
	return p;
}

/* A session goes on where the last one of the same client was. */
static void
arrive_in_all(struct peers *ps, const struct gate_arrival *a)
{
	struct peer *p = make(ps, a), *old;
	enum hub_reason why;

	if (p == NULL) {
		peers_ignore(ps, HUB_FULL, &a->from, NULL);
		return;
	}
	p->way.shared = true;
	/* In each room he is refused for it. */
	if (text_name_check(p->name, p->name_len) != TEXT_NAME_OK)
		p->name_len = 0;
	if ((why = find_room(ps, p)) != HUB_FINE) {
		turn_away(ps, p, why);
		return;
	}
	take_in(ps, p);
	while ((old = crowd_former(p)) != NULL) {
		if (seat_next(p, NULL) == NULL)
			go_on(ps, p, old);
		peers_drop(ps, old);
	}
	peers_call_beside(ps, p);
	peers_check_place(ps, p);
	peers_offer_all(ps, p);
	p->owes |= PEER_OWES_NAME;
	ps->house->out.session(ps->house->out.arg, p->seal.here, &p->at.addr);
	peers_serve(ps, p);
}

static void
arrive(struct peers *ps, const struct gate_arrival *a)
{
	const union sock_addr *from = &a->from;
	const struct hello_visitor *v = &a->visitor;
	struct peer *p = NULL;
	struct seat *s;
	enum hub_reason why;

	if (is_of_rooms(ps, v)) {
		arrive_in_all(ps, a);
		return;
	}
	if (v->room_len != strlen(ps->config.gate.room) ||
	    memcmp(v->room, ps->config.gate.room, v->room_len) != 0 ||
	    (p = make(ps, a)) == NULL ||
	    (s = seat_new(p, ps->home, 0)) == NULL) {
		peer_free(p);
		peers_ignore(ps, HUB_FULL, from, NULL);
		return;
	}
	s->post.durable_next = (uint32_t)v->next_id;
	peers_take_name(ps, s);
	why = find_room(ps, p);
	take_in(ps, p);
	enter(ps, s, v, why);
}

static enum hub_reason
reason_of(enum gate_why why)
{
	switch (why) {
	case GATE_NO_COOKIE:
	case GATE_BAD_COOKIE:
		return HUB_COOKIE;
	case GATE_TOO_MANY:
	case GATE_FULL:
		return HUB_TOO_MANY;
	case GATE_UNKNOWN:
		return HUB_UNKNOWN_SESSION;
	case GATE_FORGED:
		return HUB_FORGED;
	default:
		return HUB_BAD_DATAGRAM;
	}
}

/*
 * The third message again: our first answer was lost. Nothing else is
 * answered, and nowhere else than where the cookie came back from; who moved
 * since learns by a RESET that he has to begin again.
 */
static void
welcome_again(struct peers *ps, struct peer *p, const union sock_addr *from,
    const struct hello_datagram *d, const uint8_t *data, size_t len)
{
	const struct gate_stray stray = { from, d->server, data, len };
	uint8_t hash[GATE_HS3_HASH];
	struct seat *s;

	if (p->confirmed)
		return;
	gate_hs3_hash(d, hash);
	if (memcmp(hash, p->hs3, sizeof(hash)) != 0) {
		peers_ignore(ps, HUB_FORGED, from, NULL);
		return;
	}
	if (!sock_addr_eq(&p->at.addr, from)) {
		peers_reset(ps, &stray);
		return;
	}
	if (p->welcomes == PEER_WELCOMES)
		return;
	p->welcomes++;
	if (p->first == NULL)
		p->owes |= p->closing ? PEER_OWES_NAMED : PEER_OWES_NAME;
	SEAT_FOREACH(s, p)
		seat_owe(s, s->closing ? SEAT_OWES_ERROR : SEAT_OWES_WELCOME);
	peers_serve(ps, p);
}

static bool
is_taken(void *arg, uint32_t index)
{
	return peers_find(arg, index) != NULL;
}

static struct limit *
seat(void *arg, const union sock_addr *from)
{
	struct peers *ps = arg;

	return crowd_seat(&ps->crowd, from);
}

void
peers_handshake(struct peers *ps, const union sock_addr *from,
    const uint8_t *data, size_t len)
{
	const struct gate_inside inside = { .is_taken = is_taken,
	    .seat = seat, .arg = ps };
	struct frame_position head = log_head(ps->house->home->log);
	struct hello_datagram d;
	struct gate_knock k = { .from = from, .d = &d, .head = &head,
	    .inside = &inside };
	struct gate_arrival a;
	struct peer *p;

	if (!hello_read(data, len, &d)) {
		peers_ignore(ps, HUB_BAD_DATAGRAM, from, NULL);
		return;
	}
	if (d.type == HELLO_HS3_TYPE &&
	    (p = peers_find(ps, d.server)) != NULL) {
		welcome_again(ps, p, from, &d, data, len);
		return;
	}
	switch (gate_input(ps->gate, ps->house->now_ms, &k, &a)) {
	case GATE_ANSWER:
		if (k.why != GATE_FINE)
			house_report(ps->house, HUB_REFUSED, reason_of(k.why),
			    from, NULL, 0);
		ps->house->out.send(ps->house->out.arg, from, k.out, k.out_len);
		break;
	case GATE_NOTHING:
		peers_ignore(ps, reason_of(k.why), from, NULL);
		break;
	case GATE_ARRIVED:
		arrive(ps, &a);
		sodium_memzero(&a, sizeof(a));
		break;
	}
}

void
peers_wake(struct peers *ps, uint32_t index, const union sock_addr *addr)
{
	uint8_t out[HELLO_DATAGRAM], echo[HELLO_ECHO];
	struct wire_out start = wire_out(echo, sizeof(echo));

	gate_was_in(ps->gate, ps->house->now_ms, addr);
	/* What its next datagram would begin with. */
	memset(echo, 0, sizeof(echo));
	wire_put_u8(&start, SEAL_TYPE);
	wire_put_u32(&start, index);
	ps->house->out.send(ps->house->out.arg, addr, out,
	    hello_put_reset(out, index, echo));
}
