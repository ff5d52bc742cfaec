/*
 * What the receiver tells of talks: that there is one, who somebody is, that he
 * has another key, what there is of him. Parent process; no record turns to
 * another window.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/rule_words.h"

enum {
	LEFT_COLS = 26,		/* of a list of talks */
	STRANGERS = 16		/* have a window each, at once */
};

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

/* He has no name here, as that which he has now is known to be another's: in
 * his window it is told whose. */
static void
tell_claim(struct session *s, struct window *w)
{
	const struct window *locked;

	TAILQ_FOREACH(locked, &s->windows, by_number)
		if (locked != w && window_talk_is_claimed(locked, w))
			break;
	if (locked == NULL || w->talk->claims)
		return;
	w->talk->claims = true;
	s->w = w;
	session_tell(s, 0, _("Who writes here is called %s now, says the "
	    "server: /trust %s takes this key for that name."),
	    locked->talk->name, locked->talk->name);
}

void
session_take_offered(struct session *s, const struct record *r)
{
	struct window *w;

	s->w = s->shown;
	if (r->flags & RECORD_TALK_ASKED)
		session_take_asked(s, r);
	else if (session_names_key(r) &&
	    session_talk_by_key(s, r->text, r->text_len) == NULL &&
	    !session_ignores(s, r->entry.author, r->entry.author_len) &&
	    may_open(s, r) &&
	    (w = session_open_window(s, r->text, r->text_len)) != NULL) {
		s->w = w;
		window_talk_told(w, r);
		w->talk->offered = true;
		session_begin_talk(s);
		tell_claim(s, w);
	}
}

/* What is told where one looks is not of who is called otherwise by now. */
static void
forget_notice(struct session *s, const char *name)
{
	char called[TEXT_NAME_BYTES + 2];

	snprintf(called, sizeof(called), "@%s", name);
	if (!s->notice.is_error && strstr(s->notice.text, called) != NULL)
		s->notice.text[0] = '\0';
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
	if (*was != '\0' && strcmp(was, t->name) != 0) {
		session_tell(s, 0, _("%s is called %s now."), was, t->name);
		forget_notice(s, was);
	}
	tell_claim(s, s->w);
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
		w = session_talk_asked(s, &r->entry);
	if (w == NULL || w->talk == NULL)
		return;
	s->w = w;
	window_talk_locked(w, r);
	if (w->talk->lock == TALK_CHANGED)
		session_refuse_held(s, _("not said: another key"));
	window_talk_text(w, text, sizeof(text), s->wall);
	session_tell(s, HISTORY_REFUSED, "%s", text);
	if (w != s->shown)
		session_notify(s, true, "%s", text);
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL)
			tell_claim(s, w);
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
	const struct window *w = session_talk_by_key(s, r->text,
	    r->text_len);
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
		session_give_up_talk(s, why_none(r));
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
