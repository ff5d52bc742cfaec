/*
 * Whom a window's talk is with. Pure.
 */
#include "tui/session/window_talk.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/fingerprint.h"
#include "common/lang.h"
#include "tui/session/recall.h"
#include "tui/session/window.h"
#include "tui/shared/record.h"

enum { KEY_SHOWN = 8 };		/* of one whose owner has no name */

bool
window_is_talk(const char *asked)
{
	return *asked == '@';
}

bool
window_talk_is_key(const char *asked)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	/* No name is so long that has nothing else in it. */
	return window_is_talk(asked) && strlen(asked) == RECORD_TALK_BYTES &&
	    strspn(asked + 1, digits) == RECORD_TALK_BYTES - 1;
}

/* As all see that key. */
static void
call_by_key(struct window_talk *t, const char *asked)
{
	char text[FINGERPRINT_TEXT];
	uint8_t key[NOISE_KEY];

	if (base64_decode(key, sizeof(key), asked + 1, strlen(asked) - 1,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING))
		snprintf(t->title, sizeof(t->title), "@key-%.*s", KEY_SHOWN,
		    strchr(fingerprint_text(text, key), ':') + 1);
	else
		snprintf(t->title, sizeof(t->title), "%.*s…", 1 + KEY_SHOWN,
		    asked);
}

/* What the window is called: whom it is with, as far as that is known. */
static void
call(struct window_talk *t, const char *asked)
{
	if (*t->name == '\0')
		call_by_key(t, asked);
	else if (t->lock == TALK_OLD)
		/* a talk with who had that name */
		snprintf(t->title, sizeof(t->title), _("@%s (old key)"),
		    t->name);
	else
		snprintf(t->title, sizeof(t->title), "@%s", t->name);
}

struct window_talk *
window_talk_new(const char *asked)
{
	struct window_talk *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	if ((t->recall = recall_new()) == NULL) {
		free(t);
		return NULL;
	}
	if (!window_talk_is_key(asked)) {
		t->lock = TALK_ASKED;
		snprintf(t->name, sizeof(t->name), "%s", asked + 1);
	}
	call(t, asked);
	return t;
}

void
window_talk_free(struct window_talk *t)
{
	if (t != NULL)
		recall_free(t->recall);
	free(t);
}

bool
window_talk_has_key(const struct window *w)
{
	return window_talk_is_key(w->asked);
}

bool
window_talk_found(struct window *w, const char *asked, size_t len)
{
	char *key = strndup(asked, len);

	if (key == NULL)
		return false;
	strlcpy(w->talk->waits, w->asked, sizeof(w->talk->waits));
	free(w->asked);
	w->asked = key;
	window_talk_lock(w, TALK_OPEN, 0);
	return true;
}

bool
window_talk_is_named(const struct window *w, const char *name)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];
	const struct window_talk *t = w->talk;

	return t != NULL && t->lock != TALK_OLD && t->name[0] != '\0' &&
	    text_fold(one, t->name, strlen(t->name)) > 0 &&
	    text_fold(other, name, strlen(name)) > 0 &&
	    strcmp(one, other) == 0;
}

void
window_talk_lock(struct window *w, enum talk_lock lock, unsigned why)
{
	w->talk->lock = lock;
	w->talk->why = why;
	if (lock != TALK_ASKED)
		w->talk->again_at = 0;
	call(w->talk, w->asked);
}

/* In display form, which no name that is allowed differs from. */
static void
take_name(struct window_talk *t, const struct record *r)
{
	const struct entry *e = &r->entry;

	if (e->author_len == 0 || e->author_len > TEXT_NAME_BYTES ||
	    text_name_check(e->author, e->author_len) != TEXT_NAME_OK)
		return;
	memcpy(t->name, e->author, e->author_len);
	t->name[e->author_len] = '\0';
}

bool
window_talk_has_no_name(const struct window *w)
{
	return *w->talk->name == '\0' || (w->talk->stranger &&
	    strncmp(w->talk->name, "key-", 4) == 0);
}

void
window_talk_told(struct window *w, const struct record *r)
{
	struct window_talk *t = w->talk;
	bool by_key = window_talk_has_no_name(w);
	char was[TEXT_NAME_BYTES + 1];

	strlcpy(was, t->name, sizeof(was));
	take_name(t, r);
	if (!by_key && !window_talk_is_named(w, was))
		strlcpy(t->former, was, sizeof(t->former));
	t->verified = (r->flags & RECORD_TALK_VERIFIED) != 0;
	t->self = (r->flags & RECORD_TALK_SELF) != 0;
	t->stranger = (r->flags & RECORD_TALK_STRANGER) != 0;
	window_talk_lock(w, r->flags & RECORD_TALK_OLD ? TALK_OLD : TALK_OPEN,
	    0);
}

/* "SHA256:3f9a…": what is behind the colon, as far as it tells them apart. */
static void
take_key(char key[WINDOW_KEY_BYTES], const char *text, size_t len)
{
	const char *at = memchr(text, ':', len);
	size_t n = at == NULL ? 0 : (size_t)(at + 1 - text);

	snprintf(key, WINDOW_KEY_BYTES, "%.*s…", (int)(len - n < KEY_SHOWN ?
	    len - n : KEY_SHOWN), text + n);
}

void
window_talk_locked(struct window *w, const struct record *r)
{
	struct window_talk *t = w->talk;

	take_name(t, r);
	if (r->text_len == 0 && r->entry.text_len == 0) {
		window_talk_lock(w, TALK_ANEW, 0);
		return;
	}
	take_key(t->was, r->text, r->text_len);
	take_key(t->is, r->entry.text, r->entry.text_len);
	t->verified |= (r->flags & RECORD_TALK_VERIFIED) != 0;
	window_talk_lock(w, TALK_CHANGED, 0);
}

/* Why there is no talk with him. */
static const char *
nobody(unsigned why)
{
	if (why & RECORD_TALK_ABSENT)
		return _("Nobody here is called %s.");
	if (why & RECORD_TALK_CLASSIC)
		return _("Nobody can say who ~%s is: there is no key.");
	if (why & RECORD_TALK_NONE)
		return _("This server has no talks: %s cannot be reached.");
	if (why & WINDOW_TALK_QUOTA)
		return _("Too many others have not answered you yet: %s is one "
		    "too many.");
	if (why & WINDOW_TALK_SOON)
		return _("Very many talks were begun from your network today: "
		    "try %s again in a minute.");
	if (why & WINDOW_TALK_FULL)
		return _("The server has no room for one more talk: try %s "
		    "again tomorrow.");
	return _("%s takes no talk with you, or not now.");
}

/* Since when nobody knows: of a name the server says when he came who has it
 * now, which he may have done by another one. */
static void
put_changed(const struct window_talk *t, char *text, size_t size, bool brief)
{
	char more[128] = "";

	if (brief) {
		snprintf(text, size, _("%s has another key: nothing is sent. "
		    "/trust %s takes it."), t->name, t->name);
		return;
	}
	if (t->verified)
		snprintf(more, sizeof(more), _(" You had compared it: /verify "
		    "%s again."), t->name);
	snprintf(text, size, _("%s has another key (was %s, is %s): nothing "
	    "is sent. /trust %s takes it.%s"), t->name, t->was, t->is, t->name,
	    more);
}

bool
window_talk_text(const struct window *w, char *text, size_t size,
    int64_t wall_ms)
{
	const struct window_talk *t = w->talk;

	if (t == NULL)
		return false;
	switch (t->lock) {
	case TALK_OPEN:
		return false;
	case TALK_ASKED:
		snprintf(text, size, _("Asking who %s is: what is said waits."),
		    t->name);
		break;
	case TALK_NOBODY:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, size, nobody(t->why), *t->name != '\0' ?
		    t->name : t->title);
#pragma GCC diagnostic pop
		break;
	case TALK_CHANGED:
		put_changed(t, text, size, wall_ms == 0);
		break;
	case TALK_ANEW:
		snprintf(text, size, "%s", _("The server has begun this talk "
		    "anew, without what was said before: Enter goes on."));
		break;
	case TALK_OLD:
		snprintf(text, size, _("That was %s's key: nothing is sent "
		    "here. /msg %s talks by the new one."), t->name, t->name);
		break;
	}
	return true;
}

bool
window_talk_is_claimed(const struct window *w, const struct window *other)
{
	static const char by_key[] = "key-";
	const struct window_talk *t = w->talk, *o = other->talk;
	size_t n = sizeof(by_key) - 1;

	return t != NULL && o != NULL && t->lock == TALK_CHANGED &&
	    strncmp(o->name, by_key, n) == 0 && strlen(o->name) >=
	    n + KEY_SHOWN && strncmp(o->name + n, t->is, KEY_SHOWN) == 0;
}

bool
window_talk_refuses(const struct window *w)
{
	return w->talk != NULL && w->talk->lock != TALK_OPEN &&
	    w->talk->lock != TALK_ASKED;
}
