/*
 * A node of several, without what it talks to. Pure; runs in the server.
 */
#include "server/cluster/shared.h"

#include <stdlib.h>
#include <string.h>

void
shared_init(struct shared *s, uint32_t node, uint64_t told, int64_t now_ms,
    const struct shared_out *out)
{
	memset(s, 0, sizeof(*s));
	s->out = *out;
	s->node = node;
	s->told = told;
	s->heard_ms = now_ms;
	turns_init(&s->turns, node, now_ms);
	s->asked_ms = now_ms - SHARED_AGAIN_MS;
	s->turned_ms = now_ms;
	s->lives = UINT64_MAX;
}

static void
drop(struct shared_waiting *w)
{
	free(w->bytes);
	w->bytes = NULL;
	w->len = 0;
}

static void
land(struct shared *s)
{
	free(s->flight);
	s->flight = NULL;
	s->flight_len = 0;
	s->lost = false;
}

void
shared_free(struct shared *s)
{
	size_t i;

	for (i = 0; i < SHARED_AHEAD; i++)
		drop(&s->waiting[i]);
	land(s);
	free(s->draft);
	s->draft = NULL;
}

static struct shared_waiting *
place(struct shared *s, uint64_t number)
{
	return &s->waiting[number % SHARED_AHEAD];
}

/*
 * From the engine
 */

void
shared_heard(struct shared *s, int64_t now_ms)
{
	s->heard_ms = now_ms;
	if (s->state != SHARED_CUT_OFF)
		return;
	/* What came meanwhile has to be told before anything is decided. */
	s->state = SHARED_CATCHING_UP;
	s->knows_goal = false;
	s->asked_ms = now_ms - SHARED_AGAIN_MS;
}

static void
be_ready(struct shared *s)
{
	if (s->state == SHARED_CATCHING_UP && s->knows_goal &&
	    s->told >= s->goal && !s->behind && !s->emptied)
		s->state = SHARED_READY;
}

void
shared_newest(struct shared *s, int64_t now_ms, uint64_t number)
{
	shared_heard(s, now_ms);
	s->goal = number;
	s->knows_goal = true;
	be_ready(s);
}

void
shared_oldest(struct shared *s, int64_t now_ms, uint64_t number)
{
	shared_heard(s, now_ms);
	if (number == 0)
		s->emptied = true;
	else if (number > s->told + 1 && place(s, s->told + 1)->bytes == NULL)
		s->behind = true;
}

void
shared_block(struct shared *s, int64_t now_ms, uint64_t number,
    const uint8_t *bytes, size_t len)
{
	struct shared_waiting *w = place(s, number);

	shared_heard(s, now_ms);
	/* One that is too far ahead is fetched when it is its turn. */
	if (number > s->seen)
		s->seen = number;
	if (number <= s->told || number > s->told + SHARED_AHEAD || len == 0 ||
	    w->bytes != NULL || (w->bytes = malloc(len)) == NULL)
		return;
	memcpy(w->bytes, bytes, len);
	w->len = len;
}

void
shared_answer(struct shared *s, int64_t now_ms, uint64_t number,
    enum shared_answer answer)
{
	if (answer != SHARED_UNKNOWN)
		shared_heard(s, now_ms);
	if (s->flight_len == 0 || number != s->number)
		return;
	switch (answer) {
	case SHARED_IN:
		shared_block(s, now_ms, number, s->flight, s->flight_len);
		break;
	case SHARED_TAKEN:
		/* It comes with the answer, or is fetched. */
		s->lost = true;
		break;
	case SHARED_UNKNOWN:
		s->again_ms = now_ms;
		break;
	}
}

void
shared_nodes(struct shared *s, uint64_t lives)
{
	s->lives = lives;
}

/*
 * For the log
 */

static uint64_t
nonce_of(const uint8_t *bytes, size_t len)
{
	struct block b;

	return block_get(&b, bytes, len) ? b.nonce : 0;
}

const uint8_t *
shared_next(const struct shared *s, size_t *len, bool *ours)
{
	const struct shared_waiting *w =
	    &s->waiting[(s->told + 1) % SHARED_AHEAD];

	if (w->bytes == NULL)
		return NULL;
	*len = w->len;
	*ours = s->flight_len > 0 && nonce_of(w->bytes, w->len) == s->nonce;
	return w->bytes;
}

/* One is missing below another that has come, or that is known to be. */
static bool
lacks(const struct shared *s)
{
	return s->waiting[(s->told + 1) % SHARED_AHEAD].bytes == NULL &&
	    (s->lost || s->told < s->seen ||
	    (s->knows_goal && s->told < s->goal));
}

void
shared_told(struct shared *s, int64_t now_ms)
{
	struct shared_waiting *w = place(s, s->told + 1);
	struct block b = { 0 };
	size_t len = w->len;
	uint64_t gone;

	if (block_get(&b, w->bytes, w->len))
		turns_told(&s->turns, now_ms, b.node, s->flight_len > 0 &&
		    b.nonce == s->nonce);
	drop(w);
	s->told_nonce = b.nonce;
	s->told++;
	gone = retain_told(&s->retain, s->told, len, b.node == s->node);
	if (gone != 0)
		s->forgets = gone;
	/* The next of what was fetched are asked for at once. */
	if (lacks(s) && s->told % (SHARED_AHEAD / 2) == 0)
		s->asked_ms = now_ms - SHARED_AGAIN_MS;
	if (s->told >= s->number)
		land(s);
	be_ready(s);
}

bool
shared_is_free(const struct shared *s, int64_t now_ms)
{
	return s->state == SHARED_READY && s->flight_len == 0 &&
	    s->waiting[(s->told + 1) % SHARED_AHEAD].bytes == NULL &&
	    now_ms >= s->turns.pause_ms;
}

static void
send(struct shared *s, int64_t now_ms)
{
	s->again_ms = now_ms + SHARED_AGAIN_MS;
	s->out.append(s->out.arg, s->number, s->flight, s->flight_len);
}

uint64_t
shared_nonce(struct shared *s)
{
	uint64_t nonce;

	s->out.random(s->out.arg, &nonce, sizeof(nonce));
	return nonce;
}

bool
shared_post(struct shared *s, int64_t now_ms, uint64_t nonce,
    const uint8_t *bytes, size_t len)
{
	if ((s->flight = malloc(len)) == NULL)
		return false;
	memcpy(s->flight, bytes, len);
	s->flight_len = len;
	s->nonce = nonce;
	s->number = s->told + 1;
	turns_sent(&s->turns, now_ms);
	send(s, now_ms);
	return true;
}

void
shared_forget(struct shared *s)
{
	if (s->forgets != 0)
		s->out.forget(s->out.arg, s->forgets);
	s->forgets = 0;
}

void
shared_tick(struct shared *s, int64_t now_ms)
{
	if (now_ms - s->heard_ms >= SHARED_PATIENCE_MS || s->behind ||
	    s->emptied)
		s->state = SHARED_CUT_OFF;
	/* Before anybody notices: it may be that one member alone. */
	if (now_ms - s->heard_ms >= SHARED_AGAIN_MS &&
	    now_ms - s->turned_ms >= SHARED_AGAIN_MS) {
		s->turned_ms = now_ms;
		s->out.turn(s->out.arg);
	}
	if (now_ms - s->asked_ms >= SHARED_AGAIN_MS && !s->knows_goal) {
		s->asked_ms = now_ms;
		s->out.look(s->out.arg);
	} else if (now_ms - s->asked_ms >= SHARED_AGAIN_MS && lacks(s)) {
		s->asked_ms = now_ms;
		s->out.fetch(s->out.arg, s->told + 1);
	}
	if (s->flight_len > 0 && !s->lost && now_ms >= s->again_ms)
		send(s, now_ms);
}

int64_t
shared_due(const struct shared *s, int64_t now_ms)
{
	int64_t due = s->heard_ms + SHARED_AGAIN_MS;

	if (due <= now_ms)
		due = s->turned_ms + SHARED_AGAIN_MS;
	if ((!s->knows_goal || lacks(s)) &&
	    s->asked_ms + SHARED_AGAIN_MS < due)
		due = s->asked_ms + SHARED_AGAIN_MS;
	if (s->flight_len > 0 && !s->lost && s->again_ms < due)
		due = s->again_ms;
	if (s->wants > 0 && s->turns.pause_ms > now_ms &&
	    s->turns.pause_ms < due)
		due = s->turns.pause_ms;
	return due;
}
