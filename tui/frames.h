/*
 * When the next frame is drawn, and whether what comes for it is read before
 * that. Pure; the client's parent process.
 */
#ifndef TUI_FRAMES_H
#define TUI_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAMES_MS = 16,		/* between two that no key asked for */
	FRAMES_FLOOD_MS = 64,	/* where lines come faster than one reads */
	FRAMES_TORRENT_MS = 100, /* where none stays for another frame */
	FRAMES_DELUGE_MS = 160,	/* where most are in none ... */
	FRAMES_DELUGE = 6,	/* ... as so many screens between two */
	FRAMES_FLOOD = 16,	/* so many in a row are a flood ... */
	FRAMES_KEYED = 4,	/* ... and so many more behind a key in it */
	FRAMES_BYTES = 48 * 1024 /* of one: more would fill the pipe */
};

struct frames {			/* all 0 at first; ms */
	int64_t		 drawn_at;
	int64_t		 rest_until;	/* so long no record is read */
	unsigned	 in_a_row;
	int		 torrent_ms;	/* until the next; 0: there is none */
	unsigned	 took;		/* records since the last frame */
	size_t		 took_bytes;
};

/* A record with so much text came. */
void	 frames_took(struct frames *, size_t text_bytes);
/* When the next one is due; with a key, at once. */
int64_t	 frames_due(const struct frames *, bool keyed);
/* One was drawn, of so many rows. */
void	 frames_drawn(struct frames *, int64_t now, bool keyed, int rows);

#endif
