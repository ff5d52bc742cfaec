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
 * grows. Of several rooms that are asked about, what is a room's is their sum,
 * but the newest entry's number, which is the home room's; with --prometheus
 * each one's, by its label. */
void	 operator_stats(const struct operator *, const char *arg,
	    struct reply *);

#endif
