/*
 * Whose turn it is to write the next block, of several servers that all want
 * to. One that another was faster than has to decide anew; where each tries at
 * once, who is nearest to where it is decided wins again and again, and on busy
 * machines somebody loses five times in a row. So who has waited longer goes
 * first: of those who wrote lately each counts how many others wrote nothing
 * since before his last one, and lets each of them have a moment. Who always
 * has something to say waits longer, since others may need longer than he
 * knows, and nobody hears of them before they have won. Nobody waits where
 * nobody else writes. Pure; `now` is monotonic, ms.
 */
#ifndef SERVER_CLUSTER_TURNS_H
#define SERVER_CLUSTER_TURNS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	TURNS_MS = 5,			/* a moment, or half of what the last
					 * one took, */
	TURNS_MS_MAX = 40,		/* at most */
	TURNS_PAUSE_MS = 10,		/* who won waits that long at least; */
	TURNS_ROW = 3,			/* twice as long so often at most: */
	TURNS_RECENT = 16,		/* blocks of which each has a part; */
	TURNS_BUSY = 7,			/* of 8 he had at once, as it seems */
	TURNS_OTHERS_MS = 1000,		/* others write if they did since */
	TURNS_NODES = 16,
	TURNS_LATELY_MS = 2000,		/* one writes that did since; */
	TURNS_PASSED = 2		/* so often it may be passed by each */
};

/* Zeroed, but for others_ms, long ago, and node. Fields are its own. */
struct turns {
	uint32_t	 node;
	int64_t		 others_ms;	/* a block of another node, last */
	int64_t		 pause_ms;	/* nothing of ours before then */
	int64_t		 sent_ms;	/* the one that is on its way */
	int64_t		 took_ms;	/* the last one that was first */
	unsigned	 row;		/* it is twice as long so often */
	int64_t		 told_ms;	/* the last block of anybody */
	uint8_t		 busy;		/* bits: one of ours had waited */
	unsigned	 told;		/* blocks; the last of them: */
	uint8_t		 recent[TURNS_RECENT];	/* who wrote; 0: nobody */
	unsigned	 last[TURNS_NODES];	/* of each, so many by then; */
	int64_t		 last_ms[TURNS_NODES];	/* 0: none */
};

void	 turns_init(struct turns *, uint32_t node, int64_t now_ms);
/* One of ours is sent for the first time. */
void	 turns_sent(struct turns *, int64_t now_ms);
/* That node's block is told; won: it is the one that was sent. */
void	 turns_told(struct turns *, int64_t now_ms, uint32_t node, bool won);

#endif
