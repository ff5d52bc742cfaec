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

enum {
	LEFT_COLS = 26,
	NARROW_COLS = 42	/* of the pager: fewer have no two columns */
};

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

/* Beside its left column, or where it is too narrow for two behind it. */
static void
add_row(struct pager *p, const char *left, const char *right)
{
	pager_add_row(p, left, p->cols < NARROW_COLS ? 4 : LEFT_COLS, right);
}

/* The heading stands above the first one that is shown. */
static bool
add_commands(struct pager *p, const char *word, size_t len, bool talks)
{
	char usage[COMMAND_USAGE_BYTES];
	const char *does;
	bool any = false;
	size_t i;

	for (i = 0; (does = command_help(usage, i, talks)) != NULL; i++) {
		if (!has(usage, word, len) && !has(does, word, len))
			continue;
		if (!any)
			heading(p, _("Commands (any beginning that is theirs "
			    "alone; Tab completes)"));
		any = true;
		add_row(p, usage, does);
	}
	return any;
}

static bool
add_keys(struct pager *p, const char *word, size_t len, bool windows)
{
	char keys[KEY_HELP_BYTES];
	const char *does;
	bool any = false;
	int action;

	for (action = 0; action < ACTIONS; action++) {
		if (!key_is_bound((enum action)action, windows))
			continue;
		does = key_help(keys, (enum action)action);
		if (does == NULL || (!has(keys, word, len) &&
		    !has(does, word, len)))
			continue;
		if (!any)
			heading(p, _("Keys (C- is Ctrl, S- is Shift, M- is "
			    "Alt, sent as Esc and the key at once)"));
		any = true;
		add_row(p, keys, does);
	}
	return any;
}

void
help_write(struct pager *p, const char *word, size_t len,
    bool windows, bool talks)
{
	bool any = add_commands(p, word, len, talks);

	if (any)
		heading(p, "");
	if (add_keys(p, word, len, windows))
		heading(p, "");
	else if (!any) {
		heading(p, _("No key and no command here is about that."));
		heading(p, "");
	}
	heading(p, _("quit alone on the line leaves. //text says /text."));
	heading(p, _("What is pasted, and a text of several lines, is no "
	    "command."));
}
