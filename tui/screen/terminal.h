/*
 * The terminal past curses: its private modes, its title, the clipboard, what
 * calls the user's eye or ear. Client's parent process; everything is written
 * at once.
 */
#ifndef TUI_SCREEN_TERMINAL_H
#define TUI_SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum { TERMINAL_TITLE_BYTES = 384 };

struct terminal {
	bool	 modern;	/* knows the private modes */
	bool	 has_title;
	bool	 saves_title;	/* itself; smcup does not */
	bool	 mouse;
	char	 title[TERMINAL_TITLE_BYTES];
};

/* One of that name ($TERM). */
void	 terminal_init(struct terminal *, const char *name);
/* Those modes that we want, and back. */
void	 terminal_modes(const struct terminal *, bool on);
/* What is written between the two appears as one frame. */
void	 terminal_frame(const struct terminal *, bool begins);
const char *terminal_frame_text(const struct terminal *, bool begins);
/* In place of all that stands there: lines as they are. */
void	 terminal_bare(const char *text, size_t len);
/* Takes the mouse's wheel, and with it its clicks, or gives them back. */
void	 terminal_mouse(struct terminal *, bool on);
/* Calls the user's eye or ear; text is cleaned, who and what. */
void	 terminal_bell(void);
void	 terminal_osc9(const struct terminal *, const char *text);
void	 terminal_osc777(const struct terminal *, const char *title,
	    const char *text);
/* Into the clipboard, by OSC 52. */
void	 terminal_copy(const struct terminal *, const char *text, size_t len);
/* The window's title, where the terminal has one; cleaned text. */
void	 terminal_title(struct terminal *, const char *);
/* Is it known to say what is pasted and what is typed? */
bool	 terminal_brackets(const struct terminal *);

#endif
