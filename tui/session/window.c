/*
 * One room as it is looked at. Pure.
 */
#include "tui/session/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/shared/record.h"
#include "tui/text/edit.h"
#include "tui/text/history.h"
#include "tui/text/history_bound.h"
#include "tui/text/search.h"

struct window *
window_new(uint16_t number, const char *room, size_t len, size_t history_bytes)
{
	struct window *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->number = number;
	w->draft.due = INT64_MAX;
	people_init(&w->people);
	w->history = history_new(history_bytes);
	w->edit = edit_new();
	w->asked = strndup(room, len);
	if (w->asked != NULL && window_is_talk(w->asked))
		w->talk = window_talk_new(w->asked);
	if (w->history == NULL || w->edit == NULL || w->asked == NULL ||
	    (window_is_talk(w->asked) && w->talk == NULL)) {
		window_free(w);
		return NULL;
	}
	window_call(w, room, len);
	return w;
}

void
window_free(struct window *w)
{
	if (w == NULL)
		return;
	history_free(w->history);
	edit_free(w->edit);
	people_clear(&w->people);
	window_forget_links(w);
	handed_clear(&w->say.handed);
	free(w->say.taken_back.text);
	back_clear(&w->say.back);
	free(w->finder.draft);
	free(w->draft.text);
	while (w->draft.asides > 0)
		free(w->draft.aside[--w->draft.asides]);
	free(w->draft.given);
	window_talk_free(w->talk);
	free(w->asked);
	free(w->kept);
	free(w);
}

/* What waits from before goes along with who is called otherwise, and is told
 * anew. */
static void
forget_earlier(struct history *h)
{
	uint64_t line = history_end(h);
	struct history_line l;

	while (line < history_tail(h)) {
		l = history_get(h, line);
		if ((l.entry.id & RECORD_EARLIER) == 0 ||
		    (l.marks & HISTORY_REFUSED) ||
		    !history_settle(h, l.entry.id))
			line++;
	}
}

void
window_forget(struct window *w)
{
	history_clear(w->history);
	forget_earlier(w->history);
	w->view.floor = 0;
	people_clear(&w->people);
	notices_end(&w->live.notices);
	memset(&w->live.pieces, 0, sizeof(w->live.pieces));
	memset(&w->older, 0, sizeof(w->older));
	memset(&w->unread, 0, sizeof(w->unread));
	w->finder.waits = false;
	w->caught_up = w->welcomed = w->in = false;
	w->read.newest = 0;
}

void
window_forget_links(struct window *w)
{
	while (w->links.n > 0)
		free(w->links.url[--w->links.n]);
}

struct window *
window_numbered(const struct window_list *windows, uint16_t number)
{
	struct window *w;

	TAILQ_FOREACH(w, windows, by_number)
		if (w->number == number)
			break;
	return w;
}

void
window_call(struct window *w, const char *room, size_t room_len)
{
	size_t len;
	char *shown = w->talk != NULL ? NULL : text_display(room, room_len,
	    &len);

	if (shown == NULL)
		return;
	shown[strcspn(shown, "\n")] = '\0';
	len = text_fit(shown, strlen(shown), TEXT_NAME_COLS, NULL);
	if (len < sizeof(w->room)) {
		memcpy(w->room, shown, len);
		w->room[len] = '\0';
	}
	free(shown);
}

/* A room without a name is just a chat. */
const char *
window_name(const struct window *w)
{
	if (w->talk != NULL)
		return w->talk->title;
	return w->room[0] != '\0' ? w->room : "chat";
}

const char *
window_asked(const struct window *w)
{
	return w->talk != NULL ? w->talk->title : w->asked;
}

int
window_matches(const struct window *w, const char *text, size_t len)
{
	const char *name = window_name(w);
	size_t n = strlen(name), at = search_find(name, n, 0, text, len);

	if (len == 0)
		return 1;
	return at == n ? 0 : at > 0 ? 1 : len < n ? 2 : 3;
}

void
window_note(struct window *w, enum window_activity activity, int64_t now)
{
	if (activity <= w->activity)
		return;
	w->activity = activity;
	w->active_ms = now;
}

void
window_quiet(struct window *w)
{
	w->activity = WINDOW_QUIET;
	w->read.mentions = 0;
}

static size_t
bytes_of_others(const struct window_list *windows, const struct window *than)
{
	const struct window *w;
	size_t n = 0;

	TAILQ_FOREACH(w, windows, by_number)
		if (w != than)
			n += history_bytes(w->history);
	return n;
}

/* NULL: none of those that are not looked at has any to give. */
static struct window *
longest_unseen(const struct window_list *windows, const struct window *shown)
{
	struct window *w, *unseen = NULL;

	TAILQ_FOREACH(w, windows, by_number)
		if (w != shown && history_may_give(w->history) &&
		    (unseen == NULL || w->seen_ms < unseen->seen_ms))
			unseen = w;
	return unseen;
}

void
window_make_room(const struct window_list *windows, struct window *w,
    const struct window *shown, size_t all_bytes)
{
	size_t others = bytes_of_others(windows, w);
	struct window *gives;

	while (others + history_bytes(w->history) + history_step() >
	    all_bytes) {
		gives = longest_unseen(windows, shown);
		/* Its own oldest lines go by themselves. */
		if (gives == NULL || gives == w)
			break;
		others -= history_give(gives->history);
	}
	history_set_bound(w->history, all_bytes > others ? all_bytes - others :
	    0);
}

static bool
goes_before(const struct window *w, const struct window *other)
{
	if (w->activity != other->activity)
		return w->activity > other->activity;
	return w->active_ms < other->active_ms;
}

struct window *
window_next_active(const struct window_list *windows,
    const struct window *shown)
{
	struct window *w, *next = NULL;

	TAILQ_FOREACH(w, windows, by_number)
		if (w != shown && w->activity != WINDOW_QUIET &&
		    (next == NULL || goes_before(w, next)))
			next = w;
	return next;
}

bool
window_is_same_room(const char *a, const char *b)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];

	/* A key is itself alone. */
	return strcmp(a, b) == 0 || (!window_is_talk(a) &&
	    text_fold(one, a, strlen(a)) > 0 &&
	    text_fold(other, b, strlen(b)) > 0 && strcmp(one, other) == 0);
}

bool
window_ask_by(struct window *w, const char *room, size_t len)
{
	char *asked;

	if (*w->asked == '\0' || w->talk != NULL || len == 0 ||
	    len >= WINDOW_ROOM_BYTES + 1 || (strlen(w->asked) == len &&
	    memcmp(w->asked, room, len) == 0) ||
	    (asked = strndup(room, len)) == NULL)
		return false;
	if (w->kept == NULL)
		w->kept = w->asked;
	else
		free(w->asked);
	w->asked = asked;
	return true;
}

const char *
window_kept(const struct window *w)
{
	return w->kept != NULL ? w->kept : w->asked;
}

void
window_keep_as_asked(struct window *w)
{
	free(w->kept);
	w->kept = NULL;
}

bool
window_barred_text(const struct window *w, char *text, size_t size)
{
	switch (w->barred) {
	case WINDOW_OPEN:
		return false;
	case WINDOW_OFFERS:
		snprintf(text, size, _("No room %s; Enter opens it."),
		    window_asked(w));
		break;
	case WINDOW_OUT:
		snprintf(text, size, _("You are not in %s: Enter, or /join "
		    "%s, enters it again."), window_name(w), window_name(w));
		break;
	case WINDOW_OTHER:
		snprintf(text, size, _("%s is another room now: Enter enters "
		    "it, and says there what waits."), window_name(w));
		break;
	case WINDOW_GONE:
		if (!w->welcomed && w->read.newest == 0 && w->say.held == 0)
			snprintf(text, size, _("There is no room %s: /rooms "
			    "lists those that there are, Esc goes back."),
			    window_asked(w));
		else
			snprintf(text, size, _("There is no room %s: "
			    "/withdraw takes back what waits, /leave goes."),
			    window_name(w));
		break;
	}
	return true;
}
