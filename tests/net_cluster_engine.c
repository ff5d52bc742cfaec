/*
 * What speaks to etcd for a server, which is one of three with one room, is
 * halted or killed: real programs on loopback. Nobody at that server loses a
 * line, nor is seen to go.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_party.h"

enum { TEXT = 512, SAID = 16 /* lines */ };

static struct party party = { .cluster.option = "--rate=0" };

static int
set_up(void **state)
{
	(void)state;
	if (etcds_are_here())
		party_begin(&party);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	party_end(&party);
	return 0;
}

/* The child of a process, the one that was begun last; 0: it has none. */
static pid_t
child_of(pid_t pid)
{
	char path[TEXT], line[TEXT] = "", *at, *last = line;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	for (at = line; (at = strchr(at, ' ')) != NULL && at[1] != '\0'; at++)
		last = at + 1;
	return (pid_t)atoi(last);
}

static void
who_is_at_one_that_is_cut_off_goes_on_at_another(void **state)
{
	pid_t engine = 0;
	char *log;

	(void)state;
	if (party.cluster.etcds.n == 0 || (engine = child_of(child_of(
	    party.cluster.server[THREE].pid))) == 0)
		skip();
	party_enter(&party, ANN, NULL);
	party_enter(&party, CEM, NULL);
	plain_give(&party.who[CEM], "cem is here\n");
	assert_true(plain_until(&party.who[ANN], "cem is here\n"));
	assert_true(plain_until(&party.who[CEM], "cem is here\n"));
	kill(engine, SIGSTOP);
	plain_give(&party.who[CEM], "cem is elsewhere\n");
	assert_true(plain_until(&party.who[ANN], "cem is elsewhere\n"));
	server_expect_log(&party.cluster.server[THREE],
	    "cut off from the other servers");
	kill(engine, SIGCONT);
	server_expect_log(&party.cluster.server[THREE],
	    "hears the other servers again");
	log = party_same_log(&party);
	assert_int_equal(plain_count(log, "cem is elsewhere\n"), 1);
	free(log);
	party_leave(&party, ANN);
	party_leave(&party, CEM);
	party_be_gone(&party, CEM);
}

/* All read each of them once, who is meanwhile disturbed in it. */
static void
says_many(const char *what, void (*disturb)(void))
{
	char line[TEXT];
	unsigned i;

	for (i = 0; i < SAID; i++) {
		snprintf(line, sizeof(line), "%s %u.\n", what, i);
		plain_give(&party.who[CEM], line);
		snprintf(line, sizeof(line), "%s of ann %u.\n", what, i);
		plain_give(&party.who[ANN], line);
		if (i == SAID / 2)
			disturb();
	}
	for (i = 0; i < SAID; i++) {
		snprintf(line, sizeof(line), "%s %u.\n", what, i);
		assert_true(plain_until(&party.who[ANN], line));
		snprintf(line, sizeof(line), "%s of ann %u.\n", what, i);
		assert_true(plain_until(&party.who[CEM], line));
	}
}

static void
are_there_once(const char *log, const char *what)
{
	char line[TEXT];
	unsigned i;

	for (i = 0; i < SAID; i++) {
		snprintf(line, sizeof(line), "\t%s %u.\n", what, i);
		assert_int_equal(plain_count(log, line), 1);
		snprintf(line, sizeof(line), "\t%s of ann %u.\n", what, i);
		assert_int_equal(plain_count(log, line), 1);
	}
}

/* Of the third server: the one that speaks to etcd, and the one above it. */
static pid_t worker, starter;

static void
kill_worker(void)
{
	assert_int_equal(kill(worker, SIGKILL), 0);
}

static void
kill_starter(void)
{
	assert_int_equal(kill(starter, SIGKILL), 0);
}

static void
an_engine_that_is_killed_costs_no_line(void **state)
{
	pid_t before;
	char *log;
	int tries;

	(void)state;
	if (party.cluster.etcds.n == 0 || (starter = child_of(
	    party.cluster.server[THREE].pid)) == 0 ||
	    (worker = child_of(starter)) == 0)
		skip();
	party_enter(&party, ANN, NULL);
	party_enter(&party, CEM, NULL);
	says_many("killed", kill_worker);
	/* There is another one. */
	before = worker;
	for (tries = 0; tries < 200 && ((worker = child_of(starter)) == 0 ||
	    worker == before); tries++)
		poll(NULL, 0, 50);
	assert_true(worker != 0 && worker != before);
	says_many("on", kill_starter);
	/* Nobody begins it again now: the server says so, and ends. */
	says_many("gone", kill_worker);
	server_expect_log(&party.cluster.server[THREE], "chat-engine has ended");
	assert_int_equal(server_wait(&party.cluster.server[THREE]), 1);
	party_start(&party, THREE);
	log = party_same_log(&party);
	are_there_once(log, "killed");
	are_there_once(log, "on");
	are_there_once(log, "gone");
	if (plain_count(log, "\ttimeout\t") != 0)
		fail_msg("%s", log);
	free(log);
	party_leave(&party, ANN);
	party_leave(&party, CEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    who_is_at_one_that_is_cut_off_goes_on_at_another),
		cmocka_unit_test(an_engine_that_is_killed_costs_no_line)
	};

	return tests_run(tests, set_up, tear_down);
}
