/*
 * Long texts of which some pieces have come: how many of them are kept, and for
 * how long. The hub by plain calls.
 */
#include <stdio.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/wire.h"
#include "server/stages.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

enum { PIECES = 3, MINUTE_MS = 60 * 1000 };

static const char *const here = "198.51.100.7";

static struct guest *
newcomer(struct den *d, const char *name, const char *ip)
{
	struct guest *g = den_guest(d, name, ip);

	assert_true(den_enter(d, g));
	den_run(d, 200);
	return g;
}

/* Sends one piece of his next message. */
static void
put_piece(struct den *d, struct guest *g, unsigned i)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_post post = { .id = (uint64_t)g->outbox << 32 |
	    (g->next + i), .kind = i + 1 < PIECES ? ENTRY_PART : ENTRY_SAY,
	    .flags = i << ENTRY_INDEX_SHIFT |
	    (PIECES - 1 - i) << ENTRY_MORE_SHIFT, .text = "x", .text_len = 1 };
	size_t begun = frame_begin(&out, FRAME_POST);

	wire_put_varint(&out, 1);
	frame_put_post(&out, &post);
	frame_end(&out, begun);
	den_say(d, g, &out);
}

static void
begin(struct den *d, struct guest *g)
{
	put_piece(d, g, 0);
	put_piece(d, g, 1);
}

/* The last piece comes: is all of it there? */
static bool
completes(struct den *d, struct guest *g)
{
	uint64_t head = den_head(d);

	put_piece(d, g, PIECES - 1);
	return den_head(d) == head + PIECES;
}

static void
a_long_text_may_come_slowly(void **state)
{
	struct guest *bob;
	struct den d;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	put_piece(&d, bob, 1);
	den_run(&d, MINUTE_MS - 1000);
	put_piece(&d, bob, 0);
	den_run(&d, MINUTE_MS - 1000);
	assert_true(completes(&d, bob));
	den_close(&d);
}

static void
what_grows_no_more_is_forgotten(void **state)
{
	struct guest *bob;
	struct den d;
	int i;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	begin(&d, bob);
	/* To say the same again is no growth. */
	for (i = 0; i < 13; i++) {
		den_run(&d, 5000);
		put_piece(&d, bob, 0);
	}
	assert_false(completes(&d, bob));
	/* His client sends all of it again, and then it is said. */
	put_piece(&d, bob, 1);
	assert_int_equal(den_count(&d, ENTRY_SAY, "bob"), 1);
	den_close(&d);
}

/* Many sessions of one network hold as many as they may, and others theirs. */
static void
who_begins_many_drives_out_those_of_his_network(void **state)
{
	enum { MANY = 70 };
	struct guest *bob, *eve[MANY];
	char name[16];
	struct den d;
	int i;

	(void)state;
	den_open(&d, HUB_RATE);
	bob = newcomer(&d, "bob", here);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "eve%d", i);
		eve[i] = newcomer(&d, name, i % 2 ? "192.0.2.9" : "192.0.2.8");
	}
	begin(&d, bob);
	for (i = 0; i < MANY; i++)
		begin(&d, eve[i]);
	assert_false(completes(&d, eve[0]));
	assert_true(completes(&d, eve[MANY - 1]));
	assert_true(completes(&d, bob));
	den_close(&d);
}

static void
of_all_the_one_that_grew_longest_ago_goes(void **state)
{
	struct frame_post post = { .kind = ENTRY_PART, .text = "x",
	    .text_len = 1 };
	struct stage *own[STAGES_MAX + 1] = { NULL }, *s;
	struct stages all;
	uint32_t i, bytes;

	(void)state;
	stages_init(&all);
	for (i = 0; i < STAGES_MAX; i++) {
		assert_non_null(s = stages_get(&all, i, &own[i], i));
		post.flags = 2U << ENTRY_MORE_SHIFT;
		assert_false(stage_take(s, i, 1, &post, &bytes));
	}
	post.flags = 1U << ENTRY_INDEX_SHIFT | 1U << ENTRY_MORE_SHIFT;
	assert_false(stage_take(own[0], i, 1, &post, &bytes));
	assert_non_null(stages_get(&all, i, &own[i], i));
	assert_int_equal(all.count, STAGES_MAX);
	assert_null(own[1]);
	assert_non_null(own[0]);
	/* Nobody goes on with any of them. */
	stage_drop(&own[0]);
	assert_non_null(stages_get(&all, i + STAGES_MS, &own[0], 0));
	assert_int_equal(all.count, 1);
	stage_drop(&own[0]);
	stage_drop(&own[0]);
	assert_int_equal(all.count, 0);
}

int
main(void)
{
#define TEST(name)	cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(a_long_text_may_come_slowly),
		TEST(what_grows_no_more_is_forgotten),
		TEST(who_begins_many_drives_out_those_of_his_network),
		TEST(of_all_the_one_that_grew_longest_ago_goes),
	};

	return tests_run(tests, NULL, NULL);
}
