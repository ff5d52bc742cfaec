/*
 * What we are called: what the log says, never what we hope. A rename is a
 * post like any other, and its entry decides. Pure but for the disk; runs in
 * the receiver process.
 */
#include "tui/receiver/link_parts.h"

#include <string.h>

#include "common/refusal.h"

static bool
is_called(const struct link_naming *n, const char *name, size_t len)
{
	return len == n->len && memcmp(name, n->name, len) == 0;
}

void
link_tell_name(struct link_room *lr)
{
	struct record r = { .type = RECORD_WELCOME,
	    .flags = lr->link->hall.people ? RECORD_WELCOME_TALKS : 0 };

	r.text = link_own_name(lr, &r.text_len);
	if (lr->welcome)
		link_tell(lr, &r);
}

static void
set_name(struct link_room *lr, const char *name, size_t len)
{
	struct link_naming *n = &lr->naming;

	if (len == 0 || len > sizeof(n->name))
		return;
	memmove(n->name, name, len);
	n->len = len;
	link_tell_name(lr);
}

static bool
find_post(const struct link_room *lr, uint32_t counter, struct outbox_post *p)
{
	const struct outbox *o = lr->posting.outbox;
	uint32_t first = outbox_first(o);

	if (counter < first || counter - first >= outbox_count(o))
		return false;
	*p = outbox_get(o, counter - first);
	return true;
}

/* The name that was asked for is not to be; we stay in under ours. */
static void
deny_nick(struct link_room *lr, enum record_denial denial, enum refusal why,
    int64_t wait_ms, const char *name, size_t len)
{
	struct record r = { .type = RECORD_NICK_DENIED, .denial = denial,
	    .flags = why, .wait_ms = wait_ms, .text = name,
	    .text_len = len };

	link_tell(lr, &r);
}

void
link_refuse_nick(struct link_room *lr, const char *name, size_t len)
{
	deny_nick(lr, RECORD_FULL, REFUSAL_NONE, 0, name, len);
}

enum record_denial
link_denial_of(unsigned code)
{
	switch (code) {
	case FRAME_NAME_TAKEN:
		return RECORD_TAKEN;
	case FRAME_NAME_OWNED:
		return RECORD_OWNED;
	case FRAME_MUTED:
		return RECORD_MUTE;
	case FRAME_LIMIT_RATE:
		return RECORD_SOON;
	case FRAME_NO_SPACE:
		return RECORD_FULL;
	default:
		return RECORD_MALFORMED;
	}
}

static void
tell_refused(struct link_room *lr, const struct entry *e)
{
	int64_t wait_ms = (int64_t)entry_wait(e->flags) * 1000;
	enum refusal why = REFUSAL_NONE;
	struct outbox_post p;

	if (entry_why(e->flags) == 0 ||
	    !find_post(lr, (uint32_t)e->id, &p))
		return;
	/* Of a mute the entry has no time: an ERROR has said it. */
	if (entry_why(e->flags) == FRAME_MUTED)
		wait_ms = lr->posting.mute_end > lr->link->now ?
		    lr->posting.mute_end - lr->link->now : 0;
	/* Words of a room of tomorrow are no reason to be silent. */
	if (entry_refusal(e->flags) <= REFUSAL_LAST)
		why = (enum refusal)entry_refusal(e->flags);
	deny_nick(lr, link_denial_of(entry_why(e->flags)), why, wait_ms,
	    p.text, p.text_len);
}

/* What the room calls us, as far as its log was read. */
static bool
is_base(const struct link_naming *n, const char *name, size_t len)
{
	return len == n->base_len && memcmp(name, n->base, len) == 0;
}

bool
link_is_own_name(const struct link_room *lr, const char *name, size_t len)
{
	return is_called(&lr->naming, name, len) ||
	    is_base(&lr->naming, name, len);
}

/* What we say from there on is known by that name to the room, whether or not
 * it has told us that it had the rename; or that was of all rooms. */
void
link_know_name(struct link_room *lr, const struct entry *e)
{
	struct outbox *o = lr->posting.outbox;

	if (lr->talk == NULL && e->kind == ENTRY_RENAME &&
	    (e->flags & ENTRY_QUIET) == 0 &&
	    (e->id == 0 || e->id >> 32 == outbox_number(o)) &&
	    (is_called(&lr->naming, e->author, e->author_len) ||
	    outbox_was_said_as(o, e->author, e->author_len)))
		outbox_say_as(o, e->text, e->text_len);
}

/* The session was given that name: from here on the room has it, too. Until
 * then it is somebody else's there, who may give it up before. */
static bool
take_call(struct link_room *lr, const struct entry *e)
{
	struct link_naming *n = &lr->naming;

	if (e->kind != ENTRY_RENAME || e->id != 0 || !lr->link->hall.many ||
	    (e->flags & ENTRY_QUIET) || e->seq <= lr->log.joined ||
	    !is_base(n, e->author, e->author_len) ||
	    e->text_len > sizeof(n->base))
		return false;
	memcpy(n->base, e->text, e->text_len);
	n->base_len = e->text_len;
	return true;
}

/* What was said just before may be in its log by that name, and no rename: who
 * came in since is called so from the beginning. */
static void
call_in(struct link_room *lr, const char *name, size_t len)
{
	struct outbox *o = lr->posting.outbox;

	if (is_called(&lr->naming, name, len))
		return;
	set_name(lr, name, len);
	if (o != NULL && outbox_names(o)[0] != '\0')
		outbox_say_as(o, name, len);
}

void
link_call(struct link *l, const char *name, size_t len)
{
	struct link_called *c = &l->called;
	bool same = len == c->len && memcmp(c->name, name, len) == 0;
	struct link_room *lr;

	memmove(c->name, name, len);
	c->len = len;
	/* A talk's log does not know what anybody is called. */
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (lr->talk == NULL)
			call_in(lr, name, len);
		else if (!same)
			link_tell_name(lr);
}

/* It is the room's word, of that post, which is of all rooms, too. */
static void
set_name_asked(struct link_room *lr, const char *name, size_t len)
{
	if (lr->link->hall.many)
		link_call(lr->link, name, len);
	else
		set_name(lr, name, len);
}

/* Anybody could use our outbox's number: the author must be us too. */
void
link_take_rename(struct link_room *lr, const struct entry *e)
{
	struct link_naming *n = &lr->naming;

	if (take_call(lr, e))
		return;
	if (e->kind != ENTRY_RENAME ||
	    e->id >> 32 != outbox_number(lr->posting.outbox) ||
	    (uint32_t)e->id <= n->renamed ||
	    !is_called(n, e->author, e->author_len))
		return;
	n->renamed = (uint32_t)e->id;
	if (e->flags & ENTRY_QUIET)
		tell_refused(lr, e);
	else if (e->seq > n->seq)
		set_name_asked(lr, e->text, e->text_len);
}

/* Nothing of what is in the outbox is known to have come of it. */
static void
begin_anew(struct link_room *lr)
{
	lr->naming.renamed = outbox_first(lr->posting.outbox) - 1;
	lr->naming.seq = 0;
}

void
link_want_name(struct link_room *lr, const char *name, size_t len)
{
	if (lr->talk != NULL)
		name = link_own_author(lr, &len);
	memmove(lr->naming.base, name, len);
	lr->naming.base_len = len;
	begin_anew(lr);
	if (!is_called(&lr->naming, name, len))
		set_name(lr, name, len);
}

void
link_ask_name(struct link_room *lr)
{
	const struct link_naming *n = &lr->naming;
	const struct outbox *o = lr->posting.outbox;
	bool waits = false;
	size_t i;

	begin_anew(lr);
	for (i = 0; i < outbox_count(o) && !waits; i++)
		waits = outbox_get(o, i).kind == ENTRY_RENAME;
	link_want_no_more(lr, LINK_WANTS_NAME);
	if (waits)
		lr->syncing.wants |= LINK_WANTS_NAME;
	else if (!is_called(n, n->base, n->base_len))
		set_name(lr, n->base, n->base_len);
}

/* As after an entry that we do not have yet: else what we know is newer. */
void
link_take_own_name(struct link_room *lr, const struct frame *f)
{
	if ((f->flags & FRAME_MEMBER_SELF) == 0 ||
	    (lr->syncing.wants & LINK_WANTS_NAME) == 0 ||
	    f->seq < lr->log.replica.at.seq)
		return;
	link_want_no_more(lr, LINK_WANTS_NAME);
	lr->naming.seq = f->seq;
	if (!is_called(&lr->naming, f->text, f->text_len))
		set_name(lr, f->text, f->text_len);
}

uint32_t
link_forget_below(struct link_room *lr, uint32_t next)
{
	struct link_naming *n = &lr->naming;
	const struct outbox *o = lr->posting.outbox;
	struct outbox_post p;
	bool passed = false;
	bool stored = lr->log.settled &&
	    lr->log.replica.at.seq >= lr->posting.seq;
	size_t i;

	/* What the copy lacks could not be said again. */
	if (!stored && next > lr->posting.stored_next)
		next = lr->posting.stored_next;
	for (i = 0; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		if (p.counter >= next)
			break;
		if (p.kind != ENTRY_RENAME)
			continue;
		if (p.counter > n->renamed) {
			if (!stored || (lr->syncing.wants & LINK_WANTS_NAME))
				return p.counter;
			/* It was in the log before this session: what we
			 * were told that we are called is what came of it. */
			n->renamed = p.counter;
		}
		/* The newest that is known of may yet be lost. */
		if (n->renamed >= next)
			return p.counter;
		passed = true;
	}
	if (passed) {
		memcpy(n->base, n->name, n->len);
		n->base_len = n->len;
	}
	return next;
}

void
link_post_nick(struct link_room *lr, const char *name, size_t len)
{
	struct entry e = { .kind = ENTRY_RENAME, .text = name,
	    .text_len = len };
	struct outbox *o = link_typed_into(lr);

	if (text_name_check(name, len) != TEXT_NAME_OK)
		deny_nick(lr, RECORD_MALFORMED, REFUSAL_NONE, 0, name,
		    len < TEXT_LINE_BYTES ? len : TEXT_LINE_BYTES);
	else if (o == NULL || !outbox_add(o, &e, 1, 0))
		link_refuse_nick(lr, name, len);
	else
		lr->posting.is_new |= o == lr->posting.outbox;
}

