/*
 * What an entry of the room becomes as a line of the message pane: its words
 * in the reader's language, and whether it names him. Pure.
 */
#ifndef TUI_SESSION_LINE_H
#define TUI_SESSION_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/lang.h"
#include "common/pieces.h"

/* The last announcement of a room that is hosted: in English, as who speaks the
 * classic protocol reads it; line_of_entry has it in the reader's language. */
#define LINE_HOST_ENDED N_("The host has ended the room.")

enum {
	LINE_NAME_BYTES = TEXT_NAME_BYTES + 1,	/* with its ~ */
	LINE_BYTES = 2 * LINE_NAME_BYTES + PIECES_TEXT_BYTES + 64
};

/*
 * The entry as it is shown: who speaks the classic protocol is ~name, since
 * nobody has verified it; joins, leaves and acts get their words. Views into e
 * and buf.
 */
struct entry	 line_of_entry(char buf[LINE_BYTES], const struct entry *e);

/*
 * Said by who is called name, in this run or an earlier one: the name is his
 * key's. Who speaks the classic protocol, where there are no keys and no line
 * is marked as one of it, has the name alone.
 */
bool		 line_is_own(const struct entry *e, const char *name,
		    bool classic);

/*
 * True if text names name: as a word, whatever the case of ASCII letters.
 * Names in scripts that write no spaces count wherever they stand.
 */
bool		 line_mentions(const char *text, size_t len, const char *name);

/* What stands in the place of a name where nobody says the line as himself, or,
 * is_local, this program does; NULL: the author's name does. */
const char	*line_sign(const struct entry *, bool is_local);

/* A number that differs when the local day of time_ms does. */
int32_t		 line_day(int64_t time_ms);

#endif
