/*
 * The people whom a link's user writes to, for who has the link: which key a
 * name is, and with whom there are talks. A talk is a room that is joined by
 * "@" and the base64url of the other's key; see link_rooms.h, and for what
 * answers tui/shared/record_type.h.
 */
#ifndef TUI_RECEIVER_LINK_PERSON_H
#define TUI_RECEIVER_LINK_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;

/* Whose name is that? RECORD_OFFERED or RECORD_LOCKED answers, once. */
void		 link_wish(struct link *, int64_t now, const char *name,
		    size_t len);
/* What the user says of who has that name, maybe in his window: record_pin. */
void		 link_pin(struct link *, int64_t now, uint16_t window,
		    unsigned flags, const char *name, size_t len);
/* The log of the window's talk is the right one, another though it is. */
void		 link_anew(struct link *, int64_t now, uint16_t window);
/* What both can read to each other; RECORD_DIGITS answers. */
void		 link_digits(struct link *, int64_t now, const char *name,
		    size_t len);
/* From now on nothing more is taken from whom that talk is with; or again. */
void		 link_shut(struct link *, int64_t now, uint16_t window,
		    bool opens);
/* Asks with whom there are talks; RECORD_TALK_LISTED answers. */
void		 link_ask_talks(struct link *, int64_t now);

#endif
