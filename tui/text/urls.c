/*
 * URLs. Client's parent process; must never take what stands around one, for
 * it is what gets copied.
 */
#include "tui/text/urls.h"

#include <string.h>

static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_scheme(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '+' ||
	    c == '-' || c == '.';
}

/* RFC 3986's characters; the others of ASCII end a URL, as does CJK
 * punctuation (U+3000 to U+303F, U+FF00 to U+FF0F). */
static bool
ends(const char *s, size_t left)
{
	if ((unsigned char)*s >= 0x80)
		return left >= 3 && (memcmp(s, "\xe3\x80", 2) == 0 ||
		    (memcmp(s, "\xef\xbc", 2) == 0 &&
		    (unsigned char)s[2] < 0x90));
	return *s <= ' ' || *s == 0x7f || strchr("\"<>\\^`{|}", *s) != NULL;
}

/* How much of it is left without the punctuation behind it. Closing brackets
 * that it opened are its own: /wiki/C_(language). */
static size_t
without_end(const char *url, size_t n)
{
	size_t i, kept = 0, round = 0, square = 0;

	for (i = 0; i < n; i++) {
		if (strchr(".,;:!?'*", url[i]) != NULL ||
		    (url[i] == ')' && round == 0) ||
		    (url[i] == ']' && square == 0))
			continue;
		round += (url[i] == '(') - (size_t)(url[i] == ')');
		square += (url[i] == '[') - (size_t)(url[i] == ']');
		kept = i + 1;
	}
	return kept;
}

/* Of a key that is shown, base64 may begin with two slashes. */
static bool
is_key(const char *scheme, size_t len)
{
	return len == 6 && memcmp(scheme, "SHA256", 6) == 0;
}

bool
urls_next(const char *text, size_t len, size_t from, size_t *at,
    size_t *url_len)
{
	const char *mark;
	size_t start, end, body;

	while (from < len && (mark = memmem(text + from, len - from, "://",
	    3)) != NULL) {
		body = end = (size_t)(mark - text) + 3;
		for (start = end - 3; start > from &&
		    is_scheme(text[start - 1]); start--)
			;
		while (start < end && !is_letter(text[start]))
			start++;
		while (end < len && !ends(text + end, len - end))
			end++;
		from = end;
		end = body + without_end(text + body, end - body);
		if (start < body - 3 && end > body &&
		    !is_key(text + start, body - 3 - start)) {
			*at = start;
			*url_len = end - start;
			return true;
		}
	}
	return false;
}
