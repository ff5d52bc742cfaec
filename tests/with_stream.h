/*
 * The byte stream from a program to its terminal, read on the way to libvterm
 * for what that library (0.1.4) does not keep: every DEC private mode, and
 * synchronized frames (mode 2026). Pure.
 */
#ifndef TESTS_WITH_STREAM_H
#define TESTS_WITH_STREAM_H

#include <stdbool.h>
#include <stddef.h>

enum {
	STREAM_MODES = 3000,	/* modes below this number are kept */
	STREAM_HOLD_BYTES = 256	/* longest control sequence looked into */
};

struct stream {
	enum { STREAM_TEXT, STREAM_ESCAPE, STREAM_CSI } state;
	char		held[STREAM_HOLD_BYTES];	/* an unfinished CSI */
	size_t		held_len;
	unsigned char	modes[STREAM_MODES / 8];
	unsigned long	frames;			/* synchronized frames ended */
	void		(*out)(void *, const char *, size_t);
	void		*arg;
};

/* A terminal just reset; what is to reach the screen goes to out(arg, ...). */
void	 stream_init(struct stream *, void (*out)(void *, const char *, size_t),
	    void *arg);

/* Takes len bytes; a sequence may be split anywhere between two calls. */
void	 stream_feed(struct stream *, const char *data, size_t len);

/* Whether CSI ? mode h is in force; false for a mode that is not kept. */
bool	 stream_mode(const struct stream *, int mode);

#endif
