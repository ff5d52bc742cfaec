/*
 * Where the sessions are, on the disk: so that a server that was killed can
 * wake its clients when it starts again, instead of waiting for each to notice.
 * No secret is in it; losing it loses seconds.
 *
 *   sessions   "INDEX ADDRESS" a line, the last one of an index counts
 */
#ifndef SERVER_SESSIONS_H
#define SERVER_SESSIONS_H

#include <stdint.h>

#include "common/sock.h"

enum { SESSIONS_MAX = 16384 };

struct sessions;

/*
 * Tells what DIR/sessions holds, each index once, then begins it anew. NULL
 * where it cannot be written: then it does without.
 */
struct sessions	*sessions_open(const char *dir, void (*was)(void *arg,
		    uint32_t index, const union sock_addr *), void *arg);
/* The session with this index is there now. Takes NULL. */
void		 sessions_note(struct sessions *, uint32_t index,
		    const union sock_addr *);
/* Ends it in order: nobody is to be woken but those noted. Takes NULL. */
void		 sessions_close(struct sessions *);

#endif
