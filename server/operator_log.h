/*
 * The operator looks at the log. Pure but for its reading; runs in the server.
 */
#ifndef SERVER_OPERATOR_LOG_H
#define SERVER_OPERATOR_LOG_H

struct operator;
struct reply;

/* log [--json] [--since TIME] [N]: the newest, long messages whole. */
void	 operator_log(const struct operator *, const char *arg,
	    struct reply *);

#endif
