/*
 * The client's half of the handshake by plain calls.
 */
#include "tui/receiver/handshake.h"

#include <string.h>

#include "tests/with_cmocka.h"

static struct handshake hs;

static enum handshake_result
give_cookie(uint8_t n)
{
	uint8_t cookie[HELLO_COOKIE] = { n }, out[HELLO_DATAGRAM];
	struct hello_datagram d;

	assert_true(hello_read(out, hello_put_cookie(out, hs.client, cookie),
	    &d));
	return handshake_input(&hs, &d);
}

/*
 * Who moves, or tries for an hour while the server starts again and again,
 * gets many. A server that sends them without end has no answer to each.
 */
static void
the_newest_cookie_goes_with_the_next_repeat(void **state)
{
	const uint8_t secret[NOISE_KEY] = { 1 };
	struct noise_keypair who;
	struct hello_datagram d;
	unsigned at_once = 0, n;

	(void)state;
	noise_keypair_from(&who, secret);
	handshake_begin(&hs, &who, 7, secret);
	for (n = 1; n < 200; n++) {
		at_once += give_cookie((uint8_t)n) == HANDSHAKE_SEND;
		assert_true(hello_read(hs.datagram, hs.datagram_len, &d));
		assert_non_null(d.hello.cookie);
		assert_int_equal(d.hello.cookie[0], n);
	}
	assert_in_range(at_once, 1, 10);
	handshake_clear(&hs);
}

/* The HS2 of a server with that secret, with a room, or not all of one. */
static enum handshake_result
answer(const uint8_t *secret, bool whole)
{
	const struct hello_room room = { .name = "lab", .name_len = 3,
	    .head = { .log_id = { 1 } } };
	uint8_t payload[HELLO_DATAGRAM], bytes[HELLO_DATAGRAM];
	uint8_t out[HELLO_DATAGRAM], none[HELLO_DATAGRAM];
	struct noise_keypair key, once;
	struct hello_datagram d;
	struct noise noise;
	size_t len;

	noise_keypair_from(&key, secret);
	noise_keypair_from(&once, secret);
	noise_init(&noise, NOISE_RESPONDER, false, HELLO_PROLOGUE,
	    strlen(HELLO_PROLOGUE), &key, &once);
	assert_true(noise_read(&noise, hs.noise, NOISE_KEY, none, &len));
	len = hello_put_room(payload, sizeof(payload), &room);
	len = noise_write(&noise, payload, whole ? len : 3, bytes,
	    sizeof(bytes));
	assert_true(hello_read(out, hello_put_hs2(out, hs.client, 9, bytes,
	    len), &d));
	return handshake_input(&hs, &d);
}

static void
a_forged_answer_does_not_shut_out_the_true_one(void **state)
{
	const uint8_t secret[NOISE_KEY] = { 1 }, mallory[NOISE_KEY] = { 2 };
	const uint8_t true_one[NOISE_KEY] = { 3 };
	struct noise_keypair who, server;

	(void)state;
	noise_keypair_from(&who, secret);
	noise_keypair_from(&server, true_one);
	handshake_begin(&hs, &who, 7, secret);
	assert_int_equal(answer(mallory, false), HANDSHAKE_NOTHING);
	assert_int_equal(answer(true_one, true), HANDSHAKE_ROOM);
	assert_memory_equal(handshake_server(&hs), server.public, NOISE_KEY);
	assert_memory_equal(hs.room.name, "lab", hs.room.name_len);
	handshake_clear(&hs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_cookie_goes_with_the_next_repeat),
		cmocka_unit_test(
		    a_forged_answer_does_not_shut_out_the_true_one),
	};

	return tests_run(tests, NULL, NULL);
}
