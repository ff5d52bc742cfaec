/*
 * Who is in the room: the list in pieces, and what the log has changed since.
 * Pure; runs in the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "tui/receiver/link_pinned.h"

void
link_members_rewind(struct link_room *lr, uint64_t keep)
{
	if (keep < lr->members.changed)
		lr->members.changed = keep;
	lr->syncing.wants |= LINK_WANTS_MEMBERS;
	lr->members.learning_from = 0;
}

/* Who comes when there are that many already is not counted. */
static void
take_change(struct roster *r, const struct entry *e)
{
	if (e->kind != ENTRY_JOIN || r->count < LINK_PEOPLE)
		roster_take(r, e);
}

void
link_members_change(struct link_room *lr, const struct entry *e)
{
	struct link_members *m = &lr->members;

	if (!roster_changes(e))
		return;
	m->changed = e->seq;
	if (e->seq > m->seq)
		take_change(&m->roster, e);
	if (m->learning_from > 0 && e->seq > m->learning_seq)
		take_change(&m->learning, e);
}

/* From its beginning. */
static void
ask(struct link_room *lr)
{
	if (lr->syncing.wants & LINK_WANTS_MEMBERS)
		return;
	link_want(lr, LINK_WANTS_MEMBERS, lr->link->now);
	lr->members.learning_from = 0;
}

void
link_members_check(struct link_room *lr, uint64_t version)
{
	if (lr->members.known && version != lr->members.version)
		ask(lr);
}

static void
put_learnt(struct link_members *m)
{
	roster_clear(&m->roster);
	m->roster = m->learning;
	roster_init(&m->learning);
	m->seq = m->learning_seq;
	m->version = m->learning_version;
	m->learning_from = 0;
	m->known = m->telling = true;
	m->told_fold[0] = '\0';
}

/* Of a talk they are the two sides of it in order, and what they are called is
 * known here; but who is there goes by what the server says. */
static void
take_side(struct link_room *lr, uint32_t i, struct frame_member *m)
{
	static const char sides[] = "12";

	if (lr->talk == NULL || i > 1)
		return;
	if (sides[i] != lr->talk->side && (m->flags & FRAME_MEMBER_AWAY) == 0)
		link_people_meet(lr, m->name, m->name_len);
	m->name = &sides[i];
	m->name_len = 1;
}

/* Adds the next ones; returns how many came. */
static uint32_t
learn(struct link_room *lr, struct frame *f)
{
	struct link_members *m = &lr->members;
	struct frame_member member;
	struct member *p;
	uint32_t n = 0;

	if (f->offset == 0) {
		roster_clear(&m->learning);
		m->learning_seq = f->seq;
		m->learning_version = f->version;
	}
	for (; frame_next_member(f, &member); n++) {
		take_side(lr, m->learning_from + n, &member);
		p = roster_add(&m->learning, member.name, member.name_len,
		    (member.flags & FRAME_MEMBER_CLASSIC) != 0);
		if (p != NULL)
			p->away = (member.flags & FRAME_MEMBER_AWAY) != 0;
	}
	m->learning_from += n;
	return n;
}

/* The list comes in pieces, each asked for when the one before is here. */
void
link_members_take(struct link_room *lr, struct frame *f)
{
	struct link_members *m = &lr->members;
	uint32_t n;

	/* A list that no room has: do without one. */
	if (f->total > LINK_PEOPLE) {
		link_want_no_more(lr, LINK_WANTS_MEMBERS);
		roster_clear(&m->learning);
		m->learning_from = 0;
		return;
	}
	/* It was late: who came or went since would be forgotten. */
	if (f->seq < m->changed || f->offset != m->learning_from) {
		ask(lr);
		return;
	}
	n = learn(lr, f);
	if (n > 0)
		lr->syncing.want_tries = 0;
	if (m->learning_from < f->total) {
		/* None: there was no room for them in that datagram. */
		link_want(lr, LINK_WANTS_MEMBERS, lr->link->now + (n > 0 ? 0 :
		    link_patience(lr->link, lr->syncing.want_tries)));
		return;
	}
	link_want_no_more(lr, LINK_WANTS_MEMBERS);
	put_learnt(m);
}

static void
tell(struct link_room *lr, const struct member *p, bool first)
{
	struct record r = { .type = RECORD_MEMBER };
	struct entry e = { .author = p->name, .author_len = p->name_len };

	if (lr->talk != NULL && p->name_len == 1 &&
	    (*p->name == '1' || *p->name == '2'))
		link_name_author(lr, &e);
	r.text = e.author;
	r.text_len = e.author_len;
	r.flags = (first ? RECORD_MEMBER_FIRST : 0) |
	    (p->away ? RECORD_MEMBER_AWAY : 0) |
	    (p->classic ? RECORD_MEMBER_CLASSIC : 0);
	link_tell(lr, &r);
}

void
link_members_tell(struct link_room *lr)
{
	struct link_members *m = &lr->members;
	const struct member *p;

	/* The screen takes each entry that it is shown for news: those that
	 * the list knows of already must be behind it. */
	while (m->telling && lr->log.shown >= m->seq &&
	    link_may_tell(lr)) {
		p = roster_after(&m->roster, m->told_fold);
		if (p == NULL) {
			m->telling = false;
			break;
		}
		tell(lr, p, m->told_fold[0] == '\0');
		strlcpy(m->told_fold, p->fold, sizeof(m->told_fold));
	}
}
