/*
 * Runs in the picture maker. Boxes are described by their arms: l r u d, from
 * the centre to the edge, in capitals where heavy.
 */
#include "tests/picture_lines.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { LIGHT_PX = 2, HEAVY_PX = 5 };

static const struct {
	uint32_t	 c;
	const char	*arms;
} boxes[] = {
	{ 0x2500, "lr" }, { 0x2502, "ud" }, { 0x2501, "LR" }, { 0x2503, "UD" },
	{ 0x250c, "rd" }, { 0x2510, "ld" }, { 0x2514, "ru" }, { 0x2518, "lu" },
	{ 0x250f, "RD" }, { 0x2513, "LD" }, { 0x2517, "RU" }, { 0x251b, "LU" },
	{ 0x251c, "udr" }, { 0x2524, "udl" }, { 0x252c, "lrd" },
	{ 0x2534, "lru" }, { 0x253c, "lrud" }, { 0x2523, "UDR" },
	{ 0x252b, "UDL" }, { 0x2533, "LRD" }, { 0x253b, "LRU" },
	{ 0x254b, "LRUD" }, { 0x256d, "rd" }, { 0x256e, "ld" },
	{ 0x256f, "lu" }, { 0x2570, "ru" }, { 0x2574, "l" }, { 0x2575, "u" },
	{ 0x2576, "r" }, { 0x2577, "d" }, { 0x2578, "L" }, { 0x2579, "U" },
	{ 0x257a, "R" }, { 0x257b, "D" }
};

static void
fill(cairo_t *cr, double x, double y, double w, double h)
{
	cairo_rectangle(cr, x, y, w, h);
	cairo_fill(cr);
}

static void
arm(cairo_t *cr, char side, double x, double y, double w, double h)
{
	double px = isupper((unsigned char)side) ? HEAVY_PX : LIGHT_PX;
	/* Whole pixels: a light rule is as sharp as the text. */
	double left = x + (int)((w - px) / 2), top = y + (int)((h - px) / 2);

	switch (tolower((unsigned char)side)) {
	case 'l':
		fill(cr, x, top, left + px - x, px);
		break;
	case 'r':
		fill(cr, left, top, x + w - left, px);
		break;
	case 'u':
		fill(cr, left, y, px, top + px - y);
		break;
	case 'd':
		fill(cr, left, top, px, y + h - top);
		break;
	}
}

static bool
box(cairo_t *cr, uint32_t c, double x, double y, double w, double h)
{
	const char *p;
	size_t i;

	for (i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++) {
		if (boxes[i].c != c)
			continue;
		for (p = boxes[i].arms; *p != '\0'; p++)
			arm(cr, *p, x, y, w, h);
		return true;
	}
	return false;
}

/* U+2580 to U+259F: the halves, the eighths, the shades, the quadrants. */
static void
block(cairo_t *cr, uint32_t c, double x, double y, double w, double h)
{
	/* Of U+2596 on; bits: upper left, upper right, lower left, right. */
	static const unsigned char quadrants[] = { 4, 8, 1, 13, 9, 7, 11, 2, 6,
	    14 };
	unsigned int bits, i;

	if (c == 0x2580)
		fill(cr, x, y, w, h / 2);
	else if (c <= 0x2588)
		fill(cr, x, y + h * (0x2588 - c) / 8, w, h * (c - 0x2580) / 8);
	else if (c <= 0x258f)
		fill(cr, x, y, w * (0x2590 - c) / 8, h);
	else if (c == 0x2590)
		fill(cr, x + w / 2, y, w / 2, h);
	else if (c <= 0x2593) {
		cairo_rectangle(cr, x, y, w, h);
		cairo_save(cr);
		cairo_clip(cr);
		cairo_paint_with_alpha(cr, (c - 0x2590) / 4.0);
		cairo_restore(cr);
	} else if (c == 0x2594)
		fill(cr, x, y, w, h / 8);
	else if (c == 0x2595)
		fill(cr, x + w * 7 / 8, y, w / 8, h);
	else
		for (bits = quadrants[c - 0x2596], i = 0; i < 4; i++)
			if ((bits >> i & 1) != 0)
				fill(cr, x + i % 2 * w / 2, y + i / 2 * h / 2,
				    w / 2, h / 2);
}

bool
picture_lines_draw(cairo_t *cr, const char *text, double x, double y,
    double w, double h)
{
	const unsigned char *u = (const unsigned char *)text;
	uint32_t c;

	/* All of them are three bytes long, and come alone. */
	if (strlen(text) != 3 || u[0] != 0xe2)
		return false;
	c = 0x2000u | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	if (c >= 0x2580 && c <= 0x259f) {
		block(cr, c, x, y, w, h);
		return true;
	}
	return box(cr, c, x, y, w, h);
}
