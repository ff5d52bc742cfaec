/*
 * Invitations, between real programs: who has one believes that server and no
 * other, from the first word on.
 */
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "common/keys.h"
#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

static struct server server;
static char room_home[ENV_HOME_BYTES], room_set[ENV_HOME_BYTES + 8];
static char home[ENV_HOME_BYTES], home_set[ENV_HOME_BYTES + 8];
static const char *room_env[] = { room_set, NULL };
static const char *home_env[] = { home_set, NULL };
static char dir[PATH_MAX];

static int
set_up(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "-d", dir, NULL };

	(void)state;
	env_home_make(room_home);
	env_home_make(home);
	snprintf(room_set, sizeof(room_set), "HOME=%s", room_home);
	snprintf(home_set, sizeof(home_set), "HOME=%s", home);
	snprintf(dir, sizeof(dir), "%s/room", room_home);
	server_start(&server, room_env, args);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	if (server.pid > 0)
		server_stop(&server, SIGTERM);
	env_home_remove(home);
	env_home_remove(room_home);
	return 0;
}

/* The line to join the server by; with another key, where one is given. */
static char *
line_of(char line[256], const uint8_t other[NOISE_KEY])
{
	char path[PATH_MAX + 8], key[FINGERPRINT_SHORT];
	struct noise_keypair kp;

	snprintf(path, sizeof(path), "%s/hostkey", dir);
	assert_int_equal(keys_load(path, &kp), KEYS_OK);
	snprintf(line, 256, "chat://%s@127.0.0.1:%u", fingerprint_short(key,
	    other != NULL ? other : kp.public), server.port);
	return line;
}

static const uint8_t other_key[NOISE_KEY] = { 9 };

/* chat-tui with these words says a line and ends like this. */
static struct plain
run(const char *const words[], int status)
{
	struct plain p;

	plain_run_program(&p, "chat-tui", home, words);
	plain_give(&p, "hello\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), status);
	return p;
}

/* Whether known_hosts holds a line. */
static bool
is_anything_known(void)
{
	char path[PATH_MAX];
	FILE *f;
	bool any;

	snprintf(path, sizeof(path), "%s/.config/chat-tui/known_hosts", home);
	if ((f = fopen(path, "r")) == NULL)
		return false;
	any = fgetc(f) != EOF;
	fclose(f);
	return any;
}

static void
assert_log_is_only_its_start(void)
{
	const char *words[] = { "-d", dir, "log", "1000", NULL };
	struct plain p;

	plain_run_program(&p, "chat-ctl", room_home, words);
	assert_int_equal(plain_finish(&p), 0);
	assert_non_null(strstr(p.said, "\tstart\t"));
	assert_ptr_equal(strchr(p.said, '\n'), p.said + p.said_len - 1);
	plain_clear(&p);
}

static void
an_invitation_is_a_host(void **state)
{
	char line[256];
	const char *words[] = { "-n", "kim", line, NULL };
	struct plain p;

	(void)state;
	line_of(line, NULL);
	p = run(words, 0);
	assert_non_null(strstr(p.said, "\tkim\thello\n"));
	plain_clear(&p);
	assert_true(is_anything_known());
	p = run(words, 0);
	assert_non_null(strstr(p.said, "\tkim\thello\n"));
	plain_clear(&p);
}

/* As it is printed, for a shell: with the words before HOST that we need. */
static void
the_line_that_the_server_prints_joins_it(void **state)
{
	const char *words[] = { "-n", "kim", server.command + 9, NULL };
	char line[256], key[256];
	struct plain p;

	(void)state;
	assert_int_equal(strncmp(server.room, "room chat, key SHA256:", 22),
	    0);
	snprintf(key, sizeof(key), "chat-tui %s", line_of(line, NULL));
	assert_string_equal(server.command, key);
	p = run(words, 0);
	assert_non_null(strstr(p.said, "\tkim\thello\n"));
	plain_clear(&p);
	assert_non_null(server_line(&server.out, line, sizeof(line)));
	assert_non_null(strstr(line, "./chat-tui"));
}

/* Bound to all addresses it tells those that others reach, each once. */
static void
a_server_on_all_addresses_prints_up_to_three(void **state)
{
	static const char *const any[] = { "-4", NULL };
	char line[256];
	struct server s;
	int n = 1;

	(void)state;
	server_start(&s, NULL, any);
	assert_memory_equal(s.command, "chat-tui chat://", 16);
	while (server_line(&s.out, line, sizeof(line)) != NULL &&
	    strncmp(line, "chat-tui ", 9) == 0) {
		assert_string_not_equal(line, s.command);
		n++;
	}
	assert_in_range(n, 1, 3);
	assert_null(strstr(s.command, "@127."));
	assert_memory_equal(line, "others join by ", 15);
	server_stop(&s, SIGTERM);
}

static struct term *
invite_to(uint16_t at_port)
{
	char port[16];
	const char *argv[] = { chat_program("chat-tui"), "-n", "kim", "-p",
	    port, "127.0.0.1", NULL };
	struct term *t;

	snprintf(port, sizeof(port), "%u", at_port);
	t = term_start(24, 80, home_env, argv);
	assert_true(term_wait(t, "You are kim"));
	chat_say(t, "/invite");
	return t;
}

/* Whoever is in may hand it on, and nobody listens at another address. */
static void
a_member_can_hand_the_line_on(void **state)
{
	char line[256];

	(void)state;
	assert_true(term_wait(invite_to(server.port), line_of(line, NULL)));
}

/* By an address that others reach, as it says itself. */
static void
who_reached_a_server_for_all_by_loopback_invites_others(void **state)
{
	static const char *const any[] = { "-4", NULL };
	struct server s;

	(void)state;
	server_start(&s, NULL, any);
	assert_true(term_wait(invite_to(s.port),
	    s.command + strlen("chat-tui ")));
	server_stop(&s, SIGTERM);
}

static void
the_screen_says_that_it_verified_the_server(void **state)
{
	char line[256];
	const char *argv[] = { chat_program("chat-tui"), "-n", "kim", line,
	    NULL };
	struct term *t;

	(void)state;
	line_of(line, NULL);
	t = term_start(24, 80, home_env, argv);
	assert_true(term_wait(t, "verified by the invitation"));
	assert_true(term_wait(t, "You are kim"));
	assert_int_equal(term_find(t, "SHA256"), -1);
}

static void
another_server_is_not_told_a_word(void **state)
{
	char line[256];
	const char *words[] = { "-n", "kim", line, NULL };
	const char *argv[] = { chat_program("chat-tui"), "-n", "kim", line,
	    NULL };
	struct plain p;
	struct term *t;

	(void)state;
	line_of(line, other_key);
	p = run(words, 3);
	assert_non_null(strstr(p.told, "has another key than the one that was "
	    "given"));
	plain_clear(&p);
	t = term_start(24, 80, home_env, argv);
	assert_int_equal(term_wait_exit(t), 3);
	assert_true(term_wait(t, "has another key than"));
	assert_false(is_anything_known());
	assert_log_is_only_its_start();
}

static void
of_two_keys_for_a_host_neither_is_taken(void **state)
{
	char line[256], port[16], key[FINGERPRINT_SHORT];
	const char *plainly[] = { "-n", "kim", "-p", port, "127.0.0.1", NULL };
	const char *words[] = { "-n", "kim", line, NULL };
	struct plain p;

	(void)state;
	snprintf(port, sizeof(port), "%u", server.port);
	p = run(plainly, 0);
	plain_clear(&p);
	line_of(line, other_key);
	p = run(words, 3);
	assert_non_null(strstr(p.told, fingerprint_short(key, other_key)));
	assert_non_null(strstr(p.told, "/known_hosts"));
	assert_non_null(strstr(p.told, "is known with the key"));
	assert_null(strstr(p.said, "hello"));
	plain_clear(&p);
}

/* The file of known hosts, whole. */
static void
read_known(char *text, size_t size)
{
	char path[PATH_MAX];
	size_t n;
	FILE *file;

	snprintf(path, sizeof(path), "%s/.config/chat-tui/known_hosts", home);
	file = fopen(path, "r");
	assert_non_null(file);
	n = fread(text, 1, size - 1, file);
	fclose(file);
	text[n] = '\0';
}

/* chat-tui with these words ends like this and says that. */
static void
forgets(const char *const words[], int status, const char *says)
{
	struct plain p;

	plain_run_program(&p, "chat-tui", home, words);
	assert_int_equal(plain_finish(&p), status);
	if (strstr(status == 0 ? p.said : p.told, says) == NULL)
		fail_msg("%s%s", p.said, p.told);
	plain_clear(&p);
}

static void
a_server_made_anew_is_forgotten_by_its_command(void **state)
{
	char port[16], typed[32], text[1024], changed[128];
	const char *join[] = { "-n", "kim", "-p", port, "127.0.0.1", NULL };
	const char *forget[] = { "--forget", typed, NULL };
	const char *by_port[] = { "-p", port, "--forget", "127.0.0.1", NULL };
	const char *serve[] = { "-b", "127.0.0.1", "-p", port, NULL };
	struct plain p;

	(void)state;
	snprintf(port, sizeof(port), "%u", server.port);
	snprintf(typed, sizeof(typed), "127.0.0.1:%u", server.port);
	snprintf(changed, sizeof(changed), "chat-tui --forget %s ", typed);
	p = run(join, 0);
	plain_clear(&p);
	server_stop(&server, SIGTERM);
	server_spawn(&server, SERVER_PIPE, NULL, serve);
	server_listening(&server);
	p = run(join, 3);
	assert_non_null(strstr(p.told, changed));
	plain_clear(&p);
	forgets(forget, 0, typed);
	read_known(text, sizeof(text));
	assert_null(strstr(text, typed));
	forgets(forget, 1, "is not known in ");
	p = run(join, 0);
	plain_clear(&p);
	forgets(by_port, 0, "said when a server with that key is joined");
}

/* As in a service; nothing is written. */
static void
who_runs_it_has_a_home_also_where_nobody_says_so(void **state)
{
	static const char *const unset[] = { "HOME", "XDG_CONFIG_HOME", NULL };
	static const char *const words[] = { "--forget", "nobody.invalid",
		NULL };
	char path[PATH_MAX];
	struct plain p;

	(void)state;
	snprintf(path, sizeof(path), "%s/.config/chat-tui/known_hosts",
	    getpwuid(getuid())->pw_dir);
	plain_run_with(&p, "chat-tui", home, unset, words);
	plain_finish(&p);
	assert_non_null(strstr(p.told, path));
	plain_clear(&p);
}

/* By a section's name; comments and the lines of others stay. */
static void
others_are_not_forgotten(void **state)
{
	static const char one[] = " AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAA=\n";
	static const char *const section[] = { "--forget", "lab", NULL };
	static const char *const bare[] = { "--forget", NULL };
	char path[PATH_MAX], text[1024], want[1024];
	struct plain p;
	FILE *file;

	(void)state;
	forgets(section, 1, "is not known in ");
	snprintf(path, sizeof(path), "mkdir -p '%s/.config/chat-tui'", home);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/.config/chat-tui/config", home);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("host lab\nserver lab.example.org\nport 7001\n", file);
	fclose(file);
	snprintf(path, sizeof(path), "%s/.config/chat-tui/known_hosts", home);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "# mine\nx:1%slab.example.org:7001%s"
	    "#passphrase lab.example.org:7001%slab.example.org:8888%s", one,
	    one, one, one);
	fclose(file);
	forgets(section, 0, "lab.example.org:7001 is forgotten, key SHA256:");
	read_known(text, sizeof(text));
	snprintf(want, sizeof(want), "# mine\nx:1%slab.example.org:8888%s",
	    one, one);
	assert_string_equal(text, want);
	p = run(bare, 2);
	assert_non_null(strstr(p.told, "--forget needs the HOST"));
	plain_clear(&p);
}

static void
a_line_that_is_wrong_is_wrong_usage(void **state)
{
	static const char *const room[] = { "-n", "kim", "chat://lab/a/b",
	    NULL };
	static const char *const key[] = { "-n", "kim", "chat://abc@lab",
	    NULL };
	static const char *const classic[] = { "-n", "kim", "--classic",
	    "chat://r7wcBTwvJ448vUQJwcCU8Q@lab", NULL };
	struct plain p;

	(void)state;
	p = run(room, 2);
	assert_non_null(strstr(p.told, "chat://lab/a/b"));
	assert_non_null(strstr(p.told, "not the name of a room"));
	plain_clear(&p);
	p = run(key, 2);
	assert_non_null(strstr(p.told, "not a key of 22 characters"));
	plain_clear(&p);
	p = run(classic, 2);
	assert_non_null(strstr(p.told, "classic protocol knows no keys"));
	plain_clear(&p);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_invitation_is_a_host),
		TEST(the_line_that_the_server_prints_joins_it),
		TEST(a_server_on_all_addresses_prints_up_to_three),
		TEST(a_member_can_hand_the_line_on),
		TEST(who_reached_a_server_for_all_by_loopback_invites_others),
		TEST(the_screen_says_that_it_verified_the_server),
		TEST(another_server_is_not_told_a_word),
		TEST(of_two_keys_for_a_host_neither_is_taken),
		TEST(a_line_that_is_wrong_is_wrong_usage),
		TEST(a_server_made_anew_is_forgotten_by_its_command),
		TEST(who_runs_it_has_a_home_also_where_nobody_says_so),
		TEST(others_are_not_forgotten),
	};

	return tests_run(tests, NULL, NULL);
}
