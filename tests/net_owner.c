/*
 * Whose process the server is: root is for the start only. Looks at the real
 * program through /proc, and sees that the room works as it did.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_server.h"

enum { NOBODY = 65534 };

static char place[64];

static int
set_up(void **state)
{
	(void)state;
	strlcpy(place, "/tmp/owner.XXXXXX", sizeof(place));
	return mkdtemp(place) == NULL || chmod(place, 0755) == -1 ? -1 : 0;
}

static int
tear_down(void **state)
{
	char line[128];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", place);
	return system(line);
}

/* The line of /proc/PID/status that begins so. */
static char *
status_line(char line[256], pid_t pid, const char *start)
{
	char path[64];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (!found && fgets(line, 256, f) != NULL)
		found = strncmp(line, start, strlen(start)) == 0;
	fclose(f);
	assert_true(found);
	return line;
}

static void
expect_user(pid_t pid, const char *uids)
{
	char line[256];

	assert_string_equal(status_line(line, pid, "Uid:"), uids);
	assert_string_equal(status_line(line, pid, "CapEff:"),
	    "CapEff:\t0000000000000000\n");
	assert_string_equal(status_line(line, pid, "CapPrm:"),
	    "CapPrm:\t0000000000000000\n");
}

/* Somebody comes in, is counted, and the server ends well. That it answers
 * means that it is in its loop, and so locked in. */
static void
come_in(struct server *s)
{
	int fd = udp_open(s, AF_INET);

	udp_ask(fd, "L alice", "OK");
	close(fd);
	assert_int_equal(server_figure(s, "members "), 1);
}

static void
expect_owner(const char *path, uid_t uid)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_uid, uid);
	assert_int_equal(st.st_mode & (S_IRWXG | S_IRWXO), 0);
}

static void
root_becomes_the_owner_of_the_directory(void **state)
{
	char dir[96], path[128];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, NULL };
	struct server s;
	int i;

	(void)state;
	if (geteuid() != 0)
		skip();
	snprintf(dir, sizeof(dir), "%s/room", place);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(chown(dir, NOBODY, NOBODY), 0);
	/* The second time all is there already. */
	for (i = 0; i < 2; i++) {
		server_start(&s, NULL, args);
		come_in(&s);
		expect_user(s.pid, "Uid:\t65534\t65534\t65534\t65534\n");
		assert_int_equal(server_stop(&s, SIGTERM), 0);
	}
	snprintf(path, sizeof(path), "%s/hostkey", dir);
	expect_owner(path, NOBODY);
}

/* Only root reads the passphrase's file; the directories are not there. */
static void
root_becomes_whom_it_is_told(void **state)
{
	const struct passwd *pw = getpwuid(NOBODY);
	char name[64], dir[96], pass[96];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, "-u", name,
	    "-k", pass, NULL };
	struct server s;
	FILE *f;

	(void)state;
	if (geteuid() != 0 || pw == NULL)
		skip();
	strlcpy(name, pw->pw_name, sizeof(name));
	snprintf(dir, sizeof(dir), "%s/a/room", place);
	snprintf(pass, sizeof(pass), "%s/pass", place);
	f = fopen(pass, "w");
	assert_non_null(f);
	fputs("open sesame\n", f);
	fclose(f);
	assert_int_equal(chmod(pass, 0600), 0);
	server_start(&s, NULL, args);
	assert_int_equal(server_figure(&s, "members "), 0);
	expect_user(s.pid, "Uid:\t65534\t65534\t65534\t65534\n");
	assert_int_equal(server_stop(&s, SIGTERM), 0);
	expect_owner(dir, NOBODY);
}

/* As in a container: it says so, once, and has no power over others' files. */
static void
root_of_its_own_directory_stays_without_power(void **state)
{
	struct server s;

	(void)state;
	if (geteuid() != 0)
		skip();
	server_start(&s, NULL, NULL);
	server_expect_log(&s, "runs as root");
	come_in(&s);
	expect_user(s.pid, "Uid:\t0\t0\t0\t0\n");
	assert_int_equal(server_stop(&s, SIGTERM), 0);
}

static void
a_user_that_there_is_not_is_refused(void **state)
{
	static const char *const args[] = { "-p", "0", "-u", "no such user",
	    NULL };
	struct server s;
	char line[256];

	(void)state;
	server_spawn(&s, SERVER_PIPE, NULL, args);
	assert_non_null(server_line(&s.err, line, sizeof(line)));
	assert_non_null(strstr(line, "no such user"));
	assert_int_equal(server_wait(&s), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(root_becomes_the_owner_of_the_directory),
		TEST(root_becomes_whom_it_is_told),
		TEST(root_of_its_own_directory_stays_without_power),
		TEST(a_user_that_there_is_not_is_refused),
	};

	return tests_run(tests, NULL, NULL);
}
