/*
 * The peers of the classic protocol: found by address, by name, by silence.
 */
#include "server/classic_peer.h"

#include <arpa/inet.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"

static struct classic_peers ps;

static int
set_up(void **state)
{
	(void)state;
	classic_peers_init(&ps, 0x12345678);
	return 0;
}

static void
clear(void)
{
	while (!TAILQ_EMPTY(&ps.list))
		classic_peers_remove(&ps, TAILQ_FIRST(&ps.list));
}

static int
tear_down(void **state)
{
	(void)state;
	clear();
	return 0;
}

/* The n-th address; mapped: as a socket of IPv6 hears it. */
static union sock_addr
place(unsigned n, bool mapped)
{
	union sock_addr a;
	char text[INET6_ADDRSTRLEN];

	memset(&a, 0, sizeof(a));
	if (mapped) {
		a.in6.sin6_family = AF_INET6;
		a.in6.sin6_port = htons(4242);
		snprintf(text, sizeof(text), "::ffff:192.0.%u.%u", n / 256,
		    n % 256);
		inet_pton(AF_INET6, text, &a.in6.sin6_addr);
	} else {
		a.in4.sin_family = AF_INET;
		a.in4.sin_port = htons(4242);
		a.in4.sin_addr.s_addr = htonl(0xc0000000 + n);
	}
	return a;
}

/* One who is in the room. */
static struct classic_peer *
add(unsigned n, const char *name, int64_t now_ms)
{
	union sock_addr a = place(n, false);
	struct classic_peer *p, *out;

	if (!classic_peers_room(&ps, &a, &out))
		return NULL;
	p = classic_peers_add(&ps, &a, name, strlen(name), now_ms);
	if (p != NULL)
		p->state = CLASSIC_PEER_HERE;
	return p;
}

static struct classic_peer *
at(unsigned n)
{
	union sock_addr a = place(n, false);

	return classic_peers_at(&ps, &a);
}

static struct classic_peer *
named(const char *name)
{
	return classic_peers_named(&ps, name, strlen(name));
}

static void
who_is_there_is_found_by_both(void **state)
{
	struct classic_peer *bob = add(1, "Bob", 7), *eve = add(2, "eve", 8);
	union sock_addr mapped = place(1, true), other = place(1, false);

	(void)state;
	assert_true(bob != NULL && eve != NULL);
	assert_int_equal(ps.count, 2);
	assert_int_equal(bob->heard_ms, 7);
	assert_int_equal(bob->name_len, 3);
	assert_memory_equal(bob->name, "Bob", 3);
	assert_ptr_equal(at(1), bob);
	assert_ptr_equal(at(2), eve);
	assert_ptr_equal(classic_peers_at(&ps, &mapped), bob);
	assert_ptr_equal(named("bOB"), bob);
	assert_null(at(3));
	assert_null(named("bo"));
	/* Another program on the same machine is somebody else. */
	other.in4.sin_port = htons(4243);
	assert_null(classic_peers_at(&ps, &other));
}

/* Two may ask for a name before the room has said whose it is. */
static void
who_comes_has_no_name_yet(void **state)
{
	union sock_addr a = place(1, false), b = place(2, false);
	struct classic_peer *first = classic_peers_add(&ps, &a, "bob", 3, 1);
	struct classic_peer *second = classic_peers_add(&ps, &b, "bob", 3, 2);

	(void)state;
	assert_true(first != NULL && second != NULL);
	assert_null(named("bob"));
	assert_ptr_equal(at(1), first);
	first->state = CLASSIC_PEER_HERE;
	assert_ptr_equal(named("bob"), first);
	classic_peers_remove(&ps, second);
	assert_ptr_equal(named("bob"), first);
	first->state = CLASSIC_PEER_GOES;
	assert_ptr_equal(named("bob"), first);
}

static void
who_goes_is_found_no_more(void **state)
{
	struct classic_peer *bob = add(1, "bob", 7), *eve = add(2, "eve", 8);

	(void)state;
	classic_peers_remove(&ps, bob);
	assert_int_equal(ps.count, 1);
	assert_null(at(1));
	assert_null(named("bob"));
	assert_ptr_equal(at(2), eve);
	assert_ptr_equal(named("eve"), eve);
	assert_non_null(add(1, "bob", 9));
	clear();
	assert_int_equal(ps.count, 0);
	assert_null(named("eve"));
	assert_null(TAILQ_FIRST(&ps.list));
}

static void
who_is_silent_for_the_longest_is_first(void **state)
{
	struct classic_peer *a = add(1, "a", 1), *b = add(2, "b", 2),
	    *c = add(3, "c", 3);

	(void)state;
	assert_ptr_equal(TAILQ_FIRST(&ps.list), a);
	classic_peers_heard(&ps, a, 4);
	assert_int_equal(a->heard_ms, 4);
	assert_ptr_equal(TAILQ_FIRST(&ps.list), b);
	assert_ptr_equal(TAILQ_NEXT(b, by_silence), c);
	assert_ptr_equal(TAILQ_NEXT(c, by_silence), a);
	assert_null(TAILQ_NEXT(a, by_silence));
	assert_int_equal(ps.count, 3);
}

static void
a_name_too_long_is_nobody(void **state)
{
	char name[TEXT_NAME_BYTES + 1];
	union sock_addr a = place(1, false);

	(void)state;
	memset(name, 'n', sizeof(name));
	assert_null(classic_peers_add(&ps, &a, name, sizeof(name), 1));
	assert_int_equal(ps.count, 0);
	assert_null(at(1));
	assert_non_null(classic_peers_add(&ps, &a, name, sizeof(name) - 1, 1));
}

static void
a_full_room_takes_nobody(void **state)
{
	char name[16];
	unsigned n;

	(void)state;
	for (n = 0; n < CLASSIC_PEERS_MAX; n++) {
		snprintf(name, sizeof(name), "n%u", n);
		assert_non_null(add(n, name, n));
	}
	assert_null(add(n, "late", n));
	assert_int_equal(ps.count, CLASSIC_PEERS_MAX);
	assert_null(named("late"));
	for (n = 0; n < CLASSIC_PEERS_MAX; n++) {
		snprintf(name, sizeof(name), "N%u", n);
		assert_non_null(at(n));
		assert_ptr_equal(named(name), at(n));
	}
	classic_peers_remove(&ps, at(5));
	assert_non_null(add(n, "late", n));
}

/* Who goes for that, of so many who are there? */
static void
who_was_never_heard_again_goes_first(void **state)
{
	union sock_addr a = place(CLASSIC_PEERS_MAX, false);
	struct classic_peer *out;
	char name[16];
	unsigned n;

	(void)state;
	for (n = 0; n < CLASSIC_PEERS_MAX; n++) {
		assert_true(classic_peers_room(&ps, &a, &out));
		snprintf(name, sizeof(name), "n%u", n);
		assert_non_null(add(n, name, n));
	}
	at(2)->state = CLASSIC_PEER_COMES;
	assert_false(classic_peers_room(&ps, &a, &out));
	assert_ptr_equal(out, at(0));
	classic_peers_heard(&ps, at(0), n);
	classic_peers_heard(&ps, at(1), n);
	assert_false(classic_peers_room(&ps, &a, &out));
	assert_ptr_equal(out, at(3));
	/* His place is as good as free. */
	out->state = CLASSIC_PEER_GOES;
	assert_true(classic_peers_room(&ps, &a, &out));
	assert_non_null(add(n, "late", n));
	assert_false(classic_peers_room(&ps, &a, &out));
	for (n = 0; n <= CLASSIC_PEERS_MAX; n++)
		classic_peers_heard(&ps, at(n), n);
	assert_false(classic_peers_room(&ps, &a, &out));
	assert_null(out);
}

/* From as many ports as it likes. */
static void
one_address_leaves_places_for_others(void **state)
{
	union sock_addr a = place(7, false);
	struct classic_peer *out;
	char name[16];
	unsigned n;

	(void)state;
	for (n = 0; n < CLASSIC_PEERS_MAX; n++) {
		a.in4.sin_port = htons((uint16_t)(1024 + n));
		snprintf(name, sizeof(name), "n%u", n);
		if (!classic_peers_room(&ps, &a, &out))
			break;
		assert_non_null(classic_peers_add(&ps, &a, name, strlen(name),
		    1));
	}
	assert_int_equal(n, CLASSIC_PEERS_SHARE);
	assert_null(out);
	assert_non_null(add(8, "other", 2));
	/* Nobody elsewhere goes for it. */
	assert_false(classic_peers_room(&ps, &a, &out));
	assert_null(out);
	TAILQ_FIRST(&ps.list)->state = CLASSIC_PEER_HERE;
	assert_false(classic_peers_room(&ps, &a, &out));
	assert_ptr_equal(out, TAILQ_FIRST(&ps.list));
	classic_peers_remove(&ps, out);
	assert_true(classic_peers_room(&ps, &a, &out));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_there_is_found_by_both),
		TEST(who_comes_has_no_name_yet),
		TEST(who_goes_is_found_no_more),
		TEST(who_is_silent_for_the_longest_is_first),
		TEST(a_name_too_long_is_nobody),
		TEST(a_full_room_takes_nobody),
		TEST(who_was_never_heard_again_goes_first),
		TEST(one_address_leaves_places_for_others),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
