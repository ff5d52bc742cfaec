/*
 * The networks of this machine's interfaces. Thin shell.
 */
#ifndef SERVER_INTERFACES_H
#define SERVER_INTERFACES_H

#include "server/room/nets.h"

enum { INTERFACES_STALE_MS = 10 * 1000 };	/* a laptop moves */

/*
 * Reads the interfaces that are up, if that is INTERFACES_STALE_MS ago. Where
 * the system does not tell, what was known stays.
 */
void	 interfaces_read(struct nets *, int64_t now_ms);

#endif
