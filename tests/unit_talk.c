/*
 * The sealing of talks: against tests/golden/talk.txt, against a second
 * implementation of the description (tests/talk.py), and against all that was
 * changed, handed back or said elsewhere.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tui/receiver/talk.h"

enum {
	LINE = 8192,
	WORDS = 16,
	FRESH = 5		/* talks that the two make for each other */
};

static struct noise_keypair alice, bob, carol;
static const uint8_t log_id[TALK_LOG] = "of alice and bob";
static const uint8_t salt[TALK_SALT] = "salt 08";

static int
set_up(void **state)
{
	uint8_t secret[NOISE_KEY] = { 1 };

	(void)state;
	noise_keypair_from(&alice, secret);
	secret[1] = 2;
	noise_keypair_from(&bob, secret);
	secret[1] = 3;
	noise_keypair_from(&carol, secret);
	return sodium_init() == -1 ? -1 : 0;
}

/* A text of alice's for bob in an entry of its own. */
struct sealed {
	struct entry	 e;
	uint8_t		 text[TEXT_LINE_BYTES];
};

static void
seal_of(const struct talk *t, const char *text, struct sealed *s)
{
	memset(s, 0, sizeof(*s));
	s->e = (struct entry){ .seq = 7, .time_ms = 1, .id = 0x1234500000001,
	    .kind = ENTRY_SAY, .author = "alice", .author_len = 5,
	    .text = text, .text_len = strlen(text) };
	s->e.text_len = talk_seal(t, &s->e, ENTRY_REPLY, salt, s->text);
	s->e.text = (const char *)s->text;
	assert_int_equal(s->e.text_len, strlen(text) + TALK_MORE);
}

static void
between(struct talk *t, const struct noise_keypair *own,
    const struct noise_keypair *other)
{
	assert_true(talk_init(t, own, other->public, log_id));
}

static size_t
unhex(uint8_t *dst, size_t size, const char *text)
{
	size_t len = 0;

	if (strcmp(text, "-") != 0)
		assert_int_equal(sodium_hex2bin(dst, size, text, strlen(text),
		    NULL, &len, NULL), 0);
	return len;
}

static void
read_key(uint8_t key[NOISE_KEY], const char *text)
{
	assert_int_equal(unhex(key, NOISE_KEY, text), NOISE_KEY);
}

/* What a record says of both, who are set up by it. */
static void
take_talk(char **w, size_t n, struct talk t[2])
{
	struct noise_keypair kp[2];
	uint8_t secret[NOISE_KEY], log[TALK_LOG], root[NOISE_KEY];
	uint8_t key[NOISE_KEY], same[NOISE_KEY];
	char digits[TALK_DIGITS], want[LINE];
	int i;

	assert_int_equal(n, 12);
	for (i = 0; i < 2; i++) {
		read_key(secret, w[1 + i]);
		noise_keypair_from(&kp[i], secret);
	}
	assert_int_equal(unhex(log, sizeof(log), w[3]), TALK_LOG);
	read_key(root, w[4]);
	snprintf(want, sizeof(want), "%s %s %s %s %s", w[7], w[8], w[9], w[10],
	    w[11]);
	for (i = 0; i < 2; i++) {
		assert_true(talk_init(&t[i], &kp[i], kp[!i].public, log));
		read_key(key, w[5 + i]);
		assert_memory_equal(t[i].mine, key, NOISE_KEY);
		crypto_generichash(same, NOISE_KEY, kp[i].public, NOISE_KEY,
		    root, NOISE_KEY);
		assert_memory_equal(same, key, NOISE_KEY);
		read_key(key, w[6 - i]);
		assert_memory_equal(t[i].theirs, key, NOISE_KEY);
		assert_string_equal(talk_digits(digits, kp[i].public,
		    kp[!i].public), want);
	}
}

/* What is opened by one of them. */
static void
must_open(const struct talk *t, const struct entry *e, bool mine,
    unsigned role, const struct entry *clear)
{
	struct talk_line line;

	assert_int_equal(talk_open(t, e, &line), TALK_OK);
	assert_int_equal(line.mine, mine);
	assert_int_equal(line.role, role);
	assert_int_equal(line.len, clear->text_len);
	assert_memory_equal(line.text, clear->text, line.len);
}

static void
take_line(char **w, size_t n, const struct talk t[2])
{
	uint8_t drawn[TALK_SALT], text[TEXT_LINE_BYTES], want[TEXT_LINE_BYTES];
	uint8_t sealed[TEXT_LINE_BYTES];
	struct entry e = { .text = (const char *)text };
	int who = atoi(w[1]) - 1;
	unsigned role = (unsigned)atoi(w[5]);
	struct entry clear;

	assert_int_equal(n, 9);
	assert_in_range(who, 0, 1);
	e.kind = (enum entry_kind)atoi(w[2]);
	e.flags = (uint32_t)strtoul(w[3], NULL, 10);
	e.id = strtoull(w[4], NULL, 10);
	assert_int_equal(unhex(drawn, sizeof(drawn), w[6]), TALK_SALT);
	e.text_len = unhex(text, sizeof(text), w[7]);
	clear = e;
	assert_int_equal(talk_seal(&t[who], &e, role, drawn, sealed),
	    unhex(want, sizeof(want), w[8]));
	e.text_len += TALK_MORE;
	assert_memory_equal(sealed, want, e.text_len);
	e.text = (const char *)sealed;
	must_open(&t[who], &e, true, role, &clear);
	must_open(&t[!who], &e, t[who].alone, role, &clear);
}

/* All records of a file; how many lines there were. */
static int
take_file(FILE *f)
{
	char text[LINE], *rest, *w[WORDS];
	struct talk t[2];
	int lines = 0;
	size_t n;

	assert_non_null(f);
	while (fgets(text, sizeof(text), f) != NULL) {
		rest = text;
		for (n = 0; n < WORDS && (w[n] = strsep(&rest, " \n")) != NULL;)
			n += *w[n] != '\0';
		if (n == 0 || *w[0] == '#')
			continue;
		if (strcmp(w[0], "talk") == 0)
			take_talk(w, n, t);
		else
			take_line(w, n, t);
		lines += strcmp(w[0], "line") == 0;
	}
	return lines;
}

static void
the_vectors_hold(void **state)
{
	FILE *f = fopen("tests/golden/talk.txt", "r");

	(void)state;
	assert_int_equal(take_file(f), 17);
	fclose(f);
}

static bool
has_python(void)
{
	return system("command -v python3 >/dev/null") == 0;
}

static void
the_second_implementation_has_the_same_vectors(void **state)
{
	(void)state;
	if (!has_python())
		skip();
	assert_int_equal(system("python3 tests/talk.py check "
	    "tests/golden/talk.txt >/dev/null"), 0);
}

static void
what_the_second_implementation_seals_is_opened(void **state)
{
	char command[80];
	FILE *f;

	(void)state;
	if (!has_python())
		skip();
	snprintf(command, sizeof(command), "python3 tests/talk.py make %d",
	    FRESH);
	f = popen(command, "r");
	assert_int_equal(take_file(f), 4 * FRESH);
	assert_int_equal(pclose(f), 0);
}

static void
put_hex(FILE *f, const void *data, size_t len)
{
	char hex[2 * TEXT_LINE_BYTES + 1];

	fprintf(f, " %s", sodium_bin2hex(hex, sizeof(hex), data, len));
}

static void
put_line(FILE *f, const struct talk *t, int who, size_t len)
{
	uint8_t drawn[TALK_SALT], sealed[TEXT_LINE_BYTES];
	char text[TALK_TEXT_BYTES];
	struct entry e = { .kind = ENTRY_SAY, .text = text, .text_len = len };
	unsigned role = randombytes_uniform(ENTRY_SEALED);

	memset(text, 'a', sizeof(text));
	randombytes_buf(drawn, sizeof(drawn));
	randombytes_buf(&e.id, sizeof(e.id));
	e.flags = randombytes_uniform(256) << ENTRY_MORE_SHIFT;
	assert_int_equal(talk_seal(t, &e, role, drawn, sealed),
	    len + TALK_MORE);
	fprintf(f, "line %d %d %u %llu %u", who + 1, e.kind, e.flags,
	    (unsigned long long)e.id, role);
	put_hex(f, drawn, sizeof(drawn));
	put_hex(f, text, len);
	put_hex(f, sealed, len + TALK_MORE);
	putc('\n', f);
}

static void
put_talk(FILE *f)
{
	static const size_t lens[] = { 1, 39, 40, TALK_TEXT_BYTES };
	uint8_t log[TALK_LOG], dh[NOISE_KEY], root[NOISE_KEY];
	struct noise_keypair kp[2];
	crypto_generichash_state st;
	char digits[TALK_DIGITS];
	struct talk t[2];
	size_t i;
	bool low;

	randombytes_buf(log, sizeof(log));
	randombytes_buf(kp, sizeof(kp));
	noise_keypair_from(&kp[0], kp[0].secret);
	noise_keypair_from(&kp[1], kp[1].secret);
	low = memcmp(kp[0].public, kp[1].public, NOISE_KEY) > 0;
	assert_int_equal(crypto_scalarmult(dh, kp[0].secret, kp[1].public), 0);
	crypto_generichash_init(&st, dh, NOISE_KEY, NOISE_KEY);
	crypto_generichash_update(&st, (const uint8_t *)"chat talk 1", 11);
	crypto_generichash_update(&st, kp[low].public, NOISE_KEY);
	crypto_generichash_update(&st, kp[!low].public, NOISE_KEY);
	crypto_generichash_update(&st, log, TALK_LOG);
	crypto_generichash_final(&st, root, NOISE_KEY);
	fputs("talk", f);
	for (i = 0; i < 2; i++) {
		assert_true(talk_init(&t[i], &kp[i], kp[!i].public, log));
		put_hex(f, kp[i].secret, NOISE_KEY);
	}
	put_hex(f, log, TALK_LOG);
	put_hex(f, root, NOISE_KEY);
	put_hex(f, t[0].mine, NOISE_KEY);
	put_hex(f, t[1].mine, NOISE_KEY);
	fprintf(f, " %s\n", talk_digits(digits, kp[0].public, kp[1].public));
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		put_line(f, &t[i % 2], (int)(i % 2), lens[i]);
}

static void
what_is_sealed_the_second_implementation_opens(void **state)
{
	char path[] = "/tmp/talk.XXXXXX", command[80];
	int i, fd, status;
	FILE *f;

	(void)state;
	if (!has_python())
		skip();
	assert_true((fd = mkstemp(path)) != -1);
	assert_non_null(f = fdopen(fd, "w"));
	for (i = 0; i < FRESH; i++)
		put_talk(f);
	assert_int_equal(fclose(f), 0);
	snprintf(command, sizeof(command), "python3 tests/talk.py check %s "
	    ">/dev/null", path);
	status = system(command);
	unlink(path);
	assert_int_equal(status, 0);
}

/* Neither who said it nor who hears it takes it for anything. */
static void
must_be_forged(const struct talk t[2], const struct entry *e)
{
	struct talk_line line = { .len = 4711 };

	assert_int_equal(talk_open(&t[0], e, &line), TALK_FORGED);
	assert_int_equal(talk_open(&t[1], e, &line), TALK_FORGED);
	assert_int_equal(line.len, 4711);
}

static void
each_bit_of_it_is_sealed(void **state)
{
	struct talk t[2];
	struct sealed s;
	size_t i;

	(void)state;
	between(&t[0], &alice, &bob);
	between(&t[1], &bob, &alice);
	seal_of(&t[0], "4711, changed today", &s);
	for (i = 0; i < 8 * s.e.text_len; i++) {
		s.text[i / 8] ^= (uint8_t)(1 << i % 8);
		must_be_forged(t, &s.e);
		s.text[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (i = 0; i < 64; i++) {
		s.e.id ^= (uint64_t)1 << i;
		must_be_forged(t, &s.e);
		s.e.id ^= (uint64_t)1 << i;
	}
	for (i = ENTRY_MORE_SHIFT; i < ENTRY_WHY_SHIFT; i++) {
		s.e.flags ^= (uint32_t)1 << i;
		must_be_forged(t, &s.e);
		s.e.flags ^= (uint32_t)1 << i;
	}
	s.e.kind = ENTRY_ACT;
	must_be_forged(t, &s.e);
}

static void
a_piece_of_it_or_more_is_refused(void **state)
{
	struct talk t[2];
	struct sealed s;
	size_t len, i;

	(void)state;
	between(&t[0], &alice, &bob);
	between(&t[1], &bob, &alice);
	seal_of(&t[0], "4711", &s);
	len = s.e.text_len;
	for (i = 0; i <= TEXT_LINE_BYTES + 1; i++) {
		s.e.text_len = i;
		if (i != len)
			must_be_forged(t, &s.e);
	}
}

/* Number, time, author, and what the server says of it are not sealed. */
static void
what_the_server_adds_does_not_matter(void **state)
{
	struct talk t[2];
	struct talk_line line;
	struct sealed s;

	(void)state;
	between(&t[0], &alice, &bob);
	between(&t[1], &bob, &alice);
	seal_of(&t[0], "4711", &s);
	s.e.flags |= ENTRY_SEALED << ENTRY_ROLE_SHIFT | ENTRY_QUIET;
	s.e.seq = 99;
	s.e.time_ms = 5;
	s.e.author_len = 0;
	assert_int_equal(talk_open(&t[1], &s.e, &line), TALK_OK);
	assert_false(line.mine);
	assert_int_equal(line.role, ENTRY_REPLY);
	assert_int_equal(line.len, 4);
	assert_memory_equal(line.text, "4711", 4);
}

static void
nothing_is_handed_back_as_the_others(void **state)
{
	struct talk t[2];
	struct talk_line line;
	struct sealed s;

	(void)state;
	between(&t[0], &alice, &bob);
	between(&t[1], &bob, &alice);
	seal_of(&t[0], "4711", &s);
	assert_int_equal(talk_open(&t[0], &s.e, &line), TALK_OK);
	assert_true(line.mine);
	assert_int_equal(talk_open(&t[1], &s.e, &line), TALK_OK);
	assert_false(line.mine);
	assert_memory_not_equal(t[0].mine, t[0].theirs, NOISE_KEY);
}

static void
nothing_is_said_again_in_another_talk(void **state)
{
	static const uint8_t other_log[TALK_LOG] = "begun once more";
	struct talk t[2], other[2];
	struct sealed s;

	(void)state;
	between(&t[0], &alice, &bob);
	seal_of(&t[0], "4711", &s);
	assert_true(talk_init(&other[0], &alice, bob.public, other_log));
	assert_true(talk_init(&other[1], &bob, alice.public, other_log));
	must_be_forged(other, &s.e);
	between(&other[0], &alice, &carol);
	between(&other[1], &carol, &alice);
	must_be_forged(other, &s.e);
	between(&other[0], &bob, &carol);
	between(&other[1], &carol, &bob);
	must_be_forged(other, &s.e);
}

/* RFC 7748, section 6.1: with them the shared secret is zeros. */
static void
a_key_of_small_order_is_refused(void **state)
{
	static const char *const points[] = {
	    "0000000000000000000000000000000000000000000000000000000000000000",
	    "0100000000000000000000000000000000000000000000000000000000000000",
	    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" };
	static const struct talk none;
	uint8_t key[NOISE_KEY];
	struct talk t;
	size_t i;
	int high;

	(void)state;
	for (i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		for (high = 0; high < 2; high++) {
			read_key(key, points[i]);
			key[31] |= (uint8_t)(high << 7);
			assert_false(talk_init(&t, &alice, key, log_id));
			assert_memory_equal(&t, &none, sizeof(t));
		}
}

static void
a_talk_with_oneself_is_ones_own(void **state)
{
	struct talk_line line;
	struct talk t;
	struct sealed s;

	(void)state;
	between(&t, &alice, &alice);
	seal_of(&t, "buy milk", &s);
	assert_int_equal(talk_open(&t, &s.e, &line), TALK_OK);
	assert_true(line.mine);
}

/* The screen's process is given clean text alone, whoever sealed what. */
static void
what_is_no_text_is_not_given_on(void **state)
{
	static const char *const bad[] = { "", "\033[2J", "\nab", "\xff",
	    " " };
	struct talk t[2];
	struct talk_line line = { .len = 4711 };
	struct sealed s;
	size_t i;

	(void)state;
	between(&t[0], &alice, &bob);
	between(&t[1], &bob, &alice);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		seal_of(&t[0], bad[i], &s);
		assert_int_equal(talk_open(&t[1], &s.e, &line), TALK_UNSOUND);
		assert_int_equal(line.len, 4711);
	}
}

/* What one of them may seal who does not keep to it. */
static enum talk_error
opens_sealed(const struct talk t[2], const void *clear, size_t len)
{
	uint8_t nonce[24] = { 0 }, text[TEXT_LINE_BYTES] = "";
	const uint8_t head[] = { ENTRY_SAY, 0, 1 };
	struct talk_line line = { .len = 4711 };
	struct entry e = { .id = 1, .kind = ENTRY_SAY,
	    .text = (const char *)text };
	unsigned long long n;
	enum talk_error error;

	nonce[7] = 1;
	crypto_aead_xchacha20poly1305_ietf_encrypt(text + TALK_SALT, &n, clear,
	    len, head, sizeof(head), NULL, nonce, t[0].mine);
	e.text_len = TALK_SALT + (size_t)n;
	error = talk_open(&t[1], &e, &line);
	assert_int_equal(line.len, error == TALK_OK ? len - 1 : 4711);
	return error;
}

static void
what_has_no_role_is_not_given_on(void **state)
{
	struct talk t[2];

	(void)state;
	between(&t[0], &alice, &bob);
	between(&t[1], &bob, &alice);
	assert_int_equal(opens_sealed(t, "\0well", 5), TALK_OK);
	assert_int_equal(opens_sealed(t, "\077well", 5), TALK_OK);
	assert_int_equal(opens_sealed(t, "\100well", 5), TALK_UNSOUND);
	assert_int_equal(opens_sealed(t, "\377well", 5), TALK_UNSOUND);
	assert_int_equal(opens_sealed(t, "", 0), TALK_FORGED);
}

static void
what_is_too_long_or_no_role_is_not_sealed(void **state)
{
	char text[TALK_TEXT_BYTES + 1];
	uint8_t sealed[TEXT_LINE_BYTES];
	struct entry e = { .kind = ENTRY_SAY, .id = 1, .text = text,
	    .text_len = sizeof(text) };
	struct talk t;

	(void)state;
	memset(text, 'x', sizeof(text));
	between(&t, &alice, &bob);
	assert_int_equal(talk_seal(&t, &e, ENTRY_SAID, salt, sealed), 0);
	e.text_len--;
	assert_int_equal(talk_seal(&t, &e, ENTRY_ROLE_MAX + 1, salt, sealed),
	    0);
	assert_int_equal(talk_seal(&t, &e, ENTRY_SAID, salt, sealed),
	    TEXT_LINE_BYTES);
}

/* Another salt and nothing of it is the same. */
static void
the_same_said_twice_looks_different(void **state)
{
	static const uint8_t other[TALK_SALT] = "salt 09";
	uint8_t again[TEXT_LINE_BYTES];
	struct sealed s;
	struct entry e;
	struct talk t;
	size_t i, same = 0;

	(void)state;
	between(&t, &alice, &bob);
	seal_of(&t, "4711, changed today", &s);
	e = s.e;
	e.text = "4711, changed today";
	e.text_len = strlen(e.text);
	assert_int_equal(talk_seal(&t, &e, ENTRY_REPLY, other, again),
	    s.e.text_len);
	for (i = TALK_SALT; i < s.e.text_len; i++)
		same += s.text[i] == again[i];
	assert_in_range(same, 0, 3);
}

static void
both_compare_the_same_digits(void **state)
{
	char one[TALK_DIGITS], other[TALK_DIGITS], third[TALK_DIGITS];

	(void)state;
	talk_digits(one, alice.public, bob.public);
	talk_digits(other, bob.public, alice.public);
	assert_string_equal(one, other);
	assert_int_equal(strlen(one), TALK_DIGITS - 1);
	assert_int_equal(strspn(one, "0123456789 "), TALK_DIGITS - 1);
	talk_digits(third, alice.public, carol.public);
	assert_string_not_equal(one, third);
}

static void
a_talk_that_is_cleared_has_no_key(void **state)
{
	static const struct talk none;
	struct talk t;

	(void)state;
	between(&t, &alice, &bob);
	assert_memory_not_equal(&t, &none, sizeof(t));
	talk_clear(&t);
	assert_memory_equal(&t, &none, sizeof(t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_hold),
		cmocka_unit_test(the_second_implementation_has_the_same_vectors),
		cmocka_unit_test(what_the_second_implementation_seals_is_opened),
		cmocka_unit_test(what_is_sealed_the_second_implementation_opens),
		cmocka_unit_test(each_bit_of_it_is_sealed),
		cmocka_unit_test(a_piece_of_it_or_more_is_refused),
		cmocka_unit_test(what_the_server_adds_does_not_matter),
		cmocka_unit_test(nothing_is_handed_back_as_the_others),
		cmocka_unit_test(nothing_is_said_again_in_another_talk),
		cmocka_unit_test(a_key_of_small_order_is_refused),
		cmocka_unit_test(a_talk_with_oneself_is_ones_own),
		cmocka_unit_test(what_is_no_text_is_not_given_on),
		cmocka_unit_test(what_has_no_role_is_not_given_on),
		cmocka_unit_test(what_is_too_long_or_no_role_is_not_sealed),
		cmocka_unit_test(the_same_said_twice_looks_different),
		cmocka_unit_test(both_compare_the_same_digits),
		cmocka_unit_test(a_talk_that_is_cleared_has_no_key),
	};

	return tests_run(tests, set_up, NULL);
}
