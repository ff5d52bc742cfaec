/*
 * What other servers said of somebody's devices. Runs in the server.
 */
#include "server/afar.h"

#include <string.h>

enum { ASKS = 4, ASKS_BURST = 16 };	/* a second: each is in the log */

static struct afar_key *
find(struct afar *a, const uint8_t key[NOISE_KEY])
{
	struct afar_key *k;

	for (k = a->of; k < a->of + AFAR_KEYS; k++)
		if (k->asked_ms != 0 && memcmp(k->key, key, NOISE_KEY) == 0)
			return k;
	return NULL;
}

const struct afar_key *
afar_of(const struct afar *a, const uint8_t key[NOISE_KEY])
{
	return find((struct afar *)(uintptr_t)a, key);
}

/* In the place of who has not asked for the longest time. */
static struct afar_key *
place(struct afar *a)
{
	struct afar_key *k, *oldest = a->of;

	for (k = a->of; k < a->of + AFAR_KEYS; k++)
		if (k->asked_ms < oldest->asked_ms)
			oldest = k;
	return oldest;
}

enum afar_verdict
afar_asks(struct afar *a, int64_t now_ms, const uint8_t key[NOISE_KEY])
{
	struct afar_key *k = find(a, key);

	if (k != NULL && now_ms < k->asked_ms + AFAR_WAIT_MS)
		return AFAR_WAIT;
	if ((k != NULL && now_ms < k->asked_ms + AFAR_FRESH_MS) ||
	    !limit_take(&a->asks, now_ms, 1, ASKS, ASKS_BURST))
		return AFAR_ANSWER;
	if (k == NULL)
		k = place(a);
	memcpy(k->key, key, NOISE_KEY);
	k->asked_ms = now_ms;
	k->n = 0;
	return AFAR_ASK;
}

static void
drop(struct afar_key *k, unsigned i)
{
	k->of[i] = k->of[--k->n];
}

void
afar_take(struct afar *a, int64_t now_ms, const struct house_news *n)
{
	struct afar_key *k = find(a, n->key);
	struct afar_device *d;
	unsigned i;

	if (k == NULL)
		return;
	for (i = k->n; i-- > 0; )
		if (k->of[i].node == n->node)
			drop(k, i);
	for (i = 0; i < n->devices_n && k->n < AFAR_DEVICES; i++) {
		d = &k->of[k->n++];
		d->node = n->node;
		d->is = n->devices[i];
		d->heard_ms = now_ms - (int64_t)d->is.heard_ms;
	}
}

bool
afar_end(struct afar *a, const uint8_t key[NOISE_KEY], uint64_t since_ms)
{
	struct afar_key *k = find(a, key);
	unsigned i;

	for (i = 0; k != NULL && i < k->n; i++)
		if (k->of[i].is.since_ms == since_ms) {
			drop(k, i);
			return true;
		}
	return false;
}
