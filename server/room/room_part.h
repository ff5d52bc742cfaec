/*
 * How much of a copy of a log, which somebody has, is a part of the log. Pure.
 */
#ifndef SERVER_ROOM_ROOM_PART_H
#define SERVER_ROOM_ROOM_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "common/frame.h"
#include "server/room/room.h"

/* Is the copy that ends there a part of this log? Else how much of it is. */
uint64_t room_common_part(struct room *, const struct frame_position *have,
	    bool *same);

#endif
