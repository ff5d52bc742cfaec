/*
 * The encrypted room between real programs: over a bad network, across killed
 * servers and clients, with passphrases, keys and names that do not fit.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_relay.h"

enum {
	CLIENTS = 4,
	LINES = 25,
	KILLS = 6,		/* CHAT_KILLS says otherwise */
	KILLED_CLIENTS = 3,
	MANY = 20000		/* lines through one pipe */
};

/* A room whose key and log outlive its server. */
static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char homes[CLIENTS][ENV_HOME_BYTES];
static const char *room_env[] = { room_set, NULL };

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };
	size_t i;

	(void)state;
	env_home_make(room_home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	for (i = 0; i < CLIENTS; i++)
		env_home_make(homes[i]);
	server_start(&server, room_env, args);
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	for (i = 0; i < CLIENTS; i++)
		env_home_remove(homes[i]);
	env_home_remove(room_home);
	return 0;
}

/* The same room at the same port again. */
static void
start_again(void)
{
	char port[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", port,
	    NULL };

	snprintf(port, sizeof(port), "%u", server.port);
	server_spawn(&server, SERVER_PIPE, room_env, args);
	server_listening(&server);
}

/* All of the room, as somebody new reads it. */
static void
read_room(struct plain *p)
{
	static const char *const words[] = { "-n", "reader", "--after", "0",
	    "--no-store", "127.0.0.1", NULL };

	plain_start(p, server.port, homes[0], words);
	plain_end_input(p);
	assert_int_equal(plain_finish(p), 0);
}

/* Where "\tname\ttext\n" stands from `from` on; NULL: nowhere. */
static const char *
find_line(const char *from, const char *name, const char *text)
{
	char line[256];

	snprintf(line, sizeof(line), "\tsay\t%s\t%s\n", name, text);
	return strstr(from, line);
}

/* The author's lines 0 to n - 1 stand in it once and in order. */
static void
assert_lines(const char *said, const char *name, int n)
{
	const char *at = said;
	char text[32];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		at = find_line(at, name, text);
		if (at == NULL)
			print_error("%s: %s is missing or out of order\n",
			    name, text);
		assert_non_null(at);
		assert_null(find_line(at + 1, name, text));
	}
}

/* What a client printed is a piece of the room, from some line on to its end
 * or less, the same to the byte. */
static void
assert_part(const char *room, const char *printed)
{
	size_t len = strlen(printed);

	while (len > 0 && printed[len - 1] != '\n')
		len--;		/* killed inside a line */
	if (len > 0)
		assert_non_null(memmem(room, strlen(room), printed, len));
}

/* Fails with what the client has, unless the line comes. */
static void
expect_line(struct plain p[CLIENTS], int who, const char *line)
{
	int i;

	if (plain_until(&p[who], line))
		return;
	print_error("p%d has no %s", who, line);
	for (i = 0; i < CLIENTS; i++) {
		plain_poll(&p[i]);
		print_error("p%d: %zu bytes, told: %s, at the end: %s\n", i,
		    p[i].said_len, p[i].told, p[i].said +
		    (p[i].said_len < 100 ? 0 : p[i].said_len - 100));
	}
	fail();
}

static void
a_bad_network_loses_doubles_and_reorders_nothing(void **state)
{
	static const struct relay_options bad = { .seed = 42,
	    .loss_permille = 300, .repeat_permille = 100, .delay_ms = 3,
	    .jitter_ms = 25, .rebind_ms = 3000 };
	struct plain p[CLIENTS], reader;
	struct relay relay;
	char name[16], line[32];
	const char *words[] = { "-n", name, "--follow", "--after", "0",
	    "127.0.0.1", NULL };
	int i, n;

	(void)state;
	relay_start(&relay, server.port, &bad);
	for (i = 0; i < CLIENTS; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		plain_start(&p[i], relay.port, homes[i], words);
	}
	for (n = 0; n < LINES; n++)
		for (i = 0; i < CLIENTS; i++) {
			snprintf(line, sizeof(line), "line %d\n", n);
			plain_give(&p[i], line);
		}
	/* Everybody has everybody's last line, whoever joined when. */
	for (i = 0; i < CLIENTS; i++)
		for (n = 0; n < CLIENTS; n++) {
			snprintf(line, sizeof(line), "\tp%d\tline %d\n", n,
			    LINES - 1);
			expect_line(p, i, line);
		}
	for (i = 0; i < CLIENTS; i++) {
		kill(p[i].pid, SIGTERM);
		assert_int_equal(plain_finish(&p[i]), 143);
	}
	relay_stop(&relay);
	read_room(&reader);
	for (i = 0; i < CLIENTS; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		assert_lines(reader.said, name, LINES);
		assert_part(reader.said, p[i].said);
		plain_clear(&p[i]);
	}
	plain_clear(&reader);
}

static int
kills(void)
{
	const char *n = getenv("CHAT_KILLS");

	return n != NULL ? atoi(n) : KILLS;
}

/* Lets the clients talk for a moment: until the last one has heard more. */
static void
let_talk(struct plain *p, unsigned ms)
{
	struct pollfd pfd = { .fd = p->out, .events = POLLIN };
	int64_t end = clock_now_ms() + ms;

	while (clock_now_ms() < end) {
		poll(&pfd, 1, (int)(end - clock_now_ms()));
		plain_poll(p);
	}
}

static void
killed_servers_lose_nothing_that_was_said(void **state)
{
	struct plain p[KILLED_CLIENTS], reader;
	char name[16], line[32];
	const char *words[] = { "-n", name, "--follow", "127.0.0.1", NULL };
	int i, n = 0, kill_no, rounds = kills();
	unsigned seed = 7;

	(void)state;
	for (i = 0; i < KILLED_CLIENTS; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		plain_start(&p[i], server.port, homes[i], words);
	}
	for (kill_no = 0; kill_no < rounds; kill_no++) {
		int more = 10;

		for (; more > 0; more--, n++)
			for (i = 0; i < KILLED_CLIENTS; i++) {
				snprintf(line, sizeof(line), "line %d\n", n);
				plain_give(&p[i], line);
			}
		seed = seed * 1103515245 + 12345;
		let_talk(&p[i - 1], 20 + (seed >> 16) % 100);
		server_stop(&server, SIGKILL);
		start_again();
	}
	for (i = 0; i < KILLED_CLIENTS; i++)
		plain_end_input(&p[i]);
	for (i = 0; i < KILLED_CLIENTS; i++) {
		snprintf(line, sizeof(line), "\tk%d\tline %d\n", i, n - 1);
		assert_true(plain_until(&p[i], line));
		kill(p[i].pid, SIGTERM);
		plain_finish(&p[i]);
	}
	read_room(&reader);
	for (i = 0; i < KILLED_CLIENTS; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		assert_lines(reader.said, name, n);
		/* Nobody was seen to go and come. */
		snprintf(line, sizeof(line), "\tjoin\tk%d\t", i);
		assert_non_null(strstr(reader.said, line));
		assert_null(strstr(strstr(reader.said, line) + 1, line));
		plain_clear(&p[i]);
	}
	plain_clear(&reader);
}

static void
a_killed_client_says_what_it_had_taken_when_it_comes_back(void **state)
{
	const char *words[] = { "-n", "frank", "127.0.0.1", NULL };
	struct plain p, reader;
	char line[32];
	int n = 0, numbered = 0, kill_no, rounds = kills();
	char *last, *at;

	(void)state;
	for (kill_no = 0; kill_no < rounds; kill_no++) {
		int more = 40;

		plain_start(&p, server.port, homes[1], words);
		for (; more > 0; more--) {
			snprintf(line, sizeof(line), "line %d\n", n++);
			plain_give(&p, line);
		}
		assert_true(plain_until(&p, "\tfrank\t"));
		kill(p.pid, SIGKILL);
		plain_finish(&p);
		for (at = p.said; (at = strstr(at, "\tfrank\tline ")) != NULL;
		    at++)
			numbered = atoi(at + strlen("\tfrank\tline ")) + 1;
		/* What it had not taken from the pipe was never said: it goes
		 * on behind the last one that it had. */
		plain_clear(&p);
		plain_start(&p, server.port, homes[1], words);
		plain_end_input(&p);
		assert_int_equal(plain_finish(&p), 0);
		plain_clear(&p);
		read_room(&reader);
		last = reader.said;
		for (n = 0; ; n++) {
			snprintf(line, sizeof(line), "line %d", n);
			if (find_line(last, "frank", line) == NULL)
				break;
		}
		/* What had a number is there for good. */
		assert_true(n >= numbered);
		assert_lines(reader.said, "frank", n);
		plain_clear(&reader);
	}
}

static void
many_lines_go_through_a_pipe_once_and_in_order(void **state)
{
	const char *words[] = { "-n", "pump", "127.0.0.1", NULL };
	struct plain p;
	char *block, line[32], *at;
	size_t len = 0;
	int i;
	pid_t writer;

	(void)state;
	block = malloc(MANY * 16);
	for (i = 0; i < MANY; i++)
		len += (size_t)sprintf(block + len, "line %d\n", i);
	plain_start(&p, server.port, homes[2], words);
	writer = fork();
	if (writer == 0) {
		while (len > 0) {
			ssize_t n = write(p.in, block, len);

			if (n <= 0)
				_exit(1);
			memmove(block, block + n, len - (size_t)n);
			len -= (size_t)n;
		}
		_exit(0);
	}
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	at = p.said;
	for (i = 0; i < MANY; i++) {
		snprintf(line, sizeof(line), "\tline %d\n", i);
		at = strstr(at, line);
		assert_non_null(at);
	}
	assert_null(strstr(at + 1, "\tline "));
	plain_clear(&p);
	free(block);
}

static void
a_bot_that_says_where_it_was_sees_no_line_twice(void **state)
{
	char after[24];
	const char *words[] = { "-n", "bot", "--after", after, "127.0.0.1",
	    NULL };
	struct plain p;
	char *last, *seen = calloc(1, 1);
	int i;

	(void)state;
	strlcpy(after, "0", sizeof(after));
	for (i = 0; i < 3; i++) {
		server_type(&server, "one more\n");
		plain_start(&p, server.port, homes[3], words);
		plain_end_input(&p);
		assert_int_equal(plain_finish(&p), 0);
		assert_non_null(strstr(p.said, "\tannounce\t\tone more\n"));
		seen = realloc(seen, strlen(seen) + p.said_len + 1);
		strcat(seen, p.said);
		last = memrchr(p.said, '\n', p.said_len - 1);
		snprintf(after, sizeof(after), "%d", atoi(last + 1));
		plain_clear(&p);
	}
	/* The numbers only grow. */
	for (i = 0, last = seen; *last != '\0'; last = strchr(last, '\n') + 1) {
		assert_true(atoi(last) > i);
		i = atoi(last);
	}
	free(seen);
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	fchmod(fd, mode);
	close(fd);
}

/* chat-tui with these words is refused with this status, and says this. */
static void
assert_refused(const char *home, const char *const words[], int status,
    const char *why)
{
	struct plain p;

	plain_start(&p, server.port, home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), status);
	assert_non_null(strstr(p.told, why));
	assert_null(strstr(p.said, "\tjoin\t"));
	plain_clear(&p);
}

static void
a_passphrase_opens_the_room_and_nothing_else_does(void **state)
{
	char right[PATH_MAX], wrong[PATH_MAX], open[PATH_MAX];
	char empty[PATH_MAX];
	const char *args[] = { "-b", "127.0.0.1", "-k", right, NULL };
	const char *good[] = { "-n", "alice", "-k", right, "127.0.0.1", NULL };
	const char *bad[] = { "-n", "alice", "-k", wrong, "127.0.0.1", NULL };
	const char *loose[] = { "-n", "alice", "-k", open, "127.0.0.1", NULL };
	const char *blank[] = { "-n", "alice", "-k", empty, "127.0.0.1",
		NULL };
	const char *none[] = { "-n", "alice", "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	snprintf(empty, sizeof(empty), "%s/empty", room_home);
	snprintf(right, sizeof(right), "%s/right", room_home);
	snprintf(wrong, sizeof(wrong), "%s/wrong", room_home);
	snprintf(open, sizeof(open), "%s/open", room_home);
	write_file(right, "open sesame\n", 0600);
	write_file(wrong, "open barley\n", 0600);
	write_file(open, "open sesame\n", 0644);
	write_file(empty, "", 0600);
	server_stop(&server, SIGTERM);
	server_start(&server, room_env, args);
	assert_refused(homes[0], none, 3, "-k");
	assert_refused(homes[0], bad, 3, "passphrase");
	assert_refused(homes[0], loose, 1, open);
	assert_refused(homes[0], blank, 1, "/empty: its first line, which is "
	    "the passphrase, is empty\n");
	plain_start(&p, server.port, homes[0], good);
	plain_give(&p, "hello\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(find_line(p.said, "alice", "hello"));
	plain_clear(&p);
}

/* What is said behind a passphrase goes to nobody in clear, and nobody speaks
 * there in clear; who asks for that is told at the start. */
static void
a_passphrase_closes_the_classic_protocol(void **state)
{
	static const char *const asked[] = { "--classic=local",
	    "--classic=any" };
	char file[PATH_MAX], line[256], got[64];
	const char *args[] = { "-b", "127.0.0.1", "-k", file, NULL };
	const char *words[] = { "-n", "alice", "-k", file, "127.0.0.1", NULL };
	const char *both[] = { "-p", "0", "-k", file, NULL, NULL };
	struct plain p;
	struct server s;
	size_t i;
	int fd;

	(void)state;
	snprintf(file, sizeof(file), "%s/phrase", room_home);
	write_file(file, "open sesame\n", 0600);
	server_stop(&server, SIGTERM);
	server_start(&server, room_env, args);
	fd = udp_open(&server, AF_INET);
	udp_send(fd, "L eve");
	while (server_figure(&server, "ignored ") == 0)
		continue;
	plain_start(&p, server.port, homes[0], words);
	plain_give(&p, "the secret is 42\n");
	udp_send(fd, "C I was here");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(find_line(p.said, "alice", "the secret is 42"));
	assert_null(strstr(p.said, "I was here"));
	plain_clear(&p);
	assert_int_equal(recv(fd, got, sizeof(got), MSG_DONTWAIT), -1);
	close(fd);

	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		both[4] = asked[i];
		server_spawn(&s, SERVER_PIPE, NULL, both);
		assert_non_null(server_line(&s.err, line, sizeof(line)));
		assert_non_null(strstr(line, "--classic"));
		assert_non_null(strstr(line, "-k"));
		assert_int_equal(server_wait(&s), 2);
		assert_int_equal(s.out.len, 0);
	}
}

/* The server's next line about the classic protocol. */
static const char *
classic_line(char *line, size_t size)
{
	do
		assert_non_null(server_line(&server.out, line, size));
	while (strstr(line, "classic") == NULL);
	return line;
}

/* Who opens a room is told that what is said there may leave it in clear. */
static void
the_greeting_says_when_classic_is_open(void **state)
{
	const char *off[] = { "-b", "127.0.0.1", "--classic=off", NULL };
	const char *any[] = { "-b", "127.0.0.1", "--classic=any", NULL };
	char line[256];

	(void)state;
	assert_non_null(strstr(classic_line(line, sizeof(line)), "networks"));
	server_stop(&server, SIGTERM);
	server_start(&server, room_env, any);
	assert_non_null(strstr(classic_line(line, sizeof(line)),
	    "everybody"));
	server_stop(&server, SIGTERM);
	server_start(&server, room_env, off);
	server_stop(&server, SIGTERM);
	assert_null(strstr(server.out.text, "classic"));
	server_start(&server, room_env, any);
}

static void
a_changed_server_key_is_refused(void **state)
{
	const char *words[] = { "-n", "alice", "127.0.0.1", NULL };
	char key[PATH_MAX];
	struct plain p;

	(void)state;
	plain_start(&p, server.port, homes[0], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
	snprintf(key, sizeof(key),
	    "%s/.local/state/chat-server/hostkey", room_home);
	if (unlink(key) == -1) {
		snprintf(key, sizeof(key), "%s/state/chat-server/hostkey",
		    room_home);
		assert_int_equal(unlink(key), 0);
	}
	start_again();
	assert_refused(homes[0], words, 3, "key");
}

static void
a_key_file_that_others_can_read_is_refused(void **state)
{
	const char *words[] = { "-n", "alice", "127.0.0.1", NULL };
	char path[PATH_MAX];
	struct stat st;
	struct plain p;

	(void)state;
	plain_start(&p, server.port, homes[0], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	snprintf(path, sizeof(path), "%s/.config/chat-tui/identity",
	    homes[0]);
	if (stat(path, &st) == -1)
		snprintf(path, sizeof(path), "%s/config/chat-tui/identity",
		    homes[0]);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	chmod(path, 0644);
	assert_refused(homes[0], words, 1, path);
}

/* chat-ctl with these words; its exit status. */
static int
ctl(const char *const words[], struct plain *p)
{
	plain_run_program(p, "chat-ctl", room_home, words);
	return plain_finish(p);
}

static void
a_name_belongs_to_its_first_key_until_it_is_released(void **state)
{
	const char *words[] = { "-n", "Alice", "127.0.0.1", NULL };
	const char *release[] = { "release", "alice", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	plain_start(&p, server.port, homes[0], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_refused(homes[1], words, 3, "Alice");
	udp_ask(fd, "L alice", "FAIL");
	assert_int_equal(ctl(release, &p), 0);
	plain_clear(&p);
	plain_start(&p, server.port, homes[1], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_int_equal(ctl(release, &p), 0);
	plain_clear(&p);
	assert_int_equal(ctl(release, &p), 1);
	assert_non_null(strstr(p.told, "alice"));
	plain_clear(&p);
	close(fd);
}

/* What the reader of a screen could take for another, or for the client. */
static void
a_name_that_fools_readers_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
		{ "·", ": a name needs a letter" },
		{ "∼alice", ": its beginning looks like" },
		{ "管理员", ": it is kept for the administrator" },
		{ "аlice", ": it mixes letters" },
		{ "a1ice", ": it looks like alice, who was" }
	};
	const char *first[] = { "-n", "alice", "127.0.0.1", NULL };
	const char *words[] = { "-n", NULL, "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	char line[64];
	struct plain p;
	size_t i;

	(void)state;
	plain_start(&p, server.port, homes[0], first);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		words[1] = rows[i].name;
		assert_refused(homes[1], words, 3, rows[i].why);
		snprintf(line, sizeof(line), "L %s", rows[i].name);
		udp_ask(fd, line, "FAIL");
	}
	/* To one key two names may look alike. */
	words[1] = "a1ice";
	plain_start(&p, server.port, homes[0], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	close(fd);
}

/* A key cannot own the dictionary. */
static void
a_key_has_four_names_and_the_oldest_falls_free(void **state)
{
	static const char *const names[] = { "ant", "bee", "cat", "dog",
	    "eel", "fox" };
	const char *words[] = { "-n", NULL, "127.0.0.1", NULL };
	const size_t n = sizeof(names) / sizeof(names[0]);
	int fd = udp_open(&server, AF_INET);
	char line[32];
	struct plain p;
	size_t i;

	(void)state;
	for (i = 0; i < n; i++) {
		words[1] = names[i];
		plain_start(&p, server.port, homes[0], words);
		plain_give(&p, "mine\n");
		plain_end_input(&p);
		assert_int_equal(plain_finish(&p), 0);
		plain_clear(&p);
	}
	/* After a crash as before it. */
	server_stop(&server, SIGKILL);
	start_again();
	for (i = 0; i < n; i++) {
		snprintf(line, sizeof(line), "L %s", names[i]);
		udp_ask(fd, line, i < n - 4 ? "OK" : "FAIL");
		udp_send(fd, "Q");
	}
	close(fd);
}

static void
the_operator_steers_the_room(void **state)
{
	const char *words[] = { "-n", "mallory", "--follow", "127.0.0.1",
	    NULL };
	const char *names[] = { "names", NULL };
	const char *announce[] = { "announce", "back", "at", "5", NULL };
	const char *kick[] = { "kick", "mallory", "enough", "now", NULL };
	const char *log[] = { "log", "3", NULL };
	const char *stats[] = { "stats", NULL };
	const char *json[] = { "stats", "--json", NULL };
	const char *nonsense[] = { "dance", NULL };
	struct plain p, c;
	int fd = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(fd, "L olga", "OK");
	plain_start(&p, server.port, homes[0], words);
	assert_true(plain_until(&p, "\tjoin\tmallory\t"));
	udp_expect(fd, "mallory entered the chat room");
	assert_int_equal(ctl(names, &c), 0);
	assert_string_equal(c.said, "mallory\n~olga\n");
	plain_clear(&c);
	assert_int_equal(ctl(announce, &c), 0);
	plain_clear(&c);
	assert_true(plain_until(&p, "\tannounce\t\tback at 5\n"));
	udp_expect(fd, "Admin: back at 5");
	assert_int_equal(ctl(kick, &c), 0);
	plain_clear(&c);
	udp_expect(fd, "mallory left the chat room");
	assert_int_equal(plain_finish(&p), 3);
	assert_non_null(strstr(p.told, "enough now"));
	assert_int_equal(ctl(log, &c), 0);
	assert_non_null(strstr(c.said, "\tleave\tmallory\t\n"));
	assert_non_null(strstr(c.said, ": enough now\n"));
	plain_clear(&c);
	udp_send_bytes(fd, "\xfc short", 7);
	udp_expect_nothing(fd);
	assert_int_equal(ctl(stats, &c), 0);
	assert_non_null(strstr(c.said, "\ndropped_malformed 1\n"));
	plain_clear(&c);
	assert_int_equal(ctl(json, &c), 0);
	assert_true(c.said[0] == '{' && strstr(c.said, "}\n") != NULL);
	plain_clear(&c);
	assert_int_equal(ctl(nonsense, &c), 2);
	plain_clear(&c);
	plain_clear(&p);
	close(fd);
}

static void
who_is_banned_stays_out_over_a_restart(void **state)
{
	const char *words[] = { "-n", "mallory", "--follow", "127.0.0.1",
	    NULL };
	const char *other[] = { "-n", "eve", "127.0.0.1", NULL };
	const char *ban[] = { "ban", "mallory", "1h", NULL };
	const char *list[] = { "ban", NULL };
	const char *unban[] = { "unban", "Mallory", NULL };
	const char *args[] = { "-b", "127.0.0.1", NULL };
	struct plain p, c;

	(void)state;
	plain_start(&p, server.port, homes[0], words);
	assert_true(plain_until(&p, "\tjoin\tmallory\t"));
	assert_int_equal(ctl(ban, &c), 0);
	assert_memory_equal(c.said, "banned: key SHA256:", 19);
	assert_non_null(strstr(c.said, " (mallory) until 20"));
	plain_clear(&c);
	assert_int_equal(plain_finish(&p), 3);
	assert_non_null(strstr(p.told, "banned"));
	plain_clear(&p);
	assert_refused(homes[0], words, 3, "banned");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, room_env, args);
	assert_refused(homes[0], words, 3, "banned");
	assert_int_equal(ctl(list, &c), 0);
	assert_memory_equal(c.said, "SHA256:", 7);
	assert_non_null(strstr(c.said, "\tuntil "));
	plain_clear(&c);
	/* Another name is no way back: it is the key that is banned. */
	assert_refused(homes[0], other, 3, "banned");
	assert_int_equal(ctl(unban, &c), 0);
	assert_memory_equal(c.said, "lifted: key SHA256:", 19);
	plain_clear(&c);
	plain_start(&p, server.port, homes[0], words);
	assert_true(plain_until(&p, "\tjoin\tmallory\t"));
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
}

static void
classic_and_secure_share_a_room(void **state)
{
	const char *words[] = { "-n", "bob", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L clara", "OK");
	udp_ask(fd, "L clara", "FAIL");
	plain_start(&p, server.port, homes[0], words);
	udp_expect(fd, "bob entered the chat room");
	udp_send(fd, "C hello bob");
	assert_true(plain_until(&p, "\tsay\t~clara\thello bob\n"));
	plain_give(&p, "hello ~clara\n");
	udp_expect(fd, "bob: hello ~clara");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	udp_expect(fd, "bob left the chat room");
	plain_clear(&p);
	close(fd);
}

static void
a_client_that_was_killed_is_noticed_at_the_next_line(void **state)
{
	const char *words[] = { "-n", "bob", "--follow", "127.0.0.1", NULL };
	int fd = udp_open(&server, AF_INET);
	struct plain p;
	char line[64];

	(void)state;
	udp_ask(fd, "L clara", "OK");
	plain_start(&p, server.port, homes[0], words);
	assert_true(plain_until(&p, "\tjoin\tbob\t"));
	udp_expect(fd, "bob entered the chat room");
	/* Both of its processes, so that nobody can say that it leaves. */
	snprintf(line, sizeof(line), "pkill -9 -P %d; kill -9 %d",
	    (int)p.pid, (int)p.pid);
	assert_int_equal(system(line), 0);
	plain_finish(&p);
	plain_clear(&p);
	udp_send(fd, "C are you there?");
	udp_expect(fd, "bob left the chat room");
	close(fd);
}

/* A server with these words does not start: exit 1, and this in its words. */
static void
assert_no_start(const char *const args[], const char *why)
{
	struct plain p;

	plain_run_program(&p, "chat-server", room_home, args);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, why));
	plain_clear(&p);
}

/* The path of the first file under dir that ends so. */
static bool
find_file(const char *dir, const char *end, char path[PATH_MAX])
{
	struct dirent *e;
	DIR *d = opendir(dir);
	char inner[PATH_MAX];
	bool found = false;

	while (d != NULL && !found && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' && strlen(e->d_name) < 3)
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", dir, e->d_name);
		if (strlen(inner) > strlen(end) && strcmp(inner +
		    strlen(inner) - strlen(end), end) == 0) {
			strlcpy(path, inner, PATH_MAX);
			found = true;
		} else if (e->d_type == DT_DIR)
			found = find_file(inner, end, path);
	}
	if (d != NULL)
		closedir(d);
	return found;
}

static void
a_server_says_why_it_does_not_start(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "-p", "0", NULL };
	char pid[16], path[PATH_MAX];
	const char *const lines[] = { "L eve", "C one", "C two", NULL };
	int fd = udp_open(&server, AF_INET), i, file;

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)server.pid);
	assert_no_start(args, pid);
	for (i = 0; lines[i] != NULL; i++)
		udp_send(fd, lines[i]);
	udp_expect(fd, "OK");
	udp_expect_nothing(fd);
	close(fd);
	server_stop(&server, SIGTERM);
	server.pid = 0;
	assert_true(find_file(room_home, ".log", path));
	file = open(path, O_RDWR);
	assert_int_equal(pwrite(file, "XXXX", 4, 110), 4);
	close(file);
	assert_no_start(args, path);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_bad_network_loses_doubles_and_reorders_nothing),
		TEST(killed_servers_lose_nothing_that_was_said),
		TEST(a_killed_client_says_what_it_had_taken_when_it_comes_back),
		TEST(many_lines_go_through_a_pipe_once_and_in_order),
		TEST(a_bot_that_says_where_it_was_sees_no_line_twice),
		TEST(a_passphrase_opens_the_room_and_nothing_else_does),
		TEST(a_passphrase_closes_the_classic_protocol),
		TEST(the_greeting_says_when_classic_is_open),
		TEST(a_changed_server_key_is_refused),
		TEST(a_key_file_that_others_can_read_is_refused),
		TEST(a_name_belongs_to_its_first_key_until_it_is_released),
		TEST(a_name_that_fools_readers_is_refused_with_the_reason),
		TEST(a_key_has_four_names_and_the_oldest_falls_free),
		TEST(the_operator_steers_the_room),
		TEST(who_is_banned_stays_out_over_a_restart),
		TEST(classic_and_secure_share_a_room),
		TEST(a_client_that_was_killed_is_noticed_at_the_next_line),
		TEST(a_server_says_why_it_does_not_start),
	};

	return tests_run(tests, NULL, NULL);
}
