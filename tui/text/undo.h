/*
 * The steps of an edited text, for undo and redo: what was cut where, and
 * what was put there. Bounded: the oldest steps go. Pure; knows no text.
 */
#ifndef TUI_TEXT_UNDO_H
#define TUI_TEXT_UNDO_H

#include <stdbool.h>
#include <stddef.h>

enum { UNDO_BYTES = 1024 * 1024 };	/* the most that is held */

/* At offset `at` the bytes cut were replaced by put. */
struct undo_step {
	size_t		 at;
	const char	*cut;
	size_t		 cut_len;
	const char	*put;
	size_t		 put_len;
	size_t		 caret;		/* where the caret stood before */
};

struct undo;

/* NULL only when out of memory. */
struct undo	*undo_new(void);
/* Wipes and frees. */
void		 undo_free(struct undo *);

/*
 * Notes a step (copied); what had been undone can no longer be redone. With
 * joins a pure insertion is added to the last step, if that is one and ends
 * where this begins. False: out of memory, nothing changed.
 */
bool		 undo_note(struct undo *, const struct undo_step *, bool joins);

/* The step to undo, or to redo, now: the caller does so. Valid until the next
 * call; NULL if there is none. */
const struct undo_step *undo_back(struct undo *);
const struct undo_step *undo_forth(struct undo *);

/* The step done last, valid until the next change; NULL if there is none. */
const struct undo_step *undo_last(const struct undo *);

/* Wipes and forgets all steps. */
void		 undo_clear(struct undo *);

#endif
