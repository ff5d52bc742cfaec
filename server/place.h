/*
 * Where the server keeps its room, and its secrets there. Run once by main,
 * before anything is open; also by chat-ctl, to find the server.
 */
#ifndef SERVER_PLACE_H
#define SERVER_PLACE_H

#include <limits.h>
#include <stdbool.h>

#include "server/gate.h"

/*
 * The data directory: asked (of -d), else $STATE_DIRECTORY, else
 * $XDG_STATE_HOME/chat-server, else ~/.local/state/chat-server. False where
 * none of them says one.
 */
bool	 place_find(char dir[PATH_MAX], const char *asked);
/* Makes it with its parents, 0700; false with errno. */
bool	 place_make(const char *dir);

/*
 * Fills in the server's key, which is made on first use, and what the
 * passphrase in a file gives (NULL: the room has none). What is wrong is said,
 * and the program ends with exit status 1.
 */
void	 place_load_secrets(const char *dir, const char *passphrase_file,
	    struct gate_config *);

#endif
