/*
 * What is said in whichever mode: refusals that end the client, with their exit
 * status, and where a part of the room's copy is now.
 */
#ifndef TUI_SESSION_DENIAL_H
#define TUI_SESSION_DENIAL_H

#include <stdbool.h>
#include <stddef.h>

struct record;

enum {
	DENIAL_REFUSED = 3,	/* the exit status; also of */
	DENIAL_REKEYED = 256	/* who is out since another key came after his;
				 * its fingerprint is in the sentence */
};

/* Who is not let in, and where. */
struct denial_user {
	const char	*name, *server;
	const char	*known_hosts;	/* where the server is remembered */
	const char	*room;		/* of several; NULL: the server's */
};

/*
 * The exit status of a RECORD_DENIED after which there is nothing to ask or to
 * wait for, and in why, cleaned, the sentence to print. -1: the caller may go
 * on (a name, a passphrase, silence).
 */
int	 denial_status(const struct record *, const struct denial_user *,
	    char *why, size_t size);
/*
 * Why the room does not allow the name of a RECORD_DENIED, as a part of a
 * sentence; false: it did not say.
 */
bool	 denial_rule(const struct record *, char *why, size_t size);

/* What RECORD_ASIDE and RECORD_DAMAGED say, cleaned. */
void	 denial_aside(const struct record *, char *text, size_t size);
void	 denial_damaged(const struct record *, char *text, size_t size);

#endif
