/*
 * What the operator is told of the servers that have the rooms together.
 */
#include "server/operator_nodes.h"

#include <locale.h>
#include <sodium.h>

#include "tests/with_cmocka.h"
#include "tests/with_operator.h"

static struct den d;
static struct reply r;

static int
set_up(void **state)
{
	(void)state;
	den_open(&d, 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	desk_close(&r, &d);
	return 0;
}

static void
assert_told(const struct operator_node *nodes, size_t n, const char *want)
{
	struct operator o = desk_at(&d);

	o.nodes = nodes;
	o.nodes_n = n;
	assert_string_equal(desk_told(&r, operator_nodes, &o, ""), want);
}

static void
one_alone_says_so(void **state)
{
	(void)state;
	assert_told(NULL, 0, "error: this server is alone: it was started "
	    "without --cluster\n");
}

/* The den's log is of no node: none of them is this one. */
static void
each_is_told_with_where_it_is(void **state)
{
	const struct operator_node nodes[] = { { 1, "10.0.0.1:8888", true },
		{ 3, "[2001:db8::3]:8888", false } };

	(void)state;
	assert_told(nodes, 2, "ok\n1\t10.0.0.1:8888\tlives\n"
	    "3\t[2001:db8::3]:8888\tgone\n");
}

static void
this_one_is_marked(void **state)
{
	const struct operator_node here = { 0, "10.0.0.1:8888", true };

	(void)state;
	assert_told(&here, 1, "ok\n0\t10.0.0.1:8888\tlives\tthis\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_alone_says_so, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(each_is_told_with_where_it_is,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(this_one_is_marked, set_up,
		    tear_down)
	};

	setlocale(LC_ALL, "C");
	if (sodium_init() == -1)
		return 1;
	return tests_run(tests, NULL, NULL);
}
