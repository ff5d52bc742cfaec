/*
 * chat-tui --forget: takes a server out of the file of known hosts. Parent
 * process, instead of a session.
 */
#ifndef TUI_FORGET_H
#define TUI_FORGET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/fingerprint.h"

struct options;

struct forgotten {
	bool		 known;			/* there was a line */
	bool		 psk;	/* its room wanted a passphrase */
	char		 key[FINGERPRINT_TEXT];	/* "": it could not be read */
};

/*
 * Writes text to dst, which is as large, without the lines of the host
 * ("HOST:PORT"); all others stay as they are. Returns the length. Pure.
 */
size_t	 forget_lines(char *dst, const char *text, size_t len,
	    const char *host, struct forgotten *);

/*
 * Forgets the host as it was typed, or else label; says what is forgotten and
 * what is not. Returns the exit status.
 */
int	 forget_host(const char *typed, const char *label);

#endif
