/*
 * Runs in the picture maker. Reads a terminal's cells and nothing else of it.
 * Every cluster is drawn at its own column, whatever the font thinks of its
 * width, as terminals do; lines and blocks are drawn as shapes.
 */
#include "tests/picture.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pango/pangocairo.h>

#include "tests/picture_lines.h"

enum {
	CELL_W = 20,
	CELL_H = 42,
	PADDING = 24,
	GAP = 6,		/* between pictures in one */
	BASELINE = 32,
	WIDE_PX = 37		/* of two cells: how much a wide glyph fills */
};

/* The size at which DejaVu Sans Mono, 1233 of 2048 wide, fills CELL_W. */
#define FONT_PX	(CELL_W * 2048.0 / 1233.0)
#define FONTS	"DejaVu Sans Mono, Noto Sans Mono CJK SC"
/* Not for narrow ones: it has digits too, and pango would take those. */
#define FONTS_WIDE FONTS ", Noto Color Emoji"

struct theme {
	unsigned int	back, text, cursor;
	unsigned int	palette[16];
};

static const struct theme themes[] = {
	[PICTURE_DARK] = { 0x15161b, 0xd7d9e0, 0xd7d9e0, {
	    0x24262e, 0xf0716b, 0x8bd48b, 0xe5c07b, 0x6ba8f5, 0xcf8ee0,
	    0x63c5cf, 0xc3c6ce, 0x6b707c, 0xff8f89, 0xa5e6a2, 0xf4d593,
	    0x8fc0ff, 0xe0aaf0, 0x86dde5, 0xf2f3f6 } },
	[PICTURE_LIGHT] = { 0xfbfbf9, 0x25272d, 0x25272d, {
	    0x25272d, 0xb3261e, 0x1f7a34, 0x8a5d00, 0x1f5fbf, 0x8a3aa3,
	    0x0f7480, 0xd4d5d9, 0x6d7078, 0xd13c33, 0x2b9244, 0xa67200,
	    0x3478d9, 0xa352bd, 0x1c8f9c, 0xfbfbf9 } }
};

struct picture {
	cairo_surface_t		*surface;
	cairo_t			*cr;
	PangoContext		*context;
	const struct theme	*theme;
};

static void
set_colour(cairo_t *cr, unsigned int rgb)
{
	cairo_set_source_rgb(cr, (rgb >> 16 & 0xff) / 255.0,
	    (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0);
}

/* xterm's palette above the first sixteen: a cube, then a ramp of greys. */
static unsigned int
cube(unsigned int n)
{
	static const unsigned int level[] = { 0, 0x5f, 0x87, 0xaf, 0xd7, 0xff };

	if (n >= 232)
		return (8 + (n - 232) * 10) * 0x010101;
	n -= 16;
	return level[n / 36] << 16 | level[n / 6 % 6] << 8 | level[n % 6];
}

static unsigned int
colour(const struct theme *theme, int c, unsigned int otherwise)
{
	if (c == TERM_DEFAULT)
		return otherwise;
	if ((c & TERM_RGB) != 0)
		return (unsigned int)c & 0xffffff;
	return c < 16 ? theme->palette[c] : cube((unsigned int)c);
}

/* Half of each. */
static unsigned int
mix(unsigned int a, unsigned int b)
{
	return ((a >> 1) & 0x7f7f7f) + ((b >> 1) & 0x7f7f7f);
}

static void
cell_colours(const struct theme *theme, const struct term_cell *cell,
    unsigned int *text, unsigned int *back)
{
	unsigned int swap;

	*text = colour(theme, cell->fg, theme->text);
	*back = colour(theme, cell->bg, theme->back);
	if (cell->dim)
		*text = mix(*text, *back);
	if (cell->reverse) {
		swap = *text;
		*text = *back;
		*back = swap;
	}
}

static void
draw_glyph(struct picture *p, const struct term_cell *cell, double x, double y)
{
	PangoFontDescription *font;
	PangoLayout *layout;
	double scale = 1, room = cell->width * CELL_W, width;
	int units;

	font = pango_font_description_from_string(cell->width == 2 ?
	    FONTS_WIDE : FONTS);
	pango_font_description_set_absolute_size(font, FONT_PX * PANGO_SCALE);
	if (cell->bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	if (cell->italic)
		pango_font_description_set_style(font, PANGO_STYLE_ITALIC);
	layout = pango_layout_new(p->context);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_text(layout, cell->text, -1);
	pango_layout_get_size(layout, &units, NULL);
	width = (double)units / PANGO_SCALE;
	if (cell->width == 2 && width > 0)
		scale = WIDE_PX / width;
	else if (width > room + 0.5)
		scale = room / width;
	cairo_save(p->cr);
	cairo_translate(p->cr, x + (room - width * scale) / 2, y + BASELINE);
	cairo_scale(p->cr, scale, scale);
	cairo_move_to(p->cr, 0, 0);
	pango_cairo_show_layout_line(p->cr,
	    pango_layout_get_line_readonly(layout, 0));
	cairo_restore(p->cr);
	g_object_unref(layout);
	pango_font_description_free(font);
}

static void
draw_cell(struct picture *p, const struct term_cell *cell, int row, int col,
    bool cursor)
{
	double x = PADDING + col * CELL_W, y = PADDING + row * CELL_H;
	double w = cell->width * CELL_W;
	unsigned int text, back;

	cell_colours(p->theme, cell, &text, &back);
	if (cursor) {
		back = p->theme->cursor;
		text = p->theme->back;
	}
	set_colour(p->cr, back);
	cairo_rectangle(p->cr, x, y, w, CELL_H);
	cairo_fill(p->cr);
	set_colour(p->cr, text);
	if (cell->text[0] != '\0' && strcmp(cell->text, " ") != 0 &&
	    !picture_lines_draw(p->cr, cell->text, x, y, w, CELL_H))
		draw_glyph(p, cell, x, y);
	if (cell->underline)
		cairo_rectangle(p->cr, x, y + BASELINE + 4, w, 2);
	if (cell->strike)
		cairo_rectangle(p->cr, x, y + BASELINE - 10, w, 2);
	cairo_fill(p->cr);
}

static void
draw(struct picture *p, struct term *t)
{
	struct term_cell cell;
	int row, col, cursor_row, cursor_col;
	bool visible;

	set_colour(p->cr, p->theme->back);
	cairo_paint(p->cr);
	term_cursor(t, &cursor_row, &cursor_col, &visible);
	for (row = 0; row < term_rows(t); row++)
		for (col = 0; col < term_cols(t); col++) {
			cell = term_cell(t, row, col);
			if (cell.width > 0)
				draw_cell(p, &cell, row, col, visible &&
				    row == cursor_row && col == cursor_col);
		}
}

/* Grey edges and no hinting: the same on every machine with these fonts. */
static PangoContext *
new_context(void)
{
	cairo_font_options_t *options;
	PangoFontMap *map;
	PangoContext *context;

	map = pango_cairo_font_map_new();
	context = pango_font_map_create_context(map);
	g_object_unref(map);
	options = cairo_font_options_create();
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(context, 96);
	pango_context_set_language(context,
	    pango_language_from_string("zh-cn"));
	return context;
}

struct picture *
picture_take(struct term *t, enum picture_theme theme)
{
	struct picture *p = calloc(1, sizeof(*p));

	if (p == NULL)
		err(1, NULL);
	p->theme = &themes[theme];
	p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
	    term_cols(t) * CELL_W + 2 * PADDING,
	    term_rows(t) * CELL_H + 2 * PADDING);
	p->cr = cairo_create(p->surface);
	p->context = new_context();
	draw(p, t);
	return p;
}

void
picture_free(struct picture *p)
{
	if (p == NULL)
		return;
	g_object_unref(p->context);
	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
	free(p);
}

/* As wide as the widest, as high as all of them. */
static cairo_surface_t *
join(struct picture *const shots[], int n)
{
	int i, width = 0, height = 0;
	cairo_surface_t *all;
	cairo_t *cr;

	for (i = 0; i < n; i++) {
		if (cairo_image_surface_get_width(shots[i]->surface) > width)
			width = cairo_image_surface_get_width(
			    shots[i]->surface);
		height += cairo_image_surface_get_height(shots[i]->surface);
	}
	all = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width,
	    height + (n - 1) * GAP);
	cr = cairo_create(all);
	set_colour(cr, shots[0]->theme->palette[8]);
	cairo_paint(cr);
	for (i = 0, height = 0; i < n; i++) {
		cairo_set_source_surface(cr, shots[i]->surface, 0, height);
		cairo_paint(cr);
		height += cairo_image_surface_get_height(shots[i]->surface) +
		    GAP;
	}
	cairo_destroy(cr);
	return all;
}

bool
picture_write(struct picture *const shots[], int n, const char *path)
{
	cairo_surface_t *all = join(shots, n);
	cairo_status_t status = cairo_surface_status(all);

	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png(all, path);
	if (status != CAIRO_STATUS_SUCCESS)
		fprintf(stderr, "%s: %s\n", path,
		    cairo_status_to_string(status));
	cairo_surface_destroy(all);
	return status == CAIRO_STATUS_SUCCESS;
}
