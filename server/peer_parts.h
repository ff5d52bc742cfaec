/*
 * What a peer consists of.
 */
#ifndef SERVER_PEER_PARTS_H
#define SERVER_PEER_PARTS_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/frame.h"
#include "common/sock.h"
#include "server/listing.h"
#include "server/stages.h"

enum {
	PEER_PING_KEY = 16,
	PEER_NETS = 2		/* wider than its group */
};

/* A whole message, until it is in the log. */
struct message {
	STAILQ_ENTRY(message) next;
	uint32_t	 first;		/* counter of its first piece */
	uint8_t		 kind;		/* of its last piece */
	uint8_t		 pieces;
	uint16_t	 len[ENTRY_MORE_MAX + 1];	/* of each */
	char		 text[];	/* of all */
};
STAILQ_HEAD(message_list, message);

/* Where it is, as far as that is known. */
struct peer_place {
	union sock_addr	 addr;
	union sock_addr	 home;			/* addr, when it was proved */
	struct sock_group group;		/* of addr, for the crowd */
	uint32_t	 credit_bytes;		/* may go to an unproved addr */
	uint32_t	 told_bytes;		/* went to a proved one since */
	uint16_t	 datagram_bytes;
	uint16_t	 pause_ms;		/* before the next step back;
						 * 0: there was none */
	uint8_t		 asks;			/* for an answer again */
	bool		 proved;		/* it answered at addr */
	bool		 newest;		/* the last was no late one */
	int64_t		 asked_ms;		/* the last of its asks */
	int64_t		 back_ms;		/* it may go back from then */
	int64_t		 told_ms;		/* something went to addr */
	int64_t		 noted_ms;		/* where it is, for a restart */
	int64_t		 doubt_ms;		/* an ICMP error; 0: none */
	int64_t		 probe_ms;		/* the next PING for that */
	uint8_t		 ping[FRAME_PING_BYTES];	/* for addr alone */
	uint8_t		 ping_key[PEER_PING_KEY];	/* until it answers */
};

/* What it wants of the room besides speaking. */
struct peer_join {
	int64_t		 since_ms;		/* it first was in, it says */
	int64_t		 asked_ms;		/* since when it wants in */
	int64_t		 enter_ms;		/* it tries then; 0: no more */
	bool		 arriving;		/* not decided on yet */
	bool		 wants_in;		/* has asked for that */
	bool		 inherits;		/* a name, for a RENAME */
	bool		 leaves;		/* once all is said */
	uint8_t		 welcomes;		/* to repeats of HS3 */
};

/* What it says. */
struct peer_posts {
	uint32_t	 outbox;
	uint32_t	 next;			/* expected in the log */
	uint32_t	 expect;		/* from it: next behind said */
	uint32_t	 durable_next;		/* of which POSTED may speak, */
	uint64_t	 durable_seq;		/* and where the log has it */
	bool		 durable;		/* once that is not his word */
	bool		 foreign;		/* another's outbox, too */
	uint32_t	 awaited_next;		/* behind the one at seq, */
	uint64_t	 seq;			/* which is to be on the disk */
	uint64_t	 newest_seq;		/* of the last one */
	struct stage	*stage;			/* pieces that have come */
	struct message_list said;		/* on their way to the log */
};

/* May it say nothing? As of a version of what is in force, its low bits. */
struct peer_mute {
	int64_t		 until_ms;		/* UTC; 0: for ever */
	uint32_t	 seen;			/* of standing_version */
	bool		 is;
};

/* What the next datagrams carry, besides entries. */
enum peer_owes {
	PEER_OWES_POSTED = 1 << 0,
	PEER_OWES_HEAD = 1 << 1,
	PEER_OWES_BASE = 1 << 2,	/* HEAD at what it has */
	PEER_OWES_MEMBERS = 1 << 3,
	PEER_OWES_ERROR = 1 << 4,
	PEER_OWES_LEAVE = 1 << 5,
	PEER_OWES_PING = 1 << 6,
	PEER_OWES_PONG = 1 << 7,
	PEER_OWES_REWIND = 1 << 8,
	PEER_OWES_PERSON = 1 << 9,
	PEER_OWES_WELCOME = PEER_OWES_POSTED | PEER_OWES_BASE |
	    PEER_OWES_MEMBERS
};

/* What there is to say of each bit that it is owed. */
struct peer_debt {
	enum frame_code	 error;
	struct listing	 members;
	uint64_t	 error_id;
	uint64_t	 error_wait_ms;
	uint64_t	 rewind_from, rewind_to;
	char		*reason;		/* of LEAVE; NULL: none */
	char		*whois;			/* asked for; NULL: nobody */
	uint8_t		 pong[FRAME_PING_BYTES];
};

/* Older entries that it asked for. */
struct peer_read {
	uint64_t	 before;		/* 0: nothing is wanted */
	uint64_t	 after;
	int64_t		 due_ms;
	int64_t		 pace_ms;		/* not before that */
};

/* It is in the hub's list of those who wait. */
struct peer_wait {
	bool		 listed;
	bool		 disk;			/* its newest post goes there */
	bool		 called;		/* is served after this turn */
	bool		 held;			/* nothing is sent yet */
};

#endif
