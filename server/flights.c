/*
 * A ring by number, through which two lists run. Pure; runs in the server.
 */
#include "server/flights.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 16 };

void
flights_init(struct flights *f, uint64_t have)
{
	*f = (struct flights){ .have = have, .unsent = have + 1,
	    .end = have + 1 };
}

void
flights_clear(struct flights *f)
{
	free(f->of);
	flights_init(f, f->have);
}

/* NULL: there is no room for it. */
static struct flight *
slot(const struct flights *f, uint64_t seq)
{
	return seq - f->have - 1 < f->room ? &f->of[seq & (f->room - 1)] : NULL;
}

const struct flight *
flights_find(const struct flights *f, uint64_t seq)
{
	static const struct flight none;
	const struct flight *found = slot(f, seq);

	return found == NULL ? &none : found;
}

uint64_t
flights_unsent(const struct flights *f, uint64_t from)
{
	const struct flight *at;

	if (from < f->unsent)
		from = f->unsent;
	while (from < f->end && (at = slot(f, from)) != NULL &&
	    at->carried > 0)
		from++;
	return from;
}

/* The number above have that ends so. */
static uint64_t
whole(const struct flights *f, uint16_t low)
{
	return f->have + 1 + (uint16_t)(low - (uint16_t)(f->have + 1));
}
_Static_assert(FLIGHTS_MAX <= UINT16_MAX, "the low bits tell them apart");

uint64_t
flights_after(const struct flights *f, uint64_t seq)
{
	return whole(f, slot(f, seq)->after);
}

static void
add_last(struct flights *f, struct flight_list *list, uint64_t seq)
{
	struct flight *at = slot(f, seq);

	at->before = (uint16_t)list->last;
	if (list->count++ == 0)
		list->first = seq;
	else
		slot(f, list->last)->after = (uint16_t)seq;
	list->last = seq;
	list->bytes += at->bytes;
}

static void
take_out(struct flights *f, uint64_t seq)
{
	const struct flight *at = slot(f, seq);
	struct flight_list *list = at->lost ? &f->lost : &f->way;
	uint64_t after = whole(f, at->after), before = whole(f, at->before);

	list->bytes -= at->bytes;
	if (--list->count == 0)
		return;
	if (seq == list->first)
		list->first = after;
	else if (seq == list->last)
		list->last = before;
	else {
		slot(f, before)->after = (uint16_t)after;
		slot(f, after)->before = (uint16_t)before;
	}
}

/* Each finds its place in the bigger ring. */
static bool
make_room(struct flights *f, uint64_t seq)
{
	size_t want = (size_t)(seq - f->have), room = f->room, i;
	struct flight *bigger;
	uint64_t n;

	if (want <= room)
		return true;
	if (want > FLIGHTS_MAX)
		return false;
	room = room < ROOM_FIRST ? ROOM_FIRST : room;
	while (room < want)
		room *= 2;
	if ((bigger = calloc(room, sizeof(*bigger))) == NULL)
		return false;
	for (i = 0; i < f->room; i++) {
		n = f->have + 1 + i;
		bigger[n & (room - 1)] = f->of[n & (f->room - 1)];
	}
	free(f->of);
	f->of = bigger;
	f->room = room;
	return true;
}

void
flights_sent(struct flights *f, uint64_t seq, int64_t now_ms, uint16_t bytes)
{
	struct flight *at;

	if (seq <= f->have || !make_room(f, seq))
		return;
	at = slot(f, seq);
	if (at->acked)
		return;
	if (at->carried > 0)
		take_out(f, seq);
	else
		at->first_ms = (uint32_t)now_ms;
	at->lost = false;
	at->sent_ms = (uint32_t)now_ms;
	at->bytes = bytes;
	if (at->carried < UINT8_MAX)
		at->carried++;
	add_last(f, &f->way, seq);
	if (f->end <= seq)
		f->end = seq + 1;
	f->unsent = flights_unsent(f, f->unsent);
}

void
flights_lose(struct flights *f, uint64_t seq)
{
	struct flight *at = slot(f, seq);

	if (at == NULL || at->carried == 0 || at->acked || at->lost)
		return;
	take_out(f, seq);
	at->lost = true;
	add_last(f, &f->lost, seq);
}

void
flights_acked(struct flights *f, uint64_t seq)
{
	struct flight *at = slot(f, seq);

	if (at == NULL || at->acked || at->carried == 0)
		return;
	take_out(f, seq);
	at->acked = true;
}

void
flights_advance(struct flights *f, uint64_t have, bool all)
{
	uint64_t seq;

	if (all || have - f->have >= f->room) {
		f->have = have;
		flights_clear(f);
		return;
	}
	for (seq = f->have + 1; seq <= have; seq++) {
		flights_acked(f, seq);
		memset(slot(f, seq), 0, sizeof(*f->of));
	}
	f->have = have;
	if (f->end <= have)
		f->end = have + 1;
	if (f->unsent <= have)
		f->unsent = flights_unsent(f, have + 1);
}
