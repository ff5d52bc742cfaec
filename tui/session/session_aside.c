/*
 * Lines for one alone that were not said, and gave way to what was typed next,
 * or stand where nobody takes them: the next run has them with what is typed.
 * Parent process; must never keep one that was said, or taken out.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/session/command.h"

/* What a line says to one alone; NULL: nothing. */
static const char *
words_of(const char *line, size_t len, size_t *n)
{
	const char *end = memchr(line, '\n', len), *stop = line + len, *at;
	struct command c = command_parse(line, end == NULL ? len :
	    (size_t)(end - line), true);

	if (c.arg_len == 0 || (c.id != COMMAND_MSG && c.id != COMMAND_REPLY &&
	    !c.whispers))
		return NULL;
	at = c.arg;
	while (c.id != COMMAND_REPLY && at < stop && *at != ' ' && *at != '\n')
		at++;
	while (at < stop && (*at == ' ' || *at == '\n'))
		at++;
	*n = (size_t)(stop - at);
	return *n > 0 ? at : NULL;
}

bool
session_is_for_one(const char *text, size_t len, bool behind)
{
	const char *end = text + len, *line = text;
	size_t n;

	for (; line != NULL; line = memchr(line, '\n', (size_t)(end - line))) {
		line += line < end && *line == '\n';
		if ((!behind || line > text) &&
		    words_of(line, (size_t)(end - line), &n) != NULL)
			return true;
	}
	return false;
}

static bool
is_that(const char *aside, const char *text, size_t len)
{
	size_t n, all = strlen(aside);
	const char *words = words_of(aside, all, &n);

	return (all == len && memcmp(aside, text, len) == 0) ||
	    (words != NULL && n == len && memcmp(words, text, len) == 0);
}

void
session_drop_aside(struct session *s, const char *text, size_t len)
{
	struct window *w;
	struct draft *d;
	size_t i;

	TAILQ_FOREACH(w, &s->windows, by_number)
		for (d = &w->draft, i = d->asides; i-- > 0; ) {
			if (!is_that(d->aside[i], text, len))
				continue;
			free(d->aside[i]);
			memmove(d->aside + i, d->aside + i + 1,
			    (--d->asides - i) * sizeof(d->aside[0]));
			d->stale = true;
			d->due = s->now;
		}
}

static void
add(struct draft *d, char *line)
{
	if (d->asides == DRAFT_ASIDES) {
		free(d->aside[0]);
		memmove(d->aside, d->aside + 1,
		    --d->asides * sizeof(d->aside[0]));
	}
	d->aside[d->asides++] = line;
	d->stale = true;
}

void
session_keep_aside(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);
	char *line;

	if ((s->w->say.back.how == BACK_LATE ||
	    session_is_for_one(text, len, false)) &&
	    (line = strdup(text)) != NULL)
		add(&s->w->draft, line);
}

void
session_keep_refused(struct session *s, const char *text, size_t len)
{
	struct window *first = TAILQ_FIRST(&s->windows);
	char *line;

	if (window_talk_has_no_name(s->w) || asprintf(&line, "/msg %s %.*s",
	    s->w->talk->name, (int)len, text) == -1)
		return;
	add(&first->draft, line);
	first->draft.due = s->now;
}

char *
session_with_aside(const struct session *s, char *line, size_t *len)
{
	const struct draft *d = &s->w->draft;
	const char *from = s->w == s->shown && recall_draft(session_sent(s)) ==
	    NULL ? recall_line(session_sent(s)) : NULL;
	size_t i, n, typed = *len, all = typed + 1;
	char *whole;

	for (i = 0; i < d->asides; i++)
		all += strlen(d->aside[i]) + 1;
	if (line == NULL || (whole = realloc(line, all)) == NULL)
		return line;
	for (i = 0; i < d->asides; i++) {
		n = strlen(d->aside[i]);
		/* What Up has brought of them stands there, or was made of it.
		 */
		if ((from != NULL && strcmp(from, d->aside[i]) == 0) ||
		    (n == typed && memcmp(whole, d->aside[i], n) == 0) ||
		    *len + 1 + n > EDIT_BYTES)
			continue;
		if (*len > 0 && whole[*len - 1] != '\n')
			whole[(*len)++] = '\n';
		memcpy(whole + *len, d->aside[i], n);
		*len += n;
	}
	whole[*len] = '\0';
	return whole;
}
