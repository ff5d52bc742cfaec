/*
 * One room is one copy and one outbox, however its host is spelled: between
 * real programs, with what is left on the disk.
 */
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum { TRIES = 2000 };

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char home[ENV_HOME_BYTES], home_set[ENV_HOME_BYTES + 8];
static const char *room_env[] = { room_set, NULL };
static const char *home_env[] = { home_set, NULL };
static char true_dir[PATH_MAX], other_dir[PATH_MAX], kept_dir[PATH_MAX];

static void
stop(void)
{
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	server.pid = 0;
}

/* The server whose key is in dir; at port 0: at any that is free. */
static void
serve(const char *dir, uint16_t at, const char *option, const char *value)
{
	char port[16];
	const char *args[] = { "-b", "127.0.0.1", "--rate=0", "-p", port,
	    "-d", dir, option, value, NULL };

	stop();
	snprintf(port, sizeof(port), "%u", at != 0 ? at : server_free_port());
	server_spawn(&server, SERVER_PIPE, room_env, args);
	server_listening(&server);
}

static int
set_up(void **state)
{
	(void)state;
	env_home_make(room_home);
	env_home_make(home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	snprintf(home_set, sizeof(home_set), "HOME=%s", home);
	snprintf(true_dir, sizeof(true_dir), "%s/true", room_home);
	snprintf(other_dir, sizeof(other_dir), "%s/other", room_home);
	snprintf(kept_dir, sizeof(kept_dir), "%s/kept", room_home);
	serve(true_dir, 0, NULL, NULL);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	stop();
	env_home_remove(home);
	env_home_remove(room_home);
	return 0;
}

static int
times_in_log(const char *dir, const char *text)
{
	const char *words[] = { "-d", dir, "log", "1000", NULL };
	const char *at;
	struct plain p;
	int n = 0;

	plain_run_program(&p, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&p), 0);
	for (at = p.said; (at = strstr(at, text)) != NULL; at++)
		n++;
	plain_clear(&p);
	return n;
}

/* All that kim said, in order, each with a blank behind it. */
static void
log_says(const char *want)
{
	const char *words[] = { "-d", true_dir, "log", "1000", NULL };
	static const char said[] = "\tsay\tkim\t";
	char got[1024] = "", *line, *at, *text;
	struct plain p;

	plain_run_program(&p, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&p), 0);
	for (line = strtok_r(p.said, "\n", &at); line != NULL;
	    line = strtok_r(NULL, "\n", &at)) {
		if ((text = strstr(line, said)) == NULL)
			continue;
		strlcat(got, text + strlen(said), sizeof(got));
		strlcat(got, " ", sizeof(got));
	}
	plain_clear(&p);
	assert_string_equal(got, want);
}

/* At the host, at the server's port; ends with the status. */
static void
say_as(const char *name, const char *host, const char *text, int status)
{
	const char *words[] = { "-4", "--wait=20s", "-n", name, host, NULL };
	const char *gone[] = { "-4", "--wait=1s", "-n", name, host, NULL };
	struct plain p;
	int got;

	plain_start(&p, server.port, home, server.pid > 0 ? words : gone);
	plain_give(&p, text);
	plain_end_input(&p);
	if ((got = plain_finish(&p)) != status)
		fail_msg("%d: %s%s", got, p.said, p.told);
	plain_clear(&p);
}

static void
say(const char *host, const char *text, int status)
{
	say_as("kim", host, text, status);
}

static struct term *
sit_down(const char *name)
{
	char port[16];
	const char *words[] = { chat_program("chat-tui"), "-4", "-n", name,
	    "-p", port, "127.0.0.1", NULL };

	snprintf(port, sizeof(port), "%u", server.port);
	return term_start(24, 80, home_env, words);
}

/* How many of what the shell finds in the state's directory. */
static int
count_found(const char *what)
{
	char command[PATH_MAX + 256], line[PATH_MAX];
	FILE *found;
	int n = 0;

	snprintf(command, sizeof(command), "cd '%s/.local/state/chat-tui/"
	    "rooms' && find . %s", home, what);
	assert_non_null(found = popen(command, "r"));
	while (fgets(line, sizeof(line), found) != NULL)
		n++;
	assert_int_equal(pclose(found), 0);
	return n;
}

static void
shell(const char *command)
{
	char line[PATH_MAX + 512];

	snprintf(line, sizeof(line), "cd '%s/.local/state/chat-tui/rooms' && "
	    "P=%u && %s", home, server.port, command);
	assert_int_equal(system(line), 0);
}

/* A directory that is called by a key, which may begin with a minus; the others
 * have a colon. */
#define KEY	"??????????????????????"

static void
assert_one_room(void)
{
	/* What plain mode began later is not all in the other one. */
	assert_int_equal(count_found("-name '*.log' -path '*/kim/*' "
	    "! -path '*.old1/*'"), 1);
	assert_int_equal(count_found("-name 'outbox*' -path '*/kim/*'"), 1);
}

static void
a_line_waits_for_the_server_not_for_a_spelling(void **state)
{
	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tthird\n"), 1);
	say("127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_one_room();
}

/* Neither of the two is at the server yet, and one name is new. */
static void
nor_for_one_that_nobody_knows_yet(void **state)
{
	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	say("localhost", "third\nfourth\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "fifth\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 5);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tkim\tfourth\n"), 1);
	assert_one_room();
}

/* The classroom: chat-tui -H took another port. */
static void
nor_for_a_port(void **state)
{
	uint16_t before = server.port;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, 0, NULL, NULL);
	assert_int_not_equal(server.port, before);
	say("127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_one_room();
}

static void
nor_for_a_passphrase(void **state)
{
	char path[PATH_MAX];
	const char *words[] = { "-4", "-n", "kim", "-k", path, "localhost",
	    NULL };
	const char *first[] = { "-4", "-n", "kim", "-k", path, "127.0.0.1",
	    NULL };
	struct plain p;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/passphrase", home);
	assert_non_null(file = fopen(path, "w"));
	fputs("open sesame\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	serve(true_dir, server.port, "-k", path);
	plain_start(&p, server.port, home, first);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	stop();
	say("127.0.0.1", "second\n", 4);
	/* Who is at its address without one is not asked at another name. */
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 3);
	assert_int_equal(times_in_log(true_dir, "\tsay\t"), 0);
	serve(true_dir, server.port, "-k", path);
	plain_start(&p, server.port, home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	assert_one_room();
}

static void
what_waits_at_one_spelling_is_on_the_screen_at_another(void **state)
{
	const char *words[] = { chat_program("chat-tui"), "-4", "-n", "kim",
	    "-p", "", "localhost", NULL };
	char port[16];
	struct term *t;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	snprintf(port, sizeof(port), "%u", server.port);
	words[5] = port;
	t = term_start(24, 80, home_env, words);
	assert_true(term_wait(t, "You are kim"));
	assert_true(term_wait(t, "│ first"));
	assert_true(term_wait(t, "│ second"));
	chat_say(t, "third");
	assert_true(term_wait(t, "│ third"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 3);
	assert_one_room();
}

static void
copy_server(const char *from, const char *to)
{
	char command[3 * PATH_MAX];

	snprintf(command, sizeof(command), "rm -fr '%s' && cp -a '%s' '%s'",
	    to, from, to);
	assert_int_equal(system(command), 0);
}

/* The server goes on from where it was when two began. */
static void
put_back(void)
{
	copy_server(kept_dir, true_dir);
	serve(true_dir, server.port, NULL, NULL);
}

/* As a client of before left it: a copy and an outbox for each of two. */
static void
leave_two(void)
{
	say("127.0.0.1", "first\n", 0);
	stop();
	copy_server(true_dir, kept_dir);
	say("127.0.0.1", "second\n", 4);
	shell("mv ./"KEY"/kim kept");
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 0);
	stop();
	say("localhost", "fourth\nfifth\n", 4);
	shell("test -s ./"KEY"/kim/outbox");
	shell("rm -fr localhost:$P/kim && mv ./"KEY"/kim localhost:$P/ && "
	    "rm -fr 127.0.0.1:$P/kim && mv kept 127.0.0.1:$P/kim && "
	    "rmdir ./"KEY" && test -s localhost:$P/kim/outbox");
	assert_int_equal(count_found("-name '*.log' -path '*/kim/*'"), 2);
}

static void
two_of_before_become_one(void **state)
{
	(void)state;
	leave_two();
	serve(true_dir, server.port, NULL, NULL);
	say("127.0.0.1", "sixth\n", 0);
	log_says("first third second fourth fifth sixth ");
	assert_one_room();
}

/* Of the same host's other spelling, where lines wait as well. */
static void
what_a_room_lost_of_an_outbox_behind_is_said_again(void **state)
{
	(void)state;
	leave_two();
	put_back();
	say("127.0.0.1", "sixth\n", 0);
	log_says("first third second fourth fifth sixth ");
	assert_int_equal(count_found("-name 'outbox*' -path '*/kim/*'"), 1);
}

/* It is shown at once, taken back as any other, and by the name of then. */
static void
what_is_typed_waits_behind_both(void **state)
{
	struct term *t;

	(void)state;
	leave_two();
	t = sit_down("kim");
	assert_true(term_wait(t, "… fifth"));
	chat_say(t, "sixth");
	assert_true(term_wait(t, "… sixth"));
	chat_say(t, "seventh");
	assert_true(term_wait(t, "… seventh"));
	chat_say(t, "/withdraw");
	assert_true(term_wait_gone(t, "… seventh"));
	assert_true(term_wait(t, "› seventh"));
	term_press(t, "C-u");
	chat_say(t, "/nick kimi");
	chat_say(t, "eighth");
	assert_true(term_wait(t, "… eighth"));
	serve(true_dir, server.port, NULL, NULL);
	assert_true(term_wait(t, "kimi │ eighth"));
	assert_true(term_wait_gone(t, "…"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	log_says("first third second fourth fifth sixth ");
	assert_int_equal(times_in_log(true_dir, "\tsay\tkimi\teighth\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkimi\t"), 1);
}

/* As two windows at one spelling: the second one keeps nothing. */
static void
a_room_has_one_window_whatever_its_host_is_called(void **state)
{
	const char *words[] = { "-4", "-n", "kim", "--follow", "127.0.0.1",
	    NULL };
	struct plain p;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	say("localhost", "second\n", 0);
	stop();
	plain_start(&p, server.port, home, words);
	assert_true(plain_until_told(&p, "no answer", 1));
	say("127.0.0.1", "third\n", 4);
	say("localhost", "fourth\n", 4);
	plain_give(&p, "fifth\n");
	serve(true_dir, server.port, NULL, NULL);
	assert_true(plain_until(&p, "\tkim\tfifth\n"));
	kill(p.pid, SIGTERM);
	plain_finish(&p);
	plain_clear(&p);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 3);
	/* What it left to others is said by whoever has the room next. */
	say("localhost", "sixth\n", 0);
	log_says("first second fifth third fourth sixth ");
	assert_one_room();
}

static void
another_key_gets_nothing_of_it_under_any_name(void **state)
{
	char typed[32];
	const char *forget[] = { "--forget", typed, NULL };
	struct plain p;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "secret\n", 4);
	serve(other_dir, server.port, NULL, NULL);
	say("127.0.0.1", "", 3);
	say("localhost", "hello\n", 0);
	snprintf(typed, sizeof(typed), "127.0.0.1:%u", server.port);
	plain_run_program(&p, "chat-tui", home, forget);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	say("127.0.0.1", "hello\n", 0);
	assert_int_equal(times_in_log(other_dir, "\tkim\thello\n"), 2);
	assert_int_equal(times_in_log(other_dir, "secret"), 0);
	/* The true one is known by its key, wherever it is. */
	serve(true_dir, 0, NULL, NULL);
	say("127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecret\n"), 1);
}

/* In one run, so that the first contact's directory is still in use; ends with
 * the second line waiting. */
static void
meet_and_wait(const char *host, const char *text)
{
	const char *words[] = { "-4", "--wait=1s", "-n", "kim", host, NULL };
	struct plain p;

	plain_start(&p, server.port, home, words);
	plain_give(&p, "first\n");
	assert_true(plain_until(&p, "\tkim\tfirst\n"));
	stop();
	plain_give(&p, text);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 4);
	plain_clear(&p);
}

static void
nor_for_the_letters_of_its_host(void **state)
{
	(void)state;
	meet_and_wait("LOCALHOST", "second\n");
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "third\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tsecond\n"), 1);
	say("LocalHost", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tkim\t"), 3);
	assert_one_room();
}

/* Those of before were called as it was typed. */
static void
nor_for_those_of_its_directory(void **state)
{
	(void)state;
	stop();
	say("localhost", "first\n", 4);
	shell("mv localhost:$P LocalHost:$P");
	say("LOCALHOST", "", 4);
	shell("mv localhost:$P LOCALHOST:$P");
	serve(true_dir, server.port, NULL, NULL);
	say("localhost", "second\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tfirst\n"), 1);
	assert_one_room();
}

static void
forget(const char *host, struct plain *p)
{
	char typed[32];
	const char *words[] = { "--forget", typed, NULL };

	snprintf(typed, sizeof(typed), "%s:%u", host, server.port);
	plain_run_program(p, "chat-tui", home, words);
	assert_int_equal(plain_finish(p), 0);
}

/* However it was written then. */
static void
what_is_forgotten_is_not_said_to_the_next_one(void **state)
{
	struct plain p;

	(void)state;
	meet_and_wait("LOCALHOST", "secret\n");
	forget("localhost", &p);
	assert_non_null(strstr(p.said, "with that key"));
	plain_clear(&p);
	serve(other_dir, server.port, NULL, NULL);
	say("LOCALHOST", "hello\n", 0);
	assert_int_equal(times_in_log(other_dir, "secret"), 0);
}

static void
every_directory_that_stays_is_named(void **state)
{
	const char *words[] = { "-4", "-n", "bob", "--follow", "localhost",
	    NULL };
	struct plain p, open;

	(void)state;
	plain_start(&open, server.port, home, words);
	plain_give(&open, "hello\n");
	assert_true(plain_until(&open, "\tbob\thello\n"));
	say("127.0.0.1", "first\n", 0);
	forget("LOCALHOST", &p);
	assert_non_null(strstr(p.said, "with that key"));
	assert_non_null(strstr(p.said, "/rooms/localhost:"));
	plain_clear(&p);
	kill(open.pid, SIGTERM);
	plain_finish(&open);
	plain_clear(&open);
}

static void
assert_said_in_order(const char *first, const char *second)
{
	const char *words[] = { "-d", true_dir, "log", "1000", NULL };
	const char *one, *other;
	struct plain p;

	plain_run_program(&p, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&p), 0);
	one = strstr(p.said, first);
	other = strstr(p.said, second);
	if (one == NULL || other == NULL)
		fail_msg("no %s in:\n%s", one == NULL ? first : second, p.said);
	assert_true(one < other);
	plain_clear(&p);
	assert_int_equal(times_in_log(true_dir, first), 1);
	assert_int_equal(times_in_log(true_dir, second), 1);
}

static void
end(struct plain *p)
{
	kill(p->pid, SIGTERM);
	plain_finish(p);
	plain_clear(p);
}

/* He was here first, and so has his room where the host's are. */
static void
a_room_waits_for_no_window_of_another_name(void **state)
{
	const char *words[] = { "-4", "-n", "bob", "--follow", "127.0.0.1",
	    NULL };
	struct plain bob;

	(void)state;
	plain_start(&bob, server.port, home, words);
	plain_give(&bob, "hello\n");
	assert_true(plain_until(&bob, "\tbob\thello\n"));
	say("127.0.0.1", "first\n", 0);
	stop();
	say("127.0.0.1", "second\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say("127.0.0.1", "third\n", 0);
	assert_said_in_order("\tkim\tfirst\n", "\tkim\tsecond\n");
	assert_said_in_order("\tkim\tsecond\n", "\tkim\tthird\n");
	assert_int_equal(count_found("-path './"KEY"/kim/outbox'"), 1);
	assert_one_room();
	end(&bob);
}

/* Both begin before either knows whose server it is, each with what waits at
 * its own label. */
static void
two_first_contacts_become_one(void **state)
{
	const char *one[] = { "-4", "-n", "kim", "--wait=0", "--follow",
	    "127.0.0.1", NULL };
	const char *other[] = { "-4", "-n", "kim", "--wait=0", "--follow",
	    "localhost", NULL };
	struct plain p, q;
	int i;

	(void)state;
	stop();
	say("127.0.0.1", "one\ntwo\n", 4);
	say("localhost", "other one\nother two\n", 4);
	assert_int_equal(count_found("-path '*/kim/outbox' | "
	    "xargs grep -l two"), 2);
	plain_start(&p, server.port, home, one);
	assert_true(plain_until_told(&p, "no answer", 1));
	plain_start(&q, server.port, home, other);
	assert_true(plain_until_told(&q, "no answer", 1));
	serve(true_dir, server.port, NULL, NULL);
	/* The room lets go of one of them. */
	for (i = 0; i < TRIES && times_in_log(true_dir,
	    "\tsay\tkim\t") == 0; i++)
		;
	end(&p);
	end(&q);
	say("127.0.0.1", "three\n", 0);
	/* What did not come to it waits for the next at its label. */
	for (i = 0; i < 20 && times_in_log(true_dir, "\tsay\tkim\t") < 5; i++)
		say(i % 2 == 0 ? "localhost" : "127.0.0.1", "", 0);
	assert_said_in_order("\tone\n", "\ttwo\n");
	assert_said_in_order("\tother one\n", "\tother two\n");
	assert_said_in_order("\ttwo\n", "\tthree\n");
	assert_one_room();
}

struct held {
	char	 dir[PATH_MAX];		/* of the room */
	int	 fd, opens;
};

/* As a window of kim's; what is in rooms/ is a pattern of the shell. */
static void
hold(struct held *h, const char *dir)
{
	char path[PATH_MAX + 16];
	glob_t found;

	snprintf(path, sizeof(path), "%s/.local/state/chat-tui/rooms/%s/kim",
	    home, dir);
	assert_int_equal(glob(path, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	strlcpy(h->dir, found.gl_pathv[0], sizeof(h->dir));
	globfree(&found);
	snprintf(path, sizeof(path), "%s/window", h->dir);
	h->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(h->fd, LOCK_EX | LOCK_NB), 0);
	h->opens = inotify_init1(IN_CLOEXEC);
	assert_int_not_equal(inotify_add_watch(h->opens, path, IN_OPEN), -1);
}

/* Whoever wants it has looked, and again. */
static void
until_waited_for(const struct held *h)
{
	struct inotify_event event;
	int i;

	for (i = 0; i < 3; i++)
		assert_int_equal(read(h->opens, &event, sizeof(event)),
		    sizeof(event));
}

static void
let_go(struct held *h)
{
	close(h->fd);
	close(h->opens);
}

static void
who_still_leaves_is_waited_for(void **state)
{
	const char *words[] = { "-4", "--wait=20s", "-n", "kim", "127.0.0.1",
	    NULL };
	struct held h;
	struct plain p;

	(void)state;
	stop();
	say("127.0.0.1", "first\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	hold(&h, "127.0.0.1:*");
	/* Another spelling, so that the key is known. */
	say("localhost", "", 0);
	shell("K=../../../../.config/chat-tui/known_hosts && "
	    "sed s/localhost/127.0.0.1/ $K > k && cat k >> $K && rm k");
	plain_start(&p, server.port, home, words);
	plain_give(&p, "second\n");
	plain_end_input(&p);
	until_waited_for(&h);
	let_go(&h);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_said_in_order("\tkim\tfirst\n", "\tkim\tsecond\n");
	assert_int_equal(count_found("-path './"KEY"/kim/outbox'"), 1);
	assert_one_room();
}

static void
a_room_that_moves_is_locked_where_it_is_then(void **state)
{
	const char *words[] = { "-4", "-n", "kim", "--follow", "127.0.0.1",
	    NULL };
	char path[PATH_MAX + 16];
	struct held h;
	struct plain p;
	int fd;

	(void)state;
	say("127.0.0.1", "first\n", 0);
	say("127.0.0.1", "second\n", 0);
	hold(&h, KEY);
	plain_start(&p, server.port, home, words);
	plain_give(&p, "third\n");
	until_waited_for(&h);
	snprintf(path, sizeof(path), "%s.moved", h.dir);
	assert_int_equal(rename(h.dir, path), 0);
	let_go(&h);
	assert_true(plain_until(&p, "\tkim\tthird\n"));
	snprintf(path, sizeof(path), "%s/window", h.dir);
	assert_int_not_equal(fd = open(path, O_RDWR | O_CLOEXEC), -1);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	close(fd);
	end(&p);
}

static void
a_name_that_is_refused_leaves_nothing(void **state)
{
	const char *words[] = { "-4", "-n", "bob!", "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	say("127.0.0.1", "hello\n", 0);
	plain_start(&p, server.port, home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 3);
	plain_clear(&p);
	assert_int_equal(count_found("-name 'kim'"), 1);
	assert_int_equal(count_found("-name 'bob*'"), 0);
}

static void
a_line_waits_for_the_person_not_for_a_name(void **state)
{
	struct term *t;

	(void)state;
	t = sit_down("dora");
	assert_true(term_wait(t, "You are dora"));
	chat_say(t, "/nick dory");
	assert_true(term_wait(t, "dory ›"));
	stop();
	chat_say(t, "one");
	chat_say(t, "two");
	assert_true(term_wait(t, "… two"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	serve(true_dir, server.port, NULL, NULL);
	say_as("dory", "127.0.0.1", "three\n", 0);
	say_as("dora", "127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\t"), 3);
	assert_int_equal(times_in_log(true_dir, "\tsay\tdory\tone\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tsay\tdory\ttwo\n"), 1);
	/* Who goes by the old name again has it for good. */
	stop();
	say_as("dora", "127.0.0.1", "four\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say_as("dory", "127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tfour\n"), 0);
	say_as("dora", "127.0.0.1", "", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tdora\tfour\n"), 1);
}

/* At the next start there may be no server, or another is asked for. */
static void
what_was_said_is_there_under_the_name_of_since(void **state)
{
	struct term *t;

	(void)state;
	t = sit_down("dora");
	assert_true(term_wait(t, "You are dora"));
	chat_say(t, "before");
	assert_true(term_wait(t, "dora │ before"));
	chat_say(t, "/nick dory");
	assert_true(term_wait(t, "dory ›"));
	chat_say(t, "since");
	assert_true(term_wait(t, "dory │ since"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	stop();
	t = sit_down("dory");
	assert_true(term_wait(t, "dora │ before"));
	assert_true(term_wait(t, "dory │ since"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
}

static void
nor_for_one_that_is_taken(void **state)
{
	const char *words[] = { "-4", "-n", "bob", "127.0.0.1", NULL };
	struct plain p;
	struct term *t;

	(void)state;
	plain_start(&p, server.port, room_home, words);
	plain_give(&p, "mine\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	stop();
	say_as("bob", "127.0.0.1", "line\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	t = sit_down("bob");
	assert_true(term_wait(t, "bob belongs to"));
	term_press(t, "C-u");
	chat_say(t, "mona");
	assert_true(term_wait(t, "You are mona"));
	assert_true(term_wait(t, "mona │ line"));
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait_gone(t, "bob … line"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\tmona\tline\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tsay\t"), 2);
}

/* The room has the line, under the name of before, and he was not told. */
static void
what_was_said_under_a_name_that_is_taken_since_is_not_said_again(void **state)
{
	const char *words[] = { "-4", "-n", "bob", "--follow", "127.0.0.1",
	    NULL };
	const char *release[] = { "-d", true_dir, "release", "bob", NULL };
	struct plain p;
	struct term *t;
	int i;

	(void)state;
	plain_start(&p, server.port, home, words);
	plain_give(&p, "one\n");
	assert_true(plain_until(&p, "\tbob\tone\n"));
	kill(server.pid, SIGSTOP);
	plain_give(&p, "line\n");
	for (i = 0; i < TRIES && count_found("-path '*/bob/outbox' | "
	    "xargs grep -l line; true") == 0; i++)
		;
	/* He leaves with a last word, and hears of nothing. */
	end(&p);
	kill(server.pid, SIGCONT);
	for (i = 0; i < TRIES && times_in_log(true_dir, "\tline\n") == 0; i++)
		;
	plain_run_program(&p, "chat-ctl", room_home, release);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	words[3] = "127.0.0.1";
	words[4] = NULL;
	plain_start(&p, server.port, room_home, words);
	plain_give(&p, "mine\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	t = sit_down("bob");
	assert_true(term_wait(t, "bob belongs to"));
	term_press(t, "C-u");
	chat_say(t, "mona");
	assert_true(term_wait(t, "You are mona"));
	chat_say(t, "two");
	assert_true(term_wait(t, "mona │ two"));
	assert_true(term_wait_gone(t, "pending"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(times_in_log(true_dir, "\tline\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\tsay\t"), 4);
}

static void
what_waits_for_another_host_is_told_at_a_start(void **state)
{
	char said[64];
	struct term *t;

	(void)state;
	stop();
	say("localhost", "one\ntwo\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	t = sit_down("bob");
	snprintf(said, sizeof(said), "Lines that wait for localhost:%u: 2.",
	    server.port);
	assert_true(term_wait(t, said));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	say("localhost", "", 0);
	t = sit_down("bob");
	assert_true(term_wait(t, "You are bob"));
	assert_true(term_wait_gone(t, "Lines that wait"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
}

/* At another spelling of it they would not be said. */
static void
what_waits_for_a_host_that_nobody_knows_names_it(void **state)
{
	char said[80];
	struct term *t;
	size_t i;

	(void)state;
	stop();
	for (i = 0; i < 2; i++) {
		t = sit_down("kim");
		assert_true(term_wait(t, "No room at"));
		chat_say(t, "one");
		assert_true(term_wait(t, "… one"));
		chat_say(t, "/quit");
		assert_int_equal(term_wait_exit(t), 0);
		snprintf(said, sizeof(said), "%s said when chat-tui joins "
		    "127.0.0.1:%u again", i == 0 ? "1 line waits; it is" :
		    "2 lines wait; they are", server.port);
		assert_true(term_wait(t, said));
	}
	/* By its key it is known everywhere. */
	serve(true_dir, server.port, NULL, NULL);
	say("127.0.0.1", "", 0);
	stop();
	t = sit_down("kim");
	assert_true(term_wait(t, "No room at"));
	chat_say(t, "one");
	assert_true(term_wait(t, "… one"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_wait(t, "1 line waits; it is said when"));
}

/* One room's at two spellings, which is seen only as it is joined. */
static void
what_is_said_at_a_start_waits_for_no_other_host(void **state)
{
	const char *words[] = { chat_program("chat-tui"), "-4", "-n", "kim",
	    "-p", "", "localhost", NULL };
	char port[16];
	struct term *t;

	(void)state;
	t = sit_down("kim");
	assert_true(term_wait(t, "You are kim"));
	stop();
	chat_say(t, "one");
	assert_true(term_wait(t, "… one"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	serve(true_dir, server.port, NULL, NULL);
	snprintf(port, sizeof(port), "%u", server.port);
	words[5] = port;
	t = term_start(24, 80, home_env, words);
	assert_true(term_wait(t, "You are kim"));
	assert_true(term_wait_gone(t, "pending"));
	assert_int_equal(term_find(t, "Lines that wait"), -1);
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(times_in_log(true_dir, "\tkim\tone\n"), 1);
	assert_one_room();
}

static void
nor_for_its_case_or_accents(void **state)
{
	(void)state;
	stop();
	say_as("Ren\xc3\xa9""e", "127.0.0.1", "one\ntwo\n", 4);
	serve(true_dir, server.port, NULL, NULL);
	say_as("rene\xcc\x81""e", "127.0.0.1", "three\n", 0);
	assert_int_equal(times_in_log(true_dir, "\tsay\t"), 3);
	assert_int_equal(times_in_log(true_dir, "\tone\n"), 1);
	assert_int_equal(times_in_log(true_dir, "\ttwo\n"), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_line_waits_for_the_server_not_for_a_spelling),
		TEST(nor_for_one_that_nobody_knows_yet),
		TEST(nor_for_a_port),
		TEST(nor_for_a_passphrase),
		TEST(what_waits_at_one_spelling_is_on_the_screen_at_another),
		TEST(two_of_before_become_one),
		TEST(what_is_typed_waits_behind_both),
		TEST(what_a_room_lost_of_an_outbox_behind_is_said_again),
		TEST(a_room_has_one_window_whatever_its_host_is_called),
		TEST(another_key_gets_nothing_of_it_under_any_name),
		TEST(nor_for_the_letters_of_its_host),
		TEST(nor_for_those_of_its_directory),
		TEST(what_is_forgotten_is_not_said_to_the_next_one),
		TEST(every_directory_that_stays_is_named),
		TEST(a_room_waits_for_no_window_of_another_name),
		TEST(two_first_contacts_become_one),
		TEST(who_still_leaves_is_waited_for),
		TEST(a_name_that_is_refused_leaves_nothing),
		TEST(a_room_that_moves_is_locked_where_it_is_then),
		TEST(a_line_waits_for_the_person_not_for_a_name),
		TEST(what_was_said_is_there_under_the_name_of_since),
		TEST(nor_for_one_that_is_taken),
		TEST(nor_for_its_case_or_accents),
		TEST(what_waits_for_another_host_is_told_at_a_start),
		TEST(what_waits_for_a_host_that_nobody_knows_names_it),
		TEST(what_is_said_at_a_start_waits_for_no_other_host),
		TEST(what_was_said_under_a_name_that_is_taken_since_is_not_said_again)
	};

	return tests_run(tests, NULL, NULL);
}
