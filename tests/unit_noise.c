/*
 * The Noise handshake against published vectors (tests/noise.txt, or the file
 * that CHAT_VECTORS names), and against everything that is not authentic.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/noise.h"
#include "tests/with_cmocka.h"

enum { LINE = 8192, BYTES = 2048 };

struct bytes {
	uint8_t	 data[BYTES];
	size_t	 len;
};

struct vector {
	char	 protocol[64];
	struct bytes prologue, is, ie, rs, re, psk, hash;
	int	 messages;
};

static struct bytes
unhex(const char *text)
{
	struct bytes b = { .len = 0 };

	if (strcmp(text, "-") != 0)
		assert_int_equal(sodium_hex2bin(b.data, sizeof(b.data), text,
		    strlen(text), NULL, &b.len, NULL), 0);
	return b;
}

static const char *
word(char **line)
{
	const char *w;

	do
		w = strsep(line, " \n");
	while (w != NULL && *w == '\0');
	assert_non_null(w);
	return w;
}

static void
read_vector(char *line, struct vector *v)
{
	strlcpy(v->protocol, word(&line), sizeof(v->protocol));
	v->prologue = unhex(word(&line));
	v->is = unhex(word(&line));
	v->ie = unhex(word(&line));
	v->rs = unhex(word(&line));
	v->re = unhex(word(&line));
	v->psk = unhex(word(&line));
	v->hash = unhex(word(&line));
	v->messages = atoi(word(&line));
}

/* sp: where the static pair is to be. */
static void
begin(struct noise *ns, enum noise_role role, const struct vector *v,
    struct noise_keypair *sp)
{
	const struct bytes *s = role == NOISE_INITIATOR ? &v->is : &v->rs;
	const struct bytes *e = role == NOISE_INITIATOR ? &v->ie : &v->re;
	struct noise_keypair ep;

	noise_keypair_from(sp, s->data);
	noise_keypair_from(&ep, e->data);
	noise_init(ns, role, v->psk.len > 0, v->prologue.data,
	    v->prologue.len, sp, &ep);
	if (v->psk.len > 0)
		noise_set_psk(ns, v->psk.data);
}

/* One message of the handshake, as the vector has it. */
static void
shake(struct noise *from, struct noise *to, const struct bytes *payload,
    const struct bytes *message)
{
	uint8_t out[BYTES], back[BYTES];
	size_t len;

	assert_int_equal(noise_write(from, payload->data, payload->len, out,
	    sizeof(out)), message->len);
	assert_memory_equal(out, message->data, message->len);
	assert_true(noise_read(to, out, message->len, back, &len));
	assert_int_equal(len, payload->len);
	assert_memory_equal(back, payload->data, len);
}

static void
transport(const uint8_t k[NOISE_KEY], uint64_t n, const struct bytes *payload,
    const struct bytes *message)
{
	uint8_t out[BYTES];

	noise_encrypt(k, n, NULL, 0, payload->data, payload->len, out);
	assert_int_equal(message->len, payload->len + NOISE_TAG);
	assert_memory_equal(out, message->data, message->len);
	assert_true(noise_decrypt(k, n, NULL, 0, out, message->len, out));
	assert_memory_equal(out, payload->data, payload->len);
}

static void
check_vector(FILE *f, const struct vector *v)
{
	struct noise_keypair pair[2];
	struct noise side[2];
	uint8_t send[2][NOISE_KEY], receive[2][NOISE_KEY], h[2][NOISE_KEY];
	uint64_t n[2] = { 0, 0 };
	struct bytes payload, message;
	char line[LINE], *rest;
	int i;

	begin(&side[0], NOISE_INITIATOR, v, &pair[0]);
	begin(&side[1], NOISE_RESPONDER, v, &pair[1]);
	for (i = 0; i < v->messages; i++) {
		assert_non_null(rest = fgets(line, sizeof(line), f));
		payload = unhex(word(&rest));
		message = unhex(word(&rest));
		if (i < 3)
			shake(&side[i % 2], &side[1 - i % 2], &payload,
			    &message);
		else
			transport(send[i % 2], n[i % 2]++, &payload, &message);
		if (i != 2)
			continue;
		assert_true(noise_split(&side[0], send[0], receive[0], h[0]));
		assert_true(noise_split(&side[1], send[1], receive[1], h[1]));
		assert_memory_equal(send[0], receive[1], NOISE_KEY);
		assert_memory_equal(send[1], receive[0], NOISE_KEY);
		assert_memory_equal(h[0], h[1], NOISE_KEY);
		if (v->hash.len > 0)
			assert_memory_equal(h[0], v->hash.data, NOISE_KEY);
	}
}

static void
every_published_vector_is_reproduced(void **state)
{
	const char *path = getenv("CHAT_VECTORS");
	FILE *f = fopen(path != NULL ? path : "tests/noise.txt", "r");
	char line[LINE];
	struct vector v;
	int xx = 0, psk = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		read_vector(line, &v);
		check_vector(f, &v);
		*(v.psk.len > 0 ? &psk : &xx) += 1;
	}
	fclose(f);
	assert_true(xx > 0 && psk > 0);
}

/* ---- What is not authentic. ---- */

struct pair {
	struct noise_keypair key[2];
	struct noise	 a, b;
	uint8_t		 message[3][256];
	size_t		 len[3];
};

static const uint8_t key[NOISE_KEY] = { 1, 2, 3 }, other[NOISE_KEY] = { 4 };

static void
make(struct noise_keypair *kp)
{
	uint8_t secret[NOISE_KEY];

	randombytes_buf(secret, sizeof(secret));
	noise_keypair_from(kp, secret);
}

static void
meet(struct pair *p, bool psk_mode)
{
	struct noise_keypair e;

	make(&p->key[0]);
	make(&e);
	noise_init(&p->a, NOISE_INITIATOR, psk_mode, "v1", 2, &p->key[0], &e);
	make(&p->key[1]);
	make(&e);
	noise_init(&p->b, NOISE_RESPONDER, psk_mode, "v1", 2, &p->key[1], &e);
}

/* The handshake up to, not including, the reading of message `last`. */
static void
talk(struct pair *p, int last)
{
	uint8_t payload[256];
	size_t len;
	int i;

	for (i = 0; i <= last; i++) {
		struct noise *from = i % 2 == 0 ? &p->a : &p->b;
		struct noise *to = i % 2 == 0 ? &p->b : &p->a;

		p->len[i] = noise_write(from, "hello", 5, p->message[i],
		    sizeof(p->message[i]));
		assert_true(p->len[i] > 0);
		if (i < last)
			assert_true(noise_read(to, p->message[i], p->len[i],
			    payload, &len));
	}
}

static void
every_changed_or_missing_byte_is_noticed_and_harms_nothing(void **state)
{
	uint8_t payload[256], bad[256];
	struct pair p;
	size_t i, len;
	int last;

	(void)state;
	/* The first message is in the clear: its change shows in the second. */
	for (last = 1; last <= 2; last++) {
		struct noise *to = last == 1 ? &p.a : &p.b;

		meet(&p, true);
		noise_set_psk(&p.a, key);
		noise_set_psk(&p.b, key);
		talk(&p, last);
		for (i = 0; i < p.len[last]; i++) {
			memcpy(bad, p.message[last], p.len[last]);
			bad[i] ^= 1;
			/* The last bit of a public key does not count in
			 * X25519, but it does in the hash. */
			assert_false(noise_read(to, bad, p.len[last], payload,
			    &len));
			assert_false(noise_read(to, p.message[last], i,
			    payload, &len));
		}
		assert_true(noise_read(to, p.message[last], p.len[last],
		    payload, &len));
		assert_int_equal(len, 5);
	}
}

static void
a_changed_first_message_or_prologue_ends_in_nothing(void **state)
{
	uint8_t payload[256];
	struct pair p;
	size_t len;

	(void)state;
	meet(&p, false);
	talk(&p, 0);
	p.message[0][40 % p.len[0]] ^= 1;	/* a byte of its payload */
	p.message[0][p.len[0] - 1] ^= 1;
	assert_true(noise_read(&p.b, p.message[0], p.len[0], payload, &len));
	p.len[1] = noise_write(&p.b, NULL, 0, p.message[1], 256);
	assert_false(noise_read(&p.a, p.message[1], p.len[1], payload, &len));
}

static void
a_wrong_or_missing_passphrase_shows_in_the_third(void **state)
{
	uint8_t payload[256];
	struct pair p;
	size_t len;

	(void)state;
	meet(&p, true);
	talk(&p, 1);
	assert_true(noise_read(&p.a, p.message[1], p.len[1], payload, &len));
	assert_int_equal(noise_write(&p.a, NULL, 0, p.message[2], 256), 0);
	noise_set_psk(&p.a, other);
	p.len[2] = noise_write(&p.a, NULL, 0, p.message[2], 256);
	assert_true(p.len[2] > 0);
	noise_set_psk(&p.b, key);
	assert_false(noise_read(&p.b, p.message[2], p.len[2], payload, &len));
	noise_set_psk(&p.b, other);
	assert_true(noise_read(&p.b, p.message[2], p.len[2], payload, &len));
}

static bool
holds(const struct noise *ns, const uint8_t secret[NOISE_KEY])
{
	return memmem(ns, sizeof(*ns), secret, NOISE_KEY) != NULL;
}

/* Strangers have a server begin as many as they like, anywhere in its memory:
 * its own secrets are where it locked them. */
static void
a_handshake_holds_no_copy_of_what_outlives_it(void **state)
{
	uint8_t psk[NOISE_KEY], payload[256];
	struct pair p;
	size_t len;

	(void)state;
	randombytes_buf(psk, sizeof(psk));
	meet(&p, true);
	noise_set_psk(&p.a, psk);
	noise_set_psk(&p.b, psk);
	talk(&p, 1);
	assert_false(holds(&p.b, p.key[1].secret) || holds(&p.b, psk));
	assert_true(noise_read(&p.a, p.message[1], p.len[1], payload, &len));
	p.len[2] = noise_write(&p.a, NULL, 0, p.message[2], 256);
	assert_false(holds(&p.a, p.key[0].secret) || holds(&p.a, psk));
	assert_true(noise_read(&p.b, p.message[2], p.len[2], payload, &len));
	assert_false(holds(&p.b, p.key[1].secret) || holds(&p.b, psk));
}

static void
with_and_without_passphrase_do_not_meet(void **state)
{
	uint8_t payload[256];
	struct pair p, q;
	size_t len;

	(void)state;
	/* In XXpsk3 the first message is sealed already: section 9.2. */
	meet(&p, false);
	meet(&q, true);
	talk(&p, 0);
	assert_false(noise_read(&q.b, p.message[0], p.len[0], payload, &len));
	meet(&p, false);
	talk(&q, 0);
	assert_int_equal(q.len[0], NOISE_KEY + 5 + NOISE_TAG);
	assert_true(noise_read(&p.b, q.message[0], q.len[0], payload, &len));
	p.len[1] = noise_write(&p.b, NULL, 0, p.message[1], 256);
	assert_false(noise_read(&q.a, p.message[1], p.len[1], payload, &len));
}

static void
reflected_and_repeated_messages_are_refused(void **state)
{
	uint8_t payload[256], k[3][NOISE_KEY];
	struct pair p;
	size_t len;

	(void)state;
	meet(&p, false);
	talk(&p, 1);
	/* its own first message back, and the first one once more */
	assert_false(noise_read(&p.a, p.message[0], p.len[0], payload, &len));
	assert_false(noise_read(&p.b, p.message[0], p.len[0], payload, &len));
	assert_false(noise_read(&p.b, p.message[1], p.len[1], payload, &len));
	assert_int_equal(noise_write(&p.a, NULL, 0, p.message[2], 256), 0);
	assert_false(noise_split(&p.a, k[0], k[1], k[2]));
	noise_clear(&p.a);
	assert_false(noise_read(&p.a, p.message[1], p.len[1], payload, &len));
}

static void
points_of_small_order_are_refused(void **state)
{
	uint8_t zero[NOISE_KEY] = { 0 }, payload[256];
	struct pair p;
	size_t len;

	(void)state;
	meet(&p, false);
	assert_true(noise_read(&p.b, zero, sizeof(zero), payload, &len));
	assert_int_equal(noise_write(&p.b, NULL, 0, p.message[1], 256), 0);
}

static void
the_other_sides_key_is_known_before_ours_leaves(void **state)
{
	uint8_t payload[256];
	struct pair p;
	size_t len;

	(void)state;
	meet(&p, false);
	talk(&p, 1);
	assert_null(noise_remote(&p.a));
	assert_true(noise_read(&p.a, p.message[1], p.len[1], payload, &len));
	assert_memory_equal(noise_remote(&p.a), p.b.s->public, NOISE_KEY);
	assert_null(noise_remote(&p.b));
}

static void
what_has_no_room_is_not_written(void **state)
{
	uint8_t out[64];
	struct pair p;
	size_t room;

	(void)state;
	meet(&p, false);
	for (room = 0; room < NOISE_KEY + 5; room++)
		assert_int_equal(noise_write(&p.a, "hello", 5, out, room), 0);
	assert_int_equal(noise_write(&p.a, "hello", 5, out, room),
	    NOISE_KEY + 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_published_vector_is_reproduced),
		cmocka_unit_test(
		    every_changed_or_missing_byte_is_noticed_and_harms_nothing),
		cmocka_unit_test(
		    a_changed_first_message_or_prologue_ends_in_nothing),
		cmocka_unit_test(
		    a_wrong_or_missing_passphrase_shows_in_the_third),
		cmocka_unit_test(
		    a_handshake_holds_no_copy_of_what_outlives_it),
		cmocka_unit_test(with_and_without_passphrase_do_not_meet),
		cmocka_unit_test(reflected_and_repeated_messages_are_refused),
		cmocka_unit_test(points_of_small_order_are_refused),
		cmocka_unit_test(
		    the_other_sides_key_is_known_before_ours_leaves),
		cmocka_unit_test(what_has_no_room_is_not_written),
	};

	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
