/*
 * A peer: one session with a client that shook hands. What it owes the client,
 * where it lives, what has been heard of it. Pure; owned by the hub.
 */
#ifndef SERVER_PEER_H
#define SERVER_PEER_H

#include <sys/queue.h>
#include <sys/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/frame.h"
#include "common/seal.h"
#include "common/sock.h"
#include "server/ask.h"
#include "server/delivery.h"
#include "server/gate.h"
#include "server/limit.h"

enum {
	PEER_DATAGRAM = 1200,		/* bytes of UDP payload */
	PEER_DATAGRAM_SMALL = 500,	/* where the usual does not pass */
	PEER_AWAY_MS = 40 * 1000,	/* silence, rule 9 */
	PEER_DOUBT_MS = 3 * 1000,	/* to answer an ICMP error */
	PEER_PROBE_MS = 250,		/* between two PINGs meanwhile */
	PEER_TIMEOUT_MS = 90 * 1000,
	PEER_KEEP_MS = 24 * 3600 * 1000,
	PEER_UNCONFIRMED_MS = 10 * 1000,	/* not heard since HS3 */
	PEER_LINGER_MS = 5 * 1000,	/* after leaving, to answer repeats */
	PEER_WELCOMES = 8,		/* answers to repeats of HS3 */
	PEER_CREDIT_FACTOR = 3,		/* to an address not proved */
	PEER_PROVE_MS = 20,		/* between two datagrams to one */
	PEER_NOTE_MS = 5000,		/* between two notes of where it is */
	PEER_NETS = 2			/* wider than its group */
};

enum { PEER_PING_KEY = 16 };

/* What the next datagrams carry, besides entries. */
enum peer_owes {
	PEER_OWES_POSTED = 1 << 0,
	PEER_OWES_HEAD = 1 << 1,
	PEER_OWES_BASE = 1 << 2,	/* HEAD at what it has: the chain there */
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

/* The pieces of a long text that have come so far. */
struct stage {
	uint32_t	 first;		/* counter of its first piece */
	unsigned	 pieces;
	struct {
		enum entry_kind	 kind;
		uint32_t	 flags;
		size_t		 len;
		char		 text[TEXT_LINE_BYTES];
	} piece[ENTRY_MORE_MAX + 1];
};

struct peer {
	LIST_ENTRY(peer) by_index;
	LIST_ENTRY(peer) by_all;
	LIST_ENTRY(peer) by_waiting;
	LIST_ENTRY(peer) by_key;
	LIST_ENTRY(peer) by_group;
	LIST_ENTRY(peer) by_net[PEER_NETS];
	TAILQ_ENTRY(peer) by_heard;
	RB_ENTRY(peer)	 by_due;
	int64_t		 due_ms;
	bool		 scheduled;

	struct seal	 seal;
	struct delivery	 delivery;
	union sock_addr	 addr;
	union sock_addr	 home;			/* addr, when it was proved */
	union sock_addr	 group;			/* of addr */
	union sock_addr	 net[PEER_NETS];	/* the same */
	bool		 proved;		/* it answered at addr */
	bool		 newest;		/* what came last was no late one */
	bool		 confirmed;		/* its first sealed one came */
	bool		 closing;		/* left, kicked, refused */
	bool		 waiting;		/* is in the hub's list */
	bool		 awaits;		/* the disk */
	bool		 called;		/* is served after this turn */
	bool		 arriving;		/* not decided on yet */
	bool		 wants_in;		/* has asked for that */
	bool		 inherits;		/* a name, for a RENAME */
	bool		 leaves;		/* once all is said */
	bool		 held;			/* nothing is sent yet */
	uint16_t	 datagram_bytes;
	uint32_t	 credit_bytes;		/* may go to an unproved addr */
	int64_t		 heard_ms;
	int64_t		 told_ms;		/* something went to addr */
	int64_t		 noted_ms;		/* where it is, for a restart */
	int64_t		 doubt_ms;		/* an ICMP error; 0: none */
	int64_t		 probe_ms;		/* the next PING for that */
	uint8_t		 key[NOISE_KEY];
	uint32_t	 caps;			/* what its client knows */
	uint8_t		 hs3[GATE_HS3_HASH];	/* while not confirmed */
	uint8_t		 welcomes;		/* to repeats of it */
	uint8_t		 ping[FRAME_PING_BYTES];	/* for addr alone */
	uint8_t		 ping_key[PEER_PING_KEY];	/* until it answers */
	uint8_t		 pong[FRAME_PING_BYTES];

	struct person	*person;		/* NULL: not in the room */
	int64_t		 asked_ms;		/* since when it wants in */
	int64_t		 enter_ms;		/* it tries then; 0: no more */
	uint8_t		 name_len;
	char		 name[TEXT_NAME_BYTES];
	uint32_t	 outbox;
	uint32_t	 next;			/* post expected */
	uint32_t	 durable_next;		/* of which POSTED may speak */
	uint64_t	 posted_seq;		/* of the last one */
	uint32_t	 expect;		/* next is behind said */
	struct stage	*stage;
	struct message_list said;		/* on their way to the log */
	struct ask	 ask;			/* to be in, and for those */

	uint64_t	 mutes_seen;		/* the version of these two */
	bool		 muted;
	int64_t		 muted_until_ms;	/* UTC; 0: for ever */

	unsigned	 owes;
	enum frame_code	 error;
	uint64_t	 error_id;
	uint64_t	 error_wait_ms;
	uint64_t	 rewind_from, rewind_to;
	uint32_t	 members_from;
	uint64_t	 read_before;		/* 0: nothing older wanted */
	uint64_t	 read_after;
	int64_t		 read_due;
	int64_t		 read_pace_ms;		/* not before that */
	struct limit	 returns;		/* its share of the gate */
	struct limit	 calm;			/* little work; see hub_works */
	char		*reason;		/* of LEAVE; NULL: none */
	char		*whois;			/* asked for; NULL: nobody */
};

/* A session for who arrived. NULL: no memory. */
struct peer	*peer_new(int64_t now_ms, const struct gate_arrival *);
/* Forgets what it said that is not in the log. */
void		 peer_unsay(struct peer *);
/* All its posts before that one are in the log. How many lines of those that
 * it said these are. */
unsigned	 peer_goes_on(struct peer *, uint32_t next);
/* Wipes the keys. */
void		 peer_free(struct peer *);

/* A sealed datagram. */
struct peer_datagram {
	const union sock_addr *from;
	const uint8_t	*data;
	size_t		 len;
	uint8_t		*frames;	/* what is in it: room for len bytes */
	size_t		 frames_len;
	bool		 moved;		/* it came from a new address */
};
/*
 * Opens one to this peer's index. Only an authentic one changes anything: then
 * the address follows it, and what it may be sent grows.
 */
enum seal_error	 peer_open(struct peer *, int64_t now_ms,
		    struct peer_datagram *);
/*
 * The peer is there now, where so many bytes came from; until it answers from
 * there it is sent at most three times what comes. True: that is new.
 */
bool		 peer_follow(struct peer *, const union sock_addr *from,
		    size_t len);
/* Nobody listens at addr, somebody says. True: that is to be asked. */
bool		 peer_doubt(struct peer *, int64_t now_ms,
		    int64_t error_ms);
/* It is still in doubt whether anybody is there. */
bool		 peer_in_doubt(const struct peer *);
/*
 * Makes what PING asks of addr: for the same address the same, until one has
 * answered, so that who comes from two in turn can answer at either. random:
 * taken then.
 */
void		 peer_ask(struct peer *, const uint8_t random[PEER_PING_KEY]);
/* A PONG came: true if it proves the address. */
bool		 peer_pong(struct peer *, const uint8_t bytes[FRAME_PING_BYTES]);
/*
 * Seals frames for the peer. Its length, or 0: it may not be sent so much
 * now, or the session is used up.
 */
size_t		 peer_seal(struct peer *, const void *frames, size_t len,
		    uint8_t *out);
/* True if it is of this key, under this name. */
bool		 peer_is(const struct peer *, const uint8_t key[NOISE_KEY],
		    const char *name, size_t len);
/* The peer is alive as far as one can tell. */
bool		 peer_is_here(const struct peer *, int64_t now_ms);

#endif
