/*
 * What others type to join the room that this client is in. Parent process;
 * reads the file of known hosts and the machine's addresses.
 */
#ifndef TUI_INVITATION_H
#define TUI_INVITATION_H

#include <stddef.h>

struct options;

/*
 * The commands, a line each without a newline behind the last: one, or where
 * the server is on this machine one for each of up to three addresses at which
 * somebody listens there. label: of the server, as the file
 * has it; room: which one, "" for the home room.
 */
void	 invitation_write(char *dst, size_t size, const struct options *,
	    const char *label, const char *room);

#endif
