/*
 * Under which name what is kept of a server's rooms lies, see store_room: by
 * the server's key, however its host is spelled, and by HOST:PORT as long as
 * no key is known there. Parent process, before there is a receiver.
 */
#ifndef TUI_SHARED_ROOM_PLACE_H
#define TUI_SHARED_ROOM_PLACE_H

#include "common/keys.h"

/*
 * server: HOST:PORT, as known_hosts has it. What lies under its host's name, in
 * whatever letters, and under another name that is known with the same key, is
 * taken over first; not what a window has open for longer than wait_ms.
 */
void	 room_place_find(char place[KEYS_HOST_BYTES], const char *server,
	    int wait_ms);

#endif
