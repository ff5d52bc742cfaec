/*
 * One room as it is looked at: what has been said there, who is in it, what is
 * being typed for it. Pure.
 */
#ifndef TUI_SESSION_WINDOW_H
#define TUI_SESSION_WINDOW_H

#include <sys/queue.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/session/people.h"
#include "tui/session/window_parts.h"
#include "tui/text/view.h"

struct edit;
struct history;

enum { WINDOW_ROOM_BYTES = 64 };

struct window {
	TAILQ_ENTRY(window) by_number;
	uint16_t	 number;	/* from 0 on */
	char		 room[WINDOW_ROOM_BYTES];	/* display form */
	bool		 in;		/* the room has taken the name */
	bool		 caught_up, welcomed;
	struct counts	 counts;
	struct history	*history;
	struct edit	*edit;
	struct people	 people;
	struct view	 view;
	struct incoming	 live;
	struct older	 older;
	struct unread	 unread;
	struct reading	 read;
	struct finder	 finder;
	struct links	 links;
	struct draft	 draft;
	struct pasted	 pasted;
	struct saying	 say;
};

TAILQ_HEAD(window_list, window);

/* NULL: no memory. */
struct window	*window_new(uint16_t number, size_t history_bytes);
void		 window_free(struct window *);
/* Nothing of the room is known any more; what waits here to be said does. */
void		 window_forget(struct window *);
void		 window_forget_links(struct window *);

#endif
