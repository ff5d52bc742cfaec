/*
 * The operator's rooms. Runs in the server.
 */
#include "server/operator_rooms.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/text.h"
#include "server/hub.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/room/room.h"
#include "server/roomlist.h"

enum { SHOWN_BYTES = 4 * HELLO_ROOM_NAME + 1 };	/* of a room's name */

size_t
operator_room_length(const struct operator *o, const char *text)
{
	const char *home = o->rooms == NULL ? o->room :
	    roomlist_home(o->rooms)->line.name;
	size_t len = home == NULL ? 0 : strlen(home);

	return len > 0 && strncmp(text, home, len) == 0 &&
	    (text[len] == ' ' || text[len] == '\0') ? len :
	    strcspn(text, " ");
}

static bool
is_away(const struct operator *o, const char *name, size_t len)
{
	const struct place *p = o->rooms == NULL ? NULL :
	    roomlist_find(o->rooms, name, len);

	return p != NULL && p->line.sort == ROOMS_AWAY;
}

bool
operator_look_into(const struct operator *o, const char *name, size_t len,
    struct reply *r)
{
	char shown[SHOWN_BYTES];

	text_escape(shown, sizeof(shown), name, len);
	switch (hub_look_into(o->hub, o->now_ms, o->wall_ms, name, len)) {
	case HUB_LOOK_OK:
		return true;
	case HUB_LOOK_NO_ROOM:
		if (is_away(o, name, len))
			reply_refuse(r, _("the room %s is put away"), shown);
		else
			reply_refuse(r, _("there is no room %s"), shown);
		break;
	case HUB_LOOK_SHUT:
		reply_refuse(r, _("the room %s cannot be opened now"), shown);
		break;
	}
	return false;
}

static bool
has_no_list(const struct operator *o, struct reply *r)
{
	if (o->rooms == NULL)
		reply_refuse(r, _("no such request"));
	return o->rooms == NULL;
}

static void
put_place(struct reply *r, const struct place *p)
{
	static const char *const sorts[] = { [ROOMS_HOME] = "home",
	    [ROOMS_ROOM] = "room", [ROOMS_AWAY] = "put-away" };
	const struct rooms_line *l = &p->line;
	char shown[SHOWN_BYTES], since[REPLY_TIME], key[FINGERPRINT_TEXT];

	reply_printf(r, "%s\t%s\t%zu\t%s\t%s\n", text_escape(shown,
	    sizeof(shown), l->name, strlen(l->name)), sorts[l->sort],
	    p->room == NULL ? 0 : p->room->roster.count,
	    reply_time(since, l->created_ms), l->has_opener ?
	    fingerprint_text(key, l->opener) : "-");
}

void
operator_rooms(const struct operator *o, const char *arg, struct reply *r)
{
	const struct place *p;

	if (has_no_list(o, r))
		return;
	if (*arg != '\0') {
		reply_misused(r, _("rooms takes nothing"));
		return;
	}
	reply_printf(r, "ok\n");
	for (p = NULL; (p = roomlist_next(o->rooms, p)) != NULL;)
		put_place(r, p);
}

/* A name as it was given, and for a terminal. */
struct given {
	const char	*name;
	size_t		 len;
	char		 shown[SHOWN_BYTES];
};

static void
give(struct given *g, const char *name, size_t len)
{
	g->name = name;
	g->len = len;
	text_escape(g->shown, sizeof(g->shown), name, len);
}

/* True: it is done, and "ok" is said. */
static bool
is_done(enum roomlist_error error, const struct given *g, struct reply *r)
{
	switch (error) {
	case ROOMLIST_FINE:
		reply_printf(r, "ok\n");
		return true;
	case ROOMLIST_NAME:
		reply_refuse(r, _("%s is no name for a room"), g->shown);
		break;
	case ROOMLIST_TAKEN:
		reply_refuse(r, _("there is a room %s already"), g->shown);
		break;
	case ROOMLIST_DISK:
		reply_refuse(r, "rooms: %s", strerror(errno));
		break;
	case ROOMLIST_HOME:
		reply_refuse(r, _("%s is the home room"), g->shown);
		break;
	case ROOMLIST_FULL:
	case ROOMLIST_QUOTA:
		reply_refuse(r, _("too many of them already"));
		break;
	}
	return false;
}

/* NULL: there is none, which is said. */
static struct place *
find(const struct operator *o, const struct given *g, struct reply *r)
{
	struct place *p = roomlist_find(o->rooms, g->name, g->len);

	if (p == NULL)
		reply_refuse(r, _("there is no room %s"), g->shown);
	return p;
}

static void
open_room(const struct operator *o, struct given *name,
    struct given *rest, struct reply *r)
{
	enum roomlist_error error;
	struct place *p;

	(void)rest;
	error = hub_make_room(o->hub, o->now_ms, o->wall_ms,
	    &(struct hub_new_name){ o->rooms, name->name, name->len }, NULL,
	    &p);
	if (error != ROOMLIST_TAKEN) {
		if (is_done(error, name, r))
			reply_printf(r, _("opened: %s\n"), name->shown);
		return;
	}
	p = roomlist_find(o->rooms, name->name, name->len);
	if (p->line.sort != ROOMS_AWAY) {
		reply_printf(r, "ok\n");
		reply_printf(r, _("open already: %s\n"), name->shown);
	} else if (is_done(hub_put_away_room(o->hub, o->rooms,
	    o->now_ms, o->wall_ms, p, false), name, r))
		reply_printf(r, _("open again: %s\n"), name->shown);
}

/* It follows from the passphrase and its name how people get in. By -r an only
 * room is called otherwise, see roomlist_new. */
static bool
is_bound(const struct operator *o, const struct place *p,
    const struct given *to, struct reply *r)
{
	if (p != roomlist_home(o->rooms) || !hub_has_passphrase(o->hub))
		return false;
	if (roomlist_next(o->rooms, p) == NULL)
		reply_refuse(r, _("the passphrase goes with the home room's "
		    "name: rename it at the next start, with -r %s"),
		    to->shown);
	else
		reply_refuse(r, _("the passphrase goes with the home room's "
		    "name: rename it when the server runs without -k"));
	return true;
}

static void
rename_room(const struct operator *o, struct given *name, struct given *to,
    struct reply *r)
{
	struct place *p = find(o, name, r);
	char was[HELLO_ROOM_NAME + 1];

	if (p == NULL)
		return;
	if (is_bound(o, p, to, r))
		return;
	strlcpy(was, p->line.name, sizeof(was));
	if (!is_done(hub_rename_room(o->hub, o->now_ms, o->wall_ms, p,
	    &(struct hub_new_name){ o->rooms, to->name, to->len }), to, r))
		return;
	give(name, was, strlen(was));
	reply_printf(r, _("renamed: %s, which was %s\n"), to->shown,
	    name->shown);
}

static void
put_away(const struct operator *o, struct given *name, struct given *rest,
    struct reply *r)
{
	struct place *p = find(o, name, r);

	(void)rest;
	if (p == NULL)
		return;
	if (p == roomlist_home(o->rooms))
		is_done(ROOMLIST_HOME, name, r);
	else if (p->line.sort == ROOMS_AWAY) {
		reply_printf(r, "ok\n");
		reply_printf(r, _("put away already: %s\n"), name->shown);
	} else if (p->room != NULL && p->room->roster.count > 0)
		reply_refuse(r, _("there are people in %s: %zu; it is put away "
		    "when they have left"), name->shown,
		    p->room->roster.count);
	else if (!hub_close_place(o->hub, p))
		reply_refuse(r, _("somebody is about to enter %s"),
		    name->shown);
	else if (is_done(hub_put_away_room(o->hub, o->rooms, o->now_ms,
	    o->wall_ms, p, true), name, r))
		reply_printf(r, _("put away: %s\n"), name->shown);
}

void
operator_room(const struct operator *o, const char *arg, struct reply *r)
{
	static const struct {
		const char	*word;
		bool		 two;
		void		(*take)(const struct operator *,
				    struct given *, struct given *,
				    struct reply *);
	} acts[] = { { "open ", false, open_room },
		{ "rename ", true, rename_room },
		{ "put-away ", false, put_away } };
	struct given name, rest;
	const char *text;
	size_t i, len;

	if (has_no_list(o, r))
		return;
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strncmp(arg, acts[i].word, strlen(acts[i].word)) != 0)
			continue;
		text = arg + strlen(acts[i].word);
		len = operator_room_length(o, text);
		give(&name, text, len);
		text += len + (text[len] == ' ');
		give(&rest, text, strlen(text));
		if (name.len == 0 || acts[i].two == (rest.len == 0))
			break;
		acts[i].take(o, &name, &rest, r);
		return;
	}
	reply_misused(r, _("room takes open NAME, rename NAME NEW or put-away "
	    "NAME"));
}
