/*
 * One room on two servers, whose etcd is full, or has lost everything: real
 * programs on loopback. The operator is told in a sentence what is so; and what
 * the manual says repairs it.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cluster.h"
#include "tests/with_cmocka.h"

enum { NODES = 2, SMALL = 256 << 10, FILLS = 400 };
enum { ONE, TWO };

static struct cluster cluster;

static void
start(size_t n, const char *more)
{
	const char *const words[] = { more, NULL };

	cluster_spawn_as(&cluster, &cluster.server[n], n, words);
	server_listening(&cluster.server[n]);
}

/* False: it is not so, or not yet. */
static bool
control(struct plain *p, size_t n, const char *what, const char *word)
{
	const char *const words[] = { what, word, NULL };

	return cluster_ask(&cluster, p, n, words) == 0;
}

static bool
announce(size_t n, const char *text)
{
	struct plain p;
	bool good = control(&p, n, "announce", text);

	plain_clear(&p);
	return good;
}

/* Asked until it has that line. */
static void
has_line(size_t n, const char *line)
{
	struct plain p;
	bool has = false;
	int tries;

	for (tries = 0; tries < 200 && !has; tries++) {
		has = control(&p, n, "log", "1000") &&
		    strstr(p.said, line) != NULL;
		plain_clear(&p);
		if (!has)
			poll(NULL, 0, 50);
	}
	if (!has)
		fail_msg("no %s at %u", line, (unsigned)n + 1);
}

static void
begin(long quota)
{
	size_t n;

	cluster.etcds.quota = quota;
	etcds_begin(&cluster.etcds, 1);
	for (n = 0; n < NODES; n++) {
		cluster.port[n] = server_free_port();
		if (n > 0)
			cluster_copy_key(&cluster, n);
		start(n, n == 0 ? "--found" : NULL);
	}
}

static int
tear_down(void **state)
{
	(void)state;
	cluster_end(&cluster);
	memset(&cluster, 0, sizeof(cluster));
	return 0;
}

static void
when_the_quota_is_full_that_is_told_and_more_of_it_helps(void **state)
{
	char text[900];
	int i;

	(void)state;
	if (!etcds_are_here())
		skip();
	begin(SMALL);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (i = 0; i < FILLS && announce(ONE, text); i++)
		continue;
	assert_in_range(i, 10, FILLS - 1);
	server_expect_log(&cluster.server[ONE],
	    "quota is full: nothing can be said");
	etcds_kill(&cluster.etcds, 0);
	cluster.etcds.quota = 0;
	etcds_start(&cluster.etcds, 0);
	etcds_disarm(&cluster.etcds);
	for (i = 0; i < 20 && !announce(TWO, "there is room again"); i++)
		continue;
	has_line(ONE, "\tthere is room again\n");
	has_line(TWO, "\tthere is room again\n");
}

static void
when_all_is_lost_that_is_told_and_who_has_most_founds_it(void **state)
{
	size_t n;

	(void)state;
	if (!etcds_are_here())
		skip();
	begin(0);
	/* More blocks than it is given anew. */
	for (n = 0; n < 20; n++)
		assert_true(announce(ONE, "long before"));
	assert_true(announce(ONE, "before"));
	has_line(TWO, "\tbefore\n");
	etcds_lose(&cluster.etcds, 0);
	etcds_start(&cluster.etcds, 0);
	for (n = 0; n < NODES; n++) {
		server_expect_log(&cluster.server[n],
		    "the engine has lost the room");
		assert_int_equal(server_wait(&cluster.server[n]), 1);
		cluster.server[n].pid = 0;
	}
	start(ONE, "--found");
	assert_true(announce(ONE, "after"));
	start(TWO, NULL);
	has_line(TWO, "\tbefore\n");
	has_line(TWO, "\tafter\n");
	/* What was told by the one before is of no matter for this one. */
	etcds_kill(&cluster.etcds, 0);
	etcds_start(&cluster.etcds, 0);
	for (n = 0; n < 20 && !announce(TWO, "again"); n++)
		continue;
	has_line(ONE, "\tagain\n");
	/* And by what it has kept since. */
	assert_int_equal(server_stop(&cluster.server[TWO], SIGTERM), 0);
	assert_true(announce(ONE, "meanwhile"));
	start(TWO, NULL);
	has_line(TWO, "\tmeanwhile\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    when_the_quota_is_full_that_is_told_and_more_of_it_helps,
		    tear_down),
		cmocka_unit_test_teardown(
		    when_all_is_lost_that_is_told_and_who_has_most_founds_it,
		    tear_down)
	};

	return tests_run(tests, NULL, NULL);
}
