/*
 * Several rooms without a network: a session that is told of them as by a
 * receiver, for a test or a bench; and drawn, where that is a program of its
 * own on a terminal.
 */
#ifndef TESTS_WITH_WINDOWS_H
#define TESTS_WITH_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/session/session.h"
#include "tui/session/session_window.h"
#include "tui/shared/record.h"

struct screen;

enum { WINDOWS_NOON = 12 * 3600 * 1000 };	/* a moment of the wall clock */

/* Of ada, at "host"; NULL: no memory. It lives to the end of the program. */
struct session	*windows_session(size_t history_bytes);
/* A record that is no more than its text, of that window. */
void	 windows_tell(struct session *, uint16_t window, enum record_type,
	    const char *text);
/* Of several rooms: it opens those that are not there, and is in all. */
void	 windows_enter(struct session *, const char *const rooms[], size_t n);
/* Who are in that one, a NULL behind them. */
void	 windows_members(struct session *, uint16_t window,
	    const char *const names[]);
/* A talk with who is called so, in the window that is free next, which is that
 * one; flags: record_talk. */
void	 windows_talk(struct session *, uint16_t window, const char *name,
	    unsigned flags);
/* His key is another now. */
void	 windows_lock(struct session *, uint16_t window, const char *name);
/* A minute is what passes between two that are said. */
void	 windows_say(struct session *, uint16_t window, const char *author,
	    const char *text);
/* As keys, of one byte each. */
void	 windows_type(struct session *, const char *bytes);
/* The terminal of this process; NULL: it has none. */
struct screen	*windows_screen(struct session *, bool mono);
void	 windows_show(struct session *, struct screen *);
/* Draws it and takes keys, until it is killed. Returns what to exit with. */
int	 windows_play(struct session *, struct screen *);

#endif
