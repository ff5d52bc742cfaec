/*
 * What the session asks the user before he is in the room: a name, a
 * passphrase, whether to host one. Parent process; what was being typed in the
 * room is never lost by it.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/passphrase.h"
#include "common/text.h"

enum {
	PAUSE_MS = 700		/* from the last key of what is being typed to
				 * the question that takes the line */
};

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

	if (s->ask.what == ASK_SEARCH)
		session_search_stay(s);
	else if (s->ask.what == ASK_GO)
		session_go_end(s);
	text = edit_text(s->w->edit, &len);
	if (s->ask.what != ASK_NOTHING || len == 0)
		return;
	if (session_put_by(s, text, len))
		s->ask.caret -= len - edit_caret(s->w->edit);
	else
		session_keep_for_up(s, text);
}

bool
session_put_by(struct session *s, const char *text, size_t len)
{
	/* Measured by one like that which is to take it. */
	struct edit *e = edit_new();
	char *draft = s->ask.draft;

	if (e != NULL && (draft == NULL || edit_set(e, draft, strlen(draft))) &&
	    edit_insert(e, text, len) &&
	    (draft = strdup(edit_text(e, &len))) != NULL) {
		free(s->ask.draft);
		s->ask.draft = draft;
		s->ask.caret = len;
	} else
		draft = NULL;
	edit_free(e);
	return draft != NULL;
}

void
session_ask_nothing(struct session *s)
{
	s->ask.what = ASK_NOTHING;
	s->ask.passphrase_due = INT64_MAX;
	s->enter.joining = false;
	edit_reset(s->w->edit);
	if (s->ask.draft == NULL) {
		session_begin_in(s, s->going.begins);
		return;
	}
	/* Without the memory for it, it goes on waiting. */
	if (!edit_set(s->w->edit, s->ask.draft, strlen(s->ask.draft))) {
		session_tell_full(s);
		return;
	}
	edit_caret_to(s->w->edit, s->ask.caret);
	free(s->ask.draft);
	s->ask.draft = NULL;
}

void
session_ask_name(struct session *s, const char *proposal)
{
	put_draft_by(s);
	s->ask.what = ASK_NAME;
	s->ask.passphrase_due = INT64_MAX;
	s->enter.joining = false;
	s->ask.prefilled = *proposal != '\0';
	edit_reset(s->w->edit);
	edit_set(s->w->edit, proposal, strlen(proposal));
	s->frame.changed = true;
}

static bool
is_called(const struct session *s, const char *name, size_t len)
{
	return strncmp(s->name, name, len) == 0 && s->name[len] == '\0';
}

/* What waits there for one alone the receiver tells again, by that name. */
static void
await_again(struct session *s, struct window *w)
{
	s->w = w;
	if (w->talk != NULL && session_waiting(s) > 0)
		session_settle_window(s);
	s->w = s->shown;
}

bool
session_join(struct session *s, const char *name, size_t len)
{
	enum text_name_error error = text_name_check(name, len);
	struct window *w;

	if (error != TEXT_NAME_OK) {
		session_notify(s, true, "%s", session_name_error(error));
		return false;
	}
	/* Under another name everything is told again. */
	if (!is_called(s, name, len)) {
		memcpy(s->name, name, len);
		s->name[len] = '\0';
		strlcpy(s->enter.login, s->name, sizeof(s->enter.login));
		TAILQ_FOREACH(w, &s->windows, by_number) {
			await_again(s, w);
			window_forget(w);
			w->draft.wanted = true;
			session_load_read(s, w);
		}
		/* Whether it knows talks the server says later: what is said to
		 * one waits until then, where one was in before. */
		s->talk.known |= !s->config.classic &&
		    TAILQ_FIRST(&s->windows)->read.seen > 0;
		session_open_list(s);
	}
	s->enter.offer_host = false;
	strlcpy(s->enter.login, s->name, sizeof(s->enter.login));
	if (!session_send_text(s, RECORD_LOGIN, name, len))
		return false;
	session_look(s);
	session_notify(s, false, _("Joining as %s…"), s->name);
	s->notice.entering = true;
	return true;
}

/* The answer may take its time: what is typed meanwhile is the room's. */
static void
await_verdict(struct session *s)
{
	session_ask_nothing(s);
	s->enter.joining = true;
}

void
session_host(struct session *s, const char *name, size_t len)
{
	char why[SESSION_WHY_BYTES];

	/* Known before there is a room, or we might be in under the other. */
	if (!is_called(s, name, len) && !session_join(s, name, len))
		return;
	s->enter.offer_host = false;
	if (!s->out.host(s->out.arg, why, sizeof(why))) {
		session_notify(s, true, "%s", why);
		return;
	}
	if (session_join(s, s->name, strlen(s->name)))
		await_verdict(s);
}

/* Once what was typed for the room is put by. */
static void
begin_passphrase(struct session *s)
{
	if (s->ask.what == ASK_SEARCH)
		session_search_stay(s);
	else if (s->ask.what == ASK_GO)
		session_go_end(s);
	else if (s->ask.what != ASK_NOTHING)
		session_ask_nothing(s);
	/* What was said in advance may have been meant as the passphrase. */
	TAILQ_FOREACH(s->w, &s->windows, by_number)
		session_take_held_back(s);
	s->w = s->shown;
	put_draft_by(s);
	s->ask.what = ASK_PASSPHRASE;
	s->ask.passphrase_due = INT64_MAX;
	s->ask.prefilled = s->ask.shown = false;
	edit_reset(s->w->edit);
}

/* Who types looks at what he says: the next keys are of that, too. */
static bool
is_typing(const struct session *s)
{
	size_t len;

	edit_text(s->w->edit, &len);
	return s->ask.what != ASK_NAME && s->ask.what != ASK_PASSPHRASE &&
	    (len > 0 || s->w->say.held != 0) && s->now - s->key.at < PAUSE_MS;
}

int64_t
session_tick_passphrase(struct session *s, int64_t now)
{
	if (now < s->ask.passphrase_due)
		return s->ask.passphrase_due;
	if (now - s->key.at < PAUSE_MS)
		return s->ask.passphrase_due = s->key.at + PAUSE_MS;
	session_ask_passphrase(s, s->ask.why);
	return INT64_MAX;
}

void
session_ask_passphrase(struct session *s, const char *why)
{
	if (is_typing(s)) {
		s->ask.passphrase_due = s->key.at + PAUSE_MS;
		s->ask.why = why;
		s->notice.text[0] = '\0';	/* that has its place */
		return;
	}
	if (s->ask.what != ASK_PASSPHRASE)
		begin_passphrase(s);
	s->enter.joining = false;
	explicit_bzero(s->ask.tried, sizeof(s->ask.tried));
	session_notify(s, *why != '\0', "%s", why);
	s->notice.entering = true;
	if (s->ask.prefilled)
		session_submit_passphrase(s);
}

/* Hidden until one is in: what is typed may always be another try. One that is
 * sent while another is tried waits for the verdict, on the line. */
void
session_submit_passphrase(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);

	if (len == 0)
		return;
	if (len >= PASSPHRASE_BYTES) {
		session_notify(s, true, "%s", _("That is no passphrase."));
		return;
	}
	s->ask.prefilled = s->enter.joining;
	if (s->enter.joining ||
	    !session_send_text(s, RECORD_PASSPHRASE, text, len))
		return;
	s->enter.joining = true;
	snprintf(s->ask.tried, sizeof(s->ask.tried), "%s", text);
	edit_reset(s->w->edit);
	session_notify(s, false, _("Joining as %s…"), s->name);
	s->notice.entering = true;
}

/* Whoever thinks that it was wrong types it again, perhaps with a slip: then
 * more than a half of it is the same. */
static bool
is_alike(const char *text, const char *tried)
{
	size_t len = strlen(text), most = strlen(tried), from = 0, to = 0;

	while (from < len && from < most && text[from] == tried[from])
		from++;
	while (to < len - from && to < most - from &&
	    text[len - 1 - to] == tried[most - 1 - to])
		to++;
	return from == len || 2 * (from + to) >= most;
}

void
session_take_passphrase(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);
	bool known = s->ask.what == ASK_PASSPHRASE && s->ask.tried[0] != '\0';
	bool again = is_alike(text, s->ask.tried);

	explicit_bzero(s->ask.tried, sizeof(s->ask.tried));
	if (!known || again)
		return;
	if (s->ask.draft == NULL || session_put_by(s, "\n", 1))
		session_put_by(s, text, len);
}

/* The line without the blanks around it. */
static const char *
trimmed(const struct session *s, size_t *len)
{
	const char *text = edit_text(s->w->edit, len);

	while (*len > 0 && text[*len - 1] == ' ')
		--*len;
	for (; *len > 0 && *text == ' '; text++)
		--*len;
	return text;
}

static bool
leaves(const char *text, size_t len)
{
	static const char *const words[] = { "quit", "/quit", "/exit" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (len == strlen(words[i]) && memcmp(text, words[i], len) == 0)
			return true;
	return false;
}

bool
session_offers_host(const struct session *s)
{
	size_t len;
	const char *text = trimmed(s, &len);

	if (!s->enter.offer_host)
		return false;
	/* Who says something there does not want another room. */
	if (s->ask.what == ASK_NOTHING)
		return len == 0 && s->w->say.held == 0;
	return s->ask.what == ASK_NAME && !leaves(text, len) &&
	    text_name_check(text, len) == TEXT_NAME_OK;
}

void
session_submit_name(struct session *s)
{
	size_t len;
	const char *text = trimmed(s, &len);

	if (leaves(text, len))
		session_leave(s);
	else if (session_offers_host(s))
		session_host(s, text, len);
	else if (session_join(s, text, len))
		await_verdict(s);
}
