/*
 * What a frame shows of the session. Parent process; decides what is said
 * where, draws nothing.
 */
#include "tui/session_state.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "tui/scene.h"

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

/* What Enter would do besides, as long as it would; NULL: nothing. */
static const char *
asking(struct session *s)
{
	if (s->leaving == LEAVING_ASKS)
		return session_asks_to_end(s);
	if (s->pager.open)
		return session_links_asking(s);
	if (!session_offers_host(s))
		return session_asks_of_paste(s);
	snprintf(s->asking, sizeof(s->asking),
	    _("No room at %s. Enter hosts one here."), s->config.server);
	return s->asking;
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
	scene->notice = asking(s);
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
