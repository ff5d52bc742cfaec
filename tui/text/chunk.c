/*
 * Owns the packed lines of the scrollback; runs in the client's parent
 * process. Must never hold more than its block: a million lines are kept, so
 * each byte of a line counts.
 *
 *   name:  author string | columns * 2 + differs varint | [display string]
 *   line:  marks u16 | kind + bits u8 | seq, time, day varint each, as steps
 *          from the chunk's first line | [id varint] | [flags varint] |
 *          name's place varint | text string | [display string]
 *
 * A name stands once in a chunk (or a few times, where hashes collide); it
 * stays when the line that brought it is taken away, for others may use it.
 */
#include "tui/text/chunk.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/wire.h"
#include "tui/text/history.h"
#include "tui/text/search.h"
#include "tui/text/wrap.h"

enum {
	MARKS_BYTES = 2,
	KIND = 0x1f,		/* of the byte behind; then what else is */
	HAS_ID = 0x20,
	HAS_FLAGS = 0x40,
	HAS_SHOWN = 0x80,

	NAMES = 64,
	LINE_BYTES = MARKS_BYTES + 1 + 6 * WIRE_VARINT_BYTES + 2 * 5,
				/* but its strings */
	ROWS_BITS = 12,
	ROWS_MAX = (1 << ROWS_BITS) - 1
};

struct slot {
	uint32_t	 at : 32 - ROWS_BITS;
	uint32_t	 rows : ROWS_BITS;	/* 0: not known */
};

struct chunk {
	size_t		 size;		/* of bytes[] */
	size_t		 used;
	uint32_t	 nlines;
	int		 cols;		/* for which the slots' rows are */
	uint64_t	 seq, time_ms, day;	/* of the first line */
	uint32_t	 names[NAMES];	/* by hash: place + 1; 0: none */
	_Alignas(uint64_t) unsigned char bytes[];
};

_Static_assert(CHUNK_BYTES <= 1 << (32 - ROWS_BITS), "slots reach all bytes");
_Static_assert(sizeof(struct chunk) + sizeof(struct slot) + LINE_BYTES +
    4 * HISTORY_TEXT_BYTES + 8 * TEXT_NAME_BYTES < CHUNK_BYTES,
    "the longest line, its display form three times as long, fits");
_Static_assert((int)ENTRY_KIND_MAX <= (int)KIND, "a kind fits");
_Static_assert((int)HISTORY_FOLDED <= UINT16_MAX, "the marks fit");

struct chunk *
chunk_new(size_t size)
{
	struct chunk *c;

	/* Not cleared: pages that are not used yet are not taken. */
	if ((c = malloc(size)) == NULL)
		return NULL;
	c->size = (size - sizeof(*c)) / sizeof(struct slot) *
	    sizeof(struct slot);
	chunk_clear(c);
	return c;
}

void
chunk_free(struct chunk *c)
{
	free(c);
}

void
chunk_clear(struct chunk *c)
{
	c->used = 0;
	c->nlines = 0;
	c->cols = 0;
	memset(c->names, 0, sizeof(c->names));
}

size_t
chunk_size(const struct chunk *c)
{
	return sizeof(*c) + c->size;
}

uint32_t
chunk_count(const struct chunk *c)
{
	return c->nlines;
}

/* The most a line takes, but for its slot. */
static size_t
most_bytes(const struct history_line *line)
{
	return LINE_BYTES + 3 * WIRE_VARINT_BYTES + line->entry.author_len +
	    line->name_len + line->entry.text_len + line->shown_len;
}

size_t
chunk_size_for(const struct history_line *line)
{
	return sizeof(struct chunk) + 2 * sizeof(struct slot) +
	    most_bytes(line);
}

/* The slots stand at the end of the block, the first one last. */
static struct slot *
slot_of(const struct chunk *c, uint32_t i)
{
	void *end = (void *)(uintptr_t)(c->bytes + c->size);

	return (struct slot *)end - 1 - i;
}

/* A step between two numbers, small when they are near (zigzag). */
static uint64_t
step(uint64_t to, uint64_t from)
{
	uint64_t d = to - from;

	return d << 1 ^ (d >> 63 != 0 ? UINT64_MAX : 0);
}

static uint64_t
walk(uint64_t from, uint64_t s)
{
	return from + (s >> 1 ^ ((s & 1) != 0 ? UINT64_MAX : 0));
}

static struct wire_in
read_at(const struct chunk *c, size_t at)
{
	return wire_in(c->bytes + at, c->used - at);
}

static uint32_t
hash(const char *s, size_t len)
{
	uint32_t h = 2166136261U;	/* FNV-1a */

	while (len-- > 0)
		h = (h ^ (unsigned char)*s++) * 16777619U;
	return (h ^ h >> 16) % NAMES;
}

/* The author's name, put behind out unless the chunk has it; its place. */
static size_t
put_name(const struct chunk *c, struct wire_out *out,
    const struct history_line *line, uint32_t place)
{
	const struct entry *e = &line->entry;
	bool differs = line->name != e->author;
	struct wire_in in;
	const char *known;
	size_t len;

	if (place != 0) {
		in = read_at(c, place - 1);
		known = wire_get_string(&in, &len);
		if (len == e->author_len &&
		    (len == 0 || memcmp(known, e->author, len) == 0))
			return place - 1;
	}
	place = (uint32_t)(c->used + out->len);
	wire_put_string(out, e->author, e->author_len);
	wire_put_varint(out, (uint64_t)text_cols(line->name, line->name_len) *
	    2 + differs);
	if (differs)
		wire_put_string(out, line->name, line->name_len);
	return place;
}

static void
put_line(const struct chunk *c, struct wire_out *out,
    const struct history_line *line, size_t name)
{
	const struct entry *e = &line->entry;
	bool differs = line->shown != e->text;

	wire_put_u16(out, (uint16_t)line->marks);
	wire_put_u8(out, (uint8_t)((unsigned)e->kind |
	    (e->id != 0 ? HAS_ID : 0) | (e->flags != 0 ? HAS_FLAGS : 0) |
	    (differs ? HAS_SHOWN : 0)));
	wire_put_varint(out, step(e->seq, c->seq));
	wire_put_varint(out, step((uint64_t)e->time_ms, c->time_ms));
	wire_put_varint(out, step((uint64_t)line->day, c->day));
	if (e->id != 0)
		wire_put_varint(out, e->id);
	if (e->flags != 0)
		wire_put_varint(out, e->flags);
	wire_put_varint(out, name);
	wire_put_string(out, e->text, e->text_len);
	if (differs)
		wire_put_string(out, line->shown, line->shown_len);
}

bool
chunk_add(struct chunk *c, const struct history_line *line)
{
	const struct entry *e = &line->entry;
	uint32_t *known = &c->names[hash(e->author, e->author_len)];
	size_t slots = (c->nlines + 1) * sizeof(struct slot), name, at;
	struct wire_out out;

	if (slots > c->size - c->used)
		return false;
	if (c->nlines == 0) {
		c->seq = e->seq;
		c->time_ms = (uint64_t)e->time_ms;
		c->day = (uint64_t)line->day;
	}
	out = wire_out(c->bytes + c->used, c->size - c->used - slots);
	name = put_name(c, &out, line, *known);
	at = c->used + out.len;
	put_line(c, &out, line, name);
	if (out.failed)
		return false;
	*known = (uint32_t)name + 1;
	*slot_of(c, c->nlines++) = (struct slot){ .at = (uint32_t)at };
	c->used += out.len;
	return true;
}

void
chunk_pop(struct chunk *c)
{
	c->used = slot_of(c, --c->nlines)->at;
}

bool
chunk_amend(struct chunk *c, const struct history_line *line)
{
	size_t at = slot_of(c, c->nlines - 1)->at;

	/* Known beforehand: adding may write over the old line and yet fail. */
	if (most_bytes(line) > c->size - at - c->nlines * sizeof(struct slot))
		return false;
	chunk_pop(c);
	return chunk_add(c, line);
}

static void
get_name(const struct chunk *c, size_t place, struct history_line *line)
{
	struct wire_in in = read_at(c, place);
	struct entry *e = &line->entry;
	uint64_t cols;

	e->author = line->name = wire_get_string(&in, &e->author_len);
	line->name_len = e->author_len;
	cols = wire_get_varint(&in);
	line->name_cols = (int)(cols / 2);
	if (cols % 2 != 0)
		line->name = wire_get_string(&in, &line->name_len);
}

void
chunk_get(const struct chunk *c, uint32_t i, struct history_line *line)
{
	struct wire_in in = read_at(c, slot_of(c, i)->at);
	struct entry *e = &line->entry;
	unsigned bits;

	line->marks = wire_get_u16(&in);
	bits = wire_get_u8(&in);
	e->kind = (enum entry_kind)(bits & KIND);
	e->seq = walk(c->seq, wire_get_varint(&in));
	e->time_ms = (int64_t)walk(c->time_ms, wire_get_varint(&in));
	line->day = (int32_t)walk(c->day, wire_get_varint(&in));
	e->id = bits & HAS_ID ? wire_get_varint(&in) : 0;
	e->flags = bits & HAS_FLAGS ? (uint32_t)wire_get_varint(&in) : 0;
	get_name(c, wire_get_varint(&in), line);
	e->text = line->shown = wire_get_string(&in, &e->text_len);
	line->shown_len = e->text_len;
	if (bits & HAS_SHOWN)
		line->shown = wire_get_string(&in, &line->shown_len);
}

enum entry_kind
chunk_kind(const struct chunk *c, uint32_t i)
{
	return (enum entry_kind)(c->bytes[slot_of(c, i)->at + MARKS_BYTES] &
	    KIND);
}

unsigned
chunk_marks(const struct chunk *c, uint32_t i)
{
	const unsigned char *at = c->bytes + slot_of(c, i)->at;

	return (unsigned)at[0] << 8 | at[1];
}

void
chunk_set_marks(struct chunk *c, uint32_t i, unsigned marks)
{
	struct wire_out out = wire_out(c->bytes + slot_of(c, i)->at,
	    MARKS_BYTES);

	wire_put_u16(&out, (uint16_t)marks);
}

uint32_t
chunk_find_marks(const struct chunk *c, uint32_t from, uint32_t to,
    bool down, unsigned marks)
{
	uint32_t i, n;

	for (n = 0; n < to - from; n++) {
		i = down ? to - 1 - n : from + n;
		if ((chunk_marks(c, i) & marks) != 0)
			return i;
	}
	return to;
}

static bool
holds(const struct chunk *c, uint32_t i, const struct search *s)
{
	struct history_line line;
	const struct entry *e = &line.entry;

	chunk_get(c, i, &line);
	return search_first(s, e->text, e->text_len) < e->text_len ||
	    (line.shown != e->text &&
	    search_first(s, line.shown, line.shown_len) < line.shown_len);
}

/* The line of [from, to) that place `at` belongs to. */
static uint32_t
line_at(const struct chunk *c, uint32_t from, uint32_t to, size_t at)
{
	uint32_t mid;

	while (to - from > 1) {
		mid = from + (to - from) / 2;
		if (slot_of(c, mid)->at <= at)
			from = mid;
		else
			to = mid;
	}
	return from;
}

/*
 * Looks through the bytes as they lie, not line by line. What is found may be
 * part of a name or of a line's numbers: then its line is passed over.
 */
uint32_t
chunk_find(const struct chunk *c, uint32_t from, uint32_t to, bool down,
    const struct search *s)
{
	const char *bytes = (const char *)c->bytes;
	uint32_t low = from, high = to, i;
	size_t begin, end, at;

	while (low < high) {
		begin = slot_of(c, low)->at;
		end = high < c->nlines ? slot_of(c, high)->at : c->used;
		at = begin + (down ? search_last : search_first)(s,
		    bytes + begin, end - begin);
		if (at == end)
			break;
		i = line_at(c, low, high, at);
		if (holds(c, i, s))
			return i;
		if (down)
			high = i;
		else
			low = i + 1;
	}
	return to;
}

int
chunk_rows(struct chunk *c, uint32_t i, int cols)
{
	struct slot *slot = slot_of(c, i);
	struct history_line line;
	uint32_t j;
	int rows;

	if (c->cols != cols) {
		for (j = 0; j < c->nlines; j++)
			slot_of(c, j)->rows = 0;
		c->cols = cols;
	}
	if (slot->rows > 0)
		return (int)slot->rows;
	chunk_get(c, i, &line);
	rows = wrap_count(line.shown, line.shown_len, cols);
	if (rows <= ROWS_MAX)
		slot->rows = (uint32_t)rows;
	return rows;
}
