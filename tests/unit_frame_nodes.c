/*
 * The frame of a room's servers: it survives the trip; what is too much or no
 * host is refused whole.
 */
#include "common/frame_nodes.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/frame_put.h"
#include "tests/with_cmocka.h"

enum { DATAGRAM = 8000 };

static enum frame_error
read_nodes(const struct frame_node *nodes, size_t n, struct frame *f)
{
	static uint8_t buf[DATAGRAM];
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;

	frame_put_nodes(&out, nodes, n);
	assert_false(out.failed);
	in = wire_in(out.base, out.len);
	return frame_next(&in, f);
}

static enum frame_error
read_host(const char *host, size_t len, uint16_t port)
{
	struct frame f;

	return read_nodes(&(struct frame_node){ host, len, port }, 1, &f);
}

static void
servers_survive_the_trip(void **state)
{
	static const struct frame_node nodes[] = {
		{ "chat-1.Example_x", 16, 8888 }, { "2001:db8::7", 11, 1 },
		{ "fe80::1%eth0", 12, 65535 }, { "10.0.0.1", 8, 9 }
	};
	struct frame f;
	struct frame_node n;
	size_t i;

	(void)state;
	assert_int_equal(read_nodes(nodes, 4, &f), FRAME_OK);
	assert_int_equal(f.type, FRAME_NODES);
	for (i = 0; i < 4; i++) {
		assert_true(frame_next_node(&f, &n));
		assert_int_equal(n.host_len, nodes[i].host_len);
		assert_memory_equal(n.host, nodes[i].host, n.host_len);
		assert_int_equal(n.port, nodes[i].port);
	}
	assert_false(frame_next_node(&f, &n));
	assert_int_equal(read_nodes(nodes, 0, &f), FRAME_OK);
	assert_false(frame_next_node(&f, &n));
}

static void
so_many_are_taken_and_no_more(void **state)
{
	struct frame_node nodes[FRAME_NODES_MAX + 1], n;
	char host[FRAME_HOST_BYTES];
	struct frame f;
	size_t i;

	(void)state;
	memset(host, 'h', sizeof(host));
	for (i = 0; i <= FRAME_NODES_MAX; i++)
		nodes[i] = (struct frame_node){ host, sizeof(host), 8888 };
	assert_int_equal(read_nodes(nodes, FRAME_NODES_MAX, &f), FRAME_OK);
	for (i = 0; i < FRAME_NODES_MAX; i++)
		assert_true(frame_next_node(&f, &n));
	assert_false(frame_next_node(&f, &n));
	assert_int_equal(read_nodes(nodes, FRAME_NODES_MAX + 1, &f),
	    FRAME_OVER_LIMIT);
}

static void
what_is_no_host_is_refused(void **state)
{
	static const char *const none[] = { "", "a b", "a,b", "[::1]", "a/b",
	    "a\nb", "\33", "\303\244", "a@b" };
	char host[FRAME_HOST_BYTES + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(read_host(none[i], strlen(none[i]), 8888),
		    FRAME_BAD_VALUE);
	assert_int_equal(read_host("a\0b", 3, 8888), FRAME_BAD_VALUE);
	assert_int_equal(read_host("a", 1, 0), FRAME_BAD_VALUE);
	memset(host, 'h', sizeof(host));
	assert_int_equal(read_host(host, sizeof(host), 1), FRAME_BAD_VALUE);
}

static void
no_datagram_cut_short_is_taken_for_whole(void **state)
{
	static const struct frame_node nodes[] = { { "a.b", 3, 8888 },
	    { "::1", 3, 1 } };
	uint8_t buf[64], *copy;
	struct wire_out out = wire_out(buf, sizeof(buf));
	struct wire_in in;
	struct frame f;
	size_t len;

	(void)state;
	frame_put_nodes(&out, nodes, 2);
	for (len = 1; len < out.len; len++) {
		copy = malloc(len);
		assert_non_null(copy);
		memcpy(copy, buf, len);
		in = wire_in(copy, len);
		assert_int_equal(frame_next(&in, &f), FRAME_TRUNCATED);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_survive_the_trip),
		cmocka_unit_test(so_many_are_taken_and_no_more),
		cmocka_unit_test(what_is_no_host_is_refused),
		cmocka_unit_test(no_datagram_cut_short_is_taken_for_whole),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return tests_run(tests, NULL, NULL);
}
