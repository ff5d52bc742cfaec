/*
 * A room's passphrase in a file, which only its owner may read.
 */
#include "common/passphrase.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"

static char dir[64], path[96], got[PASSPHRASE_BYTES];

static int
set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/chat-passphrase-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/room", dir);
	unsetenv("CREDENTIALS_DIRECTORY");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static enum keys_error
reads(const char *text, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	assert_int_equal(chmod(path, mode), 0);
	strcpy(got, "before");
	return passphrase_read(path, got);
}

static void
is(const char *text, const char *what)
{
	assert_int_equal(reads(text, strlen(text), 0600), KEYS_OK);
	assert_string_equal(got, what);
}

static void
the_first_line_is_it(void **state)
{
	(void)state;
	is("correct horse", "correct horse");
	is("correct horse\n", "correct horse");
	is("correct horse\r\nnext\n", "correct horse");
	is(" blanks count \n", " blanks count ");
	is("密码\n", "密码");
}

static void
what_is_none_is_refused_and_nothing_is_left_of_it(void **state)
{
	static const char *const bad[] = { "", "\n", "\r\n", "\nsecond\n" };
	char longer[PASSPHRASE_BYTES + 10];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(reads(bad[i], strlen(bad[i]), 0600),
		    KEYS_EMPTY);
		assert_string_equal(got, "");
	}
	assert_int_equal(reads("\xff\n", 2, 0600), KEYS_UTF8);
	assert_string_equal(got, "");
	memset(longer, 'x', sizeof(longer));
	assert_int_equal(reads(longer, PASSPHRASE_BYTES - 1, 0600), KEYS_OK);
	assert_int_equal(strlen(got), PASSPHRASE_BYTES - 1);
	assert_int_equal(reads(longer, PASSPHRASE_BYTES, 0600), KEYS_LONG);
	assert_int_equal(reads(longer, sizeof(longer), 0600), KEYS_LONG);
	assert_string_equal(got, "");
}

static void
a_file_that_others_may_read_is_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0601, 0644 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(reads("secret\n", 7, modes[i]),
		    KEYS_READABLE);
		assert_string_equal(got, "");
	}
	assert_int_equal(reads("secret\n", 7, 0400), KEYS_OK);
}

/* systemd lets a service read it by an access list. */
static void
a_credential_may_be_the_groups(void **state)
{
	char other[96];

	(void)state;
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(reads("secret\n", 7, 0440), KEYS_OK);
	assert_string_equal(got, "secret");
	assert_int_equal(reads("secret\n", 7, 0444), KEYS_READABLE);
	/* Not what only seems to lie there. */
	assert_int_equal(reads("secret\n", 7, 0440), KEYS_OK);
	snprintf(other, sizeof(other), "%s/../%s/room", dir,
	    strrchr(dir, '/') + 1);
	assert_int_equal(passphrase_read(other, got), KEYS_READABLE);
	snprintf(other, sizeof(other), "%.*s", (int)strlen(dir) - 1, dir);
	setenv("CREDENTIALS_DIRECTORY", other, 1);
	assert_int_equal(passphrase_read(path, got), KEYS_READABLE);
}

static void
another_program_may_hand_it_over(void **state)
{
	char name[32];
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(write(fds[1], "secret\n", 7), 7);
	snprintf(name, sizeof(name), "/dev/fd/%d", fds[0]);
	assert_int_equal(passphrase_read(name, got), KEYS_OK);
	assert_string_equal(got, "secret");
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(reads("x", 1, 0600), KEYS_OK);
}

static void
what_is_not_there_is_the_systems_to_say(void **state)
{
	(void)state;
	assert_int_equal(passphrase_read("/nowhere/at/all", got), KEYS_SYSTEM);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(passphrase_read(dir, got), KEYS_SYSTEM);
	assert_string_equal(got, "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_first_line_is_it),
		TEST(what_is_none_is_refused_and_nothing_is_left_of_it),
		TEST(a_file_that_others_may_read_is_refused),
		TEST(a_credential_may_be_the_groups),
		TEST(another_program_may_hand_it_over),
		TEST(what_is_not_there_is_the_systems_to_say),
	};

	return tests_run(tests, NULL, NULL);
}
