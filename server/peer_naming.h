/*
 * Another name that a peer asks for, of all rooms that it is in, by a NAME:
 * what became of the last one. Of the peers' files; owned by the peer.
 */
#ifndef SERVER_PEER_NAMING_H
#define SERVER_PEER_NAMING_H

#include <sys/queue.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/text.h"
#include "server/room/ask.h"

struct peer;

enum peer_naming_state {
	PEER_NAMING_WAITS,
	PEER_NAMING_NOTED,	/* whose the name is, on its way */
	PEER_NAMING_DECIDED,	/* but on no disk yet */
	PEER_NAMING_TOLD	/* it may be, as often as it asks */
};

struct peer_naming {
	LIST_ENTRY(peer_naming) by_wait;	/* of those decided */
	struct ask	 ask;		/* in the first room */
	struct peer	*peer;
	enum peer_naming_state state;
	enum frame_code	 code;		/* why not; 0: it is called so */
	uint64_t	 tag;		/* theirs, which grow; 0: it asked for
					 * none, and has no place here */
	int64_t		 wait_ms;
	uint64_t	 written;	/* with so much of the names */
	uint8_t		 name_len;
	char		 name[TEXT_NAME_BYTES];
	char		 reason[FRAME_REASON_BYTES + 1];
};
LIST_HEAD(peer_naming_list, peer_naming);

#endif
