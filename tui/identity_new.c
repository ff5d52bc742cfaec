/*
 * A new key: which file has which of the two. The former one is never lost: it
 * opens what was said to it alone, and other servers know no other.
 *
 *   identity       the one that is in force
 *   identity.new   is to come after it, as soon as a server says so
 *   identity.old   the one before it, for the servers that do not know
 */
#include "tui/identity.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/fingerprint.h"
#include "common/keys.h"
#include "common/lang.h"
#include "tui/shared/store.h"

enum { OLD_MAX = 99 };

static int
complain(const char *what, const char *why)
{
	fprintf(stderr, "chat-tui: %s: %s\n", what, why);
	return EXIT_FAILURE;
}

static int
complain_of(const char *path, enum keys_error error)
{
	return complain(path, error == KEYS_SYSTEM ? strerror(errno) :
	    keys_reason(error));
}

static bool
is_there(const char *leaf)
{
	char path[PATH_MAX];

	return store_config(path, leaf) && access(path, F_OK) == 0;
}

/* The public key in one of them; made where it is new. -1 to go on. */
static int
read_key(const char *leaf, bool makes, uint8_t public[NOISE_KEY])
{
	char path[PATH_MAX];
	struct noise_keypair kp;
	enum keys_error error;

	if (!store_config(path, leaf))
		return complain_of(leaf, KEYS_SYSTEM);
	error = makes ? keys_load(path, &kp) : keys_read(path, &kp);
	if (error != KEYS_OK)
		return error == KEYS_SYSTEM && errno == ENOENT ?
		    complain(path, _("there is no key yet; the first start "
		    "makes one")) : complain_of(path, error);
	memcpy(public, kp.public, NOISE_KEY);
	sodium_memzero(&kp, sizeof(kp));
	return -1;
}

int
identity_begin(struct identity_change *c)
{
	uint8_t former[NOISE_KEY];
	int status;

	if (sodium_init() == -1)
		return complain("identity", _("no source of random numbers"));
	c->is_new = is_there("identity.new") || !is_there("identity.old");
	c->former = c->is_new ? "identity" : "identity.old";
	if ((status = read_key(c->former, false, former)) != -1)
		return status;
	return read_key(c->is_new ? "identity.new" : "identity", c->is_new,
	    c->heir);
}

char *
identity_text(char dst[IDENTITY_TEXT], const uint8_t key[NOISE_KEY])
{
	return sodium_bin2base64(dst, IDENTITY_TEXT, key, NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* It has a second name, which no other key has. */
static bool
keep_former(const char *path)
{
	char old[PATH_MAX], leaf[sizeof("identity.old.99")] = "identity.old";
	unsigned i;

	for (i = 1; i <= OLD_MAX; i++) {
		if (!store_config(old, leaf))
			return false;
		if (link(path, old) == 0)
			return disk_sync_parent(&disk_real, path);
		if (errno != EEXIST)
			return false;
		snprintf(leaf, sizeof(leaf), "identity.old.%u", i);
	}
	return false;
}

bool
identity_is_in(const char *text, const uint8_t key[NOISE_KEY])
{
	char fingerprint[FINGERPRINT_TEXT];

	return strstr(text, fingerprint_text(fingerprint, key)) != NULL;
}

bool
identity_replace(const char *text)
{
	char path[PATH_MAX], new[PATH_MAX];
	uint8_t key[NOISE_KEY];

	if (!is_there("identity.new") || !store_config(path, "identity") ||
	    !store_config(new, "identity.new") ||
	    read_key("identity.new", false, key) != -1 ||
	    !identity_is_in(text, key))
		return false;
	if (!keep_former(path) || rename(new, path) == -1) {
		complain(path, strerror(errno));
		return false;
	}
	disk_sync_parent(&disk_real, path);
	return true;
}
