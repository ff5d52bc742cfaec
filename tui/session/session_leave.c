/*
 * How it ends: by the user, who may have to be asked, or because it must.
 * Parent process.
 */
#include "tui/session/session_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

size_t
session_others(const struct session *s)
{
	const struct window *w;
	size_t here = 0;

	/* While the list comes anew it is short. */
	TAILQ_FOREACH(w, &s->windows, by_number) {
		if (w->people.here > here)
			here = w->people.here;
		if (w->counts.people > here)
			here = w->counts.people;
	}
	return here > 0 ? here - 1 : 0;
}

void
session_end(struct session *s, int status, const char *format, ...)
{
	char *why = s->end.why;
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof(s->end.why), format, ap);
	va_end(ap);
	/* It is printed where no curses stands between. */
	why[text_clean(why, why, strlen(why), true)] = '\0';
	s->end.status = status;
	s->end.over = true;
}

void
session_leave(struct session *s)
{
	if (s->end.leaving != LEAVING_NOT || s->config.share == NULL ||
	    session_others(s) == 0) {
		session_leave_seen(s);
		s->end.over = true;
		return;
	}
	s->end.leaving = LEAVING_ASKS;
	/* Nothing lies over the question, nor takes the key that answers. */
	pager_close(&s->pager);
	s->frame.redraw |= s->frame.bare;
	s->frame.bare = false;
}

void
session_unhosted(struct session *s, int64_t wall)
{
	s->wall = wall;
	s->config.share = NULL;
	/* There is no room that would end by leaving it. */
	s->end.leaving = LEAVING_NOT;
	session_tell(s, HISTORY_REFUSED, "%s", s->options->host_here &&
	    s->options->no_store ? _("The server of this room, which ran here, "
	    "has ended, and the room with it: what is typed now is not said. "
	    "Leave.") : _("The server of this room, which ran here, has ended. "
	    "Leave and start chat-tui -H again: the room is kept."));
}

const char *
session_asks_to_end(struct session *s)
{
	size_t others = session_others(s);

	if (others == 0)
		return _("Nobody else is here now: Enter ends the room, "
		    "Esc stays");
	if (others == 1)
		return _("One other is here: Enter ends the room, Esc stays");
	snprintf(s->notice.asking, sizeof(s->notice.asking), _("%zu others "
	    "are here: Enter ends the room, Esc stays"), others);
	return s->notice.asking;
}
