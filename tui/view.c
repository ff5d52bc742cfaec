/*
 * Composing frames from the scrollback, the editor and the link's state.
 * Parent process. Draws only; what the keys do is tui/app's.
 */
#include "tui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/edit.h"
#include "tui/screen.h"

enum {
	INPUT_ROWS = 5,		/* at most, and at most a third of the screen */
	LIVE_ROWS = 3,		/* kept below the rule when scrolled */
	LIVE_MIN = 12		/* rows of the pane from which they are */
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
put(const struct view_scene *s, enum screen_pane pane, int row, int col,
    enum screen_style style, const char *text)
{
	return screen_put(s->screen, pane, row, col,
	    screen_cols(s->screen) - col, style, text, strlen(text));
}

/* Right-aligned so that it ends before column `end`; not over column `from`. */
static void
put_right(const struct view_scene *s, enum screen_pane pane, int row,
    int from, int end, enum screen_style style, const char *text)
{
	size_t len = strlen(text);
	int cols = text_cols(text, len);

	if (end - cols >= from)
		screen_put(s->screen, pane, row, end - cols, cols, style, text,
		    len);
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
	if (line->marks & (HISTORY_PENDING | HISTORY_LOCAL))
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
draw_mark(const struct view_scene *s, const struct gutter *g, int row,
    const struct history_line *line, bool first)
{
	if (g->mark < 0)
		return;
	if (line->marks & HISTORY_REFUSED)
		put(s, SCREEN_MESSAGES, row, g->mark, SCREEN_ERROR, "!");
	else if (line->marks & HISTORY_PENDING && first)
		put(s, SCREEN_MESSAGES, row, g->mark, SCREEN_PENDING, "…");
	else if (line->marks & HISTORY_MENTION)
		put(s, SCREEN_MESSAGES, row, g->mark, SCREEN_NEWS, "▌");
	else
		put(s, SCREEN_MESSAGES, row, g->mark, SCREEN_DIM, "│");
}

/* Time and name: the first row of a line only. */
static void
draw_head(const struct view_scene *s, const struct gutter *g, int row,
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
		put(s, SCREEN_MESSAGES, row, 0, SCREEN_DIM, hour);
	if (g->name_cols == 0)
		return;
	style = name_of(line, &name, &len);
	cols = text_cols(name, len);
	if (cols <= g->name_cols) {
		screen_put(s->screen, SCREEN_MESSAGES, row,
		    g->name + g->name_cols - cols, cols, style, name, len);
		return;
	}
	len = text_fit(name, len, g->name_cols - 1, &cols);
	cols = screen_put(s->screen, SCREEN_MESSAGES, row,
	    g->name + g->name_cols - 1 - cols, cols, style, name, len);
	put(s, SCREEN_MESSAGES, row, g->name + g->name_cols - 1, style, "…");
}

static void
draw_rule(const struct view_scene *s, int row, enum screen_style style,
    const char *label)
{
	int cols = screen_cols(s->screen), width, at;
	size_t len = strlen(label);

	screen_rule(s->screen, SCREEN_MESSAGES, row, 0, cols, style);
	len = text_fit(label, len, cols > 4 ? cols - 4 : 0, &width);
	if (len == 0)
		return;
	at = (cols - width) / 2;
	put(s, SCREEN_MESSAGES, row, at - 1, style, " ");
	screen_put(s->screen, SCREEN_MESSAGES, row, at, width, style, label,
	    len);
	put(s, SCREEN_MESSAGES, row, at + width, style, " ");
}

static void
draw_day(const struct view_scene *s, int row, const struct history_line *line)
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
	draw_rule(s, row, SCREEN_DIM, label);
}

static void
draw_rows(const struct view_scene *s, const struct gutter *g, int at,
    const struct history_row *rows, int n)
{
	struct history_line line;
	int i;

	for (i = 0; i < n; i++) {
		line = history_get(s->history, rows[i].line);
		if (rows[i].what == HISTORY_ROW_DAY) {
			draw_day(s, at + i, &line);
			continue;
		}
		if (rows[i].what == HISTORY_ROW_UNREAD) {
			draw_rule(s, at + i, SCREEN_NEWS, _("new"));
			continue;
		}
		draw_mark(s, g, at + i, &line, rows[i].part == 0);
		if (rows[i].part == 0)
			draw_head(s, g, at + i, &line);
		screen_put(s->screen, SCREEN_MESSAGES, at + i, g->text,
		    screen_cols(s->screen) - g->text, text_style(&line),
		    rows[i].text, rows[i].len);
	}
}

/* Rows from place into the pane at row `at`; returns the last line shown. */
static uint64_t
draw_part(const struct view *v, const struct view_scene *s,
    const struct gutter *g, struct history_place place, int at, int max,
    bool bottom)
{
	struct history_row *rows = calloc((size_t)max + 1, sizeof(*rows));
	uint64_t last = place.line;
	int n;

	if (rows == NULL)
		return last;
	n = history_rows(s->history, place, v->cols, rows, max);
	if (n > 0)
		last = rows[n - 1].line;
	draw_rows(s, g, bottom ? at + max - n : at, rows, n);
	free(rows);
	return last;
}

static void
draw_scrolled(struct view *v, const struct view_scene *s,
    const struct gutter *g)
{
	uint64_t first = history_first(s->history);
	uint64_t tail = history_tail(s->history), last, newer;
	int live = v->rows - v->upper - 1;
	char label[128];

	v->top = history_settle_place(s->history, v->top, v->cols);
	last = draw_part(v, s, g, v->top, 0, v->upper, false);
	newer = tail > last + 1 ? tail - last - 1 : 0;
	/* the rule under the scrolled part of the chat */
	snprintf(label, sizeof(label),
	    _("↑ history %d%% · %llu newer below · End returns"),
	    tail > first ? (int)((v->top.line - first) * 100 / (tail - first)) :
	    0, (unsigned long long)newer);
	if (v->rows > v->upper)
		draw_rule(s, v->upper, SCREEN_NEWS, label);
	if (live > 0)
		draw_part(v, s, g, history_bottom(s->history, live, v->cols),
		    v->upper + 1, live, true);
}

static void
draw_messages(struct view *v, const struct view_scene *s)
{
	struct gutter g = gutter_of(screen_cols(s->screen));

	screen_erase(s->screen, SCREEN_MESSAGES);
	v->cols = screen_cols(s->screen) - g.text;
	v->upper = v->rows - (v->rows >= LIVE_MIN ? LIVE_ROWS + 1 :
	    v->rows > 1 ? 1 : 0);
	if (v->rows <= 0)
		return;
	if (v->scrolled)
		draw_scrolled(v, s, &g);
	else
		draw_part(v, s, &g, history_bottom(s->history, v->rows,
		    v->cols), 0, v->rows, true);
}

/* The state in words, "" when all is well. */
static const char *
trouble(const struct view_scene *s, char *buf, size_t size)
{
	switch (s->link.phase) {
	case RECORD_IDLE:
		return "";
	case RECORD_JOINING:
		return _("joining");
	case RECORD_ONLINE:
		return "";
	case RECORD_LOST:
		break;
	}
	snprintf(buf, size, _("reconnecting %lld s"),
	    (long long)(s->phase_ms / 1000));
	return buf;
}

static void
append(char *dst, size_t size, const char *format, long value)
{
	size_t len = strlen(dst);
	char number[32];

	snprintf(number, sizeof(number), "%ld", value);
	if (len + 2 >= size)
		return;
	if (len > 0) {
		strlcat(dst, "  ", size);
		len += 2;
	}
	/* format comes from the catalogue with one %s, checked by msgfmt */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(dst + len, size - len, format, number);
#pragma GCC diagnostic pop
}

static void
draw_title(const struct view_scene *s)
{
	char word[64], facts[256] = "";
	const char *state = trouble(s, word, sizeof(word));
	int cols = screen_cols(s->screen), col, width;

	screen_erase(s->screen, SCREEN_TITLE);
	col = 1 + put(s, SCREEN_TITLE, 0, 1, SCREEN_BAR_BOLD, "chat");
	col += 1 + put(s, SCREEN_TITLE, 0, col + 1, SCREEN_BAR, s->server);
	if (*s->name != '\0' && !s->prompt) {
		col += 2 + put(s, SCREEN_TITLE, 0, col + 2, SCREEN_BAR,
		    _("as"));
		col += 1 + put(s, SCREEN_TITLE, 0, col + 1, SCREEN_BAR,
		    s->name);
	}
	if (s->link.phase == RECORD_IDLE)
		return;
	strlcpy(facts, state, sizeof(facts));
	if (s->link.people > 0)
		append(facts, sizeof(facts), _("%s online"),
		    (long)s->link.people);
	if (*state == '\0' && s->link.rtt_ms >= 0)
		append(facts, sizeof(facts), _("%s ms"), s->link.rtt_ms);
	if (s->link.pending > 0)
		append(facts, sizeof(facts), _("%s pending"),
		    (long)s->link.pending);
	width = text_cols(facts, strlen(facts));
	/* What does not fit goes: first the numbers, never the trouble. */
	if (cols - width - 4 < col && *state != '\0') {
		strlcpy(facts, state, sizeof(facts));
		width = text_cols(facts, strlen(facts));
	} else if (cols - width - 4 < col)
		width = 0;
	put_right(s, SCREEN_TITLE, 0, 0, cols - 1, *state != '\0' ?
	    SCREEN_BAR_BAD : SCREEN_BAR, width > 0 ? facts : "");
	put(s, SCREEN_TITLE, 0, cols - 1 - width - (width > 0 ? 2 : 1),
	    *state != '\0' ? SCREEN_BAR_BAD : SCREEN_BAR_GOOD,
	    *state != '\0' ? "○" : "●");
}

/* What the right end of the status row says. */
static const char *
position(const struct view *v, const struct view_scene *s, char *buf,
    size_t size)
{
	uint64_t tail = history_tail(s->history), last = v->top.line;
	struct history_row row[1];
	int moved;

	if (!v->scrolled)
		return s->share != NULL ? s->share : _("live");
	if (history_rows(s->history, history_move(s->history, v->top,
	    v->upper - 1, v->cols, &moved), v->cols, row, 1) == 1)
		last = row[0].line;
	snprintf(buf, size, _("-- scrolled, %llu new --"),
	    (unsigned long long)(tail > last ? tail - last - 1 : 0));
	return buf;
}

/* As many of the hints as have room, whole. */
static int
draw_hints(const struct view_scene *s, int cols)
{
	static const char *const prompt[] = { N_("Enter joins"),
		N_("Ctrl-C leaves"), NULL };
	static const char *const chat[] = { N_("PgUp history"),
		N_("Alt-Enter new line"), N_("/help"), NULL };
	const char *const *hint = s->prompt ? prompt : chat;
	int at = 1, width;

	for (; *hint != NULL; hint++) {
		width = text_cols(_(*hint), strlen(_(*hint)));
		if (at + width > cols)
			break;
		put(s, SCREEN_STATUS, 0, at, SCREEN_BAR, _(*hint));
		at += width + 2;
	}
	return at;
}

static void
draw_status(const struct view *v, const struct view_scene *s)
{
	int cols = screen_cols(s->screen), used, width;
	char word[64];
	const char *right = s->prompt ? "" : position(v, s, word, sizeof(word));

	screen_erase(s->screen, SCREEN_STATUS);
	width = text_cols(right, strlen(right));
	if (s->notice != NULL)
		used = 3 + put(s, SCREEN_STATUS, 0, 1, s->notice_is_error ?
		    SCREEN_BAR_BAD : SCREEN_BAR, s->notice);
	else
		used = draw_hints(s, cols - width - 3);
	put_right(s, SCREEN_STATUS, 0, used, cols - 1, SCREEN_BAR, right);
}

/* Room for the name before the input, or none where it would crowd it. */
static int
prompt_cols(const struct view_scene *s, int cols)
{
	const char *who = s->prompt ? _("name") : s->name;
	int width = text_cols(who, strlen(who)) + 3;

	return width > cols / 2 ? 0 : width;
}

static void
draw_prompt(const struct view_scene *s, int width)
{
	if (width == 0)
		return;
	put(s, SCREEN_INPUT, 0, 0, SCREEN_OWN, s->prompt ? _("name") : s->name);
	put(s, SCREEN_INPUT, 0, width - 2, SCREEN_DIM, "›");
}

static void
draw_input(const struct view_scene *s, const struct edit_layout *l, int rows)
{
	int cols = screen_cols(s->screen), at, i, top = 0;

	screen_erase(s->screen, SCREEN_INPUT);
	at = prompt_cols(s, cols);
	if (l->caret_row >= rows)
		top = l->caret_row - rows + 1;
	if (top == 0)
		draw_prompt(s, at);
	for (i = 0; i < rows && top + i < l->nrows; i++)
		screen_put(s->screen, SCREEN_INPUT, i, at, cols - at,
		    SCREEN_TEXT, l->rows[top + i].text, l->rows[top + i].len);
	screen_caret(s->screen, l->caret_row - top, at + l->caret_col);
}

/* Shares the rows out; the panes that do not fit have none. */
static void
share_rows(struct view *v, const struct view_scene *s, int wanted)
{
	int rows = screen_rows(s->screen), h[SCREEN_PANES] = { 0 };
	int input = rows < 3 ? rows : rows / 3;

	if (input > INPUT_ROWS)
		input = INPUT_ROWS;
	h[SCREEN_INPUT] = wanted < input ? wanted : input;
	if (rows < 3)
		h[SCREEN_INPUT] = rows;
	else {
		h[SCREEN_TITLE] = 1;
		h[SCREEN_STATUS] = rows > 3;
	}
	h[SCREEN_MESSAGES] = rows - h[SCREEN_TITLE] - h[SCREEN_STATUS] -
	    h[SCREEN_INPUT];
	v->rows = h[SCREEN_MESSAGES];
	screen_layout(s->screen, h);
}

static void
draw_welcome(const struct view_scene *s, int rows)
{
	char line[256];

	screen_erase(s->screen, SCREEN_MESSAGES);
	snprintf(line, sizeof(line), _("Joining the room at %s."), s->server);
	put(s, SCREEN_MESSAGES, rows - 4, 1, SCREEN_TEXT, line);
	put(s, SCREEN_MESSAGES, rows - 3, 1, SCREEN_DIM,
	    _("Which name shall the others see?"));
	if (s->share != NULL)
		put(s, SCREEN_MESSAGES, rows - 2, 1, SCREEN_DIM, s->share);
}

void
view_draw(struct view *v, const struct view_scene *s)
{
	struct edit_layout layout;
	int cols = screen_cols(s->screen);

	if (!edit_layout(s->edit, cols - prompt_cols(s, cols), &layout))
		return;
	share_rows(v, s, layout.nrows);
	if (s->prompt)
		draw_welcome(s, v->rows);
	else
		draw_messages(v, s);
	draw_title(s);
	draw_status(v, s);
	draw_input(s, &layout, screen_rows(s->screen) - v->rows -
	    (screen_rows(s->screen) >= 3) - (screen_rows(s->screen) > 3));
	edit_layout_clear(&layout);
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
