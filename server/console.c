/*
 * The operator's lines. Reads standard input as it is: never changes its
 * flags, which it may share with a shell.
 */
#include "server/console.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void
console_init(struct console *c)
{
	c->len = 0;
	c->overlong = false;
}

static void
end_line(struct console *c, console_line *line, void *arg)
{
	if (c->overlong)
		line(arg, NULL, 0);
	else
		line(arg, c->line, c->len);
	console_init(c);
}

void
console_feed(struct console *c, const char *data, size_t len,
    console_line *line, void *arg)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] == '\n')
			end_line(c, line, arg);
		else if (c->len == sizeof(c->line))
			c->overlong = true;
		else
			c->line[c->len++] = data[i];
	}
}

bool
console_read(struct console *c, int fd, console_line *line, void *arg)
{
	char buf[4096];
	ssize_t n;

	n = read(fd, buf, sizeof(buf));
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n > 0) {
		console_feed(c, buf, (size_t)n, line, arg);
		return true;
	}
	/* Also EIO: the terminal is another job's, or gone. */
	if (c->len > 0 || c->overlong)
		end_line(c, line, arg);
	return false;
}
