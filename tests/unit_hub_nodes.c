/*
 * Of what is handed in as the room's servers only that is told which can be;
 * and who goes to one of them is in the room all the time.
 */
#include <string.h>

#include "server/hub_nodes.h"
#include "server/hub_parts.h"
#include "server/peers_state.h"
#include "server/room/room_state.h"
#include "tests/with_cmocka.h"
#include "tests/with_members.h"

static const struct frame_node one = { "a.example", 9, 8888 };

static struct den den;
static size_t told;

static void
hear(struct guest *g, struct frame *f)
{
	struct frame_node n;

	(void)g;
	if (f->type != FRAME_NODES)
		return;
	for (told = 0; frame_next_node(f, &n); told++)
		continue;
}

static int
open_den(void **state)
{
	(void)state;
	den_open(&den, 0);
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
what_cannot_be_told_is_left_out(void **state)
{
	struct frame_node many[FRAME_NODES_MAX + 2];
	char host[FRAME_HOST_BYTES];
	struct guest *g;
	size_t i, n;

	(void)state;
	for (i = 0; i < FRAME_NODES_MAX + 2; i++)
		many[i] = one;
	many[0] = (struct frame_node){ "a b", 3, 1 };
	many[1] = (struct frame_node){ "a", 1, 0 };
	assert_int_equal(hub_nodes(den.hub, many, 3), 1);
	assert_int_equal(hub_nodes(den.hub, many, FRAME_NODES_MAX + 2),
	    FRAME_NODES_MAX);
	memset(host, 'h', sizeof(host));
	for (i = 0; i < FRAME_NODES_MAX; i++)
		many[i] = (struct frame_node){ host, sizeof(host), 1 };
	n = hub_nodes(den.hub, many, FRAME_NODES_MAX);
	assert_in_range(n, 1, FRAME_NODES_MAX - 1);
	g = den_guest(&den, "ada", "192.0.2.1");
	g->hear = hear;
	assert_true(den_enter(&den, g));
	den_run(&den, 50);
	assert_int_equal(told, n);
}

/* Whether that one lives is known a moment later than that somebody is there:
 * he goes from here, not from the room. */
static void
who_goes_to_a_server_that_was_gone_does_not_leave(void **state)
{
	const struct log_note at = { .kind = LOG_NOTE_AT, .fold = "ada",
	    .place = 1 };
	struct room *r = den.hub->peers->home->room;

	(void)state;
	assert_true(den_enter(&den, den_guest(&den, "ada", "192.0.2.1")));
	assert_true(den_enter(&den, den_guest(&den, "bob", "192.0.2.2")));
	room_take_node(r, 2, false);
	room_take_at(r, &at, 2);
	den_run(&den, 1000);
	assert_int_equal(den_count(&den, ENTRY_LEAVE, "ada"), 0);
	room_take_node(r, 2, true);
	den_run(&den, 100 * 1000);
	assert_int_equal(den_count(&den, ENTRY_TIMEOUT, "ada"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_cannot_be_told_is_left_out,
		    open_den, close_den),
		cmocka_unit_test_setup_teardown(
		    who_goes_to_a_server_that_was_gone_does_not_leave,
		    open_den, close_den)
	};

	return tests_run(tests, NULL, NULL);
}
