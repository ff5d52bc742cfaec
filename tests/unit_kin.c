/*
 * What waits in the rooms beside one, on the real disk: with its locks.
 */
#include "tui/shared/kin.h"

#include <sys/stat.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "tests/with_cmocka.h"
#include "tui/shared/boxes.h"
#include "tui/shared/outbox.h"

enum { HALF = 7, FILE_BYTES = 256 };

static const struct disk *d = &disk_real;
static char root[] = "/tmp/chat-kin.XXXXXX";
static char ours[PATH_MAX], beside[PATH_MAX];

static int
set_up(void **state)
{
	(void)state;
	strlcpy(root + sizeof(root) - 7, "XXXXXX", 7);
	if (mkdtemp(root) == NULL)
		return -1;
	snprintf(ours, sizeof(ours), "%s/ALICE", root);
	snprintf(beside, sizeof(beside), "%s/alice", root);
	return mkdir(ours, 0700) == -1 || mkdir(beside, 0700) == -1 ? -1 : 0;
}

static void
rid(void *dir, const char *leaf)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.2000s/%.200s", (const char *)dir,
	    leaf);
	remove(path);
}

static int
tear_down(void **state)
{
	(void)state;
	d->list(d->arg, ours, rid, ours);
	d->list(d->arg, beside, rid, beside);
	return rmdir(ours) == -1 || rmdir(beside) == -1 ? -1 : rmdir(root);
}

static const char *
at(const char *dir, const char *leaf)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.2000s/%s", dir, leaf);
	return path;
}

/* A line waits there, and half of another one is in the file already. */
static void
half_said(const char *path)
{
	struct entry e = { .kind = ENTRY_SAY, .text = "hello",
	    .text_len = 5 };
	struct outbox *o = outbox_open(d, path, 7);
	int fd = d->open(d->arg, path, false);

	assert_non_null(o);
	assert_true(outbox_add(o, &e, 1, 0) && outbox_sync(o));
	outbox_close(o);
	assert_int_equal(d->write(d->arg, fd, "\0\0\0\x10....", HALF,
	    d->size(d->arg, fd)), 0);
	d->close(d->arg, fd);
}

/* Of its file; how many. */
static size_t
bytes_of(const char *path, uint8_t bytes[FILE_BYTES])
{
	int fd = d->open(d->arg, path, false);
	ssize_t n;

	assert_int_not_equal(fd, -1);
	n = d->read(d->arg, fd, bytes, FILE_BYTES, 0);
	d->close(d->arg, fd);
	assert_true(n >= 0);
	return (size_t)n;
}

static size_t
waiting(const char *path)
{
	struct outbox *o = outbox_open(d, path, 1);
	size_t n;

	assert_non_null(o);
	n = outbox_count(o);
	outbox_close(o);
	return n;
}

static int
as_window(const char *dir)
{
	pid_t holder;
	int fd = d->lock(d->arg, at(dir, "window"), &holder);

	assert_int_not_equal(fd, -1);
	return fd;
}

static void
take(void)
{
	kin_take(ours, "ALICE", 5);
}

/* It writes there at any time. */
static void
what_a_window_has_open_stays_byte_for_byte(void **state)
{
	static const char *const boxes[] = { "outbox", "outbox.1" };
	uint8_t before[FILE_BYTES], after[FILE_BYTES];
	size_t i, n;
	int fd;

	(void)state;
	fd = as_window(beside);
	for (i = 0; i < 2; i++) {
		half_said(at(beside, boxes[i]));
		n = bytes_of(at(beside, boxes[i]), before);
		take();
		assert_int_equal(bytes_of(at(beside, boxes[i]), after), n);
		assert_memory_equal(after, before, n);
		assert_int_equal(access(at(ours, "outbox"), F_OK), -1);
	}
	d->close(d->arg, fd);
	take();
	assert_int_equal(waiting(at(ours, "outbox")), 1);
	assert_int_equal(waiting(at(ours, "outbox.1")), 1);
	assert_int_equal(access(at(beside, "outbox"), F_OK), -1);
}

/* Its number is the window's to choose; so it is under a name of since. */
static void
nor_is_one_that_was_just_made_begun(void **state)
{
	uint8_t bytes[FILE_BYTES];
	int fd, box;

	(void)state;
	fd = as_window(beside);
	assert_int_not_equal(box = d->open(d->arg, at(beside, "outbox"), true),
	    -1);
	take();
	assert_int_equal(bytes_of(at(beside, "outbox"), bytes), 0);
	kin_note(beside, "bob", 3);
	kin_take(ours, "bob", 3);
	assert_int_equal(bytes_of(at(beside, "outbox"), bytes), 0);
	d->close(d->arg, box);
	d->close(d->arg, fd);
}

static void
a_room_that_has_none_gets_no_lock(void **state)
{
	(void)state;
	take();
	assert_int_equal(access(at(beside, "window"), F_OK), -1);
}

/* That of another window of his, which lies under the name of then. */
static void
what_a_second_window_left_goes_on_under_the_name_of_now(void **state)
{
	char second[PATH_MAX];

	(void)state;
	snprintf(second, sizeof(second), "%s/.2.alice", root);
	assert_int_equal(mkdir(second, 0700), 0);
	half_said(at(second, "outbox"));
	kin_note(beside, "bob", 3);
	kin_take(ours, "bob", 3);
	d->list(d->arg, second, rid, second);
	rmdir(second);
	assert_int_equal(waiting(at(ours, "outbox")), 1);
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
what_was_being_typed_goes_along_and_how_far_was_read(void **state)
{
	uint8_t bytes[FILE_BYTES];

	(void)state;
	put(at(beside, "draft"), "not sent");
	put(at(beside, "read"), "42\n");
	kin_note(beside, "bob", 3);
	kin_take(ours, "bob", 3);
	assert_int_equal(bytes_of(at(ours, "draft"), bytes), 8);
	assert_memory_equal(bytes, "not sent", 8);
	assert_int_equal(bytes_of(at(ours, "read"), bytes), 3);
	assert_int_equal(access(at(beside, "draft"), F_OK), -1);
}

/* Makes root/NAME/room/LEAF with a line in it. */
static void
make_room(const char *dir, const char *leaf, char room[PATH_MAX])
{
	mkdir(at(dir, "room"), 0700);
	snprintf(room, PATH_MAX, "%.2000s/room/%s", dir, leaf);
	assert_int_equal(mkdir(room, 0700), 0);
	if (dir != ours)
		half_said(at(room, "outbox"));
}

static void
rid_room(const char *dir, char room[PATH_MAX])
{
	d->list(d->arg, room, rid, room);
	assert_int_equal(rmdir(room), 0);
	rmdir(at(dir, "room"));
}

/* Each in that room, and only there. */
static void
so_does_what_waits_in_his_other_rooms(void **state)
{
	char lab[PATH_MAX], lab2[PATH_MAX], ops[PATH_MAX], own[PATH_MAX];

	(void)state;
	make_room(beside, "lab", lab);
	make_room(beside, ".2.lab", lab2);
	make_room(beside, "ops", ops);
	make_room(ours, "lab", own);
	kin_note(beside, "bob", 3);
	kin_take_room(ours, "lab", "kim", 3);
	assert_int_equal(access(at(own, "outbox"), F_OK), -1);
	kin_take_room(ours, "lab", "bob", 3);
	assert_int_equal(waiting(at(own, "outbox")), 1);
	assert_int_equal(waiting(at(own, "outbox.1")), 1);
	assert_int_equal(access(at(lab, "outbox"), F_OK), -1);
	assert_int_equal(waiting(at(ops, "outbox")), 1);
	rid_room(beside, lab);
	rid_room(beside, lab2);
	rid_room(beside, ops);
	rid_room(ours, own);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_a_window_has_open_stays_byte_for_byte),
		TEST(nor_is_one_that_was_just_made_begun),
		TEST(a_room_that_has_none_gets_no_lock),
		TEST(what_a_second_window_left_goes_on_under_the_name_of_now),
		TEST(what_was_being_typed_goes_along_and_how_far_was_read),
		TEST(so_does_what_waits_in_his_other_rooms),
	};

	return tests_run(tests, NULL, NULL);
}
