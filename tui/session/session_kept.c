/*
 * Which windows there are is kept, for the next run. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>

enum { LIST_BYTES = SESSION_WINDOWS * (WINDOW_ROOM_BYTES + 8) };

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

/* All but the first one, which is always there. */
void
session_keep_list(struct session *s)
{
	const struct session_list *kept = s->going.kept;
	char text[LIST_BYTES] = "";
	const struct window *w;
	size_t len = 0;

	if (kept == NULL || s->name[0] == '\0')
		return;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->asked[0] != '\0' && w->barred != WINDOW_OFFERS &&
		    (w->talk == NULL || window_talk_has_key(w) ||
		    w->talk->lock == TALK_ASKED))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%u %s\n", number_of(w), w->asked);
	kept->keep(kept->arg, s->name, text, len);
}
