/*
 * What one peer is sent, and when: everything after what it has. The push of
 * new entries, the probe, the repair of gaps and catch-up are one choice among
 * the entries that it has not acknowledged. Pure.
 */
#ifndef SERVER_DELIVERY_H
#define SERVER_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "server/flights.h"
#include "server/way.h"

enum {
	DELIVERY_WINDOW = FLIGHTS_MAX,	/* entries above have that may be on
					 * their way */
	DELIVERY_PICKS = 128		/* the most in one datagram */
};

enum delivery_mode {
	DELIVERY_NOTHING,
	DELIVERY_PUSH,		/* new; up to 3 times where loss was seen */
	DELIVERY_ANSWER,	/* never sent, or missing below what arrived */
	DELIVERY_PROBE,		/* all that is not acknowledged */
	DELIVERY_COPY		/* the same once more, after a moment */
};

struct delivery {
	uint64_t	 head;		/* of the log */
	uint64_t	 top;		/* highest acknowledged, >= have */
	struct flights	 flights;
	struct way	*way;		/* that it goes */
	int64_t		 probe_due;	/* INT64_MAX: not, as below */
	int64_t		 copy_due;
	int64_t		 quota_due;
	int64_t		 head_due;	/* a sleeper is told the head */
	int32_t		 probe_wait_ms;
	uint16_t	 probes;	/* without an answer */
	uint8_t		 quota;		/* datagrams that may follow, */
	uint8_t		 quota_mode;	/* in this delivery_mode */
	bool		 push;		/* new entries wait for a push */
	bool		 prompted;	/* to answer, in vain so far */
};

/* The peer has everything up to have. The way is borrowed. */
void	 delivery_init(struct delivery *, struct way *, int64_t now_ms,
	    uint64_t have, uint64_t head);
void	 delivery_clear(struct delivery *);
/* The same as delivery_init of one that is there: it begins anew. */
void	 delivery_begin(struct delivery *, struct way *, int64_t now_ms,
	    uint64_t have, uint64_t head);

/* It has acknowledged all up to here. */
uint64_t delivery_have(const struct delivery *);
/* And that is all there is: one that begins there is the same. */
bool	 delivery_rests(const struct delivery *);

/* The log has grown up to head: what is new waits for a push. */
void	 delivery_grew(struct delivery *, uint64_t head);
/* The peer slept and is heard again. True: something waits for it, which
 * begins afresh. */
bool	 delivery_woke(struct delivery *, int64_t now_ms);
/* The peer has less than it had: it goes on from there. */
void	 delivery_back(struct delivery *, uint64_t have);
/* What comes next for it is gone: it goes on behind that. */
void	 delivery_skip(struct delivery *, uint64_t have);
/*
 * A SYNC came: have, ranges above it (frame_next_range), the datagrams that
 * may be sent at once, the loss. Numbers beyond the log are ignored.
 */
void	 delivery_acked(struct delivery *, int64_t now_ms, struct frame *sync);

/* When to look again; INT64_MAX: after the next event. */
int64_t	 delivery_due(const struct delivery *);
/* True if the peer, asleep, is to be told the head now; asked once. */
bool	 delivery_wants_head(struct delivery *, int64_t now_ms);

/*
 * Chooses the entries for the next datagram, the most wanted first. Returns
 * how many of picks were filled, 0: nothing is to be sent now. What did fit
 * into the datagram, of so many bytes, is told by delivery_sent; then ask
 * again.
 */
size_t	 delivery_pick(struct delivery *, int64_t now_ms,
	    uint64_t picks[DELIVERY_PICKS], enum delivery_mode *mode);
void	 delivery_sent(struct delivery *, int64_t now_ms,
	    enum delivery_mode, const uint64_t *picks, size_t n, size_t bytes);
/* True if more is to go and none may before an answer came: then that is to be
 * asked for. Once. */
bool	 delivery_wants_answer(struct delivery *);
/* Nothing of a backlog before then. */
void	 delivery_wait(struct delivery *, int64_t due_ms);
/* The datagram of this mode was not to be: do not try it again now. */
void	 delivery_gave_up(struct delivery *, enum delivery_mode);

#endif
