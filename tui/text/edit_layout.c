/*
 * How the edited text stands in its pane: rows, and where the caret is. Runs
 * in the client's parent process; must never change the text.
 */
#include "tui/text/edit.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"

/* A layout being made. */
struct draft {
	struct edit_layout	*to;
	size_t			 len, size;	/* bytes used and held */
	size_t			 nheld;		/* rows held */
	int			 line_cols;	/* since the last newline */
};

/* The rows' texts follow each other in one buffer, so it may move. */
static bool
put(struct draft *d, const char *s, size_t n)
{
	size_t size = d->size == 0 ? 512 : d->size;
	char *bytes;

	while (n > size - d->len)
		size *= 2;
	if (size != d->size) {
		bytes = recallocarray(d->to->bytes, d->size, size, 1);
		if (bytes == NULL)
			return false;
		d->to->bytes = bytes;
		d->to->size = d->size = size;
	}
	memcpy(d->to->bytes + d->len, s, n);
	d->len += n;
	return true;
}

/* Opens a row; the one above is finished. */
static bool
open_row(struct draft *d, size_t from)
{
	struct edit_layout *l = d->to;
	struct edit_row *rows;
	size_t held = d->nheld == 0 ? 8 : 2 * d->nheld;

	if (l->nrows > 0 && !put(d, "", 1))
		return false;
	if ((size_t)l->nrows == d->nheld) {
		rows = recallocarray(l->rows, d->nheld, held, sizeof(*rows));
		if (rows == NULL)
			return false;
		l->rows = rows;
		d->nheld = held;
	}
	l->rows[l->nrows++] = (struct edit_row){ .from = from, .to = from };
	return true;
}

/* A tab as it is drawn, to the next stop of its line. */
static void
show_tab(const struct draft *d, const char **s, size_t *n, int *width,
    int cols)
{
	static const char blanks[TEXT_TAB_COLS + 1] = "        ";

	*width = TEXT_TAB_COLS - d->line_cols % TEXT_TAB_COLS;
	if (*width > cols)
		*width = cols;
	*s = blanks;
	*n = (size_t)*width;
}

/* A cluster as it is drawn: *s and *n become that; heap is to be freed. */
static bool
show(const char **s, size_t *n, int *width, int cols, char **heap)
{
	*heap = NULL;
	if (!text_is_display(*s, *n)) {
		if ((*heap = text_display(*s, *n, n)) == NULL)
			return false;
		*s = *heap;
		*width = text_cols(*s, *n);
	}
	if (*width > cols) {
		*s = "?";
		*n = *width = 1;
	}
	return true;
}

/* Puts the cluster at pos and the caret, if it is here; *next is behind it. */
static bool
place(struct draft *d, const struct edit *e, int cols, size_t pos, size_t *next)
{
	struct edit_layout *l = d->to;
	struct edit_row *row = &l->rows[l->nrows - 1];
	size_t len, n = 0;
	const char *text = edit_text(e, &len), *s = text + pos;
	char *heap = NULL;
	int width = 0, need;
	bool newline = pos < len && *s == '\n', ok = true;

	if (pos < len) {
		*next = text_next(text, len, pos, &width);
		n = *next - pos;
	}
	if (n > 0 && *s == '\t')
		show_tab(d, &s, &n, &width, cols);
	else if (!newline && n > 0 && !show(&s, &n, &width, cols, &heap))
		return false;
	/* The caret wants a cell of its own, whatever stands behind it. */
	need = pos == edit_caret(e) && width == 0 ? 1 : width;
	if (row->cols + need > cols) {
		ok = open_row(d, pos);
		row = &l->rows[l->nrows - 1];
	}
	if (pos == edit_caret(e)) {
		l->caret_row = l->nrows - 1;
		l->caret_col = row->cols;
	}
	d->line_cols = newline ? 0 : d->line_cols + width;
	if (ok && newline) {
		ok = open_row(d, *next);
	} else if (ok && pos < len) {
		ok = put(d, s, n);
		row->len += n;
		row->cols += width;
		row->to = *next;
	}
	free(heap);
	return ok;
}

bool
edit_layout(const struct edit *e, int cols, struct edit_layout *l)
{
	struct draft d = { .to = l };
	size_t len, pos, next;
	char *s;
	int i;
	bool ok;

	memset(l, 0, sizeof(*l));
	edit_text(e, &len);
	if (cols < 1)
		cols = 1;
	ok = open_row(&d, 0);
	for (pos = 0; ok && pos < len; pos = next)
		ok = place(&d, e, cols, pos, &next);
	ok = ok && place(&d, e, cols, len, &next) && put(&d, "", 1);
	if (!ok) {
		edit_layout_clear(l);
		return false;
	}
	for (i = 0, s = l->bytes; i < l->nrows; i++) {
		l->rows[i].text = s;
		s += l->rows[i].len + 1;
	}
	return true;
}

void
edit_layout_clear(struct edit_layout *l)
{
	freezero(l->bytes, l->size);
	free(l->rows);
	memset(l, 0, sizeof(*l));
}
