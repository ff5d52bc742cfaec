/*
 * What the terminal is told past curses: private modes, title, clipboard, bell.
 * Curses has written all it has whenever this is called: putp(3) would go
 * through stdio and come out of order. Parent process.
 */
#include "tui/screen/terminal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Private modes are for terminals known to take unknown ones in silence. */
static bool
is_modern(const char *term)
{
	static const char *const kin[] = { "xterm", "tmux", "screen", "rxvt",
		"foot", "kitty", "alacritty", "wezterm", "st", "konsole",
		"gnome", "vte", "contour", "ghostty", "iterm", "mintty" };
	size_t i;

	for (i = 0; i < sizeof(kin) / sizeof(kin[0]); i++)
		if (strncmp(term, kin[i], strlen(kin[i])) == 0)
			return true;
	return false;
}

void
terminal_init(struct terminal *t, const char *name)
{
	*t = (struct terminal){ .modern = is_modern(name),
	    .saves_title = strncmp(name, "tmux", 4) == 0 };
	t->has_title = t->saves_title || strncmp(name, "xterm", 5) == 0;
}

static void
emit_bytes(const char *sequence, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(STDOUT_FILENO, sequence, len);
		if (n == -1 && errno != EINTR)
			return;		/* the terminal is gone; poll says so */
		if (n > 0) {
			sequence += n;
			len -= (size_t)n;
		}
	}
}

static void
emit(const char *sequence)
{
	emit_bytes(sequence, strlen(sequence));
}

/* Clicks, which the wheel's are; numbers in place of bytes. */
static void
set_mouse(bool on)
{
	emit(on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

static void
emit_title(const struct terminal *t)
{
	emit("\033]2;");
	emit(t->title);
	emit("\a");
}

void
terminal_modes(const struct terminal *t, bool on)
{
	/* Bracketed paste, and when the window gets and loses the focus. */
	if (t->modern)
		emit(on ? "\033[?2004h\033[?1004h" :
		    "\033[?2004l\033[?1004l");
	if (t->mouse)
		set_mouse(on);
	if (t->saves_title)
		emit(on ? "\033[22;2t" : "\033[23;2t");
	if (on && t->title[0] != '\0')
		emit_title(t);
}

const char *
terminal_frame_text(const struct terminal *t, bool begins)
{
	/* It may come in pieces; as one frame it never shows half. */
	return !t->modern ? "" : begins ? "\033[?2026h" : "\033[?2026l";
}

void
terminal_frame(const struct terminal *t, bool begins)
{
	emit(terminal_frame_text(t, begins));
}

void
terminal_bare(const char *text, size_t len)
{
	const char *end;

	emit("\033[0m\033[H\033[2J");
	for (; len > 0; len -= (size_t)(end - text), text = end) {
		if ((end = memchr(text, '\n', len)) == NULL)
			end = text + len;
		emit_bytes(text, (size_t)(end - text));
		if (end < text + len) {
			emit("\r\n");
			end++;
		}
	}
}

void
terminal_mouse(struct terminal *t, bool on)
{
	t->mouse = on && t->modern;
	if (t->modern)
		set_mouse(on);
}

void
terminal_bell(void)
{
	emit("\a");
}

void
terminal_osc9(const struct terminal *t, const char *text)
{
	if (!t->modern)
		return;
	emit("\033]9;");
	emit(text);
	emit("\a");
}

void
terminal_osc777(const struct terminal *t, const char *title, const char *text)
{
	if (!t->modern)
		return;
	emit("\033]777;notify;");
	emit(title);
	emit(";");
	emit(text);
	emit("\a");
}

void
terminal_copy(const struct terminal *t, const char *text, size_t len)
{
	size_t size = sodium_base64_encoded_len(len,
	    sodium_base64_VARIANT_ORIGINAL);
	char *code;

	if (!t->modern || (code = malloc(size)) == NULL)
		return;
	sodium_bin2base64(code, size, (const unsigned char *)text, len,
	    sodium_base64_VARIANT_ORIGINAL);
	emit("\033]52;c;");
	emit(code);
	emit("\a");
	free(code);
}

void
terminal_title(struct terminal *t, const char *title)
{
	if (!t->has_title)
		return;
	strlcpy(t->title, title, sizeof(t->title));
	emit_title(t);
}

bool
terminal_brackets(const struct terminal *t)
{
	const char *term = getenv("TERM");

	/* tmux has that name, too; the old one takes the mode in silence. */
	return t->modern && (term == NULL || strncmp(term, "screen", 6) != 0 ||
	    getenv("TMUX") != NULL);
}
