/*
 * The geometry of a frame. Parent process; draws nothing.
 */
#include "tui/session/layout.h"

#include <string.h>

#include "common/text.h"
#include "tui/session/people.h"
#include "tui/session/scene.h"
#include "tui/text/edit.h"
#include "tui/text/wrap.h"

enum {
	INPUT_ROWS = 5,		/* at most, and at most a third of the screen */
	PROMPT_LEAST = 4,	/* a column of the name, and what is behind */
	PRIVATE_MIN = 6,	/* columns that it is there from */
	SIDE_COLS = 19,		/* the member list, with its line */
	SIDE_FROM = 100, /* columns of the screen that it is there from */
	SIDE_LEAST = 40,	/* and from which it can be */
	TIME_COLS = 6,		/* of the gutter */
	NAME_COLS = 10,		/* at most */
	/* Columns of the pane from which there is ... */
	TIME_MIN = 40,
	GAP_MIN = 24,		/* between name and mark */
	NAME_MIN = 16,
	MARK_MIN = 3
};

static struct layout_gutter
gutter_of(int cols, bool times)
{
	struct layout_gutter g = { .mark = -1,
	    .time = times && cols >= TIME_MIN };

	if (cols < MARK_MIN)
		return g;
	g.mark = 0;
	/* Of a narrow screen the most is for what is said. */
	if (cols >= NAME_MIN) {
		g.name = g.time ? TIME_COLS : 0;
		g.name_cols = g.time ? cols / 4 - 4 : cols / 5 + 1;
		if (g.name_cols > NAME_COLS)
			g.name_cols = NAME_COLS;
		g.mark = g.name + g.name_cols + (cols >= GAP_MIN);
	}
	g.text = g.mark + 2;
	return g;
}

/* Room for the name before the input, or none where it would crowd it. */
static int
prompt_of(const struct scene *s, int cols)
{
	int width = text_cols(s->asker, strlen(s->asker)) + 3;

	if (width <= cols / 2)
		return width;
	/* That it is for one alone is always to be seen, and in which room of
	 * several. */
	if ((s->talk.typed || s->windows.n > 1) && cols >= PRIVATE_MIN)
		return cols / 2 > PROMPT_LEAST ? cols / 2 : PROMPT_LEAST;
	return 0;
}

/* The passphrase as dots, a dot a cluster; NULL: no memory. */
static struct edit *
masked(const struct edit *e)
{
	struct edit *dots = edit_new();
	size_t len, at = 0;
	const char *text = edit_text(e, &len);

	while (dots != NULL && at < len) {
		at = text_next(text, len, at, NULL);
		edit_insert(dots, "•", strlen("•"));
	}
	return dots;
}

bool
layout_input(const struct layout *l, const struct scene *s,
    struct edit_layout *input)
{
	struct edit *dots;
	bool done;

	if (s->asks != SCENE_PASSPHRASE)
		return edit_layout(s->edit, l->cols - l->prompt, input);
	if ((dots = masked(s->edit)) == NULL)
		return false;
	done = edit_layout(dots, l->cols - l->prompt, input);
	edit_free(dots);
	return done;
}

/* As many rows as what is typed takes. */
static int
input_rows(const struct layout *l, const struct scene *s)
{
	int most = l->rows < 3 ? l->rows : l->rows / 3, wanted = 1;
	struct edit_layout input;

	if (l->rows < 3)
		return l->rows;
	if (layout_input(l, s, &input)) {
		wanted = input.nrows;
		edit_layout_clear(&input);
	}
	if (most > INPUT_ROWS)
		most = INPUT_ROWS;
	return wanted < most ? wanted : most;
}

/* What is said there is said whole, as far as a third of the screen goes; on
 * the smallest, as far as it leaves a row of the chat. On three rows it stands
 * there in the title's place: it may be a question. */
static int
status_rows(const struct layout *l, const struct scene *s)
{
	int cols = l->cols - 2, rows = l->rows, n, most;

	if (rows <= 3)
		return rows == 3 && s->notice != NULL && cols >= 1;
	if (s->notice == NULL || s->choices.n > 0 || cols < 1)
		return 1;
	n = wrap_count(s->notice, strlen(s->notice), cols);
	most = rows < 6 ? rows - 3 : rows / 3;
	return n < most ? n : most;
}

static int
side_cols(const struct layout *l, const struct scene *s)
{
	bool wanted = s->side == SIDE_ON ? l->cols >= SIDE_LEAST :
	    s->side == SIDE_AUTO && l->cols >= SIDE_FROM;

	return wanted && l->messages > 0 && !s->entering &&
	    s->people->here > 0 ? SIDE_COLS : 0;
}

void
layout_scene(struct layout *l, const struct scene *s, int rows, int cols)
{
	*l = (struct layout){ .rows = rows, .cols = cols };
	l->prompt = prompt_of(s, cols);
	l->input = input_rows(l, s);
	l->status = status_rows(l, s);
	l->title = rows > 3 || (rows == 3 && l->status == 0);
	l->messages = rows - l->title - l->status - l->input;
	l->side = side_cols(l, s);
	l->width = cols - l->side;
	l->gutter = gutter_of(l->width, s->times);
}
