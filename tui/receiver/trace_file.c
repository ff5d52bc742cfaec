/*
 * Writes a trace, a line at a time. Runs in the receiver process, which has it
 * open since before it was locked in.
 */
#include "tui/receiver/trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/seal.h"
#include "tui/shared/record.h"

int
trace_open(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOCTTY | O_NONBLOCK, 0600);
}

/* Whole lines only: more than one receiver may write to the same file. */
static void
put(const struct trace *t, const char *way, size_t bytes, const char *what)
{
	char line[TRACE_TEXT + 64];
	int n = snprintf(line, sizeof(line), "%lld %s %zu %s\n",
	    (long long)(clock_now_ms() - t->begun_ms), way, bytes, what);

	/* A disk that is full is no reason to stop. */
	if (write(t->fd, line, (size_t)n) == -1)
		return;
}

void
trace_begin(struct trace *t, int fd)
{
	t->fd = fd;
	t->begun_ms = clock_now_ms();
	t->frames[0] = '\0';
}

void
trace_link(struct trace *t, bool in, const uint8_t *frames, size_t len)
{
	char text[TRACE_TEXT];

	if (t->fd == -1)
		return;
	if (in) {
		put(t, "net in", len + SEAL_OVER, trace_frames(text, frames,
		    len));
		t->opened = true;
	} else
		trace_frames(t->frames, frames, len);
}

static bool
is_sealed(const void *data, size_t len)
{
	return len > 0 && *(const uint8_t *)data == SEAL_TYPE;
}

void
trace_sent(struct trace *t, const void *data, size_t len)
{
	if (t->fd != -1)
		put(t, "net out", len, is_sealed(data, len) ? t->frames :
		    trace_datagram(data, len));
}

void
trace_came(struct trace *t, const void *data, size_t len)
{
	t->opened = false;
	if (t->fd != -1 && !is_sealed(data, len))
		put(t, "net in", len, trace_datagram(data, len));
}

void
trace_taken(struct trace *t, const void *data, size_t len)
{
	if (t->fd != -1 && is_sealed(data, len) && !t->opened)
		put(t, "net in", len, "sealed, not opened");
}

void
trace_pass(struct trace *t, bool in, const struct record *r)
{
	uint8_t encoded[RECORD_BYTES];
	char text[TRACE_TEXT];
	size_t len;

	if (t->fd == -1)
		return;
	/* Nor how long a passphrase is. */
	len = r->type == RECORD_PASSPHRASE ? 0 : record_encode(encoded, r);
	explicit_bzero(encoded, sizeof(encoded));
	put(t, in ? "screen in" : "screen out", len, trace_record(text, r));
}
