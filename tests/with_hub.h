/*
 * What is around a hub where nobody wants to know what happens, nor where the
 * sessions are.
 */
#ifndef TESTS_WITH_HUB_H
#define TESTS_WITH_HUB_H

#include <stdint.h>

#include "common/sock.h"
#include "server/room/hub_types.h"

static inline void
hub_event_unheard(void *arg, const struct hub_event *e)
{
	(void)arg;
	(void)e;
}

static inline void
hub_session_unheard(void *arg, uint32_t index, const union sock_addr *addr)
{
	(void)arg;
	(void)index;
	(void)addr;
}

static inline struct hub_out
hub_out_of(void (*send)(void *, const union sock_addr *, const void *, size_t),
    void (*random)(void *, void *, size_t), void *arg)
{
	return (struct hub_out){ .send = send, .event = hub_event_unheard,
	    .session = hub_session_unheard, .random = random, .arg = arg };
}

#endif
