/*
 * The operator's lines on standard input, each an announcement.
 */
#ifndef SERVER_ADMIN_H
#define SERVER_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

enum { ADMIN_LINE_BYTES = 2048 };	/* longer ones are dropped whole */

struct admin {
	char	 line[ADMIN_LINE_BYTES];
	size_t	 len;
	bool	 overlong;		/* dropping the rest of a line */
};

/* Gets each line without its newline; NULL: it was too long. */
typedef void admin_line(void *arg, const char *line, size_t len);

void	 admin_init(struct admin *);
/* Takes bytes as they come. */
void	 admin_feed(struct admin *, const char *data, size_t len,
	    admin_line *, void *arg);
/*
 * Reads once from fd, which poll(2) reported. Returns false when that was
 * the end of input; a last line without newline counts.
 */
bool	 admin_read(struct admin *, int fd, admin_line *, void *arg);

#endif
