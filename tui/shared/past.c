/*
 * The past of an outbox. Pure; runs in the receiver process.
 */
#include "tui/shared/past.h"

#include <string.h>

#include "common/text.h"

enum {
	NUMBER_BYTES = 4 + 8 + PAST_CHAIN,
	MOVE_BYTES = 8 + 8 + 4
};

_Static_assert(PAST_NUMBERS * NUMBER_BYTES <= TEXT_LINE_BYTES &&
    PAST_MOVES * MOVE_BYTES <= TEXT_LINE_BYTES, "each a record's text");

static const struct past_mark no_mark = { UINT64_MAX, { 0 } };

static void
add_number(struct past *p, const struct past_number *n)
{
	if (p->numbers == PAST_NUMBERS)
		memmove(&p->number[0], &p->number[1],
		    --p->numbers * sizeof(p->number[0]));
	p->number[p->numbers++] = *n;
}

static void
add_move(struct past *p, const struct past_move *m)
{
	if (p->moves == PAST_MOVES)
		memmove(&p->move[0], &p->move[1],
		    --p->moves * sizeof(p->move[0]));
	p->move[p->moves++] = *m;
}

void
past_number(struct past *p, uint32_t number)
{
	struct past_number n = { number, *past_mark(p) };

	add_number(p, &n);
}

const struct past_mark *
past_mark(const struct past *p)
{
	return p->numbers == 0 ? &no_mark : &p->number[p->numbers - 1].mark;
}

void
past_set_mark(struct past *p, const struct past_mark *mark)
{
	if (p->numbers > 0)
		p->number[p->numbers - 1].mark = *mark;
}

bool
past_has(const struct past *p, uint32_t number)
{
	size_t i;

	for (i = 0; i < p->numbers; i++)
		if (p->number[i].number == number)
			return true;
	return false;
}

void
past_join(struct past *p, const struct past *other)
{
	struct past all = *other;
	size_t i;

	for (i = 0; i < p->numbers; i++)
		if (i + 1 == p->numbers ||
		    !past_has(&all, p->number[i].number))
			add_number(&all, &p->number[i]);
	for (i = 0; i < p->moves; i++)
		if (past_origin(&all, p->move[i].to) == p->move[i].to)
			add_move(&all, &p->move[i]);
	*p = all;
}

void
past_move(struct past *p, uint64_t from, uint64_t to)
{
	struct past_move *last = p->moves == 0 ? NULL :
	    &p->move[p->moves - 1];

	/* What had moved before moves again by another one. */
	if (last != NULL && from == last->from + last->n &&
	    to == last->to + last->n && from != last->to)
		last->n++;
	else
		add_move(p, &(struct past_move){ from, to, 1 });
}

void
past_trim(struct past *p, uint64_t id)
{
	struct past_move *m;
	size_t i;

	for (i = 0; i < p->moves; i++) {
		m = &p->move[i];
		if (m->to >> 32 != id >> 32 || m->to + m->n <= id)
			continue;
		m->n = m->to >= id ? 0 : (uint32_t)(id - m->to);
	}
}

/* An id was new where it went on, so each has one past, and an older one. */
uint64_t
past_origin(const struct past *p, uint64_t id)
{
	const struct past_move *m;
	size_t i;

	for (i = p->moves; i-- > 0;) {
		m = &p->move[i];
		if (id >= m->to && id - m->to < m->n)
			id = m->from + (id - m->to);
	}
	return id;
}

bool
past_moved(const struct past *p, uint64_t id)
{
	const struct past_move *m;
	size_t i;

	for (i = 0; i < p->moves; i++) {
		m = &p->move[i];
		if (id >= m->from && id - m->from < m->n)
			return true;
	}
	return false;
}

uint64_t
past_end(const struct past *p, uint32_t number,
    const uint8_t chain[PAST_CHAIN], uint64_t end)
{
	const struct past_mark *m;
	bool known = false;
	size_t i;

	/* A mark is of what was known by then. */
	for (i = 0; i < p->numbers; i++) {
		known |= p->number[i].number == number;
		if (!known)
			continue;
		m = &p->number[i].mark;
		if (m->keep < end && memcmp(m->chain, chain, PAST_CHAIN) == 0)
			end = m->keep;
	}
	return end;
}

void
past_put_numbers(const struct past *p, struct wire_out *out)
{
	const struct past_number *n;
	size_t i;

	for (i = 0; i < p->numbers; i++) {
		n = &p->number[i];
		wire_put_u32(out, n->number);
		wire_put_u64(out, n->mark.keep);
		wire_put_bytes(out, n->mark.chain, PAST_CHAIN);
	}
}

void
past_put_moves(const struct past *p, struct wire_out *out)
{
	const struct past_move *m;
	size_t i;

	for (i = 0; i < p->moves; i++) {
		m = &p->move[i];
		wire_put_u64(out, m->from);
		wire_put_u64(out, m->to);
		wire_put_u32(out, m->n);
	}
}

void
past_get_numbers(struct past *p, struct wire_in *in)
{
	size_t left = in->len - in->pos;
	struct past_number n;

	if (left == 0 || left % NUMBER_BYTES != 0)
		return;
	p->numbers = 0;
	while (in->pos < in->len) {
		n.number = wire_get_u32(in);
		n.mark.keep = wire_get_u64(in);
		memcpy(n.mark.chain, wire_get_bytes(in, PAST_CHAIN),
		    PAST_CHAIN);
		add_number(p, &n);
	}
}

void
past_get_moves(struct past *p, struct wire_in *in)
{
	struct past_move m;

	if ((in->len - in->pos) % MOVE_BYTES != 0)
		return;
	p->moves = 0;
	while (in->pos < in->len) {
		m.from = wire_get_u64(in);
		m.to = wire_get_u64(in);
		m.n = wire_get_u32(in);
		add_move(p, &m);
	}
}
