/*
 * Composing the frame: title, status row, input and member list around the
 * message pane. Parent process. Draws only; what the keys do is tui/session's.
 */
#include "tui/screen/scene_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/screen/screen.h"
#include "tui/screen/title_draw.h"
#include "tui/screen/view_draw.h"
#include "tui/screen/windows_draw.h"
#include "tui/session/bare.h"
#include "tui/session/complete.h"
#include "tui/session/layout.h"
#include "tui/session/people.h"
#include "tui/session/scene.h"
#include "tui/session/window_row.h"
#include "tui/settings/theme.h"
#include "tui/text/edit.h"
#include "tui/text/pager.h"
#include "tui/text/view.h"
#include "tui/text/wrap.h"

/* What is drawn, and on what. */
struct frame {
	struct screen	*screen;
	const struct view *view;
	const struct scene *scene;
	const struct layout *layout;
};

static int
put(const struct frame *f, enum screen_pane pane, int row, int col,
    enum style style, const char *text)
{
	const struct screen_at at = { pane, row, col, f->layout->cols - col };

	return screen_put(f->screen, at, style, text, strlen(text));
}

/* On the first row, right-aligned so that it ends before column `end`; not over
 * column `from`. */
static void
put_right(const struct frame *f, enum screen_pane pane, int from, int end,
    enum style style, const char *text)
{
	size_t len = strlen(text);
	int cols = text_cols(text, len);
	const struct screen_at at = { pane, 0, end - cols, cols };

	if (at.col >= from)
		screen_put(f->screen, at, style, text, len);
}

/* What the right end of the status row says. */
static const char *
position(const struct view *v, const struct scene *s, char *buf,
    size_t size)
{
	const struct scene_length *l = &s->length;
	uint64_t newer;

	if (s->asks == SCENE_SAYS && l->bytes > l->limit) {
		snprintf(buf, size, _("%zu of %zu bytes"), l->bytes, l->limit);
		return buf;
	}
	if (s->matches != NULL)
		return s->matches;
	if (!v->scrolled && s->dropped_percent > 0) {
		snprintf(buf, size, _("%u %% dropped on purpose"),
		    s->dropped_percent);
		return buf;
	}
	if (!v->scrolled && s->windows.jump != NULL)
		return s->windows.jump;
	if (!v->scrolled)
		return s->share != NULL ? s->share : _("live");
	newer = view_newer(v, s->history);
	if (newer == 0 || s->fresh == 0)
		return _("-- scrolled --");
	snprintf(buf, size, _("-- scrolled, %llu new --"), newer < s->fresh ?
	    (unsigned long long)newer : s->fresh);
	return buf;
}

/* As many of the hints as have room, whole. */
static int
draw_hints(const struct frame *f, int cols)
{
	const struct scene *s = f->scene;
	static const char *const prompt[] = { N_("Enter joins"),
		N_("Ctrl-C leaves"), NULL };
	static const char *const chat[] = { N_("PgUp history"),
		N_("Alt-Enter new line"), N_("/help"), NULL };
	static const char *const search[] = { N_("C-r older"),
		N_("C-s newer"), N_("Enter stays"), N_("Esc returns"), NULL };
	static const char *const go[] = { N_("Enter goes there"),
		N_("Esc returns"), NULL };
	static const char *const pager[] = { N_("Esc closes"),
		N_("PgUp PgDn scroll"), NULL };
	const char *const *hint = s->pager->open ? pager :
	    s->asks == SCENE_SEARCH ? search : s->asks == SCENE_GO ? go :
	    s->asks == SCENE_SAYS ? chat : prompt;
	int at = 1, width;

	for (; *hint != NULL; hint++) {
		width = text_cols(_(*hint), strlen(_(*hint)));
		if (at + width > cols)
			break;
		put(f, SCREEN_STATUS, 0, at, STYLE_BAR, _(*hint));
		at += width + 2;
	}
	return at;
}

static int
label_cols(const struct complete_label *label)
{
	return text_cols(label->text, strlen(label->text));
}

/* The first of the row that has the chosen one: rows as full as they can be, a
 * column left for a mark at either end. */
static size_t
choices_from(const struct scene_choices *c, int cols)
{
	size_t i, from = 0;
	int used = 0, width;

	for (i = 0; i < c->n && i <= c->chosen; i++) {
		width = label_cols(&c->labels[i]) + 2;
		if (used > 0 && used + width > cols - 2) {
			from = i;
			used = 0;
		}
		used += width;
	}
	return c->chosen < c->n ? from : 0;
}

/* Brackets around the chosen one: a colour alone would not do. */
static void
draw_choice(const struct frame *f, int col, const char *text, bool chosen)
{
	enum style style = chosen ? STYLE_BAR_BOLD : STYLE_BAR;
	int cols = text_cols(text, strlen(text));

	put(f, SCREEN_STATUS, 0, col, style, chosen ? "[" : " ");
	put(f, SCREEN_STATUS, 0, col + 1, style, text);
	put(f, SCREEN_STATUS, 0, col + 1 + cols, style, chosen ? "]" : " ");
}

static void
draw_choices(const struct frame *f)
{
	const struct scene *s = f->scene;
	const struct scene_choices *c = &s->choices;
	int cols = f->layout->cols, col = 1, width;
	size_t from = choices_from(c, cols), i;

	screen_erase(f->screen, SCREEN_STATUS);
	if (from > 0 || c->before)
		put(f, SCREEN_STATUS, 0, 0, STYLE_BAR, "‹");
	for (i = from; i < c->n; i++) {
		width = label_cols(&c->labels[i]) + 2;
		if (i > from && col + width > cols - 1)
			break;
		draw_choice(f, col, c->labels[i].text, i == c->chosen);
		col += width;
	}
	if (i < c->n || c->behind)
		put(f, SCREEN_STATUS, 0, cols - 1, STYLE_BAR, "›");
}

/* Over as many rows as there are; what has no room at all ends in an ellipsis.
 * Returns the column that it ends at. */
static int
draw_notice(const struct frame *f, int rows)
{
	const struct scene *s = f->scene;
	enum style style = s->notice_is_error ? STYLE_BAR_BAD : STYLE_BAR;
	size_t len = strlen(s->notice), at = 0, n;
	int cols = f->layout->cols - 2, row, end = 0;
	struct wrap_row r;

	for (row = 0; row < rows; row++, at = r.next) {
		r = wrap_row(s->notice, len, cols, at);
		n = r.to - r.from;
		if (row == rows - 1 && !r.last)
			n = text_fit(s->notice + r.from, n, cols - 1, NULL);
		end = screen_put(f->screen, (struct screen_at){ SCREEN_STATUS,
		    row, 1, cols }, style, s->notice + r.from, n);
		if (r.last)
			break;
		if (row == rows - 1)
			put(f, SCREEN_STATUS, row, 1 + end, style, "…");
	}
	return row > 0 ? cols + 2 : end;
}

static void
draw_status(const struct frame *f)
{
	const struct scene *s = f->scene;
	int cols = f->layout->cols, used, width;
	char word[64];
	const char *right = s->entering ? "" : position(f->view, s, word,
	    sizeof(word));

	screen_erase(f->screen, SCREEN_STATUS);
	width = text_cols(right, strlen(right));
	if (right == s->share && width > cols - 2) {
		right = _("others: /invite");
		width = text_cols(right, strlen(right));
	}
	if (width > cols - 2 && right == word && f->view->scrolled &&
	    s->fresh > 0) {
		snprintf(word, sizeof(word), _("%u new"), s->fresh);
		width = text_cols(right, strlen(right));
	}
	if (width > cols - 2) {		/* it would only crowd out the hints */
		right = "";
		width = 0;
	}
	if (s->notice != NULL)
		used = 3 + draw_notice(f, f->layout->status);
	else if (window_row_is_there(s, f->layout->rows)) {
		used = cols - 1 - width - (width > 0);
		windows_draw(f->screen, &s->windows, used);
	} else
		used = draw_hints(f, cols - width - 3);
	put_right(f, SCREEN_STATUS, used, cols - 1, STYLE_BAR, right);
}

static void
draw_prompt(const struct frame *f, int width)
{
	struct screen_at at = { SCREEN_INPUT, 0, 0, width - 3 };
	enum style style = f->scene->talk.typed ? STYLE_PRIVATE : STYLE_OWN;
	const char *asker = f->scene->asker;
	size_t len = strlen(asker);
	bool is_cut = text_cols(asker, len) > at.cols && at.cols > 2;

	if (width == 0)
		return;
	at.cols -= is_cut;
	screen_put(f->screen, at, style, asker, len);
	if (is_cut)
		put(f, SCREEN_INPUT, 0, at.cols, style, "…");
	put(f, SCREEN_INPUT, 0, width - 2, STYLE_DIM, "›");
}

/* What is too long to be sent is told apart from where it is. */
static void
draw_input_row(const struct frame *f, int row, const struct edit_row *r)
{
	const struct scene *s = f->scene;
	struct screen_at at = { SCREEN_INPUT, row, f->layout->prompt,
	    f->layout->cols - f->layout->prompt };
	size_t fits = r->len, next;

	if (s->asks == SCENE_SAYS && r->to > s->length.fits) {
		for (fits = next = 0; next < r->len &&
		    r->from + next <= s->length.fits; ) {
			fits = next;
			next = text_next(r->text, r->len, next, NULL);
		}
	}
	at.col += screen_put(f->screen, at, s->selected ? STYLE_MATCH :
	    STYLE_TEXT, r->text, fits);
	if (fits < r->len)
		screen_put(f->screen, at, STYLE_ERROR, r->text + fits,
		    r->len - fits);
}

static void
draw_input(const struct frame *f, const struct edit_layout *l)
{
	int at = f->layout->prompt, rows = f->layout->input, i, top = 0;

	screen_erase(f->screen, SCREEN_INPUT);
	if (l->caret_row >= rows)
		top = l->caret_row - rows + 1;
	if (top == 0)
		draw_prompt(f, at);
	for (i = 0; i < rows && top + i < l->nrows; i++)
		draw_input_row(f, i, &l->rows[top + i]);
	screen_caret(f->screen, l->caret_row - top, at + l->caret_col);
}

static void
draw_member(const struct frame *f, int row, const struct person *p)
{
	const struct scene *s = f->scene;
	bool own = strcmp(p->name, s->name) == 0;
	enum style style = own ? STYLE_OWN : p->away ? STYLE_DIM :
	    view_draw_name_style(p->name, strlen(p->name));
	int col = 2;

	if (p->classic)
		col += put(f, SCREEN_SIDE, row, col, style, "~");
	col += put(f, SCREEN_SIDE, row, col, style, p->name);
	if (p->away && col + 1 + text_cols(_("(away)"), strlen(_("(away)"))) <=
	    f->layout->side)
		put(f, SCREEN_SIDE, row, col + 1, STYLE_DIM, _("(away)"));
}

/* The member list: others by name, oneself below them. */
static void
draw_side(const struct frame *f)
{
	const struct scene *s = f->scene;
	const struct person *p, *own = NULL;
	char label[64];
	int rows = f->layout->messages, row, more = (int)s->people->here;

	screen_erase(f->screen, SCREEN_SIDE);
	for (row = 0; row < rows; row++)
		put(f, SCREEN_SIDE, row, 0, STYLE_DIM, "│");
	snprintf(label, sizeof(label), _("online %zu"), s->people->here);
	put(f, SCREEN_SIDE, 0, 2, STYLE_DIM, label);
	row = 1;
	for (p = people_first(s->people); p != NULL; p = people_next(p)) {
		if (strcmp(p->name, s->name) == 0)
			own = p;
		else if (row < rows - 2 || (row < rows - 1 && more <= 2)) {
			draw_member(f, row++, p);
			more--;
		}
	}
	if (own != NULL && row < rows) {
		draw_member(f, row++, own);
		more--;
	}
	if (more > 0 && row < rows) {
		snprintf(label, sizeof(label), _("%d more"), more);
		put(f, SCREEN_SIDE, row, 2, STYLE_DIM, label);
	}
}

static void
draw_pager(const struct frame *f)
{
	const struct scene *s = f->scene;
	int rows = f->layout->messages, cols = f->layout->width;
	struct pager_row *lines = calloc((size_t)rows + 1, sizeof(*lines));
	char label[256];
	int i, n;

	screen_erase(f->screen, SCREEN_MESSAGES);
	if (lines == NULL || rows <= 0) {
		free(lines);
		return;
	}
	n = pager_rows(s->pager, lines);
	snprintf(label, sizeof(label), "%s · %d%%", s->pager->title != NULL ?
	    s->pager->title : "", pager_percent(s->pager));
	view_draw_rule(f->screen, 0, cols, STYLE_NEWS, label);
	for (i = 0; i < n; i++)
		screen_put(f->screen, (struct screen_at){ SCREEN_MESSAGES,
		    i + 1, 1 + lines[i].indent, cols - 2 - lines[i].indent },
		    STYLE_TEXT, lines[i].text, lines[i].len);
	free(lines);
}

static void
draw_bare(const struct frame *f)
{
	size_t len;
	char *text = bare_text(f->view, f->scene, f->layout->rows,
	    f->layout->cols, &len);

	if (text != NULL)
		screen_bare(f->screen, text, len);
	free(text);
}

static void
draw_welcome(const struct frame *f)
{
	const struct scene *s = f->scene;
	int rows = f->layout->messages;
	char line[256];

	screen_erase(f->screen, SCREEN_MESSAGES);
	snprintf(line, sizeof(line), _("Joining the room at %s."), s->server);
	put(f, SCREEN_MESSAGES, rows - 4, 1, STYLE_TEXT, line);
	put(f, SCREEN_MESSAGES, rows - 3, 1, STYLE_DIM,
	    s->asks == SCENE_PASSPHRASE ? _("The room has a passphrase.") :
	    s->asks == SCENE_NAME ? _("Which name shall the others see?") :
	    _("What you say now is said when you are in."));
	if (s->share != NULL)
		put(f, SCREEN_MESSAGES, rows - 2, 1, STYLE_DIM, s->share);
}

static void
draw_panes(const struct frame *f)
{
	const struct scene *s = f->scene;

	if (s->pager->open)
		draw_pager(f);
	else if (s->entering)
		draw_welcome(f);
	else
		view_draw(f->screen, f->view, s, f->layout);
	if (f->layout->side > 0)
		draw_side(f);
}

void
scene_draw(struct screen *screen, const struct view *v, const struct scene *s,
    const struct layout *l)
{
	const struct frame f = { screen, v, s, l };
	struct edit_layout input;

	if (s->bare) {
		draw_bare(&f);
		return;
	}
	if (!layout_input(l, s, &input))
		return;
	screen_layout(screen, l);
	draw_panes(&f);
	title_draw(screen, s, l->cols);
	if (s->choices.n > 0)
		draw_choices(&f);
	else
		draw_status(&f);
	draw_input(&f, &input);
	edit_layout_clear(&input);
	screen_flush(screen);
}
