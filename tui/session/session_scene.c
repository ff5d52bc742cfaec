/*
 * What a frame shows of the session. Parent process; decides what is said
 * where, draws nothing.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "tui/session/scene.h"

static const char *
unread_label(struct session *s)
{
	time_t t = (time_t)(s->w->unread.since_ms / 1000);
	struct tm tm;
	char hour[8];

	if (s->w->unread.since_ms == 0 || localtime_r(&t, &tm) == NULL ||
	    strftime(hour, sizeof(hour), "%H:%M", &tm) == 0)
		snprintf(s->w->unread.label, sizeof(s->w->unread.label),
		    _("%u new"), s->w->unread.count);
	else
		snprintf(s->w->unread.label, sizeof(s->w->unread.label),
		    _("%u new since %s"), s->w->unread.count, hour);
	return s->w->unread.label;
}

static void
show_search(const struct session *s, struct scene *scene)
{
	const char *needle;
	size_t len = query_text(&s->w->finder.query, &needle);
	bool stands = s->w->finder.marks && s->w->finder.found;

	scene->needle = s->w->finder.marks && len > 0 ? needle : NULL;
	scene->needle_len = len;
	scene->found = stands ? s->w->finder.line : 0;
	scene->matches = stands ? s->w->finder.count : NULL;
}

/* What Enter would do besides, as long as it would; NULL: nothing. */
static const char *
asking(struct session *s)
{
	if (s->end.leaving == LEAVING_ASKS)
		return session_asks_to_end(s);
	if (s->pager.open)
		return s->going.hits_listed ? session_hits_asking(s) :
		    session_links_asking(s);
	if (!session_offers_host(s))
		return session_asks_of_paste(s);
	snprintf(s->notice.asking, sizeof(s->notice.asking),
	    _("No room at %s. Enter hosts one here."), s->config.server);
	return s->notice.asking;
}

static void
show_notice(struct session *s, struct scene *scene)
{
	scene->notice = asking(s);
	scene->notice_is_error = scene->notice != NULL && !s->pager.open;
	if (scene->notice == NULL && s->notice.text[0] != '\0') {
		scene->notice = s->notice.text;
		scene->notice_is_error = s->notice.is_error;
	}
	if (scene->notice == NULL && (window_barred_text(s->w,
	    s->notice.asking, sizeof(s->notice.asking)) ||
	    window_talk_text(s->w, s->notice.asking, sizeof(s->notice.asking),
	    0)))
		scene->notice = s->notice.asking;
	if (scene->notice == NULL && s->ask.passphrase_due != INT64_MAX)
		scene->notice = _("The room has a passphrase: it is asked for "
		    "when you stop typing.");
}

/* That may be so for long: where there are several windows it leaves their list
 * in its place. */
static void
show_held(const struct session *s, struct scene *scene)
{
	bool disk = s->w->counts.held == RECORD_HELD_DISK;

	if (s->w->counts.held == RECORD_HELD_NOT)
		return;
	if (scene->windows.n > 1)
		scene->windows.jump = disk ? _("disk full: it waits") :
		    _("too fast: it waits");
	else if (scene->notice == NULL)
		scene->notice = disk ?
		    _("The server's disk is full: what is said waits.") :
		    _("The room takes only so many lines a second; the others "
		    "wait.");
}

static bool
is_private(const struct session *s)
{
	return session_target(s)->talk != NULL;
}

/* What stands before the input. */
static const char *
asker(const struct session *s)
{
	switch (s->ask.what) {
	case ASK_NAME:
		return _("name");
	case ASK_PASSPHRASE:
		return _("passphrase");
	case ASK_SEARCH:
		return _("search");
	case ASK_GO:
		/* stands before a part of a room's name */
		return _("go to");
	default:
		/* Never a word in the wrong room. */
		return session_has_windows(s) || is_private(s) ?
		    window_name(session_target(s)) : s->name;
	}
}

/* Of who talks with the user: is he there? */
static const char *
presence(const struct session *s)
{
	const struct window_talk *t = s->w->talk;
	const struct person *p = t == NULL || t->self ? NULL :
	    people_named(&s->w->people, t->name, strlen(t->name));

	return p == NULL ? NULL : p->away ? _("away") : _("here");
}

static void
show_talk(const struct session *s, struct scene *scene)
{
	scene->talk.typed = s->ask.what == ASK_NOTHING && is_private(s);
	scene->talk.is = s->w->talk != NULL;
	if (!scene->talk.is)
		return;
	scene->talk.verified = s->w->talk->verified &&
	    s->w->talk->lock == TALK_OPEN;
	scene->talk.presence = presence(s);
	/* Of two each knows the other. */
	scene->link.people = 0;
	scene->side = SIDE_OFF;
}

static enum scene_side
side_of(const struct session *s)
{
	if (s->options->screen.members == MEMBERS_AUTO)
		return SIDE_AUTO;
	return s->options->screen.members == MEMBERS_ON ? SIDE_ON : SIDE_OFF;
}

static struct scene_length
measure(const struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);
	struct scene_length l = { .bytes = session_said_bytes(s, text, len),
	    .limit = session_limit(s), .fits = len };
	size_t over = l.bytes;

	while (over > l.limit)
		over -= session_said_bytes(s, &text[--l.fits], 1);
	return l;
}

static void
compose(struct session *s, int64_t now, struct scene *scene)
{
	static const enum scene_asks asks[] = {
		[ASK_NOTHING] = SCENE_SAYS, [ASK_NAME] = SCENE_NAME,
		[ASK_PASSPHRASE] = SCENE_PASSPHRASE,
		[ASK_SEARCH] = SCENE_SEARCH, [ASK_GO] = SCENE_GO };

	*scene = (struct scene){ .history = s->w->history,
	    .times = s->options->screen.times, .unread = unread_label(s),
	    .edit = s->w->edit, .asks = asks[s->ask.what], .asker = asker(s),
	    .selected = s->ask.prefilled, .length = measure(s),
	    .pager = &s->pager, .people = &s->w->people, .side = side_of(s),
	    .bare = s->frame.bare, .dropped_percent = s->config.dropped_percent,
	    .room = window_name(s->w),
	    .server = s->config.server, .name = s->name, .link = s->link.state,
	    .phase_ms = now - s->link.since, .share = s->config.share,
	    .fresh = s->w->unread.grows ? s->w->unread.count : 0 };
	scene->link.people = s->w->counts.people;
	scene->link.pending = s->w->counts.pending;
	scene->link.held = s->w->counts.held;
	scene->entering = s->ask.what == ASK_NAME ||
	    s->ask.what == ASK_PASSPHRASE || (s->enter.joining &&
	    history_tail(s->w->history) == history_first(s->w->history));
	show_talk(s, scene);
	show_search(s, scene);
	show_notice(s, scene);
	session_choices(s, &scene->choices);
	session_list_windows(s, &scene->windows);
	show_held(s, scene);
}

/* Is what the search stands at among the newest rows? */
static bool
is_live_match(const struct session *s, uint64_t found)
{
	const struct view *v = &s->w->view;

	return !v->scrolled && found != 0 && v->rows > 0 &&
	    found >= view_live_top(v, s->w->history, v->rows).line;
}

static void
lay_out(struct session *s, const struct scene *scene, int rows, int cols)
{
	struct layout *l = &s->frame.layout;
	bool had_match = is_live_match(s, scene->found);

	layout_scene(l, scene, rows, cols);
	view_fit(&s->w->view, s->w->history, l->messages, l->width -
	    l->gutter.text);
	/* The first row is its title's, a column on each side is free. */
	pager_fit(&s->pager, l->messages - 1, l->width - 2);
	/* It stays in sight where the pane has got smaller. */
	if (had_match && !is_live_match(s, scene->found))
		view_show(&s->w->view, s->w->history, scene->found,
		    s->w->finder.at);
}

void
session_resize(struct session *s, int rows, int cols)
{
	struct scene scene;

	compose(s, s->now, &scene);
	lay_out(s, &scene, rows, cols);
	s->frame.changed = true;
}

void
session_scene(struct session *s, int64_t now, struct scene *scene)
{
	compose(s, now, scene);
	history_unfold(s->w->history, scene->found);
	lay_out(s, scene, s->frame.layout.rows, s->frame.layout.cols);
}

const struct layout *
session_layout(const struct session *s)
{
	return &s->frame.layout;
}

const struct view *
session_view(const struct session *s)
{
	return &s->w->view;
}
