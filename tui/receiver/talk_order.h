/*
 * Whether all of a talk is here, in the order in which it was said: ids are
 * sealed in, and those of an outbox count by one. So a line that the server
 * leaves out shows where the next one stands, and one that it turns round or
 * says again shows itself; not the last ones, of which nobody knows. Pure.
 */
#ifndef TUI_RECEIVER_TALK_ORDER_H
#define TUI_RECEIVER_TALK_ORDER_H

#include <stdbool.h>
#include <stdint.h>

enum { TALK_OUTBOXES = 64 };	/* that are known; the one not used for longest
				 * goes */

struct talk_outbox {
	char		 side;		/* who says it */
	uint32_t	 number;
	uint32_t	 next;		/* counter; the one before, backwards */
};

struct talk_order {
	unsigned	 n;
	struct talk_outbox outbox[TALK_OUTBOXES];	/* used last: last */
	bool		 whole;		/* it began where the log does, and
					 * none was forgotten */
};

enum { TALK_TURNED = -1 };

/* whole: what follows is all of the log. */
void	 talk_order_init(struct talk_order *, bool whole);
/*
 * The next line: 0, where it follows the one before of its outbox; how many are
 * missing between them; TALK_TURNED: it stands behind one that it was said
 * before.
 */
int64_t	 talk_order_take(struct talk_order *, char side, uint64_t id);
/* The same for lines that come newest first; not both with one struct. Those
 * behind them are told before, the oldest first. */
int64_t	 talk_order_take_older(struct talk_order *, char side, uint64_t id);
void	 talk_order_begin_older(struct talk_order *, char side, uint64_t id);
/* Who said what cannot be read the server alone knows: it is the next one if
 * that is what its id says, and else nothing. */
void	 talk_order_pass(struct talk_order *, char side, uint64_t id);

#endif
