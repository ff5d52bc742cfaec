/*
 * Fuzzing: the file of lines sent earlier. What it is written as, is read as
 * the same; walking up and down it ends where it began.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "tests/fuzz/fuzz.h"
#include "tui/session/recall.h"

static void
walk(struct recall *r)
{
	char *now = fuzz_string("draft", 5);
	const char *line;
	size_t len, up = 0, down = 0;

	while ((line = recall_older(r, now, &len)) != NULL) {
		MUST(++up <= RECALL_LINES && strlen(line) == len && len > 0);
		MUST(text_valid(line, len));
		free(now);
		now = fuzz_string(line, len);
	}
	while ((line = recall_newer(r, now, &len)) != NULL) {
		down++;
		free(now);
		now = fuzz_string(line, len);
	}
	MUST(up == down && strcmp(now, "draft") == 0);
	free(now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = fuzz_copy(data, len), *once, *twice;
	struct recall *r = recall_new(), *s = recall_new();
	size_t first, second;

	fuzz_ready();
	MUST(r != NULL && s != NULL);
	recall_load(r, text, len);
	MUST((once = recall_text(r, &first)) != NULL);
	recall_load(s, once, first);
	MUST((twice = recall_text(s, &second)) != NULL);
	MUST(fuzz_same(once, first, twice, second));
	walk(r);
	if (text_valid(text, len) && memchr(text, '\0', len) == NULL)
		recall_add(r, text, len);
	walk(r);
	free(text);
	free(once);
	free(twice);
	recall_free(r);
	recall_free(s);
	return 0;
}
