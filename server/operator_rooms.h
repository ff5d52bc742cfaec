/*
 * The operator's list of rooms, and how it changes. Pure but for the disk.
 *
 *   rooms  NAME TAB WHAT TAB PEOPLE TAB SINCE TAB KEY a line: home, room or
 *          put-away; who is in it; when it was made (UTC), by whose key ("-":
 *          the operator)
 *   room open NAME | rename NAME NEW | put-away NAME
 */
#ifndef SERVER_OPERATOR_ROOMS_H
#define SERVER_OPERATOR_ROOMS_H

#include <stdbool.h>
#include <stddef.h>

struct operator;
struct reply;

/* How long the room's name is that text begins with. The home room's may have
 * blanks in it. */
size_t	 operator_room_length(const struct operator *, const char *text);

/* hub_look_into; false: it cannot be, which is said. */
bool	 operator_look_into(const struct operator *, const char *name,
	    size_t len, struct reply *);

void	 operator_rooms(const struct operator *, const char *arg,
	    struct reply *);
void	 operator_room(const struct operator *, const char *arg,
	    struct reply *);

#endif
