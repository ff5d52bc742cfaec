/*
 * Who is in the room, who somebody is, and what we are called ourselves. Runs
 * in the receiver process. Our name is what the log says, never what we hope:
 * a rename is a post like any other, and its entry decides.
 */
#include <string.h>

#include "common/fingerprint.h"
#include "common/wire.h"
#include "tui/link_state.h"

enum {
	WHOIS_TRIES = 6,
	WHOIS_BYTES = 64	/* of its frame */
};

/*
 * Our name
 */

static void
set_name(struct link *l, const char *name, size_t len)
{
	struct record r = { .type = RECORD_WELCOME };

	if (len == 0 || len > sizeof(l->name))
		return;
	memmove(l->name, name, len);
	l->name_len = len;
	r.text = l->name;
	r.text_len = len;
	if (l->welcome)
		l->out.record(l->out.arg, &r);
}

static bool
find_post(const struct link *l, uint32_t counter, struct outbox_post *p)
{
	uint32_t first = outbox_first(l->outbox);

	if (counter < first || counter - first >= outbox_count(l->outbox))
		return false;
	*p = outbox_get(l->outbox, counter - first);
	return true;
}

/* The name that was asked for is not to be; we stay in under ours. */
static void
deny_nick(struct link *l, enum record_denial denial, enum refusal why,
    int64_t wait_ms, const char *name, size_t len)
{
	struct record r = { .type = RECORD_NICK_DENIED, .denial = denial,
	    .flags = why, .wait_ms = wait_ms, .text = name,
	    .text_len = len };

	l->out.record(l->out.arg, &r);
}

static enum record_denial
denial_of(const struct entry *e)
{
	switch (entry_why(e->flags)) {
	case FRAME_NAME_TAKEN:
		return RECORD_TAKEN;
	case FRAME_NAME_OWNED:
		return RECORD_OWNED;
	case FRAME_MUTED:
		return RECORD_MUTE;
	case FRAME_LIMIT_RATE:
		return RECORD_SOON;
	default:
		return RECORD_MALFORMED;
	}
}

static void
tell_refused(struct link *l, const struct entry *e)
{
	int64_t wait_ms = (int64_t)entry_wait(e->flags) * 1000;
	struct outbox_post p;

	if (entry_why(e->flags) == 0 ||
	    !find_post(l, (uint32_t)e->id, &p))
		return;
	/* Of a mute the entry has no time: an ERROR has said it. */
	if (entry_why(e->flags) == FRAME_MUTED)
		wait_ms = l->mute_end > l->now ? l->mute_end - l->now : 0;
	/* Words of a room of tomorrow are no reason to be silent. */
	deny_nick(l, denial_of(e), entry_refusal(e->flags) <= REFUSAL_LAST ?
	    (enum refusal)entry_refusal(e->flags) : REFUSAL_NONE, wait_ms,
	    p.text, p.text_len);
}

bool
link_is_own_name(const struct link *l, const char *name, size_t len)
{
	return (len == l->name_len && memcmp(name, l->name, len) == 0) ||
	    (len == l->base_len && memcmp(name, l->base, len) == 0);
}

/* Anybody could use our outbox's number: the author must be us too. */
static void
take_rename(struct link *l, const struct entry *e)
{
	if (e->kind != ENTRY_RENAME ||
	    e->id >> 32 != outbox_number(l->outbox) ||
	    (uint32_t)e->id <= l->renamed || e->author_len != l->name_len ||
	    memcmp(e->author, l->name, l->name_len) != 0)
		return;
	l->renamed = (uint32_t)e->id;
	if (e->flags & ENTRY_QUIET)
		tell_refused(l, e);
	else if (e->seq > l->name_seq)
		set_name(l, e->text, e->text_len);
}

void
link_call(struct link *l, const char *name, size_t len)
{
	memmove(l->base, name, len);
	l->base_len = len;
	l->renamed = outbox_first(l->outbox) - 1;
	l->name_seq = 0;
	if (l->name_len != len || memcmp(l->name, name, len) != 0)
		set_name(l, name, len);
}

void
link_ask_name(struct link *l)
{
	size_t i;

	l->renamed = outbox_first(l->outbox) - 1;
	l->name_seq = 0;
	l->wants &= ~(unsigned)LINK_WANTS_NAME;
	for (i = 0; i < outbox_count(l->outbox); i++)
		if (outbox_get(l->outbox, i).kind == ENTRY_RENAME)
			l->wants |= LINK_WANTS_NAME;
	if ((l->wants & LINK_WANTS_NAME) == 0 &&
	    (l->name_len != l->base_len ||
	    memcmp(l->name, l->base, l->base_len) != 0))
		set_name(l, l->base, l->base_len);
}

/* As after an entry that we do not have yet: else what we know is newer. */
static void
take_own_name(struct link *l, const struct frame *f)
{
	if ((l->wants & LINK_WANTS_NAME) == 0 || f->seq < l->copy.at.seq)
		return;
	l->wants &= ~(unsigned)LINK_WANTS_NAME;
	l->name_seq = f->seq;
	if (f->text_len != l->name_len ||
	    memcmp(f->text, l->name, l->name_len) != 0)
		set_name(l, f->text, f->text_len);
}

void
link_people_rewind(struct link *l, uint64_t keep)
{
	if (keep < l->roster_changed)
		l->roster_changed = keep;
	l->wants |= LINK_WANTS_MEMBERS;
	l->learning_from = 0;
}

uint32_t
link_forget_below(struct link *l, uint32_t next)
{
	struct outbox_post p;
	bool passed = false;
	bool stored = l->settled && l->copy.at.seq >= l->posted_seq;
	size_t i;

	/* What the copy lacks could not be said again. */
	if (!stored && next > l->stored_next)
		next = l->stored_next;
	for (i = 0; i < outbox_count(l->outbox); i++) {
		p = outbox_get(l->outbox, i);
		if (p.counter >= next)
			break;
		if (p.kind != ENTRY_RENAME)
			continue;
		if (p.counter > l->renamed) {
			if (!stored || (l->wants & LINK_WANTS_NAME))
				return p.counter;
			/* It was in the log before this session: what we
			 * were told that we are called is what came of it. */
			l->renamed = p.counter;
		}
		/* The newest that we know of may yet be lost. */
		if (l->renamed >= next)
			return p.counter;
		passed = true;
	}
	if (passed) {
		memcpy(l->base, l->name, l->name_len);
		l->base_len = l->name_len;
	}
	return next;
}

void
link_nick(struct link *l, int64_t now, const char *name, size_t len)
{
	struct entry e = { .kind = ENTRY_RENAME, .text = name,
	    .text_len = len };

	l->now = now;
	if (text_name_check(name, len) != TEXT_NAME_OK)
		deny_nick(l, RECORD_MALFORMED, REFUSAL_NONE, 0, name,
		    len < TEXT_LINE_BYTES ? len : TEXT_LINE_BYTES);
	else if (l->outbox == NULL || !outbox_add(l->outbox, &e, 1, 0))
		deny_nick(l, RECORD_FULL, REFUSAL_NONE, 0, name, len);
	else
		l->post_new = true;
}

/*
 * The others
 */

/* Who comes when there are that many already is not counted. */
static void
take_change(struct roster *r, const struct entry *e)
{
	if (e->kind != ENTRY_JOIN || r->count < LINK_PEOPLE)
		roster_take(r, e);
}

void
link_take_person_entry(struct link *l, const struct entry *e)
{
	if (roster_changes(e)) {
		l->roster_changed = e->seq;
		if (e->seq > l->roster_seq)
			take_change(&l->roster, e);
		if (l->learning_from > 0 && e->seq > l->learning_seq)
			take_change(&l->learning, e);
	}
	take_rename(l, e);
}

static void
put_learnt(struct link *l)
{
	roster_clear(&l->roster);
	l->roster = l->learning;
	roster_init(&l->learning);
	l->roster_seq = l->learning_seq;
	l->roster_version = l->learning_version;
	l->learning_from = 0;
	l->has_roster = true;
	l->telling = true;
	l->told_fold[0] = '\0';
}

/* The list comes in pieces, each asked for when the one before is here. */
void
link_take_members(struct link *l, struct frame *f)
{
	struct frame_member m;
	struct person *p;
	uint32_t n = 0;

	/* A list that no room has: do without one. */
	if (f->total > LINK_PEOPLE) {
		l->wants &= ~(unsigned)LINK_WANTS_MEMBERS;
		roster_clear(&l->learning);
		l->learning_from = 0;
		return;
	}
	/* It was late: who came or went since would be forgotten. */
	if (f->seq < l->roster_changed || f->offset != l->learning_from) {
		if (l->wants & LINK_WANTS_MEMBERS)
			return;
		l->wants |= LINK_WANTS_MEMBERS;
		l->want_due = l->now;
		l->learning_from = 0;
		return;
	}
	if (f->offset == 0) {
		roster_clear(&l->learning);
		l->learning_seq = f->seq;
		l->learning_version = f->version;
	}
	while (frame_next_member(f, &m)) {
		p = roster_add(&l->learning, m.name, m.name_len,
		    (m.flags & FRAME_MEMBER_CLASSIC) != 0);
		if (p != NULL)
			p->away = (m.flags & FRAME_MEMBER_AWAY) != 0;
		n++;
	}
	l->learning_from += n;
	if (n > 0)
		l->want_tries = 0;
	if (l->learning_from < f->total) {
		/* None: there was no room for them in that datagram. */
		l->wants |= LINK_WANTS_MEMBERS;
		l->want_due = n > 0 ? l->now : l->now +
		    link_patience(l, l->want_tries);
		return;
	}
	l->wants &= ~(unsigned)LINK_WANTS_MEMBERS;
	put_learnt(l);
}

void
link_tell_members(struct link *l)
{
	struct record r = { .type = RECORD_MEMBER };
	const struct person *p;

	/* The screen takes each entry that it is shown for news: those that
	 * the list knows of already must be behind it. */
	while (l->telling && l->shown >= l->roster_seq &&
	    l->out.room(l->out.arg)) {
		p = roster_after(&l->roster, l->told_fold);
		if (p == NULL) {
			l->telling = false;
			break;
		}
		r.flags = (l->told_fold[0] == '\0' ? RECORD_MEMBER_FIRST :
		    0) | (p->away ? RECORD_MEMBER_AWAY : 0) |
		    (p->classic ? RECORD_MEMBER_CLASSIC : 0);
		r.text = p->name;
		r.text_len = p->name_len;
		l->out.record(l->out.arg, &r);
		strlcpy(l->told_fold, p->fold, sizeof(l->told_fold));
	}
}

static void
tell_absent(struct link *l, const char *name, size_t len)
{
	struct record r = { .type = RECORD_PERSON,
	    .flags = RECORD_MEMBER_ABSENT, .text = name, .text_len = len };

	l->out.record(l->out.arg, &r);
}

void
link_whois(struct link *l, int64_t now, const char *name, size_t len)
{
	l->now = now;
	if (text_name_check(name, len) != TEXT_NAME_OK) {
		tell_absent(l, name, len < TEXT_LINE_BYTES ? len :
		    TEXT_LINE_BYTES);
		return;
	}
	memcpy(l->whois, name, len);
	l->whois_len = len;
	l->whois_tries = 0;
	l->whois_due = now;
}

void
link_ask_whois(struct link *l)
{
	uint8_t frames[WHOIS_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (l->whois_len == 0 || l->now < l->whois_due)
		return;
	if (++l->whois_tries > WHOIS_TRIES) {
		l->whois_len = 0;
		return;
	}
	l->whois_due = l->now + path_rto_ms(&l->path) * l->whois_tries;
	frame_put_whois(&out, l->whois, l->whois_len);
	link_send(l, frames, out.len, true);
}

static bool
is_asked_for(const struct link *l, const char *name, size_t len)
{
	char a[TEXT_FOLD_BYTES], b[TEXT_FOLD_BYTES];

	return l->whois_len > 0 && text_fold(a, name, len) > 0 &&
	    text_fold(b, l->whois, l->whois_len) > 0 && strcmp(a, b) == 0;
}

void
link_take_person(struct link *l, const struct frame *f)
{
	struct record r = { .type = RECORD_PERSON, .text = f->text,
	    .text_len = f->text_len };
	char fingerprint[FINGERPRINT_TEXT];

	if (f->flags & FRAME_MEMBER_SELF)
		take_own_name(l, f);
	if (!is_asked_for(l, f->text, f->text_len))
		return;
	l->whois_len = 0;
	r.flags = (f->flags & FRAME_MEMBER_AWAY ? RECORD_MEMBER_AWAY : 0) |
	    (f->flags & FRAME_MEMBER_CLASSIC ? RECORD_MEMBER_CLASSIC : 0) |
	    (f->flags & FRAME_MEMBER_ABSENT ? RECORD_MEMBER_ABSENT : 0);
	r.entry.kind = ENTRY_JOIN;
	r.entry.time_ms = (int64_t)f->since_ms;
	if (f->bytes != NULL) {
		r.entry.text = fingerprint_text(fingerprint, f->bytes);
		r.entry.text_len = strlen(fingerprint);
	}
	l->out.record(l->out.arg, &r);
}
