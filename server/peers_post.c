/*
 * What a peer says: pieces gathered, limits, the log. Pure; runs in the server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/peers_state.h"

enum { SAID_MAX = 1024 };	/* pieces of a peer that wait for the log */

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
	if (s->first != p->expect) {
		memset(s, 0, sizeof(*s));
		s->first = p->expect;
	}
	at = counter - p->expect;
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

/* It waits for the log. False: too much does, or there is no memory. */
static bool
keep(struct peer *p)
{
	const struct stage *s = p->stage;
	struct message *m;
	size_t bytes = 0;
	unsigned i;

	for (i = 0; i < s->pieces; i++)
		bytes += s->piece[i].len;
	if (p->expect - p->next > SAID_MAX ||
	    (m = malloc(sizeof(*m) + bytes)) == NULL)
		return false;
	m->first = s->first;
	m->kind = (uint8_t)s->piece[s->pieces - 1].kind;
	m->pieces = (uint8_t)s->pieces;
	for (i = 0, bytes = 0; i < s->pieces; i++) {
		m->len[i] = (uint16_t)s->piece[i].len;
		memcpy(m->text + bytes, s->piece[i].text, s->piece[i].len);
		bytes += s->piece[i].len;
	}
	STAILQ_INSERT_TAIL(&p->said, m, next);
	p->expect += m->pieces;
	free(p->stage);
	p->stage = NULL;
	return true;
}

static int64_t
wait_of(const struct peers *ps, const struct peer *p)
{
	return p->muted_until_ms == 0 ? 0 : p->muted_until_ms -
	    ps->room->wall_ms;
}

/*
 * He may not say it. A client that knows takes it back and goes on behind it;
 * for another one it is too fast, until the time is over.
 */
static enum frame_code
refusal_of_muted(struct peers *ps, struct peer *p, int64_t *wait_ms)
{
	*wait_ms = wait_of(ps, p);
	room_report(ps->room, HUB_REFUSED, HUB_MUTED, &p->addr, p->name,
	    p->name_len);
	if (p->caps & HELLO_ROLES)
		return FRAME_MUTED;
	if (*wait_ms == 0)
		*wait_ms = PEERS_LONGEST_WAIT_MS;
	return FRAME_LIMIT_RATE;
}

/* A message is whole: it is to be said, or refused for now. */
static void
say(struct peers *ps, struct peer *p, struct requests *a)
{
	const struct budget_who who = peers_who(p);
	uint64_t id = posted_id(p->outbox, p->expect);
	struct budget_cost cost = { .of[BUDGET_LINES] = 1 };
	bool renames = p->stage->piece[0].kind == ENTRY_RENAME;
	bool muted = peers_is_muted(ps, p);
	enum frame_code code;
	int64_t wait_ms;
	unsigned i;

	if (muted && !renames) {
		code = refusal_of_muted(ps, p, &wait_ms);
		requests_refuse(a, code, id, wait_ms);
		return;
	}
	for (i = 0; i < p->stage->pieces; i++)
		cost.of[BUDGET_BYTES] += (uint32_t)p->stage->piece[i].len;
	wait_ms = budget_wait(ps->budget, ps->room->now_ms, &who, &cost);
	if (wait_ms > 0) {
		requests_refuse(a, FRAME_LIMIT_RATE, id, wait_ms);
		return;
	}
	if (!keep(p))
		return;
	budget_spend(ps->budget, ps->room->now_ms, &who, &cost);
	room_ask(ps->room, &p->ask, &ps->kind);
	/* A rename is refused as an entry, which does not say for how long. */
	if (muted && p->caps & HELLO_ROLES)
		requests_refuse(a, FRAME_MUTED, id, wait_of(ps, p));
}

void
peers_take_posts(struct peers *ps, struct peer *p, struct frame *f,
    struct requests *a)
{
	struct frame_post post;
	uint32_t counter;

	while (!requests_are_refused(a) && frame_next_post(f, &post)) {
		counter = (uint32_t)post.id;
		if (post.id >> 32 != p->outbox)
			continue;
		if (p->person == NULL && !p->wants_in) {
			/* Who waits to come in is told how long. */
			if (p->enter_ms > ps->room->now_ms)
				requests_refuse(a, FRAME_LIMIT_RATE, posted_id(
				    p->outbox, p->next), p->enter_ms -
				    ps->room->now_ms);
			continue;
		}
		if (counter < p->next) {
			ps->room->figures.repeated++;
			requests_posted(a);
			continue;
		}
		/* Only the pieces of the next message may come ahead. */
		if (counter < p->expect ||
		    counter - p->expect != entry_index(post.flags))
			continue;
		if (collect(p, counter, &post))
			say(ps, p, a);
	}
}

/*
 * What becomes of it
 */

static bool
add_message(struct peers *ps, struct peer *p, const struct message *m)
{
	struct entry entries[ENTRY_MORE_MAX + 1];
	/* Who says something keeps his name; on the disk, too, before he is
	 * told that it is. */
	const struct log_note note = { .kind = LOG_NOTE_KEEP,
	    .fold = p->person->fold, .key = p->key,
	    .place = crowd_place(&ps->crowd, p) };
	const char *text = m->text;
	unsigned i, more;

	memset(entries, 0, m->pieces * sizeof(entries[0]));
	for (i = 0; i < m->pieces; i++) {
		entries[i].time_ms = ps->room->wall_ms;
		more = m->pieces - 1U - i;
		entries[i].kind = more > 0 ? ENTRY_PART :
		    (enum entry_kind)m->kind;
		entries[i].flags = i << ENTRY_INDEX_SHIFT |
		    more << ENTRY_MORE_SHIFT;
		entries[i].id = posted_id(p->outbox, m->first + i);
		entries[i].author = p->name;
		entries[i].author_len = p->name_len;
		entries[i].text = text;
		entries[i].text_len = m->len[i];
		text += m->len[i];
	}
	return room_add_lines(ps->room, &p->ask, entries, m->pieces, &note);
}

void
peers_refuse_posts(struct peers *ps, struct peer *p, enum frame_code code,
    int64_t wait_ms)
{
	if (STAILQ_EMPTY(&p->said))
		return;
	p->owes |= PEER_OWES_ERROR;
	p->error = code;
	p->error_id = posted_id(p->outbox, STAILQ_FIRST(&p->said)->first);
	p->error_wait_ms = (uint64_t)wait_ms;
	peer_unsay(p);
	peers_call(ps, p);
	if (p->leaves)
		peers_go(ps, p, ENTRY_LEAVE);
}

/* Who is not in says nothing; if he waits to be he is told how long. */
static enum ask_verdict
refuse_absent(struct peers *ps, struct peer *p)
{
	if (p->enter_ms > ps->room->now_ms)
		peers_refuse_posts(ps, p, FRAME_LIMIT_RATE, p->enter_ms -
		    ps->room->now_ms);
	else
		peer_unsay(p);
	return ASK_OVER;
}

enum ask_verdict
peers_decide_posts(struct peers *ps, struct peer *p)
{
	const struct message *m;
	enum frame_code code;
	int64_t wait_ms;
	bool added = false;

	if (p->person == NULL)
		return refuse_absent(ps, p);
	STAILQ_FOREACH(m, &p->said, next) {
		if (m->kind == ENTRY_RENAME) {
			if (!peers_rename(ps, p, posted_id(p->outbox, m->first),
			    m->text, m->len[0]))
				break;
			return ASK_SAID;
		}
		if (peers_is_muted(ps, p)) {
			code = refusal_of_muted(ps, p, &wait_ms);
			peers_refuse_posts(ps, p, code, wait_ms);
			return ASK_OVER;
		}
		if (!add_message(ps, p, m))
			break;
		added = true;
	}
	return added ? ASK_SAID : !STAILQ_EMPTY(&p->said) ? ASK_LATER : ASK_OVER;
}

void
peers_said(struct peers *ps, struct peer *p, const struct entry *e)
{
	/* The message is in when its last piece is. */
	if (e->id >> 32 != p->outbox || (uint32_t)e->id < p->next ||
	    entry_more(e->flags) > 0)
		return;
	ps->room->figures.lines += peer_goes_on(p, (uint32_t)e->id + 1);
	peers_await_disk(ps, p, e->seq);
	if (STAILQ_EMPTY(&p->said) && p->leaves)
		peers_go(ps, p, ENTRY_LEAVE);
	else if (!STAILQ_EMPTY(&p->said) && p->ask.in_block == 0)
		room_ask(ps->room, &p->ask, &ps->kind);
}
