/*
 * Paths as a person types them: which there are, and where they lead.
 */
#include <sys/stat.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tui/files.h"

static char home[] = "/tmp/chat-files-XXXXXX";
static struct files files;

static const char *
in_home(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	return path;
}

static void
make(const char *name)
{
	int fd = open(in_home(name), O_WRONLY | O_CREAT, 0600);

	assert_true(fd != -1);
	close(fd);
}

/* All that begin so, with | between. */
static void
begin_so(const char *begun, const char *want)
{
	char got[4096] = "";
	const char *path;
	size_t i;

	for (i = 0; (path = files_nth(&files, begun, i)) != NULL; i++) {
		strlcat(got, i > 0 ? "|" : "", sizeof(got));
		strlcat(got, path, sizeof(got));
	}
	assert_string_equal(got, want);
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(home) == NULL || setenv("HOME", home, 1) == -1 ||
	    mkdir(in_home("my notes"), 0700) == -1 ||
	    symlink("my notes", in_home("link")) == -1 ||
	    symlink("nowhere", in_home("lost")) == -1)
		return -1;
	make("a");
	make("b 中");
	make(".hidden");
	make("bad\nname");
	make("not\xffUTF-8");
	make("blank ");
	make("my notes/one");
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "a", "b 中", ".hidden",
	    "bad\nname", "not\xffUTF-8", "blank ", "my notes/one",
	    "my notes/two", "link", "lost" };
	size_t i;

	(void)state;
	files_clear(&files);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_home(names[i]));
	rmdir(in_home("my notes"));
	rmdir(home);
	return 0;
}

static void
what_can_be_typed_is_offered(void **state)
{
	(void)state;
	begin_so("~/", "~/a|~/b 中|~/blank |~/link/|~/lost|~/my notes/");
	begin_so("~/b ", "~/b 中");
	begin_so("~/.", "~/.hidden");
	begin_so("~/my notes/", "~/my notes/one");
	begin_so("~/link/", "~/link/one");
	begin_so("~/x", "");
	begin_so("~/nowhere/", "");
	begin_so("~/a/", "");
	/* In the order of asking, and out of it. */
	assert_string_equal(files_nth(&files, "~/", 5), "~/my notes/");
	assert_string_equal(files_nth(&files, "~/", 0), "~/a");
	assert_null(files_nth(&files, "~/", 6));
}

static void
what_is_new_is_seen(void **state)
{
	const struct timespec long_ago[2] = { { 1, 0 }, { 1, 0 } };

	(void)state;
	assert_int_equal(utimensat(AT_FDCWD, in_home("my notes"), long_ago,
	    0), 0);
	begin_so("~/my notes/", "~/my notes/one");
	make("my notes/two");
	begin_so("~/my notes/", "~/my notes/one|~/my notes/two");
}

static void
a_path_too_long_is_refused(void **state)
{
	static char path[2 * PATH_MAX];
	char full[PATH_MAX];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	assert_false(files_expand(full, path));
	begin_so(path, "");
	assert_true(files_expand(full, "~/x"));
	assert_string_equal(full, in_home("x"));
	assert_true(files_expand(full, "x/~/y"));
	assert_string_equal(full, "x/~/y");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_typed_is_offered),
		cmocka_unit_test(what_is_new_is_seen),
		cmocka_unit_test(a_path_too_long_is_refused),
	};

	return tests_run(tests, set_up, tear_down);
}
