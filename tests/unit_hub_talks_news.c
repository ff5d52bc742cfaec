/*
 * Talks of several servers, at one that goes on where it was: what it has put
 * away since is passed over when it hears again what was said there, and what
 * it has lost is not; and at one that founds.
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

static unsigned unread;

static void
on_event(void *arg, const struct hub_event *e)
{
	(void)arg;
	unread += e->kind == HUB_UNREAD;
}

/* Who founds tries one that cannot be opened again after a while, and tells it
 * once. */
static void
what_cannot_be_poured_is_told_once(void **state)
{
	const struct house_news n = { .kind = HOUSE_TALK, .key = { 1 },
	    .heir = { 2 }, .log = { 8 } };
	int64_t due;
	unsigned i;

	(void)state;
	den_run(&den, 100);
	assert_true(hub_told_talk(den.hub, &n));
	memdisk_limit(den.mem, memdisk_bytes(den.mem));
	den.hub->house.out.event = on_event;
	den.hub->read = NULL;
	unread = 0;
	for (i = 0; i < 10; i++) {
		assert_true(hub_tick_founding_talks(den.hub, &due));
		assert_true(due > den.hub->house.now_ms);
	}
	assert_int_equal(unread, 1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_den, close_den)
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_away_since_is_passed_over),
		TEST(what_is_lost_ends_the_server),
		TEST(what_is_not_there_later_is_no_talk),
		TEST(what_cannot_be_poured_is_told_once)
	};

	return tests_run(tests, NULL, NULL);
}
