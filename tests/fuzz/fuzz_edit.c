/*
 * Fuzzing: the line editor under keys, pastes and replacements. The text is
 * UTF-8 always, the caret stands between clusters, what was undone can be
 * redone, and the rows of the pane hold all of it.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/session/key.h"
#include "tui/session/paste.h"
#include "tui/text/edit.h"

static void
check_layout(const struct edit *e, int cols)
{
	struct edit_layout l;
	size_t len, at = 0;
	int i;

	edit_text(e, &len);
	MUST(edit_layout(e, cols, &l));
	MUST(l.nrows >= 1);
	MUST(l.caret_row >= 0 && l.caret_row < l.nrows);
	MUST(l.caret_col >= 0 && l.caret_col < cols);
	for (i = 0; i < l.nrows; i++) {
		/* Only a line's newline is between two rows. */
		MUST(l.rows[i].from >= at && l.rows[i].from <= at + 1);
		MUST(l.rows[i].to >= l.rows[i].from && l.rows[i].to <= len);
		MUST(l.rows[i].cols <= cols);
		MUST(text_cols(l.rows[i].text, l.rows[i].len) ==
		    l.rows[i].cols);
		MUST(memchr(l.rows[i].text, '\n', l.rows[i].len) == NULL);
		at = l.rows[i].to;
	}
	MUST(at == len);
	edit_layout_clear(&l);
}

static void
check(const struct edit *e, int cols)
{
	size_t len, caret = edit_caret(e), at = 0;
	const char *text = edit_text(e, &len);

	MUST(len <= EDIT_BYTES && strlen(text) == len);
	MUST(text_valid(text, len) && memchr(text, '\r', len) == NULL);
	MUST(caret <= len);
	while (at < caret)
		at = text_next(text, len, at, NULL);
	MUST(at == caret);
	check_layout(e, cols);
}

/* There and back again. */
static void
undo(struct edit *e)
{
	size_t len, again, caret = edit_caret(e);
	const char *text = edit_text(e, &len);
	char *kept = fuzz_string(text, len);

	if (edit_do(e, EDIT_UNDO)) {
		MUST(edit_do(e, EDIT_REDO));
		text = edit_text(e, &again);
		MUST(fuzz_same(text, again, kept, len));
		MUST(edit_do(e, EDIT_UNDO));
	} else
		MUST(edit_caret(e) == caret);
	free(kept);
}

/* Nothing has changed where it says so. */
static void
act(struct edit *e, enum edit_op op)
{
	size_t len, again, caret = edit_caret(e);
	const char *text = edit_text(e, &len);
	char *kept = fuzz_string(text, len);

	if (!edit_do(e, op)) {
		text = edit_text(e, &again);
		MUST(fuzz_same(text, again, kept, len));
		MUST(edit_caret(e) == caret);
	}
	free(kept);
}

static void
replace(struct edit *e, struct fuzz *in)
{
	size_t from = fuzz_u8(in), to = from + fuzz_u8(in) % 16, len;
	const uint8_t *put = fuzz_bytes(in, 64, &len);

	edit_replace(e, from, to, (const char *)put, len);
	edit_caret_to(e, fuzz_u8(in));
}

/* A key, as a terminal's bytes become one. */
static void
key(struct edit *e, struct paste *paste, struct fuzz *in)
{
	struct key k = { .code = fuzz_u32(in) % (KEYC_OTHER + 2) };
	uint8_t c = fuzz_u8(in);

	if (c < 0x80) {
		k.code = c;
		k.text[0] = (char)c;
		k.len = 1;
	}
	MUST(key_action(k.code) < ACTIONS);
	MUST(key_action(KEY_META_OF(k.code)) < ACTIONS);
	if (!paste->open && k.code == KEYC_PASTE_BEGIN)
		paste_open(paste, 0);
	else if (paste->open && paste_key(paste, 0, &k)) {
		edit_insert(e, paste->text, paste->len);
		paste_clear(paste);
	} else if (!paste->open && k.len > 0)
		edit_insert(e, k.text, k.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };
	struct paste paste = { .open = false };
	struct edit *e = edit_new();
	int cols = 1 + fuzz_u8(&in) % 40;
	const uint8_t *bytes;
	uint8_t what;
	size_t n;

	fuzz_ready();
	MUST(e != NULL);
	while (fuzz_more(&in)) {
		what = fuzz_u8(&in);
		if (what <= EDIT_REDO)
			act(e, (enum edit_op)what);
		else if (what < 40)
			undo(e);
		else if (what < 60)
			key(e, &paste, &in);
		else if (what < 80)
			replace(e, &in);
		else if (what == 80)
			edit_reset(e);
		else {
			bytes = what < 128 ? fuzz_bytes(&in, 4, &n) :
			    fuzz_bytes(&in, 255, &n);
			if (what == 81)
				edit_set(e, (const char *)bytes, n);
			else
				edit_insert(e, (const char *)bytes, n);
		}
		check(e, cols);
	}
	paste_clear(&paste);
	edit_free(e);
	return 0;
}
