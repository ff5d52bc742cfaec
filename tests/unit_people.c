/*
 * Who is here and who spoke: what entries and the server's list make of it,
 * against a plain array.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/people.h"

static struct people people;

static int
set_up(void **state)
{
	(void)state;
	people_init(&people);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	people_clear(&people);
	assert_int_equal(people.count, 0);
	return 0;
}

static void
take(enum entry_kind kind, const char *who, const char *text, int64_t time_ms)
{
	struct entry e = { .kind = kind, .time_ms = time_ms, .author = who,
	    .author_len = strlen(who), .text = text,
	    .text_len = strlen(text) };

	people_take(&people, &e);
}

static void
list(const char *name, bool first)
{
	people_list(&people, name, strlen(name), first, false, false);
}

/* Who is here, in the order of names and in that of speech. */
static void
expect(const char *by_name, const char *by_speech)
{
	char got[256] = "";
	const struct person *f;
	size_t n = 0;

	for (f = people_first(&people); f != NULL; f = people_next(f), n++) {
		strlcat(got, *got != '\0' ? " " : "", sizeof(got));
		strlcat(got, f->name, sizeof(got));
	}
	assert_string_equal(got, by_name);
	assert_int_equal(people.here, n);
	*got = '\0';
	for (f = people_recent(&people); f != NULL; f = people_before(f)) {
		strlcat(got, *got != '\0' ? " " : "", sizeof(got));
		strlcat(got, f->name, sizeof(got));
	}
	assert_string_equal(got, by_speech);
}

static void
who_joins_is_here_until_he_leaves(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "carol", "", 1);
	take(ENTRY_JOIN, "alice", "", 2);
	take(ENTRY_JOIN, "bob", "", 3);
	expect("alice bob carol", "carol alice bob");
	take(ENTRY_LEAVE, "bob", "", 4);
	take(ENTRY_TIMEOUT, "nobody", "", 5);
	expect("alice carol", "carol alice");
	take(ENTRY_TIMEOUT, "carol", "", 6);
	expect("alice", "alice");
	assert_null(people_named(&people, "bob", 3));
	assert_non_null(people_named(&people, "ALICE", 5));
	assert_int_equal(people.count, 1);
}

static void
the_latest_speaker_comes_first_and_is_remembered(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "alice", "", 1);
	take(ENTRY_JOIN, "bob", "", 2);
	take(ENTRY_JOIN, "carol", "", 3);
	take(ENTRY_SAY, "bob", "hi", 10);
	take(ENTRY_ACT, "alice", "waves", 20);
	expect("alice bob carol", "alice bob carol");
	take(ENTRY_SAY, "bob", "hi", 30);
	expect("alice bob carol", "bob alice carol");
	assert_int_equal(people_spoke(&people, "bob", 3), 30);
	assert_int_equal(people_spoke(&people, "carol", 5), 0);
	take(ENTRY_LEAVE, "bob", "", 40);
	expect("alice carol", "alice carol");
	assert_int_equal(people_spoke(&people, "bob", 3), 30);
	/* A clock that goes back does not make him silent. */
	take(ENTRY_SAY, "bob", "hi", 5);
	assert_int_equal(people_spoke(&people, "bob", 3), 30);
	take(ENTRY_JOIN, "bob", "", 50);
	expect("alice bob carol", "bob alice carol");
}

static void
what_is_no_speech_of_somebody_makes_nobody(void **state)
{
	(void)state;
	take(ENTRY_ANNOUNCE, "", "hear", 1);
	take(ENTRY_SAY, "", "hear", 1);
	take(ENTRY_JOIN, "", "", 1);
	take(ENTRY_LEAVE, "", "", 1);
	take(ENTRY_RENAME, "", "", 1);
	take(ENTRY_START, "", "", 1);
	list("", false);
	expect("", "");
	assert_int_equal(people.count, 0);
}

static void
a_rename_keeps_the_place_among_the_speakers(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "alice", "", 1);
	take(ENTRY_JOIN, "bob", "", 1);
	take(ENTRY_JOIN, "carol", "", 1);
	take(ENTRY_SAY, "alice", "1", 10);
	take(ENTRY_SAY, "bob", "2", 20);
	take(ENTRY_SAY, "carol", "3", 30);
	take(ENTRY_RENAME, "bob", "zoe", 40);
	expect("alice carol zoe", "carol zoe alice");
	assert_int_equal(people_spoke(&people, "zoe", 3), 20);
	take(ENTRY_RENAME, "zoe", "Zoe", 50);
	expect("alice carol Zoe", "carol Zoe alice");
	take(ENTRY_RENAME, "nobody", "dave", 60);
	expect("alice carol dave Zoe", "carol Zoe alice dave");
	/* To a name that is there too, which spoke later. */
	take(ENTRY_RENAME, "alice", "carol", 70);
	expect("carol dave Zoe", "carol Zoe dave");
	assert_int_equal(people_spoke(&people, "carol", 5), 30);
}

static void
the_servers_list_is_the_truth(void **state)
{
	const struct person *f;

	(void)state;
	take(ENTRY_JOIN, "alice", "", 1);
	take(ENTRY_JOIN, "bob", "", 2);
	take(ENTRY_SAY, "alice", "hi", 3);
	list("carol", true);
	people_list(&people, "Dave", 4, false, true, true);
	expect("carol Dave", "carol Dave");
	f = people_named(&people, "dave", 4);
	assert_true(f->away && f->classic);
	/* He was heard, and will be known again. */
	assert_int_equal(people_spoke(&people, "alice", 5), 3);
	list("alice", false);
	expect("alice carol Dave", "alice carol Dave");
	take(ENTRY_JOIN, "dave", "", 9);
	f = people_named(&people, "dave", 4);
	assert_false(f->away || f->classic);
	assert_string_equal(f->name, "dave");
	assert_int_equal(people.here, 3);
	/* The list begins anew; nobody is in it twice. */
	list("carol", true);
	list("carol", false);
	expect("carol", "carol");
}

static void
the_longest_name_is_kept_whole_and_a_longer_one_is_none(void **state)
{
	char name[TEXT_NAME_BYTES + 2];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[TEXT_NAME_BYTES + 1] = '\0';
	take(ENTRY_JOIN, name, "", 1);
	take(ENTRY_SAY, name, "hi", 1);
	list(name, false);
	assert_int_equal(people.count, 0);
	name[TEXT_NAME_BYTES] = '\0';
	take(ENTRY_JOIN, name, "", 1);
	expect(name, name);
	take(ENTRY_RENAME, name, "short", 2);
	take(ENTRY_RENAME, "short", name, 3);
	expect(name, name);
}

static void
there_is_an_end_to_how_many_are_known(void **state)
{
	char name[TEXT_NAME_BYTES];
	int i;

	(void)state;
	take(ENTRY_SAY, "old", "hi", 1);
	take(ENTRY_SAY, "older", "hi", 1);
	for (i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "member%d", i);
		list(name, i == 0);
	}
	/* Who is not here had to go, who is here did not. */
	assert_int_equal(people.count, PEOPLE_MAX);
	assert_int_equal(people.here, PEOPLE_MAX);
	assert_int_equal(people_spoke(&people, "old", 3), 0);
	assert_non_null(people_named(&people, "member0", 7));
	/* A rename whose old name is pushed out by the new one. */
	take(ENTRY_SAY, "member1", "hi", 2);
	take(ENTRY_RENAME, "member1", "other", 3);
	assert_non_null(people_named(&people, "other", 5));
	assert_int_equal(people_spoke(&people, "other", 5), 2);
	take(ENTRY_LEAVE, "other", "", 4);
	take(ENTRY_SAY, "late", "hi", 5);
	assert_int_equal(people_spoke(&people, "late", 4), 5);
	assert_int_equal(people.count, PEOPLE_MAX);
	assert_int_equal(people.here, PEOPLE_MAX - 1);
}

/*
 * The plain array: latest speaker first, then those never heard as they were
 * first known. Names are of two letters that case makes four, so that several
 * are one.
 */
enum { NAMES = 12, ROUNDS = 60000 };

struct model {
	char	 name[8];
	bool	 known, here, away, classic;
	int64_t	 spoke;
	int64_t	 rank;		/* the greater the earlier in the list */
};

static struct model model[NAMES];
static int64_t rank_high, rank_low;

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void
make_name(char name[8], unsigned i, bool upper)
{
	snprintf(name, 8, "%c%u", upper ? 'N' : 'n', i);
}

static struct model *
know(unsigned i)
{
	if (!model[i].known) {
		model[i] = (struct model){ .known = true,
		    .rank = --rank_low };
		make_name(model[i].name, i, false);
	}
	return &model[i];
}

static void
model_come(unsigned i, bool upper, bool away, bool classic)
{
	struct model *m = know(i);

	make_name(m->name, i, upper);
	m->here = true;
	m->away = away;
	m->classic = classic;
}

static void
model_go(unsigned i)
{
	model[i].here = false;
	if (model[i].spoke == 0)
		model[i].known = false;
}

static void
model_rename(unsigned i, unsigned to, bool upper)
{
	int64_t spoke = model[i].known ? model[i].spoke : 0;
	int64_t rank = model[i].rank;
	unsigned k;

	model_go(i);
	model_come(to, upper, false, false);
	if (spoke <= model[to].spoke)
		return;
	model[to].spoke = spoke;
	/* Just before the old name. */
	for (k = 0; k < NAMES; k++)
		if (model[k].known && model[k].rank > rank)
			model[k].rank += NAMES;
	rank_high += NAMES;
	model[to].rank = rank + 1;
}

static void
random_step(uint32_t *seed, int64_t now)
{
	unsigned what = next_random(seed) % 16, k;
	unsigned i = next_random(seed) % NAMES, j = next_random(seed) % NAMES;
	bool upper = next_random(seed) % 2, away = next_random(seed) % 2;
	char name[8], other[8];

	make_name(name, i, upper);
	make_name(other, j, away);
	if (what < 4) {
		take(ENTRY_JOIN, name, "", now);
		model_come(i, upper, false, false);
	} else if (what < 6) {
		take(what == 4 ? ENTRY_LEAVE : ENTRY_TIMEOUT, name, "", now);
		if (model[i].known)
			model_go(i);
	} else if (what < 10) {
		take(what == 6 ? ENTRY_ACT : ENTRY_SAY, name, "x", now);
		if (!model[i].known) {
			know(i);
			make_name(model[i].name, i, upper);
		}
		model[i].spoke = now;
		model[i].rank = ++rank_high;
	} else if (what < 13) {
		take(ENTRY_RENAME, name, other, now);
		model_rename(i, j, away);
	} else {
		if (what == 13)
			for (k = 0; k < NAMES; k++)
				if (model[k].known)
					model_go(k);
		people_list(&people, name, strlen(name), what == 13, away,
		    upper);
		model_come(i, upper, away, upper);
	}
}

static int
by_rank(const void *a, const void *b)
{
	const struct model *const *x = a, *const *y = b;

	return (*x)->rank < (*y)->rank ? 1 : (*x)->rank > (*y)->rank ? -1 : 0;
}

static int
by_fold(const void *a, const void *b)
{
	const struct model *const *x = a, *const *y = b;

	return strcasecmp((*x)->name, (*y)->name);
}

static void
compare_walks(void)
{
	const struct model *here[NAMES];
	const struct person *f;
	size_t n = 0, i;

	for (i = 0; i < NAMES; i++)
		if (model[i].known && model[i].here)
			here[n++] = &model[i];
	assert_int_equal(people.here, n);
	qsort(here, n, sizeof(here[0]), by_fold);
	for (f = people_first(&people), i = 0; i < n; i++, f = people_next(f)) {
		assert_non_null(f);
		assert_string_equal(f->name, here[i]->name);
		assert_int_equal(f->away, here[i]->away);
		assert_int_equal(f->classic, here[i]->classic);
	}
	assert_null(f);
	qsort(here, n, sizeof(here[0]), by_rank);
	for (f = people_recent(&people), i = 0; i < n;
	    i++, f = people_before(f)) {
		assert_non_null(f);
		assert_string_equal(f->name, here[i]->name);
	}
	assert_null(f);
}

static void
it_agrees_with_a_plain_array(void **state)
{
	uint32_t seed = 20240607;
	char name[8];
	unsigned i;
	int round;

	(void)state;
	memset(model, 0, sizeof(model));
	rank_high = rank_low = 0;
	for (round = 1; round <= ROUNDS; round++) {
		random_step(&seed, round);
		compare_walks();
		for (i = 0; i < NAMES; i++) {
			make_name(name, i, round % 2);
			assert_int_equal(people_spoke(&people, name,
			    strlen(name)), model[i].known ? model[i].spoke :
			    0);
			assert_int_equal(people_named(&people, name,
			    strlen(name)) != NULL, model[i].known &&
			    model[i].here);
		}
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_joins_is_here_until_he_leaves),
		TEST(the_latest_speaker_comes_first_and_is_remembered),
		TEST(what_is_no_speech_of_somebody_makes_nobody),
		TEST(a_rename_keeps_the_place_among_the_speakers),
		TEST(the_servers_list_is_the_truth),
		TEST(the_longest_name_is_kept_whole_and_a_longer_one_is_none),
		TEST(there_is_an_end_to_how_many_are_known),
		TEST(it_agrees_with_a_plain_array),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
