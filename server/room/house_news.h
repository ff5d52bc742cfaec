/*
 * News of the house: what changes what all rooms of a server share, as bytes,
 * so that several servers hear of it in one order. It is so when it is told,
 * on all of them the same; told again it changes nothing. Pure.
 *
 *   kind u8 | ...
 *   BAN    kind u8 | what string | until u64 | quiet u8 |
 *          name string
 *   LIFT   the same, of which until and quiet are 0
 *   HEIR   key 32 | heir 32 | since u64
 *   ROOM   log id 16 | sort u8 | created u64 | opener string, a key or empty |
 *          name string | since u64
 *   MARKS  n u8 | n * (key 32 | log id 16 | seq varint | left u8)
 *   TALK   log id 16 | key 32 | with key 32 | since u64 | net u16 |
 *          wide u16 | gone string, a log id or empty
 *   DEVICES  what u8 | key 32 | node varint | n u8 | n * (since u64 |
 *          heard u64 | name string), of which ASK has none, and END one;
 *          node 0 of END: whichever
 *
 * Integers are big-endian. name: who is meant is called so; empty: not known.
 */
#ifndef SERVER_ROOM_HOUSE_NEWS_H
#define SERVER_ROOM_HOUSE_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/frame_person.h"
#include "common/journal.h"
#include "common/wire.h"
#include "server/room/ban.h"
#include "server/room/rooms_file.h"

enum {
	HOUSE_NEWS_BYTES = 1024,	/* the longest */
	HOUSE_NEWS_MARKS = 16,
	HOUSE_NEWS_NETS = 2,
	HOUSE_NEWS_DEVICES = 8
};

enum house_news_kind {
	HOUSE_BAN,
	HOUSE_LIFT,
	HOUSE_HEIR,		/* of a key, which is out */
	HOUSE_ROOM,		/* how one is called, or is put away */
	HOUSE_MARKS,		/* how far who has read what */
	HOUSE_TALK,		/* one begins, for another one that goes */
	HOUSE_DEVICES		/* by which somebody is at which server */
};

/* The larger one counts; left: he is there no more. */
struct house_mark {
	uint8_t		 key[NOISE_KEY], log[JOURNAL_ID];
	uint64_t	 seq;
	bool		 left;
};

enum house_devices {
	HOUSE_DEVICES_ASK,	/* of all others */
	HOUSE_DEVICES_ARE,	/* at that node */
	HOUSE_DEVICES_END	/* the one there that began then */
};
struct house_device {
	uint64_t	 since_ms;	/* UTC; of no other one of his */
	uint64_t	 heard_ms;	/* ago */
	char		 name[FRAME_DEVICE_BYTES + 1];
};

struct house_news {
	enum house_news_kind kind;
	struct ban	 ban;		/* of BAN, LIFT */
	bool		 quiet;		/* it follows from another one */
	char		 name[TEXT_NAME_BYTES + 1];	/* of those; "": none */
	uint8_t		 key[NOISE_KEY];	/* of HEIR, DEVICES, TALK: */
	uint8_t		 heir[NOISE_KEY];	/* who begins it, with whom */
	int64_t		 since_ms;	/* of those, and of ROOM, UTC */
	struct rooms_line room;		/* of ROOM, not of a former name */
	struct house_mark marks[HOUSE_NEWS_MARKS];	/* of MARKS */
	uint8_t		 marks_n;
	uint8_t		 log[JOURNAL_ID], gone[JOURNAL_ID];	/* of TALK */
	uint16_t	 net[HOUSE_NEWS_NETS];	/* from where, a number */
	bool		 replaces;	/* there is one that goes */
	enum house_devices what;	/* of DEVICES */
	uint32_t	 node;
	struct house_device devices[HOUSE_NEWS_DEVICES];
	uint8_t		 devices_n;
};

void	 house_news_put(struct wire_out *, const struct house_news *);
/* False: it is none, or of a newer version. */
bool	 house_news_get(struct house_news *, const uint8_t *, size_t);
/* Of a kind that is not known here: of a newer server, passed over. */
bool	 house_news_is_newer(const uint8_t *, size_t);

#endif
