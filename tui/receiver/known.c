/*
 * Knowing a server again. Runs in the receiver process. What was seen in this
 * run counts before the file: a key that is another one never becomes the
 * right one, however often it comes and whatever is written there.
 */
#include "tui/receiver/known.h"

#include <string.h>

#include "common/fingerprint.h"
#include "common/keys.h"

enum link_trust
known_trust(struct known *k, const uint8_t key[NOISE_KEY], bool *psk)
{
	enum keys_host what = KEYS_HOST_UNKNOWN;
	bool wanted;
	unsigned line;

	*psk = k->psk;
	if (k->want != NULL && !fingerprint_match(k->want, key)) {
		k->barred = true;
		return LINK_UNINVITED;
	}
	if (k->pinned && memcmp(k->key, key, NOISE_KEY) != 0)
		k->barred = true;
	if (k->barred)
		return LINK_CHANGED;
	if (k->pinned)
		return LINK_KNOWN;
	if (k->path[0] == '\0')
		return LINK_NEW;
	if (keys_host_check(k->path, k->server, key, &what, &wanted,
	    &line) != KEYS_OK)
		return LINK_UNSURE;
	/* The room is the key's, however its host is spelled. */
	*psk |= wanted || keys_wants_psk(k->path, key);
	k->barred = what == KEYS_HOST_CHANGED;
	if (what == KEYS_HOST_CHANGED)
		return LINK_CHANGED;
	return what == KEYS_HOST_KNOWN ? LINK_KNOWN : LINK_NEW;
}

bool
known_pass_over(struct known *k)
{
	/* One that was given is as good as a known one. */
	if (!k->pinned && k->want == NULL) {
		if (k->path[0] == '\0' ||
		    !keys_host_key(k->path, k->server, k->key))
			return false;
		k->pinned = true;
		k->psk |= keys_wants_psk(k->path, k->key);
	}
	k->barred = false;
	return true;
}

/* What the file lacks. Another window may have written it meanwhile. */
static enum link_trust
write_down(struct known *k, const uint8_t key[NOISE_KEY], bool psk)
{
	enum keys_host what;
	unsigned line, add = 0;
	bool had_psk;

	if (k->path[0] == '\0')
		return k->pinned ? LINK_KNOWN : LINK_NEW;
	if (keys_host_check(k->path, k->server, key, &what, &had_psk,
	    &line) != KEYS_OK)
		return LINK_UNSURE;
	if (what == KEYS_HOST_CHANGED)
		return LINK_CHANGED;
	if (what == KEYS_HOST_UNKNOWN)
		add |= KEYS_ADD_HOST;
	if (psk && !had_psk)
		add |= KEYS_ADD_PSK;
	if (add != 0 && !k->forgetful &&
	    keys_host_remember(k->path, k->server, key, add) != KEYS_OK)
		return LINK_UNSURE;
	return what == KEYS_HOST_UNKNOWN ? LINK_NEW : LINK_KNOWN;
}

enum link_trust
known_remember(struct known *k, const uint8_t key[NOISE_KEY], bool psk)
{
	bool wanted;
	enum link_trust trust = known_trust(k, key, &wanted);

	if (trust != LINK_KNOWN && trust != LINK_NEW)
		return trust;
	if (!k->pinned || (psk && !k->psk))
		trust = write_down(k, key, psk);
	if (trust == LINK_CHANGED || trust == LINK_UNSURE)
		return trust;
	memcpy(k->key, key, NOISE_KEY);
	k->pinned = true;
	k->psk |= psk;
	return trust;
}
