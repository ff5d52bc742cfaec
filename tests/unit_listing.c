/*
 * The list of members, read in pieces while people come and go.
 */
#include <stdio.h>
#include <string.h>

#include "server/listing.h"
#include "tests/with_cmocka.h"

enum { PEOPLE = 200, PIECE = 7 };

static struct roster roster;
static struct listing listing;

static void
come(const char *name)
{
	assert_non_null(roster_add(&roster, name, strlen(name), false));
}

static void
go(const char *name)
{
	roster_remove(&roster, roster_find(&roster, name));
}

static int
begin(void **state)
{
	char name[8];
	unsigned i;

	(void)state;
	memset(&listing, 0, sizeof(listing));
	roster_init(&roster);
	for (i = 0; i < PEOPLE; i++) {
		snprintf(name, sizeof(name), "p%03u", i);
		come(name);
	}
	return 0;
}

static int
end(void **state)
{
	(void)state;
	listing_clear(&listing);
	roster_clear(&roster);
	return 0;
}

/* Reads a piece; the first of it, "" where there is none. */
static const char *
piece(uint32_t from)
{
	const struct member *p, *first, *last = NULL;
	uint32_t n;

	listing.from = from;
	p = first = listing_first(&listing, &roster);
	for (n = 0; p != NULL && n < PIECE; p = roster_next(p), n++)
		last = p;
	if (last != NULL)
		listing_read(&listing, n, last->fold);
	return first == NULL ? "" : first->fold;
}

static void
pieces_follow_each_other(void **state)
{
	char name[8];
	uint32_t i;

	(void)state;
	for (i = 0; i < PEOPLE; i += PIECE) {
		assert_true(listing_knows(&listing, i));
		snprintf(name, sizeof(name), "p%03u", i);
		assert_string_equal(piece(i), name);
	}
	assert_string_equal(piece(PEOPLE), "");
}

static void
a_piece_comes_again_as_it_was(void **state)
{
	(void)state;
	piece(0);
	assert_string_equal(piece(7), "p007");
	assert_string_equal(piece(7), "p007");
	assert_string_equal(piece(14), "p014");
	assert_string_equal(piece(7), "p007");
	assert_string_equal(piece(14), "p014");
	assert_string_equal(piece(21), "p021");
	assert_string_equal(piece(0), "p000");
	assert_string_equal(piece(7), "p007");
}

static void
who_goes_moves_nobody_out_of_the_next_piece(void **state)
{
	(void)state;
	piece(0);
	go("p000");
	go("p006");
	assert_string_equal(piece(7), "p007");
	go("p013");
	assert_string_equal(piece(7), "p007");
	assert_string_equal(piece(14), "p015");
}

static void
who_comes_moves_nobody_into_it_again(void **state)
{
	(void)state;
	piece(0);
	come("p0001");
	assert_string_equal(piece(7), "p007");
	come("p0131");
	assert_string_equal(piece(14), "p0131");
}

static void
a_number_from_elsewhere_is_counted(void **state)
{
	(void)state;
	assert_false(listing_knows(&listing, 50));
	assert_string_equal(piece(50), "p050");
	assert_true(listing_knows(&listing, 57));
	assert_false(listing_knows(&listing, 7));
	assert_string_equal(piece(7), "p007");
	assert_string_equal(piece(UINT32_MAX), "");
	assert_string_equal(piece(50), "p050");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(pieces_follow_each_other),
		TEST(a_piece_comes_again_as_it_was),
		TEST(who_goes_moves_nobody_out_of_the_next_piece),
		TEST(who_comes_moves_nobody_into_it_again),
		TEST(a_number_from_elsewhere_is_counted),
	};

	return tests_run(tests, NULL, NULL);
}
