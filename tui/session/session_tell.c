/*
 * What the session tells: the user, on the status row and in the message pane;
 * the receiver; the program around it. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

/* In display form: it may be of others' words. As much as there is room for,
 * up to a whole cluster. */
static void
put_notice(struct session *s, const char *text, size_t len)
{
	size_t n, next, fits = 0;
	char *shown = text_display(text, len, &n);

	if (shown == NULL)
		return;
	while (fits < n && (next = text_next(shown, n, fits, NULL)) <
	    sizeof(s->notice.text))
		fits = next;
	memcpy(s->notice.text, shown, fits);
	s->notice.text[fits] = '\0';
	free(shown);
}

/* What is about another room says which. */
static void
notice(struct session *s, const char *text, size_t len)
{
	char *whole;
	int n;

	if (s->w == s->shown) {
		put_notice(s, text, len);
		return;
	}
	n = asprintf(&whole, "%s: %s", window_name(s->w), text);
	if (n == -1)
		return;
	put_notice(s, whole, (size_t)n);
	free(whole);
}

void
session_notify(struct session *s, bool is_error, const char *format, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	s->notice.text[0] = '\0';
	if (n != -1) {
		notice(s, text, (size_t)n);
		free(text);
	}
	s->notice.is_error = is_error;
	s->notice.mute_in = NULL;
	s->notice.entering = false;
	/* Nobody reads any more what stood there: Enter is no answer to it. */
	s->key.slip = 0;
	s->frame.changed = true;
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
	notices_end(&s->w->live.notices);
	history_append(s->w->history, &e, marks | HISTORY_LOCAL,
	    line_day(s->wall));
	free(text);
	s->frame.changed = true;
}

/* The first row is its title's, a column on each side is free. */
void
session_open_pager(struct session *s, const char *title)
{
	s->w->links.listed = s->going.hits_listed = false;
	pager_open(&s->pager, title, s->frame.layout.messages - 1,
	    s->frame.layout.width - 2);
}

bool
session_send_text(struct session *s, enum record_type type, const char *text,
    size_t len)
{
	struct record r = { .type = type, .window = s->w->number,
	    .text = text, .text_len = len };

	if (s->out.send(s->out.arg, &r))
		return true;
	session_notify(s, true, "%s", _("The receiver is busy. Try again."));
	return false;
}

bool
session_send_post(struct session *s, uint64_t id, enum entry_kind kind,
    const char *text, size_t len)
{
	struct record r = { .type = RECORD_POST, .window = s->w->number,
	    .id = id, .kind = kind, .text = text, .text_len = len,
	    .flags = s->w->talk != NULL ? RECORD_POST_PRIVATE : 0 };

	return s->out.send(s->out.arg, &r);
}

void
session_apply(struct session *s)
{
	const bool hide = s->options->screen.notices == NOTICES_HIDE;
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		history_hide(w->history, hide);
	ignored_set(&s->look.ignored, s->options->screen.ignore);
	s->out.settings(s->out.arg);
	s->frame.changed = true;
}
