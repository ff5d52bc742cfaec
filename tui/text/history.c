/*
 * Owns the lines of the message pane, in chunks, and the pending ones, a
 * small chunk each; runs in the client's parent process. Must never pass its
 * bound, nor do work that grows with the number of lines held. Looking lines
 * up is history_find.c, rows and places are history_place.c, folding very long
 * ones history_fold.c.
 */
#include "tui/text/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/text/chunk.h"
#include "tui/text/history_store.h"

/* Serials that are left out by a clear, for what is older than it. */
#define CLEAR_GAP	((uint64_t)1 << 32)

_Static_assert(sizeof(struct history) + 2 * CHUNK_BYTES +
    (HISTORY_MIN_BYTES / CHUNK_BYTES + 1) * sizeof(struct piece) <=
    HISTORY_MIN_BYTES, "the least bound is two chunks, and not passed");

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
	h->end = HISTORY_FIRST;
	h->unread = UINT64_MAX;
	return h;
}

static void
drop_chunk(struct history *h, struct chunk *c)
{
	h->bytes -= chunk_size(c);
	chunk_free(c);
}

static void
drop_room(struct history *h)
{
	while (h->npieces > 0)
		drop_chunk(h, h->pieces[--h->npieces].chunk);
}

void
history_clear(struct history *h)
{
	history_unfold(h, 0);
	if (h->npieces > 0)
		h->end += CLEAR_GAP;
	drop_room(h);
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	history_unfold(h, 0);
	drop_room(h);
	while (h->npending > 0)
		drop_chunk(h, h->pending[--h->npending]);
	free(h->pending);
	free(h->pieces);
	free(h);
}

size_t
history_lose(struct history *h, uint64_t seq)
{
	struct history_line view;
	struct history_where at;
	uint64_t line;
	size_t n = 0;

	for (line = h->end; line > history_first(h); line--) {
		at = history_where(h, line - 1);
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
	const unsigned ours = HISTORY_DAY | HISTORY_UNREAD | HISTORY_FOLDED;

	if (e->text_len > HISTORY_TEXT_BYTES ||
	    e->author_len > TEXT_NAME_BYTES + 1)	/* with a ~ */
		return false;
	*line = (struct history_line){ .entry = *e, .day = day,
	    .marks = marks & ~ours };
	if (e->text_len == 0)	/* may be NULL then */
		line->entry.text = "";
	if (e->author_len == 0)
		line->entry.author = "";
	line->shown = display(line->entry.text, e->text_len,
	    &line->shown_len);
	line->name = display(line->entry.author, e->author_len,
	    &line->name_len);
	if (line->shown != NULL && line->name != NULL && history_fold(line) &&
	    chunk_size_for(line) <= CHUNK_BYTES)
		return true;
	undress(line);
	return false;
}

void
history_set_day(struct history *h, uint64_t line, bool rule)
{
	struct history_where at = history_where(h, line);
	unsigned marks = chunk_marks(at.chunk, at.i);

	chunk_set_marks(at.chunk, at.i, rule ? marks | HISTORY_DAY :
	    marks & ~(unsigned)HISTORY_DAY);
}

/*
 * Begins a chunk at the new end for the line with this serial, in place of the
 * oldest if need be.
 */
static struct chunk *
open_last(struct history *h, uint64_t first)
{
	struct chunk *c = NULL, *oldest;

	while (h->npieces > 1 && h->bytes + (c == NULL ? CHUNK_BYTES : 0) >
	    h->max_bytes) {
		oldest = h->pieces[0].chunk;
		memmove(h->pieces, h->pieces + 1,
		    --h->npieces * sizeof(*h->pieces));
		history_set_day(h, history_first(h), true);
		if (c == NULL)
			c = oldest;
		else
			drop_chunk(h, oldest);
	}
	if (c != NULL) {
		chunk_clear(c);
	} else {
		if ((c = chunk_new(CHUNK_BYTES)) == NULL)
			return NULL;
		h->bytes += chunk_size(c);
	}
	h->pieces[h->npieces++] = (struct piece){ .chunk = c, .first = first };
	return c;
}

/* Begins a chunk at the old end; nothing goes for it. */
static struct chunk *
open_first(struct history *h)
{
	struct chunk *c;

	if (h->bytes + CHUNK_BYTES > h->max_bytes ||
	    (c = chunk_new(CHUNK_BYTES)) == NULL)
		return NULL;
	h->bytes += chunk_size(c);
	memmove(h->pieces + 1, h->pieces, h->npieces * sizeof(*h->pieces));
	h->pieces[0] = (struct piece){ .chunk = c, .reversed = true,
	    .first = h->npieces > 0 ? h->pieces[1].first : h->end };
	h->npieces++;
	return c;
}

/* Behind the room's last line. */
static bool
append(struct history *h, struct history_line *line)
{
	struct piece *last = NULL;
	struct chunk *c;
	bool ok;

	if (h->npieces > 0)
		last = &h->pieces[h->npieces - 1];
	if (last == NULL || line->day != h->day)
		line->marks |= HISTORY_DAY;
	ok = last != NULL && !last->reversed && chunk_add(last->chunk, line);
	if (!ok)
		ok = (c = open_last(h, h->end)) != NULL && chunk_add(c, line);
	if (ok) {
		h->end++;
		h->day = line->day;
	}
	return ok;
}

bool
history_append(struct history *h, const struct entry *e, unsigned marks,
    int32_t day)
{
	struct history_line line;
	bool ok;

	if (!dress(&line, e, marks, day))
		return false;
	ok = append(h, &line);
	undress(&line);
	return ok;
}

bool
history_prepend(struct history *h, const struct entry *e, unsigned marks,
    int32_t day)
{
	struct history_line line;
	bool empty = h->npieces == 0, ok;
	struct chunk *c;

	if (!dress(&line, e, marks, day))
		return false;
	line.marks |= HISTORY_DAY;
	ok = !empty && h->pieces[0].reversed &&
	    chunk_add(h->pieces[0].chunk, &line);
	if (!ok)
		ok = (c = open_first(h)) != NULL && chunk_add(c, &line);
	if (ok) {
		h->pieces[0].first--;
		if (empty)
			h->day = day;
		else
			history_set_day(h, history_first(h) + 1, day !=
			    history_day(h, history_first(h) + 1));
	}
	undress(&line);
	return ok;
}

/*
 * A line in the place of the last one, or, if old, of the first. In its own
 * chunk where it is the last added there and the other fits; else it is left
 * to lie unused and the other begins a chunk.
 */
static bool
replace(struct history *h, const struct history_line *line, bool old)
{
	size_t i = old ? 0 : h->npieces - 1;
	struct piece *p = &h->pieces[i];
	struct chunk *had = p->chunk, *c;
	bool newest_added = p->reversed == old;

	if (history_piece_lines(h, i) == 1) {
		chunk_clear(had);
		return chunk_add(had, line);
	}
	if (newest_added && chunk_amend(had, line))
		return true;
	if ((c = old ? open_first(h) : open_last(h, h->end - 1)) == NULL)
		return false;
	if (newest_added)
		chunk_pop(had);
	if (old)
		h->pieces[1].first++;
	return chunk_add(c, line);
}

static bool
amend(struct history *h, const struct entry *e, unsigned marks, int32_t day,
    bool old)
{
	struct history_line line;
	uint64_t first = history_first(h), last = h->end - 1;
	bool ok;

	if (h->npieces == 0 || !dress(&line, e, marks, day))
		return false;
	if (old || first == last || day != history_day(h, last - 1))
		line.marks |= HISTORY_DAY;
	history_unfold(h, 0);	/* perhaps that line */
	ok = replace(h, &line, old);
	if (ok && old && first < last)
		history_set_day(h, first + 1, day != history_day(h, first + 1));
	else if (ok)
		h->day = day;
	undress(&line);
	return ok;
}

bool
history_amend_last(struct history *h, const struct entry *e, unsigned marks,
    int32_t day)
{
	return amend(h, e, marks, day, false);
}

bool
history_amend_first(struct history *h, const struct entry *e, unsigned marks,
    int32_t day)
{
	return amend(h, e, marks, day, true);
}

void
history_hide(struct history *h, bool hide)
{
	h->hide = hide;
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

void
history_put_before(struct history *h, size_t n)
{
	struct chunk *newest, **at;

	if (n >= h->npending)
		return;
	at = h->pending + h->npending - 1 - n;
	newest = at[n];
	memmove(at + 1, at, n * sizeof(*at));
	*at = newest;
}

static void
drop_pending(struct history *h, size_t i)
{
	drop_chunk(h, h->pending[i]);
	memmove(h->pending + i, h->pending + i + 1,
	    (--h->npending - i) * sizeof(*h->pending));
}

static bool
waits(const struct history *h, size_t i)
{
	return (chunk_marks(h->pending[i], 0) & HISTORY_PENDING) != 0;
}

/* What was refused has its place once nothing waits that was typed before. */
static void
place_refused(struct history *h)
{
	struct history_line line;

	while (h->npending > 0 && !waits(h, 0)) {
		chunk_get(h->pending[0], 0, &line);
		/* No day comes twice, however long it has waited. */
		if (h->npieces > 0)
			line.day = h->day;
		if (!append(h, &line))
			return;
		drop_pending(h, 0);
	}
}

bool
history_settle(struct history *h, uint64_t id)
{
	size_t i = history_pending(h, id) - h->end;

	if (i == h->npending)
		return false;
	drop_pending(h, i);
	place_refused(h);
	return true;
}

void
history_settle_all(struct history *h)
{
	size_t i = 0;

	while (i < h->npending)
		if (waits(h, i))
			drop_pending(h, i);
		else
			i++;
	place_refused(h);
}

/* What is shown, with the reason behind it: malloc'd. */
static char *
with_reason(const struct history_line *line, const char *reason)
{
	size_t len;
	char *text = NULL, *why;

	if ((why = text_display(reason, strlen(reason), &len)) == NULL)
		return NULL;
	if (asprintf(&text, "%.*s (%s)", (int)line->shown_len, line->shown,
	    why) == -1)
		text = NULL;
	free(why);
	return text;
}

bool
history_refuse(struct history *h, uint64_t id, const char *reason)
{
	struct history_line line;
	size_t i = history_pending(h, id) - h->end;
	char *text = NULL;
	struct chunk *c;

	if (i == h->npending || !waits(h, i))
		return false;
	chunk_get(h->pending[i], 0, &line);
	line.marks &= ~(unsigned)HISTORY_PENDING;
	line.marks |= HISTORY_REFUSED;
	if (reason != NULL && *reason != '\0') {
		if ((text = with_reason(&line, reason)) == NULL)
			return false;
		line.shown = text;
		line.shown_len = strlen(text);
	}
	c = single(h, &line);
	free(text);
	if (c == NULL)
		return false;
	drop_chunk(h, h->pending[i]);
	h->pending[i] = c;
	place_refused(h);
	return true;
}

void
history_set_unread(struct history *h, uint64_t line)
{
	h->unread = line < h->end ? line : UINT64_MAX;
}
