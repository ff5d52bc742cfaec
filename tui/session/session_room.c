/*
 * What the receiver tells: how it stands with the room. Parent process; decides
 * what is shown of it, draws nothing.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/denial.h"
#include "tui/session/rule_words.h"

enum { KEY_SHOWN = 15 };	/* so much of a key at first */

static void
take_rewind(struct session *s, const struct record *r)
{
	notices_end(&s->w->live.notices);
	if (history_lose(s->w->history, r->id) > 0)
		session_tell(s, 0, "%s", _("The server had to go back: lines "
		    "marked × are not in the room any more."));
	if (s->w->read.newest > r->id)
		s->w->read.newest = r->id;
	if (s->w->read.seen > r->id)
		s->w->read.seen = r->id;
	if (s->w->read.told > r->id)
		s->w->read.told = r->id;
	if (s->w->read.elsewhere > r->id)
		s->w->read.elsewhere = r->id;
}

/* So much of the key as leaves room on the line: enough to see a wrong one. */
static void
tell_new_host(struct session *s)
{
	size_t len = strlen(s->enter.new_host);
	char shown[KEY_SHOWN + sizeof("…")];

	if (s->config.share != NULL)
		;		/* our own: there is nothing to compare */
	else if (*s->enter.new_host == '=')
		session_tell(s, 0, _("%s is the same server as %s."),
		    s->config.server, s->enter.new_host + 1);
	else if (len > 0) {
		snprintf(shown, sizeof(shown), "%.*s%s", KEY_SHOWN,
		    s->enter.new_host, len > KEY_SHOWN ? "…" : "");
		session_tell(s, 0, s->options->no_store ?
		    _("New server %s, key %s.") :
		    _("New server %s, key %s: remembered."),
		    s->config.server, shown);
		session_tell(s, 0, "%s", _("Compare it with the one that "
		    "chat-server printed (/verify)."));
	} else if (s->enter.invited)
		session_tell(s, 0, _("New server %s: verified by the "
		    "invitation."), s->config.server);
	s->enter.new_host[0] = '\0';
	s->enter.invited = false;
}

/* Known before the room's history comes, which would push it out of sight. */
static void
take_new_host(struct session *s, const struct record *r)
{
	snprintf(s->enter.new_host, sizeof(s->enter.new_host), "%.*s",
	    (int)r->text_len, r->text);
	s->enter.invited = r->text_len == 0;
	if (s->w->welcomed)
		tell_new_host(s);
}

static void
tell_welcome(struct session *s)
{
	const char *line = s->config.waiting;
	int n;

	s->w->welcomed = true;
	tell_new_host(s);
	if (s->w->talk != NULL && s->w->talk->self)
		session_tell(s, 0, "%s", _("Only you can read what is said "
		    "here."));
	else if (s->w->talk != NULL)
		session_tell(s, 0, _("Only %s and you can read what is said "
		    "here."), window_name(s->w));
	else if (s->w->joined)
		session_tell(s, 0, _("You are %s in the room %s."), s->name,
		    window_name(s->w));
	else
		session_tell(s, 0, _("You are %s in the room at %s."), s->name,
		    s->config.server);
	for (; line != NULL && *line != '\0'; line += n + (line[n] == '\n')) {
		n = (int)strcspn(line, "\n");
		session_tell(s, 0, "%.*s", n, line);
	}
}

/* What was asked before one was in has its answer, on the line where one
 * looks. */
static void
answer(struct session *s)
{
	struct window *w = s->w;

	s->w = s->shown;
	session_take_passphrase(s);
	if (s->ask.what == ASK_NAME || s->ask.what == ASK_PASSPHRASE)
		session_ask_nothing(s);
	s->ask.prefilled = s->enter.joining = false;
	s->w = w;
}

/* To whom something waits, which was said before anybody could know that. */
static void
tell_no_talks(struct session *s)
{
	struct history_line l;
	const struct window *w;

	if (s->talk.known)
		return;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w->talk != NULL && w->talk->lock == TALK_ASKED &&
		    session_find_unsent(w, &l))
			session_notify(s, true, _("This server has no talks: "
			    "%s cannot be reached."), w->talk->name);
}

static void
take_welcome(struct session *s, const struct record *r)
{
	if (r->text_len > TEXT_NAME_BYTES)
		return;
	/* Where it was given, it is the one he goes by. */
	if (strcmp(s->config.next->name, s->name) == 0)
		snprintf(s->config.next->name, sizeof(s->config.next->name),
		    "%.*s", (int)r->text_len, r->text);
	memcpy(s->name, r->text, r->text_len);
	s->name[r->text_len] = '\0';
	/* What was said of another room is to be read. */
	if (s->notice.entering && (s->w->talk == NULL || s->w == s->shown))
		s->notice.text[0] = '\0';
	s->enter.offer_host = false;
	answer(s);
	s->talk.known = (r->flags & RECORD_WELCOME_TALKS) != 0;
	session_ask_whom_again(s, false);
	tell_no_talks(s);
	s->w->in = true;
	s->w->barred = WINDOW_OPEN;
	/* The talk has what waited by a name. */
	if (s->w->talk != NULL)
		s->w->talk->waits[0] = '\0';
	/* He takes one after all. */
	if (s->w->talk != NULL && s->w->talk->lock == TALK_NOBODY)
		window_talk_lock(s->w, TALK_OPEN, 0);
	s->going.came |= session_is_given(s, s->w->asked);
	if (s->w->asked[0] != '\0')
		session_keep_list(s);
	session_restore_draft(s);
	session_release_held(s);
	/* Behind the room's history, where there is one; above what comes where
	 * nothing was said to one alone before, also of what waits. */
	s->w->caught_up |= s->config.classic;
	if (s->config.classic || (s->w->talk != NULL && !s->w->welcomed &&
	    s->w->read.newest == 0))
		tell_welcome(s);
	s->out.welcome(s->out.arg, s->name);
}

static void
take_caught_up(struct session *s, const struct record *r)
{
	(void)r;
	if (!s->w->welcomed)
		tell_welcome(s);
	/* What follows is as new as any, also where lines of ours are in it. */
	if (s->w->caught_up)
		return;
	s->w->caught_up = true;
	/* Where nobody has looked it grows on. */
	if (s->w == s->shown)
		s->w->unread.grows = false;
	/* What was said before one came for the first time is not missed. */
	if (!session_is_away(s) || (s->w->read.seen == 0 &&
	    !session_was_offered(s)))
		s->w->read.seen = s->w->read.newest;
}

static void
take_refusal(struct session *s, const struct record *r)
{
	char why[RULE_WORDS_BYTES];

	if ((r->id & RECORD_EARLIER) == 0)
		handed_forget(&s->w->say.handed, r->id);
	notices_end(&s->w->live.notices);
	if (session_unwanted(s, r, why)) {
		if (!history_refuse(s->w->history, r->id, why))
			session_tell(s, HISTORY_REFUSED, _("Not said: %s"),
			    why);
		session_notify(s, true, _("Not said: %s"), why);
		return;
	}
	if (r->flags & RECORD_MUTED) {
		/* What stays in the pane is true also when that is over. */
		rule_words_was_muted(why, r);
		if (!history_refuse(s->w->history, r->id, why))
			session_tell(s, HISTORY_REFUSED, _("Not said: %s"),
			    why);
		rule_words_muted(why, r, s->wall);
		session_notify(s, true, _("Not said: %s"), why);
		s->notice.mute_in = s->w;
		return;
	}
	if (history_refuse(s->w->history, r->id, s->config.classic ?
	    _("refused by the server") : r->flags & RECORD_CROWDED ?
	    _("too many lines wait: Up brings it back") :
	    _("the disk here takes nothing: Up brings it back")))
		return;
	session_tell(s, HISTORY_REFUSED, _("The server refused: %.*s"),
	    (int)r->text_len, r->text);
}

/* Compared with the server: the copy is whole, or it is not. */
static void
take_verified(struct session *s, const struct record *r)
{
	if (!s->link.verifying && r->flags != 0)
		return;
	s->link.verifying = false;
	if (r->flags == 0)
		session_tell(s, HISTORY_REFUSED, "%s", _("What is here differs "
		    "from the server's: do not trust either."));
	else
		session_tell(s, 0, _("Complete from %llu to %llu, same as the "
		    "server's."), (unsigned long long)r->flags,
		    (unsigned long long)r->id);
	if (r->text_len > 0)
		session_tell(s, 0, _("The server's key is %.*s; compare it "
		    "with the one that chat-server printed."),
		    (int)r->text_len, r->text);
}

static void
take_aside(struct session *s, const struct record *r)
{
	char text[SESSION_WHY_BYTES];

	denial_aside(r, text, sizeof(text));
	session_tell(s, HISTORY_REFUSED, "%s", text);
}

static void
take_damaged(struct session *s, const struct record *r)
{
	char text[SESSION_WHY_BYTES];

	denial_damaged(r, text, sizeof(text));
	session_tell(s, HISTORY_REFUSED, "%s", text);
}

static void
take_person(struct session *s, const struct record *r)
{
	time_t t = (time_t)(r->entry.time_ms / 1000);
	char since[64] = "";
	struct tm tm;
	const char *away = r->flags & RECORD_MEMBER_AWAY ? _("; away") : "";

	if (r->flags & RECORD_MEMBER_UNKNOWN) {
		session_tell(s, 0, _("Nobody has answered who %.*s is: ask "
		    "again when the server is back."), (int)r->text_len,
		    r->text);
		return;
	}
	if (r->flags & RECORD_MEMBER_ABSENT) {
		session_tell(s, 0, _("Nobody here is called %.*s."),
		    (int)r->text_len, r->text);
		return;
	}
	if (r->entry.time_ms > 0 && localtime_r(&t, &tm) != NULL)
		strftime(since, sizeof(since), "%Y-%m-%d %H:%M", &tm);
	if (r->flags & RECORD_MEMBER_CLASSIC)
		session_tell(s, 0, _("%.*s: not verified (classic protocol); "
		    "here since %s%s"), (int)r->text_len, r->text, since,
		    away);
	else
		session_tell(s, 0, _("%.*s: key %.*s, verified by the server; "
		    "here since %s%s"), (int)r->text_len, r->text,
		    (int)r->entry.text_len, r->entry.text, since, away);
}

static void
take_room(struct session *s, const struct record *r)
{
	window_call(s->w, r->text, r->text_len);
	if (window_ask_by(s->w, r->text, r->text_len) && s->w->in)
		session_keep_list(s);
}

static void
take_state(struct session *s, const struct record *r)
{
	bool back = s->link.revived && r->state.phase == RECORD_JOINING;
	int64_t lost_at = s->link.since;

	s->link.state = r->state;
	s->w->counts = (struct counts){ .people = r->state.people,
	    .pending = r->state.pending, .held = r->state.held };
	s->link.since = s->now - r->state.phase_ms;
	/* For who sits here, he was in all the time. */
	if (back) {
		s->link.state.phase = RECORD_LOST;
		s->link.since = lost_at;
	}
	s->link.revived = back;
	if (s->w->say.repeats) {
		s->w->say.repeats = false;
		session_say_again(s);
	}
	if (s->w == s->shown)
		session_want_older(s);
	if (r->state.phase == RECORD_ONLINE)
		session_ask_whom_again(s, false);
}

static void
revive_window(struct session *s)
{
	/* The receiver never had it. */
	if (s->w->talk != NULL && !s->w->joined)
		return;
	/* The new one tells what waits, as after a crash. */
	session_settle_window(s);
	window_keep_as_asked(s->w);
	s->link.revived |= s->w->in;
	if (!s->w->in && s->name[0] != '\0')
		/* What is kept of the room may be another's by now. */
		session_load_read(s, s->w);
	else
		s->w->read.kept = s->w->read.told = 0;
}

void
session_revive(struct session *s, int64_t now)
{
	s->link.revived = s->link.verifying = false;
	TAILQ_FOREACH(s->w, &s->windows, by_number)
		revive_window(s);
	s->w = s->shown;
	if (s->link.revived) {
		s->link.state.phase = RECORD_LOST;
		s->link.state.ended = false;
		s->link.since = now;
	}
	s->frame.changed = true;
	session_enter_again(s);
	/* Whose server it is was not known when they were asked for. */
	if (s->going.moved && s->enter.login[0] != '\0')
		session_open_list(s);
	s->going.moved = false;
	s->talk.lists = false;
	session_ask_whom_again(s, true);
	if (s->enter.login[0] != '\0')
		session_send_text(s, RECORD_LOGIN, s->name, strlen(s->name));
	session_take_waits(s);
	session_look(s);
}

static void
take_moved(struct session *s, const struct record *r)
{
	(void)r;
	s->going.moved = true;
	handed_all_known(&s->w->say.handed);
}

/* Until it has gone, or for so long as may be. */
static void
take_window(struct session *s, const struct record *r)
{
	(void)r;
	session_notify(s, false, _("%s is open in another window: one "
	    "moment…"), s->name);
	s->notice.entering = true;
}

static void
take_stored(struct session *s, const struct record *r)
{
	handed_kept(&s->w->say.handed, r->id, r->flags);
}

static void
take_posted(struct session *s, const struct record *r)
{
	if (r->flags & RECORD_PASSED)
		history_settle(s->w->history, r->id);
	else if ((r->id & RECORD_EARLIER) == 0)
		handed_forget(&s->w->say.handed, r->id);
	/* Its entry may have been shown before the line was. */
	else
		history_settle(s->w->history, r->id);
}

static void
take_disk(struct session *s, const struct record *r)
{
	(void)r;
	session_tell(s, HISTORY_REFUSED, "%s", _("The server has stopped: its "
	    "disk takes nothing any more."));
}

static void
take_member(struct session *s, const struct record *r)
{
	people_list(&s->w->people, r->text, r->text_len,
	    (r->flags & RECORD_MEMBER_FIRST) != 0,
	    (r->flags & RECORD_MEMBER_AWAY) != 0,
	    (r->flags & RECORD_MEMBER_CLASSIC) != 0);
}

static void
take_listed(struct session *s, const struct record *r)
{
	if (session_take_listed(s, r))
		session_complete_late(s);
}

/* Of no window, whichever it is told of. */
static bool
is_of_none(const struct record *r)
{
	return r->type == RECORD_OFFERED || r->type == RECORD_DIGITS ||
	    r->type == RECORD_TALK_LISTED || (r->type == RECORD_LOCKED &&
	    (r->flags & RECORD_TALK_ASKED) != 0) ||
	    (r->type == RECORD_DENIED && r->id == 0);
}

void
session_record_in(struct session *s, uint16_t window, int64_t now,
    int64_t wall, const struct record *r)
{
	typedef void taker(struct session *, const struct record *);
	static taker *const takes[] = {
		[RECORD_ENTRY] = session_take_entry,
		[RECORD_OLDER] = session_take_older,
		[RECORD_PENDING] = session_take_pending,
		[RECORD_STORED] = take_stored,
		[RECORD_MOVED] = take_moved,
		[RECORD_WINDOW] = take_window,
		[RECORD_POSTED] = take_posted,
		[RECORD_WITHDRAWN] = session_take_withdrawn,
		[RECORD_REWIND] = take_rewind,
		[RECORD_STATE] = take_state,
		[RECORD_ROOM] = take_room,
		[RECORD_WELCOME] = take_welcome,
		[RECORD_CAUGHT_UP] = take_caught_up,
		[RECORD_NEW_HOST] = take_new_host,
		[RECORD_DENIED] = session_take_denial,
		[RECORD_NICK_DENIED] = session_take_nick_denial,
		[RECORD_REFUSED] = take_refusal,
		[RECORD_DISK] = take_disk,
		[RECORD_VERIFIED] = take_verified,
		[RECORD_MEMBER] = take_member,
		[RECORD_ASIDE] = take_aside,
		[RECORD_DAMAGED] = take_damaged,
		[RECORD_PERSON] = take_person,
		[RECORD_LISTED] = take_listed,
		[RECORD_OFFERED] = session_take_offered,
		[RECORD_TALK_LISTED] = session_take_talk_listed,
		[RECORD_TALKER] = session_take_talker,
		[RECORD_LOCKED] = session_take_locked,
		[RECORD_MISSING] = session_take_missing,
		[RECORD_DIGITS] = session_take_digits,
		[RECORD_MARK] = session_take_mark,
		[RECORD_MINE] = session_take_mine,
		[RECORD_PARTED] = session_take_parted,
		[RECORD_DEVICE] = session_take_device
	};

	s->now = now;
	s->wall = wall;
	s->w = window_numbered(&s->windows, window);
	s->going.of_all = s->w == NULL;
	if (s->w == NULL) {
		s->w = s->shown;
		/* What is of all rooms is of the first, which may be gone. */
		if (!is_of_none(r))
			return;
	}
	window_make_room(&s->windows, s->w, s->shown, s->config.history_bytes);
	if (r->type < sizeof(takes) / sizeof(takes[0]) &&
	    takes[r->type] != NULL)
		takes[r->type](s, r);
	s->w = s->shown;
	s->frame.changed = true;
}

void
session_record(struct session *s, int64_t now, int64_t wall,
    const struct record *r)
{
	session_record_in(s, 0, now, wall, r);
}
