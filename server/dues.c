/*
 * Dues in a binary heap. Pure; runs in the server.
 */
#include "server/dues.h"

#include <stdlib.h>

enum {
	ROOM_FIRST = 16,
	ALONG_MS = 100		/* what comes up so soon is put off along */
};

void
dues_clear(struct dues *ds)
{
	free(ds->of);
	*ds = (struct dues){ .of = NULL };
}

bool
dues_reserve(struct dues *ds, size_t n)
{
	size_t room = ds->room == 0 ? ROOM_FIRST : ds->room;
	struct dues_place *of;

	if (n <= ds->room)
		return true;
	while (room < n)
		room *= 2;
	if ((of = reallocarray(ds->of, room, sizeof(*of))) == NULL)
		return false;
	ds->of = of;
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
	p->due->place = (uint32_t)at + 1;
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
	struct dues_place p = { ms, d, d->order };

	d->ms = ms;
	if (d->place != 0 && ds->of[d->place - 1].ms <= ms)
		return;
	sift(ds, d->place != 0 ? d->place - 1 : ds->count++, p);
}

void
dues_drop(struct dues *ds, struct due *d)
{
	size_t at = d->place - 1;

	if (d->place == 0)
		return;
	d->place = 0;
	if (at != --ds->count)
		sift(ds, at, ds->of[ds->count]);
}

struct due *
dues_first(struct dues *ds, int64_t now_ms)
{
	int64_t until_ms = now_ms;
	struct dues_place p;

	while (ds->count > 0 && ds->of[0].ms <= until_ms) {
		p = ds->of[0];
		if (p.ms == p.due->ms)
			return p.ms <= now_ms ? p.due : NULL;
		p.ms = p.due->ms;
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
