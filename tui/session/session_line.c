/*
 * The input line: how long it may be, what keys do that only edit, what comes
 * to it from elsewhere. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/command.h"
#include "tui/session/emoji.h"

size_t
session_limit(const struct session *s)
{
	return s->config.classic ? TEXT_LINE_BYTES :
	    s->w->talk != NULL ? RECORD_TALK_TEXT : PIECES_TEXT_BYTES;
}

size_t
session_said_bytes(const struct session *s, const char *text, size_t len)
{
	size_t n = len;

	/* A classic one has a space in its place. */
	while (!s->config.classic && len-- > 0)
		if (text[len] == '\t')
			n += TEXT_TAB_BYTES - 1;
	return n;
}

void
session_tell_full(struct session *s)
{
	session_notify(s, true, "%s", _("No more fits on the input line."));
}

/* The proposal goes when something else is typed. */
static void
leave_proposal(struct session *s)
{
	if (s->ask.prefilled)
		edit_reset(s->w->edit);
	s->ask.prefilled = false;
}

bool
session_type(struct session *s, const char *text, size_t len)
{
	leave_proposal(s);
	if (edit_insert(s->w->edit, text, len))
		return true;
	session_tell_full(s);
	return false;
}

bool
session_insert(struct session *s, const char *text, size_t len)
{
	size_t at;

	leave_proposal(s);
	at = edit_caret(s->w->edit);
	if (edit_replace(s->w->edit, at, at, text, len))
		return true;
	session_tell_full(s);
	return false;
}

bool
session_at_start(const struct session *s)
{
	size_t n = edit_caret(s->w->edit);
	const char *text = edit_text(s->w->edit, NULL);

	return strspn(text, " \t\n") >= n;
}

const char *
session_escape_text(const char *text, size_t len)
{
	if (len > 0 && *text == '/')
		return "/";
	return command_parse(text, len, false).id == COMMAND_QUIT ? " " : "";
}

const char *
session_escape(const struct session *s, const char *text, size_t len)
{
	text = command_trim(text, &len);
	if (!s->w->pasted.literal || memchr(text, '\n', len) != NULL)
		return "";
	return session_escape_text(text, len);
}

char *
session_as_typed(const struct session *s, const char *text, size_t *len)
{
	size_t n = strlen(text), size = n + 2;
	const char *escape = session_escape(s, text, n);
	char *line = malloc(size);
	const char *begin = command_trim(text, &n);
	size_t at = (size_t)(begin - text);

	if (line == NULL)
		return NULL;
	memcpy(line, text, at);
	line[at] = '\0';
	strlcat(line, escape, size);
	*len = strlcat(line, begin, size);
	return line;
}

void
session_keep_for_up(struct session *s, const char *text)
{
	size_t len;
	char *line = session_as_typed(s, text, &len);

	if (line != NULL)
		recall_add(session_sent(s), line, len);
	free(line);
}

void
session_recall(struct session *s, bool older)
{
	size_t len;
	char *now = session_as_typed(s, edit_text(s->w->edit, NULL), &len);
	const char *text = now == NULL ? NULL : older ?
	    recall_older(session_sent(s), now, &len) :
	    recall_newer(session_sent(s), now, &len);

	free(now);
	if (text == NULL)
		return;
	edit_set(s->w->edit, text, len);
	s->w->pasted.literal = false;
}

void
session_note_back(struct session *s, struct window *w, enum back_how how)
{
	size_t len;

	edit_text(w->edit, &len);
	if (len == 0 || (w == s->shown && s->ask.what != ASK_NOTHING))
		return;
	back_note(&w->say.back, edit_text(w->edit, NULL), how);
	if (how == BACK_LATE && w == s->shown)
		s->key.refused = true;
}

void
session_line_done(struct session *s)
{
	const char *draft = recall_draft(session_sent(s));
	const char *line = recall_line(session_sent(s));

	/* Or what was made of it. */
	if (line != NULL)
		session_drop_aside(s, line, strlen(line));
	edit_reset(s->w->edit);
	back_clear(&s->w->say.back);
	s->w->pasted.literal = false;
	s->w->pasted.at = 0;
	/* Without the memory for it, it is below what Up has. */
	if (draft != NULL && !edit_set(s->w->edit, draft, strlen(draft)))
		session_tell_full(s);
	else
		recall_settle(session_sent(s));
	/* It comes by itself, and may have been for one alone. */
	session_note_back(s, s->w, BACK_KEPT);
}

void
session_back_asks(struct session *s)
{
	back_ask(&s->shown->say.back, s->notice.text, s->now);
}

void
session_put_aside(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);

	session_drop_aside(s, text, len);
	recall_add(session_sent(s), text, len);
	/* It may have been for one alone. */
	recall_hide(session_sent(s));
}

void
session_begin_line(struct session *s, const char *typed)
{
	static const char *const where = N_("Up has what stood here.");
	struct recall *sent = session_sent(s);
	const char *draft;

	/* Who types does not look up at the first letter. */
	if (s->ask.what == ASK_NOTHING && s->w->say.back.text != NULL &&
	    s->w->say.back.how == BACK_APART)
		session_notify(s, false, "%s", _(where));
	if (s->ask.what != ASK_NOTHING || !back_gives_way(&s->w->say.back,
	    edit_text(s->w->edit, NULL), edit_caret(s->w->edit), typed))
		return;
	session_put_aside(s);
	session_keep_aside(s);
	/* What Up has put by is not for this line either. */
	if ((draft = recall_draft(sent)) != NULL)
		recall_add(sent, draft, strlen(draft));
	recall_settle(sent);
	session_line_done(s);
	/* It may have been meant to go with that all the same. */
	if (*typed != '/')
		back_note(&s->w->say.back, "", BACK_APART);
	session_notify(s, false, "%s", _(where));
}

void
session_look_back(struct session *s, bool seen)
{
	struct back *b = &s->w->say.back;
	size_t len;

	edit_text(s->w->edit, &len);
	if (len == 0 && s->ask.what == ASK_NOTHING &&
	    recall_draft(session_sent(s)) == NULL)
		back_clear(b);
	else if (seen && b->how == BACK_LATE)
		b->how = BACK_REFUSED;
}

void
session_insert_word(struct session *s)
{
	bool again = s->key.last == ACTION_LAST_WORD;
	size_t before = again ? s->key.word : 0, len, end, at;
	const char *text = recall_sent(session_sent(s), before);

	if (text == NULL)
		return;
	for (end = strlen(text); end > 0 && strchr(" \n", text[end - 1]) !=
	    NULL; end--)
		continue;
	for (len = 0; len < end && strchr(" \n", text[end - len - 1]) == NULL;
	    len++)
		continue;
	if (again && before > 0)
		edit_do(s->w->edit, EDIT_UNDO);
	at = edit_caret(s->w->edit);
	s->key.word = edit_replace(s->w->edit, at, at, text + end - len, len) ?
	    before + 1 : 0;
}

void
session_turn_emoji(struct session *s)
{
	size_t caret = edit_caret(s->w->edit), from;
	const struct emoji *e = s->options->screen.emoji && s->ask.what ==
	    ASK_NOTHING ? emoji_typed(edit_text(s->w->edit, NULL), caret,
	    &from) : NULL;

	if (e != NULL)
		edit_replace(s->w->edit, from, caret, e->text, strlen(e->text));
}

bool
session_line_action(struct session *s, enum action action)
{
	static const struct {
		enum action	 action;
		enum edit_op	 op;
	} ops[] = {
		{ ACTION_LINE_START, EDIT_HOME }, { ACTION_LINE_END, EDIT_END },
		{ ACTION_LEFT, EDIT_LEFT }, { ACTION_RIGHT, EDIT_RIGHT },
		{ ACTION_WORD_LEFT, EDIT_WORD_LEFT },
		{ ACTION_WORD_RIGHT, EDIT_WORD_RIGHT },
		{ ACTION_DELETE, EDIT_DELETE },
		{ ACTION_BACKSPACE, EDIT_BACKSPACE },
		{ ACTION_KILL_SPACE, EDIT_KILL_SPACE },
		{ ACTION_KILL_WORD_LEFT, EDIT_KILL_WORD_LEFT },
		{ ACTION_KILL_WORD_RIGHT, EDIT_KILL_WORD_RIGHT },
		{ ACTION_KILL_END, EDIT_KILL_END },
		{ ACTION_KILL_START, EDIT_KILL_HOME },
		{ ACTION_YANK, EDIT_YANK },
		{ ACTION_YANK_OLDER, EDIT_YANK_POP },
		{ ACTION_TRANSPOSE, EDIT_TRANSPOSE },
		{ ACTION_UNDO, EDIT_UNDO }, { ACTION_REDO, EDIT_REDO },
	};
	size_t i;

	edit_secret(s->w->edit, s->ask.what == ASK_PASSPHRASE);
	if (action == ACTION_KILL_START && s->key.last == ACTION_KILL_START &&
	    strchr(edit_text(s->w->edit, NULL), '\n') != NULL) {
		edit_do(s->w->edit, EDIT_KILL_ALL);
		return true;
	}
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].action == action) {
			edit_do(s->w->edit, ops[i].op);
			return true;
		}
	return false;
}
