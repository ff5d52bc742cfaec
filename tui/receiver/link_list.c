/*
 * Which rooms there are: a list in pieces, each asked for when the one before
 * is here. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"

#include "common/crc32c.h"
#include "common/frame_put.h"

enum {
	TRIES = 6,
	ANEW = 3,		/* it is begun */
	ROOMS = 4096,		/* in a list, at most */
	ASK_BYTES = 32		/* of its frame */
};

/* It does not say. */
static const struct frame_listed none = { .name = "" };

void
link_ask_rooms(struct link *l, int64_t now)
{
	l->now = now;
	l->listing = (struct link_listing){ .asked = true, .due = now };
}

/* By what we call it or the server does; NULL: it is no window's. */
static struct link_room *
room_of(const struct link *l, const struct frame_listed *room)
{
	uint32_t named = crc32c(room->name, room->name_len);
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if ((lr->entering.in && lr->entering.named == named) ||
		    (lr->entering.len == 0 &&
		    (room->flags & FRAME_LISTED_HOME) != 0) ||
		    link_is_room_name(lr->entering.room, lr->entering.len,
		    room->name, room->name_len))
			break;
	return lr;
}

/* By another device. Who does not come in there is not told again. */
static void
tell_mine(struct link *l, const struct frame_listed *room)
{
	struct link_mine *m = &l->mine;
	uint32_t named = crc32c(room->name, room->name_len);
	struct record r = { .type = RECORD_MINE, .text = room->name,
	    .text_len = room->name_len };
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (m->told[i] == named)
			return;
	if (m->n == LINK_MINE)
		return;
	m->told[m->n++] = named;
	link_tell(link_first(l), &r);
}

/* How far it is read; or it is one more. */
static void
take_mine(struct link *l, const struct frame_listed *room)
{
	struct link_room *lr = room_of(l, room);

	if (!l->hall.people || (room->flags & FRAME_LISTED_MINE) == 0)
		return;
	if (lr == NULL)
		tell_mine(l, room);
	else if (lr->entering.in)
		link_marks_list(lr, room->mark);
}

static void
tell(struct link *l, const struct frame_listed *room, bool first, bool last)
{
	struct record r = { .type = RECORD_LISTED, .id = room->head,
	    .text = room->name, .text_len = room->name_len };
	uint32_t people = room->people > RECORD_LISTED_MOST ?
	    RECORD_LISTED_MOST : (uint32_t)room->people;

	take_mine(l, room);
	if (l->listing.quiet)
		return;
	r.flags = people << RECORD_LISTED_PEOPLE |
	    (room->flags & FRAME_LISTED_IN ? RECORD_LISTED_IN : 0) |
	    (room->flags & FRAME_LISTED_CLOSED ? RECORD_LISTED_CLOSED : 0) |
	    (room->flags & FRAME_LISTED_HOME ? RECORD_LISTED_HOME : 0) |
	    (first ? RECORD_LISTED_FIRST : 0) |
	    (last ? RECORD_LISTED_LAST : 0);
	link_tell(link_first(l), &r);
}

/* A server that knows of no other. */
static void
tell_one(struct link *l)
{
	const struct link_room *lr = link_first(l);
	struct frame_listed one = { .flags = FRAME_LISTED_IN |
	    FRAME_LISTED_HOME, .people = lr->members.roster.count,
	    .head = lr->log.reorder.head, .name = l->hall.room,
	    .name_len = l->hall.room_len };

	tell(l, &one, true, true);
}

void
link_list_tick(struct link *l)
{
	struct link_listing *s = &l->listing;
	uint8_t frames[ASK_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (!s->asked || l->now < s->due)
		return;
	if (!l->hall.many) {
		s->asked = false;
		tell_one(l);
		return;
	}
	if (++s->tries > TRIES) {
		s->asked = false;
		tell(l, &none, s->from == 0, true);
		return;
	}
	s->due = l->now + link_patience(l, s->tries);
	frame_put_ask(&out, FRAME_ASK_ROOMS, s->from);
	link_send(l, frames, out.len, true);
}

int64_t
link_list_due(const struct link *l)
{
	return l->listing.asked ? l->listing.due : INT64_MAX;
}

void
link_list_take(struct link *l, struct frame *f)
{
	struct link_listing *s = &l->listing;
	struct frame_listed room;

	if (!s->asked || !l->hall.many || f->code != FRAME_ASK_ROOMS ||
	    f->offset != s->from || f->total > ROOMS)
		return;
	while (s->from < f->total && frame_next_listed(f, &room)) {
		s->from++;
		tell(l, &room, s->from == 1, s->from == f->total);
	}
	/* It got shorter since the last piece, which nobody was told. */
	if (s->from > 0 && s->from == f->offset && s->from >= f->total &&
	    ++s->anew <= ANEW)
		s->from = 0;
	s->asked = s->from < f->total;
	if (f->total == 0 || s->anew > ANEW)
		tell(l, &none, f->total == 0, true);
	/* None: there was no room for them in that datagram. */
	if (s->from > f->offset) {
		s->tries = 0;
		s->due = l->now;
	}
}
