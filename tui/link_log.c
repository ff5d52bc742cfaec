/*
 * The log on its way from the inbox to the copy and to the screen. Pure but
 * for the disk; runs in the receiver process. Never shows an entry twice or
 * out of order.
 */
#include "tui/link_state.h"

#include <string.h>

#include "common/wire.h"

enum {
	RELEASE = 64,			/* entries that are stored at once ... */
	RELEASE_BYTES = 16 * 1024	/* ... and their bytes, at most */
};

static void
tell_caught_up(struct link *l)
{
	struct record r = { .type = RECORD_CAUGHT_UP };

	if (l->caught_up || !l->welcome || l->copy.at.seq < l->goal)
		return;
	l->caught_up = true;
	l->out.record(l->out.arg, &r);
}

static void
show(struct link *l, const struct entry *e)
{
	struct record r = { .type = RECORD_ENTRY, .entry = *e };

	r.entry.id = link_tag_of(l, e);
	l->shown = e->seq;
	l->out.record(l->out.arg, &r);
}

/* What the copy held before this run; true: all of it is shown. */
static bool
show_stored(struct link *l)
{
	const uint8_t *encoded;
	struct wire_in in;
	struct entry e;
	size_t len;

	while (l->shown < l->copy.at.seq) {
		if (!l->out.room(l->out.arg))
			return false;
		encoded = copy_read(&l->copy, l->shown + 1, &len);
		if (encoded == NULL) {
			l->shown = l->copy.at.seq;
			break;
		}
		in = wire_in(encoded, len);
		if (entry_decode_again(&in, &e) != ENTRY_OK)
			return false;
		show(l, &e);
	}
	return true;
}

/* The next entries that can be stored and shown together; how many. */
static size_t
gather(struct link *l, struct wire_out *bytes, struct entry e[RELEASE])
{
	const uint8_t *encoded;
	struct wire_in in;
	size_t n, len;

	for (n = 0; n < RELEASE && inbox_next(&l->inbox, n, &encoded, &len) &&
	    len <= bytes->size - bytes->len; n++) {
		in = wire_in(encoded, len);
		if (entry_decode_again(&in, &e[n]) != ENTRY_OK)
			break;
		wire_put_bytes(bytes, encoded, len);
	}
	return n;
}

/* In one go: each write has its price. */
static bool
release_some(struct link *l)
{
	uint8_t buf[RELEASE_BYTES];
	struct wire_out bytes = wire_out(buf, sizeof(buf));
	struct entry e[RELEASE];
	size_t i, n = gather(l, &bytes, e);
	uint64_t term = l->copy.at.term;

	if (n == 0)
		return false;
	for (i = 0; i < n; i++)
		if (e[i].kind == ENTRY_START)
			term = e[i].id;
	copy_append(&l->copy, buf, bytes.len, n, e[n - 1].seq, term);
	for (i = 0; i < n; i++) {
		if (e[i].seq > l->shown)
			show(l, &e[i]);
		link_take_person_entry(l, &e[i]);
		link_note_stored(l, &e[i]);
	}
	inbox_pop(&l->inbox, n);
	return true;
}

void
link_acknowledge(struct link *l)
{
	uint32_t next = link_forget_below(l, l->posted_next);

	/* A handshake is on its way that says where the outbox begins: the
	 * room would wait for ever for what is gone meanwhile. */
	if (l->hs.step == HANDSHAKE_VISIT)
		return;
	if (next > outbox_first(l->outbox))
		outbox_acknowledged(l->outbox, next);
}

void
link_release(struct link *l)
{
	if (!show_stored(l) || !l->settled)
		return;
	while (l->out.room(l->out.arg) && release_some(l))
		;
	/* There was no room for long: what is missing was not asked for. */
	if (l->live && l->sync_due == INT64_MAX && inbox_gap(&l->inbox) &&
	    l->out.room(l->out.arg))
		l->sync_due = l->now;
	tell_caught_up(l);
	link_acknowledge(l);
}

void
link_tell_aside(struct link *l)
{
	struct record r = { .type = RECORD_ASIDE, .text = l->copy.aside,
	    .text_len = strlen(l->copy.aside) };

	if (!l->copy.is_aside)
		return;
	l->copy.is_aside = false;
	if (l->begins_anew) {
		l->begins_anew = false;
		return;
	}
	if (r.text_len > RECORD_PATH)
		r.text_len = 0;
	l->out.record(l->out.arg, &r);
}

void
link_rewind(struct link *l, uint64_t keep)
{
	struct record r = { .type = RECORD_REWIND, .id = keep };
	size_t again = 0;

	if (keep == l->copy.at.seq)
		return;
	if (keep < l->copy.at.seq) {
		again = link_say_again(l, keep);
		copy_rewind(&l->copy, keep);
		l->inbox.head = keep;
	} else
		copy_restart(&l->copy, l->copy.at.log_id, keep);
	inbox_restart(&l->inbox, keep);
	if (l->shown > keep || !l->copy.has_base) {
		if (l->shown > keep)
			l->out.record(l->out.arg, &r);
		l->shown = keep;
	}
	link_tell_again(l, again);
	l->stored_next = 0;
	link_people_rewind(l, keep);
	l->settled = false;
	l->wants |= LINK_WANTS_BASE;
	l->want_due = l->now + path_rto_ms(&l->path);
	link_sync_by(l, l->now);
}
