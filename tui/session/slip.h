/*
 * Lines that were meant for one person, and would be said to all by a slip of a
 * finger: " /msg bob hello", ".msg bob hello", "msg bob hello". Pure.
 */
#ifndef TUI_SESSION_SLIP_H
#define TUI_SESSION_SLIP_H

#include <stdbool.h>
#include <stddef.h>

/* Is somebody called so, whatever the case? */
struct slip_names {
	bool	(*has)(void *arg, const char *name, size_t len);
	void	*arg;
	bool	 wrote;		/* somebody has written to one alone */
};

/* Of a text that is no command. */
bool	 slip_is_private(const char *text, size_t len,
	    const struct slip_names *);

#endif
