/*
 * What is asked of etcd's HTTP gateway, and what it answers, as JSON. Keys are
 * bytes, as values are. Pure.
 *
 *   r/ROOM/log            what the log is
 *   r/ROOM/b/NUMBER       a block; 16 hexadecimal digits
 *   r/ROOM/n/NODE         where a node is, as long as its lease lasts; 2
 */
#ifndef SERVER_ENGINE_ETCD_JSON_H
#define SERVER_ENGINE_ETCD_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/hello.h"

enum {
	ETCD_AT_ONCE = 64,	/* blocks of an answer */
	ETCD_KEY = 2 + HELLO_ROOM_NAME + 3 + 16 + 1,	/* ended by a NUL */
	ETCD_TTL_S = 5		/* of a node's lease */
};

struct etcd_keys {
	char	 room[HELLO_ROOM_NAME + 1];	/* without a '/' */
};

struct etcd_keys etcd_keys(const char *room);

/*
 * The bodies of what is asked: of malloc; NULL: no memory
 */

/* That block, if its number is free and the one before it is there, since no
 * number that was ever taken is; else those from there on. */
char	*etcd_append(const struct etcd_keys *, uint64_t number,
	    const uint8_t *, size_t);
char	*etcd_fetch(const struct etcd_keys *, uint64_t number);
/* The first block from that one on, without its bytes, and how many there are;
 * numbers have no holes. */
char	*etcd_look(const struct etcd_keys *, uint64_t number);
/* All before that one go. */
char	*etcd_forget(const struct etcd_keys *, uint64_t number);
char	*etcd_watch(const struct etcd_keys *);
/* The value of the log's key, set to those bytes where there is none; len 0:
 * no, only read. */
char	*etcd_begin(const struct etcd_keys *, const uint8_t *, size_t);
char	*etcd_grant(void);
char	*etcd_keep(const char *lease);
/* The node's key for that lease, if it is nobody's; again: or rather if it has
 * that value already. Else its value. */
char	*etcd_live(const struct etcd_keys *, uint32_t node, const char *lease,
	    const uint8_t *here, size_t, bool again);
char	*etcd_nodes(const struct etcd_keys *);

/*
 * Answers
 */

/* Each key of an answer, and its value, of so many bytes; how many there were.
 * Of a watch's: those that were put. */
size_t	 etcd_each(const struct etcd_keys *, const json_t *,
	    void (*each)(void *arg, char sort, uint64_t number,
	    const uint8_t *, size_t), void *arg);
/* The number of the first block of it; 0: it has none. */
uint64_t etcd_first(const struct etcd_keys *, const json_t *);
bool	 etcd_succeeded(const json_t *);
uint64_t etcd_count(const json_t *);
/* The lease of it, or NULL where it has none, or one that is over. */
const char *etcd_lease(const json_t *);
/* A watch has begun; it is over. */
bool	 etcd_created(const json_t *);
bool	 etcd_ended(const json_t *);
/* What is wrong, in words; NULL: nothing. */
const char *etcd_error(const json_t *);

#endif
