/*
 * chat-engine on a real etcd, spoken to as the server does: what it says of the
 * log, of blocks, and of who lives.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "server/cluster/verb.h"
#include "tests/with_cmocka.h"
#include "tests/with_etcd.h"
#include "tests/with_server.h"

struct engine {
	pid_t		 pid;
	int		 fd;
	struct verb	 heard;		/* last */
	uint8_t		 bytes[VERB_BYTES];
};

static struct etcds etcds;

static int
set_up(void **state)
{
	(void)state;
	if (etcds_are_here())
		etcds_begin(&etcds, 1);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (etcds.n > 0)
		etcds_end(&etcds);
	return 0;
}

static void
start_at(struct engine *e, const char *room, const char *members)
{
	const char *bin = getenv("CHAT_BIN");
	char program[256];
	int pair[2];

	snprintf(program, sizeof(program), "%s/chat-engine", bin == NULL ?
	    "." : bin);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		err(1, "socketpair");
	fflush(NULL);
	if ((e->pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pair[1], STDIN_FILENO);
		closefrom(3);
		execl(program, program, room, "", "", "", members,
		    (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	e->fd = pair[0];
}

static void
start(struct engine *e, const char *room)
{
	start_at(e, room, etcds.list);
}

/* ---- A way to etcd that loses one request ---- */

enum { WAYS = 32, WAY_BYTES = 16384 };

struct ways {
	struct pollfd	 fds[1 + 2 * WAYS];	/* who listens; pairs */
	bool		 lost[WAYS];		/* nothing more passes there */
	bool		 has_lost;
};

static int
tcp(uint16_t port, bool listens)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || (listens ? bind(fd, (struct sockaddr *)&sin,
	    sizeof(sin)) == -1 || listen(fd, WAYS) == -1 :
	    connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1))
		err(1, "port %u", port);
	return fd;
}

static void
take_way(struct ways *w)
{
	int i;

	for (i = 1; w->fds[i].fd != -1; i += 2)
		if (i + 2 > 2 * WAYS)
			errx(1, "more ways than %d", WAYS);
	w->fds[i].fd = accept(w->fds[0].fd, NULL, NULL);
	w->fds[i + 1].fd = tcp(etcds.member[0].client, false);
	w->lost[i / 2] = false;
}

/* What came at one end goes out at the other one, but for the first request
 * that has those words, and what follows it. */
static void
pass(struct ways *w, int i, const char *loses)
{
	int other = (i - 1) % 2 == 0 ? i + 1 : i - 1;
	char bytes[WAY_BYTES];
	ssize_t n = read(w->fds[i].fd, bytes, sizeof(bytes));

	if (n <= 0) {
		close(w->fds[i].fd);
		close(w->fds[other].fd);
		w->fds[i].fd = w->fds[other].fd = -1;
		return;
	}
	if (!w->has_lost && other == i + 1 &&
	    memmem(bytes, (size_t)n, loses, strlen(loses)) != NULL)
		w->has_lost = w->lost[(i - 1) / 2] = true;
	if (!w->lost[(i - 1) / 2] &&
	    write(w->fds[other].fd, bytes, (size_t)n) != n)
		err(1, "write");
}

static _Noreturn void
run_ways(int listens, const char *loses)
{
	struct ways w = { .has_lost = false };
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i <= 2 * WAYS; i++)
		w.fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	w.fds[0].fd = listens;
	for (;;) {
		if (poll(w.fds, 1 + 2 * WAYS, -1) == -1)
			err(1, "poll");
		for (i = 1; i <= 2 * WAYS; i++)
			if (w.fds[i].fd != -1 && w.fds[i].revents != 0)
				pass(&w, i, loses);
		if (w.fds[0].revents != 0)
			take_way(&w);
	}
}

static pid_t
start_ways(char members[ETCDS_LIST], const char *loses)
{
	int fd = tcp(0, true);
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	pid_t pid;

	if (getsockname(fd, (struct sockaddr *)&sin, &len) == -1)
		err(1, "getsockname");
	snprintf(members, ETCDS_LIST, "http://127.0.0.1:%u",
	    ntohs(sin.sin_port));
	fflush(NULL);
	if ((pid = fork()) == 0)
		run_ways(fd, loses);
	close(fd);
	return pid;
}

/* It ends with the server. */
static void
end(struct engine *e)
{
	int status;

	close(e->fd);
	while (waitpid(e->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	assert_int_equal(status, 0);
}

static void
say(struct engine *e, enum verb_kind kind, uint64_t number, const char *text)
{
	static uint8_t bytes[VERB_BYTES];
	size_t len = verb_put(bytes, &(struct verb){ kind, number,
	    (const uint8_t *)text, strlen(text) });

	assert_int_not_equal(len, 0);
	assert_int_equal(send(e->fd, bytes, len, MSG_NOSIGNAL), len);
}

/* The next word within that time. */
static bool
hear(struct engine *e, int64_t until)
{
	struct pollfd pfd = { .fd = e->fd, .events = POLLIN };
	int64_t left = until - clock_now_ms();
	ssize_t n;

	if (poll(&pfd, 1, left < 0 ? 0 : (int)left) != 1)
		return false;
	n = recv(e->fd, e->bytes, sizeof(e->bytes), 0);
	assert_true(n > 0);
	assert_true(verb_get(&e->heard, e->bytes, (size_t)n));
	return true;
}

/* Until it says that; others pass. */
static bool
says(struct engine *e, enum verb_kind kind, uint64_t number)
{
	int64_t until = clock_now_ms() + WAIT_MS;

	while (hear(e, until))
		if (e->heard.kind == kind && e->heard.number == number)
			return true;
	return false;
}

static bool
is(const struct engine *e, const char *text)
{
	return e->heard.len == strlen(text) &&
	    memcmp(e->heard.bytes, text, e->heard.len) == 0;
}

/* Asked again until etcd is up. */
static void
ask_log(struct engine *e, const char *text)
{
	int tries;

	for (tries = 0; tries < 300; tries++) {
		int64_t until = clock_now_ms() + 200;

		say(e, VERB_BEGIN, 0, text);
		while (hear(e, until))
			if (e->heard.kind == VERB_LOG)
				return;
	}
	fail();
}

static void
a_log_is_begun_once(void **state)
{
	static const char one[VERB_LOG_BYTES + 1] =
	    "111111111111111111111111111111111111111111111111",
	    other[VERB_LOG_BYTES + 1] =
	    "222222222222222222222222222222222222222222222222";
	struct engine e;

	(void)state;
	if (etcds.n == 0)
		skip();
	start(&e, "begun");
	ask_log(&e, "");
	assert_int_equal(e.heard.len, 0);
	ask_log(&e, one);
	assert_true(is(&e, one));
	ask_log(&e, other);
	assert_true(is(&e, one));
	end(&e);
}

static void
a_number_is_taken_once_and_everybody_hears_of_it(void **state)
{
	struct engine e, far, elsewhere;

	(void)state;
	if (etcds.n == 0)
		skip();
	start(&e, "a/b");
	start(&far, "a/b");
	start(&elsewhere, "a");
	ask_log(&e, "");
	assert_true(says(&far, VERB_NEWEST, 0));
	assert_true(says(&elsewhere, VERB_NEWEST, 0));
	say(&e, VERB_APPEND, 1, "first");
	assert_true(says(&e, VERB_IN, 1));
	assert_true(says(&far, VERB_BLOCK, 1));
	assert_true(is(&far, "first"));
	say(&far, VERB_APPEND, 1, "second");
	assert_true(says(&far, VERB_TAKEN, 1));
	assert_true(says(&far, VERB_BLOCK, 1));
	assert_true(is(&far, "first"));
	say(&far, VERB_APPEND, 2, "second");
	assert_true(says(&far, VERB_IN, 2));
	say(&e, VERB_FETCH, 1, "");
	assert_true(says(&e, VERB_BLOCK, 2));
	assert_true(is(&e, "second"));
	say(&e, VERB_LOOK, 0, "");
	assert_true(says(&e, VERB_NEWEST, 2));
	say(&e, VERB_LOOK, 1, "");
	assert_true(says(&e, VERB_NEWEST, 2));
	/* Nor is another room's a block of this one. */
	say(&elsewhere, VERB_LOOK, 0, "");
	assert_true(says(&elsewhere, VERB_NEWEST, 0));
	end(&e);
	end(&far);
	end(&elsewhere);
}

/* Asked until it is so. */
static void
forget(struct engine *e, uint64_t number)
{
	int64_t until;
	int tries;

	say(e, VERB_FORGET, number, "");
	for (tries = 0; tries < 100; tries++) {
		until = clock_now_ms() + 100;
		say(e, VERB_LOOK, number - 2, "");
		while (hear(e, until))
			if (e->heard.kind == VERB_OLDEST &&
			    e->heard.number == number)
				return;
	}
	fail();
}

/* What goes by itself later is never there again. */
static void
a_number_that_is_gone_is_taken_by_nobody(void **state)
{
	struct engine e;

	(void)state;
	if (etcds.n == 0)
		skip();
	start(&e, "gone");
	ask_log(&e, "");
	say(&e, VERB_APPEND, 2, "too early");
	assert_true(says(&e, VERB_TAKEN, 2));
	say(&e, VERB_APPEND, 1, "first");
	assert_true(says(&e, VERB_IN, 1));
	say(&e, VERB_APPEND, 2, "second");
	assert_true(says(&e, VERB_IN, 2));
	say(&e, VERB_APPEND, 3, "third");
	assert_true(says(&e, VERB_IN, 3));
	forget(&e, 3);
	say(&e, VERB_APPEND, 1, "again");
	assert_true(says(&e, VERB_TAKEN, 1));
	say(&e, VERB_APPEND, 2, "again");
	assert_true(says(&e, VERB_TAKEN, 2));
	say(&e, VERB_FETCH, 1, "");
	assert_true(says(&e, VERB_BLOCK, 3));
	assert_true(says(&e, VERB_OLDEST, 3));
	assert_true(says(&e, VERB_NEWEST, 3));
	say(&e, VERB_LOOK, 1, "");
	assert_true(says(&e, VERB_OLDEST, 3));
	assert_true(says(&e, VERB_NEWEST, 3));
	/* Who knows the second misses nothing. */
	say(&e, VERB_LOOK, 2, "");
	assert_true(says(&e, VERB_OLDEST, 3));
	say(&e, VERB_LOOK, 3, "");
	assert_true(says(&e, VERB_NEWEST, 3));
	/* All of it is lost: nobody goes on as if it were there. */
	etcds_forget(&etcds, "gone", 3, 3);
	say(&e, VERB_APPEND, 4, "fourth");
	assert_true(says(&e, VERB_TAKEN, 4));
	say(&e, VERB_FETCH, 4, "");
	assert_true(says(&e, VERB_OLDEST, 0));
	end(&e);
}

/* The process below it, which speaks to etcd. */
static pid_t
worker(const struct engine *e)
{
	char path[128], line[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", e->pid,
	    e->pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	return (pid_t)atoi(line);
}

static void
one_that_dies_is_started_again(void **state)
{
	struct engine e;
	pid_t first;

	(void)state;
	if (etcds.n == 0)
		skip();
	start(&e, "dies");
	ask_log(&e, "");
	if ((first = worker(&e)) == 0)
		skip();
	say(&e, VERB_APPEND, 1, "kept");
	assert_true(says(&e, VERB_IN, 1));
	kill(first, SIGKILL);
	say(&e, VERB_FETCH, 1, "");
	assert_true(says(&e, VERB_NEWEST, 1));
	say(&e, VERB_FETCH, 1, "");
	assert_true(says(&e, VERB_BLOCK, 1));
	assert_true(is(&e, "kept"));
	end(&e);
}

/* As the server does, each second; until that is said. */
static bool
lives_until(struct engine *e, const char *here, enum verb_kind kind,
    uint64_t number)
{
	int64_t until = clock_now_ms() + WAIT_MS, next;

	while (clock_now_ms() < until) {
		say(e, VERB_LIVE, 2, here);
		next = clock_now_ms() + 500;
		while (hear(e, next))
			if (e->heard.kind == kind && e->heard.number == number)
				return true;
	}
	return false;
}

static void
a_node_lives_while_it_says_so_and_there_is_one(void **state)
{
	struct engine e, twin;
	int64_t until;

	(void)state;
	if (etcds.n == 0)
		skip();
	start(&e, "lives");
	ask_log(&e, "");
	assert_true(lives_until(&e, "a:1", VERB_NODE, 2));
	assert_true(is(&e, "a:1"));
	assert_true(lives_until(&e, "a:1", VERB_NODES, 4));
	/* Killed and started again, it is who it was. */
	end(&e);
	start(&e, "lives");
	assert_true(lives_until(&e, "a:1", VERB_NODES, 4));
	start(&twin, "lives");
	until = clock_now_ms() + WAIT_MS;
	do {
		assert_true(clock_now_ms() < until);
		say(&e, VERB_LIVE, 2, "a:1");
		say(&twin, VERB_LIVE, 2, "b:1");
		while (hear(&e, 0))
			assert_int_not_equal(e.heard.kind, VERB_REFUSED);
		twin.heard.kind = VERB_NONE;
		hear(&twin, clock_now_ms() + 500);
	} while (twin.heard.kind != VERB_REFUSED);
	assert_true(is(&twin, "a:1"));
	/* No word of the server: it is gone soon. */
	assert_true(says(&e, VERB_NODES, 0));
	end(&e);
	end(&twin);
}

/* Its lease alone, which it keeps, tells nobody. */
static void
a_node_whose_first_word_is_lost_lives_all_the_same(void **state)
{
	char members[ETCDS_LIST];
	struct engine e;
	pid_t ways;

	(void)state;
	if (etcds.n == 0)
		skip();
	ways = start_ways(members, "/v3/kv/txn");
	start_at(&e, "slips", members);
	assert_true(lives_until(&e, "a:1", VERB_NODES, 4));
	end(&e);
	kill(ways, SIGKILL);
	assert_int_equal(waitpid(ways, NULL, 0), ways);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_is_begun_once),
		cmocka_unit_test(
		    a_number_is_taken_once_and_everybody_hears_of_it),
		cmocka_unit_test(a_number_that_is_gone_is_taken_by_nobody),
		cmocka_unit_test(one_that_dies_is_started_again),
		cmocka_unit_test(
		    a_node_lives_while_it_says_so_and_there_is_one),
		cmocka_unit_test(
		    a_node_whose_first_word_is_lost_lives_all_the_same)
	};

	return tests_run(tests, set_up, tear_down);
}
