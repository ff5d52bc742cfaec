/*
 * Somebody at one of three servers with one room is gone without a word: real
 * programs on loopback.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_party.h"

enum {
	TEXT = 512,
	LONG = 24	/* lines, of which most wait for the room's limits */
};

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

/* What has the socket would say that he leaves. */
static void
kill_children(pid_t pid)
{
	char path[TEXT], line[TEXT] = "", *at = line, *end;
	FILE *f;
	long child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	if ((f = fopen(path, "r")) == NULL)
		return;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	for (; (child = strtol(at, &end, 10)) > 1 && end != at; at = end)
		kill((pid_t)child, SIGKILL);
}

/* Nobody listens where he was, as his own machine says: he may be on his way
 * to another server. */
static void
whose_program_is_killed_has_a_while_to_come_to_another(void **state)
{
	const char *const words[] = { "-P", "-n", party_name(CEM), "--follow",
		"127.0.0.1", NULL };
	char line[TEXT], *log;
	unsigned i;

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	party_enter(&party, ANN, NULL);
	party_enter(&party, CEM, NULL);
	plain_give(&party.who[CEM], "cem is killed\n");
	assert_true(plain_until(&party.who[ANN], "\tcem is killed\n"));
	kill_children(party.who[CEM].pid);
	kill(party.who[CEM].pid, SIGKILL);
	plain_finish(&party.who[CEM]);
	plain_clear(&party.who[CEM]);
	for (i = 0; i < LONG; i++) {
		snprintf(line, sizeof(line), "ann meanwhile %u.\n", i);
		plain_give(&party.who[ANN], line);
	}
	assert_true(plain_until(&party.who[ANN], line));
	party_go(&party, CEM, TWO, words);
	plain_give(&party.who[CEM], "cem is back\n");
	assert_true(plain_until(&party.who[ANN], "\tcem is back\n"));
	log = party_same_log(&party);
	if (strstr(strstr(log, "cem is killed"), "\tcem\t") == NULL ||
	    plain_count(log, "\ttimeout\t") != 0 || plain_count(strstr(log,
	    "cem is killed"), "\tjoin\t") != 0)
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
		    whose_program_is_killed_has_a_while_to_come_to_another)
	};

	return tests_run(tests, set_up, tear_down);
}
