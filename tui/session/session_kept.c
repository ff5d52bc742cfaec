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
			    "%u %s\n", w->number + 1U, w->asked);
	kept->keep(kept->arg, s->name, text, len);
}
