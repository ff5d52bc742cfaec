/*
 * What delivery.c, which decides what goes when, needs of delivery_way.c, which
 * knows of what is on its way.
 */
#ifndef SERVER_DELIVERY_STATE_H
#define SERVER_DELIVERY_STATE_H

#include "server/delivery.h"

/* The last entry that may be on its way. */
uint64_t delivery_window_end(const struct delivery *);
void	 delivery_begin_probes(struct delivery *, int64_t now_ms);
/* What was on its way may have changed, which was so many bytes before. */
void	 delivery_account(struct delivery *, uint32_t before);
/* It may still be on its way, or its answer, after so long. */
bool	 delivery_is_fresh(const struct flight *, int64_t now_ms, int32_t ms);
/* Finds those on their way that are late, or missing below what arrived. */
void	 delivery_find_lost(struct delivery *, int64_t now_ms);
/* As many as it gave credit for may go now. */
void	 delivery_may_answer(struct delivery *, int64_t now_ms);

#endif
