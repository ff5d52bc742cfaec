/*
 * The hub's rooms: which there are, and how one begins. Pure; runs in the
 * server.
 */
#include <errno.h>
#include <string.h>

#include "common/text.h"
#include "server/hub_parts.h"
#include "server/room/log.h"
#include "server/roomlist.h"

enum { AGAIN_MS = 10 * 1000 };	/* before one that cannot be opened is tried */

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
	struct room_act *act = h->house.act;
	bool said;

	r->quiet = r->has_ghosts = false;
	hub_put_out_classic(r);
	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p))
		if (!p->classic && p->server == log_node(r->log))
			in->ghosts_ms = r->house->now_ms + HUB_GHOST_MS;
	room_settle(r);
	if (!h->config.closed || standing_closed(r->standing))
		return true;
	h->house.act = &h->acts[HUB_ITSELF];
	said = room_say_rule(r, &close, 0);
	h->house.act = act;
	return said;
}

static void
take_away(struct room *r)
{
	peers_close_room(r);
	room_free(r);
}

/* As far as its log has told it. NULL: no memory, or it cannot be read. */
static struct room *
put(struct hub *h, const char *name, struct log *log)
{
	struct room *r;

	if (!h->begun || (r = room_new(&h->house, log)) == NULL)
		return NULL;
	if (peers_open_room(h->peers, r, name)) {
		hub_watch_rules(r);
		r->name = seats_of(r)->name;
		if (room_replay(r))
			return r;
	}
	take_away(r);
	return NULL;
}

/* Its log has told all that there is; false: it cannot be begun. */
static bool
begin(struct hub *h, struct room *r)
{
	seats_of(r)->begun = hub_begin_in(h, r);
	return seats_of(r)->begun;
}

bool
hub_add_room(struct hub *h, const char *name, struct log *log)
{
	struct room *r = log_state(log) == LOG_READY ? put(h, name, log) :
	    NULL;

	if (r == NULL || begin(h, r))
		return r != NULL;
	take_away(r);
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

static void
close_place(struct hub *h, struct place *p)
{
	p->closed = standing_closed(p->room->standing);
	take_away(p->room);
	p->room = NULL;
	/* What kept it from the disk, the list tells. */
	roomlist_close(h->config.rooms, p);
}

/* Where as many are open as may be, one that nobody is in makes room. */
static bool
open_log(struct hub *h, struct place *p, struct journal_why *why)
{
	struct roomlist *rl = h->config.rooms;
	struct place *spare;

	if (roomlist_open(rl, p, h->house.wall_ms, why))
		return true;
	if (why->kind != JOURNAL_SYSTEM || why->error != EMFILE ||
	    (spare = roomlist_spare(rl)) == NULL)
		return false;
	close_place(h, spare);
	return roomlist_open(rl, p, h->house.wall_ms, why);
}

/* Who wishes it again hears the same for a while. */
static void
shut(struct hub *h, struct place *p, const struct journal_why *disk)
{
	const struct hub_event ev = { .kind = HUB_UNREAD,
	    .room = p->line.name, .disk = disk };

	p->again_ms = h->house.now_ms + AGAIN_MS;
	h->house.out.event(h->house.out.arg, &ev);
}

/* It is open, but for a log that has not told all. */
static bool
begin_place(struct hub *h, struct place *p)
{
	struct journal_why disk = { .kind = JOURNAL_SYSTEM };

	if (log_state(p->log) != LOG_READY || begin(h, p->room))
		return true;
	disk.error = log_stuck(p->log) != 0 ? log_stuck(p->log) : EIO;
	close_place(h, p);
	shut(h, p, &disk);
	return false;
}

/* Of an open one: who comes before it has begun asks again soon. */
static struct room *
room_of(const struct hub *h, const struct place *p, enum frame_code *why)
{
	if (p->room == h->room || seats_of(p->room)->begun)
		return p->room;
	*why = FRAME_LIMIT_RATE;
	return NULL;
}

static struct room *
open_place(struct hub *h, struct place *p, enum frame_code *why)
{
	struct journal_why disk = { .kind = JOURNAL_SYSTEM, .error = ENOMEM };

	*why = FRAME_NO_SPACE;
	if (h->house.now_ms < p->again_ms)
		return NULL;
	if (!open_log(h, p, &disk) ||
	    (p->room = put(h, p->line.name, p->log)) == NULL) {
		if (p->log != NULL) {
			disk.error = EIO;
			roomlist_close(h->config.rooms, p);
		}
		shut(h, p, &disk);
		return NULL;
	}
	return begin_place(h, p) ? room_of(h, p, why) : NULL;
}

static struct room *
make_place(struct hub *h, const struct house_wish *w, enum frame_code *why)
{
	struct place *p;

	switch (roomlist_make(h->config.rooms, h->house.wall_ms, w->name,
	    w->len, w->maker, &p)) {
	case ROOMLIST_FINE:
		return open_place(h, p, why);
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

static struct room *
find_place(void *arg, const struct house_wish *w, enum frame_code *why)
{
	struct hub *h = arg;
	struct place *p = roomlist_find(h->config.rooms, w->name, w->len);
	bool makes = p == NULL && w->maker != NULL && h->config.members_open;

	if (p != NULL && p->room != NULL) {
		/* Who comes there now is seen in the next tick: till then it
		 * makes no room for others. */
		roomlist_used(p);
		return room_of(h, p, why);
	}
	if (!makes && (p == NULL || p->line.sort == ROOMS_AWAY)) {
		*why = FRAME_NO_ROOM;
		return NULL;
	}
	if (!w->opens)
		return NULL;
	return makes ? make_place(h, w, why) : open_place(h, p, why);
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

	if (r->roster.count > 0 || room_is_waiting(r))
		return true;
	LIST_FOREACH(s, &seats_of(r)->all, by_room)
		if (!s->closing)
			return true;
	return false;
}

/* One at a time: others wait meanwhile. */
int64_t
hub_tick_places(struct hub *h)
{
	struct roomlist *rl = h->config.rooms;
	struct place *p = NULL;

	if (rl == NULL)
		return INT64_MAX;
	while ((p = roomlist_next(rl, p)) != NULL) {
		if (p->room == NULL || p->room == h->room)
			continue;
		if (!seats_of(p->room)->begun && !begin_place(h, p))
			continue;
		if (is_used(p->room) || p->room->due_ms != INT64_MAX)
			roomlist_used(p);
		else
			roomlist_left(p, h->house.now_ms);
	}
	if ((p = roomlist_idle(rl, h->house.now_ms)) != NULL)
		close_place(h, p);
	return roomlist_due(rl);
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

	while (rl != NULL && (p = roomlist_next(rl, p)) != NULL)
		p->room = NULL;
}

void
hub_renamed(struct hub *h, const struct place *p)
{
	struct seats *in = p->room == NULL ? NULL : seats_of(p->room);

	if (in != NULL)
		peers_call_room(in, p->line.name);
	if (in != NULL && p->room == h->room)
		peers_call_home(h->peers, p->line.name);
}

bool
hub_close_place(struct hub *h, struct place *p)
{
	if (p->room != NULL && is_used(p->room))
		return false;
	if (p->room != NULL)
		close_place(h, p);
	return true;
}
