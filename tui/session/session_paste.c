/*
 * What a paste does, in brackets or known by its speed: it is text, which
 * becomes that of the input line, and is asked about where somebody might not
 * have meant it. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "tui/session/command.h"

enum {
	PASTE_LINES = 10	/* more are asked about, and more in a burst are
				 * a paste */
};

static size_t
count_lines(const char *text, size_t len)
{
	size_t n = 1;

	while (len-- > 0)
		n += *text++ == '\n';
	return n;
}

const char *
session_asks_of_paste(const struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len), *escape;

	escape = session_escape(s, text, len);
	/* Something else is asked about it by now. */
	if (s->key.slip == edit_changes(s->w->edit) + 1)
		return NULL;
	if (s->ask.what != ASK_NOTHING || s->pager.open || *escape == '\0')
		return NULL;
	return *escape == '/' ?
	    _("Pasted: Enter sends it as text, a / typed anew runs it") :
	    _("Pasted: Enter sends it as text, a / before it leaves");
}

bool
session_take_out_paste(struct session *s)
{
	if (s->w->pasted.change != edit_changes(s->w->edit) ||
	    !edit_do(s->w->edit, EDIT_UNDO))
		return false;
	s->w->pasted.asks = false;
	return true;
}

/* A key that a pasted character may have become. */
static bool
is_plain(const struct key *k)
{
	return k->code == KEYC_ENTER || k->code == '\n' || k->code == '\t' ||
	    (k->len > 0 && key_action(k->code) == ACTION_NONE);
}

/* Lines that would be sent by the plain keys that come next. */
static size_t
lines_ahead(const struct session *s, const struct key *k, size_t n)
{
	size_t i, len, lines = 0;

	edit_text(s->w->edit, &len);
	for (i = 0; i < n && is_plain(&k[i]); i++) {
		if (k[i].code != KEYC_ENTER)
			len++;
		else if (len > 0) {
			lines++;
			len = 0;
		}
	}
	return lines;
}

void
session_watch_burst(struct session *s, const struct key *k, size_t i, size_t n)
{
	bool enter = k[i].code == KEYC_ENTER;
	size_t len;

	if (!s->config.unbracketed || s->paste.brackets || s->paste.in.open ||
	    s->frame.bare || s->pager.open || s->ask.what != ASK_NOTHING ||
	    s->end.leaving == LEAVING_ASKS || !is_plain(&k[i]))
		return;
	if (s->now - s->paste.burst_at > PASTE_BURST_MS)
		s->paste.burst = 0;
	/* All of it, where it is here already; else what is left of it. */
	if ((i == 0 || enter || !is_plain(&k[i - 1])) && s->paste.burst +
	    lines_ahead(s, k + i, n - i) > PASTE_LINES) {
		paste_open_burst(&s->paste.in, s->now);
		return;
	}
	edit_text(s->w->edit, &len);
	if (!enter || len == 0)
		return;
	s->paste.burst++;
	s->paste.burst_at = s->now;
}

bool
session_is_burst_key(struct session *s, const struct key *k)
{
	if (is_plain(k) && s->now < s->paste.in.due)
		return true;
	paste_close(&s->paste.in);
	session_take_paste(s);
	return false;
}

static void
refuse(struct session *s)
{
	session_notify(s, true, _("Too long to paste: the room takes %zu "
	    "bytes. Nothing was taken."), session_limit(s));
}

static void
take_text(struct session *s, const char *text, size_t len)
{
	size_t lines = count_lines(text, len), at;
	bool begins;

	if (len > EDIT_BYTES) {
		refuse(s);
		return;
	}
	if (len > 0)
		session_begin_line(s, text);
	begins = session_at_start(s) || s->ask.prefilled;
	at = edit_caret(s->w->edit);
	if (len == 0 || !session_insert(s, text, len) ||
	    s->ask.what != ASK_NOTHING)
		return;
	s->w->pasted.literal |= begins;
	s->w->pasted.at = at;
	s->w->pasted.change = edit_changes(s->w->edit);
	s->w->pasted.asks = true;
	text = edit_text(s->w->edit, &len);
	if (session_said_bytes(s, text, len) > session_limit(s))
		session_notify(s, true, "%s", _("Too long to send: Esc takes "
		    "it out, C-u C-u cuts all"));
	else if (lines > PASTE_LINES || s->paste.in.burst)
		session_notify(s, false, _("%zu lines: Enter sends, Esc takes "
		    "out"), lines);
	else
		s->w->pasted.asks = false;
}

/* A name, and lines for the room behind it. Somebody may not have meant it: an
 * Enter of his takes the name, and only another one says the rest. */
static void
take_name_and_text(struct session *s, size_t name)
{
	const char *text = s->paste.in.text;
	size_t len = s->paste.in.len;

	if (len > EDIT_BYTES ||
	    !session_put_by(s, text + name + 1, len - name - 1)) {
		refuse(s);
		return;
	}
	if (!session_type(s, text, name))
		return;
	s->w->pasted.literal = true;
	session_notify(s, false, "%s", _("Enter takes the name; what was "
	    "pasted behind it waits on the input line."));
}

void
session_take_paste(struct session *s)
{
	struct paste *p = &s->paste.in;
	const char *end = p->len > 0 ? memchr(p->text, '\n', p->len) : NULL;

	if (s->ask.what == ASK_NAME && end != NULL)
		take_name_and_text(s, (size_t)(end - p->text));
	else if (s->ask.what == ASK_PASSPHRASE && s->paste.ahead) {
		if (!session_put_by(s, p->text, p->len))
			refuse(s);
	} else
		take_text(s, p->text, p->len);
	paste_clear(p);
	if (s->ask.what == ASK_SEARCH)
		session_search_typed(s);
}
