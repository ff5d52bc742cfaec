/*
 * Key files: a server's hostkey, a person's identity, and the servers' keys
 * that are known, in the style of ssh. Thin shell over files; what a line
 * of known hosts means is decided by pure functions.
 *
 *   key file     "chat-key-1 BASE64(secret 32)"        mode 0600, its owner's
 *   known_hosts  "HOST:PORT BASE64(public 32)" a line; # begins a comment;
 *                "#passphrase HOST:PORT BASE64(public 32)": the room of that
 *                key wants one (a comment, so that older programs read on)
 */
#ifndef COMMON_KEYS_H
#define COMMON_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/noise.h"

enum {
	KEYS_HOST_BYTES = 300,		/* longest HOST:PORT, with NUL */
	KEYS_HOSTS_BYTES = 1 << 20	/* largest file of known hosts */
};

enum keys_error {
	KEYS_OK,
	KEYS_SYSTEM,	/* errno says what */
	KEYS_KIND,	/* no regular file */
	KEYS_OWNER,	/* somebody else's */
	KEYS_READABLE,	/* others may read or write it */
	KEYS_EMPTY,	/* of a passphrase: its first line is */
	KEYS_LONG,
	KEYS_UTF8,
	KEYS_FORMAT	/* not what such a file holds */
};

/* What is wrong, in a few words behind the file's name; not for SYSTEM. */
const char	*keys_reason(enum keys_error);

/* A new key pair from the system's randomness, kept nowhere. */
void		 keys_make(struct noise_keypair *);
/* Reads the key pair in path. */
enum keys_error	 keys_read(const char *path, struct noise_keypair *);
/*
 * Writes it to path, on the disk, whole or not at all; never over what is
 * there: KEYS_SYSTEM, EEXIST. The directory must exist.
 */
enum keys_error	 keys_write(const char *path, const struct noise_keypair *);
/*
 * Reads the key pair in path; makes it there if there is none, whole or not
 * at all, and never over another. The directory must exist.
 */
enum keys_error	 keys_load(const char *path, struct noise_keypair *);

enum keys_host {
	KEYS_HOST_KNOWN,	/* with this very key */
	KEYS_HOST_UNKNOWN,
	KEYS_HOST_CHANGED	/* with another one: do not go on */
};

/*
 * Looks host ("HOST:PORT") up in the text of a file of known hosts. *line gets
 * the line, from 1, that decided or that is malformed. Pure.
 */
enum keys_error	 keys_host_find(const char *text, size_t len,
		    const char *host, const uint8_t public[NOISE_KEY],
		    enum keys_host *what, unsigned *line);
/* The key that a file knows the host by; false: it knows none, or cannot be
 * read. */
bool		 keys_host_key(const char *path, const char *host,
		    uint8_t public[NOISE_KEY]);
/* Another HOST:PORT that a file knows by this key, the first one; false: there
 * is none, or the file cannot be read. */
bool		 keys_host_alias(const char *path, const char *host,
		    const uint8_t public[NOISE_KEY],
		    char alias[KEYS_HOST_BYTES]);
/* Every host that a file knows by this key. */
void		 keys_host_every(const char *path,
		    const uint8_t public[NOISE_KEY],
		    void (*host)(void *arg, const char *host), void *arg);
/* Whether a file says of any host that the room of this key wants a
 * passphrase. */
bool		 keys_wants_psk(const char *path,
		    const uint8_t public[NOISE_KEY]);
/* Whether the text says that the room of this host and key wants a
 * passphrase; only where the host is known with this key. Pure. */
bool		 keys_host_has_psk(const char *text, size_t len,
		    const char *host, const uint8_t public[NOISE_KEY]);
/* Both of them in a file; a file that is not there knows no host. */
enum keys_error	 keys_host_check(const char *path, const char *host,
		    const uint8_t public[NOISE_KEY], enum keys_host *what,
		    bool *psk, unsigned *line);

/* Which lines to add. */
enum {
	KEYS_ADD_HOST = 1 << 0,		/* it was unknown */
	KEYS_ADD_PSK = 1 << 1		/* its room wants a passphrase */
};
/* Adds them in one write; the file is made 0600 if need be. */
enum keys_error	 keys_host_remember(const char *path, const char *host,
		    const uint8_t public[NOISE_KEY], unsigned what);

#endif
