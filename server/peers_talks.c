/*
 * What both sides of a talk hear of each other. Pure; runs in the server.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/talks.h"

/*
 * Names and presence
 */

struct last_name {
	char		*name;
	size_t		 len;
};

static void
take_name(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct last_name *last = arg;
	size_t len = strlen(fold);

	(void)key;
	if (text_name_check(fold, len) != TEXT_NAME_OK)
		return;
	memcpy(last->name, fold, len);
	last->len = len;
}

/* As he spells it, if it is his; else the one of his that he had last. */
size_t
peers_called(struct peers *ps, const uint8_t *key, char name[TEXT_NAME_BYTES])
{
	struct last_name last = { name, 0 };
	char fold[TEXT_FOLD_BYTES];
	struct peer *p = NULL;

	while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL)
		if (!p->closing && text_name_check(p->name, p->name_len) ==
		    TEXT_NAME_OK && text_fold(fold, p->name, p->name_len) > 0 &&
		    peers_lease(ps, p, fold) == LOG_LEASE_OWN) {
			memcpy(name, p->name, p->name_len);
			return p->name_len;
		}
	log_lease_each_of(ps->house->home->log, ps->house->wall_ms, key,
	    take_name, &last);
	return last.len;
}

static bool
is_there(struct peers *ps, const uint8_t *key)
{
	const struct peer *p = NULL;

	while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL)
		if (!p->closing && p->confirmed &&
		    ps->house->now_ms - p->heard_ms < PEER_AWAY_MS)
			return true;
	return false;
}

const uint8_t *
peers_other_of(const struct seat *s)
{
	const struct talk_place *t = s->in->talk;

	return t->end[talks_side(t, s->peer->key) == 1].person->key;
}

void
peers_look_who_is_there(struct seats *in)
{
	uint8_t here = 0;
	int i;

	for (i = 0; i < 2; i++)
		if (is_there(in->peers, in->talk->end[i].person->key))
			here |= (uint8_t)(1U << i);
	if (here != in->here)
		in->version++;
	in->here = here;
}

void
peers_put_both(struct seat *s, struct wire_out *out)
{
	static const char sides[] = "12";
	const struct room *r = s->in->room;
	char name[TEXT_NAME_BYTES];
	size_t i, n = r->roster.count, len, begun;

	peers_look_who_is_there(s->in);
	begun = frame_begin(out, FRAME_MEMBERS);
	wire_put_varint(out, log_head(r->log).seq);
	wire_put_varint(out, s->in->version);
	wire_put_varint(out, n);
	wire_put_varint(out, 0);
	wire_put_varint(out, n);
	for (i = 0; i < n; i++) {
		wire_put_u8(out, s->in->here >> i & 1 ? 0 : FRAME_MEMBER_AWAY);
		len = peers_called(s->in->peers,
		    s->in->talk->end[i].person->key, name);
		wire_put_string(out, len == 0 ? &sides[i] : name,
		    len == 0 ? 1 : len);
	}
	frame_end(out, begun);
}

/*
 * Who may begin one
 */

/* Is somebody of that key there, who is called as the other is? */
static bool
sits_with(const struct seat *s, const struct peer *other)
{
	const struct member *m = roster_named(&s->in->room->roster,
	    other->name, other->name_len);
	const struct seat *his = m == NULL || m->classic ? NULL :
	    devices_first(m);

	return his != NULL &&
	    memcmp(his->peer->key, other->key, NOISE_KEY) == 0;
}

bool
peers_have_met(struct peers *ps, const uint8_t one[NOISE_KEY],
    const uint8_t two[NOISE_KEY])
{
	struct peer *p = NULL, *other = crowd_next_of(&ps->crowd, one, NULL);
	struct seat *s;

	while (other != NULL &&
	    (p = crowd_next_of(&ps->crowd, two, p)) != NULL)
		SEAT_FOREACH(s, p)
			if (s->person != NULL && !s->talk &&
			    sits_with(s, other))
				return true;
	return false;
}
