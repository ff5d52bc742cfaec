/*
 * The sandbox's filter, call by call: what is let through to the kernel, in
 * which role, and how each of the others is refused. The calls are made with
 * arguments that the kernel would refuse in another way, or that do no harm.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/sandbox.h"
#include "tests/with_cmocka.h"

/* What a call may come to. */
enum { THROUGH, UNKNOWN, DENIED, KILLED };
/* Which ids stand for what only the child knows. */
enum { OWN_PID = -1000, OWN_TID, PARENT };

static const char *const words[] = { "let through", "ENOSYS", "EPERM",
    "killed" };
static const char *const nothing[] = { NULL };

struct call {
	const char	*name;
	long		 number;
	long		 args[3];
	int		 receiver, server;	/* what is to come of it */
};

#define CALL(call, a, b, c, receiver, server) \
	{ #call "(" #a ", " #b ", " #c ")", SYS_##call, { a, b, c }, \
	    receiver, server }
#define SHUT(call)	CALL(call, -1, -1, -1, UNKNOWN, UNKNOWN)
#define DEADLY(call)	CALL(call, -1, -1, -1, KILLED, KILLED)

static const struct call calls[] = {
	/* Sockets: UDP; the interfaces; no other. */
	CALL(socket, AF_INET, SOCK_DGRAM, 0, THROUGH, THROUGH),
	CALL(socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0, THROUGH,
	    THROUGH),
	CALL(socket, AF_INET, SOCK_DGRAM, IPPROTO_UDP, THROUGH, THROUGH),
	CALL(socket, AF_INET, SOCK_DGRAM, IPPROTO_ICMP, DENIED, DENIED),
	CALL(socket, AF_INET, SOCK_STREAM, 0, DENIED, DENIED),
	CALL(socket, AF_INET6, SOCK_STREAM, 0, DENIED, DENIED),
	CALL(socket, AF_INET, SOCK_RAW, IPPROTO_ICMP, DENIED, DENIED),
	CALL(socket, AF_UNIX, SOCK_STREAM, 0, DENIED, DENIED),
	CALL(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, DENIED, DENIED),
	CALL(socket, AF_PACKET, SOCK_RAW, 0, DENIED, DENIED),
	CALL(socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE,
	    DENIED, THROUGH),
	CALL(socket, AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT, DENIED,
	    DENIED),
	SHUT(socketpair), SHUT(listen),
	CALL(accept4, -1, 0, 0, UNKNOWN, THROUGH),
	CALL(bind, -1, 0, 0, UNKNOWN, THROUGH),
	CALL(connect, -1, 0, 0, THROUGH, UNKNOWN),
	CALL(setsockopt, -1, SOL_SOCKET, SO_RCVBUF, THROUGH, DENIED),
	CALL(setsockopt, -1, SOL_SOCKET, SO_ATTACH_FILTER, DENIED, DENIED),
	CALL(setsockopt, -1, SOL_SOCKET, SO_BINDTODEVICE, DENIED, DENIED),

	/* Terminals and devices. */
	CALL(ioctl, -1, TIOCSTI, 0, KILLED, KILLED),
	CALL(ioctl, -1, TIOCLINUX, 0, KILLED, KILLED),
	CALL(ioctl, -1, 0x5401 /* TCGETS */, 0, DENIED, DENIED),
	CALL(ioctl, -1, SIOCGIFNAME, 0, DENIED, THROUGH),
	CALL(ioctl, -1, SIOCSIFADDR, 0, DENIED, DENIED),

	/* Signals: abort(3) and nobody else. */
	CALL(tgkill, OWN_PID, OWN_TID, 0, THROUGH, THROUGH),
	CALL(tkill, OWN_TID, 0, 0, THROUGH, THROUGH),
	CALL(tgkill, PARENT, PARENT, 0, KILLED, KILLED),
	CALL(tkill, PARENT, 0, 0, KILLED, KILLED),
	CALL(kill, PARENT, 0, 0, KILLED, KILLED),
	CALL(kill, OWN_PID, 0, 0, KILLED, KILLED),
	CALL(fcntl, -1, F_GETFL, 0, THROUGH, THROUGH),
	CALL(fcntl, -1, F_SETOWN, 1, DENIED, DENIED),

	/* No memory that can be run. */
	CALL(mprotect, 1, 4096, PROT_READ | PROT_WRITE, THROUGH, THROUGH),
	CALL(mprotect, 1, 4096, PROT_READ | PROT_EXEC, DENIED, DENIED),
	CALL(mmap, 0, 0, PROT_READ, THROUGH, THROUGH),
	CALL(mmap, 0, 0, PROT_READ | PROT_EXEC, DENIED, DENIED),

	/* No other processes, no other rights, no other places. */
	SHUT(clone), SHUT(prctl), SHUT(fchmodat), SHUT(fchownat),
	SHUT(symlinkat), SHUT(chdir), SHUT(dup), SHUT(setpgid), SHUT(setsid),
	SHUT(setpriority), SHUT(personality), SHUT(utimensat), SHUT(truncate),
	SHUT(setxattr), SHUT(sched_setaffinity), SHUT(seccomp),
	SHUT(inotify_init1),
#ifdef SYS_fork
	SHUT(fork), SHUT(vfork), SHUT(chmod), SHUT(symlink), SHUT(dup2),
#endif
#ifdef SYS_clone3
	SHUT(clone3),
#endif
#ifdef SYS_openat2
	SHUT(openat2),
#endif

	/* What nobody tries by chance. */
	DEADLY(execve), DEADLY(execveat), DEADLY(ptrace),
	DEADLY(process_vm_readv), DEADLY(process_vm_writev),
	DEADLY(rt_sigqueueinfo), DEADLY(memfd_create), DEADLY(userfaultfd),
	DEADLY(bpf), DEADLY(perf_event_open), DEADLY(add_key), DEADLY(keyctl),
	DEADLY(setuid), DEADLY(setresuid), DEADLY(setgroups), DEADLY(capset),
	DEADLY(setns), DEADLY(unshare), DEADLY(mount), DEADLY(umount2),
	DEADLY(pivot_root), DEADLY(chroot), DEADLY(open_by_handle_at),
	DEADLY(mknodat), DEADLY(init_module), DEADLY(kexec_load),
	DEADLY(reboot),
#ifdef SYS_io_uring_setup
	DEADLY(io_uring_setup), DEADLY(io_uring_enter),
	DEADLY(io_uring_register),
#endif
#ifdef SYS_pidfd_open
	DEADLY(pidfd_open), DEADLY(pidfd_send_signal),
#endif
#ifdef __x86_64__
	/* The same calls under the numbers of x32. */
	{ "execve of x32", 0x40000000 + 520, { -1, -1, -1 }, UNKNOWN,
	    UNKNOWN },
	{ "read of x32", 0x40000000, { -1, 0, 0 }, UNKNOWN, UNKNOWN },
#endif
};

static long
meant(long arg)
{
	switch (arg) {
	case OWN_PID:
		return getpid();
	case OWN_TID:
		return syscall(SYS_gettid);
	case PARENT:
		return getppid();
	default:
		return arg;
	}
}

/* What comes of a call in a child that is in the sandbox. */
static int
outcome(enum sandbox_role role, const struct call *c)
{
	long a[3], result;
	int status;
	pid_t pid = fork();

	assert_true(pid != -1);
	if (pid == 0) {
		sandbox_hide();
		sandbox_enter(role, nothing, nothing);
		a[0] = meant(c->args[0]);
		a[1] = meant(c->args[1]);
		a[2] = meant(c->args[2]);
		result = syscall(c->number, a[0], a[1], a[2], 0, 0, 0);
		if (result != -1)
			_exit(THROUGH);
		_exit(errno == ENOSYS ? UNKNOWN : errno == EPERM ? DENIED :
		    THROUGH);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		return KILLED;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Where the machine, a sanitizer or valgrind has no filter. */
static bool
is_filtered(void)
{
	static const struct call probe = CALL(kill, PARENT, 0, 0, KILLED,
	    KILLED);

	return outcome(SANDBOX_RECEIVER, &probe) == KILLED;
}

static void
check_role(enum sandbox_role role)
{
	const struct call *c;
	int is, should;
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		c = &calls[i];
		should = role == SANDBOX_RECEIVER ? c->receiver : c->server;
		is = outcome(role, c);
		if (is != should)
			fail_msg("%s: %s, not %s", c->name, words[is],
			    words[should]);
	}
}

static void
the_receiver_may_make_its_calls_only(void **state)
{
	(void)state;
	if (!is_filtered())
		skip();
	check_role(SANDBOX_RECEIVER);
}

static void
the_server_may_make_its_calls_only(void **state)
{
	(void)state;
	if (!is_filtered())
		skip();
	check_role(SANDBOX_SERVER);
}

/* abort(3) is how a broken program ends: it must be seen as that. */
static void
an_abort_is_an_abort(void **state)
{
	enum sandbox_role role;
	int status;
	pid_t pid;

	(void)state;
	for (role = SANDBOX_RECEIVER; role <= SANDBOX_SERVER; role++) {
		if ((pid = fork()) == 0) {
			sandbox_hide();
			sandbox_enter(role, nothing, nothing);
			abort();
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

/* As if the kernel were too old for a call (arg -1), or for this value of its
 * first argument. */
static void
be_older(long number, int arg)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)arg, 0,
		    arg == -1 ? 0 : 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO |
		    (arg == -1 ? ENOSYS : EINVAL)),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	};
	struct sock_fprog program = { sizeof(steps) / sizeof(steps[0]),
	    steps };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)
		_exit(99);
}

/* The exit status of a child on such a kernel: 0, it works, and says `says`. */
static int
works_on_older(long number, int arg, const char *says)
{
	char text[SANDBOX_TEXT];
	int fd, status;
	pid_t pid = fork();

	if (pid == 0) {
		be_older(number, arg);
		if (strstr(sandbox_text(text), says) == NULL)
			_exit(1);
		sandbox_hide();
		sandbox_enter(SANDBOX_RECEIVER, nothing, nothing);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		_exit(fd == -1 || close(fd) == -1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
an_older_kernel_is_enough_and_that_is_said(void **state)
{
	(void)state;
	if (!is_filtered())
		skip();
#ifdef SYS_landlock_create_ruleset
	assert_int_equal(works_on_older(SYS_landlock_create_ruleset, -1,
	    "no Landlock"), 0);
#endif
	assert_int_equal(works_on_older(SYS_prctl, PR_SET_SECCOMP,
	    "no seccomp"), 0);
	assert_int_equal(works_on_older(SYS_prctl, PR_GET_NO_NEW_PRIVS,
	    "new privileges possible"), 0);
	assert_int_equal(works_on_older(SYS_mlock, -1,
	    "memory that may be swapped"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_receiver_may_make_its_calls_only),
		cmocka_unit_test(the_server_may_make_its_calls_only),
		cmocka_unit_test(an_abort_is_an_abort),
		cmocka_unit_test(an_older_kernel_is_enough_and_that_is_said),
	};

	return tests_run(tests, NULL, NULL);
}
