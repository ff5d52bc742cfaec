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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_cookie_goes_with_the_next_repeat),
	};

	return tests_run(tests, NULL, NULL);
}
