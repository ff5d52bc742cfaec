/*
 * Logs of talks are found by their ids, also where ids are alike and some have
 * gone meanwhile.
 */
#include "server/talk_ids.h"

#include <string.h>

#include "tests/with_cmocka.h"

enum { MANY = 3000, TURNS = 20000 };

static struct talk_ids ids;
static char talks[MANY];	/* places of talks, of which nobody reads */
static bool is[MANY];

/* Every second one is meant for a place that it shares with others. */
static void
put_id(uint8_t id[JOURNAL_ID], unsigned i)
{
	uint32_t place = i % 2 == 0 ? i / 64 * 64 : i * 2654435761U;

	memset(id, 0, JOURNAL_ID);
	memcpy(id, &place, sizeof(place));
	memcpy(id + 8, &i, sizeof(i));
}

static struct talk_place *
talk(unsigned i)
{
	return (struct talk_place *)(void *)&talks[i];
}

static void
check(void)
{
	uint8_t id[JOURNAL_ID];
	const struct talk_id *e;
	size_t n = 0;
	unsigned i;

	for (i = 0; i < MANY; i++) {
		put_id(id, i);
		e = talk_ids_find(&ids, id);
		assert_int_equal(e != NULL, is[i]);
		if (e != NULL)
			assert_ptr_equal(e->talk, talk(i));
		n += is[i];
	}
	assert_int_equal(ids.n, n);
}

static void
each_is_found_until_it_is_dropped(void **state)
{
	uint8_t id[JOURNAL_ID];
	struct talk_id *e;
	unsigned turn, i;
	uint64_t draw = 7;

	(void)state;
	assert_null(talk_ids_find(&ids, (const uint8_t[JOURNAL_ID]){ 0 }));
	for (turn = 0; turn < TURNS; turn++) {
		draw = draw * UINT64_C(6364136223846793005) + 1;
		i = (unsigned)(draw >> 33) % MANY;
		put_id(id, i);
		if (is[i])
			talk_ids_drop(&ids, talk_ids_find(&ids, id));
		else {
			assert_non_null(e = talk_ids_put(&ids, id));
			assert_false(e->gone);
			e->talk = talk(i);
		}
		is[i] = !is[i];
		if (turn % 2000 == 0)
			check();
	}
	check();
	talk_ids_free(&ids);
	memset(is, 0, sizeof(is));
	check();
}

/* One of no talk is there as well. */
static void
one_that_is_gone_is_one(void **state)
{
	static const uint8_t id[JOURNAL_ID] = { 1 };
	struct talk_id *e;

	(void)state;
	e = talk_ids_put(&ids, id);
	e->gone = true;
	assert_ptr_equal(talk_ids_put(&ids, id), e);
	assert_true(talk_ids_find(&ids, id)->gone);
	assert_int_equal(ids.n, 1);
	talk_ids_free(&ids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_until_it_is_dropped),
		cmocka_unit_test(one_that_is_gone_is_one)
	};

	return tests_run(tests, NULL, NULL);
}
