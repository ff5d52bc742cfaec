/*
 * Runs in the test program. The table is that of xterm's manual, "PC-style
 * function keys"; a modifier is sent as 1 + the sum of the bits below.
 */
#include "tests/with_keys.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SHIFT = 1, ALT = 2, CONTROL = 4 };

static const struct {
	const char	*name;
	int		 number;	/* CSI number ~; 0: CSI letter */
	char		 letter;
} function_keys[] = {
	{ "Up", 0, 'A' }, { "Down", 0, 'B' }, { "Right", 0, 'C' },
	{ "Left", 0, 'D' }, { "Home", 0, 'H' }, { "End", 0, 'F' },
	{ "F1", 0, 'P' }, { "F2", 0, 'Q' }, { "F3", 0, 'R' }, { "F4", 0, 'S' },
	{ "Ins", 2, 0 }, { "Del", 3, 0 }, { "PgUp", 5, 0 }, { "PgDn", 6, 0 },
	{ "F5", 15, 0 }, { "F6", 17, 0 }, { "F7", 18, 0 }, { "F8", 19, 0 },
	{ "F9", 20, 0 }, { "F10", 21, 0 }, { "F11", 23, 0 }, { "F12", 24, 0 }
};

static const struct {
	const char	*name;
	const char	*plain, *shift, *control;
} text_keys[] = {
	{ "Enter", "\r", "\r", "\r" },
	{ "Tab", "\t", "\033[Z", "\t" },
	{ "Backspace", "\177", "\177", "\b" },
	{ "Esc", "\033", "\033", "\033" },
	{ "Space", " ", " ", "" }
};

/* Each returns what snprintf(3) would, or -1 if it is not such a key. */
static int
function_key(char *dst, size_t size, const char *name, size_t len, int mods,
    bool cursor_keys)
{
	size_t i, n = sizeof(function_keys) / sizeof(function_keys[0]);
	bool is_f;

	for (i = 0; i < n; i++)
		if (strlen(function_keys[i].name) == len &&
		    strncmp(function_keys[i].name, name, len) == 0)
			break;
	if (i == n)
		return -1;
	is_f = name[0] == 'F';
	if (function_keys[i].number != 0 && mods != 0)
		return snprintf(dst, size, "\033[%d;%d~",
		    function_keys[i].number, 1 + mods);
	if (function_keys[i].number != 0)
		return snprintf(dst, size, "\033[%d~", function_keys[i].number);
	if (mods != 0)
		return snprintf(dst, size, "\033[1;%d%c", 1 + mods,
		    function_keys[i].letter);
	return snprintf(dst, size, "\033%c%c", is_f || cursor_keys ? 'O' : '[',
	    function_keys[i].letter);
}

static int
text_key(char *dst, size_t size, const char *name, size_t len, int mods)
{
	size_t i, n = sizeof(text_keys) / sizeof(text_keys[0]);
	const char *bytes;

	for (i = 0; i < n; i++)
		if (strlen(text_keys[i].name) == len &&
		    strncmp(text_keys[i].name, name, len) == 0)
			break;
	if (i == n)
		return -1;
	bytes = (mods & CONTROL) != 0 ? text_keys[i].control :
	    (mods & SHIFT) != 0 ? text_keys[i].shift : text_keys[i].plain;
	return snprintf(dst, size, "%s%s", (mods & ALT) != 0 ? "\033" : "",
	    bytes);
}

static int
character(char *dst, size_t size, const char *name, size_t len, int mods)
{
	const char *alt = (mods & ALT) != 0 ? "\033" : "";
	unsigned char lead = (unsigned char)name[0];
	size_t want;

	want = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (len != want || (mods & SHIFT) != 0)
		return -1;
	if ((mods & CONTROL) == 0)
		return snprintf(dst, size, "%s%.*s", alt, (int)len, name);
	if (len != 1 || (!isalpha(lead) && strchr("@[\\]^_", lead) == NULL))
		return -1;
	return snprintf(dst, size, "%s%c", alt, lead & 0x1f);
}

bool
keys_encode(char *dst, size_t size, const char *names, bool cursor_keys)
{
	size_t len;
	int mods, n;

	if (size == 0)
		return false;
	for (;; names += len + 1) {
		mods = 0;
		for (; strchr("CMS", names[0]) != NULL && names[0] != '\0' &&
		    names[1] == '-' && names[2] != '\0' && names[2] != ' ';
		    names += 2)
			mods |= names[0] == 'C' ? CONTROL :
			    names[0] == 'M' ? ALT : SHIFT;
		len = strcspn(names, " ");
		if ((n = function_key(dst, size, names, len, mods,
		    cursor_keys)) == -1 &&
		    (n = text_key(dst, size, names, len, mods)) == -1 &&
		    (n = character(dst, size, names, len, mods)) == -1)
			return false;
		if ((size_t)n >= size)
			return false;
		dst += n;
		size -= (size_t)n;
		if (names[len] == '\0')
			return true;
	}
}
