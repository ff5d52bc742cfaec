/*
 * What holds a process in: Landlock for files, seccomp for system calls, on
 * OpenBSD unveil and pledge. Runs in the receiver process and in the server;
 * must never make a program fail that would work without.
 */
#include "common/sandbox_parts.h"

#include <sys/resource.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"
#include "common/secret.h"

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <linux/capability.h>
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
#if defined(__linux__) && !defined(SANDBOX_SANITIZED)
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static const char *
memory_text(void)
{
	return secret_locks() ? _("keys in locked memory") :
	    _("keys in memory that may be swapped");
}

#ifdef __linux__

static bool
have_no_new_privileges(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != -1;
}

/* Root that stays root keeps its own files, and no power over others'. */
static void
drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
	    .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	syscall(SYS_capset, &head, none);
}

void
sandbox_enter(enum sandbox_role role, const char *const writes[],
    const char *const reads[])
{
	bool may_filter;

	/* Without it only root may do the rest, which it then must not. */
	may_filter = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	if (role != SANDBOX_RECEIVER)
		drop_capabilities();
#ifdef SANDBOX_SANITIZED
	(void)writes;
	(void)reads;
	(void)may_filter;
#else
	if (may_filter) {
		sandbox_files(writes, reads);
		sandbox_calls(role);
	}
#endif
}

char *
sandbox_text(char dst[SANDBOX_TEXT])
{
	long version = sandbox_files_version();
	char files[64];

	if (version >= 1)
		snprintf(files, sizeof(files), "Landlock %ld", version);
	else
		strlcpy(files, _("no Landlock"), sizeof(files));
	snprintf(dst, SANDBOX_TEXT, _("%s, %s, %s, %s"),
	    sandbox_calls_known() ? "seccomp" : _("no seccomp"), files,
	    have_no_new_privileges() ? _("no new privileges") :
	    _("new privileges possible"), memory_text());
	return dst;
}

#elif defined(__OpenBSD__)

void
sandbox_enter(enum sandbox_role role, const char *const writes[],
    const char *const reads[])
{
	static const char *const promises[] = {
		[SANDBOX_RECEIVER] = "stdio rpath wpath cpath flock inet",
		[SANDBOX_SERVER] = "stdio rpath wpath cpath flock inet unix "
		    "route sendfd",
		[SANDBOX_SYNCER] = "stdio recvfd"
	};

	for (; *writes != NULL; writes++)
		if (**writes != '\0')
			unveil(*writes, "rwc");
	for (; *reads != NULL; reads++)
		if (**reads != '\0')
			unveil(*reads, "r");
	unveil(NULL, NULL);
	pledge(promises[role], NULL);
}

char *
sandbox_text(char dst[SANDBOX_TEXT])
{
	snprintf(dst, SANDBOX_TEXT, "pledge, unveil, %s", memory_text());
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
	snprintf(dst, SANDBOX_TEXT, _("nothing, %s"), memory_text());
	return dst;
}

#endif
