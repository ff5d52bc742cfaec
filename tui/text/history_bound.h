/*
 * The bytes that several histories have together. Pure.
 */
#ifndef TUI_TEXT_HISTORY_BOUND_H
#define TUI_TEXT_HISTORY_BOUND_H

#include <stdbool.h>
#include <stddef.h>

struct history;

/* It may have so many from now on: no less than HISTORY_MIN_BYTES, and no more
 * than it was made for. What is more goes when a line comes that has no
 * room. */
void	 history_set_bound(struct history *, size_t max_bytes);
/* How many more it would have for a line that has no room in what it has. */
size_t	 history_step(void);
/* Could its oldest lines go? */
bool	 history_may_give(const struct history *);
/* They go; so many bytes. */
size_t	 history_give(struct history *);

#endif
