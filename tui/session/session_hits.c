/*
 * What is looked for in all rooms at once, as a page: /search -a. Parent
 * process; it looks at what is here, and fetches nothing.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"

enum {
	HITS = 200,		/* are listed ... */
	HITS_OF_ROOM = 50,	/* and of one room so many, the newest */
	LEFT_COLS = 22,
	TEXT_COLS = 200		/* shown of a line */
};

struct hits {
	struct query	 query;
	size_t		 n, nth;
	bool		 grows;		/* by another digit */
	struct {
		uint16_t window;
		uint64_t line;
	} of[HITS];
};

static void
add_row(struct session *s, const struct window *w, uint64_t line, size_t nth)
{
	const struct history_line l = history_get(w->history, line);
	char left[WINDOW_ROOM_BYTES + 32], right[6 * TEXT_COLS];

	snprintf(left, sizeof(left), "%zu %s", nth, window_name(w));
	snprintf(right, sizeof(right), "%.*s%s%.*s", (int)l.name_len, l.name,
	    l.name_len > 0 ? ": " : "", (int)text_fit(l.shown, l.shown_len,
	    TEXT_COLS, NULL), l.shown);
	right[strcspn(right, "\n")] = '\0';
	pager_add_row(&s->pager, left, LEFT_COLS, right);
}

static void
find_in(struct hits *h, const struct window *w)
{
	uint64_t line = history_tail(w->history) - 1;
	size_t most = SIZE_MAX, n;

	for (n = 0; n < HITS_OF_ROOM && h->n < HITS && session_find_line(
	    w->history, &h->query, true, &line, &most); n++, line--) {
		h->of[h->n].window = w->number;
		h->of[h->n++].line = line;
	}
}

bool
session_hits(struct session *s, const char *text, size_t len)
{
	struct hits *h = s->going.hits;
	const struct window *w;
	size_t i;

	if (h == NULL && (h = s->going.hits = malloc(sizeof(*h))) == NULL)
		return false;
	memset(h, 0, sizeof(*h));
	h->nth = 1;
	if (!query_set(&h->query, text, len))
		return false;
	TAILQ_FOREACH(w, &s->windows, by_number)
		find_in(h, w);
	if (h->n == 0) {
		session_notify(s, true, _("Not in the lines that are here: "
		    "%s"), h->query.typed);
		return true;
	}
	session_open_pager(s, h->query.typed);
	s->going.hits_listed = true;
	for (i = 0; i < h->n; i++)
		add_row(s, window_numbered(&s->windows, h->of[i].window),
		    h->of[i].line, i + 1);
	return true;
}

static void
go(struct session *s, const struct hits *h)
{
	struct window *w = window_numbered(&s->windows,
	    h->of[h->nth - 1].window);
	uint64_t line = h->of[h->nth - 1].line;

	if (w == NULL || line < history_first(w->history) ||
	    line >= history_tail(w->history)) {
		session_notify(s, true, "%s", _("That line is not here any "
		    "more."));
		return;
	}
	session_show(s, w);
	session_search_at(s, &h->query, line);
}

/* As a number of /links. */
static void
choose(struct hits *h, size_t digit)
{
	size_t longer = h->nth * 10 + digit;

	if (h->grows && longer <= h->n)
		h->nth = longer;
	else if (digit > 0 && digit <= h->n)
		h->nth = digit;
	h->grows = true;
}

bool
session_hits_key(struct session *s, const struct key *k, enum action action)
{
	struct hits *h = s->going.hits;

	if (!s->going.hits_listed)
		return false;
	if (k->code >= '0' && k->code <= '9') {
		choose(h, (size_t)(k->code - '0'));
		return true;
	}
	h->grows = false;
	if (action != ACTION_SEND)
		return false;
	pager_close(&s->pager);
	go(s, h);
	return true;
}

const char *
session_hits_asking(struct session *s)
{
	if (!s->pager.open || !s->going.hits_listed)
		return NULL;
	snprintf(s->notice.asking, sizeof(s->notice.asking), _("Line %zu: "
	    "Enter goes there, a number chooses another"),
	    s->going.hits->nth);
	return s->notice.asking;
}
