/*
 * Breaks the text of a line into rows; runs in the client's parent process.
 * Must always come forward: a row without a byte of its own would never end.
 */
#include "tui/text/wrap.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include <utf8proc.h>

#include "common/text.h"

/* What is never broken inside, but at the start of a row: a cluster, a URL. */
struct unit {
	size_t	 end;
	int	 cols;
	int32_t	 c;		/* its first character */
	bool	 wide;
};

static bool
closes(int32_t c)
{
	static const wchar_t closing[] = L"!),.:;?]}%·’”—…‥、。々〉》」』】〕〗"
	    L"〙〛〜・ー！％），．：；？］｝～｠";

	return wcschr(closing, (wchar_t)c) != NULL;
}

static bool
opens(int32_t c)
{
	static const wchar_t opening[] = L"([{‘“〈《「『【〔〖〘〚（［｛｟";

	return wcschr(opening, (wchar_t)c) != NULL;
}

static bool
is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

/* Letters and digits of ASCII; isalnum(3) is a call for every byte. */
static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_alnum(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

/* Bytes of a scheme with its "://" at s, 0 if there is none in `most`: a long
 * run of such letters is not to be read to its end from each of its dots. */
static size_t
scheme(const char *s, size_t len, size_t most)
{
	size_t n = 0;

	if (len > most)
		len = most;
	while (n < len && (is_alnum(s[n]) || s[n] == '+' || s[n] == '-' ||
	    s[n] == '.'))
		n++;
	if (n == len || s[n] != ':')
		return 0;
	return len - n > 3 && memcmp(s + n, "://", 3) == 0 ? n + 3 : 0;
}

/*
 * Takes a URL that starts at `at` and fits in a row; false if none does. The
 * punctuation behind it is not of it.
 */
static bool
take_url(const char *s, size_t len, size_t at, int cols, struct unit *u)
{
	size_t pos, next, n;
	int32_t c;
	int width, total;

	if ((n = scheme(s + at, len - at, (size_t)cols)) == 0)
		return false;
	total = (int)n;
	*u = (struct unit){ .end = at + n, .cols = total, .c = s[at] };
	for (pos = u->end; pos < len; pos = next) {
		next = text_next(s, len, pos, &width);
		utf8proc_iterate((const utf8proc_uint8_t *)s + pos,
		    (utf8proc_ssize_t)(next - pos), &c);
		if (c <= ' ' || c == '"' || c == '<' || c == '>' ||
		    (c >= 0x80 && (opens(c) || closes(c))))
			break;
		total += width;
		if (closes(c))
			continue;
		if (total > cols)
			return false;
		u->end = next;
		u->cols = total;
	}
	return true;
}

static struct unit
take_unit(const char *s, size_t len, size_t at, int cols)
{
	struct unit u;

	if (is_ascii(s[at])) {
		if (is_letter(s[at]) && (at == 0 || !is_alnum(s[at - 1])) &&
		    take_url(s, len, at, cols, &u))
			return u;
		u = (struct unit){ .end = at + 1, .cols = 1, .c = s[at] };
		/* What is not ASCII may be a mark on it. */
		if (u.end < len && !is_ascii(s[u.end]))
			u.end = text_next(s, len, at, &u.cols);
		return u;
	}
	utf8proc_iterate((const utf8proc_uint8_t *)s + at,
	    (utf8proc_ssize_t)(len - at), &u.c);
	u.wide = wcwidth((wchar_t)u.c) == 2;
	u.end = text_next(s, len, at, &u.cols);
	return u;
}

/* True if a row may end between two units that touch. */
static bool
breaks(const struct unit *a, const struct unit *b)
{
	return (a->wide || b->wide) && !opens(a->c) && !closes(b->c);
}

struct wrap_row
wrap_row(const char *s, size_t len, int cols, size_t pos)
{
	struct wrap_row row = { .from = pos, .to = pos }, best = { .next = 0 };
	struct unit u, prev = { .end = 0 };
	size_t at;
	int used = 0;

	for (at = pos; at < len && s[at] != '\n'; at = u.end) {
		if (s[at] == ' ') {
			u.end = at + 1;
			used++;
			continue;
		}
		u = take_unit(s, len, at, cols);
		row.next = at;
		if (row.to > pos && (at > row.to || breaks(&prev, &u)))
			best = row;
		if (used + u.cols > cols && at > pos) {
			if (best.next > 0)
				return best;
			if (s[pos] != ' ')
				return row;
			/* Not even the first word: the indentation goes. */
			return wrap_row(s, len, cols,
			    pos + strspn(s + pos, " "));
		}
		used += u.cols;
		row.to = u.end;
		row.cols = used;
		prev = u;
	}
	row.next = at < len ? at + 1 : len;
	row.last = at == len;
	return row;
}

int
wrap_count(const char *s, size_t len, int cols)
{
	struct wrap_row row = { .next = 0 };
	int n = 0;

	/* No cluster takes more columns than it has bytes. */
	if (len <= (size_t)cols && memchr(s, '\n', len) == NULL)
		return 1;
	for (; !row.last; n++)
		row = wrap_row(s, len, cols, row.next);
	return n;
}

int
wrap_find(const char *s, size_t len, int cols, size_t at)
{
	struct wrap_row row;
	int n = 0;

	row = wrap_row(s, len, cols, 0);
	for (; !row.last && row.next <= at; n++)
		row = wrap_row(s, len, cols, row.next);
	return n;
}

size_t
wrap_start(const char *s, size_t len, int cols, int n)
{
	struct wrap_row row;
	size_t start = 0;

	for (; n > 0; n--) {
		row = wrap_row(s, len, cols, start);
		if (row.last)
			break;
		start = row.next;
	}
	return start;
}
