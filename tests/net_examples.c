/*
 * The examples of README and the manual do what these say: each is taken out of
 * there and run as it stands, with the server in the config file.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum { SCRIPT_BYTES = 2048, MANUAL_BYTES = 256 * 1024 };

static struct server server;
static char home[ENV_HOME_BYTES];

static void
write_config(void)
{
	char path[ENV_HOME_BYTES + 64], text[128];
	int fd;

	snprintf(path, sizeof(path), "mkdir -p '%s/.config/chat-tui'", home);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/.config/chat-tui/config", home);
	snprintf(text, sizeof(text), "server 127.0.0.1\nport %u\n",
	    server.port);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int
set_up(void **state)
{
	(void)state;
	env_home_make(home);
	server_start(&server, NULL, NULL);
	write_config();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	server_stop(&server, SIGTERM);
	env_home_remove(home);
	return 0;
}

/* What mdoc has its own words for. */
static void
unescape(char *text)
{
	static const char *const words[][2] = { { "\\(aq", "'" },
		{ "\\e", "\\" } };
	char *to = text;
	size_t i, n;

	while (*text != '\0') {
		for (i = 0; i < 2; i++) {
			n = strlen(words[i][0]);
			if (strncmp(text, words[i][0], n) == 0)
				break;
		}
		if (i < 2) {
			*to++ = words[i][1][0];
			text += n;
		} else
			*to++ = *text++;
	}
	*to = '\0';
}

/* The block of the manual's examples that begins so. */
static void
example(char script[SCRIPT_BYTES], const char *begins)
{
	static char manual[MANUAL_BYTES];
	FILE *f = fopen("tui/chat-tui.1", "r");
	char first[256], *at, *end;
	size_t n;

	assert_non_null(f);
	n = fread(manual, 1, sizeof(manual) - 1, f);
	manual[n] = '\0';
	fclose(f);
	snprintf(first, sizeof(first), ".Bd -literal -offset indent\n%s",
	    begins);
	assert_non_null(at = strstr(manual, ".Sh EXAMPLES\n"));
	assert_non_null(at = strstr(at, first));
	at = strchr(at, '\n') + 1;
	assert_non_null(end = strstr(at, ".Ed\n"));
	*end = '\0';
	assert_true(strlcpy(script, at, SCRIPT_BYTES) < SCRIPT_BYTES);
	unescape(script);
}

/* Where chat-tui is, in front of the PATH. */
static void
put_path(char path[2 * PATH_MAX])
{
	char bin[PATH_MAX];

	assert_non_null(realpath(chat_program("chat-tui"), bin));
	*strrchr(bin, '/') = '\0';
	snprintf(path, 2 * PATH_MAX, "PATH=%s:%.4000s", bin, getenv("PATH"));
}

/* Runs the script in sh, in the home directory, as a group of its own. */
static void
run_script(struct plain *p, char script[SCRIPT_BYTES])
{
	char path[2 * PATH_MAX];
	const char *more[] = { path, NULL };
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, script, NULL };
	char *env[ENV_MAX];
	int out[2], error[2];

	put_path(path);
	memset(p, 0, sizeof(*p));
	env_make(env, home, "WITH_PLAIN=1", more);
	assert_int_equal(pipe(out) | pipe(error), 0);
	if ((p->pid = fork()) == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (chdir(home) == -1)
			_exit(126);
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(out[1], 1);
		dup2(error[1], 2);
		closefrom(3);
		execve("/bin/sh", argv, env);
		_exit(127);
	}
	setpgid(p->pid, p->pid);
	env_clear(env);
	close(out[1]);
	close(error[1]);
	p->in = -1;
	p->out = out[0];
	p->err = error[0];
	p->said = calloc(1, 1);
	p->told = calloc(1, 1);
}

static void
run(struct plain *p, const char *begins)
{
	char script[SCRIPT_BYTES];

	example(script, begins);
	run_script(p, script);
}

/* What stands in README from `begins` to `ends`. */
static void
read_me(char script[SCRIPT_BYTES], const char *begins, const char *ends)
{
	static char text[MANUAL_BYTES];
	FILE *f = fopen("README.md", "r");
	char *at, *end;
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	assert_non_null(at = strstr(text, begins));
	assert_non_null(end = strstr(at + strlen(begins), ends));
	*end = '\0';
	assert_true(strlcpy(script, at, SCRIPT_BYTES) < SCRIPT_BYTES);
}

/* HOST stands for somebody's host. */
static void
put_host(char script[SCRIPT_BYTES])
{
	char was[SCRIPT_BYTES], *at;

	strlcpy(was, script, sizeof(was));
	assert_non_null(at = strstr(was, "HOST"));
	*at = '\0';
	assert_true(snprintf(script, SCRIPT_BYTES, "%s127.0.0.1%s", was,
	    at + strlen("HOST")) < SCRIPT_BYTES);
}

static void
end(struct plain *p)
{
	kill(-p->pid, SIGTERM);
	plain_finish(p);
	plain_clear(p);
}

static void
a_room_is_tailed(void **state)
{
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L eve", "OK");
	udp_send(fd, "C before");
	udp_expect_nothing(fd);
	run(&p, "chat-tui -n tail ");
	assert_true(plain_until(&p, "\tsay\t~eve\tbefore\n"));
	udp_send(fd, "C behind");
	assert_true(plain_until(&p, "\tsay\t~eve\tbehind\n"));
	assert_null(strstr(p.said, "\ttail\t"));
	end(&p);
	close(fd);
}

static void
a_report_is_posted(void **state)
{
	char line[1024];
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L eve", "OK");
	run(&p, "df -h ");
	assert_int_equal(plain_finish(&p), 0);
	assert_int_equal(p.said_len + p.told_len, 0);
	udp_expect(fd, "cron entered the chat room");
	assert_true(udp_receive(fd, line, sizeof(line)) > 0);
	/* Both lines of it in one. */
	assert_int_equal(strncmp(line, "cron: ", 6), 0);
	assert_non_null(strchr(line, '%'));
	plain_clear(&p);
	close(fd);
}

static void
a_bot_answers(void **state)
{
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	udp_ask(fd, "L eve", "OK");
	run(&p, "mkfifo ");
	udp_expect(fd, "bot entered the chat room");
	udp_send(fd, "C !ping");
	udp_expect(fd, "bot: ~eve: pong");
	udp_send(fd, "C !ping");
	udp_expect(fd, "bot: ~eve: pong");
	end(&p);
	close(fd);
}

static void
jq_reads_what_was_said(void **state)
{
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	if (system("command -v jq >/dev/null") != 0)
		skip();
	udp_ask(fd, "L eve", "OK");
	udp_send(fd, "C a \"quoted\" word");
	udp_expect_nothing(fd);
	run(&p, "chat-tui -n reader ");
	assert_int_equal(plain_finish(&p), 0);
	assert_string_equal(p.said, "eve: a \"quoted\" word\n");
	plain_clear(&p);
	close(fd);
}

static void
the_notifier_of_readme_notifies(void **state)
{
	int fd = udp_open(&server, AF_INET);
	char script[SCRIPT_BYTES];
	struct plain p;

	(void)state;
	udp_ask(fd, "L eve", "OK");
	read_me(script, "echo done | ", "\n");
	put_host(script);
	run_script(&p, script);
	assert_int_equal(plain_finish(&p), 0);
	udp_expect(fd, "build entered the chat room");
	udp_expect(fd, "build: done");
	udp_expect(fd, "build left the chat room");
	plain_clear(&p);
	close(fd);
}

/* The line that begins so, up to its comment; *at is behind what is there. */
static size_t
put_line(char script[SCRIPT_BYTES], size_t at, const char *before,
    const char *begins)
{
	char line[SCRIPT_BYTES];

	read_me(line, begins, "   #");
	if (strstr(line, "HOST") != NULL)
		put_host(line);
	at += (size_t)snprintf(script + at, SCRIPT_BYTES - at, "%s%s\n", before,
	    line);
	assert_true(at < SCRIPT_BYTES);
	return at;
}

/* Another home is that machine. */
static void
the_second_machine_of_readme_is_the_same_one(void **state)
{
	static const char keys[] = "cmp .config/chat-tui/identity "
	    "second/.config/chat-tui/identity\n";
	char script[SCRIPT_BYTES];
	struct plain p;
	size_t at;

	(void)state;
	at = (size_t)snprintf(script, SCRIPT_BYTES, "set -e\numask 077\n"
	    "mkdir second\necho 'four words of mine' >words.txt\n"
	    "echo hello | chat-tui -n ada\n");
	at = put_line(script, at, "", "chat-tui -k words.txt --export");
	at = put_line(script, at, "env -u XDG_CONFIG_HOME -u XDG_STATE_HOME "
	    "HOME=$HOME/second ",
	    "chat-tui -k words.txt --import");
	at += (size_t)snprintf(script + at, SCRIPT_BYTES - at, "%s", keys);
	at = put_line(script, at, "", "chat-tui --new-key");
	snprintf(script + at, SCRIPT_BYTES - at, "! %s", keys);
	run_script(&p, script);
	if (plain_finish(&p) != 0)
		fail_msg("%s%s", p.said, p.told);
	assert_non_null(strstr(p.said, "the former one is out for good"));
	plain_clear(&p);
}

/* It says 8888, which somebody else may have here. */
static void
the_client_of_readme_talks(void **state)
{
	char script[SCRIPT_BYTES], client[SCRIPT_BYTES], *at;
	int fd = udp_open(&server, AF_INET);
	struct plain p;

	(void)state;
	if (system("command -v python3 >/dev/null") != 0)
		skip();
	udp_ask(fd, "L eve", "OK");
	read_me(client, "import socket, sys", "```");
	assert_non_null(at = strstr(client, "8888"));
	*at = '\0';
	assert_true(snprintf(script, SCRIPT_BYTES, "cat >client.py <<'END'\n"
	    "%s%u%sEND\necho 'hello, 世界' | python3 client.py 127.0.0.1 py\n",
	    client, server.port, at + strlen("8888")) < SCRIPT_BYTES);
	run_script(&p, script);
	assert_int_equal(plain_finish(&p), 0);
	udp_expect(fd, "py entered the chat room");
	udp_expect(fd, "py: hello, 世界");
	udp_expect(fd, "py left the chat room");
	plain_clear(&p);
	close(fd);
}

/* On the room of the machine, which is found without being named. */
static void
the_operator_of_readme_is_obeyed(void **state)
{
	int fd = udp_open(&server, AF_INET);
	char script[SCRIPT_BYTES], was[SCRIPT_BYTES];
	struct plain p;

	(void)state;
	udp_ask(fd, "L ali", "OK");
	read_me(was, "chat-ctl announce", "\n\n");
	assert_true(snprintf(script, SCRIPT_BYTES, "set -e\n"
	    "HOME='%s' XDG_STATE_HOME='%s/.local/state'\n"
	    "export HOME XDG_STATE_HOME\n%s\n", server.home, server.home,
	    was) < SCRIPT_BYTES);
	run_script(&p, script);
	assert_int_equal(plain_finish(&p), 0);
	udp_expect(fd, "Admin: back in five minutes");
	assert_non_null(strstr(p.said, "ali"));
	assert_non_null(strstr(p.said, "10.0.0.0/8"));
	plain_clear(&p);
	close(fd);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_room_is_tailed),
		TEST(a_report_is_posted),
		TEST(a_bot_answers),
		TEST(jq_reads_what_was_said),
		TEST(the_notifier_of_readme_notifies),
		TEST(the_second_machine_of_readme_is_the_same_one),
		TEST(the_client_of_readme_talks),
		TEST(the_operator_of_readme_is_obeyed),
	};

	return tests_run(tests, NULL, NULL);
}
