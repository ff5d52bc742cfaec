/*
 * The room's part of a checkpoint: what all entries so far have led to.
 */
#ifndef SERVER_ROOM_ROOM_STATE_H
#define SERVER_ROOM_ROOM_STATE_H

#include <stdbool.h>

struct room;
struct wire_in;
struct wire_out;

void	 room_put_state(struct room *, struct wire_out *);
/* Into a room that nothing was told yet. False: it is not that, or there is no
 * memory; then nothing has changed. */
bool	 room_get_state(struct room *, struct wire_in *);

#endif
