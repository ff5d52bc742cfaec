/*
 * What the room itself says: of nobody, once, and only while it is so.
 */
#include "server/room/room_say.h"

#include <stdio.h>

#include "tests/with_room.h"

static struct lodge l;
static char heard[256];

static void
on_after(void *arg, const struct entry *e, struct member *who, bool ours)
{
	(void)arg;
	(void)who;
	(void)ours;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard),
	    "%.*s:%.*s ", (int)e->author_len, e->author, (int)e->text_len,
	    e->text);
}

static int
set_up(void **state)
{
	const struct room_watch watch = { .after = on_after };

	(void)state;
	lodge_open(&l);
	room_watch(l.room, &watch);
	lodge_begin(&l);
	heard[0] = '\0';
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lodge_close(&l);
	return 0;
}

static void
what_the_room_says_is_of_nobody(void **state)
{
	(void)state;
	assert_true(room_say(l.room, 0, "hi", 2));
	room_settle(l.room);
	assert_string_equal(heard, ":hi ");
}

static void
on_a_full_disk_it_says_that_it_cannot(void **state)
{
	(void)state;
	memdisk_limit(l.mem, memdisk_bytes(l.mem) + 3);
	assert_false(room_say(l.room, 0, "hi", 2));
	memdisk_limit(l.mem, UINT64_MAX);
	room_settle(l.room);
	assert_string_equal(heard, "");
}

static void
who_is_back_does_not_go(void **state)
{
	int session;

	(void)state;
	lodge_join(&l, "ann");
	lodge_join(&l, "bob");
	room_put_out(l.room, ENTRY_LEAVE, 0, "ann", 3);
	room_put_out(l.room, ENTRY_LEAVE, 0, "bob", 3);
	roster_named(&l.room->roster, "ann", 3)->session = &session;
	room_settle(l.room);
	assert_non_null(roster_named(&l.room->roster, "ann", 3));
	assert_null(roster_named(&l.room->roster, "bob", 3));
	/* But who is put out does. */
	room_put_out(l.room, ENTRY_LEAVE, ENTRY_QUIET, "ann", 3);
	room_settle(l.room);
	assert_null(roster_named(&l.room->roster, "ann", 3));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_the_room_says_is_of_nobody),
		TEST(on_a_full_disk_it_says_that_it_cannot),
		TEST(who_is_back_does_not_go)
	};

	return tests_run(tests, NULL, NULL);
}
