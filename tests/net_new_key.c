/*
 * A new key, between real programs: the former one is out, the new one has the
 * name, and neither is lost, wherever it is cut off.
 */
#include <sys/stat.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "common/keys.h"
#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_plain.h"
#include "tests/with_server.h"

enum { SERVERS = 2 };

static struct server server[SERVERS];
static char dir[SERVERS][ENV_HOME_BYTES + 16], port[SERVERS][16];
static char home[ENV_HOME_BYTES];
static struct noise_keypair first;

static const char *
file(const char *leaf)
{
	static char path[4][PATH_MAX];
	static unsigned next;
	char *dst = path[next++ % 4];

	snprintf(dst, sizeof(path[0]), "%s/.config/chat-tui/%s", home, leaf);
	return dst;
}

static bool
is_there(const char *leaf)
{
	return access(file(leaf), F_OK) == 0;
}

static struct noise_keypair
key_in(const char *leaf)
{
	struct noise_keypair kp;
	struct stat st;

	assert_int_equal(keys_read(file(leaf), &kp), KEYS_OK);
	assert_int_equal(stat(file(leaf), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	return kp;
}

static void
assert_key(const char *leaf, const struct noise_keypair *want)
{
	struct noise_keypair kp = key_in(leaf);

	assert_memory_equal(&kp, want, sizeof(kp));
}

/* Ada says a line there. */
static void
talk(size_t i, int status, const char *tells)
{
	const char *words[] = { "-n", "ada", "-p", port[i], "127.0.0.1",
		NULL };
	struct plain p;
	int ended;

	plain_run_program(&p, "chat-tui", home, words);
	plain_give(&p, "hello\n");
	plain_end_input(&p);
	if ((ended = plain_finish(&p)) != status || strstr(p.told, tells) ==
	    NULL)
		fail_msg("%d: %s%s", ended, p.said, p.told);
	plain_clear(&p);
}

static int
set_up(void **state)
{
	size_t i;

	(void)state;
	env_home_make(home);
	for (i = 0; i < SERVERS; i++) {
		const char *args[] = { "-b", "127.0.0.1", "-d", dir[i],
			NULL };
		char own[ENV_HOME_BYTES + 8];
		const char *env[] = { own, NULL };

		snprintf(own, sizeof(own), "HOME=%s", home);
		snprintf(dir[i], sizeof(dir[i]), "%s/room%zu", home, i);
		server_start(&server[i], env, args);
		snprintf(port[i], sizeof(port[i]), "%u", server[i].port);
		talk(i, 0, "");
	}
	first = key_in("identity");
	return 0;
}

static int
tear_down(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SERVERS; i++)
		if (server[i].pid > 0)
			server_stop(&server[i], SIGTERM);
	env_home_remove(home);
	return 0;
}

/* chat-tui --new-key there; what it said is in *p, to be cleared. */
static void
change(struct plain *p, size_t i, int status, const char *says)
{
	const char *words[] = { "--new-key", "-n", "ada", "-p", port[i],
		"127.0.0.1", NULL };
	int ended;

	plain_run_program(p, "chat-tui", home, words);
	plain_end_input(p);
	if ((ended = plain_finish(p)) != status || strstr(status == 0 ?
	    p->said : p->told, says) == NULL)
		fail_msg("%d: %s%s", ended, p->said, p->told);
}

/* The operator does it. */
static void
do_it(size_t i, const char *key)
{
	const char *words[] = { "-d", dir[i], "rekey", "ada", key, NULL };
	struct plain p;

	plain_run_program(&p, "chat-ctl", home, words);
	if (plain_finish(&p) != 0)
		fail_msg("%s%s", p.said, p.told);
	plain_clear(&p);
}

/* It is so there, and nobody here knows yet. */
static void
be_cut_off(void)
{
	struct noise_keypair new;
	char key[64];

	assert_int_equal(keys_load(file("identity.new"), &new), KEYS_OK);
	do_it(0, sodium_bin2base64(key, sizeof(key), new.public, NOISE_KEY,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING));
}

static void
a_new_key_comes_after_the_former_one(void **state)
{
	char text[FINGERPRINT_TEXT];
	struct noise_keypair new;
	struct plain p;

	(void)state;
	change(&p, 0, 0, "the former one is out for good");
	new = key_in("identity");
	/* As all others see it. */
	assert_non_null(strstr(p.said, fingerprint_text(text, new.public)));
	plain_clear(&p);
	assert_memory_not_equal(&new, &first, sizeof(new));
	assert_key("identity.old", &first);
	assert_false(is_there("identity.new"));
	talk(0, 0, "");
	/* Another server knows the former one, until it is told. */
	talk(1, 3, "belongs to somebody else");
	change(&p, 1, 0, "the former one is out for good");
	plain_clear(&p);
	talk(1, 0, "");
	assert_key("identity", &new);
	assert_key("identity.old", &first);
	assert_false(is_there("identity.new"));
}

/* Who was cut off before he knew, or whose operator did it meanwhile. */
static void
it_is_in_force_as_soon_as_the_server_says_so(void **state)
{
	struct noise_keypair new;

	(void)state;
	be_cut_off();
	new = key_in("identity.new");
	talk(0, 3, "your new key is in force: start chat-tui again");
	assert_key("identity", &new);
	assert_key("identity.old", &first);
	talk(0, 0, "");
}

static void
start_again(size_t i)
{
	const char *args[] = { "-b", "127.0.0.1", "-p", port[i], "-d", dir[i],
		NULL };
	char own[ENV_HOME_BYTES + 8];
	const char *env[] = { own, NULL };

	snprintf(own, sizeof(own), "HOME=%s", home);
	server_spawn(&server[i], SERVER_PIPE, env, args);
	server_listening(&server[i]);
}

/* Typed by the one, said by the other, once. */
static void
what_waits_is_said_by_the_other_key(void **state)
{
	const char *wait[] = { "-n", "ada", "--wait", "1s", "-p", port[0],
		"127.0.0.1", NULL };
	const char *log[] = { "-d", dir[0], "log", NULL };
	struct plain p;
	const char *at;

	(void)state;
	assert_int_equal(server_stop(&server[0], SIGTERM), 0);
	plain_run_program(&p, "chat-tui", home, wait);
	plain_give(&p, "this waits\n");
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 4);
	plain_clear(&p);
	start_again(0);
	be_cut_off();
	talk(0, 3, "your new key is in force");
	talk(0, 0, "");
	plain_run_program(&p, "chat-ctl", home, log);
	assert_int_equal(plain_finish(&p), 0);
	at = strstr(p.said, "\tada\tthis waits");
	assert_non_null(at);
	assert_null(strstr(strchr(at, '\n'), "this waits"));
	plain_clear(&p);
}

/* By a key of which nothing is known here. */
static void
whose_key_was_replaced_elsewhere_is_told(void **state)
{
	struct noise_keypair stolen;

	(void)state;
	be_cut_off();
	stolen = first;
	assert_int_equal(unlink(file("identity.new")), 0);
	talk(0, 3, "another key has taken the place of yours");
	assert_key("identity", &stolen);
	assert_false(is_there("identity.old"));
}

static void
sh(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* A thief, who has it. */
static void
who_was_second_is_told_which_key_was_first(void **state)
{
	static const char key[] =
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE";
	struct plain p;

	(void)state;
	do_it(0, key);
	change(&p, 0, 3, "which is out for good: SHA256:");
	assert_null(strstr(p.told, "chat-ctl rekey"));
	plain_clear(&p);
	talk(0, 3, "which is out for good: SHA256:");
	assert_key("identity", &first);
	assert_true(is_there("identity.new"));
}

/* With all else that is kept of people, as talks that lie beside the rooms. */
static void
a_backup_has_it_too(void **state)
{
	static const char *const kept[] = { "persons", "marks", "leases",
		"talks", "talk/0123456789abcdef0123456789abcdef/1.log" };
	char command[8 * ENV_HOME_BYTES + 512], tar[ENV_HOME_BYTES + 16];
	char back[ENV_HOME_BYTES + 16], path[ENV_HOME_BYTES + 80];
	char own[ENV_HOME_BYTES + 8];
	const char *backup[] = { "-d", dir[0], "backup", tar, NULL };
	const char *again[] = { "-b", "127.0.0.1", "-p", port[0], "-d", back,
		NULL };
	const char *env[] = { own, NULL };
	struct plain p;
	size_t i;

	(void)state;
	snprintf(tar, sizeof(tar), "%s/backup.tar", home);
	snprintf(back, sizeof(back), "%s/back", home);
	snprintf(own, sizeof(own), "HOME=%s", home);
	be_cut_off();
	snprintf(path, sizeof(path), "%s/%s", dir[0], kept[4]);
	snprintf(command, sizeof(command), "mkdir -p -m 700 '%.*s' && "
	    "echo x >'%s' && touch '%s/talks' '%s/marks'", (int)(strrchr(path,
	    '/') - path), path, path, dir[0], dir[0]);
	sh(command);
	plain_run_program(&p, "chat-ctl", home, backup);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
	assert_int_equal(server_stop(&server[0], SIGTERM), 0);
	snprintf(command, sizeof(command), "mkdir -m 700 '%s' && "
	    "tar -xf '%s' -C '%s'", back, tar, back);
	sh(command);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", back, kept[i]);
		if (access(path, F_OK) == -1)
			fail_msg("no %s", path);
	}
	server_spawn(&server[0], SERVER_PIPE, env, again);
	server_listening(&server[0]);
	talk(0, 3, "your new key is in force");
	talk(0, 0, "");
}

static void
nothing_changes_where_nobody_answers(void **state)
{
	const char *words[] = { "--new-key", "-n", "ada", "--wait", "1s", "-p",
		port[0], "127.0.0.1", NULL };
	struct plain p;

	(void)state;
	server_stop(&server[0], SIGTERM);
	plain_run_program(&p, "chat-tui", home, words);
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 1);
	assert_non_null(strstr(p.told, "nobody answers"));
	plain_clear(&p);
	assert_key("identity", &first);
	assert_true(is_there("identity.new"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_new_key_comes_after_the_former_one),
		TEST(it_is_in_force_as_soon_as_the_server_says_so),
		TEST(what_waits_is_said_by_the_other_key),
		TEST(whose_key_was_replaced_elsewhere_is_told),
		TEST(who_was_second_is_told_which_key_was_first),
		TEST(a_backup_has_it_too),
		TEST(nothing_changes_where_nobody_answers),
	};

	return sodium_init() == -1 ? 1 : tests_run(tests, NULL, NULL);
}
