/*
 * How a peer comes and goes: the handshake, admission, refusal. Pure; runs in
 * the server.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/hub_state.h"

void
hub_secure_close_peer(struct hub *h, struct peer *p, enum frame_code code,
    const char *reason, size_t len)
{
	if (p->person != NULL)
		p->person->session = NULL;
	p->person = NULL;
	p->leaves = p->wants_in = false;
	room_unask(h->room, &p->ask);
	peer_unsay(p);
	hub_crowd_ends(h, p);
	p->heard_ms = h->room->now_ms;
	p->owes = PEER_OWES_ERROR;
	p->error = code;
	p->error_id = 0;
	free(p->reason);
	p->reason = len > 0 ? strndup(reason, len) : NULL;
	hub_peer_serve(h, p);
}

void
hub_secure_refuse(struct hub *h, struct peer *p, enum hub_reason why)
{
	char reason[FRAME_REASON_BYTES + 1];
	size_t len = names_refusal_text(h->names, why, reason);

	p->error_wait_ms = why == HUB_NO_SPACE ? HUB_FULL_WAIT_MS : 0;
	hub_secure_close_peer(h, p, hub_code_for(p, why), reason, len);
}

/* Is the copy that ends there a part of this log? Else how much of it is. */
uint64_t
hub_common_part(struct hub *h, const struct frame_position *have, bool *same)
{
	struct frame_position head = log_head(h->room->log);
	uint64_t keep = have->seq, end;

	*same = true;
	if (memcmp(have->log_id, head.log_id, FRAME_LOG_ID) != 0) {
		*same = have->seq == 0;
		return 0;
	}
	if (have->seq == 0)
		return 0;
	/* Term 0: somebody new, who wants to begin there. */
	if (have->seq <= head.seq && (have->term == 0 ||
	    have->seq + 1 < log_first(h->room->log) ||
	    log_term(h->room->log, have->seq) == have->term))
		return have->seq;
	end = log_term_end(h->room->log, have->term);
	if (keep > end)
		keep = end;
	if (keep > head.seq)
		keep = head.seq;
	/* Another node has told it more than we were told so far. */
	*same = keep == have->seq || (log_node(h->room->log) != 0 &&
	    keep == head.seq && have->term == head.term);
	return keep;
}

static const struct budget_cost entering = {
    .of[BUDGET_JOINS] = BUDGET_JOIN };

struct budget_who
hub_who(const struct peer *p)
{
	struct budget_who who = { .key = p->key, .addr = &p->home };

	return who;
}

/*
 * Everybody is told of a join. Who comes and goes all the time, or is one of
 * very many from one place, waits for his turn, and hears the room meanwhile.
 */
static bool
must_wait(struct hub *h, struct peer *p)
{
	struct budget_who who = hub_who(p);
	int64_t wait;

	if (p->asked_ms == 0)
		p->asked_ms = h->room->now_ms;
	who.waited = h->room->now_ms - p->asked_ms >= BUDGET_PATIENCE_MS;
	wait = budget_wait(h->budget, h->room->now_ms, &who, &entering);
	if (wait == 0)
		return false;
	p->enter_ms = h->room->now_ms + (wait < BUDGET_PATIENCE_MS ? wait :
	    BUDGET_PATIENCE_MS);
	return true;
}

/* Until he may speak, if that is ever; an operator may end it before. */
static enum hub_reason
wait_for_a_word(struct hub *h, struct peer *p)
{
	int64_t wait = p->muted_until_ms - h->room->wall_ms;

	if (p->muted_until_ms == 0)
		return HUB_NAME_MALFORMED;
	p->enter_ms = h->room->now_ms + (wait < BUDGET_PATIENCE_MS ? wait :
	    BUDGET_PATIENCE_MS);
	return HUB_OVER_LIMIT;
}

void
hub_peer_want_in(struct hub *h, struct peer *p)
{
	p->wants_in = true;
	room_ask(h->room, &p->ask, &h->peer_kind);
}

/* From now on it hears the room, in it or waiting for that. */
static void
welcome(struct hub *h, struct peer *p)
{
	uint64_t head = log_head(h->room->log).seq;

	p->arriving = false;
	delivery_init(&p->delivery, h->room->now_ms, p->delivery.have, head);
	/* Its newest post may not be on the disk yet. */
	hub_peer_await_disk(h, p, head);
	h->room->out.session(h->room->out.arg, p->seal.here, &p->addr);
	hub_peer_call(h, p);
}

void
hub_peer_refuse_join(struct hub *h, struct peer *p, enum hub_reason why)
{
	bool arrives = p->arriving;

	p->wants_in = p->arriving = false;
	if (why != HUB_OVER_LIMIT)
		p->asked_ms = p->enter_ms = 0;
	if (arrives) {
		p->held = false;
		room_report(h->room, HUB_REFUSED, why, &p->addr, p->name,
		    p->name_len);
		if (why == HUB_OVER_LIMIT) {
			welcome(h, p);
			return;
		}
		h->room->figures.refused++;
	} else if (why == HUB_OVER_LIMIT || why == HUB_NO_SPACE) {
		hub_peer_decide_posts(h, p);	/* they wait as well */
		return;
	}
	hub_secure_refuse(h, p, why);
}

/* Whose session was there, if any, has no more. */
static void
take_seat(struct hub *h, struct peer *p, struct person *person)
{
	struct peer *old = person->session;

	person->session = NULL;
	if (old != NULL && old != p) {
		old->person = NULL;
		old->leaves = false;
		if (old->outbox != p->outbox)
			hub_secure_close_peer(h, old, FRAME_REPLACED, NULL,
			    0);
		else
			hub_peer_drop(h, old);
	}
	person->session = p;
	p->person = person;
}

/* It is in the room. fresh: under a name that was nobody's. */
static void
let_in(struct hub *h, struct peer *p, struct person *person, bool fresh)
{
	uint32_t next = posted_next(h->room->posted, person->fold, p->outbox);

	take_seat(h, p, person);
	/* Whoever knocks is no acquaintance before this. */
	gate_known(h->gate, h->room->now_ms, &p->home);
	p->wants_in = false;
	p->asked_ms = p->enter_ms = 0;
	peer_goes_on(p, next);
	if (person->away) {
		person->away = false;
		h->version++;
	}
	/* Nobody is welcome under a name that a crash could give away. */
	p->held = fresh;
	if (p->arriving)
		welcome(h, p);
	else if (fresh)
		hub_peer_await_disk(h, p, log_head(h->room->log).seq);
}

void
hub_peer_joined(struct hub *h, struct peer *p)
{
	const struct budget_who who = hub_who(p);
	struct person *person = roster_named(&h->room->roster, p->name,
	    p->name_len);

	budget_spend(h->budget, h->room->now_ms, &who, &entering);
	room_report(h->room, HUB_JOINED, HUB_FINE, &p->addr, p->name,
	    p->name_len);
	if (person == NULL)
		hub_peer_refuse_join(h, p, HUB_FULL);
	else
		let_in(h, p, person, true);
	if (!STAILQ_EMPTY(&p->said))
		room_ask(h->room, &p->ask, &h->peer_kind);
}

/*
 * A crash may have left that somebody came and not whose the name is. Nobody
 * can tell whether this is he; so the others see one go and one come.
 */
static bool
is_orphan(struct hub *h, const struct person *ghost, const struct peer *p)
{
	return ghost != NULL && !ghost->classic &&
	    room_is_ghost(h->room, ghost) && log_lease_check(h->room->log,
	    h->room->wall_ms, ghost->fold, p->key) == LOG_LEASE_FREE;
}

static enum hub_reason
check_join(struct hub *h, struct peer *p, const char *fold,
    const struct person *person)
{
	enum hub_reason why;

	if (room_is_closed_to(h->room, p->key))
		return HUB_CLOSED;
	/* He is where he answered last: an address may be made up. */
	if ((why = names_check(h->names, p->name, p->name_len, p->key,
	    &p->home)) != HUB_FINE)
		return why;
	if (person == NULL && must_wait(h, p))
		return HUB_OVER_LIMIT;
	/* A name is a word, too. */
	if (log_lease_check(h->room->log, h->room->wall_ms, fold, p->key) !=
	    LOG_LEASE_OWN && hub_is_muted(h, p))
		return wait_for_a_word(h, p);
	return HUB_FINE;
}

/* He is in the room already: nothing is new, but where he is. */
static enum ask_verdict
come_home(struct hub *h, struct peer *p, struct person *person,
    const struct log_note *lease)
{
	const struct log_note at = { .kind = LOG_NOTE_AT,
	    .fold = lease->fold };

	room_add_lines(h->room, &p->ask, NULL, 0, lease);
	if (person->server != log_node(h->room->log))
		room_add_lines(h->room, &p->ask, NULL, 0, &at);
	let_in(h, p, person, false);
	return hub_peer_decide_posts(h, p);
}

enum ask_verdict
hub_peer_decide_join(struct hub *h, struct peer *p)
{
	struct entry e = { .kind = ENTRY_JOIN, .time_ms = h->room->wall_ms,
	    .author = p->name, .author_len = p->name_len };
	char fold[TEXT_FOLD_BYTES] = "";
	const struct log_note lease = { .kind = LOG_NOTE_TAKE, .fold = fold,
	    .key = p->key, .place = hub_place(h, p) };
	struct person *person;
	enum hub_reason why;

	if (!room_takes_act(h->room))
		return ASK_LATER;
	hub_call(h, p);
	text_fold(fold, p->name, p->name_len);
	if (p->inherits && hub_may_inherit(h, p, fold))
		return room_add_act(h->room, &p->ask, NULL, 0, &lease, 1) ?
		    ASK_NOTED : ASK_LATER;
	person = roster_find(&h->room->roster, fold);
	if (!room_is_closed_to(h->room, p->key) && is_orphan(h, person, p)) {
		e.kind = ENTRY_TIMEOUT;
		e.author = person->name;
		e.author_len = person->name_len;
		return room_add_act(h->room, &p->ask, &e, 1, NULL, 0) ?
		    ASK_SAID : ASK_LATER;
	}
	if ((why = check_join(h, p, fold, person)) != HUB_FINE) {
		hub_peer_refuse_join(h, p, why);
		return ASK_OVER;
	}
	if (person != NULL)
		return come_home(h, p, person, &lease);
	return room_add_act(h->room, &p->ask, &e, 1, &lease, 1) ? ASK_SAID :
	    ASK_LATER;
}

/* From where on the peer is to be sent the log. */
static void
begin_delivery(struct hub *h, struct peer *p, const struct hello_visitor *v)
{
	const struct frame_position *have = &v->have;
	char fold[TEXT_FOLD_BYTES];
	bool same;
	uint64_t keep = hub_common_part(h, have, &same);

	delivery_init(&p->delivery, h->room->now_ms, keep,
	    log_head(h->room->log).seq);
	/* Its newest post may not be on the disk yet. */
	p->owes |= PEER_OWES_WELCOME & ~(unsigned)PEER_OWES_POSTED;
	if (!same) {
		p->owes |= PEER_OWES_REWIND;
		p->rewind_from = have->seq;
		p->rewind_to = keep;
	}
	text_fold(fold, p->name, p->name_len);
	p->next = posted_next(h->room->posted, fold, p->outbox);
	/* An outbox that the log knows nothing of begins where it says; one
	 * that it knows goes on behind what it took back. */
	if (p->next < v->next_id)
		p->next = (uint32_t)v->next_id;
	p->expect = p->next;
}

static void
arrive(struct hub *h, const struct gate_arrival *a)
{
	const union sock_addr *from = &a->from;
	const struct hello_visitor *v = &a->visitor;
	enum hub_reason why;
	struct peer *p;

	if (v->room_len != strlen(h->config.gate.room) ||
	    memcmp(v->room, h->config.gate.room, v->room_len) != 0 ||
	    (p = peer_new(h->room->now_ms, a)) == NULL) {
		hub_ignore(h, HUB_FULL, from, NULL);
		return;
	}
	hub_call(h, p);
	why = hub_crowd_check(h, p);
	LIST_INSERT_HEAD(hub_peer_slot(h, a->here), p, by_index);
	LIST_INSERT_HEAD(&h->peers, p, by_all);
	hub_crowd_add(h, p);
	h->room->figures.sessions++;
	h->room->figures.handshakes++;
	p->arriving = p->held = true;
	begin_delivery(h, p, v);
	if (why != HUB_FINE) {
		hub_peer_refuse_join(h, p, why);
		return;
	}
	hub_peer_want_in(h, p);
	hub_peer_schedule(h, p);
	room_settle(h->room);
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
welcome_again(struct hub *h, struct peer *p, const union sock_addr *from,
    const struct hello_datagram *d, const uint8_t *data, size_t len)
{
	uint8_t hash[GATE_HS3_HASH], out[HELLO_DATAGRAM];
	size_t out_len;

	if (p->confirmed)
		return;
	gate_hs3_hash(d, hash);
	if (memcmp(hash, p->hs3, sizeof(hash)) != 0) {
		hub_ignore(h, HUB_FORGED, from, NULL);
		return;
	}
	if (!sock_addr_eq(&p->addr, from)) {
		hub_ignore(h, HUB_UNKNOWN_SESSION, from, NULL);
		if (gate_reset(h->gate, h->room->now_ms, from, d->server, data,
		    len, out, &out_len))
			h->room->out.send(h->room->out.arg, from, out, out_len);
		return;
	}
	if (p->welcomes == PEER_WELCOMES)
		return;
	p->welcomes++;
	p->owes |= p->closing ? PEER_OWES_ERROR : PEER_OWES_WELCOME;
	hub_peer_serve(h, p);
}

void
hub_peer_handshake(struct hub *h, const union sock_addr *from, const uint8_t *data,
    size_t len)
{
	const struct gate_inside inside = { hub_peer_is_taken, hub_crowd_seat,
	    h };
	struct frame_position head = log_head(h->room->log);
	uint8_t out[HELLO_DATAGRAM];
	struct hello_datagram d;
	struct gate_arrival a;
	enum gate_why why;
	struct peer *p;
	size_t out_len;

	if (!hello_read(data, len, &d)) {
		hub_ignore(h, HUB_BAD_DATAGRAM, from, NULL);
		return;
	}
	if (d.type == HELLO_HS3_TYPE && (p = hub_peer_find(h, d.server)) != NULL) {
		welcome_again(h, p, from, &d, data, len);
		return;
	}
	switch (gate_input(h->gate, h->room->now_ms, from, &d, &head, &inside, &a,
	    out, &out_len, &why)) {
	case GATE_ANSWER:
		if (why != GATE_FINE)
			room_report(h->room, HUB_REFUSED, reason_of(why), from, NULL,
			    0);
		h->room->out.send(h->room->out.arg, from, out, out_len);
		break;
	case GATE_NOTHING:
		hub_ignore(h, reason_of(why), from, NULL);
		break;
	case GATE_ARRIVED:
		arrive(h, &a);
		sodium_memzero(&a, sizeof(a));
		break;
	}
}

void
hub_wake(struct hub *h, uint32_t index, const union sock_addr *addr)
{
	uint8_t out[HELLO_DATAGRAM], echo[HELLO_ECHO];
	struct wire_out start = wire_out(echo, sizeof(echo));

	gate_was_in(h->gate, h->room->now_ms, addr);
	/* What its next datagram would begin with. */
	memset(echo, 0, sizeof(echo));
	wire_put_u8(&start, SEAL_TYPE);
	wire_put_u32(&start, index);
	h->room->out.send(h->room->out.arg, addr, out, hello_put_reset(out, index, echo));
}
