/*
 * The session's life: its beginning and end, what is due when, what is seen.
 * Parent process; touches neither descriptors nor the terminal.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

enum {
	OLDER_TRIES = 3		/* without an answer, then a search ends */
};

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
	s->ask.passphrase_due = INT64_MAX;
	s->key.at = INT64_MIN / 2;
	s->going.list_due = INT64_MAX;
	s->frame.changed = true;
	s->link.state.rtt_ms = s->link.state.loss_permille = -1;
	TAILQ_INIT(&s->windows);
	s->recall = recall_new();
	s->w = s->shown = window_new(0, "", 0, config->history_bytes);
	if (s->w != NULL)
		TAILQ_INSERT_TAIL(&s->windows, s->w, by_number);
	if (s->w == NULL || s->recall == NULL) {
		session_free(s);
		return NULL;
	}
	if (config->lines != NULL)
		recall_load(s->recall, config->lines, config->lines_len);
	history_hide(s->w->history, s->options->screen.notices == NOTICES_HIDE);
	ignored_set(&s->look.ignored, s->options->screen.ignore);
	return s;
}

void
session_free(struct session *s)
{
	struct window *w;

	if (s == NULL)
		return;
	while ((w = TAILQ_FIRST(&s->windows)) != NULL) {
		TAILQ_REMOVE(&s->windows, w, by_number);
		window_free(w);
	}
	recall_free(s->recall);
	paste_clear(&s->paste.in);
	pager_close(&s->pager);
	ignored_clear(&s->look.ignored);
	free(s->ask.draft);
	free(s->going.draft);
	free(s->going.hits);
	session_forget_rooms(&s->going.listing);
	explicit_bzero(s->ask.tried, sizeof(s->ask.tried));
	free(s);
}

void
session_start(struct session *s, int64_t now)
{
	const char *name = s->config.name;

	s->link.since = now;
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
	if (s->paste.in.open && now >= s->paste.in.due) {
		paste_close(&s->paste.in);
		session_take_paste(s);
		s->frame.changed = true;
	}
	return s->paste.in.open ? s->paste.in.due : INT64_MAX;
}

static int64_t
tick_older(struct session *s, int64_t now)
{
	if (s->w->older.fetching && now >= s->w->older.due) {
		s->w->older.fetching = false;
		if (++s->w->older.failures < OLDER_TRIES)
			session_search_more(s);
		else
			session_search_give_up(s);
	}
	session_keys_more(s);
	return s->w->older.fetching ? s->w->older.due : INT64_MAX;
}

/* The seconds in the title go on. */
static int64_t
tick_link(struct session *s, int64_t now)
{
	int64_t second = (now - s->link.since) / 1000;

	if (s->link.state.phase != RECORD_LOST &&
	    s->link.state.phase != RECORD_JOINING)
		return INT64_MAX;
	if (second != s->link.second)
		s->frame.changed = true;
	s->link.second = second;
	return s->link.since + (second + 1) * 1000;
}

/* The receiver may have had no room for it. */
static void
tick_held(struct session *s)
{
	uint64_t held = s->w->say.held;

	if (held == 0 || !s->w->in || s->w->say.repeats)
		return;
	session_release_held(s);
	s->frame.changed |= s->w->say.held != held;
}

static void
sooner(int64_t *first, int64_t due)
{
	if (due < *first)
		*first = due;
}

int64_t
session_tick(struct session *s, int64_t now)
{
	int64_t first = INT64_MAX;

	s->now = now;
	sooner(&first, tick_paste(s, now));
	TAILQ_FOREACH(s->w, &s->windows, by_number) {
		sooner(&first, session_tick_talk(s));
		tick_held(s);
		sooner(&first, tick_older(s, now));
		sooner(&first, session_tick_draft(s, now));
		sooner(&first, session_tick_read(s, now));
	}
	s->w = s->shown;
	session_submit_early(s);
	sooner(&first, session_tick_seen(s, now));
	sooner(&first, session_tick_list(s, now));
	sooner(&first, tick_link(s, now));
	sooner(&first, session_tick_passphrase(s, now));
	return first;
}

uint64_t
session_newest(const struct session *s)
{
	const struct window *w = TAILQ_FIRST(&s->windows);

	return w->joined ? 0 : w->read.newest;
}

const char *
session_login(const struct session *s)
{
	return s->enter.login;
}

void
session_share(struct session *s, const char *share)
{
	s->config.share = share;
}

bool
session_over(const struct session *s)
{
	return s->end.over;
}

int
session_status(const struct session *s, const char **why)
{
	*why = s->end.why;
	return s->end.status;
}

bool
session_changed(const struct session *s)
{
	/* Drawn again it would take away what is being selected in it. */
	return s->frame.changed && !(s->frame.bare && s->frame.stands);
}

void
session_drawn(struct session *s)
{
	s->frame.changed = false;
	s->ask.shown = s->ask.what == ASK_PASSPHRASE;
	s->frame.stands = s->frame.bare;
}

bool
session_take_redraw(struct session *s)
{
	bool redraw = s->frame.redraw;

	s->frame.redraw = false;
	return redraw;
}

unsigned
session_mentions(const struct session *s)
{
	const struct window *w;
	unsigned n = 0;

	TAILQ_FOREACH(w, &s->windows, by_number)
		n += w->read.mentions;
	return n;
}

char *
session_lines(struct session *s, size_t *len)
{
	const char *line = session_room_line(s);

	/* The draft is another: this one would be nowhere. */
	if (recall_draft(s->recall) != NULL && recall_changed(s->recall, line))
		session_keep_for_up(s, line);
	return recall_text(s->recall, len);
}
