/*
 * One room on three servers, by three etcd: real programs on loopback. People
 * at different servers read the same, whichever server or member of the engine
 * is killed; and a server that does not belong there is refused.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/disk.h"
#include "server/cluster/position.h"
#include "server/keeper.h"
#include "tests/with_cmocka.h"
#include "tests/with_etcd.h"
#include "tests/with_fault.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { NODES = 3, PEOPLE = 6, DAN = 4, EVE = 5, EVE_TOO = 6,
	TEXT = 512,
	KEEP = 40	/* blocks, at the one who takes the others away */
};

static struct etcds etcds;
static struct server server[NODES + 1];
/* Those of people come to those of servers. */
static uint16_t port[PEOPLE + 1];
static struct plain who[PEOPLE + 1];
static char home[PEOPLE + 1][ENV_HOME_BYTES];
static const char *const name[PEOPLE + 1] = { "", "ann", "bob", "cem", "dan",
	"eve", "eve" };

static void
put_dir(char dst[TEXT], uint32_t n)
{
	snprintf(dst, TEXT, "%s/d%u", etcds.home, (unsigned)n);
}

/* All of them have the key of the first. */
static void
copy_key(uint32_t n)
{
	char from[2 * TEXT], to[2 * TEXT], dir[TEXT], key[256];
	ssize_t len;
	int fd;

	put_dir(dir, 1);
	snprintf(from, sizeof(from), "%s/hostkey", dir);
	put_dir(dir, n);
	mkdir(dir, 0700);
	snprintf(to, sizeof(to), "%s/hostkey", dir);
	fd = open(from, O_RDONLY | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	len = read(fd, key, sizeof(key));
	close(fd);
	assert_true(len > 0);
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, key, (size_t)len), len);
	close(fd);
}

static void
spawn(struct server *s, uint32_t n, const char *more)
{
	char dir[TEXT], at[16], cluster[ETCDS_LIST + 16], node[16], here[32];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, "-p", at,
		cluster, node, here, more, NULL };

	put_dir(dir, n);
	snprintf(at, sizeof(at), "%u", port[n]);
	snprintf(cluster, sizeof(cluster), "--cluster=%s", etcds.list);
	snprintf(node, sizeof(node), "--node=%u", (unsigned)n);
	snprintf(here, sizeof(here), "--here=127.0.0.1");
	server_spawn(s, SERVER_PIPE, NULL, args);
}

static void
start(uint32_t n)
{
	spawn(&server[n], n, n == 1 ? "--found" : NULL);
	server_listening(&server[n]);
}

static void
be_in(uint32_t n, const char *const words[])
{
	char line[64];

	plain_start(&who[n], port[n], home[n], words);
	/* What is said before that is not his to read. */
	snprintf(line, sizeof(line), "\tjoin\t%s\t", name[n]);
	if (!plain_until(&who[n], line))
		fail_msg("no %s%s%s", line, who[n].said, who[n].told);
}

static void
enter(uint32_t n)
{
	const char *const words[] = { "-P", "-n", name[n], "--follow",
		"127.0.0.1", NULL };

	/* Whose name it is shows his key, which is there. */
	if (home[n][0] == '\0')
		env_home_make(home[n]);
	be_in(n, words);
}

static void
leave(uint32_t n)
{
	plain_end_input(&who[n]);
	kill(who[n].pid, SIGTERM);
	plain_finish(&who[n]);
	plain_clear(&who[n]);
}

static void
control(struct plain *p, uint32_t n, const char *what, const char *whom)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, what, whom, NULL };

	put_dir(dir, n);
	plain_run_program(p, "chat-ctl", etcds.home, words);
	assert_int_equal(plain_finish(p), 0);
}

/* The first one has had the room for itself. */
static void
be_alone(void)
{
	char dir[TEXT];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, NULL };
	struct plain p;

	put_dir(dir, 1);
	server_start(&server[1], NULL, args);
	control(&p, 1, "announce", "alone");
	plain_clear(&p);
	control(&p, 1, "ban", "203.0.113.7");
	plain_clear(&p);
	assert_int_equal(server_stop(&server[1], SIGTERM), 0);
}

static int
set_up(void **state)
{
	uint32_t n;

	(void)state;
	if (!etcds_are_here())
		return 0;
	etcds_begin(&etcds, ETCDS);
	for (n = 1; n <= NODES; n++) {
		port[n] = server_free_port();
		if (n > 1)
			copy_key(n);
		else
			be_alone();
		start(n);
	}
	port[DAN] = port[1];
	port[EVE] = port[2];
	return 0;
}

static int
tear_down(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= NODES; n++)
		if (server[n].pid > 0)
			server_stop(&server[n], SIGTERM);
	for (n = 1; n <= PEOPLE; n++) {
		if (home[n][0] != '\0')
			env_home_remove(home[n]);
	}
	if (etcds.n > 0)
		etcds_end(&etcds);
	return 0;
}

/* One says a line, and all read it. */
static void
says(uint32_t n, const char *text)
{
	char line[TEXT];
	uint32_t i;

	snprintf(line, sizeof(line), "%s %s\n", name[n], text);
	plain_give(&who[n], line);
	snprintf(line, sizeof(line), "\tsay\t%s\t%s %s\n", name[n], name[n],
	    text);
	for (i = 1; i <= NODES; i++)
		if (!plain_until(&who[i], line))
			fail_msg("%s has not read %s has read:\n%s%s%s:\n%s%s",
			    name[i], line, who[i].said, who[i].told, name[n],
			    who[n].said, who[n].told);
}

static void
all_say(const char *text)
{
	uint32_t n;

	for (n = 1; n <= NODES; n++)
		says(n, text);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

/* The log as that server has it, without when it was told of. */
static char *
log_of(uint32_t n)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, "log", "1000", NULL };
	struct plain p;
	char *said;

	put_dir(dir, n);
	plain_run_program(&p, "chat-ctl", home[1], words);
	assert_int_equal(plain_finish(&p), 0);
	said = strdup(p.said);
	plain_clear(&p);
	return said;
}

/* Asked until all have what the first has: nothing new comes. */
static char *
same_log(void)
{
	char *first, *other;
	uint32_t n;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		first = log_of(1);
		for (n = 2; n <= NODES; n++) {
			other = log_of(n);
			if (strcmp(other, first) != 0)
				break;
			free(other);
		}
		if (n > NODES)
			return first;
		if (tries == 99)
			print_message("%s-- at %u:\n%s", first, (unsigned)n,
			    other);
		free(other);
		free(first);
		poll(NULL, 0, 50);
	}
	fail();
	return NULL;
}

/* Nothing is said then, nor shown as said; and nothing typed is lost. */
static void
be_without_most(void)
{
	uint32_t n;

	etcds_kill(&etcds, 0);
	etcds_kill(&etcds, 1);
	for (n = 1; n <= NODES; n++)
		server_expect_log(&server[n], "cut off from the other");
	plain_give(&who[1], "ann in the dark\n");
	etcds_start(&etcds, 0);
	etcds_start(&etcds, 1);
	for (n = 1; n <= NODES; n++)
		assert_true(plain_until(&who[n], "ann in the dark\n"));
	for (n = 1; n <= NODES; n++)
		server_expect_log(&server[n], "hears the other servers again");
}

static void
what_was_so_at_the_first_is_so_at_all(void **state)
{
	char nodes[TEXT];
	struct plain p;
	uint32_t n;

	(void)state;
	if (etcds.n == 0)
		skip();
	for (n = 2; n <= NODES; n++) {
		control(&p, n, "log", NULL);
		assert_non_null(strstr(p.said, "\talone\n"));
		plain_clear(&p);
		control(&p, n, "ban", NULL);
		assert_non_null(strstr(p.said, "203.0.113.7"));
		plain_clear(&p);
		control(&p, n, "stats", NULL);
		assert_non_null(strstr(p.said, n == 2 ?
		    "\nnode 2\nready 1\n" : "\nnode 3\nready 1\n"));
		plain_clear(&p);
	}
	control(&p, 2, "nodes", NULL);
	snprintf(nodes, sizeof(nodes), "1\t127.0.0.1:%u\tlives\n"
	    "2\t127.0.0.1:%u\tlives\tthis\n3\t127.0.0.1:%u\tlives\n",
	    port[1], port[2], port[3]);
	assert_string_equal(p.said, nodes);
	plain_clear(&p);
}

static void
people_at_three_servers_read_the_same_whatever_dies(void **state)
{
	static const char *const said[] = { "first", "without bob's server",
		"with it", "without a leader", "with all" };
	char line[TEXT], *log;
	size_t leader, i;
	uint32_t n;

	(void)state;
	if (etcds.n == 0)
		skip();
	for (n = 1; n <= NODES; n++)
		enter(n);
	all_say(said[0]);
	server_stop(&server[2], SIGKILL);
	/* Bob was told where the others are, and is at one of them. */
	all_say(said[1]);
	start(2);
	all_say(said[2]);
	leader = etcds_leader(&etcds);
	etcds_kill(&etcds, leader);
	all_say(said[3]);
	etcds_start(&etcds, leader);
	all_say(said[4]);
	be_without_most();
	log = same_log();
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		for (n = 1; n <= NODES; n++) {
			snprintf(line, sizeof(line), "\tsay\t%s\t%s %s\n",
			    name[n], name[n], said[i]);
			assert_int_equal(count(log, line), 1);
		}
	/* Nobody was seen to go, nor to come again. */
	assert_int_equal(count(log, "\tjoin\t"), NODES);
	assert_int_equal(count(log, "\tleave\t"), 0);
	assert_int_equal(count(log, "\ttimeout\t"), 0);
	free(log);
	for (n = 1; n <= NODES; n++)
		leave(n);
}

static void
change_room(uint32_t n, const char *what, const char *room, const char *to)
{
	char dir[TEXT];
	const char *const words[] = { "-d", dir, "room", what, room, to,
		NULL };
	struct plain p;

	put_dir(dir, n);
	plain_run_program(&p, "chat-ctl", etcds.home, words);
	if (plain_finish(&p) != 0)
		fail_msg("%s", p.told);
	plain_clear(&p);
}

static void
enter_room(uint32_t n, const char *room)
{
	const char *const words[] = { "-P", "-n", name[n], "--follow",
		"--room", room, "127.0.0.1", NULL };

	be_in(n, words);
}

/* Asked until it has that one. */
static void
has_room(uint32_t n, const char *line)
{
	struct plain p;
	bool has = false;
	int tries;

	for (tries = 0; tries < 100 && !has; tries++) {
		control(&p, n, "rooms", NULL);
		has = strstr(p.said, line) != NULL;
		if (!has)
			poll(NULL, 0, 50);
		plain_clear(&p);
	}
	if (!has)
		fail_msg("no %s at %u", line, (unsigned)n);
}

static void
a_room_that_is_opened_at_one_is_at_all(void **state)
{
	uint32_t n;

	(void)state;
	if (etcds.n == 0)
		skip();
	change_room(2, "open", "crew", NULL);
	for (n = 1; n <= NODES; n++)
		has_room(n, "crew\troom\t");
	for (n = 1; n <= NODES; n++)
		enter_room(n, "crew");
	all_say("in the crew");
	server_stop(&server[3], SIGKILL);
	all_say("at two servers");
	start(3);
	all_say("at three again");
	change_room(1, "rename", "crew", "team");
	for (n = 1; n <= NODES; n++)
		has_room(n, "team\troom\t");
	for (n = 1; n <= NODES; n++)
		leave(n);
}

/* Talks with that one alone, and reads all that was said there. */
static void
talk_to(uint32_t n, uint32_t at, const char *to)
{
	const char *const words[] = { "-P", "-n", name[n], "--to", to,
		"--after", "0", "--follow", "127.0.0.1", NULL };

	if (home[n][0] == '\0')
		env_home_make(home[n]);
	plain_start(&who[n], port[at], home[n], words);
}

static void
tells(uint32_t n, uint32_t whom, const char *text)
{
	char line[TEXT];

	snprintf(line, sizeof(line), "%s\n", text);
	plain_give(&who[n], line);
	if (!plain_until(&who[n], line) ||
	    (whom != 0 && !plain_until(&who[whom], line)))
		fail_msg("no %s%s has read:\n%s%s%s:\n%s%s", line, name[n],
		    who[n].said, who[n].told, name[whom], whom == 0 ? "" :
		    who[whom].said, whom == 0 ? "" : who[whom].told);
}

/* In the servers' directories, or in etcd's data. */
static bool
is_kept(const char *text)
{
	char command[2 * TEXT];

	snprintf(command, sizeof(command), "grep -rqaF -- '%s' '%s'", text,
	    etcds.home);
	return system(command) == 0;
}

/* Each once. */
static void
has_read(uint32_t n, const char *const said[], size_t lines)
{
	size_t i;

	for (i = 0; i < lines; i++)
		if (!plain_until(&who[n], said[i]))
			fail_msg("%s has not read %s:\n%s%s", name[n],
			    said[i], who[n].said, who[n].told);
	for (i = 0; i < lines; i++)
		assert_int_equal(count(who[n].said, said[i]), 1);
}

/* Her second machine. */
static void
copy_identity(uint32_t from, uint32_t to)
{
	char command[4 * ENV_HOME_BYTES];

	env_home_make(home[to]);
	snprintf(command, sizeof(command), "cd '%s' && find . -name identity "
	    "-exec cp --parents '{}' '%s' ';'", home[from], home[to]);
	assert_int_equal(system(command), 0);
}

static void
two_talk_at_several_servers_and_nobody_else_reads_it(void **state)
{
	static const char *const said[] = { "PRIVATE one", "PRIVATE two",
		"PRIVATE three", "PRIVATE four", "PRIVATE five" };
	static const char *const last = "PRIVATE six";

	(void)state;
	if (etcds.n == 0)
		skip();
	/* She is there, at another server, and does not listen yet. */
	enter(EVE);
	talk_to(DAN, 1, "eve");
	tells(DAN, 0, said[0]);
	leave(EVE);
	talk_to(EVE, 2, "dan");
	tells(EVE, DAN, said[1]);
	/* He is elsewhere then, and it is the same talk. */
	server_stop(&server[1], SIGKILL);
	tells(DAN, EVE, said[2]);
	tells(EVE, DAN, said[3]);
	start(1);
	leave(EVE);
	tells(DAN, 0, said[4]);
	/* It is kept for her, at whichever server she comes. */
	talk_to(EVE, 3, "dan");
	has_read(EVE, said, sizeof(said) / sizeof(said[0]));
	leave(DAN);
	/* And for him at the one that was away. */
	talk_to(DAN, 1, "eve");
	has_read(DAN, said, sizeof(said) / sizeof(said[0]));
	assert_false(is_kept("PRIVATE"));
	assert_true(is_kept("ann in the dark"));
	/* By whichever machine, at two servers. */
	copy_identity(EVE, EVE_TOO);
	talk_to(EVE_TOO, 2, "dan");
	has_read(EVE_TOO, said, sizeof(said) / sizeof(said[0]));
	tells(EVE_TOO, EVE, "PRIVATE six");
	tells(EVE, EVE_TOO, "PRIVATE seven");
	assert_true(plain_until(&who[DAN], "PRIVATE seven"));
	has_read(DAN, &last, 1);
	leave(DAN);
	leave(EVE);
	leave(EVE_TOO);
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
	if (etcds.n == 0 || (engine = child_of(child_of(server[3].pid))) == 0)
		skip();
	enter(1);
	enter(3);
	plain_give(&who[3], "cem is here\n");
	assert_true(plain_until(&who[1], "cem is here\n"));
	assert_true(plain_until(&who[3], "cem is here\n"));
	kill(engine, SIGSTOP);
	plain_give(&who[3], "cem is elsewhere\n");
	assert_true(plain_until(&who[1], "cem is elsewhere\n"));
	server_expect_log(&server[3], "cut off from the other servers");
	kill(engine, SIGCONT);
	server_expect_log(&server[3], "hears the other servers again");
	log = same_log();
	assert_int_equal(count(log, "cem is elsewhere\n"), 1);
	free(log);
	leave(1);
	leave(3);
}

/* Once that server has heard that he is in. */
static void
fingerprint_of(uint32_t n, char key[64])
{
	struct plain p;
	char *at;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		control(&p, n, "names", NULL);
		at = strstr(p.said, "cem");
		plain_clear(&p);
		if (at != NULL)
			break;
		poll(NULL, 0, 50);
	}
	assert_in_range(tries, 0, 99);
	control(&p, n, "whois", "cem");
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
	uint32_t n;

	(void)state;
	if (etcds.n == 0)
		skip();
	enter(1);
	enter(3);
	assert_true(plain_until(&who[1], "\tjoin\tcem\t"));
	control(&p, 1, "kick", "cem");
	assert_string_equal(p.said, "kicked: cem\n");
	plain_clear(&p);
	assert_int_equal(plain_finish(&who[3]), 3);
	assert_non_null(strstr(who[3].told, "put out"));
	plain_clear(&who[3]);
	enter(3);
	fingerprint_of(2, key);
	control(&p, 2, "ban", key);
	assert_non_null(strstr(p.said, "put out: cem"));
	plain_clear(&p);
	assert_int_equal(plain_finish(&who[3]), 3);
	plain_clear(&who[3]);
	log = same_log();
	for (n = 1; n <= NODES; n++) {
		control(&p, n, "names", NULL);
		assert_null(strstr(p.said, "cem"));
		plain_clear(&p);
	}
	free(log);
	control(&p, 3, "unban", "cem");
	plain_clear(&p);
	log = same_log();
	free(log);
	enter(3);
	leave(3);
	leave(1);
}

enum { LONG = 24 };	/* lines, of which most wait for the room's limits */

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
	const char *const words[] = { "-P", "-n", name[3], "--follow",
		"127.0.0.1", NULL };
	char line[TEXT], *log;
	unsigned i;

	(void)state;
	if (etcds.n == 0)
		skip();
	enter(1);
	enter(3);
	plain_give(&who[3], "cem is killed\n");
	assert_true(plain_until(&who[1], "\tcem is killed\n"));
	kill_children(who[3].pid);
	kill(who[3].pid, SIGKILL);
	plain_finish(&who[3]);
	plain_clear(&who[3]);
	for (i = 0; i < LONG; i++) {
		snprintf(line, sizeof(line), "ann meanwhile %u.\n", i);
		plain_give(&who[1], line);
	}
	assert_true(plain_until(&who[1], line));
	plain_start(&who[3], port[2], home[3], words);
	plain_give(&who[3], "cem is back\n");
	assert_true(plain_until(&who[1], "\tcem is back\n"));
	log = same_log();
	if (strstr(strstr(log, "cem is killed"), "\tcem\t") == NULL ||
	    count(log, "\ttimeout\t") != 0 || count(strstr(log,
	    "cem is killed"), "\tjoin\t") != 0)
		fail_msg("%s", log);
	free(log);
	leave(1);
	leave(3);
}

enum { SAID = 16 };		/* lines: some wait for the room's limits */

/* All read each of them once, who is meanwhile disturbed in it. */
static void
says_many(const char *what, void (*disturb)(void))
{
	char line[TEXT];
	unsigned i;

	for (i = 0; i < SAID; i++) {
		snprintf(line, sizeof(line), "%s %u.\n", what, i);
		plain_give(&who[3], line);
		snprintf(line, sizeof(line), "%s of ann %u.\n", what, i);
		plain_give(&who[1], line);
		if (i == SAID / 2)
			disturb();
	}
	for (i = 0; i < SAID; i++) {
		snprintf(line, sizeof(line), "%s %u.\n", what, i);
		assert_true(plain_until(&who[1], line));
		snprintf(line, sizeof(line), "%s of ann %u.\n", what, i);
		assert_true(plain_until(&who[3], line));
	}
}

static void
are_there_once(const char *log, const char *what)
{
	char line[TEXT];
	unsigned i;

	for (i = 0; i < SAID; i++) {
		snprintf(line, sizeof(line), "\t%s %u.\n", what, i);
		assert_int_equal(count(log, line), 1);
		snprintf(line, sizeof(line), "\t%s of ann %u.\n", what, i);
		assert_int_equal(count(log, line), 1);
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
	if (etcds.n == 0 || (starter = child_of(server[3].pid)) == 0 ||
	    (worker = child_of(starter)) == 0)
		skip();
	enter(1);
	enter(3);
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
	server_expect_log(&server[3], "chat-engine has ended");
	assert_int_equal(server_wait(&server[3]), 1);
	start(3);
	log = same_log();
	are_there_once(log, "killed");
	are_there_once(log, "on");
	are_there_once(log, "gone");
	if (count(log, "\ttimeout\t") != 0)
		fail_msg("%s", log);
	free(log);
	leave(1);
	leave(3);
}

static void
assert_refused(uint32_t n, const char *why)
{
	struct server s;
	char line[SERVER_TEXT];

	spawn(&s, n, "-v");
	/* A member of the engine that is slow may be told before. */
	do
		if (server_line(&s.err, line, sizeof(line)) == NULL)
			fail_msg("it does not say \"%s\"", why);
	while (strstr(line, why) == NULL);
	assert_int_equal(server_wait(&s), 1);
}

static void
a_server_with_another_key_or_another_log_is_refused(void **state)
{
	char dir[TEXT];

	(void)state;
	if (etcds.n == 0)
		skip();
	server_stop(&server[3], SIGTERM);
	put_dir(dir, 3);
	/* The log is that, but not whose it is. */
	strlcat(dir, "/hostkey", sizeof(dir));
	assert_int_equal(unlink(dir), 0);
	assert_refused(3, "hostkey: the other servers have another one");
}

/* A day ahead of the members of etcd. */
static void
one_whose_clock_is_far_off_says_so(void **state)
{
	struct fault f;
	struct server s;
	char dir[TEXT], cluster[ETCDS_LIST + 16];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, "-p", "0",
	    cluster, "--node=4", "--here=127.0.0.1", NULL };

	(void)state;
	if (etcds.n == 0 || !fault_possible())
		skip();
	fault_open(&f);
	f.plan->wall_ms = INT64_C(86400000);
	put_dir(dir, 4);
	snprintf(cluster, sizeof(cluster), "--cluster=%s", etcds.list);
	server_spawn(&s, SERVER_PIPE, f.env, args);
	server_expect_log(&s, "seconds ahead of those of most members of etcd");
	assert_int_equal(server_wait(&s), 1);
	fault_close(&f);
}

/* Asked until it has that line. */
static void
has_line(uint32_t n, const char *line)
{
	char *log;
	bool has = false;
	int tries;

	for (tries = 0; tries < 100 && !has; tries++) {
		log = log_of(n);
		has = strstr(log, line) != NULL;
		free(log);
		if (!has)
			poll(NULL, 0, 50);
	}
	if (!has)
		fail_msg("no %s at %u", line, (unsigned)n);
}

/* Says some, each as a block of its own. */
static void
say_many(uint32_t n, const char *what, unsigned times)
{
	char text[64];
	struct plain p;
	unsigned i;

	for (i = 0; i < times; i++) {
		snprintf(text, sizeof(text), "%s %u", what, i);
		control(&p, n, "announce", text);
		plain_clear(&p);
	}
}

/* A copy of another one's directory, which is at work. */
static void
copy_dir(uint32_t from, uint32_t n)
{
	char dir[TEXT], tar[TEXT];
	char command[4 * TEXT];
	struct plain p;

	snprintf(tar, sizeof(tar), "%s/copy.tar", etcds.home);
	control(&p, from, "backup", tar);
	plain_clear(&p);
	put_dir(dir, n);
	snprintf(command, sizeof(command), "mkdir -m 700 '%s' && "
	    "tar -xf '%s' -C '%s'", dir, tar, dir);
	env_home_remove(dir);
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* Most of what is kept comes behind where it would go on, so that a copy of it
 * serves for a while. */
static bool
is_well_kept(uint32_t n)
{
	struct position position = { .number = 0 };
	char dir[TEXT];

	bool is = false;

	put_dir(dir, n);
	if (position_read(&disk_real, dir, &position))
		is = etcds_author(&etcds, "chat", position.number + 1 +
		    (int)KEEP / (int)KEEPER_SHARE) == 0;
	position_free(&position);
	return is;
}

/* What is kept no more one has behind it, or has with a copy. */
static void
who_needs_what_is_kept_no_more_begins_with_a_copy(void **state)
{
	char dir[TEXT], keep[32];
	struct plain p;
	int tries;

	(void)state;
	if (etcds.n == 0)
		skip();
	assert_int_equal(server_stop(&server[2], SIGTERM), 0);
	control(&p, 1, "announce", "while two is away");
	plain_clear(&p);
	/* Not one that it has not told yet goes. */
	snprintf(keep, sizeof(keep), "--cluster-keep=%d", KEEP);
	spawn(&server[2], 2, keep);
	server_listening(&server[2]);
	has_line(2, "\twhile two is away\n");
	has_room(2, "team\troom\t");
	say_many(2, "more of it", KEEP + 10);
	has_line(1, "\tmore of it 49\n");
	for (tries = 0; etcds_count(&etcds, "chat") > KEEP + 4 ||
	    !is_well_kept(2); tries++) {
		assert_in_range(tries, 0, 200);
		poll(NULL, 0, 50);
	}
	/* Of node 3 there is what it had, and nothing knows how far. */
	put_dir(dir, 3);
	env_home_remove(dir);
	copy_key(3);
	assert_refused(3, "keeps no more what this server has missed; begin "
	    "with a copy of another one's, which chat-ctl backup makes");
	copy_dir(2, 3);
	say_many(1, "since the copy", 3);
	spawn(&server[3], 3, NULL);
	server_listening(&server[3]);
	has_line(3, "\tsince the copy 2\n");
	has_line(3, "\talone\n");
	has_room(3, "team\troom\t");
	control(&p, 3, "ban", NULL);
	assert_non_null(strstr(p.said, "203.0.113.7"));
	plain_clear(&p);
	control(&p, 3, "announce", "three is back");
	plain_clear(&p);
	has_line(1, "\tthree is back\n");
	has_line(2, "\tthree is back\n");
}

static void
copy_program(const char *from, const char *to)
{
	static char bytes[1 << 16];
	int in = open(from, O_RDONLY | O_CLOEXEC),
	    out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ssize_t n;

	assert_true(in != -1 && out != -1);
	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
}

static void
one_without_an_engine_beside_it_says_so(void **state)
{
	const char *const args[] = { "--cluster=http://127.0.0.1:1",
		"--node=1", "--here=127.0.0.1", NULL };
	const char *bin = getenv("CHAT_BIN");
	char dir[ENV_HOME_BYTES], from[TEXT], to[TEXT], line[SERVER_TEXT];
	struct server s;

	(void)state;
	bin = strdup(bin == NULL ? "." : bin);
	env_home_make(dir);
	snprintf(from, sizeof(from), "%s/chat-server", bin);
	snprintf(to, sizeof(to), "%s/chat-server", dir);
	copy_program(from, to);
	setenv("CHAT_BIN", dir, 1);
	server_spawn(&s, SERVER_PIPE, NULL, args);
	setenv("CHAT_BIN", bin, 1);
	assert_non_null(server_line(&s.err, line, sizeof(line)));
	assert_non_null(strstr(line, "no chat-engine is beside"));
	assert_int_equal(server_wait(&s), 1);
	env_home_remove(dir);
	free((char *)(uintptr_t)bin);
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
		cmocka_unit_test(
		    who_is_at_one_that_is_cut_off_goes_on_at_another),
		cmocka_unit_test(an_operator_at_one_server_puts_out_of_all),
		cmocka_unit_test(
		    whose_program_is_killed_has_a_while_to_come_to_another),
		cmocka_unit_test(an_engine_that_is_killed_costs_no_line),
		cmocka_unit_test(one_whose_clock_is_far_off_says_so),
		cmocka_unit_test(one_without_an_engine_beside_it_says_so),
		cmocka_unit_test(
		    a_server_with_another_key_or_another_log_is_refused),
		cmocka_unit_test(
		    who_needs_what_is_kept_no_more_begins_with_a_copy)
	};

	return tests_run(tests, set_up, tear_down);
}
