/*
 * Names by how they look: who could be taken for whom.
 */
#include "server/room/looks.h"

#include <string.h>

#include "tests/with_cmocka.h"

static struct looks l;

static int
set_up(void **state)
{
	(void)state;
	looks_init(&l);
	return 0;
}

/* As naming_look would say, of a name whose looks begin with these bytes. */
static struct naming_looks
like(const char *bytes)
{
	struct naming_looks n = { .n = (unsigned)strlen(bytes) };
	unsigned i;

	for (i = 0; i < n.n; i++)
		n.look[i][NAMING_LOOK - 1] = (uint8_t)bytes[i];
	return n;
}

static struct look *
add(const char *bytes, const char *fold)
{
	struct naming_looks n = like(bytes);
	struct look *place = looks_add(&l, &n, fold);

	assert_non_null(place);
	return place;
}

/* arg: who does not count; NULL: all do. */
static bool
others(void *arg, const char *fold)
{
	return arg == NULL || strcmp(arg, fold) != 0;
}

static bool
nobody(void *arg, const char *fold)
{
	(void)arg;
	(void)fold;
	return false;
}

static const char *
find(const char *bytes, const char *but)
{
	struct naming_looks n = like(bytes);
	char who[16] = "";

	if (but != NULL)
		strlcpy(who, but, sizeof(who));
	return looks_find(&l, &n, others, but != NULL ? who : NULL);
}

static void
a_look_in_common_is_enough(void **state)
{
	struct look *bob, *eve;

	(void)state;
	assert_null(find("abc", NULL));
	bob = add("abc", "bob");
	eve = add("de", "eve");
	assert_string_equal(find("a", NULL), "bob");
	assert_string_equal(find("xyb", NULL), "bob");
	assert_string_equal(find("c", NULL), "bob");
	assert_string_equal(find("e", NULL), "eve");
	assert_null(find("f", NULL));
	assert_null(find("", NULL));
	looks_remove(&l, bob);
	looks_remove(&l, eve);
}

static void
who_does_not_count_is_passed_over(void **state)
{
	struct look *bob, *b0b, *eve;
	struct naming_looks n = like("ab");

	(void)state;
	bob = add("a", "bob");
	assert_null(find("a", "bob"));
	b0b = add("a", "b0b");
	assert_string_equal(find("a", "bob"), "b0b");
	assert_string_equal(find("a", "b0b"), "bob");
	/* Behind all of one look come those of the next. */
	eve = add("b", "eve");
	assert_null(looks_find(&l, &n, nobody, NULL));
	looks_remove(&l, b0b);
	assert_string_equal(find("ab", "bob"), "eve");
	looks_remove(&l, bob);
	looks_remove(&l, eve);
}

static void
who_is_taken_out_is_found_no_more(void **state)
{
	struct look *bob, *b0b;

	(void)state;
	bob = add("abc", "bob");
	b0b = add("ab", "b0b");
	looks_remove(&l, bob);
	assert_string_equal(find("abc", NULL), "b0b");
	assert_null(find("c", NULL));
	looks_remove(&l, NULL);
	assert_string_equal(find("b", NULL), "b0b");
	looks_remove(&l, b0b);
	assert_null(find("abc", NULL));
	bob = add("c", "bob");
	assert_string_equal(find("c", NULL), "bob");
	assert_null(find("a", NULL));
	looks_remove(&l, bob);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_look_in_common_is_enough),
		TEST(who_does_not_count_is_passed_over),
		TEST(who_is_taken_out_is_found_no_more),
	};

	return tests_run(tests, NULL, NULL);
}
