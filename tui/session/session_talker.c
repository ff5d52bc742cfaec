/*
 * What the receiver tells of talks: who somebody is, that he has another key,
 * what there is of him. Parent process; no record turns to another window.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/rule_words.h"

enum {
	LEFT_COLS = 26,		/* of a list of talks */
	STRANGERS = 16		/* have a window each, at once */
};

/* By what it is joined by; NULL: no window is its. */
static struct window *
find(const struct session *s, const char *key, size_t len)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && strlen(w->asked) == len &&
		    memcmp(w->asked, key, len) == 0)
			break;
	return w;
}

/* The one that was opened for a name whose key was not known. */
static struct window *
find_asked(const struct session *s, const struct entry *e)
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

/* What is held there is not said, and stays in sight. */
static void
refuse_held(struct session *s, const char *why)
{
	struct history *h = s->w->history;
	uint64_t id;

	for (id = s->w->say.held; id != 0 && id < s->next_id; id++)
		if (history_refuse(h, id, why))
			handed_forget(&s->w->say.handed, id);
	s->w->say.held = 0;
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
	int n;

	edit_text(w->edit, &typed);
	edit_text(s->shown->edit, &len);
	if (history_tail(w->history) != line + 1 || typed + len > 0 ||
	    s->ask.what != ASK_NOTHING || *w->talk->name == '\0')
		return false;
	l = history_get(w->history, line);
	/* The receiver has what is not held. */
	if (w->say.held == 0 || l.entry.id < w->say.held ||
	    l.entry.kind != ENTRY_SAY || (n = asprintf(&text, "/msg %s %.*s",
	    w->talk->name, (int)l.entry.text_len, l.entry.text)) == -1)
		return false;
	edit_set(s->shown->edit, text, (size_t)n);
	free(text);
	handed_withdraw(&w->say.handed, l.entry.id);
	return true;
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
	refuse_held(s, _("not said"));
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

/* Nobody is there to talk with: that is told where one looks. */
static void
give_up(struct session *s, unsigned why)
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
		session_close_window(s, w);
		session_notify(s, true, _("%s is called %s now: not said. "
		    "Enter says it to that one."), was, now);
		return;
	}
	strlcpy(w->talk->name, was, sizeof(w->talk->name));
	give_up(s, RECORD_TALK_ABSENT);
	session_notify(s, true, _("%s is called %s now: /msg %s writes to "
	    "that one."), was, now, now);
}

/* Nobody is there to say who that is: what is held stays so. */
static void
wait_for_answer(struct session *s)
{
	struct window *w = s->w;
	char text[SESSION_NOTICE_BYTES];

	window_talk_lock(w, TALK_ASKED, 0);
	w->talk->again = true;
	window_talk_text(w, text, sizeof(text), s->wall);
	s->w = s->shown;
	if (w != s->shown)
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
	window_talk_told(s->w, r);
	s->w->draft.wanted = true;
	session_load_read(s, s->w);
	session_note_draft(s);
	session_tick_talk(s);
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
	session_close_window(s, w);
	session_notify(s, true, _("%s is who was called %s until now, says "
	    "the server: not said. Enter says it to that one."), name, was);
	return true;
}

/* So is whom the window was opened for. */
static void
found_renamed(struct session *s, const struct record *r, const char *was)
{
	char name[TEXT_NAME_BYTES + 1], why[SESSION_NOTICE_BYTES];

	strlcpy(name, s->w->talk->name, sizeof(name));
	if (give_back_renamed(s, name, was))
		return;
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
	session_close_window(s, w);
	session_notify(s, true, _("%s is %s, says the server: not said. Enter "
	    "says it to that one."), name, other->talk->name);
	return true;
}

/* He has one by another name, if the server does not lie: what is held is for
 * the user to say there. */
static void
join_other(struct session *s, struct window *other)
{
	struct window *w = s->w;
	bool same = window_talk_is_named(other, w->talk->name);
	char why[SESSION_NOTICE_BYTES], name[TEXT_NAME_BYTES + 1];
	bool gone, shown;

	strlcpy(name, w->talk->name, sizeof(name));
	snprintf(why, sizeof(why), _("%s is who number %u talks with."),
	    window_name(w), other->number + 1U);
	/* When it was typed that was not his name. */
	if (same && *other->talk->former != '\0' &&
	    give_back_renamed(s, name, other->talk->former))
		return;
	if (!same && give_back_for(s, other))
		return;
	if (!same || *other->talk->former != '\0')
		gone = give_back_held(s) || (w != s->shown && is_empty(w));
	else
		gone = session_say_there(s, other) && (w != s->shown ||
		    session_type_there(s, other));
	if (gone) {
		shown = w == s->shown;
		if (shown)
			go_on_there(s, other);
		s->w = s->shown;
		session_close_window(s, w);
		/* Where one looks the title says it. */
		if (!shown)
			session_notify(s, !same, "%s", why);
		return;
	}
	window_talk_lock(w, same ? TALK_OLD : TALK_NOBODY, RECORD_TALK_ABSENT);
	session_tell(s, HISTORY_REFUSED, "%s", why);
	s->w = s->shown;
	if (w != s->shown)
		session_notify(s, true, "%s", why);
}

static bool
names_key(const struct record *r)
{
	char asked[RECORD_TALK_BYTES + 1];

	if (r->text_len != RECORD_TALK_BYTES)
		return false;
	memcpy(asked, r->text, RECORD_TALK_BYTES);
	asked[RECORD_TALK_BYTES] = '\0';
	return window_talk_is_key(asked);
}

static void
take_asked(struct session *s, const struct record *r)
{
	struct window *other = find(s, r->text, r->text_len);
	const struct entry *e = &r->entry;
	char was[TEXT_NAME_BYTES + 1] = "";

	if ((r->flags & RECORD_TALK_RENAMED) != 0 &&
	    text_name_check(e->text, e->text_len) == TEXT_NAME_OK)
		snprintf(was, sizeof(was), "%.*s", (int)e->text_len, e->text);
	if ((s->w = find_asked(s, &r->entry)) == NULL)
		s->w = s->shown;	/* it has been left since */
	else if (r->flags & RECORD_TALK_UNKNOWN)
		wait_for_answer(s);
	else if ((r->flags & RECORD_TALK_FORMER) != 0 &&
	    text_name_check(e->text, e->text_len) == TEXT_NAME_OK)
		tell_former(s, e);
	else if (!names_key(r))
		give_up(s, r->flags);
	else if (other != NULL)
		join_other(s, other);
	else if (r->flags & RECORD_TALK_RENAMED)
		found_renamed(s, r, was);
	else
		found(s, r);
}

/* Whoever has many keys has no more windows for that. */
static bool
may_open(struct session *s, const struct record *r)
{
	struct window *w;
	unsigned n = 0;

	TAILQ_FOREACH(w, &s->windows, by_number)
		n += w->talk != NULL && w->talk->stranger;
	if ((r->flags & RECORD_TALK_STRANGER) == 0 || n < STRANGERS)
		return true;
	session_notify(s, false, "%s", _("More people have written to you "
	    "alone: /talks lists them."));
	return false;
}

void
session_take_offered(struct session *s, const struct record *r)
{
	struct window *w;

	s->w = s->shown;
	if (r->flags & RECORD_TALK_ASKED)
		take_asked(s, r);
	else if (names_key(r) && find(s, r->text, r->text_len) == NULL &&
	    !session_ignores(s, r->entry.author, r->entry.author_len) &&
	    may_open(s, r) &&
	    (w = session_open_window(s, r->text, r->text_len)) != NULL) {
		s->w = w;
		window_talk_told(w, r);
		w->talk->offered = true;
		session_tick_talk(s);
	}
}

void
session_take_talker(struct session *s, const struct record *r)
{
	char was[TEXT_NAME_BYTES + 1];
	struct window_talk *t = s->w->talk;

	if (t == NULL)
		return;
	strlcpy(was, t->name, sizeof(was));
	window_talk_told(s->w, r);
	if (*was != '\0' && strcmp(was, t->name) != 0)
		session_tell(s, 0, _("%s is called %s now."), was, t->name);
	if ((r->flags & RECORD_TALK_REKEYED) != 0)
		session_tell(s, 0, "%s", _("You have a new key since: what was "
		    "said here by the former one cannot be read by it. The "
		    "talk goes on."));
}

void
session_take_locked(struct session *s, const struct record *r)
{
	char text[SESSION_NOTICE_BYTES];
	struct window *w = s->w;

	if (r->flags & RECORD_TALK_ASKED)
		w = find_asked(s, &r->entry);
	if (w == NULL || w->talk == NULL)
		return;
	s->w = w;
	window_talk_locked(w, r);
	if (w->talk->lock == TALK_CHANGED)
		refuse_held(s, _("not said: another key"));
	window_talk_text(w, text, sizeof(text), s->wall);
	session_tell(s, HISTORY_REFUSED, "%s", text);
	if (w != s->shown)
		session_notify(s, true, "%s", text);
}

/* Above the line that is the oldest here, as that was. */
static void
prepend(struct session *s, const char *text)
{
	struct history *h = s->w->history;
	struct entry e = { .kind = ENTRY_ANNOUNCE, .text = text,
	    .text_len = strlen(text) };

	if (history_first(h) == history_end(h))
		return;
	e.time_ms = history_get(h, history_first(h)).entry.time_ms;
	notices_end(&s->w->older.lines.notices);
	history_prepend(h, &e, HISTORY_REFUSED | HISTORY_LOCAL,
	    line_day(e.time_ms));
	s->w->older.first = history_first(h);
}

void
session_take_missing(struct session *s, const struct record *r)
{
	char text[128];

	if (s->w->talk == NULL)
		return;
	if (r->flags & RECORD_MISSING_ORDER)
		snprintf(text, sizeof(text), "%s", _("What follows is not "
		    "where it was said."));
	else
		snprintf(text, sizeof(text), _("Lines missing here: %llu."),
		    (unsigned long long)r->id);
	if (r->flags & RECORD_MISSING_OLDER)
		prepend(s, text);
	else
		session_tell(s, HISTORY_REFUSED, "%s", text);
}

void
session_take_digits(struct session *s, const struct record *r)
{
	char name[TEXT_NAME_BYTES + 1];

	snprintf(name, sizeof(name), "%.*s", (int)r->entry.author_len,
	    r->entry.author_len > 0 ? r->entry.author : "");
	s->w = s->shown;
	if (r->text_len == 0) {
		session_tell(s, 0, _("Who %s is, is not known here yet: /msg "
		    "%s begins a talk."), name, name);
		return;
	}
	session_tell(s, 0, _("%s sees the same, if nobody is between you: "
	    "%.*s"), name, (int)r->text_len, r->text);
	session_tell(s, 0, _("Compare it by voice; /verify %s yes marks "
	    "that."), name);
}

static void
list_talk(struct session *s, const struct record *r)
{
	const struct window *w = find(s, r->text, r->text_len);
	char left[WINDOW_TITLE_BYTES + 64], number[16] = "", more[64];
	char called[WINDOW_TITLE_BYTES];
	bool news = (r->flags & RECORD_TALK_MORE) != 0 &&
	    (w == NULL || w->read.seen < r->id);

	if (w != NULL)
		snprintf(number, sizeof(number), "%u", w->number + 1U);
	if (w != NULL)
		strlcpy(called, window_name(w), sizeof(called));
	else if (r->entry.author_len > 0)
		snprintf(called, sizeof(called), "@%.*s",
		    (int)r->entry.author_len, r->entry.author);
	else
		snprintf(called, sizeof(called), "%.9s…", r->text);
	snprintf(left, sizeof(left), "%2s %s%s", number, called,
	    r->flags & RECORD_TALK_VERIFIED ? " ✓" : "");
	snprintf(more, sizeof(more), "%s%s%s",
	    r->flags & RECORD_TALK_HERE ? _("here") : "",
	    r->flags & RECORD_TALK_HERE && news ? "  " : "",
	    news ? _("new lines") : "");
	pager_add_row(&s->pager, left, LEFT_COLS, more);
}

void
session_take_talk_listed(struct session *s, const struct record *r)
{
	s->w = s->shown;
	if (!s->talk.lists)
		return;
	if (r->flags & RECORD_TALK_LAST || r->text_len == 0)
		s->talk.lists = false;
	if (r->text_len != RECORD_TALK_BYTES) {
		session_notify(s, true, "%s", r->flags & RECORD_TALK_NONE ?
		    _("This server has no talks.") :
		    r->flags & RECORD_TALK_UNKNOWN ?
		    _("Nobody answers: which talks there are, the server "
		    "alone knows.") :
		    _("There are no talks yet: /msg NAME begins one."));
		return;
	}
	if (r->flags & RECORD_TALK_FIRST)
		session_open_pager(s, _("Talks"));
	if (s->pager.open)
		list_talk(s, r);
}

static unsigned
why_none(const struct record *r)
{
	if (r->denial != RECORD_QUOTA)
		return r->denial == RECORD_NO_TALKS ? RECORD_TALK_NONE : 0;
	return r->wait_ms == 0 ? WINDOW_TALK_QUOTA :
	    r->wait_ms < WINDOW_TALK_SOON_MS ? WINDOW_TALK_SOON :
	    WINDOW_TALK_FULL;
}

bool
session_take_no_talk(struct session *s, const struct record *r)
{
	if (s->going.of_all || s->w->talk == NULL || r->id == 0 ||
	    (r->denial != RECORD_NO_TALK && r->denial != RECORD_NO_TALKS &&
	    r->denial != RECORD_QUOTA))
		return false;
	s->w->in = false;
	/* Nothing is said by that key as it is. */
	if (s->w->talk->lock != TALK_OLD)
		give_up(s, why_none(r));
	return true;
}

bool
session_unwanted(const struct session *s, const struct record *r,
    char why[RULE_WORDS_BYTES])
{
	const struct window_talk *t = s->w->talk;

	if ((r->flags & RECORD_ASTRAY) == 0 && (t == NULL ||
	    (r->flags & RECORD_MUTED) == 0))
		return false;
	rule_words_unwanted(why, r, t == NULL ? "" : t->name);
	return true;
}
