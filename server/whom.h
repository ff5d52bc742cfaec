/*
 * Whom a request of the operator means, and how the answer calls him. Pure.
 */
#ifndef SERVER_WHOM_H
#define SERVER_WHOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"
#include "common/text.h"

struct ban;
struct hub_person;
struct operator;
struct reply;

enum { WHOM_SHOWN = 4 * TEXT_NAME_BYTES + 1 };

/* WHO of a request, up to its space, and what is behind that. */
struct whom {
	char		 who[TEXT_FOLD_BYTES];
	char		 shown[WHOM_SHOWN];	/* for a terminal */
	char		 was[WHOM_SHOWN];	/* the same, where somebody is
						 * here who owns that name and
						 * is called otherwise */
	bool		 more;
	const char	*rest;		/* a view into the request */
};

/* False: there is none, or what looks like a key is none; that is said. */
bool	 whom_split(struct whom *, const char *arg, struct reply *);
/* The name that WHO is; NULL: it is none. */
const char *whom_name(const struct whom *);
/* Calls him as he calls himself, where he is here. */
void	 whom_respell(const struct operator *, struct whom *);

/* TIME behind WHO, which need not be there: then *until_ms is 0. False: it is
 * none; that is said, as below. */
bool	 whom_until(const struct operator *, const struct whom *,
	    int64_t *until_ms, struct reply *);
/* REASON, cleaned into clean; *len its length. */
bool	 whom_reason(const char *reason, char clean[FRAME_REASON_BYTES + 1],
	    size_t *len, struct reply *);
/* A key, or a name that somebody has. */
bool	 whom_person(const struct operator *, struct whom *,
	    struct hub_person *, struct reply *);

/* "bob (key SHA256:...)", "~dan", "key SHA256:...", "oo, who was olga"; NULL:
 * it was not asked for. */
void	 whom_put(struct reply *, const struct whom *,
	    const struct hub_person *);
/* " until ...\n", " for ever\n" */
void	 whom_put_until(struct reply *, int64_t until_ms);

#endif
