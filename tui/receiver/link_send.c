/*
 * The link's bottom: what is sealed and sent, when an answer is missed, what
 * the screen is told of the link's condition. Pure; runs in the receiver
 * process.
 */
#include "tui/receiver/link_floor.h"

#include <string.h>

#include "common/frame_put.h"

enum { STATE_MS = 2000 };	/* between two figures for the title */

struct link_room *
link_at_window(const struct link *l, uint16_t window)
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->window == window && !lr->parting.begun)
			break;
	return lr;
}

struct link_room *
link_asked_at(const struct link *l, uint16_t window)
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->asked, by_link)
		if (lr->window == window)
			break;
	return lr;
}

struct link_room *
link_at_slot(const struct link *l, uint32_t slot)
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (slot != 0 && lr->entering.slot == slot)
			break;
	return lr;
}

bool
link_is_in(const struct link_room *lr)
{
	return lr->link->hall.many ? lr->entering.in :
	    lr == link_first(lr->link);
}

bool
link_is_behind(const struct link *l)
{
	const struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->talk == NULL && link_is_in(lr) && (!lr->log.settled ||
		    lr->log.shown < lr->log.joined))
			return true;
	return false;
}

bool
link_is_welcome(const struct link *l)
{
	const struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->welcome)
			return true;
	return false;
}

bool
link_visits(const struct link_room *lr)
{
	const struct handshake *hs = &lr->link->shaking.hs;

	return lr->entering.due != INT64_MAX || (!lr->link->hall.many &&
	    hs->step == HANDSHAKE_VISIT);
}

void
link_put_room(const struct link_room *lr, struct wire_out *out)
{
	if (lr->link->hall.many)
		frame_put_room(out, lr->entering.slot);
}

bool
link_wants_people(const struct link_room *lr)
{
	return !lr->link->hall.many || lr == lr->link->looked;
}

void
link_tell(const struct link_room *lr, struct record *r)
{
	/* Its window may be another room's by now. */
	if (lr->parting.begun)
		return;
	r->window = lr->window;
	lr->link->out.record(lr->link->out.arg, r);
}

bool
link_may_tell(const struct link_room *lr)
{
	return lr->link->out.room(lr->link->out.arg);
}

size_t
link_first_waiting(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;
	uint32_t first = outbox_first(p->outbox);
	size_t count = outbox_count(p->outbox);

	if (p->next <= first)
		return 0;
	return p->next - first < count ? p->next - first : count;
}

struct link_box
link_box_at(const struct link_room *lr, size_t i)
{
	const struct link_posting *p = &lr->posting;

	return i > 0 ? p->behind[i - 1] :
	    (struct link_box){ p->outbox, p->box };
}

struct outbox *
link_typed_into(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;

	return p->behind_n > 0 ? p->behind[p->behind_n - 1].outbox :
	    p->outbox;
}

size_t
link_waiting(const struct link_room *lr)
{
	return outbox_count(lr->posting.outbox) - link_first_waiting(lr);
}

/* Posts that the room does not have, in all outboxes. */
static size_t
all_waiting(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;
	size_t i, n = link_waiting(lr);

	for (i = 0; i < p->behind_n; i++)
		n += outbox_count(p->behind[i].outbox);
	return n;
}

/* More than a figure, or one of the room that is looked at which was not told
 * for a while. */
static bool
is_news(const struct link_room *lr, const struct record_state *s)
{
	const struct record_state *told = &lr->told.state;

	return !lr->told.once || s->held != told->held ||
	    s->ended != told->ended || s->phase != told->phase ||
	    s->people != told->people || s->pending != told->pending ||
	    (link_wants_people(lr) &&
	    lr->link->now - lr->told.at >= STATE_MS &&
	    (s->rtt_ms != told->rtt_ms ||
	    s->loss_permille != told->loss_permille));
}

static void
tell_state(struct link_room *lr)
{
	const struct link *l = lr->link;
	struct record r = { .type = RECORD_STATE, .state = l->state };
	struct record_state *s = &r.state;

	s->people = lr->members.known ?
	    (uint32_t)lr->members.roster.count : 0;
	s->pending = lr->posting.outbox == NULL ? 0 :
	    (uint32_t)all_waiting(lr);
	if (s->pending == 0 || s->phase != RECORD_ONLINE)
		lr->posting.held = RECORD_HELD_NOT;
	s->held = lr->posting.held;
	if (!is_news(lr, s))
		return;
	lr->told.state = *s;
	lr->told.at = l->now;
	lr->told.once = true;
	s->phase_ms = (uint32_t)(l->now - l->phase_at);
	link_tell(lr, &r);
}

void
link_tell_state(struct link *l)
{
	struct record_state *s = &l->state;
	uint32_t loss = netpath_loss_permille(&l->channel.path);
	struct link_room *lr;

	s->rtt_ms = netpath_rtt_ms(&l->channel.path);
	s->loss_permille = l->channel.live ? (int32_t)loss : -1;
	s->ended &= s->phase == RECORD_LOST;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		tell_state(lr);
	TAILQ_FOREACH(lr, &l->asked, by_link)
		tell_state(lr);
}

void
link_set_phase(struct link *l, enum record_phase phase)
{
	if (l->state.phase == phase)
		return;
	l->state.phase = phase;
	/* "Reconnecting" counts from when it was last heard. */
	l->phase_at = phase == RECORD_LOST ? l->channel.heard_at : l->now;
	link_tell_state(l);
}

void
link_deny(struct link *l, enum record_denial denial, const char *text,
    size_t len)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .text = text, .text_len = len };

	if (denial == RECORD_SILENT || denial == RECORD_UNREACHABLE)
		r.flags = l->going.several && l->going.round ?
		    RECORD_NOR_OTHERS : 0;
	else if (denial != RECORD_CLASSIC_ONLY)
		link_set_phase(l, RECORD_IDLE);
	l->out.record(l->out.arg, &r);
}

int32_t
link_patience(const struct link *l, unsigned tries)
{
	int32_t wait = netpath_rto_ms(&l->channel.path);

	for (; tries > LINK_PATIENT && wait < NETPATH_WAIT_MAX_MS; tries--)
		wait = netpath_longer(wait);
	return wait;
}

void
link_await_answer(struct link *l)
{
	struct link_asking *a = &l->asking;

	a->at = l->now;
	a->port_due = l->now + LINK_PORT_MS;
	a->shake_due = l->now + LINK_SHAKE_MS;
	a->retry_wait = netpath_longer(netpath_rto_ms(&l->channel.path));
	a->retry_due = l->now + a->retry_wait;
}

/* False: the key is used up. */
static bool
send_by(struct link *l, struct seal *seal, const void *frames, size_t len,
    bool *gone)
{
	uint8_t datagram[LINK_DATAGRAM];
	size_t sealed = seal_pack(seal, frames, len, datagram);

	if (sealed == 0)
		return false;
	if (l->out.frames != NULL)
		l->out.frames(l->out.arg, false, frames, len);
	*gone = l->out.send(l->out.arg, datagram, sealed);
	l->channel.sent_at = l->now;
	return true;
}

void
link_send_early(struct link *l, const void *frames, size_t len)
{
	bool gone;

	send_by(l, &l->shaking.hs.seal, frames, len, &gone);
}

bool
link_send(struct link *l, const void *frames, size_t len, bool wants_answer)
{
	bool gone;

	if (!l->channel.live)
		return false;
	if (!send_by(l, &l->channel.seal, frames, len, &gone)) {
		l->channel.rekey = true;
		return false;
	}
	if (wants_answer && l->asking.at == INT64_MAX)
		link_await_answer(l);
	return gone;
}

void
link_lose(struct link *l)
{
	struct link_room *lr;

	l->channel.live = false;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		lr->welcome = false;
}

void
link_hear(struct link *l)
{
	l->channel.heard_at = l->now;
	l->trust.doubted_at = 0;
	l->asking.at = l->asking.retry_due = INT64_MAX;
}

void
link_put_ping(struct link *l, struct wire_out *out)
{
	struct link_asking *a = &l->asking;

	l->out.random(l->out.arg, a->ping, sizeof(a->ping));
	a->ping_at = l->now;
	a->pinging = true;
	frame_put_ping(out, FRAME_PING, a->ping);
}

/*
 * The server asks whether we are where we seem to be, and sends little before
 * it knows. Our answer may be lost: so it asks back, until that is answered.
 */
void
link_take_ping(struct link *l, const struct frame *f)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	/* Once a datagram, however often it asks. */
	if (l->asking.ponged)
		return;
	l->asking.ponged = true;
	frame_put_ping(&out, FRAME_PONG, f->bytes);
	link_put_ping(l, &out);
	link_send(l, frames, out.len, true);
}

void
link_take_pong(struct link *l, const struct frame *f)
{
	struct link_asking *a = &l->asking;

	if (!a->pinging || memcmp(a->ping, f->bytes, sizeof(a->ping)) != 0)
		return;
	a->pinging = l->channel.unheard = false;
	netpath_sample(&l->channel.path, l->now - a->ping_at);
}

int64_t
link_asking_due(const struct link *l)
{
	const struct link_asking *a = &l->asking;
	int64_t due = INT64_MAX;

	if (a->at == INT64_MAX)
		return due;
	link_least(&due, a->retry_due);
	link_least(&due, a->port_due);
	link_least(&due, a->shake_due);
	if (l->state.phase == RECORD_ONLINE || link_may_go(l))
		link_least(&due, a->at + LINK_LOST_MS);
	return due;
}
