/*
 * What curses writes of a frame, gathered. Its descriptor is standard output,
 * which it does not let go: so that is another file meanwhile, in memory, where
 * a write is cheap and wakes nobody. Client's parent process.
 */
#include "tui/screen/sheet.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 16 * 1024 };	/* a large frame goes in some of these */

void
sheet_open(struct sheet *s)
{
	struct rlimit size;

	s->paper = -1;
	s->terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
#ifdef __linux__
	/* One in memory is a file, too: the signal came within a frame. */
	if (s->terminal != -1 && (getrlimit(RLIMIT_FSIZE, &size) == -1 ||
	    size.rlim_cur == RLIM_INFINITY))
		s->paper = memfd_create("frame", MFD_CLOEXEC);
#endif
}

void
sheet_close(struct sheet *s)
{
	if (s->paper != -1)
		close(s->paper);
	if (s->terminal != -1)
		close(s->terminal);
	s->paper = s->terminal = -1;
}

bool
sheet_begin(struct sheet *s)
{
	return s->paper != -1 && dup2(s->paper, STDOUT_FILENO) != -1;
}

/* Where the terminal is gone, poll says so. */
static void
put(const char *bytes, size_t len)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	ssize_t n;

	while (len > 0) {
		n = write(STDOUT_FILENO, bytes, len);
		/* Another program may have left it so. */
		if (n == -1 && errno == EAGAIN && poll(&out, 1, -1) >= 0)
			continue;
		if (n == -1 && errno != EINTR)
			return;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

/* From its beginning to end, with what is before and behind it. */
static void
copy(int paper, off_t end, const char *before, const char *behind)
{
	char piece[PIECE];
	size_t len = strlen(before), last = strlen(behind), room;
	off_t at = 0;
	ssize_t n;

	memcpy(piece, before, len);
	for (; at < end; at += n) {
		if ((room = sizeof(piece) - len - last) == 0) {
			put(piece, len);
			len = 0;
			room = sizeof(piece) - last;
		}
		n = pread(paper, piece + len, (off_t)room > end - at ?
		    (size_t)(end - at) : room, at);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	memcpy(piece + len, behind, last);
	put(piece, len + last);
}

void
sheet_end(struct sheet *s, const char *before, const char *behind)
{
	off_t end = lseek(s->paper, 0, SEEK_CUR);

	dup2(s->terminal, STDOUT_FILENO);
	lseek(s->paper, 0, SEEK_SET);
	copy(s->paper, end, before, behind);
}

void
sheet_give_back(void)
{
	int fd;

	if (isatty(STDOUT_FILENO))
		return;
	fd = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
	dup2(fd != -1 ? fd : STDIN_FILENO, STDOUT_FILENO);
	if (fd != -1)
		close(fd);
}
