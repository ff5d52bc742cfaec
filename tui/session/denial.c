/*
 * What is said when the room will not have us. Client's parent process; what
 * came from the network is cleaned, since it goes to the terminal as it is.
 */
#include "tui/session/denial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lang.h"
#include "common/refusal.h"
#include "common/text.h"
#include "tui/shared/record.h"

/* It is not what is remembered of it, in a file that is to be named. */
static void
say_changed(const struct denial_user *u, bool key, char *why, size_t size)
{
	if (key)
		snprintf(why, size, _("the key of %s has changed, which it "
		    "should not: somebody may be in between. Nothing was "
		    "said to it. If the server was made anew, chat-tui "
		    "--forget %s takes it out of %s."),
		    u->server, u->server, u->known_hosts);
	else
		snprintf(why, size, _("%s does not ask for a passphrase, "
		    "though it did before: somebody may be in between. "
		    "Nothing was said to it. If the room needs none any "
		    "more, give none, and take its line #passphrase out of "
		    "%s."), u->server, u->known_hosts);
}

/* A word of the server's, for which we have our own. */
static bool
is_text(const struct record *r, const char *word)
{
	return r->text_len == strlen(word) &&
	    memcmp(r->text, word, r->text_len) == 0;
}

/* It may be another server; true if that is what it is about. */
static bool
say_unsafe(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	switch (r->denial) {
	case RECORD_HOST_CHANGED:
	case RECORD_NO_PASSPHRASE:
		say_changed(u, r->denial == RECORD_HOST_CHANGED, why, size);
		return true;
	case RECORD_HOST_UNINVITED:
		snprintf(why, size, _("%s has another key than the one that "
		    "was given: somebody may be in between, or the invitation "
		    "is of another server. Nothing was said to it."),
		    u->server);
		return true;
	case RECORD_NEVER_PASSPHRASE:
		snprintf(why, size, _("%s does not ask for a passphrase, "
		    "though one was given: somebody may be in between. "
		    "Nothing was said to it. If the room needs none, give "
		    "none."), u->server);
		return true;
	default:
		return false;
	}
}

/* And the fingerprint of the key that came after ours. */
static const char rekeyed[] = "rekeyed ";

static bool
is_rekeyed(const struct record *r)
{
	return r->denial == RECORD_KICKED && r->text_len > strlen(rekeyed) &&
	    memcmp(r->text, rekeyed, strlen(rekeyed)) == 0;
}

static void
say_kicked(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	const char *server = u->server;

	if (is_text(r, "banned") && u->room != NULL)
		snprintf(why, size, _("banned from the room %s"), u->room);
	else if (is_text(r, "banned"))
		snprintf(why, size, _("banned from the room at %s"), server);
	else if (is_rekeyed(r))
		snprintf(why, size, _("another key has taken the place of "
		    "yours at %s, which is out for good: %.*s"), server,
		    (int)(r->text_len - strlen(rekeyed)), r->text +
		    strlen(rekeyed));
	else if (is_text(r, "kicked"))
		snprintf(why, size, "%s", _("put out of the room"));
	else
		snprintf(why, size, _("put out of the room: %.*s"),
		    (int)r->text_len, r->text);
}

/* The key is last, so that it can be copied as it is. */
static void
say_closed(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	bool crowded = is_text(r, "crowded");
	const char *where = u->room != NULL ? u->room : u->server;

	if (r->denial == RECORD_FULL && u->room != NULL)
		snprintf(why, size, crowded ?
		    _("too many are in the room %s from your address; when "
		    "one of them has left there is a place") :
		    _("the room %s is full"), where);
	else if (r->denial == RECORD_FULL)
		snprintf(why, size, crowded ?
		    _("too many are in the room at %s from your address; "
		    "when one of them has left there is a place") :
		    _("the room at %s is full"), where);
	else
		snprintf(why, size, u->room != NULL ?
		    _("the room %s is closed; its operator can let you in, "
		    "if you send them your key: %.*s") :
		    _("the room at %s is closed; its operator can let you "
		    "in, if you send them your key: %.*s"), where,
		    (int)r->text_len, r->text);
}

/* Whom it is with is called as the user calls him, not by his key. */
static void
say_no_talk(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	const char *who = u->room != NULL ? u->room : r->text;
	int len = (int)(u->room != NULL ? strlen(u->room) : r->text_len);

	if (len > 1 && *who == '@') {
		who++;
		len--;
	}
	snprintf(why, size, r->denial == RECORD_NO_TALKS ?
	    _("this server has no talks: %.*s cannot be reached") :
	    r->denial == RECORD_QUOTA ?
	    _("too many others have not answered you yet: %.*s is one too "
	    "many") :
	    _("%.*s takes no talk with you"), len, who);
}

/* The room keeps him out; true if that is what it is about. */
static bool
say_kept_out(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	const char *server = u->server;
	bool is_talk;

	switch (r->denial) {
	case RECORD_FULL:
	case RECORD_CLOSED:
		say_closed(r, u, why, size);
		return true;
	case RECORD_KICKED:
		say_kicked(r, u, why, size);
		return true;
	case RECORD_NO_ROOM:
		/* Nor is a talk: what that is asked for by is a key. */
		is_talk = u->room != NULL && *u->room == '@';
		snprintf(why, size, _("there is no room %.*s at %s"), is_talk ?
		    (int)strlen(u->room) : (int)r->text_len, is_talk ?
		    u->room : r->text, server);
		return true;
	case RECORD_OTHER_ROOM:
		snprintf(why, size, _("%.*s is another room now: what waits "
		    "was typed for the one before"), (int)r->text_len, r->text);
		return true;
	case RECORD_NO_HEIR:
		snprintf(why, size, _("%s lets no other key take the place of "
		    "yours"), server);
		return true;
	case RECORD_NO_TALK:
	case RECORD_NO_TALKS:
		say_no_talk(r, u, why, size);
		return true;
	case RECORD_QUOTA:
		if (u->room != NULL && *u->room == '@' && r->wait_ms == 0)
			say_no_talk(r, u, why, size);
		else if (r->wait_ms > 0)
			snprintf(why, size, _("%s begins no more talks now: "
			    "try again later"), server);
		else
			snprintf(why, size, _("%.*s is one room too many"),
			    (int)r->text_len, r->text);
		return true;
	default:
		return false;
	}
}

/* Nobody refuses; true if it ends all the same. */
static bool
say_failed(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	switch (r->denial) {
	case RECORD_HOST_UNSURE:
		snprintf(why, size, _("%s cannot be read or written, so the "
		    "server's key cannot be checked"), u->known_hosts);
		return true;
	case RECORD_REPLACED:
		snprintf(why, size, is_text(r, "ended") ?
		    _("%s has ended this one by another device") :
		    _("%s joined from elsewhere; this one has left"), u->name);
		return true;
	case RECORD_CLASSIC_ONLY:
		snprintf(why, size, _("%s speaks the classic protocol only: "
		    "chat-tui --classic"), u->server);
		return true;
	default:
		return false;
	}
}

int
denial_status(const struct record *r, const struct denial_user *u, char *why,
    size_t size)
{
	int status = say_unsafe(r, u, why, size) ||
	    say_kept_out(r, u, why, size) ? (is_rekeyed(r) ?
	    DENIAL_REKEYED : DENIAL_REFUSED) :
	    say_failed(r, u, why, size) ? EXIT_FAILURE : -1;

	if (status != -1)
		why[text_clean(why, why, strlen(why), true)] = '\0';
	return status;
}

bool
denial_rule(const struct record *r, char *why, size_t size)
{
	static const char *const rules[REFUSAL_LAST + 1] = {
		[REFUSAL_NONE] = NULL,
		[REFUSAL_LETTER] = N_("a name needs a letter, a digit or an "
		    "emoji"),
		[REFUSAL_START] = N_("its beginning looks like ~ @ # or /"),
		[REFUSAL_RESERVED] = N_("it is kept for the administrator"),
		[REFUSAL_MIXED] = N_("it mixes letters of several scripts"),
		[REFUSAL_ALIKE] = N_("it looks like somebody else's"),
		[REFUSAL_MANY] = N_("you are here under as many names as one "
		    "person may have"),
		[REFUSAL_SIGN] = N_("it has a sign that names do not have; "
		    "letters, digits, emoji and . - _ ' + are fine"),
		[REFUSAL_MUTED] = N_("you are muted here and may come under "
		    "your own name only")
	};
	_Static_assert(REFUSAL_LAST == 8, "one for each: add it, then count");

	if (r->denial == RECORD_SILENT || r->denial == RECORD_UNREACHABLE ||
	    r->flags > REFUSAL_LAST || rules[r->flags] == NULL)
		return false;
	if (r->flags == REFUSAL_ALIKE && r->entry.text_len > 0)
		snprintf(why, size, _("it looks like %.*s, who was here first"),
		    (int)r->entry.text_len, r->entry.text);
	else
		snprintf(why, size, "%s", _(rules[r->flags]));
	why[text_clean(why, why, strlen(why), true)] = '\0';
	return true;
}

void
denial_aside(const struct record *r, char *text, size_t size)
{
	snprintf(text, size, _("The server's log is not the one that was "
	    "kept here; what was kept is set aside: %.*s"), (int)r->text_len,
	    r->text);
	text[text_clean(text, text, strlen(text), true)] = '\0';
}

void
denial_damaged(const struct record *r, char *text, size_t size)
{
	snprintf(text, size, _("A part of %.*s cannot be read: a line that "
	    "waited there is lost."), (int)r->text_len, r->text);
	text[text_clean(text, text, strlen(text), true)] = '\0';
}
