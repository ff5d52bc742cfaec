/*
 * Another key of the same person: what was the one's is the other's. That the
 * one is out is on the disk before anything follows, so that whatever a crash
 * keeps from it is made good at the next start. Pure; runs in the server.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "server/hub_parts.h"
#include "server/peers_rekey.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/house_news.h"
#include "server/room/lease.h"
#include "server/room/marks.h"
#include "server/room/room_say.h"
#include "server/room/room_wake.h"

/* By his own word nobody has more than one in so long: each is told to all. */
enum { REST_MS = 60 * 60 * 1000 };

/*
 * Names
 */

struct moving {
	struct ask	 ask;
	struct room	*home;
	uint8_t		 key[NOISE_KEY], heir[NOISE_KEY];
};

struct folds {
	char		 of[LEASE_OLD_NAMES][TEXT_FOLD_BYTES];
	size_t		 n;
};

static void
take_fold(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct folds *f = arg;

	(void)key;
	if (f->n < LEASE_OLD_NAMES)
		strlcpy(f->of[f->n++], fold, TEXT_FOLD_BYTES);
}

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	struct moving *m = (struct moving *)a;
	struct log_note notes[LEASE_OLD_NAMES];
	struct folds folds = { .n = 0 };
	size_t i;

	(void)arg;
	if (!room_takes_act(m->home))
		return ASK_LATER;
	log_lease_each_of(m->home->log, m->home->house->wall_ms, m->key,
	    take_fold, &folds);
	if (folds.n == 0) {
		free(m);
		return ASK_OVER;
	}
	for (i = 0; i < folds.n; i++)
		notes[i] = (struct log_note){ .kind = LOG_NOTE_MOVE,
		    .fold = folds.of[i], .key = m->heir, .former = m->key };
	return room_add_act(m->home, a, NULL, 0, notes, folds.n) ?
	    ASK_NOTED : ASK_LATER;
}

static void
refused(void *arg, struct ask *a)
{
	(void)arg;
	room_ask_later(((struct moving *)a)->home, a);
}

static void
drop(struct ask *a)
{
	free((struct moving *)a);
}

static const struct ask_kind moving = { .decide = decide, .refused = refused,
    .drop = drop };

/* Without memory, at the next start. */
static void
move_names(struct hub *h, const struct heir *e)
{
	struct folds folds = { .n = 0 };
	struct moving *m;

	log_lease_each_of(h->room->log, h->house.wall_ms, e->key, take_fold,
	    &folds);
	if (folds.n == 0 || (m = calloc(1, sizeof(*m))) == NULL)
		return;
	m->home = h->room;
	memcpy(m->key, e->key, NOISE_KEY);
	memcpy(m->heir, heirs_last(h->config.heirs, e->key), NOISE_KEY);
	room_ask(h->room, &m->ask, &moving);
}

/*
 * Bans
 */

struct banned {
	struct hub	*hub;
	struct ban	 found;
	bool		 any;
};

/* Whom it keeps out as well; false: nobody, or he is out for as long. */
static bool
is_of_heir(const struct hub *h, const struct ban *b, struct ban *other)
{
	const struct heir *e = b->kind != BAN_KEY ? NULL :
	    heirs_find_fingerprint(h->config.heirs, b->what);

	if (e == NULL)
		return false;
	*other = *b;
	fingerprint_text(other->what, heirs_last(h->config.heirs, e->key));
	return !bans_cover(h->config.bans, h->house.wall_ms, other);
}

static void
find_ban(void *arg, const struct ban *b)
{
	struct banned *banned = arg;

	if (!banned->any)
		banned->any = is_of_heir(banned->hub, b, &banned->found);
}

static void
tell_ban(void *arg, const struct ban *b)
{
	struct hub *h = arg;
	struct house_news n = { .kind = HOUSE_BAN, .quiet = true };

	if (is_of_heir(h, b, &n.ban))
		room_tell_news_soon(h->room, &n, false);
}

/* The longest counts. One that cannot be written is at the next start. */
static void
move_bans(struct hub *h)
{
	struct banned b = { .hub = h };

	if (h->config.bans == NULL)
		return;
	if (log_node(h->room->log) != 0) {
		bans_list(h->config.bans, h->house.wall_ms, tell_ban, h);
		return;
	}
	do {
		b.any = false;
		bans_list(h->config.bans, h->house.wall_ms, find_ban, &b);
	} while (b.any && bans_set(h->config.bans, h->house.wall_ms,
	    &b.found));
}

/*
 * Marks, of rooms: a talk stays the former key's
 */

static void
move_marks(struct hub *h, const struct heir *e)
{
	struct persons *known = h->house.persons;
	struct marks *marks = h->house.marks;
	const struct house_doors *doors = &h->house.doors;
	struct person *from, *to;
	const struct mark *m;
	struct house_listed room;
	const void *at = NULL;

	if (known == NULL || (from = persons_find(known, e->key)) == NULL ||
	    (to = persons_hold(known, heirs_last(h->config.heirs, e->key))) ==
	    NULL)
		return;
	while ((at = doors->next(doors->arg, at, &room)) != NULL) {
		if ((m = marks_find(from, room.log)) == NULL ||
		    !marks_begin(marks, to, room.log))
			continue;
		marks_move(marks, to, room.log, m->seq);
		marks_end(marks, h->house.wall_ms, from, room.log);
	}
	persons_let(known, to);
}

/*
 * Rooms
 */

static void
say(struct room *r, const struct heir *e, const struct hub_person *who)
{
	const uint8_t *last = heirs_last(r->house->heirs, e->key);
	struct rule rule;

	hub_rule_of(&rule, RULE_REKEY, who);
	fingerprint_text(rule.key, last);
	rule.reason = e->fingerprint;
	rule.reason_len = strlen(e->fingerprint);
	room_say_rule_soon(r, &rule);
}

static void
heed(void *room, const char *fingerprint)
{
	const struct room *r = room;
	const struct heir *e = heirs_find_fingerprint(r->house->heirs,
	    fingerprint);

	if (e != NULL)
		say(room, e, NULL);
}

void
hub_begin_heirs_in(struct room *r)
{
	if (r->house->heirs != NULL)
		standing_each_whose(r->standing, heed, r);
}

static bool
find_in(struct room *r, const uint8_t key[NOISE_KEY], struct hub_person *who)
{
	const struct hub *h = hub_of(r);
	const struct member *p = roster_first(&r->roster);

	for (; p != NULL; p = roster_next(p)) {
		hub_look_at(h, h->house.wall_ms, p, who);
		if (who->key != NULL && memcmp(who->key, key, NOISE_KEY) == 0)
			return true;
	}
	return false;
}

/* Where he is, and where that key is known. Who is there by the other one, too,
 * does not come for the place of this one. */
static void
say_in(struct room *r, const struct heir *e)
{
	struct hub_person who, other;

	if (find_in(r, e->key, &who)) {
		say(r, e, &who);
		if (find_in(r, e->heir, &other))
			room_put_out(r, ENTRY_LEAVE, ENTRY_QUIET, who.name,
			    who.name_len);
	} else if (standing_allows(r->standing, e->fingerprint) ||
	    standing_muted(r->standing, 0, e->fingerprint, "", NULL))
		say(r, e, NULL);
}

static void
move(struct hub *h, const struct heir *e)
{
	move_names(h, e);
	move_marks(h, e);
}

void
hub_begin_heirs(struct hub *h)
{
	const struct heir *e = NULL;

	while ((e = heirs_each(h->config.heirs, e)) != NULL)
		move(h, e);
	move_bans(h);
}

/* The key is out from now on; of several servers each sees to those it has. */
static void
follow(struct hub *h, const struct heir *e, bool asked)
{
	struct room *r;

	LIST_FOREACH(r, &h->house.rooms, by_house)
		if (asked)
			say_in(r, e);
	peers_put_out_key(h->peers, e->key);
	move(h, e);
	if (asked)
		move_bans(h);
}

enum house_verdict
hub_judge_heir(const struct hub *h, const struct house_news *n)
{
	const struct heir *e = heirs_find(h->config.heirs, n->key);

	if (e != NULL)
		return memcmp(e->heir, n->heir, NOISE_KEY) == 0 ? HOUSE_SO :
		    HOUSE_NOT;
	return heirs_find(h->config.heirs, n->heir) == NULL ? HOUSE_NEW :
	    HOUSE_NOT;
}

/* One that came too late is nothing. */
bool
hub_told_heir(struct hub *h, const struct house_news *n, bool ours)
{
	if (!heirs_add(h->config.heirs, n->since_ms, n->key, n->heir))
		return errno == EEXIST || errno == ELOOP;
	follow(h, heirs_find(h->config.heirs, n->key), ours);
	return true;
}

static enum hub_act
tell(struct hub *h, const uint8_t *key, const uint8_t *heir)
{
	struct house_news n = { .kind = HOUSE_HEIR,
	    .since_ms = h->house.wall_ms };

	memcpy(n.key, key, NOISE_KEY);
	memcpy(n.heir, heir, NOISE_KEY);
	if (hub_judge_heir(h, &n) == HOUSE_NOT)
		return HUB_ACT_NOBODY;
	return room_tell_news(h->room, &n) ? HUB_ACT_OK : HUB_ACT_NO_SPACE;
}

enum hub_act
hub_rekey(struct hub *h, int64_t now_ms, int64_t wall_ms,
    const uint8_t key[NOISE_KEY], const uint8_t heir[NOISE_KEY])
{
	const struct heir *e;

	house_at(&h->house, now_ms, wall_ms);
	if ((e = heirs_find(h->config.heirs, key)) != NULL)
		return memcmp(e->heir, heir, NOISE_KEY) == 0 ?
		    HUB_ACT_ALREADY : HUB_ACT_NOBODY;
	if (h->config.heirs != NULL && log_node(h->room->log) != 0)
		return tell(h, key, heir);
	if (h->config.heirs == NULL || !heirs_add(h->config.heirs, wall_ms,
	    key, heir))
		return h->config.heirs != NULL && errno == ELOOP ?
		    HUB_ACT_NOBODY : HUB_ACT_NO_SPACE;
	follow(h, heirs_find(h->config.heirs, key), true);
	room_settle_all(&h->house);
	return HUB_ACT_OK;
}

/*
 * By one of its own
 */

static void
count_fold(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	(void)fold;
	(void)key;
	++*(size_t *)arg;
}

static size_t
names_of(const struct hub *h, const uint8_t key[NOISE_KEY])
{
	size_t n = 0;

	log_lease_each_of(h->room->log, h->house.wall_ms, key, count_fold,
	    &n);
	return n;
}

/* Nobody was here by it: he could be given names that drive out his own. Who
 * only knocked, and found his name to be the former key's, has nothing yet. */
static bool
is_nobodys(const struct hub *h, const uint8_t key[NOISE_KEY])
{
	const struct person *p = h->house.persons == NULL ? NULL :
	    persons_find(h->house.persons, key);

	return names_of(h, key) == 0 && (p == NULL ||
	    (TAILQ_EMPTY(&p->marks) && LIST_EMPTY(&p->talks)));
}

void
hub_heed_rekey(struct hub *h)
{
	struct peers_rekey r;

	if (!peers_next_rekey(h->peers, &r))
		return;
	if (names_of(h, r.key) == 0 || !is_nobodys(h, r.heir) ||
	    heirs_came_since(h->config.heirs, h->house.wall_ms - REST_MS + 1,
	    r.key) ||
	    hub_rekey(h, h->house.now_ms, h->house.wall_ms, r.key, r.heir) !=
	    HUB_ACT_OK)
		peers_refuse_rekey(h->peers, &r);
}
