/*
 * The terminal, through curses. Runs in the client's parent process; nothing
 * else includes curses, and nothing is decided here.
 */
#include "tui/screen/screen.h"

#include <sys/ioctl.h>
#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "common/text.h"
#include "tui/screen/keyboard.h"
#include "tui/screen/sheet.h"
#include "tui/screen/terminal.h"
#include "tui/session/layout.h"

/* term.h makes macros of these plain words. */
#undef lines
#undef columns

enum {
	KEY_SPECIAL = KEY_MAX + 0x1000,	/* codes that define_key may use */
	KEY_REPORT = KEY_SPECIAL + 0x400,	/* the mouse: bytes follow */
	KEY_REPORT_OLD,			/* as X10 says it: three bytes */
	ESCAPE_WAIT_MS = 25,
	CELLS = 256		/* put in one go, where each is a letter */
};
_Static_assert((int)STYLES < 255, "COLOR_PAIR has eight bits");

struct screen {
	struct terminal	 terminal;	/* what it is told past curses */
	struct sheet	 sheet;		/* what it is told by curses */
	SCREEN		*curses;
	WINDOW		*pane[SCREEN_PANES];	/* NULL: no rows */
	WINDOW		*keys;	/* a pad: wgetch draws nothing */
	int		 height[SCREEN_PANES];
	int		 side_cols;
	int		 colours;		/* 0: none */
	attr_t		 attrs[STYLES];
	short		 pairs[STYLES];
	struct termios	 before;		/* the terminal when we came */
	bool		 redraw;
	struct keyboard	 keyboard;	/* what has come of a key */
	bool		 escape;	/* one came behind another */
};

/* Keys as xterm and its kin send them, whatever terminfo says of them. */
static const struct {
	const char	*sequence;
	uint32_t	 code;
} sequences[] = {
	{ "\033[200~", KEYC_PASTE_BEGIN }, { "\033[201~", KEYC_PASTE_END },
	{ "\033[I", KEYC_FOCUS_IN }, { "\033[O", KEYC_FOCUS_OUT },
	{ "\033[1;5D", KEYC_CTRL_LEFT }, { "\033[1;5C", KEYC_CTRL_RIGHT },
	{ "\033[1;3A", KEYC_META_UP }, { "\033[1;3B", KEYC_META_DOWN },
	{ "\033[1;3D", KEYC_META_LEFT }, { "\033[1;3C", KEYC_META_RIGHT },
	{ "\033[1;5H", KEYC_CTRL_HOME }, { "\033[1;5F", KEYC_CTRL_END },
	{ "\033[1;2A", KEYC_SHIFT_UP }, { "\033[1;2B", KEYC_SHIFT_DOWN },
	{ "\033[5;3~", KEYC_META_PAGE_UP },
	{ "\033[6;3~", KEYC_META_PAGE_DOWN },
	{ "\033[H", KEYC_HOME }, { "\033[F", KEYC_END },
	{ "\033[1~", KEYC_HOME }, { "\033[4~", KEYC_END },
	{ "\033[A", KEYC_UP }, { "\033[B", KEYC_DOWN },
	{ "\033[C", KEYC_RIGHT }, { "\033[D", KEYC_LEFT },
	{ "\033[19~", KEYC_F8 }, { "\033[Z", KEYC_SHIFT_TAB },
};

static const struct {
	int		 curses;
	uint32_t	 code;
} named[] = {
	{ KEY_UP, KEYC_UP }, { KEY_DOWN, KEYC_DOWN },
	{ KEY_LEFT, KEYC_LEFT }, { KEY_RIGHT, KEYC_RIGHT },
	{ KEY_HOME, KEYC_HOME }, { KEY_END, KEYC_END },
	{ KEY_PPAGE, KEYC_PAGE_UP }, { KEY_NPAGE, KEYC_PAGE_DOWN },
	{ KEY_DC, KEYC_DELETE }, { KEY_BACKSPACE, KEYC_BACKSPACE },
	{ KEY_BTAB, KEYC_SHIFT_TAB }, { KEY_SR, KEYC_SHIFT_UP },
	{ KEY_SF, KEYC_SHIFT_DOWN }, { KEY_ENTER, KEYC_ENTER },
	{ KEY_F(1), KEYC_F1 }, { KEY_F(8), KEYC_F8 },
};

static attr_t
attrs_of(const struct theme_look *look)
{
	return (look->bold ? A_BOLD : 0) | (look->dim ? A_DIM : 0) |
	    (look->reverse ? A_REVERSE : 0) |
	    (look->underline ? A_UNDERLINE : 0);
}

void
screen_theme(struct screen *s, const struct theme *theme)
{
	struct theme_look look;
	int style;

	for (style = 0; style < STYLES; style++) {
		look = theme_look(theme, (enum style)style, s->colours);
		s->attrs[style] = attrs_of(&look);
		s->pairs[style] = 0;
		if (s->colours == 0 || (look.fg == COLOUR_DEFAULT &&
		    look.bg == COLOUR_DEFAULT))
			continue;
		s->pairs[style] = (short)(style + 1);
		init_pair(s->pairs[style], look.fg, look.bg);
	}
	s->redraw = true;
}

static void
set_colours(struct screen *s, bool wanted)
{
	if (wanted && has_colors() && start_color() == OK &&
	    use_default_colors() == OK && COLOR_PAIRS > STYLES + 1)
		s->colours = COLORS;
}

/*
 * Keys that the line discipline would keep for itself are wanted as keys;
 * ISIG stays, so that C-c and C-z are signals even if we hang. But they must
 * not empty the queue: curses looks whether there is input and then reads,
 * and would wait there for ever, with the signal blocked.
 */
static void
set_termios(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t) == -1)
		return;
	t.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
	t.c_lflag |= NOFLSH;
	t.c_cc[VLNEXT] = _POSIX_VDISABLE;
#ifdef VDISCARD
	t.c_cc[VDISCARD] = _POSIX_VDISABLE;
#endif
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

static void
set_keys(struct screen *s)
{
	size_t i;

	keypad(s->keys, TRUE);
	nodelay(s->keys, TRUE);
	set_escdelay(ESCAPE_WAIT_MS);
	/* Also where terminfo knows them: it would give them codes that are
	 * made up at run time. */
	for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		define_key(sequences[i].sequence, (int)(KEY_SPECIAL +
		    sequences[i].code - KEYC_BASE));
	/* Curses would wait for the end of a report, deaf to all signals. */
	define_key(NULL, KEY_MOUSE);
	define_key("\033[<", KEY_REPORT);
	define_key("\033[M", KEY_REPORT_OLD);
}

/* Curses ends the program itself where it has no memory, and leaves the
 * terminal as it is then. What that was told past curses, maybe within a frame,
 * its name says. */
static void
give_back(void)
{
	struct terminal t;

	if (curscr == NULL || isendwin())
		return;
	sheet_give_back();
	terminal_init(&t, termname());
	t.mouse = t.modern;
	terminal_frame(&t, false);
	terminal_modes(&t, false);
	endwin();
}

struct screen *
screen_open(const struct theme *theme, bool colour, const char **why)
{
	struct screen *s = calloc(1, sizeof(*s));
	const char *term = getenv("TERM");
	int error;

	*why = NULL;
	if (s == NULL)
		return NULL;
	if (term == NULL || *term == '\0' ||
	    setupterm(NULL, STDOUT_FILENO, &error) != OK ||
	    cursor_address == NULL || *cursor_address == '\0') {
		*why = term != NULL ? term : "";
		free(s);
		return NULL;
	}
	tcgetattr(STDIN_FILENO, &s->before);
	terminal_init(&s->terminal, term);
	del_curterm(cur_term);
	s->curses = newterm(NULL, stdout, stdin);
	if (s->curses == NULL) {
		*why = term;
		free(s);
		return NULL;
	}
	atexit(give_back);
	/* Without it no key would ever be read. */
	if ((s->keys = newpad(1, 1)) == NULL) {
		endwin();
		delscreen(s->curses);
		free(s);
		return NULL;
	}
	cbreak();
	noecho();
	nonl();
	typeahead(-1);	/* else doupdate stops half-way when keys wait */
	set_termios();
	def_prog_mode();
	set_keys(s);
	set_colours(s, colour);
	screen_theme(s, theme);
	sheet_open(&s->sheet);
	terminal_modes(&s->terminal, true);
	return s;
}

static void
free_panes(struct screen *s)
{
	int i;

	for (i = 0; i < SCREEN_PANES; i++) {
		if (s->pane[i] != NULL)
			delwin(s->pane[i]);
		s->pane[i] = NULL;
	}
}

/* Where there is no other screen to go back to, the shell goes on in our last
 * row, where the cursor is by now. */
static void
end_curses(void)
{
	endwin();
	if (exit_ca_mode != NULL || clr_eol == NULL)
		return;
	putp(clr_eol);
	fflush(stdout);
}

void
screen_close(struct screen *s)
{
	if (s == NULL)
		return;
	terminal_modes(&s->terminal, false);
	free_panes(s);
	delwin(s->keys);
	/* Not a second time where it was suspended and nothing was drawn since:
	 * that would go back to where the cursor was before the first. */
	if (!isendwin())
		end_curses();
	delscreen(s->curses);
	sheet_close(&s->sheet);
	/* endwin restores what curses saw; this, all that we found. */
	tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
	free(s);
}

void
screen_suspend(struct screen *s)
{
	terminal_modes(&s->terminal, false);
	end_curses();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
}

void
screen_resume(struct screen *s)
{
	reset_prog_mode();
	screen_fit(s);
	terminal_modes(&s->terminal, true);
	s->redraw = true;	/* also where no size is told */
}

void
screen_fit(struct screen *s)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == -1 || ws.ws_row == 0 ||
	    ws.ws_col == 0)
		return;
	/* Windows of the old size would be cut by resizeterm in its own way. */
	free_panes(s);
	memset(s->height, 0, sizeof(s->height));
	resizeterm(ws.ws_row, ws.ws_col);
	werase(stdscr);
	wnoutrefresh(stdscr);
	/* Also where it is the size we know: the window may have been another
	 * meanwhile and lost what it showed, which curses does not ask. */
	s->redraw = true;
}

int
screen_rows(const struct screen *s)
{
	(void)s;
	return LINES < 1 ? 1 : LINES;
}

int
screen_cols(const struct screen *s)
{
	(void)s;
	return COLS < 1 ? 1 : COLS;
}

static WINDOW *
make_pane(const struct screen *s, int pane, int rows, int top)
{
	WINDOW *w;

	if (rows <= 0 || (pane == SCREEN_SIDE && s->side_cols == 0))
		return NULL;
	w = newwin(rows, pane == SCREEN_MESSAGES ? COLS - s->side_cols : 0,
	    top, pane == SCREEN_SIDE ? COLS - s->side_cols : 0);
	if (w != NULL)
		leaveok(w, pane != SCREEN_INPUT);
	return w;
}

void
screen_layout(struct screen *s, const struct layout *l)
{
	const int rows[SCREEN_PANES] = { [SCREEN_TITLE] = l->title,
	    [SCREEN_MESSAGES] = l->messages, [SCREEN_SIDE] = l->messages,
	    [SCREEN_STATUS] = l->status, [SCREEN_INPUT] = l->input };
	int i, top = 0;

	if (memcmp(s->height, rows, sizeof(s->height)) == 0 &&
	    s->side_cols == l->side)
		return;
	free_panes(s);
	s->side_cols = l->side;
	for (i = 0; i < SCREEN_PANES; i++) {
		s->pane[i] = make_pane(s, i, rows[i], top);
		if (i != SCREEN_MESSAGES)	/* the side is as high */
			top += rows[i];
	}
	memcpy(s->height, rows, sizeof(s->height));
}

static bool
is_bar(enum screen_pane pane)
{
	return pane == SCREEN_TITLE || pane == SCREEN_STATUS;
}

/* Curses adds it to whatever is drawn. */
static void
set_ground(struct screen *s, WINDOW *w, enum style style)
{
	cchar_t blank;

	setcchar(&blank, L" ", s->attrs[style], s->pairs[style], NULL);
	wbkgrndset(w, &blank);
}

void
screen_erase(struct screen *s, enum screen_pane pane)
{
	WINDOW *w = s->pane[pane];

	if (w == NULL)
		return;
	if (is_bar(pane))
		set_ground(s, w, STYLE_BAR);
	werase(w);
}

/* Letters that are a cell each, as most are, where nothing shines through: five
 * times as fast as asking curses what they are. */
static bool
put_plain(WINDOW *w, struct screen_at at, chtype look, const char *text,
    size_t len)
{
	chtype cells[CELLS];
	size_t i;

	if (len > CELLS || at.pane == SCREEN_TITLE ||
	    at.pane == SCREEN_STATUS)
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return false;
		cells[i] = (chtype)text[i] | look;
	}
	mvwaddchnstr(w, at.row, at.col, cells, (int)len);
	return true;
}

static int
put(struct screen *s, struct screen_at at, enum style style,
    const char *text, size_t len)
{
	WINDOW *w = s->pane[at.pane];
	int used, width = w != NULL ? getmaxx(w) : 0;

	if (at.row < 0 || at.row >= s->height[at.pane] || at.col < 0 ||
	    at.col >= width || at.cols <= 0)
		return 0;
	if (at.cols > width - at.col)
		at.cols = width - at.col;
	len = text_fit(text, len, at.cols, &used);
	if (put_plain(w, at, s->attrs[style] |
	    (chtype)COLOR_PAIR(s->pairs[style]), text, len))
		return used;
	wattr_set(w, s->attrs[style], s->pairs[style], NULL);
	mvwaddnstr(w, at.row, at.col, text, (int)len);
	return used;
}

/* Most that is drawn is in display form; of names, which are not, curses and
 * the terminal agree unless they have what is new. */
int
screen_put(struct screen *s, struct screen_at at, enum style style,
    const char *text, size_t len)
{
	/* In a bar that stands out of it. */
	bool out = is_bar(at.pane) && s->pane[at.pane] != NULL &&
	    (style < STYLE_BAR || style > STYLE_BAR_BAD);
	char *shown = NULL;
	int used;

	if (text_is_new(text, len))
		shown = text_display(text, len, &len);
	if (out)
		set_ground(s, s->pane[at.pane], STYLE_TEXT);
	used = put(s, at, style, shown != NULL ? shown : text, len);
	if (out)
		set_ground(s, s->pane[at.pane], STYLE_BAR);
	free(shown);
	return used;
}

void
screen_rule(struct screen *s, struct screen_at at, enum style style)
{
	WINDOW *w = s->pane[at.pane];

	if (w == NULL || at.cols <= 0)
		return;
	wattr_set(w, s->attrs[style], s->pairs[style], NULL);
	mvwhline_set(w, at.row, at.col, WACS_HLINE, at.cols);
}

void
screen_caret(struct screen *s, int row, int col)
{
	if (s->pane[SCREEN_INPUT] != NULL)
		wmove(s->pane[SCREEN_INPUT], row, col);
}

void
screen_redraw(struct screen *s)
{
	s->redraw = true;
}

static void
update(struct screen *s)
{
	if (sheet_begin(&s->sheet)) {
		doupdate();
		sheet_end(&s->sheet, terminal_frame_text(&s->terminal, true),
		    terminal_frame_text(&s->terminal, false));
		return;
	}
	terminal_frame(&s->terminal, true);
	doupdate();
	terminal_frame(&s->terminal, false);
}

void
screen_flush(struct screen *s)
{
	int i;

	if (s->redraw)
		clearok(curscr, TRUE);
	s->redraw = false;
	/* The input pane last: input methods put their window at its cursor. */
	for (i = 0; i < SCREEN_PANES; i++)
		if (s->pane[i] != NULL)
			wnoutrefresh(s->pane[i]);
	update(s);
}

void
screen_bare(struct screen *s, const char *text, size_t len)
{
	terminal_bare(text, len);
	s->redraw = true;
}

struct terminal *
screen_terminal(struct screen *s)
{
	return &s->terminal;
}

static uint32_t
name_key(int c)
{
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].curses == c)
			return named[i].code;
	if (c >= (int)KEY_SPECIAL && c < (int)KEY_SPECIAL + KEYC_OTHER -
	    (int)KEYC_BASE)
		return (uint32_t)(c - KEY_SPECIAL + KEYC_BASE);
	return KEYC_OTHER;
}

bool
screen_key(struct screen *s, struct key *k)
{
	struct keyboard *kb = &s->keyboard;
	bool meta = s->escape;
	int c;

	s->escape = false;
	memset(k, 0, sizeof(*k));
	while ((c = wgetch(s->keys)) != ERR) {
		if (c == KEY_RESIZE)
			continue;
		if (kb->report != KEYBOARD_NONE &&
		    keyboard_take_report(kb, c, &k->code)) {
			if (kb->report == KEYBOARD_NONE)
				return true;
			continue;
		}
		if (c == KEY_REPORT || c == KEY_REPORT_OLD) {
			keyboard_report(kb, c == KEY_REPORT ? KEYBOARD_SGR :
			    KEYBOARD_X10);
			meta = false;
			continue;
		}
		if (c == KEYC_ESCAPE && kb->len == 0) {
			s->escape = meta;
			meta = true;	/* Alt, if more follows at once */
			if (!s->escape)
				continue;
			k->code = KEYC_ESCAPE;
			return true;
		}
		if (c >= KEY_MIN)
			k->code = name_key(c);
		else if (!keyboard_gather(kb, c, k))
			continue;
		if (meta) {
			k->code |= KEYC_META;
			k->len = 0;
		}
		return true;
	}
	k->code = KEYC_ESCAPE;
	return meta;
}
