/*
 * A row of the table of settings, and what the file says, for config's own
 * files: config_file.c (the file), config_text.c (what it says), config.c
 * (setting and getting), config_table.c (the table).
 */
#ifndef TUI_SETTINGS_CONFIG_STATE_H
#define TUI_SETTINGS_CONFIG_STATE_H

#include <stdint.h>

#include "tui/settings/config.h"

enum config_kind {
	CONFIG_FLAG,		/* bool */
	CONFIG_FAMILY,		/* the family is min, or none */
	CONFIG_CHOICE,	/* an enum: its place among the words of value */
	CONFIG_NUMBER,		/* min to max */
	CONFIG_SPAN,		/* int64_t, ms */
	CONFIG_SINCE,		/* a text that common/since reads */
	CONFIG_TEXT,
	CONFIG_NAME,		/* a text that is a name in a room */
	CONFIG_ROOMS,		/* names of rooms, blanks between */
	CONFIG_HOST,		/* a text: a host, or an invitation */
	CONFIG_KEY,		/* a text: a key's fingerprint */
	CONFIG_COLOUR		/* short */
};

struct config_row {
	struct config_word shown;
	enum config_kind kind;
	size_t		 at, size;	/* of the field in struct options */
	int64_t		 min, max;
	bool		 blank;		/* not set it has no value: "" */
	size_t		 given;		/* the bool that says it is set, or 0 */
};

struct config_text {
	char		*bytes;		/* malloc'd */
	size_t		 len;
};

/* As config_read. False: what is wrong in which line; in none: no memory. */
bool	 config_text_read(struct options *, const char *section,
	    const struct config_text *, size_t *line,
	    char why[CONFIG_WHY_BYTES]);
/* As config_save: puts the line where it belongs. False: no memory. */
bool	 config_text_set(struct config_text *, const char *section,
	    const char *word, const char *value);

/* The row of that word; NULL: there is none. */
const struct config_row *config_find(const char *word);

#endif
