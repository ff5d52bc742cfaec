/*
 * Finding text in the chat: C-r, C-s and /search. Parent process; the looking
 * itself is tui/text/history's.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/text/search.h"

enum {
	MATCHES = 999,		/* more are not counted */
	COUNTED = 100 * 1000	/* nor in so many lines */
};

/* What is looked for. False: nothing. */
static bool
set_query(struct session *s, const char *text, size_t len)
{
	s->w->finder.marks = query_set(&s->w->finder.query, text, len);
	return s->w->finder.marks;
}

static void
remember_place(struct session *s)
{
	s->w->finder.was_scrolled = s->w->view.scrolled;
	s->w->finder.was = s->w->view.top;
	s->w->finder.found = false;
	s->w->finder.resume = 0;
}

static void
go_to_remembered(struct session *s)
{
	s->w->view.scrolled = s->w->finder.was_scrolled;
	s->w->view.top = s->w->finder.was;
}

/* Where looking begins: beyond what was found last, else what is in sight. */
static bool
begin_at(const struct session *s, bool back, uint64_t *line)
{
	uint64_t first = history_first(s->w->history);
	uint64_t tail = history_tail(s->w->history);

	*line = !back && s->w->view.scrolled ? s->w->view.top.line :
	    view_last(&s->w->view, s->w->history);
	if (back && s->w->finder.resume != 0)
		*line = s->w->finder.resume;
	else if (s->w->finder.found)
		*line = s->w->finder.line + (back ? (uint64_t)-1 : 1);
	return *line >= first && *line < tail;
}

bool
session_find_line(struct history *h, struct query *q, bool back,
    uint64_t *line, size_t *most)
{
	uint64_t first = history_first(h), tail = history_tail(h);
	struct history_line shown;
	const char *text;
	size_t len = query_text(q, &text);

	while (*line >= first && *line < tail && *most > 0) {
		if (len > 0 && !history_find(h, text, len, back, line))
			return false;
		shown = history_get(h, *line);
		if (query_wants(q, &shown))
			return true;
		*line = back ? *line - 1 : *line + 1;
		--*most;
	}
	return false;
}

static bool
find_line(struct session *s, bool back, uint64_t *line, size_t *most)
{
	return session_find_line(s->w->history, &s->w->finder.query, back,
	    line, most);
}

/* From the newest on, so that it stays the same while older lines come. */
static void
count(struct session *s)
{
	struct finder *f = &s->w->finder;
	uint64_t line = history_tail(s->w->history) - 1;
	size_t most = COUNTED;
	unsigned n = 0, at = 0;
	bool more;

	while (n < MATCHES && find_line(s, true, &line, &most)) {
		n++;
		if (line-- == f->line)
			at = n;
	}
	more = n == MATCHES || most == 0 || s->w->older.oldest > 1;
	f->count[0] = '\0';
	if (at > 0)
		snprintf(f->count, sizeof(f->count), more ?
		    _("match %u of %u+") : _("match %u of %u"), at, n);
}

/* All of the line, where it is folded, and what was looked for in sight. */
static void
show_found(struct session *s)
{
	struct finder *f = &s->w->finder;
	uint64_t line = f->line;
	struct history_line shown;
	const char *text;
	size_t len = query_text(&f->query, &text);

	history_unfold(s->w->history, line);
	shown = history_get(s->w->history, line);
	f->at = search_find(shown.shown, shown.shown_len, 0, text, len);
	/* It may be of the text as it came, or there is none. */
	if (f->at == shown.shown_len)
		f->at = 0;
	view_show(&s->w->view, s->w->history, line, f->at);
}

/* Has it the other way what this one has not? */
static bool
is_elsewhere(struct session *s, bool back)
{
	uint64_t line = back ? history_tail(s->w->history) - 1 :
	    history_first(s->w->history);
	size_t most = SIZE_MAX;

	return history_tail(s->w->history) > history_first(s->w->history) &&
	    find_line(s, back, &line, &most);
}

static void
say_missing(struct session *s, bool back)
{
	const char *typed = s->w->finder.query.typed;

	if (s->w->finder.found)
		session_notify(s, false, "%s", back ? _("Nothing more above.") :
		    _("Nothing more below."));
	else if (!is_elsewhere(s, back))
		session_notify(s, true, _("Nowhere: %s"), typed);
	else
		session_notify(s, true, back ?
		    _("Not above: %s; C-s looks below.") :
		    _("Not below: %s; C-r looks above."), typed);
}

static void
find(struct session *s, bool back)
{
	struct finder *f = &s->w->finder;
	size_t most = SIZE_MAX;
	uint64_t line;

	f->waits = false;
	history_unfold(s->w->history, f->found ? f->line : 0);
	if (begin_at(s, back, &line) && find_line(s, back, &line, &most)) {
		f->found = true;
		f->line = line;
		f->resume = 0;
		count(s);
		show_found(s);
		return;
	}
	/* What is older is fetched, until it is found or the room begins. */
	if (back && (s->w->older.fetching || session_fetch_older(s))) {
		f->waits = true;
		f->resume = history_first(s->w->history) - 1;
		session_notify(s, false, "%s", _("Looking in older lines…"));
		return;
	}
	say_missing(s, back);
}

void
session_search_more(struct session *s)
{
	if (!s->w->finder.waits)
		return;
	s->notice.text[0] = '\0';
	find(s, true);
}

void
session_search_give_up(struct session *s)
{
	if (!s->w->finder.waits)
		return;
	s->w->finder.waits = false;
	s->w->older.failures = 0;
	say_missing(s, true);
	s->frame.changed = true;
}

void
session_search(struct session *s, const char *text, size_t len, bool back)
{
	remember_place(s);
	if (set_query(s, text, len))
		find(s, back);
}

void
session_search_at(struct session *s, const struct query *q, uint64_t line)
{
	struct finder *f = &s->w->finder;

	remember_place(s);
	history_unfold(s->w->history, 0);
	f->query = *q;
	f->marks = f->found = true;
	f->line = line;
	count(s);
	show_found(s);
}

/* An empty line: what was looked for last. */
static void
ask_again(struct session *s, bool back)
{
	size_t len;

	edit_text(s->w->edit, &len);
	if (len == 0 && s->w->finder.query.len > 0)
		edit_set(s->w->edit, s->w->finder.query.typed,
		    s->w->finder.query.len);
	s->w->finder.back = back;
	if (s->w->finder.query.len == 0)
		return;
	s->w->finder.marks = true;
	find(s, back);
}

/* The input line becomes the search's; it begins with what was on it. */
static void
ask(struct session *s, bool back)
{
	struct finder *f = &s->w->finder;
	bool goes_on = f->marks, found = f->found;
	size_t len;
	const char *text = edit_text(s->w->edit, &len);

	free(f->draft);
	f->draft = strdup(text);
	f->caret = edit_caret(s->w->edit);
	s->ask.what = ASK_SEARCH;
	f->back = back;
	remember_place(s);
	/* An empty line leaves what was looked for last, for ask_again; while
	 * that is still marked it goes on. What is typed takes its place. */
	if (len > 0 && set_query(s, text, len))
		find(s, back);
	else if (len == 0 && goes_on) {
		f->found = found;
		s->ask.prefilled = true;
		ask_again(s, back);
	}
}

void
session_search_key(struct session *s, bool back)
{
	if (s->ask.what == ASK_SEARCH)
		ask_again(s, back);
	else
		ask(s, back);
}

void
session_search_typed(struct session *s)
{
	char before[QUERY_BYTES];
	size_t len;
	const char *text = edit_text(s->w->edit, &len);

	memcpy(before, s->w->finder.query.typed, sizeof(before));
	if (len == 0) {
		s->w->finder.marks = false;
		return;
	}
	if (!set_query(s, text, len) ||
	    strcmp(before, s->w->finder.query.typed) == 0)
		return;
	/* From where it began, so that a longer needle may match there too. */
	go_to_remembered(s);
	s->w->finder.found = false;
	s->w->finder.resume = 0;
	find(s, s->w->finder.back);
}

static void
give_back_draft(struct session *s)
{
	struct finder *f = &s->w->finder;

	if (s->ask.what != ASK_SEARCH)
		return;
	s->ask.what = ASK_NOTHING;
	s->ask.prefilled = false;
	edit_reset(s->w->edit);
	if (f->draft != NULL) {
		edit_set(s->w->edit, f->draft, strlen(f->draft));
		edit_caret_to(s->w->edit, f->caret);
	}
	free(f->draft);
	f->draft = NULL;
}

void
session_search_stay(struct session *s)
{
	s->w->finder.waits = false;
	give_back_draft(s);
}

void
session_search_return(struct session *s)
{
	go_to_remembered(s);
	give_back_draft(s);
	session_search_end(s);
}

void
session_search_end(struct session *s)
{
	s->w->finder.marks = s->w->finder.waits = false;
}
