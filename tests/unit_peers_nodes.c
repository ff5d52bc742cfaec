/*
 * Where the room's servers are is told to who shook hands, and nothing of it
 * where there is but one.
 */
#include <stdio.h>
#include <string.h>

#include "common/frame_put.h"
#include "server/hub_nodes.h"
#include "tests/with_cmocka.h"
#include "tests/with_ears.h"

enum { SECOND_MS = 1000 };

static struct den den;
static struct ears ears;

/* What the last NODES said. */
static struct {
	unsigned	 n, slot;
	char		 text[512];
} told;

static const struct frame_node nodes[] = {
	{ "a.example", 9, 8888 }, { "2001:db8::2", 11, 8888 },
	{ "c.example", 9, 7 }
};

static void
note(struct frame *f)
{
	struct frame_node n;

	memset(&told, 0, sizeof(told));
	while (frame_next_node(f, &n)) {
		told.n++;
		snprintf(told.text + strlen(told.text), sizeof(told.text) -
		    strlen(told.text), "%.*s %u;", (int)n.host_len, n.host,
		    n.port);
	}
}

static void
hear(struct guest *g, struct frame *f)
{
	if (g->arg != NULL)
		ears_hear(g, f);
	if (f->type != FRAME_NODES)
		return;
	note(f);
	told.slot = g->arg != NULL ? ears.slot : 0;
}

static struct guest *
come(const char *name, const char *ip)
{
	struct guest *g = den_guest(&den, name, ip);

	g->hear = hear;
	assert_true(den_enter(&den, g));
	den_run(&den, 50);
	return g;
}

static void
ping(struct guest *g)
{
	static const uint8_t bytes[FRAME_PING_BYTES] = { 1 };
	uint8_t frames[32];
	struct wire_out out = wire_out(frames, sizeof(frames));

	frame_put_ping(&out, FRAME_PING, bytes);
	den_say(&den, g, &out);
	den_run(&den, 50);
}

static int
open_den(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	den_open(&den, 0);
	return 0;
}

static int
open_rooms(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	den_open_rooms(&den);
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
one_server_says_nothing_of_it(void **state)
{
	struct guest *g = come("ada", "192.0.2.1");

	(void)state;
	ping(g);
	assert_int_equal(hub_nodes(den.hub, nodes, 0), 0);
	ping(g);
	den_run(&den, 60 * SECOND_MS);
	assert_int_equal(g->heard[FRAME_NODES], 0);
}

static void
who_comes_is_told_where_the_servers_are(void **state)
{
	struct guest *g;
	unsigned i;

	(void)state;
	assert_int_equal(hub_nodes(den.hub, nodes, 3), 3);
	g = come("ada", "192.0.2.1");
	assert_int_equal(g->heard[FRAME_NODES], 1);
	assert_string_equal(told.text, "a.example 8888;2001:db8::2 8888;"
	    "c.example 7;");
	/* It may have been lost: again, but not for ever. */
	for (i = 0; i < 5; i++)
		ping(g);
	assert_int_equal(g->heard[FRAME_NODES], 3);
	assert_int_equal(g->heard[FRAME_PONG], 5);
}

static void
when_that_changes_all_hear_it(void **state)
{
	struct guest *ada, *bob;

	(void)state;
	hub_nodes(den.hub, nodes, 3);
	ada = come("ada", "192.0.2.1");
	bob = come("bob", "192.0.2.2");
	/* The same is no news. */
	hub_nodes(den.hub, nodes, 3);
	den_run(&den, SECOND_MS);
	assert_int_equal(ada->heard[FRAME_NODES], 1);
	assert_int_equal(hub_nodes(den.hub, nodes + 1, 2), 2);
	den_run(&den, SECOND_MS);
	assert_int_equal(ada->heard[FRAME_NODES], 2);
	assert_int_equal(bob->heard[FRAME_NODES], 2);
	assert_string_equal(told.text, "2001:db8::2 8888;c.example 7;");
	/* Nobody is told that there are none. */
	hub_nodes(den.hub, NULL, 0);
	den_run(&den, SECOND_MS);
	ping(ada);
	assert_int_equal(ada->heard[FRAME_NODES], 2);
}

static void
in_several_rooms_it_is_of_the_session(void **state)
{
	struct guest *g;

	(void)state;
	hub_nodes(den.hub, nodes, 3);
	g = ears_guest(&den, "ada", "192.0.2.1", &ears);
	g->hear = hear;
	ears_enter(&den, g, LAB, "den");
	den_run(&den, 50);
	ping(g);
	assert_in_range(g->heard[FRAME_NODES], 1, 3);
	assert_int_equal(told.n, 3);
	assert_int_equal(told.slot, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_server_says_nothing_of_it,
		    open_den, close_den),
		cmocka_unit_test_setup_teardown(
		    who_comes_is_told_where_the_servers_are, open_den,
		    close_den),
		cmocka_unit_test_setup_teardown(when_that_changes_all_hear_it,
		    open_den, close_den),
		cmocka_unit_test_setup_teardown(
		    in_several_rooms_it_is_of_the_session, open_rooms,
		    close_den)
	};

	return tests_run(tests, NULL, NULL);
}
