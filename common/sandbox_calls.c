/*
 * Which system calls a process may make from now on: a seccomp filter that
 * names what is allowed. Runs in the receiver process, in the server and in its
 * syncer, once.
 * Never fails; where there is no table for the machine there is no filter.
 *
 * There are three ways to refuse:
 * - Most calls fail with ENOSYS, as if the kernel were too old for them: a
 *   newer C library that tries something new knows how to go on from there.
 * - Where only the arguments are wrong, the call fails with EPERM: libraries
 *   probe (a unix socket to ask for an interface's name, a terminal's
 *   settings) and take that for an answer.
 * - What no library does by itself, and only somebody who broke in would, ends
 *   the process: he gets no second try, and the person sees that it ended.
 */
#include "common/sandbox_parts.h"

#ifdef __linux__
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH
enum {
	RECEIVER = 1 << SANDBOX_RECEIVER,
	SERVER = 1 << SANDBOX_SERVER,
	BOTH = RECEIVER | SERVER,
	SYNCER = 1 << SANDBOX_SYNCER,
	ALL = BOTH | SYNCER
};

/*
 * What is allowed whatever its arguments, and to whom. A call that is new in
 * the program has its place here; without it, it fails with ENOSYS.
 */
static const struct {
	int	 number;
	int	 who;
} allowed[] = {
	/* Waiting, and the time where the library asks the kernel. */
	{ SYS_ppoll, BOTH }, { SYS_clock_gettime, BOTH },
	{ SYS_clock_getres, BOTH }, { SYS_gettimeofday, BOTH },
	{ SYS_clock_nanosleep, BOTH }, { SYS_nanosleep, BOTH },
#ifdef SYS_poll
	{ SYS_poll, BOTH }, { SYS_time, BOTH },
#endif

	/* Sockets that are open; pipes, and the server's standard ones. */
	{ SYS_recvmmsg, BOTH }, { SYS_sendmmsg, SERVER },
	{ SYS_recvfrom, BOTH }, { SYS_sendto, ALL },
	{ SYS_recvmsg, ALL }, { SYS_sendmsg, BOTH },
	{ SYS_getsockopt, BOTH }, { SYS_getsockname, BOTH },
	{ SYS_read, BOTH }, { SYS_write, BOTH },
	{ SYS_readv, BOTH }, { SYS_writev, BOTH },
	{ SYS_close, ALL },

	/* A UDP socket's peer: another source port is another socket. */
	{ SYS_connect, RECEIVER },

	/* The control socket; getifaddrs(3) binds its netlink socket. */
	{ SYS_accept4, SERVER }, { SYS_bind, SERVER },
	/* How much room its disk has. */
	{ SYS_statfs, SERVER },

	/* Files that are open: the journal, the outbox, directories. */
	{ SYS_pread64, BOTH }, { SYS_pwrite64, BOTH }, { SYS_lseek, BOTH },
	{ SYS_fstat, BOTH }, { SYS_fsync, ALL }, { SYS_fdatasync, ALL },
	{ SYS_ftruncate, BOTH }, { SYS_flock, BOTH },
	{ SYS_getdents64, BOTH },

	/* Files by name, as far as Landlock lets them be reached. */
	{ SYS_openat, BOTH }, { SYS_newfstatat, BOTH }, { SYS_statx, BOTH },
	{ SYS_faccessat, BOTH }, { SYS_mkdirat, BOTH },
	{ SYS_unlinkat, BOTH }, { SYS_renameat, BOTH },
	{ SYS_renameat2, BOTH }, { SYS_linkat, BOTH },
#ifdef SYS_faccessat2
	{ SYS_faccessat2, BOTH },
#endif
#ifdef SYS_open
	{ SYS_open, BOTH }, { SYS_stat, BOTH }, { SYS_lstat, BOTH },
	{ SYS_access, BOTH }, { SYS_mkdir, BOTH }, { SYS_rmdir, BOTH },
	{ SYS_unlink, BOTH }, { SYS_rename, BOTH }, { SYS_link, BOTH },
#endif

	/* Memory; keys are locked in it. */
	{ SYS_brk, ALL }, { SYS_munmap, ALL }, { SYS_mremap, BOTH },
	{ SYS_madvise, BOTH }, { SYS_mlock, BOTH }, { SYS_munlock, BOTH },

	/* Random numbers. */
	{ SYS_getrandom, BOTH },

	/* Signals that come. */
	{ SYS_rt_sigaction, BOTH }, { SYS_rt_sigprocmask, ALL },
	{ SYS_rt_sigreturn, ALL }, { SYS_restart_syscall, ALL },

	/* What the process is; what the C library does by itself. */
	{ SYS_getpid, ALL }, { SYS_gettid, ALL }, { SYS_getuid, BOTH },
	{ SYS_geteuid, BOTH }, { SYS_getgid, BOTH }, { SYS_getegid, BOTH },
	{ SYS_getppid, BOTH }, { SYS_umask, BOTH }, { SYS_uname, BOTH },
	{ SYS_futex, BOTH }, { SYS_sched_yield, BOTH },

	/* The end. */
	{ SYS_exit, ALL }, { SYS_exit_group, ALL }
};

/*
 * Starting programs, reaching into other processes, changing what the process
 * or the machine is: nothing that happens by itself.
 */
static const int deadly[] = {
	SYS_execve, SYS_execveat,
	SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
	SYS_kill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
#ifdef SYS_pidfd_open
	SYS_pidfd_send_signal, SYS_pidfd_open,
#endif
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
#endif
	SYS_memfd_create, SYS_userfaultfd, SYS_bpf, SYS_perf_event_open,
	SYS_add_key, SYS_request_key, SYS_keyctl,
	SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid,
	SYS_setresgid, SYS_setgroups, SYS_capset, SYS_setns, SYS_unshare,
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot,
	SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_mknodat,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
	SYS_reboot, SYS_swapon, SYS_swapoff
};

enum {
	ALLOWED = sizeof(allowed) / sizeof(allowed[0]),
	DEADLY = sizeof(deadly) / sizeof(deadly[0]),
	STEPS = 512
};
_Static_assert(2 * (ALLOWED + DEADLY) + 128 < STEPS, "the whole filter fits");

struct program {
	struct sock_filter step[STEPS];
	unsigned short	 len;
};

enum {
	LOAD = BPF_LD | BPF_W | BPF_ABS,
	EQUAL = BPF_JMP | BPF_JEQ | BPF_K,
	BITS = BPF_JMP | BPF_JSET | BPF_K,
	AND = BPF_ALU | BPF_AND | BPF_K,
	RETURN = BPF_RET | BPF_K,
	ARG_BYTES = sizeof(((struct seccomp_data *)0)->args[0]),
	SOCK_TYPE = 0xf			/* the rest are flags */
};
#define NUMBER	offsetof(struct seccomp_data, nr)
/* The low half, which is all that the kernel looks at in these. */
#define ARG(n)	((uint32_t)(offsetof(struct seccomp_data, args) + \
		    (n) * ARG_BYTES))
#define UNKNOWN	(SECCOMP_RET_ERRNO | ENOSYS)
#define DENIED	(SECCOMP_RET_ERRNO | EPERM)
#ifdef SECCOMP_RET_KILL_PROCESS
#define KILLED	SECCOMP_RET_KILL_PROCESS
#else
#define KILLED	SECCOMP_RET_KILL
#endif

static void
put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (p->len < STEPS)
		p->step[p->len++] = (struct sock_filter){ code, yes, no, k };
}

/* The call with one of the values as its n-th argument: that is said to it. */
static void
treat_values(struct program *p, int number, int n, const int values[],
    size_t count, uint32_t what)
{
	size_t i;

	put(p, EQUAL, (uint32_t)number, 0, (uint8_t)(2 + 2 * count));
	put(p, LOAD, ARG(n), 0, 0);
	for (i = 0; i < count; i++) {
		put(p, EQUAL, (uint32_t)values[i], 0, 1);
		put(p, RETURN, what, 0, 0);
	}
	put(p, LOAD, NUMBER, 0, 0);
}

static void
treat(struct program *p, int number, uint32_t what)
{
	put(p, EQUAL, (uint32_t)number, 0, 1);
	put(p, RETURN, what, 0, 0);
}

/* Memory that can be run is not made any more. */
static void
allow_without_bits(struct program *p, int number, int n, uint32_t bits)
{
	put(p, EQUAL, (uint32_t)number, 0, 4);
	put(p, LOAD, ARG(n), 0, 0);
	put(p, BITS, bits, 0, 1);
	put(p, RETURN, DENIED, 0, 0);
	put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
}

static void
allow_socket(struct program *p, int family, int type, int protocol)
{
	put(p, EQUAL, SYS_socket, 0, 9);
	put(p, LOAD, ARG(0), 0, 0);
	put(p, EQUAL, (uint32_t)family, 0, 6);
	put(p, LOAD, ARG(1), 0, 0);
	put(p, AND, SOCK_TYPE, 0, 0);
	put(p, EQUAL, (uint32_t)type, 0, 3);
	put(p, LOAD, ARG(2), 0, 0);
	put(p, EQUAL, (uint32_t)protocol, 0, 1);
	put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
	put(p, LOAD, NUMBER, 0, 0);
}

/* UDP; with it the server asks for an interface's name, too. */
static void
allow_sockets(struct program *p, enum sandbox_role role)
{
	static const int families[] = { AF_INET, AF_INET6 };
	size_t i;

	for (i = 0; i < 2; i++) {
		allow_socket(p, families[i], SOCK_DGRAM, 0);
		allow_socket(p, families[i], SOCK_DGRAM, IPPROTO_UDP);
	}
	if (role == SANDBOX_SERVER)	/* getifaddrs(3) */
		allow_socket(p, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	treat(p, SYS_socket, DENIED);
}

/* What depends on the arguments. */
static void
allow_some(struct program *p, enum sandbox_role role)
{
	static const int flags[] = { F_GETFD, F_SETFD, F_GETFL, F_SETFL };
	/* common/sock.c sets these, each in its own level. */
	static const int options[] = { SO_RCVBUF, SO_SNDBUF, IP_MTU_DISCOVER,
	    IPV6_MTU_DISCOVER };
	/* The name of the interface that an address is of. */
	static const int asks[] = { SIOCGIFNAME, SIOCGIFINDEX };
	/* Typing for the person is no question of a library's. */
	static const int types[] = { TIOCSTI, TIOCLINUX };
	const int pid[] = { (int)getpid() };
	const int tid[] = { (int)syscall(SYS_gettid) };

	/* abort(3) of either C library; any other process's is deadly. */
	treat_values(p, SYS_tgkill, 0, pid, 1, SECCOMP_RET_ALLOW);
	treat_values(p, SYS_tkill, 0, tid, 1, SECCOMP_RET_ALLOW);
	treat(p, SYS_tgkill, KILLED);
	treat(p, SYS_tkill, KILLED);
	if (role == SANDBOX_SYNCER)
		return;
	allow_without_bits(p, SYS_mmap, 2, PROT_EXEC);
	allow_without_bits(p, SYS_mprotect, 2, PROT_EXEC);
	treat_values(p, SYS_fcntl, 1, flags, 4, SECCOMP_RET_ALLOW);
	treat(p, SYS_fcntl, DENIED);
	allow_sockets(p, role);
	if (role == SANDBOX_RECEIVER)
		treat_values(p, SYS_setsockopt, 2, options, 4,
		    SECCOMP_RET_ALLOW);
	treat(p, SYS_setsockopt, DENIED);
	treat_values(p, SYS_ioctl, 1, types, 2, KILLED);
	if (role == SANDBOX_SERVER)
		treat_values(p, SYS_ioctl, 1, asks, 2, SECCOMP_RET_ALLOW);
	treat(p, SYS_ioctl, DENIED);
}

/* Valgrind lives in our process and makes calls of its own. */
static bool
in_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "/vgpreload_") != NULL;
}

static void
write_program(struct program *p, enum sandbox_role role)
{
	size_t i;

	p->len = 0;
	put(p, LOAD, offsetof(struct seccomp_data, arch), 0, 0);
	put(p, EQUAL, ARCH, 1, 0);
	put(p, RETURN, KILLED, 0, 0);
	/* The calls of x32 have numbers that are nobody's below. */
	put(p, LOAD, NUMBER, 0, 0);
	for (i = 0; i < ALLOWED; i++)
		if (allowed[i].who & 1 << role)
			treat(p, allowed[i].number, SECCOMP_RET_ALLOW);
	allow_some(p, role);
	for (i = 0; i < DEADLY; i++)
		treat(p, deadly[i], KILLED);
	put(p, RETURN, UNKNOWN, 0, 0);
}

bool
sandbox_calls_known(void)
{
	/* Installing nothing says EFAULT where filters are known. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1 &&
	    errno == EFAULT;
}

bool
sandbox_calls(enum sandbox_role role)
{
	struct program p;
	struct sock_fprog program;

	if (in_valgrind())
		return false;
	write_program(&p, role);
	program.len = p.len;
	program.filter = p.step;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#else	/* no table for this machine */

bool
sandbox_calls_known(void)
{
	return false;
}

bool
sandbox_calls(enum sandbox_role role)
{
	(void)role;
	return false;
}
#endif
#endif
