/*
 * Which talks there are and how much was said in each: kept over restarts, and
 * over crashes never more than there is, nor less without saying so.
 */
#include "server/talks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

#define ANN "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define BOB "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define ID1 "01000000000000000000000000000000"
#define ID2 "02000000000000000000000000000000"

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };
static const int64_t now = INT64_C(20000) * 24 * 3600 * 1000 + 1;

static struct memdisk *md;
static struct disk d;
static struct journal_why why;
static struct persons *persons;
static struct talks *talks;
static uint32_t ids;

/* Each log's number is one more. */
static void
next_id(void *arg, void *dst, size_t len)
{
	uint8_t *id = dst;

	(void)arg;
	memset(id, 0, len);
	ids++;
	id[0] = (uint8_t)ids;
	id[1] = (uint8_t)(ids >> 8);
	id[2] = (uint8_t)(ids >> 16);
}

static bool
opens(void)
{
	struct talks_config config = { .disk = &d, .dir = "/d",
	    .random = next_id };

	config.persons = persons = persons_new(0);
	talks = talks_open(&config, &why);
	return talks != NULL;
}

static void
close_them(void)
{
	talks_close(talks);
	persons_free(persons);
	talks = NULL;
	persons = NULL;
}

static void
again(void)
{
	close_them();
	assert_true(opens());
}

static int
set_up(void **state)
{
	(void)state;
	md = memdisk_new();
	d = memdisk_disk(md);
	ids = 0;
	return d.make_dir(d.arg, "/d") == -1 || !opens();
}

static int
tear_down(void **state)
{
	(void)state;
	close_them();
	memdisk_free(md);
	return 0;
}

static enum talks_error
make(const uint8_t *from, const uint8_t *to, struct talk_place **t)
{
	const struct talk_wish wish = { .from = from, .to = to,
	    .wall_ms = now };

	return talks_make(talks, &wish, t);
}

static struct talk_place *
made(const uint8_t *from, const uint8_t *to)
{
	struct talk_place *t;

	assert_int_equal(make(from, to, &t), TALKS_FINE);
	assert_ptr_equal(talks_find(talks, from, to), t);
	assert_ptr_equal(talks_find(talks, to, from), t);
	return t;
}

/* Each of a person, as often as it is in his list. */
static unsigned
how_many(const uint8_t *key)
{
	struct person *p = persons_find(persons, key);
	const struct talk_end *e;
	unsigned n = 0;

	if (p == NULL)
		return 0;
	LIST_FOREACH(e, &p->talks, by_person) {
		assert_ptr_equal(e->person, p);
		assert_true(talks_side(talk_of_end(e), key) > 0);
		n++;
	}
	return n;
}

static unsigned
unanswered(const uint8_t *key)
{
	return persons_find(persons, key)->unanswered;
}

static void
put_file(const char *text)
{
	int fd = d.open(d.arg, "/d/talks", true);

	assert_int_equal(d.truncate(d.arg, fd, 0), 0);
	assert_int_equal(d.write(d.arg, fd, text, strlen(text), 0), 0);
	d.close(d.arg, fd);
}

static void
is_file(const char *text)
{
	static char got[4096];
	int fd = d.open(d.arg, "/d/talks", false);
	ssize_t n = d.read(d.arg, fd, got, sizeof(got) - 1, 0);

	assert_true(n >= 0);
	got[n] = '\0';
	d.close(d.arg, fd);
	assert_string_equal(got, text);
}

static void
two_keys_have_one_talk(void **state)
{
	struct talk_place *t, *same;
	char path[PATH_MAX];

	(void)state;
	assert_null(talks_find(talks, ann, bob));
	t = made(bob, ann);
	assert_int_equal(make(ann, bob, &same), TALKS_FINE);
	assert_ptr_equal(same, t);
	assert_int_equal(talks_count(talks), 1);
	assert_int_equal(talks_side(t, ann), 1);
	assert_int_equal(talks_side(t, bob), 2);
	assert_int_equal(talks_side(t, (const uint8_t[NOISE_KEY]){ 3 }), 0);
	assert_memory_equal(talks_other(t, persons_find(persons, ann))->key,
	    bob, NOISE_KEY);
	assert_memory_equal(talks_other(t, persons_find(persons, bob))->key,
	    ann, NOISE_KEY);
	assert_int_equal(how_many(ann), 1);
	assert_int_equal(how_many(bob), 1);
	assert_true(talks_path(talks, t, path));
	assert_string_equal(path, "/d/talk/" ID1);
	is_file(ID1 " 20000 " BOB " " ANN " 0 0 0 0 0\n");
}

static void
with_oneself_it_is_a_notebook(void **state)
{
	struct talk_place *t = made(ann, ann);

	(void)state;
	made(ann, bob);
	assert_int_equal(talks_side(t, ann), 1);
	assert_ptr_equal(talks_other(t, t->end[0].person), t->end[0].person);
	assert_int_equal(how_many(ann), 2);
	assert_true(talks_is_answered(t));
	assert_int_equal(unanswered(ann), 1);
	again();
	assert_int_equal(talks_count(talks), 2);
	assert_int_equal(how_many(ann), 2);
	assert_int_equal(how_many(bob), 1);
	assert_int_equal(unanswered(ann), 1);
	assert_non_null(talks_find(talks, ann, ann));
	assert_null(talks_find(talks, bob, bob));
}

static void
who_answers_none_is_asked_by_sixteen_of_one_key(void **state)
{
	uint8_t key[NOISE_KEY] = { 9 };
	struct talk_place *t, *first = NULL;
	int i;

	(void)state;
	for (i = 0; i < TALKS_UNANSWERED; i++) {
		key[1] = (uint8_t)i;
		t = made(ann, key);
		if (first == NULL)
			first = t;
	}
	assert_int_equal(unanswered(ann), TALKS_UNANSWERED);
	assert_int_equal(make(ann, bob, &t), TALKS_QUOTA);
	assert_null(t);
	/* What he says himself is no answer. */
	talks_said(first, 1, 2, now);
	assert_false(talks_is_answered(first));
	assert_int_equal(make(ann, bob, &t), TALKS_QUOTA);
	/* Those that there are, one with himself, and what others begin. */
	made(ann, key);
	made(ann, ann);
	made(bob, ann);
	again();
	assert_int_equal(unanswered(ann), TALKS_UNANSWERED);
	assert_int_equal(unanswered(bob), 1);
	key[1] = 7;
	t = made(ann, key);
	talks_said(t, 2, 5, now);
	talks_said(t, 2, 6, now);
	assert_int_equal(unanswered(ann), TALKS_UNANSWERED - 1);
	key[1] = 77;
	made(ann, key);
	assert_int_equal(make(ann, (const uint8_t[NOISE_KEY])
	    { 3 }, &t), TALKS_QUOTA);
}

static void
what_was_said_is_known_after_a_restart(void **state)
{
	struct talk_place *t = made(ann, bob);

	(void)state;
	assert_true(talks_is_known(t));
	assert_true(talks_opens(talks, t));
	assert_false(talks_is_known(t));
	talks_said(t, 1, 2, now);
	talks_said(t, 2, 3, now);
	talks_said(t, 1, 2, now);
	assert_int_equal(t->said, 3);
	assert_false(talks_are_changed(talks));
	talks_closed(talks, t);
	assert_true(talks_are_changed(talks));
	assert_true(talks_write(talks));
	assert_false(talks_are_changed(talks));
	assert_true(talks_opens(talks, t));
	talks_said(t, 2, 9, now);
	talks_closed(talks, t);
	is_file(ID1 " 20000 " ANN " " BOB " 0 0 0 0 0\n"
	    ID1 " 20000 " ANN " " BOB " 0 4 0 0 0\n"
	    ID1 " 20000 " ANN " " BOB " 3 3 20000 0 0\n"
	    ID1 " 20000 " ANN " " BOB " 3 7 20000 0 0\n");
	again();
	t = talks_find(talks, ann, bob);
	assert_true(talks_is_known(t));
	assert_int_equal(t->said, 9);
	assert_true(talks_is_answered(t));
	assert_int_equal(t->day, 20000);
	assert_int_equal(t->id[0], 1);
	/* A number that is not to be counted up to. */
	talks_said(t, 1, UINT64_MAX, now);
	assert_true(t->said == UINT32_MAX);
}

static void
what_was_open_in_a_crash_is_to_be_read_again(void **state)
{
	struct talk_place *t = made(bob, ann), *closed = made(ann, ann);

	(void)state;
	memdisk_lose_names(md);
	talks_opens(talks, t);
	talks_said(t, 1, 2, now);
	talks_opens(talks, closed);
	talks_said(closed, 1, 7, now);
	talks_closed(talks, closed);
	assert_true(talks_write(talks));
	memdisk_die(md, 0);
	close_them();
	memdisk_kill(md);
	assert_true(opens());
	t = talks_find(talks, ann, bob);
	assert_false(talks_is_known(t));
	assert_int_equal(t->said, 0);
	closed = talks_find(talks, ann, ann);
	assert_true(talks_is_known(closed));
	assert_int_equal(closed->said, 7);
	/* It is, and then it is known. */
	assert_true(talks_opens(talks, t));
	talks_said(t, 1, 2, now);
	talks_closed(talks, t);
	assert_true(talks_is_known(t));
	again();
	assert_true(talks_is_known(talks_find(talks, ann, bob)));
	assert_int_equal(talks_find(talks, ann, bob)->said, 2);
}

static void
a_full_disk_begins_and_opens_none(void **state)
{
	struct talk_place *t;

	(void)state;
	memdisk_limit(md, 100);
	assert_int_equal(make(ann, bob, &t), TALKS_DISK);
	assert_int_equal(errno, ENOSPC);
	assert_null(t);
	assert_int_equal(talks_count(talks), 0);
	assert_int_equal(persons_count(persons), 0);
	memdisk_limit(md, 200);
	t = made(ann, bob);
	assert_false(talks_opens(talks, t));
	assert_int_equal(errno, ENOSPC);
	assert_true(talks_is_known(t));
	assert_int_equal(make(ann, ann, &t), TALKS_DISK);
	assert_int_equal(unanswered(ann), 1);
	memdisk_limit(md, UINT64_MAX);
	t = made(ann, bob);
	assert_true(talks_opens(talks, t));
	talks_closed(talks, t);
	memdisk_limit(md, 0);
	assert_false(talks_write(talks));
	assert_true(talks_are_changed(talks));
	memdisk_limit(md, UINT64_MAX);
	again();
	assert_true(talks_is_known(talks_find(talks, ann, bob)));
}

static void
a_line_that_is_none_is_told_with_its_place(void **state)
{
#define GOOD ID1 " 20000 " ANN " " BOB " 3 1\n"
	static const char *const bad[] = {
		"", "x", ID2, ID2 " 1 " ANN " " BOB, ID2 " 1 " ANN " " ANN " 1",
		ID2 " 1 " ANN " " ANN " 1 ", ID2 " 1 " ANN " " ANN " 1 16",
		ID2 " 1 " ANN " " ANN " 1 1 ", ID2 " 1 " ANN " " ANN " 1 1 1",
		ID2 " 1 " ANN " " ANN " 1 1 1 1", ID2 " 1 " ANN " " ANN " 0 - 1",
		ID2 " 1 " ANN " " ANN " 1 1 1 4097 1",
		ID2 " 1 " ANN " " ANN " 1 1 65536 1 1",
		ID2 " 1 " ANN " " ANN " 4294967296 1",
		ID2 " 65536 " ANN " " ANN " 1 1", ID2 " -1 " ANN " " ANN " 1 1",
		"0" ID2 " 1 " ANN " " ANN " 1 1", ID2 " 1 AQ== " ANN " 1 1",
		ID2 " 1 " ANN " A" ANN " 1 1", "G" ID2 " 1 " ANN " " ANN " 1 1",
		/* Another log, another day, or begun by the other. */
		ID2 " 20000 " ANN " " BOB " 3 1", ID1 " 20001 " ANN " " BOB
		" 3 1", ID1 " 20000 " BOB " " ANN " 3 1"
	};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		close_them();
		snprintf(text, sizeof(text), GOOD "%s\n", bad[i]);
		put_file(text);
		assert_false(opens());
		assert_int_equal(why.kind, JOURNAL_CORRUPT);
		assert_int_equal(why.offset, strlen(GOOD));
		assert_string_equal(why.path, "/d/talks");
		assert_int_equal(persons_count(persons), 0);
	}
	close_them();
	put_file(GOOD ID2 " 65535 " BOB " " BOB " 4294967295 7\n" GOOD
	    ID1 " 20000 " ANN " " BOB " 9 7\n" "what a crash tore");
	assert_true(opens());
	assert_int_equal(talks_count(talks), 2);
	assert_int_equal(talks_find(talks, bob, ann)->said, 9);
	assert_true(talks_is_answered(talks_find(talks, bob, ann)));
	assert_int_equal(talks_find(talks, bob, bob)->said, UINT32_MAX);
	ids = 2;
	made(ann, ann);
	/* Whether somebody shut it an older server did not say. */
	is_file("03000000000000000000000000000000 20000 " ANN " " ANN
	    " 0 0 0 0 0\n"
	    ID1 " 20000 " ANN " " BOB " 9 15 0 0 0\n"
	    ID2 " 65535 " BOB " " BOB " 4294967295 15 0 0 0\n");
}

static void
there_is_an_end_to_them(void **state)
{
	uint8_t one[NOISE_KEY] = { 0 }, two[NOISE_KEY] = { 0 };
	struct talk_place *t;
	int i;

	(void)state;
	for (i = 0; i < TALKS_MAX; i++) {
		two[0] = (uint8_t)(i % 16);
		one[1] = two[1] = (uint8_t)(i / 16 % 256);
		one[2] = two[2] = (uint8_t)(i / 4096);
		made(one, two);
	}
	two[3] = one[3] = 9;
	assert_int_equal(make(one, two, &t), TALKS_FULL);
	again();
	assert_int_equal(talks_count(talks), TALKS_MAX);
	for (i = 0, t = NULL; (t = talks_next(talks, t)) != NULL; i++)
		assert_true(talks_is_known(t));
	assert_int_equal(i, TALKS_MAX);
}

/* ---- Put away ---- */

/* Its directory, as a log has it. */
static void
lay_log(const char *id)
{
	char path[PATH_MAX];
	int fd;

	d.make_dir(d.arg, "/d/talk");
	snprintf(path, sizeof(path), "/d/talk/%s", id);
	assert_int_equal(d.make_dir(d.arg, path), 0);
	strlcat(path, "/log", sizeof(path));
	assert_int_equal(d.make_dir(d.arg, path), 0);
	strlcat(path, "/1", sizeof(path));
	fd = d.open(d.arg, path, true);
	assert_true(fd != -1);
	d.close(d.arg, fd);
}

static void
count_name(void *arg, const char *name)
{
	(void)name;
	(*(unsigned *)arg)++;
}

static unsigned
logs(void)
{
	unsigned n = 0;

	d.list(d.arg, "/d/talk", count_name, &n);
	return n;
}

static void
one_that_is_put_away_is_no_more_and_so_is_its_log(void **state)
{
	struct talk_place *t = made(ann, bob), *other = made(bob, bob);

	(void)state;
	lay_log(ID1);
	lay_log(ID2);
	assert_true(talks_put_away(talks, t));
	assert_null(talks_find(talks, ann, bob));
	assert_ptr_equal(talks_find(talks, bob, bob), other);
	assert_int_equal(logs(), 1);
	assert_null(persons_find(persons, ann));
	again();
	assert_null(talks_find(talks, ann, bob));
	assert_int_equal(talks_count(talks), 1);
	/* And they may have another one. */
	t = made(bob, ann);
	assert_int_equal(t->id[0], 3);
	again();
	assert_int_equal(talks_find(talks, ann, bob)->id[0], 3);
	assert_int_equal(unanswered(bob), 1);
}

/* That it is no more was known, and what was left of its log goes then. */
static void
what_a_crash_leaves_of_one_goes_at_the_next_start(void **state)
{
	struct memdisk *then;

	(void)state;
	made(ann, bob);
	lay_log(ID1);
	memdisk_lose_names(md);
	assert_true(talks_put_away(talks, talks_find(talks, ann, bob)));
	then = memdisk_copy(md);
	close_them();
	memdisk_free(md);
	md = then;
	d = memdisk_disk(md);
	lay_log(ID1);
	assert_true(opens());
	assert_null(talks_find(talks, ann, bob));
	assert_int_equal(logs(), 0);
}

static void
on_a_full_disk_none_is_put_away(void **state)
{
	struct talk_place *t = made(ann, bob);

	(void)state;
	lay_log(ID1);
	memdisk_limit(md, 0);
	assert_false(talks_put_away(talks, t));
	assert_int_equal(errno, ENOSPC);
	memdisk_limit(md, UINT64_MAX);
	assert_ptr_equal(talks_find(talks, ann, bob), t);
	assert_int_equal(logs(), 1);
	again();
	assert_non_null(talks_find(talks, ann, bob));
}

/* ---- By chance ---- */

enum { KEYS = 4 };

static struct {
	bool		 made, open;
	bool		 unsure;	/* since a crash, which may be known */
	uint8_t		 id[JOURNAL_ID];
	uint32_t	 said;
	unsigned	 spoke;
} real[KEYS][KEYS];

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1;
	return *seed >> 33;
}

static struct talk_place *
of(int a, int b)
{
	uint8_t one[NOISE_KEY] = { 0 }, two[NOISE_KEY] = { 0 };

	one[0] = (uint8_t)(a + 1);
	two[0] = (uint8_t)(b + 1);
	return real[a][b].made ? talks_find(talks, one, two) :
	    made(two, one);
}

/* Who opens one reads its log. */
static void
open_one(struct talk_place *t, int a, int b)
{
	assert_true(talks_opens(talks, t));
	if (real[a][b].spoke & 1)
		talks_said(t, 1, 1, now);
	if (real[a][b].spoke & 2)
		talks_said(t, 2, 1, now);
	if (real[a][b].said > 0)
		talks_said(t, real[a][b].spoke & 1 ? 1 : 2, real[a][b].said,
		    now);
	real[a][b].open = true;
	real[a][b].unsure = false;
}

static void
are_as_they_are(void)
{
	struct talk_place *t;
	int a, b;

	for (a = 0; a < KEYS; a++)
		for (b = a; b < KEYS; b++) {
			if (!real[a][b].made)
				continue;
			assert_non_null(t = of(a, b));
			assert_memory_equal(t->id, real[a][b].id, JOURNAL_ID);
			assert_true(t->said <= real[a][b].said);
			assert_int_equal((unsigned)t->flags & 3 &
			    ~real[a][b].spoke, 0);
			if (!talks_is_known(t) || real[a][b].open) {
				assert_true(real[a][b].unsure ||
				    real[a][b].open);
				continue;
			}
			assert_int_equal(t->said, real[a][b].said);
			assert_int_equal(t->flags & 3, real[a][b].spoke);
		}
}

static void
restart(uint64_t *seed)
{
	bool crashes = draw(seed) % 2 == 0;
	int a, b;

	for (a = 0; a < KEYS; a++)
		for (b = a; b < KEYS; b++) {
			if (real[a][b].open && !crashes)
				talks_closed(talks, of(a, b));
			real[a][b].open = false;
			real[a][b].unsure |= crashes;
		}
	if (crashes)
		memdisk_die(md, 0);
	close_them();
	if (crashes)
		memdisk_crash(md, draw(seed));
	assert_true(opens());
	are_as_they_are();
}

static void
whatever_happens_what_is_known_is_so(void **state)
{
	struct talk_place *t;
	uint64_t seed = 7;
	unsigned side;
	int i, a, b;

	(void)state;
	memset(real, 0, sizeof(real));
	memdisk_lose_names(md);
	for (i = 0; i < 20000; i++) {
		a = (int)(draw(&seed) % KEYS);
		b = a + (int)draw(&seed) % (KEYS - a);
		t = of(a, b);
		real[a][b].made = true;
		memcpy(real[a][b].id, t->id, JOURNAL_ID);
		if (!real[a][b].open)
			open_one(t, a, b);
		side = a == b ? 1 : 1 + (unsigned)draw(&seed) % 2;
		real[a][b].spoke |= side;
		talks_said(t, side, ++real[a][b].said, now);
		if (draw(&seed) % 3 == 0) {
			talks_closed(talks, t);
			real[a][b].open = false;
		}
		if (draw(&seed) % 4 == 0)
			assert_true(talks_write(talks));
		if (draw(&seed) % 50 == 0)
			restart(&seed);
		else
			are_as_they_are();
	}
}

/* Whether there may be one more was asked where it was begun. */
static void
what_several_servers_agreed_on_is_so_with_its_log(void **state)
{
	static const uint8_t id[JOURNAL_ID] = { [9] = 7 },
	    other[JOURNAL_ID] = { [9] = 8 };
	struct talk_wish wish = { .from = bob, .to = ann, .wall_ms = now,
	    .id = id, .at = { { 1, 1 } } };
	struct talk_place *t;
	int i;

	(void)state;
	for (i = 0; i < TALKS_UNANSWERED; i++)
		made(bob, (const uint8_t[NOISE_KEY]){ 3, (uint8_t)i });
	assert_int_equal(talks_judge(talks, &wish), TALKS_QUOTA);
	assert_null(talks_of_log(talks, id));
	assert_int_equal(talks_learn(talks, &wish, &t), TALKS_FINE);
	assert_ptr_equal(talks_of_log(talks, id), t);
	assert_true(talks_wait(talks, &wish) == 0);
	/* That there was another one before is known until the end. */
	assert_false(talks_is_gone(talks, other));
	assert_true(talks_note_gone(talks, other));
	assert_true(talks_note_gone(talks, other));
	assert_true(talks_is_gone(talks, other));
	assert_false(talks_is_gone(talks, id));
	again();
	t = talks_of_log(talks, id);
	assert_non_null(t);
	assert_ptr_equal(talks_find(talks, ann, bob), t);
	assert_memory_equal(talks_beginner(t)->key, bob, NOISE_KEY);
	assert_int_equal(talks_from(t).net[1], 1);
}

int
main(void)
{
#define ON_DISK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_DISK(two_keys_have_one_talk),
		ON_DISK(with_oneself_it_is_a_notebook),
		ON_DISK(who_answers_none_is_asked_by_sixteen_of_one_key),
		ON_DISK(what_was_said_is_known_after_a_restart),
		ON_DISK(what_was_open_in_a_crash_is_to_be_read_again),
		ON_DISK(a_full_disk_begins_and_opens_none),
		ON_DISK(a_line_that_is_none_is_told_with_its_place),
		ON_DISK(there_is_an_end_to_them),
		ON_DISK(one_that_is_put_away_is_no_more_and_so_is_its_log),
		ON_DISK(what_a_crash_leaves_of_one_goes_at_the_next_start),
		ON_DISK(on_a_full_disk_none_is_put_away),
		ON_DISK(whatever_happens_what_is_known_is_so),
		ON_DISK(what_several_servers_agreed_on_is_so_with_its_log),
	};

	return tests_run(tests, NULL, NULL);
}
