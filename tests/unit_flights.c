/*
 * What is on its way to a peer: by number, by the order of sending, as a sum.
 */
#include "server/flights.h"

#include <string.h>

#include "tests/with_cmocka.h"

enum {
	HAVE = 100,
	TURNS = 60000,
	SEQS = 40		/* that are looked at, above have */
};

static struct flights all;

static int
set_up(void **state)
{
	(void)state;
	flights_init(&all, HAVE);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	flights_clear(&all);
	return 0;
}

/* These are in the list, in this order; ends with 0. */
static void
assert_list(const struct flight_list *list, const uint64_t *seqs)
{
	uint64_t seq = list->first;
	size_t n;

	for (n = 0; seqs[n] != 0; n++) {
		assert_true(n < list->count);
		assert_int_equal(seq, seqs[n]);
		if (n + 1 < list->count)
			seq = flights_after(&all, seq);
	}
	assert_int_equal(list->count, n);
	assert_int_equal(list->bytes, 10 * n);
	if (n > 0)
		assert_int_equal(list->last, seqs[n - 1]);
}
#define assert_on_way(...) \
	assert_list(&all.way, (const uint64_t[]){ __VA_ARGS__ 0 })
#define assert_lost(...) \
	assert_list(&all.lost, (const uint64_t[]){ __VA_ARGS__ 0 })

static void
sent(uint64_t seq, int64_t now_ms)
{
	flights_sent(&all, seq, now_ms, 10);
}

static void
they_are_known_by_number(void **state)
{
	(void)state;
	assert_int_equal(flights_find(&all, HAVE + 1)->carried, 0);
	sent(HAVE + 2, 1000);
	sent(HAVE + 2, 1500);
	assert_int_equal(flights_find(&all, HAVE + 2)->carried, 2);
	assert_int_equal(flights_find(&all, HAVE + 2)->first_ms, 1000);
	assert_int_equal(flights_find(&all, HAVE + 2)->sent_ms, 1500);
	assert_int_equal(flights_find(&all, HAVE + 1)->carried, 0);
	/* And of those that cannot be there nothing is. */
	sent(HAVE, 1000);
	sent(HAVE + FLIGHTS_MAX + 1, 1000);
	assert_on_way(HAVE + 2,);
	assert_int_equal(flights_find(&all, HAVE)->carried, 0);
	assert_int_equal(flights_find(&all, 0)->carried, 0);
	assert_int_equal(flights_find(&all, UINT64_MAX)->carried, 0);
}

static void
they_are_in_the_order_in_which_they_were_sent_last(void **state)
{
	uint64_t i;

	(void)state;
	assert_on_way();
	for (i = 1; i <= 4; i++)
		sent(HAVE + i, 1000);
	assert_on_way(HAVE + 1, HAVE + 2, HAVE + 3, HAVE + 4,);
	sent(HAVE + 1, 1001);
	assert_on_way(HAVE + 2, HAVE + 3, HAVE + 4, HAVE + 1,);
	sent(HAVE + 3, 1002);
	assert_on_way(HAVE + 2, HAVE + 4, HAVE + 1, HAVE + 3,);
	sent(HAVE + 3, 1003);
	assert_on_way(HAVE + 2, HAVE + 4, HAVE + 1, HAVE + 3,);
}

static void
what_arrived_is_on_its_way_no_more(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i <= 5; i++)
		sent(HAVE + i, 1000);
	flights_acked(&all, HAVE + 3);
	flights_acked(&all, HAVE + 3);
	assert_on_way(HAVE + 1, HAVE + 2, HAVE + 4, HAVE + 5,);
	assert_true(flights_find(&all, HAVE + 3)->acked);
	sent(HAVE + 3, 1001);
	flights_acked(&all, HAVE + 1);
	flights_acked(&all, HAVE + 5);
	assert_on_way(HAVE + 2, HAVE + 4,);
	flights_acked(&all, HAVE + 2);
	flights_acked(&all, HAVE + 4);
	/* What never went out did not arrive. */
	flights_acked(&all, HAVE + 6);
	assert_false(flights_find(&all, HAVE + 6)->acked);
	assert_on_way();
	sent(HAVE + 6, 1001);
	assert_on_way(HAVE + 6,);
}

static void
what_is_lost_is_apart(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i <= 5; i++)
		sent(HAVE + i, 1000);
	flights_lose(&all, HAVE + 4);
	flights_lose(&all, HAVE + 2);
	flights_lose(&all, HAVE + 2);
	flights_lose(&all, HAVE + 6);
	assert_on_way(HAVE + 1, HAVE + 3, HAVE + 5,);
	assert_lost(HAVE + 4, HAVE + 2,);
	/* Until it goes again, or was not. */
	sent(HAVE + 4, 1001);
	assert_on_way(HAVE + 1, HAVE + 3, HAVE + 5, HAVE + 4,);
	assert_lost(HAVE + 2,);
	flights_acked(&all, HAVE + 2);
	assert_lost();
	flights_lose(&all, HAVE + 2);
	assert_lost();
	flights_lose(&all, HAVE + 1);
	flights_advance(&all, HAVE + 3, false);
	assert_lost();
	assert_on_way(HAVE + 5, HAVE + 4,);
}

static void
what_all_is_there_of_is_forgotten(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i <= 6; i++)
		sent(HAVE + i, 1000);
	flights_acked(&all, HAVE + 4);
	flights_advance(&all, HAVE + 3, false);
	assert_on_way(HAVE + 5, HAVE + 6,);
	assert_int_equal(flights_find(&all, HAVE + 3)->carried, 0);
	assert_true(flights_find(&all, HAVE + 4)->acked);
	flights_advance(&all, HAVE + 6, true);
	assert_on_way();
	assert_null(all.of);
	/* More than ever went out. */
	sent(HAVE + 7, 1000);
	flights_advance(&all, HAVE + 1000, false);
	assert_on_way();
	assert_int_equal(all.have, HAVE + 1000);
	assert_int_equal(flights_unsent(&all, 0), HAVE + 1001);
}

static void
what_never_went_out_is_found(void **state)
{
	(void)state;
	assert_int_equal(flights_unsent(&all, 0), HAVE + 1);
	sent(HAVE + 1, 1000);
	sent(HAVE + 4, 1000);
	sent(HAVE + 5, 1000);
	assert_int_equal(flights_unsent(&all, 0), HAVE + 2);
	assert_int_equal(flights_unsent(&all, HAVE + 4), HAVE + 6);
	assert_int_equal(flights_unsent(&all, 2 * HAVE), 2 * HAVE);
	sent(HAVE + 2, 1000);
	sent(HAVE + 3, 1000);
	assert_int_equal(flights_unsent(&all, 0), HAVE + 6);
	flights_advance(&all, HAVE + 3, false);
	assert_int_equal(flights_unsent(&all, 0), HAVE + 6);
	flights_clear(&all);
	assert_int_equal(flights_unsent(&all, 0), HAVE + 4);
}

/* Over many turns of the ring, and of the low bits of its numbers. */
static void
the_ring_goes_round(void **state)
{
	uint64_t i, seq;
	size_t n;

	(void)state;
	for (i = 1; i <= 200000; i++) {
		sent(HAVE + i, (int64_t)i);
		if (i % 7 == 0)
			sent(HAVE + i - 3, (int64_t)i);
		if (i % 3000 == 0)
			flights_advance(&all, HAVE + i - 1000, false);
	}
	assert_int_equal(all.way.count, HAVE + i - 1 - all.have);
	for (n = 1, seq = all.way.first; n < all.way.count; n++) {
		i = flights_after(&all, seq);
		assert_true(flights_find(&all, i)->sent_ms >=
		    flights_find(&all, seq)->sent_ms);
		seq = i;
	}
	assert_int_equal(seq, all.way.last);
	assert_int_equal(all.way.bytes, 10 * all.way.count);
}

/* A thousand peers have that much each: a datagram is a record, and what it
 * acknowledges none at all. */
static void
what_went_together_is_little_to_remember(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i <= 1000; i++)
		sent(HAVE + i, 1000 + (int64_t)i / 100);
	assert_true(all.room <= 16);
	for (i = 11; i <= 900; i++)
		flights_acked(&all, HAVE + i);
	flights_advance(&all, HAVE + 5, false);
	assert_true(all.room <= 16);
	assert_int_equal(all.way.count, 105);
	for (i = 901; i <= 1000; i++)
		flights_lose(&all, HAVE + i);
	assert_true(all.room <= 16);
	assert_int_equal(all.lost.count, 100);
	assert_int_equal(all.way.count, 5);
}

/* The same, one number after the other. */
static struct {
	struct flight	 of[SEQS + 1];		/* by number above have */
	uint64_t	 order[2][SEQS];	/* on their way; lost */
	size_t		 n[2];
} model;

static void
model_take_out(uint64_t seq)
{
	size_t list, i;

	for (list = 0; list < 2; list++)
		for (i = 0; i < model.n[list]; i++)
			if (model.order[list][i] == seq) {
				model.n[list]--;
				memmove(&model.order[list][i],
				    &model.order[list][i + 1],
				    (model.n[list] - i) * sizeof(uint64_t));
			}
}

static void
model_add(uint64_t seq, bool lost)
{
	model.order[lost][model.n[lost]++] = seq;
	model.of[seq - all.have].lost = lost;
}

static void
model_advance(uint64_t by)
{
	uint64_t i;

	for (i = 1; i <= by; i++)
		model_take_out(all.have + i);
	memmove(model.of, model.of + by, sizeof(model.of) -
	    by * sizeof(model.of[0]));
	memset(model.of + SEQS + 1 - by, 0, by * sizeof(model.of[0]));
}

/* A run is of one record, and all of what is left of it. */
static void
assert_runs(void)
{
	const struct flight *is;
	uint64_t seq, n, i;

	for (seq = all.have + 1; seq <= all.have + SEQS; seq += n) {
		is = flights_run(&all, seq, &n);
		for (i = 0; i < n; i++)
			assert_ptr_equal(flights_find(&all, seq + i), is);
		assert_true(n > 0 && (n == 1 ||
		    flights_find(&all, seq + n) != is));
	}
}

static void
assert_as_model(void)
{
	const struct flight_list *lists[2] = { &all.way, &all.lost };
	const struct flight *is, *want;
	uint64_t seq, unsent = 0;
	uint32_t bytes;
	size_t list, i;

	for (i = 1; i <= SEQS; i++) {
		is = flights_find(&all, all.have + i);
		want = &model.of[i];
		assert_int_equal(is->carried > 0, want->carried > 0);
		assert_int_equal(is->acked, want->acked);
		if (want->carried == 0 && unsent == 0)
			unsent = all.have + i;
		if (want->carried == 0 || want->acked)
			continue;
		assert_int_equal(is->carried, want->carried);
		assert_int_equal(is->lost, want->lost);
		assert_int_equal(is->first_ms, want->first_ms);
		assert_int_equal(is->sent_ms, want->sent_ms);
		assert_int_equal(is->bytes, want->bytes);
	}
	assert_int_equal(flights_unsent(&all, 0), unsent == 0 ?
	    all.have + SEQS + 1 : unsent);
	for (list = 0; list < 2; list++) {
		assert_int_equal(lists[list]->count, model.n[list]);
		seq = lists[list]->first;
		for (i = 0, bytes = 0; i < model.n[list]; i++) {
			seq = i == 0 ? seq : flights_after(&all, seq);
			assert_int_equal(seq, model.order[list][i]);
			bytes += flights_find(&all, seq)->bytes;
		}
		assert_int_equal(lists[list]->bytes, bytes);
		if (i > 0)
			assert_int_equal(lists[list]->last, seq);
	}
	assert_runs();
}

static void
model_sent(uint64_t seq, uint32_t now_ms, uint16_t bytes)
{
	struct flight *at = &model.of[seq - all.have];

	flights_sent(&all, seq, now_ms, bytes);
	if (at->acked)
		return;
	if (at->carried == 0)
		at->first_ms = now_ms;
	model_take_out(seq);
	model_add(seq, false);
	at->sent_ms = now_ms;
	at->bytes = bytes;
	at->carried += at->carried < UINT8_MAX;
}

static uint32_t
draw(uint32_t below)
{
	static uint32_t seed = 1;

	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % below;
}

static void
fare(void)
{
	uint32_t turn, now_ms = 0;
	uint64_t seq;
	struct flight *at;

	memset(&model, 0, sizeof(model));
	for (turn = 0; turn < TURNS; turn++) {
		now_ms += draw(8) == 0;
		seq = all.have + 1 + draw(SEQS);
		at = &model.of[seq - all.have];
		switch (draw(6)) {
		case 0:
			if (draw(4) > 0)
				break;
			flights_acked(&all, seq);
			if (at->carried == 0)
				break;
			model_take_out(seq);
			at->acked = true;
			break;
		case 1:
			flights_lose(&all, seq);
			if (at->carried == 0 || at->acked || at->lost)
				break;
			model_take_out(seq);
			model_add(seq, true);
			break;
		case 2:
			if (draw(8) > 0)
				break;
			model_advance(seq - all.have > 8 ? 1 :
			    seq - all.have);
			flights_advance(&all, seq - all.have > 8 ?
			    all.have + 1 : seq, false);
			break;
		case 3:
			model_sent(seq, now_ms, (uint16_t)draw(2));
			break;
		default:
			seq = flights_unsent(&all, 0);
			if (seq <= all.have + SEQS)
				model_sent(seq, now_ms, 1);
			break;
		}
		assert_as_model();
	}
	assert_true(all.have > HAVE + 1000);
}

static void
each_fares_as_if_it_were_alone(void **state)
{
	(void)state;
	fare();
}

/* Which are taken as long as they are enough. */
static void
so_it_is_with_records_that_are_lent(void **state)
{
	struct flight few[FLIGHTS_FEW];

	(void)state;
	flights_lend(&all, few);
	flights_sent(&all, HAVE + 1, 1, 10);
	assert_ptr_equal(flights_find(&all, HAVE + 1), &few[0]);
	flights_advance(&all, HAVE + 1, true);
	flights_sent(&all, HAVE + 2, 1, 10);
	assert_ptr_equal(flights_find(&all, HAVE + 2), &few[0]);
	flights_advance(&all, HAVE + 2, true);
	fare();
	/* They were not enough, and are again. */
	flights_restart(&all, HAVE);
	flights_sent(&all, HAVE + 1, 1, 10);
	assert_ptr_equal(flights_find(&all, HAVE + 1), &few[0]);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(they_are_known_by_number),
		TEST(they_are_in_the_order_in_which_they_were_sent_last),
		TEST(what_arrived_is_on_its_way_no_more),
		TEST(what_is_lost_is_apart),
		TEST(what_all_is_there_of_is_forgotten),
		TEST(what_never_went_out_is_found),
		TEST(the_ring_goes_round),
		TEST(what_went_together_is_little_to_remember),
		TEST(each_fares_as_if_it_were_alone),
		TEST(so_it_is_with_records_that_are_lent)
	};

	return tests_run(tests, NULL, NULL);
}
