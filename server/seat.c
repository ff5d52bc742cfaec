/*
 * Seats. Pure; runs in the server.
 */
#include "server/room/room_wake.h"
#include "server/seat.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "server/seats.h"

/* Where the seat of that slot is among those that have one, or would be. */
static unsigned
place_of(const struct peer *p, uint32_t slot)
{
	unsigned low = 0, high = p->seats_n, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (p->seats[middle]->slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Room for another one; it is for a power of two. False: no memory. */
static bool
grow(struct peer *p)
{
	unsigned n = p->seats_n;
	struct seat **list = p->seats == &p->only ? NULL : p->seats;

	if (n == 0) {
		p->seats = &p->only;
		return true;
	}
	if ((n & (n - 1)) != 0)
		return true;
	if ((list = reallocarray(list, 2 * n, sizeof(*list))) == NULL)
		return false;
	if (p->seats == &p->only)
		list[0] = p->only;
	p->seats = list;
	return true;
}

/* False: no memory. */
static bool
give(struct peer *p, struct seat *s)
{
	unsigned at = place_of(p, s->slot);

	if (s->slot == 0) {
		p->first = s;
		return true;
	}
	if (!grow(p))
		return false;
	memmove(p->seats + at + 1, p->seats + at,
	    (p->seats_n - at) * sizeof(*p->seats));
	p->seats[at] = s;
	p->seats_n++;
	return true;
}

static void
forget_list(struct peer *p)
{
	if (p->seats != &p->only)
		free(p->seats);
	p->seats = NULL;
}

static void
take(struct peer *p, struct seat *s)
{
	unsigned at = place_of(p, s->slot);

	if (s->slot == 0) {
		p->first = NULL;
		return;
	}
	p->seats_n--;
	memmove(p->seats + at, p->seats + at + 1,
	    (p->seats_n - at) * sizeof(*p->seats));
	if (p->seats_n == 0)
		forget_list(p);
}

struct seat *
seat_find(const struct peer *p, uint32_t slot)
{
	unsigned at = place_of(p, slot);

	if (slot == 0)
		return p->first;
	return at < p->seats_n && p->seats[at]->slot == slot ?
	    p->seats[at] : NULL;
}

struct seat *
seat_after(const struct peer *p, const struct seat *s)
{
	unsigned at = 0;

	/* One by one they go over all, and seldom has one come meanwhile. */
	if (s != NULL && s->slot != 0)
		at = (s->place < p->seats_n && p->seats[s->place] == s ?
		    s->place : place_of(p, s->slot)) + 1;
	if (at >= p->seats_n)
		return NULL;
	p->seats[at]->place = (uint8_t)at;
	return p->seats[at];
}

/*
 * Rest
 */

/* As if it had never been in the middle of anything. */
static void
begin(struct seat *s, struct seat_hot *h)
{
	s->hot = h;
	h->seat = s;
	STAILQ_INIT(&h->say.said);
	h->say.expect = h->say.awaited_next = s->post.next;
	h->say.seq = h->say.newest_seq = s->post.durable_seq;
	delivery_init(&h->delivery, &s->peer->way, 0, s->have, s->have);
}

/* While a line goes to a thousand. */
struct woken {
	struct seat_hot	 hot;		/* first */
	struct flight	 few[FLIGHTS_FEW];
};

bool
seat_wake(struct seat *s)
{
	struct woken *w;

	if (s->hot != NULL)
		return true;
	if ((w = pool_take(&s->in->hot, sizeof(*w))) == NULL)
		return false;
	begin(s, &w->hot);
	flights_lend(&w->hot.delivery.flights, w->few);
	return true;
}

static bool
may_rest(const struct seat *s, int64_t now_ms)
{
	const struct seat_hot *h = s->hot;

	return h != NULL && now_ms >= s->in->round_ms + SEATS_REST_MS &&
	    delivery_rests(&h->delivery) && h->owes == 0 &&
	    (s->person != NULL || s->reads) && !s->closing &&
	    h->ask.place == ASK_NOWHERE && h->join.asked_ms == 0 &&
	    h->join.enter_ms == 0 && !h->join.arriving &&
	    !h->join.wants_in && !h->join.leaves && !h->join.unheard &&
	    !h->wait.listed && !h->wait.held &&
	    STAILQ_EMPTY(&h->say.said) && h->say.stage == NULL &&
	    h->debt == NULL && h->read == NULL;
}

void
seat_rest(struct seat *s, int64_t now_ms)
{
	/* The first has what it needs beside it. */
	if (s->slot == 0 || !may_rest(s, now_ms))
		return;
	s->have = delivery_have(&s->hot->delivery);
	delivery_clear(&s->hot->delivery);
	pool_give(&s->in->hot, s->hot);
	s->hot = NULL;
}

static void
forget_debt(struct seat_hot *h)
{
	if (h->debt == NULL)
		return;
	free(h->debt->reason);
	free(h->debt->whois);
	free(h->debt);
	h->debt = NULL;
}

static void
clear(struct seat *s)
{
	struct seat_hot *h = s->hot;

	if (h == NULL)
		return;
	if (h->wait.listed)
		LIST_REMOVE(h, by_waiting);
	seat_unsay(s);
	delivery_clear(&h->delivery);
	stage_drop(&h->say.stage);
	forget_debt(h);
	free(h->read);
	if (s->slot != 0)
		pool_give(&s->in->hot, h);
}

/*
 * Coming and going
 */

/* A session is always in the middle of something in its first room. */
struct first {
	struct seat	 seat;
	struct seat_hot	 hot;
};

struct seat *
seat_new(struct peer *p, struct seats *in, uint32_t slot)
{
	struct seat *s = calloc(1, slot == 0 ? sizeof(struct first) :
	    sizeof(*s));

	if (s == NULL)
		return NULL;
	s->peer = p;
	s->in = in;
	s->talk = in->talk != NULL;
	s->slot = slot;
	s->post.outbox = p->run;
	if (!give(p, s)) {
		free(s);
		return NULL;
	}
	if (slot == 0)
		begin(s, &((struct first *)s)->hot);
	LIST_INSERT_HEAD(&in->all, s, by_room);
	in->count++;
	room_wake(in->room);
	return s;
}

void
seat_free(struct seat *s)
{
	if (s == NULL)
		return;
	LIST_REMOVE(s, by_room);
	s->in->count--;
	room_wake(s->in->room);
	take(s->peer, s);
	clear(s);
	listing_clear(&s->members);
	free(s);
}

void
seat_move_all(struct peer *from, struct peer *to)
{
	struct seat *s;

	to->only = from->only;
	to->seats = from->seats == &from->only ? &to->only : from->seats;
	to->seats_n = from->seats_n;
	to->gone_slot = from->gone_slot;
	from->seats = NULL;
	from->seats_n = 0;
	to->way.out += from->way.out;
	from->way.out = 0;
	SEAT_FOREACH(s, to) {
		s->peer = to;
		if (s->hot != NULL)
			s->hot->delivery.way = &to->way;
	}
}

const char *
seat_name(const struct seat *s, size_t *len)
{
	const struct peer *p = s->peer;
	const struct member *is = s->person;
	char fold[TEXT_FOLD_BYTES];

	*len = p->name_len;
	/* He may spell it otherwise than when he came. */
	if (s->slot == 0 || is == NULL || (is->name_len == p->name_len &&
	    memcmp(is->name, p->name, p->name_len) == 0) ||
	    (text_fold(fold, p->name, p->name_len) > 0 &&
	    strcmp(fold, is->fold) == 0))
		return p->name;
	*len = is->name_len;
	return is->name;
}

/*
 * What it says
 */

void
seat_unsay(struct seat *s)
{
	struct seat_saying *y = &s->hot->say;
	struct message *m;

	while ((m = STAILQ_FIRST(&y->said)) != NULL) {
		STAILQ_REMOVE_HEAD(&y->said, next);
		free(m);
	}
	y->expect = s->post.next;
}

unsigned
seat_goes_on(struct seat *s, uint32_t next)
{
	struct seat_saying *y;
	struct message *m;
	unsigned lines = 0;

	if (next <= s->post.next)
		return 0;
	s->post.next = next;
	if (s->hot == NULL)
		return 0;
	y = &s->hot->say;
	while ((m = STAILQ_FIRST(&y->said)) != NULL && m->first < next) {
		STAILQ_REMOVE_HEAD(&y->said, next);
		lines += m->kind != ENTRY_RENAME;
		free(m);
	}
	if (y->expect < next)
		y->expect = next;
	return lines;
}

/*
 * What it is owed. Without memory for that it is not told, as if a datagram was
 * lost. Few are owed what there is more to say of.
 */

void
seat_owe(struct seat *s, unsigned what)
{
	if (seat_wake(s))
		s->hot->owes |= what;
}

static struct seat_debt *
debt(struct seat *s)
{
	if (seat_wake(s) && s->hot->debt == NULL)
		s->hot->debt = calloc(1, sizeof(*s->hot->debt));
	return s->hot == NULL ? NULL : s->hot->debt;
}

void
seat_owe_error(struct seat *s, enum frame_code code, uint64_t id,
    int64_t wait_ms)
{
	struct seat_debt *d = debt(s);

	if (d == NULL)
		return;
	s->hot->owes |= SEAT_OWES_ERROR;
	d->error = code;
	d->error_id = id;
	d->error_wait_ms = (uint64_t)wait_ms;
}

void
seat_owe_end(struct seat *s, enum frame_code code, const char *reason,
    size_t len)
{
	struct seat_debt *d = debt(s);

	if (s->hot != NULL)
		s->hot->owes = 0;
	if (d == NULL)
		return;
	s->hot->owes = SEAT_OWES_ERROR;
	d->error = code;
	d->error_id = 0;
	/* A client of one room has it as ever, which it does not read. */
	if (s->slot != 0)
		d->error_wait_ms = 0;
	free(d->reason);
	d->reason = len > 0 ? strndup(reason, len) : NULL;
}

void
seat_forgive(struct seat *s)
{
	struct seat_debt *d = s->hot->debt;

	s->hot->owes &= ~(unsigned)SEAT_OWES_ERROR;
	if (d == NULL)
		return;
	d->error = 0;
	free(d->reason);
	d->reason = NULL;
}

void
seat_owe_rewind(struct seat *s, uint64_t from, uint64_t to)
{
	struct seat_debt *d = debt(s);

	if (d == NULL)
		return;
	s->hot->owes |= SEAT_OWES_REWIND;
	d->rewind_from = from;
	d->rewind_to = to;
}

void
seat_owe_person(struct seat *s, const char *name, size_t len)
{
	struct seat_debt *d = debt(s);

	if (d == NULL)
		return;
	free(d->whois);
	d->whois = strndup(name, len);
	if (d->whois != NULL)
		s->hot->owes |= SEAT_OWES_PERSON;
}

void
seat_close(struct seat *s, int64_t now_ms)
{
	struct seat_hot *h;

	s->closing = true;
	room_wake(s->in->room);
	if (s->slot == 0 || !seat_wake(s))
		return;
	h = s->hot;
	h->join.asked_ms = now_ms;
	/* What is on its way there is on nobody's. */
	s->have = delivery_have(&h->delivery);
	delivery_begin(&h->delivery, &s->peer->way, now_ms, s->have, s->have);
	free(h->read);
	h->read = NULL;
}

int64_t
seat_closed_ms(const struct seat *s)
{
	if (!s->closing || s->slot == 0)
		return INT64_MAX;
	return s->hot == NULL ? 0 : s->hot->join.asked_ms + PEER_LINGER_MS;
}

void
seat_told(struct seat *s)
{
	struct seat_debt *d = s->hot->debt;

	s->hot->owes = 0;
	if (d == NULL)
		return;
	free(d->whois);
	d->whois = NULL;
	/* Who is out is told again why; and for how long is, by the next
	 * ERROR. */
	if (!s->closing && d->error_wait_ms == 0)
		forget_debt(s->hot);
}

/*
 * What it reads back
 */

void
seat_reads(struct seat *s, int64_t now_ms, uint64_t before, uint64_t after)
{
	struct seat_read *r = s->hot->read;

	if (r == NULL && (r = s->hot->read = calloc(1, sizeof(*r))) == NULL)
		return;
	r->before = before;
	r->after = after;
	r->due_ms = now_ms < r->pace_ms ? r->pace_ms : now_ms;
}

int64_t
seat_read_due(const struct seat *s)
{
	return s->hot->read == NULL ? INT64_MAX : s->hot->read->due_ms;
}

void
seat_read_over(struct seat *s, int64_t now_ms)
{
	struct seat_read *r = s->hot->read;

	if (r == NULL)
		return;
	r->before = 0;
	r->due_ms = INT64_MAX;
	if (now_ms < r->pace_ms)
		return;
	free(r);
	s->hot->read = NULL;
}
