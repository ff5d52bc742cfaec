/*
 * What is said: shown as pending, and on its way. Parent process; must never
 * lose a line, nor say one twice.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

/* Behind what is held, or with it. */
static bool
send_or_hold(struct session *s, enum entry_kind kind, const char *text,
    size_t len)
{
	if (s->w->talk != NULL)
		return session_send_alone(s, kind, text, len);
	/* While a new receiver comes up it goes behind what is said again. */
	if (s->w->say.repeats)
		return true;
	if (!session_holds(s))
		return session_release_held(s) &&
		    session_send_post(s, s->next_id, kind, text, len);
	if (s->w->say.held != 0)
		return true;
	s->w->say.held = s->next_id;
	/* What is never said in this run is found in its room in the next. */
	if (s->w->joined)
		session_keep_list(s);
	return true;
}

/* Clean text: it is shown as pending and sent. */
static bool
say_clean(struct session *s, enum entry_kind kind, const char *text,
    size_t len)
{
	struct entry e = { .time_ms = s->wall, .id = s->next_id,
	    .kind = kind,
	    .author = s->name, .author_len = strlen(s->name), .text = text,
	    .text_len = len };
	size_t limit = session_limit(s);
	size_t most = s->w->talk != NULL ? (size_t)RECORD_TALK_PIECE :
	    (size_t)TEXT_LINE_BYTES;

	if (len > limit || pieces_count(text, len, most) > ENTRY_MORE_MAX + 1) {
		session_notify(s, true, _("Too long: %zu bytes, the room takes "
		    "%zu. Nothing was sent."), len, limit);
		s->w->pasted.asks = s->w == s->shown &&
		    s->w->pasted.change == edit_changes(s->w->edit);
		return false;
	}
	if (!history_post(s->w->history, &e, line_day(s->wall)))
		return false;
	if (!send_or_hold(s, kind, text, len)) {
		history_settle(s->w->history, e.id);
		session_notify(s, true, "%s", _("Too much waits to be sent. "
		    "Try again."));
		return false;
	}
	if (!s->config.classic)
		handed_add(&s->w->say.handed, e.id, kind, text, len);
	s->next_id++;
	return true;
}

bool
session_say(struct session *s, enum entry_kind kind, const char *text,
    size_t len)
{
	char *clean, why[SESSION_NOTICE_BYTES];
	const char *typed = text;
	size_t n = len;
	bool said = true;

	if (window_talk_refuses(s->w)) {
		window_talk_text(s->w, why, sizeof(why), 0);
		session_notify(s, true, "%s", why);
		return false;
	}
	if ((clean = malloc(TEXT_TAB_BYTES * len + 1)) == NULL)
		return false;
	/* A classic datagram is one line, and has no tab. */
	len = s->config.classic ? text_clean(clean, text, len, false) :
	    text_said(clean, text, len, true);
	if (len > 0)
		said = say_clean(s, kind, clean, len);
	if (said)
		session_drop_aside(s, typed, n);
	free(clean);
	return said;
}

size_t
session_waiting(const struct session *s)
{
	uint64_t line = history_end(s->w->history);
	size_t n = 0;

	/* They come back once the new receiver has told of them. */
	if (s->w->say.repeats)
		return s->w->say.waited;
	for (; line < history_tail(s->w->history); line++)
		n += (history_get(s->w->history, line).marks &
		    HISTORY_PENDING) != 0;
	return n;
}

void
session_settle_window(struct session *s)
{
	s->w->say.waited = session_waiting(s);
	s->w->say.repeats = true;
	s->w->older.fetching = false;
	history_settle_all(s->w->history);
}

void
session_say_again(struct session *s)
{
	const struct handed_line *line;
	size_t i;

	for (i = 0; i < s->w->say.handed.n; i++) {
		line = &s->w->say.handed.lines[i];
		struct entry e = { .time_ms = s->wall, .id = line->id,
		    .kind = line->kind, .author = s->name,
		    .author_len = strlen(s->name), .text = line->text,
		    .text_len = line->len };

		/* Typed meanwhile it is there already. */
		history_settle(s->w->history, e.id);
		history_post(s->w->history, &e, line_day(s->wall));
		/* What is held goes once the room has taken the name. */
		if (s->w->talk != NULL || s->w->say.held == 0 ||
		    line->id < s->w->say.held)
			session_send_post(s, line->id, line->kind,
			    line->text, line->len);
	}
}
