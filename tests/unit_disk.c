/*
 * The real disk and the one in memory: both keep to the contract, and the
 * second fails in the ways that tests ask for.
 */
#include "common/disk.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

static struct disk d;
static struct memdisk *md;
static char dir[PATH_MAX], path[PATH_MAX];

static const char *
at(const char *name)
{
	assert_true((size_t)snprintf(path, sizeof(path), "%.4000s/%s", dir,
	    name) < sizeof(path));
	return path;
}

static int
set_up_real(void **state)
{
	(void)state;
	d = disk_real;
	strlcpy(dir, "/tmp/chat-disk.XXXXXX", sizeof(dir));
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
tear_down_real(void **state)
{
	(void)state;
	/* Each test has removed its files: the directory must be empty. */
	return rmdir(dir);
}

static int
set_up_memory(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	strlcpy(dir, "/d", sizeof(dir));
	return d.make_dir(d.arg, dir);
}

static int
tear_down_memory(void **state)
{
	(void)state;
	memdisk_free(md);
	md = NULL;
	return 0;
}

static void
assert_holds(int fd, const char *want)
{
	char got[64];
	ssize_t n = d.read(d.arg, fd, got, sizeof(got), 0);

	assert_int_equal(n, strlen(want));
	assert_memory_equal(got, want, (size_t)n);
	assert_int_equal(d.size(d.arg, fd), n);
}

static void
bytes_are_read_back_where_they_were_written(void **state)
{
	char got[8];
	int fd;

	(void)state;
	assert_int_equal(d.open(d.arg, at("f"), false), -1);
	assert_int_equal(errno, ENOENT);
	fd = d.open(d.arg, at("f"), true);
	assert_true(fd >= 0);
	assert_int_equal(d.size(d.arg, fd), 0);
	assert_int_equal(d.write(d.arg, fd, "hello", 5, 0), 0);
	assert_int_equal(d.write(d.arg, fd, "LO!", 3, 3), 0);
	assert_holds(fd, "helLO!");
	assert_int_equal(d.read(d.arg, fd, got, 3, 4), 2);
	assert_memory_equal(got, "O!", 2);
	assert_int_equal(d.read(d.arg, fd, got, 3, 9), 0);
	assert_int_equal(d.truncate(d.arg, fd, 2), 0);
	assert_holds(fd, "he");
	assert_int_equal(d.sync(d.arg, fd), 0);
	assert_int_equal(d.close(d.arg, fd), 0);
	fd = d.open(d.arg, at("f"), true);
	assert_holds(fd, "he");
	assert_int_equal(d.close(d.arg, fd), 0);
	assert_int_equal(d.remove(d.arg, at("f")), 0);
	assert_int_equal(d.remove(d.arg, at("f")), -1);
	assert_int_equal(errno, ENOENT);
}

static void
see(void *to, const char *name)
{
	strlcat(to, name, 64);
}

static void
directories_list_rename_and_go(void **state)
{
	char from[PATH_MAX], names[64] = "";
	int fd;

	(void)state;
	assert_int_equal(d.make_dir(d.arg, at("one")), 0);
	assert_int_equal(d.make_dir(d.arg, at("one")), 0);
	fd = d.open(d.arg, at("one/f"), true);
	assert_int_equal(d.write(d.arg, fd, "x", 1, 0), 0);
	assert_int_equal(d.close(d.arg, fd), 0);
	assert_int_equal(d.make_dir(d.arg, at("one/f")), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(d.make_dir(d.arg, at("no/where")), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(d.sync_dir(d.arg, at("one")), 0);
	assert_int_equal(d.remove(d.arg, at("one")), -1);
	assert_int_equal(errno, ENOTEMPTY);

	strlcpy(from, at("one"), sizeof(from));
	assert_int_equal(d.rename(d.arg, from, at("two")), 0);
	assert_int_equal(d.list(d.arg, dir, see, names), 0);
	assert_string_equal(names, "two");
	names[0] = '\0';
	assert_int_equal(d.list(d.arg, at("two"), see, names), 0);
	assert_string_equal(names, "f");
	assert_int_equal(d.list(d.arg, at("one"), see, names), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(d.remove(d.arg, at("two/f")), 0);
	assert_int_equal(d.remove(d.arg, at("two")), 0);
}

static void
make_file(const char *name)
{
	int fd = d.open(d.arg, at(name), true);

	assert_true(fd >= 0);
	d.close(d.arg, fd);
}

static void
all_of_a_directory_goes_and_nothing_else(void **state)
{
	static const char *const dirs[] = { "a", "a/b", "a/b/c", "ab" };
	static const char *const files[] = { "a/one", "a/b/two", "a/b/c/three",
	    "a/b/c/four", "ab/five" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(d.make_dir(d.arg, at(dirs[i])), 0);
	for (i = 0; i < 5; i++)
		make_file(files[i]);
	assert_true(disk_remove_all(&d, at("a")));
	assert_int_equal(d.open(d.arg, at("a/one"), false), -1);
	assert_int_equal(d.remove(d.arg, at("a")), -1);
	assert_int_equal(errno, ENOENT);
	/* There is nothing, and a file. */
	assert_true(disk_remove_all(&d, at("a")));
	assert_true(disk_remove_all(&d, at("ab/five")));
	assert_int_equal(d.remove(d.arg, at("ab")), 0);
}

static void
a_file_renamed_takes_the_place_of_another(void **state)
{
	char from[PATH_MAX];
	int fd, old;

	(void)state;
	old = d.open(d.arg, at("old"), true);
	assert_int_equal(d.write(d.arg, old, "old", 3, 0), 0);
	fd = d.open(d.arg, at("new"), true);
	assert_int_equal(d.write(d.arg, fd, "new!", 4, 0), 0);
	assert_int_equal(d.close(d.arg, fd), 0);
	strlcpy(from, at("new"), sizeof(from));
	assert_int_equal(d.rename(d.arg, from, at("old")), 0);
	assert_holds(old, "old");
	assert_int_equal(d.close(d.arg, old), 0);
	fd = d.open(d.arg, at("old"), false);
	assert_holds(fd, "new!");
	assert_int_equal(d.close(d.arg, fd), 0);
	assert_int_equal(d.remove(d.arg, at("old")), 0);
}

static void
a_lock_shows_who_holds_it_and_ends_with_its_descriptor(void **state)
{
	pid_t holder = -1;
	int fd;

	(void)state;
	fd = d.lock(d.arg, at("lock"), &holder);
	assert_true(fd >= 0);
	assert_int_equal(d.lock(d.arg, at("lock"), &holder), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(holder, getpid());
	assert_int_equal(d.close(d.arg, fd), 0);
	fd = d.lock(d.arg, at("lock"), &holder);
	assert_true(fd >= 0);
	assert_int_equal(d.close(d.arg, fd), 0);
	assert_int_equal(d.remove(d.arg, at("lock")), 0);
}

/* Locks in a child, which tells over one pipe and waits on the other. */
static pid_t
fork_holder(int *release)
{
	int ready[2], go[2];
	pid_t pid, holder;
	char byte;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	if ((pid = fork()) == 0) {
		close(go[1]);
		byte = d.lock(d.arg, at("lock"), &holder) >= 0;
		if (write(ready[1], &byte, 1) == 1)
			(void)!read(go[0], &byte, 1);
		_exit(0);
	}
	assert_true(pid > 0);
	close(go[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	close(ready[0]);
	*release = go[1];
	return pid;
}

static void
a_child_that_holds_the_lock_is_named(void **state)
{
	pid_t pid, holder;
	int release, fd;

	(void)state;
	pid = fork_holder(&release);
	assert_int_equal(d.lock(d.arg, at("lock"), &holder), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(holder, pid);
	/* Nothing but a number in there is a number. */
	fd = open(at("lock"), O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, "12x\n", 4), 4);
	assert_int_equal(d.lock(d.arg, at("lock"), &holder), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	assert_int_equal(holder, 0);
	close(fd);

	close(release);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	fd = d.lock(d.arg, at("lock"), &holder);
	assert_true(fd >= 0);
	assert_int_equal(d.close(d.arg, fd), 0);
	assert_int_equal(d.remove(d.arg, at("lock")), 0);
}

static void
files_are_private_and_links_are_not_followed(void **state)
{
	char target[PATH_MAX];
	struct stat st;
	pid_t holder;
	int fd;

	(void)state;
	fd = d.open(d.arg, at("f"), true);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(d.close(d.arg, fd), 0);
	assert_int_equal(d.make_dir(d.arg, at("sub")), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(d.remove(d.arg, at("sub")), 0);

	strlcpy(target, at("f"), sizeof(target));
	assert_int_equal(symlink(target, at("link")), 0);
	assert_int_equal(d.open(d.arg, at("link"), true), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(d.lock(d.arg, at("link"), &holder), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(d.remove(d.arg, at("link")), 0);
	assert_int_equal(d.remove(d.arg, at("f")), 0);
}

static void
a_full_disk_takes_what_fits(void **state)
{
	int fd;

	(void)state;
	fd = d.open(d.arg, at("f"), true);
	memdisk_limit(md, 6);
	assert_int_equal(d.write(d.arg, fd, "abcd", 4, 0), 0);
	assert_int_equal(d.write(d.arg, fd, "efgh", 4, 4), -1);
	assert_int_equal(errno, ENOSPC);
	assert_holds(fd, "abcdef");
	assert_int_equal(d.write(d.arg, fd, "ABC", 3, 1), 0);
	assert_int_equal(d.truncate(d.arg, fd, 2), 0);
	assert_int_equal(d.write(d.arg, fd, "wxyz", 4, 2), 0);
	assert_holds(fd, "aAwxyz");
	memdisk_limit(md, UINT64_MAX);
	assert_int_equal(d.write(d.arg, fd, "!", 1, 6), 0);
	assert_int_equal(memdisk_bytes(md), 7);
}

static void
one_directory_is_full_alone(void **state)
{
	char full[PATH_MAX];
	int fd, other;

	(void)state;
	strlcpy(full, at("full"), sizeof(full));
	assert_int_equal(d.make_dir(d.arg, full), 0);
	fd = d.open(d.arg, at("full/f"), true);
	other = d.open(d.arg, at("fuller"), true);
	assert_int_equal(d.write(d.arg, other, "abcd", 4, 0), 0);
	assert_int_equal(d.write(d.arg, fd, "ab", 2, 0), 0);
	assert_int_equal(memdisk_bytes_in(md, full), 2);
	memdisk_limit_in(md, full, 3);
	assert_int_equal(d.write(d.arg, fd, "cd", 2, 2), -1);
	assert_int_equal(errno, ENOSPC);
	assert_holds(fd, "abc");
	assert_int_equal(d.write(d.arg, other, "efgh", 4, 4), 0);
	memdisk_limit_in(md, full, UINT64_MAX);
	assert_int_equal(d.write(d.arg, fd, "d", 1, 3), 0);
}

static void
a_crash_keeps_the_synced_and_a_beginning_of_the_rest(void **state)
{
	static const char *possible[] = { "synced", "sYnced", "sYNced",
	    "sYNceda", "sYNcedab", "sYNcedabc", "sYNc", "sYNcz" };
	bool seen[8] = { false };
	char got[64];
	uint64_t i;
	size_t k;
	ssize_t n;
	int fd;

	(void)state;
	for (i = 0; i < 500; i++) {
		fd = d.open(d.arg, at("f"), true);
		assert_int_equal(d.write(d.arg, fd, "synced", 6, 0), 0);
		assert_int_equal(d.sync(d.arg, fd), 0);
		assert_int_equal(d.write(d.arg, fd, "YN", 2, 1), 0);
		assert_int_equal(d.write(d.arg, fd, "ab", 2, 6), 0);
		assert_int_equal(d.write(d.arg, fd, "c", 1, 8), 0);
		assert_int_equal(d.truncate(d.arg, fd, 4), 0);
		assert_int_equal(d.write(d.arg, fd, "z", 1, 4), 0);
		memdisk_kill(md);
		fd = d.open(d.arg, at("f"), false);
		assert_holds(fd, "sYNcz");
		memdisk_crash(md, i);
		assert_int_equal(d.close(d.arg, fd), -1);
		assert_int_equal(errno, EBADF);
		fd = d.open(d.arg, at("f"), false);
		n = d.read(d.arg, fd, got, sizeof(got), 0);
		for (k = 0; k < 8; k++)
			if ((size_t)n == strlen(possible[k]) &&
			    memcmp(got, possible[k], (size_t)n) == 0)
				break;
		assert_true(k < 8);
		seen[k] = true;
		assert_int_equal(d.remove(d.arg, at("f")), 0);
	}
	for (k = 0; k < 8; k++)
		assert_true(seen[k]);
}

static void
death_drops_locks_and_a_flip_is_one_bit(void **state)
{
	pid_t holder;
	char got;
	int fd;

	(void)state;
	assert_true(d.lock(d.arg, at("lock"), &holder) >= 0);
	memdisk_kill(md);
	assert_true(d.lock(d.arg, at("lock"), &holder) >= 0);
	memdisk_crash(md, 1);
	assert_true(d.lock(d.arg, at("lock"), &holder) >= 0);

	fd = d.open(d.arg, at("f"), true);
	assert_int_equal(d.write(d.arg, fd, "a", 1, 0), 0);
	assert_false(memdisk_flip(md, at("f"), 1));
	assert_false(memdisk_flip(md, at("g"), 0));
	assert_true(memdisk_flip(md, at("f"), 0));
	assert_int_equal(d.read(d.arg, fd, &got, 1, 0), 1);
	assert_int_equal(got, 'a' ^ 1);
}

static void
a_crash_takes_back_names_that_were_not_synced(void **state)
{
	char other[PATH_MAX], names[64];
	int fd, i;

	(void)state;
	memdisk_lose_names(md);
	for (i = 0; i < 2; i++) {
		/* f says old, for good; then g says new and takes its place. */
		fd = d.open(d.arg, at("f"), true);
		assert_int_equal(d.write(d.arg, fd, "old", 3, 0), 0);
		assert_int_equal(d.sync(d.arg, fd), 0);
		assert_int_equal(d.sync_dir(d.arg, dir), 0);
		d.close(d.arg, fd);
		fd = d.open(d.arg, at("g"), true);
		assert_int_equal(d.write(d.arg, fd, "new", 3, 0), 0);
		assert_int_equal(d.sync(d.arg, fd), 0);
		strlcpy(other, at("g"), sizeof(other));
		assert_int_equal(d.rename(d.arg, other, at("f")), 0);
		assert_int_equal(d.make_dir(d.arg, at("h")), 0);
		assert_int_equal(d.make_dir(d.arg, at("h/i")), 0);
		if (i == 1)
			assert_int_equal(d.sync_dir(d.arg, dir), 0);
		memdisk_crash(md, 0);
		fd = d.open(d.arg, at("f"), false);
		assert_holds(fd, i == 1 ? "new" : "old");
		d.close(d.arg, fd);
		names[0] = '\0';
		assert_int_equal(d.list(d.arg, at("h"), see, names),
		    i == 1 ? 0 : -1);
		assert_string_equal(names, "");
		assert_int_equal(d.open(d.arg, at("g"), false), -1);
	}
}

enum { HOLDERS = 4, HELD = 300 };

/* Each removes what it has locked, as who moves a room does. */
static void
hold_and_remove(void)
{
	char alone[PATH_MAX], file[PATH_MAX];
	pid_t holder;
	int i, fd, own;

	strlcpy(alone, at("alone"), sizeof(alone));
	strlcpy(file, at("lock"), sizeof(file));
	for (i = 0; i < HELD; i++) {
		while ((fd = d.lock(d.arg, file, &holder)) == -1)
			continue;
		if ((own = open(alone, O_CREAT | O_EXCL, 0600)) == -1)
			_exit(1);
		close(own);
		unlink(alone);
		unlink(file);
		close(fd);
	}
	_exit(0);
}

static void
a_lock_is_of_the_file_that_is_there(void **state)
{
	pid_t pid[HOLDERS];
	int i, status, bad = 0;

	(void)state;
	for (i = 0; i < HOLDERS; i++)
		if ((pid[i] = fork()) == 0)
			hold_and_remove();
	for (i = 0; i < HOLDERS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		bad |= status;
	}
	unlink(at("alone"));
	assert_int_equal(bad, 0);
}

int
main(void)
{
#define REAL(name) { "real: " #name, name, set_up_real, tear_down_real, NULL }
#define MEMORY(name) \
	{ "memory: " #name, name, set_up_memory, tear_down_memory, NULL }
	const struct CMUnitTest tests[] = {
		REAL(bytes_are_read_back_where_they_were_written),
		REAL(directories_list_rename_and_go),
		REAL(all_of_a_directory_goes_and_nothing_else),
		REAL(a_file_renamed_takes_the_place_of_another),
		REAL(a_lock_shows_who_holds_it_and_ends_with_its_descriptor),
		REAL(a_child_that_holds_the_lock_is_named),
		REAL(files_are_private_and_links_are_not_followed),
		REAL(a_lock_is_of_the_file_that_is_there),
		MEMORY(bytes_are_read_back_where_they_were_written),
		MEMORY(directories_list_rename_and_go),
		MEMORY(all_of_a_directory_goes_and_nothing_else),
		MEMORY(a_file_renamed_takes_the_place_of_another),
		MEMORY(a_lock_shows_who_holds_it_and_ends_with_its_descriptor),
		MEMORY(a_full_disk_takes_what_fits),
		MEMORY(one_directory_is_full_alone),
		MEMORY(a_crash_keeps_the_synced_and_a_beginning_of_the_rest),
		MEMORY(a_crash_takes_back_names_that_were_not_synced),
		MEMORY(death_drops_locks_and_a_flip_is_one_bit),
	};

	return tests_run(tests, NULL, NULL);
}
