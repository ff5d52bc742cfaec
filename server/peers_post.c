/*
 * What a peer says: pieces gathered, limits, the log. Pure; runs in the server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"

enum { SAID_MAX = 1024 };	/* pieces of a peer that wait for the log */

struct posts_refusal {
	enum frame_code	 code;
	int64_t		 wait_ms;
};

/* Keeps a piece until its message is whole; true: it is, of so many bytes. */
static bool
collect(struct peers *ps, struct seat *s, const struct frame_post *post,
    uint32_t *bytes)
{
	struct stage *stage = stages_get(&ps->stages, ps->house->now_ms,
	    &s->hot->say.stage, crowd_network(&ps->crowd, s->peer));

	return stage != NULL && stage_take(stage, ps->house->now_ms,
	    s->hot->say.expect, post, bytes);
}

/* A message with room for so many bytes. NULL: too much waits for the log, it
 * has no numbers in its outbox any more, or there is no memory. */
static struct message *
new_message(const struct seat *s, enum entry_kind kind, unsigned pieces,
    size_t bytes)
{
	struct message *m;

	if (s->hot->say.expect - s->post.next > SAID_MAX ||
	    pieces > UINT32_MAX - s->hot->say.expect ||
	    (m = malloc(sizeof(*m) + bytes)) == NULL)
		return NULL;
	m->first = s->hot->say.expect;
	m->kind = (uint8_t)kind;
	m->pieces = (uint8_t)pieces;
	m->role = ENTRY_SAID;
	return m;
}

/* Out of its stage. */
static struct message *
staged_message(const struct seat *s, size_t bytes)
{
	const struct stage *g = s->hot->say.stage;
	struct message *m = new_message(s, g->piece[g->pieces - 1].kind,
	    g->pieces, bytes);
	char *to;
	unsigned i;

	if (m == NULL)
		return NULL;
	to = m->text;
	for (i = 0; i < g->pieces; i++) {
		m->len[i] = (uint16_t)g->piece[i].len;
		memcpy(to, g->piece[i].text, g->piece[i].len);
		to += g->piece[i].len;
	}
	return m;
}

static int64_t
wait_of(const struct peers *ps, const struct seat *s)
{
	return s->mute.until_ms == 0 ? 0 :
	    s->mute.until_ms - ps->house->wall_ms;
}

/*
 * He may not say it. A client that knows takes it back and goes on behind it;
 * for another one it is too fast, until the time is over.
 */
static enum frame_code
refusal_of_muted(struct peers *ps, struct seat *s, int64_t *wait_ms)
{
	struct peer *p = s->peer;

	*wait_ms = wait_of(ps, s);
	room_report(s->in->room, HUB_REFUSED, HUB_MUTED, &p->at.addr, p->name,
	    p->name_len);
	if (p->caps & HELLO_ROLES)
		return FRAME_MUTED;
	if (*wait_ms == 0)
		*wait_ms = PEERS_LONGEST_WAIT_MS;
	return FRAME_LIMIT_RATE;
}

/* He waits to come in for so long, muted under a name that is not his yet, or
 * since too many come. */
static enum frame_code
refusal_of_absent(struct peers *ps, struct seat *s, int64_t *wait_ms)
{
	return peers_is_muted(s) ? refusal_of_muted(ps, s, wait_ms) :
	    FRAME_LIMIT_RATE;
}

/* A message is whole, of so many bytes: may it be said, or is it refused for
 * now? */
static bool
may_say(struct peers *ps, struct seat *s, const struct frame_post *post,
    const struct budget_cost *cost, struct requests *a)
{
	struct peer *p = s->peer;
	const struct budget_who who = peers_who(p);
	uint64_t id = dedup_id(s->post.outbox, s->hot->say.expect);
	enum frame_code code;
	int64_t wait_ms;

	if (post->kind != ENTRY_RENAME && entry_role(post->flags) !=
	    ENTRY_RULE && peers_is_muted(s)) {
		code = refusal_of_muted(ps, s, &wait_ms);
		requests_refuse(a, code, id, wait_ms);
		return false;
	}
	wait_ms = budget_wait(ps->budget, ps->house->now_ms, &who, cost);
	if (wait_ms > 0)
		requests_refuse(a, FRAME_LIMIT_RATE, id, wait_ms);
	return wait_ms == 0;
}

/* It waits for the log from now on. */
static void
say(struct peers *ps, struct seat *s, struct message *m, struct requests *a)
{
	/* A rename is refused as an entry, which does not say for how long. */
	if (m->kind == ENTRY_RENAME && s->peer->caps & HELLO_ROLES &&
	    peers_is_muted(s))
		requests_refuse(a, FRAME_MUTED, dedup_id(s->post.outbox,
		    m->first), wait_of(ps, s));
	STAILQ_INSERT_TAIL(&s->hot->say.said, m, next);
	s->hot->say.expect += m->pieces;
	room_ask(s->in->room, &s->hot->ask, &ps->kind);
}

/* The next piece; most are all of a message, and need no stage. */
static void
take_piece(struct peers *ps, struct seat *s, const struct frame_post *post,
    struct requests *a)
{
	struct peer *p = s->peer;
	bool staged = entry_index(post->flags) + entry_more(post->flags) > 0;
	const struct budget_who who = peers_who(p);
	struct budget_cost cost = { .of[BUDGET_LINES] = 1,
	    .of[BUDGET_BYTES] = (uint32_t)post->text_len,
	    .of[BUDGET_RENAMES] = post->kind == ENTRY_RENAME };
	struct message *m;

	if (staged ? !collect(ps, s, post, &cost.of[BUDGET_BYTES]) :
	    post->kind == ENTRY_PART || post->text_len == 0)
		return;
	if (!may_say(ps, s, post, &cost, a))
		return;
	m = staged ? staged_message(s, cost.of[BUDGET_BYTES]) :
	    new_message(s, post->kind, 1, post->text_len);
	if (m == NULL)
		return;
	if (!staged) {
		m->len[0] = (uint16_t)post->text_len;
		memcpy(m->text, post->text, post->text_len);
	} else
		stage_drop(&s->hot->say.stage);
	budget_spend(ps->budget, ps->house->now_ms, &who, &cost);
	if (s->talk)
		m->role = (uint8_t)entry_role(post->flags);
	say(ps, s, m, a);
}

void
peers_take_posts(struct peers *ps, struct seat *s, struct frame *f,
    struct requests *a)
{
	int64_t wait_ms = s->hot->join.enter_ms - ps->house->now_ms;
	struct frame_post post;
	enum frame_code code;
	uint32_t counter;

	while (!requests_are_refused(a) && frame_next_post(f, &post)) {
		counter = (uint32_t)post.id;
		if (post.id >> 32 != s->post.outbox)
			continue;
		if (s->reads || !peers_takes(s, post.kind, post.flags,
		    post.text, post.text_len)) {
			requests_refuse(a, FRAME_MUTED, post.id, 0);
			continue;
		}
		if (s->person == NULL && !s->hot->join.wants_in) {
			/* Who waits to come in is told how long. */
			if (wait_ms <= 0)
				continue;
			code = refusal_of_absent(ps, s, &wait_ms);
			requests_refuse(a, code, dedup_id(s->post.outbox,
			    s->post.next), wait_ms);
			continue;
		}
		if (counter < s->post.next || s->post.foreign) {
			ps->house->figures.repeated++;
			requests_posted(a);
			continue;
		}
		/* Only the pieces of the next message may come ahead. */
		if (counter >= s->hot->say.expect &&
		    counter - s->hot->say.expect == entry_index(post.flags))
			take_piece(ps, s, &post, a);
	}
}

/*
 * What becomes of it
 */

static bool
add_message(struct peers *ps, struct seat *s, const struct message *m)
{
	struct peer *p = s->peer;
	struct room *r = s->in->room;
	struct entry entries[ENTRY_MORE_MAX + 1];
	/* Who says something keeps his name; on the disk, too, before he is
	 * told that it is. */
	const struct log_note note = { .kind = LOG_NOTE_KEEP,
	    .fold = s->person->fold, .key = p->key,
	    .place = crowd_place(&ps->crowd, p) };
	size_t author_len;
	const char *author = seat_name(s, &author_len), *text = m->text;
	unsigned i, more;

	if (s->talk) {
		author = s->person->name;
		author_len = s->person->name_len;
	}
	memset(entries, 0, m->pieces * sizeof(entries[0]));
	for (i = 0; i < m->pieces; i++) {
		entries[i].time_ms = ps->house->wall_ms;
		more = m->pieces - 1U - i;
		entries[i].kind = more > 0 ? ENTRY_PART :
		    (enum entry_kind)m->kind;
		entries[i].flags = i << ENTRY_INDEX_SHIFT |
		    more << ENTRY_MORE_SHIFT |
		    (unsigned)m->role << ENTRY_ROLE_SHIFT;
		entries[i].id = dedup_id(s->post.outbox, m->first + i);
		entries[i].author = author;
		entries[i].author_len = author_len;
		entries[i].text = text;
		entries[i].text_len = m->len[i];
		text += m->len[i];
	}
	/* Nothing is said under his name in a talk. */
	return room_add_lines(r, &s->hot->ask, entries, m->pieces,
	    s->talk ? NULL : &note);
}

void
peers_refuse_posts(struct seat *s, enum frame_code code,
    int64_t wait_ms)
{
	if (STAILQ_EMPTY(&s->hot->say.said))
		return;
	seat_owe_error(s, code, dedup_id(s->post.outbox,
	    STAILQ_FIRST(&s->hot->say.said)->first), wait_ms);
	seat_unsay(s);
	peers_serve_soon(s);
	if (s->hot->join.leaves)
		peers_go(s, ENTRY_LEAVE);
}

/* Who is not in says nothing; if he waits to be he is told how long. */
static enum ask_verdict
refuse_absent(struct peers *ps, struct seat *s)
{
	int64_t wait_ms = s->hot->join.enter_ms - ps->house->now_ms;
	enum frame_code code;

	if (wait_ms > 0) {
		code = refusal_of_absent(ps, s, &wait_ms);
		peers_refuse_posts(s, code, wait_ms);
	} else
		seat_unsay(s);
	return ASK_OVER;
}

static uint32_t
bytes_of(const struct message *m)
{
	uint32_t bytes = 0;
	unsigned i;

	for (i = 0; i < m->pieces; i++)
		bytes += m->len[i];
	return bytes;
}

/* May he say it now, behind so much else? Else, for so long: */
static bool
may_add(struct peers *ps, struct seat *s, const struct message *m,
    const struct seats_alone *before, struct posts_refusal *why)
{
	why->code = FRAME_MUTED;
	why->wait_ms = 0;
	if (s->talk && !peers_may_go_on(s, before->messages, before->bytes +
	    bytes_of(m)))
		return false;
	if (m->role == ENTRY_RULE || !peers_is_muted(s))
		return true;
	why->code = refusal_of_muted(ps, s, &why->wait_ms);
	return false;
}

enum ask_verdict
peers_decide_posts(struct peers *ps, struct seat *s)
{
	struct seats_alone added = { 0, 0 };
	struct posts_refusal why;
	const struct message *m;

	if (s->person == NULL)
		return refuse_absent(ps, s);
	STAILQ_FOREACH(m, &s->hot->say.said, next) {
		if (m->kind == ENTRY_RENAME) {
			if (!peers_rename(ps, s,
			    dedup_id(s->post.outbox, m->first), m->text,
			    m->len[0]))
				break;
			return ASK_SAID;
		}
		if (!may_add(ps, s, m, &added, &why)) {
			/* Decided again when what is before it is in. */
			if (added.messages > 0)
				break;
			peers_refuse_posts(s, why.code, why.wait_ms);
			return ASK_OVER;
		}
		if (!add_message(ps, s, m))
			break;
		added.messages++;
		added.bytes += bytes_of(m);
	}
	if (added.messages > 0)
		return ASK_SAID;
	return !STAILQ_EMPTY(&s->hot->say.said) ? ASK_LATER : ASK_OVER;
}

void
peers_said(struct peers *ps, struct seat *s, const struct entry *e)
{
	struct seat_hot *h;

	/* The message is in when its last piece is. */
	if (e->id >> 32 != s->post.outbox ||
	    (uint32_t)e->id < s->post.next || entry_more(e->flags) > 0)
		return;
	ps->house->figures.lines += seat_goes_on(s, (uint32_t)e->id + 1);
	peers_await_disk(s, e->seq);
	if ((h = s->hot) == NULL)
		return;
	if (STAILQ_EMPTY(&h->say.said) && h->join.leaves)
		peers_go(s, ENTRY_LEAVE);
	else if (!STAILQ_EMPTY(&h->say.said) && h->ask.in_block == 0)
		room_ask(s->in->room, &h->ask, &ps->kind);
}
