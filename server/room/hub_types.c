/*
 * What clients are told of reasons, and of the end. Pure.
 */
#include "server/room/hub_types.h"

enum frame_code
hub_frame_code(enum hub_reason why)
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
	case HUB_REKEYED:
		return FRAME_KICKED;
	case HUB_CLOSED:
		return FRAME_CLOSED;
	case HUB_MUTED:
		return FRAME_MUTED;
	default:
		return FRAME_NAME_BAD;
	}
}

const char *
hub_end_text(enum classic_lang lang, enum hub_end end)
{
	static const char *const closing[][2] = {
		[CLASSIC_EN] = {
			[HUB_END_STOPPED] = "the server is shutting down",
			[HUB_END_DISK] = "the disk of the server failed; "
			    "the server is shutting down"
		},
		[CLASSIC_ZH] = {
			[HUB_END_STOPPED] = "服务器即将关闭",
			[HUB_END_DISK] = "服务器的磁盘出错，服务器即将关闭"
		}
	};

	return closing[lang][end];
}
