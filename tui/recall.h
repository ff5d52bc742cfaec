/*
 * Input history: the lines sent earlier, walked with Up and Down. The draft
 * that was being typed is kept and comes back below the newest. Pure.
 */
#ifndef TUI_RECALL_H
#define TUI_RECALL_H

#include <stddef.h>

enum { RECALL_LINES = 500 };

struct recall;

struct recall	*recall_new(void);
void		 recall_free(struct recall *);
/* Remembers a sent line (not twice in a row) and returns to the draft's end. */
void		 recall_add(struct recall *, const char *, size_t);
/*
 * Older or newer line, given what stands in the editor now: `now` is kept as
 * draft when leaving the bottom (an edited recalled line is kept too, until
 * the next recall_add). Returns the text to show (valid until the next call
 * of any recall function), NULL at the end of the list.
 */
const char	*recall_older(struct recall *, const char *now, size_t *len);
const char	*recall_newer(struct recall *, const char *now, size_t *len);

#endif
