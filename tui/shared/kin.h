/*
 * Lines wait for a person, not for a name. What waits in a server's rooms under
 * another name of the same person goes on under the one of now: where both
 * names are one but for case and accents, and where who had that room open is
 * called so since; and so do the copy of what was said there, how far he had
 * read it, and what he was typing. Runs in the receiver process.
 */
#ifndef TUI_SHARED_KIN_H
#define TUI_SHARED_KIN_H

#include <stddef.h>

/* Who has the room in dir open, if it is there, is called so now. */
void	 kin_note(const char *dir, const char *name, size_t len);
/* Takes over into the room in dir, which is that name's and which nobody else
 * has open, what is kept beside it; not what another window has open. */
void	 kin_take(const char *dir, const char *name, size_t len);
/* The same of that name's other room, DIR/room/LEAF. */
void	 kin_take_room(const char *dir, const char *leaf, const char *name,
	    size_t len);

#endif
