/*
 * What strangers may cost: the Diffie-Hellmans, guesses and RESETs of an
 * address group and of all of them together. Pure; runs in the server.
 *
 * A group that wants little is served before those that want much, so that a
 * flood does not keep newcomers out. Groups that were let in before have a
 * share of their own, which no stranger can use up. Who is in has a little for
 * himself, which nobody else can at his address: another port there is another
 * program, and behind a router another machine. It is of a third share, so that
 * who has many sessions keeps no newcomer out.
 */
#ifndef SERVER_TOLL_H
#define SERVER_TOLL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/sock.h"
#include "server/limit.h"

enum {
	/* One Diffie-Hellman, some 50 us, is the unit. */
	TOLL_HELLO = 4,		/* a new pair, ee, es; and se, of one HS3 */
	TOLL_HS3 = 1,		/* one more HS3 */
	TOLL_WORK = 2000,	/* units/s of each of the three shares */

	TOLL_HELLOS = 20,	/* HELLOs/s of a group ... */
	TOLL_HELLOS_BURST = 5,
	TOLL_MODEST = 1,	/* ... and of one that wants little */
	TOLL_MODEST_BURST = 4,
	TOLL_GUESSES = 8,	/* HS3/s of a group that are not authentic */
	TOLL_GUESSES_BURST = 24,
	TOLL_RETURNS = 1,	/* steps/s of a handshake of who is in */
	TOLL_RETURNS_BURST = 4,
	TOLL_SEATS_MS = 10 * 60 * 1000,	/* an earlier run's count so long */
	TOLL_RESETS = 10,	/* RESETs/s to a group */
	TOLL_RESETS_ALL = 1000,	/* to strangers; as many to known */
	TOLL_KNOWN_MS = 24 * 3600 * 1000
};

struct toll;

/* seed: secret, so that nobody chooses his place in the tables. */
struct toll	*toll_new(uint32_t seed);
void		 toll_free(struct toll *);

/*
 * May a HELLO with a good cookie be worked on? True: it is paid for, and so
 * is the first HS3 of its handshake.
 */
bool		 toll_hello(struct toll *, int64_t now_ms,
		    const union sock_addr *from);
/* May an HS3 be tried that needs a Diffie-Hellman? again: not the first. */
bool		 toll_hs3(struct toll *, int64_t now_ms,
		    const union sock_addr *from, bool again);
/*
 * Who is refused by these is let through by that if he is in, or was when an
 * earlier run ended. *seat: what he has used of it; NULL: he is not in.
 */
bool		 toll_returns(struct toll *, int64_t now_ms,
		    const union sock_addr *from, struct limit *seat);
/* Somebody was in from this address and port, in an earlier run. */
void		 toll_was_in(struct toll *, int64_t now_ms,
		    const union sock_addr *from);
/* It was not authentic. */
void		 toll_guessed(struct toll *, int64_t now_ms,
		    const union sock_addr *from);
/* Somebody there was let in: the group is known for a day. */
void		 toll_known(struct toll *, int64_t now_ms,
		    const union sock_addr *from);
bool		 toll_reset(struct toll *, int64_t now_ms,
		    const union sock_addr *to);

#endif
