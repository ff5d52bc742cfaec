/*
 * The user's devices: which there are, that one of them ends, and what they
 * have entered and left. Parent process.
 */
#include "tui/session/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lang.h"
#include "common/text.h"

enum { LEFT_COLS = 26 };	/* of a list of devices */

static bool
ask(struct session *s, enum devices_for what, uint64_t ends)
{
	const struct record r = { .type = RECORD_DEVICES, .id = ends };

	if (s->link.state.phase == RECORD_LOST) {
		session_notify(s, true, "%s", _("The server is away: ask again "
		    "when it is back."));
		return false;
	}
	if (!s->out.send(s->out.arg, &r)) {
		session_notify(s, true, "%s", _("The receiver is busy. Try "
		    "again."));
		return false;
	}
	s->devices.what = what;
	return true;
}

bool
session_devices(struct session *s, const char *arg, size_t len)
{
	static const char end[] = "end ";
	size_t n = strlen(end);

	if (len == 0)
		return ask(s, DEVICES_PAGE, 0);
	if (len <= n || len - n >= sizeof(s->devices.ends) ||
	    memcmp(arg, end, n) != 0) {
		session_notify(s, true, "%s", _("/devices, /devices end "
		    "NAME"));
		return false;
	}
	memcpy(s->devices.ends, arg + n, len - n);
	s->devices.ends[len - n] = '\0';
	return ask(s, DEVICES_END, 0);
}

static void
put_since(char *text, size_t size, uint64_t since_ms)
{
	time_t t = (time_t)(since_ms / 1000);
	struct tm tm;

	text[0] = '\0';
	if (localtime_r(&t, &tm) != NULL)
		strftime(text, size, "%Y-%m-%d %H:%M", &tm);
}

static void
put_heard(char *text, size_t size, uint32_t heard_s)
{
	if (heard_s < 60)
		snprintf(text, size, _("heard %u s ago"), heard_s);
	else if (heard_s < 3600)
		snprintf(text, size, _("heard %u min ago"), heard_s / 60);
	else
		snprintf(text, size, _("heard %u h ago"), heard_s / 3600);
}

static void
show(struct session *s)
{
	char left[DEVICES_NAME_BYTES + 16], right[256], since[64], heard[64];
	const struct device *d = s->devices.of;

	session_open_pager(s, _("Your devices"));
	for (; d < s->devices.of + s->devices.n; d++) {
		put_since(since, sizeof(since), d->since_ms);
		put_heard(heard, sizeof(heard), d->heard_s);
		snprintf(left, sizeof(left), "%2u %s",
		    (unsigned)(d - s->devices.of) + 1, d->name[0] != '\0' ?
		    d->name : "?");
		snprintf(right, sizeof(right), _("since %s, %s"), since,
		    d->self ? _("this one") : heard);
		pager_add_row(&s->pager, left, LEFT_COLS, right);
	}
}

/* By its name, or where others have that, too, by its number. NULL: that is
 * told. */
static const struct device *
find(struct session *s)
{
	const struct devices *l = &s->devices;
	const struct device *d, *found = NULL;
	unsigned long number;
	unsigned many = 0;
	char *end;

	for (d = l->of; d < l->of + l->n; d++)
		if (!d->self && strcmp(d->name, l->ends) == 0) {
			found = d;
			many++;
		}
	number = strtoul(l->ends, &end, 10);
	if (many == 0 && *end == '\0' && number >= 1 && number <= l->n &&
	    !l->of[number - 1].self)
		return &l->of[number - 1];
	if (many == 0)
		session_notify(s, true, _("No other device of yours is called "
		    "%s: /devices lists them."), l->ends);
	else if (many > 1)
		session_notify(s, true, _("%u of your devices are called %s: "
		    "/devices end takes its number in the list, too."), many,
		    l->ends);
	return many == 1 ? found : NULL;
}

static void
note(struct devices *l, const struct record *r)
{
	struct device *d = &l->of[l->n];

	if (l->n == DEVICES_MOST)
		return;
	l->n++;
	d->since_ms = r->id;
	d->heard_s = r->flags >> RECORD_DEVICE_HEARD;
	d->self = (r->flags & RECORD_DEVICE_SELF) != 0;
	snprintf(d->name, sizeof(d->name), "%.*s", (int)r->text_len,
	    r->text_len > 0 ? r->text : "");
}

void
session_take_device(struct session *s, const struct record *r)
{
	struct devices *l = &s->devices;
	enum devices_for what = l->what;
	const struct device *d;

	/* It is told of the first one, but of none in particular. */
	s->w = s->shown;
	if (what == DEVICES_NOT)
		return;
	if (r->flags & RECORD_DEVICE_FIRST)
		l->n = 0;
	if ((r->flags & RECORD_DEVICE_NONE) == 0)
		note(l, r);
	if ((r->flags & RECORD_DEVICE_LAST) == 0)
		return;
	l->what = DEVICES_NOT;
	if (l->n == 0)
		session_notify(s, true, "%s", _("Nobody has answered which "
		    "devices there are: ask again."));
	else if (what == DEVICES_PAGE)
		show(s);
	/* Those that are left are paged. */
	else if ((d = find(s)) != NULL)
		ask(s, DEVICES_PAGE, d->since_ms);
}

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
