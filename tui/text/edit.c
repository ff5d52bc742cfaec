/*
 * Owns the text being typed, its caret, the kill buffer and the undo steps;
 * runs in the client's parent process. Must never hold ill-formed UTF-8,
 * leave the caret inside a cluster, or leave text behind in freed memory: it
 * may have been a passphrase. How it stands on the screen is edit_layout.c.
 */
#include "tui/text/edit.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tui/text/motion.h"
#include "tui/text/undo.h"

/* What the last change was, where the next one may go on from it. */
enum last {
	LAST_OTHER,
	LAST_TYPED,		/* typed characters in a row: one undo step */
	LAST_KILL,		/* kills in a row: one yank */
	LAST_YANK,		/* what was yanked may become an older kill */
	LAST_VERTICAL		/* up and down in a row: one goal column */
};

/* Fixed buffers: growing would strew copies of what was typed. */
struct edit {
	char		 text[EDIT_BYTES + 1];
	size_t		 len;
	size_t		 caret;
	size_t		 changes;
	struct {
		char	 text[EDIT_BYTES];
		size_t	 len;
	}		 kills[EDIT_KILLS];	/* a ring ... */
	size_t		 kill;			/* ... the newest */
	size_t		 yanked;	/* the one that was yanked ... */
	size_t		 yanked_at;		/* ... to there */
	bool		 secret;	/* what is cut is not kept */
	struct undo	*undo;
	enum last	 last;
	int		 goal_cols;
};

struct edit *
edit_new(void)
{
	struct edit *e;

	if ((e = calloc(1, sizeof(*e))) == NULL)
		return NULL;
	if ((e->undo = undo_new()) == NULL) {
		free(e);
		return NULL;
	}
	return e;
}

void
edit_free(struct edit *e)
{
	if (e == NULL)
		return;
	undo_free(e->undo);
	freezero(e, sizeof(*e));
}

const char *
edit_text(const struct edit *e, size_t *len)
{
	if (len != NULL)
		*len = e->len;
	return e->text;
}

size_t
edit_caret(const struct edit *e)
{
	return e->caret;
}

size_t
edit_changes(const struct edit *e)
{
	return e->changes;
}

void
edit_reset(struct edit *e)
{
	explicit_bzero(e->text, sizeof(e->text));
	e->changes++;
	e->len = e->caret = 0;
	e->last = LAST_OTHER;
	undo_clear(e->undo);
}

void
edit_secret(struct edit *e, bool secret)
{
	e->secret = secret;
}

static bool
move(struct edit *e, size_t to)
{
	if (to == e->caret)
		return false;
	e->caret = to;
	e->last = LAST_OTHER;
	return true;
}

static void
apply(struct edit *e, size_t at, size_t cut_len, const char *put,
    size_t put_len)
{
	size_t tail = e->len - at - cut_len;

	memmove(e->text + at + put_len, e->text + at + cut_len, tail);
	if (put_len > 0)
		memcpy(e->text + at, put, put_len);
	e->changes++;
	e->len = at + put_len + tail;
	e->text[e->len] = '\0';
	e->caret = motion_boundary(e->text, e->len, at + put_len);
}

/* The one way in which text changes, but for undo and redo. */
static bool
change(struct edit *e, size_t at, size_t cut_len, const char *put,
    size_t put_len, bool joins)
{
	struct undo_step step = {
		.at = at,
		.cut = e->text + at,
		.cut_len = cut_len,
		.put = put,
		.put_len = put_len,
		.caret = e->caret
	};

	if (put_len > EDIT_BYTES - (e->len - cut_len))
		return false;
	if (!undo_note(e->undo, &step, joins))
		return false;
	apply(e, at, cut_len, put, put_len);
	e->last = LAST_OTHER;
	return true;
}

/* Length of the character at s, 0 where it is ill-formed. */
static size_t
character(const char *s, size_t len)
{
	size_t n;

	if ((unsigned char)*s < 0x80)
		return 1;
	for (n = 2; n <= 4 && n <= len; n++)
		if (text_valid(s, n))
			return n;
	return 0;
}

/* What may be held of src, malloc'd: size bytes. NULL: no memory. */
static char *
clean(const char *src, size_t len, size_t *outlen, size_t *size)
{
	static const char bad[] = "\xef\xbf\xbd";	/* U+FFFD */
	const char *from;
	size_t i, n, out = 0;
	char *dst;

	*size = len * (sizeof(bad) - 1) + 1;
	if ((dst = malloc(*size)) == NULL)
		return NULL;
	for (i = 0; i < len; i += n) {
		from = src + i;
		if (*from == '\r') {
			n = i + 1 < len && from[1] == '\n' ? 2 : 1;
			dst[out++] = '\n';
		} else if (*from == '\0') {
			n = 1;
		} else if ((n = character(from, len - i)) > 0) {
			memcpy(dst + out, from, n);
			out += n;
		} else {
			n = 1;
			memcpy(dst + out, bad, sizeof(bad) - 1);
			out += sizeof(bad) - 1;
		}
	}
	*outlen = out;
	return dst;
}

size_t
edit_bytes(const char *src, size_t len)
{
	size_t n, size;
	char *put = clean(src, len, &n, &size);

	if (put == NULL)
		return SIZE_MAX;
	freezero(put, size);
	return n;
}

/*
 * Replaces cut_len bytes at `at` by src, cleaned. typing: it may go on from
 * what was typed before, and be gone on from, if it is one cluster.
 */
static bool
replace(struct edit *e, size_t at, size_t cut_len, const char *src, size_t len,
    bool typing)
{
	size_t n, size;
	char *put;
	bool typed, joins, ok = true;

	/* Cleaning makes a text half as long at best (CR LF), but for NULs. */
	if (len > 2 * EDIT_BYTES)
		return false;
	if ((put = clean(src, len, &n, &size)) == NULL)
		return false;
	if (n == cut_len && memcmp(e->text + at, put, n) == 0) {
		move(e, motion_boundary(e->text, e->len, at + n));
	} else {
		typed = typing && text_next(put, n, 0, NULL) == n;
		joins = typed && e->last == LAST_TYPED && e->caret > 0 &&
		    (!motion_is_space(e->text[e->caret - 1]) ||
		    motion_is_space(put[0]));
		ok = change(e, at, cut_len, put, n, joins);
		if (ok && typed)
			e->last = LAST_TYPED;
	}
	freezero(put, size);
	return ok;
}

bool
edit_insert(struct edit *e, const char *src, size_t len)
{
	return replace(e, e->caret, 0, src, len, true);
}

bool
edit_set(struct edit *e, const char *src, size_t len)
{
	return replace(e, 0, e->len, src, len, false);
}

/* True if no character of the text begins before `at` and ends behind it. */
static bool
is_edge(const struct edit *e, size_t at)
{
	return at <= e->len && ((unsigned char)e->text[at] & 0xc0) != 0x80;
}

bool
edit_replace(struct edit *e, size_t from, size_t to, const char *src,
    size_t len)
{
	if (from > to || !is_edge(e, from) || !is_edge(e, to))
		return false;
	return replace(e, from, to - from, src, len, false);
}

bool
edit_caret_to(struct edit *e, size_t at)
{
	size_t next;

	if (at > e->len)
		return false;
	next = motion_boundary(e->text, e->len, at);
	return move(e, next == at ? at : motion_left(e->text, e->len, next));
}

/* Where op takes the caret, or how far it deletes. */
static size_t
reach(const struct edit *e, enum edit_op op)
{
	size_t pos;

	switch (op) {
	case EDIT_LEFT:
	case EDIT_BACKSPACE:
		return motion_left(e->text, e->len, e->caret);
	case EDIT_RIGHT:
	case EDIT_DELETE:
		return motion_right(e->text, e->len, e->caret);
	case EDIT_WORD_LEFT:
	case EDIT_KILL_WORD_LEFT:
		return motion_word_left(e->text, e->len, e->caret);
	case EDIT_WORD_RIGHT:
	case EDIT_KILL_WORD_RIGHT:
		return motion_word_right(e->text, e->len, e->caret);
	case EDIT_KILL_SPACE:
		return motion_space_left(e->text, e->len, e->caret);
	case EDIT_HOME:
		return motion_line_start(e->text, e->caret);
	case EDIT_END:
		return motion_line_end(e->text, e->len, e->caret);
	case EDIT_KILL_HOME:	/* at the edge of a line, its newline */
		pos = motion_line_start(e->text, e->caret);
		return pos < e->caret ? pos : motion_left(e->text, e->len, pos);
	case EDIT_KILL_END:
		pos = motion_line_end(e->text, e->len, e->caret);
		return pos > e->caret ? pos :
		    motion_right(e->text, e->len, pos);
	default:
		return e->caret;
	}
}

/* Deletes from the caret to `to`, either way. */
static bool
erase(struct edit *e, size_t to)
{
	size_t at = to < e->caret ? to : e->caret;
	size_t n = to < e->caret ? e->caret - to : to - e->caret;

	return n > 0 && change(e, at, n, NULL, 0, false);
}

/* As erase; what goes is for the yank. */
static bool
kill_to(struct edit *e, size_t to)
{
	const struct undo_step *step;
	bool goes_on = e->last == LAST_KILL, back = to < e->caret;
	size_t old;
	char *kill;

	if (!erase(e, to))
		return false;
	if (e->secret)
		return true;
	step = undo_last(e->undo);
	if (!goes_on)
		e->kill = (e->kill + 1) % EDIT_KILLS;
	kill = e->kills[e->kill].text;
	old = goes_on ? e->kills[e->kill].len : 0;
	if (step->cut_len > EDIT_BYTES - old)
		old = 0;
	if (back)
		memmove(kill + step->cut_len, kill, old);
	memcpy(kill + (back ? 0 : old), step->cut, step->cut_len);
	e->kills[e->kill].len = old + step->cut_len;
	e->last = LAST_KILL;
	return true;
}

/* Puts a kill in the place of so many bytes before the caret. */
static bool
yank(struct edit *e, size_t kill, size_t at, size_t cut_len)
{
	size_t len = e->kills[kill].len;

	if (len == 0 || !change(e, at, cut_len, e->kills[kill].text, len,
	    false))
		return false;
	e->yanked = kill;
	e->yanked_at = at;
	e->last = LAST_YANK;
	return true;
}

static bool
yank_older(struct edit *e)
{
	size_t kill = e->yanked, len = e->kills[kill].len;

	if (e->last != LAST_YANK)
		return false;
	do
		kill = (kill + EDIT_KILLS - 1) % EDIT_KILLS;
	while (e->kills[kill].len == 0);
	return kill != e->yanked && yank(e, kill, e->yanked_at, len);
}

static bool
kill_all(struct edit *e)
{
	bool before = kill_to(e, 0);

	return kill_to(e, e->len) || before;
}

/* To the line above or below, as near to the goal column as it has. */
static bool
vertical(struct edit *e, bool up)
{
	size_t start = motion_line_start(e->text, e->caret);
	size_t end = motion_line_end(e->text, e->len, e->caret);
	size_t pos, next;
	int cols, width;

	if (up ? start == 0 : end == e->len)
		return false;
	if (e->last != LAST_VERTICAL) {
		e->goal_cols = 0;
		for (pos = start; pos < e->caret; pos = next) {
			next = text_next(e->text, e->len, pos, &width);
			e->goal_cols += width;
		}
	}
	pos = up ? motion_line_start(e->text, start - 1) : end + 1;
	end = motion_line_end(e->text, e->len, pos);
	for (cols = 0; pos < end; pos = next) {
		next = text_next(e->text, e->len, pos, &width);
		if ((cols += width) > e->goal_cols)
			break;
	}
	e->caret = pos;
	e->last = LAST_VERTICAL;
	return true;
}

/* Swaps the clusters beside the caret; at the end of a line, those before. */
static bool
transpose(struct edit *e)
{
	size_t mid, from, to, n;
	char *put;
	bool ok;

	mid = e->caret;
	if (mid == motion_line_end(e->text, e->len, mid))
		mid = motion_left(e->text, e->len, mid);
	if (mid <= motion_line_start(e->text, e->caret))
		return false;
	from = motion_left(e->text, e->len, mid);
	to = motion_right(e->text, e->len, mid);
	n = to - from;
	if ((put = malloc(n)) == NULL)
		return false;
	memcpy(put, e->text + mid, to - mid);
	memcpy(put + (to - mid), e->text + from, mid - from);
	ok = change(e, from, n, put, n, false);
	freezero(put, n);
	return ok;
}

static bool
undo(struct edit *e)
{
	const struct undo_step *step = undo_back(e->undo);

	if (step == NULL)
		return false;
	apply(e, step->at, step->put_len, step->cut, step->cut_len);
	e->caret = step->caret;
	e->last = LAST_OTHER;
	return true;
}

static bool
redo(struct edit *e)
{
	const struct undo_step *step = undo_forth(e->undo);

	if (step == NULL)
		return false;
	apply(e, step->at, step->cut_len, step->put, step->put_len);
	e->last = LAST_OTHER;
	return true;
}

bool
edit_do(struct edit *e, enum edit_op op)
{
	switch (op) {
	case EDIT_LEFT:
	case EDIT_RIGHT:
	case EDIT_WORD_LEFT:
	case EDIT_WORD_RIGHT:
	case EDIT_HOME:
	case EDIT_END:
		return move(e, reach(e, op));
	case EDIT_UP:
	case EDIT_DOWN:
		return vertical(e, op == EDIT_UP);
	case EDIT_DELETE:
	case EDIT_BACKSPACE:
		return erase(e, reach(e, op));
	case EDIT_KILL_SPACE:
	case EDIT_KILL_WORD_LEFT:
	case EDIT_KILL_WORD_RIGHT:
	case EDIT_KILL_END:
	case EDIT_KILL_HOME:
		return kill_to(e, reach(e, op));
	case EDIT_KILL_ALL:
		return kill_all(e);
	case EDIT_YANK:
		return yank(e, e->kill, e->caret, 0);
	case EDIT_YANK_POP:
		return yank_older(e);
	case EDIT_TRANSPOSE:
		return transpose(e);
	case EDIT_UNDO:
		return undo(e);
	case EDIT_REDO:
		return redo(e);
	}
	return false;
}
