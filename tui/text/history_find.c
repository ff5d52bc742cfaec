/*
 * Looks lines of the scrollback up: by serial, by mark, by text. Runs in the
 * client's parent process. Must change nothing but cached heights, and, but
 * where it searches, do no work that grows with the number of lines held.
 */
#include "tui/text/history.h"
#include "tui/text/history_place.h"

#include "tui/text/chunk.h"
#include "tui/text/history_store.h"
#include "tui/text/search.h"
#include "tui/text/wrap.h"

/* What is looked for, and where to. */
struct quest {
	const struct search *text;	/* NULL: marks */
	unsigned	 marks;
	bool		 back;
};

uint64_t
history_first(const struct history *h)
{
	return h->npieces > 0 ? h->pieces[0].first : h->end;
}

uint64_t
history_end(const struct history *h)
{
	return h->end;
}

uint64_t
history_tail(const struct history *h)
{
	return h->end + h->npending;
}

size_t
history_bytes(const struct history *h)
{
	return h->bytes;
}

uint32_t
history_piece_lines(const struct history *h, size_t i)
{
	return (uint32_t)((i + 1 < h->npieces ? h->pieces[i + 1].first :
	    h->end) - h->pieces[i].first);
}

/* The piece that holds a line of the room. */
static size_t
piece_of(const struct history *h, uint64_t line)
{
	size_t low = 0, high = h->npieces, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (h->pieces[mid].first <= line)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static uint32_t
slot_of(const struct history *h, size_t piece, uint64_t line)
{
	const struct piece *p = &h->pieces[piece];
	uint32_t count = chunk_count(p->chunk), nth;

	nth = (uint32_t)(line - p->first);
	return p->reversed ? count - 1 - nth :
	    count - history_piece_lines(h, piece) + nth;
}

static uint64_t
line_of(const struct history *h, size_t piece, uint32_t slot)
{
	const struct piece *p = &h->pieces[piece];
	uint32_t count = chunk_count(p->chunk);

	return p->first + (p->reversed ? count - 1 - slot :
	    slot - (count - history_piece_lines(h, piece)));
}

struct history_where
history_where(const struct history *h, uint64_t line)
{
	size_t piece;

	if (line >= h->end)
		return (struct history_where){ h->pending[line - h->end], 0 };
	piece = piece_of(h, line);
	return (struct history_where){ h->pieces[piece].chunk,
	    slot_of(h, piece, line) };
}

int32_t
history_day(const struct history *h, uint64_t line)
{
	struct history_where at = history_where(h, line);
	struct history_line view;

	chunk_get(at.chunk, at.i, &view);
	return view.day;
}

static unsigned
marks_of(const struct history *h, uint64_t line)
{
	struct history_where at = history_where(h, line);
	unsigned marks = chunk_marks(at.chunk, at.i);

	if (line == h->unread)
		marks |= HISTORY_UNREAD;
	/* What stands before a pending line changes. */
	if (line >= h->end && (line == history_first(h) ||
	    history_day(h, line) != history_day(h, line - 1)))
		marks |= HISTORY_DAY;
	return marks;
}

static bool
is_unfolded(const struct history *h, uint64_t line)
{
	return h->unfolded_text != NULL && line == h->unfolded;
}

struct history_line
history_get(const struct history *h, uint64_t line)
{
	struct history_where at = history_where(h, line);
	struct history_line view;

	chunk_get(at.chunk, at.i, &view);
	view.marks = marks_of(h, line);
	if (is_unfolded(h, line)) {
		view.shown = h->unfolded_text;
		view.shown_len = h->unfolded_len;
		view.marks &= ~(unsigned)HISTORY_FOLDED;
	}
	return view;
}

uint64_t
history_pending(const struct history *h, uint64_t id)
{
	struct history_line line;
	size_t i;

	for (i = 0; i < h->npending; i++) {
		chunk_get(h->pending[i], 0, &line);
		if (line.entry.id == id)
			break;
	}
	return h->end + i;
}

static bool
is_hidden(const struct history *h, struct history_where at)
{
	enum entry_kind kind;

	if (!h->hide)
		return false;
	kind = chunk_kind(at.chunk, at.i);
	return (kind == ENTRY_JOIN || kind == ENTRY_LEAVE ||
	    kind == ENTRY_TIMEOUT) &&
	    (chunk_marks(at.chunk, at.i) & HISTORY_KEEP) == 0;
}

int
history_height(struct history *h, uint64_t line, int cols, int *rules)
{
	struct history_where at = history_where(h, line);
	unsigned marks = marks_of(h, line);

	*rules = ((marks & HISTORY_DAY) != 0) + ((marks & HISTORY_UNREAD) != 0);
	if (is_hidden(h, at))
		return *rules;
	return *rules + (is_unfolded(h, line) ?
	    wrap_count(h->unfolded_text, h->unfolded_len, cols) :
	    chunk_rows(at.chunk, at.i, cols));
}

/* Lines [low, high) are all in the piece. */
static bool
look_in_piece(const struct history *h, const struct quest *q, size_t piece,
    uint64_t low, uint64_t high, uint64_t *found)
{
	const struct piece *p = &h->pieces[piece];
	bool down = q->back != p->reversed;
	uint32_t from, to, slot;

	from = slot_of(h, piece, p->reversed ? high - 1 : low);
	to = from + (uint32_t)(high - low);
	slot = q->text != NULL ?
	    chunk_find(p->chunk, from, to, down, q->text) :
	    chunk_find_marks(p->chunk, from, to, down, q->marks);
	if (slot == to)
		return false;
	*found = line_of(h, piece, slot);
	return true;
}

static bool
look_in_room(const struct history *h, const struct quest *q, uint64_t low,
    uint64_t high, uint64_t *found)
{
	uint64_t begin, end;
	size_t piece;

	while (low < high) {
		piece = piece_of(h, q->back ? high - 1 : low);
		begin = h->pieces[piece].first;
		end = begin + history_piece_lines(h, piece);
		if (begin < low)
			begin = low;
		if (end > high)
			end = high;
		if (look_in_piece(h, q, piece, begin, end, found)) {
			if (!is_hidden(h, history_where(h, *found)))
				return true;
			begin = *found;
			end = *found + 1;
		}
		if (q->back)
			high = begin;
		else
			low = end;
	}
	return false;
}

static bool
look_in_pending(const struct history *h, const struct quest *q, uint64_t low,
    uint64_t high, uint64_t *found)
{
	struct history_where at;
	uint64_t n;

	for (n = 0; n < high - low; n++) {
		*found = q->back ? high - 1 - n : low + n;
		at = history_where(h, *found);
		if (is_hidden(h, at))
			continue;
		if (q->text != NULL ? chunk_find(at.chunk, 0, 1, false,
		    q->text) == 0 : (marks_of(h, *found) & q->marks) != 0)
			return true;
	}
	return false;
}

/* Lines [low, high) are held. */
static bool
look(const struct history *h, const struct quest *q, uint64_t low,
    uint64_t high, uint64_t *found)
{
	uint64_t pending = h->end;

	if (pending < low)
		pending = low;
	if (pending > high)
		pending = high;
	if (q->back)
		return look_in_pending(h, q, pending, high, found) ||
		    look_in_room(h, q, low, pending, found);
	return look_in_room(h, q, low, pending, found) ||
	    look_in_pending(h, q, pending, high, found);
}

/* The lines from `line` on that are held. */
static void
reach(const struct history *h, bool back, uint64_t line, uint64_t *low,
    uint64_t *high)
{
	*low = history_first(h);
	*high = history_tail(h);
	if (back && line < *high)
		*high = line < *low ? *low : line + 1;
	else if (!back && line > *low)
		*low = line > *high ? *high : line;
}

bool
history_find_marks(const struct history *h, unsigned marks, bool back,
    uint64_t *line)
{
	const struct quest q = { .marks = marks, .back = back };
	uint64_t low, high, found, unread = h->unread;
	bool ok;

	reach(h, back, *line, &low, &high);
	/* No line bears its unread mark itself: that one bounds the search. */
	ok = (marks & HISTORY_UNREAD) != 0 && unread >= low && unread < high &&
	    !is_hidden(h, history_where(h, unread));
	if (ok && back)
		low = unread + 1;
	else if (ok)
		high = unread;
	if (look(h, &q, low, high, &found))
		*line = found;
	else if (ok)
		*line = unread;
	else
		return false;
	return true;
}

bool
history_find(const struct history *h, const char *needle, size_t len,
    bool back, uint64_t *line)
{
	const struct search text = search_ready(needle, len);
	const struct quest q = { .text = &text, .back = back };
	uint64_t low, high, found;

	reach(h, back, *line, &low, &high);
	if (!look(h, &q, low, high, &found))
		return false;
	*line = found;
	return true;
}
