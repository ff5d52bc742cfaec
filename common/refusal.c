/*
 * The words of refusals. Pure; runs in the server and the client's receiver.
 */
#include "common/refusal.h"

#include <string.h>

static const char *const words[REFUSAL_LAST + 1] = {
	[REFUSAL_NONE] = "",
	[REFUSAL_LETTER] = "letter",
	[REFUSAL_START] = "start",
	[REFUSAL_RESERVED] = "reserved",
	[REFUSAL_MIXED] = "mixed",
	[REFUSAL_ALIKE] = "alike",
	[REFUSAL_MANY] = "many",
	[REFUSAL_SIGN] = "sign",
	[REFUSAL_MUTED] = "muted"
};
_Static_assert(REFUSAL_LAST == 8, "a word for each: add it, then count");

const char *
refusal_word(enum refusal why)
{
	return why <= REFUSAL_LAST ? words[why] : "";
}

enum refusal
refusal_read(const char *text, size_t len, const char **rest, size_t *rest_len)
{
	const char *space = len == 0 ? NULL : memchr(text, ' ', len);
	size_t word = space == NULL ? len : (size_t)(space - text), i;

	*rest = space == NULL ? "" : space + 1;
	*rest_len = space == NULL ? 0 : len - word - 1;
	for (i = 1; i <= REFUSAL_LAST; i++)
		if (strlen(words[i]) == word &&
		    memcmp(words[i], text, word) == 0)
			return (enum refusal)i;
	return REFUSAL_NONE;
}
