/*
 * How reasons are told to clients. Pure.
 */
#include "server/hub_types.h"

enum frame_code
hub_code(enum hub_reason why)
{
	switch (why) {
	case HUB_NAME_TAKEN:
	case HUB_NAME_ALIKE:
		return FRAME_NAME_TAKEN;
	case HUB_NAME_OWNED:
		return FRAME_NAME_OWNED;
	case HUB_FULL:
	case HUB_CROWDED:
		return FRAME_ROOM_FULL;
	case HUB_OVER_LIMIT:
		return FRAME_LIMIT_RATE;
	case HUB_NO_SPACE:
		return FRAME_NO_SPACE;
	case HUB_BANNED:
		return FRAME_KICKED;
	case HUB_CLOSED:
		return FRAME_CLOSED;
	case HUB_MUTED:
		return FRAME_MUTED;
	default:
		return FRAME_NAME_BAD;
	}
}
