/*
 * The line between a program and its terminal: bytes both ways, and what
 * becomes of the program. All lines are served together.
 */
#ifndef TESTS_WITH_LINE_H
#define TESTS_WITH_LINE_H

#include <sys/queue.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/with_job.h"

enum { LINE_MAX_OPEN = 32 };

struct line {
	LIST_ENTRY(line) entry;
	struct job	 job;
	char		*typed;		/* what the kernel has no room for yet */
	size_t		 typed_len;
	size_t		 mark_sent, mark_seen;	/* bytes; see with_line.c */
	unsigned long	 bytes;		/* that came from the program */
	void		(*out)(void *, const char *, size_t);
	void		*arg;
};

/* job_start(), and to be served from now on: output goes to out(arg, ...). */
void	 line_start(struct line *, int rows, int cols, const char *const env[],
	    const char *const argv[],
	    void (*out)(void *, const char *, size_t), void *arg);
void	 line_end(struct line *);

/* Types bytes: at once as far as the kernel has room. */
void	 line_type(struct line *, const char *bytes, size_t len);
/* Whether the program has read all that was typed. */
bool	 line_is_read(const struct line *);
/* The window's new size; the kernel signals it. */
void	 line_resize(struct line *, int rows, int cols);
/* The terminal goes away: the line hangs up. */
void	 line_close(struct line *);

/* Serves all lines once; waits up to timeout_ms (-1: ever) for some event. */
void	 line_serve(int timeout_ms);

/* Whether the program is not running and all its output has come. */
bool	 line_settled(const struct line *);

#endif
