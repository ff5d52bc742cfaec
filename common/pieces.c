/*
 * Cutting long messages and joining them. Pure; runs in the client's parent
 * process, and in the server for the operator. The pieces of a message stand
 * one behind the other in the log.
 */
#include "common/pieces.h"

#include <string.h>

#include "common/text.h"

/* Where a piece may not begin or end: cleaning would take it away there. */
static bool
is_edge(char c)
{
	return c == '\n' || c == ' ';
}

/* The end of the last run of visible bytes before `end` that is followed by a
 * visible one: there a cut changes nothing when both sides are cleaned. */
static size_t
cut_before(const char *text, size_t at, size_t end)
{
	size_t cut = end;

	while (cut > at + 1 && (is_edge(text[cut]) || is_edge(text[cut - 1]) ||
	    ((unsigned char)text[cut] & 0xc0) == 0x80))
		cut--;
	return cut > at + 1 ? cut : end;
}

size_t
pieces_cut(const char *text, size_t len, size_t at, size_t most)
{
	size_t end = at, next;

	if (len - at <= most)
		return len - at;
	while (end < len) {
		next = text_next(text, len, end, NULL);
		if (next - at > most)
			break;
		end = next;
	}
	return cut_before(text, at, end) - at;
}

unsigned
pieces_count(const char *text, size_t len, size_t most)
{
	unsigned n = 0;
	size_t at = 0, piece;

	while (at < len && n <= ENTRY_MORE_MAX + 1) {
		piece = pieces_cut(text, len, at, most);
		/* The room takes no other; more blank lines than a piece
		 * holds make one. */
		if (!text_is_clean(text + at, piece))
			return ENTRY_MORE_MAX + 2;
		at += piece;
		n++;
	}
	return n;
}

static bool
is_author(const struct pieces *p, const struct entry *e)
{
	return e->author_len == p->author_len &&
	    memcmp(e->author, p->author, e->author_len) == 0;
}

static void
set_author(struct pieces *p, const struct entry *e)
{
	p->author_len = e->author_len;
	memcpy(p->author, e->author, e->author_len);
}

bool
pieces_take(struct pieces *p, struct entry *e)
{
	unsigned index = entry_index(e->flags), more = entry_more(e->flags);

	if (index == 0 && more == 0)
		return true;
	if (index != p->next || !is_author(p, e))
		p->next = p->len = 0;
	if (index == 0) {
		set_author(p, e);
		p->len = 0;
	} else if (p->next == 0)
		return true;	/* its beginning is not here: as it is */
	if (e->text_len > sizeof(p->text) - p->len)
		return true;
	memcpy(p->text + p->len, e->text, e->text_len);
	p->len += e->text_len;
	p->next = index + 1;
	if (more > 0)
		return false;
	e->text = p->text;
	e->text_len = p->len;
	p->next = p->len = 0;
	return true;
}

bool
pieces_take_older(struct pieces *p, struct entry *e)
{
	unsigned index = entry_index(e->flags), more = entry_more(e->flags);
	struct entry whole;

	if (index == 0 && more == 0)
		return true;
	if (more == 0) {
		set_author(p, e);
		p->last = *e;
		p->len = 0;
	} else if (p->next == 0 || index + 1 != p->next || !is_author(p, e)) {
		p->next = 0;
		return true;	/* its end is not here: as it is */
	}
	p->next = 0;
	if (e->text_len > sizeof(p->text) - p->len)
		return true;
	/* From the end of the buffer towards its front. */
	p->len += e->text_len;
	memcpy(p->text + sizeof(p->text) - p->len, e->text, e->text_len);
	p->next = index;
	if (index > 0)
		return false;
	whole = p->last;
	whole.author = p->author;
	whole.text = p->text + sizeof(p->text) - p->len;
	whole.text_len = p->len;
	*e = whole;
	return true;
}
