/*
 * The message pane as plain text. Parent process; draws nothing.
 */
#include "tui/session/bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/text.h"
#include "tui/session/line.h"
#include "tui/session/scene.h"
#include "tui/text/history.h"
#include "tui/text/history_place.h"
#include "tui/text/view.h"

/* A line as it was said, "14:05 alice: text", before *text. */
static bool
put_line(char **text, size_t *len, const struct history_line *line, bool time)
{
	time_t t = (time_t)(line->entry.time_ms / 1000);
	const struct entry *e = &line->entry;
	const char *sign = line_sign(e, (line->marks & HISTORY_LOCAL) != 0);
	const char *name = sign != NULL ? sign : line->name;
	size_t name_len = sign != NULL ? strlen(sign) : line->name_len;
	size_t said_len;
	struct tm tm;
	char hour[8] = "", *made = NULL, *said = malloc(e->text_len + 1);
	int n;

	if (said == NULL)
		return false;
	/* The room's is clean; what the receiver tells besides need not be,
	 * and this goes past curses. */
	said_len = text_clean(said, e->text, e->text_len, true);
	said_len = text_tabs(said, said, said_len, '\t');

	if (time && localtime_r(&t, &tm) != NULL)
		strftime(hour, sizeof(hour), "%H:%M ", &tm);
	n = asprintf(&made, "%s%.*s%s %.*s\n%.*s", hour, (int)name_len, name,
	    e->kind == ENTRY_SAY ? ":" : "", (int)said_len, said,
	    (int)*len, *text != NULL ? *text : "");
	free(said);
	if (n == -1)
		return false;
	free(*text);
	*text = made;
	*len = (size_t)n;
	return true;
}

/* The rows that it takes. */
static int
rows_of(const struct history_line *line, int cols, bool time)
{
	const struct entry *e = &line->entry;
	int used = (time ? 6 : 0) + line->name_cols + 2, rows = 1;
	size_t at = 0, next;
	int width;

	for (; at < e->text_len; at = next) {
		next = text_next(e->text, e->text_len, at, &width);
		if (text_is_tab(e->text + at, next - at))
			width = TEXT_TAB_COLS - used % TEXT_TAB_COLS;
		if (e->text[at] == '\n' || used + width > cols) {
			rows++;
			used = 0;
		}
		used += width;
	}
	return rows;
}

/* Not one of the notices that are hidden. */
static bool
is_shown(const struct view *v, struct history *h, uint64_t line)
{
	int rules;

	return history_height(h, line, v->cols, &rules) > rules;
}

char *
bare_text(const struct view *v, const struct scene *s, int rows, int cols,
    size_t *len)
{
	struct history *h = s->history;
	uint64_t line = view_last(v, h), first = history_first(h);
	struct history_line shown;
	char *text = calloc(1, 1);
	bool more;

	if (!v->scrolled && v->floor > first)
		first = v->floor;
	more = line >= first && line < history_tail(h);
	*len = 0;
	for (; more && text != NULL; line--) {
		more = line > first;
		if (!is_shown(v, h, line))
			continue;
		shown = history_get(h, line);
		rows -= rows_of(&shown, cols, s->times);
		if (rows < 0 && *len > 0)
			break;
		if (!put_line(&text, len, &shown, s->times)) {
			free(text);
			text = NULL;
		}
	}
	return text;
}
