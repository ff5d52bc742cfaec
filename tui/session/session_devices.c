/*
 * The user's other devices: what they have entered and left. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "common/text.h"

void
session_take_mine(struct session *s, const struct record *r)
{
	char room[WINDOW_ROOM_BYTES + 1];

	if (r->text_len == 0 || r->text_len >= sizeof(room) ||
	    text_name_check(r->text, r->text_len) != TEXT_NAME_OK ||
	    memchr(r->text, '/', r->text_len) != NULL)
		return;
	memcpy(room, r->text, r->text_len);
	room[r->text_len] = '\0';
	session_add_room(s, room, true);
}

/* A window that is looked at goes by a key alone: or what is being typed would
 * be said elsewhere. */
void
session_take_parted(struct session *s, const struct record *r)
{
	const struct record part = { .type = RECORD_PART,
	    .window = s->w->number };
	char why[SESSION_NOTICE_BYTES];
	struct window *w = s->w;

	(void)r;
	snprintf(why, sizeof(why), _("You have left %s by another device."),
	    window_name(w));
	if (w == s->shown || session_waiting(s) > 0) {
		session_bar(s, why);
		return;
	}
	s->out.send(s->out.arg, &part);
	s->w = s->shown;
	if (session_close_window(s, w))
		session_notify(s, false, "%s", why);
	session_keep_list(s);
}
