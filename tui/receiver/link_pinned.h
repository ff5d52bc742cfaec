/*
 * Whose keys names are, for the link's own files: above link_room.h, below
 * link_enter.h.
 */
#ifndef TUI_RECEIVER_LINK_PINNED_H
#define TUI_RECEIVER_LINK_PINNED_H

#include "tui/receiver/link_room.h"

/* link_people.c */
/* As they are kept by now, for this program or another. */
const struct pins *link_people(struct link *);
/* That key's, which is added; it is called so, unless somebody else is pinned
 * by that name. NULL: no memory. */
struct pin *link_people_know(struct link *, const uint8_t key[NOISE_KEY],
	    const char *name, size_t len);
/* Who only writes to us, and has a window, is called so; as above. */
void	 link_people_hear(struct link *, const uint8_t key[NOISE_KEY],
	    const char *name, size_t len);
/* By whose name the talk is known; NULL: that is nobody's. */
const struct pin *link_people_named(const struct link_room *);
/* The talk with whom has that name here; NULL: it has no window. */
struct link_room *link_people_talk(const struct link *, const char *name,
	    size_t len);
/* Is there one of that key, and the name his? NULL: there is none. */
bool	 link_people_has_name(const struct pin *);
/* He has the name no more that he had, and what waits in the talk with him was
 * for who has it now. NULL: nobody. */
bool	 link_people_holds(const struct link *, const struct pin *);
/* It has changed: what follows from that is told and kept. */
void	 link_people_keep(struct link *);
void	 link_people_tick(struct link *);
int64_t	 link_people_due(const struct link *);
void	 link_people_clear(struct link *);
/* A talk is joined, and entered: ENTERED may say another name, which is a guess
 * where he is away. */
void	 link_people_join(struct link_room *);
void	 link_people_enter(struct link_room *, const struct frame *,
	    bool guessed);
/* He is there, by that name. */
void	 link_people_meet(struct link_room *, const char *name, size_t len);
/* The user says something there: from then on its key is known. True: since
 * now, and that it has its name still is to be checked. */
bool	 link_people_answer(struct link_room *);
/* Of that type, of a key: as it is known, with these flags besides, and id. */
struct link_told_of {
	enum record_type type;
	const uint8_t	*key;
	const char	*name;		/* of who is not pinned, or was asked
					 * for; may be NULL */
	size_t		 len;
	const char	*was;		/* instead of the key; may be NULL */
	uint32_t	 flags;
	uint64_t	 id;
};
void	 link_people_tell(struct link_room *, const struct link_told_of *);

/* link_wish.c */
/* The talk's name is looked at, before anything is said there. */
void	 link_wish_check(struct link_room *);
/* It is looked at, or something is said there, which waits: is it still so? */
void	 link_wish_look(struct link_room *, bool says);
/* A room says something: that somebody has another key, or name? */
void	 link_wish_read(struct link *, const struct entry *);
void	 link_wish_take(struct link *, const struct frame *);
void	 link_wish_tick(struct link *);
int64_t	 link_wish_due(const struct link *);

/* link_talks.c */
/* A talk that nobody asked for, in a slot of the server's. Where it has a
 * window, and was refused so far, that is given: it may be entered. */
struct link_room *link_talks_offer(struct link *, const struct frame *);
/* The slot that is offered for it, which is used up then; 0: none. */
uint32_t link_talks_slot(struct link *, const uint8_t key[NOISE_KEY]);
/* Nothing that was offered counts any more. */
void	 link_talks_forget(struct link *);
/* How far those that have a window were read by other devices is asked. */
void	 link_talks_mine(struct link *);
void	 link_talks_take(struct link *, struct frame *);
void	 link_talks_tick(struct link *);
int64_t	 link_talks_due(const struct link *);

#endif
