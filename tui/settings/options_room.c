/*
 * Which of the server's rooms are meant. Pure.
 */
#include "tui/settings/options.h"

#include <string.h>

bool
options_room(const struct options *o, size_t i, char room[OPTIONS_ROOM_BYTES])
{
	const char *at = o->room + strspn(o->room, " ");
	size_t len;

	while ((len = strcspn(at, " ")) > 0 && i-- > 0) {
		at += len;
		at += strspn(at, " ");
	}
	if (len == 0 || len >= OPTIONS_ROOM_BYTES)
		return false;
	memcpy(room, at, len);
	room[len] = '\0';
	return true;
}
