/*
 * What one datagram of a peer asks for: noted first, answered when all of it
 * was read. Of the peers' files only.
 */
#ifndef SERVER_PEERS_REQUESTS_H
#define SERVER_PEERS_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame.h"

struct peers;
struct seat;

/* Views into it. which 0: nothing yet. */
struct requests {
	unsigned	 which;
	struct frame	 sync;
	uint64_t	 before, count;
	uint32_t	 members_from;
	const char	*name;
	size_t		 name_len;
	const uint8_t	*ping;
	enum frame_code	 code;		/* why a post was refused */
	uint64_t	 code_id;
	int64_t		 code_wait_ms;
};
void	 requests_note(struct requests *, const struct frame *);
/* A post came again; one was refused: then those behind it wait as well. */
void	 requests_posted(struct requests *);
void	 requests_refuse(struct requests *, enum frame_code, uint64_t id,
	    int64_t wait_ms);
bool	 requests_are_refused(const struct requests *);
/* When all of the datagram was read: the answers are owed. */
void	 requests_take(struct peers *, struct seat *, struct requests *);

#endif
