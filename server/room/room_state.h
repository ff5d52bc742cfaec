/*
 * The room as its own files know it: what all entries so far have led to, for
 * a checkpoint, and where members are.
 */
#ifndef SERVER_ROOM_ROOM_STATE_H
#define SERVER_ROOM_ROOM_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct log_note;
struct room;
struct wire_in;
struct wire_out;

void	 room_put_state(struct room *, struct wire_out *);
/* Into a room that nothing was told yet. False: it is not that, or there is no
 * memory; then nothing has changed. */
bool	 room_get_state(struct room *, struct wire_in *);

/* room_where.c: of the watch; and what a node is in member.servers. */
void	 room_take_at(void *room, const struct log_note *, uint32_t node);
void	 room_take_node(void *room, uint32_t node, bool lives);
unsigned room_bit_of(uint32_t node);

#endif
