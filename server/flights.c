/*
 * Records by number, through which two lists run. Pure; runs in the server.
 */
#include "server/flights.h"

#include <stdlib.h>
#include <string.h>

void
flights_init(struct flights *f, uint64_t have)
{
	*f = (struct flights){ .have = have, .unsent = have + 1,
	    .end = have + 1 };
}

void
flights_clear(struct flights *f)
{
	flights_restart(f, f->have);
}

void
flights_restart(struct flights *f, uint64_t have)
{
	struct flight *few = f->few;

	if (f->of != few)
		free(f->of);
	flights_init(f, have);
	if (few != NULL)
		flights_lend(f, few);
}

void
flights_lend(struct flights *f, struct flight few[FLIGHTS_FEW])
{
	f->of = f->few = few;
	f->room = FLIGHTS_FEW;
}

/* The number above have that ends so. */
static uint64_t
whole(const struct flights *f, uint16_t low)
{
	return f->have + 1 + (uint16_t)(low - (uint16_t)(f->have + 1));
}
_Static_assert(FLIGHTS_MAX <= UINT16_MAX, "the low bits tell them apart");

static uint64_t
first_of(const struct flights *f, size_t i)
{
	return whole(f, f->of[i].seq);
}

static uint64_t
last_of(const struct flights *f, size_t i)
{
	return first_of(f, i) + f->of[i].n - 1;
}

/* How many begin at that number or before it. */
static size_t
begun_by(const struct flights *f, uint64_t seq)
{
	size_t low = 0, high = f->count, i;

	/* Most are the newest, or the one before it; or the oldest. */
	if (high > 0 && first_of(f, high - 1) <= seq)
		return high;
	if (high > 1 && first_of(f, high - 2) <= seq)
		return high - 1;
	if (high > 1 && first_of(f, 1) > seq)
		return first_of(f, 0) <= seq;
	while (low < high) {
		i = low + (high - low) / 2;
		if (first_of(f, i) <= seq)
			low = i + 1;
		else
			high = i;
	}
	return low;
}

/* Which one it is in; count: none. */
static size_t
index_of(const struct flights *f, uint64_t seq)
{
	size_t i;

	if (seq >= f->end)
		return f->count;
	i = begun_by(f, seq);
	return i > 0 && seq <= last_of(f, i - 1) ? i - 1 : f->count;
}

const struct flight *
flights_run(const struct flights *f, uint64_t seq, uint64_t *n)
{
	static const struct flight none;
	size_t i = index_of(f, seq);

	*n = i == f->count ? 1 : last_of(f, i) - seq + 1;
	return i == f->count ? &none : &f->of[i];
}

const struct flight *
flights_find(const struct flights *f, uint64_t seq)
{
	uint64_t n;

	return flights_run(f, seq, &n);
}

uint64_t
flights_unsent(const struct flights *f, uint64_t from)
{
	size_t i;

	if (from < f->unsent)
		from = f->unsent;
	if (from >= f->end)
		return from;
	for (i = index_of(f, from); i < f->count && first_of(f, i) <= from; i++)
		from = last_of(f, i) + 1;
	return from;
}

uint64_t
flights_after(const struct flights *f, uint64_t seq)
{
	size_t i = index_of(f, seq);

	return seq < last_of(f, i) ? seq + 1 : whole(f, f->of[i].after);
}

/*
 * The records
 */

/* Room for another one. */
static bool
grow(struct flights *f)
{
	uint32_t room = f->room == 0 ? FLIGHTS_FEW : 2 * f->room;
	bool lent = f->of == f->few;
	struct flight *more = reallocarray(lent ? NULL : f->of, room,
	    sizeof(*more));

	if (more == NULL)
		return false;
	if (lent && f->count > 0)
		memcpy(more, f->of, f->count * sizeof(*more));
	f->of = more;
	f->room = room;
	return true;
}

/* Another one at i; what is in it is not said. */
static bool
insert(struct flights *f, size_t i)
{
	if (f->count == f->room && !grow(f))
		return false;
	memmove(f->of + i + 1, f->of + i, (f->count - i) * sizeof(*f->of));
	f->count++;
	return true;
}

static void
remove_at(struct flights *f, size_t i, size_t n)
{
	f->count -= n;
	memmove(f->of + i, f->of + i + n, (f->count - i) * sizeof(*f->of));
}

static struct flight_list *
list_of(struct flights *f, const struct flight *at)
{
	return at->lost ? &f->lost : &f->way;
}

/* It begins there from now on: so those beside it in its list have it. */
static void
begin_at(struct flights *f, size_t i, uint64_t seq)
{
	struct flight *at = &f->of[i];
	struct flight_list *list = list_of(f, at);
	bool first = first_of(f, i) == list->first;
	bool last = last_of(f, i) == list->last;

	if (!at->acked && first)
		list->first = seq;
	else if (!at->acked)
		f->of[index_of(f, whole(f, at->before))].after =
		    (uint16_t)seq;
	if (!at->acked && !last)
		f->of[index_of(f, whole(f, at->after))].before =
		    (uint16_t)seq;
	at->n -= (uint16_t)(seq - first_of(f, i));
	at->seq = (uint16_t)seq;
}

/* One becomes two, of which the second begins there. */
static bool
split(struct flights *f, size_t i, uint64_t seq)
{
	struct flight *left, *right;

	if (!insert(f, i + 1))
		return false;
	left = &f->of[i];
	right = left + 1;
	*right = *left;
	right->n = (uint16_t)(last_of(f, i) - seq + 1);
	right->seq = (uint16_t)seq;
	right->before = left->seq;
	left->n -= right->n;
	if (!left->acked && last_of(f, i + 1) != list_of(f, left)->last)
		f->of[index_of(f, whole(f, left->after))].before = right->seq;
	left->after = right->seq;
	return true;
}

/* The one that holds this number alone, from now on; count: there was no memory
 * for that. */
static size_t
alone(struct flights *f, size_t i, uint64_t seq)
{
	if (seq < last_of(f, i) && !split(f, i, seq + 1))
		return f->count;
	if (seq == first_of(f, i))
		return i;
	return split(f, i, seq) ? i + 1 : f->count;
}

static bool
are_alike(const struct flight *a, const struct flight *b)
{
	return a->acked == b->acked && (a->acked || (a->lost == b->lost &&
	    a->first_ms == b->first_ms && a->sent_ms == b->sent_ms &&
	    a->bytes == b->bytes && a->carried == b->carried));
}

/* The next one, which follows in its list as well, becomes a part of this. */
static void
join(struct flights *f, size_t i)
{
	struct flight *left = &f->of[i], *right = left + 1;

	if (!left->acked && last_of(f, i + 1) != list_of(f, left)->last)
		f->of[index_of(f, whole(f, right->after))].before = left->seq;
	left->after = right->after;
	left->n += right->n;
	remove_at(f, i + 1, 1);
}

/*
 * The lists
 */

/* Of one number. */
static void
add_last(struct flights *f, size_t i)
{
	struct flight *at = &f->of[i];
	struct flight_list *list = list_of(f, at);
	uint64_t seq = first_of(f, i);
	size_t last = list->count > 0 ? index_of(f, list->last) : f->count;

	if (list->count++ == 0)
		list->first = seq;
	else {
		at->before = f->of[last].seq;
		f->of[last].after = at->seq;
	}
	list->last = seq;
	list->bytes += at->bytes;
	if (last + 1 == i && last_of(f, last) + 1 == seq &&
	    are_alike(&f->of[last], at))
		join(f, last);
}

static void
take_out(struct flights *f, size_t i)
{
	const struct flight *at = &f->of[i];
	struct flight_list *list = list_of(f, at);
	size_t before, after;
	bool first = first_of(f, i) == list->first;
	bool last = last_of(f, i) == list->last;

	list->bytes -= (uint32_t)at->bytes * at->n;
	list->count -= at->n;
	if (first && last)
		return;
	if (first) {
		list->first = whole(f, at->after);
		return;
	}
	before = index_of(f, whole(f, at->before));
	if (last) {
		list->last = last_of(f, before);
		return;
	}
	after = index_of(f, whole(f, at->after));
	f->of[before].after = f->of[after].seq;
	f->of[after].before = f->of[before].seq;
}

/* A new one, of a number that never went out; count: no memory. */
static size_t
add_new(struct flights *f, uint64_t seq, int64_t now_ms)
{
	size_t i = begun_by(f, seq);

	if (!insert(f, i))
		return f->count;
	f->of[i] = (struct flight){ .seq = (uint16_t)seq, .n = 1,
	    .first_ms = (uint32_t)now_ms };
	return i;
}

/* Most go where the one before them went, and are found there. */
static bool
goes_along(struct flights *f, uint64_t seq, int64_t now_ms, uint16_t bytes)
{
	struct flight *at = f->count == 0 ? NULL : &f->of[f->count - 1];

	if (at == NULL || f->way.count == 0 || f->way.last + 1 != seq ||
	    f->end != seq || at->carried != 1 || at->bytes != bytes ||
	    at->first_ms != (uint32_t)now_ms)
		return false;
	at->n++;
	f->way.last = seq;
	f->way.count++;
	f->way.bytes += bytes;
	f->end = seq + 1;
	if (f->unsent == seq)
		f->unsent = seq + 1;
	return true;
}

void
flights_sent(struct flights *f, uint64_t seq, int64_t now_ms, uint16_t bytes)
{
	struct flight *at;
	bool again;
	size_t i;

	if (seq <= f->have || seq - f->have > FLIGHTS_MAX ||
	    goes_along(f, seq, now_ms, bytes))
		return;
	i = index_of(f, seq);
	again = i < f->count;
	if (again && f->of[i].acked)
		return;
	i = again ? alone(f, i, seq) : add_new(f, seq, now_ms);
	if (i == f->count)
		return;
	if (again)
		take_out(f, i);
	at = &f->of[i];
	at->lost = false;
	at->sent_ms = (uint32_t)now_ms;
	at->bytes = bytes;
	if (at->carried < UINT8_MAX)
		at->carried++;
	add_last(f, i);
	if (f->end <= seq)
		f->end = seq + 1;
	f->unsent = flights_unsent(f, f->unsent);
}

void
flights_lose(struct flights *f, uint64_t seq)
{
	size_t i = index_of(f, seq);

	if (i == f->count || f->of[i].acked || f->of[i].lost ||
	    (i = alone(f, i, seq)) == f->count)
		return;
	take_out(f, i);
	f->of[i].lost = true;
	add_last(f, i);
}

/* Those beside it that arrived as well are one with it. */
static void
join_beside(struct flights *f, size_t i)
{
	if (i + 1 < f->count && last_of(f, i) + 1 == first_of(f, i + 1) &&
	    are_alike(&f->of[i], &f->of[i + 1]))
		join(f, i);
	if (i > 0 && last_of(f, i - 1) + 1 == first_of(f, i) &&
	    are_alike(&f->of[i - 1], &f->of[i]))
		join(f, i - 1);
}

void
flights_acked(struct flights *f, uint64_t seq)
{
	size_t i = index_of(f, seq);

	if (i == f->count || f->of[i].acked ||
	    (i = alone(f, i, seq)) == f->count)
		return;
	take_out(f, i);
	f->of[i].acked = true;
	join_beside(f, i);
}

/* The first numbers of it, which is in part up to have. */
static void
cut_first(struct flights *f, size_t i, uint64_t have)
{
	const struct flight *at = &f->of[i];
	struct flight_list *list = list_of(f, at);
	size_t n = (size_t)(have + 1 - first_of(f, i));

	if (!at->acked) {
		list->count -= n;
		list->bytes -= (uint32_t)(at->bytes * n);
	}
	begin_at(f, i, have + 1);
}

void
flights_advance(struct flights *f, uint64_t have, bool all)
{
	size_t gone = 0;

	if (all || have - f->have >= FLIGHTS_MAX || f->count == 0 ||
	    last_of(f, f->count - 1) <= have) {
		f->have = have;
		flights_clear(f);
		return;
	}
	for (; last_of(f, gone) <= have; gone++)
		if (!f->of[gone].acked)
			take_out(f, gone);
	if (first_of(f, gone) <= have)
		cut_first(f, gone, have);
	remove_at(f, 0, gone);
	f->have = have;
	if (f->end <= have)
		f->end = have + 1;
	if (f->unsent <= have)
		f->unsent = flights_unsent(f, have + 1);
}
