/*
 * Somebody with many keys begins very many talks: he fills the table neither
 * for the others nor for good, and no line that waits for somebody is lost by
 * that. The table is a small one here.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "server/hub_parts.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum {
	SEALED = ENTRY_SEALED << ENTRY_ROLE_SHIFT,
	MAX = 64,		/* talks; half of that is 32, a part 4 */
	KEYS = 10,		/* of the attacker */
	TALK = 7,
	DAY_MS = 24 * 3600 * 1000
};

static struct den den;
static struct ears his, hers, its[KEYS], more[KEYS];
static struct guest *eve[KEYS];	/* all one person's */
static uint32_t next_slot;

static int
open_den(void **state)
{
	(void)state;
	den_open_talks(&den);
	den.talks_max = MAX;
	den.talks_day = 1000;
	den_restart(&den);
	next_slot = TALK;
	return 0;
}

static int
close_den(void **state)
{
	(void)state;
	den_close(&den);
	return 0;
}

static struct guest *
member(const char *name, const char *ip, struct ears *e)
{
	struct guest *g = ears_device(&den, NULL, name, ip, e);

	ears_enter(&den, g, LAB, "den");
	return g;
}

static void
come_again(struct guest *g)
{
	struct ears *e = g->arg;

	memset(e, 0, sizeof(*e));
	g->live = false;
	assert_true(den_enter(&den, g));
	ears_enter(&den, g, LAB, "den");
}

static const char *
with(const struct guest *g)
{
	static char name[64];

	name[0] = '@';
	sodium_bin2base64(name + 1, sizeof(name) - 1, g->key.public,
	    sizeof(g->key.public), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return name;
}

/* As a client does it: soon again where it hears so. 0: he has it. */
static uint64_t
begin(struct guest *g, uint32_t slot, const struct guest *other)
{
	struct ears *e = g->arg;
	int tries = 100;

	do {
		e->error[slot] = 0;
		ears_enter(&den, g, slot, with(other));
		den_run(&den, 50);
	} while (e->error[slot] == FRAME_LIMIT_RATE && --tries > 0);
	return e->entered[slot] > 0 ? 0 : e->error[slot];
}

static void
say(struct guest *g, uint32_t slot, uint32_t id, const char *text)
{
	char sealed[64];

	snprintf(sealed, sizeof(sealed), "%-*s", ENTRY_SEALED_LEAST, text);
	ears_post_as(&den, g, slot, (uint64_t)(100 + slot) << 32 | id,
	    ENTRY_SAY, SEALED, sealed);
}

static void
gather(const char *net, struct ears *ears)
{
	char name[16], ip[32];
	unsigned i;

	for (i = 0; i < KEYS; i++) {
		snprintf(name, sizeof(name), "eve%u%c", i, net[0]);
		snprintf(ip, sizeof(ip), "%s.%u", net, 10 + i);
		eve[i] = member(name, ip, &ears[i]);
	}
}

/* Each of his keys begins one with each, and says something there, and is
 * answered or not. How many there are before it is refused. */
static unsigned
fill(bool says, bool answers, uint64_t *why, uint64_t *wait_ms)
{
	const struct ears *e;
	unsigned i, j, n = 0;
	uint32_t slot;

	for (i = 0; i < KEYS; i++)
		for (j = 0; j < i; j++, n++) {
			slot = next_slot += 2;
			e = eve[i]->arg;
			if ((*why = begin(eve[i], slot, eve[j])) != 0) {
				*wait_ms = e->wait[slot];
				return n;
			}
			if (says)
				say(eve[i], slot, 1, "hi");
			if (!answers)
				continue;
			assert_int_equal(begin(eve[j], slot, eve[i]), 0);
			say(eve[j], slot, 1, "hi yourself");
		}
	*why = 0;
	return n;
}

static void
they_leave(void)
{
	unsigned i;

	for (i = 0; i < KEYS; i++)
		den_leave(&den, eve[i]);
	den_run(&den, ROOMLIST_IDLE_MS * 2);
	for (i = 0; i < 4 * MAX; i++)
		den_run(&den, 0);
}

/* All that there is room for, by whoever it is. */
static void
crowd(void)
{
	uint8_t key[NOISE_KEY] = { 9 };
	const struct talk_wish w = { .from = key, .to = key,
	    .wall_ms = den.now_ms };
	struct talk_place *t;

	while (talks_count(den.talks) < den.talks_max) {
		key[1]++;
		assert_int_equal(talks_make(den.talks, &w, &t), TALKS_FINE);
	}
}

static void
one_network_begins_so_many_in_a_day(void **state)
{
	struct guest *ada, *bob;
	uint64_t why, wait_ms;

	(void)state;
	den.talks_day = 8;
	den_restart(&den);
	gather("192.0.2", its);
	assert_int_equal(fill(true, true, &why, &wait_ms), 8);
	assert_int_equal(why, FRAME_QUOTA);
	assert_in_range(wait_ms, DAY_MS / 16, DAY_MS / 8);
	/* The others do. */
	ada = member("ada", "198.51.100.1", &his);
	bob = member("bob", "192.0.2.77", &hers);
	assert_int_equal(begin(ada, TALK, bob), 0);
	/* And who is told when, then. */
	den.now_ms += (int64_t)wait_ms;
	come_again(ada);
	come_again(bob);
	assert_int_equal(begin(bob, TALK, bob), 0);
}

static void
one_network_has_half_of_them_at_most(void **state)
{
	struct guest *ada, *bob;
	uint64_t why, wait_ms;

	(void)state;
	gather("192.0.2", its);
	assert_int_equal(fill(true, true, &why, &wait_ms), MAX / 2);
	assert_int_equal(why, FRAME_QUOTA);
	assert_int_equal(wait_ms, DAY_MS);
	ada = member("ada", "198.51.100.1", &his);
	bob = member("bob", "198.51.100.2", &hers);
	assert_int_equal(begin(ada, TALK, bob), 0);
	/* It stays so over a restart. */
	den_restart(&den);
	come_again(eve[0]);
	come_again(bob);
	assert_int_equal(begin(eve[0], TALK, eve[0]), FRAME_QUOTA);
	assert_int_equal(begin(bob, TALK, bob), 0);
}

static void
where_nothing_was_said_it_is_not_kept_for_good(void **state)
{
	static const char *const nets[] = { "192.0.2", "198.51.100" };
	struct guest *ada, *bob;
	uint64_t why, wait_ms;
	unsigned i;

	(void)state;
	ada = member("ada", "203.0.113.1", &his);
	bob = member("bob", "203.0.113.2", &hers);
	/* All there may be, by who has many networks. */
	den.talks_max = 32;
	den_restart(&den);
	come_again(ada);
	come_again(bob);
	for (i = 0; i < 2; i++) {
		gather(nets[i], i == 0 ? its : more);
		fill(false, false, &why, &wait_ms);
		they_leave();
	}
	crowd();
	come_again(ada);
	come_again(bob);
	assert_int_equal(begin(ada, TALK, bob), FRAME_QUOTA);
	assert_int_equal(his.wait[TALK], DAY_MS);
	den.now_ms += 2 * DAY_MS;
	come_again(ada);
	come_again(bob);
	assert_int_equal(begin(ada, TALK + 2, bob), 0);
	assert_int_equal(talks_count(den.talks), 32);
	say(ada, TALK + 2, 1, "at last");
	assert_int_equal((uint32_t)his.posted[TALK + 2], 2);
}

/* He may come as late as he likes. */
static void
a_line_that_waits_for_somebody_is_not_lost(void **state)
{
	struct guest *ada, *bob;
	uint64_t why, wait_ms;
	char net[16];
	unsigned i, n = 0;

	(void)state;
	ada = member("ada", "203.0.113.1", &his);
	bob = member("bob", "203.0.113.2", &hers);
	assert_int_equal(begin(ada, TALK, bob), 0);
	den_leave(&den, bob);
	say(ada, TALK, 1, "the key is below the mat");
	den_leave(&den, ada);
	den.talks_max = 16;
	den_restart(&den);
	crowd();
	/* Each of them has one put away, as long as there is one. */
	for (i = 0; i < 20; i++) {
		den.now_ms += 100 * (int64_t)DAY_MS;
		den_restart(&den);
		snprintf(net, sizeof(net), "10.%u.0", i);
		gather(net, its);
		n += fill(true, false, &why, &wait_ms);
		they_leave();
		while (den.guests > 2)
			free(den.guest[--den.guests]);
	}
	assert_int_equal(n, 15);
	assert_int_equal(why, FRAME_QUOTA);
	assert_non_null(talks_find(den.talks, ada->key.public,
	    bob->key.public));
	come_again(bob);
	assert_int_equal(begin(bob, TALK, ada), 0);
	den_run(&den, 1000);
	assert_memory_equal(hers.said[TALK][2], "the key", 7);
}

/* A server that was killed goes on with those who had met, also before one of
 * them is there again. */
static void
who_had_met_before_a_crash_has_met(void **state)
{
	struct guest *ada, *bob;

	(void)state;
	ada = member("ada", "203.0.113.1", &his);
	bob = member("bob", "203.0.113.2", &hers);
	den_crash(&den);
	come_again(ada);
	assert_int_equal(begin(ada, TALK, bob), 0);
}

/* Who has gone since is in no room, as its log says. */
static void
whom_one_met_a_moment_before_a_crash_one_has_met(void **state)
{
	struct guest *ada, *bob, *eve_of_another;

	(void)state;
	ada = member("ada", "203.0.113.1", &his);
	bob = member("bob", "203.0.113.2", &hers);
	eve_of_another = den_guest(&den, "eve", "203.0.113.3");
	den_leave(&den, bob);
	den_run(&den, 2000);
	den_crash(&den);
	come_again(ada);
	assert_int_equal(begin(ada, TALK, bob), 0);
	assert_int_equal(begin(ada, TALK + 2, eve_of_another), FRAME_NO_TALK);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, open_den, close_den)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_had_met_before_a_crash_has_met),
		TEST(whom_one_met_a_moment_before_a_crash_one_has_met),
		TEST(one_network_begins_so_many_in_a_day),
		TEST(one_network_has_half_of_them_at_most),
		TEST(where_nothing_was_said_it_is_not_kept_for_good),
		TEST(a_line_that_waits_for_somebody_is_not_lost)
	};

	return tests_run(tests, NULL, NULL);
}
