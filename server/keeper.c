/*
 * How far was told, kept. Runs in the server.
 */
#include "server/keeper.h"

#include <stdlib.h>

#include "server/cluster/position.h"
#include "server/cluster/shared.h"
#include "server/hub.h"
#include "server/hub_where.h"
#include "server/room/log.h"
#include "server/room/marks.h"
#include "server/roomlist.h"

enum {
	WAIT_MS = 50,		/* for the disk */
	HASTE_MS = 1000,	/* between two at least */
	WHERE_BYTES = 64 << 10	/* of the smallest buffer for it */
};

struct keeper {
	struct keeper_config config;
	struct position	 next;		/* number 0: none waits */
	uint8_t		*where, *rooms;	/* of that */
	uint64_t	 kept;		/* the last */
	int64_t		 kept_ms;
};

struct keeper *
keeper_new(const struct keeper_config *config, int64_t now_ms)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->config = *config;
	if (k->config.every_ms == 0)
		k->config.every_ms = KEEPER_MS;
	k->kept = config->shared->told;
	k->kept_ms = now_ms;
	return k;
}

static void
drop(struct keeper *k)
{
	free(k->where);
	free(k->rooms);
	k->where = k->rooms = NULL;
	k->next.number = 0;
}

void
keeper_free(struct keeper *k)
{
	if (k == NULL)
		return;
	drop(k);
	free(k);
}

/* False: no memory, or that much cannot be. */
static bool
put_where(struct keeper *k, const struct hub *h)
{
	struct wire_out out;
	size_t size;

	for (size = WHERE_BYTES; size <= POSITION_BYTES; size *= 2) {
		if ((k->where = malloc(size)) == NULL)
			return false;
		out = wire_out(k->where, size);
		hub_put_where(h, &out);
		if (!out.failed) {
			k->next.where = k->where;
			k->next.where_len = out.len;
			return true;
		}
		free(k->where);
		k->where = NULL;
	}
	return false;
}

static bool
put_rooms(struct keeper *k)
{
	const struct keeper_config *c = &k->config;

	k->next.rooms_len = 0;
	if (c->rooms == NULL)
		return true;
	if (!roomlist_is_kept(c->rooms))
		return false;
	k->rooms = position_rooms(c->disk, c->dir, &k->next.rooms_len);
	k->next.rooms = k->rooms;
	return k->rooms != NULL;
}

/* As it is now; what that rests on has to come to the disk. */
static bool
take(struct keeper *k, const struct hub *h)
{
	const struct keeper_config *c = &k->config;

	drop(k);
	if ((c->marks != NULL && marks_are_changed(c->marks) &&
	    !marks_write(c->marks)) || !put_where(k, h) || !put_rooms(k)) {
		drop(k);
		return false;
	}
	k->next.number = c->shared->told;
	k->next.nonce = c->shared->told_nonce;
	if (c->rooms != NULL)
		roomlist_await(c->rooms);
	else
		log_await(c->home);
	return true;
}

static bool
is_there(const struct keeper_config *c)
{
	return c->rooms != NULL ? roomlist_is_there(c->rooms) :
	    log_is_there(c->home);
}

/* Where it cannot be written now it is another time. */
static void
keep(struct keeper *k, int64_t now_ms)
{
	const struct keeper_config *c = &k->config;

	k->kept_ms = now_ms;
	if (position_write(c->disk, c->dir, &k->next))
		k->kept = k->next.number;
	drop(k);
}

/* Blocks: much of what is kept, or before some go that it needs. */
static bool
is_urgent(const struct keeper *k)
{
	const struct shared *s = k->config.shared;
	uint64_t most = s->retain.blocks / KEEPER_SHARE;

	return s->forgets > k->kept || s->told >= k->kept +
	    (most == 0 || most > KEEPER_BLOCKS ? KEEPER_BLOCKS : most);
}

static int64_t
begin(struct keeper *k, const struct hub *h, int64_t now_ms)
{
	const struct shared *s = k->config.shared;
	int64_t due;

	if (s->told == k->kept || s->state != SHARED_READY || !hub_is_open(h))
		return INT64_MAX;
	due = k->kept_ms + (is_urgent(k) && k->config.every_ms > HASTE_MS ?
	    HASTE_MS : k->config.every_ms);
	if (now_ms < due)
		return due;
	if (take(k, h))
		return now_ms;
	k->kept_ms = now_ms;
	return now_ms + HASTE_MS;
}

int64_t
keeper_turn(struct keeper *k, const struct hub *h, int64_t now_ms)
{
	int64_t due = INT64_MAX;

	if (k == NULL)
		return INT64_MAX;
	if (k->next.number == 0)
		due = begin(k, h, now_ms);
	if (k->next.number != 0) {
		if (!is_there(&k->config))
			return now_ms + WAIT_MS;
		keep(k, now_ms);
		due = now_ms + HASTE_MS;
	}
	if (k->config.shared->forgets <= k->kept)
		shared_forget(k->config.shared);
	return due;
}

void
keeper_ends(struct keeper *k, const struct hub *h)
{
	if (k == NULL)
		return;
	drop(k);
	if (k->config.shared->told != k->kept && hub_is_open(h))
		take(k, h);
}

void
keeper_ended(struct keeper *k)
{
	if (k != NULL && k->next.number != 0)
		keep(k, 0);
}
