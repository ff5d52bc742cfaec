/*
 * A row of the table of settings, for config's own files: config.c (setting and
 * getting), config_table.c (the table).
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

/* The row of that word; NULL: there is none. */
const struct config_row *config_find(const char *word);

#endif
