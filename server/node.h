/*
 * This server as one of several with one room: chat-engine beside it, which
 * reaches the others' log, and what it says. Thin shell; what is made of that
 * is server/cluster/shared.h's.
 */
#ifndef SERVER_NODE_H
#define SERVER_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/frame_nodes.h"
#include "common/journal.h"
#include "server/cluster/verb.h"

struct node;
struct operator_node;
struct shared;

/* Of argv. */
struct node_config {
	const char	*members;	/* of the engine: "http://A:2379,..." */
	const char	*room;		/* as the engine knows it */
	uint32_t	 number;	/* 1 to SHARED_NODES */
	char		 here[VERB_HERE + 1];	/* "host:port", for people */
	const char	*cert, *key, *ca;	/* files, or NULL */
	uint64_t	 keep;		/* so many blocks; 0: all */
};

enum node_fate {
	NODE_FINE,
	NODE_NO_ENGINE,		/* the program is not there, or has ended */
	NODE_SILENT,		/* nothing was heard of the engine */
	NODE_ELSEWHERE,		/* another one has its number: node_other */
	NODE_OTHER_LOG,		/* the engine has another one by now */
	NODE_BEHIND,		/* it has no more what this one has missed */
	NODE_EMPTIED		/* it has lost what was told */
};

/* Starts chat-engine, which ends with it. NULL with errno. */
struct node	*node_start(const struct node_config *);
void		 node_stop(struct node *);

/*
 * Waits until the engine knows that this node lives, and has a log, which
 * whoever founds does not wait for. *there: it has; that, and where it begins.
 */
enum node_fate	 node_meet(struct node *, bool founds, bool *there,
		    struct verb_log *, struct journal_base *);
/*
 * It was told up to that block, before node_meet: it goes on there, unless the
 * engine has another block under that number, or none so far. Does it? Else it
 * begins with the first.
 */
void		 node_was_told(struct node *, uint64_t number, uint64_t nonce);
bool		 node_goes_on(const struct node *);
/*
 * It is to have that log, once all of it is there: then node_has_all, and what
 * is not of the log follows, which node_tells_rest asks for once; node_opens:
 * that has, others may come.
 */
void		 node_found(struct node *, const struct verb_log *);
bool		 node_has_all(const struct node *);
bool		 node_tells_rest(struct node *);
void		 node_opens(struct node *);

struct shared	*node_shared(struct node *);
int		 node_fd(const struct node *);
/* Takes what the engine said. Returns when to come again. */
int64_t		 node_turn(struct node *, int64_t now_ms);
enum node_fate	 node_fate(const struct node *);
/* Where the other one of its number is. */
const char	*node_other(const struct node *);
/*
 * Where the servers are, for people: those that live, then those that did. How
 * many; 0: as it was told last. Views until node_turn.
 */
size_t		 node_list(struct node *, struct frame_node *, size_t max);
enum { NODE_SEEN = 15 };	/* as many as there are of SHARED_NODES */
/* All that were heard of, by number, NODE_SEEN at most; how many. NULL: it
 * is alone, 0. Views until node_turn. */
size_t		 node_seen(const struct node *, struct operator_node *);

#endif
