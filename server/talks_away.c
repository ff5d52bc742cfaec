/*
 * Which talk goes. Runs in the server; the hub puts it away.
 */
#include "server/talks_away.h"

#include <string.h>

#include "server/room/line_file.h"
#include "server/room/marks.h"
#include "server/talks.h"

enum rank {
	RANK_NOTHING,		/* was said there */
	RANK_UNANSWERED,	/* and read */
	RANK_PAST,		/* older than what is kept, and read */
	RANK_PAST_UNREAD,
	RANK_STAYS
};

struct days {
	int64_t		 now, keep;	/* keep 0: for good */
};

static struct days
days_of(const struct talks_away_time *time)
{
	return (struct days){ time->wall_ms / LINE_DAY_MS,
	    (time->keep_ms + LINE_DAY_MS - 1) / LINE_DAY_MS };
}

static bool
has_read(const struct talk_place *t, const struct person *who)
{
	const struct mark *m = marks_find(who, t->id);

	return m != NULL && m->seq >= t->said;
}

static bool
is_read(const struct talk_place *t)
{
	const struct person *from = talks_beginner(t);
	const struct person *to = talks_other(t, from);

	return has_read(t, to) && (!talks_is_answered(t) || has_read(t, from));
}

static enum rank
rank_of(const struct talk_place *t, const struct days *d)
{
	int64_t silent = d->now - talks_last(t);

	if (t->open != NULL ||
	    (t->flags & (TALK_OPENED | TALK_RULED | TALK_UNREAD)) != 0)
		return RANK_STAYS;
	if (t->said == 0)
		return d->now - t->day >= TALKS_AWAY_NOTHING ? RANK_NOTHING :
		    RANK_STAYS;
	if (!talks_is_answered(t) && silent >= TALKS_AWAY_UNANSWERED &&
	    is_read(t))
		return RANK_UNANSWERED;
	if (d->keep == 0 || silent <= d->keep)
		return RANK_STAYS;
	return is_read(t) ? RANK_PAST : RANK_PAST_UNREAD;
}

/* Who has the least goes first. */
static uint32_t
worth(const struct talks *ts, const struct talk_place *t, enum rank rank)
{
	const struct talk_from from = talks_from(t);
	uint32_t keeps = !talk_nets_has_part(talks_nets(ts), &from);

	return (uint32_t)rank << 17 | keeps << 16 |
	    (t->said == 0 ? t->day : talks_last(t));
}

/* Among those found, of which only so many count. */
static void
add(struct talks_away *a, uint32_t worths[TALKS_AWAY_FOUND],
    struct talk_place *t, uint32_t is)
{
	size_t i = 0;

	while (i < a->n && worths[i] > is)
		i++;
	if (a->n < TALKS_AWAY_FOUND) {
		memmove(a->of + i + 1, a->of + i,
		    (a->n - i) * sizeof(a->of[0]));
		memmove(worths + i + 1, worths + i,
		    (a->n - i) * sizeof(worths[0]));
		a->n++;
	} else if (i > 0) {
		i--;
		memmove(a->of, a->of + 1, i * sizeof(a->of[0]));
		memmove(worths, worths + 1, i * sizeof(worths[0]));
	} else
		return;
	a->of[i] = t;
	worths[i] = is;
}

static void
look(struct talks_away *a, const struct talks *ts,
    const struct talks_away_time *time, const struct talk_from *at)
{
	const struct days d = days_of(time);
	uint32_t worths[TALKS_AWAY_FOUND];
	struct talk_place *t = NULL;
	struct talk_from from;
	enum rank rank;

	a->n = 0;
	a->of_net = at != NULL;
	/* Who asks for his network in vain keeps nobody else waiting. */
	a->looked[a->of_net].is = true;
	a->looked[a->of_net].ms = time->now_ms;
	if (at != NULL)
		a->at = *at;
	while ((t = talks_next(ts, t)) != NULL) {
		rank = rank_of(t, &d);
		from = talks_from(t);
		if (rank != RANK_STAYS && (at == NULL ||
		    talk_nets_share(talks_nets(ts), &from, at)))
			add(a, worths, t, worth(ts, t, rank));
	}
}

/* What was found, as far as it may still go. */
static struct talk_place *
take(struct talks_away *a, const struct days *d)
{
	struct talk_place *t;

	while (a->n > 0) {
		t = a->of[--a->n];
		if (rank_of(t, d) != RANK_STAYS)
			return t;
	}
	return NULL;
}

bool
talks_away_may(const struct talk_place *t, const struct talks_away_time *time)
{
	const struct days d = days_of(time);

	return rank_of(t, &d) != RANK_STAYS;
}

void
talks_away_forget(struct talks_away *a, const struct talk_place *t)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		if (a->of[i] != t)
			a->of[n++] = a->of[i];
	a->n = n;
}

static bool
is_of(const struct talks_away *a, const struct talk_from *at)
{
	return a->of_net == (at != NULL) &&
	    (at == NULL || memcmp(&a->at, at, sizeof(a->at)) == 0);
}

struct talk_place *
talks_away_next(struct talks_away *a, const struct talks *ts,
    const struct talks_away_time *time, const struct talk_from *at,
    bool *later)
{
	const struct days d = days_of(time);
	struct talk_place *t = is_of(a, at) ? take(a, &d) : NULL;

	*later = t == NULL && a->looked[at != NULL].is &&
	    time->now_ms - a->looked[at != NULL].ms < TALKS_AWAY_MS;
	if (t != NULL || *later)
		return t;
	look(a, ts, time, at);
	return take(a, &d);
}
