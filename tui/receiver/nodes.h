/*
 * Where the room's server is: those places that the user named, those that the
 * server told of, and which of their addresses is the next one. Pure; of the
 * receiver process, which looks names up and has the socket. Nothing of it is
 * trust: whoever answers at any of them shows the key that is remembered, or
 * hears nothing.
 */
#ifndef TUI_RECEIVER_NODES_H
#define TUI_RECEIVER_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/sock.h"
#include "tui/receiver/nodes_kept.h"
#include "tui/shared/hosts.h"

enum {
	NODES_MAX = 2 * HOSTS_MAX,	/* named, and told of */
	NODES_STRUCK = 16,		/* that were not the room's */
	NODES_MADE_UP = 4 * HOSTS_MAX,	/* names that are looked up at once
					 * where the server tells of them */
	NODES_ASK_MS = 5 * 1000		/* between two look-ups, of any */
};

struct nodes_one {
	char		 host[HOSTS_HOST_BYTES];
	uint16_t	 port;
	bool		 named;		/* by the user; else told of */
	bool		 numeric;	/* needs no look-up */
	bool		 asked;		/* once, in this run */
	struct sock_addrs at;
};

/* Fields are its own. */
struct nodes {
	int		 family;	/* AF_UNSPEC: either */
	unsigned	 n;
	struct nodes_one of[NODES_MAX];
	union sock_addr	 here;		/* AF_UNSPEC: nowhere yet */
	unsigned	 gone;		/* to others since somebody was heard */
	union sock_addr	 struck[NODES_STRUCK];
	unsigned	 struck_n;
	unsigned	 turn;		/* whose look-up is the next */
	unsigned	 asking;	/* whose is on its way, or n */
	char		 asked[HOSTS_HOST_BYTES];
	int64_t		 ask_ms;
	unsigned	 made_up;	/* so many were, in this run */
	struct nodes_kept kept;		/* what was told last */
};

/* ask_ms: no name is looked up again before. */
void	 nodes_init(struct nodes *, int family, int64_t ask_ms);
/* One that the user named. False: there are too many. */
bool	 nodes_name(struct nodes *, const char *host, uint16_t port);
/* The server tells where it is, a list as hosts has it, in place of what it
 * told before. */
void	 nodes_tell(struct nodes *, const char *list);
/* What the i-th is found at; none: it stays as it was. */
void	 nodes_find(struct nodes *, unsigned i, const struct sock_addrs *);
/* Where we are at first: at the first that is found. */
void	 nodes_begin(struct nodes *);

/*
 * Is a name to be looked up now? online: somebody answers, and those alone are
 * that never were. Then *i is, and so it is until nodes_found; or when to ask
 * again, as long as that is earlier than due.
 */
bool	 nodes_asks(struct nodes *, int64_t now, bool online, unsigned *i,
	    int64_t *due);
/* The answer to that; NULL: there is none. True: where we are is no address of
 * any of them any more. */
bool	 nodes_found(struct nodes *, int64_t now, const struct sock_addrs *);

/* Where to send; NULL: it is not known. */
const union sock_addr *nodes_here(const struct nodes *);
/* Is there an address besides that one? */
bool	 nodes_has_others(const struct nodes *);
/* Is there another server, as far as that can be told? Two families of one
 * name are one server. */
bool	 nodes_are_several(const struct nodes *);

/* Is there one that was not tried since somebody was heard? */
bool	 nodes_has_untried(const struct nodes *);

enum nodes_way {
	NODES_STAY,		/* there is none */
	NODES_NEXT,		/* which was not tried since somebody was
				 * heard: at once */
	NODES_ROUND		/* all were, in vain: with patience */
};
/* Nobody is heard here any more: goes on to the next, round and round, and
 * another server comes before another address of the same one. Never back by
 * itself. */
enum nodes_way nodes_go(struct nodes *);
/* The same, and here nobody of this room lives: never again in this run. */
enum nodes_way nodes_strike(struct nodes *);
/* Somebody who has the key answers here. */
void	 nodes_heard(struct nodes *);

#endif
