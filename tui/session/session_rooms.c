/*
 * Rooms are joined and left, and gone to: what /join, /leave and /go do, and
 * which windows there are from run to run. Parent process; a line
 * that waits is never left behind.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

/* As it is typed elsewhere: with a # before it. */
static bool
take_name(struct session *s, const char *at, size_t len,
    char room[WINDOW_ROOM_BYTES + 1], const char *usage)
{
	enum text_name_error error;

	while (len > 0 && at[len - 1] == ' ')
		len--;
	if (len > 0 && *at == '#') {
		at++;
		len--;
	}
	error = text_name_check(at, len);
	if (len == 0 || len > WINDOW_ROOM_BYTES || error != TEXT_NAME_OK ||
	    memchr(at, '/', len) != NULL) {
		session_notify(s, true, "%s", len == 0 ? usage :
		    _("A room's name is as a person's, and has no /."));
		return false;
	}
	memcpy(room, at, len);
	room[len] = '\0';
	return true;
}

struct window *
session_find_room(const struct session *s, const char *room)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (window_is_same_room(w->asked, room) ||
		    window_is_same_room(w->room, room))
			break;
	return w;
}

/* The command has been done in the window that is looked at; in another one
 * there is none. */
static void
line_is_done(struct session *s)
{
	size_t len;
	const char *text = edit_text(s->w->edit, &len);

	recall_add(session_sent(s), text, len);
	session_line_done(s);
}

/*
 * From run to run
 */

/* Under that number, if it is free. NULL: it cannot; and that is told, where it
 * was typed. */
static struct window *
open_room(struct session *s, unsigned number, const char *room, bool again)
{
	struct window *w = session_open_window_at(s, (uint16_t)number, room,
	    strlen(room));

	if (w == NULL && !again)
		session_notify(s, true, "%s", _("There are too many windows: "
		    "/leave closes one."));
	if (w == NULL)
		return NULL;
	if (!session_send_join(s, w, again)) {
		session_close_window(s, w);
		session_notify(s, true, "%s", _("The receiver is busy. Try "
		    "again."));
		return NULL;
	}
	w->joined = true;
	return w;
}

/* Whose key was not known yet is asked for once the server is there. */
static void
open_asked(struct session *s, unsigned number, const char *asked)
{
	struct window *w;

	if (text_name_check(asked + 1, strlen(asked + 1)) != TEXT_NAME_OK ||
	    (w = session_open_window_at(s, (uint16_t)number, asked,
	    strlen(asked))) == NULL)
		return;
	w->talk->again = true;
	w->joined = session_send_join(s, w, false);
	s->w = w;
	session_restore_draft(s);
	s->w = s->shown;
}

/* A window as it is kept. */
struct listed {
	unsigned long	 number;	/* from 1 on; 0: any */
	const char	*room;
	bool		 open;
};

/* A number and a name; false: that is none. */
static bool
read_listed(struct listed *l, char *line)
{
	char *room;

	l->number = strtoul(line, &room, 10);
	if (room == line || *room++ != ' ' || l->number > SESSION_WINDOWS)
		return false;
	l->room = room;
	l->open = false;
	return strlen(room) <= WINDOW_ROOM_BYTES && (window_is_talk(room) ||
	    text_name_check(room, strlen(room)) == TEXT_NAME_OK);
}

bool
session_is_given(const struct session *s, const char *room)
{
	char given[OPTIONS_ROOM_BYTES];
	size_t i;

	for (i = 0; options_room(s->options, i, given); i++)
		if (window_is_same_room(given, room))
			return true;
	return false;
}

static void
open_listed(struct session *s, struct listed *l)
{
	unsigned number = l->number == 0 ? SESSION_WINDOWS :
	    (unsigned)l->number - 1;

	l->open = true;
	if (session_find_room(s, l->room) != NULL)
		return;
	if (window_is_talk(l->room) && !window_talk_is_key(l->room))
		open_asked(s, number, l->room);
	else	/* who asks for it comes, also where he left it elsewhere */
		open_room(s, number, l->room, !session_is_given(s, l->room));
}

/* What has a number has it before what takes any. The first window may be one
 * that has another in other runs. */
static void
open_all(struct session *s, struct listed *list, size_t n)
{
	struct window *w;
	size_t i;

	TAILQ_FOREACH(w, &s->windows, by_number)
		w->listed = 0;
	for (i = 0; i < n; i++)
		if ((w = session_find_room(s, list[i].room)) != NULL) {
			list[i].open = true;
			if (!w->joined && *w->asked != '\0')
				w->listed = (uint16_t)list[i].number;
		}
	for (i = 0; i < n; i++)
		if (!list[i].open && list[i].number > 0 &&
		    session_number_is_free(s, (unsigned)list[i].number - 1))
			open_listed(s, &list[i]);
	for (i = 0; i < n; i++)
		if (!list[i].open)
			open_listed(s, &list[i]);
}

/* Behind those that are kept: each has its number there, if it has one. */
static void
open_given(struct session *s)
{
	char room[OPTIONS_ROOM_BYTES];
	size_t i;

	for (i = 1; options_room(s->options, i, room); i++)
		session_add_room(s, room, false);
}

void
session_open_list(struct session *s)
{
	const struct session_list *kept = s->going.kept;
	struct listed list[SESSION_WINDOWS];
	char *text = NULL, *rest, *line, *at = NULL;
	size_t n = 0, len;

	if (s->config.classic)
		return;
	if (kept != NULL)
		text = kept->load(kept->arg, s->name, &len);
	for (rest = text; n < SESSION_WINDOWS &&
	    (line = strsep(&rest, "\n")) != NULL; )
		if (strncmp(line, "at ", 3) == 0)
			at = line + 3;
		else
			n += read_listed(&list[n], line);
	open_all(s, list, n);
	open_given(s);
	if (at != NULL && !s->going.moved &&
	    TAILQ_FIRST(&s->windows)->asked[0] == '\0')
		session_begin_in(s, session_find_room(s, at));
	free(text);
}

void
session_enter_again(struct session *s)
{
	const struct window *first = window_numbered(&s->windows, 0), *w;
	const struct record part = { .type = RECORD_PART };

	s->going.listing.what = LISTING_NOT;
	s->devices.what = DEVICES_NOT;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->joined && w != first)
			session_send_join(s, w, w->in || w->welcomed);
	if (first != NULL && !first->joined)
		return;
	/* The one that the receiver begins with was left. */
	s->out.send(s->out.arg, &part);
	if (first != NULL)
		session_send_join(s, first, first->in || first->welcomed);
}

bool
session_add_room(struct session *s, const char *room, bool again)
{
	return session_find_room(s, room) != NULL ||
	    open_room(s, SESSION_WINDOWS, room, again) != NULL;
}

bool
session_call_first(struct session *s, const char *room)
{
	struct window *w = TAILQ_FIRST(&s->windows);
	char *asked = strdup(room);

	if (asked == NULL)
		return false;
	free(w->asked);
	w->asked = asked;
	window_call(w, room, strlen(room));
	return true;
}

void
session_call_home(struct session *s, const char *room)
{
	struct window *w = TAILQ_FIRST(&s->windows);

	if (w->asked[0] == '\0')
		window_call(w, room, strlen(room));
}

/*
 * Commands
 */

bool
session_enter_room(struct session *s, const char *at, size_t len)
{
	char room[WINDOW_ROOM_BYTES + 1];
	struct window *w;

	if (s->config.classic) {
		session_notify(s, true, "%s", _("The classic protocol knows "
		    "one room."));
		return false;
	}
	if (!take_name(s, at, len, room, _("/join ROOM")))
		return false;
	if ((w = session_find_room(s, room)) == NULL &&
	    (w = open_room(s, SESSION_WINDOWS, room, false)) == NULL)
		return false;
	line_is_done(s);
	if (w->barred != WINDOW_OPEN && w->barred != WINDOW_OFFERS)
		session_try_barred(s, w);
	session_show(s, w);
	return true;
}

/* What was said there would not be found again, or not be said before one comes
 * back: whether somebody answers who takes it is known only when he did. */
static bool
holds_lines(struct session *s, struct window *w)
{
	bool holds;

	s->w = w;
	holds = session_waiting(s) > 0;
	s->w = s->shown;
	return holds;
}

static bool
part(struct session *s, struct window *w)
{
	const struct record r = { .type = RECORD_PART, .window = w->number };

	if (holds_lines(s, w)) {
		session_notify(s, true, _("Lines wait to be said in %s: "
		    "/withdraw takes them back."), window_name(w));
		return false;
	}
	if (s->out.send(s->out.arg, &r))
		return true;
	session_notify(s, true, "%s", _("The receiver is busy. Try again."));
	return false;
}

/* As it stands in the list: of talks. */
static struct window *
find_called(const struct session *s, const char *title)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && window_matches(w, title,
		    strlen(title)) == 3)
			break;
	return w;
}

bool
session_leave_room(struct session *s, const char *at, size_t len)
{
	char room[WINDOW_ROOM_BYTES + 1];
	struct window *w = s->shown;
	bool talk = s->talk.known && len > 0 && *at == '@';

	while (len > 0 && at[len - 1] == ' ')
		len--;
	if (talk)
		snprintf(room, sizeof(room), "%.*s", (int)len, at);
	else if (len > 0 && !take_name(s, at, len, room, ""))
		return false;
	if (len > 0 && (w = talk ? find_called(s, room) :
	    session_find_room(s, room)) == NULL) {
		session_notify(s, true, _("No window is %s's."), room);
		return false;
	}
	if (!session_has_windows(s)) {
		session_notify(s, true, "%s", _("This is the only room: /quit "
		    "leaves it."));
		return false;
	}
	if (!part(s, w))
		return false;
	line_is_done(s);
	session_close_window(s, w);
	session_keep_list(s);
	return true;
}

/* As M-1 to M-9 go there, and also further. False: that is no number. */
static bool
is_number(const char *at, size_t len, unsigned *number)
{
	size_t i;

	*number = 0;
	for (i = 0; i < len && at[i] >= '0' && at[i] <= '9' && i < 9; i++)
		*number = *number * 10 + (unsigned)(at[i] - '0');
	return i > 0 && i == len;
}

struct window *
session_find_meant(const struct session *s, const char *at, size_t len)
{
	struct window *w = NULL;
	unsigned number;
	int how;

	/* A room may be called so. */
	for (how = 3; how > 0 && len > 0 && w == NULL; how--) {
		TAILQ_FOREACH(w, &s->windows, by_number)
			if (w != s->shown && window_matches(w, at, len) == how)
				break;
		if (how == 3 && w == NULL && is_number(at, len, &number) &&
		    number > 0 && number <= SESSION_WINDOWS)
			w = window_numbered(&s->windows,
			    (uint16_t)(number - 1));
	}
	return w;
}

static bool
is_word(const char *at, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(at, word, len) == 0;
}

/* As fingers from elsewhere turn them. NULL: it is none of those words. */
static struct window *
find_turned(struct session *s, const char *at, size_t len)
{
	struct window *w = NULL;

	if (is_word(at, len, "next"))
		w = session_beside(s, false);
	else if (is_word(at, len, "prev") || is_word(at, len, "previous"))
		w = session_beside(s, true);
	else if (is_word(at, len, "last"))
		w = s->going.last;
	return w;
}

static void
tell_none(struct session *s, const char *at, size_t len)
{
	unsigned number;

	if (len == 0)
		session_notify(s, true, "%s", _("/go WORD, or a number"));
	else if (is_number(at, len, &number))
		session_notify(s, true, _("No room has the number %u."),
		    number);
	else if (!session_has_windows(s))
		session_notify(s, true, "%s", _("This is the only room: /join "
		    "ROOM opens a window for another."));
	else
		session_notify(s, true, "%s", is_word(at, len, "last") ?
		    _("No other room was looked at yet.") :
		    _("No other room is called so."));
}

bool
session_go_to(struct session *s, const char *at, size_t len)
{
	struct window *w = session_find_meant(s, at, len);

	if (w == NULL && is_word(at, len, "close"))
		return session_leave_room(s, at, 0);
	if (w == NULL && session_has_windows(s))
		w = find_turned(s, at, len);
	if (w == NULL) {
		tell_none(s, at, len);
		return false;
	}
	line_is_done(s);
	session_show(s, w);
	return true;
}
