/*
 * What the person's keys and the room's records do. Parent process; touches
 * neither descriptors nor the terminal.
 */
#include "tui/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/command.h"
#include "tui/edit.h"
#include "tui/line.h"
#include "tui/paste.h"
#include "tui/recall.h"
#include "tui/scene.h"
#include "tui/view.h"

enum {
	WHEEL_KEYS = 3,		/* so many equal arrows at once are a wheel */
	NOTICE_BYTES = 256
};

struct session {
	struct session_config	 config;
	struct session_out	 out;
	struct history	*history;
	struct edit	*edit;
	struct recall	*recall;
	struct view	 view;
	struct record_state link;
	int64_t		 link_at;	/* when its phase began */
	int64_t		 second;	/* shown in the title */

	char		 name[TEXT_NAME_BYTES + 1];
	bool		 prompt;	/* asking for a name */
	bool		 prefilled;	/* and what stands there was proposed */
	bool		 offer_host;	/* Enter hosts a room */
	uint64_t	 next_id;

	char		 notice[NOTICE_BYTES];
	bool		 notice_is_error;

	struct paste	 paste;

	bool		 over, changed, redraw;
};

struct session *
session_new(const struct session_config *config, const struct session_out *out)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->config = *config;
	s->out = *out;
	s->next_id = 1;
	s->changed = true;
	s->link.rtt_ms = s->link.loss_permille = -1;
	s->history = history_new(config->history_bytes);
	s->edit = edit_new();
	s->recall = recall_new();
	if (s->history == NULL || s->edit == NULL || s->recall == NULL) {
		session_free(s);
		return NULL;
	}
	return s;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	history_free(s->history);
	edit_free(s->edit);
	recall_free(s->recall);
	paste_clear(&s->paste);
	free(s);
}

static void notify(struct session *, bool, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static void
notify(struct session *s, bool is_error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->notice, sizeof(s->notice), format, ap);
	va_end(ap);
	s->notice_is_error = is_error;
	s->changed = true;
}

/* A line of this program's own, in the message pane. */
static void
tell(struct session *s, int64_t wall, unsigned marks, const char *text)
{
	struct entry e = { .time_ms = wall, .kind = ENTRY_ANNOUNCE,
	    .text = text, .text_len = strlen(text) };

	history_append(s->history, &e, marks | HISTORY_LOCAL, line_day(wall));
	s->changed = true;
}

static bool
send_login(struct session *s, const char *name, size_t len)
{
	struct record r = { .type = RECORD_LOGIN, .text = name,
	    .text_len = len };

	return s->out.send(s->out.arg, &r);
}

static const char *
name_error(enum text_name_error error)
{
	switch (error) {
	case TEXT_NAME_OK:
		return NULL;
	case TEXT_NAME_EMPTY:
		return _("A name needs at least one character.");
	case TEXT_NAME_LONG:
		return _("Too long: a name has at most 20 columns "
		    "and 32 bytes.");
	case TEXT_NAME_UTF8:
		return _("That is not UTF-8.");
	case TEXT_NAME_CHARACTER:
		return _("A name has no spaces and no invisible characters.");
	case TEXT_NAME_START:
		return _("A name does not begin with ~ @ # or /.");
	case TEXT_NAME_RESERVED:
		return _("That name is kept for the administrator.");
	}
	return NULL;
}

static void
ask_name(struct session *s, const char *proposal)
{
	s->prompt = true;
	s->prefilled = *proposal != '\0';
	edit_reset(s->edit);
	edit_set(s->edit, proposal, strlen(proposal));
	s->changed = true;
}

/* Tries to join; a name that cannot be is left on the line with the reason. */
static void
join(struct session *s, const char *name, size_t len)
{
	enum text_name_error error = text_name_check(name, len);

	if (error != TEXT_NAME_OK) {
		notify(s, true, "%s", name_error(error));
		return;
	}
	memcpy(s->name, name, len);
	s->name[len] = '\0';
	s->offer_host = false;
	if (!send_login(s, name, len)) {
		notify(s, true, "%s", _("The receiver is busy. Try again."));
		return;
	}
	notify(s, false, _("Joining as %s…"), s->name);
}

void
session_start(struct session *s, int64_t now)
{
	const char *name = s->config.name;

	s->link_at = now;
	if (name == NULL) {
		ask_name(s, s->config.prefill);
		return;
	}
	if (text_name_check(name, strlen(name)) != TEXT_NAME_OK)
		ask_name(s, "");
	join(s, name, strlen(name));
}

static void
host_room(struct session *s)
{
	char why[SESSION_WHY_BYTES];

	s->offer_host = false;
	if (!s->out.host(s->out.arg, why, sizeof(why))) {
		notify(s, true, "%s", why);
		return;
	}
	join(s, s->name, strlen(s->name));
}

static void
leave(struct session *s)
{
	s->over = true;
}

static void
submit_name(struct session *s)
{
	size_t len, start = 0;
	const char *text = edit_text(s->edit, &len);

	while (len > start && text[len - 1] == ' ')
		len--;
	while (start < len && text[start] == ' ')
		start++;
	text += start;
	len -= start;
	if (len == 4 && memcmp(text, "quit", 4) == 0)
		leave(s);
	else if (s->offer_host && len == strlen(s->name) &&
	    memcmp(text, s->name, len) == 0)
		host_room(s);
	else
		join(s, text, len);
}

static bool
say(struct session *s, int64_t wall, enum entry_kind kind, const char *text,
    size_t len)
{
	struct record r = { .type = RECORD_POST, .id = s->next_id,
	    .kind = kind };
	struct entry e = { .time_ms = wall, .id = s->next_id, .kind = kind,
	    .author = s->name, .author_len = strlen(s->name) };
	char clean[TEXT_LINE_BYTES], *raw;
	size_t clean_len;

	raw = malloc(len + 1);
	if (raw == NULL)
		return false;
	clean_len = text_clean(raw, text, len, false);
	if (clean_len > sizeof(clean)) {
		notify(s, true, _("Too long: %zu bytes, the room takes %d. "
		    "Nothing was sent."), clean_len, TEXT_LINE_BYTES);
		free(raw);
		return false;
	}
	memcpy(clean, raw, clean_len);
	free(raw);
	if (clean_len == 0)
		return true;
	r.text = e.text = clean;
	r.text_len = e.text_len = clean_len;
	if (!history_post(s->history, &e, line_day(wall)))
		return false;
	if (!s->out.send(s->out.arg, &r)) {
		history_settle(s->history, e.id);
		notify(s, true, "%s", _("Too much waits to be sent. "
		    "Try again."));
		return false;
	}
	s->next_id++;
	return true;
}

static void
show_help(struct session *s, int64_t wall)
{
	char line[COMMAND_HELP_BYTES];
	size_t i;

	for (i = 0; command_help(line, i) != NULL; i++)
		tell(s, wall, 0, line);
	tell(s, wall, 0, _("quit alone on the line, or Ctrl-C, leaves"));
}

static void
submit_line(struct session *s, int64_t wall)
{
	size_t len;
	const char *text = edit_text(s->edit, &len);
	struct command c = command_parse(text, len);
	bool done = true;

	switch (c.id) {
	case COMMAND_SAY:
		done = say(s, wall, ENTRY_SAY, c.arg, c.arg_len);
		break;
	case COMMAND_ACT:
		done = say(s, wall, ENTRY_ACT, c.arg, c.arg_len);
		break;
	case COMMAND_CLEAR:
		history_clear(s->history);
		view_live(&s->view);
		break;
	case COMMAND_HELP:
		show_help(s, wall);
		break;
	case COMMAND_QUIT:
		leave(s);
		break;
	case COMMAND_RECONNECT:
		send_login(s, s->name, strlen(s->name));
		break;
	case COMMAND_UNKNOWN:
		notify(s, true, _("No such command. Did you mean %s? "
		    "(//text says /text)"), c.suggestion);
		done = false;
		break;
	case COMMAND_AMBIGUOUS:
		notify(s, true, _("Which one? %s"), c.suggestion);
		done = false;
		break;
	}
	if (!done)
		return;		/* what was typed stays, with the reason */
	recall_add(s->recall, text, len);
	edit_reset(s->edit);
}

static void
recall(struct session *s, bool older)
{
	size_t len;
	const char *now = edit_text(s->edit, &len);
	const char *text = older ? recall_older(s->recall, now, &len) :
	    recall_newer(s->recall, now, &len);

	if (text != NULL)
		edit_set(s->edit, text, len);
}

/* The keys that only edit: action to editor's word. */
static bool
edit_action(struct session *s, enum action action)
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
		{ ACTION_TRANSPOSE, EDIT_TRANSPOSE },
		{ ACTION_UNDO, EDIT_UNDO }, { ACTION_REDO, EDIT_REDO },
	};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].action == action) {
			edit_do(s->edit, ops[i].op);
			return true;
		}
	return false;
}

enum { WHEEL_ROWS = 3 };

static void
scroll_action(struct session *s, enum action action)
{
	switch (action) {
	case ACTION_PAGE_UP:
		view_page(&s->view, s->history, -1);
		break;
	case ACTION_PAGE_DOWN:
		view_page(&s->view, s->history, 1);
		break;
	case ACTION_ROWS_UP:
		view_move(&s->view, s->history, -WHEEL_ROWS);
		break;
	case ACTION_ROWS_DOWN:
		view_move(&s->view, s->history, WHEEL_ROWS);
		break;
	case ACTION_TOP:
		view_first(&s->view, s->history);
		break;
	case ACTION_BOTTOM:
		view_live(&s->view);
		break;
	default:
		break;
	}
}

static void
chat_action(struct session *s, int64_t wall, enum action action)
{
	switch (action) {
	case ACTION_SEND:
		submit_line(s, wall);
		break;
	case ACTION_NEWLINE:
		edit_insert(s->edit, "\n", 1);
		break;
	case ACTION_OLDER:
		if (!edit_do(s->edit, EDIT_UP))
			recall(s, true);
		break;
	case ACTION_NEWER:
		if (!edit_do(s->edit, EDIT_DOWN))
			recall(s, false);
		break;
	case ACTION_RETURN:
		if (s->view.scrolled)
			view_live(&s->view);
		else
			edit_do(s->edit, EDIT_END);
		break;
	default:
		scroll_action(s, action);
		break;
	}
}

static void
type(struct session *s, const char *text, size_t len)
{
	if (s->prefilled) {
		/* The proposal goes when something else is typed. */
		s->prefilled = false;
		edit_reset(s->edit);
	}
	if (!edit_insert(s->edit, text, len))
		notify(s, true, "%s", _("No more fits on the input line."));
}

static void
take_paste(struct session *s)
{
	if (s->paste.len > 0)
		type(s, s->paste.text, s->paste.len);
	paste_clear(&s->paste);
}

static void
take_key(struct session *s, int64_t now, int64_t wall, const struct key *k)
{
	enum action action;

	if (s->paste.open) {
		if (paste_key(&s->paste, now, k))
			take_paste(s);
		return;
	}
	if (k->code == KEYC_PASTE_BEGIN) {
		paste_open(&s->paste, now);
		return;
	}
	s->notice[0] = '\0';
	action = key_action(k->code);
	if (action == ACTION_REDRAW)
		s->redraw = true;
	else if (action == ACTION_NONE && k->len > 0)
		type(s, k->text, k->len);
	else if (action == ACTION_NONE)
		return;
	else if (s->prompt && action == ACTION_SEND)
		submit_name(s);
	else if (edit_action(s, action))
		s->prefilled = false;
	else if (!s->prompt)
		chat_action(s, wall, action);
	else if (action == ACTION_RETURN)
		edit_do(s->edit, EDIT_END);
}

/* How many keys from i on are the same arrow. */
static size_t
same_arrows(const struct key *keys, size_t i, size_t n)
{
	size_t j = i;

	if (keys[i].code != KEYC_UP && keys[i].code != KEYC_DOWN)
		return 0;
	while (j < n && keys[j].code == keys[i].code)
		j++;
	return j - i;
}

void
session_keys(struct session *s, int64_t now, int64_t wall,
    const struct key *keys, size_t n)
{
	size_t i, run;

	for (i = 0; i < n && !s->over; i++) {
		run = s->paste.open || s->prompt ? 0 : same_arrows(keys, i, n);
		if (run >= WHEEL_KEYS) {
			view_move(&s->view, s->history,
			    keys[i].code == KEYC_UP ? -WHEEL_ROWS : WHEEL_ROWS);
			i += run - 1;
		} else
			take_key(s, now, wall, &keys[i]);
		s->changed = true;
	}
}

static void
take_entry(struct session *s, const struct record *r)
{
	char buf[LINE_BYTES];
	struct entry e = line_of_entry(buf, &r->entry);
	unsigned marks = 0;

	if (e.id != 0 && history_settle(s->history, e.id))
		marks |= HISTORY_OWN;
	else if ((e.kind == ENTRY_SAY || e.kind == ENTRY_ACT ||
	    e.kind == ENTRY_ANNOUNCE) && line_mentions(r->entry.text,
	    r->entry.text_len, s->name))
		marks |= HISTORY_MENTION;
	history_append(s->history, &e, marks, line_day(e.time_ms));
}

static void
take_denial(struct session *s, const struct record *r)
{
	switch (r->denial) {
	case RECORD_TAKEN:
		ask_name(s, s->name);
		notify(s, true, _("%.*s is taken, or not allowed here. "
		    "Choose another name."), (int)r->text_len, r->text);
		return;
	case RECORD_SILENT:
		notify(s, true, _("Nobody answers at %s. It keeps trying."),
		    s->config.server);
		break;
	case RECORD_UNREACHABLE:
		if (s->config.may_host) {
			s->offer_host = true;
			notify(s, true, _("No room at %s. Enter hosts one "
			    "here."), s->config.server);
		} else
			notify(s, true, _("No room at %s. It keeps trying."),
			    s->config.server);
		break;
	}
	if (!s->prompt) {
		ask_name(s, s->name);
		s->prefilled = true;
	}
}

static void
take_welcome(struct session *s, int64_t wall, const struct record *r)
{
	char line[NOTICE_BYTES];

	if (r->text_len > TEXT_NAME_BYTES)
		return;
	memcpy(s->name, r->text, r->text_len);
	s->name[r->text_len] = '\0';
	s->notice[0] = '\0';
	s->offer_host = false;
	if (s->prompt)
		edit_reset(s->edit);
	s->prompt = s->prefilled = false;
	snprintf(line, sizeof(line), _("You are %s in the room at %s."),
	    s->name, s->config.server);
	tell(s, wall, 0, line);
	s->out.welcome(s->out.arg, s->name);
}

static void
take_refusal(struct session *s, int64_t wall, const struct record *r)
{
	char line[NOTICE_BYTES + TEXT_LINE_BYTES];

	if (history_refuse(s->history, r->id, _("refused by the server")))
		return;
	snprintf(line, sizeof(line), _("The server refused: %.*s"),
	    (int)r->text_len, r->text);
	tell(s, wall, HISTORY_REFUSED, line);
}

void
session_record(struct session *s, int64_t now, int64_t wall,
    const struct record *r)
{
	switch (r->type) {
	case RECORD_ENTRY:
		take_entry(s, r);
		break;
	case RECORD_STATE:
		s->link = r->state;
		s->link_at = now - r->state.phase_ms;
		break;
	case RECORD_WELCOME:
		take_welcome(s, wall, r);
		break;
	case RECORD_DENIED:
		take_denial(s, r);
		break;
	case RECORD_REFUSED:
		take_refusal(s, wall, r);
		break;
	default:
		break;
	}
	s->changed = true;
}

int64_t
session_tick(struct session *s, int64_t now)
{
	int64_t due = INT64_MAX, second = (now - s->link_at) / 1000;

	if (s->paste.open && now >= s->paste.due) {
		paste_close(&s->paste);
		take_paste(s);
		s->changed = true;
	}
	if (s->paste.open)
		due = s->paste.due;
	if (s->link.phase == RECORD_LOST) {
		if (second != s->second)
			s->changed = true;
		s->second = second;
		if (s->link_at + (second + 1) * 1000 < due)
			due = s->link_at + (second + 1) * 1000;
	}
	return due;
}

void
session_share(struct session *s, const char *share)
{
	s->config.share = share;
}

bool
session_over(const struct session *s)
{
	return s->over;
}

bool
session_changed(struct session *s)
{
	bool changed = s->changed;

	s->changed = false;
	return changed;
}

bool
session_wants_redraw(struct session *s)
{
	bool redraw = s->redraw;

	s->redraw = false;
	return redraw;
}

void
session_scene(const struct session *s, int64_t now, struct scene *scene)
{
	scene->history = s->history;
	scene->edit = s->edit;
	scene->prompt = s->prompt;
	scene->server = s->config.server;
	scene->name = s->name;
	scene->link = s->link;
	scene->phase_ms = now - s->link_at;
	scene->notice = s->notice[0] != '\0' ? s->notice : NULL;
	scene->notice_is_error = s->notice_is_error;
	scene->share = s->config.share;
}

struct view *
session_view(struct session *s)
{
	return &s->view;
}
