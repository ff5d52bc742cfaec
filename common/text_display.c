/*
 * The display form of text: the only form that is drawn, made so that ncurses,
 * the C library and the terminal agree on every column. Pure; used by the
 * drawing process. Must never be sent, stored or copied in place of the
 * original, which it may not be turned back into.
 */
#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "common/glyph.h"

enum {
	/*
	 * Marks in a row that are put in order at all: ordering takes their
	 * square. Real text never has so many (UAX 15, stream-safe format).
	 */
	MARKS_ORDERED = 30,
	EM_QUAD = 0x2001	/* TEXT_TAB */
};

/* Nobody here knows how wide it is. */
static bool
is_new(int32_t c)
{
	return utf8proc_category(c) == UTF8PROC_CATEGORY_CN ||
	    wcwidth((wchar_t)c) < 0;
}

/* What stands for c, 0 to drop it. */
static int32_t
replace(int32_t c)
{
	if (c == '\n' || c == '\t')
		return c;
	if (c == EM_QUAD)
		return '\t';
	if (c >= 0 && c < ' ')
		return 0x2400 + c;
	if (c == 0x7f)
		return 0x2421;
	if (c == GLYPH_BAD)
		return 0xfffd;
	if (glyph_is_dropped(c))
		return 0;
	return is_new(c) ? 0xfffd : c;
}

/*
 * Writes src, character by character replaced, to chars (room for 2 * len),
 * with a base under the marks that have none. A space is none: a row may be
 * broken after it, and then the mark would lead.
 */
static size_t
filter(int32_t *chars, const char *src, size_t len)
{
	size_t	pos = 0, n = 0, marks = 0;
	int32_t	c;
	bool	based = false;

	while (pos < len) {
		pos += glyph_decode(src + pos, len - pos, &c);
		if ((c = replace(c)) == 0)
			continue;
		if (utf8proc_get_property(c)->combining_class == 0)
			marks = 0;
		else if (++marks > MARKS_ORDERED)
			continue;
		if (!based && glyph_is_mark(c))
			chars[n++] = 0x25cc;
		based = c != '\n' && c != ' ' && c != '\t';
		chars[n++] = c;
	}
	return n;
}

/* Two halves are a flag; one without the other becomes its letter. */
static void
replace_flags(int32_t *chars, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++) {
		if (!glyph_is_flag(chars[i]))
			continue;
		if (i + 1 < n && glyph_is_flag(chars[i + 1]))
			i++;
		else
			chars[i] = 'A' + (chars[i] - 0x1f1e6);
	}
}

/* Leaves each base as many marks as a cell holds; returns what remains. */
static size_t
limit_marks(int32_t *chars, size_t n)
{
	size_t	i, out = 0, marks = 0;

	for (i = 0; i < n; i++) {
		if (!glyph_stacks(chars[i]))
			marks = 0;
		else if (++marks > GLYPH_MARKS)
			continue;
		chars[out++] = chars[i];
	}
	return out;
}

/* Each tab as spaces, in a copy; NULL: no memory. */
static char *
expand(const char *s, size_t *len)
{
	size_t	pos = 0, n, out = 0, tabs = 0;
	int	col = 0, width;
	char	*wide;

	for (; pos < *len; pos++)
		tabs += s[pos] == '\t';
	if ((wide = malloc(*len + tabs * (TEXT_TAB_COLS - 1) + 1)) == NULL)
		return NULL;
	for (pos = 0; pos < *len; pos += n) {
		n = strcspn(s + pos, "\t\n");
		memcpy(wide + out, s + pos, n);
		out += n;
		col += text_cols(s + pos, n);
		if (pos + n == *len)
			break;
		if (s[pos + n++] == '\n') {
			wide[out++] = '\n';
			col = 0;
			continue;
		}
		width = TEXT_TAB_COLS - col % TEXT_TAB_COLS;
		memset(wide + out, ' ', (size_t)width);
		out += (size_t)width;
		col += width;
	}
	wide[out] = '\0';
	*len = out;
	return wide;
}

/*
 * Marks are counted while everything is decomposed: the count is then the
 * same for equivalent texts, and the display form of a display form itself.
 */
char *
text_display(const char *src, size_t len, size_t *outlen)
{
	int32_t		*chars, *marked = NULL;
	char		*display = NULL;
	utf8proc_ssize_t bytes, n;

	*outlen = 0;
	if ((chars = reallocarray(NULL, len + 1, 2 * sizeof(*chars))) == NULL)
		return NULL;
	n = (utf8proc_ssize_t)filter(chars, src, len);
	replace_flags(chars, (size_t)n);
	bytes = utf8proc_reencode(chars, n, 0);		/* in its place */

	n = utf8proc_decompose((utf8proc_uint8_t *)chars, bytes, NULL, 0,
	    UTF8PROC_DECOMPOSE);
	marked = reallocarray(NULL, (size_t)n + 1, sizeof(*marked));
	if (marked == NULL)
		goto out;
	utf8proc_decompose((utf8proc_uint8_t *)chars, bytes, marked, n,
	    UTF8PROC_DECOMPOSE);
	n = (utf8proc_ssize_t)limit_marks(marked, (size_t)n);
	bytes = utf8proc_reencode(marked, n, UTF8PROC_STABLE |
	    UTF8PROC_COMPOSE);
	*outlen = (size_t)bytes;
	display = expand((const char *)marked, outlen);
out:
	free(marked);
	free(chars);
	return display;
}

/* Eight bytes, all of them printable ASCII (Bit Twiddling Hacks, hasless). */
static bool
is_ascii8(const char *s)
{
	const uint64_t	ones = UINT64_C(0x0101010101010101);
	uint64_t	v;

	memcpy(&v, s, sizeof(v));
	return ((v | (v - ones * ' ') | (v + ones)) & ones * 0x80) == 0;
}

/* Characters that are what they seem: one width, no marks, no other form. */
static bool
is_plain(int32_t c)
{
	static const int32_t range[][2] = {
		{ ' ', '~' },
		{ 0x4e00, 0x9fef },	/* Chinese */
		{ 0xff01, 0xff5e },	/* fullwidth ASCII */
		{ 0x3000, 0x3029 },	/* its punctuation */
		{ 0x3041, 0x3096 },	/* Hiragana */
		{ 0x30a1, 0x30ff },	/* Katakana */
		{ 0xac00, 0xd7a3 },	/* Hangul syllables */
		{ 0x2010, 0x2027 },	/* dashes, quotes, ellipsis */
		{ 0x00a0, 0x00ac },	/* Latin but the soft hyphen */
		{ 0x00ae, 0x02ff },
		{ 0x0400, 0x0482 },	/* Cyrillic but its marks */
		{ 0x048a, 0x052f }
	};
	size_t	i;

	for (i = 0; i < sizeof(range) / sizeof(range[0]); i++)
		if (c >= range[i][0] && c <= range[i][1])
			return true;
	return false;
}

bool
text_is_display(const char *src, size_t len)
{
	size_t	pos = 0;
	int32_t	c;

	while (pos < len) {
		if (len - pos >= 8 && is_ascii8(src + pos)) {
			pos += 8;
			continue;
		}
		/* The rest, with some of what was before it. */
		if (len - pos < 8 && pos >= 8 && is_ascii8(src + len - 8))
			return true;
		if (src[pos] >= ' ' && src[pos] <= '~') {
			pos++;
			continue;
		}
		pos += glyph_decode(src + pos, len - pos, &c);
		if (!is_plain(c))
			return false;
	}
	return true;
}

bool
text_is_new(const char *src, size_t len)
{
	size_t	pos = 0;
	int32_t	c;

	if (text_is_display(src, len))
		return false;
	while (pos < len) {
		pos += glyph_decode(src + pos, len - pos, &c);
		if (c >= 0xa0 && is_new(c))
			return true;
	}
	return false;
}
