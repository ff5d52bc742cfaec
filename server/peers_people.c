/*
 * What people are called in the room, and what they are told of each other.
 * Pure; runs in the server.
 */
#include <string.h>

#include "common/text.h"
#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/room/heirs.h"

enum { MEMBERS_OVER = 64 };	/* bytes of a MEMBERS frame around the list */

/* What a new name costs besides the line that asks for it. */
static const struct budget_cost new_name = { .of[BUDGET_NAMES] = 1 };

/* So a refused rename says why. */
static uint32_t
refusal_flags(enum hub_reason why, int64_t wait_ms)
{
	int64_t wait_s = (wait_ms + 999) / 1000;

	return (uint32_t)hub_frame_code(why) << ENTRY_WHY_SHIFT |
	    (uint32_t)names_refusal(why) << ENTRY_REFUSAL_SHIFT |
	    (uint32_t)(wait_s < ENTRY_WAIT_MAX ? wait_s : ENTRY_WAIT_MAX) <<
	    ENTRY_WAIT_SHIFT;
}

bool
peers_rename(struct peers *ps, struct seat *s, uint64_t id, const char *name,
    size_t len)
{
	struct peer *p = s->peer;
	struct room *r = s->in->room;
	size_t is_len;
	const char *is = seat_name(s, &is_len);

	/* If it is not to be: to the same name. */
	struct entry e = { .kind = ENTRY_RENAME, .flags = ENTRY_QUIET,
	    .time_ms = ps->house->wall_ms, .id = id, .author = is,
	    .author_len = is_len, .text = is, .text_len = is_len };
	const struct budget_who who = peers_who(p);
	char fold[TEXT_FOLD_BYTES];
	const struct log_note note = { .kind = LOG_NOTE_TAKE, .fold = fold,
	    .key = p->key, .place = crowd_place(&ps->crowd, p) };
	enum hub_reason why;
	int64_t wait_ms = 0;

	if (!room_takes_act(r))
		return false;
	if (len == is_len && memcmp(name, is, len) == 0)
		return room_add_act(r, &s->hot->ask, &e, 1, NULL, 0);
	why = peers_check_name(ps, p, name, len);
	/* Held, it would hold up the lines behind it. */
	if (why == HUB_FINE && (wait_ms = budget_wait(ps->budget,
	    ps->house->now_ms, &who, &new_name)) > 0)
		why = HUB_OVER_LIMIT;
	if (why != HUB_FINE) {
		room_report(r, HUB_REFUSED, why, &p->at.addr, name, len);
		e.flags |= refusal_flags(why, wait_ms);
		return room_add_act(r, &s->hot->ask, &e, 1, NULL, 0);
	}
	text_fold(fold, name, len);
	e.flags = 0;
	e.text = name;
	e.text_len = len;
	return room_add_act(r, &s->hot->ask, &e, 1, &note, 1);
}

void
peers_renamed(struct peers *ps, struct seat *s, uint64_t id)
{
	struct peer *p = s->peer;
	const struct member *now = s->person;
	const struct budget_who who = peers_who(p);

	/* Of all rooms; or of this one, which heard of one before. */
	if (s->slot != 0 && id == 0) {
		peers_call_in(s);
		return;
	}
	if (s->slot != 0) {
		peers_call(ps, p, now->name, now->name_len);
		p->owes |= PEER_OWES_NAME;
	}
	memcpy(p->name, now->name, now->name_len);
	p->name_len = (uint8_t)now->name_len;
	budget_spend(ps->budget, ps->house->now_ms, &who, &new_name);
}

struct asker {
	const struct peers *ps;
	const struct peer *p;
};

static bool
is_anothers(void *arg, const char *fold)
{
	const struct asker *a = arg;

	return peers_lease(a->ps, a->p, fold) == LOG_LEASE_OTHER;
}

/* Outbox numbers are no secret: whoever came under a former name could go on
 * with what is said by its owner. */
bool
peers_is_foreign(struct peers *ps, const struct seat *s, const char *fold)
{
	const struct peer *p = s->peer;
	struct room *r = s->in->room;
	struct asker a = { ps, p };

	return dedup_any(r->dedup, fold, s->post.outbox, is_anothers,
	    &a);
}

/*
 * A crash may have left the rename and not whose the new name is. Who owns the
 * old one was its author.
 */
bool
peers_may_inherit(struct peers *ps, const struct seat *s, const char *fold)
{
	const struct peer *p = s->peer;
	struct room *r = s->in->room;
	const struct member *ghost = roster_find(&r->roster, fold);

	return (ghost == NULL || (!ghost->classic &&
	    devices_first(ghost) == NULL)) &&
	    peers_lease(ps, p, fold) == LOG_LEASE_FREE;
}

void
peers_take_name(struct peers *ps, struct seat *s)
{
	struct peer *p = s->peer;
	struct room *r = s->in->room;
	char old[TEXT_FOLD_BYTES], fold[TEXT_FOLD_BYTES];
	const char *name;
	size_t len;

	/* Of several rooms this one's word is old once he is called in. */
	if ((s->slot != 0 && !s->hot->join.arriving) ||
	    text_name_check(p->name, p->name_len) != TEXT_NAME_OK ||
	    text_fold(old, p->name, p->name_len) == 0)
		return;
	name = dedup_name(r->dedup, old, s->post.outbox,
	    s->post.durable_next);
	if (name == NULL)
		return;
	/* It must be his own name. */
	len = strlen(name);
	if (text_fold(fold, name, len) == 0)
		return;
	if (peers_lease(ps, p, fold) !=
	    LOG_LEASE_OWN) {
		if (peers_is_foreign(ps, s, old) ||
		    !peers_may_inherit(ps, s, fold) ||
		    peers_lease(ps, p, old) != LOG_LEASE_OWN)
			return;
		s->inherits = true;
	}
	if (s->slot != 0 && (len != p->name_len ||
	    memcmp(name, p->name, len) != 0)) {
		peers_call(ps, p, name, len);
		p->owes |= PEER_OWES_NAME;
	}
	memcpy(p->name, name, len);
	p->name_len = (uint8_t)len;
}

void
peers_put_members(struct seat *s, struct wire_out *out)
{
	const struct room *r = s->in->room;
	struct listing *l = &s->members;
	const struct member *p = listing_first(l, &r->roster);
	const struct member *last = NULL;
	uint8_t list[PEER_DATAGRAM];
	size_t room = out->size - out->len, begun;
	struct wire_out piece = wire_out(list, room < MEMBERS_OVER ? 0 :
	    room - MEMBERS_OVER);
	size_t good = 0, total;
	uint32_t n = 0;

	for (; p != NULL; p = roster_next(p)) {
		wire_put_u8(&piece, (uint8_t)((p->classic ?
		    FRAME_MEMBER_CLASSIC : 0) | (p->away ?
		    FRAME_MEMBER_AWAY : 0)));
		wire_put_string(&piece, p->name, p->name_len);
		if (piece.failed)
			break;
		good = piece.len;
		last = p;
		n++;
	}
	/* Who reads stops at the total: it is not that before all are told,
	 * though some who were have gone, and it is it then. */
	total = (size_t)l->from + n;
	if (p != NULL)
		total = r->roster.count > total ?
		    r->roster.count : total + 1;
	begun = frame_begin(out, FRAME_MEMBERS);
	wire_put_varint(out, log_head(r->log).seq);
	wire_put_varint(out, s->in->version);
	wire_put_varint(out, total);
	wire_put_varint(out, l->from);
	wire_put_varint(out, n);
	wire_put_bytes(out, list, good);
	frame_end(out, begun);
	if (last != NULL)
		listing_read(l, n, p == NULL ? NULL : last->fold);
}

/* Who is called so, or he himself: in a talk, of the home room. */
static const struct member *
who_is(const struct seat *s, const char *name, size_t len)
{
	const struct room *r = s->talk ? s->in->room->house->home :
	    s->in->room;

	if (len == 0 && !s->talk)
		return s->person;
	return len == 0 ? NULL : roster_named(&r->roster, name, len);
}

/* Whose that name is: where another key came after one, that one's from then
 * on, though the name may be on its way to it for a while. */
static const uint8_t *
owner_of(const struct house *h, const char *fold)
{
	const uint8_t *key = log_lease_owner(h->home->log, h->wall_ms, fold);

	return key == NULL ? NULL : heirs_last(h->heirs, key);
}

void
peers_put_person(struct peers *ps, struct seat *s, struct wire_out *out)
{
	const struct room *r = s->in->room;
	const char *name = s->hot->debt->whois;
	size_t len = strlen(name);
	const struct member *p = who_is(s, name, len);
	char fold[TEXT_FOLD_BYTES];
	const uint8_t *key = NULL;
	uint64_t since_ms = 0;
	unsigned flags;

	if (p == NULL) {
		flags = FRAME_MEMBER_ABSENT;
		if (len == 0)
			return;
	} else {
		flags = (p->classic ? FRAME_MEMBER_CLASSIC : 0) |
		    (p->away || room_is_ghost(r, p) ? FRAME_MEMBER_AWAY : 0) |
		    (p == s->person ? FRAME_MEMBER_SELF : 0);
		/* He may spell it otherwise than when he came. */
		name = p->name;
		len = p->name_len;
		if (p == s->person)
			name = seat_name(s, &len);
		since_ms = (uint64_t)p->since_ms;
	}
	if (text_fold(fold, name, len) > 0 && (p == NULL || !p->classic))
		key = owner_of(ps->house, fold);
	frame_put_person(out, log_head(r->log).seq, since_ms, key,
	    &(struct frame_member){ (uint8_t)flags, name, len });
}
