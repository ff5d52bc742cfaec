/*
 * Writes down what a hub sends, as text that a person can read: who is sent
 * what and when, each frame by its name and its bytes, or that they are those
 * of the datagram before. Keys, indices and what a PING carries are random, and
 * left away: so it does not matter who draws what when.
 */
#ifndef TESTS_WITH_SENT_H
#define TESTS_WITH_SENT_H

#include <stdio.h>

#include "tests/with_members.h"

struct sent {
	FILE		*f;
	char		*text;		/* once it is ended; free it */
	size_t		 len;
	int64_t		 begun_ms;	/* times are counted from there */
	size_t		 last_len;	/* of the frames that went last */
	uint8_t		 last[GUEST_DATAGRAM];
};

/* From now on, of the den's hub; the den's arg is the sent. */
void	 sent_begin(struct sent *, struct den *);
void	 sent_end(struct sent *, struct den *);
/* What is done now, as a title. */
void	 sent_scene(struct sent *, const char *title);

/* Opens a sealed datagram that the hub sends now. Whom it is for; NULL: no
 * guest. */
const struct guest *sent_open(const struct den *, const void *data,
	    size_t len, uint8_t frames[GUEST_DATAGRAM], size_t *frames_len);

/*
 * Compares it with a file of tests/golden; CHAT_GOLDEN=write writes that. True,
 * or says on stderr where they part.
 */
bool	 sent_is(const struct sent *, const char *path);

#endif
