/*
 * The log that several servers share, as one of them knows it. Blocks have
 * numbers without holes; one is in when it is first under its number, which the
 * engine sees to by compare-and-set. So what a node adds was decided on all
 * that is before it, or is not in, and is decided anew. Here: which blocks are
 * to be told next, the one block of ours that is on its way, and whether we
 * hear the engine. An answer that was lost is asked for by the same bytes under
 * the same number: the nonce tells whether the block there is ours.
 *
 * Knows nothing of entries, sends nothing itself. Pure; `now` is monotonic, ms.
 */
#ifndef SERVER_CLUSTER_SHARED_H
#define SERVER_CLUSTER_SHARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/cluster/block.h"
#include "server/cluster/retain.h"
#include "server/cluster/turns.h"

enum {
	SHARED_AGAIN_MS = 900,		/* without an answer: once more */
	SHARED_PATIENCE_MS = 3000,	/* without a word: cut off */
	SHARED_AHEAD = 64,		/* blocks that wait to be told */
	SHARED_NODES = 15		/* 1 to 15; 0: nobody knows which */
};

enum shared_state {
	SHARED_CATCHING_UP,	/* not all was told that was in by then */
	SHARED_READY,
	SHARED_CUT_OFF		/* no word of the engine for long */
};

/* What it asks of whoever reaches the engine; each may get lost. */
struct shared_out {
	/* That block under that number, if it is free. */
	void	(*append)(void *arg, uint64_t number, const uint8_t *, size_t);
	/* The blocks from that number on. */
	void	(*fetch)(void *arg, uint64_t number);
	/* Which is the newest there? shared_newest answers. */
	void	(*look)(void *arg);
	/* This member of the engine is silent: another one. */
	void	(*turn)(void *arg);
	void	(*random)(void *arg, void *, size_t);
	/* All blocks before that one may go. */
	void	(*forget)(void *arg, uint64_t number);
	void	*arg;
};

enum shared_answer {
	SHARED_IN,		/* it is under that number now */
	SHARED_TAKEN,		/* another one is, perhaps ours of before */
	SHARED_UNKNOWN		/* nobody knows */
};

struct shared_waiting {
	uint8_t		*bytes;		/* NULL: it has not come */
	size_t		 len;
};

struct shared {
	struct shared_out out;
	enum shared_state state;
	uint32_t	 node;
	uint64_t	 told;		/* the number of the last, */
	uint64_t	 told_nonce;	/* and which one that is */
	uint64_t	 goal;		/* ready when that one is told; */
	bool		 knows_goal;
	uint64_t	 seen;		/* the highest that came */
	int64_t		 heard_ms;	/* a word of the engine, last */
	int64_t		 asked_ms;	/* what is missing, or the goal */
	int64_t		 turned_ms;
	struct turns	 turns;
	/* The block on its way; len 0: none. */
	uint8_t		*flight;
	size_t		 flight_len;
	uint64_t	 nonce, number;
	int64_t		 again_ms;	/* the same once more */
	bool		 lost;		/* another one is there: told soon */
	uint64_t	 lives;		/* bits of nodes */
	struct retain	 retain;	/* blocks 0: all, as at first */
	uint64_t	 forgets;	/* before that they may go; 0: none */
	/* It will never be ready again: */
	bool		 behind;	/* the next one is kept no more */
	bool		 emptied;	/* nor is any that was told */
	/* Of the logs: which one gathered last, how many want to. */
	const struct log *last;
	unsigned	 wants;
	void		*draft;		/* of the one that gathers, heap */
	bool		 gathers;	/* one does */
	bool		 founded;	/* all of what is here is in blocks */
	/* Those behind told, by number; some may be missing. */
	struct shared_waiting waiting[SHARED_AHEAD];
};

/* All up to `told` is known already. */
void	 shared_init(struct shared *, uint32_t node, uint64_t told,
	    int64_t now_ms, const struct shared_out *);
void	 shared_free(struct shared *);

/*
 * From the engine
 */

/* It said something that only who hears most members can say. */
void	 shared_heard(struct shared *, int64_t now_ms);
/* That is the number of the newest block; 0: there is none. */
void	 shared_newest(struct shared *, int64_t now_ms, uint64_t number);
/* From the one on that was told then, that is the oldest there; 0: there is
 * none any more, though it was told. */
void	 shared_oldest(struct shared *, int64_t now_ms, uint64_t number);
/* A block; it is copied. One that is known, or far ahead, is nothing. */
void	 shared_block(struct shared *, int64_t now_ms, uint64_t number,
	    const uint8_t *, size_t);
/* Of what was appended last under that number. */
void	 shared_answer(struct shared *, int64_t now_ms, uint64_t number,
	    enum shared_answer);

/* These nodes live, bits by number, and no others. */
void	 shared_nodes(struct shared *, uint64_t lives);

/*
 * For the log
 */

/* The next block that is to be told, its bytes a view until shared_told; NULL:
 * it has not come. *ours: it is the one that was on its way. */
const uint8_t *shared_next(const struct shared *, size_t *len, bool *ours);
/* It was told: the one on its way, if any, is in, or never will be. */
void	 shared_told(struct shared *, int64_t now_ms);
/* May a block be gathered? */
bool	 shared_is_free(const struct shared *, int64_t now_ms);
/* One for a block of this node. */
uint64_t shared_nonce(struct shared *);
/* That block goes, with that nonce in it. False: no memory. */
bool	 shared_post(struct shared *, int64_t now_ms, uint64_t nonce,
	    const uint8_t *, size_t);
/* What may go goes: it is not needed for a start here. */
void	 shared_forget(struct shared *);
/* What is due. And when something is again. */
void	 shared_tick(struct shared *, int64_t now_ms);
int64_t	 shared_due(const struct shared *, int64_t now_ms);

#endif
