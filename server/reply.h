/*
 * The answer to a request of the operator's. Pure.
 */
#ifndef SERVER_REPLY_H
#define SERVER_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	REPLY_BYTES = 1 << 20,		/* longest */
	REPLY_TIME = 64			/* bytes of a time */
};

/*
 * An answer that grows. What does not fit is left out, and all that would
 * follow it: there are no holes. Its first line is then "cut" and not "ok".
 */
struct reply {
	char		*text;		/* malloc'd, NULL: empty */
	size_t		 len, size;
	bool		 cut;
};

void	 reply_printf(struct reply *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* "error: " and a sentence: the word is for programs, the sentence may be in
 * any language. */
void	 reply_refuse(struct reply *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* "usage: " and a sentence: no server would do that. */
void	 reply_misused(struct reply *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	 reply_bytes(struct reply *, const void *, size_t);
/* A time as 2026-11-26T12:00:00Z; 0: "-". Returns dst. */
char	*reply_time(char dst[REPLY_TIME], int64_t utc_ms);

#endif
