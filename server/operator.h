/*
 * What the operator asks for by chat-ctl, and what it does to the room. Pure
 * but for the log's reading.
 *
 *   [-R ROOM] REQUEST
 *
 *   announce TEXT | names [-l] | whois NAME | kick NAME [REASON] |
 *   ban [WHO [TIME]] | unban WHO | mute WHO [TIME [REASON]] | unmute WHO |
 *   allow [WHO] | disallow WHO | close | open |
 *   rooms | room open NAME | room rename NAME NEW | room put-away NAME |
 *   rekey WHO WHO | release NAME | stats [--json | --prometheus] | nodes |
 *   log [--json] [--since TIME] [N]
 *
 * With -R it is about that room alone. Without it, about all that are open; of
 * log, about the home room; and where that is not the only one, allow,
 * disallow, close and open want a room. Who is banned, and owns which name, is
 * of the server and takes no room.
 *
 * The answer's first line is "ok", or "error: " or "usage: " and a sentence.
 */
#ifndef SERVER_OPERATOR_H
#define SERVER_OPERATOR_H

#include <stddef.h>
#include <stdint.h>

#include "common/sock_addr.h"

struct bans;
struct hub;
struct log;
struct net_figures;
struct operator_node;
struct reply;
struct roomlist;

struct operator {
	struct hub	*hub;
	struct log	*log;
	struct bans	*bans;		/* the hub's */
	int64_t		 now_ms, wall_ms;
	const struct net_figures *net;
	const char	*room;		/* the log's; NULL: not told */
	int64_t		 started_ms;	/* as now_ms */
	uint64_t	 disk_free;	/* bytes where the log is */
	/* An address as people read it, see sock_addr_text. */
	char		*(*address)(char dst[SOCK_ADDR_TEXT],
			    const union sock_addr *);
	struct roomlist	*rooms;		/* the hub's; NULL: no list is kept */
	const struct operator_node *nodes;	/* of several servers; 0: one */
	size_t		 nodes_n;
};

void	 operator_ask(const struct operator *, const char *request,
	    struct reply *);

#endif
