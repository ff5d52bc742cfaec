/*
 * The scrollback's lines of very many lines: only their beginning is shown, and
 * all of one at a time. Pure; runs in the client's parent process.
 */
#include "tui/text/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/text/history_store.h"

/* Where line n, counted from 0, of a text begins; len if there is none. */
static size_t
nth_line(const char *s, size_t len, int n)
{
	const char *newline;
	size_t at = 0;

	for (; n > 0; n--) {
		if ((newline = memchr(s + at, '\n', len - at)) == NULL)
			return len;
		at = (size_t)(newline - s) + 1;
	}
	return at;
}

static size_t
count_newlines(const char *s, size_t len)
{
	const char *end = s + len;
	size_t n = 0;

	while (s < end && (s = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		s++;
		n++;
	}
	return n;
}

static bool
is_text(enum entry_kind kind)
{
	return kind == ENTRY_SAY || kind == ENTRY_ACT || kind == ENTRY_ANNOUNCE;
}

/* What is shown of a text while it is folded, malloc'd; NULL: no memory. */
static char *
folded_form(const char *text, size_t len)
{
	size_t lines = count_newlines(text, len) + 1;
	size_t head = nth_line(text, len, HISTORY_FOLD_HEAD);
	char *folded, label[64];

	snprintf(label, sizeof(label), _("+%zu lines"),
	    lines - HISTORY_FOLD_HEAD);
	return asprintf(&folded, "%.*s%s", (int)head, text, label) == -1 ?
	    NULL : folded;
}

bool
history_fold(struct history_line *line)
{
	char *folded;

	if (!is_text(line->entry.kind) || count_newlines(line->shown,
	    line->shown_len) < HISTORY_FOLD_LINES)
		return true;
	if ((folded = folded_form(line->shown, line->shown_len)) == NULL)
		return false;
	if (line->shown != line->entry.text)
		free((char *)line->shown);
	line->shown = folded;
	line->shown_len = strlen(folded);
	line->marks |= HISTORY_FOLDED;
	return true;
}

/* All of a line that is folded, with what stands behind it, as why it was
 * refused; malloc'd. NULL: no memory. */
static char *
unfolded_form(const struct history_line *line, size_t *len)
{
	char *text = text_display(line->entry.text, line->entry.text_len, len);
	char *folded = text == NULL ? NULL : folded_form(text, *len);
	char *whole = NULL;
	int n = -1;

	if (folded != NULL && strlen(folded) <= line->shown_len)
		n = asprintf(&whole, "%.*s%.*s", (int)*len, text,
		    (int)(line->shown_len - strlen(folded)),
		    line->shown + strlen(folded));
	free(folded);
	free(text);
	*len = n == -1 ? 0 : (size_t)n;
	return n == -1 ? NULL : whole;
}

void
history_unfold(struct history *h, uint64_t line)
{
	struct history_line view;
	char *shown;

	if (h->unfolded_text != NULL && line == h->unfolded)
		return;
	free(h->unfolded_text);
	h->unfolded_text = NULL;
	if (line < history_first(h) || line >= h->end)
		return;
	view = history_get(h, line);
	if ((view.marks & HISTORY_FOLDED) == 0 ||
	    (shown = unfolded_form(&view, &h->unfolded_len)) == NULL)
		return;
	h->unfolded_text = shown;
	h->unfolded = line;
}
