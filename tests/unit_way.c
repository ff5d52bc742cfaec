/*
 * The way to one client: what several logs send it shares one window, and one
 * silence.
 */
#include "server/way.h"

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/delivery.h"
#include "tests/with_cmocka.h"

static struct way way;
static struct delivery a, b;
static int64_t now_ms;

static int
set_up(void **state)
{
	(void)state;
	now_ms = 1000000;
	way_init(&way);
	delivery_init(&a, &way, now_ms, 0, 10000);
	delivery_init(&b, &way, now_ms, 0, 10000);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	delivery_clear(&a);
	delivery_clear(&b);
	assert_int_equal(way.out, 0);
	return 0;
}

/* What goes out at this moment, each entry in a datagram of its own. */
static unsigned
send_all(struct delivery *d)
{
	uint64_t picks[DELIVERY_PICKS];
	enum delivery_mode mode;
	unsigned n = 0;

	for (; delivery_pick(d, now_ms, picks, &mode) > 0; n++)
		delivery_sent(d, now_ms, mode, picks, 1, PACE_DATAGRAM);
	return n;
}

static void
acked(struct delivery *d, uint64_t have)
{
	uint8_t bytes[256];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct frame_position at = { .seq = have };
	struct wire_in in;
	struct frame sync;

	frame_put_sync(&out, &at, 24, 0, NULL, 0);
	in = wire_in(bytes, out.len);
	assert_int_equal(frame_next(&in, &sync), FRAME_OK);
	way_heard(&way, false);
	delivery_acked(d, now_ms, &sync);
}

static void
two_backlogs_share_a_window(void **state)
{
	unsigned window = PACE_FIRST / PACE_DATAGRAM;

	(void)state;
	/* As fast as pauses allow. */
	for (; way.out < way.pace.window; now_ms++)
		send_all(&a);
	assert_int_equal(way_room_for(&way, 64), 0);
	assert_int_equal(way.out, window * PACE_DATAGRAM);
	/* It had its first ones; what may follow is what the other left. */
	acked(&b, 0);
	assert_int_equal(send_all(&b), 0);
	acked(&a, 2);
	assert_true(way_room_for(&way, 64) > 0);
	acked(&b, 0);
	assert_true(send_all(&b) > 0);
}

static void
what_is_not_awaited_any_more_leaves_room(void **state)
{
	(void)state;
	for (; way.out < way.pace.window; now_ms++)
		send_all(&a);
	delivery_back(&a, 0);
	assert_int_equal(way.out, 0);
	for (; way.out < way.pace.window; now_ms++)
		send_all(&b);
	delivery_skip(&b, 50);
	assert_int_equal(way.out, 0);
	now_ms = delivery_due(&b);
	assert_true(send_all(&b) > 0);
	assert_true(way.out > 0);
	delivery_clear(&b);
	assert_int_equal(way.out, 0);
}

static void
who_answers_one_is_awake_for_both(void **state)
{
	(void)state;
	send_all(&a);
	send_all(&b);
	now_ms += 9999;
	assert_false(way_sleeps(&way, now_ms));
	now_ms++;
	assert_true(way_sleeps(&way, now_ms));
	assert_true(delivery_woke(&a, now_ms));
	assert_true(delivery_woke(&b, now_ms));
	way_heard(&way, true);
	assert_false(way_sleeps(&way, now_ms));
	assert_int_equal(way.out, 0);
	assert_true(send_all(&a) > 0 && send_all(&b) > 0);
}

static void
a_new_session_goes_the_way_of_the_last_one(void **state)
{
	struct way next;

	(void)state;
	netpath_sample(&way.path, 80);
	way.loss_permille = 200;
	way_gives(&way, 30);
	way_init(&next);
	way_follow(&next, &way);
	assert_int_equal(netpath_rtt_ms(&next.path), 80);
	assert_int_equal(next.loss_permille, 200);
	assert_int_equal(next.credit, WAY_CREDIT);
}

static void
a_credit_is_neither_little_nor_all(void **state)
{
	(void)state;
	way_gives(&way, 0);
	assert_int_equal(way.credit, WAY_CREDIT);
	way_gives(&way, 30);
	assert_int_equal(way.credit, 30);
	way_gives(&way, UINT64_MAX);
	assert_int_equal(way.credit, 64);
}

/* Of a session in several rooms: datagrams, whatever is in them. */
static void
several_share_one_quota(void **state)
{
	unsigned n;

	(void)state;
	assert_true(way_follows(&way));
	way.shared = true;
	assert_false(way_follows(&way));
	way_allow(&way, 2, false);
	way_allow(&way, 1, true);
	for (n = 0; way_follows(&way) && n < 10; n++) {
		way_begin(&way);
		assert_int_equal(way_is_used_up(&way), n == 2);
		/* One that has nothing of a backlog costs nothing. */
		assert_int_equal(way_end(&way, now_ms), -1);
		way.used = true;
		assert_int_equal(way_is_used_up(&way), n == 1);
		assert_true(way_end(&way, now_ms) >= 0);
	}
	assert_int_equal(n, 2);
	/* Where there is no room, one may go that brings an answer. */
	way.out = way.pace.window;
	way_allow(&way, 4, false);
	assert_false(way_follows(&way));
	way_allow(&way, 4, true);
	assert_int_equal(way.quota, 1);
	way.out = 0;
}

/* Where an answer comes at once its loss is known soon. */
static void
on_a_short_way_little_time_is_lost(void **state)
{
	(void)state;
	netpath_sample(&way.path, 1);
	assert_in_range(way_probe_ms(&way), NETPATH_RTO_MIN_MS,
	    NETPATH_RTO_MIN_MS + 10);
	way.loss_permille = 200;
	assert_in_range(way_probe_ms(&way), 20, 30);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(two_backlogs_share_a_window),
		TEST(what_is_not_awaited_any_more_leaves_room),
		TEST(who_answers_one_is_awake_for_both),
		TEST(a_new_session_goes_the_way_of_the_last_one),
		TEST(a_credit_is_neither_little_nor_all),
		TEST(several_share_one_quota),
		TEST(on_a_short_way_little_time_is_lost)
	};

	return tests_run(tests, NULL, NULL);
}
