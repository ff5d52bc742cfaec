/*
 * Fuzzing: cleaning text, checking and folding names, escaping for logs.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/fuzz/fuzz.h"

/* Cleaning what is clean changes nothing. */
static void
clean(const char *text, size_t len, bool newlines)
{
	char *once = malloc(len + 1), *twice = malloc(len + 1);
	size_t first, second;

	MUST(once != NULL && twice != NULL);
	first = text_clean(once, text, len, newlines);
	MUST(first <= len && text_valid(once, first));
	second = text_clean(twice, once, first, newlines);
	MUST(fuzz_same(once, first, twice, second));
	if (!newlines)
		MUST(memchr(once, '\n', first) == NULL);
	if (first > 0 && first <= TEXT_LINE_BYTES)
		MUST(text_is_clean(once, first));
	MUST(!text_is_clean(text, len) || fuzz_same(text, len, once, first) ||
	    !newlines);
	/* In place is the same. */
	memcpy(twice, text, len);
	MUST(fuzz_same(twice, text_clean(twice, twice, len, newlines), once,
	    first));
	free(once);
	free(twice);
}

static void
escape(const char *text, size_t len, size_t size)
{
	char *dst = malloc(size), *p;

	MUST(dst != NULL && text_escape(dst, size, text, len) == dst);
	MUST((p = memchr(dst, '\0', size)) != NULL);
	MUST(text_valid(dst, (size_t)(p - dst)));
	for (p = dst; *p != '\0'; p++)
		MUST((unsigned char)*p >= ' ' && *p != 0x7f);
	free(dst);
}

/* Two that look the same are one. */
static void
names(const char *a, size_t alen, const char *b, size_t blen)
{
	char fold[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];
	size_t n, shown_len, other_len;
	char *shown, *shown2;

	if (text_name_check(a, alen) != TEXT_NAME_OK)
		return;
	MUST(alen > 0 && alen <= TEXT_NAME_BYTES && text_valid(a, alen));
	MUST(text_is_clean(a, alen));
	n = text_fold(fold, a, alen);
	MUST(n > 0 && n < sizeof(fold) && strlen(fold) == n);
	if (text_name_check(b, blen) != TEXT_NAME_OK)
		return;
	text_fold(other, b, blen);
	shown = text_display(a, alen, &shown_len);
	shown2 = text_display(b, blen, &other_len);
	MUST(shown != NULL && shown2 != NULL);
	if (fuzz_same(shown, shown_len, shown2, other_len) &&
	    strstr(shown, "\357\277\275") == NULL)
		MUST(strcmp(fold, other) == 0);
	free(shown);
	free(shown2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };
	const uint8_t *first;
	char *text, *other;
	size_t n, size;

	fuzz_ready();
	size = 1 + fuzz_u8(&in);
	first = fuzz_bytes(&in, 64, &n);
	other = fuzz_copy(first, n);
	text = fuzz_copy(in.data, in.len);
	escape(text, in.len, size);
	names(other, n, text, in.len);
	if (text_valid(text, in.len)) {
		clean(text, in.len, true);
		clean(text, in.len, false);
	} else
		MUST(!text_is_clean(text, in.len));
	free(other);
	free(text);
	return 0;
}
