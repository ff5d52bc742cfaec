/*
 * Windows are opened, closed and looked at. Parent process; a window is never
 * shown by what comes, but by what the user does.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"

bool
session_has_windows(const struct session *s)
{
	return TAILQ_NEXT(TAILQ_FIRST(&s->windows), by_number) != NULL;
}

struct window *
session_window(const struct session *s)
{
	return s->shown;
}

/* Behind those of lower numbers. */
static void
put_in(struct session *s, struct window *w)
{
	struct window *behind;

	TAILQ_FOREACH(behind, &s->windows, by_number)
		if (behind->number > w->number) {
			TAILQ_INSERT_BEFORE(behind, w, by_number);
			return;
		}
	TAILQ_INSERT_TAIL(&s->windows, w, by_number);
}

bool
session_number_is_free(const struct session *s, unsigned number)
{
	const struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->number == number || w->listed == number + 1)
			return false;
	return true;
}

struct window *
session_open_window(struct session *s, const char *room, size_t len)
{
	return session_open_window_at(s, SESSION_WINDOWS, room, len);
}

struct window *
session_open_window_at(struct session *s, uint16_t number, const char *room,
    size_t len)
{
	struct window *w;

	if (number >= SESSION_WINDOWS || !session_number_is_free(s, number))
		for (number = 0; !session_number_is_free(s, number); number++)
			;
	if (number >= SESSION_WINDOWS ||
	    (w = window_new(number, room, len, s->config.history_bytes)) ==
	    NULL)
		return NULL;
	if (s->enter.login[0] != '\0') {
		w->draft.wanted = true;
		session_load_read(s, w);
	}
	history_hide(w->history, s->options->screen.notices == NOTICES_HIDE);
	put_in(s, w);
	s->frame.changed = true;
	return w;
}

/* What Up has brought goes back to where it was, and what was being typed here
 * comes back; what was made of the other is not lost. */
static void
settle_line(struct session *s)
{
	const char *draft = recall_draft(session_sent(s));
	char *line;

	if (draft != NULL && (line = strdup(draft)) != NULL) {
		if (recall_changed(session_sent(s), edit_text(s->w->edit,
		    NULL)))
			session_keep_for_up(s, edit_text(s->w->edit, NULL));
		edit_set(s->w->edit, line, strlen(line));
		session_note_back(s, s->w, BACK_KEPT);
		s->w->pasted.literal = false;
		free(line);
	}
	recall_settle(session_sent(s));
}

void
session_go_end(struct session *s)
{
	struct going *g = &s->going;

	s->ask.what = ASK_NOTHING;
	edit_reset(s->w->edit);
	if (g->draft != NULL) {
		edit_set(s->w->edit, g->draft, strlen(g->draft));
		edit_caret_to(s->w->edit, g->caret);
	}
	free(g->draft);
	g->draft = NULL;
}

/* What was begun where one looked ends there. */
static void
turn_away(struct session *s)
{
	if (s->ask.what == ASK_SEARCH)
		session_search_stay(s);
	else if (s->ask.what == ASK_GO)
		session_go_end(s);
	s->w->finder.waits = false;
	s->w->older.then = THEN_NOTHING;
	s->w->pasted.asks = false;
	s->w->seen_ms = s->now;
	s->key.refused = s->key.early = s->tab.complete.active = false;
	settle_line(s);
	session_note_draft(s);
}

/* The receiver has more rooms than one. */
static bool
is_in_several(const struct session *s)
{
	const struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->joined)
			return true;
	return false;
}

void
session_look(struct session *s)
{
	const struct record look = { .type = RECORD_LOOK,
	    .window = s->shown->number };

	if (is_in_several(s))
		s->out.send(s->out.arg, &look);
}

static void
turn_to(struct session *s, struct window *w)
{
	const struct layout *l = &s->frame.layout;

	s->w = s->shown = w;
	window_quiet(w);
	view_fit(&w->view, w->history, l->messages, l->width - l->gutter.text);
	s->frame.changed = true;
}

/* The line is not the room's: it stays where it is until there is an answer. */
static bool
is_asked(const struct session *s)
{
	return s->ask.what == ASK_NAME || s->ask.what == ASK_PASSPHRASE;
}

void
session_show(struct session *s, struct window *w)
{
	if (w == s->shown || is_asked(s))
		return;
	turn_away(s);
	s->going.last = s->shown;
	s->going.began = NULL;
	turn_to(s, w);
	session_look(s);
	session_note_shown(s);
}

void
session_begin_in(struct session *s, struct window *w)
{
	size_t len;

	s->going.begins = is_asked(s) ? w : NULL;
	edit_text(s->shown->edit, &len);
	if (is_asked(s) || w == NULL || s->shown->number != 0 || len > 0 ||
	    s->shown->say.held != 0)
		return;
	s->shown->seen_ms = s->now;
	turn_to(s, w);
}

struct window *
session_beside(const struct session *s, bool back)
{
	struct window *w = back ? TAILQ_PREV(s->shown, window_list, by_number) :
	    TAILQ_NEXT(s->shown, by_number);

	if (w == NULL)
		w = back ? TAILQ_LAST(&s->windows, window_list) :
		    TAILQ_FIRST(&s->windows);
	return w;
}

void
session_show_next(struct session *s, bool back)
{
	session_show(s, session_beside(s, back));
}

bool
session_show_last(struct session *s)
{
	if (s->going.last == NULL)
		return false;
	session_show(s, s->going.last);
	return true;
}

bool
session_show_active(struct session *s)
{
	struct window *began = s->going.began;
	struct window *w = window_next_active(&s->windows, s->shown);

	if (w == NULL && began == NULL)
		return false;
	if (began == NULL)
		began = s->shown;
	if (w == NULL) {
		session_show(s, began);
		return true;
	}
	session_show(s, w);
	s->going.began = began;
	return true;
}

/* The one that was looked at before, or beside it. */
static struct window *
other_than(struct session *s, struct window *w)
{
	struct window *other = s->going.last;

	if (other == NULL)
		other = TAILQ_PREV(w, window_list, by_number);
	return other != NULL ? other : TAILQ_NEXT(w, by_number);
}

bool
session_close_window(struct session *s, struct window *w)
{
	if (!session_has_windows(s) || (w == s->shown && is_asked(s)))
		return false;
	if (w == s->shown)
		session_show(s, other_than(s, w));
	s->w = w;
	session_keep_window_draft(s);
	s->w = s->shown;
	if (s->going.last == w)
		s->going.last = NULL;
	if (s->going.begins == w)
		s->going.begins = NULL;
	if (s->going.began == w)
		s->going.began = NULL;
	if (s->notice.mute_in == w)
		s->notice.mute_in = NULL;
	s->talk.gone |= s->talk.replies && s->talk.to == w->number;
	s->talk.replies &= !s->talk.gone;
	TAILQ_REMOVE(&s->windows, w, by_number);
	window_free(w);
	s->frame.changed = true;
	return true;
}

enum action
session_window_key(const struct session *s, uint32_t code)
{
	enum action usual = key_action(code), action = key_window_action(code);

	if (action == ACTION_NONE || !session_has_windows(s) || is_asked(s))
		return usual;
	if (usual != ACTION_NONE && (s->pager.open ||
	    s->ask.what != ASK_NOTHING))
		return usual;
	return action;
}

static void
show_numbered(struct session *s, unsigned number)
{
	struct window *w;

	if (number == 0)
		number = 10;
	w = window_numbered(&s->windows, (uint16_t)(number - 1));
	if (w != NULL)
		session_show(s, w);
	else
		session_notify(s, false, _("No room has the number %u."),
		    number);
}

bool
session_window_action(struct session *s, const struct key *k,
    enum action action)
{
	switch (action) {
	case ACTION_WINDOW:
		show_numbered(s, (k->code & ~(uint32_t)KEYC_META) - '0');
		return true;
	case ACTION_WINDOW_NEXT:
	case ACTION_WINDOW_BEFORE:
		session_show_next(s, action == ACTION_WINDOW_BEFORE);
		return true;
	case ACTION_WINDOW_LAST:
		if (!session_show_last(s))
			session_notify(s, false, "%s", _("No other room was "
			    "looked at yet."));
		return true;
	case ACTION_WINDOW_ACTIVE:
		if (!session_show_active(s))
			session_notify(s, false, "%s", _("Nothing goes on in "
			    "the other rooms."));
		return true;
	default:
		return false;
	}
}
