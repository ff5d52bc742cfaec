/*
 * Finding text in the chat: C-r, C-s and /search. Parent process; the looking
 * itself is tui/history's.
 */
#include "tui/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

/* What is looked for, as it would be shown. False: nothing. */
static bool
set_needle(struct session *s, const char *text, size_t len)
{
	struct finder *f = &s->finder;
	char *shown = text_display(text, len, &len);

	f->len = 0;
	if (shown != NULL && len > 0 && len < sizeof(f->needle)) {
		memcpy(f->needle, shown, len);
		f->needle[len] = '\0';
		f->len = len;
	}
	free(shown);
	f->marks = f->len > 0;
	return f->len > 0;
}

static void
remember_place(struct session *s)
{
	s->finder.was_scrolled = s->view.scrolled;
	s->finder.was = s->view.top;
	s->finder.found = false;
	s->finder.resume = 0;
}

static void
go_to_remembered(struct session *s)
{
	s->view.scrolled = s->finder.was_scrolled;
	s->view.top = s->finder.was;
}

/* Where looking begins: beyond what was found last, else what is in sight. */
static bool
begin_at(const struct session *s, bool back, uint64_t *line)
{
	uint64_t first = history_first(s->history);
	uint64_t tail = history_tail(s->history);

	*line = !back && s->view.scrolled ? s->view.top.line :
	    view_last(&s->view, s->history);
	if (back && s->finder.resume != 0)
		*line = s->finder.resume;
	else if (s->finder.found)
		*line = s->finder.line + (back ? (uint64_t)-1 : 1);
	return *line >= first && *line < tail;
}

static void
say_missing(struct session *s, bool back)
{
	if (!s->finder.found)
		session_notify(s, true, _("Nowhere: %s"), s->finder.needle);
	else
		session_notify(s, false, "%s", back ? _("Nothing more above.") :
		    _("Nothing more below."));
}

static void
find(struct session *s, bool back)
{
	struct finder *f = &s->finder;
	uint64_t line;

	f->waits = false;
	if (begin_at(s, back, &line) && history_find(s->history, f->needle,
	    f->len, back, &line)) {
		f->found = true;
		f->line = line;
		f->resume = 0;
		view_show(&s->view, s->history, line);
		return;
	}
	/* What is older is fetched, until it is found or the room begins. */
	if (back && (s->older.fetching || session_fetch_older(s))) {
		f->waits = true;
		f->resume = history_first(s->history) - 1;
		session_notify(s, false, "%s", _("Looking in older lines…"));
		return;
	}
	say_missing(s, back);
}

void
session_search_more(struct session *s)
{
	if (!s->finder.waits)
		return;
	s->notice[0] = '\0';
	find(s, true);
}

void
session_search_give_up(struct session *s)
{
	if (!s->finder.waits)
		return;
	s->finder.waits = false;
	s->older.failures = 0;
	say_missing(s, true);
	s->changed = true;
}

void
session_search(struct session *s, const char *text, size_t len, bool back)
{
	remember_place(s);
	if (set_needle(s, text, len))
		find(s, back);
}

/* The input line becomes the needle's; what was on it is that, to begin with. */
static void
ask(struct session *s, bool back)
{
	struct finder *f = &s->finder;
	size_t len;
	const char *text = edit_text(s->edit, &len);

	free(f->draft);
	f->draft = strdup(text);
	f->caret = edit_caret(s->edit);
	remember_place(s);
	s->question = ASK_SEARCH;
	f->back = back;
	/* An empty line leaves what was looked for last, for ask_again. */
	if (len > 0 && set_needle(s, text, len))
		find(s, back);
}

/* An empty line: what was looked for last. */
static void
ask_again(struct session *s, bool back)
{
	size_t len;

	edit_text(s->edit, &len);
	if (len == 0 && s->finder.len > 0)
		edit_set(s->edit, s->finder.needle, s->finder.len);
	s->finder.back = back;
	if (s->finder.len == 0)
		return;
	s->finder.marks = true;
	find(s, back);
}

void
session_search_key(struct session *s, bool back)
{
	if (s->question == ASK_SEARCH)
		ask_again(s, back);
	else
		ask(s, back);
}

void
session_search_typed(struct session *s)
{
	char before[SESSION_NEEDLE_BYTES];
	size_t len;
	const char *text = edit_text(s->edit, &len);

	memcpy(before, s->finder.needle, sizeof(before));
	if (len == 0) {
		s->finder.marks = false;
		return;
	}
	if (!set_needle(s, text, len) ||
	    strcmp(before, s->finder.needle) == 0)
		return;
	/* From where it began, so that a longer needle may match there too. */
	go_to_remembered(s);
	s->finder.found = false;
	s->finder.resume = 0;
	find(s, s->finder.back);
}

static void
give_back_draft(struct session *s)
{
	if (s->question != ASK_SEARCH)
		return;
	s->question = ASK_NOTHING;
	edit_reset(s->edit);
	if (s->finder.draft != NULL) {
		edit_set(s->edit, s->finder.draft, strlen(s->finder.draft));
		edit_caret_to(s->edit, s->finder.caret);
	}
	free(s->finder.draft);
	s->finder.draft = NULL;
}

void
session_search_stay(struct session *s)
{
	s->finder.waits = false;
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
	s->finder.marks = s->finder.waits = false;
}
