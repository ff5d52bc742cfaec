/*
 * Text as people write it: what may travel, what may be a name. Pure; used by
 * every process. Must never read past the length it was given, nor trust that
 * text from the network is what it ought to be.
 */
#include "common/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/glyph.h"

static bool
is_newline(int32_t c)
{
	return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

bool
text_valid(const char *src, size_t len)
{
	size_t	pos = 0;
	int32_t	c;

	while (pos < len) {
		if ((unsigned char)src[pos] < 0x80) {
			pos++;
			continue;
		}
		pos += glyph_decode(src + pos, len - pos, &c);
		if (c == GLYPH_BAD)
			return false;
	}
	return true;
}

static size_t
clean(char *dst, const char *src, size_t len, bool keep_newlines,
    const char *tab)
{
	size_t	pos, n, newlines = 0, out = 0;
	int32_t	c;
	bool	seen = false;

	for (pos = 0; pos < len; pos += n) {
		n = glyph_decode(src + pos, len - pos, &c);
		if (is_newline(c)) {
			if (c == '\r' && pos + 1 < len && src[pos + 1] == '\n')
				n++;
			newlines++;
			continue;
		}
		if (c != '\t' && glyph_is_control(c)) /* GLYPH_BAD among them */
			continue;
		if (newlines > 0 && out > 0) {
			if (!keep_newlines)
				newlines = 1;
			memset(dst + out, keep_newlines ? '\n' : ' ', newlines);
			out += newlines;
		}
		newlines = 0;
		if (c == '\t') {
			memcpy(dst + out, tab, strlen(tab));
			out += strlen(tab);
		} else {
			memmove(dst + out, src + pos, n);
			out += n;
		}
		if (!seen && c != '\t' && !glyph_is_blank(c))
			seen = true;
	}
	return seen ? out : 0;
}

size_t
text_clean(char *dst, const char *src, size_t len, bool keep_newlines)
{
	return clean(dst, src, len, keep_newlines, " ");
}

size_t
text_said(char *dst, const char *src, size_t len, bool keep_newlines)
{
	return clean(dst, src, len, keep_newlines, TEXT_TAB);
}

bool
text_is_tab(const char *s, size_t len)
{
	return len >= TEXT_TAB_BYTES && memcmp(s, TEXT_TAB,
	    TEXT_TAB_BYTES) == 0;
}

size_t
text_tabs(char *dst, const char *src, size_t len, char with)
{
	size_t	pos, n, out = 0;

	for (pos = 0; pos < len; pos += n) {
		n = text_is_tab(src + pos, len - pos) ? TEXT_TAB_BYTES : 1;
		dst[out++] = n == 1 ? src[pos] : with;
	}
	return out;
}

bool
text_is_clean(const char *src, size_t len)
{
	char	clean[TEXT_LINE_BYTES];
	int32_t	c;

	if (len == 0 || len > sizeof(clean))
		return false;
	if (text_is_display(src, len)) {
		glyph_decode(src, len, &c);
		if (!glyph_is_blank(c))
			return true;
	}
	return text_valid(src, len) &&
	    text_clean(clean, src, len, true) == len &&
	    memcmp(clean, src, len) == 0;
}

/* A space by all tables that there were. */
static bool
is_space(int32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x2800 || c == 0x3000;
}

bool
text_is_sound(const char *src, size_t len)
{
	bool	seen = false;
	size_t	pos, n;
	int32_t	c;

	if (len == 0 || len > TEXT_LINE_BYTES || src[0] == '\n' ||
	    src[len - 1] == '\n')
		return false;
	if (src[0] > ' ' && text_is_display(src, len))
		return true;
	for (pos = 0; pos < len; pos += n) {
		n = glyph_decode(src + pos, len - pos, &c);
		if (c == '\n')
			continue;
		if (glyph_is_control(c))
			return false;
		seen |= !is_space(c);
	}
	return seen;
}

/* Will not be seen, whatever it will be: ignored by default (Unicode, 5.21),
 * which these tables say only of what they have. */
static bool
is_unseen(int32_t c)
{
	return c == 0x2065 || (c >= 0xfff0 && c <= 0xfff8) ||
	    (c >= 0xe0000 && c <= 0xe0fff);
}

/*
 * One character of a name, decomposed. The display form must not alter a
 * name, or two of them could look the same: so neither what it drops nor
 * what it changes is let in. But for what these tables do not have: others'
 * may be newer, where it is a letter that somebody has in his name.
 */
static bool
is_name_char(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return false;
	default:
		return !glyph_is_control(c) && !glyph_is_blank(c) &&
		    !glyph_is_dropped(c) && !is_unseen(c);
	}
}

/*
 * Columns are not asked of wcwidth() here: a name must be good or bad alike
 * on every machine, whatever its C library and locale.
 */
static enum text_name_error
check_chars(const int32_t *c, size_t n)
{
	size_t	i;
	int	cols = 0, stacked = 0, flags = 0;

	if (glyph_is_mark(c[0]))
		return TEXT_NAME_CHARACTER;
	for (i = 0; i < n; i++) {
		if (!is_name_char(c[i]))
			return TEXT_NAME_CHARACTER;
		if (glyph_is_flag(c[i]))
			flags++;
		else if (flags % 2 != 0)
			return TEXT_NAME_CHARACTER;
		if (!glyph_stacks(c[i])) {
			cols += utf8proc_charwidth(c[i]) > 1 ? 2 : 1;
			stacked = 0;
		} else if (++stacked > GLYPH_MARKS)
			return TEXT_NAME_CHARACTER;
	}
	if (flags % 2 != 0)
		return TEXT_NAME_CHARACTER;
	return cols > TEXT_NAME_COLS ? TEXT_NAME_LONG : TEXT_NAME_OK;
}

/* "Admin: text" and, before any text, 管理员消息 are how the server speaks. */
static bool
is_reserved(const char *fold)
{
	static const char admin[] = "admin", notice[] = "管理员消息";

	if (strncmp(fold, notice, sizeof(notice) - 1) == 0)
		return true;
	if (strncmp(fold, admin, sizeof(admin) - 1) != 0)
		return false;
	return fold[sizeof(admin) - 1] == '\0' ||
	    fold[sizeof(admin) - 1] == ':';
}

/* Printable, nothing that folding or decomposing knows more of than case. */
static bool
is_ascii(const char *s, size_t len)
{
	while (len > 0 && *s > ' ' && *s < 0x7f) {
		s++;
		len--;
	}
	return len == 0;
}

enum text_name_error
text_name_check(const char *name, size_t len)
{
	static const char	start[] = "~@#/";
	char			fold[TEXT_FOLD_BYTES];
	int32_t			chars[TEXT_FOLD_BYTES];
	enum text_name_error	error;
	utf8proc_ssize_t	n;

	if (len == 0)
		return TEXT_NAME_EMPTY;
	if (len > TEXT_NAME_BYTES)
		return TEXT_NAME_LONG;
	if (!text_valid(name, len))
		return TEXT_NAME_UTF8;
	if (memchr(start, name[0], sizeof(start) - 1) != NULL)
		return TEXT_NAME_START;
	if (is_ascii(name, len))
		error = len > TEXT_NAME_COLS ? TEXT_NAME_LONG : TEXT_NAME_OK;
	else {
		n = utf8proc_decompose((const utf8proc_uint8_t *)name,
		    (utf8proc_ssize_t)len, chars, TEXT_FOLD_BYTES,
		    UTF8PROC_DECOMPOSE);
		if (n <= 0 || n > TEXT_FOLD_BYTES)
			return TEXT_NAME_LONG;
		error = check_chars(chars, (size_t)n);
	}
	if (error != TEXT_NAME_OK)
		return error;
	/* One character may fold to eighteen (U+FDFA). */
	if (text_fold(fold, name, len) == 0)
		return TEXT_NAME_LONG;
	/* A fullwidth tilde looks like a tilde. */
	if (memchr(start, fold[0], sizeof(start) - 1) != NULL)
		return TEXT_NAME_START;
	return is_reserved(fold) ? TEXT_NAME_RESERVED : TEXT_NAME_OK;
}

size_t
text_fold(char dst[TEXT_FOLD_BYTES], const char *name, size_t len)
{
	const utf8proc_option_t	 nfkc_casefold = UTF8PROC_STABLE |
	    UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
	    UTF8PROC_IGNORE;
	int32_t			 chars[TEXT_FOLD_BYTES + 1];
	utf8proc_ssize_t	 n;

	if (len > 0 && len < TEXT_FOLD_BYTES && is_ascii(name, len)) {
		for (n = 0; n < (utf8proc_ssize_t)len; n++)
			dst[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ?
			    name[n] | 0x20 : name[n]);
		dst[n] = '\0';
		return len;
	}
	dst[0] = '\0';
	n = utf8proc_decompose((const utf8proc_uint8_t *)name,
	    (utf8proc_ssize_t)len, chars, TEXT_FOLD_BYTES, nfkc_casefold);
	if (n <= 0 || n > TEXT_FOLD_BYTES)
		return 0;
	n = utf8proc_reencode(chars, n, nfkc_casefold);
	if (n <= 0 || n >= TEXT_FOLD_BYTES)
		return 0;
	memcpy(dst, chars, (size_t)n);
	dst[n] = '\0';
	return (size_t)n;
}

bool
text_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];

	return text_fold(one, a, a_len) > 0 && text_fold(other, b, b_len) > 0 &&
	    strcmp(one, other) == 0;
}

char *
text_escape(char *dst, size_t size, const char *src, size_t len)
{
	char	piece[4 * 4 + 1];
	size_t	pos, n, i, piece_len, out = 0;
	int32_t	c;

	if (size == 0)
		return dst;
	for (pos = 0; pos < len; pos += n) {
		n = glyph_decode(src + pos, len - pos, &c);
		piece_len = 0;
		if (c == '\n' || c == '\t' || c == '\\') {
			piece[piece_len++] = '\\';
			piece[piece_len++] = c == '\n' ? 'n' :
			    c == '\t' ? 't' : '\\';
		} else if (glyph_is_control(c)) {
			for (i = 0; i < n; i++)
				piece_len += (size_t)snprintf(piece + piece_len,
				    sizeof(piece) - piece_len, "\\x%02X",
				    (unsigned char)src[pos + i]);
		} else {
			memcpy(piece, src + pos, n);
			piece_len = n;
		}
		if (piece_len >= size - out)
			break;
		memcpy(dst + out, piece, piece_len);
		out += piece_len;
	}
	dst[out] = '\0';
	return dst;
}
