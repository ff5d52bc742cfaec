/*
 * The hub's logs: how what each keeps begins to be a room, or a talk, and ends.
 * Pure; runs in the server.
 */
#include <errno.h>
#include <string.h>

#include "server/hub_parts.h"
#include "server/room/log.h"
#include "server/room/room_say.h"
#include "server/roomlist.h"
#include "server/talks.h"

enum {
	AGAIN_MS = 10 * 1000,	/* before one that cannot be opened is tried */
	SOON_MS = 100		/* where all wait for it, and others may rest */
};

void
hub_put_out_classic(struct room *r)
{
	struct member *p;

	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p))
		if (p->classic && room_is_here(r, p))
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
		if (room_is_ghost(r, p))
			in->ghosts_ms = r->house->now_ms + HUB_GHOST_MS;
		else if (room_is_left(r, p))
			room_say_moved(r, p->name, p->name_len);
	hub_begin_heirs_in(r);
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
put(struct hub *h, const char *name, struct log *log, struct talk_place *talk)
{
	struct room *r;

	if ((!h->begun && log_node(log) == 0) || (r = room_new(
	    &h->house, log, talk != NULL ? ROOM_TALK : ROOM_OPEN)) == NULL)
		return NULL;
	if (peers_open_room(h->peers, r, name, talk)) {
		if (talk == NULL)
			hub_watch_rules(r);
		r->name = seats_of(r)->name;
		if (room_replay(r))
			return r;
	}
	take_away(r);
	return NULL;
}

/* Nobody comes there or goes; and what was said is known from now on. */
static bool
begin_talk(struct hub *h, struct room *r)
{
	r->quiet = r->has_ghosts = false;
	return peers_begin_talk(seats_of(r)) &&
	    talks_opens(h->config.talks, seats_of(r)->talk);
}

/* Its log has told all that there is; false: it cannot be begun. */
static bool
begin(struct hub *h, struct room *r)
{
	seats_of(r)->begun = r->sort == ROOM_TALK ? begin_talk(h, r) :
	    hub_begin_in(h, r);
	return seats_of(r)->begun;
}

bool
hub_add_room(struct hub *h, const char *name, struct log *log)
{
	struct room *r = log_state(log) == LOG_READY ? put(h, name, log,
	    NULL) : NULL;

	if (r == NULL || begin(h, r))
		return r != NULL;
	take_away(r);
	return false;
}

/* A talk is no place while it is closed. */
static void
let_go(struct hub *h, struct place *p)
{
	struct talk_place *t = p->talk;

	/* What kept it from the disk, the list tells. */
	if (p->log != NULL)
		roomlist_close(h->config.rooms, p);
	if (t == NULL)
		return;
	t->open = NULL;
	roomlist_lodged(p);
}

void
hub_close_log(struct hub *h, struct place *p)
{
	p->closed = standing_closed(p->room->standing);
	if (p->talk != NULL && seats_of(p->room)->begun)
		talks_closed(h->config.talks, p->talk);
	take_away(p->room);
	p->room = NULL;
	let_go(h, p);
}

/* Where as many are open as may be, one that nobody is in makes room. */
static bool
open_log(struct hub *h, struct place *p, struct journal_why *why)
{
	struct roomlist *rl = h->config.rooms;
	struct place *spare;

	if (roomlist_open(rl, p, h->house.wall_ms, why))
		return true;
	if (why->kind != JOURNAL_SYSTEM || why->error != EMFILE)
		return false;
	if ((spare = roomlist_spare(rl)) == NULL) {
		h->lacks |= p->awaited;
		return false;
	}
	hub_close_log(h, spare);
	return roomlist_open(rl, p, h->house.wall_ms, why);
}

/* How much is lost by it: whoever is there comes again, and says again what was
 * not said. */
static int
loss_of(const struct room *r)
{
	return r->sort != ROOM_TALK ? 2 + (r->roster.count > 0) :
	    !LIST_EMPTY(&seats_of(r)->all);
}

void
hub_give_way(struct hub *h)
{
	struct room *r, *least = NULL;

	HOUSE_EACH_LOG(r, &h->house)
		if (h->lacks && r != h->room && roomlist_rests(seats_of(
		    r)->place) && (least == NULL || loss_of(r) <
		    loss_of(least)))
			least = r;
	h->lacks = false;
	if (least != NULL)
		hub_close_log(h, seats_of(least)->place);
}

/* Who wishes it again hears the same for a while. */
static void
shut(struct hub *h, struct place *p, const struct journal_why *disk)
{
	const struct hub_event ev = { .kind = HUB_UNREAD,
	    .room = p->line.name, .disk = disk, .awaited = p->awaited };

	p->again_ms = h->house.now_ms + (p->awaited &&
	    disk->error == EMFILE ? SOON_MS : AGAIN_MS);
	if (p->talk != NULL) {
		p->talk->flags |= TALK_UNREAD;
		h->unread_ms = p->again_ms;
	}
	/* That one is tried for ever, whether or not anybody wishes it. */
	if (!p->told)
		h->house.out.event(h->house.out.arg, &ev);
	p->told = p->awaited;
}

bool
hub_is_shut(const struct hub *h, const struct talk_place *t)
{
	return (t->flags & TALK_UNREAD) != 0 && h->house.now_ms < h->unread_ms;
}

/* It is open, but for a log that has not told all. */
bool
hub_begin_place(struct hub *h, struct place *p)
{
	struct journal_why disk = { .kind = JOURNAL_SYSTEM };

	/* What is said in a talk has no more to be known than that. */
	if ((p->talk == NULL || log_node(p->log) == 0) && (!h->begun ||
	    log_state(p->log) != LOG_READY))
		return true;
	if (begin(h, p->room))
		return true;
	disk.error = log_stuck(p->log) != 0 ? log_stuck(p->log) : EIO;
	shut(h, p, &disk);
	hub_close_log(h, p);
	return false;
}

/* Of an open one: who comes before it has begun asks again soon. */
struct room *
hub_room_of(const struct hub *h, const struct place *p, enum frame_code *why)
{
	if (p->room == h->room || seats_of(p->room)->begun)
		return p->room;
	*why = FRAME_LIMIT_RATE;
	return NULL;
}

struct room *
hub_open_place(struct hub *h, struct place *p, enum frame_code *why)
{
	struct journal_why disk = { .kind = JOURNAL_SYSTEM, .error = ENOMEM };

	*why = FRAME_NO_SPACE;
	if (h->house.now_ms < p->again_ms)
		return NULL;
	if (!open_log(h, p, &disk) ||
	    (p->room = put(h, p->line.name, p->log, p->talk)) == NULL) {
		if (p->log != NULL)
			disk.error = EIO;
		shut(h, p, &disk);
		let_go(h, p);
		return NULL;
	}
	seats_of(p->room)->place = p;
	return hub_begin_place(h, p) ? hub_room_of(h, p, why) : NULL;
}

