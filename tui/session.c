/*
 * The session's life: what it asks the user, what it tells him, what he sees.
 * Parent process; touches neither descriptors nor the terminal.
 */
#include "tui/session_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/secret.h"
#include "common/text.h"
#include "tui/scene.h"

struct session *
session_new(const struct session_config *config, const struct session_out *out)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->config = *config;
	s->out = *out;
	s->options = config->options;
	s->next_id = 1;
	s->changed = true;
	s->link.rtt_ms = s->link.loss_permille = -1;
	people_init(&s->people);
	s->history = history_new(config->history_bytes);
	s->edit = edit_new();
	s->recall = recall_new();
	if (s->history == NULL || s->edit == NULL || s->recall == NULL) {
		session_free(s);
		return NULL;
	}
	if (config->lines != NULL)
		recall_load(s->recall, config->lines, config->lines_len);
	history_hide(s->history, s->options->notices == NOTICES_HIDE);
	return s;
}

void
session_free(struct session *s)
{
	size_t i;

	if (s == NULL)
		return;
	history_free(s->history);
	edit_free(s->edit);
	recall_free(s->recall);
	paste_clear(&s->paste);
	pager_close(&s->pager);
	people_clear(&s->people);
	for (i = 0; i < s->nlinks; i++)
		free(s->links[i]);
	free(s->finder.draft);
	free(s->draft);
	free(s);
}

void
session_notify(struct session *s, bool is_error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->notice, sizeof(s->notice), format, ap);
	va_end(ap);
	s->notice_is_error = is_error;
	s->changed = true;
}

void
session_tell(struct session *s, unsigned marks, const char *format, ...)
{
	struct entry e = { .time_ms = s->wall, .kind = ENTRY_ANNOUNCE };
	char *text;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n == -1)
		return;
	e.text = text;
	e.text_len = (size_t)n;
	notices_end(&s->notices);
	history_append(s->history, &e, marks | HISTORY_LOCAL,
	    line_day(s->wall));
	free(text);
	s->changed = true;
}

void
session_end(struct session *s, int status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(s->why, sizeof(s->why), format, ap);
	va_end(ap);
	s->status = status;
	s->over = true;
}

void
session_leave(struct session *s)
{
	s->over = true;
}

bool
session_send_text(struct session *s, enum record_type type, const char *text,
    size_t len)
{
	struct record r = { .type = type, .text = text, .text_len = len };

	if (s->out.send(s->out.arg, &r))
		return true;
	session_notify(s, true, "%s", _("The receiver is busy. Try again."));
	return false;
}

const char *
session_name_error(enum text_name_error error)
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

/* What was being typed in the room waits until the question is answered. */
static void
put_draft_by(struct session *s)
{
	const char *text;
	size_t len;

	if (s->question == ASK_SEARCH)
		session_search_stay(s);
	text = edit_text(s->edit, &len);
	if (s->question == ASK_NOTHING && len > 0 && s->draft == NULL)
		s->draft = strdup(text);
}

void
session_ask_nothing(struct session *s)
{
	s->question = ASK_NOTHING;
	edit_reset(s->edit);
	if (s->draft != NULL)
		edit_set(s->edit, s->draft, strlen(s->draft));
	free(s->draft);
	s->draft = NULL;
}

void
session_ask_name(struct session *s, const char *proposal)
{
	put_draft_by(s);
	s->question = ASK_NAME;
	s->prefilled = *proposal != '\0';
	edit_reset(s->edit);
	edit_set(s->edit, proposal, strlen(proposal));
	s->changed = true;
}

/* Nothing of the room is known any more. */
static void
forget_room(struct session *s)
{
	history_clear(s->history);
	people_clear(&s->people);
	notices_end(&s->notices);
	memset(&s->pieces, 0, sizeof(s->pieces));
	memset(&s->older, 0, sizeof(s->older));
	memset(&s->unread, 0, sizeof(s->unread));
	s->finder.waits = s->caught_up = s->welcomed = false;
	s->newest = 0;
}

/* Tries to join; a name that cannot be is left on the line with the reason. */
static void
join(struct session *s, const char *name, size_t len)
{
	enum text_name_error error = text_name_check(name, len);

	if (error != TEXT_NAME_OK) {
		session_notify(s, true, "%s", session_name_error(error));
		return;
	}
	/* Under another name everything is told again. */
	if (strncmp(s->name, name, len) != 0 || s->name[len] != '\0') {
		forget_room(s);
		memcpy(s->name, name, len);
		s->name[len] = '\0';
		s->seen = s->missed = s->out.read_up_to(s->out.arg, s->name);
	}
	s->offer_host = false;
	if (session_send_text(s, RECORD_LOGIN, name, len))
		session_notify(s, false, _("Joining as %s…"), s->name);
}

void
session_start(struct session *s, int64_t now)
{
	const char *name = s->config.name;

	s->link_at = now;
	if (name == NULL) {
		session_ask_name(s, s->config.prefill);
		return;
	}
	if (text_name_check(name, strlen(name)) != TEXT_NAME_OK)
		session_ask_name(s, "");
	join(s, name, strlen(name));
}

static void
host_room(struct session *s)
{
	char why[SESSION_WHY_BYTES];

	s->offer_host = false;
	if (!s->out.host(s->out.arg, why, sizeof(why))) {
		session_notify(s, true, "%s", why);
		return;
	}
	join(s, s->name, strlen(s->name));
}

void
session_ask_passphrase(struct session *s, const char *why)
{
	put_draft_by(s);
	s->question = ASK_PASSPHRASE;
	s->prefilled = false;
	edit_reset(s->edit);
	session_notify(s, *why != '\0', "%s", why);
}

void
session_submit_passphrase(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->edit, &len);

	if (len == 0)
		return;
	if (len >= SECRET_BYTES) {
		session_notify(s, true, "%s", _("That is no passphrase."));
		return;
	}
	if (!session_send_text(s, RECORD_PASSPHRASE, text, len))
		return;
	edit_reset(s->edit);
	session_notify(s, false, _("Joining as %s…"), s->name);
}

void
session_submit_name(struct session *s)
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
		session_leave(s);
	else if (s->offer_host && len == strlen(s->name) &&
	    memcmp(text, s->name, len) == 0)
		host_room(s);
	else
		join(s, text, len);
}

void
session_apply(struct session *s)
{
	history_hide(s->history, s->options->notices == NOTICES_HIDE);
	s->out.settings(s->out.arg);
	s->changed = true;
}

void
session_read_all(struct session *s)
{
	s->unread.any = s->unread.grows = false;
	s->seen = s->newest;
	s->mentions = 0;
	history_set_unread(s->history, history_tail(s->history));
}

/* Lines that were dropped for room: what is fetched goes on from those here. */
static void
mind_dropped(struct session *s)
{
	struct older *o = &s->older;
	uint64_t line = history_first(s->history);

	if (o->oldest == 0 || line <= o->first)
		return;
	memset(o, 0, sizeof(*o));
	o->first = line;
	for (; o->oldest == 0 && line < history_end(s->history); line++)
		o->oldest = history_get(s->history, line).entry.seq;
}

bool
session_fetch_older(struct session *s)
{
	struct record r = { .type = RECORD_READ, .flags = SESSION_OLDER };

	if (!s->older.fetching)
		mind_dropped(s);
	r.id = s->older.oldest;
	if (s->older.fetching || s->older.full || r.id < 2 ||
	    s->link.phase != RECORD_ONLINE || !s->out.send(s->out.arg, &r))
		return false;
	s->older.fetching = true;
	s->older.until = r.id > SESSION_OLDER ? r.id - SESSION_OLDER : 1;
	s->older.due = s->now + SESSION_OLDER_MS;
	return true;
}

void
session_want_older(struct session *s)
{
	if (view_nears_top(&s->view, s->history))
		session_fetch_older(s);
}

static int64_t
tick_paste(struct session *s, int64_t now)
{
	if (s->paste.open && now >= s->paste.due) {
		paste_close(&s->paste);
		session_take_paste(s);
		s->changed = true;
	}
	return s->paste.open ? s->paste.due : INT64_MAX;
}

static int64_t
tick_older(struct session *s, int64_t now)
{
	if (s->older.fetching && now >= s->older.due) {
		s->older.fetching = false;
		if (++s->older.failures < SESSION_OLDER_TRIES)
			session_search_more(s);
		else
			session_search_give_up(s);
	}
	return s->older.fetching ? s->older.due : INT64_MAX;
}

/* The seconds in the title go on. */
static int64_t
tick_link(struct session *s, int64_t now)
{
	int64_t second = (now - s->link_at) / 1000;

	if (s->link.phase != RECORD_LOST)
		return INT64_MAX;
	if (second != s->second)
		s->changed = true;
	s->second = second;
	return s->link_at + (second + 1) * 1000;
}

int64_t
session_tick(struct session *s, int64_t now)
{
	int64_t due[3], first = INT64_MAX;
	size_t i;

	s->now = now;
	due[0] = tick_paste(s, now);
	due[1] = tick_older(s, now);
	due[2] = tick_link(s, now);
	for (i = 0; i < 3; i++)
		if (due[i] < first)
			first = due[i];
	return first;
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

unsigned
session_mentions(const struct session *s)
{
	return s->mentions;
}

uint64_t
session_read_up_to(const struct session *s)
{
	return s->seen;
}

char *
session_lines(const struct session *s, size_t *len)
{
	return recall_text(s->recall, len);
}

static const char *
unread_label(struct session *s)
{
	time_t t = (time_t)(s->unread.since_ms / 1000);
	struct tm tm;
	char hour[8];

	if (s->unread.since_ms == 0 || localtime_r(&t, &tm) == NULL ||
	    strftime(hour, sizeof(hour), "%H:%M", &tm) == 0)
		snprintf(s->unread_label, sizeof(s->unread_label),
		    _("%u new"), s->unread.count);
	else
		snprintf(s->unread_label, sizeof(s->unread_label),
		    _("%u new since %s"), s->unread.count, hour);
	return s->unread_label;
}

static void
dress_view(struct session *s)
{
	s->view.no_times = !s->options->times;
	s->view.needle = s->finder.marks && s->finder.len > 0 ?
	    s->finder.needle : NULL;
	s->view.needle_len = s->finder.len;
	s->view.found = s->finder.marks && s->finder.found ?
	    s->finder.line : 0;
	s->view.unread = unread_label(s);
}

static enum scene_side
side_of(const struct session *s)
{
	if (s->options->members == MEMBERS_AUTO)
		return SIDE_AUTO;
	return s->options->members == MEMBERS_ON ? SIDE_ON : SIDE_OFF;
}

void
session_scene(struct session *s, int64_t now, struct scene *scene)
{
	static const enum scene_asks asks[] = {
		[ASK_NOTHING] = SCENE_SAYS, [ASK_NAME] = SCENE_NAME,
		[ASK_PASSPHRASE] = SCENE_PASSPHRASE,
		[ASK_SEARCH] = SCENE_SEARCH };

	dress_view(s);
	scene->history = s->history;
	scene->edit = s->edit;
	scene->asks = asks[s->question];
	scene->entering = s->question == ASK_NAME ||
	    s->question == ASK_PASSPHRASE;
	scene->limit = session_limit(s);
	scene->pager = &s->pager;
	scene->people = &s->people;
	scene->side = side_of(s);
	scene->bare = s->bare;
	scene->dropped_percent = s->config.dropped_percent;
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
