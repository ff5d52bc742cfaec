/*
 * One room out of two, on a disk in memory: also where it dies in between, at
 * any step.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "common/journal.h"
#include "common/wire.h"
#include "tests/with_disk.h"
#include "tui/shared/boxes.h"
#include "tui/shared/outbox.h"
#include "tui/shared/rooms.h"

#define FROM	"/r/localhost:1"
#define TO	"/r/key"

enum { STEPS_MAX = 400, POWER_CUTS = 6 };

/*
 * A disk that dies
 */

struct mortal {
	struct disk	 under;
	int		 left;		/* changes that it still makes */
};

static bool
dies(struct mortal *m)
{
	errno = EIO;
	return m->left == 0 || m->left-- == 0;
}

static int
die_write(void *arg, int fd, const void *src, size_t len, off_t at)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.write(m->under.arg, fd, src, len, at);
}

static int
die_truncate(void *arg, int fd, off_t size)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.truncate(m->under.arg, fd, size);
}

static int
die_sync(void *arg, int fd)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.sync(m->under.arg, fd);
}

static int
die_make_dir(void *arg, const char *path)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.make_dir(m->under.arg, path);
}

static int
die_sync_dir(void *arg, const char *path)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.sync_dir(m->under.arg, path);
}

static int
die_remove(void *arg, const char *path)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.remove(m->under.arg, path);
}

static int
die_rename(void *arg, const char *from, const char *to)
{
	struct mortal *m = arg;

	return dies(m) ? -1 : m->under.rename(m->under.arg, from, to);
}

static int
die_open(void *arg, const char *path, bool make)
{
	struct mortal *m = arg;

	return m->under.open(m->under.arg, path, make);
}

static int
die_close(void *arg, int fd)
{
	struct mortal *m = arg;

	return m->under.close(m->under.arg, fd);
}

static ssize_t
die_read(void *arg, int fd, void *dst, size_t len, off_t at)
{
	struct mortal *m = arg;

	return m->under.read(m->under.arg, fd, dst, len, at);
}

static off_t
die_size(void *arg, int fd)
{
	struct mortal *m = arg;

	return m->under.size(m->under.arg, fd);
}

static int
die_list(void *arg, const char *path, void (*name)(void *, const char *),
    void *to)
{
	struct mortal *m = arg;

	return m->under.list(m->under.arg, path, name, to);
}

static int
die_lock(void *arg, const char *path, pid_t *holder)
{
	struct mortal *m = arg;

	return m->under.lock(m->under.arg, path, holder);
}

static struct disk
mortal_disk(struct mortal *m)
{
	return (struct disk){ .open = die_open, .close = die_close,
	    .read = die_read, .write = die_write, .size = die_size,
	    .truncate = die_truncate, .sync = die_sync,
	    .make_dir = die_make_dir, .sync_dir = die_sync_dir,
	    .remove = die_remove, .rename = die_rename, .list = die_list,
	    .lock = die_lock, .arg = m };
}

/*
 * What is kept
 */

static void
write_file(const struct disk *d, const char *path, const char *text)
{
	int fd = d->open(d->arg, path, true);

	assert_int_not_equal(fd, -1);
	assert_int_equal(d->truncate(d->arg, fd, 0), 0);
	assert_int_equal(d->write(d->arg, fd, text, strlen(text), 0), 0);
	assert_int_equal(d->sync(d->arg, fd), 0);
	d->close(d->arg, fd);
}

static void
assert_file(const struct disk *d, const char *path, const char *want)
{
	char text[256];
	int fd = d->open(d->arg, path, false);
	ssize_t n;

	assert_int_not_equal(fd, -1);
	n = d->read(d->arg, fd, text, sizeof(text) - 1, 0);
	d->close(d->arg, fd);
	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, want);
}

static bool
is_there(const struct disk *d, const char *path)
{
	int fd = d->open(d->arg, path, false);

	if (fd != -1)
		d->close(d->arg, fd);
	return fd != -1 || errno == EISDIR;
}

static void
post(const struct disk *d, const char *path, uint32_t number,
    const char *const texts[])
{
	struct entry e = { .kind = ENTRY_SAY };
	struct outbox *o;

	assert_non_null(o = outbox_open(d, path, number));
	for (; *texts != NULL; texts++) {
		e.text = *texts;
		e.text_len = strlen(e.text);
		assert_true(outbox_add(o, &e, 1, 0));
	}
	assert_true(outbox_sync(o));
	outbox_close(o);
}

static void
copy_behind(const struct disk *d, const char *dir, uint64_t first,
    uint64_t last, const uint8_t chain[JOURNAL_CHAIN])
{
	static const uint8_t id[JOURNAL_ID] = { 0xab };
	uint8_t bytes[ENTRY_BYTES];
	struct journal_why why;
	struct wire_out out;
	struct journal *j;
	struct entry e = { .kind = ENTRY_SAY, .author = "ann",
	    .author_len = 3, .text = "hello", .text_len = 5 };

	assert_non_null(j = journal_create(d, dir, JOURNAL_SEGMENT_BYTES,
	    &(struct journal_base){ id, first, 0, chain }, &why));
	for (e.seq = first; e.seq <= last; e.seq++) {
		out = wire_out(bytes, sizeof(bytes));
		entry_encode(&out, &e);
		assert_true(journal_append(j, bytes, out.len, 1));
	}
	assert_true(journal_sync(j));
	journal_close(j);
}

static void
copy(const struct disk *d, const char *dir, uint64_t first, uint64_t last)
{
	uint8_t chain[JOURNAL_CHAIN] = { first > 1 };	/* whatever it was */

	copy_behind(d, dir, first, last, chain);
}

static void
assert_copy(const struct disk *d, const char *dir, uint64_t first,
    uint64_t last)
{
	struct journal_why why;
	struct journal *j = journal_open(d, dir, JOURNAL_SEGMENT_BYTES, &why);

	assert_non_null(j);
	assert_int_equal(journal_first(j), first);
	assert_int_equal(journal_last(j), last);
	journal_close(j);
}

/* Adds "NUMBER.COUNTER TEXT;" of each line that waits to dst. */
static void
list_box(const struct disk *d, const char *path, char *dst, size_t size)
{
	struct outbox *o = outbox_open(d, path, 1);
	struct outbox_post p;
	char line[64];
	size_t i;

	assert_non_null(o);
	for (i = 0; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		snprintf(line, sizeof(line), "%u.%u %.*s;", outbox_number(o),
		    p.counter, (int)p.text_len, p.text);
		strlcat(dst, line, size);
	}
	outbox_close(o);
}

static void
assert_waits(const struct disk *d, const char *dir, const char *want)
{
	char text[256] = "", path[PATH_MAX];
	unsigned n = 0;

	do {
		assert_true(boxes_path(path, dir, n));
		list_box(d, path, text, sizeof(text));
	} while ((n = boxes_next(d, dir, n)) != 0);
	assert_string_equal(text, want);
}

static void
make_dirs(const struct disk *d)
{
	static const char *const dirs[] = { "/r", FROM, TO, FROM "/kim",
	    TO "/kim" };
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		d->make_dir(d->arg, dirs[i]);
}

/* Two rooms, each with something that the other has not. */
static void
make_two(const struct disk *d, uint64_t one, uint64_t other)
{
	static const char *const here[] = { "one", "two", NULL };
	static const char *const behind[] = { "three", NULL };
	static const char *const there[] = { "zero", NULL };

	make_dirs(d);
	write_file(d, FROM "/.address", "127.0.0.1:1");
	write_file(d, FROM "/kim/draft", "half");
	write_file(d, TO "/kim/draft", "other");
	write_file(d, FROM "/kim/read", "5");
	write_file(d, TO "/kim/read", "3");
	write_file(d, FROM "/kim/called", "kay");
	write_file(d, TO "/kim/called", "kim");
	write_file(d, FROM "/kim/windows", "2 ops\n");
	post(d, FROM "/kim/outbox", 7, here);
	post(d, FROM "/kim/outbox.2", 8, behind);
	post(d, TO "/kim/outbox", 9, there);
	copy(d, FROM "/kim", 1, one);
	copy(d, TO "/kim", 1, other);
}

static void
assert_one(const struct disk *d, uint64_t last)
{
	assert_waits(d, TO "/kim", "9.1 zero;7.1 one;7.2 two;"
	    "8.1 three;");
	assert_file(d, TO "/kim/draft", "other\nhalf");
	assert_file(d, TO "/kim/read", "5");
	assert_file(d, TO "/kim/called", "kay");
	assert_file(d, TO "/kim/windows", "2 ops\n");
	assert_copy(d, TO "/kim", 1, last);
	assert_false(is_there(d, FROM "/kim/outbox"));
	assert_false(is_there(d, FROM "/kim/draft"));
	assert_file(d, FROM "/.address", "127.0.0.1:1");
}

static void
nothing_is_lost_or_doubled(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_two(&d, 10, 6);
	assert_true(rooms_take(&d, FROM, TO));
	assert_one(&d, 10);
	assert_false(is_there(&d, FROM "/kim"));
	assert_true(rooms_take(&d, FROM, TO));
	assert_one(&d, 10);
	memdisk_free(mem);
}

/* From there on as the next run does it; true: it had come to its end. */
static bool
die_at(const struct memdisk *whole, int step, int cut, uint64_t last)
{
	struct memdisk *mem = memdisk_copy(whole);
	struct mortal m = { memdisk_disk(mem), step };
	struct disk mortal = mortal_disk(&m), d;
	bool done;

	if (cut > 0)
		memdisk_lose_names(mem);
	done = rooms_take(&mortal, FROM, TO);
	if (cut > 0)
		memdisk_crash(mem, (uint64_t)step * POWER_CUTS +
		    (uint64_t)cut);
	else
		memdisk_kill(mem);
	d = memdisk_disk(mem);
	assert_true(rooms_take(&d, FROM, TO));
	assert_one(&d, last);
	memdisk_free(mem);
	return done;
}

static void
nor_by_an_end_at_any_step(void **state)
{
	static const struct { uint64_t one, other, last; } copies[] = {
		{ 10, 6, 10 }, { 6, 10, 10 }, { 6, 6, 6 }
	};
	struct memdisk *whole;
	struct disk d;
	size_t i;
	int step, cut;

	(void)state;
	for (i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
		whole = memdisk_new();
		d = memdisk_disk(whole);
		make_two(&d, copies[i].one, copies[i].other);
		for (cut = 0; cut < POWER_CUTS; cut++) {
			for (step = 0; step < STEPS_MAX && !die_at(whole, step,
			    cut, copies[i].last); step++)
				;
			assert_true(step > 10 && step < STEPS_MAX);
		}
		memdisk_free(whole);
	}
}

/* Each knows entries that the other does not: none goes. */
static void
a_copy_that_is_in_no_other_is_set_aside(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	copy(&d, FROM "/kim", 1, 6);
	copy(&d, TO "/kim", 4, 10);
	assert_true(rooms_take(&d, FROM, TO));
	assert_copy(&d, TO "/kim", 4, 10);
	assert_true(is_there(&d, FROM "/kim/"
	    "ab000000000000000000000000000000.old1"));
	memdisk_free(mem);
	mem = memdisk_new();
	d = memdisk_disk(mem);
	make_dirs(&d);
	copy(&d, FROM "/kim", 4, 10);
	copy(&d, TO "/kim", 1, 6);
	assert_true(rooms_take(&d, FROM, TO));
	assert_copy(&d, TO "/kim", 4, 10);
	assert_true(is_there(&d, TO "/kim/"
	    "ab000000000000000000000000000000.old1"));
	memdisk_free(mem);
}

/* The chain of what copy makes from entry 1 on. */
static void
chain_of(const struct disk *d, uint64_t last, uint8_t chain[JOURNAL_CHAIN])
{
	struct journal_why why;
	struct journal *j;

	d->make_dir(d->arg, "/whole");
	copy(d, "/whole", 1, last);
	assert_non_null(j = journal_open(d, "/whole", JOURNAL_SEGMENT_BYTES,
	    &why));
	assert_true(journal_chain(j, last, chain));
	journal_close(j);
}

/* One that begins late, as plain mode's, is a part of it. */
static void
two_that_meet_become_whole(void **state)
{
	static const char *const dirs[] = { FROM "/kim", TO "/kim" };
	struct memdisk *mem;
	struct disk d;
	uint8_t chain[JOURNAL_CHAIN];
	uint64_t early;
	size_t i;

	(void)state;
	for (early = 2; early <= 12; early++)
		for (i = 0; i < 2; i++) {
			mem = memdisk_new();
			d = memdisk_disk(mem);
			make_dirs(&d);
			chain_of(&d, 3, chain);
			copy(&d, dirs[i], 1, early);
			copy_behind(&d, dirs[1 - i], 4, 10, chain);
			assert_true(rooms_take(&d, FROM, TO));
			/* There is a gap before 4. */
			assert_copy(&d, TO "/kim", early < 3 ? 4 : 1,
			    early > 10 ? early : 10);
			assert_int_equal(is_there(&d, FROM "/kim"),
			    early < 3 && i == 0);
			assert_int_equal(is_there(&d, TO "/kim/"
			    "ab000000000000000000000000000000.old1"),
			    early < 3 && i == 1);
			memdisk_free(mem);
		}
}

static void
what_a_window_has_open_stays(void **state)
{
	static const char *const rooms[] = { FROM "/kim/window",
	    TO "/kim/window" };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	pid_t holder;
	size_t i;
	int fd;

	(void)state;
	make_two(&d, 10, 6);
	for (i = 0; i < 2; i++) {
		assert_int_not_equal(fd = d.lock(d.arg, rooms[i], &holder),
		    -1);
		assert_false(rooms_take(&d, FROM, TO));
		assert_int_equal(errno, EWOULDBLOCK);
		assert_waits(&d, TO "/kim", "9.1 zero;");
		assert_waits(&d, FROM "/kim", "7.1 one;7.2 two;8.1 three;");
		d.close(d.arg, fd);
	}
	assert_true(rooms_take(&d, FROM, TO));
	assert_one(&d, 10);
	memdisk_free(mem);
}

/* Nor is it in the way of another name's. */
static void
what_is_no_outbox_stays(void **state)
{
	static const char *const bob[] = { "me too", NULL };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_two(&d, 10, 6);
	write_file(&d, FROM "/kim/outbox", "something of somebody else's");
	d.make_dir(d.arg, FROM "/bob");
	post(&d, FROM "/bob/outbox", 8, bob);
	assert_false(rooms_take(&d, FROM, TO));
	assert_int_equal(errno, EINVAL);
	assert_file(&d, FROM "/kim/outbox", "something of somebody else's");
	assert_waits(&d, TO "/kim", "9.1 zero;");
	assert_waits(&d, TO "/bob", "8.1 me too;");
	memdisk_free(mem);
}

/* With what lies under its name, or that would be another room's. */
static void
what_the_home_room_is_called_goes_along(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	d.make_dir(d.arg, FROM "/bob");
	write_file(&d, FROM "/bob/draft", "I am");
	write_file(&d, FROM "/.home", "lab");
	assert_true(rooms_take(&d, FROM, TO));
	assert_file(&d, TO "/bob/draft", "I am");
	assert_file(&d, TO "/.home", "lab");
	/* What is known there is newer. */
	write_file(&d, FROM "/.home", "old");
	assert_true(rooms_take(&d, FROM, TO));
	assert_file(&d, TO "/.home", "lab");
	memdisk_free(mem);
}

/* Of who was met both ways, what is known there counts. */
static void
whose_keys_names_are_goes_along(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	write_file(&d, FROM "/.people", "key 1 0 - ann\n");
	assert_true(rooms_take(&d, FROM, TO));
	assert_file(&d, TO "/.people", "key 1 0 - ann\n");
	write_file(&d, FROM "/.people", "yek 2 0 - bob\n");
	assert_true(rooms_take(&d, FROM, TO));
	assert_file(&d, TO "/.people", "key 1 0 - ann\n\nyek 2 0 - bob\n");
	memdisk_free(mem);
}

static void
a_room_that_kept_nothing_goes(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const one[] = { "wait", NULL };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	d.make_dir(d.arg, FROM "/bob");
	write_file(&d, FROM "/bob/window", "1\n");
	write_file(&d, FROM "/bob/lock", "1\n");
	post(&d, FROM "/bob/outbox", 8, none);
	rooms_leave(&d, FROM "/bob");
	assert_false(is_there(&d, FROM "/bob"));
	assert_true(is_there(&d, FROM));
	/* Of any of these it stays as it is. */
	d.make_dir(d.arg, FROM "/bob");
	post(&d, FROM "/bob/outbox", 8, one);
	rooms_leave(&d, FROM "/bob");
	assert_waits(&d, FROM "/bob", "8.1 wait;");
	d.make_dir(d.arg, FROM "/eve");
	write_file(&d, FROM "/eve/draft", "I am");
	rooms_leave(&d, FROM "/eve");
	assert_file(&d, FROM "/eve/draft", "I am");
	write_file(&d, FROM "/kim/outbox", "something of somebody else's");
	rooms_leave(&d, FROM "/kim");
	assert_file(&d, FROM "/kim/outbox", "something of somebody else's");
	copy(&d, TO "/kim", 1, 6);
	rooms_leave(&d, TO "/kim");
	assert_true(is_there(&d, TO "/kim"));
	memdisk_free(mem);
}

static void
nothing_is_moved_into_itself(void **state)
{
	static const char *const around[] = { TO, TO "/", "/r", "/r/", "/" };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	size_t i;

	(void)state;
	make_two(&d, 10, 6);
	for (i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		assert_false(rooms_take(&d, around[i], TO));
		assert_int_equal(errno, EINVAL);
	}
	assert_waits(&d, TO "/kim", "9.1 zero;");
	assert_waits(&d, FROM "/kim", "7.1 one;7.2 two;8.1 three;");
	d.make_dir(d.arg, TO "2");
	assert_true(rooms_take(&d, TO "2", TO));
	memdisk_free(mem);
}

/* Two rooms besides the home room, of which one is there already. */
static void
make_others(const struct disk *d)
{
	static const char *const dirs[] = { FROM "/kim/room", TO "/kim/room",
	    FROM "/kim/room/lab", TO "/kim/room/lab", FROM "/kim/room/ops" };
	static const char *const one[] = { "one", NULL };
	static const char *const two[] = { "two", NULL };
	static const char *const three[] = { "three", NULL };
	size_t i;

	make_two(d, 10, 6);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		d->make_dir(d->arg, dirs[i]);
	post(d, FROM "/kim/room/lab/outbox", 3, one);
	post(d, TO "/kim/room/lab/outbox", 4, two);
	post(d, FROM "/kim/room/ops/outbox", 5, three);
	write_file(d, FROM "/kim/room/lab/draft", "half");
	copy(d, FROM "/kim/room/lab", 1, 9);
}

static void
assert_others(const struct disk *d)
{
	assert_one(d, 10);
	assert_waits(d, TO "/kim/room/lab", "4.1 two;3.1 one;");
	assert_waits(d, TO "/kim/room/ops", "5.1 three;");
	assert_file(d, TO "/kim/room/lab/draft", "half");
	assert_copy(d, TO "/kim/room/lab", 1, 9);
	assert_false(is_there(d, FROM "/kim/room/lab/outbox"));
	assert_false(is_there(d, FROM "/kim/room/ops"));
}

static void
the_other_rooms_of_a_name_come_along(void **state)
{
	struct memdisk *whole = memdisk_new(), *mem;
	struct mortal m;
	struct disk d = memdisk_disk(whole), mortal;
	bool done = false;
	int step;

	(void)state;
	make_others(&d);
	for (step = 0; !done; step++) {
		assert_true(step < STEPS_MAX);
		mem = memdisk_copy(whole);
		m = (struct mortal){ memdisk_disk(mem), step };
		mortal = mortal_disk(&m);
		done = rooms_take(&mortal, FROM, TO);
		memdisk_kill(mem);
		d = memdisk_disk(mem);
		assert_true(rooms_take(&d, FROM, TO));
		assert_others(&d);
		memdisk_free(mem);
	}
	d = memdisk_disk(whole);
	assert_true(rooms_take(&d, FROM, TO));
	assert_others(&d);
	assert_false(is_there(&d, FROM "/kim"));
	memdisk_free(whole);
}

/* Also where the name has no room there yet: its home room may be free. */
static void
but_not_one_that_a_window_has_open(void **state)
{
	static const char *const one[] = { "one", NULL };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	pid_t holder;
	int fd;

	(void)state;
	make_dirs(&d);
	d.make_dir(d.arg, FROM "/bob");
	d.make_dir(d.arg, FROM "/bob/room");
	d.make_dir(d.arg, FROM "/bob/room/lab");
	d.make_dir(d.arg, FROM "/bob/room/ops");
	post(&d, FROM "/bob/outbox", 3, one);
	post(&d, FROM "/bob/room/lab/outbox", 4, one);
	post(&d, FROM "/bob/room/ops/outbox", 5, one);
	fd = d.lock(d.arg, FROM "/bob/room/lab/window", &holder);
	assert_int_not_equal(fd, -1);
	assert_false(rooms_take(&d, FROM, TO));
	assert_int_equal(errno, EWOULDBLOCK);
	assert_waits(&d, FROM "/bob/room/lab", "4.1 one;");
	assert_waits(&d, TO "/bob/room/ops", "5.1 one;");
	assert_waits(&d, TO "/bob", "3.1 one;");
	d.close(d.arg, fd);
	assert_true(rooms_take(&d, FROM, TO));
	assert_waits(&d, TO "/bob/room/lab", "4.1 one;");
	assert_false(is_there(&d, FROM "/bob"));
	memdisk_free(mem);
}

static void
a_name_stays_as_long_as_a_room_of_it_does(void **state)
{
	static const char *const one[] = { "one", NULL };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	d.make_dir(d.arg, FROM "/kim/room");
	d.make_dir(d.arg, FROM "/kim/room/lab");
	post(&d, FROM "/kim/room/lab/outbox", 4, one);
	rooms_leave(&d, FROM "/kim");
	assert_waits(&d, FROM "/kim/room/lab", "4.1 one;");
	d.remove(d.arg, FROM "/kim/room/lab/outbox");
	rooms_leave(&d, FROM "/kim/room/lab");
	assert_false(is_there(&d, FROM "/kim/room/lab"));
	rooms_leave(&d, FROM "/kim");
	assert_false(is_there(&d, FROM "/kim"));
	memdisk_free(mem);
}

/* What was kept by the name that the home room has. */
static void
the_home_room_is_one(void **state)
{
	static const char *const one[] = { "one", NULL };
	static const char *const two[] = { "two", NULL };
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	post(&d, TO "/kim/outbox", 3, one);
	d.make_dir(d.arg, TO "/kim/room");
	d.make_dir(d.arg, TO "/kim/room/lab");
	d.make_dir(d.arg, TO "/kim/room/ops");
	post(&d, TO "/kim/room/lab/outbox", 4, two);
	copy(&d, TO "/kim/room/lab", 1, 9);
	rooms_take_home(&d, TO "/kim", "lab");
	assert_waits(&d, TO "/kim", "3.1 one;4.1 two;");
	assert_copy(&d, TO "/kim", 1, 9);
	assert_false(is_there(&d, TO "/kim/room/lab"));
	assert_true(is_there(&d, TO "/kim/room/ops"));
	d.remove(d.arg, TO "/kim/room/ops");
	rooms_take_home(&d, TO "/kim", "lab");
	assert_waits(&d, TO "/kim", "3.1 one;4.1 two;");
	memdisk_free(mem);
}

/* And another one has that, of which nothing is mixed in. */
static void
a_room_that_is_renamed_takes_what_is_kept_along(void **state)
{
	static const char *const one[] = { "one", NULL };
	static const char *const two[] = { "two", NULL };
	struct memdisk *mem = memdisk_new();
	const struct disk d = memdisk_disk(mem);

	(void)state;
	make_dirs(&d);
	d.make_dir(d.arg, TO "/kim/room");
	d.make_dir(d.arg, TO "/kim/room/lab");
	post(&d, TO "/kim/room/lab/outbox", 4, one);
	copy(&d, TO "/kim/room/lab", 1, 9);
	rooms_note_renamed(&d, TO "/kim/room/lab", "Lab2");
	rooms_take_renamed(&d, TO "/kim/room", "ops");
	assert_waits(&d, TO "/kim/room/lab", "4.1 one;");
	rooms_take_renamed(&d, TO "/kim/room", NULL);
	assert_false(is_there(&d, TO "/kim/room/lab"));
	assert_waits(&d, TO "/kim/room/lab2", "4.1 one;");
	assert_copy(&d, TO "/kim/room/lab2", 1, 9);
	assert_false(is_there(&d, TO "/kim/room/lab2/renamed"));
	/* It was called so again. */
	d.make_dir(d.arg, TO "/kim/room/lab");
	post(&d, TO "/kim/room/lab/outbox", 5, two);
	rooms_note_renamed(&d, TO "/kim/room/lab", "lab2");
	rooms_note_renamed(&d, TO "/kim/room/lab", "lab");
	rooms_take_renamed(&d, TO "/kim/room", "lab2");
	assert_waits(&d, TO "/kim/room/lab", "5.1 two;");
	rooms_note_renamed(&d, TO "/kim/room/lab", "lab2");
	rooms_take_renamed(&d, TO "/kim/room", "lab2");
	assert_waits(&d, TO "/kim/room/lab2", "4.1 one;5.1 two;");
	assert_false(is_there(&d, TO "/kim/room/lab"));
	memdisk_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_or_doubled),
		cmocka_unit_test(nor_by_an_end_at_any_step),
		cmocka_unit_test(a_copy_that_is_in_no_other_is_set_aside),
		cmocka_unit_test(two_that_meet_become_whole),
		cmocka_unit_test(what_a_window_has_open_stays),
		cmocka_unit_test(what_is_no_outbox_stays),
		cmocka_unit_test(a_room_that_kept_nothing_goes),
		cmocka_unit_test(what_the_home_room_is_called_goes_along),
		cmocka_unit_test(whose_keys_names_are_goes_along),
		cmocka_unit_test(nothing_is_moved_into_itself),
		cmocka_unit_test(the_other_rooms_of_a_name_come_along),
		cmocka_unit_test(but_not_one_that_a_window_has_open),
		cmocka_unit_test(a_name_stays_as_long_as_a_room_of_it_does),
		cmocka_unit_test(the_home_room_is_one),
		cmocka_unit_test(
		    a_room_that_is_renamed_takes_what_is_kept_along)
	};

	return cmocka_run_group_tests_name("rooms", tests, NULL, NULL);
}
