/*
 * Landlock for files, seccomp for the calls that lead out of a process. Runs
 * in the receiver process; must never make a program fail that would work
 * without.
 */
#include "common/sandbox.h"

#include <stddef.h>

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <unistd.h>

enum {
	/* The first version's rights; TRUNCATE came with the third. */
	READS = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	ALL_1 = (1 << 13) - 1,
	TRUNCATE = 1 << 14,
	FILES = READS | LANDLOCK_ACCESS_FS_WRITE_FILE |
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
};

static void
allow(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };

	if ((rule.parent_fd = open(path, O_PATH | O_CLOEXEC)) == -1)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0);
	close(rule.parent_fd);
}

static void
restrict_files(const char *const paths[])
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = ALL_1 };
	uint64_t files = FILES;
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset;

	if (version < 1)
		return;
	if (version >= 3) {
		attr.handled_access_fs |= TRUNCATE;
		files |= TRUNCATE;
	}
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr,
	    sizeof(attr), 0);
	if (ruleset == -1)
		return;
	for (; *paths != NULL; paths++)
		allow(ruleset, *paths, files);
	allow(ruleset, "/usr", READS);	/* catalogues */
	allow(ruleset, "/etc", READS);
	syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
}

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH
#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* The call fails as if the user were not allowed to. */
#define DENY(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

static void
restrict_calls(void)
{
	static struct sock_filter filter[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		LOAD(nr),
#ifdef __x86_64__
		/* The calls of x32 are the same ones under other numbers. */
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
#endif
		DENY(execve), DENY(execveat), DENY(ptrace),
		DENY(process_vm_readv), DENY(process_vm_writev), DENY(kill),
		DENY(mount), DENY(umount2), DENY(pivot_root), DENY(chroot),
		DENY(setns), DENY(unshare), DENY(bpf), DENY(perf_event_open),
		DENY(add_key), DENY(request_key), DENY(keyctl),
		DENY(userfaultfd), DENY(init_module), DENY(finit_module),
		DENY(delete_module), DENY(kexec_load), DENY(reboot),
		DENY(swapon), DENY(swapoff), DENY(listen), DENY(accept4),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]), .filter = filter };

	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#else
static void
restrict_calls(void)
{
}
#endif

void
sandbox_enter(const char *const paths[])
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return;
	restrict_files(paths);
	restrict_calls();
}
#else
void
sandbox_enter(const char *const paths[])
{
	(void)paths;
}
#endif
