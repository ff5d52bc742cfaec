/*
 * A filter before libvterm, in the test process. Most passes untouched; what
 * must be changed is held until it is complete:
 *
 *   CSI ? a ; b h	libvterm 0.1.4 takes only the first number: split up.
 *   SGR 2		dim, which it does not know: becomes SGR 11, a font,
 *			which it keeps in the cell.
 *   SGR 22		neither bold nor dim: becomes 22 and 10, first font.
 *   emoji		of Unicode 10 and later, which it takes for narrow:
 *			those of plane 1 that are wide become the characters
 *			of the same place in plane 3, unassigned and wide.
 *
 * A title (OSC 0 and 2) is kept here: libvterm loses one that comes in two
 * pieces. It must never lose a byte that a terminal would show.
 */
#include "tests/with_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

enum { MODE_WRAP = 7, MODE_CURSOR = 25, MODE_FRAME = 2026 };

/*
 * In UTF-8 planes 1 and 3 differ by 0x20 in the second of four bytes. Of
 * plane 1 we move U+16000 and up, since plane 3 has CJK up to U+323AF.
 */
enum { PLANES_LEAD = 0xf0, PLANE1_FROM = 0x96, PLANE1_TO = 0x9f,
	PLANES_APART = 0x20 };

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

/* Four bytes of a character of planes 1 to 3 are held. */
static void
character(struct stream *s)
{
	unsigned char *second = (unsigned char *)s->held + 1;
	utf8proc_int32_t c;

	if (utf8proc_iterate((utf8proc_uint8_t *)s->held, 4, &c) == 4 &&
	    utf8proc_charwidth(c) == 2 &&
	    *second >= PLANE1_FROM && *second <= PLANE1_TO)
		*second += PLANES_APART;
	release(s);
}

void
stream_restore(char *text)
{
	unsigned char *p;

	for (p = (unsigned char *)text; *p != '\0'; p++)
		if (p[0] == PLANES_LEAD && p[1] >= PLANE1_FROM + PLANES_APART &&
		    p[1] <= PLANE1_TO + PLANES_APART)
			p[1] -= PLANES_APART;
}

/* Held is ESC ], a string and perhaps BEL. */
static void
end_string(struct stream *s)
{
	size_t len;

	if (s->held_len < 4 || s->held[3] != ';' ||
	    (s->held[2] != '0' && s->held[2] != '2'))
		return;
	len = s->held_len - 4;
	if (len > 0 && s->held[s->held_len - 1] == '\a')
		len--;
	memcpy(s->title, s->held + 4, len);
	s->title[len] = '\0';
}

static void
hold(struct stream *s, unsigned char byte)
{
	s->held[s->held_len++] = (char)byte;
	switch (s->state) {
	case STREAM_TEXT:
		s->state = byte == PLANES_LEAD ? STREAM_UTF8 : STREAM_ESCAPE;
		break;
	case STREAM_UTF8:
		if ((byte & 0xc0) != 0x80)
			release(s);
		else if (s->held_len == 4)
			character(s);
		break;
	case STREAM_ESCAPE:
		s->state = byte == ']' ? STREAM_STRING : STREAM_CSI;
		if (byte == '[' || byte == ']')
			break;
		if (byte == 'c')		/* RIS: everything anew */
			reset_modes(s);
		release(s);
		break;
	case STREAM_STRING:
		if (byte == '\a')
			end_string(s);
		if (byte < 0x20 || s->held_len == STREAM_HOLD_BYTES)
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

/* Whether the byte begins something that is held. */
static bool
begins(const struct stream *s, char byte)
{
	return byte == '\033' || (s->state != STREAM_STRING &&
	    (unsigned char)byte == PLANES_LEAD);
}

void
stream_feed(struct stream *s, const char *data, size_t len)
{
	size_t i = 0, text;

	while (i < len) {
		if (begins(s, data[i])) {
			/* ESC is the first byte of ST, too. */
			if (s->state == STREAM_STRING)
				end_string(s);
			release(s);
			hold(s, (unsigned char)data[i++]);
		} else if (s->state != STREAM_TEXT) {
			hold(s, (unsigned char)data[i++]);
		} else {
			for (text = i; i < len && !begins(s, data[i]); i++)
				continue;
			s->out(s->arg, data + text, i - text);
		}
	}
}
