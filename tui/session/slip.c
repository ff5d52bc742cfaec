/*
 * Slips of a finger. Pure. What is held for nothing costs a key, what is not
 * held may cost much more.
 */
#include "tui/session/slip.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"
#include "tui/settings/spell.h"

enum { WORD_BYTES = 16 };

/* In the place of the slash: what its key gives with Shift or without, beside
 * it, or on another keyboard; and to who writes Chinese. */
static const char signs[] = "/\\.,;:'?-7&!|_";
static const char *const wide_signs[] = { "／", "、", "？", "÷" };

/* sure: such a word behind such a sign is enough. */
static const struct {
	const char	*word;
	bool		 sure;
} words[] = {
	{ "dm", true }, { "m", false }, { "msg", true }, { "pm", true },
	{ "privmsg", true }, { "query", true }, { "r", false },
	{ "reply", true }, { "tell", true }, { "w", false },
	{ "whisper", true },
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static size_t
skip_blanks(const char *text, size_t len, size_t at)
{
	/* U+3000, of who writes Chinese. */
	static const char wide[] = "\xe3\x80\x80";

	while (at < len && (is_blank(text[at]) || (len - at >= 3 &&
	    memcmp(text + at, wide, 3) == 0)))
		at += is_blank(text[at]) ? 1 : 3;
	return at;
}

/* Bytes of the sign there, 0: it is none. */
static size_t
sign_at(const char *text, size_t len, size_t at)
{
	size_t i, n;

	if (at == len)
		return 0;
	if (memchr(signs, text[at], sizeof(signs) - 1) != NULL)
		return 1;
	for (i = 0; i < sizeof(wide_signs) / sizeof(wide_signs[0]); i++) {
		n = strlen(wide_signs[i]);
		if (len - at >= n && memcmp(text + at, wide_signs[i], n) == 0)
			return n;
	}
	return 0;
}

/* A letter before the slash itself, of a key that was hit with it. */
static size_t
stray_at(const char *text, size_t len, size_t at)
{
	size_t end = at + 1;

	if (at == len || is_blank(text[at]))
		return 0;
	while (end < len && ((unsigned char)text[end] & 0xc0) == 0x80)
		end++;
	return end < len && text[end] == '/' ? end - at : 0;
}

static size_t
word_end(const char *text, size_t len, size_t at)
{
	while (at < len && skip_blanks(text, len, at) == at)
		at++;
	return at;
}

/* How it is one of them: 2 for sure, 1 if a name follows, 0 it is none. */
static int
likeness(const char *word, size_t len)
{
	char small[WORD_BYTES];
	size_t i;

	if (len == 0 || len >= sizeof(small))
		return 0;
	for (i = 0; i < len; i++)
		small[i] = word[i] >= 'A' && word[i] <= 'Z' ?
		    (char)(word[i] - 'A' + 'a') : word[i];
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == len &&
		    memcmp(words[i].word, small, len) == 0)
			return words[i].sure ? 2 : 1;
	/* Two letters in the other order, one too many, one too few. */
	return len > 1 && spell_distance(small, len, "msg", 3) <= 1 ? 1 : 0;
}

/* It needs no name. */
static bool
is_reply(const char *word, size_t len)
{
	return len == strlen("reply") && strncasecmp(word, "reply", len) == 0;
}

static bool
is_named(const char *word, size_t len, const struct slip_names *names)
{
	if (len > 1 && *word == '@')
		return true;
	while (len > 0 && (word[len - 1] == ':' || word[len - 1] == ','))
		len--;
	return len > 0 && names->has(names->arg, word, len);
}

bool
slip_is_private(const char *text, size_t len, const struct slip_names *names)
{
	size_t from = skip_blanks(text, len, 0), end, next, n;
	bool sign = false, slash = from > 0 && from < len && text[from] == '/';
	int like;

	from += stray_at(text, len, from);
	for (; (n = sign_at(text, len, from)) > 0; from += n)
		sign = true;
	/* It may stand alone: ". msg bob". */
	if (sign)
		from = skip_blanks(text, len, from);
	end = word_end(text, len, from);
	next = skip_blanks(text, len, end);
	like = likeness(text + from, end - from);
	if (like == 0 || next == len)
		return false;
	if (names->wrote && is_reply(text + from, end - from))
		return true;
	/* But for the blank it would be one, whoever that is. */
	if (slash && text[from - 1] == '/')
		return true;
	return (like == 2 && sign) ||
	    is_named(text + next, word_end(text, len, next) - next, names);
}
