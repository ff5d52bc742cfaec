/*
 * /set, /ignore and /unignore: settings that are changed and kept. Parent
 * process; the table of settings is tui/settings/config's.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "tui/settings/config.h"

/* It takes effect, and is kept; false: that it is not has been told. */
static bool
keep(struct session *s, const char *word)
{
	char why[SESSION_NOTICE_BYTES];

	session_apply(s);
	if (s->out.keep(s->out.arg, word, why, sizeof(why)))
		return true;
	session_notify(s, true, _("Not kept for the next start: %s"), why);
	return false;
}

/* NULL: there is none. */
static const struct config_word *
find_word(const char *name)
{
	const struct config_word *w;
	size_t i;

	for (i = 0; (w = config_word(i)) != NULL; i++)
		if (strcmp(w->word, name) == 0)
			return w;
	return NULL;
}

static bool
is_live(const char *name)
{
	const struct config_word *w = find_word(name);

	return w != NULL && w->live;
}

/* Where it counts at once it holds now, too. */
static bool
set_value(struct session *s, const char *word, const char *value,
    char why[CONFIG_WHY_BYTES])
{
	return config_set(s->config.next, word, value, why) &&
	    (!is_live(word) || config_set(s->options, word, value, why));
}

static bool
set_ignored(struct session *s, const char *name, bool ignored)
{
	char list[OPTIONS_TEXT_BYTES], why[CONFIG_WHY_BYTES];
	const char *now = s->options->screen.ignore;

	if (ignored ? !ignored_with(list, sizeof(list), now, name) :
	    !ignored_without(list, sizeof(list), now, name)) {
		session_notify(s, true, "%s", _("Too many are ignored."));
		return false;
	}
	if (!set_value(s, "ignore", list, why)) {
		session_notify(s, true, "%s", why);
		return false;
	}
	keep(s, "ignore");
	return true;
}

bool
session_ignores(const struct session *s, const char *name, size_t len)
{
	return ignored_has(&s->look.ignored, name, len);
}

bool
session_ignore(struct session *s, const char *name)
{
	if (*name == '\0') {
		if (*s->options->screen.ignore == '\0')
			session_tell(s, 0, "%s", _("Nobody is ignored."));
		else
			session_tell(s, 0, _("Ignored: %s"),
			    s->options->screen.ignore);
		return true;
	}
	if (ignored_is_one(name, strlen(name), s->name, strlen(s->name))) {
		session_notify(s, true, "%s", _("Nobody ignores himself."));
		return false;
	}
	if (!set_ignored(s, name, true))
		return false;
	session_tell(s, 0, _("%s is ignored from now on; /unignore %s shows "
	    "them again."), name, name);
	return true;
}

void
session_ignore_renamed(struct session *s, const struct entry *e)
{
	char name[TEXT_NAME_BYTES + 1];

	/* The other one may be somebody else's next. */
	if (!session_ignores(s, e->author, e->author_len) ||
	    text_name_check(e->text, e->text_len) != TEXT_NAME_OK)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)e->author_len, e->author);
	set_ignored(s, name, false);
	snprintf(name, sizeof(name), "%.*s", (int)e->text_len, e->text);
	set_ignored(s, name, true);
}

bool
session_unignore(struct session *s, const char *name)
{
	if (!session_ignores(s, name, strlen(name))) {
		session_notify(s, true, _("%s is not ignored."), name);
		return false;
	}
	if (!set_ignored(s, name, false))
		return false;
	/* The classic protocol tells nothing of what was. */
	session_tell(s, 0, s->config.classic ? _("%s is shown again.") :
	    _("%s is shown again; what they said meanwhile comes with the "
	    "next start."), name);
	return true;
}

/* The value in force, or from the next start on; false: no such word. */
static bool
get_value(const struct session *s, const char *word,
    char value[CONFIG_VALUE_BYTES])
{
	if (!config_get(is_live(word) ? s->options : s->config.next, word,
	    value))
		return false;
	/* Not set it was asked for, or is the last one used. */
	if (*value == '\0' && strcmp(word, "name") == 0)
		strlcpy(value, s->name, CONFIG_VALUE_BYTES);
	return true;
}

/* What it is now, and what it may be. */
static void
tell_setting(struct session *s, const char *word, const char *value)
{
	char takes[CONFIG_WHY_BYTES];

	config_takes(word, takes);
	if (*value != '\0')
		session_tell(s, 0, "%s %s (%s)", word, value, takes);
	else
		session_tell(s, 0, _("%s is not set (%s)"), word, takes);
}

static void
list_settings(struct session *s)
{
	char value[CONFIG_VALUE_BYTES], left[CONFIG_VALUE_BYTES + 64];
	char takes[CONFIG_WHY_BYTES], right[CONFIG_WHY_BYTES + 256];
	const struct config_word *word;
	size_t i;

	session_open_pager(s, _("Settings · /set OPTION VALUE changes one"));
	for (i = 0; (word = config_word(i)) != NULL; i++) {
		if (!get_value(s, word->word, value))
			continue;
		snprintf(left, sizeof(left), "%-16s %s", word->word, value);
		config_takes(word->word, takes);
		/* The colours are many, and all take the same. */
		snprintf(right, sizeof(right), "%s (%s)", _(word->does),
		    strncmp(word->word, "color-", 6) == 0 ? _("colour") :
		    takes);
		pager_add_row(&s->pager, left, 32, right);
	}
	config_takes("color-text", takes);
	snprintf(right, sizeof(right), _("A colour is one of %s."), takes);
	pager_add(&s->pager, right, strlen(right));
}

/* What a value that was kept is good for; the screen never reads some. */
static void
tell_kept(struct session *s, const char *name)
{
	const struct config_word *w = find_word(name);

	if (w != NULL && w->plain)
		session_notify(s, false, _("%s is kept; it counts in plain "
		    "mode only (-P)."), name);
	else
		session_notify(s, false, w != NULL && w->live ?
		    _("%s is set and kept.") :
		    _("%s is kept; it counts from the next start on."), name);
}

bool
session_set(struct session *s, const char *arg, size_t len)
{
	char line[CONFIG_VALUE_BYTES], now[CONFIG_VALUE_BYTES];
	char why[CONFIG_WHY_BYTES], *value;

	if (len == 0) {
		list_settings(s);
		return true;
	}
	if (len >= sizeof(line)) {
		session_notify(s, true, "%s", _("That is too long a value."));
		return false;
	}
	memcpy(line, arg, len);
	line[len] = '\0';
	value = line + strcspn(line, " =");
	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, " =");
	if (strcmp(value, "\"\"") == 0)
		*value = '\0';	/* as the config file has it: unset */
	else if (*value == '\0' && get_value(s, line, now)) {
		tell_setting(s, line, now);
		return true;
	}
	if (!set_value(s, line, value, why)) {
		session_notify(s, true, "%s", why);
		return false;
	}
	if (keep(s, line))
		tell_kept(s, line);
	return true;
}
