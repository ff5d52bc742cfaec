/*
 * The client's half of the handshake: HELLO, cookie, HS2, HS3. Pure; runs in
 * the receiver process, beside a session if there is one.
 */
#ifndef TUI_RECEIVER_HANDSHAKE_H
#define TUI_RECEIVER_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/hello.h"
#include "common/noise.h"
#include "common/seal.h"

enum handshake_step {
	HANDSHAKE_IDLE,
	HANDSHAKE_HELLO,	/* waits for a cookie or HS2 */
	HANDSHAKE_DOOR,		/* the room is known: the caller decides */
	HANDSHAKE_VISIT		/* HS3 went out: waits for a sealed datagram */
};

struct handshake {
	enum handshake_step step;
	uint32_t	 client, server;	/* indices */
	struct noise	 plain, psk;		/* one of them goes on */
	bool		 has_psk;		/* it is psk that does */
	unsigned	 cookies;		/* that came */
	bool		 has_cookie;
	uint8_t		 cookie[HELLO_COOKIE];
	uint8_t		 noise[HELLO_NOISE];	/* the first message */
	struct hello_room room;			/* views into room_bytes */
	uint8_t		 room_bytes[HELLO_DATAGRAM];
	struct seal	 seal;			/* from HANDSHAKE_VISIT on */
	size_t		 datagram_len;		/* what to send, and again */
	uint8_t		 datagram[HELLO_DATAGRAM];
};

/* Zeroed is idle. who: borrowed until it is idle again. index and secret: fresh
 * random ones. */
void	 handshake_begin(struct handshake *, const struct noise_keypair *who,
	    uint32_t index, const uint8_t secret[NOISE_KEY]);
/* Wipes all of it; idle again. */
void	 handshake_clear(struct handshake *);

enum handshake_result {
	HANDSHAKE_NOTHING,	/* not for this handshake: ignore it */
	HANDSHAKE_SEND,		/* there is something new to send at once */
	HANDSHAKE_ROOM,		/* room and the server's key are known */
	HANDSHAKE_RESET		/* the server knows nothing of our HS3 */
};
/* A datagram of the handshake came (hello_read). */
enum handshake_result handshake_input(struct handshake *,
	    const struct hello_datagram *);
/* The server's key, from HANDSHAKE_DOOR on. */
const uint8_t *handshake_server(const struct handshake *);

/*
 * Writes HS3; psk: if the room wants a passphrase; borrowed as well. From then
 * on seal opens what the server sends. False: it does not fit.
 */
bool	 handshake_visit(struct handshake *, const uint8_t *psk,
	    const struct hello_visitor *);

#endif
