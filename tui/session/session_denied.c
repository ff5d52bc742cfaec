/*
 * What the room does not grant: the name, or to come in at all. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "tui/session/denial.h"
#include "tui/session/rule_words.h"

/* Was something typed for the room before it took the name? */
static bool
is_typed_ahead(const struct session *s)
{
	size_t len;

	edit_text(s->w->edit, &len);
	return s->ask.what == ASK_NOTHING && (s->w->say.held != 0 || len > 0);
}

/* What was typed is there again in each room; it is said in those that are
 * known to have taken the name. */
static void
begin_outside(struct session *s, bool says)
{
	TAILQ_FOREACH(s->w, &s->windows, by_number) {
		session_restore_draft(s);
		if (says && !session_holds(s))
			session_release_held(s);
	}
	s->w = s->shown;
}

/* Nobody answers: the name prompt says so, or the room as it was is shown. */
static void
stay_outside(struct session *s)
{
	bool was_typed = s->enter.joining;

	/* What is typed there stays hidden, also if it is typed in vain. */
	if (s->ask.what == ASK_PASSPHRASE)
		return;
	if (history_end(s->w->history) > history_first(s->w->history)) {
		if (s->ask.what == ASK_NAME)
			session_ask_nothing(s);
		s->enter.joining = false;
		begin_outside(s, true);
	} else if (s->ask.what == ASK_NOTHING && s->config.name != NULL)
		/* Nobody is asked for a name that was given: what is typed is
		 * held. */
		begin_outside(s, false);
	else if (s->ask.what == ASK_NOTHING && !is_typed_ahead(s)) {
		session_ask_name(s, s->name);
		s->ask.prefilled = !was_typed;
	}
}

static void
take_unreachable(struct session *s, const struct record *r)
{
	s->enter.offer_host = s->config.may_host &&
	    (s->ask.what == ASK_NAME || (s->ask.what == ASK_NOTHING &&
	    s->config.name != NULL && session_holds(s)));
	if (session_offers_host(s)) {
		s->notice.text[0] = '\0';	/* the offer has its place */
		return;
	}
	session_notify(s, true, (r->flags & RECORD_NOR_OTHERS) != 0 ?
	    _("No room at %s, nor at its other servers. It keeps trying.") :
	    _("No room at %s. It keeps trying."), s->config.server);
	s->notice.entering = true;
}

static void
take_silent(struct session *s, const struct record *r)
{
	/* Said of a host already that has no server: the same. */
	if (s->enter.offer_host)
		return;
	session_notify(s, true, (r->flags & RECORD_NOR_OTHERS) != 0 ?
	    _("Nobody answers at %s, nor at the room's other servers. It "
	    "keeps trying.") : _("Nobody answers at %s. It keeps trying."),
	    s->config.server);
	s->notice.entering = true;
	stay_outside(s);
}

/* Not now, whatever the name. */
static bool
is_not_now(struct session *s, const struct record *r)
{
	char when[RULE_WHEN_BYTES];

	switch (r->denial) {
	case RECORD_FULL:
		session_notify(s, true, "%s", _("Too much waits to be sent. "
		    "Try again."));
		return true;
	case RECORD_MUTE:
		rule_words_when(when, s->wall + r->wait_ms, s->wall);
		if (r->wait_ms > 0)
			session_notify(s, true, _("You are muted until %s: "
			    "the name stays %s."), when, s->name);
		else
			session_notify(s, true, _("You are muted: the name "
			    "stays %s."), s->name);
		s->notice.mute_in = s->w;
		return true;
	case RECORD_SOON:
		session_notify(s, true, _("%.*s is one new name too many: "
		    "ask again in %lld s; you are still %s."),
		    (int)r->text_len, r->text,
		    (long long)(r->wait_ms + 999) / 1000, s->name);
		return true;
	default:
		return false;
	}
}

/* The name asked for by /nick: the user stays who he was. */
void
session_take_nick_denial(struct session *s, const struct record *r)
{
	char why[SESSION_WHY_BYTES];

	s->w = s->shown;
	if (is_not_now(s, r))
		return;
	if (denial_rule(r, why, sizeof(why))) {
		session_notify(s, true, _("%.*s is not allowed: %s; you are "
		    "still %s."), (int)r->text_len, r->text, why, s->name);
		return;
	}
	session_notify(s, true, r->denial == RECORD_TAKEN ?
	    _("%.*s is taken; you are still %s.") :
	    r->denial == RECORD_OWNED ?
	    _("%.*s belongs to somebody else; you are still %s.") :
	    _("%.*s is not allowed here; you are still %s."),
	    (int)r->text_len, r->text, s->name);
}

/* In no room is he any more. */
static void
leave_all(struct session *s)
{
	struct window *w;

	TAILQ_FOREACH(w, &s->windows, by_number)
		w->in = false;
}

/* None of the rooms that he asked for when he began is there, whatever others
 * are kept. */
static bool
is_in_vain(const struct session *s, const struct record *r)
{
	const struct window *w;

	if (r->denial != RECORD_NO_ROOM || r->id == 0 ||
	    r->entry.text_len > 0 || s->going.came ||
	    !session_is_given(s, s->w->asked))
		return false;
	TAILQ_FOREACH(w, &s->windows, by_number)
		if (w != s->w && w->barred == WINDOW_OPEN &&
		    session_is_given(s, w->asked))
			return false;
	return true;
}

/* One room keeps him out: that is told where it would be, and all others go on.
 * True if that is what it is about. */
static bool
is_of_room(struct session *s, const struct record *r, const char *why)
{
	if (is_in_vain(s, r)) {
		session_end(s, DENIAL_REFUSED, "%s", why);
		return true;
	}
	if (session_take_no_talk(s, r) || session_take_no_room(s, r))
		return true;
	if (s->going.of_all)
		return false;
	if (r->id == 0 && (s->w->number == 0 || (r->denial != RECORD_FULL &&
	    r->denial != RECORD_CLOSED && r->denial != RECORD_KICKED &&
	    r->denial != RECORD_REPLACED)))
		return false;
	session_bar(s, *why != '\0' ? why :
	    _("This room does not take you by that name."));
	return true;
}

/* Under this one nobody is let in; a passphrase was right before. */
static void
ask_other(struct session *s)
{
	session_take_passphrase(s);
	session_ask_name(s, s->name);
}

/* The room says what is wrong with the name. */
static bool
take_rule(struct session *s, const struct record *r)
{
	char why[SESSION_WHY_BYTES];

	if (!denial_rule(r, why, sizeof(why)))
		return false;
	leave_all(s);
	session_ask_name(s, s->name);
	session_notify(s, true, _("%.*s is not allowed: %s. Choose another "
	    "name."), (int)r->text_len, r->text, why);
	s->notice.entering = true;
	return true;
}

/* Which room it is about, where there are several; or with whom a talk is. */
static const char *
one_of_several(const struct session *s, const struct record *r)
{
	if (s->w->talk != NULL)
		return window_name(s->w);
	return s->going.of_all || s->w->room[0] == '\0' || (r->id == 0 &&
	    !session_has_windows(s)) ? NULL : window_name(s->w);
}

void
session_take_denial(struct session *s, const struct record *r)
{
	const struct denial_user user = { s->name, s->config.server,
	    s->config.known_hosts, one_of_several(s, r) };
	char why[SESSION_WHY_BYTES];
	int status = denial_status(r, &user, why, sizeof(why));

	if (status == -1)
		why[0] = '\0';
	if (is_of_room(s, r, why))
		return;
	/* What is asked is asked where one looks. */
	s->w = s->shown;
	if (r->denial != RECORD_SILENT)
		s->enter.offer_host = false;
	if (take_rule(s, r))
		return;
	if (r->denial != RECORD_SILENT && r->denial != RECORD_UNREACHABLE)
		leave_all(s);
	switch (r->denial) {
	case RECORD_TAKEN:
		ask_other(s);
		/* The classic protocol does not say which. */
		session_notify(s, true, s->config.classic ?
		    _("%.*s is taken, or not allowed here. Choose another "
		    "name.") : _("%.*s is taken here. Choose another name."),
		    (int)r->text_len, r->text);
		s->notice.entering = true;
		break;
	case RECORD_OWNED:
		ask_other(s);
		session_notify(s, true, _("%.*s belongs to somebody else here. "
		    "Choose another name."), (int)r->text_len, r->text);
		s->notice.entering = true;
		break;
	case RECORD_MALFORMED:
		ask_other(s);
		session_notify(s, true, _("%.*s is not allowed as a name here. "
		    "Choose another name."), (int)r->text_len, r->text);
		s->notice.entering = true;
		break;
	case RECORD_SILENT:
		take_silent(s, r);
		break;
	case RECORD_UNREACHABLE:
		stay_outside(s);
		take_unreachable(s, r);
		break;
	case RECORD_WANTS_PASSPHRASE:
		session_ask_passphrase(s, "");
		break;
	case RECORD_WRONG_PASSPHRASE:
		session_ask_passphrase(s,
		    _("That is not the room's passphrase."));
		break;
	default:
		session_end(s, status, "%s", why);
		break;
	}
}
