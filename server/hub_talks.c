/*
 * The hub's talks: who may have one with whom. Pure; runs in the server.
 */
#include <limits.h>
#include <sodium.h>
#include <string.h>

#include "common/base64.h"
#include "server/hub_parts.h"
#include "server/room/marks.h"
#include "server/roomlist.h"
#include "server/talks.h"

enum { KEY_TEXT = 43 };

bool
hub_wishes_talk(const struct house_wish *w, uint8_t key[NOISE_KEY])
{
	return w->self != NULL && w->len == 1 + KEY_TEXT && *w->name == '@' &&
	    base64_decode(key, NOISE_KEY, w->name + 1, KEY_TEXT,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool
has_opened_one(const struct hub *h, const uint8_t key[NOISE_KEY])
{
	const struct place *p = NULL;

	while ((p = roomlist_next(h->config.rooms, p)) != NULL)
		if (p->line.has_opener && p->line.sort != ROOMS_AWAY &&
		    memcmp(p->line.opener, key, NOISE_KEY) == 0)
			return true;
	return false;
}

/* In a room of both, or now in one. */
static bool
have_met(const struct hub *h, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY])
{
	const struct persons *all = h->house.persons;
	const struct person *one = persons_find(all, from);
	const struct person *two = persons_find(all, to);

	return (one != NULL && two != NULL && marks_meet(one, two)) ||
	    peers_have_met(h->peers, from, to);
}

/* Nobody hears from here whether there is somebody of that key: who is not
 * there and who is but has not met him are one answer. */
static bool
may_begin(const struct hub *h, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY])
{
	if (h->config.talks_for == HUB_TALKS_OPS && !has_opened_one(h, from) &&
	    !has_opened_one(h, to))
		return false;
	return have_met(h, from, to);
}

static struct room *
open_talk(struct hub *h, struct talk_place *t, enum frame_code *why)
{
	char dir[PATH_MAX];

	*why = FRAME_NO_SPACE;
	if (hub_is_shut(h, t) || !talks_path(h->config.talks, t, dir) ||
	    (t->open = roomlist_lodge(t, t->id, dir)) == NULL)
		return NULL;
	t->flags &= (uint8_t)~TALK_UNREAD;
	return hub_open_place(h, t->open, why);
}

bool
hub_read_talk(struct hub *h)
{
	struct talk_place *t = h->read;
	enum frame_code why;

	if (h->config.talks == NULL || h->all_read || !h->begun)
		return false;
	do
		t = talks_next(h->config.talks, t);
	while (t != NULL && talks_is_known(t));
	h->read = t;
	h->all_read = t == NULL;
	if (t != NULL)
		open_talk(h, t, &why);
	return t != NULL;
}

/* It is one and the same to who wishes it whether there was one. */
static struct room *
begin_talk(struct hub *h, const struct house_wish *w,
    const uint8_t key[NOISE_KEY], enum frame_code *why)
{
	struct talk_place *t;

	if (!may_begin(h, w->self, key)) {
		*why = FRAME_NO_TALK;
		return NULL;
	}
	switch (talks_make(h->config.talks, h->house.wall_ms, w->self, key,
	    &t)) {
	case TALKS_FINE:
		return open_talk(h, t, why);
	case TALKS_FULL:
	case TALKS_QUOTA:
		*why = FRAME_QUOTA;
		break;
	case TALKS_DISK:
		*why = FRAME_NO_SPACE;
		break;
	}
	return NULL;
}

struct room *
hub_find_talk(struct hub *h, const struct house_wish *w,
    const uint8_t key[NOISE_KEY], enum frame_code *why)
{
	struct talk_place *t;

	*why = FRAME_NO_TALK;
	if (h->config.talks == NULL || h->config.talks_for == HUB_TALKS_OFF)
		return NULL;
	t = talks_find(h->config.talks, w->self, key);
	if (t != NULL && t->open != NULL) {
		roomlist_used(t->open);
		return hub_room_of(h, t->open, why);
	}
	*why = 0;
	if (!w->opens)
		return NULL;
	return t != NULL ? open_talk(h, t, why) : begin_talk(h, w, key, why);
}
