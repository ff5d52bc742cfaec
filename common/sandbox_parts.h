/*
 * The sandbox's inside on Linux, shared by its files only: sandbox.c (when and
 * what for), sandbox_files.c (which files, Landlock), sandbox_calls.c (which
 * system calls, seccomp).
 */
#ifndef COMMON_SANDBOX_PARTS_H
#define COMMON_SANDBOX_PARTS_H

#include <stdbool.h>

#include "common/sandbox.h"

/*
 * A sanitizer lives in our process, and makes calls and opens files of its
 * own; its leak check looks at the process as a debugger does.
 */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANDBOX_SANITIZED
#endif

/* The version of Landlock here; < 1: there is none. */
long	 sandbox_files_version(void);
/* Both lists end with NULL. False: nothing is restricted. */
bool	 sandbox_files(const char *const writes[], const char *const reads[]);

/* Whether there is a filter for this machine, and a kernel that takes it. */
bool	 sandbox_calls_known(void);
/* False: nothing is restricted. */
bool	 sandbox_calls(enum sandbox_role);

#endif
