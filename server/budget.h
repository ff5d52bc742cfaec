/*
 * Budgets: what one member may have the room do, by his key, and how that
 * shrinks where many come from one address group. Pure; owned by the hub.
 *
 * Up to BUDGET_MEMBERS who are active in a group have all of their rate each;
 * beyond that they share it evenly, so that many names, sessions or keys at
 * one place are not many members, and nobody there is silenced by the others.
 * Loopback is no group: who is on this machine is its operator's business.
 * Who speaks the classic protocol is known by his address; they share with
 * each other only, since an address can be forged.
 */
#ifndef SERVER_BUDGET_H
#define SERVER_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "common/noise.h"
#include "common/sock.h"

enum {
	BUDGET_MEMBERS = 16,		/* a group has so many members' worth */
	BUDGET_SHARES = 8,		/* nobody has less than this part */
	BUDGET_BURST_S = 5,		/* lines of so long may come at once */
	BUDGET_RATE_BYTES = 8192,	/* bytes/s for each line/s */
	BUDGET_MESSAGE = 16384,		/* bytes that always may, too */
	BUDGET_JOIN = 15,		/* one by a key, of BUDGET_JOINS */
	BUDGET_CLASSIC_JOIN = 3,	/* one by an address */
	BUDGET_CLASSIC_LOOK = 1,	/* at a name that is refused */
	BUDGET_PATIENCE_MS = 16 * 1000,	/* longest wait for a group's joins */
	BUDGET_KEPT = 16384,		/* accounts; the oldest goes */
	BUDGET_GROUPS = 4096,
	BUDGET_SECRET = 16		/* bytes */
};

enum budget_kind {
	BUDGET_LINES,
	BUDGET_BYTES,
	BUDGET_NAMES,		/* new names */
	BUDGET_RENAMES,		/* asked for, whatever becomes of that */
	BUDGET_JOINS,		/* 1 a second, 60 at once */
	BUDGET_ENTERS,		/* of rooms: 4 a second, 64 at once */
	BUDGET_WORK,		/* microseconds of the processor, about */
	BUDGET_KINDS
};

/* Who spends. */
struct budget_who {
	const uint8_t	*key;		/* NULL: he is known by addr */
	const union sock_addr *addr;	/* with a key: proved to be his */
	bool		 waited;	/* BUDGET_PATIENCE_MS for his join */
	uint16_t	 room;		/* that he joins: each has its own */
};

struct budget_cost {
	uint32_t	 of[BUDGET_KINDS];
};

struct budget;

/*
 * rate: lines a second of a member; 0: nothing but work is limited. secret:
 * random, so that nobody can choose his slot. NULL: no memory.
 */
struct budget	*budget_new(uint32_t rate, const uint8_t secret[BUDGET_SECRET]);
void		 budget_free(struct budget *);

/* How long until he may spend all of that, ms; 0: now. Nothing is spent. */
int64_t		 budget_wait(struct budget *, int64_t now_ms,
		    const struct budget_who *, const struct budget_cost *);
/* He does, whether he may or not. */
void		 budget_spend(struct budget *, int64_t now_ms,
		    const struct budget_who *, const struct budget_cost *);
/* Spends it if he may now. */
bool		 budget_take(struct budget *, int64_t now_ms,
		    const struct budget_who *, const struct budget_cost *);

#endif
