/*
 * A process that waits for the disk, so that the server's loop need not. It has
 * no file but those that it is given to sync, one at a time, reads nothing that
 * anybody sent, and ends with the server.
 */
#ifndef SERVER_SYNCER_H
#define SERVER_SYNCER_H

#include <stddef.h>

#include "server/room/log_sync.h"

struct syncer;

/*
 * Starts it, with what this process has of its user and its memory: secret is
 * wiped there. NULL with errno: the log is to wait itself.
 */
struct syncer	*syncer_start(void *secret, size_t len);
/* For the log, until syncer_stop. Both take NULL too. */
const struct log_syncer *syncer_table(const struct syncer *);
void		 syncer_stop(struct syncer *);	/* it is gone then */

#endif
