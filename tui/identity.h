/*
 * A person's key: chat-tui --export-key and --import-key, by which it goes to
 * another machine as a line, and the files of --new-key. Parent process, before
 * or instead of a session.
 */
#ifndef TUI_IDENTITY_H
#define TUI_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/noise.h"

/*
 * Both return the exit status. passphrase_file: -k; "": it is asked for at the
 * terminal, where it is not seen.
 */

/* Prints it, sealed by a passphrase; an empty one: in clear, and says so. */
int	 identity_export(const char *passphrase_file);
/* Reads it from standard input; never over another key. */
int	 identity_import(const char *passphrase_file);

/* Which key is to come after which. */
struct identity_change {
	const char	*former;	/* its file, of the settings */
	uint8_t		 heir[NOISE_KEY];
	bool		 is_new;	/* no server knows that one yet */
};
/*
 * A new key is made, if it is not there yet. Where one is in force already the
 * one before it is meant, for one more server. -1 to go on, else the exit
 * status of what was said.
 */
int	 identity_begin(struct identity_change *);
/* A key as the operator may be told it. Returns dst. */
enum { IDENTITY_TEXT = 43 + 1 };
char	*identity_text(char dst[IDENTITY_TEXT],
	    const uint8_t key[NOISE_KEY]);
/* Does the text have the fingerprint of that key? */
bool	 identity_is_in(const char *text, const uint8_t key[NOISE_KEY]);
/* The new key, if it is the one that the text has, is in force from now on, and
 * the former one kept. False: there is none, or, which is said, that cannot
 * be. */
bool	 identity_replace(const char *text);

#endif
