/*
 * The outboxes of a room, in order, on a disk in memory.
 */
#include "tui/shared/boxes.h"

#include <errno.h>
#include <string.h>

#include "common/disk.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/shared/outbox.h"

static struct memdisk *mem;
static struct disk disk;

static int
set_up(void **state)
{
	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	return disk.make_dir(disk.arg, "/r") == -1 ||
	    disk.make_dir(disk.arg, "/s") == -1;
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

/* An outbox with one line in it; NULL: with none. */
static void
put(const char *path, const char *line)
{
	struct outbox *o = outbox_open(&disk, path, 7);
	struct entry e = { .kind = ENTRY_SAY, .text = line };

	assert_non_null(o);
	if (line != NULL) {
		e.text_len = strlen(line);
		assert_true(outbox_add(o, &e, 1, 1) && outbox_sync(o));
	}
	outbox_close(o);
}

static bool
is_there(const char *path)
{
	int fd = disk.open(disk.arg, path, false);

	if (fd != -1)
		disk.close(disk.arg, fd);
	return fd != -1;
}

/* The one line of the outbox at path. */
static void
says(const char *path, const char *line)
{
	struct outbox *o;

	assert_true(is_there(path));
	o = outbox_open(&disk, path, 9);
	assert_non_null(o);
	assert_int_equal(outbox_count(o), 1);
	assert_int_equal(outbox_get(o, 0).text_len, strlen(line));
	assert_memory_equal(outbox_get(o, 0).text, line, strlen(line));
	outbox_close(o);
}

static void
each_has_its_name(void **state)
{
	char path[PATH_MAX], dir[PATH_MAX];

	(void)state;
	assert_true(boxes_path(path, "/r", 0));
	assert_string_equal(path, "/r/outbox");
	assert_true(boxes_path(path, "/r", 12));
	assert_string_equal(path, "/r/outbox.12");
	memset(dir, 'd', sizeof(dir));
	dir[sizeof(dir) - 1] = '\0';
	assert_false(boxes_path(path, dir, 0));
	assert_int_equal(errno, ENAMETOOLONG);
}

static void
those_behind_come_in_the_order_of_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(boxes_next(&disk, "/r", 0), 0);
	assert_int_equal(boxes_next(&disk, "/nowhere", 0), 0);
	put("/r/outbox", "zero");
	put("/r/outbox.10", "ten");
	put("/r/outbox.9", "nine");
	put("/r/outbox.x", "no number");
	put("/r/outbox.0", "no number behind");
	put("/r/inbox.3", "another");
	assert_int_equal(boxes_next(&disk, "/r", 0), 9);
	assert_int_equal(boxes_next(&disk, "/r", 9), 10);
	assert_int_equal(boxes_next(&disk, "/r", 10), 0);
}

static void
the_next_is_opened_and_what_cannot_be_read_stays(void **state)
{
	struct outbox *o;
	unsigned n = 0;
	int fd;

	(void)state;
	put("/r/outbox.1", NULL);
	fd = disk.open(disk.arg, "/r/outbox.2", true);
	assert_int_equal(disk.write(disk.arg, fd, "none of ours, and long "
	    "enough to be one; none of ours", 53, 0), 0);
	disk.close(disk.arg, fd);
	put("/r/outbox.3", "three");
	put("/r/outbox.4", "four");
	/* Also one without lines: what it had said is still to be known. */
	o = boxes_open_next(&disk, "/r", &n);
	assert_non_null(o);
	assert_int_equal(n, 1);
	assert_int_equal(outbox_count(o), 0);
	outbox_close(o);
	o = boxes_open_next(&disk, "/r", &n);
	assert_non_null(o);
	assert_int_equal(n, 3);
	assert_memory_equal(outbox_get(o, 0).text, "three", 5);
	outbox_close(o);
	assert_true(is_there("/r/outbox.1"));
	assert_true(is_there("/r/outbox.2"));
	o = boxes_open_next(&disk, "/r", &n);
	assert_int_equal(n, 4);
	outbox_close(o);
	assert_null(boxes_open_next(&disk, "/r", &n));
	assert_int_equal(n, 0);
}

static void
one_that_is_taken_over_is_said_where_nothing_else_is(void **state)
{
	(void)state;
	put("/s/outbox", "from there");
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	says("/r/outbox", "from there");
	assert_false(is_there("/s/outbox"));
	/* In the place of one without lines, too. */
	put("/s/outbox", "more");
	assert_int_equal(disk.remove(disk.arg, "/r/outbox"), 0);
	put("/r/outbox", NULL);
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	says("/r/outbox", "more");
}

static void
else_it_waits_behind_all_others(void **state)
{
	(void)state;
	put("/r/outbox", "here");
	put("/s/outbox", "one");
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	put("/s/outbox", "two");
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	says("/r/outbox", "here");
	says("/r/outbox.1", "one");
	says("/r/outbox.2", "two");
	/* Behind those, though the first place is free by then. */
	assert_int_equal(disk.remove(disk.arg, "/r/outbox"), 0);
	assert_int_equal(disk.remove(disk.arg, "/r/outbox.1"), 0);
	put("/s/outbox", "three");
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	says("/r/outbox.3", "three");
	assert_false(is_there("/r/outbox"));
}

static void
one_without_lines_is_nothing(void **state)
{
	(void)state;
	put("/s/outbox", NULL);
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	assert_false(is_there("/s/outbox"));
	assert_false(is_there("/r/outbox"));
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
}

/* A line that has been said. */
static void
use(const char *path, uint32_t number)
{
	struct outbox *o = outbox_open(&disk, path, number);
	struct entry e = { .kind = ENTRY_SAY, .text = "said", .text_len = 4 };

	assert_non_null(o);
	assert_true(outbox_add(o, &e, 1, 1) && outbox_sync(o));
	outbox_acknowledged(o, 2);
	outbox_close(o);
}

static void
knows(const char *path, uint32_t number, uint32_t other)
{
	struct outbox *o;

	assert_true(is_there(path));
	o = outbox_open(&disk, path, 99);
	assert_non_null(o);
	assert_int_equal(outbox_number(o), number);
	assert_true(past_has(outbox_past(o), other));
	outbox_close(o);
}

/* A room may lose what was said, however little is left to be. */
static void
what_was_said_under_either_number_is_still_known(void **state)
{
	(void)state;
	use("/s/outbox", 20);
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	assert_false(is_there("/s/outbox"));
	knows("/r/outbox", 20, 20);
	use("/s/outbox", 30);
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	assert_false(is_there("/s/outbox"));
	knows("/r/outbox", 20, 30);
	put("/s/outbox", "waits");
	assert_true(boxes_take(&disk, "/r", "/s/outbox"));
	says("/r/outbox", "waits");
	knows("/r/outbox", 7, 20);
	knows("/r/outbox", 7, 30);
}

static void
what_cannot_be_taken_stays_where_it_is(void **state)
{
	char dir[PATH_MAX];
	int fd;

	(void)state;
	put("/s/outbox", "kept");
	assert_false(boxes_take(&disk, "/nowhere", "/s/outbox"));
	says("/s/outbox", "kept");
	memset(dir, 'd', sizeof(dir));
	dir[sizeof(dir) - 1] = '\0';
	assert_false(boxes_take(&disk, dir, "/s/outbox"));
	says("/s/outbox", "kept");
	fd = disk.open(disk.arg, "/s/other", true);
	assert_int_equal(disk.write(disk.arg, fd, "none of ours, and long "
	    "enough to be one; none of ours", 53, 0), 0);
	disk.close(disk.arg, fd);
	assert_false(boxes_take(&disk, "/r", "/s/other"));
	assert_true(is_there("/s/other"));
}

/* It may be a matter of memory, or of the disk: what waits there is not lost. */
static void
what_cannot_be_read_is_replaced_by_nothing(void **state)
{
	int fd = disk.open(disk.arg, "/r/outbox", true);
	char there[4];

	(void)state;
	assert_int_equal(disk.write(disk.arg, fd, "none of ours, and long "
	    "enough to be one; none of ours", 53, 0), 0);
	use("/s/outbox", 20);
	assert_false(boxes_take(&disk, "/r", "/s/outbox"));
	assert_true(is_there("/s/outbox"));
	disk.close(disk.arg, fd);
	fd = disk.open(disk.arg, "/r/outbox", false);
	assert_int_equal(disk.read(disk.arg, fd, there, 4, 0), 4);
	assert_memory_equal(there, "none", 4);
	disk.close(disk.arg, fd);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_has_its_name),
		TEST(those_behind_come_in_the_order_of_their_numbers),
		TEST(the_next_is_opened_and_what_cannot_be_read_stays),
		TEST(one_that_is_taken_over_is_said_where_nothing_else_is),
		TEST(else_it_waits_behind_all_others),
		TEST(one_without_lines_is_nothing),
		TEST(what_was_said_under_either_number_is_still_known),
		TEST(what_cannot_be_taken_stays_where_it_is),
		TEST(what_cannot_be_read_is_replaced_by_nothing),
	};

	return tests_run(tests, NULL, NULL);
}
