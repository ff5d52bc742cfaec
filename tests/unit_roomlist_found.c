/*
 * What others learn of the rooms of the first server: all that it has, however
 * its rooms were called before, and however many there are; and what a server
 * of several asks for.
 */
#include "server/roomlist_found.h"

#include <string.h>

#include "server/cluster/shared.h"
#include "server/roomlist.h"
#include "tests/with_cmocka.h"
#include "tests/with_disk.h"

enum { WALL = 1000, NEWS = 2048, NAMES = 8 };

static const uint8_t ann[NOISE_KEY] = { 1 };

static struct side {
	struct memdisk	*md;
	struct disk	 disk;
	struct roomlist	*rl;
	struct shared	 shared;
} first, other;

static struct { struct rooms_line line; int64_t since_ms; } news[NEWS];
static size_t news_n;
static const char *names[NAMES];
static uint32_t drawn;

static void
on_random(void *arg, void *dst, size_t len)
{
	uint8_t *at = dst;

	(void)arg;
	for (drawn++; len > 0; len--)
		*at++ = (uint8_t)(drawn >> len % 4 * 8);
}

/* With -r for each of these, in blanks. several: of more servers, which it
 * founds or not. */
static void
start(struct side *s, const char *words, bool several, bool founds)
{
	static const struct shared_out nowhere = { .random = on_random };
	static char text[256];
	struct roomlist_config c = { .log = { .dir = "/d",
	    .sync = LOG_SYNC_ALWAYS, .segment_bytes = 1 << 20 },
	    .names = names, .random = on_random };
	char *word, *rest = text;
	struct roomlist_why why;

	if (s->md == NULL) {
		s->md = memdisk_new();
		s->disk = memdisk_disk(s->md);
		s->disk.make_dir(s->disk.arg, "/d");
	}
	roomlist_free(s->rl);
	shared_free(&s->shared);
	shared_init(&s->shared, 1, 0, 1, &nowhere);
	c.log.disk = &s->disk;
	c.log.shared = several ? &s->shared : NULL;
	c.log.founds = founds;
	strlcpy(text, words, sizeof(text));
	while ((word = strsep(&rest, " ")) != NULL)
		names[c.names_n++] = word;
	s->rl = roomlist_new(&c, WALL, &why);
	assert_non_null(s->rl);
}

static int
tear_down(void **state)
{
	struct side *const sides[] = { &first, &other };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		roomlist_free(sides[i]->rl);
		shared_free(&sides[i]->shared);
		memdisk_free(sides[i]->md);
		memset(sides[i], 0, sizeof(*sides[i]));
	}
	news_n = 0;
	return 0;
}

static void
make(struct roomlist *rl, const char *name, const uint8_t *opener)
{
	struct place *p;

	assert_int_equal(roomlist_make(rl, WALL, name, strlen(name), opener,
	    &p), ROOMLIST_FINE);
}

static struct place *
find(const struct roomlist *rl, const char *name)
{
	return roomlist_find(rl, name, strlen(name));
}

static void
call(struct roomlist *rl, const char *is, const char *to)
{
	assert_int_equal(roomlist_rename(rl, find(rl, is), WALL, to,
	    strlen(to)), ROOMLIST_FINE);
}

static void
note(void *arg, const struct rooms_line *l, int64_t since_ms)
{
	(void)arg;
	assert_true(news_n < NEWS);
	news[news_n].line = *l;
	news[news_n++].since_ms = since_ms;
}

/* Some of it, and then all: a crash came in between. */
static void
tell_other(size_t before)
{
	size_t i;

	roomlist_each_news(first.rl, note, NULL);
	assert_true(before <= news_n);
	for (i = 0; i < before + news_n; i++)
		assert_int_equal(roomlist_learn(other.rl, news[i < before ?
		    i : i - before].since_ms, &news[i < before ? i : i -
		    before].line), ROOMLIST_FINE);
	roomlist_learned(other.rl);
}

/* The other one has it by the same name, and sort, and id. */
static void
expect_same(const char *name)
{
	const struct place *p = find(first.rl, name), *q;

	assert_non_null(p);
	assert_non_null(q = find(other.rl, name));
	assert_string_equal(q->line.name, p->line.name);
	assert_int_equal(q->line.sort, p->line.sort);
	if (p->line.sort != ROOMS_HOME)
		assert_memory_equal(q->line.id, p->line.id, JOURNAL_ID);
	assert_int_equal(q->line.has_opener, p->line.has_opener);
}

/* Names went round, and rooms away and back. */
static void
have_a_history(void)
{
	start(&first, "lab ops", false, false);
	make(first.rl, "one", ann);
	make(first.rl, "two", ann);
	make(first.rl, "gone", NULL);
	call(first.rl, "one", "three");
	call(first.rl, "two", "one");
	call(first.rl, "one", "four");
	call(first.rl, "three", "five");
	call(first.rl, "gone", "away");
	assert_int_equal(roomlist_put_away(first.rl, find(first.rl, "away"),
	    true), ROOMLIST_FINE);
	start(&first, "lab ops", true, true);
}

static void
others_learn_each_room_by_all_its_names(void **state)
{
	static const char *const all[] = { "lab", "ops", "one", "two",
		"three", "four", "five", "gone", "away" };
	size_t before, total, i;

	(void)state;
	have_a_history();
	assert_true(roomlist_is_founding(first.rl));
	roomlist_each_news(first.rl, note, NULL);
	total = news_n;
	for (before = 0; before <= total; before++) {
		start(&other, "lab", true, false);
		assert_false(roomlist_is_founding(other.rl));
		/* The same log is home there. */
		memcpy(roomlist_home(other.rl)->line.id,
		    roomlist_home(first.rl)->line.id, JOURNAL_ID);
		news_n = 0;
		tell_other(before);
		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			expect_same(all[i]);
		roomlist_free(other.rl);
		other.rl = NULL;
		memdisk_free(other.md);
		other.md = NULL;
	}
}

static void
as_many_as_there_may_be_are_learnt(void **state)
{
	char name[8];
	int i;

	(void)state;
	start(&first, "lab", false, false);
	/* By one key more than may be, which the operator has put back. */
	for (i = 1; i < ROOMLIST_MAX; i++) {
		snprintf(name, sizeof(name), "r%d", i);
		make(first.rl, name, i <= ROOMLIST_OF_KEY + 1 ? ann : NULL);
		if (i == 1)
			roomlist_put_away(first.rl, find(first.rl, name),
			    true);
		if (i == ROOMLIST_OF_KEY + 1)
			roomlist_put_away(first.rl, find(first.rl, "r1"),
			    false);
	}
	start(&first, "lab", true, true);
	start(&other, "lab", true, false);
	memcpy(roomlist_home(other.rl)->line.id,
	    roomlist_home(first.rl)->line.id, JOURNAL_ID);
	tell_other(0);
	for (i = 1; i < ROOMLIST_MAX; i++) {
		snprintf(name, sizeof(name), "r%d", i);
		expect_same(name);
	}
}

static void
each_log_but_homes_is_to_be_theirs(void **state)
{
	struct place *p;
	unsigned n = 0;

	(void)state;
	have_a_history();
	while ((p = roomlist_unfounded(first.rl)) != NULL) {
		assert_ptr_not_equal(p, roomlist_home(first.rl));
		p->founds = false;
		n++;
	}
	assert_int_equal(n, 4);
	roomlist_founded(first.rl);
	assert_false(roomlist_is_founding(first.rl));
	assert_false(roomlist_is_founding(NULL));
	/* One that comes later has nobody's. */
	start(&other, "lab ops", true, false);
	assert_null(roomlist_unfounded(other.rl));
}

static void
what_the_operator_names_and_is_not_there_is_asked_for(void **state)
{
	struct rooms_line l;
	size_t at = 0;

	(void)state;
	have_a_history();
	start(&other, "lab ops away six ops", true, false);
	/* Nothing that the others do not have is there by itself. */
	assert_null(find(other.rl, "ops"));
	memcpy(roomlist_home(other.rl)->line.id,
	    roomlist_home(first.rl)->line.id, JOURNAL_ID);
	tell_other(0);
	assert_true(roomlist_lacks(other.rl, WALL, &at, &l));
	assert_string_equal(l.name, "away");
	assert_int_equal(l.sort, ROOMS_ROOM);
	assert_memory_equal(l.id, find(first.rl, "away")->line.id, JOURNAL_ID);
	assert_true(roomlist_lacks(other.rl, WALL, &at, &l));
	assert_string_equal(l.name, "six");
	assert_false(l.has_opener);
	assert_int_equal(roomlist_learn(other.rl, WALL, &l), ROOMLIST_FINE);
	assert_false(roomlist_lacks(other.rl, WALL, &at, &l));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(others_learn_each_room_by_all_its_names),
		TEST(as_many_as_there_may_be_are_learnt),
		TEST(each_log_but_homes_is_to_be_theirs),
		TEST(what_the_operator_names_and_is_not_there_is_asked_for)
	};

	return tests_run(tests, NULL, NULL);
}
