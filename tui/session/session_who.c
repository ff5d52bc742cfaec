/*
 * What commands do that are about people: who is here, who somebody is, what
 * one is called, with whom one talks alone. Parent process.
 */
#include "tui/session/session_state.h"

#include <string.h>

#include "common/lang.h"
#include "common/text.h"
#include "tui/session/command.h"

enum { NAMES = 200 };		/* more are not told in a line */

/* A name as an argument. */
static bool
check_name(struct session *s, const char *at, size_t len, char name[],
    const char *usage)
{
	if (len == 0 || text_name_check(at, len) != TEXT_NAME_OK) {
		session_notify(s, true, "%s", len == 0 ? usage :
		    session_name_error(text_name_check(at, len)));
		return false;
	}
	memcpy(name, at, len);
	name[len] = '\0';
	return true;
}

/* Somebody's, without a leading ~ or @ and a trailing colon. */
static bool
take_name(struct session *s, const struct command *c, char name[],
    const char *usage)
{
	const char *at = c->arg;
	size_t len = c->arg_len;

	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == ':'))
		len--;
	if (len > 0 && (*at == '~' || *at == '@')) {
		at++;
		len--;
	}
	return check_name(s, at, len, name, usage);
}

/* More than a line can say. */
static void
list_names(struct session *s)
{
	const struct person *f = people_first(&s->w->people);

	session_open_pager(s, _("who is here"));
	for (; f != NULL; f = people_next(f)) {
		pager_add(&s->pager, f->classic ? "~" : "", f->classic);
		pager_add(&s->pager, f->name, strlen(f->name));
		pager_add(&s->pager, "\n", 1);
	}
}

static bool
ignore(struct session *s, const struct command *c)
{
	char name[TEXT_NAME_BYTES + 1] = "";

	if ((c->arg_len > 0 && !take_name(s, c, name, "")) ||
	    !session_ignore(s, name))
		return false;
	if (c->arg_len > 0)
		session_shut(s, name, false);
	return true;
}

static bool
unignore(struct session *s, const struct command *c)
{
	char name[TEXT_NAME_BYTES + 1];

	if (!take_name(s, c, name, _("/unignore NAME")) ||
	    !session_unignore(s, name))
		return false;
	session_shut(s, name, true);
	return true;
}

static void
tell_names(struct session *s)
{
	const struct person *f = people_first(&s->w->people);
	char list[NAMES * (TEXT_NAME_BYTES + 4) + 1] = "";

	if (s->w->people.here > NAMES) {
		list_names(s);
		return;
	}
	for (; f != NULL; f = people_next(f)) {
		if (*list != '\0')
			/* between names in a line */
			strlcat(list, _(", "), sizeof(list));
		strlcat(list, f->classic ? "~" : "", sizeof(list));
		strlcat(list, f->name, sizeof(list));
	}
	if (*list == '\0')
		session_tell(s, 0, "%s", _("Nobody has said who is here."));
	else
		session_tell(s, 0, _("%zu here: %s"), s->w->people.here, list);
}

static bool
nick(struct session *s, const struct command *c)
{
	char name[TEXT_NAME_BYTES + 1];
	size_t len = c->arg_len;

	while (len > 0 && c->arg[len - 1] == ' ')
		len--;
	if (s->config.classic) {
		session_notify(s, true, "%s",
		    _("The classic protocol cannot change a name."));
		return false;
	}
	/* As it is, like at the prompt: nobody gets a name he did not type. */
	if (!check_name(s, c->arg, len, name, _("/nick NAME")))
		return false;
	if (session_hold_nick(s, name)) {
		session_notify(s, false, _("%s is asked for once you are in; "
		    "/withdraw takes that back."), name);
		return true;
	}
	if (!session_send_text(s, RECORD_NICK, name, strlen(name)))
		return false;
	if (s->link.state.phase == RECORD_LOST)
		session_notify(s, false, _("The server is away: %s is asked "
		    "for when it is back; /withdraw takes that back."), name);
	return true;
}

static bool
whois(struct session *s, const struct command *c)
{
	char name[TEXT_NAME_BYTES + 1];

	if (!take_name(s, c, name, _("/whois NAME")))
		return false;
	if (!s->config.classic && s->link.state.phase == RECORD_LOST) {
		session_notify(s, true, "%s", _("The server is away: ask again "
		    "when it is back."));
		return false;
	}
	if (!s->config.classic)
		return session_send_text(s, RECORD_WHOIS, name, strlen(name));
	session_tell(s, 0, people_named(&s->w->people, name, strlen(name)) !=
	    NULL ? _("%s: not verified (classic protocol)") :
	    _("The classic protocol does not say whether %s is here."), name);
	return true;
}

/* Of somebody: NAME, NAME yes, NAME no. */
static bool
compare(struct session *s, const struct command *c)
{
	static const struct {
		const char	*word;
		unsigned	 how;
	} ends[] = { { " yes", RECORD_PIN_VERIFIED },
		{ " no", RECORD_PIN_DOUBTED } };
	char name[TEXT_NAME_BYTES + 1];
	struct command who = *c;
	unsigned how = 0;
	size_t i, n;

	while (who.arg_len > 0 && who.arg[who.arg_len - 1] == ' ')
		who.arg_len--;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]) && how == 0; i++) {
		n = strlen(ends[i].word);
		if (who.arg_len > n && memcmp(who.arg + who.arg_len - n,
		    ends[i].word, n) == 0) {
			how = ends[i].how;
			who.arg_len -= n;
		}
	}
	return take_name(s, &who, name, "") && session_compare(s, name, how);
}

static bool
verify(struct session *s, const struct command *c)
{
	if (s->talk.known && c->arg_len > 0)
		return compare(s, c);
	if (s->config.classic) {
		session_notify(s, true, "%s",
		    _("The classic protocol has nothing to verify."));
		return false;
	}
	s->link.verifying = session_send_text(s, RECORD_VERIFY, "", 0);
	return s->link.verifying;
}

static bool
trust(struct session *s, const struct command *c)
{
	char name[TEXT_NAME_BYTES + 1];

	return take_name(s, c, name, _("/trust NAME")) &&
	    session_trust(s, name);
}

bool
session_run_who(struct session *s, const struct command *c)
{
	switch (c->id) {
	case COMMAND_IGNORE:
		return ignore(s, c);
	case COMMAND_NAMES:
		tell_names(s);
		return true;
	case COMMAND_NICK:
		return nick(s, c);
	case COMMAND_TRUST:
		return trust(s, c);
	case COMMAND_UNIGNORE:
		return unignore(s, c);
	case COMMAND_VERIFY:
		return verify(s, c);
	case COMMAND_WHOIS:
		return whois(s, c);
	case COMMAND_MSG:
		return session_talk_to(s, c->arg, c->arg_len);
	case COMMAND_REPLY:
		return session_reply(s, c->arg, c->arg_len);
	default:
		return session_ask_talks(s);
	}
}
