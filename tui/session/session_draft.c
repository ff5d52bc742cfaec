/*
 * What is being typed outlives the program: it is kept some time after a key,
 * and when it ends, and comes back in that room. Parent process; must never
 * keep a passphrase, nor what was sent.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "tui/text/history.h"

/* What is typed for the room, wherever it is put by just now. */
static const char *
find(const struct session *s)
{
	const char *text = s->question == ASK_NOTHING ?
	    edit_text(s->edit, NULL) : s->question == ASK_SEARCH ?
	    s->finder.draft : s->draft;

	return text != NULL ? text : "";
}

static bool
is_kept(const struct session *s, const char *text)
{
	return strcmp(s->kept != NULL ? s->kept : "", text) == 0 &&
	    (*text == '\0' || strcmp(s->kept_name, s->name) == 0);
}

static void
forget(struct session *s)
{
	if (s->kept == NULL)
		return;
	s->out.keep_draft(s->out.arg, s->kept_name, "", 0);
	free(s->kept);
	s->kept = NULL;
}

void
session_keep_draft(struct session *s)
{
	const char *text = find(s);
	size_t len;
	char *line;

	s->keep_due = INT64_MAX;
	if (s->name[0] == '\0' || is_kept(s, text))
		return;
	if (*text == '\0' || strcmp(s->kept_name, s->name) != 0)
		forget(s);
	if (*text == '\0' || (line = session_as_typed(s, text, &len)) == NULL)
		return;
	if (s->out.keep_draft(s->out.arg, s->name, line, len)) {
		free(s->kept);
		s->kept = strdup(text);
		strlcpy(s->kept_name, s->name, sizeof(s->kept_name));
	}
	free(line);
}

void
session_note_draft(struct session *s)
{
	const char *text = find(s);

	if (is_kept(s, text))
		s->keep_due = INT64_MAX;
	else if (*text == '\0')
		session_keep_draft(s);	/* it was sent: no more of it */
	else if (s->keep_due == INT64_MAX)	/* nor do more keys put it off */
		s->keep_due = s->now + SESSION_KEEP_MS;
}

void
session_restore_draft(struct session *s)
{
	char *text;
	size_t len;

	if (!s->wants_draft)
		return;
	s->wants_draft = false;
	text = s->out.load_draft(s->out.arg, s->name, &len);
	if (text == NULL)
		return;
	/* What was typed meanwhile is not mixed with it: Up has it then. */
	if (*find(s) == '\0' && s->question == ASK_NOTHING && s->held == 0)
		edit_set(s->edit, text, len);
	else
		recall_add(s->recall, text, len);
	free(s->kept);
	s->kept = text;
	strlcpy(s->kept_name, s->name, sizeof(s->kept_name));
	session_note_draft(s);
}
