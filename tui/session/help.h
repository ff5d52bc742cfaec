/*
 * The help on keys and commands, made from the very tables that they are
 * looked up in. Pure.
 */
#ifndef TUI_SESSION_HELP_H
#define TUI_SESSION_HELP_H

#include <stdbool.h>
#include <stddef.h>

struct pager;

/* Adds all of it, or the lines that hold word. windows: the keys are those of
 * several; talks: there are some, and commands for them. */
void	 help_write(struct pager *, const char *word, size_t len, bool windows,
	    bool talks);

#endif
