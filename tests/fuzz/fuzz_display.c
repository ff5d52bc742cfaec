/*
 * Fuzzing: what is drawn: the display form, its clusters, columns and rows,
 * what is found in it.
 */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "common/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/session/line.h"
#include "tui/text/search.h"
#include "tui/text/urls.h"
#include "tui/text/wrap.h"

/* Each character has columns; nothing in it moves the cursor. */
static void
check_characters(const char *s, size_t len)
{
	mbstate_t state;
	wchar_t c;
	size_t at = 0, n;

	memset(&state, 0, sizeof(state));
	while (at < len) {
		n = mbrtowc(&c, s + at, len - at, &state);
		MUST(n > 0 && n <= 4);
		MUST(c == L'\n' || wcwidth(c) >= 0);
		at += n;
	}
}

static void
clusters(const char *s, size_t len)
{
	size_t at, next, back;
	int cols, sum = 0;

	for (at = 0; at < len; at = next) {
		next = text_next(s, len, at, &cols);
		MUST(next > at && next <= len && cols >= 0 && cols <= 8);
		back = text_prev(s, len, next);
		MUST(back < next);
		sum += cols;
	}
	MUST(sum == text_cols(s, len));
	for (at = len; at > 0; at = next) {
		next = text_prev(s, len, at);
		MUST(next < at);
	}
}

/* All of it is in the rows, in order, none wider than the pane. */
static void
rows(const char *s, size_t len, int cols)
{
	struct wrap_row row = { .last = false };
	size_t pos = 0, fit;
	int n = 0, used;

	for (; !row.last; pos = row.next, n++) {
		row = wrap_row(s, len, cols, pos);
		MUST(row.from >= pos && row.to >= row.from && row.to <= len);
		MUST(row.last || (row.next >= row.to && row.next > pos));
		MUST(row.cols == text_cols(s + row.from, row.to - row.from));
		MUST(row.cols <= cols || text_next(s, len, row.from, NULL) ==
		    row.to);
		MUST(wrap_find(s, len, cols, row.from) == n ||
		    row.from == row.to);
		MUST(wrap_start(s, len, cols, n) == pos);
	}
	MUST(n == wrap_count(s, len, cols));
	fit = text_fit(s, len, cols, &used);
	MUST(fit <= len && used <= cols && used == text_cols(s, fit));
}

static void
find(const char *s, size_t len, const char *needle, size_t n)
{
	size_t at = search_find(s, len, 0, needle, n), url;

	MUST(at <= len && (at == len || at + n <= len));
	for (at = url = 0; urls_next(s, len, at + url, &at, &url);)
		MUST(url >= 4 && at + url <= len);
	line_mentions(s, len, "bob");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };
	int cols = 1 + fuzz_u8(&in) % 100;
	size_t n, shown_len, again_len;
	const uint8_t *needle = fuzz_bytes(&in, 16, &n);
	char *text = fuzz_copy(in.data, in.len), *shown, *again;

	fuzz_ready();
	MUST((shown = text_display(text, in.len, &shown_len)) != NULL);
	MUST(strlen(shown) == shown_len || memchr(shown, 0, shown_len));
	MUST(text_valid(shown, shown_len));
	MUST((again = text_display(shown, shown_len, &again_len)) != NULL);
	MUST(fuzz_same(shown, shown_len, again, again_len));
	free(again);
	MUST(!text_is_display(text, in.len) || fuzz_same(shown, shown_len,
	    text, in.len));
	check_characters(shown, shown_len);
	again = fuzz_copy(shown, shown_len);
	clusters(again, shown_len);
	rows(again, shown_len, cols);
	find(again, shown_len, (const char *)needle, n);
	free(again);
	free(shown);
	free(text);
	return 0;
}
