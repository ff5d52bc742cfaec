/*
 * What delivery.c, which decides what goes when, needs of delivery_way.c, which
 * knows of what is on its way.
 */
#ifndef SERVER_DELIVERY_STATE_H
#define SERVER_DELIVERY_STATE_H

#include "server/delivery.h"

/* Datagrams that answer one SYNC, or a probe. */
enum { DELIVERY_ANSWERS = 4 };

/* The last entry that may be on its way. */
uint64_t delivery_window_end(const struct delivery *);
/* Much is lost, and little is said. */
bool	 delivery_is_lossy(const struct delivery *);
void	 delivery_begin_probes(struct delivery *, int64_t now_ms);
/* It may still be on its way, or its answer, after so long. */
bool	 delivery_is_fresh(const struct flight *, int64_t now_ms, int32_t ms);
/* Finds those on their way that are late, or missing below what arrived. */
void	 delivery_find_lost(struct delivery *, int64_t now_ms);
/* So many datagrams of a backlog may go, beside what is on the way, or fewer:
 * how many. */
unsigned delivery_room_for(const struct delivery *, unsigned datagrams);
/* As many as it gave credit for may go now. */
void	 delivery_may_answer(struct delivery *, int64_t now_ms);

#endif
