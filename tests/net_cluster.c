/*
 * One room on three servers, by three etcd: real programs on loopback. People
 * at different servers read the same, whichever server or member of the engine
 * is killed, also where two of them talk alone; and an operator at one of them
 * acts at all.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_party.h"

enum { TEXT = 512 };

static struct party party;

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

/* One says a line, and all read it. */
static void
says(size_t n, const char *text)
{
	char line[TEXT];
	size_t i;

	snprintf(line, sizeof(line), "%s %s\n", party_name(n), text);
	plain_give(&party.who[n], line);
	snprintf(line, sizeof(line), "\tsay\t%s\t%s %s\n", party_name(n),
	    party_name(n), text);
	for (i = 0; i < CLUSTER_NODES; i++)
		if (!plain_until(&party.who[i], line))
			fail_msg("%s has not read %s has read:\n%s%s%s:\n%s%s",
			    party_name(i), line, party.who[i].said,
			    party.who[i].told, party_name(n),
			    party.who[n].said, party.who[n].told);
}

static void
all_say(const char *text)
{
	size_t n;

	for (n = 0; n < CLUSTER_NODES; n++)
		says(n, text);
}

/* Nothing is said then, nor shown as said; and nothing typed is lost. */
static void
be_without_most(void)
{
	size_t n;

	etcds_kill(&party.cluster.etcds, 0);
	etcds_kill(&party.cluster.etcds, 1);
	for (n = 0; n < CLUSTER_NODES; n++)
		server_expect_log(&party.cluster.server[n],
		    "cut off from the other");
	plain_give(&party.who[ANN], "ann in the dark\n");
	etcds_start(&party.cluster.etcds, 0);
	etcds_start(&party.cluster.etcds, 1);
	for (n = 0; n < CLUSTER_NODES; n++)
		assert_true(plain_until(&party.who[n], "ann in the dark\n"));
	for (n = 0; n < CLUSTER_NODES; n++)
		server_expect_log(&party.cluster.server[n],
		    "hears the other servers again");
}

/* Asked until it is so: one hears of another that has begun in a while. */
static void
lists_nodes(size_t n, const char *nodes)
{
	struct plain p;
	bool so = false;
	int tries;

	for (tries = 0; tries < 100 && !so; tries++) {
		party_control(&party, &p, n, "nodes", NULL);
		so = strcmp(p.said, nodes) == 0;
		if (tries == 99)
			assert_string_equal(p.said, nodes);
		plain_clear(&p);
		if (!so)
			poll(NULL, 0, 50);
	}
}

static void
what_was_so_at_the_first_is_so_at_all(void **state)
{
	char nodes[TEXT];
	struct plain p;
	size_t n;

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	for (n = 1; n < CLUSTER_NODES; n++) {
		party_control(&party, &p, n, "log", NULL);
		assert_non_null(strstr(p.said, "\talone\n"));
		plain_clear(&p);
		party_control(&party, &p, n, "ban", NULL);
		assert_non_null(strstr(p.said, "203.0.113.7"));
		plain_clear(&p);
		party_control(&party, &p, n, "stats", NULL);
		assert_non_null(strstr(p.said, n == TWO ?
		    "\nnode 2\nready 1\n" : "\nnode 3\nready 1\n"));
		plain_clear(&p);
	}
	snprintf(nodes, sizeof(nodes), "1\t127.0.0.1:%u\tlives\n"
	    "2\t127.0.0.1:%u\tlives\tthis\n3\t127.0.0.1:%u\tlives\n",
	    party.cluster.port[ONE], party.cluster.port[TWO],
	    party.cluster.port[THREE]);
	lists_nodes(TWO, nodes);
}

static void
people_at_three_servers_read_the_same_whatever_dies(void **state)
{
	static const char *const said[] = { "first", "without bob's server",
		"with it", "without a leader", "with all" };
	char line[TEXT], *log;
	size_t leader, i, n;

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	for (n = 0; n < CLUSTER_NODES; n++)
		party_enter(&party, n, NULL);
	all_say(said[0]);
	server_stop(&party.cluster.server[TWO], SIGKILL);
	/* Bob was told where the others are, and is at one of them. */
	all_say(said[1]);
	party_start(&party, TWO);
	all_say(said[2]);
	leader = etcds_leader(&party.cluster.etcds);
	etcds_kill(&party.cluster.etcds, leader);
	all_say(said[3]);
	etcds_start(&party.cluster.etcds, leader);
	all_say(said[4]);
	be_without_most();
	log = party_same_log(&party);
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		for (n = 0; n < CLUSTER_NODES; n++) {
			snprintf(line, sizeof(line), "\tsay\t%s\t%s %s\n",
			    party_name(n), party_name(n), said[i]);
			assert_int_equal(plain_count(log, line), 1);
		}
	/* Nobody was seen to go, nor to come again. */
	assert_int_equal(plain_count(log, "\tjoin\t"), CLUSTER_NODES);
	assert_int_equal(plain_count(log, "\tleave\t"), 0);
	assert_int_equal(plain_count(log, "\ttimeout\t"), 0);
	free(log);
	for (n = 0; n < CLUSTER_NODES; n++)
		party_leave(&party, n);
	/* Nor is anybody kept a place at a server where he was before. */
	for (n = 0; n < CLUSTER_NODES; n++)
		party_be_gone(&party, n);
}

static void
change_room(size_t n, const char *what, const char *room, const char *to)
{
	const char *const words[] = { "room", what, room, to, NULL };
	struct plain p;

	if (cluster_ask(&party.cluster, &p, n, words) != 0)
		fail_msg("%s", p.told);
	plain_clear(&p);
}

static void
a_room_that_is_opened_at_one_is_at_all(void **state)
{
	size_t n;

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	change_room(TWO, "open", "crew", NULL);
	for (n = 0; n < CLUSTER_NODES; n++)
		party_has(&party, n, "rooms", "crew\troom\t");
	for (n = 0; n < CLUSTER_NODES; n++)
		party_enter(&party, n, "crew");
	all_say("in the crew");
	server_stop(&party.cluster.server[THREE], SIGKILL);
	all_say("at two servers");
	party_start(&party, THREE);
	all_say("at three again");
	change_room(ONE, "rename", "crew", "team");
	for (n = 0; n < CLUSTER_NODES; n++)
		party_has(&party, n, "rooms", "team\troom\t");
	for (n = 0; n < CLUSTER_NODES; n++)
		party_leave(&party, n);
}

/* Talks with that one alone, and reads all that was said there. */
static void
talk_to(size_t n, size_t at, const char *to)
{
	const char *const words[] = { "-P", "-n", party_name(n), "--to", to,
		"--after", "0", "--follow", "127.0.0.1", NULL };

	party_go(&party, n, at, words);
}

/* Whom he tells that reads it; PARTY: nobody is there. */
static void
tells(size_t n, size_t whom, const char *text)
{
	bool there = whom != PARTY;
	char line[TEXT];

	snprintf(line, sizeof(line), "%s\n", text);
	plain_give(&party.who[n], line);
	if (!plain_until(&party.who[n], line) ||
	    (there && !plain_until(&party.who[whom], line)))
		fail_msg("no %s%s has read:\n%s%s%s:\n%s%s", line,
		    party_name(n), party.who[n].said, party.who[n].told,
		    there ? party_name(whom) : "nobody",
		    there ? party.who[whom].said : "",
		    there ? party.who[whom].told : "");
}

/* In the servers' directories, or in etcd's data. */
static bool
is_kept(const char *text)
{
	char command[2 * TEXT];

	snprintf(command, sizeof(command), "grep -rqaF -- '%s' '%s'", text,
	    party.cluster.etcds.home);
	return system(command) == 0;
}

/* Each once. */
static void
has_read(size_t n, const char *const said[], size_t lines)
{
	size_t i;

	for (i = 0; i < lines; i++)
		if (!plain_until(&party.who[n], said[i]))
			fail_msg("%s has not read %s:\n%s%s", party_name(n),
			    said[i], party.who[n].said, party.who[n].told);
	for (i = 0; i < lines; i++)
		assert_int_equal(plain_count(party.who[n].said, said[i]), 1);
}

/* Her second machine. */
static void
copy_identity(size_t from, size_t to)
{
	char command[4 * ENV_HOME_BYTES];

	env_home_make(party.home[to]);
	snprintf(command, sizeof(command), "cd '%s' && find . -name identity "
	    "-exec cp --parents '{}' '%s' ';'", party.home[from],
	    party.home[to]);
	assert_int_equal(system(command), 0);
}

static void
two_talk_at_several_servers_and_nobody_else_reads_it(void **state)
{
	static const char *const said[] = { "PRIVATE one", "PRIVATE two",
		"PRIVATE three", "PRIVATE four", "PRIVATE five" };
	static const char *const last = "PRIVATE six";

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	/* She is there, at another server, and does not listen yet. */
	party_enter(&party, EVE, NULL);
	talk_to(DAN, ONE, "eve");
	tells(DAN, PARTY, said[0]);
	party_leave(&party, EVE);
	talk_to(EVE, TWO, "dan");
	tells(EVE, DAN, said[1]);
	/* He is elsewhere then, and it is the same talk. */
	server_stop(&party.cluster.server[ONE], SIGKILL);
	tells(DAN, EVE, said[2]);
	tells(EVE, DAN, said[3]);
	party_start(&party, ONE);
	party_leave(&party, EVE);
	tells(DAN, PARTY, said[4]);
	/* It is kept for her, at whichever server she comes. */
	talk_to(EVE, THREE, "dan");
	has_read(EVE, said, sizeof(said) / sizeof(said[0]));
	party_leave(&party, DAN);
	/* And for him at the one that was away. */
	talk_to(DAN, ONE, "eve");
	has_read(DAN, said, sizeof(said) / sizeof(said[0]));
	assert_false(is_kept("PRIVATE"));
	assert_true(is_kept("ann in the dark"));
	/* By whichever machine, at two servers. */
	copy_identity(EVE, EVE_TOO);
	talk_to(EVE_TOO, TWO, "dan");
	has_read(EVE_TOO, said, sizeof(said) / sizeof(said[0]));
	tells(EVE_TOO, EVE, "PRIVATE six");
	tells(EVE, EVE_TOO, "PRIVATE seven");
	assert_true(plain_until(&party.who[DAN], "PRIVATE seven"));
	has_read(DAN, &last, 1);
	party_leave(&party, DAN);
	party_leave(&party, EVE);
	party_leave(&party, EVE_TOO);
}

/* Once that server has heard that he is in. */
static void
fingerprint_of(size_t n, char key[64])
{
	struct plain p;
	char *at;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		party_control(&party, &p, n, "names", NULL);
		at = strstr(p.said, "cem");
		plain_clear(&p);
		if (at != NULL)
			break;
		poll(NULL, 0, 50);
	}
	assert_in_range(tries, 0, 99);
	party_control(&party, &p, n, "whois", "cem");
	assert_non_null(at = strstr(p.said, "SHA256:"));
	snprintf(key, 64, "%.*s", (int)strcspn(at, "\t"), at);
	plain_clear(&p);
}

/* By who asks at one, whoever is there or at another, however he is meant. */
static void
an_operator_at_one_server_puts_out_of_all(void **state)
{
	char key[64], *log;
	struct plain p;
	size_t n;

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	party_enter(&party, ANN, NULL);
	party_enter(&party, CEM, NULL);
	assert_true(plain_until(&party.who[ANN], "\tjoin\tcem\t"));
	party_control(&party, &p, ONE, "kick", "cem");
	assert_string_equal(p.said, "kicked: cem\n");
	plain_clear(&p);
	assert_int_equal(plain_finish(&party.who[CEM]), 3);
	assert_non_null(strstr(party.who[CEM].told, "put out"));
	plain_clear(&party.who[CEM]);
	party_enter(&party, CEM, NULL);
	fingerprint_of(TWO, key);
	party_control(&party, &p, TWO, "ban", key);
	assert_non_null(strstr(p.said, "put out: cem"));
	plain_clear(&p);
	assert_int_equal(plain_finish(&party.who[CEM]), 3);
	plain_clear(&party.who[CEM]);
	log = party_same_log(&party);
	for (n = 0; n < CLUSTER_NODES; n++) {
		party_control(&party, &p, n, "names", NULL);
		assert_null(strstr(p.said, "cem"));
		plain_clear(&p);
	}
	free(log);
	party_control(&party, &p, THREE, "unban", "cem");
	plain_clear(&p);
	log = party_same_log(&party);
	free(log);
	party_enter(&party, CEM, NULL);
	party_leave(&party, CEM);
	party_leave(&party, ANN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_so_at_the_first_is_so_at_all),
		cmocka_unit_test(
		    people_at_three_servers_read_the_same_whatever_dies),
		cmocka_unit_test(a_room_that_is_opened_at_one_is_at_all),
		cmocka_unit_test(
		    two_talk_at_several_servers_and_nobody_else_reads_it),
		cmocka_unit_test(an_operator_at_one_server_puts_out_of_all)
	};

	return tests_run(tests, set_up, tear_down);
}
