/*
 * The log of server/room/log.c under other names, so that another one can stand
 * before it at the seam: each embedded_X is log_X of server/room/log.h.
 */
#ifndef TESTS_EMBEDDED_H
#define TESTS_EMBEDDED_H

#include "server/room/log.h"

struct embedded;

struct embedded	*embedded_open(const struct log_config *, int64_t wall_ms,
		    const uint8_t id[JOURNAL_ID], struct journal_why *why);
int		 embedded_close(struct embedded *);
bool		 embedded_replay(struct embedded *, const struct log_out *);

struct frame_position embedded_head(const struct embedded *);
uint64_t	 embedded_first(const struct embedded *);
uint64_t	 embedded_bytes(const struct embedded *);
uint64_t	 embedded_term(const struct embedded *, uint64_t seq);
uint64_t	 embedded_term_end(const struct embedded *, uint64_t term);
bool		 embedded_chain(struct embedded *, uint64_t seq,
		    uint8_t chain[FRAME_CHAIN]);

enum log_state	 embedded_state(const struct embedded *);
uint32_t	 embedded_node(const struct embedded *);
void		 embedded_want(struct embedded *);
bool		 embedded_add(struct embedded *, struct entry *, size_t n,
		    const struct log_note *, size_t notes);
const uint8_t	*embedded_read(struct embedded *, uint64_t seq, size_t *len);

size_t		 embedded_fds(const struct embedded *, struct pollfd *);
bool		 embedded_is_syncing(const struct embedded *);
int64_t		 embedded_turn(struct embedded *, int64_t now_ms,
		    int64_t wall_ms, const struct log_out *);
void		 embedded_hold(struct embedded *, uint64_t seq);
uint64_t	 embedded_wanted(const struct embedded *);
void		 embedded_await(struct embedded *);
bool		 embedded_is_there(const struct embedded *);
uint64_t	 embedded_durable(const struct embedded *);
int		 embedded_failed(const struct embedded *);
int		 embedded_stuck(const struct embedded *);

enum log_lease	 embedded_lease_check(const struct embedded *, int64_t wall_ms,
		    const char *fold, const uint8_t *key);
bool		 embedded_lease_is_kept(const struct embedded *,
		    int64_t wall_ms, const char *fold,
		    const uint8_t key[NOISE_KEY]);
bool		 embedded_lease_is_unheard(const struct embedded *,
		    const char *fold);
const char	*embedded_lease_alike(const struct embedded *, int64_t wall_ms,
		    const struct naming_looks *, const uint8_t *key);
void		 embedded_lease_watch(struct embedded *,
		    bool (*is_present)(void *arg, const char *fold),
		    void *arg);
bool		 embedded_lease_are_many(const struct embedded *,
		    const uint8_t key[NOISE_KEY]);
size_t		 embedded_lease_forgotten(const struct embedded *);
void		 embedded_lease_each(const struct embedded *, int64_t wall_ms,
		    void (*each)(void *arg, const char *fold,
		    const uint8_t key[NOISE_KEY]), void *arg);
void		 embedded_lease_each_of(const struct embedded *,
		    int64_t wall_ms, const uint8_t key[NOISE_KEY],
		    void (*each)(void *arg, const char *fold,
		    const uint8_t key[NOISE_KEY]), void *arg);
uint64_t	 embedded_lease_written(const struct embedded *);
uint64_t	 embedded_lease_durable(const struct embedded *);
const uint8_t	*embedded_lease_owner(const struct embedded *,
		    int64_t wall_ms, const char *fold);

#endif
