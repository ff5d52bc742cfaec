/*
 * Runs in the test program. Owns the screens: libvterm's model of each, fed
 * from its line by way of with_stream.
 */
#include "tests/with_term.h"

#include <sys/queue.h>
#include <sys/wait.h>
#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

#include "tests/with_keys.h"
#include "tests/with_line.h"
#include "tests/with_stream.h"

struct term {
	LIST_ENTRY(term) entry;
	struct line	 line;
	struct stream	 stream;
	VTerm		*vt;
	VTermScreen	*screen;
	int		 rows, cols;
	unsigned long	 bells;
	char		 recent[2 * TERM_RECENT_BYTES];	/* of its output */
	size_t		 recent_len;
};

static LIST_HEAD(, term) terms = LIST_HEAD_INITIALIZER(terms);

/* ---- libvterm's side ---- */

/* Moves what is kept seldom: there is room for twice as much. */
static void
keep_recent(struct term *t, const char *data, size_t len)
{
	size_t kept = t->recent_len;

	if (len > TERM_RECENT_BYTES) {
		data += len - TERM_RECENT_BYTES;
		len = TERM_RECENT_BYTES;
	}
	if (kept + len > sizeof(t->recent)) {
		memmove(t->recent, t->recent + kept - TERM_RECENT_BYTES,
		    TERM_RECENT_BYTES);
		kept = TERM_RECENT_BYTES;
	}
	memcpy(t->recent + kept, data, len);
	t->recent_len = kept + len;
}

static void
output(void *arg, const char *data, size_t len)
{
	struct term *t = arg;

	keep_recent(t, data, len);
	stream_feed(&t->stream, data, len);
}

static void
to_screen(void *arg, const char *data, size_t len)
{
	struct term *t = arg;

	vterm_input_write(t->vt, data, len);
}

/* Answers to queries: the terminal types them. */
static void
answer(const char *data, size_t len, void *arg)
{
	struct term *t = arg;

	line_type(&t->line, data, len);
}

static int
bell(void *arg)
{
	struct term *t = arg;

	t->bells++;
	return 1;
}

/*
 * libvterm 0.1.4 writes through a null pointer when a wide character comes
 * to a screen of one column, as in-flight output does after a resize: its
 * screen is never that narrow, and the second column is not looked at.
 */
static int
vterm_cols(int cols)
{
	return cols < 2 ? 2 : cols;
}

/* ---- Life ---- */

struct term *
term_start(int rows, int cols, const char *const env[],
    const char *const argv[])
{
	static const VTermScreenCallbacks callbacks = {
		.bell = bell
	};
	struct term *t;

	if ((t = calloc(1, sizeof(*t))) == NULL ||
	    (t->vt = vterm_new(rows, vterm_cols(cols))) == NULL)
		err(1, "term_start");
	t->rows = rows;
	t->cols = cols;
	vterm_set_utf8(t->vt, 1);
	vterm_output_set_callback(t->vt, answer, t);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	stream_init(&t->stream, to_screen, t);
	line_start(&t->line, rows, cols, env, argv, output, t);
	LIST_INSERT_HEAD(&terms, t, entry);
	return t;
}

void
term_free(struct term *t)
{
	if (t == NULL)
		return;
	LIST_REMOVE(t, entry);
	line_end(&t->line);
	vterm_free(t->vt);
	free(t);
}

int
term_free_all(void **state)
{
	(void)state;
	while (!LIST_EMPTY(&terms))
		term_free(LIST_FIRST(&terms));
	return 0;
}

const char *
term_home(const struct term *t)
{
	return t->line.job.home;
}

pid_t
term_pid(const struct term *t)
{
	return t->line.job.pid;
}

/* ---- What a person does ---- */

void
term_keys(struct term *t, const char *bytes)
{
	line_type(&t->line, bytes, strlen(bytes));
}

void
term_press(struct term *t, const char *names)
{
	char bytes[4096];

	if (!keys_encode(bytes, sizeof(bytes), names,
	    term_mode(t, TERM_CURSOR_KEYS)))
		errx(1, "term_press: no such keys: %s", names);
	term_keys(t, bytes);
}

void
term_paste(struct term *t, const char *text)
{
	const char *open = "", *close = "";
	char *bytes, *p;

	if (term_mode(t, TERM_PASTE)) {
		open = "\033[200~";
		close = "\033[201~";
	}
	if (asprintf(&bytes, "%s%s%s", open, text, close) == -1)
		err(1, "asprintf");
	for (p = bytes; (p = strchr(p, '\n')) != NULL; p++)
		*p = '\r';
	term_keys(t, bytes);
	free(bytes);
}

bool
term_is_read(const struct term *t)
{
	return line_is_read(&t->line);
}

void
term_resize(struct term *t, int rows, int cols)
{
	t->rows = rows;
	t->cols = cols;
	vterm_set_size(t->vt, rows, vterm_cols(cols));
	line_resize(&t->line, rows, cols);
}

void
term_close_window(struct term *t)
{
	line_close(&t->line);
}

void
term_signal(struct term *t, int sig)
{
	if (t->line.job.state != JOB_ENDED)
		kill(t->line.job.pid, sig);
}

void
term_continue(struct term *t)
{
	job_continue(&t->line.job);
}

/* ---- The program ---- */

bool
term_running(const struct term *t)
{
	return t->line.job.state == JOB_RUNNING;
}

bool
term_ended(const struct term *t)
{
	return t->line.job.state == JOB_ENDED && line_settled(&t->line);
}

bool
term_stopped(const struct term *t)
{
	return t->line.job.state == JOB_STOPPED && line_settled(&t->line);
}

int
term_status(const struct term *t)
{
	int status = t->line.job.status;

	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

void
term_serve(int timeout_ms)
{
	line_serve(timeout_ms);
}

bool
term_termios_same(const struct term *t)
{
	return job_termios_same(&t->line.job);
}

int
term_processes(const struct term *t, bool zombies, bool say)
{
	return job_leftovers(&t->line.job, 0, zombies, say);
}

bool
term_no_children(const struct term *t)
{
	return term_processes(t, true, true) == 0;
}

/* ---- What is to be seen ---- */

int
term_rows(const struct term *t)
{
	return t->rows;
}

int
term_cols(const struct term *t)
{
	return t->cols;
}

/* Appends a code point to dst as UTF-8; returns its length. */
static size_t
put_utf8(char *dst, uint32_t c)
{
	size_t len, i;

	len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	if (len == 1) {
		dst[0] = (char)c;
		return 1;
	}
	for (i = len - 1; i > 0; i--, c >>= 6)
		dst[i] = (char)(0x80 | (c & 0x3f));
	dst[0] = (char)(0xf00 >> len | c);
	return len;
}

static int
colour(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return TERM_DEFAULT;
	if (VTERM_COLOR_IS_INDEXED(c))
		return c->indexed.idx;
	return TERM_RGB | c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue;
}

/*
 * libvterm calls a cell wide if the next one is a second half, even where a
 * narrow character was since drawn over the first. No wide one is lower.
 */
static bool
is_wide(const VTermScreenCell *cell)
{
	enum { FIRST_WIDE = 0x1100 };

	return cell->width == 2 && cell->chars[0] >= FIRST_WIDE &&
	    cell->chars[0] != (uint32_t)-1;
}

struct term_cell
term_cell(struct term *t, int row, int col)
{
	struct term_cell cell = { .width = 1 };
	VTermScreenCell from, before;
	VTermPos pos = { row < 0 ? row + t->rows : row, col };
	size_t len = 0, i;

	vterm_screen_get_cell(t->screen, pos, &from);
	if (from.chars[0] == (uint32_t)-1 && pos.col-- > 0) {
		vterm_screen_get_cell(t->screen, pos, &before);
		cell.width = is_wide(&before) ? 0 : 1;
	} else if (from.chars[0] != (uint32_t)-1) {
		cell.width = is_wide(&from) ? 2 : 1;
		for (i = 0; i < VTERM_MAX_CHARS_PER_CELL &&
		    from.chars[i] != 0; i++)
			len += put_utf8(cell.text + len, from.chars[i]);
		stream_restore(cell.text);
	}
	cell.fg = colour(&from.fg);
	cell.bg = colour(&from.bg);
	cell.bold = from.attrs.bold;
	cell.dim = from.attrs.font == 1;	/* see with_stream.c */
	cell.italic = from.attrs.italic;
	cell.underline = from.attrs.underline != 0;
	cell.blink = from.attrs.blink;
	cell.reverse = from.attrs.reverse;
	cell.strike = from.attrs.strike;
	return cell;
}

char *
term_row_text(struct term *t, int row, char buf[TERM_ROW_BYTES])
{
	struct term_cell cell;
	size_t len = 0, end = 0;
	int col;

	for (col = 0; col < t->cols; col++) {
		cell = term_cell(t, row, col);
		if (cell.width == 0 || len + TERM_CELL_BYTES >= TERM_ROW_BYTES)
			continue;
		strlcpy(buf + len, cell.text[0] != '\0' ? cell.text : " ",
		    TERM_CELL_BYTES);
		len += strlen(buf + len);
		if (buf[len - 1] != ' ')
			end = len;
	}
	buf[end] = '\0';
	return buf;
}

bool
term_row_has(struct term *t, int row, const char *text)
{
	char buf[TERM_ROW_BYTES];

	return row < t->rows && row >= -t->rows &&
	    strstr(term_row_text(t, row, buf), text) != NULL;
}

unsigned
term_rows_with(struct term *t, const char *text)
{
	unsigned n = 0;
	int row;

	for (row = 0; row < t->rows; row++)
		n += term_row_has(t, row, text);
	return n;
}

int
term_find(struct term *t, const char *text)
{
	int row;

	for (row = 0; row < t->rows; row++)
		if (term_row_has(t, row, text))
			return row;
	return -1;
}

char *
term_text(struct term *t)
{
	char buf[TERM_ROW_BYTES], *text = NULL;
	size_t size;
	FILE *fp;
	int row;

	if ((fp = open_memstream(&text, &size)) == NULL)
		err(1, "open_memstream");
	for (row = 0; row < t->rows; row++)
		fprintf(fp, "%s\n", term_row_text(t, row, buf));
	fclose(fp);
	return text;
}

void
term_cursor(const struct term *t, int *row, int *col, bool *visible)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
	if (row != NULL)
		*row = pos.row;
	if (col != NULL)
		*col = pos.col;
	if (visible != NULL)
		*visible = term_mode(t, TERM_CURSOR_VISIBLE);
}

bool
term_mode(const struct term *t, int mode)
{
	return stream_mode(&t->stream, mode);
}

bool
term_alt_screen(const struct term *t)
{
	return term_mode(t, TERM_ALT_SCREEN) || term_mode(t, 1047) ||
	    term_mode(t, 47);
}

bool
term_mouse(const struct term *t)
{
	return term_mode(t, 9) || term_mode(t, TERM_MOUSE_CLICK) ||
	    term_mode(t, TERM_MOUSE_DRAG) || term_mode(t, TERM_MOUSE_MOVE);
}

const char *
term_title(const struct term *t)
{
	return t->stream.title;
}

unsigned long
term_bells(const struct term *t)
{
	return t->bells;
}

unsigned long
term_bytes(const struct term *t)
{
	return t->line.bytes;
}

unsigned long
term_frames(const struct term *t)
{
	return t->stream.frames;
}

bool
term_wrote(const struct term *t, const char *bytes)
{
	return memmem(t->recent, t->recent_len, bytes, strlen(bytes)) != NULL;
}

void
term_dump(struct term *t)
{
	static const char *const states[] = { "running", "stopped", "ended" };
	char buf[TERM_ROW_BYTES];
	int row, y, x;
	bool visible;

	term_cursor(t, &y, &x, &visible);
	fprintf(stderr, "+-- %dx%d, pid %ld %s%s, cursor %d,%d%s%s, \"%s\"\n",
	    t->rows, t->cols, (long)term_pid(t), states[t->line.job.state],
	    t->line.job.master == -1 ? ", closed" : "", y, x,
	    visible ? "" : " hidden",
	    term_mode(t, TERM_FRAME) ? ", in a frame" : "", term_title(t));
	for (row = 0; row < t->rows; row++)
		fprintf(stderr, "|%s\n", term_row_text(t, row, buf));
	fprintf(stderr, "+--\n");
}

void
term_dump_all(void)
{
	struct term *t;

	LIST_FOREACH(t, &terms, entry)
		term_dump(t);
}
