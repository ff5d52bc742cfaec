/*
 * Talks of several servers, at one that goes on where it was: what it has put
 * away since is passed over when it hears again what was said there, and what
 * it has lost is not.
 */
#include <errno.h>
#include <string.h>

#include "server/hub.h"
#include "server/hub_talks.h"
#include "server/room/house_news.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static struct den den;
static const uint8_t lost[JOURNAL_ID] = { 7 };

static int
open_den(void **state)
{
	(void)state;
	den_open_talks(&den);
	/* As before all was told. */
	den.hub->begun = false;
	return 0;
}

static int
close_den(void **state)
{
	(void)state;
	den_close(&den);
	return 0;
}

static void
what_was_put_away_since_is_passed_over(void **state)
{
	struct house_news n = { .kind = HOUSE_TALK, .replaces = true,
	    .key = { 1 }, .heir = { 2 }, .log = { 8 } };

	(void)state;
	assert_int_equal(hub_has_talk(den.hub, lost), LOG_OTHER_GONE);
	memcpy(n.gone, lost, sizeof(lost));
	assert_true(hub_told_talk(den.hub, &n));
	assert_int_equal(hub_has_talk(den.hub, lost), LOG_OTHER_GONE);
	den_run(&den, 100);
	assert_true(hub_is_open(den.hub));
	assert_int_equal(hub_failed(den.hub), 0);
}

/* Nor is that waited for once all was told. */
static void
what_is_lost_ends_the_server(void **state)
{
	(void)state;
	assert_int_equal(hub_has_talk(den.hub, lost), LOG_OTHER_GONE);
	den_run(&den, 100);
	assert_false(hub_is_open(den.hub));
	assert_int_equal(hub_failed(den.hub), ESTALE);
}

static void
what_is_not_there_later_is_no_talk(void **state)
{
	(void)state;
	den_run(&den, 100);
	assert_true(hub_is_open(den.hub));
	assert_int_equal(hub_has_talk(den.hub, lost), LOG_OTHER_NONE);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_den, close_den)
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_away_since_is_passed_over),
		TEST(what_is_lost_ends_the_server),
		TEST(what_is_not_there_later_is_no_talk)
	};

	return tests_run(tests, NULL, NULL);
}
