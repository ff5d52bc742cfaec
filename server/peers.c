/*
 * The hub's secure half: what peers' frames ask for, and what silence means.
 * Pure; runs in the server.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/fingerprint.h"
#include "common/text.h"
#include "common/wire.h"
#include "server/peers_marks.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/room_wake.h"

enum {
	ERROR_MS = 1000,	/* an ICMP error is of what went out since */
	ERRORS = 200,		/* heeded each second */
	ROUND_MS = 20,		/* between two fan-outs of comings */
	ROUND_PEERS = 20,	/* so many more peers, a ms more */
	ROUND_MAX_MS = 1000,
	FAREWELLS = 3,		/* that the server ends, in case one is lost */
	FAREWELL_MS = 30	/* between them */
};

bool
peers_look(const struct member *who, const uint8_t **key,
    const union sock_addr **addr)
{
	const struct seat *s = devices_first(who);

	if (s == NULL)
		return false;
	*key = s->peer->key;
	*addr = &s->peer->at.home;
	return true;
}

void
peers_name(const struct peer *p, struct rule *r)
{
	r->name = p->name;
	r->name_len = p->name_len;
	fingerprint_text(r->key, p->key);
}

/*
 * Time
 */

/* It has waited for its turn; if it is still there, it is that now. */
static void
enter_at_last(struct peers *ps, struct seat *s, int64_t silent)
{
	s->hot->join.enter_ms = 0;
	if (silent < PEER_AWAY_MS)
		peers_want_in(ps, s);
	else
		s->hot->join.asked_ms = 0;	/* when it speaks again */
}

/*
 * Is nobody there any more, as an ICMP error said? It is asked until it
 * answers, or is taken for gone. True: it is.
 */
static bool
is_gone(struct peers *ps, struct peer *p)
{
	struct seat *s;

	if (!peer_in_doubt(p) || p->closing ||
	    ps->house->now_ms < p->at.probe_ms)
		return false;
	if (ps->house->now_ms >= p->at.doubt_ms + PEER_DOUBT_MS) {
		p->at.doubt_ms = 0;
		return true;
	}
	p->at.probe_ms = ps->house->now_ms + PEER_PROBE_MS;
	peers_ask(ps, p);
	SEAT_FOREACH(s, p)
		seat_owe(s, SEAT_OWES_HEAD);
	return false;
}

static void
look_at_other(struct seat *s)
{
	uint64_t version = s->in->version;

	peers_look_who_is_there(s);
	if (s->in->version != version)
		seat_owe(s, SEAT_OWES_HEAD);
}

/* Silence has its steps: away, timed out, forgotten. gone: it is the second. */
static void
look_at_seat(struct peers *ps, struct seat *s, int64_t silent, bool gone)
{
	struct member *person = s->person;

	if (person != NULL && !person->away && silent >= PEER_AWAY_MS &&
	    devices_silent_ms(person, ps->house->now_ms) >= PEER_AWAY_MS) {
		person->away = true;
		s->in->version++;
	}
	if (gone && person != NULL)
		peers_go(s, ENTRY_TIMEOUT);
	if (s->talk)
		look_at_other(s);
	if (s->hot == NULL)
		return;
	if (person == NULL && !s->closing && s->hot->join.enter_ms != 0 &&
	    ps->house->now_ms >= s->hot->join.enter_ms)
		enter_at_last(ps, s, silent);
	if (delivery_wants_head(&s->hot->delivery, ps->house->now_ms))
		s->hot->owes |= SEAT_OWES_HEAD;
}

/* False: it is dropped. */
static bool
look_at(struct peers *ps, struct peer *p)
{
	int64_t silent = ps->house->now_ms - p->heard_ms;
	struct seat *s, *next;
	bool gone;

	if ((p->closing && silent >= PEER_LINGER_MS) ||
	    silent >= (seat_next(p, NULL) == NULL ? PEER_TIMEOUT_MS :
	    PEER_KEEP_MS)) {
		peers_drop(ps, p);
		return false;
	}
	if (!p->closing && !p->confirmed && silent >= PEER_UNCONFIRMED_MS) {
		peers_time_out(ps, p);
		return false;
	}
	gone = is_gone(ps, p) || silent >= PEER_TIMEOUT_MS;
	if (gone)
		peers_report_silent(ps, p);
	for (s = seat_next(p, NULL); s != NULL; s = next) {
		next = seat_next(p, s);
		if (ps->house->now_ms >= seat_closed_ms(s))
			peers_dismiss(ps, s);
		else
			look_at_seat(ps, s, silent, gone);
	}
	peers_repeat_marks(ps, p);
	peers_repeat_offers(ps, p);
	peers_serve(ps, p);
	return true;
}

/* Strangers make these up: one of nobody here costs nothing, and all together
 * they have us ask in measure. Who goes to another server is gone here. */
void
peers_unreachable(struct peers *ps, const union sock_addr *addr)
{
	struct peer *p;

	if (log_node(ps->home->room->log) != 0)
		return;
	LIST_FOREACH(p, crowd_near(&ps->crowd, addr), by_group)
		if (peer_is_in(p) && sock_addr_eq(&p->at.addr, addr) &&
		    limit_take(&ps->errors, ps->house->now_ms, 1, ERRORS,
		    ERRORS) && peer_doubt(p, ps->house->now_ms, ERROR_MS))
			peers_schedule(ps, p);
}

/*
 * Who is told what is new. Who was taken for gone by an error, and not by his
 * silence, is one of them: if he is there after all, he comes back.
 */
static bool
is_told(const struct seat *s)
{
	return !s->closing && (s->person != NULL || seat_enter_ms(s) != 0 ||
	    s->in->room->house->now_ms - s->peer->heard_ms < PEER_TIMEOUT_MS);
}

/*
 * What was said in a turn of the loop goes out in that turn: at once where
 * little is, and under load many lines share their datagrams. Who comes and
 * goes waits for others who do.
 */
static int64_t
round_due(const struct seats *in)
{
	int64_t gap = ROUND_MS + (int64_t)in->count / ROUND_PEERS;

	if (in->grown == SEATS_GREW_BY_LINES)
		return in->room->house->now_ms;
	if (in->grown == SEATS_GREW_NOT)
		return INT64_MAX;
	return in->round_ms + (gap < ROUND_MAX_MS ? gap : ROUND_MAX_MS);
}

/* A thousand of them are not in the cache: what the next ones have is on its
 * way from memory while that one is served, each leading to the next. */
static void
foresee(const struct seat *s)
{
	const struct seat *next = LIST_NEXT(s, by_room);

	if (next == NULL)
		return;
	seats_fetch_device(next->peer);
	seats_fetch_flights(next);
	if ((next = LIST_NEXT(next, by_room)) == NULL)
		return;
	seats_fetch_peer(next->peer);
	seats_fetch_hot(next);
	seats_fetch(LIST_NEXT(next, by_room));
}

static void
fan_out(struct seats *in)
{
	uint64_t head = log_head(in->room->log).seq;
	struct seat *s;

	in->grown = SEATS_GREW_NOT;
	in->round_ms = in->room->house->now_ms;
	LIST_FOREACH(s, &in->all, by_room) {
		foresee(s);
		if (!is_told(s) || !seat_wake(s))
			continue;
		in->awake |= s->slot != 0;
		delivery_grew(&s->hot->delivery, head);
		peers_serve_room(in->peers, s->peer);
	}
}

static int64_t
rest_due(const struct seats *in)
{
	return in->awake ? in->round_ms + SEATS_REST_MS : INT64_MAX;
}

/* Nothing is said there for now; who has not acknowledged all rests when he
 * has. */
static void
rest(struct seats *in)
{
	struct seat *s;

	in->awake = false;
	LIST_FOREACH(s, &in->all, by_room)
		seat_rest(s, in->room->house->now_ms);
}

int64_t
peers_due(const struct seats *in)
{
	return clock_earlier(round_due(in), rest_due(in));
}

int64_t
peers_tick(struct peers *ps)
{
	int64_t due, now_ms = ps->house->now_ms;
	struct room *r;
	struct peer *p;

	HOUSE_EACH_AWAKE(r, ps->house) {
		if (now_ms >= round_due(seats_of(r)))
			fan_out(seats_of(r));
		if (now_ms >= rest_due(seats_of(r)))
			rest(seats_of(r));
	}
	while ((p = peers_first_due(ps)) != NULL)
		/* What is still due is refused for now: no spinning. */
		if (look_at(ps, p) &&
		    dues_at(&ps->dues, &p->due) <= now_ms)
			dues_set(&ps->dues, &p->due, now_ms + 1);
	room_settle_all(ps->house);
	due = gate_tick(ps->gate, now_ms);
	HOUSE_EACH_AWAKE(r, ps->house)
		due = clock_earlier(due, peers_due(seats_of(r)));
	due = clock_earlier(due, peers_share_marks(ps));
	return clock_earlier(due, dues_ms(&ps->dues));
}

void
peers_slept(struct peers *ps, int64_t ms)
{
	struct peer *p;

	LIST_FOREACH(p, &ps->all, by_all) {
		p->heard_ms += ms;
		if (p->at.doubt_ms != 0)
			p->at.doubt_ms += ms;
		if (p->due.number != 0)
			peers_schedule(ps, p);
	}
}

void
peers_count(const struct peers *ps, struct hub_figures *f)
{
	f->sessions = ps->crowd.count;
	f->half_open = gate_count(ps->gate);
}

static bool
are_heard(const struct seats *in)
{
	uint64_t head = log_head(in->room->log).seq;
	const struct seat *s;

	LIST_FOREACH(s, &in->all, by_room)
		if (s->person != NULL && !s->closing &&
		    seat_have(s) < head)
			return false;
	return true;
}

bool
peers_are_heard(const struct peers *ps)
{
	const struct room *r;

	HOUSE_EACH_LOG(r, ps->house)
		if (!are_heard(seats_of(r)))
			return false;
	return true;
}

/* Not an end, a pause: they stay members. False: nobody is there to be told. */
static bool
say_farewell(struct peers *ps)
{
	struct peer *p;
	struct seat *s;
	bool said = false;

	LIST_FOREACH(p, &ps->all, by_all) {
		if (p->closing)
			continue;
		p->owes = PEER_OWES_LEAVE;
		SEAT_FOREACH(s, p)
			if (s->hot != NULL)
				s->hot->owes = 0;
		peers_serve(ps, p);
		said = true;
	}
	return said;
}

void
peers_close(struct peers *ps, enum hub_end end)
{
	struct room *r;
	struct peer *p;
	struct seat *s;

	ps->end = end;
	/* What is not in the log yet is said again elsewhere. */
	HOUSE_EACH_LOG(r, ps->house)
		LIST_FOREACH(s, &seats_of(r)->all, by_room)
			if (s->hot != NULL)
				room_unask(r, &s->hot->ask);
	LIST_FOREACH(p, &ps->all, by_all)
		peers_unask_name(ps, p);
	ps->farewells = say_farewell(ps) ? FAREWELLS - 1 : 0;
	ps->farewell_ms = ps->house->now_ms + FAREWELL_MS;
}

int64_t
peers_ends(struct peers *ps)
{
	if (ps->farewells > 0 && ps->house->now_ms >= ps->farewell_ms) {
		ps->farewells--;
		ps->farewell_ms = ps->house->now_ms + FAREWELL_MS;
		say_farewell(ps);
	}
	return ps->farewells > 0 ? ps->farewell_ms : INT64_MAX;
}

struct peers *
peers_new(const struct hub_config *config, struct room *room,
    struct names *names, struct budget *budget)
{
	struct peers *ps = calloc(1, sizeof(*ps));

	if (ps == NULL)
		return NULL;
	ps->config = *config;
	ps->house = room->house;
	ps->names = names;
	ps->budget = budget;
	crowd_init(&ps->crowd, config->seed, config->peers_max);
	stages_init(&ps->stages);
	LIST_INIT(&ps->all);
	peers_init_asks(ps);
	peers_init_namings(ps);
	ps->gate = gate_new(&config->gate, ps->house->now_ms,
	    ps->house->out.random, ps->house->out.arg);
	/* The gate has its own. */
	sodium_memzero(&ps->config.gate.key, sizeof(ps->config.gate.key));
	sodium_memzero(ps->config.gate.psk, sizeof(ps->config.gate.psk));
	if (ps->gate == NULL || (ps->home = peers_watch_room(ps,
	    room, config->gate.room, NULL)) == NULL) {
		peers_free(ps);
		return NULL;
	}
	return ps;
}

void
peers_free(struct peers *ps)
{
	struct room *r;
	struct peer *p;

	if (ps == NULL)
		return;
	while ((p = LIST_FIRST(&ps->all)) != NULL)
		peers_drop(ps, p);
	HOUSE_EACH_LOG(r, ps->house)
		peers_close_room(r);
	gate_free(ps->gate);
	dues_clear(&ps->dues);
	free(ps);
}
