/*
 * How a peer comes into the room: admission, its turn, its seat. Pure; runs in
 * the server.
 */
#include <string.h>

#include "common/text.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/room_say.h"

enum { ORPHAN_MS = 100 };	/* until he is out everywhere, about */

static const struct budget_cost entering = {
    .of[BUDGET_JOINS] = BUDGET_JOIN };

/* Of each room those are told who are there: they are counted apart. */
static struct budget_who
joins(const struct seat *s)
{
	struct budget_who who = peers_who(s->peer);

	who.room = s->in->number;
	return who;
}

/*
 * Everybody is told of a join. Who comes and goes all the time, or is one of
 * very many from one place, waits for his turn, and hears the room meanwhile.
 */
static bool
must_wait(struct peers *ps, struct seat *s)
{
	struct budget_who who = joins(s);
	int64_t wait;

	if (s->hot->join.asked_ms == 0)
		s->hot->join.asked_ms = ps->house->now_ms;
	who.waited = ps->house->now_ms - s->hot->join.asked_ms >=
	    BUDGET_PATIENCE_MS;
	wait = budget_wait(ps->budget, ps->house->now_ms, &who, &entering);
	if (wait == 0)
		return false;
	s->hot->join.enter_ms = ps->house->now_ms + (wait < BUDGET_PATIENCE_MS ?
	    wait : BUDGET_PATIENCE_MS);
	return true;
}

/* Until he may speak, if that is ever; an operator may end it before. */
static enum hub_reason
wait_for_a_word(struct peers *ps, struct seat *s)
{
	int64_t wait = s->mute.until_ms - ps->house->wall_ms;

	if (s->mute.until_ms == 0)
		return HUB_MUTED;
	s->hot->join.enter_ms = ps->house->now_ms + (wait < BUDGET_PATIENCE_MS ?
	    wait : BUDGET_PATIENCE_MS);
	return HUB_OVER_LIMIT;
}

void
peers_want_in(struct peers *ps, struct seat *s)
{
	if (!seat_wake(s))
		return;
	s->hot->join.wants_in = true;
	room_ask(s->in->room, &s->hot->ask, &ps->kind);
}

/* From now on it hears the room, in it or waiting for that. */
static void
welcome(struct peers *ps, struct seat *s)
{
	struct peer *p = s->peer;
	const struct way former = p->way;
	uint64_t head = log_head(s->in->room->log).seq;

	s->hot->join.arriving = false;
	/* The session begins with it. */
	if (s->slot == 0) {
		way_init(&p->way);
		way_follow(&p->way, &former);
	}
	delivery_begin(&s->hot->delivery, &p->way, ps->house->now_ms,
	    delivery_have(&s->hot->delivery), head);
	/* So that it knows what it has once all of that is there. */
	if (delivery_have(&s->hot->delivery) < head)
		s->hot->owes |= SEAT_OWES_HEAD;
	/* Its newest post may not be on the disk yet. */
	peers_await_disk(s, head);
	if (s->slot == 0)
		ps->house->out.session(ps->house->out.arg, p->seal.here,
		    &p->at.addr);
	peers_serve_soon(s);
}

void
peers_refuse_join(struct peers *ps, struct seat *s, enum hub_reason why)
{
	struct peer *p = s->peer;
	bool arrives = s->hot->join.arriving;

	s->hot->join.wants_in = s->hot->join.arriving = false;
	if (why != HUB_OVER_LIMIT)
		s->hot->join.asked_ms = s->hot->join.enter_ms = 0;
	if (arrives) {
		s->hot->wait.held = false;
		room_report(s->in->room, HUB_REFUSED, why, &p->at.addr,
		    p->name, p->name_len);
		if (why == HUB_OVER_LIMIT) {
			welcome(ps, s);
			return;
		}
		ps->house->figures.refused++;
	} else if (why == HUB_OVER_LIMIT || why == HUB_NO_SPACE) {
		peers_decide_posts(ps, s);	/* they wait as well */
		return;
	}
	peers_refuse(ps, s, why);
}

/* Is it in no room any more, nor about to be? It may be in talks still. */
static bool
is_out(const struct peer *p)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (!s->closing && !s->talk)
			return false;
	return true;
}

/* The other one is where that was. */
static void
put_aside(struct peers *ps, struct seat *old, struct seat *s)
{
	struct peer *p = old->peer;

	if (old->hot != NULL)
		old->hot->join.leaves = false;
	if (sock_addr_eq(&old->peer->at.addr, &s->peer->at.addr)) {
		if (old->peer != s->peer)
			way_follow(&s->peer->way, &old->peer->way);
		s->back_ms = old->back_ms;
		s->pause_ms = old->pause_ms;
	}
	if (old->post.outbox == s->post.outbox || p == s->peer) {
		peers_dismiss(ps, old);
		return;
	}
	peers_unseat(ps, old, FRAME_REPLACED, NULL, 0);
	if (peer_is_at(p, s->peer) && is_out(p))
		peers_replace(ps, p, ENTRY_LEAVE, FRAME_MOVED);
}

/* Of two devices, which go on each by itself. */
static bool
is_beside(const struct seat *s, const struct seat *other)
{
	return peer_is_beside(s->peer, other->peer) &&
	    s->post.outbox != other->post.outbox;
}

/* Whose session was there, if any, has no more; but devices that know of each
 * other are there together. */
static void
take_seat(struct peers *ps, struct seat *s, struct member *person)
{
	struct seat *old = devices_first(person);

	while (old != NULL) {
		if (is_beside(old, s)) {
			old = devices_next(old);
			continue;
		}
		devices_stand(old);
		if (old != s)
			put_aside(ps, old, s);
		old = devices_first(person);
	}
	devices_sit(s, person);
}

/* It is in the room. fresh: under a name that was nobody's. */
static void
let_in(struct peers *ps, struct seat *s, struct member *person, bool fresh)
{
	struct room *r = s->in->room;
	uint32_t next = dedup_next(r->dedup, person->fold, s->post.outbox);

	take_seat(ps, s, person);
	peers_begin_mark(ps, s);
	/* He may be called otherwise since he asked. */
	peers_call_in(s);
	/* Whoever knocks is no acquaintance before this. */
	gate_known(ps->gate, ps->house->now_ms, &s->peer->at.home);
	s->hot->join.wants_in = false;
	s->hot->join.asked_ms = s->hot->join.enter_ms = 0;
	seat_goes_on(s, next);
	if (person->away) {
		person->away = false;
		s->in->version++;
	}
	/* Nobody is welcome under a name that a crash could give away. */
	s->hot->wait.held = fresh;
	s->back = !fresh;
	if (s->hot->join.arriving)
		welcome(ps, s);
	else if (fresh)
		peers_await_disk(s, log_head(r->log).seq);
}

void
peers_joined(struct peers *ps, struct seat *s, const struct entry *e)
{
	struct peer *p = s->peer;
	struct room *r = s->in->room;
	const struct budget_who who = joins(s);
	struct member *person = roster_named(&r->roster, e->author,
	    e->author_len);

	budget_spend(ps->budget, ps->house->now_ms, &who, &entering);
	room_report(r, HUB_JOINED, HUB_FINE, &p->at.addr, e->author,
	    e->author_len);
	if (person == NULL)
		peers_refuse_join(ps, s, HUB_FULL);
	else
		let_in(ps, s, person, true);
	if (!STAILQ_EMPTY(&s->hot->say.said))
		room_ask(r, &s->hot->ask, &ps->kind);
}

/*
 * A crash may have left that somebody came and not whose the name is. Nobody
 * can tell whether this is he; so the others see one go and one come.
 */
static bool
is_orphan(struct peers *ps, const struct member *ghost, const struct room *r,
    const struct peer *p)
{
	return ghost != NULL && !ghost->classic && room_is_ghost(r, ghost) &&
	    peers_lease(ps, p, ghost->fold) == LOG_LEASE_FREE;
}

/* In all other rooms he has gone as well, before that name is anybody's. */
static bool
put_out_elsewhere(struct peers *ps, const struct seat *s, const char *fold)
{
	const struct member *ghost;
	struct room *r;
	bool any = false;

	LIST_FOREACH(r, &ps->house->rooms, by_house) {
		ghost = roster_find(&r->roster, fold);
		if (r == s->in->room || !is_orphan(ps, ghost, r, s->peer))
			continue;
		room_put_out(r, ENTRY_TIMEOUT, 0, ghost->name,
		    ghost->name_len);
		any = true;
	}
	return any;
}

/* Is he in under that name, though it was released meanwhile? */
static bool
is_in_without(struct peers *ps, const struct peer *p,
    const struct member *person)
{
	const struct seat *old;

	if (person == NULL || person->classic)
		return false;
	old = devices_first(person);
	return old != NULL &&
	    memcmp(old->peer->key, p->key, sizeof(p->key)) == 0 &&
	    peers_lease(ps, p, person->fold) == LOG_LEASE_FREE;
}

/* In any room, that is, where one is in several. */
static bool
is_somewhere_without(struct peers *ps, const struct seat *s, const char *fold)
{
	const struct room *r;

	if (s->slot == 0)
		return is_in_without(ps, s->peer,
		    roster_find(&s->in->room->roster, fold));
	LIST_FOREACH(r, &ps->house->rooms, by_house)
		if (is_in_without(ps, s->peer, roster_find(&r->roster, fold)))
			return true;
	return false;
}

/* A window of his that joined later has the seat; this one only comes back. */
static bool
has_newer(const struct member *person, const struct peer *p)
{
	const struct seat *old;

	if (person == NULL || person->classic)
		return false;
	DEVICES_FOREACH(old, person)
		if (!peer_is_beside(old->peer, p) &&
		    peer_is_newer(old->peer, p))
			return true;
	return false;
}

/* A name is a word, too, where nobody has heard him called so. */
static bool
is_news(const struct peers *ps, const struct seat *s, const char *fold)
{
	return peers_lease(ps, s->peer, fold) != LOG_LEASE_OWN ||
	    log_lease_is_unheard(ps->house->home->log, fold);
}

static enum hub_reason
check_join(struct peers *ps, struct seat *s, const char *fold,
    const struct member *person)
{
	struct peer *p = s->peer;
	struct room *r = s->in->room;
	enum hub_reason why;

	if (room_is_closed_to(r, p->key))
		return HUB_CLOSED;
	/* He is where he answered last: an address may be made up. */
	why = names_check(ps->names, p->name, p->name_len, p->key,
	    &p->at.home);
	if (why == HUB_NAME_TAKEN && is_somewhere_without(ps, s, fold)) {
		if (person != NULL)
			return HUB_FINE;	/* by himself */
		why = HUB_FINE;
	}
	if (why != HUB_FINE)
		return why;
	if (person == NULL && must_wait(ps, s))
		return HUB_OVER_LIMIT;
	if (peers_is_muted(s) && is_news(ps, s, fold))
		return wait_for_a_word(ps, s);
	return HUB_FINE;
}

/* Where one of his other names is in the room. */
struct former {
	const struct seat *seat;
	struct member	*person;
};

static void
meet(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct former *f = arg;
	struct room *r = f->seat->in->room;
	struct member *m = roster_find(&r->roster, fold);
	const struct seat *at = m == NULL || m->classic ? NULL :
	    devices_first(m);

	(void)key;
	if (m != NULL && !m->classic && (at == NULL ? room_is_ghost(r, m) :
	    at->peer == f->seat->peer ||
	    peer_is_beside(at->peer, f->seat->peer)))
		f->person = m;
}

/*
 * He was called otherwise when he was here last, and nobody heard that he is
 * called so now: the server ended before. NULL: he was not.
 */
static struct member *
former_of(const struct peers *ps, const struct seat *s)
{
	struct former f = { s, NULL };

	if (s->slot != 0)
		log_lease_each_of(ps->house->home->log, ps->house->wall_ms,
		    s->peer->key, meet, &f);
	return f.person;
}

/* By which he says at other nodes where he is: those that know of each other
 * are there together. */
static uint32_t
device_of(const struct seat *s)
{
	return s->slot != 0 && (s->peer->caps & HELLO_PEOPLE) != 0 ?
	    s->post.outbox : 0;
}

/* He is in the room already: nothing is new, but where he is. */
static enum ask_verdict
come_home(struct peers *ps, struct seat *s, struct member *person,
    const struct log_note *lease)
{
	struct room *r = s->in->room;
	const struct log_note at = { .kind = LOG_NOTE_AT,
	    .fold = lease->fold, .place = device_of(s) };

	/* That he is here is known first. */
	if (!room_is_here(r, person))
		return room_add_act(r, &s->hot->ask, NULL, 0, &at, 1) ?
		    ASK_NOTED : ASK_LATER;
	/* What was released stays so. */
	if (!is_in_without(ps, s->peer, person))
		room_add_lines(r, &s->hot->ask, NULL, 0, lease);
	if (room_is_elsewhere(r, person))
		room_add_lines(r, &s->hot->ask, NULL, 0, &at);
	let_in(ps, s, person, false);
	return peers_decide_posts(ps, s);
}

/* He is seen to go before another one comes by that name. */
static enum ask_verdict
put_out_orphan(const struct peers *ps, struct seat *s,
    const struct member *ghost)
{
	struct entry e = { .kind = ENTRY_TIMEOUT,
	    .time_ms = ps->house->wall_ms, .author = ghost->name,
	    .author_len = ghost->name_len };

	return room_add_act(s->in->room, &s->hot->ask, &e, 1, NULL, 0) ?
	    ASK_SAID : ASK_LATER;
}

static void
make_rename(struct entry *e, const struct member *from, const struct peer *p)
{
	e->kind = ENTRY_RENAME;
	e->author = from->name;
	e->author_len = from->name_len;
	e->text = p->name;
	e->text_len = p->name_len;
}

/* Nobody comes by that; who may not come may not read either. */
static enum ask_verdict
decide_reading(struct peers *ps, struct seat *s)
{
	const struct peer *p = s->peer;
	enum hub_reason why = room_is_closed_to(s->in->room, p->key) ?
	    HUB_CLOSED : peers_is_banned(ps, p) ? HUB_BANNED : HUB_FINE;

	if (why != HUB_FINE) {
		peers_refuse_join(ps, s, why);
		return ASK_OVER;
	}
	s->hot->join.wants_in = s->hot->wait.held = false;
	s->hot->join.asked_ms = 0;
	if (s->hot->join.arriving)
		welcome(ps, s);
	return ASK_OVER;
}

/* Nobody comes: he was there from the beginning. */
static enum ask_verdict
decide_talk(struct peers *ps, struct seat *s)
{
	enum hub_reason why = peers_may_talk(ps, s->peer);

	if (!room_takes_act(s->in->room))
		return ASK_LATER;
	if (why != HUB_FINE) {
		peers_refuse_join(ps, s, why);
		return ASK_OVER;
	}
	let_in(ps, s, peers_side_of(s), false);
	return peers_decide_posts(ps, s);
}

enum ask_verdict
peers_decide_join(struct peers *ps, struct seat *s)
{
	struct peer *p = s->peer;
	struct room *r = s->in->room;
	struct entry e = { .kind = ENTRY_JOIN, .time_ms = ps->house->wall_ms,
	    .author = p->name };
	char fold[TEXT_FOLD_BYTES] = "";
	const struct log_note lease = { .kind = LOG_NOTE_TAKE, .fold = fold,
	    .key = p->key, .place = crowd_place(&ps->crowd, p) };
	struct member *person, *former = NULL;
	enum hub_reason why;

	if (s->talk)
		return decide_talk(ps, s);
	if (s->reads)
		return decide_reading(ps, s);
	if (!room_takes_act(r))
		return ASK_LATER;
	peers_take_name(ps, s);
	peers_call_beside(ps, p);
	e.author_len = p->name_len;
	text_fold(fold, p->name, p->name_len);
	if (s->inherits && peers_may_inherit(ps, s, fold))
		return room_add_act(r, &s->hot->ask, NULL, 0, &lease, 1) ?
		    ASK_NOTED : ASK_LATER;
	if ((person = roster_find(&r->roster, fold)) == NULL)
		former = former_of(ps, s);
	if (!room_is_closed_to(r, p->key) && is_orphan(ps, person, r, p))
		return put_out_orphan(ps, s, person);
	/* He hears the room meanwhile. */
	if (s->slot != 0 && !room_is_closed_to(r, p->key) &&
	    !peers_is_banned(ps, p) && put_out_elsewhere(ps, s, fold)) {
		s->hot->join.enter_ms = ps->house->now_ms + ORPHAN_MS;
		peers_refuse_join(ps, s, HUB_OVER_LIMIT);
		return ASK_OVER;
	}
	if ((why = check_join(ps, s, fold, former != NULL ? former :
	    person)) != HUB_FINE) {
		peers_refuse_join(ps, s, why);
		return ASK_OVER;
	}
	if (has_newer(person, p)) {
		peers_unseat(ps, s, FRAME_REPLACED, NULL, 0);
		return ASK_OVER;
	}
	if (person != NULL)
		return come_home(ps, s, person, &lease);
	if (former != NULL)
		make_rename(&e, former, p);
	return room_add_act(r, &s->hot->ask, &e, 1, &lease, 1) ? ASK_SAID :
	    ASK_LATER;
}
