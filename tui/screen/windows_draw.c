/*
 * The list of windows. Parent process; which have room is tui/session's.
 */
#include "tui/screen/windows_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen/screen.h"
#include "tui/session/scene.h"
#include "tui/session/window_row.h"

/* The one that is looked at stands out of the bar as the chat does. */
static enum style
style_of(const struct scene_windows *list, size_t i)
{
	const struct scene_window *w = &list->of[i];

	if (i == list->shown)
		return STYLE_OWN;
	return w->fresh == 0 ? STYLE_BAR : w->mention ? STYLE_BAR_BAD :
	    STYLE_BAR_BOLD;
}

void
windows_draw(struct screen *screen, const struct scene_windows *list, int cols)
{
	bool *fits = calloc(list->n, sizeof(*fits));
	struct screen_at at = { SCREEN_STATUS, 0, 0, cols };
	char text[WINDOW_LABEL_BYTES];
	size_t i, left;

	if (fits == NULL)
		return;
	left = window_row_fit(list, cols, fits);
	for (i = 0; i < list->n; i++) {
		if (!fits[i])
			continue;
		window_row_label(text, &list->of[i]);
		at.col += screen_put(screen, at, style_of(list, i), text,
		    strlen(text));
		at.cols = cols - at.col;
	}
	if (left > 0) {
		snprintf(text, sizeof(text), " +%zu", left);
		screen_put(screen, at, STYLE_BAR, text, strlen(text));
	}
	free(fits);
}
