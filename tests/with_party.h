/*
 * Ann, Bob and Cem in one room on three real servers, one at each, and others
 * who come later; they talk in lines. The first server has had the room for
 * itself: in its log is "alone", and 203.0.113.7 is banned.
 */
#ifndef TESTS_WITH_PARTY_H
#define TESTS_WITH_PARTY_H

#include <stddef.h>

#include "tests/with_cluster.h"
#include "tests/with_plain.h"

/* The servers, and who is at them by turns: Eve has two machines. */
enum { ONE, TWO, THREE };
enum { ANN, BOB, CEM, DAN, EVE, EVE_TOO, PARTY };

struct party {
	struct cluster	 cluster;
	struct plain	 who[PARTY];
	char		 home[PARTY][ENV_HOME_BYTES];	/* "": none yet */
};

/* Etcd and the servers, with cluster.option, all else zero; nobody is there. */
void	 party_begin(struct party *);
/* Ends them; nothing, if they were never begun. */
void	 party_end(struct party *);
/* Server n, again. */
void	 party_start(struct party *, size_t n);

const char *party_name(size_t who);
/* Whose program runs with these words, at a server; a home is made for him. */
void	 party_go(struct party *, size_t who, size_t server,
	    const char *const words[]);
/* He comes into a room, NULL: the usual one, at his own server, and has been
 * told so. */
void	 party_enter(struct party *, size_t who, const char *room);
void	 party_leave(struct party *, size_t who);
/* Until every server knows that he left: where one does not, who comes again
 * has never been away. */
void	 party_be_gone(struct party *, size_t who);

/* chat-ctl at server n, whom NULL: one word alone; it succeeds. */
void	 party_control(struct party *, struct plain *, size_t n,
	    const char *what, const char *whom);
/* The log as that server has it, without when it was told of; to be freed. */
char	*party_log(struct party *, size_t n);
/* Asked until all have what the first has: nothing new comes. To be freed. */
char	*party_same_log(struct party *);
/* Asked until server n has that in its answer to that word. */
void	 party_has(struct party *, size_t n, const char *what,
	    const char *line);

#endif
