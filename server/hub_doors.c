/*
 * The hub's doors: who may enter a closed room. Pure; runs in the server.
 */
#include <string.h>

#include "common/text.h"
#include "common/fingerprint.h"
#include "server/hub_parts.h"
#include "server/room/room_say.h"

/* Has somebody in the room a key that is not allowed yet? */
static bool
is_new(const struct room *r, const struct member *p, struct hub_person *who)
{
	hub_look_at(hub_of(r), r->house->wall_ms, p, who);
	return who->fingerprint[0] != '\0' &&
	    !standing_allows(r->standing, who->fingerprint);
}

/* Quiet: that the room is closed is news enough. */
static bool
allow_all(struct room *room, size_t *keys)
{
	const struct member *p = roster_first(&room->roster);
	char fold[TEXT_FOLD_BYTES];
	struct hub_person who;
	struct rule r;

	for (; p != NULL; p = roster_after(&room->roster, fold)) {
		strlcpy(fold, p->fold, sizeof(fold));
		if (!is_new(room, p, &who))
			continue;
		hub_rule_of(&r, RULE_ALLOW, &who);
		if (!room_say_rule(room, &r, ENTRY_QUIET))
			return false;
		++*keys;
	}
	return true;
}

static size_t
count_new(const struct room *r)
{
	const struct member *p;
	struct hub_person who;
	size_t n = 0;

	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p))
		n += is_new(r, p, &who);
	return n;
}

enum hub_act
hub_close_room(struct hub *h, int64_t now_ms, int64_t wall_ms, size_t *keys)
{
	struct room *room = hub_room(h);
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	*keys = 0;
	if (standing_closed(room->standing))
		return HUB_ACT_ALREADY;
	if (standing_keys(room->standing) + count_new(room) > STANDING_KEYS)
		return HUB_ACT_MANY;
	hub_rule_of(&r, RULE_CLOSE, NULL);
	if (!allow_all(room, keys) || !room_say_rule(room, &r, 0))
		return HUB_ACT_NO_SPACE;
	room_settle(room);
	return HUB_ACT_OK;
}

enum hub_act
hub_open_room(struct hub *h, int64_t now_ms, int64_t wall_ms)
{
	struct room *room = hub_room(h);
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	if (!standing_closed(room->standing))
		return HUB_ACT_ALREADY;
	hub_rule_of(&r, RULE_OPEN, NULL);
	return room_say_rule(room, &r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

bool
hub_is_closed(const struct hub *h)
{
	return standing_closed(h->room->standing);
}

bool
hub_has_passphrase(const struct hub *h)
{
	return h->config.gate.has_psk;
}

enum hub_act
hub_allow(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_person *who)
{
	struct room *room = hub_room(h);
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	if (standing_allows(room->standing, who->fingerprint))
		return HUB_ACT_ALREADY;
	if (standing_keys(room->standing) == STANDING_KEYS)
		return HUB_ACT_MANY;
	hub_rule_of(&r, RULE_ALLOW, who);
	return room_say_rule(room, &r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

enum hub_act
hub_disallow(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_person *who)
{
	struct room *room = hub_room(h);
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	if (!standing_allows(room->standing, who->fingerprint))
		return HUB_ACT_ALREADY;
	hub_rule_of(&r, RULE_DISALLOW, who);
	return room_say_rule(room, &r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

void
hub_allowed(const struct hub *h, void (*each)(void *, const char *,
    const char *, size_t), void *arg)
{
	standing_each_key(hub_room(h)->standing, each, arg);
}
