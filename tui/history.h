/*
 * Scrollback: the lines of the message pane, packed in chunks of 1 MiB,
 * bounded by bytes, wrapped lazily. Pure: no clock, no curses. Owned by the
 * client's parent process.
 *
 * Lines have serials that never change or come again: 0, 1, 2 ... in the
 * order of the room. Below them stand the pending lines: own lines that the
 * room has not taken yet; their serials follow on and shift while the room grows.
 */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

enum {
	HISTORY_MIN_BYTES = 2 * 1024 * 1024,	/* the least bound */
	HISTORY_TEXT_BYTES = 64 * 1024		/* longest text of a line */
};

enum {
	HISTORY_OWN = 1 << 0,		/* said by this user */
	HISTORY_MENTION = 1 << 1,	/* names this user */
	HISTORY_PENDING = 1 << 2,	/* not in the room yet */
	HISTORY_REFUSED = 1 << 3,	/* will never be; text says why */
	HISTORY_LOCAL = 1 << 4,		/* an answer of this program, nobody's line */
	HISTORY_DAY = 1 << 5,		/* first of its day: a rule stands above */
	HISTORY_UNREAD = 1 << 6,	/* first unread: a rule stands above */
	HISTORY_LOST = 1 << 7		/* was in the room, and is no more */
};

/* A line, a view valid until the next change of the history. */
struct history_line {
	struct entry	 entry;		/* original author and text */
	const char	*shown;		/* the text's display form */
	size_t		 shown_len;
	const char	*name;		/* the author's display form */
	size_t		 name_len;
	int		 name_cols;
	unsigned	 marks;
	int32_t		 day;		/* the caller's day number */
};

struct history;

/*
 * max_bytes bounds text, lines and bookkeeping together; less than
 * HISTORY_MIN_BYTES is taken as that. NULL: no memory.
 */
struct history	*history_new(size_t max_bytes);
void		 history_free(struct history *);

/*
 * Appends behind the room's last line, before the pending ones. day: a
 * number that differs when the local day does. HISTORY_DAY and HISTORY_UNREAD
 * are set by themselves, whatever marks say; the oldest line has its day.
 * The oldest lines go when max_bytes is reached, a chunk at a time. False: out
 * of memory, or an author or text that is too long: nothing changed.
 */
bool		 history_append(struct history *, const struct entry *,
		    unsigned marks, int32_t day);
/* Adds a pending line, known by entry.id (not 0) until it is settled. Never
 * dropped for room. False as above. */
bool		 history_post(struct history *, const struct entry *,
		    int32_t day);
/* Takes the pending line with this id away (its entry arrives as one of the
 * room's); false if there is none. */
bool		 history_settle(struct history *, uint64_t id);
/* Marks the pending line HISTORY_REFUSED in place of HISTORY_PENDING, and with
 * reason appends " (reason)" to what is shown. It stays where it is, until it
 * is settled. False if there is none, or no memory. */
bool		 history_refuse(struct history *, uint64_t id,
		    const char *reason);
/* Marks the room's lines with a number above seq HISTORY_LOST; returns how
 * many. */
size_t		 history_lose(struct history *, uint64_t seq);
/* Moves the unread rule to above line; for none, history_end() (a line that
 * comes later does not get it) or anything behind. */
void		 history_set_unread(struct history *, uint64_t line);
/* Forgets all lines but the pending ones (/clear). */
void		 history_clear(struct history *);

/* The oldest line held; behind the newest of the room; behind the pending. */
uint64_t	 history_first(const struct history *);
uint64_t	 history_end(const struct history *);
uint64_t	 history_tail(const struct history *);
/* line in [first, tail). */
struct history_line history_get(const struct history *, uint64_t line);
/* The serial of the pending line with this id; history_tail() if there is
 * none. */
uint64_t	 history_pending(const struct history *, uint64_t id);
/* Bytes in use, of the bound. */
size_t		 history_bytes(const struct history *);

/*
 * Rows. A line takes one row per rule that stands above it, then its text
 * wrapped to `cols` columns as wrap.h says. An empty text takes a row.
 * Heights are cached per width; nothing is ever re-wrapped as a whole.
 */
enum history_what { HISTORY_ROW_DAY, HISTORY_ROW_UNREAD, HISTORY_ROW_TEXT };
struct history_row {
	uint64_t	 line;
	enum history_what what;
	int		 part;		/* 0: the text's first row */
	const char	*text;		/* a view into shown; no trailing space */
	size_t		 len;
	int		 cols;		/* columns of text; more than the pane's
					 * only where one cluster is wider */
};

/* How many rows line takes, of those the rules in *rules. */
int		 history_height(struct history *, uint64_t line, int cols,
		    int *rules);

/*
 * A place in the text that survives a change of width: the row that shows
 * byte `at` of line's shown text, or, with rule > 0, a rule above the line.
 */
struct history_place {
	uint64_t	 line;
	int		 rule;		/* > 0: so many rows above the text's first */
	size_t		 at;
	uint64_t	 pending;	/* id of a pending line: those shift; or 0 */
};

/*
 * The top place when the last row of the history stands at the bottom of a
 * pane of `rows` rows (the first place if all fits).
 */
struct history_place history_bottom(struct history *, int rows, int cols);
/*
 * delta rows further down (or up when negative) than place, stopping at the
 * first row and at the last one. *moved, unless NULL, gets the rows really
 * moved, negative upwards.
 */
struct history_place history_move(struct history *, struct history_place,
		    int delta, int cols, int *moved);
/*
 * place made valid again after lines came, were dropped, or were settled
 * (a place in a settled line goes to its own in the room, so append first).
 * `at` is left where it is, inside a row too: what stands there comes back
 * when the width does. With a rule beyond the line's rules it is the topmost.
 */
struct history_place history_settle_place(struct history *,
		    struct history_place, int cols);
/* Fills up to max rows from the row of place downwards; returns how many. */
int		 history_rows(struct history *, struct history_place, int cols,
		    struct history_row *rows, int max);
/* a before b: <0, same place: 0, behind: >0. Both settled; b at the start of
 * its row, as history_bottom and history_move give it, tells rows apart. */
int		 history_compare(const struct history_place *,
		    const struct history_place *);

#endif
