/*
 * The hub's rooms: which there are, and how one begins. Pure; runs in the
 * server.
 */
#include <string.h>

#include "common/text.h"
#include "server/hub_parts.h"
#include "server/hub_talks.h"
#include "server/room/log.h"
#include "server/room/room_wake.h"
#include "server/roomlist.h"
#include "server/talks.h"

/*
 * Those that are given to it, and are open always
 */

static bool
is_called(const struct seats *in, const char *name, size_t len)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];
	size_t is = strlen(in->name);

	return (is == len && memcmp(in->name, name, len) == 0) ||
	    (text_fold(one, in->name, is) > 0 &&
	    text_fold(other, name, len) > 0 && strcmp(one, other) == 0);
}

static struct room *
find_given(void *arg, const struct house_wish *w, enum frame_code *why)
{
	struct hub *h = arg;
	struct room *r;

	LIST_FOREACH(r, &h->house.rooms, by_house)
		if (is_called(seats_of(r), w->name, w->len))
			return r;
	*why = FRAME_NO_ROOM;
	return NULL;
}

static struct house_listed
listed(const struct hub *h, const struct room *r)
{
	const struct frame_position head = log_head(r->log);
	struct house_listed l = { .name = seats_of(r)->name, .room = r,
	    .head = head.seq, .home = r == h->room,
	    .closed = standing_closed(r->standing) };

	memcpy(l.log, head.log_id, sizeof(l.log));
	return l;
}

static const void *
next_given(void *arg, const void *last, struct house_listed *l)
{
	const struct hub *h = arg;
	const struct room *r = last;

	r = r == NULL ? LIST_FIRST(&h->house.rooms) : LIST_NEXT(r, by_house);
	if (r != NULL)
		*l = listed(h, r);
	return r;
}

/*
 * Those of a list, most of which are not open
 */

static struct room *
make_place(struct hub *h, const struct house_wish *w, enum frame_code *why)
{
	const struct hub_new_name n = { h->config.rooms, w->name, w->len };
	struct place *p;

	switch (hub_make_room(h, h->house.now_ms, h->house.wall_ms, &n,
	    w->maker, &p)) {
	case ROOMLIST_FINE:
		if (p != NULL)
			return hub_open_place(h, p, why);
		*why = FRAME_LIMIT_RATE;	/* it is there soon */
		break;
	case ROOMLIST_FULL:
	case ROOMLIST_QUOTA:
		*why = FRAME_QUOTA;
		break;
	case ROOMLIST_DISK:
		*why = FRAME_NO_SPACE;
		break;
	case ROOMLIST_HOME:
	case ROOMLIST_NAME:
	case ROOMLIST_TAKEN:
		*why = FRAME_NO_ROOM;
		break;
	}
	return NULL;
}

static const struct naming_looks *
looks_of(const struct naming *n, struct place *p)
{
	if (p->looks.n == 0)
		naming_look(n, p->line.name, strlen(p->line.name), &p->looks);
	return &p->looks;
}

/* As of people's names: none that reads as another. The operator may. */
static bool
is_new(const struct hub *h, const struct house_wish *w)
{
	const struct naming *n = names_naming(h->names);
	struct naming_looks looks;
	struct place *p = NULL;

	if (naming_check(n, w->name, w->len) != NAMING_OK)
		return false;
	naming_look(n, w->name, w->len, &looks);
	while ((p = roomlist_next(h->config.rooms, p)) != NULL)
		if (naming_look_alike(&looks, looks_of(n, p)))
			return false;
	return !looks.unsure;
}

/* Where all are closed, so would be one that is new, also to its maker. */
static bool
may_make(const struct hub *h, const struct house_wish *w)
{
	return h->config.members_open && !h->config.closed &&
	    rooms_file_is_name(w->name, w->len) && is_new(h, w);
}

static struct room *
find_place(void *arg, const struct house_wish *w, enum frame_code *why)
{
	struct hub *h = arg;
	uint8_t key[NOISE_KEY];
	struct place *p = roomlist_find(h->config.rooms, w->name, w->len);
	bool makes;

	if (hub_wishes_talk(w, key))
		return hub_find_talk(h, w, key, why);
	if (p != NULL && p->room != NULL) {
		/* Who comes there now is seen in the next tick: till then it
		 * makes no room for others. */
		roomlist_used(h->config.rooms, p);
		room_wake(p->room);
		return hub_room_of(h, p, why);
	}
	makes = p == NULL && may_make(h, w);
	if (w->makes != NULL)
		*w->makes = makes;
	if (p == NULL ? !makes || w->maker == NULL :
	    p->line.sort == ROOMS_AWAY) {
		*why = FRAME_NO_ROOM;
		return NULL;
	}
	if (!w->opens)
		return NULL;
	/* Of several servers: what was said there comes first. */
	if (p != NULL && (!h->begun || p->founds)) {
		*why = FRAME_LIMIT_RATE;
		return NULL;
	}
	return makes ? make_place(h, w, why) : hub_open_place(h, p, why);
}

static const void *
next_place(void *arg, const void *last, struct house_listed *l)
{
	const struct hub *h = arg;
	const struct place *p = last;

	do
		p = roomlist_next(h->config.rooms, p);
	while (p != NULL && p->line.sort == ROOMS_AWAY);
	if (p == NULL)
		return NULL;
	if (p->room != NULL) {
		*l = listed(h, p->room);
		return p;
	}
	*l = (struct house_listed){ .name = p->line.name, .head = p->head,
	    .closed = h->config.closed || p->closed };
	memcpy(l->log, p->line.id, sizeof(l->log));
	return p;
}

/* Somebody is there, or may be, or something is still to be done. */
static bool
is_used(const struct room *r)
{
	const struct seat *s;

	if ((r->roster.count > 0 && r->sort != ROOM_TALK) ||
	    room_is_waiting(r))
		return true;
	LIST_FOREACH(s, &seats_of(r)->all, by_room)
		if (!s->closing)
			return true;
	return false;
}

/* An open one. */
static void
look_at(struct hub *h, struct place *p)
{
	if (!seats_of(p->room)->begun && !hub_begin_place(h, p))
		return;
	if (is_used(p->room) || p->room->due_ms != INT64_MAX)
		roomlist_used(h->config.rooms, p);
	else
		roomlist_left(h->config.rooms, p, h->house.now_ms);
}

/* One at a time: others wait meanwhile. */
int64_t
hub_tick_places(struct hub *h)
{
	struct roomlist *rl = h->config.rooms;
	struct place *p;
	struct room *r, *next;

	hub_rest_from_talks(h);
	if (rl == NULL)
		return INT64_MAX;
	for (r = TAILQ_FIRST(&h->house.awake); r != NULL; r = next) {
		next = TAILQ_NEXT(r, rest.by_awake);
		if (seats_of(r)->place != NULL)
			look_at(h, seats_of(r)->place);
	}
	if ((p = roomlist_idle(rl, h->house.now_ms)) != NULL)
		hub_close_log(h, p);
	hub_give_way(h);
	return hub_read_talk(h) ? h->house.now_ms : roomlist_due(rl);
}

/*
 * For both
 */

void
hub_have_doors(struct hub *h)
{
	bool given = h->config.rooms == NULL;

	h->house.doors = (struct house_doors){
	    .find = given ? find_given : find_place,
	    .next = given ? next_given : next_place, .arg = h };
	if (!given)
		roomlist_home(h->config.rooms)->room = h->room;
}

void
hub_forget_places(struct hub *h)
{
	struct roomlist *rl = h->config.rooms;
	struct place *p = NULL;
	struct room *r;

	while (rl != NULL && (p = roomlist_next(rl, p)) != NULL)
		p->room = NULL;
	/* The list closes their logs. */
	LIST_FOREACH(r, &h->house.talks, by_house) {
		talks_closed(h->config.talks, seats_of(r)->talk);
		seats_of(r)->talk->open = NULL;
	}
}

bool
hub_close_place(struct hub *h, struct place *p)
{
	if (p->room != NULL && is_used(p->room))
		return false;
	if (p->room != NULL)
		hub_close_log(h, p);
	return true;
}
