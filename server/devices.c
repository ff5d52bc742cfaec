/*
 * The seats of one person in a room. Pure; runs in the server.
 */
#include "server/devices.h"

#include <stddef.h>

#include "common/roster.h"
#include "server/seat.h"

struct seat *
devices_first(const struct member *m)
{
	return m->session;
}

struct seat *
devices_next(const struct seat *s)
{
	return s->beside;
}

void
devices_sit(struct seat *s, struct member *m)
{
	struct seat *last = m->session;

	if (s->person != NULL)
		devices_stand(s);
	s->person = m;
	s->beside = NULL;
	if (last == NULL) {
		m->session = s;
		return;
	}
	while (last->beside != NULL)
		last = last->beside;
	last->beside = s;
}

void
devices_stand(struct seat *s)
{
	struct member *m = s->person;
	struct seat *before;

	if (m == NULL)
		return;
	before = m->session;
	if (before == s)
		m->session = s->beside;
	else {
		while (before->beside != s)
			before = before->beside;
		before->beside = s->beside;
	}
	s->beside = NULL;
	s->person = NULL;
}

int64_t
devices_silent_ms(const struct member *m, int64_t now_ms)
{
	const struct seat *s;
	int64_t heard_ms = 0;

	DEVICES_FOREACH(s, m)
		if (s->peer->heard_ms > heard_ms)
			heard_ms = s->peer->heard_ms;
	return now_ms - heard_ms;
}
