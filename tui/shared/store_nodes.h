/*
 * Where a server said that it is, too, kept with its rooms: of the key that
 * said so, and of no other. A file beside the rooms' directories.
 */
#ifndef TUI_SHARED_STORE_NODES_H
#define TUI_SHARED_STORE_NODES_H

#include <stdbool.h>

#include "common/noise.h"
#include "tui/shared/hosts.h"

/* The list, as hosts has it, of the server that is known as HOST:PORT by that
 * key; false and "": none is kept, or it is none. */
bool	 store_nodes(const char *server, const uint8_t key[NOISE_KEY],
	    char list[HOSTS_LIST_BYTES]);
/* False: it could not be written. */
bool	 store_keep_nodes(const char *server, const uint8_t key[NOISE_KEY],
	    const char *list);

#endif
