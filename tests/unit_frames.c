/*
 * How often the screen is drawn.
 */
#include "tui/frames.h"

#include "tests/with_cmocka.h"

enum { ROWS = 24, TEXT = 80 };

/* Frames as soon as they are due, each of so many records; when the last. */
static int64_t
draw(struct frames *f, int frames, int records)
{
	int64_t now = f->drawn_at;
	int i;

	while (frames-- > 0) {
		for (i = 0; i < records; i++)
			frames_took(f, TEXT);
		now = frames_due(f, false);
		frames_drawn(f, now, false, ROWS);
	}
	return now;
}

static void
what_comes_now_and_then_is_drawn_soon(void **state)
{
	struct frames f = { 0 };
	int64_t now = 5000;
	int i;

	(void)state;
	for (i = 0; i < 100; i++, now += 200) {
		frames_took(&f, TEXT);
		assert_true(frames_due(&f, false) <= now);
		frames_drawn(&f, now, false, ROWS);
		assert_true(f.rest_until <= now);
	}
	assert_int_equal(frames_due(&f, false), f.drawn_at + FRAMES_MS);
}

static void
a_flood_has_fewer_frames_and_is_read_once_each(void **state)
{
	struct frames f = { .drawn_at = 5000 };
	int64_t now = draw(&f, FRAMES_FLOOD - 1, 3);

	(void)state;
	assert_int_equal(frames_due(&f, false), now + FRAMES_MS);
	assert_true(f.rest_until <= now);
	now = draw(&f, 1, 3);
	assert_int_equal(frames_due(&f, false), now + FRAMES_FLOOD_MS);
	assert_int_equal(f.rest_until, now + FRAMES_FLOOD_MS);
}

static void
where_no_line_stays_there_are_fewest(void **state)
{
	struct frames f = { .drawn_at = 5000 };
	int64_t now = draw(&f, FRAMES_FLOOD + 2, ROWS);

	(void)state;
	assert_int_equal(frames_due(&f, false), now + FRAMES_TORRENT_MS);
	assert_int_equal(f.rest_until, now + FRAMES_TORRENT_MS);
	now = draw(&f, 1, ROWS - 1);
	assert_int_equal(frames_due(&f, false), now + FRAMES_FLOOD_MS);
	/* And the flood goes on as it began. */
	now = draw(&f, 100, ROWS);
	assert_int_equal(frames_due(&f, false), now + FRAMES_TORRENT_MS);
}

static void
where_whole_screens_pass_between_two_there_are_fewer(void **state)
{
	struct frames f = { .drawn_at = 5000 };
	int64_t now = draw(&f, FRAMES_FLOOD + 2, FRAMES_DELUGE * ROWS);

	(void)state;
	assert_int_equal(frames_due(&f, false), now + FRAMES_DELUGE_MS);
	assert_int_equal(f.rest_until, now + FRAMES_DELUGE_MS);
	now = draw(&f, 1, FRAMES_DELUGE * ROWS - 1);
	assert_int_equal(frames_due(&f, false), now + FRAMES_TORRENT_MS);
	/* A key waits for none of that. */
	now = draw(&f, 1, FRAMES_DELUGE * ROWS) + 5;
	assert_true(frames_due(&f, true) <= now);
	frames_drawn(&f, now, true, ROWS);
	assert_int_equal(frames_due(&f, false), now + FRAMES_MS);
}

/* Or whoever writes would have to wait for the frame. */
static void
what_fills_the_pipe_is_read_at_once(void **state)
{
	struct frames f = { .drawn_at = 5000 };
	int64_t now = draw(&f, FRAMES_FLOOD + 2, FRAMES_BYTES / TEXT);

	(void)state;
	assert_int_equal(frames_due(&f, false), now + FRAMES_FLOOD_MS);
	assert_true(f.rest_until <= now);
}

static void
a_key_is_drawn_at_once_and_what_follows_soon(void **state)
{
	struct frames f = { .drawn_at = 5000 };
	int64_t now = draw(&f, 100, ROWS);
	int i;

	(void)state;
	/* Also where keys come one behind the other. */
	for (i = 0; i < 3; i++) {
		now += 5;
		assert_true(frames_due(&f, true) <= now);
		frames_drawn(&f, now, true, ROWS);
		assert_true(f.rest_until <= now);
		assert_int_equal(frames_due(&f, false), now + FRAMES_MS);
	}
	now = draw(&f, FRAMES_KEYED - 1, ROWS);
	assert_int_equal(frames_due(&f, false), now + FRAMES_MS);
	now = draw(&f, 1, ROWS);
	assert_int_equal(frames_due(&f, false), now + FRAMES_TORRENT_MS);
}

static void
a_flood_ends(void **state)
{
	struct frames f = { .drawn_at = 5000 };
	int64_t now = draw(&f, 100, ROWS) + 1000;

	(void)state;
	frames_took(&f, TEXT);
	frames_drawn(&f, now, false, ROWS);
	assert_int_equal(frames_due(&f, false), now + FRAMES_MS);
	assert_true(f.rest_until <= now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_now_and_then_is_drawn_soon),
		cmocka_unit_test(
		    a_flood_has_fewer_frames_and_is_read_once_each),
		cmocka_unit_test(where_no_line_stays_there_are_fewest),
		cmocka_unit_test(
		    where_whole_screens_pass_between_two_there_are_fewer),
		cmocka_unit_test(what_fills_the_pipe_is_read_at_once),
		cmocka_unit_test(a_key_is_drawn_at_once_and_what_follows_soon),
		cmocka_unit_test(a_flood_ends)
	};

	return tests_run(tests, NULL, NULL);
}
