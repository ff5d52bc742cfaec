/*
 * Real programs on a disk that fails and in a memory that ends: each fault
 * ends in a clear state, and nothing that was acknowledged is lost. A library
 * that is loaded before the C library makes them fail: no test for
 * sanitizers, which sit in the same place.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_fault.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { CLIENTS = 3, WORKERS = 16, SWEEPS = 12 };

/* A room whose key and log outlive its server, and its people's homes. */
static struct fault fault;
static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char homes[CLIENTS][ENV_HOME_BYTES];

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	if (!fault_possible())
		return 0;
	fault_open(&fault);
	env_home_make(room_home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	fault_add_env(&fault, room_set);
	for (i = 0; i < CLIENTS; i++)
		env_home_make(homes[i]);
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	if (!fault_possible())
		return 0;
	for (i = 0; i < CLIENTS; i++)
		env_home_remove(homes[i]);
	env_home_remove(room_home);
	fault_close(&fault);
	return 0;
}

/* The room at this port, 0: at a free one; options: more of them. */
static void
start(uint16_t port, const char *option)
{
	char text[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", text,
	    option, NULL };

	snprintf(text, sizeof(text), "%u", port != 0 ? port :
	    server_free_port());
	server_spawn(&server, SERVER_PIPE, fault.env, args);
	server_listening(&server);
}

static void
run_client(struct plain *p, int who, const char *name, const char *more)
{
	const char *words[] = { "-n", name, "127.0.0.1", more, NULL };

	plain_start(p, server.port, homes[who], words);
}

/* All of the room, as somebody new reads it; freed by the caller. */
static char *
read_room(void)
{
	static const char *const words[] = { "-n", "reader", "--after", "0",
	    "--no-store", "127.0.0.1", NULL };
	struct plain p;

	plain_start(&p, server.port, homes[CLIENTS - 1], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	free(p.told);
	return p.said;
}

/* The line of that author is there, once. */
static void
assert_once(const char *room, const char *name, const char *text)
{
	char line[256];
	const char *at;

	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name, text);
	if ((at = strstr(room, line)) == NULL)
		print_error("%s: %s is not in:\n%s", name, text, room);
	assert_non_null(at);
	assert_null(strstr(at + 1, line));
}

/* Bob is there, as the classic protocol has it. */
static int
classic_bob(void)
{
	int fd = udp_open(&server, AF_INET);

	udp_ask(fd, "L bob", "OK");
	return fd;
}

static void
a_disk_that_loses_a_line_ends_the_server_and_no_line(void **state)
{
	struct plain alice, carol;
	uint16_t port;
	char *room;
	int bob;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, "-q");
	port = server.port;
	run_client(&alice, 0, "alice", NULL);
	plain_give(&alice, "one\n");
	assert_true(plain_until(&alice, "\tsay\talice\tone\n"));
	bob = classic_bob();
	run_client(&carol, 1, "carol", "--follow");
	udp_expect(bob, "carol entered the chat room");
	/* Her name is on the disk when she is told that she is in. */
	assert_true(plain_until(&carol, "\tjoin\tcarol\t"));

	/* The kernel says it once, and then believes it written. */
	fault_order(&fault, FAULT_SYNC, 1, 0, EIO);
	plain_give(&alice, "two\n");
	udp_expect(bob, "alice: two");
	udp_expect(bob, "Admin: the disk of the server failed; "
	    "the server is shutting down");
	assert_int_equal(server_wait(&server), 1);
	assert_non_null(strstr(server.err.text,
	    "the disk did not take the log: Input/output error"));
	close(bob);
	fault_none(&fault);
	/* So who is encrypted is told, too. */
	assert_true(plain_until_told(&carol, "its disk takes nothing", 1));

	start(port, "-q");
	/* He ends only when all he said is acknowledged. */
	plain_end_input(&alice);
	assert_int_equal(plain_finish(&alice), 0);
	assert_true(plain_until(&carol, "\tsay\talice\ttwo\n"));
	kill(carol.pid, SIGTERM);
	assert_int_equal(plain_finish(&carol), 143);
	room = read_room();
	assert_once(room, "alice", "one");
	assert_once(room, "alice", "two");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	free(room);
	plain_clear(&alice);
	plain_clear(&carol);
}

/*
 * Every n: the n-th call of some kind fails, while somebody comes, talks and
 * goes, and comes again after a restart. Of the allocations, which are many
 * hundreds, one in three; with CHAT_FAULTS=few in the environment one in
 * twelve, with CHAT_FAULTS=all each, and several calls in a row: that takes
 * minutes; how many calls that were is said, and how long it took. The disk is
 * in memory: which call fails is the test's to say.
 */
struct sweep {
	const char	*what;
	unsigned	 kinds;
	unsigned	 onwards;
	int		 error;
	unsigned	 n;		/* now; 0: none fails */
};

/* A run; false: there is no n-th call of these kinds. */
typedef bool survivor(const struct sweep *);

static bool
is_asked(const char *how)
{
	const char *faults = getenv("CHAT_FAULTS");

	return faults != NULL && strcmp(faults, how) == 0;
}

static void
sweep_fails(const struct sweep *s, const char *why, const char *text)
{
	fault_none(&fault);
	fail_msg("%s, the %u. fails: %s: %s", s->what, s->n, why, text);
}

/* It ended, or was told to: with 0, or with 1 and a sentence. */
static void
take_end(const struct sweep *s, int status)
{
	size_t len = server.err.len;

	server.pid = 0;
	if (status != 0 && status != 1)
		sweep_fails(s, "the server died", server.err.text);
	if (status == 1 && (len < 20 || server.err.text[len - 1] != '\n'))
		sweep_fails(s, "no sentence", server.err.text);
}

/* A supervisor: starts it, again if it ends. */
static void
keep_up(const struct sweep *s, uint16_t *port)
{
	char text[16], line[256];
	const char *args[] = { "-q", "-b", "127.0.0.1", "--rate=0", "-p",
	    text, NULL };
	int tries, i;

	for (tries = 0; tries < 4; tries++) {
		snprintf(text, sizeof(text), "%u", *port);
		server_spawn(&server, SERVER_PIPE, fault.env, args);
		for (i = 0; i < 3; i++) {
			if (server_line(&server.out, line, sizeof(line)) ==
			    NULL)
				break;
			if (i == 0)
				*port = (uint16_t)atoi(strrchr(line, ':') + 1);
		}
		server.port = *port;
		if (i == 3)
			return;
		take_end(s, server_wait(&server));
	}
	sweep_fails(s, "it does not start", server.err.text);
}

/* Until the client has ended; its exit status. The server is kept up. */
static int
wait_client(const struct sweep *s, struct plain *p, uint16_t *port)
{
	char line[256];
	int idle_ms = 0;

	while (p->out != -1 || p->err != -1) {
		struct pollfd fds[3] = { { .fd = p->out, .events = POLLIN },
			{ .fd = p->err, .events = POLLIN },
			{ .fd = server.out.fd, .events = POLLIN } };

		if (poll(fds, 3, 1000) == 0 &&
		    (idle_ms += 1000) > PLAIN_WAIT_MS) {
			kill(p->pid, SIGABRT);
			sweep_fails(s, "the client hangs", p->told);
		}
		plain_poll(p);
		/* A line more of its greeting, or its end. */
		if (fds[2].revents == 0 || server_line(&server.out, line,
		    sizeof(line)) != NULL)
			continue;
		take_end(s, server_wait(&server));
		keep_up(s, port);
	}
	return plain_finish(p);
}

/* Alice says that and leaves when it is acknowledged. */
static int
alice_says(const struct sweep *s, const char *text, uint16_t *port,
    const char *const env[], char told[1024])
{
	char option[16];
	const char *words[] = { option, "-n", "alice", "--wait=5s",
		"127.0.0.1", NULL };
	struct plain p;
	int status;

	snprintf(option, sizeof(option), "-p%u", *port);
	plain_run_with(&p, "chat-tui", homes[0], env, words);
	/* Where it ended at once nobody reads. */
	if (write(p.in, text, strlen(text)) == -1)
		assert_int_equal(errno, EPIPE);
	plain_end_input(&p);
	status = wait_client(s, &p, port);
	strlcpy(told, p.told, 1024);
	plain_clear(&p);
	return status;
}

static void
clean_homes(void)
{
	size_t i;

	env_home_remove(room_home);
	assert_int_equal(mkdir(room_home, 0700), 0);
	for (i = 0; i < CLIENTS; i++) {
		env_home_remove(homes[i]);
		assert_int_equal(mkdir(homes[i], 0700), 0);
	}
}

static bool
server_survives(const struct sweep *s)
{
	char told[1024], *room;
	uint16_t port = 0;
	bool hit;

	clean_homes();
	fault_order(&fault, s->kinds, s->n, s->onwards, s->error);
	keep_up(s, &port);
	if (alice_says(s, "one\n", &port, NULL, told) != 0)
		sweep_fails(s, "one was not said", told);
	take_end(s, server_stop(&server, SIGTERM));
	keep_up(s, &port);
	if (alice_says(s, "two\n", &port, NULL, told) != 0)
		sweep_fails(s, "two was not said", told);
	hit = fault_hits(&fault) > 0;
	fault_none(&fault);
	take_end(s, server_stop(&server, SIGTERM));
	keep_up(s, &port);
	room = read_room();
	assert_once(room, "alice", "one");
	assert_once(room, "alice", "two");
	take_end(s, server_stop(&server, SIGTERM));
	free(room);
	return hit;
}

static unsigned
count_said(const char *room, const char *text)
{
	char line[256];
	unsigned n = 0;

	snprintf(line, sizeof(line), "\tsay\talice\t%s\n", text);
	for (; (room = strstr(room, line)) != NULL; room++)
		n++;
	return n;
}

/*
 * She says that under the fault: it ends with 0, and then it is said, or with
 * another status and a sentence, and then it is said once at most.
 */
static bool
says_or_tells(const struct sweep *s, const char *text, uint16_t *port)
{
	const char *const env[] = { fault.set, fault.preload, NULL };
	char told[1024];
	int status = alice_says(s, text, port, env, told);

	if (status == 0)
		return true;
	/* A config that cannot be read is one that is wrong. */
	if (status == 2 && strstr(told, "/config: ") != NULL)
		return false;
	/* With 4 it waits, and is said the next time. */
	if ((status != 1 && status != 4) ||
	    strncmp(told, "chat-tui: ", 10) != 0)
		sweep_fails(s, "no clear end", told);
	return false;
}

/* The same of the client's n-th call. */
static bool
client_survives(const struct sweep *s)
{
	char told[1024], *room;
	uint16_t port = 0;
	bool hit, one, two;

	clean_homes();
	fault_none(&fault);
	keep_up(s, &port);
	fault_order(&fault, s->kinds, s->n, s->onwards, s->error);
	one = says_or_tells(s, "one\n", &port);
	two = says_or_tells(s, "two\n", &port);
	hit = fault_hits(&fault) > 0;
	fault_none(&fault);
	if (alice_says(s, "three\n", &port, NULL, told) != 0)
		sweep_fails(s, "three was not said", told);
	room = read_room();
	if (count_said(room, "one") > 1 || count_said(room, "two") > 1)
		sweep_fails(s, "said twice", room);
	if ((one && count_said(room, "one") == 0) ||
	    (two && count_said(room, "two") == 0))
		sweep_fails(s, "lost", room);
	assert_once(room, "alice", "three");
	take_end(s, server_stop(&server, SIGTERM));
	free(room);
	return hit;
}

/* What the workers of a test have in common. */
struct board {
	atomic_uint	 next;			/* run that nobody has yet */
	/* Of each sweep, how many calls there are where none fails, and which
	 * of its runs are to be done now: the last meets none, as a rule. */
	unsigned	 calls[SWEEPS], from[SWEEPS], end[SWEEPS];
	atomic_bool	 more[SWEEPS];		/* it has met one */
};

static unsigned
step_of(const struct sweep *s)
{
	return s->kinds != FAULT_ALLOC || is_asked("all") ? 1 :
	    is_asked("few") ? 12 : 3;
}

/* One run: none fails, and they are counted; or a call fails. */
static void
count_calls(struct board *b, struct sweep *s, size_t at, survivor *survives)
{
	s->n = 0;
	survives(s);
	b->calls[at] = fault_count(&fault);
}

static void
fail_one(struct board *b, struct sweep *s, size_t at, unsigned run,
    survivor *survives)
{
	bool hit;

	s->n = 1 + run * step_of(s);
	hit = survives(s);
	if (run == 0 && !hit)
		sweep_fails(s, "it was never called", "");
	if (run + 1 == b->end[at])
		b->more[at] = hit;
}

/* In a room and homes of its own, until all runs are somebody's. */
static void
work(struct board *b, struct sweep *s, size_t n, survivor *survives)
{
	unsigned run;
	size_t at;

	/* What fails here must not go on as another test program. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	set_up(NULL);
	for (;;) {
		run = b->next++;
		for (at = 0; at < n && run >= b->end[at] - b->from[at]; at++)
			run -= b->end[at] - b->from[at];
		if (at == n)
			break;
		if (b->calls[at] == 0)
			count_calls(b, &s[at], at, survives);
		else
			fail_one(b, &s[at], at, b->from[at] + run, survives);
	}
	tear_down(NULL);
	_exit(0);
}

/* The most of it is waiting, so many work at once. */
static void
work_all(struct board *b, struct sweep *s, size_t n, survivor *survives)
{
	pid_t workers[WORKERS];
	int status, bad = 0;
	size_t i;

	b->next = 0;
	fflush(NULL);
	for (i = 0; i < WORKERS; i++) {
		if ((workers[i] = fork()) == 0)
			work(b, s, n, survives);
		assert_true(workers[i] > 0);
	}
	for (i = 0; i < WORKERS; i++) {
		assert_int_equal(waitpid(workers[i], &status, 0), workers[i]);
		if (status != 0)
			bad++;
	}
	assert_int_equal(bad, 0);
}

/* Which runs are next; false: each sweep has come to one that met none. */
static bool
go_on(struct board *b, const struct sweep *s, size_t n)
{
	bool any = false;
	unsigned step;
	size_t i;

	for (i = 0; i < n; i++) {
		step = step_of(&s[i]);
		b->from[i] = b->end[i];
		if (b->more[i])
			b->end[i] += b->from[i] == 0 ?
			    (b->calls[i] + step - 1) / step + 1 : 1;
		b->more[i] = false;
		any = any || b->end[i] != b->from[i];
	}
	return any;
}

static void
sweep_all(struct sweep *s, size_t n, survivor *survives)
{
	int64_t begun = clock_now_ms();
	struct board *b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t i;

	assert_ptr_not_equal(b, MAP_FAILED);
	assert_in_range(n, 1, SWEEPS);
	for (i = 0; i < n; i++)
		b->end[i] = 1;
	work_all(b, s, n, survives);
	for (i = 0; i < n; i++) {
		assert_int_not_equal(b->calls[i], 0);
		b->end[i] = 0;
		b->more[i] = true;
	}
	while (go_on(b, s, n))
		work_all(b, s, n, survives);
	if (is_asked("all"))
		for (i = 0; i < n; i++)
			print_message("%s: %u calls, in %lld ms of all\n",
			    s[i].what, b->calls[i],
			    (long long)(clock_now_ms() - begun));
	munmap(b, sizeof(*b));
}

static void
every_failing_call_of_the_servers_disk_ends_well(void **state)
{
	struct sweep sweeps[] = {
		{ "write", FAULT_WRITE, 0, EIO, 0 },
		{ "full disk", FAULT_WRITE, 0, ENOSPC, 0 },
		{ "sync", FAULT_SYNC, 0, EIO, 0 },
		{ "rename", FAULT_RENAME, 0, EIO, 0 },
		{ "open", FAULT_OPEN, 0, EMFILE, 0 },
		{ "truncate", FAULT_TRUNCATE, 0, EIO, 0 },
		{ "mkdir", FAULT_MKDIR, 0, EROFS, 0 },
		{ "link", FAULT_LINK, 0, EPERM, 0 },
		{ "remove", FAULT_REMOVE, 0, EIO, 0 },
		{ "socket", FAULT_SOCKET, 0, EMFILE, 0 },
		{ "full disk, long", FAULT_WRITE, 3, ENOSPC, 0 },
		{ "disk", FAULT_DISK, 2, EIO, 0 }
	};
	const size_t all = sizeof(sweeps) / sizeof(sweeps[0]);

	(void)state;
	if (!fault_possible())
		skip();
	sweep_all(sweeps, is_asked("all") ? all : all - 2, server_survives);
}

static void
every_failing_allocation_of_the_server_ends_well(void **state)
{
	struct sweep sweeps[] = {
		{ "allocation", FAULT_ALLOC, 0, ENOMEM, 0 },
		{ "allocations", FAULT_ALLOC, 4, ENOMEM, 0 }
	};

	(void)state;
	if (!fault_possible())
		skip();
	sweep_all(sweeps, is_asked("all") ? 2 : 1, server_survives);
}

static void
every_failing_call_of_the_clients_disk_ends_well(void **state)
{
	struct sweep sweeps[] = {
		{ "write", FAULT_WRITE, 0, EIO, 0 },
		{ "full disk", FAULT_WRITE, 0, ENOSPC, 0 },
		{ "sync", FAULT_SYNC, 0, EIO, 0 },
		{ "rename", FAULT_RENAME, 0, EIO, 0 },
		{ "open", FAULT_OPEN, 0, EMFILE, 0 },
		{ "mkdir", FAULT_MKDIR, 0, EROFS, 0 },
		{ "link", FAULT_LINK, 0, EPERM, 0 },
		{ "remove", FAULT_REMOVE | FAULT_TRUNCATE, 0, EIO, 0 },
		{ "socket", FAULT_SOCKET | FAULT_FORK, 0, EMFILE, 0 },
		/* Not half a write, and then no way to take it back. */
		{ "disk", FAULT_DISK & ~(unsigned)FAULT_TRUNCATE, 3, EIO, 0 }
	};
	const size_t all = sizeof(sweeps) / sizeof(sweeps[0]);

	(void)state;
	if (!fault_possible())
		skip();
	sweep_all(sweeps, is_asked("all") ? all : all - 1, client_survives);
}

static void
every_failing_allocation_of_the_client_ends_well(void **state)
{
	struct sweep sweeps[] = {
		{ "allocation", FAULT_ALLOC, 0, ENOMEM, 0 },
		{ "allocations", FAULT_ALLOC, 4, ENOMEM, 0 }
	};

	(void)state;
	if (!fault_possible())
		skip();
	sweep_all(sweeps, is_asked("all") ? 2 : 1, client_survives);
}

static void
nobody_is_in_under_a_name_that_the_disk_lost(void **state)
{
	struct plain carol;
	uint16_t port;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, "-q");
	port = server.port;
	fault_order(&fault, FAULT_SYNC, 1, 0, EIO);
	run_client(&carol, 0, "carol", "--follow");
	plain_give(&carol, "here\n");
	assert_int_equal(server_wait(&server), 1);
	plain_poll(&carol);
	assert_null(strstr(carol.said, "\tcarol\t"));
	fault_none(&fault);

	start(port, "-q");
	assert_true(plain_until(&carol, "\tsay\tcarol\there\n"));
	kill(carol.pid, SIGTERM);
	assert_int_equal(plain_finish(&carol), 143);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	plain_clear(&carol);
}

/* What it answers, on standard error or output. */
static void
assert_ctl(const char *const words[], int status, const char *answer)
{
	struct plain p;

	plain_run_program(&p, "chat-ctl", room_home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), status);
	assert_string_equal(status == 0 ? p.said : p.told, answer);
	plain_clear(&p);
}

/* Also where the log answers late: then the operator's answer waits for it. */
static void
what_an_operator_asks_of_a_full_disk_is_not_done(void **state)
{
	static const char *const asks[][4] = { { "announce", "soon" },
	    { "kick", "bob" }, { "mute", "alice", "1h", "noise" },
	    { "close" }, { "release", "alice" } };
	static const char *const kick[] = { "kick", "bob", NULL };
	static const char *const names[] = { "names", NULL };
	const char *words[5] = { NULL };
	struct plain alice;
	int bob;
	size_t i;

	(void)state;
	if (!fault_possible())
		skip();
	start(0, "-q");
	run_client(&alice, 0, "alice", "--follow");
	assert_true(plain_until(&alice, "\tjoin\talice"));
	bob = classic_bob();
	fault_order(&fault, FAULT_WRITE, 1, INT_MAX, ENOSPC);
	for (i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		memcpy(words, asks[i], sizeof(asks[i]));
		assert_ctl(words, 1, "chat-ctl: the log cannot be written\n");
	}
	fault_none(&fault);
	assert_ctl(names, 0, "alice\n~bob\n");
	assert_ctl(kick, 0, "kicked: bob\n");
	assert_ctl(names, 0, "alice\n");
	close(bob);
	kill(alice.pid, SIGTERM);
	assert_int_equal(plain_finish(&alice), 143);
	plain_clear(&alice);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_an_operator_asks_of_a_full_disk_is_not_done,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_disk_that_loses_a_line_ends_the_server_and_no_line,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    nobody_is_in_under_a_name_that_the_disk_lost,
		    set_up, tear_down),
		cmocka_unit_test(
		    every_failing_call_of_the_servers_disk_ends_well),
		cmocka_unit_test(
		    every_failing_allocation_of_the_server_ends_well),
		cmocka_unit_test(
		    every_failing_call_of_the_clients_disk_ends_well),
		cmocka_unit_test(
		    every_failing_allocation_of_the_client_ends_well),
	};

	signal(SIGPIPE, SIG_IGN);
	env_in_memory();
	return tests_run(tests, NULL, NULL);
}
