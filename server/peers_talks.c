/*
 * What both sides of a talk hear of each other. Pure; runs in the server.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/marks.h"
#include "server/room/room_say.h"
#include "server/roomlist.h"
#include "server/talks.h"

enum { LIST_OVER = 64 };	/* bytes of a LIST frame around the list */

/*
 * Of several servers: who is in a room is known at all of them
 */

struct search {
	const struct house *house;
	const struct room *in;		/* NULL: any, but at another server */
	const struct member *found;
};

static void
look_in(struct search *s, const struct room *r, const char *fold)
{
	const struct member *m = roster_find(&r->roster, fold);

	if (m != NULL && !m->classic && (s->in != NULL ||
	    room_is_elsewhere(r, m)))
		s->found = m;
}

static void
look_for(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct search *s = arg;
	const struct room *r;

	(void)key;
	if (s->in != NULL)
		look_in(s, s->in, fold);
	else
		LIST_FOREACH(r, &s->house->rooms, by_house)
			look_in(s, r, fold);
}

/* Who has that key, in that room, or at another server; NULL: nobody. */
static const struct member *
find_member(const struct peers *ps, const struct room *in,
    const uint8_t key[NOISE_KEY])
{
	struct search s = { ps->house, in, NULL };
	const struct log *log = ps->house->home->log;

	if (log_node(log) != 0 || in != NULL)
		log_lease_each_of(log, ps->house->wall_ms, key, look_for, &s);
	return s.found;
}

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
	const struct member *m;
	struct peer *p = NULL;

	while ((p = crowd_next_of(&ps->crowd, key, p)) != NULL)
		if (!p->closing && text_name_check(p->name, p->name_len) ==
		    TEXT_NAME_OK && text_fold(fold, p->name, p->name_len) > 0 &&
		    peers_lease(ps, p, fold) == LOG_LEASE_OWN) {
			memcpy(name, p->name, p->name_len);
			return p->name_len;
		}
	if ((m = find_member(ps, NULL, key)) != NULL) {
		memcpy(name, m->name, m->name_len);
		return m->name_len;
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
	return find_member(ps, NULL, key) != NULL;
}

const uint8_t *
peers_other_key(const struct talk_place *t, const struct peer *p)
{
	return t->end[talks_side(t, p->key) == 1].person->key;
}

/* No entry says that one comes or goes: the others hear that it is news. */
void
peers_look_who_is_there(struct seat *s)
{
	struct seats *in = s->in;
	struct seat *other;
	uint8_t here = 0;
	int i;

	for (i = 0; i < 2; i++)
		if (is_there(in->peers, in->talk->end[i].person->key))
			here |= (uint8_t)(1U << i);
	if (here == in->here)
		return;
	in->version++;
	in->here = here;
	LIST_FOREACH(other, &in->all, by_room)
		if (other != s && !other->closing) {
			seat_owe(other, SEAT_OWES_HEAD);
			peers_hurry(in->peers, other->peer);
		}
}

void
peers_put_both(struct seat *s, struct wire_out *out)
{
	static const char sides[] = "12";
	const struct room *r = s->in->room;
	char name[TEXT_NAME_BYTES];
	size_t i, n = r->roster.count, len, begun;

	peers_look_who_is_there(s);
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

enum hub_reason
peers_may_talk(const struct peers *ps, const struct peer *p)
{
	return room_is_closed_to(ps->home->room, p->key) ? HUB_CLOSED :
	    peers_is_banned(ps, p) ? HUB_BANNED : HUB_FINE;
}

bool
peers_has_talks(const struct peers *ps, const struct peer *p)
{
	return p->device != NULL && peers_person(ps, p) != NULL &&
	    ps->config.talks_for != HUB_TALKS_OFF &&
	    peers_may_talk(ps, p) == HUB_FINE;
}

/*
 * The list
 */

struct seat *
peers_seat_in_talk(const struct peer *p, const struct talk_place *t)
{
	struct seat *s;

	/* It has few, and one session may have many. */
	if (t->open == NULL || t->open->room == NULL)
		return NULL;
	LIST_FOREACH(s, &seats_of(t->open->room)->all, by_room)
		if (s->peer == p && !s->closing)
			break;
	return s;
}

static uint64_t
mark_of(struct peers *ps, const struct peer *p, const struct talk_place *t)
{
	const struct person *who = peers_person(ps, p);
	const struct mark *m = who == NULL ? NULL : marks_find(who, t->id);

	return m == NULL ? 0 : m->seq;
}

bool
peers_is_new_to(struct peers *ps, const struct peer *p,
    const struct talk_place *t)
{
	return t->said > mark_of(ps, p, t);
}

static struct frame_talk
item_of(struct peers *ps, const struct peer *p, const struct talk_end *end,
    char name[TEXT_NAME_BYTES])
{
	const struct talk_place *t = talk_of_end(end);
	const uint8_t *key = talks_other(t, end->person)->key;
	struct frame_talk item = { .said = t->said,
	    .mark = mark_of(ps, p, t), .log_id = t->id, .key = key,
	    .name = name, .name_len = peers_called(ps, key, name) };

	item.flags = (uint8_t)((peers_seat_in_talk(p, t) != NULL ?
	    FRAME_TALK_IN : 0) | (is_there(ps, key) ? FRAME_TALK_HERE : 0));
	return item;
}

/* Those in which nothing was said are nothing yet. */
void
peers_put_talks(struct peers *ps, const struct peer *p, uint64_t from,
    struct wire_out *out)
{
	const struct talk_end *end = !peers_has_talks(ps, p) ? NULL :
	    LIST_FIRST(&peers_person(ps, p)->talks);
	size_t room = out->size - out->len, good = 0, begun;
	uint8_t list[PEER_DATAGRAM];
	struct wire_out piece = wire_out(list, room < LIST_OVER ? 0 :
	    room - LIST_OVER);
	uint64_t total = 0, n = 0;
	char name[TEXT_NAME_BYTES];
	struct frame_talk item;

	for (; end != NULL; end = LIST_NEXT(end, by_person)) {
		if (talk_of_end(end)->said == 0 || total++ < from ||
		    piece.failed)
			continue;
		item = item_of(ps, p, end, name);
		frame_put_talk(&piece, &item);
		if (piece.failed)
			continue;
		good = piece.len;
		n++;
	}
	begun = frame_begin(out, FRAME_LIST);
	wire_put_u8(out, FRAME_ASK_TALKS);
	wire_put_varint(out, ps->config.talks_for == HUB_TALKS_OFF ? 0 :
	    log_head(ps->house->home->log).seq);
	wire_put_varint(out, total);
	wire_put_varint(out, from);
	wire_put_varint(out, n);
	wire_put_bytes(out, list, good);
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

/* As the log of a room has it, which a crash leaves as it was: whoever was
 * there then may not have come again. */
static bool
are_in_one(const struct peers *ps, const uint8_t one[NOISE_KEY],
    const uint8_t two[NOISE_KEY])
{
	const struct room *r;

	LIST_FOREACH(r, &ps->house->rooms, by_house)
		if (find_member(ps, r, two) != NULL &&
		    find_member(ps, r, one) != NULL)
			return true;
	return false;
}

bool
peers_have_met(struct peers *ps, const uint8_t one[NOISE_KEY],
    const uint8_t two[NOISE_KEY])
{
	struct peer *p = NULL, *other = crowd_next_of(&ps->crowd, one, NULL);
	struct seat *s;

	if (are_in_one(ps, one, two))
		return true;
	/* He who asks is here. */
	while (other != NULL &&
	    (p = crowd_next_of(&ps->crowd, two, p)) != NULL)
		SEAT_FOREACH(s, p)
			if (s->person != NULL && !s->talk &&
			    sits_with(s, other))
				return true;
	return false;
}
