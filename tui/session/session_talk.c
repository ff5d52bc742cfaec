/*
 * Talks with one person: what /msg, /reply, /trust, /verify and /talks do.
 * Parent process; what is meant for one person goes to his window from the key
 * on that sends it, also where it is not known yet who he is.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

/* Where something waits for that name, what follows waits behind it. */
struct window *
session_find_talk(const struct session *s, const char *name)
{
	struct window *w, *found = NULL;
	struct history_line l;

	TAILQ_FOREACH(w, &s->windows, by_number) {
		if (!window_talk_is_named(w, name))
			continue;
		if (!window_talk_has_key(w) && session_find_unsent(w, &l))
			return w;
		if (found == NULL)
			found = w;
	}
	return found;
}

static bool
ask_whom(struct session *s, const struct window *w)
{
	const struct record r = { .type = RECORD_TALK, .window = w->number,
	    .text = w->talk->name, .text_len = strlen(w->talk->name) };

	return s->out.send(s->out.arg, &r);
}

static void
tell_busy(struct session *s)
{
	session_notify(s, true, "%s", _("The receiver is busy. Try again."));
}

/* What is said to that name from now on is for who has it by now. */
static void
forget_waits(struct session *s, const char *asked)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && window_is_same_room(w->talk->waits,
		    asked))
			w->talk->waits[0] = '\0';
}

/* A window at once: whatever is typed next may be meant for it. NULL: that is
 * told. */
static struct window *
begin(struct session *s, const char *name)
{
	struct record part = { .type = RECORD_PART };
	char asked[TEXT_NAME_BYTES + 2];
	struct window *w;

	snprintf(asked, sizeof(asked), "@%s", name);
	if ((w = session_open_window(s, asked, strlen(asked))) == NULL) {
		session_notify(s, true, "%s", _("There are too many windows: "
		    "/leave closes one."));
		return NULL;
	}
	forget_waits(s, asked);
	part.window = w->number;
	w->joined = session_send_join(s, w, false);
	if (w->joined && ask_whom(s, w)) {
		session_keep_list(s);
		return w;
	}
	if (w->joined)
		s->out.send(s->out.arg, &part);
	session_close_window(s, w);
	tell_busy(s);
	return NULL;
}

static struct window *
find_or_begin(struct session *s, const char *name)
{
	const struct person *p = people_named(&s->w->people, name,
	    strlen(name));
	struct window *w = session_find_talk(s, name);

	if (w != NULL)
		return w;
	if (p == NULL || !p->classic)
		return begin(s, name);
	session_notify(s, true, _("Nobody can say who ~%s is: there is no "
	    "key."), name);
	return NULL;
}

/* The name that the argument begins with, and what is behind it. False: it is
 * none, and that is told. */
static bool
take_name(struct session *s, const char **at, size_t *len,
    char name[TEXT_NAME_BYTES + 1])
{
	const char *word = *at;
	size_t n = 0;

	while (n < *len && word[n] != ' ' && word[n] != '\n')
		n++;
	*at += n;
	*len -= n;
	while (*len > 0 && (**at == ' ' || **at == '\n')) {
		(*at)++;
		(*len)--;
	}
	if (n > 0 && *word == '@') {
		word++;
		n--;
	}
	while (n > 0 && (word[n - 1] == ':' || word[n - 1] == ','))
		n--;
	if (n > 1 && *word == '~') {
		session_notify(s, true, _("Nobody can say who %.*s is: there "
		    "is no key."), (int)n, word);
		return false;
	}
	if (n == 0 || text_name_check(word, n) != TEXT_NAME_OK) {
		session_notify(s, true, "%s", n == 0 ? _("/msg NAME [TEXT]") :
		    session_name_error(text_name_check(word, n)));
		return false;
	}
	memcpy(name, word, n);
	name[n] = '\0';
	return true;
}

/* Said there, it is among what was sent there, and nowhere else. */
static bool
say_in(struct session *s, struct window *w, const char *text, size_t len)
{
	char *line;
	bool said;

	s->w = w;
	said = session_say(s, ENTRY_SAY, text, len);
	if (said && asprintf(&line, "%s%.*s", session_escape_text(text, len),
	    (int)len, text) != -1) {
		recall_add(session_sent(s), line, strlen(line));
		free(line);
	}
	session_note_draft(s);
	s->w = s->shown;
	return said;
}

/* The command goes, and what it said is not for Up in this window. */
static bool
say_to(struct session *s, struct window *w, const char *text, size_t len)
{
	char *told;

	if (!say_in(s, w, text, len))
		return false;
	if (w != s->shown && asprintf(&told, _("To %s: %.*s"), window_name(w),
	    (int)len, text) != -1) {
		session_notify(s, false, "%s", told);
		free(told);
	}
	session_line_done(s);
	return false;
}

/* So does what only goes there. */
static bool
look_at(struct session *s, struct window *w)
{
	session_line_done(s);
	session_show(s, w);
	return false;
}

bool
session_talk_to(struct session *s, const char *arg, size_t len)
{
	char name[TEXT_NAME_BYTES + 1];
	struct window *w;

	if (!take_name(s, &arg, &len, name) ||
	    (w = find_or_begin(s, name)) == NULL)
		return false;
	return len > 0 ? say_to(s, w, arg, len) : look_at(s, w);
}

struct window *
session_last_writer(const struct session *s)
{
	struct window *w, *last = NULL;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && w->talk->wrote_ms > 0 &&
		    (last == NULL || w->talk->wrote_ms > last->talk->wrote_ms))
			last = w;
	return last;
}

static bool
is_reply(const struct session *s)
{
	static const char word[] = "/reply";
	const char *text = edit_text(s->shown->edit, NULL);

	return s->ask.what == ASK_NOTHING && !s->shown->pasted.literal &&
	    strncmp(text, word, strlen(word)) == 0 &&
	    (text[strlen(word)] == ' ' || text[strlen(word)] == '\0');
}

void
session_note_reply(struct session *s)
{
	struct talking *t = &s->talk;
	struct window *w;

	if (!t->known || !is_reply(s)) {
		t->replies = t->gone = false;
		return;
	}
	if (t->replies || t->gone)
		return;
	w = session_last_writer(s);
	t->replies = w != NULL;
	if (w != NULL)
		t->to = w->number;
}

const struct window *
session_target(const struct session *s)
{
	const struct window *w = s->talk.replies ?
	    window_numbered(&s->windows, s->talk.to) : NULL;

	return w != NULL ? w : s->shown;
}

bool
session_reply(struct session *s, const char *text, size_t len)
{
	struct window *w;

	session_note_reply(s);
	if (s->talk.gone) {
		session_notify(s, true, "%s", _("Whom that was for has no "
		    "window any more: /msg NAME says it."));
		return false;
	}
	w = s->talk.replies ? window_numbered(&s->windows, s->talk.to) :
	    session_last_writer(s);
	if (w == NULL) {
		session_notify(s, true, "%s", _("Nobody has written to you "
		    "alone yet: /msg NAME does."));
		return false;
	}
	return len > 0 ? say_to(s, w, text, len) : look_at(s, w);
}

static bool
send_pin(struct session *s, const char *name, unsigned how)
{
	const struct record r = { .type = RECORD_PIN, .window = s->w->number,
	    .flags = how, .text = name, .text_len = strlen(name) };

	if (s->out.send(s->out.arg, &r))
		return true;
	tell_busy(s);
	return false;
}

/* What was said by the other key stays in its window, and so does what waits
 * there. */
static bool
turn_from(struct session *s, struct window *old, const char *name)
{
	bool shown = old == s->shown;
	struct window *w;

	window_talk_lock(old, TALK_OLD, 0);
	if ((w = begin(s, name)) == NULL) {
		window_talk_lock(old, TALK_CHANGED, 0);
		return false;
	}
	return shown ? look_at(s, w) : true;
}

/* He is asked for again, also in the next run: what is said there waits. */
static void
await(struct session *s, struct window *w)
{
	window_talk_lock(w, TALK_ASKED, 0);
	session_keep_list(s);
}

bool
session_trust(struct session *s, const char *name)
{
	struct window *w = session_find_talk(s, name);

	if (w == NULL || w->talk->lock != TALK_CHANGED) {
		session_notify(s, true, _("%s has no other key, as far as is "
		    "known."), name);
		return false;
	}
	if (!send_pin(s, name, RECORD_PIN_TRUST))
		return false;
	if (window_talk_has_key(w))
		return turn_from(s, w, name);
	await(s, w);
	return true;
}

bool
session_compare(struct session *s, const char *name, unsigned how)
{
	return how != 0 ? send_pin(s, name, how) :
	    session_send_text(s, RECORD_COMPARE, name, strlen(name));
}

bool
session_ask_talks(struct session *s)
{
	const struct record r = { .type = RECORD_TALKS };

	s->talk.lists = s->out.send(s->out.arg, &r);
	if (!s->talk.lists)
		tell_busy(s);
	return s->talk.lists;
}

void
session_shut(struct session *s, const char *name, bool again)
{
	const struct window *w = session_find_talk(s, name);
	struct record r = { .type = RECORD_SHUT, .id = again };

	if (w == NULL || !window_talk_has_key(w))
		return;
	r.window = w->number;
	s->out.send(s->out.arg, &r);
}

/* As for a room that one was not let into. */
static void
enter_again(struct session *s, struct window *w)
{
	const struct record part = { .type = RECORD_PART,
	    .window = w->number };

	s->w = w;
	session_settle_window(s);
	s->w = s->shown;
	s->out.send(s->out.arg, &part);
	w->joined = session_send_join(s, w, false);
	session_look(s);
}

bool
session_try_talk(struct session *s)
{
	struct window *w = s->shown;

	if (w->talk == NULL || !window_talk_refuses(w))
		return false;
	if (w->talk->lock == TALK_ANEW)
		send_pin(s, w->talk->name, RECORD_PIN_ANEW);
	else if (w->talk->lock == TALK_NOBODY && window_talk_has_key(w)) {
		window_talk_lock(w, TALK_OPEN, 0);
		enter_again(s, w);
	} else if (w->talk->lock == TALK_NOBODY && ask_whom(s, w))
		await(s, w);
	return true;
}

void
session_take_waits(struct session *s)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && w->talk->waits[0] != '\0' && w->joined)
			session_send_join(s, w, w->in || w->welcomed);
}

void
session_begin_talk(struct session *s)
{
	if (s->w->talk != NULL && !s->w->joined && window_talk_has_key(s->w))
		s->w->joined = session_send_join(s, s->w, false);
}

int64_t
session_tick_talk(struct session *s)
{
	struct window_talk *t = s->w->talk;

	session_begin_talk(s);
	if (t == NULL || t->lock != TALK_ASKED || !t->again ||
	    s->link.state.phase != RECORD_ONLINE)
		return INT64_MAX;
	if (s->now < t->again_at)
		return t->again_at;
	t->again_at = s->now + SESSION_AGAIN_MS;
	t->again = !ask_whom(s, s->w);
	return t->again ? t->again_at : INT64_MAX;
}

void
session_ask_whom_again(struct session *s, bool all)
{
	struct window *w;

	/* Another server of that name may know talks: it waits. */
	if (!s->talk.known)
		return;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && w->talk->lock == TALK_ASKED &&
		    (all || w->talk->again))
			w->talk->again = !ask_whom(s, w);
}
