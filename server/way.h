/*
 * The way to one client: its line, its patience, how long it has been silent,
 * what of a backlog is on it. One for each session; all that it is sent shares
 * it. Pure.
 */
#ifndef SERVER_WAY_H
#define SERVER_WAY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/netpath.h"
#include "server/pace.h"

enum {
	WAY_CREDIT = 4,		/* datagrams that answer a SYNC, or a probe */
	WAY_ASLEEP_MS = 10000	/* rule 4 */
};

/* What goes out looks at the beginning, what comes in at all of it. */
struct way {
	int64_t		 silent_ms;	/* since when no answer came;
					 * INT64_MAX: it has, or nothing was */
	uint32_t	 out;		/* bytes of a backlog on their way */
	uint32_t	 burst_ms;	/* when the burst began, low bits */
	uint32_t	 second_ms;	/* when `pushes` began to count, too */
	uint16_t	 pushes;
	uint16_t	 loss_permille;	/* as the client sees it */
	uint8_t		 credit;	/* that it gave last */
	uint8_t		 burst;		/* that may go without a pause */
	uint8_t		 quota;		/* where several share it: datagrams of
					 * a backlog that may follow; */
	bool		 shared : 1;
	bool		 used : 1;	/* this one has some of one, */
	bool		 asked : 1;	/* and asks for an answer */
	struct netpath	 path;
	struct pace	 pace;		/* of what is behind */
};

/* Nothing is known of it, and who is there is alive now. */
void	 way_init(struct way *);
/* It is that of a former session: what is known of the line holds. */
void	 way_follow(struct way *, const struct way *former);

/* Was there no answer for so long that the client counts as asleep? */
static inline bool
way_sleeps(const struct way *w, int64_t now_ms)
{
	return w->silent_ms != INT64_MAX &&
	    now_ms - w->silent_ms >= WAY_ASLEEP_MS;
}

/* Something authentic came. afresh: the line is not what it was before. */
void	 way_heard(struct way *, bool afresh);
/*
 * Where several share it, at least so many may follow, of all together, as far
 * as there is room for them. any: at least one.
 */
void	 way_allow(struct way *, unsigned datagrams, bool any);
/* A datagram of them begins. And it is over: when the next may have some of a
 * backlog, as way_paced; -1: this one has none. */
void	 way_begin(struct way *);
int32_t	 way_end(struct way *, int64_t now_ms);
/* May this one have some? Is it the last for now? */
static inline bool
way_follows(const struct way *w)
{
	return !w->shared || w->quota > 0;
}
static inline bool
way_is_used_up(const struct way *w)
{
	return w->shared && w->quota <= w->used;
}
/* So many datagrams may answer a SYNC, it says. */
void	 way_gives(struct way *, uint64_t credit);

/* Much is lost, and little is said. */
bool	 way_is_lossy(const struct way *);
/* An answer that takes longer is late. */
int32_t	 way_wait_ms(const struct way *);
/* The same, of what is asked again. */
int32_t	 way_probe_ms(const struct way *);
/* So many datagrams of a backlog may go, beside what is on the way, or fewer:
 * how many. */
unsigned way_room_for(const struct way *, unsigned datagrams);

/* New entries go out now. */
void	 way_pushed(struct way *, int64_t now_ms);
/* A datagram of a backlog does. How long none may follow, ms; 0: it may. */
int32_t	 way_paced(struct way *, int64_t now_ms);
/* Anything does. */
void	 way_sent(struct way *, int64_t now_ms);

#endif
