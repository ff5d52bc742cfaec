/*
 * The list of rooms on a disk in memory: what was written is read, what a crash
 * tore does not count, and anything else that is wrong is told with its place.
 */
#include "server/room/rooms_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

#define LAB "00000000000000000000000000000001 home 12 - lab\n"
#define OPS "00000000000000000000000000000002 room 34 - ops\n"
#define KEY "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

enum { LINES = 64 };

static struct memdisk *md;
static struct disk d;
static struct journal_why why;
static struct rooms_line got[LINES];
static size_t n;
static bool torn;
static size_t most;		/* lines that are taken */

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	most = LINES;
	return d.make_dir(d.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(md);
	return 0;
}

static bool
take(void *arg, const struct rooms_line *l)
{
	(void)arg;
	if (n == most)
		return false;
	got[n++] = *l;
	return true;
}

static bool
read_file(void)
{
	n = 0;
	return rooms_file_read(&d, "/d", take, NULL, &torn, &why);
}

static void
put(const char *text, size_t len)
{
	int fd = d.open(d.arg, "/d/rooms", true);

	assert_int_equal(d.truncate(d.arg, fd, 0), 0);
	assert_int_equal(d.write(d.arg, fd, text, len, 0), 0);
	d.close(d.arg, fd);
}

static off_t
size_of(const char *path)
{
	int fd = d.open(d.arg, path, false);
	off_t size = fd == -1 ? -1 : d.size(d.arg, fd);

	if (fd != -1)
		d.close(d.arg, fd);
	return size;
}

static struct rooms_line
line(uint8_t id, enum rooms_sort sort, const char *name)
{
	struct rooms_line l = { .id = { [JOURNAL_ID - 1] = id }, .sort = sort,
	    .created_ms = id * INT64_C(1000000000000) };

	strlcpy(l.name, name, sizeof(l.name));
	return l;
}

static void
assert_same(const struct rooms_line *a, const struct rooms_line *b)
{
	assert_memory_equal(a->id, b->id, JOURNAL_ID);
	assert_int_equal(a->sort, b->sort);
	assert_int_equal(a->created_ms, b->created_ms);
	assert_int_equal(a->has_opener, b->has_opener);
	assert_memory_equal(a->opener, b->opener, NOISE_KEY);
	assert_string_equal(a->name, b->name);
}

static void
what_is_written_is_read(void **state)
{
	struct rooms_line want[5] = { line(1, ROOMS_HOME, "Team Chat"),
	    line(2, ROOMS_ROOM, "ops"), line(3, ROOMS_AWAY, "été"),
	    line(2, ROOMS_WAS, "op s "), line(9, ROOMS_ROOM,
	    "0123456789012345678901234567890123456789012345678901234567890123") };
	size_t i;

	(void)state;
	want[1].has_opener = true;
	memset(want[1].opener, 0xfb, NOISE_KEY);
	assert_false(read_file());
	assert_int_equal(why.kind, JOURNAL_NONE);
	/* Nothing is appended to what is not there. */
	assert_false(rooms_file_append(&d, "/d", &want[0]));
	assert_true(rooms_file_replace(&d, "/d", want, 3));
	assert_true(rooms_file_append(&d, "/d", &want[3]));
	assert_true(rooms_file_append(&d, "/d", &want[4]));
	assert_true(read_file());
	assert_false(torn);
	assert_int_equal(n, 5);
	for (i = 0; i < n; i++)
		assert_same(&got[i], &want[i]);
	assert_true(rooms_file_replace(&d, "/d", want + 1, 1));
	assert_true(read_file());
	assert_int_equal(n, 1);
	assert_same(&got[0], &want[1]);
	assert_int_equal(size_of("/d/rooms.new"), -1);
}

static void
it_is_read_as_it_is_described(void **state)
{
	(void)state;
	put(LAB OPS, strlen(LAB OPS));
	assert_true(read_file());
	assert_int_equal(n, 2);
	assert_int_equal(got[0].sort, ROOMS_HOME);
	assert_int_equal(got[0].created_ms, 12);
	assert_string_equal(got[1].name, "ops");
	assert_int_equal(got[1].id[JOURNAL_ID - 1], 2);
	assert_false(got[1].has_opener);
	put("00000000000000000000000000000003 was 0 " KEY " a b\n",
	    strlen("00000000000000000000000000000003 was 0 " KEY " a b\n"));
	assert_true(read_file());
	assert_int_equal(got[0].sort, ROOMS_WAS);
	assert_true(got[0].has_opener);
	assert_int_equal(got[0].opener[0], 1);
	assert_string_equal(got[0].name, "a b");
	put("", 0);
	assert_true(read_file());
	assert_int_equal(n, 0);
}

static void
a_torn_last_line_does_not_count(void **state)
{
	char text[sizeof(LAB OPS)];
	size_t len, i;

	(void)state;
	for (len = strlen(LAB); len < strlen(LAB OPS); len++) {
		put(LAB OPS, len);
		assert_true(read_file());
		assert_int_equal(n, 1);
		assert_int_equal(torn, len > strlen(LAB));
	}
	/* Blocks of a file that grew may be there without their bytes. */
	for (i = strlen(LAB); i < strlen(LAB OPS); i++) {
		memcpy(text, LAB OPS, sizeof(text));
		memset(text + strlen(LAB), 0, i + 1 - strlen(LAB));
		put(text, strlen(LAB OPS));
		assert_true(read_file());
		assert_int_equal(n, 1);
		assert_true(torn);
	}
}

static void
assert_bad(const char *text, size_t len)
{
	put(text, len);
	assert_false(read_file());
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_int_equal(why.offset, strlen(LAB));
	assert_string_equal(why.path, "/d/rooms");
	assert_int_equal(size_of("/d/rooms"), len);
}

static void
anything_else_that_is_wrong_is_told_with_its_place(void **state)
{
#define ID "00000000000000000000000000000002"
	static const char *const bad[] = {
		"\n", " \n", "x\n", ID "\n", ID " room\n", ID " room 34\n",
		ID " room 34 -\n", ID " room 34 - \n", ID " room 34 -  \n",
		ID "  room 34 - ops\n", " " ID " room 34 - ops\n",
		ID "0 room 34 - ops\n", "0" ID " room 34 - ops\n",
		"0000000000000000000000000000000A room 34 - ops\n",
		"0000000000000000000000000000000g room 34 - ops\n",
		ID " Room 34 - ops\n", ID " rooms 34 - ops\n",
		ID " room -1 - ops\n", ID " room +1 - ops\n",
		ID " room 0x1 - ops\n", ID " room 1e3 - ops\n",
		ID " room 9223372036854775808 - ops\n",
		ID " room 34 -- ops\n", ID " room 34 AQAA ops\n",
		ID " room 34 " KEY "A ops\n", ID " room 34 - o\tps\n",
		ID " room 34 - ops\r\n", ID " room 34 - \xff\n",
		ID " room 34 - o\xe2\x80\xae" "ps\n",
		ID " room 34 - 01234567890123456789012345678901234567890123456"
		"7890123456789012345\n",
	};
#undef ID
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "%s%s%s", LAB, bad[i], OPS);
		assert_bad(text, strlen(text));
		/* Where it is the last one, too. */
		text[strlen(text) - strlen(OPS)] = '\0';
		assert_bad(text, strlen(text));
	}
	/* A hole in the middle is no crash's. */
	assert_bad(LAB "0000\0\n" OPS, sizeof(LAB "0000\0\n" OPS) - 1);
	/* What nobody takes. */
	most = 1;
	assert_bad(LAB OPS, strlen(LAB OPS));
}

static void
one_that_is_too_large_is_not_read(void **state)
{
	int fd = d.open(d.arg, "/d/rooms", true);

	(void)state;
	assert_int_equal(d.truncate(d.arg, fd, 1 << 20), 0);
	d.close(d.arg, fd);
	assert_false(read_file());
	assert_int_equal(why.kind, JOURNAL_SYSTEM);
	assert_int_equal(why.error, EFBIG);
}

/* As many as there may be, and each as long as it may be. */
static void
one_that_is_full_is_read(void **state)
{
	struct rooms_line l = line(255, ROOMS_ROOM,
	    "0123456789012345678901234567890123456789012345678901234567890123");
	struct rooms_line *all = calloc(ROOMS_FILE_LINES, sizeof(*all));
	size_t i;

	(void)state;
	l.created_ms = INT64_MAX;
	l.has_opener = true;
	for (i = 0; i < ROOMS_FILE_LINES; i++)
		all[i] = l;
	assert_true(rooms_file_replace(&d, "/d", all, ROOMS_FILE_LINES));
	free(all);
	/* It is wrong at the first that is not taken, and not too large. */
	assert_false(read_file());
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_int_equal(n, LINES);
}

/* Either the old or the new list is there, and what was acknowledged. */
static void
dying_at_any_step_leaves_a_list(void **state)
{
	const struct rooms_line a = line(1, ROOMS_HOME, "lab"),
	    b = line(2, ROOMS_ROOM, "ops"), c[2] = {
	    line(1, ROOMS_HOME, "lab2"), line(2, ROOMS_AWAY, "ops2") };
	struct memdisk *before = md;
	bool appended, replaced = false;
	unsigned step;
	int lost;

	(void)state;
	assert_true(rooms_file_replace(&d, "/d", &a, 1));
	for (step = 0; !replaced; step++)
		for (lost = 0; lost < 4; lost++) {
			md = memdisk_copy(before);
			memdisk_lose_names(md);
			d = memdisk_disk(md);
			memdisk_die(md, step);
			appended = rooms_file_append(&d, "/d", &b);
			replaced = appended &&
			    rooms_file_replace(&d, "/d", c, 2);
			if (lost == 0)
				memdisk_kill(md);
			else
				memdisk_crash(md, (uint64_t)lost * 77);
			assert_true(read_file());
			assert_in_range(n, 1, 2);
			if (n == 1 || appended)
				assert_int_equal(n, 1 + appended);
			if (replaced)
				assert_string_equal(got[0].name, "lab2");
			if (strcmp(got[0].name, "lab2") == 0)
				assert_same(&got[1], &c[1]);
			else if (n == 2)
				assert_same(&got[1], &b);
			memdisk_free(md);
		}
	assert_true(step > 4);
	md = before;
}

static void
on_a_full_disk_the_old_list_stays(void **state)
{
	const struct rooms_line a = line(1, ROOMS_HOME, "lab"),
	    b = line(2, ROOMS_ROOM, "ops");

	(void)state;
	assert_true(rooms_file_replace(&d, "/d", &a, 1));
	memdisk_limit(md, memdisk_bytes(md) + 10);
	assert_false(rooms_file_append(&d, "/d", &b));
	assert_int_equal(errno, ENOSPC);
	assert_false(rooms_file_replace(&d, "/d", &b, 1));
	assert_int_equal(errno, ENOSPC);
	assert_true(read_file());
	assert_int_equal(n, 1);
	assert_false(torn);
	assert_int_equal(size_of("/d/rooms.new"), -1);
	memdisk_limit(md, UINT64_MAX);
	/* What the disk did not take is told. */
	memdisk_fail_sync(md, 1);
	assert_false(rooms_file_append(&d, "/d", &b));
	memdisk_fail_sync(md, 1);
	assert_false(rooms_file_replace(&d, "/d", &b, 1));
	assert_true(rooms_file_append(&d, "/d", &b));
	assert_true(read_file());
	assert_int_equal(n, 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(it_is_read_as_it_is_described),
		TEST(a_torn_last_line_does_not_count),
		TEST(anything_else_that_is_wrong_is_told_with_its_place),
		TEST(one_that_is_too_large_is_not_read),
		TEST(one_that_is_full_is_read),
		TEST(dying_at_any_step_leaves_a_list),
		TEST(on_a_full_disk_the_old_list_stays),
	};

	return tests_run(tests, NULL, NULL);
}
