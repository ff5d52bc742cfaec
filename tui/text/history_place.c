/*
 * The rows of the message pane, and places in the text that hold while lines
 * come and go and the width changes. Runs in the client's parent process; must
 * never look at more lines than it passes.
 *
 * A hidden line has the rows of its rules, and those may be none. The oldest
 * line always has its day's: where there is a line there is a row, and no line
 * without rows is above all others.
 */
#include "tui/text/history_place.h"

#include <limits.h>
#include <stdint.h>

#include "tui/text/history.h"
#include "tui/text/wrap.h"

/* How far back the line that a pending one has become is looked for. */
enum { LOOK_BACK = 4096 };

/* A row by its number in its line, the rules counted. */
struct spot {
	uint64_t	 line;
	int		 row;
};

/* Where the room has the line that was pending under this id. */
static bool
find_settled(const struct history *h, uint64_t id, uint64_t near,
    uint64_t *found)
{
	struct history_line view;
	uint64_t line = history_end(h), stop = history_first(h);

	if (near > LOOK_BACK && near - LOOK_BACK > stop)
		stop = near - LOOK_BACK;
	while (line-- > stop) {
		view = history_get(h, line);
		if (view.entry.id == id && (view.marks & HISTORY_OWN) != 0) {
			*found = line;
			return true;
		}
	}
	return false;
}

/* A place in a pending line follows it, also into the room. */
static struct history_place
follow(const struct history *h, struct history_place p)
{
	uint64_t line = history_pending(h, p.pending);

	if (line == history_tail(h) &&
	    !find_settled(h, p.pending, p.line, &line))
		return (struct history_place){ .line = p.line };
	p.line = line;
	return p;
}

static struct history_place
to_place(struct history *h, struct spot spot, int cols)
{
	struct history_place p = { .line = spot.line };
	struct history_line view = history_get(h, spot.line);
	int rules;

	history_height(h, spot.line, cols, &rules);
	if (spot.row < rules)
		p.rule = rules - spot.row;
	else
		p.at = wrap_start(view.shown, view.shown_len, cols,
		    spot.row - rules);
	if (spot.line >= history_end(h))
		p.pending = view.entry.id;
	return p;
}

/*
 * The place in a line whose text has no rows goes to the next row, or to the
 * last one before.
 */
static struct history_place
leave_hidden(struct history *h, uint64_t line, int cols)
{
	struct spot spot = { .line = line };
	int height, rules;

	while (++spot.line < history_tail(h))
		if (history_height(h, spot.line, cols, &rules) > 0)
			return to_place(h, spot, cols);
	for (spot.line = line;; spot.line--) {
		height = history_height(h, spot.line, cols, &rules);
		if (height > 0 || spot.line == history_first(h))
			break;
	}
	spot.row = height > 0 ? height - 1 : 0;
	return to_place(h, spot, cols);
}

struct history_place
history_settle_place(struct history *h, struct history_place p, int cols)
{
	uint64_t first = history_first(h), tail = history_tail(h);
	struct history_line view;
	int height, rules;

	if (cols < 1)
		cols = 1;
	if (p.pending != 0)
		p = follow(h, p);
	if (first == tail)
		return (struct history_place){ .line = first };
	if (p.line < first)
		p = (struct history_place){ .line = first, .rule = INT_MAX };
	else if (p.line >= tail)
		p = (struct history_place){ .line = tail - 1, .at = SIZE_MAX };

	height = history_height(h, p.line, cols, &rules);
	if (p.rule > rules)
		p.rule = rules;
	if (height == rules && p.rule <= 0)
		return leave_hidden(h, p.line, cols);
	view = history_get(h, p.line);
	if (p.rule > 0)
		p.at = 0;
	else
		p.rule = 0;
	if (p.at > view.shown_len)
		p.at = view.shown_len;
	p.pending = p.line >= history_end(h) ? view.entry.id : 0;
	return p;
}

/* place is settled, and there is a line. */
static struct spot
to_spot(struct history *h, struct history_place p, int cols)
{
	struct history_line view;
	int rules;

	history_height(h, p.line, cols, &rules);
	if (p.rule > 0 || p.at == 0)
		return (struct spot){ p.line, rules - p.rule };
	view = history_get(h, p.line);
	return (struct spot){ p.line, rules +
	    wrap_find(view.shown, view.shown_len, cols, p.at) };
}

/* Each moves up to n rows, and returns how many. */
static int
climb(struct history *h, struct spot *spot, int n, int cols)
{
	int left = n, rules;

	while (spot->row < left && spot->line > history_first(h)) {
		left -= spot->row;
		spot->line--;
		spot->row = history_height(h, spot->line, cols, &rules);
	}
	if (left > spot->row) {
		n -= left - spot->row;
		left = spot->row;
	}
	spot->row -= left;
	return n;
}

static int
descend(struct history *h, struct spot *spot, int n, int cols)
{
	uint64_t line = spot->line;
	int left = n, height, rules;
	int below = history_height(h, line, cols, &rules) - 1 - spot->row;

	while (left > below && ++line < history_tail(h)) {
		height = history_height(h, line, cols, &rules);
		if (height == 0)
			continue;
		left -= below + 1;
		*spot = (struct spot){ .line = line };
		below = height - 1;
	}
	if (left > below) {
		n -= left - below;
		left = below;
	}
	spot->row += left;
	return n;
}

struct history_place
history_bottom(struct history *h, int rows, int cols)
{
	struct spot spot = { .line = history_tail(h) };

	if (cols < 1)
		cols = 1;
	if (spot.line == history_first(h))
		return (struct history_place){ .line = spot.line };
	climb(h, &spot, rows > 1 ? rows : 1, cols);
	return to_place(h, spot, cols);
}

struct history_place
history_move(struct history *h, struct history_place place, int delta,
    int cols, int *moved)
{
	struct spot spot;
	int n = 0;

	if (cols < 1)
		cols = 1;
	place = history_settle_place(h, place, cols);
	if (history_first(h) < history_tail(h) && delta != 0) {
		spot = to_spot(h, place, cols);
		if (delta > 0)
			n = descend(h, &spot, delta, cols);
		else
			n = -climb(h, &spot, delta == INT_MIN ? INT_MAX :
			    -delta, cols);
		if (n != 0)
			place = to_place(h, spot, cols);
	}
	if (moved != NULL)
		*moved = n;
	return place;
}

/* The rows of one line from the spot on. */
static int
fill(struct history *h, struct spot spot, int cols, struct history_row *rows,
    int max)
{
	struct history_line view = history_get(h, spot.line);
	struct wrap_row wrapped = { .last = false };
	int n = 0, height, part, rules;

	height = history_height(h, spot.line, cols, &rules);
	for (; spot.row < rules && n < max; spot.row++)
		rows[n++] = (struct history_row){ .line = spot.line,
		    .what = spot.row == 0 && (view.marks & HISTORY_DAY) != 0 ?
		    HISTORY_ROW_DAY : HISTORY_ROW_UNREAD };
	if (height == rules)
		return n;
	part = spot.row - rules;
	wrapped.next = n < max ? wrap_start(view.shown, view.shown_len, cols,
	    part) : 0;
	for (; n < max && !wrapped.last; part++) {
		wrapped = wrap_row(view.shown, view.shown_len, cols,
		    wrapped.next);
		rows[n++] = (struct history_row){ .line = spot.line,
		    .what = HISTORY_ROW_TEXT, .part = part,
		    .text = view.shown + wrapped.from,
		    .len = wrapped.to - wrapped.from, .cols = wrapped.cols };
	}
	return n;
}

int
history_rows(struct history *h, struct history_place place, int cols,
    struct history_row *rows, int max)
{
	struct spot spot;
	int n = 0;

	if (history_first(h) == history_tail(h))
		return 0;
	if (cols < 1)
		cols = 1;
	spot = to_spot(h, history_settle_place(h, place, cols), cols);
	for (; n < max && spot.line < history_tail(h); spot.line++) {
		n += fill(h, spot, cols, rows + n, max - n);
		spot.row = 0;
	}
	return n;
}

int
history_compare(const struct history_place *a, const struct history_place *b)
{
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule > b->rule ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}
