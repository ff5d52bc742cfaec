/*
 * The hub's list of rooms where it changes: at once, or, of several servers,
 * when all are told. Pure; runs in the server.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "server/hub_parts.h"
#include "server/hub_talks.h"
#include "server/room/house_news.h"
#include "server/room/room_say.h"
#include "server/room/room_wake.h"
#include "server/roomlist.h"
#include "server/roomlist_found.h"

static bool
is_alone(const struct hub *h)
{
	return log_node(h->room->log) == 0;
}

/* FINE: it is asked for. */
static enum roomlist_error
tell(struct hub *h, const struct roomlist *rl, const struct rooms_line *l)
{
	const struct house_news n = { .kind = HOUSE_ROOM, .room = *l,
	    .since_ms = h->house.wall_ms };
	enum roomlist_error error;

	errno = EAGAIN;
	/* What was there before is told first. */
	if (roomlist_is_founding(rl))
		return ROOMLIST_DISK;
	error = roomlist_judge(rl, l);
	return error != ROOMLIST_FINE || room_tell_news(h->room, &n) ? error :
	    ROOMLIST_DISK;
}

enum roomlist_error
hub_make_room(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_new_name *n, const uint8_t *opener, struct place **made)
{
	struct rooms_line l;

	house_at(&h->house, now_ms, wall_ms);
	*made = NULL;
	if (is_alone(h))
		return roomlist_make(n->rooms, wall_ms, n->name, n->len,
		    opener, made);
	if (!rooms_file_is_name(n->name, n->len))
		return ROOMLIST_NAME;
	l = roomlist_line(n->rooms, wall_ms, n->name, n->len, opener);
	return tell(h, n->rooms, &l);
}

static void
call(struct hub *h, const struct place *p)
{
	struct seats *in = p->room == NULL ? NULL : seats_of(p->room);

	if (in != NULL)
		peers_call_room(in, p->line.name);
	if (in != NULL && p->room == h->room)
		peers_call_home(h->peers, p->line.name);
}

/* Who is there hears of it; his client is let in by the former name, and told
 * the new one then. */
static void
follow_name(struct hub *h, const struct place *p, const char *was, bool says)
{
	char text[CLASSIC_BYTES];
	int n;

	call(h, p);
	if (!says || p->room == NULL || p->room->roster.count == 0)
		return;
	n = snprintf(text, sizeof(text), _("this room was called %s, and is "
	    "called %s now"), was, p->line.name);
	if (n < 0 || n > TEXT_LINE_BYTES)
		return;
	room_say_soon(p->room, text, (size_t)n);
	h->house.figures.lines++;
}

enum roomlist_error
hub_rename_room(struct hub *h, int64_t now_ms, int64_t wall_ms,
    struct place *p, const struct hub_new_name *n)
{
	struct rooms_line l = p->line;
	enum roomlist_error error;

	house_at(&h->house, now_ms, wall_ms);
	if (is_alone(h)) {
		error = roomlist_rename(n->rooms, p, wall_ms, n->name, n->len);
		if (error == ROOMLIST_FINE)
			follow_name(h, p, l.name, true);
		room_settle_all(&h->house);
		return error;
	}
	if (!rooms_file_can_name(n->name, n->len))
		return ROOMLIST_NAME;
	snprintf(l.name, sizeof(l.name), "%.*s", (int)n->len, n->name);
	return tell(h, n->rooms, &l);
}

enum roomlist_error
hub_put_away_room(struct hub *h, struct roomlist *rl, int64_t now_ms,
    int64_t wall_ms, struct place *p, bool away)
{
	struct rooms_line l = p->line;

	house_at(&h->house, now_ms, wall_ms);
	if (is_alone(h))
		return roomlist_put_away(rl, p, away);
	l.sort = away ? ROOMS_AWAY : ROOMS_ROOM;
	return tell(h, rl, &l);
}

enum house_verdict
hub_judge_room(const struct hub *h, const struct house_news *n)
{
	if (roomlist_is_so(h->config.rooms, &n->room))
		return HOUSE_SO;
	return roomlist_judge(h->config.rooms, &n->room) == ROOMLIST_FINE ?
	    HOUSE_NEW : HOUSE_NOT;
}

/* One that came too late is nothing. */
bool
hub_told_room(struct hub *h, const struct house_news *n, bool ours)
{
	struct roomlist *rl = h->config.rooms;
	const struct place *p = roomlist_of_log(rl, n->room.id);
	char was[HELLO_ROOM_NAME + 1] = "";
	enum roomlist_error error;
	int why;

	/* Others learn from it what it has. */
	if (roomlist_is_founding(rl))
		return true;
	if (p != NULL)
		strlcpy(was, p->line.name, sizeof(was));
	error = roomlist_learn(rl, n->since_ms, &n->room);
	why = errno;
	/* It may have that name though it could not be put away yet. */
	if (p != NULL && strcmp(was, p->line.name) != 0)
		follow_name(h, p, was, ours);
	errno = why;
	return error != ROOMLIST_DISK;
}

enum log_other
hub_has_log(struct hub *h, const uint8_t id[JOURNAL_ID])
{
	struct place *p = h->config.rooms == NULL ? NULL :
	    roomlist_of_log(h->config.rooms, id);
	enum frame_code why;

	if (p == NULL)
		return hub_has_talk(h, id);
	/* What cannot be opened now is tried again. The operator hears of that
	 * one: all others wait for it. */
	if (p->log == NULL) {
		p->awaited = true;
		hub_open_place(h, p, &why);
	}
	if (p->log != NULL)
		p->awaited = p->told = false;
	return LOG_OTHER_HERE;
}

static void
owe(void *arg, const struct rooms_line *l, int64_t since_ms)
{
	struct hub *h = arg;
	const struct house_news n = { .kind = HOUSE_ROOM, .room = *l,
	    .since_ms = since_ms < 0 ? 0 : since_ms };

	if (!room_owe_news(h->room, &n) && h->house.failed == 0)
		h->house.failed = ENOMEM;
}

void
hub_found_rooms(struct hub *h)
{
	if (!roomlist_is_founding(h->config.rooms))
		return;
	roomlist_each_news(h->config.rooms, owe, h);
	if (h->config.talks != NULL)
		hub_found_talks(h);
	h->founds = true;
}

void
hub_lack_rooms(struct hub *h)
{
	struct rooms_line l;
	size_t at = 0;

	if (h->config.rooms == NULL || is_alone(h) ||
	    roomlist_is_founding(h->config.rooms))
		return;
	while (roomlist_lacks(h->config.rooms, h->house.wall_ms, &at, &l))
		owe(h, &l, h->house.wall_ms);
}

/* One at a time, each as soon as the others know that there is such a room. */
int64_t
hub_tick_founding(struct hub *h)
{
	struct roomlist *rl = h->config.rooms;
	enum frame_code why;
	struct place *p;
	int64_t due;

	if (!h->founds || h->house.owed > 0)
		return INT64_MAX;
	if ((p = roomlist_unfounded(rl)) == NULL) {
		if (hub_tick_founding_talks(h, &due))
			return due;
		h->founds = false;
		roomlist_founded(rl);
		return INT64_MAX;
	}
	if (p->log == NULL) {
		p->awaited = true;
		hub_open_place(h, p, &why);
	}
	if (p->log == NULL)
		return p->again_ms;
	p->awaited = p->told = false;
	if (log_state(p->log) != LOG_READY)
		return INT64_MAX;
	p->founds = false;
	return h->house.now_ms;
}
