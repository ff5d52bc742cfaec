/*
 * Where the sessions are, on the disk: so that a server that was killed can
 * wake its clients when it starts again, instead of waiting for each to notice.
 * No secret is in it; losing it loses seconds.
 *
 *   sessions   "INDEX ADDRESS" a line, the last one of an index counts
 */
#ifndef SERVER_WAKE_LIST_H
#define SERVER_WAKE_LIST_H

#include <stdint.h>

#include "common/sock.h"

enum { WAKE_LIST_MAX = 16384 };

struct wake_list;

/*
 * Tells what DIR/sessions holds, each index once, then begins it anew. NULL
 * where it cannot be written: then it does without.
 */
struct wake_list *wake_list_open(const char *dir, void (*was)(void *arg,
	    uint32_t index, const union sock_addr *), void *arg);
/* The session with this index is there now. Takes NULL. */
void	 wake_list_note(struct wake_list *, uint32_t index,
	    const union sock_addr *);
/* Ends it in order: nobody is to be woken but those noted. Takes NULL. */
void	 wake_list_close(struct wake_list *);

#endif
