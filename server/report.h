/*
 * What the operator reads: one escaped line an event, on standard error.
 */
#ifndef SERVER_REPORT_H
#define SERVER_REPORT_H

#include <stdint.h>

#include "server/hub.h"
#include "server/limit.h"
#include "server/net.h"

enum report_level {
	REPORT_ERRORS,		/* -q */
	REPORT_EVENTS,		/* and who comes, goes and is turned away */
	REPORT_ALL		/* -v: and each refused datagram */
};

struct report {
	enum report_level	 level;
	struct limit		 refusals;	/* a disk is not filled */
	unsigned long long	 hidden;		/* not shown since */
};

void	 report_init(struct report *, enum report_level);
void	 report_event(struct report *, int64_t now_ms,
	    const struct hub_event *);
/* Why the operator's line was not sent. */
void	 report_announce(enum hub_text);
/* At every level, once, as *told says: the log cannot be written for now, or it
 * can again. room: NULL: home. error: of log_stuck. */
void	 report_log(const char *room, int *told, int error);
/* Likewise: of several servers this one hears no other, or it does again. */
void	 report_cut(bool *told, bool cut);
/* That the server could not become somebody else than root. */
void	 report_root(const struct report *);
/* At every level: the log is over, and the server with it. */
void	 report_end(int error);
/* What SIGUSR1 asks for. */
void	 report_figures(const struct hub_figures *,
	    const struct net_figures *);

#endif
