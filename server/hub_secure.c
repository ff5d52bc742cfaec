/*
 * The hub's secure half: what peers' frames ask for, and what silence means.
 * Pure; runs in the server.
 */
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
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
	p->owes |= PEER_OWES_LEAVE;
	if (p->closing)
		return;
	hub_crowd_ends(h, p);
	p->error = 0;
	p->wants_in = false;
	if (p->person == NULL)
		return;
	room_report(h->room, HUB_LEFT, HUB_FINE, &p->addr, p->name,
	    p->name_len);
	/* What it said before is said first. */
	if (!STAILQ_EMPTY(&p->said))
		p->leaves = true;
	else
		hub_peer_go(h, p, ENTRY_LEAVE);
}

/* Whether it is where it seems to be. */
static void
ask(struct hub *h, struct peer *p)
{
	uint8_t random[PEER_PING_KEY];

	h->room->out.random(h->room->out.arg, random, sizeof(random));
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
	if (h->room->now_ms >= p->noted_ms + PEER_NOTE_MS) {
		h->room->out.session(h->room->out.arg, p->seal.here, &p->addr);
		p->noted_ms = h->room->now_ms;
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
	if (p->person != NULL) {
		if (p->person->away)
			h->version++;
		p->person->away = false;
		return;
	}
	if (h->room->now_ms >= p->enter_ms)
		hub_peer_want_in(h, p);
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
		if (gate_reset(h->gate, h->room->now_ms, from, index, data, len,
		    out, &out_len))
			h->room->out.send(h->room->out.arg, from, out, out_len);
		return;
	}
	opened = peer_open(p, h->room->now_ms, from, data, len, frames,
	    &frames_len, &moved);
	if (opened != SEAL_OK) {
		hub_ignore(h, reasons[opened], from, p);
		return;
	}
	if (moved)
		ask(h, p);
	delivery_heard(&p->delivery, h->room->now_ms);
	hub_crowd_heard(h, p);
	if (!p->closing)
		come_back(h, p);
	asks.which = 0;
	in = wire_in(frames, frames_len);
	while (!p->closing && (error = frame_next(&in, &f)) == FRAME_OK)
		take_frame(h, p, &f, &asks);
	h->reading = p;
	room_settle(h->room);
	h->reading = NULL;
	/* What others asked before may have put it out. */
	if ((p = hub_peer_find(h, index)) == NULL)
		return;
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
	p->enter_ms = 0;
	if (silent < PEER_AWAY_MS)
		hub_peer_want_in(h, p);
	else
		p->asked_ms = 0;	/* when it speaks again */
}

/*
 * Is nobody there any more, as an ICMP error said? It is asked until it
 * answers, or is taken for gone. True: it is.
 */
static bool
is_gone(struct hub *h, struct peer *p)
{
	if (!peer_in_doubt(p) || p->closing || h->room->now_ms < p->probe_ms)
		return false;
	if (h->room->now_ms >= p->doubt_ms + PEER_DOUBT_MS) {
		p->doubt_ms = 0;
		return true;
	}
	p->probe_ms = h->room->now_ms + PEER_PROBE_MS;
	ask(h, p);
	p->owes |= PEER_OWES_HEAD;
	return false;
}

/* Silence has its steps: away, timed out, forgotten. False: it is dropped. */
static bool
look_at(struct hub *h, struct peer *p)
{
	int64_t silent = h->room->now_ms - p->heard_ms;
	struct person *person = p->person;
	bool gone;

	if ((p->closing && silent >= PEER_LINGER_MS) ||
	    silent >= PEER_KEEP_MS) {
		hub_peer_drop(h, p);
		return false;
	}
	if (!p->closing && !p->confirmed && silent >= PEER_UNCONFIRMED_MS) {
		hub_crowd_put_out(h, p);
		return false;
	}
	if (person != NULL && !person->away && silent >= PEER_AWAY_MS) {
		person->away = true;
		h->version++;
	}
	gone = is_gone(h, p) || silent >= PEER_TIMEOUT_MS;
	if (p->person != NULL && gone) {
		room_report(h->room, HUB_SILENT, HUB_FINE, &p->addr,
		    p->name, p->name_len);
		hub_peer_go(h, p, ENTRY_TIMEOUT);
	}
	if (person == NULL && !p->closing && p->enter_ms != 0 &&
	    h->room->now_ms >= p->enter_ms)
		enter_at_last(h, p, silent);
	if (delivery_wants_head(&p->delivery, h->room->now_ms))
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
		    limit_take(&h->errors, h->room->now_ms, 1, HUB_ERRORS,
		    HUB_ERRORS) && peer_doubt(p, h->room->now_ms, HUB_ERROR_MS))
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
	    h->room->now_ms - p->heard_ms < PEER_TIMEOUT_MS);
}

/* Rounds share datagrams under load, and a lone line does not wait. */
static int64_t
round_due(const struct hub *h)
{
	int64_t gap = ROUND_MS + (int64_t)h->room->figures.sessions /
	    ROUND_PEERS;

	if (!h->grown)
		return INT64_MAX;
	return h->round_ms + (gap < ROUND_MAX_MS ? gap : ROUND_MAX_MS);
}

static void
fan_out(struct hub *h)
{
	uint64_t head = log_head(h->room->log).seq;
	struct peer *p;

	h->grown = false;
	h->round_ms = h->room->now_ms;
	LIST_FOREACH(p, &h->peers, by_all) {
		if (!is_told(h, p))
			continue;
		delivery_grew(&p->delivery, head);
		hub_peer_serve(h, p);
	}
}

int64_t
hub_secure_tick(struct hub *h)
{
	struct peer *p;
	int64_t due;

	if (h->room->now_ms >= round_due(h))
		fan_out(h);
	while ((p = RB_MIN(peer_tree, &h->due)) != NULL &&
	    p->due_ms <= h->room->now_ms) {
		RB_REMOVE(peer_tree, &h->due, p);
		p->scheduled = false;
		/* What is still due is refused for now: no spinning. */
		if (look_at(h, p) && p->due_ms <= h->room->now_ms) {
			RB_REMOVE(peer_tree, &h->due, p);
			p->due_ms = h->room->now_ms + 1;
			RB_INSERT(peer_tree, &h->due, p);
		}
	}
	room_settle(h->room);
	due = round_due(h);
	p = RB_MIN(peer_tree, &h->due);
	return p != NULL && p->due_ms < due ? p->due_ms : due;
}

bool
hub_is_heard(const struct hub *h)
{
	uint64_t head = log_head(h->room->log).seq;
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

/*
 * The log
 */

static struct peer *
peer_of_ask(struct ask *a)
{
	return (struct peer *)((char *)a - offsetof(struct peer, ask));
}

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	struct hub *h = arg;
	struct peer *p = peer_of_ask(a);

	return p->wants_in ? hub_peer_decide_join(h, p) :
	    hub_peer_decide_posts(h, p);
}

static void
told(void *arg, struct ask *a, const struct entry *e)
{
	struct hub *h = arg;
	struct peer *p = peer_of_ask(a);

	switch (e->kind) {
	case ENTRY_JOIN:
		hub_peer_joined(h, p);
		break;
	case ENTRY_TIMEOUT:	/* an orphan, whose name it wants */
		room_report(h->room, HUB_SILENT, HUB_FINE, NULL, e->author,
		    e->author_len);
		room_ask(h->room, a, &h->peer_kind);
		break;
	default:
		hub_peer_said(h, p, e);
		break;
	}
}

static void
refused(void *arg, struct ask *a)
{
	struct hub *h = arg;
	struct peer *p = peer_of_ask(a);

	hub_peer_refuse_posts(h, p, FRAME_NO_SPACE, HUB_FULL_WAIT_MS);
	if (p->wants_in)
		hub_peer_refuse_join(h, p, HUB_NO_SPACE);
}

/* He is not in the room any more. Whom a rule put out hears which. */
static void
on_before(void *arg, const struct entry *e, struct person *who)
{
	static const char closed[] = "the room is closed";
	struct hub *h = arg;
	const char *reason = h->outing.reason;
	enum frame_code code = FRAME_KICKED;
	struct peer *p = who == NULL ? NULL : who->session;

	if (p == NULL)
		return;
	if (e->kind == ENTRY_RENAME || (e->flags & ENTRY_QUIET) == 0) {
		p->person = NULL;
		if (e->kind != ENTRY_RENAME)
			who->session = NULL;
		return;
	}
	if (h->outing.word == RULE_DISALLOW) {
		code = hub_code_for(p, HUB_CLOSED);
		reason = closed;
	}
	hub_secure_close_peer(h, p, code, reason, strlen(reason));
}

static void
take_rule(struct hub *h, const struct entry *e)
{
	struct hub_outing *o = &h->outing;
	struct rule r;

	if (!rule_parse(&r, e->text, e->text_len) || (r.word != RULE_KICK &&
	    r.word != RULE_BAN && r.word != RULE_DISALLOW &&
	    r.word != RULE_CLOSE))
		return;
	o->word = r.word;
	strlcpy(o->reason, "banned", sizeof(o->reason));
	if (r.word == RULE_KICK)
		snprintf(o->reason, sizeof(o->reason), "%.*s",
		    (int)r.reason_len, r.reason_len == 0 ? "" : r.reason);
	if (r.word == RULE_CLOSE || r.word == RULE_DISALLOW)
		hub_put_out_absent(h);
}

static void
on_after(void *arg, const struct entry *e, struct person *who, bool ours)
{
	struct hub *h = arg;
	struct peer *p = who == NULL ? NULL : who->session;

	h->grown = true;
	if (entry_is_rule(e))
		take_rule(h, e);
	if (e->kind == ENTRY_RENAME && p != NULL) {
		p->person = who;
		if ((e->flags & ENTRY_QUIET) == 0)
			hub_renamed(h, p, who);
	}
	if (!ours && p != NULL && e->id != 0)
		hub_peer_said(h, p, e);
	/* It was gone before its entry came. */
	if (ours && e->kind == ENTRY_JOIN && p == NULL && who != NULL &&
	    !who->classic)
		room_put_out(h->room, ENTRY_LEAVE, 0, e->author,
		    e->author_len);
}

/* Where he is now he has another session. */
static void
on_moved(void *arg, struct person *who)
{
	if (who->session != NULL)
		hub_peer_drop(arg, who->session);
}

static void
on_turned(void *arg)
{
	hub_secure_turned(arg);
}

void
hub_secure_open(struct hub *h)
{
	const struct room_watch watch = { on_before, on_after, on_moved,
	    on_turned, h };

	h->peer_kind = (struct ask_kind){ decide, told, refused, NULL, h };
	room_watch(h->room, &watch);
}
