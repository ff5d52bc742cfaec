/*
 * The byte stream from a program to its terminal, read on the way to libvterm
 * for what that library (0.1.4) does not keep: every DEC private mode,
 * synchronized frames (mode 2026), dim, the title in whatever pieces it comes,
 * and the width of newer emoji. Pure.
 */
#ifndef TESTS_WITH_STREAM_H
#define TESTS_WITH_STREAM_H

#include <stdbool.h>
#include <stddef.h>

enum {
	STREAM_MODES = 3000,	/* modes below this number are kept */
	STREAM_HOLD_BYTES = 512	/* longest sequence or title looked into */
};

struct stream {
	enum {
		STREAM_TEXT, STREAM_ESCAPE, STREAM_CSI, STREAM_STRING,
		STREAM_UTF8
	} state;
	char		held[STREAM_HOLD_BYTES];	/* not yet complete */
	size_t		held_len;
	unsigned char	modes[STREAM_MODES / 8];
	char		title[STREAM_HOLD_BYTES];
	unsigned long	frames;			/* synchronized frames ended */
	void		(*out)(void *, const char *, size_t);
	void		*arg;
};

/* A terminal just reset; what is to reach the screen goes to out(arg, ...). */
void	 stream_init(struct stream *, void (*out)(void *, const char *, size_t),
	    void *arg);

/* Takes len bytes; a sequence may be split anywhere between two calls. */
void	 stream_feed(struct stream *, const char *data, size_t len);

/*
 * Text that libvterm kept, UTF-8 with its NUL, as the program wrote it: puts
 * back the emoji that stream_feed changed.
 */
void	 stream_restore(char *text);

/* Whether CSI ? mode h is in force; false for a mode that is not kept. */
bool	 stream_mode(const struct stream *, int mode);

#endif
