/*
 * Owns the lines sent earlier, and how they stand in a file; runs in the
 * client's parent process. Must never lose what was being typed while walking
 * through them, nor trust the file.
 */
#include "tui/session/recall.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

struct text {
	char	*bytes;		/* NUL-terminated; NULL: none */
	size_t	 len;
	bool	 hidden;	/* from the file */
};

/*
 * edited[i] covers sent[i] until the walk ends; edited[nsent] is the draft, and
 * `at` is the one that stands in the editor.
 */
struct recall {
	struct text	 sent[RECALL_LINES];
	struct text	 edited[RECALL_LINES + 1];
	size_t		 nsent;
	size_t		 at;
};

static bool
same(const struct text *a, const char *bytes, size_t len)
{
	return a->bytes != NULL && a->len == len &&
	    memcmp(a->bytes, bytes, len) == 0;
}

/* False when out of memory: the text is as it was. */
static bool
put(struct text *t, const char *src, size_t len)
{
	char *bytes;

	if (same(t, src, len))
		return true;
	if ((bytes = malloc(len + 1)) == NULL)
		return false;
	if (len > 0)
		memcpy(bytes, src, len);
	bytes[len] = '\0';
	free(t->bytes);
	t->bytes = bytes;
	t->len = len;
	return true;
}

static void
drop(struct text *t)
{
	free(t->bytes);
	*t = (struct text){ .bytes = NULL };
}

struct recall *
recall_new(void)
{
	return calloc(1, sizeof(struct recall));
}

void
recall_free(struct recall *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < RECALL_LINES; i++) {
		drop(&r->sent[i]);
		drop(&r->edited[i]);
	}
	drop(&r->edited[RECALL_LINES]);
	free(r);
}

void
recall_settle(struct recall *r)
{
	size_t i;

	for (i = 0; i <= r->nsent; i++)
		drop(&r->edited[i]);
	r->at = r->nsent;
}

/* Takes out line i; the walk goes on where it was, or with what took that
 * line's place. */
static void
take_out(struct recall *r, size_t i)
{
	drop(&r->sent[i]);
	drop(&r->edited[i]);
	memmove(r->sent + i, r->sent + i + 1,
	    (r->nsent - i - 1) * sizeof(r->sent[0]));
	memmove(r->edited + i, r->edited + i + 1,
	    (r->nsent - i) * sizeof(r->edited[0]));
	r->edited[r->nsent] = (struct text){ .bytes = NULL };
	r->sent[--r->nsent] = (struct text){ .bytes = NULL };
	if (r->at > i)
		r->at--;
}

void
recall_add(struct recall *r, const char *line, size_t len)
{
	struct text new = { .bytes = NULL };

	if (len == 0 || (r->nsent > 0 &&
	    same(&r->sent[r->nsent - 1], line, len)))
		return;
	if (!put(&new, line, len))
		return;
	if (r->nsent == RECALL_LINES)
		take_out(r, 0);
	/* The draft stays below the newest. */
	if (r->at == r->nsent)
		r->at++;
	r->edited[r->nsent + 1] = r->edited[r->nsent];
	r->edited[r->nsent] = (struct text){ .bytes = NULL };
	r->sent[r->nsent++] = new;
}

void
recall_hide(struct recall *r)
{
	if (r->nsent > 0)
		r->sent[r->nsent - 1].hidden = true;
}

void
recall_forget(struct recall *r, const char *line, size_t len)
{
	size_t i = r->nsent;

	/* What is walked from is not taken away: the draft would be where one
	 * is, and be written over. */
	while (i > 0 && (i - 1 == r->at || !same(&r->sent[i - 1], line, len)))
		i--;
	if (i == 0)
		return;
	if (r->edited[--i].len == 0) {
		take_out(r, i);
		return;
	}
	/* What was made of it has its place. */
	drop(&r->sent[i]);
	r->sent[i] = r->edited[i];
	r->edited[i] = (struct text){ .bytes = NULL };
}

const char *
recall_draft(const struct recall *r)
{
	const struct text *t = &r->edited[r->nsent];

	return r->at < r->nsent && t->len > 0 ? t->bytes : NULL;
}

const char *
recall_line(const struct recall *r)
{
	return r->at < r->nsent ? r->sent[r->at].bytes : NULL;
}

bool
recall_stands(const struct recall *r, const char *now)
{
	return r->at < r->nsent && same(&r->sent[r->at], now, strlen(now));
}

bool
recall_changed(const struct recall *r, const char *now)
{
	return r->at < r->nsent && !recall_stands(r, now);
}

/* Keeps what stands in the editor; false when out of memory. */
static bool
keep(struct recall *r, const char *now, size_t len)
{
	if (r->at < r->nsent && same(&r->sent[r->at], now, len)) {
		drop(&r->edited[r->at]);
		return true;
	}
	return put(&r->edited[r->at], now, len);
}

/* The draft was kept when the bottom was left, so there always is a text. */
static const char *
go(struct recall *r, size_t to, size_t *len)
{
	const struct text *t = &r->edited[to];

	if (t->bytes == NULL)
		t = &r->sent[to];
	r->at = to;
	*len = t->len;
	return t->bytes;
}

const char *
recall_older(struct recall *r, const char *now, size_t *len)
{
	if (r->at == 0 || !keep(r, now, strlen(now)))
		return NULL;
	return go(r, r->at - 1, len);
}

const char *
recall_newer(struct recall *r, const char *now, size_t *len)
{
	if (r->at == r->nsent || !keep(r, now, strlen(now)))
		return NULL;
	return go(r, r->at + 1, len);
}

const char *
recall_sent(const struct recall *r, size_t before)
{
	return before < r->nsent ? r->sent[r->nsent - 1 - before].bytes : NULL;
}

/* Its line of a file; where that ends. */
static char *
put_escaped(char *to, const struct text *t)
{
	size_t k;

	for (k = 0; k < t->len; k++) {
		if (t->bytes[k] == '\n' || t->bytes[k] == '\\')
			*to++ = '\\';
		*to++ = t->bytes[k] == '\n' ? 'n' : t->bytes[k];
	}
	*to++ = '\n';
	return to;
}

/* Was the line changed, and left so? */
static bool
is_left_changed(const struct recall *r, size_t i)
{
	return i != r->at && r->edited[i].len > 0;
}

char *
recall_text(const struct recall *r, size_t *len)
{
	size_t i, size = 1;
	char *text, *to;

	for (i = 0; i < r->nsent; i++)
		size += 2 * (r->sent[i].len + r->edited[i].len) + 2;
	if ((text = to = malloc(size)) == NULL)
		return NULL;
	for (i = 0; i < r->nsent; i++)
		if (!r->sent[i].hidden)
			to = put_escaped(to, &r->sent[i]);
	for (i = 0; i < r->nsent; i++)
		if (is_left_changed(r, i) && !r->sent[i].hidden)
			to = put_escaped(to, &r->edited[i]);
	*to = '\0';
	*len = (size_t)(to - text);
	return text;
}

/* Undoes the escapes of t; false where one is none. */
static bool
unescape(struct text *t)
{
	const char *from = t->bytes, *end = from + t->len;
	char *to = t->bytes;

	for (; from < end; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		if (++from == end || (*from != 'n' && *from != '\\'))
			return false;
		*to++ = *from == 'n' ? '\n' : '\\';
	}
	*to = '\0';
	t->len = (size_t)(to - t->bytes);
	return true;
}

/* A line of a file. False: it is to be skipped, t holds nothing. */
static bool
take(struct text *t, const char *line, size_t len)
{
	*t = (struct text){ .bytes = NULL };
	if (len == 0 || len > 2 * RECALL_LINE_BYTES || !text_valid(line, len) ||
	    memchr(line, '\0', len) != NULL || !put(t, line, len))
		return false;
	if (!unescape(t) || t->len > RECALL_LINE_BYTES) {
		drop(t);
		return false;
	}
	return true;
}

/* Makes line the oldest, unless the one behind it is the same. */
static void
prepend(struct recall *r, struct text *line)
{
	if (r->nsent > 0 && same(&r->sent[0], line->bytes, line->len)) {
		drop(line);
		return;
	}
	memmove(r->sent + 1, r->sent, r->nsent * sizeof(r->sent[0]));
	r->sent[0] = *line;
	r->nsent++;
}

/* From its end: what is behind the newest lines need not be looked at. */
void
recall_load(struct recall *r, const char *text, size_t len)
{
	struct text line;
	size_t start, end = len;

	recall_settle(r);
	while (end > 0 && r->nsent < RECALL_LINES) {
		for (start = end; start > 0 && text[start - 1] != '\n'; start--)
			continue;
		if (take(&line, text + start, end - start))
			prepend(r, &line);
		end = start > 0 ? start - 1 : 0;
	}
	r->at = r->nsent;
}
