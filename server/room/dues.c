/*
 * Dues in a binary heap. Pure; runs in the server.
 */
#include "server/room/dues.h"

#include <stdlib.h>

enum {
	ROOM_FIRST = 16,
	ALONG_MS = 100		/* what comes up so soon is put off along */
};

void
dues_clear(struct dues *ds)
{
	free(ds->of);
	free(ds->own);
	*ds = (struct dues){ .of = NULL };
}

bool
dues_reserve(struct dues *ds, size_t n)
{
	size_t room = ds->room == 0 ? ROOM_FIRST : ds->room;
	struct dues_place *of;
	struct dues_own *own;

	if (n <= ds->room)
		return true;
	while (room < n)
		room *= 2;
	if ((of = reallocarray(ds->of, room, sizeof(*of))) == NULL)
		return false;
	ds->of = of;
	if ((own = reallocarray(ds->own, room, sizeof(*own))) == NULL)
		return false;
	ds->own = own;
	ds->room = room;
	return true;
}

static bool
is_before(const struct dues_place *a, const struct dues_place *b)
{
	return a->ms != b->ms ? a->ms < b->ms : a->order < b->order;
}

static void
put(struct dues *ds, size_t at, const struct dues_place *p)
{
	ds->of[at] = *p;
	ds->own[p->number - 1].place = at;
}

/* Puts it where it belongs: there, or nearer to the first, or further off. */
static void
sift(struct dues *ds, size_t at, struct dues_place p)
{
	size_t next;

	while (at > 0 && is_before(&p, &ds->of[(at - 1) / 2])) {
		put(ds, at, &ds->of[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	while ((next = 2 * at + 1) < ds->count) {
		if (next + 1 < ds->count &&
		    is_before(&ds->of[next + 1], &ds->of[next]))
			next++;
		if (!is_before(&ds->of[next], &p))
			break;
		put(ds, at, &ds->of[next]);
		at = next;
	}
	put(ds, at, &p);
}

void
dues_set(struct dues *ds, struct due *d, int64_t ms)
{
	bool is_new = d->number == 0;
	struct dues_own *own;

	if (is_new)
		d->number = (uint32_t)++ds->count;
	own = &ds->own[d->number - 1];
	if (is_new)
		*own = (struct dues_own){ .due = d, .place = ds->count - 1 };
	own->ms = ms;
	if (!is_new && own->kept_ms <= ms)
		return;
	own->kept_ms = ms;
	sift(ds, own->place, (struct dues_place){ ms, d->order, d->number });
}

void
dues_drop(struct dues *ds, struct due *d)
{
	struct dues_own *own;
	size_t at;

	if (d->number == 0)
		return;
	own = &ds->own[d->number - 1];
	at = own->place;
	/* The last one goes by that number from now on. */
	*own = ds->own[--ds->count];
	own->due->number = ds->of[own->place].number = d->number;
	d->number = 0;
	if (at != ds->count)
		sift(ds, at, ds->of[ds->count]);
}

int64_t
dues_at(const struct dues *ds, const struct due *d)
{
	return d->number == 0 ? INT64_MAX : ds->own[d->number - 1].ms;
}

struct due *
dues_first(struct dues *ds, int64_t now_ms)
{
	int64_t until_ms = now_ms;
	struct dues_place p;
	struct dues_own *own;

	while (ds->count > 0 && ds->of[0].ms <= until_ms) {
		p = ds->of[0];
		own = &ds->own[p.number - 1];
		if (p.ms == own->ms)
			return p.ms <= now_ms ? own->due : NULL;
		p.ms = own->kept_ms = own->ms;
		sift(ds, 0, p);
		/* Or each of a thousand would wake the server for nothing. */
		until_ms = now_ms < INT64_MAX - ALONG_MS ? now_ms + ALONG_MS :
		    now_ms;
	}
	return NULL;
}

int64_t
dues_ms(const struct dues *ds)
{
	return ds->count == 0 ? INT64_MAX : ds->of[0].ms;
}
