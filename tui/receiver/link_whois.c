/*
 * Who somebody is, as the screen asks. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "common/fingerprint.h"
#include "common/frame_put.h"

enum {
	TRIES = 6,
	WHOIS_BYTES = 64	/* of its frame */
};

/* Nothing but that. */
static void
tell(struct link_room *lr, unsigned flag, const char *name, size_t len)
{
	struct record r = { .type = RECORD_PERSON, .flags = flag,
	    .text = name, .text_len = len };

	link_tell(lr, &r);
}

void
link_whois(struct link *l, int64_t now, uint16_t window, const char *name,
    size_t len)
{
	struct link_room *lr = link_at_window(l, window);
	struct link_whois *w;

	l->now = now;
	if (lr == NULL)
		return;
	w = &lr->whois;
	if (text_name_check(name, len) != TEXT_NAME_OK) {
		tell(lr, RECORD_MEMBER_ABSENT, name, len < TEXT_LINE_BYTES ?
		    len : TEXT_LINE_BYTES);
		return;
	}
	memcpy(w->name, name, len);
	w->len = len;
	w->tries = 0;
	w->due = now;
}

void
link_whois_tick(struct link_room *lr)
{
	struct link_whois *w = &lr->whois;
	uint8_t frames[WHOIS_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (w->len == 0 || lr->link->now < w->due)
		return;
	if (++w->tries > TRIES) {
		tell(lr, RECORD_MEMBER_UNKNOWN, w->name, w->len);
		w->len = 0;
		return;
	}
	w->due = lr->link->now +
	    netpath_rto_ms(&lr->link->channel.path) * w->tries;
	link_put_room(lr, &out);
	frame_put_whois(&out, w->name, w->len);
	link_send(lr->link, frames, out.len, true);
}

int64_t
link_whois_due(const struct link_room *lr)
{
	return lr->whois.len > 0 ? lr->whois.due : INT64_MAX;
}

static bool
is_asked_for(const struct link_whois *w, const char *name, size_t len)
{
	char a[TEXT_FOLD_BYTES], b[TEXT_FOLD_BYTES];

	return w->len > 0 && text_fold(a, name, len) > 0 &&
	    text_fold(b, w->name, w->len) > 0 && strcmp(a, b) == 0;
}

void
link_whois_take(struct link_room *lr, const struct frame *f)
{
	struct record r = { .type = RECORD_PERSON, .text = f->text,
	    .text_len = f->text_len };
	char fingerprint[FINGERPRINT_TEXT];

	if (!is_asked_for(&lr->whois, f->text, f->text_len))
		return;
	lr->whois.len = 0;
	r.flags = (f->flags & FRAME_MEMBER_AWAY ? RECORD_MEMBER_AWAY : 0) |
	    (f->flags & FRAME_MEMBER_CLASSIC ? RECORD_MEMBER_CLASSIC : 0) |
	    (f->flags & FRAME_MEMBER_ABSENT ? RECORD_MEMBER_ABSENT : 0);
	r.entry.kind = ENTRY_JOIN;
	r.entry.time_ms = (int64_t)f->since_ms;
	if (f->bytes != NULL) {
		r.entry.text = fingerprint_text(fingerprint, f->bytes);
		r.entry.text_len = strlen(fingerprint);
	}
	link_tell(lr, &r);
}
