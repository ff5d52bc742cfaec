/*
 * The operator's lines. Reads standard input as it is: never changes its
 * flags, which it may share with a shell.
 */
#include "server/admin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
admin_init(struct admin *a)
{
	a->len = 0;
	a->overlong = false;
}

static void
end_line(struct admin *a, admin_line *line, void *arg)
{
	if (a->overlong)
		line(arg, NULL, 0);
	else
		line(arg, a->line, a->len);
	admin_init(a);
}

void
admin_feed(struct admin *a, const char *data, size_t len, admin_line *line,
    void *arg)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] == '\n')
			end_line(a, line, arg);
		else if (a->len == sizeof(a->line))
			a->overlong = true;
		else
			a->line[a->len++] = data[i];
	}
}

bool
admin_read(struct admin *a, int fd, admin_line *line, void *arg)
{
	char buf[4096];
	ssize_t n;

	n = read(fd, buf, sizeof(buf));
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n > 0) {
		admin_feed(a, buf, (size_t)n, line, arg);
		return true;
	}
	/* Also EIO: the terminal is another job's, or gone. */
	if (a->len > 0 || a->overlong)
		end_line(a, line, arg);
	return false;
}
