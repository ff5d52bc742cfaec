/*
 * A file of lines on a disk in memory: what was written is read, what a crash
 * tore does not count, and what cannot be written is as if it had not been.
 */
#include "server/room/line_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static struct memdisk *md;
static struct disk d;
static struct journal_why why;
static struct line_file file;
static char told[512];

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	return d.make_dir(d.arg, "/d");
}

static int
tear_down(void **state)
{
	(void)state;
	memdisk_free(md);
	return 0;
}

/* Lines that begin with an x are none of ours. */
static bool
take(void *arg, char *line)
{
	(void)arg;
	if (*line == 'x')
		return false;
	if (strlen(told) + strlen(line) + 2 > sizeof(told))
		return true;
	strlcat(told, line, sizeof(told));
	strlcat(told, ",", sizeof(told));
	return true;
}

static bool
opens(void)
{
	told[0] = '\0';
	return line_file_open(&file, &d, "/d", "f", take, NULL, &why);
}

static void
reads(const char *lines)
{
	assert_true(opens());
	assert_string_equal(told, lines);
}

static void
put(const char *text, size_t len)
{
	int fd = d.open(d.arg, "/d/f", true);

	assert_int_equal(d.truncate(d.arg, fd, 0), 0);
	assert_int_equal(d.write(d.arg, fd, text, len, 0), 0);
	d.close(d.arg, fd);
}

static bool
writes(bool anew, bool sync, const char *text)
{
	const char *end;

	line_file_begin(&file, anew);
	for (; *text != '\0'; text = end) {
		end = strchr(text, '\n') + 1;
		line_file_put(&file, text, (size_t)(end - text));
	}
	return line_file_end(&file, sync);
}

static void
what_is_written_is_read(void **state)
{
	char line[LINE_FILE_BYTES + 1];
	int i;

	(void)state;
	reads("");
	assert_true(line_file_is_large(&file));
	assert_true(writes(true, false, "a\nb\n"));
	assert_false(line_file_is_large(&file));
	assert_true(writes(false, false, "c\n"));
	assert_true(writes(false, true, "\nd\n"));
	reads("a,b,c,,d,");
	assert_false(line_file_is_large(&file));
	assert_true(writes(true, false, "e\n"));
	reads("e,");
	/* More than is read or written at once. */
	memset(line, 'y', sizeof(line));
	line[LINE_FILE_BYTES - 1] = '\n';
	line[LINE_FILE_BYTES] = '\0';
	for (i = 0; i < 10; i++)
		assert_true(writes(false, false, line));
	line_file_begin(&file, false);
	for (i = 0; i < 200; i++)
		line_file_put(&file, line, LINE_FILE_BYTES);
	line_file_put(&file, "z\n", 2);
	assert_true(line_file_end(&file, false));
	assert_int_equal(file.size, 2 + 210 * LINE_FILE_BYTES + 2);
	assert_true(opens());
	assert_int_equal(file.size, 2 + 210 * LINE_FILE_BYTES + 2);
	assert_false(file.unsaved);
}

static void
what_has_grown_is_to_be_written_anew(void **state)
{
	char line[LINE_FILE_BYTES];
	int i;

	(void)state;
	reads("");
	memset(line, 'y', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	assert_true(writes(true, false, "a\n"));
	line_file_begin(&file, false);
	for (i = 0; i <= LINE_FILE_MORE / LINE_FILE_BYTES; i++) {
		assert_false(line_file_is_large(&file));
		line_file_put(&file, line, sizeof(line));
	}
	assert_true(line_file_end(&file, false));
	assert_true(line_file_is_large(&file));
	assert_true(writes(true, false, "a\n"));
	assert_false(line_file_is_large(&file));
}

static void
what_a_crash_tore_does_not_count(void **state)
{
	char hole[20000];

	(void)state;
	put("a\nb", 3);
	reads("a,");
	assert_true(file.unsaved);
	put("a\nb\0\0c\nd\n", 9);
	reads("a,d,");
	assert_true(file.unsaved);
	memset(hole, 0, sizeof(hole));
	hole[0] = 'a';
	hole[1] = hole[sizeof(hole) - 3] = '\n';
	hole[sizeof(hole) - 2] = 'd';
	hole[sizeof(hole) - 1] = '\n';
	put(hole, sizeof(hole));
	reads("a,d,");
	put(hole, sizeof(hole) - 3);
	reads("a,");
	assert_true(file.unsaved);
	assert_true(line_file_is_large(&file));
	assert_true(writes(true, false, "a\n"));
	reads("a,");
	assert_false(file.unsaved);
}

static void
what_was_synced_stays(void **state)
{
	uint64_t i;

	(void)state;
	memdisk_lose_names(md);
	for (i = 0; i < 20; i++) {
		reads("");
		assert_true(writes(true, false, "a\n"));
		assert_true(writes(false, true, "b\n"));
		assert_true(writes(false, false, "c\n"));
		memdisk_crash(md, i);
		assert_true(opens());
		assert_memory_equal(told, "a,b,", 4);
		d.remove(d.arg, "/d/f");
		d.sync_dir(d.arg, "/d");
	}
}

static void
what_is_none_of_ours_is_told_with_its_place(void **state)
{
	static char line[20001];

	(void)state;
	put("a\nx\nb\n", 6);
	assert_false(opens());
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_int_equal(why.offset, 2);
	assert_string_equal(why.path, "/d/f");
	memset(line, 'y', sizeof(line));
	memcpy(line, "a\n", 2);
	line[LINE_FILE_BYTES + 2] = '\n';
	put(line, LINE_FILE_BYTES + 3);
	assert_false(opens());
	assert_int_equal(why.offset, 2);
	line[LINE_FILE_BYTES + 2] = 'y';
	put(line, sizeof(line));
	assert_false(opens());
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_int_equal(why.offset, 2);
}

static void
what_cannot_be_written_is_not_there(void **state)
{
	(void)state;
	reads("");
	memdisk_limit(md, 3);
	assert_false(writes(true, false, "abc\n"));
	assert_int_equal(errno, ENOSPC);
	assert_true(file.unsaved);
	assert_int_equal(memdisk_bytes(md), 0);
	memdisk_limit(md, 10);
	assert_true(writes(true, false, "abc\n"));
	assert_false(writes(false, false, "defghi\n"));
	assert_int_equal(errno, ENOSPC);
	assert_false(file.unsaved);
	assert_false(writes(true, false, "klmnopqrs\n"));
	assert_false(file.unsaved);
	memdisk_fail_sync(md, 1);
	assert_false(writes(false, true, "d\n"));
	assert_int_equal(errno, EIO);
	memdisk_fail_sync(md, 1);
	assert_false(writes(true, false, "d\n"));
	assert_true(writes(false, true, "e\n"));
	reads("abc,e,");
	/* Somebody has taken it away. */
	d.remove(d.arg, "/d/f");
	assert_false(writes(false, false, "f\n"));
	assert_int_equal(errno, ENOENT);
	assert_true(line_file_is_large(&file));
}

static void
words_are_read_as_they_are_written(void **state)
{
	static const char *const none[] = { "", "-1", "+1", " 1", "1 ", "x",
	    "11", "18446744073709551616" };
	uint8_t key[NOISE_KEY] = { 0xfb, 0xff }, id[JOURNAL_ID] = { 0xab };
	uint8_t key_got[NOISE_KEY], id_got[JOURNAL_ID];
	char text[] = "one two  four", hex[LINE_ID], base64[LINE_KEY];
	char *rest = text;
	uint64_t n;
	size_t i;

	(void)state;
	assert_string_equal(line_word(&rest), "one");
	assert_string_equal(line_word(&rest), "two");
	assert_null(line_word(&rest));
	assert_string_equal(++rest, "four");
	assert_null(line_word(&rest));
	assert_true(line_get_number("10", 10, &n) && n == 10);
	assert_true(line_get_number("18446744073709551615", UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(line_get_number(none[i], 10, &n));
	line_id(hex, id);
	assert_string_equal(hex, "ab000000000000000000000000000000");
	assert_true(line_get_id(hex, id_got));
	assert_memory_equal(id, id_got, sizeof(id));
	hex[1] = 'B';
	assert_false(line_get_id(hex, id_got));
	assert_false(line_get_id("ab", id_got));
	line_key(base64, key);
	assert_true(line_get_key(base64, key_got));
	assert_memory_equal(key, key_got, sizeof(key));
	assert_false(line_get_key(base64 + 4, key_got));
	assert_false(line_get_key("-", key_got));
}

int
main(void)
{
#define ON_DISK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_DISK(what_is_written_is_read),
		ON_DISK(what_has_grown_is_to_be_written_anew),
		ON_DISK(what_a_crash_tore_does_not_count),
		ON_DISK(what_was_synced_stays),
		ON_DISK(what_is_none_of_ours_is_told_with_its_place),
		ON_DISK(what_cannot_be_written_is_not_there),
		cmocka_unit_test(words_are_read_as_they_are_written),
	};

	return tests_run(tests, NULL, NULL);
}
