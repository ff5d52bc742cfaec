/*
 * The hub's talks, of several servers: that one begins, and which one goes for
 * it, comes about on all of them when it is told. Pure; runs in the server.
 */
#include <errno.h>
#include <string.h>

#include "server/hub_parts.h"
#include "server/hub_talks.h"
#include "server/peers.h"
#include "server/room/house_news.h"
#include "server/room/room_say.h"

_Static_assert((int)HOUSE_NEWS_NETS == (int)TALK_NETS, "all of them are told");

static struct talk_wish
wish_of(const struct hub *h, const struct house_news *n)
{
	return (struct talk_wish){ .from = n->key, .to = n->heir,
	    .wall_ms = n->since_ms, .now_ms = h->house.now_ms, .id = n->log,
	    .replaces = n->replaces, .past = !h->begun,
	    .at = { { n->net[0], n->net[1] } } };
}

void
hub_tell_talk(struct hub *h, const struct talk_wish *w,
    const struct talk_place *goes)
{
	struct house_news n = { .kind = HOUSE_TALK, .since_ms = w->wall_ms,
	    .replaces = goes != NULL, .net = { w->at.net[0], w->at.net[1] } };

	memcpy(n.key, w->from, NOISE_KEY);
	memcpy(n.heir, w->to, NOISE_KEY);
	h->house.out.random(h->house.out.arg, n.log, JOURNAL_ID);
	if (goes != NULL)
		memcpy(n.gone, goes->id, JOURNAL_ID);
	room_tell_news_soon(h->room, &n, false);
}

static bool
may_go(const struct hub *h, const uint8_t id[JOURNAL_ID])
{
	const struct talk_place *t = talks_of_log(h->config.talks, id);
	const struct talks_away_time time = { h->house.now_ms,
	    h->house.wall_ms, h->config.talks_keep_ms };

	return t != NULL && talks_away_may(t, &time);
}

enum house_verdict
hub_judge_talk(const struct hub *h, const struct house_news *n)
{
	const struct talk_wish wish = wish_of(h, n);

	if (talks_find(h->config.talks, n->key, n->heir) != NULL)
		return HOUSE_SO;
	return talks_judge(h->config.talks, &wish) == TALKS_FINE &&
	    (!n->replaces || may_go(h, n->gone)) ? HOUSE_NEW : HOUSE_NOT;
}

/* Whoever is there yet is put out, and begins another one. No block of it comes
 * any more: whoever added one knew of this, or was too late. */
static bool
put_away(struct hub *h, const uint8_t id[JOURNAL_ID])
{
	struct talk_place *t = talks_of_log(h->config.talks, id);

	errno = ENOMEM;
	if (t == NULL)
		return !talks_is_gone(h->config.talks, id) ||
		    talks_note_gone(h->config.talks, id);
	if (t->open != NULL)
		hub_close_log(h, t->open);
	peers_forget_talk(h->peers, t);
	talks_away_forget(&h->away, t);
	/* Those before it are known, and passed over. */
	if (h->read == t)
		h->read = NULL;
	return talks_put_away(h->config.talks, t);
}

/* A server that starts is told all that was so one day, and has what came of
 * it: of two keys that have another one by now this one is no more. */
bool
hub_told_talk(struct hub *h, const struct house_news *n)
{
	const struct talk_wish wish = wish_of(h, n);
	struct talks *talks = h->config.talks;
	struct talk_place *t;

	if (n->replaces && !put_away(h, n->gone))
		return false;
	if ((t = talks_find(talks, n->key, n->heir)) == NULL)
		return talks_learn(talks, &wish, &t) == TALKS_FINE;
	errno = ENOMEM;
	return memcmp(t->id, n->log, JOURNAL_ID) == 0 ||
	    talks_note_gone(talks, n->log);
}

/* As if each began now: who learns it later counts it for no day. */
void
hub_found_talks(struct hub *h)
{
	struct house_news n = { .kind = HOUSE_TALK };
	struct talk_place *t = NULL;
	struct talk_from from;
	const struct person *who;

	while ((t = talks_next(h->config.talks, t)) != NULL) {
		who = talks_beginner(t);
		from = talks_from(t);
		memcpy(n.log, t->id, JOURNAL_ID);
		memcpy(n.key, who->key, NOISE_KEY);
		memcpy(n.heir, talks_other(t, who)->key, NOISE_KEY);
		n.since_ms = t->day * INT64_C(86400) * 1000;
		n.net[0] = from.net[0];
		n.net[1] = from.net[1];
		if (!room_owe_news(h->room, &n) && h->house.failed == 0)
			h->house.failed = ENOMEM;
	}
}
