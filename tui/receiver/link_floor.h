/*
 * The floor that the link's files stand on: what is sent to the server, what
 * the screen is told of the link's condition.
 */
#ifndef TUI_RECEIVER_LINK_FLOOR_H
#define TUI_RECEIVER_LINK_FLOOR_H

#include "common/wire.h"
#include "tui/receiver/link_state.h"

/* link_sync.c */
/* Acknowledgement, repair request, resume and catch-up in one; in a session of
 * several rooms of all where something is due. */
void	 link_sync(struct link *, bool ping);
void	 link_sync_by(struct link_room *, int64_t due);
/* The next SYNC from due on asks for it. */
void	 link_want(struct link_room *, enum link_wants, int64_t due);
void	 link_want_no_more(struct link_room *, enum link_wants);
void	 link_sync_tick(struct link *);
int64_t	 link_sync_due(const struct link *);

/* link_send.c */
enum {
	LINK_DATAGRAM = 1200,		/* bytes of UDP payload */
	LINK_FRAMES = LINK_DATAGRAM - SEAL_OVER,	/* for frames */
	LINK_LOST_MS = 3000,		/* so long without an answer: "lost" */
	LINK_PORT_MS = 10 * 1000,	/* rule 8: then another source port */
	LINK_SHAKE_MS = 20 * 1000,	/* and a new handshake beside it */
	LINK_PATIENT = 12		/* tries at the RTO; then ever longer */
};

/* NULL: there is none. */
struct link_room *link_at_window(const struct link *, uint16_t window);
/* Of who is asked for by a name. */
struct link_room *link_asked_at(const struct link *, uint16_t window);
struct link_room *link_at_slot(const struct link *, uint32_t slot);
/* What we say there is heard. */
bool	 link_is_in(const struct link_room *);
/* Is such a room not shown as far as it went when this session began? */
bool	 link_is_behind(const struct link *);
/* Some room took us. */
bool	 link_is_welcome(const struct link *);
/* Where the outbox begins is on its way to the room. */
bool	 link_visits(const struct link_room *);
/* What follows in this datagram is of that room; ROOM_BYTES, or nothing. */
enum { LINK_ROOM_BYTES = 4 };
void	 link_put_room(const struct link_room *, struct wire_out *);
/* Its people are to be known: it is looked at, or the only one. */
bool	 link_wants_people(const struct link_room *);
/* Of the outbox, the first that the room is not known to have; and how many
 * from there on. */
size_t	 link_first_waiting(const struct link_room *);
size_t	 link_waiting(const struct link_room *);
/* The i-th outbox, 0: the one that is said from; i <= behind_n. */
struct link_box link_box_at(const struct link_room *, size_t i);
/* What is typed goes there; NULL: there is none yet. */
struct outbox *link_typed_into(const struct link_room *);
/* Tells the screen something of the room; may more follow? */
void	 link_tell(const struct link_room *, struct record *);
bool	 link_may_tell(const struct link_room *);
/* Tells the screen of the link's condition, where it is news. */
void	 link_tell_state(struct link *);
void	 link_set_phase(struct link *, enum record_phase);
void	 link_deny(struct link *, enum record_denial, const char *text,
	    size_t len);
/* The RTO, and longer where nothing comes of asking. */
int32_t	 link_patience(const struct link *, unsigned tries);
/* Seals and sends; what wants an answer is repeated until there is one. False:
 * it surely went nowhere. */
bool	 link_send(struct link *, const void *frames, size_t len,
	    bool wants_answer);
/* By the keys of a handshake that is not answered yet. */
void	 link_send_early(struct link *, const void *frames, size_t len);
/* From now on it is missed. */
void	 link_await_answer(struct link *);
/* There is no session any more, and so we are in no room. */
void	 link_lose(struct link *);
/* Frames came: that was the answer. */
void	 link_hear(struct link *);
/* Whether the way is good, and how long it is. */
void	 link_put_ping(struct link *, struct wire_out *);
void	 link_take_ping(struct link *, const struct frame *);
void	 link_take_pong(struct link *, const struct frame *);
int64_t	 link_asking_due(const struct link *);

/* *due is no later than that. */
static inline void
link_least(int64_t *due, int64_t other)
{
	if (other < *due)
		*due = other;
}

#endif
