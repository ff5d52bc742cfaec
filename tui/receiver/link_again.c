/*
 * What the server lost and had taken from us is said again, once. Pure but for
 * the disk; runs in the receiver process.
 */
#include "tui/receiver/link_posted.h"

#include <stdlib.h>
#include <string.h>

enum { STORED = 1 << 16 };	/* entries that are looked through */

/* A message of the log, piece by piece. */
struct message {
	size_t		 n, len;
	struct entry	 piece[ENTRY_MORE_MAX + 1];
	char		 text[(ENTRY_MORE_MAX + 1) * TEXT_LINE_BYTES];
};

struct again {
	struct outbox	*lost;
	size_t		 room;			/* for so many */
	struct past_mark mark;
	struct message	 message;
	char		 name[TEXT_NAME_BYTES];	/* ours, as the entries go on */
	size_t		 name_len;
};

/* Adds a piece; false: it is none that may follow. */
static bool
gather(struct message *m, const struct entry *e)
{
	unsigned index = entry_index(e->flags), more = entry_more(e->flags);
	struct entry *piece;

	/* Of a message that was given up in the middle nothing is left. */
	if (m->n > 0 && (index != m->n ||
	    more + 1 != entry_more(m->piece[m->n - 1].flags)))
		m->n = m->len = 0;
	if (m->n > ENTRY_MORE_MAX || e->text_len == 0)
		return false;
	piece = &m->piece[m->n];
	memset(piece, 0, sizeof(*piece));
	piece->kind = more > 0 ? ENTRY_PART : e->kind;
	piece->flags = more << ENTRY_MORE_SHIFT |
	    (uint32_t)m->n++ << ENTRY_INDEX_SHIFT;
	if (entry_role(e->flags) == ENTRY_RULE)
		piece->flags |= ENTRY_RULE << ENTRY_ROLE_SHIFT;
	memcpy(m->text + m->len, e->text, e->text_len);
	piece->text = m->text + m->len;
	piece->text_len = e->text_len;
	piece->id = e->id;
	m->len += e->text_len;
	return true;
}

bool
link_read_stored(struct link_room *lr, uint64_t seq, struct entry *e)
{
	size_t len;
	const uint8_t *encoded = replica_read(&lr->log.replica, seq, &len);
	struct wire_in in = wire_in(encoded, encoded == NULL ? 0 : len);

	if (encoded == NULL || entry_decode_again(&in, e) != ENTRY_OK)
		return false;
	link_open(lr, e, lr->talk == NULL ? NULL : lr->talk->text);
	return true;
}

/* Of a number of before it is not known how far it went. */
static bool
is_of_outbox(const struct link_room *lr, const struct entry *e)
{
	uint32_t number = (uint32_t)(e->id >> 32);
	const struct outbox *o;
	bool had = false;
	size_t i;

	for (i = 0; i <= lr->posting.behind_n; i++) {
		o = link_box_at(lr, i).outbox;
		if (outbox_number(o) == number)
			return (uint32_t)e->id <= outbox_last(o);
		had |= past_has(outbox_past(o), number);
	}
	return had;
}

/* Outbox numbers are no secret: the author must be us, too, by the name that we
 * had then, or by one that we said something under. */
static bool
is_ours(const struct link_room *lr, const struct entry *e, const char *name,
    size_t len)
{
	size_t i;

	if (!is_of_outbox(lr, e))
		return false;
	for (i = 0; i <= lr->posting.behind_n; i++)
		if (outbox_was_said_as(link_box_at(lr, i).outbox, e->author,
		    e->author_len))
			return true;
	return e->author_len == len && memcmp(e->author, name, len) == 0;
}

/* It waits in an outbox; or we were here before, put it there, and ended before
 * the copy forgot it. */
static bool
is_kept(struct link_room *lr, const struct past_mark *mark,
    const struct entry *e)
{
	uint64_t end = lr->log.replica.at.seq;
	const struct outbox *o;
	size_t i;

	for (i = 0; i <= lr->posting.behind_n; i++) {
		o = link_box_at(lr, i).outbox;
		if (outbox_find(o, e) < outbox_count(o) ||
		    e->seq > past_end(outbox_past(o),
		    (uint32_t)(e->id >> 32), mark->chain, end))
			return true;
	}
	return false;
}

/* What was said under their numbers is put before what is said from: from then
 * on that knows of it. False with errno. */
static bool
follow_all(struct link_room *lr)
{
	struct outbox *o = lr->posting.outbox;
	const struct outbox *behind;
	size_t i;

	for (i = 1; i <= lr->posting.behind_n; i++) {
		behind = link_box_at(lr, i).outbox;
		if (!past_has(outbox_past(o), outbox_number(behind)) &&
		    !outbox_follow(o, behind))
			return false;
	}
	return true;
}

static void
go_by(struct again *a, const char *name, size_t len)
{
	memcpy(a->name, name, len);
	a->name_len = len;
}

/* Somebody was called otherwise in all rooms, by no post of this one. */
static bool
is_call(const struct link_room *lr, const struct entry *e)
{
	return lr->link->hall.many && e->kind == ENTRY_RENAME && e->id == 0 &&
	    (e->flags & ENTRY_QUIET) == 0;
}

/* What we were called behind `keep`, as the entries say backwards. */
static void
find_name(struct link_room *lr, struct again *a, uint64_t keep)
{
	uint64_t seq;
	struct entry e;

	go_by(a, lr->naming.name, lr->naming.len);
	for (seq = lr->log.replica.at.seq;
	    seq > keep && link_read_stored(lr, seq, &e); seq--)
		if (e.kind == ENTRY_RENAME && (is_of_outbox(lr, &e) ||
		    is_call(lr, &e)) && e.text_len == a->name_len &&
		    memcmp(e.text, a->name, a->name_len) == 0)
			go_by(a, e.author, e.author_len);
}

/* One entry that the room does not have any more. What is kept is said without
 * this, and what is not ours is not ours to say. */
static void
take_lost(struct link_room *lr, struct again *a, const struct entry *e)
{
	if (is_call(lr, e) && e->author_len == a->name_len &&
	    memcmp(e->author, a->name, a->name_len) == 0) {
		go_by(a, e->text, e->text_len);
		return;
	}
	if (!is_ours(lr, e, a->name, a->name_len))
		return;
	if (e->kind == ENTRY_RENAME)
		go_by(a, e->text, e->text_len);
	if ((e->kind != ENTRY_SAY && e->kind != ENTRY_ACT &&
	    e->kind != ENTRY_PART) ||
	    is_kept(lr, &a->mark, e) ||
	    !gather(&a->message, e) ||
	    entry_more(e->flags) > 0)
		return;
	if (outbox_count(a->lost) + a->message.n <= a->room)
		outbox_add(a->lost, a->message.piece, a->message.n, 0);
	a->message.n = a->message.len = 0;
}

static void
find_lost(struct link_room *lr, struct again *a)
{
	uint64_t keep = a->mark.keep;
	uint64_t seq = keep < lr->log.replica.first ? lr->log.replica.first :
	    keep + 1;
	struct entry e;

	/* A message that it is cut in is said again whole. */
	if (link_read_stored(lr, seq, &e) &&
	    seq - lr->log.replica.first >= entry_index(e.flags))
		seq -= entry_index(e.flags);
	a->room = OUTBOX_POSTS - outbox_count(lr->posting.outbox);
	find_name(lr, a, seq - 1);
	for (; link_read_stored(lr, seq, &e); seq++)
		take_lost(lr, a, &e);
}

/* What waited from counter `first` on has others now, behind n that came before
 * it: the screen's names go with them. */
static void
move_said(struct link_room *lr, uint32_t first, size_t n)
{
	struct outbox *o = lr->posting.outbox;
	uint32_t now = outbox_first(o), counter;
	uint64_t tag;
	size_t i;

	said_forget_below(&lr->said, first);
	said_move(&lr->said, now + (uint32_t)n - first);
	for (i = n; i-- > 0;) {
		counter = now + (uint32_t)i;
		tag = link_earlier_tag(lr->posting.box, counter);
		said_put_before(&lr->said, counter, tag);
		outbox_set_tag(o, i, tag);
	}
}

/* The room expects those that waited under their old counters. */
static void
go_on_behind(struct link_room *lr, uint32_t first, size_t n)
{
	bool waited = outbox_count(lr->posting.outbox) > n;

	link_leave_hole(lr, lr->posting.outbox);
	move_said(lr, first, n);
	link_tell_counter(lr);
	lr->posting.is_new = true;
	lr->posting.next = lr->posting.claimed = lr->posting.other = 0;
	if (!waited)
		return;
	/* As a POSTED would: our oldest is the one that it expects. */
	lr->posting.seen = true;
	if (link_visits(lr) || link_may_renew(lr))
		link_renew(lr);
}

size_t
link_say_again(struct link_room *lr, uint64_t keep)
{
	uint32_t first = outbox_first(lr->posting.outbox);
	struct again *a = calloc(1, sizeof(*a));
	size_t n = 0;

	if (a == NULL)
		return 0;
	link_keep_posts(lr);
	a->mark.keep = keep;
	memcpy(a->mark.chain, replica_chain(&lr->log.replica), PAST_CHAIN);
	if ((a->lost = outbox_open(NULL, NULL, 1)) != NULL) {
		find_lost(lr, a);
		n = outbox_count(a->lost);
	}
	if (n > 0) {
		replica_sync(&lr->log.replica);
		if (follow_all(lr) && outbox_put_before(lr->posting.outbox,
		    a->lost, &a->mark))
			go_on_behind(lr, first, n);
		else
			n = 0;
	}
	outbox_close(a->lost);
	free(a);
	return n;
}

/*
 * From the oldest on, and message by message: may e be the i-th? What waits
 * behind a rename is known by the name that this asks for.
 */
static bool
is_next(const struct link_room *lr, const struct entry *e, size_t i)
{
	const struct outbox *o = lr->posting.outbox;
	size_t at = i - entry_index(e->flags), k = link_first_waiting(lr);
	bool own = link_is_own_name(lr, e->author, e->author_len) ||
	    outbox_was_said_as(o, e->author, e->author_len);
	struct outbox_post p;

	/* A rename is said again, and does nothing: till then what we are
	 * called would be in doubt. */
	if (i >= outbox_count(o) || i < k + entry_index(e->flags) ||
	    e->kind == ENTRY_RENAME || entry_more(e->flags) > 0 ||
	    (at > k && k > 0))
		return false;
	for (; k < at; k++) {
		p = outbox_get(o, k);
		if (p.kind != ENTRY_RENAME)
			return false;
		own |= p.text_len == e->author_len &&
		    memcmp(p.text, e->author, p.text_len) == 0;
	}
	return own;
}

/* The posts from `at` to before end, and what is before them stays. */
static bool
remove_behind(struct link_room *lr, size_t at, size_t end)
{
	link_keep_posts(lr);
	if (!outbox_remove(lr->posting.outbox, at, end - at))
		return false;
	link_leave_hole(lr, lr->posting.outbox);
	link_know_said(lr);
	link_tell_counter(lr);
	lr->posting.claimed = lr->posting.other = 0;
	lr->posting.is_new = true;
	return true;
}

/* The message whose last piece is e, and the i-th. */
static void
drop(struct link_room *lr, const struct entry *e, size_t i)
{
	struct record r = { .type = RECORD_POSTED };
	struct outbox *o = lr->posting.outbox;
	size_t at = i - entry_index(e->flags);

	r.id = outbox_get(o, i).tag;
	if (at == link_first_waiting(lr)) {
		outbox_give_up(o, outbox_get(o, i).counter + 1);
		link_leave_hole(lr, o);
	} else if (!remove_behind(lr, at, i + 1))
		return;
	if (r.id != 0)
		link_tell(lr, &r);
	lr->posting.seen = lr->posting.dropped = true;
}

void
link_take_known(struct link_room *lr, const struct entry *e)
{
	const struct outbox *o = lr->posting.outbox;
	size_t i = outbox_find(o, e);

	/* As what it is now it was said in this session: POSTED tells. */
	if (is_next(lr, e, i) && (e->id >> 32 != outbox_number(o) ||
	    (uint32_t)e->id != outbox_get(o, i).counter))
		drop(lr, e, i);
}

void
link_forget_stored(struct link_room *lr)
{
	const struct replica *c = &lr->log.replica;
	uint64_t seq = c->first;
	struct entry e;
	size_t i;

	/* What the room has lost of the copy is not to be forgotten here. */
	if (!lr->log.settled)
		return;
	if (c->at.seq > STORED && seq < c->at.seq - STORED)
		seq = c->at.seq - STORED;
	for (; seq <= c->at.seq && link_read_stored(lr, seq, &e); seq++) {
		i = outbox_find(lr->posting.outbox, &e);
		if (is_next(lr, &e, i))
			drop(lr, &e, i);
	}
}

void
link_forget_moved(struct link_room *lr)
{
	const struct outbox *o = lr->posting.outbox;
	size_t i = link_first_waiting(lr);

	if (i < outbox_count(o) && outbox_was_moved(o, i))
		link_forget_stored(lr);
}

void
link_again_tick(struct link_room *lr)
{
	if (lr->posting.dropped && lr->link->channel.live && lr->log.settled &&
	    lr->log.replica.at.seq >= lr->log.joined)
		link_renew_if_idle(lr);
}
