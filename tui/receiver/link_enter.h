/*
 * The seats of a session that carries several rooms, for the link's own files:
 * below link_shake.c, above link_settle.c.
 */
#ifndef TUI_RECEIVER_LINK_ENTER_H
#define TUI_RECEIVER_LINK_ENTER_H

#include "tui/receiver/link_room.h"

/* link_settle.c */
/* Where the copy goes on where that is the log, or where a new one begins. One
 * that the room may have lost is still looked through for what is ours. */
void	 link_settle(struct link_room *, const struct frame_position *head);
/* The room has us; what waits is said to it from the beginning. */
void	 link_begin(struct link_room *, const struct frame_position *head);

/* link_enter.c */
/* The handshake's server knows of several rooms: the seats of the session
 * before are kept where its run is the same; else all are entered anew. */
void	 link_enter_all(struct link *, const struct hello_room *home);
/* It knows of one: other rooms are denied. False: so is the first. */
bool	 link_enter_one(struct link *, const char *room, size_t len);
/* The session is such a one from now on; renewed: it was, and is alive. */
void	 link_enter_adopt(struct link *, const struct frame_position *home,
	    bool renewed);
/* In a new seat, which says where the outbox begins now; after so long. */
void	 link_enter_anew(struct link_room *, int64_t wait);
/* At once, unless another of ours is that room, by whatever name: that is told,
 * and it is not entered. */
void	 link_enter_once(struct link_room *);
/* It is a talk, and the server knows of none. */
void	 link_enter_no_talk(struct link_room *);
/* Not any more, until we are asked to. */
void	 link_enter_deny(struct link_room *, enum record_denial);
/* What is not answered: behind HS3; and when it is due. */
void	 link_enter_early(struct link *);
void	 link_enter_tick(struct link *);
int64_t	 link_enter_due(const struct link *);
/* ENTERED. */
void	 link_enter_take(struct link *, const struct frame *);
bool	 link_is_room_name(const char *a, size_t a_len, const char *b,
	    size_t b_len);

/* link_boxes.c */
/* All of `from` are behind those of the talk, in its directory where that can
 * be; `from` has none then. */
void	 link_take_boxes(struct link_room *, struct link_room *from);

/* link_name.c */
/* NAME; and an ERROR of the session, which may be the reason: true if so. */
void	 link_name_take(struct link *, const struct frame *);
bool	 link_name_take_error(struct link *, const struct frame *);
void	 link_name_tick(struct link *);
int64_t	 link_name_due(const struct link *);

/* link_marks.c */
/* The server says so: how far the room is read. */
void	 link_marks_know(struct link_room *, uint64_t seq);
/* And no more: a crash may have taken what was said. */
void	 link_marks_list(struct link_room *, uint64_t seq);
/* MARK. */
void	 link_marks_take(struct link *, struct frame *);
void	 link_put_marks(struct link *, struct wire_out *);
void	 link_marks_tick(struct link *);
int64_t	 link_marks_due(const struct link *);

/* link_list.c */
/* Which are ours by other devices, and how far they are read, is asked, once
 * others are entered as well. What is listed for all tells it, too. */
enum { LINK_MINE_MS = 100 };
static inline void
link_list_mine(struct link *l)
{
	if (l->hall.people && (!l->listing.asked || l->listing.quiet))
		l->listing = (struct link_listing){ .asked = true,
		    .quiet = true, .due = l->now + LINK_MINE_MS };
}
void	 link_list_take(struct link *, struct frame *);
void	 link_list_tick(struct link *);
int64_t	 link_list_due(const struct link *);

/* link_devices.c */
void	 link_devices_take(struct link *, struct frame *);
void	 link_devices_tick(struct link *);
int64_t	 link_devices_due(const struct link *);

/* link_left.c */
/* The server is told until it knows that this seat is left; it does. */
void	 link_part_seat(struct link_room *);
void	 link_left_take(struct link *, uint32_t slot);
/* Another room goes on. */
bool	 link_part_has_others(const struct link_room *);

/* link_leave.c */
/* It is freed; where it may have a seat the server is told until it knows. */
void	 link_part_end(struct link_room *);
/* LEAVE of that room, or there is none: it is freed where we asked for that;
 * else false. Of a seat that was left: it is gone. */
bool	 link_part_take(struct link_room *);
/* A LEAVE since another device has left it, for good: it is denied. But the
 * only room goes on, and is entered for all that; false, as for others. */
bool	 link_part_elsewhere(struct link_room *, const struct frame *);
/* Is it such a one? Then it is answered. */
bool	 link_part_is_elsewhere(struct link *, const struct frame *,
	    uint32_t slot);
void	 link_part_tick(struct link *);
int64_t	 link_part_due(const struct link *);

#endif
