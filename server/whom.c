/*
 * Whom a request means. Pure; runs in the server.
 */
#include "server/whom.h"

#include <stdio.h>
#include <string.h>

#include "common/duration.h"
#include "common/lang.h"
#include "server/hub.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/room/ban.h"

static const char fingerprint[] = "SHA256:";

static bool
is_key(const char *who)
{
	struct ban b;

	return ban_parse(&b, who) == BAN_TEXT_OK && b.kind == BAN_KEY;
}

bool
whom_split(struct whom *w, const char *arg, struct reply *r)
{
	size_t len = strcspn(arg, " ");

	text_escape(w->shown, sizeof(w->shown), arg, len);
	w->was[0] = '\0';
	w->more = arg[len] == ' ';
	w->rest = arg + len + w->more;
	if (len == 0 || len >= sizeof(w->who)) {
		reply_misused(r, _("%s is no name, key, address or network"),
		    w->shown);
		return false;
	}
	memcpy(w->who, arg, len);
	w->who[len] = '\0';
	/* A slip in a key shall not be a name that nobody has. */
	if (strncmp(w->who, fingerprint, strlen(fingerprint)) == 0 &&
	    !is_key(w->who)) {
		reply_misused(r, _("%s is no key: that is SHA256: and 43 "
		    "letters, digits, + or /"), w->shown);
		return false;
	}
	return true;
}

const char *
whom_name(const struct whom *w)
{
	const char *name = w->who + (w->who[0] == '~');
	struct ban b;

	return ban_parse(&b, name) == BAN_TEXT_OK && b.kind == BAN_NAME ?
	    name : NULL;
}

/* The name is nobody's here, but its owner may be, under another one. */
static void
follow(const struct operator *o, struct whom *w, struct hub_person *who)
{
	struct hub_person now;

	if (who->here || who->fingerprint[0] == '\0' ||
	    !hub_look_key(o->hub, o->wall_ms, who->fingerprint, &now) ||
	    !now.here)
		return;
	*who = now;
	strlcpy(w->was, w->shown, sizeof(w->was));
}

void
whom_respell(const struct operator *o, struct whom *w)
{
	bool classic = w->who[0] == '~';
	const char *name = w->who + classic;
	struct hub_person who;

	if (!hub_look(o->hub, o->wall_ms, name, strlen(name), &who))
		return;
	follow(o, w, &who);
	snprintf(w->who, sizeof(w->who), "%s%.*s", classic ? "~" : "",
	    (int)who.name_len, who.name);
}

bool
whom_until(const struct operator *o, const struct whom *w, int64_t *until_ms,
    struct reply *r)
{
	char shown[WHOM_SHOWN];
	int64_t ms = 0;

	*until_ms = 0;
	if (!w->more)
		return true;
	if (duration_parse(w->rest, &ms) != DURATION_OK || ms == 0) {
		reply_misused(r, _("'%s' is no time like 45s, 30m, 12h or 2d"),
		    text_escape(shown, sizeof(shown), w->rest,
		    strlen(w->rest)));
		return false;
	}
	*until_ms = o->wall_ms + ms;
	return true;
}

bool
whom_reason(const char *reason, char clean[FRAME_REASON_BYTES + 1],
    size_t *len, struct reply *r)
{
	size_t n = strlen(reason);

	if (n > FRAME_REASON_BYTES || !text_valid(reason, n)) {
		reply_misused(r, _("the reason is longer than %d bytes, or not "
		    "UTF-8"), FRAME_REASON_BYTES);
		return false;
	}
	*len = text_clean(clean, reason, n, false);
	clean[*len] = '\0';
	return true;
}

bool
whom_person(const struct operator *o, struct whom *w, struct hub_person *who,
    struct reply *r)
{
	const char *name = w->who + (w->who[0] == '~');

	if (is_key(w->who)) {
		if (hub_look_key(o->hub, o->wall_ms, w->who, who))
			return true;
		memset(who, 0, sizeof(*who));
		strlcpy(who->fingerprint, w->who, sizeof(who->fingerprint));
		return true;
	}
	if (hub_look(o->hub, o->wall_ms, name, strlen(name), who) &&
	    (who->classic || who->fingerprint[0] != '\0')) {
		follow(o, w, who);
		return true;
	}
	reply_refuse(r, _("nobody here is called %s, and nobody owns the "
	    "name"), w->shown);
	return false;
}

void
whom_put(struct reply *r, const struct whom *w, const struct hub_person *who)
{
	char shown[WHOM_SHOWN];

	if (who->name_len == 0) {
		reply_printf(r, _("key %s"), who->fingerprint);
		return;
	}
	reply_printf(r, "%s%s", who->classic ? "~" : "", text_escape(shown,
	    sizeof(shown), who->name, who->name_len));
	if (w != NULL && w->was[0] != '\0')
		reply_printf(r, _(", who was %s"), w->was);
	if (who->fingerprint[0] != '\0')
		reply_printf(r, _(" (key %s)"), who->fingerprint);
}

void
whom_put_until(struct reply *r, int64_t until_ms)
{
	char until[REPLY_TIME];

	if (until_ms == 0)
		reply_printf(r, _(" for ever\n"));
	else
		reply_printf(r, _(" until %s\n"), reply_time(until,
		    until_ms));
}
