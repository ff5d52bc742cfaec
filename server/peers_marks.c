/*
 * How far a person has read each room, by whichever of his devices: what one
 * says all the others are told, each until it answers. Pure; runs in the
 * server.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/room/house_news.h"
#include "server/room/marks.h"
#include "server/room/room_say.h"

enum {
	MARK_US = 2,		/* of work, each */
	FIRST_MS = 300,		/* before they are told again */
	SHARE_MS = 5000,	/* before other servers hear of one */
	TRIES = 6
};

static const uint8_t *
log_of(const struct seat *s, struct frame_position *head)
{
	*head = log_head(s->in->room->log);
	return head->log_id;
}

/*
 * Of several servers
 */

static void
say_marks(struct peers *ps)
{
	struct house_news *n = &ps->marks;
	const struct person *who;
	const struct mark *is;
	unsigned i;

	for (i = 0; i < n->marks_n; i++) {
		who = persons_find(ps->house->persons, n->marks[i].key);
		is = who == NULL ? NULL : marks_find(who, n->marks[i].log);
		n->marks[i].seq = is == NULL ? 0 : is->seq;
		n->marks[i].left = is == NULL;
	}
	n->kind = HOUSE_MARKS;
	room_tell_news_soon(ps->home->room, n, true);
	n->marks_n = 0;
}

static void
share(struct peers *ps, const struct person *who,
    const uint8_t log[JOURNAL_ID])
{
	struct house_news *n = &ps->marks;
	unsigned i;

	if (log_node(ps->home->room->log) == 0)
		return;
	for (i = 0; i < n->marks_n; i++)
		if (memcmp(n->marks[i].key, who->key, NOISE_KEY) == 0 &&
		    memcmp(n->marks[i].log, log, JOURNAL_ID) == 0)
			return;
	if (n->marks_n == HOUSE_NEWS_MARKS)
		say_marks(ps);
	if (n->marks_n == 0)
		ps->marks_ms = ps->house->now_ms + SHARE_MS;
	memcpy(n->marks[n->marks_n].key, who->key, NOISE_KEY);
	memcpy(n->marks[n->marks_n++].log, log, JOURNAL_ID);
}

int64_t
peers_share_marks(struct peers *ps)
{
	if (ps->marks.marks_n > 0 && ps->house->now_ms >= ps->marks_ms)
		say_marks(ps);
	return ps->marks.marks_n > 0 ? ps->marks_ms : INT64_MAX;
}

/*
 * As he has them
 */

void
peers_begin_mark(struct peers *ps, const struct seat *s)
{
	struct person *p = peers_person(ps, s->peer);
	struct frame_position head;

	/* Without memory he has none, and is there all the same. */
	if (p == NULL)
		return;
	if (marks_find(p, log_of(s, &head)) == NULL)
		share(ps, p, head.log_id);
	marks_begin(ps->house->marks, p, head.log_id);
}

void
peers_end_mark(struct peers *ps, const struct seat *s)
{
	struct person *p = peers_person(ps, s->peer);
	struct frame_position head;

	if (p == NULL || s->reads)
		return;
	marks_end(ps->house->marks, ps->house->wall_ms, p, log_of(s, &head));
	share(ps, p, head.log_id);
}

bool
peers_has_left(const struct peers *ps, const struct peer *p,
    const struct seats *in)
{
	const struct person *who = p->device == NULL ? NULL :
	    peers_person(ps, p);
	const struct frame_position head = log_head(in->room->log);

	return who != NULL && marks_has_left(who, head.log_id);
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

/* It is to be told that one, until it answers or, as an answer, once. Too many:
 * it asks for the list, one day. */
static void
owe(struct peers *ps, struct peer *p, const uint8_t log[FRAME_LOG_ID],
    bool answer)
{
	struct peer_device *d = p->device;
	struct peer_mark *m = find(d, log);

	if (m == d->marks + PEER_MARKS)
		return;
	if (m == d->marks + d->marks_n) {
		d->marks_n++;
		*m = (struct peer_mark){ .tell = false };
		memcpy(m->log, log, FRAME_LOG_ID);
	}
	m->answer |= answer;
	m->tell |= !answer;
	/* Who sleeps is told when he is heard. */
	if (answer)
		p->owes |= PEER_OWES_MARKS;
	else if (ps->house->now_ms - p->heard_ms < PEER_AWAY_MS)
		begin_telling(p, ps->house->now_ms);
}

/* Of which nothing is to be said any more. */
static void
forget_told(struct peer_device *d)
{
	bool tells = d->left_n > 0;
	unsigned i, n = 0;

	for (i = 0; i < d->marks_n; i++) {
		tells |= d->marks[i].tell;
		if (d->marks[i].tell || d->marks[i].answer)
			d->marks[n++] = d->marks[i];
	}
	d->marks_n = (uint8_t)n;
	if (!tells)
		d->marks_ms = INT64_MAX;
}

void
peers_tell_left(struct peers *ps, struct peer *p, uint32_t slot)
{
	struct peer_device *d = p->device;

	if (d == NULL)
		return;
	/* The oldest one learns it when it says something there. */
	if (d->left_n == PEER_LEFT)
		memmove(d->left, d->left + 1, --d->left_n *
		    sizeof(d->left[0]));
	d->left[d->left_n++] = (uint16_t)slot;
	begin_telling(p, ps->house->now_ms);
	peers_hurry(ps, p);
}

bool
peers_knows_left(struct peer *p, uint32_t slot)
{
	struct peer_device *d = p->device;
	unsigned i, n = 0;

	if (d == NULL || d->left_n == 0)
		return false;
	for (i = 0; i < d->left_n; i++)
		if (d->left[i] != slot)
			d->left[n++] = d->left[i];
	i = d->left_n;
	d->left_n = (uint8_t)n;
	forget_told(d);
	return n < i;
}

static void
tell_others(struct peers *ps, const struct person *who, const struct peer *p,
    const uint8_t log[FRAME_LOG_ID])
{
	struct peer *other = NULL;

	while ((other = crowd_next_of(&ps->crowd, who->key, other)) != NULL) {
		if (other == p || other->closing || other->device == NULL)
			continue;
		owe(ps, other, log, false);
		peers_hurry(ps, other);
	}
}

/* It answers what it was told. */
static void
take_answer(struct peer *p, const struct frame_mark *m,
    const struct person *who)
{
	struct peer_device *d = p->device;
	struct peer_mark *told = find(d, m->log_id);
	const struct mark *is = marks_find(who, m->log_id);

	if (told < d->marks + d->marks_n && (is == NULL || m->seq >= is->seq))
		told->tell = false;
}

static void
take_mark(struct peers *ps, struct peer *p, const struct frame_mark *m,
    bool answers)
{
	struct person *who = peers_person(ps, p);

	if (marks_move(ps->house->marks, who, m->log_id, m->seq)) {
		tell_others(ps, who, p, m->log_id);
		share(ps, who, m->log_id);
	}
	take_answer(p, m, who);
	if (!answers)
		owe(ps, p, m->log_id, true);
}

void
peers_take_marks(struct peers *ps, struct peer *p, struct frame *f)
{
	struct frame_mark m;

	if (p->device == NULL || !p->known ||
	    !peers_work(ps, p, MARK_US * (uint32_t)(f->count + 1)))
		return;
	while (frame_next_mark(f, &m))
		take_mark(ps, p, &m, (f->flags & FRAME_MARK_ANSWER) != 0);
	forget_told(p->device);
}

static void
hear_mark(struct peers *ps, struct person *who, const struct house_mark *m)
{
	struct marks *marks = ps->house->marks;

	if (m->left) {
		marks_end(marks, ps->house->wall_ms, who, m->log);
		return;
	}
	if (marks_begin(marks, who, m->log) &&
	    marks_move(marks, who, m->log, m->seq))
		tell_others(ps, who, NULL, m->log);
}

/* Without memory he is told by what he reads next. */
void
peers_hear_marks(struct peers *ps, const struct house_news *n)
{
	struct persons *known = ps->house->persons;
	struct person *who;
	unsigned i;

	for (i = 0; known != NULL && i < n->marks_n; i++)
		if ((who = persons_hold(known, n->marks[i].key)) != NULL) {
			hear_mark(ps, who, &n->marks[i]);
			persons_let(known, who);
		}
}

/* Those to be told, or the answers. Of a log that is not his any more nothing
 * is known, and 0 is said. */
static void
put_some(struct peer_device *d, const struct person *who, bool answers,
    struct wire_out *out)
{
	struct frame_mark list[PEER_MARKS];
	const struct mark *is;
	size_t i, n = 0;

	for (i = 0; i < d->marks_n; i++) {
		is = marks_find(who, d->marks[i].log);
		if (is == NULL)
			d->marks[i].tell = false;
		if (!(answers ? d->marks[i].answer : d->marks[i].tell))
			continue;
		memcpy(list[n].log_id, d->marks[i].log, FRAME_LOG_ID);
		list[n++].seq = is == NULL ? 0 : is->seq;
	}
	if (n > 0)
		frame_put_marks(out, answers ? FRAME_MARK_ANSWER : 0, list, n);
}

void
peers_put_marks(const struct peers *ps, struct peer *p,
    struct wire_out *out)
{
	const struct person *who = peers_person(ps, p);
	struct peer_device *d = p->device;
	unsigned i;

	put_some(d, who, false, out);
	put_some(d, who, true, out);
	for (i = 0; i < d->left_n; i++) {
		frame_put_room(out, d->left[i]);
		frame_put_leave(out, FRAME_LEFT, strlen(FRAME_LEFT));
	}
	if (out->failed)
		return;
	for (i = 0; i < d->marks_n; i++)
		d->marks[i].answer = false;
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

	if (d != NULL && (d->marks_n > 0 || d->left_n > 0) &&
	    d->marks_ms == INT64_MAX)
		begin_telling(p, ps->house->now_ms);
}
