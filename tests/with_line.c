/*
 * Runs in the test program. Owns the list of lines and what is still to be
 * typed on each. It must never block but in the one poll(2) of line_serve().
 */
#include "tests/with_line.h"

#include <sys/ioctl.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 16384 };

/*
 * Written to the line after its program stopped or ended: once it comes out
 * at the master, so has all that the program wrote. CAN and SUB break off an
 * escape sequence and show nothing.
 */
static const char mark[] = "\030\032\030\032\032\030\032\030\030\030\032\032";
enum { MARK_BYTES = sizeof(mark) - 1 };

static LIST_HEAD(, line) lines = LIST_HEAD_INITIALIZER(lines);

void
line_start(struct line *line, int rows, int cols, const char *const env[],
    const char *const argv[], void (*out)(void *, const char *, size_t),
    void *arg)
{
	struct line *other;
	int count = 0;

	LIST_FOREACH(other, &lines, entry)
		count++;
	if (count == LINE_MAX_OPEN)
		errx(1, "more than %d terminals", LINE_MAX_OPEN);
	memset(line, 0, sizeof(*line));
	line->out = out;
	line->arg = arg;
	job_start(&line->job, rows, cols, env, argv);
	LIST_INSERT_HEAD(&lines, line, entry);
}

void
line_end(struct line *line)
{
	LIST_REMOVE(line, entry);
	job_end(&line->job);
	free(line->typed);
}

void
line_type(struct line *line, const char *bytes, size_t len)
{
	size_t had = line->typed_len;
	ssize_t n = 0;

	if (line->job.master == -1 || len == 0)
		return;
	if (had == 0 && (n = write(line->job.master, bytes, len)) < 0)
		n = 0;
	bytes += n;
	len -= (size_t)n;
	if (len == 0)
		return;
	line->typed = recallocarray(line->typed, had, had + len, 1);
	if (line->typed == NULL)
		err(1, "recallocarray");
	memcpy(line->typed + had, bytes, len);
	line->typed_len += len;
}

static void
type_rest(struct line *line)
{
	ssize_t n;

	if ((n = write(line->job.master, line->typed, line->typed_len)) <= 0)
		return;
	line->typed_len -= (size_t)n;
	memmove(line->typed, line->typed + n, line->typed_len);
	if (line->typed_len > 0)
		return;
	free(line->typed);
	line->typed = NULL;
}

bool
line_is_read(const struct line *line)
{
	int waits;

	return line->typed_len == 0 &&
	    ioctl(line->job.slave, FIONREAD, &waits) != -1 && waits == 0;
}

void
line_resize(struct line *line, int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows,
	    .ws_col = (unsigned short)cols };

	if (ioctl(line->job.master, TIOCSWINSZ, &ws) == -1)
		err(1, "TIOCSWINSZ");
}

void
line_close(struct line *line)
{
	close(line->job.master);
	line->job.master = -1;
	free(line->typed);
	line->typed = NULL;
	line->typed_len = 0;
}

bool
line_settled(const struct line *line)
{
	return line->job.state != JOB_RUNNING &&
	    (line->job.master == -1 || line->mark_seen == MARK_BYTES);
}

static void
send_mark(struct line *line)
{
	ssize_t n;

	n = write(line->job.slave, mark + line->mark_sent,
	    MARK_BYTES - line->mark_sent);
	if (n > 0)
		line->mark_sent += (size_t)n;
}

static void
see_mark(struct line *line, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && line->mark_seen < line->mark_sent; i++) {
		if (data[i] == mark[line->mark_seen])
			line->mark_seen++;
		else
			line->mark_seen = data[i] == mark[0];
	}
}

static void
take_output(struct line *line)
{
	char buf[READ_BYTES];
	ssize_t n;

	if ((n = read(line->job.master, buf, sizeof(buf))) <= 0)
		return;
	line->bytes += (unsigned long)n;
	see_mark(line, buf, (size_t)n);
	line->out(line->arg, buf, (size_t)n);
}

void
line_serve(int timeout_ms)
{
	struct pollfd pfd[LINE_MAX_OPEN * 2];
	struct line *line;
	nfds_t n = 0;

	LIST_FOREACH(line, &lines, entry) {
		if (line->job.state != JOB_RUNNING && line->job.master != -1 &&
		    line->mark_sent < MARK_BYTES)
			send_mark(line);
		pfd[n].fd = line->job.master;
		pfd[n].events = line->typed_len > 0 ? POLLIN | POLLOUT : POLLIN;
		pfd[n++].revents = 0;
		pfd[n].fd = line->job.state == JOB_ENDED ? -1 :
		    line->job.control;
		pfd[n].events = POLLIN;
		pfd[n++].revents = 0;
	}
	if (poll(pfd, n, timeout_ms) == -1 && errno != EINTR)
		err(1, "poll");
	n = 0;
	LIST_FOREACH(line, &lines, entry) {
		if ((pfd[n].revents & POLLOUT) != 0)
			type_rest(line);
		if ((pfd[n++].revents & ~POLLOUT) != 0)
			take_output(line);
		if (pfd[n++].revents != 0 && job_report(&line->job))
			line->mark_sent = line->mark_seen = 0;
	}
}
