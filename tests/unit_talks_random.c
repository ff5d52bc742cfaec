/*
 * Talks at the server, whatever its guests do and however it ends: only who has
 * one of both keys hears of a talk, each post is in its log once, and in order,
 * and nothing is there that is not sealed.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/hub_parts.h"
#include "server/peers_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum { PEOPLE = 3, DEVICES = 2, ALL = PEOPLE * DEVICES, STEPS = 400,
    TEXT = 32, SEALED = ENTRY_SEALED << ENTRY_ROLE_SHIFT };

static struct den den;
static uint64_t state;

/* What a device knows of its seats. */
struct device {
	struct guest	*guest;
	unsigned	 who;
	uint32_t	 next;			/* slot */
	uint32_t	 slot, datagram;	/* of what it hears */
	int		 with[SLOTS];		/* people + 1; 0: no talk */
	uint32_t	 outbox[SLOTS], posted[SLOTS];
	uint32_t	 offered;
	unsigned	 heard;
};
static struct device devices[ALL];
static uint32_t outboxes;

static uint32_t
below(uint32_t n)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % n;
}

static int
who_has(const uint8_t *key)
{
	int i;

	for (i = 0; i < PEOPLE; i++)
		if (memcmp(devices[i * DEVICES].guest->key.public, key,
		    NOISE_KEY) == 0)
			return i + 1;
	return 0;
}

/* "01", as is said in the talk of these two. */
static void
name_pair(char name[3], unsigned one, unsigned two)
{
	name[0] = (char)('0' + (one < two ? one : two));
	name[1] = (char)('0' + (one < two ? two : one));
	name[2] = '\0';
}

static void
take_entries(struct device *d, struct frame *f)
{
	struct entry e;
	char name[3];

	while (frame_next_entry(f, &e)) {
		if (e.kind == ENTRY_START)
			continue;
		if (d->with[d->slot] == 0) {	/* a room */
			assert_int_not_equal(entry_role(e.flags), ENTRY_SEALED);
			continue;
		}
		d->heard++;
		assert_int_equal(e.author_len, 1);
		if (entry_role(e.flags) == ENTRY_RULE)
			continue;
		assert_int_equal(entry_role(e.flags), ENTRY_SEALED);
		name_pair(name, d->who, (unsigned)d->with[d->slot] - 1);
		assert_memory_equal(e.text, name, 2);
	}
}

static void
hear(struct guest *g, struct frame *f)
{
	struct device *d = g->arg;

	if (d->datagram != g->opened)
		d->slot = 0;
	d->datagram = g->opened;
	if (f->type == FRAME_ROOM || f->type == FRAME_SEAT)
		d->slot = f->slot;
	if (f->type == FRAME_ENTERED && f->slot < SLOTS) {
		d->with[f->slot] = 0;
		if ((f->flags & FRAME_ENTERED_TALK) != 0) {
			assert_non_null(f->bytes);
			d->with[f->slot] = who_has(f->bytes);
			assert_int_not_equal(d->with[f->slot], 0);
		}
		if (f->slot % 2 == 0 && f->at.seq == 0)
			d->offered = f->slot;
	}
	if ((f->type == FRAME_ENTRIES || f->type == FRAME_SEAT) &&
	    d->slot < SLOTS)
		take_entries(d, f);
	if (f->type == FRAME_POSTED && d->slot < SLOTS &&
	    f->id >> 32 == d->outbox[d->slot])
		d->posted[d->slot] = (uint32_t)f->id;
}

static void
say(struct device *d, const struct wire_out *out)
{
	if (d->guest->live)
		den_say(&den, d->guest, out);
}

static void
enter(struct device *d, uint32_t slot, const char *room)
{
	const struct frame_enter e = { .slot = slot, .room = room,
	    .room_len = strlen(room), .outbox = ++outboxes, .next_id = 1 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	d->outbox[slot] = outboxes;
	d->posted[slot] = 1;
	frame_put_enter(&out, &e);
	say(d, &out);
}

static void
enter_talk(struct device *d, uint32_t slot, unsigned who)
{
	char name[64] = "@";

	sodium_bin2base64(name + 1, sizeof(name) - 1,
	    devices[who * DEVICES].guest->key.public, NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	enter(d, slot, name);
}

static void
come(struct device *d)
{
	d->next = 1;
	d->offered = 0;
	memset(d->with, 0, sizeof(d->with));
	memset(d->outbox, 0, sizeof(d->outbox));
	d->guest->live = false;
	d->guest->outbox = ++outboxes;
	assert_true(den_enter(&den, d->guest));
	enter(d, d->next, "den");
	d->next += 2;
}

/* One that it has, or had, or never; mostly the first. */
static uint32_t
any_slot(const struct device *d)
{
	uint32_t i, slot = 1 + below(d->next + 4);

	for (i = 0; i < 8 && d->with[slot] == 0; i++)
		slot = 1 + below(d->next + 4);
	return slot;
}

static void
post(struct device *d, uint32_t flags, const char *text, size_t len,
    uint32_t back)
{
	uint32_t slot = any_slot(d);
	struct frame_post p = { .kind = ENTRY_ACT, .flags = flags,
	    .text = text, .text_len = len };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	char sealed[TEXT];
	size_t begun;

	if (d->outbox[slot] == 0 || d->with[slot] == 0)
		return;
	p.id = (uint64_t)d->outbox[slot] << 32 |
	    (d->posted[slot] > back ? d->posted[slot] - back : 1);
	if (text == NULL) {
		memset(sealed, 0x80, sizeof(sealed));
		name_pair(sealed, d->who, (unsigned)d->with[slot] - 1);
		p.text = sealed;
		p.text_len = sizeof(sealed);
	}
	frame_put_room(&out, slot);
	begun = frame_begin(&out, FRAME_POST);
	wire_put_varint(&out, 1);
	frame_put_post(&out, &p);
	frame_end(&out, begun);
	say(d, &out);
}

static void
leave(struct device *d)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, below(8) == 0 && d->offered > 0 ? d->offered :
	    any_slot(d));
	frame_put_leave(&out, NULL, 0);
	say(d, &out);
}

static void
ask(struct device *d)
{
	static const uint8_t ping[FRAME_PING_BYTES];
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	char name[8];

	snprintf(name, sizeof(name), "%u", 1 + below(4));
	frame_put_ping(&out, FRAME_PING, ping);
	frame_put_ask(&out, FRAME_ASK_TALKS, below(3));
	if (below(4) == 0)
		frame_put_name(&out, outboxes, 0, name, strlen(name));
	frame_put_room(&out, any_slot(d));
	frame_put_read(&out, 0, 0);
	frame_put_whois(&out, name, below(2));
	say(d, &out);
}

static void
end_server(bool crash)
{
	unsigned i;

	if (crash)
		den_crash(&den);
	else
		den_restart(&den);
	for (i = 0; i < ALL; i++)
		if (below(3) > 0)
			come(&devices[i]);
		else
			devices[i].guest->live = false;
}

static void
act(struct device *d)
{
	if (!d->guest->live || d->next + 8 > SLOTS) {
		come(d);
		return;
	}
	switch (below(16)) {
	case 0: case 1: case 2:
		enter_talk(d, d->next, below(PEOPLE));
		d->next += 2;
		break;
	case 3: case 4:
		if (d->offered > 0)
			enter_talk(d, d->offered, below(4) == 0 ?
			    below(PEOPLE) :
			    (unsigned)d->with[d->offered] - 1);
		break;
	case 5:
		leave(d);
		break;
	case 6:
		post(d, ENTRY_RULE << ENTRY_ROLE_SHIFT, "shut", 4, 0);
		break;
	case 7:
		post(d, ENTRY_RULE << ENTRY_ROLE_SHIFT, "unshut", 6, 0);
		break;
	case 8:
		post(d, 0, "a private word in clear", 23, 0);
		break;
	case 9:
		post(d, SEALED, NULL, 0, 1 + below(3));
		break;
	case 10:
		ask(d);
		break;
	default:
		post(d, SEALED, NULL, 0, 0);
		break;
	}
}

/* All of it, as it is in its log: each post once, in the order of its author. */
static unsigned
look_at(struct talk_place *t)
{
	struct { uint64_t id; } *last;
	uint64_t seq, head;
	const uint8_t *bytes;
	unsigned n = 0, i;
	struct wire_in in;
	struct entry e;
	size_t len;

	if (t->open == NULL)
		return 0;
	last = calloc(outboxes + 1, sizeof(*last));
	assert_non_null(last);
	head = log_head(t->open->log).seq;
	for (seq = 1; seq <= head; seq++) {
		bytes = log_read(t->open->log, seq, &len);
		assert_non_null(bytes);
		in = wire_in(bytes, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
		if (e.kind == ENTRY_START)
			continue;
		assert_true(entry_is_sealed(&e) || entry_is_own_rule(&e));
		i = (unsigned)(e.id >> 32);
		assert_true(i <= outboxes && e.id > last[i].id);
		last[i].id = e.id;
		if (entry_is_sealed(&e)) {
			assert_true(t->said >= seq);
			n++;
		}
	}
	free(last);
	return n;
}

static void
run(uint64_t seed)
{
	struct talk_place *t = NULL;
	struct device *d;
	unsigned i, step, said = 0, heard = 0;
	char name[8], ip[16];

	state = seed;
	outboxes = 0;
	memset(devices, 0, sizeof(devices));
	den_open_talks(&den);
	for (i = 0; i < ALL; i++) {
		d = &devices[i];
		d->who = i / DEVICES;
		snprintf(name, sizeof(name), "%c", 'a' + d->who);
		snprintf(ip, sizeof(ip), "192.0.2.%u", i + 1);
		d->guest = den_guest(&den, name, ip);
		d->guest->key = devices[d->who * DEVICES].guest->key;
		d->guest->caps = HELLO_ROLES | HELLO_ROOMS | HELLO_PEOPLE |
		    HELLO_SEAT;
		d->guest->many = true;
		d->guest->hear = hear;
		d->guest->arg = d;
		come(d);
	}
	for (step = 0; step < STEPS; step++) {
		act(&devices[below(ALL)]);
		if (below(3) == 0)
			den_run(&den, below(400));
		if (below(40) == 0)
			den_run(&den, below(100 * 1000));
		if (below(60) == 0)
			end_server(below(2) == 0);
	}
	while ((t = talks_next(den.talks, t)) != NULL)
		said += look_at(t);
	for (i = 0; i < ALL; i++)
		heard += devices[i].heard;
	/* Or this shows nothing. */
	assert_true(talks_count(den.talks) > 0);
	if (seed == 1)
		assert_true(said > 0 && heard > said);
	den_close(&den);
}

static void
whatever_happens_only_both_hear_it_once(void **unused)
{
	const char *seeds = getenv("CHAT_SEEDS");
	uint64_t seed, n = seeds == NULL ? 8 : strtoull(seeds, NULL, 10);

	(void)unused;
	for (seed = 1; seed <= n; seed++)
		run(seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_only_both_hear_it_once)
	};

	return tests_run(tests, NULL, NULL);
}
