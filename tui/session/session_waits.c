/*
 * What is said to one alone and has not begun to be sent: the receiver keeps
 * it, by the name or the key of whom it is for, and it can be taken back as a
 * whole. Parent process; must never lose a line, nor say one twice.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "tui/text/history.h"

bool
session_send_alone(struct session *s, enum entry_kind kind, const char *text,
    size_t len)
{
	struct window *w = s->w;

	if (!w->joined)
		return false;
	/* Behind what is said again by a new receiver it is then. */
	if (!w->say.repeats &&
	    !session_send_post(s, s->next_id, kind, text, len))
		return false;
	if (w->say.held == 0 && !w->in && w->read.newest == 0)
		w->say.held = s->next_id;
	return true;
}

/* Of a name that is asked for nothing is; of a talk that has not begun, what
 * was said since, in this run. */
static bool
is_unsent(const struct window *w, const struct history_line *l)
{
	if ((l->marks & HISTORY_PENDING) == 0)
		return false;
	return !window_talk_has_key(w) || (w->say.held != 0 &&
	    l->entry.id >= w->say.held && (l->entry.id & RECORD_EARLIER) == 0);
}

bool
session_find_unsent(const struct window *w, struct history_line *l)
{
	uint64_t line = history_end(w->history);

	for (; line < history_tail(w->history); line++) {
		*l = history_get(w->history, line);
		if (w->talk != NULL && is_unsent(w, l))
			return true;
	}
	return false;
}

bool
session_forget_unsent(struct session *s, const struct window *w)
{
	const struct record r = { .type = RECORD_FORGET,
	    .window = w->number, .id = window_talk_has_key(w) ?
	    w->say.held : 0 };
	struct history_line l;

	return !session_find_unsent(w, &l) || s->out.send(s->out.arg, &r);
}

/* As a line of the other window, and no more of this one. */
static void
move(struct session *s, struct window *other, const struct history_line *l)
{
	struct handed *from = &s->w->say.handed;
	const struct handed_line *line = handed_find(from, l->entry.id);
	struct entry e = l->entry;
	char *text = strndup(e.text, e.text_len);

	if (line != NULL)
		handed_add(&other->say.handed, e.id, line->kind, line->text,
		    line->len);
	if (line != NULL)
		handed_forget(from, e.id);
	history_settle(s->w->history, e.id);
	e.text = text;
	e.author = s->name;
	e.author_len = strlen(s->name);
	if (text != NULL)
		history_post(other->history, &e, l->day);
	free(text);
}

bool
session_hand_over(struct session *s, struct window *other)
{
	char room[WINDOW_ROOM_BYTES + RECORD_TALK_BYTES + 1];
	struct record r = { .type = RECORD_JOIN, .window = other->number,
	    .text = room };
	struct history_line l;

	if (!session_find_unsent(s->w, &l))
		return true;
	r.text_len = strlcpy(room, other->asked, sizeof(room));
	r.text_len = strlcat(room, s->w->asked, sizeof(room));
	if (r.text_len >= sizeof(room) || !other->joined ||
	    !s->out.send(s->out.arg, &r))
		return false;
	while (session_find_unsent(s->w, &l))
		move(s, other, &l);
	return true;
}
