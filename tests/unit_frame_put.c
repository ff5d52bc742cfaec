/*
 * Frames are written as common/frame.h has them, byte by byte.
 */
#include "common/frame_put.h"

#include <string.h>

#include "tests/with_cmocka.h"

static uint8_t bytes[FRAME_BODY_BYTES + 100];
static struct wire_out out;

static int
set_up(void **state)
{
	(void)state;
	out = wire_out(bytes, sizeof(bytes));
	return 0;
}

static void
is(const char *what, size_t len)
{
	assert_false(out.failed);
	assert_int_equal(out.len, len);
	assert_memory_equal(bytes, what, len);
	out.len = 0;
}

#define IS(what)	is("" what, sizeof(what) - 1)

static void
each_frame_has_its_bytes(void **state)
{
	static const uint8_t ping[FRAME_PING_BYTES] = "12345678";
	static const uint8_t key[FRAME_KEY_BYTES] =
	    "0123456789abcdef0123456789abcdef";
	struct frame_member bob = { FRAME_MEMBER_AWAY, "bob", 3 };

	(void)state;
	frame_put_posted(&out, 5, 300);
	IS("\x02\x03\x05\xac\x02");
	frame_put_read(&out, 300, 7);
	IS("\x05\x03\xac\x02\x07");
	frame_put_leave(&out, "bye", 3);
	IS("\x08\x04\x03" "bye");
	frame_put_leave(&out, NULL, 0);
	IS("\x08\x01\x00");
	frame_put_error(&out, FRAME_NAME_TAKEN, 1, 2, "no", 2);
	IS("\x09\x06\x02\x01\x02\x02" "no");
	frame_put_ping(&out, FRAME_PING, ping);
	IS("\x0a\x08" "12345678");
	frame_put_ping(&out, FRAME_PONG, ping);
	IS("\x0b\x08" "12345678");
	frame_put_whois(&out, "bob", 3);
	IS("\x0c\x04\x03" "bob");
	frame_put_person(&out, 1, 2, NULL, &bob);
	IS("\x0d\x08\x01\x01\x02\x00\x03" "bob");
	frame_put_person(&out, 1, 2, key, &bob);
	IS("\x0d\x28\x01\x01\x02\x20" "0123456789abcdef0123456789abcdef"
	    "\x03" "bob");
	frame_put_prompt(&out);
	IS("\x0e\x00");
	assert_int_equal(FRAME_PROMPT_BYTES, 2);
}

static void
each_frame_of_rooms_has_its_bytes(void **state)
{
	struct frame_position have = { .log_id = "0123456789abcde", .term = 2,
	    .seq = 100 };
	struct frame_enter enter = { .slot = 1, .room = "lab", .room_len = 3,
	    .outbox = 0x01020304, .next_id = 5, .have = have,
	    .flags = FRAME_ENTER_READS, .token = "tok", .token_len = 3,
	    .former = "bob", .former_len = 3 };
	struct frame_entered entered = { 3, FRAME_ENTERED_CLOSED, "lab", 3,
	    NULL, have };

	(void)state;
	frame_put_room(&out, 5);
	IS("\x0f\x01\x05");
	frame_put_room(&out, 128);
	IS("\x0f\x02\x80\x01");
	frame_put_enter(&out, &enter);
	IS("\x10\x25\x01\x03" "lab" "\x01\x02\x03\x04\x05"
	    "0123456789abcde\0" "\x02\x64\x02\x03" "tok" "\x03" "bob");
	frame_put_entered(&out, &entered);
	IS("\x11\x19\x03\x02\x03" "lab" "\x00" "0123456789abcde\0"
	    "\x02\x64");
	frame_put_ask(&out, FRAME_ASK_ROOMS, 300);
	IS("\x12\x03\x01\xac\x02");
	frame_put_name(&out, 1, FRAME_NAME_OWNED, "bob", 3);
	IS("\x15\x06\x01\x03\x03" "bob");
}

static void
a_room_of_a_list_is_written_between_begin_and_end(void **state)
{
	struct frame_listed lab = { FRAME_LISTED_HOME, 3, 300, 0, "lab", "so",
	    3, 2 };
	size_t begun = frame_begin(&out, FRAME_LIST);

	(void)state;
	wire_put_u8(&out, FRAME_ASK_ROOMS);
	frame_put_listed(&out, &lab);
	frame_end(&out, begun);
	IS("\x13\x0d\x01\x04\x03\xac\x02\x00\x03" "lab" "\x02" "so");
}

static void
each_frame_of_people_has_its_bytes(void **state)
{
	static const struct frame_mark marks[] = {
	    { "0123456789abcde", 300 }, { "fedcba987654321", 0 } };
	const struct frame_device desk = { FRAME_DEVICE_SELF, 300, 7, "desk",
	    4 };
	const struct frame_talk bob = { FRAME_TALK_HERE, 300, 7,
	    (const uint8_t *)"0123456789abcdef", (const uint8_t *)
	    "0123456789abcdef0123456789abcdef", "bob", 3 };

	(void)state;
	frame_put_marks(&out, FRAME_MARK_ANSWER, marks, 2);
	IS("\x14\x25\x01\x02" "0123456789abcde\0" "\xac\x02"
	    "fedcba987654321\0" "\x00");
	frame_put_ask(&out, FRAME_ASK_TALKS, 0);
	IS("\x12\x02\x04\x00");
	frame_put_rekey(&out, bob.key);
	IS("\x1a\x20" "0123456789abcdef0123456789abcdef");
	frame_put_device(&out, &desk);
	IS("\x01\xac\x02\x07\x04" "desk");
	frame_put_talk(&out, &bob);
	IS("\x02\xac\x02\x07" "0123456789abcdef"
	    "0123456789abcdef0123456789abcdef" "\x03" "bob");
}

static void
the_frame_of_servers_has_its_bytes(void **state)
{
	static const struct frame_node nodes[] = { { "a.b", 3, 8888 },
	    { "::1", 3, 1 } };

	(void)state;
	frame_put_nodes(&out, nodes, 2);
	IS("\x1b\x0d\x02\x03" "a.b" "\x22\xb8" "\x03" "::1" "\x00\x01");
	frame_put_nodes(&out, nodes, 0);
	IS("\x1b\x01\x00");
}

static void
a_pad_has_any_small_length(void **state)
{
	size_t n;

	(void)state;
	frame_put_pad(&out, FRAME_PAD_MIN);
	IS("\x00\x00");
	frame_put_pad(&out, 5);
	IS("\x00\x03\x00\x00\x00");
	for (n = FRAME_PAD_MIN; n <= FRAME_PAD_MAX; n++) {
		out.len = 0;
		frame_put_pad(&out, n);
		assert_int_equal(out.len, n);
	}
}

static void
a_post_is_written_between_begin_and_end(void **state)
{
	struct frame_post post = { 300, ENTRY_SAY, 1, "hello", 5 };
	size_t begun = frame_begin(&out, FRAME_POST);

	(void)state;
	wire_put_varint(&out, 1);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	IS("\x01\x0b\x01\xac\x02\x01\x01\x05" "hello");
}

static void
ranges_are_gaps_and_runs_above_what_is_there(void **state)
{
	struct frame_position at = { .log_id = "0123456789abcde", .term = 2,
	    .seq = 100 };
	struct frame_range ranges[FRAME_RANGES + 1] = { { 102, 103 },
	    { 110, 110 } };
	struct frame f;
	struct wire_in in;
	unsigned i;

	(void)state;
	frame_put_sync(&out, &at, 4, 50, ranges, 2);
	IS("\x04\x19" "0123456789abcde\0" "\x02\x64\x04\x32\x02\x01\x02\x06"
	    "\x01");
	/* Of too many the lowest, whose gaps are needed first. */
	for (i = 0; i <= FRAME_RANGES; i++)
		ranges[i].first = ranges[i].last = 102 + 2 * i;
	frame_put_sync(&out, &at, 4, 50, ranges, FRAME_RANGES + 1);
	in = wire_in(bytes, out.len);
	assert_int_equal(frame_next(&in, &f), FRAME_OK);
	assert_int_equal(f.count, FRAME_RANGES);
	assert_true(frame_next_range(&f, &ranges[0]));
	assert_int_equal(ranges[0].first, 102);
}

/* However long a body is, its length has one encoding. */
static void
a_length_is_as_short_as_it_can_be(void **state)
{
	static uint8_t zeros[FRAME_BODY_BYTES + 1];
	size_t len, begun;

	(void)state;
	for (len = 0; len <= FRAME_BODY_BYTES; len = len * 2 + 1) {
		out.len = 0;
		begun = frame_begin(&out, FRAME_TYPE_MAX + 1);
		wire_put_bytes(&out, zeros, len);
		frame_end(&out, begun);
		assert_false(out.failed);
		assert_int_equal(out.len, len + (len < 0x80 ? 2 : 3));
		assert_int_equal(bytes[1] & 0x7f, len & 0x7f);
		assert_true(len < 0x80 || bytes[2] == len >> 7);
	}
	out.len = 0;
	begun = frame_begin(&out, FRAME_POST);
	wire_put_bytes(&out, zeros, FRAME_BODY_BYTES + 1);
	assert_false(out.failed);
	frame_end(&out, begun);
	assert_true(out.failed);
}

static void
what_does_not_fit_is_told_and_can_be_taken_back(void **state)
{
	size_t size, whole;

	(void)state;
	frame_put_leave(&out, "bye", 3);
	whole = out.len;
	/* While it is written, a length has two bytes. */
	for (size = 0; size <= whole + 1; size++) {
		out = wire_out(bytes, size);
		frame_put_leave(&out, "bye", 3);
		assert_int_equal(out.failed, size <= whole);
	}
	out = wire_out(bytes, whole + 1);
	frame_put_leave(&out, "bye", 3);
	frame_put_leave(&out, "bye", 3);
	assert_true(out.failed);
	out.len = whole;
	out.failed = false;
	IS("\x08\x04\x03" "bye");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(each_frame_has_its_bytes),
		TEST(each_frame_of_rooms_has_its_bytes),
		TEST(a_room_of_a_list_is_written_between_begin_and_end),
		TEST(each_frame_of_people_has_its_bytes),
		TEST(the_frame_of_servers_has_its_bytes),
		TEST(a_pad_has_any_small_length),
		TEST(a_post_is_written_between_begin_and_end),
		TEST(ranges_are_gaps_and_runs_above_what_is_there),
		TEST(a_length_is_as_short_as_it_can_be),
		TEST(what_does_not_fit_is_told_and_can_be_taken_back),
	};

	return tests_run(tests, NULL, NULL);
}
