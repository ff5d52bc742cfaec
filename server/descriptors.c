/*
 * The server's descriptors before it opens any. Thin shell; opens nothing of
 * the room.
 */
#include "server/descriptors.h"

#include <sys/resource.h>
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/lang.h"

enum {
	FILES_MIN = 64,		/* descriptors that it needs, and some */
	FILES_MAX = 8192,	/* with all that a log may have open, for */
	FILES_LOG = 4		/* as many rooms as there may be */
};

void
descriptors_standard(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", O_RDWR) != fd)
			exit(1);
	}
}

void
descriptors_want(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    limit.rlim_cur >= FILES_MAX)
		return;
	if (limit.rlim_max < FILES_MIN)
		errx(1, _("%d open files are needed (ulimit -n)"), FILES_MIN);
	limit.rlim_cur = limit.rlim_max < FILES_MAX ? limit.rlim_max :
	    FILES_MAX;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		errx(1, _("%d open files are needed (ulimit -n)"), FILES_MIN);
}

size_t
descriptors_logs(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    limit.rlim_cur <= FILES_MIN + FILES_LOG)
		return 1;
	if (limit.rlim_cur >= FILES_MAX)
		return (FILES_MAX - FILES_MIN) / FILES_LOG;
	return (size_t)(limit.rlim_cur - FILES_MIN) / FILES_LOG;
}
