/*
 * A hub and its guests in one process, shared by tests.
 */
#include "common/frame_put.h"
#include "tests/with_hub.h"
#include "tests/with_members.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/wire.h"
#include "server/room/marks.h"

enum { QUEUE = 1 << 14, BYTES = 1300 };

/* To a guest, or from one to the hub. */
static struct letter {
	struct guest	*guest;
	bool		 up;
	size_t		 len;
	uint8_t		 data[BYTES];
} *queue;
static size_t first, count;

static void
post_letter(struct guest *g, bool up, const void *data, size_t len)
{
	struct letter *l;

	if (count == QUEUE || len == 0 || len > BYTES)
		return;
	l = &queue[(first + count++) % QUEUE];
	l->guest = g;
	l->up = up;
	l->len = len;
	memcpy(l->data, data, len);
}

static void
on_send(void *arg, const union sock_addr *to, const void *data, size_t len)
{
	struct den *d = arg;
	size_t i;

	if (d->sent != NULL)
		d->sent(d, to, data, len);
	for (i = d->guests; i-- > 0;)
		if (sock_addr_eq(&d->guest[i]->addr, to)) {
			post_letter(d->guest[i], false, data, len);
			return;
		}
	d->classic++;
	len = len < sizeof(d->text) ? len : sizeof(d->text) - 1;
	memcpy(d->text, data, len);
	d->text[len] = '\0';
}

/* Counted up: runs are the same. */
static void
on_random(void *arg, void *dst, size_t len)
{
	struct den *d = arg;
	uint8_t *out = dst;

	while (len-- > 0)
		*out++ = (uint8_t)(++d->drawn * UINT64_C(0x9e3779b97f4a7c15)
		    >> 56);
}

/* All that is on its way arrives. */
static void
deliver(struct den *d)
{
	uint8_t out[GUEST_DATAGRAM];
	struct letter l;

	while (count > 0) {
		l = queue[first];
		first = (first + 1) % QUEUE;
		count--;
		if (l.up)
			hub_input(d->hub, d->now_ms, d->now_ms, &l.guest->addr,
			    l.data, l.len);
		else
			post_letter(l.guest, true, out, guest_take(l.guest,
			    l.data, l.len, out));
	}
}

static struct roomlist *
open_list(struct den *d, const struct log_config *lc)
{
	const struct roomlist_config config = { .log = *lc,
	    .names = d->names, .names_n = d->names_n,
	    .open_max = d->open_max, .random = on_random,
	    .arg = d };
	struct roomlist_why why;
	struct roomlist *rl = roomlist_new(&config, d->now_ms, &why);

	assert_non_null(rl);
	return rl;
}

static void
open_talks(struct den *d, struct hub_config *hc)
{
	struct talks_config config = { .disk = &d->disk, .dir = "/d",
	    .random = on_random, .arg = d, .max = d->talks_max,
	    .net_day = d->talks_day };
	struct journal_why why;

	config.persons = d->persons;
	hc->talks_keep_ms = d->talks_keep_ms;
	hc->talks = d->talks = talks_open(&config, &why);
	assert_non_null(d->talks);
	hc->talks_for = d->talks_for;
}

static void
open_hub(struct den *d)
{
	struct hub_out out = hub_out_of(on_send, on_random, d);
	struct log_config lc = { .disk = &d->disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = JOURNAL_SEGMENT_BYTES };
	struct hub_config hc = { .classic = HUB_CLASSIC_ANY, .rate = d->rate,
	    .seed = 42, .gate = { .room = "den", .seed = 42,
	    .rooms = d->many, .people = d->people } };
	uint8_t id[JOURNAL_ID] = { 1 }, secret[NOISE_KEY] = { 1 };
	struct journal_why why;

	if (d->waiter.disk != NULL) {
		lc.sync = LOG_SYNC_GROUP;
		lc.syncer = &d->waiter.syncer;
	}
	if (d->names_n > 0) {
		hc.rooms = d->list = open_list(d, &lc);
		hc.members_open = d->members_open;
		hc.closed = d->closed;
		d->log = roomlist_home(d->list)->log;
	} else
		d->log = log_open(&lc, d->now_ms, id, &why);
	assert_non_null(d->log);
	hc.bans = d->bans = bans_open(&d->disk, "/d", &why);
	assert_non_null(d->bans);
	if (d->people) {
		d->persons = persons_new(0);
		d->marks = marks_open(&d->disk, "/d", d->persons, &why);
		assert_non_null(d->marks);
	}
	hc.persons = d->persons;
	hc.marks = d->marks;
	if (d->people && d->list != NULL)
		open_talks(d, &hc);
	hc.heirs = d->heirs = heirs_open(&d->disk, "/d", 0, &why);
	assert_non_null(d->heirs);
	noise_keypair_from(&hc.gate.key, secret);
	d->hub = hub_new(&hc, d->log, d->now_ms, d->now_ms, &out);
	assert_non_null(d->hub);
}

static void
close_hub(struct den *d)
{
	hub_free(d->hub);
	bans_close(d->bans);
	marks_close(d->marks);
	assert_int_equal(talks_close(d->talks), 0);
	d->talks = NULL;
	persons_free(d->persons);
	d->marks = NULL;
	d->persons = NULL;
	heirs_close(d->heirs);
	while (d->rooms_n > 0)
		log_close(d->rooms[--d->rooms_n]);
	if (d->list != NULL)
		roomlist_free(d->list);
	else
		log_close(d->log);
}

size_t
den_open_room(struct den *d, const char *name)
{
	char dir[] = "/0";
	struct log_config lc = { .disk = &d->disk, .dir = dir,
	    .sync = LOG_SYNC_NONE, .segment_bytes = JOURNAL_SEGMENT_BYTES,
	    .home = d->log };
	uint8_t id[JOURNAL_ID] = { 2 };
	struct journal_why why;
	size_t n = d->rooms_n;

	assert_true(n < MEMBERS_ROOMS);
	id[1] = (uint8_t)n;
	dir[1] = (char)('0' + n);
	d->disk.make_dir(d->disk.arg, dir);
	d->rooms[n] = log_open(&lc, d->now_ms, id, &why);
	assert_non_null(d->rooms[n]);
	assert_true(hub_add_room(d->hub, name, d->rooms[n]));
	d->rooms_n++;
	return n;
}

static void
open_den(struct den *d, uint32_t rate, bool waiting, bool many)
{
	memset(d, 0, sizeof(*d));
	queue = calloc(QUEUE, sizeof(*queue));
	assert_non_null(queue);
	first = count = 0;
	d->now_ms = 5000000;
	d->rate = rate;
	d->mem = memdisk_new();
	d->disk = memdisk_disk(d->mem);
	assert_int_equal(d->disk.make_dir(d->disk.arg, "/d"), 0);
	if (waiting)
		waiter_init(&d->waiter, &d->disk);
	d->many = many;
	open_hub(d);
}

void
den_open_rooms(struct den *d)
{
	open_den(d, 0, false, true);
}

void
den_open_rooms_at(struct den *d, uint32_t rate)
{
	open_den(d, rate, false, true);
}

void
den_open_people(struct den *d)
{
	open_den(d, 0, false, true);
	close_hub(d);
	memdisk_kill(d->mem);
	d->people = true;
	open_hub(d);
}

void
den_open_list(struct den *d, const char *const *names, size_t n)
{
	open_den(d, 0, false, true);
	close_hub(d);
	memdisk_kill(d->mem);
	d->names = names;
	d->names_n = n;
	open_hub(d);
}

void
den_open_talks(struct den *d)
{
	static const char *const names[] = { "den", "ops" };

	open_den(d, 0, false, true);
	close_hub(d);
	memdisk_kill(d->mem);
	d->names = names;
	d->names_n = 2;
	d->people = true;
	d->talks_for = HUB_TALKS_MEMBERS;
	open_hub(d);
}

void
den_open_rooms_waiting(struct den *d)
{
	open_den(d, 0, true, true);
}

void
den_open(struct den *d, uint32_t rate)
{
	open_den(d, rate, false, false);
}

void
den_open_waiting(struct den *d, uint32_t rate)
{
	open_den(d, rate, true, false);
}

void
den_close(struct den *d)
{
	while (d->guests > 0)
		free(d->guest[--d->guests]);
	close_hub(d);
	memdisk_free(d->mem);
	free(queue);
	queue = NULL;
}

void
den_restart(struct den *d)
{
	close_hub(d);
	memdisk_kill(d->mem);
	open_hub(d);
}

void
den_crash(struct den *d)
{
	struct memdisk *now = memdisk_copy(d->mem);

	close_hub(d);
	memdisk_free(d->mem);
	d->mem = now;
	d->disk = memdisk_disk(now);
	open_hub(d);
}

struct guest *
den_guest(struct den *d, const char *name, const char *ip)
{
	struct guest *g = calloc(1, sizeof(*g));
	uint8_t secret[NOISE_KEY];

	assert_non_null(g);
	assert_true(d->guests < MEMBERS_GUESTS);
	on_random(d, secret, sizeof(secret));
	guest_init(g, name, secret);
	if (inet_pton(AF_INET, ip, &g->addr.in4.sin_addr) == 1)
		g->addr.in4.sin_family = AF_INET;
	else {
		assert_int_equal(inet_pton(AF_INET6, ip,
		    &g->addr.in6.sin6_addr), 1);
		g->addr.in6.sin6_family = AF_INET6;
	}
	/* The port is at the same place in both. */
	g->addr.in4.sin_port = htons((uint16_t)(2000 + d->guests));
	d->guest[d->guests++] = g;
	return g;
}

bool
den_enter(struct den *d, struct guest *g)
{
	uint8_t secret[NOISE_KEY], out[GUEST_DATAGRAM];
	unsigned opened = g->opened;
	uint32_t index;

	on_random(d, secret, sizeof(secret));
	on_random(d, &index, sizeof(index));
	post_letter(g, true, out, guest_knock(g, index | 1, secret, out));
	deliver(d);
	if (!g->live || g->opened == opened)
		return false;
	/* As clients do: one that says nothing at all is not kept. */
	post_letter(g, true, out, guest_seal(g, NULL, 0, out));
	deliver(d);
	return true;
}

void
den_say(struct den *d, struct guest *g, const struct wire_out *frames)
{
	uint8_t out[GUEST_DATAGRAM];

	assert_false(frames->failed);
	post_letter(g, true, out, guest_seal(g, frames->base, frames->len,
	    out));
	deliver(d);
}

static bool
post(struct den *d, struct guest *g, enum entry_kind kind, const char *text)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint64_t head = den_head(d);

	guest_put_post(g, &out, kind, text);
	den_say(d, g, &out);
	return den_head(d) > head;
}

bool
den_line(struct den *d, struct guest *g, const char *text)
{
	return post(d, g, ENTRY_SAY, text);
}

/* The newest entry; a view. */
static void
newest(struct den *d, struct entry *e)
{
	const uint8_t *bytes;
	struct wire_in in;
	size_t len;

	bytes = log_read(d->log, den_head(d), &len);
	assert_non_null(bytes);
	in = wire_in(bytes, len);
	assert_int_equal(entry_decode(&in, e), ENTRY_OK);
}

bool
den_rename(struct den *d, struct guest *g, const char *name)
{
	struct entry e;

	if (!post(d, g, ENTRY_RENAME, name))
		return false;
	newest(d, &e);
	return (e.flags & ENTRY_QUIET) == 0;
}

void
den_leave(struct den *d, struct guest *g)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_leave(&out, NULL, 0);
	den_say(d, g, &out);
	g->live = false;
}

void
den_classic(struct den *d, const char *ip, uint16_t port, const char *line)
{
	union sock_addr from;

	memset(&from, 0, sizeof(from));
	from.in4.sin_family = AF_INET;
	from.in4.sin_port = htons(port);
	assert_int_equal(inet_pton(AF_INET, ip, &from.in4.sin_addr), 1);
	hub_input(d->hub, d->now_ms, d->now_ms, &from, line, strlen(line));
	deliver(d);
}

void
den_run(struct den *d, int64_t ms)
{
	int64_t end = d->now_ms + ms, due;

	while ((due = hub_tick(d->hub, d->now_ms, d->now_ms)) < end) {
		deliver(d);
		d->now_ms = due > d->now_ms ? due : d->now_ms + 1;
	}
	deliver(d);
	d->now_ms = end;
	hub_tick(d->hub, d->now_ms, d->now_ms);
	deliver(d);
}

uint64_t
den_head(const struct den *d)
{
	return log_head(d->log).seq;
}

uint64_t
den_head_in(const struct den *d, size_t room)
{
	return log_head(d->rooms[room]).seq;
}

unsigned
den_count(struct den *d, enum entry_kind kind, const char *name)
{
	uint64_t seq, head = den_head(d);
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	unsigned n = 0;
	size_t len;

	for (seq = 1; seq <= head; seq++) {
		bytes = log_read(d->log, seq, &len);
		assert_non_null(bytes);
		in = wire_in(bytes, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		n += e.kind == kind && (name == NULL ||
		    (e.author_len == strlen(name) &&
		    memcmp(e.author, name, e.author_len) == 0));
	}
	return n;
}
