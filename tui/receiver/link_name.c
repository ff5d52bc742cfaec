/*
 * What we are called in a session of several rooms: it is asked for once, for
 * all of them. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"

#include <string.h>

#include "common/frame_put.h"

enum {
	NAME_BYTES = 64,	/* of its frame */
	ORDER_MS = 3000		/* what was said before goes first */
};

/* A talk's log says nothing of names: what a room's is to say waits there. */
static void
post(struct link_room *lr, const char *name, size_t len)
{
	struct link_room *in = lr;

	if (lr->talk != NULL)
		TAILQ_FOREACH(in, &lr->link->rooms, by_link)
			if (in->talk == NULL)
				break;
	if (in != NULL)
		link_post_nick(in, name, len);
	else
		link_refuse_nick(lr, name, len);
}

/* What is said before and what behind it is, in all rooms. */
static void
mark(struct link *l)
{
	struct link_posting *p;
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		p = &lr->posting;
		p->named = lr->talk != NULL || p->outbox == NULL ||
		    link_typed_into(lr) != p->outbox ? 0 :
		    outbox_last(p->outbox) + 1;
	}
}

/* Some room has not got yet what was said there before. */
static bool
is_behind(const struct link *l)
{
	const struct link_room *lr;
	const struct link_posting *p;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		p = &lr->posting;
		if (p->named != 0 && p->outbox != NULL &&
		    lr->entering.denied == 0 && link_waiting(lr) > 0 &&
		    outbox_first(p->outbox) + link_first_waiting(lr) <
		    p->named)
			return true;
	}
	return false;
}

/* Until then, or 0: the name may be asked for. */
static int64_t
order_end(const struct link *l)
{
	int64_t from = l->channel.born_at > l->called.asked_at ?
	    l->channel.born_at : l->called.asked_at;

	return l->now < from + ORDER_MS && is_behind(l) ? from + ORDER_MS : 0;
}

/* There is an answer: what was said behind it may go. */
static void
let_go(struct link *l)
{
	struct link_room *lr;

	l->called.wanted_len = 0;
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		lr->posting.named = 0;
		if (lr->posting.outbox != NULL && link_waiting(lr) > 0)
			lr->posting.is_new = true;
	}
}

void
link_nick(struct link *l, int64_t now, uint16_t window, const char *name,
    size_t len)
{
	struct link_room *lr = link_at_window(l, window);
	struct link_called *c = &l->called;

	l->now = now;
	if (lr == NULL)
		return;
	if (!l->hall.many || text_name_check(name, len) != TEXT_NAME_OK) {
		post(lr, name, len);
		return;
	}
	memcpy(c->wanted, name, len);
	c->wanted_len = len;
	c->window = window;
	c->tag++;
	c->asked_at = c->due = now;
	c->tries = 0;
	mark(l);
	c->why = REFUSAL_NONE;
	c->wait_ms = 0;
}

void
link_name_tick(struct link *l)
{
	struct link_called *c = &l->called;
	uint8_t frames[NAME_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (c->wanted_len == 0 || !l->hall.many || l->now < c->due ||
	    order_end(l) != 0)
		return;
	frame_put_name(&out, c->tag, 0, c->wanted, c->wanted_len);
	c->due = l->now + link_patience(l, c->tries);
	if (c->tries < 2 * LINK_PATIENT)
		c->tries++;
	link_send(l, frames, out.len, true);
}

int64_t
link_name_due(const struct link *l)
{
	int64_t end = order_end(l);

	return l->called.wanted_len == 0 || !l->hall.many ? INT64_MAX :
	    end != 0 ? end : l->called.due;
}

static void
deny(struct link *l, unsigned code)
{
	const struct link_called *c = &l->called;
	struct record r = { .type = RECORD_NICK_DENIED,
	    .denial = link_denial_of(code), .flags = c->why,
	    .wait_ms = c->wait_ms, .text = c->wanted,
	    .text_len = c->wanted_len };
	struct link_room *lr = link_at_window(l, c->window);

	if (lr != NULL)
		link_tell(lr, &r);
}

void
link_name_take(struct link *l, const struct frame *f)
{
	struct link_called *c = &l->called;

	if (!l->hall.many)
		return;
	link_set_phase(l, RECORD_ONLINE);
	/* An answer to what was asked before is late. */
	if (f->id != 0 && (f->id != c->tag || c->wanted_len == 0))
		return;
	if (f->code == 0 && text_name_check(f->text, f->text_len) ==
	    TEXT_NAME_OK)
		link_call(l, f->text, f->text_len);
	else if (f->code != 0 && f->id != 0)
		deny(l, f->code > FRAME_CODE_MAX ? FRAME_NAME_BAD :
		    (unsigned)f->code);
	if (f->id != 0)
		let_go(l);
}

bool
link_name_take_error(struct link *l, const struct frame *f)
{
	struct link_called *c = &l->called;
	const char *other;
	size_t len;

	if (c->wanted_len == 0 || !l->hall.many || !link_is_welcome(l))
		return false;
	if (f->code != FRAME_NAME_BAD && f->code != FRAME_NAME_TAKEN &&
	    f->code != FRAME_NAME_OWNED && f->code != FRAME_LIMIT_RATE &&
	    f->code != FRAME_NO_SPACE && f->code != FRAME_MUTED)
		return false;
	c->why = refusal_read(f->text, f->text_len, &other, &len);
	c->wait_ms = f->wait_ms > ENTRY_TIME_MS_MAX ? 0 : (int64_t)f->wait_ms;
	return true;
}
