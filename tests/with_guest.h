/*
 * A client that does as it likes: it has a key, shakes hands as anybody does,
 * and then seals whatever a test gives it. Pure: what goes out is handed back,
 * randomness is the test's. The opposite of with_rogue's server.
 */
#ifndef TESTS_WITH_GUEST_H
#define TESTS_WITH_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/sock.h"
#include "tui/receiver/handshake.h"

enum {
	GUEST_DATAGRAM = 1200,
	GUEST_FRAMES = GUEST_DATAGRAM - SEAL_OVER,
	GUEST_LENS = 16
};

struct guest {
	/* Change them as you like. */
	struct noise_keypair key;
	char		 name[TEXT_NAME_BYTES + 1];
	const uint8_t	*psk;		/* of the room; NULL: none */
	uint32_t	 outbox;
	uint64_t	 next;		/* id of the next post, its counter */
	const char	*former;	/* names that it was said under, or NULL */
	uint64_t	 age_ms;	/* it says that it is in for so long */
	bool		 many;		/* it names no room */
	const char	*device;	/* or NULL */
	uint32_t	 place;		/* as HS3 has it */
	uint32_t	 caps;		/* with these two HELLO_ROLES anyway */
	const struct frame_position *have;	/* it has so much; NULL: as if
						 * it came for the first time */
	union sock_addr	 addr;		/* not used here */
	void		(*hear)(struct guest *, struct frame *);	/* or NULL */
	void		*arg;

	/* What came. */
	struct frame_position head;	/* as HS2 said */
	bool		 live;
	unsigned	 opened;	/* sealed datagrams */
	size_t		 len[GUEST_LENS];	/* of the last ones, by that */
	uint64_t	 top;		/* the newest entry, as HEAD or it says */
	unsigned	 heard[FRAME_TYPE_MAX + 1];
	uint64_t	 error, wait_ms;	/* of the last ERROR */

	struct handshake hs;
	struct seal	 seal;
};

/* A new key from the secret; the rest is zero. */
void	 guest_init(struct guest *, const char *name,
	    const uint8_t secret[NOISE_KEY]);
/* Begins a handshake, beside the session if there is one: its HELLO. */
size_t	 guest_knock(struct guest *, uint32_t index,
	    const uint8_t secret[NOISE_KEY], uint8_t out[GUEST_DATAGRAM]);
/*
 * Something came. Returns the length of what the handshake answers, 0: nothing
 * is to be sent.
 */
size_t	 guest_take(struct guest *, const void *data, size_t len,
	    uint8_t out[GUEST_DATAGRAM]);
/* Seals frames; 0: not live. */
size_t	 guest_seal(struct guest *, const void *frames, size_t len,
	    uint8_t out[GUEST_DATAGRAM]);

/* One post of that kind, the next one; begun and ended. */
void	 guest_put_post(struct guest *, struct wire_out *,
	    enum entry_kind, const char *text);
/* As many SYNCs as fit, each with ranges over all of the window. */
void	 guest_stuff(const struct guest *, struct wire_out *);

#endif
