/*
 * Long texts of which some pieces have come. So many of them are kept, the one
 * that grew last the longest; a /24, or a /48 of IPv6, has a part of these, so
 * that others' come together. What goes comes again: a client says all of it
 * until it is told that it is there. Pure; owned by the peers.
 */
#ifndef SERVER_STAGES_H
#define SERVER_STAGES_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/frame.h"

enum {
	STAGES_MAX = 256,		/* each has 17 KB */
	STAGES_PLACE = 64,		/* of one network */
	STAGES_MS = 60 * 1000		/* without a new piece */
};

struct stages;

struct stage {
	TAILQ_ENTRY(stage) by_age;
	struct stages	*all;
	struct stage	**own;		/* where its owner has it */
	uint32_t	 place;
	int64_t		 grown_ms;	/* a piece was new then */
	uint32_t	 first;		/* counter of its first piece */
	unsigned	 pieces;
	struct stage_piece {
		enum entry_kind	 kind;
		uint32_t	 flags;
		size_t		 len;	/* 0: it has not come */
		char		 text[TEXT_LINE_BYTES];
	} piece[ENTRY_MORE_MAX + 1];
};

struct stages {
	TAILQ_HEAD(stage_list, stage) list;	/* grown longest ago first */
	unsigned	 count;
};

void	 stages_init(struct stages *);
/* Whose own that is, at that place, gets a piece: his stage, a new one if need
 * be, in *own. Others' may go for it. NULL: no memory. */
struct stage	*stages_get(struct stages *, int64_t now_ms,
		    struct stage **own, uint32_t place);
/* Keeps a piece of the message that begins with first. True: all of it is
 * there, of so many bytes. */
bool	 stage_take(struct stage *, int64_t now_ms, uint32_t first,
	    const struct frame_post *, uint32_t *bytes);
/* *own is NULL then; it may be. */
void	 stage_drop(struct stage **own);

#endif
