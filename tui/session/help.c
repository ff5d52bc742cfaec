/*
 * Help. Client's parent process; knows no key and no command by itself.
 */
#include "tui/session/help.h"

#include <stdbool.h>
#include <string.h>

#include "common/lang.h"
#include "tui/session/command.h"
#include "tui/session/key.h"
#include "tui/text/pager.h"
#include "tui/text/search.h"

enum { LEFT_COLS = 26 };

static bool
has(const char *text, const char *word, size_t len)
{
	return len == 0 || search_find(text, strlen(text), 0, word, len) <
	    strlen(text);
}

static void
heading(struct pager *p, const char *text)
{
	pager_add(p, text, strlen(text));
	pager_add(p, "\n", 1);
}

void
help_write(struct pager *p, const char *word, size_t len)
{
	char usage[COMMAND_USAGE_BYTES], keys[KEY_HELP_BYTES];
	const char *does;
	size_t i;
	int action;

	heading(p, _("Commands (any beginning that is theirs alone; Tab "
	    "completes)"));
	for (i = 0; (does = command_help(usage, i)) != NULL; i++)
		if (has(usage, word, len) || has(does, word, len))
			pager_add_row(p, usage, LEFT_COLS, does);
	heading(p, "");
	heading(p, _("Keys (C- is Ctrl, M- is Alt, or Esc before; S- is "
	    "Shift)"));
	for (action = 0; action < ACTIONS; action++) {
		does = key_help(keys, (enum action)action);
		if (does != NULL && (has(keys, word, len) ||
		    has(does, word, len)))
			pager_add_row(p, keys, LEFT_COLS, does);
	}
	heading(p, "");
	heading(p, _("quit alone on the line leaves. //text says /text."));
	heading(p, _("What is pasted, and a text of several lines, is no "
	    "command."));
}
