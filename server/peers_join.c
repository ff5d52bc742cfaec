/*
 * How a peer comes into the room: admission, its turn, its seat. Pure; runs in
 * the server.
 */
#include <string.h>

#include "common/text.h"
#include "server/peers_state.h"

static const struct budget_cost entering = {
    .of[BUDGET_JOINS] = BUDGET_JOIN };

/*
 * Everybody is told of a join. Who comes and goes all the time, or is one of
 * very many from one place, waits for his turn, and hears the room meanwhile.
 */
static bool
must_wait(struct peers *ps, struct peer *p)
{
	struct budget_who who = peers_who(p);
	int64_t wait;

	if (p->first->join.asked_ms == 0)
		p->first->join.asked_ms = ps->house->now_ms;
	who.waited = ps->house->now_ms - p->first->join.asked_ms >= BUDGET_PATIENCE_MS;
	wait = budget_wait(ps->budget, ps->house->now_ms, &who, &entering);
	if (wait == 0)
		return false;
	p->first->join.enter_ms = ps->house->now_ms + (wait < BUDGET_PATIENCE_MS ?
	    wait : BUDGET_PATIENCE_MS);
	return true;
}

/* Until he may speak, if that is ever; an operator may end it before. */
static enum hub_reason
wait_for_a_word(struct peers *ps, struct peer *p)
{
	int64_t wait = p->first->mute.until_ms - ps->house->wall_ms;

	if (p->first->mute.until_ms == 0)
		return HUB_MUTED;
	p->first->join.enter_ms = ps->house->now_ms + (wait < BUDGET_PATIENCE_MS ?
	    wait : BUDGET_PATIENCE_MS);
	return HUB_OVER_LIMIT;
}

void
peers_want_in(struct peers *ps, struct peer *p)
{
	p->first->join.wants_in = true;
	room_ask(ps->room, &p->first->ask, &ps->kind);
}

/* From now on it hears the room, in it or waiting for that. */
static void
welcome(struct peers *ps, struct peer *p)
{
	const struct way former = p->way;
	uint64_t head = log_head(ps->room->log).seq;

	p->first->join.arriving = false;
	way_init(&p->way);
	way_follow(&p->way, &former);
	delivery_init(&p->first->delivery, &p->way, ps->house->now_ms,
	    delivery_have(&p->first->delivery), head);
	/* So that it knows what it has once all of that is there. */
	if (delivery_have(&p->first->delivery) < head)
		p->first->owes |= SEAT_OWES_HEAD;
	/* Its newest post may not be on the disk yet. */
	peers_await_disk(ps, p, head);
	ps->house->out.session(ps->house->out.arg, p->seal.here, &p->at.addr);
	peers_serve_soon(ps, p);
}

void
peers_refuse_join(struct peers *ps, struct peer *p, enum hub_reason why)
{
	bool arrives = p->first->join.arriving;

	p->first->join.wants_in = p->first->join.arriving = false;
	if (why != HUB_OVER_LIMIT)
		p->first->join.asked_ms = p->first->join.enter_ms = 0;
	if (arrives) {
		p->first->wait.held = false;
		house_report(ps->house, HUB_REFUSED, why, &p->at.addr, p->name,
		    p->name_len);
		if (why == HUB_OVER_LIMIT) {
			welcome(ps, p);
			return;
		}
		ps->house->figures.refused++;
	} else if (why == HUB_OVER_LIMIT || why == HUB_NO_SPACE) {
		peers_decide_posts(ps, p);	/* they wait as well */
		return;
	}
	peers_refuse(ps, p, why);
}

/* Whose session was there, if any, has no more. */
static void
take_seat(struct peers *ps, struct peer *p, struct member *person)
{
	struct peer *old = person->session;

	person->session = NULL;
	if (old != NULL && old != p) {
		old->first->person = NULL;
		old->first->join.leaves = false;
		if (sock_addr_eq(&old->at.addr, &p->at.addr)) {
			way_follow(&p->way, &old->way);
			p->first->back_ms = old->first->back_ms;
			p->first->pause_ms = old->first->pause_ms;
		}
		if (old->first->post.outbox != p->first->post.outbox)
			peers_put_out(ps, old, FRAME_REPLACED, NULL,
			    0);
		else
			peers_drop(ps, old);
	}
	person->session = p;
	p->first->person = person;
}

/* It is in the room. fresh: under a name that was nobody's. */
static void
let_in(struct peers *ps, struct peer *p, struct member *person, bool fresh)
{
	uint32_t next = dedup_next(ps->room->dedup, person->fold,
	    p->first->post.outbox);

	take_seat(ps, p, person);
	/* Whoever knocks is no acquaintance before this. */
	gate_known(ps->gate, ps->house->now_ms, &p->at.home);
	p->first->join.wants_in = false;
	p->first->join.asked_ms = p->first->join.enter_ms = 0;
	seat_goes_on(p->first, next);
	if (person->away) {
		person->away = false;
		ps->home->version++;
	}
	/* Nobody is welcome under a name that a crash could give away. */
	p->first->wait.held = fresh;
	if (p->first->join.arriving)
		welcome(ps, p);
	else if (fresh)
		peers_await_disk(ps, p, log_head(ps->room->log).seq);
}

void
peers_joined(struct peers *ps, struct peer *p)
{
	const struct budget_who who = peers_who(p);
	struct member *person = roster_named(&ps->room->roster, p->name,
	    p->name_len);

	budget_spend(ps->budget, ps->house->now_ms, &who, &entering);
	house_report(ps->house, HUB_JOINED, HUB_FINE, &p->at.addr, p->name,
	    p->name_len);
	if (person == NULL)
		peers_refuse_join(ps, p, HUB_FULL);
	else
		let_in(ps, p, person, true);
	if (!STAILQ_EMPTY(&p->first->post.said))
		room_ask(ps->room, &p->first->ask, &ps->kind);
}

/*
 * A crash may have left that somebody came and not whose the name is. Nobody
 * can tell whether this is he; so the others see one go and one come.
 */
static bool
is_orphan(struct peers *ps, const struct member *ghost, const struct peer *p)
{
	return ghost != NULL && !ghost->classic &&
	    room_is_ghost(ps->room, ghost) && log_lease_check(ps->room->log,
	    ps->house->wall_ms, ghost->fold, p->key) == LOG_LEASE_FREE;
}

/* Is he in under that name, though it was released meanwhile? */
static bool
is_in_without(struct peers *ps, const struct peer *p,
    const struct member *person)
{
	const struct peer *old;

	if (person == NULL || person->classic)
		return false;
	old = person->session;
	return old != NULL && memcmp(old->key, p->key, sizeof(p->key)) == 0 &&
	    log_lease_check(ps->room->log, ps->house->wall_ms, person->fold,
	    p->key) == LOG_LEASE_FREE;
}

/* A window of his that joined later has the seat; this one only comes back. */
static bool
has_newer(const struct member *person, const struct peer *p)
{
	return person != NULL && !person->classic && person->session != NULL &&
	    peer_is_newer(person->session, p);
}

static enum hub_reason
check_join(struct peers *ps, struct peer *p, const char *fold,
    const struct member *person)
{
	enum hub_reason why;

	if (room_is_closed_to(ps->room, p->key))
		return HUB_CLOSED;
	/* He is where he answered last: an address may be made up. */
	why = names_check(ps->names, p->name, p->name_len, p->key,
	    &p->at.home);
	if (why == HUB_NAME_TAKEN && is_in_without(ps, p, person))
		return HUB_FINE;	/* by himself */
	if (why != HUB_FINE)
		return why;
	if (person == NULL && must_wait(ps, p))
		return HUB_OVER_LIMIT;
	/* A name is a word, too. */
	if (log_lease_check(ps->room->log, ps->house->wall_ms, fold, p->key) !=
	    LOG_LEASE_OWN && peers_is_muted(ps, p))
		return wait_for_a_word(ps, p);
	return HUB_FINE;
}

/* He is in the room already: nothing is new, but where he is. */
static enum ask_verdict
come_home(struct peers *ps, struct peer *p, struct member *person,
    const struct log_note *lease)
{
	const struct log_note at = { .kind = LOG_NOTE_AT,
	    .fold = lease->fold };

	/* What was released stays so. */
	if (!is_in_without(ps, p, person))
		room_add_lines(ps->room, &p->first->ask, NULL, 0, lease);
	if (person->server != log_node(ps->room->log))
		room_add_lines(ps->room, &p->first->ask, NULL, 0, &at);
	let_in(ps, p, person, false);
	return peers_decide_posts(ps, p);
}

enum ask_verdict
peers_decide_join(struct peers *ps, struct peer *p)
{
	struct entry e = { .kind = ENTRY_JOIN, .time_ms = ps->house->wall_ms,
	    .author = p->name, .author_len = p->name_len };
	char fold[TEXT_FOLD_BYTES] = "";
	const struct log_note lease = { .kind = LOG_NOTE_TAKE, .fold = fold,
	    .key = p->key, .place = crowd_place(&ps->crowd, p) };
	struct member *person;
	enum hub_reason why;

	if (!room_takes_act(ps->room))
		return ASK_LATER;
	peers_take_name(ps, p);
	text_fold(fold, p->name, p->name_len);
	if (p->first->join.inherits && peers_may_inherit(ps, p, fold))
		return room_add_act(ps->room, &p->first->ask, NULL, 0, &lease, 1) ?
		    ASK_NOTED : ASK_LATER;
	person = roster_find(&ps->room->roster, fold);
	if (!room_is_closed_to(ps->room, p->key) && is_orphan(ps, person, p)) {
		e.kind = ENTRY_TIMEOUT;
		e.author = person->name;
		e.author_len = person->name_len;
		return room_add_act(ps->room, &p->first->ask, &e, 1, NULL, 0) ?
		    ASK_SAID : ASK_LATER;
	}
	if ((why = check_join(ps, p, fold, person)) != HUB_FINE) {
		peers_refuse_join(ps, p, why);
		return ASK_OVER;
	}
	if (has_newer(person, p)) {
		peers_put_out(ps, p, FRAME_REPLACED, NULL, 0);
		return ASK_OVER;
	}
	if (person != NULL)
		return come_home(ps, p, person, &lease);
	return room_add_act(ps->room, &p->first->ask, &e, 1, &lease, 1) ? ASK_SAID :
	    ASK_LATER;
}
