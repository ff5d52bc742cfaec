/*
 * What happens to talks. Runs in the server. Knows no log and no room.
 */
#include "server/talks_state.h"

#include <errno.h>
#include <string.h>

static uint16_t
day_of(int64_t wall_ms)
{
	int64_t day = wall_ms / LINE_DAY_MS;

	return (uint16_t)(day < 0 ? 0 : day > UINT16_MAX ? UINT16_MAX : day);
}

/* While there is room for all anybody may have it. */
enum talks_error
talks_judge(const struct talks *ts, const struct talk_wish *w)
{
	const struct person *p = persons_find(ts->config.persons, w->from);

	if (p != NULL && p->unanswered >= TALKS_UNANSWERED &&
	    memcmp(w->from, w->to, NOISE_KEY) != 0)
		return TALKS_QUOTA;
	if (talks_wait(ts, w) > 0)
		return TALKS_DAY;
	if (w->replaces)
		return TALKS_FINE;
	if (ts->count >= ts->nets.max / 2 &&
	    talk_nets_has_part(&ts->nets, &w->at))
		return TALKS_PART;
	return ts->count >= ts->nets.max ? TALKS_FULL : TALKS_FINE;
}

int64_t
talks_wait(const struct talks *ts, const struct talk_wish *w)
{
	return talk_nets_wait(&ts->nets, w->now_ms, &w->at);
}

enum talks_error
talks_make(struct talks *ts, const struct talk_wish *w,
    struct talk_place **made)
{
	enum talks_error why;

	if ((*made = talks_find(ts, w->from, w->to)) != NULL)
		return TALKS_FINE;
	why = talks_judge(ts, w);
	return why != TALKS_FINE ? why : talks_learn(ts, w, made);
}

enum talks_error
talks_learn(struct talks *ts, const struct talk_wish *w,
    struct talk_place **made)
{
	struct talk_place *t = talks_add(ts, w->from, w->to);
	uint8_t id[JOURNAL_ID];
	int saved;

	if (t == NULL)
		return TALKS_DISK;
	if (w->id == NULL)
		ts->config.random(ts->config.arg, id, JOURNAL_ID);
	talks_begin(ts, t, w->id != NULL ? w->id : id, day_of(w->wall_ms),
	    &w->at);
	if (w->opens)
		t->flags |= TALK_OPENED;
	if (!talks_write_one(ts, t)) {
		saved = errno;
		talks_drop(ts, t);
		errno = saved;
		return TALKS_DISK;
	}
	if (!w->past)
		talk_nets_spend(&ts->nets, w->now_ms, &w->at);
	talks_beginner(t)->unanswered += !talks_is_answered(t);
	*made = t;
	return TALKS_FINE;
}

bool
talks_opens(struct talks *ts, struct talk_place *t)
{
	uint8_t was = t->flags;

	/* That it was closed the file may not say yet; then it says the same
	 * as of one that a crash left open. */
	t->flags = (uint8_t)((was | TALK_OPENED) & ~TALK_CHANGED);
	if ((was & (TALK_OPENED | TALK_CHANGED)) != 0 || talks_write_one(ts, t))
		return true;
	t->flags = was;
	return false;
}

/* Of each of both it is the first one. */
static void
move_up(struct talk_place *t)
{
	int i;

	for (i = 0; i < (talks_is_alone(t) ? 1 : 2); i++) {
		LIST_REMOVE(&t->end[i], by_person);
		LIST_INSERT_HEAD(&t->end[i].person->talks, &t->end[i],
		    by_person);
	}
}

void
talks_said(struct talk_place *t, unsigned side, uint64_t seq, int64_t wall_ms)
{
	struct talk_end *e = &t->end[side == 1 ? 0 : 1];
	bool was = talks_is_answered(t);

	if (seq > t->said) {
		t->said = seq > UINT32_MAX ? UINT32_MAX : (uint32_t)seq;
		move_up(t);
	}
	if (day_of(wall_ms) > e->day)
		e->day = day_of(wall_ms);
	t->flags |= (uint8_t)(side == 1 ? TALK_LOWER_SPOKE :
	    TALK_HIGHER_SPOKE);
	if (!was && talks_is_answered(t))
		talks_beginner(t)->unanswered--;
}

void
talks_ruled(struct talk_place *t)
{
	t->flags |= TALK_RULED;
}

void
talks_closed(struct talks *ts, struct talk_place *t)
{
	t->flags = (uint8_t)((t->flags & ~TALK_OPENED) | TALK_CHANGED);
	ts->changed = true;
}
