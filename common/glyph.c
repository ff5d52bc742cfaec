/*
 * One character at a time: decoding and classes, from utf8proc's tables.
 * Pure; used by every process, through the parts of text. Must not know
 * about strings: what a character does to its neighbours is their business.
 */
#include "common/glyph.h"

#include <wchar.h>

size_t
glyph_decode(const char *s, size_t len, int32_t *c)
{
	utf8proc_ssize_t n;

	n = utf8proc_iterate((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)len, c);
	if (n > 0)
		return (size_t)n;
	*c = GLYPH_BAD;
	return 1;
}

bool
glyph_is_bidi(int32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool
glyph_is_blank(int32_t c)
{
	const utf8proc_property_t *prop = utf8proc_get_property(c);

	/* U+2800, Braille with no dots, is a symbol by its property. */
	return prop->category == UTF8PROC_CATEGORY_ZS || prop->ignorable ||
	    c == 0x2800;
}

bool
glyph_is_dropped(int32_t c)
{
	const utf8proc_property_t *prop = utf8proc_get_property(c);

	/*
	 * Ignored by default are the soft hyphen, fillers, joiners, variation
	 * selectors, bidi controls and tags; zero-width formats are not all.
	 * Then the keycap mark and the skin tones.
	 */
	return prop->ignorable ||
	    (prop->category == UTF8PROC_CATEGORY_CF &&
	    wcwidth((wchar_t)c) == 0) ||
	    c == 0x20e3 || (c >= 0x1f3fb && c <= 0x1f3ff);
}

bool
glyph_is_flag(int32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Hangul vowels and finals: marks in all but their category. */
static bool
is_jamo(const utf8proc_property_t *prop)
{
	return prop->boundclass == UTF8PROC_BOUNDCLASS_V ||
	    prop->boundclass == UTF8PROC_BOUNDCLASS_T;
}

bool
glyph_is_mark(int32_t c)
{
	const utf8proc_property_t *prop = utf8proc_get_property(c);

	return prop->category == UTF8PROC_CATEGORY_MC || glyph_stacks(c);
}

bool
glyph_stacks(int32_t c)
{
	const utf8proc_property_t *prop = utf8proc_get_property(c);

	return prop->category == UTF8PROC_CATEGORY_MN ||
	    prop->category == UTF8PROC_CATEGORY_ME ||
	    prop->combining_class != 0 || is_jamo(prop);
}

bool
glyph_is_control(int32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || glyph_is_bidi(c) ||
	    c == 0xfeff || c == 0x2028 || c == 0x2029 ||
	    (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}
