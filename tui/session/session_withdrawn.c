/*
 * Lines that come back from those that wait: they are on the line again, or Up
 * has them. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"

enum { TAKEN_BACK_APART = 50 };	/* so many may be found again each by itself */

/* Keeps it; false: no memory. */
static bool
append(struct taken_back *t, const char *bytes, size_t len)
{
	char *text = realloc(t->text, t->len + len + 1);

	if (text == NULL)
		return false;
	memcpy(text + t->len, bytes, len);
	t->text = text;
	t->len += len;
	text[t->len] = '\0';
	return true;
}

/* A line, or a piece of one. */
static void
add_taken_back(struct session *s, const struct record *r)
{
	struct taken_back *t = &s->w->say.taken_back;
	const char *mark = r->kind == ENTRY_ACT ? "c/me " :
	    r->kind == ENTRY_RENAME ? "c/nick " : "s";

	if (r->id != 0)
		history_settle(s->w->history, r->id);
	t->lines += entry_more(r->flags) == 0;
	t->sent |= (r->flags & RECORD_SENT) != 0;
	if (entry_index(r->flags) == 0) {
		t->len += t->len > 0;
		if (!append(t, mark, strlen(mark)))
			return;
	}
	append(t, r->text, r->text_len);
}

static bool
is_command(const struct taken_back *t, size_t at)
{
	return at < t->len && t->text[at] == 'c';
}

/* The next of them from *at on, as it could be typed: what begins with a slash
 * is no command. NULL: there is none; the caller frees it. */
static char *
next_taken_back(const struct taken_back *t, size_t *at, bool by_itself)
{
	const char *line = t->text + *at + 1;
	char *typed = NULL;
	size_t len;

	if (*at >= t->len)
		return NULL;
	len = strlen(line);
	if (asprintf(&typed, "%s%s", by_itself && line[-1] == 's' ?
	    session_escape_text(line, len) : "", line) == -1)
		return NULL;
	*at += 1 + len + 1;
	return typed;
}

/* All together to where they were typed; false: they are not for there. */
static bool
put_back(struct session *s)
{
	const struct taken_back *t = &s->w->say.taken_back;
	char *line, *all = malloc(t->len + sizeof("/"));
	size_t at = 0, len;
	bool good;

	edit_text(s->w->edit, &len);
	if (all == NULL || !session_is_room_line(s) || len > 0 || t->len >
	    session_limit(s)) {
		free(all);
		return false;
	}
	for (*all = '\0'; (line = next_taken_back(t, &at, at == 0)) != NULL;
	    free(line)) {
		if (*all != '\0')
			strcat(all, "\n");
		strcat(all, line);
	}
	good = at >= t->len && edit_set(s->w->edit, all, strlen(all));
	if (good)
		session_note_back(s, s->w, BACK_KEPT);
	free(all);
	return good;
}

/* So much of it together: what can be said so; or, where that would push out
 * of Up what is there, or itself, what the line can hold. */
static size_t
most_together(const struct session *s)
{
	size_t limit = session_limit(s);

	return s->w->say.taken_back.len / limit > TAKEN_BACK_APART ?
	    EDIT_BYTES : limit;
}

/* As the last one, but where there are many, as many as a line takes; a command
 * is one by itself alone. */
static char *
next_together(const struct session *s, size_t *at)
{
	const struct taken_back *t = &s->w->say.taken_back;
	bool apart = t->lines <= TAKEN_BACK_APART || is_command(t, *at);
	char *all = next_taken_back(t, at, true), *line, *more;
	size_t next = *at, len = all == NULL ? 0 : strlen(all), n;

	if (all == NULL || apart)
		return all;
	while (!is_command(t, next) &&
	    (line = next_taken_back(t, &next, false)) != NULL) {
		n = strlen(line);
		more = len + 1 + n > most_together(s) ? NULL :
		    realloc(all, len + 1 + n + 1);
		if (more != NULL) {
			all = more;
			all[len++] = '\n';
			memcpy(all + len, line, n + 1);
			len += n;
			*at = next;
		}
		free(line);
		if (more == NULL)
			break;
	}
	return all;
}

/* Back to where it was typed: true; or to where it is found again. */
static bool
give_taken_back(struct session *s)
{
	const struct taken_back *t = &s->w->say.taken_back;
	size_t at = 0;
	char *line;

	if (t->len == 0 || put_back(s))
		return true;
	for (; (line = next_together(s, &at)) != NULL; free(line))
		recall_add(session_sent(s), line, strlen(line));
	return false;
}

static void
tell_taken_back(struct session *s, const char *rest)
{
	const struct taken_back *t = &s->w->say.taken_back;
	char told[sizeof(s->notice.text)];

	snprintf(told, sizeof(told), t->sent ? _("Lines taken back: %u. They "
	    "were on their way: some may be said all the same.") :
	    _("Lines taken back: %u."), t->lines);
	session_notify(s, false, "%s%s", told, rest);
}

void
session_take_withdrawn(struct session *s, const struct record *r)
{
	struct taken_back *t = &s->w->say.taken_back;
	bool here;

	if (r->text_len > 0) {
		add_taken_back(s, r);
		return;
	}
	here = give_taken_back(s);
	if (t->lines > 0)
		tell_taken_back(s, here ? "" : _(" Up has what is not here."));
	else
		session_notify(s, true, "%s", r->flags & RECORD_SENT ?
		    _("It may be on its way. /withdraw all takes back what the "
		    "room has not taken.") : _("Nothing waits to be said."));
	free(t->text);
	memset(t, 0, sizeof(*t));
}
