/*
 * What the operator does to people: each act answers with what it did, each
 * bad word with a sentence. Pure.
 */
#ifndef SERVER_OPERATOR_ACTS_H
#define SERVER_OPERATOR_ACTS_H

struct operator;
struct reply;

void	 operator_kick(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_ban(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_unban(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_mute(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_unmute(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_allow(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_disallow(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_close(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_open(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_rekey(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_release(const struct operator *, const char *arg,
	    struct reply *);

#endif
