/*
 * A log behind server/room/log.h that is as unkind as a replicated one may be,
 * and keeps its data as the embedded one does: linked instead of log.c there,
 * before tests/embedded.c. Who wants to be asked is, some milliseconds later;
 * what he adds is on its way for some more, and often comes too late there, as
 * if another node had been first: then he is asked again. At first, and now and
 * then, nobody is heard for a while.
 *
 * All of it follows from one seed, and time is what log_turn says. On a real
 * disk the seed is CHAT_UNKIND of the environment, or 1, and it is gentle: who
 * says something is never told that he cannot, as people would have to say it
 * again. Else, in a simulated world, the seed is the log's id.
 *
 * Half of those are careful: as where there are several nodes, nothing is told
 * before it is on the disk, and at the start the newest entries are not known.
 * The others tell as the embedded log does, and a crash may take that back: no
 * log of several nodes does, so theirs is the only one.
 */
#include <poll.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/wire.h"
#include "tests/embedded.h"

enum {
	BEHIND = 40,		/* entries that it lacks at the start */
	WAKE_MS = 30,		/* until all is told then, at most */
	ASK_MS = 8,		/* until it gathers */
	WAY_MS = 8,		/* until the block is in, or too late */
	SLOW_MS = 150,		/* that, now and then */
	CUT_MS = 800,		/* it hears nobody for so long, at most */
	CUT_EVERY_MS = 10000,	/* after about so long */
	NOTES = LOG_BLOCK_ENTRIES + 4
};

struct kept_note {
	struct log_note	 note;
	char		 fold[TEXT_FOLD_BYTES];
	uint8_t		 key[NOISE_KEY], former[NOISE_KEY];
};

/* Gathered; then on its way. */
struct block {
	size_t		 n, notes_n;
	struct kept_note note[NOTES];
	struct wire_out	 out;		/* to bytes */
	uint8_t		 bytes[LOG_BLOCK_BYTES];
};

struct log {
	struct embedded	*embedded;
	uint64_t	 rng;
	bool		 gentle, careful;
	enum log_state	 state;
	int64_t		 state_ms;	/* it ends then; 0: not known yet */
	uint64_t	 told;		/* up to here */
	uint64_t	 hold;		/* of log_hold */
	bool		 wanted;
	int64_t		 ask_ms;	/* gather then; 0: not known yet */
	bool		 on_way;	/* the block is, and there */
	int64_t		 way_ms;	/* then */
	bool		 refused;	/* the block was, by the disk */
	struct block	 block;
};

static uint64_t
draw(struct log *l)
{
	uint64_t z = l->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned
below(struct log *l, unsigned n)
{
	return (unsigned)(draw(l) % n);
}

/*
 * What is told
 */

static bool
read_entry(struct log *l, uint64_t seq, struct entry *e)
{
	const uint8_t *bytes;
	struct wire_in in;
	size_t len;

	if ((bytes = embedded_read(l->embedded, seq, &len)) == NULL)
		return false;
	in = wire_in(bytes, len);
	return entry_decode_again(&in, e) == ENTRY_OK;
}

static bool
tell(struct log *l, uint64_t end, const struct log_out *out, bool ours)
{
	struct entry e;

	while (l->told < end) {
		if (!read_entry(l, l->told + 1, &e))
			return false;
		l->told++;
		out->entry(out->arg, &e, log_node(l), ours);
	}
	return true;
}

/* Of the embedded log's own telling: it is told when it is on the disk. */
static void
tell_nobody(void *arg, const struct entry *e, uint32_t node, bool ours)
{
	(void)arg;
	(void)e;
	(void)node;
	(void)ours;
}

/* What it has at the start; the clients may have more of the same term. */
static uint64_t
known_at_first(struct log *l, uint64_t last)
{
	uint64_t first = embedded_first(l->embedded), seq = last;
	unsigned n = l->careful ? below(l, 2) * below(l, BEHIND + 1) : 0;
	struct entry e;

	/* The newest one, a START, is a term of its own. */
	if (n > 0 && seq > first)
		seq--;
	while (n > 1 && seq > first && embedded_term(l->embedded, seq - 1) ==
	    embedded_term(l->embedded, last - 1)) {
		seq--;
		n--;
	}
	while (seq < last && read_entry(l, seq, &e) && entry_more(e.flags) > 0)
		seq++;
	return seq;
}

bool
log_replay(struct log *l, const struct log_out *out)
{
	const struct log_out nobody = { .entry = tell_nobody };
	uint64_t head;

	if (!embedded_replay(l->embedded, &nobody))
		return false;
	head = embedded_head(l->embedded).seq;
	l->told = embedded_first(l->embedded) - 1;
	/* It may have been waited for. */
	if (l->state != LOG_READY)
		head = known_at_first(l, head);
	return tell(l, head, out, false);
}

/*
 * A block
 */

static void
keep_note(struct block *b, const struct log_note *n)
{
	struct kept_note *k = &b->note[b->notes_n++];

	k->note = *n;
	strlcpy(k->fold, n->fold, sizeof(k->fold));
	k->note.fold = k->fold;
	if (n->key != NULL) {
		memcpy(k->key, n->key, NOISE_KEY);
		k->note.key = k->key;
	}
	if (n->former != NULL) {
		memcpy(k->former, n->former, NOISE_KEY);
		k->note.former = k->former;
	}
}

bool
log_add(struct log *l, struct entry *entries, size_t n,
    const struct log_note *notes, size_t notes_n)
{
	struct block *b = &l->block;
	size_t len = b->out.len, i;

	if (n > LOG_BLOCK_ENTRIES - b->n || notes_n > NOTES - b->notes_n)
		return false;
	for (i = 0; i < n; i++) {
		entries[i].seq = l->told + 1 + b->n + i;
		entry_encode(&b->out, &entries[i]);
	}
	if (b->out.failed) {
		b->out.failed = false;
		b->out.len = len;
		return false;
	}
	b->n += n;
	for (i = 0; i < notes_n; i++)
		keep_note(b, &notes[i]);
	return true;
}

static void
gather(struct log *l, int64_t now_ms, const struct log_out *out)
{
	struct block *b = &l->block;

	l->wanted = false;
	l->ask_ms = 0;
	b->n = b->notes_n = 0;
	b->out = wire_out(b->bytes, sizeof(b->bytes));
	out->gather(out->arg);
	l->on_way = b->n > 0 || b->notes_n > 0;
	l->way_ms = now_ms + 1 + below(l, below(l, 20) == 0 ? SLOW_MS :
	    WAY_MS);
}

/* The embedded log gathers what is on its way. */
static void
put_block(void *arg)
{
	struct log *l = arg;
	struct block *b = &l->block;
	struct wire_in in = wire_in(b->bytes, b->out.len);
	struct entry e;
	size_t i;

	for (i = 0; i < b->n; i++)
		if (entry_decode_again(&in, &e) != ENTRY_OK ||
		    !embedded_add(l->embedded, &e, 1, NULL, 0))
			abort();	/* it had room for as much */
	for (i = 0; i < b->notes_n; i++)
		embedded_add(l->embedded, NULL, 0, &b->note[i].note, 1);
}

static void
block_refused(void *arg)
{
	((struct log *)arg)->refused = true;
}

/* Lets the embedded log do what is due, and this go in. */
static int64_t
turn_embedded(struct log *l, int64_t now_ms, int64_t wall_ms, bool put)
{
	const struct log_out into = { .entry = tell_nobody,
	    .gather = put_block, .refused = block_refused, .arg = l };

	l->refused = false;
	if (put)
		embedded_want(l->embedded);
	/* What is not told yet is not taken away. */
	embedded_hold(l->embedded, l->hold < l->told + 1 ? l->hold :
	    l->told + 1);
	return embedded_turn(l->embedded, now_ms, wall_ms, &into);
}

/* Where the block was to be another one is, or this one is there. */
static int64_t
arrive(struct log *l, int64_t now_ms, int64_t wall_ms,
    const struct log_out *out)
{
	bool late = below(l, 5) == 0;
	int64_t due = turn_embedded(l, now_ms, wall_ms, !late);

	l->on_way = false;
	if (late)
		log_want(l);
	else if (l->refused)
		out->refused(out->arg);
	else
		tell(l, l->careful ? embedded_durable(l->embedded) :
		    embedded_head(l->embedded).seq, out, true);
	return due;
}

/*
 * Turns
 */

static void
enter(struct log *l, int64_t now_ms, enum log_state state, unsigned ms)
{
	l->state = state;
	l->state_ms = now_ms + 1 + below(l, ms);
}

/* What it missed comes in pieces, in whole messages. */
static void
catch_up(struct log *l, int64_t now_ms, const struct log_out *out)
{
	uint64_t last = embedded_head(l->embedded).seq, to = last;
	struct entry e;

	if (now_ms < l->state_ms && l->told < last) {
		to = l->told + below(l, 3);
		while (to < last && to > l->told && read_entry(l, to, &e) &&
		    entry_more(e.flags) > 0)
			to++;
	}
	tell(l, to, out, false);
	if (now_ms >= l->state_ms)
		enter(l, now_ms, LOG_READY, 2 * CUT_EVERY_MS);
}

static void
change_state(struct log *l, int64_t now_ms, const struct log_out *out)
{
	bool is_asked = l->wanted || l->on_way;

	if (l->state_ms == 0)
		enter(l, now_ms, LOG_CATCHING_UP, WAKE_MS);
	switch (l->state) {
	case LOG_CATCHING_UP:
		catch_up(l, now_ms, out);
		break;
	case LOG_READY:
		if (now_ms >= l->state_ms && !(l->gentle && is_asked))
			enter(l, now_ms, LOG_CUT_OFF, CUT_MS);
		break;
	case LOG_CUT_OFF:
		if (now_ms >= l->state_ms || (l->gentle && is_asked))
			enter(l, now_ms, LOG_CATCHING_UP, WAKE_MS);
		break;
	}
}

int64_t
log_turn(struct log *l, int64_t now_ms, int64_t wall_ms,
    const struct log_out *out)
{
	int64_t due;

	change_state(l, now_ms, out);
	if (l->on_way && now_ms >= l->way_ms)
		due = arrive(l, now_ms, wall_ms, out);
	else
		due = turn_embedded(l, now_ms, wall_ms, false);
	if (embedded_failed(l->embedded) != 0)
		return due;
	if (l->wanted && l->ask_ms == 0)
		l->ask_ms = now_ms + 1 + below(l, ASK_MS);
	if (l->wanted && !l->on_way && l->state == LOG_READY &&
	    now_ms >= l->ask_ms)
		gather(l, now_ms, out);
	if (l->on_way)
		due = clock_earlier(due, l->way_ms);
	else if (l->wanted && l->state == LOG_READY)
		due = clock_earlier(due,
		    l->ask_ms == 0 ? now_ms + 1 : l->ask_ms);
	if (l->state == LOG_CATCHING_UP)
		due = clock_earlier(due, now_ms + 5);
	return clock_earlier(due, l->state_ms);
}

void
log_want(struct log *l)
{
	l->wanted = true;
}

enum log_state
log_state(const struct log *l)
{
	return embedded_failed(l->embedded) != 0 ? LOG_CUT_OFF : l->state;
}

uint32_t
log_node(const struct log *l)
{
	return l->careful ? 1 : 0;
}

size_t
log_fds(const struct log *l, struct pollfd *pfd)
{
	return embedded_fds(l->embedded, pfd);
}

bool
log_is_syncing(const struct log *l)
{
	struct pollfd pfd[LOG_FDS];

	return log_fds(l, pfd) > 0;
}

struct log *
log_open(const struct log_config *config, int64_t wall_ms,
    const uint8_t id[JOURNAL_ID], struct journal_why *why)
{
	const char *seed = getenv("CHAT_UNKIND");
	struct log_config same = *config;
	struct log *l = calloc(1, sizeof(*l));

	memset(why, 0, sizeof(*why));
	if (l == NULL) {
		why->kind = JOURNAL_SYSTEM;
		why->error = errno;
		return NULL;
	}
	l->gentle = config->disk == &disk_real;
	if (l->gentle)
		l->rng = seed == NULL ? 1 : strtoull(seed, NULL, 10);
	else
		memcpy(&l->rng, id, sizeof(l->rng));
	/* Some have it on the disks before anybody is told. */
	l->careful = !l->gentle && below(l, 2) == 0;
	if (l->careful)
		same.sync = LOG_SYNC_ALWAYS;
	/* To the embedded log a log is an embedded one. */
	if (config->home != NULL)
		same.home = (struct log *)config->home->embedded;
	l->state = LOG_CATCHING_UP;
	l->hold = UINT64_MAX;
	if ((l->embedded = embedded_open(&same, wall_ms, id, why)) != NULL)
		return l;
	free(l);
	return NULL;
}

int
log_close(struct log *l)
{
	int failed;

	if (l == NULL)
		return 0;
	failed = embedded_close(l->embedded);
	free(l);
	return failed;
}

/*
 * What was told
 */

struct frame_position
log_head(const struct log *l)
{
	struct frame_position p = embedded_head(l->embedded);

	p.seq = l->told;
	p.term = embedded_term(l->embedded, l->told);
	return p;
}

uint64_t
log_first(const struct log *l)
{
	return embedded_first(l->embedded);
}

uint64_t
log_bytes(const struct log *l)
{
	return embedded_bytes(l->embedded);
}

uint64_t
log_term(const struct log *l, uint64_t seq)
{
	return seq > l->told ? 0 : embedded_term(l->embedded, seq);
}

uint64_t
log_term_end(const struct log *l, uint64_t term)
{
	uint64_t end = embedded_term_end(l->embedded, term);

	return end < l->told ? end : l->told;
}

bool
log_chain(struct log *l, uint64_t seq, uint8_t chain[FRAME_CHAIN])
{
	return seq <= l->told && embedded_chain(l->embedded, seq, chain);
}

const uint8_t *
log_read(struct log *l, uint64_t seq, size_t *len)
{
	return seq > l->told ? NULL : embedded_read(l->embedded, seq, len);
}

void
log_hold(struct log *l, uint64_t seq)
{
	l->hold = seq;
}

uint64_t
log_wanted(const struct log *l)
{
	uint64_t wanted = embedded_wanted(l->embedded);

	return l->hold < wanted ? wanted : 0;
}

void
log_await(struct log *l)
{
	embedded_await(l->embedded);
}

bool
log_is_there(const struct log *l)
{
	return embedded_is_there(l->embedded);
}

uint64_t
log_durable(const struct log *l)
{
	uint64_t durable = embedded_durable(l->embedded);

	return durable < l->told ? durable : l->told;
}

int
log_failed(const struct log *l)
{
	return embedded_failed(l->embedded);
}

int
log_stuck(const struct log *l)
{
	return embedded_stuck(l->embedded);
}

/*
 * Names
 */

enum log_lease
log_lease_check(const struct log *l, int64_t wall_ms, const char *fold,
    const uint8_t *key)
{
	return embedded_lease_check(l->embedded, wall_ms, fold, key);
}

bool
log_lease_is_kept(const struct log *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	return embedded_lease_is_kept(l->embedded, wall_ms, fold, key);
}

bool
log_lease_is_unheard(const struct log *l, const char *fold)
{
	return embedded_lease_is_unheard(l->embedded, fold);
}

const char *
log_lease_alike(const struct log *l, int64_t wall_ms,
    const struct naming_looks *looks, const uint8_t *key)
{
	return embedded_lease_alike(l->embedded, wall_ms, looks, key);
}

void
log_lease_watch(struct log *l, bool (*is_present)(void *, const char *),
    void *arg)
{
	embedded_lease_watch(l->embedded, is_present, arg);
}

bool
log_lease_are_many(const struct log *l, const uint8_t key[NOISE_KEY])
{
	return embedded_lease_are_many(l->embedded, key);
}

size_t
log_lease_forgotten(const struct log *l)
{
	return embedded_lease_forgotten(l->embedded);
}

void
log_lease_each(const struct log *l, int64_t wall_ms, void (*each)(void *,
    const char *, const uint8_t[NOISE_KEY]), void *arg)
{
	embedded_lease_each(l->embedded, wall_ms, each, arg);
}

const uint8_t *
log_lease_owner(const struct log *l, int64_t wall_ms, const char *fold)
{
	return embedded_lease_owner(l->embedded, wall_ms, fold);
}

void
log_lease_each_of(const struct log *l, int64_t wall_ms,
    const uint8_t key[NOISE_KEY], void (*each)(void *, const char *,
    const uint8_t[NOISE_KEY]), void *arg)
{
	embedded_lease_each_of(l->embedded, wall_ms, key, each, arg);
}

uint64_t
log_lease_written(const struct log *l)
{
	return embedded_lease_written(l->embedded);
}

uint64_t
log_lease_durable(const struct log *l)
{
	return embedded_lease_durable(l->embedded);
}
