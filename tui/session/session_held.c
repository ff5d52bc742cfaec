/*
 * What is said while the room has not taken the name yet: pending lines that
 * the receiver has not got, since they would go into the outbox of a name that
 * may be refused. Parent process; must never lose one, nor say one twice.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/text/history.h"

bool
session_holds(const struct session *s)
{
	/* What is said to one alone is no name's, and the receiver has it.
	 * Where a copy of the room is here, it was in under this name. */
	return s->w->talk == NULL && !s->w->in && s->w->read.newest == 0;
}

/* Under the name of now: since it was typed that may have become another. */
static bool
say(struct session *s, uint64_t id)
{
	uint64_t line = history_pending(s->w->history, id);
	struct history_line l;
	struct entry e;
	char *text;
	bool said;

	if (line == history_tail(s->w->history))
		return true;
	l = history_get(s->w->history, line);
	e = l.entry;
	if ((text = malloc(e.text_len + 1)) == NULL)
		return false;
	memcpy(text, e.text, e.text_len);
	e.text = text;
	e.author = s->name;
	e.author_len = strlen(s->name);
	said = session_send_post(s, id, e.kind, text, e.text_len);
	if (said && history_settle(s->w->history, id))
		history_post(s->w->history, &e, l.day);
	free(text);
	return said;
}

bool
session_hold_nick(struct session *s, const char *name)
{
	struct saying *say = &s->w->say;

	if (say->held == 0 || !session_holds(s))
		return false;
	/* Of too many the last one counts. */
	if (say->nicks == sizeof(say->nick) / sizeof(say->nick[0]))
		say->nicks--;
	say->nick[say->nicks].before = s->next_id;
	strlcpy(say->nick[say->nicks++].name, name, sizeof(say->nick[0].name));
	return true;
}

/* Those that were typed before that line. */
static bool
ask_nicks(struct session *s, uint64_t line)
{
	struct saying *say = &s->w->say;

	while (say->nicks > 0 && say->nick[0].before <= line) {
		if (!session_send_text(s, RECORD_NICK, say->nick[0].name,
		    strlen(say->nick[0].name)))
			return false;
		memmove(&say->nick[0], &say->nick[1],
		    --say->nicks * sizeof(say->nick[0]));
	}
	return true;
}

bool
session_release_held(struct session *s)
{
	if (s->w->talk != NULL) {
		/* The receiver says them by now. */
		if (s->w->in)
			s->w->say.held = 0;
		return true;
	}
	/* Lines are held up to the newest one. */
	for (; s->w->say.held != 0; s->w->say.held++) {
		if (!ask_nicks(s, s->w->say.held))
			return false;
		if (s->w->say.held >= s->next_id) {
			s->w->say.held = 0;
			break;
		}
		if (!say(s, s->w->say.held))
			return false;
	}
	return true;
}

static bool
is_held(const struct session *s, uint64_t id)
{
	return history_pending(s->w->history, id) !=
	    history_tail(s->w->history);
}

/* Adds the line's text to dst, which has room for it, as it would have to be
 * typed; its length. first: nothing stands before it. */
static size_t
put_line(struct session *s, uint64_t id, char *dst, bool first)
{
	struct history_line l;
	size_t len = 0;

	if (!is_held(s, id))
		return 0;
	l = history_get(s->w->history, history_pending(s->w->history, id));
	if (l.entry.kind == ENTRY_ACT)
		len = strlcpy(dst, "/me ", sizeof("/me "));
	else if (first)
		len = strlcpy(dst, session_escape_text(l.entry.text,
		    l.entry.text_len), sizeof("/"));
	memcpy(dst + len, l.entry.text, l.entry.text_len);
	len += l.entry.text_len;
	dst[len++] = '\n';
	return len;
}

/* What is held from `first` on, with `behind` behind it, malloc'd; NULL: no
 * memory. */
static char *
join_lines(struct session *s, uint64_t first, const char *behind, size_t rest,
    size_t *n)
{
	size_t len = 0, room = 0;
	char *text;
	uint64_t id;

	for (id = first; id < s->next_id; id++)
		if (is_held(s, id))
			room += sizeof("/me \n") + history_get(s->w->history,
			    history_pending(s->w->history, id)).entry.text_len;
	if ((text = malloc(room + rest + 1)) == NULL)
		return NULL;
	for (id = first; id < s->next_id; id++)
		len += put_line(s, id, text + len, len == 0);
	memcpy(text + len, behind, rest);
	len += rest;
	if (rest == 0 && len > 0)
		len--;		/* no line is begun behind them */
	text[len] = '\0';
	*n = len;
	return text;
}

bool
session_say_held(struct session *s)
{
	bool all = true;

	TAILQ_FOREACH(s->w, &s->windows, by_number)
		all &= session_release_held(s);
	s->w = s->shown;
	return all;
}

/* That goes to the input line; how many lines. What does not fit stays held:
 * 0. */
static unsigned
take_back(struct session *s, uint64_t first, const char *behind, size_t rest)
{
	unsigned n = 0;
	size_t len;
	char *text;
	uint64_t id;

	if ((text = join_lines(s, first, behind, rest, &len)) == NULL)
		return 0;
	if (edit_set(s->w->edit, text, len)) {
		session_note_back(s, s->w, BACK_KEPT);
		for (id = first; id < s->next_id; id++)
			n += history_settle(s->w->history, id);
		handed_withdraw(&s->w->say.handed, first);
		/* Up has a command. */
		if (first == s->w->say.held)
			s->w->say.held = s->w->say.nicks = 0;
	}
	free(text);
	return n;
}

/* Not said, it is not among what was sent, nor on the line by Up. */
static void
forget_line(struct session *s, const char *line, size_t len)
{
	size_t n;
	const char *now = edit_text(s->w->edit, &n);

	if (s->w == s->shown && recall_stands(session_sent(s), now) &&
	    n == len && memcmp(now, line, len) == 0)
		session_line_done(s);
	recall_forget(session_sent(s), line, len);
}

static void
forget_lines(struct session *s)
{
	uint64_t id;
	char *text;

	for (id = s->next_id; id-- > s->w->say.held; ) {
		if (!is_held(s, id) || (text = malloc(sizeof("/me \n") +
		    history_get(s->w->history, history_pending(s->w->history,
		    id)).entry.text_len)) == NULL)
			continue;
		forget_line(s, text, put_line(s, id, text, true) - 1);
		free(text);
	}
}

unsigned
session_take_back(struct session *s, uint64_t first)
{
	size_t rest;
	const char *now = edit_text(s->w->edit, &rest);

	return take_back(s, first, now, rest);
}

void
session_take_held_back(struct session *s)
{
	if (s->w->say.held == 0 || s->w->talk != NULL)
		return;
	forget_lines(s);
	session_take_back(s, s->w->say.held);
}

/* It is what was typed last. */
static unsigned
take_nick_back(struct session *s)
{
	char text[sizeof("/nick ") + TEXT_NAME_BYTES];
	int n = snprintf(text, sizeof(text), "/nick %s",
	    s->w->say.nick[s->w->say.nicks - 1].name);

	if (n < 0 || !edit_set(s->w->edit, text, (size_t)n))
		return 0;
	s->w->say.nicks--;
	return 1;
}

unsigned
session_withdraw_held(struct session *s, bool all)
{
	uint64_t first = s->next_id;
	const char *draft;

	/* The newest one, with those behind it that were taken back before. */
	while (first > s->w->say.held && !is_held(s, first))
		first--;
	while (s->w->say.held < first && !is_held(s, s->w->say.held))
		s->w->say.held++;
	if (all)
		first = s->w->say.held;
	else if (s->w->say.nicks > 0 &&
	    s->w->say.nick[s->w->say.nicks - 1].before > first)
		return take_nick_back(s);
	/* The command may have come by Up. */
	if ((draft = recall_draft(session_sent(s))) == NULL)
		draft = "";
	return take_back(s, first, draft, strlen(draft));
}
