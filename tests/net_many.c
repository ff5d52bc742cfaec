/*
 * One person in fifty rooms of a real server: all over one session, with one
 * handshake, and in all of them again once the server is.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum {
	ROOMS = 50,
	DATAGRAMS = 12		/* each way, at most, to be in all of them */
};

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char dir[ENV_HOME_BYTES + 8], home[ENV_HOME_BYTES];
static char file[ENV_HOME_BYTES + 16], variable[sizeof(file) + 16];
static char trace[4 << 20];
static uint16_t port;
static char rooms[ROOMS][8];

/* On the same port again, so that whoever is in comes back. */
static void
serve(void)
{
	const char *args[16 + 2 * ROOMS] = { "-b", "127.0.0.1", "--rate=0",
	    "-d", dir, "-p" };
	const char *env[] = { room_set, NULL };
	char at[16];
	size_t n = 6;
	int i;

	snprintf(at, sizeof(at), "%u", (unsigned)port);
	args[n++] = at;
	for (i = 0; i < ROOMS; i++) {
		snprintf(rooms[i], sizeof(rooms[i]), "r%d", i + 1);
		args[n++] = "-r";
		args[n++] = rooms[i];
	}
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
}

static int
set_up(void **state)
{
	(void)state;
	env_home_make(room_home);
	env_home_make(home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	snprintf(dir, sizeof(dir), "%s/rooms", room_home);
	snprintf(file, sizeof(file), "%s/trace", home);
	snprintf(variable, sizeof(variable), "CHAT_TRACE=%s", file);
	port = server_free_port();
	serve();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	server.pid = 0;
	env_home_remove(home);
	env_home_remove(room_home);
	return 0;
}

static void
start(struct plain *p, const char *name, const char *whose)
{
	const char *env[] = { variable, NULL };
	const char *words[16 + 2 * ROOMS] = { "-p", NULL, "-n", name,
	    "--json", "--follow", "127.0.0.1" };
	size_t n = 7;
	char at[16];
	int i;

	snprintf(at, sizeof(at), "%u", (unsigned)port);
	words[1] = at;
	for (i = 0; i < ROOMS; i++) {
		words[n++] = "--room";
		words[n++] = rooms[i];
	}
	/* Who comes later sees it all. */
	if (whose == home) {
		words[n++] = "--since";
		words[n++] = "1d";
	}
	plain_run_with(p, "chat-tui", whose, whose == home ? env : NULL, words);
}

/* In each room, and sees all of it. */
static void
say_in_each(struct plain *p, const char *what)
{
	char line[128];
	int i;

	for (i = 1; i <= ROOMS; i++) {
		snprintf(line, sizeof(line), "{\"text\":\"%s %d\",\"room\":"
		    "\"r%d\"}\n", what, i, i);
		plain_give(p, line);
	}
	for (i = 1; i <= ROOMS; i++) {
		snprintf(line, sizeof(line), "\"text\":\"%s %d\"", what, i);
		assert_true(plain_until(p, line));
	}
}

/* Each once, and in its own room. */
static void
has_each(const struct plain *p, const char *what)
{
	char text[64], of[32], *at, *end;
	int i;

	for (i = 1; i <= ROOMS; i++) {
		snprintf(text, sizeof(text), "\"text\":\"%s %d\"", what, i);
		snprintf(of, sizeof(of), "{\"room\":\"r%d\",", i);
		at = strstr(p->said, text);
		assert_non_null(at);
		assert_null(strstr(at + 1, text));
		while (at > p->said && at[-1] != '\n')
			at--;
		end = strstr(at, of);
		assert_ptr_equal(end, at);
	}
}

/* Datagrams that way with that in them. */
static int
datagrams(const char *way, const char *what)
{
	static char copy[sizeof(trace)];
	char *line, *rest = strcpy(copy, trace);
	int n = 0;

	while ((line = strsep(&rest, "\n")) != NULL)
		n += strstr(line, way) != NULL && strstr(line, what) != NULL;
	return n;
}

static void
read_trace(void)
{
	FILE *f = fopen(file, "r");
	size_t len;

	assert_non_null(f);
	len = fread(trace, 1, sizeof(trace) - 1, f);
	trace[len] = '\0';
	fclose(f);
}

static void
all_are_entered_over_one_session(void **state)
{
	struct plain bot, other;

	(void)state;
	start(&bot, "bot", room_home);
	say_in_each(&bot, "one");
	has_each(&bot, "one");
	/* Again, once the server is there again. */
	server_stop(&server, SIGKILL);
	serve();
	say_in_each(&bot, "two");
	has_each(&bot, "two");
	/* And so others see it, to whom the rooms are open by now. */
	start(&other, "other", home);
	say_in_each(&other, "three");
	has_each(&other, "one");
	has_each(&other, "two");
	has_each(&other, "three");
	assert_true(plain_until(&bot, "\"text\":\"three 50\""));
	read_trace();
	assert_in_range(datagrams("net out", "ENTER "), 1, DATAGRAMS);
	assert_int_equal(datagrams("net out", "HS3"), 1);
	kill(other.pid, SIGTERM);
	kill(bot.pid, SIGTERM);
	plain_finish(&other);
	plain_finish(&bot);
	plain_clear(&other);
	plain_clear(&bot);
}

/* chat-tui in two of them; its exit status. */
static int
say_in_two(const char *input, struct plain *p)
{
	const char *words[] = { "-n", "kim", "--json", "--room", "r1",
	    "--room", "r2", "--wait", "1", "127.0.0.1", NULL };

	plain_start(p, port, home, words);
	plain_give(p, input);
	plain_end_input(p);
	return plain_finish(p);
}

/* Whoever is away then, and whatever is said first in the next run. */
static void
what_waits_in_two_rooms_is_said_by_the_next_run(void **state)
{
	static const char one[] = "\"room\":\"r1\",\"n\"";
	struct plain p;

	(void)state;
	assert_int_equal(say_in_two("{\"text\":\"early\"}\n", &p), 0);
	assert_non_null(strstr(p.said, one));
	plain_clear(&p);
	server_stop(&server, SIGKILL);
	assert_int_equal(say_in_two("{\"text\":\"for one\"}\n"
	    "{\"text\":\"for two\",\"room\":\"R2\"}\n", &p), 4);
	assert_non_null(strstr(p.told, "lines that wait"));
	plain_clear(&p);
	serve();
	assert_int_equal(say_in_two("{\"text\":\"late\",\"room\":\"r2\"}\n",
	    &p), 0);
	assert_non_null(strstr(p.said, "\"text\":\"for one\""));
	assert_non_null(strstr(p.said, "\"text\":\"for two\""));
	assert_true(strstr(p.said, "for two") < strstr(p.said, "late"));
	plain_clear(&p);
	assert_int_equal(say_in_two("{\"text\":\"again\"}\n", &p), 0);
	assert_null(strstr(p.said, "for "));
	plain_clear(&p);
}

/* With a server that is called so; its exit status. */
static int
say_at(const char *host, const char *input, struct plain *p)
{
	const char *words[] = { "-n", "kim", "--wait", "1", host, NULL };

	plain_start(p, port, home, words);
	plain_give(p, input);
	plain_end_input(p);
	return plain_finish(p);
}

/* However that is called, once it is known that it is one room. */
static void
what_waits_for_the_home_room_by_its_name_is_said(void **state)
{
	struct plain p;

	(void)state;
	assert_int_equal(say_at("127.0.0.1", "early\n", &p), 0);
	plain_clear(&p);
	server_stop(&server, SIGKILL);
	assert_int_equal(say_at("127.0.0.1/r1", "late\n", &p), 4);
	plain_clear(&p);
	serve();
	assert_int_equal(say_at("127.0.0.1", "one\n", &p), 0);
	plain_clear(&p);
	assert_int_equal(say_at("127.0.0.1", "two\n", &p), 0);
	assert_non_null(strstr(p.said, "\tlate\n"));
	plain_clear(&p);
}

/* Nor for a spelling of the host, though one comes back to another room. */
static void
nor_does_a_line_wait_for_a_spelling_in_another_room(void **state)
{
	struct plain p;

	(void)state;
	assert_int_equal(say_at("127.0.0.1", "early\n", &p), 0);
	plain_clear(&p);
	server_stop(&server, SIGKILL);
	assert_int_equal(say_at("localhost/r2", "late\n", &p), 4);
	plain_clear(&p);
	serve();
	assert_int_equal(say_at("localhost", "one\n", &p), 0);
	assert_null(strstr(p.said, "late"));
	plain_clear(&p);
	assert_int_equal(say_at("127.0.0.1/R2", "two\n", &p), 0);
	assert_non_null(strstr(p.said, "\tlate\n"));
	assert_true(strstr(p.said, "late") < strstr(p.said, "two"));
	plain_clear(&p);
}

/* The others are said. */
static void
a_line_for_another_room_is_told(void **state)
{
	struct plain p;

	(void)state;
	assert_int_equal(say_in_two("{\"text\":\"one\",\"room\":\"r3\"}\n"
	    "{\"text\":\"two\",\"room\":\"r2\"}\n", &p), 1);
	assert_non_null(strstr(p.told, "\"error\":\"not in that room, not "
	    "said\",\"line\":1"));
	assert_non_null(strstr(p.said, "{\"room\":\"r2\","));
	assert_non_null(strstr(p.said, "\"text\":\"two\""));
	assert_null(strstr(p.said, "\"text\":\"one\""));
	plain_clear(&p);
}

static void
rename_room(const char *from, const char *to)
{
	const char *words[] = { "-d", dir, "room", "rename", from, to, NULL };
	struct plain ctl;

	plain_run_program(&ctl, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&ctl), 0);
	plain_clear(&ctl);
}

/* By the name that it had when one came: programs know that one. */
static void
a_line_for_a_room_that_is_called_otherwise_now_is_said(void **state)
{
	const char *words[] = { "-n", "kim", "--json", "--follow", "--room",
	    "*", "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	plain_start(&p, port, home, words);
	plain_give(&p, "{\"text\":\"before\",\"room\":\"r1\"}\n");
	assert_true(plain_until(&p, "\"text\":\"before\""));
	rename_room("r1", "one");
	plain_give(&p, "{\"text\":\"by its first\",\"room\":\"r1\"}\n");
	assert_true(plain_until(&p, "\"text\":\"by its first\""));
	assert_true(plain_until(&p, "{\"room\":\"one\","));
	plain_give(&p, "{\"text\":\"by its new\",\"room\":\"one\"}\n");
	assert_true(plain_until(&p, "\"text\":\"by its new\""));
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_are_entered_over_one_session),
		TEST(what_waits_in_two_rooms_is_said_by_the_next_run),
		TEST(what_waits_for_the_home_room_by_its_name_is_said),
		TEST(nor_does_a_line_wait_for_a_spelling_in_another_room),
		TEST(a_line_for_another_room_is_told),
		TEST(a_line_for_a_room_that_is_called_otherwise_now_is_said)
	};

	return tests_run(tests, NULL, NULL);
}
