/*
 * The hub's part that is the operator's: whom he sees, what he does to them.
 * Pure; runs in the server.
 */
#include <errno.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/text.h"
#include "server/classic.h"
#include "server/hub_parts.h"
#include "server/peers.h"
#include "server/room/bans.h"
#include "server/room/names.h"

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

/*
 * Who is here
 */

static void
set_key(struct hub_person *who, const uint8_t *key)
{
	who->key = key;
	if (key != NULL)
		fingerprint_text(who->fingerprint, key);
}

static void
look_at(const struct hub *h, int64_t wall_ms, const struct member *p,
    struct hub_person *who)
{
	const uint8_t *key;

	memset(who, 0, sizeof(*who));
	who->here = true;
	memcpy(who->name, p->name, p->name_len);
	who->name_len = p->name_len;
	who->since_ms = p->since_ms;
	who->spoke_ms = p->spoke_ms;
	who->classic = p->classic;
	who->away = p->away || (!p->classic && p->session == NULL);
	if (p->classic) {
		who->addr = classic_addr(h->classic, p->name, p->name_len);
		return;
	}
	set_key(who, peers_look(p, &key, &who->addr) ? key :
	    log_lease_owner(h->room->log, wall_ms, p->fold));
}

void
hub_names(const struct hub *h, int64_t wall_ms,
    void (*member)(void *, const struct hub_person *), void *arg)
{
	const struct member *p;
	struct hub_person who;

	for (p = roster_first(&h->room->roster); p != NULL;
	    p = roster_next(p)) {
		look_at(h, wall_ms, p, &who);
		member(arg, &who);
	}
}

bool
hub_look(const struct hub *h, int64_t wall_ms, const char *name, size_t len,
    struct hub_person *who)
{
	char fold[TEXT_FOLD_BYTES];
	const struct member *p;

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return false;
	if ((p = roster_find(&h->room->roster, fold)) != NULL) {
		look_at(h, wall_ms, p, who);
		return true;
	}
	memset(who, 0, sizeof(*who));
	memcpy(who->name, name, len);
	who->name_len = len;
	set_key(who, log_lease_owner(h->room->log, wall_ms, fold));
	return who->key != NULL;
}

/* Who is looked for, and what was found. */
struct key_search {
	const char	*fingerprint;
	char		 name[TEXT_FOLD_BYTES];
	bool		 found;
};

static void
look_at_lease(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct key_search *search = arg;
	char fingerprint[FINGERPRINT_TEXT];

	if (strcmp(fingerprint_text(fingerprint, key),
	    search->fingerprint) != 0)
		return;
	search->found = true;
	strlcpy(search->name, fold, sizeof(search->name));
}

bool
hub_look_key(const struct hub *h, int64_t wall_ms, const char *fingerprint,
    struct hub_person *who)
{
	struct key_search search = { .fingerprint = fingerprint };
	const struct member *p;

	for (p = roster_first(&h->room->roster); p != NULL;
	    p = roster_next(p)) {
		look_at(h, wall_ms, p, who);
		if (strcmp(who->fingerprint, fingerprint) == 0)
			return true;
	}
	log_lease_each(h->room->log, wall_ms, look_at_lease, &search);
	return search.found && hub_look(h, wall_ms, search.name,
	    strlen(search.name), who);
}

/* For whom the names of leases are. */
struct key_list {
	void	(*each)(void *arg, const char *name, size_t len,
		    const uint8_t key[NOISE_KEY]);
	void	*arg;
};

static void
list_lease(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	const struct key_list *list = arg;

	list->each(list->arg, fold, strlen(fold), key);
}

void
hub_keys(const struct hub *h, int64_t wall_ms, void (*each)(void *,
    const char *, size_t, const uint8_t[NOISE_KEY]), void *arg)
{
	struct key_list list = { each, arg };
	const struct member *p;
	struct hub_person who;

	log_lease_each(h->room->log, wall_ms, list_lease, &list);
	for (p = roster_first(&h->room->roster); p != NULL;
	    p = roster_next(p)) {
		look_at(h, wall_ms, p, &who);
		if (who.key != NULL)
			each(arg, who.name, who.name_len, who.key);
	}
}

/*
 * Out
 */

/*
 * The rule that put him out is what is shown, not that he left; who has a
 * session is told when that has come about. Meanwhile he may have gone by
 * himself.
 */
static void
put_out_named(struct hub *h, const char *fold)
{
	struct member *p = roster_find(&h->room->roster, fold);

	if (p == NULL || (p->classic && classic_put_out(h->classic, p->name,
	    p->name_len)))
		return;
	house_report(&h->house, HUB_KICKED, HUB_FINE, NULL, p->name,
	    p->name_len);
	room_put_out(h->room, ENTRY_LEAVE, ENTRY_QUIET | (p->classic ?
	    ENTRY_CLASSIC : 0U), p->name, p->name_len);
}

/* Is it he whom the rule names? */
static bool
is_named(const struct rule *r, const struct hub_person *who)
{
	return who->here && who->classic == r->classic &&
	    strcmp(who->fingerprint, r->key) == 0;
}

/* Under another name he is found by his key. */
static void
put_out_kicked(struct hub *h, const struct rule *r)
{
	struct hub_person who;
	char fold[TEXT_FOLD_BYTES];

	if (!(hub_look(h, h->house.wall_ms, r->name, r->name_len, &who) &&
	    is_named(r, &who)) && !(r->key[0] != '\0' && hub_look_key(h,
	    h->house.wall_ms, r->key, &who) && is_named(r, &who)))
		return;
	text_fold(fold, who.name, who.name_len);
	put_out_named(h, fold);
}

static void
put_out_disallowed(struct hub *h, const struct rule *r)
{
	struct member *p;
	struct hub_person who;

	if (!standing_closed(h->room->standing))
		return;
	for (p = roster_first(&h->room->roster); p != NULL;
	    p = roster_next(p)) {
		look_at(h, h->house.wall_ms, p, &who);
		if (strcmp(who.fingerprint, r->key) == 0)
			put_out_named(h, p->fold);
	}
}

void
hub_take_rule(void *hub, const struct entry *e, struct member *who, bool ours)
{
	struct rule r;

	(void)who;
	if (!ours || !entry_is_rule(e) || !rule_parse(&r, e->text,
	    e->text_len))
		return;
	if (r.word == RULE_KICK)
		put_out_kicked(hub, &r);
	else if (r.word == RULE_DISALLOW)
		put_out_disallowed(hub, &r);
}

/* They are not in the room: nothing has to be so first. */
static enum hub_act
kick_absent(struct hub *h, const char *fold, const char *reason)
{
	size_t len = strlen(reason);
	struct rule r = { .word = RULE_KICK, .reason = reason,
	    .reason_len = len };
	enum hub_act act = HUB_ACT_NOBODY;
	struct peer *p;

	while ((p = peers_absent(h->peers, fold)) != NULL) {
		act = HUB_ACT_OK;
		peers_name(p, &r);
		room_say_rule_soon(h->room, &r);
		house_report(&h->house, HUB_KICKED, HUB_FINE, NULL, r.name,
		    r.name_len);
		peers_put_out(h->peers, p, FRAME_KICKED, reason, len);
	}
	room_settle(h->room);
	return act;
}

enum hub_act
hub_kick(struct hub *h, int64_t now_ms, int64_t wall_ms, const char *name,
    size_t len, const char *reason)
{
	struct member *p = roster_named(&h->room->roster, name, len);
	char fold[TEXT_FOLD_BYTES];
	struct hub_person who;
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	if (p == NULL)
		return text_name_check(name, len) != TEXT_NAME_OK ||
		    text_fold(fold, name, len) == 0 ? HUB_ACT_NOBODY :
		    kick_absent(h, fold, reason);
	look_at(h, wall_ms, p, &who);
	hub_rule_of(&r, RULE_KICK, &who);
	r.reason = reason;
	r.reason_len = strlen(reason);
	return room_say_rule(h->room, &r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

static int64_t
rest_ms(const struct hub *h, int64_t until_ms)
{
	return until_ms == 0 ? 0 : (until_ms - h->house.wall_ms + 999) / 1000 *
	    1000;
}

static void
say_banned(struct hub *h, const struct hub_person *who, int64_t until_ms)
{
	struct rule r;

	hub_rule_of(&r, RULE_BAN, who);
	r.ms = rest_ms(h, until_ms);
	room_say_rule_soon(h->room, &r);
}

static void
put_out_banned(struct hub *h, const struct ban *b, bool said,
    void (*out)(void *, const struct hub_person *), void *arg)
{
	struct member *p = roster_first(&h->room->roster);
	char fold[TEXT_FOLD_BYTES];
	struct hub_person who;

	for (; p != NULL; p = roster_after(&h->room->roster, fold)) {
		strlcpy(fold, p->fold, sizeof(fold));
		look_at(h, h->house.wall_ms, p, &who);
		if (!bans_match(h->config.bans, h->house.wall_ms, fold,
		    who.key, who.addr))
			continue;
		if (!said)
			say_banned(h, &who, b->until_ms);
		put_out_named(h, fold);
		if (out != NULL)
			out(arg, &who);
	}
	peers_put_out_absent(h->peers);
	room_settle(h->room);
}

/* Who is meant by a ban of a name or a key; name NULL: only the key is known.
 * False: an address is meant. */
static bool
put_aim(struct rule *r, enum rule_word word, const struct ban *b,
    const char *name)
{
	if (b->kind != BAN_NAME && b->kind != BAN_KEY)
		return false;
	memset(r, 0, sizeof(*r));
	r->word = word;
	if (name != NULL) {
		r->classic = b->kind == BAN_NAME;
		r->name = name;
		r->name_len = strlen(name);
	}
	if (b->kind == BAN_KEY)
		strlcpy(r->key, b->what, sizeof(r->key));
	return name != NULL || b->kind == BAN_KEY;
}

bool
hub_ban(struct hub *h, int64_t now_ms, int64_t wall_ms, const struct ban *b,
    const char *name, void (*out)(void *, const struct hub_person *),
    void *arg)
{
	struct rule r;
	bool said;

	house_at(&h->house, now_ms, wall_ms);
	if (bans_has(h->config.bans, wall_ms, b)) {
		errno = EALREADY;
		return false;
	}
	if (!bans_set(h->config.bans, wall_ms, b))
		return false;
	/* Of a network no entry says which it is; of the address that goes
	 * with a name, the name is said. */
	if (!(said = put_aim(&r, RULE_BAN, b, name)))
		hub_rule_of(&r, RULE_BAN, NULL);
	r.ms = rest_ms(h, b->until_ms);
	if (said || name == NULL)
		room_say_rule_soon(h->room, &r);
	put_out_banned(h, b, said, out, arg);
	return true;
}

bool
hub_unban(struct hub *h, int64_t now_ms, int64_t wall_ms, const struct ban *b,
    const char *name)
{
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	if (!bans_lift(h->config.bans, wall_ms, b))
		return false;
	/* Of a network no entry says which it is. */
	if (!put_aim(&r, RULE_UNBAN, b, name)) {
		if (name != NULL)
			return true;
		hub_rule_of(&r, RULE_UNBAN, NULL);
	}
	room_say_rule_soon(h->room, &r);
	room_settle(h->room);
	return true;
}

/*
 * Silence
 */

/* Nothing new can be said of who is silent for ever, for this reason. */
static bool
is_muted_so(const struct hub *h, const struct rule *r)
{
	char fold[TEXT_FOLD_BYTES] = "";
	struct standing_mute mute;

	if (r->name_len > 0)
		text_fold(fold, r->name, r->name_len);
	return r->ms == 0 && standing_muted(h->room->standing, h->house.wall_ms,
	    r->key[0] == '\0' ? NULL : r->key, fold, &mute) &&
	    mute.until_ms == 0 && strlen(mute.reason) == r->reason_len &&
	    memcmp(mute.reason, r->reason, r->reason_len) == 0;
}

enum hub_act
hub_mute(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_person *who, int64_t ms, const char *reason)
{
	char fold[TEXT_FOLD_BYTES] = "";
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	hub_rule_of(&r, RULE_MUTE, who);
	r.ms = ms;
	r.reason = reason;
	r.reason_len = strlen(reason);
	if (is_muted_so(h, &r))
		return HUB_ACT_ALREADY;
	if (who->name_len > 0)
		text_fold(fold, who->name, who->name_len);
	if (!standing_may_mute(h->room->standing, wall_ms,
	    r.key[0] == '\0' ? NULL : r.key, fold))
		return HUB_ACT_MANY;
	if (!room_say_rule(h->room, &r, 0))
		return HUB_ACT_NO_SPACE;
	if (who->classic)
		classic_hush(h->classic, who->name, who->name_len);
	return HUB_ACT_OK;
}

enum hub_act
hub_unmute(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const struct hub_person *who)
{
	char fold[TEXT_FOLD_BYTES] = "";
	struct rule r;

	house_at(&h->house, now_ms, wall_ms);
	hub_rule_of(&r, RULE_UNMUTE, who);
	if (who->name_len > 0)
		text_fold(fold, who->name, who->name_len);
	if (!standing_muted(h->room->standing, wall_ms,
	    r.key[0] == '\0' ? NULL : r.key, fold, NULL))
		return HUB_ACT_ALREADY;
	return room_say_rule(h->room, &r, 0) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
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
