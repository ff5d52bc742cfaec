/*
 * Where the message pane stands. Parent process; draws nothing.
 */
#include "tui/text/view.h"

#include <limits.h>

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

/* Rows of the pane that what has been said fills, up to max; its place. */
static int
room_rows(const struct view *v, struct history *h, int max,
    struct history_place *top)
{
	const struct history_place below = { .line = history_end(h),
	    .rule = INT_MAX };
	int moved = 0;

	for (; max > 0; max--) {
		*top = history_move(h, below, -max, v->cols, &moved);
		if (top->line >= v->floor || moved == 0)
			break;
	}
	return max > 0 ? -moved : 0;
}

/* The rows of the newest lines that have room in so many, at least one. */
static int
own_rows(const struct view *v, struct history *h, int max, uint64_t *line)
{
	uint64_t at = history_tail(h) - 1;
	int rules, next, rows = history_height(h, at, v->cols, &rules);

	while (at > history_end(h) && rows + (next = history_height(h, at - 1,
	    v->cols, &rules)) <= max) {
		rows += next;
		at--;
	}
	*line = at;
	return rows;
}

bool
view_cuts(const struct view *v, struct history *h, struct view_cut *cut)
{
	int room, rows;
	uint64_t line;

	if (v->scrolled || v->rows < 3 || v->cols <= 0 ||
	    history_end(h) == history_tail(h) ||
	    history_first(h) == history_end(h))
		return false;
	room = room_rows(v, h, v->rows - v->rows / 2 - 1, &cut->room);
	own_rows(v, h, v->rows - room, &line);
	if (room == 0 || line == history_end(h))
		return false;
	rows = own_rows(v, h, v->rows - room - 1, &line);
	if (rows > v->rows - 2)
		return false;
	cut->own_rows = rows;
	cut->own = history_settle_place(h, (struct history_place){
	    .line = line, .rule = INT_MAX }, v->cols);
	cut->more = line - history_end(h);
	cut->room_rows = room_rows(v, h, v->rows - rows - 1, &cut->room);
	return true;
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
	int rows = v->upper > 1 ? v->upper - 1 : 1;
	struct history_place bottom;
	struct view_cut cut;

	/* That is above those which are in sight of what waits. */
	if (pages < 0 && view_cuts(v, h, &cut)) {
		bottom = view_live_top(v, h, v->rows);
		v->top = history_move(h, cut.own, -rows, v->cols, NULL);
		v->scrolled = history_compare(&v->top, &bottom) < 0;
		if (v->scrolled)
			return;
	}
	view_move(v, h, pages * rows);
}

/* Is it one of those that wait out of sight, were it live? */
static bool
hides(const struct view *v, struct history *h, uint64_t line)
{
	struct view live = *v;
	struct view_cut cut;

	live.scrolled = false;
	return view_cuts(&live, h, &cut) && line >= history_end(h) &&
	    line < cut.own.line;
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
	v->scrolled = hides(v, h, line);
	v->top = history_settle_place(h,
	    (struct history_place){ .line = line, .at = at }, v->cols);
	v->scrolled |= history_compare(&v->top, &bottom) < 0;
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
