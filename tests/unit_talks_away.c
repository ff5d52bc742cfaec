/*
 * Which talk goes where there are too many: what nobody misses, and no line
 * that somebody would still have got.
 */
#include "server/talks_away.h"

#include <string.h>

#include "server/room/line_file.h"
#include "server/room/marks.h"
#include "server/talks.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

enum { TODAY = 20000, KEEP = 10 };

static const int64_t day_ms = LINE_DAY_MS;

static struct memdisk *md;
static struct disk d;
static struct persons *persons;
static struct marks *marks;
static struct talks *talks;
static struct talks_away away;
static struct talks_away_time at;
static uint8_t drawn;

static void
count_up(void *arg, void *dst, size_t len)
{
	(void)arg;
	memset(dst, ++drawn, len);
}

static int
set_up(void **state)
{
	struct talks_config config = { .dir = "/d", .random = count_up,
	    .max = 64 };
	struct journal_why why;

	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	d.make_dir(d.arg, "/d");
	config.disk = &d;
	config.persons = persons = persons_new(0);
	marks = marks_open(&d, "/d", persons, &why);
	talks = talks_open(&config, &why);
	memset(&away, 0, sizeof(away));
	at = (struct talks_away_time){ 5000000, TODAY * day_ms, 0 };
	drawn = 0;
	return talks == NULL || marks == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	talks_close(talks);
	marks_close(marks);
	persons_free(persons);
	memdisk_free(md);
	return 0;
}

/* Begun so many days ago by the n-th with the one behind him. */
static struct talk_place *
begun(uint8_t n, int days, uint16_t net)
{
	const uint8_t one[NOISE_KEY] = { n, 1 }, two[NOISE_KEY] = { n, 2 };
	const struct talk_wish wish = { .from = one, .to = two,
	    .wall_ms = (TODAY - days) * day_ms, .at = { { net } } };
	struct talk_place *t;

	assert_int_equal(talks_make(talks, &wish, &t), TALKS_FINE);
	return t;
}

static void
says(struct talk_place *t, unsigned side, int days)
{
	talks_said(t, side, t->said + 1, (TODAY - days) * day_ms);
}

static void
reads(struct talk_place *t, unsigned side)
{
	struct person *p = t->end[side - 1].person;

	assert_true(marks_begin(marks, p, t->id));
	marks_move(marks, p, t->id, t->said);
}

static uint8_t gone;		/* the number of its log */

/* It is put away: not to be looked at. */
static struct talk_place *
next(void)
{
	struct talk_place *t;
	bool later;

	at.now_ms += TALKS_AWAY_MS;
	t = talks_away_next(&away, talks, &at, NULL, &later);
	assert_false(later);
	if (t == NULL)
		return NULL;
	gone = t->id[0];
	assert_true(talks_put_away(talks, t));
	return t;
}

static void
who_said_nothing_goes_first_and_not_at_once(void **state)
{
	struct talk_place *early = begun(1, 9, 0), *late = begun(2, 2, 0);

	(void)state;
	begun(3, 1, 0);
	begun(4, 0, 0);
	assert_ptr_equal(next(), early);
	assert_ptr_equal(next(), late);
	assert_null(next());
}

static void
what_was_read_and_not_answered_goes_after_a_while(void **state)
{
	struct talk_place *t[4];
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		t[i] = begun((uint8_t)i, 90, 0);
		says(t[i], 1, i == 3 ? TALKS_AWAY_UNANSWERED - 1 : 40 + i);
		if (i != 2)
			reads(t[i], 2);
	}
	assert_ptr_equal(next(), t[1]);
	assert_ptr_equal(next(), t[0]);
	/* One waits for who has not read it, the other one is of late. */
	assert_null(next());
}

static void
what_both_said_goes_only_where_it_is_not_kept(void **state)
{
	struct talk_place *t[4];
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		t[i] = begun((uint8_t)i, 900, 0);
		says(t[i], 1, 800);
		says(t[i], 2, i == 0 ? KEEP : KEEP + i);
		if (i == 1)
			reads(t[i], 1);
		if (i == 1)
			reads(t[i], 2);
	}
	assert_null(next());
	at.keep_ms = KEEP * day_ms;
	/* Those that nobody waits for before the others. */
	assert_ptr_equal(next(), t[1]);
	assert_ptr_equal(next(), t[3]);
	assert_ptr_equal(next(), t[2]);
	assert_null(next());
}

static void
one_that_is_open_or_shut_or_not_known_stays(void **state)
{
	struct talk_place *t = begun(1, 99, 0);
	struct place *place = (struct place *)(void *)&away;

	(void)state;
	t->open = place;
	assert_null(next());
	t->open = NULL;
	talks_opens(talks, t);
	assert_null(next());
	talks_closed(talks, t);
	t->flags |= TALK_UNREAD;
	assert_null(next());
	t->flags &= (uint8_t)~TALK_UNREAD;
	talks_ruled(t);
	assert_null(next());
	t->flags &= (uint8_t)~TALK_RULED;
	assert_ptr_equal(next(), t);
}

static void
of_a_network_that_has_its_part_one_goes_before_the_others(void **state)
{
	uint8_t i;

	(void)state;
	begun(9, 99, 0);
	for (i = 0; i < 4; i++)
		begun(i, 9, 7);
	assert_non_null(next());
	assert_int_equal(gone, 2);
	/* Of those that were found then. */
	assert_non_null(next());
	assert_int_equal(gone, 3);
}

static void
for_one_network_only_its_own_go(void **state)
{
	const struct talk_from mine = { { 7 } }, his = { { 8 } };
	struct talk_place *t;
	bool later;
	uint8_t i;

	(void)state;
	begun(9, 99, 0);
	assert_null(talks_away_next(&away, talks, &at, &mine, &later));
	for (i = 0; i < 4; i++)
		begun(i, 9, 7);
	/* Not at once: that takes a while. */
	assert_null(talks_away_next(&away, talks, &at, &mine, &later));
	assert_true(later);
	at.now_ms += TALKS_AWAY_MS;
	t = talks_away_next(&away, talks, &at, &mine, &later);
	assert_non_null(t);
	assert_int_equal(t->end[0].net, 7);
	at.now_ms += TALKS_AWAY_MS;
	assert_null(talks_away_next(&away, talks, &at, &his, &later));
	assert_false(later);
}

/* Whose network has its part asks and asks, in vain. */
static void
who_asks_for_his_network_keeps_nobody_else_waiting(void **state)
{
	const struct talk_from his = { { 7 } };
	bool later;
	uint8_t i;

	(void)state;
	begun(9, 99, 0);
	for (i = 0; i < 4; i++)
		begun(i, 0, 7);
	for (i = 0; i < 3; i++) {
		at.now_ms += TALKS_AWAY_MS;
		assert_null(talks_away_next(&away, talks, &at, &his, &later));
		assert_false(later);
	}
	at.now_ms++;
	assert_non_null(talks_away_next(&away, talks, &at, NULL, &later));
	assert_false(later);
	/* Nor does one who found something look twice. */
	assert_null(talks_away_next(&away, talks, &at, &his, &later));
	assert_true(later);
	assert_null(talks_away_next(&away, talks, &at, NULL, &later));
	assert_true(later);
}

static void
of_very_many_the_longest_silent_go_first(void **state)
{
	int i, last = INT32_MAX, is;
	struct talk_place *t;
	uint32_t seed = 5;

	(void)state;
	for (i = 0; i < 60; i++) {
		seed = seed * 1103515245 + 12345;
		begun((uint8_t)i, 2 + (int)(seed >> 16) % 1000, 0);
	}
	for (i = 0; i < 60; i++) {
		at.now_ms += TALKS_AWAY_MS;
		t = talks_away_next(&away, talks, &at, NULL, &(bool){ 0 });
		assert_non_null(t);
		is = TODAY - t->day;
		assert_true(is <= last);
		last = is;
		assert_true(talks_put_away(talks, t));
	}
}

/* By another server. */
static void
what_has_gone_otherwise_was_not_found(void **state)
{
	struct talk_place *t[3], *first;
	bool later;
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		t[i] = begun((uint8_t)i, 9 - i, 0);
	first = talks_away_next(&away, talks, &at, NULL, &later);
	assert_ptr_equal(first, t[0]);
	assert_true(talks_away_may(t[1], &at));
	talks_away_forget(&away, t[1]);
	assert_true(talks_put_away(talks, t[1]));
	assert_true(talks_put_away(talks, t[0]));
	assert_ptr_equal(talks_away_next(&away, talks, &at, NULL, &later),
	    t[2]);
	assert_false(talks_away_may(begun(5, 0, 0), &at));
}

int
main(void)
{
#define ON_DISK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_DISK(who_said_nothing_goes_first_and_not_at_once),
		ON_DISK(what_was_read_and_not_answered_goes_after_a_while),
		ON_DISK(what_both_said_goes_only_where_it_is_not_kept),
		ON_DISK(one_that_is_open_or_shut_or_not_known_stays),
		ON_DISK(of_a_network_that_has_its_part_one_goes_before_the_others),
		ON_DISK(for_one_network_only_its_own_go),
		ON_DISK(who_asks_for_his_network_keeps_nobody_else_waiting),
		ON_DISK(of_very_many_the_longest_silent_go_first),
		ON_DISK(what_has_gone_otherwise_was_not_found)
	};

	return tests_run(tests, NULL, NULL);
}
