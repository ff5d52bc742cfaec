/*
 * Finds a needle in text, and in the packed bytes of a whole scrollback; runs
 * in the client's parent process. Must never look behind the hay's end.
 *
 * Most blocks of hay are passed over by a loop that only asks whether some
 * place in them has the needle's rarest bytes; it has no branches and a
 * constant count, which is what compilers need to make vectors of it.
 */
#include "tui/text/search.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 64 };

#define EACH	(UINT64_MAX / 0xff)	/* 1 in each byte */

static bool
is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* How common a byte of the needle is in text: more is more common. */
static size_t
commonness(char c)
{
	static const char common[] = "zqxjkvbpygfwmucldrhsnioate ";
	const char *at;

	if ((unsigned char)c >= 0xc0)	/* leads: few, each all over a script */
		return sizeof(common);
	if (c == '\0' || (at = strchr(common, c)) == NULL)
		return 0;
	return (size_t)(at - common) + 1;
}

/* The rarest byte that no probe has; the last byte twice rather than none. */
static size_t
pick(const struct search *s, int nprobes)
{
	size_t at, best = s->len - 1;
	bool have = false;
	int i;

	for (at = 0; at < s->len; at++) {
		for (i = 0; i < nprobes && s->probe[i].at != at; i++)
			;
		if (i == nprobes && (!have ||
		    commonness(s->needle[at]) < commonness(s->needle[best]))) {
			best = at;
			have = true;
		}
	}
	return best;
}

struct search
search_ready(const char *needle, size_t len)
{
	struct search s = { .needle = needle, .len = len, .fold = true };
	char c;
	size_t i;
	int n;

	for (i = 0; i < len; i++)
		if (is_capital(needle[i]))
			s.fold = false;
	for (n = 0; n < SEARCH_PROBES && len > 0; n++) {
		i = pick(&s, n);
		c = needle[i];
		s.probe[n] = (struct search_probe){ .at = i,
		    .byte = (unsigned char)c,
		    .mask = s.fold && c >= 'a' && c <= 'z' ? 0x20 : 0 };
	}
	return s;
}

/* Whether the needle may begin in one of the BLOCK places from p on. */
static bool
may_begin(const struct search *s, const char *p)
{
	const struct search_probe x = s->probe[0], y = s->probe[1],
	    z = s->probe[2];
	const unsigned char *a = (const unsigned char *)p + x.at;
	const unsigned char *b = (const unsigned char *)p + y.at;
	const unsigned char *c = (const unsigned char *)p + z.at;
	unsigned char miss[BLOCK];
	uint64_t word, zero = 0;
	int i;

	for (i = 0; i < BLOCK; i++)
		miss[i] = (unsigned char)(((a[i] | x.mask) ^ x.byte) |
		    ((b[i] | y.mask) ^ y.byte) | ((c[i] | z.mask) ^ z.byte));
	for (i = 0; i < BLOCK; i += (int)sizeof(word)) {
		memcpy(&word, miss + i, sizeof(word));
		zero |= (word - EACH) & ~word & EACH << 7;
	}
	return zero != 0;
}

static bool
begins(const struct search *s, const char *p)
{
	size_t i;
	char c;

	for (i = 0; i < s->len; i++) {
		c = p[i];
		if (s->fold && is_capital(c))
			c |= 0x20;
		if (c != s->needle[i])
			return false;
	}
	return true;
}

size_t
search_first(const struct search *s, const char *hay, size_t len)
{
	size_t at, places, block, i;

	if (s->len == 0 || s->len > len)
		return len;
	places = len - s->len + 1;
	for (at = 0; at < places; at += block) {
		block = places - at < BLOCK ? places - at : BLOCK;
		if (block == BLOCK && !may_begin(s, hay + at))
			continue;
		for (i = at; i < at + block; i++)
			if (begins(s, hay + i))
				return i;
	}
	return len;
}

size_t
search_last(const struct search *s, const char *hay, size_t len)
{
	size_t end, block, i;

	if (s->len == 0 || s->len > len)
		return len;
	for (end = len - s->len + 1; end > 0; end -= block) {
		block = end < BLOCK ? end : BLOCK;
		if (block == BLOCK && !may_begin(s, hay + end - BLOCK))
			continue;
		for (i = end; i > end - block; i--)
			if (begins(s, hay + i - 1))
				return i - 1;
	}
	return len;
}

size_t
search_find(const char *hay, size_t len, size_t from, const char *needle,
    size_t needle_len)
{
	struct search s = search_ready(needle, needle_len);

	return from > len ? len : from + search_first(&s, hay + from,
	    len - from);
}
