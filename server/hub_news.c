/*
 * The hub's part that hears news of the house: what changes what all rooms
 * share comes about on all servers when it is told, here as elsewhere. Pure;
 * runs in the server.
 */
#include <errno.h>
#include <string.h>

#include "server/hub_parts.h"
#include "server/hub_talks.h"
#include "server/peers.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/house_news.h"
#include "server/room/room_say.h"

static enum house_verdict
judge(void *arg, const struct house_news *n)
{
	const struct hub *h = arg;

	switch (n->kind) {
	case HOUSE_BAN:
	case HOUSE_LIFT:
		return h->config.bans == NULL ? HOUSE_NOT :
		    hub_judge_ban(h, n);
	case HOUSE_HEIR:
		return h->config.heirs == NULL ? HOUSE_NOT :
		    hub_judge_heir(h, n);
	case HOUSE_ROOM:
		return h->config.rooms == NULL ? HOUSE_NOT :
		    hub_judge_room(h, n);
	case HOUSE_MARKS:
	case HOUSE_DEVICES:
		return HOUSE_NEW;
	case HOUSE_TALK:
		return h->config.talks == NULL ? HOUSE_NOT :
		    hub_judge_talk(h, n);
	}
	return HOUSE_NOT;
}

static bool
told(void *arg, const struct house_news *n, bool ours)
{
	struct hub *h = arg;

	switch (n->kind) {
	case HOUSE_BAN:
	case HOUSE_LIFT:
		return h->config.bans == NULL || hub_told_ban(h, n, ours);
	case HOUSE_HEIR:
		return h->config.heirs == NULL || hub_told_heir(h, n, ours);
	case HOUSE_ROOM:
		return h->config.rooms == NULL || hub_told_room(h, n, ours);
	case HOUSE_MARKS:
		if (!ours)
			peers_hear_marks(h->peers, n);
		break;
	case HOUSE_DEVICES:
		peers_hear_devices(h->peers, n, ours);
		break;
	case HOUSE_TALK:
		return h->config.talks == NULL || hub_told_talk(h, n);
	}
	return true;
}

static enum log_other
is_there(void *arg, const uint8_t id[JOURNAL_ID])
{
	return hub_has_log(arg, id);
}

/*
 * What others have to hear of the one that founds
 */

static void
owe(struct hub *h, const struct house_news *n)
{
	if (!room_owe_news(h->room, n) && h->house.failed == 0)
		h->house.failed = ENOMEM;
}

static void
tell_ban(void *arg, const struct ban *b)
{
	struct hub *h = arg;
	const struct house_news n = { .kind = HOUSE_BAN, .ban = *b,
	    .quiet = true };

	owe(h, &n);
}

void
hub_found(struct hub *h)
{
	struct house_news n = { .kind = HOUSE_HEIR };
	const struct heir *e = NULL;

	bans_list(h->config.bans, h->house.wall_ms, tell_ban, h);
	while ((e = heirs_each(h->config.heirs, e)) != NULL) {
		memcpy(n.key, e->key, NOISE_KEY);
		memcpy(n.heir, e->heir, NOISE_KEY);
		n.since_ms = e->since_ms;
		owe(h, &n);
	}
	hub_found_rooms(h);
}

void
hub_have_ears(struct hub *h)
{
	h->house.ears = (struct house_ears){ .judge = judge, .told = told,
	    .is_there = is_there, .arg = h };
}
