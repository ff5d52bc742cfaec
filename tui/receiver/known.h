/*
 * The server's key, as it is known: in the file of known hosts, and in this
 * run, whatever becomes of the file. Runs in the receiver process.
 */
#ifndef TUI_RECEIVER_KNOWN_H
#define TUI_RECEIVER_KNOWN_H

#include <limits.h>
#include <stdbool.h>

#include "common/fingerprint.h"
#include "tui/receiver/link.h"

struct known {
	char		 path[PATH_MAX];	/* "": nowhere to keep it */
	const char	*server;	/* HOST:PORT; borrowed */
	const char	*want;		/* the key given, as fingerprint_match
					 * takes it; NULL: none was. Borrowed */
	bool		 forgetful;	/* it is read; what is new there this
					 * run alone remembers */
	bool		 pinned;	/* key is the only one from now on */
	bool		 barred;	/* another one was seen: none is */
	bool		 psk;		/* its room wants a passphrase */
	uint8_t		 key[NOISE_KEY];
};

/* Is it the server's key? Of what a link may ask (link_out.trust). */
enum link_trust	 known_trust(struct known *, const uint8_t key[NOISE_KEY],
		    bool *psk);
/* Somebody who is not the server was asked, and another one may be: one of the
 * key that is known by now, and of no other, whatever is written there later.
 * False: none is. */
bool		 known_pass_over(struct known *);
/* It is, it has proved it, and with psk that it knows the passphrase. NEW: it
 * was not known before. */
enum link_trust	 known_remember(struct known *, const uint8_t key[NOISE_KEY],
		    bool psk);

#endif
