/*
 * The ignored, folded once. Client's parent process.
 */
#include "tui/session/ignored.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"

const char *
ignored_nth(const char *names, size_t i, size_t *len)
{
	for (;; names += *len) {
		names += strspn(names, " ");
		if ((*len = strcspn(names, " ")) == 0)
			return NULL;
		if (i-- == 0)
			return names;
	}
}

/* The fold's length; 0: it can be nobody's name. */
static size_t
fold_of(char fold[TEXT_FOLD_BYTES], const char *name, size_t len)
{
	return len > 0 && len <= TEXT_NAME_BYTES ? text_fold(fold, name, len) :
	    0;
}

bool
ignored_set(struct ignored *g, const char *names)
{
	char fold[TEXT_FOLD_BYTES], *folds = NULL, *more;
	size_t i, n, len, total = 0;
	const char *name;

	for (i = 0; (name = ignored_nth(names, i, &len)) != NULL; i++) {
		if ((n = fold_of(fold, name, len)) == 0)
			continue;
		if ((more = realloc(folds, total + n + 1)) == NULL) {
			free(folds);
			return false;
		}
		folds = more;
		memcpy(folds + total, fold, n + 1);
		total += n + 1;
	}
	free(g->folds);
	*g = (struct ignored){ folds, total };
	return true;
}

void
ignored_clear(struct ignored *g)
{
	free(g->folds);
	*g = (struct ignored){ NULL, 0 };
}

bool
ignored_has(const struct ignored *g, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	size_t at;

	if (g->len == 0 || fold_of(fold, name, len) == 0)
		return false;
	for (at = 0; at < g->len; at += strlen(g->folds + at) + 1)
		if (strcmp(g->folds + at, fold) == 0)
			return true;
	return false;
}

/* Behind what stands there; false: it does not fit. */
static bool
put(char *dst, size_t size, const char *name, size_t len)
{
	size_t used = strlen(dst), blank = used > 0;

	if (used + blank + len >= size)
		return false;
	if (blank)
		dst[used++] = ' ';
	memcpy(dst + used, name, len);
	dst[used + len] = '\0';
	return true;
}

bool
ignored_is_one(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char fold[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];

	return fold_of(fold, a, a_len) > 0 && fold_of(other, b, b_len) > 0 &&
	    strcmp(fold, other) == 0;
}

bool
ignored_without(char *dst, size_t size, const char *names, const char *name)
{
	const char *other;
	size_t i, len;

	dst[0] = '\0';
	for (i = 0; (other = ignored_nth(names, i, &len)) != NULL; i++)
		if (!ignored_is_one(name, strlen(name), other, len) &&
		    !put(dst, size, other, len))
			return false;
	return true;
}

bool
ignored_with(char *dst, size_t size, const char *names, const char *name)
{
	return ignored_without(dst, size, names, name) &&
	    put(dst, size, name, strlen(name));
}
