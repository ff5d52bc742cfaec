/*
 * Joins and leaves folded into one line: what it says, against a naive
 * description of who was in before and after.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tui/session/notices.h"

static struct notices run;

static int
set_up(void **state)
{
	(void)state;
	memset(&run, 0, sizeof(run));
	return 0;
}

static bool
take_of(enum entry_kind kind, const char *who, uint32_t flags, int32_t day,
    bool keep, bool older)
{
	struct entry e = { .kind = kind, .author = who, .flags = flags,
	    .author_len = strlen(who), .text = "", .time_ms = day * 1000 };

	return notices_take(&run, &e, day, keep, older);
}

static bool
take(enum entry_kind kind, const char *who)
{
	return take_of(kind, who, 0, 1, false, false);
}

static bool
take_older(enum entry_kind kind, const char *who)
{
	return take_of(kind, who, 0, 1, false, true);
}

static void
says(enum entry_kind kind, bool mixed, const char *text)
{
	char buf[NOTICES_BYTES];
	struct entry e = notices_line(&run, buf);

	assert_int_equal(e.text_len, strlen(text));
	assert_memory_equal(e.text, text, e.text_len);
	assert_int_equal(e.kind, kind);
	assert_int_equal((e.flags & NOTICES_MIXED) != 0, mixed);
	assert_int_equal(e.author_len, 0);
}

static void
a_run_is_one_line(void **state)
{
	(void)state;
	assert_false(take(ENTRY_JOIN, "alice"));
	says(ENTRY_JOIN, false, "alice joined");
	assert_true(take(ENTRY_JOIN, "bob"));
	says(ENTRY_JOIN, false, "alice joined · bob joined");
	assert_true(take(ENTRY_LEAVE, "carol"));
	says(ENTRY_JOIN, true, "alice joined · bob joined · carol left");
	assert_true(take(ENTRY_JOIN, "dave"));
	says(ENTRY_JOIN, true, "alice, bob, dave joined · carol left");
	notices_end(&run);
	assert_false(take(ENTRY_LEAVE, "bob"));
	assert_true(take(ENTRY_TIMEOUT, "dave"));
	says(ENTRY_LEAVE, false, "bob left · dave timed out");
}

static void
who_comes_and_goes_is_told_once(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "alice");
	take(ENTRY_LEAVE, "alice");
	says(ENTRY_JOIN, true, "alice joined, alice left");
	take(ENTRY_JOIN, "alice");
	says(ENTRY_JOIN, false, "alice joined");
	take(ENTRY_TIMEOUT, "alice");
	says(ENTRY_JOIN, true, "alice joined, alice timed out");
	notices_end(&run);
	take(ENTRY_LEAVE, "alice");
	take(ENTRY_JOIN, "alice");
	says(ENTRY_JOIN, true, "alice left, alice joined again");
	take(ENTRY_TIMEOUT, "alice");
	says(ENTRY_LEAVE, false, "alice timed out");
}

static void
an_unverified_name_is_another_one(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "alice");
	take_of(ENTRY_JOIN, "alice", ENTRY_CLASSIC, 1, false, false);
	says(ENTRY_JOIN, false, "alice joined · ~alice joined");
	take_of(ENTRY_LEAVE, "alice", ENTRY_CLASSIC, 1, false, false);
	says(ENTRY_JOIN, true, "alice joined · ~alice joined, ~alice left");
}

static void
a_day_and_people_that_matter_begin_a_run(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "alice");
	assert_false(take_of(ENTRY_JOIN, "bob", 0, 2, false, false));
	says(ENTRY_JOIN, false, "bob joined");
	assert_false(take_of(ENTRY_JOIN, "carol", 0, 2, true, false));
	says(ENTRY_JOIN, false, "carol joined");
	assert_false(take_of(ENTRY_JOIN, "dave", 0, 2, false, false));
	assert_true(take_of(ENTRY_JOIN, "erin", 0, 2, false, false));
	says(ENTRY_JOIN, false, "dave joined · erin joined");
}

static void
older_ones_stand_before_it(void **state)
{
	char buf[NOTICES_BYTES];
	struct entry e = { .kind = ENTRY_LEAVE, .author = "bob",
	    .author_len = 3, .time_ms = 50 };

	(void)state;
	assert_false(take_older(ENTRY_JOIN, "alice"));
	assert_true(take_older(ENTRY_LEAVE, "alice"));
	says(ENTRY_JOIN, true, "alice left, alice joined again");
	assert_true(take_older(ENTRY_JOIN, "alice"));
	says(ENTRY_JOIN, false, "alice joined");
	assert_true(notices_take(&run, &e, 1, false, true));
	assert_int_equal(notices_line(&run, buf).time_ms, 50);
	says(ENTRY_JOIN, true, "bob left · alice joined");
}

static void
names_of_full_length_all_fit(void **state)
{
	char name[NOTICES_MAX + 1][TEXT_NAME_BYTES + 1], buf[NOTICES_BYTES];
	struct entry e;
	int i;

	(void)state;
	for (i = 0; i <= NOTICES_MAX; i++) {
		memset(name[i], 'a' + i, TEXT_NAME_BYTES);
		name[i][TEXT_NAME_BYTES] = '\0';
	}
	for (i = 0; i < NOTICES_MAX; i++) {
		assert_int_equal(take_of(ENTRY_JOIN, name[i], ENTRY_CLASSIC,
		    1, false, false), i > 0);
		take_of(i % 2 ? ENTRY_LEAVE : ENTRY_TIMEOUT, name[i],
		    ENTRY_CLASSIC, 1, false, false);
	}
	e = notices_line(&run, buf);
	assert_true(e.text_len < NOTICES_BYTES - 1);
	for (i = 0; i < NOTICES_MAX; i++)
		assert_non_null(strstr(buf, name[i]));
	/* Of those told there may be more, of others not. */
	assert_true(take_of(ENTRY_JOIN, name[0], ENTRY_CLASSIC, 1, false,
	    false));
	assert_false(take_of(ENTRY_JOIN, name[NOTICES_MAX], ENTRY_CLASSIC, 1,
	    false, false));
	says(ENTRY_JOIN, false, "~mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm joined");
}

static void
a_percent_sign_in_a_name_is_only_that(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "%s%n");
	take(ENTRY_LEAVE, "%s%n");
	says(ENTRY_JOIN, true, "%s%n joined, %s%n left");
}

/*
 * The naive description: all that happened, in order; a person was in before
 * if the first thing is that he went, and is in after if the last is that he
 * came.
 */
enum { PEOPLE = 6, EVENTS = 24, ROUNDS = 4000 };

static const char *const who_is[PEOPLE] = { "ann", "ben", "cat", "dan", "eve",
	"fay" };

struct event {
	enum entry_kind	 kind;
	int		 who;
};

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Adds " · a, b WORDS" for those that are in a class; joined by commas. */
static void
describe(char *text, size_t size, const bool in[PEOPLE], const int order[],
    int n, const char *words, const char *again)
{
	char names[128] = "";
	int i;

	for (i = 0; i < n; i++)
		if (in[order[i]]) {
			strlcat(names, *names != '\0' ? ", " : "",
			    sizeof(names));
			strlcat(names, who_is[order[i]], sizeof(names));
		}
	if (*names == '\0')
		return;
	strlcat(text, *text != '\0' ? " · " : "", size);
	strlcat(text, names, size);
	strlcat(text, words, size);
	if (again == NULL)
		return;
	strlcat(text, names, size);
	strlcat(text, again, size);
}

static void
describe_classes(char *text, size_t size, bool class[6][PEOPLE],
    const int order[], int people)
{
	describe(text, size, class[0], order, people, " joined", NULL);
	describe(text, size, class[1], order, people, " left", NULL);
	describe(text, size, class[2], order, people, " timed out", NULL);
	describe(text, size, class[3], order, people, " left, ",
	    " joined again");
	describe(text, size, class[4], order, people, " joined, ", " left");
	describe(text, size, class[5], order, people, " joined, ",
	    " timed out");
}

/* order: as they stand in the room. */
static void
describe_all(char *text, size_t size, const struct event *ev, int n,
    const int order[], int people)
{
	bool class[6][PEOPLE] = { { false } };
	int who, i, first, last;

	for (who = 0; who < PEOPLE; who++) {
		for (i = 0, first = last = -1; i < n; i++)
			if (ev[i].who == who) {
				first = first == -1 ? i : first;
				last = i;
			}
		if (first == -1)
			continue;
		if (ev[last].kind == ENTRY_JOIN)
			class[ev[first].kind == ENTRY_JOIN ? 0 : 3][who] =
			    true;
		else if (ev[first].kind == ENTRY_JOIN)
			class[ev[last].kind == ENTRY_LEAVE ? 4 : 5][who] =
			    true;
		else
			class[ev[last].kind == ENTRY_LEAVE ? 1 : 2][who] =
			    true;
	}
	*text = '\0';
	for (i = 0; people <= NOTICES_FEW && i < people; i++)
		describe_classes(text, size, class, order + i, 1);
	if (people > NOTICES_FEW)
		describe_classes(text, size, class, order, people);
}

static void
one_round(uint32_t *seed, bool older)
{
	static const enum entry_kind kinds[] = { ENTRY_JOIN, ENTRY_LEAVE,
	    ENTRY_JOIN, ENTRY_TIMEOUT };
	struct event ev[EVENTS];
	char want[512], buf[NOTICES_BYTES];
	int order[PEOPLE], people = 0, n = 1 + next_random(seed) % EVENTS, i;
	int k, at;

	memset(&run, 0, sizeof(run));
	for (i = 0; i < n; i++)
		ev[i] = (struct event){ kinds[next_random(seed) % 4],
		    next_random(seed) % PEOPLE };
	for (i = 0; i < n; i++) {
		at = older ? n - 1 - i : i;
		assert_int_equal(take_of(ev[at].kind, who_is[ev[at].who], 0,
		    1, false, older), i > 0);
		for (k = 0; k < people && order[k] != ev[at].who; k++)
			;
		if (k < people)
			continue;
		if (older)
			memmove(order + 1, order, (size_t)people *
			    sizeof(*order));
		order[older ? 0 : people] = ev[at].who;
		people++;
	}
	describe_all(want, sizeof(want), ev, n, order, people);
	notices_line(&run, buf);
	assert_string_equal(buf, want);
}

static void
it_says_what_a_naive_description_says(void **state)
{
	uint32_t seed = 7;
	int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++)
		one_round(&seed, round % 2 != 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_run_is_one_line),
		TEST(who_comes_and_goes_is_told_once),
		TEST(an_unverified_name_is_another_one),
		TEST(a_day_and_people_that_matter_begin_a_run),
		TEST(older_ones_stand_before_it),
		TEST(names_of_full_length_all_fit),
		TEST(a_percent_sign_in_a_name_is_only_that),
		TEST(it_says_what_a_naive_description_says),
	};

	return tests_run(tests, NULL, NULL);
}
