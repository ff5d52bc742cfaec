/*
 * Rules in words. Pure; runs in the client's parent process.
 */
#include "tui/session/rule_words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/entry.h"
#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/rule.h"
#include "tui/shared/record.h"

enum {
	WHO_BYTES = FINGERPRINT_TEXT + TEXT_NAME_BYTES + 2,
	SOON_MS = 2 * 60 * 1000		/* a minute more or less counts */
};

void
rule_words_when(char dst[RULE_WHEN_BYTES], int64_t at_ms, int64_t from_ms)
{
	time_t at = (time_t)(at_ms / 1000), from = (time_t)(from_ms / 1000);
	bool soon = at_ms > from_ms && at_ms - from_ms <= SOON_MS;
	struct tm then, now;

	*dst = '\0';
	if (localtime_r(&at, &then) == NULL ||
	    localtime_r(&from, &now) == NULL)
		return;
	strftime(dst, RULE_WHEN_BYTES, then.tm_year == now.tm_year &&
	    then.tm_yday == now.tm_yday ? (soon ? "%H:%M:%S" : "%H:%M") :
	    "%Y-%m-%d %H:%M", &then);
}

static const char *
sentence(const struct rule *r)
{
	switch (r->word) {
	case RULE_KICK:
		return _("%s was kicked");
	case RULE_BAN:
		return r->ms > 0 ? _("%s was banned until %s") :
		    _("%s was banned");
	case RULE_UNBAN:
		/* Of a network nobody is told which. */
		return r->name_len == 0 && r->key[0] == '\0' ?
		    _("a ban was lifted") : _("%s is not banned any more");
	case RULE_MUTE:
		return r->ms > 0 ? _("%s was muted until %s") :
		    _("%s was muted");
	case RULE_UNMUTE:
		return _("%s may speak again");
	case RULE_CLOSE:
		return _("the room is closed: only who is allowed may enter");
	case RULE_OPEN:
		return _("the room is open again");
	case RULE_ALLOW:
		return _("%s is allowed to enter");
	case RULE_DISALLOW:
		return _("%s is no longer allowed to enter");
	case RULE_REKEY:
		return _("%s has another key now");
	default:
		return "";
	}
}

/* Which one nobody is told. */
static int
put_network(char dst[RULE_WORDS_BYTES], const struct rule *r, const char *when)
{
	return r->ms > 0 ? snprintf(dst, RULE_WORDS_BYTES,
	    _("a network was banned until %s"), when) :
	    snprintf(dst, RULE_WORDS_BYTES, "%s", _("a network was banned"));
}

static size_t
put_reason(char dst[RULE_WORDS_BYTES], size_t n, const char *reason,
    size_t len)
{
	if (len > 0 && n < RULE_WORDS_BYTES)
		n += (size_t)snprintf(dst + n, RULE_WORDS_BYTES - n,
		    _(": %.*s"), (int)len, reason);
	return n < RULE_WORDS_BYTES ? n : RULE_WORDS_BYTES - 1;
}

size_t
rule_words(char dst[RULE_WORDS_BYTES], const struct entry *e)
{
	char who[WHO_BYTES], when[RULE_WHEN_BYTES];
	struct rule r;
	int n;

	if (!rule_parse(&r, e->text, e->text_len) || *sentence(&r) == '\0')
		return 0;
	snprintf(who, sizeof(who), "%s%.*s", r.classic ? "~" : "",
	    (int)r.name_len, r.name_len > 0 ? r.name : "");
	if (r.name_len == 0)
		strlcpy(who, r.key, sizeof(who));
	if (r.word == RULE_REKEY)
		r.reason_len = 0;	/* the key of before */
	rule_words_when(when, e->time_ms + r.ms, e->time_ms);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
	n = r.word == RULE_BAN && *who == '\0' ?
	    put_network(dst, &r, when) :
	    snprintf(dst, RULE_WORDS_BYTES, sentence(&r), who, when);
#pragma GCC diagnostic pop
	return put_reason(dst, n < 0 ? 0 : (size_t)n, r.reason, r.reason_len);
}

static bool
is_word(enum rule_word word, const struct entry *e)
{
	const struct rule r = { .word = word };
	char text[RULE_BYTES];

	return rule_put(text, &r) == e->text_len &&
	    memcmp(text, e->text, e->text_len) == 0;
}

size_t
rule_words_own(char dst[RULE_WORDS_BYTES], const struct entry *e)
{
	bool shut = is_word(RULE_SHUT, e);
	int n;

	if (!shut && !is_word(RULE_UNSHUT, e))
		return 0;
	n = snprintf(dst, RULE_WORDS_BYTES, shut ?
	    _("%.*s takes nothing more here") :
	    _("%.*s takes again what is said here"), (int)e->author_len,
	    e->author);
	return n < 0 || n >= RULE_WORDS_BYTES ? 0 : (size_t)n;
}

size_t
rule_words_muted(char dst[RULE_WORDS_BYTES], const struct record *r,
    int64_t wall_ms)
{
	char when[RULE_WHEN_BYTES];
	int n;

	rule_words_when(when, wall_ms + r->wait_ms, wall_ms);
	if (r->wait_ms > 0)
		n = snprintf(dst, RULE_WORDS_BYTES, _("you are muted until "
		    "%s"), when);
	else
		n = snprintf(dst, RULE_WORDS_BYTES, "%s", _("you are muted"));
	return put_reason(dst, n < 0 ? 0 : (size_t)n, r->text, r->text_len);
}

size_t
rule_words_was_muted(char dst[RULE_WORDS_BYTES], const struct record *r)
{
	int n = snprintf(dst, RULE_WORDS_BYTES, "%s", _("you were muted"));

	return put_reason(dst, n < 0 ? 0 : (size_t)n, r->text, r->text_len);
}

void
rule_words_unwanted(char dst[RULE_WORDS_BYTES], const struct record *r,
    const char *name)
{
	static const char early[] = "unanswered";

	if (r->flags & RECORD_ASTRAY)
		snprintf(dst, RULE_WORDS_BYTES, "%s", _("it was for another "
		    "window"));
	else if (r->text_len == strlen(early) &&
	    memcmp(r->text, early, strlen(early)) == 0)
		snprintf(dst, RULE_WORDS_BYTES, _("more is taken once %s has "
		    "answered"), name);
	else
		snprintf(dst, RULE_WORDS_BYTES, _("%s takes nothing from you "
		    "here"), name);
}
