/*
 * The hub's secure half: what peers' frames ask for, and what silence means.
 * Pure; runs in the server.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/hub_state.h"

enum {
	ROUND_MS = 20,		/* between two fan-outs under load */
	ROUND_PEERS = 50,	/* so many more peers, a ms more */
	ROUND_MAX_MS = 200
};

static void
take_leave(struct hub *h, struct peer *p)
{
	struct person *person = p->person;

	p->owes |= PEER_OWES_LEAVE;
	if (p->closing)
		return;
	hub_crowd_ends(h, p);
	p->error = 0;
	p->person = NULL;
	if (person == NULL)
		return;
	person->session = NULL;
	hub_report(h, HUB_LEFT, HUB_FINE, &p->addr, p->name, p->name_len);
	hub_append(h, ENTRY_LEAVE, 0, p->name, p->name_len, NULL, 0);
}

/* Whether it is where it seems to be. */
static void
ask(struct hub *h, struct peer *p)
{
	uint8_t random[PEER_PING_KEY];

	h->out.random(h->out.arg, random, sizeof(random));
	peer_ask(p, random);
	p->owes |= PEER_OWES_PING;
}

/*
 * It answered from where it is now. Before that the address is whoever's is
 * written on a datagram: it fills nobody's places, and no ban is for it.
 */
static void
take_move(struct hub *h, struct peer *p)
{
	/* Who moves to and fro fills no file: it is a hint for a restart. */
	if (h->now_ms >= p->noted_ms + PEER_NOTE_MS) {
		h->out.session(h->out.arg, p->seal.here, &p->addr);
		p->noted_ms = h->now_ms;
	}
	hub_crowd_moved(h, p);
	hub_check_address(h, p);
}

static void
take_frame(struct hub *h, struct peer *p, struct frame *f,
    struct hub_asks *asks)
{
	switch (f->type) {
	case FRAME_POST:
		hub_peer_take_posts(h, p, f, asks);
		break;
	case FRAME_LEAVE:
		take_leave(h, p);
		break;
	case FRAME_PONG:
		if (peer_pong(p, f->bytes))
			take_move(h, p);
		break;
	default:
		hub_ask_note(asks, f);
		break;
	}
}

/* It was silent so long that it counted as gone, and speaks again. */
static void
come_back(struct hub *h, struct peer *p)
{
	enum hub_reason why;

	if (p->person != NULL) {
		if (p->person->away)
			h->version++;
		p->person->away = false;
		return;
	}
	if (h->now_ms < p->enter_ms ||
	    (why = hub_peer_admit(h, p)) == HUB_FINE)
		return;
	if (why != HUB_NO_SPACE && why != HUB_OVER_LIMIT)
		hub_secure_refuse(h, p, why);
}

static void
sealed(struct hub *h, const union sock_addr *from, const uint8_t *data,
    size_t len)
{
	static const enum hub_reason reasons[] = {
		[SEAL_TRUNCATED] = HUB_BAD_DATAGRAM,
		[SEAL_FOREIGN] = HUB_UNKNOWN_SESSION,
		[SEAL_REPLAY] = HUB_REPLAYED,
		[SEAL_FORGED] = HUB_FORGED
	};
	uint8_t frames[2 * PEER_DATAGRAM], out[HELLO_DATAGRAM];
	enum frame_error error = FRAME_END;
	enum seal_error opened;
	size_t frames_len, out_len;
	struct hub_asks asks;
	struct wire_in in;
	struct frame f;
	struct peer *p;
	uint32_t index;
	bool moved;

	if (!seal_index(data, len, &index) || len > sizeof(frames)) {
		hub_ignore(h, HUB_BAD_DATAGRAM, from, NULL);
		return;
	}
	if ((p = hub_peer_find(h, index)) == NULL) {
		hub_ignore(h, HUB_UNKNOWN_SESSION, from, NULL);
		if (gate_reset(h->gate, h->now_ms, from, index, data, len,
		    out, &out_len))
			h->out.send(h->out.arg, from, out, out_len);
		return;
	}
	opened = peer_open(p, h->now_ms, from, data, len, frames,
	    &frames_len, &moved);
	if (opened != SEAL_OK) {
		hub_ignore(h, reasons[opened], from, p);
		return;
	}
	if (moved)
		ask(h, p);
	delivery_heard(&p->delivery, h->now_ms);
	hub_crowd_heard(h, p);
	if (!p->closing)
		come_back(h, p);
	asks.which = 0;
	in = wire_in(frames, frames_len);
	while (!p->closing && (error = frame_next(&in, &f)) == FRAME_OK)
		take_frame(h, p, &f, &asks);
	if (!p->closing)
		hub_ask_take(h, p, &asks);
	if (p->closing && error == FRAME_END)
		p->owes |= p->reason != NULL || p->error != 0 ?
		    PEER_OWES_ERROR : PEER_OWES_LEAVE;
	if (error != FRAME_OK && error != FRAME_END)
		hub_ignore(h, HUB_BAD_FRAME, from, p);
	sodium_memzero(frames, sizeof(frames));
	hub_peer_serve(h, p);
}

void
hub_secure_input(struct hub *h, const union sock_addr *from,
    const uint8_t *data, size_t len)
{
	if (data[0] == SEAL_TYPE)
		sealed(h, from, data, len);
	else
		hub_peer_handshake(h, from, data, len);
}

/*
 * Time
 */

/* It has waited for its turn; if it is still there, it is that now. */
static void
enter_at_last(struct hub *h, struct peer *p, int64_t silent)
{
	if (silent < PEER_AWAY_MS)
		come_back(h, p);
	if (h->now_ms >= p->enter_ms)
		p->enter_ms = p->asked_ms = 0;	/* when it speaks again */
}

/*
 * Is nobody there any more, as an ICMP error said? It is asked until it
 * answers, or is taken for gone. True: it is.
 */
static bool
is_gone(struct hub *h, struct peer *p)
{
	if (!peer_in_doubt(p) || p->closing || h->now_ms < p->probe_ms)
		return false;
	if (h->now_ms >= p->doubt_ms + PEER_DOUBT_MS) {
		p->doubt_ms = 0;
		return true;
	}
	p->probe_ms = h->now_ms + PEER_PROBE_MS;
	ask(h, p);
	p->owes |= PEER_OWES_HEAD;
	return false;
}

/* Silence has its steps: away, timed out, forgotten. False: it is dropped. */
static bool
look_at(struct hub *h, struct peer *p)
{
	int64_t silent = h->now_ms - p->heard_ms;
	struct person *person = p->person;
	bool gone;

	if ((p->closing && silent >= PEER_LINGER_MS) ||
	    silent >= PEER_KEEP_MS) {
		hub_peer_drop(h, p);
		return false;
	}
	if (!p->closing && !p->confirmed && silent >= PEER_UNCONFIRMED_MS) {
		if (hub_crowd_put_out(h, p))
			return false;
		p->heard_ms = h->now_ms;
	}
	if (person != NULL && !person->away && silent >= PEER_AWAY_MS) {
		person->away = true;
		h->version++;
	}
	gone = is_gone(h, p) || silent >= PEER_TIMEOUT_MS;
	if (person != NULL && gone) {
		hub_report(h, HUB_SILENT, HUB_FINE, &p->addr, p->name,
		    p->name_len);
		if (!hub_append(h, ENTRY_TIMEOUT, 0, p->name, p->name_len,
		    NULL, 0))
			p->heard_ms = h->now_ms - PEER_AWAY_MS;
	}
	if (person == NULL && !p->closing && p->enter_ms != 0 &&
	    h->now_ms >= p->enter_ms)
		enter_at_last(h, p, silent);
	if (delivery_wants_head(&p->delivery, h->now_ms))
		p->owes |= PEER_OWES_HEAD;
	hub_peer_serve(h, p);
	return true;
}

/* Strangers make these up: one of nobody here costs nothing, and all together
 * they have us ask in measure. */
void
hub_secure_unreachable(struct hub *h, const union sock_addr *addr)
{
	struct peer *p;

	LIST_FOREACH(p, hub_crowd_near(h, addr), by_group)
		if (p->person != NULL && sock_addr_eq(&p->addr, addr) &&
		    limit_take(&h->errors, h->now_ms, 1, HUB_ERRORS,
		    HUB_ERRORS) && peer_doubt(p, h->now_ms, HUB_ERROR_MS))
			hub_peer_schedule(h, p);
}

/*
 * Who is told what is new. Who was taken for gone by an error, and not by his
 * silence, is one of them: if he is there after all, he comes back.
 */
static bool
is_told(const struct hub *h, const struct peer *p)
{
	return !p->closing && (p->person != NULL || p->enter_ms != 0 ||
	    h->now_ms - p->heard_ms < PEER_TIMEOUT_MS);
}

/* Rounds share datagrams under load, and a lone line does not wait. */
static int64_t
fan_out(struct hub *h)
{
	uint64_t head = log_head(h->log).seq;
	int64_t gap = ROUND_MS + (int64_t)h->figures.sessions / ROUND_PEERS;
	struct peer *p;

	if (!h->grown)
		return INT64_MAX;
	if (gap > ROUND_MAX_MS)
		gap = ROUND_MAX_MS;
	if (h->now_ms < h->round_ms + gap)
		return h->round_ms + gap;
	h->grown = false;
	h->round_ms = h->now_ms;
	LIST_FOREACH(p, &h->peers, by_all) {
		if (!is_told(h, p))
			continue;
		delivery_grew(&p->delivery, head);
		hub_peer_serve(h, p);
	}
	return INT64_MAX;
}

int64_t
hub_secure_tick(struct hub *h)
{
	int64_t due = fan_out(h);
	struct peer *p;

	while ((p = RB_MIN(peer_tree, &h->due)) != NULL &&
	    p->due_ms <= h->now_ms) {
		RB_REMOVE(peer_tree, &h->due, p);
		p->scheduled = false;
		/* What is still due is refused for now: no spinning. */
		if (look_at(h, p) && p->due_ms <= h->now_ms) {
			RB_REMOVE(peer_tree, &h->due, p);
			p->due_ms = h->now_ms + 1;
			RB_INSERT(peer_tree, &h->due, p);
		}
	}
	p = RB_MIN(peer_tree, &h->due);
	return p != NULL && p->due_ms < due ? p->due_ms : due;
}

bool
hub_is_heard(const struct hub *h)
{
	uint64_t head = log_head(h->log).seq;
	const struct peer *p;

	LIST_FOREACH(p, &h->peers, by_all)
		if (p->person != NULL && !p->closing &&
		    p->delivery.have < head)
			return false;
	return true;
}

void
hub_secure_close(struct hub *h)
{
	struct peer *p;

	LIST_FOREACH(p, &h->peers, by_all) {
		if (p->closing)
			continue;
		/* Not an end, a pause: they stay members. */
		p->owes = PEER_OWES_LEAVE;
		hub_peer_serve(h, p);
	}
}
