/*
 * fault.so, for LD_PRELOAD: makes the n-th call of some kind fail in a real
 * program, and moves its clocks. Does nothing where FAULT_FILE does not name
 * the plan. Glibc only: it needs the allocator's other names.
 */
#include "tests/fault.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void	*__libc_malloc(size_t);
void	*__libc_calloc(size_t, size_t);
void	*__libc_realloc(void *, size_t);
void	*__libc_memalign(size_t, size_t);
int	 setupterm(const char *, int, int *);
void	*newterm(const char *, FILE *, FILE *);
void	*newpad(int, int);
void	*newwin(int, int, int, int);
int	 __open_2(const char *, int);
int	 __open64_2(const char *, int);

static struct fault_plan *plan;
static int exempt;	/* within what is not ours to mend */

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("FAULT_FILE");
	void *at;
	int fd;

	if (path == NULL)
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return;
	at = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		plan = at;
}

/* Is this call to fail? errno is set then. */
static bool
fails(enum fault_kind kind)
{
	unsigned n, nth;

	if (plan == NULL || (plan->kinds & kind) == 0 || exempt > 0)
		return false;
	n = ++plan->count;
	nth = plan->nth;
	if (nth == 0 || n < nth || n - nth > plan->onwards)
		return false;
	plan->hits++;
	errno = plan->error;
	return true;
}

static bool
is_file(int fd)
{
	struct stat st;
	int saved = errno;
	bool is = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	errno = saved;
	return is;
}

/*
 * The function of this name behind ours: what it asks of the system is what
 * the program would ask without us.
 */
#define BEHIND(result, name, ...)					\
static result (*find_##name(void))(__VA_ARGS__)				\
{									\
	static result (*real)(__VA_ARGS__);				\
	void *found;							\
									\
	if (real == NULL) {						\
		found = dlsym(RTLD_NEXT, #name);			\
		memcpy(&real, &found, sizeof(real));			\
	}								\
	return real;							\
}

BEHIND(ssize_t, write, int, const void *, size_t)
BEHIND(ssize_t, pwrite, int, const void *, size_t, off_t)
BEHIND(int, fsync, int)
BEHIND(int, fdatasync, int)
BEHIND(int, ftruncate, int, off_t)
BEHIND(int, rename, const char *, const char *)
BEHIND(int, mkdir, const char *, mode_t)
BEHIND(int, link, const char *, const char *)
BEHIND(int, unlink, const char *)
BEHIND(int, remove, const char *)
BEHIND(int, open, const char *, int, ...)
BEHIND(int, openat, int, const char *, int, ...)
BEHIND(DIR *, opendir, const char *)
BEHIND(FILE *, fopen, const char *, const char *)
BEHIND(int, socket, int, int, int)
BEHIND(int, pipe2, int *, int)
BEHIND(pid_t, fork, void)
BEHIND(struct passwd *, getpwuid, uid_t)
BEHIND(int, setupterm, const char *, int, int *)
BEHIND(void *, newterm, const char *, FILE *, FILE *)
BEHIND(void *, newpad, int, int)
BEHIND(void *, newwin, int, int, int, int)
BEHIND(int, clock_gettime, clockid_t, struct timespec *)

/* Curses looks at little of what it gets; see below. */
static bool
is_curses(const void *caller)
{
	Dl_info info;

	return plan != NULL && (plan->kinds & FAULT_ALLOC) != 0 &&
	    dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
	    (strstr(info.dli_fname, "libncurses") != NULL ||
	    strstr(info.dli_fname, "libtinfo") != NULL);
}

#define FAILS_HERE()							\
	(!is_curses(__builtin_return_address(0)) && fails(FAULT_ALLOC))

void *
malloc(size_t size)
{
	return FAILS_HERE() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return FAILS_HERE() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return FAILS_HERE() ? NULL : __libc_realloc(p, size);
}

int
posix_memalign(void **p, size_t align, size_t size)
{
	void *at = FAILS_HERE() ? NULL : __libc_memalign(align, size);

	if (at == NULL)
		return ENOMEM;
	*p = at;
	return 0;
}

ssize_t
write(int fd, const void *src, size_t len)
{
	if (is_file(fd) && fails(FAULT_WRITE)) {
		if (len > 1)
			find_write()(fd, src, len / 2);
		errno = plan->error;
		return -1;
	}
	return find_write()(fd, src, len);
}

ssize_t
pwrite(int fd, const void *src, size_t len, off_t at)
{
	if (fails(FAULT_WRITE)) {
		/* Half of it is there, as on a disk that fills up. */
		if (len > 1)
			find_pwrite()(fd, src, len / 2, at);
		errno = plan->error;
		return -1;
	}
	return find_pwrite()(fd, src, len, at);
}

ssize_t
pwrite64(int fd, const void *src, size_t len, off64_t at)
{
	return pwrite(fd, src, len, at);
}

int
fsync(int fd)
{
	return fails(FAULT_SYNC) ? -1 : find_fsync()(fd);
}

int
fdatasync(int fd)
{
	return fails(FAULT_SYNC) ? -1 : find_fdatasync()(fd);
}

int
ftruncate(int fd, off_t size)
{
	return fails(FAULT_TRUNCATE) ? -1 : find_ftruncate()(fd, size);
}

int
ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

int
rename(const char *from, const char *to)
{
	return fails(FAULT_RENAME) ? -1 : find_rename()(from, to);
}

int
mkdir(const char *path, mode_t mode)
{
	return fails(FAULT_MKDIR) ? -1 : find_mkdir()(path, mode);
}

int
link(const char *from, const char *to)
{
	return fails(FAULT_LINK) ? -1 : find_link()(from, to);
}

int
unlink(const char *path)
{
	return fails(FAULT_REMOVE) ? -1 : find_unlink()(path);
}

int
remove(const char *path)
{
	return fails(FAULT_REMOVE) ? -1 : find_remove()(path);
}

#define MODE_OF(flags, mode) do {					\
	va_list ap;							\
									\
	va_start(ap, flags);						\
	mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ?			\
	    va_arg(ap, mode_t) : 0;					\
	va_end(ap);							\
} while (0)

int
open(const char *path, int flags, ...)
{
	mode_t mode;

	MODE_OF(flags, mode);
	return fails(FAULT_OPEN) ? -1 : find_open()(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode;

	MODE_OF(flags, mode);
	return fails(FAULT_OPEN) ? -1 : find_open()(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	mode_t mode;

	MODE_OF(flags, mode);
	return fails(FAULT_OPEN) ? -1 :
	    find_openat()(dir, path, flags, mode);
}

int
__open_2(const char *path, int flags)
{
	return fails(FAULT_OPEN) ? -1 : find_open()(path, flags);
}

int
__open64_2(const char *path, int flags)
{
	return fails(FAULT_OPEN) ? -1 : find_open()(path, flags);
}

DIR *
opendir(const char *path)
{
	return fails(FAULT_OPEN) ? NULL : find_opendir()(path);
}

FILE *
fopen(const char *path, const char *mode)
{
	return fails(FAULT_OPEN) ? NULL : find_fopen()(path, mode);
}

int
socket(int domain, int type, int protocol)
{
	return fails(FAULT_SOCKET) ? -1 :
	    find_socket()(domain, type, protocol);
}

int
pipe2(int fds[2], int flags)
{
	return fails(FAULT_FORK) ? -1 : find_pipe2()(fds, flags);
}

pid_t
fork(void)
{
	return fails(FAULT_FORK) ? -1 : find_fork()();
}

/*
 * Libraries that use what they did not get, or end the program: the C
 * library's table of databases, and curses.
 */

struct passwd *
getpwuid(uid_t uid)
{
	struct passwd *found;

	exempt++;
	found = find_getpwuid()(uid);
	exempt--;
	return found;
}

int
setupterm(const char *term, int fd, int *error)
{
	int result;

	exempt++;
	result = find_setupterm()(term, fd, error);
	exempt--;
	return result;
}

void *
newterm(const char *term, FILE *out, FILE *in)
{
	void *screen;

	exempt++;
	screen = find_newterm()(term, out, in);
	exempt--;
	return screen;
}

/* What its windows are made of fails as a whole. */
void *
newpad(int rows, int cols)
{
	return fails(FAULT_ALLOC) ? NULL : find_newpad()(rows, cols);
}

void *
newwin(int rows, int cols, int row, int col)
{
	return fails(FAULT_ALLOC) ? NULL :
	    find_newwin()(rows, cols, row, col);
}

/* Clocks. */

static void
shift(struct timespec *ts, long long ms)
{
	ts->tv_sec += ms / 1000;
	ts->tv_nsec += ms % 1000 * 1000000;
	if (ts->tv_nsec < 0) {
		ts->tv_sec--;
		ts->tv_nsec += 1000000000;
	} else if (ts->tv_nsec >= 1000000000) {
		ts->tv_sec++;
		ts->tv_nsec -= 1000000000;
	}
}

int
clock_gettime(clockid_t which, struct timespec *ts)
{
	int result = find_clock_gettime()(which, ts);

	if (plan == NULL || result != 0)
		return result;
	if (which == CLOCK_REALTIME)
		shift(ts, plan->wall_ms);
	else if (which == CLOCK_MONOTONIC || which == CLOCK_BOOTTIME) {
		if (plan->nap_in > 0 && --plan->nap_in == 0)
			plan->run_ms += plan->nap_ms;
		shift(ts, plan->run_ms);
	}
	return result;
}

time_t
time(time_t *to)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (to != NULL)
		*to = ts.tv_sec;
	return ts.tv_sec;
}
