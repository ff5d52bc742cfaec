/*
 * What a room knows, to bytes and back: all of it, and nothing of what is cut
 * short or is something else.
 */
#include "server/room/room_state.h"

#include <stdio.h>
#include <string.h>

#include "common/wire.h"
#include "tests/with_room.h"

enum { STATE = 8192 };

#define KEY "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct lodge one, other;
static uint8_t bytes[STATE];
static size_t len;

static void
take(enum entry_kind kind, const char *who, const char *text, uint64_t id)
{
	static uint64_t seq = 101;
	struct entry e = { .kind = kind, .seq = seq, .id = id,
	    .time_ms = 5000 + (int64_t)seq, .author = who,
	    .author_len = strlen(who), .text = text,
	    .text_len = strlen(text) };

	seq++;
	if (kind == ENTRY_ANNOUNCE)
		e.flags = ENTRY_RULE << ENTRY_ROLE_SHIFT;
	roster_take(&one.room->roster, &e);
	assert_true(dedup_reserve(one.room->dedup));
	dedup_take(one.room->dedup, &e);
	standing_take(one.room->standing, &e);
}

static int
set_up(void **state)
{
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	(void)state;
	lodge_open(&one);
	lodge_open(&other);
	take(ENTRY_JOIN, "Zo\xc3\xab", "", 0);
	take(ENTRY_JOIN, "bob", "", 0);
	take(ENTRY_SAY, "bob", "hello", dedup_id(7, 3));
	take(ENTRY_RENAME, "bob", "Robert", dedup_id(7, 4));
	take(ENTRY_SAY, "Robert", "again", dedup_id(7, 9));
	take(ENTRY_SAY, "gone", "bye", dedup_id(8, 1));
	take(ENTRY_ANNOUNCE, "", "close", 0);
	take(ENTRY_ANNOUNCE, "", "mute bob 1h: loud", 0);
	take(ENTRY_ANNOUNCE, "", "mute ~carol", 0);
	take(ENTRY_ANNOUNCE, "", "allow Zo\xc3\xab =" KEY, 0);
	room_put_state(one.room, &out);
	assert_false(out.failed);
	len = out.len;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&one);
	lodge_close(&other);
	return 0;
}

static bool
get(const uint8_t *from, size_t n)
{
	struct wire_in in = wire_in(from, n);

	return room_get_state(other.room, &in);
}

static void
all_of_it_comes_back(void **state)
{
	struct standing_mute mute;
	const struct member *p;

	(void)state;
	assert_true(get(bytes, len));
	assert_int_equal(other.room->roster.count, 2);
	assert_non_null(p = roster_named(&other.room->roster, "ROBERT", 6));
	assert_int_equal(p->spoke_ms, roster_named(&one.room->roster,
	    "Robert", 6)->spoke_ms);
	assert_int_equal(p->since_ms, roster_named(&one.room->roster,
	    "Robert", 6)->since_ms);
	assert_int_equal(dedup_next(other.room->dedup, "robert", 7), 10);
	/* Both names are one author's. */
	assert_int_equal(dedup_next(other.room->dedup, "bob", 7), 10);
	assert_string_equal(dedup_name(other.room->dedup, "bob", 7, 4),
	    "Robert");
	assert_int_equal(dedup_next(other.room->dedup, "gone", 8), 2);
	assert_true(standing_closed(other.room->standing));
	assert_true(standing_allows(other.room->standing, KEY));
	assert_true(standing_muted(other.room->standing, 5000, NULL, "bob",
	    &mute));
	assert_string_equal(mute.reason, "loud");
	assert_true(mute.until_ms > 3600 * 1000);
	assert_int_equal(standing_oldest(other.room->standing),
	    standing_oldest(one.room->standing));
}

/* What is taken then goes on as in the room that it was of. */
static void
what_comes_then_counts_the_same(void **state)
{
	struct entry e = { .kind = ENTRY_SAY, .seq = 999, .author = "bob",
	    .author_len = 3, .text = "x", .text_len = 1,
	    .id = dedup_id(7, 20) };

	(void)state;
	assert_true(get(bytes, len));
	assert_true(dedup_reserve(other.room->dedup));
	dedup_take(other.room->dedup, &e);
	assert_int_equal(dedup_next(other.room->dedup, "robert", 7), 21);
}

static void
nothing_of_a_part_is_taken(void **state)
{
	uint8_t more[STATE];
	size_t n;

	(void)state;
	for (n = 0; n < len; n++) {
		assert_false(get(bytes, n));
		assert_int_equal(other.room->roster.count, 0);
		assert_false(standing_closed(other.room->standing));
		assert_int_equal(dedup_next(other.room->dedup, "bob", 7), 0);
	}
	memcpy(more, bytes, len);
	more[len] = 0;
	assert_false(get(more, len + 1));
	assert_true(get(bytes, len));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_of_it_comes_back),
		TEST(what_comes_then_counts_the_same),
		TEST(nothing_of_a_part_is_taken),
	};

	return tests_run(tests, NULL, NULL);
}
