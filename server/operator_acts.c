/*
 * The operator's acts. Runs in the server.
 */
#include "server/operator_acts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "server/bans.h"
#include "server/control.h"
#include "common/duration.h"
#include "server/hub.h"
#include "server/operator.h"
#include "server/operator_people.h"

enum {
	SHOWN_BYTES = 4 * TEXT_NAME_BYTES + 1,	/* of what was asked for */
	AIMS = 4			/* bans that one word may mean */
};

/* WHO of a request, up to its space, and what is behind that. */
struct words {
	char		 who[TEXT_FOLD_BYTES];
	char		 shown[SHOWN_BYTES];	/* for a terminal */
	bool		 more;
	const char	*rest;
};

static bool
split(struct words *w, const char *arg, struct reply *r)
{
	size_t len = strcspn(arg, " ");

	text_escape(w->shown, sizeof(w->shown), arg, len);
	w->more = arg[len] == ' ';
	w->rest = arg + len + w->more;
	if (len > 0 && len < sizeof(w->who)) {
		memcpy(w->who, arg, len);
		w->who[len] = '\0';
		return true;
	}
	reply_refuse(r, _("%s is no name, key, address or network"), w->shown);
	return false;
}

/* The name that WHO is; NULL: it is none. */
static const char *
name_of(const struct words *w)
{
	const char *name = w->who + (w->who[0] == '~');
	struct ban b;

	return ban_parse(&b, name) == BAN_TEXT_OK && b.kind == BAN_NAME ?
	    name : NULL;
}

/* As he spells his name himself, where he is here. */
static void
respell(const struct operator *o, struct words *w)
{
	bool classic = w->who[0] == '~';
	const char *name = w->who + classic;
	struct hub_person who;
	char spelt[TEXT_NAME_BYTES];

	if (!hub_look(o->hub, o->wall_ms, name, strlen(name), &who))
		return;
	memcpy(spelt, who.name, who.name_len);
	snprintf(w->who, sizeof(w->who), "%s%.*s", classic ? "~" : "",
	    (int)who.name_len, spelt);
}

/* TIME behind WHO, which need not be there: then *until_ms is 0. */
static bool
take_time(const struct operator *o, const struct words *w, int64_t *until_ms,
    struct reply *r)
{
	char shown[SHOWN_BYTES];
	int64_t ms = 0;

	*until_ms = 0;
	if (!w->more)
		return true;
	if (duration_parse(w->rest, &ms) != DURATION_OK || ms == 0) {
		reply_refuse(r, _("'%s' is no time like 45s, 30m, 12h or 2d"),
		    text_escape(shown, sizeof(shown), w->rest,
		    strlen(w->rest)));
		return false;
	}
	*until_ms = o->wall_ms + ms;
	return true;
}

/* REASON, cleaned into clean; *len its length. */
static bool
take_reason(const char *reason, char clean[FRAME_REASON_BYTES + 1],
    size_t *len, struct reply *r)
{
	size_t n = strlen(reason);

	if (n > FRAME_REASON_BYTES || !text_valid(reason, n)) {
		reply_refuse(r, _("the reason is longer than %d bytes, or not "
		    "UTF-8"), FRAME_REASON_BYTES);
		return false;
	}
	*len = text_clean(clean, reason, n, false);
	clean[*len] = '\0';
	return true;
}

/* Says what became of an act; true: it was done, and "ok" is said. */
static bool
is_done(enum hub_act act, const char *nobody, const char *shown,
    struct reply *r)
{
	switch (act) {
	case HUB_ACT_OK:
		reply_printf(r, "ok\n");
		return true;
	case HUB_ACT_NOBODY:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		reply_refuse(r, nobody, shown);
#pragma GCC diagnostic pop
		break;
	case HUB_ACT_NO_SPACE:
		reply_refuse(r, _("the log cannot be written"));
		break;
	case HUB_ACT_MANY:
		reply_refuse(r, _("too many of them already"));
		break;
	}
	return false;
}

void
operator_kick(const struct operator *o, const char *arg, struct reply *r)
{
	size_t len = strcspn(arg, " "), skip = *arg == '~', n;
	char clean[FRAME_REASON_BYTES + 1], shown[SHOWN_BYTES];

	if (!take_reason(arg + len + (arg[len] == ' '), clean, &n, r))
		return;
	text_escape(shown, sizeof(shown), arg, len);
	if (is_done(hub_kick(o->hub, o->now_ms, o->wall_ms, arg + skip,
	    len - skip, clean, n), _("nobody here is called %s"), shown, r))
		reply_printf(r, _("kicked: %s\n"), shown);
}

/*
 * Bans
 */

static void
put_ban(void *arg, const struct ban *b)
{
	char shown[4 * TEXT_FOLD_BYTES + 1], until[OPERATOR_UNTIL];

	reply_printf(arg, "%s%s%s\n", text_escape(shown, sizeof(shown),
	    b->what, strlen(b->what)), b->until_ms == 0 ? "" : "\tuntil ",
	    b->until_ms == 0 ? "" : operator_time(until, b->until_ms));
}

/* "key SHA256:... (bob)" */
static void
put_whom(struct reply *r, const struct ban *b, const char *name)
{
	char shown[4 * TEXT_FOLD_BYTES + 1];

	text_escape(shown, sizeof(shown), b->what, strlen(b->what));
	switch (b->kind) {
	case BAN_NAME:
		reply_printf(r, _("name %s"), shown);
		break;
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
	if (*name != '\0' && b->kind != BAN_NAME)
		reply_printf(r, " (%s)", name);
}

static void
put_until(struct reply *r, int64_t until_ms)
{
	char until[OPERATOR_UNTIL];

	if (until_ms == 0)
		reply_printf(r, _(" for ever\n"));
	else
		reply_printf(r, _(" until %s\n"), operator_time(until,
		    until_ms));
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
find_aims(const struct operator *o, const struct words *w,
    struct ban bans[AIMS], struct reply *r)
{
	size_t n;

	switch (ban_parse(&bans[0], w->who + (w->who[0] == '~'))) {
	case BAN_TEXT_OK:
		if (bans[0].kind != BAN_NAME)
			return 1;
		if ((n = aim_at(o, w->who, bans)) == 0)
			reply_refuse(r, _("nobody here is called %s, and "
			    "nobody owns the name: give a key, an address or "
			    "a network"), w->shown);
		return n;
	case BAN_TEXT_BITS:
		reply_refuse(r, _("%s has bits behind its prefix: %s is the "
		    "network"), w->shown, bans[0].what);
		return 0;
	default:
		reply_refuse(r, _("%s is no name, key, address or network"),
		    w->shown);
		return 0;
	}
}

void
operator_ban(const struct operator *o, const char *arg, struct reply *r)
{
	struct ban bans[AIMS];
	struct words w;
	int64_t until_ms;
	size_t n, i;

	memset(bans, 0, sizeof(bans));
	if (*arg == '\0') {
		reply_printf(r, "ok\n");
		bans_list(o->bans, o->wall_ms, put_ban, r);
		return;
	}
	if (!split(&w, arg, r) || !take_time(o, &w, &until_ms, r))
		return;
	respell(o, &w);
	if ((n = find_aims(o, &w, bans, r)) == 0)
		return;
	for (i = 0; i < n; i++) {
		bans[i].until_ms = until_ms;
		if (!hub_ban(o->hub, o->now_ms, o->wall_ms, &bans[i],
		    name_of(&w))) {
			if (i == 0)
				reply_refuse(r, "bans: %s", strerror(errno));
			else
				reply_printf(r, "bans: %s\n",
				    strerror(errno));
			return;
		}
		if (i == 0)
			reply_printf(r, "ok\n");
		reply_printf(r, _("banned: "));
		put_whom(r, &bans[i], strcmp(w.who, bans[i].what) == 0 ? "" :
		    w.shown);
		put_until(r, until_ms);
	}
}

/* What a ban of WHO may have been, also by an older server. */
static size_t
find_bans(const struct operator *o, const struct words *w,
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
	struct ban bans[AIMS + 2];
	bool any = false;
	struct words w;
	size_t n, i;

	memset(bans, 0, sizeof(bans));
	if (!split(&w, arg, r))
		return;
	respell(o, &w);
	n = find_bans(o, &w, bans);
	for (i = 0; i < n; i++) {
		if (!hub_unban(o->hub, o->now_ms, o->wall_ms, &bans[i],
		    name_of(&w))) {
			if (errno == 0 || any)
				continue;
			reply_refuse(r, "bans: %s", strerror(errno));
			return;
		}
		if (!any)
			reply_printf(r, "ok\n");
		any = true;
		reply_printf(r, _("lifted: "));
		put_whom(r, &bans[i], strcmp(w.who, bans[i].what) == 0 ? "" :
		    w.shown);
		reply_printf(r, "\n");
	}
	if (!any && n == 0)
		reply_refuse(r, _("%s is no name, key, address or network"),
		    w.shown);
	else if (!any)
		reply_refuse(r, _("%s is not banned"), w.shown);
}

/*
 * Silence
 */

/* Whom WHO means: a key, or a name that somebody has; else that is said. */
static bool
find_person(const struct operator *o, const struct words *w,
    struct hub_person *who, struct reply *r)
{
	const char *name = w->who + (w->who[0] == '~');
	struct ban b;

	if (ban_parse(&b, w->who) == BAN_TEXT_OK && b.kind == BAN_KEY) {
		memset(who, 0, sizeof(*who));
		strlcpy(who->fingerprint, b.what, sizeof(who->fingerprint));
		return true;
	}
	if (hub_look(o->hub, o->wall_ms, name, strlen(name), who) &&
	    (who->classic || who->fingerprint[0] != '\0'))
		return true;
	reply_refuse(r, _("nobody here is called %s, and nobody owns the "
	    "name"), w->shown);
	return false;
}

/* "bob (key SHA256:...)", "~dan", "key SHA256:..." */
static void
put_person(struct reply *r, const struct hub_person *who)
{
	char shown[SHOWN_BYTES];

	if (who->name_len == 0) {
		reply_printf(r, _("key %s"), who->fingerprint);
		return;
	}
	reply_printf(r, "%s%s", who->classic ? "~" : "", text_escape(shown,
	    sizeof(shown), who->name, who->name_len));
	if (who->fingerprint[0] == '\0')
		return;
	reply_printf(r, " (");
	reply_printf(r, _("key %s"), who->fingerprint);
	reply_printf(r, ")");
}

/* mute WHO [TIME [REASON]] */
void
operator_mute(const struct operator *o, const char *arg, struct reply *r)
{
	char clean[FRAME_REASON_BYTES + 1], time[32];
	struct hub_person who;
	struct words w;
	const char *reason;
	int64_t until_ms;
	size_t n;

	if (!split(&w, arg, r))
		return;
	n = strcspn(w.rest, " ");
	reason = w.rest + n + (w.rest[n] == ' ');
	snprintf(time, sizeof(time), "%.*s", (int)n, w.rest);
	w.rest = time;
	if (!take_time(o, &w, &until_ms, r) ||
	    !take_reason(reason, clean, &n, r) ||
	    !find_person(o, &w, &who, r) ||
	    !is_done(hub_mute(o->hub, o->now_ms, o->wall_ms, &who,
	    until_ms == 0 ? 0 : until_ms - o->wall_ms, clean, n), "%s",
	    w.shown, r))
		return;
	reply_printf(r, _("muted: "));
	put_person(r, &who);
	put_until(r, until_ms);
}

void
operator_unmute(const struct operator *o, const char *arg, struct reply *r)
{
	struct hub_person who;
	struct words w;

	if (!split(&w, arg, r) || !find_person(o, &w, &who, r) ||
	    !is_done(hub_unmute(o->hub, o->now_ms, o->wall_ms, &who),
	    _("%s is not muted"), w.shown, r))
		return;
	reply_printf(r, _("not muted any more: "));
	put_person(r, &who);
	reply_printf(r, "\n");
}

/*
 * Doors
 */

static void
put_allowed(void *arg, const char *fingerprint, const char *name, size_t len)
{
	char shown[SHOWN_BYTES];

	reply_printf(arg, "%s\t%s\n", fingerprint, text_escape(shown,
	    sizeof(shown), name, len));
}

/* Of who has no key nothing is to be allowed. */
static bool
find_key(const struct operator *o, const struct words *w,
    struct hub_person *who, struct reply *r)
{
	if (!find_person(o, w, who, r))
		return false;
	if (who->fingerprint[0] == '\0')
		reply_refuse(r, _("%s speaks the classic protocol and has no "
		    "key"), w->shown);
	return who->fingerprint[0] != '\0';
}

void
operator_allow(const struct operator *o, const char *arg, struct reply *r)
{
	struct hub_person who;
	struct words w;

	if (*arg == '\0') {
		reply_printf(r, "ok\n");
		hub_allowed(o->hub, put_allowed, r);
		return;
	}
	if (!split(&w, arg, r) || !find_key(o, &w, &who, r) ||
	    !is_done(hub_allow(o->hub, o->now_ms, o->wall_ms, &who), "%s",
	    w.shown, r))
		return;
	reply_printf(r, _("allowed: "));
	put_person(r, &who);
	reply_printf(r, "\n");
}

void
operator_disallow(const struct operator *o, const char *arg, struct reply *r)
{
	struct hub_person who;
	struct words w;

	if (!split(&w, arg, r) || !find_key(o, &w, &who, r) ||
	    !is_done(hub_disallow(o->hub, o->now_ms, o->wall_ms, &who),
	    _("%s is not allowed"), w.shown, r))
		return;
	reply_printf(r, _("not allowed any more: "));
	put_person(r, &who);
	reply_printf(r, "\n");
}

void
operator_close(const struct operator *o, const char *arg, struct reply *r)
{
	size_t keys;

	if (*arg != '\0')
		reply_refuse(r, _("close and open take nothing"));
	else if (is_done(hub_close_room(o->hub, o->now_ms, o->wall_ms, &keys),
	    "%s", _("the room is closed already"), r))
		reply_printf(r, _("closed; allowed with it: %zu who are "
		    "here\n"), keys);
}

void
operator_open(const struct operator *o, const char *arg, struct reply *r)
{
	if (*arg != '\0')
		reply_refuse(r, _("close and open take nothing"));
	else if (is_done(hub_open_room(o->hub, o->now_ms, o->wall_ms), "%s",
	    _("the room is open already"), r))
		reply_printf(r, _("open\n"));
}

void
operator_release(const struct operator *o, const char *name, struct reply *r)
{
	char shown[SHOWN_BYTES];

	text_escape(shown, sizeof(shown), name, strlen(name));
	if (!hub_release(o->hub, o->wall_ms, name, strlen(name))) {
		reply_refuse(r, _("nobody owns the name %s"), shown);
		return;
	}
	reply_printf(r, "ok\n");
	reply_printf(r, _("released: %s\n"), shown);
}
