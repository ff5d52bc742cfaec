/*
 * Seats. Pure; runs in the server.
 */
#include "server/seat.h"

#include <stdlib.h>
#include <string.h>

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

/* False: no memory. */
static bool
give(struct peer *p, struct seat *s)
{
	unsigned n = p->seats_n, at = place_of(p, s->slot);
	struct seat **list = p->seats;

	if (s->slot == 0) {
		p->first = s;
		return true;
	}
	/* It has room for a power of two. */
	if ((n & (n - 1)) == 0 && (list = reallocarray(list, n == 0 ? 1 :
	    2 * n, sizeof(*list))) == NULL)
		return false;
	p->seats = list;
	memmove(list + at + 1, list + at, (n - at) * sizeof(*list));
	list[at] = s;
	p->seats_n++;
	return true;
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
	if (p->seats_n > 0)
		return;
	free(p->seats);
	p->seats = NULL;
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

	if (s != NULL && s->slot != 0)
		at = place_of(p, s->slot) + 1;
	return at < p->seats_n ? p->seats[at] : NULL;
}

struct seat *
seat_new(struct peer *p, struct seats *in, uint32_t slot)
{
	struct seat *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->peer = p;
	s->in = in;
	s->slot = slot;
	if (!give(p, s)) {
		free(s);
		return NULL;
	}
	s->post.outbox = p->run;
	delivery_init(&s->delivery, &p->way, p->heard_ms, 0, 0);
	STAILQ_INIT(&s->post.said);
	LIST_INSERT_HEAD(&in->all, s, by_room);
	in->count++;
	return s;
}

static void
forget_debt(struct seat *s)
{
	if (s->debt == NULL)
		return;
	free(s->debt->reason);
	free(s->debt->whois);
	free(s->debt);
	s->debt = NULL;
}

void
seat_free(struct seat *s)
{
	if (s == NULL)
		return;
	if (s->wait.listed)
		LIST_REMOVE(s, by_waiting);
	LIST_REMOVE(s, by_room);
	s->in->count--;
	take(s->peer, s);
	seat_unsay(s);
	delivery_clear(&s->delivery);
	stage_drop(&s->post.stage);
	listing_clear(&s->members);
	forget_debt(s);
	free(s->read);
	free(s);
}

/*
 * What it says
 */

void
seat_unsay(struct seat *s)
{
	struct message *m;

	while ((m = STAILQ_FIRST(&s->post.said)) != NULL) {
		STAILQ_REMOVE_HEAD(&s->post.said, next);
		free(m);
	}
	s->post.expect = s->post.next;
}

unsigned
seat_goes_on(struct seat *s, uint32_t next)
{
	struct message *m;
	unsigned lines = 0;

	if (next <= s->post.next)
		return 0;
	s->post.next = next;
	while ((m = STAILQ_FIRST(&s->post.said)) != NULL && m->first < next) {
		STAILQ_REMOVE_HEAD(&s->post.said, next);
		lines += m->kind != ENTRY_RENAME;
		free(m);
	}
	if (s->post.expect < next)
		s->post.expect = next;
	return lines;
}

/*
 * What it is owed. Few are owed what there is more to say of: without memory
 * for that they are not told, as if a datagram was lost.
 */

static struct seat_debt *
debt(struct seat *s)
{
	if (s->debt == NULL)
		s->debt = calloc(1, sizeof(*s->debt));
	return s->debt;
}

void
seat_owe_error(struct seat *s, enum frame_code code, uint64_t id,
    int64_t wait_ms)
{
	struct seat_debt *d = debt(s);

	if (d == NULL)
		return;
	s->owes |= SEAT_OWES_ERROR;
	d->error = code;
	d->error_id = id;
	d->error_wait_ms = (uint64_t)wait_ms;
}

void
seat_owe_end(struct seat *s, enum frame_code code, const char *reason,
    size_t len)
{
	struct seat_debt *d = debt(s);

	s->owes = 0;
	if (d == NULL)
		return;
	s->owes = SEAT_OWES_ERROR;
	d->error = code;
	d->error_id = 0;
	free(d->reason);
	d->reason = len > 0 ? strndup(reason, len) : NULL;
}

void
seat_owe_rewind(struct seat *s, uint64_t from, uint64_t to)
{
	struct seat_debt *d = debt(s);

	if (d == NULL)
		return;
	s->owes |= SEAT_OWES_REWIND;
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
		s->owes |= SEAT_OWES_PERSON;
}

void
seat_told(struct seat *s)
{
	s->owes = 0;
	if (s->debt == NULL)
		return;
	free(s->debt->whois);
	s->debt->whois = NULL;
	/* Who is out is told again why; and for how long is, by the next
	 * ERROR. */
	if (!s->closing && s->debt->error_wait_ms == 0)
		forget_debt(s);
}

/*
 * What it reads back
 */

void
seat_reads(struct seat *s, int64_t now_ms, uint64_t before, uint64_t after)
{
	struct seat_read *r = s->read;

	if (r == NULL && (r = s->read = calloc(1, sizeof(*r))) == NULL)
		return;
	r->before = before;
	r->after = after;
	r->due_ms = now_ms < r->pace_ms ? r->pace_ms : now_ms;
}

int64_t
seat_read_due(const struct seat *s)
{
	return s->read == NULL ? INT64_MAX : s->read->due_ms;
}

void
seat_read_over(struct seat *s, int64_t now_ms)
{
	struct seat_read *r = s->read;

	if (r == NULL)
		return;
	r->before = 0;
	r->due_ms = INT64_MAX;
	if (now_ms < r->pace_ms)
		return;
	free(r);
	s->read = NULL;
}
