/*
 * What a peer consists of.
 */
#ifndef SERVER_PEER_PARTS_H
#define SERVER_PEER_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/frame_person.h"
#include "common/sock.h"

enum {
	PEER_DATAGRAM = 1200,		/* bytes of UDP payload */
	PEER_AWAY_MS = 40 * 1000,	/* silence, rule 9 */
	PEER_DOUBT_MS = 3 * 1000,	/* to answer an ICMP error */
	PEER_PROBE_MS = 250,		/* between two PINGs meanwhile */
	PEER_TIMEOUT_MS = 90 * 1000,
	PEER_KEEP_MS = 24 * 3600 * 1000,
	PEER_UNCONFIRMED_MS = 10 * 1000,	/* not heard since HS3 */
	PEER_LINGER_MS = 5 * 1000,	/* after leaving, to answer repeats */
	PEER_WELCOMES = 8,		/* answers to repeats of HS3 */
	PEER_CREDIT_FACTOR = 3,		/* to an address not proved */
	PEER_SAME_MS = 1000,		/* no window came before another */
	PEER_PROVE_MS = 20,		/* between two datagrams to one */
	PEER_PROOF_BYTES = 1 << 16,	/* then it has to answer again, */
	PEER_ASKS = 16,			/* to one of so many PINGs, or of */
	PEER_ASKS_READ = 2,		/* these, to read back more */
	PEER_NOTE_MS = 5000		/* between two notes of where it is */
};

enum {
	PEER_PING_KEY = 16,
	PEER_NETS = 2		/* wider than its group */
};

/* Where it is, as far as that is known; first what each datagram looks at. */
struct peer_place {
	union sock_addr	 addr;
	uint32_t	 credit_bytes;		/* may go to an unproved addr */
	uint32_t	 told_bytes;		/* went to a proved one since */
	uint16_t	 datagram_bytes;
	uint8_t		 asks;			/* for an answer again */
	bool		 proved : 1;		/* it answered at addr */
	bool		 newest : 1;		/* the last was no late one */
	bool		 nodes_now : 1;		/* NODES is owed there, */
	uint8_t		 nodes_times : 2;	/* so often, from now on */
	int64_t		 told_ms;		/* something went to addr */
	int64_t		 doubt_ms;		/* an ICMP error; 0: none */

	int64_t		 asked_ms;		/* the last of its asks */
	int64_t		 noted_ms;		/* where it is, for a restart */
	int64_t		 probe_ms;		/* the next PING for a doubt */
	union sock_addr	 home;			/* addr, when it was proved */
	struct sock_group group;		/* of addr, for the crowd */
	uint8_t		 ping[FRAME_PING_BYTES];	/* for addr alone */
	uint8_t		 ping_key[PEER_PING_KEY];	/* until it answers */
	uint8_t		 pong[FRAME_PING_BYTES];	/* that it is owed */
};

struct talk_place;

enum {
	PEER_MARKS = 32,	/* that are to be told, at most */
	PEER_LEFT = 16,		/* the same of rooms that were left */
	PEER_OFFERS = 8		/* of talks, at once */
};

/* Of a log, whose mark is as it is then. */
struct peer_mark {
	uint8_t		 log[FRAME_LOG_ID];
	bool		 tell;		/* until it answers */
	bool		 answer;	/* it has told one itself */
};

/* A talk that there is something new in. */
struct peer_offer {
	struct talk_place *talk;
	uint16_t	 slot;		/* to enter it by */
};

/* Those that it is told of, until it enters them, or says that it will not. */
struct peer_offers {
	int64_t		 due_ms;	/* and then again; INT64_MAX: not */
	uint8_t		 n;
	uint8_t		 tries;		/* so often in vain, */
	bool		 owed;		/* now, */
	bool		 sleeps;	/* or when it is heard, */
	uint16_t	 slot;		/* the last one used */
	struct peer_offer of[PEER_OFFERS];
};

/* One of several devices of a person, as he sees it; first what each datagram
 * looks at. */
struct peer_device {
	int64_t		 marks_ms;	/* then again; INT64_MAX: not */
	uint8_t		 marks_tries;	/* so often in vain, */
	uint8_t		 marks_n;	/* that it is to be told, */
	uint8_t		 left_n;	/* and rooms that it has left */
	uint8_t		 name_len;
	uint32_t	 place;		/* where it keeps its things; 0: it
					 * does not say */
	struct peer_offers offers;
	int64_t		 since_ms;	/* UTC; of no other one of his */
	char		 name[FRAME_DEVICE_BYTES];
	struct peer_mark marks[PEER_MARKS];
	uint16_t	 left[PEER_LEFT];	/* slots, by another device */
};

enum { PEER_NODES_BYTES = 480 };	/* beside all else that is owed */

/* A whole NODES, the same for all. */
struct peer_nodes {
	size_t		 len;		/* 0: there is none */
	uint8_t		 frame[PEER_NODES_BYTES];
};

/* What the next datagrams carry of the session's own. */
enum peer_owes {
	PEER_OWES_LEAVE = 1 << 0,
	PEER_OWES_PING = 1 << 1,
	PEER_OWES_PONG = 1 << 2,
	PEER_OWES_NAME = 1 << 3,
	PEER_OWES_STRAYS = 1 << 4,	/* of peers_state.h */
	PEER_OWES_NAMED = 1 << 5,	/* of peer_naming.h */
	PEER_OWES_LIST = 1 << 6,	/* from peers_state.h's on */
	PEER_OWES_MARKS = 1 << 7	/* of its device */
};

#endif
