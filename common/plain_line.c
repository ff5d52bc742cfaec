/*
 * Entries as lines. Pure; runs in the server and in the client's parent
 * process.
 */
#include "common/plain_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Copies text with its escapes; dst has room for twice its length. */
static size_t
escape(char *dst, const char *text, size_t len)
{
	static const char from[] = "\\\n\t", to[] = "\\nt";
	const char *at;
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (text_is_tab(text + i, len - i)) {
			dst[n++] = '\\';
			dst[n++] = 't';
			i += TEXT_TAB_BYTES - 1;
			continue;
		}
		at = text[i] == '\0' ? NULL : strchr(from, text[i]);
		if (at != NULL)
			dst[n++] = '\\';
		dst[n++] = at != NULL ? to[at - from] : text[i];
	}
	return n;
}

size_t
plain_line(char dst[PLAIN_LINE_BYTES], const struct entry *e)
{
	return plain_line_of(dst, e, entry_word(e));
}

size_t
plain_line_of(char dst[PLAIN_LINE_BYTES], const struct entry *e,
    const char *kind)
{
	time_t t = (time_t)(e->time_ms / 1000);
	char when[32] = "";
	struct tm tm;
	size_t n;

	if (gmtime_r(&t, &tm) != NULL)
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	n = (size_t)snprintf(dst, PLAIN_LINE_BYTES,
	    "%" PRIu64 "\t%s.%03dZ\t%s\t", e->seq, when,
	    (int)(e->time_ms % 1000), kind);
	if ((e->flags & ENTRY_CLASSIC) != 0 && e->author_len > 0)
		dst[n++] = '~';
	n += escape(dst + n, e->author, e->author_len);
	dst[n++] = '\t';
	n += escape(dst + n, e->text, e->text_len);
	dst[n++] = '\n';
	dst[n] = '\0';
	return n;
}
