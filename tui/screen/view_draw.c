/*
 * The message pane: rows of the scrollback with their gutter and rules. Parent
 * process; draws through tui/screen/screen.
 */
#include "tui/screen/view_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/screen/screen.h"
#include "tui/session/layout.h"
#include "tui/session/line.h"
#include "tui/session/scene.h"
#include "tui/text/history.h"
#include "tui/text/history_place.h"
#include "tui/text/search.h"
#include "tui/text/urls.h"
#include "tui/text/view.h"

enum { DAY_BYTES = 96 };

struct pane {			/* what is drawn on, and from */
	struct screen	*screen;
	const struct view *view;
	const struct scene *scene;
	struct history	*history;
	const struct layout_gutter *gutter;
	int		 cols;		/* of the pane */
};

static int
put(const struct pane *p, int row, int col, enum style style,
    const char *text)
{
	return screen_put(p->screen, (struct screen_at){ SCREEN_MESSAGES, row,
	    col, p->cols - col }, style, text, strlen(text));
}

enum style
view_draw_name_style(const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	uint32_t hash = 2166136261U;	/* FNV-1a */
	const char *p;

	if (len > 0 && *name == '~') {	/* the same person, unverified */
		name++;
		len--;
	}
	if (text_fold(fold, name, len) == 0)
		return STYLE_DIM;
	for (p = fold; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	return STYLE_NAME + hash % STYLE_NAMES;
}

/* What stands in the name column of a line, and how. */
static enum style
name_of(const struct history_line *line, const char **name, size_t *len)
{
	bool is_local = (line->marks & HISTORY_LOCAL) != 0;
	const char *sign = line_sign(&line->entry, is_local);

	if (sign != NULL) {
		*name = sign;
		*len = strlen(sign);
		return line->entry.kind == ENTRY_ANNOUNCE && !is_local ?
		    STYLE_NEWS : STYLE_DIM;
	}
	*name = line->name;
	*len = line->name_len;
	return line->marks & HISTORY_OWN ? STYLE_OWN :
	    view_draw_name_style(line->entry.author, line->entry.author_len);
}

static enum style
text_style(const struct history_line *line)
{
	if (line->marks & HISTORY_REFUSED)
		return STYLE_ERROR;
	if (line->marks & (HISTORY_PENDING | HISTORY_LOCAL |
	    HISTORY_LOST))
		return STYLE_DIM;
	if (line->marks & HISTORY_MENTION)
		return STYLE_MENTION;
	switch (line->entry.kind) {
	case ENTRY_SAY:
	case ENTRY_ACT:
		return STYLE_TEXT;
	case ENTRY_ANNOUNCE:
		return STYLE_NEWS;
	default:
		return STYLE_DIM;
	}
}

static void
draw_mark(const struct pane *p, int row, const struct history_row *at,
    const struct history_line *line)
{
	int col = p->gutter->mark;
	bool first = at->part == 0;

	if (col < 0)
		return;
	if (first && at->line == p->scene->found)
		put(p, row, col, STYLE_NEWS, "▸");
	else if (line->marks & HISTORY_REFUSED)
		put(p, row, col, STYLE_ERROR, "!");
	else if (line->marks & HISTORY_LOST && first)
		put(p, row, col, STYLE_DIM, "×");
	else if (line->marks & HISTORY_PENDING && first)
		put(p, row, col, STYLE_PENDING, "…");
	else if (line->marks & HISTORY_MENTION)
		put(p, row, col, STYLE_NEWS, "▌");
	else
		put(p, row, col, STYLE_DIM, "│");
}

/* As much of it as fits, up to the column's right end. */
static void
draw_name(const struct pane *p, int row, const struct history_line *line)
{
	const struct layout_gutter *g = p->gutter;
	const char *name;
	size_t len;
	enum style style = name_of(line, &name, &len);
	int end = g->name + g->name_cols, cols = text_cols(name, len);

	if (cols > g->name_cols) {
		len = text_fit(name, len, g->name_cols - 1, &cols);
		put(p, row, --end, style, "…");
	}
	screen_put(p->screen, (struct screen_at){ SCREEN_MESSAGES, row,
	    end - cols, cols }, style, name, len);
}

/* Time and name: the first row of a line only. */
static void
draw_head(const struct pane *p, int row, const struct history_line *line)
{
	const struct layout_gutter *g = p->gutter;
	time_t t = (time_t)(line->entry.time_ms / 1000);
	struct tm tm;
	char hour[8];

	if (g->time && line->entry.kind != ENTRY_JOIN &&
	    line->entry.kind != ENTRY_LEAVE &&
	    line->entry.kind != ENTRY_TIMEOUT &&
	    localtime_r(&t, &tm) != NULL &&
	    strftime(hour, sizeof(hour), "%H:%M", &tm) > 0)
		put(p, row, 0, STYLE_DIM, hour);
	if (g->name_cols > 0)
		draw_name(p, row, line);
}

/* Takes whole parts off the end: a number that is cut is another number. */
static void
shorten(char *label, int cols)
{
	static const char between[] = " · ";
	char *at, *last;

	while (text_cols(label, strlen(label)) > cols) {
		last = NULL;
		for (at = label; (at = strstr(at, between)) != NULL; at++)
			last = at;
		if (last == NULL)
			return;
		*last = '\0';
	}
}

void
view_draw_rule(struct screen *screen, int row, int cols, enum style style,
    const char *words)
{
	struct screen_at at = { SCREEN_MESSAGES, row, 0, cols };
	char label[256];
	int width;
	size_t len;

	strlcpy(label, words, sizeof(label));
	shorten(label, cols - 4);
	screen_rule(screen, at, style);
	len = text_fit(label, strlen(label), cols > 4 ? cols - 4 : 0, &width);
	if (len == 0)
		return;
	at.col = (cols - width) / 2 - 1;
	at.col += screen_put(screen, at, style, " ", 1);
	at.col += screen_put(screen, at, style, label, len);
	screen_put(screen, at, style, " ", 1);
}

static void
draw_rule(const struct pane *p, int row, enum style style, const char *label)
{
	view_draw_rule(p->screen, row, p->cols, style, label);
}

/* The weekday in the catalogue's language, if it has it: the system may have
 * no locale of that. */
static void
name_weekday(char dst[DAY_BYTES], const char *format, const struct tm *tm)
{
	static const char *const days[] = { N_("Sunday"), N_("Monday"),
		N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"),
		N_("Saturday") };
	const char *day = _(days[tm->tm_wday]), *at = strstr(format, "%A");

	if (at == NULL || day == days[tm->tm_wday])
		strlcpy(dst, format, DAY_BYTES);
	else
		snprintf(dst, DAY_BYTES, "%.*s%s%s", (int)(at - format),
		    format, day, at + 2);
}

/* The day in words, or in fewer where they have no room. */
static void
draw_day(const struct pane *p, int row, const struct history_line *line)
{
	/* strftime(3) for the rule above a new day, long and short */
	const char *const formats[] = { _("%A %e %B %Y"), _("%e %b %Y") };
	time_t t = (time_t)(line->entry.time_ms / 1000);
	char label[DAY_BYTES] = "", format[DAY_BYTES], *pad;
	struct tm tm;
	size_t i;

	for (i = 0; i < 2 && localtime_r(&t, &tm) != NULL; i++) {
		name_weekday(format, formats[i], &tm);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		if (strftime(label, sizeof(label), format, &tm) == 0)
			label[0] = '\0';
#pragma GCC diagnostic pop
		/* %e pads a day of one digit with a space. */
		if ((pad = strstr(label, "  ")) != NULL)
			memmove(pad, pad + 1, strlen(pad));
		if (text_cols(label, strlen(label)) <= p->cols - 4)
			break;
	}
	draw_rule(p, row, STYLE_DIM, label);
}

/* A stretch of a line's shown text, in a style, as far as the row has it. */
struct stretch {
	const struct pane *pane;
	const struct history_line *line;
	const struct history_row *row;
	struct screen_at at;		/* where the next bytes go */
	const char	*done;		/* up to here the row is drawn */
};

static void
draw_up_to(struct stretch *s, const char *end, enum style style)
{
	const char *row_end = s->row->text + s->row->len;
	int cols;

	if (end > row_end)
		end = row_end;
	if (end <= s->done)
		return;
	cols = screen_put(s->pane->screen, s->at, style, s->done,
	    (size_t)(end - s->done));
	s->at.col += cols;
	s->at.cols -= cols;
	s->done = end;
}

/* Text with what the search found marked and URLs told apart. */
static void
draw_stretches(struct stretch *s, enum style style)
{
	const struct history_line *line = s->line;
	const struct scene *scene = s->pane->scene;
	const char *shown = line->shown, *end = s->row->text + s->row->len;
	size_t match, url = 0, url_len = 0, at = 0;
	bool has_url = true;

	while (at < line->shown_len && shown + at < end) {
		match = scene->needle == NULL ? line->shown_len :
		    search_find(shown, line->shown_len, at, scene->needle,
		    scene->needle_len);
		/* Not looked for again and again where there is none. */
		if (has_url && url + url_len <= at)
			has_url = urls_next(shown, line->shown_len, at, &url,
			    &url_len);
		/* What is searched for may stand within a URL. */
		if (has_url && (url > at ? url : at) < match) {
			draw_up_to(s, shown + (url > at ? url : at), style);
			at = url + url_len < match ? url + url_len : match;
			draw_up_to(s, shown + at, STYLE_LINK);
			continue;
		}
		draw_up_to(s, shown + match, style);
		at = match + scene->needle_len;
		if (match < line->shown_len)
			draw_up_to(s, shown + at, STYLE_MATCH);
	}
	draw_up_to(s, end, style);
}

/* The last row of a folded text says how much there is. */
static bool
is_fold(const struct history_line *line, const struct history_row *row)
{
	return (line->marks & HISTORY_FOLDED) != 0 &&
	    row->text + row->len == line->shown + line->shown_len;
}

/* Is what is searched for in a part that is folded away? */
static bool
hides_match(const struct scene *scene, const struct entry *e)
{
	const char *end = e->text + e->text_len, *at = e->text, *newline;
	int i;

	if (scene->needle == NULL)
		return false;
	for (i = 0; i < HISTORY_FOLD_HEAD && (newline = memchr(at, '\n',
	    (size_t)(end - at))) != NULL; i++)
		at = newline + 1;
	return search_find(at, (size_t)(end - at), 0, scene->needle,
	    scene->needle_len) < (size_t)(end - at);
}

static void
draw_text(const struct pane *p, int at, const struct history_line *line,
    const struct history_row *row)
{
	const int col = p->gutter->text;
	struct stretch s = { .pane = p, .line = line, .row = row,
	    .at = { SCREEN_MESSAGES, at, col, p->cols - col },
	    .done = row->text };
	enum style style = text_style(line);

	if (is_fold(line, row))
		draw_up_to(&s, row->text + row->len,
		    hides_match(p->scene, &line->entry) ? STYLE_MATCH :
		    STYLE_DIM);
	else
		draw_stretches(&s, style);
}

static void
draw_rows(const struct pane *p, int at, const struct history_row *rows, int n)
{
	struct history_line line;
	int i;

	for (i = 0; i < n; i++) {
		line = history_get(p->history, rows[i].line);
		if (rows[i].what == HISTORY_ROW_DAY) {
			draw_day(p, at + i, &line);
			continue;
		}
		if (rows[i].what == HISTORY_ROW_UNREAD) {
			draw_rule(p, at + i, STYLE_NEWS, p->scene->unread);
			continue;
		}
		draw_mark(p, at + i, &rows[i], &line);
		if (rows[i].part == 0)
			draw_head(p, at + i, &line);
		draw_text(p, at + i, &line, &rows[i]);
	}
}

/* Rows from place into the pane at row `at`, or up to its end if bottom. */
static void
draw_part(const struct pane *p, struct history_place place, int at, int max,
    bool bottom)
{
	struct history_row *rows = calloc((size_t)max + 1, sizeof(*rows));
	int n;

	if (rows == NULL)
		return;
	n = history_rows(p->history, place, p->view->cols, rows, max);
	draw_rows(p, bottom ? at + max - n : at, rows, n);
	free(rows);
}

static void
draw_live(const struct pane *p, int at, int rows)
{
	if (p->view->floor < history_tail(p->history))
		draw_part(p, view_live_top(p->view, p->history, rows), at,
		    rows, true);
}

/* What waits leaves room for what is said. */
static void
draw_cut(const struct pane *p, const struct view_cut *cut)
{
	int room = p->view->rows - cut->own_rows - 1;
	char label[64];

	draw_part(p, cut->room, room - cut->room_rows, cut->room_rows, false);
	/* own lines, above those that are in sight */
	snprintf(label, sizeof(label), cut->more == 1 ?
	    _("%llu more line waits") : _("%llu more lines wait"),
	    (unsigned long long)cut->more);
	draw_rule(p, room, STYLE_DIM, label);
	draw_part(p, cut->own, room + 1, cut->own_rows, false);
}

static void
draw_scrolled(const struct pane *p)
{
	const struct view *v = p->view;
	uint64_t first = history_first(p->history);
	uint64_t tail = history_tail(p->history);
	int live = v->rows - v->upper - 1;
	char label[128];

	draw_part(p, v->top, 0, v->upper, false);
	/* the rule under the scrolled part of the chat */
	snprintf(label, sizeof(label),
	    _("↑ history %d%% · %llu newer below · End returns"),
	    tail > first ? (int)((v->top.line - first) * 100 / (tail - first)) :
	    0, (unsigned long long)view_newer(v, p->history));
	if (v->rows > v->upper)
		draw_rule(p, v->upper, STYLE_NEWS, label);
	if (live > 0)
		draw_live(p, v->upper + 1, live);
}

void
view_draw(struct screen *screen, const struct view *v, const struct scene *s,
    const struct layout *l)
{
	const struct pane p = { .screen = screen, .view = v, .scene = s,
	    .history = s->history, .gutter = &l->gutter, .cols = l->width };
	struct view_cut cut;

	screen_erase(screen, SCREEN_MESSAGES);
	if (v->rows <= 0)
		return;
	if (v->scrolled)
		draw_scrolled(&p);
	else if (view_cuts(v, s->history, &cut))
		draw_cut(&p, &cut);
	else
		draw_live(&p, 0, v->rows);
}
