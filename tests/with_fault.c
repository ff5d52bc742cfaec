/*
 * The test's side of fault.so. Runs in the test program only.
 */
#include "tests/with_fault.h"

#include <sys/mman.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

bool
fault_possible(void)
{
	const char *wrap = getenv("WRAP");

#ifdef __GLIBC__
	return !SANITIZED && (wrap == NULL || *wrap == '\0');
#else
	return wrap == NULL && false;
#endif
}

/* It stands beside the test program. */
static void
find_library(char path[PATH_MAX])
{
	char *slash;
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 16);

	if (n <= 0)
		err(1, "/proc/self/exe");
	path[n] = '\0';
	if ((slash = strrchr(path, '/')) != NULL)
		strlcpy(slash + 1, "fault.so", 16);
	if (access(path, R_OK) == -1)
		err(1, "%s", path);
}

void
fault_open(struct fault *f)
{
	char library[PATH_MAX];
	int fd;

	memset(f, 0, sizeof(*f));
	strlcpy(f->path, "/tmp/fault.XXXXXX", sizeof(f->path));
	if ((fd = mkstemp(f->path)) == -1 ||
	    ftruncate(fd, sizeof(*f->plan)) == -1)
		err(1, "%s", f->path);
	f->plan = mmap(NULL, sizeof(*f->plan), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (f->plan == MAP_FAILED)
		err(1, "mmap");
	close(fd);
	find_library(library);
	snprintf(f->set, sizeof(f->set), "FAULT_FILE=%s", f->path);
	if ((size_t)snprintf(f->preload, sizeof(f->preload), "LD_PRELOAD=%s",
	    library) >= sizeof(f->preload))
		errx(1, "%s: too long", library);
	fault_add_env(f, f->set);
	fault_add_env(f, f->preload);
}

void
fault_close(struct fault *f)
{
	munmap(f->plan, sizeof(*f->plan));
	unlink(f->path);
}

void
fault_add_env(struct fault *f, const char *setting)
{
	size_t n = 0;

	while (f->env[n] != NULL)
		n++;
	if (n + 1 == sizeof(f->env) / sizeof(f->env[0]))
		errx(1, "no room for %s", setting);
	f->env[n] = setting;
}

void
fault_order(struct fault *f, unsigned kinds, unsigned n, unsigned onwards,
    int error)
{
	fault_none(f);
	f->plan->count = f->plan->hits = 0;
	f->plan->error = error;
	f->plan->onwards = onwards;
	f->plan->nth = n;
	f->plan->kinds = kinds;
}

void
fault_none(struct fault *f)
{
	f->plan->kinds = 0;
}

unsigned
fault_count(const struct fault *f)
{
	return f->plan->count;
}

unsigned
fault_hits(const struct fault *f)
{
	return f->plan->hits;
}
