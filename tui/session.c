/*
 * The session's life: its beginning and end, what is due when, what is seen.
 * Parent process; touches neither descriptors nor the terminal.
 */
#include "tui/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
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
	s->keep_due = INT64_MAX;
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
	if (s == NULL)
		return;
	history_free(s->history);
	edit_free(s->edit);
	recall_free(s->recall);
	paste_clear(&s->paste);
	pager_close(&s->pager);
	people_clear(&s->people);
	handed_clear(&s->handed);
	free(s->taken_back.text);
	session_forget_links(s);
	free(s->finder.draft);
	free(s->draft);
	free(s->kept);
	free(s);
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
		session_ask_name(s, name);
	session_join(s, name, strlen(name));
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
	session_keys_more(s);
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
	int64_t due[4], first = INT64_MAX;
	size_t i;

	s->now = now;
	due[0] = tick_paste(s, now);
	due[1] = tick_older(s, now);
	due[2] = tick_link(s, now);
	if (now >= s->keep_due)
		session_keep_draft(s);
	due[3] = s->keep_due;
	for (i = 0; i < 4; i++)
		if (due[i] < first)
			first = due[i];
	return first;
}

uint64_t
session_newest(const struct session *s)
{
	return s->newest;
}

const char *
session_login(const struct session *s)
{
	return s->login;
}

void
session_share(struct session *s, const char *share)
{
	s->config.share = share;
}

size_t
session_others(const struct session *s)
{
	/* While the list comes anew it is short. */
	size_t here = s->people.here > s->link.people ? s->people.here :
	    s->link.people;

	return here > 0 ? here - 1 : 0;
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
	/* Drawn again it would take away what is being selected in it. */
	if (s->bare && s->bare_stands)
		return false;
	s->bare_stands = s->bare && changed;
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
	const char *needle;
	size_t len = query_text(&s->finder.query, &needle);

	s->view.no_times = !s->options->times;
	s->view.needle = s->finder.marks && len > 0 ? needle : NULL;
	s->view.needle_len = len;
	s->view.found = s->finder.marks && s->finder.found ?
	    s->finder.line : 0;
	s->view.found_at = s->finder.at;
	history_unfold(s->history, s->view.found);
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
	    s->question == ASK_PASSPHRASE || (s->joining &&
	    history_tail(s->history) == history_first(s->history));
	scene->selected = s->prefilled;
	scene->limit = session_limit(s);
	scene->pager = &s->pager;
	scene->people = &s->people;
	scene->side = side_of(s);
	scene->bare = s->bare;
	scene->dropped_percent = s->config.dropped_percent;
	scene->room = s->room[0] != '\0' ? s->room : "chat";
	scene->server = s->config.server;
	scene->name = s->name;
	scene->link = s->link;
	scene->phase_ms = now - s->link_at;
	scene->notice = session_asking(s);
	scene->notice_is_error = scene->notice != NULL && !s->pager.open;
	if (scene->notice == NULL && s->notice[0] != '\0') {
		scene->notice = s->notice;
		scene->notice_is_error = s->notice_is_error;
	}
	if (scene->notice == NULL && s->link.held)
		scene->notice = _("The room takes only so many lines a second; "
		    "the others wait.");
	scene->share = s->config.share;
	scene->fresh = s->unread.grows ? s->unread.count : 0;
	scene->matches = s->finder.marks && s->finder.found ?
	    s->finder.count : NULL;
	session_choices(s, &scene->choices);
}

struct view *
session_view(struct session *s)
{
	return &s->view;
}
