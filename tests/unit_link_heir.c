/*
 * Another key is to come after ours, as the client's half of it.
 */
#include <string.h>

#include "common/frame_put.h"
#include "common/frame_room.h"
#include "common/hello.h"
#include "tests/with_cmocka.h"
#include "tests/with_rogue.h"

enum { HEAD = 4 };

static const uint8_t heir[NOISE_KEY] = { 7, 9 };

static struct {
	struct rogue	 rogue;
	bool		 in;		/* it was entered, and heard of */
	unsigned	 asked;		/* REKEYs */
	enum frame_code	 code;		/* its answer, 0: none */
} play;

static struct rogue *const r = &play.rogue;

static void
enter(const struct frame *f)
{
	uint8_t frames[512];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_entered e = { .slot = f->slot, .room = "den",
	    .room_len = 3, .head = r->head };

	frame_put_room(&out, f->slot);
	frame_put_entered(&out, &e);
	frame_put_posted(&out, (uint64_t)f->outbox << 32 | f->id, HEAD);
	rogue_put_head(r, &out, 1);
	rogue_say_once(r, frames, out.len);
	play.in = true;
}

static void
answer(void)
{
	static const char rekeyed[] = "rekeyed SHA256:x";
	uint8_t frames[64];
	struct wire_out out = wire_out(frames, sizeof(frames));
	bool kicked = play.code == FRAME_KICKED;

	if (play.code == 0)
		return;
	frame_put_error(&out, play.code, 0, 0, kicked ? rekeyed : NULL,
	    kicked ? strlen(rekeyed) : 0);
	rogue_say_once(r, frames, out.len);
}

static void
hear(struct rogue *rogue, struct frame *f)
{
	(void)rogue;
	if (f->type == FRAME_ENTER)
		enter(f);
	if (f->type != FRAME_REKEY)
		return;
	assert_true(play.in);
	assert_int_equal(rogue->slot, 0);
	assert_memory_equal(f->bytes, heir, sizeof(heir));
	play.asked++;
	answer();
}

static int
set_up(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	rogue_start(r);
	r->head.seq = HEAD;
	r->flags = HELLO_ROOMS | HELLO_ROLES | HELLO_PEOPLE;
	r->config.people = true;
	r->config.only_new = true;
	r->config.heir = heir;
	r->hear = hear;
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
run(int64_t ms)
{
	assert_true(rogue_run(r, ms));
}

static void
it_is_asked_for_until_it_is_so(void **state)
{
	unsigned asked;

	(void)state;
	rogue_link(r);
	run(10000);
	assert_true(play.asked > 3);
	assert_int_equal(r->told[RECORD_DENIED], 0);
	play.code = FRAME_KICKED;
	run(10000);
	assert_int_equal(r->denial, RECORD_KICKED);
	assert_string_equal(r->text, "rekeyed SHA256:x");
	asked = play.asked;
	run(10000);
	assert_int_equal(play.asked, asked);
}

static void
that_it_may_not_be_is_told(void **state)
{
	(void)state;
	play.code = FRAME_QUOTA;
	rogue_link(r);
	run(1000);
	assert_int_equal(play.asked, 1);
	assert_int_equal(r->denial, RECORD_NO_HEIR);
	run(10000);
	assert_int_equal(play.asked, 1);
}

static void
who_does_not_know_of_it_is_not_asked(void **state)
{
	static const uint32_t flags[] = { HELLO_ROOMS | HELLO_ROLES, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		r->denial = 0;
		r->flags = flags[i];
		rogue_link(r);
		run(1000);
		if (flags[i] == 0)
			rogue_say_entries(r, HEAD + 1, HEAD + 1);
		run(1000);
		assert_int_equal(play.asked, 0);
		assert_int_equal(r->denial, RECORD_NO_HEIR);
		rogue_end(r);
	}
}

static void
nobody_asks_who_has_no_other_key(void **state)
{
	(void)state;
	r->config.heir = NULL;
	rogue_link(r);
	run(10000);
	assert_true(play.in);
	assert_int_equal(play.asked, 0);
	assert_int_equal(r->told[RECORD_DENIED], 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_is_asked_for_until_it_is_so),
		TEST(that_it_may_not_be_is_told),
		TEST(who_does_not_know_of_it_is_not_asked),
		TEST(nobody_asks_who_has_no_other_key),
	};

	return tests_run(tests, NULL, NULL);
}
