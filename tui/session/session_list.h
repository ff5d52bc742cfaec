/*
 * Which windows a session has, from run to run: the functions of the file about
 * that.
 */
#ifndef TUI_SESSION_SESSION_LIST_H
#define TUI_SESSION_SESSION_LIST_H

#include <stddef.h>
#include <stdint.h>

struct session;

/* session_kept.c */
/* What is kept of which windows there are, a text of a line each. */
struct session_list {
	/* Of that name, malloc'd; NULL: nothing is. */
	char	*(*load)(void *arg, const char *name, size_t *len);
	void	(*keep)(void *arg, const char *name, const char *text,
		    size_t len);
	void	*arg;
};
/* Before session_start; borrowed. */
void		 session_set_list(struct session *,
		    const struct session_list *);
/* A room has let one in, or a line waits for that: from now on it is kept. */
void		 session_keep_list(struct session *);
/* Another one is looked at: that is kept in a while; returns when to ask. */
void		 session_note_shown(struct session *);
int64_t		 session_tick_list(struct session *, int64_t now);
void		 session_keep_shown(struct session *);	/* at once */

#endif
