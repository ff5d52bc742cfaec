/*
 * What the client writes outside of the room: the chat saved to a file, its
 * small files of state, the user's command for mentions. In a directory that
 * is gone afterwards.
 */
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/text.h"
#include "tests/with_cmocka.h"
#include "tui/launch.h"
#include "tui/notify.h"
#include "tui/save.h"
#include "tui/shared/store.h"
#include "tui/text/history.h"

static char dir[64];
static struct history *chat;

static int
set_up(void **state)
{
	(void)state;
	strlcpy(dir, "/tmp/unit_save.XXXXXX", sizeof(dir));
	chat = history_new(HISTORY_MIN_BYTES);
	return mkdtemp(dir) != NULL && chat != NULL ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

static int
tear_down(void **state)
{
	(void)state;
	history_free(chat);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *
in(const char *leaf)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, leaf);
	return path;
}

static void
file_is(const char *path, const char *want)
{
	size_t len = 0;
	char *text = store_load(path, &len);

	assert_non_null(text);
	assert_int_equal(len, strlen(want));
	assert_string_equal(text, want);
	free(text);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 0777;
}

static void
put(enum entry_kind kind, const char *author, const char *text,
    unsigned marks)
{
	struct entry e = { .kind = kind, .author = author, .text = text,
	    .author_len = strlen(author), .text_len = strlen(text),
	    .time_ms = 3661000, .id = marks & HISTORY_PENDING ? 1 : 0 };

	if (marks & HISTORY_PENDING)
		assert_true(history_post(chat, &e, 0));
	else
		assert_true(history_append(chat, &e, marks, 0));
}

static void
the_chat_is_written_as_it_was_said(void **state)
{
	char why[128];

	(void)state;
	put(ENTRY_SAY, "alice", "hi\nth" TEXT_TAB "ere\n\n%s", 0);
	put(ENTRY_SAY, "~bob", "", HISTORY_MENTION);
	put(ENTRY_ACT, "bob", "bob waves", 0);
	put(ENTRY_JOIN, "", "carol joined", 0);
	put(ENTRY_ANNOUNCE, "", "tea", 0);
	put(ENTRY_ANNOUNCE, "", "3 here", HISTORY_LOCAL);
	put(ENTRY_PART, "alice", "a piece", 0);
	put(ENTRY_SAY, "alice", "lost", HISTORY_OWN | HISTORY_LOST);
	put(ENTRY_SAY, "alice", "never said", HISTORY_OWN | HISTORY_REFUSED);
	put(ENTRY_ANNOUNCE, "", "no", HISTORY_LOCAL | HISTORY_REFUSED);
	put(ENTRY_SAY, "alice", "not in the room", HISTORY_PENDING);
	/* Further lines of a text are none. */
	assert_int_equal(save_chat(in("chat"), chat, why, sizeof(why)), 10);
	file_is(in("chat"),
	    "1970-01-01 01:01:01 alice: hi\n"
	    "    th\tere\n"
	    "    \n"
	    "    %s\n"
	    "1970-01-01 01:01:01 ~bob: \n"
	    "1970-01-01 01:01:01 * bob waves\n"
	    "1970-01-01 01:01:01 * carol joined\n"
	    "1970-01-01 01:01:01 [Admin] tea\n"
	    "1970-01-01 01:01:01 * 3 here\n"
	    "1970-01-01 01:01:01 alice: a piece\n"
	    "1970-01-01 01:01:01 × alice: lost\n"
	    "1970-01-01 01:01:01 ! alice: never said\n"
	    "1970-01-01 01:01:01 * no\n");
	assert_int_equal(mode_of(in("chat")), 0600);
}

static void
a_file_that_is_there_is_never_touched(void **state)
{
	char why[128] = "", target[PATH_MAX];

	(void)state;
	store_replace(in("mine"), "mine", 4);
	put(ENTRY_SAY, "alice", "hi", 0);
	assert_int_equal(save_chat(in("mine"), chat, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "not touched"));
	file_is(in("mine"), "mine");
	/* Nor what a link that leads nowhere leads to. */
	strlcpy(target, in("elsewhere"), sizeof(target));
	assert_int_equal(symlink(target, in("link")), 0);
	assert_int_equal(save_chat(in("link"), chat, why, sizeof(why)), -1);
	assert_int_equal(access(target, F_OK), -1);
}

static void
what_cannot_be_written_is_told(void **state)
{
	char why[128] = "", path[PATH_MAX + 64];

	(void)state;
	assert_int_equal(save_chat(in("no/such/chat"), chat, why,
	    sizeof(why)), -1);
	assert_non_null(strstr(why, strerror(ENOENT)));
	assert_int_equal(save_chat("", chat, why, sizeof(why)), -1);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(save_chat(path, chat, why, sizeof(why)), -1);
	memcpy(path, "~/", 2);
	path[PATH_MAX - 4] = '\0';
	setenv("HOME", dir, 1);
	assert_int_equal(save_chat(path, chat, why, sizeof(why)), -1);
}

static void
a_tilde_is_the_home(void **state)
{
	char why[128];

	(void)state;
	setenv("HOME", dir, 1);
	assert_int_equal(save_chat("~/chat", chat, why, sizeof(why)), 0);
	file_is(in("chat"), "");
}

static int
files_in(const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
a_small_file_is_replaced_whole_with_its_directories(void **state)
{
	size_t len = 0;
	char *text;

	(void)state;
	assert_null(store_load(in("a/b/c"), &len));
	store_replace(in("a/b/c"), "one", 3);
	file_is(in("a/b/c"), "one");
	assert_int_equal(mode_of(in("a/b/c")), 0600);
	assert_int_equal(mode_of(in("a/b")), 0700);
	store_replace(in("a/b/c"), "", 0);
	file_is(in("a/b/c"), "");
	store_replace(in("a/b/c"), "t\0o", 3);
	text = store_load(in("a/b/c"), &len);
	assert_non_null(text);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "t\0o", 4);
	free(text);
	assert_int_equal(files_in(in("a/b")), 1);
}

/* Two of this program that end at the same time. */
static void
two_that_write_a_file_at_once_leave_one_of_the_two(void **state)
{
	static const char *const texts[] = { "a", "bbbbbbbbbbbbbbbbbbbbbb" };
	size_t len;
	char *text;
	pid_t pid[2];
	int i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		if ((pid[i] = fork()) != 0)
			continue;
		for (k = 0; k < 500; k++)
			store_replace(in("a/both"), texts[i],
			    strlen(texts[i]));
		_exit(0);
	}
	for (k = 0; k < 2000; k++) {
		if ((text = store_load(in("a/both"), &len)) == NULL)
			continue;
		assert_true(strcmp(text, texts[0]) == 0 ||
		    strcmp(text, texts[1]) == 0);
		free(text);
	}
	for (i = 0; i < 2; i++)
		assert_int_equal(waitpid(pid[i], NULL, 0), pid[i]);
	assert_int_equal(files_in(in("a")), 1);
}

static void
only_plain_files_of_a_bounded_size_are_loaded(void **state)
{
	char target[PATH_MAX];
	size_t len;
	char *text;
	int fd;

	(void)state;
	assert_null(store_load(dir, &len));
	store_replace(in("file"), "text", 4);
	strlcpy(target, in("file"), sizeof(target));
	assert_int_equal(symlink(target, in("link")), 0);
	assert_null(store_load(in("link"), &len));
	fd = open(in("file"), O_WRONLY);
	assert_int_equal(ftruncate(fd, STORE_FILE_BYTES + 1), 0);
	assert_null(store_load(in("file"), &len));
	assert_int_equal(ftruncate(fd, STORE_FILE_BYTES), 0);
	close(fd);
	text = store_load(in("file"), &len);
	assert_non_null(text);
	assert_int_equal(len, STORE_FILE_BYTES);
	free(text);
}

static void
where_a_file_cannot_be_replaced_the_old_one_stays(void **state)
{
	(void)state;
	store_replace(in("file"), "old", 3);
	/* A directory cannot be made where a file is. */
	store_replace(in("file/below"), "new", 3);
	file_is(in("file"), "old");
	/* Nor is one replaced; no draft of it is left. */
	store_replace(in("a/b/file"), "old", 3);
	store_replace(in("a/b"), "new", 3);
	file_is(in("a/b/file"), "old");
	assert_int_equal(files_in(in("a")), 1);
}

static void
a_kept_name_that_is_none_is_not_proposed(void **state)
{
	char name[STORE_NAME_BYTES];

	(void)state;
	setenv("XDG_STATE_HOME", dir, 1);
	assert_false(store_last_name(name));
	store_save_name("alice");
	assert_true(store_last_name(name));
	assert_string_equal(name, "alice");
	store_replace(in("chat-tui/name"), "bob\nmore", 8);
	assert_true(store_last_name(name));
	assert_string_equal(name, "bob");
	store_save_name("two words");
	assert_false(store_last_name(name));
	assert_string_equal(name, "");
	store_save_name("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	assert_false(store_last_name(name));
	unsetenv("XDG_STATE_HOME");
}

/* Where there is just room for its directory's. */
static void
a_path_that_is_too_long_is_told_as_that(void **state)
{
	static char base[PATH_MAX];
	char path[PATH_MAX];
	size_t len;

	(void)state;
	setenv("XDG_STATE_HOME", "/", 1);
	assert_true(store_room_path(path, "lab:1", "bob", 3));
	len = PATH_MAX - strlen(path);
	memset(base, 'x', len);
	base[0] = '/';
	setenv("XDG_STATE_HOME", base, 1);
	assert_true(store_room_path(path, "lab:1", "bob", 3));
	errno = 0;
	assert_false(store_room_file(path, &(struct store_room){ "lab:1",
	    "lab:1", "bob", "" }, "draft"));
	assert_int_equal(errno, ENAMETOOLONG);
	unsetenv("XDG_STATE_HOME");
}

/* By any spelling, and once it is known which is the home room it is that. */
static void
a_room_has_a_directory_in_that_of_the_name(void **state)
{
	struct store_room r = { "lab:1", "lab:1", "bob", "Ops" };
	char path[PATH_MAX], same[PATH_MAX], home[STORE_ROOM_BYTES];

	(void)state;
	setenv("XDG_STATE_HOME", dir, 1);
	assert_true(store_make_room(path, &r));
	assert_non_null(strstr(path, "/chat-tui/rooms/lab:1/bob/room/ops"));
	assert_int_equal(access(path, F_OK), 0);
	r.room = "OPS";
	assert_true(store_room_at(same, "lab:1", &r));
	assert_string_equal(same, path);
	r.room = "two words";
	assert_true(store_room_at(same, "lab:1", &r));
	assert_non_null(strstr(same, "/bob/room/two%20words"));
	r.room = "";
	assert_true(store_room_at(same, "lab:1", &r));
	assert_true(store_room_path(path, "lab:1", "bob", 3));
	assert_string_equal(same, path);
	store_home("lab:1", home);
	assert_string_equal(home, "");
	store_keep_home("lab:1", "Ops");
	store_home("lab:1", home);
	assert_string_equal(home, "Ops");
	r.room = "ops";
	assert_true(store_room_file(same, &r, "draft"));
	assert_string_equal(same + strlen(path), "/draft");
	assert_false(store_is_home("lab:1", "den"));
	unsetenv("XDG_STATE_HOME");
}

/* A command that writes down how it was called. */
static const char *
script(void)
{
	static char path[PATH_MAX];
	char text[PATH_MAX + 256];
	int n;

	strlcpy(path, in("tell"), sizeof(path));
	n = snprintf(text, sizeof(text), "#!/bin/sh\n"
	    "exec >>%s/told\n"
	    "trap 'printf signal:' USR1; kill -USR1 $$\n"
	    "(: >&9) 2>/dev/null && printf leak:\n"
	    "read line || printf nothing:\n"
	    "printf '<%%s>' \"$@\"\n", dir);
	store_replace(path, text, (size_t)n);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

/* Those that nobody waits for end before this does. */
static void
run(const char *command, const char *who, const char *what)
{
	notify_run(command, who, what, launch_run);
	while (waitpid(-1, NULL, 0) != -1 || errno == EINTR)
		;
}

static int
adopt(void **state)
{
	/* Grandchildren become ours. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	return set_up(state);
}

static void
one_command_a_second_is_enough(void **state)
{
	int64_t due = 0, now;
	unsigned n = 0;

	(void)state;
	for (now = 5000; now < 15000; now += 7)
		n += notify_may(&due, now);
	assert_in_range(n, 9, 10);
	assert_true(notify_may(&due, now + 60000));
}

static void
the_command_is_run_with_who_and_what_and_without_a_shell(void **state)
{
	char command[PATH_MAX + 64];
	sigset_t block, old;
	bool free9 = fcntl(9, F_GETFD) == -1;

	(void)state;
	snprintf(command, sizeof(command), " %s  -x $HOME;y ", script());
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, &old);
	if (free9)
		assert_int_equal(dup2(STDOUT_FILENO, 9), 9);
	run(command, "~bob", "$(reboot) \"a b\"\n`c`");
	if (free9)
		close(9);
	sigprocmask(SIG_SETMASK, &old, NULL);
	file_is(in("told"), "signal:nothing:<-x><$HOME;y><~bob>"
	    "<$(reboot) \"a b\"\n`c`>");
}

/* Or a name would be run: whoever has it chooses the program. */
static void
a_command_of_blanks_runs_nothing(void **state)
{
	const char *path = script();

	(void)state;
	run("", path, "x");
	run("   ", path, "x");
	assert_int_equal(access(in("told"), F_OK), -1);
}

static void
what_cannot_be_started_harms_nobody(void **state)
{
	char command[4096];

	(void)state;
	run("/no/such/command", "who", "what");
	/* More words than there is room for: who and what are still there. */
	strlcpy(command, script(), sizeof(command));
	while (strlen(command) < 1000)
		strlcat(command, " w", sizeof(command));
	run(command, "who", "what");
	assert_int_equal(access(in("told"), F_OK), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define RUNS(name) cmocka_unit_test_setup_teardown(name, adopt, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_chat_is_written_as_it_was_said),
		TEST(a_file_that_is_there_is_never_touched),
		TEST(what_cannot_be_written_is_told),
		TEST(a_tilde_is_the_home),
		TEST(a_small_file_is_replaced_whole_with_its_directories),
		TEST(two_that_write_a_file_at_once_leave_one_of_the_two),
		TEST(only_plain_files_of_a_bounded_size_are_loaded),
		TEST(where_a_file_cannot_be_replaced_the_old_one_stays),
		TEST(a_kept_name_that_is_none_is_not_proposed),
		TEST(a_path_that_is_too_long_is_told_as_that),
		TEST(a_room_has_a_directory_in_that_of_the_name),
		cmocka_unit_test(one_command_a_second_is_enough),
		RUNS(the_command_is_run_with_who_and_what_and_without_a_shell),
		RUNS(a_command_of_blanks_runs_nothing),
		RUNS(what_cannot_be_started_harms_nobody),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	tzset();
	return tests_run(tests, NULL, NULL);
}
