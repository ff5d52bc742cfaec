/*
 * The hub's part that bans: who may not come in is put out of all rooms. Of
 * several servers each puts out those who are there, once all are told, and
 * the one that was asked says so. Pure; runs in the server.
 */
#include <errno.h>
#include <string.h>

#include "common/text.h"
#include "server/hub_parts.h"
#include "server/peers.h"
#include "server/room/bans.h"
#include "server/room/house_news.h"
#include "server/room/room_say.h"
#include "server/room/room_wake.h"

static int64_t
rest_ms(const struct hub *h, int64_t until_ms)
{
	return until_ms == 0 ? 0 : (until_ms - h->house.wall_ms + 999) / 1000 *
	    1000;
}

static void
say_banned(struct room *room, const struct hub_person *who, int64_t until_ms)
{
	struct rule r;

	hub_rule_of(&r, RULE_BAN, who);
	r.ms = rest_ms(hub_of(room), until_ms);
	room_say_rule_soon(room, &r);
}

/* Who is banned, and is to be told of. */
struct banning {
	const struct ban *ban;
	bool		 said;		/* in the home room */
	bool		 asked;		/* of this server */
	bool		 quiet;		/* nobody is told of it alone */
	void		(*out)(void *arg, const struct hub_person *);
	void		*arg;
};

/* Not what another server sees to. */
static bool
is_ours(const struct room *room, const struct member *p,
    const struct banning *b)
{
	return room_is_here(room, p) ||
	    (b->asked && room_is_ghost(room, p));
}

static void
put_out_from(struct room *room, const struct banning *b)
{
	struct hub *h = hub_of(room);
	const struct member *p = roster_first(&room->roster);
	char fold[TEXT_FOLD_BYTES];
	struct hub_person who;
	bool met;

	for (; p != NULL; p = roster_after(&room->roster, fold)) {
		strlcpy(fold, p->fold, sizeof(fold));
		hub_look_at(h, h->house.wall_ms, p, &who);
		if (!is_ours(room, p, b) || !bans_match(h->config.bans,
		    h->house.wall_ms, fold, who.key, who.addr))
			continue;
		met = hub_has_met(h, h->house.wall_ms, room, p);
		if (!b->said || room != h->room)
			say_banned(room, &who, b->ban->until_ms);
		hub_put_out_named(room, fold);
		if (b->out != NULL && !met)
			b->out(b->arg, &who);
	}
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

/* Is it this one alone that keeps him out? */
static bool
is_meant(const struct ban *b, const struct member *p,
    const struct hub_person *who)
{
	struct net_prefix net;

	switch (b->kind) {
	case BAN_NAME:
		return strcmp(b->what, p->fold) == 0;
	case BAN_KEY:
		return strcmp(b->what, who->fingerprint) == 0;
	default:
		return who->addr != NULL && net_prefix_of(&net, who->addr) &&
		    net_prefix_holds(&b->net, &net);
	}
}

/* Of several servers, before it is in force: whom it will put out. Where who is
 * at another one has come from is not known here. */
static void
foretell(struct hub *h, const struct banning *b)
{
	struct hub_person who;
	struct member *p;
	struct room *room;

	HUB_EACH_ROOM(room, h)
		for (p = roster_first(&room->roster); p != NULL;
		    p = roster_next(p)) {
			hub_look_at(h, h->house.wall_ms, p, &who);
			if (is_meant(b->ban, p, &who) &&
			    !hub_has_met(h, h->house.wall_ms, room, p))
				b->out(b->arg, &who);
		}
}

/* It is in force. */
static void
follow_ban(struct hub *h, struct banning *b, const char *name)
{
	struct rule r;
	struct room *room;

	/* Of a network no entry says which it is; of the address that goes
	 * with a name, the name is said. */
	if (!(b->said = put_aim(&r, RULE_BAN, b->ban, name)))
		hub_rule_of(&r, RULE_BAN, NULL);
	r.ms = rest_ms(h, b->ban->until_ms);
	if (b->asked && !b->quiet && (b->said || name == NULL))
		room_say_rule_soon(h->room, &r);
	HUB_EACH_ROOM(room, h)
		put_out_from(room, b);
	peers_put_out_absent(h->peers);
}

static void
follow_lift(struct hub *h, const struct ban *b, const char *name)
{
	struct rule r;

	/* Of a network no entry says which it is. */
	if (!put_aim(&r, RULE_UNBAN, b, name)) {
		if (name != NULL)
			return;
		hub_rule_of(&r, RULE_UNBAN, NULL);
	}
	room_say_rule_soon(h->room, &r);
}

/*
 * Of several servers
 */

static bool
tell(struct hub *h, enum house_news_kind kind, const struct ban *b,
    const char *name)
{
	struct house_news n = { .kind = kind, .ban = *b };

	if (kind == HOUSE_LIFT)
		n.ban.until_ms = 0;
	if (name != NULL)
		strlcpy(n.name, name, sizeof(n.name));
	errno = EAGAIN;
	return room_tell_news(h->room, &n);
}

enum house_verdict
hub_judge_ban(const struct hub *h, const struct house_news *n)
{
	const struct bans *bans = h->config.bans;
	int64_t wall_ms = h->house.wall_ms;
	bool is_there = bans_find(bans, wall_ms, &n->ban);

	if (n->kind == HOUSE_LIFT)
		return is_there ? HOUSE_NEW : HOUSE_SO;
	if (bans_has(bans, wall_ms, &n->ban))
		return HOUSE_SO;
	return is_there || !bans_are_full(bans) ? HOUSE_NEW : HOUSE_NOT;
}

/* It is in force no more by now, where this is heard late; nor is the one in
 * whose place it came, which may be for ever. */
static bool
has_ended(const struct ban *b, int64_t wall_ms)
{
	return b->until_ms != 0 && b->until_ms <= wall_ms;
}

bool
hub_told_ban(struct hub *h, const struct house_news *n, bool ours)
{
	struct banning banning = { .ban = &n->ban, .asked = ours,
	    .quiet = n->quiet };
	const char *name = n->name[0] == '\0' ? NULL : n->name;
	int64_t wall_ms = h->house.wall_ms;
	struct bans *bans = h->config.bans;
	struct room *room;

	if (n->kind == HOUSE_LIFT || has_ended(&n->ban, wall_ms)) {
		if (!bans_lift(bans, wall_ms, &n->ban))
			return errno == 0;
		if (ours && n->kind == HOUSE_LIFT)
			follow_lift(h, &n->ban, name);
		return true;
	}
	if (bans_has(bans, wall_ms, &n->ban))
		return true;
	if (!bans_agree(bans, wall_ms, &n->ban))
		return errno == ENOBUFS;
	/* So they hear why, whoever is the first to say it. */
	HUB_EACH_ROOM(room, h) {
		seats_of(room)->outing.word = RULE_BAN;
		strlcpy(seats_of(room)->outing.reason, "banned",
		    sizeof(seats_of(room)->outing.reason));
	}
	follow_ban(h, &banning, name);
	return true;
}

/*
 * As the operator has it
 */

bool
hub_ban(struct hub *h, int64_t now_ms, int64_t wall_ms, const struct ban *b,
    const char *name, void (*out)(void *, const struct hub_person *),
    void *arg)
{
	struct banning banning = { .ban = b, .asked = true, .out = out,
	    .arg = arg };

	house_at(&h->house, now_ms, wall_ms);
	if (bans_has(h->config.bans, wall_ms, b)) {
		errno = EALREADY;
		return false;
	}
	if (log_node(h->room->log) != 0) {
		if (out != NULL)
			foretell(h, &banning);
		return tell(h, HOUSE_BAN, b, name);
	}
	if (!bans_set(h->config.bans, wall_ms, b))
		return false;
	follow_ban(h, &banning, name);
	room_settle_all(&h->house);
	return true;
}

bool
hub_unban(struct hub *h, int64_t now_ms, int64_t wall_ms, const struct ban *b,
    const char *name)
{
	house_at(&h->house, now_ms, wall_ms);
	if (log_node(h->room->log) != 0) {
		errno = 0;
		return bans_find(h->config.bans, wall_ms, b) &&
		    tell(h, HOUSE_LIFT, b, name);
	}
	if (!bans_lift(h->config.bans, wall_ms, b))
		return false;
	follow_lift(h, b, name);
	room_settle(h->room);
	return true;
}
