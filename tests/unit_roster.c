/*
 * Who is in the room, as its entries say.
 */
#include "common/roster.h"

#include <locale.h>
#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"

static struct roster r;

static int
set_up(void **state)
{
	(void)state;
	roster_init(&r);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	roster_clear(&r);
	return 0;
}

static struct member *
take(enum entry_kind kind, const char *name, const char *text, int64_t at_ms)
{
	return roster_take(&r, &(struct entry){ .kind = kind,
	    .time_ms = at_ms, .author = name, .author_len = strlen(name),
	    .text = text, .text_len = strlen(text) });
}

static struct member *
named(const char *name)
{
	return roster_named(&r, name, strlen(name));
}

/* All of them, in their order, a space behind each. */
static const char *
all(void)
{
	static char names[256];
	struct member *p;
	size_t n = 0;

	names[0] = '\0';
	for (p = roster_first(&r); p != NULL; p = roster_next(p), n++) {
		strncat(names, p->name, p->name_len);
		strlcat(names, " ", sizeof(names));
	}
	assert_int_equal(n, r.count);
	return names;
}

static void
who_comes_is_there_until_he_leaves(void **state)
{
	struct member *p = take(ENTRY_JOIN, "bob", "", 5);

	(void)state;
	assert_non_null(p);
	assert_ptr_equal(named("bob"), p);
	assert_int_equal(p->since_ms, 5);
	assert_int_equal(p->spoke_ms, 0);
	take(ENTRY_JOIN, "eve", "", 6);
	take(ENTRY_JOIN, "Ann", "", 7);
	assert_string_equal(all(), "Ann bob eve ");
	assert_null(take(ENTRY_LEAVE, "bob", "", 8));
	assert_null(take(ENTRY_TIMEOUT, "Ann", "", 9));
	assert_string_equal(all(), "eve ");
	assert_null(named("bob"));
	assert_null(take(ENTRY_LEAVE, "bob", "", 10));
	assert_string_equal(all(), "eve ");
}

/* He is found however his name is written, and is one whatever is said. */
static void
one_name_is_one_person(void **state)
{
	struct member *p = take(ENTRY_JOIN, "Bob", "", 5);

	(void)state;
	assert_ptr_equal(take(ENTRY_JOIN, "bOB", "", 9), p);
	assert_int_equal(p->since_ms, 5);
	assert_ptr_equal(named("BOB"), p);
	assert_ptr_equal(roster_find(&r, "bob"), p);
	assert_null(roster_find(&r, "Bob"));
	assert_string_equal(all(), "Bob ");
}

static void
who_nobody_verified_is_known_as_that(void **state)
{
	struct entry e = { .kind = ENTRY_JOIN, .author = "bob",
	    .author_len = 3, .text = "", .flags = ENTRY_CLASSIC };

	(void)state;
	assert_true(roster_take(&r, &e)->classic);
	assert_false(take(ENTRY_JOIN, "eve", "", 1)->classic);
}

static void
a_line_says_who_spoke_when(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "bob", "", 5);
	assert_ptr_equal(take(ENTRY_SAY, "bob", "x", 6), named("bob"));
	assert_int_equal(named("bob")->spoke_ms, 6);
	take(ENTRY_ACT, "BOB", "x", 7);
	assert_int_equal(named("bob")->spoke_ms, 7);
	take(ENTRY_PART, "bob", "x", 8);
	assert_int_equal(named("bob")->spoke_ms, 8);
	take(ENTRY_ANNOUNCE, "", "bob", 9);
	assert_int_equal(named("bob")->spoke_ms, 8);
	/* Nobody comes by speaking. */
	assert_null(take(ENTRY_SAY, "eve", "x", 9));
	assert_string_equal(all(), "bob ");
}

static void
another_name_takes_all_along(void **state)
{
	struct member *p = take(ENTRY_JOIN, "bob", "", 5);
	int session;

	(void)state;
	p->session = &session;
	p->away = p->classic = true;
	take(ENTRY_SAY, "bob", "x", 6);
	p = take(ENTRY_RENAME, "bob", "Zoe", 7);
	assert_non_null(p);
	assert_ptr_equal(named("zoe"), p);
	assert_null(named("bob"));
	assert_ptr_equal(p->session, &session);
	assert_true(p->away && p->classic);
	assert_int_equal(p->since_ms, 5);
	assert_int_equal(p->spoke_ms, 6);
	/* The same in other letters. */
	p = take(ENTRY_RENAME, "Zoe", "zoe", 8);
	assert_memory_equal(p->name, "zoe", 3);
	assert_string_equal(all(), "zoe ");
	assert_null(take(ENTRY_RENAME, "nobody", "eve", 9));
	assert_string_equal(all(), "zoe ");
}

static void
one_goes_on_behind_a_name_that_is_gone(void **state)
{
	(void)state;
	take(ENTRY_JOIN, "ann", "", 1);
	take(ENTRY_JOIN, "carl", "", 1);
	take(ENTRY_JOIN, "eve", "", 1);
	assert_ptr_equal(roster_after(&r, ""), named("ann"));
	assert_ptr_equal(roster_after(&r, "ann"), named("carl"));
	assert_ptr_equal(roster_after(&r, "bob"), named("carl"));
	assert_ptr_equal(roster_after(&r, "carl"), named("eve"));
	assert_null(roster_after(&r, "eve"));
	roster_clear(&r);
	assert_null(roster_first(&r));
	assert_null(roster_after(&r, ""));
	assert_int_equal(r.count, 0);
}

static void
a_name_that_is_too_long_is_nobody(void **state)
{
	char name[TEXT_NAME_BYTES + 1];

	(void)state;
	memset(name, 'x', sizeof(name));
	assert_null(roster_add(&r, name, sizeof(name), false));
	assert_int_equal(r.count, 0);
	assert_non_null(roster_add(&r, name, sizeof(name) - 1, false));
	assert_int_equal(r.count, 1);
}

static void
what_is_reserved_is_kept_and_freed(void **state)
{
	(void)state;
	assert_true(roster_reserve(&r));
	assert_true(roster_reserve(&r));
	assert_non_null(r.spare);
	take(ENTRY_JOIN, "bob", "", 1);
	assert_true(roster_reserve(&r));
	roster_clear(&r);
	assert_null(r.spare);
}

static void
only_some_entries_change_who_is_there(void **state)
{
	enum entry_kind kind;
	bool does;

	(void)state;
	for (kind = ENTRY_SAY; kind <= ENTRY_KIND_MAX; kind++) {
		does = kind == ENTRY_JOIN || kind == ENTRY_LEAVE ||
		    kind == ENTRY_TIMEOUT || kind == ENTRY_RENAME;
		assert_int_equal(roster_changes(&(struct entry){
		    .kind = kind }), does);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_comes_is_there_until_he_leaves),
		TEST(one_name_is_one_person),
		TEST(who_nobody_verified_is_known_as_that),
		TEST(a_line_says_who_spoke_when),
		TEST(another_name_takes_all_along),
		TEST(one_goes_on_behind_a_name_that_is_gone),
		TEST(a_name_that_is_too_long_is_nobody),
		TEST(what_is_reserved_is_kept_and_freed),
		TEST(only_some_entries_change_who_is_there),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
