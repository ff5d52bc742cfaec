/*
 * An answer to the operator. Runs in the server; knows no socket.
 */
#include "server/reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
reply_bytes(struct reply *r, const void *bytes, size_t len)
{
	size_t size = r->size == 0 ? 4096 : r->size;
	char *bigger;

	if (r->cut || len > REPLY_BYTES - r->len) {
		r->cut = true;
		return;
	}
	while (size <= r->len + len)	/* a byte for mark_cut */
		size *= 2;
	if (size != r->size) {
		if ((bigger = realloc(r->text, size)) == NULL) {
			r->cut = true;
			return;
		}
		r->text = bigger;
		r->size = size;
	}
	memcpy(r->text + r->len, bytes, len);
	r->len += len;
}

void
reply_printf(struct reply *r, const char *format, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n == -1) {
		r->cut = true;
		return;
	}
	reply_bytes(r, text, (size_t)n);
	free(text);
}

__attribute__((format(printf, 3, 0)))
static void
put_sentence(struct reply *r, const char *word, const char *format, va_list ap)
{
	char *sentence;
	int n = vasprintf(&sentence, format, ap);

	reply_printf(r, "%s: %s\n", word, n == -1 ? strerror(ENOMEM) :
	    sentence);
	if (n != -1)
		free(sentence);
}

void
reply_refuse(struct reply *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_sentence(r, "error", format, ap);
	va_end(ap);
}

void
reply_misused(struct reply *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_sentence(r, "usage", format, ap);
	va_end(ap);
}

char *
reply_time(char dst[REPLY_TIME], int64_t utc_ms)
{
	time_t seconds = (time_t)(utc_ms / 1000);
	struct tm tm;

	strlcpy(dst, "-", REPLY_TIME);
	if (utc_ms != 0 && gmtime_r(&seconds, &tm) != NULL)
		strftime(dst, REPLY_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return dst;
}
