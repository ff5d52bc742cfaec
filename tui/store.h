/*
 * What the client keeps between runs, under $XDG_STATE_HOME/chat-tui
 * (~/.local/state/chat-tui): directories 0700, files 0600. Losing any of it
 * loses comfort, never a line; so failures here are silent.
 */
#ifndef TUI_STORE_H
#define TUI_STORE_H

#include <stddef.h>

#include "common/text.h"

enum { STORE_NAME_BYTES = TEXT_NAME_BYTES + 1 };

/* The name used last; false and "" if none is kept or it is no valid name. */
bool	 store_last_name(char dst[STORE_NAME_BYTES]);
void	 store_save_name(const char *name);

#endif
