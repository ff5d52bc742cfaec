/*
 * With whom there are talks: what the server offers because there is more of
 * it, in slots of its own, which the screen's process gives a window; and the
 * list, in pieces, each asked for when the one before is here. Pure; runs in
 * the receiver process.
 */
#include "tui/receiver/link_person.h"

#include <string.h>

#include "common/frame_put.h"
#include "common/rule.h"
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_pinned.h"

enum {
	TRIES = 6,
	UNTAKEN_MS = 3000,	/* then an offer is declined */
	LEAVE_BYTES = 16,	/* of ROOM and LEAVE, in a slot */
	TALKS = 4096,		/* in a list, at most */
	AT_ONCE = 8,		/* pieces that are asked for */
	ASK_BYTES = 32		/* of its frame */
};

static struct link_offer *
offer_of(struct link *l, const uint8_t key[NOISE_KEY])
{
	struct link_talks *t = &l->talks;
	size_t i;

	for (i = 0; i < LINK_OFFERS; i++)
		if (t->offer[i].slot != 0 &&
		    memcmp(t->offer[i].key, key, NOISE_KEY) == 0)
			return &t->offer[i];
	return NULL;
}

struct link_room *
link_talks_offer(struct link *l, const struct frame *f)
{
	struct link_told_of of = { .type = RECORD_OFFERED, .key = f->bytes,
	    .name = f->text, .len = f->text_len };
	struct link_talks *t = &l->talks;
	struct link_offer *offer;
	struct link_room *lr;

	if (!l->hall.people || f->slot % 2 != 0 || f->bytes == NULL ||
	    (f->flags & FRAME_ENTERED_TALK) == 0)
		return NULL;
	lr = link_talk_of(l, f->bytes);
	if (lr != NULL && lr->entering.denied != RECORD_NO_TALK &&
	    lr->entering.denied != RECORD_NO_TALKS)
		return NULL;
	/* It is said until it is taken. */
	if ((offer = offer_of(l, f->bytes)) != NULL) {
		offer->slot = f->slot;
		return lr;
	}
	offer = &t->offer[t->next++ % LINK_OFFERS];
	offer->slot = f->slot;
	offer->due = l->now + UNTAKEN_MS;
	memcpy(offer->key, f->bytes, NOISE_KEY);
	if (lr != NULL)
		return lr;
	link_people(l);
	link_people_tell(link_first(l), &of);
	return NULL;
}

void
link_shut(struct link *l, int64_t now, uint16_t window, bool opens)
{
	const struct rule rule = { .word = opens ? RULE_UNSHUT : RULE_SHUT };
	struct link_room *lr = link_at_window(l, window);
	struct outbox *o = lr == NULL ? NULL : link_typed_into(lr);
	char text[RULE_BYTES];
	struct entry e = { .kind = ENTRY_ACT, .text = text,
	    .flags = ENTRY_RULE << ENTRY_ROLE_SHIFT };

	l->now = now;
	if (o == NULL || lr->talk == NULL)
		return;
	e.text_len = rule_put(text, &rule);
	if (outbox_add(o, &e, 1, 0))
		lr->posting.is_new |= o == lr->posting.outbox;
}

uint32_t
link_talks_slot(struct link *l, const uint8_t key[NOISE_KEY])
{
	struct link_offer *offer = offer_of(l, key);
	uint32_t slot = offer == NULL ? 0 : offer->slot;

	if (offer != NULL)
		offer->slot = 0;
	return slot;
}

void
link_talks_forget(struct link *l)
{
	memset(l->talks.offer, 0, sizeof(l->talks.offer));
	l->wishing.knows = false;
}

/* There is none, or no more; or why nobody says. */
static void
tell_end(struct link *l, bool first, uint32_t why)
{
	struct record r = { .type = RECORD_TALK_LISTED, .text = "",
	    .flags = RECORD_TALK_LAST | (first ? RECORD_TALK_FIRST : 0) | why,
	    .entry.author = "", .entry.text = "" };

	if (!l->talks.quiet)
		link_tell(link_first(l), &r);
}

static void
begin(struct link *l, bool quiet, int64_t due)
{
	struct link_talks *t = &l->talks;

	t->asked = true;
	t->quiet = quiet;
	t->from = t->step = 0;
	t->open = t->tries = 0;
	t->due = due;
}

void
link_ask_talks(struct link *l, int64_t now)
{
	l->now = now;
	begin(l, false, now);
	if (l->channel.live && l->hall.people)
		return;
	l->talks.asked = false;
	tell_end(l, true, l->channel.live ? RECORD_TALK_NONE :
	    RECORD_TALK_UNKNOWN);
}

void
link_talks_mine(struct link *l)
{
	struct link_room *lr;

	if (!l->hall.people || (l->talks.asked && !l->talks.quiet))
		return;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->talk != NULL && lr->entering.in) {
			begin(l, true, l->now + LINK_MINE_MS);
			return;
		}
}

static void
tell(struct link *l, const struct frame_talk *talk, bool first, bool last)
{
	struct link_told_of of = { .type = RECORD_TALK_LISTED,
	    .key = talk->key, .name = talk->name, .len = talk->name_len,
	    .id = talk->said };
	struct link_room *lr = link_talk_of(l, talk->key);

	if (lr != NULL && lr->entering.in)
		link_marks_list(lr, talk->mark);
	if (l->talks.quiet)
		return;
	of.flags = (first ? RECORD_TALK_FIRST : 0) |
	    (last ? RECORD_TALK_LAST : 0) |
	    (talk->said > talk->mark ? RECORD_TALK_MORE : 0) |
	    (talk->flags & FRAME_TALK_HERE ? RECORD_TALK_HERE : 0) |
	    (lr != NULL ? RECORD_TALK_IN : 0);
	link_people_tell(link_first(l), &of);
}

/* The next piece; and as many behind it as there seem to be, which overlap, as
 * names are not as long as others. */
static void
ask(struct link *l)
{
	struct link_talks *t = &l->talks;
	uint8_t frames[ASK_BYTES];
	struct wire_out out;
	uint64_t from = t->from;

	t->open = 0;
	do {
		out = wire_out(frames, sizeof(frames));
		frame_put_ask(&out, FRAME_ASK_TALKS, from);
		link_send(l, frames, out.len, true);
		from += t->step;
	} while (++t->open < AT_ONCE && t->step > 0 && from < t->total);
}

/* Who has no window for it makes room for another one, till more is said. */
static void
decline(struct link *l)
{
	uint8_t frames[LINK_OFFERS * LEAVE_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct link_offer *o;

	for (o = l->talks.offer; o < l->talks.offer + LINK_OFFERS; o++) {
		if (o->slot == 0 || l->now < o->due)
			continue;
		frame_put_room(&out, o->slot);
		frame_put_leave(&out, "", 0);
		o->slot = 0;
	}
	if (out.len > 0)
		link_send(l, frames, out.len, true);
}

void
link_talks_tick(struct link *l)
{
	struct link_talks *t = &l->talks;

	decline(l);
	if (!t->asked || l->now < t->due)
		return;
	if (!l->hall.people || ++t->tries > TRIES) {
		t->asked = false;
		tell_end(l, t->from == 0, t->from == 0 ? RECORD_TALK_UNKNOWN :
		    0);
		return;
	}
	t->due = l->now + link_patience(l, t->tries);
	ask(l);
}

int64_t
link_talks_due(const struct link *l)
{
	int64_t due = l->talks.asked ? l->talks.due : INT64_MAX;
	const struct link_offer *o;

	for (o = l->talks.offer; o < l->talks.offer + LINK_OFFERS; o++)
		if (o->slot != 0)
			link_least(&due, o->due);
	return due;
}

/* What is new in that piece, if it goes on from what is here. */
static void
take_piece(struct link *l, struct frame *f)
{
	struct link_talks *t = &l->talks;
	uint64_t at = f->offset;
	struct frame_talk talk;

	for (; at <= t->from && at < f->total && frame_next_talk(f, &talk);
	    at++)
		if (at == t->from) {
			t->from++;
			tell(l, &talk, at == 0, t->from == f->total);
		}
	if (at - f->offset > 1)
		t->step = (at - f->offset) * 3 / 4;
	t->total = f->total;
}

void
link_talks_take(struct link *l, struct frame *f)
{
	struct link_talks *t = &l->talks;
	uint64_t had = t->from;

	if (!t->asked || !l->hall.people || f->code != FRAME_ASK_TALKS ||
	    f->total > TALKS || t->open == 0)
		return;
	t->open--;
	link_people(l);
	if (f->offset <= t->from)
		take_piece(l, f);
	t->asked = t->from < f->total;
	/* It got shorter since the last piece, or there was none. */
	if (!t->asked && (f->total == 0 || t->from == had))
		tell_end(l, t->from == 0, f->seq == 0 ? RECORD_TALK_NONE : 0);
	/* None: there was no room for them in that datagram. */
	if (t->from == had)
		return;
	t->tries = 0;
	t->due = t->open == 0 ? l->now : l->now + link_patience(l, 1);
}
