/*
 * Plain mode with one person alone, --to. Parent process; what is for him is
 * said to him or not at all.
 */
#include "tui/plain_state.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "tui/receiver/receiver.h"
#include "tui/settings/options.h"
#include "tui/shared/duct.h"

static const char *
whom(const struct plain *p)
{
	return p->options->plain.to;
}

static void
ask(struct plain *p)
{
	const struct record r = { .type = RECORD_TALK, .text = whom(p),
	    .text_len = strlen(whom(p)) };

	if (!p->asks_whom)
		p->asks_whom = duct_send(p->receiver->duct, &r);
}

const char *
plain_talk_begin(struct plain *p, unsigned welcome)
{
	p->knows_nobody = false;
	if (!plain_talk_waits(p))
		return NULL;
	if ((welcome & RECORD_WELCOME_TALKS) == 0)
		return _("this server has no talks: %s cannot be reached");
	ask(p);
	return NULL;
}

void
plain_talk_keep(struct plain *p)
{
	if (plain_talk_waits(p))
		ask(p);
}

const char *
plain_talk_offered(struct plain *p, const struct record *r)
{
	char key[RECORD_TALK_BYTES + 1], name[TEXT_NAME_BYTES + 2];

	if (!plain_talk_waits(p) || (r->flags & RECORD_TALK_ASKED) == 0)
		return NULL;
	p->asks_whom = false;
	/* The server may know, and is not there. */
	p->knows_nobody = p->keeping && (r->flags & RECORD_TALK_UNKNOWN) != 0;
	if (p->knows_nobody)
		return NULL;
	if (r->text_len != RECORD_TALK_BYTES)
		return r->flags & RECORD_TALK_ABSENT ?
		    _("nobody there is called %s") :
		    r->flags & RECORD_TALK_CLASSIC ?
		    _("nobody can say who ~%s is: there is no key") :
		    r->flags & RECORD_TALK_NONE ?
		    _("this server has no talks: %s cannot be reached") :
		    _("nobody has answered who %s is");
	if (r->flags & RECORD_TALK_RENAMED)
		return _("%s is who was called otherwise here until now, says "
		    "the server: nothing was said; next time it is");
	memcpy(key, r->text, RECORD_TALK_BYTES);
	key[RECORD_TALK_BYTES] = '\0';
	if (!plain_add_room(p, key))
		return NULL;
	p->talk = p->rooms[p->rooms_n - 1];
	p->talk->talk = p->talk->out.private = true;
	snprintf(name, sizeof(name), "@%s", whom(p));
	plain_out_room(&p->talk->out, name, strlen(name));
	return NULL;
}

/* Asked, or while we talk: nobody is there to say whether that is right. */
const char *
plain_talk_locked(struct plain *p, const struct record *r)
{
	if (*whom(p) == '\0' || (p->talk != NULL && p->room != p->talk))
		return NULL;
	if (r->text_len == 0 && r->entry.text_len == 0)
		return _("the server has begun the talk with %s anew: look at "
		    "it on the screen");
	return _("%s has another key than before: /trust on the screen takes "
	    "it");
}

void
plain_talk_missing(struct plain *p, const struct record *r)
{
	char text[128];

	if (r->flags & RECORD_MISSING_ORDER)
		snprintf(text, sizeof(text), "%s", _("the next line is not "
		    "where it was said"));
	else
		snprintf(text, sizeof(text), _("lines missing here: %llu"),
		    (unsigned long long)r->id);
	plain_out_state(p->options, "missing", &p->room->out, text);
}
