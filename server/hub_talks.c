/*
 * The hub's talks: who may have one with whom. Pure; runs in the server.
 */
#include <limits.h>
#include <sodium.h>
#include <string.h>

#include "common/base64.h"
#include "server/hub_talks.h"
#include "server/room/marks.h"
#include "server/room/room_wake.h"
#include "server/roomlist.h"
#include "server/roomlist_found.h"
#include "server/talks.h"

enum {
	KEY_TEXT = 43,
	/* Each waits for the disk, and everybody with it: so many are opened in
	 * so long, half of them for who opened none lately. */
	OPENED = 4,
	OPENED_MS = 100,
	REST = 3,		/* times as long as that took, */
	TOOK_MS = 500,		/* which is as long at most */
	LATELY_MS = 10 * 1000,
	/* Where there is no room for one: days go by until others go. */
	FULL_MS = 24 * 3600 * 1000
};

bool
hub_wishes_talk(const struct house_wish *w, uint8_t key[NOISE_KEY])
{
	return w->self != NULL && w->len == 1 + KEY_TEXT && *w->name == '@' &&
	    base64_decode(key, NOISE_KEY, w->name + 1, KEY_TEXT,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool
has_opened_one(const struct hub *h, const uint8_t key[NOISE_KEY])
{
	const struct place *p = NULL;

	while ((p = roomlist_next(h->config.rooms, p)) != NULL)
		if (p->line.has_opener && p->line.sort != ROOMS_AWAY &&
		    memcmp(p->line.opener, key, NOISE_KEY) == 0)
			return true;
	return false;
}

/* In a room of both, or now in one. */
static bool
have_met(const struct hub *h, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY])
{
	const struct persons *all = h->house.persons;
	const struct person *one = persons_find(all, from);
	const struct person *two = persons_find(all, to);

	return (one != NULL && two != NULL && marks_meet(one, two)) ||
	    peers_have_met(h->peers, from, to);
}

/* Nobody hears from here whether there is somebody of that key: who is not
 * there and who is but has not met him are one answer. */
static bool
may_begin(const struct hub *h, const uint8_t from[NOISE_KEY],
    const uint8_t to[NOISE_KEY])
{
	if (h->config.talks_for == HUB_TALKS_OPS && !has_opened_one(h, from) &&
	    !has_opened_one(h, to))
		return false;
	return have_met(h, from, to);
}

/*
 * As many are open as may be, and somebody sits in each
 */

static bool
sits(const struct seats *in, unsigned side)
{
	const struct seat *s;

	LIST_FOREACH(s, &in->all, by_room)
		if (!s->closing && talks_side(in->talk, s->peer->key) == side)
			return true;
	return false;
}

/* In how many of them each sits who sits in any; and who does not, in none. */
static void
count_sits(struct hub *h, struct person *who)
{
	const struct room *r;
	struct talk_place *t;
	unsigned i;

	if (who != NULL)
		who->sits = 0;
	LIST_FOREACH(r, &h->house.talks, by_house)
		for (t = seats_of(r)->talk, i = 0; i < 2; i++)
			t->end[i].person->sits = 0;
	LIST_FOREACH(r, &h->house.talks, by_house)
		for (t = seats_of(r)->talk, i = 0; i < 2; i++)
			t->end[i].person->sits += sits(seats_of(r), i + 1);
}

/* In how many the one who sits there sits, or the one of both in fewer. */
static uint32_t
fewest(const struct seats *in)
{
	uint32_t n = UINT32_MAX;
	unsigned i;

	for (i = 0; i < 2; i++)
		if (sits(in, i + 1) && in->talk->end[i].person->sits < n)
			n = in->talk->end[i].person->sits;
	return n;
}

/* Whoever sits in more than he will loses one, and comes into it again when
 * there is room. Else some would keep all the others out. who NULL: nobody
 * wishes it, but all wait for it. */
static void
make_room(struct hub *h, const struct talk_place *t, struct person *who)
{
	struct room *r, *most = NULL;
	uint32_t n, most_n;

	if (roomlist_may(h->config.rooms, t->open) ||
	    roomlist_spare(h->config.rooms) != NULL)
		return;
	count_sits(h, who);
	most_n = who == NULL ? 0 : who->sits + 1;
	LIST_FOREACH(r, &h->house.talks, by_house) {
		n = fewest(seats_of(r));
		if (n == UINT32_MAX || n <= most_n || room_is_waiting(r) ||
		    !roomlist_rests(seats_of(r)->talk->open))
			continue;
		most = r;
		most_n = n;
	}
	if (most != NULL)
		hub_close_log(h, seats_of(most)->talk->open);
}

/* Whoever wishes one more has to wish again, soon. */
static bool
may_open_now(struct hub *h, const struct person *who)
{
	int64_t now = h->house.now_ms;

	if (now - h->opened_ms >= OPENED_MS)
		h->opened = 0;
	return now >= h->rest_ms && h->opened < (who == NULL ||
	    who->opened_ms == 0 ||
	    now - who->opened_ms >= LATELY_MS ? OPENED : OPENED / 2);
}

static void
note_opened(struct hub *h, struct person *who)
{
	if (h->opened++ == 0)
		h->opened_ms = h->house.now_ms;
	if (!h->opens)
		h->opens_ms = h->house.now_ms;
	h->opens = true;
	if (who != NULL)
		who->opened_ms = h->house.now_ms;
}

void
hub_rest_from_talks(struct hub *h)
{
	int64_t now = h->house.now_ms, took = now - h->opens_ms;

	if (h->opens)
		h->rest_ms = now + REST * (took < TOOK_MS ? took : TOOK_MS);
	h->opens = false;
}

/* For who wishes it; NULL: to be read, or it is awaited. */
static struct room *
open_talk(struct hub *h, struct talk_place *t, const uint8_t *self,
    bool awaited, enum frame_code *why)
{
	struct person *who = self == NULL ? NULL :
	    persons_find(h->house.persons, self);
	char dir[PATH_MAX];

	*why = FRAME_NO_SPACE;
	if ((hub_is_shut(h, t) && !awaited) ||
	    !talks_path(h->config.talks, t, dir) ||
	    (t->open = roomlist_lodge(t, t->id, dir)) == NULL)
		return NULL;
	t->flags &= (uint8_t)~TALK_UNREAD;
	if (self != NULL)
		note_opened(h, who);
	if (who != NULL || awaited)
		make_room(h, t, who);
	t->open->founds = roomlist_is_founding(h->config.rooms) &&
	    (t->flags & TALK_FOUNDED) == 0;
	t->open->awaited = awaited;
	t->open->told = h->awaited == t;
	return hub_open_place(h, t->open, why);
}

bool
hub_read_talk(struct hub *h)
{
	struct talk_place *t = h->read;
	enum frame_code why;

	if (h->config.talks == NULL || h->all_read || !h->begun ||
	    h->config.talks_for == HUB_TALKS_OFF ||
	    roomlist_is_founding(h->config.rooms))
		return false;
	do
		t = talks_next(h->config.talks, t);
	while (t != NULL && talks_is_known(t));
	h->read = t;
	h->all_read = t == NULL;
	if (t != NULL)
		open_talk(h, t, NULL, false, &why);
	return t != NULL;
}

/* Whether somebody wished it in vain just before is no matter. */
static void
await(struct hub *h, struct talk_place *t)
{
	enum frame_code why;

	if (t->open != NULL || (t == h->awaited &&
	    h->house.now_ms < h->awaited_ms))
		return;
	open_talk(h, t, NULL, true, &why);
	h->awaited = t->open == NULL ? t : NULL;
	h->awaited_ms = h->unread_ms;
}

/* Nobody opens one meanwhile, and none goes. */
bool
hub_tick_founding_talks(struct hub *h, int64_t *due)
{
	struct talk_place *t = h->read;

	if (h->config.talks == NULL)
		return false;
	if (t == NULL || (t->flags & TALK_FOUNDED) != 0)
		t = talks_next(h->config.talks, t);
	if ((h->read = t) == NULL)
		return false;
	*due = INT64_MAX;
	await(h, t);
	if (t->open == NULL)
		*due = h->awaited_ms;
	else if (log_state(t->open->log) == LOG_READY) {
		t->flags |= TALK_FOUNDED;
		t->open->founds = false;
		*due = h->house.now_ms;
	}
	return true;
}

/* Who goes on where it was has put some away since, and hears again what was
 * said there before; that they went follows, or hub_misses_talks. */
static enum log_other
without_talk(struct hub *h, const uint8_t id[JOURNAL_ID])
{
	if (h->config.talks == NULL)
		return LOG_OTHER_NONE;
	if (talks_is_gone(h->config.talks, id))
		return LOG_OTHER_GONE;
	if (h->begun)
		return LOG_OTHER_NONE;
	return talks_pass(h->config.talks, id) ? LOG_OTHER_GONE :
	    LOG_OTHER_HERE;
}

bool
hub_misses_talks(const struct hub *h)
{
	return h->config.talks != NULL && talks_miss(h->config.talks);
}

enum log_other
hub_has_talk(struct hub *h, const uint8_t id[JOURNAL_ID])
{
	struct talk_place *t = h->config.talks == NULL ? NULL :
	    talks_of_log(h->config.talks, id);

	if (t == NULL)
		return without_talk(h, id);
	await(h, t);
	return LOG_OTHER_HERE;
}

/*
 * A new one
 */

void
hub_have_secret(struct hub *h)
{
	static const char what[] = "chat talks' networks";

	crypto_generichash(h->secret, sizeof(h->secret), (const uint8_t *)what,
	    sizeof(what), h->config.gate.key.secret,
	    sizeof(h->config.gate.key.secret));
}

/* Which one goes where there are too many, of that network or any; at once, if
 * it does. later: that cannot be known now. */
static enum talks_error
find_goer(struct hub *h, const struct talk_from *at,
    struct talk_place **goer, bool *later)
{
	const struct talks_away_time time = { h->house.now_ms,
	    h->house.wall_ms, h->config.talks_keep_ms };

	/* How much was said in each is known only then. */
	*later = !h->all_read;
	if (!*later && (*goer = talks_away_next(&h->away, h->config.talks,
	    &time, at, later)) != NULL)
		return TALKS_FINE;
	return at != NULL ? TALKS_PART : TALKS_FULL;
}

/* Another one goes for it. */
static enum talks_error
put_away_one(struct hub *h, const struct talk_from *at, bool *later)
{
	struct talk_place *t;
	enum talks_error why = find_goer(h, at, &t, later);

	if (why != TALKS_FINE)
		return why;
	peers_forget_talk(h->peers, t);
	return talks_put_away(h->config.talks, t) ? TALKS_FINE : TALKS_DISK;
}

/* later: whoever wishes it has to wish again, soon. */
static enum talks_error
make_talk(struct hub *h, struct talk_wish *wish, struct talk_place **t,
    bool *later)
{
	enum talks_error why = talks_make(h->config.talks, wish, t);

	*later = false;
	if (why != TALKS_FULL && why != TALKS_PART)
		return why;
	why = put_away_one(h, why == TALKS_PART ? &wish->at : NULL, later);
	if (why != TALKS_FINE)
		return why;
	wish->replaces = true;
	return talks_make(h->config.talks, wish, t);
}

/* Of several servers: FINE, it is asked for. */
static enum talks_error
ask_talk(struct hub *h, struct talk_wish *wish, bool *later)
{
	enum talks_error why = talks_judge(h->config.talks, wish);
	struct talk_place *goes = NULL;

	*later = false;
	if (why == TALKS_FULL || why == TALKS_PART) {
		why = find_goer(h, why == TALKS_PART ? &wish->at : NULL,
		    &goes, later);
		if (why != TALKS_FINE)
			return why;
		wish->replaces = true;
		why = talks_judge(h->config.talks, wish);
	}
	if (why == TALKS_FINE)
		hub_tell_talk(h, wish, goes);
	return why;
}

static enum frame_code
code_of(const struct hub *h, const struct talk_wish *wish,
    enum talks_error error, int64_t *wait_ms)
{
	if (error == TALKS_DISK)
		return FRAME_NO_SPACE;
	*wait_ms = error == TALKS_DAY ? talks_wait(h->config.talks, wish) :
	    error == TALKS_QUOTA ? 0 : FULL_MS;
	return FRAME_QUOTA;
}

/* It is one and the same to who wishes it whether there was one. */
static struct room *
begin_talk(struct hub *h, const struct house_wish *w,
    const uint8_t key[NOISE_KEY], enum frame_code *why)
{
	struct talk_wish wish = { .from = w->self, .to = key,
	    .wall_ms = h->house.wall_ms, .now_ms = h->house.now_ms,
	    .at = talk_nets_from(h->secret, w->at), .opens = true };
	enum talks_error error;
	struct room *r;
	struct talk_place *t;
	int64_t wait_ms;
	bool later, shared;

	if (!may_begin(h, w->self, key)) {
		*why = FRAME_NO_TALK;
		return NULL;
	}
	shared = log_node(h->room->log) != 0;
	error = shared ? ask_talk(h, &wish, &later) :
	    make_talk(h, &wish, &t, &later);
	if (error == TALKS_FINE && shared) {
		note_opened(h, persons_find(h->house.persons, w->self));
		later = true;	/* it is there soon */
	} else if (error == TALKS_FINE) {
		/* If it cannot be, nothing was said there. */
		r = open_talk(h, t, w->self, false, why);
		if (t->open == NULL)
			talks_closed(h->config.talks, t);
		return r;
	}
	*why = later ? FRAME_LIMIT_RATE : code_of(h, &wish, error,
	    w->wait_ms != NULL ? w->wait_ms : &wait_ms);
	return NULL;
}

struct room *
hub_find_talk(struct hub *h, const struct house_wish *w,
    const uint8_t key[NOISE_KEY], enum frame_code *why)
{
	struct talk_place *t;

	*why = FRAME_NO_TALK;
	if (h->config.talks == NULL || h->config.talks_for == HUB_TALKS_OFF)
		return NULL;
	/* What was said in them the other servers are to have first. */
	*why = FRAME_LIMIT_RATE;
	if (roomlist_is_founding(h->config.rooms))
		return NULL;
	t = talks_find(h->config.talks, w->self, key);
	if (t != NULL && t->open != NULL) {
		roomlist_used(h->config.rooms, t->open);
		room_wake(t->open->room);
		return hub_room_of(h, t->open, why);
	}
	*why = may_open_now(h, persons_find(h->house.persons, w->self)) ? 0 :
	    FRAME_LIMIT_RATE;
	if (!w->opens || *why != 0)
		return NULL;
	return t != NULL ? open_talk(h, t, w->self, false, why) :
	    begin_talk(h, w, key, why);
}
