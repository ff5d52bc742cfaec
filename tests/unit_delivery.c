/*
 * What one peer is sent, and when: by the clock of the test.
 */
#include "common/frame_put.h"
#include "server/delivery.h"

#include <string.h>

#include "common/wire.h"
#include "tests/with_cmocka.h"

static struct way way;
static struct delivery d;
static int64_t now_ms;
static uint64_t picks[DELIVERY_PICKS];
static enum delivery_mode mode;
static size_t size;		/* of a datagram */

/* The peer has everything up to have, on a way of which nothing is known. */
static void
begin(uint64_t have, uint64_t head)
{
	way_init(&way);
	delivery_init(&d, &way, now_ms, have, head);
}

/* Something authentic came from the peer. */
static void
heard(void)
{
	way_heard(&way, way_sleeps(&way, now_ms) && delivery_woke(&d, now_ms));
}

static int
set_up(void **state)
{
	(void)state;
	now_ms = 1000000;
	size = 100;
	begin(100, 100);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	delivery_clear(&d);
	return 0;
}

/* What the next datagram carries, which goes out. */
static size_t
send(void)
{
	size_t n = delivery_pick(&d, now_ms, picks, &mode);

	if (n > 0)
		delivery_sent(&d, now_ms, mode, picks, n, size);
	return n;
}

/* How many datagrams go out at this moment. */
static unsigned
send_all(void)
{
	unsigned n = 0;

	while (send() > 0 && n < 1000)
		n++;
	return n;
}

static void
acked(uint64_t have, uint64_t credit, uint64_t loss,
    const struct frame_range *ranges, size_t n)
{
	uint8_t bytes[1024];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct frame_position at = { .seq = have };
	struct wire_in in;
	struct frame sync;

	frame_put_sync(&out, &at, credit, loss, ranges, n);
	assert_false(out.failed);
	in = wire_in(bytes, out.len);
	assert_int_equal(frame_next(&in, &sync), FRAME_OK);
	heard();
	delivery_acked(&d, now_ms, &sync);
}

/* Goes on to when something is due. */
static void
wait_due(void)
{
	int64_t due = delivery_due(&d);

	assert_true(due != INT64_MAX);
	if (due > now_ms)
		now_ms = due;
}

static void
who_has_all_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(send(), 0);
	assert_true(delivery_due(&d) == INT64_MAX);
	assert_false(delivery_wants_head(&d, now_ms));
	delivery_grew(&d, 100);
	delivery_grew(&d, 99);
	assert_int_equal(send(), 0);
}

static void
what_is_new_goes_once_where_nothing_is_lost(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 5; i++) {
		delivery_grew(&d, 100 + (uint64_t)i);
		assert_int_equal(send(), 1);
		assert_int_equal(mode, DELIVERY_PUSH);
		assert_int_equal(picks[0], 100 + i);
		assert_int_equal(send(), 0);
	}
}

static void
what_is_new_takes_along_what_may_be_lost(void **state)
{
	int i;

	(void)state;
	acked(100, 1, 10, NULL, 0);
	for (i = 1; i <= 5; i++) {
		delivery_grew(&d, 100 + (uint64_t)i);
		/* The newest first, then those of before: three times each. */
		assert_int_equal(send(), i < 3 ? i : 3);
		assert_int_equal(mode, DELIVERY_PUSH);
		assert_int_equal(picks[0], 100 + i);
		if (i > 1)
			assert_int_equal(picks[1], 100 + (i < 3 ? 1 : i - 2));
		assert_int_equal(send(), 0);
	}
}

/* Or what is before it would look lost when it arrives, and go again. */
static void
where_much_is_on_its_way_it_goes_in_order(void **state)
{
	const struct frame_range held = { 121, 129 };
	uint64_t i;

	(void)state;
	delivery_grew(&d, 120);
	assert_int_equal(send(), 20);
	assert_int_equal(picks[0], 120);
	now_ms += 30;
	delivery_grew(&d, 130);
	assert_int_equal(send(), 10);
	assert_int_equal(mode, DELIVERY_PUSH);
	for (i = 0; i < 10; i++)
		assert_int_equal(picks[i], 121 + i);
	/* Nor is anything carried along there. */
	acked(100, 1, 10, &held, 1);
	delivery_grew(&d, 131);
	assert_int_equal(send(), 1);
	assert_int_equal(mode, DELIVERY_PUSH);
	assert_int_equal(picks[0], 131);
}

static void
what_is_acknowledged_goes_no_more(void **state)
{
	const struct frame_range held = { 103, 103 };

	(void)state;
	delivery_grew(&d, 103);
	assert_int_equal(send(), 3);
	now_ms += 100;
	acked(100, 1, 0, &held, 1);
	/* What is missing below what arrived goes again. */
	assert_int_equal(send(), 2);
	assert_int_equal(mode, DELIVERY_ANSWER);
	assert_int_equal(picks[0], 101);
	assert_int_equal(picks[1], 102);
	now_ms += 100;
	acked(103, 1, 0, NULL, 0);
	assert_int_equal(send(), 0);
	assert_true(delivery_due(&d) == INT64_MAX);
}

static void
silence_is_probed_ever_more_rarely(void **state)
{
	int64_t began = now_ms, last, wait = 0, was;
	int probes = 0;

	(void)state;
	delivery_grew(&d, 101);
	assert_int_equal(send(), 1);
	last = now_ms;
	while (now_ms - began < 10000) {
		wait_due();
		if (send_all() == 0)
			continue;
		was = wait;
		wait = now_ms - last;
		last = now_ms;
		assert_true(wait >= was && wait <= NETPATH_WAIT_MAX_MS);
		probes++;
	}
	assert_in_range(probes, 5, 15);
	/* And ends with heads: a sleeper is told what there is. */
	assert_int_equal(send(), 0);
	assert_true(delivery_wants_head(&d, now_ms));
	assert_false(delivery_wants_head(&d, now_ms));
	for (probes = 1; delivery_due(&d) != INT64_MAX; probes++) {
		wait_due();
		assert_int_equal(send(), 0);
		assert_true(delivery_wants_head(&d, now_ms));
	}
	assert_int_equal(probes, 3);
	assert_true(now_ms - began <= 41000);
}

static void
who_wakes_up_is_sent_what_he_lacks(void **state)
{
	(void)state;
	delivery_grew(&d, 101);
	send();
	now_ms += 60000;
	send_all();
	assert_int_equal(send(), 0);
	heard();
	assert_int_equal(send(), 1);
	assert_int_equal(picks[0], 101);
}

/* How many datagrams follow, each when it is due, within so long. */
static unsigned
send_within(int32_t ms)
{
	int64_t end = now_ms + ms;
	unsigned n = 0;

	while (delivery_due(&d) <= end) {
		wait_due();
		if (send() == 0)
			break;
		assert_int_equal(mode, DELIVERY_ANSWER);
		n++;
	}
	return n;
}

static void
a_newcomer_catches_up_as_fast_as_his_line_allows(void **state)
{
	uint64_t have = 0;
	unsigned n, most = 0;
	int i;

	(void)state;
	delivery_clear(&d);
	begin(0, 100000);
	size = PACE_DATAGRAM;
	/* Oldest first, a few at once. */
	assert_int_equal(send(), DELIVERY_PICKS);
	assert_int_equal(picks[0], 1);
	assert_int_equal(picks[DELIVERY_PICKS - 1], DELIVERY_PICKS);
	assert_int_equal(send(), 0);
	assert_int_equal(send_within(20), 3);
	/* All of it arrives, each time as soon: so there is more each time, up
	 * to what he asks for. */
	for (i = 0, n = 4; i < 5; i++) {
		now_ms += 20;
		have += n * DELIVERY_PICKS;
		acked(have, 24, 0, NULL, 0);
		n = send_within(20);
		assert_true(n >= most && n <= 24);
		most = n;
	}
	assert_in_range(most, 20, 24);
	/* A number is no order: there is an end to what is sent at once. */
	acked(have, UINT32_MAX, 0, NULL, 0);
	assert_true(d.quota <= 64);
	/* Where it takes much longer now, there is a queue: less goes. */
	for (i = 0; i < 6; i++) {
		now_ms += 300;
		have += n * DELIVERY_PICKS;
		acked(have, 24, 0, NULL, 0);
		n = send_within(20);
	}
	assert_in_range(n, 1, 4);
}

static void
no_more_than_the_window_is_on_its_way(void **state)
{
	uint64_t most = 0;
	size_t n, i;
	int turn;

	(void)state;
	delivery_clear(&d);
	begin(0, 100000);
	for (turn = 0; turn < 200; turn++) {
		acked(0, 64, 0, NULL, 0);
		now_ms++;
		n = send();
		for (i = 0; i < n; i++)
			if (picks[i] > most)
				most = picks[i];
	}
	assert_int_equal(most, DELIVERY_WINDOW);
}

static void
numbers_that_cannot_be_change_nothing(void **state)
{
	const struct frame_range beyond = { 105, 200 };

	(void)state;
	delivery_grew(&d, 103);
	send();
	acked(104, 1, 0, NULL, 0);
	assert_int_equal(delivery_have(&d), 100);
	acked(50, 1, 0, NULL, 0);
	assert_int_equal(delivery_have(&d), 100);
	acked(100, 1, 0, &beyond, 1);
	assert_int_equal(d.top, 100);
	acked(103, 1, 0, NULL, 0);
	assert_int_equal(delivery_have(&d), 103);
}

static void
who_lost_what_he_had_gets_it_again(void **state)
{
	(void)state;
	delivery_grew(&d, 102);
	send();
	acked(102, 1, 0, NULL, 0);
	assert_int_equal(send(), 0);
	delivery_back(&d, 99);
	assert_int_equal(send(), 3);
	assert_int_equal(delivery_have(&d), 99);
}

/* Of what went out twice nobody knows which one is answered. */
static void
a_round_trip_is_measured_where_it_is_known(void **state)
{
	const struct frame_range held = { 106, 106 };

	(void)state;
	assert_int_equal(netpath_rtt_ms(&way.path), -1);
	delivery_grew(&d, 101);
	send();
	now_ms += 80;
	acked(101, 1, 0, NULL, 0);
	assert_int_equal(netpath_rtt_ms(&way.path), 80);
	delivery_grew(&d, 102);
	send();
	wait_due();
	assert_int_equal(send(), 1);
	now_ms += 800;
	acked(102, 1, 0, NULL, 0);
	assert_int_equal(netpath_rtt_ms(&way.path), 80);
	/* Sooner than light travels: it was the first. */
	delivery_grew(&d, 103);
	send();
	wait_due();
	assert_int_equal(send(), 1);
	now_ms += 10;
	acked(103, 1, 0, NULL, 0);
	assert_true(netpath_rtt_ms(&way.path) > 80);
	/* But much is lost, and light was seen to travel as fast as that. */
	netpath_init(&way.path);
	netpath_sample(&way.path, 80);
	pace_acked(&way.pace, now_ms, 5, 0, 0);
	acked(103, 1, 200, NULL, 0);
	delivery_grew(&d, 104);
	send();
	wait_due();
	assert_int_equal(send(), 1);
	now_ms += 10;
	acked(104, 1, 200, NULL, 0);
	assert_int_equal(netpath_rtt_ms(&way.path), 80);
	/* And of one that arrived before those before it. */
	netpath_init(&way.path);
	delivery_grew(&d, 106);
	send();
	now_ms += 60;
	acked(104, 1, 0, &held, 1);
	assert_int_equal(netpath_rtt_ms(&way.path), 60);
	now_ms += 60;
	acked(104, 1, 0, &held, 1);
	assert_int_equal(netpath_rtt_ms(&way.path), 60);
}

/* A reader answers 50 ms later where little is said; and who was once answered
 * at once does not take each of those for lost, for ever. */
static void
an_answer_that_is_held_back_is_waited_for(void **state)
{
	unsigned i, ms, n = 0;

	(void)state;
	for (i = 1; i <= 40; i++) {
		delivery_grew(&d, 100 + i);
		n += send_all();
		for (ms = 0; i > 20 && ms < 52; ms++) {
			now_ms++;
			n += send_all();
		}
		acked(100 + i, 1, 0, NULL, 0);
		now_ms += 48;
	}
	assert_int_equal(n, 40);
}

static void
whatever_arrives_begins_the_probes_anew(void **state)
{
	const struct frame_range held = { 102, 102 };

	(void)state;
	delivery_grew(&d, 102);
	send();
	wait_due();
	send_all();
	wait_due();
	send_all();
	acked(100, 1, 0, &held, 1);
	send_all();
	assert_int_equal(d.probes, 0);
	assert_int_equal(d.probe_due, now_ms + netpath_rto_ms(&way.path));
	/* What says nothing new does not. */
	acked(100, 1, 0, &held, 1);
	now_ms = d.probe_due;
	assert_int_equal(send(), 1);
	assert_int_equal(d.probes, 1);
	acked(100, 1, 0, &held, 1);
	assert_int_equal(d.probes, 1);
}

/* What no push has room for does not wait for an answer, as far as the line
 * carries it. */
static void
more_than_one_datagram_follows_at_once(void **state)
{
	uint64_t next = 101;
	size_t i, n;
	unsigned sent;

	(void)state;
	size = PACE_DATAGRAM;
	delivery_grew(&d, 101);
	assert_int_equal(send(), 1);
	acked(101, 24, 0, NULL, 0);
	delivery_grew(&d, 101 + 10 * DELIVERY_PICKS);
	for (sent = 0; (n = send()) > 0; sent++) {
		assert_int_equal(mode, sent == 0 ? DELIVERY_PUSH :
		    DELIVERY_ANSWER);
		/* The first has the newest as well. */
		for (i = sent == 0; i < n; i++)
			assert_int_equal(picks[i], ++next);
	}
	assert_int_equal(sent, 1 + PACE_FIRST / PACE_DATAGRAM);
	assert_true(delivery_due(&d) > now_ms);
}

/* Or it waits for as long as a client waits to acknowledge, and takes that for
 * a queue. */
static void
an_answer_is_asked_for_where_more_may_not_go_without(void **state)
{
	uint64_t have = 101;
	int i;

	(void)state;
	size = PACE_DATAGRAM;
	delivery_grew(&d, have);
	send_all();
	/* Nothing more is to go. */
	assert_false(delivery_wants_answer(&d));
	acked(have, 24, 0, NULL, 0);
	delivery_grew(&d, 100000);
	for (i = 0; i < 3; i++) {
		while (send() > 0 && d.quota > 0)
			assert_false(delivery_wants_answer(&d));
		assert_true(delivery_wants_answer(&d));
		assert_false(delivery_wants_answer(&d));
		now_ms += 10;
		have += DELIVERY_PICKS;
		acked(have, 24, 0, NULL, 0);
	}
	acked(100000, 24, 0, NULL, 0);
	assert_false(delivery_wants_answer(&d));
}

/* However little he says that he takes, a gap is closed. */
static void
an_answer_is_at_least_a_few(void **state)
{
	unsigned n;

	(void)state;
	delivery_clear(&d);
	begin(0, 100000);
	acked(0, 0, 0, NULL, 0);
	for (n = 0; delivery_due(&d) <= now_ms + 1; n++) {
		wait_due();
		if (send() == 0)
			break;
	}
	assert_int_equal(n, 4);
}

/* As often as a round trip allows for a while, and some of them twice. */
static void
where_much_is_lost_it_is_tried_hard(void **state)
{
	int64_t began;
	unsigned n[2], i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		delivery_clear(&d);
		begin(100, 100);
		for (j = 0; j < 20; j++)
			netpath_sample(&way.path, 100);
		acked(100, 1, i == 0 ? 0 : 200, NULL, 0);
		delivery_grew(&d, 101);
		send();
		began = now_ms;
		for (n[i] = 0; now_ms - began < 1200;) {
			wait_due();
			n[i] += send_all();
		}
	}
	assert_in_range(n[0], 2, 5);
	assert_in_range(n[1], 15, 20);
}

/* Rule 5: where much is lost, after a round trip and not only when it is sure
 * that it was. */
static void
a_lossy_way_is_probed_after_a_round_trip(void **state)
{
	int64_t fair, lossy;
	int i;

	(void)state;
	for (i = 0; i < 20; i++)
		netpath_sample(&way.path, 200);
	delivery_grew(&d, 101);
	send();
	fair = delivery_due(&d) - now_ms;
	now_ms += 200;
	acked(101, 1, 200, NULL, 0);
	now_ms += 10000;
	delivery_grew(&d, 102);
	send();
	lossy = delivery_due(&d) - now_ms;
	assert_in_range(lossy, 180, fair - 20);
}

/* Answers that come late while one joins tell of the SYNCs that were lost. */
static void
on_a_lossy_way_the_fastest_answer_counts(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		delivery_grew(&d, 101 + 2 * (uint64_t)i);
		send();
		now_ms += 80;
		acked(101 + 2 * (uint64_t)i, 1, i == 0 ? 0 : 200, NULL, 0);
		assert_int_equal(netpath_rtt_ms(&way.path), 80);
		delivery_grew(&d, 102 + 2 * (uint64_t)i);
		send();
		now_ms += 80 - 70 * i;
		acked(102 + 2 * (uint64_t)i, 1, i == 0 ? 0 : 200, NULL, 0);
	}
	assert_int_equal(netpath_rtt_ms(&way.path), 10);
}

/* New keys are a new session, on a way that is known. */
static void
a_lossy_way_is_one_in_the_next_session_too(void **state)
{
	struct way next;
	int64_t fair;
	int i;

	(void)state;
	delivery_grew(&d, 101);
	send();
	fair = delivery_due(&d) - now_ms;
	for (i = 0; i < 20; i++)
		netpath_sample(&way.path, 200);
	now_ms += 200;
	acked(101, 1, 200, NULL, 0);
	way_init(&next);
	way_follow(&next, &way);
	delivery_clear(&d);
	way = next;
	delivery_init(&d, &way, now_ms, 101, 101);
	delivery_grew(&d, 102);
	send();
	assert_in_range(delivery_due(&d) - now_ms, 180, fair - 20);
}

/* As in each room that is entered: what it was lent serves it there. */
static void
what_begins_anew_keeps_what_it_was_lent(void **state)
{
	struct flight few[FLIGHTS_FEW];

	(void)state;
	flights_lend(&d.flights, few);
	delivery_grew(&d, 101);
	send();
	delivery_begin(&d, &way, now_ms, 50, 50);
	assert_int_equal(way.out, 0);
	assert_int_equal(delivery_have(&d), 50);
	delivery_grew(&d, 51);
	send();
	assert_ptr_equal(flights_find(&d.flights, 51), &few[0]);
	delivery_skip(&d, 60);
	delivery_grew(&d, 61);
	send();
	assert_ptr_equal(flights_find(&d.flights, 61), &few[0]);
}

static void
what_was_not_to_be_is_not_tried_again_now(void **state)
{
	(void)state;
	delivery_grew(&d, 101);
	assert_int_equal(delivery_pick(&d, now_ms, picks, &mode), 1);
	delivery_gave_up(&d, mode);
	assert_int_equal(delivery_pick(&d, now_ms, picks, &mode), 0);
	delivery_clear(&d);
	begin(0, 5);
	assert_int_equal(delivery_pick(&d, now_ms, picks, &mode), 5);
	assert_int_equal(mode, DELIVERY_ANSWER);
	delivery_gave_up(&d, mode);
	assert_int_equal(delivery_pick(&d, now_ms, picks, &mode), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_has_all_is_left_alone),
		TEST(what_is_new_goes_once_where_nothing_is_lost),
		TEST(what_is_new_takes_along_what_may_be_lost),
		TEST(where_much_is_on_its_way_it_goes_in_order),
		TEST(what_is_acknowledged_goes_no_more),
		TEST(silence_is_probed_ever_more_rarely),
		TEST(who_wakes_up_is_sent_what_he_lacks),
		TEST(a_newcomer_catches_up_as_fast_as_his_line_allows),
		TEST(no_more_than_the_window_is_on_its_way),
		TEST(numbers_that_cannot_be_change_nothing),
		TEST(who_lost_what_he_had_gets_it_again),
		TEST(a_round_trip_is_measured_where_it_is_known),
		TEST(an_answer_that_is_held_back_is_waited_for),
		TEST(whatever_arrives_begins_the_probes_anew),
		TEST(more_than_one_datagram_follows_at_once),
		TEST(an_answer_is_asked_for_where_more_may_not_go_without),
		TEST(an_answer_is_at_least_a_few),
		TEST(where_much_is_lost_it_is_tried_hard),
		TEST(a_lossy_way_is_probed_after_a_round_trip),
		TEST(on_a_lossy_way_the_fastest_answer_counts),
		TEST(a_lossy_way_is_one_in_the_next_session_too),
		TEST(what_begins_anew_keeps_what_it_was_lent),
		TEST(what_was_not_to_be_is_not_tried_again_now),
	};

	return tests_run(tests, NULL, NULL);
}
