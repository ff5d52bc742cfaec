/*
 * What an entry of the room becomes as a line of the message pane: its words
 * in the reader's language, and whether it names him. Pure.
 */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"

enum { LINE_BYTES = TEXT_NAME_BYTES + TEXT_LINE_BYTES + 64 };

/*
 * The entry as it is shown: joins, leaves and acts get their words, which are
 * written to buf; other entries stay as they are. Views into e and buf.
 */
struct entry	 line_of_entry(char buf[LINE_BYTES], const struct entry *e);

/*
 * True if text names name: as a word, whatever the case of ASCII letters.
 * Names in scripts that write no spaces count wherever they stand.
 */
bool		 line_mentions(const char *text, size_t len, const char *name);

/* A number that differs when the local day of time_ms does. */
int32_t		 line_day(int64_t time_ms);

#endif
