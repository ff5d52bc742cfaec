/*
 * The log of several servers, two of them by hand: who is second under a number
 * says it again at once, and who founds it gives the others what he had.
 */
#include <errno.h>
#include <string.h>

#include "server/cluster/shared.h"
#include "server/room/log.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"
#include "tests/with_log.h"

enum { NODES = 2, LINES = 300, BLOCKS = 16, SEGMENT = 4096 };

static struct side {
	struct memdisk	*mem;
	struct disk	 disk;
	struct shared	 shared;
	struct log	*log;
	/* What it sent last; 0: nothing. */
	uint64_t	 number;
	uint8_t		 bytes[BLOCK_BYTES];
	size_t		 len;
	unsigned	 says;		/* when it is asked */
	unsigned	 told, ours;
} side[NODES];

/* All that is in. */
static struct {
	uint8_t		 bytes[BLOCK_BYTES];
	size_t		 len;
} in[BLOCKS + 1];
static uint64_t newest, keep_bytes;

static const int64_t wall = INT64_C(1800000000000);

static void
on_append(void *arg, uint64_t number, const uint8_t *bytes, size_t len)
{
	struct side *s = arg;

	s->number = number;
	memcpy(s->bytes, bytes, len);
	s->len = len;
}

/* From where; 0: nothing was asked for. */
static uint64_t fetched;

static void
on_fetch(void *arg, uint64_t number)
{
	(void)arg;
	fetched = number;
}

static void
on_nothing(void *arg)
{
	(void)arg;
}

static void
on_random(void *arg, void *dst, size_t len)
{
	static uint8_t last;

	(void)arg;
	memset(dst, ++last, len);
}

static void
on_entry(void *arg, const struct entry *e, uint32_t node, bool ours)
{
	struct side *s = arg;

	(void)e;
	(void)node;
	s->told++;
	s->ours += ours;
}

static void
on_at(void *arg, const struct log_note *n, uint32_t node)
{
	(void)arg;
	(void)n;
	(void)node;
}

static void
on_gather(void *arg)
{
	struct side *s = arg;
	struct entry e = { .kind = ENTRY_SAY, .id = 1, .time_ms = wall,
	    .author = "ann", .author_len = 3, .text = "hi", .text_len = 2 };

	while (s->says > 0 && log_add(s->log, &e, 1, NULL, 0))
		s->says--;
}

static void
on_node(void *arg, uint32_t node, bool lives)
{
	(void)arg;
	(void)node;
	(void)lives;
}

static enum log_other
on_other(void *arg, const uint8_t id[JOURNAL_ID])
{
	(void)arg;
	(void)id;
	return LOG_OTHER_NONE;
}

static struct log_out
watch_of(struct side *s)
{
	return (struct log_out){ .entry = on_entry, .at = on_at,
	    .gather = on_gather, .refused = on_nothing,
	    .node = on_node, .other = on_other,
	    .arg = s };
}

static void
start(uint32_t n, const struct journal_base *base, bool founds)
{
	static const uint8_t id[JOURNAL_ID] = { 7 };
	struct side *s = &side[n];
	const struct shared_out out = { on_append, on_fetch, on_nothing,
	    on_nothing, on_random, NULL, s };
	struct log_config c = { .disk = &s->disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = SEGMENT,
	    .keep_bytes = keep_bytes, .shared = &s->shared,
	    .base = base, .founds = founds };
	struct log_out watch = watch_of(s);
	struct journal_why why;

	shared_init(&s->shared, n + 1, 0, 0, &out);
	s->log = log_open(&c, wall, id, &why);
	assert_non_null(s->log);
	assert_true(log_replay(s->log, &watch));
}

static void
turn(uint32_t n, int64_t now)
{
	const struct log_out watch = watch_of(&side[n]);

	log_turn(side[n].log, now, wall + now, &watch);
}

/* What that one sent is in, and all hear of it. */
static void
let_in(uint32_t n, int64_t now)
{
	struct side *s = &side[n];
	uint64_t number = s->number;
	uint32_t i;

	s->number = 0;
	assert_true(number == newest + 1 && number <= BLOCKS);
	memcpy(in[number].bytes, s->bytes, s->len);
	in[number].len = s->len;
	newest = number;
	for (i = 0; i < NODES; i++)
		if (side[i].log != NULL)
			shared_block(&side[i].shared, now, number, s->bytes,
			    s->len);
	shared_answer(&s->shared, now, number, SHARED_IN);
	for (i = 0; i < NODES; i++)
		if (side[i].log != NULL)
			turn(i, now);
}

static int
set_up(void **state)
{
	uint32_t i;

	(void)state;
	memset(side, 0, sizeof(side));
	newest = keep_bytes = 0;
	for (i = 0; i < NODES; i++) {
		side[i].mem = memdisk_new();
		side[i].disk = memdisk_disk(side[i].mem);
		side[i].disk.make_dir(side[i].disk.arg, "/d");
	}
	return 0;
}

static int
tear_down(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < NODES; i++) {
		if (side[i].log != NULL) {
			log_close(side[i].log);
			shared_free(&side[i].shared);
		}
		memdisk_free(side[i].mem);
	}
	return 0;
}

static void
hear(uint32_t n, int64_t now)
{
	uint64_t i;

	for (i = 1; i <= newest; i++)
		shared_block(&side[n].shared, now, i, in[i].bytes, in[i].len);
	shared_newest(&side[n].shared, now, newest);
	turn(n, now);
}

static void
who_was_second_says_it_again_at_once(void **state)
{
	(void)state;
	start(0, NULL, true);
	start(1, NULL, false);
	hear(0, 1);
	/* Nobody has to wish for it. */
	let_in(0, 2);
	assert_true(side[0].shared.founded);
	hear(1, 3);
	side[0].says = side[1].says = 1;
	log_want(side[0].log);
	log_want(side[1].log);
	turn(0, 100);
	turn(1, 100);
	assert_true(side[0].number == 2 && side[1].number == 2);
	side[1].says = 1;	/* it is to decide that anew */
	let_in(0, 101);
	assert_true(side[1].number == 3);
	let_in(1, 102);
	assert_int_equal(side[0].told, 3);
	assert_int_equal(side[1].told, 3);
	assert_int_equal(side[0].ours, 1);
	assert_int_equal(side[1].ours, 1);
}

/* As a server has it that was alone. */
static void
make_alone(uint32_t n, const char *text)
{
	static const uint8_t id[JOURNAL_ID] = { 7 }, key[NOISE_KEY] = { 9 };
	const struct log_config c = { .disk = &side[n].disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = SEGMENT };
	struct entry e = { .kind = ENTRY_SAY, .id = 1, .time_ms = wall,
	    .author = "ann", .author_len = 3, .text = text,
	    .text_len = strlen(text) };
	struct journal_why why;
	struct log *l = log_open(&c, wall, id, &why);
	unsigned i;

	assert_non_null(l);
	for (i = 0; i < LINES; i++)
		assert_true(log_put(l, 0, wall, &e, 1));
	assert_true(log_give(l, 0, wall, "ann", key));
	assert_int_equal(log_close(l), 0);
}

static void
who_founds_gives_all_that_he_has(void **state)
{
	static const uint8_t id[JOURNAL_ID] = { 7 };
	uint8_t chain[2][FRAME_CHAIN];
	struct journal_base base;
	struct block b;

	(void)state;
	make_alone(0, "hi");
	start(0, NULL, true);
	hear(0, 1);
	/* He is cut short, and begins once more. */
	let_in(0, 2);
	let_in(0, 3);
	assert_false(side[0].shared.founded);
	log_close(side[0].log);
	shared_free(&side[0].shared);
	side[0].number = 0;
	start(0, NULL, true);
	hear(0, 4);
	while (!side[0].shared.founded)
		let_in(0, 5);
	assert_true(block_get(&b, in[1].bytes, in[1].len));
	base = (struct journal_base){ id, b.first, b.term, b.chain };
	start(1, &base, false);
	hear(1, 6);
	assert_int_equal(log_state(side[1].log), LOG_READY);
	assert_int_equal(log_head(side[1].log).seq, LINES + 1);
	assert_int_equal(side[1].told, LINES + 1);
	assert_true(log_chain(side[0].log, LINES + 1, chain[0]));
	assert_true(log_chain(side[1].log, LINES + 1, chain[1]));
	assert_memory_equal(chain[0], chain[1], FRAME_CHAIN);
	assert_non_null(log_lease_owner(side[1].log, wall, "ann"));
}

/* A crash left the first of its pieces. */
static void
who_founds_gives_no_half_of_a_message(void **state)
{
	static const uint8_t id[JOURNAL_ID] = { 7 };
	const struct log_config c = { .disk = &side[0].disk, .dir = "/d",
	    .sync = LOG_SYNC_NONE, .segment_bytes = SEGMENT };
	struct entry e = { .kind = ENTRY_SAY, .id = 2, .time_ms = wall,
	    .flags = 1 << ENTRY_MORE_SHIFT, .author = "ann", .author_len = 3,
	    .text = "half", .text_len = 4 };
	struct journal_why why;
	struct log *l;
	uint64_t head;

	(void)state;
	make_alone(0, "hi");
	assert_non_null(l = log_open(&c, wall, id, &why));
	head = log_head(l).seq;
	assert_true(log_put(l, 0, wall, &e, 1));
	assert_int_equal(log_head(l).seq, head + 1);
	assert_int_equal(log_close(l), 0);
	start(0, NULL, true);
	hear(0, 1);
	while (!side[0].shared.founded)
		let_in(0, 2);
	assert_int_equal(log_head(side[0].log).seq, head);
}

static void
found(void)
{
	make_alone(0, "hi");
	start(0, NULL, true);
	hear(0, 1);
	while (!side[0].shared.founded)
		let_in(0, 2);
}

/* Blocks know nothing of segments, which go whole. */
static void
who_has_forgotten_the_beginning_hears_it_again(void **state)
{
	(void)state;
	found();
	log_close(side[0].log);
	shared_free(&side[0].shared);
	keep_bytes = SEGMENT;
	start(0, NULL, false);
	hear(0, 3);
	turn(0, 1000);
	side[0].says = 1;
	log_want(side[0].log);
	turn(0, 2000);
	let_in(0, 2001);
	turn(0, 3000);
	assert_true(log_first(side[0].log) > 1);
	assert_int_not_equal((log_first(side[0].log) - 1) %
	    LOG_BLOCK_ENTRIES, 0);
	log_close(side[0].log);
	shared_free(&side[0].shared);
	start(0, NULL, false);
	hear(0, 4);
	assert_int_equal(log_failed(side[0].log), 0);
	assert_int_equal(log_state(side[0].log), LOG_READY);
}

static void
who_has_another_log_ends(void **state)
{
	(void)state;
	found();
	make_alone(1, "ho");
	start(1, NULL, false);
	hear(1, 3);
	assert_int_equal(log_state(side[1].log), LOG_CUT_OFF);
	assert_int_equal(log_failed(side[1].log), ESTALE);
}

/* What was said in a room that is not here is not skipped without a word. */
static void
who_lacks_a_log_of_the_others_ends(void **state)
{
	static const uint8_t id[JOURNAL_ID] = { 8 }, chain[FRAME_CHAIN];
	struct wire_out out = wire_out(in[2].bytes, sizeof(in[2].bytes));
	const struct block b = { .node = 2, .nonce = 5, .log_id = id,
	    .first = 1, .chain = chain, .entries = chain };

	(void)state;
	start(0, NULL, true);
	hear(0, 1);
	let_in(0, 2);
	block_begin(&out, &b);
	assert_false(out.failed);
	in[2].len = out.len;
	newest = 2;
	hear(0, 3);
	assert_int_equal(log_failed(side[0].log), ESTALE);
	assert_int_equal(log_state(side[0].log), LOG_CUT_OFF);
}

/* It is not kept, but it is known that there is one. */
static void
what_came_too_early_is_asked_for(void **state)
{
	const struct shared_out out = { on_append, on_fetch, on_nothing,
	    on_nothing, on_random, NULL, &side[0] };
	static const uint8_t bytes[] = { 1 };
	struct shared s;

	(void)state;
	fetched = 0;
	shared_init(&s, 1, 7, 0, &out);
	shared_newest(&s, 0, 7);
	assert_int_equal(s.state, SHARED_READY);
	shared_tick(&s, SHARED_AGAIN_MS);
	assert_int_equal(fetched, 0);
	shared_block(&s, SHARED_AGAIN_MS, 7 + SHARED_AHEAD + 1, bytes, 1);
	shared_tick(&s, SHARED_AGAIN_MS + 1);
	assert_int_equal(fetched, 8);
	shared_free(&s);
}

/* The next block is of that node, which may be this one; it is told then. */
static void
next_is_of(struct shared *s, uint32_t node, int64_t now)
{
	static const uint8_t zero[FRAME_CHAIN];
	uint8_t bytes[256];
	struct wire_out out = wire_out(bytes, sizeof(bytes));

	block_begin(&out, &(struct block){ .node = node, .nonce = s->told + 1,
	    .log_id = zero, .first = 1, .chain = zero, .entries = zero });
	assert_false(out.failed);
	if (node == s->node)
		assert_true(shared_post(s, now, s->told + 1, bytes, out.len));
	shared_block(s, now, s->told + 1, bytes, out.len);
	shared_told(s, now);
}

/* How long this one then waits. */
static int64_t
pause_of(const struct shared *s, int64_t now)
{
	int64_t ms = 0;

	while (!shared_is_free(s, now + ms))
		ms++;
	return ms;
}

static void
who_wins_again_and_again_waits_longer(void **state)
{
	const struct shared_out out = { on_append, on_fetch, on_nothing,
	    on_nothing, on_random, NULL, &side[0] };
	struct shared s;
	int64_t now = 10 * TURNS_OTHERS_MS;
	unsigned i;

	(void)state;
	shared_init(&s, 1, 0, now, &out);
	shared_newest(&s, now, 0);
	for (i = 0; i < TURNS_RECENT; i++)
		next_is_of(&s, 1, now);
	assert_int_equal(pause_of(&s, now), 0);		/* alone */
	next_is_of(&s, 2, now);
	for (i = 0; i <= TURNS_ROW; i++) {
		next_is_of(&s, 1, now);
		now += pause_of(&s, now);
	}
	next_is_of(&s, 1, now);
	assert_int_equal(pause_of(&s, now), TURNS_PAUSE_MS << TURNS_ROW);
	/* By turns it is as short as ever. */
	for (i = 0; i < TURNS_RECENT; i++) {
		next_is_of(&s, 2, now);
		next_is_of(&s, 1, now);
	}
	assert_int_equal(pause_of(&s, now), TURNS_PAUSE_MS);
	now += TURNS_OTHERS_MS;
	next_is_of(&s, 1, now);
	assert_int_equal(pause_of(&s, now), 0);
	shared_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    who_was_second_says_it_again_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_founds_gives_all_that_he_has, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_founds_gives_no_half_of_a_message, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_has_forgotten_the_beginning_hears_it_again, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    who_has_another_log_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_lacks_a_log_of_the_others_ends, set_up, tear_down),
		cmocka_unit_test(what_came_too_early_is_asked_for),
		cmocka_unit_test(who_wins_again_and_again_waits_longer)
	};

	return tests_run(tests, NULL, NULL);
}
