/*
 * How far the user has read by any of his devices: the others are told what
 * has stood here for a while, and what they have shown is read here, too.
 * Parent process.
 */
#include "tui/session/session_state.h"

#include "tui/text/history.h"

enum { STAND_MS = 1000 };	/* so long, and it is read */

/* To a server that tells others of it. */
static bool
is_to_tell(const struct session *s)
{
	return s->talk.known && s->w->caught_up &&
	    s->w->read.seen > s->w->read.told && !session_is_away(s);
}

static void
say_seen(struct session *s)
{
	struct reading *r = &s->w->read;
	const struct record seen = { .type = RECORD_SEEN,
	    .window = s->w->number, .id = r->stands };

	r->stands_due = 0;
	if (s->out.send(s->out.arg, &seen))
		r->told = r->stands;
}

/* What stood there when it began to, not what came since. */
int64_t
session_tick_seen(struct session *s, int64_t now)
{
	struct reading *r = &s->w->read;

	if (!is_to_tell(s)) {
		r->stands_due = 0;
		return INT64_MAX;
	}
	if (r->stands_due == 0) {
		r->stands_due = now + STAND_MS;
		r->stands = r->seen;
	}
	if (now < r->stands_due)
		return r->stands_due;
	say_seen(s);
	return r->seen > r->told ? now + STAND_MS : INT64_MAX;
}

void
session_leave_seen(struct session *s)
{
	struct reading *r = &s->w->read;

	if (!is_to_tell(s))
		return;
	r->stands = r->seen;
	say_seen(s);
}

/* Is that line one that counts, and not read? */
static bool
is_unread(const struct session *s, const struct history_line *l)
{
	return l->entry.seq > s->w->read.elsewhere &&
	    session_speaks(&l->entry) && (l->marks & (HISTORY_OWN |
	    HISTORY_LOCAL | HISTORY_PENDING | HISTORY_REFUSED)) == 0;
}

/* The rule goes down to what nobody has read. */
static void
move_rule(struct session *s)
{
	struct unread *u = &s->w->unread;
	const struct history *h = s->w->history;
	uint64_t line = u->line < history_first(h) ? history_first(h) :
	    u->line, end = history_end(h), at = end;
	struct history_line l;

	window_quiet(s->w);
	for (u->count = 0; line < end; line++) {
		l = history_get(h, line);
		if (!is_unread(s, &l))
			continue;
		if (u->count++ == 0) {
			at = line;
			if (line > history_first(h))
				u->since_ms = history_get(h,
				    line - 1).entry.time_ms;
		}
		s->w->read.mentions += (l.marks & HISTORY_MENTION) != 0;
		if (s->w != s->shown)
			window_note(s->w, l.marks & HISTORY_MENTION ?
			    WINDOW_MENTION : WINDOW_SAID, s->now);
	}
	if (u->count == 0)
		u->any = u->grows = false;
	u->line = at;
	history_set_unread(s->w->history, u->any ? at :
	    history_tail(s->w->history));
}

void
session_take_mark(struct session *s, const struct record *r)
{
	struct reading *read = &s->w->read;
	uint64_t here = r->id < read->newest ? r->id : read->newest;

	if (r->id > read->elsewhere)
		read->elsewhere = r->id;
	if (here > read->seen)
		read->seen = here;
	if (here > read->told)
		read->told = here;
	/* Who looks has the rule where he found it. */
	if (s->w->unread.any && (s->w != s->shown || s->look.unfocused))
		move_rule(s);
}
