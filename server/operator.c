/*
 * The operator's requests. Runs in the server.
 */
#include "server/operator.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "server/hub.h"
#include "server/operator_acts.h"
#include "server/operator_log.h"
#include "server/operator_nodes.h"
#include "server/operator_people.h"
#include "server/operator_rooms.h"
#include "server/operator_stats.h"
#include "server/reply.h"

static void
announce(const struct operator *o, const char *text, struct reply *r)
{
	switch (hub_announce(o->hub, o->now_ms, o->wall_ms, text,
	    strlen(text))) {
	case HUB_TEXT_OK:
		reply_printf(r, "ok\n");
		reply_printf(r, _("announced to the %zu here\n"),
		    hub_people(o->hub));
		break;
	case HUB_TEXT_EMPTY:
		reply_misused(r, _("there is nothing to announce"));
		break;
	case HUB_TEXT_LONG:
		reply_misused(r, _("longer than %d bytes"), TEXT_LINE_BYTES);
		break;
	case HUB_TEXT_UTF8:
		reply_misused(r, _("not UTF-8"));
		break;
	case HUB_TEXT_NO_SPACE:
		reply_refuse(r, _("the log cannot be written"));
		break;
	}
}

/* The rest of the request behind a word; NULL: it begins with another. */
static const char *
behind(const char *request, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(request, word, len) != 0 ||
	    (request[len] != ' ' && request[len] != '\0'))
		return NULL;
	return request + len + (request[len] == ' ');
}

/* What a request is about. */
enum about {
	ABOUT_SERVER,		/* never one room */
	ABOUT_ANY,		/* one, or all */
	ABOUT_ONE,		/* one, which is to be said */
	ABOUT_HOME		/* one; if none is said, the home room */
};

static const struct request {
	const char	*word;
	enum about	 about;
	void		(*take)(const struct operator *, const char *,
			    struct reply *);
} requests[] = {
	{ "announce", ABOUT_ANY, announce },
	{ "names", ABOUT_ANY, operator_names },
	{ "whois", ABOUT_ANY, operator_whois },
	{ "kick", ABOUT_ANY, operator_kick },
	{ "ban", ABOUT_SERVER, operator_ban },
	{ "unban", ABOUT_SERVER, operator_unban },
	{ "mute", ABOUT_ANY, operator_mute },
	{ "unmute", ABOUT_ANY, operator_unmute },
	{ "allow", ABOUT_ONE, operator_allow },
	{ "disallow", ABOUT_ONE, operator_disallow },
	{ "close", ABOUT_ONE, operator_close },
	{ "open", ABOUT_ONE, operator_open },
	{ "rekey", ABOUT_SERVER, operator_rekey },
	{ "release", ABOUT_SERVER, operator_release },
	{ "log", ABOUT_HOME, operator_log },
	{ "stats", ABOUT_ANY, operator_stats },
	{ "nodes", ABOUT_SERVER, operator_nodes },
	{ "rooms", ABOUT_SERVER, operator_rooms },
	{ "room", ABOUT_SERVER, operator_room }
};

/* *arg: the rest behind its word; NULL: there is no such request. */
static const struct request *
find(const char *request, const char **arg)
{
	size_t i;

	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if ((*arg = behind(request, requests[i].word)) != NULL)
			return &requests[i];
	return NULL;
}

static void
note_room(void *arg, const struct hub_room *room)
{
	struct operator *o = arg;

	o->log = room->log;
	o->room = room->name;
}

/* Asks about the room whose name comes first. */
static void
ask_about(const struct operator *o, const char *name, struct reply *r)
{
	size_t len = operator_room_length(o, name);
	const char *request = name + len + (name[len] == ' '), *arg;
	const struct request *q = find(request, &arg);
	struct operator there = *o;

	if (q == NULL)
		reply_refuse(r, _("no such request"));
	else if (q->about == ABOUT_SERVER)
		reply_misused(r, _("%s is about the whole server: leave out "
		    "-R"), q->word);
	else if (operator_look_into(o, name, len, r)) {
		hub_each_room(o->hub, note_room, &there);
		q->take(&there, arg, r);
	}
	hub_look_up(o->hub);
}

void
operator_ask(const struct operator *o, const char *request, struct reply *r)
{
	const char *arg = behind(request, "-R");
	const struct request *q;

	if (arg != NULL)
		ask_about(o, arg, r);
	else if ((q = find(request, &arg)) == NULL)
		reply_refuse(r, _("no such request"));
	else if (q->about == ABOUT_ONE && hub_rooms(o->hub) > 1)
		reply_misused(r, _("there are several rooms: say which, "
		    "by -R ROOM"));
	else
		q->take(o, arg, r);
}
