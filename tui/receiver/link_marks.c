/*
 * How far the user has read, by this device or another of his: what the screen
 * has shown is said to the server, of all rooms at once, until it answers; and
 * what it says is told. Pure; runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"

#include <string.h>

#include "common/frame_person.h"
#include "common/frame_put.h"

enum {
	SAY_MS = 10 * 1000,	/* between two that are said */
	AGAIN_MS = 60 * 1000,	/* where nothing came of it */
	TRIES = 8,
	MARKS = 48		/* in a datagram */
};
_Static_assert(MARKS * (FRAME_LOG_ID + 5) + 8 <= LINK_FRAMES, "they fit");

/* A number of another log is none of this one. */
static struct link_marks *
of_log(struct link_room *lr)
{
	struct link_marks *m = &lr->marks;
	const uint8_t *log = lr->log.replica.at.log_id;

	if (memcmp(m->log, log, sizeof(m->log)) != 0) {
		memset(m, 0, sizeof(*m));
		memcpy(m->log, log, sizeof(m->log));
	}
	return m;
}

static bool
is_unsaid(struct link_room *lr)
{
	const struct link_marks *m = of_log(lr);

	return lr->entering.in && !lr->parting.begun && m->seen > m->said;
}

/* Soon, but not again and again. */
static void
say_by(struct link *l)
{
	struct link_marking *m = &l->marking;
	int64_t due = m->at == 0 ? l->now : m->at + SAY_MS;

	if (m->due == INT64_MAX)
		m->due = due < l->now ? l->now : due;
}

void
link_seen(struct link *l, int64_t now, uint16_t window, uint64_t seq)
{
	struct link_room *lr = link_at_window(l, window);
	struct link_marks *m;

	l->now = now;
	if (lr == NULL)
		return;
	m = of_log(lr);
	if (seq > lr->log.replica.at.seq)
		seq = lr->log.replica.at.seq;
	if (seq <= m->seen)
		return;
	m->seen = seq;
	say_by(l);
}

/* The server has it so, and so have all others. */
void
link_marks_know(struct link_room *lr, uint64_t seq)
{
	struct link_marks *m = of_log(lr);
	struct record r = { .type = RECORD_MARK, .id = seq };

	if (seq > m->said)
		m->said = seq;
	if (seq > m->seen) {
		m->seen = seq;
		link_tell(lr, &r);
	} else if (is_unsaid(lr))
		say_by(lr->link);
}

void
link_marks_list(struct link_room *lr, uint64_t seq)
{
	of_log(lr)->said = seq;
	link_marks_know(lr, seq);
}

static struct link_room *
room_of(struct link *l, const uint8_t log[FRAME_LOG_ID])
{
	struct link_room *lr;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->entering.in && memcmp(lr->log.replica.at.log_id, log,
		    FRAME_LOG_ID) == 0)
			break;
	return lr;
}

/* Of less the server wants no more: the room is not ours, as it sees it. */
static void
take_answer(struct link_room *lr, uint64_t seq)
{
	struct link_marks *m = of_log(lr);

	link_marks_know(lr, seq > m->asked ? seq : m->asked);
}

void
link_marks_take(struct link *l, struct frame *f)
{
	bool answers = (f->flags & FRAME_MARK_ANSWER) != 0;
	struct frame_mark m, back[MARKS];
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct link_room *lr;
	size_t n = 0;

	if (!l->hall.people)
		return;
	while (frame_next_mark(f, &m)) {
		lr = room_of(l, m.log_id);
		if (!answers && n < MARKS)
			back[n++] = m;
		if (lr != NULL && answers)
			take_answer(lr, m.seq);
		else if (lr != NULL)
			link_marks_know(lr, m.seq);
		else if (!answers)
			link_list_mine(l);
	}
	if (n == 0)
		return;
	frame_put_marks(&out, FRAME_MARK_ANSWER, back, n);
	link_send(l, frames, out.len, false);
}

static size_t
put_unsaid(struct link *l, struct frame_mark list[MARKS])
{
	struct link_room *lr;
	size_t n = 0;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (n == MARKS || !is_unsaid(lr))
			continue;
		memcpy(list[n].log_id, lr->marks.log, FRAME_LOG_ID);
		list[n++].seq = lr->marks.asked = lr->marks.seen;
	}
	return n;
}

/* All that is unsaid; also with the LEAVE, which may be the last. */
void
link_put_marks(struct link *l, struct wire_out *out)
{
	struct frame_mark list[MARKS];
	size_t n, begun = out->len;

	if (!l->hall.people || (n = put_unsaid(l, list)) == 0)
		return;
	frame_put_marks(out, 0, list, n);
	if (out->failed) {
		out->failed = false;
		out->len = begun;
	}
}

void
link_marks_tick(struct link *l)
{
	struct link_marking *m = &l->marking;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (l->now < m->due)
		return;
	link_put_marks(l, &out);
	if (out.len == 0) {
		m->due = INT64_MAX;
		m->tries = 0;
		return;
	}
	if (m->tries == 0)
		m->at = l->now;
	m->due = l->now + (m->tries < TRIES ? link_patience(l, m->tries) :
	    AGAIN_MS);
	m->tries = m->tries < TRIES ? m->tries + 1 : 0;
	link_send(l, frames, out.len, true);
}

int64_t
link_marks_due(const struct link *l)
{
	return l->hall.people ? l->marking.due : INT64_MAX;
}
