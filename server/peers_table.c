/*
 * The table of peers: found by index and by what is due first, who waits to be
 * served, what each may ask for. Pure; runs in the
 * server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/text.h"
#include "common/wire.h"
#include "common/fingerprint.h"
#include "server/peers_state.h"
#include "server/room/heirs.h"
#include "server/peers_talk.h"
#include "server/room/bans.h"
#include "server/room/persons.h"
#include "server/room/room_say.h"
#include "server/room/room_wake.h"

enum { CALM_US = 2000 };	/* work/s of a session that is not counted */

struct peer_slot *
peers_slot(struct peers *ps, uint32_t index)
{
	return &ps->by_index[index % PEERS_SLOTS];
}

struct peer *
peers_find(struct peers *ps, uint32_t index)
{
	struct peer *p;

	SLIST_FOREACH(p, peers_slot(ps, index), by_index)
		if (p->seal.here == index)
			return p;
	return NULL;
}

void
peers_ignore(struct peers *ps, enum hub_reason why, const union sock_addr *from,
    const struct peer *p)
{
	ps->house->figures.ignored++;
	house_report(ps->house, HUB_REFUSED, why, from,
	    p == NULL ? NULL : p->name, p == NULL ? 0 : p->name_len);
}

/* When something of its room is to go to the seat. */
static int64_t
send_due(const struct seat *s)
{
	if (s->hot == NULL || s->hot->wait.held)
		return INT64_MAX;
	return clock_earlier(seat_read_due(s),
	    delivery_due(&s->hot->delivery));
}

/* Of who is away, or a device that is silent beside one that is not. Neither
 * is one that was just heard: of a thousand persons none is looked at then. */
static bool
is_asleep(const struct seat *s)
{
	int64_t now_ms = s->in->room->house->now_ms;

	return now_ms - s->peer->heard_ms >= PEER_AWAY_MS &&
	    (s->person->away ||
	    devices_silent_ms(s->person, now_ms) < PEER_AWAY_MS);
}

/* When silence changes what the peer is in the room. */
static int64_t
silence_due(const struct seat *s)
{
	int64_t heard_ms = s->peer->heard_ms;

	if (s->closing && s->slot != 0)
		return seat_closed_ms(s);
	if (s->person == NULL)
		return seat_enter_ms(s) != 0 ? seat_enter_ms(s) :
		    heard_ms + PEER_KEEP_MS;
	return heard_ms + (is_asleep(s) ? PEER_TIMEOUT_MS : PEER_AWAY_MS);
}

/* When the peer needs a look without anything happening. */
static int64_t
due_of(const struct peer *p)
{
	int64_t due = INT64_MAX, silent = p->heard_ms +
	    (seat_next(p, NULL) == NULL ? PEER_TIMEOUT_MS : PEER_KEEP_MS);
	bool owes = p->owes != 0;
	const struct seat *s;

	if (p->closing)
		return p->heard_ms + PEER_LINGER_MS;
	if (p->device != NULL)
		due = clock_earlier(p->device->marks_ms,
		    p->device->offers.due_ms);
	SEAT_FOREACH(s, p) {
		due = clock_earlier(due, send_due(s));
		silent = clock_earlier(silent, silence_due(s));
		owes |= s->hot != NULL && s->hot->owes != 0;
	}
	/* Nothing more may go there before something comes from there. */
	if (!p->at.proved && p->at.credit_bytes < PEERS_PING_DATAGRAM)
		due = INT64_MAX;
	else if (!p->at.proved && (due < p->at.told_ms + PEER_PROVE_MS || owes))
		due = p->at.told_ms + PEER_PROVE_MS;
	if (peer_in_doubt(p))
		due = clock_earlier(due, p->at.probe_ms);
	if (!p->confirmed)
		due = clock_earlier(due, p->heard_ms + PEER_UNCONFIRMED_MS);
	return clock_earlier(due, silent);
}

void
peers_schedule(struct peers *ps, struct peer *p)
{
	dues_set(&ps->dues, &p->due, due_of(p));
}

void
peers_hurry(struct peers *ps, struct peer *p)
{
	dues_set(&ps->dues, &p->due, ps->house->now_ms);
}

struct peer *
peers_first_due(struct peers *ps)
{
	struct due *d = dues_first(&ps->dues, ps->house->now_ms);

	return d == NULL ? NULL :
	    (struct peer *)((char *)d - offsetof(struct peer, due));
}

void
peers_stand(struct seat *s)
{
	struct member *person = s->person;
	struct seat *left;

	if (person == NULL)
		return;
	devices_stand(s);
	/* Those may have been silent for long. */
	DEVICES_FOREACH(left, person)
		peers_hurry(s->in->peers, left->peer);
}

void
peers_go(struct seat *s, enum entry_kind kind)
{
	const struct member *person;
	bool everywhere = s->hot != NULL && s->hot->join.everywhere;
	const char *name;
	size_t len;

	if (s->hot != NULL)
		s->hot->join.leaves = false;
	if (s->person == NULL)
		return;
	name = seat_name(s, &len);
	person = s->person;
	peers_stand(s);
	if (devices_first(person) != NULL)
		return;
	if (everywhere)
		room_leave(s->in->room, name, len);
	else
		room_put_out(s->in->room, kind, 0, name, len);
}

/* Whom it leaves in the room nobody sees to: he has a while to come back. */
static void
stand_up(struct seat *s)
{
	struct room *r = s->in->room;
	struct member *person;

	if (s->hot != NULL && s->hot->join.leaves)
		peers_go(s, ENTRY_LEAVE);
	if (s->hot != NULL)
		room_unask(r, &s->hot->ask);
	if ((person = s->person) == NULL)
		return;
	peers_stand(s);
	if (room_is_left(r, person)) {
		r->has_ghosts = true;
		room_wake(r);
	}
}

void
peers_unask_name(struct peers *ps, struct peer *p)
{
	struct peer_naming *n = p->naming;

	if (n == NULL)
		return;
	room_unask(ps->home->room, &n->ask);
	if (n->state == PEER_NAMING_DECIDED)
		LIST_REMOVE(n, by_wait);
	n->state = PEER_NAMING_TOLD;
}

void
peers_drop(struct peers *ps, struct peer *p)
{
	struct seat *s;

	peers_unask_name(ps, p);
	SEAT_FOREACH(s, p)
		stand_up(s);
	dues_drop(&ps->dues, &p->due);
	crowd_remove(&ps->crowd, p);
	SLIST_REMOVE(peers_slot(ps, p->seal.here), p, peer, by_index);
	LIST_REMOVE(p, by_all);
	if (p->known)
		persons_let(ps->house->persons, peers_person(ps, p));
	peer_free(p);
}

void
peers_dismiss(struct peers *ps, struct seat *s)
{
	struct peer *p = s->peer;

	if (s->slot == 0) {
		peers_drop(ps, p);
		return;
	}
	stand_up(s);
	if (s->slot % 2 != 0 && s->slot > p->gone_slot)
		p->gone_slot = (uint16_t)s->slot;
	seat_free(s);
}

bool
peers_is_banned(const struct peers *ps, const struct peer *p)
{
	char fold[TEXT_FOLD_BYTES] = "";

	text_fold(fold, p->name, p->name_len);
	return bans_match(ps->config.bans, ps->house->wall_ms, fold, p->key,
	    &p->at.home);
}

/* Each line that he says asks; only a rule changes it. */
bool
peers_is_muted(struct seat *s)
{
	const struct room *r = s->in->room;
	uint32_t version = (uint32_t)standing_version(r->standing);
	struct standing_mute mute = { .until_ms = 0 };

	if (s->mute.seen != version) {
		s->mute.seen = version;
		s->mute.is = s->talk ? peers_is_shut_out(s) :
		    room_has_muted(r, 0, s->peer->key, &mute);
		s->mute.until_ms = mute.until_ms;
	}
	return s->mute.is && (s->mute.until_ms == 0 ||
	    s->mute.until_ms > r->house->wall_ms);
}

void
peers_report_silent(struct peers *ps, const struct peer *p)
{
	const struct seat *s;

	/* Cut off from the other servers nobody knows who is at one. */
	if (log_state(ps->home->room->log) != LOG_READY)
		return;
	SEAT_FOREACH(s, p)
		if (s->person != NULL && !s->talk &&
		    !room_is_elsewhere(s->in->room, s->person))
			break;
	if (s != NULL)
		house_report(ps->house, HUB_SILENT, HUB_FINE, &p->at.addr,
		    p->name, p->name_len);
}

/* Who comes by an earlier session has not been heard by this one. */
static bool
was_in_before(const struct peer *p, const struct seat *s)
{
	return !p->confirmed && (s->back || s->slot != 0);
}

void
peers_time_out(struct peers *ps, struct peer *p)
{
	struct seat *s;
	bool goes = false;

	SEAT_FOREACH(s, p)
		goes |= !was_in_before(p, s);
	if (goes)
		peers_report_silent(ps, p);
	SEAT_FOREACH(s, p)
		if (!was_in_before(p, s))
			peers_go(s, ENTRY_TIMEOUT);
	peers_drop(ps, p);
}

void
peers_end(struct peers *ps, struct peer *p)
{
	struct peer *out = crowd_ends(&ps->crowd, p);

	if (out != NULL)
		peers_drop(ps, out);
}

struct person *
peers_person(const struct peers *ps, const struct peer *p)
{
	return p->known ? persons_find(ps->house->persons, p->key) : NULL;
}

struct budget_who
peers_who(const struct peer *p)
{
	struct budget_who who = { .key = p->key, .addr = &p->at.home };

	return who;
}

void
peers_reset(struct peers *ps, const struct gate_stray *s)
{
	uint8_t out[HELLO_DATAGRAM];
	size_t len;

	peers_ignore(ps, HUB_UNKNOWN_SESSION, s->to, NULL);
	len = gate_reset(ps->gate, ps->house->now_ms, s, out);
	if (len > 0)
		ps->house->out.send(ps->house->out.arg, s->to, out, len);
}

enum log_lease
peers_lease(const struct peers *ps, const struct peer *p, const char *fold)
{
	return log_lease_check(ps->house->home->log, ps->house->wall_ms, fold,
	    p->key);
}

bool
peers_work(struct peers *ps, struct peer *p, uint32_t us)
{
	const struct budget_cost cost = { .of[BUDGET_WORK] = us };
	const struct budget_who who = peers_who(p);

	/* Nobody but floods asks for more: no account for the others. */
	if (limit_take(&p->share.calm, ps->house->now_ms, us, CALM_US, CALM_US))
		return true;
	return budget_take(ps->budget, ps->house->now_ms, &who, &cost);
}

enum frame_code
peers_code_for(const struct peer *p, enum hub_reason why)
{
	/* Here it is about the name that one comes under. */
	if (why == HUB_MUTED)
		return FRAME_NAME_BAD;
	return why == HUB_CLOSED && !(p->caps & HELLO_ROLES) ? FRAME_KICKED :
	    hub_frame_code(why);
}

size_t
peers_reason(const struct peers *ps, const struct peer *p,
    enum hub_reason why, char text[FRAME_REASON_BYTES + 1])
{
	const struct heir *e = heirs_find(ps->house->heirs, p->key);
	char key[FINGERPRINT_TEXT];
	size_t len = names_refusal_text(ps->names, why, text);

	if (why == HUB_REKEYED && e != NULL)
		len += (size_t)sprintf(text + len, " %s", fingerprint_text(key,
		    e->heir));
	return len;
}

static void
wait(struct seat_hot *h)
{
	if (!h->wait.listed)
		LIST_INSERT_HEAD(&h->seat->in->waiting, h, by_waiting);
	h->wait.listed = true;
	room_wake(h->seat->in->room);
}

void
peers_await_disk(struct seat *s, uint64_t seq)
{
	struct seat_hot *h;

	if (!seat_wake(s))
		return;
	h = s->hot;
	h->say.newest_seq = seq;
	/* Who goes on talking is told of what he said before; but what he has
	 * is his word until that is told for the first time. */
	if (!h->wait.disk || !s->post.durable) {
		h->say.seq = seq;
		h->say.awaited_next = s->post.next;
	}
	h->wait.disk = true;
	if (seq <= log_durable(s->in->room->log))
		s->in->ready = true;
	wait(h);
}

void
peers_tell_end(struct seat *s)
{
	const struct seat_debt *d = s->hot == NULL ? NULL : s->hot->debt;

	seat_owe(s, d != NULL && (d->reason != NULL || d->error != 0) ?
	    SEAT_OWES_ERROR : SEAT_OWES_LEAVE);
}

void
peers_serve_soon(struct seat *s)
{
	if (!seat_wake(s))
		return;
	s->hot->wait.called = s->in->ready = true;
	wait(s->hot);
}

void
peers_stray(struct peers *ps, struct peer *p, uint32_t slot, unsigned code,
    unsigned wait_ms)
{
	struct strays *all = &ps->strays;
	unsigned i;

	/* Those of another's datagram that could not be told: he asks again. */
	if ((p->owes & PEER_OWES_STRAYS) == 0 || all->whose != p->seal.here)
		all->n = 0;
	all->whose = p->seal.here;
	for (i = 0; i < all->n; i++)
		if (all->of[i].slot == slot)
			return;
	if (all->n == PEERS_STRAYS)
		return;
	p->owes |= PEER_OWES_STRAYS;
	all->of[all->n++] = (struct stray){ slot, wait_ms, code };
}

void
peers_ask(struct peers *ps, struct peer *p)
{
	uint8_t random[PEER_PING_KEY];

	ps->house->out.random(ps->house->out.arg, random, sizeof(random));
	peer_ask(p, random);
	p->owes |= PEER_OWES_PING;
}
