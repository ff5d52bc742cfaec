/*
 * Which windows there are is kept, for the next run. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>

enum {
	LIST_BYTES = (SESSION_WINDOWS + 1) * (WINDOW_ROOM_BYTES + 8),
	KEEP_MS = 3000		/* from going elsewhere */
};

void
session_set_list(struct session *s, const struct session_list *list)
{
	s->going.kept = list;
}

/* Under which number, from 1 on; 0: any. The home room is the first one in the
 * next run, whatever was given in this one. */
static unsigned
number_of(const struct window *w)
{
	return w->listed != 0 ? w->listed :
	    w->number == 0 && !w->joined ? 0 : w->number + 1U;
}

/* The first one is always there, and what was given may not be. */
static bool
is_kept(const struct window *w)
{
	bool was_in = w->in || w->welcomed || w->read.newest > 0;

	if (w->asked[0] == '\0' || w->barred == WINDOW_OFFERS ||
	    (w->barred == WINDOW_GONE && !was_in) || (w->talk == NULL &&
	    !w->joined && w->listed == 0 && !was_in))
		return false;
	return w->talk == NULL || window_talk_has_key(w) ||
	    w->talk->lock == TALK_ASKED;
}

void
session_keep_list(struct session *s)
{
	const struct session_list *kept = s->going.kept;
	char text[LIST_BYTES] = "";
	const struct window *w;
	size_t len = 0;

	s->going.list_due = INT64_MAX;
	if (kept == NULL || s->name[0] == '\0')
		return;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (is_kept(w))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%u %s\n", number_of(w), w->asked);
	if (is_kept(s->shown))
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "at %s\n", s->shown->asked);
	kept->keep(kept->arg, s->name, text, len);
}

void
session_note_shown(struct session *s)
{
	if (s->going.kept != NULL)
		s->going.list_due = s->now + KEEP_MS;
}

void
session_keep_shown(struct session *s)
{
	if (s->going.list_due != INT64_MAX)
		session_keep_list(s);
}

int64_t
session_tick_list(struct session *s, int64_t now)
{
	if (now >= s->going.list_due)
		session_keep_list(s);
	return s->going.list_due;
}
