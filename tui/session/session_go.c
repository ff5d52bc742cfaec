/*
 * Where one may go: the windows as they are listed, and to one by a part of its
 * name. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"

/* The nth that what is typed may mean, whose name that is or begins with it
 * before those that hold it; NULL: there are not so many. */
static struct window *
meant(const struct session *s, size_t nth)
{
	size_t len, n = 0;
	const char *text = edit_text(s->shown->edit, &len);
	struct window *w;
	int how;

	for (how = 3; how > 0; how--)
		TAILQ_FOREACH(w, &s->windows, by_number)
			if (w != s->shown && window_matches(w, text, len) ==
			    how && n++ == nth)
				return w;
	return NULL;
}

/* The one that Enter goes to. */
static struct window *
chosen(struct session *s)
{
	size_t change = edit_changes(s->shown->edit);

	if (s->going.change != change)
		s->going.nth = 0;
	s->going.change = change;
	return meant(s, s->going.nth);
}

static void
add(struct session *s, struct scene_windows *list, const struct window *w)
{
	s->going.list[list->n++] = (struct scene_window){
	    .number = w->number + 1U, .name = window_name(w),
	    .fresh = w->activity != WINDOW_QUIET ? w->unread.count : 0,
	    .mention = w->activity == WINDOW_MENTION };
}

/* Those that what is typed may mean. */
static void
list_meant(struct session *s, struct scene_windows *list)
{
	const struct window *w = chosen(s);
	size_t i;

	list->shown = s->going.nth;
	for (i = 0; (w = meant(s, i)) != NULL; i++)
		add(s, list, w);
}

void
session_list_windows(struct session *s, struct scene_windows *list)
{
	struct window *next = window_next_active(&s->windows, s->shown);
	const struct window *w;

	*list = (struct scene_windows){ .of = s->going.list };
	if (s->ask.what == ASK_GO) {
		list_meant(s, list);
		return;
	}
	TAILQ_FOREACH(w, &s->windows, by_number) {
		if (w == s->shown)
			list->shown = list->n;
		add(s, list, w);
	}
	if (next == NULL)
		return;
	snprintf(s->going.jump, sizeof(s->going.jump), "M-a: %s",
	    window_name(next));
	list->jump = s->going.jump;
}

/* Round, in both directions. */
static void
choose_next(struct session *s, bool back)
{
	size_t n = 0;

	chosen(s);
	while (meant(s, n) != NULL)
		n++;
	if (n > 0)
		s->going.nth = (s->going.nth + (back ? n - 1 : 1)) % n;
}

void
session_go_key(struct session *s)
{
	struct going *g = &s->going;

	if (s->ask.what == ASK_GO) {
		choose_next(s, false);
		return;
	}
	if (s->ask.what == ASK_SEARCH)
		session_search_stay(s);
	free(g->draft);
	g->draft = strdup(edit_text(s->w->edit, NULL));
	g->caret = edit_caret(s->w->edit);
	s->ask.what = ASK_GO;
	edit_reset(s->w->edit);
	g->change = edit_changes(s->w->edit);
	g->nth = 0;
}

static void
go(struct session *s)
{
	struct window *w = chosen(s);

	if (w != NULL)
		session_show(s, w);
	else
		session_notify(s, true, "%s", _("No other room is called so."));
}

bool
session_go_action(struct session *s, const struct key *k, enum action action)
{
	switch (action) {
	case ACTION_SEND:
		go(s);
		return true;
	case ACTION_RETURN:
		if (k->code == KEYC_ESCAPE)
			session_go_end(s);
		else
			edit_do(s->w->edit, EDIT_END);
		return true;
	case ACTION_COMPLETE:
	case ACTION_NEWER:
	case ACTION_SENT_NEWER:
		choose_next(s, false);
		return true;
	case ACTION_COMPLETE_BACK:
	case ACTION_OLDER:
	case ACTION_SENT_OLDER:
		choose_next(s, true);
		return true;
	default:
		return false;
	}
}
