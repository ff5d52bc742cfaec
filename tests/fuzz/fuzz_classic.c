/*
 * Fuzzing: a classic datagram, as the server and as a client reads it.
 */
#include <stdlib.h>
#include <string.h>

#include "common/classic.h"
#include "tests/fuzz/fuzz.h"

static void
ask(const char *data, size_t len)
{
	struct classic_request r = classic_parse_request(data, len);
	char words[CLASSIC_BYTES];
	size_t n;

	MUST(r.verb <= CLASSIC_QUIT);
	if (r.verb != CLASSIC_LOGIN && r.verb != CLASSIC_SAY)
		return;
	if (r.arg_len == 0)
		return;
	MUST(r.arg >= data && r.arg + r.arg_len <= data + len);
	MUST(text_valid(r.arg, r.arg_len));
	n = classic_words(words, r.arg, r.arg_len, "alice", 5);
	MUST(n <= TEXT_LINE_BYTES && (n == 0 || text_is_clean(words, n)));
}

/* What we would say of this entry is understood as it was meant. */
static void
say(const struct entry *e, enum classic_lang lang)
{
	char line[CLASSIC_BYTES], buf[CLASSIC_BYTES], text[TEXT_LINE_BYTES];
	size_t len = classic_format(line, e, lang), n;
	struct entry again;

	MUST(len > 0 && len < sizeof(line) && text_valid(line, len));
	MUST(memchr(line, '\n', len) == NULL);
	/* There is no tab in it, see common/classic.c. */
	n = text_tabs(text, e->text, e->text_len, ' ');
	if (e->kind == ENTRY_SAY && memchr(e->text, '\n', e->text_len) == NULL)
		MUST(classic_parse_answer(buf, line, len, &again) ==
		    CLASSIC_ENTRY && again.kind == ENTRY_SAY &&
		    fuzz_same(again.author, again.author_len, e->author,
		    e->author_len) && fuzz_same(again.text, again.text_len,
		    text, n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char buf[CLASSIC_BYTES], *line;
	struct entry e;

	fuzz_ready();
	if (len >= CLASSIC_BYTES)
		return 0;
	line = fuzz_copy(data, len);
	ask(line, len);
	if (classic_parse_answer(buf, line, len, &e) == CLASSIC_ENTRY) {
		MUST(e.author_len == 0 || text_name_check(e.author,
		    e.author_len) == TEXT_NAME_OK);
		MUST(e.text_len <= TEXT_LINE_BYTES);
		MUST(e.text_len == 0 || text_is_clean(e.text, e.text_len));
		MUST(e.kind == ENTRY_ANNOUNCE || e.author_len > 0);
		say(&e, CLASSIC_EN);
		say(&e, CLASSIC_ZH);
	}
	free(line);
	return 0;
}
