/*
 * Owns the lines of the message pane, in chunks, and the pending ones, a
 * small chunk each; runs in the client's parent process. Must never pass its
 * bound, nor do work that grows with the number of lines held. Rows and places
 * are history_place.c.
 */
#include "tui/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/chunk.h"

struct piece {
	struct chunk	*chunk;
	uint64_t	 first;		/* serial of its first line */
};

struct where {
	struct chunk	*chunk;
	uint32_t	 i;
};

struct history {
	struct piece	*pieces;	/* oldest first; room for max_pieces */
	size_t		 npieces, max_pieces;
	struct chunk	**pending;
	size_t		 npending, max_pending;
	size_t		 bytes, max_bytes;
	uint64_t	 end;
	uint64_t	 unread;	/* serial; UINT64_MAX: none */
	int32_t		 day;		/* of the newest of the room */
};

struct history *
history_new(size_t max_bytes)
{
	struct history *h;

	if (max_bytes < HISTORY_MIN_BYTES)
		max_bytes = HISTORY_MIN_BYTES;
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return NULL;
	h->max_bytes = max_bytes;
	h->max_pieces = max_bytes / CHUNK_BYTES + 1;
	h->pieces = calloc(h->max_pieces, sizeof(*h->pieces));
	if (h->pieces == NULL) {
		free(h);
		return NULL;
	}
	h->bytes = sizeof(*h) + h->max_pieces * sizeof(*h->pieces);
	h->unread = UINT64_MAX;
	return h;
}

static void
drop_chunk(struct history *h, struct chunk *c)
{
	h->bytes -= chunk_size(c);
	chunk_free(c);
}

void
history_clear(struct history *h)
{
	while (h->npieces > 0)
		drop_chunk(h, h->pieces[--h->npieces].chunk);
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	history_clear(h);
	while (h->npending > 0)
		drop_chunk(h, h->pending[--h->npending]);
	free(h->pending);
	free(h->pieces);
	free(h);
}

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

/* Where a line that is held lies. */
static struct where
find(const struct history *h, uint64_t line)
{
	size_t low = 0, high = h->npieces, mid;

	if (line >= h->end)
		return (struct where){ h->pending[line - h->end], 0 };
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (h->pieces[mid].first <= line)
			low = mid;
		else
			high = mid;
	}
	return (struct where){ h->pieces[low].chunk,
	    (uint32_t)(line - h->pieces[low].first) };
}

static int32_t
day_of(const struct history *h, uint64_t line)
{
	struct where at = find(h, line);
	struct history_line view;

	chunk_get(at.chunk, at.i, &view);
	return view.day;
}

static unsigned
marks_of(const struct history *h, uint64_t line)
{
	struct where at = find(h, line);
	unsigned marks = chunk_marks(at.chunk, at.i);

	if (line == h->unread)
		marks |= HISTORY_UNREAD;
	/* What stands before a pending line changes. */
	if (line >= h->end && (line == history_first(h) ||
	    day_of(h, line) != day_of(h, line - 1)))
		marks |= HISTORY_DAY;
	return marks;
}

struct history_line
history_get(const struct history *h, uint64_t line)
{
	struct where at = find(h, line);
	struct history_line view;

	chunk_get(at.chunk, at.i, &view);
	view.marks = marks_of(h, line);
	return view;
}

size_t
history_lose(struct history *h, uint64_t seq)
{
	struct history_line view;
	struct where at;
	uint64_t line;
	size_t n = 0;

	for (line = h->end; line > history_first(h); line--) {
		at = find(h, line - 1);
		chunk_get(at.chunk, at.i, &view);
		if (view.entry.seq == 0)
			continue;	/* this program's own */
		if (view.entry.seq <= seq)
			break;
		chunk_set_marks(at.chunk, at.i, chunk_marks(at.chunk, at.i) |
		    HISTORY_LOST);
		n++;
	}
	return n;
}

/* The display form: src itself where it is that, else malloc'd. */
static const char *
display(const char *src, size_t len, size_t *outlen)
{
	char *shown;

	*outlen = len;
	if (text_is_display(src, len))
		return src;
	if ((shown = text_display(src, len, outlen)) == NULL)
		return NULL;
	if (*outlen == len && memcmp(shown, src, len) == 0) {
		free(shown);
		return src;
	}
	return shown;
}

static void
undress(struct history_line *line)
{
	if (line->shown != line->entry.text)
		free((char *)line->shown);
	if (line->name != line->entry.author)
		free((char *)line->name);
}

/* The entry with its display forms, to be undressed. */
static bool
dress(struct history_line *line, const struct entry *e, unsigned marks,
    int32_t day)
{
	if (e->text_len > HISTORY_TEXT_BYTES ||
	    e->author_len > TEXT_NAME_BYTES + 1)	/* with a ~ */
		return false;
	*line = (struct history_line){ .entry = *e, .day = day,
	    .marks = marks & ~(unsigned)(HISTORY_DAY | HISTORY_UNREAD) };
	if (e->text_len == 0)	/* may be NULL then */
		line->entry.text = "";
	if (e->author_len == 0)
		line->entry.author = "";
	line->shown = display(line->entry.text, e->text_len,
	    &line->shown_len);
	line->name = display(line->entry.author, e->author_len,
	    &line->name_len);
	if (line->shown != NULL && line->name != NULL &&
	    chunk_size_for(line) <= CHUNK_BYTES)
		return true;
	undress(line);
	return false;
}

/* Begins a chunk for the next line, in place of the oldest if need be. */
static bool
open_piece(struct history *h)
{
	struct chunk *c = NULL, *oldest;

	while (h->npieces > 1 && h->bytes + (c == NULL ? CHUNK_BYTES : 0) >
	    h->max_bytes) {
		oldest = h->pieces[0].chunk;
		memmove(h->pieces, h->pieces + 1,
		    --h->npieces * sizeof(*h->pieces));
		chunk_set_marks(h->pieces[0].chunk, 0, HISTORY_DAY |
		    chunk_marks(h->pieces[0].chunk, 0));
		if (c == NULL)
			c = oldest;
		else
			drop_chunk(h, oldest);
	}
	if (c != NULL) {
		chunk_clear(c);
	} else {
		if ((c = chunk_new(CHUNK_BYTES)) == NULL)
			return false;
		h->bytes += chunk_size(c);
	}
	h->pieces[h->npieces++] = (struct piece){ .chunk = c, .first = h->end };
	return true;
}

bool
history_append(struct history *h, const struct entry *e, unsigned marks,
    int32_t day)
{
	struct history_line line;
	bool ok;

	if (!dress(&line, e, marks, day))
		return false;
	if (history_first(h) == h->end || day != h->day)
		line.marks |= HISTORY_DAY;
	ok = h->npieces > 0 &&
	    chunk_add(h->pieces[h->npieces - 1].chunk, &line);
	if (!ok)
		ok = open_piece(h) &&
		    chunk_add(h->pieces[h->npieces - 1].chunk, &line);
	if (ok) {
		h->end++;
		h->day = day;
	}
	undress(&line);
	return ok;
}

/* A chunk that holds just this line. */
static struct chunk *
single(struct history *h, const struct history_line *line)
{
	struct chunk *c;

	if (chunk_size_for(line) > CHUNK_BYTES ||
	    (c = chunk_new(chunk_size_for(line))) == NULL)
		return NULL;
	h->bytes += chunk_size(c);
	chunk_add(c, line);
	return c;
}

bool
history_post(struct history *h, const struct entry *e, int32_t day)
{
	struct history_line line;
	struct chunk **pending, *c;
	size_t max = h->max_pending == 0 ? 8 : 2 * h->max_pending;

	if (e->id == 0)
		return false;
	if (h->npending == h->max_pending) {
		pending = recallocarray(h->pending, h->max_pending, max,
		    sizeof(*pending));
		if (pending == NULL)
			return false;
		h->bytes += (max - h->max_pending) * sizeof(*pending);
		h->pending = pending;
		h->max_pending = max;
	}
	if (!dress(&line, e, HISTORY_OWN | HISTORY_PENDING, day))
		return false;
	if ((c = single(h, &line)) != NULL)
		h->pending[h->npending++] = c;
	undress(&line);
	return c != NULL;
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

bool
history_settle(struct history *h, uint64_t id)
{
	size_t i = history_pending(h, id) - h->end;

	if (i == h->npending)
		return false;
	drop_chunk(h, h->pending[i]);
	memmove(h->pending + i, h->pending + i + 1,
	    (--h->npending - i) * sizeof(*h->pending));
	return true;
}

/* The line with the reason behind what is shown. */
static struct chunk *
with_reason(struct history *h, struct history_line line, const char *reason)
{
	struct chunk *c = NULL;
	size_t len;
	char *text = NULL, *why;
	int n;

	if ((why = text_display(reason, strlen(reason), &len)) == NULL)
		return NULL;
	n = asprintf(&text, "%.*s (%s)", (int)line.shown_len, line.shown, why);
	if (n != -1) {
		line.shown = text;
		line.shown_len = (size_t)n;
		c = single(h, &line);
		free(text);
	}
	free(why);
	return c;
}

bool
history_refuse(struct history *h, uint64_t id, const char *reason)
{
	struct history_line line;
	struct chunk **at, *c;
	size_t i = history_pending(h, id) - h->end;

	if (i == h->npending)
		return false;
	at = &h->pending[i];
	chunk_get(*at, 0, &line);
	line.marks &= ~(unsigned)HISTORY_PENDING;
	line.marks |= HISTORY_REFUSED;
	if (reason == NULL || *reason == '\0') {
		chunk_set_marks(*at, 0, line.marks);
		return true;
	}
	if ((c = with_reason(h, line, reason)) == NULL)
		return false;
	drop_chunk(h, *at);
	*at = c;
	return true;
}

void
history_set_unread(struct history *h, uint64_t line)
{
	h->unread = line < h->end ? line : UINT64_MAX;
}

int
history_height(struct history *h, uint64_t line, int cols, int *rules)
{
	unsigned marks = marks_of(h, line);
	struct where at = find(h, line);

	*rules = ((marks & HISTORY_DAY) != 0) + ((marks & HISTORY_UNREAD) != 0);
	return *rules + chunk_rows(at.chunk, at.i, cols);
}
