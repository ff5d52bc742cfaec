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
#include "common/secret.h"
#include "common/text.h"
#include "tui/command.h"
#include "tui/edit.h"
#include "tui/line.h"
#include "tui/paste.h"
#include "tui/pieces.h"
#include "tui/recall.h"
#include "tui/scene.h"
#include "tui/view.h"

enum {
	WHEEL_KEYS = 3,		/* so many equal arrows at once are a wheel */
	EXIT_REFUSED = 3,
	NOTICE_BYTES = 256
};

/* What the input line is for. */
enum question { ASK_NOTHING, ASK_NAME, ASK_PASSPHRASE };

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
	enum question	 question;
	bool		 prefilled;	/* what stands there was proposed */
	bool		 offer_host;	/* Enter hosts a room */
	uint64_t	 next_id;

	char		 notice[NOTICE_BYTES];
	bool		 notice_is_error;

	struct paste	 paste;
	struct pieces	 pieces;	/* of a long message coming in */

	bool		 over, changed, redraw;
	int		 status;	/* when over */
	char		 why[SESSION_WHY_BYTES];
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
	s->question = ASK_NAME;
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
	/* Under another name everything is told again. */
	if (strncmp(s->name, name, len) != 0 || s->name[len] != '\0')
		history_clear(s->history);
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
ask_passphrase(struct session *s, const char *why)
{
	s->question = ASK_PASSPHRASE;
	s->prefilled = false;
	edit_reset(s->edit);
	notify(s, *why != '\0', "%s", why);
}

static void
submit_passphrase(struct session *s)
{
	struct record r = { .type = RECORD_PASSPHRASE };

	r.text = edit_text(s->edit, &r.text_len);
	if (r.text_len == 0)
		return;
	if (r.text_len >= SECRET_BYTES || !s->out.send(s->out.arg, &r)) {
		notify(s, true, "%s", _("That is no passphrase."));
		return;
	}
	edit_reset(s->edit);
	notify(s, false, _("Joining as %s…"), s->name);
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

/* The clean text to the receiver, in pieces where it is long. */
static bool
send_post(struct session *s, enum entry_kind kind, const char *text,
    size_t len)
{
	struct record r = { .type = RECORD_POST, .id = s->next_id,
	    .kind = kind };
	unsigned n = pieces_count(text, len), i;
	size_t at = 0;

	for (i = 0; i < n; i++) {
		r.text = text + at;
		r.text_len = pieces_cut(text, len, at);
		r.flags = i << ENTRY_INDEX_SHIFT |
		    (n - 1 - i) << ENTRY_MORE_SHIFT;
		if (!s->out.send(s->out.arg, &r))
			return false;
		at += r.text_len;
	}
	return true;
}

/* Clean text: it is shown as pending and sent. */
static bool
say_clean(struct session *s, int64_t wall, enum entry_kind kind,
    const char *text, size_t len)
{
	struct entry e = { .time_ms = wall, .id = s->next_id, .kind = kind,
	    .author = s->name, .author_len = strlen(s->name), .text = text,
	    .text_len = len };
	size_t limit = s->config.classic ? TEXT_LINE_BYTES :
	    PIECES_TEXT_BYTES;

	if (len > limit || pieces_count(text, len) > ENTRY_MORE_MAX + 1) {
		notify(s, true, _("Too long: %zu bytes, the room takes %zu. "
		    "Nothing was sent."), len, limit);
		return false;
	}
	if (!history_post(s->history, &e, line_day(wall)))
		return false;
	if (!send_post(s, kind, text, len)) {
		history_settle(s->history, e.id);
		notify(s, true, "%s", _("Too much waits to be sent. "
		    "Try again."));
		return false;
	}
	s->next_id++;
	return true;
}

static bool
say(struct session *s, int64_t wall, enum entry_kind kind, const char *text,
    size_t len)
{
	char *clean = malloc(len + 1);
	bool said = true;

	if (clean == NULL)
		return false;
	/* A classic datagram is one line. */
	len = text_clean(clean, text, len, !s->config.classic);
	if (len > 0)
		said = say_clean(s, wall, kind, clean, len);
	free(clean);
	return said;
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
	else if (s->question == ASK_NAME && action == ACTION_SEND)
		submit_name(s);
	else if (s->question == ASK_PASSPHRASE && action == ACTION_SEND)
		submit_passphrase(s);
	else if (edit_action(s, action))
		s->prefilled = false;
	else if (s->question == ASK_NOTHING)
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
		run = s->paste.open || s->question != ASK_NOTHING ? 0 : same_arrows(keys, i, n);
		if (run >= WHEEL_KEYS) {
			view_move(&s->view, s->history,
			    keys[i].code == KEYC_UP ? -WHEEL_ROWS : WHEEL_ROWS);
			i += run - 1;
		} else
			take_key(s, now, wall, &keys[i]);
		s->changed = true;
	}
}

static unsigned
marks_of(const struct session *s, const struct entry *e)
{
	bool speaks = e->kind == ENTRY_SAY || e->kind == ENTRY_ACT ||
	    e->kind == ENTRY_PART || e->kind == ENTRY_ANNOUNCE;

	if (e->author_len == strlen(s->name) &&
	    memcmp(e->author, s->name, e->author_len) == 0)
		return HISTORY_OWN;
	return speaks && line_mentions(e->text, e->text_len, s->name) ?
	    HISTORY_MENTION : 0;
}

static void
take_entry(struct session *s, const struct record *r)
{
	struct entry whole = r->entry, e;
	char buf[LINE_BYTES];
	unsigned marks;

	if (whole.kind == ENTRY_START || (whole.flags & ENTRY_QUIET) != 0)
		return;
	if (!pieces_take(&s->pieces, &whole))
		return;
	marks = marks_of(s, &whole);
	if (whole.id != 0 && history_settle(s->history, whole.id))
		marks |= HISTORY_OWN;
	e = line_of_entry(buf, &whole);
	history_append(s->history, &e, marks, line_day(e.time_ms));
}

/* A line of an earlier run that the room has not taken yet. */
static void
take_pending(struct session *s, int64_t wall, const struct record *r)
{
	struct entry e = { .time_ms = wall, .id = r->id, .kind = r->kind,
	    .author = s->name, .author_len = strlen(s->name),
	    .text = r->text, .text_len = r->text_len };

	history_post(s->history, &e, line_day(wall));
}

static void
take_rewind(struct session *s, int64_t wall, const struct record *r)
{
	size_t lost = history_lose(s->history, r->id);

	if (lost > 0)
		tell(s, wall, 0, _("The server had to go back: lines marked "
		    "× are not in the room any more."));
}

/* It ends here: the reason is said when the screen is closed. */
static void end(struct session *, int, const char *, ...)
    __attribute__((format(printf, 3, 4)));

static void
end(struct session *s, int status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->why, sizeof(s->why), format, ap);
	va_end(ap);
	s->status = status;
	s->over = true;
}

/* Nobody answers: the name prompt says so, or the room as it was is shown. */
static void
stay_outside(struct session *s)
{
	if (history_end(s->history) > history_first(s->history)) {
		if (s->question == ASK_NAME)
			edit_reset(s->edit);
		s->question = ASK_NOTHING;
	} else if (s->question == ASK_NOTHING) {
		ask_name(s, s->name);
		s->prefilled = true;
	}
}

static void
take_unreachable(struct session *s)
{
	if (s->config.may_host) {
		s->offer_host = true;
		notify(s, true, _("No room at %s. Enter hosts one here."),
		    s->config.server);
	} else
		notify(s, true, _("No room at %s. It keeps trying."),
		    s->config.server);
}

static void
take_denial(struct session *s, const struct record *r)
{
	const char *server = s->config.server;

	switch (r->denial) {
	case RECORD_TAKEN:
		ask_name(s, s->name);
		notify(s, true, _("%.*s is taken, or not allowed here. "
		    "Choose another name."), (int)r->text_len, r->text);
		break;
	case RECORD_OWNED:
		ask_name(s, s->name);
		notify(s, true, _("%.*s belongs to somebody else here. "
		    "Choose another name."), (int)r->text_len, r->text);
		break;
	case RECORD_MALFORMED:
		ask_name(s, s->name);
		notify(s, true, _("%.*s is not allowed as a name here. "
		    "Choose another name."), (int)r->text_len, r->text);
		break;
	case RECORD_FULL:
		end(s, EXIT_REFUSED, _("the room at %s is full"), server);
		break;
	case RECORD_SILENT:
		notify(s, true, _("Nobody answers at %s. It keeps trying."),
		    server);
		stay_outside(s);
		break;
	case RECORD_UNREACHABLE:
		take_unreachable(s);
		stay_outside(s);
		break;
	case RECORD_WANTS_PASSPHRASE:
		ask_passphrase(s, "");
		break;
	case RECORD_WRONG_PASSPHRASE:
		ask_passphrase(s, _("That is not the room's passphrase."));
		break;
	case RECORD_HOST_CHANGED:
		end(s, EXIT_REFUSED, _("the key of %s has changed, which it "
		    "should not: somebody may be in between. If the server "
		    "was made anew, take its line out of known_hosts."),
		    server);
		break;
	case RECORD_HOST_UNSURE:
		end(s, EXIT_FAILURE, "%s", _("known_hosts cannot be read or "
		    "written, so the server's key cannot be checked"));
		break;
	case RECORD_KICKED:
		end(s, EXIT_REFUSED, _("put out of the room: %.*s"),
		    (int)r->text_len, r->text);
		break;
	case RECORD_REPLACED:
		end(s, EXIT_FAILURE, _("%s joined from elsewhere; this one "
		    "has left"), s->name);
		break;
	case RECORD_CLASSIC_ONLY:
		end(s, EXIT_FAILURE, _("%s speaks the classic protocol only: "
		    "chat-tui --classic"), server);
		break;
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
	if (s->question != ASK_NOTHING)
		edit_reset(s->edit);
	s->question = ASK_NOTHING;
	s->prefilled = false;
	snprintf(line, sizeof(line), _("You are %s in the room at %s."),
	    s->name, s->config.server);
	tell(s, wall, 0, line);
	s->out.welcome(s->out.arg, s->name);
}

static void
take_new_host(struct session *s, int64_t wall, const struct record *r)
{
	char line[NOTICE_BYTES];

	snprintf(line, sizeof(line), _("New server %s, key %.*s: remembered."),
	    s->config.server, (int)r->text_len, r->text);
	tell(s, wall, 0, line);
}

static void
take_refusal(struct session *s, int64_t wall, const struct record *r)
{
	char line[NOTICE_BYTES + TEXT_LINE_BYTES];

	if (history_refuse(s->history, r->id, s->config.classic ?
	    _("refused by the server") : _("cannot be stored")))
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
	case RECORD_PENDING:
		take_pending(s, wall, r);
		break;
	case RECORD_POSTED:
		/* Its entry may have been shown before the line was. */
		if ((r->id & RECORD_EARLIER) != 0)
			history_settle(s->history, r->id);
		break;
	case RECORD_REWIND:
		take_rewind(s, wall, r);
		break;
	case RECORD_STATE:
		s->link = r->state;
		s->link_at = now - r->state.phase_ms;
		break;
	case RECORD_WELCOME:
		take_welcome(s, wall, r);
		break;
	case RECORD_NEW_HOST:
		take_new_host(s, wall, r);
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

int
session_status(const struct session *s, const char **why)
{
	*why = s->why;
	return s->status;
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
	scene->prompt = s->question != ASK_NOTHING;
	scene->dropped_percent = s->config.dropped_percent;
	scene->secret = s->question == ASK_PASSPHRASE;
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
