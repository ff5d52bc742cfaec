/*
 * Secrets: a passphrase in a file, and the memory that they are kept in.
 */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/keys.h"

enum { SECRET_BYTES = 256 };	/* longest passphrase, with NUL */

/*
 * The first line of a file that only its owner may read. KEYS_FORMAT: empty,
 * too long, or not UTF-8.
 */
enum keys_error	 secret_read(const char *path, char dst[SECRET_BYTES]);

/*
 * Keeps memory out of swap and core files, as far as the system's limits go;
 * where they are too low it is as good otherwise. It works by the page: what
 * is locked should live as long as the process, or nearly.
 */
void		 secret_lock(void *, size_t len);
/* Overwrites it, and unlocks it. */
void		 secret_wipe(void *, size_t len);
/* Whether the system locks memory for us. */
bool		 secret_locks(void);

#endif
