/*
 * Who is known: as long as somebody holds him, and while he has a mark and
 * there is room.
 */
#include "server/room/persons.h"

#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"

static struct persons *all;

static int
set_up(void **state)
{
	(void)state;
	return (all = persons_new(3)) == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	persons_free(all);
	return 0;
}

static const uint8_t *
key(uint8_t who)
{
	static uint8_t bytes[NOISE_KEY];

	memset(bytes, 0, sizeof(bytes));
	bytes[NOISE_KEY - 1] = who;
	return bytes;
}

static struct person *
held(uint8_t who)
{
	struct person *p = persons_hold(all, key(who));

	assert_non_null(p);
	assert_memory_equal(p->key, key(who), NOISE_KEY);
	return p;
}

static void
give_mark(struct person *p)
{
	struct mark *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	TAILQ_INSERT_TAIL(&p->marks, m, of_person);
}

static void
are_known(const char *who)
{
	struct person *p = NULL;

	assert_int_equal(persons_count(all), strlen(who));
	for (; *who != '\0'; who++) {
		p = persons_next(all, p);
		assert_non_null(p);
		assert_int_equal(p->key[NOISE_KEY - 1], *who);
		assert_ptr_equal(persons_find(all, p->key), p);
	}
	assert_null(persons_next(all, p));
}

static void
a_key_is_one_person_while_somebody_holds_him(void **state)
{
	struct person *p = held('a');

	(void)state;
	assert_ptr_equal(held('a'), p);
	assert_null(persons_find(all, key('b')));
	are_known("a");
	persons_let(all, p);
	are_known("a");
	assert_int_equal(p->held, 1);
	persons_let(all, p);
	are_known("");
	assert_null(persons_find(all, key('a')));
}

static void
who_has_a_mark_is_kept_when_all_let_him_go(void **state)
{
	struct person *p = held('a');

	(void)state;
	give_mark(p);
	persons_let(all, p);
	are_known("a");
	assert_ptr_equal(held('a'), p);
	free(TAILQ_FIRST(&p->marks));
	TAILQ_INIT(&p->marks);
	persons_let(all, p);
	are_known("");
}

static void
where_there_are_too_many_the_one_let_go_first_goes(void **state)
{
	struct person *of['h'];
	uint8_t who;

	(void)state;
	for (who = 'a'; who < 'h'; who++)
		give_mark(of[who] = held(who));
	persons_let(all, of['c']);
	persons_let(all, of['a']);
	persons_let(all, of['b']);
	are_known("cabdefg");
	/* Who comes back is the last to go again. */
	persons_let(all, held('c'));
	are_known("abcdefg");
	persons_let(all, of['e']);
	are_known("bcedfg");
	/* Those that are held are none too many. */
	assert_ptr_equal(held('b'), of['b']);
	are_known("cebdfg");
	persons_let(all, of['g']);
	are_known("cegbdf");
	persons_let(all, of['b']);
	are_known("egbdf");
}

int
main(void)
{
#define A_TABLE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		A_TABLE(a_key_is_one_person_while_somebody_holds_him),
		A_TABLE(who_has_a_mark_is_kept_when_all_let_him_go),
		A_TABLE(where_there_are_too_many_the_one_let_go_first_goes),
	};

	return tests_run(tests, NULL, NULL);
}
