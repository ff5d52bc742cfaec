/*
 * The link's bottom: what is sealed and sent, when an answer is missed, what
 * the screen is told of the link's condition. Pure; runs in the receiver
 * process.
 */
#include "tui/link_state.h"

#include <string.h>

enum { STATE_MS = 2000 };	/* between two figures for the title */

size_t
link_first_waiting(const struct link *l)
{
	uint32_t first = outbox_first(l->outbox);
	size_t count = outbox_count(l->outbox);

	if (l->posted_next <= first)
		return 0;
	return l->posted_next - first < count ? l->posted_next - first : count;
}

size_t
link_waiting(const struct link *l)
{
	return outbox_count(l->outbox) - link_first_waiting(l);
}

void
link_tell_state(struct link *l)
{
	struct record r = { .type = RECORD_STATE };
	struct record_state *s = &l->state;
	uint32_t loss = path_loss_permille(&l->path);
	bool urgent;

	s->people = l->has_roster ? (uint32_t)l->roster.count : 0;
	s->pending = l->outbox == NULL ? 0 : (uint32_t)link_waiting(l);
	s->rtt_ms = path_rtt_ms(&l->path);
	s->loss_permille = l->live ? (int32_t)loss : -1;
	l->held &= s->pending > 0 && s->phase == RECORD_ONLINE;
	s->held = l->held;
	urgent = !l->is_told || s->held != l->told.held ||
	    s->phase != l->told.phase || s->people != l->told.people ||
	    s->pending != l->told.pending;
	if (!urgent && (l->now - l->told_at < STATE_MS ||
	    (s->rtt_ms == l->told.rtt_ms &&
	    s->loss_permille == l->told.loss_permille)))
		return;
	l->told = *s;
	l->told_at = l->now;
	l->is_told = true;
	r.state = *s;
	r.state.phase_ms = (uint32_t)(l->now - l->phase_at);
	l->out.record(l->out.arg, &r);
}

void
link_set_phase(struct link *l, enum record_phase phase)
{
	if (l->state.phase == phase)
		return;
	l->state.phase = phase;
	/* "Reconnecting" counts from when it was last heard. */
	l->phase_at = phase == RECORD_LOST ? l->heard_at : l->now;
	link_tell_state(l);
}

void
link_deny(struct link *l, enum record_denial denial, const char *text,
    size_t len)
{
	struct record r = { .type = RECORD_DENIED, .denial = denial,
	    .text = text, .text_len = len };

	if (denial != RECORD_SILENT && denial != RECORD_UNREACHABLE &&
	    denial != RECORD_CLASSIC_ONLY)
		link_set_phase(l, RECORD_IDLE);
	l->out.record(l->out.arg, &r);
}

int32_t
link_patience(const struct link *l, unsigned tries)
{
	int32_t wait = path_rto_ms(&l->path);

	for (; tries > LINK_PATIENT && wait < PATH_WAIT_MAX_MS; tries--)
		wait = path_longer(wait);
	return wait;
}

bool
link_send(struct link *l, const void *frames, size_t len, bool wants_answer)
{
	uint8_t datagram[LINK_DATAGRAM];
	size_t sealed;
	bool gone;

	if (!l->live)
		return false;
	sealed = seal_pack(&l->seal, frames, len, datagram);
	if (sealed == 0) {
		l->rekey = true;	/* the key is used up */
		return false;
	}
	gone = l->out.send(l->out.arg, datagram, sealed);
	l->sent_at = l->now;
	if (!wants_answer || l->asked_at != INT64_MAX)
		return gone;
	l->asked_at = l->now;
	l->port_due = l->now + LINK_PORT_MS;
	l->shake_due = l->now + LINK_SHAKE_MS;
	l->retry_wait = path_longer(path_rto_ms(&l->path));
	l->retry_due = l->now + l->retry_wait;
	return gone;
}

void
link_put_ping(struct link *l, struct wire_out *out)
{
	l->out.random(l->out.arg, l->ping, sizeof(l->ping));
	l->ping_at = l->now;
	l->pinging = true;
	frame_put_ping(out, FRAME_PING, l->ping);
}

void
link_sync_by(struct link *l, int64_t due)
{
	if (due < l->sync_due)
		l->sync_due = due;
}
