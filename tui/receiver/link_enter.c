/*
 * Several rooms in one session: each has a seat there, of which ENTER asks for
 * and ENTERED tells. Slots only grow, so that what comes late is of a seat that
 * was left. Pure but for the disk; runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"
#include "tui/receiver/link_pinned.h"

#include <string.h>

#include "common/crc32c.h"
#include "common/frame_put.h"

bool
link_is_room_name(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char one[TEXT_FOLD_BYTES], other[TEXT_FOLD_BYTES];

	return (a_len == b_len && memcmp(a, b, a_len) == 0) ||
	    (text_fold(one, a, a_len) > 0 && text_fold(other, b, b_len) > 0 &&
	    strcmp(one, other) == 0);
}

void
link_enter_anew(struct link_room *lr, int64_t wait)
{
	struct link_hall *hall = &lr->link->hall;
	struct link_entering *e = &lr->entering;

	e->in = false;
	/* Where one leaves, that is said in it. */
	lr->parting.due = INT64_MAX;
	e->tries = 0;
	e->due = lr->link->now + wait;
	if (hall->slot + 2 > FRAME_SLOT_MAX) {
		/* A handshake gives new ones. */
		hall->worn = lr->link->channel.rekey = true;
		e->slot = 0;
		return;
	}
	lr->posting.dropped = false;
	/* One that the server has begun. */
	if (lr->talk != NULL && (e->slot = link_talks_slot(lr->link,
	    lr->talk->other)) != 0)
		return;
	hall->slot += hall->slot == 0 ? 1 : 2;
	e->slot = hall->slot;
}

void
link_enter_deny(struct link_room *lr, enum record_denial why)
{
	lr->entering.in = lr->welcome = false;
	lr->entering.denied = why;
	lr->entering.slot = 0;
	lr->entering.due = INT64_MAX;
	lr->posting.due = lr->syncing.due = lr->syncing.quiet_due = INT64_MAX;
	if (lr->parting.begun)
		lr->parting.due = lr->link->now;
}

/* Another one may know of them: it is tried again behind a handshake. */
void
link_enter_no_talk(struct link_room *lr)
{
	struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = RECORD_NO_TALKS, .text = lr->entering.room,
	    .text_len = lr->entering.len };

	link_enter_deny(lr, RECORD_NO_TALKS);
	lr->entering.alone = true;
	link_tell(lr, &r);
}

/* The server runs as it did; and it has our seats, where we had not gone. */
static bool
runs_on(const struct link *l, const struct frame_position *home)
{
	const struct link_hall *hall = &l->hall;

	return hall->many && !hall->worn &&
	    hall->home.term == home->term && memcmp(hall->home.log_id,
	    home->log_id, sizeof(home->log_id)) == 0;
}

static void
draw_run(struct link *l)
{
	do
		l->out.random(l->out.arg, &l->hall.run, sizeof(l->hall.run));
	while (l->hall.run == 0);
}

static const char *
name_of(const struct link_room *lr, size_t *len)
{
	const struct link_entering *e = &lr->entering;

	*len = e->len == 0 ? lr->link->hall.room_len : e->len;
	return e->len == 0 ? lr->link->hall.room : e->room;
}

/* By another name it is there before. */
static bool
is_twice(const struct link_room *lr)
{
	const struct link_room *other;
	const char *name, *its;
	size_t len, its_len;

	name = name_of(lr, &len);
	TAILQ_FOREACH(other, &lr->link->rooms, by_link) {
		if (other == lr)
			return false;
		its = name_of(other, &its_len);
		if (other->entering.denied == 0 && !other->parting.begun &&
		    (other->talk == NULL) == (lr->talk == NULL) &&
		    link_is_room_name(name, len, its, its_len))
			return true;
	}
	return false;
}

/* Another window has it. */
static void
deny_twice(struct link_room *lr)
{
	struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = RECORD_NO_ROOM, .text = lr->entering.room,
	    .text_len = lr->entering.len, .entry.text = lr->entering.room,
	    .entry.text_len = lr->entering.len };

	link_enter_deny(lr, RECORD_NO_ROOM);
	link_tell(lr, &r);
}

void
link_enter_once(struct link_room *lr)
{
	if (lr->talk != NULL && !lr->link->hall.people)
		link_enter_no_talk(lr);
	else if (is_twice(lr))
		deny_twice(lr);
	else {
		link_wish_check(lr);
		link_enter_anew(lr, 0);
	}
}

void
link_enter_all(struct link *l, const struct hello_room *home)
{
	struct link_room *lr;
	bool runs = runs_on(l, &home->head);

	memcpy(l->hall.room, home->name, home->name_len);
	l->hall.room_len = home->name_len;
	l->hall.people = l->config.people &&
	    (home->flags & HELLO_PEOPLE) != 0;
	if (runs && l->channel.live)
		return;
	if (l->hall.run == 0 || l->hall.worn) {
		/* To the server it is another client, with slots of its own. */
		draw_run(l);
		link_talks_forget(l);
		l->hall.slot = l->hall.left.n = 0;
		l->hall.worn = false;
	}
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (lr->entering.alone && (lr->talk == NULL ||
		    l->hall.people)) {
			lr->entering.alone = false;
			lr->entering.denied = 0;
		}
		/* A run that has just begun has us there, from its log, as one
		 * who is away, and takes a LEAVE in a new seat alone. */
		if (lr->parting.begun && runs) {
			lr->parting.over = true;
			lr->parting.due = l->now;
		} else if (lr->entering.denied == 0)
			link_enter_once(lr);
	}
}

bool
link_enter_one(struct link *l, const char *room, size_t len)
{
	struct link_room *lr, *first = link_first(l);
	struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = RECORD_NO_ROOM };

	memcpy(l->hall.room, room, len);
	l->hall.room_len = r.entry.text_len = len;
	r.entry.text = l->hall.room;
	l->hall.left.n = 0;
	l->hall.people = false;
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		lr->entering.due = INT64_MAX;
		if (lr == first || lr->entering.alone)
			continue;
		if (lr->talk != NULL) {
			link_enter_no_talk(lr);
			continue;
		}
		lr->entering.alone = true;
		lr->entering.denied = r.denial;
		r.text = lr->entering.room;
		r.text_len = lr->entering.len;
		link_tell(lr, &r);
	}
	return first->entering.len == 0 || link_is_room_name(
	    first->entering.room, first->entering.len, room, len);
}

/*
 * Keys that nobody uses are not kept, and nobody knows it. Seats are that go on
 * in a session of which the server knew no more: it may have lost them as well.
 */
static void
go_on(struct link_room *lr, bool renewed)
{
	struct link *l = lr->link;

	l->asking.ping_at = 0;
	link_sync_by(lr, l->now);
	if (!renewed)
		link_want(lr, LINK_WANTS_BASE, l->now);
}

void
link_enter_adopt(struct link *l, const struct frame_position *home,
    bool renewed)
{
	struct link_room *lr;

	l->hall.many = true;
	l->hall.home = *home;
	if (!renewed)
		link_list_mine(l);
	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (lr->parting.begun)
			continue;
		if (lr->entering.in)
			go_on(lr, renewed);
		/* One that came while it shook hands. */
		else if (lr->entering.slot == 0 && lr->entering.denied == 0)
			link_enter_once(lr);
	}
	if (!renewed)
		link_talks_mine(l);
}

static void
put_enter(const struct link_room *lr, struct wire_out *out)
{
	const struct link_entering *e = &lr->entering;
	const struct link_hall *hall = &lr->link->hall;
	const struct outbox *o = lr->posting.outbox;
	struct frame_enter f = { .slot = e->slot, .room = e->room,
	    .room_len = e->len, .outbox = outbox_number(o),
	    .next_id = outbox_first(o), .have = lr->log.replica.at,
	    .former = outbox_names(o) };

	if (e->len == 0) {
		f.room = hall->room;
		f.room_len = hall->room_len;
	}
	f.former_len = strlen(f.former);
	if (lr->link->config.only_new && !lr->place.has_after && !lr->welcome)
		f.flags |= FRAME_ENTER_NEW;
	if (lr->place.makes)
		f.flags |= FRAME_ENTER_MAKES;
	if (lr->place.again && lr->link->hall.people)
		f.flags |= FRAME_ENTER_AGAIN;
	frame_put_enter(out, &f);
}

static bool
is_pending(const struct link_room *lr)
{
	return lr->entering.due != INT64_MAX && lr->entering.slot != 0 &&
	    lr->posting.outbox != NULL;
}

static void
note_asked(struct link_room *lr)
{
	struct link_entering *e = &lr->entering;

	e->due = lr->link->now + link_patience(lr->link, e->tries);
	if (e->tries < 2 * LINK_PATIENT)
		e->tries++;
}

static void
say(struct link *l, const struct wire_out *out, bool early)
{
	if (out->len == 0)
		return;
	if (early)
		link_send_early(l, out->base, out->len);
	else
		link_send(l, out->base, out->len, true);
}

/* Several in a datagram. */
static void
enter(struct link *l, bool early)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct link_room *lr;
	size_t begun;

	TAILQ_FOREACH(lr, &l->rooms, by_link) {
		if (!is_pending(lr) || (!early && l->now < lr->entering.due))
			continue;
		begun = out.len;
		put_enter(lr, &out);
		if (out.failed) {
			out.failed = false;
			out.len = begun;
			say(l, &out, early);
			out = wire_out(frames, sizeof(frames));
			put_enter(lr, &out);
		}
		note_asked(lr);
	}
	say(l, &out, early);
}

void
link_enter_early(struct link *l)
{
	enter(l, true);
}

void
link_enter_tick(struct link *l)
{
	if (l->hall.many)
		enter(l, false);
}

int64_t
link_enter_due(const struct link *l)
{
	const struct link_room *lr;
	int64_t due = INT64_MAX;

	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (l->hall.many && is_pending(lr))
			link_least(&due, lr->entering.due);
	return due;
}

/* It is asked for by that name from now on: the one before may be another
 * room's by then. */
static void
call(struct link_room *lr, const struct frame *f)
{
	struct link_entering *e = &lr->entering;
	struct link_hall *hall = &lr->link->hall;

	if (f->text_len == 0 || f->text_len > sizeof(e->room))
		return;
	if (e->len == 0 || link_is_room_name(e->room, e->len, hall->room,
	    hall->room_len)) {
		memcpy(hall->room, f->text, f->text_len);
		hall->room_len = f->text_len;
	}
	if (e->len == 0)
		return;
	memcpy(e->room, f->text, f->text_len);
	e->len = f->text_len;
}

static struct link_room *
of_same_log(const struct link_room *lr, const struct frame_position *head)
{
	struct link_room *other;

	TAILQ_FOREACH(other, &lr->link->rooms, by_link)
		if (other != lr && other->entering.in &&
		    !other->parting.begun &&
		    memcmp(other->log.replica.at.log_id, head->log_id,
		    sizeof(head->log_id)) == 0)
			break;
	return other;
}

static bool
is_before(const struct link_room *a, const struct link_room *b)
{
	while (a != NULL && a != b)
		a = TAILQ_NEXT(a, by_link);
	return a != NULL;
}

/* Something else than what was asked for: nothing is said there. */
static void
refuse(struct link_room *lr)
{
	struct record r = { .type = RECORD_DENIED, .id = 1,
	    .denial = lr->talk == NULL ? RECORD_NO_ROOM : RECORD_NO_TALK,
	    .text = lr->entering.room, .text_len = lr->entering.len };

	link_enter_deny(lr, r.denial);
	link_tell(lr, &r);
}

/* The server knows it by two names, and has one seat there for us: the last
 * that was taken. Of the two windows the older one has it from now on. True:
 * that is not this one. */
static bool
is_anothers(struct link_room *lr, const struct frame *f)
{
	struct link_room *other = of_same_log(lr, &f->at);
	struct record r = { .type = RECORD_ROOM, .text = f->text,
	    .text_len = f->text_len };
	bool is = other != NULL && is_before(other, lr);

	/* One that is left is no window's any more. */
	if (other == NULL || lr->parting.begun)
		return false;
	/* What is said to one is never a room's, whatever it is called. */
	if (other->talk != NULL || lr->talk != NULL) {
		refuse(lr);
		return true;
	}
	call(other, f);
	call(lr, f);
	link_tell(other, &r);
	link_tell(lr, &r);
	deny_twice(is ? lr : other);
	if (is)
		link_enter_anew(other, 0);
	return is;
}

/* Whom the user knows by the name of another one may have lost it: what is said
 * to him waits until that is known. */
static void
look_at_namesake(const struct link_room *lr, const struct frame *f)
{
	struct link_room *other = link_people_talk(lr->link, f->text,
	    f->text_len);

	if (other == NULL || other == lr)
		return;
	other->talk->checked_at = INT64_MIN / 2;
	link_wish_look(other, true);
}

/* Once. */
static void
tell_name(struct link_room *lr, const struct frame *f)
{
	struct record r = { .type = RECORD_ROOM, .text = f->text,
	    .text_len = f->text_len };
	uint32_t named = crc32c(f->text, f->text_len);
	bool first = lr->entering.named == 0;

	if (lr->talk != NULL) {
		/* What is said before we are in is no more than a guess. */
		link_people_enter(lr, f, first || lr->entering.named ==
		    (named | 1));
		look_at_namesake(lr, f);
		if (first)
			lr->entering.named = named | 1;
		return;
	}
	if (lr->entering.named == named)
		return;
	lr->entering.named = named;
	call(lr, f);
	link_tell(lr, &r);
}

/* It is one of ours here. */
static void
forget_mine(struct link *l, uint32_t named)
{
	struct link_mine *m = &l->mine;
	unsigned i, n = 0;

	for (i = 0; i < m->n; i++)
		if (m->told[i] != named)
			m->told[n++] = m->told[i];
	m->n = n;
}

static void
come_in(struct link_room *lr, const struct frame *f)
{
	struct link *l = lr->link;

	lr->entering.named = 0;
	lr->entering.in = lr->place.again = true;
	lr->entering.due = INT64_MAX;
	lr->entering.tries = 0;
	if (lr->parting.begun)
		lr->parting.due = l->now;
	tell_name(lr, f);
	forget_mine(l, crc32c(f->text, f->text_len));
	link_want_name(lr, l->called.name, l->called.len);
	if (link_talk_know(lr, f->at.log_id))
		link_leave_hole(lr, lr->posting.outbox);
	link_settle(lr, &f->at);
	link_begin(lr, &f->at);
	link_list_mine(l);
	if (lr->talk != NULL)
		link_talks_mine(l);
}

/* What waits here was typed for a room that had the name before. */
static bool
is_for_other(const struct link_room *lr, const struct frame *f)
{
	static const uint8_t none[FRAME_LOG_ID];
	const uint8_t *log_id = lr->log.replica.at.log_id;

	return lr->talk == NULL && lr->entering.len > 0 && !lr->place.other &&
	    (link_waiting(lr) > 0 || lr->posting.behind_n > 0) &&
	    memcmp(log_id, none, sizeof(none)) != 0 &&
	    memcmp(log_id, f->at.log_id, sizeof(none)) != 0;
}

static void
refuse_other(struct link_room *lr)
{
	struct record r = { .type = RECORD_DENIED,
	    .denial = RECORD_OTHER_ROOM, .text = lr->entering.room,
	    .text_len = lr->entering.len,
	    .id = link_part_has_others(lr) };

	link_part_seat(lr);
	link_enter_deny(lr, r.denial);
	link_tell(lr, &r);
}

/* One of the server's own slots, which it says till it has heard of it: late,
 * or twice. It is of no log yet. */
static bool
is_offer(const struct link_room *lr, const struct frame *f)
{
	static const uint8_t none[FRAME_LOG_ID];

	return lr->talk != NULL && link_talk_is(lr, f) &&
	    memcmp(f->at.log_id, none, sizeof(none)) == 0;
}

void
link_enter_take(struct link *l, const struct frame *f)
{
	struct link_room *lr = link_at_slot(l, f->slot);

	if (!l->hall.many)
		return;
	if (lr == NULL) {
		if ((lr = link_talks_offer(l, f)) != NULL) {
			lr->entering.denied = 0;
			link_enter_once(lr);
		}
		return;
	}
	if (is_offer(lr, f))
		return;
	/* It is said until we say something there; and again where the room
	 * has another name since. */
	if (!link_talk_is(lr, f))
		refuse(lr);
	else if (lr->entering.in)
		tell_name(lr, f);
	else if (is_for_other(lr, f))
		refuse_other(lr);
	else if (!is_anothers(lr, f))
		come_in(lr, f);
}
