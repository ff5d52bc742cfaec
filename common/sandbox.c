/*
 * What holds a process in: Landlock for files, seccomp for system calls, on
 * OpenBSD unveil and pledge. Runs in the receiver process and in the server;
 * must never make a program fail that would work without.
 *
 * The filter names what is allowed. Anything else fails with ENOSYS, as if
 * the kernel were too old for it: that is what a newer C library knows how to
 * go on from, and it is as useless to whoever broke in as being killed.
 */
#include "common/sandbox.h"

#include <sys/resource.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED
#endif

#ifdef __linux__
#include <sys/prctl.h>
#endif

void
sandbox_hide(void)
{
	struct rlimit none;

	/* The soft limit: the hard one is for those who come after. */
	if (getrlimit(RLIMIT_CORE, &none) == 0) {
		none.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &none);
	}
#if defined(__linux__) && !defined(SANITIZED)
	/* Leak checking looks at the process as a debugger does. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

#if defined(__linux__) && !defined(SANITIZED)
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * Landlock: which files
 */

/* As the newest kernel has it, whose headers may not be here. */
struct ruleset_attr {
	uint64_t	 fs, net, scoped;
};

enum {
	ACCESS_1 = (1 << 13) - 1,	/* all of the first version */
	REFER = 1 << 13,		/* since 2: to another directory */
	TRUNCATE = 1 << 14,		/* since 3 */
	IOCTL_DEV = 1 << 15,		/* since 5 */
	NET_TCP = 3,			/* since 4: bind and connect */
	SCOPED = 3,			/* since 6: abstract sockets, signals */
	READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	OF_A_FILE = LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE,
	WRITES = READS | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE |
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | REFER
};

static long
landlock_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

static void
allow_path(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	struct stat st;

	if (*path == '\0' ||
	    (rule.parent_fd = open(path, O_PATH | O_CLOEXEC)) == -1)
		return;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_A_FILE;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0);
	close(rule.parent_fd);
}

static void
restrict_files(const char *const writes[], const char *const reads[])
{
	long version = landlock_version();
	struct ruleset_attr attr = { .fs = ACCESS_1 };
	size_t size = sizeof(attr.fs);
	int ruleset;

	if (version < 1)
		return;
	if (version >= 2)
		attr.fs |= REFER;
	if (version >= 3)
		attr.fs |= TRUNCATE;
	if (version >= 4) {
		attr.net = NET_TCP;
		size += sizeof(attr.net);
	}
	if (version >= 5)
		attr.fs |= IOCTL_DEV;
	if (version >= 6) {
		attr.scoped = SCOPED;
		size += sizeof(attr.scoped);
	}
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset == -1)
		return;
	for (; *writes != NULL; writes++)
		allow_path(ruleset, *writes, WRITES & attr.fs);
	for (; *reads != NULL; reads++)
		allow_path(ruleset, *reads, READS);
	syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
}

/*
 * seccomp: which calls
 */

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH
/* Without conditions, in both roles. Some are of one machine or library. */
static const int allowed[] = {
	/* memory; keys are locked in it */
	SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise, SYS_mlock, SYS_munlock,
	/* what is open */
	SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64,
	SYS_preadv, SYS_pwritev, SYS_lseek, SYS_close, SYS_fstat, SYS_fsync,
	SYS_fdatasync, SYS_ftruncate, SYS_flock, SYS_getdents64, SYS_fadvise64,
	SYS_fallocate,
	/* files, as far as Landlock lets them */
	SYS_openat, SYS_newfstatat, SYS_statx, SYS_faccessat, SYS_mkdirat,
	SYS_unlinkat, SYS_renameat, SYS_renameat2, SYS_truncate, SYS_linkat,
#ifdef SYS_faccessat2
	SYS_faccessat2,
#endif
#ifdef SYS_open
	SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_mkdir, SYS_rmdir,
	SYS_unlink, SYS_rename, SYS_link,
#endif
	/* sockets that are open already */
	SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_recvfrom, SYS_recvmsg,
	SYS_recvmmsg, SYS_setsockopt, SYS_getsockopt, SYS_getsockname,
	SYS_getpeername, SYS_shutdown,
	/* time and waiting */
	SYS_ppoll, SYS_pselect6, SYS_clock_gettime, SYS_clock_getres,
	SYS_gettimeofday, SYS_clock_nanosleep, SYS_nanosleep,
#ifdef SYS_poll
	SYS_poll, SYS_select, SYS_time,
#endif
	/* signals that come */
	SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
	SYS_rt_sigpending, SYS_restart_syscall, SYS_sigaltstack,
	/* itself */
	SYS_getpid, SYS_getppid, SYS_gettid, SYS_getuid, SYS_geteuid,
	SYS_getgid, SYS_getegid, SYS_umask, SYS_getcwd, SYS_uname, SYS_sysinfo,
	SYS_getrusage, SYS_getrandom, SYS_futex, SYS_sched_yield,
	SYS_sched_getaffinity, SYS_set_robust_list,
#ifdef SYS_rseq
	SYS_rseq,
#endif
#ifdef SYS_getrlimit
	SYS_getrlimit,
#endif
	SYS_exit, SYS_exit_group
};
enum { ALLOWED = sizeof(allowed) / sizeof(allowed[0]), STEPS = 512 };

struct program {
	struct sock_filter step[STEPS];
	unsigned short	 len;
};

static void
put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (p->len < STEPS)
		p->step[p->len++] = (struct sock_filter){ code, yes, no, k };
}

enum {
	LOAD = BPF_LD | BPF_W | BPF_ABS,
	EQUAL = BPF_JMP | BPF_JEQ | BPF_K,
	BITS = BPF_JMP | BPF_JSET | BPF_K,
	AND = BPF_ALU | BPF_AND | BPF_K,
	RETURN = BPF_RET | BPF_K,
	ARG_BYTES = sizeof(((struct seccomp_data *)0)->args[0]),
	SOCK_TYPE = 0xf		/* the rest are flags */
};
#define NUMBER	offsetof(struct seccomp_data, nr)
/* The low half, which is all that the kernel looks at in these. */
#define ARG(n)	(offsetof(struct seccomp_data, args) + (n) * ARG_BYTES)
#define REFUSED	(SECCOMP_RET_ERRNO | ENOSYS)
#define DENIED	(SECCOMP_RET_ERRNO | EPERM)

static void
allow_call(struct program *p, int number)
{
	put(p, EQUAL, (uint32_t)number, 0, 1);
	put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
}

/* The call if its n-th argument is one of the values; else EPERM. */
static void
allow_values(struct program *p, int number, int n, const int values[],
    size_t count)
{
	size_t i;

	put(p, EQUAL, (uint32_t)number, 0, (uint8_t)(2 + 2 * count));
	put(p, LOAD, (uint32_t)ARG(n), 0, 0);
	for (i = 0; i < count; i++) {
		put(p, EQUAL, (uint32_t)values[i], 0, 1);
		put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
	}
	put(p, RETURN, DENIED, 0, 0);
}

/* Memory that can be run is not to be made any more. */
static void
allow_unless_bits(struct program *p, int number, int n, uint32_t bits)
{
	put(p, EQUAL, (uint32_t)number, 0, 4);
	put(p, LOAD, (uint32_t)ARG(n), 0, 0);
	put(p, BITS, bits, 0, 1);
	put(p, RETURN, DENIED, 0, 0);
	put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
}

/* UDP, in either family. */
static void
allow_udp(struct program *p)
{
	put(p, EQUAL, SYS_socket, 0, 8);
	put(p, LOAD, (uint32_t)ARG(0), 0, 0);
	put(p, EQUAL, AF_INET, 1, 0);
	put(p, EQUAL, AF_INET6, 0, 4);
	put(p, LOAD, (uint32_t)ARG(1), 0, 0);
	put(p, AND, SOCK_TYPE, 0, 0);
	put(p, EQUAL, SOCK_DGRAM, 0, 1);
	put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
	put(p, RETURN, DENIED, 0, 0);
	allow_call(p, SYS_connect);
}

/* What getifaddrs(3) asks the kernel with; and who comes to the control
 * socket. */
static void
allow_server(struct program *p)
{
	put(p, EQUAL, SYS_socket, 0, 6);
	put(p, LOAD, (uint32_t)ARG(0), 0, 0);
	put(p, EQUAL, AF_NETLINK, 0, 3);
	put(p, LOAD, (uint32_t)ARG(2), 0, 0);
	put(p, EQUAL, NETLINK_ROUTE, 0, 1);
	put(p, RETURN, SECCOMP_RET_ALLOW, 0, 0);
	put(p, RETURN, DENIED, 0, 0);
	allow_call(p, SYS_bind);
	allow_call(p, SYS_accept4);
#ifdef SYS_accept
	allow_call(p, SYS_accept);
#endif
}

/* Valgrind lives in our process and makes calls of its own. */
static bool
in_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "/vgpreload_") != NULL;
}

static void
restrict_calls(enum sandbox_role role)
{
	static const int flags[] = { F_GETFD, F_SETFD, F_GETFL, F_SETFL };
	const int self[] = { (int)getpid() };
	struct program p = { .len = 0 };
	struct sock_fprog program;
	size_t i;

	if (in_valgrind())
		return;
	put(&p, LOAD, offsetof(struct seccomp_data, arch), 0, 0);
	put(&p, EQUAL, ARCH, 1, 0);
	put(&p, RETURN, REFUSED, 0, 0);
	put(&p, LOAD, NUMBER, 0, 0);
	for (i = 0; i < ALLOWED; i++)
		allow_call(&p, allowed[i]);
	allow_unless_bits(&p, SYS_mmap, 2, PROT_EXEC);
	allow_unless_bits(&p, SYS_mprotect, 2, PROT_EXEC);
	allow_values(&p, SYS_fcntl, 1, flags, 4);
	allow_values(&p, SYS_tgkill, 0, self, 1);	/* abort(3) */
	if (role == SANDBOX_RECEIVER)
		allow_udp(&p);
	else
		allow_server(&p);
	put(&p, RETURN, REFUSED, 0, 0);
	program.len = p.len;
	program.filter = p.step;
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
_Static_assert(2 * ALLOWED + 64 < STEPS, "the whole filter fits");
#else
static void
restrict_calls(enum sandbox_role role)
{
	(void)role;
}
#endif

void
sandbox_enter(enum sandbox_role role, const char *const writes[],
    const char *const reads[])
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return;
	restrict_files(writes, reads);
	restrict_calls(role);
}

char *
sandbox_text(char dst[SANDBOX_TEXT])
{
	long version = landlock_version();
	const char *calls = "no seccomp";

#ifdef ARCH
	/* Installing nothing says EFAULT where filters are known. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) == -1 &&
	    errno == EFAULT)
		calls = "seccomp";
#endif
	if (version < 1)
		snprintf(dst, SANDBOX_TEXT, "%s, no Landlock", calls);
	else
		snprintf(dst, SANDBOX_TEXT, "%s, Landlock %ld", calls,
		    version);
	return dst;
}

#elif defined(__OpenBSD__)

void
sandbox_enter(enum sandbox_role role, const char *const writes[],
    const char *const reads[])
{
	for (; *writes != NULL; writes++)
		if (**writes != '\0')
			unveil(*writes, "rwc");
	for (; *reads != NULL; reads++)
		if (**reads != '\0')
			unveil(*reads, "r");
	unveil(NULL, NULL);
	pledge(role == SANDBOX_RECEIVER ?
	    "stdio rpath wpath cpath flock inet" :
	    "stdio rpath wpath cpath flock inet unix route", NULL);
}

char *
sandbox_text(char dst[SANDBOX_TEXT])
{
	strlcpy(dst, "pledge, unveil", SANDBOX_TEXT);
	return dst;
}

#else

void
sandbox_enter(enum sandbox_role role, const char *const writes[],
    const char *const reads[])
{
	(void)role;
	(void)writes;
	(void)reads;
}

char *
sandbox_text(char dst[SANDBOX_TEXT])
{
	strlcpy(dst, "nothing", SANDBOX_TEXT);
	return dst;
}

#endif
