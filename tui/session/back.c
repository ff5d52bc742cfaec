/*
 * Lines that were not said, on the input line. Pure.
 */
#include "tui/session/back.h"

#include <stdlib.h>
#include <string.h>

void
back_clear(struct back *b)
{
	free(b->text);
	free(b->question);
	memset(b, 0, sizeof(*b));
}

void
back_note(struct back *b, const char *text, enum back_how how)
{
	back_clear(b);
	b->text = strdup(text);
	b->how = how;
}

void
back_ask(struct back *b, const char *question, int64_t now)
{
	free(b->question);
	b->question = strdup(question);
	b->asked_ms = now;
}

bool
back_is_unread(const struct back *b, const char *now, int64_t now_ms)
{
	return b->text != NULL && b->question != NULL &&
	    strcmp(b->text, now) == 0 && now_ms - b->asked_ms < BACK_READ_MS;
}

bool
back_is_changed(const struct back *b, const char *now)
{
	return b->text != NULL && b->how != BACK_APART &&
	    strcmp(b->text, now) != 0;
}

bool
back_is_longer(const struct back *b, const char *now)
{
	return back_is_changed(b, now) &&
	    strncmp(now, b->text, strlen(b->text)) == 0;
}

void
back_typed(const struct back *b, const char *now, size_t *from, size_t *to)
{
	size_t was = strlen(b->text), is = strlen(now), same = 0, end = 0;

	while (same < was && same < is && now[same] == b->text[same])
		same++;
	while (end < was - same && end < is - same &&
	    now[is - 1 - end] == b->text[was - 1 - end])
		end++;
	*from = same;
	*to = is - end;
}

bool
back_gives_way(const struct back *b, const char *now, size_t caret,
    const char *typed)
{
	return b->text != NULL && b->how != BACK_APART &&
	    strcmp(b->text, now) == 0 && caret == strlen(now) &&
	    (b->how == BACK_LATE || *typed == '/');
}
