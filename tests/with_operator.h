/*
 * An operator who asks about a den, and the answer that he has: the last one.
 * Header only.
 */
#ifndef TESTS_WITH_OPERATOR_H
#define TESTS_WITH_OPERATOR_H

#include <stdlib.h>
#include <string.h>

#include "common/sock.h"
#include "server/operator.h"
#include "server/reply.h"
#include "tests/with_members.h"

typedef void desk_request(const struct operator *, const char *arg,
    struct reply *);

/* Where the den is at this moment; who needs more of it adds that. */
static inline struct operator
desk_at(const struct den *d)
{
	return (struct operator){ .hub = d->hub, .log = d->log,
	    .bans = d->bans, .now_ms = d->now_ms, .wall_ms = d->now_ms,
	    .address = sock_addr_text };
}

static inline void
desk_clear(struct reply *r)
{
	free(r->text);
	memset(r, 0, sizeof(*r));
}

/* What he is told, which is the reply's until the next one. */
static inline const char *
desk_told(struct reply *r, desk_request *what, const struct operator *o,
    const char *arg)
{
	desk_clear(r);
	what(o, arg, r);
	reply_bytes(r, "", 1);
	return r->text;
}

/* The end of a test. */
static inline void
desk_close(struct reply *r, struct den *d)
{
	desk_clear(r);
	den_close(d);
}

#endif
