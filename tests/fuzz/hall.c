/*
 * Rooms under fuzzing; see hall.h. Tests only; deterministic.
 */
#include "tests/fuzz/hall.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "server/net.h"
#include "server/operator.h"
#include "tests/fuzz/fuzz.h"

enum {
	SPIN = 1000,			/* ticks at one moment: a live-lock */
	STEP_BYTES = 24 * 1024,		/* of the log, by one step at most */
	SEGMENT = 1 << 20
};
static const int64_t wall_base = INT64_C(1800000000000);

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	struct hall *r = arg;

	MUST(len > 0 && len <= CLASSIC_BYTES);
	r->send(r->arg, to, data, len);
}

static void
on_event(void *arg, const struct hub_event *e)
{
	(void)arg;
	MUST(e->kind <= HUB_REFUSED && e->reason < HUB_REASONS);
	if (e->name != NULL)
		free(fuzz_copy(e->name, e->name_len));
}

static void
on_session(void *arg, uint32_t index, const union sock_addr *addr)
{
	(void)arg;
	(void)index;
	MUST(addr->sa.sa_family != AF_UNSPEC);
}

static void
on_random(void *arg, void *dst, size_t len)
{
	struct hall *r = arg;

	fuzz_random(&r->random, dst, len);
}

int64_t
hall_wall(const struct hall *r)
{
	return wall_base + r->now_ms;
}

const char *
hall_name(size_t room)
{
	static const char *const names[HALL_ROOMS] = { "chat", "Ops", "小屋" };

	return names[room];
}

size_t
hall_room_of(const struct hall *r, const uint8_t log_id[FRAME_LOG_ID])
{
	struct frame_position at;
	size_t i;

	for (i = 0; i < r->rooms; i++) {
		at = log_head(r->of[i].log);
		if (memcmp(at.log_id, log_id, FRAME_LOG_ID) == 0)
			return i;
	}
	return HALL_ROOMS;
}

static void
open_log(struct hall *r, size_t room)
{
	static const char *const dirs[HALL_ROOMS] = { "/d", "/1", "/2" };
	const uint8_t id[JOURNAL_ID] = { (uint8_t)(room + 1) };
	struct log_config lc = { .disk = &r->disk, .dir = dirs[room],
	    .sync = LOG_SYNC_GROUP, .segment_bytes = SEGMENT,
	    .home = room == 0 ? NULL : r->log };
	struct journal_why why;

	MUST(r->disk.make_dir(r->disk.arg, dirs[room]) == 0);
	r->of[room].log = log_open(&lc, hall_wall(r), id, &why);
	MUST(r->of[room].log != NULL);
	r->log = r->of[0].log;
}

/* Logs, bans and hub, as the disk has them. */
static void
start(struct hall *r)
{
	struct hub_out out = { .send = on_send, .event = on_event,
	    .session = on_session, .random = on_random, .arg = r };
	struct hub_config hc = { .classic = r->policy, .rate = HUB_RATE,
	    .idle_ms = 3600 * 1000, .seed = 42, .gate = { .room = "chat",
	    .seed = 42, .key = r->key, .rooms = r->rooms > 1 } };
	struct journal_why why;
	size_t i;

	for (i = 0; i < r->rooms; i++)
		open_log(r, i);
	MUST((r->bans = bans_open(&r->disk, "/d", &why)) != NULL);
	hc.bans = r->bans;
	r->hub = hub_new(&hc, r->log, r->now_ms, hall_wall(r), &out);
	MUST(r->hub != NULL);
	for (i = 1; i < r->rooms; i++)
		MUST(hub_add_room(r->hub, hall_name(i), r->of[i].log));
	memset(&r->before, 0, sizeof(r->before));
	hall_check(r);
}

/* The others have the names' owners of the first. */
static void
stop(struct hall *r)
{
	size_t i;

	hub_free(r->hub);
	bans_close(r->bans);
	for (i = r->rooms; i-- > 0;)
		log_close(r->of[i].log);
}

void
hall_open(struct hall *r, enum hub_policy policy, size_t rooms)
{
	static const uint8_t secret[NOISE_KEY] = { 9 };
	size_t i;

	r->policy = policy;
	r->now_ms = 1000;
	r->random = 1;
	r->mem = memdisk_new();
	r->disk = memdisk_disk(r->mem);
	noise_keypair_from(&r->key, secret);
	r->rooms = rooms;
	for (i = 0; i < rooms; i++) {
		roster_init(&r->of[i].roster);
		r->of[i].seen = 0;
	}
	start(r);
}

void
hall_close(struct hall *r)
{
	size_t i;

	hub_close(r->hub, r->now_ms, hall_wall(r), HUB_END_STOPPED);
	stop(r);
	for (i = 0; i < r->rooms; i++)
		roster_clear(&r->of[i].roster);
	memdisk_free(r->mem);
}

void
hall_restart(struct hall *r, bool killed)
{
	memdisk_limit(r->mem, UINT64_MAX);
	if (killed)
		memdisk_kill(r->mem);
	else
		hub_close(r->hub, r->now_ms, hall_wall(r), HUB_END_STOPPED);
	stop(r);
	r->steps++;
	start(r);
}

void
hall_input(struct hall *r, const union sock_addr *from, const void *data,
    size_t len)
{
	uint8_t *exact = fuzz_copy(data, len);
	unsigned ahead;

	for (ahead = HUB_AHEAD; ahead > 0; ahead--)
		hub_foresee(r->hub, exact, len, ahead);
	hub_input(r->hub, r->now_ms, hall_wall(r), from, exact, len);
	free(exact);
	r->steps++;
}

void
hall_pass(struct hall *r, int64_t ms)
{
	int64_t due;
	int i;

	r->now_ms += ms;
	due = hub_tick(r->hub, r->now_ms, hall_wall(r));
	for (i = 0; due <= r->now_ms; i++) {
		MUST(i < SPIN);
		due = hub_tick(r->hub, r->now_ms, hall_wall(r));
	}
	r->steps++;
}

/* Lines of printable text, the first of them "ok", or "error: ..." or
 * "usage: ...". */
static void
check_reply(const struct reply *reply)
{
	size_t i;

	MUST(reply->len > 0 && reply->len <= REPLY_BYTES);
	MUST(reply->text[reply->len - 1] == '\n');
	MUST(memcmp(reply->text, "ok\n", 3) == 0 ||
	    (reply->len > 7 && (memcmp(reply->text, "error: ", 7) == 0 ||
	    memcmp(reply->text, "usage: ", 7) == 0)));
	MUST(text_valid(reply->text, reply->len));
	for (i = 0; i < reply->len; i++)
		MUST((unsigned char)reply->text[i] >= ' ' ||
		    strchr("\n\t", reply->text[i]) != NULL);
}

void
hall_ask(struct hall *r, const char *request)
{
	static const struct net_figures net;
	struct operator o = { .hub = r->hub, .log = r->log, .bans = r->bans,
	    .now_ms = r->now_ms, .wall_ms = hall_wall(r), .net = &net,
	    .address = sock_addr_text };
	struct reply reply = { NULL, 0, 0, false };

	operator_ask(&o, request, &reply);
	check_reply(&reply);
	free(reply.text);
	r->steps++;
}

static void
read_log(struct hall_room *r)
{
	uint64_t head = log_head(r->log).seq;
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	size_t len;

	MUST(log_first(r->log) == 1 && head >= r->seen);
	while (r->seen < head) {
		MUST((bytes = log_read(r->log, r->seen + 1, &len)) != NULL);
		in = wire_in(bytes, len);
		MUST(entry_decode(&in, &e) == ENTRY_OK && wire_done(&in));
		MUST(e.seq == ++r->seen);
		/* Who speaks is in the room, under that name. */
		if (e.kind == ENTRY_SAY || e.kind == ENTRY_ACT ||
		    e.kind == ENTRY_PART || e.kind == ENTRY_RENAME)
			MUST(roster_named(&r->roster, e.author,
			    e.author_len) != NULL);
		roster_take(&r->roster, &e);
	}
}

/* Those in all rooms, each of them once. */
struct listing {
	const struct hall *hall;
	char		 last[TEXT_FOLD_BYTES];
	size_t		 n;
};

/* NULL: no more. */
static const struct member *
next_person(const struct listing *l)
{
	const struct member *next = NULL, *p;
	size_t i;

	for (i = 0; i < l->hall->rooms; i++) {
		p = roster_after(&l->hall->of[i].roster, l->last);
		if (p != NULL && (next == NULL ||
		    strcmp(p->fold, next->fold) < 0))
			next = p;
	}
	return next;
}

static void
compare_person(void *arg, const struct hub_person *p)
{
	struct listing *l = arg;
	const struct member *next = next_person(l);
	char fold[TEXT_FOLD_BYTES];

	MUST(next != NULL && next->classic == p->classic);
	MUST(text_fold(fold, p->name, p->name_len) > 0);
	MUST(strcmp(fold, next->fold) == 0);
	strlcpy(l->last, next->fold, sizeof(l->last));
	l->n++;
}

static void
check_figures(struct hall *r, size_t members)
{
	struct hub_figures f = hub_figures(r->hub), *was = &r->before;

	MUST(f.members == members && f.head == r->of[0].seen);
	MUST(f.half_open <= GATE_HALF_OPEN_MAX && f.sessions <= HUB_PEERS_MAX);
	MUST(f.sessions <= f.handshakes);
	MUST(f.joined >= was->joined && f.left >= was->left);
	MUST(f.lines >= was->lines && f.refused >= was->refused);
	MUST(f.ignored >= was->ignored && f.carried >= was->carried);
	MUST(f.withheld >= was->withheld && f.repeated >= was->repeated);
	r->before = f;
}

void
hall_check(struct hall *r)
{
	struct listing l = { .hall = r };
	size_t i;

	for (i = 0; i < r->rooms; i++)
		read_log(&r->of[i]);
	hub_names(r->hub, hall_wall(r), compare_person, &l);
	MUST(next_person(&l) == NULL);
	check_figures(r, l.n);
	MUST(memdisk_bytes(r->mem) <= (uint64_t)(r->steps + 1) * STEP_BYTES);
}

union sock_addr
hall_addr(const char *ip, uint16_t port)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, ip, &a.in4.sin_addr) == 1) {
		a.in4.sin_family = AF_INET;
		a.in4.sin_port = htons(port);
		return a;
	}
	MUST(inet_pton(AF_INET6, ip, &a.in6.sin6_addr) == 1);
	a.in6.sin6_family = AF_INET6;
	a.in6.sin6_port = htons(port);
	return a;
}
