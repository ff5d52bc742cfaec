/*
 * The hub's part that is the operator's: what he does to people, in the room
 * that he looks at or in all. Pure; runs in the server.
 */
#include <string.h>

#include "common/fingerprint.h"
#include "common/text.h"
#include "server/classic.h"
#include "server/hub_parts.h"
#include "server/peers.h"
#include "server/room/room_say.h"

void
hub_rule_of(struct rule *r, enum rule_word word, const struct hub_person *who)
{
	memset(r, 0, sizeof(*r));
	r->word = word;
	if (who == NULL)
		return;
	r->classic = who->classic;
	r->name = who->name;
	r->name_len = who->name_len;
	memcpy(r->key, who->fingerprint, sizeof(r->key));
}

/* Of an act in several rooms: what is to be told, if these came of it. */
static enum hub_act
worse(enum hub_act a, enum hub_act b)
{
	static const unsigned bad[] = { [HUB_ACT_OK] = 1,
	    [HUB_ACT_ALREADY] = 0, [HUB_ACT_NOBODY] = 0,
	    [HUB_ACT_NO_SPACE] = 3, [HUB_ACT_MANY] = 2 };

	return bad[b] > bad[a] ? b : a;
}

/*
 * Out
 */

/*
 * The rule that put him out is what is shown, not that he left; who has a
 * session is told when that has come about. Meanwhile he may have gone by
 * himself.
 */
void
hub_put_out_named(struct room *r, const char *fold)
{
	struct member *p = roster_find(&r->roster, fold);

	if (p == NULL || (p->classic && classic_put_out(hub_of(r)->classic,
	    p->name, p->name_len)))
		return;
	room_report(r, HUB_KICKED, HUB_FINE, NULL, p->name, p->name_len);
	room_put_out(r, ENTRY_LEAVE, ENTRY_QUIET | (p->classic ?
	    ENTRY_CLASSIC : 0U), p->name, p->name_len);
}

/* Is it he whom the rule names, by his key or that he has none? */
static bool
is_named(const struct room *r, const struct member *p, const struct rule *rule)
{
	struct hub_person who;

	hub_look_at(hub_of(r), r->house->wall_ms, p, &who);
	return who.classic == rule->classic &&
	    strcmp(who.fingerprint, rule->key) == 0;
}

/* Under another name he is found by his key. */
static void
put_out_kicked(struct room *r, const struct rule *rule)
{
	struct member *p = roster_named(&r->roster, rule->name,
	    rule->name_len);

	if (p != NULL && is_named(r, p, rule)) {
		hub_put_out_named(r, p->fold);
		return;
	}
	if (rule->key[0] == '\0')
		return;
	p = roster_first(&r->roster);
	while (p != NULL && !is_named(r, p, rule))
		p = roster_next(p);
	if (p != NULL)
		hub_put_out_named(r, p->fold);
}

static void
put_out_disallowed(struct room *r, const struct rule *rule)
{
	struct member *p;
	struct hub_person who;

	if (!standing_closed(r->standing))
		return;
	for (p = roster_first(&r->roster); p != NULL; p = roster_next(p)) {
		hub_look_at(hub_of(r), r->house->wall_ms, p, &who);
		if (strcmp(who.fingerprint, rule->key) == 0)
			hub_put_out_named(r, p->fold);
	}
}

static void
take_rule(void *room, const struct entry *e, struct member *who, bool ours)
{
	struct rule r;

	(void)who;
	if (!ours || !entry_is_rule(e) || !rule_parse(&r, e->text,
	    e->text_len))
		return;
	if (r.word == RULE_KICK)
		put_out_kicked(room, &r);
	else if (r.word == RULE_DISALLOW)
		put_out_disallowed(room, &r);
}

void
hub_watch_rules(struct room *r)
{
	const struct room_watch watch = { .after = take_rule, .arg = r };

	room_watch(r, &watch);
}

/* They are not in the room: nothing has to be so first. */
static enum hub_act
kick_absent(struct room *room, const char *fold, const char *reason)
{
	struct peers *peers = hub_of(room)->peers;
	size_t len = strlen(reason);
	struct rule r = { .word = RULE_KICK, .reason = reason,
	    .reason_len = len };
	enum hub_act act = HUB_ACT_NOBODY;
	struct seat *s;

	while ((s = peers_absent(peers, room, fold)) != NULL) {
		act = HUB_ACT_OK;
		peers_name(s->peer, &r);
		room_say_rule_soon(room, &r);
		room_report(room, HUB_KICKED, HUB_FINE, NULL, r.name,
		    r.name_len);
		peers_unseat(peers, s, FRAME_KICKED, reason, len);
	}
	room_settle(room);
	return act;
}

static enum hub_act
kick_from(struct room *room, const char *fold, const char *reason)
{
	struct member *p = roster_find(&room->roster, fold);
	struct hub_person who;
	struct rule r;

	if (p == NULL)
		return kick_absent(room, fold, reason);
	hub_look_at(hub_of(room), room->house->wall_ms, p, &who);
	hub_rule_of(&r, RULE_KICK, &who);
	r.reason = reason;
	r.reason_len = strlen(reason);
	return room_say_rule(room, &r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

enum hub_act
hub_kick(struct hub *h, int64_t now_ms, int64_t wall_ms, const char *name,
    size_t len, const char *reason)
{
	enum hub_act act = HUB_ACT_NOBODY;
	char fold[TEXT_FOLD_BYTES];
	struct room *r;

	house_at(&h->house, now_ms, wall_ms);
	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return HUB_ACT_NOBODY;
	HUB_EACH_ROOM(r, h)
		act = worse(act, kick_from(r, fold, reason));
	return act;
}

/*
 * Silence
 */

/* Nothing new can be said of who is silent for ever, for this reason. */
static bool
is_muted_so(const struct room *room, const struct rule *r, const char *fold)
{
	struct standing_mute mute;

	return r->ms == 0 && standing_muted(room->standing,
	    room->house->wall_ms, r->key[0] == '\0' ? NULL : r->key, fold,
	    &mute) && mute.until_ms == 0 &&
	    strlen(mute.reason) == r->reason_len &&
	    memcmp(mute.reason, r->reason, r->reason_len) == 0;
}

static enum hub_act
mute_in(struct room *room, const struct rule *r, const char *fold)
{
	if (is_muted_so(room, r, fold))
		return HUB_ACT_ALREADY;
	if (!standing_may_mute(room->standing, room->house->wall_ms,
	    r->key[0] == '\0' ? NULL : r->key, fold))
		return HUB_ACT_MANY;
	if (!room_say_rule(room, r, 0))
		return HUB_ACT_NO_SPACE;
	if (r->classic)
		classic_hush(hub_of(room)->classic, r->name, r->name_len);
	return HUB_ACT_OK;
}

static enum hub_act
unmute_in(struct room *room, const struct rule *r, const char *fold)
{
	if (!standing_muted(room->standing, room->house->wall_ms,
	    r->key[0] == '\0' ? NULL : r->key, fold, NULL))
		return HUB_ACT_ALREADY;
	return room_say_rule(room, r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

/* Who has no key is in the home room alone. */
static enum hub_act
silence(struct hub *h, const struct rule *r, enum hub_act (*in)(struct room *,
    const struct rule *, const char *))
{
	enum hub_act act = HUB_ACT_ALREADY;
	char fold[TEXT_FOLD_BYTES] = "";
	struct room *room;

	if (r->name_len > 0)
		text_fold(fold, r->name, r->name_len);
	HUB_EACH_ROOM(room, h)
		if (r->key[0] != '\0' || room == hub_room(h))
			act = worse(act, in(room, r, fold));
	return act;
}

enum hub_act
hub_mute(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_person *who, int64_t ms, const char *reason)
{
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	hub_rule_of(&r, RULE_MUTE, who);
	r.ms = ms;
	r.reason = reason;
	r.reason_len = strlen(reason);
	return silence(h, &r, mute_in);
}

enum hub_act
hub_unmute(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_person *who)
{
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	hub_rule_of(&r, RULE_UNMUTE, who);
	return silence(h, &r, unmute_in);
}

enum hub_act
hub_release(struct hub *h, int64_t now_ms, int64_t wall_ms, const char *name,
    size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	house_at(&h->house, now_ms, wall_ms);
	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0 ||
	    log_lease_owner(h->room->log, wall_ms, fold) == NULL)
		return HUB_ACT_NOBODY;
	return room_free_name(h->room, fold) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}
