/*
 * The shared log of tests/engine.h. A block is put under the next number if
 * that is still free; each node is told the blocks in their order.
 */
#include "tests/engine.h"

#include <poll.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire.h"
#include "server/room/log.h"

enum {
	BLOCKS = 2048,
	ENTRIES = 8192,
	NOTES = LOG_BLOCK_ENTRIES + 4,
	OWNERS = 64,
	PUTS = 64,
	AGAIN_MS = 900,		/* without an answer: the same once more */
	PATIENCE_MS = 3000,
	LEASE_MS = 5000,	/* of a node that stopped */
	PAUSE_MS = 10		/* who won waits, so that others win as well */
};

struct kept_note {
	enum log_note_kind kind;
	char		 fold[TEXT_FOLD_BYTES];
	uint8_t		 key[NOISE_KEY], former[NOISE_KEY];
	uint32_t	 place;
	uint8_t		 news[256];
	size_t		 news_len;
};

struct block {
	uint32_t	 node;
	uint64_t	 nonce;
	unsigned	 n, notes_n;
	size_t		 len;
	int64_t		 told_ms[ENGINE_NODES + 1];
	struct kept_note *notes;
	uint8_t		*bytes;		/* seq is written when it is in */
};

/* On its way: to be this block, if that number is free. */
struct put {
	struct block	*block;		/* NULL: unused */
	uint64_t	 number;
	int64_t		 due_ms;
};

struct engine {
	struct engine_mood mood;
	struct engine_figures figures;
	uint64_t	 rng;
	int64_t		 now_ms;
	struct block	*block[BLOCKS];
	size_t		 blocks;
	struct {
		const uint8_t	*bytes;
		size_t		 len;
		uint32_t	 node;
	} entry[ENTRIES + 1];
	uint64_t	 head;
	struct put	 put[PUTS];
	struct {
		struct log	*log;		/* NULL: stopped */
		int64_t		 stopped_ms;	/* 0: never ran */
		int64_t		 cut_ms;	/* until then */
	} node[ENGINE_NODES + 1];
};

struct log {
	struct engine	*engine;
	uint32_t	 node;
	enum log_state	 state;
	size_t		 told;		/* blocks */
	size_t		 goal;		/* ready when so many are */
	uint64_t	 head;
	int64_t		 heard_ms, pause_ms;
	bool		 wanted, stuck;
	struct block	*flight;	/* sent; NULL: none */
	int64_t		 again_ms;
	bool		 lives[ENGINE_NODES + 1];
	struct kept_note owner[OWNERS];
	size_t		 owners;
	/* What is gathered. */
	struct block	*making;
	struct wire_out	 out;
	uint8_t		 bytes[LOG_BLOCK_BYTES];
	bool		 (*present)(void *, const char *);
	void		*present_arg;
};

static uint64_t
draw(struct engine *e)
{
	uint64_t z = e->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t
delay(struct engine *e)
{
	return 1 + (int64_t)(draw(e) % (e->mood.delay_ms + 1));
}

static bool
chance(struct engine *e, unsigned permille)
{
	return permille > 0 && draw(e) % 1000 < permille;
}

static void
free_block(struct block *b)
{
	if (b == NULL)
		return;
	free(b->notes);
	free(b->bytes);
	free(b);
}

static struct block *
copy_block(const struct block *b)
{
	struct block *c = malloc(sizeof(*c));

	*c = *b;
	c->notes = malloc((b->notes_n + 1) * sizeof(*c->notes));
	memcpy(c->notes, b->notes, b->notes_n * sizeof(*c->notes));
	c->bytes = malloc(b->len + 1);
	memcpy(c->bytes, b->bytes, b->len);
	return c;
}

struct engine *
engine_new(uint64_t seed)
{
	struct engine *e = calloc(1, sizeof(*e));

	e->rng = seed;
	return e;
}

void
engine_free(struct engine *e)
{
	size_t i;

	for (i = 0; i < e->blocks; i++)
		free_block(e->block[i]);
	for (i = 0; i < PUTS; i++)
		free_block(e->put[i].block);
	free(e);
}

void
engine_set(struct engine *e, const struct engine_mood *mood)
{
	e->mood = *mood;
}

uint64_t
engine_head(const struct engine *e)
{
	return e->head;
}

uint64_t
engine_term(const struct engine *e)
{
	(void)e;
	return 1;
}

const uint8_t *
engine_read(const struct engine *e, uint64_t seq, size_t *len, uint32_t *node)
{
	if (seq == 0 || seq > e->head)
		return NULL;
	*len = e->entry[seq].len;
	*node = e->entry[seq].node;
	return e->entry[seq].bytes;
}

struct engine_figures
engine_figures(const struct engine *e)
{
	struct engine_figures f = e->figures;

	f.blocks = e->blocks;
	return f;
}

/* Each node is told it in its place, sooner or later. */
static void
plan_telling(struct engine *e, struct block *b)
{
	int64_t last;
	unsigned i;

	for (i = 1; i <= ENGINE_NODES; i++) {
		b->told_ms[i] = e->now_ms + delay(e);
		last = e->blocks == 0 ? 0 :
		    e->block[e->blocks - 1]->told_ms[i];
		if (e->node[i].cut_ms > b->told_ms[i])
			b->told_ms[i] = e->node[i].cut_ms + delay(e);
		if (b->told_ms[i] < last)
			b->told_ms[i] = last;
	}
}

static void
take_in(struct engine *e, struct block *b)
{
	struct wire_in in = wire_in(b->bytes, b->len);
	struct entry entry;
	size_t begun;
	unsigned i;

	plan_telling(e, b);
	for (i = 0; i < b->n; i++) {
		begun = in.pos;
		entry_decode_again(&in, &entry);
		if (entry.seq != ++e->head)
			abort();	/* the number was free, so it fits */
		e->entry[e->head].bytes = b->bytes + begun;
		e->entry[e->head].len = in.pos - begun;
		e->entry[e->head].node = b->node;
	}
	e->block[e->blocks++] = b;
}

static void
arrive(struct engine *e, struct put *p)
{
	struct block *b = p->block;

	p->block = NULL;
	if (p->number == e->blocks && e->blocks < BLOCKS &&
	    e->head + b->n <= ENTRIES) {
		take_in(e, b);
		return;
	}
	if (p->number < e->blocks && e->block[p->number]->nonce != b->nonce)
		e->figures.late++;
	free_block(b);
}

void
engine_run(struct engine *e, int64_t now_ms)
{
	struct put *first;
	size_t i;

	for (;;) {
		first = NULL;
		for (i = 0; i < PUTS; i++)
			if (e->put[i].block != NULL &&
			    e->put[i].due_ms <= now_ms && (first == NULL ||
			    e->put[i].due_ms < first->due_ms))
				first = &e->put[i];
		if (first == NULL)
			break;
		e->now_ms = first->due_ms;
		arrive(e, first);
	}
	e->now_ms = now_ms;
}

void
engine_cut(struct engine *e, uint32_t node, int64_t ms)
{
	size_t i;

	e->node[node].cut_ms = e->now_ms + ms;
	for (i = 0; i < e->blocks; i++)
		if (e->block[i]->told_ms[node] > e->now_ms)
			e->block[i]->told_ms[node] = e->now_ms + ms;
}

/*
 * A node
 */

struct log *
engine_log(struct engine *e, uint32_t node)
{
	struct log *l = calloc(1, sizeof(*l));
	unsigned i;

	l->engine = e;
	l->node = node;
	l->state = LOG_CATCHING_UP;
	l->goal = e->blocks;
	l->heard_ms = e->now_ms;
	for (i = 1; i <= ENGINE_NODES; i++)
		l->lives[i] = true;
	e->node[node].log = l;
	return l;
}

void
engine_stops(struct engine *e, uint32_t node)
{
	(void)e;
	(void)node;
}

struct memdisk *
engine_disk(struct engine *e, uint32_t node)
{
	(void)e;
	(void)node;
	return NULL;
}

bool
engine_goes_on(struct engine *e, uint32_t node, uint64_t number,
    uint64_t nonce)
{
	(void)e;
	(void)node;
	(void)number;
	(void)nonce;
	return false;
}

bool
engine_is_behind(const struct engine *e, uint32_t node)
{
	(void)e;
	(void)node;
	return false;
}

void
engine_copy_disk(struct engine *e, uint32_t from, uint32_t to)
{
	(void)e;
	(void)from;
	(void)to;
}

struct shared *
engine_shared(struct engine *e, uint32_t node)
{
	(void)e;
	(void)node;
	return NULL;
}

void
engine_forget(struct engine *e, uint64_t number)
{
	(void)e;
	(void)number;
}

int
log_close(struct log *l)
{
	if (l == NULL)
		return 0;
	l->engine->node[l->node].log = NULL;
	l->engine->node[l->node].stopped_ms = l->engine->now_ms;
	free_block(l->flight);
	free(l);
	return 0;
}

bool
log_replay(struct log *l, const struct log_out *out)
{
	(void)l;
	(void)out;
	return true;
}

static struct kept_note *
find_owner(const struct log *l, const char *fold)
{
	size_t i;

	for (i = 0; i < l->owners; i++)
		if (strcmp(l->owner[i].fold, fold) == 0)
			return (struct kept_note *)(uintptr_t)&l->owner[i];
	return NULL;
}

static void
take_note(struct log *l, const struct kept_note *n, uint32_t node, bool ours,
    const struct log_out *out)
{
	struct kept_note *o = find_owner(l, n->fold);

	switch (n->kind) {
	case LOG_NOTE_AT:
	case LOG_NOTE_AWAY:
		out->at(out->arg, &(struct log_note){ .kind = n->kind,
		    .fold = n->fold, .place = n->place }, node);
		break;
	case LOG_NOTE_NEWS:
		out->news(out->arg, n->news, n->news_len, ours);
		break;
	case LOG_NOTE_FREE:
		if (o != NULL)
			*o = l->owner[--l->owners];
		break;
	case LOG_NOTE_MOVE:
		if (o != NULL && memcmp(o->key, n->former,
		    NOISE_KEY) == 0)
			memcpy(o->key, n->key, NOISE_KEY);
		break;
	case LOG_NOTE_TAKE:
	case LOG_NOTE_CALL:
	case LOG_NOTE_KEEP:
		if (o == NULL && l->owners < OWNERS)
			o = &l->owner[l->owners++];
		if (o != NULL)
			*o = *n;
		break;
	}
}

/* Whether it is the one on its way, or was first: that one is over. */
static void
tell_block(struct log *l, const struct block *b, const struct log_out *out)
{
	bool ours = l->flight != NULL && l->flight->nonce == b->nonce;
	struct wire_in in = wire_in(b->bytes, b->len);
	struct entry e;
	unsigned i;

	if (l->flight != NULL && !ours)
		l->wanted = true;
	free_block(l->flight);
	l->flight = NULL;
	l->told++;
	if (ours)
		l->pause_ms = l->engine->now_ms + PAUSE_MS;
	for (i = 0; i < b->notes_n; i++)
		take_note(l, &b->notes[i], b->node, ours, out);
	for (i = 0; i < b->n; i++) {
		entry_decode_again(&in, &e);
		l->head++;
		out->entry(out->arg, &e, b->node, ours);
	}
}

static void
tell(struct log *l, const struct log_out *out)
{
	struct engine *e = l->engine;

	while (l->told < e->blocks &&
	    e->block[l->told]->told_ms[l->node] <= e->now_ms)
		tell_block(l, e->block[l->told], out);
}

static void
send(struct log *l)
{
	struct engine *e = l->engine;
	size_t i;

	l->again_ms = e->now_ms + AGAIN_MS;
	if (chance(e, e->mood.lost_permille) ||
	    e->node[l->node].cut_ms > e->now_ms)
		return;
	for (i = 0; i < PUTS && e->put[i].block != NULL; i++)
		continue;
	if (i == PUTS)
		return;
	e->put[i].block = copy_block(l->flight);
	e->put[i].number = l->told;
	e->put[i].due_ms = e->now_ms + delay(e);
}

static void
gather(struct log *l, const struct log_out *out)
{
	struct kept_note notes[NOTES];
	struct block b = { .node = l->node, .notes = notes, .bytes = l->bytes };

	l->wanted = false;
	l->making = &b;
	l->out = wire_out(l->bytes, sizeof(l->bytes));
	out->gather(out->arg);
	l->making = NULL;
	if (b.n == 0 && b.notes_n == 0)
		return;
	l->stuck = chance(l->engine, l->engine->mood.refused_permille);
	if (l->stuck) {
		l->engine->figures.refused++;
		out->refused(out->arg);
		return;
	}
	b.len = l->out.len;
	b.nonce = draw(l->engine);
	l->flight = copy_block(&b);
	send(l);
}

/* Who hears nothing for long is cut off; then he has to catch up first. */
static void
look_around(struct log *l, const struct log_out *out)
{
	struct engine *e = l->engine;
	bool lives;
	unsigned i;

	if (e->node[l->node].cut_ms <= e->now_ms) {
		l->heard_ms = e->now_ms;
		if (l->state == LOG_CUT_OFF) {
			l->state = LOG_CATCHING_UP;
			l->goal = e->blocks;
		}
	} else if (e->now_ms - l->heard_ms >= PATIENCE_MS)
		l->state = LOG_CUT_OFF;
	for (i = 1; i <= ENGINE_NODES; i++) {
		lives = e->node[i].log != NULL || e->node[i].stopped_ms == 0 ||
		    e->now_ms < e->node[i].stopped_ms + LEASE_MS;
		if (lives != l->lives[i])
			out->node(out->arg, i, lives);
		l->lives[i] = lives;
	}
}

int64_t
log_turn(struct log *l, int64_t now_ms, int64_t wall_ms,
    const struct log_out *out)
{
	struct engine *e = l->engine;

	(void)wall_ms;
	look_around(l, out);
	tell(l, out);
	if (l->state == LOG_CATCHING_UP && l->told >= l->goal)
		l->state = LOG_READY;
	if (l->state != LOG_READY)
		return now_ms + 10;
	if (l->flight != NULL && now_ms >= l->again_ms) {
		e->figures.again++;
		send(l);
	}
	if (l->flight == NULL && l->wanted && now_ms >= l->pause_ms)
		gather(l, out);
	return l->wanted || l->flight != NULL ? now_ms + 5 : now_ms + 20;
}

enum log_state
log_state(const struct log *l)
{
	return l->state;
}

uint32_t
log_node(const struct log *l)
{
	return l->node;
}

void
log_want(struct log *l)
{
	l->wanted = true;
}

static void
keep_note(struct block *b, const struct log_note *n)
{
	struct kept_note *k = &b->notes[b->notes_n++];

	memset(k, 0, sizeof(*k));
	k->kind = n->kind;
	k->place = n->place;
	if (n->kind == LOG_NOTE_NEWS) {
		if (n->news_len > sizeof(k->news))
			abort();
		memcpy(k->news, n->news, n->news_len);
		k->news_len = n->news_len;
		return;
	}
	strlcpy(k->fold, n->fold, sizeof(k->fold));
	if (n->key != NULL)
		memcpy(k->key, n->key, NOISE_KEY);
	if (n->former != NULL)
		memcpy(k->former, n->former, NOISE_KEY);
}

bool
log_add(struct log *l, struct entry *entries, size_t n,
    const struct log_note *notes, size_t notes_n)
{
	struct block *b = l->making;
	size_t len = l->out.len, i;

	if (n > LOG_BLOCK_ENTRIES - b->n || notes_n > NOTES - b->notes_n)
		return false;
	for (i = 0; i < n; i++) {
		entries[i].seq = l->head + 1 + b->n + i;
		entry_encode(&l->out, &entries[i]);
	}
	if (l->out.failed) {
		l->out.failed = false;
		l->out.len = len;
		return false;
	}
	b->n += (unsigned)n;
	for (i = 0; i < notes_n; i++)
		keep_note(b, &notes[i]);
	return true;
}

size_t
log_fds(const struct log *l, struct pollfd *pfd)
{
	(void)l;
	(void)pfd;
	return 0;
}

void
log_await(struct log *l)
{
	(void)l;
}

bool
log_is_there(const struct log *l)
{
	(void)l;
	return true;
}

bool
log_is_syncing(const struct log *l)
{
	struct pollfd pfd[LOG_FDS];

	return log_fds(l, pfd) > 0;
}

/*
 * What is read is local, and there as far as it was told.
 */

struct frame_position
log_head(const struct log *l)
{
	struct frame_position p = { .log_id = { 7 }, .term = 1,
	    .seq = l->head };

	return p;
}

uint64_t
log_first(const struct log *l)
{
	(void)l;
	return 1;
}

uint64_t
log_bytes(const struct log *l)
{
	(void)l;
	return 0;
}

uint64_t
log_term(const struct log *l, uint64_t seq)
{
	(void)l;
	return seq > 0;
}

uint64_t
log_term_end(const struct log *l, uint64_t term)
{
	return term == 0 ? 0 : l->head;
}

bool
log_chain(struct log *l, uint64_t seq, uint8_t chain[FRAME_CHAIN])
{
	memset(chain, 0, FRAME_CHAIN);
	return seq <= l->head;
}

const uint8_t *
log_read(struct log *l, uint64_t seq, size_t *len)
{
	uint32_t node;

	return seq > l->head ? NULL : engine_read(l->engine, seq, len, &node);
}

/* Rooms that a directory lists are none of the engine's. */
struct log *
log_open(const struct log_config *config, int64_t wall_ms,
    const uint8_t id[JOURNAL_ID], struct journal_why *why)
{
	(void)config;
	(void)wall_ms;
	(void)id;
	(void)why;
	abort();
}

void
log_hold(struct log *l, uint64_t seq)
{
	(void)l;
	(void)seq;
}

uint64_t
log_wanted(const struct log *l)
{
	(void)l;
	return 0;
}

uint64_t
log_durable(const struct log *l)
{
	return l->head;
}

int
log_failed(const struct log *l)
{
	(void)l;
	return 0;
}

int
log_stuck(const struct log *l)
{
	return l->stuck ? ENOSPC : 0;
}

enum log_lease
log_lease_check(const struct log *l, int64_t wall_ms, const char *fold,
    const uint8_t *key)
{
	const uint8_t *owner = log_lease_owner(l, wall_ms, fold);

	if (owner == NULL)
		return LOG_LEASE_FREE;
	return key != NULL && memcmp(owner, key, NOISE_KEY) == 0 ?
	    LOG_LEASE_OWN : LOG_LEASE_OTHER;
}

bool
log_lease_is_kept(const struct log *l, int64_t wall_ms, const char *fold,
    const uint8_t key[NOISE_KEY])
{
	return log_lease_check(l, wall_ms, fold, key) == LOG_LEASE_OWN;
}

bool
log_lease_is_unheard(const struct log *l, const char *fold)
{
	(void)l;
	(void)fold;
	return false;
}

const char *
log_lease_alike(const struct log *l, int64_t wall_ms,
    const struct naming_looks *looks, const uint8_t *key)
{
	(void)l;
	(void)wall_ms;
	(void)looks;
	(void)key;
	return NULL;
}

void
log_lease_watch(struct log *l, bool (*is_present)(void *, const char *),
    void *arg)
{
	l->present = is_present;
	l->present_arg = arg;
}

bool
log_lease_are_many(const struct log *l, const uint8_t key[NOISE_KEY])
{
	(void)l;
	(void)key;
	return false;
}

size_t
log_lease_forgotten(const struct log *l)
{
	(void)l;
	return 0;
}

void
log_lease_each(const struct log *l, int64_t wall_ms, void (*each)(void *,
    const char *, const uint8_t[NOISE_KEY]), void *arg)
{
	size_t i;

	(void)wall_ms;
	for (i = 0; i < l->owners; i++)
		each(arg, l->owner[i].fold, l->owner[i].key);
}

const uint8_t *
log_lease_owner(const struct log *l, int64_t wall_ms, const char *fold)
{
	const struct kept_note *o = find_owner(l, fold);

	(void)wall_ms;
	return o == NULL ? NULL : o->key;
}

void
log_lease_each_of(const struct log *l, int64_t wall_ms,
    const uint8_t key[NOISE_KEY], void (*each)(void *, const char *,
    const uint8_t[NOISE_KEY]), void *arg)
{
	size_t i;

	(void)wall_ms;
	for (i = 0; i < l->owners; i++)
		if (memcmp(l->owner[i].key, key, NOISE_KEY) == 0)
			each(arg, l->owner[i].fold, l->owner[i].key);
}

/* What is told is there. */
uint64_t
log_lease_written(const struct log *l)
{
	(void)l;
	return 0;
}

uint64_t
log_lease_durable(const struct log *l)
{
	(void)l;
	return 0;
}
