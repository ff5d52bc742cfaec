/*
 * Lines that Enter does not say at once: what looks as if it were for one alone
 * and would be said to all, and what was typed into a line that was not said
 * before. Parent process; must never let through what nobody was asked about.
 */
#include "tui/session/session_state.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/command.h"
#include "tui/session/slip.h"

enum { RENAMED_MS = 15 * 1000 };	/* who types may not have seen it */

bool
session_is_out(const struct session *s)
{
	const struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->in || w->welcomed)
			return false;
	return !s->config.classic;
}

/* Of who is here, or whom one talks with. */
static bool
is_somebody(void *arg, const char *name, size_t len)
{
	const struct session *s = arg;
	char named[TEXT_NAME_BYTES + 1];

	if (len > TEXT_NAME_BYTES)
		return false;
	snprintf(named, sizeof(named), "%.*s", (int)len, name);
	return people_named(&s->w->people, name, len) != NULL ||
	    session_find_talk(s, named) != NULL;
}

bool
session_names_somebody(const struct session *s, const struct command *c)
{
	size_t len = 0;

	while (len < c->arg_len && c->arg[len] != ' ' && c->arg[len] != '\n')
		len++;
	return is_somebody((void *)(uintptr_t)s, c->arg, len);
}

static struct slip_names
names_of(const struct session *s)
{
	return (struct slip_names){ is_somebody, (void *)(uintptr_t)s,
	    session_last_writer(s) != NULL };
}

/* As it begins, in a line of its own, or from where a paste stands in it. */
static bool
is_slip(const struct session *s, const char *text, size_t len)
{
	const struct slip_names names = names_of(s);
	const char *end = text + len, *pasted, *line = text;
	size_t all;

	pasted = edit_text(s->w->edit, &all) + s->w->pasted.at;
	if (pasted > text && pasted < end &&
	    slip_is_private(pasted, (size_t)(end - pasted), &names))
		return true;
	for (; line != NULL; line = memchr(line, '\n', (size_t)(end - line))) {
		while (line < end && *line == '\n')
			line++;
		if (slip_is_private(line, (size_t)(end - line), &names))
			return true;
	}
	return false;
}

/* Enter says it, as long as nothing else is pressed; one too many is no answer
 * to what came just then. */
static bool
is_answered(const struct session *s)
{
	return s->key.slip == edit_changes(s->w->edit) + 1 &&
	    s->now - s->key.slip_ms >= BACK_READ_MS;
}

static void
ask(struct session *s, const char *question)
{
	bool again = s->key.slip == edit_changes(s->w->edit) + 1;

	session_notify(s, true, "%s", question);
	s->key.slip = edit_changes(s->w->edit) + 1;
	if (!again)
		s->key.slip_ms = s->now;
}

static void
ask_about(struct session *s, const char *name)
{
	char question[SESSION_NOTICE_BYTES];

	snprintf(question, sizeof(question), _("Enter says this to %s, Esc "
	    "goes back."), name);
	ask(s, question);
}

/* What was meant for one alone, and nothing says so any more, is asked about
 * before all can read it; also where nobody knows yet whether one can talk so.
 */
static bool
is_held_up(struct session *s, const char *text, size_t len)
{
	if ((!s->talk.known && !session_is_out(s)) || s->w->talk != NULL ||
	    is_answered(s) || !is_slip(s, text, len))
		return false;
	ask_about(s, window_name(s->w));
	return true;
}

/* Who typed it may have meant to go on with what was for somebody else. */
static bool
is_apart(struct session *s, const struct command *c)
{
	const struct back *b = &s->w->say.back;

	if (b->text == NULL || b->how != BACK_APART || is_answered(s) ||
	    (c->id != COMMAND_SAY && c->id != COMMAND_ACT))
		return false;
	ask_about(s, window_name(s->w));
	return true;
}

/* By itself, or behind a word that it was not meant to be part of. */
static bool
is_command(const struct session *s, const char *at, size_t len, bool glued)
{
	const char *end = memchr(at, '\n', len);
	struct command c = command_parse(at, end == NULL ? len :
	    (size_t)(end - at), s->talk.known);

	if (glued && c.arg_len == 0)
		return false;		/* a path, or some such */
	switch (c.id) {
	case COMMAND_SAY:
		return false;
	case COMMAND_MSG:
	case COMMAND_REPLY:
	case COMMAND_PRIVATE:
	case COMMAND_TRUST:
	case COMMAND_VERIFY:
		return true;
	case COMMAND_UNKNOWN:
	case COMMAND_AMBIGUOUS:
		return c.whispers || strstr(c.suggestion, "/msg") != NULL ||
		    strstr(c.suggestion, "/reply") != NULL ||
		    strstr(c.suggestion, "/query") != NULL;
	default:
		return c.whispers || !glued;
	}
}

/* Was a command typed into the line, behind where it begins? */
static bool
has_command(const struct session *s, const char *text, size_t len)
{
	size_t from, to, at, begin = strspn(text, " \t\n");

	back_typed(&s->w->say.back, text, &from, &to);
	for (at = from; at < to; at++)
		if (text[at] == '/' && at > begin && is_command(s, text + at,
		    len - at, strchr(" \t\n", text[at - 1]) == NULL))
			return true;
	return false;
}

/* Where that begins which a command says to somebody; 0: it says nothing to one
 * alone. */
static size_t
words_at(const struct session *s, const struct command *c, const char *text)
{
	size_t len = 0;

	if (c->id == COMMAND_REPLY && s->talk.replies)
		return (size_t)(c->arg - text);
	if (c->id != COMMAND_MSG)
		return 0;
	while (len < c->arg_len && c->arg[len] != ' ' && c->arg[len] != '\n')
		len++;
	return (size_t)(c->arg - text) + len;
}

/* About him, or all, to whom it says it. */
static void
ask_whom(struct session *s, const struct command *c, const char *text)
{
	size_t words = words_at(s, c, text);
	char name[TEXT_NAME_BYTES + 3];

	if (words == 0)
		ask_about(s, window_name(s->w));
	else if (c->id == COMMAND_REPLY)
		ask_about(s, window_name(session_target(s)));
	else {
		snprintf(name, sizeof(name), "%.*s",
		    (int)(text + words - c->arg), c->arg);
		ask_about(s, name);
	}
}

/* To whom a command says something. */
static bool
names_with_words(const struct command *c, char name[TEXT_NAME_BYTES + 1])
{
	const char *at = c->arg;
	size_t len = 0;

	while (len < c->arg_len && at[len] != ' ' && at[len] != '\n')
		len++;
	if (c->id != COMMAND_MSG || len == c->arg_len)
		return false;
	while (len > 0 && (at[len - 1] == ':' || at[len - 1] == ','))
		len--;
	if (len > 0 && *at == '@') {
		at++;
		len--;
	}
	if (len == 0 || len > TEXT_NAME_BYTES)
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	return true;
}

bool
session_says_to_one(const struct command *c)
{
	char name[TEXT_NAME_BYTES + 1];

	return (c->id == COMMAND_REPLY && c->arg_len > 0) ||
	    names_with_words(c, name);
}

/* It goes to him to whom it was to go before, and is more than he was meant to
 * read, or than what was asked about. */
static bool
is_asked_anew(struct session *s, const struct command *c, const char *text)
{
	const struct back *b = &s->w->say.back;
	size_t words = words_at(s, c, text), from, to;

	back_typed(b, text, &from, &to);
	if (words == 0 || from < words || is_answered(s) ||
	    (b->question == NULL && (b->how == BACK_KEPT ||
	    !back_is_longer(b, text))))
		return false;
	if (b->question != NULL)
		ask(s, b->question);
	else
		ask_whom(s, c, text);
	return true;
}

/* A line behind the first is for another one alone. */
static bool
is_of_two(struct session *s, const struct command *c, const char *text,
    size_t len)
{
	const char *line = command_trim(text, &len);

	if ((!s->talk.known && !session_is_out(s)) || is_answered(s) ||
	    (c->id != COMMAND_SAY && !session_says_to_one(c)) ||
	    !session_is_for_one(line, len, true))
		return false;
	ask_whom(s, c, text);
	return true;
}

void
session_note_renamed(struct session *s, const struct entry *e)
{
	struct renamed *r = s->talk.renamed;

	if (text_name_check(e->author, e->author_len) != TEXT_NAME_OK ||
	    text_name_check(e->text, e->text_len) != TEXT_NAME_OK)
		return;
	memmove(r + 1, r, (SESSION_RENAMED - 1) * sizeof(*r));
	snprintf(r->was, sizeof(r->was), "%.*s", (int)e->author_len,
	    e->author);
	snprintf(r->name, sizeof(r->name), "%.*s", (int)e->text_len, e->text);
	r->until = s->now + RENAMED_MS;
}

/* With whom nobody has talked yet, and who has that name since a moment ago:
 * when it was typed he may have been another one. */
static bool
is_just_called_so(struct session *s, const struct command *c)
{
	const struct renamed *r = s->talk.renamed;
	char name[TEXT_NAME_BYTES + 1], why[SESSION_NOTICE_BYTES];

	if (is_answered(s) || !names_with_words(c, name) ||
	    session_find_talk(s, name) != NULL)
		return false;
	while (r < s->talk.renamed + SESSION_RENAMED && (s->now >= r->until ||
	    !text_same(r->name, strlen(r->name), name, strlen(name))))
		r++;
	if (r == s->talk.renamed + SESSION_RENAMED)
		return false;
	snprintf(why, sizeof(why), _("%s is who was called %s until now, says "
	    "the server: not said. Enter says it to that one."), name, r->was);
	ask(s, why);
	session_note_back(s, s->w, BACK_REFUSED);
	session_back_asks(s);
	return true;
}

bool
session_holds_up(struct session *s, const struct command *c, const char *text,
    size_t len)
{
	/* Of what Up has brought nothing is known. */
	bool changed = back_is_changed(&s->w->say.back, text) &&
	    recall_draft(session_sent(s)) == NULL;
	size_t slip = s->key.slip;

	/* An Enter too many is no answer to what came just then. */
	if (back_is_unread(&s->w->say.back, text, s->now)) {
		session_notify(s, true, "%s", s->w->say.back.question);
		s->key.slip = slip;
		return true;
	}
	if (changed && has_command(s, text, len)) {
		s->key.refused = true;
		session_notify(s, true, "%s", _("There is a command inside of "
		    "this line: nothing was sent. Esc takes it out, then Up "
		    "has it."));
		return true;
	}
	if (is_apart(s, c) || is_of_two(s, c, text, len) ||
	    (c->id == COMMAND_SAY && is_held_up(s, text, len)) ||
	    (c->id == COMMAND_ACT && is_held_up(s, c->arg, c->arg_len))) {
		session_note_back(s, s->w, BACK_REFUSED);
		return true;
	}
	return (changed && is_asked_anew(s, c, text)) ||
	    is_just_called_so(s, c);
}
