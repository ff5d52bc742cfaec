/*
 * Where the server keeps its room, and its secrets there. Run once by main,
 * before anything is open; also by chat-ctl, to find the server.
 */
#ifndef SERVER_STATE_DIR_H
#define SERVER_STATE_DIR_H

#include <limits.h>
#include <stdbool.h>

#include "common/passphrase.h"
#include "server/gate.h"
#include "server/owner.h"

/*
 * The data directory: asked (of -d), else $STATE_DIRECTORY, else
 * $XDG_STATE_HOME/chat-server, else ~/.local/state/chat-server. The last two
 * are ours, and so not what somebody has whom the server becomes (NULL:
 * nobody): that is in his home. False where none of them says one.
 */
bool	 state_dir_find(char dir[PATH_MAX], const char *asked,
	    const struct owner *);
/* Makes it with its parents, 0700, for its owner (NULL: us); false with
 * errno. */
bool	 state_dir_make(const char *dir, const struct owner *);

/* The passphrase in a file. What is wrong is said, and the program ends with
 * exit status 1. */
void	 state_dir_passphrase(char dst[PASSPHRASE_BYTES], const char *file);
/*
 * Fills in the server's key, which is made on first use, and what the
 * passphrase gives ("": the room has none). What is wrong is said, and the
 * program ends with exit status 1.
 */
void	 state_dir_secrets(const char *dir, const char *passphrase,
	    struct gate_config *);

#endif
