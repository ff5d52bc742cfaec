/*
 * A room's passphrase in a file. Thin shell.
 */
#ifndef COMMON_PASSPHRASE_H
#define COMMON_PASSPHRASE_H

#include "common/keys.h"

enum { PASSPHRASE_BYTES = 256 };	/* the longest, with NUL */

/*
 * The first line of a file that only its owner may read. KEYS_EMPTY, KEYS_LONG,
 * KEYS_UTF8: it is no passphrase.
 */
enum keys_error	 passphrase_read(const char *path,
		    char dst[PASSPHRASE_BYTES]);

#endif
