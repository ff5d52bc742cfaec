/*
 * A seat: what its peer says in a room, what it is owed for that, what it
 * reads back; and how little one takes that is quiet.
 */
#include "server/seat.h"

#include <stdlib.h>
#include <string.h>

#include "server/seats.h"
#include "tests/with_cmocka.h"

enum { LATER_MS = 60000 };

static struct seats in;
static struct room room = { .rest.awake = true };
static struct peer *p;
static struct seat *s;

static int
set_up(void **state)
{
	struct gate_arrival a = { .here = 1, .there = 2, .visitor = {
	    .name = "bob", .name_len = 3, .outbox = 7, .next_id = 5 } };

	(void)state;
	memset(&in, 0, sizeof(in));
	in.room = &room;
	LIST_INIT(&in.all);
	LIST_INIT(&in.waiting);
	p = peer_new(1000, &a);
	if (p == NULL)
		return 1;
	s = seat_new(p, &in, 0);
	return s == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	peer_free(p);
	assert_int_equal(in.count, 0);
	assert_true(LIST_EMPTY(&in.all) && LIST_EMPTY(&in.waiting));
	return 0;
}

static void
who_sits_down_is_the_newest(void **state)
{
	struct seat *other = seat_new(p, &in, 1);

	(void)state;
	assert_non_null(other);
	assert_int_equal(in.count, 2);
	assert_ptr_equal(LIST_FIRST(&in.all), other);
	assert_ptr_equal(LIST_NEXT(other, by_room), s);
	assert_ptr_equal(s->hot->delivery.way, &p->way);
	assert_int_equal(s->post.outbox, 7);
	assert_true(seat_wake(other));
	LIST_INSERT_HEAD(&in.waiting, other->hot, by_waiting);
	other->hot->wait.listed = true;
	seat_free(other);
	assert_int_equal(in.count, 1);
	assert_true(LIST_EMPTY(&in.waiting));
	seat_free(NULL);
}

/* Those that it has, by slot. */
static void
assert_slots(const uint32_t *slots, size_t n)
{
	const struct seat *each;
	size_t i = 0;

	SEAT_FOREACH(each, p) {
		assert_true(i < n);
		assert_int_equal(each->slot, slots[i++]);
	}
	assert_int_equal(i, n);
	assert_int_equal(in.count, n);
}

static void
seats_are_found_by_their_slots(void **state)
{
	static const uint32_t all[] = { 0, 1, 2, 3, 5, 7, 1023, UINT32_MAX };
	static const uint32_t order[] = { 5, 1023, 1, UINT32_MAX, 2, 3, 7 };
	static const uint32_t rest[] = { 1, 3, 1023 };
	size_t i;

	(void)state;
	for (i = 0; i < 7; i++)
		assert_non_null(seat_new(p, &in, order[i]));
	assert_slots(all, 8);
	for (i = 0; i < 8; i++)
		assert_int_equal(seat_find(p, all[i])->slot, all[i]);
	assert_null(seat_find(p, 4));
	assert_null(seat_find(p, 1024));
	seat_free(seat_find(p, 7));
	seat_free(seat_find(p, UINT32_MAX));
	seat_free(seat_find(p, 2));
	seat_free(seat_find(p, 5));
	seat_free(s);
	assert_slots(rest, 3);
	assert_null(seat_find(p, 0));
	seat_free(seat_find(p, 1));
	seat_free(seat_find(p, 1023));
	seat_free(seat_find(p, 3));
	assert_slots(NULL, 0);
	assert_null(p->seats);
	s = seat_new(p, &in, 0);
}

static void
a_peer_is_where_any_of_its_seats_is(void **state)
{
	struct member away = { .away = true }, here = { .away = false };
	struct seat *other = seat_new(p, &in, 3);

	(void)state;
	assert_false(peer_is_in(p) || peer_is_here(p, 0) || peer_waits(p) ||
	    peer_comes(p));
	assert_true(seat_wake(other));
	other->hot->join.wants_in = true;
	assert_true(peer_waits(p));
	other->hot->join.wants_in = false;
	s->hot->join.enter_ms = 7;
	assert_true(peer_waits(p));
	other->hot->ask.place = ASK_ON_WAY;
	assert_true(peer_comes(p));
	s->person = &away;
	assert_true(peer_is_in(p) && !peer_is_here(p, 0));
	other->person = &here;
	assert_true(peer_is_in(p) && peer_is_here(p, 0));
}

static void
said(uint32_t first, uint8_t kind)
{
	struct message *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->first = first;
	m->kind = kind;
	m->pieces = 1;
	STAILQ_INSERT_TAIL(&s->hot->say.said, m, next);
	s->hot->say.expect = first + 1;
}

static void
what_is_in_the_log_is_said_no_more(void **state)
{
	(void)state;
	s->post.next = s->hot->say.expect = 5;
	said(5, ENTRY_SAY);
	said(6, ENTRY_RENAME);
	said(7, ENTRY_SAY);
	assert_int_equal(seat_goes_on(s, 5), 0);
	assert_int_equal(seat_goes_on(s, 7), 1);	/* a name is no line */
	assert_int_equal(s->post.next, 7);
	assert_int_equal(STAILQ_FIRST(&s->hot->say.said)->first, 7);
	assert_int_equal(s->hot->say.expect, 8);
	assert_int_equal(seat_goes_on(s, 6), 0);
	assert_int_equal(s->post.next, 7);
	seat_unsay(s);
	assert_null(STAILQ_FIRST(&s->hot->say.said));
	assert_int_equal(s->hot->say.expect, 7);
	/* Another session of his went further. */
	assert_int_equal(seat_goes_on(s, 20), 0);
	assert_int_equal(s->hot->say.expect, 20);
	said(20, ENTRY_SAY);		/* freed with him */
}

static void
what_it_is_owed_is_kept_until_it_is_told(void **state)
{
	(void)state;
	assert_null(s->hot->debt);
	s->hot->owes |= SEAT_OWES_HEAD;
	seat_owe_person(s, "alice!", 5);
	seat_owe_person(s, "carol!", 5);
	seat_owe_rewind(s, 9, 4);
	seat_owe_error(s, FRAME_NO_SPACE, 3, 0);
	assert_int_equal(s->hot->owes, SEAT_OWES_HEAD | SEAT_OWES_PERSON |
	    SEAT_OWES_REWIND | SEAT_OWES_ERROR);
	assert_string_equal(s->hot->debt->whois, "carol");
	assert_int_equal(s->hot->debt->rewind_from, 9);
	assert_int_equal(s->hot->debt->rewind_to, 4);
	seat_told(s);
	assert_int_equal(s->hot->owes, 0);
	assert_null(s->hot->debt);
	seat_told(s);
}

static void
who_is_out_is_told_again_why(void **state)
{
	(void)state;
	s->hot->owes |= SEAT_OWES_MEMBERS;
	s->closing = true;
	seat_owe_end(s, FRAME_KICKED, "first", 5);
	seat_owe_end(s, FRAME_KICKED, "enough of it", 6);
	assert_int_equal(s->hot->owes, SEAT_OWES_ERROR);
	seat_told(s);
	assert_int_equal(s->hot->owes, 0);
	assert_int_equal(s->hot->debt->error, FRAME_KICKED);
	assert_string_equal(s->hot->debt->reason, "enough");
	seat_owe_end(s, FRAME_REPLACED, NULL, 0);
	assert_null(s->hot->debt->reason);
}

/* That was with what he said. */
static void
nor_is_he_told_how_long_to_wait(void **state)
{
	struct seat *other = seat_new(p, &in, 3);

	(void)state;
	seat_owe_error(other, FRAME_LIMIT_RATE, 3, 500);
	other->closing = true;
	seat_owe_end(other, FRAME_KICKED, "first", 5);
	assert_int_equal(other->hot->debt->error, FRAME_KICKED);
	assert_int_equal(other->hot->debt->error_wait_ms, 0);
}

static void
what_is_read_back_keeps_its_pace(void **state)
{
	(void)state;
	seat_read_over(s, 50);
	assert_int_equal(seat_read_due(s), INT64_MAX);
	seat_reads(s, 50, 40, 20);
	assert_int_equal(seat_read_due(s), 50);
	assert_int_equal(s->hot->read->before, 40);
	assert_int_equal(s->hot->read->after, 20);
	s->hot->read->pace_ms = 55;
	/* All came; the next may not come faster for that. */
	seat_read_over(s, 52);
	assert_int_equal(seat_read_due(s), INT64_MAX);
	seat_reads(s, 53, 20, 10);
	assert_int_equal(seat_read_due(s), 55);
	seat_read_over(s, 55);
	assert_null(s->hot->read);
}

/* All of it is there, and on the disk. */
static struct seat *
who_has_all(struct member *person)
{
	struct seat *other = seat_new(p, &in, 1);

	assert_non_null(other);
	assert_null(other->hot);
	other->have = 9;
	other->post.next = 6;
	other->post.durable_next = 6;
	other->post.durable_seq = 8;
	other->post.durable = true;
	other->person = person;
	return other;
}

static void
who_has_all_rests_and_is_as_before(void **state)
{
	struct member bob = { .away = false };
	struct seat *other = who_has_all(&bob);

	(void)state;
	assert_int_equal(seat_have(other), 9);
	assert_int_equal(seat_enter_ms(other), 0);
	assert_int_equal(seat_goes_on(other, 7), 0);
	assert_int_equal(other->post.next, 7);
	assert_true(seat_wake(other) && seat_wake(other));
	assert_ptr_equal(other->hot->seat, other);
	assert_int_equal(other->hot->say.expect, 7);
	assert_int_equal(other->hot->say.newest_seq, 8);
	assert_int_equal(delivery_have(&other->hot->delivery), 9);
	assert_int_equal(delivery_due(&other->hot->delivery), INT64_MAX);
	seat_rest(other, LATER_MS);
	assert_null(other->hot);
	assert_int_equal(seat_have(other), 9);
}

/* Or each line to a thousand of them is memory that comes and goes. */
static void
where_something_was_just_said_nobody_rests(void **state)
{
	struct member bob = { .away = false };
	struct seat *other = who_has_all(&bob);

	(void)state;
	assert_true(seat_wake(other));
	in.round_ms = LATER_MS;
	seat_rest(other, LATER_MS + SEATS_REST_MS - 1);
	assert_non_null(other->hot);
	seat_rest(other, LATER_MS + SEATS_REST_MS);
	assert_null(other->hot);
}

static void
assert_awake(struct seat *other)
{
	seat_rest(other, LATER_MS);
	assert_non_null(other->hot);
}

static void
nobody_rests_in_the_middle_of_something(void **state)
{
	struct member bob = { .away = false };
	struct seat *other = who_has_all(&bob);
	struct seat_hot *h;

	(void)state;
	assert_true(seat_wake(other));
	h = other->hot;
	seat_owe(other, SEAT_OWES_HEAD);
	assert_awake(other);
	seat_told(other);
	seat_owe_error(other, FRAME_LIMIT_RATE, 1, 500);
	seat_told(other);
	assert_awake(other);
	h->debt->error_wait_ms = 0;
	seat_told(other);
	seat_reads(other, 50, 9, 1);
	h->read->pace_ms = 60;
	seat_read_over(other, 59);
	assert_awake(other);
	seat_read_over(other, 60);
	h->wait.held = true;
	assert_awake(other);
	h->wait.held = false;
	h->ask.place = ASK_WAITS;
	assert_awake(other);
	h->ask.place = ASK_NOWHERE;
	h->join.enter_ms = 70;
	assert_awake(other);
	h->join.enter_ms = 0;
	delivery_grew(&h->delivery, 10);
	assert_awake(other);
	delivery_skip(&h->delivery, 10);
	delivery_gave_up(&h->delivery, DELIVERY_PUSH);
	other->person = NULL;
	assert_awake(other);
	other->person = &bob;
	other->closing = true;
	assert_awake(other);
	other->closing = false;
	seat_rest(other, LATER_MS);
	assert_null(other->hot);
	assert_int_equal(seat_have(other), 10);
}

static void
the_first_of_a_session_never_rests(void **state)
{
	struct member bob = { .away = false };

	(void)state;
	s->person = &bob;
	assert_awake(s);
}

static void
a_quiet_session_takes_little(void **state)
{
	(void)state;
	/* Of ten thousand most say nothing: what few need is not in it. */
	assert_in_range(sizeof(struct peer) + sizeof(struct seat) +
	    sizeof(struct seat_hot), 1, 1200);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_sits_down_is_the_newest),
		TEST(seats_are_found_by_their_slots),
		TEST(a_peer_is_where_any_of_its_seats_is),
		TEST(what_is_in_the_log_is_said_no_more),
		TEST(what_it_is_owed_is_kept_until_it_is_told),
		TEST(who_is_out_is_told_again_why),
		TEST(nor_is_he_told_how_long_to_wait),
		TEST(what_is_read_back_keeps_its_pace),
		TEST(who_has_all_rests_and_is_as_before),
		TEST(where_something_was_just_said_nobody_rests),
		TEST(nobody_rests_in_the_middle_of_something),
		TEST(the_first_of_a_session_never_rests),
		cmocka_unit_test(a_quiet_session_takes_little)
	};

	return tests_run(tests, NULL, NULL);
}
