/*
 * The operator's lines on standard input, each an announcement.
 */
#ifndef SERVER_CONSOLE_H
#define SERVER_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

enum { CONSOLE_LINE_BYTES = 2048 };	/* longer ones are dropped whole */

struct console {
	char	 line[CONSOLE_LINE_BYTES];
	size_t	 len;
	bool	 overlong;		/* dropping the rest of a line */
};

/* Gets each line without its newline; NULL: it was too long. */
typedef void console_line(void *arg, const char *line, size_t len);

void	 console_init(struct console *);
/* Takes bytes as they come. */
void	 console_feed(struct console *, const char *data, size_t len,
	    console_line *, void *arg);
/*
 * Reads once from fd, which poll(2) reported. Returns false when that was
 * the end of input; a last line without newline counts.
 */
bool	 console_read(struct console *, int fd, console_line *, void *arg);

#endif
