/*
 * The gate against strangers: what they may try, what it costs, and that it
 * keeps out nobody else. By plain calls, under a clock that the test turns.
 */
#include "common/keys.h"
#include "server/gate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "server/toll.h"
#include "tests/with_cmocka.h"
#include "tui/receiver/handshake.h"

/* A gate, its clock, and what came of the last datagram. */
struct door {
	struct gate	*gate;
	int64_t		 now_ms;
	struct noise_keypair key;
	struct gate_arrival arrival;
	uint8_t		 out[HELLO_DATAGRAM];
	size_t		 out_len, in_len;
	enum gate_why	 why;
};

/* Somebody who knocks. */
struct caller {
	union sock_addr	 from;
	struct noise_keypair key;
	struct handshake hs;
};

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

static void
door_open(struct door *d, bool has_psk)
{
	struct gate_config c = { .room = "chat", .has_psk = has_psk,
	    .psk = { 1 }, .seed = 42 };

	memset(d, 0, sizeof(*d));
	keys_make(&d->key);
	c.key = d->key;
	d->now_ms = 5000000;
	d->gate = gate_new(&c, d->now_ms, on_random, NULL);
	assert_non_null(d->gate);
}

static bool
is_taken(void *arg, uint32_t index)
{
	(void)arg;
	(void)index;
	return false;
}

/* Who is in, if anybody. */
static const union sock_addr *insider;
static struct limit used;

static struct limit *
seat(void *arg, const union sock_addr *from)
{
	(void)arg;
	return insider != NULL && sock_addr_eq(insider, from) ? &used : NULL;
}

static enum gate_result
put(struct door *d, const union sock_addr *from, const uint8_t *data,
    size_t len)
{
	static const struct gate_inside inside = { is_taken, seat, NULL };
	struct frame_position head = { .seq = 7 };
	struct hello_datagram datagram;
	struct gate_knock k = { .from = from, .d = &datagram, .head = &head,
	    .inside = &inside };
	enum gate_result result;

	d->out_len = 0;
	d->in_len = len;
	d->why = GATE_MALFORMED;
	if (!hello_read(data, len, &datagram))
		return GATE_NOTHING;
	result = gate_input(d->gate, d->now_ms, &k, &d->arrival);
	memcpy(d->out, k.out, sizeof(d->out));
	d->out_len = k.out_len;
	d->why = k.why;
	if (result == GATE_ANSWER)
		assert_true(d->out_len <= len);
	return result;
}

/* The n-th address group there is. */
static union sock_addr
addr_of(uint32_t n)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_addr.s_addr = htonl(0x0a000001 + n);
	a.in4.sin_port = htons(1000);
	return a;
}

static void
caller_init(struct caller *c, uint32_t address)
{
	uint8_t secret[NOISE_KEY];

	memset(c, 0, sizeof(*c));
	keys_make(&c->key);
	c->from = addr_of(address);
	randombytes_buf(secret, sizeof(secret));
	handshake_begin(&c->hs, &c->key, randombytes_random() | 1, secret);
}

/* Sends what the caller has to say, and hears the answer. */
static enum handshake_result
say(struct door *d, struct caller *c)
{
	struct hello_datagram answer;

	if (put(d, &c->from, c->hs.datagram, c->hs.datagram_len) !=
	    GATE_ANSWER || !hello_read(d->out, d->out_len, &answer))
		return HANDSHAKE_NOTHING;
	return handshake_input(&c->hs, &answer);
}

/* Up to HS2; false: not let through. */
static bool
reaches_door(struct door *d, struct caller *c)
{
	assert_int_equal(say(d, c), HANDSHAKE_SEND);
	return say(d, c) == HANDSHAKE_ROOM;
}

/* Writes HS3 with a passphrase's key; it goes out by say(). */
static void
write_visit(struct caller *c, uint8_t passphrase)
{
	struct hello_visitor v = { .room = "chat", .room_len = 4,
	    .name = "ann", .name_len = 3, .outbox = 9, .next_id = 1 };
	uint8_t psk[NOISE_KEY] = { passphrase };

	assert_true(handshake_visit(&c->hs, psk, &v));
}

/* The caller tries a passphrase, and could try another one then. */
static enum gate_result
guess(struct door *d, const struct caller *c, uint8_t passphrase)
{
	struct caller copy = *c;

	write_visit(&copy, passphrase);
	return put(d, &copy.from, copy.hs.datagram, copy.hs.datagram_len);
}

static bool
gets_in(struct door *d, struct caller *c)
{
	if (!reaches_door(d, c))
		return false;
	write_visit(c, 1);
	return put(d, &c->from, c->hs.datagram, c->hs.datagram_len) ==
	    GATE_ARRIVED;
}

static void
three_wrong_passphrases_end_a_handshake(void **state)
{
	struct caller c;
	struct door d;
	int i;

	(void)state;
	door_open(&d, true);
	caller_init(&c, 1);
	assert_true(reaches_door(&d, &c));
	for (i = 0; i < GATE_GUESSES; i++) {
		assert_int_equal(guess(&d, &c, (uint8_t)(50 + i)),
		    GATE_ANSWER);
		assert_int_equal(d.why, GATE_FORGED);
		assert_int_equal(d.out[0], HELLO_RESET_TYPE);
	}
	/* Now even the right one is nobody's any more. */
	assert_int_equal(guess(&d, &c, 1), GATE_ANSWER);
	assert_int_equal(d.why, GATE_UNKNOWN);
	assert_int_equal(gate_count(d.gate), 0);
	/* Who mistyped twice gets in all the same. */
	caller_init(&c, 2);
	assert_true(reaches_door(&d, &c));
	guess(&d, &c, 50);
	guess(&d, &c, 51);
	assert_int_equal(guess(&d, &c, 1), GATE_ARRIVED);
	gate_free(d.gate);
}

static void
one_address_tries_64_passphrases_in_4_s_at_most(void **state)
{
	int64_t start;
	unsigned tried = 0;
	struct caller c;
	struct door d;
	int i;

	(void)state;
	door_open(&d, true);
	for (start = d.now_ms; d.now_ms < start + 4000; d.now_ms += 20) {
		caller_init(&c, 1);
		c.from.in4.sin_port = htons((uint16_t)(d.now_ms - start));
		if (!reaches_door(&d, &c))
			continue;
		for (i = 0; i < 10; i++) {
			guess(&d, &c, (uint8_t)(50 + i));
			tried += d.why == GATE_FORGED;
		}
	}
	assert_in_range(tried, 16, 64);
	/* It is the neighbours' who live elsewhere no matter. */
	caller_init(&c, 2);
	assert_true(gets_in(&d, &c));
	gate_free(d.gate);
}

static void
junk_ends_no_handshake_and_is_not_answered(void **state)
{
	uint8_t junk[98] = { HELLO_HS3_TYPE };
	struct caller c;
	struct door d;
	int i;

	(void)state;
	door_open(&d, false);
	caller_init(&c, 1);
	assert_true(reaches_door(&d, &c));
	write_visit(&c, 1);
	memcpy(junk, c.hs.datagram, 5);
	for (i = 0; i < 1000; i++) {
		junk[20] = (uint8_t)i;
		assert_int_equal(put(&d, &c.from, junk, sizeof(junk)),
		    GATE_NOTHING);
	}
	assert_int_equal(put(&d, &c.from, c.hs.datagram,
	    c.hs.datagram_len), GATE_ARRIVED);
	gate_free(d.gate);
}

static void
who_moves_before_his_hs3_begins_again(void **state)
{
	union sock_addr there = addr_of(2);
	struct caller c;
	struct door d;

	(void)state;
	door_open(&d, false);
	caller_init(&c, 1);
	assert_true(reaches_door(&d, &c));
	write_visit(&c, 1);
	/* To where it came from, that he is unknown there ... */
	assert_int_equal(put(&d, &there, c.hs.datagram,
	    c.hs.datagram_len), GATE_ANSWER);
	assert_int_equal(d.out[0], HELLO_RESET_TYPE);
	/* ... which ends nothing for who is still where he was. */
	assert_int_equal(put(&d, &c.from, c.hs.datagram,
	    c.hs.datagram_len), GATE_ARRIVED);
	assert_true(sock_addr_eq(&d.arrival.from, &c.from));
	caller_init(&c, 2);
	assert_true(gets_in(&d, &c));
	gate_free(d.gate);
}

/* One HELLO with a good cookie and a new key; true: it was worked on. */
static bool
flood_once(struct door *d, const union sock_addr *from)
{
	uint8_t noise[HELLO_NOISE], datagram[HELLO_DATAGRAM];
	uint8_t cookie[HELLO_COOKIE];
	struct hello h = { .client = 7, .noise = noise };
	size_t len;

	randombytes_buf(noise, sizeof(noise));
	len = hello_put(datagram, &h);
	assert_int_equal(put(d, from, datagram, len), GATE_ANSWER);
	memcpy(cookie, d->out + HELLO_COOKIE_BYTES - HELLO_COOKIE,
	    sizeof(cookie));
	h.cookie = cookie;
	len = hello_put(datagram, &h);
	return put(d, from, datagram, len) == GATE_ANSWER;
}

static void
a_flood_from_60_addresses_keeps_nobody_out(void **state)
{
	enum { MS = 4000 };
	union sock_addr from;
	unsigned work = 0, i;
	struct caller slow, c;
	struct door d;
	int64_t start;

	(void)state;
	door_open(&d, false);
	/* One whose way is so long that the flood comes in between. */
	caller_init(&slow, 5000);
	assert_true(reaches_door(&d, &slow));
	write_visit(&slow, 1);
	for (start = d.now_ms; d.now_ms < start + MS; d.now_ms++) {
		for (i = 0; i < 4; i++) {
			from = addr_of((uint32_t)(d.now_ms * 4 + i) % 60);
			work += flood_once(&d, &from);
		}
		assert_true(gate_count(d.gate) <= GATE_HALF_OPEN_MAX);
		if (d.now_ms % 70 != 0)
			continue;
		/* The first try of each newcomer is enough. */
		caller_init(&c, (uint32_t)(6000 + d.now_ms - start));
		assert_true(gets_in(&d, &c));
	}
	assert_int_equal(say(&d, &slow), HANDSHAKE_NOTHING);
	assert_int_equal(d.why, GATE_FINE);
	/* A fifth of a core, at 50 us for each Diffie-Hellman. */
	assert_true(work * TOLL_HELLO <= TOLL_WORK * (MS / 1000 + 1));
	gate_free(d.gate);
}

static void
who_was_in_before_comes_in_through_a_flood_from_everywhere(void **state)
{
	struct caller old, c;
	union sock_addr from;
	struct door d;
	uint32_t i;
	bool in;

	(void)state;
	door_open(&d, false);
	caller_init(&old, 1);
	assert_true(gets_in(&d, &old));
	gate_known(d.gate, d.now_ms, &old.from);
	/* One whose handshake was good, and who was not let in. */
	caller_init(&c, 2);
	assert_true(gets_in(&d, &c));
	/* So many new groups a second that none of them can be spared. */
	for (i = 0; i < 3 * TOLL_WORK; i++) {
		from = addr_of(10 + i);
		flood_once(&d, &from);
	}
	caller_init(&c, 9000);
	assert_false(gets_in(&d, &c));
	caller_init(&c, 2);
	assert_false(gets_in(&d, &c));
	caller_init(&old, 1);
	in = gets_in(&d, &old);
	assert_true(in);
	gate_free(d.gate);
}

/* A flood of HELLOs and passphrases from many ports of one address. */
static void
flood_from(struct door *d, uint32_t address, uint16_t port)
{
	struct caller c;

	caller_init(&c, address);
	c.from.in4.sin_port = htons(port);
	if (reaches_door(d, &c))
		guess(d, &c, 50);
}

/* A router's. */
static void
who_is_in_comes_back_whoever_floods_from_his_address(void **state)
{
	enum { S = 12 };
	union sock_addr was = addr_of(1), here = addr_of(1);
	struct caller c;
	struct door d;
	unsigned n;

	(void)state;
	door_open(&d, true);
	was.in4.sin_port = htons(998);
	here.in4.sin_port = htons(999);
	insider = &here;
	memset(&used, 0, sizeof(used));
	gate_was_in(d.gate, d.now_ms, &was);
	for (n = 0; n < S * 1000; n++) {
		d.now_ms++;
		flood_from(&d, 1, (uint16_t)(2000 + n));
		if (n % 3000 != 2999)
			continue;
		caller_init(&c, 1);
		c.from = here;
		assert_true(gets_in(&d, &c));
		caller_init(&c, 1);
		c.from = was;
		assert_true(gets_in(&d, &c));
	}
	/* That is his own, and little. */
	for (n = 0; n < 100; n++)
		flood_from(&d, 1, 999);
	caller_init(&c, 1);
	c.from = here;
	assert_false(gets_in(&d, &c));
	caller_init(&c, 1);
	c.from = was;
	assert_true(gets_in(&d, &c));
	insider = NULL;
	gate_free(d.gate);
}

/* They may be many, at many addresses. */
static void
those_who_come_back_keep_no_newcomer_out(void **state)
{
	enum { MANY = 2000, PORTS = 64, S = 5 };
	union sock_addr at;
	struct caller c;
	struct door d;
	unsigned i, n;

	(void)state;
	door_open(&d, false);
	for (i = 0; i < MANY; i++) {
		at = addr_of(i / PORTS);
		at.in4.sin_port = htons((uint16_t)(2000 + i));
		gate_was_in(d.gate, d.now_ms, &at);
	}
	for (n = 0; n < S; n++) {
		for (i = 0; i < MANY; i++) {
			at = addr_of(i / PORTS);
			at.in4.sin_port = htons((uint16_t)(2000 + i));
			flood_once(&d, &at);
		}
		caller_init(&c, 5000 + n);
		assert_true(gets_in(&d, &c));
		d.now_ms += 1000;
	}
	gate_free(d.gate);
}

static void
the_group_with_most_half_open_makes_room(void **state)
{
	static struct caller crowd[GATE_HALF_OPEN_MAX];
	struct caller lone;
	struct door d;
	size_t i, n;

	(void)state;
	door_open(&d, false);
	caller_init(&lone, 99);
	assert_true(reaches_door(&d, &lone));
	for (i = n = 0; n < GATE_HALF_OPEN_MAX; i++) {
		caller_init(&crowd[n], (uint32_t)(i % 80));
		d.now_ms += 3;
		n += reaches_door(&d, &crowd[n]);
	}
	assert_true(gate_count(d.gate) > GATE_HALF_OPEN_MAX - 10);
	write_visit(&lone, 1);
	say(&d, &lone);
	assert_int_equal(d.why, GATE_FINE);
	gate_free(d.gate);
}

static void
a_cookie_opens_one_handshake(void **state)
{
	uint8_t hello[HELLO_DATAGRAM];
	struct caller c;
	struct door d;
	size_t len;

	(void)state;
	door_open(&d, false);
	caller_init(&c, 1);
	assert_int_equal(say(&d, &c), HANDSHAKE_SEND);
	len = c.hs.datagram_len;
	memcpy(hello, c.hs.datagram, len);
	assert_int_equal(say(&d, &c), HANDSHAKE_ROOM);
	/* As long as it is half open the answer is the same one again. */
	assert_int_equal(put(&d, &c.from, hello, len), GATE_ANSWER);
	assert_int_equal(d.out[0], HELLO_HS2_TYPE);
	assert_int_equal(gate_count(d.gate), 1);
	write_visit(&c, 1);
	say(&d, &c);
	assert_int_equal(d.why, GATE_FINE);
	assert_int_equal(put(&d, &c.from, hello, len), GATE_ANSWER);
	assert_int_equal(d.out[0], HELLO_COOKIE_TYPE);
	assert_int_equal(gate_count(d.gate), 0);
	gate_free(d.gate);
}

static bool
resets(struct door *d, uint32_t address)
{
	uint8_t data[40] = { 0xfc, 1, 2, 3, 4 };
	union sock_addr to = addr_of(address);

	const struct gate_stray stray = { &to, 0x01020304, data,
	    sizeof(data) };

	d->out_len = gate_reset(d->gate, d->now_ms, &stray, d->out);
	return d->out_len > 0;
}

static void
junk_from_some_keeps_no_reset_from_others(void **state)
{
	union sock_addr old = addr_of(1);
	struct door d;
	unsigned sent = 0;
	uint32_t i;

	(void)state;
	door_open(&d, false);
	for (i = 0; i < 1000; i++)
		sent += resets(&d, 5);
	assert_int_equal(sent, TOLL_RESETS);
	assert_true(resets(&d, 6));
	/* Not even junk from everywhere keeps those waiting who were in. */
	gate_was_in(d.gate, d.now_ms, &old);
	for (i = 0; i < 3 * TOLL_RESETS_ALL; i++)
		sent += resets(&d, 10 + i);
	assert_true(sent <= TOLL_RESETS_ALL + TOLL_RESETS);
	assert_true(resets(&d, 1));
	gate_free(d.gate);
}

/* Junk to sessions that nobody has, from made-up addresses. */
static void
junk_from_everywhere_gives_nobody_more_guesses(void **state)
{
	enum { SECONDS = 20, JUNK_PER_MS = 20 };
	union sock_addr eve = addr_of(1), any;
	struct toll *t = toll_new(42);
	unsigned guesses = 0, i;
	uint32_t n = 10;
	int64_t ms;

	(void)state;
	assert_non_null(t);
	for (ms = 1000000; ms < 1000000 + SECONDS * 1000; ms++) {
		for (i = 0; i < JUNK_PER_MS; i++) {
			any = addr_of(n++);
			toll_reset(t, ms, &any);
		}
		if (ms % 50 != 0 || !toll_hello(t, ms, &eve))
			continue;
		for (i = 0; i < GATE_GUESSES; i++)
			if (toll_hs3(t, ms, &eve, i > 0)) {
				guesses++;
				toll_guessed(t, ms, &eve);
			}
	}
	assert_in_range(guesses, 1, TOLL_GUESSES * SECONDS +
	    TOLL_GUESSES_BURST + GATE_GUESSES);
	toll_free(t);
}

static void
another_version_is_answered_by_a_cookie_of_ours(void **state)
{
	uint8_t hello[HELLO_BYTES] = { HELLO_TYPE, 2, 0, 0, 0, 7 };
	union sock_addr from = addr_of(1);
	struct hello_datagram answer;
	struct caller c;
	struct door d;

	(void)state;
	door_open(&d, false);
	memset(hello + 6, 0xab, sizeof(hello) - 6);
	assert_int_equal(put(&d, &from, hello, sizeof(hello)), GATE_ANSWER);
	assert_int_equal(d.out_len, HELLO_COOKIE_BYTES);
	assert_true(hello_read(d.out, d.out_len, &answer));
	assert_int_equal(answer.type, HELLO_COOKIE_TYPE);
	assert_int_equal(answer.hello.client, 7);
	/* Its cookie opens nothing: nothing is known of its key. */
	assert_int_equal(gate_count(d.gate), 0);
	/* Padding may have a meaning some day. */
	caller_init(&c, 1);
	c.hs.datagram[HELLO_BYTES - 1] = 1;
	assert_int_equal(say(&d, &c), HANDSHAKE_SEND);
	c.hs.datagram[HELLO_BYTES - 1] = 1;
	assert_int_equal(say(&d, &c), HANDSHAKE_ROOM);
	gate_free(d.gate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_wrong_passphrases_end_a_handshake),
		cmocka_unit_test(
		    one_address_tries_64_passphrases_in_4_s_at_most),
		cmocka_unit_test(junk_ends_no_handshake_and_is_not_answered),
		cmocka_unit_test(who_moves_before_his_hs3_begins_again),
		cmocka_unit_test(a_flood_from_60_addresses_keeps_nobody_out),
		cmocka_unit_test(
		    who_was_in_before_comes_in_through_a_flood_from_everywhere),
		cmocka_unit_test(
		    who_is_in_comes_back_whoever_floods_from_his_address),
		cmocka_unit_test(those_who_come_back_keep_no_newcomer_out),
		cmocka_unit_test(the_group_with_most_half_open_makes_room),
		cmocka_unit_test(a_cookie_opens_one_handshake),
		cmocka_unit_test(junk_from_some_keeps_no_reset_from_others),
		cmocka_unit_test(
		    junk_from_everywhere_gives_nobody_more_guesses),
		cmocka_unit_test(
		    another_version_is_answered_by_a_cookie_of_ours),
	};

	return tests_run(tests, NULL, NULL);
}
