/*
 * Where the message pane stands. Parent process; draws nothing.
 */
#include "tui/text/view.h"

enum {
	LIVE_ROWS = 3,		/* kept below the rule when scrolled */
	LIVE_MIN = 12,		/* rows of the pane from which they are */
	NEAR_TOP = 64		/* lines above the first row shown, at least */
};

void
view_fit(struct view *v, struct history *h, int rows, int cols)
{
	v->rows = rows;
	v->upper = rows - (rows >= LIVE_MIN ? LIVE_ROWS + 1 : rows > 1);
	v->cols = cols;
	if (v->scrolled && rows > 0)
		v->top = history_settle_place(h, v->top, cols);
}

struct history_place
view_live_top(const struct view *v, struct history *h, int rows)
{
	struct history_place top = history_bottom(h, rows, v->cols);

	if (top.line >= v->floor)
		return top;
	if (v->floor >= history_tail(h))
		return history_bottom(h, 1, v->cols);
	return history_settle_place(h,
	    (struct history_place){ .line = v->floor }, v->cols);
}

uint64_t
view_last(const struct view *v, struct history *h)
{
	struct history_row row[1];
	uint64_t tail = history_tail(h);
	int moved;

	if (v->scrolled && history_rows(h, history_move(h, v->top,
	    v->upper - 1, v->cols, &moved), v->cols, row, 1) == 1)
		return row[0].line;
	return tail > history_first(h) ? tail - 1 : tail;
}

uint64_t
view_newer(const struct view *v, struct history *h)
{
	uint64_t tail = history_tail(h), last;

	if (!v->scrolled)
		return 0;
	last = view_last(v, h);
	return tail > last ? tail - last - 1 : 0;
}

void
view_move(struct view *v, struct history *h, int rows)
{
	struct history_place bottom;
	int moved;

	if (v->rows <= 0 || v->cols <= 0)
		return;
	bottom = view_live_top(v, h, v->rows);
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
	bottom = view_live_top(v, h, v->rows);
	v->top = (struct history_place){ .line = history_first(h) };
	v->top.rule = 2;	/* its rules too; settled to those it has */
	v->top = history_settle_place(h, v->top, v->cols);
	v->scrolled = history_compare(&v->top, &bottom) < 0;
}

void
view_show(struct view *v, struct history *h, uint64_t line, size_t at)
{
	struct history_place bottom;
	int moved;

	if (v->rows <= 0 || v->cols <= 0)
		return;
	bottom = view_live_top(v, h, v->rows);
	v->top = history_settle_place(h,
	    (struct history_place){ .line = line, .at = at }, v->cols);
	v->scrolled = history_compare(&v->top, &bottom) < 0;
	if (v->scrolled)
		v->top = history_move(h, v->top, -(v->upper / 3), v->cols,
		    &moved);
}

void
view_live(struct view *v)
{
	v->scrolled = false;
}

bool
view_nears_top(const struct view *v, const struct history *h)
{
	return v->scrolled && v->top.line < history_first(h) + NEAR_TOP;
}
