/*
 * Who may come in by the classic protocol, where no address is proved.
 */
#include "server/porch.h"

#include <arpa/inet.h>
#include <string.h>

#include "tests/with_cmocka.h"

static struct porch p;

static int
set_up(void **state)
{
	(void)state;
	memset(&p, 0, sizeof(p));
	p.seed = 0x12345678;
	return 0;
}

static union sock_addr
addr(unsigned net, unsigned host)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_port = htons((uint16_t)(1000 + host));
	a.in4.sin_addr.s_addr = htonl(0x0a000000 + net * 256 + host);
	return a;
}

/* How many of them come in that knock at once, one from each of so many
 * networks in turn. */
static unsigned
enter(int64_t now_ms, unsigned many, unsigned first_net, unsigned nets)
{
	union sock_addr a;
	unsigned i, n = 0;

	for (i = 0; i < many; i++) {
		a = addr(first_net + i % nets, i / nets % 256);
		if (!porch_has_room(&p, now_ms, &a))
			continue;
		porch_enter(&p, now_ms, &a);
		n++;
	}
	return n;
}

static void
one_network_has_its_share(void **state)
{
	(void)state;
	assert_int_equal(enter(0, 200, 1, 1), PORCH_NET_BURST);
	assert_int_equal(enter(0, 1, 1, 1), 0);
	assert_int_equal(enter(1000, 200, 1, 1), PORCH_NET);
	/* A neighbour has his own. */
	assert_true(enter(1000, 20, 2, 1) > 0);
}

static void
all_together_have_theirs(void **state)
{
	(void)state;
	assert_int_equal(enter(0, 1000, 0, 100), PORCH_ALL_BURST);
	assert_int_equal(enter(0, 1000, 500, 100), 0);
	assert_int_equal(enter(1000, 1000, 500, 100), PORCH_ALL);
}

static void
asking_costs_nothing(void **state)
{
	union sock_addr a = addr(1, 1);
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_true(porch_has_room(&p, 0, &a));
	assert_int_equal(enter(0, 200, 1, 1), PORCH_NET_BURST);
	assert_false(porch_has_room(&p, 0, &a));
}

static void
who_was_heard_does_not_wait_for_strangers(void **state)
{
	union sock_addr a = addr(1, 200), same = a, other = addr(1, 2);
	int n = 0;

	(void)state;
	porch_heard(&p, &a);
	enter(0, 1000, 0, 100);
	enter(0, 100, 1, 1);
	assert_false(porch_has_room(&p, 0, &other));
	assert_true(porch_has_room(&p, 0, &a));
	/* By his address, whatever the port. */
	same.in4.sin_port = htons(7);
	for (; porch_has_room(&p, 0, &same); n++)
		porch_enter(&p, 0, &same);
	assert_int_equal(n, PORCH_BACK_BURST);
	assert_false(porch_has_room(&p, 0, &a));
	assert_true(porch_has_room(&p, 1000 / PORCH_BACK, &a));
}

static void
strangers_are_not_kept_out_by_who_was_heard(void **state)
{
	union sock_addr a = addr(1, 1);

	(void)state;
	porch_heard(&p, &a);
	while (porch_has_room(&p, 0, &a))
		porch_enter(&p, 0, &a);
	assert_int_equal(enter(0, 1000, 500, 100), PORCH_ALL_BURST);
}

static void
who_is_on_this_machine_waits_for_nobody_else(void **state)
{
	union sock_addr a = { .in4 = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) } };
	int n = 0;

	(void)state;
	enter(0, 1000, 0, 100);
	for (; porch_has_room(&p, 0, &a); n++)
		porch_enter(&p, 0, &a);
	assert_int_equal(n, PORCH_HERE_BURST);
	for (n = 0; porch_has_room(&p, 1000, &a); n++)
		porch_enter(&p, 1000, &a);
	assert_int_equal(n, PORCH_HERE);
	set_up(NULL);
	for (n = 0; n < PORCH_HERE_BURST; n++)
		porch_enter(&p, 0, &a);
	assert_int_equal(enter(0, 1000, 0, 100), PORCH_ALL_BURST);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(one_network_has_its_share),
		TEST(all_together_have_theirs),
		TEST(asking_costs_nothing),
		TEST(who_was_heard_does_not_wait_for_strangers),
		TEST(strangers_are_not_kept_out_by_who_was_heard),
		TEST(who_is_on_this_machine_waits_for_nobody_else),
	};

	return tests_run(tests, NULL, NULL);
}
