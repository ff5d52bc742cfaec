/*
 * Devices of one person at several servers: what one of these says to the
 * others when he asks, or ends one. Pure; runs in the server.
 */
#include <string.h>

#include "server/peers_marks.h"
#include "server/peers_state.h"
#include "server/room/room_say.h"

static void
add_device(const struct peers *ps, const struct peer *p, struct house_news *n)
{
	struct house_device *d = &n->devices[n->devices_n++];

	d->since_ms = (uint64_t)p->device->since_ms;
	d->heard_ms = (uint64_t)(ps->house->now_ms - p->heard_ms);
	memcpy(d->name, p->device->name, p->device->name_len);
}

/* One of them at another server asks, and waits for all. */
static void
tell_devices(struct peers *ps, const uint8_t key[NOISE_KEY])
{
	struct house_news n = { .kind = HOUSE_DEVICES,
	    .what = HOUSE_DEVICES_ARE,
	    .node = log_node(ps->home->room->log) };
	const struct peer *p = NULL;

	memcpy(n.key, key, NOISE_KEY);
	while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL)
		if (peers_is_listed(p) && n.devices_n < HOUSE_NEWS_DEVICES)
			add_device(ps, p, &n);
	room_tell_news_soon(ps->home->room, &n, true);
}

/* What was asked is not of one that is. False: there is none here. */
static bool
end_here(struct peers *ps, const struct peer *asks,
    const uint8_t key[NOISE_KEY], uint64_t since_ms)
{
	struct peer *p = NULL;

	while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL)
		if (peers_is_listed(p) && (asks == NULL || peer_is_beside(p,
		    asks)) && (uint64_t)p->device->since_ms == since_ms) {
			peers_replace(ps, p, ENTRY_LEAVE, FRAME_ENDED);
			return true;
		}
	return false;
}

void
peers_hear_devices(struct peers *ps, const struct house_news *n, bool ours)
{
	if (ours)
		return;
	switch (n->what) {
	case HOUSE_DEVICES_ASK:
		tell_devices(ps, n->key);
		break;
	case HOUSE_DEVICES_ARE:
		afar_take(&ps->afar, ps->house->now_ms, n);
		break;
	case HOUSE_DEVICES_END:
		/* Earlier versions do not say which one's it is. */
		if (n->node == 0 || n->node == log_node(ps->home->room->log))
			end_here(ps, NULL, n->key, n->devices[0].since_ms);
		break;
	}
}

void
peers_end_device(struct peers *ps, struct peer *p, uint64_t since_ms)
{
	struct house_news n = { .kind = HOUSE_DEVICES,
	    .what = HOUSE_DEVICES_END, .devices_n = 1 };
	struct afar_device d;

	if (end_here(ps, p, p->key, since_ms) ||
	    !afar_end(&ps->afar, p->key, since_ms, &d))
		return;
	memcpy(n.key, p->key, NOISE_KEY);
	n.node = d.node;
	n.devices[0].since_ms = d.is.since_ms;
	room_tell_news_soon(ps->home->room, &n, true);
}
