/*
 * A link in several rooms: a server that knows of them, and one that does not.
 * Each room is repaired, said to and left for itself; the session has one
 * handshake, one sign of life, one name.
 */
#include "tui/receiver/link_enter.h"

#include <stdio.h>
#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_rogue.h"

enum { ROOMS = 50, WINDOWS = ROOMS + 1, ASKED = 64 };

/* What the server knows of a seat. */
struct seat {
	uint32_t	 slot, outbox;
	char		 room[FRAME_ROOM_BYTES + 1];
	uint64_t	 have;
	unsigned	 enters, syncs, posts, leaves, bases;
	char		 said[64], former[64];
};

/* What the screen knows of a window. */
struct told {
	unsigned	 rooms, welcomes, entries, own, denials, people;
	unsigned	 alone;		/* denials of that room alone */
	uint64_t	 last;
	char		 room[FRAME_ROOM_BYTES + 1], name[64], refused[64];
	enum record_denial denial;
	int64_t		 wait_ms;	/* with that */
	enum record_held held;
};

static struct {
	struct rogue	 rogue;
	struct seat	 seat[FRAME_SLOT_MAX + 1];
	struct told	 told[WINDOWS];
	uint32_t	 slots;		/* the highest that was asked for */
	bool		 deaf;		/* answers no ENTER, */
	bool		 secret;	/* lists no room */
	bool		 shrinks;	/* the second goes, once */
	bool		 always;	/* or each time */
	bool		 gone;		/* a seat is gone once it is there */
	char		 late[16];	/* of that room the first is lost */
	char		 renamed[16];	/* that room is ops, by its new name */
	char		 taken[16];	/* and that one another than before */
	bool		 mute;		/* nor a LEAVE */
	enum frame_code	 code;		/* or by that; 0: ENTERED */
	uint64_t	 wait_ms;	/* which it says */
	unsigned	 asks, names, outside, listed, people;
	char		 wanted[64];
	uint64_t	 tag;
	enum frame_code	 name_code;
	uint32_t	 flags;		/* of LISTED, of all */
	uint32_t	 enter_flags;	/* of the last ENTER */
} play;

static struct rogue *const r = &play.rogue;

/* Each room has a log of its own, all as long. */
static void
position(const struct seat *s, struct frame_position *at)
{
	*at = r->head;
	at->term = 1;	/* the server's own entry of a start is left out */
	at->log_id[0] = (uint8_t)s->room[0];
	at->log_id[1] = (uint8_t)s->room[1];
	at->log_id[2] = (uint8_t)s->room[2];
	if (strcmp(s->room, play.renamed) == 0)
		memcpy(at->log_id, "ops", 3);
	at->log_id[3] = strcmp(s->room, play.taken) == 0;
}

static void
put_head(const struct seat *s, struct wire_out *out)
{
	struct rogue seat = *r;

	position(s, &seat.head);
	rogue_put_head(&seat, out, 1);
}

static void
enter(struct frame *f)
{
	struct seat *s = &play.seat[f->slot];
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = f->slot, .room = s->room };

	s->slot = f->slot;
	s->outbox = f->outbox;
	s->have = f->at.seq;
	snprintf(s->former, sizeof(s->former), "%.*s", (int)f->former_len,
	    f->former_len == 0 ? "" : f->former);
	s->enters++;
	memcpy(s->room, f->text, f->text_len);
	if (f->slot > play.slots)
		play.slots = f->slot;
	if (play.deaf)
		return;
	if (strcmp(s->room, play.late) == 0) {
		play.late[0] = '\0';
		return;
	}
	if (play.code != 0) {
		frame_put_room(&out, f->slot);
		frame_put_error(&out, play.code, 0, play.wait_ms, "", 0);
	} else {
		e.room_len = f->text_len;
		position(s, &e.head);
		frame_put_room(&out, f->slot);
		frame_put_entered(&out, &e);
		frame_put_posted(&out, (uint64_t)f->outbox << 32 | f->id,
		    e.head.seq);
		put_head(s, &out);
		if (play.gone)
			frame_put_error(&out, FRAME_NO_ROOM, 0, 0, NULL, 0);
	}
	rogue_say_once(r, frames, out.len);
}

static void
take_posts(struct seat *s, struct frame *f)
{
	struct frame_post p;

	s->posts++;
	while (frame_next_post(f, &p))
		snprintf(s->said, sizeof(s->said), "%.*s", (int)p.text_len,
		    p.text);
}

static void
take_naming(const struct frame *f)
{
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));

	play.names++;
	play.tag = f->id;
	snprintf(play.wanted, sizeof(play.wanted), "%.*s", (int)f->text_len,
	    f->text);
	if (play.deaf)
		return;
	if (play.name_code != 0)
		frame_put_error(&out, play.name_code, 0, 4000, "alike bob", 9);
	frame_put_name(&out, f->id, play.name_code, f->text, f->text_len);
	rogue_say_once(r, frames, out.len);
}

/* In two pieces, of which the second comes when it is asked for. */
static void
list(const struct frame *f)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_listed one = { FRAME_LISTED_HOME, 7, 40, 0, "lab", "", 3,
	    0 };
	size_t begun;

	play.asks++;
	if (play.deaf)
		return;
	begun = frame_begin(&out, FRAME_LIST);
	wire_put_u8(&out, FRAME_ASK_ROOMS);
	wire_put_varint(&out, 9);
	wire_put_varint(&out, play.secret ? 0 : play.shrinks && f->offset > 0 ?
	    1 : 2);
	wire_put_varint(&out, f->offset);
	wire_put_varint(&out, play.secret || (play.shrinks && f->offset > 0) ?
	    0 : 1);
	if (f->offset > 0) {
		one.name = "ops";
		one.flags = FRAME_LISTED_IN;
	}
	if (!play.secret && (!play.shrinks || f->offset == 0))
		frame_put_listed(&out, &one);
	play.shrinks &= f->offset == 0 || play.always;
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

/* Nobody but us. */
static void
tell_people(const struct seat *s)
{
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t begun;

	play.people++;
	frame_put_room(&out, s->slot);
	begun = frame_begin(&out, FRAME_MEMBERS);
	wire_put_varint(&out, r->head.seq);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, 1);
	wire_put_varint(&out, 0);
	wire_put_varint(&out, 1);
	wire_put_u8(&out, 0);
	wire_put_string(&out, "alice", 5);
	frame_end(&out, begun);
	rogue_say_once(r, frames, out.len);
}

static void
say_head(struct seat *s)
{
	uint8_t frames[128];
	struct wire_out out = wire_out(frames, sizeof(frames));

	s->bases++;
	frame_put_room(&out, s->slot);
	put_head(s, &out);
	rogue_say_once(r, frames, out.len);
}

/* It is not there; code: or by that ERROR. */
static void
say_left(uint32_t slot, enum frame_code code)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, slot);
	if (code == 0)
		frame_put_leave(&out, NULL, 0);
	else
		frame_put_error(&out, code, 0, 0, NULL, 0);
	rogue_say_once(r, frames, out.len);
}

static void
hear(struct rogue *rogue, struct frame *f)
{
	struct seat *s = &play.seat[rogue->slot];

	switch (f->type) {
	case FRAME_ENTER:
		assert_int_equal(rogue->slot, 0);
		play.enter_flags = f->flags;
		enter(f);
		break;
	case FRAME_SYNC:
		play.outside += rogue->slot == 0;
		s->syncs++;
		s->have = f->at.seq;
		break;
	case FRAME_READ:
		play.outside += rogue->slot == 0;
		if (f->seq == 0)
			tell_people(s);
		else if (f->count == 0)
			say_head(s);
		break;
	case FRAME_POST:
		play.outside += rogue->slot == 0;
		take_posts(s, f);
		break;
	case FRAME_LEAVE:
		s->leaves++;
		if (rogue->slot != 0 && !play.mute)
			say_left(rogue->slot, 0);
		break;
	case FRAME_NAME:
		take_naming(f);
		break;
	case FRAME_ASK:
		list(f);
		break;
	default:
		break;
	}
}

static void
tell(struct rogue *rogue, const struct record *record)
{
	struct told *t = &play.told[record->window];
	int n = (int)record->text_len;

	(void)rogue;
	assert_in_range(record->window, 0, WINDOWS - 1);
	switch (record->type) {
	case RECORD_ROOM:
		t->rooms++;
		snprintf(t->room, sizeof(t->room), "%.*s", n, record->text);
		break;
	case RECORD_WELCOME:
		t->welcomes++;
		snprintf(t->name, sizeof(t->name), "%.*s", n, record->text);
		break;
	case RECORD_ENTRY:
		t->entries++;
		t->own += record->entry.id != 0;
		assert_int_equal(record->entry.seq, t->last + 1);
		t->last = record->entry.seq;
		break;
	case RECORD_MEMBER:
		t->people++;
		break;
	case RECORD_DENIED:
		t->denials++;
		t->alone += record->id != 0;
		t->denial = record->denial;
		t->wait_ms = record->wait_ms;
		break;
	case RECORD_NICK_DENIED:
		t->denial = record->denial;
		snprintf(t->refused, sizeof(t->refused), "%.*s", n,
		    record->text);
		break;
	case RECORD_STATE:
		t->held = record->state.held;
		break;
	case RECORD_LISTED:
		play.listed++;
		play.flags |= record->flags;
		break;
	default:
		break;
	}
}

static int
set_up(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	rogue_start(r);
	r->flags = HELLO_ROOMS | HELLO_ROLES;
	r->hear = hear;
	r->tell = tell;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rogue_end(r);
	return 0;
}

static void
join(uint16_t window, const char *room)
{
	const struct link_place nowhere = { .dir = "" };

	assert_true(link_join(r->link, r->now, window, &nowhere, room,
	    strlen(room)));
}

static void
run(int64_t ms)
{
	assert_true(rogue_run(r, ms));
}

/* In the home room and in ops. */
static void
be_in_two(void)
{
	rogue_link(r);
	join(1, "ops");
	run(100);
	assert_int_equal(play.told[0].welcomes, 1);
	assert_int_equal(play.told[1].welcomes, 1);
}

static struct seat *
seat_of(const char *room)
{
	uint32_t slot;

	/* The one that was taken last. */
	for (slot = play.slots; slot > 0; slot--)
		if (strcmp(play.seat[slot].room, room) == 0)
			return &play.seat[slot];
	fail();
	return NULL;
}

/* An entry of that seat's room, with its ROOM. */
static void
put_this(struct wire_out *out, const struct seat *s, const struct entry *e)
{
	struct frame_position at;
	size_t begun;

	position(s, &at);
	at.seq = e->seq;
	frame_put_room(out, s->slot);
	begun = frame_begin(out, FRAME_ENTRIES);
	frame_put_position(out, &at);
	wire_put_varint(out, 1);
	entry_encode(out, e);
	frame_end(out, begun);
}

static void
put_entry(struct wire_out *out, const struct seat *s, uint64_t seq)
{
	const struct entry e = { .seq = seq, .time_ms = 1, .kind = ENTRY_SAY,
	    .author = "mallory", .author_len = 7, .text = "line",
	    .text_len = 4 };

	put_this(out, s, &e);
}

static void
post(uint16_t window, const char *text)
{
	link_post(r->link, r->now, window, &(struct link_line){ 1, ENTRY_SAY,
	    text, strlen(text), false });
}

static void
a_session_names_no_room_and_enters_each(void **state)
{
	(void)state;
	be_in_two();
	assert_int_equal(r->visits, 1);
	assert_int_equal(r->room_len, 0);
	assert_int_not_equal(r->run, 0);
	assert_string_equal(play.told[0].room, "den");
	assert_string_equal(play.told[1].room, "ops");
	assert_int_equal(play.seat[1].enters, 1);
	assert_int_equal(play.seat[3].enters, 1);
	assert_int_not_equal(play.seat[1].outbox, play.seat[3].outbox);
	assert_int_equal(play.outside, 0);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
}

/* One round trip behind the handshake, in few datagrams. */
static void
fifty_rooms_are_entered_at_once(void **state)
{
	char room[16];
	uint16_t i;
	unsigned before;

	(void)state;
	rogue_link(r);
	for (i = 1; i < ROOMS; i++) {
		snprintf(room, sizeof(room), "%02u room", i);
		join(i, room);
	}
	before = r->sent;
	run(0);
	for (i = 0; i < ROOMS; i++)
		assert_int_equal(play.told[i].welcomes, 1);
	run(60);
	/* HELLO, HS3, some with ENTERs, SYNCs and READs, the PING. */
	assert_in_range(r->sent - before, 4, 16);
	for (i = 1; i < 2 * ROOMS; i += 2)
		assert_int_equal(play.seat[i].enters, 1);
}

static void
an_enter_is_repeated_until_it_is_answered(void **state)
{
	struct seat *s = &play.seat[1];

	(void)state;
	play.deaf = true;
	rogue_link(r);
	run(3000);
	assert_in_range(s->enters, 2, 20);
	assert_int_equal(play.told[0].welcomes, 0);
	play.deaf = false;
	run(3000);
	assert_int_equal(play.told[0].welcomes, 1);
	assert_int_equal(play.slots, 1);
	assert_int_equal(r->visits, 1);
}

static void
entered_twice_is_entered_once(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = 1, .room = "den", .room_len = 3 };

	(void)state;
	be_in_two();
	put_entry(&out, &play.seat[1], 1);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[0].entries, 1);
	out.len = 0;
	position(&play.seat[1], &e.head);
	frame_put_room(&out, 1);
	frame_put_entered(&out, &e);
	rogue_say(r, frames, out.len);
	/* One of a seat that nobody asked for. */
	out.len = 0;
	e.slot = 9;
	frame_put_entered(&out, &e);
	rogue_say(r, frames, out.len);
	run(100);
	assert_int_equal(play.told[0].rooms, 1);
	/* It is called otherwise now. */
	out.len = 0;
	e.slot = 1;
	e.room = "new";
	frame_put_room(&out, 1);
	frame_put_entered(&out, &e);
	frame_put_entered(&out, &e);
	rogue_say(r, frames, out.len);
	run(100);
	assert_int_equal(play.told[0].rooms, 2);
	assert_string_equal(play.told[0].room, "new");
	assert_int_equal(play.told[0].entries, 1);
	assert_int_equal(link_have(r->link, 0), 1);
}

static void
entries_of_two_rooms_in_one_datagram_go_where_they_belong(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	be_in_two();
	put_entry(&out, seat_of("ops"), 1);
	put_entry(&out, seat_of("den"), 1);
	put_entry(&out, seat_of("ops"), 2);
	rogue_say(r, frames, out.len);
	run(100);
	assert_int_equal(play.told[0].entries, 1);
	assert_int_equal(play.told[1].entries, 2);
	assert_int_equal(link_have(r->link, 0), 1);
	assert_int_equal(link_have(r->link, 1), 2);
}

static void
what_is_of_no_seat_is_skipped_up_to_the_next(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct seat nobody;

	(void)state;
	be_in_two();
	nobody = *seat_of("den");
	nobody.slot = 77;
	put_entry(&out, &nobody, 1);
	put_entry(&out, seat_of("ops"), 1);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[0].entries, 0);
	assert_int_equal(play.told[1].entries, 1);
}

/* All that came in 50 ms. */
static void
one_datagram_acknowledges_all_rooms(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned sent;

	(void)state;
	be_in_two();
	run(3000);
	sent = r->sent;
	put_entry(&out, seat_of("ops"), 1);
	rogue_say(r, frames, out.len);
	run(10);
	out.len = 0;
	put_entry(&out, seat_of("den"), 1);
	rogue_say(r, frames, out.len);
	run(200);
	assert_int_equal(r->sent, sent + 1);
	assert_int_equal(seat_of("ops")->have, 1);
	assert_int_equal(seat_of("den")->have, 1);
}

/* Else the server takes for lost what only was not looked at. */
static void
what_lay_there_for_a_while_is_acknowledged_at_once(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	unsigned sent;

	(void)state;
	be_in_two();
	run(3000);
	sent = r->sent;
	put_entry(&out, seat_of("ops"), 1);
	rogue_say_once(r, frames, out.len);
	link_answer(r->link);
	run(1);
	assert_int_equal(r->sent, sent + 1);
	assert_int_equal(seat_of("ops")->have, 1);
	/* That was it; where nothing came nothing is said. */
	link_answer(r->link);
	run(200);
	assert_int_equal(r->sent, sent + 1);
}

/* The home room by its name: in one seat, or each would take it from the
 * other. */
static void
no_room_is_entered_twice(void **state)
{
	(void)state;
	rogue_link(r);
	join(1, "DEN");
	join(2, "ops");
	join(3, "Ops");
	run(5000);
	assert_int_equal(play.told[0].welcomes, 1);
	assert_int_equal(play.told[1].denial, RECORD_NO_ROOM);
	assert_int_equal(play.told[1].alone, 1);
	assert_int_equal(play.told[2].welcomes, 1);
	assert_int_equal(play.told[3].alone, 1);
	join(4, "den");
	run(5000);
	assert_int_equal(play.told[4].alone, 1);
	assert_int_equal(play.slots, 3);
	assert_int_equal(play.told[0].denials, 0);
}

/* It has two names, as the server alone knows: each seat but the last is gone
 * there, and nobody is told. */
static void
nor_by_the_name_that_it_has_now(void **state)
{
	unsigned enters;

	(void)state;
	be_in_two();
	strlcpy(play.renamed, "it", sizeof(play.renamed));
	join(2, "it");
	run(5000);
	assert_int_equal(play.told[2].denial, RECORD_NO_ROOM);
	assert_int_equal(play.told[2].alone, 1);
	assert_int_equal(play.told[2].welcomes, 0);
	assert_string_equal(play.told[2].room, "it");
	assert_string_equal(play.told[1].room, "it");
	/* The one that was there before has the seat that was taken last. */
	enters = play.slots;
	assert_string_equal(play.seat[enters].room, "it");
	run(60 * 1000);
	assert_int_equal(play.slots, enters);
	assert_int_equal(play.told[1].denials, 0);
}

static void
a_line_is_said_in_its_room(void **state)
{
	(void)state;
	be_in_two();
	post(1, "to ops");
	run(10);
	post(0, "to all");
	run(10);
	assert_string_equal(seat_of("ops")->said, "to ops");
	assert_string_equal(seat_of("den")->said, "to all");
	assert_int_equal(play.outside, 0);
	post(7, "to nobody");
	run(10);
	assert_int_equal(play.slots, 3);
}

static void
idle_in_many_rooms_is_one_ping(void **state)
{
	unsigned sent, pings, syncs;

	(void)state;
	be_in_two();
	run(5000);
	sent = r->sent;
	pings = r->pings;
	syncs = seat_of("ops")->syncs;
	run(2 * LINK_KEEPALIVE_MANY_MS);
	assert_int_equal(r->sent - sent, 2);
	assert_int_equal(r->pings - pings, 2);
	assert_int_equal(seat_of("ops")->syncs, syncs);
}

static void
people_are_asked_for_where_somebody_looks(void **state)
{
	(void)state;
	be_in_two();
	run(5000);
	assert_int_equal(play.people, 1);
	assert_int_equal(play.told[0].people, 1);
	assert_int_equal(play.told[1].people, 0);
	link_look(r->link, r->now, 1);
	run(100);
	assert_int_equal(play.people, 2);
	assert_int_equal(play.told[1].people, 1);
}

static void
a_room_that_there_is_not_is_denied_and_the_others_go_on(void **state)
{
	(void)state;
	rogue_link(r);
	run(100);
	play.code = FRAME_NO_ROOM;
	join(1, "opps");
	run(5000);
	assert_int_equal(play.told[1].denials, 1);
	assert_int_equal(play.told[1].denial, RECORD_NO_ROOM);
	assert_int_equal(play.seat[3].enters, 1);
	assert_int_equal(play.told[0].denials, 0);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
	play.code = FRAME_QUOTA;
	play.wait_ms = UINT64_MAX;
	join(2, "more");
	run(100);
	assert_int_equal(play.told[2].denial, RECORD_QUOTA);
	assert_int_equal(play.told[2].wait_ms, 24 * 3600 * 1000);
	play.wait_ms = 0;
	play.code = FRAME_CLOSED;
	join(3, "inner");
	run(100);
	assert_int_equal(play.told[3].denial, RECORD_CLOSED);
	assert_int_equal(r->visits, 1);
}

static void
where_all_are_denied_the_session_is_over(void **state)
{
	(void)state;
	play.code = FRAME_ROOM_FULL;
	rogue_link(r);
	run(100);
	assert_int_equal(play.told[0].denial, RECORD_FULL);
	assert_int_equal(r->state.phase, RECORD_IDLE);
	play.code = 0;
	link_login(r->link, r->now, "alice", 5);
	run(100);
	assert_int_equal(play.told[0].welcomes, 1);
}

/* It is one name for all rooms, but another may have it in one of them. */
static void
a_name_that_is_refused_at_the_door_is_asked_for_anew(void **state)
{
	(void)state;
	play.code = FRAME_NAME_OWNED;
	rogue_link(r);
	join(1, "ops");
	run(100);
	assert_int_equal(play.told[0].denial, RECORD_OWNED);
	assert_int_equal(r->state.phase, RECORD_IDLE);
	play.code = 0;
	link_login(r->link, r->now, "carol", 5);
	run(100);
	assert_int_equal(play.told[0].welcomes, 1);
	assert_int_equal(play.told[1].welcomes, 1);
	play.code = FRAME_NAME_TAKEN;
	join(2, "lab");
	run(100);
	assert_int_equal(play.told[2].denial, RECORD_TAKEN);
	assert_int_equal(r->state.phase, RECORD_ONLINE);
}

static void
a_full_disk_of_one_room_is_asked_again(void **state)
{
	(void)state;
	rogue_link(r);
	run(100);
	play.code = FRAME_NO_SPACE;
	join(1, "ops");
	run(100);
	assert_int_equal(play.told[1].denials, 0);
	/* Whose lines wait for it is told why. */
	post(1, "waits");
	run(2500);
	assert_int_equal(play.told[1].held, RECORD_HELD_DISK);
	play.code = 0;
	run(1500);
	assert_int_equal(play.told[1].welcomes, 1);
	assert_int_equal(r->visits, 1);
}

/* Its seat is gone: another one is asked for, in a slot that was never one. */
static void
a_seat_that_is_gone_is_asked_for_anew(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	be_in_two();
	frame_put_room(&out, seat_of("ops")->slot);
	frame_put_error(&out, FRAME_NO_ROOM, 0, 0, "", 0);
	rogue_say(r, frames, out.len);
	run(100);
	assert_int_equal(play.slots, 5);
	assert_string_equal(play.seat[5].room, "ops");
	assert_int_equal(r->visits, 1);
	/* Late frames of the former seat are nobody's. */
	out.len = 0;
	put_entry(&out, &play.seat[3], 1);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[1].entries, 0);
}

static void
new_keys_keep_the_seats(void **state)
{
	(void)state;
	be_in_two();
	run(40 * 60 * 1000);
	assert_true(r->visits > 1);
	assert_int_equal(play.slots, 3);
	assert_int_equal(play.seat[3].enters, 1);
	post(1, "still here");
	run(100);
	assert_string_equal(play.seat[3].said, "still here");
}

/* Or the server took them for keys that nobody has. */
static void
new_keys_are_used_at_once(void **state)
{
	unsigned pings = 0;
	int i;

	(void)state;
	be_in_two();
	for (i = 0; r->visits < 2 && i < 40 * 60 * 1000; i++) {
		pings = r->pings;
		run(1);
	}
	run(100);
	assert_int_equal(r->visits, 2);
	assert_int_equal(r->pings, pings + 1);
	assert_int_equal(play.seat[3].bases, 0);
}

/* It may have lost them with the session that it did not know any more. */
static void
where_the_session_was_lost_each_seat_is_asked_about(void **state)
{
	unsigned one, other;

	(void)state;
	be_in_two();
	one = play.seat[1].bases;
	other = play.seat[3].bases;
	r->live = false;
	run(60 * 1000);
	assert_int_equal(r->visits, 2);
	assert_int_equal(play.slots, 3);
	assert_int_equal(play.seat[1].bases, one + 1);
	assert_int_equal(play.seat[3].bases, other + 1);
}

static void
a_server_that_was_started_anew_is_entered_anew(void **state)
{
	(void)state;
	be_in_two();
	r->head.term = 2;
	r->live = false;
	post(1, "into the void");
	run(60 * 1000);
	assert_int_equal(r->visits, 2);
	assert_int_equal(play.slots, 7);
	assert_string_equal(seat_of("ops")->said, "into the void");
	assert_int_equal(play.told[1].denials, 0);
}

/* The room of that seat is called otherwise from now on. */
static void
rename_room(struct seat *s, const char *name)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = s->slot, .room = name,
	    .room_len = strlen(name) };

	strlcpy(play.renamed, name, sizeof(play.renamed));
	position(s, &e.head);
	frame_put_room(&out, s->slot);
	frame_put_entered(&out, &e);
	rogue_say_once(r, frames, out.len);
	run(0);
}

static void
server_starts_anew(void)
{
	r->head.term++;
	r->live = false;
	run(60 * 1000);
}

static void
a_room_is_asked_for_by_the_name_that_it_has_now(void **state)
{
	(void)state;
	be_in_two();
	rename_room(seat_of("ops"), "it");
	assert_string_equal(play.told[1].room, "it");
	strlcpy(play.taken, "ops", sizeof(play.taken));
	r->head.term++;
	r->live = false;
	post(1, "for it");
	run(60 * 1000);
	assert_string_equal(seat_of("it")->said, "for it");
	assert_string_equal(seat_of("ops")->said, "");
	assert_int_equal(play.told[1].denials, 0);
}

/* The home room has been in its seat by the name that it had then. */
static void
so_is_the_home_room(void **state)
{
	(void)state;
	be_in_two();
	rename_room(seat_of("den"), "it");
	say_left(seat_of("den")->slot, FRAME_NO_ROOM);
	run(1000);
	assert_int_equal(seat_of("it")->enters, 1);
	assert_int_equal(play.told[0].denials, 0);
}

/* By that name there is another room: it was typed for the one before. */
static void
what_waits_is_said_in_no_other_room(void **state)
{
	const struct link_place other = { .dir = "", .other = true };
	uint32_t slot;

	(void)state;
	be_in_two();
	strlcpy(play.taken, "ops", sizeof(play.taken));
	r->head.term++;
	r->live = false;
	post(1, "for ops");
	run(60 * 1000);
	assert_string_equal(seat_of("ops")->said, "");
	assert_int_equal(play.told[1].denial, RECORD_OTHER_ROOM);
	assert_int_equal(play.told[1].alone, 1);
	assert_true(seat_of("ops")->leaves > 0);
	assert_int_equal(play.told[0].denials, 0);
	slot = play.slots;
	server_starts_anew();
	assert_int_equal(play.told[1].denials, 1);
	assert_int_equal(play.slots, slot + 2);
	/* Unless the user wants it there; this one has no disk. */
	link_part(r->link, r->now, 1);
	assert_true(link_join(r->link, r->now, 1, &other, "ops", 3));
	post(1, "for this one");
	run(1000);
	assert_string_equal(seat_of("ops")->said, "for this one");
}

/* It is entered where nothing waits. */
static void
another_room_of_that_name_is_entered(void **state)
{
	(void)state;
	be_in_two();
	strlcpy(play.taken, "ops", sizeof(play.taken));
	server_starts_anew();
	assert_int_equal(play.told[1].denials, 0);
	assert_int_equal(play.told[1].rooms, 2);
}

static void
a_room_is_left_and_the_others_stay(void **state)
{
	struct seat *s;

	(void)state;
	be_in_two();
	s = seat_of("ops");
	post(1, "so long");
	link_part(r->link, r->now, 1);
	run(5000);
	assert_string_equal(s->said, "so long");
	assert_in_range(s->leaves, 1, 3);
	assert_int_equal(play.seat[0].leaves, 0);
	assert_int_equal(link_have(r->link, 1), 0);
	/* The last one is the session's. */
	link_part(r->link, r->now, 0);
	run(5000);
	assert_int_equal(seat_of("den")->leaves, 0);
	/* There is room for another in its place. */
	join(1, "ops");
	run(100);
	assert_int_equal(play.told[1].welcomes, 2);
	assert_int_equal(play.slots, 5);
}

static void
a_room_is_left_until_the_server_knows(void **state)
{
	struct seat *s;
	unsigned leaves;

	(void)state;
	be_in_two();
	s = seat_of("ops");
	play.mute = true;
	link_part(r->link, r->now, 1);
	run(60000);
	assert_true(s->leaves > 3);
	play.mute = false;
	run(60000);
	leaves = s->leaves;
	run(600000);
	assert_int_equal(s->leaves, leaves);
	assert_int_equal(play.slots, 3);
}

static void
a_room_is_left_that_was_only_asked_for(void **state)
{
	(void)state;
	rogue_link(r);
	run(100);
	play.deaf = true;
	join(1, "ops");
	run(10);
	link_part(r->link, r->now, 1);
	play.deaf = false;
	run(1000);
	assert_int_equal(seat_of("ops")->leaves, 1);
	assert_int_equal(seat_of("ops")->enters, 1);
	assert_int_equal(play.told[1].rooms, 0);
}

/* The server keeps the seats of who comes again. */
static void
a_room_is_left_while_nobody_answers(void **state)
{
	struct seat *s;

	(void)state;
	be_in_two();
	s = seat_of("ops");
	r->deaf = true;
	run(2 * 3600 * 1000);
	link_part(r->link, r->now, 1);
	run(1000);
	r->deaf = false;
	run(60000);
	assert_int_equal(s->leaves, 1);
	assert_int_equal(seat_of("den")->leaves, 0);
}

/* One that was started anew has him there as one who is away. */
static void
a_room_is_left_while_the_server_is_down(void **state)
{
	struct seat *s;

	(void)state;
	be_in_two();
	r->deaf = true;
	run(60 * 1000);
	link_part(r->link, r->now, 1);
	run(1000);
	r->deaf = r->live = false;
	r->head.term = 2;
	run(60 * 1000);
	s = seat_of("ops");
	assert_int_equal(play.slots, 7);
	assert_int_equal(s->slot, 7);
	assert_int_equal(s->leaves, 1);
	assert_int_equal(play.told[1].welcomes, 1);
	assert_int_equal(seat_of("den")->leaves, 0);
}

/* He is there by its new name meanwhile; that is one seat, and not twice. */
static void
one_that_is_left_is_joined_by_its_other_name(void **state)
{
	struct memdisk *mem = memdisk_new();
	struct disk disk = memdisk_disk(mem);
	const struct link_place place = { .disk = &disk, .dir = "/it" };

	(void)state;
	disk.make_dir(disk.arg, "/it");
	be_in_two();
	r->deaf = true;
	run(60 * 1000);
	link_part(r->link, r->now, 1);
	strlcpy(play.renamed, "it", sizeof(play.renamed));
	strlcpy(play.late, "ops", sizeof(play.late));
	assert_true(link_join(r->link, r->now, 2, &place, "it", 2));
	run(1000);
	r->deaf = r->live = false;
	r->head.term = 2;
	run(60 * 1000);
	assert_int_equal(play.told[2].denials, 0);
	assert_int_equal(play.told[2].alone, 0);
	assert_int_equal(play.told[2].welcomes, 1);
	assert_int_equal(seat_of("ops")->leaves, 1);
	rogue_end(r);
	memdisk_free(mem);
}

/* Nobody had noticed yet that it is. */
static void
a_room_is_left_as_the_server_goes_down(void **state)
{
	(void)state;
	be_in_two();
	r->deaf = true;
	link_part(r->link, r->now, 1);
	run(60 * 1000);
	r->deaf = r->live = false;
	r->head.term = 2;
	run(60 * 1000);
	assert_int_equal(play.slots, 7);
	assert_int_equal(seat_of("ops")->slot, 7);
	assert_int_equal(seat_of("ops")->leaves, 1);
}

static void
who_is_not_there_any_more_has_left(void **state)
{
	(void)state;
	be_in_two();
	play.mute = true;
	post(1, "so long");
	link_part(r->link, r->now, 1);
	run(0);
	say_left(3, FRAME_NO_ROOM);
	run(5000);
	assert_int_equal(play.slots, 3);
}

/* The server has taken that slot for one that was left. */
static void
a_slot_that_is_used_up_is_another_one(void **state)
{
	(void)state;
	rogue_link(r);
	run(100);
	play.deaf = true;
	join(1, "ops");
	run(10);
	play.deaf = false;
	say_left(3, 0);
	run(3000);
	assert_int_equal(play.told[1].welcomes, 1);
	assert_int_equal(play.slots, 5);
}

/* What the session asked for is on its way, and it is not known that it is. */
static void
a_room_that_comes_while_it_shakes_hands_is_entered_behind(void **state)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	(void)state;
	r->mute = play.deaf = true;
	rogue_link(r);
	run(100);
	assert_int_equal(r->visits, 1);
	join(1, "ops");
	r->mute = play.deaf = false;
	frame_put_name(&out, 0, 0, "alice", 5);
	rogue_say(r, frames, out.len);
	run(3000);
	assert_int_equal(r->visits, 1);
	assert_int_equal(play.told[0].welcomes, 1);
	assert_int_equal(play.told[1].welcomes, 1);
}

/* What is stored of it is not two rooms' at a time. */
static void
who_comes_back_at_once_finds_what_is_stored(void **state)
{
	struct memdisk *mem = memdisk_new();
	const struct disk disk = memdisk_disk(mem);
	const struct link_place place = { .disk = &disk, .dir = "/ops" };
	struct seat *s;

	(void)state;
	disk.make_dir(disk.arg, "/ops");
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &place, "ops", 3));
	run(100);
	s = seat_of("ops");
	play.mute = true;
	link_part(r->link, r->now, 1);
	run(0);
	assert_int_equal(s->leaves, 1);
	assert_true(link_join(r->link, r->now, 1, &place, "ops", 3));
	play.mute = false;
	run(100);
	assert_int_equal(seat_of("ops")->slot, s->slot + 2);
	assert_int_equal(seat_of("ops")->outbox, s->outbox);
	assert_int_equal(play.told[1].welcomes, 2);
	run(5000);
	assert_in_range(s->leaves, 1, 2);
	rogue_end(r);
	memdisk_free(mem);
}

static void
who_leaves_says_so_outside_of_all_rooms(void **state)
{
	(void)state;
	be_in_two();
	post(0, "bye");
	post(1, "and you");
	link_leave(r->link, r->now);
	run(5000);
	assert_true(link_left(r->link));
	assert_string_equal(seat_of("den")->said, "bye");
	assert_string_equal(seat_of("ops")->said, "and you");
	assert_true(play.seat[0].leaves > 0);
	assert_int_equal(seat_of("ops")->leaves, 0);
}

static void
a_name_is_asked_for_once_for_all_rooms(void **state)
{
	(void)state;
	be_in_two();
	link_nick(r->link, r->now, 1, "carol", 5);
	run(100);
	assert_int_equal(play.names, 1);
	assert_string_equal(play.wanted, "carol");
	assert_int_not_equal(play.tag, 0);
	assert_string_equal(play.told[0].name, "carol");
	assert_string_equal(play.told[1].name, "carol");
	run(5000);
	assert_int_equal(play.names, 1);
}

/* The room has what was said there up to that one. */
static void
have_posted(const char *room, uint32_t next)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	const struct seat *s = seat_of(room);

	frame_put_room(&out, s->slot);
	frame_put_posted(&out, (uint64_t)s->outbox << 32 | next, 0);
	rogue_say(r, frames, out.len);
}

/* Whichever room it is in, and though nobody answers for a while. */
static void
what_is_said_is_said_by_the_name_that_one_had_then(void **state)
{
	(void)state;
	be_in_two();
	post(1, "before");
	link_nick(r->link, r->now, 0, "carol", 5);
	post(0, "after");
	post(1, "after, too");
	run(1000);
	assert_string_equal(seat_of("ops")->said, "before");
	assert_string_equal(seat_of("den")->said, "");
	assert_int_equal(play.names, 0);
	play.deaf = true;
	have_posted("ops", 2);
	run(1000);
	assert_in_range(play.names, 1, 20);
	assert_string_equal(seat_of("ops")->said, "before");
	assert_string_equal(seat_of("den")->said, "");
	play.deaf = false;
	run(2000);
	assert_string_equal(play.told[0].name, "carol");
	assert_string_equal(seat_of("den")->said, "after");
	assert_string_equal(seat_of("ops")->said, "after, too");
}

/* Each is asked for when the one before is answered, and what was typed between
 * them is said by it. */
static void
names_that_are_asked_for_at_once_have_their_turn(void **state)
{
	(void)state;
	be_in_two();
	play.deaf = true;
	link_nick(r->link, r->now, 0, "carol", 5);
	post(0, "by carol");
	link_nick(r->link, r->now, 1, "dave", 4);
	post(0, "by dave");
	post(1, "by dave, too");
	run(1000);
	assert_string_equal(play.wanted, "carol");
	assert_string_equal(seat_of("den")->said, "");
	assert_string_equal(seat_of("ops")->said, "");
	play.deaf = false;
	run(2000);
	assert_string_equal(play.told[0].name, "carol");
	assert_string_equal(play.wanted, "carol");
	assert_string_equal(seat_of("den")->said, "by carol");
	assert_string_equal(seat_of("ops")->said, "");
	/* That one is in the room; and the name is not to be. */
	play.name_code = FRAME_NAME_TAKEN;
	have_posted("den", 2);
	run(1000);
	assert_string_equal(play.wanted, "dave");
	assert_string_equal(play.told[1].refused, "dave");
	assert_string_equal(play.told[0].name, "carol");
	assert_string_equal(seat_of("den")->said, "by dave");
	assert_string_equal(seat_of("ops")->said, "by dave, too");
	/* Nor is it told twice, or asked for again. */
	assert_in_range(play.names, 2, 20);
	play.names = 0;
	run(60 * 1000);
	assert_int_equal(play.names, 0);
}

/* Of very many the last is refused, and told so. */
static void
no_more_names_wait_than_there_is_room_for(void **state)
{
	char name[8];
	int i;

	(void)state;
	be_in_two();
	play.deaf = true;
	for (i = 0; i < LINK_NAMES; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		link_nick(r->link, r->now, 0, name, strlen(name));
	}
	assert_string_equal(play.told[0].refused, "");
	link_nick(r->link, r->now, 0, "last", 4);
	assert_string_equal(play.told[0].refused, "last");
	play.deaf = false;
	run(60 * 1000);
	assert_string_equal(play.told[0].name, name);
}

/* A room that takes nothing for long does not keep him from it, nor is what is
 * said there lost by that. */
static void
nobody_waits_long_for_a_name(void **state)
{
	(void)state;
	be_in_two();
	post(1, "before");
	link_nick(r->link, r->now, 0, "carol", 5);
	post(1, "after");
	run(10 * 1000);
	assert_string_equal(play.told[1].name, "carol");
	assert_string_equal(seat_of("ops")->said, "after");
	/* What leaves goes as it is. */
	play.deaf = true;
	have_posted("ops", 3);
	link_nick(r->link, r->now, 0, "dave", 4);
	post(0, "bye");
	link_leave(r->link, r->now);
	run(5000);
	assert_string_equal(seat_of("den")->said, "bye");
}

static void
a_name_that_is_refused_stays_as_it_was_and_why_is_told(void **state)
{
	(void)state;
	be_in_two();
	play.name_code = FRAME_NAME_TAKEN;
	link_nick(r->link, r->now, 1, "b0b", 3);
	run(100);
	assert_int_equal(play.told[1].denial, RECORD_TAKEN);
	assert_string_equal(play.told[1].refused, "b0b");
	assert_string_equal(play.told[1].name, "alice");
	assert_int_equal(play.told[0].welcomes, 1);
	/* It is asked until there is an answer. */
	play.deaf = true;
	play.name_code = 0;
	link_nick(r->link, r->now, 0, "carol", 5);
	run(2000);
	assert_in_range(play.names, 3, 30);
	play.deaf = false;
	run(2000);
	assert_string_equal(play.told[0].name, "carol");
}

/* Each room has the rename in its log, sooner or later. */
static void
own_lines_are_known_by_the_name_before_and_after(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_SAY,
	    .author = "alice", .author_len = 5, .text = "before",
	    .text_len = 6 };
	struct seat *s;

	(void)state;
	be_in_two();
	s = seat_of("ops");
	post(1, "before");
	post(1, "after");
	post(1, "never");
	run(10);
	/* What was said before is waited for, but not for ever. */
	link_nick(r->link, r->now, 0, "carol", 5);
	run(4000);
	e.id = (uint64_t)s->outbox << 32 | 1;
	put_this(&out, s, &e);
	e.seq = 2;
	e.id = 0;
	e.kind = ENTRY_RENAME;
	e.text = "carol";
	e.text_len = 5;
	put_this(&out, s, &e);
	e.seq = 3;
	e.id = (uint64_t)s->outbox << 32 | 2;
	e.kind = ENTRY_SAY;
	e.author = "carol";
	e.text = "after";
	put_this(&out, s, &e);
	/* By that name we say nothing any more: it is somebody else's. */
	e.seq = 4;
	e.id++;
	e.author = "alice";
	put_this(&out, s, &e);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[1].entries, 4);
	assert_int_equal(play.told[1].own, 2);
	assert_string_equal(play.told[1].name, "carol");
}

/* Who had it before us gives it up in the log behind our being told, and in
 * front of our having it there. */
static void
who_had_our_name_before_us_does_not_take_it_along(void **state)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_RENAME,
	    .author = "carol", .author_len = 5, .text = "robin",
	    .text_len = 5 };
	struct seat *s;

	(void)state;
	be_in_two();
	s = seat_of("ops");
	post(1, "before");
	post(1, "after");
	post(1, "never");
	run(10);
	link_nick(r->link, r->now, 0, "carol", 5);
	run(4000);
	put_this(&out, s, &e);
	e.seq = 2;
	e.id = (uint64_t)s->outbox << 32 | 1;
	e.kind = ENTRY_SAY;
	e.author = "alice";
	e.text = "before";
	e.text_len = 6;
	put_this(&out, s, &e);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[1].own, 1);
	out.len = 0;
	e.seq = 3;
	e.id = 0;
	e.kind = ENTRY_RENAME;
	e.text = "carol";
	e.text_len = 5;
	put_this(&out, s, &e);
	e.seq = 4;
	e.id = (uint64_t)s->outbox << 32 | 2;
	e.kind = ENTRY_SAY;
	e.author = "carol";
	e.text = "after";
	put_this(&out, s, &e);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[1].own, 2);
	out.len = 0;
	e.seq = 5;
	e.id = 0;
	e.kind = ENTRY_RENAME;
	e.author = "robin";
	e.text = "alice";
	put_this(&out, s, &e);
	e.seq = 6;
	e.id = (uint64_t)s->outbox << 32 | 3;
	e.kind = ENTRY_SAY;
	e.author = "alice";
	e.text = "never";
	put_this(&out, s, &e);
	rogue_say(r, frames, out.len);
	assert_int_equal(play.told[1].entries, 6);
	assert_int_equal(play.told[1].own, 2);
	assert_string_equal(play.told[1].name, "carol");
}

/* Before it was known that there are several a name was asked for in one; what
 * says that it is so in all of them may be lost. */
static void
a_name_that_was_posted_in_one_is_that_of_all(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_RENAME,
	    .author = "alice", .author_len = 5, .text = "carol",
	    .text_len = 5 };
	struct seat *s;

	(void)state;
	rogue_link(r);
	join(1, "ops");
	link_nick(r->link, r->now, 1, "carol", 5);
	run(100);
	s = seat_of("ops");
	assert_int_equal(play.names, 0);
	assert_string_equal(s->said, "carol");
	e.id = (uint64_t)s->outbox << 32 | 1;
	put_this(&out, s, &e);
	rogue_say(r, frames, out.len);
	assert_string_equal(play.told[1].name, "carol");
	assert_string_equal(play.told[0].name, "carol");
	/* And what is joined from then on. */
	join(2, "hut");
	run(100);
	assert_string_equal(play.told[2].name, "carol");
}

/* What was said since is known by that name, also to the next run. */
static void
a_name_of_all_rooms_is_one_that_lines_were_said_under(void **state)
{
	uint8_t frames[256];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct entry e = { .seq = 1, .time_ms = 1, .kind = ENTRY_RENAME,
	    .author = "alice", .author_len = 5, .text = "carol",
	    .text_len = 5 };

	struct memdisk *mem = memdisk_new();
	const struct disk disk = memdisk_disk(mem);
	const struct link_place place = { .disk = &disk, .dir = "/ops" };

	(void)state;
	disk.make_dir(disk.arg, "/ops");
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &place, "ops", 3));
	run(100);
	post(1, "waits");
	run(0);
	put_this(&out, seat_of("ops"), &e);
	rogue_say_once(r, frames, out.len);
	link_tick(r->link, r->now);
	rogue_end(r);
	play.told[1].last = 0;
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &place, "ops", 3));
	run(100);
	assert_string_equal(seat_of("ops")->former, "alice carol");
	rogue_end(r);
	memdisk_free(mem);
}

/* What is on its way may be in the log by it, though no rename is: who is not in
 * the room as yet comes by his new name. */
static void
what_is_on_its_way_may_be_said_under_the_new_name(void **state)
{
	struct memdisk *mem = memdisk_new();
	const struct disk disk = memdisk_disk(mem);
	const struct link_place place = { .disk = &disk, .dir = "/ops" };

	(void)state;
	disk.make_dir(disk.arg, "/ops");
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &place, "ops", 3));
	run(100);
	post(1, "waits");
	run(0);
	link_nick(r->link, r->now, 1, "carol", 5);
	run(4000);
	assert_string_equal(play.told[1].name, "carol");
	assert_true(seat_of("ops")->posts > 0);
	rogue_end(r);
	rogue_link(r);
	assert_true(link_join(r->link, r->now, 1, &place, "ops", 3));
	run(100);
	assert_string_equal(seat_of("ops")->former, "alice carol");
	rogue_end(r);
	memdisk_free(mem);
}

static void
the_rooms_are_listed_in_pieces(void **state)
{
	(void)state;
	be_in_two();
	link_ask_rooms(r->link, r->now);
	run(5000);
	assert_int_equal(play.asks, 2);
	assert_int_equal(play.listed, 2);
	assert_true(play.flags & RECORD_LISTED_FIRST);
	assert_true(play.flags & RECORD_LISTED_LAST);
	assert_int_equal(play.flags >> RECORD_LISTED_PEOPLE, 7);
	/* None is told of as well. */
	play.secret = true;
	play.flags = 0;
	link_ask_rooms(r->link, r->now);
	run(5000);
	assert_int_equal(play.listed, 3);
	assert_true(play.flags & RECORD_LISTED_LAST);
}

/* One was put away between the pieces. */
static void
a_list_that_got_shorter_is_asked_for_anew(void **state)
{
	(void)state;
	be_in_two();
	play.shrinks = true;
	link_ask_rooms(r->link, r->now);
	run(5000);
	assert_true(play.flags & RECORD_LISTED_LAST);
	assert_int_equal(play.asks, 4);
}

/* Nobody asks without end. */
static void
a_list_that_gets_shorter_each_time_has_an_end(void **state)
{
	(void)state;
	be_in_two();
	play.shrinks = play.always = true;
	link_ask_rooms(r->link, r->now);
	assert_true(rogue_run(r, 10000));
	assert_in_range(play.asks, 1, 100);
}

/* Whatever the server says of them. */
static void
seats_that_are_gone_at_once_have_an_end(void **state)
{
	(void)state;
	play.gone = true;
	rogue_link(r);
	assert_true(rogue_run(r, 1000));
}

static void
slots_that_are_used_up_begin_again_with_a_handshake(void **state)
{
	uint8_t frames[64];
	struct wire_out out;
	uint32_t run_before;
	int i;

	(void)state;
	be_in_two();
	run_before = r->run;
	for (i = 0; i < 1030; i++) {
		out = wire_out(frames, sizeof(frames));
		frame_put_room(&out, seat_of("ops")->slot);
		frame_put_error(&out, FRAME_NO_ROOM, 0, 0, "", 0);
		rogue_say(r, frames, out.len);
		if (r->visits > 1)
			break;
		run(1);
	}
	run(5000);
	assert_int_equal(r->visits, 2);
	assert_int_not_equal(r->run, run_before);
	post(1, "again");
	run(100);
	assert_string_equal(play.seat[3].said, "again");
}

/* A server of before: the first window alone is in. */
static void
a_server_of_one_room_denies_the_others(void **state)
{
	(void)state;
	r->flags = HELLO_ROLES;
	rogue_link(r);
	join(1, "ops");
	run(100);
	assert_int_equal(play.told[0].welcomes, 1);
	assert_int_equal(play.told[1].denials, 1);
	assert_int_equal(play.told[1].denial, RECORD_NO_ROOM);
	assert_int_equal(r->room_len, 3);
	join(2, "more");
	run(100);
	assert_int_equal(play.told[2].denial, RECORD_NO_ROOM);
	post(0, "hello");
	run(100);
	assert_true(r->posts > 0);
	assert_int_equal(play.slots, 0);
	link_ask_rooms(r->link, r->now);
	run(100);
	assert_int_equal(play.listed, 1);
	assert_true(play.flags & RECORD_LISTED_HOME);
	/* It learns of more. */
	r->flags |= HELLO_ROOMS;
	r->head.term = 2;
	r->live = false;
	run(120 * 1000);
	assert_string_equal(play.told[1].room, "ops");
	assert_int_equal(play.told[1].welcomes, 1);
}

static void
a_server_whose_one_room_is_another_is_denied(void **state)
{
	(void)state;
	r->flags = HELLO_ROLES;
	r->config.room = "ops";
	rogue_link(r);
	run(1000);
	assert_int_equal(play.told[0].denial, RECORD_NO_ROOM);
	assert_int_equal(r->visits, 0);
	rogue_end(r);
	r->config.room = "DEN";
	rogue_link(r);
	run(1000);
	assert_int_equal(play.told[0].welcomes, 1);
}

static void
a_room_that_is_not_there_is_made_where_that_is_asked(void **state)
{
	const struct link_place makes = { .dir = "", .makes = true };
	size_t len;

	(void)state;
	be_in_two();
	assert_int_equal(play.enter_flags & FRAME_ENTER_MAKES, 0);
	assert_true(link_join(r->link, r->now, 2, &makes, "class", 5));
	run(100);
	assert_true(play.enter_flags & FRAME_ENTER_MAKES);
	assert_int_equal(play.told[2].welcomes, 1);
	assert_memory_equal(link_home(r->link, &len), r->room,
	    strlen(r->room));
	assert_int_equal(len, strlen(r->room));
}

static void
put_out_of(const char *room)
{
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_room(&out, seat_of(room)->slot);
	frame_put_error(&out, FRAME_KICKED, 0, 0, "loud", 4);
	rogue_say_once(r, frames, out.len);
	run(0);
}

/* The first window may be another one than 0. */
static void
one_room_less_is_told_as_that_and_the_last_as_the_end(void **state)
{
	(void)state;
	r->config.window = 5;
	r->config.room = "lab";
	rogue_link(r);
	join(1, "ops");
	run(100);
	assert_int_equal(play.told[5].welcomes, 1);
	put_out_of("ops");
	assert_int_equal(play.told[1].denials, 1);
	assert_int_equal(play.told[1].alone, 1);
	assert_int_equal(play.told[0].denials, 0);
	put_out_of("lab");
	assert_int_equal(play.told[0].denials, 1);
	assert_int_equal(play.told[0].alone, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_room_that_is_not_there_is_made_where_that_is_asked),
		TEST(one_room_less_is_told_as_that_and_the_last_as_the_end),
		TEST(a_session_names_no_room_and_enters_each),
		TEST(fifty_rooms_are_entered_at_once),
		TEST(an_enter_is_repeated_until_it_is_answered),
		TEST(entered_twice_is_entered_once),
		TEST(entries_of_two_rooms_in_one_datagram_go_where_they_belong),
		TEST(what_is_of_no_seat_is_skipped_up_to_the_next),
		TEST(one_datagram_acknowledges_all_rooms),
		TEST(what_lay_there_for_a_while_is_acknowledged_at_once),
		TEST(no_room_is_entered_twice),
		TEST(nor_by_the_name_that_it_has_now),
		TEST(a_line_is_said_in_its_room),
		TEST(idle_in_many_rooms_is_one_ping),
		TEST(people_are_asked_for_where_somebody_looks),
		TEST(a_room_that_there_is_not_is_denied_and_the_others_go_on),
		TEST(where_all_are_denied_the_session_is_over),
		TEST(a_name_that_is_refused_at_the_door_is_asked_for_anew),
		TEST(a_full_disk_of_one_room_is_asked_again),
		TEST(a_seat_that_is_gone_is_asked_for_anew),
		TEST(new_keys_keep_the_seats),
		TEST(a_server_that_was_started_anew_is_entered_anew),
		TEST(a_room_is_asked_for_by_the_name_that_it_has_now),
		TEST(so_is_the_home_room),
		TEST(what_waits_is_said_in_no_other_room),
		TEST(another_room_of_that_name_is_entered),
		TEST(a_room_is_left_and_the_others_stay),
		TEST(who_comes_back_at_once_finds_what_is_stored),
		TEST(new_keys_are_used_at_once),
		TEST(where_the_session_was_lost_each_seat_is_asked_about),
		TEST(a_room_is_left_until_the_server_knows),
		TEST(a_room_is_left_that_was_only_asked_for),
		TEST(a_room_is_left_while_nobody_answers),
		TEST(a_room_is_left_while_the_server_is_down),
		TEST(one_that_is_left_is_joined_by_its_other_name),
		TEST(a_room_is_left_as_the_server_goes_down),
		TEST(who_is_not_there_any_more_has_left),
		TEST(a_slot_that_is_used_up_is_another_one),
		TEST(a_room_that_comes_while_it_shakes_hands_is_entered_behind),
		TEST(who_leaves_says_so_outside_of_all_rooms),
		TEST(a_name_is_asked_for_once_for_all_rooms),
		TEST(what_is_said_is_said_by_the_name_that_one_had_then),
		TEST(names_that_are_asked_for_at_once_have_their_turn),
		TEST(no_more_names_wait_than_there_is_room_for),
		TEST(nobody_waits_long_for_a_name),
		TEST(a_name_that_is_refused_stays_as_it_was_and_why_is_told),
		TEST(own_lines_are_known_by_the_name_before_and_after),
		TEST(who_had_our_name_before_us_does_not_take_it_along),
		TEST(a_name_that_was_posted_in_one_is_that_of_all),
		TEST(a_name_of_all_rooms_is_one_that_lines_were_said_under),
		TEST(what_is_on_its_way_may_be_said_under_the_new_name),
		TEST(the_rooms_are_listed_in_pieces),
		TEST(a_list_that_gets_shorter_each_time_has_an_end),
		TEST(seats_that_are_gone_at_once_have_an_end),
		TEST(a_list_that_got_shorter_is_asked_for_anew),
		TEST(slots_that_are_used_up_begin_again_with_a_handshake),
		TEST(a_server_of_one_room_denies_the_others),
		TEST(a_server_whose_one_room_is_another_is_denied),
	};

	return tests_run(tests, NULL, NULL);
}
