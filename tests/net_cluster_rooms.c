/*
 * The rooms of one server, which become those of three, and of one again: real
 * programs on loopback. Nothing that was said, nor whose a name is, nor who is
 * banned is another on the way there, or back.
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

enum { NODES = 3, TEXT = 512, WORDS = 16 };

static struct etcds etcds;
static struct server server[NODES + 1];
static uint16_t port[NODES + 1];
static char home[NODES + 1][ENV_HOME_BYTES];
static const char *const name[NODES + 1] = { "", "ann", "bob", "cem" };
/* Those in which something was said. */
static const char *const rooms[] = { "lab", "ops", "desk" };
enum { ROOMS = sizeof(rooms) / sizeof(rooms[0]) };

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

/* With these rooms; found: of several, and the first of them. */
static void
start_one_of(uint32_t n, const char *const list[], bool found)
{
	char dir[TEXT], at[16], cluster[ETCDS_LIST + 16], node[16];
	const char *args[WORDS] = { "-b", "127.0.0.1", "-d", dir, "-p", at,
		cluster, node, "--here=127.0.0.1" };
	size_t used = 9;

	put_dir(dir, n);
	snprintf(at, sizeof(at), "%u", port[n]);
	snprintf(cluster, sizeof(cluster), "--cluster=%s", etcds.list);
	snprintf(node, sizeof(node), "--node=%u", (unsigned)n);
	for (; *list != NULL; list++) {
		args[used++] = "-r";
		args[used++] = *list;
	}
	if (found)
		args[used++] = "--found";
	server_spawn(&server[n], SERVER_PIPE, NULL, args);
	server_listening(&server[n]);
}

static void
start_alone(uint32_t n)
{
	char dir[TEXT], at[16];
	const char *const args[] = { "-b", "127.0.0.1", "-d", dir, "-p", at,
		"-r", "lab", "-r", "ops", NULL };

	put_dir(dir, n);
	snprintf(at, sizeof(at), "%u", port[n]);
	server_spawn(&server[n], SERVER_PIPE, NULL, args);
	server_listening(&server[n]);
}

/* What chat-ctl says, to be freed. */
static char *
control(uint32_t n, const char *const more[])
{
	char dir[TEXT];
	const char *words[WORDS] = { "-d", dir };
	struct plain p;
	size_t i;
	char *said;

	put_dir(dir, n);
	for (i = 0; more[i] != NULL; i++)
		words[2 + i] = more[i];
	plain_run_program(&p, "chat-ctl", etcds.home, words);
	if (plain_finish(&p) != 0)
		fail_msg("%s %s: %s", more[0], more[1], p.told);
	said = strdup(p.said);
	plain_clear(&p);
	return said;
}

static void
asks(uint32_t n, const char *one, const char *two, const char *three,
    const char *four)
{
	const char *const words[] = { one, two, three, four, NULL };

	free(control(n, words));
}

/* Asked until it says that; once: at once. */
static void
expect(uint32_t n, const char *one, const char *two, const char *want)
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
		fail_msg("no %s at %u:\n%s", want, (unsigned)n, said);
	free(said);
}

/* One comes into a room at a server, says that, reads it and goes. */
static void
visit(uint32_t who, uint32_t n, const char *room, const char *text)
{
	char line[TEXT];
	const char *const words[] = { "-P", "-n", name[who], "--follow",
		"--room", room, "127.0.0.1", NULL };
	struct plain p;

	if (home[who][0] == '\0')
		env_home_make(home[who]);
	plain_start(&p, port[n], home[who], words);
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
talk(uint32_t one, uint32_t n, const char *to, const char *reads,
    const char *text)
{
	char line[TEXT];
	const char *const words[] = { "-P", "-n", name[one], "--to", to,
		"--after", "0", "--follow", "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, port[n], home[one], words);
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
log_of(uint32_t n, const char *room)
{
	const char *const words[] = { "-R", room, "log", "--json", "1000",
		NULL };

	return control(n, words);
}

/* Asked until it begins like that. */
static void
expect_log(uint32_t n, const char *room, const char *want)
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
		fail_msg("%s at %u:\n%s-- wanted:\n%s", room, (unsigned)n,
		    said, want);
	free(said);
}

/* Asked until all have the same, to be freed. */
static char *
same_log(const char *room)
{
	char *first, *other;
	uint32_t n;
	int tries;

	for (tries = 0; tries < 100; tries++) {
		first = log_of(1, room);
		for (n = 2; n <= NODES; n++) {
			other = log_of(n, room);
			if (strcmp(other, first) != 0)
				break;
			free(other);
		}
		if (n > NODES)
			return first;
		if (tries == 99)
			fail_msg("%s:\n%s-- at %u:\n%s", room, first,
			    (unsigned)n, other);
		free(other);
		free(first);
		poll(NULL, 0, 50);
	}
	return NULL;
}

static int
set_up(void **state)
{
	uint32_t n;

	(void)state;
	if (!etcds_are_here())
		return 0;
	etcds_begin(&etcds, 1);
	for (n = 1; n <= NODES; n++)
		port[n] = server_free_port();
	return 0;
}

static int
tear_down(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= NODES; n++) {
		if (server[n].pid > 0)
			server_stop(&server[n], SIGTERM);
		if (home[n][0] != '\0')
			env_home_remove(home[n]);
	}
	if (etcds.n > 0)
		etcds_end(&etcds);
	return 0;
}

/* Rooms that are called as they were, or otherwise, or are put away; a ban. */
static void
be_one(char *logs[ROOMS])
{
	size_t i;

	start_alone(1);
	asks(1, "room", "open", "crew", NULL);
	asks(1, "room", "open", "old", NULL);
	asks(1, "room", "rename", "old", "older");
	asks(1, "ban", "203.0.113.7", NULL, NULL);
	visit(1, 1, "lab", "ann in the lab");
	visit(2, 1, "ops", "bob in ops");
	visit(1, 1, "ops", "ann in ops");
	visit(1, 1, "crew", "ann in the crew");
	visit(2, 1, "older", "bob in the old one");
	talk(2, 1, "ann", NULL, "PRIVATE one");
	asks(1, "room", "rename", "crew", "desk");
	asks(1, "room", "put-away", "older", NULL);
	for (i = 0; i < ROOMS; i++)
		logs[i] = log_of(1, rooms[i]);
	assert_int_equal(server_stop(&server[1], SIGTERM), 0);
}

static void
be_three(void)
{
	static const char *const all[] = { "lab", "ops", NULL },
	    *const home_only[] = { "lab", NULL },
	    *const one_more[] = { "lab", "ops", "new", NULL };
	uint32_t n;

	start_one_of(1, all, true);
	for (n = 2; n <= NODES; n++)
		copy_key(n);
	start_one_of(2, one_more, false);
	start_one_of(3, home_only, false);
}

static void
expect_house(uint32_t n)
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
	uint32_t n;
	size_t i;

	(void)state;
	if (etcds.n == 0)
		skip();
	be_one(logs);
	be_three();
	for (n = 1; n <= NODES; n++) {
		expect_house(n);
		/* What one asks for is there for all. */
		expect(n, "rooms", NULL, "new\troom\t");
		for (i = 0; i < ROOMS; i++)
			expect_log(n, rooms[i], logs[i]);
	}
	visit(3, 3, "ops", "cem in ops");
	/* By a name that it had. */
	visit(1, 2, "crew", "ann in the crew again");
	talk(1, 3, "bob", "PRIVATE one", "PRIVATE two");
	visit(3, 2, "new", "cem in a new one");
	for (i = 0; i < ROOMS; i++) {
		free(logs[i]);
		logs[i] = same_log(rooms[i]);
	}
	for (n = 1; n <= NODES; n++)
		assert_int_equal(server_stop(&server[n], SIGTERM), 0);
	start_alone(2);
	expect_house(2);
	expect(2, "rooms", NULL, "new\troom\t");
	for (i = 0; i < ROOMS; i++) {
		expect_log(2, rooms[i], logs[i]);
		free(logs[i]);
	}
	talk(2, 2, "ann", "PRIVATE two", "PRIVATE three");
	visit(1, 2, "desk", "ann is back");
	visit(3, 2, "ops", "cem, too");
	assert_int_equal(server_stop(&server[2], SIGTERM), 0);
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
