/*
 * When what a server told of others is kept. Runs in the receiver process.
 */
#include "tui/receiver/nodes_kept.h"

#include <string.h>

void
nodes_kept_told(struct nodes_kept *k, const uint8_t key[NOISE_KEY],
    const char *list)
{
	/* Told again it is no news. */
	if ((k->was || k->waits) && memcmp(k->key, key, NOISE_KEY) == 0 &&
	    strcmp(k->list, list) == 0)
		return;
	memcpy(k->key, key, NOISE_KEY);
	strlcpy(k->list, list, sizeof(k->list));
	k->waits = true;
}

static void
wait_until_then(const struct nodes_kept *k, int64_t *due)
{
	if (k->last_ms + NODES_KEPT_MS < *due)
		*due = k->last_ms + NODES_KEPT_MS;
}

bool
nodes_kept_now(struct nodes_kept *k, int64_t now, bool ends, int64_t *due)
{
	if (!k->waits)
		return false;
	if (k->was && !ends && now < k->last_ms + NODES_KEPT_MS) {
		wait_until_then(k, due);
		return false;
	}
	k->waits = false;
	k->was = true;
	k->last_ms = now;
	return true;
}

void
nodes_kept_not(struct nodes_kept *k, int64_t *due)
{
	k->waits = true;
	wait_until_then(k, due);
}
