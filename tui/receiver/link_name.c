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

/* What is said before and what behind that one is, in all rooms. */
static void
mark(struct link *l, unsigned i)
{
	struct link_posting *p;
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		p = &lr->posting;
		p->named[i] = lr->talk != NULL || p->outbox == NULL ||
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
		if (p->named[0] != 0 && p->outbox != NULL &&
		    lr->entering.denied == 0 && link_waiting(lr) > 0 &&
		    outbox_first(p->outbox) + link_first_waiting(lr) <
		    p->named[0])
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

/* The first of them is. */
static void
ask(struct link *l)
{
	struct link_called *c = &l->called;

	c->tag++;
	c->asked_at = c->due = l->now;
	c->tries = 0;
	c->why = REFUSAL_NONE;
	c->wait_ms = 0;
}

/* There is an answer: what was said behind it may go, up to the next one. */
static void
let_go(struct link *l)
{
	struct link_called *c = &l->called;
	struct link_posting *p;
	struct link_room *lr;

	memmove(&c->wanted[0], &c->wanted[1],
	    --c->wanted_n * sizeof(c->wanted[0]));
	if (c->wanted_n > 0)
		ask(l);
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		p = &lr->posting;
		memmove(&p->named[0], &p->named[1],
		    c->wanted_n * sizeof(p->named[0]));
		p->named[c->wanted_n] = 0;
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
	struct link_wanted *w;

	l->now = now;
	if (lr == NULL)
		return;
	if (!l->hall.many || text_name_check(name, len) != TEXT_NAME_OK) {
		post(lr, name, len);
		return;
	}
	if (c->wanted_n == LINK_NAMES) {
		link_refuse_nick(lr, name, len);
		return;
	}
	w = &c->wanted[c->wanted_n];
	memcpy(w->name, name, len);
	w->len = len;
	w->window = window;
	mark(l, c->wanted_n);
	/* Each is answered before the next one is asked for. */
	if (c->wanted_n++ == 0)
		ask(l);
}

void
link_name_tick(struct link *l)
{
	struct link_called *c = &l->called;
	uint8_t frames[NAME_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (c->wanted_n == 0 || !l->hall.many || l->now < c->due ||
	    order_end(l) != 0)
		return;
	frame_put_name(&out, c->tag, 0, c->wanted[0].name, c->wanted[0].len);
	c->due = l->now + link_patience(l, c->tries);
	if (c->tries < 2 * LINK_PATIENT)
		c->tries++;
	link_send(l, frames, out.len, true);
}

int64_t
link_name_due(const struct link *l)
{
	int64_t end = order_end(l);

	return l->called.wanted_n == 0 || !l->hall.many ? INT64_MAX :
	    end != 0 ? end : l->called.due;
}

static void
deny(struct link *l, unsigned code)
{
	const struct link_called *c = &l->called;
	struct record r = { .type = RECORD_NICK_DENIED,
	    .denial = link_denial_of(code), .flags = c->why,
	    .wait_ms = c->wait_ms, .text = c->wanted[0].name,
	    .text_len = c->wanted[0].len };
	struct link_room *lr = link_at_window(l, c->wanted[0].window);

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
	if (f->id != 0 && (f->id != c->tag || c->wanted_n == 0))
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

	if (c->wanted_n == 0 || !l->hall.many || !link_is_welcome(l))
		return false;
	if (f->code != FRAME_NAME_BAD && f->code != FRAME_NAME_TAKEN &&
	    f->code != FRAME_NAME_OWNED && f->code != FRAME_LIMIT_RATE &&
	    f->code != FRAME_NO_SPACE && f->code != FRAME_MUTED)
		return false;
	c->why = refusal_read(f->text, f->text_len, &other, &len);
	c->wait_ms = f->wait_ms > ENTRY_TIME_MS_MAX ? 0 : (int64_t)f->wait_ms;
	return true;
}
