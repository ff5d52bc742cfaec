/*
 * The operator's acts between real programs: what the others see of them, what
 * whom they are done to sees, and what a restart leaves of them.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

#define TEN "0123456789"

enum { PEOPLE = 2 };

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char homes[PEOPLE][ENV_HOME_BYTES];
static const char *room_env[] = { room_set, NULL };
static const char *const room_args[] = { "-b", "127.0.0.1", "--rate=0",
    NULL };

static struct plain alice, bob;

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	memset(&alice, 0, sizeof(alice));
	memset(&bob, 0, sizeof(bob));
	env_home_make(room_home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	for (i = 0; i < PEOPLE; i++)
		env_home_make(homes[i]);
	server_start(&server, room_env, room_args);
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	plain_clear(&alice);
	plain_clear(&bob);
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	for (i = 0; i < PEOPLE; i++)
		env_home_remove(homes[i]);
	env_home_remove(room_home);
	return 0;
}

/* chat-ctl with these words, which succeeds and says this. */
static void
does(const char *const words[], const char *says)
{
	struct plain c;

	plain_run_program(&c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&c), 0);
	assert_non_null(strstr(c.said, says));
	plain_clear(&c);
}
#define DOES(says, ...) \
	does((const char *const[]){ __VA_ARGS__, NULL }, says)

static void
come(struct plain *p, int home, const char *name)
{
	const char *words[] = { "-n", name, "--follow", "127.0.0.1", NULL };
	char joined[64];

	plain_start(p, server.port, homes[home], words);
	snprintf(joined, sizeof(joined), "\tjoin\t%s\t", name);
	assert_true(plain_until(p, joined));
}

static void
leave(struct plain *p)
{
	kill(p->pid, SIGTERM);
	plain_finish(p);
	plain_clear(p);
}

static void
restart(void)
{
	uint16_t port = server.port;
	char number[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", number,
	    NULL };

	snprintf(number, sizeof(number), "%u", port);
	server_stop(&server, SIGKILL);
	server_spawn(&server, SERVER_PIPE, room_env, args);
	server_listening(&server);
}

static void
a_kick_is_an_act_that_no_leave_looks_like(void **state)
{
	int fd = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(fd, "L olga", "OK");
	come(&alice, 0, "alice");
	come(&bob, 1, "bob");
	assert_true(plain_until(&alice, "\tjoin\tbob\t"));
	DOES("kicked: bob\n", "kick", "bob", "too", "loud");
	assert_int_equal(plain_finish(&bob), 3);
	assert_non_null(strstr(bob.told, "too loud"));
	assert_true(plain_until(&alice, "\trule\t\tkick bob =SHA256:"));
	assert_true(plain_until(&alice, ": too loud\n"));
	/* Classic clients know that he is not there any more. */
	udp_expect(fd, "alice entered the chat room");
	udp_expect(fd, "bob entered the chat room");
	udp_expect(fd, "bob left the chat room");
	/* What a person says himself is never a rule. */
	plain_clear(&bob);
	come(&bob, 1, "bob");
	plain_give(&bob, "kick alice: too loud\n");
	assert_true(plain_until(&alice, "\tsay\tbob\tkick alice: too loud\n"));
	leave(&bob);
	assert_true(plain_until(&alice, "\tleave\tbob\t\n"));
	leave(&alice);
	close(fd);
}

static void
who_is_muted_is_told_so_and_nothing_of_his_is_said_later(void **state)
{
	(void)state;
	come(&alice, 0, "alice");
	come(&bob, 1, "bob");
	plain_give(&bob, "first\n");
	assert_true(plain_until(&alice, "\tsay\tbob\tfirst\n"));
	DOES("muted: bob (key SHA256:", "mute", "bob", "1h", "too", "loud");
	assert_true(plain_until(&bob, "\trule\t\tmute bob =SHA256:"));
	plain_give(&bob, "second\n\x01third " TEN TEN TEN TEN TEN TEN "\n");
	assert_true(plain_until_told(&bob, ": you are muted until ", 2));
	/* Which they were: shortened, and clean. */
	assert_non_null(strstr(bob.told, "chat-tui: not said: \"second\": "
	    "you are muted until "));
	assert_non_null(strstr(bob.told, "chat-tui: not said: \"third " TEN
	    TEN TEN TEN TEN "0123…\": you are muted until "));
	assert_non_null(strstr(bob.told, ": too loud\n"));
	/* As long as it says, over a restart too. */
	restart();
	plain_give(&bob, "fourth\n");
	assert_true(plain_until_told(&bob, "\"fourth\": you are muted until ",
	    1));
	DOES("not muted any more: bob (key SHA256:", "unmute", "bob");
	assert_true(plain_until(&bob, "\trule\t\tunmute bob =SHA256:"));
	plain_give(&bob, "fifth\n");
	assert_true(plain_until(&alice, "\tsay\tbob\tfifth\n"));
	assert_null(strstr(alice.said, "second"));
	assert_null(strstr(alice.said, "third"));
	assert_null(strstr(alice.said, "fourth"));
	leave(&bob);
	leave(&alice);
}

static void
another_name_is_no_way_out_of_a_mute(void **state)
{
	const char *words[] = { "-n", "alice_lies", "127.0.0.1", NULL };

	(void)state;
	come(&bob, 1, "rob");
	leave(&bob);
	come(&bob, 1, "bob");
	DOES("muted: bob (key ", "mute", "bob");
	leave(&bob);
	/* A name that he never had would be something said. */
	plain_start(&bob, server.port, homes[1], words);
	plain_end_input(&bob);
	assert_int_equal(plain_finish(&bob), 3);
	assert_null(strstr(bob.said, "\tjoin\talice_lies\t"));
	assert_non_null(strstr(bob.told, ": you are muted here and may come "
	    "under your own name only\n"));
	plain_clear(&bob);
	come(&bob, 1, "rob");
	plain_give(&bob, "hello\n");
	assert_true(plain_until_told(&bob, "not said: \"hello\": you are muted\n",
	    1));
	DOES("not muted any more", "unmute", "rob");
	assert_true(plain_until(&bob, "\trule\t\tunmute rob "));
	plain_give(&bob, "hello again\n");
	assert_true(plain_until(&bob, "\tsay\trob\thello again\n"));
	assert_null(strstr(bob.said, "\thello\n"));
	leave(&bob);
}

/* Nor is what he says under one kept till that is over. */
static void
what_is_said_under_it_is_not_said_later(void **state)
{
	const char *words[] = { "-n", "alice_lies", "127.0.0.1", NULL };

	(void)state;
	come(&bob, 1, "bob");
	DOES("muted: bob (key ", "mute", "bob", "1h");
	leave(&bob);
	plain_start(&bob, server.port, homes[1], words);
	plain_give(&bob, "hello\nyou\n");
	plain_end_input(&bob);
	assert_true(plain_until_told(&bob, "not said: \"hello\": you are "
	    "muted until ", 1));
	assert_true(plain_until_told(&bob, "not said: \"you\": you are "
	    "muted until ", 1));
	assert_int_equal(plain_finish(&bob), 1);
	/* At once, and not after a while as somebody too many. */
	assert_null(strstr(bob.told, "takes only so much"));
	assert_null(strstr(bob.said, "alice_lies"));
	plain_clear(&bob);
	DOES("not muted any more", "unmute", "bob");
}

static void
a_ban_tells_who_but_never_from_where(void **state)
{
	(void)state;
	come(&bob, 1, "bob");
	DOES("\nput out: bob (key SHA256:", "ban", "127.0.0.0/8", "1h");
	assert_int_equal(plain_finish(&bob), 3);
	assert_non_null(strstr(bob.told, "banned from the room"));
	DOES("\trule\t\tban (network) 1h\n", "log", "3");
	DOES("\trule\t\tban bob =SHA256:", "log", "2");
	DOES("lifted: network 127.0.0.0/8\n", "unban", "127.0.0.0/8");
	DOES("\trule\t\tunban\n", "log", "1");
	plain_clear(&bob);
	come(&bob, 1, "bob");
	leave(&bob);
}

/* chat-ctl with these words, which fails so and tells why. */
static void
does_not(int status, const char *const words[], const char *tells)
{
	struct plain c;

	plain_run_program(&c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&c), status);
	assert_non_null(strstr(c.told, tells));
	assert_string_equal(c.said, "");
	plain_clear(&c);
}
#define DOES_NOT(status, tells, ...) \
	does_not(status, (const char *const[]){ __VA_ARGS__, NULL }, tells)

static void
who_lost_his_name_is_muted_where_he_is(void **state)
{
	(void)state;
	come(&alice, 0, "alice");
	come(&bob, 1, "bob");
	DOES("released: bob\n", "release", "bob");
	DOES("muted: bob (key SHA256:", "mute", "bob");
	assert_true(plain_until(&bob, "\trule\t\tmute bob "));
	plain_give(&bob, "first\n");
	assert_true(plain_until_told(&bob, "\"first\": you are muted\n", 1));
	/* His client is called back by name then, and is it still. */
	plain_give(&bob, "second\n");
	assert_true(plain_until_told(&bob, "\"second\": you are muted\n", 1));
	DOES("not muted any more: bob (key SHA256:", "unmute", "bob");
	assert_true(plain_until(&bob, "\trule\t\tunmute bob "));
	plain_give(&bob, "third\n");
	assert_true(plain_until(&alice, "\tsay\tbob\tthird\n"));
	assert_null(strstr(alice.said, "\tleave\tbob\t"));
	DOES_NOT(1, "chat-ctl: nobody owns the name bob", "release", "bob");
	leave(&bob);
	leave(&alice);
}

static void
what_is_no_request_is_told(void **state)
{
	(void)state;
	DOES_NOT(2, "chat-ctl: there is no request \"frob\"\nusage: ", "frob");
	DOES_NOT(2, "chat-ctl: there is no request \"bans\"\n", "bans");
	DOES_NOT(2, "chat-ctl: there is no request \"\\x1B\"\n", "\033");
	DOES_NOT(2, "chat-ctl: kick takes NAME [REASON]\nusage: ", "kick");
	DOES_NOT(2, "chat-ctl: unban takes NAME|KEY|ADDRESS|NETWORK\n",
	    "unban", "bob", "1h");
	DOES_NOT(2, "chat-ctl: close takes nothing\nusage: ", "close", "all");
}

/* Only what no server would do: who is not here might be. */
static void
what_no_server_takes_is_wrong_usage(void **state)
{
	(void)state;
	DOES_NOT(2, "chat-ctl: names takes -l or nothing\n", "names", "foo");
	DOES_NOT(2, "chat-ctl: stats takes --json", "stats", "--xml");
	DOES_NOT(2, "chat-ctl: 0 is not a number", "log", "0");
	DOES_NOT(2, "chat-ctl: --since takes a time", "log", "--since", "x");
	DOES_NOT(2, "chat-ctl: 'soon' is no time", "ban", "eve", "soon");
	DOES_NOT(2, "chat-ctl: 'soon' is no time", "mute", "eve", "soon");
	DOES_NOT(2, "chat-ctl: there is nothing to announce\n", "announce",
	    "");
	DOES_NOT(1, "chat-ctl: nobody here is called eve", "kick", "eve");
	DOES_NOT(1, "chat-ctl: nobody here is called eve", "mute", "eve");
	DOES_NOT(1, "chat-ctl: nobody owns the name eve", "release", "eve");
}

static void
nobody_bans_everybody(void **state)
{
	(void)state;
	DOES_NOT(2, "chat-ctl: 0.0.0.0/0 is everybody: ", "ban", "0.0.0.0/0");
	DOES_NOT(2, "chat-ctl: ::/0 is everybody: ", "ban", "::/0", "1h");
	DOES_NOT(2, "chat-ctl: SHA256:zzz is no key: ", "allow", "SHA256:zzz");
	DOES("", "ban");
}

static void
a_passphrase_too_many_is_no_line_to_take_out(void **state)
{
	char pass[ENV_HOME_BYTES + 16];
	const char *words[] = { "-n", "bob", "-k", pass, "127.0.0.1", NULL };
	FILE *f;

	(void)state;
	snprintf(pass, sizeof(pass), "%s/pass", homes[1]);
	assert_non_null(f = fopen(pass, "w"));
	fputs("open sesame\n", f);
	fclose(f);
	assert_int_equal(chmod(pass, 0600), 0);
	plain_start(&bob, server.port, homes[1], words);
	plain_end_input(&bob);
	assert_int_equal(plain_finish(&bob), 3);
	assert_non_null(strstr(bob.told, "does not ask for a passphrase, "
	    "though one was given: "));
	assert_null(strstr(bob.told, "#passphrase"));
}

/* Answers one request at that socket. */
static void
answer_once(int listening, const char *answer)
{
	char request[256];
	int fd = accept(listening, NULL, NULL);

	if (fd == -1 || read(fd, request, sizeof(request)) <= 0 ||
	    write(fd, answer, strlen(answer)) == -1)
		_exit(1);
	_exit(0);
}

/* chat-ctl with these words, of a server that says just this. */
static void
ask_one_that_says(struct plain *c, const char *const words[],
    const char *answer)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char path[ENV_HOME_BYTES + 16];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/control", room_home);
	assert_true(strlcpy(addr.sun_path, path, sizeof(addr.sun_path)) <
	    sizeof(addr.sun_path));
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 1), 0);
	if ((pid = fork()) == 0)
		answer_once(fd, answer);
	plain_run_program(c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(c), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
	unlink(addr.sun_path);
}

static void
an_older_server_is_said_to_be_older(void **state)
{
	const char *words[] = { "-d", room_home, "mute", "bob", NULL };
	const char *of_one[] = { "-d", room_home, "-R", "lab", "mute", "bob",
	    NULL };
	struct plain c;

	(void)state;
	ask_one_that_says(&c, words, "error: no such request\n");
	assert_non_null(strstr(c.told, "chat-ctl: the server is older than "
	    "this chat-ctl and does not know 'mute'\n"));
	assert_string_equal(c.said, "");
	plain_clear(&c);
	ask_one_that_says(&c, of_one, "error: no such request\n");
	assert_non_null(strstr(c.told, " and does not know '-R'\n"));
	plain_clear(&c);
}

/* What is asked about one room is so; of an only one it makes no difference. */
static void
one_room_of_several_is_told_by_its_name(void **state)
{
	(void)state;
	come(&alice, 0, "alice");
	DOES("alice\n", "-R", "chat", "names");
	DOES("alice\n", "-R", "Chat", "names");
	DOES("announced to the 1 here\n", "-R", "chat", "announce", "hello");
	assert_true(plain_until(&alice, "\tannounce\t\thello\n"));
	DOES("closed; ", "close");
	DOES("open: ", "-R", "chat", "open");
	DOES_NOT(1, "chat-ctl: there is no room lab\n", "-R", "lab", "names");
	DOES_NOT(2, "chat-ctl: ban is about the whole server: leave out -R\n",
	    "-R", "chat", "ban");
	DOES_NOT(2, "chat-ctl: backup is about the whole server: ", "-R",
	    "chat", "backup", "x");
	DOES_NOT(2, "chat-ctl: -R: must not be empty\nusage: ", "-R", "",
	    "names");
	leave(&alice);
}

static void
a_room_with_blanks_in_its_name_is_told_from_the_words(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "-r", "Team Chat", NULL };

	(void)state;
	server_stop(&server, SIGTERM);
	server_start(&server, room_env, args);
	DOES("announced to the 0 here\n", "-R", "Team Chat", "announce",
	    "hi there");
	DOES("\tannounce\t\thi there\n", "-R", "Team Chat", "log", "1");
}

static void
a_list_that_is_cut_is_no_success(void **state)
{
	const char *words[] = { "-d", room_home, "names", "-l", NULL };
	struct plain c;

	(void)state;
	ask_one_that_says(&c, words, "cut\nann\nbob\n");
	assert_string_equal(c.said, "ann\nbob\n");
	assert_non_null(strstr(c.told, "chat-ctl: that is not all: "));
	plain_clear(&c);
}

/* In a line of its own, with words on what it does. */
static void
explains(const char *help, const char *word)
{
	char start[64];
	const char *at;

	snprintf(start, sizeof(start), "\n  %s", word);
	at = strstr(help, start);
	assert_non_null(at);
	at = strstr(at + strlen(start), "  ");
	assert_non_null(at);
	at += strspn(at, " \n");
	assert_true(*at != '-' && *at != '\0');
}

static void
the_helps_explain_each_word(void **state)
{
	static const char *const requests[] = { "announce ", "names ",
	    "whois ", "kick ", "ban ", "unban ", "mute ", "unmute ",
	    "allow ", "disallow ", "close ", "open ", "release ", "stats ",
	    "rooms ", "room ", "log ", "backup ", "-d ", "-R ", "-h", "-V" };
	static const char *const options[] = { "-b ", "-p ", "-d ", "-u ",
	    "-r ", "-k ", "--classic=", "--classic-replies=",
	    "--classic-idle=", "--closed ", "--lang=", "--rate=", "--sync=",
	    "--keep=", "-4, -6", "-q, -v", "-h, --help", "-V, --version" };
	const char *const help[] = { "--help", NULL };
	struct plain c;
	size_t i;

	(void)state;
	plain_run_program(&c, "chat-ctl", room_home, help);
	assert_int_equal(plain_finish(&c), 0);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		explains(c.said, requests[i]);
	plain_clear(&c);
	plain_run_program(&c, "chat-server", room_home, help);
	assert_int_equal(plain_finish(&c), 0);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		explains(c.said, options[i]);
	plain_clear(&c);
}

/* Unpacks it where nothing is yet, as the manual says. */
static void
unpack(const char *file, const char *dir)
{
	char command[4 * ENV_HOME_BYTES];

	snprintf(command, sizeof(command), "mkdir -m 700 '%s' && "
	    "tar -xf '%s' -C '%s'", dir, file, dir);
	assert_int_equal(system(command), 0);
}

/* Its server says what was said before it was taken, and goes on. */
static void
a_backup_taken_under_talk_is_a_room(void **state)
{
	char file[ENV_HOME_BYTES + 16], dir[ENV_HOME_BYTES + 16];
	char lines[4096] = "", line[32];
	const char *words[] = { "backup", file, NULL };
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-d", dir,
	    NULL };
	const char *log[] = { "-d", dir, "log", "1000", NULL };
	struct plain c;
	struct stat st;
	int i, n;

	(void)state;
	snprintf(file, sizeof(file), "%s/backup.tar", room_home);
	snprintf(dir, sizeof(dir), "%s/restored", room_home);
	come(&alice, 0, "alice");
	for (i = 0; i < 200; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		strlcat(lines, line, sizeof(lines));
	}
	plain_give(&alice, lines);
	assert_true(plain_until(&alice, "\tline 20\n"));
	plain_run_program(&c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&c), 0);
	plain_clear(&c);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* Another one does not replace it. */
	plain_run_program(&c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&c), 1);
	assert_non_null(strstr(c.told, "it was not touched"));
	plain_clear(&c);
	leave(&alice);
	server_stop(&server, SIGTERM);
	unpack(file, dir);
	server_start(&server, room_env, args);
	plain_run_program(&c, "chat-ctl", room_home, log);
	assert_int_equal(plain_finish(&c), 0);
	for (n = 0; n < 200; n++) {
		snprintf(line, sizeof(line), "\tline %d\n", n);
		if (strstr(c.said, line) == NULL)
			break;
	}
	assert_true(n > 20);
	for (i = n; i < 200; i++) {
		snprintf(line, sizeof(line), "\tline %d\n", i);
		assert_null(strstr(c.said, line));
	}
	plain_clear(&c);
	/* Her name is still hers, and she never left, as the log has it. */
	plain_start(&alice, server.port, homes[0], (const char *const[]){
	    "-n", "alice", "--follow", "127.0.0.1", NULL });
	plain_give(&alice, "hello again\n");
	assert_true(plain_until(&alice, "\tsay\talice\thello again\n"));
	plain_start(&bob, server.port, homes[1], (const char *const[]){ "-n",
	    "Alice", "127.0.0.1", NULL });
	assert_int_equal(plain_finish(&bob), 3);
	leave(&alice);
}

#define HEX "0123456789abcdef0123456789abcdef"

/* However deep it lies, and however long its name is there. */
static void
a_backup_has_what_is_in_directories_of_directories(void **state)
{
	char file[ENV_HOME_BYTES + 16], dir[ENV_HOME_BYTES + 16];
	char data[ENV_HOME_BYTES + 16], command[8 * ENV_HOME_BYTES + 512];
	const char *words[] = { "-d", data, "backup", file, NULL };
	struct plain c;

	(void)state;
	snprintf(file, sizeof(file), "%s/backup.tar", room_home);
	snprintf(dir, sizeof(dir), "%s/restored", room_home);
	snprintf(data, sizeof(data), "%s/data", room_home);
	snprintf(command, sizeof(command), "mkdir -m 700 '%s' && cd '%s' && "
	    "for i in . %s room/%s room/%s/%s.old1; do mkdir -p $i && "
	    "echo $i >$i/00000000000000000001.log || exit 1; done && "
	    "echo key >hostkey && chmod -R go= .", data, data, HEX, HEX, HEX,
	    HEX);
	assert_int_equal(system(command), 0);
	plain_run_program(&c, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&c), 0);
	plain_clear(&c);
	unpack(file, dir);
	snprintf(command, sizeof(command), "diff -r '%s' '%s'", data, dir);
	assert_int_equal(system(command), 0);
}

/* chat-tui under this name is refused; *key: the one it says is its own. */
static void
assert_shut_out(int home, const char *name, char key[64])
{
	const char *words[] = { "-n", name, "127.0.0.1", NULL };
	struct plain p;
	const char *at;

	plain_start(&p, server.port, homes[home], words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 3);
	assert_non_null(strstr(p.told, "is closed"));
	assert_non_null(at = strstr(p.told, "SHA256:"));
	snprintf(key, 64, "%.50s", at);
	/* Nothing is behind it that might be taken for a part of it. */
	assert_string_equal(at + 50, "\n");
	assert_null(strstr(p.said, "\t"));
	plain_clear(&p);
}

static void
a_closed_room_lets_in_whom_the_operator_allows(void **state)
{
	char key[64], again[64];
	int fd = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(fd, "L olga", "OK");
	come(&alice, 0, "alice");
	udp_expect(fd, "alice entered the chat room");
	DOES("closed; allowed with it, of those who are here: 1\n", "close");
	assert_true(plain_until(&alice, "\trule\t\tclose\n"));
	/* The classic protocol has no keys: it is off. */
	udp_expect(fd, "Admin: the room is closed");
	assert_true(plain_until(&alice, "\tleave\t~olga\t"));
	assert_shut_out(1, "bob", key);
	/* Over a restart too; who was in comes back by herself. */
	restart();
	assert_shut_out(1, "bob", again);
	assert_string_equal(again, key);
	plain_give(&alice, "here I am\n");
	assert_true(plain_until(&alice, "\tsay\talice\there I am\n"));
	DOES("alice\n", "names");
	/* What he was told is what the operator needs. */
	DOES("allowed: key SHA256:", "allow", key);
	come(&bob, 1, "bob");
	DOES(key, "allow");
	plain_give(&bob, "thanks\n");
	assert_true(plain_until(&alice, "\tsay\tbob\tthanks\n"));
	DOES("not allowed any more: bob (key SHA256:", "disallow", "bob");
	assert_int_equal(plain_finish(&bob), 3);
	assert_non_null(strstr(bob.told, "is closed"));
	assert_true(plain_until(&alice, "\trule\t\tdisallow bob =SHA256:"));
	plain_clear(&bob);
	assert_shut_out(1, "rob", key);
	DOES("open: everybody may enter again\n", "open");
	come(&bob, 1, "bob");
	leave(&bob);
	leave(&alice);
	close(fd);
}

static void
a_server_may_begin_with_a_closed_room(void **state)
{
	const char *bad[] = { "--closed", "--classic=local", "-p", "0",
	    NULL };
	const char *args[] = { "-b", "127.0.0.1", "--closed", NULL };
	char key[64];
	struct plain p;
	int fd;

	(void)state;
	server_stop(&server, SIGTERM);
	plain_run_program(&p, "chat-server", room_home, bad);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 2);
	assert_non_null(strstr(p.told, "--closed"));
	plain_clear(&p);
	server_start(&server, room_env, args);
	assert_shut_out(0, "alice", key);
	fd = udp_open(&server, AF_INET);
	udp_send(fd, "L olga");
	DOES("", "names");
	DOES("allowed: key ", "allow", key);
	come(&alice, 0, "alice");
	DOES("alice\n", "names");
	leave(&alice);
	close(fd);
}

static void
no_data_file_is_for_others(void **state)
{
	static const char *const names[] = { "hostkey", "bans", "leases",
	    "sessions", "control", "lock" };
	char path[PATH_MAX];
	struct stat st;
	size_t i;

	(void)state;
	DOES("banned: ", "ban", "192.0.2.0/24");
	come(&alice, 0, "alice");
	leave(&alice);
	server_stop(&server, SIGKILL);
	/* As an older server left it. */
	snprintf(path, sizeof(path), "%s/.local/state/chat-server/sessions",
	    room_home);
	assert_int_equal(chmod(path, 0644), 0);
	server_start(&server, room_env, room_args);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/.local/state/chat-server/%s",
		    room_home, names[i]);
		assert_int_equal(lstat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
}

/* Of all segments, in bytes. */
static long
log_bytes(void)
{
	char command[PATH_MAX], size[32];
	long bytes = 0;
	FILE *found;

	snprintf(command, sizeof(command), "find %s/.local/state/chat-server "
	    "-name '*.log' -printf '%%s\\n'", room_home);
	found = popen(command, "r");
	assert_non_null(found);
	while (fgets(size, sizeof(size), found) != NULL)
		bytes += atol(size);
	pclose(found);
	return bytes;
}

static void
of_the_log_about_so_much_is_kept_as_was_asked_for(void **state)
{
	enum { LINES = 7500, LEN = 1000 };
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "--keep=1M",
		NULL };
	const char *words[] = { "-n", "alice", "127.0.0.1", NULL };
	char *text = malloc(LINES * LEN);
	int i;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LINES * LEN);
	for (i = 1; i <= LINES; i++)
		text[i * LEN - 1] = '\n';
	server_stop(&server, SIGTERM);
	server_start(&server, room_env, args);
	plain_start(&alice, server.port, homes[0], words);
	assert_int_equal(plain_feed(&alice, text, LINES * LEN, PLAIN_WAIT_MS),
	    LINES * LEN);
	plain_end_input(&alice);
	assert_int_equal(plain_finish(&alice), 0);
	assert_in_range(log_bytes(), 1 << 20, 5 << 19);
	free(text);
}

static void
a_data_directory_that_is_a_file_is_called_so(void **state)
{
	char path[PATH_MAX], line[PATH_MAX + 128];
	const char *const args[] = { "-p", "0", "-d", path, NULL };
	struct server other;

	(void)state;
	snprintf(path, sizeof(path), "%s/.local/state/chat-server/hostkey",
	    room_home);
	server_spawn(&other, SERVER_PIPE, NULL, args);
	assert_non_null(server_line(&other.err, line, sizeof(line)));
	assert_non_null(strstr(line, "hostkey: "));
	assert_non_null(strstr(line, strerror(ENOTDIR)));
	assert_int_equal(server_wait(&other), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_kick_is_an_act_that_no_leave_looks_like),
		TEST(who_is_muted_is_told_so_and_nothing_of_his_is_said_later),
		TEST(another_name_is_no_way_out_of_a_mute),
		TEST(what_is_said_under_it_is_not_said_later),
		TEST(who_lost_his_name_is_muted_where_he_is),
		TEST(a_ban_tells_who_but_never_from_where),
		TEST(what_is_no_request_is_told),
		TEST(what_no_server_takes_is_wrong_usage),
		TEST(nobody_bans_everybody),
		TEST(a_passphrase_too_many_is_no_line_to_take_out),
		TEST(an_older_server_is_said_to_be_older),
		TEST(one_room_of_several_is_told_by_its_name),
		TEST(a_room_with_blanks_in_its_name_is_told_from_the_words),
		TEST(a_list_that_is_cut_is_no_success),
		TEST(a_backup_taken_under_talk_is_a_room),
		TEST(a_backup_has_what_is_in_directories_of_directories),
		TEST(the_helps_explain_each_word),
		TEST(a_closed_room_lets_in_whom_the_operator_allows),
		TEST(a_server_may_begin_with_a_closed_room),
		TEST(no_data_file_is_for_others),
		TEST(of_the_log_about_so_much_is_kept_as_was_asked_for),
		TEST(a_data_directory_that_is_a_file_is_called_so),
	};

	return tests_run(tests, NULL, NULL);
}
