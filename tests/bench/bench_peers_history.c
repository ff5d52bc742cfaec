/*
 * The scrollback of chat-tui by itself, a million lines: what it keeps, what a
 * page, another width and a search cost. Goes on with bench_peers.c's table.
 * Prints figures, fails for none.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/table.h"
#include "tui/text/history.h"
#include "tui/text/history_place.h"

enum {
	ROWS = 24,
	COLS = 80,
	HELD = 1000000,
	HELD_BYTES = 100 << 20,		/* as the client bounds it */
	LINE_BYTES = 256,
	PAGES = 1000,
	WIDTHS = 60,
	SEARCHES = 11
};

enum figure {
	RESIDENT, LINES, APPEND, PAGE_P50, PAGE_P99, RESIZE_P50, RESIZE_P99,
	SEARCH_P50, SEARCH_P99, FIGURES
};

static const struct row table[FIGURES] = {
	[RESIDENT] = { .what = "1,000,000 lines, resident", .unit = "MB",
	    .decimals = 1, .bound = 110, .alone = true },
	[LINES] = { .what = "  of them held", .unit = "lines",
	    .decimals = 0, .alone = true },
	[APPEND] = { .what = "  append, a line", .unit = "us",
	    .decimals = 2, .alone = true },
	[PAGE_P50] = { .what = "  PgUp, p50", .unit = "ms",
	    .decimals = 4, .alone = true },
	[PAGE_P99] = { .what = "  p99", .unit = "ms",
	    .decimals = 4, .bound = 1, .alone = true },
	[RESIZE_P50] = { .what = "  first draw after resize, p50", .unit = "ms",
	    .decimals = 4, .alone = true },
	[RESIZE_P99] = { .what = "  p99", .unit = "ms",
	    .decimals = 4, .bound = 2, .alone = true },
	[SEARCH_P50] = { .what = "  search, found nowhere, p50", .unit = "ms",
	    .decimals = 2, .alone = true },
	[SEARCH_P99] = { .what = "  p99", .unit = "ms",
	    .decimals = 2, .bound = 30, .alone = true },
};

/* What people say: 2 to 18 words, some of them wide. */
static size_t
make_text(char text[LINE_BYTES], unsigned *random)
{
	static const char *const words[] = { "lorem", "ipsum", "dolor", "sit",
	    "amet", "so", "I", "see", "the", "build", "is", "green", "again",
	    "文字", "здесь", "https://example.org/a/b", "ok,", "later?" };
	unsigned i, n;

	*random = *random * 1103515245 + 12345;
	n = 2 + (*random >> 16) % 17;
	text[0] = '\0';
	for (i = 0; i < n; i++) {
		*random = *random * 1103515245 + 12345;
		strlcat(text, words[(*random >> 16) % (sizeof(words) /
		    sizeof(words[0]))], LINE_BYTES);
		strlcat(text, i + 1 < n ? " " : "", LINE_BYTES);
	}
	return strlen(text);
}

static struct history *
fill_history(struct row *rows)
{
	struct history *h = history_new(HELD_BYTES);
	double before = memory_mb(getpid(), "VmRSS:"), ms = 0, from;
	struct entry e = { .kind = ENTRY_SAY, .author = "somebody",
	    .author_len = 8 };
	char text[LINE_BYTES];
	unsigned random = 1;

	if (h == NULL)
		return NULL;
	for (e.seq = 1; e.seq <= HELD; e.seq++) {
		e.time_ms = INT64_C(1800000000000) + (int64_t)e.seq * 1000;
		e.text = text;
		e.text_len = make_text(text, &random);
		from = now_ms();
		history_append(h, &e, 0, (int32_t)(e.seq / 86400));
		ms += now_ms() - from;
	}
	rows[RESIDENT].of[OURS] = memory_mb(getpid(), "VmRSS:") - before;
	rows[LINES].of[OURS] = (double)(history_end(h) - history_first(h));
	rows[APPEND].of[OURS] = ms * 1e3 / HELD;
	return h;
}

static void
measure_pages(struct row *rows, struct history *h)
{
	struct history_place top = history_bottom(h, ROWS, COLS);
	struct history_row drawn[ROWS];
	double ms[PAGES], from;
	int i;

	for (i = 0; i < PAGES; i++) {
		from = now_ms();
		top = history_move(h, top, -ROWS, COLS, NULL);
		history_rows(h, top, COLS, drawn, ROWS);
		ms[i] = now_ms() - from;
	}
	row_times(&rows[PAGE_P50], OURS, ms, PAGES);
}

/* Each width for the first time, in the middle of all lines. */
static void
measure_widths(struct row *rows, struct history *h)
{
	struct history_place top = { .line = history_first(h) +
	    (history_end(h) - history_first(h)) / 2 };
	struct history_row drawn[ROWS];
	double ms[WIDTHS], from;
	int i;

	for (i = 0; i < WIDTHS; i++) {
		from = now_ms();
		top = history_settle_place(h, top, COLS + 1 + i);
		history_rows(h, top, COLS + 1 + i, drawn, ROWS);
		ms[i] = now_ms() - from;
	}
	row_times(&rows[RESIZE_P50], OURS, ms, WIDTHS);
}

static void
measure_search(struct row *rows, const struct history *h)
{
	static const char needle[] = "nowhere to be found";
	double ms[SEARCHES], from;
	uint64_t line;
	int i;

	for (i = 0; i < SEARCHES; i++) {
		line = history_end(h) - 1;
		from = now_ms();
		if (history_find(h, needle, sizeof(needle) - 1, true, &line))
			return;
		ms[i] = now_ms() - from;
	}
	row_times(&rows[SEARCH_P50], OURS, ms, SEARCHES);
}

static void
measure_history(struct row *rows)
{
	struct history *h = fill_history(rows);

	if (h == NULL)
		return;
	measure_pages(rows, h);
	measure_widths(rows, h);
	measure_search(rows, h);
	history_free(h);
}

int
main(void)
{
	struct row rows[FIGURES];
	int i;

	for (i = 0; i < FIGURES; i++) {
		rows[i] = table[i];
		row_clear(&rows[i]);
	}
	measure_history(rows);
	for (i = 0; i < FIGURES; i++)
		row_print(&rows[i]);
	return 0;
}
