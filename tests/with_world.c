/*
 * The simulated world. Deterministic: randomness, time and disks are its own.
 */
#include "tests/with_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/journal.h"
#include "common/roster.h"
#include "common/wire.h"
#include "server/hub.h"
#include "server/room/log.h"
#include "server/room/heirs.h"
#include "server/room/marks.h"
#include "server/roomlist.h"
#include "server/syncing.h"
#include "tests/with_disk.h"
#include "tests/with_syncer.h"
#include "tui/receiver/link.h"
#include "tui/shared/rooms.h"

enum {
	PACKETS = 1 << 16,		/* on their way at once */
	PACKET_BYTES = 1300,
	LARGEST = 1200,			/* rule 13 */
	IP_UDP_BYTES = 28,
	SEGMENT = 4096,			/* small, so that segments roll */
	LINES = 4096,			/* of one client */
	SERVER_PORT = 8888,
	SESSIONS = 256,
	OWNERS = 1024,			/* names that were ever used */
	WAITS_MS = 30,			/* for a disk, at most */
	LOOK_MS = 3000,			/* until it is known who is there */
	SPIN = 10000,			/* steps at one moment: a live-lock */
	STORM = 50000			/* datagrams a second: an echo */
};
static const int64_t wall_base = INT64_C(1800000000000);

struct packet {
	int64_t		 due;
	uint64_t	 order;
	bool		 up;		/* to the server */
	union sock_addr	 from, to;
	size_t		 len;
	uint8_t		 data[PACKET_BYTES];
};

/* What the link calls a line of an earlier run. */
struct earlier {
	uint64_t	 tag;
	unsigned	 line;
};

struct line {
	bool		 said;		/* in its outbox, not refused */
	bool		 safe;		/* acknowledged */
	bool		 doubtful;	/* or not, when it was put back */
};

/* What a client has in a room. */
struct stay {
	int		 room;
	bool		 is_of;
	char		 dir[32];
	int		 denial;	/* by that room alone */
	char		 called[TEXT_NAME_BYTES + 1];
	struct roster	 members;	/* as its screen has it */
	unsigned	 put_back_at;	/* so many lines */
	unsigned	 said;
	struct line	 lines[LINES];
	struct earlier	 earlier[LINES];	/* of this run, a ring */
	unsigned	 earlier_n;
	unsigned	 pending;
	uint64_t	 seen;		/* shown and read, here; */
	uint64_t	 mark;		/* or as it was told */
	bool		 was_in;	/* and comes again */
	bool		 parted;	/* it is told, by another device */
	bool		 mine;		/* it is told: by another device */
	unsigned	 older;		/* entries that it asked for */
	uint64_t	 older_next;	/* the number that must come next */
	/* What its screen shows: the entries from first on. */
	bool		 has_shown;
	uint64_t	 shown_first, shown_last;
	uint64_t	*shown;		/* a hash each */
	size_t		 shown_room;
};

struct client {
	char		 name[TEXT_NAME_BYTES + 1];
	const char	*login;		/* the first name of the person */
	char		 passphrase[32];
	bool		 has_passphrase;
	struct noise_keypair key;
	struct memdisk	*mem;
	struct memdisk	*kept;		/* a copy of it, or NULL */
	bool		 put_back;	/* to that */
	struct disk	 disk;
	struct link	*link;		/* NULL: not running */
	bool		 asleep, busy, online;
	bool		 says_seen;	/* in this run, once it has all */
	enum record_phase phase;
	unsigned	 lost;
	int		 denial;
	int		 refusal;	/* of another name */
	int64_t		 refusal_ms;	/* its wait */
	struct world_person person;
	unsigned	 verified;
	int64_t		 due;
	union sock_addr	 addr;
	struct stay	*stay[WORLD_ROOMS];	/* NULL: never was there */
	int		 at;		/* the room that it looks at */
	int64_t		 mute_end;
	uint64_t	 spoof_in, spoof_out;	/* bytes, when diverted */
	int64_t		 line_us[2];	/* line free from: down, up */
};

/* Whose name that is: of which client's first name it came. */
struct owner {
	char		 fold[TEXT_FOLD_BYTES];
	const char	*first;
};

struct owners {
	struct owner	 of[OWNERS];
	size_t		 count;
};

/*
 * A room of the server: given to the hub, or of its list. What is of one that
 * is not open is read from a copy of the disk.
 */
struct world_room {
	char		 name[16], dir[32];
	struct log	*log;		/* NULL: there is no server, or */
	struct place	*place;		/* it is of this */
	struct memdisk	*shelf;		/* NULL: not needed yet */
	struct disk	 shelf_disk;
	struct journal	*closed;
	struct syncing_log syncing;
	bool		 open;		/* the hub has it */
};

struct world {
	struct world_config config;
	uint64_t	 rng;
	int64_t		 now;
	char		 broken[256];
	struct world_figures figures;
	unsigned	 burst;

	struct packet	**heap;
	size_t		 packets;
	uint64_t	 order;

	struct memdisk	*mem;
	struct memdisk	*kept[WORLD_KEPT];	/* copies of it */
	unsigned	 backups;
	bool		 restored;
	struct disk	 disk;
	struct waiter	 waiter;	/* beside the log, in half of the worlds */
	int64_t		 waiter_due;	/* INT64_MAX: he is not at work */
	struct syncing	 syncing;	/* where there are several rooms */
	struct world_room room[WORLD_ROOMS];
	const char	*names[WORLD_ROOMS];
	struct roomlist	*list;		/* NULL: they are given to the hub */
	int		 rooms;
	struct persons	*persons;	/* where devices are known */
	struct marks	*marks;
	struct heirs	*heirs;
	struct hub	*hub;
	int64_t		 hub_due;
	union sock_addr	 server;
	struct noise_keypair host;
	uint8_t		 psk[NOISE_KEY];
	struct { uint32_t index; union sock_addr addr; } session[SESSIONS];
	size_t		 sessions;
	bool		 dying, dead;
	unsigned	 last_words;

	struct client	*clients[WORLD_CLIENTS];
	int		 count;
	uint32_t	 next_ip;
	struct owners	 asked;		/* for names, each by who did first */
};

static void breaks(struct world *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
breaks(struct world *w, const char *format, ...)
{
	va_list ap;
	int n;

	if (w->broken[0] != '\0')
		return;
	n = snprintf(w->broken, sizeof(w->broken), "at %lld ms: ",
	    (long long)w->now);
	va_start(ap, format);
	vsnprintf(w->broken + n, sizeof(w->broken) - (size_t)n, format, ap);
	va_end(ap);
}

static void trace(struct world *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
trace(struct world *w, const char *format, ...)
{
	va_list ap;

	if (!w->config.trace)
		return;
	printf("# %8lld ", (long long)w->now);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
draw(struct world *w)
{
	uint64_t z = w->rng += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t
world_random(struct world *w, uint64_t below)
{
	return below == 0 ? 0 : draw(w) % below;
}

static bool
chance(struct world *w, unsigned permille)
{
	return permille > 0 && world_random(w, 1000) < permille;
}

static void
fill_random(void *arg, void *dst, size_t len)
{
	struct world *w = arg;
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)draw(w);
}

static int64_t
wall(const struct world *w)
{
	return wall_base + w->now;
}

/*
 * The network
 */

static bool
sooner(const struct packet *a, const struct packet *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void
heap_push(struct world *w, struct packet *p)
{
	size_t i = w->packets++;

	while (i > 0 && sooner(p, w->heap[(i - 1) / 2])) {
		w->heap[i] = w->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->heap[i] = p;
}

static struct packet *
heap_pop(struct world *w)
{
	struct packet *top = w->heap[0], *last = w->heap[--w->packets];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < w->packets) {
		if (child + 1 < w->packets &&
		    sooner(w->heap[child + 1], w->heap[child]))
			child++;
		if (!sooner(w->heap[child], last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return top;
}

static struct client *client_at(struct world *, const union sock_addr *);

/*
 * A datagram behind the others before the client's line, with what IP and UDP
 * add. When it is through, ms; -1: there is no room for it.
 */
static int64_t
pass_line(struct world *w, struct client *c, bool up, size_t len)
{
	const struct world_net *n = &w->config.net;
	int64_t now_us = w->now * 1000, *line = &c->line_us[up];

	if (*line < now_us)
		*line = now_us;
	if (*line - now_us > n->queue_ms * INT64_C(1000)) {
		w->figures.full++;
		return -1;
	}
	*line += (int64_t)(len + IP_UDP_BYTES) * 8 * 1000 / n->kbit;
	return *line / 1000;
}

int64_t
world_cross(struct world *w, int i, size_t len)
{
	return pass_line(w, w->clients[i], false, len);
}

static void
carry(struct world *w, bool up, const union sock_addr *from,
    const union sock_addr *to, const void *data, size_t len)
{
	const struct world_net *n = &w->config.net;
	double uniform = (double)(world_random(w, 1 << 20) + 1) / (1 << 20);
	struct client *c = n->kbit == 0 ? NULL :
	    client_at(w, up ? from : to);
	int64_t through = w->now;
	struct packet *p;

	if (len > LARGEST)
		breaks(w, "a datagram of %zu bytes", len);
	if (c != NULL && (through = pass_line(w, c, up, len)) == -1)
		return;
	if (w->packets == PACKETS || len > PACKET_BYTES ||
	    (p = malloc(sizeof(*p))) == NULL)
		return;
	p->due = through + n->delay_ms +
	    (int64_t)(-log(uniform) * n->jitter_ms + 0.5);
	if (chance(w, n->late_permille))
		p->due += 10 + (int64_t)world_random(w, 110);
	p->order = w->order++;
	p->up = up;
	p->from = *from;
	p->to = *to;
	p->len = len;
	memcpy(p->data, data, len);
	if (chance(w, n->corrupt_permille) && len > 0)
		p->data[world_random(w, len)] ^=
		    (uint8_t)(1 << world_random(w, 8));
	heap_push(w, p);
}

static bool
is_lost(struct world *w)
{
	const struct world_net *n = &w->config.net;

	if (w->burst > 0) {
		w->burst--;
		return true;
	}
	if (chance(w, n->burst_permille))
		w->burst = (unsigned)world_random(w, n->burst_max) + 1;
	return chance(w, n->loss_permille);
}

static void
post_packet(struct world *w, bool up, const union sock_addr *from,
    const union sock_addr *to, const void *data, size_t len)
{
	if (!is_lost(w))
		carry(w, up, from, to, data, len);
	if (chance(w, w->config.net.repeat_permille))
		carry(w, up, from, to, data, len);
}

static struct client *
client_at(struct world *w, const union sock_addr *addr)
{
	int i;

	for (i = 0; i < w->count; i++)
		if (sock_addr_eq(&w->clients[i]->addr, addr))
			return w->clients[i];
	return NULL;
}

/* 10.x is a client's, 203.x nobody's who would answer. */
static bool
is_spoofed(const union sock_addr *a)
{
	return ntohl(a->in4.sin_addr.s_addr) >> 24 == 203;
}

static union sock_addr
spoofed_address(const struct client *c)
{
	union sock_addr a = c->addr;

	a.in4.sin_addr.s_addr = htonl((UINT32_C(203) << 24) |
	    (ntohl(a.in4.sin_addr.s_addr) & 0xffffff));
	return a;
}

/*
 * The server
 */

static void
on_hub_send(void *arg, const union sock_addr *to, const void *data,
    size_t len)
{
	struct world *w = arg;
	struct client *c;
	int i;

	if (w->dead)
		return;
	if (w->dying && w->last_words-- == 0) {
		w->dead = true;
		return;
	}
	w->figures.down++;
	w->figures.down_bytes += len;
	if (is_spoofed(to)) {
		for (i = 0; i < w->count; i++) {
			c = w->clients[i];
			if ((ntohl(c->addr.in4.sin_addr.s_addr) & 0xffffff) !=
			    (ntohl(to->in4.sin_addr.s_addr) & 0xffffff))
				continue;
			c->spoof_out += len;
			trace(w, "to %s's spoofed address: %zu bytes",
			    c->name, len);
			if (c->spoof_out > 3 * c->spoof_in)
				breaks(w, "%llu bytes to an unproved address "
				    "for %llu", (unsigned long long)
				    c->spoof_out, (unsigned long long)
				    c->spoof_in);
		}
		return;
	}
	post_packet(w, false, &w->server, to, data, len);
}

static void
on_hub_event(void *arg, const struct hub_event *e)
{
	struct world *w = arg;

	if (e->kind != HUB_REFUSED)
		trace(w, "server: %.*s event %d", (int)e->name_len,
		    e->name == NULL ? "" : e->name, (int)e->kind);
}

/* What the file of sessions would hold. */
static void
on_session(void *arg, uint32_t index, const union sock_addr *addr)
{
	struct world *w = arg;
	size_t at = w->sessions++ % SESSIONS;

	w->session[at].index = index;
	w->session[at].addr = *addr;
}

static void
wake_sessions(struct world *w)
{
	size_t i, n = w->sessions < SESSIONS ? w->sessions : SESSIONS;

	w->sessions = 0;
	for (i = 0; i < n; i++)
		hub_wake(w->hub, w->session[i].index, &w->session[i].addr);
}

/* NULL: it is not open. */
static struct log *
log_of(const struct world *w, int room)
{
	const struct world_room *r = &w->room[room];

	return r->place != NULL ? r->place->log : r->log;
}

/* False: there is no such log, or it cannot be begun. */
static bool
open_log(struct world *w, int room)
{
	struct log_config lc = { .disk = &w->disk, .dir = w->room[room].dir,
	    .sync = LOG_SYNC_GROUP, .segment_bytes = SEGMENT };
	struct world_room *r = &w->room[room];
	uint8_t id[JOURNAL_ID];
	struct journal_why why;

	fill_random(w, id, sizeof(id));
	if (w->config.seed % 2 == 0)
		lc.syncer = w->rooms == 1 ? &w->waiter.syncer :
		    syncing_add(&w->syncing, &r->syncing);
	if (room > 0)
		lc.home = w->room[0].log;
	r->log = log_open(&lc, wall(w), id, &why);
	if (r->log != NULL)
		return true;
	if (why.kind == JOURNAL_CORRUPT)
		breaks(w, "journal corrupt: %s at %lld", why.path,
		    (long long)why.offset);
	trace(w, "server does not start: %d %s", why.error, why.path);
	return false;
}

static void
forget_shelf(struct world_room *r)
{
	journal_close(r->closed);
	memdisk_free(r->shelf);
	r->closed = NULL;
	r->shelf = NULL;
}

/* The others have the names' owners of the first. */
static void
close_logs(struct world *w)
{
	struct world_room *r;
	int i;

	for (i = w->rooms; i-- > 0;) {
		r = &w->room[i];
		forget_shelf(r);
		r->place = NULL;
		log_close(r->log);
		syncing_remove(&r->syncing);
		r->log = NULL;
		r->open = false;
	}
	roomlist_free(w->list);
	w->list = NULL;
	marks_close(w->marks);
	persons_free(w->persons);
	heirs_close(w->heirs);
	w->marks = NULL;
	w->persons = NULL;
	w->heirs = NULL;
}

static bool
open_people(struct world *w)
{
	struct journal_why why;

	w->persons = persons_new(0);
	w->marks = marks_open(&w->disk, w->room[0].dir, w->persons, &why);
	if (w->marks == NULL && why.kind == JOURNAL_CORRUPT)
		breaks(w, "corrupt: %s at %lld", why.path,
		    (long long)why.offset);
	w->heirs = heirs_open(&w->disk, w->room[0].dir, 0, &why);
	if (w->heirs == NULL && why.kind == JOURNAL_CORRUPT)
		breaks(w, "corrupt: %s at %lld", why.path,
		    (long long)why.offset);
	return w->marks != NULL && w->heirs != NULL;
}

static bool
open_list(struct world *w)
{
	struct roomlist_config rc = { .log = { .disk = &w->disk,
	    .dir = "/srv", .sync = LOG_SYNC_GROUP, .segment_bytes = SEGMENT },
	    .names = w->names, .names_n = (size_t)w->rooms,
	    .random = fill_random, .arg = w };
	struct roomlist_why why;
	struct world_room *r;
	int i;

	if (w->config.seed % 2 == 0)
		rc.log.syncer = &w->waiter.syncer;
	w->list = roomlist_new(&rc, wall(w), &why);
	if (w->list == NULL) {
		if (why.kind != ROOMLIST_DISK ||
		    why.disk.kind == JOURNAL_CORRUPT)
			breaks(w, "no list of rooms: %d, %s %s", (int)why.kind,
			    why.name, why.disk.path);
		trace(w, "server does not start: %d %s", why.disk.error,
		    why.disk.path);
		return false;
	}
	for (i = 0; i < w->rooms; i++) {
		r = &w->room[i];
		r->place = roomlist_find(w->list, r->name, strlen(r->name));
		r->open = true;
	}
	return true;
}

static bool
open_logs(struct world *w)
{
	int i;

	waiter_init(&w->waiter, &w->disk);
	w->waiter.slow = true;
	w->waiter.many = w->rooms > 1;
	w->waiter_due = INT64_MAX;
	syncing_init(&w->syncing, &w->waiter.syncer);
	if (w->rooms > 1 && w->config.listed)
		return open_list(w);
	for (i = 0; i < w->rooms; i++)
		if (!open_log(w, i)) {
			close_logs(w);
			return false;
		}
	return true;
}

static void
take_no_entry(void *arg, const struct entry *e, uint32_t node, bool ours)
{
	(void)arg;
	(void)e;
	(void)node;
	(void)ours;
}

static void
gather_nothing(void *arg)
{
	(void)arg;
}

/* One that lacked some at first has them after a while. */
static bool
is_whole(struct world *w, struct log *log)
{
	const struct log_out out = { .entry = take_no_entry,
	    .gather = gather_nothing, .refused = gather_nothing };

	if (log_state(log) == LOG_READY)
		return true;
	log_turn(log, w->now, wall(w), &out);
	w->hub_due = w->now + 1;
	return log_state(log) == LOG_READY;
}

/* The hub has them once all was told that there is. */
static void
add_rooms(struct world *w)
{
	struct world_room *r;

	for (r = w->room + 1; r < w->room + w->rooms; r++) {
		if (r->open || !hub_is_open(w->hub) || !is_whole(w, r->log))
			continue;
		r->open = hub_add_room(w->hub, r->name, r->log);
		if (!r->open)
			breaks(w, "the hub does not take %s", r->name);
	}
}

/* Who comes before that had better wait. */
static bool
is_serving(const struct world *w)
{
	int i;

	if (w->hub == NULL)
		return false;
	for (i = 1; i < w->rooms && w->room[i].open; i++)
		continue;
	return i >= w->rooms;
}

void
world_server_start(struct world *w)
{
	struct hub_config hc = { .classic = HUB_CLASSIC_LOCAL,
	    .rate = w->config.rate, .idle_ms = 12 * 3600 * 1000 };
	struct hub_out out = { .send = on_hub_send,
	    .event = on_hub_event, .session = on_session,
	    .random = fill_random, .arg = w };
	bool good;

	if (w->hub != NULL) {
		w->dying = false;
		return;
	}
	w->dying = w->dead = false;
	good = open_logs(w);
	hc.seed = (uint32_t)draw(w);
	if (good && w->config.people && !open_people(w)) {
		close_logs(w);
		good = false;
	}
	if (!good)
		return;
	hc.persons = w->persons;
	hc.marks = w->marks;
	hc.heirs = w->heirs;
	hc.gate.seed = hc.seed;
	hc.gate.key = w->host;
	hc.gate.rooms = w->rooms > 1;
	hc.gate.people = w->config.people;
	hc.rooms = w->list;
	strlcpy(hc.gate.room, w->room[0].name, sizeof(hc.gate.room));
	if (w->config.passphrase != NULL) {
		hc.gate.has_psk = true;
		memcpy(hc.gate.psk, w->psk, NOISE_KEY);
	}
	w->hub = hub_new(&hc, log_of(w, 0), w->now, wall(w), &out);
	if (w->hub == NULL) {
		breaks(w, "the hub does not start");
		close_logs(w);
		return;
	}
	wake_sessions(w);
	w->hub_due = w->now;
	add_rooms(w);
	trace(w, "server starts, head %llu",
	    (unsigned long long)world_head(w));
}

void
world_server_stop(struct world *w)
{
	if (w->hub == NULL)
		return;
	trace(w, "server stops");
	hub_close(w->hub, w->now, wall(w), HUB_END_STOPPED);
	hub_free(w->hub);
	w->hub = NULL;
	close_logs(w);
}

static void
server_dies(struct world *w)
{
	trace(w, "server dies, head %llu, durable %llu",
	    (unsigned long long)world_head(w),
	    (unsigned long long)log_durable(log_of(w, 0)));
	w->dead = true;
	memdisk_crash(w->mem, draw(w));
	/* It is dead: nothing of what it knew is written. */
	if (w->marks != NULL)
		memdisk_die(w->mem, 0);
	hub_free(w->hub);
	marks_close(w->marks);
	w->marks = NULL;
	memdisk_kill(w->mem);
	w->hub = NULL;
	close_logs(w);
	w->dying = false;
}

void
world_server_kill(struct world *w, unsigned after)
{
	if (w->hub == NULL)
		return;
	if (after == 0) {
		server_dies(w);
		return;
	}
	w->dying = true;
	w->last_words = after;
}

void
world_server_disk(struct world *w, uint64_t bytes)
{
	memdisk_limit(w->mem, bytes == UINT64_MAX ? bytes :
	    memdisk_bytes(w->mem) + bytes);
}

void
world_room_disk(struct world *w, int room, uint64_t bytes)
{
	const char *dir = w->room[room].dir;

	if (w->room[room].place != NULL)
		dir = w->room[room].place->dir;
	trace(w, "the disk of %s has %lld bytes left", w->room[room].name,
	    (long long)bytes);
	memdisk_limit_in(w->mem, dir, bytes == UINT64_MAX ? bytes :
	    memdisk_bytes_in(w->mem, dir) + bytes);
}

void
world_server_back_up(struct world *w)
{
	unsigned i;

	trace(w, "server is backed up at %llu",
	    (unsigned long long)world_head(w));
	i = w->backups < WORLD_KEPT ? w->backups++ :
	    (unsigned)world_random(w, WORLD_KEPT);
	memdisk_free(w->kept[i]);
	w->kept[i] = memdisk_copy(w->mem);
}

void
world_server_put_back(struct world *w, unsigned i)
{
	if (w->hub != NULL)
		server_dies(w);
	trace(w, "server is put back to copy %u", i);
	memdisk_free(w->mem);
	w->mem = memdisk_copy(w->kept[i]);
	w->disk = memdisk_disk(w->mem);
	memdisk_lose_names(w->mem);
	w->restored = true;
}

void
world_server_restore(struct world *w)
{
	world_server_put_back(w, (unsigned)world_random(w, w->backups));
}

bool
world_server_up(const struct world *w)
{
	return w->hub != NULL;
}

/*
 * The clients
 */

static uint64_t
hash_of(const struct entry *e)
{
	uint8_t bytes[ENTRY_BYTES], hash[16];
	struct entry same = *e;
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	uint64_t h;

	same.id = 0;	/* the screen has its own name for its own lines */
	entry_encode(&out, &same);
	crypto_generichash(hash, sizeof(hash), bytes, out.len, NULL, 0);
	memcpy(&h, hash, sizeof(h));
	return h;
}

static struct world *the_world;	/* of the callback's client; one at a time */

static void
take_shown(const struct client *c, struct stay *s, const struct entry *e)
{
	struct world *w = the_world;

	if (!s->has_shown) {
		s->has_shown = true;
		s->shown_first = e->seq;
		s->shown_last = e->seq - 1;
	}
	if (e->seq != s->shown_last + 1) {
		breaks(w, "%s is shown %llu after %llu in %s", c->name,
		    (unsigned long long)e->seq,
		    (unsigned long long)s->shown_last,
		    w->room[s->room].name);
		return;
	}
	if (e->seq - s->shown_first >= s->shown_room) {
		s->shown_room = s->shown_room == 0 ? 256 : s->shown_room * 2;
		s->shown = realloc(s->shown, s->shown_room * sizeof(uint64_t));
	}
	s->shown[e->seq - s->shown_first] = hash_of(e);
	s->shown_last = e->seq;
}

static void
take_member(const struct client *c, struct stay *s, const struct record *r)
{
	struct member *p;

	if (r->flags & RECORD_MEMBER_FIRST)
		roster_clear(&s->members);
	trace(the_world, "%s is told of %.*s, %x", c->name, (int)r->text_len,
	    r->text, (unsigned)r->flags);
	p = roster_add(&s->members, r->text, r->text_len,
	    (r->flags & RECORD_MEMBER_CLASSIC) != 0);
	p->away = (r->flags & RECORD_MEMBER_AWAY) != 0;
}

static void
take_person(struct client *c, const struct record *r)
{
	struct world_person *p = &c->person;

	p->answers++;
	p->flags = r->flags;
	p->since_ms = r->entry.time_ms;
	snprintf(p->key, sizeof(p->key), "%.*s", (int)r->entry.text_len,
	    r->entry.text == NULL ? "" : r->entry.text);
	snprintf(p->name, sizeof(p->name), "%.*s", (int)r->text_len, r->text);
}

static void
take_denial(struct world *w, struct client *c, struct stay *s,
    const struct record *r)
{
	if (r->denial != RECORD_SILENT)
		trace(w, "%s is denied: %d%s%s", c->name, (int)r->denial,
		    r->id != 0 ? ", in " : "",
		    r->id != 0 ? w->room[s->room].name : "");
	if (r->type == RECORD_NICK_DENIED) {
		c->refusal = (int)r->denial;
		c->refusal_ms = r->wait_ms;
	} else if (r->id != 0)
		s->denial = (int)r->denial;
	else
		c->denial = (int)r->denial;
}

static int
number_of(struct world *w, const struct client *c)
{
	int i;

	for (i = 0; i < w->count; i++)
		if (w->clients[i] == c)
			return i;
	return -1;
}

/* The last piece has the tag by which the link speaks of it later. */
static void
note_earlier(struct stay *s, const struct record *r)
{
	struct earlier *e = &s->earlier[s->earlier_n % LINES];
	char text[64], name[TEXT_NAME_BYTES + 1];

	snprintf(text, sizeof(text), "%.*s", (int)r->text_len, r->text);
	if (sscanf(text, "%32[^#]#%u/", name, &e->line) != 2 ||
	    e->line >= LINES)
		return;
	e->tag = r->id;
	s->earlier_n++;
}

/* LINES: none is known by that tag. */
static unsigned
line_of(const struct stay *s, uint64_t tag)
{
	unsigned i;

	if (tag >> 63 == 0)
		return tag > 0 && tag <= LINES ? (unsigned)tag - 1 : LINES;
	for (i = s->earlier_n; i-- > 0 && i + LINES >= s->earlier_n;)
		if (s->earlier[i % LINES].tag == tag)
			return s->earlier[i % LINES].line;
	return LINES;
}

/* From there on it is shown what comes, as that is known now. */
static void
rewind_shown(const struct client *c, struct stay *s, uint64_t keep)
{
	trace(the_world, "%s rewinds to %llu", c->name,
	    (unsigned long long)keep);
	if (!s->has_shown || keep >= s->shown_last)
		return;
	s->shown_last = keep;
	if (keep < s->shown_first)
		s->has_shown = false;
}

static void
take_older(const struct client *c, struct stay *s, const struct record *r)
{
	if (r->entry.seq != s->older_next)
		breaks(the_world, "%s gets %llu for %llu", c->name,
		    (unsigned long long)r->entry.seq,
		    (unsigned long long)s->older_next);
	s->older_next--;
	s->older++;
}

/* Tags are 1 for line 0 and so on; those of earlier runs have the high bit,
 * and the outbox's counter: then the text tells. */
static void
take_of_lines(const struct client *c, struct stay *s, const struct record *r)
{
	unsigned n = (unsigned)r->id;

	if (r->type == RECORD_PENDING)
		note_earlier(s, r);
	else if (r->type == RECORD_POSTED) {
		if (r->id >> 63 == 0 && n > 0 && n <= LINES)
			s->lines[n - 1].safe = true;
	} else {
		trace(the_world, "%s is refused %llx", c->name,
		    (unsigned long long)r->id);
		n = line_of(s, r->id);
		if (n < LINES)
			s->lines[n].said = false;
	}
}

static void
take_state(struct client *c, struct stay *s, const struct record *r)
{
	c->lost += c->phase == RECORD_ONLINE &&
	    r->state.phase != RECORD_ONLINE;
	c->phase = r->state.phase;
	c->online = r->state.phase == RECORD_ONLINE;
	s->pending = r->state.pending;
}

static void
take_welcome(const struct client *c, struct stay *s, const struct record *r)
{
	snprintf(s->called, sizeof(s->called), "%.*s", (int)r->text_len,
	    r->text);
	s->was_in = true;
	trace(the_world, "%s is called %s", c->name, s->called);
}

/* Of that room it is told nothing any more. */
static void
check_window(struct world *w, const struct client *c, const struct stay *s,
    const struct record *r)
{
	if (r->window >= w->rooms || s == NULL || (!s->is_of &&
	    (r->type == RECORD_ENTRY || r->type == RECORD_OLDER ||
	    r->type == RECORD_POSTED || r->type == RECORD_MEMBER ||
	    r->type == RECORD_STATE || r->type == RECORD_WELCOME)))
		breaks(w, "%s is told by %d of a room where it is not, %u",
		    c->name, (int)r->type, (unsigned)r->window);
}

/* Where it stores what is of a room: by one spelling of the host, or another. */
static void
name_dir(const struct world *w, char dir[32], bool elsewhere, int room)
{
	const char *top = w->rooms == 1 ? "" : "/home", *leaf =
	    elsewhere ? "/d" : "/c";

	if (room == 0)
		snprintf(dir, 32, "%s%s", top, leaf);
	else
		snprintf(dir, 32, "%s%s/room/r%d", top, leaf, room);
}

/* What it has there, from now on. */
static struct stay *
stay_in(const struct world *w, struct client *c, int room)
{
	struct stay *s = c->stay[room];

	if (s != NULL)
		return s;
	s = c->stay[room] = calloc(1, sizeof(*s));
	s->room = room;
	roster_init(&s->members);
	name_dir(w, s->dir, false, room);
	return s;
}

/* The screen's process says so in its next turn. */
static void
take_mine(struct world *w, struct client *c, const struct record *r)
{
	int room;

	for (room = 0; room < w->rooms; room++)
		if (strlen(w->room[room].name) == r->text_len &&
		    memcmp(w->room[room].name, r->text, r->text_len) == 0)
			stay_in(w, c, room)->mine = true;
	c->due = w->now;
}

static void
on_record(void *arg, const struct record *r)
{
	struct client *c = arg;
	struct world *w = the_world;
	struct stay *s = c->stay[r->window % WORLD_ROOMS];

	check_window(w, c, s, r);
	if (w->broken[0] != '\0')
		return;
	switch (r->type) {
	case RECORD_ENTRY:
		take_shown(c, s, &r->entry);
		roster_take(&s->members, &r->entry);
		if (w->config.shown != NULL)
			w->config.shown(w->config.arg, number_of(w, c),
			    &r->entry);
		break;
	case RECORD_OLDER:
		take_older(c, s, r);
		break;
	case RECORD_REWIND:
		rewind_shown(c, s, r->id);
		break;
	case RECORD_POSTED:
	case RECORD_PENDING:
	case RECORD_REFUSED:
		take_of_lines(c, s, r);
		break;
	case RECORD_DENIED:
	case RECORD_NICK_DENIED:
		take_denial(w, c, s, r);
		break;
	case RECORD_WELCOME:
		take_welcome(c, s, r);
		break;
	case RECORD_MEMBER:
		take_member(c, s, r);
		break;
	case RECORD_PERSON:
		take_person(c, r);
		break;
	case RECORD_MARK:
		if (r->id > s->mark)
			s->mark = r->id;
		break;
	case RECORD_PARTED:
		s->parted = true;
		break;
	case RECORD_MINE:
		take_mine(w, c, r);
		break;
	case RECORD_VERIFIED:
		if (r->flags == 0)
			breaks(w, "%s has another %llu than the server",
			    c->name, (unsigned long long)r->id);
		else
			c->verified++;
		break;
	case RECORD_STATE:
		take_state(c, s, r);
		break;
	default:
		break;
	}
}

static bool
on_link_send(void *arg, const void *data, size_t len)
{
	struct client *c = arg;
	struct world *w = the_world;
	union sock_addr spoofed;

	w->figures.up++;
	w->figures.up_bytes += len;
	if (c->asleep || memdisk_died(c->mem))
		return true;
	if (chance(w, w->config.net.divert_permille)) {
		spoofed = spoofed_address(c);
		carry(w, true, &spoofed, &w->server, data, len);
	}
	post_packet(w, true, &c->addr, &w->server, data, len);
	return true;
}

static bool
on_room(void *arg)
{
	return !((struct client *)arg)->busy;
}

static enum link_trust
on_trust(void *arg, const uint8_t key[NOISE_KEY], bool *psk)
{
	(void)arg;
	*psk = the_world->config.passphrase != NULL;
	return memcmp(key, the_world->host.public, NOISE_KEY) == 0 ?
	    LINK_KNOWN : LINK_CHANGED;
}

/* Only of who proved it. */
static enum link_trust
on_remember(void *arg, const uint8_t key[NOISE_KEY], bool psk)
{
	struct client *c = arg;

	if (memcmp(key, the_world->host.public, NOISE_KEY) != 0 ||
	    psk != (the_world->config.passphrase != NULL))
		breaks(the_world, "%s remembers somebody else", c->name);
	return LINK_KNOWN;
}

static void
take_address(struct world *w, struct client *c)
{
	memset(&c->addr, 0, sizeof(c->addr));
	c->addr.in4.sin_family = AF_INET;
	c->addr.in4.sin_addr.s_addr = htonl((UINT32_C(10) << 24) +
	    ++w->next_ip);
	c->addr.in4.sin_port = htons((uint16_t)(1024 +
	    world_random(w, 60000)));
	c->spoof_in = c->spoof_out = 0;
}

static void
on_new_port(void *arg)
{
	take_address(the_world, arg);
}

static void
on_link_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	fill_random(the_world, dst, len);
}

/* Of the rooms, too; all of them last. */
static void
make_dirs(const struct world *w, struct client *c, bool elsewhere)
{
	const struct disk *d = &c->disk;
	char dir[32], rooms[64];
	int i;

	if (w->rooms > 1)
		d->make_dir(d->arg, "/home");
	name_dir(w, dir, elsewhere, 0);
	d->make_dir(d->arg, dir);
	d->sync_dir(d->arg, w->rooms > 1 ? "/home" : "/");
	if (w->rooms == 1)
		return;
	snprintf(rooms, sizeof(rooms), "%s/room", dir);
	d->make_dir(d->arg, rooms);
	d->sync_dir(d->arg, dir);
	for (i = 1; i < w->rooms; i++) {
		name_dir(w, dir, elsewhere, i);
		d->make_dir(d->arg, dir);
	}
	d->sync_dir(d->arg, rooms);
}

int
world_client(struct world *w, const char *name, int person,
    const char *passphrase)
{
	struct client *c = calloc(1, sizeof(*c));
	uint8_t secret[NOISE_KEY];

	strlcpy(c->name, name, sizeof(c->name));
	if (passphrase != NULL) {
		strlcpy(c->passphrase, passphrase, sizeof(c->passphrase));
		c->has_passphrase = true;
	}
	c->login = person >= 0 && w->config.people ?
	    w->clients[person]->login : c->name;
	if (person >= 0)
		c->key = w->clients[person]->key;
	else {
		fill_random(w, secret, sizeof(secret));
		noise_keypair_from(&c->key, secret);
	}
	stay_in(w, c, 0)->is_of = true;
	c->mem = memdisk_new();
	c->disk = memdisk_disk(c->mem);
	make_dirs(w, c, false);
	memdisk_lose_names(c->mem);
	take_address(w, c);
	w->clients[w->count] = c;
	return w->count++;
}

/* What he said last before he parted may be refused, and nobody tells him. */
static void
forget_last_words(const struct client *c)
{
	struct stay *s;
	unsigned n;
	int room;

	for (room = 0; room < WORLD_ROOMS; room++) {
		s = c->stay[room];
		for (n = 0; s != NULL && !s->is_of && n < s->said; n++)
			if (!s->lines[n].safe)
				s->lines[n].said = false;
	}
}

void
world_mute(struct world *w, int i, int64_t ms)
{
	struct hub_person who = { .here = true };

	if (w->hub == NULL)
		return;
	w->clients[i]->mute_end = ms == 0 ? w->now : w->now + ms;
	forget_last_words(w->clients[i]);
	the_world = w;
	fingerprint_text(who.fingerprint, w->clients[i]->key.public);
	trace(w, "%s may say nothing for %lld ms", w->clients[i]->name,
	    (long long)ms);
	if (ms > 0)
		hub_mute(w->hub, w->now, wall(w), &who, ms, "why");
	else
		hub_unmute(w->hub, w->now, wall(w), &who);
	w->hub_due = w->now;
}

/* It is shown all anew. */
static void
begin_stay(struct stay *s)
{
	s->has_shown = s->parted = false;
	s->mark = s->seen;
	s->called[0] = '\0';
	s->denial = 0;
	roster_clear(&s->members);
}

/* What it stores of the room that it looks at, and is in first, is in dir. */
static void
open_link(struct world *w, struct client *c, const char *dir)
{
	struct stay *s = c->stay[c->at];
	struct link_config lc = { .identity = c->key,
	    .place = { .disk = &c->disk, .dir = dir },
	    .room = c->at == 0 ? NULL : w->room[c->at].name,
	    .window = (uint16_t)c->at, .people = w->config.people,
	    .passphrase = c->has_passphrase ? c->passphrase :
	    NULL };
	struct link_out out = { .send = on_link_send, .record = on_record,
	    .room = on_room, .trust = on_trust, .remember = on_remember,
	    .new_port = on_new_port, .random = on_link_random, .arg = c };

	begin_stay(s);
	c->online = c->asleep = c->busy = false;
	c->says_seen = true;
	c->denial = c->refusal = 0;
	c->phase = RECORD_IDLE;
	c->link = link_new(&lc, &out);
	link_login(c->link, w->now, c->login, strlen(c->login));
	c->due = w->now;
}

static void
join_room(struct world *w, struct client *c, struct stay *s)
{
	const struct link_place place = { .disk = &c->disk, .dir = s->dir,
	    .again = s->was_in };
	const char *name = w->room[s->room].name;

	begin_stay(s);
	if (!link_join(c->link, w->now, (uint16_t)s->room, &place, name,
	    strlen(name)))
		breaks(w, "%s cannot join %s", c->name, name);
	c->due = w->now;
}

void
world_client_start(struct world *w, int i)
{
	struct client *c = w->clients[i];
	char from[32], to[32];
	int room;

	if (c->link != NULL)
		return;
	trace(w, "%s starts", c->name);
	the_world = w;
	name_dir(w, to, false, 0);
	name_dir(w, from, true, 0);
	if (!rooms_take_one(&c->disk, from, to) && w->rooms > 1)
		breaks(w, "%s does not take all: %d", c->name, errno);
	open_link(w, c, c->stay[c->at]->dir);
	for (room = 0; room < w->rooms; room++)
		if (room != c->at && world_client_is_of(w, i, room))
			join_room(w, c, c->stay[room]);
}

void
world_client_enter(struct world *w, int i, int room)
{
	struct client *c = w->clients[i];
	struct stay *s = stay_in(w, c, room);

	if (s->is_of || c->asleep)
		return;
	trace(w, "%s enters %s", c->name, w->room[room].name);
	the_world = w;
	s->is_of = true;
	if (c->link != NULL)
		join_room(w, c, s);
}

void
world_client_part(struct world *w, int i, int room)
{
	struct client *c = w->clients[i];
	int other;

	for (other = 0; other < w->rooms; other++)
		if (other != room && world_client_is_of(w, i, other))
			break;
	if (!world_client_is_of(w, i, room) || other == w->rooms || c->asleep)
		return;
	trace(w, "%s parts from %s", c->name, w->room[room].name);
	the_world = w;
	if (c->at == room)
		world_client_look(w, i, other);
	c->stay[room]->is_of = c->stay[room]->was_in = false;
	if (w->now < c->mute_end)
		forget_last_words(c);
	if (c->link != NULL)
		link_part(c->link, w->now, (uint16_t)room);
	c->due = w->now;
}

void
world_client_see(struct world *w, int i)
{
	struct client *c = w->clients[i];
	struct stay *s = c->stay[c->at];

	if (c->link == NULL || c->asleep || !s->has_shown)
		return;
	the_world = w;
	if (s->shown_last > s->seen)
		s->seen = s->shown_last;
	if (s->seen > s->mark)
		s->mark = s->seen;
	link_seen(c->link, w->now, (uint16_t)c->at, s->seen);
	c->due = w->now;
}

uint64_t
world_client_mark(const struct world *w, int i, int room)
{
	const struct stay *s = w->clients[i]->stay[room];

	return s == NULL ? 0 : s->mark;
}

void
world_client_look(struct world *w, int i, int room)
{
	struct client *c = w->clients[i];

	if (!world_client_is_of(w, i, room) || c->asleep)
		return;
	the_world = w;
	c->at = room;
	if (c->link != NULL)
		link_look(c->link, w->now, (uint16_t)room);
	c->due = w->now;
}

bool
world_client_is_of(const struct world *w, int i, int room)
{
	const struct stay *s = w->clients[i]->stay[room];

	return s != NULL && s->is_of;
}

void
world_client_kill(struct world *w, int i, bool machine)
{
	struct client *c = w->clients[i];

	if (c->link == NULL)
		return;
	trace(w, "%s is killed", c->name);
	the_world = w;
	if (machine)
		memdisk_crash(c->mem, draw(w));
	else
		memdisk_kill(c->mem);
	link_free(c->link);
	c->link = NULL;
	c->online = false;
}

void
world_rekey(struct world *w, int i)
{
	struct noise_keypair was = w->clients[i]->key, is;
	uint8_t secret[NOISE_KEY];
	struct client *c;
	bool runs;
	int k;

	if (w->hub == NULL)
		return;
	the_world = w;
	fill_random(w, secret, sizeof(secret));
	noise_keypair_from(&is, secret);
	if (hub_rekey(w->hub, w->now, wall(w), was.public, is.public) !=
	    HUB_ACT_OK)
		return;
	trace(w, "%s has another key", w->clients[i]->name);
	w->hub_due = w->now;
	for (k = 0; k < w->count; k++) {
		c = w->clients[k];
		if (memcmp(&c->key, &was, sizeof(was)) != 0)
			continue;
		runs = c->link != NULL;
		world_client_kill(w, k, false);
		c->key = is;
		if (runs)
			world_client_start(w, k);
	}
}

void
world_client_die(struct world *w, int i, unsigned changes)
{
	if (w->clients[i]->link != NULL)
		memdisk_die(w->clients[i]->mem, changes);
}

void
world_client_back_up(struct world *w, int i)
{
	struct client *c = w->clients[i];

	trace(w, "%s is backed up", c->name);
	memdisk_free(c->kept);
	c->kept = memdisk_copy(c->mem);
}

bool
world_client_put_back(struct world *w, int i)
{
	struct client *c = w->clients[i];
	struct stay *s;
	unsigned n;
	int room;

	if (c->kept == NULL)
		return false;
	world_client_kill(w, i, false);
	trace(w, "%s is put back", c->name);
	memdisk_free(c->mem);
	c->mem = memdisk_copy(c->kept);
	c->disk = memdisk_disk(c->mem);
	memdisk_lose_names(c->mem);
	c->put_back = true;
	for (room = 0; room < w->rooms; room++) {
		if ((s = c->stay[room]) == NULL)
			continue;
		s->put_back_at = s->said;
		for (n = 0; n < s->said; n++)
			s->lines[n].doubtful |= !s->lines[n].safe;
	}
	return true;
}

void
world_client_leave(struct world *w, int i)
{
	if (w->clients[i]->link != NULL && !w->clients[i]->asleep) {
		trace(w, "%s leaves", w->clients[i]->name);
		the_world = w;
		link_leave(w->clients[i]->link, w->now);
		w->clients[i]->due = w->now;
	}
}

void
world_client_sleep(struct world *w, int i, bool asleep)
{
	struct client *c = w->clients[i];

	if (c->link == NULL || c->asleep == asleep)
		return;
	trace(w, "%s %s", c->name, asleep ? "sleeps" : "wakes");
	the_world = w;
	c->asleep = asleep;
	if (!asleep) {
		link_wake(c->link, w->now);
		c->due = w->now;
	}
}

void
world_client_miss(struct world *w, int i, int other, int lines, int64_t ms)
{
	int n;

	world_client_sleep(w, i, true);
	for (n = 1; n <= lines; n++) {
		world_client_say(w, other, false);
		if (n % 20 == 0)
			world_run(w, 30);
	}
	world_run(w, ms);
}

int64_t
world_client_catch_up(struct world *w, int i, int64_t most)
{
	int64_t began = w->now;

	world_client_sleep(w, i, false);
	while (world_client_have(w, i) < world_head(w) &&
	    w->now < began + most)
		world_run(w, 1);
	return w->now - began;
}

void
world_client_move(struct world *w, int i)
{
	trace(w, "%s moves", w->clients[i]->name);
	take_address(w, w->clients[i]);
}

static const char *
owner_of(const struct owners *o, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	size_t i;

	if (text_fold(fold, name, len) == 0)
		return NULL;
	for (i = 0; i < o->count; i++)
		if (strcmp(o->of[i].fold, fold) == 0)
			return o->of[i].first;
	return NULL;
}

/* Where nobody is called so yet. */
static void
note_owner(struct owners *o, const char *name, size_t len, const char *first)
{
	if (owner_of(o, name, len) != NULL || o->count == OWNERS)
		return;
	text_fold(o->of[o->count].fold, name, len);
	o->of[o->count++].first = first;
}

void
world_client_nick(struct world *w, int i, const char *name)
{
	struct client *c = w->clients[i];

	if (c->link == NULL || c->asleep)
		return;
	trace(w, "%s wants to be called %s", c->name, name);
	the_world = w;
	c->refusal = 0;
	note_owner(&w->asked, name, strlen(name), c->login);
	link_nick(c->link, w->now, (uint16_t)c->at, name, strlen(name));
	c->due = w->now;
}

const char *
world_client_name(const struct world *w, int i)
{
	const struct client *c = w->clients[i];

	return c->stay[c->at]->called;
}

int
world_client_refusal(const struct world *w, int i)
{
	return w->clients[i]->refusal;
}

int64_t
world_client_refusal_ms(const struct world *w, int i)
{
	return w->clients[i]->refusal_ms;
}

void
world_client_whois(struct world *w, int i, const char *name)
{
	struct client *c = w->clients[i];

	the_world = w;
	link_whois(c->link, w->now, (uint16_t)c->at, name, strlen(name));
	c->due = w->now;
}

struct world_person
world_client_person(const struct world *w, int i)
{
	return w->clients[i]->person;
}

void
world_client_verify(struct world *w, int i)
{
	struct client *c = w->clients[i];

	the_world = w;
	link_verify(c->link, w->now, (uint16_t)c->at);
	c->due = w->now;
}

unsigned
world_client_verified(const struct world *w, int i)
{
	return w->clients[i]->verified;
}

unsigned
world_client_members(const struct world *w, int i)
{
	const struct client *c = w->clients[i];

	return (unsigned)c->stay[c->at]->members.count;
}

bool
world_client_sees_away(const struct world *w, int i, const char *name)
{
	const struct client *c = w->clients[i];
	const struct member *p = roster_named(&c->stay[c->at]->members, name,
	    strlen(name));

	return p != NULL && p->away;
}

void
world_client_read(struct world *w, int i, uint64_t before, uint32_t count)
{
	struct client *c = w->clients[i];

	the_world = w;
	c->stay[c->at]->older_next = before - 1;
	link_read(c->link, w->now, (uint16_t)c->at, before, count);
	c->due = w->now;
}

unsigned
world_client_older(const struct world *w, int i)
{
	const struct client *c = w->clients[i];

	return c->stay[c->at]->older;
}

void
world_client_busy(struct world *w, int i, bool busy)
{
	w->clients[i]->busy = busy;
	w->clients[i]->due = w->now;
}

static void
say(struct world *w, struct client *c, bool is_long)
{
	struct stay *s = c->stay[c->at];
	char text[RECORD_TEXT], where[16] = "";
	unsigned pieces = is_long ? 2 + (unsigned)world_random(w, 9) : 1, k;
	size_t len, end;

	if (s->said == LINES)
		return;
	if (w->rooms > 1)
		snprintf(where, sizeof(where), "@r%d", c->at);
	trace(w, "%s says #%u%s%s", c->name, s->said, where, is_long ?
	    ", long" : "");
	s->lines[s->said].said = true;
	for (k = 0, len = 0; k < pieces; k++) {
		/* There, and nowhere else, it is cut. */
		end = k * TEXT_LINE_BYTES + (k < pieces - 1 ?
		    (size_t)TEXT_LINE_BYTES : 900);
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s#%u/%u%s%s", c->name, s->said, k, where,
		    is_long ? " " : ".");
		while (is_long && len < end)
			text[len++] = 'x';
	}
	link_post(c->link, w->now, (uint16_t)c->at, &(struct link_line){
	    (uint64_t)s->said + 1, ENTRY_SAY, text, len, false });
	s->said++;
	c->due = w->now;
}

void
world_client_say(struct world *w, int i, bool is_long)
{
	struct client *c = w->clients[i];

	the_world = w;
	if (c->link != NULL && !c->asleep && !memdisk_died(c->mem))
		say(w, c, is_long);
}

void
world_client_say_elsewhere(struct world *w, int i, unsigned lines)
{
	struct client *c = w->clients[i];
	char dir[32];

	if (c->link != NULL)
		return;
	trace(w, "%s says %u lines elsewhere", c->name, lines);
	the_world = w;
	make_dirs(w, c, true);
	name_dir(w, dir, true, c->at);
	open_link(w, c, dir);
	c->asleep = true;	/* nothing of it comes anywhere */
	while (lines-- > 0)
		say(w, c, false);
	link_keep(c->link, w->now);
	c->asleep = false;
	world_client_kill(w, i, false);
}

bool
world_client_up(const struct world *w, int i)
{
	return w->clients[i]->link != NULL;
}

unsigned
world_client_lost(const struct world *w, int i)
{
	return w->clients[i]->lost;
}

unsigned long long
world_handshakes(const struct world *w)
{
	return w->hub == NULL ? 0 : hub_figures(w->hub).handshakes;
}

bool
world_client_online(const struct world *w, int i)
{
	return w->clients[i]->online;
}

int
world_client_denial(const struct world *w, int i)
{
	return w->clients[i]->denial;
}

uint64_t
world_client_have(const struct world *w, int i)
{
	const struct client *c = w->clients[i];

	return c->link == NULL ? 0 : link_have(c->link, (uint16_t)c->at);
}

uint64_t
world_client_shown(const struct world *w, int i)
{
	const struct client *c = w->clients[i];
	const struct stay *s = c->stay[c->at];

	return s->has_shown ? s->shown_last - s->shown_first + 1 : 0;
}

unsigned
world_client_said(const struct world *w, int i)
{
	const struct client *c = w->clients[i];

	return c->stay[c->at]->said;
}

unsigned
world_client_pending(const struct world *w, int i)
{
	const struct client *c = w->clients[i];
	unsigned n = 0;
	int room;

	for (room = 0; room < w->rooms; room++)
		if (world_client_is_of(w, i, room))
			n += c->stay[room]->pending;
	return n;
}

bool
world_client_has_all(const struct world *w, int i)
{
	const struct client *c = w->clients[i];
	int room;

	if (c->link == NULL || !c->online || world_client_pending(w, i) > 0)
		return false;
	/* Where it is the room is open. */
	for (room = 0; room < w->rooms; room++)
		if (world_client_is_of(w, i, room) &&
		    (log_of(w, room) == NULL || link_have(c->link,
		    (uint16_t)room) != world_head_of(w, room)))
			return false;
	return true;
}

/*
 * Time
 */

static void
make_rooms(struct world *w)
{
	const struct disk *d = &w->disk;
	struct world_room *r;
	int i;

	w->rooms = w->config.rooms > 1 ? w->config.rooms : 1;
	d->make_dir(d->arg, "/srv");
	strlcpy(w->room[0].name, "sim", sizeof(w->room[0].name));
	strlcpy(w->room[0].dir, "/srv", sizeof(w->room[0].dir));
	if (w->rooms > 1 && !w->config.listed)
		d->make_dir(d->arg, "/srv/room");
	for (i = 1; i < w->rooms; i++) {
		r = &w->room[i];
		snprintf(r->name, sizeof(r->name), "r%d", i);
		snprintf(r->dir, sizeof(r->dir), "/srv/room/r%d", i);
		if (!w->config.listed)
			d->make_dir(d->arg, r->dir);
	}
	for (i = 0; i < w->rooms; i++)
		w->names[i] = w->room[i].name;
}

struct world *
world_new(const struct world_config *config)
{
	struct world *w = calloc(1, sizeof(*w));
	uint8_t secret[NOISE_KEY];

	w->config = *config;
	w->rng = config->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	w->now = 1000000;
	w->heap = calloc(PACKETS, sizeof(*w->heap));
	w->mem = memdisk_new();
	w->disk = memdisk_disk(w->mem);
	make_rooms(w);
	memdisk_lose_names(w->mem);
	w->server.in4.sin_family = AF_INET;
	w->server.in4.sin_addr.s_addr = htonl(UINT32_C(0xc0000201));
	w->server.in4.sin_port = htons(SERVER_PORT);
	fill_random(w, secret, sizeof(secret));
	noise_keypair_from(&w->host, secret);
	if (config->passphrase != NULL)
		hello_psk(w->psk, config->passphrase,
		    strlen(config->passphrase), w->host.public, "sim", 3);
	world_server_start(w);
	return w;
}

static void
free_client(struct client *c)
{
	struct stay *s;
	int i;

	link_free(c->link);
	memdisk_free(c->mem);
	memdisk_free(c->kept);
	for (i = 0; i < WORLD_ROOMS; i++) {
		if ((s = c->stay[i]) == NULL)
			continue;
		roster_clear(&s->members);
		free(s->shown);
		free(s);
	}
	free(c);
}

void
world_free(struct world *w)
{
	int i;

	the_world = w;
	while (w->packets > 0)
		free(heap_pop(w));
	for (i = 0; i < w->count; i++)
		free_client(w->clients[i]);
	hub_free(w->hub);
	close_logs(w);
	memdisk_free(w->mem);
	while (w->backups > 0)
		memdisk_free(w->kept[--w->backups]);
	free(w->heap);
	free(w);
}

int64_t
world_now(const struct world *w)
{
	return w->now;
}

void
world_set_net(struct world *w, const struct world_net *net)
{
	w->config.net = *net;
}

struct world_figures
world_figures(const struct world *w)
{
	return w->figures;
}

static void
arrive(struct world *w, struct packet *p)
{
	struct client *c;
	int i;

	if (p->up) {
		for (i = 0; i < w->count && is_spoofed(&p->from); i++) {
			c = w->clients[i];
			if ((ntohl(c->addr.in4.sin_addr.s_addr) & 0xffffff) !=
			    (ntohl(p->from.in4.sin_addr.s_addr) & 0xffffff))
				continue;
			c->spoof_in += p->len;
			trace(w, "from %s's spoofed address: %zu bytes",
			    c->name, p->len);
		}
		if (!is_serving(w))
			return;
		hub_foresee(w->hub, p->data, p->len, 1 + p->len % HUB_AHEAD);
		hub_input(w->hub, w->now, wall(w), &p->from, p->data, p->len);
		w->hub_due = w->now;
		return;
	}
	c = client_at(w, &p->to);
	if (c == NULL && w->config.others != NULL)
		w->config.others(w->config.others_arg, &p->to, p->data,
		    p->len);
	if (c == NULL || c->link == NULL || c->asleep)
		return;
	link_input(c->link, w->now, p->data, p->len);
	c->due = w->now;
}

void
world_inject(struct world *w, const union sock_addr *from, const void *data,
    size_t len)
{
	post_packet(w, true, from, &w->server, data, len);
}

void
world_inject_down(struct world *w, int i, const void *data, size_t len)
{
	post_packet(w, false, &w->server, &w->clients[i]->addr, data, len);
}

void
world_unreachable(struct world *w, int i)
{
	if (w->hub == NULL)
		return;
	trace(w, "%s is said to be unreachable", w->clients[i]->name);
	the_world = w;
	hub_unreachable(w->hub, w->now, wall(w), &w->clients[i]->addr);
	w->hub_due = w->now;
}

union sock_addr
world_client_addr(const struct world *w, int i)
{
	return w->clients[i]->addr;
}

int
world_rooms(const struct world *w)
{
	return w->rooms;
}

const char *
world_room_name(const struct world *w, int room)
{
	return w->room[room].name;
}

const uint8_t *
world_psk(const struct world *w)
{
	return w->config.passphrase == NULL ? NULL : w->psk;
}

static int64_t
next_event(const struct world *w)
{
	int64_t due = w->packets > 0 ? w->heap[0]->due : INT64_MAX;
	int i;

	if (w->hub != NULL && w->hub_due < due)
		due = w->hub_due;
	for (i = 0; i < w->count; i++)
		if (w->clients[i]->link != NULL && !w->clients[i]->asleep &&
		    w->clients[i]->due < due)
			due = w->clients[i]->due;
	return due;
}

/* The hub's turn; who waits for its disk beside it does so for some ms. */
static void
tick_hub(struct world *w)
{
	unsigned asked = w->waiter.asked;

	w->waiter.slow = w->now < w->waiter_due;
	w->hub_due = hub_tick(w->hub, w->now, wall(w));
	w->waiter.slow = true;
	if (!w->waiter.busy)
		w->waiter_due = INT64_MAX;
	else if (w->waiter_due == INT64_MAX || (w->rooms == 1 ?
	    w->waiter.asked != asked : w->waiter_due <= w->now))
		w->waiter_due = w->now + w->waiter.asked * 7 % WAITS_MS;
	if (w->waiter_due < w->hub_due)
		w->hub_due = w->waiter_due;
	if (syncing_is_known(&w->syncing) ||
	    (w->list != NULL && roomlist_is_known(w->list)))
		w->hub_due = w->now;
	add_rooms(w);
}

/* As the screen's process does where a new receiver has told all. */
static void
say_seen(struct world *w, struct client *c)
{
	int room;

	if (!c->says_seen || !world_client_has_all(w, number_of(w, c)))
		return;
	c->says_seen = false;
	for (room = 0; room < w->rooms; room++)
		if (c->stay[room] != NULL && c->stay[room]->is_of)
			link_seen(c->link, w->now, (uint16_t)room,
			    c->stay[room]->seen);
	c->due = w->now;
}

/* What the other devices have entered and left it enters and leaves. */
static void
follow_others(struct world *w, struct client *c)
{
	int i = number_of(w, c), room;
	struct stay *s;

	for (room = 0; room < w->rooms; room++) {
		if ((s = c->stay[room]) == NULL)
			continue;
		if (s->parted && s->is_of)
			world_client_part(w, i, room);
		if (s->mine && !s->is_of) {
			s->was_in = true;
			world_client_enter(w, i, room);
		}
		s->parted = s->mine = false;
	}
}

static void
tick_client(struct world *w, struct client *c)
{
	if (c->link == NULL || c->asleep || c->due > w->now)
		return;
	c->due = link_tick(c->link, w->now);
	if (w->config.people)
		follow_others(w, c);
	if (w->config.people && c->link != NULL)
		say_seen(w, c);
	if (link_left(c->link)) {
		trace(w, "%s has left", c->name);
		memdisk_kill(c->mem);
		link_free(c->link);
		c->link = NULL;
		c->online = false;
	}
}

static void
step(struct world *w)
{
	struct packet *p;
	int i;

	while (w->packets > 0 && w->heap[0]->due <= w->now) {
		p = heap_pop(w);
		arrive(w, p);
		free(p);
		if (w->dead && w->hub != NULL)
			server_dies(w);
	}
	if (w->hub != NULL && w->hub_due <= w->now) {
		tick_hub(w);
		if (w->dead)
			server_dies(w);
	}
	for (i = 0; i < w->count; i++) {
		tick_client(w, w->clients[i]);
		if (memdisk_died(w->clients[i]->mem))
			world_client_kill(w, i, false);
	}
}

static void
say_who_spins(struct world *w)
{
	int i;

	if (w->hub != NULL && w->hub_due <= w->now)
		breaks(w, "the hub spins");
	for (i = 0; i < w->count; i++)
		if (w->clients[i]->link != NULL &&
		    w->clients[i]->due <= w->now)
			breaks(w, "%s spins", w->clients[i]->name);
	breaks(w, "it spins");
}

void
world_run(struct world *w, int64_t ms)
{
	int64_t end = w->now + ms, due, last = -1, second = w->now;
	uint64_t carried = w->figures.up + w->figures.down;
	unsigned spin = 0;

	the_world = w;
	while (w->broken[0] == '\0' && (due = next_event(w)) <= end) {
		if (due > w->now)
			w->now = due;
		spin = w->now == last ? spin + 1 : 0;
		last = w->now;
		if (spin > SPIN)
			say_who_spins(w);
		if (w->now >= second + 1000) {
			second = w->now;
			carried = w->figures.up + w->figures.down;
		}
		if (w->figures.up + w->figures.down - carried > STORM)
			breaks(w, "it storms");
		step(w);
	}
	w->now = end;
}

/*
 * What must be so
 */

const char *
world_broken(const struct world *w)
{
	return w->broken[0] == '\0' ? NULL : w->broken;
}

/* Of a room that is not open; NULL: it never was. */
static struct journal *
closed_log(const struct world *w, int room)
{
	/* What it reads is no change of the world. */
	struct world_room *r = (struct world_room *)&w->room[room];
	struct journal_why why;

	if (r->place == NULL)
		return NULL;
	if (r->closed != NULL && (r->place->head == 0 ||
	    r->place->head == journal_last(r->closed)))
		return r->closed;
	forget_shelf(r);
	r->shelf = memdisk_copy(w->mem);
	r->shelf_disk = memdisk_disk(r->shelf);
	r->closed = journal_open(&r->shelf_disk, r->place->dir, SEGMENT, &why);
	return r->closed;
}

uint64_t
world_head(const struct world *w)
{
	return world_head_of(w, 0);
}

uint64_t
world_head_of(const struct world *w, int room)
{
	struct log *log = log_of(w, room);
	struct journal *closed;

	if (log != NULL)
		return log_head(log).seq;
	closed = closed_log(w, room);
	return closed == NULL ? 0 : journal_last(closed);
}

static bool
read_entry(struct world *w, int room, uint64_t seq, struct entry *e)
{
	const uint8_t *bytes;
	struct wire_in in;
	size_t len;

	bytes = log_of(w, room) != NULL ? log_read(log_of(w, room), seq,
	    &len) : journal_read(closed_log(w, room), seq, &len);
	if (bytes == NULL)
		return false;
	in = wire_in(bytes, len);
	return entry_decode(&in, e) == ENTRY_OK && e->seq == seq;
}

unsigned
world_count(struct world *w, const char *name, enum entry_kind kind)
{
	struct entry e;
	unsigned n = 0;
	uint64_t seq;
	int room;

	for (room = 0; room < w->rooms; room++)
		for (seq = 1; seq <= world_head_of(w, room); seq++)
			if (read_entry(w, room, seq, &e) && e.kind == kind &&
			    e.author_len == strlen(name) &&
			    memcmp(e.author, name, e.author_len) == 0)
				n++;
	return n;
}

static void
check_copy(struct world *w, const struct client *c, const struct stay *s)
{
	uint64_t seq, head = world_head_of(w, s->room);
	const char *where = w->room[s->room].name;
	struct entry e;

	if (c->link == NULL || !c->online || !s->is_of)
		return;
	if (s->denial != 0)
		breaks(w, "%s is denied %s: %d", c->name, where, s->denial);
	if (!s->has_shown || s->shown_last != head) {
		breaks(w, "%s has %llu of %llu in %s", c->name,
		    (unsigned long long)(s->has_shown ? s->shown_last : 0),
		    (unsigned long long)head, where);
		return;
	}
	for (seq = s->shown_first; seq <= head; seq++)
		if (!read_entry(w, s->room, seq, &e) ||
		    hash_of(&e) != s->shown[seq - s->shown_first]) {
			breaks(w, "%s has another %llu in %s", c->name,
			    (unsigned long long)seq, where);
			return;
		}
}

/* What an entry says, by the world: whose line, which, what piece of it. */
struct said_line {
	char		 name[TEXT_NAME_BYTES + 1];
	unsigned	 n, piece;
};

static bool
read_line(struct world *w, int room, const struct entry *e,
    struct said_line *l)
{
	char text[64];
	int where = room, n;

	snprintf(text, sizeof(text), "%.*s", (int)(e->text_len < 60 ?
	    e->text_len : 60), e->text);
	n = sscanf(text, "%32[^#]#%u/%u@r%d", l->name, &l->n, &l->piece,
	    &where);
	if (where != room)
		breaks(w, "%llu: '%s' is in r%d", (unsigned long long)e->seq,
		    text, room);
	return n >= 3;
}

/* Where the server lost some, or his own files were put back: each line is
 * there once, in order and whole. What was not acknowledged then may be said
 * behind what was, or is gone, but is not behind what he said since. */
static void
check_lines_said_again(struct world *w, struct client *c, struct stay *s)
{
	uint64_t seq, head = world_head_of(w, s->room);
	unsigned *times = calloc(LINES, sizeof(*times)), next = 0, n;
	struct said_line l;
	struct entry e;

	for (seq = 1; seq <= head; seq++) {
		if (!read_entry(w, s->room, seq, &e) ||
		    (e.kind != ENTRY_SAY && e.kind != ENTRY_PART))
			continue;
		if (!read_line(w, s->room, &e, &l) ||
		    strcmp(l.name, c->name) != 0 || (n = l.n) >= LINES)
			continue;
		if (l.piece != entry_index(e.flags))
			breaks(w, "%llu: %s#%u/%u is piece %u",
			    (unsigned long long)seq, l.name, n, l.piece,
			    entry_index(e.flags));
		if (entry_more(e.flags) > 0)
			continue;
		if (times[n]++ > 0)
			breaks(w, "%llu: %s#%u again", (unsigned long long)
			    seq, l.name, n);
		else if (s->lines[n].doubtful ? next > s->put_back_at :
		    n < next)
			breaks(w, "%llu: %s#%u after #%u", (unsigned long long)
			    seq, l.name, n, next - 1);
		if (!s->lines[n].doubtful)
			next = n + 1;
	}
	for (n = 0; n < s->said; n++)
		if (s->lines[n].said && !s->lines[n].doubtful &&
		    times[n] == 0 && c->denial == 0 &&
		    (s->is_of || (!w->restored && s->lines[n].safe)))
			breaks(w, "%s#%u is lost in %s", c->name, n,
			    w->room[s->room].name);
	free(times);
}

/* Walks the log: each line once, in order, whole, under its author's name. */
static void
check_lines(struct world *w, struct client *c, struct stay *s)
{
	uint64_t seq, head = world_head_of(w, s->room);
	unsigned next = 0, want_piece = 0;
	struct said_line l;
	struct entry e;

	for (seq = 1; seq <= head; seq++) {
		if (!read_entry(w, s->room, seq, &e)) {
			breaks(w, "%llu is not to be read",
			    (unsigned long long)seq);
			return;
		}
		if (e.kind != ENTRY_SAY && e.kind != ENTRY_PART)
			continue;
		if (!read_line(w, s->room, &e, &l)) {
			breaks(w, "%llu: '%.*s' is nobody's",
			    (unsigned long long)seq, (int)e.text_len, e.text);
			return;
		}
		if (strcmp(l.name, c->name) != 0)
			continue;
		while (want_piece == 0 && next < l.n && !s->lines[next].said)
			next++;
		if (l.n != next || l.piece != want_piece) {
			breaks(w, "%llu: %s#%u/%u where #%u/%u should be",
			    (unsigned long long)seq, l.name, l.n, l.piece, next,
			    want_piece);
			return;
		}
		want_piece = entry_more(e.flags) > 0 ? l.piece + 1 : 0;
		if (want_piece == 0)
			next++;
	}
	for (; next < s->said; next++)
		if (s->lines[next].said && ((c->link != NULL && s->is_of) ||
		    s->lines[next].safe) && c->denial == 0) {
			breaks(w, "%s#%u is lost in %s%s", c->name, next,
			    w->room[s->room].name, s->lines[next].safe ?
			    ", though acknowledged" : "");
			return;
		}
}

static void
own(struct world *w, struct owners *o, const char *name, size_t len,
    const char *first)
{
	const char *before = owner_of(o, name, len);

	if (before != NULL && strcmp(before, first) != 0)
		breaks(w, "%.*s is %s's, and becomes %s's", (int)len, name,
		    before, first);
	note_owner(o, name, len, first);
}

/* Who speaks is in the room then, under a name of his own. */
static void
check_person_entry(struct world *w, struct owners *o, struct roster *r,
    const struct entry *e)
{
	const char *first = owner_of(o, e->author, e->author_len);

	if (e->kind == ENTRY_START || e->kind == ENTRY_ANNOUNCE)
		return;
	if (first == NULL) {
		breaks(w, "%llu: who is %.*s?", (unsigned long long)e->seq,
		    (int)e->author_len, e->author);
		return;
	}
	if (e->kind != ENTRY_JOIN &&
	    roster_named(r, e->author, e->author_len) == NULL)
		breaks(w, "%llu: %.*s is not in the room",
		    (unsigned long long)e->seq, (int)e->author_len,
		    e->author);
	if (e->kind == ENTRY_RENAME)
		own(w, o, e->text, e->text_len, first);
	if ((e->kind == ENTRY_SAY || e->kind == ENTRY_PART) &&
	    strncmp(e->text, first, strlen(first)) != 0)
		breaks(w, "%llu: '%.30s' by %.*s, who is %s",
		    (unsigned long long)e->seq, e->text, (int)e->author_len,
		    e->author, first);
	roster_take(r, e);
}

static void
check_client_people(struct world *w, const struct client *c,
    const struct stay *s, const struct owners *o, const struct roster *r)
{
	const struct member *a = roster_first(r),
	    *b = roster_first(&s->members);
	const char *first = owner_of(o, s->called, strlen(s->called));
	const char *where = w->room[s->room].name;

	if (!c->online || !s->is_of)
		return;
	if (first == NULL || strcmp(first, c->login) != 0 ||
	    roster_named(r, s->called, strlen(s->called)) == NULL)
		breaks(w, "%s thinks it is called '%s' in %s", c->name,
		    s->called, where);
	if (strcmp(s->called, c->stay[c->at]->called) != 0)
		breaks(w, "%s is called '%s' in %s, elsewhere '%s'", c->name,
		    s->called, where, c->stay[c->at]->called);
	for (; a != NULL && b != NULL; a = roster_next(a), b = roster_next(b))
		if (a->name_len != b->name_len ||
		    memcmp(a->name, b->name, a->name_len) != 0)
			break;
	if (a != NULL || b != NULL)
		breaks(w, "%s does not know that %s is %s in %s", c->name,
		    a != NULL ? a->fold : b->fold, a != NULL ? "here" :
		    "not here", where);
}

static void
own_names(struct world *w, struct owners *o)
{
	static const char *const villain[WORLD_VILLAINS] = {
	    WORLD_VILLAIN "0", WORLD_VILLAIN "1", WORLD_VILLAIN "2",
	    WORLD_VILLAIN "3", WORLD_VILLAIN "4", WORLD_VILLAIN "5",
	    WORLD_VILLAIN "6", WORLD_VILLAIN "7" };
	char name[32];
	size_t a;
	int i;

	for (i = 0; i < WORLD_VILLAINS; i++)
		own(w, o, villain[i], strlen(villain[i]), villain[i]);
	/* In a room where they come by another one. */
	for (i = 0; w->rooms > 1 && i < WORLD_VILLAINS * 6; i++) {
		snprintf(name, sizeof(name), "%s%c", villain[i / 6],
		    'a' + i % 6);
		own(w, o, name, strlen(name), villain[i / 6]);
	}
	for (i = 0; i < w->count; i++)
		if (owner_of(o, w->clients[i]->name,
		    strlen(w->clients[i]->name)) == NULL)
			own(w, o, w->clients[i]->name,
			    strlen(w->clients[i]->name), w->clients[i]->name);
	/* A log that was put back has lost who became whom; and of several
	 * only those have it where he was then. */
	for (a = 0; (w->restored || w->rooms > 1) && a < w->asked.count; a++)
		note_owner(o, w->asked.of[a].fold, strlen(w->asked.of[a].fold),
		    w->asked.of[a].first);
}

static void
check_people(struct world *w, int room)
{
	struct owners *o = calloc(1, sizeof(*o));
	uint64_t seq, head = world_head_of(w, room);
	struct roster r;
	struct entry e;
	int i;

	roster_init(&r);
	own_names(w, o);
	for (seq = 1; seq <= head && w->broken[0] == '\0'; seq++)
		if (read_entry(w, room, seq, &e))
			check_person_entry(w, o, &r, &e);
	for (i = 0; i < w->count && w->broken[0] == '\0'; i++)
		if (w->clients[i]->stay[room] != NULL)
			check_client_people(w, w->clients[i],
			    w->clients[i]->stay[room], o, &r);
	roster_clear(&r);
	free(o);
}

/* Who is there is asked for in the room that is looked at. */
static void
look_around(struct world *w)
{
	int room, i;

	for (room = 0; room < w->rooms; room++) {
		for (i = 0; i < w->count; i++)
			if (w->clients[i]->link != NULL)
				world_client_look(w, i, room);
		world_run(w, LOOK_MS);
	}
}

static void
check_room(struct world *w, int room)
{
	struct client *c;
	struct stay *s;
	int i;

	for (i = 0; i < w->count && w->broken[0] == '\0'; i++) {
		c = w->clients[i];
		if ((s = c->stay[room]) == NULL)
			continue;
		check_copy(w, c, s);
		if (w->broken[0] == '\0' && (w->restored || c->put_back))
			check_lines_said_again(w, c, s);
		else if (w->broken[0] == '\0')
			check_lines(w, c, s);
	}
	if (w->hub != NULL && w->broken[0] == '\0')
		check_people(w, room);
}

bool
world_settled(struct world *w)
{
	int room;

	the_world = w;
	if (w->hub == NULL)
		breaks(w, "there is no server");
	if (w->rooms > 1 && w->broken[0] == '\0')
		look_around(w);
	for (room = 0; room < w->rooms && w->broken[0] == '\0'; room++)
		check_room(w, room);
	return w->broken[0] == '\0';
}

/* Somebody who is of it is called so. */
static bool
is_somebody(const struct world *w, int room, const struct member *m)
{
	char fold[TEXT_FOLD_BYTES];
	const struct client *c;
	const char *called;
	int i;

	for (i = 0; i < w->count; i++) {
		c = w->clients[i];
		if (!c->online || !world_client_is_of(w, i, room))
			continue;
		called = c->stay[room]->called;
		if (text_fold(fold, called, strlen(called)) > 0 &&
		    strcmp(fold, m->fold) == 0)
			return true;
	}
	return false;
}

/* Those that the log has in it; who is of it is, as settled. */
static void
check_nobody_else(struct world *w, int room)
{
	uint64_t seq, head = world_head_of(w, room);
	const struct member *m;
	struct roster r;
	struct entry e;

	roster_init(&r);
	for (seq = 1; seq <= head; seq++)
		if (read_entry(w, room, seq, &e))
			roster_take(&r, &e);
	for (m = roster_first(&r); m != NULL; m = roster_next(m))
		if (!is_somebody(w, room, m))
			breaks(w, "%s is not of %s, and in it", m->fold,
			    w->room[room].name);
	roster_clear(&r);
}

bool
world_quiet(struct world *w)
{
	int room;

	/* Where nobody comes nobody goes, either. */
	for (room = 0; room < w->rooms; room++)
		if (log_of(w, room) != NULL)
			check_nobody_else(w, room);
	return w->broken[0] == '\0';
}
