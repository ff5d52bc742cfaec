/*
 * The message pane: rows of the scrollback with their gutter and rules, and
 * where the pane stands. Parent process; draws through tui/screen.
 */
#include "tui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/screen.h"

enum {
	LIVE_ROWS = 3,		/* kept below the rule when scrolled */
	LIVE_MIN = 12		/* rows of the pane from which they are */
};

struct pane {			/* what is drawn on, and from */
	struct screen	*screen;
	struct history	*history;
};

/* The columns of the message pane. */
struct gutter {
	int	 name, name_cols;	/* where, and how wide; 0: none */
	int	 mark;
	int	 text;
	bool	 time;
};

static struct gutter
gutter_of(int cols)
{
	static const struct {
		int		 from;		/* columns of the screen */
		struct gutter	 gutter;
	} widths[] = {
		{ 40, { .time = true, .name = 6, .name_cols = 10, .mark = 17,
		    .text = 19 } },
		{ 24, { .name_cols = 8, .mark = 9, .text = 11 } },
		{ 16, { .name_cols = 5, .mark = 5, .text = 7 } },
		{ 3, { .mark = 0, .text = 2 } },
		{ 0, { .mark = -1, .text = 0 } },
	};
	size_t i = 0;

	while (cols < widths[i].from)
		i++;
	return widths[i].gutter;
}

static int
put(const struct pane *p, int row, int col, enum screen_style style,
    const char *text)
{
	return screen_put(p->screen, SCREEN_MESSAGES, row, col,
	    screen_cols(p->screen) - col, style, text, strlen(text));
}

/* A stable colour for a name, whatever case it is written in. */
static enum screen_style
name_style(const struct history_line *line)
{
	char fold[TEXT_FOLD_BYTES];
	uint32_t hash = 2166136261U;	/* FNV-1a */
	const char *p;

	if (line->marks & HISTORY_OWN)
		return SCREEN_OWN;
	if (text_fold(fold, line->entry.author, line->entry.author_len) == 0)
		return SCREEN_DIM;
	for (p = fold; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	return SCREEN_NAME + hash % SCREEN_NAMES;
}

/* What stands in the name column of a line, and how. */
static enum screen_style
name_of(const struct history_line *line, const char **name, size_t *len)
{
	const char *word = NULL;

	switch (line->entry.kind) {
	case ENTRY_JOIN:
	case ENTRY_START:
		word = "→";
		break;
	case ENTRY_LEAVE:
	case ENTRY_TIMEOUT:
		word = "←";
		break;
	case ENTRY_ACT:
		word = "*";
		break;
	case ENTRY_ANNOUNCE:
		word = line->marks & HISTORY_LOCAL ? "·" : _("Admin");
		break;
	default:
		break;
	}
	if (word != NULL) {
		*name = word;
		*len = strlen(word);
		return line->entry.kind == ENTRY_ANNOUNCE &&
		    !(line->marks & HISTORY_LOCAL) ? SCREEN_NEWS : SCREEN_DIM;
	}
	*name = line->name;
	*len = line->name_len;
	return name_style(line);
}

static enum screen_style
text_style(const struct history_line *line)
{
	if (line->marks & HISTORY_REFUSED)
		return SCREEN_ERROR;
	if (line->marks & (HISTORY_PENDING | HISTORY_LOCAL |
	    HISTORY_LOST))
		return SCREEN_DIM;
	if (line->marks & HISTORY_MENTION)
		return SCREEN_MENTION;
	switch (line->entry.kind) {
	case ENTRY_SAY:
	case ENTRY_ACT:
		return SCREEN_TEXT;
	case ENTRY_ANNOUNCE:
		return SCREEN_NEWS;
	default:
		return SCREEN_DIM;
	}
}

static void
draw_mark(const struct pane *p, const struct gutter *g, int row,
    const struct history_line *line, bool first)
{
	if (g->mark < 0)
		return;
	if (line->marks & HISTORY_REFUSED)
		put(p, row, g->mark, SCREEN_ERROR, "!");
	else if (line->marks & HISTORY_LOST && first)
		put(p, row, g->mark, SCREEN_DIM, "×");
	else if (line->marks & HISTORY_PENDING && first)
		put(p, row, g->mark, SCREEN_PENDING, "…");
	else if (line->marks & HISTORY_MENTION)
		put(p, row, g->mark, SCREEN_NEWS, "▌");
	else
		put(p, row, g->mark, SCREEN_DIM, "│");
}

/* Time and name: the first row of a line only. */
static void
draw_head(const struct pane *p, const struct gutter *g, int row,
    const struct history_line *line)
{
	time_t t = (time_t)(line->entry.time_ms / 1000);
	enum screen_style style;
	const char *name;
	struct tm tm;
	char hour[8];
	size_t len;
	int cols;

	if (g->time && line->entry.kind != ENTRY_JOIN &&
	    line->entry.kind != ENTRY_LEAVE &&
	    line->entry.kind != ENTRY_TIMEOUT &&
	    localtime_r(&t, &tm) != NULL &&
	    strftime(hour, sizeof(hour), "%H:%M", &tm) > 0)
		put(p, row, 0, SCREEN_DIM, hour);
	if (g->name_cols == 0)
		return;
	style = name_of(line, &name, &len);
	cols = text_cols(name, len);
	if (cols <= g->name_cols) {
		screen_put(p->screen, SCREEN_MESSAGES, row,
		    g->name + g->name_cols - cols, cols, style, name, len);
		return;
	}
	len = text_fit(name, len, g->name_cols - 1, &cols);
	cols = screen_put(p->screen, SCREEN_MESSAGES, row,
	    g->name + g->name_cols - 1 - cols, cols, style, name, len);
	put(p, row, g->name + g->name_cols - 1, style, "…");
}

static void
draw_rule(const struct pane *p, int row, enum screen_style style,
    const char *label)
{
	int cols = screen_cols(p->screen), width, at;
	size_t len = strlen(label);

	screen_rule(p->screen, SCREEN_MESSAGES, row, 0, cols, style);
	len = text_fit(label, len, cols > 4 ? cols - 4 : 0, &width);
	if (len == 0)
		return;
	at = (cols - width) / 2;
	put(p, row, at - 1, style, " ");
	screen_put(p->screen, SCREEN_MESSAGES, row, at, width, style, label,
	    len);
	put(p, row, at + width, style, " ");
}

static void
draw_day(const struct pane *p, int row, const struct history_line *line)
{
	time_t t = (time_t)(line->entry.time_ms / 1000);
	char label[64], *pad;
	struct tm tm;

	/* strftime(3) for the rule above a new day */
	if (localtime_r(&t, &tm) == NULL ||
	    strftime(label, sizeof(label), _("%A %e %B %Y"), &tm) == 0)
		label[0] = '\0';
	/* %e pads a day of one digit with a space. */
	if ((pad = strstr(label, "  ")) != NULL)
		memmove(pad, pad + 1, strlen(pad));
	draw_rule(p, row, SCREEN_DIM, label);
}

static void
draw_rows(const struct pane *p, const struct gutter *g, int at,
    const struct history_row *rows, int n)
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
			draw_rule(p, at + i, SCREEN_NEWS, _("new"));
			continue;
		}
		draw_mark(p, g, at + i, &line, rows[i].part == 0);
		if (rows[i].part == 0)
			draw_head(p, g, at + i, &line);
		screen_put(p->screen, SCREEN_MESSAGES, at + i, g->text,
		    screen_cols(p->screen) - g->text, text_style(&line),
		    rows[i].text, rows[i].len);
	}
}

/* Rows from place into the pane at row `at`, or up to its end if bottom. */
static void
draw_part(const struct view *v, const struct pane *p,
    const struct gutter *g, struct history_place place, int at, int max,
    bool bottom)
{
	struct history_row *rows = calloc((size_t)max + 1, sizeof(*rows));
	int n;

	if (rows == NULL)
		return;
	n = history_rows(p->history, place, v->cols, rows, max);
	draw_rows(p, g, bottom ? at + max - n : at, rows, n);
	free(rows);
}

static void
draw_scrolled(struct view *v, const struct pane *p,
    const struct gutter *g)
{
	uint64_t first = history_first(p->history);
	uint64_t tail = history_tail(p->history);
	int live = v->rows - v->upper - 1;
	char label[128];

	v->top = history_settle_place(p->history, v->top, v->cols);
	draw_part(v, p, g, v->top, 0, v->upper, false);
	/* the rule under the scrolled part of the chat */
	snprintf(label, sizeof(label),
	    _("↑ history %d%% · %llu newer below · End returns"),
	    tail > first ? (int)((v->top.line - first) * 100 / (tail - first)) :
	    0, (unsigned long long)view_newer(v, p->history));
	if (v->rows > v->upper)
		draw_rule(p, v->upper, SCREEN_NEWS, label);
	if (live > 0)
		draw_part(v, p, g, history_bottom(p->history, live, v->cols),
		    v->upper + 1, live, true);
}

void
view_draw(struct view *v, struct screen *screen, struct history *history,
    int rows)
{
	const struct pane p = { screen, history };
	struct gutter g = gutter_of(screen_cols(screen));

	screen_erase(screen, SCREEN_MESSAGES);
	v->rows = rows;
	v->cols = screen_cols(screen) - g.text;
	v->upper = rows - (rows >= LIVE_MIN ? LIVE_ROWS + 1 : rows > 1);
	if (rows <= 0)
		return;
	if (v->scrolled)
		draw_scrolled(v, &p, &g);
	else
		draw_part(v, &p, &g, history_bottom(history, rows, v->cols), 0,
		    rows, true);
}

uint64_t
view_newer(const struct view *v, struct history *h)
{
	uint64_t tail = history_tail(h), last = v->top.line;
	struct history_row row[1];
	int moved;

	if (!v->scrolled)
		return 0;
	if (history_rows(h, history_move(h, v->top, v->upper - 1, v->cols,
	    &moved), v->cols, row, 1) == 1)
		last = row[0].line;
	return tail > last ? tail - last - 1 : 0;
}

void
view_move(struct view *v, struct history *h, int rows)
{
	struct history_place bottom;
	int moved;

	if (v->rows <= 0 || v->cols <= 0)
		return;
	bottom = history_bottom(h, v->rows, v->cols);
	if (!v->scrolled && rows > 0)
		return;
	if (!v->scrolled)
		v->top = bottom;
	v->top = history_move(h, v->top, rows, v->cols, &moved);
	v->scrolled = history_compare(&v->top, &bottom) < 0;
}

void
view_page(struct view *v, struct history *h, int pages)
{
	/* One row stays in sight, so that the eye finds its place again. */
	view_move(v, h, pages * (v->upper > 1 ? v->upper - 1 : 1));
}

void
view_first(struct view *v, struct history *h)
{
	struct history_place bottom;

	if (v->rows <= 0 || v->cols <= 0)
		return;
	bottom = history_bottom(h, v->rows, v->cols);
	v->top = (struct history_place){ .line = history_first(h) };
	v->top.rule = 2;	/* its rules too; settled to those it has */
	v->top = history_settle_place(h, v->top, v->cols);
	v->scrolled = history_compare(&v->top, &bottom) < 0;
}

void
view_live(struct view *v)
{
	v->scrolled = false;
}
