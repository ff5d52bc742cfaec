/*
 * What is typed and pasted, and what becomes of it: nothing is lost on the way,
 * nothing is sent that was not meant. Real clients on a terminal model, a real
 * room.
 */
#include <sys/stat.h>
#include <glob.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_relay.h"

static struct server server;
static struct relay relay;

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };

	(void)state;
	memset(&relay, 0, sizeof(relay));
	server_start(&server, NULL, args);
	return 0;
}

static int
tear_down(void **state)
{
	if (relay.pid > 0)
		relay_stop(&relay);
	term_free_all(state);
	server_stop(&server, SIGTERM);
	return 0;
}

/* On the name prompt, a third of a second of round trip away. Before all other
 * terminals, whose descriptors the relay would hold open. */
static struct term *
start_far(void)
{
	struct relay_options slow = { .seed = 1, .delay_ms = 150 };
	struct server far = { 0 };
	struct term *t;

	relay_start(&relay, server.port, &slow);
	far.port = relay.port;
	t = chat_start(&far, NULL, 24, 80);
	return t;
}

/* It has been said, and nobody is told that it waits. */
static void
who_says_a_word_and_leaves_at_once_has_said_it(void **state)
{
	struct term *t = start_far();
	struct term *alice = chat_start(&server, "alice", 24, 80);

	(void)state;
	chat_say(t, "bob");
	assert_true(term_wait(t, "You are bob"));
	term_keys(t, "good night\r\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_find(t, "waits"), -1);
	assert_true(term_wait(alice, "bob │ good night"));
	assert_true(term_wait(alice, "bob left"));
}

static void
what_is_typed_behind_the_name_goes_out_once_in(void **state)
{
	struct term *t = start_far();
	struct term *alice = chat_start(&server, "alice", 24, 80);

	(void)state;
	term_keys(t, "bob\rhello\rand mo");
	assert_true(term_wait_row(t, -1, "bob › and mo"));
	term_keys(t, "re\r");
	assert_true(term_wait(alice, "bob │ hello"));
	assert_true(term_wait(alice, "│ and more"));
	assert_true(term_wait(t, "│ and more"));
	assert_true(term_wait_gone(t, "pending"));
}

static void
a_refused_name_keeps_what_was_typed(void **state)
{
	struct term *t = start_far();
	struct term *alice = chat_start(&server, "alice", 24, 80);

	(void)state;
	term_keys(t, "Alice\rhello\r");
	assert_true(term_wait(t, "Alice is taken"));
	assert_true(term_wait_row(t, -1, "name › Alice"));
	chat_say(t, "bob");
	assert_true(term_wait(alice, "bob │ hello"));
	assert_true(term_wait(t, "bob │ hello"));
}

/* Not even in: his Enter takes the name, another says the rest. */
static void
what_is_pasted_at_the_name_prompt_is_not_said_unasked(void **state)
{
	struct term *t = chat_start(&server, NULL, 24, 80);
	struct term *alice = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_paste(t, "bob\n/quit\n");
	assert_true(term_wait_row(t, -1, "name › bob"));
	assert_true(term_wait_row(t, -2, "waits on the input line"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "You are bob"));
	assert_true(term_wait_row(t, -1, "bob › /quit"));
	assert_true(term_wait_row(t, -2, "Enter sends it as text"));
	term_press(t, "Enter");
	assert_true(term_wait(alice, "bob │ /quit"));
}

static void
what_is_pasted_is_no_command(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_paste(t, "/quit\nnext");
	assert_true(term_wait_row(t, -1, "next"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "alice │ /quit"));
	term_paste(t, "/etc/hosts");
	assert_true(term_wait_row(t, -2, "Enter sends it as text"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "│ /etc/hosts"));
	assert_true(term_wait_row(t, -2, "live"));
	term_paste(t, "quit\n");
	assert_true(term_wait_row(t, -2, "a / before it leaves"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "│ quit"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
}

static void
a_paste_that_is_too_long_is_told_at_once(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	static char text[37392];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 74 == 73 ? '\n' : 'x';
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_paste(t, text);
	assert_true(term_wait_row(t, -6, "Too long to send: Esc takes it out"));
	assert_true(term_wait_row(t, -6, "37391 of 16384 bytes"));
	term_press(t, "Enter");
	assert_true(term_wait_row(t, -6, "Nothing was sent"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -2, "live"));
	term_paste(t, text);
	assert_true(term_wait_row(t, -6, "37391 of 16384 bytes"));
	term_press(t, "Left C-u C-u");
	assert_true(term_wait_row(t, -2, "live"));
	chat_say(t, "here");
	assert_true(term_wait(t, "alice │ here"));
}

/* A tab is three bytes of a message. */
static void
a_paste_that_is_too_long_by_its_tabs_is_told_at_once(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	static char text[6001];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 100 == 99 ? '\n' : '\t';
	text[sizeof(text) - 2] = 'x';
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_paste(t, text);
	assert_true(term_wait_row(t, -6, "Too long to send: Esc takes it out"));
	assert_true(term_wait_row(t, -6, "17880 of 16384 bytes"));
	term_press(t, "Enter");
	assert_true(term_wait_row(t, -6, "Too long: 17880 bytes"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -2, "live"));
}

/* So many lines, typed as a terminal does that knows no brackets. */
static void
type_lines(struct term *t, const char *word, int n)
{
	static char text[8192];
	int i;

	text[0] = '\0';
	for (i = 1; i <= n; i++)
		snprintf(text + strlen(text), 32, "%s %d\r", word, i);
	term_keys(t, text);
}

static void
lines_too_fast_to_be_typed_are_asked_about(void **state)
{
	static const char *const env[] = { "TERM=linux", NULL };
	static const char *const words[] = { "-n", "alice", NULL };
	struct term *bob = chat_start(&server, "bob", 24, 80);
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	(void)state;
	assert_true(term_wait(t, "You are alice"));
	type_lines(t, "few", 3);
	assert_true(term_wait(bob, "│ few 3"));
	type_lines(t, "many", 50);
	assert_true(term_wait(t, "50 lines: Enter sends, Esc takes out"));
	assert_true(term_wait_row(t, -1, "many 50"));
	term_press(t, "Enter");
	assert_true(term_wait(bob, "+47 lines"));
	assert_true(term_find(bob, "alice │ many 1") != -1);
}

/* Where pastes come in brackets it is a program that types so fast. */
static void
a_program_types_as_fast_as_it_likes(void **state)
{
	struct term *bob = chat_start(&server, "bob", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	type_lines(t, "line", 18);
	assert_true(term_wait(bob, "│ line 18"));
	assert_true(term_find(bob, "│ line 1") != -1);
}

/* Another run of the program, with what the one before left. */
static struct term *
start_again(struct term *before, const char *option)
{
	char home[256];
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", option, NULL };
	struct term *t;

	snprintf(home, sizeof(home), "HOME=%s", term_home(before));
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "You are alice"));
	return t;
}

/* By the host at first, and then by its key. */
static bool
is_kept(struct term *t, void *first)
{
	char path[512];
	struct stat st;
	glob_t found;
	bool kept;

	(void)t;
	snprintf(path, sizeof(path), "%s/.local/state/chat-tui/rooms/*/alice/"
	    "draft", term_home(first));
	kept = glob(path, 0, NULL, &found) == 0 && found.gl_pathc == 1 &&
	    stat(found.gl_pathv[0], &st) == 0 &&
	    (st.st_mode & 07777) == 0600;
	globfree(&found);
	return kept;
}

static void
a_draft_outlives_the_program(void **state)
{
	struct term *first = chat_start(&server, "alice", 24, 80), *t;

	(void)state;
	term_keys(first, "half a");
	assert_true(term_wait_row(first, -1, "half a"));
	term_keys(first, "\003");
	assert_int_equal(term_wait_exit(first), 0);
	assert_true(is_kept(first, first));
	t = start_again(first, NULL);
	assert_true(term_wait_row(t, -1, "alice › half a"));
	term_keys(t, " line");
	assert_true(term_wait_row(t, -1, "half a line"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
	t = start_again(first, NULL);
	assert_true(term_wait_row(t, -1, "half a line"));
	chat_say(t, "");
	assert_true(term_wait(t, "alice │ half a line"));
	assert_false(is_kept(t, first));
	/* Also where nobody can tell it before. */
	term_keys(t, "killed");
	assert_true(term_wait_unseen(t, is_kept, first,
	    "the draft's file"));
	term_signal(t, SIGKILL);
	assert_int_equal(term_wait_exit(t), 128 + SIGKILL);
	assert_true(term_wait_alone(t));
	t = start_again(first, NULL);
	assert_true(term_wait_row(t, -1, "alice › killed"));
	term_press(t, "C-u");
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_false(is_kept(t, first));
	t = start_again(first, "--no-store");
	term_keys(t, "not kept");
	assert_true(term_wait_row(t, -1, "not kept"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_false(is_kept(t, first));
}

/* Where its file cannot be. */
static void
a_draft_that_cannot_be_kept_is_told(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char path[512];
	glob_t found;

	(void)state;
	snprintf(path, sizeof(path), "%s/.local/state/chat-tui/rooms/*/alice",
	    term_home(t));
	assert_int_equal(glob(path, 0, NULL, &found), 0);
	snprintf(path, sizeof(path), "%s/draft", found.gl_pathv[0]);
	globfree(&found);
	assert_int_equal(mkdir(path, 0700), 0);
	term_keys(t, "half a");
	assert_true(term_wait_row(t, -1, "half a"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, "chat-tui: what was being typed is not kept: "
	    "Is a directory") >= 0);
	/* With nothing there it is of no matter. */
	t = start_again(t, NULL);
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

static bool
is_selected(struct term *t, bool is)
{
	int row, col;

	term_cursor(t, &row, &col, NULL);
	return (term_cell(t, row, col - 1).reverse ||
	    term_cell(t, row, col - 1).bg != TERM_DEFAULT) == is;
}

/* What is proposed goes when something is typed, and is kept by what edits. */
static void
the_proposed_name_is_selected(void **state)
{
	static const char *const keys[] = { "End", "Left Right", "C-e", "Up",
		"Home C-e" };
	struct term *t = chat_start(&server, NULL, 24, 80);
	char home[256];
	const char *env[] = { home, NULL };
	size_t i;

	(void)state;
	chat_say(t, "carol");
	assert_true(term_wait(t, "You are carol"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		t = chat_start_with(&server, 24, 80, env, NULL);
		assert_true(term_wait_row(t, -1, "name › carol"));
		assert_true(is_selected(t, true));
		term_press(t, keys[i]);
		term_keys(t, "2");
		assert_true(term_wait_row(t, -1, "name › carol2"));
		assert_true(is_selected(t, false));
		term_keys(t, "\003");
		assert_int_equal(term_wait_exit(t), 0);
	}
	t = chat_start_with(&server, 24, 80, env, NULL);
	assert_true(term_wait_row(t, -1, "name › carol"));
	term_press(t, "Backspace");
	assert_true(term_wait_cursor(t, -1, 11));
	term_press(t, "C-u");
	term_keys(t, "dan");
	assert_true(term_wait_row(t, -1, "name › dan"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "You are dan"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	t = chat_start_with(&server, 24, 80, env, NULL);
	assert_true(term_wait_row(t, -1, "name › dan"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "You are dan"));
}

/* An editor: says that it runs, waits for a line, does what it is told. */
static const char *
make_editor(void)
{
	static char path[] = "/tmp/chat-editor.XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fd != -1 ? fdopen(fd, "w") : NULL;

	assert_non_null(f);
	fputs("#!/bin/sh\n"
	    "echo \"edits $(cat \"$2\") $(stat -c %a \"$2\" \"$(dirname "
	    "\"$2\")\" | tr '\\n' ' ')\"\n"
	    "read word\n"
	    "case $word in fail) exit 3;; esac\n"
	    "printf '%s\\n' first second >\"$2\"\n", f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static bool
is_empty(struct term *t, void *dir)
{
	char path[300];

	(void)t;
	snprintf(path, sizeof(path), "%s", (const char *)dir);
	return rmdir(path) == 0;
}

static void
the_users_editor_edits_the_draft(void **state)
{
	char dir[] = "/tmp/chat-input.XXXXXX", editor[128], tmp[64];
	const char *env[] = { editor, tmp, NULL }, *script = make_editor();
	static const char *const words[] = { "-n", "alice", NULL };
	struct term *bob = chat_start(&server, "bob", 24, 80), *t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(editor, sizeof(editor), "VISUAL=sh %s --", script);
	snprintf(tmp, sizeof(tmp), "TMPDIR=%s", dir);
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "You are alice"));
	term_keys(t, "draft");
	assert_true(term_wait_row(t, -1, "draft"));
	term_press(t, "C-x C-e");
	assert_true(term_wait(t, "edits draft 600 700"));
	assert_true(term_termios_same(t));
	chat_say(bob, "meanwhile");
	assert_true(term_wait(bob, "bob │ meanwhile"));
	term_resize(t, 20, 60);
	chat_say(t, "well");
	assert_true(term_wait_row(t, 19, "second"));
	assert_true(term_wait(t, "bob │ meanwhile"));
	term_press(t, "Enter");
	assert_true(term_wait(bob, "alice │ first"));
	assert_true(term_wait(t, "│ second"));
	/* It fails, or is interrupted: the draft is as it was. */
	term_keys(t, "kept");
	assert_true(term_wait_row(t, -1, "alice › kept"));
	term_press(t, "C-x C-e");
	assert_true(term_wait(t, "edits kept"));
	chat_say(t, "fail");
	assert_true(term_wait(t, "The editor ended with 3"));
	assert_true(term_wait_row(t, -1, "alice › kept"));
	term_keys(t, "2");
	term_press(t, "C-x C-e");
	assert_true(term_wait(t, "edits kept2"));
	term_keys(t, "\003");
	assert_true(term_wait(t, "The editor ended with 130"));
	assert_true(term_wait_row(t, -1, "alice › kept2"));
	/* The program is ended while it runs. */
	term_keys(t, "3");
	term_press(t, "C-x C-e");
	assert_true(term_wait(t, "edits kept23"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
	assert_true(term_wait_alone(t));
	assert_true(term_wait_unseen(bob, is_empty, dir,
	    "nothing left behind"));
	unlink(script);
}

/* An editor that has written and goes on until it is ended, if then; or has
 * more, beside the file. */
static const char *
make_lasting_editor(void)
{
	static char path[sizeof("/tmp/chat-editor.XXXXXX")];
	FILE *f;
	int fd;

	strcpy(path, "/tmp/chat-editor.XXXXXX");
	fd = mkstemp(path);
	f = fd != -1 ? fdopen(fd, "w") : NULL;
	assert_non_null(f);
	fputs("#!/bin/sh\n"
	    "case $1 in stays) trap '' HUP;; esac\n"
	    "case $1 in huge) head -c 9000000 /dev/zero >\"$2\"; exit;; esac\n"
	    "case $1 in grows) head -c 40000 /dev/zero | tr '\\0' '\\377' "
	    ">\"$2\"; exit;; esac\n"
	    "case $1 in dies) echo unsaved >\"$2.swp\"; exit 1;; esac\n"
	    "case $1 in more) echo unsaved >\"$2.swp\";; esac\n"
	    "echo saved >\"$2\"\n"
	    "echo has written\n"
	    "read word\n", f);
	assert_int_equal(fclose(f), 0);
	return path;
}

/* The program has ended while such an editor ran. */
static struct term *
end_in_editor(const char *name, const char *how, const char *dir, bool closed)
{
	const char *script = make_lasting_editor();
	const char *const words[] = { "-n", name, NULL };
	char editor[128], tmp[64];
	const char *env[] = { editor, tmp, NULL };
	struct term *t;

	snprintf(editor, sizeof(editor), "VISUAL=sh %s %s", script, how);
	snprintf(tmp, sizeof(tmp), "TMPDIR=%s", dir);
	t = chat_start_with(&server, 24, 160, env, words);
	assert_true(term_wait(t, "in the room at"));
	term_keys(t, "draft");
	assert_true(term_wait_row(t, -1, "draft"));
	term_press(t, "C-x C-e");
	assert_true(term_wait(t, "has written"));
	if (closed)
		term_close_window(t);
	else
		term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), closed ? 129 : 143);
	unlink(script);
	return t;
}

/* With the home of the one before: what was written is the draft. */
static void
assert_drafted(const struct term *before, const char *name)
{
	const char *const words[] = { "-n", name, NULL };
	char home_set[128];
	const char *env[] = { home_set, NULL };
	struct term *t;

	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(before));
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait_row(t, -1, "› saved"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
}

static void
what_the_editor_has_written_outlives_the_program(void **state)
{
	char dir[] = "/tmp/chat-input.XXXXXX";
	struct term *t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	t = end_in_editor("alice", "--", dir, false);
	assert_int_equal(term_processes(t, false, true), 0);
	assert_drafted(t, "alice");
	assert_drafted(end_in_editor("bob", "--", dir, true), "bob");
	assert_int_equal(rmdir(dir), 0);
}

static void
assert_left_by_editor(const char *how, const char *told,
    const char *const *left)
{
	char dir[] = "/tmp/chat-input.XXXXXX", editor[128], tmp[64], path[128];
	const char *script = make_lasting_editor();
	const char *const words[] = { "-n", how, NULL };
	const char *env[] = { editor, tmp, NULL };
	struct term *t;
	glob_t found;

	assert_non_null(mkdtemp(dir));
	snprintf(editor, sizeof(editor), "VISUAL=sh %s %s", script, how);
	snprintf(tmp, sizeof(tmp), "TMPDIR=%s", dir);
	t = chat_start_with(&server, 24, 160, env, words);
	assert_true(term_wait(t, "in the room at"));
	term_press(t, "C-x C-e");
	assert_true(term_wait(t, told));
	unlink(script);
	snprintf(path, sizeof(path), "%s/chat-tui.*", dir);
	assert_int_equal(glob(path, 0, NULL, &found), 0);
	for (; *left != NULL; left++) {
		snprintf(path, sizeof(path), "%s/%s", found.gl_pathv[0], *left);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(found.gl_pathv[0]), 0);
	globfree(&found);
	assert_int_equal(rmdir(dir), 0);
}

/* More than is read at all; and what only here becomes too long. */
static void
what_the_editor_made_too_long_is_left(void **state)
{
	static const char told[] = "Too long for the input line; it is in";
	static const char *const left[] = { "message", NULL };

	(void)state;
	assert_left_by_editor("huge", told, left);
	assert_left_by_editor("grows", told, left);
}

/* As one that is ended, and keeps what it has before it ends with 1. */
static void
what_the_editor_that_failed_left_beside_the_file_stays(void **state)
{
	static const char *const left[] = { "message", "message.swp", NULL };

	(void)state;
	assert_left_by_editor("dies", "The editor ended with 1; it may have "
	    "left text in", left);
}

/* Nobody but the user can say what is in there, and when it is all. */
static void
what_the_editor_may_have_yet_is_left_and_told(void **state)
{
	char dir[] = "/tmp/chat-input.XXXXXX", told[128], path[128];
	struct term *t;
	glob_t found;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(told, sizeof(told), "chat-tui: the editor may have left text "
	    "in %s/chat-tui.", dir);
	t = end_in_editor("alice", "more", dir, false);
	assert_true(term_find(t, told) >= 0);
	snprintf(path, sizeof(path), "%s/chat-tui.*/message.swp", dir);
	assert_int_equal(glob(path, 0, NULL, &found), 0);
	assert_int_equal(unlink(found.gl_pathv[0]), 0);
	*strrchr(found.gl_pathv[0], '/') = '\0';
	assert_int_equal(rmdir(found.gl_pathv[0]), 0);
	globfree(&found);
	assert_drafted(t, "alice");
	snprintf(told, sizeof(told), "chat-tui: the editor still runs; its "
	    "text is in %s/chat-tui.", dir);
	t = end_in_editor("bob", "stays", dir, false);
	assert_true(term_find(t, told) >= 0);
	snprintf(path, sizeof(path), "%s/chat-tui.*/message", dir);
	assert_int_equal(glob(path, 0, NULL, &found), 0);
	assert_int_equal(unlink(found.gl_pathv[0]), 0);
	*strrchr(found.gl_pathv[0], '/') = '\0';
	assert_int_equal(rmdir(found.gl_pathv[0]), 0);
	globfree(&found);
	assert_drafted(t, "bob");
	assert_int_equal(rmdir(dir), 0);
}

static void
a_typed_name_of_an_emoji_becomes_it(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	term_keys(t, "done :tada:");
	assert_true(term_wait_row(t, -1, "done 🎉"));
	term_press(t, "C-_");
	assert_true(term_wait_row(t, -1, "done :tada:"));
	term_press(t, "M-_");
	assert_true(term_wait_row(t, -1, "done 🎉"));
	chat_say(t, " std::map::iterator");
	assert_true(term_wait(t, "│ done 🎉 std::map::iterator"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_says_a_word_and_leaves_at_once_has_said_it),
		TEST(what_is_typed_behind_the_name_goes_out_once_in),
		TEST(a_refused_name_keeps_what_was_typed),
		TEST(what_is_pasted_at_the_name_prompt_is_not_said_unasked),
		TEST(what_is_pasted_is_no_command),
		TEST(a_paste_that_is_too_long_is_told_at_once),
		TEST(a_paste_that_is_too_long_by_its_tabs_is_told_at_once),
		TEST(lines_too_fast_to_be_typed_are_asked_about),
		TEST(a_program_types_as_fast_as_it_likes),
		TEST(a_draft_outlives_the_program),
		TEST(a_draft_that_cannot_be_kept_is_told),
		TEST(the_proposed_name_is_selected),
		TEST(the_users_editor_edits_the_draft),
		TEST(what_the_editor_has_written_outlives_the_program),
		TEST(what_the_editor_made_too_long_is_left),
		TEST(what_the_editor_that_failed_left_beside_the_file_stays),
		TEST(what_the_editor_may_have_yet_is_left_and_told),
		TEST(a_typed_name_of_an_emoji_becomes_it),
	};

	return tests_run(tests, NULL, NULL);
}
