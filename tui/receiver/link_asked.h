/*
 * What is said to a name before its key is known, for who has the link: kept in
 * outboxes of its own, as what is said in a room is, and said nowhere, until
 * the talk with whom it is for takes it. A window of such a name is none of the
 * link's rooms: nobody is told of it.
 */
#ifndef TUI_RECEIVER_LINK_ASKED_H
#define TUI_RECEIVER_LINK_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;
struct link_place;

/* Of what a new receiver opens only for the talk to take it. */
#define LINK_NO_WINDOW UINT16_MAX

/* "@NAME", and no key? */
bool		 link_is_asked(const char *room, size_t len);
/* As link_join, of such a one: what waits for it is told at once. */
bool		 link_await(struct link *, int64_t now, uint16_t window,
		    const struct link_place *, const char *room, size_t len);
/* No window has it any more; what waits stays where it is kept. */
void		 link_await_no_more(struct link *, int64_t now,
		    uint16_t window);
/*
 * What waits for that name is for that window's talk from now on: it goes
 * behind what waits there, in one step for each outbox, so that a crash leaves
 * it here or there. It is known by its ids as before.
 */
void		 link_take_asked(struct link *, int64_t now, uint16_t window,
		    const char *room, size_t len);
/* What waits in that window and was never said is not to be: the lines from
 * that id on, of this run; for who is asked for by a name all of it. */
void		 link_forget_lines(struct link *, int64_t now, uint16_t window,
		    uint64_t id);
void		 link_asked_clear(struct link *);

#endif
