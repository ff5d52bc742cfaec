/*
 * Fuzzing: a line of JSON from a bot. What is read is text and can be written
 * and read again as it is; what is written is one line of UTF-8.
 */
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/text.h"
#include "tests/fuzz/fuzz.h"

static void
again(const char *text, size_t len)
{
	size_t size = 6 * len + 32, n, n2;
	char *line = malloc(size), *back = malloc(size);
	struct json j = json_begin(line, size);

	MUST(line != NULL && back != NULL);
	json_text(&j, "text", text, len);
	n = json_end(&j);
	MUST(n > 0 && line[n - 1] == '\n' && text_valid(line, n));
	MUST(memchr(line, '\n', n) == line + n - 1);
	if (text_valid(text, len) && memchr(text, '\0', len) == NULL) {
		MUST(json_read_text(back, &n2, line, n) == NULL);
		MUST(fuzz_same(text, len, back, n2));
	}
	free(line);
	free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *src, *text = malloc(len + 1);
	size_t n;

	fuzz_ready();
	src = fuzz_copy(data, len);
	MUST(text != NULL);
	if (json_read_text(text, &n, src, len) == NULL) {
		MUST(n <= len && text_valid(text, n));
		MUST(memchr(text, '\0', n) == NULL);
		again(text, n);
	}
	again(src, len);
	free(src);
	free(text);
	return 0;
}
