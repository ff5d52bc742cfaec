/*
 * Reading and writing records on the pipes, in both of the client's processes.
 * Never blocks, never drops a record that duct_send took.
 */
#include "tui/shared/duct.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	IN_BYTES = 64 * 1024,		/* what a Linux pipe holds */
	OUT_BYTES = 256 * 1024,
	FLUSH_BYTES = 16 * 1024,	/* so many wait for a flush */
	ROOM_BYTES = OUT_BYTES / 2	/* below: taking more in is safe */
};
_Static_assert((int)IN_BYTES >= 2 * (int)RECORD_BYTES, "a record must fit");
_Static_assert((int)OUT_BYTES - (int)ROOM_BYTES >= 16 *
    (int)RECORD_SHORT_BYTES + 2 * (int)RECORD_BYTES, "room is room");

struct duct {
	int	 in_fd, out_fd;
	bool	 gone;			/* writing failed for good */
	bool	 closed;		/* end of file on in_fd */
	size_t	 in_pos, in_len;	/* unread bytes are [pos, len) */
	size_t	 out_pos, out_len;
	size_t	 left;			/* the pipe was full: so many stayed */
	uint8_t	 in[IN_BYTES];
	uint8_t	 out[OUT_BYTES];
};

static void
set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags != -1)
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

struct duct *
duct_new(int in_fd, int out_fd)
{
	struct duct *d = malloc(sizeof(*d));

	if (d == NULL)
		return NULL;
	/* The buffers are left untouched on purpose: no page is paid for
	 * before it is used. */
	d->in_fd = in_fd;
	d->out_fd = out_fd;
	d->gone = d->closed = false;
	d->in_pos = d->in_len = d->out_pos = d->out_len = d->left = 0;
	set_nonblocking(in_fd);
	set_nonblocking(out_fd);
	return d;
}

void
duct_free(struct duct *d)
{
	if (d == NULL)
		return;
	close(d->in_fd);
	close(d->out_fd);
	free(d);
}

int
duct_in_fd(const struct duct *d)
{
	return d->in_fd;
}

int
duct_out_fd(const struct duct *d)
{
	return d->out_fd;
}

bool
duct_flush(struct duct *d)
{
	ssize_t n;

	while (!d->gone && d->out_pos < d->out_len) {
		n = write(d->out_fd, d->out + d->out_pos,
		    d->out_len - d->out_pos);
		if (n >= 0)
			d->out_pos += (size_t)n;
		else if (errno == EAGAIN) {
			d->left = duct_queued(d);
			return true;
		} else if (errno != EINTR)
			d->gone = true;
	}
	if (!d->gone)
		d->out_pos = d->out_len = d->left = 0;
	return !d->gone;
}

bool
duct_send(struct duct *d, const struct record *r)
{
	uint8_t record[RECORD_BYTES];
	size_t len = record_encode(record, r);

	if (len == 0 || d->gone)
		return false;
	if (len > sizeof(d->out) - d->out_len) {
		memmove(d->out, d->out + d->out_pos, d->out_len - d->out_pos);
		d->out_len -= d->out_pos;
		d->out_pos = 0;
		if (len > sizeof(d->out) - d->out_len)
			return false;
	}
	memcpy(d->out + d->out_len, record, len);
	d->out_len += len;
	/* Many in one go: the caller flushes when it has no more. Nor is each
	 * record to ask whether a full pipe is full yet. */
	return duct_queued(d) < d->left + FLUSH_BYTES || duct_flush(d);
}

size_t
duct_queued(const struct duct *d)
{
	return d->out_len - d->out_pos;
}

bool
duct_has_room(const struct duct *d)
{
	return duct_queued(d) < ROOM_BYTES;
}

/* One read; false when nothing came. */
static bool
fill(struct duct *d)
{
	ssize_t n;

	memmove(d->in, d->in + d->in_pos, d->in_len - d->in_pos);
	d->in_len -= d->in_pos;
	d->in_pos = 0;
	do
		n = read(d->in_fd, d->in + d->in_len,
		    sizeof(d->in) - d->in_len);
	while (n == -1 && errno == EINTR);
	if (n == 0 || (n == -1 && errno != EAGAIN))
		d->closed = true;
	if (n <= 0)
		return false;
	d->in_len += (size_t)n;
	return true;
}

bool
duct_is_closed(const struct duct *d)
{
	return d->closed;
}

enum duct_result
duct_next(struct duct *d, struct record *r)
{
	size_t used;

	for (;;) {
		switch (record_decode(d->in + d->in_pos, d->in_len - d->in_pos,
		    r, &used)) {
		case RECORD_OK:
			d->in_pos += used;
			return DUCT_RECORD;
		case RECORD_BAD:
			return DUCT_BROKEN;
		case RECORD_MORE:
			break;
		}
		if (!d->closed && fill(d))
			continue;
		if (!d->closed)
			return DUCT_EMPTY;
		return d->in_len > d->in_pos ? DUCT_BROKEN : DUCT_CLOSED;
	}
}
