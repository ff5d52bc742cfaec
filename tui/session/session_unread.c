/*
 * What the user has read, and the rule above what he has not. Parent process.
 */
#include "tui/session/session_state.h"

#include <string.h>

/* From a line's being read to that being kept: what a crash tells again. */
enum { KEEP_MS = 5000 };

bool
session_speaks(const struct entry *e)
{
	return e->kind == ENTRY_SAY || e->kind == ENTRY_ACT ||
	    e->kind == ENTRY_PART || e->kind == ENTRY_ANNOUNCE;
}

void
session_read_all(struct session *s)
{
	s->w->unread.any = s->w->unread.grows = false;
	s->w->read.seen = s->w->read.newest;
	window_quiet(s->w);
	history_set_unread(s->w->history, history_tail(s->w->history));
}

bool
session_is_away(const struct session *s)
{
	return s->w != s->shown || s->look.unfocused || s->w->view.scrolled;
}

uint64_t
session_top_line(const struct session *s)
{
	const struct view *v = &s->w->view;

	return v->scrolled ? v->top.line : history_bottom(s->w->history,
	    v->rows, v->cols).line;
}

/* An own line that waited from before the rule: it does not take it away. */
static bool
is_older(const struct session *s, const struct entry *e)
{
	return (e->id & RECORD_EARLIER) != 0 ||
	    (e->id != 0 && e->id < s->w->unread.next_id);
}

bool
session_was_offered(const struct session *s)
{
	return s->w->talk != NULL && s->w->talk->offered;
}

bool
session_missed(const struct session *s, const struct entry *e)
{
	return !s->w->caught_up && (s->w->read.missed > 0 ||
	    session_was_offered(s)) && e->seq > s->w->read.missed;
}

/* Has another device shown it, which comes only now? */
static bool
is_seen(struct session *s, const struct entry *e)
{
	struct reading *read = &s->w->read;

	if (e->seq == 0 || e->seq > read->elsewhere)
		return false;
	if (e->seq > read->seen)
		read->seen = read->told = e->seq;
	return true;
}

void
session_note_unread(struct session *s, const struct entry *e, unsigned marks)
{
	uint64_t line = history_end(s->w->history) - 1;

	if (marks & HISTORY_OWN) {
		/* A new name is that of all rooms: nobody has looked. */
		if (s->w->caught_up && !is_older(s, e) &&
		    (s->w == s->shown || e->kind != ENTRY_RENAME))
			session_read_all(s);
		return;
	}
	if (is_seen(s, e) || !session_speaks(e) ||
	    !(session_missed(s, e) ||
	    (s->w->caught_up && session_is_away(s))))
		return;
	if (!s->w->unread.grows) {
		s->w->unread = (struct unread){ .any = true, .grows = true,
		    .line = line, .next_id = s->next_id };
		if (line > history_first(s->w->history))
			s->w->unread.since_ms = history_get(s->w->history,
			    line - 1).entry.time_ms;
		history_set_unread(s->w->history, line);
	}
	s->w->unread.count++;
	if (s->w != s->shown)
		window_note(s->w, marks & HISTORY_MENTION ||
		    s->w->talk != NULL ? WINDOW_MENTION : WINDOW_SAID, s->now);
}

void
session_load_read(struct session *s, struct window *w)
{
	const struct session_place place = { window_kept(w), s->enter.login };

	w->read.missed = w->read.seen = w->read.kept =
	    s->out.mark.load(s->out.arg, &place);
	w->read.due = 0;
	w->read.told = w->read.elsewhere = 0;
}

static void
keep(struct session *s, struct window *w)
{
	const struct session_place place = { window_kept(w), s->enter.login };

	w->read.due = 0;
	if (w->read.seen == w->read.kept || w->read.seen == 0 ||
	    s->enter.login[0] == '\0')
		return;
	w->read.kept = w->read.seen;
	s->out.mark.keep(s->out.arg, &place, w->read.seen);
}

void
session_keep_read(struct session *s)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		keep(s, w);
}

int64_t
session_tick_read(struct session *s, int64_t now)
{
	struct reading *r = &s->w->read;

	if (r->seen == r->kept)
		return INT64_MAX;
	if (r->due == 0)
		r->due = now + KEEP_MS;
	if (now < r->due)
		return r->due;
	keep(s, s->w);
	return INT64_MAX;
}

void
session_note_presence(struct session *s)
{
	if (!s->w->caught_up || session_is_away(s))
		return;
	s->w->unread.grows = false;
	s->w->read.seen = s->w->read.newest;
}
