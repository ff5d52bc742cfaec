/*
 * One session: who it is, where it is, and what it may be sent there.
 */
#include "server/peer.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

enum { LEN = 5, DATAGRAM = LEN + SEAL_OVER };

static const uint8_t up[NOISE_KEY] = { 1 }, down[NOISE_KEY] = { 2 };
static const uint8_t who[NOISE_KEY] = { 3 };
static const int64_t start_ms = 1000000;

static struct peer *p;
static struct seal client;
static union sock_addr home, other;

static union sock_addr
addr(const char *ip)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_port = htons(4242);
	assert_int_equal(inet_pton(AF_INET, ip, &a.in4.sin_addr), 1);
	return a;
}

static int
set_up(void **state)
{
	struct gate_arrival a = { .from = addr("192.0.2.1"),
	    .here = 0x11111111, .there = 0x22222222, .visitor = {
	    .name = "bob", .name_len = 3, .outbox = 7, .next_id = 5 } };

	(void)state;
	home = a.from;
	other = addr("192.0.2.2");
	memcpy(a.send, down, NOISE_KEY);
	memcpy(a.receive, up, NOISE_KEY);
	memcpy(a.key, who, NOISE_KEY);
	seal_init(&client, up, down, 0x22222222, 0x11111111);
	return (p = peer_new(start_ms, &a)) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	peer_free(p);
	return 0;
}

/* What the client says next. */
static void
pack(uint8_t out[DATAGRAM])
{
	assert_int_equal(seal_pack(&client, "hello", LEN, out), DATAGRAM);
}

static enum seal_error
opens(int64_t now_ms, const union sock_addr *from,
    const uint8_t data[DATAGRAM], bool *moved)
{
	uint8_t frames[DATAGRAM];
	struct peer_datagram d = { .from = from, .data = data,
	    .len = DATAGRAM, .frames = frames };
	enum seal_error error = peer_open(p, now_ms, &d);

	*moved = d.moved;
	if (error == SEAL_OK) {
		assert_int_equal(d.frames_len, LEN);
		assert_memory_equal(frames, "hello", LEN);
	}
	return error;
}

static void
who_arrived_is_where_and_who_he_said(void **state)
{
	(void)state;
	assert_true(peer_is(p, who, "bob", 3));
	assert_false(peer_is(p, up, "bob", 3));
	assert_false(peer_is(p, who, "bo", 2));
	assert_false(peer_is(p, who, "eve", 3));
	assert_true(sock_addr_eq(&p->at.addr, &home));
	assert_true(p->at.proved);		/* by the cookie */
	assert_int_equal(p->run, 7);
	assert_false(p->confirmed);
	p->closing = true;
}

static void
only_what_is_authentic_counts(void **state)
{
	uint8_t data[DATAGRAM];
	bool moved;

	(void)state;
	pack(data);
	data[DATAGRAM - 1] ^= 1;
	assert_int_equal(opens(start_ms + 9, &other, data, &moved),
	    SEAL_FORGED);
	assert_false(moved || p->confirmed);
	assert_int_equal(p->heard_ms, start_ms);
	assert_true(sock_addr_eq(&p->at.addr, &home));
	data[DATAGRAM - 1] ^= 1;
	assert_int_equal(opens(start_ms + 9, &home, data, &moved), SEAL_OK);
	assert_true(p->confirmed && !moved);
	assert_int_equal(p->heard_ms, start_ms + 9);
	/* Nor does it twice. */
	assert_int_equal(opens(start_ms + 20, &other, data, &moved),
	    SEAL_REPLAY);
	assert_false(moved);
	assert_int_equal(p->heard_ms, start_ms + 9);
}

static void
who_moves_is_followed_but_not_by_a_late_one(void **state)
{
	uint8_t late[DATAGRAM], data[DATAGRAM];
	bool moved;

	(void)state;
	pack(late);
	pack(data);
	assert_int_equal(opens(start_ms, &other, data, &moved), SEAL_OK);
	assert_true(moved && !p->at.proved);
	assert_true(sock_addr_eq(&p->at.addr, &other));
	assert_int_equal(opens(start_ms, &home, late, &moved), SEAL_OK);
	assert_false(moved);
	assert_true(sock_addr_eq(&p->at.addr, &other));
	/* Where it was when it was proved is remembered. */
	assert_true(sock_addr_eq(&p->at.home, &home));
}

static void
an_address_that_is_not_proved_gets_three_times_what_came(void **state)
{
	uint8_t data[DATAGRAM], out[2 * DATAGRAM];
	bool moved;
	int n = 0;

	(void)state;
	while (n < 100 && peer_seal(p, "hello", LEN, out) > 0)
		n++;
	assert_int_equal(n, 100);
	pack(data);
	opens(start_ms, &other, data, &moved);
	for (n = 0; n < 100 && peer_seal(p, "hello", LEN, out) > 0; n++)
		;
	assert_int_equal(n, PEER_CREDIT_FACTOR);
	pack(data);
	opens(start_ms, &other, data, &moved);
	assert_false(moved);
	for (n = 0; n < 100 && peer_seal(p, "hello", LEN, out) > 0; n++)
		;
	assert_int_equal(n, PEER_CREDIT_FACTOR);
	/* What he saved at one place is not spent at the next. */
	pack(data);
	opens(start_ms, &other, data, &moved);
	assert_true(peer_follow(p, &home, 0));
	assert_int_equal(peer_seal(p, "hello", LEN, out), 0);
}

static void
an_address_is_proved_by_its_own_answer(void **state)
{
	static const uint8_t random[2][PEER_PING_KEY] = { { 1 }, { 2 } };
	uint8_t asked[FRAME_PING_BYTES], out[DATAGRAM];

	(void)state;
	assert_false(peer_pong(p, p->at.ping));
	peer_follow(p, &other, 0);
	peer_ask(p, random[0]);
	memcpy(asked, p->at.ping, sizeof(asked));
	/* The same for the same address, another one for another. */
	peer_follow(p, &home, 0);
	peer_ask(p, random[1]);
	assert_memory_not_equal(p->at.ping, asked, sizeof(asked));
	assert_false(peer_pong(p, asked));
	assert_false(p->at.proved);
	peer_follow(p, &other, 0);
	peer_ask(p, random[1]);
	assert_memory_equal(p->at.ping, asked, sizeof(asked));
	assert_true(peer_pong(p, asked));
	assert_true(p->at.proved && sock_addr_eq(&p->at.home, &other));
	assert_int_equal(peer_seal(p, "hello", LEN, out), DATAGRAM);
	assert_false(peer_pong(p, asked));
	/* An answer serves once: the next question is another. */
	peer_follow(p, &home, 0);
	peer_follow(p, &other, 0);
	peer_ask(p, random[1]);
	assert_memory_not_equal(p->at.ping, asked, sizeof(asked));
}

/* He may have left the address since, and acknowledge what goes there. */
static void
after_so_many_bytes_an_address_is_proved_anew(void **state)
{
	static const uint8_t random[3][PEER_PING_KEY] = { { 1 }, { 2 },
	    { 3 } };
	enum { LATER = 2 * NETPATH_RTO_FIRST_MS };
	uint8_t before[FRAME_PING_BYTES], out[DATAGRAM];
	int64_t now = start_ms;
	int i;

	(void)state;
	assert_false(peer_wants_proof(p, now));
	peer_ask(p, random[0]);
	memcpy(before, p->at.ping, sizeof(before));
	for (i = 0; i < PEER_PROOF_BYTES / DATAGRAM + 1; i++)
		assert_int_equal(peer_seal(p, "hello", LEN, out), DATAGRAM);
	assert_true(peer_wants_proof(p, now));
	peer_ask(p, random[1]);
	/* Of who is silent nothing is to be held. */
	assert_false(peer_wants_proof(p, now += LATER));
	p->heard_ms = now;
	/* What he was asked at home is no answer. */
	assert_false(peer_pong(p, before));
	assert_true(peer_wants_proof(p, now));
	peer_ask(p, random[2]);
	p->heard_ms = ++now;
	assert_false(peer_wants_proof(p, now));
	/* It moved nowhere. */
	assert_false(peer_pong(p, p->at.ping));
	assert_false(peer_wants_proof(p, p->heard_ms = now += LATER));
	for (i = 0; i < PEER_PROOF_BYTES / DATAGRAM + 1; i++)
		assert_int_equal(peer_seal(p, "hello", LEN, out), DATAGRAM);
	for (i = 0; peer_wants_proof(p, p->heard_ms = now += LATER); i++)
		peer_ask(p, random[1]);
	assert_int_equal(i, PEER_ASKS + 1);
	assert_false(p->at.proved);
	assert_int_equal(peer_seal(p, "hello", LEN, out), 0);
	assert_true(peer_pong(p, p->at.ping));
	assert_int_equal(peer_seal(p, "hello", LEN, out), DATAGRAM);
}

static void
an_error_of_the_network_is_a_hint(void **state)
{
	uint8_t data[DATAGRAM];
	bool moved;

	(void)state;
	/* It answers nothing. */
	assert_false(peer_doubt(p, start_ms, 1000));
	p->at.told_ms = start_ms + 10;
	assert_false(peer_doubt(p, start_ms + 2000, 1000));
	assert_false(peer_in_doubt(p));
	assert_true(peer_doubt(p, start_ms + 20, 1000));
	assert_true(peer_in_doubt(p));
	assert_false(peer_doubt(p, start_ms + 30, 1000));
	pack(data);
	opens(start_ms + 40, &home, data, &moved);
	assert_false(peer_in_doubt(p));
	/* What came since is better known. */
	assert_false(peer_doubt(p, start_ms + 50, 1000));
	p->at.told_ms = start_ms + 60;
	p->closing = true;
	assert_false(peer_doubt(p, start_ms + 70, 1000));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_arrived_is_where_and_who_he_said),
		TEST(only_what_is_authentic_counts),
		TEST(who_moves_is_followed_but_not_by_a_late_one),
		TEST(an_address_that_is_not_proved_gets_three_times_what_came),
		TEST(an_address_is_proved_by_its_own_answer),
		TEST(after_so_many_bytes_an_address_is_proved_anew),
		TEST(an_error_of_the_network_is_a_hint)
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
