/*
 * A passphrase in a file: its first line. Only its owner may read it.
 */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include "common/keys.h"

enum { SECRET_BYTES = 256 };	/* longest passphrase, with NUL */

/* Reads it; KEYS_FORMAT: empty, too long, or not UTF-8. */
enum keys_error	 secret_read(const char *path, char dst[SECRET_BYTES]);

#endif
