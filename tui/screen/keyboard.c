/*
 * Bytes to keys. Client's parent process; reads nothing itself.
 */
#include "tui/screen/keyboard.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tui/session/key.h"

enum {
	WHEEL_UP = 64, WHEEL_DOWN = 65	/* buttons */
};

void
keyboard_report(struct keyboard *kb, enum keyboard_report report)
{
	kb->report = report;
	kb->reported_len = 0;
}

static uint32_t
mouse_key(const struct keyboard *kb)
{
	long button = kb->report == KEYBOARD_SGR ?
	    strtol(kb->reported, NULL, 10) :
	    (unsigned char)kb->reported[0] - ' ';

	return button == WHEEL_UP ? KEYC_WHEEL_UP :
	    button == WHEEL_DOWN ? KEYC_WHEEL_DOWN : KEYC_OTHER;
}

bool
keyboard_take_report(struct keyboard *kb, int byte, uint32_t *code)
{
	bool old = kb->report == KEYBOARD_X10;
	bool fits = old ? byte >= ' ' && byte <= 0xff :
	    byte > 0 && byte <= 0xff && strchr("0123456789;Mm", byte) != NULL;

	if (!fits || kb->reported_len == KEYBOARD_REPORT_BYTES - 1) {
		kb->report = KEYBOARD_NONE;
		return false;
	}
	kb->reported[kb->reported_len++] = (char)byte;
	kb->reported[kb->reported_len] = '\0';
	if (old ? kb->reported_len == 3 : byte == 'M' || byte == 'm') {
		*code = mouse_key(kb);
		kb->report = KEYBOARD_NONE;
	}
	return true;
}

static size_t
utf8_len(unsigned char first)
{
	return first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 :
	    first >= 0xc2 ? 2 : 1;
}

/* What is ill-formed is no key: it could stand for one of KEYC_BASE's, the end
 * of a paste say, or for a control character. */
static uint32_t
decode(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t c = len == 1 ? u[0] : u[0] & (0xffU >> (len + 1));
	size_t i;

	if (!text_valid(s, len))
		return 0xfffd;
	for (i = 1; i < len; i++)
		c = c << 6 | (u[i] & 0x3fU);
	return c;
}

bool
keyboard_gather(struct keyboard *kb, int byte, struct key *k)
{
	if (kb->len > 0 && (byte & 0xc0) != 0x80)
		kb->len = 0;
	kb->bytes[kb->len++] = (char)byte;
	if (kb->len < utf8_len((unsigned char)kb->bytes[0]))
		return false;
	k->len = kb->len;
	memcpy(k->text, kb->bytes, k->len);
	kb->len = 0;
	k->code = decode(k->text, k->len);
	if (k->code < 0x20 || k->code == 0x7f)
		k->len = 0;
	return true;
}
