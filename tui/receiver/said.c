/*
 * A ring of own lines. Pure; runs in the receiver process.
 */
#include "tui/receiver/said.h"

static struct said_line *
line_at(struct said *s, size_t i)
{
	return &s->line[(s->first + i) % SAID_LINES];
}

static void
drop_first(struct said *s)
{
	s->first = (s->first + 1) % SAID_LINES;
	s->count--;
}

void
said_clear(struct said *s)
{
	s->count = 0;
}

void
said_add(struct said *s, uint32_t counter, uint64_t tag)
{
	struct said_line *line;

	if (s->count == SAID_LINES)
		drop_first(s);
	line = line_at(s, s->count++);
	line->counter = counter;
	line->safe = false;
	line->tag = tag;
}

uint64_t
said_take(struct said *s, uint32_t counter)
{
	const struct said_line *line;

	while (s->count > 0) {
		line = line_at(s, 0);
		if (line->counter > counter)
			return 0;
		drop_first(s);
		if (line->counter == counter)
			return line->tag;
	}
	return 0;
}

void
said_keep(struct said *s, uint32_t counter)
{
	size_t from = 0, to = s->count, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (line_at(s, middle)->counter < counter)
			from = middle + 1;
		else
			to = middle;
	}
	if (from < s->count && line_at(s, from)->counter == counter)
		line_at(s, from)->safe = true;
}

uint64_t
said_take_safe(struct said *s, uint32_t counter)
{
	const struct said_line *line;
	size_t i;

	for (i = 0; i < s->count; i++) {
		line = line_at(s, i);
		if (line->counter >= counter)
			break;
		if (!line->safe)
			continue;
		for (; i > 0; i--)
			drop_first(s);
		drop_first(s);
		return line->tag;
	}
	return 0;
}

void
said_forget_below(struct said *s, uint32_t counter)
{
	while (s->count > 0 && line_at(s, 0)->counter < counter)
		drop_first(s);
}

void
said_forget_from(struct said *s, uint32_t counter)
{
	while (s->count > 0 &&
	    line_at(s, s->count - 1)->counter >= counter)
		s->count--;
}

void
said_move(struct said *s, uint32_t by)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		line_at(s, i)->counter += by;
		line_at(s, i)->safe = false;
	}
}

void
said_put_before(struct said *s, uint32_t counter, uint64_t tag)
{
	struct said_line *line;

	if (s->count == SAID_LINES)
		s->count--;	/* the newest: it comes back under no name */
	s->first = (s->first + SAID_LINES - 1) % SAID_LINES;
	s->count++;
	line = line_at(s, 0);
	line->counter = counter;
	line->safe = false;
	line->tag = tag;
}
