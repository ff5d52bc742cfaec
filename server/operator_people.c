/*
 * The operator's view of people. Runs in the server.
 */
#include "server/operator_people.h"

#include <string.h>

#include "common/hello.h"
#include "common/lang.h"
#include "common/text.h"
#include "server/hub.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/whom.h"

enum { SHOWN_BYTES = 4 * TEXT_NAME_BYTES + 1 };	/* of what was asked for */

/* Who asks, and the answer. */
struct list {
	const struct operator *asks;
	struct reply	*reply;
	bool		 any;		/* a room was told */
};

static void
put_name(void *arg, const struct hub_person *who)
{
	struct list *list = arg;
	char shown[SHOWN_BYTES];

	reply_printf(list->reply, "%s%s%s\n", who->classic ? "~" : "",
	    text_escape(shown, sizeof(shown), who->name, who->name_len),
	    who->away ? "\taway" : "");
}

static void
put_idle(struct reply *r, int64_t wall_ms, const struct hub_person *who)
{
	int64_t last = who->spoke_ms > who->since_ms ? who->spoke_ms :
	    who->since_ms;

	if (!who->here || last == 0)
		reply_printf(r, "\t-");
	else
		reply_printf(r, "\t%lld", last > wall_ms ? 0LL :
		    (long long)((wall_ms - last) / 1000));
}

static void
put_room(void *arg, const char *name)
{
	struct list *list = arg;
	char shown[4 * HELLO_ROOM_NAME + 1];

	reply_printf(list->reply, "%s%s", list->any ? ", " : "",
	    text_escape(shown, sizeof(shown), name, strlen(name)));
	list->any = true;
}

static void
put_rooms(struct list *list, const struct hub_person *who)
{
	const struct operator *o = list->asks;

	if (hub_rooms(o->hub) < 2)
		return;
	reply_printf(list->reply, "\t");
	list->any = false;
	hub_rooms_of(o->hub, o->wall_ms, who, put_room, list);
	if (!list->any)
		reply_printf(list->reply, "-");
}

static void
put_person(void *arg, const struct hub_person *who)
{
	struct list *list = arg;
	const char *key = who->fingerprint[0] == '\0' ? "-" :
	    who->fingerprint;
	char shown[SHOWN_BYTES];
	char addr[SOCK_ADDR_TEXT] = "-", since[REPLY_TIME];
	unsigned devices = hub_devices_of(list->asks->hub, who);

	if (who->addr != NULL)
		list->asks->address(addr, who->addr);
	reply_printf(list->reply, "%s%s\t%s\t%s\t%s", who->classic ? "~" :
	    "", text_escape(shown, sizeof(shown), who->name, who->name_len),
	    key, addr, reply_time(since, who->since_ms));
	put_idle(list->reply, list->asks->wall_ms, who);
	put_rooms(list, who);
	/* No room is called so. */
	if (devices > 1)
		reply_printf(list->reply, "\t%u devices", devices);
	reply_printf(list->reply, "\n");
}

void
operator_names(const struct operator *o, const char *arg, struct reply *r)
{
	struct list list = { .asks = o, .reply = r };
	bool all = strcmp(arg, "-l") == 0;

	if (!all && *arg != '\0') {
		reply_misused(r, _("names takes -l or nothing"));
		return;
	}
	reply_printf(r, "ok\n");
	hub_names(o->hub, o->wall_ms, all ? put_person : put_name, &list);
}

void
operator_whois(const struct operator *o, const char *arg, struct reply *r)
{
	struct list list = { .asks = o, .reply = r };
	struct hub_person who;
	struct whom w;

	if (!whom_split(&w, arg, r) || !whom_person(o, &w, &who, r))
		return;
	reply_printf(r, "ok\n");
	put_person(&list, &who);
}
