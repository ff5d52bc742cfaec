/*
 * Which of the room's places is the next one, and which never is.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/receiver/nodes.h"

static struct nodes ns;

static void
begins(const char *list)
{
	struct hosts_one one;

	nodes_init(&ns, AF_UNSPEC, 0);
	while (hosts_next(&list, &one))
		assert_true(nodes_name(&ns, one.host, one.port));
	nodes_begin(&ns);
}

/* Numbers of either family, blanks between. */
static struct sock_addrs
addrs(const char *text, uint16_t port)
{
	struct sock_addrs at = { .n = 0 };
	char all[256], *rest = all, *ip;

	strlcpy(all, text, sizeof(all));
	while (*all != '\0' && (ip = strsep(&rest, " ")) != NULL) {
		union sock_addr *a = &at.of[at.n++];

		if (inet_pton(AF_INET, ip, &a->in4.sin_addr) == 1)
			a->in4.sin_family = AF_INET;
		else if (inet_pton(AF_INET6, ip, &a->in6.sin6_addr) == 1)
			a->in6.sin6_family = AF_INET6;
		else
			fail_msg("%s", ip);
		a->in4.sin_port = htons(port);
	}
	return at;
}

static void
found(unsigned i, const char *text, uint16_t port)
{
	struct sock_addrs at = addrs(text, port);

	nodes_find(&ns, i, &at);
	nodes_begin(&ns);
}

static void
is_here(const char *text)
{
	const union sock_addr *a = nodes_here(&ns);
	char is[SOCK_ADDR_TEXT];

	assert_non_null(a);
	assert_string_equal(sock_addr_text(is, a), text);
}

static void
one_place_is_the_only_one(void **state)
{
	(void)state;
	begins("192.0.2.1:88");
	is_here("192.0.2.1:88");
	assert_false(nodes_has_others(&ns));
	assert_false(nodes_are_several(&ns));
	assert_int_equal(nodes_go(&ns), NODES_STAY);
	assert_int_equal(nodes_strike(&ns), NODES_STAY);
	is_here("192.0.2.1:88");
	begins("chat.example:88");
	assert_null(nodes_here(&ns));
	assert_int_equal(nodes_go(&ns), NODES_STAY);
	assert_int_equal(nodes_strike(&ns), NODES_STAY);
}

static void
it_goes_round_and_is_told_when_all_were_tried(void **state)
{
	int i;

	(void)state;
	begins("192.0.2.1:88,192.0.2.2:88,[2001:db8::3]:88");
	assert_true(nodes_are_several(&ns));
	assert_int_equal(nodes_go(&ns), NODES_NEXT);
	is_here("192.0.2.2:88");
	assert_true(nodes_has_untried(&ns));
	assert_int_equal(nodes_go(&ns), NODES_NEXT);
	is_here("[2001:db8::3]:88");
	assert_false(nodes_has_untried(&ns));
	for (i = 0; i < 3; i++)
		assert_int_equal(nodes_go(&ns), NODES_ROUND);
	is_here("[2001:db8::3]:88");
	/* Who answered is where it stays, and then the others are fresh. */
	nodes_heard(&ns);
	is_here("[2001:db8::3]:88");
	assert_int_equal(nodes_go(&ns), NODES_NEXT);
	is_here("192.0.2.1:88");
}

static void
another_server_goes_before_another_address(void **state)
{
	(void)state;
	begins("a:1,b:2");
	found(0, "2001:db8::1 192.0.2.1", 1);
	found(1, "2001:db8::2 192.0.2.2", 2);
	is_here("[2001:db8::1]:1");
	nodes_go(&ns);
	is_here("[2001:db8::2]:2");
	nodes_go(&ns);
	is_here("192.0.2.1:1");
	nodes_go(&ns);
	is_here("192.0.2.2:2");
	nodes_go(&ns);
	is_here("[2001:db8::1]:1");
}

static void
two_families_of_one_name_are_one_server(void **state)
{
	(void)state;
	begins("a:1");
	found(0, "2001:db8::1 192.0.2.1", 1);
	assert_false(nodes_are_several(&ns));
	assert_true(nodes_has_others(&ns));
	assert_int_equal(nodes_go(&ns), NODES_NEXT);
	is_here("192.0.2.1:1");
	found(0, "192.0.2.1 192.0.2.2", 1);
	assert_true(nodes_are_several(&ns));
	/* Nor is one that two names are for. */
	begins("a:1,b:1");
	found(0, "192.0.2.1", 1);
	found(1, "192.0.2.1", 1);
	assert_false(nodes_are_several(&ns));
	assert_false(nodes_has_others(&ns));
}

static void
what_the_server_tells_comes_behind(void **state)
{
	(void)state;
	begins("192.0.2.1:88");
	nodes_tell(&ns, "192.0.2.1:88,192.0.2.2:88,[2001:db8::3]:99");
	assert_int_equal(ns.n, 3);
	assert_true(nodes_are_several(&ns));
	nodes_go(&ns);
	is_here("192.0.2.2:88");
	/* Told anew it is another list; where it is it stays. */
	nodes_tell(&ns, "192.0.2.9:88");
	is_here("192.0.2.2:88");
	nodes_heard(&ns);
	assert_int_equal(nodes_go(&ns), NODES_NEXT);
	is_here("192.0.2.1:88");
	nodes_go(&ns);
	is_here("192.0.2.9:88");
	nodes_tell(&ns, "");
	assert_int_equal(ns.n, 1);
}

static void
a_hint_is_one_host_elsewhere(void **state)
{
	static const char bad[] = "0.0.0.0:1,255.255.255.255:1,224.0.0.1:1,"
	    "[::]:1,[ff02::1]:1,127.0.0.1:1,[::1]:1,[::ffff:127.0.0.1]:1,"
	    "[::ffff:224.0.0.1]:1";

	(void)state;
	begins("192.0.2.1:88");
	nodes_tell(&ns, bad);
	assert_false(nodes_has_others(&ns));
	/* By a name neither. */
	nodes_tell(&ns, "x.example:7");
	found(1, "127.0.0.1", 7);
	assert_false(nodes_has_others(&ns));
	/* Where the server is on this machine, others may be. */
	begins("127.0.0.1:88");
	nodes_tell(&ns, bad);
	assert_int_equal(nodes_go(&ns), NODES_NEXT);
	is_here("127.0.0.1:1");
	/* The user may name what he likes. */
	begins("192.0.2.1:88,127.0.0.1:1");
	assert_true(nodes_are_several(&ns));
}

static void
a_list_has_an_end(void **state)
{
	char list[HOSTS_LIST_BYTES], host[32];
	unsigned i;

	(void)state;
	nodes_init(&ns, AF_UNSPEC, 0);
	for (i = 0; i < HOSTS_MAX; i++) {
		snprintf(host, sizeof(host), "h%u", i);
		assert_true(nodes_name(&ns, host, 1));
	}
	assert_false(nodes_name(&ns, "more", 1));
	*list = '\0';
	for (i = 0; i < 2 * HOSTS_MAX; i++) {
		snprintf(host, sizeof(host), "t%u", i);
		hosts_add(list, sizeof(list), host, 1);
	}
	nodes_tell(&ns, list);
	assert_int_equal(ns.n, NODES_MAX);
	nodes_tell(&ns, list);
	assert_int_equal(ns.n, NODES_MAX);
	assert_false(nodes_name(&ns, "more", 1));
}

static void
who_is_not_of_the_room_is_not_asked_again(void **state)
{
	(void)state;
	begins("192.0.2.1:88,192.0.2.2:88,192.0.2.3:88");
	nodes_go(&ns);
	assert_int_equal(nodes_strike(&ns), NODES_NEXT);
	is_here("192.0.2.3:88");
	nodes_go(&ns);
	is_here("192.0.2.1:88");
	nodes_go(&ns);
	is_here("192.0.2.3:88");
	nodes_tell(&ns, "192.0.2.2:88");
	assert_int_equal(nodes_strike(&ns), NODES_ROUND);
	is_here("192.0.2.1:88");
	assert_false(nodes_has_others(&ns));
	/* The last one is not: that is to be said. */
	assert_int_equal(nodes_strike(&ns), NODES_STAY);
	is_here("192.0.2.1:88");
}

static void
names_are_looked_up_once_and_again_while_nobody_answers(void **state)
{
	struct sock_addrs at = addrs("192.0.2.1", 88);
	int64_t due = INT64_MAX;
	unsigned i;

	(void)state;
	nodes_init(&ns, AF_UNSPEC, 0);
	assert_true(nodes_name(&ns, "a", 88));
	assert_true(nodes_name(&ns, "192.0.2.7", 88));
	assert_true(nodes_name(&ns, "b", 88));
	/* The first was looked up before. */
	nodes_find(&ns, 0, &at);
	nodes_begin(&ns);
	ns.ask_ms = 5000;
	assert_true(nodes_asks(&ns, 0, true, &i, &due));
	assert_int_equal(i, 2);
	assert_false(nodes_asks(&ns, 0, true, &i, &due));
	at = addrs("192.0.2.2", 88);
	assert_false(nodes_found(&ns, 10, &at));
	assert_false(nodes_asks(&ns, 99999, true, &i, &due));
	assert_int_equal(due, INT64_MAX);
	/* One after the other. */
	assert_false(nodes_asks(&ns, 5009, false, &i, &due));
	assert_int_equal(due, 5010);
	assert_true(nodes_asks(&ns, 5010, false, &i, &due));
	assert_int_equal(i, 0);
	/* That it has no address now is not that it has none. */
	assert_false(nodes_found(&ns, 6000, NULL));
	is_here("192.0.2.1:88");
	assert_true(nodes_asks(&ns, 11000, false, &i, &due));
	assert_int_equal(i, 2);
	at = addrs("192.0.2.3", 88);
	assert_false(nodes_found(&ns, 11000, &at));
	assert_true(nodes_asks(&ns, 16000, false, &i, &due));
	assert_int_equal(i, 0);
	/* It has moved, and we with it. */
	at = addrs("192.0.2.4", 88);
	assert_true(nodes_found(&ns, 16000, &at));
	nodes_go(&ns);
	is_here("192.0.2.4:88");
}

static void
an_answer_for_a_list_of_before_is_no_ones(void **state)
{
	struct sock_addrs at = addrs("192.0.2.5", 88);
	int64_t due = INT64_MAX;
	unsigned i;

	(void)state;
	begins("192.0.2.1:88");
	nodes_tell(&ns, "x:88");
	assert_true(nodes_asks(&ns, 0, true, &i, &due));
	nodes_tell(&ns, "y:88");
	assert_false(nodes_found(&ns, 0, &at));
	assert_false(nodes_has_others(&ns));
	assert_true(nodes_asks(&ns, 0, true, &i, &due));
	assert_string_equal(ns.of[i].host, "y");
	assert_false(nodes_found(&ns, 0, &at));
	/* What was found of it stays. */
	nodes_tell(&ns, "z:88,y:88");
	nodes_go(&ns);
	is_here("192.0.2.5:88");
}

/* A server that tells of ever more of them. */
static void
who_makes_names_up_has_them_looked_up_one_in_a_while(void **state)
{
	int64_t due = INT64_MAX, now = 1000;
	unsigned i, n = 0, told;
	char list[16];

	(void)state;
	begins("192.0.2.1:88");
	for (told = 0; told < 1000; told++) {
		snprintf(list, sizeof(list), "x%u:88", told);
		nodes_tell(&ns, list);
		if (!nodes_asks(&ns, now, true, &i, &due))
			continue;
		assert_false(nodes_found(&ns, now, NULL));
		n++;
	}
	assert_int_equal(n, NODES_MADE_UP);
	assert_int_equal(due, now + NODES_ASK_MS);
	assert_true(nodes_asks(&ns, due, true, &i, &due));
	assert_string_equal(ns.of[i].host, "x999");
}

static void
of_one_family_alone_where_that_is_wished(void **state)
{
	(void)state;
	nodes_init(&ns, AF_INET6, 0);
	assert_true(nodes_name(&ns, "192.0.2.1", 88));
	assert_null(nodes_here(&ns));
	assert_true(nodes_name(&ns, "2001:db8::1", 88));
	nodes_begin(&ns);
	is_here("[2001:db8::1]:88");
	assert_false(nodes_has_others(&ns));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_place_is_the_only_one),
		cmocka_unit_test(it_goes_round_and_is_told_when_all_were_tried),
		cmocka_unit_test(another_server_goes_before_another_address),
		cmocka_unit_test(two_families_of_one_name_are_one_server),
		cmocka_unit_test(what_the_server_tells_comes_behind),
		cmocka_unit_test(a_hint_is_one_host_elsewhere),
		cmocka_unit_test(a_list_has_an_end),
		cmocka_unit_test(who_is_not_of_the_room_is_not_asked_again),
		cmocka_unit_test(
		    names_are_looked_up_once_and_again_while_nobody_answers),
		cmocka_unit_test(an_answer_for_a_list_of_before_is_no_ones),
		cmocka_unit_test(
		    who_makes_names_up_has_them_looked_up_one_in_a_while),
		cmocka_unit_test(of_one_family_alone_where_that_is_wished)
	};

	return tests_run(tests, NULL, NULL);
}
