/*
 * Names and their owners in memory, in the order of their last use.
 */
#include "server/room/lease_table.h"

#include <locale.h>
#include <string.h>

#include <sodium.h>

#include "server/room/naming.h"
#include "tests/with_cmocka.h"

static const uint8_t ann[NOISE_KEY] = { 1 }, bob[NOISE_KEY] = { 1, 2 };
static struct lease_table t;

static int
set_up(void **state)
{
	(void)state;
	lease_table_init(&t);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	lease_table_clear(&t);
	assert_int_equal(t.count, 0);
	assert_int_equal(t.kept, 0);
	return 0;
}

static struct lease *
set(const char *fold, int64_t day, bool kept, const uint8_t *key)
{
	struct lease *l = lease_table_set(&t, fold, day, kept, key);

	assert_non_null(l);
	return l;
}

/* All, the least used first, a space behind each. */
static void
order_is(const char *names)
{
	char all[256] = "";
	struct lease *l;

	for (l = lease_table_oldest(&t); l != NULL; l = lease_table_newer(l)) {
		strlcat(all, l->fold, sizeof(all));
		strlcat(all, " ", sizeof(all));
	}
	assert_string_equal(all, names);
}

static void
a_name_has_one_owner(void **state)
{
	struct lease *l = set("x", 5, false, ann);

	(void)state;
	assert_ptr_equal(lease_table_find(&t, "x"), l);
	assert_null(lease_table_find(&t, "y"));
	assert_int_equal(l->day, 5);
	assert_ptr_equal(set("x", 6, true, bob), l);
	assert_memory_equal(l->key, bob, NOISE_KEY);
	assert_int_equal(l->day, 6);
	assert_int_equal(t.count, 1);
	assert_int_equal(t.kept, 1);
	assert_null(lease_table_oldest_of(&t, ann));
	lease_table_drop(&t, l);
	assert_null(lease_table_find(&t, "x"));
	assert_int_equal(t.count, 0);
	assert_int_equal(t.kept, 0);
}

static void
what_was_used_long_ago_comes_first_and_what_is_kept_last(void **state)
{
	(void)state;
	set("kept1", 1, true, ann);
	set("new3", 3, false, ann);
	set("new2", 2, false, bob);
	set("kept0", 0, true, bob);
	/* Of one day, what was used first. */
	set("new2b", 2, false, ann);
	order_is("new2 new2b new3 kept0 kept1 ");
	assert_string_equal(lease_table_oldest_kept(&t)->fold, "kept0");
	set("new2", 3, false, bob);
	order_is("new2b new3 new2 kept0 kept1 ");
	lease_table_unkeep(&t, lease_table_find(&t, "kept0"));
	order_is("kept0 new2b new3 new2 kept1 ");
	assert_int_equal(t.kept, 1);
	assert_string_equal(lease_table_oldest_kept(&t)->fold, "kept1");
	lease_table_drop(&t, lease_table_find(&t, "kept1"));
	assert_null(lease_table_oldest_kept(&t));
}

static void
one_that_is_passed_waits_behind_the_others(void **state)
{
	struct lease *first = set("first", 1, false, ann);

	(void)state;
	set("second", 2, false, ann);
	set("kept", 0, true, ann);
	lease_table_pass(&t, first, true);
	order_is("second first kept ");
	lease_table_pass(&t, first, false);
	order_is("first second kept ");
	lease_table_pass(&t, first, true);
	set("first", 1, false, ann);
	order_is("first second kept ");
}

static void
the_names_of_a_key_are_walked_by_age(void **state)
{
	struct lease *l;

	(void)state;
	set("b", 2, false, bob);
	set("a3", 3, false, ann);
	set("a1", 1, true, ann);
	set("a2", 2, false, ann);
	assert_int_equal(lease_table_count_of(&t, ann), 3);
	assert_int_equal(lease_table_count_of(&t, bob), 1);
	l = lease_table_oldest_of(&t, ann);
	assert_string_equal(l->fold, "a1");
	l = lease_table_newer_of(l);
	assert_string_equal(l->fold, "a2");
	l = lease_table_newer_of(l);
	assert_string_equal(l->fold, "a3");
	assert_null(lease_table_newer_of(l));
	l = lease_table_oldest_of(&t, bob);
	assert_string_equal(l->fold, "b");
	assert_null(lease_table_newer_of(l));
	assert_int_equal(lease_table_count_of(&t, (uint8_t[NOISE_KEY]){ 9 }),
	    0);
}

static bool
counts(void *arg, const char *fold)
{
	(void)arg;
	(void)fold;
	return true;
}

static const char *
like(const struct naming *naming, const char *name)
{
	struct naming_looks looks;

	naming_look(naming, name, strlen(name), &looks);
	return looks_find(&t.looks, &looks, counts, NULL);
}

static void
who_was_there_before_and_who_comes_is_known_by_look(void **state)
{
	struct naming *naming = naming_new();

	(void)state;
	assert_non_null(naming);
	set("bob", 1, false, ann);
	assert_null(like(naming, "b0b"));
	lease_table_look(&t, naming);
	assert_string_equal(like(naming, "b0b"), "bob");
	set("paul", 1, false, ann);
	set("paul", 2, true, bob);
	assert_string_equal(like(naming, "pau1"), "paul");
	lease_table_drop(&t, lease_table_find(&t, "bob"));
	lease_table_drop(&t, lease_table_find(&t, "paul"));
	assert_null(like(naming, "b0b"));
	assert_null(like(naming, "pau1"));
	lease_table_clear(&t);
	naming_free(naming);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_name_has_one_owner),
		TEST(what_was_used_long_ago_comes_first_and_what_is_kept_last),
		TEST(one_that_is_passed_waits_behind_the_others),
		TEST(the_names_of_a_key_are_walked_by_age),
		TEST(who_was_there_before_and_who_comes_is_known_by_look),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
