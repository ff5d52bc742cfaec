/*
 * What a peer says: pieces gathered, limits, the log. Pure; runs in the server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/hub_state.h"

/* Keeps a piece until its message is whole; true: it is. */
static bool
collect(struct peer *p, uint32_t counter, const struct frame_post *post)
{
	unsigned more = entry_more(post->flags), total, at, i;
	struct stage *s;

	if (p->stage == NULL &&
	    (p->stage = calloc(1, sizeof(*p->stage))) == NULL)
		return false;
	s = p->stage;
	if (s->first != p->next) {
		memset(s, 0, sizeof(*s));
		s->first = p->next;
	}
	at = counter - p->next;
	total = at + more + 1;
	if (total > ENTRY_MORE_MAX + 1 || (s->pieces != 0 &&
	    s->pieces != total) || (more > 0) != (post->kind == ENTRY_PART) ||
	    (post->kind == ENTRY_RENAME && total != 1))
		return false;
	s->pieces = total;
	s->piece[at].kind = post->kind;
	s->piece[at].flags = post->flags;
	s->piece[at].len = post->text_len;
	memcpy(s->piece[at].text, post->text, post->text_len);
	for (i = 0; i < total; i++)
		if (s->piece[i].len == 0)
			return false;
	return true;
}

static bool
append_pieces(struct hub *h, struct peer *p)
{
	const struct stage *s = p->stage;
	struct entry entries[ENTRY_MORE_MAX + 1];
	unsigned i;

	memset(entries, 0, sizeof(entries));
	for (i = 0; i < s->pieces; i++) {
		entries[i].time_ms = h->wall_ms;
		entries[i].kind = s->piece[i].kind;
		entries[i].flags = s->piece[i].flags &
		    ENTRY_PIECE_FLAGS;
		entries[i].id = posted_id(p->outbox, p->next + i);
		entries[i].author = p->name;
		entries[i].author_len = p->name_len;
		entries[i].text = s->piece[i].text;
		entries[i].text_len = s->piece[i].len;
	}
	/* Who says something keeps his name; on the disk, too, before he is
	 * told that it is. */
	if (!log_lease_keep(h->log, h->wall_ms, p->person->fold, p->key,
	    hub_place(h, p)) ||
	    !hub_append_all(h, entries, s->pieces))
		return false;
	h->figures.lines++;
	return true;
}

static bool
append_stage(struct hub *h, struct peer *p)
{
	const struct stage *s = p->stage;

	if (s->piece[0].kind == ENTRY_RENAME) {
		if (!hub_rename(h, p, posted_id(p->outbox, p->next),
		    s->piece[0].text, s->piece[0].len))
			return false;
	} else if (!append_pieces(h, p))
		return false;
	p->next += s->pieces;
	free(p->stage);
	p->stage = NULL;
	return true;
}

static int64_t
wait_of(const struct hub *h, const struct peer *p)
{
	return p->muted_until_ms == 0 ? 0 : p->muted_until_ms - h->wall_ms;
}

/*
 * He may not say it. A client that knows takes it back and goes on behind it;
 * for another one it is too fast, until the time is over.
 */
static void
refuse_muted(struct hub *h, struct peer *p, struct hub_asks *a)
{
	uint64_t id = posted_id(p->outbox, p->next);
	int64_t wait_ms = wait_of(h, p);

	hub_report(h, HUB_REFUSED, HUB_MUTED, &p->addr, p->name, p->name_len);
	if (p->caps & HELLO_ROLES)
		hub_ask_refuse(a, FRAME_MUTED, id, wait_ms);
	else
		hub_ask_refuse(a, FRAME_LIMIT_RATE, id, wait_ms == 0 ?
		    HUB_LONGEST_WAIT_MS : wait_ms);
}

/* A message is whole: it is said, or refused for now. */
static void
say(struct hub *h, struct peer *p, struct hub_asks *a)
{
	const struct budget_who who = hub_who(p);
	uint64_t id = posted_id(p->outbox, p->next);
	struct budget_cost cost = { .of[BUDGET_LINES] = 1 };
	bool renames = p->stage->piece[0].kind == ENTRY_RENAME;
	bool muted = hub_is_muted(h, p);
	int64_t wait_ms;
	unsigned i;

	if (muted && !renames) {
		refuse_muted(h, p, a);
		return;
	}
	for (i = 0; i < p->stage->pieces; i++)
		cost.of[BUDGET_BYTES] += (uint32_t)p->stage->piece[i].len;
	wait_ms = budget_wait(h->budget, h->now_ms, &who, &cost);
	if (wait_ms > 0) {
		hub_ask_refuse(a, FRAME_LIMIT_RATE, id, wait_ms);
		return;
	}
	if (!append_stage(h, p)) {
		hub_ask_refuse(a, FRAME_NO_SPACE, id, HUB_FULL_WAIT_MS);
		return;
	}
	budget_spend(h->budget, h->now_ms, &who, &cost);
	/* A rename is refused as an entry, which does not say for how long. */
	if (muted && p->caps & HELLO_ROLES)
		hub_ask_refuse(a, FRAME_MUTED, id, wait_of(h, p));
}

void
hub_peer_take_posts(struct hub *h, struct peer *p, struct frame *f,
    struct hub_asks *a)
{
	struct frame_post post;
	uint32_t counter;

	while (!hub_ask_is_refused(a) && frame_next_post(f, &post)) {
		counter = (uint32_t)post.id;
		if (post.id >> 32 != p->outbox)
			continue;
		if (p->person == NULL) {
			/* Who waits to come in is told how long. */
			if (p->enter_ms > h->now_ms)
				hub_ask_refuse(a, FRAME_LIMIT_RATE, posted_id(
				    p->outbox, p->next), p->enter_ms -
				    h->now_ms);
			continue;
		}
		if (counter < p->next) {
			h->figures.repeated++;
			hub_ask_posted(a);
			continue;
		}
		/* Only the pieces of the next message may come ahead. */
		if (counter - p->next != entry_index(post.flags))
			continue;
		if (collect(p, counter, &post))
			say(h, p, a);
	}
	if (p->durable_next != p->next)
		hub_peer_await_disk(h, p);
}

void
hub_secure_durable(struct hub *h)
{
	struct peer *p, *next;

	for (p = LIST_FIRST(&h->posting); p != NULL; p = next) {
		next = LIST_NEXT(p, by_posting);
		if (p->posted_seq > log_durable(h->log))
			continue;
		LIST_REMOVE(p, by_posting);
		p->posting = p->held = false;
		p->durable_next = p->next;
		p->owes |= PEER_OWES_POSTED;
		hub_peer_serve(h, p);
	}
}
