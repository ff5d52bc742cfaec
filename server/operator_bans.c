/*
 * The operator's bans. Runs in the server.
 */
#include "server/operator_acts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "server/hub.h"
#include "server/key_names.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/room/bans.h"
#include "server/whom.h"

enum { AIMS = 4 };	/* bans that one word may mean */

/* A list that is being written. */
struct list {
	struct reply	*reply;
	struct key_names *names;
};

/* WHAT [TAB until ...] [TAB NAME], "-" where a name follows no time. */
static void
put_ban(void *arg, const struct ban *b)
{
	const struct list *list = arg;
	char shown[4 * TEXT_FOLD_BYTES + 1], until[REPLY_TIME];
	const char *name = b->kind == BAN_KEY ? key_names_find(list->names,
	    b->what) : NULL;

	reply_printf(list->reply, "%s", text_escape(shown, sizeof(shown),
	    b->what, strlen(b->what)));
	if (b->until_ms != 0)
		reply_printf(list->reply, _("\tuntil %s"), reply_time(until,
		    b->until_ms));
	else if (name != NULL)
		reply_printf(list->reply, "\t-");
	if (name != NULL)
		reply_printf(list->reply, "\t%s", text_escape(shown,
		    sizeof(shown), name, strlen(name)));
	reply_printf(list->reply, "\n");
}

static void
list_bans(const struct operator *o, struct reply *r)
{
	struct list list = { r, key_names_new(o->hub, o->wall_ms) };

	reply_printf(r, "ok\n");
	bans_list(o->bans, o->wall_ms, put_ban, &list);
	key_names_free(list.names);
}

/* "key SHA256:... (bob)" */
static void
put_whom(struct reply *r, const struct ban *b, const struct whom *w,
    const char *name)
{
	char shown[4 * TEXT_FOLD_BYTES + 1];

	text_escape(shown, sizeof(shown), b->what, strlen(b->what));
	switch (b->kind) {
	case BAN_NAME:
		reply_printf(r, _("name %s"), shown);
		return;
	case BAN_KEY:
		reply_printf(r, _("key %s"), shown);
		break;
	case BAN_ADDRESS:
		reply_printf(r, _("address %s"), shown);
		break;
	default:
		reply_printf(r, _("network %s"), shown);
		break;
	}
	if (name == NULL)
		return;
	text_escape(shown, sizeof(shown), name, strlen(name));
	if (w->was[0] != '\0')
		reply_printf(r, _(" (%s, who was %s)"), shown, w->was);
	else
		reply_printf(r, _(" (%s)"), shown);
}

/*
 * Whom a name means: the key that owns it; of who has none, what there is:
 * the name, and the address, unless that is this machine's and everybody's
 * on it. Returns how many; 0: nobody.
 */
static size_t
aim_at(const struct operator *o, const char *name, struct ban bans[AIMS])
{
	struct hub_person who;
	size_t n = 0;

	name += *name == '~';
	if (!hub_look(o->hub, o->wall_ms, name, strlen(name), &who))
		return 0;
	if (!who.classic) {
		if (who.key != NULL)
			ban_of_key(&bans[n++], who.key);
		return n;
	}
	bans[n].kind = BAN_NAME;
	bans[n].net.family = 0;
	text_fold(bans[n++].what, who.name, who.name_len);
	if (who.addr != NULL && !sock_addr_is_loopback(who.addr) &&
	    ban_of_address(&bans[n], who.addr))
		n++;
	return n;
}

/* Whom WHO means; 0: nobody, which is said. */
static size_t
find_aims(const struct operator *o, const struct whom *w,
    struct ban bans[AIMS], struct reply *r)
{
	size_t n;

	switch (ban_parse(&bans[0], w->who + (w->who[0] == '~'))) {
	case BAN_TEXT_OK:
		if (bans[0].kind == BAN_NETWORK && bans[0].net.bits == 0) {
			reply_misused(r, _("%s is everybody: to let in only "
			    "some, close the room"), w->shown);
			return 0;
		}
		if (bans[0].kind != BAN_NAME)
			return 1;
		if ((n = aim_at(o, w->who, bans)) == 0)
			reply_refuse(r, _("nobody here is called %s, and "
			    "nobody owns the name: give a key, an address or "
			    "a network"), w->shown);
		return n;
	case BAN_TEXT_BITS:
		reply_misused(r, _("%s has bits behind its prefix: %s is the "
		    "network"), w->shown, bans[0].what);
		return 0;
	default:
		reply_misused(r, _("%s is no name, key, address or network"),
		    w->shown);
		return 0;
	}
}

/* The name of who is meant, also by his key; NULL: none is known. */
static const char *
name_of(const struct operator *o, const struct whom *w,
    char buf[TEXT_NAME_BYTES + 1])
{
	const char *name = whom_name(w);
	struct hub_person who;

	if (name != NULL || !hub_look_key(o->hub, o->wall_ms, w->who, &who))
		return name;
	memcpy(buf, who.name, who.name_len);
	buf[who.name_len] = '\0';
	return buf;
}

/* Who is put out by a ban of something else than his name. */
static void
put_out(void *arg, const struct hub_person *who)
{
	reply_printf(arg, _("put out: "));
	whom_put(arg, NULL, who);
	reply_printf(arg, "\n");
}

/* After errno: why there is no such ban; the first one is the answer. */
static void
put_why_not(const struct operator *o, bool first, struct reply *r)
{
	bool full = errno == ENOSPC && bans_are_full(o->bans);
	const char *why = full ? _("too many of them already") :
	    strerror(errno);
	const char *file = full ? "" : "bans: ";

	if (first)
		reply_refuse(r, "%s%s", file, why);
	else
		reply_printf(r, "%s%s\n", file, why);
}

/* What one ban became, and whom it put out; false: it is none, and no other
 * one is tried. */
static bool
ban_one(const struct operator *o, const struct whom *w, const struct ban *b,
    const char *name, bool first, struct reply *r)
{
	struct reply gone = { .text = NULL };
	bool done = hub_ban(o->hub, o->now_ms, o->wall_ms, b, name,
	    whom_name(w) == NULL ? put_out : NULL, &gone);

	if (!done && errno != EALREADY) {
		put_why_not(o, first, r);
		return false;
	}
	if (first)
		reply_printf(r, "ok\n");
	reply_printf(r, "%s", done ? _("banned: ") : _("banned already: "));
	put_whom(r, b, w, name);
	whom_put_until(r, b->until_ms);
	if (gone.len > 0)
		reply_bytes(r, gone.text, gone.len);
	free(gone.text);
	return true;
}

void
operator_ban(const struct operator *o, const char *arg, struct reply *r)
{
	char buf[TEXT_NAME_BYTES + 1];
	struct ban bans[AIMS];
	const char *name;
	struct whom w;
	int64_t until_ms;
	size_t n, i;

	memset(bans, 0, sizeof(bans));
	if (*arg == '\0') {
		list_bans(o, r);
		return;
	}
	if (!whom_split(&w, arg, r) || !whom_until(o, &w, &until_ms, r))
		return;
	whom_respell(o, &w);
	if ((n = find_aims(o, &w, bans, r)) == 0)
		return;
	name = name_of(o, &w, buf);
	for (i = 0; i < n; i++) {
		bans[i].until_ms = until_ms;
		if (!ban_one(o, &w, &bans[i], name, i == 0, r))
			return;
	}
}

/* What a ban of WHO may have been, also by an older server. */
static size_t
find_bans(const struct operator *o, const struct whom *w,
    struct ban bans[AIMS + 2])
{
	const char *name = w->who + (w->who[0] == '~');
	size_t n = aim_at(o, w->who, bans);

	if (ban_parse(&bans[n], name) == BAN_TEXT_OK)
		n++;
	if (ban_parse_address(&bans[n], name))
		n++;
	return n;
}

void
operator_unban(const struct operator *o, const char *arg, struct reply *r)
{
	char buf[TEXT_NAME_BYTES + 1];
	struct ban bans[AIMS + 2];
	const char *name;
	bool any = false;
	struct whom w;
	size_t n, i;

	memset(bans, 0, sizeof(bans));
	if (!whom_split(&w, arg, r))
		return;
	whom_respell(o, &w);
	n = find_bans(o, &w, bans);
	name = name_of(o, &w, buf);
	for (i = 0; i < n; i++) {
		if (!hub_unban(o->hub, o->now_ms, o->wall_ms, &bans[i],
		    name)) {
			if (errno == 0 || any)
				continue;
			reply_refuse(r, "bans: %s", strerror(errno));
			return;
		}
		if (!any)
			reply_printf(r, "ok\n");
		any = true;
		reply_printf(r, _("lifted: "));
		put_whom(r, &bans[i], &w, name);
		reply_printf(r, "\n");
	}
	if (!any && n == 0)
		reply_misused(r, _("%s is no name, key, address or network"),
		    w.shown);
	else if (!any)
		reply_refuse(r, _("%s is not banned"), w.shown);
}
