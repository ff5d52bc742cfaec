/*
 * Who was muted and has no key, and comes again under another name.
 */
#include "server/hushed.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"

static const int64_t now_ms = 1000000;

static struct hushed h;
static struct room room;

static int
set_up(void **state)
{
	(void)state;
	memset(&h, 0, sizeof(h));
	memset(&room, 0, sizeof(room));
	room.wall_ms = now_ms;
	return (room.standing = standing_new()) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	standing_free(room.standing);
	return 0;
}

static void
rule(const char *text)
{
	standing_take(room.standing, &(struct entry){ .seq = 1,
	    .time_ms = now_ms, .kind = ENTRY_ANNOUNCE,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT, .author = "",
	    .text = text, .text_len = strlen(text) });
}

static union sock_addr
addr(const char *ip, uint16_t port)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_port = htons(port);
	assert_int_equal(inet_pton(AF_INET, ip, &a.in4.sin_addr), 1);
	return a;
}

static void
note(const char *ip, uint16_t port, const char *fold)
{
	union sock_addr a = addr(ip, port);

	hushed_note(&h, &a, fold);
}

static bool
is(const char *ip, uint16_t port, const char *fold)
{
	union sock_addr a = addr(ip, port);

	return hushed_is(&h, &room, &a, fold);
}

static void
another_name_at_that_address_is_he(void **state)
{
	(void)state;
	note("192.0.2.1", 1, "dan");
	assert_false(is("192.0.2.1", 1, "dan"));	/* nobody is muted */
	rule("mute ~dan 1h");
	assert_true(is("192.0.2.9", 1, "dan"));
	assert_true(is("192.0.2.1", 1, "dave"));
	assert_true(is("192.0.2.1", 2, "dave"));
	assert_false(is("192.0.2.2", 1, "dave"));
}

static void
it_ends_with_the_mute(void **state)
{
	(void)state;
	note("192.0.2.1", 1, "dan");
	rule("mute ~dan 1h");
	rule("mute ~eve");
	room.wall_ms = now_ms + 3600 * 1000 - 1;
	assert_true(is("192.0.2.1", 1, "dave"));
	room.wall_ms = now_ms + 3600 * 1000;
	assert_false(is("192.0.2.1", 1, "dave"));
	room.wall_ms = now_ms;
	rule("unmute ~dan");
	assert_false(is("192.0.2.1", 1, "dave"));
}

/* There each program is somebody else. */
static void
on_this_machine_the_port_tells_them_apart(void **state)
{
	(void)state;
	note("127.0.0.1", 1, "dan");
	rule("mute ~dan");
	assert_true(is("127.0.0.1", 1, "dave"));
	assert_false(is("127.0.0.1", 2, "eve"));
}

static void
the_oldest_goes_for_one_too_many(void **state)
{
	char ip[16];
	int i;

	(void)state;
	rule("mute ~dan");
	for (i = 0; i <= HUSHED_MAX; i++) {
		snprintf(ip, sizeof(ip), "192.0.2.%d", i);
		note(ip, 1, "dan");
		assert_true(is("192.0.2.0", 1, "dave") == (i < HUSHED_MAX));
	}
	assert_true(is("192.0.2.1", 1, "dave"));
	assert_true(is("192.0.2.64", 1, "dave"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(another_name_at_that_address_is_he),
		TEST(it_ends_with_the_mute),
		TEST(on_this_machine_the_port_tells_them_apart),
		TEST(the_oldest_goes_for_one_too_many),
	};

	return tests_run(tests, NULL, NULL);
}
