/*
 * The gate: the server's half of the handshake. A stranger's address proves
 * itself by a cookie before anything is kept or computed for it; then the
 * handshake is half open for a few seconds, and a few guesses. What that may
 * cost is toll's to say. Pure: randomness is an argument.
 */
#ifndef SERVER_GATE_H
#define SERVER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/hello.h"
#include "common/noise.h"
#include "common/sock.h"
#include "server/limit.h"

enum {
	GATE_HALF_OPEN_MAX = 1024,
	GATE_HALF_OPEN_MS = 5000,
	GATE_GUESSES = 3,		/* HS3s with a bad end; then no more */
	GATE_HS3_HASH = 16
};

struct gate_config {
	struct noise_keypair key;	/* the server's */
	char		 room[HELLO_ROOM_NAME + 1];
	bool		 has_psk;	/* a passphrase is wanted */
	uint8_t		 psk[NOISE_KEY];
	uint32_t	 seed;		/* secret, for hashes */
	bool		 rooms;		/* one session may be in several, */
	bool		 people;	/* and one key have many of those */
};

/* Who has come, when the third message was authentic. */
struct gate_arrival {
	union sock_addr	 from;		/* where it can receive */
	uint32_t	 here, there;	/* indices */
	uint8_t		 send[NOISE_KEY], receive[NOISE_KEY];
	uint8_t		 key[NOISE_KEY];	/* who it is */
	uint8_t		 hs3[GATE_HS3_HASH];	/* to know it again by */
	struct hello_visitor visitor;	/* views into bytes */
	uint8_t		 bytes[HELLO_DATAGRAM];
};

enum gate_result {
	GATE_NOTHING,		/* dropped: see why */
	GATE_ANSWER,		/* out is to be sent back */
	GATE_ARRIVED		/* *arrival is filled */
};

enum gate_why {
	GATE_FINE,
	GATE_MALFORMED,
	GATE_NO_COOKIE,		/* answered by one */
	GATE_BAD_COOKIE,	/* too old, or of another address */
	GATE_TOO_MANY,		/* over what its group, or all, may cost */
	GATE_FULL,		/* no memory */
	GATE_UNKNOWN,		/* no such handshake here */
	GATE_FORGED		/* not authentic: also a wrong passphrase */
};

/* What the gate asks about who is in already. */
struct gate_inside {
	/* Has a session this index? */
	bool		(*is_taken)(void *arg, uint32_t index);
	/* What who is in from there has used of his share; NULL: nobody is. */
	struct limit	*(*seat)(void *arg, const union sock_addr *);
	void		*arg;
};

struct gate;

struct gate	*gate_new(const struct gate_config *, int64_t now_ms,
		    void (*random)(void *arg, void *dst, size_t len),
		    void *arg);
/* Wipes all keys. */
void		 gate_free(struct gate *);

/* A datagram that hello_read took for a HELLO or an HS3. */
struct gate_knock {
	const union sock_addr *from;
	const struct hello_datagram *d;
	const struct frame_position *head;	/* of the room's log */
	const struct gate_inside *inside;
	/* What comes of it: an answer, never longer than the datagram. */
	uint8_t		 out[HELLO_DATAGRAM];
	size_t		 out_len;
	enum gate_why	 why;
};
enum gate_result gate_input(struct gate *, int64_t now_ms,
		    struct gate_knock *, struct gate_arrival *);
/* A datagram to an index that nobody has. */
struct gate_stray {
	const union sock_addr *to;	/* who sent it */
	uint32_t	 index;
	const uint8_t	*data;
	size_t		 len;
};
/* A RESET for it; its length, 0: not now. */
size_t		 gate_reset(struct gate *, int64_t now_ms,
		    const struct gate_stray *, uint8_t out[HELLO_DATAGRAM]);
/* Somebody who answers at addr was let in: strangers do not keep him out. */
void		 gate_known(struct gate *, int64_t now_ms,
		    const union sock_addr *addr);
/* Somebody at addr was in, in an earlier run: nobody keeps him out. */
void		 gate_was_in(struct gate *, int64_t now_ms,
		    const union sock_addr *addr);
/* What an HS3 is known again by. */
void		 gate_hs3_hash(const struct hello_datagram *,
		    uint8_t hash[GATE_HS3_HASH]);
/* Forgets what is too old; when to call again. */
int64_t		 gate_tick(struct gate *, int64_t now_ms);
/* What it tells who knocks that its room is called. */
void		 gate_call_room(struct gate *, const char *name);
/* Half-open handshakes. */
size_t		 gate_count(const struct gate *);

#endif
