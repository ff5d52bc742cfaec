/*
 * What is being typed outlives the program: it is kept some time after a key,
 * and when it ends, and comes back in that room; and from the editor. Parent
 * process; must never keep a passphrase, nor what was sent.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "tui/text/history.h"

/* Keeping waits for the disk, as does the screen then: a file that was not
 * synced before it took the other's place may be an empty one after a crash. So
 * it is done in a pause, where nobody waits for what he typed. */
enum {
	KEEP_MS = 1000,		/* from a key to the draft's being kept ... */
	REST_MS = 400,		/* ... in such a pause, ... */
	LATEST_MS = 5000	/* ... or where there is none by then */
};

bool
session_is_room_line(const struct session *s)
{
	return s->w != s->shown || s->ask.what == ASK_NOTHING;
}

const char *
session_room_line(const struct session *s)
{
	const char *text = session_is_room_line(s) ?
	    edit_text(s->w->edit, NULL) : s->ask.what == ASK_SEARCH ?
	    s->w->finder.draft : s->ask.what == ASK_GO ? s->going.draft :
	    s->ask.draft;

	return text != NULL ? text : "";
}

/* What Up has put by of the line; NULL: nothing. */
static const char *
put_by(const struct session *s)
{
	return s->w == s->shown ? recall_draft(session_sent(s)) : NULL;
}

/* What is being typed for the room: what Up has brought since is there. */
static const char *
find(const struct session *s)
{
	const char *draft = put_by(s);

	return draft != NULL ? draft : session_room_line(s);
}

/* As it could be typed, malloc'd; what Up has is so. NULL: no memory. */
static char *
find_typed(const struct session *s, size_t *len)
{
	const char *draft = put_by(s);

	if (draft == NULL)
		return session_as_typed(s, session_room_line(s), len);
	*len = strlen(draft);
	return strdup(draft);
}

static bool
is_kept(const struct session *s, const char *text)
{
	const struct draft *d = &s->w->draft;

	return !d->stale && strcmp(d->text != NULL ? d->text : "", text) == 0 &&
	    (*text == '\0' || strcmp(d->name, s->enter.login) == 0);
}

static void
forget(struct session *s)
{
	const struct session_place place = { window_kept(s->w),
	    s->w->draft.name };

	if (s->w->draft.text == NULL)
		return;
	s->out.keep_draft(s->out.arg, &place, "", 0);
	free(s->w->draft.text);
	s->w->draft.text = NULL;
}

static bool
keep(struct session *s, const char *text)
{
	const struct session_place place = { window_kept(s->w),
	    s->enter.login };
	bool none = *text == '\0' && s->w->draft.asides == 0, kept;
	size_t len;
	char *line;

	if (s->enter.login[0] == '\0' || is_kept(s, text))
		return true;
	/* What the run before left there is not written over. */
	session_restore_draft(s);
	s->w->draft.due = INT64_MAX;
	if (none || strcmp(s->w->draft.name, s->enter.login) != 0)
		forget(s);
	if (none) {
		s->w->draft.stale = false;
		return true;
	}
	line = find_typed(s, &len);
	if ((line = session_with_aside(s, line, &len)) == NULL)
		return false;
	kept = s->out.keep_draft(s->out.arg, &place, line, len);
	if (kept) {
		free(s->w->draft.text);
		s->w->draft.text = strdup(text);
		s->w->draft.stale = false;
		strlcpy(s->w->draft.name, s->enter.login,
		    sizeof(s->w->draft.name));
	}
	free(line);
	return kept;
}

bool
session_keep_window_draft(struct session *s)
{
	s->w->draft.due = INT64_MAX;
	return keep(s, find(s));
}

bool
session_keep_draft(struct session *s)
{
	bool all = true;

	TAILQ_FOREACH(s->w, &s->windows, by_number)
		all &= session_keep_window_draft(s);
	s->w = s->shown;
	return all;
}

int64_t
session_tick_draft(struct session *s, int64_t now)
{
	int64_t due = s->w->draft.due, rest = s->key.at + REST_MS;

	if (due == INT64_MAX)
		return due;
	if (rest > due)
		due = rest < due - KEEP_MS + LATEST_MS ? rest :
		    due - KEEP_MS + LATEST_MS;
	if (now < due)
		return due;
	session_keep_window_draft(s);
	return s->w->draft.due;
}

/* Nothing is asked any more, least of all for a passphrase. */
static void
take_line(struct session *s, const char *text)
{
	if (s->w == s->shown)
		s->ask.what = ASK_NOTHING;
	edit_set(s->w->edit, text, strlen(text));
	/* What Up has is as it could be typed. */
	s->w->pasted.literal &= put_by(s) == NULL;
	if (s->w == s->shown)
		recall_settle(session_sent(s));
}

/* Of this window; adds to *waits what the receiver kept. */
static size_t
take_unkept(struct session *s, uint64_t stored, bool *drafted, size_t *waits)
{
	struct handed *handed = &s->w->say.handed;
	size_t n, all = session_waiting(s);
	char *text;

	handed_forget(handed, stored);
	*waits += all > handed->n ? all - handed->n : 0;
	if ((n = handed->n) == 0 || (text = strdup(find(s))) == NULL)
		return n;
	/* Those that wait for a new receiver are not shown. */
	if (s->w->say.repeats)
		session_say_again(s);
	take_line(s, text);
	free(text);
	session_restore_draft(s);
	if (session_take_back(s, handed->lines[0].id) == n) {
		session_keep_window_draft(s);
		*drafted = is_kept(s, find(s));
	}
	return n;
}

size_t
session_take_unkept_of(struct session *s, uint64_t (*stored)(void *arg,
    uint16_t window), void *arg, bool *drafted, size_t *waits)
{
	size_t n = 0, of;
	bool kept, all = true;

	*waits = 0;
	TAILQ_FOREACH(s->w, &s->windows, by_number) {
		kept = false;
		of = take_unkept(s, stored(arg, s->w->number), &kept, waits);
		all &= of == 0 || kept;
		n += of;
	}
	s->w = s->shown;
	*drafted = n > 0 && all;
	return n;
}

static uint64_t
same_in_all(void *arg, uint16_t window)
{
	(void)window;
	return *(uint64_t *)arg;
}

size_t
session_take_unkept(struct session *s, uint64_t stored, bool *drafted,
    size_t *waits)
{
	return session_take_unkept_of(s, same_in_all, &stored, drafted, waits);
}

void
session_note_draft(struct session *s)
{
	const char *text = find(s), *line = recall_line(session_sent(s));

	/* What Up had brought was taken out. */
	if (s->w == s->shown && line != NULL && *session_room_line(s) == '\0')
		session_drop_aside(s, line, strlen(line));
	if (is_kept(s, text))
		s->w->draft.due = INT64_MAX;
	else if (*text == '\0')
		session_keep_window_draft(s);	/* it was sent */
	else if (s->w->draft.due == INT64_MAX)	/* no key puts it off */
		s->w->draft.due = s->now + KEEP_MS;
}

void
session_restore_draft(struct session *s)
{
	const struct session_place place = { window_kept(s->w),
	    s->enter.login };
	char *text;
	size_t len;

	if (!s->w->draft.wanted)
		return;
	s->w->draft.wanted = false;
	text = s->out.load_draft(s->out.arg, &place, &len);
	if (text == NULL)
		return;
	/* What was typed meanwhile is not mixed with it: Up has it then. */
	if (*find(s) == '\0' && session_is_room_line(s) &&
	    (s->w->say.held == 0 || s->w->talk != NULL) &&
	    s->w->draft.given == NULL) {
		edit_set(s->w->edit, text, len);
		/* What is for one alone has come by itself. */
		session_note_back(s, s->w, session_is_for_one(text, len,
		    false) ? BACK_LATE : BACK_KEPT);
	} else
		recall_add(session_sent(s), text, len);
	free(s->w->draft.text);
	s->w->draft.text = text;
	strlcpy(s->w->draft.name, s->enter.login, sizeof(s->w->draft.name));
	session_note_draft(s);
}

/* What has come to the line since the editor was given it stands before what
 * the editor made of that: malloc'd. NULL: nothing has, or Up has it. */
static char *
with_what_came(struct session *s, const char *text, size_t *len)
{
	const char *line = session_room_line(s);
	const char *given = s->w->draft.given != NULL ? s->w->draft.given :
	    line;
	size_t all = strlen(line), n = all - strlen(given);
	char *whole;

	if (strcmp(line, given) == 0)
		return NULL;
	if (all < strlen(given) || strcmp(line + n, given) != 0 ||
	    n + 1 + *len > EDIT_BYTES ||
	    (whole = malloc(n + 1 + *len)) == NULL) {
		session_keep_for_up(s, line);
		return NULL;
	}
	memcpy(whole, line, n);
	if (whole[n - 1] != '\n')
		whole[n++] = '\n';
	memcpy(whole + n, text, *len);
	*len += n;
	return whole;
}

static void
take_edited(struct session *s, const char *text, size_t len)
{
	struct edit *e = edit_new();
	char *whole;

	/* As the line would hold it: it may become longer, or shorter. */
	if (e != NULL && edit_set(e, text, len))
		text = edit_text(e, &len);
	whole = with_what_came(s, text, &len);
	if (whole != NULL)
		text = whole;
	/* Something may have been asked: it waits, as a draft does. */
	if (s->ask.what != ASK_NOTHING) {
		free(s->ask.draft);
		s->ask.draft = strndup(text, len);
		s->ask.caret = len;
	} else if (!edit_set(s->w->edit, text, len))
		session_tell_full(s);
	free(whole);
	edit_free(e);
}

void
session_edited(struct session *s, const char *text, size_t len,
    const char *why)
{
	s->frame.redraw = s->frame.changed = true;
	if (text != NULL)
		take_edited(s, text, len);
	if (why != NULL && *why != '\0')
		session_notify(s, true, "%s", why);
	free(s->w->draft.given);
	s->w->draft.given = NULL;
	session_note_draft(s);
}
