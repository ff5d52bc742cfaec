/*
 * What one datagram asks for: of each kind the last one counts, so that there
 * is no more to answer than kinds.
 */
#include <string.h>

#include "server/peers_requests.h"
#include "tests/with_cmocka.h"

static struct requests asks;

static void
note(struct frame f)
{
	requests_note(&asks, &f);
}

static int
nothing(void **state)
{
	(void)state;
	memset(&asks, 0, sizeof(asks));
	return 0;
}

static void
of_what_is_asked_twice_the_last_counts(void **state)
{
	static const uint8_t first[FRAME_PING_BYTES] = { 1 };
	static const uint8_t last[FRAME_PING_BYTES] = { 2 };
	unsigned once;

	(void)state;
	note((struct frame){ .type = FRAME_PING, .bytes = first });
	note((struct frame){ .type = FRAME_SYNC, .at.seq = 7 });
	note((struct frame){ .type = FRAME_WHOIS, .text = "bob",
	    .text_len = 3 });
	once = asks.which;
	assert_int_not_equal(once, 0);
	note((struct frame){ .type = FRAME_PING, .bytes = last });
	note((struct frame){ .type = FRAME_SYNC, .at.seq = 9 });
	note((struct frame){ .type = FRAME_WHOIS, .text = "al",
	    .text_len = 2 });
	assert_int_equal(asks.which, once);
	assert_ptr_equal(asks.ping, last);
	assert_int_equal(asks.sync.at.seq, 9);
	assert_int_equal(asks.name_len, 2);
}

static void
a_read_is_of_members_of_the_base_or_of_so_many_entries(void **state)
{
	unsigned members, base;

	(void)state;
	note((struct frame){ .type = FRAME_READ, .seq = 0, .count = 40 });
	members = asks.which;
	assert_int_equal(asks.members_from, 40);
	note((struct frame){ .type = FRAME_READ, .count = UINT64_MAX });
	assert_int_equal(asks.members_from, 0);
	note((struct frame){ .type = FRAME_READ, .seq = 12, .count = 0 });
	base = asks.which & ~members;
	assert_int_not_equal(base, 0);
	assert_int_equal(asks.count, 0);
	note((struct frame){ .type = FRAME_READ, .seq = 12,
	    .count = UINT64_MAX });
	assert_int_not_equal(asks.which & ~(members | base), 0);
	assert_int_equal(asks.before, 12);
	assert_true(asks.count > 0 && asks.count <= 500);
	note((struct frame){ .type = FRAME_READ, .seq = 13, .count = 3 });
	assert_int_equal(asks.before, 13);
	assert_int_equal(asks.count, 3);
}

static void
what_only_a_server_says_asks_for_nothing(void **state)
{
	static const enum frame_type said[] = { FRAME_ENTRIES, FRAME_HEAD,
	    FRAME_POSTED, FRAME_MEMBERS, FRAME_ERROR, FRAME_PERSON };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		note((struct frame){ .type = said[i], .seq = 5, .id = 5 });
	assert_int_equal(asks.which, 0);
}

static void
a_refusal_is_told_with_its_post(void **state)
{
	(void)state;
	requests_posted(&asks);
	assert_false(requests_are_refused(&asks));
	requests_refuse(&asks, FRAME_LIMIT_RATE, 77, 500);
	assert_true(requests_are_refused(&asks));
	assert_int_equal(asks.code, FRAME_LIMIT_RATE);
	assert_int_equal(asks.code_id, 77);
	assert_int_equal(asks.code_wait_ms, 500);
}

int
main(void)
{
#define TEST(name)	cmocka_unit_test_setup(name, nothing)
	const struct CMUnitTest tests[] = {
		TEST(of_what_is_asked_twice_the_last_counts),
		TEST(a_read_is_of_members_of_the_base_or_of_so_many_entries),
		TEST(what_only_a_server_says_asks_for_nothing),
		TEST(a_refusal_is_told_with_its_post),
	};

	return tests_run(tests, NULL, NULL);
}
