/*
 * One room on two servers, whose etcd is full, or has lost everything: real
 * programs on loopback. The operator is told in a sentence what is so; and what
 * the manual says repairs it.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_etcd.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { NODES = 2, TEXT = 512, SMALL = 256 << 10, FILLS = 400 };

static struct etcds etcds;
static struct server server[NODES + 1];
static uint16_t port[NODES + 1];

static void
put_dir(char dst[TEXT], uint32_t n)
{
	snprintf(dst, TEXT, "%s/d%u", etcds.home, (unsigned)n);
}

static void
start(uint32_t n, const char *more)
{
	char dir[TEXT], at[16], cluster[ETCDS_LIST + 16], node[16];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, "-p", at,
		cluster, node, "--here=127.0.0.1", more, NULL };

	put_dir(dir, n);
	snprintf(at, sizeof(at), "%u", port[n]);
	snprintf(cluster, sizeof(cluster), "--cluster=%s", etcds.list);
	snprintf(node, sizeof(node), "--node=%u", (unsigned)n);
	server_spawn(&server[n], SERVER_PIPE, NULL, args);
	server_listening(&server[n]);
}

/* False: it is not so, or not yet. */
static bool
control(struct plain *p, uint32_t n, const char *what, const char *word)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, what, word, NULL };

	put_dir(dir, n);
	plain_run_program(p, "chat-ctl", etcds.home, words);
	return plain_finish(p) == 0;
}

static bool
announce(uint32_t n, const char *text)
{
	struct plain p;
	bool good = control(&p, n, "announce", text);

	plain_clear(&p);
	return good;
}

/* Asked until it has that line. */
static void
has_line(uint32_t n, const char *line)
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
		fail_msg("no %s at %u", line, (unsigned)n);
}

static void
copy_key(void)
{
	char command[4 * TEXT], from[TEXT], to[TEXT];

	put_dir(from, 1);
	put_dir(to, 2);
	snprintf(command, sizeof(command), "mkdir -m 700 '%s' && "
	    "cp -p '%s/hostkey' '%s'", to, from, to);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static void
begin(long quota)
{
	uint32_t n;

	etcds.quota = quota;
	etcds_begin(&etcds, 1);
	for (n = 1; n <= NODES; n++) {
		port[n] = server_free_port();
		if (n > 1)
			copy_key();
		start(n, n == 1 ? "--found" : NULL);
	}
}

static int
tear_down(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= NODES; n++)
		if (server[n].pid > 0)
			server_stop(&server[n], SIGTERM);
	if (etcds.n > 0)
		etcds_end(&etcds);
	memset(server, 0, sizeof(server));
	memset(&etcds, 0, sizeof(etcds));
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
	for (i = 0; i < FILLS && announce(1, text); i++)
		continue;
	assert_in_range(i, 10, FILLS - 1);
	server_expect_log(&server[1], "quota is full: nothing can be said");
	etcds_kill(&etcds, 0);
	etcds.quota = 0;
	etcds_start(&etcds, 0);
	etcds_disarm(&etcds);
	for (i = 0; i < 20 && !announce(2, "there is room again"); i++)
		continue;
	has_line(1, "\tthere is room again\n");
	has_line(2, "\tthere is room again\n");
}

static void
when_all_is_lost_that_is_told_and_who_has_most_founds_it(void **state)
{
	uint32_t n;

	(void)state;
	if (!etcds_are_here())
		skip();
	begin(0);
	/* More blocks than it is given anew. */
	for (n = 0; n < 20; n++)
		assert_true(announce(1, "long before"));
	assert_true(announce(1, "before"));
	has_line(2, "\tbefore\n");
	etcds_lose(&etcds, 0);
	etcds_start(&etcds, 0);
	for (n = 1; n <= NODES; n++) {
		server_expect_log(&server[n], "the engine has lost the room");
		assert_int_equal(server_wait(&server[n]), 1);
		server[n].pid = 0;
	}
	start(1, "--found");
	assert_true(announce(1, "after"));
	start(2, NULL);
	has_line(2, "\tbefore\n");
	has_line(2, "\tafter\n");
	/* What was told by the one before is of no matter for this one. */
	etcds_kill(&etcds, 0);
	etcds_start(&etcds, 0);
	for (n = 0; n < 20 && !announce(2, "again"); n++)
		continue;
	has_line(1, "\tagain\n");
	/* And by what it has kept since. */
	assert_int_equal(server_stop(&server[2], SIGTERM), 0);
	assert_true(announce(1, "meanwhile"));
	start(2, NULL);
	has_line(2, "\tmeanwhile\n");
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
