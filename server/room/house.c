/*
 * What all rooms share. Pure; runs in the server.
 */
#include "server/room/house.h"

#include <string.h>

void
house_init(struct house *h, const struct hub_out *out)
{
	memset(h, 0, sizeof(*h));
	h->out = *out;
	LIST_INIT(&h->rooms);
	LIST_INIT(&h->talks);
	TAILQ_INIT(&h->awake);
}

void
house_at(struct house *h, int64_t now_ms, int64_t wall_ms)
{
	h->now_ms = now_ms;
	h->wall_ms = wall_ms;
}

void
house_tell(struct house *h, const struct hub_event *ev)
{
	if (ev->kind == HUB_REFUSED)
		h->figures.why[ev->reason]++;
	else if (ev->kind == HUB_JOINED)
		h->figures.joined++;
	else
		h->figures.left++;
	h->out.event(h->out.arg, ev);
}

void
house_report(struct house *h, enum hub_event_kind kind, enum hub_reason reason,
    const union sock_addr *addr, const char *name, size_t len)
{
	house_tell(h, &(struct hub_event){ .kind = kind, .reason = reason,
	    .addr = addr, .name = name, .name_len = len });
}
