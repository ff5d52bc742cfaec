/*
 * A person's key goes to a second machine as a line, at a terminal and in
 * pipes.
 */
#include <sys/stat.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/keys.h"
#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_plain.h"

enum { FILE_BYTES = 512 };

/* Two machines; of the first a key is there. */
static char first[ENV_HOME_BYTES], second[ENV_HOME_BYTES];
static char secret[PATH_MAX];		/* a passphrase's file */
static struct noise_keypair mine;

static const char *
identity(const char *home)
{
	static char path[2][PATH_MAX];
	static unsigned next;
	char *dst = path[next++ % 2];

	snprintf(dst, sizeof(path[0]), "%s/.config/chat-tui/identity", home);
	return dst;
}

static void
make(const char *home, struct noise_keypair *kp)
{
	char command[PATH_MAX];

	snprintf(command, sizeof(command), "mkdir -p -m 700 "
	    "'%s/.config/chat-tui'", home);
	assert_int_equal(system(command), 0);
	assert_int_equal(keys_load(identity(home), kp), KEYS_OK);
}

static int
set_up(void **state)
{
	FILE *file;

	(void)state;
	env_home_make(first);
	env_home_make(second);
	make(first, &mine);
	snprintf(secret, sizeof(secret), "%s/passphrase", first);
	file = fopen(secret, "w");
	assert_non_null(file);
	fputs("sesame\n", file);
	fclose(file);
	return chmod(secret, 0600);
}

static int
tear_down(void **state)
{
	term_free_all(state);
	env_home_remove(first);
	env_home_remove(second);
	return 0;
}

static void
assert_key(const char *home, const struct noise_keypair *want)
{
	struct noise_keypair kp;
	struct stat st;

	assert_int_equal(keys_read(identity(home), &kp), KEYS_OK);
	assert_memory_equal(&kp, want, sizeof(kp));
	assert_int_equal(stat(identity(home), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* Its exit status; what it said is in *p, to be cleared. */
static int
run(struct plain *p, const char *home, const char *const words[],
    const char *input)
{
	plain_run_program(p, "chat-tui", home, words);
	plain_give(p, input);
	plain_end_input(p);
	return plain_finish(p);
}

static void
says(const char *home, const char *const words[], const char *input,
    int status, const char *text)
{
	struct plain p;
	int ended = run(&p, home, words, input);

	if (ended != status || strstr(status == 0 ? p.said : p.told, text) ==
	    NULL)
		fail_msg("%d: %s%s", ended, p.said, p.told);
	plain_clear(&p);
}

static const char *const export_by_file[] = { "-k", secret, "--export-key",
	NULL };
static const char *const import_by_file[] = { "-k", secret, "--import-key",
	NULL };
static const char *const import_it[] = { "--import-key", NULL };

/* The line, in buf. */
static const char *
export_line(char buf[FILE_BYTES])
{
	struct plain p;

	assert_int_equal(run(&p, first, export_by_file, ""), 0);
	assert_string_equal(p.told, "");
	strlcpy(buf, p.said, FILE_BYTES);
	plain_clear(&p);
	assert_int_equal(strlen(buf), 96 + 1);
	assert_int_equal(strncmp(buf, "chatkey1.AQ", 10), 0);
	return buf;
}

static void
a_key_goes_to_a_second_machine(void **state)
{
	char line[FILE_BYTES];

	(void)state;
	says(second, import_by_file, export_line(line), 0, "has the key SHA2");
	assert_key(second, &mine);
	says(second, import_by_file, line, 0, "has this key already");
	assert_key(first, &mine);
}

static void
another_key_is_never_lost(void **state)
{
	char line[FILE_BYTES], aside[2 * PATH_MAX];
	struct noise_keypair other;

	(void)state;
	make(second, &other);
	snprintf(aside, sizeof(aside), "mv %s %s.old", identity(second),
	    identity(second));
	says(second, import_by_file, export_line(line), 3, aside);
	assert_key(second, &other);
	assert_int_equal(system(aside), 0);
	says(second, import_by_file, line, 0, "has the key SHA2");
	assert_key(second, &mine);
}

static void
what_is_no_such_line_is_refused(void **state)
{
	char line[FILE_BYTES];
	FILE *file = fopen(secret, "r+");

	(void)state;
	says(second, import_it, "", 1, "no line of --export-key");
	says(second, import_it, "chatkey1.AAAA\n", 1, "no line of --export");
	export_line(line);
	assert_non_null(file);
	fputs("Sesame\n", file);
	fclose(file);
	says(second, import_by_file, line, 3, "not the passphrase");
	assert_int_equal(access(identity(second), F_OK), -1);
}

static void
who_has_no_key_exports_none(void **state)
{
	(void)state;
	says(second, export_by_file, "", 1, "there is no key yet");
	assert_int_equal(access(identity(second), F_OK), -1);
}

/* A room's passphrase, in the settings, is another one. */
static void
the_file_of_the_settings_seals_no_key(void **state)
{
	char path[PATH_MAX], command[PATH_MAX];
	const char *const argv[] = { "sh", "-c", command, NULL };
	const char *const env[] = { path, NULL };
	struct term *t;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/.config/chat-tui/config", first);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "passphrase-file %s\n", secret);
	fclose(file);
	snprintf(path, sizeof(path), "HOME=%s", first);
	snprintf(command, sizeof(command), "setsid %s --export-key; echo = $?",
	    chat_program("chat-tui"));
	t = term_start(24, 80, env, argv);
	assert_true(term_wait(t, "no terminal to ask"));
	assert_true(term_wait(t, "= 1"));
}

static void
wrong_words_are_wrong_usage(void **state)
{
	static const char *const host[] = { "--export-key", "lab", NULL };
	static const char *const both[] = { "--export-key", "--import-key",
		NULL };

	(void)state;
	says(first, host, "", 2, "--export-key takes no HOST (lab)");
	says(first, both, "", 2, "exclude each other");
}

/* A shell line at a terminal of that machine. */
static struct term *
at_terminal(const char *home, const char *words)
{
	static char command[2 * PATH_MAX], env_home[PATH_MAX];
	const char *const argv[] = { "sh", "-c", command, NULL };
	const char *const env[] = { env_home, NULL };

	snprintf(command, sizeof(command), "%s %s; echo = $?",
	    chat_program("chat-tui"), words);
	snprintf(env_home, sizeof(env_home), "HOME=%s", home);
	return term_start(24, 120, env, argv);
}

static void
read_file(const char *path, char text[FILE_BYTES])
{
	FILE *file = fopen(path, "r");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, FILE_BYTES - 1, file);
	fclose(file);
	text[n] = '\0';
}

static void
a_passphrase_is_typed_twice_and_not_seen(void **state)
{
	char line[FILE_BYTES], path[PATH_MAX], words[2 * PATH_MAX];
	struct term *t;

	(void)state;
	snprintf(path, sizeof(path), "%s/line", first);
	snprintf(words, sizeof(words), "--export-key >%s", path);
	t = at_terminal(first, words);
	assert_true(term_wait(t, "Passphrase for the line"));
	term_keys(t, "sesame\r");
	assert_true(term_wait(t, "Once more:"));
	term_keys(t, "sesam\r");
	assert_true(term_wait(t, "not the same"));
	assert_true(term_wait_row(t, 3, "Passphrase for the line"));
	term_keys(t, "sesame\r");
	assert_true(term_wait_row(t, 4, "Once more:"));
	term_keys(t, "sesame\r");
	assert_true(term_wait(t, "= 0"));
	assert_int_equal(term_find(t, "sesam"), -1);
	assert_int_equal(term_find(t, "in clear"), -1);
	assert_true(term_termios_same(t));
	read_file(path, line);
	says(second, import_by_file, line, 0, "has the key SHA256:");
	assert_key(second, &mine);
}

static void
no_passphrase_is_in_clear_and_says_so(void **state)
{
	char line[FILE_BYTES], path[PATH_MAX], words[2 * PATH_MAX];
	struct term *t;

	(void)state;
	snprintf(path, sizeof(path), "%s/line", first);
	snprintf(words, sizeof(words), "--export-key >%s", path);
	t = at_terminal(first, words);
	assert_true(term_wait(t, "Passphrase for the line"));
	term_keys(t, "\r");
	assert_true(term_wait(t, "= 0"));
	assert_true(term_find(t, "in clear: whoever has it is you") != -1);
	read_file(path, line);
	says(second, import_it, line, 0, "has the key SHA256:");
	assert_key(second, &mine);
}

/* Neither it nor its passphrase is seen. */
static void
a_line_is_pasted_at_a_terminal(void **state)
{
	char line[FILE_BYTES];
	struct term *t;

	(void)state;
	export_line(line);
	t = at_terminal(second, "--import-key");
	assert_true(term_wait(t, "The line of --export-key:"));
	term_keys(t, "  ");
	term_paste(t, line);
	assert_true(term_wait(t, "Passphrase of the line:"));
	term_keys(t, "Sesame\r");
	assert_true(term_wait(t, "not the passphrase"));
	assert_true(term_wait_row(t, 3, "Passphrase of the line:"));
	term_keys(t, "sesame\r");
	assert_true(term_wait(t, "= 0"));
	assert_int_equal(term_find(t, "chatkey1"), -1);
	assert_true(term_termios_same(t));
	assert_key(second, &mine);
}

static void
ctrl_c_gives_the_terminal_back(void **state)
{
	struct term *t = at_terminal(first, "--export-key");

	(void)state;
	assert_true(term_wait(t, "Passphrase for the line"));
	/* A signal just before it reads is taken with the next key. */
	term_keys(t, "\003\r");
	term_wait_exit(t);
	assert_int_equal(term_find(t, "chatkey1"), -1);
	assert_true(term_termios_same(t));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_goes_to_a_second_machine),
		TEST(another_key_is_never_lost),
		TEST(what_is_no_such_line_is_refused),
		TEST(who_has_no_key_exports_none),
		TEST(the_file_of_the_settings_seals_no_key),
		TEST(wrong_words_are_wrong_usage),
		TEST(a_passphrase_is_typed_twice_and_not_seen),
		TEST(no_passphrase_is_in_clear_and_says_so),
		TEST(a_line_is_pasted_at_a_terminal),
		TEST(ctrl_c_gives_the_terminal_back),
	};

	return tests_run(tests, NULL, NULL);
}
