/*
 * What is around a link that nothing hinders: records find room, any server is
 * a known one, and the port stays.
 */
#ifndef TESTS_WITH_LINK_H
#define TESTS_WITH_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/receiver/link.h"

static inline bool
link_room_always(void *arg)
{
	(void)arg;
	return true;
}

static inline enum link_trust
link_trust_any(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	(void)arg;
	(void)key;
	*psk = false;
	return LINK_KNOWN;
}

static inline enum link_trust
link_remember_any(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	(void)arg;
	(void)key;
	(void)psk;
	return LINK_KNOWN;
}

static inline void
link_keeps_port(void *arg)
{
	(void)arg;
}

static inline struct link_out
link_out_of(bool (*send)(void *, const void *, size_t),
    void (*record)(void *, const struct record *),
    void (*random)(void *, void *, size_t), void *arg)
{
	return (struct link_out){ .send = send, .record = record,
	    .room = link_room_always, .trust = link_trust_any,
	    .remember = link_remember_any, .new_port = link_keeps_port,
	    .random = random, .arg = arg };
}

#endif
