/*
 * A room that there is not, or that one is not in: what its window says, and
 * how one comes in after all. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/text/edit.h"
#include "tui/text/history.h"

bool
session_send_join(struct session *s, const struct window *w, bool again)
{
	char room[WINDOW_ROOM_BYTES + RECORD_TALK_BYTES + 1];
	const struct record r = { .type = RECORD_JOIN, .window = w->number,
	    .id = w->read.newest, .text = room,
	    .text_len = (size_t)snprintf(room, sizeof(room), "%s%s", w->asked,
	    w->talk != NULL ? w->talk->waits : ""),
	    .flags = (w->makes ? (unsigned)RECORD_JOIN_MAKES : 0) |
	    (again ? (unsigned)RECORD_JOIN_AGAIN : 0) |
	    (w->barred == WINDOW_OTHER ? (unsigned)RECORD_JOIN_OTHER : 0) };

	return s->out.send(s->out.arg, &r);
}

void
session_try_barred(struct session *s, struct window *w)
{
	const struct record part = { .type = RECORD_PART,
	    .window = w->number };

	w->makes = w->barred == WINDOW_OFFERS;
	s->notice.text[0] = '\0';
	s->w = w;
	session_settle_window(s);
	s->w = s->shown;
	/* The receiver has it as one that is denied. */
	s->out.send(s->out.arg, &part);
	session_send_join(s, w, false);
	w->barred = WINDOW_OPEN;
	session_look(s);
}

/* Somebody is in the middle of a line there: only he may go elsewhere, or it is
 * said in another room. */
static bool
is_typed_in(const struct window *w)
{
	size_t len;

	edit_text(w->edit, &len);
	return len > 0;
}

/* A window that is no room's goes, and why is told. */
static void
close_window(struct session *s, struct window *w, const char *why)
{
	const struct record part = { .type = RECORD_PART,
	    .window = w->number };

	s->out.send(s->out.arg, &part);
	s->w = s->shown;
	if (session_close_window(s, w) && *why != '\0')
		session_notify(s, true, "%s", why);
}

/* It was there, and is not any more. */
static bool
was_there(const struct window *w)
{
	return w->in || w->welcomed || !w->joined || w->read.newest > 0;
}

/* Where somebody talks with one alone, no answer turns to another window: what
 * is typed next is meant for what one looks at. */
static bool
goes_by_key(const struct session *s, const struct window *w)
{
	return s->talk.known && w == s->shown && !was_there(w);
}

bool
session_decline_room(struct session *s)
{
	struct window *w = s->shown, *last = s->going.last;

	s->w = w;
	if (session_waiting(s) > 0 || (w->barred != WINDOW_OFFERS &&
	    (w->barred != WINDOW_GONE || was_there(w))))
		return false;
	s->notice.text[0] = '\0';
	close_window(s, w, "");
	if (last != NULL)
		session_show(s, last);
	return true;
}

/* Why that is no room, and none that may be made. */
static void
close_none(struct session *s, const struct record *r)
{
	struct window *w = s->w;
	char why[SESSION_NOTICE_BYTES];

	if (r->entry.text_len > 0)
		snprintf(why, sizeof(why), _("No room %s: this server has one "
		    "room."), window_asked(w));
	else if (r->denial == RECORD_QUOTA)
		snprintf(why, sizeof(why), _("%s is one room too many."),
		    window_asked(w));
	else if (w->makes)
		snprintf(why, sizeof(why), _("No room %s: only the server's "
		    "operator opens rooms here."), window_asked(w));
	else if (w == s->shown)
		snprintf(why, sizeof(why), _("There is no room %s: /rooms "
		    "lists those that there are."), window_asked(w));
	else
		snprintf(why, sizeof(why), _("There is no room %s any more."),
		    window_asked(w));
	close_window(s, w, why);
	/* In the place of one that has it another may be for a while. */
	if (r->entry.text_len == 0)
		session_keep_list(s);
}

bool
session_say_there(struct session *s, struct window *other)
{
	struct window *w = s->w;
	uint64_t line = history_end(w->history);
	struct history_line l;
	bool said = w->talk == NULL;
	char *text;

	while (said && w->say.held != 0 && line < history_tail(w->history)) {
		l = history_get(w->history, line);
		text = strndup(l.entry.text, l.entry.text_len);
		s->w = other;
		said = (l.marks & HISTORY_PENDING) == 0 || (text != NULL &&
		    session_say(s, l.entry.kind, text, strlen(text)));
		s->w = w;
		free(text);
		handed_forget(&w->say.handed, l.entry.id);
		if (!said || (l.marks & HISTORY_PENDING) == 0 ||
		    !history_settle(w->history, l.entry.id))
			line++;
	}
	return said && session_waiting(s) == 0;
}

/* Nor is what is in the input gone, which was meant for that room. False: there
 * is a draft there. */
bool
session_type_there(struct session *s, struct window *other)
{
	const char *text;
	size_t len;

	if (!is_typed_in(s->w))
		return true;
	text = edit_text(s->w->edit, &len);
	return !is_typed_in(other) && edit_set(other->edit, text, len);
}

/* It is the room of that other one, which nobody knew. */
static void
close_twice(struct session *s)
{
	struct window *w = s->w, *other;
	char why[SESSION_NOTICE_BYTES];
	bool shown = w == s->shown;

	TAILQ_FOREACH(other, &s->windows, by_number)
		if (other != w && (other->talk == NULL) == (w->talk == NULL) &&
		    (window_is_same_room(other->room, w->asked) ||
		    window_is_same_room(other->asked, w->asked) ||
		    (*w->room != '\0' &&
		    window_is_same_room(other->room, w->room))))
			break;
	/* It is the home room then: never who talks with one alone, nor do
	 * private words go there. */
	if (other == NULL && w->talk == NULL)
		TAILQ_FOREACH(other, &s->windows, by_number)
			if (other != w && other->talk == NULL)
				break;
	if (other == NULL)
		return;
	snprintf(why, sizeof(why), _("%s is the room of number %u."),
	    window_kept(w), other->number + 1U);
	w->in = false;
	if (!session_say_there(s, other) || !session_type_there(s, other)) {
		session_tell(s, HISTORY_REFUSED, "%s", why);
		return;
	}
	close_window(s, w, why);
	if (shown)
		session_show(s, other);
}

static void
bar(struct session *s, enum window_barred barred)
{
	s->w->in = false;
	s->w->barred = barred;
	s->frame.changed = true;
}

void
session_bar(struct session *s, const char *why)
{
	session_tell(s, HISTORY_REFUSED, "%s", why);
	bar(s, WINDOW_OUT);
}

static bool
take_other(struct session *s, const struct record *r)
{
	if (r->id == 0 || r->denial != RECORD_OTHER_ROOM)
		return false;
	session_tell(s, HISTORY_REFUSED, _("%s is another room now: what waits "
	    "was typed for the one before."), window_asked(s->w));
	bar(s, WINDOW_OTHER);
	return true;
}

bool
session_take_no_room(struct session *s, const struct record *r)
{
	struct window *w = s->w;
	bool none = r->denial == RECORD_NO_ROOM;
	bool offers = none && r->wait_ms != 0 && !w->makes && !was_there(w);
	char only[WINDOW_ROOM_BYTES + 1];

	if (take_other(s, r))
		return true;
	if (r->id == 0 || (!none && r->denial != RECORD_QUOTA))
		return false;
	snprintf(only, sizeof(only), "%.*s", (int)r->entry.text_len,
	    r->entry.text_len > 0 ? r->entry.text : "");
	if (*only != '\0' && (window_is_same_room(only, w->asked) ||
	    window_is_same_room(only, window_kept(w))))
		close_twice(s);
	else if (offers && (w == s->shown || session_waiting(s) > 0))
		bar(s, WINDOW_OFFERS);
	else if (was_there(w) || session_waiting(s) > 0 || is_typed_in(w) ||
	    goes_by_key(s, w)) {
		session_tell(s, HISTORY_REFUSED, "%s", was_there(w) ?
		    _("There is no such room any more.") :
		    _("There is no such room."));
		bar(s, WINDOW_GONE);
	} else
		close_none(s, r);
	return true;
}
