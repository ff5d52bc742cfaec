/*
 * A log that several servers share, in one process, behind server/room/log.h:
 * linked instead of server/room/log.c. It is unkind, all from one seed: what a
 * node sends is late or lost, the answer too, so that it is sent again and may
 * be there already; another node is first; a block is refused; a node is cut
 * off, or stops with a block on its way that comes in all the same. Time is
 * what the caller says. What it never does is lose or change what is in.
 */
#ifndef TESTS_ENGINE_H
#define TESTS_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENGINE_NODES = 4 };

struct log_config;
struct memdisk;
struct shared;

struct engine_mood {
	unsigned	 delay_ms;		/* at most, one way */
	unsigned	 lost_permille;		/* of sends, and of answers */
	unsigned	 refused_permille;	/* of blocks */
};

struct engine;
struct log;

struct engine	*engine_new(uint64_t seed);
void		 engine_free(struct engine *);
void		 engine_set(struct engine *, const struct engine_mood *);
/* The clock; what is on its way arrives. */
void		 engine_run(struct engine *, int64_t now_ms);
/* Node 1 and so on starts, and knows nothing; log_close: it has stopped. */
struct log	*engine_log(struct engine *, uint32_t node);
/* Of engine_shared.c: as it would open its home log; that is done. */
struct log_config engine_config(struct engine *, uint32_t node);
void		 engine_runs(struct engine *, uint32_t node, struct log *);
/* Its log is closed next. */
void		 engine_stops(struct engine *, uint32_t node);
/* Nothing goes to it or comes from it for so long. */
void		 engine_cut(struct engine *, uint32_t node, int64_t ms);

/* Of engine_shared.c: all up to that block are kept no more, but the newest;
 * has that node not heard what is? */
void		 engine_forget(struct engine *, uint64_t number);
bool		 engine_is_behind(const struct engine *, uint32_t node);

/* Of a config that was made just now: it was told up to that block, if there is
 * still that one. And what there is of its blocks; NULL in engine.c. */
bool		 engine_goes_on(struct engine *, uint32_t node,
		    uint64_t number, uint64_t nonce);
/* Its own; NULL in engine.c. Or a copy of another one's, while it is stopped. */
struct memdisk	*engine_disk(struct engine *, uint32_t node);
void		 engine_copy_disk(struct engine *, uint32_t from, uint32_t to);
struct shared	*engine_shared(struct engine *, uint32_t node);

uint64_t	 engine_head(const struct engine *);
/* Of all of its entries. */
uint64_t	 engine_term(const struct engine *);
/* The entry's encoding, and at which node it was added. */
const uint8_t	*engine_read(const struct engine *, uint64_t seq, size_t *len,
		    uint32_t *node);
/* Blocks, how often another node was first, sent again, refused. */
struct engine_figures {
	unsigned long	 blocks, late, again, refused;
};
struct engine_figures engine_figures(const struct engine *);

#endif
