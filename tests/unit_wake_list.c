/*
 * The file of sessions: everybody's address, for its owner only.
 */
#include "server/wake_list.h"

#include <sys/stat.h>
#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

static char dir[64], path[96], other[96];
static unsigned told;
static uint32_t last;

static int
set_up(void **state)
{
	(void)state;
	strlcpy(dir, "/tmp/unit_wake_list.XXXXXX", sizeof(dir));
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sessions", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	told = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(dir);
}

static void
was(void *arg, uint32_t index, const union sock_addr *addr)
{
	(void)arg;
	(void)addr;
	told++;
	last = index;
}

static void
note(struct wake_list *w, uint32_t index)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	a.in4.sin_family = AF_INET;
	a.in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.in4.sin_port = htons(1000);
	wake_list_note(w, index, &a);
}

static void
write_file(const char *name, mode_t mode)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fprintf(f, "5 192.0.2.1 1000\n");
	fclose(f);
	assert_int_equal(chmod(name, mode), 0);
}

static void
its_owner_alone_reads_it_whatever_was_there(void **state)
{
	struct wake_list *w;
	struct stat st;

	(void)state;
	write_file(path, 0644);
	w = wake_list_open(dir, was, NULL);
	assert_non_null(w);
	assert_true(told == 1 && last == 5);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	wake_list_close(w);
}

static void
a_link_is_neither_read_nor_written_through(void **state)
{
	struct wake_list *w;
	struct stat st;

	(void)state;
	write_file(other, 0644);
	assert_int_equal(symlink(other, path), 0);
	w = wake_list_open(dir, was, NULL);
	assert_non_null(w);
	assert_int_equal(told, 0);
	note(w, 7);
	wake_list_close(w);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(st.st_size, 17);
	/* Nor waits it for who would write into a pipe. */
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	w = wake_list_open(dir, was, NULL);
	assert_int_equal(told, 0);
	wake_list_close(w);
}

static void
it_does_not_grow_without_end(void **state)
{
	struct wake_list *w;
	struct stat st;
	uint32_t i;

	(void)state;
	w = wake_list_open(dir, was, NULL);
	for (i = 0; i < 2 * WAKE_LIST_MAX + 3; i++)
		note(w, 1000000000 + i);
	wake_list_close(w);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size <= (off_t)WAKE_LIST_MAX * 40);
	w = wake_list_open(dir, was, NULL);
	assert_true(told >= 1 && told <= WAKE_LIST_MAX);
	wake_list_close(w);
}

int
main(void)
{
#define T(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(its_owner_alone_reads_it_whatever_was_there),
		T(a_link_is_neither_read_nor_written_through),
		T(it_does_not_grow_without_end),
	};

	return tests_run(tests, NULL, NULL);
}
