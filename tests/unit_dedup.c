/*
 * How far an author's posts have come, under all the names that they led to.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/wire.h"
#include "server/room/dedup.h"
#include "tests/with_cmocka.h"

enum { OUTBOX = 77, OTHER = 78 };

static void
say(struct dedup *t, const char *author, uint32_t outbox,
    uint32_t counter)
{
	struct entry e = { .kind = ENTRY_SAY, .author = author,
	    .author_len = strlen(author), .id = dedup_id(outbox, counter),
	    .text = "x", .text_len = 1 };

	dedup_take(t, &e);
}

static void
take_name(struct dedup *t, const char *author, const char *to,
    uint32_t flags, uint32_t counter)
{
	struct entry e = { .kind = ENTRY_RENAME, .flags = flags,
	    .author = author, .author_len = strlen(author),
	    .id = dedup_id(OUTBOX, counter), .text = to,
	    .text_len = strlen(to) };

	dedup_take(t, &e);
}

static int
set_up(void **state)
{
	*state = dedup_new();
	return *state == NULL;
}

static int
tear_down(void **state)
{
	dedup_free(*state);
	return 0;
}

static void
each_author_and_outbox_counts_for_itself(void **state)
{
	struct dedup *t = *state;

	assert_int_equal(dedup_next(t, "alice", OUTBOX), 0);
	say(t, "Alice", OUTBOX, 1);
	say(t, "alice", OUTBOX, 2);
	say(t, "bob", OUTBOX, 9);
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 3);
	assert_int_equal(dedup_next(t, "bob", OUTBOX), 10);
	assert_int_equal(dedup_next(t, "alice", OTHER), 0);
	assert_null(dedup_name(t, "alice", OUTBOX, 1));
}

static void
who_did_not_hear_of_his_new_name_has_it(void **state)
{
	struct dedup *t = *state;

	say(t, "alice", OUTBOX, 1);
	take_name(t, "alice", "Carol", 0, 2);
	assert_string_equal(dedup_name(t, "alice", OUTBOX, 1), "Carol");
	assert_string_equal(dedup_name(t, "alice", OUTBOX, 2), "Carol");
	/* He heard of it, and chose the old one again. */
	assert_null(dedup_name(t, "alice", OUTBOX, 3));
	assert_null(dedup_name(t, "alice", OTHER, 1));
	take_name(t, "Carol", "dave", 0, 3);
	assert_string_equal(dedup_name(t, "alice", OUTBOX, 2), "dave");
	assert_string_equal(dedup_name(t, "alice", OUTBOX, 3), "dave");
	assert_string_equal(dedup_name(t, "carol", OUTBOX, 3), "dave");
}

static void
all_names_of_an_outbox_are_as_far(void **state)
{
	struct dedup *t = *state;

	take_name(t, "alice", "carol", 0, 1);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 2);
	say(t, "carol", OUTBOX, 2);
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 3);
	say(t, "alice", OUTBOX, 3);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 4);
	/* One that was there already comes over, and not what else went on
	 * under that: it may be another's. */
	say(t, "erin", OUTBOX, 6);
	take_name(t, "erin", "frank", 0, 7);
	take_name(t, "carol", "erin", 0, 8);
	say(t, "alice", OUTBOX, 9);
	assert_int_equal(dedup_next(t, "frank", OUTBOX), 8);
	assert_int_equal(dedup_next(t, "erin", OUTBOX), 10);
	take_name(t, "erin", "alice", 0, 10);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 11);
}

static bool
is_it(void *arg, const char *fold)
{
	return strcmp(arg, fold) == 0;
}

static void
all_names_of_an_outbox_are_known(void **state)
{
	char alice[] = "alice", carol[] = "carol", bob[] = "bob";
	struct dedup *t = *state;

	take_name(t, "alice", "carol", 0, 1);
	say(t, "bob", OUTBOX, 1);
	assert_true(dedup_any(t, "carol", OUTBOX, is_it, alice));
	assert_true(dedup_any(t, "carol", OUTBOX, is_it, carol));
	assert_true(dedup_any(t, "alice", OUTBOX, is_it, carol));
	assert_false(dedup_any(t, "alice", OUTBOX, is_it, bob));
	assert_false(dedup_any(t, "alice", OTHER, is_it, alice));
	take_name(t, "bob", "alice", 0, 2);
	assert_true(dedup_any(t, "bob", OUTBOX, is_it, alice));
	assert_false(dedup_any(t, "carol", OUTBOX, is_it, alice));
}

static void
a_refused_name_counts_as_a_post_only(void **state)
{
	struct dedup *t = *state;

	take_name(t, "alice", "alice", ENTRY_QUIET, 5);
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 6);
	assert_null(dedup_name(t, "alice", OUTBOX, 1));
}

static void
the_oldest_outboxes_are_forgotten(void **state)
{
	struct dedup *t = *state;
	char name[16];
	uint32_t i;

	take_name(t, "alice", "carol", 0, 1);
	for (i = 1; i < DEDUP_MAX; i++) {
		snprintf(name, sizeof(name), "n%u", i / DEDUP_OUTBOXES);
		say(t, name, OTHER + i, 1);
	}
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 0);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 2);
	say(t, "bob", OTHER, 1);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 0);
}

static void
who_has_many_outboxes_drives_out_his_own(void **state)
{
	struct dedup *t = *state;
	uint32_t i;

	say(t, "alice", OUTBOX, 1);
	for (i = 0; i < DEDUP_MAX; i++) {
		say(t, "bob", OTHER, i + 1);
		say(t, "bob", OTHER + 1 + i, 1);
	}
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 2);
	/* The one that he uses stays. */
	assert_int_equal(dedup_next(t, "bob", OTHER), DEDUP_MAX + 1);
	i = OTHER + 1 + DEDUP_MAX - DEDUP_OUTBOXES;
	assert_int_equal(dedup_next(t, "bob", i), 0);
	assert_int_equal(dedup_next(t, "bob", i + 1), 2);
}

/* Of all rooms: no post asked for it here. */
static void
is_called(struct dedup *t, const char *author, const char *to, uint32_t flags)
{
	struct entry e = { .kind = ENTRY_RENAME, .flags = flags,
	    .author = author, .author_len = strlen(author), .text = to,
	    .text_len = strlen(to) };

	dedup_take(t, &e);
}

static void
who_is_renamed_in_all_rooms_goes_on_with_each_outbox(void **state)
{
	struct dedup *t = *state;

	say(t, "alice", OUTBOX, 2);
	say(t, "alice", OTHER, 5);
	say(t, "bob", OTHER, 7);
	is_called(t, "Alice", "Carol", ENTRY_QUIET);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 0);
	is_called(t, "Alice", "Carol", 0);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 3);
	assert_int_equal(dedup_next(t, "carol", OTHER), 6);
	say(t, "carol", OUTBOX, 3);
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 4);
	assert_int_equal(dedup_next(t, "bob", OTHER), 8);
	assert_null(dedup_name(t, "carol", OUTBOX, 1));
	/* And back. */
	is_called(t, "Carol", "alice", 0);
	say(t, "alice", OUTBOX, 4);
	assert_int_equal(dedup_next(t, "carol", OUTBOX), 5);
	is_called(t, "dave", "erin", 0);
	assert_int_equal(dedup_next(t, "erin", OUTBOX), 0);
}

static void
a_name_that_was_posted_for_is_followed_by_one_for_all_rooms(void **state)
{
	struct dedup *t = *state;

	take_name(t, "alice", "Carol", 0, 2);
	is_called(t, "Carol", "Dave", 0);
	assert_string_equal(dedup_name(t, "alice", OUTBOX, 2), "Dave");
	assert_string_equal(dedup_name(t, "dave", OUTBOX, 2), "Dave");
	assert_null(dedup_name(t, "dave", OUTBOX, 3));
	/* Another one who had that name later has not this one's. */
	is_called(t, "alice", "Erin", 0);
	assert_string_equal(dedup_name(t, "dave", OUTBOX, 2), "Dave");
}

static void
who_is_renamed_loses_none_of_his_outboxes_by_it(void **state)
{
	struct dedup *t = *state;
	char name[16];
	uint32_t i;

	for (i = 0; i < DEDUP_OUTBOXES; i++)
		say(t, "alice", OUTBOX + i, 1);
	for (i = 0; i < DEDUP_MAX - DEDUP_OUTBOXES; i++) {
		snprintf(name, sizeof(name), "n%u", i / DEDUP_OUTBOXES);
		say(t, name, OTHER + i, 1);
	}
	is_called(t, "alice", "carol", 0);
	for (i = 0; i < DEDUP_OUTBOXES; i++)
		assert_int_equal(dedup_next(t, "carol", OUTBOX + i), 2);
	say(t, "carol", OUTBOX, 2);
	is_called(t, "carol", "alice", 0);
	for (i = 1; i < DEDUP_OUTBOXES; i++)
		assert_int_equal(dedup_next(t, "alice", OUTBOX + i), 2);
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 3);
}

static bool
count(void *arg, const char *fold)
{
	(void)fold;
	++*(unsigned *)arg;
	return false;
}

static void
rename_often(struct dedup *t, unsigned times, unsigned *counter)
{
	char from[16], to[16];
	unsigned i;

	for (i = 0; i < times; i++) {
		snprintf(from, sizeof(from), "n%u", *counter);
		snprintf(to, sizeof(to), "n%u", ++*counter);
		take_name(t, from, to, 0, *counter);
	}
}

static void
who_is_renamed_often_drives_out_names_of_his_own(void **state)
{
	struct dedup *t = *state;
	unsigned counter = 0, names = 0;

	say(t, "alice", OTHER, 1);
	rename_often(t, DEDUP_MAX, &counter);
	assert_int_equal(dedup_next(t, "alice", OTHER), 2);
	assert_false(dedup_any(t, "n65536", OUTBOX, count, &names));
	assert_int_equal(names, DEDUP_NAMES);
	assert_int_equal(dedup_next(t, "n65521", OUTBOX), DEDUP_MAX + 1);
	assert_int_equal(dedup_next(t, "n65520", OUTBOX), 0);
	/* The name that he goes back to is his newest. */
	take_name(t, "n65536", "n65521", 0, ++counter);
	take_name(t, "n65521", "carol", 0, ++counter);
	assert_int_equal(dedup_next(t, "n65521", OUTBOX), counter + 1);
	assert_int_equal(dedup_next(t, "n65522", OUTBOX), 0);
}

/* A row as dedup_put writes it. */
static void
put_row(struct wire_out *out, uint32_t outbox, const char *fold,
    unsigned number, bool first)
{
	wire_put_u32(out, outbox);
	wire_put_string(out, fold, strlen(fold));
	wire_put_varint(out, number);
	if (!first)
		return;
	wire_put_u32(out, 5);
	wire_put_u32(out, 0);
	wire_put_string(out, "", 0);
}

static void
a_state_without_these_limits_is_taken_with_them(void **state)
{
	enum { BOBS = 3 * DEDUP_OUTBOXES, NAMES = 3 * DEDUP_NAMES };
	uint8_t bytes[4096];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct wire_in in;
	struct dedup *t = *state;
	unsigned i, names = 0;
	char name[16];

	wire_put_varint(&out, 1 + BOBS + NAMES);
	put_row(&out, OUTBOX, "alice", 0, true);
	for (i = 0; i < BOBS; i++)
		put_row(&out, OTHER + i, "bob", 1 + i, true);
	for (i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		put_row(&out, OUTBOX, name, 1 + BOBS, i == 0);
	}
	assert_false(out.failed);
	in = wire_in(bytes, out.len);
	assert_true(dedup_get(t, &in));
	assert_int_equal(dedup_next(t, "alice", OUTBOX), 5);
	i = OTHER + BOBS - DEDUP_OUTBOXES;
	assert_int_equal(dedup_next(t, "bob", i), 5);
	assert_int_equal(dedup_next(t, "bob", i - 1), 0);
	assert_false(dedup_any(t, name, OUTBOX, count, &names));
	assert_int_equal(names, DEDUP_NAMES);
}

int
main(void)
{
#define WITH_TABLE(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_TABLE(each_author_and_outbox_counts_for_itself),
		WITH_TABLE(who_did_not_hear_of_his_new_name_has_it),
		WITH_TABLE(all_names_of_an_outbox_are_as_far),
		WITH_TABLE(all_names_of_an_outbox_are_known),
		WITH_TABLE(a_refused_name_counts_as_a_post_only),
		WITH_TABLE(
		    who_is_renamed_in_all_rooms_goes_on_with_each_outbox),
		WITH_TABLE(
		    a_name_that_was_posted_for_is_followed_by_one_for_all_rooms
		),
		WITH_TABLE(who_is_renamed_loses_none_of_his_outboxes_by_it),
		WITH_TABLE(the_oldest_outboxes_are_forgotten),
		WITH_TABLE(who_has_many_outboxes_drives_out_his_own),
		WITH_TABLE(who_is_renamed_often_drives_out_names_of_his_own),
		WITH_TABLE(a_state_without_these_limits_is_taken_with_them),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
