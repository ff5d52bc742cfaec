/*
 * Whom the user has asked for by a name: who that is, or that nobody is; what
 * was said to him meanwhile is said, or stands on the line again. Parent
 * process; no answer turns to another window, but to the talk with whom it was
 * asked for.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

struct window *
session_talk_by_key(const struct session *s, const char *key, size_t len)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && strlen(w->asked) == len &&
		    memcmp(w->asked, key, len) == 0)
			break;
	return w;
}

struct window *
session_talk_asked(const struct session *s, const struct entry *e)
{
	char name[TEXT_NAME_BYTES + 1];
	struct window *w;

	if (e->author_len == 0 || e->author_len > TEXT_NAME_BYTES)
		return NULL;
	memcpy(name, e->author, e->author_len);
	name[e->author_len] = '\0';
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (window_talk_is_named(w, name) && !window_talk_has_key(w))
			break;
	return w;
}

/* Back: it stands on the line again. */
static void
refuse_held(struct session *s, const char *why, bool back)
{
	struct history_line l;

	/* Where it cannot be told so they wait still. */
	if (!session_forget_unsent(s, s->w))
		return;
	while (session_find_unsent(s->w, &l)) {
		if (!back)
			session_keep_refused(s, l.entry.text,
			    l.entry.text_len);
		if (!history_refuse(s->w->history, l.entry.id, why))
			break;
		handed_forget(&s->w->say.handed, l.entry.id);
	}
	s->w->say.held = 0;
	s->w->talk->before[0] = '\0';
}

void
session_refuse_held(struct session *s, const char *why)
{
	refuse_held(s, why, false);
}

void
session_note_taken(struct session *s, const struct entry *e)
{
	struct history_line l;
	struct window *w;

	if (text_name_check(e->author, e->author_len) != TEXT_NAME_OK ||
	    text_name_check(e->text, e->text_len) != TEXT_NAME_OK)
		return;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && !window_talk_has_key(w) &&
		    text_same(w->talk->name, strlen(w->talk->name), e->text,
		    e->text_len) && session_find_unsent(w, &l))
			snprintf(w->talk->before, sizeof(w->talk->before),
			    "%.*s", (int)e->author_len, e->author);
}

/* Nothing was said there, or is being typed. */
static bool
is_empty(const struct window *w)
{
	size_t len;

	edit_text(w->edit, &len);
	return len == 0 && history_first(w->history) ==
	    history_tail(w->history);
}

/* The one line that was said there, where nothing else is typed by now: as the
 * command that it was, on the line where it was typed. */
static bool
give_back(struct session *s, struct window *w)
{
	uint64_t line = history_first(w->history);
	struct history_line l;
	size_t len, typed;
	char *text;
	bool back;
	int n;

	edit_text(w->edit, &typed);
	edit_text(s->shown->edit, &len);
	if (history_tail(w->history) != line + 1 || typed + len > 0 ||
	    recall_draft(session_sent(s)) != NULL ||
	    s->ask.what != ASK_NOTHING || *w->talk->name == '\0')
		return false;
	/* What may be on its way is not. */
	if (!session_find_unsent(w, &l) || l.entry.kind != ENTRY_SAY ||
	    (n = asprintf(&text, "/msg %s %.*s", w->talk->name,
	    (int)l.entry.text_len, l.entry.text)) == -1)
		return false;
	back = edit_set(s->shown->edit, text, (size_t)n);
	free(text);
	if (!back)
		return false;
	/* It is kept here before it is not there. */
	session_keep_window_draft(s);
	if (session_forget_unsent(s, w)) {
		s->shown->pasted.literal = false;
		session_note_back(s, s->shown, BACK_LATE);
		handed_withdraw(&w->say.handed, l.entry.id);
		return true;
	}
	edit_reset(s->shown->edit);
	session_keep_window_draft(s);
	return false;
}

/* What is held there is not said. True: it is on the line where one looks. */
static bool
give_back_held(struct session *s)
{
	struct window *w = s->w;
	bool back;

	s->w = s->shown;
	back = w != s->shown && give_back(s, w);
	s->w = w;
	refuse_held(s, _("not said"), back);
	return back;
}

/* For the receiver, too, which has what was joined by that number: else what is
 * said in the next window of that number went there. */
static void
close_window(struct session *s, struct window *w)
{
	const struct record part = { .type = RECORD_PART,
	    .window = w->number };

	if (!w->joined || s->out.send(s->out.arg, &part))
		session_close_window(s, w);
}

void
session_give_up_talk(struct session *s, unsigned why)
{
	struct window *w = s->w;
	char text[SESSION_NOTICE_BYTES];
	bool back;

	window_talk_lock(w, TALK_NOBODY, why);
	window_talk_text(w, text, sizeof(text), s->wall);
	back = give_back_held(s);
	s->w = s->shown;
	if (w == s->shown)
		return;
	if (back || is_empty(w))
		close_window(s, w);
	else
		/* What was not said stands there alone. */
		window_note(w, WINDOW_MENTION, s->now);
	session_notify(s, true, "%s", text);
}

/* It was his whom the user knows, who is called so now: he may be meant. */
static void
tell_former(struct session *s, const struct entry *e)
{
	char was[TEXT_NAME_BYTES + 1], now[TEXT_NAME_BYTES + 1];
	struct window *w = s->w;

	strlcpy(was, w->talk->name, sizeof(was));
	snprintf(now, sizeof(now), "%.*s", (int)e->text_len, e->text);
	/* What is back on the line is a command that reaches him. */
	strlcpy(w->talk->name, now, sizeof(w->talk->name));
	if (give_back_held(s)) {
		s->w = s->shown;
		close_window(s, w);
		session_notify(s, true, _("%s is called %s now: not said. "
		    "Enter says it to that one."), was, now);
		session_back_asks(s);
		return;
	}
	strlcpy(w->talk->name, was, sizeof(w->talk->name));
	session_give_up_talk(s, RECORD_TALK_ABSENT);
	session_notify(s, true, _("%s is called %s now: /msg %s writes to "
	    "that one."), was, now, now);
}

/* Nobody is there to say who that is: what is held stays so. */
static void
wait_for_answer(struct session *s)
{
	struct window *w = s->w;
	bool told = w->talk->again_at != 0;
	char text[SESSION_NOTICE_BYTES];

	window_talk_lock(w, TALK_ASKED, 0);
	w->talk->again = true;
	w->talk->again_at = s->now + SESSION_AGAIN_MS;
	window_talk_text(w, text, sizeof(text), s->wall);
	s->w = s->shown;
	if (w != s->shown && !told)
		session_notify(s, false, "%s", text);
}

/* What was kept of what is typed there goes with it. */
static void
forget_draft(struct session *s)
{
	const struct session_place place = { s->w->asked, s->w->draft.name };

	if (s->w->draft.text != NULL)
		s->out.keep_draft(s->out.arg, &place, "", 0);
	free(s->w->draft.text);
	s->w->draft.text = NULL;
}

static void
found(struct session *s, const struct record *r)
{
	forget_draft(s);
	if (!window_talk_found(s->w, r->text, r->text_len))
		return;
	s->w->joined = false;
	window_talk_told(s->w, r);
	s->w->draft.wanted = true;
	session_load_read(s, s->w);
	session_note_draft(s);
	session_begin_talk(s);
	if (s->w == s->shown)
		session_look(s);
}

/* The name is known to be another's until now, by the server's word alone: what
 * was typed for the one is for the user to say to the other. True: it is on the
 * line again. */
static bool
give_back_renamed(struct session *s, const char *name, const char *was)
{
	struct window *w = s->w;

	if (!give_back_held(s))
		return false;
	s->w = s->shown;
	close_window(s, w);
	session_notify(s, true, _("%s is who was called %s until now, says "
	    "the server: not said. Enter says it to that one."), name, was);
	session_back_asks(s);
	return true;
}

/* So is whom the window was opened for. */
static void
found_renamed(struct session *s, const struct record *r, const char *was)
{
	char name[TEXT_NAME_BYTES + 1], why[SESSION_NOTICE_BYTES];
	struct history_line l;

	strlcpy(name, s->w->talk->name, sizeof(name));
	if (give_back_renamed(s, name, was))
		return;
	/* It would be said to him: it could not be taken back. The server says
	 * so once. */
	if (session_find_unsent(s->w, &l)) {
		strlcpy(s->w->talk->before, was, sizeof(s->w->talk->before));
		wait_for_answer(s);
		return;
	}
	snprintf(why, sizeof(why), _("%s is who was called %s until now, says "
	    "the server: what was said before is not sent."), name, was);
	found(s, r);
	session_tell(s, HISTORY_REFUSED, "%s", why);
	if (s->w != s->shown)
		session_notify(s, true, "%s", why);
}

/* What is typed there for him is in that window by now, where one looks. */
static void
go_on_there(struct session *s, struct window *other)
{
	edit_reset(s->shown->edit);
	forget_draft(s);
	session_show(s, other);
}

/* So is the other one, by the server's word. True: what was said is on the line
 * again, as a command that reaches that one. */
static bool
give_back_for(struct session *s, const struct window *other)
{
	struct window *w = s->w;
	char name[TEXT_NAME_BYTES + 1];

	if (*other->talk->name == '\0' || other->talk->lock == TALK_OLD)
		return false;
	strlcpy(name, w->talk->name, sizeof(name));
	strlcpy(w->talk->name, other->talk->name, sizeof(w->talk->name));
	if (!give_back_held(s)) {
		strlcpy(w->talk->name, name, sizeof(w->talk->name));
		return false;
	}
	s->w = s->shown;
	close_window(s, w);
	session_notify(s, true, _("%s is %s, says the server: not said. Enter "
	    "says it to that one."), name, other->talk->name);
	session_back_asks(s);
	return true;
}

/* The window is nobody's. Where it is not asked for again either, the receiver
 * has it no more: what waits by that name may be another one's by then. */
static void
stay_without(struct session *s, bool same)
{
	struct window *w = s->w;
	const struct record part = { .type = RECORD_PART,
	    .window = w->number };

	window_talk_lock(w, same ? TALK_OLD : TALK_NOBODY,
	    RECORD_TALK_ABSENT);
	if (same && w->joined)
		w->joined = !s->out.send(s->out.arg, &part);
}

/* Of whom nothing is known but his key there is no other name either. */
static bool
is_called(const struct window *other, const char *name)
{
	return window_talk_is_named(other, name) ||
	    (window_talk_has_no_name(other) && other->talk->lock != TALK_OLD);
}

/* He has one by another name, if the server does not lie: what is held is for
 * the user to say there. */
static void
join_other(struct session *s, struct window *other)
{
	struct window *w = s->w;
	bool same = is_called(other, w->talk->name);
	char why[SESSION_NOTICE_BYTES], name[TEXT_NAME_BYTES + 1];
	char was[TEXT_NAME_BYTES + 1];
	struct history_line l;
	bool gone, shown;

	strlcpy(name, w->talk->name, sizeof(name));
	strlcpy(was, *w->talk->before != '\0' ? w->talk->before :
	    other->talk->former, sizeof(was));
	snprintf(why, sizeof(why), _("%s is who number %u talks with."),
	    window_name(w), other->number + 1U);
	/* When it was typed that was not his name. */
	if (same && *was != '\0' && give_back_renamed(s, name, was))
		return;
	if (!same && give_back_for(s, other))
		return;
	if (!same || *was != '\0')
		gone = give_back_held(s) || (w != s->shown && is_empty(w));
	else
		gone = session_hand_over(s, other) && (w != s->shown ||
		    session_type_there(s, other));
	if (gone) {
		shown = w == s->shown;
		if (shown)
			go_on_there(s, other);
		s->w = s->shown;
		close_window(s, w);
		session_keep_list(s);
		/* Where one looks the title says it. */
		if (!shown)
			session_notify(s, !same, "%s", why);
		return;
	}
	if (session_find_unsent(w, &l))
		strlcpy(w->talk->before, *was != '\0' ? was :
		    other->talk->name, sizeof(w->talk->before));
	stay_without(s, same);
	session_tell(s, HISTORY_REFUSED, "%s", why);
	s->w = s->shown;
	if (w != s->shown)
		session_notify(s, true, "%s", why);
}

bool
session_names_key(const struct record *r)
{
	char asked[RECORD_TALK_BYTES + 1];

	if (r->text_len != RECORD_TALK_BYTES)
		return false;
	memcpy(asked, r->text, RECORD_TALK_BYTES);
	asked[RECORD_TALK_BYTES] = '\0';
	return window_talk_is_key(asked);
}

void
session_take_asked(struct session *s, const struct record *r)
{
	struct window *other = session_talk_by_key(s, r->text,
	    r->text_len);
	const struct entry *e = &r->entry;
	char was[TEXT_NAME_BYTES + 1] = "";

	if ((r->flags & RECORD_TALK_RENAMED) != 0 &&
	    text_name_check(e->text, e->text_len) == TEXT_NAME_OK)
		snprintf(was, sizeof(was), "%.*s", (int)e->text_len, e->text);
	if ((s->w = session_talk_asked(s, &r->entry)) != NULL && *was == '\0')
		strlcpy(was, s->w->talk->before, sizeof(was));
	if (s->w == NULL)
		s->w = s->shown;	/* it has been left since */
	else if (r->flags & RECORD_TALK_UNKNOWN)
		wait_for_answer(s);
	else if ((r->flags & RECORD_TALK_FORMER) != 0 &&
	    text_name_check(e->text, e->text_len) == TEXT_NAME_OK)
		tell_former(s, e);
	else if (!session_names_key(r))
		session_give_up_talk(s, r->flags);
	else if (other != NULL)
		join_other(s, other);
	else if ((r->flags & RECORD_TALK_RENAMED) != 0 || *was != '\0')
		found_renamed(s, r, was);
	else
		found(s, r);
}
