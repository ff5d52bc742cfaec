/*
 * The hub's rooms: which there are, and how one begins. Pure; runs in the
 * server.
 */
#include <string.h>

#include "common/text.h"
#include "server/hub_parts.h"

void
hub_put_out_classic(struct room *r)
{
	struct member *p;

	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p))
		if (p->classic && p->server == log_node(r->log))
			room_put_out(r, ENTRY_LEAVE, ENTRY_CLASSIC, p->name,
			    p->name_len);
}

bool
hub_begin_in(struct hub *h, struct room *r)
{
	struct seats *in = seats_of(r);
	struct member *p;
	const struct rule close = { .word = RULE_CLOSE };
	bool said;

	r->quiet = r->has_ghosts = false;
	hub_put_out_classic(r);
	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p))
		if (!p->classic && p->server == log_node(r->log))
			in->ghosts_ms = r->house->now_ms + HUB_GHOST_MS;
	room_settle(r);
	if (!h->config.closed || standing_closed(r->standing))
		return true;
	hub_asks(h, HUB_ITSELF);
	said = room_say_rule(r, &close, 0);
	hub_asked(h);
	return said;
}

bool
hub_add_room(struct hub *h, const char *name, struct log *log)
{
	struct room *r;

	if (!h->begun || log_state(log) != LOG_READY ||
	    (r = room_new(&h->house, log)) == NULL)
		return false;
	if (peers_open_room(h->peers, r, name) && room_replay(r) &&
	    hub_begin_in(h, r))
		return true;
	peers_close_room(r);
	room_free(r);
	return false;
}

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
find(void *arg, const struct house_wish *w, enum frame_code *why)
{
	struct hub *h = arg;
	struct room *r;

	LIST_FOREACH(r, &h->house.rooms, by_house)
		if (is_called(seats_of(r), w->name, w->len))
			return r;
	*why = FRAME_NO_ROOM;
	return NULL;
}

static const void *
next(void *arg, const void *last, struct house_listed *l)
{
	const struct hub *h = arg;
	const struct room *r = last;

	r = r == NULL ? LIST_FIRST(&h->house.rooms) : LIST_NEXT(r, by_house);
	if (r != NULL)
		*l = (struct house_listed){ .name = seats_of(r)->name,
		    .room = r, .head = log_head(r->log).seq,
		    .home = r == h->room,
		    .closed = standing_closed(r->standing) };
	return r;
}

void
hub_have_doors(struct hub *h)
{
	h->house.doors = (struct house_doors){ .find = find, .next = next,
	    .arg = h };
}
