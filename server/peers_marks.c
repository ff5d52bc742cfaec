/*
 * How far a person has read each room, by whichever of his devices: what one
 * says all the others are told, each until it says the same. Pure; runs in the
 * server.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/room/marks.h"

enum {
	MARK_US = 2,		/* of work, each */
	FIRST_MS = 300,		/* before they are told again */
	TRIES = 6
};

static const uint8_t *
log_of(const struct seat *s, struct frame_position *head)
{
	*head = log_head(s->in->room->log);
	return head->log_id;
}

void
peers_begin_mark(struct peers *ps, const struct seat *s)
{
	struct person *p = peers_person(ps, s->peer);
	struct frame_position head;

	/* Without memory he has none, and is there all the same. */
	if (p != NULL)
		marks_begin(ps->house->marks, p, log_of(s, &head));
}

void
peers_end_mark(struct peers *ps, const struct seat *s)
{
	struct person *p = peers_person(ps, s->peer);
	struct frame_position head;

	if (p != NULL && !s->reads)
		marks_end(ps->house->marks, p, log_of(s, &head));
}

/* Once more from now on. */
static void
begin_telling(struct peer *p, int64_t now_ms)
{
	p->device->marks_tries = 0;
	p->device->marks_ms = now_ms + FIRST_MS;
	p->owes |= PEER_OWES_MARKS;
}

static struct peer_mark *
find(struct peer_device *d, const uint8_t log[FRAME_LOG_ID])
{
	struct peer_mark *m = d->marks;

	while (m < d->marks + d->marks_n &&
	    memcmp(m->log, log, FRAME_LOG_ID) != 0)
		m++;
	return m;
}

/* It is to be told that one. Too many: it asks for the list, one day. */
static void
owe(struct peers *ps, struct peer *p, const uint8_t log[FRAME_LOG_ID],
    bool once)
{
	struct peer_device *d = p->device;
	struct peer_mark *m = find(d, log);

	if (m == d->marks + PEER_MARKS)
		return;
	if (m == d->marks + d->marks_n) {
		d->marks_n++;
		memcpy(m->log, log, FRAME_LOG_ID);
	}
	m->once = once;
	/* Who sleeps is told when he is heard. */
	if (ps->house->now_ms - p->heard_ms < PEER_AWAY_MS)
		begin_telling(p, ps->house->now_ms);
}

static void
tell_others(struct peers *ps, const struct peer *p,
    const uint8_t log[FRAME_LOG_ID])
{
	struct peer *other = NULL;

	while ((other = crowd_next_of(&ps->crowd, p->key, other)) != NULL) {
		if (other == p || other->closing || other->device == NULL)
			continue;
		owe(ps, other, log, false);
		peers_hurry(ps, other);
	}
}

/* It hears what is so now: if that is more than it said, till it knows. */
static void
take_mark(struct peers *ps, struct peer *p, const struct frame_mark *m)
{
	struct person *who = peers_person(ps, p);
	const struct mark *is;

	if (marks_move(ps->house->marks, who, m->log_id, m->seq))
		tell_others(ps, p, m->log_id);
	is = marks_find(who, m->log_id);
	if (is != NULL)
		owe(ps, p, m->log_id, is->seq <= m->seq);
}

void
peers_take_marks(struct peers *ps, struct peer *p, struct frame *f)
{
	struct frame_mark m;

	if (p->device == NULL || !p->known ||
	    !peers_work(ps, p, MARK_US * (uint32_t)(f->count + 1)))
		return;
	while (frame_next_mark(f, &m))
		take_mark(ps, p, &m);
}

/* Those that are told once are, now. */
static void
forget_told(struct peer_device *d)
{
	unsigned i, n = 0;

	for (i = 0; i < d->marks_n; i++)
		if (!d->marks[i].once)
			d->marks[n++] = d->marks[i];
	d->marks_n = (uint8_t)n;
	if (n == 0)
		d->marks_ms = INT64_MAX;
}

void
peers_put_marks(const struct peers *ps, struct peer *p,
    struct wire_out *out)
{
	const struct person *who = peers_person(ps, p);
	struct frame_mark list[PEER_MARKS];
	struct peer_device *d = p->device;
	const struct mark *is;
	size_t i, n = 0;

	for (i = 0; i < d->marks_n; i++) {
		is = marks_find(who, d->marks[i].log);
		if (is == NULL) {
			d->marks[i].once = true;
			continue;
		}
		memcpy(list[n].log_id, is->log, FRAME_LOG_ID);
		list[n++].seq = is->seq;
	}
	if (n > 0)
		frame_put_marks(out, list, n);
	if (!out->failed)
		forget_told(d);
}

void
peers_repeat_marks(struct peers *ps, struct peer *p)
{
	struct peer_device *d = p->device;
	int64_t now_ms = ps->house->now_ms;

	if (d == NULL || now_ms < d->marks_ms)
		return;
	p->owes |= PEER_OWES_MARKS;
	/* Who does not answer so often is not there. */
	if (++d->marks_tries >= TRIES)
		d->marks_ms = INT64_MAX;
	else
		d->marks_ms = now_ms + ((int64_t)FIRST_MS << d->marks_tries);
}

void
peers_tell_marks(struct peers *ps, struct peer *p)
{
	const struct peer_device *d = p->device;

	if (d != NULL && d->marks_n > 0 && d->marks_ms == INT64_MAX)
		begin_telling(p, ps->house->now_ms);
}
