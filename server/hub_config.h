/*
 * How the hub is set up, and what there may be at once.
 */
#ifndef SERVER_HUB_CONFIG_H
#define SERVER_HUB_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classic.h"
#include "server/gate.h"

struct bans;
struct heirs;
struct marks;
struct nets;
struct persons;
struct roomlist;
struct talks;

enum hub_policy {
	HUB_CLASSIC_OFF,	/* classic datagrams are ignored */
	HUB_CLASSIC_LOCAL,	/* heard from hub_config.local only */
	HUB_CLASSIC_ANY		/* from anywhere; others on a byte budget */
};

enum {
	HUB_RATE = 2,		/* the usual rate */
	HUB_RATE_MAX = 100000,
	HUB_PEERS_MAX = 16384,	/* sessions, of those away too */
	HUB_KEY_PEERS = 8,	/* of one key */
	HUB_GROUP_PEERS = 64,	/* of one address group */
	/* One part of so many, but no fewer than that: */
	HUB_NET_PART = 16,	/* of a /24, of IPv6 a /48 */
	HUB_NET_WIDE_PART = 4	/* of a /16 or /32 */
};

/* Who may begin a talk. */
enum hub_talks {
	HUB_TALKS_OFF,		/* nobody, and nobody goes on with one */
	HUB_TALKS_OPS,		/* one of both opened a room */
	HUB_TALKS_MEMBERS	/* they have met in a room */
};

struct hub_config {
	enum hub_policy		 classic;
	bool			 classic_yn;	/* answer Y N, not OK FAIL */
	enum classic_lang	 lang;		/* of notices */
	const struct nets	*local;		/* borrowed; NULL: loopback */
	bool			 closed;	/* only allowed keys enter */
	int64_t			 idle_ms;	/* removed after; 0: never */
	uint32_t		 rate;		/* lines/s each; 0: no limit */
	uint32_t		 seed;		/* secret, for the hashes */
	size_t			 peers_max;	/* 0: HUB_PEERS_MAX */
	struct gate_config	 gate;		/* key, room, passphrase */
	struct bans		*bans;		/* borrowed; NULL: none */
	struct heirs		*heirs;		/* whose key is out; likewise */
	/* The rooms, whose home has the log, borrowed; NULL: those are all that
	 * hub_add_room gets. */
	struct roomlist		*rooms;
	bool			 members_open;	/* who enters may make one */
	/* Who is known, and how far each has read; borrowed, NULL, both: that
	 * is not kept. */
	struct persons		*persons;
	struct marks		*marks;
	/* Whose logs are open with those of the rooms, between persons who are
	 * known; NULL: none. */
	struct talks		*talks;
	enum hub_talks		 talks_for;
	int64_t			 talks_keep_ms;	/* their entries; 0: for good */
};

#endif
