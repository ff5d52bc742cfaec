/*
 * chat-tui under test, at a terminal.
 */
#include "tests/with_chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORDS = 16,
	INPUT_ROWS = 5		/* the most, and at most a third of all */
};

const char *
chat_program(const char *name)
{
	static char path[4][512];
	static unsigned next;
	const char *dir = getenv("CHAT_BIN");
	char *dst = path[next++ % 4];

	snprintf(dst, sizeof(path[0]), "%s/%s", dir != NULL ? dir : ".", name);
	return dst;
}

struct term *
chat_start_with(const struct server *server, int rows, int cols,
    const char *const env[], const char *const words[])
{
	const char *argv[WORDS] = { chat_program("chat-tui") };
	char port[16];
	size_t n = 1, i;

	snprintf(port, sizeof(port), "%u", server->port);
	argv[n++] = "-p";
	argv[n++] = port;
	for (i = 0; words != NULL && words[i] != NULL && n < WORDS - 2; i++)
		argv[n++] = words[i];
	argv[n++] = "127.0.0.1";
	return term_start(rows, cols, env, argv);
}

struct term *
chat_start(const struct server *server, const char *name, int rows, int cols)
{
	const char *words[] = { name != NULL ? "-n" : NULL, name, NULL };
	struct term *t = chat_start_with(server, rows, cols, NULL, words);

	if (name == NULL)
		term_wait(t, "name ›");
	else
		term_wait(t, "You are");
	return t;
}

void
chat_say(struct term *t, const char *line)
{
	term_keys(t, line);
	term_keys(t, "\r");
}

static bool
has_halves(struct term *t, int row)
{
	int col, width, before = 1;

	for (col = 0; col < term_cols(t); col++, before = width) {
		width = term_cell(t, row, col).width;
		if ((width == 0) != (before == 2))
			return true;
	}
	/* A terminal of one column takes a wide one all the same. */
	return before == 2 && term_cols(t) > 1;
}

bool
chat_is_whole(struct term *t, void *unused)
{
	int rows = term_rows(t), input = rows / 3, row, col;
	bool visible;

	(void)unused;
	for (row = 0; row < rows; row++)
		if (has_halves(t, row))
			return false;
	input = rows < 3 ? rows : input > INPUT_ROWS ? INPUT_ROWS : input;
	term_cursor(t, &row, &col, &visible);
	return visible && row < rows && row >= rows - input &&
	    (col < term_cols(t) || term_cols(t) == 1);
}

bool
chat_left_clean(struct term *t)
{
	static const struct { int mode; bool on; } modes[] = {
		{ TERM_ALT_SCREEN, false }, { TERM_PASTE, false },
		{ TERM_FOCUS, false }, { TERM_FRAME, false },
		{ TERM_CURSOR_KEYS, false }, { TERM_CURSOR_VISIBLE, true },
		{ TERM_MOUSE_CLICK, false }, { TERM_MOUSE_MOVE, false },
	};
	bool clean = term_termios_same(t) && term_no_children(t);
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (term_mode(t, modes[i].mode) != modes[i].on) {
			fprintf(stderr, "mode %d is %s\n", modes[i].mode,
			    modes[i].on ? "off" : "on");
			clean = false;
		}
	return clean;
}
