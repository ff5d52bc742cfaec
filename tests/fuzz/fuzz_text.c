/*
 * Fuzzing: whatever people type, paste and send: cleaning, display form,
 * wrapping, search, links, editing, completion.
 */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tui/edit.h"
#include "tui/line.h"
#include "tui/recall.h"
#include "tui/search.h"
#include "tui/urls.h"
#include "tui/wrap.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Cleaning what is clean changes nothing, nor does displaying it twice. */
static void
clean(const char *text, size_t len)
{
	char *once = malloc(len + 1), *twice = malloc(len + 1);
	size_t first, second;

	first = text_clean(once, text, len, true);
	second = text_clean(twice, once, first, true);
	if (first > len || second != first || memcmp(once, twice, first) != 0)
		abort();
	free(once);
	free(twice);
}

static void
show(const char *text, size_t len, int cols, const char *needle, size_t n)
{
	size_t shown_len, again_len, at, url;
	char *shown = text_display(text, len, &shown_len);
	char *again = text_display(shown, shown_len, &again_len);
	struct wrap_row row = { .last = false };
	int rows = 0;

	if (again_len != shown_len || memcmp(shown, again, shown_len) != 0)
		abort();
	for (; !row.last; rows++)
		row = wrap_row(shown, shown_len, cols, row.next);
	if (rows != wrap_count(shown, shown_len, cols))
		abort();
	at = search_find(shown, shown_len, 0, needle, n);
	if (at > shown_len || (at < shown_len && at + n > shown_len))
		abort();
	for (at = url = 0; urls_next(shown, shown_len, at + url, &at, &url);)
		if (url < 4 || at + url > shown_len)
			abort();
	free(shown);
	free(again);
}

static void
edit(const char *text, size_t len)
{
	struct edit *e = edit_new();
	struct edit_layout layout;
	size_t i;

	for (i = 0; i + 1 < len; i += 2) {
		if ((unsigned char)text[i] % 32 <= EDIT_REDO)
			edit_do(e, (enum edit_op)((unsigned char)text[i] % 32));
		else
			edit_insert(e, text + i, len - i < 9 ? len - i : 9);
	}
	if (edit_layout(e, 1 + (int)(len % 9), &layout))
		edit_layout_clear(&layout);
	edit_free(e);
}

static void
recall(const char *text, size_t len)
{
	struct recall *r = recall_new();
	size_t out;

	recall_load(r, text, len);
	free(recall_text(r, &out));
	recall_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	static bool ready;

	if (!ready)
		ready = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
	if (len < 2)
		return 0;
	clean(text, len);
	show(text + 2, len - 2, 1 + data[0] % 40, text, data[1] % (len + 1));
	edit(text, len);
	recall(text, len);
	return 0;
}
