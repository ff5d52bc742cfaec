/*
 * What a played session asks of who has it, where the test does not care: no
 * draft is kept, nothing was read before, and nobody is told.
 */
#ifndef TESTS_WITH_SESSION_H
#define TESTS_WITH_SESSION_H

#include "tui/session/session.h"

static inline uint64_t
session_read_none(void *arg, const struct session_place *at)
{
	(void)arg;
	(void)at;
	return 0;
}

static inline void
session_keeps_no_read(void *arg, const struct session_place *at, uint64_t seen)
{
	(void)arg;
	(void)at;
	(void)seen;
}

static inline char *
session_has_no_draft(void *arg, const struct session_place *at, size_t *len)
{
	(void)arg;
	(void)at;
	(void)len;
	return NULL;
}

static inline bool
session_keeps_no_draft(void *arg, const struct session_place *at,
    const char *text, size_t len)
{
	(void)arg;
	(void)at;
	(void)text;
	(void)len;
	return true;
}

static inline void
session_welcomes_nobody(void *arg, const char *name)
{
	(void)arg;
	(void)name;
}

static inline void
session_alerts_nobody(void *arg, const char *name, const char *text, size_t len)
{
	(void)arg;
	(void)name;
	(void)text;
	(void)len;
}

#endif
