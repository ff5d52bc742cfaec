/*
 * The rooms of one server, which become those of three, and of one again: real
 * programs on loopback. Nothing that was said, nor whose a name is, nor who is
 * banned is another on the way there, or back.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/with_cluster.h"
#include "tests/with_cmocka.h"

enum { TEXT = 512, WORDS = 16 };
/* The servers, and who speaks. */
enum { ONE, TWO, THREE };
enum { ANN, BOB, CEM, PEOPLE };

static struct cluster cluster;
static char home[PEOPLE][ENV_HOME_BYTES];
static const char *const name[PEOPLE] = { "ann", "bob", "cem" };
/* Those in which something was said. */
static const char *const rooms[] = { "lab", "ops", "desk" };
enum { ROOMS = sizeof(rooms) / sizeof(rooms[0]) };

/* With these rooms; found: of several, and the first of them. */
static void
start_one_of(size_t n, const char *const list[], bool found)
{
	const char *more[WORDS] = { NULL };
	size_t used = 0;

	for (; *list != NULL; list++) {
		more[used++] = "-r";
		more[used++] = *list;
	}
	if (found)
		more[used++] = "--found";
	cluster_spawn_as(&cluster, &cluster.server[n], n, more);
	server_listening(&cluster.server[n]);
}

static void
start_alone(size_t n)
{
	char dir[CLUSTER_PATH], at[16];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, "-p", at,
		"-r", "lab", "-r", "ops", NULL };

	cluster_dir(&cluster, dir, n);
	snprintf(at, sizeof(at), "%u", cluster.port[n]);
	server_spawn(&cluster.server[n], SERVER_PIPE, NULL, args);
	server_listening(&cluster.server[n]);
}

/* What chat-ctl says, to be freed. */
static char *
control(size_t n, const char *const words[])
{
	struct plain p;
	char *said;

	if (cluster_ask(&cluster, &p, n, words) != 0)
		fail_msg("%s %s: %s", words[0], words[1], p.told);
	said = strdup(p.said);
	plain_clear(&p);
	return said;
}

static void
asks(size_t n, const char *one, const char *two, const char *three,
    const char *four)
{
	const char *const words[] = { one, two, three, four, NULL };

	free(control(n, words));
}

/* Asked until it says that; once: at once. */
static void
expect(size_t n, const char *one, const char *two, const char *want)
{
	const char *const words[] = { one, two, NULL };
	char *said = NULL;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		free(said);
		said = control(n, words);
		if (strstr(said, want) != NULL)
			break;
		poll(NULL, 0, 50);
	}
	if (tries == 100)
		fail_msg("no %s at %u:\n%s", want, (unsigned)n + 1, said);
	free(said);
}

/* One comes into a room at a server, says that, reads it and goes. */
static void
visit(size_t who, size_t n, const char *room, const char *text)
{
	char line[TEXT];
	const char *const words[] = { "-P", "-n", name[who], "--follow",
		"--room", room, "127.0.0.1", NULL };
	struct plain p;

	if (home[who][0] == '\0')
		env_home_make(home[who]);
	plain_start(&p, cluster.port[n], home[who], words);
	snprintf(line, sizeof(line), "%s\n", text);
	plain_give(&p, line);
	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name[who], text);
	if (!plain_until(&p, line))
		fail_msg("%s has read:\n%s%s", name[who], p.said, p.told);
	plain_end_input(&p);
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
}

/* One talks with another alone, at a server: reads that, and says that. */
static void
talk(size_t one, size_t n, const char *to, const char *reads,
    const char *text)
{
	char line[TEXT];
	const char *const words[] = { "-P", "-n", name[one], "--to", to,
		"--after", "0", "--follow", "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, cluster.port[n], home[one], words);
	if (reads != NULL && !plain_until(&p, reads))
		fail_msg("no %s: %s%s", reads, p.said, p.told);
	snprintf(line, sizeof(line), "%s\n", text);
	plain_give(&p, line);
	if (!plain_until(&p, line))
		fail_msg("%s has read:\n%s%s", name[one], p.said, p.told);
	plain_end_input(&p);
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
}

/* The lines of a room by their numbers, to be freed. */
static char *
log_of(size_t n, const char *room)
{
	const char *const words[] = { "-R", room, "log", "--json", "1000",
		NULL };

	return control(n, words);
}

/* Asked until it begins like that. */
static void
expect_log(size_t n, const char *room, const char *want)
{
	char *said = NULL;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		free(said);
		said = log_of(n, room);
		if (strncmp(said, want, strlen(want)) == 0)
			break;
		poll(NULL, 0, 50);
	}
	if (tries == 100)
		fail_msg("%s at %u:\n%s-- wanted:\n%s", room, (unsigned)n + 1,
		    said, want);
	free(said);
}

/* Asked until all have the same, to be freed. */
static char *
same_log(const char *room)
{
	char *first, *other;
	size_t n;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		first = log_of(ONE, room);
		for (n = 1; n < CLUSTER_NODES; n++) {
			other = log_of(n, room);
			if (strcmp(other, first) != 0)
				break;
			free(other);
		}
		if (n == CLUSTER_NODES)
			return first;
		if (tries == 99)
			fail_msg("%s:\n%s-- at %u:\n%s", room, first,
			    (unsigned)n + 1, other);
		free(other);
		free(first);
		poll(NULL, 0, 50);
	}
	return NULL;
}

static int
set_up(void **state)
{
	size_t n;

	(void)state;
	if (!etcds_are_here())
		return 0;
	etcds_begin(&cluster.etcds, 1);
	for (n = 0; n < CLUSTER_NODES; n++)
		cluster.port[n] = server_free_port();
	return 0;
}

static int
tear_down(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < PEOPLE; n++)
		if (home[n][0] != '\0')
			env_home_remove(home[n]);
	cluster_end(&cluster);
	return 0;
}

/* Rooms that are called as they were, or otherwise, or are put away; a ban. */
static void
be_one(char *logs[ROOMS])
{
	size_t i;

	start_alone(ONE);
	asks(ONE, "room", "open", "crew", NULL);
	asks(ONE, "room", "open", "old", NULL);
	asks(ONE, "room", "rename", "old", "older");
	asks(ONE, "ban", "203.0.113.7", NULL, NULL);
	visit(ANN, ONE, "lab", "ann in the lab");
	visit(BOB, ONE, "ops", "bob in ops");
	visit(ANN, ONE, "ops", "ann in ops");
	visit(ANN, ONE, "crew", "ann in the crew");
	visit(BOB, ONE, "older", "bob in the old one");
	talk(BOB, ONE, "ann", NULL, "PRIVATE one");
	asks(ONE, "room", "rename", "crew", "desk");
	asks(ONE, "room", "put-away", "older", NULL);
	for (i = 0; i < ROOMS; i++)
		logs[i] = log_of(ONE, rooms[i]);
	assert_int_equal(server_stop(&cluster.server[ONE], SIGTERM), 0);
}

static void
be_three(void)
{
	static const char *const all[] = { "lab", "ops", NULL },
	    *const home_only[] = { "lab", NULL },
	    *const one_more[] = { "lab", "ops", "new", NULL };
	size_t n;

	start_one_of(ONE, all, true);
	for (n = 1; n < CLUSTER_NODES; n++)
		cluster_copy_key(&cluster, n);
	start_one_of(TWO, one_more, false);
	start_one_of(THREE, home_only, false);
}

static void
expect_house(size_t n)
{
	expect(n, "rooms", NULL, "lab\thome\t");
	expect(n, "rooms", NULL, "ops\troom\t");
	expect(n, "rooms", NULL, "desk\troom\t");
	expect(n, "rooms", NULL, "older\tput-away\t");
	expect(n, "ban", NULL, "203.0.113.7");
	expect(n, "whois", "ann", "ann\tSHA256:");
}

static void
all_rooms_of_one_become_those_of_three_and_of_one_again(void **state)
{
	char *logs[ROOMS];
	size_t n;
	size_t i;

	(void)state;
	if (cluster.etcds.n == 0)
		skip();
	be_one(logs);
	be_three();
	for (n = 0; n < CLUSTER_NODES; n++) {
		expect_house(n);
		/* What one asks for is there for all. */
		expect(n, "rooms", NULL, "new\troom\t");
		for (i = 0; i < ROOMS; i++)
			expect_log(n, rooms[i], logs[i]);
	}
	visit(CEM, THREE, "ops", "cem in ops");
	/* By a name that it had. */
	visit(ANN, TWO, "crew", "ann in the crew again");
	talk(ANN, THREE, "bob", "PRIVATE one", "PRIVATE two");
	visit(CEM, TWO, "new", "cem in a new one");
	for (i = 0; i < ROOMS; i++) {
		free(logs[i]);
		logs[i] = same_log(rooms[i]);
	}
	for (n = 0; n < CLUSTER_NODES; n++)
		assert_int_equal(server_stop(&cluster.server[n], SIGTERM), 0);
	start_alone(TWO);
	expect_house(TWO);
	expect(TWO, "rooms", NULL, "new\troom\t");
	for (i = 0; i < ROOMS; i++) {
		expect_log(TWO, rooms[i], logs[i]);
		free(logs[i]);
	}
	talk(BOB, TWO, "ann", "PRIVATE two", "PRIVATE three");
	visit(ANN, TWO, "desk", "ann is back");
	visit(CEM, TWO, "ops", "cem, too");
	assert_int_equal(server_stop(&cluster.server[TWO], SIGTERM), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    all_rooms_of_one_become_those_of_three_and_of_one_again)
	};

	return tests_run(tests, set_up, tear_down);
}
