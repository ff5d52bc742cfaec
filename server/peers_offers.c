/*
 * Offers: whoever has not read all of a talk, and is not in it, is told that
 * there is one, and by which slot to enter it. They are even, so that they are
 * none that a client begins. Pure; runs in the server.
 */
#include <sodium.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/talks.h"

enum {
	COMING_MS = 500,	/* who comes may enter it by himself */
	FIRST_MS = 300,		/* before they are told again */
	TRIES = 7,
	REST_MS = 60 * 1000,	/* between two, of who does not answer */
	KEY_TEXT = 43
};

/* What he is in by now is news no more; and what he has read by another is
 * not, but by that slot he may still enter it, as long as there is room. */
static void
forget(struct peers *ps, struct peer *p, bool read)
{
	struct peer_offers *o = &p->device->offers;
	unsigned i, n = 0;

	for (i = 0; i < o->n; i++)
		if (peers_seat_in_talk(p, o->of[i].talk) == NULL &&
		    (!read || peers_is_new_to(ps, p, o->of[i].talk)))
			o->of[n++] = o->of[i];
	o->n = (uint8_t)n;
}

/* True: it is one of them from now on. */
static bool
add(struct peers *ps, struct peer *p, struct talk_place *t)
{
	struct peer_offers *o = &p->device->offers;
	unsigned i;

	for (i = 0; i < o->n; i++)
		if (o->of[i].talk == t)
			return true;
	if (o->n == PEER_OFFERS)
		forget(ps, p, true);
	if (o->n == PEER_OFFERS || o->slot + 2 > FRAME_SLOT_MAX ||
	    peers_seat_in_talk(p, t) != NULL || !peers_is_new_to(ps, p, t))
		return false;
	o->slot += 2;
	o->of[o->n++] = (struct peer_offer){ .talk = t, .slot = o->slot };
	return true;
}

static void
offer_to(struct peers *ps, const struct person *who, struct talk_place *t)
{
	struct peer *p = NULL;

	while ((p = crowd_next_of(&ps->crowd, who->key, p)) != NULL) {
		if (p->closing || !peers_has_talks(ps, p) || !add(ps, p, t) ||
		    peers_seat_in_talk(p, t) != NULL)
			continue;
		p->device->offers.tries = 0;
		p->device->offers.due_ms = ps->house->now_ms;
		peers_hurry(ps, p);
	}
}

void
peers_forget_talk(struct peers *ps, const struct talk_place *t)
{
	struct peer_offers *o;
	struct peer *p;
	unsigned side, i;

	for (side = 0; side < 2; side++)
		for (p = NULL; (p = crowd_next_of(&ps->crowd,
		    t->end[side].person->key, p)) != NULL;) {
			if (p->device == NULL)
				continue;
			o = &p->device->offers;
			for (i = 0; i < o->n && o->of[i].talk != t; i++)
				;
			for (; i + 1 < o->n; i++)
				o->of[i] = o->of[i + 1];
			o->n = (uint8_t)i;
		}
}

void
peers_offer_to_both(struct seats *in)
{
	struct talk_place *t = in->talk;

	offer_to(in->peers, t->end[0].person, t);
	if (t->end[0].person != t->end[1].person)
		offer_to(in->peers, t->end[1].person, t);
}

void
peers_offer_all(struct peers *ps, struct peer *p)
{
	struct talk_end *end;

	if (!peers_has_talks(ps, p))
		return;
	LIST_FOREACH(end, &peers_person(ps, p)->talks, by_person)
		if (add(ps, p, talk_of_end(end)))
			p->device->offers.due_ms = ps->house->now_ms +
			    COMING_MS;
}

static bool
has_news(struct peers *ps, const struct peer *p)
{
	const struct peer_offers *o = &p->device->offers;
	unsigned i;

	for (i = 0; i < o->n; i++)
		if (peers_is_new_to(ps, p, o->of[i].talk))
			return true;
	return false;
}

void
peers_repeat_offers(struct peers *ps, struct peer *p)
{
	struct peer_offers *o = p->device == NULL ? NULL : &p->device->offers;
	int64_t now_ms = ps->house->now_ms;

	if (o == NULL || now_ms < o->due_ms)
		return;
	o->due_ms = INT64_MAX;
	forget(ps, p, false);
	o->sleeps = now_ms - p->heard_ms >= PEER_AWAY_MS;
	if (o->sleeps || !has_news(ps, p))
		return;
	o->owed = true;
	o->due_ms = now_ms + (o->tries < TRIES ?
	    (int64_t)FIRST_MS << o->tries : REST_MS);
	if (o->tries < TRIES)
		o->tries++;
}

void
peers_offer_again(struct peers *ps, struct peer *p)
{
	struct peer_offers *o = p->device == NULL ? NULL : &p->device->offers;

	if (o == NULL || !o->sleeps)
		return;
	o->sleeps = false;
	o->tries = 0;
	o->due_ms = ps->house->now_ms;
}

/* All that fit: the others have the next one. */
void
peers_put_offers(struct peers *ps, struct peer *p, struct wire_out *out)
{
	struct peer_offers *o = p->device == NULL ? NULL : &p->device->offers;
	char name[TEXT_NAME_BYTES];
	struct frame_entered e;
	size_t before;
	unsigned i;

	if (o == NULL || !o->owed || out->failed)
		return;
	o->owed = false;
	for (i = 0; i < o->n; i++) {
		if (!peers_is_new_to(ps, p, o->of[i].talk))
			continue;
		memset(&e, 0, sizeof(e));
		e.slot = o->of[i].slot;
		e.flags = FRAME_ENTERED_TALK;
		e.key = peers_other_key(o->of[i].talk, p);
		e.room = name;
		e.room_len = peers_called(ps, e.key, name);
		before = out->len;
		frame_put_entered(out, &e);
		if (!out->failed)
			continue;
		out->failed = false;
		out->len = before;
		return;
	}
}

bool
peers_has_offered(const struct peer *p, uint32_t slot, const char *name,
    size_t len)
{
	const struct peer_offers *o = &p->device->offers;
	char text[KEY_TEXT + 1];
	unsigned i;

	for (i = 0; i < o->n; i++)
		if (o->of[i].slot == slot) {
			sodium_bin2base64(text, sizeof(text),
			    peers_other_key(o->of[i].talk, p), NOISE_KEY,
			    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
			return len == 1 + KEY_TEXT && *name == '@' &&
			    memcmp(name + 1, text, KEY_TEXT) == 0;
		}
	return false;
}

void
peers_decline(struct peer *p, uint32_t slot)
{
	struct peer_offers *o = p->device == NULL ? NULL : &p->device->offers;
	unsigned i, n = 0;

	for (i = 0; o != NULL && i < o->n; i++)
		if (o->of[i].slot != slot)
			o->of[n++] = o->of[i];
	if (o != NULL)
		o->n = (uint8_t)n;
}
