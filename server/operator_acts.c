/*
 * The operator's acts. Runs in the server.
 */
#include "server/operator_acts.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/base64.h"
#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/text.h"
#include "server/hub.h"
#include "server/key_names.h"
#include "server/operator.h"
#include "server/reply.h"
#include "server/whom.h"

/* Says what became of an act; true: it is so now, and "ok" is said. */
static bool
is_done(enum hub_act act, const char *nobody, const char *shown,
    struct reply *r)
{
	switch (act) {
	case HUB_ACT_OK:
	case HUB_ACT_ALREADY:
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
	char clean[FRAME_REASON_BYTES + 1], shown[WHOM_SHOWN];
	struct whom w;
	const char *name;
	size_t n;

	if (!whom_split(&w, arg, r) || !whom_reason(w.rest, clean, &n, r))
		return;
	whom_respell(o, &w);
	name = w.who + (w.who[0] == '~');
	text_escape(shown, sizeof(shown), name, strlen(name));
	if (!is_done(hub_kick(o->hub, o->now_ms, o->wall_ms, name,
	    strlen(name), clean), _("nobody here is called %s"), shown, r))
		return;
	reply_printf(r, w.was[0] != '\0' ? _("kicked: %s, who was %s\n") :
	    _("kicked: %s\n"), shown, w.was);
}

/*
 * Silence
 */

/* mute WHO [TIME [REASON]] */
void
operator_mute(const struct operator *o, const char *arg, struct reply *r)
{
	char clean[FRAME_REASON_BYTES + 1], time[32];
	struct hub_person who;
	enum hub_act act;
	struct whom w;
	const char *reason;
	int64_t until_ms;
	size_t n;

	if (!whom_split(&w, arg, r))
		return;
	n = strcspn(w.rest, " ");
	reason = w.rest + n + (w.rest[n] == ' ');
	snprintf(time, sizeof(time), "%.*s", (int)n, w.rest);
	w.rest = time;
	if (!whom_until(o, &w, &until_ms, r) ||
	    !whom_reason(reason, clean, &n, r) ||
	    !whom_person(o, &w, &who, r))
		return;
	act = hub_mute(o->hub, o->now_ms, o->wall_ms, &who, until_ms == 0 ? 0 :
	    until_ms - o->wall_ms, clean);
	if (!is_done(act, "%s", w.shown, r))
		return;
	reply_printf(r, "%s", act == HUB_ACT_ALREADY ? _("muted already: ") :
	    _("muted: "));
	whom_put(r, &w, &who);
	whom_put_until(r, until_ms);
}

void
operator_unmute(const struct operator *o, const char *arg, struct reply *r)
{
	struct hub_person who;
	enum hub_act act;
	struct whom w;

	if (!whom_split(&w, arg, r) || !whom_person(o, &w, &who, r))
		return;
	act = hub_unmute(o->hub, o->now_ms, o->wall_ms, &who);
	if (!is_done(act, "%s", w.shown, r))
		return;
	reply_printf(r, "%s", act == HUB_ACT_ALREADY ? _("not muted: ") :
	    _("not muted any more: "));
	whom_put(r, &w, &who);
	reply_printf(r, "\n");
}

/*
 * Doors
 */

/* A list that is being written. */
struct list {
	struct reply	*reply;
	struct key_names *names;
};

/* With the name of now, else that of then. */
static void
put_allowed(void *arg, const char *fingerprint, const char *name, size_t len)
{
	const struct list *list = arg;
	const char *now = key_names_find(list->names, fingerprint);
	char shown[4 * TEXT_FOLD_BYTES + 1];

	reply_printf(list->reply, "%s\t%s\n", fingerprint, now == NULL ?
	    text_escape(shown, sizeof(shown), name, len) :
	    text_escape(shown, sizeof(shown), now, strlen(now)));
}

static void
list_allowed(const struct operator *o, struct reply *r)
{
	struct list list = { r, key_names_new(o->hub, o->wall_ms) };

	reply_printf(r, "ok\n");
	hub_allowed(o->hub, put_allowed, &list);
	key_names_free(list.names);
}

/* Of who has no key nothing is to be allowed. */
static bool
find_key(const struct operator *o, struct whom *w,
    struct hub_person *who, struct reply *r)
{
	if (!whom_person(o, w, who, r))
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
	enum hub_act act;
	struct whom w;

	if (*arg == '\0') {
		list_allowed(o, r);
		return;
	}
	if (!whom_split(&w, arg, r) || !find_key(o, &w, &who, r))
		return;
	act = hub_allow(o->hub, o->now_ms, o->wall_ms, &who);
	if (!is_done(act, "%s", w.shown, r))
		return;
	reply_printf(r, "%s", act == HUB_ACT_ALREADY ? _("allowed already: ") :
	    _("allowed: "));
	whom_put(r, &w, &who);
	reply_printf(r, "\n");
}

void
operator_disallow(const struct operator *o, const char *arg, struct reply *r)
{
	struct hub_person who;
	enum hub_act act;
	struct whom w;

	if (!whom_split(&w, arg, r) || !find_key(o, &w, &who, r))
		return;
	act = hub_disallow(o->hub, o->now_ms, o->wall_ms, &who);
	if (!is_done(act, "%s", w.shown, r))
		return;
	reply_printf(r, "%s", act == HUB_ACT_ALREADY ? _("not allowed: ") :
	    _("not allowed any more: "));
	whom_put(r, &w, &who);
	reply_printf(r, "\n");
}

void
operator_close(const struct operator *o, const char *arg, struct reply *r)
{
	enum hub_act act;
	size_t keys;

	if (*arg != '\0') {
		reply_misused(r, _("close and open take nothing"));
		return;
	}
	act = hub_close_room(o->hub, o->now_ms, o->wall_ms, &keys);
	if (!is_done(act, "%s", "", r))
		return;
	if (act == HUB_ACT_ALREADY)
		reply_printf(r, _("the room is closed already\n"));
	else
		reply_printf(r, _("closed; allowed with it, of those who "
		    "are here: %zu\n"), keys);
}

void
operator_open(const struct operator *o, const char *arg, struct reply *r)
{
	enum hub_act act;

	if (*arg != '\0') {
		reply_misused(r, _("close and open take nothing"));
		return;
	}
	act = hub_open_room(o->hub, o->now_ms, o->wall_ms);
	if (is_done(act, "%s", "", r))
		reply_printf(r, "%s", act == HUB_ACT_ALREADY ?
		    _("the room is open already\n") :
		    _("open: everybody may enter again\n"));
}

/* Of somebody who was here: of another one only the fingerprint is known. */
static bool
take_key(const struct operator *o, struct whom *w, struct hub_person *who,
    uint8_t key[NOISE_KEY], struct reply *r)
{
	if (!find_key(o, w, who, r))
		return false;
	if (who->key == NULL) {
		reply_refuse(r, _("nobody with the key %s was ever here"),
		    who->fingerprint);
		return false;
	}
	memcpy(key, who->key, NOISE_KEY);
	return true;
}

/* A key itself, in base64url: it need not have been here. */
static bool
is_whole(const struct whom *w, uint8_t key[NOISE_KEY])
{
	return base64_decode(key, NOISE_KEY, w->who, strlen(w->who),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* rekey WHO WHO: the second one's key is what the first one has from now on. */
void
operator_rekey(const struct operator *o, const char *arg, struct reply *r)
{
	uint8_t key[NOISE_KEY], heir[NOISE_KEY];
	char was[FINGERPRINT_TEXT];
	struct hub_person who, other;
	enum hub_act act;
	struct whom w, to;

	if (!whom_split(&w, arg, r) || !whom_split(&to, w.rest, r) ||
	    !take_key(o, &w, &who, key, r) ||
	    (!is_whole(&to, heir) && !take_key(o, &to, &other, heir, r)))
		return;
	if (memcmp(key, heir, NOISE_KEY) == 0) {
		reply_refuse(r, _("both are the same key"));
		return;
	}
	strlcpy(was, who.fingerprint, sizeof(was));
	act = hub_rekey(o->hub, o->now_ms, o->wall_ms, key, heir);
	if (!is_done(act, _("one of the two has been replaced already"), "",
	    r))
		return;
	fingerprint_text(who.fingerprint, heir);
	reply_printf(r, "%s", act == HUB_ACT_ALREADY ? _("so already: ") :
	    _("rekeyed: "));
	whom_put(r, &w, &who);
	reply_printf(r, _("; out for good: key %s\n"), was);
}

/* As he bears it who is here: whoever types it may mean other capitals. */
static void
show_borne(const struct operator *o, const char *typed, size_t len,
    char shown[WHOM_SHOWN])
{
	size_t skip = *typed == '~';
	struct hub_person who;

	if (hub_look(o->hub, o->wall_ms, typed + skip, len - skip, &who))
		text_escape(shown, WHOM_SHOWN, who.name, who.name_len);
	else
		text_escape(shown, WHOM_SHOWN, typed, len);
}

void
operator_release(const struct operator *o, const char *name, struct reply *r)
{
	char shown[WHOM_SHOWN];

	show_borne(o, name, strlen(name), shown);
	if (is_done(hub_release(o->hub, o->now_ms, o->wall_ms, name,
	    strlen(name)), _("nobody owns the name %s"), shown, r))
		reply_printf(r, _("released: %s\n"), shown);
}
