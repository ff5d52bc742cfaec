/*
 * Several servers on one log that is unkind (tests/engine.h), and people who
 * talk, are called otherwise, move from one to another, are kicked and come
 * back, while nodes stop, are cut off and start again. Then peace, and it must
 * be so: the log is dense, each post is in it once and in its author's order,
 * under a name of his own, while he was in the room; everybody has all of it,
 * and all servers see the same people. Small clients instead of tui/link, and
 * no handshake: so that thousands of seeds are a matter of seconds.
 *
 *   sim_engine [-t] [SEEDS [FIRST]]     -t: with a trace
 */
#include <arpa/inet.h>
#include <err.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/frame_put.h"
#include "common/roster.h"
#include "common/seal.h"
#include "common/wire.h"
#include "server/cluster/position.h"
#include "server/cluster/shared.h"
#include "server/hub.h"
#include "server/hub_where.h"
#include "server/keeper.h"
#include "server/room/bans.h"
#include "server/room/dedup.h"
#include "server/room/log.h"
#include "server/room/marks.h"
#include "tests/engine.h"
#include "tests/engine_gate.h"
#include "tests/with_disk.h"
#include "tests/with_hub.h"

enum {
	PEOPLE = 4,
	DEVICES = 2,	/* from that one on they are one person's devices */
	CLASSIC = 2,
	LINES = 256,
	ENTRIES_MAX = 8192,
	STEP_MS = 5,
	DISASTERS_MS = 6000,
	PEACE_MS = 60 * 1000,
	GOODBYE_MS = 1000,	/* a server takes so long to end, at most */
	SILENT_MS = 2500,	/* then somebody looks for another server */
	LOST_PERMILLE = 50	/* datagrams */
};
static const int64_t wall_base = INT64_C(1800000000000);

struct one {
	char		 name[TEXT_NAME_BYTES + 1];	/* as far as he knows */
	uint8_t		 key[NOISE_KEY];
	uint32_t	 outbox;
	union sock_addr	 addr;
	uint32_t	 node;		/* where he is, or tries to be */
	bool		 live, away;	/* away: he does not even try */
	bool		 entered;	/* a device: it has a seat */
	uint32_t	 slot;		/* by which it enters */
	unsigned	 lost;		/* sessions */
	bool		 reads;		/* it says how far it has, */
	uint64_t	 mark;		/* which any may have said */
	struct seal	 seal;
	int64_t		 due_ms, heard_ms;
	unsigned	 said, acked;	/* posts */
	unsigned	 read;		/* of those, what he has read */
	char		 post[LINES][16];
	bool		 renames[LINES];
	uint64_t	 have;
	bool		 got[ENTRIES_MAX + 1];
};

/* He speaks the classic protocol. */
struct plain {
	char		 name[16];
	union sock_addr	 addr;
	uint32_t	 node;
	bool		 in;
	unsigned	 said;
	int64_t		 due_ms;
};

struct play {
	uint64_t	 rng;
	bool		 trace;
	int64_t		 now_ms;
	struct engine	*engine;
	uint64_t	 keep;	/* so many blocks; 0: all */
	struct {
		struct play	*play;
		uint32_t	 number;
		struct log	*log;
		struct hub	*hub;	/* NULL: it does not run */
		struct keeper	*keeper;	/* NULL: it keeps nothing */
		struct memdisk	*mem;	/* of its bans */
		struct disk	 disk;
		struct bans	*bans;
		struct persons	*persons;
		struct marks	*marks;
		int64_t		 up_ms;
	} node[ENGINE_NODES + 1];
	uint32_t	 nodes;
	struct one	 one[PEOPLE];
	struct plain	 plain[CLASSIC];
	char		 broken[160];
};

static uint64_t
draw(struct play *g)
{
	uint64_t z = g->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned
below(struct play *g, unsigned n)
{
	return (unsigned)(draw(g) % n);
}

static void breaks(struct play *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
static void trace(struct play *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
breaks(struct play *g, const char *format, ...)
{
	va_list ap;
	int n;

	if (g->broken[0] != '\0')
		return;
	n = snprintf(g->broken, sizeof(g->broken), "at %lld ms: ",
	    (long long)g->now_ms);
	va_start(ap, format);
	vsnprintf(g->broken + n, sizeof(g->broken) - (size_t)n, format, ap);
	va_end(ap);
}

static void
trace(struct play *g, const char *format, ...)
{
	va_list ap;

	if (!g->trace)
		return;
	printf("# %6lld ", (long long)g->now_ms);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

static int64_t
wall(const struct play *g)
{
	return wall_base + g->now_ms;
}

/*
 * What comes to people
 */

static void
lose(struct play *g, struct one *o, const char *why)
{
	if (o->live)
		trace(g, "%s is not live: %s", o->name, why);
	o->lost++;
	o->live = o->entered = false;
	o->node = 1 + below(g, g->nodes);
	o->due_ms = g->now_ms + 20 + below(g, 400);
}

/* In their order, as his screen shows them. */
static void
read_next(struct play *g, struct one *o)
{
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	uint32_t node;
	size_t len;

	bytes = engine_read(g->engine, ++o->have, &len, &node);
	in = wire_in(bytes, len);
	if (entry_decode(&in, &e) != ENTRY_OK || e.id >> 32 != o->outbox)
		return;
	o->read = (uint32_t)e.id;
	if (e.kind == ENTRY_RENAME && (e.flags & ENTRY_QUIET) == 0)
		snprintf(o->name, sizeof(o->name), "%.*s", (int)e.text_len,
		    e.text);
}

static void
take_entry(struct play *g, struct one *o, const struct entry *e)
{
	uint8_t bytes[ENTRY_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	const uint8_t *true_bytes;
	uint32_t node;
	size_t len;

	entry_encode(&out, e);
	true_bytes = engine_read(g->engine, e->seq, &len, &node);
	if (true_bytes == NULL || len != out.len ||
	    memcmp(bytes, true_bytes, len) != 0) {
		breaks(g, "%s is told another %llu than there is", o->name,
		    (unsigned long long)e->seq);
		return;
	}
	if (e->seq <= ENTRIES_MAX)
		o->got[e->seq] = true;
	while (o->have < ENTRIES_MAX && o->got[o->have + 1])
		read_next(g, o);
}

static void
take_frame(struct play *g, struct one *o, struct frame *f)
{
	struct frame_mark m;
	struct entry e;

	switch (f->type) {
	case FRAME_ENTRIES:
		while (frame_next_entry(f, &e))
			take_entry(g, o, &e);
		break;
	case FRAME_POSTED:
		if (f->id >> 32 == o->outbox && (uint32_t)f->id > o->acked + 1)
			o->acked = (uint32_t)f->id - 1;
		if (o->acked > o->said)
			breaks(g, "%s is told that he said more than he did",
			    o->name);
		break;
	case FRAME_ENTERED:
		o->entered = true;
		break;
	case FRAME_MARK:
		while (frame_next_mark(f, &m))
			if (m.seq > o->mark)
				o->mark = m.seq;
		break;
	case FRAME_LEAVE:
		lose(g, o, "the server pauses");
		break;
	case FRAME_ERROR:
		if (f->code == FRAME_REWIND)
			breaks(g, "%s is told to go back", o->name);
		else if (f->id == 0)
			lose(g, o, "put out, or not let in");
		break;
	default:
		break;
	}
}

static void
hear(struct play *g, struct one *o, const uint8_t *data, size_t len)
{
	uint8_t frames[2048];
	struct wire_in in;
	struct frame f;
	size_t n;

	if (len > 0 && data[0] == HELLO_RESET_TYPE) {
		lose(g, o, "RESET");
		return;
	}
	if (seal_open(&o->seal, data, len, frames, &n) != SEAL_OK)
		return;
	o->heard_ms = g->now_ms;
	in = wire_in(frames, n);
	while (frame_next(&in, &f) == FRAME_OK)
		take_frame(g, o, &f);
}

static void
hear_plain(struct play *g, struct plain *c, const char *data, size_t len)
{
	if (len == 2 && memcmp(data, "OK", 2) == 0)
		c->in = true;
	else if (len == 4 && memcmp(data, "FAIL", 4) == 0) {
		c->in = false;
		c->node = 1 + below(g, g->nodes);
	}
}

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	struct play *g = *(struct play **)arg;
	unsigned i = ntohs(to->in4.sin_port);

	if (below(g, 1000) < LOST_PERMILLE)
		return;
	if (i < PEOPLE)
		hear(g, &g->one[i], data, len);
	else if (i < PEOPLE + CLASSIC)
		hear_plain(g, &g->plain[i - PEOPLE], data, len);
}

/*
 * What people do
 */

static bool
is_device(const struct play *g, const struct one *o)
{
	return o >= &g->one[DEVICES];
}

static void
knock(struct play *g, struct one *o)
{
	struct gate_arrival *a = &engine_arrival;
	uint8_t out[HELLO_DATAGRAM];
	size_t len;

	memset(a, 0, sizeof(*a));
	a->from = o->addr;
	a->here = (uint32_t)draw(g);
	a->there = (uint32_t)draw(g);
	memset(a->send, (int)draw(g) & 0xff, NOISE_KEY);
	memset(a->receive, (int)draw(g) & 0xff, NOISE_KEY);
	memcpy(a->key, o->key, NOISE_KEY);
	if (is_device(g, o))
		a->visitor.caps = HELLO_ROOMS | HELLO_PEOPLE;
	a->visitor.room = "sim";
	a->visitor.room_len = is_device(g, o) ? 0 : 3;
	a->visitor.name = o->name;
	a->visitor.name_len = strlen(o->name);
	a->visitor.outbox = o->outbox;
	/* With his name: so far as he knows what became of it. */
	a->visitor.next_id = (o->read < o->acked ? o->read : o->acked) + 1;
	a->visitor.have.log_id[0] = 7;
	a->visitor.have.term = o->have > 0 ? engine_term(g->engine) : 0;
	a->visitor.have.seq = o->have;
	seal_init(&o->seal, a->receive, a->send, a->there, a->here);
	trace(g, "%s knocks at %u", o->name, (unsigned)o->node);
	o->live = true;
	o->slot = 2 * o->lost + 1;
	o->heard_ms = g->now_ms;
	len = hello_put_hs3(out, a->here, o->key, NOISE_KEY);
	hub_input(g->node[o->node].hub, g->now_ms, wall(g), &o->addr, out,
	    len);
}

static void
put_posts(const struct one *o, struct wire_out *out, unsigned n)
{
	size_t begun = frame_begin(out, FRAME_POST);
	struct frame_post post;
	unsigned i;

	wire_put_varint(out, n);
	for (i = o->acked; i < o->acked + n; i++) {
		memset(&post, 0, sizeof(post));
		post.id = dedup_id(o->outbox, i + 1);
		post.kind = o->renames[i] ? ENTRY_RENAME : ENTRY_SAY;
		post.text = o->post[i];
		post.text_len = strlen(o->post[i]);
		frame_put_post(out, &post);
	}
	frame_end(out, begun);
}

/* Says what he has, and what is not acknowledged. */
static void
speak(struct play *g, struct one *o)
{
	uint8_t frames[1000], datagram[1200];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at = { .log_id = { 7 }, .term = o->have > 0 ? engine_term(g->engine) : 0,
	    .seq = o->have };
	unsigned n = o->said - o->acked;

	if (is_device(g, o) && !o->entered)
		frame_put_enter(&out, &(struct frame_enter){ .slot = o->slot,
		    .room = "sim", .room_len = 3, .outbox = o->outbox,
		    .next_id = o->acked + 1, .have = at });
	if (o->reads && o->have > o->mark)
		frame_put_marks(&out, 0, &(struct frame_mark){ { 7 },
		    o->have }, 1);
	if (is_device(g, o))
		frame_put_room(&out, o->slot);
	frame_put_sync(&out, &at, 16, 0, NULL, 0);
	if (n > 0)
		put_posts(o, &out, n < 8 ? n : 8);
	hub_input(g->node[o->node].hub, g->now_ms, wall(g), &o->addr,
	    datagram, seal_pack(&o->seal, frames, out.len, datagram));
}

static void
act(struct play *g, struct one *o)
{
	if (g->now_ms < o->due_ms || o->away)
		return;
	o->due_ms = g->now_ms + 60 + below(g, 120);
	if (o->live && g->now_ms - o->heard_ms > SILENT_MS)
		lose(g, o, "silence");
	else if (g->node[o->node].hub == NULL)
		lose(g, o, "nobody listens");
	else if (!o->live)
		knock(g, o);
	else if (below(g, 1000) >= LOST_PERMILLE)
		speak(g, o);
}

static void
say(struct play *g, struct one *o)
{
	char *text = o->post[o->said];
	unsigned me = (unsigned)(o - g->one), who = below(g, DEVICES);

	if (o->said == LINES)
		return;
	o->renames[o->said] = below(g, 12) == 0 && !is_device(g, o);
	/* Mostly a name of his own; another's, once that is there. */
	if (o->renames[o->said] && below(g, 4) == 0 && g->one[who].have > 0)
		snprintf(text, sizeof(o->post[0]), "p%u", who);
	else if (o->renames[o->said])
		snprintf(text, sizeof(o->post[0]), "p%u%c", me,
		    "xyz"[below(g, 3)]);
	else
		snprintf(text, sizeof(o->post[0]), "%u", o->said + 1);
	o->said++;
}

static void
act_plain(struct play *g, struct plain *c, bool talks)
{
	char line[32];
	int n;

	if (g->now_ms < c->due_ms)
		return;
	c->due_ms = g->now_ms + 100 + below(g, 400);
	if (g->node[c->node].hub == NULL) {
		c->in = false;
		c->node = 1 + below(g, g->nodes);
		return;
	}
	if (!c->in)
		n = snprintf(line, sizeof(line), "L %s", c->name);
	else if (below(g, 10) == 0) {
		n = snprintf(line, sizeof(line), "Q");
		c->in = false;
	} else if (talks)
		n = snprintf(line, sizeof(line), "C %u", ++c->said);
	else
		return;
	hub_input(g->node[c->node].hub, g->now_ms, wall(g), &c->addr, line,
	    (size_t)n);
}

/*
 * Servers
 */

static void
on_random(void *arg, void *dst, size_t len)
{
	struct play *g = *(struct play **)arg;
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)draw(g);
}

/* How far it was told. */
static bool
read_position(struct play *g, uint32_t n, struct position *p)
{
	struct disk disk;

	memset(p, 0, sizeof(*p));
	if (engine_disk(g->engine, n) == NULL)
		return false;
	disk = memdisk_disk(engine_disk(g->engine, n));
	return position_read(&disk, "/d", p);
}

/* It goes on there, and knows where people were. */
static void
go_on(struct play *g, uint32_t n, const struct position *p, bool goes_on)
{
	static struct disk disk[ENGINE_NODES + 1];
	struct wire_in in = wire_in(p->where, p->where_len);

	trace(g, "node %u begins behind block %llu", (unsigned)n,
	    goes_on ? (unsigned long long)p->number : 0);
	if (goes_on && !hub_get_where(g->node[n].hub, &in))
		breaks(g, "node %u has less than it had", (unsigned)n);
	if (engine_disk(g->engine, n) == NULL)
		return;
	disk[n] = memdisk_disk(engine_disk(g->engine, n));
	engine_shared(g->engine, n)->retain.blocks = g->keep;
	g->node[n].keeper = keeper_new(&(struct keeper_config){
	    .disk = &disk[n], .dir = "/d", .home = g->node[n].log,
	    .marks = g->node[n].marks,
	    .shared = engine_shared(g->engine, n),
	    .every_ms = 50 + below(g, 1000) }, g->now_ms);
}

/* All that every node has behind it, also if it dies now. */
static void
forget_blocks(struct play *g)
{
	uint64_t least = UINT64_MAX;
	struct position p;
	uint32_t n;

	for (n = 1; n <= g->nodes; n++) {
		if (!read_position(g, n, &p))
			return;
		if (p.number < least)
			least = p.number;
		position_free(&p);
	}
	trace(g, "nothing before block %llu is kept",
	    (unsigned long long)least);
	engine_forget(g->engine, least - 1);
}

static void
start(struct play *g, uint32_t n)
{
	struct hub_config hc = { .classic = HUB_CLASSIC_ANY, .seed = 1,
	    .gate = { .room = "sim", .rooms = true, .people = true } };
	struct hub_out out = hub_out_of(on_send, on_random, &g->node[n]);
	struct journal_why why;
	struct position p;
	bool goes_on;

	if (g->node[n].mem == NULL) {
		g->node[n].mem = memdisk_new();
		g->node[n].disk = memdisk_disk(g->node[n].mem);
		g->node[n].disk.make_dir(g->node[n].disk.arg, "/d");
	}
	hc.bans = g->node[n].bans = bans_open(&g->node[n].disk, "/d", &why);
	hc.persons = g->node[n].persons = persons_new(0);
	hc.marks = g->node[n].marks = marks_open(&g->node[n].disk, "/d",
	    hc.persons, &why);
	trace(g, "node %u starts", (unsigned)n);
	g->node[n].play = g;
	goes_on = read_position(g, n, &p);
	g->node[n].log = engine_log(g->engine, n);
	goes_on = goes_on && engine_goes_on(g->engine, n, p.number, p.nonce);
	g->node[n].hub = hub_new(&hc, g->node[n].log, g->now_ms, wall(g),
	    &out);
	if (g->node[n].hub == NULL)
		breaks(g, "a hub does not start");
	else
		go_on(g, n, &p, goes_on);
	position_free(&p);
}

static void
read_entry(struct play *g, uint64_t seq, struct entry *e)
{
	const uint8_t *bytes;
	struct wire_in in;
	uint32_t node;
	size_t len;

	bytes = engine_read(g->engine, seq, &len, &node);
	in = wire_in(bytes, len);
	if (entry_decode(&in, e) != ENTRY_OK || e->seq != seq)
		breaks(g, "entry %llu is none", (unsigned long long)seq);
}

static uint32_t
node_of(const struct play *g, uint64_t seq)
{
	uint32_t node = 0;
	size_t len;

	engine_read(g->engine, seq, &len, &node);
	return node;
}

/* Of the classic protocol's nobody is left at a node that has ended. */
static void
check_left(struct play *g, uint32_t n)
{
	const struct member *who;
	struct roster r;
	struct entry e;
	uint64_t seq;

	roster_init(&r);
	for (seq = 1; seq <= engine_head(g->engine); seq++) {
		read_entry(g, seq, &e);
		if (roster_take(&r, &e) != NULL && e.kind == ENTRY_JOIN)
			roster_named(&r, e.author, e.author_len)->servers =
			    node_of(g, seq);
	}
	for (who = roster_first(&r); who != NULL; who = roster_next(who))
		if (who->classic && who->servers == n)
			breaks(g, "%.*s is left at node %u, which ended",
			    (int)who->name_len, who->name, (unsigned)n);
	roster_clear(&r);
}

/* As a server does it; the others go on meanwhile. */
static void
end(struct play *g, uint32_t n)
{
	unsigned long long refused = engine_figures(g->engine).refused;
	int64_t until = g->now_ms + GOODBYE_MS;
	struct hub *hub = g->node[n].hub;
	uint32_t i;

	hub_close(hub, g->now_ms, wall(g), HUB_END_STOPPED);
	while (hub_ends(hub, g->now_ms, wall(g)) != INT64_MAX &&
	    g->now_ms < until) {
		g->now_ms += STEP_MS;
		engine_run(g->engine, g->now_ms);
		for (i = 1; i <= g->nodes; i++)
			if (i != n && g->node[i].hub != NULL)
				hub_tick(g->node[i].hub, g->now_ms, wall(g));
	}
	if (g->now_ms < until && log_state(g->node[n].log) == LOG_READY &&
	    engine_figures(g->engine).refused == refused)
		check_left(g, n);
}

static void
close_files(struct play *g, uint32_t n)
{
	bans_close(g->node[n].bans);
	marks_close(g->node[n].marks);
	persons_free(g->node[n].persons);
}

static void
stop(struct play *g, uint32_t n, bool says_so)
{
	trace(g, "node %u %s", (unsigned)n, says_so ? "stops" : "dies");
	if (says_so)
		end(g, n);
	keeper_free(g->node[n].keeper);
	g->node[n].keeper = NULL;
	hub_free(g->node[n].hub);
	close_files(g, n);
	engine_stops(g->engine, n);
	log_close(g->node[n].log);
	g->node[n].hub = NULL;
	g->node[n].log = NULL;
	g->node[n].up_ms = g->now_ms + 200 + below(g, 3000);
}

/* What it has missed is kept no more: it begins with a copy of another one's
 * disk, as that is at the moment. */
static void
copy_another(struct play *g, uint32_t n)
{
	uint32_t from;

	for (from = 1; from <= g->nodes; from++)
		if (from != n && g->node[from].hub != NULL &&
		    hub_is_open(g->node[from].hub) &&
		    !engine_is_behind(g->engine, from))
			break;
	if (from > g->nodes)
		return;
	stop(g, n, false);
	trace(g, "node %u begins with a copy of %u's", (unsigned)n,
	    (unsigned)from);
	engine_copy_disk(g->engine, from, n);
	memdisk_free(g->node[n].mem);
	g->node[n].mem = memdisk_copy(g->node[from].mem);
	g->node[n].disk = memdisk_disk(g->node[n].mem);
	start(g, n);
	if (engine_is_behind(g->engine, n))
		breaks(g, "a copy does not help");
}

static void
ban(struct play *g, struct hub *hub, const struct one *o)
{
	struct ban b = { .until_ms = below(g, 2) == 0 ? 0 :
	    wall(g) + 1000 + below(g, 3000) };

	ban_of_key(&b, o->key);
	if (hub_ban(hub, g->now_ms, wall(g), &b, o->name, NULL, NULL))
		trace(g, "%s is banned", o->name);
}

struct list {
	struct ban	 of[PEOPLE];
	size_t		 n;
};

static void
list_ban(void *arg, const struct ban *b)
{
	struct list *list = arg;

	if (list->n < PEOPLE)
		list->of[list->n++] = *b;
}

static void
lift_all(struct play *g, struct hub *hub, const struct bans *bans)
{
	struct list list = { .n = 0 };

	bans_list(bans, wall(g), list_ban, &list);
	while (list.n > 0)
		if (hub_unban(hub, g->now_ms, wall(g), &list.of[--list.n],
		    NULL))
			trace(g, "%s is lifted", list.of[list.n].what);
}

static void
operate(struct play *g, struct hub *hub, const struct bans *bans)
{
	struct one *o = &g->one[below(g, PEOPLE)];
	struct hub_person who;

	switch (below(g, 6)) {
	case 4:
		ban(g, hub, o);
		break;
	case 5:
		lift_all(g, hub, bans);
		break;
	case 0:
		trace(g, "%s is kicked", o->name);
		hub_kick(hub, g->now_ms, wall(g), o->name, strlen(o->name),
		    "why");
		break;
	case 1:
		if (hub_look(hub, wall(g), o->name, strlen(o->name), &who))
			hub_mute(hub, g->now_ms, wall(g), &who, 1000, "");
		break;
	case 2:
		if (hub_look(hub, wall(g), o->name, strlen(o->name), &who))
			hub_unmute(hub, g->now_ms, wall(g), &who);
		break;
	default:
		hub_announce(hub, g->now_ms, wall(g), "soon", 4);
		break;
	}
}

static void
trouble(struct play *g)
{
	uint32_t n = 1 + below(g, g->nodes);

	if (g->node[n].hub == NULL) {
		if (g->now_ms >= g->node[n].up_ms)
			start(g, n);
		return;
	}
	switch (below(g, 300)) {
	case 0:
		stop(g, n, true);
		break;
	case 1: case 2:
		stop(g, n, false);
		break;
	case 3: case 4:
		trace(g, "node %u is cut off", (unsigned)n);
		engine_cut(g->engine, n, 300 + below(g, 5000));
		break;
	case 5: case 6: case 7: case 8:
		operate(g, g->node[n].hub, g->node[n].bans);
		break;
	case 9: case 10:
		forget_blocks(g);
		break;
	}
}

static void
run(struct play *g, int64_t ms, bool troubles, bool talks)
{
	int64_t end = g->now_ms + ms;
	uint32_t n;
	unsigned i;

	for (; g->now_ms < end && g->broken[0] == '\0'; g->now_ms += STEP_MS) {
		engine_run(g->engine, g->now_ms);
		for (i = 0; i < PEOPLE; i++) {
			if (talks && below(g, 60) == 0)
				say(g, &g->one[i]);
			if (troubles && below(g, 600) == 0)
				lose(g, &g->one[i], "he moves");
			act(g, &g->one[i]);
		}
		for (i = 0; i < CLASSIC; i++)
			act_plain(g, &g->plain[i], talks);
		for (n = 1; n <= g->nodes; n++)
			if (g->node[n].hub != NULL) {
				keeper_turn(g->node[n].keeper, g->node[n].hub,
				    g->now_ms);
				hub_tick(g->node[n].hub, g->now_ms, wall(g));
				if (engine_is_behind(g->engine, n))
					copy_another(g, n);
			}
		if (troubles)
			trouble(g);
	}
}

/*
 * What must be so
 */

static struct one *
by_outbox(struct play *g, uint32_t outbox)
{
	unsigned i;

	for (i = 0; i < PEOPLE; i++)
		if (g->one[i].outbox == outbox)
			return &g->one[i];
	return NULL;
}

/* Is the name one of his? */
static bool
is_his(const struct play *g, const struct one *o, const char *name, size_t len)
{
	return len >= 2 && name[0] == 'p' && name[1] == '0' +
	    (is_device(g, o) ? DEVICES : o - g->one);
}

static void
check_post(struct play *g, const struct entry *e, unsigned *next)
{
	struct one *o = by_outbox(g, (uint32_t)(e->id >> 32));
	unsigned i;

	if (o == NULL) {
		breaks(g, "%llu is nobody's", (unsigned long long)e->seq);
		return;
	}
	i = (unsigned)(o - g->one);
	if ((uint32_t)e->id != ++next[i])
		breaks(g, "%s's post %u stands where %u should", o->name,
		    (unsigned)e->id, next[i]);
	if (!is_his(g, o, e->author, e->author_len) ||
	    (e->kind == ENTRY_RENAME && !is_his(g, o, e->text, e->text_len)))
		breaks(g, "%.*s of %s is another's name", (int)e->author_len,
		    e->author, o->name);
}

static void
check_plain(struct play *g, const struct entry *e, unsigned *last)
{
	unsigned i = (unsigned)(e->author[1] - '0'), n;
	char text[16];

	snprintf(text, sizeof(text), "%.*s", (int)e->text_len, e->text);
	n = (unsigned)atoi(text);
	if (e->author[0] != 'c' || i >= CLASSIC || n <= last[i])
		breaks(g, "%.*s said %u twice, or late", (int)e->author_len,
		    e->author, n);
	else
		last[i] = n;
}

static void
check_log(struct play *g, struct roster *r)
{
	unsigned next[PEOPLE] = { 0 }, last[CLASSIC] = { 0 };
	struct member *who;
	struct entry e;
	uint64_t seq;
	unsigned i;

	for (seq = 1; seq <= engine_head(g->engine); seq++) {
		read_entry(g, seq, &e);
		trace(g, "%3llu node %u %s %.*s %llx: %.*s %x",
		    (unsigned long long)seq, (unsigned)node_of(g, seq),
		    entry_word(&e), (int)e.author_len, e.author,
		    (unsigned long long)e.id, (int)e.text_len, e.text,
		    (unsigned)e.flags);
		who = e.author_len == 0 ? NULL :
		    roster_named(r, e.author, e.author_len);
		if (e.kind == ENTRY_JOIN ? who != NULL : e.author_len > 0 &&
		    who == NULL)
			breaks(g, "%llu: %.*s is in the room, or not",
			    (unsigned long long)seq, (int)e.author_len,
			    e.author);
		if (e.id != 0 && e.kind != ENTRY_START)
			check_post(g, &e, next);
		else if (e.kind == ENTRY_SAY)
			check_plain(g, &e, last);
		roster_take(r, &e);
	}
	for (i = 0; i < PEOPLE; i++)
		if (next[i] < g->one[i].acked)
			breaks(g, "%s lost what was acknowledged",
			    g->one[i].name);
}

struct compared {
	struct play	*play;
	const struct member *next;
	uint32_t	 node;
};

static void
compare(void *arg, const struct hub_person *p)
{
	struct compared *c = arg;

	if (c->next == NULL || c->next->name_len != p->name_len ||
	    memcmp(c->next->name, p->name, p->name_len) != 0)
		breaks(c->play, "node %u sees %.*s", (unsigned)c->node,
		    (int)p->name_len, p->name);
	else
		c->next = roster_next(c->next);
}

static void
check(struct play *g)
{
	struct compared c = { .play = g };
	struct roster r;
	unsigned i;

	roster_init(&r);
	check_log(g, &r);
	for (c.node = 1; c.node <= g->nodes && g->broken[0] == '\0';
	    c.node++) {
		c.next = roster_first(&r);
		hub_names(g->node[c.node].hub, wall(g), compare, &c);
		if (c.next != NULL)
			breaks(g, "node %u does not see %.*s",
			    (unsigned)c.node, (int)c.next->name_len,
			    c.next->name);
	}
	for (i = 0; i < PEOPLE; i++)
		if (roster_named(&r, g->one[i].name,
		    strlen(g->one[i].name)) == NULL)
			breaks(g, "%s is not in the room", g->one[i].name);
	roster_clear(&r);
}

static bool
is_settled(const struct play *g)
{
	uint64_t head = engine_head(g->engine);
	unsigned i;
	uint32_t n;

	for (i = 0; i < PEOPLE; i++)
		if (!g->one[i].live || g->one[i].have != head ||
		    g->one[i].acked != g->one[i].said)
			return false;
	for (n = 1; n <= g->nodes; n++)
		if (log_head(g->node[n].log).seq != head ||
		    log_state(g->node[n].log) != LOG_READY)
			return false;
	return true;
}

static void
settle(struct play *g)
{
	int64_t end = g->now_ms + PEACE_MS;

	do
		run(g, 500, false, false);
	while (!is_settled(g) && g->now_ms < end && g->broken[0] == '\0');
	if (!is_settled(g))
		breaks(g, "it does not settle");
}

/* Who is banned at one node is out at all, and stays so until that is lifted
 * at another. */
static void
one_is_banned(struct play *g)
{
	struct one *o = &g->one[1];
	struct ban b = { .until_ms = 0 };
	struct roster r;
	uint32_t n = 1 + o->node % g->nodes, i;

	ban_of_key(&b, o->key);
	if (!hub_ban(g->node[n].hub, g->now_ms, wall(g), &b, o->name, NULL,
	    NULL))
		breaks(g, "%s cannot be banned", o->name);
	run(g, 3000, false, true);
	roster_init(&r);
	check_log(g, &r);
	if (roster_named(&r, o->name, strlen(o->name)) != NULL)
		breaks(g, "%s is in, and was banned", o->name);
	roster_clear(&r);
	for (i = 1; i <= g->nodes; i++)
		if (!bans_has(g->node[i].bans, wall(g), &b))
			breaks(g, "node %u does not know that", (unsigned)i);
	hub_unban(g->node[1 + n % g->nodes].hub, g->now_ms, wall(g), &b,
	    o->name);
	settle(g);
}

static bool
is_in(struct play *g, const struct one *o)
{
	struct roster r;
	bool is;

	roster_init(&r);
	check_log(g, &r);
	is = roster_named(&r, o->name, strlen(o->name)) != NULL;
	roster_clear(&r);
	return is;
}

/* How often he was seen to come or go. */
static unsigned
count_goings(struct play *g, const struct one *o)
{
	unsigned n = 0;
	struct entry e;
	uint64_t seq;

	for (seq = 1; seq <= engine_head(g->engine); seq++) {
		read_entry(g, seq, &e);
		n += roster_changes(&e) && is_his(g, o, e.author,
		    e.author_len);
	}
	return n;
}

/* By devices at two servers he is there, by both; and as long as one is. */
static void
two_devices(struct play *g)
{
	struct one *one = &g->one[DEVICES], *two = &g->one[DEVICES + 1];
	unsigned goings, lost;
	const struct mark *m;
	uint64_t read;
	uint32_t n;

	lose(g, one, "it is put elsewhere");
	lose(g, two, "it is put elsewhere");
	two->node = 1 + one->node % g->nodes;
	settle(g);
	goings = count_goings(g, one);
	lost = one->lost + two->lost;
	run(g, 15000, false, true);
	if (one->lost + two->lost != lost || count_goings(g, one) != goings)
		breaks(g, "one device drives the other one out");
	/* What the one has read, the other one and all servers know. */
	one->reads = true;
	read = one->have;
	run(g, 11000, false, false);
	if (two->mark < read)
		breaks(g, "one has read %llu, the other one hears of %llu",
		    (unsigned long long)read, (unsigned long long)two->mark);
	for (n = 1; n <= g->nodes; n++) {
		m = marks_find(persons_find(g->node[n].persons, one->key),
		    log_head(g->node[n].log).log_id);
		if (m == NULL || m->seq < read)
			breaks(g, "node %u does not know that", (unsigned)n);
	}
	two->away = true;
	run(g, 200 * 1000, false, false);
	if (!is_in(g, one) || count_goings(g, one) != goings)
		breaks(g, "one device leaves the other one alone");
	one->away = true;
	run(g, 200 * 1000, false, false);
	if (is_in(g, one))
		breaks(g, "nobody sees that both devices are gone");
	one->away = two->away = false;
	settle(g);
}

/* Somebody is at a node that dies, and stays away: the others see him go. */
static void
one_is_lost(struct play *g)
{
	struct one *o = &g->one[0];
	struct roster r;
	uint32_t n;

	for (n = 1; n <= g->nodes; n++)
		if (g->node[n].hub == NULL)
			start(g, n);
	o->away = true;
	if (g->nodes > 1)
		stop(g, o->node, false);
	/* Who goes meanwhile gives all others as long once more. */
	run(g, 220 * 1000, false, false);
	roster_init(&r);
	check_log(g, &r);
	if (roster_named(&r, o->name, strlen(o->name)) != NULL)
		breaks(g, "%s was not seen to go", o->name);
	roster_clear(&r);
	o->away = false;
	lose(g, o, "he is back");
}

static void
peace(struct play *g)
{
	const struct engine_mood calm = { .delay_ms = 10 };
	uint32_t n;

	engine_set(g->engine, &calm);
	for (n = 1; n <= g->nodes; n++) {
		engine_cut(g->engine, n, 0);
		if (g->node[n].hub == NULL)
			start(g, n);
	}
	run(g, 5000, false, false);
	lift_all(g, g->node[1].hub, g->node[1].bans);
	settle(g);
}

static void
begin(struct play *g, uint64_t seed)
{
	struct engine_mood mood;
	unsigned i;
	uint32_t n;

	g->rng = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	g->now_ms = 1000000;
	g->nodes = 1 + below(g, ENGINE_NODES);
	g->engine = engine_new(draw(g));
	mood.delay_ms = below(g, 3) == 0 ? 3 : below(g, 200);
	mood.lost_permille = below(g, 2) == 0 ? 0 : below(g, 300);
	mood.refused_permille = below(g, 3) == 0 ? below(g, 200) : 0;
	engine_set(g->engine, &mood);
	engine_run(g->engine, g->now_ms);
	g->keep = seed % 2 == 0 ? 0 : 10 + seed % 31;
	for (i = 0; i < PEOPLE + CLASSIC; i++) {
		union sock_addr a = { .in4 = { .sin_family = AF_INET } };

		a.in4.sin_port = htons((uint16_t)i);
		a.in4.sin_addr.s_addr = htonl(UINT32_C(0x0a000000) + i * 256);
		n = 1 + below(g, g->nodes);
		if (i >= PEOPLE) {
			g->plain[i - PEOPLE].addr = a;
			g->plain[i - PEOPLE].node = n;
			snprintf(g->plain[i - PEOPLE].name, 16, "c%u",
			    i - PEOPLE);
			continue;
		}
		g->one[i].addr = a;
		g->one[i].node = n;
		g->one[i].outbox = 100 + i;
		memset(g->one[i].key, (int)(i < DEVICES ? i : DEVICES) + 1,
		    NOISE_KEY);
		snprintf(g->one[i].name, 16, "p%u", i < DEVICES ? i : DEVICES);
	}
	for (n = 1; n <= g->nodes; n++)
		start(g, n);
}

static bool
play(uint64_t seed, bool traces, struct engine_figures *all)
{
	struct play *g = calloc(1, sizeof(*g));
	struct engine_figures f;
	bool good;
	uint32_t n;

	g->trace = traces;
	begin(g, seed);
	run(g, DISASTERS_MS, true, true);
	if (seed % 16 == 0)
		one_is_lost(g);
	if (g->broken[0] == '\0')
		peace(g);
	if (g->broken[0] == '\0' && seed % 4 == 0)
		one_is_banned(g);
	if (g->broken[0] == '\0' && seed % 16 == 5)
		two_devices(g);
	if (g->broken[0] == '\0')
		check(g);
	if (g->broken[0] != '\0')
		printf("# seed %llu: %s\n# again with a trace: "
		    "build/tests/sim_engine -t 1 %llu\n",
		    (unsigned long long)seed, g->broken,
		    (unsigned long long)seed);
	good = g->broken[0] == '\0';
	f = engine_figures(g->engine);
	all->blocks += f.blocks;
	all->late += f.late;
	all->again += f.again;
	all->refused += f.refused;
	for (n = 1; n <= g->nodes; n++) {
		if (g->node[n].hub != NULL) {
			keeper_free(g->node[n].keeper);
			hub_free(g->node[n].hub);
			close_files(g, n);
			log_close(g->node[n].log);
		}
		if (g->node[n].mem != NULL)
			memdisk_free(g->node[n].mem);
	}
	engine_free(g->engine);
	free(g);
	return good;
}

int
main(int argc, char *argv[])
{
	unsigned long seeds = 300, first = 1, i, failed = 0;
	struct engine_figures all = { 0, 0, 0, 0 };
	bool traces = false;
	int c;

	if (sodium_init() == -1)
		errx(1, "no source of random numbers");
	while ((c = getopt(argc, argv, "t")) != -1) {
		if (c != 't')
			return 2;
		traces = true;
	}
	if (optind < argc)
		seeds = strtoul(argv[optind], NULL, 10);
	if (optind + 1 < argc)
		first = strtoul(argv[optind + 1], NULL, 10);
	printf("1..%lu\n", seeds);
	for (i = 0; i < seeds; i++) {
		bool good = play(first + i, traces, &all);

		printf("%sok %lu seed %lu\n", good ? "" : "not ", i + 1,
		    first + i);
		failed += !good;
	}
	printf("# %lu blocks; %lu came late, %lu were sent again, %lu were "
	    "refused\n", all.blocks, all.late, all.again, all.refused);
	return failed > 0;
}
