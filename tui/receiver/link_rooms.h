/*
 * The rooms of a link, for who has it: a window each. Where a server knows of
 * several, all are in one session; else the first window's is the only one.
 */
#ifndef TUI_RECEIVER_LINK_ROOMS_H
#define TUI_RECEIVER_LINK_ROOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk;
struct link;

/* What is kept of a room, and from where on it is joined. */
struct link_place {
	const struct disk *disk;	/* NULL: nothing is stored */
	const char	*dir;		/* of this room and name; exists */
	bool		 no_copy;	/* the outbox alone is stored there */
	bool		 has_after;	/* show what follows entry `after` */
	uint64_t	 after;
	bool		 makes;		/* the room, where there is none */
	bool		 again;		/* unless another device has left it */
	bool		 other;		/* what waits is for whichever room has
					 * the name now */
};

/*
 * One more room, after link_login: what is stored of it is told at once, and
 * RECORD_ROOM and RECORD_WELCOME when it takes us, or RECORD_DENIED. place's
 * strings are borrowed. False: there is such a window, or no memory.
 */
bool		 link_join(struct link *, int64_t now, uint16_t window,
		    const struct link_place *, const char *room, size_t len);
/* Leaves it, for all who are the same person. The last one stays. */
void		 link_part(struct link *, int64_t now, uint16_t window);
/* It is looked at: who is there is asked for. */
void		 link_look(struct link *, int64_t now, uint16_t window);
/* Asks for one's own devices, once the one that began then is ended, 0: none;
 * RECORD_DEVICE of the first window answers. */
void		 link_ask_devices(struct link *, int64_t now, uint64_t ends);
/* It was read up to there, which is told one's other devices. */
void		 link_seen(struct link *, int64_t now, uint16_t window,
		    uint64_t seq);
/* What the server calls its home room, as far as is known; not terminated. */
const char	*link_home(const struct link *, size_t *len);
/* What came lay there for a while: the next tick acknowledges it. */
void		 link_answer(struct link *);
/* Asks which rooms there are; RECORD_LISTED of the first window answers. */
void		 link_ask_rooms(struct link *, int64_t now);

#endif
