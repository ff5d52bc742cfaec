/*
 * Plain mode's input. Runs in the client's parent process.
 */
#include "tui/plain_in.h"

#include <string.h>

#include "common/lang.h"
#include "common/text.h"

char *
plain_in_room(struct plain_in *in, size_t *size)
{
	memmove(in->bytes, in->bytes + in->at, in->len - in->at);
	in->len -= in->at;
	in->at = 0;
	*size = sizeof(in->bytes) - in->len;
	return in->bytes + in->len;
}

bool
plain_in_has_room(const struct plain_in *in)
{
	return in->len - in->at < sizeof(in->bytes);
}

bool
plain_in_is_done(const struct plain_in *in)
{
	return in->ended && in->at == in->len;
}

bool
plain_in_cut(struct plain_in *in)
{
	const char *begin = in->bytes + in->at;
	const char *newline = in->whole ? NULL : memrchr(begin, '\n',
	    in->len - in->at);
	size_t end = newline == NULL ? in->at :
	    (size_t)(newline + 1 - in->bytes);
	bool none = in->len == end || (in->skipping && newline == NULL);

	in->len = end;
	in->ended = true;
	return none;
}

/* The next line, without its newline; at the end of input also one without. */
static bool
next_line(struct plain_in *in, const char **text, size_t *len)
{
	const char *newline = memchr(in->bytes + in->at, '\n',
	    in->len - in->at);

	*text = in->bytes + in->at;
	if (newline != NULL) {
		*len = (size_t)(newline - *text);
		in->at += *len + 1;
		return true;
	}
	if (!in->ended || in->at == in->len)
		return false;
	*len = in->len - in->at;
	in->at = in->len;
	return true;
}

/* All there is, with its newlines, once there is no more. */
static bool
next_whole(struct plain_in *in, const char **text, size_t *len)
{
	if (!in->ended || in->at == in->len)
		return false;
	*text = in->bytes + in->at;
	*len = in->len - in->at;
	in->at = in->len;
	return true;
}

/* A line that fills the buffer is told once, however long it is. */
static bool
begins_to_skip(struct plain_in *in)
{
	bool first = !in->skipping;

	if (in->at > 0 || in->len < sizeof(in->bytes))
		return false;
	in->skipping = true;
	in->len = 0;
	return first;
}

enum plain_in_found
plain_in_next(struct plain_in *in, const char **text, size_t *len,
    const char **why)
{
	while (in->whole ? next_whole(in, text, len) :
	    next_line(in, text, len)) {
		if (in->skipping) {
			in->skipping = false;
			continue;
		}
		in->line++;
		if (text_valid(*text, *len))
			return PLAIN_IN_TEXT;
		*why = _("not UTF-8, not said");
		return PLAIN_IN_WRONG;
	}
	if (!begins_to_skip(in))
		return PLAIN_IN_NOTHING;
	in->line++;
	*why = _("longer than 64 KiB, not said");
	return PLAIN_IN_WRONG;
}
