/*
 * The sandbox, in children of the test: what a process that is in it can still
 * do, and that each way out is shut, in both roles, as root and as nobody.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/sandbox.h"
#include "tests/with_cmocka.h"

enum { NOBODY = 65534, DID = 0, COULD_NOT = 1 };

static char inside[64], outside[64], known[96], config[96], control[96];
static int listener = -1;

static void
make_file(char path[96], const char *dir, const char *leaf, const char *text)
{
	FILE *f;

	snprintf(path, 96, "%s/%s", dir, leaf);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0666), 0);
}

static int
set_up(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	(void)state;
	strlcpy(inside, "/tmp/sandbox.in.XXXXXX", sizeof(inside));
	strlcpy(outside, "/tmp/sandbox.out.XXXXXX", sizeof(outside));
	if (mkdtemp(inside) == NULL || mkdtemp(outside) == NULL ||
	    chmod(inside, 0777) == -1 || chmod(outside, 0777) == -1)
		return -1;
	make_file(known, outside, "known_hosts", "# none\n");
	make_file(config, outside, "config", "theme dark\n");
	snprintf(control, sizeof(control), "%s/control", inside);
	strlcpy(at.sun_path, control, sizeof(at.sun_path));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	return bind(listener, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(listener, 1) == -1;
}

static int
tear_down(void **state)
{
	char line[160];

	(void)state;
	close(listener);
	snprintf(line, sizeof(line), "rm -r %s %s", inside, outside);
	return system(line);
}

/*
 * What becomes of the act in a child that is in the sandbox: what it returns,
 * or 128 and the number of the signal that ended it.
 */
static int
result_of(enum sandbox_role role, bool as_root, int (*act)(void))
{
	const char *const writes[] = { inside, known, "/nowhere/at/all", "",
	    NULL };
	const char *const reads[] = { outside, NULL };
	int status;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0) {
		signal(SIGSYS, SIG_DFL);
		sandbox_hide();
		if (!as_root && (setgroups(0, NULL) == -1 ||
		    setgid(NOBODY) == -1 || setuid(NOBODY) == -1))
			_exit(99);
		sandbox_enter(role, writes, reads);
		_exit(act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

static int
opens(const char *dir, const char *leaf, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, leaf);
	if ((fd = open(path, flags | O_CLOEXEC, 0600)) == -1)
		return COULD_NOT;
	if ((flags & O_ACCMODE) != O_RDONLY && write(fd, "x", 1) != 1)
		return COULD_NOT;
	close(fd);
	return DID;
}

/*
 * What they must be able to do
 */

static int
keep_files(void)
{
	char a[128], b[128];
	int fd;

	snprintf(a, sizeof(a), "%s/room", inside);
	snprintf(b, sizeof(b), "%s/room/log", inside);
	if (mkdir(a, 0700) == -1 || opens(inside, "room/log", O_RDWR |
	    O_CREAT | O_TRUNC) != DID)
		return COULD_NOT;
	snprintf(a, sizeof(a), "%s/room/log.old", inside);
	fd = open(b, O_RDWR);
	if (pwrite(fd, "abc", 3, 0) != 3 || fdatasync(fd) == -1 ||
	    ftruncate(fd, 1) == -1 || close(fd) == -1)
		return COULD_NOT;
	if (rename(b, a) == -1 || unlink(a) == -1)
		return COULD_NOT;
	snprintf(a, sizeof(a), "%s/room", inside);
	return rmdir(a) == 0 ? DID : COULD_NOT;
}

static int
add_a_known_host(void)
{
	return opens(outside, "known_hosts", O_WRONLY | O_APPEND);
}

static int
read_settings(void)
{
	return opens(outside, "config", O_RDONLY);
}

static int
talk_udp(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(9),
	    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd != -1 && connect(fd, (struct sockaddr *)&at,
	    sizeof(at)) == 0 && send(fd, "x", 1, 0) == 1 ? DID : COULD_NOT;
}

static int
wait_and_think(void)
{
	struct timespec brief = { 0, 1000 }, now;
	char *much = malloc(8 << 20);

	if (much == NULL)
		return COULD_NOT;
	memset(much, 1, 8 << 20);
	free(much);
	return ppoll(NULL, 0, &brief, NULL) == 0 &&
	    clock_gettime(CLOCK_BOOTTIME, &now) == 0 ? DID : COULD_NOT;
}

static int
see_interfaces(void)
{
	struct ifaddrs *list;

	if (getifaddrs(&list) == -1)
		return COULD_NOT;
	freeifaddrs(list);
	return DID;
}

static int
answer_control(void)
{
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC) == -1 &&
	    errno == EAGAIN ? DID : COULD_NOT;
}

/*
 * What they must not
 */

static int
write_the_config(void)
{
	return opens(outside, "config", O_WRONLY | O_APPEND);
}

static int
make_a_file_outside(void)
{
	return opens(outside, "file", O_WRONLY | O_CREAT);
}

static int
read_elsewhere(void)
{
	return opens("/etc", "hostname", O_RDONLY) == DID ||
	    opens("/proc/self", "environ", O_RDONLY) == DID ? DID : COULD_NOT;
}

static int
carry_a_file_out(void)
{
	char to[128];

	snprintf(to, sizeof(to), "%s/taken", outside);
	return rename(control, to) == 0 || link(known, to) == 0 ? DID :
	    COULD_NOT;
}

static int
make_a_link(void)
{
	char at[128];

	snprintf(at, sizeof(at), "%s/link", inside);
	return symlink("/etc/passwd", at) == 0 ? DID : COULD_NOT;
}

static int
change_modes(void)
{
	return chmod(known, 04777) == 0 || chown(known, 0, 0) == 0 ? DID :
	    COULD_NOT;
}

static int
reach_a_unix_socket(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strlcpy(at.sun_path, control, sizeof(at.sun_path));
	return fd != -1 && connect(fd, (struct sockaddr *)&at,
	    sizeof(at)) == 0 ? DID : COULD_NOT;
}

static int
open_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) != -1 ||
	    socket(AF_INET6, SOCK_STREAM, 0) != -1 ? DID : COULD_NOT;
}

static int
open_raw(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) != -1 ||
	    socket(AF_PACKET, SOCK_RAW, 0) != -1 ? DID : COULD_NOT;
}

static int
type_for_the_person(void)
{
	char c = 'x';

	return ioctl(STDERR_FILENO, TIOCSTI, &c) == 0 ? DID : COULD_NOT;
}

static int
signal_others(void)
{
	return kill(getppid(), 0) == 0 ? DID : COULD_NOT;
}

static int
signal_threads(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0 ? DID :
	    COULD_NOT;
}

static int
run_a_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return COULD_NOT;
}

static int
fork_itself(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid != -1 ? DID : COULD_NOT;
}

static int
make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? DID :
	    COULD_NOT;
}

static int
look_into_others(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 ? DID :
	    COULD_NOT;
}

static int
go_round_by_io_uring(void)
{
#ifdef SYS_io_uring_setup
	char params[256] = "";

	return syscall(SYS_io_uring_setup, 1, params) != -1 ? DID : COULD_NOT;
#else
	return COULD_NOT;
#endif
}

static int
hold_a_process(void)
{
#ifdef SYS_pidfd_open
	return syscall(SYS_pidfd_open, getppid(), 0) != -1 ? DID : COULD_NOT;
#else
	return COULD_NOT;
#endif
}

static int
make_a_program_in_memory(void)
{
	return memfd_create("x", 0) != -1 ? DID : COULD_NOT;
}

static int
change_the_machine(void)
{
	return unshare(CLONE_NEWUSER) == 0 || chroot(inside) == 0 ? DID :
	    COULD_NOT;
}

static int
become_somebody(void)
{
	return setresuid(1, 1, 1) == 0 ? DID : COULD_NOT;
}

static const struct act {
	int		(*act)(void);
	const char	*name;
	bool		 needs_files;	/* it is Landlock that shuts it */
} shut[] = {
#define ACT(name, files) { name, #name, files }
	ACT(write_the_config, true), ACT(make_a_file_outside, true),
	ACT(read_elsewhere, true), ACT(carry_a_file_out, true),
	ACT(make_a_link, false), ACT(change_modes, false),
	ACT(reach_a_unix_socket, false), ACT(open_tcp, false),
	ACT(open_raw, false), ACT(type_for_the_person, false),
	ACT(signal_others, false), ACT(signal_threads, false),
	ACT(run_a_program, false), ACT(fork_itself, false),
	ACT(make_code, false), ACT(look_into_others, false),
	ACT(go_round_by_io_uring, false), ACT(hold_a_process, false),
	ACT(make_a_program_in_memory, false), ACT(change_the_machine, false),
	ACT(become_somebody, false)
}, open_to_both[] = {
	ACT(keep_files, false), ACT(add_a_known_host, false),
	ACT(read_settings, false), ACT(wait_and_think, false)
};

/* Where the machine, a sanitizer or valgrind has no filter nothing is shut. */
static bool
is_locked(void)
{
	return result_of(SANDBOX_RECEIVER, true, signal_others) != DID;
}

static bool
has_landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 1;
#else
	return false;
#endif
}

static void
expect(const struct act *a, enum sandbox_role role, bool as_root, bool done)
{
	int result = result_of(role, as_root, a->act);

	if ((result == DID) != done)
		fail_msg("%s as %s, role %d: %d", a->name,
		    as_root ? "root" : "nobody", role, result);
}

static void
all_that_is_needed_works(void **state)
{
	enum sandbox_role role;
	size_t i, user;

	(void)state;
	for (role = SANDBOX_RECEIVER; role <= SANDBOX_SERVER; role++)
		for (user = geteuid() == 0 ? 0 : 1; user < 2; user++)
			for (i = 0; i < sizeof(open_to_both) /
			    sizeof(open_to_both[0]); i++)
				expect(&open_to_both[i], role, user == 0 ||
				    geteuid() != 0, true);
	assert_int_equal(result_of(SANDBOX_RECEIVER, true, talk_udp), DID);
	assert_int_equal(result_of(SANDBOX_SERVER, true, see_interfaces), DID);
	assert_int_equal(result_of(SANDBOX_SERVER, true, answer_control), DID);
}

static void
every_way_out_is_shut(void **state)
{
	enum sandbox_role role;
	size_t i, user;

	(void)state;
	if (!is_locked())
		skip();
	for (role = SANDBOX_RECEIVER; role <= SANDBOX_SERVER; role++)
		for (user = geteuid() == 0 ? 0 : 1; user < 2; user++)
			for (i = 0; i < sizeof(shut) / sizeof(shut[0]); i++)
				if (!shut[i].needs_files || has_landlock())
					expect(&shut[i], role, user == 0 ||
					    geteuid() != 0, false);
}

/* Nobody who broke in gets a second try at these. */
static void
what_only_an_intruder_does_ends_the_process(void **state)
{
	static int (*const acts[])(void) = { run_a_program, signal_others,
	    look_into_others, become_somebody };
	size_t i;

	(void)state;
	if (!is_locked())
		skip();
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		assert_int_equal(result_of(SANDBOX_RECEIVER, true, acts[i]),
		    128 + SIGSYS);
}

static int
leave_no_core(void)
{
	struct rlimit core;

	return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 ?
	    DID : COULD_NOT;
}

static int
show_itself(void)
{
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 ? DID : COULD_NOT;
}

static void
keys_do_not_get_into_a_core_file(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		sandbox_hide();
		_exit(leave_no_core());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (!is_locked())
		skip();
	pid = fork();
	if (pid == 0) {
		sandbox_hide();
		_exit(show_itself());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), COULD_NOT);
}

static void
what_there_is_can_be_said(void **state)
{
	char text[SANDBOX_TEXT];

	(void)state;
	assert_ptr_equal(sandbox_text(text), text);
	assert_true(strlen(text) > 0 && strlen(text) < SANDBOX_TEXT - 1);
	assert_true(!has_landlock() || strstr(text, "Landlock") != NULL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_that_is_needed_works),
		TEST(every_way_out_is_shut),
		TEST(what_only_an_intruder_does_ends_the_process),
		TEST(keys_do_not_get_into_a_core_file),
		TEST(what_there_is_can_be_said),
	};

	return tests_run(tests, NULL, NULL);
}
