/*
 * The hub's parts, for the files of the top: hub.c, hub_acts.c, hub_doors.c,
 * hub_rooms.c.
 */
#ifndef SERVER_HUB_PARTS_H
#define SERVER_HUB_PARTS_H

#include "common/rule.h"
#include "server/classic.h"
#include "server/hub.h"
#include "server/peer.h"
#include "server/peers.h"
#include "server/room/names.h"
#include "server/room/room.h"
#include "server/seats.h"

enum { HUB_GHOST_MS = PEER_TIMEOUT_MS };	/* to come back after a restart */

struct hub {
	struct hub_config config;
	struct house	 house;
	struct room	*room;
	struct names	*names;
	struct budget	*budget;
	struct classic	*classic;
	struct peers	*peers;
	struct room_act	 acts[HUB_ASKERS];
	bool		 begun;		/* all was told once */
	bool		 ended;		/* nobody is left behind */
};

/* hub_rooms.c: how those below the hub find a room, once there is the first;
 * and no more. */
void	 hub_have_doors(struct hub *);
void	 hub_forget_places(struct hub *);
/* Closes a room that nobody is in for long. When to come again. */
int64_t	 hub_tick_places(struct hub *);
/* All that the log has at this node. */
void	 hub_put_out_classic(struct room *);
/*
 * Once all was told that there is: those who spoke the classic protocol to a
 * server that is no more have left with it, and the others have a while to
 * come back. Who was here is allowed only if he was told so before.
 */
bool	 hub_begin_in(struct hub *, struct room *);

/* hub_acts.c: a rule of just this word about him; NULL: about nobody. Views
 * into *who. */
void	 hub_rule_of(struct rule *, enum rule_word, const struct hub_person *);
/* The watch: what comes about by a rule that was said here. */
void	 hub_take_rule(void *hub, const struct entry *, struct member *who,
	    bool ours);

#endif
