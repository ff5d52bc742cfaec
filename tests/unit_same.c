/*
 * What a server with one room sends stays the same, byte for byte, however it
 * is built inside: a script of guests on a den's hub, whose clock and chance
 * are the test's, and all that they are sent, in order, in
 * tests/golden/same.txt. Whoever changes what is sent on purpose writes it anew
 * with CHAT_GOLDEN=write, and reads the difference before it is kept.
 *
 * A datagram there is a line with ms, address, kind and length, and its frames
 * in plain; of the handshake what it tells of the room.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/rule.h"
#include "common/wire.h"
#include "server/room/ban.h"
#include "tests/with_cmocka.h"
#include "tests/with_sent.h"

enum { GUESTS = 8, ENTRIES = 256, STEP_MS = 20, RATE = 1 };

/* A guest that answers as a client does, but for the network between. */
struct visitor {
	struct guest	*g;
	struct frame_position have;	/* all up to there came */
	bool		 holds[ENTRIES];	/* by number: that came */
	uint64_t	 told;		/* as it said last */
	bool		 pinged;
	uint8_t		 pong[FRAME_PING_BYTES];
	bool		 deaf;		/* tells nothing of it */
};

static struct den den;
static struct sent sent;
static struct visitor visitors[GUESTS];
static size_t known;

static void
goes_on_after(struct visitor *v, uint64_t seq)
{
	memset(v->holds, 0, sizeof(v->holds));
	v->have.seq = v->told = seq;
}

static void
take_entries(struct visitor *v, struct frame *f)
{
	struct entry e;

	v->have.term = f->at.term;
	memcpy(v->have.log_id, f->at.log_id, sizeof(v->have.log_id));
	while (frame_next_entry(f, &e)) {
		assert_true(e.seq < ENTRIES - 1);
		v->holds[e.seq] = true;
	}
	while (v->holds[v->have.seq + 1])
		v->have.seq++;
}

static void
hear(struct guest *g, struct frame *f)
{
	struct visitor *v = g->arg;

	if (f->type == FRAME_ENTRIES)
		take_entries(v, f);
	/* Of others it does not say that it knows them. */
	if (f->type == FRAME_ERROR && g->caps == 0)
		assert_in_range(f->code, 1, FRAME_REWIND);
	if (f->type == FRAME_ERROR && f->code == FRAME_REWIND)
		goes_on_after(v, f->id);
	if (f->type == FRAME_PING) {
		v->pinged = true;
		memcpy(v->pong, f->bytes, sizeof(v->pong));
	}
}

/* Its key is its own, whatever else was drawn before. */
static struct visitor *
visitor(const char *name, const char *ip, uint32_t caps)
{
	struct visitor *v = &visitors[known++];
	uint8_t secret[NOISE_KEY];

	memset(secret, name[0], sizeof(secret));
	v->g = den_guest(&den, name, ip);
	noise_keypair_from(&v->g->key, secret);
	v->g->outbox = (uint32_t)known * 1000 + 1;
	v->g->caps = caps;
	v->g->hear = hear;
	v->g->arg = v;
	return v;
}

static void
say_frames(struct visitor *v, const struct wire_out *out)
{
	den_say(&den, v->g, out);
}

static void
acknowledge(struct visitor *v)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_sync(&out, &v->have, 24, 0, NULL, 0);
	v->told = v->have.seq;
	say_frames(v, &out);
}

static void
answer_ping(struct visitor *v)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	v->pinged = false;
	frame_put_ping(&out, FRAME_PONG, v->pong);
	say_frames(v, &out);
}

/* Lets the time go by; who got something new says so. */
static void
run(int64_t ms)
{
	int64_t end = den.now_ms + ms;
	struct visitor *v;

	while (den.now_ms < end) {
		den_run(&den, STEP_MS);
		for (v = visitors; v < visitors + known; v++) {
			if (v->g->live && v->pinged)
				answer_ping(v);
			if (v->g->live && !v->deaf && v->have.seq > v->told)
				acknowledge(v);
		}
	}
}

/* Comes in, or is refused; with what it has, or as somebody new. */
static bool
enter(struct visitor *v, const struct frame_position *have)
{
	bool is_in;

	v->g->have = have;
	if (have != NULL)
		goes_on_after(v, have->seq);
	else
		goes_on_after(v, den_head(&den));
	is_in = den_enter(&den, v->g);
	run(200);
	return is_in;
}

static void
line(struct visitor *v, const char *text)
{
	den_line(&den, v->g, text);
	run(100);
}

static struct hub_person
person(const char *name)
{
	struct hub_person who;

	assert_true(hub_look(den.hub, den.now_ms, name, strlen(name), &who));
	return who;
}

/* ---- The script. ---- */

static struct visitor *alice, *bob, *carol;

static void
they_come(void)
{
	alice = visitor("alice", "198.51.100.7", HELLO_ROLES);
	bob = visitor("bob", "192.0.2.9", HELLO_ROLES);
	carol = visitor("carol", "2001:db8::5", 0);
	sent_scene(&sent, "alice, bob and carol come in");
	assert_true(enter(alice, NULL) && enter(bob, NULL) && enter(carol, NULL));
}

static void
they_talk(void)
{
	char text[32];
	unsigned i;

	sent_scene(&sent, "lines both ways");
	for (i = 1; i <= 30; i++) {
		snprintf(text, sizeof(text), "line %u", i);
		line(i % 2 ? alice : bob, text);
		run(1000);
	}
	sent_scene(&sent, "both at once");
	den_line(&den, alice->g, "me first");
	den_line(&den, bob->g, "no, me");
	run(3000);
}

/* One text, whose first piece is as long as any may be. */
static void
say_pieces(struct visitor *v)
{
	static char text[TEXT_LINE_BYTES];
	uint8_t frames[GUEST_FRAMES];
	struct frame_post post = { .kind = ENTRY_PART, .text = text,
	    .text_len = sizeof(text), .flags = 1 << ENTRY_MORE_SHIFT };
	struct wire_out out;
	size_t begun;
	unsigned i;

	memset(text, 'w', sizeof(text));
	for (i = 0; i < 2; i++) {
		post.id = (uint64_t)v->g->outbox << 32 | (v->g->next + i);
		out = wire_out(frames, sizeof(frames));
		begun = frame_begin(&out, FRAME_POST);
		wire_put_varint(&out, 1);
		frame_put_post(&out, &post);
		frame_end(&out, begun);
		say_frames(v, &out);
		post.kind = ENTRY_SAY;
		post.flags = 1 << ENTRY_INDEX_SHIFT;
		post.text_len = 100;
	}
	run(2000);
}

static void
a_long_text(void)
{
	sent_scene(&sent, "a long text in two parts");
	say_pieces(bob);
}

/* More than she may, in one datagram, and all of it again. */
static void
too_fast(void)
{
	enum { MANY = 16 };
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_post post = { .kind = ENTRY_ACT, .text = "waves",
	    .text_len = 5 };
	size_t begun = frame_begin(&out, FRAME_POST);
	unsigned i;

	sent_scene(&sent, "carol waves more often than she may");
	wire_put_varint(&out, MANY);
	for (i = 0; i < MANY; i++) {
		post.id = (uint64_t)carol->g->outbox << 32 |
		    (carol->g->next + i);
		frame_put_post(&out, &post);
	}
	frame_end(&out, begun);
	say_frames(carol, &out);
	run(5000);
	sent_scene(&sent, "the same posts come again");
	say_frames(carol, &out);
	run(3000);
}

static void
they_rename(void)
{
	sent_scene(&sent, "alice is called anna");
	assert_true(den_rename(&den, alice->g, "anna"));
	run(500);
	sent_scene(&sent, "carol would be bob, alice, and what no name is");
	assert_false(den_rename(&den, carol->g, "bob"));
	run(500);
	assert_false(den_rename(&den, carol->g, "alice"));
	run(500);
	assert_false(den_rename(&den, carol->g, "Admin"));
	run(500);
	sent_scene(&sent, "anna is called alice again");
	assert_true(den_rename(&den, alice->g, "alice"));
	run(5000);
}

static void
ask(struct visitor *v, void (*put)(struct wire_out *))
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	put(&out);
	say_frames(v, &out);
	run(400);
}

static void
put_whois_bob(struct wire_out *out)
{
	frame_put_whois(out, "bob", 3);
}

static void
put_whois_nobody(struct wire_out *out)
{
	frame_put_whois(out, "nobody", 6);
}

static void
put_whois_self(struct wire_out *out)
{
	frame_put_whois(out, "", 0);
}

static void
put_members(struct wire_out *out)
{
	frame_put_read(out, 0, 0);
}

static void
put_older(struct wire_out *out)
{
	frame_put_read(out, 9, 5);
}

static void
put_base(struct wire_out *out)
{
	frame_put_read(out, 9, 0);
}

static void
put_ping(struct wire_out *out)
{
	frame_put_ping(out, FRAME_PING, (const uint8_t *)"pingpong");
}

/* All of it in one datagram. */
static void
put_much(struct wire_out *out)
{
	put_ping(out);
	put_whois_bob(out);
	put_members(out);
	put_older(out);
}

static void
they_ask(void)
{
	sent_scene(&sent, "who is bob, nobody, I");
	ask(alice, put_whois_bob);
	ask(alice, put_whois_nobody);
	ask(carol, put_whois_self);
	sent_scene(&sent, "who is here");
	ask(alice, put_members);
	sent_scene(&sent, "what was said before");
	ask(carol, put_older);
	ask(alice, put_base);
	sent_scene(&sent, "ping");
	ask(bob, put_ping);
	sent_scene(&sent, "much in one datagram");
	ask(alice, put_much);
}

/* What bob says of what he has is lost for a while. */
static void
lost_syncs(void)
{
	sent_scene(&sent, "of what came bob says nothing");
	bob->deaf = true;
	line(alice, "do you hear me?");
	run(2000);
	line(alice, "bob?");
	run(4000);
	sent_scene(&sent, "but now");
	bob->deaf = false;
	run(1000);
}

/* He says that he has others than those that he acknowledged. */
static void
gaps(void)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint64_t head = den_head(&den);
	struct frame_position few = bob->have;
	struct frame_range some[] = { { head - 6, head - 5 },
	    { head - 2, head - 2 } };

	sent_scene(&sent, "bob has gaps");
	few.seq = head - 8;
	frame_put_sync(&out, &few, 24, 100, some, 2);
	say_frames(bob, &out);
	run(200);
	acknowledge(bob);
	run(1000);
}

static void
wrong_haves(void)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position have = bob->have;

	sent_scene(&sent, "bob has what never was");
	have.seq += 10;
	frame_put_sync(&out, &have, 24, 0, NULL, 0);
	say_frames(bob, &out);
	run(1000);
	sent_scene(&sent, "and comes anew with it");
	enter(bob, &have);
	run(1000);
	sent_scene(&sent, "and with another log's");
	have = bob->have;
	have.log_id[0] ^= 0xff;
	enter(bob, &have);
	run(1000);
	sent_scene(&sent, "and with all but three");
	have = bob->have;
	have.seq -= 3;
	enter(bob, &have);
	run(1000);
}

static void
a_classic_guest(void)
{
	static const char *const ip = "203.0.113.3";

	sent_scene(&sent, "dora comes by the classic protocol");
	den_classic(&den, ip, 7, "L dora");
	run(500);
	den_classic(&den, ip, 7, "C dora hello there");
	run(500);
	line(alice, "hello dora");
	run(500);
	ask(alice, put_members);
	den_classic(&den, ip, 7, "L bob");
	den_classic(&den, ip, 8, "L bob");
	den_classic(&den, ip, 8, "C who am I?");
	den_classic(&den, ip, 7, "nonsense");
	run(500);
	sent_scene(&sent, "and goes");
	den_classic(&den, ip, 7, "Q dora");
	run(500);
}

static void
mute(struct visitor *v, const char *name, int64_t ms)
{
	struct hub_person who = person(name);

	assert_int_equal(hub_mute(den.hub, den.now_ms, den.now_ms, &who, ms,
	    "too loud"), HUB_ACT_OK);
	run(500);
	den_line(&den, v->g, "but");
	run(1000);
	who = person(name);
	assert_int_equal(hub_unmute(den.hub, den.now_ms, den.now_ms, &who),
	    HUB_ACT_OK);
	run(500);
	den_line(&den, v->g, "at last");
	run(2000);
}

static void
the_operator_acts(void)
{
	sent_scene(&sent, "bob is muted, who knows that there is such a thing");
	mute(bob, "bob", 60000);
	sent_scene(&sent, "carol is, who does not");
	mute(carol, "carol", 60000);
	sent_scene(&sent, "the operator says something");
	assert_int_equal(hub_announce(den.hub, den.now_ms, den.now_ms, "tea",
	    3), HUB_TEXT_OK);
	run(1000);
	sent_scene(&sent, "bob is kicked, and comes again");
	assert_int_equal(hub_kick(den.hub, den.now_ms, den.now_ms, "bob", 3,
	    "enough"), HUB_ACT_OK);
	run(2000);
	bob->g->live = false;
	enter(bob, NULL);
	run(1000);
}

static void
the_room_closes(void)
{
	struct visitor *erin = visitor("erin", "198.51.100.8", HELLO_ROLES);
	struct visitor *finn = visitor("finn", "198.51.100.9", 0);
	struct ban ban = { .until_ms = 0 };
	size_t keys;

	sent_scene(&sent, "erin and finn come to a room that is closed");
	assert_int_equal(hub_close_room(den.hub, den.now_ms, den.now_ms,
	    &keys), HUB_ACT_OK);
	run(500);
	enter(erin, NULL);
	enter(finn, NULL);
	assert_int_equal(hub_open_room(den.hub, den.now_ms, den.now_ms),
	    HUB_ACT_OK);
	run(500);
	sent_scene(&sent, "finn is banned, and comes");
	assert_int_equal(ban_parse(&ban, "198.51.100.9"), BAN_TEXT_OK);
	assert_true(hub_ban(den.hub, den.now_ms, den.now_ms, &ban, NULL, NULL,
	    NULL));
	run(500);
	enter(finn, NULL);
}

/* Who comes and goes too often waits before the door. */
static void
comes_too_often(struct visitor *v)
{
	unsigned i;

	sent_scene(&sent, "gina comes and goes until she has to wait");
	for (i = 0; i < 4; i++) {
		assert_true(enter(v, NULL));
		if (i < 3)
			den_leave(&den, v->g);
	}
	line(v, "am I in?");
	run(20000);
	line(v, "now I am");
	sent_scene(&sent, "gina leaves");
	den_leave(&den, v->g);
	run(1000);
}

static void
names_that_may_not_be(void)
{
	struct visitor *gina = visitor("bob", "198.51.100.10", HELLO_ROLES);

	sent_scene(&sent, "somebody comes as bob, anna, Admin, and as gina");
	noise_keypair_from(&gina->g->key, (const uint8_t *)
	    "gina gina gina gina gina gina gi");
	enter(gina, NULL);
	strlcpy(gina->g->name, "anna", sizeof(gina->g->name));
	enter(gina, NULL);
	strlcpy(gina->g->name, "Admin", sizeof(gina->g->name));
	enter(gina, NULL);
	strlcpy(gina->g->name, "gina", sizeof(gina->g->name));
	assert_true(enter(gina, NULL));
	den_leave(&den, gina->g);
	run(1000);
	comes_too_often(gina);
}

static void
they_move(void)
{
	struct visitor *other;

	sent_scene(&sent, "alice has another address");
	alice->g->addr.in4.sin_port = htons(4000);
	line(alice, "from here");
	run(2000);
	sent_scene(&sent, "alice shakes hands anew from a third one");
	alice->g->addr.in4.sin_port = htons(4001);
	enter(alice, NULL);
	line(alice, "and from here");
	run(2000);
	sent_scene(&sent, "and by another client, then by the first again");
	other = visitor("alice", "198.51.100.11", HELLO_ROLES);
	enter(other, NULL);
	run(1000);
	enter(alice, NULL);
	run(1000);
}

static void
carol_is_silent(void)
{
	int i;

	sent_scene(&sent, "carol is away, then gone");
	carol->deaf = true;
	for (i = 0; i < 6; i++) {
		ask(alice, put_ping);
		ask(bob, put_ping);
		if (i == 3)
			ask(alice, put_members);
		run(20000);
	}
	ask(alice, put_members);
	sent_scene(&sent, "carol says something, and is in again");
	carol->deaf = false;
	den_line(&den, carol->g, "hello?");
	run(1000);
}

static void
another_server(void)
{
	struct frame_position has;
	size_t i;

	sent_scene(&sent, "the server ends");
	hub_close(den.hub, den.now_ms, den.now_ms, HUB_END_STOPPED);
	while (hub_ends(den.hub, den.now_ms, den.now_ms) < den.now_ms + 3000)
		den.now_ms += STEP_MS;
	sent_scene(&sent, "and begins on its data; alice and bob it wakes");
	den_restart(&den);
	for (i = 0; i < 2; i++)
		hub_wake(den.hub, visitors[i].g->seal.there,
		    &visitors[i].g->addr);
	run(500);
	sent_scene(&sent, "carol does not know yet");
	line(carol, "one more");
	sent_scene(&sent, "they come again");
	has = alice->have;
	assert_true(enter(alice, &has));
	assert_true(enter(bob, NULL));
	has = carol->have;
	has.seq -= 2;
	assert_true(enter(carol, &has));
	line(alice, "we are all here again");
	run(1000);
	ask(bob, put_members);
}

static void
they_go(void)
{
	sent_scene(&sent, "they go");
	den_leave(&den, alice->g);
	run(1000);
	den_leave(&den, carol->g);
	run(1000);
	den_leave(&den, bob->g);
	run(1000);
}

static void
what_a_hub_sends_is_what_it_sent_ever(void **state)
{
	static void (*const scenes[])(void) = { they_come, they_talk,
	    a_long_text, too_fast, they_rename, they_ask, lost_syncs, gaps,
	    wrong_haves, a_classic_guest, the_operator_acts, the_room_closes,
	    names_that_may_not_be, they_move, carol_is_silent, another_server,
	    they_go };
	size_t i;
	bool same;

	(void)state;
	known = 0;
	memset(visitors, 0, sizeof(visitors));
	den_open(&den, RATE);
	sent_begin(&sent, &den);
	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		scenes[i]();
	sent_end(&sent, &den);
	den_close(&den);
	same = sent_is(&sent, "tests/golden/same.txt");
	free(sent.text);
	assert_true(same);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_hub_sends_is_what_it_sent_ever)
	};

	return tests_run(tests, NULL, NULL);
}
