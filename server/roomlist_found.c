/*
 * What other servers are told of the rooms that one had before. Each name is
 * one room's, whatever was told of it so far: nothing is in the way of what
 * comes next. Pure; runs in the server.
 */
#include "server/roomlist_found.h"

#include <string.h>

#include "server/roomlist_state.h"

bool
roomlist_is_founding(const struct roomlist *rl)
{
	return rl != NULL && rl->founding;
}

struct place *
roomlist_unfounded(const struct roomlist *rl)
{
	struct place *p;

	TAILQ_FOREACH(p, &rl->places, by_age)
		if (p->founds)
			break;
	return p;
}

void
roomlist_founded(struct roomlist *rl)
{
	rl->founding = false;
}

/* How it was called after that, or is now; f NULL: at first. */
static const char *
next_name(const struct roomlist *rl, const struct place *p,
    const struct former *f)
{
	f = f == NULL ? TAILQ_FIRST(&rl->formers) : TAILQ_NEXT(f, by_age);
	while (f != NULL && f->place != p)
		f = TAILQ_NEXT(f, by_age);
	return f == NULL ? p->line.name : f->line.name;
}

/* However many there are, those that are away are no quota's. */
static struct rooms_line
line_of(const struct place *p, const char *name)
{
	struct rooms_line l = p->line;

	if (l.sort != ROOMS_HOME)
		l.sort = ROOMS_AWAY;
	memset(l.name, 0, sizeof(l.name));
	strlcpy(l.name, name, sizeof(l.name));
	return l;
}

void
roomlist_each_news(const struct roomlist *rl, void (*tell)(void *,
    const struct rooms_line *, int64_t), void *arg)
{
	const struct former *f;
	const struct place *p;
	struct rooms_line l;

	TAILQ_FOREACH(p, &rl->places, by_age) {
		l = line_of(p, next_name(rl, p, NULL));
		tell(arg, &l, p->line.created_ms);
	}
	TAILQ_FOREACH(f, &rl->formers, by_age) {
		l = line_of(f->place, next_name(rl, f->place, f));
		tell(arg, &l, f->line.created_ms);
	}
	TAILQ_FOREACH(p, &rl->places, by_age)
		if (p->line.sort == ROOMS_ROOM)
			tell(arg, &p->line, p->line.created_ms);
}

bool
roomlist_lacks(const struct roomlist *rl, int64_t wall_ms, size_t *at,
    struct rooms_line *l)
{
	const struct place *p;
	const char *name;

	while (++*at < rl->config.names_n) {
		name = rl->config.names[*at];
		p = roomlist_find(rl, name, strlen(name));
		if (p != NULL && p->line.sort != ROOMS_AWAY)
			continue;
		if (p != NULL)
			*l = p->line;
		else
			*l = roomlist_line(rl, wall_ms, name, strlen(name),
			    NULL);
		l->sort = ROOMS_ROOM;
		if (roomlist_judge(rl, l) == ROOMLIST_FINE)
			return true;
	}
	return false;
}
