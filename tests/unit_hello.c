/*
 * The handshake's datagrams and payloads: there and back, and nothing else.
 */
#include "common/hello.h"

#include <string.h>

#include "tests/with_cmocka.h"

static const uint8_t noise[HELLO_NOISE] = { 1, 2, 3 };
static const uint8_t cookie[HELLO_COOKIE] = { 4, 5, 6 };

static void
each_comes_back_and_no_truncation_does(void **state)
{
	struct hello h = { .client = 77, .cookie = cookie, .noise = noise };
	uint8_t out[5][HELLO_DATAGRAM];
	struct hello_datagram d;
	size_t len[5], i, n;

	(void)state;
	len[0] = hello_put(out[0], &h);
	len[1] = hello_put_cookie(out[1], 77, cookie);
	len[2] = hello_put_hs2(out[2], 77, 88, noise, sizeof(noise));
	len[3] = hello_put_hs3(out[3], 88, noise, sizeof(noise));
	len[4] = hello_put_reset(out[4], 88, noise);
	assert_true(hello_read(out[0], len[0], &d));
	assert_int_equal(d.hello.client, 77);
	assert_memory_equal(d.hello.cookie, cookie, HELLO_COOKIE);
	assert_memory_equal(d.hello.noise, noise, HELLO_NOISE);
	assert_true(hello_read(out[1], len[1], &d));
	assert_int_equal(d.hello.client, 77);
	assert_true(hello_read(out[2], len[2], &d));
	assert_true(d.client == 77 && d.server == 88 &&
	    d.len == sizeof(noise));
	assert_true(hello_read(out[3], len[3], &d));
	assert_true(d.server == 88 && d.len == sizeof(noise));
	assert_true(hello_read(out[4], len[4], &d));
	assert_int_equal(d.index, 88);
	for (i = 0; i < 5; i++)
		for (n = 0; n < len[i]; n++)
			/* HS2 and HS3 end in a sealed message of any length. */
			if ((i != 2 && i != 3) || n < 5)
				assert_false(hello_read(out[i], n, &d));
}

static void
what_is_not_of_this_version_is_none(void **state)
{
	struct hello h = { .client = 77, .noise = noise };
	uint8_t out[HELLO_DATAGRAM];
	struct hello_datagram d;
	size_t len = hello_put(out, &h);

	(void)state;
	assert_int_equal(len, HELLO_BYTES);
	assert_true(hello_read(out, len, &d));
	assert_null(d.hello.cookie);
	/* Of another version only the index is read. */
	out[1]++;
	assert_true(hello_read(out, len, &d));
	assert_int_equal(d.hello.client, 77);
	assert_null(d.hello.noise);
	assert_false(hello_read(out, len - 1, &d));
	out[1]--;
	out[6] = 5;		/* a cookie of another length */
	assert_false(hello_read(out, len, &d));
	out[6] = 0;
	out[len - 1] = 1;	/* padding with a meaning, and more of it */
	assert_true(hello_read(out, len, &d));
	assert_true(hello_read(out, len + 1, &d));
	out[len - 1] = 0;
	out[0] = 0xff;
	assert_false(hello_read(out, len, &d));
}

static void
payloads_come_back_and_bad_ones_do_not(void **state)
{
	struct hello_room room = { .head = { .term = 3, .seq = 1842 },
	    .flags = HELLO_WANTS_PASSPHRASE, .name = "小屋", .name_len = 6 };
	struct hello_visitor v = { .room = "chat", .room_len = 4,
	    .name = "ann", .name_len = 3, .outbox = 9, .next_id = 12,
	    .have = { .term = 2, .seq = 1800 } };
	uint8_t out[256];
	size_t len, i;

	(void)state;
	len = hello_put_room(out, sizeof(out), &room);
	assert_true(hello_read_room(out, len, &room));
	assert_true(room.head.seq == 1842 && room.name_len == 6);
	for (i = 0; i < len; i++)
		assert_false(hello_read_room(out, i, &room));
	room.name = "a\033b";
	room.name_len = 3;
	len = hello_put_room(out, sizeof(out), &room);
	assert_false(hello_read_room(out, len, &room));

	len = hello_put_visitor(out, sizeof(out), &v);
	assert_true(hello_read_visitor(out, len, &v));
	assert_true(v.outbox == 9 && v.next_id == 12 && v.have.seq == 1800);
	for (i = 0; i < len; i++)
		assert_false(hello_read_visitor(out, i, &v));
	v = (struct hello_visitor){ .room = "chat", .room_len = 4,
	    .name = "ann", .name_len = 3, .outbox = 9, .next_id = 12,
	    .caps = HELLO_ROLES, .former = "bob mona", .former_len = 8 };
	len = hello_put_visitor(out, sizeof(out), &v);
	assert_true(hello_read_visitor(out, len, &v));
	assert_true(v.caps == HELLO_ROLES && v.former_len == 8);
	assert_memory_equal(v.former, "bob mona", 8);
	for (i = 1; i < 9; i++)
		assert_false(hello_read_visitor(out, len - i, &v));
	/* Of a client that knows of no such names. */
	assert_true(hello_read_visitor(out, len - 9, &v));
	assert_true(v.caps == HELLO_ROLES && v.former_len == 0);
	for (i = 0; i < 2; i++) {
		v.former = i == 0 ? NULL : "bob";
		v.former_len = 3 * i;
		v.age_ms = 86400 * 1000;
		len = hello_put_visitor(out, sizeof(out), &v);
		assert_true(hello_read_visitor(out, len, &v));
		assert_true(v.former_len == 3 * i &&
		    v.age_ms == 86400 * 1000);
		assert_false(hello_read_visitor(out, len - 1, &v));
		/* Of a client that does not say since when. */
		assert_true(hello_read_visitor(out, len - 4, &v));
		assert_true(v.former_len == 3 * i && v.age_ms == 0);
		/* Of one that says where it keeps its things. */
		v.place = UINT32_MAX;
		len = hello_put_visitor(out, sizeof(out), &v);
		assert_true(hello_read_visitor(out, len, &v));
		assert_true(v.former_len == 3 * i && v.age_ms == 0 &&
		    v.place == UINT32_MAX);
		assert_false(hello_read_visitor(out, len - 1, &v));
		assert_true(hello_read_visitor(out, len - 5, &v));
		assert_int_equal(v.place, 0);
	}
	v = (struct hello_visitor){ .room = "chat", .room_len = 4,
	    .name = "ann", .name_len = 3, .outbox = 0, .next_id = 1 };
	len = hello_put_visitor(out, sizeof(out), &v);
	assert_false(hello_read_visitor(out, len, &v));
	assert_int_equal(hello_put_visitor(out, 10, &v), 0);
}

static void
a_passphrase_gives_one_key_for_one_room(void **state)
{
	uint8_t server[NOISE_KEY] = { 1 }, a[NOISE_KEY], b[NOISE_KEY];

	(void)state;
	assert_true(hello_psk(a, "open", 4, server, "chat", 4));
	assert_true(hello_psk(b, "open", 4, server, "chat", 4));
	assert_memory_equal(a, b, NOISE_KEY);
	assert_true(hello_psk(b, "open", 4, server, "lab", 3));
	assert_memory_not_equal(a, b, NOISE_KEY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_comes_back_and_no_truncation_does),
		cmocka_unit_test(what_is_not_of_this_version_is_none),
		cmocka_unit_test(payloads_come_back_and_bad_ones_do_not),
		cmocka_unit_test(a_passphrase_gives_one_key_for_one_room),
	};

	return tests_run(tests, NULL, NULL);
}
