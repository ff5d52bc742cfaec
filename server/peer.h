/*
 * A peer: one session with a client that shook hands. What it owes the client,
 * where it lives, what has been heard of it. Pure; owned by the hub.
 */
#ifndef SERVER_PEER_H
#define SERVER_PEER_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/seal.h"
#include "common/sock.h"
#include "server/room/dues.h"
#include "server/fetch.h"
#include "server/gate.h"
#include "server/limit.h"
#include "server/peer_parts.h"
#include "server/way.h"

struct peer_naming;
struct seat;

/*
 * In lines of 64 bytes, as memory comes into the cache, and of a thousand
 * sessions none is in there. What goes out looks at the first and the second
 * one, and at the first two of seal and the first of at, each of which begins a
 * line; what comes in at the third, too.
 */
struct peer {
	SLIST_ENTRY(peer) by_index;	/* few have a slot in common */
	struct seat	*first;			/* of slot 0; NULL: none */
	struct seat	**seats;		/* the others, by slot, */
	struct seat	*only;			/* where one is enough, */
	uint16_t	 seats_n;		/* so many */
	uint8_t		 owes;			/* enum peer_owes */
	bool		 confirmed : 1;		/* its first sealed one came */
	bool		 closing : 1;		/* left, kicked, refused */
	bool		 known : 1;		/* who: a person is held */
	uint16_t	 caps;			/* what its client knows */
	uint16_t	 gone_slot;		/* used up, the odd up to it */
	struct peer_device *device;		/* NULL: knows of none */
	struct due	 due;			/* when it needs a look */
	int64_t		 heard_ms;

	struct way	 way;
	TAILQ_ENTRY(peer) by_heard;
	union {
		uint8_t	 hs3[GATE_HS3_HASH];	/* while not confirmed; then */
		struct {
			struct limit calm;	/* see peers_work */
			struct limit returns;	/* of the gate */
		} share;
	};

	SLIST_ENTRY(peer) by_key;	/* as by_index */
	LIST_ENTRY(peer) by_all;
	LIST_ENTRY(peer) by_group;
	struct peer_naming *naming;		/* NULL: it never asked */
	int64_t		 since_ms;		/* it first was in, it says */

	struct seal	 seal;
	LIST_ENTRY(peer) by_net[PEER_NETS];

	struct peer_place at;
	uint32_t	 run;			/* of its client: its outbox */
	uint8_t		 welcomes;		/* to repeats of HS3 */
	uint8_t		 name_len;
	uint8_t		 key[NOISE_KEY];
	char		 name[TEXT_NAME_BYTES];
};
_Static_assert(offsetof(struct peer, way) == FETCH_LINE &&
    offsetof(struct peer, seal) % FETCH_LINE == 0 &&
    offsetof(struct peer, at) % FETCH_LINE == 0, "each begins a line");

/* A session for who arrived. NULL: no memory. */
struct peer	*peer_new(int64_t now_ms, const struct gate_arrival *);
void		 peer_free(struct peer *);	/* wipes the keys */

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
/*
 * So much went to its address that it is to be asked again, now; acknowledging
 * needs no receipt, an answer does. Who was asked often enough has to prove it
 * as if he had moved there.
 */
bool		 peer_wants_proof(struct peer *, int64_t now_ms);
/* A PONG came: true if it proves an address that was not proved. */
bool		 peer_pong(struct peer *,
		    const uint8_t bytes[FRAME_PING_BYTES]);
/* Seals frames for the peer. Its length, or 0: it may not be sent so much
 * now, or the session is used up. */
size_t		 peer_seal(struct peer *, const void *frames, size_t len,
		    uint8_t *out);
/* True if it is of another window than the other, that joined later. */
bool		 peer_is_newer(const struct peer *, const struct peer *other);
/* Do both keep their things at the same place? Then the newer one is there. */
bool		 peer_is_at(const struct peer *, const struct peer *other);
/* Are both devices of one person, who may be in a room by each? */
bool		 peer_is_beside(const struct peer *, const struct peer *other);
/* Is it in a room? And heard in one, as far as that is known? */
bool		 peer_is_in(const struct peer *);
bool		 peer_is_here(const struct peer *, int64_t now_ms);
/* Does it wait to come into one? Is what it asked there on its way? */
bool		 peer_waits(const struct peer *);
bool		 peer_comes(const struct peer *);
/* True if it is of this key, under this name. */
bool		 peer_is(const struct peer *, const uint8_t key[NOISE_KEY],
		    const char *name, size_t len);

#endif
