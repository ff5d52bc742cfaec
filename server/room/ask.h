/*
 * An ask: somebody has something to say to the room. It waits until the log
 * can take a block; then it is decided, on all that was told, and comes about
 * when the watch tells it. So whoever asks never knows at once.
 */
#ifndef SERVER_ROOM_ASK_H
#define SERVER_ROOM_ASK_H

#include <sys/queue.h>
#include <stdint.h>

struct ask;
struct entry;

enum ask_verdict {
	ASK_OVER,		/* nothing is to be said (any more) */
	ASK_SAID,		/* it added something, which will be told */
	ASK_NOTED,		/* only a note: it is decided again behind it */
	ASK_LATER		/* it has to be in the next block */
};

struct ask_kind {
	/* Decides, and adds by room_add. OVER: it may be gone by then. */
	enum ask_verdict (*decide)(void *arg, struct ask *);
	/* An entry that it added was told, to nobody else yet; in_block says
	 * how many more will be. May be NULL. */
	void	(*told)(void *arg, struct ask *, const struct entry *);
	/* What it said cannot be written now; it waits no more. */
	void	(*refused)(void *arg, struct ask *);
	/* The room ends; it is nobody's but its own. NULL: it has an owner. */
	void	(*drop)(struct ask *);
	void	*arg;
};

enum ask_place {
	ASK_NOWHERE,
	ASK_WAITS,
	ASK_ON_WAY,
	ASK_PUT_OFF
};

struct ask {
	TAILQ_ENTRY(ask) by_order;
	const struct ask_kind *kind;
	uint8_t		 place;		/* an ask_place */
	uint8_t		 in_block;	/* entries of it on their way */
};
TAILQ_HEAD(ask_list, ask);

#endif
