/*
 * What a session of several rooms is called: one name for all of them, asked
 * for once. Whose it is goes to the disk with the first room's log; then each
 * room where he is hears it, as an entry like any. A room that a crash kept
 * from that hears it when he comes there again. Pure; runs in the server.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/text.h"
#include "server/peers_state.h"
#include "server/room/room_say.h"

enum { NAMING_US = 10 };	/* of work */

static const struct budget_cost new_name = { .of[BUDGET_NAMES] = 1 };

/* Of two ends, 0: never. */
static int64_t
later(int64_t a, int64_t b)
{
	return a == 0 || b == 0 ? 0 : a > b ? a : b;
}

/* May he say nothing in a room where he, or another device of his, is?
 * *until_ms: till then; 0: it does not end by itself. */
static bool
is_muted(struct peers *ps, struct peer *p, int64_t *until_ms)
{
	struct peer *at = NULL;
	struct seat *s;
	bool is = false;

	*until_ms = 0;
	while ((at = crowd_next_of(&ps->crowd, p->key, at)) != NULL) {
		if (at != p && (at->closing || !peer_is_beside(at, p)))
			continue;
		SEAT_FOREACH(s, at) {
			/* In a talk nobody is. */
			if (s->person == NULL || s->talk || !peers_is_muted(s))
				continue;
			*until_ms = is ? later(*until_ms, s->mute.until_ms) :
			    s->mute.until_ms;
			is = true;
		}
	}
	return is;
}

/* As at a login, but that nobody else may have it, not even his own ghost. */
enum hub_reason
peers_check_name(struct peers *ps, struct peer *p, const char *name,
    size_t len)
{
	const struct member *holder;
	enum hub_reason why;
	struct seat *s;
	int64_t until_ms;

	if (is_muted(ps, p, &until_ms))
		return HUB_MUTED;
	why = names_check(ps->names, name, len, p->key, &p->at.home);
	if (why != HUB_FINE)
		return why;
	SEAT_FOREACH(s, p) {
		if (s->talk)
			continue;
		holder = roster_named(&s->in->room->roster, name, len);
		if (s->person != NULL && holder != NULL && holder != s->person)
			return HUB_NAME_TAKEN;
	}
	return HUB_FINE;
}

void
peers_call_in(struct seat *s)
{
	const struct peer *p = s->peer;
	const struct member *is = s->person;
	size_t len;

	if (is != NULL && seat_name(s, &len) != p->name)
		room_say_rename(s->in->room, is, p->name, p->name_len);
}

static void
call(struct peer *p, const char *name, size_t len)
{
	const struct member *is;
	struct seat *s;

	memmove(p->name, name, len);
	p->name_len = (uint8_t)len;
	/* Also where only the spelling is another one. */
	SEAT_FOREACH(s, p)
		if ((is = s->person) != NULL && (is->name_len != len ||
		    memcmp(is->name, p->name, len) != 0))
			room_say_rename(s->in->room, is, p->name, len);
}

void
peers_call(struct peers *ps, struct peer *p, const char *name, size_t len)
{
	struct peer *other = NULL;

	call(p, name, len);
	while ((other = crowd_next_of(&ps->crowd, p->key, other)) != NULL) {
		if (other->closing || !peer_is_beside(other, p))
			continue;
		call(other, p->name, len);
		other->owes |= PEER_OWES_NAME;
		peers_hurry(ps, other);
	}
}

void
peers_call_beside(struct peers *ps, struct peer *p)
{
	const struct peer *other = NULL;

	while ((other = crowd_next_of(&ps->crowd, p->key, other)) != NULL)
		if (!other->closing && peer_is_beside(other, p) &&
		    peer_is_in(other)) {
			if (other->name_len == p->name_len &&
			    memcmp(other->name, p->name, p->name_len) == 0)
				return;
			peers_call(ps, p, other->name, other->name_len);
			p->owes |= PEER_OWES_NAME;
			return;
		}
}

/*
 * What is asked for
 */

static void
decided(struct peers *ps, struct peer_naming *n)
{
	n->state = PEER_NAMING_DECIDED;
	LIST_INSERT_HEAD(&ps->namings.list, n, by_wait);
}

/* A code of names alone: of others a client may make that its session is
 * over. */
static enum frame_code
code_of(enum hub_reason why)
{
	enum frame_code code = hub_frame_code(why);

	return code == FRAME_KICKED || code == FRAME_CLOSED ||
	    code == FRAME_ROOM_FULL ? FRAME_NAME_BAD : code;
}

static void
refuse(struct peers *ps, struct peer_naming *n, enum hub_reason why,
    int64_t wait_ms)
{
	house_report(ps->house, HUB_REFUSED, why, &n->peer->at.addr, n->name,
	    n->name_len);
	n->code = code_of(why);
	n->wait_ms = wait_ms;
	names_refusal_text(ps->names, why, n->reason);
	n->written = 0;
	decided(ps, n);
}

static enum hub_reason
check(struct peers *ps, struct peer_naming *n, int64_t *wait_ms)
{
	struct peer *p = n->peer;
	const struct budget_who who = peers_who(p);
	enum hub_reason why = peers_check_name(ps, p, n->name, n->name_len);
	int64_t until_ms;

	*wait_ms = 0;
	if (why == HUB_MUTED && is_muted(ps, p, &until_ms) && until_ms != 0)
		*wait_ms = until_ms - ps->house->wall_ms;
	if (why == HUB_FINE && (*wait_ms = budget_wait(ps->budget,
	    ps->house->now_ms, &who, &new_name)) > 0)
		why = HUB_OVER_LIMIT;
	return why;
}

static bool
is_his(const struct peers *ps, const struct peer_naming *n)
{
	char fold[TEXT_FOLD_BYTES];

	return text_fold(fold, n->name, n->name_len) > 0 &&
	    peers_lease(ps, n->peer, fold) == LOG_LEASE_OWN;
}

/* He is called so already, and the name is his. */
static bool
is_so(const struct peers *ps, const struct peer_naming *n)
{
	const struct peer *p = n->peer;

	return p->name_len == n->name_len &&
	    memcmp(p->name, n->name, n->name_len) == 0 &&
	    text_name_check(n->name, n->name_len) == TEXT_NAME_OK &&
	    is_his(ps, n);
}

/* He is in a room, by this device or another. */
static bool
is_anywhere(struct peers *ps, const struct peer *p)
{
	const struct peer *at = NULL;

	while ((at = crowd_next_of(&ps->crowd, p->key, at)) != NULL)
		if (peer_is_in(at) && (at == p || peer_is_beside(at, p)))
			break;
	return at != NULL;
}

static enum ask_verdict
take_name(struct peers *ps, struct peer_naming *n)
{
	struct room *home = ps->home->room;
	char fold[TEXT_FOLD_BYTES];
	const struct log_note note = { .kind = is_anywhere(ps, n->peer) ?
	    LOG_NOTE_TAKE : LOG_NOTE_CALL, .fold = fold,
	    .key = n->peer->key, .place = crowd_place(&ps->crowd, n->peer) };

	text_fold(fold, n->name, n->name_len);
	n->state = PEER_NAMING_NOTED;
	return room_add_act(home, &n->ask, NULL, 0, &note, 1) ? ASK_NOTED :
	    ASK_LATER;
}

static enum ask_verdict
decide(void *arg, struct ask *a)
{
	struct peers *ps = arg;
	struct peer_naming *n = (struct peer_naming *)((char *)a -
	    offsetof(struct peer_naming, ask));
	struct peer *p = n->peer;
	const struct budget_who who = peers_who(p);
	bool same = is_so(ps, n);
	enum hub_reason why;
	int64_t wait_ms;

	if (!room_takes_act(ps->home->room))
		return ASK_LATER;
	if (p->closing)
		return ASK_OVER;
	if (!same && (why = check(ps, n, &wait_ms)) != HUB_FINE) {
		refuse(ps, n, why, wait_ms);
		return ASK_OVER;
	}
	/* Others may have been first in the log; then it is not noted. */
	if (!same && (n->state == PEER_NAMING_WAITS || !is_his(ps, n)))
		return take_name(ps, n);
	if (!same)
		budget_spend(ps->budget, ps->house->now_ms, &who, &new_name);
	peers_call(ps, p, n->name, n->name_len);
	n->written = log_lease_written(ps->home->room->log);
	decided(ps, n);
	return ASK_OVER;
}

static void
refused(void *arg, struct ask *a)
{
	struct peer_naming *n = (struct peer_naming *)((char *)a -
	    offsetof(struct peer_naming, ask));

	refuse(arg, n, HUB_NO_SPACE, PEERS_FULL_WAIT_MS);
}

void
peers_init_namings(struct peers *ps)
{
	ps->namings.kind = (struct ask_kind){ .decide = decide,
	    .refused = refused, .arg = ps };
	LIST_INIT(&ps->namings.list);
}

/* It asks for the next one, whatever became of the last. NULL: no memory. */
static struct peer_naming *
begin(struct peers *ps, struct peer *p, const struct frame *f)
{
	struct peer_naming *n = p->naming;

	if (n == NULL && (n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	p->naming = n;
	peers_unask_name(ps, p);
	n->peer = p;
	n->state = PEER_NAMING_WAITS;
	n->code = 0;
	n->wait_ms = 0;
	n->reason[0] = '\0';
	n->tag = f->id;
	memcpy(n->name, f->text, f->text_len);
	n->name_len = (uint8_t)f->text_len;
	return n;
}

/* It costs what a post for one room does. */
void
peers_take_naming(struct peers *ps, struct peer *p, const struct frame *f)
{
	const struct budget_who who = peers_who(p);
	const struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = (uint32_t)f->text_len,
	    .of[BUDGET_RENAMES] = 1 };
	struct peer_naming *n = p->naming;
	int64_t wait_ms;

	if (f->id == 0 || (n != NULL && f->id < n->tag) ||
	    !peers_work(ps, p, NAMING_US))
		return;
	if (n != NULL && f->id == n->tag) {
		if (n->state == PEER_NAMING_TOLD)
			p->owes |= PEER_OWES_NAMED;
		return;
	}
	if ((n = begin(ps, p, f)) == NULL)
		return;
	wait_ms = budget_wait(ps->budget, ps->house->now_ms, &who, &cost);
	if (wait_ms > 0) {
		refuse(ps, n, HUB_OVER_LIMIT, wait_ms);
		return;
	}
	budget_spend(ps->budget, ps->house->now_ms, &who, &cost);
	room_ask(ps->home->room, &n->ask, &ps->namings.kind);
}

void
peers_put_called(const struct peer *p, struct wire_out *out)
{
	if (p->name_len > 0)
		frame_put_name(out, 0, 0, p->name, p->name_len);
	else
		frame_put_error(out, FRAME_NAME_BAD, 0, 0, NULL, 0);
}

/* Of one that was refused it may not know what became of the one before. */
void
peers_put_naming(const struct peer *p, struct wire_out *out)
{
	const struct peer_naming *n = p->naming;

	if (n == NULL)
		return;
	if (n->code != 0 && n->tag != 0)
		peers_put_called(p, out);
	if (n->code != 0)
		frame_put_error(out, n->code, 0, (uint64_t)n->wait_ms,
		    n->reason, strlen(n->reason));
	if (n->tag != 0)
		frame_put_name(out, n->tag, n->code, n->name, n->name_len);
}

struct peer *
peers_next_named(struct peers *ps)
{
	uint64_t durable = log_lease_durable(ps->home->room->log);
	struct peer_naming *n;

	LIST_FOREACH(n, &ps->namings.list, by_wait)
		if (n->written <= durable) {
			LIST_REMOVE(n, by_wait);
			n->state = PEER_NAMING_TOLD;
			n->peer->owes |= PEER_OWES_NAMED;
			return n->peer;
		}
	return NULL;
}
