/*
 * A server that does as it likes, in one process with a real link: it has a
 * key, shakes hands, and says whatever a test gives it. The clock is the
 * test's. One at a time.
 */
#ifndef TESTS_WITH_ROGUE_H
#define TESTS_WITH_ROGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/noise.h"
#include "common/seal.h"
#include "tui/receiver/link.h"

enum { ROGUE_RECORDS = 64, ROGUE_TEXT = 512 };

struct rogue {
	struct link	*link;
	struct link_config config;	/* of the link: set before it starts */
	int64_t		 now;
	uint32_t	 outbox;	/* number of the next link's; 0: any */

	/* The server: change it between two handshakes as you like. */
	struct noise_keypair key;
	bool		 has_psk;
	uint8_t		 psk[NOISE_KEY];
	struct frame_position head;
	const uint8_t	*chain;		/* of it; NULL: of mallory's lines */
	const char	*room;
	uint32_t	 flags;		/* what it knows, of HELLO_CAPS */
	bool		 deaf;		/* answers nothing */
	bool		 busy;		/* no handshakes */
	bool		 mute;		/* no HEAD behind a handshake */
	bool		 resets;	/* each third message */
	uint64_t	 total;		/* for hear: of the members */
	/* Called for each frame that opened; NULL: nothing. */
	void		(*hear)(struct rogue *, struct frame *);
	/* For each record. */
	void		(*tell)(struct rogue *, const struct record *);

	/* What came of it. */
	unsigned	 hellos, visits, sealed;	/* datagrams */
	uint64_t	 age_ms;		/* as the last visitor said; */
	uint32_t	 run;			/* his outbox, */
	size_t		 room_len;		/* and room */
	uint32_t	 caps;			/* and what he knows, */
	char		 device[32];		/* and what his machine is */
	uint32_t	 slot;		/* of the frame that is heard */
	unsigned	 posts, leaves, pings;		/* frames, that opened */
	uint64_t	 asked_from;			/* of the last READ 0 */
	unsigned	 reads;
	unsigned	 sent;		/* datagrams of the link, in all */
	unsigned	 told[ROGUE_RECORDS];		/* by record_type */
	unsigned	 differences;	/* of VERIFIED, those that said no */
	enum record_denial denial;			/* the last one */
	struct record_state state;
	char		 text[ROGUE_TEXT];	/* of the last ASIDE or denial */

	/* Inside. */
	struct noise	 noise;
	struct seal	 seal;
	bool		 live;
	uint32_t	 index, client;
	enum link_trust	 trust;		/* what is said of an unknown key */
	bool		 knows, knows_psk;
	uint8_t		 known[NOISE_KEY];
	unsigned	 remembered;
};

/* Begins with a new key; a link in memory, or as config says. */
void	 rogue_start(struct rogue *);
/* The link goes; another one may be started on the same server. */
void	 rogue_end(struct rogue *);
void	 rogue_link(struct rogue *);
/* Seals frames and hands them to the link; answers go back and forth. */
void	 rogue_say(struct rogue *, const uint8_t *frames, size_t len);
/* The same in one datagram with nothing else done meanwhile. */
void	 rogue_say_once(struct rogue *, const uint8_t *frames, size_t len);
/* Lets the time go by; false: it had more to do at once than is sane. */
bool	 rogue_run(struct rogue *, int64_t ms);
void	 rogue_post(struct rogue *, const char *text);
/* Says an entry, by a member "mallory". */
void	 rogue_say_entry(struct rogue *, uint64_t seq);
/* Those from first to last, and waits for what comes of it. */
void	 rogue_say_entries(struct rogue *, uint64_t first, uint64_t last);
/* The chain goes on over one more entry. */
void	 rogue_chain(uint8_t chain[FRAME_CHAIN], const uint8_t *entry,
	    size_t len);
/* HEAD of this log. */
void	 rogue_put_head(const struct rogue *, struct wire_out *,
	    uint64_t version);

#endif
