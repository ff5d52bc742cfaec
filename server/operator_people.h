/*
 * What the operator sees of people. Pure.
 *
 *   names     NAME [TAB away] a line
 *   names -l, whois NAME
 *             NAME TAB KEY TAB ADDRESS TAB SINCE TAB IDLE: the fingerprint,
 *             address and port, when he came (UTC), the seconds since he said
 *             something; "-": none, or not known. Where the server has several
 *             rooms, TAB and those that he is in, with ", " between
 */
#ifndef SERVER_OPERATOR_PEOPLE_H
#define SERVER_OPERATOR_PEOPLE_H

#include <stddef.h>
#include <stdint.h>

struct operator;
struct reply;

void	 operator_names(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_whois(const struct operator *, const char *arg,
	    struct reply *);

#endif
