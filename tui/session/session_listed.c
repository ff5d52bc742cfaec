/*
 * Which rooms the server has: what it says is paged by /rooms, and proposed by
 * Tab behind /join. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

enum {
	LEFT_COLS = 26,		/* of a list of rooms */
	KNOWN_MOST = 4096	/* names that are kept for Tab */
};

static bool
ask(struct session *s, enum listing_for what)
{
	const struct record r = { .type = RECORD_ROOMS };

	if (!s->out.send(s->out.arg, &r))
		return false;
	s->going.listing.what = what;
	return true;
}

bool
session_ask_rooms(struct session *s)
{
	if (s->config.classic || s->link.state.phase == RECORD_LOST) {
		session_notify(s, true, "%s", s->config.classic ?
		    _("The classic protocol knows one room.") : _("The server "
		    "is away: ask again when it is back."));
		return false;
	}
	return ask(s, LISTING_PAGE);
}

void
session_want_rooms(struct session *s)
{
	if (!s->config.classic && s->link.state.phase != RECORD_LOST &&
	    s->going.listing.what == LISTING_NOT)
		ask(s, LISTING_TAB);
}

void
session_forget_rooms(struct listing *l)
{
	while (l->n > 0)
		free(l->known[--l->n]);
	free(l->known);
	l->known = NULL;
}

const char *
session_known_room(const struct session *s, size_t i)
{
	const struct listing *l = &s->going.listing;
	size_t k;

	for (k = 0; k < l->n; k++)
		if (session_find_room(s, l->known[k]) == NULL && i-- == 0)
			return l->known[k];
	return NULL;
}

/* One that cannot be kept is not proposed. */
static void
note(struct listing *l, const char *room)
{
	char **more;

	if (l->n == KNOWN_MOST || text_name_check(room, strlen(room)) !=
	    TEXT_NAME_OK || (more = realloc(l->known, (l->n + 1) *
	    sizeof(*more))) == NULL)
		return;
	l->known = more;
	if ((more[l->n] = strdup(room)) != NULL)
		l->n++;
}

/* Beside its number, if it has one, how many are there. */
static void
list_room(struct session *s, const struct window *w, const char *room,
    const struct record *r)
{
	char left[WINDOW_ROOM_BYTES + 64], number[16] = "", here[64];

	if (w != NULL)
		snprintf(number, sizeof(number), "%u", w->number + 1U);
	snprintf(left, sizeof(left), "%2s %s%s", number, room,
	    r->flags & RECORD_LISTED_CLOSED ? _(" (closed)") : "");
	snprintf(here, sizeof(here), _("%u here"), (unsigned)(r->flags >>
	    RECORD_LISTED_PEOPLE));
	pager_add_row(&s->pager, left, LEFT_COLS, here);
}

static void
take_room(struct session *s, const struct record *r)
{
	char room[WINDOW_ROOM_BYTES + 1];
	const struct window *w;

	if (r->text_len == 0 || r->text_len >= sizeof(room))
		return;
	memcpy(room, r->text, r->text_len);
	room[r->text_len] = '\0';
	w = session_find_room(s, room);
	if (w == NULL && r->flags & RECORD_LISTED_HOME)
		w = session_find_room(s, "");
	note(&s->going.listing, room);
	if (s->going.listing.what == LISTING_PAGE && s->pager.open)
		list_room(s, w, room, r);
}

bool
session_take_listed(struct session *s, const struct record *r)
{
	struct listing *l = &s->going.listing;
	enum listing_for what = l->what;

	/* It is told of the first one, but of none in particular. */
	s->w = s->shown;
	if (what == LISTING_NOT)
		return false;
	if (r->flags & RECORD_LISTED_FIRST) {
		session_forget_rooms(l);
		if (what == LISTING_PAGE && r->text_len > 0)
			session_open_pager(s, _("Rooms"));
	}
	take_room(s, r);
	if (r->text_len > 0 && (r->flags & RECORD_LISTED_LAST) == 0)
		return false;
	l->what = LISTING_NOT;
	if (what == LISTING_PAGE && r->text_len == 0)
		session_notify(s, true, "%s", _("The server does not say which "
		    "rooms it has."));
	return what == LISTING_TAB;
}
