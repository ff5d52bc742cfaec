/*
 * Whom a ban keeps out: how that is written, and what is none.
 */
#include "server/room/ban.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/fingerprint.h"
#include "tests/with_cmocka.h"

#define KEY	"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_Static_assert(sizeof(KEY) == FINGERPRINT_TEXT, "a whole fingerprint");

static void
is(const char *text, enum ban_kind kind, const char *what)
{
	struct ban b = { .until_ms = 7 };

	assert_int_equal(ban_parse(&b, text), BAN_TEXT_OK);
	assert_int_equal(b.kind, kind);
	assert_string_equal(b.what, what);
	assert_int_equal(b.until_ms, 7);
}

static void
a_text_says_whom_it_means(void **state)
{
	(void)state;
	is("bob", BAN_NAME, "bob");
	is(KEY, BAN_KEY, KEY);
	is("192.0.2.7", BAN_ADDRESS, "192.0.2.7");
	is("192.0.2.0/24", BAN_NETWORK, "192.0.2.0/24");
	is("2001:db8::/32", BAN_NETWORK, "2001:db8::/32");
	/* What only looks a little like one of them is a name. */
	is("SHA256:AA", BAN_NAME, "sha256:aa");
	is("bob/8", BAN_NAME, "bob/8");
}

static void
one_network_is_written_in_one_way(void **state)
{
	(void)state;
	is("2001:DB8:0:0::/64", BAN_NETWORK, "2001:db8::/64");
	is("192.0.2.7/32", BAN_ADDRESS, "192.0.2.7");
	is("::ffff:192.0.2.7", BAN_ADDRESS, "192.0.2.7");
	is("::ffff:192.0.2.0/120", BAN_NETWORK, "192.0.2.0/24");
	is("2001:db8::7/128", BAN_ADDRESS, "2001:db8::7");
	is("0.0.0.0/0", BAN_NETWORK, "0.0.0.0/0");
}

/* Who has an address of IPv6 has all of its /64. */
static void
an_address_of_ipv6_is_its_network(void **state)
{
	struct ban b;

	(void)state;
	is("2001:db8::7", BAN_NETWORK, "2001:db8::/64");
	is("::1", BAN_ADDRESS, "::1");
	is("fe80::7", BAN_ADDRESS, "fe80::7");
	is("febf::7", BAN_ADDRESS, "febf::7");
	is("fec0::7", BAN_NETWORK, "fec0::/64");
	assert_true(ban_parse_address(&b, "2001:db8::7"));
	assert_int_equal(b.kind, BAN_ADDRESS);
	assert_string_equal(b.what, "2001:db8::7");
	assert_false(ban_parse_address(&b, "bob"));
	assert_false(ban_parse_address(&b, "192.0.2.0/24"));
	assert_false(ban_parse_address(&b, ""));
}

static void
bits_behind_the_prefix_are_told_with_what_is_right(void **state)
{
	struct ban b;

	(void)state;
	assert_int_equal(ban_parse(&b, "192.0.2.7/24"), BAN_TEXT_BITS);
	assert_string_equal(b.what, "192.0.2.0/24");
	assert_int_equal(ban_parse(&b, "192.0.2.255/25"), BAN_TEXT_BITS);
	assert_string_equal(b.what, "192.0.2.128/25");
	assert_int_equal(ban_parse(&b, "2001:db8::1/127"), BAN_TEXT_BITS);
	assert_string_equal(b.what, "2001:db8::/127");
}

static void
what_is_nothing_is_refused(void **state)
{
	static const char *const bad[] = { "", "192.0.2.0/33", "192.0.2.0/",
	    "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/ 8", "192.0.2.0/8x",
	    "192.0.2/24", "2001:db8::/129", "::ffff:192.0.2.0/95", "::/x",
	    "/8", "a b",
	    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000::/64" };
	struct ban b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ban_parse(&b, bad[i]), BAN_TEXT_BAD);
}

static void
who_is_there_is_banned_as_he_is_seen(void **state)
{
	static const uint8_t key[NOISE_KEY] = { 1 };
	char text[FINGERPRINT_TEXT];
	union sock_addr a;
	struct ban b;

	(void)state;
	ban_of_key(&b, key);
	assert_int_equal(b.kind, BAN_KEY);
	assert_string_equal(b.what, fingerprint_text(text, key));
	is(b.what, BAN_KEY, text);
	memset(&a, 0, sizeof(a));
	a.sa.sa_family = AF_INET6;
	inet_pton(AF_INET6, "2001:db8::7", &a.in6.sin6_addr);
	assert_true(ban_of_address(&b, &a));
	assert_string_equal(b.what, "2001:db8::/64");
	inet_pton(AF_INET6, "::ffff:192.0.2.7", &a.in6.sin6_addr);
	assert_true(ban_of_address(&b, &a));
	assert_int_equal(b.kind, BAN_ADDRESS);
	assert_string_equal(b.what, "192.0.2.7");
	a.sa.sa_family = AF_UNIX;
	assert_false(ban_of_address(&b, &a));
}

static void
each_kind_has_its_word(void **state)
{
	(void)state;
	assert_string_equal(ban_word(BAN_NAME), "name");
	assert_string_equal(ban_word(BAN_KEY), "key");
	assert_string_equal(ban_word(BAN_ADDRESS), "address");
	assert_string_equal(ban_word(BAN_NETWORK), "network");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_says_whom_it_means),
		cmocka_unit_test(one_network_is_written_in_one_way),
		cmocka_unit_test(an_address_of_ipv6_is_its_network),
		cmocka_unit_test(
		    bits_behind_the_prefix_are_told_with_what_is_right),
		cmocka_unit_test(what_is_nothing_is_refused),
		cmocka_unit_test(who_is_there_is_banned_as_he_is_seen),
		cmocka_unit_test(each_kind_has_its_word),
	};

	return tests_run(tests, NULL, NULL);
}
