/*
 * Real programs under a clock that jumps and with no descriptors left: nobody
 * is put out for it, nothing that was said is lost, and it is said what does
 * not work. The clock is moved by a library that is loaded before the C
 * library: no test for sanitizers, which sit in the same place.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <dirent.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/journal.h"
#include "tests/with_cmocka.h"
#include "tests/with_fault.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { CLIENTS = 2, CONTROL_IDLE = 3, LONG_LINE = 15000 };
static const long long hour = 3600 * 1000LL, day = 24 * hour,
    year = 365 * day;

static struct fault fault;
static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char homes[CLIENTS][ENV_HOME_BYTES];

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	env_home_make(room_home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	if (fault_possible()) {
		fault_open(&fault);
		fault_add_env(&fault, room_set);
	}
	for (i = 0; i < CLIENTS; i++)
		env_home_make(homes[i]);
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CLIENTS; i++)
		env_home_remove(homes[i]);
	env_home_remove(room_home);
	if (fault_possible())
		fault_close(&fault);
	return 0;
}

static void
start(uint16_t port, const char *const env[])
{
	char text[16];
	const char *args[] = { "-q", "-b", "127.0.0.1", "--rate=0", "-p",
	    text, NULL };

	snprintf(text, sizeof(text), "%u", port != 0 ? port :
	    server_free_port());
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
}

static void
run_client(struct plain *p, int who, const char *name,
    const char *const env[])
{
	char option[16], line[64];
	const char *words[] = { option, "-n", name, "--follow", "127.0.0.1",
	    NULL };

	snprintf(option, sizeof(option), "-p%u", server.port);
	plain_run_with(p, "chat-tui", homes[who], env, words);
	snprintf(line, sizeof(line), "\tjoin\t%s\t\n", name);
	assert_true(plain_until(p, line));
}

/* Says it and sees it come back, which the other one does too. */
static void
talk(struct plain *from, struct plain *to, const char *name, int n)
{
	char line[64];

	snprintf(line, sizeof(line), "line %d\n", n);
	plain_give(from, line);
	snprintf(line, sizeof(line), "\tsay\t%s\tline %d\n", name, n);
	if (!plain_until(from, line) || !plain_until(to, line))
		fail_msg("not said: %s of %s, who has: %s", line, name,
		    from->said);
}

static void
end(struct plain *p)
{
	kill(p->pid, SIGTERM);
	assert_int_equal(plain_finish(p), 143);
	plain_clear(p);
}

/* Nobody went or came. */
static void
assert_undisturbed(const struct plain *p)
{
	if (strstr(p->said, "\ttimeout\t") != NULL ||
	    strstr(p->said, "\tleave\t") != NULL)
		fail_msg("somebody was put out: %s", p->said);
}

static void
a_server_that_slept_puts_nobody_out(void **state)
{
	struct plain alice, carol;
	int bob, n;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, fault.env);
	run_client(&alice, 0, "alice", NULL);
	run_client(&carol, 1, "carol", NULL);
	talk(&carol, &alice, "carol", 0);
	talk(&alice, &carol, "alice", 0);
	bob = udp_open(&server, AF_INET);
	udp_ask(bob, "L bob", "OK");
	for (n = 1; n < 4; n++) {
		fault.plan->run_ms += 13 * hour;
		/* It reads this when it wakes up. */
		talk(&alice, &carol, "alice", n);
		udp_receive(bob, (char [64]){ 0 }, 64);
		udp_send(bob, "C hi");
		assert_true(plain_until(&alice, "~bob\thi\n"));
		plain_poll(&alice);
		assert_undisturbed(&alice);
	}
	end(&alice);
	end(&carol);
	close(bob);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

/* The clock is read about ten times for what is said and heard once. */
static void
wherever_it_sleeps_nobody_is_put_out(void **state)
{
	struct plain alice, carol;
	int n, said = 0;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, fault.env);
	run_client(&alice, 0, "alice", NULL);
	run_client(&carol, 1, "carol", NULL);
	talk(&carol, &alice, "carol", said);
	fault.plan->nap_ms = hour;
	for (n = 1; n < 30; n++) {
		fault.plan->nap_in = (unsigned)n;
		while (fault.plan->nap_in > 0)
			talk(&alice, &carol, "alice", ++said);
		plain_poll(&alice);
		assert_undisturbed(&alice);
	}
	end(&alice);
	end(&carol);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

static void
a_client_that_slept_goes_on(void **state)
{
	const char *env[] = { fault.set, fault.preload, NULL };
	const char *room[] = { room_set, NULL };
	struct plain alice, carol;
	int n;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, room);
	run_client(&alice, 0, "alice", env);
	run_client(&carol, 1, "carol", NULL);
	talk(&carol, &alice, "carol", 0);
	talk(&alice, &carol, "alice", 0);
	for (n = 1; n < 4; n++) {
		fault.plan->run_ms += 13 * hour;
		talk(&alice, &carol, "alice", n);
		talk(&carol, &alice, "carol", n);
	}
	end(&alice);
	end(&carol);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

/* Before 1970, far in the future, and back. */
static void
a_wall_clock_that_jumps_harms_nothing(void **state)
{
	const long long jumps[] = { -1 * day, -200 * year, 60 * day, 9000 * year,
	    -100 * day };
	struct plain alice, carol;
	uint16_t port;
	size_t i;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, fault.env);
	port = server.port;
	run_client(&alice, 0, "alice", NULL);
	run_client(&carol, 1, "carol", NULL);
	talk(&carol, &alice, "carol", 0);
	for (i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		fault.plan->wall_ms = jumps[i];
		talk(&alice, &carol, "alice", (int)i + 1);
		talk(&carol, &alice, "carol", (int)i + 1);
		assert_undisturbed(&alice);
		/* And what it wrote is read again. Nobody's name is his still
		 * after thousands of years. */
		if (jumps[i] > year)
			fault.plan->wall_ms = 0;
		assert_int_equal(server_stop(&server, SIGTERM), 0);
		start(port, fault.env);
		talk(&alice, &carol, "alice", (int)i + 50);
		talk(&carol, &alice, "carol", (int)i + 50);
	}
	fault.plan->wall_ms = 0;
	talk(&alice, &carol, "alice", 99);
	end(&alice);
	end(&carol);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

/* How many descriptors it has open, and the next would be. */
static unsigned
count_files(pid_t pid)
{
	const struct dirent *d;
	char path[64];
	unsigned n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.')
			n++;
	closedir(dir);
	return n;
}

/* Somebody at the operator's door who says nothing. */
static int
ask_nothing(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path),
	    "%.60s/.local/state/chat-server/control", room_home);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static int
ask_ctl(const char *const words[], char told[256])
{
	struct plain p;
	int status;

	plain_run_program(&p, "chat-ctl", room_home, words);
	plain_end_input(&p);
	status = plain_finish(&p);
	snprintf(told, 256, "%s%s", p.said, p.told);
	plain_clear(&p);
	return status;
}

static void
too_few_descriptors_at_the_start_are_mended(void **state)
{
	const char *room[] = { room_set, NULL };
	static const char *const args[] = { "-b", "127.0.0.1", "-p", "0",
	    NULL };
	struct rlimit before, few;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 20;
	/* It helps itself if it may. */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	server_spawn(&server, SERVER_PIPE, room, args);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	server_listening(&server);
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, NULL, &few), 0);
	assert_true(few.rlim_cur >= 64);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

static void
without_descriptors_the_operator_is_turned_away_and_the_room_goes_on(
    void **state)
{
	static const char *const names[] = { "names", NULL };
	const char *room[] = { room_set, NULL };
	struct rlimit before, none;
	struct plain alice, carol;
	int idle[CONTROL_IDLE];
	char told[256];
	size_t i;

	(void)state;
	start(0, room);
	run_client(&alice, 0, "alice", NULL);
	run_client(&carol, 1, "carol", NULL);
	talk(&carol, &alice, "carol", 0);
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, NULL, &before),
	    0);
	/* poll(2) wants to be allowed as many as it is asked about. */
	for (i = 0; i < CONTROL_IDLE; i++)
		idle[i] = ask_nothing();
	talk(&alice, &carol, "alice", 1);
	none = before;
	none.rlim_cur = count_files(server.pid);
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, &none, NULL), 0);
	assert_int_equal(ask_ctl(names, told), 1);
	assert_non_null(strstr(told, "chat-ctl: "));
	talk(&alice, &carol, "alice", 0);
	assert_int_equal(ask_ctl(names, told), 1);
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, &before, NULL),
	    0);
	assert_int_equal(ask_ctl(names, told), 0);
	assert_non_null(strstr(told, "alice"));
	for (i = 0; i < CONTROL_IDLE; i++)
		close(idle[i]);
	end(&alice);
	end(&carol);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

/* Of the one file that it has. */
static off_t
log_bytes(void)
{
	char pattern[ENV_HOME_BYTES + 64];
	struct stat st;
	glob_t found;

	snprintf(pattern, sizeof(pattern),
	    "%s/.local/state/chat-server/*/*.log", room_home);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	assert_int_equal(stat(found.gl_pathv[0], &st), 0);
	globfree(&found);
	return st.st_size;
}

/* A long line of its own number. */
static void
say_long(struct plain *p, unsigned n)
{
	char line[LONG_LINE + 2];

	memset(line, 'x', LONG_LINE);
	snprintf(line, 32, "long %u ", n);
	line[strlen(line)] = 'x';
	memcpy(line + LONG_LINE, "\n", 2);
	plain_give(p, line);
}

static bool
has_long(struct plain *p, unsigned n)
{
	char text[32];

	snprintf(text, sizeof(text), "\tlong %u x", n);
	return plain_until(p, text);
}

static void
without_descriptors_for_the_next_file_of_the_log_lines_wait(void **state)
{
	const char *room[] = { room_set, NULL };
	struct rlimit before, none;
	int idle[CONTROL_IDLE];
	struct plain alice, carol;
	unsigned n, i;

	(void)state;
	start(0, room);
	run_client(&alice, 0, "alice", NULL);
	/* One file is all but full. */
	for (n = 1; log_bytes() < JOURNAL_SEGMENT_BYTES - 3 * LONG_LINE;
	    n++) {
		say_long(&alice, n);
		assert_true(has_long(&alice, n));
	}
	run_client(&carol, 1, "carol", NULL);
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, NULL, &before),
	    0);
	/* poll(2) wants to be allowed as many as it is asked about. */
	for (i = 0; i < CONTROL_IDLE; i++)
		idle[i] = ask_nothing();
	talk(&carol, &alice, "carol", 1);
	none = before;
	none.rlim_cur = count_files(server.pid);
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, &none, NULL), 0);
	/* As much as pipes take. */
	for (i = 0; i < 6; i++)
		say_long(&alice, n++);
	server_expect_log(&server, "Too many open files; what is said waits");
	assert_int_equal(prlimit(server.pid, RLIMIT_NOFILE, &before, NULL),
	    0);
	/* And then all of them are said, to the others as well. */
	assert_true(has_long(&alice, n - 1));
	assert_true(has_long(&carol, n - 1));
	for (i = 0; i < CONTROL_IDLE; i++)
		close(idle[i]);
	assert_undisturbed(&alice);
	end(&alice);
	end(&carol);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_server_that_slept_puts_nobody_out),
		TEST(wherever_it_sleeps_nobody_is_put_out),
		TEST(a_client_that_slept_goes_on),
		TEST(a_wall_clock_that_jumps_harms_nothing),
		TEST(too_few_descriptors_at_the_start_are_mended),
		TEST(without_descriptors_for_the_next_file_of_the_log_lines_wait),
		TEST(without_descriptors_the_operator_is_turned_away_and_the_room_goes_on),
	};

	return tests_run(tests, NULL, NULL);
}
