/*
 * The list of windows as one row. Pure.
 */
#include "tui/session/window_row.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "tui/session/scene.h"
#include "tui/text/pager.h"

bool
window_row_is_there(const struct scene *s, int rows)
{
	if (rows < WINDOW_ROWS_MIN || s->entering || s->pager->open)
		return false;
	return s->asks == SCENE_GO ? s->windows.n > 0 :
	    s->asks == SCENE_SAYS && s->windows.n > 1;
}

int
window_row_label(char dst[WINDOW_LABEL_BYTES], const struct scene_window *w)
{
	char count[24] = "";

	if (w->fresh > 0)
		snprintf(count, sizeof(count), "%c%u", w->mention ? '!' : ':',
		    w->fresh);
	snprintf(dst, WINDOW_LABEL_BYTES, " %u %s%s ", w->number, w->name,
	    count);
	return text_cols(dst, strlen(dst));
}

/* Columns of the row, with what says how many are left out. */
static int
row_cols(const struct scene_windows *list, const bool fits[], size_t left)
{
	char text[WINDOW_LABEL_BYTES];
	int cols = left > 0 ? snprintf(NULL, 0, " +%zu", left) : 0;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (fits[i])
			cols += window_row_label(text, &list->of[i]);
	return cols;
}

/* How much it is missed. */
static int
rank(const struct scene_windows *list, size_t i)
{
	return i == list->shown ? 3 : list->of[i].fresh == 0 ? 0 :
	    list->of[i].mention ? 2 : 1;
}

/* The least active one goes, the last of several; n: none is left. */
static size_t
goes_first(const struct scene_windows *list, const bool fits[])
{
	size_t i, least = list->n;

	for (i = 0; i < list->n; i++)
		if (fits[i] && (least == list->n ||
		    rank(list, i) <= rank(list, least)))
			least = i;
	return least;
}

size_t
window_row_fit(const struct scene_windows *list, int cols, bool fits[])
{
	size_t i, left = 0, goes;

	for (i = 0; i < list->n; i++)
		fits[i] = true;
	while (row_cols(list, fits, left) > cols &&
	    (goes = goes_first(list, fits)) < list->n) {
		fits[goes] = false;
		left++;
	}
	return row_cols(list, fits, left) <= cols ? left : 0;
}
