/*
 * The server's figures, for the operator and for programs. Pure; runs in the
 * server.
 */
#ifndef SERVER_OPERATOR_STATS_H
#define SERVER_OPERATOR_STATS_H

struct operator;
struct reply;

/* stats: a name and a value a line; --json: an object; --prometheus: its text
 * format, where each figure is chat_NAME, and chat_NAME_total if it only
 * grows. */
void	 operator_stats(const struct operator *, const char *arg,
	    struct reply *);

#endif
