/*
 * What the outbox writes and when: many lines at once, all of them before one
 * counts as kept, whenever the process ends, the machine dies or the disk is
 * full.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/shared/outbox.h"

enum {
	LINES = 70,		/* of two pieces: more than a write holds */
	PIECES = 2 * LINES,
	CRASHES = 8,
	PAGE = 4096
};

static struct memdisk *mem;
static struct disk disk;
static unsigned writes;

static int (*real_write)(void *, int, const void *, size_t, off_t);

static int
count_write(void *arg, int fd, const void *bytes, size_t len, off_t at)
{
	assert_true(len > 0);
	writes++;
	return real_write(arg, fd, bytes, len, at);
}

static void
begin(void)
{
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	real_write = disk.write;
	disk.write = count_write;
	writes = 0;
	assert_int_equal(disk.make_dir(disk.arg, "/d"), 0);
}

static int
set_up(void **state)
{
	(void)state;
	begin();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

static struct outbox *
again(void)
{
	struct outbox *o = outbox_open(&disk, "/d/outbox", 7);

	assert_non_null(o);
	return o;
}

static bool
add(struct outbox *o, const char *text)
{
	struct entry e = { .kind = ENTRY_SAY, .text = text,
	    .text_len = strlen(text) };

	return outbox_add(o, &e, 1, 1);
}

/* The text of the n-th piece of those. */
static void
long_text(char text[TEXT_LINE_BYTES + 1], size_t n)
{
	memset(text, 'x', TEXT_LINE_BYTES);
	text[TEXT_LINE_BYTES] = '\0';
	text[snprintf(text, 8, "%zu", n)] = ' ';
}

/* A beginning, and lines of two pieces that are held. */
static struct outbox *
with_lines(void)
{
	char text[2][TEXT_LINE_BYTES + 1];
	struct entry piece[2] = { { .kind = ENTRY_PART, .text = text[0],
	    .flags = 1 << ENTRY_MORE_SHIFT, .text_len = TEXT_LINE_BYTES },
	    { .kind = ENTRY_SAY, .text = text[1], .flags =
	    1 << ENTRY_INDEX_SHIFT, .text_len = TEXT_LINE_BYTES } };
	struct outbox *o = again();
	size_t i;

	assert_true(add(o, "begin") && outbox_sync(o));
	for (i = 0; i < PIECES; i += 2) {
		long_text(text[0], i);
		long_text(text[1], i + 1);
		assert_true(outbox_add(o, piece, 2, 1 + i));
	}
	return o;
}

/* The beginning, and behind it whole lines; how many pieces. */
static size_t
pieces_of(const struct outbox *o)
{
	char text[TEXT_LINE_BYTES + 1];
	size_t i, n = outbox_count(o) - 1;

	assert_int_equal(outbox_first(o), 1);
	assert_memory_equal(outbox_get(o, 0).text, "begin", 5);
	for (i = 0; i < n; i++) {
		long_text(text, i);
		assert_int_equal(outbox_get(o, 1 + i).counter, 2 + i);
		assert_memory_equal(outbox_get(o, 1 + i).text, text,
		    TEXT_LINE_BYTES);
	}
	assert_int_equal(n % 2, 0);
	return n;
}

static void
many_lines_are_one_write(void **state)
{
	struct outbox *o = again();
	unsigned i;

	(void)state;
	writes = 0;
	for (i = 0; i < 1000; i++)
		assert_true(add(o, "a line"));
	assert_int_equal(outbox_unsynced(o), 1000);
	assert_true(outbox_sync(o));
	assert_int_equal(outbox_unsynced(o), 0);
	assert_int_equal(writes, 1);
	assert_true(outbox_sync(o));
	assert_int_equal(writes, 1);
	/* As well where all of them are written anew. */
	writes = 0;
	assert_true(outbox_renumber(o, 8, 0));
	assert_true(writes <= 3);
	memdisk_crash(mem, 0);
	outbox_close(o);
	o = again();
	assert_int_equal(outbox_count(o), 1000);
	outbox_close(o);
}

/* Whatever is next: whole lines from the first on are there, and all of them
 * where they were said to be. */
static void
a_process_that_dies_leaves_whole_lines(void **state)
{
	unsigned n, some = 0, crash = 0;
	struct outbox *o;
	bool done = false;
	size_t left;

	(void)state;
	for (n = 0; !done; crash = (crash + 1) % CRASHES, n += crash == 0) {
		memdisk_free(mem);
		begin();
		o = with_lines();
		memdisk_die(mem, n);
		done = outbox_sync(o) && crash == CRASHES - 1;
		left = outbox_unsynced(o);
		if (crash == 0)
			memdisk_kill(mem);
		else
			memdisk_crash(mem, crash);
		outbox_close(o);
		o = again();
		assert_true(left > 0 || pieces_of(o) == PIECES);
		some += pieces_of(o) > 0 && pieces_of(o) < PIECES;
		outbox_close(o);
	}
	assert_true(n > 3 && some > 0);
}

/* Nor is it said later: what is written behind it takes its place. */
static void
where_one_of_them_finds_no_room_none_is_kept(void **state)
{
	struct outbox_post post;
	struct outbox *o;
	uint64_t room;

	(void)state;
	for (room = 0; room < PIECES * (uint64_t)TEXT_LINE_BYTES;
	    room += 1777) {
		memdisk_free(mem);
		begin();
		o = with_lines();
		memdisk_limit(mem, memdisk_bytes(mem) + room);
		assert_false(outbox_sync(o));
		assert_int_equal(errno, ENOSPC);
		while (outbox_take_back(o, &post))
			continue;
		assert_int_equal(pieces_of(o), 0);
		memdisk_limit(mem, UINT64_MAX);
		assert_true(add(o, "end") && outbox_sync(o));
		memdisk_crash(mem, room);
		outbox_close(o);
		o = again();
		assert_int_equal(outbox_count(o), 2);
		assert_memory_equal(outbox_get(o, 1).text, "end", 3);
		assert_int_equal(outbox_get(o, 1).counter, 2);
		outbox_close(o);
	}
}

static void
what_is_held_is_written_at_the_end(void **state)
{
	struct outbox *o = with_lines();

	(void)state;
	outbox_close(o);
	memdisk_crash(mem, 1);
	o = again();
	assert_int_equal(pieces_of(o), PIECES);
	outbox_close(o);
}

/* What else is known is written before them, and they are behind it. */
static void
what_comes_between_does_not_lose_them(void **state)
{
	struct outbox *o;
	unsigned n, crash;

	(void)state;
	for (n = 0; n < 4 * CRASHES; n++) {
		crash = n / 4;
		memdisk_free(mem);
		begin();
		o = again();
		assert_true(add(o, "one") && add(o, "two") && outbox_sync(o));
		assert_true(add(o, "three"));
		switch (n % 4) {
		case 0: outbox_acknowledged(o, 2); break;
		case 1: outbox_give_up(o, 2); break;
		case 2: assert_true(outbox_say_as(o, "bob", 3)); break;
		default: assert_true(outbox_renumber(o, 7, 0)); break;
		}
		assert_true(add(o, "four") && outbox_sync(o));
		memdisk_crash(mem, crash);
		outbox_close(o);
		o = again();
		assert_int_equal(outbox_last(o), 4);
		assert_memory_equal(outbox_get(o, outbox_count(o) - 2).text,
		    "three", 5);
		assert_memory_equal(outbox_get(o, outbox_count(o) - 1).text,
		    "four", 4);
		assert_true(n % 4 != 1 || outbox_first(o) == 2);
		outbox_close(o);
	}
}

/* All that lies in the file up to there, of n bytes more. */
static struct outbox *
with_end_at(size_t size, const char *text)
{
	struct outbox *o = again();
	char filler[TEXT_LINE_BYTES + 1];
	off_t at;
	int fd = disk.open(disk.arg, "/d/outbox", false);

	while ((at = disk.size(disk.arg, fd)) + TEXT_LINE_BYTES + 64 <
	    (off_t)size) {
		long_text(filler, 0);
		assert_true(add(o, filler) && outbox_sync(o));
	}
	/* Its header, counter, kind, flags and two bytes of length. */
	long_text(filler, 0);
	filler[size - (size_t)at - (8 + 4 + 1 + 1 + 2)] = '\0';
	assert_true(add(o, filler) && outbox_sync(o));
	assert_int_equal(disk.size(disk.arg, fd), size);
	disk.close(disk.arg, fd);
	outbox_acknowledged(o, outbox_last(o));
	assert_true(add(o, text) && outbox_sync(o));
	return o;
}

/* The kernel forgets what it could not write: had that stayed, all that is
 * written behind it would be behind a hole. */
static void
what_could_not_be_synced_makes_no_hole(void **state)
{
	struct outbox *o;
	unsigned before, n;

	(void)state;
	for (n = 0; n < 2 * 40; n++) {
		before = n / 2;
		memdisk_free(mem);
		begin();
		o = with_end_at(PAGE - 34 - before, "one");
		memdisk_fail_sync(mem, 1);
		if (n % 2 == 0)
			assert_false(outbox_say_as(o, "bob", 3));
		else
			outbox_give_up(o, outbox_last(o) + 1);
		assert_true(add(o, "two") && outbox_sync(o));
		memdisk_crash(mem, n);
		outbox_close(o);
		o = again();
		assert_memory_equal(outbox_get(o, outbox_count(o) - 1).text,
		    "two", 3);
		/* That it was given up is on the disk all the same. */
		assert_true(n % 2 == 0 || outbox_count(o) == 1);
		outbox_close(o);
	}
}

/* What was given up stays so, though what came later had to go. */
static void
what_could_not_be_synced_takes_nothing_else_along(void **state)
{
	struct outbox_post post;
	struct outbox *o = again();

	(void)state;
	assert_true(add(o, "one") && outbox_sync(o));
	outbox_give_up(o, 2);
	assert_true(add(o, "two"));
	memdisk_fail_sync(mem, 1);
	assert_false(outbox_sync(o));
	assert_true(outbox_take_back(o, &post));
	memdisk_kill(mem);
	outbox_close(o);
	o = again();
	assert_int_equal(outbox_count(o), 0);
	assert_int_equal(outbox_first(o), 2);
	outbox_close(o);
}

/* The words go, the counters stay; also of what an earlier run has said. */
static void
what_is_said_can_be_forgotten(void **state)
{
	struct outbox *o = again();

	(void)state;
	assert_true(add(o, "one") && add(o, "two") && outbox_sync(o));
	outbox_forget_said(o);
	assert_false(outbox_has_said(o));
	outbox_acknowledged(o, 2);
	assert_true(outbox_has_said(o));
	assert_true(memdisk_has(mem, "one", 3));
	memdisk_kill(mem);
	outbox_close(o);
	o = again();
	assert_true(outbox_has_said(o));
	outbox_forget_said(o);
	assert_false(outbox_has_said(o));
	assert_false(memdisk_has(mem, "one", 3));
	assert_true(memdisk_has(mem, "two", 3));
	assert_int_equal(outbox_first(o), 2);
	outbox_acknowledged(o, 3);
	memdisk_limit(mem, memdisk_bytes(mem));
	outbox_forget_said(o);
	assert_true(outbox_has_said(o));
	memdisk_limit(mem, UINT64_MAX);
	outbox_forget_said(o);
	outbox_close(o);
	assert_false(memdisk_has(mem, "two", 3));
	o = again();
	assert_int_equal(outbox_count(o), 0);
	assert_int_equal(outbox_first(o), 3);
	outbox_close(o);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(many_lines_are_one_write),
		TEST(a_process_that_dies_leaves_whole_lines),
		TEST(where_one_of_them_finds_no_room_none_is_kept),
		TEST(what_is_held_is_written_at_the_end),
		TEST(what_comes_between_does_not_lose_them),
		TEST(what_could_not_be_synced_makes_no_hole),
		TEST(what_could_not_be_synced_takes_nothing_else_along),
		TEST(what_is_said_can_be_forgotten),
	};

	return tests_run(tests, NULL, NULL);
}
