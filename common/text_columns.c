/*
 * Where a cluster ends, and how many columns it takes. Pure; used by every
 * process. Must never read past the length it was given.
 */
#include "common/text.h"

#include <stdint.h>
#include <wchar.h>

#include "common/glyph.h"

enum {
	CLUSTER_COLS = 8	/* widest cluster; longer ones are split */
};

/* Printable ASCII joins nothing, unless what follows joins it. */
static bool
is_lone_ascii(const char *s, size_t len, size_t pos)
{
	return s[pos] >= ' ' && s[pos] < 0x7f &&
	    (pos + 1 == len || (unsigned char)s[pos + 1] < 0x80);
}

static int
char_cols(int32_t c)
{
	int	w = wcwidth((wchar_t)c);

	/* What is too new is drawn as U+FFFD. */
	if (w < 0 && c >= 0xa0)
		return 1;
	return w > 0 ? w : 0;
}

static bool
is_han(int32_t c)
{
	return c >= 0x4e00 && c < 0xa000;
}

/*
 * True if a cluster ends between the two: UAX 29, but that a Hangul vowel or
 * final without its initial, which shares the cell before it, stays there.
 * state as utf8proc has it, NULL for the pair taken alone.
 */
static bool
is_break(int32_t before, int32_t after, int32_t *state)
{
	bool	ends;

	if (is_han(before) && is_han(after))	/* the tables are slower */
		return true;
	if (state != NULL)
		ends = utf8proc_grapheme_break_stateful(before, after, state);
	else
		ends = utf8proc_grapheme_break(before, after);
	return ends && (glyph_is_control(before) || !glyph_stacks(after));
}

/*
 * Rules 9 and 9b let one cluster grow without end (Hangul initials, Arabic
 * number signs); no row could hold it, so it is split at CLUSTER_COLS.
 */
size_t
text_next(const char *s, size_t len, size_t pos, int *cols)
{
	int32_t	prev, c, state = 0;
	size_t	n;
	int	w, total;

	if (is_lone_ascii(s, len, pos)) {
		if (cols != NULL)
			*cols = 1;
		return pos + 1;
	}
	pos += glyph_decode(s + pos, len - pos, &prev);
	total = char_cols(prev);
	while (pos < len) {
		n = glyph_decode(s + pos, len - pos, &c);
		if (is_break(prev, c, &state))
			break;
		w = char_cols(c);
		if (w > 0 && total + w > CLUSTER_COLS)
			break;
		total += w;
		pos += n;
		prev = c;
	}
	if (cols != NULL)
		*cols = total;
	return pos;
}

/* The offset where the character that ends at pos starts. */
static size_t
char_before(const char *s, size_t pos)
{
	size_t	back;

	for (back = 1; back < 4 && back < pos; back++)
		if (((unsigned char)s[pos - back] & 0xc0) != 0x80)
			break;
	return pos - back;
}

/*
 * True if a cluster ends between the characters at a and at b, whatever
 * stands before them: joiners, marks and flags depend on what they follow.
 */
static bool
is_certain_break(const char *s, size_t a, size_t b, size_t len)
{
	int32_t	before, after;

	glyph_decode(s + a, b - a, &before);
	glyph_decode(s + b, len - b, &after);
	switch (utf8proc_get_property(before)->boundclass) {
	case UTF8PROC_BOUNDCLASS_EXTEND:
	case UTF8PROC_BOUNDCLASS_ZWJ:
	case UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR:
		return false;
	default:
		return is_break(before, after, NULL);
	}
}

/* Clusters can only be told forwards: go back to a sure place, then on. */
size_t
text_prev(const char *s, size_t len, size_t pos)
{
	size_t	start, prev, next;

	start = char_before(s, pos);
	while (start > 0) {
		prev = char_before(s, start);
		if (is_certain_break(s, prev, start, len))
			break;
		start = prev;
	}
	while ((next = text_next(s, len, start, NULL)) < pos)
		start = next;
	return start;
}

int
text_cols(const char *s, size_t len)
{
	size_t	pos = 0;
	int32_t	c;
	int	total = 0;

	while (pos < len) {
		if (s[pos] >= ' ' && s[pos] < 0x7f) {
			total++;
			pos++;
			continue;
		}
		pos += glyph_decode(s + pos, len - pos, &c);
		total += char_cols(c);
	}
	return total;
}

size_t
text_fit(const char *s, size_t len, int cols, int *used)
{
	size_t	pos = 0, next;
	int	w, total = 0;

	while (pos < len) {
		if (is_lone_ascii(s, len, pos)) { /* most text, most places */
			w = 1;
			next = pos + 1;
		} else
			next = text_next(s, len, pos, &w);
		if (w > cols - total)
			break;
		total += w;
		pos = next;
	}
	if (used != NULL)
		*used = total;
	return pos;
}
