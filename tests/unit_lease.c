/*
 * Names and their owners, across days, restarts and bad disks.
 */
#include "server/room/lease.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static const int64_t day = INT64_C(86400) * 1000;
static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };

static struct memdisk *mem;
static struct disk disk;
static struct journal_why why;

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

static struct leases *
again(int64_t now)
{
	struct leases *l = leases_open(&disk, "/d", now, &why);

	assert_non_null(l);
	return l;
}

/* Says something under the name. */
static void
keep(struct leases *l, int64_t now, const char *fold, const uint8_t *key)
{
	assert_true(leases_take(l, now, fold, key, 0));
	assert_true(leases_keep(l, now, fold, key, 0));
}

static const uint8_t *
key_of(unsigned n)
{
	static uint8_t key[NOISE_KEY];

	key[0] = 0xff;
	key[1] = (uint8_t)n;
	key[2] = (uint8_t)(n >> 8);
	key[3] = (uint8_t)(n >> 16);
	return key;
}

static void
an_owner_is_kept_for_90_days(void **state)
{
	struct leases *l = again(200 * day);

	(void)state;
	assert_null(leases_owner(l, 200 * day, "ann"));
	keep(l, 200 * day, "ann", ann);
	assert_memory_equal(leases_owner(l, 290 * day, "ann"), ann,
	    NOISE_KEY);
	assert_null(leases_owner(l, 291 * day, "ann"));
	/* To be there is enough, once it is his. */
	assert_true(leases_take(l, 250 * day, "ann", ann, 0));
	leases_close(l);
	l = again(300 * day);
	assert_memory_equal(leases_owner(l, 340 * day, "ann"), ann,
	    NOISE_KEY);
	leases_close(l);
	/* Too old: another takes the name. */
	l = again(400 * day);
	assert_null(leases_owner(l, 400 * day, "ann"));
	keep(l, 400 * day, "ann", bob);
	leases_close(l);
	l = again(400 * day);
	assert_memory_equal(leases_owner(l, 400 * day, "ann"), bob,
	    NOISE_KEY);
	leases_close(l);
}

/* As on a board that has no clock until it has heard of one. */
static void
a_clock_that_was_behind_gives_no_name_away(void **state)
{
	struct leases *l = again(200 * day);

	(void)state;
	keep(l, 200 * day, "ann", ann);
	leases_close(l);
	l = again(0);
	assert_true(leases_take(l, 0, "ann", ann, 0));
	assert_true(leases_keep(l, 0, "ann", ann, 0));
	assert_non_null(leases_owner(l, 290 * day, "ann"));
	assert_memory_equal(leases_owner(l, 290 * day, "ann"), ann,
	    NOISE_KEY);
	leases_close(l);
	l = again(290 * day);
	assert_memory_equal(leases_owner(l, 290 * day, "ann"), ann,
	    NOISE_KEY);
	leases_close(l);
}

static void
a_name_is_tentative_until_something_is_said(void **state)
{
	struct leases *l = again(200 * day);
	char line[128] = "";
	int fd;

	(void)state;
	assert_true(leases_take(l, 200 * day, "ann", ann, 0));
	assert_true(leases_take(l, 200 * day, "bob", bob, 0));
	assert_memory_equal(leases_owner(l, 201 * day, "ann"), ann,
	    NOISE_KEY);
	assert_null(leases_owner(l, 202 * day, "ann"));
	/* He comes each day. */
	assert_true(leases_take(l, 201 * day, "ann", ann, 0));
	assert_non_null(leases_owner(l, 202 * day, "ann"));
	/* Nobody else keeps it for him, nor what is released. */
	assert_true(leases_keep(l, 201 * day, "bob", ann, 0));
	assert_null(leases_owner(l, 202 * day, "bob"));
	assert_true(leases_release(l, 201 * day, "bob"));
	assert_true(leases_keep(l, 201 * day, "bob", bob, 0));
	assert_null(leases_owner(l, 201 * day, "bob"));
	leases_close(l);
	/* To an older server it is one that was used 89 days before. */
	fd = disk.open(disk.arg, "/d/leases", false);
	disk.read(disk.arg, fd, line, sizeof(line) - 1, 0);
	disk.close(disk.arg, fd);
	assert_non_null(strstr(line, "111 "));
	l = again(202 * day);
	assert_non_null(leases_owner(l, 202 * day, "ann"));
	assert_true(leases_keep(l, 202 * day, "ann", ann, 0));
	leases_close(l);
	l = again(292 * day);
	assert_non_null(leases_owner(l, 292 * day, "ann"));
	leases_close(l);
}

/* Many a stranger speaks once. */
static void
a_name_is_kept_that_is_used_on_a_second_day(void **state)
{
	struct leases *l = again(200 * day);
	char line[256] = "";
	int fd;

	(void)state;
	keep(l, 200 * day, "ann", ann);
	assert_true(leases_keep(l, 200 * day, "ann", ann, 0));
	assert_false(leases_is_kept(l, 200 * day, "ann", ann));
	assert_true(leases_take(l, 200 * day, "bob", bob, 0));
	assert_true(leases_take(l, 201 * day, "bob", bob, 0));
	assert_false(leases_is_kept(l, 201 * day, "bob", bob));
	leases_close(l);
	/* To an older server it is one as any. */
	fd = disk.open(disk.arg, "/d/leases", false);
	disk.read(disk.arg, fd, line, sizeof(line) - 1, 0);
	disk.close(disk.arg, fd);
	assert_non_null(strstr(line, "\n+200 AQAA"));
	assert_int_equal(strtoll(strstr(line, "+200 "), NULL, 10), 200);
	l = again(201 * day);
	assert_false(leases_is_kept(l, 201 * day, "ann", ann));
	assert_true(leases_take(l, 201 * day, "ann", ann, 0));
	assert_true(leases_is_kept(l, 201 * day, "ann", ann));
	assert_false(leases_is_kept(l, 201 * day, "ann", bob));
	leases_close(l);
	l = again(201 * day);
	assert_true(leases_is_kept(l, 201 * day, "ann", ann));
	assert_false(leases_is_kept(l, 292 * day, "ann", ann));
	leases_close(l);
}

static void
a_class_of_forty_behind_one_address_owns_its_names(void **state)
{
	enum { CLASS = 40 };
	struct leases *l = again(200 * day);
	unsigned i, kept = 0;
	char name[32];
	int64_t at;

	(void)state;
	for (at = 200 * day; at < 211 * day; at += day) {
		kept = 0;
		for (i = 0; i < CLASS; i++) {
			snprintf(name, sizeof(name), "s%u", i);
			assert_true(leases_take(l, at, name, key_of(i), 7));
			assert_true(leases_keep(l, at, name, key_of(i), 7));
			kept += leases_is_kept(l, at, name, key_of(i));
			assert_memory_equal(leases_owner(l, at + 7 * day,
			    name), key_of(i), NOISE_KEY);
		}
		assert_int_equal(kept, (at / day - 200) * LEASE_NEW);
		leases_close(l);
		l = again(at);
	}
	assert_int_equal(kept, CLASS);
	leases_close(l);
}

/* As many keys as he likes, sixteen addresses, a week. */
static void
a_stranger_takes_no_name_that_is_kept(void **state)
{
	enum { ADDRESSES = 16, A_DAY = 20000, DAYS = 8 };
	struct leases *l = again(200 * day);
	unsigned i, of_a_day, kept = 0;
	char name[32];
	int64_t at;

	(void)state;
	keep(l, 200 * day, "ann", ann);
	keep(l, 201 * day, "ann", ann);
	for (at = 202; at < 202 + DAYS; at++)
		for (i = 0; i < A_DAY; i++) {
			/* All of yesterday's again, and as many new ones. */
			of_a_day = (unsigned)(at - 202 - i % 2) * A_DAY + i;
			if (at == 202 && i % 2 == 1)
				continue;
			snprintf(name, sizeof(name), "s%u", of_a_day / 2);
			assert_true(leases_take(l, at * day, name,
			    key_of(of_a_day / 2), i / 2 % ADDRESSES));
			assert_true(leases_keep(l, at * day, name,
			    key_of(of_a_day / 2), i / 2 % ADDRESSES));
		}
	assert_non_null(leases_owner(l, 210 * day, "ann"));
	for (i = 0; i < DAYS * A_DAY; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		kept += leases_is_kept(l, 210 * day, name, key_of(i));
	}
	assert_in_range(kept, 1, DAYS * ADDRESSES * LEASE_NEW);
	/* Nor does he keep anybody out. */
	keep(l, 210 * day, "bob", bob);
	keep(l, 211 * day, "bob", bob);
	assert_true(leases_is_kept(l, 211 * day, "bob", bob));
	leases_close(l);
}

static const char *present;	/* the folds in the room, each in blanks */

static bool
is_present(void *arg, const char *fold)
{
	char word[64];

	(void)arg;
	snprintf(word, sizeof(word), " %s ", fold);
	return strstr(present, word) != NULL;
}

static void
assert_owned(struct leases *l, const char *owned, const char *free_)
{
	for (; *owned != '\0'; owned++)
		assert_non_null(leases_owner(l, 300 * day, (char [])
		    { *owned, '\0' }));
	for (; *free_ != '\0'; free_++)
		assert_null(leases_owner(l, 300 * day, (char [])
		    { *free_, '\0' }));
}

static void
a_key_has_four_names_the_oldest_unused_goes(void **state)
{
	struct leases *l = again(300 * day);

	(void)state;
	leases_watch(l, is_present, NULL);
	present = " a ";
	keep(l, 300 * day, "a", ann);
	keep(l, 300 * day, "b", ann);
	keep(l, 300 * day, "c", ann);
	assert_true(leases_take(l, 300 * day, "d", ann, 0));
	assert_false(leases_are_many(l, ann));
	assert_owned(l, "abcd", "");
	/* d is tentative: of less worth than b. */
	assert_true(leases_take(l, 300 * day, "e", ann, 0));
	assert_owned(l, "abce", "d");
	keep(l, 300 * day, "e", ann);
	keep(l, 300 * day, "f", ann);
	assert_owned(l, "acef", "bd");
	/* Others' are theirs. */
	keep(l, 300 * day, "g", bob);
	assert_owned(l, "acefg", "bd");
	present = " a c e f ";
	assert_true(leases_are_many(l, ann));
	assert_false(leases_are_many(l, bob));
	leases_close(l);
	l = again(300 * day);
	assert_owned(l, "acefg", "bd");
	leases_close(l);
}

static void
a_name_does_not_run_out_in_the_room(void **state)
{
	struct leases *l = again(200 * day);

	(void)state;
	present = " ann ";
	leases_watch(l, is_present, NULL);
	assert_true(leases_take(l, 200 * day, "ann", ann, 0));
	assert_non_null(leases_owner(l, 220 * day, "ann"));
	leases_close(l);
	/* Nor while the server is down. */
	l = again(220 * day);
	leases_watch(l, is_present, NULL);
	assert_non_null(leases_owner(l, 220 * day, "ann"));
	present = "";
	assert_null(leases_owner(l, 220 * day, "ann"));
	leases_close(l);
}

static unsigned long syncs, dir_syncs;

static int
count_sync(void *arg, int fd)
{
	syncs++;
	return memdisk_disk(mem).sync(arg, fd);
}

static int
count_sync_dir(void *arg, const char *path)
{
	dir_syncs++;
	return memdisk_disk(mem).sync_dir(arg, path);
}

static off_t
file_size(void)
{
	int fd = disk.open(disk.arg, "/d/leases", false);
	off_t size = disk.size(disk.arg, fd);

	disk.close(disk.arg, fd);
	return size;
}

/* Each stranger costs a line, no sync of its own, and no memory for ever. */
static void
strangers_fill_neither_disk_nor_memory(void **state)
{
	enum { STRANGERS = 2 * LEASE_ALL + 100 };
	off_t most = 0;
	struct leases *l;
	char name[32];
	unsigned i;

	(void)state;
	disk.sync = count_sync;
	disk.sync_dir = count_sync_dir;
	dir_syncs = 0;
	l = again(200 * day);
	assert_int_equal(dir_syncs, 1);
	keep(l, 200 * day, "ann", ann);
	assert_true(leases_sync(l));
	syncs = 0;
	for (i = 0; i < STRANGERS; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		assert_true(leases_take(l, 200 * day, name, key_of(i), 0));
		if (i % 1000 != 0)
			continue;
		assert_true(leases_sync(l));
		if (file_size() > most)
			most = file_size();
	}
	assert_true(leases_sync(l));
	assert_true(syncs <= STRANGERS / 1000 + 2);
	assert_true(most < 16 << 20);
	/* It was written anew, and its name synced. */
	assert_true(dir_syncs > 1);
	/* She said something; of them the last ones came last. */
	assert_non_null(leases_owner(l, 200 * day, "ann"));
	assert_non_null(leases_owner(l, 200 * day, name));
	assert_null(leases_owner(l, 200 * day, "s0"));
	leases_close(l);
	l = again(200 * day);
	assert_int_equal(leases_forgotten(l), 0);
	assert_non_null(leases_owner(l, 200 * day, "ann"));
	assert_non_null(leases_owner(l, 200 * day, name));
	assert_null(leases_owner(l, 200 * day, "s0"));
	leases_close(l);
}

enum { HERE = 5000 };	/* p0 to that are in the room */
static unsigned long asked;

static bool
is_one_of_many(void *arg, const char *fold)
{
	(void)arg;
	asked++;
	return *fold == 'p' && atoi(fold + 1) < HERE;
}

/* However many are in the room: else a full table is slow to make room. */
static void
strangers_are_no_work_where_many_are_in_the_room(void **state)
{
	enum { MORE = LEASE_ALL };
	struct leases *l = again(200 * day);
	unsigned i, n = 0;
	char name[32];

	(void)state;
	leases_watch(l, is_one_of_many, NULL);
	for (i = 0; i < LEASE_ALL; i++) {
		snprintf(name, sizeof(name), "%c%u", i < HERE ? 'p' : 'a', i);
		assert_true(leases_take(l, 200 * day, name, key_of(i), 0));
	}
	asked = 0;
	for (i = 0; i < MORE; i++) {
		snprintf(name, sizeof(name), "b%u", i);
		assert_true(leases_take(l, 200 * day, name,
		    key_of(LEASE_ALL + i), 0));
	}
	assert_in_range(asked, MORE, 4 * MORE);
	/* The oldest went first, and none of those who are there. */
	assert_non_null(leases_owner(l, 200 * day, name));
	for (i = 0; i < LEASE_ALL; i++) {
		snprintf(name, sizeof(name), "%c%u", i < HERE ? 'p' : 'a', i);
		n += leases_owner(l, 200 * day, name) != NULL;
	}
	assert_int_equal(n, HERE);
	leases_close(l);
}

static void
put_line(int fd, off_t *at, int64_t used, const uint8_t *key, const char *fold)
{
	char line[128], key64[64];
	int n;

	sodium_bin2base64(key64, sizeof(key64), key, NOISE_KEY,
	    sodium_base64_VARIANT_ORIGINAL);
	n = snprintf(line, sizeof(line), "%d %s %s\n", (int)used, key64,
	    fold);
	assert_int_equal(disk.write(disk.arg, fd, line, (size_t)n, *at), 0);
	*at += n;
}

/* A dictionary that one key took, and more than there may be in all. */
static void
a_file_of_any_size_is_read_and_the_newest_kept(void **state)
{
	enum { TOO_MANY = LEASE_ALL + 1000, WORDS = 1151 };
	int fd = disk.open(disk.arg, "/d/leases", true);
	struct leases *l;
	unsigned i, held = 0;
	char name[32];
	off_t at = 0;

	(void)state;
	put_line(fd, &at, 150, ann, "ann");
	for (i = 0; i < WORDS; i++) {
		snprintf(name, sizeof(name), "w%u", i);
		put_line(fd, &at, 200, bob, name);
	}
	l = again(200 * day);
	assert_int_equal(leases_forgotten(l), WORDS - LEASE_OLD_NAMES);
	for (i = 0; i < WORDS; i++) {
		snprintf(name, sizeof(name), "w%u", i);
		held += leases_owner(l, 200 * day, name) != NULL;
	}
	assert_int_equal(held, LEASE_OLD_NAMES);
	assert_non_null(leases_owner(l, 200 * day, name));
	assert_non_null(leases_owner(l, 200 * day, "ann"));
	leases_close(l);
	disk.close(disk.arg, fd);

	fd = disk.open(disk.arg, "/d/leases", true);
	at = 0;
	for (i = 0; i < TOO_MANY; i++) {
		snprintf(name, sizeof(name), "w%u", i);
		put_line(fd, &at, i < 1000 ? 150 : 200, key_of(i), name);
	}
	disk.close(disk.arg, fd);
	l = again(200 * day);
	assert_int_equal(leases_forgotten(l), 1000);
	assert_null(leases_owner(l, 200 * day, "w999"));
	assert_non_null(leases_owner(l, 200 * day, "w1000"));
	leases_close(l);
}

/* That is, an older server's file may be. */
static void
names_that_are_kept_are_half_at_most(void **state)
{
	int fd = disk.open(disk.arg, "/d/leases", true);
	struct leases *l;
	char name[32];
	off_t at = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < LEASE_ALL; i++) {
		snprintf(name, sizeof(name), "w%u", i);
		put_line(fd, &at, i < LEASE_KEPT ? 150 : 170, key_of(i), name);
	}
	disk.close(disk.arg, fd);
	l = again(200 * day);
	assert_int_equal(leases_forgotten(l), 0);
	assert_false(leases_is_kept(l, 200 * day, "w0", key_of(0)));
	assert_non_null(leases_owner(l, 200 * day, "w0"));
	for (i = 0; i < LEASE_ALL; i++) {
		snprintf(name, sizeof(name), "x%u", i);
		keep(l, 200 * day, name, key_of(LEASE_ALL + i));
	}
	assert_null(leases_owner(l, 200 * day, "w0"));
	for (i = LEASE_KEPT; i < LEASE_ALL; i++) {
		snprintf(name, sizeof(name), "w%u", i);
		assert_true(leases_is_kept(l, 200 * day, name, key_of(i)));
	}
	/* There is room for another one when one of them runs out. */
	keep(l, 200 * day, "ann", ann);
	keep(l, 260 * day, "ann", ann);
	assert_false(leases_is_kept(l, 260 * day, "ann", ann));
	keep(l, 261 * day, "ann", ann);
	assert_true(leases_is_kept(l, 261 * day, "ann", ann));
	assert_null(leases_owner(l, 261 * day, "w32768"));
	leases_close(l);
}

/* One person's new key; what others own is theirs. */
static void
names_move_to_another_key_as_they_are(void **state)
{
	struct leases *l = again(200 * day);
	const uint8_t *owner;
	unsigned i;

	(void)state;
	keep(l, 200 * day, "ann", ann);
	keep(l, 201 * day, "ann", ann);
	assert_true(leases_take(l, 201 * day, "anna", ann, 0));
	keep(l, 201 * day, "bob", bob);
	assert_true(leases_move(l, 201 * day, "ann", ann, key_of(1)));
	assert_true(leases_move(l, 201 * day, "anna", ann, key_of(1)));
	assert_true(leases_move(l, 201 * day, "bob", ann, key_of(1)));
	assert_true(leases_move(l, 201 * day, "nobody", ann, key_of(1)));
	assert_true(leases_is_kept(l, 201 * day, "ann", key_of(1)));
	assert_false(leases_is_kept(l, 201 * day, "anna", key_of(1)));
	assert_memory_equal(leases_owner(l, 201 * day, "bob"), bob,
	    NOISE_KEY);
	assert_true(leases_sync(l));
	leases_close(l);
	l = again(201 * day);
	assert_true(leases_is_kept(l, 201 * day, "ann", key_of(1)));
	assert_null(leases_owner(l, 203 * day, "anna"));
	/* As many as one key may have. */
	for (i = 0; i < LEASE_NAMES; i++) {
		char fold[] = { (char)('a' + i), 'x', '\0' };

		keep(l, 204 * day, fold, bob);
		assert_true(leases_move(l, 204 * day, fold, bob, key_of(1)));
	}
	assert_null(leases_owner(l, 204 * day, "ann"));
	for (i = 0; i < LEASE_NAMES; i++) {
		char fold[] = { (char)('a' + i), 'x', '\0' };

		owner = leases_owner(l, 204 * day, fold);
		assert_non_null(owner);
		assert_memory_equal(owner, key_of(1), NOISE_KEY);
	}
	leases_close(l);
}

static void
a_released_name_is_free_for_good(void **state)
{
	struct leases *l = again(0);
	struct naming *rules = naming_new();
	struct naming_looks looks;

	(void)state;
	naming_look(rules, "αnn", strlen("αnn"), &looks);
	assert_true(leases_take(l, 0, "ann", ann, 0));
	/* Its look goes with it. */
	assert_string_equal(leases_alike(l, 0, &looks, bob), "ann");
	assert_null(leases_alike(l, 0, &looks, ann));
	assert_true(leases_release(l, 0, "ann"));
	assert_null(leases_alike(l, 0, &looks, bob));
	naming_free(rules);
	assert_null(leases_owner(l, 0, "ann"));
	assert_false(leases_release(l, 0, "ann"));
	leases_close(l);
	l = again(0);
	assert_null(leases_owner(l, 0, "ann"));
	leases_close(l);
}

static void
a_lease_survives_the_machine_once_it_is_synced(void **state)
{
	struct leases *l = again(0);

	(void)state;
	assert_false(leases_are_dirty(l));
	assert_true(leases_take(l, 0, "ann", ann, 0));
	assert_true(leases_are_dirty(l));
	assert_true(leases_sync(l));
	assert_false(leases_are_dirty(l));
	assert_true(leases_take(l, 0, "bob", bob, 0));
	memdisk_crash(mem, 0);
	leases_close(l);
	l = again(0);
	assert_memory_equal(leases_owner(l, 0, "ann"), ann, NOISE_KEY);
	assert_null(leases_owner(l, 0, "bob"));
	/* What the disk did not take is told. */
	assert_true(leases_take(l, 0, "bob", bob, 0));
	memdisk_fail_sync(mem, 1);
	assert_false(leases_sync(l));
	leases_close(l);
}

/* Several logs have it synced, each when it likes. */
static void
a_sync_that_began_before_is_not_the_later_ones(void **state)
{
	struct leases *l = again(0);
	uint64_t first, second;

	(void)state;
	assert_int_equal(leases_begin_sync(l, &first), -1);
	assert_true(leases_take(l, 0, "ann", ann, 0));
	assert_int_not_equal(leases_begin_sync(l, &first), -1);
	assert_true(leases_take(l, 0, "bob", bob, 0));
	assert_int_not_equal(leases_begin_sync(l, &second), -1);
	/* Nobody has synced bob's yet. */
	leases_synced(l, first);
	assert_true(leases_are_dirty(l));
	leases_synced(l, second);
	assert_false(leases_are_dirty(l));
	/* In the other order. */
	assert_true(leases_take(l, 0, "cat", ann, 0));
	assert_int_not_equal(leases_begin_sync(l, &first), -1);
	assert_true(leases_take(l, 0, "dan", bob, 0));
	assert_int_not_equal(leases_begin_sync(l, &second), -1);
	leases_synced(l, second);
	assert_false(leases_are_dirty(l));
	leases_synced(l, first);
	assert_false(leases_are_dirty(l));
	leases_close(l);
}

static void
a_sync_of_the_file_of_before_says_nothing_of_the_new_one(void **state)
{
	struct leases *l = again(0);
	uint64_t before, upto;
	int64_t i = 0;

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann, 0));
	assert_int_not_equal(leases_begin_sync(l, &before), -1);
	/* Until it is too long. */
	while (leases_begin_sync(l, &upto) != -1)
		assert_true(leases_take(l, ++i * day, "bob", bob, 0));
	assert_true(leases_sync(l));
	assert_false(leases_are_dirty(l));
	assert_true(leases_take(l, i * day, "cat", bob, 0));
	leases_synced(l, before);
	assert_true(leases_are_dirty(l));
	leases_close(l);
}

/* The system tells of a failure once; what it says later counts for nothing. */
static void
a_sync_that_failed_fails_for_all(void **state)
{
	struct leases *l = again(0);
	uint64_t upto;

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann, 0));
	memdisk_fail_sync(mem, 1);
	assert_false(leases_sync(l));
	assert_false(leases_sync(l));
	assert_int_equal(errno, EIO);
	assert_int_equal(leases_begin_sync(l, &upto), -1);
	assert_true(leases_are_dirty(l));
	leases_close(l);
	/* Also where somebody else was told. */
	l = again(0);
	leases_fail(l, EIO);
	assert_false(leases_sync(l));
	assert_int_equal(leases_begin_sync(l, &upto), -1);
	leases_close(l);
}

/* Two rooms' logs may both have found it free. */
static void
a_name_is_not_taken_from_who_owns_it(void **state)
{
	struct leases *l = again(200 * day);
	off_t size;

	(void)state;
	assert_true(leases_take(l, 200 * day, "ann", ann, 0));
	size = file_size();
	assert_false(leases_take(l, 200 * day, "ann", bob, 0));
	assert_int_equal(errno, EEXIST);
	assert_int_equal(file_size(), size);
	assert_memory_equal(leases_owner(l, 200 * day, "ann"), ann,
	    NOISE_KEY);
	/* It has run out, and then it is in use. */
	present = " ann ";
	leases_watch(l, is_present, NULL);
	assert_false(leases_take(l, 300 * day, "ann", bob, 0));
	present = "";
	assert_true(leases_take(l, 300 * day, "ann", bob, 0));
	assert_memory_equal(leases_owner(l, 300 * day, "ann"), bob,
	    NOISE_KEY);
	leases_close(l);
}

/* Blocks of a file that grew may be there without their bytes. */
static void
the_hole_that_a_crash_left_does_not_count(void **state)
{
	static const char zeros[200000];
	struct leases *l;
	off_t at = 0;
	int fd, i;

	(void)state;
	for (i = 0; i < 2; i++) {
		size_t hole = i == 0 ? 100 : sizeof(zeros);

		fd = disk.open(disk.arg, "/d/leases", true);
		disk.truncate(disk.arg, fd, 0);
		at = 0;
		put_line(fd, &at, 1, ann, "ann");
		assert_int_equal(disk.write(disk.arg, fd, "1 AAAA", 6, at), 0);
		at += 6;
		assert_int_equal(disk.write(disk.arg, fd, zeros, hole, at), 0);
		at += (off_t)hole;
		assert_int_equal(disk.write(disk.arg, fd, "xx x\n", 5, at), 0);
		at += 5;
		put_line(fd, &at, 1, bob, "bob");
		disk.close(disk.arg, fd);
		l = again(0);
		assert_non_null(leases_owner(l, 0, "ann"));
		assert_non_null(leases_owner(l, 0, "bob"));
		leases_close(l);
	}
}

static void
a_torn_last_line_does_not_count_a_bad_one_is_told(void **state)
{
	struct leases *l = again(0);
	off_t size;
	int fd;

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann, 0));
	assert_true(leases_take(l, 0, "bob", bob, 0));
	leases_close(l);
	fd = disk.open(disk.arg, "/d/leases", false);
	size = disk.size(disk.arg, fd);
	assert_int_equal(disk.truncate(disk.arg, fd, size - 3), 0);
	l = again(0);
	assert_non_null(leases_owner(l, 0, "ann"));
	assert_null(leases_owner(l, 0, "bob"));
	leases_close(l);
	disk.close(disk.arg, fd);
	fd = disk.open(disk.arg, "/d/leases", false);
	size = disk.size(disk.arg, fd);
	assert_int_equal(disk.write(disk.arg, fd, "nonsense\n", 9, size), 0);
	assert_null(leases_open(&disk, "/d", 0, &why));
	assert_int_equal(why.kind, JOURNAL_CORRUPT);
	assert_int_equal(why.offset, size);
	assert_string_equal(why.path, "/d/leases");
	disk.close(disk.arg, fd);
}

static void
a_full_disk_changes_nothing(void **state)
{
	struct leases *l = again(0);

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann, 0));
	memdisk_limit(mem, memdisk_bytes(mem) + 5);
	assert_false(leases_take(l, 0, "bob", bob, 0));
	assert_int_equal(errno, ENOSPC);
	assert_null(leases_owner(l, 0, "bob"));
	/* The same day again writes nothing, so it is fine. */
	assert_true(leases_take(l, 0, "ann", ann, 0));
	memdisk_limit(mem, UINT64_MAX);
	assert_true(leases_take(l, 0, "bob", bob, 0));
	leases_close(l);
	l = again(0);
	assert_non_null(leases_owner(l, 0, "ann"));
	assert_non_null(leases_owner(l, 0, "bob"));
	leases_close(l);
}

static unsigned met;

static void
meet(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	(void)arg;
	assert_memory_equal(key, ann, NOISE_KEY);
	assert_string_equal(fold, met == 0 ? "ann" : "anna");
	met++;
}

static void
the_names_of_one_key_are_told(void **state)
{
	struct leases *l = again(0);

	(void)state;
	keep(l, 0, "ann", ann);
	keep(l, 0, "bob", bob);
	keep(l, 2 * day, "anna", ann);
	met = 0;
	leases_each_of(l, 2 * day, ann, meet, NULL);
	assert_int_equal(met, 2);
	/* One has run out meanwhile. */
	met = 1;
	leases_each_of(l, (LEASE_DAYS + 2) * day, ann, meet, NULL);
	assert_int_equal(met, 2);
	leases_close(l);
}

static void
how_much_is_on_the_disk_is_told(void **state)
{
	struct leases *l = again(0);
	uint64_t written, upto;

	(void)state;
	assert_true(leases_take(l, 0, "ann", ann, 0));
	written = leases_written(l);
	assert_true(leases_durable(l) < written);
	assert_true(leases_begin_sync(l, &upto) != -1);
	assert_true(leases_take(l, 0, "bob", bob, 0));
	leases_synced(l, upto);
	assert_true(leases_durable(l) >= written);
	assert_true(leases_durable(l) < leases_written(l));
	assert_true(leases_sync(l));
	assert_int_equal(leases_durable(l), leases_written(l));
	leases_close(l);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_owner_is_kept_for_90_days),
		TEST(a_clock_that_was_behind_gives_no_name_away),
		TEST(a_name_is_tentative_until_something_is_said),
		TEST(a_name_is_kept_that_is_used_on_a_second_day),
		TEST(a_class_of_forty_behind_one_address_owns_its_names),
		TEST(a_stranger_takes_no_name_that_is_kept),
		TEST(a_key_has_four_names_the_oldest_unused_goes),
		TEST(a_name_does_not_run_out_in_the_room),
		TEST(strangers_fill_neither_disk_nor_memory),
		TEST(strangers_are_no_work_where_many_are_in_the_room),
		TEST(a_file_of_any_size_is_read_and_the_newest_kept),
		TEST(names_that_are_kept_are_half_at_most),
		TEST(names_move_to_another_key_as_they_are),
		TEST(a_released_name_is_free_for_good),
		TEST(a_lease_survives_the_machine_once_it_is_synced),
		TEST(a_sync_that_began_before_is_not_the_later_ones),
		TEST(a_sync_of_the_file_of_before_says_nothing_of_the_new_one),
		TEST(a_sync_that_failed_fails_for_all),
		TEST(a_name_is_not_taken_from_who_owns_it),
		TEST(the_hole_that_a_crash_left_does_not_count),
		TEST(a_torn_last_line_does_not_count_a_bad_one_is_told),
		TEST(a_full_disk_changes_nothing),
		TEST(the_names_of_one_key_are_told),
		TEST(how_much_is_on_the_disk_is_told),
	};

	return tests_run(tests, NULL, NULL);
}
