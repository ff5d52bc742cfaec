/*
 * Whose turn it is among several servers. Pure; runs in the server.
 */
#include "server/cluster/turns.h"

#include <string.h>

void
turns_init(struct turns *t, uint32_t node, int64_t now_ms)
{
	memset(t, 0, sizeof(*t));
	t->node = node;
	t->others_ms = now_ms - TURNS_OTHERS_MS;
}

void
turns_sent(struct turns *t, int64_t now_ms)
{
	int64_t free_ms = t->told_ms > t->pause_ms ? t->told_ms : t->pause_ms;

	t->sent_ms = now_ms;
	t->busy = (uint8_t)(t->busy << 1 | (now_ms <= free_ms + 1 ? 1 : 0));
}

/* Always something to say: as soon as one may be sent there is one. */
static bool
is_busy(const struct turns *t)
{
	unsigned bits = t->busy, n = 0;

	for (; bits != 0; bits >>= 1)
		n += bits & 1;
	return n >= TURNS_BUSY;
}

/* Of the recent blocks clearly more are this node's than is its part. */
static bool
has_more(const struct turns *t)
{
	unsigned i, own = 0, writers = 0, seen = 0;

	for (i = 0; i < TURNS_RECENT; i++) {
		own += t->recent[i] == t->node;
		writers += (seen >> t->recent[i] % 32 & 1) == 0;
		seen |= 1U << t->recent[i] % 32;
	}
	/* One at least writes, too, be it none of these. */
	return own * (writers < 2 ? 2 : writers) > TURNS_RECENT +
	    TURNS_RECENT / 4;
}

static bool
writes(const struct turns *t, int64_t now_ms, unsigned node)
{
	return t->last[node] != 0 &&
	    now_ms - t->last_ms[node] < TURNS_LATELY_MS;
}

/* How many write, and of them how many did so before this one did last, and not
 * since; in *passed how many blocks the first of these has seen go by. */
static unsigned
before_us(const struct turns *t, int64_t now_ms, unsigned *all,
    unsigned *passed)
{
	unsigned i, n = 0, own = t->last[t->node % TURNS_NODES];

	for (*all = *passed = i = 0; i < TURNS_NODES; i++) {
		if (!writes(t, now_ms, i))
			continue;
		++*all;
		if (t->last[i] >= own)
			continue;
		n++;
		if (t->told - t->last[i] > *passed)
			*passed = t->told - t->last[i];
	}
	return n;
}

/* How long the others need for theirs nobody here knows, but how long this
 * one's took, on the same busy machines; and one that is passed again and again
 * needs longer. */
static int64_t
wait_of(const struct turns *t, int64_t now_ms)
{
	unsigned all, passed, n = before_us(t, now_ms, &all, &passed);
	int64_t moment = t->took_ms / 2;

	if (n == 0)
		return 0;
	if (moment < TURNS_MS)
		moment = TURNS_MS;
	for (; is_busy(t) && passed > TURNS_PASSED * all &&
	    moment < TURNS_MS_MAX; passed -= TURNS_PASSED * all)
		moment *= 2;
	return n * (moment < TURNS_MS_MAX ? moment : TURNS_MS_MAX);
}

void
turns_told(struct turns *t, int64_t now_ms, uint32_t node, bool won)
{
	const int64_t most = TURNS_PAUSE_MS << TURNS_ROW;
	int64_t pause;

	if (node != t->node)
		t->others_ms = now_ms;
	t->recent[t->told++ % TURNS_RECENT] = (uint8_t)node;
	t->last[node % TURNS_NODES] = t->told;
	t->last_ms[node % TURNS_NODES] = now_ms;
	t->told_ms = now_ms;
	if (won)
		t->took_ms = now_ms - t->sent_ms;
	if (now_ms - t->others_ms >= TURNS_OTHERS_MS) {
		t->row = 0;
		return;
	}
	pause = wait_of(t, now_ms);
	if (won) {
		if (!has_more(t) || !is_busy(t))
			t->row -= t->row > 0;
		else if (t->row < TURNS_ROW)
			t->row++;
		if (pause < (int64_t)TURNS_PAUSE_MS << t->row)
			pause = (int64_t)TURNS_PAUSE_MS << t->row;
	}
	t->pause_ms = now_ms + (pause < most ? pause : most);
}
