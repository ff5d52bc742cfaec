/*
 * Puts something into a log past the hub: in a turn of its own, whose watch
 * nobody hears. Header only.
 */
#ifndef TESTS_WITH_LOG_H
#define TESTS_WITH_LOG_H

#include "server/room/log.h"

struct log_put {
	struct log	*log;
	struct entry	*entries;
	size_t		 n;
	const struct log_note *note;
	bool		 done;
};

static inline void
log_put_entry(void *arg, const struct entry *e, uint32_t node,
    bool ours)
{
	(void)arg;
	(void)e;
	(void)node;
	(void)ours;
}

static inline void
log_put_gather(void *arg)
{
	struct log_put *p = arg;

	p->done = log_add(p->log, p->entries, p->n, p->note,
	    p->note != NULL);
}

static inline void
log_put_refused(void *arg)
{
	((struct log_put *)arg)->done = false;
}

/* False: it was refused. */
static inline bool
log_put(struct log *l, int64_t now_ms, int64_t wall_ms, struct entry *entries,
    size_t n)
{
	struct log_put p = { l, entries, n, NULL, false };
	const struct log_out out = { .entry = log_put_entry,
	    .gather = log_put_gather, .refused = log_put_refused, .arg = &p };

	log_want(l);
	log_turn(l, now_ms, wall_ms, &out);
	return p.done;
}

/* The key takes the name. */
static inline bool
log_give(struct log *l, int64_t now_ms, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	const struct log_note note = { .kind = LOG_NOTE_TAKE, .fold = fold,
	    .key = key };
	struct log_put p = { l, NULL, 0, &note, false };
	const struct log_out out = { .entry = log_put_entry,
	    .gather = log_put_gather, .refused = log_put_refused, .arg = &p };

	log_want(l);
	log_turn(l, now_ms, wall_ms, &out);
	return p.done;
}

#endif
