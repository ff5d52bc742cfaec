/*
 * What waits for other hosts, on a disk in memory.
 */
#include "tui/shared/waiting.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/disk.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tui/shared/outbox.h"

static struct memdisk *mem;
static struct disk disk;
static char found[128];

static int
set_up(void **state)
{
	static const char *const dirs[] = { "/r", "/r/here:1", "/r/here:1/kim",
	    "/r/there:1", "/r/there:1/kim", "/r/there:1/bob", "/r/away:2",
	    "/r/away:2/kim", "/r/key", "/r/key/kim" };
	size_t i;

	(void)state;
	mem = memdisk_new();
	disk = memdisk_disk(mem);
	found[0] = '\0';
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		disk.make_dir(disk.arg, dirs[i]);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(mem);
	return 0;
}

static void
put(const char *path, size_t lines)
{
	struct outbox *o = outbox_open(&disk, path, 7);
	struct entry piece[2] = { { .kind = ENTRY_PART,
	    .flags = 1 << ENTRY_MORE_SHIFT, .text = "a", .text_len = 1 },
	    { .kind = ENTRY_SAY, .flags = 1 << ENTRY_INDEX_SHIFT,
	    .text = "b", .text_len = 1 } };

	assert_non_null(o);
	while (lines-- > 0)
		assert_true(outbox_add(o, piece, 2, 0));
	assert_true(outbox_sync(o));
	outbox_close(o);
}

static void
on_host(void *arg, const char *host, size_t lines)
{
	size_t len = strlen(found);

	assert_ptr_equal(arg, found);
	snprintf(found + len, sizeof(found) - len, "%s %zu;", host, lines);
}

static void
look(void)
{
	found[0] = '\0';
	waiting_each(&disk, "/r", "HERE:1", on_host, found);
}

static bool
is_there(const char *path)
{
	int fd = disk.open(disk.arg, path, false);

	if (fd != -1)
		disk.close(disk.arg, fd);
	return fd != -1;
}

static void
each_other_host_is_told_with_its_lines(void **state)
{
	(void)state;
	look();
	assert_string_equal(found, "");
	put("/r/here:1/kim/outbox", 1);
	put("/r/key/kim/outbox", 1);
	put("/r/there:1/bob/outbox", 0);
	look();
	assert_string_equal(found, "");
	put("/r/there:1/kim/outbox", 1);
	put("/r/there:1/bob/outbox.2", 2);
	look();
	assert_string_equal(found, "there:1 3;");
	/* Where nothing is, nothing is made. */
	assert_false(is_there("/r/away:2/kim/outbox"));
	assert_false(is_there("/r/away:2/kim/window"));
}

static void
what_a_window_has_open_is_left_alone(void **state)
{
	pid_t holder;
	int fd;

	(void)state;
	put("/r/there:1/kim/outbox", 1);
	put("/r/there:1/bob/outbox", 1);
	fd = disk.lock(disk.arg, "/r/there:1/kim/window", &holder);
	assert_int_not_equal(fd, -1);
	look();
	assert_string_equal(found, "there:1 1;");
	disk.close(disk.arg, fd);
	look();
	assert_string_equal(found, "there:1 2;");
}

static void
those_of_all_rooms_are_counted(void **state)
{
	static const char *const dirs[] = { "/r/there:1/kim/room",
	    "/r/there:1/kim/room/lab", "/r/there:1/kim/room/ops",
	    "/r/away:2/bob", "/r/away:2/bob/room", "/r/away:2/bob/room/ops" };
	pid_t holder;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		disk.make_dir(disk.arg, dirs[i]);
	put("/r/there:1/kim/outbox", 1);
	put("/r/there:1/kim/room/lab/outbox", 2);
	put("/r/there:1/kim/room/ops/outbox", 4);
	put("/r/away:2/bob/room/ops/outbox", 1);
	look();
	assert_string_equal(found, "there:1 7;away:2 1;");
	fd = disk.lock(disk.arg, "/r/there:1/kim/room/ops/window", &holder);
	look();
	assert_string_equal(found, "there:1 3;away:2 1;");
	disk.close(disk.arg, fd);
}

static void
add_room(void *arg, const char *leaf)
{
	strlcat(arg, leaf, sizeof(found));
	strlcat(arg, ";", sizeof(found));
}

/* Each by itself, but the home room. */
static void
each_room_is_told(void **state)
{
	static const char *const dirs[] = { "/r/there:1/kim/room",
	    "/r/there:1/kim/room/lab", "/r/there:1/kim/room/ops",
	    "/r/there:1/kim/room/.2.ops" };
	pid_t holder;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		disk.make_dir(disk.arg, dirs[i]);
	put("/r/there:1/kim/outbox", 1);
	put("/r/there:1/kim/room/lab/outbox", 0);
	put("/r/there:1/kim/room/ops/outbox", 4);
	found[0] = '\0';
	waiting_rooms(&disk, "/r/there:1/kim", add_room, found);
	assert_string_equal(found, "ops;");
	fd = disk.lock(disk.arg, "/r/there:1/kim/room/ops/window", &holder);
	found[0] = '\0';
	waiting_rooms(&disk, "/r/there:1/kim", add_room, found);
	assert_string_equal(found, "");
	disk.close(disk.arg, fd);
	waiting_rooms(&disk, "/r/nobody", add_room, found);
	assert_string_equal(found, "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_other_host_is_told_with_its_lines),
		TEST(what_a_window_has_open_is_left_alone),
		TEST(those_of_all_rooms_are_counted),
		TEST(each_room_is_told),
	};

	return tests_run(tests, NULL, NULL);
}
