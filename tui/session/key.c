/*
 * The bindings. Pure; used by the client's parent process.
 */
#include "tui/session/key.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"

static const struct binding {
	uint32_t	 code;
	enum action	 action;
} bindings[] = {
	{ KEYC_ENTER, ACTION_SEND },
	{ KEY_META_OF('\r'), ACTION_NEWLINE },
	{ KEY_META_OF('\n'), ACTION_NEWLINE },
	{ KEY_CTRL_OF('j'), ACTION_NEWLINE },
	{ KEY_CTRL_OF('a'), ACTION_LINE_START },
	{ KEYC_HOME, ACTION_LINE_START },
	{ KEY_CTRL_OF('e'), ACTION_LINE_END },
	{ KEY_CTRL_OF('b'), ACTION_LEFT },
	{ KEYC_LEFT, ACTION_LEFT },
	{ KEY_CTRL_OF('f'), ACTION_RIGHT },
	{ KEYC_RIGHT, ACTION_RIGHT },
	{ KEY_META_OF('b'), ACTION_WORD_LEFT },
	{ KEYC_CTRL_LEFT, ACTION_WORD_LEFT },
	{ KEYC_META_LEFT, ACTION_WORD_LEFT },
	{ KEY_META_OF(KEYC_LEFT), ACTION_WORD_LEFT },
	{ KEY_META_OF('f'), ACTION_WORD_RIGHT },
	{ KEYC_CTRL_RIGHT, ACTION_WORD_RIGHT },
	{ KEYC_META_RIGHT, ACTION_WORD_RIGHT },
	{ KEY_META_OF(KEYC_RIGHT), ACTION_WORD_RIGHT },
	{ KEY_CTRL_OF('d'), ACTION_DELETE },
	{ KEYC_DELETE, ACTION_DELETE },
	{ KEYC_BACKSPACE, ACTION_BACKSPACE },
	{ KEY_CTRL_OF('h'), ACTION_BACKSPACE },
	{ 0x7f, ACTION_BACKSPACE },
	{ KEY_CTRL_OF('w'), ACTION_KILL_SPACE },
	{ KEY_META_OF(KEYC_BACKSPACE), ACTION_KILL_WORD_LEFT },
	{ KEY_META_OF(0x7f), ACTION_KILL_WORD_LEFT },
	{ KEY_META_OF('\b'), ACTION_KILL_WORD_LEFT },
	{ KEY_META_OF('d'), ACTION_KILL_WORD_RIGHT },
	{ KEY_CTRL_OF('k'), ACTION_KILL_END },
	{ KEY_CTRL_OF('u'), ACTION_KILL_START },
	{ KEY_CTRL_OF('y'), ACTION_YANK },
	{ KEY_META_OF('y'), ACTION_YANK_OLDER },
	{ KEY_META_OF('.'), ACTION_LAST_WORD },
	{ KEY_CTRL_OF('t'), ACTION_TRANSPOSE },
	{ KEY_CTRL_OF('_'), ACTION_UNDO },
	{ KEY_META_OF('_'), ACTION_REDO },
	{ KEY_CTRL_OF('i'), ACTION_COMPLETE },
	{ KEYC_SHIFT_TAB, ACTION_COMPLETE_BACK },
	{ KEY_CTRL_OF('e') | KEYC_PREFIXED, ACTION_EDITOR },
	{ KEYC_UP, ACTION_OLDER },
	{ KEYC_DOWN, ACTION_NEWER },
	{ KEY_CTRL_OF('p'), ACTION_SENT_OLDER },
	{ KEY_CTRL_OF('n'), ACTION_SENT_NEWER },
	{ KEYC_PAGE_UP, ACTION_PAGE_UP },
	{ KEY_META_OF('v'), ACTION_PAGE_UP },
	{ KEYC_PAGE_DOWN, ACTION_PAGE_DOWN },
	{ KEY_CTRL_OF('v'), ACTION_PAGE_DOWN },
	{ KEYC_META_PAGE_UP, ACTION_ROWS_UP },
	{ KEY_META_OF(KEYC_PAGE_UP), ACTION_ROWS_UP },
	{ KEYC_SHIFT_UP, ACTION_ROWS_UP },
	{ KEYC_WHEEL_UP, ACTION_ROWS_UP },
	{ KEYC_META_PAGE_DOWN, ACTION_ROWS_DOWN },
	{ KEY_META_OF(KEYC_PAGE_DOWN), ACTION_ROWS_DOWN },
	{ KEYC_SHIFT_DOWN, ACTION_ROWS_DOWN },
	{ KEYC_WHEEL_DOWN, ACTION_ROWS_DOWN },
	{ KEYC_CTRL_HOME, ACTION_TOP },
	{ KEY_META_OF('<'), ACTION_TOP },
	{ KEYC_CTRL_END, ACTION_BOTTOM },
	{ KEY_META_OF('>'), ACTION_BOTTOM },
	/* End returns to the live lines when scrolled; else the line's. */
	{ KEYC_END, ACTION_RETURN },
	{ KEYC_ESCAPE, ACTION_RETURN },
	{ KEY_CTRL_OF('g'), ACTION_RETURN },	/* as Esc */
	{ KEY_META_OF('u'), ACTION_UNREAD },
	{ KEY_META_OF('p'), ACTION_MENTION_OLDER },
	{ KEY_META_OF('n'), ACTION_MENTION_NEWER },
	{ KEY_CTRL_OF('r'), ACTION_SEARCH_BACK },
	{ KEY_CTRL_OF('s'), ACTION_SEARCH_FORWARD },
	{ KEYC_F8, ACTION_MEMBERS },
	{ KEY_META_OF('N'), ACTION_MEMBERS },
	{ KEY_META_OF('t'), ACTION_TIMES },
	{ KEY_META_OF('='), ACTION_NOTICES },
	{ KEY_META_OF('l'), ACTION_BARE },
	{ KEY_META_OF('m'), ACTION_MOUSE },
	{ KEY_CTRL_OF('l'), ACTION_REDRAW },
	{ KEYC_F1, ACTION_HELP },
	{ KEY_CTRL_OF('z'), ACTION_SUSPEND },
	{ KEY_CTRL_OF('c'), ACTION_LEAVE },
};
enum { BINDINGS = sizeof(bindings) / sizeof(bindings[0]) };

/* Where there are several windows, as in irssi, WeeChat and catgirl. */
static const struct binding window_bindings[] = {
	{ KEY_META_OF('1'), ACTION_WINDOW },
	{ KEY_META_OF('2'), ACTION_WINDOW },
	{ KEY_META_OF('3'), ACTION_WINDOW },
	{ KEY_META_OF('4'), ACTION_WINDOW },
	{ KEY_META_OF('5'), ACTION_WINDOW },
	{ KEY_META_OF('6'), ACTION_WINDOW },
	{ KEY_META_OF('7'), ACTION_WINDOW },
	{ KEY_META_OF('8'), ACTION_WINDOW },
	{ KEY_META_OF('9'), ACTION_WINDOW },
	{ KEY_META_OF('0'), ACTION_WINDOW },
	{ KEY_META_OF('a'), ACTION_WINDOW_ACTIVE },
	{ KEY_CTRL_OF('n'), ACTION_WINDOW_NEXT },
	{ KEYC_META_RIGHT, ACTION_WINDOW_NEXT },
	{ KEY_META_OF(KEYC_RIGHT), ACTION_WINDOW_NEXT },
	{ KEYC_META_DOWN, ACTION_WINDOW_NEXT },
	{ KEY_META_OF(KEYC_DOWN), ACTION_WINDOW_NEXT },
	{ KEY_CTRL_OF('p'), ACTION_WINDOW_BEFORE },
	{ KEYC_META_LEFT, ACTION_WINDOW_BEFORE },
	{ KEY_META_OF(KEYC_LEFT), ACTION_WINDOW_BEFORE },
	{ KEYC_META_UP, ACTION_WINDOW_BEFORE },
	{ KEY_META_OF(KEYC_UP), ACTION_WINDOW_BEFORE },
	{ KEY_META_OF('/'), ACTION_WINDOW_LAST },
	{ KEY_META_OF('g'), ACTION_WINDOW_GO },
};
enum {
	WINDOW_BINDINGS = sizeof(window_bindings) / sizeof(window_bindings[0])
};

static const char *const does[ACTIONS] = {
	[ACTION_SEND] = N_("send; on an empty line open the folded message"),
	[ACTION_NEWLINE] = N_("new line in the message"),
	[ACTION_LINE_START] = N_("start of the line"),
	[ACTION_LINE_END] = N_("end of the line"),
	[ACTION_LEFT] = N_("a character left"),
	[ACTION_RIGHT] = N_("a character right"),
	[ACTION_WORD_LEFT] = N_("a word left"),
	[ACTION_WORD_RIGHT] = N_("a word right"),
	[ACTION_DELETE] = N_("delete the character"),
	[ACTION_BACKSPACE] = N_("delete the character before"),
	[ACTION_KILL_SPACE] = N_("cut back to a blank"),
	[ACTION_KILL_WORD_LEFT] = N_("cut the word before"),
	[ACTION_KILL_WORD_RIGHT] = N_("cut the word behind"),
	[ACTION_KILL_END] = N_("cut to the end of the line"),
	[ACTION_KILL_START] = N_("cut to its start; C-u C-u: all the lines"),
	[ACTION_YANK] = N_("paste what was cut"),
	[ACTION_YANK_OLDER] = N_("after C-y: what was cut before"),
	[ACTION_LAST_WORD] = N_("the last word of what was sent before"),
	[ACTION_TRANSPOSE] = N_("swap two characters"),
	[ACTION_UNDO] = N_("undo"),
	[ACTION_REDO] = N_("redo"),
	[ACTION_COMPLETE] = N_("complete a name, a command, :emoji:"),
	[ACTION_COMPLETE_BACK] = N_("the completion before"),
	[ACTION_EDITOR] = N_("edit the text in $VISUAL or $EDITOR"),
	[ACTION_OLDER] = N_("what was sent before; the line above"),
	[ACTION_NEWER] = N_("what was sent after; the line below"),
	[ACTION_SENT_OLDER] = N_("what was sent before, always"),
	[ACTION_SENT_NEWER] = N_("what was sent after, always"),
	[ACTION_PAGE_UP] = N_("a page up"),
	[ACTION_PAGE_DOWN] = N_("a page down"),
	[ACTION_ROWS_UP] = N_("a few rows up"),
	[ACTION_ROWS_DOWN] = N_("a few rows down"),
	[ACTION_TOP] = N_("the first line"),
	[ACTION_BOTTOM] = N_("the last line"),
	[ACTION_RETURN] = N_("back to the last line; all is read"),
	[ACTION_UNREAD] = N_("the first unread line"),
	[ACTION_MENTION_OLDER] = N_("the mention before"),
	[ACTION_MENTION_NEWER] = N_("the mention after"),
	[ACTION_SEARCH_BACK] = N_("search back; Enter stays, Esc returns"),
	[ACTION_SEARCH_FORWARD] = N_("search forward"),
	[ACTION_MEMBERS] = N_("who is here, on or off"),
	[ACTION_TIMES] = N_("times, on or off"),
	[ACTION_NOTICES] = N_("joins and leaves, on or off"),
	[ACTION_BARE] = N_("bare view, for copying"),
	[ACTION_MOUSE] = N_("mouse, on or off (Shift selects then)"),
	[ACTION_REDRAW] = N_("draw the screen anew"),
	[ACTION_HELP] = N_("this help"),
	[ACTION_SUSPEND] = N_("suspend; fg comes back"),
	[ACTION_LEAVE] = N_("leave the room"),
	[ACTION_WINDOW] = N_("the room of that number"),
	[ACTION_WINDOW_ACTIVE] = N_("the next room where something goes on"),
	[ACTION_WINDOW_NEXT] = N_("the next room"),
	[ACTION_WINDOW_BEFORE] = N_("the room before"),
	[ACTION_WINDOW_LAST] = N_("the room that was looked at before"),
	[ACTION_WINDOW_GO] = N_("a room by a part of its name"),
};
_Static_assert(ACTIONS == 56, "words for each: add them, then count");

static const struct named {
	uint32_t	 code;
	const char	*name;
} names[] = {
	{ KEYC_UP, "Up" }, { KEYC_DOWN, "Down" }, { KEYC_LEFT, "Left" },
	{ KEYC_RIGHT, "Right" }, { KEYC_HOME, "Home" }, { KEYC_END, "End" },
	{ KEYC_PAGE_UP, "PgUp" }, { KEYC_PAGE_DOWN, "PgDn" },
	{ KEYC_DELETE, "Del" }, { KEYC_BACKSPACE, "Backspace" },
	{ KEYC_SHIFT_TAB, "S-Tab" }, { KEYC_SHIFT_UP, "S-Up" },
	{ KEYC_SHIFT_DOWN, "S-Down" }, { KEYC_CTRL_LEFT, "C-Left" },
	{ KEYC_CTRL_RIGHT, "C-Right" }, { KEYC_CTRL_HOME, "C-Home" },
	{ KEYC_CTRL_END, "C-End" }, { KEYC_META_PAGE_UP, "M-PgUp" },
	{ KEYC_META_PAGE_DOWN, "M-PgDn" }, { KEYC_F1, "F1" },
	{ KEYC_F8, "F8" }, { KEYC_WHEEL_UP, "wheel" },
	{ KEYC_WHEEL_DOWN, "wheel" }, { KEYC_ENTER, "Enter" },
	{ KEYC_ESCAPE, "Esc" }, { KEY_CTRL_OF('i'), "Tab" },
	/* Other codes of keys that have a name already. */
	{ 0x7f, NULL }, { '\b', NULL }, { KEY_META_OF('\n'), NULL },
	{ KEY_META_OF('\b'), NULL }, { KEY_META_OF(KEYC_BACKSPACE), NULL },
	{ KEY_META_OF(KEYC_PAGE_UP), NULL },
	{ KEY_META_OF(KEYC_PAGE_DOWN), NULL },
	{ KEYC_META_LEFT, NULL }, { KEYC_META_RIGHT, NULL },
	{ KEY_META_OF(KEYC_LEFT), NULL }, { KEY_META_OF(KEYC_RIGHT), NULL },
	{ KEY_META_OF(KEYC_UP), NULL }, { KEY_META_OF(KEYC_DOWN), NULL },
	{ KEY_META_OF('\r'), "M-Enter" }, { KEY_META_OF(0x7f), "M-Backspace" },
};

/* As those of windows. */
static const struct named window_names[] = {
	{ KEYC_META_UP, "M-Up" }, { KEYC_META_DOWN, "M-Down" },
	{ KEYC_META_LEFT, "M-Left" }, { KEYC_META_RIGHT, "M-Right" },
	{ KEY_META_OF('1'), "M-1..9 M-0" }, { KEY_META_OF('2'), NULL },
	{ KEY_META_OF('3'), NULL }, { KEY_META_OF('4'), NULL },
	{ KEY_META_OF('5'), NULL }, { KEY_META_OF('6'), NULL },
	{ KEY_META_OF('7'), NULL }, { KEY_META_OF('8'), NULL },
	{ KEY_META_OF('9'), NULL }, { KEY_META_OF('0'), NULL },
};

/* False: it is not among them. */
static bool
find_name(const struct named *of, size_t n, uint32_t code, char dst[16])
{
	for (; n > 0 && of->code != code; of++)
		n--;
	if (n > 0)
		strlcpy(dst, of->name == NULL ? "" : of->name, 16);
	return n > 0;
}

/* As Emacs and our own pages write it; "" where another code has the name. */
static void
name_of(char dst[16], uint32_t code, bool windows)
{
	if (code & KEYC_PREFIXED) {
		snprintf(dst, 16, "C-x C-%c", (char)((code & 0x1f) + 'a' - 1));
		return;
	}
	if ((windows && find_name(window_names, sizeof(window_names) /
	    sizeof(window_names[0]), code, dst)) ||
	    find_name(names, sizeof(names) / sizeof(names[0]), code, dst))
		return;
	if (code < 0x20)
		snprintf(dst, 16, "C-%c", (char)(code >= 1 && code <= 26 ?
		    code + 'a' - 1 : code + '@'));
	else
		snprintf(dst, 16, "M-%c", (char)(code & 0x7f));
}

static void
add_name(char dst[KEY_HELP_BYTES], uint32_t code, bool windows)
{
	char name[16];

	name_of(name, code, windows);
	if (*name != '\0' && *dst != '\0')
		strlcat(dst, " ", KEY_HELP_BYTES);
	strlcat(dst, name, KEY_HELP_BYTES);
}

const char *
key_help(char dst[KEY_HELP_BYTES], enum action action)
{
	size_t i;

	dst[0] = '\0';
	if (does[action] == NULL)
		return NULL;
	for (i = 0; i < BINDINGS; i++)
		if (bindings[i].action == action)
			add_name(dst, bindings[i].code, false);
	for (i = 0; i < WINDOW_BINDINGS; i++)
		if (window_bindings[i].action == action)
			add_name(dst, window_bindings[i].code, true);
	return _(does[action]);
}

static enum action
find_action(const struct binding *b, size_t n, uint32_t code)
{
	for (; n > 0; b++, n--)
		if (b->code == code)
			return b->action;
	return ACTION_NONE;
}

enum action
key_action(uint32_t code)
{
	return find_action(bindings, BINDINGS, code);
}

enum action
key_window_action(uint32_t code)
{
	return find_action(window_bindings, WINDOW_BINDINGS, code);
}

bool
key_is_bound(enum action action, bool windows)
{
	size_t i;

	for (i = 0; i < BINDINGS; i++)
		if (bindings[i].action == action && (!windows ||
		    key_window_action(bindings[i].code) == ACTION_NONE))
			return true;
	for (i = 0; windows && i < WINDOW_BINDINGS; i++)
		if (window_bindings[i].action == action)
			return true;
	return false;
}

size_t
key_same_arrows(const struct key *keys, size_t i, size_t n)
{
	size_t j = i;

	if (keys[i].code != KEYC_UP && keys[i].code != KEYC_DOWN)
		return 0;
	while (j < n && keys[j].code == keys[i].code)
		j++;
	return j - i;
}

bool
key_is_escape_and_slash(const struct key *keys, size_t i, size_t n)
{
	return keys[i].code == (KEYC_META | '/') && i + 1 < n &&
	    keys[i + 1].len > 0;
}
