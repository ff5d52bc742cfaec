/*
 * People with homes of their own at terminals, and the room "lab" of a server
 * that keeps a directory: all of them go and come back to what they had.
 */
#ifndef TESTS_WITH_LAB_H
#define TESTS_WITH_LAB_H

#include <stdint.h>

#include "tests/with_chat.h"

enum { LAB_PEOPLE = 3, LAB_SET = ENV_HOME_BYTES + 8, LAB_WORDS = 16 };

struct lab {
	struct server	 server;
	uint16_t	 port;
	char		 room[ENV_HOME_BYTES];	/* the server's home */
	char		 room_set[LAB_SET];	/* "HOME=" that */
	char		 dir[LAB_SET];		/* its data, in there */
	char		 home[LAB_PEOPLE][ENV_HOME_BYTES];
	char		 home_set[LAB_PEOPLE][LAB_SET];
};

/* Makes homes and starts the server with no more words. */
void	 lab_begin(struct lab *);
/* The terminals of the tests' state, the server if it runs, the homes. */
void	 lab_end(struct lab *, void **state);
/* Starts the server, which does not run, on the same port and directory with
 * some more words, NULL ends; NULL: with none. */
void	 lab_serve(struct lab *, const char *const more[]);
/* chat-tui of that person by that name, on 24 x 80; returns when it is in. */
struct term *lab_start(struct lab *, int person, const char *name);
/* Ends one by ^C, which it does in order. */
void	 lab_stop(struct term *);

#endif
