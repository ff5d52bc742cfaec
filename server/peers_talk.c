/*
 * What is said in a talk. It has a log as a room has, but nobody comes or goes:
 * there are two sides, "1" and "2", and an entry's author says which of both
 * keys it came from; what they are called does not matter. Pure; runs in the
 * server.
 */
#include <string.h>

#include "common/rule.h"
#include "common/wire.h"
#include "server/peers_state.h"
#include "server/peers_talk.h"
#include "server/talks.h"

enum {
	ALONE_MESSAGES = 4,	/* until he is answered */
	ALONE_BYTES = 4096
};

static const char *const names[] = { "1", "2" };

static bool
is_with_oneself(const struct talk_place *t)
{
	return t->end[0].person == t->end[1].person;
}

void
peers_told_talk(struct seats *in, const struct entry *e)
{
	struct talk_place *t = in->talk;

	bool sealed = entry_is_sealed(e);

	if (e->author_len != 1 || (!sealed && !entry_is_own_rule(e)))
		return;
	if (sealed)
		talks_said(t, *e->author == *names[1] ? 2 : 1, e->seq,
		    e->time_ms);
	else
		talks_ruled(t);
	if (talks_is_answered(t))
		return;
	in->alone.messages += entry_more(e->flags) == 0;
	in->alone.bytes += (uint32_t)e->text_len;
}

/* Where the table does not know it: of one that a crash left open, or that is
 * not answered, which is little. */
static void
read_all(struct seats *in)
{
	struct log *log = in->room->log;
	uint64_t seq = log_first(log), head = log_head(log).seq;
	const uint8_t *bytes;
	struct wire_in w;
	struct entry e;
	size_t len;

	if (talks_is_answered(in->talk) &&
	    (in->talk->flags & TALK_OPENED) == 0)
		return;
	for (; seq <= head; seq++) {
		if ((bytes = log_read(log, seq, &len)) == NULL)
			continue;
		w = wire_in(bytes, len);
		if (entry_decode_again(&w, &e) == ENTRY_OK)
			peers_told_talk(in, &e);
	}
}

bool
peers_begin_sides(struct seats *in)
{
	struct roster *r = &in->room->roster;

	if (roster_add(r, names[0], 1, false) == NULL ||
	    (!is_with_oneself(in->talk) &&
	    roster_add(r, names[1], 1, false) == NULL))
		return false;
	read_all(in);
	return true;
}

static unsigned
side_of(const struct seat *s)
{
	return talks_side(s->in->talk, s->peer->key);
}

struct member *
peers_side_of(const struct seat *s)
{
	return roster_find(&s->in->room->roster, names[side_of(s) == 2]);
}

bool
peers_is_shut_out(const struct seat *s)
{
	return !is_with_oneself(s->in->talk) &&
	    standing_shut(s->in->room->standing, side_of(s) == 1 ? 2 : 1);
}

bool
peers_is_alone(const struct seat *s)
{
	const struct talk_place *t = s->in->talk;
	unsigned by = (t->flags & TALK_BY_HIGHER) != 0 ? 2 : 1;

	return !talks_is_answered(t) && side_of(s) == by;
}

bool
peers_may_go_on(const struct seat *s, uint32_t messages, uint32_t bytes)
{
	return !peers_is_alone(s) ||
	    (s->in->alone.messages + messages < ALONE_MESSAGES &&
	    s->in->alone.bytes + bytes <= ALONE_BYTES);
}

static bool
is_word(enum rule_word word, const char *text, size_t len)
{
	const struct rule r = { .word = word };
	char is[RULE_BYTES];

	return rule_put(is, &r) == len && memcmp(is, text, len) == 0;
}

bool
peers_takes(const struct seat *s, enum entry_kind kind, uint32_t flags,
    const char *text, size_t len)
{
	unsigned role = entry_role(flags);

	/* No room keeps what nobody in it can read. */
	if (!s->talk)
		return role != ENTRY_SEALED;
	return (role == ENTRY_SEALED && kind != ENTRY_RENAME) ||
	    (role == ENTRY_RULE && kind == ENTRY_ACT &&
	    (flags & ENTRY_PIECE_FLAGS) == 0 &&
	    (is_word(RULE_SHUT, text, len) || is_word(RULE_UNSHUT, text, len)));
}
