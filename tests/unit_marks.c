/*
 * Read marks: they begin, move up and end; they outlive the server, and a crash
 * takes the newest alone.
 */
#include "server/room/marks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

#define ANN "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define LAB "01000000000000000000000000000000"
#define OPS "02000000000000000000000000000000"

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };
static const uint8_t lab[JOURNAL_ID] = { 1 }, ops[JOURNAL_ID] = { 2 };
static const int64_t day = INT64_C(24) * 3600 * 1000;
static const int64_t now = INT64_C(20000) * 24 * 3600 * 1000 + 1;

static struct memdisk *md;
static struct disk d;
static struct journal_why why;
static struct persons *persons;
static struct marks *marks;

static void
open_them(void)
{
	persons = persons_new(0);
	marks = marks_open(&d, "/d", persons, &why);
	assert_non_null(marks);
}

static void
close_them(void)
{
	marks_close(marks);
	persons_free(persons);
	marks = NULL;
	persons = NULL;
}

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	if (d.make_dir(d.arg, "/d") == -1)
		return -1;
	open_them();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close_them();
	memdisk_free(md);
	return 0;
}

static void
again(void)
{
	close_them();
	open_them();
}

static void
begins(const uint8_t *key, const uint8_t *log)
{
	struct person *p = persons_hold(persons, key);

	assert_true(marks_begin(marks, p, log));
	persons_let(persons, p);
}

static bool
moves(const uint8_t *key, const uint8_t *log, uint64_t seq)
{
	struct person *p = persons_hold(persons, key);
	bool moved = marks_move(marks, p, log, seq);

	persons_let(persons, p);
	return moved;
}

static void
ends(const uint8_t *key, const uint8_t *log)
{
	struct person *p = persons_hold(persons, key);

	marks_end(marks, now, p, log);
	persons_let(persons, p);
}

/* -1: there is none. */
static long long
at(const uint8_t *key, const uint8_t *log)
{
	const struct person *p = persons_find(persons, key);
	const struct mark *m = p == NULL ? NULL : marks_find(p, log);

	return m == NULL ? -1 : (long long)m->seq;
}

static size_t
how_many(const uint8_t *key)
{
	const struct person *p = persons_find(persons, key);
	const struct mark *m = NULL;
	size_t n = 0;

	while (p != NULL && (m = marks_next(p, m)) != NULL)
		n++;
	return n;
}

static void
put_file(const char *text)
{
	int fd = d.open(d.arg, "/d/marks", true);

	assert_int_equal(d.truncate(d.arg, fd, 0), 0);
	assert_int_equal(d.write(d.arg, fd, text, strlen(text), 0), 0);
	d.close(d.arg, fd);
}

static void
is_file(const char *text)
{
	static char got[8192];
	int fd = d.open(d.arg, "/d/marks", false);
	ssize_t n = d.read(d.arg, fd, got, sizeof(got) - 1, 0);

	assert_true(n >= 0);
	got[n] = '\0';
	d.close(d.arg, fd);
	assert_string_equal(got, text);
}

static void
a_mark_begins_moves_up_and_ends(void **state)
{
	(void)state;
	assert_int_equal(at(ann, lab), -1);
	assert_false(moves(ann, lab, 7));
	assert_int_equal(at(ann, lab), -1);
	begins(ann, lab);
	assert_int_equal(at(ann, lab), 0);
	assert_true(moves(ann, lab, 7));
	assert_false(moves(ann, lab, 6));
	assert_false(moves(ann, lab, 7));
	assert_true(moves(ann, lab, 9));
	assert_false(moves(ann, lab, ENTRY_SEQ_MAX + 1));
	/* Who comes in again has not read less. */
	begins(ann, lab);
	assert_int_equal(at(ann, lab), 9);
	assert_int_equal(at(ann, ops), -1);
	assert_int_equal(at(bob, lab), -1);
	ends(ann, lab);
	ends(ann, lab);
	ends(ann, ops);
	assert_int_equal(at(ann, lab), -1);
	assert_false(moves(ann, lab, 10));
	begins(ann, lab);
	assert_int_equal(at(ann, lab), 0);
}

static void
who_has_no_mark_is_not_known(void **state)
{
	uint8_t logs[1][JOURNAL_ID];

	(void)state;
	moves(ann, lab, 1);
	assert_int_equal(persons_count(persons), 0);
	begins(ann, lab);
	assert_true(marks_are_changed(marks));
	assert_true(marks_write(marks));
	assert_false(marks_are_changed(marks));
	assert_int_equal(persons_count(persons), 1);
	/* Who has left is, for a while. */
	ends(ann, lab);
	assert_true(marks_write(marks));
	assert_int_equal(persons_count(persons), 1);
	memcpy(logs[0], lab, JOURNAL_ID);
	marks_missed(marks, now + 91 * day, logs, 1);
	assert_true(marks_write(marks));
	assert_int_equal(persons_count(persons), 0);
}

static bool
has_left(const uint8_t *key, const uint8_t *log)
{
	const struct person *p = persons_find(persons, key);

	return p != NULL && marks_has_left(p, log);
}

static void
that_one_has_left_is_known_for_ninety_days(void **state)
{
	uint8_t logs[1][JOURNAL_ID];
	int i;

	(void)state;
	memcpy(logs[0], lab, JOURNAL_ID);
	assert_false(has_left(ann, lab));
	begins(ann, lab);
	moves(ann, lab, 7);
	assert_false(has_left(ann, lab));
	ends(ann, lab);
	for (i = 0; i < 2; i++) {
		assert_true(has_left(ann, lab));
		assert_int_equal(at(ann, lab), -1);
		assert_int_equal(how_many(ann), 0);
		again();
		marks_missed(marks, now + 90 * day, logs, 1);
	}
	is_file(ANN " " LAB " - 20000\n");
	marks_missed(marks, now + 91 * day, logs, 1);
	assert_false(has_left(ann, lab));
	again();
	marks_missed(marks, now + 91 * day, logs, 1);
	assert_false(has_left(ann, lab));
	/* Or until he comes again. */
	begins(ann, lab);
	ends(ann, lab);
	begins(ann, lab);
	again();
	assert_false(has_left(ann, lab));
	assert_int_equal(at(ann, lab), 0);
}

static void
of_those_that_one_has_left_as_many_are_known(void **state)
{
	uint8_t log[JOURNAL_ID] = { 0 };
	int i;

	(void)state;
	for (i = 0; i <= MARKS_OF_KEY; i++) {
		log[1] = (uint8_t)(i / 256 + 1);
		log[2] = (uint8_t)(i % 256);
		begins(ann, log);
		ends(ann, log);
	}
	assert_true(has_left(ann, log));
	log[1] = 1;
	log[2] = 0;
	assert_false(has_left(ann, log));
	log[2] = 1;
	assert_true(has_left(ann, log));
}

static void
what_changes_is_what_is_written(void **state)
{
	(void)state;
	begins(ann, lab);
	assert_true(moves(ann, lab, 7));
	assert_true(marks_write(marks));
	is_file(ANN " " LAB " 7 0\n");
	assert_true(marks_write(marks));
	begins(ann, ops);
	assert_true(marks_write(marks));
	assert_true(moves(ann, lab, 8));
	ends(ann, ops);
	assert_true(marks_write(marks));
	is_file(ANN " " LAB " 7 0\n" ANN " " OPS " 0 0\n"
	    ANN " " OPS " - 20000\n" ANN " " LAB " 8 0\n");
	again();
	assert_int_equal(at(ann, lab), 8);
	assert_int_equal(at(ann, ops), -1);
	assert_int_equal(how_many(ann), 1);
}

static void
what_is_not_written_yet_is_at_the_end(void **state)
{
	(void)state;
	memdisk_lose_names(md);
	begins(ann, lab);
	begins(bob, ops);
	assert_true(moves(bob, ops, UINT64_C(1) << 40));
	close_them();
	memdisk_crash(md, 1);
	open_them();
	assert_int_equal(at(ann, lab), 0);
	assert_int_equal(at(bob, ops), INT64_C(1) << 40);
}

static void
where_there_are_too_many_the_one_used_longest_ago_goes(void **state)
{
	uint8_t log[JOURNAL_ID] = { 0 };
	int i;

	(void)state;
	begins(ann, lab);
	begins(ann, ops);
	for (i = 0; i < MARKS_OF_KEY - 2; i++) {
		log[1] = (uint8_t)(i / 256 + 1);
		log[2] = (uint8_t)(i % 256);
		begins(ann, log);
	}
	assert_int_equal(how_many(ann), MARKS_OF_KEY);
	moves(ann, lab, 3);
	log[1] = 9;
	begins(ann, log);
	assert_int_equal(how_many(ann), MARKS_OF_KEY);
	assert_int_equal(at(ann, ops), -1);
	assert_int_equal(at(ann, lab), 3);
	again();
	assert_int_equal(how_many(ann), MARKS_OF_KEY);
	assert_int_equal(at(ann, ops), -1);
	assert_int_equal(at(ann, lab), 3);
	/* And so on. */
	log[1] = 1;
	log[2] = 0;
	assert_int_equal(at(ann, log), 0);
	log[1] = 10;
	begins(ann, log);
	log[1] = 1;
	assert_int_equal(at(ann, log), -1);
}

static void
a_mark_of_no_log_lasts_thirty_days(void **state)
{
	uint8_t logs[2][JOURNAL_ID];

	(void)state;
	begins(ann, lab);
	begins(ann, ops);
	moves(ann, ops, 5);
	memcpy(logs[0], ops, JOURNAL_ID);
	memcpy(logs[1], lab, JOURNAL_ID);
	marks_missed(marks, now, logs, 2);
	again();
	memcpy(logs[0], lab, JOURNAL_ID);
	marks_missed(marks, now, logs, 1);
	again();
	is_file(ANN " " LAB " 0 0\n" ANN " " OPS " 5 0\n"
	    ANN " " OPS " 5 20000\n");
	marks_missed(marks, now + 30 * day, logs, 1);
	assert_int_equal(at(ann, ops), 5);
	again();
	/* It is there again, and so it counts anew. */
	memcpy(logs[1], ops, JOURNAL_ID);
	marks_missed(marks, now + 31 * day, logs, 2);
	again();
	marks_missed(marks, now + 31 * day, logs, 1);
	assert_int_equal(at(ann, ops), 5);
	again();
	marks_missed(marks, now + 61 * day, logs, 1);
	assert_int_equal(at(ann, ops), 5);
	again();
	marks_missed(marks, now + 62 * day, logs, 1);
	assert_int_equal(at(ann, ops), -1);
	again();
	assert_int_equal(at(ann, ops), -1);
	assert_int_equal(at(ann, lab), 0);
}

static void
two_meet_where_both_have_a_mark(void **state)
{
	struct person *a = persons_hold(persons, ann);
	struct person *b = persons_hold(persons, bob);

	(void)state;
	assert_false(marks_meet(a, b));
	marks_begin(marks, a, lab);
	marks_begin(marks, b, ops);
	assert_false(marks_meet(a, b));
	marks_begin(marks, a, ops);
	assert_true(marks_meet(a, b));
	assert_true(marks_meet(b, a));
	marks_end(marks, now, b, ops);
	assert_false(marks_meet(a, b));
	persons_let(persons, a);
	persons_let(persons, b);
}

static void
a_full_disk_takes_no_mark(void **state)
{
	(void)state;
	begins(ann, lab);
	memdisk_limit(md, 10);
	assert_false(marks_write(marks));
	assert_int_equal(errno, ENOSPC);
	assert_true(marks_are_changed(marks));
	assert_int_equal(at(ann, lab), 0);
	memdisk_limit(md, 100);
	assert_true(marks_write(marks));
	moves(ann, lab, 5);
	assert_false(marks_write(marks));
	ends(ann, lab);
	assert_int_equal(at(ann, lab), -1);
	memdisk_limit(md, UINT64_MAX);
	assert_true(marks_write(marks));
	again();
	assert_int_equal(at(ann, lab), -1);
	assert_int_equal(persons_count(persons), 1);
}

static void
what_has_grown_is_written_anew(void **state)
{
	uint64_t seq;

	(void)state;
	begins(ann, lab);
	for (seq = 1; seq <= 30000; seq++) {
		moves(ann, lab, seq);
		assert_true(marks_write(marks));
	}
	assert_true(memdisk_bytes(md) < 3 << 19);
	again();
	assert_int_equal(at(ann, lab), 30000);
}

static void
a_line_that_is_none_is_told_with_its_place(void **state)
{
	static const char *const bad[] = {
		"", "x", ANN, ANN " " LAB, ANN " " LAB " 1", ANN " " LAB " 1 ",
		ANN " " LAB " 1 0 ", ANN " " LAB " 1 0 0", " " ANN " " LAB " 1 0",
		ANN "  " LAB " 1 0", ANN " " LAB " x 0", ANN " " LAB " -1 0",
		ANN " " LAB " 1 -", ANN " " LAB " 9223372036854775808 0",
		ANN " " LAB " 99999999999999999999 0",
		ANN " " LAB " 1 3000001", ANN " 0" LAB " 1 0",
		ANN " G1000000000000000000000000000000 1 0",
		"AQ== " LAB " 1 0", "A" ANN " " LAB " 1 0"
	};
	char text[512];
	size_t i;

	(void)state;
	close_them();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "%s\n%s\n", ANN " " LAB " 1 0",
		    bad[i]);
		put_file(text);
		persons = persons_new(0);
		assert_null(marks_open(&d, "/d", persons, &why));
		assert_int_equal(why.kind, JOURNAL_CORRUPT);
		assert_int_equal(why.offset, strlen(ANN " " LAB " 1 0\n"));
		assert_string_equal(why.path, "/d/marks");
		persons_free(persons);
		persons = NULL;
	}
	put_file(ANN " " LAB " 1 0\n" ANN " " LAB " 9223372036854775807 "
	    "3000000\n");
	open_them();
	assert_true(at(ann, lab) == INT64_MAX);
}

/* ---- By chance ---- */

enum { KEYS = 5, LOGS = 6 };

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1;
	return *seed >> 33;
}

static void
is_as(long long want[KEYS][LOGS])
{
	uint8_t key[NOISE_KEY] = { 0 }, log[JOURNAL_ID] = { 0 };
	int i, j;

	for (i = 0; i < KEYS; i++)
		for (j = 0; j < LOGS; j++) {
			key[0] = (uint8_t)(i + 1);
			log[0] = (uint8_t)(j + 1);
			assert_int_equal(at(key, log), want[i][j]);
		}
}

static void
whatever_happens_they_are_as_they_were(void **state)
{
	long long were[KEYS][LOGS];
	uint8_t key[NOISE_KEY] = { 0 }, log[JOURNAL_ID] = { 0 };
	uint64_t seed = 7;
	int i, a, b;

	(void)state;
	memset(were, 0xff, sizeof(were));
	for (i = 0; i < 20000; i++) {
		key[0] = (uint8_t)((a = (int)(draw(&seed) % KEYS)) + 1);
		log[0] = (uint8_t)((b = (int)(draw(&seed) % LOGS)) + 1);
		switch (draw(&seed) % 8) {
		case 0:
			begins(key, log);
			if (were[a][b] == -1)
				were[a][b] = 0;
			break;
		case 1:
			ends(key, log);
			were[a][b] = -1;
			break;
		case 2:
			if (draw(&seed) % 8 == 0)
				again();
			break;
		case 3:
			assert_true(draw(&seed) % 2 == 0 ? marks_write(marks) :
			    marks_write_begun(marks));
			break;
		default:
			if (moves(key, log, (uint64_t)i)) {
				assert_true(were[a][b] >= 0);
				were[a][b] = i;
			} else
				assert_int_equal(were[a][b], -1);
		}
		if (i % 100 == 0)
			is_as(were);
	}
	is_as(were);
}

static off_t
size_of_file(void)
{
	int fd = d.open(d.arg, "/d/marks", false);
	off_t size = d.size(d.arg, fd);

	d.close(d.arg, fd);
	return size;
}

/* However far others have read meanwhile: that can wait. */
static void
what_has_begun_is_written_alone(void **state)
{
	enum { MANY = 100, LINE = 120 };
	uint8_t key[NOISE_KEY] = { 3 };
	off_t was;

	(void)state;
	for (key[1] = 0; key[1] < MANY; key[1]++)
		begins(key, lab);
	assert_true(marks_write_begun(marks));
	for (key[1] = 0; key[1] < MANY; key[1]++)
		assert_true(moves(key, lab, 5));
	assert_false(marks_have_begun(marks));
	was = size_of_file();
	begins(bob, ops);
	key[1] = 7;
	ends(key, lab);
	assert_true(marks_have_begun(marks));
	assert_true(marks_write_begun(marks));
	assert_false(marks_have_begun(marks));
	assert_in_range(size_of_file() - was, 1, 2 * LINE);
	/* And the others are not forgotten. */
	assert_true(marks_are_changed(marks));
	was = size_of_file();
	assert_true(marks_write(marks));
	assert_true(size_of_file() - was > MANY * LINE / 2);
	again();
	assert_int_equal(at(bob, ops), 0);
	assert_int_equal(at(key, lab), -1);
	key[1] = 8;
	assert_int_equal(at(key, lab), 5);
}

int
main(void)
{
#define ON_DISK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_DISK(a_mark_begins_moves_up_and_ends),
		ON_DISK(who_has_no_mark_is_not_known),
		ON_DISK(what_changes_is_what_is_written),
		ON_DISK(what_has_begun_is_written_alone),
		ON_DISK(what_is_not_written_yet_is_at_the_end),
		ON_DISK(where_there_are_too_many_the_one_used_longest_ago_goes),
		ON_DISK(a_mark_of_no_log_lasts_thirty_days),
		ON_DISK(that_one_has_left_is_known_for_ninety_days),
		ON_DISK(of_those_that_one_has_left_as_many_are_known),
		ON_DISK(two_meet_where_both_have_a_mark),
		ON_DISK(a_full_disk_takes_no_mark),
		ON_DISK(what_has_grown_is_written_anew),
		ON_DISK(a_line_that_is_none_is_told_with_its_place),
		ON_DISK(whatever_happens_they_are_as_they_were),
	};

	return tests_run(tests, NULL, NULL);
}
