/*
 * Members who ask for more than their part: the hub by plain calls, guests
 * with real session keys, a clock that the test turns.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/wire.h"
#include "tests/with_members.h"

static const char *const here = "198.51.100.7";

/* Says so many lines, which nobody acknowledges. */
static void
fill(struct den *d, struct guest *author, unsigned lines)
{
	unsigned i;

	for (i = 0; i < lines; i++)
		assert_true(den_line(d, author, "x"));
	den_run(d, 300);
}

static void
of_what_a_datagram_asks_twice_the_last_counts(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position all;
	struct guest *author, *eve;
	unsigned entries;
	struct den d;

	(void)state;
	den_open(&d, 0);
	author = den_guest(&d, "author", here);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, author) && den_enter(&d, eve));
	fill(&d, author, 40);
	memset(eve->heard, 0, sizeof(eve->heard));
	all = eve->head;
	all.seq = den_head(&d);
	all.term = 1;
	frame_put_whois(&out, "author", 6);
	frame_put_read(&out, 0, 0);
	frame_put_sync(&out, &all, 24, 0, NULL, 0);
	frame_put_whois(&out, "nobody", 6);
	frame_put_read(&out, 0, 0);
	frame_put_sync(&out, &eve->head, 24, 0, NULL, 0);
	den_say(&d, eve, &out);
	assert_int_equal(eve->heard[FRAME_PERSON], 1);
	assert_int_equal(eve->heard[FRAME_MEMBERS], 1);
	/* It has nothing yet, as it said last: so they come again. */
	entries = eve->heard[FRAME_ENTRIES];
	den_run(&d, 5000);
	assert_true(eve->heard[FRAME_ENTRIES] > entries);
	den_close(&d);
}

static void
older_entries_come_at_their_pace_however_often_asked_for(void **state)
{
	uint8_t frames[GUEST_FRAMES];
	struct wire_out out;
	struct guest *author, *eve;
	struct den d;
	int i;

	(void)state;
	den_open(&d, 0);
	author = den_guest(&d, "author", here);
	assert_true(den_enter(&d, author));
	fill(&d, author, 600);
	eve = den_guest(&d, "eve", here);
	assert_true(den_enter(&d, eve));
	den_run(&d, 5000);
	memset(eve->heard, 0, sizeof(eve->heard));
	for (i = 0; i < 200; i++) {
		out = wire_out(frames, sizeof(frames));
		frame_put_read(&out, den_head(&d), 500);
		den_say(&d, eve, &out);
	}
	assert_in_range(eve->heard[FRAME_ENTRIES], 1, 2);
	/* The last question is answered to its end. */
	den_run(&d, 1000);
	assert_in_range(eve->heard[FRAME_ENTRIES], 10, 100);
	den_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_what_a_datagram_asks_twice_the_last_counts),
		cmocka_unit_test(
		    older_entries_come_at_their_pace_however_often_asked_for),
	};

	return cmocka_run_group_tests_name("members", tests, NULL, NULL);
}
