/*
 * One room as it is looked at. Pure.
 */
#include "tui/session/window.h"

#include <stdlib.h>

#include "tui/text/edit.h"
#include "tui/text/history.h"

struct window *
window_new(uint16_t number, size_t history_bytes)
{
	struct window *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->number = number;
	people_init(&w->people);
	w->history = history_new(history_bytes);
	w->edit = edit_new();
	if (w->history == NULL || w->edit == NULL) {
		window_free(w);
		return NULL;
	}
	return w;
}

void
window_free(struct window *w)
{
	if (w == NULL)
		return;
	history_free(w->history);
	edit_free(w->edit);
	people_clear(&w->people);
	window_forget_links(w);
	free(w->finder.draft);
	free(w);
}

void
window_forget_links(struct window *w)
{
	while (w->links.n > 0)
		free(w->links.url[--w->links.n]);
}
