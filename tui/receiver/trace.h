/*
 * What goes through the receiver, for who looks for a fault: a line for each
 * datagram and record, with names, numbers and sizes, never what is in them.
 *
 *   MS net in|out BYTES NAME          a datagram; sealed, its frames' names
 *   MS screen in|out BYTES NAME       a record; in: from the screen's process
 *
 * The names are pure (trace.c); trace_file.c writes.
 */
#ifndef TUI_TRACE_H
#define TUI_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record;

enum { TRACE_TEXT = 256 };	/* bytes, with NUL; what is over is "..." */

/* "HELLO", "HS2"; "sealed" is all that its outside tells; "classic". */
const char *trace_datagram(const void *data, size_t len);
/* "ENTRIES 12..20, HEAD 20"; *frames: of a datagram, opened. Returns text. */
char	*trace_frames(char text[TRACE_TEXT], const uint8_t *frames, size_t len);
/* "ENTRY 12", "POST 3". Returns text. */
char	*trace_record(char text[TRACE_TEXT], const struct record *);

struct trace {
	int		 fd;		/* -1: nothing is written */
	int64_t		 begun_ms;	/* by clock_now_ms */
	bool		 opened;	/* the frames that came were said */
	char		 frames[TRACE_TEXT];	/* of what is sealed next */
};

/* Opens the file that is to go on, made for its owner alone. -1 with errno. */
int	 trace_open(const char *path);
/* Begins; fd -1: the rest does nothing. */
void	 trace_begin(struct trace *, int fd);
/* The link opened frames (in), or is about to seal them. */
void	 trace_link(struct trace *, bool in, const uint8_t *frames, size_t len);
void	 trace_sent(struct trace *, const void *data, size_t len);
/* Before and after the link has taken it. */
void	 trace_came(struct trace *, const void *data, size_t len);
void	 trace_taken(struct trace *, const void *data, size_t len);
/* A record from the screen's process, or for it. */
void	 trace_pass(struct trace *, bool in, const struct record *);

#endif
