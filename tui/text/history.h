/*
 * Scrollback: the lines of the message pane, packed in chunks of 1 MiB,
 * bounded by bytes, wrapped lazily. Pure: no clock, no curses. Owned by the
 * client's parent process.
 *
 * Lines have serials that never change: HISTORY_FIRST and on upwards in the
 * order of the room, downwards where older ones are fetched. One comes again
 * only where the line that was dropped for room is fetched again. Below them
 * stand the pending lines: own lines that the room has not taken yet; their
 * serials follow on and shift while the room grows.
 *
 * An entry that is given must not be a view of this history.
 */
#ifndef TUI_TEXT_HISTORY_H
#define TUI_TEXT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

#define HISTORY_FIRST	((uint64_t)1 << 40)	/* of the first line appended */

enum {
	HISTORY_MIN_BYTES = 2 * 1024 * 1024,	/* the least bound */
	HISTORY_TEXT_BYTES = 64 * 1024,		/* longest text of a line */
	HISTORY_FOLD_LINES = 6,		/* a text of more lines is folded ... */
	HISTORY_FOLD_HEAD = 3		/* ... to so many and "+N lines" */
};

enum {
	HISTORY_OWN = 1 << 0,		/* said by this user */
	HISTORY_MENTION = 1 << 1,	/* names this user */
	HISTORY_PENDING = 1 << 2,	/* not in the room yet */
	HISTORY_REFUSED = 1 << 3,	/* will never be; text says why */
	HISTORY_LOCAL = 1 << 4,	/* this program's answer, nobody's line */
	HISTORY_DAY = 1 << 5,	/* first of its day: a rule stands above */
	HISTORY_UNREAD = 1 << 6,	/* first unread: a rule stands above */
	HISTORY_LOST = 1 << 7,		/* was in the room, and is no more */
	HISTORY_KEEP = 1 << 8,		/* a notice that history_hide spares */
	HISTORY_FOLDED = 1 << 9	/* shown is the beginning of many lines */
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
 * number that differs when the local day does. HISTORY_DAY, HISTORY_UNREAD and
 * HISTORY_FOLDED are set by themselves, whatever marks say; the oldest line
 * has its day.
 * The oldest lines go when max_bytes is reached, a chunk at a time. False: out
 * of memory, or an author or text that is too long: nothing changed.
 */
bool		 history_append(struct history *, const struct entry *,
		    unsigned marks, int32_t day);
/*
 * An older line, before the room's oldest; they come newest first. marks and
 * day as above. False, too, where max_bytes would be passed: the newest lines
 * are never dropped for older ones.
 */
bool		 history_prepend(struct history *, const struct entry *,
		    unsigned marks, int32_t day);
/*
 * Puts another entry in the place of the room's newest (oldest) line, under
 * the same serial: a run of notices that grows. False: there is none, or no
 * memory, or it is too long; nothing changed. The first one cannot where
 * max_bytes would be passed, either; for the last one the oldest lines go.
 */
bool		 history_amend_last(struct history *, const struct entry *,
		    unsigned marks, int32_t day);
bool		 history_amend_first(struct history *, const struct entry *,
		    unsigned marks, int32_t day);
/* The text of notices (joins, leaves, time-outs) without HISTORY_KEEP takes no
 * rows; rules above it stay. Costs nothing, however many they are. */
void		 history_hide(struct history *, bool hide);
/* Adds a pending line, known by entry.id (not 0) until it is settled. Never
 * dropped for room. False as above. */
bool		 history_post(struct history *, const struct entry *,
		    int32_t day);
/* The newest pending line stands before the n that were posted just before. */
void		 history_put_before(struct history *, size_t n);
/* Takes the pending line with this id away (its entry arrives as one of the
 * room's); false if there is none. */
bool		 history_settle(struct history *, uint64_t id);
/* Takes all pending lines away; what was refused has its place then. */
void		 history_settle_all(struct history *);
/* The pending line waits no more: HISTORY_REFUSED in place of HISTORY_PENDING,
 * and with reason " (reason)" behind what is shown. Once nothing waits that was
 * typed before it stands behind the room's last line. False: there is none, or
 * no memory. */
bool		 history_refuse(struct history *, uint64_t id,
		    const char *reason);
/* Marks the room's lines with a number above seq HISTORY_LOST; returns how
 * many. */
size_t		 history_lose(struct history *, uint64_t seq);
/* Moves the unread rule to above line; for none, history_end() (a line that
 * comes later does not get it) or anything behind. */
void		 history_set_unread(struct history *, uint64_t line);
/* Shows all of the room's folded line (and folds the one before); any other
 * line: folds it only. One at a time, as a copy beyond max_bytes; without
 * memory it stays folded. */
void		 history_unfold(struct history *, uint64_t line);
/* Forgets all lines but the pending ones (/clear). The serials go on with a
 * gap: what is fetched then takes none that was used. */
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
/*
 * The nearest line from *line on (itself included), upwards if back, that
 * carries one of the marks, or whose text or shown text holds the needle as
 * tui/text/search.h finds it; hidden lines do not count. False: none, *line is
 * left. Costs what a look at the bytes costs: a million lines in 30 ms.
 * *line need not be held: what is held on that way counts.
 */
bool		 history_find_marks(const struct history *, unsigned marks,
		    bool back, uint64_t *line);
bool		 history_find(const struct history *, const char *needle,
		    size_t len, bool back, uint64_t *line);
/* Bytes in use, of the bound. */
size_t		 history_bytes(const struct history *);

#endif
