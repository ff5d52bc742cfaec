/*
 * The outbox on a disk that a test kills: what was added is there again.
 */
#include "tui/shared/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static struct memdisk *mem;
static struct disk disk;

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	return disk.make_dir(disk.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

static struct outbox *
again(uint32_t random)
{
	struct outbox *o = outbox_open(&disk, "/d/outbox", random);

	assert_non_null(o);
	return o;
}

static bool
add(struct outbox *o, const char *text, uint64_t tag)
{
	struct entry e = { .kind = ENTRY_SAY, .text = text,
	    .text_len = strlen(text) };

	return outbox_add(o, &e, 1, tag);
}

static unsigned synced;

static int
note_sync(void *arg, const char *path)
{
	assert_string_equal(path, "/d");
	(void)arg;
	synced++;
	return 0;
}

/* Its counter is the next one's, also after a crash, and even where nothing
 * else waits: the room knows none beyond. */
static void
what_is_taken_back_was_never_there(void **state)
{
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1));
	assert_true(add(o, "two", 2));
	assert_true(outbox_sync(o));
	outbox_acknowledged(o, 2);
	assert_true(add(o, "three", 3));
	assert_true(outbox_sync(o));
	assert_false(outbox_get(o, 1).sent);
	outbox_set_sent(o, 0, 1);
	assert_true(outbox_get(o, 0).sent);
	assert_true(outbox_withdraw(o, 1));
	assert_int_equal(outbox_count(o), 1);
	assert_true(outbox_withdraw(o, 1));
	assert_int_equal(outbox_count(o), 0);
	assert_int_equal(outbox_first(o), 2);
	outbox_close(o);
	memdisk_crash(mem, 0);
	o = again(9);
	assert_int_equal(outbox_number(o), 7);
	assert_int_equal(outbox_count(o), 0);
	assert_int_equal(outbox_first(o), 2);
	assert_true(add(o, "four", 4));
	assert_int_equal(outbox_get(o, 0).counter, 2);
	outbox_close(o);
	/* What was there before may have been sent. */
	o = again(9);
	assert_true(outbox_get(o, 0).sent);
	outbox_close(o);
}

/* From the middle: what stays is known by what it was. */
static void
what_is_removed_leaves_the_others_new_counters(void **state)
{
	static const char *const texts[] = { "one", "two", "three", "four" };
	struct outbox *o = again(7);
	struct entry e = { .kind = ENTRY_SAY, .id = (uint64_t)7 << 32 | 4,
	    .text = "four", .text_len = 4 };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_true(add(o, texts[i], i + 1));
	assert_true(outbox_sync(o));
	memdisk_limit(mem, memdisk_bytes(mem));
	assert_false(outbox_remove(o, 1, 2));
	memdisk_limit(mem, UINT64_MAX);
	assert_int_equal(outbox_count(o), 4);
	assert_true(outbox_remove(o, 1, 2));
	for (i = 0; i < 2; i++) {
		assert_int_equal(outbox_count(o), 2);
		assert_int_equal(outbox_first(o), 5);
		assert_memory_equal(outbox_get(o, 0).text, "one", 3);
		assert_int_equal(outbox_find(o, &e), 1);
		outbox_close(o);
		memdisk_crash(mem, i);
		o = again(9);
	}
	outbox_close(o);
}

/* A room takes none of it before it has all, and nothing that is behind. */
static void
half_a_message_that_a_crash_left_is_gone(void **state)
{
	struct entry pieces[3] = { { .kind = ENTRY_PART }, { .kind =
	    ENTRY_PART }, { .kind = ENTRY_SAY } };
	struct outbox *o = again(7);
	off_t size;
	int fd;
	size_t i;

	(void)state;
	assert_true(add(o, "one", 1));
	for (i = 0; i < 3; i++) {
		pieces[i].flags = (uint32_t)((2 - i) << ENTRY_MORE_SHIFT |
		    i << ENTRY_INDEX_SHIFT);
		pieces[i].text = "piece";
		pieces[i].text_len = 5;
	}
	assert_true(outbox_add(o, pieces, 3, 2) && outbox_sync(o));
	outbox_close(o);
	o = again(9);
	assert_int_equal(outbox_count(o), 4);
	outbox_close(o);
	for (i = 0; i < 2; i++) {
		fd = disk.open(disk.arg, "/d/outbox", false);
		size = disk.size(disk.arg, fd);
		assert_int_equal(disk.truncate(disk.arg, fd, size - 1), 0);
		disk.close(disk.arg, fd);
		o = again(9);
		assert_int_equal(outbox_count(o), 1 - i);
		assert_int_equal(outbox_last(o), 1 - i);
		outbox_close(o);
	}
}

/* Its names, however often the file is written anew. */
static void
what_it_was_said_under_is_known_after_a_crash(void **state)
{
	static const char longest[] = "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww";
	struct outbox *o = again(7);
	size_t i;

	(void)state;
	assert_string_equal(outbox_names(o), "");
	assert_true(add(o, "one", 1));
	assert_true(add(o, "two", 2));
	assert_true(outbox_sync(o));
	assert_true(outbox_say_as(o, "bob", 3));
	assert_true(outbox_say_as(o, "bo", 2));
	assert_true(outbox_say_as(o, "bob", 3));
	/* What could not be written does not take it along. */
	assert_true(add(o, "three", 3));
	memdisk_fail_sync(mem, 1);
	assert_false(outbox_sync(o));
	outbox_close(o);
	for (i = 0; i < 3; i++) {
		memdisk_crash(mem, i);
		o = again(9);
		assert_string_equal(outbox_names(o), "bo bob");
		if (i == 0)
			assert_true(outbox_renumber(o, 8, 0));
		else
			outbox_acknowledged(o, 3);
		outbox_close(o);
	}
	o = again(9);
	for (i = 0; i < OUTBOX_NAMES; i++)
		assert_true(outbox_say_as(o, &"abcdefgh"[i], 1));
	assert_string_equal(outbox_names(o), "a b c d e f g h");
	/* The one that was left longest ago goes first. */
	assert_true(outbox_say_as(o, "a", 1));
	assert_true(outbox_say_as(o, "c", 1));
	assert_string_equal(outbox_names(o), "b d e f g h a c");
	assert_true(outbox_say_as(o, "i", 1));
	assert_string_equal(outbox_names(o), "d e f g h a c i");
	for (i = 0; i < OUTBOX_NAMES; i++)
		assert_true(outbox_say_as(o, longest + i,
		    TEXT_NAME_BYTES - i));
	outbox_close(o);
	o = again(9);
	assert_int_equal(strlen(outbox_names(o)), 32 + 31 + 30 + 29 + 28 + 27 +
	    26 + 25 + OUTBOX_NAMES - 1);
	outbox_close(o);
}

/* Else the file may be gone after a power cut, whatever was synced in it. */
static void
its_name_is_on_the_disk_before_anything_counts_on_it(void **state)
{
	struct disk watched = disk;
	struct outbox *o;

	(void)state;
	synced = 0;
	watched.sync_dir = note_sync;
	o = outbox_open(&watched, "/d/outbox", 7);
	assert_non_null(o);
	assert_true(add(o, "one", 1) && outbox_sync(o));
	assert_int_equal(synced, 1);
	assert_true(add(o, "two", 2) && outbox_sync(o));
	assert_int_equal(synced, 1);
	outbox_close(o);
}

static void
posts_survive_and_acknowledged_ones_do_not(void **state)
{
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1) && add(o, "two", 2) && add(o, "three",
	    3) && outbox_sync(o));
	outbox_acknowledged(o, 2);
	memdisk_kill(mem);
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_number(o), 7);
	assert_int_equal(outbox_count(o), 2);
	assert_int_equal(outbox_first(o), 2);
	assert_memory_equal(outbox_get(o, 0).text, "two", 3);
	assert_int_equal(outbox_get(o, 1).counter, 3);
	outbox_acknowledged(o, 4);
	assert_int_equal(outbox_count(o), 0);
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_count(o), 0);
	assert_int_equal(outbox_first(o), 4);
	outbox_close(o);
}

/* Wherever a file that was to take its place was left. */
static void
what_a_crash_left_beside_it_goes(void **state)
{
	struct outbox *o;
	unsigned n, left = 0;
	int fd;
	bool done = false;

	(void)state;
	for (n = 0; !done; n++) {
		o = again(7);
		assert_true(outbox_count(o) > 0 || add(o, "one", 1));
		assert_true(outbox_sync(o));
		memdisk_die(mem, n);
		done = outbox_renumber(o, 100 + n, 0);
		memdisk_kill(mem);
		outbox_close(o);
		fd = disk.open(disk.arg, "/d/outbox.new", false);
		left += fd != -1;
		if (fd != -1)
			disk.close(disk.arg, fd);
		o = again(7);
		assert_int_equal(outbox_count(o), 1);
		outbox_close(o);
		assert_int_equal(disk.open(disk.arg, "/d/outbox.new", false),
		    -1);
	}
	assert_true(left > 2);
}

static void
what_was_synced_survives_the_machine(void **state)
{
	uint64_t crash;
	struct outbox *o;

	(void)state;
	for (crash = 0; crash < 50; crash++) {
		o = again(7);
		assert_int_equal(outbox_count(o), crash);
		assert_true(add(o, "a line", 1) && outbox_sync(o));
		memdisk_crash(mem, crash);
		outbox_close(o);
	}
}

/* Else what comes after it would get its counter, which the room has. */
static void
what_an_ended_process_left_is_on_the_disk_before_it_is_said(void **state)
{
	uint64_t crash;
	struct outbox *o;

	(void)state;
	for (crash = 0; crash < 50; crash++) {
		o = again(7);
		assert_true(add(o, "a line", 1));
		/* It writes that, and ends. */
		memdisk_die(mem, 1);
		assert_false(outbox_sync(o));
		memdisk_kill(mem);
		outbox_close(o);
		o = again(7);
		assert_int_equal(outbox_count(o), crash + 1);
		memdisk_crash(mem, crash);
		outbox_close(o);
		o = again(7);
		assert_int_equal(outbox_count(o), crash + 1);
		outbox_close(o);
	}
}

static void
what_was_given_up_is_not_said_after_the_machine_died(void **state)
{
	uint64_t crash;
	struct outbox *o;

	(void)state;
	for (crash = 0; crash < 50; crash++) {
		o = again(7);
		assert_int_equal(outbox_count(o), 0);
		assert_true(add(o, "a line", 1) && outbox_sync(o));
		outbox_give_up(o, outbox_first(o) + 1);
		memdisk_crash(mem, crash);
		outbox_close(o);
	}
}

static void
a_torn_end_is_cut_at_every_byte(void **state)
{
	struct outbox *o = again(7);
	off_t two, one, size;
	int fd;

	(void)state;
	assert_true(add(o, "one", 1) && outbox_sync(o));
	fd = disk.open(disk.arg, "/d/outbox", false);
	one = disk.size(disk.arg, fd);
	assert_true(add(o, "two", 2) && outbox_sync(o));
	two = disk.size(disk.arg, fd);
	outbox_close(o);
	for (size = two - 1; size >= one; size--) {
		assert_int_equal(disk.truncate(disk.arg, fd, size), 0);
		o = again(7);
		assert_int_equal(outbox_count(o), 1);
		outbox_close(o);
	}
	disk.close(disk.arg, fd);
}

/* The bytes at `at` of its file are others. */
static void
damage(off_t at, const char *bytes)
{
	int fd = disk.open(disk.arg, "/d/outbox", false);

	assert_int_equal(disk.write(disk.arg, fd, bytes, strlen(bytes), at),
	    0);
	disk.close(disk.arg, fd);
}

/* Where that line begins in its file. */
static off_t
place_of(const char *line)
{
	int fd = disk.open(disk.arg, "/d/outbox", false);
	char bytes[1024] = "", *at;
	ssize_t n = disk.read(disk.arg, fd, bytes, sizeof(bytes), 0);

	disk.close(disk.arg, fd);
	assert_true(n > 0);
	at = memmem(bytes, (size_t)n, line, strlen(line));
	assert_non_null(at);
	return at - bytes;
}

static void
assert_waits(const struct outbox *o, size_t i, uint32_t counter,
    const char *text)
{
	struct outbox_post p = outbox_get(o, i);

	assert_true(i < outbox_count(o));
	assert_int_equal(p.counter, counter);
	assert_int_equal(p.text_len, strlen(text));
	assert_memory_equal(p.text, text, p.text_len);
}

/* Of its bytes, or of those that say how long it is. What is behind it has new
 * counters, as if it had been taken out; the room goes on from there. */
static void
a_damaged_line_takes_no_other_along(void **state)
{
	static const off_t where[] = { 1, -15, -12, -9, -5 };
	const struct entry three = { .kind = ENTRY_SAY, .text = "three",
	    .text_len = 5, .id = (uint64_t)7 << 32 | 3 };
	struct outbox *o;
	size_t i;

	for (i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
		tear_down(state);
		set_up(state);
		o = again(7);
		assert_true(add(o, "one", 1) && add(o, "two", 2) &&
		    add(o, "three", 3) && outbox_sync(o));
		assert_false(outbox_is_damaged(o));
		outbox_close(o);
		damage(place_of("two") + where[i], "\x7f");
		o = again(9);
		assert_true(outbox_is_damaged(o));
		assert_int_equal(outbox_count(o), 2);
		assert_waits(o, 0, 4, "one");
		assert_waits(o, 1, 5, "three");
		assert_int_equal(outbox_find(o, &three), 1);
		outbox_close(o);
		o = again(9);
		assert_false(outbox_is_damaged(o));
		assert_int_equal(outbox_count(o), 2);
		assert_int_equal(outbox_number(o), 7);
		outbox_close(o);
	}
}

/* What the room has already is no loss. */
static void
nor_does_one_that_waits_no_more(void **state)
{
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1) && add(o, "two", 2) &&
	    outbox_sync(o));
	outbox_acknowledged(o, 2);
	outbox_close(o);
	damage(place_of("one"), "1");
	o = again(9);
	assert_int_equal(outbox_count(o), 1);
	assert_waits(o, 0, 2, "two");
	outbox_close(o);
	o = again(9);
	assert_false(outbox_is_damaged(o));
	assert_waits(o, 0, 2, "two");
	outbox_close(o);
}

/* A message is said whole. */
static void
nor_half_of_its_message(void **state)
{
	struct entry piece[2] = { { .kind = ENTRY_PART, .text = "half",
	    .text_len = 4, .flags = 1 << ENTRY_MORE_SHIFT },
	    { .kind = ENTRY_SAY, .text = "rest", .text_len = 4,
	    .flags = 1 << ENTRY_INDEX_SHIFT } };
	struct outbox *o;
	int i;

	for (i = 0; i < 2; i++) {
		tear_down(state);
		set_up(state);
		o = again(7);
		assert_true(outbox_add(o, piece, 2, 1) && add(o, "next", 2) &&
		    outbox_sync(o));
		outbox_close(o);
		damage(place_of(i == 0 ? "half" : "rest"), "x");
		o = again(9);
		assert_true(outbox_is_damaged(o));
		assert_int_equal(outbox_count(o), 1);
		assert_memory_equal(outbox_get(o, 0).text, "next", 4);
		outbox_close(o);
	}
}

static void
a_full_disk_adds_nothing(void **state)
{
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1) && outbox_sync(o));
	memdisk_limit(mem, memdisk_bytes(mem) + 3);
	assert_true(add(o, "two", 2));
	assert_false(outbox_sync(o));
	assert_int_equal(errno, ENOSPC);
	assert_true(outbox_take_back(o, &(struct outbox_post){ 0 }));
	assert_int_equal(outbox_count(o), 1);
	memdisk_limit(mem, UINT64_MAX);
	assert_true(add(o, "three", 3) && outbox_sync(o));
	outbox_close(o);
	o = again(7);
	assert_int_equal(outbox_count(o), 2);
	assert_memory_equal(outbox_get(o, 1).text, "three", 5);
	assert_int_equal(outbox_get(o, 1).counter, 2);
	outbox_close(o);
}

static void
another_number_keeps_what_waits(void **state)
{
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1) && add(o, "two", 2));
	outbox_acknowledged(o, 2);
	assert_true(outbox_renumber(o, 8, 0));
	assert_int_equal(outbox_first(o), 1);
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_number(o), 8);
	assert_int_equal(outbox_count(o), 1);
	assert_memory_equal(outbox_get(o, 0).text, "two", 3);
	outbox_close(o);
}

/* A line of this run; of one of before nobody knows, also by another number,
 * which a copy of these files may have had. */
static void
by_another_number_nothing_was_sent(void **state)
{
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1) && outbox_sync(o));
	outbox_close(o);
	o = again(7);
	assert_true(add(o, "two", 2) && outbox_sync(o));
	outbox_set_sent(o, 0, 2);
	/* Lost there, or on its way: it may be said by its former id. */
	assert_true(outbox_renumber(o, 8, 0));
	assert_true(outbox_get(o, 1).sent);
	assert_true(outbox_renumber(o, 9, 9));
	assert_true(outbox_get(o, 0).sent);
	assert_false(outbox_get(o, 1).sent);
	outbox_close(o);
}

/* In one step with the new number; and no line is known by what is gone. */
static void
what_is_there_goes_with_the_old_number(void **state)
{
	static const bool there[4] = { false, true, true, false };
	struct entry e = { .kind = ENTRY_SAY, .text = "four", .text_len = 4,
	    .id = UINT64_C(7) << 32 | 4 };
	struct outbox *o = again(7);

	(void)state;
	assert_true(add(o, "one", 1) && add(o, "two", 2) &&
	    add(o, "three", 3) && add(o, "four", 4) && outbox_sync(o));
	assert_true(outbox_renumber_rest(o, 8, 4, there));
	assert_int_equal(outbox_last(o), 2);
	assert_int_equal(outbox_get(o, 1).tag, 4);
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_number(o), 8);
	assert_int_equal(outbox_count(o), 2);
	assert_int_equal(outbox_first(o), 1);
	assert_memory_equal(outbox_get(o, 0).text, "one", 3);
	assert_memory_equal(outbox_get(o, 1).text, "four", 4);
	assert_int_equal(outbox_find(o, &e), 1);
	e.text = "one";
	e.text_len = 3;
	e.id = UINT64_C(7) << 32 | 1;
	assert_int_equal(outbox_find(o, &e), 2);
	outbox_close(o);
}

static void
where_another_number_cannot_be_written_nothing_has_changed(void **state)
{
	struct outbox *o = again(7);
	uint64_t room, before;

	(void)state;
	assert_true(add(o, "one", 1) && add(o, "two", 2) && outbox_sync(o));
	outbox_acknowledged(o, 2);
	before = memdisk_bytes(mem);
	for (room = 0; room < 4 * before; room++) {
		memdisk_limit(mem, before + room);
		if (outbox_renumber(o, 8, 0))
			break;
		assert_int_equal(outbox_number(o), 7);
		assert_int_equal(outbox_first(o), 2);
		assert_memory_equal(outbox_get(o, 0).text, "two", 3);
	}
	assert_true(room > 10 && room < 4 * before);
	assert_int_equal(outbox_number(o), 8);
	memdisk_limit(mem, UINT64_MAX);
	/* Killed in the middle, or the machine died: either the one or the other. */
	memdisk_crash(mem, 5);
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_count(o), 1);
	assert_memory_equal(outbox_get(o, 0).text, "two", 3);
	outbox_close(o);
}

/* What was said first stands first, under numbers that nothing had. */
static void
check_put_before(struct outbox *o, const struct past_mark *mark)
{
	static const char *const text[] = { "aaa", "bbb", "ccc", "ddd" };
	size_t i;

	assert_int_equal(outbox_count(o), 4);
	assert_int_equal(outbox_first(o), 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(outbox_get(o, i).counter, 4 + i);
		assert_memory_equal(outbox_get(o, i).text, text[i], 3);
	}
	assert_int_equal(outbox_mark(o)->keep, mark->keep);
	assert_memory_equal(outbox_mark(o)->chain, mark->chain, PAST_CHAIN);
}

static void
what_was_lost_is_said_before_what_waits(void **state)
{
	struct past_mark mark = { 12, { 1, 2, 3 } };
	struct outbox *o = again(7), *lost = outbox_open(NULL, NULL, 1);
	uint64_t room, before;

	(void)state;
	assert_true(add(o, "old", 1) && add(o, "ccc", 2) && add(o, "ddd", 3) &&
	    outbox_sync(o));
	outbox_acknowledged(o, 2);
	assert_true(outbox_mark(o)->keep == UINT64_MAX);
	assert_true(add(lost, "aaa", 0) && add(lost, "bbb", 0));
	before = memdisk_bytes(mem);
	/* All of it, or nothing. */
	for (room = 0;; room++) {
		memdisk_limit(mem, before + room);
		if (outbox_put_before(o, lost, &mark))
			break;
		assert_int_equal(outbox_count(o), 2);
		assert_int_equal(outbox_get(o, 0).counter, 2);
		assert_int_equal(outbox_count(lost), 2);
	}
	assert_true(room > 50);
	memdisk_limit(mem, UINT64_MAX);
	assert_int_equal(outbox_count(lost), 0);
	assert_int_equal(outbox_get(o, 3).tag, 3);
	outbox_close(lost);
	check_put_before(o, &mark);
	memdisk_crash(mem, 5);
	outbox_close(o);
	o = again(99);
	check_put_before(o, &mark);
	/* The mark stays, however the file is written anew. */
	assert_true(outbox_withdraw(o, 1));
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_number(o), 7);
	assert_int_equal(outbox_mark(o)->keep, 12);
	assert_true(add(o, "eee", 4));
	assert_int_equal(outbox_get(o, 3).counter, 7);
	outbox_close(o);
}

static struct entry
line(uint64_t id, const char *text)
{
	struct entry e = { .id = id, .kind = ENTRY_SAY, .text = text,
	    .text_len = strlen(text) };

	return e;
}

static bool
waits(const struct outbox *o, size_t i, uint64_t id, const char *text)
{
	struct entry e = line(id, text);

	return outbox_find(o, &e) == i;
}

/* A room may have it under each of them. */
static void
check_moved(struct outbox *o)
{
	const uint64_t seven = UINT64_C(7) << 32, eight = UINT64_C(8) << 32;

	assert_int_equal(outbox_count(o), 3);
	assert_int_equal(outbox_first(o), 2);
	assert_true(waits(o, 0, seven | 5, "aaa"));
	assert_true(waits(o, 0, eight | 2, "aaa"));
	assert_true(waits(o, 1, seven | 1, "bbb"));
	assert_true(waits(o, 1, eight | 1, "bbb"));
	assert_true(waits(o, 1, eight | 3, "bbb"));
	assert_true(waits(o, 2, eight | 4, "ccc"));
	/* Others are other lines. */
	assert_true(waits(o, 3, seven | 1, "ccc"));
	assert_true(waits(o, 3, seven | 2, "bbb"));
	assert_true(waits(o, 3, 1, "bbb"));
	assert_true(outbox_was_moved(o, 0) && outbox_was_moved(o, 1));
	assert_false(outbox_was_moved(o, 2));
	assert_true(past_has(outbox_past(o), 7));
	assert_true(past_has(outbox_past(o), 8));
	assert_false(past_has(outbox_past(o), 9));
	assert_int_equal(outbox_mark(o)->keep, 12);
}

static void
a_line_is_known_by_each_id_that_it_had(void **state)
{
	struct outbox *o = again(7), *lost = outbox_open(NULL, NULL, 1);
	struct entry e = line(UINT64_C(7) << 32 | 5, "aaa");
	struct past_mark mark = { 12, { 1, 2, 3 } };

	(void)state;
	assert_true(add(o, "bbb", 1) && outbox_sync(o));
	assert_true(outbox_renumber(o, 8, 0));
	assert_true(outbox_add(lost, &e, 1, 0));
	assert_true(outbox_put_before(o, lost, &mark));
	outbox_close(lost);
	assert_true(add(o, "ccc", 2) && outbox_sync(o));
	check_moved(o);
	memdisk_crash(mem, 5);
	outbox_close(o);
	o = again(99);
	check_moved(o);
	/* Where that counter is another line's, that is a new one. */
	assert_true(outbox_withdraw(o, 2));
	assert_true(add(o, "bbb", 3));
	assert_false(outbox_was_moved(o, 1));
	assert_true(waits(o, 2, UINT64_C(7) << 32 | 1, "bbb"));
	outbox_close(o);
}

/* It is one file of each: what the later one says is said, and both are known
 * where a room lost what was said. */
static void
the_numbers_of_one_that_was_replaced_are_known(void **state)
{
	struct past_mark mark = { 12, { 1, 2, 3 } };
	struct outbox *o = again(7), *lost = outbox_open(NULL, NULL, 1), *next;
	char text[TEXT_LINE_BYTES];
	int fd;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_true(add(lost, "one", 1));
	assert_true(outbox_put_before(o, lost, &mark));
	outbox_close(lost);
	outbox_acknowledged(o, 2);
	next = outbox_open(&disk, "/d/outbox.1", 8);
	assert_non_null(next);
	assert_true(add(next, "two", 2) && outbox_sync(next));
	assert_true(outbox_replace(next, o));
	outbox_close(o);
	assert_string_equal(outbox_path(next), "/d/outbox");
	memdisk_crash(mem, 5);
	outbox_close(next);
	o = again(99);
	assert_int_equal(outbox_number(o), 8);
	assert_int_equal(outbox_count(o), 1);
	assert_memory_equal(outbox_get(o, 0).text, "two", 3);
	assert_true(past_has(outbox_past(o), 7));
	assert_int_equal(past_end(outbox_past(o), 7, mark.chain, 20),
	    12);
	/* And when all is said and the file begins anew. */
	outbox_acknowledged(o, 2);
	while (outbox_first(o) < 400) {
		assert_true(add(o, text, 3) && outbox_sync(o));
		outbox_acknowledged(o, outbox_first(o) + 1);
	}
	fd = disk.open(disk.arg, "/d/outbox", false);
	assert_true(disk.size(disk.arg, fd) < 100 * 1024);
	disk.close(disk.arg, fd);
	outbox_close(o);
	o = again(99);
	assert_int_equal(outbox_number(o), 8);
	assert_int_equal(outbox_first(o), 400);
	assert_true(past_has(outbox_past(o), 7));
	outbox_close(o);
}

/* As clients wrote it: its mark was a record of its own kind. */
static void
a_file_of_before_is_read_as_it_was(void **state)
{
	static const uint8_t bytes[] = {
		0x63, 0x68, 0x61, 0x74, 0x6f, 0x75, 0x74, 0x31, 0x00, 0x00,
		0x00, 0x07, 0x0a, 0x16, 0x73, 0xec, 0x00, 0x00, 0x00, 0x07,
		0xd9, 0x1c, 0xe3, 0x54, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x2f, 0x8a, 0xbe, 0x02, 0x7b, 0x00,
		0x00, 0x00, 0x00, 0xff, 0x00, 0x28, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x0c, 0x01, 0x02, 0x03, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a,
		0x98, 0xa0, 0xb8, 0xae, 0x00, 0x00, 0x00, 0x03, 0x01, 0x00,
		0x03, 0x62, 0x62, 0x62, 0x00, 0x00, 0x00, 0x0a, 0xc1, 0xcd,
		0x81, 0x2d, 0x00, 0x00, 0x00, 0x04, 0x01, 0x00, 0x03, 0x63,
		0x63, 0x63
	};
	int fd = disk.open(disk.arg, "/d/outbox", true);
	struct outbox *o;

	(void)state;
	assert_int_equal(disk.write(disk.arg, fd, bytes, sizeof(bytes), 0), 0);
	disk.close(disk.arg, fd);
	o = again(99);
	assert_int_equal(outbox_number(o), 7);
	assert_int_equal(outbox_count(o), 2);
	assert_int_equal(outbox_first(o), 3);
	assert_memory_equal(outbox_get(o, 1).text, "ccc", 3);
	assert_int_equal(outbox_mark(o)->keep, 12);
	assert_int_equal(outbox_mark(o)->chain[1], 2);
	assert_true(past_has(outbox_past(o), 7));
	outbox_close(o);
}

static int
fail_sync_dir(void *arg, const char *path)
{
	(void)arg;
	(void)path;
	errno = EIO;
	return -1;
}

/* What has taken its place is what lines go to, whether or not that lasts. */
static void
a_file_whose_new_name_may_not_last_is_the_one_that_is_written(void **state)
{
	struct disk bad = disk;
	struct outbox *o;

	(void)state;
	bad.sync_dir = fail_sync_dir;
	o = again(7);
	assert_true(add(o, "one", 1) && outbox_sync(o));
	outbox_close(o);
	o = outbox_open(&bad, "/d/outbox", 9);
	assert_non_null(o);
	assert_true(outbox_renumber(o, 8, 0));
	bad.sync_dir = disk.sync_dir;
	assert_true(add(o, "two", 2) && outbox_sync(o));
	outbox_close(o);
	memdisk_crash(mem, 5);
	o = again(99);
	assert_int_equal(outbox_number(o), 8);
	assert_int_equal(outbox_count(o), 2);
	assert_memory_equal(outbox_get(o, 1).text, "two", 3);
	outbox_close(o);
	/* And no line counts as kept before it does. */
	memdisk_lose_names(mem);
	o = outbox_open(&bad, "/d/outbox", 9);
	bad.sync_dir = fail_sync_dir;
	assert_true(outbox_withdraw(o, 1));
	assert_true(add(o, "three", 3));
	assert_false(outbox_sync(o));
	outbox_close(o);
}

static void
what_cannot_be_synced_is_taken_back(void **state)
{
	struct outbox *o = again(7);
	struct outbox_post post;

	(void)state;
	assert_true(add(o, "one", 1) && outbox_sync(o));
	assert_false(outbox_take_back(o, &post));
	assert_true(add(o, "two", 2));
	/* Its descriptor is gone, and with it the way to the disk. */
	memdisk_kill(mem);
	assert_false(outbox_sync(o));
	assert_true(outbox_take_back(o, &post));
	assert_int_equal(post.tag, 2);
	assert_false(outbox_take_back(o, &post));
	assert_int_equal(outbox_count(o), 1);
	outbox_close(o);
}

static void
a_new_file_is_there_after_power_loss(void **state)
{
	struct outbox *o;

	(void)state;
	memdisk_lose_names(mem);
	o = again(7);
	assert_true(add(o, "one", 1) && outbox_sync(o));
	memdisk_crash(mem, 0);
	outbox_close(o);
	o = again(8);
	assert_int_equal(outbox_number(o), 7);
	assert_int_equal(outbox_count(o), 1);
	assert_true(outbox_renumber(o, 9, 0));
	memdisk_crash(mem, 0);
	outbox_close(o);
	o = again(8);
	assert_int_equal(outbox_number(o), 9);
	assert_int_equal(outbox_count(o), 1);
	outbox_close(o);
}

static int (*real_truncate)(void *, int, off_t);
static int truncates_fail;

static int
fail_truncate(void *arg, int fd, off_t size)
{
	if (truncates_fail > 0 && truncates_fail-- > 0) {
		errno = EIO;
		return -1;
	}
	return real_truncate(arg, fd, size);
}

static void
what_could_not_be_taken_back_at_once_is_never_said(void **state)
{
	struct entry e[2] = { { .kind = ENTRY_SAY, .text = "aaa",
	    .text_len = 3 }, { .kind = ENTRY_SAY, .text = "bbb",
	    .text_len = 3 } };
	struct outbox *o = again(7);

	(void)state;
	real_truncate = disk.truncate;
	disk.truncate = fail_truncate;
	assert_true(add(o, "one", 1) && outbox_sync(o));
	/* Both are whole in the file, but for the last byte. */
	memdisk_limit(mem, memdisk_bytes(mem) + 2 * 18 - 1);
	truncates_fail = 1;
	assert_true(outbox_add(o, e, 2, 2));
	assert_false(outbox_sync(o));
	assert_true(outbox_take_back(o, &(struct outbox_post){ 0 }));
	assert_true(outbox_take_back(o, &(struct outbox_post){ 0 }));
	memdisk_limit(mem, UINT64_MAX);
	assert_true(add(o, "two", 3) && outbox_sync(o));
	outbox_close(o);
	o = again(8);
	assert_int_equal(outbox_count(o), 2);
	assert_memory_equal(outbox_get(o, 1).text, "two", 3);
	/* One that was written, not synced, and not cut: nor that one. */
	assert_true(add(o, "three", 4));
	memdisk_fail_sync(mem, 1);
	truncates_fail = 1;
	assert_false(outbox_sync(o));
	assert_true(outbox_take_back(o, &(struct outbox_post){ 0 }));
	assert_true(add(o, "four", 5) && outbox_sync(o));
	outbox_close(o);
	o = again(8);
	assert_int_equal(outbox_count(o), 3);
	assert_memory_equal(outbox_get(o, 2).text, "four", 4);
	outbox_close(o);
}

static void
no_more_waits_than_fits_and_without_a_disk_it_works_too(void **state)
{
	struct outbox *o = outbox_open(NULL, NULL, 7);
	int i;

	(void)state;
	for (i = 0; i < OUTBOX_POSTS; i++)
		assert_true(add(o, "x", 0));
	assert_false(add(o, "x", 0));
	outbox_acknowledged(o, 11);
	assert_true(add(o, "x", 0));
	outbox_close(o);
}

static void
a_file_that_is_none_of_ours_is_left_alone(void **state)
{
	int fd = disk.open(disk.arg, "/d/outbox", true);

	(void)state;
	assert_int_equal(disk.write(disk.arg, fd, "something else entirely",
	    23, 0), 0);
	assert_null(outbox_open(&disk, "/d/outbox", 7));
	assert_int_equal(errno, EINVAL);
	assert_int_equal(disk.size(disk.arg, fd), 23);
	disk.close(disk.arg, fd);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_taken_back_was_never_there),
		TEST(what_is_removed_leaves_the_others_new_counters),
		TEST(half_a_message_that_a_crash_left_is_gone),
		TEST(what_it_was_said_under_is_known_after_a_crash),
		TEST(its_name_is_on_the_disk_before_anything_counts_on_it),
		TEST(posts_survive_and_acknowledged_ones_do_not),
		TEST(what_a_crash_left_beside_it_goes),
		TEST(what_was_synced_survives_the_machine),
		TEST(what_an_ended_process_left_is_on_the_disk_before_it_is_said),
		TEST(what_was_given_up_is_not_said_after_the_machine_died),
		TEST(a_torn_end_is_cut_at_every_byte),
		TEST(a_damaged_line_takes_no_other_along),
		TEST(nor_does_one_that_waits_no_more),
		TEST(nor_half_of_its_message),
		TEST(a_full_disk_adds_nothing),
		TEST(another_number_keeps_what_waits),
		TEST(by_another_number_nothing_was_sent),
		TEST(what_is_there_goes_with_the_old_number),
		TEST(where_another_number_cannot_be_written_nothing_has_changed),
		TEST(what_was_lost_is_said_before_what_waits),
		TEST(a_line_is_known_by_each_id_that_it_had),
		TEST(the_numbers_of_one_that_was_replaced_are_known),
		TEST(a_file_of_before_is_read_as_it_was),
		TEST(a_file_whose_new_name_may_not_last_is_the_one_that_is_written),
		TEST(what_cannot_be_synced_is_taken_back),
		TEST(a_new_file_is_there_after_power_loss),
		TEST(what_could_not_be_taken_back_at_once_is_never_said),
		TEST(no_more_waits_than_fits_and_without_a_disk_it_works_too),
		TEST(a_file_that_is_none_of_ours_is_left_alone),
	};

	return tests_run(tests, NULL, NULL);
}
