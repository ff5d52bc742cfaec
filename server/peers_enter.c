/*
 * Where a peer goes on in a room, and how one whose session is of no room
 * enters and leaves those that there are. Pure; runs in the server.
 */
#include <string.h>

#include "common/frame_room.h"
#include "common/text.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/room/room_part.h"

enum {
	SEATS_MAX = 256,	/* of one session */
	ENTER_WAIT_MS = 1000,	/* who enters too often */
	ENTER_US = 60,		/* of work */
	LEFT = 1,		/* by another device: see struct stray */
	LATE_MS = 100,		/* its log has not told all */
	MAY_MAKE_MS = 1,	/* there is none, but he may make it */
	NEWCOMER = 500		/* entries that one without any is sent */
};

static const struct budget_cost entering = { .of[BUDGET_ENTERS] = 1 };

static uint32_t
next_under(struct peers *ps, struct seat *s, const char *fold)
{
	if (peers_is_foreign(ps, s, fold))
		s->post.foreign = true;
	return dedup_next(s->in->room->dedup, fold, s->post.outbox);
}

static uint32_t
next_of(struct peers *ps, struct seat *s, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];

	return text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0 ? 0 : next_under(ps, s, fold);
}

/* Where it goes on, as far as that is found. */
struct going_on {
	struct peers	*ps;
	struct seat	*seat;
	uint32_t	 next;
};

static void
look_under(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct going_on *g = arg;
	uint32_t next = next_under(g->ps, g->seat, fold);

	(void)key;
	if (next > g->next)
		g->next = next;
}

/* What the log has of its outbox, under whatever name that was: it says so
 * itself, and with another's names it would only be silent. */
static uint32_t
next_in_room(struct peers *ps, struct seat *s, const struct hello_visitor *v)
{
	struct going_on g = { ps, s, next_of(ps, s, s->peer->name,
	    s->peer->name_len) };
	const char *name = v->former, *end, *blank;
	uint32_t other;
	unsigned n;

	/* Of several rooms one may have heard of none of his renames. */
	if (s->slot != 0)
		log_lease_each_of(ps->house->home->log, ps->house->wall_ms,
		    s->peer->key, look_under, &g);
	if (name == NULL)
		return g.next;
	end = name + v->former_len;
	for (n = 0; n < HELLO_FORMER && name < end; n++, name = blank + 1) {
		blank = memchr(name, ' ', (size_t)(end - name));
		if (blank == NULL)
			blank = end;
		other = next_of(ps, s, name, (size_t)(blank - name));
		if (other > g.next)
			g.next = other;
	}
	return g.next;
}

/* A talk has its own names, and nobody has another's. */
static uint32_t
next_expected(struct peers *ps, struct seat *s, const struct hello_visitor *v)
{
	return s->talk ? dedup_next(s->in->room->dedup,
	    peers_side_of(s)->fold, s->post.outbox) : next_in_room(ps, s, v);
}

/* From where on it is to be sent the log. */
void
peers_begin(struct peers *ps, struct seat *s, const struct hello_visitor *v)
{
	const struct frame_position *have = &v->have;
	struct room *r = s->in->room;
	bool same;
	uint64_t keep = room_common_part(r, have, &same);

	delivery_begin(&s->hot->delivery, &s->peer->way, ps->house->now_ms,
	    keep, log_head(r->log).seq);
	/* Its newest post may not be on the disk yet. */
	s->hot->owes |= s->slot != 0 ? SEAT_OWES_BASE :
	    SEAT_OWES_WELCOME & ~(unsigned)SEAT_OWES_POSTED;
	if (!same)
		seat_owe_rewind(s, have->seq, keep);
	s->post.next = next_expected(ps, s, v);
	/* An outbox that the log knows nothing of begins where it says; one
	 * that it knows goes on behind what it took back. */
	if (s->post.next < v->next_id)
		s->post.next = (uint32_t)v->next_id;
	/* His client takes another number, and says there what waits. */
	if (s->post.foreign)
		s->post.next = UINT32_MAX;
	s->hot->say.expect = s->post.next;
}

/*
 * Several rooms
 */

/* Nobody in the room has it, or is about to. */
static bool
is_outside(const struct seat *s)
{
	return s->person == NULL && (s->hot == NULL ||
	    s->hot->ask.place != ASK_ON_WAY);
}

/* Its seat in there, of the highest slot, and how many it has. */
static struct seat *
seat_in(const struct peer *p, const struct seats *in, unsigned *n)
{
	struct seat *s, *last = NULL;

	*n = 0;
	SEAT_FOREACH(s, p) {
		(*n)++;
		if (s->in == in)
			last = s;
	}
	return last;
}

/* It begins where it says, or where a newcomer does. */
static struct frame_position
have_of(const struct seats *in, const struct frame *f)
{
	static const uint8_t none[FRAME_LOG_ID];
	struct frame_position at = f->at, head = log_head(in->room->log);

	if (at.seq != 0 || memcmp(at.log_id, none, sizeof(none)) != 0)
		return at;
	at = head;
	at.term = 0;
	if ((f->flags & FRAME_ENTER_NEW) == 0)
		at.seq = head.seq < NEWCOMER ? 0 : head.seq - NEWCOMER;
	return at;
}

static void
sit_down(struct peers *ps, struct seat *s, const struct frame *f)
{
	const struct hello_visitor v = { .have = have_of(s->in, f),
	    .outbox = f->outbox, .next_id = f->id,
	    .former = f->former_len == 0 ? NULL : f->former,
	    .former_len = f->former_len };

	s->reads = !s->talk && (f->flags & FRAME_ENTER_READS) != 0;
	s->post.outbox = f->outbox;
	s->post.durable_next = (uint32_t)f->id;
	s->hot->join.arriving = s->hot->join.unheard = true;
	s->have = log_head(s->in->room->log).seq;
	s->hot->wait.held = true;
	peers_begin(ps, s, &v);
	peers_want_in(ps, s);
}

/* Which room somebody means. */
struct found {
	struct seats	*in;		/* NULL: it is not open, */
	enum frame_code	 why;		/* as the house's doors say; */
	bool		 makes;		/* there is none, and he may make it */
	int64_t		 wait_ms;	/* 0: it is not known how long */
};

static void
find(struct peers *ps, const struct peer *p, const struct frame *f,
    bool opens, struct found *found)
{
	const struct house_doors *doors = &ps->house->doors;
	const struct house_wish w = { .name = f->text, .len = f->text_len,
	    .maker = (f->flags & FRAME_ENTER_MAKES) != 0 ? p->key : NULL,
	    .opens = opens, .makes = &found->makes, .at = &p->at.home,
	    .wait_ms = &found->wait_ms,
	    .self = (p->caps & HELLO_PEOPLE) != 0 ? p->key : NULL };
	struct room *r;

	memset(found, 0, sizeof(*found));
	if ((r = doors->find(doors->arg, &w, &found->why)) != NULL)
		found->in = seats_of(r);
}

static int64_t
wait_of(const struct frame *f, const struct found *found)
{
	if (found->why == FRAME_NO_SPACE)
		return PEERS_FULL_WAIT_MS;
	if (found->why == FRAME_LIMIT_RATE)
		return LATE_MS;
	if (found->why == FRAME_QUOTA)
		return found->wait_ms;
	return found->why == FRAME_NO_ROOM && found->makes &&
	    (f->flags & FRAME_ENTER_MAKES) == 0 ? MAY_MAKE_MS : 0;
}

/* Who is in by a name that was released is called so all the same. */
static enum frame_code
may_be_called(struct peers *ps, struct peer *p)
{
	char fold[TEXT_FOLD_BYTES] = "";
	enum hub_reason why;

	peers_call_beside(ps, p);
	why = names_check(ps->names, p->name, p->name_len, p->key,
	    &p->at.home);
	text_fold(fold, p->name, p->name_len);
	if (why == HUB_FINE || (why == HUB_NAME_TAKEN &&
	    peers_lease(ps, p, fold) == LOG_LEASE_FREE))
		return 0;
	return peers_code_for(p, why);
}

/* Nothing is opened, or made for good, for who would not be let in. */
static enum frame_code
may_open(struct peers *ps, struct peer *p, bool makes)
{
	if (p->name_len == 0)
		return FRAME_NAME_BAD;
	if (peers_is_banned(ps, p))
		return FRAME_KICKED;
	return makes ? may_be_called(ps, p) : 0;
}

/*
 * It was not found for that reason: 0, it may be had. That costs more than a
 * seat does, but not often: it stays open for a while, and where it cannot be
 * opened it is not tried again for a while; and there are not so many.
 */
static bool
open_room(struct peers *ps, struct peer *p, const struct frame *f,
    struct found *found)
{
	if (found->why == 0)
		found->why = may_open(ps, p, found->makes);
	if (found->why == 0)
		find(ps, p, f, true, found);
	if (found->in == NULL)
		peers_stray(ps, p, f->slot, found->why, wait_of(f, found));
	return found->in != NULL;
}

static void
answer_again(struct seat *s)
{
	if (s->closing)
		peers_tell_end(s);
	else
		seat_owe(s, SEAT_OWES_POSTED | SEAT_OWES_BASE);
}

/* False: it had too many lately. */
static bool
may_enter(struct peers *ps, struct peer *p, const struct frame *f)
{
	const struct budget_who who = peers_who(p);
	int64_t wait_ms = budget_wait(ps->budget, ps->house->now_ms, &who,
	    &entering);

	if (wait_ms > 0) {
		peers_stray(ps, p, f->slot, FRAME_LIMIT_RATE,
		    (unsigned)wait_ms);
		return false;
	}
	budget_spend(ps->budget, ps->house->now_ms, &who, &entering);
	return true;
}

/* The even ones that count are those that are offered. */
static bool
is_late(const struct peer *p, const struct frame *f, const struct seat *old)
{
	if (f->slot % 2 == 0)
		return !peers_has_offered(p, f->slot, f->text, f->text_len);
	return f->slot <= p->gone_slot || (old != NULL &&
	    old->slot % 2 != 0 && old->slot > f->slot);
}

void
peers_take_enter(struct peers *ps, struct peer *p, const struct frame *f)
{
	struct found found;
	struct seat *s = seat_find(p, f->slot), *old;
	unsigned n;

	if (f->slot % 2 == 0 && p->device == NULL)
		return;
	if (!peers_work(ps, p, ENTER_US)) {
		peers_stray(ps, p, f->slot, FRAME_LIMIT_RATE, ENTER_WAIT_MS);
		return;
	}
	find(ps, p, f, false, &found);
	if (s != NULL) {
		if (s->in == found.in)
			answer_again(s);
		return;
	}
	/* One of before that was late is of a seat that was left; or another
	 * one has overtaken it, and it is asked for by another slot. */
	old = seat_in(p, found.in, &n);
	if (is_late(p, f, old)) {
		peers_stray(ps, p, f->slot, 0, 0);
		return;
	}
	if (n >= SEATS_MAX) {
		peers_stray(ps, p, f->slot, FRAME_QUOTA, 0);
		return;
	}
	/* One that may be had soon takes nothing from what he may. */
	if ((found.why != FRAME_LIMIT_RATE && !may_enter(ps, p, f)) ||
	    (found.in == NULL && !open_room(ps, p, f, &found)))
		return;
	if ((f->flags & FRAME_ENTER_AGAIN) != 0 &&
	    peers_has_left(ps, p, found.in)) {
		peers_stray(ps, p, f->slot, 0, LEFT);
		return;
	}
	if ((s = seat_new(p, found.in, f->slot)) == NULL)
		return;
	if (!seat_wake(s)) {
		peers_dismiss(ps, s);
		return;
	}
	if (old != NULL && old->hot != NULL && !old->closing)
		s->hot->join.asked_ms = old->hot->join.asked_ms;
	if (old != NULL && is_outside(old))
		peers_dismiss(ps, old);
	peers_decline(p, f->slot);
	sit_down(ps, s, f);
}

/* Who waits to come in by that name, or was silent for long. */
struct seat *
peers_absent(struct peers *ps, const struct room *r, const char *fold)
{
	char his[TEXT_FOLD_BYTES];
	struct peer *p;
	struct seat *s;

	TAILQ_FOREACH(p, &ps->crowd.heard, by_heard)
		SEAT_FOREACH(s, p)
			if (s->in->room == r && s->person == NULL &&
			    !s->closing &&
			    text_fold(his, p->name, p->name_len) > 0 &&
			    strcmp(his, fold) == 0)
				return s;
	return NULL;
}

void
peers_call_home(struct peers *ps, const char *name)
{
	strlcpy(ps->config.gate.room, name, sizeof(ps->config.gate.room));
	gate_call_room(ps->gate, name);
}

void
peers_call_room(struct seats *in, const char *name)
{
	struct seat *s;

	strlcpy(in->name, name, sizeof(in->name));
	/* Where somebody is the room is told as well. */
	in->renamed = in->room->roster.count == 0 ? 0 :
	    log_head(in->room->log).seq + 1;
	LIST_FOREACH(s, &in->all, by_room)
		if (s->slot != 0 && !s->closing && seat_wake(s))
			s->hot->join.unheard = s->hot->join.renamed = true;
}
