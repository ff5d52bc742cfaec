/*
 * The operator's acts against who is not in the room just now, or not where
 * his datagrams say: the hub by plain calls, guests with real session keys, a
 * clock that the test turns.
 */
#include <arpa/inet.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"
#include "common/rule.h"
#include "common/wire.h"
#include "server/room/ban.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static uint8_t pong[GUEST_DATAGRAM];
static size_t pong_len;
static const char *const here = "198.51.100.7", *const there = "192.0.2.9";

/* One who came and went so often that he has to wait now. */
static struct guest *
waiter(struct den *d)
{
	struct guest *g = den_guest(d, "eve", here);
	unsigned i;

	for (i = 0; i < 5; i++) {
		assert_true(den_enter(d, g));
		if (i < 4)
			den_leave(d, g);
		den_run(d, 200);
	}
	assert_int_equal(den_count(d, ENTRY_JOIN, "eve"), 4);
	assert_int_equal(g->error, 0);
	return g;
}

static void
ban(struct den *d, const char *what, int64_t until_ms)
{
	struct ban b = { .until_ms = until_ms };

	assert_int_equal(ban_parse(&b, what), BAN_TEXT_OK);
	assert_true(hub_ban(d->hub, d->now_ms, d->now_ms, &b,
	    b.kind == BAN_NAME ? what : NULL, NULL, NULL));
	den_run(d, 0);
}

static struct hub_person
person(struct den *d, const char *name)
{
	struct hub_person who;

	assert_true(hub_look(d->hub, d->now_ms, name, strlen(name), &who));
	return who;
}

/* He was told so at once, and will not be back by himself. */
static void
assert_is_out(struct den *d, struct guest *g, enum frame_code code)
{
	assert_int_equal(g->error, code);
	memset(g->heard, 0, sizeof(g->heard));
	assert_int_equal(hub_announce(d->hub, d->now_ms, d->now_ms, "hear",
	    4), HUB_TEXT_OK);
	den_run(d, 20000);
	assert_int_equal(g->heard[FRAME_ENTRIES], 0);
	assert_int_equal(den_count(d, ENTRY_JOIN, "eve"), 4);
	assert_int_equal(hub_figures(d->hub).sessions, 0);
}

static void
last_rule(struct den *d, struct rule *r)
{
	static uint8_t copy[ENTRY_BYTES];
	uint64_t seq = den_head(d);
	const uint8_t *bytes;
	struct wire_in in;
	struct entry e;
	size_t len;

	do {
		bytes = log_read(d->log, seq--, &len);
		assert_non_null(bytes);
		memcpy(copy, bytes, len);
		in = wire_in(copy, len);
		assert_int_equal(entry_decode(&in, &e), ENTRY_OK);
	} while (!entry_is_rule(&e));
	assert_true(rule_parse(r, e.text, e.text_len));
}

static void
who_is_banned_while_he_waits_is_out_at_once(void **state)
{
	char key[FINGERPRINT_TEXT];
	struct guest *eve;
	struct den d;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		den_open(&d, HUB_RATE);
		eve = waiter(&d);
		ban(&d, i == 0 ? "eve" : i == 1 ? here :
		    fingerprint_text(key, eve->key.public), 0);
		assert_is_out(&d, eve, FRAME_KICKED);
		den_close(&d);
	}
}

/* Nobody saw him come, nor sees him leave; but an act is in the log. */
static void
who_is_kicked_while_he_waits_hears_it(void **state)
{
	char key[FINGERPRINT_TEXT];
	struct guest *eve;
	struct rule r;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = waiter(&d);
	assert_int_equal(hub_kick(d.hub, d.now_ms, d.now_ms, "evi", 3, ""),
	    HUB_ACT_NOBODY);
	assert_int_equal(hub_kick(d.hub, d.now_ms, d.now_ms, "EVE", 3,
	    "loud"), HUB_ACT_OK);
	den_run(&d, 0);
	last_rule(&d, &r);
	assert_int_equal(r.word, RULE_KICK);
	assert_memory_equal(r.name, "eve", r.name_len);
	assert_string_equal(r.key, fingerprint_text(key, eve->key.public));
	assert_memory_equal(r.reason, "loud", r.reason_len);
	/* Once. */
	assert_int_equal(hub_kick(d.hub, d.now_ms, d.now_ms, "eve", 3, ""),
	    HUB_ACT_NOBODY);
	assert_int_equal(den_count(&d, ENTRY_LEAVE, "eve"), 4);
	assert_is_out(&d, eve, FRAME_KICKED);
	den_close(&d);
}

static void
a_closed_room_is_closed_to_who_waits(void **state)
{
	struct hub_person who;
	struct guest *eve;
	struct den d;
	size_t keys;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = waiter(&d);
	assert_int_equal(hub_close_room(d.hub, d.now_ms, d.now_ms, &keys),
	    HUB_ACT_OK);
	assert_int_equal(keys, 0);
	den_run(&d, 0);
	assert_is_out(&d, eve, FRAME_KICKED);
	den_close(&d);
	/* And if he was allowed, and is not any more. */
	den_open(&d, HUB_RATE);
	eve = waiter(&d);
	who = person(&d, "eve");
	assert_int_equal(hub_allow(d.hub, d.now_ms, d.now_ms, &who),
	    HUB_ACT_OK);
	assert_int_equal(hub_close_room(d.hub, d.now_ms, d.now_ms, &keys),
	    HUB_ACT_OK);
	den_run(&d, 0);
	assert_int_equal(eve->error, 0);
	assert_int_equal(hub_disallow(d.hub, d.now_ms, d.now_ms, &who),
	    HUB_ACT_OK);
	den_run(&d, 0);
	assert_is_out(&d, eve, FRAME_KICKED);
	den_close(&d);
}

static void
who_is_muted_while_he_waits_comes_in_and_says_nothing(void **state)
{
	struct hub_person who;
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = waiter(&d);
	who = person(&d, "eve");
	assert_int_equal(hub_mute(d.hub, d.now_ms, d.now_ms, &who, 0,
	    ""), HUB_ACT_OK);
	den_run(&d, 15000);
	assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"), 5);
	assert_false(den_line(&d, eve, "me too"));
	den_close(&d);
}

static void
who_timed_out_and_is_banned_does_not_hear_that_he_may_come_back(void **state)
{
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	den_run(&d, 91000);
	assert_int_equal(hub_figures(d.hub).members, 0);
	assert_int_equal(hub_figures(d.hub).sessions, 1);
	ban(&d, "eve", 0);
	assert_int_equal(eve->error, FRAME_KICKED);
	den_run(&d, 6000);
	assert_int_equal(hub_figures(d.hub).sessions, 0);
	den_close(&d);
}

/* A new name is a word; but it is not wrong for ever. */
static void
who_is_muted_comes_under_a_new_name_when_he_may_speak(void **state)
{
	struct hub_person who;
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	who = person(&d, "eve");
	assert_int_equal(hub_mute(d.hub, d.now_ms, d.now_ms, &who, 9000,
	    ""), HUB_ACT_OK);
	den_leave(&d, eve);
	den_run(&d, 6000);
	strlcpy(eve->name, "evelyn", sizeof(eve->name));
	assert_true(den_enter(&d, eve));
	assert_int_equal(den_count(&d, ENTRY_JOIN, "evelyn"), 0);
	assert_int_equal(eve->error, 0);
	den_run(&d, 6000);
	assert_int_equal(den_count(&d, ENTRY_JOIN, "evelyn"), 1);
	den_close(&d);
}

/* Sends one datagram from an address where he does not answer. */
static void
seem_to_be(struct den *d, struct guest *g, const char *ip)
{
	uint8_t ping[FRAME_PING_BYTES] = { 0 }, frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	union sock_addr home = g->addr;

	assert_int_equal(inet_pton(AF_INET, ip, &g->addr.in4.sin_addr), 1);
	frame_put_ping(&out, FRAME_PING, ping);
	den_say(d, g, &out);
	g->addr = home;
}

/* Anybody can write another's address on a datagram: he is where he answers. */
static void
an_address_is_banned_that_is_proved(void **state)
{
	struct hub_person who;
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	seem_to_be(&d, eve, there);
	who = person(&d, "eve");
	assert_true(sock_addr_eq(who.addr, &eve->addr));
	ban(&d, there, 0);
	assert_int_equal(hub_figures(d.hub).members, 1);
	ban(&d, here, 0);
	assert_int_equal(hub_figures(d.hub).members, 0);
	den_close(&d);
}

/* Nor is it a way in. */
static void
who_is_banned_comes_in_from_nowhere(void **state)
{
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = waiter(&d);
	seem_to_be(&d, eve, there);
	ban(&d, here, 0);
	den_run(&d, 20000);
	assert_int_equal(den_count(&d, ENTRY_JOIN, "eve"), 4);
	assert_int_equal(hub_figures(d.hub).members, 0);
	den_close(&d);
}

/* Answers the PING, and so is there. */
static void
answer_ping(struct guest *g, struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (f->type != FRAME_PING)
		return;
	frame_put_ping(&out, FRAME_PONG, f->bytes);
	pong_len = guest_seal(g, frames, out.len, pong);
}

static void
move(struct den *d, struct guest *g, const char *ip)
{
	uint8_t ping[FRAME_PING_BYTES] = { 0 }, frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	int i;

	assert_int_equal(inet_pton(AF_INET, ip, &g->addr.in4.sin_addr), 1);
	pong_len = 0;
	g->hear = answer_ping;
	/* What comes from there is the measure of what goes there. */
	for (i = 0; i < 40; i++)
		frame_put_ping(&out, FRAME_PING, ping);
	den_say(d, g, &out);
	assert_true(pong_len > 0);
	hub_input(d->hub, d->now_ms, d->now_ms, &g->addr, pong, pong_len);
	den_run(d, 0);
}

static uint8_t asked[FRAME_PING_BYTES];

static void
note_ping(struct guest *g, struct frame *f)
{
	(void)g;
	if (f->type == FRAME_PING)
		memcpy(asked, f->bytes, sizeof(asked));
}

/*
 * His datagrams come from two addresses in turn, as they do through some
 * routers: what he answers at either proves it.
 */
static void
who_seems_to_be_at_two_places_answers_at_one(void **state)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 0 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct hub_person who;
	struct guest *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	assert_int_equal(inet_pton(AF_INET, there, &eve->addr.in4.sin_addr),
	    1);
	eve->hear = note_ping;
	for (i = 0; i < 8; i++)
		frame_put_ping(&out, FRAME_PING, ping);
	den_say(&d, eve, &out);
	den_run(&d, 100);
	memcpy(ping, asked, sizeof(ping));
	seem_to_be(&d, eve, "203.0.113.5");
	out = wire_out(frames, sizeof(frames));
	frame_put_ping(&out, FRAME_PONG, ping);
	den_say(&d, eve, &out);
	who = person(&d, "eve");
	assert_true(sock_addr_eq(who.addr, &eve->addr));
	den_close(&d);
}

static enum frame_code told;

/* Answers what he is asked, and notes why he is put out. */
static void
answer_and_note(struct guest *g, struct frame *f)
{
	answer_ping(g, f);
	if (f->type == FRAME_ERROR)
		told = f->code;
}

/* The reason may be more than an address gets that is not proved. */
static void
who_is_put_out_while_he_moves_is_told_once_he_answered(void **state)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 0 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *eve;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	assert_int_equal(inet_pton(AF_INET, there, &eve->addr.in4.sin_addr),
	    1);
	told = 0;
	pong_len = 0;
	eve->hear = answer_and_note;
	frame_put_ping(&out, FRAME_PING, ping);
	den_run(&d, 1000);
	den_say(&d, eve, &out);
	den_run(&d, 1000);
	assert_true(pong_len > 0);
	assert_int_equal(hub_kick(d.hub, d.now_ms, d.now_ms, "eve", 3,
	    "a reason that is much longer than what was sent from there, and "
	    "than three times as much, as nobody is to be flooded by it"),
	    HUB_ACT_OK);
	assert_int_equal(told, 0);
	hub_input(d.hub, d.now_ms, d.now_ms, &eve->addr, pong, pong_len);
	den_run(&d, 100);
	assert_int_equal(told, FRAME_KICKED);
	den_close(&d);
}

/* It has no answer but the same one: so it does not last. */
static void
whom_the_disk_did_not_take_is_not_kept_by_asking(void **state)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 0 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	told = 0;
	eve->hear = answer_and_note;
	memdisk_limit(d.mem, memdisk_bytes(d.mem));
	den_enter(&d, eve);
	assert_int_equal(told, FRAME_NO_SPACE);
	memdisk_limit(d.mem, UINT64_MAX);
	frame_put_ping(&out, FRAME_PING, ping);
	for (i = 0; i < 8; i++) {
		told = 0;
		den_say(&d, eve, &out);
		den_run(&d, 1000);
	}
	assert_int_equal(told, 0);
	assert_true(den_enter(&d, eve));
	den_close(&d);
}

/* However much waits for him there. */
static void
an_address_that_is_not_proved_is_asked_in_measure(void **state)
{
	uint8_t frames[GUEST_FRAMES], ping[FRAME_PING_BYTES] = { 0 };
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct guest *alice, *eve;
	char line[512];
	struct den d;
	int i;

	(void)state;
	den_open(&d, 0);
	alice = den_guest(&d, "alice", "198.51.100.8");
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, alice));
	assert_true(den_enter(&d, eve));
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	for (i = 0; i < 40; i++)
		assert_true(den_line(&d, alice, line));
	eve->heard[FRAME_PING] = 0;
	assert_int_equal(inet_pton(AF_INET, there, &eve->addr.in4.sin_addr),
	    1);
	for (i = 0; i < 8; i++)
		frame_put_ping(&out, FRAME_PING, ping);
	for (i = 0; i < 4; i++)
		den_say(&d, eve, &out);
	assert_true(eve->heard[FRAME_PING] <= 1);
	den_run(&d, 1000);
	assert_in_range(eve->heard[FRAME_PING], 1, 50);
	den_close(&d);
}

/* He comes to a network that is banned for an hour, of which half a minute is
 * over. What is written is how long it lasts yet. */
static void
who_moves_to_a_banned_network_is_out_as_long_as_it_is_banned(void **state)
{
	struct guest *eve;
	struct rule r;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	ban(&d, "192.0.2.0/24", d.now_ms + 3600 * 1000);
	ban(&d, "192.0.2.8/29", d.now_ms + 60 * 1000);
	den_run(&d, 30 * 1000);
	move(&d, eve, there);
	assert_int_equal(hub_figures(d.hub).members, 0);
	last_rule(&d, &r);
	assert_int_equal(r.word, RULE_BAN);
	assert_int_equal(r.ms, 3570 * 1000);
	den_close(&d);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(who_is_banned_while_he_waits_is_out_at_once),
		TEST(who_is_kicked_while_he_waits_hears_it),
		TEST(a_closed_room_is_closed_to_who_waits),
		TEST(who_is_muted_while_he_waits_comes_in_and_says_nothing),
		TEST(who_timed_out_and_is_banned_does_not_hear_that_he_may_come_back),
		TEST(who_is_muted_comes_under_a_new_name_when_he_may_speak),
		TEST(an_address_is_banned_that_is_proved),
		TEST(who_is_banned_comes_in_from_nowhere),
		TEST(who_seems_to_be_at_two_places_answers_at_one),
		TEST(who_is_put_out_while_he_moves_is_told_once_he_answered),
		TEST(whom_the_disk_did_not_take_is_not_kept_by_asking),
		TEST(an_address_that_is_not_proved_is_asked_in_measure),
		TEST(who_moves_to_a_banned_network_is_out_as_long_as_it_is_banned),
	};

	return tests_run(tests, NULL, NULL);
}
