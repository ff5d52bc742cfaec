/*
 * Real etcd, on loopback as a rule, one to three members in a directory of their own, each
 * ended by its pid. Where there is no etcd, or no chat-engine, a test that
 * needs it is skipped.
 */
#ifndef TESTS_WITH_ETCD_H
#define TESTS_WITH_ETCD_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/with_env.h"

enum { ETCDS = 3, ETCDS_LIST = 128 };

struct etcds {
	bool		 wired;	/* each on a machine: tests/with_wires.h */
	size_t		 n;
	long		 quota;		/* bytes, from the next start on; 0: usual */
	char		 home[ENV_HOME_BYTES];
	struct {
		pid_t		 pid;	/* 0: it does not run */
		uint16_t	 client, peer;
	} member[ETCDS];
	char		 list[ETCDS_LIST];	/* "http://127.0.0.1:1,..." */
};

/* Says on stderr what is missing. */
bool	 etcds_are_here(void);
/* Begins n of them, on loopback unless they are wired: the first machines are
 * theirs then. They are not up yet. */
void	 etcds_begin(struct etcds *, size_t n);
/* The list with that one first. */
void	 etcds_put_list(const struct etcds *, size_t first,
	    char dst[ETCDS_LIST]);
void	 etcds_start(struct etcds *, size_t i);
/* It is killed, with all that it has. */
void	 etcds_lose(struct etcds *, size_t i);
/* There was no space, and is again. */
void	 etcds_disarm(const struct etcds *);
void	 etcds_kill(struct etcds *, size_t i);
/* Which one leads; waits until one does. */
size_t	 etcds_leader(const struct etcds *);
/* Each of them follows one, or leads. */
bool	 etcds_are_whole(const struct etcds *);
/* Takes blocks of that room away, from one to the other, some of them there. */
void	 etcds_forget(const struct etcds *, const char *room, uint64_t from,
	    uint64_t to);
/* Which server has written that block of the room; 0: there is none. */
unsigned etcds_author(const struct etcds *, const char *room,
	    uint64_t number);
/* How many there are, which are some. */
uint64_t etcds_count(const struct etcds *, const char *room);
void	 etcds_end(struct etcds *);

#endif
