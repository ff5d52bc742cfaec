/*
 * Input history: the lines sent earlier, walked with Up and Down. The draft
 * that was being typed is kept and comes back below the newest. Pure.
 */
#ifndef TUI_SESSION_RECALL_H
#define TUI_SESSION_RECALL_H

#include <stdbool.h>
#include <stddef.h>

enum {
	RECALL_LINES = 500,
	RECALL_LINE_BYTES = 64 * 1024	/* longest of a file that is taken */
};

struct recall;

struct recall	*recall_new(void);
void		 recall_free(struct recall *);
/*
 * Remembers a line as the newest (not an empty one, nor one twice in a row).
 * Where one stands, and what is kept there, stays. Out of memory: the line is
 * not remembered.
 */
void		 recall_add(struct recall *, const char *, size_t);
/* The newest is for this run alone: no file has it. */
void		 recall_hide(struct recall *);
/* The newest of that text is none that was sent, unless one stands there; what
 * was made of it stays. */
void		 recall_forget(struct recall *, const char *, size_t);
/* To the bottom, with nothing kept: what stands in the editor was sent. */
void		 recall_settle(struct recall *);
/*
 * Older or newer line, given what stands in the editor now (NUL-terminated):
 * it is kept as draft when leaving the bottom (an edited recalled line is kept
 * too, until recall_settle). Returns the text to show, NUL-terminated
 * and valid until the next call of any recall function, its length in *len;
 * NULL at the end of the list or when out of memory: nothing has changed.
 */
const char	*recall_older(struct recall *, const char *now, size_t *len);
const char	*recall_newer(struct recall *, const char *now, size_t *len);

/* The draft, while another line stands in the editor: NUL-terminated, valid as
 * above. NULL: the editor has it, or it is empty. */
const char	*recall_draft(const struct recall *);
/* The line that stands there, as it was sent, valid as above; NULL: none of
 * those. */
const char	*recall_line(const struct recall *);
/* Does a line stand there that was sent, as it was? */
bool		 recall_stands(const struct recall *, const char *now);
/* Does a line stand there that was sent, but is not as it was? */
bool		 recall_changed(const struct recall *, const char *now);
/* The line sent so many lines before the newest, NUL-terminated, valid as
 * above; NULL: there is none. */
const char	*recall_sent(const struct recall *, size_t before);

/*
 * The lines as the text of a file, oldest first, one a line, backslash and
 * newline escaped; behind them, as nothing else has it, what was made of others
 * than the one that stands in the editor. Malloc'd, NUL-terminated, its length
 * in *len. NULL only when out of memory.
 */
char		*recall_text(const struct recall *, size_t *len);
/*
 * Takes the lines of such a text, the newest as far as there is room, as older
 * than those that are there; then as recall_settle, at the bottom. The text may
 * be anything: a line that is empty, too long, not UTF-8, holds a NUL or is
 * wrongly escaped is skipped. Out of memory: older ones are missing.
 */
void		 recall_load(struct recall *, const char *, size_t);

#endif
