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
	struct older *o = &s->older;
	uint64_t line = history_first(s->history);

	if (o->oldest == 0 || line <= o->first)
		return;
	memset(o, 0, sizeof(*o));
	o->first = line;
	for (; o->oldest == 0 && line < history_end(s->history); line++)
		o->oldest = history_get(s->history, line).entry.seq;
}

bool
session_has_older(struct session *s)
{
	if (!s->older.fetching)
		mind_dropped(s);
	return s->older.oldest > 1;
}

bool
session_fetch_older(struct session *s)
{
	struct record r = { .type = RECORD_READ, .flags = OLDER };

	if (!s->older.fetching)
		mind_dropped(s);
	r.id = s->older.oldest;
	if (s->older.fetching || s->older.full || r.id < 2 ||
	    s->link.state.phase != RECORD_ONLINE ||
	    !s->out.send(s->out.arg, &r))
		return false;
	s->older.fetching = true;
	s->older.until = r.id > OLDER ? r.id - OLDER : 1;
	s->older.due = s->now + SESSION_OLDER_MS;
	return true;
}

void
session_want_older(struct session *s)
{
	if (view_nears_top(&s->view, s->history))
		session_fetch_older(s);
}
