/*
 * The inside of the classic half, shared by its files only: what peers ask of
 * the room, and until that is told, is in classic_asks.c.
 */
#ifndef SERVER_CLASSIC_STATE_H
#define SERVER_CLASSIC_STATE_H

#include "server/budget.h"
#include "server/classic.h"
#include "server/classic_peer.h"
#include "server/hub_config.h"
#include "server/hushed.h"
#include "server/porch.h"
#include "server/room/names.h"

struct classic {
	struct hub_config config;
	struct house	*house;
	struct room	*room;
	struct names	*names;
	struct budget	*budget;
	struct classic_peers peers;	/* by address */
	struct porch	 porch;
	struct hushed	 hushed;
	struct ask_kind	 peer_kind, line_kind;
};

static const struct budget_cost classic_entering = {
    .of[BUDGET_JOINS] = BUDGET_CLASSIC_JOIN };

/* Sends line, which has room for the newline that some want, if it may. */
void	 classic_deliver(struct classic *, const union sock_addr *to,
	    uint64_t *credit, bool newline, char *line, size_t len);
/* "OK" or "FAIL". */
const char *classic_word(const struct classic *, bool good);
/* It is told so, and that is counted. */
void	 classic_fail(struct classic *, const struct classic_peer *,
	    enum hub_reason);

/* How the asks of peers are decided. */
void	 classic_asks_init(struct classic *);
/* Who has just been added wants in; what else he asks is decided then. */
void	 classic_come(struct classic *, struct classic_peer *);
enum hub_reason classic_say(struct classic *, struct classic_peer *,
	    const char *text, size_t len);
/* He is put out. Who has not come yet is just not there any more. */
void	 classic_leave(struct classic *, struct classic_peer *,
	    enum hub_event_kind);
/* The same, and nobody reports it. */
void	 classic_go(struct classic *, struct classic_peer *,
	    enum hub_event_kind);
/* He says that he goes: behind what he said before. */
void	 classic_quit(struct classic *, struct classic_peer *);
/* He goes, or will as soon as he has come. */
bool	 classic_goes(const struct classic_peer *);
/* He is not there, and asks nothing. */
void	 classic_remove(struct classic *, struct classic_peer *);

#endif
