/*
 * What somebody may be called: the room's names, its owners', and what looks
 * like them.
 */
#include "server/room/names.h"

#include "tests/with_log.h"
#include "tests/with_room.h"

static struct lodge l;
static struct names *names;
static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 2 };
static const union sock_addr nowhere;

static int
set_up(void **state)
{
	(void)state;
	lodge_open(&l);
	names = names_new(l.room, CLASSIC_EN, NULL);
	assert_non_null(names);
	lodge_begin(&l);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	names_free(names);
	lodge_close(&l);
	return 0;
}

static enum hub_reason
check(const char *name, const uint8_t *key)
{
	return names_check(names, name, strlen(name), key, &nowhere);
}

static void
a_name_is_well_formed_and_nobody_elses(void **state)
{
	(void)state;
	assert_int_equal(check("carol", ann), HUB_FINE);
	assert_int_equal(check("two words", ann), HUB_NAME_MALFORMED);
	assert_int_equal(check("admin", ann), HUB_NAME_RESERVED);
	assert_int_equal(check("bob:", ann), HUB_NAME_SIGN);
	lodge_join(&l, "Carol");
	names_fill(names);
	assert_int_equal(check("carol", ann), HUB_NAME_TAKEN);
	assert_int_equal(check("Car0l", ann), HUB_NAME_ALIKE);
}

static void
who_owns_it_has_it_there_or_not(void **state)
{
	(void)state;
	assert_true(log_give(l.log, 0, 1000, "carol", ann));
	assert_int_equal(check("carol", ann), HUB_FINE);
	assert_int_equal(check("carol", bob), HUB_NAME_OWNED);
	assert_int_equal(check("carol", NULL), HUB_NAME_OWNED);
	/* He takes it back from his own ghost. */
	lodge_join(&l, "carol");
	assert_int_equal(check("CAROL", ann), HUB_FINE);
	assert_int_equal(check("carol", bob), HUB_NAME_TAKEN);
}

static void
what_is_refused_is_said_in_a_word(void **state)
{
	char text[FRAME_REASON_BYTES + 1];

	(void)state;
	assert_true(log_give(l.log, 0, 1000, "carol", ann));
	assert_int_equal(check("Car0l", bob), HUB_NAME_ALIKE);
	assert_int_equal(names_refusal_text(names, HUB_NAME_ALIKE, text),
	    strlen("alike carol"));
	assert_string_equal(text, "alike carol");
	names_refusal_text(names, HUB_BANNED, text);
	assert_string_equal(text, "banned");
	assert_int_equal(names_refusal(HUB_NAME_SIGN), REFUSAL_SIGN);
	assert_int_equal(names_refusal(HUB_FULL), REFUSAL_NONE);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_well_formed_and_nobody_elses),
		TEST(who_owns_it_has_it_there_or_not),
		TEST(what_is_refused_is_said_in_a_word)
	};

	return tests_run(tests, NULL, NULL);
}
