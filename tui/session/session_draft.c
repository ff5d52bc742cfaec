/*
 * What is being typed outlives the program: it is kept some time after a key,
 * and when it ends, and comes back in that room. Parent process; must never
 * keep a passphrase, nor what was sent.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "tui/text/history.h"

enum {
	KEEP_MS = 1000		/* from a key to the draft's being kept */
};

const char *
session_room_line(const struct session *s)
{
	const char *text = s->ask.what == ASK_NOTHING ?
	    edit_text(s->edit, NULL) : s->ask.what == ASK_SEARCH ?
	    s->finder.draft : s->ask.draft;

	return text != NULL ? text : "";
}

/* What is being typed for the room: what Up has brought since is there. */
static const char *
find(const struct session *s)
{
	const char *draft = recall_draft(s->recall);

	return draft != NULL ? draft : session_room_line(s);
}

static bool
is_kept(const struct session *s, const char *text)
{
	return strcmp(s->draft.text != NULL ? s->draft.text : "", text) == 0 &&
	    (*text == '\0' || strcmp(s->draft.name, s->name) == 0);
}

static void
forget(struct session *s)
{
	if (s->draft.text == NULL)
		return;
	s->out.keep_draft(s->out.arg, s->draft.name, "", 0);
	free(s->draft.text);
	s->draft.text = NULL;
}

void
session_keep_draft(struct session *s)
{
	const char *text = find(s);
	size_t len;
	char *line;

	s->draft.due = INT64_MAX;
	if (s->name[0] == '\0' || is_kept(s, text))
		return;
	/* What the run before left there is not written over. */
	session_restore_draft(s);
	s->draft.due = INT64_MAX;
	if (*text == '\0' || strcmp(s->draft.name, s->name) != 0)
		forget(s);
	if (*text == '\0' || (line = session_as_typed(s, text, &len)) == NULL)
		return;
	if (s->out.keep_draft(s->out.arg, s->name, line, len)) {
		free(s->draft.text);
		s->draft.text = strdup(text);
		strlcpy(s->draft.name, s->name, sizeof(s->draft.name));
	}
	free(line);
}

size_t
session_take_unkept(struct session *s, uint64_t stored, bool *drafted,
    size_t *waits)
{
	struct handed *handed = &s->say.handed;
	size_t n, all = session_waiting(s);
	char *text;

	*drafted = false;
	handed_forget(handed, stored);
	*waits = all > handed->n ? all - handed->n : 0;
	if ((n = handed->n) == 0 || (text = strdup(find(s))) == NULL)
		return n;
	/* Those that wait for a new receiver are not shown. */
	if (s->link.repeats)
		session_say_again(s);
	/* Nothing is asked any more, least of all for a passphrase. */
	s->ask.what = ASK_NOTHING;
	edit_set(s->edit, text, strlen(text));
	recall_settle(s->recall);
	free(text);
	session_restore_draft(s);
	if (session_take_back(s, handed->lines[0].id) == n) {
		session_keep_draft(s);
		*drafted = is_kept(s, find(s));
	}
	return n;
}

void
session_note_draft(struct session *s)
{
	const char *text = find(s);

	if (is_kept(s, text))
		s->draft.due = INT64_MAX;
	else if (*text == '\0')
		session_keep_draft(s);	/* it was sent: no more of it */
	else if (s->draft.due == INT64_MAX)	/* no key puts it off */
		s->draft.due = s->now + KEEP_MS;
}

void
session_restore_draft(struct session *s)
{
	char *text;
	size_t len;

	if (!s->draft.wanted)
		return;
	s->draft.wanted = false;
	text = s->out.load_draft(s->out.arg, s->name, &len);
	if (text == NULL)
		return;
	/* What was typed meanwhile is not mixed with it: Up has it then. */
	if (*find(s) == '\0' && s->ask.what == ASK_NOTHING && s->say.held == 0)
		edit_set(s->edit, text, len);
	else
		recall_add(s->recall, text, len);
	free(s->draft.text);
	s->draft.text = text;
	strlcpy(s->draft.name, s->name, sizeof(s->draft.name));
	session_note_draft(s);
}
