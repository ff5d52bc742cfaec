/*
 * What a line does that the user sends: said, or a command. Parent process; the
 * table of commands is tui/session/command's.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/command.h"
#include "tui/session/help.h"
#include "tui/session/rule_words.h"

enum { INVITE_BYTES = 1024 };	/* of all that others may type */

static bool
act(struct session *s, const struct command *c)
{
	if (c->arg_len > 0)
		return session_say(s, ENTRY_ACT, c->arg, c->arg_len);
	session_notify(s, true, "%s", _("/me TEXT"));
	return false;
}

void
session_help(struct session *s, const char *word, size_t len)
{
	session_open_pager(s, _("Help"));
	help_write(&s->pager, word, len, session_has_windows(s),
	    s->talk.known);
}

/* Over the whole width: what is cut into rows cannot be copied by hand. */
static void
invite(struct session *s)
{
	char commands[INVITE_BYTES] = "";
	const char *hint = _("In a clone of the source it is ./chat-tui. The "
	    "line holds the server's key: who joins by it is sure of the "
	    "server.");

	if (s->w->talk != NULL) {
		session_notify(s, true, "%s", _("A talk is of two: nobody else "
		    "can be in it."));
		return;
	}
	/* Nobody could join that. */
	if (s->w->barred == WINDOW_OFFERS || s->w->barred == WINDOW_GONE)
		return;
	s->out.invite(s->out.arg, commands, sizeof(commands));
	session_open_pager(s, _("Others join by"));
	pager_add(&s->pager, commands, strlen(commands));
	if (!s->config.classic) {
		pager_add(&s->pager, "\n\n", 2);
		pager_add(&s->pager, hint, strlen(hint));
	}
	commands[strcspn(commands, "\n")] = '\0';
	s->out.copy(s->out.arg, commands, strlen(commands));
	session_notify(s, false, _("Copied: %s"), commands);
}

static void
tell_saved(struct session *s, const char *path, long long n)
{
	uint64_t first = history_first(s->w->history);
	char when[RULE_WHEN_BYTES];

	if (n == 0 || !session_has_older(s)) {
		session_notify(s, false, _("Saved to %s. Lines: %lld."), path,
		    n);
		return;
	}
	rule_words_when(when, history_get(s->w->history, first).entry.time_ms,
	    s->wall);
	session_notify(s, false, _("Saved to %s. Lines: %lld, from %s on; "
	    "C-Home fetches older ones."), path, n, when);
}

static bool
save(struct session *s, const struct command *c)
{
	char path[4096], why[SESSION_NOTICE_BYTES];
	int64_t lines;

	if (c->arg_len == 0 || c->arg_len >= sizeof(path)) {
		session_notify(s, true, "%s", _("/save FILE"));
		return false;
	}
	memcpy(path, c->arg, c->arg_len);
	path[c->arg_len] = '\0';
	lines = s->out.save(s->out.arg, path, s->w->history, why, sizeof(why));
	if (lines == -1) {
		session_notify(s, true, "%s", why);
		return false;
	}
	tell_saved(s, path, lines);
	return true;
}

static bool
search(struct session *s, const struct command *c)
{
	bool several = session_has_windows(s);

	if (c->arg_len == 0 || (several && c->arg_len == 2 &&
	    memcmp(c->arg, "-a", 2) == 0)) {
		session_notify(s, true, "%s", several ?
		    _("/search [-a] TEXT: -a in all rooms") :
		    _("/search TEXT"));
		return false;
	}
	if (several && c->arg_len > 3 && memcmp(c->arg, "-a ", 3) == 0)
		return session_hits(s, c->arg + 3, c->arg_len - 3);
	session_search(s, c->arg, c->arg_len, true);
	return true;
}

static bool
reconnect(struct session *s)
{
	return session_send_text(s, RECORD_WAKE, "", 0);
}

static bool
refuse(struct session *s, const struct command *c)
{
	if (c->id == COMMAND_PRIVATE)
		session_notify(s, true, "%s", _("There are no private messages "
		    "here: nothing was sent."));
	else if (c->id == COMMAND_OPERATOR)
		session_notify(s, true, "%s", _("Only the server's operator "
		    "can, with chat-ctl: nothing was done."));
	else if (c->id == COMMAND_WORDY)
		session_notify(s, true, _("%s takes no words: nothing was "
		    "done. Esc takes it out; //text says /text."),
		    c->suggestion);
	else if (c->id == COMMAND_UNKNOWN && *c->suggestion == '\0')
		session_notify(s, true, "%s", _("No such command: /help lists "
		    "them. Esc takes it out; //text says /text."));
	else if (c->id == COMMAND_UNKNOWN)
		session_notify(s, true, _("No such command. Did you mean %s? "
		    "Esc takes it out; //text says /text."), c->suggestion);
	else
		session_notify(s, true, _("Which one? %s"), c->suggestion);
	return false;
}

/* What the receiver has not got is back at once; of all that waits, it may have
 * something older. The command gives way to it. */
static void
withdraw_held(struct session *s, const struct record *ask)
{
	size_t len;
	const char *typed = edit_text(s->w->edit, &len);
	unsigned n;

	recall_add(session_sent(s), typed, len);
	if ((n = session_withdraw_held(s, ask->id != 0)) == 0) {
		session_notify(s, true, "%s", _("They do not fit here "
		    "together: /withdraw takes back the newest."));
		return;
	}
	recall_settle(session_sent(s));
	s->w->pasted.literal = false;
	session_notify(s, false, _("Lines taken back: %u."), n);
	if (ask->id != 0 && !s->config.classic &&
	    s->out.send(s->out.arg, ask))
		s->w->say.taken_back.lines += n;
}

static bool
withdraw(struct session *s, const struct command *c)
{
	struct record r = { .type = RECORD_WITHDRAW,
	    .window = s->w->number };

	r.id = c->arg_len > 0;
	if (c->arg_len > 0 && (c->arg_len != 3 ||
	    memcmp(c->arg, "all", 3) != 0)) {
		session_notify(s, true, "%s", _("/withdraw or /withdraw all"));
		return false;
	}
	if (s->w->say.held != 0 && s->w->talk == NULL) {
		withdraw_held(s, &r);
		return false;
	}
	if (s->config.classic) {
		session_notify(s, true, "%s", _("Nothing waits to be said."));
		return false;
	}
	if (s->out.send(s->out.arg, &r))
		return true;
	session_notify(s, true, "%s", _("The receiver is busy. Try again."));
	return false;
}

/* Nothing is forgotten: what is above is there when it is scrolled to. */
static void
clear(struct session *s)
{
	s->w->view.floor = history_end(s->w->history);
	notices_end(&s->w->live.notices);
	s->w->finder.waits = false;
	session_read_all(s);
	view_live(&s->w->view);
}

static bool
go_elsewhere(struct session *s, const struct command *c)
{
	static const char list[] = "list";
	size_t word = 0;

	if (c->id == COMMAND_DEVICES)
		return session_devices(s, c->arg, c->arg_len);
	/* Fingers from elsewhere have it of windows. */
	if (c->id == COMMAND_GO && c->arg_len == strlen(list) &&
	    memcmp(c->arg, list, c->arg_len) == 0 &&
	    session_find_meant(s, c->arg, c->arg_len) == NULL)
		return session_ask_rooms(s);
	if (c->id == COMMAND_GO)
		return session_go_to(s, c->arg, c->arg_len);
	while (word < c->arg_len && c->arg[word] != ' ')
		word++;
	if (c->id == COMMAND_JOIN && s->talk.known && word > 0 &&
	    *c->arg == '@')
		return session_talk_to(s, c->arg, word);
	if (c->id == COMMAND_JOIN)
		return session_enter_room(s, c->arg, c->arg_len);
	if (c->id == COMMAND_LEAVE)
		return session_leave_room(s, c->arg, c->arg_len);
	return session_ask_rooms(s);
}

/* Where he takes no talk he is asked once more: the text stays until then. */
static bool
say(struct session *s, const struct command *c)
{
	const struct window_talk *t = s->w->talk;

	if (session_say(s, ENTRY_SAY, c->arg, c->arg_len))
		return true;
	if (t != NULL && t->lock == TALK_NOBODY && window_talk_has_key(s->w))
		session_try_talk(s);
	return false;
}

/* False: what was typed stays, with the reason. */
static bool
run(struct session *s, const struct command *c)
{
	switch (c->id) {
	case COMMAND_SAY:
		return say(s, c);
	case COMMAND_ACT:
		return act(s, c);
	case COMMAND_CLEAR:
		clear(s);
		return true;
	case COMMAND_COPY:
		return session_copy(s, c->arg, c->arg_len);
	case COMMAND_HELP:
		session_help(s, c->arg, c->arg_len);
		return true;
	case COMMAND_INVITE:
		invite(s);
		return true;
	case COMMAND_LINKS:
		session_links(s);
		return true;
	case COMMAND_OPEN:
		return session_open(s, c->arg, c->arg_len);
	case COMMAND_QUIT:
		session_leave(s);
		return true;
	case COMMAND_RECONNECT:
		return reconnect(s);
	case COMMAND_SAVE:
		return save(s, c);
	case COMMAND_SEARCH:
		return search(s, c);
	case COMMAND_SET:
		return session_set(s, c->arg, c->arg_len);
	case COMMAND_WITHDRAW:
		return withdraw(s, c);
	case COMMAND_DEVICES:
	case COMMAND_GO:
	case COMMAND_JOIN:
	case COMMAND_LEAVE:
	case COMMAND_ROOMS:
		return go_elsewhere(s, c);
	case COMMAND_IGNORE:
	case COMMAND_MSG:
	case COMMAND_NAMES:
	case COMMAND_NICK:
	case COMMAND_REPLY:
	case COMMAND_TALKS:
	case COMMAND_TRUST:
	case COMMAND_UNIGNORE:
	case COMMAND_VERIFY:
	case COMMAND_WHOIS:
		return session_run_who(s, c);
	case COMMAND_PRIVATE:
	case COMMAND_OPERATOR:
	case COMMAND_WORDY:
	case COMMAND_UNKNOWN:
	case COMMAND_AMBIGUOUS:
		break;
	}
	return refuse(s, c);
}

/* Several lines are no command, unless they are for one alone: where one cannot
 * talk so, they are for nobody. */
static void
parse_lines(const struct session *s, struct command *all, const char *text,
    size_t len, bool talks)
{
	const char *line = command_trim(text, &len);
	const char *end = memchr(line, '\n', len);
	struct command c;

	if (end == NULL || *line != '/')
		return;
	c = command_parse(line, (size_t)(end - line), true);
	c.arg_len = (size_t)(line + len - c.arg);
	if (c.whispers && session_names_somebody(s, &c))
		c.id = COMMAND_MSG;
	if (c.id != COMMAND_MSG && c.id != COMMAND_REPLY)
		return;
	*all = c;
	if (!talks)
		all->id = COMMAND_PRIVATE;
}

static struct command
parse(const struct session *s, const char *text, size_t len, bool talks)
{
	struct command c = { .id = COMMAND_SAY, .arg = text, .arg_len = len };
	size_t n = len;

	if (*session_escape(s, text, len) != '\0' || (s->w->pasted.literal &&
	    *command_trim(text, &n) == '/'))
		return c;
	c = command_parse(text, len, talks);
	if (c.whispers && session_names_somebody(s, &c))
		c.id = talks ? COMMAND_MSG : COMMAND_PRIVATE;
	if (c.id == COMMAND_SAY)
		parse_lines(s, &c, text, len, talks);
	return c;
}

/* It stays where it is. */
static void
refused(struct session *s, const struct command *c)
{
	s->key.refused = c->id != COMMAND_SAY &&
	    (c->id != COMMAND_ACT || c->arg_len == 0);
	/* Who has said something to one thinks that it is gone. */
	if (session_says_to_one(c))
		session_note_back(s, s->w, BACK_LATE);
	/* What follows these may begin with a slash. */
	else if (c->id != COMMAND_OPEN && c->id != COMMAND_SAVE &&
	    c->id != COMMAND_SEARCH && c->id != COMMAND_SET)
		session_note_back(s, s->w, BACK_REFUSED);
}

/* What the line does is up to the server, which has not said yet what it can:
 * a word to one alone would be said to all. */
static bool
is_early(struct session *s, const struct command *c, const char *text,
    size_t len)
{
	const struct command then = parse(s, text, len, true);

	if (s->talk.known || !session_is_out(s) || then.id == c->id)
		return false;
	/* What it is by then nobody would be asked about. */
	if (session_holds_up(s, &then, text, len))
		return true;
	refused(s, &then);
	s->key.early = true;
	session_notify(s, false, "%s", _("What the server can do it has not "
	    "said yet: this waits for it."));
	return true;
}

void
session_submit(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);
	struct command c = parse(s, text, len, s->talk.known);
	const struct window *w = s->shown;
	size_t changes;
	char *line;
	bool done;

	changes = edit_changes(s->w->edit);
	if (is_early(s, &c, text, len) || session_holds_up(s, &c, text, len))
		return;
	if (c.id != COMMAND_QUIT)
		s->end.leaving = LEAVING_NOT;
	done = run(s, &c);
	/* It was done there, and another line is looked at. */
	if (s->shown != w)
		return;
	if (!done && edit_changes(s->w->edit) == changes) {
		refused(s, &c);
		return;
	}
	/* What was given back instead is no command. */
	if (!done)
		return;
	if ((line = session_as_typed(s, text, &len)) != NULL)
		recall_add(session_sent(s), line, len);
	free(line);
	session_line_done(s);
}

void
session_submit_early(struct session *s)
{
	if (!s->key.early || session_is_out(s) || s->ask.what != ASK_NOTHING)
		return;
	s->key.early = s->key.refused = false;
	s->notice.text[0] = '\0';
	session_submit(s);
}

bool
session_take_out_refused(struct session *s)
{
	if (!s->key.refused)
		return false;
	s->key.refused = s->key.early = false;
	session_put_aside(s);
	session_line_done(s);
	return true;
}

bool
session_open_folded(struct session *s)
{
	uint64_t line = view_last(&s->w->view, s->w->history);
	struct history_line shown;
	char title[128];

	if (line >= history_tail(s->w->history) ||
	    !history_find_marks(s->w->history, HISTORY_FOLDED, true, &line) ||
	    line < session_top_line(s))
		return false;
	if (!s->w->view.scrolled && line < s->w->view.floor)
		return false;
	shown = history_get(s->w->history, line);
	snprintf(title, sizeof(title), _("Message of %.*s"),
	    (int)shown.name_len, shown.name);
	session_open_pager(s, title);
	/* As it is unfolded, with why it was refused behind it. */
	history_unfold(s->w->history, line);
	shown = history_get(s->w->history, line);
	if (shown.marks & HISTORY_FOLDED)
		pager_add(&s->pager, shown.entry.text, shown.entry.text_len);
	else
		pager_add(&s->pager, shown.shown, shown.shown_len);
	history_unfold(s->w->history, history_end(s->w->history));
	return true;
}
