/*
 * What the link's files do for each other. Each leans on those behind it here
 * alone: link.c (what the screen asks for, what is due when), then these with
 * those of a room, link_room.h, and link_floor.h below all.
 */
#ifndef TUI_RECEIVER_LINK_PARTS_H
#define TUI_RECEIVER_LINK_PARTS_H

#include "tui/receiver/link_room.h"

/* link_frames.c */
void	 link_frames_input(struct link *, const uint8_t *frames, size_t len);

/* link_refused.c: ERROR, in a room; and of the session, whatever the room */
void	 link_take_error(struct link_room *, const struct frame *);
void	 link_take_last_error(struct link *, const struct frame *);

/* link_heir.c */
void	 link_heir_tick(struct link *);
int64_t	 link_heir_due(const struct link *);

/* link_go.c: nothing comes from here any more; NODES_STAY: nor is anybody else
 * to be asked. */
enum nodes_way link_go(struct link *);
void	 link_go_tick(struct link *);
int64_t	 link_go_due(const struct link *);
void	 link_go_told(struct link *, struct frame *);

/* link_leave.c */
void	 link_leave_tick(struct link *);
int64_t	 link_leave_due(const struct link *);

/* link_shake.c */
void	 link_shake(struct link *);
void	 link_shake_if_idle(struct link *);	/* none is on its way */
/* The room is to hear anew where the outbox begins: by a handshake, or in a new
 * seat. May that begin, or is one on its way? */
void	 link_renew(struct link_room *);
void	 link_renew_if_idle(struct link_room *);
bool	 link_may_renew(const struct link_room *);
void	 link_note_talk(struct link *);		/* its keys last minutes now */
/* Begins a handshake beside the session, if its keys are due by then. */
bool	 link_rekey(struct link *, int64_t by);
void	 link_shake_input(struct link *, const uint8_t *data, size_t len);
void	 link_shake_tick(struct link *);
int64_t	 link_shake_due(const struct link *);
/* The server answered with our new keys: they count from now on. False: it is
 * not to be believed. */
bool	 link_adopt(struct link *);

#endif
