/*
 * Which rooms the server has, as a session asks for them. Its own, with the
 * functions of session_listed.c.
 */
#ifndef TUI_SESSION_SESSION_LISTING_H
#define TUI_SESSION_SESSION_LISTING_H

#include <stdbool.h>
#include <stddef.h>

struct record;
struct session;

/* What they are asked for. */
enum listing_for {
	LISTING_NOT,
	LISTING_PAGE,		/* /rooms */
	LISTING_TAB
};

struct listing {
	enum listing_for what;	/* until all are told */
	char		**known;	/* names, as they were told last */
	size_t		 n;
};

/* Pages them, once they are told. False: it cannot; that is told. */
bool		 session_ask_rooms(struct session *);
/* For Tab, which goes on when they are here. */
void		 session_want_rooms(struct session *);
/* The i-th that has no window; NULL: there are not so many. */
const char	*session_known_room(const struct session *, size_t i);
/* True: Tab goes on. */
bool		 session_take_listed(struct session *, const struct record *);
void		 session_forget_rooms(struct listing *);

#endif
