/*
 * Fuzzing: the scrollback, as lines come, are fetched, wait, are settled and
 * lost, at any width. Rows add up to heights, moving down and up again comes
 * back, and places stay in what is held.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/text/history.h"
#include "tui/text/history_place.h"

enum { ROWS = 24 };

static struct {
	struct history	*h;
	struct history_place place;
	int		 cols;
	uint64_t	 seq, older, id;
} pane;

static struct entry
line(struct fuzz *in, char text[512])
{
	static const char *const names[] = { "alice", "小明", "bob" };
	struct entry e = { .kind = (enum entry_kind)(1 +
	    fuzz_below(in, ENTRY_KIND_MAX)), .time_ms = 1000 };
	const uint8_t *bytes;
	size_t len;

	bytes = fuzz_bytes(in, 200, &len);
	if (!text_valid((const char *)bytes, len)) {
		bytes = (const uint8_t *)"two words\nand a line";
		len = 20;
	}
	e.text_len = text_clean(text, (const char *)bytes, len, true);
	e.text = text;
	e.author = names[fuzz_below(in, 3)];
	e.author_len = strlen(e.author);
	return e;
}

static void
change(struct fuzz *in, uint8_t what)
{
	char text[512];
	struct entry e = line(in, text);
	uint8_t marks = fuzz_u8(in);
	int32_t day = fuzz_u8(in) % 3;

	switch (what) {
	case 0:
		e.seq = ++pane.seq;
		MUST(history_append(pane.h, &e, marks & 3, day));
		break;
	case 1:
		e.seq = pane.older--;
		history_prepend(pane.h, &e, marks & 3, day);
		break;
	case 2:
		history_amend_last(pane.h, &e, marks & 3, day);
		break;
	case 3:
		history_amend_first(pane.h, &e, marks & 3, day);
		break;
	case 4:
		e.id = ++pane.id;
		MUST(history_post(pane.h, &e, day));
		MUST(history_pending(pane.h, e.id) <
		    history_tail(pane.h));
		break;
	case 5:
		e.id = 1 + marks % (pane.id + 1);
		if (history_settle(pane.h, e.id))
			MUST(history_append(pane.h, &e, HISTORY_OWN, day));
		break;
	default:
		history_refuse(pane.h, 1 + marks % (pane.id + 1), "why");
	}
}

static void
look(struct fuzz *in)
{
	uint64_t at = history_first(pane.h) + fuzz_u8(in), kept = at;
	size_t len;
	const uint8_t *needle = fuzz_bytes(in, 8, &len);

	if (history_find(pane.h, (const char *)needle, len, len & 1, &at))
		MUST(at >= history_first(pane.h) &&
		    at < history_tail(pane.h));
	else
		MUST(at == kept);
	at = kept;
	if (history_find_marks(pane.h, HISTORY_MENTION, true, &at))
		MUST(history_get(pane.h, at).marks & HISTORY_MENTION);
}

static void
check_lines(void)
{
	uint64_t at, first = history_first(pane.h), end = history_end(pane.h);
	struct history_line l;
	int rules;

	MUST(first <= end && end <= history_tail(pane.h));
	for (at = first; at < history_tail(pane.h); at++) {
		l = history_get(pane.h, at);
		MUST(text_valid(l.shown, l.shown_len));
		MUST(l.name_cols == text_cols(l.name, l.name_len));
		MUST(at < end || (l.marks & (HISTORY_PENDING |
		    HISTORY_REFUSED)) != 0);
		MUST(history_height(pane.h, at, pane.cols, &rules) >= rules);
	}
}

static void
check_rows(void)
{
	struct history_row rows[ROWS];
	struct history_place down, up;
	int i, n, moved, back;

	pane.place = history_settle_place(pane.h, pane.place, pane.cols);
	n = history_rows(pane.h, pane.place, pane.cols, rows, ROWS);
	MUST(n >= 0 && n <= ROWS);
	for (i = 0; i < n; i++) {
		MUST(rows[i].line >= history_first(pane.h) &&
		    rows[i].line < history_tail(pane.h));
		MUST(i == 0 || rows[i].line >= rows[i - 1].line);
		if (rows[i].what == HISTORY_ROW_TEXT)
			MUST(text_cols(rows[i].text, rows[i].len) ==
			    rows[i].cols);
	}
	down = history_move(pane.h, pane.place, 5, pane.cols, &moved);
	MUST(moved >= 0 && moved <= 5);
	MUST(moved == 5 || moved == (n > 0 ? n - 1 : 0));
	up = history_move(pane.h, down, -moved, pane.cols, &back);
	MUST(back == -moved);
	MUST(moved == 0 || up.line == pane.place.line ||
	    history_compare(&up, &pane.place) <= 0);
}

static void
step(struct fuzz *in)
{
	uint8_t what = fuzz_u8(in);

	switch (what % 16) {
	case 7:
		history_lose(pane.h, fuzz_u8(in));
		break;
	case 8:
		history_set_unread(pane.h, history_first(pane.h) +
		    fuzz_u8(in) % 32);
		break;
	case 9:
		if (what > 128)
			history_clear(pane.h);
		break;
	case 10:
		history_hide(pane.h, what > 128);
		break;
	case 11:
		pane.cols = 1 + fuzz_u8(in) % 60;
		break;
	case 12:
		pane.place = history_bottom(pane.h, ROWS, pane.cols);
		break;
	case 13:
		pane.place = history_move(pane.h, pane.place,
		    (int)fuzz_u8(in) - 128, pane.cols, NULL);
		break;
	case 14:
		look(in);
		break;
	case 15:
		pane.place.line = HISTORY_FIRST + fuzz_u8(in) - 128;
		pane.place.at = fuzz_u8(in);
		pane.place.rule = fuzz_u8(in) % 4;
		break;
	default:
		change(in, what % 16);
	}
	check_lines();
	check_rows();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };

	fuzz_ready();
	memset(&pane, 0, sizeof(pane));
	pane.seq = pane.older = 1000;
	pane.cols = 20;
	MUST((pane.h = history_new(HISTORY_MIN_BYTES)) != NULL);
	while (fuzz_more(&in))
		step(&in);
	history_free(pane.h);
	return 0;
}
