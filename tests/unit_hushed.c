/*
 * Who is muted without a key, by his name and by where he was.
 */
#include "server/hushed.h"
#include "server/room/room_say.h"

#include <arpa/inet.h>

#include "tests/with_room.h"

static struct lodge l;
static struct hushed h;

static int
set_up(void **state)
{
	const char *rule = "mute ~bob";

	(void)state;
	lodge_open(&l);
	lodge_begin(&l);
	memset(&h, 0, sizeof(h));
	assert_true(room_say(l.room, ENTRY_RULE << ENTRY_ROLE_SHIFT, rule,
	    strlen(rule)));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&l);
	return 0;
}

static union sock_addr
at(const char *ip, unsigned port)
{
	union sock_addr a = { .in4 = { .sin_family = AF_INET } };

	a.in4.sin_port = htons((uint16_t)port);
	assert_int_equal(inet_pton(AF_INET, ip, &a.in4.sin_addr), 1);
	return a;
}

static void
he_is_silent_under_his_name_wherever_he_is(void **state)
{
	union sock_addr here = at("127.0.0.1", 1), there = at("10.0.0.1", 2);

	(void)state;
	assert_true(hushed_is(&h, l.room, &here, "bob"));
	assert_true(hushed_is(&h, l.room, &there, "bob"));
	assert_false(hushed_is(&h, l.room, &here, "carol"));
}

static void
he_is_silent_where_he_was_under_any_name(void **state)
{
	union sock_addr was = at("10.0.0.1", 1), port = at("10.0.0.1", 2);
	union sock_addr other = at("10.9.0.1", 1);

	(void)state;
	hushed_note(&h, &was, "bob");
	assert_true(hushed_is(&h, l.room, &was, "carol"));
	assert_true(hushed_is(&h, l.room, &port, "carol"));
	assert_false(hushed_is(&h, l.room, &other, "carol"));
}

/* Who shares a machine with him is another one. */
static void
on_this_machine_it_is_his_port_alone(void **state)
{
	union sock_addr was = at("127.0.0.1", 1), port = at("127.0.0.1", 2);

	(void)state;
	hushed_note(&h, &was, "bob");
	assert_true(hushed_is(&h, l.room, &was, "carol"));
	assert_false(hushed_is(&h, l.room, &port, "carol"));
}

static void
when_the_rule_is_over_so_is_that(void **state)
{
	union sock_addr was = at("10.0.0.1", 1);
	const char *rule = "unmute ~bob";

	(void)state;
	hushed_note(&h, &was, "bob");
	assert_true(room_say(l.room, ENTRY_RULE << ENTRY_ROLE_SHIFT, rule,
	    strlen(rule)));
	assert_false(hushed_is(&h, l.room, &was, "carol"));
	assert_false(hushed_is(&h, l.room, &was, "bob"));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(he_is_silent_under_his_name_wherever_he_is),
		TEST(he_is_silent_where_he_was_under_any_name),
		TEST(on_this_machine_it_is_his_port_alone),
		TEST(when_the_rule_is_over_so_is_that)
	};

	return tests_run(tests, NULL, NULL);
}
