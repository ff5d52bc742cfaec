/*
 * Fetching lines that are older than those here. Parent process; the lines
 * themselves are session_lines.c's.
 */
#include "tui/session/session_state.h"

#include <string.h>

enum {
	OLDER = 200		/* entries fetched at a time */
};

/* Lines that were dropped for room: what is fetched goes on from those here. */
static void
mind_dropped(struct session *s)
{
	struct older *o = &s->w->older;
	uint64_t line = history_first(s->w->history);

	if (o->oldest == 0 || line <= o->first)
		return;
	memset(o, 0, sizeof(*o));
	o->first = line;
	for (; o->oldest == 0 && line < history_end(s->w->history); line++)
		o->oldest = history_get(s->w->history, line).entry.seq;
}

bool
session_has_older(struct session *s)
{
	if (!s->w->older.fetching)
		mind_dropped(s);
	return s->w->older.oldest > 1;
}

bool
session_fetch_older(struct session *s)
{
	struct record r = { .type = RECORD_READ,
	    .window = s->w->number, .flags = OLDER };

	if (!s->w->older.fetching)
		mind_dropped(s);
	r.id = s->w->older.oldest;
	if (s->w->older.fetching || s->w->older.full || r.id < 2 ||
	    s->link.state.phase != RECORD_ONLINE ||
	    !s->out.send(s->out.arg, &r))
		return false;
	s->w->older.fetching = true;
	s->w->older.until = r.id > OLDER ? r.id - OLDER : 1;
	s->w->older.due = s->now + SESSION_OLDER_MS;
	return true;
}

void
session_want_older(struct session *s)
{
	if (view_nears_top(&s->w->view, s->w->history))
		session_fetch_older(s);
}
