/*
 * An entry as a JSON object, for programs: plain mode with --json and
 * chat-ctl log --json. Pure. Members are there only where they say something:
 *
 *   room n time kind name text mine mention private verified classic
 *   and of a rule: rule who whose for_s
 */
#ifndef COMMON_ENTRY_JSON_H
#define COMMON_ENTRY_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "common/entry.h"
#include "common/pieces.h"

enum { ENTRY_JSON_BYTES = 6 * PIECES_TEXT_BYTES + 4096 };

/* What the entry itself does not say. */
struct entry_json {
	const char	*room;		/* NULL: not known */
	bool		 mine, mention;
	bool		 private;	/* to one alone */
};

/* Writes the line with its newline and a NUL; its length, 0: it is too long,
 * which none is that pieces_take gives. */
size_t	 entry_json(char dst[ENTRY_JSON_BYTES], const struct entry *,
	    const struct entry_json *);

#endif
