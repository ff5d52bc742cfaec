/*
 * A terminal for tests: a real program on a pseudo-terminal (with_job), its
 * output kept as a screen by libvterm. Several may live at once; whichever
 * is waited for, all of them are served, so that no program blocks.
 *
 * What is seen here is as of the last time the terminals were served; to wait
 * for something to be seen use with_term_wait.h.
 */
#ifndef TESTS_WITH_TERM_H
#define TESTS_WITH_TERM_H

#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	TERM_ROW_BYTES = 16384,		/* a row's text, with its NUL */
	TERM_CELL_BYTES = 6 * 4 + 1,	/* a cell's text, with its NUL */
	TERM_RECENT_BYTES = 16384	/* of the output, see term_wrote */
};

/* Numbers of modes that term_mode() knows, as all others below 3000. */
enum {
	TERM_CURSOR_KEYS = 1,
	TERM_CURSOR_VISIBLE = 25,
	TERM_MOUSE_CLICK = 1000,
	TERM_MOUSE_DRAG = 1002,
	TERM_MOUSE_MOVE = 1003,
	TERM_FOCUS = 1004,
	TERM_ALT_SCREEN = 1049,
	TERM_PASTE = 2004,
	TERM_FRAME = 2026
};

struct term;

/*
 * A program on a new terminal of that size, in its own session. env and the
 * private HOME: see env_make(); HOME lasts until term_free. argv[0] is looked
 * up in PATH. Never NULL: what fails ends the test program with err(3).
 */
struct term *term_start(int rows, int cols, const char *const env[],
	    const char *const argv[]);

/* Kills what still runs of the program, by pid. NULL is allowed. */
void	 term_free(struct term *);

/* Frees every terminal that a failed test left. A cmocka teardown. */
int	 term_free_all(void **state);

/* The directory that is the program's HOME. */
const char *term_home(const struct term *);
pid_t	 term_pid(const struct term *);

/* ---- What a person does ---- */

/* Bytes as they are, in one write where the line has room. */
void	 term_keys(struct term *, const char *bytes);

/*
 * Keys by name, a space between them, all in one burst, encoded as xterm does
 * in the modes now in force: "h i Enter", "C-a C-k", "M-Enter", "S-Tab",
 * "C-Left", "PgUp", "F8", "Esc", "Space". In one burst "Esc x" is Alt-x, and
 * three arrows or more are the wheel; to avoid that press one, wait for what
 * it does, press the next.
 */
void	 term_press(struct term *, const char *names);

/*
 * Pastes text: its newlines sent as CR, as xterm does, and in brackets if the
 * program asked for them (mode 2004).
 */
void	 term_paste(struct term *, const char *text);

/* Whether the program has read all that was typed so far. */
bool	 term_is_read(const struct term *);

/* The window changes its size: from 1x1 to 500x500. */
void	 term_resize(struct term *, int rows, int cols);

/*
 * Closes the window: the program finds the end of its input and gets SIGHUP,
 * in either order, as it is with real ones. The screen stays as it was.
 */
void	 term_close_window(struct term *);

/* kill(2) of the program alone. */
void	 term_signal(struct term *, int sig);

/* A shell's "fg": gives the stopped program the terminal and continues it. */
void	 term_continue(struct term *);

/* ---- The program ---- */

/* Ended, or stopped: then all that it wrote is on the screen. */
bool	 term_running(const struct term *);
bool	 term_ended(const struct term *);
bool	 term_stopped(const struct term *);

/* After it ended: exit(3)'s status, or 128 and the signal that killed it. */
int	 term_status(const struct term *);

/*
 * Serves every terminal: bytes to and from the programs, news of them. Waits
 * up to timeout_ms (-1: as long as it takes) for something to do.
 */
void	 term_serve(int timeout_ms);

/* ---- What is to be seen. Rows count from 0; -1 is the last, -2 above it. */

int	 term_rows(const struct term *);
int	 term_cols(const struct term *);

/* A row as UTF-8 without trailing spaces; returns buf. */
char	*term_row_text(struct term *, int row, char buf[TERM_ROW_BYTES]);
/* Whether a row holds the text; the first such row, or -1. */
bool	 term_row_has(struct term *, int row, const char *text);
int	 term_find(struct term *, const char *text);
/* How many rows have it. */
unsigned term_rows_with(struct term *, const char *text);
/* All rows, a newline after each; the caller frees. */
char	*term_text(struct term *);

enum { TERM_DEFAULT = -1, TERM_RGB = 1 << 24 };

struct term_cell {
	char	 text[TERM_CELL_BYTES];	/* UTF-8; "" if nothing was drawn */
	int	 width;		/* columns: 1, 2; 0: second half of a wide one */
	int	 fg, bg;	/* TERM_DEFAULT, 0 to 255, or TERM_RGB | 0xrrggbb */
	bool	 bold, dim, italic, underline, blink, reverse, strike;
};

/* A cell within the screen. */
struct term_cell term_cell(struct term *, int row, int col);

void	 term_cursor(const struct term *, int *row, int *col, bool *visible);
/* Whether a DEC private mode (CSI ? mode h) is in force. */
bool	 term_mode(const struct term *, int mode);
bool	 term_alt_screen(const struct term *);
bool	 term_mouse(const struct term *);	/* any reporting of clicks */
const char *term_title(const struct term *);

/* Counted since the start: bells, bytes to the terminal, frames ended. */
unsigned long	term_bells(const struct term *);
unsigned long	term_bytes(const struct term *);
unsigned long	term_frames(const struct term *);

/*
 * Whether the last TERM_RECENT_BYTES of the output have these bytes in a row:
 * for sequences that leave no trace on the screen.
 */
bool	 term_wrote(const struct term *, const char *bytes);

/* ---- What the program leaves behind ---- */

/* Whether the line's modes (stty) are those of the start; else says which. */
bool	 term_termios_same(const struct term *);

/*
 * How many processes are left of the program (it counts too while it runs):
 * those of its session and those that left it. With zombies also those that
 * it should have waited for. say: each on stderr.
 */
int	 term_processes(const struct term *, bool zombies, bool say);

/* After the end: whether none is left, not even a zombie; else says which. */
bool	 term_no_children(const struct term *);

/* Puts the screen, or every one, on stderr. */
void	 term_dump(struct term *);
void	 term_dump_all(void);

#endif
