/*
 * What other servers said of somebody's devices. Runs in the server.
 */
#include "server/afar.h"

#include <string.h>

enum {
	ASKS = 1, ASKS_BURST = 8,	/* a second: each is in the log, and
					 * so is what each of the others says */
	HEARD_MS_MAX = 1 << 30	/* ago; nobody is silent for longer */
};

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
afar_asks(struct afar *a, int64_t now_ms, const uint8_t key[NOISE_KEY],
    uint64_t others)
{
	struct afar_key *k = find(a, key);

	if (k != NULL && (k->lacks & others) != 0 &&
	    now_ms < k->asked_ms + AFAR_WAIT_MS)
		return AFAR_WAIT;
	if ((k != NULL && now_ms < k->asked_ms + AFAR_FRESH_MS) ||
	    !limit_take(&a->asks, now_ms, 1, ASKS, ASKS_BURST))
		return AFAR_ANSWER;
	if (k == NULL)
		k = place(a);
	memcpy(k->key, key, NOISE_KEY);
	k->asked_ms = now_ms;
	k->lacks = others;
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
	uint64_t heard;
	unsigned i;

	if (k == NULL)
		return;
	if (n->node < 64)
		k->lacks &= ~(UINT64_C(1) << n->node);
	for (i = k->n; i-- > 0; )
		if (k->of[i].node == n->node)
			drop(k, i);
	for (i = 0; i < n->devices_n && k->n < AFAR_DEVICES; i++) {
		d = &k->of[k->n++];
		d->node = n->node;
		d->is = n->devices[i];
		d->shown_ms = d->is.since_ms;
		heard = d->is.heard_ms < HEARD_MS_MAX ? d->is.heard_ms :
		    HEARD_MS_MAX;
		d->heard_ms = now_ms - (int64_t)heard;
	}
}

/* By one that is here, or by one of the first i others. */
static bool
is_taken(const struct afar_key *k, unsigned i, const uint64_t *here_ms,
    size_t here_n)
{
	uint64_t ms = k->of[i].shown_ms;
	size_t at;

	for (at = 0; at < here_n; at++)
		if (here_ms[at] == ms)
			return true;
	while (i-- > 0)
		if (k->of[i].shown_ms == ms)
			return true;
	return false;
}

void
afar_show(struct afar *a, const uint8_t key[NOISE_KEY],
    const uint64_t *here_ms, size_t here_n)
{
	struct afar_key *k = find(a, key);
	unsigned i;

	for (i = 0; k != NULL && i < k->n; i++) {
		k->of[i].shown_ms = k->of[i].is.since_ms;
		while (is_taken(k, i, here_ms, here_n))
			k->of[i].shown_ms++;
	}
}

bool
afar_end(struct afar *a, const uint8_t key[NOISE_KEY], uint64_t shown_ms,
    struct afar_device *was)
{
	struct afar_key *k = find(a, key);
	unsigned i;

	for (i = 0; k != NULL && i < k->n; i++)
		if (k->of[i].shown_ms == shown_ms) {
			*was = k->of[i];
			drop(k, i);
			return true;
		}
	return false;
}
