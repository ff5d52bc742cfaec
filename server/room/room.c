/*
 * The room: asks become blocks of the log, the log's watch becomes what is so.
 */
#include "server/room/room.h"

#include <stdlib.h>

#include "server/room/house_news.h"
#include "server/room/room_state.h"
#include "server/room/room_wake.h"

/* The first one is home. */
static void
move_in(struct house *h, struct room *r)
{
	if (r->sort == ROOM_TALK)
		LIST_INSERT_HEAD(&h->talks, r, by_house);
	else if (h->home == NULL) {
		h->home = r;
		LIST_INSERT_HEAD(&h->rooms, r, by_house);
	} else
		LIST_INSERT_AFTER(h->home, r, by_house);
}

static void
move_out(struct house *h, struct room *r)
{
	LIST_REMOVE(r, by_house);
	if (r->rest.awake)
		TAILQ_REMOVE(&h->awake, r, rest.by_awake);
	dues_drop(&h->dues, &r->rest.due);
	if (--h->rooms_n == 0)
		dues_clear(&h->dues);
	if (h->home == r)
		h->home = NULL;
}

struct room *
room_next(const struct house *h, const struct room *r)
{
	struct room *next = r == NULL ? LIST_FIRST(&h->rooms) :
	    LIST_NEXT(r, by_house);

	return next == NULL && (r == NULL || r->sort != ROOM_TALK) ?
	    LIST_FIRST(&h->talks) : next;
}

struct room *
room_new(struct house *house, struct log *log, enum room_sort sort)
{
	struct room *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	if (!dues_reserve(&house->dues, house->rooms_n + 1)) {
		free(r);
		return NULL;
	}
	r->house = house;
	r->log = log;
	r->sort = sort;
	move_in(house, r);
	house->rooms_n++;
	room_wake(r);
	TAILQ_INIT(&r->asks.waiting);
	TAILQ_INIT(&r->asks.put_off);
	r->asks.retry_ms = INT64_MAX;
	roster_init(&r->roster);
	r->dedup = dedup_new();
	r->standing = standing_new();
	if (r->dedup != NULL && r->standing != NULL)
		return r;
	room_free(r);
	return NULL;
}

static void
drop(struct ask *a)
{
	if (a->kind->drop != NULL)
		a->kind->drop(a);
}

void
room_free(struct room *r)
{
	struct room_asks *q;
	struct ask *a;

	if (r == NULL)
		return;
	q = &r->asks;
	while (q->told < q->added)
		if ((a = q->of[q->told++]) != NULL) {
			room_unask(r, a);
			drop(a);
		}
	TAILQ_CONCAT(&q->waiting, &q->put_off, by_order);
	while ((a = TAILQ_FIRST(&q->waiting)) != NULL) {
		TAILQ_REMOVE(&q->waiting, a, by_order);
		drop(a);
	}
	dedup_free(r->dedup);
	standing_free(r->standing);
	roster_clear(&r->roster);
	move_out(r->house, r);
	free(r);
}

void
room_watch(struct room *r, const struct room_watch *w)
{
	r->watch[r->watches++] = *w;
}

void
room_report(struct room *r, enum hub_event_kind kind, enum hub_reason reason,
    const union sock_addr *addr, const char *name, size_t len)
{
	house_tell(r->house, &(struct hub_event){ .kind = kind,
	    .reason = reason, .addr = addr, .name = name, .name_len = len,
	    .room = r->name });
}

/*
 * Asks
 */

void
room_ask(struct room *r, struct ask *a, const struct ask_kind *kind)
{
	if (a->place != ASK_NOWHERE)
		return;
	a->kind = kind;
	a->place = ASK_WAITS;
	TAILQ_INSERT_TAIL(&r->asks.waiting, a, by_order);
	log_want(r->log);
	room_wake(r);
}

void
room_ask_later(struct room *r, struct ask *a)
{
	a->place = ASK_PUT_OFF;
	TAILQ_INSERT_TAIL(&r->asks.put_off, a, by_order);
	r->asks.retry_ms = r->house->now_ms + ROOM_FULL_WAIT_MS;
	room_wake(r);
}

/* What it has in the block is nobody's any more. */
static void
forget(struct room_asks *q, const struct ask *a)
{
	unsigned i;

	for (i = q->told; i < q->added; i++)
		if (q->of[i] == a)
			q->of[i] = NULL;
}

void
room_unask(struct room *r, struct ask *a)
{
	struct room_asks *q = &r->asks;

	if (a->place == ASK_ON_WAY)
		forget(q, a);
	else if (a->place != ASK_NOWHERE)
		TAILQ_REMOVE(a->place == ASK_WAITS ? &q->waiting :
		    &q->put_off, a, by_order);
	if (q->noting == a)
		q->noting = NULL;
	a->place = ASK_NOWHERE;
	a->in_block = 0;
}

/* Who was put off tries again, when it is time. */
static void
retry(struct room *r)
{
	struct ask *a;

	if (r->house->now_ms < r->asks.retry_ms)
		return;
	r->asks.retry_ms = INT64_MAX;
	while ((a = TAILQ_FIRST(&r->asks.put_off)) != NULL) {
		room_unask(r, a);
		room_ask(r, a, a->kind);
	}
}

/*
 * Blocks
 */

/* An entry that is in the log must not fail to be so for want of memory. */
static bool
reserve(struct room *r)
{
	return roster_reserve(&r->roster) && dedup_reserve(r->dedup);
}

/* Another node was first: what was on its way is decided anew. */
static void
take_back(struct room_asks *q)
{
	struct ask *a;

	while (q->added > q->told) {
		if ((a = q->of[--q->added]) == NULL ||
		    a->place != ASK_ON_WAY)
			continue;
		a->place = ASK_WAITS;
		a->in_block = 0;
		TAILQ_INSERT_HEAD(&q->waiting, a, by_order);
	}
	q->added = q->told = 0;
	q->noting = NULL;
}

static void
refuse(struct room *r, struct ask *a)
{
	room_unask(r, a);
	a->kind->refused(a->kind->arg, a);
}

/* True: the block can have more. */
static bool
decide(struct room *r, struct ask *a)
{
	struct room_asks *q = &r->asks;

	TAILQ_REMOVE(&q->waiting, a, by_order);
	a->place = ASK_NOWHERE;
	switch (a->kind->decide(a->kind->arg, a)) {
	case ASK_OVER:
		return true;
	case ASK_SAID:
		a->place = ASK_ON_WAY;
		return true;
	case ASK_NOTED:
		q->noting = a;
		break;
	case ASK_LATER:
		/* What no block has room for must not stop all others. */
		if (q->added == 0 && !q->closed) {
			refuse(r, a);
			return true;
		}
		break;
	}
	a->place = ASK_WAITS;
	TAILQ_INSERT_HEAD(&q->waiting, a, by_order);
	return false;
}

static void
refuse_waiting(struct room *r)
{
	struct ask *a;

	TAILQ_FOREACH(a, &r->asks.waiting, by_order)
		a->in_block = 1;	/* marked: of now, not asked again */
	while ((a = TAILQ_FIRST(&r->asks.waiting)) != NULL && a->in_block > 0)
		refuse(r, a);
}

static void
gather(void *arg)
{
	struct room *r = arg;
	struct room_asks *q = &r->asks;
	struct ask *a;

	take_back(q);
	q->closed = false;
	if (!reserve(r)) {
		refuse_waiting(r);
		return;
	}
	while (!q->closed && (a = TAILQ_FIRST(&q->waiting)) != NULL)
		if (!decide(r, a))
			break;
	if (!TAILQ_EMPTY(&q->waiting))
		log_want(r->log);
}

static void
refused(void *arg)
{
	struct room *r = arg;
	struct room_asks *q = &r->asks;
	struct ask *a = q->noting;

	if (a != NULL)
		refuse(r, a);
	while (q->told < q->added)
		if ((a = q->of[q->told++]) != NULL)
			refuse(r, a);
}

bool
room_takes_act(const struct room *r)
{
	return r->asks.added == 0 && !r->asks.closed;
}

static bool
add(struct room *r, struct ask *a, struct entry *e, size_t n,
    const struct log_note *notes, size_t notes_n)
{
	struct room_asks *q = &r->asks;

	if (q->closed || !log_add(r->log, e, n, notes, notes_n))
		return false;
	for (; n > 0; n--) {
		q->of[q->added++] = a;
		a->in_block++;
	}
	return true;
}

bool
room_add_lines(struct room *r, struct ask *a, struct entry *e, size_t n,
    const struct log_note *note)
{
	return add(r, a, e, n, note, note != NULL);
}

bool
room_add_act(struct room *r, struct ask *a, struct entry *e, size_t n,
    const struct log_note *notes, size_t notes_n)
{
	if (!room_takes_act(r) || !add(r, a, e, n, notes, notes_n))
		return false;
	r->asks.closed = true;
	return true;
}

/*
 * The watch
 */

/* Whose it is, if it was added here. */
static struct ask *
asker(struct room *r, bool ours)
{
	struct room_asks *q = &r->asks;
	struct ask *a;

	if (!ours)
		return NULL;
	a = q->of[q->told++];
	if (a != NULL && --a->in_block == 0)
		a->place = ASK_NOWHERE;
	return a;
}

/* The watch: the only way in for what is so, the only way out to people. */
static void
on_entry(void *arg, const struct entry *e, uint32_t node, bool ours)
{
	struct room *r = arg;
	struct room_act *act = r->house->act;
	struct member *who = NULL;
	struct ask *a;
	size_t i;

	if (!reserve(r))
		r->starved = true;
	if (roster_changes(e)) {
		who = roster_named(&r->roster, e->author, e->author_len);
		for (i = 0; i < r->watches; i++)
			if (r->watch[i].before != NULL)
				r->watch[i].before(r->watch[i].arg, e, who);
	}
	who = roster_take(&r->roster, e);
	if (who != NULL && e->kind == ENTRY_JOIN) {
		who->servers = room_bit_of(node);
		/* Asked in an earlier run. */
		r->has_ghosts |= !ours && node == log_node(r->log);
	}
	dedup_take(r->dedup, e);
	if (entry_is_rule(e) || (r->sort == ROOM_TALK &&
	    entry_is_own_rule(e))) {
		standing_take(r->standing, e);
		log_hold(r->log, standing_oldest(r->standing));
	}
	a = asker(r, ours);
	if (a != NULL && a->kind->told != NULL)
		a->kind->told(a->kind->arg, a, e);
	for (i = 0; i < r->watches && !r->quiet; i++)
		if (r->watch[i].after != NULL)
			r->watch[i].after(r->watch[i].arg, e, who, ours);
	r->house->act = act;
}

/* What was asked for by that is over, however it is afterwards. */
static bool
on_news(void *arg, const uint8_t *bytes, size_t len, bool ours)
{
	struct room *r = arg;
	const struct house_ears *ears = &r->house->ears;
	struct ask *a = ours ? r->asks.noting : NULL;
	struct room_act *act = r->house->act;
	struct house_news n;

	if (house_news_get(&n, bytes, len) &&
	    !ears->told(ears->arg, &n, ours))
		return false;
	if (a != NULL) {
		room_unask(r, a);
		a->kind->told(a->kind->arg, a, NULL);
	}
	r->house->act = act;
	return true;
}

static enum log_other
on_other(void *arg, const uint8_t id[JOURNAL_ID])
{
	const struct room *r = arg;
	const struct house_ears *ears = &r->house->ears;

	return ears->is_there(ears->arg, id);
}

static void
on_save(void *arg, struct wire_out *out)
{
	room_put_state(arg, out);
}

static bool
on_load(void *arg, struct wire_in *in)
{
	return room_get_state(arg, in);
}

static struct log_out
watch_of(struct room *r)
{
	return (struct log_out){ .entry = on_entry, .at = room_take_at,
	    .news = on_news, .other = on_other,
	    .gather = gather, .refused = refused, .save = on_save,
	    .load = on_load, .node = room_take_node, .arg = r };
}

bool
room_replay(struct room *r)
{
	const struct log_out out = watch_of(r);

	r->quiet = true;
	return log_replay(r->log, &out) && !r->starved;
}

void
room_turn(struct room *r)
{
	const struct log_out out = watch_of(r);
	size_t i;

	retry(r);
	r->due_ms = log_turn(r->log, r->house->now_ms, r->house->wall_ms, &out);
	if (log_state(r->log) == LOG_CUT_OFF)
		refuse_waiting(r);
	if (log_failed(r->log) != 0 && r->house->failed == 0)
		r->house->failed = log_failed(r->log);
	for (i = 0; i < r->watches; i++)
		if (r->watch[i].turned != NULL)
			r->watch[i].turned(r->watch[i].arg);
	/* Some were put off just now. */
	if (r->asks.retry_ms < r->due_ms)
		r->due_ms = r->asks.retry_ms;
}

bool
room_is_asked(const struct room *r)
{
	return !TAILQ_EMPTY(&r->asks.waiting);
}

bool
room_is_waiting(const struct room *r)
{
	return room_is_asked(r) || r->asks.told < r->asks.added;
}

void
room_settle(struct room *r)
{
	if (room_is_asked(r))
		room_turn(r);
}
