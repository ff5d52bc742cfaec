/*
 * Owns a text and where it is being read. Client's parent process; must not
 * draw, and knows nothing of what it shows.
 */
#include "tui/text/pager.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tui/text/wrap.h"

enum {
	ROW = '\x1f',		/* begins a line of two columns; in no text */
	HANG_ROOM = 16		/* columns; with less it goes on at the left */
};

void
pager_close(struct pager *p)
{
	free(p->title);
	free(p->text);
	*p = (struct pager){ .open = false };
}

void
pager_fit(struct pager *p, int rows, int cols)
{
	p->rows = rows;
	p->cols = cols < 1 ? 1 : cols;
}

void
pager_open(struct pager *p, const char *title, int rows, int cols)
{
	size_t len;

	pager_close(p);
	p->open = true;
	pager_fit(p, rows, cols);
	p->title = text_display(title, strlen(title), &len);
}

static void
put(struct pager *p, const char *text, size_t len)
{
	size_t cap = p->cap == 0 ? 4096 : p->cap;
	char *bytes;

	while (cap - p->len <= len)
		cap *= 2;
	if (cap != p->cap) {
		if ((bytes = realloc(p->text, cap)) == NULL) {
			p->failed = true;
			return;
		}
		p->text = bytes;
		p->cap = cap;
	}
	memcpy(p->text + p->len, text, len);
	p->len += len;
	p->text[p->len] = '\0';
}

void
pager_add(struct pager *p, const char *text, size_t len)
{
	char *shown = text_display(text, len, &len);

	if (shown == NULL) {
		p->failed = true;
		return;
	}
	put(p, shown, len);
	free(shown);
}

void
pager_add_row(struct pager *p, const char *left, int cols, const char *right)
{
	static const char row = ROW;
	int used = text_cols(left, strlen(left));

	p->hang = cols;
	put(p, &row, 1);
	pager_add(p, left, strlen(left));
	do
		put(p, " ", 1);
	while (++used < cols);
	pager_add(p, right, strlen(right));
	put(p, "\n", 1);
}

/* A last newline ends a line, it does not begin one. */
static size_t
end_of(const struct pager *p)
{
	return p->len - (p->len > 0 && p->text[p->len - 1] == '\n');
}

static size_t
line_start(const struct pager *p, size_t pos)
{
	while (pos > 0 && p->text[pos - 1] != '\n')
		pos--;
	return pos;
}

static struct wrap_row
row_at(const struct pager *p, size_t pos, int *indent)
{
	size_t start = line_start(p, pos);

	*indent = 0;
	if (pos < end_of(p) && p->text[pos] == ROW)
		pos++;
	else if (pos > start && p->text[start] == ROW &&
	    p->cols - p->hang >= HANG_ROOM)
		*indent = p->hang;
	return wrap_row(p->text, end_of(p), p->cols - *indent, pos);
}

/* Where the row after (before) that of pos begins; pos at the end (start). */
static size_t
below(const struct pager *p, size_t pos)
{
	int indent;
	struct wrap_row row = row_at(p, pos, &indent);

	return row.last ? pos : row.next;
}

static size_t
above(const struct pager *p, size_t pos)
{
	size_t from, next;

	if (pos == 0)
		return 0;
	/* Rows depend on where they start: go from the line's start. */
	from = line_start(p, pos - 1);
	while ((next = below(p, from)) < pos && next != from)
		from = next;
	return from;
}

void
pager_move(struct pager *p, int rows)
{
	size_t end;
	int i;

	if (end_of(p) == 0 || p->cols <= 0)
		return;
	for (end = p->top, i = 1; i < p->rows; i++)
		end = below(p, end);
	for (; rows > 0 && below(p, end) != end; rows--) {
		end = below(p, end);
		p->top = below(p, p->top);
	}
	for (; rows < 0 && p->top > 0; rows++)
		p->top = above(p, p->top);
}

void
pager_first(struct pager *p)
{
	p->top = 0;
}

void
pager_last(struct pager *p)
{
	int i;

	if (end_of(p) == 0 || p->cols <= 0)
		return;
	p->top = end_of(p);
	for (i = 0; i < p->rows; i++)
		p->top = above(p, p->top);
}

int
pager_rows(const struct pager *p, struct pager_row *rows)
{
	struct wrap_row row = { .next = p->top, .last = end_of(p) == 0 };
	int n, indent;

	for (n = 0; n < p->rows && !row.last; n++) {
		row = row_at(p, row.next, &indent);
		rows[n] = (struct pager_row){ p->text + row.from,
		    row.to - row.from, indent };
	}
	return n;
}

int
pager_percent(const struct pager *p)
{
	size_t end = p->top;
	int i;

	if (end_of(p) == 0 || p->cols <= 0)
		return 100;
	for (i = 1; i < p->rows; i++)
		end = below(p, end);
	return below(p, end) == end ? 100 : (int)(end * 100 / end_of(p));
}
