/*
 * Where the editor's caret may go; runs in the client's parent process. Must
 * never answer with a position inside a cluster.
 */
#include "tui/text/motion.h"

#include <string.h>

#include <utf8proc.h>

#include "common/text.h"

size_t
motion_left(const char *s, size_t len, size_t pos)
{
	return pos > 0 ? text_prev(s, len, pos) : pos;
}

size_t
motion_right(const char *s, size_t len, size_t pos)
{
	return pos < len ? text_next(s, len, pos, NULL) : pos;
}

static bool
in_word(const char *s, size_t len, size_t pos)
{
	utf8proc_int32_t c;
	utf8proc_category_t category;

	utf8proc_iterate((const utf8proc_uint8_t *)s + pos,
	    (utf8proc_ssize_t)(len - pos), &c);
	category = utf8proc_category(c);
	return category >= UTF8PROC_CATEGORY_LU &&
	    category <= UTF8PROC_CATEGORY_NO;
}

size_t
motion_word_left(const char *s, size_t len, size_t pos)
{
	size_t prev;
	bool word = false;

	for (; pos > 0; pos = prev) {
		prev = text_prev(s, len, pos);
		if (in_word(s, len, prev))
			word = true;
		else if (word)
			break;
	}
	return pos;
}

size_t
motion_word_right(const char *s, size_t len, size_t pos)
{
	while (pos < len && !in_word(s, len, pos))
		pos = text_next(s, len, pos, NULL);
	while (pos < len && in_word(s, len, pos))
		pos = text_next(s, len, pos, NULL);
	return pos;
}

bool
motion_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

size_t
motion_space_left(const char *s, size_t len, size_t pos)
{
	static const char wide[] = "\xe3\x80\x80";	/* U+3000, of CJK */
	size_t prev;
	bool text = false;

	for (; pos > 0; pos = prev) {
		prev = text_prev(s, len, pos);
		if (!motion_is_space(s[prev]) && (pos - prev < 3 ||
		    memcmp(s + prev, wide, sizeof(wide) - 1) != 0))
			text = true;
		else if (text)
			break;
	}
	return pos;
}

size_t
motion_line_start(const char *s, size_t pos)
{
	while (pos > 0 && s[pos - 1] != '\n')
		pos--;
	return pos;
}

size_t
motion_line_end(const char *s, size_t len, size_t pos)
{
	const char *newline;

	newline = memchr(s + pos, '\n', len - pos);
	return newline != NULL ? (size_t)(newline - s) : len;
}

size_t
motion_boundary(const char *s, size_t len, size_t pos)
{
	size_t from = pos;

	if (pos == len)
		return pos;
	/* Two ASCII characters never join (there is no CR). */
	while (from > 0 && ((unsigned char)s[from] >= 0x80 ||
	    (unsigned char)s[from - 1] >= 0x80))
		from--;
	while (from < pos)
		from = text_next(s, len, from, NULL);
	return from;
}
