/*
 * A filter before libvterm, in the test process. Text passes untouched; a
 * CSI is held until it is complete, since three of them must be changed:
 *
 *   CSI ? a ; b h	libvterm 0.1.4 takes only the first number: split up.
 *   SGR 2		dim, which it does not know: becomes SGR 11, a font,
 *			which it keeps in the cell.
 *   SGR 22		neither bold nor dim: becomes 22 and 10, first font.
 *
 * It must never lose a byte that a terminal would show.
 */
#include "tests/with_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODE_WRAP = 7, MODE_CURSOR = 25, MODE_FRAME = 2026 };

static void
set_mode(struct stream *s, int mode, bool on)
{
	unsigned char bit;

	if (mode < 0 || mode >= STREAM_MODES)
		return;
	if (mode == MODE_FRAME && !on && stream_mode(s, MODE_FRAME))
		s->frames++;
	bit = (unsigned char)(1 << mode % 8);
	if (on)
		s->modes[mode / 8] |= bit;
	else
		s->modes[mode / 8] &= (unsigned char)~bit;
}

bool
stream_mode(const struct stream *s, int mode)
{
	return mode >= 0 && mode < STREAM_MODES &&
	    (s->modes[mode / 8] >> mode % 8 & 1) != 0;
}

static void
reset_modes(struct stream *s)
{
	memset(s->modes, 0, sizeof(s->modes));
	set_mode(s, MODE_WRAP, true);
	set_mode(s, MODE_CURSOR, true);
}

void
stream_init(struct stream *s, void (*out)(void *, const char *, size_t),
    void *arg)
{
	memset(s, 0, sizeof(*s));
	s->out = out;
	s->arg = arg;
	reset_modes(s);
}

/* CSI ? numbers h, or l: args is NUL-terminated, without the question mark. */
static void
private_modes(struct stream *s, const char *args, char final)
{
	char one[32];
	int len, mode;

	for (;; args++) {
		mode = atoi(args);
		set_mode(s, mode, final == 'h');
		len = snprintf(one, sizeof(one), "\033[?%d%c", mode, final);
		s->out(s->arg, one, (size_t)len);
		if ((args = strchr(args, ';')) == NULL)
			return;
	}
}

/* SGR: args is NUL-terminated, digits and semicolons only. */
static void
colours(struct stream *s, const char *args)
{
	char new[3 * STREAM_HOLD_BYTES];
	const char *number;
	size_t len = 0, digits;
	int skip = 0;		/* numbers that belong to 38 or 48 */

	for (number = args;; number += digits + 1) {
		digits = strcspn(number, ";");
		if (skip == 0 && digits == 1 && number[0] == '2')
			len += (size_t)sprintf(new + len, "11");
		else if (skip == 0 && digits == 2 && number[0] == '2' &&
		    number[1] == '2')
			len += (size_t)sprintf(new + len, "22;10");
		else
			len += (size_t)sprintf(new + len, "%.*s", (int)digits,
			    number);
		if (skip > 0)
			skip--;
		else if (digits == 2 && number[1] == '8' &&
		    (number[0] == '3' || number[0] == '4'))
			skip = strncmp(number + digits, ";2;", 3) == 0 ? 4 : 2;
		if (number[digits] == '\0')
			break;
		new[len++] = ';';
	}
	new[len++] = 'm';
	s->out(s->arg, "\033[", 2);
	s->out(s->arg, new, len);
}

/* A whole CSI is held, its first two bytes and its last included. */
static void
sequence(struct stream *s)
{
	char *args, final;

	final = s->held[s->held_len - 1];
	s->held[s->held_len - 1] = '\0';
	args = s->held + 2;
	if ((final == 'h' || final == 'l') && args[0] == '?' &&
	    strspn(args + 1, "0123456789;") == strlen(args + 1))
		private_modes(s, args + 1, final);
	else if (final == 'm' && strspn(args, "0123456789;") == strlen(args))
		colours(s, args);
	else {
		s->held[s->held_len - 1] = final;
		s->out(s->arg, s->held, s->held_len);
	}
	s->held_len = 0;
	s->state = STREAM_TEXT;
}

/* Gives up on what is held: it goes on as it came. */
static void
release(struct stream *s)
{
	if (s->held_len > 0)
		s->out(s->arg, s->held, s->held_len);
	s->held_len = 0;
	s->state = STREAM_TEXT;
}

static void
hold(struct stream *s, unsigned char byte)
{
	s->held[s->held_len++] = (char)byte;
	switch (s->state) {
	case STREAM_TEXT:
		s->state = STREAM_ESCAPE;
		break;
	case STREAM_ESCAPE:
		s->state = STREAM_CSI;
		if (byte == '[')
			break;
		if (byte == 'c')		/* RIS: everything anew */
			reset_modes(s);
		release(s);
		break;
	case STREAM_CSI:
		if (byte >= 0x40 && byte <= 0x7e)
			sequence(s);
		else if (byte < 0x20 || byte > 0x7e ||
		    s->held_len == STREAM_HOLD_BYTES)
			release(s);
		break;
	}
}

void
stream_feed(struct stream *s, const char *data, size_t len)
{
	size_t i = 0, text;

	while (i < len) {
		if (data[i] == '\033')
			release(s);
		if (data[i] == '\033' || s->state != STREAM_TEXT) {
			hold(s, (unsigned char)data[i++]);
			continue;
		}
		for (text = i; i < len && data[i] != '\033'; i++)
			continue;
		s->out(s->arg, data + text, i - text);
	}
}
