/*
 * The shared log of tests/engine.h, on the server's own: each node is a log.c
 * with a shared.c, a disk that it finds again, and messages to and from an
 * engine of which each may come late, or twice, or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "server/cluster/block.h"
#include "server/cluster/shared.h"
#include "server/room/log.h"
#include "tests/engine.h"
#include "tests/with_disk.h"

enum {
	BLOCKS = 4096,
	ENTRIES = 16384,
	MAILS = 512,
	AT_ONCE = 64,		/* blocks of an answer */
	HEARD_MS = 1000,	/* a lease is renewed */
	LEASE_MS = 5000		/* of a node that stopped */
};

static const uint8_t log_id[JOURNAL_ID] = { 7 }, no_chain[JOURNAL_CHAIN];

struct kept {
	uint8_t		*bytes;
	size_t		 len;
	uint64_t	 nonce;
};

enum mail_kind {
	MAIL_NONE,
	MAIL_APPEND, MAIL_FETCH, MAIL_LOOK,	/* to the engine */
	MAIL_BLOCK, MAIL_ANSWER, MAIL_NEWEST, MAIL_OLDEST,	/* from it */
	MAIL_HEARD
};

struct mail {
	enum mail_kind	 kind;
	uint32_t	 node;
	uint64_t	 number;
	enum shared_answer answer;
	uint8_t		*bytes;
	size_t		 len;
	int64_t		 due_ms;
};

struct node {
	struct engine	*engine;
	uint32_t	 number;
	struct memdisk	*mem;
	struct disk	 disk;
	struct shared	 shared;
	struct log	*log;		/* NULL: stopped */
	bool		 began;
	int64_t		 stopped_ms;	/* 0: never ran */
	int64_t		 cut_ms;	/* until then */
	int64_t		 heard_ms;	/* a lease was renewed */
};

struct engine {
	struct engine_mood mood;
	struct engine_figures figures;
	uint64_t	 rng;
	int64_t		 now_ms;
	struct kept	 block[BLOCKS + 1];	/* from 1 on */
	uint64_t	 blocks;
	uint64_t	 gone;		/* all up to that one */
	struct {
		const uint8_t	*bytes;
		size_t		 len;
		uint32_t	 node;
	} entry[ENTRIES + 1];
	uint64_t	 head;
	struct mail	 mail[MAILS];
	struct node	 node[ENGINE_NODES + 1];
};

static uint64_t
draw(struct engine *e)
{
	uint64_t z = e->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static bool
chance(struct engine *e, unsigned permille)
{
	return permille > 0 && draw(e) % 1000 < permille;
}

static uint8_t *
copy(const uint8_t *bytes, size_t len)
{
	uint8_t *c = malloc(len + 1);

	memcpy(c, bytes, len);
	return c;
}

static bool
is_cut(const struct engine *e, uint32_t node)
{
	return e->node[node].cut_ms > e->now_ms;
}

/* Late, lost, or twice. */
static void
post(struct engine *e, const struct mail *m)
{
	unsigned times = chance(e, e->mood.lost_permille / 2) ? 2 : 1;
	size_t i;

	if (is_cut(e, m->node))
		return;
	for (i = 0; i < MAILS && times > 0; i++) {
		if (e->mail[i].kind != MAIL_NONE)
			continue;
		times--;
		if (chance(e, e->mood.lost_permille))
			continue;
		e->mail[i] = *m;
		e->mail[i].bytes = copy(m->len == 0 ? (const uint8_t *)"" :
		    m->bytes, m->len);
		e->mail[i].due_ms = e->now_ms + 1 +
		    (int64_t)(draw(e) % (e->mood.delay_ms + 1));
	}
}

/*
 * The engine
 */

static void
take_in(struct engine *e, const struct mail *m)
{
	struct block b;
	struct wire_in in;
	struct entry entry;
	size_t begun;
	uint32_t i;

	if (!block_get(&b, m->bytes, m->len))
		abort();
	e->block[++e->blocks] = (struct kept){ copy(m->bytes, m->len), m->len,
	    b.nonce };
	block_get(&b, e->block[e->blocks].bytes, m->len);
	/* Of the home log alone. */
	if (memcmp(b.log_id, log_id, sizeof(log_id)) != 0)
		return;
	in = wire_in(b.entries, b.len);
	for (i = 0; i < b.entries_n; i++) {
		begun = in.pos;
		entry_decode_again(&in, &entry);
		if (entry.seq != ++e->head)
			abort();	/* the number was free, so it fits */
		e->entry[e->head].bytes = b.entries + begun;
		e->entry[e->head].len = in.pos - begun;
		e->entry[e->head].node = b.node;
	}
}

/* As etcd is asked: what is there from that one on? */
static void
look(struct engine *e, uint32_t node, uint64_t known)
{
	if (known > 0 && known > e->blocks)
		abort();	/* it was told */
	if (e->gone >= known && e->gone > 0)
		post(e, &(struct mail){ MAIL_OLDEST, node, e->gone + 1, 0,
		    NULL, 0, 0 });
	post(e, &(struct mail){ MAIL_NEWEST, node, e->blocks, 0, NULL, 0, 0 });
}

static void
send_blocks(struct engine *e, uint32_t node, uint64_t from)
{
	uint64_t n = from > e->gone ? from : e->gone + 1;

	if (from <= e->gone)
		look(e, node, from - 1);
	for (; n <= e->blocks && n < from + AT_ONCE; n++)
		post(e, &(struct mail){ MAIL_BLOCK, node, n, 0,
		    e->block[n].bytes, e->block[n].len, 0 });
}

static void
append(struct engine *e, const struct mail *m)
{
	/* By the demands of the transaction, not by what is known here. */
	bool is_free = (m->number > e->blocks || m->number <= e->gone) &&
	    (m->number == 1 ? e->blocks == 0 : m->number - 1 > e->gone) &&
	    e->blocks < BLOCKS;
	uint32_t i;

	if (m->number > e->blocks + 1)
		abort();	/* it knows all before it */
	if (is_free)
		take_in(e, m);
	else if (m->number <= e->blocks) {
		struct block b;

		block_get(&b, m->bytes, m->len);
		e->figures.late += m->number > e->gone &&
		    e->block[m->number].nonce != b.nonce;
		send_blocks(e, m->node, m->number);
	}
	post(e, &(struct mail){ MAIL_ANSWER, m->node, m->number,
	    is_free ? SHARED_IN : SHARED_TAKEN, NULL, 0, 0 });
	for (i = 1; i <= ENGINE_NODES && is_free; i++)
		if (e->node[i].log != NULL)
			send_blocks(e, i, m->number);
}

static void
arrive(struct engine *e, struct mail *m)
{
	struct node *n = &e->node[m->node];
	bool is_there = n->log != NULL && !is_cut(e, m->node);

	switch (m->kind) {
	case MAIL_APPEND:
		append(e, m);
		break;
	case MAIL_FETCH:
		send_blocks(e, m->node, m->number);
		break;
	case MAIL_LOOK:
		look(e, m->node, m->number);
		break;
	case MAIL_BLOCK:
		if (is_there)
			shared_block(&n->shared, e->now_ms, m->number,
			    m->bytes, m->len);
		break;
	case MAIL_ANSWER:
		if (is_there)
			shared_answer(&n->shared, e->now_ms, m->number,
			    m->answer);
		break;
	case MAIL_NEWEST:
		if (is_there)
			shared_newest(&n->shared, e->now_ms, m->number);
		break;
	case MAIL_OLDEST:
		if (is_there)
			shared_oldest(&n->shared, e->now_ms, m->number);
		break;
	case MAIL_HEARD:
		if (is_there)
			shared_heard(&n->shared, e->now_ms);
		break;
	case MAIL_NONE:
		break;
	}
}

static void
renew(struct engine *e)
{
	uint64_t lives = 0;
	uint32_t i;

	for (i = 1; i <= ENGINE_NODES; i++)
		if (e->node[i].log != NULL || e->node[i].stopped_ms == 0 ||
		    e->now_ms < e->node[i].stopped_ms + LEASE_MS)
			lives |= UINT64_C(1) << i;
	for (i = 1; i <= ENGINE_NODES; i++) {
		if (e->node[i].log == NULL || is_cut(e, i))
			continue;
		shared_nodes(&e->node[i].shared, lives);
		if (e->now_ms - e->node[i].heard_ms < HEARD_MS)
			continue;
		e->node[i].heard_ms = e->now_ms;
		post(e, &(struct mail){ MAIL_HEARD, i, 0, 0, NULL, 0, 0 });
	}
}

void
engine_run(struct engine *e, int64_t now_ms)
{
	struct mail *first, m;
	size_t i;

	for (;;) {
		first = NULL;
		for (i = 0; i < MAILS; i++)
			if (e->mail[i].kind != MAIL_NONE &&
			    e->mail[i].due_ms <= now_ms && (first == NULL ||
			    e->mail[i].due_ms < first->due_ms))
				first = &e->mail[i];
		if (first == NULL)
			break;
		m = *first;
		first->kind = MAIL_NONE;
		e->now_ms = m.due_ms;
		arrive(e, &m);
		free(m.bytes);
	}
	e->now_ms = now_ms;
	renew(e);
}

struct engine *
engine_new(uint64_t seed)
{
	struct engine *e = calloc(1, sizeof(*e));

	e->rng = seed;
	return e;
}

static void
stop(struct node *n)
{
	if (n->began)
		shared_free(&n->shared);
	n->began = false;
}

void
engine_free(struct engine *e)
{
	uint64_t i;

	for (i = 1; i <= e->blocks; i++)
		free(e->block[i].bytes);
	for (i = 0; i < MAILS; i++)
		if (e->mail[i].kind != MAIL_NONE)
			free(e->mail[i].bytes);
	for (i = 1; i <= ENGINE_NODES; i++) {
		stop(&e->node[i]);
		if (e->node[i].mem != NULL)
			memdisk_free(e->node[i].mem);
	}
	free(e);
}

void
engine_set(struct engine *e, const struct engine_mood *mood)
{
	e->mood = *mood;
}

void
engine_cut(struct engine *e, uint32_t node, int64_t ms)
{
	e->node[node].cut_ms = e->now_ms + ms;
}

void
engine_forget(struct engine *e, uint64_t number)
{
	if (number < e->blocks && number > e->gone)
		e->gone = number;
}

bool
engine_is_behind(const struct engine *e, uint32_t node)
{
	return e->node[node].shared.behind;
}

bool
engine_goes_on(struct engine *e, uint32_t node, uint64_t number,
    uint64_t nonce)
{
	if (number <= e->gone || number > e->blocks ||
	    e->block[number].nonce != nonce)
		return false;
	e->node[node].shared.told = number;
	e->node[node].shared.told_nonce = nonce;
	return true;
}

struct memdisk *
engine_disk(struct engine *e, uint32_t node)
{
	struct node *n = &e->node[node];

	if (n->mem == NULL) {
		n->mem = memdisk_new();
		n->disk = memdisk_disk(n->mem);
		n->disk.make_dir(n->disk.arg, "/d");
	}
	return n->mem;
}

void
engine_copy_disk(struct engine *e, uint32_t from, uint32_t to)
{
	struct node *n = &e->node[to];

	if (n->mem != NULL)
		memdisk_free(n->mem);
	n->mem = memdisk_copy(engine_disk(e, from));
	n->disk = memdisk_disk(n->mem);
}

struct shared *
engine_shared(struct engine *e, uint32_t node)
{
	return &e->node[node].shared;
}

uint64_t
engine_head(const struct engine *e)
{
	return e->head;
}

uint64_t
engine_term(const struct engine *e)
{
	struct wire_in in = wire_in(e->entry[1].bytes, e->entry[1].len);
	struct entry start;

	return entry_decode_again(&in, &start) == ENTRY_OK ? start.id : 0;
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

/*
 * A node
 */

static void
on_append(void *arg, uint64_t number, const uint8_t *bytes, size_t len)
{
	struct node *n = arg;

	post(n->engine, &(struct mail){ MAIL_APPEND, n->number, number, 0,
	    (uint8_t *)(uintptr_t)bytes, len, 0 });
}

static void
on_fetch(void *arg, uint64_t number)
{
	struct node *n = arg;

	post(n->engine, &(struct mail){ MAIL_FETCH, n->number, number, 0, NULL,
	    0, 0 });
}

static void
on_look(void *arg)
{
	struct node *n = arg;

	post(n->engine, &(struct mail){ MAIL_LOOK, n->number, n->shared.told,
	    0, NULL, 0, 0 });
}

static void
on_turn(void *arg)
{
	(void)arg;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	struct node *n = arg;
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)draw(n->engine);
}

static void
on_forget(void *arg, uint64_t number)
{
	struct node *n = arg;

	engine_forget(n->engine, number - 1);
}

struct log_config
engine_config(struct engine *e, uint32_t number)
{
	static const struct journal_base base = { .id = log_id, .first = 1,
	    .chain = no_chain };
	struct node *n = &e->node[number];
	const struct shared_out out = { on_append, on_fetch, on_look, on_turn,
	    on_random, on_forget, n };
	struct log_config c = { .dir = "/d", .sync = LOG_SYNC_GROUP,
	    .segment_bytes = JOURNAL_SEGMENT_BYTES, .shared = &n->shared,
	    .base = &base };

	stop(n);
	n->engine = e;
	n->number = number;
	engine_disk(e, number);
	c.disk = &n->disk;
	n->heard_ms = e->now_ms;
	shared_init(&n->shared, number, 0, e->now_ms, &out);
	n->began = true;
	return c;
}

void
engine_runs(struct engine *e, uint32_t number, struct log *log)
{
	e->node[number].log = log;
}

struct log *
engine_log(struct engine *e, uint32_t number)
{
	const struct log_config c = engine_config(e, number);
	struct journal_why why;
	struct log *log = log_open(&c, e->now_ms, log_id, &why);

	if (log == NULL)
		abort();
	engine_runs(e, number, log);
	return log;
}

void
engine_stops(struct engine *e, uint32_t number)
{
	struct node *n = &e->node[number];

	n->log = NULL;
	n->stopped_ms = e->now_ms;
}
