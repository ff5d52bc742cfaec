/*
 * Keys and what they do: the one table of bindings. Pure; knows no curses.
 */
#ifndef TUI_SESSION_KEY_H
#define TUI_SESSION_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key is a code point (control characters included), or one of these. */
enum {
	KEYC_BASE = 0x110000,
	KEYC_UP = KEYC_BASE, KEYC_DOWN, KEYC_LEFT, KEYC_RIGHT,
	KEYC_HOME, KEYC_END, KEYC_PAGE_UP, KEYC_PAGE_DOWN,
	KEYC_DELETE, KEYC_BACKSPACE, KEYC_SHIFT_TAB,
	KEYC_SHIFT_UP, KEYC_SHIFT_DOWN,
	KEYC_CTRL_LEFT, KEYC_CTRL_RIGHT, KEYC_CTRL_HOME, KEYC_CTRL_END,
	KEYC_META_UP, KEYC_META_DOWN, KEYC_META_LEFT, KEYC_META_RIGHT,
	KEYC_META_PAGE_UP, KEYC_META_PAGE_DOWN,
	KEYC_F1, KEYC_F8, KEYC_WHEEL_UP, KEYC_WHEEL_DOWN,
	KEYC_PASTE_BEGIN, KEYC_PASTE_END, KEYC_FOCUS_IN, KEYC_FOCUS_OUT,
	KEYC_OTHER,		/* a key without a meaning here */
	KEYC_META = 1 << 24,	/* or-ed on: Alt, or ESC just before */
	KEYC_PREFIXED = 1 << 25,	/* likewise: C-x was the key before */
	KEYC_ESCAPE = 27,
	KEYC_ENTER = '\r'
};

struct key {
	uint32_t	 code;
	char		 text[4];	/* the character itself, UTF-8 */
	size_t		 len;		/* 0: it is no character */
};

#define KEY_CTRL_OF(c)	((uint32_t)((c) & 0x1f))
#define KEY_META_OF(c)	((uint32_t)((c) | KEYC_META))
#define KEY_PREFIX	KEY_CTRL_OF('x')

enum action {
	ACTION_NONE,		/* not bound: a character types itself */
	ACTION_SEND, ACTION_NEWLINE,
	ACTION_LINE_START, ACTION_LINE_END,
	ACTION_LEFT, ACTION_RIGHT, ACTION_WORD_LEFT, ACTION_WORD_RIGHT,
	ACTION_DELETE, ACTION_BACKSPACE, ACTION_KILL_SPACE,
	ACTION_KILL_WORD_LEFT, ACTION_KILL_WORD_RIGHT,
	ACTION_KILL_END, ACTION_KILL_START,
	ACTION_YANK, ACTION_YANK_OLDER, ACTION_LAST_WORD,
	ACTION_TRANSPOSE, ACTION_UNDO, ACTION_REDO,
	ACTION_COMPLETE, ACTION_COMPLETE_BACK, ACTION_EDITOR,
	ACTION_OLDER, ACTION_NEWER, ACTION_SENT_OLDER, ACTION_SENT_NEWER,
	ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_ROWS_UP, ACTION_ROWS_DOWN,
	ACTION_TOP, ACTION_BOTTOM, ACTION_RETURN,
	ACTION_UNREAD, ACTION_MENTION_OLDER, ACTION_MENTION_NEWER,
	ACTION_SEARCH_BACK, ACTION_SEARCH_FORWARD,
	ACTION_MEMBERS, ACTION_TIMES, ACTION_NOTICES, ACTION_BARE,
	ACTION_MOUSE, ACTION_REDRAW, ACTION_HELP,
	ACTION_SUSPEND, ACTION_LEAVE,	/* the terminal makes signals of them */
	/* Where there are several windows. */
	ACTION_WINDOW,		/* of the digit that the key is */
	ACTION_WINDOW_ACTIVE, ACTION_WINDOW_NEXT, ACTION_WINDOW_BEFORE,
	ACTION_WINDOW_LAST, ACTION_WINDOW_GO,
	ACTIONS
};

/* What a key does. */
enum action	 key_action(uint32_t code);
/* What it does besides, or instead, where there are several windows. */
enum action	 key_window_action(uint32_t code);
/* Does a key do that there, or where there is one? */
bool		 key_is_bound(enum action, bool windows);

/*
 * The help on an action: its keys ("C-a Home") in dst and what it does,
 * translated, returned; NULL: it has no line of its own.
 */
enum { KEY_HELP_BYTES = 96 };
const char	*key_help(char dst[KEY_HELP_BYTES], enum action);

/* Of n that came at once: how many from the i-th on are the same arrow. */
size_t	 key_same_arrows(const struct key *, size_t i, size_t n);
/* Esc, and a command behind it, come as M-/ where they come at once: what is
 * typed behind that would be said in another room. */
bool	 key_is_escape_and_slash(const struct key *, size_t i, size_t n);

#endif
