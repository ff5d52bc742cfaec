/*
 * What speaks to etcd, as its files know it: etcd_call.c has each call's way
 * there and back, etcd_node.c over it that this node lives, etcd.c over both
 * what the server says and is told.
 */
#ifndef SERVER_ENGINE_ETCD_STATE_H
#define SERVER_ENGINE_ETCD_STATE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/cluster/shared.h"
#include "server/engine/etcd.h"
#include "server/engine/etcd_json.h"

enum {
	ETCD_BREATH_MS = 50	/* before what failed is tried again */
};

enum call_kind {
	CALL_APPEND, CALL_FETCH, CALL_LOOK, CALL_BEGIN, CALL_WATCH, CALL_NODES,
	CALL_GRANT, CALL_LIVE, CALL_KEEP, CALL_FORGET,
	CALLS
};

struct call {
	struct etcd	*etcd;
	enum call_kind	 kind;
	CURL		*easy;
	bool		 busy;
	size_t		 at;		/* the member that was asked */
	uint64_t	 number;	/* what for */
	char		*body;		/* what is asked */
	char		*in;		/* what was answered so far */
	size_t		 len, size;
};

struct etcd {
	struct etcd_config config;
	struct etcd_keys keys;
	CURLM		*multi;
	struct curl_slist *heads;
	struct call	 call[CALLS];
	size_t		 at;		/* the member that is asked */
	int64_t		 now_ms;
	int64_t		 watch_ms;	/* it is begun then */
	int64_t		 beat_ms;
	int64_t		 unknown_ms;	/* that is said then; 0: not */
	uint64_t	 unknown;
	uint64_t	 known;		/* the server knows that block */
	/* The node, as the server said, last then; 0: nothing yet. */
	uint32_t	 node;
	char		 here[VERB_HERE + 1];
	int64_t		 said_ms;
	char		 lease[24];	/* "": none */
	bool		 again;		/* it is this one's, of before */
	int64_t		 keep_ms, elsewhere_ms;
	uint64_t	 lives;		/* as they are counted */
	int64_t		 trouble_ms;	/* none is told before */
};

static inline void
etcd_say(struct etcd *e, enum verb_kind kind, uint64_t number,
    const void *bytes, size_t len)
{
	e->config.say(e->config.arg, &(struct verb){ kind, number, bytes,
	    len });
}

/* etcd_call.c */
/* With what all calls have, and the certificates; NULL: no memory. */
CURL	*etcd_easy(const struct etcd_config *);
bool	 etcd_call_init(struct etcd *, enum call_kind);
void	 etcd_call_free(struct call *);
/* Takes over the body; NULL: it is said again some time. */
void	 etcd_start(struct etcd *, enum call_kind, uint64_t number, char *body);
void	 etcd_stop(struct call *);

/* etcd_node.c */
/* As long as the server says so, this node lives. */
void	 etcd_keep_live(struct etcd *);
/* What was answered to GRANT or KEEP, and to LIVE; or that it was not. */
void	 etcd_take_lease(struct etcd *, const struct call *,
	    const json_t *answer);
void	 etcd_take_live(struct etcd *, const json_t *answer);
void	 etcd_fail_live(struct etcd *, const struct call *);

#endif
