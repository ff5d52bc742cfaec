/*
 * chat-tui --new-key: the room is joined by the former key, asked to take
 * another one for it, and left when it does. Parent process, instead of a
 * session.
 */
#ifndef TUI_NEW_KEY_H
#define TUI_NEW_KEY_H

#include <signal.h>

#include "tui/plain.h"

struct options;
struct receiver;

/* The receiver has the other key. DENIAL_REKEYED: it is so; else the exit
 * status, and why a sentence or "". */
int	 new_key_run(const struct options *, struct receiver *,
	    const sigset_t *outside, char why[PLAIN_WHY_BYTES]);

#endif
