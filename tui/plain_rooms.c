/*
 * The rooms that plain mode is in: those that are given, or all that the server
 * has. Parent process.
 */
#include "tui/plain_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/lang.h"
#include "common/since.h"
#include "common/text.h"
#include "tui/receiver/receiver.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"

static bool
is_same(const char *a, const char *b)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];

	return strcmp(a, b) == 0 || (text_fold(one, a, strlen(a)) > 0 &&
	    text_fold(other, b, strlen(b)) > 0 && strcmp(one, other) == 0);
}

/* As it was asked for, whatever another one is called by now; as it is called;
 * as it was. */
static const char *
name_of(const struct plain_room *room, int how)
{
	return how == 0 ? room->asked : how == 1 ? room->out.room :
	    room->out.was;
}

struct plain_room *
plain_room_called(const struct plain *p, const char *room)
{
	size_t i;
	int how;

	if (*room == '\0')
		return p->rooms[0];
	for (how = 0; how < 3; how++)
		for (i = 0; i < p->rooms_n; i++)
			if (is_same(name_of(p->rooms[i], how), room))
				return p->rooms[i];
	return NULL;
}

/* Where a moment is looked for all is shown, as in the first. */
static void
join(struct plain *p, const struct plain_room *room)
{
	const struct options_plain *o = &p->options->plain;
	struct record r = { .type = RECORD_JOIN,
	    .window = room->window, .id = room->newest, .text = room->asked,
	    .text_len = strlen(room->asked),
	    .flags = o->since[0] != '\0' ? RECORD_JOIN_WHOLE : 0 };

	/* Of the home room nothing is shown: it is meant for the talk. */
	if (o->has_after && !plain_is_heard(p, p->rooms[0]) && r.id == 0) {
		r.id = (uint64_t)o->after;
		r.flags |= o->after == 0 ? RECORD_JOIN_WHOLE : 0;
	}
	duct_send(p->receiver->duct, &r);
}

bool
plain_add_room(struct plain *p, const char *name)
{
	struct plain_room *room;

	if (p->rooms_n == PLAIN_ROOMS ||
	    (room = calloc(1, sizeof(*room))) == NULL)
		return false;
	room->window = (uint16_t)p->rooms_n;
	strlcpy(room->asked, name, sizeof(room->asked));
	room->held.due = INT64_MAX;
	plain_out_begin(&p->out, &room->out, clock_wall_ms());
	p->rooms[p->rooms_n++] = room;
	if (p->room == NULL)
		p->room = room;
	else
		join(p, room);
	return true;
}

bool
plain_add_rooms(struct plain *p)
{
	char room[OPTIONS_ROOM_BYTES] = "";
	size_t i = 0;

	options_room(p->options, 0, room);
	p->lists = strcmp(room, "*") == 0;
	if (p->lists)
		room[0] = '\0';
	do
		if (!plain_add_room(p, room))
			return false;
	while (options_room(p->options, ++i, room));
	return true;
}

void
plain_join_again(struct plain *p)
{
	struct plain_room *room;
	size_t i;

	p->asks_whom = p->knows_nobody = false;
	for (i = 0; i < p->rooms_n; i++) {
		room = p->rooms[i];
		room->repeats = !room->denied;
		room->waiting = room->unseen = 0;
		if (i > 0 && !room->denied)
			join(p, room);
	}
}

void
plain_take_listed(struct plain *p, const struct record *r)
{
	char room[OPTIONS_ROOM_BYTES];

	if (!p->lists || r->text_len >= sizeof(room))
		return;
	if (r->text_len == 0) {
		p->failed = true;
		plain_out_error(p->options, 0, _("the server does not say "
		    "which rooms it has"));
	}
	memcpy(room, r->text, r->text_len);
	room[r->text_len] = '\0';
	if ((r->flags & (RECORD_LISTED_HOME | RECORD_LISTED_CLOSED)) == 0 &&
	    *room != '\0' && plain_room_called(p, room) == NULL)
		plain_add_room(p, room);
	p->lists = (r->flags & RECORD_LISTED_LAST) == 0;
}

unsigned
plain_waiting(const struct plain *p)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < p->rooms_n; i++)
		n += p->rooms[i]->denied ? 0 : p->rooms[i]->waiting;
	return n;
}

bool
plain_repeats(const struct plain *p)
{
	size_t i;

	for (i = 0; i < p->rooms_n; i++)
		if (p->rooms[i]->repeats)
			return true;
	return false;
}

bool
plain_rooms_done(const struct plain *p)
{
	const struct plain_room *room;
	size_t i;

	for (i = 0; i < p->rooms_n; i++) {
		room = p->rooms[i];
		if (!room->denied && (!room->joined || room->waiting > 0 ||
		    room->unseen > 0 || (!room->caught_up &&
		    !p->options->classic)))
			return false;
	}
	return !p->lists && !plain_talk_waits(p);
}

bool
plain_talk_waits(const struct plain *p)
{
	return p->options->plain.to[0] != '\0' && p->talk == NULL &&
	    !p->knows_nobody;
}

struct plain_room *
plain_usual(const struct plain *p)
{
	return p->options->plain.to[0] == '\0' ? p->rooms[0] : p->talk;
}

bool
plain_is_heard(const struct plain *p, const struct plain_room *room)
{
	return p->options->plain.to[0] == '\0' || room != p->rooms[0] ||
	    p->options->room[0] != '\0';
}
