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
	FILES_MIN = 64		/* descriptors that it needs, and some */
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
	    limit.rlim_cur >= FILES_MIN)
		return;
	limit.rlim_cur = FILES_MIN;
	if (limit.rlim_max < FILES_MIN || setrlimit(RLIMIT_NOFILE,
	    &limit) == -1)
		errx(1, _("%d open files are needed (ulimit -n)"), FILES_MIN);
}
