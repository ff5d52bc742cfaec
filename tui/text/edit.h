/*
 * The line editor: text, caret, kill and yank, undo. Pure: knows neither
 * curses nor I/O, so it alone carries its test. Owned by the client's parent
 * process. The text is valid UTF-8 always; the caret stands between clusters.
 */
#ifndef TUI_TEXT_EDIT_H
#define TUI_TEXT_EDIT_H

#include <stdbool.h>
#include <stddef.h>

enum {
	EDIT_BYTES = 64 * 1024,	/* the most that is held */
	EDIT_KILLS = 4
};

enum edit_op {
	EDIT_LEFT, EDIT_RIGHT, EDIT_WORD_LEFT, EDIT_WORD_RIGHT,
	EDIT_HOME, EDIT_END,	/* of the line the caret is in */
	EDIT_UP, EDIT_DOWN,			/* line of a multi-line text */
	EDIT_DELETE, EDIT_BACKSPACE,		/* one cluster */
	EDIT_KILL_SPACE,			/* back to a space: C-w */
	EDIT_KILL_WORD_LEFT, EDIT_KILL_WORD_RIGHT,
	EDIT_KILL_END, EDIT_KILL_HOME,		/* C-k, C-u */
	EDIT_KILL_ALL,				/* on both sides of the caret */
	EDIT_YANK,
	EDIT_YANK_POP,	/* after those two: an older kill
						 * in its place */
	EDIT_TRANSPOSE, EDIT_UNDO, EDIT_REDO
};

struct edit;

/* NULL only when out of memory. */
struct edit	*edit_new(void);
/* Wipes what was typed (it may have been a passphrase) and frees. */
void		 edit_free(struct edit *);

/*
 * Does op. Returns false where there is nothing to do (caret at the edge,
 * nothing to yank, UP in the first line): nothing has changed then. At the
 * edge of a line KILL_END and KILL_HOME take the newline.
 * Kills in a row gather into one yank, as in readline; EDIT_KILLS are kept.
 */
bool		 edit_do(struct edit *, enum edit_op);
/* From now on a kill is kept for no yank, as what stands there is a secret. */
void		 edit_secret(struct edit *, bool);

/*
 * Inserts at the caret. Each ill-formed byte is taken as U+FFFD; CR LF and CR
 * become LF; NUL is dropped, other characters are kept as they are. Returns
 * false, and changes nothing, if the text would pass EDIT_BYTES. Typed
 * characters in a row are one undo step up to the next space; each call with
 * more than one cluster (a paste) is a step of its own.
 */
bool		 edit_insert(struct edit *, const char *, size_t);

/* How many bytes that makes of it; SIZE_MAX: there is no memory for it. */
size_t		 edit_bytes(const char *, size_t);

/* Replaces all of the text, caret at the end; one undo step. As edit_insert. */
bool		 edit_set(struct edit *, const char *, size_t);

/*
 * Replaces the bytes [from, to), caret behind what came for them; one undo
 * step, of its own. Cleans as edit_insert. Returns false, and changes nothing,
 * if that is no range of the text, would cut a character, or the text would
 * pass EDIT_BYTES.
 */
bool		 edit_replace(struct edit *, size_t from, size_t to,
		    const char *, size_t);

/*
 * Puts the caret at that byte, back at the start of the cluster it is in.
 * Returns false, and changes nothing, where the text ends before it or the
 * caret is there already.
 */
bool		 edit_caret_to(struct edit *, size_t at);

/* Text (NUL-terminated, valid until the next change), length, caret offset. */
const char	*edit_text(const struct edit *, size_t *len);
size_t		 edit_caret(const struct edit *);
/* Another number after each change of the text, never 0 then. */
size_t		 edit_changes(const struct edit *);
/* Empties it and forgets the undo steps: after sending. The yank stays. */
void		 edit_reset(struct edit *);

/*
 * The text as rows of a pane `cols` columns wide (>= 1): wrapped by cluster,
 * each row's text in display form. A caret behind a full row stands on a new
 * row, empty if need be. A cluster wider than the pane shows as '?'.
 */
struct edit_row {
	const char *text;	/* display form, NUL-terminated */
	size_t	 len;
	int	 cols;		/* columns it takes, <= cols */
	size_t	 from, to;	/* bytes of the edited text it shows, not
				 * the newline that ends it */
};
struct edit_layout {
	struct edit_row	*rows;
	int		 nrows;		/* >= 1 */
	int		 caret_row, caret_col;	/* caret_col < cols */
	char		*bytes;		/* what the rows' texts lie in ... */
	size_t		 size;		/* ... and how many */
};
/* False when out of memory. Else the caller clears the layout. */
bool		 edit_layout(const struct edit *, int cols,
		    struct edit_layout *);
/* Wipes and frees what the layout holds. */
void		 edit_layout_clear(struct edit_layout *);

#endif
