/*
 * The peers of the classic protocol, found by address, by name and by
 * how long they have been silent. Pure; owned by classic.h.
 */
#ifndef SERVER_CLASSIC_PEER_H
#define SERVER_CLASSIC_PEER_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sock.h"
#include "common/text.h"
#include "server/room/ask.h"

enum {
	CLASSIC_PEERS_MAX = 4096,
	CLASSIC_PEERS_SHARE = CLASSIC_PEERS_MAX / 2,	/* of one address */
	CLASSIC_PEERS_GOING = 64,	/* beyond that */
	CLASSIC_PEERS_SLOTS = 4096	/* of each hash */
};

enum classic_peer_state {
	CLASSIC_PEER_COMES,		/* its entry is not in the log yet */
	CLASSIC_PEER_HERE,
	CLASSIC_PEER_GOES		/* the same of the one that says so */
};

struct classic_line;
LIST_HEAD(classic_lines, classic_line);

struct classic_peer {
	struct ask		 ask;		/* to come in, then to go */
	LIST_ENTRY(classic_peer) by_addr;
	LIST_ENTRY(classic_peer) by_name;
	TAILQ_ENTRY(classic_peer) by_silence;
	union sock_addr		 addr;
	int64_t			 heard_ms;
	int64_t			 told_ms;	/* a line went there; 0: none */
	bool			 newline;	/* its datagrams end in one */
	bool			 again;		/* heard since it came */
	uint64_t		*credit;	/* NULL: no end */
	uint64_t		 credit_bytes;	/* may still be sent to it */
	enum classic_peer_state	 state;
	bool			 leaves;	/* as soon as it has come */
	uint32_t		 leave_flags;	/* of that entry, */
	bool			 timed_out;	/* and its kind */
	struct classic_lines	 lines;		/* said, and not told yet */
	unsigned		 lines_n;
	size_t			 name_len;
	char			 name[TEXT_NAME_BYTES];
	char			 fold[TEXT_FOLD_BYTES];
};

LIST_HEAD(classic_peer_slot, classic_peer);
TAILQ_HEAD(classic_peer_list, classic_peer);

struct classic_peers {
	struct classic_peer_slot addrs[CLASSIC_PEERS_SLOTS];
	struct classic_peer_slot names[CLASSIC_PEERS_SLOTS];
	struct classic_peer_list list;		/* longest silent first */
	size_t			 count;
	uint32_t		 seed;		/* so that nobody picks slots */
};

void	 classic_peers_init(struct classic_peers *, uint32_t seed);

/*
 * Is there a place for somebody there? Not if the room is full, or his address
 * has its share (a class may be behind one). Then *out is who can go for him:
 * the first of those, of that address where it has its share, who was not heard
 * since he came; NULL: nobody.
 */
bool	 classic_peers_room(const struct classic_peers *,
	    const union sock_addr *, struct classic_peer **out);
/*
 * Adds a peer who comes, whose name is a valid one and whose address is
 * nobody's, or of one who goes. There is a place for him, or will be. Returns
 * NULL if memory is short, or too many go; the table owns the peer.
 */
struct classic_peer *classic_peers_add(struct classic_peers *,
	    const union sock_addr *, const char *name, size_t len,
	    int64_t now_ms);
/* Takes the peer out and frees it. */
void	 classic_peers_remove(struct classic_peers *, struct classic_peer *);
/* Notes that the peer was heard: now it is the last in the list. */
void	 classic_peers_heard(struct classic_peers *, struct classic_peer *,
	    int64_t now_ms);

/* Of several the one who came last. */
struct classic_peer *classic_peers_at(struct classic_peers *,
	    const union sock_addr *);
/* The peer in the room of that name, whatever its case; NULL: none. */
struct classic_peer *classic_peers_named(struct classic_peers *,
	    const char *name, size_t len);

#endif
