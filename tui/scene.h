/*
 * What the screen looks like: title, messages, status row, input. Draws through
 * tui/screen. Runs in the client's parent process.
 */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/record.h"

struct edit;
struct history;
struct screen;
struct view;

/* All that a frame shows, borrowed for the call. */
struct scene {
	struct screen	*screen;
	struct history	*history;
	const struct edit *edit;
	bool		 prompt;	/* asking for a name */
	bool		 secret;	/* no, for the passphrase: unseen */
	const char	*server;	/* host, with port when not the usual */
	const char	*name;		/* own name, "" before it is known */
	struct record_state link;
	int64_t		 phase_ms;	/* how long the link is in its phase */
	const char	*notice;	/* what the status row says; NULL: hints */
	bool		 notice_is_error;
	unsigned	 dropped_percent;	/* --loss; 0: none */
	const char	*share;		/* what others type to join us, or NULL */
};

/*
 * Draws the frame, the message pane as view stands; it appears with
 * screen_flush.
 */
void	 scene_draw(struct view *, const struct scene *);

#endif
