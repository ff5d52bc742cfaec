/*
 * Servers that are to have one room together and may not begin so, which is
 * told; and who was away for too long begins with a copy: real programs on
 * loopback.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/disk.h"
#include "server/cluster/position.h"
#include "server/keeper.h"
#include "tests/with_cmocka.h"
#include "tests/with_fault.h"
#include "tests/with_party.h"

enum {
	TEXT = 512,
	KEEP = 40	/* blocks, at the one who takes the others away */
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

static void
assert_refused(size_t n, const char *why)
{
	static const char *const more[] = { "-v", NULL };
	struct server s;
	char line[SERVER_TEXT];

	cluster_spawn_as(&party.cluster, &s, n, more);
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
	if (party.cluster.etcds.n == 0)
		skip();
	server_stop(&party.cluster.server[THREE], SIGTERM);
	cluster_dir(&party.cluster, dir, THREE);
	/* The log is that, but not whose it is. */
	strlcat(dir, "/hostkey", sizeof(dir));
	assert_int_equal(unlink(dir), 0);
	assert_refused(THREE, "hostkey: the other servers have another one");
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
	if (party.cluster.etcds.n == 0 || !fault_possible())
		skip();
	fault_open(&f);
	f.plan->wall_ms = INT64_C(86400000);
	cluster_dir(&party.cluster, dir, 4);
	snprintf(cluster, sizeof(cluster), "--cluster=%s",
	    party.cluster.etcds.list);
	server_spawn(&s, SERVER_PIPE, f.env, args);
	server_expect_log(&s, "seconds ahead of those of most members of etcd");
	assert_int_equal(server_wait(&s), 1);
	fault_close(&f);
}

/* Says some, each as a block of its own. */
static void
say_many(size_t n, const char *what, unsigned times)
{
	char text[64];
	struct plain p;
	unsigned i;

	for (i = 0; i < times; i++) {
		snprintf(text, sizeof(text), "%s %u", what, i);
		party_control(&party, &p, n, "announce", text);
		plain_clear(&p);
	}
}

/* A copy of another one's directory, which is at work. */
static void
copy_dir(size_t from, size_t n)
{
	char dir[TEXT], tar[TEXT];
	char command[4 * TEXT];
	struct plain p;

	snprintf(tar, sizeof(tar), "%s/copy.tar", party.cluster.etcds.home);
	party_control(&party, &p, from, "backup", tar);
	plain_clear(&p);
	cluster_dir(&party.cluster, dir, n);
	snprintf(command, sizeof(command), "mkdir -m 700 '%s' && "
	    "tar -xf '%s' -C '%s'", dir, tar, dir);
	env_home_remove(dir);
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* Most of what is kept comes behind where it would go on, so that a copy of it
 * serves for a while. */
static bool
is_well_kept(size_t n)
{
	struct position position = { .number = 0 };
	char dir[TEXT];
	bool is = false;

	cluster_dir(&party.cluster, dir, n);
	if (position_read(&disk_real, dir, &position))
		is = etcds_author(&party.cluster.etcds, "chat",
		    position.number + 1 +
		    (int)KEEP / (int)KEEPER_SHARE) == 0;
	position_free(&position);
	return is;
}

/* What is no line of the log, and comes to the others all the same. */
static void
rename_a_room(void)
{
	static const char *const opened[] = { "room", "open", "crew", NULL },
	    *const renamed[] = { "room", "rename", "crew", "team", NULL };
	struct plain p;
	size_t n;

	assert_int_equal(cluster_ask(&party.cluster, &p, TWO, opened), 0);
	plain_clear(&p);
	party_has(&party, ONE, "rooms", "crew\troom\t");
	assert_int_equal(cluster_ask(&party.cluster, &p, ONE, renamed), 0);
	plain_clear(&p);
	for (n = ONE; n < THREE; n++)
		party_has(&party, n, "rooms", "team\troom\t");
}

/* What is kept no more one has behind it, or has with a copy. */
static void
who_needs_what_is_kept_no_more_begins_with_a_copy(void **state)
{
	char dir[TEXT], keep[32];
	const char *const more[] = { keep, NULL };
	struct plain p;
	int tries;

	(void)state;
	if (party.cluster.etcds.n == 0)
		skip();
	rename_a_room();
	assert_int_equal(server_stop(&party.cluster.server[TWO], SIGTERM), 0);
	party_control(&party, &p, ONE, "announce", "while two is away");
	plain_clear(&p);
	/* Not one that it has not told yet goes. */
	snprintf(keep, sizeof(keep), "--cluster-keep=%d", KEEP);
	cluster_spawn_as(&party.cluster, &party.cluster.server[TWO], TWO, more);
	server_listening(&party.cluster.server[TWO]);
	party_has(&party, TWO, "log", "\twhile two is away\n");
	party_has(&party, TWO, "rooms", "team\troom\t");
	say_many(TWO, "more of it", KEEP + 10);
	party_has(&party, ONE, "log", "\tmore of it 49\n");
	for (tries = 0; etcds_count(&party.cluster.etcds, "chat") > KEEP + 4 ||
	    !is_well_kept(TWO); tries++) {
		assert_in_range(tries, 0, 200);
		poll(NULL, 0, 50);
	}
	/* Of node 3 there is what it had, and nothing knows how far. */
	cluster_dir(&party.cluster, dir, THREE);
	env_home_remove(dir);
	cluster_copy_key(&party.cluster, THREE);
	assert_refused(THREE, "keeps no more what this server has missed; begin "
	    "with a copy of another one's, which chat-ctl backup makes");
	copy_dir(TWO, THREE);
	say_many(ONE, "since the copy", 3);
	party_start(&party, THREE);
	party_has(&party, THREE, "log", "\tsince the copy 2\n");
	party_has(&party, THREE, "log", "\talone\n");
	party_has(&party, THREE, "rooms", "team\troom\t");
	party_control(&party, &p, THREE, "ban", NULL);
	assert_non_null(strstr(p.said, "203.0.113.7"));
	plain_clear(&p);
	party_control(&party, &p, THREE, "announce", "three is back");
	plain_clear(&p);
	party_has(&party, ONE, "log", "\tthree is back\n");
	party_has(&party, TWO, "log", "\tthree is back\n");
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
		cmocka_unit_test(one_whose_clock_is_far_off_says_so),
		cmocka_unit_test(one_without_an_engine_beside_it_says_so),
		cmocka_unit_test(
		    a_server_with_another_key_or_another_log_is_refused),
		cmocka_unit_test(
		    who_needs_what_is_kept_no_more_begins_with_a_copy)
	};

	return tests_run(tests, set_up, tear_down);
}
