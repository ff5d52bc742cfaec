/*
 * Tab: what may stand there, and the list of it. Parent process; the choosing
 * is tui/session/complete's.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/session/command.h"
#include "tui/session/scene.h"
#include "tui/settings/config.h"

/* Where candidates come from. Of the others, who may be thousands, one is asked
 * for after the other: a walk. */
struct source {
	const struct session *session;
	enum complete_what of;		/* the walk is for */
	const struct person *at;
	uint64_t	 day;		/* line that one begins with */
	size_t		 next;		/* the number behind at's; 0: begin */
	bool		 rooms;		/* the server's were asked for */
	char		 text[TEXT_NAME_BYTES + CONFIG_CHOICE_BYTES];
};

static const struct person *
skip_self(const struct session *s, const struct person *f)
{
	while (f != NULL && strcmp(f->name, s->name) == 0)
		f = people_before(f);
	return f;
}

/* Who comes behind f, or NULL at first. */
static const struct person *
walk(const struct source *o, const struct person *f)
{
	const struct people *p = &o->session->w->people;

	if (o->of == COMPLETE_AUTHOR)
		return f != NULL ? people_speaker_before(f) :
		    people_speaker(p);
	return skip_self(o->session, f != NULL ? people_before(f) :
	    people_recent(p));
}

static const char *
nth_name(struct source *o, enum complete_what what, size_t i)
{
	if (i + 1 < o->next || o->next == 0 || o->of != what) {
		o->of = what;
		o->at = walk(o, NULL);
		o->next = 1;
	}
	for (; o->at != NULL && o->next <= i; o->next++)
		o->at = walk(o, o->at);
	return o->at != NULL ? o->at->name : NULL;
}

static const char *
nth_day(struct source *o, size_t i)
{
	struct history *h = o->session->w->history;
	uint64_t line;
	struct tm tm;
	time_t t;

	if (i + 1 < o->next || o->next == 0 || o->of != COMPLETE_DAY) {
		o->of = COMPLETE_DAY;
		o->day = history_tail(h);
		o->next = 0;
	}
	for (; o->next <= i; o->next++) {
		line = o->day - 1;
		if (!history_find_marks(h, HISTORY_DAY, true, &line))
			return NULL;
		o->day = line;
	}
	t = (time_t)(history_get(h, o->day).entry.time_ms / 1000);
	if (localtime_r(&t, &tm) == NULL ||
	    strftime(o->text, sizeof(o->text), "%Y-%m-%d", &tm) == 0)
		return NULL;
	return o->text;
}

static const char *
nth_ignored(struct source *o, size_t i)
{
	size_t len;
	const char *name = ignored_nth(o->session->options->screen.ignore, i,
	    &len);

	if (name == NULL)
		return NULL;
	snprintf(o->text, sizeof(o->text), "%.*s", (int)len, name);
	return o->text;
}

/* But the one that is looked at. */
static const char *
nth_window(const struct session *s, size_t i)
{
	const struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w != s->shown && i-- == 0)
			return window_name(w);
	return NULL;
}

static const char *
nth_option(size_t i)
{
	const struct config_word *word = config_word(i);

	return word != NULL ? word->word : NULL;
}

static const char *
nth(void *arg, enum complete_what what, const char *of, size_t i)
{
	struct source *o = arg;
	const struct session *s = o->session;

	switch (what) {
	case COMPLETE_NAME:
	case COMPLETE_AUTHOR:
		return nth_name(o, what, i);
	case COMPLETE_DAY:
		return nth_day(o, i);
	case COMPLETE_COMMAND:
		return command_name(i, s->talk.known);
	case COMPLETE_OPTION:
		return nth_option(i);
	case COMPLETE_VALUE:
		return config_choice(of, i, o->text) ? o->text : NULL;
	case COMPLETE_IGNORED:
		return nth_ignored(o, i);
	case COMPLETE_ROOM:
		o->rooms = true;
		return session_known_room(s, i);
	case COMPLETE_WINDOW:
		return nth_window(s, i);
	case COMPLETE_PATH:
		return s->out.path(s->out.arg, of, i);
	}
	return NULL;
}

/* Of the server's rooms there may be more than are known. */
static bool
complete(struct session *s, bool back)
{
	/* What is searched for is completed as behind the command. */
	const char *before = s->ask.what == ASK_SEARCH ? "/search " : "";
	size_t n = strlen(before);
	struct source arg = { .session = s };
	const struct complete_source source = { nth, &arg, s->talk.known };
	struct complete_change change;
	struct complete_line line;
	char *text = NULL;
	int len = asprintf(&text, "%s%s", before, edit_text(s->w->edit, NULL));

	if (len == -1)
		return false;
	line = (struct complete_line){ text, (size_t)len,
	    n + edit_caret(s->w->edit) };
	if (complete_next(&s->tab.complete, &line, &source, back, &change) &&
	    change.from >= n)
		edit_replace(s->w->edit, change.from - n, change.to - n,
		    change.text, strlen(change.text));
	free(text);
	return arg.rooms;
}

void
session_complete(struct session *s, bool back)
{
	if (complete(s, back))
		session_want_rooms(s);
}

void
session_complete_late(struct session *s)
{
	if (s->key.last == ACTION_COMPLETE && !s->tab.complete.active) {
		complete(s, false);
		s->frame.changed = true;
	}
}

/* A part of what may be thousands, always the same as long as the one that is
 * chosen is in it. */
void
session_choices(struct session *s, struct scene_choices *choices)
{
	struct source arg = { .session = s };
	const struct complete_source source = { nth, &arg, s->talk.known };
	const struct complete *c = &s->tab.complete;
	size_t first = c->at < c->n ? c->at - c->at % SESSION_CHOICES : 0;

	memset(choices, 0, sizeof(*choices));
	/* What has been told since stands in their place. */
	if (!c->active || c->n < 2 || s->notice.text[0] != '\0')
		return;
	choices->n = complete_list(c, &source, first, s->tab.choices,
	    SESSION_CHOICES);
	choices->labels = s->tab.choices;
	choices->chosen = c->at < c->n ? c->at - first : SESSION_CHOICES;
	choices->before = first > 0;
	choices->behind = first + choices->n < c->n;
}
