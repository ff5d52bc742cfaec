/*
 * The memory that secrets are kept in.
 */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

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
