/*
 * Talks that are for operators alone, at three servers with one room: whoever
 * has opened a room at one of them is one at all.
 */
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include "common/frame_room.h"
#include "tests/with_cluster.h"
#include "tests/with_cmocka.h"
#include "tests/with_visitor.h"

/* Slots; those of talks are others for each. */
enum { HOME = 1, OWN = 3, TALK = 5 };

static struct cluster cluster = { .option = "--talks=ops",
	.other = "--open=members" };
static struct visitor ann, bob, cem, dan;

static int
set_up(void **state)
{
	(void)state;
	ann.fd = bob.fd = cem.fd = dan.fd = -1;
	if (etcds_are_here())
		cluster_begin(&cluster);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(ann.fd);
	close(bob.fd);
	close(cem.fd);
	close(dan.fd);
	cluster_end(&cluster);
	return 0;
}

static void
come(struct visitor *v, size_t at, const char *name, uint8_t key)
{
	visitor_come(v, &cluster.server[at], name, key);
	visitor_enter(v, HOME, "chat", 0);
	assert_true(v->in[HOME].entered);
}

static bool
may_talk(struct visitor *v, uint32_t slot, const struct visitor *with)
{
	char name[64] = "@";

	sodium_bin2base64(name + 1, sizeof(name) - 1,
	    with->guest.key.public, sizeof(with->guest.key.public),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	visitor_enter(v, slot, name, 0);
	if (!v->in[slot].entered)
		assert_int_equal(v->in[slot].error, FRAME_NO_TALK);
	return v->in[slot].entered;
}

/* What the others did is told here when the log has it. */
static void
may_talk_soon(struct visitor *v, uint32_t slot, const struct visitor *with)
{
	int64_t until = clock_now_ms() + WAIT_MS;

	while (!may_talk(v, slot, with))
		assert_true(clock_now_ms() < until);
}

static void
who_opened_a_room_at_one_server_may_talk_at_all(void **state)
{
	(void)state;
	if (cluster.etcds.n == 0)
		skip();
	come(&ann, 0, "ann", 1);
	come(&dan, 0, "dan", 4);
	come(&bob, 1, "bob", 2);
	come(&cem, 2, "cem", 3);
	/* They have met, here. */
	assert_false(may_talk(&ann, TALK, &dan));
	assert_false(may_talk(&ann, TALK, &bob));
	visitor_enter(&bob, OWN, "bobs", FRAME_ENTER_MAKES);
	assert_true(bob.in[OWN].entered);
	may_talk_soon(&ann, TALK, &bob);
	may_talk_soon(&cem, TALK, &bob);
	may_talk_soon(&bob, TALK, &ann);
	/* He alone. */
	assert_false(may_talk(&ann, TALK + 2, &dan));
	assert_false(may_talk(&cem, TALK + 2, &ann));
	visitor_enter(&dan, OWN, "dans", FRAME_ENTER_MAKES);
	assert_true(dan.in[OWN].entered);
	may_talk_soon(&ann, TALK + 2, &dan);
	may_talk_soon(&bob, TALK + 2, &dan);
	/* One that there is, nobody needs a right for. */
	assert_int_equal(server_stop(&cluster.server[0], SIGTERM), 0);
	cluster_spawn(&cluster, 0);
	server_listening(&cluster.server[0]);
	close(ann.fd);
	come(&ann, 0, "ann", 1);
	may_talk_soon(&ann, TALK, &bob);
	may_talk_soon(&ann, TALK + 2, &dan);
	assert_false(may_talk(&ann, TALK + 4, &cem));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    who_opened_a_room_at_one_server_may_talk_at_all)
	};

	return tests_run(tests, set_up, tear_down);
}
