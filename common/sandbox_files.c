/*
 * Which files a process may reach from now on: Landlock, as much of it as the
 * kernel has. Runs in the receiver process and in the server, once. Never
 * fails: a kernel without it restricts nothing.
 */
#include "common/sandbox_parts.h"

#ifdef __linux__
#include <sys/stat.h>
#include <sys/syscall.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

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
	/* What of these can be said of a file; half a line is cut off again. */
	OF_A_FILE = LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE,
	WRITES = READS | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE |
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | REFER
};

long
sandbox_files_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

/* An empty set of rules for everything that this version can restrict. */
static int
make_ruleset(struct ruleset_attr *attr)
{
	long version = sandbox_files_version();
	size_t size = sizeof(attr->fs);

	if (version < 1)
		return -1;
	*attr = (struct ruleset_attr){ .fs = ACCESS_1 };
	if (version >= 2)
		attr->fs |= REFER;
	if (version >= 3)
		attr->fs |= TRUNCATE;
	if (version >= 4) {
		attr->net = NET_TCP;
		size += sizeof(attr->net);
	}
	if (version >= 5)
		attr->fs |= IOCTL_DEV;
	if (version >= 6) {
		attr->scoped = SCOPED;
		size += sizeof(attr->scoped);
	}
	return (int)syscall(SYS_landlock_create_ruleset, attr, size, 0);
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

bool
sandbox_files(const char *const writes[], const char *const reads[])
{
	struct ruleset_attr attr;
	int ruleset = make_ruleset(&attr);
	bool done;

	if (ruleset == -1)
		return false;
	for (; *writes != NULL; writes++)
		allow_path(ruleset, *writes, WRITES & attr.fs);
	for (; *reads != NULL; reads++)
		allow_path(ruleset, *reads, READS);
	done = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return done;
}
#endif
