/*
 * People at terminals: the name prompt, talking, scrolling, resizing, leaving.
 * Real programs, real sockets, a real terminal model.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/with_cmocka.h"
#include "tests/with_env.h"
#include "tests/with_screens.h"

static void
the_name_prompt_proposes_the_login_name(void **state)
{
	struct term *t = chat_start(&server, NULL, 24, 80);

	(void)state;
	assert_true(term_wait(t, "Which name shall the others see?"));
	/* What is typed takes the proposal's place. */
	term_keys(t, "alice");
	assert_true(term_wait_row(t, -1, "name › alice"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "You are alice in the room"));
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(term_wait_row(t, 0, "as alice"));
}

static void
a_taken_name_says_why_and_asks_again(void **state)
{
	struct term *alice = chat_start(&server, "alice", 24, 80);
	struct term *t = chat_start(&server, NULL, 24, 80);

	(void)state;
	assert_true(term_wait(alice, "You are alice"));
	chat_say(t, "Alice");
	assert_true(term_wait(t, "Alice is taken"));
	assert_true(term_wait_row(t, -1, "name › Alice"));
	chat_say(t, "bob");
	assert_true(term_wait(t, "You are bob"));
	assert_true(term_wait(alice, "bob joined"));
}

static void
a_malformed_name_says_why_and_stays(void **state)
{
	struct term *t = chat_start(&server, NULL, 24, 80);

	(void)state;
	chat_say(t, "two words");
	assert_true(term_wait(t, "no spaces"));
	assert_true(term_wait_row(t, -1, "name › two words"));
	term_press(t, "C-u");
	chat_say(t, "#general");
	assert_true(term_wait(t, "does not begin with"));
	term_press(t, "C-u");
	chat_say(t, "a_name_of_more_than_twenty_columns");
	assert_true(term_wait(t, "Too long"));
	term_press(t, "C-u Enter");
	assert_true(term_wait(t, "at least one character"));
	chat_say(t, "小明");
	assert_true(term_wait(t, "You are 小明"));
}

static void
without_a_home_a_key_is_made_for_this_run(void **state)
{
	/* Nothing can be made below what is no directory. */
	const char *env[] = { "HOME=/dev/null", NULL };
	const char *words[] = { "-n", "alice", "--no-store", NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	(void)state;
	assert_true(term_wait(t, "You are alice"));
	chat_say(t, "hello");
	assert_true(term_wait_gone(t, "alice …"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
}

static void
the_last_name_is_proposed_next_time(void **state)
{
	struct term *t = chat_start(&server, NULL, 24, 80), *again;
	char home[256];
	const char *env[] = { home, NULL };

	(void)state;
	chat_say(t, "carol");
	assert_true(term_wait(t, "You are carol"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	again = chat_start_with(&server, 24, 80, env, NULL);
	assert_true(term_wait_row(again, -1, "name › carol"));
}

/* When, in ms, the receiver's trace has this record; -1: it has none. */
static long
traced(const char *path, const char *record)
{
	char line[256], word[32];
	FILE *f = fopen(path, "r");
	long at = -1, ms;

	assert_non_null(f);
	while (at == -1 && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "%ld screen %*s %*d %31s", &ms, word) == 2 &&
		    strcmp(word, record) == 0)
			at = ms;
	fclose(f);
	return at;
}

/* Somebody in a room with a passphrase, who types that. */
static struct term *
start_with_passphrase(const char *name, const char *const env[])
{
	const char *words[] = { "-n", name, NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	assert_true(term_wait_row(t, -1, "passphrase ›"));
	chat_say(t, "open sesame");
	assert_true(term_wait(t, "You are "));
	return t;
}

/* What the first has open lies under the host's name still: it may not move as
 * long as it has a passphrase that nobody else knows. */
static void
a_second_window_says_so_at_once_where_a_passphrase_is(void **state)
{
	enum { CLAIM_MS = 1500 };	/* so long it is waited for */
	static const char *const names[] = { "alice", "bob", "carol" };
	char dir[ENV_HOME_BYTES], pass[ENV_HOME_BYTES + 8];
	char home[256], trace[256], set[sizeof(trace) + 16];
	const char *args[] = { "-b", "127.0.0.1", "-k", pass, NULL };
	const char *env[] = { home, set, NULL };
	struct term *t, *second;
	long after = CLAIM_MS;
	int i, fd;

	(void)state;
	env_home_make(dir);
	snprintf(pass, sizeof(pass), "%s/pass", dir);
	fd = open(pass, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "open sesame\n", 12), 12);
	close(fd);
	server_stop(&server, SIGTERM);
	server_start(&server, NULL, args);
	/* No machine stands still for so long three times. */
	for (i = 0; i < 3 && after >= CLAIM_MS; i++) {
		t = start_with_passphrase(names[i], NULL);
		snprintf(home, sizeof(home), "HOME=%s", term_home(t));
		snprintf(trace, sizeof(trace), "%s/trace", term_home(t));
		snprintf(set, sizeof(set), "CHAT_TRACE=%s", trace);
		second = start_with_passphrase(names[i], env);
		assert_int_equal(term_wait_exit(t), 1);
		term_keys(second, "\003");
		assert_int_equal(term_wait_exit(second), 0);
		assert_true(traced(trace, "WINDOW") != -1);
		after = traced(trace, "WINDOW") - traced(trace, "LOGIN");
	}
	assert_in_range(after, 0, CLAIM_MS - 1);
	env_home_remove(dir);
}

static void
a_second_window_says_what_it_waits_for(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80), *second;
	char home[256], trace[256];
	const char *env[] = { home, trace, NULL };
	const char *words[] = { "-n", "alice", NULL };
	char command[512];

	(void)state;
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	snprintf(trace, sizeof(trace), "CHAT_TRACE=%s/trace", term_home(t));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "You are alice"));
	assert_int_equal(term_find(second, "another window"), -1);
	/* It stands there for a moment only: a slow machine draws too late. */
	snprintf(command, sizeof(command), "grep -q ' screen out .* WINDOW$' "
	    "%s/trace", term_home(t));
	assert_int_equal(system(command), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_wait(t, "alice joined from elsewhere"));
}

static void
a_second_window_keeps_what_it_says(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80), *second, *third;
	char home[256];
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", NULL };

	(void)state;
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	/* The first one is still there, and has what is kept. */
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "No room at"));
	chat_say(second, "of the second");
	assert_true(term_wait(second, "… of the second"));
	term_keys(second, "\003");
	assert_int_equal(term_wait_exit(second), 0);
	assert_true(term_wait(second, "1 line waits; it is said when"));
	chat_say(t, "of the first");
	assert_true(term_wait(t, "… of the first"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	third = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(third, "… of the first"));
	assert_true(term_wait(third, "… of the second"));
	term_keys(third, "\003");
	assert_int_equal(term_wait_exit(third), 0);
	server_start(&server, NULL, NULL);
}

static void
what_a_second_window_says_when_the_first_is_gone_waits(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80), *second;
	char home[256];
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", NULL };

	(void)state;
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	assert_true(term_wait(t, "alice joined"));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_wait(second, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	assert_true(term_wait_row(second, 0, "reconnecting"));
	chat_say(second, "kept");
	assert_true(term_wait(second, "… kept"));
	term_keys(second, "\003");
	assert_int_equal(term_wait_exit(second), 0);
	assert_true(term_wait(second, "1 line waits; it is said when"));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "… kept"));
	server_start(&server, NULL, NULL);
}

static void
two_people_talk_and_see_each_other_come_and_go(void **state)
{
	struct term *alice = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "小明", 24, 80);
	int row;

	(void)state;
	assert_true(term_wait(alice, "小明 joined"));
	chat_say(alice, "hello 小明 👋");
	assert_true(term_wait(bob, "alice"));
	assert_true(term_wait(bob, "▌ hello 小明 👋"));	/* it names him */
	assert_true(term_wait(alice, "│ hello 小明 👋"));
	chat_say(bob, "你好！");
	assert_true(term_wait(alice, "小明 │ 你好！"));
	row = term_find(alice, "你好！");
	assert_string_equal(term_cell(alice, row, 19).text, "你");
	assert_int_equal(term_cell(alice, row, 19).width, 2);
	chat_say(bob, "/me waves");
	assert_true(term_wait(bob, "小明 waves"));
	assert_true(term_wait(alice, "waves"));
	chat_say(bob, "quit");
	assert_int_equal(term_wait_exit(bob), 0);
	assert_true(term_wait(alice, "小明 left"));
}

static void
the_administrator_is_heard_by_all(void **state)
{
	struct term *alice = chat_start(&server, "alice", 24, 80);

	(void)state;
	server_type(&server, "maintenance at noon\n");
	assert_true(term_wait(alice, "maintenance at noon"));
	assert_true(term_wait(alice, "Admin │ maintenance"));
}

static void
fill(struct term *t, int from, int to)
{
	char line[64];
	int i;

	for (i = from; i <= to; i++) {
		snprintf(line, sizeof(line), "line %03d", i);
		server_type(&server, line);
		server_type(&server, "\n");
	}
	snprintf(line, sizeof(line), "line %03d", to);
	assert_true(term_wait(t, line));
}

static void
the_place_is_held_while_lines_arrive(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char before[TERM_ROW_BYTES], after[TERM_ROW_BYTES];

	(void)state;
	fill(t, 1, 60);
	term_press(t, "PgUp");
	assert_true(term_wait(t, "End returns"));
	term_row_text(t, 1, before);
	fill(t, 61, 70);	/* seen in the live rows below the rule */
	assert_string_equal(term_row_text(t, 1, after), before);
	assert_true(term_wait(t, "newer below"));
	term_press(t, "End");
	assert_true(term_wait_gone(t, "End returns"));
	assert_true(term_wait_row(t, -3, "line 070"));
}

static void
paging_walks_to_the_first_line_and_back(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int i;

	(void)state;
	fill(t, 1, 60);
	for (i = 0; i < 6; i++)
		term_press(t, "PgUp");
	assert_true(term_wait(t, "You are alice"));
	for (i = 0; i < 6; i++)
		term_press(t, "PgDn");
	assert_true(term_wait_row(t, -3, "line 060"));
	assert_true(term_wait_row(t, -2, "live"));
	term_press(t, "C-Home");
	assert_true(term_wait(t, "You are alice"));
	term_press(t, "C-End");
	assert_true(term_wait_row(t, -2, "live"));
}

static void
a_burst_of_arrows_is_the_wheel(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	fill(t, 1, 60);
	term_press(t, "Up Up Up Up Up");
	assert_true(term_wait(t, "End returns"));
	assert_true(term_wait_row(t, -1, "alice ›"));
	term_press(t, "Down Down Down Down Down");
	assert_true(term_wait_gone(t, "End returns"));
}

/* The terminal's bytes may come apart; whoever waits for the rest is deaf. */
static void
half_a_report_of_the_mouse_holds_nothing_up(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	fill(t, 1, 60);
	term_press(t, "M-m");
	assert_true(term_wait_mode(t, TERM_MOUSE_CLICK, true));
	term_keys(t, "\033[<64;5");
	term_resize(t, 20, 80);
	assert_true(term_wait_row(t, 19, "alice ›"));
	term_keys(t, ";5M");
	assert_true(term_wait(t, "End returns"));
	/* What cannot be of a report is a key again. */
	term_keys(t, "\033[<6x");
	assert_true(term_wait_row(t, -1, "alice › x"));
	term_keys(t, "\033[<\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

static void
a_resize_keeps_the_place(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char before[TERM_ROW_BYTES];
	char *word;

	(void)state;
	fill(t, 1, 60);
	term_press(t, "PgUp");
	assert_true(term_wait(t, "End returns"));
	term_row_text(t, 1, before);
	word = strstr(before, "line ");
	assert_non_null(word);
	term_resize(t, 30, 50);
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(term_wait_row(t, 1, word));
	term_resize(t, 12, 120);
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(term_wait_row(t, 1, word));
}

static void
every_size_is_survived_in_the_middle_of_a_word(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 1, 5 }, { 2, 2 }, { 3, 10 },
		{ 4, 4 }, { 5, 27 }, { 6, 39 }, { 200, 500 }, { 2, 300 },
		{ 100, 3 }, { 24, 80 } };
	struct term *t = chat_start(&server, "alice", 24, 80);
	size_t i;

	(void)state;
	fill(t, 1, 30);
	term_keys(t, "half a wo");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned long frames = term_frames(t);

		term_resize(t, sizes[i][0], sizes[i][1]);
		while (term_running(t) && term_frames(t) == frames)
			term_serve(5000);
		assert_true(term_running(t));
	}
	term_keys(t, "rd");
	assert_true(term_wait_row(t, -1, "half a word"));
	assert_true(term_wait(t, "line 030"));
}

static void
wide_text_ends_at_the_right_edge_in_both_panes(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 41);
	struct term_cell cell;
	int row, i, col;
	bool visible;

	(void)state;
	/* 26 columns of text: 13 wide characters fit, and wrap exactly. */
	for (i = 0; i < 15; i++)
		term_keys(t, "中");
	assert_true(term_wait_cursor(t, -1, 8 + 30));
	term_keys(t, "文");
	/* 33 columns are free: the 17th would be cut in half, so it wraps. */
	assert_true(term_wait_cursor(t, -1, 8 + 32));
	term_keys(t, "字");
	assert_true(term_wait_cursor(t, -1, 8 + 2));
	term_cursor(t, &row, &col, &visible);
	assert_true(visible);
	term_press(t, "Enter");
	assert_true(term_wait(t, "alice │ 中"));
	row = term_find(t, "alice │ 中");
	for (i = 0; i < 13; i++) {
		cell = term_cell(t, row, 15 + 2 * i);
		assert_string_equal(cell.text, "中");
		assert_int_equal(cell.width, 2);
	}
	assert_string_equal(term_cell(t, row + 1, 15).text, "中");
}

static void
a_paste_is_one_message_and_its_newlines_do_not_send(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_paste(t, "first\nsecond\nthird\n");
	assert_true(term_wait_row(t, -3, "alice › first"));
	assert_true(term_wait_row(t, -1, "third"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "│ first"));
	assert_true(term_wait(t, "│ second"));
	assert_true(term_wait(t, "│ third"));
	assert_true(term_wait_row(t, -1, "alice ›"));
}

/* The fourth byte makes it the number of a key, which a paste would end at. */
static void
what_is_no_character_does_not_end_a_paste(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_keys(t, "\033[200~one\xf4\x90\x80\x98\rtwo\033[201~");
	assert_true(term_wait_row(t, -2, "alice › one"));
	assert_true(term_wait_row(t, -1, "two"));
	term_press(t, "C-c");
	assert_int_equal(term_wait_exit(t), 0);
}

static void
a_line_too_long_stays_with_the_reason(void **state)
{
	static char text[17000];
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	term_paste(t, text);
	term_press(t, "Enter");
	assert_true(term_wait(t, "Too long: 16999 bytes"));
	assert_true(term_wait_row(t, -1, "xxx"));
	term_press(t, "C-u");
	chat_say(t, "short");
	assert_true(term_wait(t, "│ short"));
}

static void
editing_keys_and_history_work(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	term_keys(t, "one two 三");
	term_press(t, "C-w C-a Del C-e");
	term_keys(t, "x");
	assert_true(term_wait_row(t, -1, "alice › ne two x"));
	term_press(t, "C-u C-y");
	assert_true(term_wait_row(t, -1, "alice › ne two x"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "│ ne two x"));
	term_keys(t, "draft");
	term_press(t, "Up");
	assert_true(term_wait_row(t, -1, "alice › ne two x"));
	term_press(t, "Down");
	assert_true(term_wait_row(t, -1, "alice › draft"));
	term_press(t, "M-Backspace");
	assert_true(term_wait_gone(t, "draft"));
}

static void
an_unknown_command_is_not_said(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	chat_say(t, "/qiut");
	assert_true(term_wait(t, "Did you mean /quit?"));
	assert_true(term_wait_row(t, -1, "alice › /qiut"));
	term_press(t, "C-u");
	chat_say(t, " quit");
	assert_true(term_wait(t, "│ quit"));
	chat_say(t, "/help");
	assert_true(term_wait(t, "leave the room"));
}

static void
hostile_datagrams_do_not_change_the_screen(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int fd = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(fd, "L eve", "OK");
	assert_true(term_wait(t, "eve joined"));
	udp_send(fd, "C \033[2J\033]0;owned\007red \xe2\x80\xae" "evil");
	assert_true(term_wait(t, "evil"));
	assert_true(term_wait_row(t, 0, "as alice"));
	assert_true(strstr(term_title(t), "owned") == NULL);
	udp_ask(fd, "C \xff\xfe", "FAIL");
	udp_send(fd, "C still fine");
	assert_true(term_wait(t, "still fine"));
	close(fd);
}

static void
leave(void (*how)(struct term *), int status)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);

	assert_true(term_wait(watcher, "alice joined"));
	how(t);
	assert_int_equal(term_wait_exit(t), status);
	assert_true(chat_left_clean(t));
	assert_true(term_wait(watcher, "alice left"));
}

static void by_quit(struct term *t) { chat_say(t, "quit"); }
static void by_command(struct term *t) { chat_say(t, "/quit"); }

static void
by_ctrl_c(struct term *t)
{
	term_keys(t, "unfinished");
	term_keys(t, "\003");
}

static void by_term(struct term *t) { term_signal(t, SIGTERM); }
static void by_hup(struct term *t) { term_signal(t, SIGHUP); }

static void leaving_by_quit(void **s) { (void)s; leave(by_quit, 0); }
static void leaving_by_command(void **s) { (void)s; leave(by_command, 0); }
static void leaving_by_ctrl_c(void **s) { (void)s; leave(by_ctrl_c, 0); }
static void leaving_by_sigterm(void **s) { (void)s; leave(by_term, 143); }
static void leaving_by_sighup(void **s) { (void)s; leave(by_hup, 129); }

static void
a_closed_window_leaves_the_room(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	term_close_window(t);
	assert_int_equal(term_wait_exit(t), 129);
	assert_true(term_wait_alone(t));
	assert_true(term_wait(watcher, "alice left"));
}

static void
ctrl_c_on_the_name_prompt_leaves(void **state)
{
	struct term *t = chat_start(&server, NULL, 24, 80);

	(void)state;
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

static void
ctrl_z_and_back_misses_nothing(void **state)
{
	struct term *alice, *bob;

	(void)state;
	if (getenv("CHAT_UNSTOPPABLE") != NULL)
		skip();		/* under valgrind, which ignores SIGTSTP */
	alice = chat_start(&server, "alice", 24, 80);
	bob = chat_start(&server, "bob", 24, 80);
	assert_true(term_wait(alice, "bob joined"));
	term_keys(alice, "half a");
	assert_true(term_wait_row(alice, -1, "half a"));
	term_keys(alice, "\032");
	assert_true(term_wait_stopped(alice));
	assert_true(term_termios_same(alice));
	chat_say(bob, "while you slept");
	assert_true(term_wait(bob, "│ while you slept"));
	term_resize(alice, 20, 60);
	term_continue(alice);
	assert_true(term_wait(alice, "while you slept"));
	assert_true(term_wait_row(alice, 19, "half a"));
	term_keys(alice, "\003");
	assert_int_equal(term_wait_exit(alice), 0);
	assert_true(chat_left_clean(alice));
}

/* What another window has taken over meanwhile ends below what the shell wrote
 * since, not where the screen was left for it. */
static void
what_ends_while_it_is_stopped_leaves_the_shells_rows(void **state)
{
	static const char form[] = "set -m; echo one; %s -p %u -n alice "
	    "127.0.0.1; echo two; echo three; read x; fg >/dev/null";
	char script[512], home[256];
	const char *argv[] = { "/bin/sh", "-c", script, NULL };
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", NULL };
	struct term *t, *second;

	(void)state;
	if (getenv("CHAT_UNSTOPPABLE") != NULL)
		skip();		/* under valgrind, which ignores SIGTSTP */
	snprintf(script, sizeof(script), form, chat_program("chat-tui"),
	    server.port);
	t = term_start(24, 80, NULL, argv);
	assert_true(term_wait(t, "You are alice"));
	term_keys(t, "\032");
	assert_true(term_wait_row(t, 2, "three"));
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	second = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(second, "You are alice"));
	term_keys(t, "\n");
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_row_has(t, 0, "one"));
	assert_true(term_row_has(t, 1, "two"));
	assert_true(term_row_has(t, 2, "three"));
	assert_true(term_row_has(t, 4, "alice joined from elsewhere"));
	assert_true(chat_left_clean(t));
}

/* SIGSTOP asks nobody: the shell finds the terminal as it is, sets its own
 * modes, and gives it back in those. */
static void
stopped_from_outside_it_takes_the_terminal_again(void **state)
{
	struct term *alice, *bob;

	(void)state;
	alice = chat_start(&server, "alice", 24, 80);
	bob = chat_start(&server, "bob", 24, 80);
	assert_true(term_wait(alice, "bob joined"));
	term_keys(alice, "half a");
	assert_true(term_wait_row(alice, -1, "half a"));
	term_signal(alice, SIGSTOP);
	assert_true(term_wait_stopped(alice));
	chat_say(bob, "while you stood");
	term_continue(alice);
	assert_true(term_wait(alice, "│ while you stood"));
	/* Keys come one by one, and what they do is the program's. */
	term_keys(alice, " word\001not ");
	assert_true(term_wait_row(alice, -1, "not half a word"));
	term_keys(alice, "\003");
	assert_int_equal(term_wait_exit(alice), 0);
	assert_true(chat_left_clean(alice));
}

/* The receiver is the one child of the program at the terminal. */
static pid_t
child_of(pid_t parent)
{
	char path[64], list[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
	    parent);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fgets(list, sizeof(list), f) == NULL)
		list[0] = '\0';
	fclose(f);
	return (pid_t)strtol(list, NULL, 10);
}

/* True if the line is in /proc/PID/status. */
static bool
status_says(pid_t pid, const char *line)
{
	char path[64], got[256];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (!found && fgets(got, sizeof(got), f) != NULL)
		found = strcmp(got, line) == 0;
	fclose(f);
	return found;
}

/* How many of what the process has open are terminals. */
static unsigned
open_terminals(pid_t pid)
{
	char path[64], to[PATH_MAX];
	unsigned n = 0;
	ssize_t len;
	int fd;

	for (fd = 0; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		len = readlink(path, to, sizeof(to) - 1);
		if (len == -1)
			continue;
		to[len] = '\0';
		if (strncmp(to, "/dev/pts/", 9) == 0 ||
		    strncmp(to, "/dev/tty", 8) == 0)
			n++;
	}
	return n;
}

/* Who breaks into the process that reads strangers has no keyboard to read, no
 * screen to write on, and nothing to ask the kernel for. */
static void
what_reads_the_network_is_locked_in(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	pid_t receiver = child_of(term_pid(t));

	(void)state;
	assert_true(receiver > 0);
	assert_true(term_wait(t, "alice joined"));
	assert_true(open_terminals(term_pid(t)) > 0);
	assert_int_equal(open_terminals(receiver), 0);
#ifndef __SANITIZE_ADDRESS__
	assert_true(status_says(receiver, "NoNewPrivs:\t1\n"));
	assert_true(status_says(server.pid, "NoNewPrivs:\t1\n"));
	if (getenv("CHAT_UNSTOPPABLE") == NULL) {	/* no valgrind */
		assert_true(status_says(receiver, "Seccomp:\t2\n"));
		assert_true(status_says(server.pid, "Seccomp:\t2\n"));
	}
#endif
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

/* How many rows of the screen have the text. */
static unsigned
rows_with(struct term *t, const char *text)
{
	unsigned n = 0;
	int row;

	for (row = 0; row < term_rows(t); row++)
		n += term_row_has(t, row, text);
	return n;
}

/* Kills the receiver, and returns the one that takes its place. */
static pid_t
replace_receiver(struct term *t)
{
	pid_t old = child_of(term_pid(t)), now = old;

	assert_true(old > 1);
	assert_int_equal(kill(old, SIGKILL), 0);
	while ((now == old || now == 0) && !term_ended(t)) {
		term_serve(20);
		now = child_of(term_pid(t));
	}
	return now;
}

static void
a_killed_receiver_is_replaced_and_nobody_notices(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);
	pid_t pid;
	int tries;

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	term_keys(t, "before\r");
	assert_true(term_wait(watcher, "before"));
	term_keys(t, "half a ");
	assert_true(term_wait(t, "half a"));
	pid = replace_receiver(t);
	/* It is forked with the terminal, and closes it first of all. */
	for (tries = 0; open_terminals(pid) != 0 && tries < 250; tries++)
		term_serve(20);
	assert_int_equal(open_terminals(pid), 0);
	term_keys(t, "line\r");
	assert_true(term_wait(watcher, "half a line"));
	assert_true(term_wait_gone(t, "alice …"));
	assert_int_equal(rows_with(t, "before"), 1);
	assert_int_equal(rows_with(t, "half a line"), 1);
	assert_int_equal(rows_with(watcher, "half a line"), 1);
	assert_int_equal(term_find(watcher, "left"), -1);
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

/* What it had been handed and had not kept is said by the next one. */
static void
a_killed_receiver_takes_no_line_along(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);
	pid_t receiver = child_of(term_pid(t));

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	assert_int_equal(kill(receiver, SIGSTOP), 0);
	term_keys(t, "alpha\rbeta\rgamma\rdelta");
	assert_true(term_wait(t, "delta"));
	replace_receiver(t);
	assert_true(term_wait(watcher, "gamma"));
	assert_true(term_wait_gone(t, "alice …"));
	assert_int_equal(rows_with(watcher, "alpha"), 1);
	assert_int_equal(rows_with(watcher, "beta"), 1);
	assert_int_equal(rows_with(watcher, "gamma"), 1);
	assert_true(term_wait(t, "gamma"));
	assert_int_equal(rows_with(t, "gamma"), 1);
	assert_true(term_find(t, "delta") >= 0);
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
}

/* As what hangs with its disk: nobody knows what it has kept. */
static void
leave_a_hung_receiver(const char *name, void (*how)(struct term *), int status)
{
	const char *words[] = { "-n", name, NULL }, *env[2] = { NULL };
	struct term *t = chat_start(&server, name, 24, 100), *again;
	char home_set[PATH_MAX], said[64];

	snprintf(said, sizeof(said), "%s │ was kept", name);
	chat_say(t, "was kept");
	assert_true(term_wait(t, said));
	assert_int_equal(kill(child_of(term_pid(t)), SIGSTOP), 0);
	term_keys(t, "/me alpha\rbeta\r");
	assert_true(term_wait(t, "… beta"));
	how(t);
	assert_int_equal(term_wait_exit(t), status);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "lines that may not be kept: 2; they are on "
	    "the input line the next time") >= 0);
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	env[0] = home_set;
	again = chat_start_with(&server, 24, 100, env, words);
	assert_true(term_wait(again, "› /me alpha"));
	assert_true(term_wait_row(again, -1, "beta"));
	assert_int_equal(term_find(again, "…"), -1);
	term_press(again, "C-u C-u");
	term_keys(again, "\003");
	assert_int_equal(term_wait_exit(again), 0);
	assert_int_equal(term_find(again, "may not be kept"), -1);
}

static void
a_hung_receiver_takes_no_line_along(void **state)
{
	(void)state;
	leave_a_hung_receiver("alice", by_command, 1);
	leave_a_hung_receiver("bob", by_term, 143);
}

/* What is being typed stays, behind them; and nothing is kept where nothing
 * is to be. */
static void
what_a_hung_receiver_had_goes_before_what_is_typed(void **state)
{
	const char *words[] = { "-n", "alice", NULL };
	const char *no_store[] = { "-n", "bob", "--no-store", NULL };
	struct term *t = chat_start(&server, "alice", 24, 100);
	char home_set[PATH_MAX];
	const char *env[] = { home_set, NULL };

	(void)state;
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(kill(child_of(term_pid(t)), SIGSTOP), 0);
	term_keys(t, "alpha\rhalf a");
	assert_true(term_wait_row(t, -1, "half a"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, "may not be kept: 1; they") >= 0);
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	t = chat_start_with(&server, 24, 100, env, words);
	assert_true(term_wait(t, "alice › alpha"));
	assert_true(term_wait_row(t, -1, "half a"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
	t = chat_start_with(&server, 24, 100, NULL, no_store);
	assert_true(term_wait(t, "You are bob"));
	assert_int_equal(kill(child_of(term_pid(t)), SIGSTOP), 0);
	term_keys(t, "alpha\r");
	assert_true(term_wait(t, "… alpha"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, "may not be kept: 1") >= 0);
	assert_int_equal(term_find(t, "input line"), -1);
}

static void
a_receiver_dead_twice_is_told_and_the_terminal_is_back(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_int_equal(kill(replace_receiver(t), SIGKILL), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "receiver process ended") >= 0);
}

/* What an earlier one kept is there for the next run. */
static void
a_receiver_dead_twice_leaves_a_word_about_what_waits(void **state)
{
	struct server gone = { .port = server.port };
	struct term *t = chat_start(&server, "alice", 24, 80);
	const char *words[] = { "-n", "alice", NULL };
	char home_set[PATH_MAX];
	const char *env[] = { home_set, NULL };

	(void)state;
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	assert_true(term_wait_row(t, 0, "reconnecting"));
	chat_say(t, "one");
	chat_say(t, "two");
	assert_true(term_wait(t, "… two"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	t = chat_start_with(&gone, 24, 80, env, words);
	assert_true(term_wait(t, "… two"));
	assert_int_equal(kill(replace_receiver(t), SIGKILL), 0);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "2 lines wait; they are said when chat-tui "
	    "runs again.") >= 0);
	assert_true(term_find(t, "receiver process ended") >= 0);
}

/* They are held until the name is taken, and go out on leaving. */
static void
more_than_a_pipe_holds_is_kept_on_leaving(void **state)
{
	enum { LINES = 24, LONG = 16000 };
	const char *words[] = { "-n", "alice", NULL };
	struct server gone = { .port = server.port };
	char text[LONG], shown[16];
	struct term *t;
	int i;

	(void)state;
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	t = chat_start_with(&gone, 24, 80, NULL, words);
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	memset(text, 'x', sizeof(text));
	for (i = 0; i < LINES; i++) {
		snprintf(text + LONG - 6, 6, "\nno%02d", i);
		term_paste(t, text);
		term_keys(t, "\r");
		snprintf(shown, sizeof(shown), "│ no%02d", i);
		assert_true(term_wait(t, shown));
	}
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_find(t, "24 lines wait; they are said when") >= 0);
}

/* It is missed when a frame is due, and none can take its place. */
static void
where_no_receiver_can_be_the_terminal_is_given_back(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	const char *words[] = { "-n", "alice", NULL };
	char home_set[PATH_MAX], key[PATH_MAX], aside[PATH_MAX];
	const char *env[] = { home_set, NULL };
	pid_t receiver = child_of(term_pid(t));

	(void)state;
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	snprintf(key, sizeof(key), "%s/.config/chat-tui/identity",
	    term_home(t));
	snprintf(aside, sizeof(aside), "%s/aside", term_home(t));
	assert_true(term_wait(t, "alice joined"));
	term_keys(t, "half a");
	assert_true(term_wait_row(t, -1, "half a"));
	term_signal(t, SIGSTOP);
	assert_true(term_wait_stopped(t));
	assert_int_equal(kill(receiver, SIGKILL), 0);
	while (!status_says(receiver, "State:\tZ (zombie)\n"))
		term_serve(20);
	assert_int_equal(rename(key, aside), 0);
	assert_int_equal(mkdir(key, 0700), 0);
	term_continue(t);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(chat_left_clean(t));
	assert_true(term_find(t, "receiver process ended") >= 0);
	assert_int_equal(rmdir(key), 0);
	assert_int_equal(rename(aside, key), 0);
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait_row(t, -1, "alice › half a"));
}

static void
a_killed_screen_leaves_the_room(void **state)
{
	struct term *watcher = chat_start(&server, "watcher", 24, 80);
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	assert_true(term_wait(watcher, "alice joined"));
	term_signal(t, SIGKILL);
	assert_int_equal(term_wait_exit(t), 128 + SIGKILL);
	assert_true(term_wait(watcher, "alice left"));
	assert_true(term_wait_alone(t));
}

/* They were sent and not taken: the room may have some, and goes on behind. */
static void
what_a_slow_room_holds_is_taken_back(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=1", NULL };
	struct term *t;
	int i;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, NULL, args);
	t = chat_start(&server, "alice", 24, 100);
	assert_true(term_wait(t, "alice joined"));
	for (i = 0; i < 18; i++)
		term_keys(t, "line\r");
	assert_true(term_wait_row(t, -2, "only so many lines a second"));
	chat_say(t, "/withdraw all");
	assert_true(term_wait(t, "some may be said all the same"));
	assert_true(term_wait_gone(t, "alice …"));
	for (i = 0; i < 18; i++)
		term_press(t, "C-u Backspace");
	chat_say(t, "after");
	assert_true(term_wait(t, "│ after"));
	assert_true(term_wait_gone(t, "alice …"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_find(t, "wait"), -1);
}

/* They go back to where they were typed, and are not said. */
static void
what_waits_is_taken_back(void **state)
{
	char port[16], home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
	const char *args[] = { "-p", port, "-b", "127.0.0.1", NULL };
	const char *env[] = { set, NULL };
	struct term *t;

	(void)state;
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, env, NULL);
	t = chat_start(&server, "alice", 24, 100);
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	assert_true(term_wait_row(t, 0, "reconnecting"));
	chat_say(t, "one");
	chat_say(t, "two");
	chat_say(t, "/me waves");
	assert_true(term_wait_row(t, 0, "3 pending"));
	chat_say(t, "/withdraw");
	assert_true(term_wait_row(t, -1, "/me waves"));
	assert_true(term_wait_row(t, -2, "Lines taken back: 1."));
	term_press(t, "C-u");
	chat_say(t, "three");
	assert_true(term_wait_row(t, 0, "3 pending"));
	chat_say(t, "/withdraw all");
	assert_true(term_wait_gone(t, "… one"));
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait(t, "alice › one"));
	assert_true(term_wait_row(t, -1, "three"));
	term_press(t, "C-e C-k C-u Backspace C-u Backspace C-u");
	chat_say(t, "four");
	snprintf(port, sizeof(port), "%u", server.port);
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
	assert_true(term_wait_gone(t, "reconnecting"));
	assert_true(term_wait_gone(t, "alice …"));
	assert_true(rows_with(t, "four") == 1);
	assert_int_equal(rows_with(t, "two"), 0);
	assert_int_equal(rows_with(t, "waves"), 0);
	/* Nothing waits now. */
	chat_say(t, "/withdraw");
	assert_true(term_wait_row(t, -2, "Nothing waits"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	env_home_remove(home);
}

/* What is known of this server is known by another name from now on. */
static void
rename_known_host(const char *home, const char *name)
{
	char path[256], text[1024] = "", *space;
	FILE *f;

	snprintf(path, sizeof(path), "%s/.config/chat-tui/known_hosts", home);
	assert_non_null(f = fopen(path, "r"));
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	assert_non_null(space = strchr(text, ' '));
	assert_non_null(f = fopen(path, "w"));
	fprintf(f, "%s%s", name, space);
	fclose(f);
}

static void
a_known_server_under_another_name_is_said_to_be_the_same(void **state)
{
	const char *words[] = { "-n", "alice", NULL };
	char home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
	const char *env[] = { set, NULL };
	struct term *t;
	int i;

	(void)state;
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	for (i = 0; i < 3; i++) {
		t = chat_start_with(&server, 24, 100, env, words);
		assert_true(term_wait(t, "You are alice"));
		assert_int_equal(term_find(t, "New server") >= 0, i == 0);
		/* Once is enough. */
		assert_int_equal(term_find(t, "is the same server as "
		    "labhost:7000.") >= 0, i == 1);
		term_keys(t, "\003");
		assert_int_equal(term_wait_exit(t), 0);
		if (i == 0)
			rename_known_host(home, "labhost:7000");
	}
	env_home_remove(home);
}

static void
who_leaves_while_lines_wait_is_told_what_becomes_of_them(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 120);

	(void)state;
	assert_true(term_wait(t, "alice joined"));
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	assert_true(term_wait_row(t, 0, "reconnecting, the server ended "));
	term_resize(t, 24, 50);
	assert_true(term_wait_gone(t, "ended"));
	assert_true(term_wait_row(t, 0, "reconnecting"));
	chat_say(t, "one");
	chat_say(t, "two");
	assert_true(term_wait(t, "… two"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_find(t, "2 lines wait; they are said when") >= 0);
	server_start(&server, NULL, NULL);
}

static void
a_room_that_takes_lines_slowly_is_said_to(void **state)
{
	const char *args[] = { "-b", "127.0.0.1", "--rate=1", NULL };
	struct term *t;
	int i;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, NULL, args);
	t = chat_start(&server, "alice", 24, 100);
	assert_true(term_wait(t, "alice joined"));
	for (i = 0; i < 14; i++)
		term_keys(t, "line\r");
	assert_true(term_wait_row(t, -2, "only so many lines a second"));
	assert_true(term_wait_gone(t, "only so many lines"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_int_equal(term_find(t, "wait"), -1);
}

static void
a_server_that_comes_back_is_rejoined_and_gets_what_waits(void **state)
{
	struct term *t, *bob;
	char port[16], home[ENV_HOME_BYTES], set[ENV_HOME_BYTES + 8];
	const char *args[] = { "-p", port, "-b", "127.0.0.1", NULL };
	const char *env[] = { set, NULL };

	(void)state;
	/* The same room again: its key and its log are in its home. */
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	server_start(&server, env, NULL);
	t = chat_start(&server, "alice", 24, 80);
	snprintf(port, sizeof(port), "%u", server.port);
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	chat_say(t, "is anybody there?");
	assert_true(term_wait_row(t, 0, "reconnecting"));
	assert_true(term_wait(t, "… is anybody there?"));
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
	bob = chat_start(&server, "bob", 24, 80);
	assert_true(term_wait_gone(t, "reconnecting"));
	assert_true(term_wait(t, "│ is anybody there?"));
	chat_say(bob, "welcome back");
	assert_true(term_wait(t, "welcome back"));
	assert_int_equal(term_find(t, "left"), -1);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	env_home_remove(home);
	server_start(&server, NULL, NULL);
}

/* In the room, or this machine does not know the terminal. */
static bool
joined_or_unknown(struct term *t, void *unused)
{
	(void)unused;
	return term_find(t, "You are alice") >= 0 ||
	    (term_ended(t) && term_status(t) == 2 && term_find(t, "-P") >= 0);
}

/* The highest colour on the screen; -1: none. Every one is at most `most`. */
static int
highest_colour(struct term *t, int most)
{
	int row, col, seen = -1;

	for (row = 0; row < term_rows(t); row++)
		for (col = 0; col < term_cols(t); col++) {
			struct term_cell c = term_cell(t, row, col);

			assert_true(c.fg <= most);
			assert_true(c.bg <= most);
			if (c.fg > seen)
				seen = c.fg;
		}
	return seen;
}

/* A mention, wide text and a rule are there, and are told without colour. */
static void
check_room(struct term *t, const char *name)
{
	char line[64];
	int row;

	snprintf(line, sizeof(line), "%s: 中文 👍 ok\n", name);
	server_type(&server, line);
	snprintf(line, sizeof(line), "Admin ▌ %s: 中文 👍 ok", name);
	assert_true(term_wait(t, line));
	row = term_find(t, line);
	assert_true(term_cell(t, row, 17).bold);
	assert_true(term_cell(t, row, 19).bold);
	assert_string_equal(term_cell(t, row, 27).text, "中");
	assert_int_equal(term_cell(t, row, 27).width, 2);
	assert_true(term_wait(t, "───"));
	assert_true(chat_is_whole(t, NULL));
}

static void
colours_are_256_8_or_none(void **state)
{
	static const struct {
		const char *env[3];
		int most;
	} terminals[] = {
		{ { "TERM=xterm-256color", NULL }, 255 },
		{ { "TERM=tmux-256color", NULL }, 255 },
		{ { "TERM=xterm", NULL }, 7 },
		{ { "TERM=screen", NULL }, 7 },
		{ { "TERM=linux", NULL }, 7 },
		{ { "TERM=xterm-256color", "NO_COLOR=1", NULL }, -1 },
		{ { "TERM=linux", "NO_COLOR=1", NULL }, -1 },
		{ { "TERM=vt100", NULL }, -1 },
		{ { "TERM=xterm-256color", "LC_ALL=C", NULL }, 255 },
	};
	/* Each has a home, and so a key, of its own: and so a name. */
	char name[] = "alice0";
	const char *words[] = { "-n", name, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(terminals) / sizeof(terminals[0]); i++) {
		struct term *t;

		name[5] = (char)('0' + i);
		t = chat_start_with(&server, 40, 80, terminals[i].env,
		    words);
		assert_true(term_wait_for(t, joined_or_unknown, NULL,
		    "the room"));
		if (term_find(t, "You are") == -1) {
			fprintf(stderr, "no terminfo: %s\n",
			    terminals[i].env[0]);
			continue;
		}
		check_room(t, name);
		assert_true((highest_colour(t, terminals[i].most) == -1) ==
		    (terminals[i].most == -1));
		chat_say(t, "quit");
		assert_int_equal(term_wait_exit(t), 0);
		assert_true(chat_left_clean(t));
		/* Where there is no other screen, the shell's row is empty. */
		assert_int_equal(term_find(t, "›"), -1);
	}
}

static void
a_terminal_that_cannot_is_refused_with_the_way_out(void **state)
{
	static const char *const terms[] = { "TERM=dumb", "TERM=nonesuch",
		"TERM=" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		const char *env[] = { terms[i], NULL };
		struct term *t = chat_start_with(&server, 24, 80, env, NULL);

		assert_int_equal(term_wait_exit(t), 2);
		assert_true(term_find(t, "-P") >= 0);
		assert_true(chat_left_clean(t));
	}
}

static void
without_a_utf8_locale_wide_text_is_right_all_the_same(void **state)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	const char *words[] = { "-n", "alice", NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, words);

	(void)state;
	assert_true(term_wait(t, "You are alice"));
	chat_say(t, "中文 👍 ok");
	assert_true(term_wait(t, "│ 中文 👍 ok"));
}

static void
chinese_readers_read_chinese(void **state)
{
	static const char *const env[] = { "LC_ALL=zh_CN.UTF-8", NULL };
	struct term *t = chat_start_with(&server, 24, 80, env, NULL);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	assert_true(term_wait(t, "昵称 ›"));
	chat_say(t, "小明");
	assert_true(term_wait(t, "你是 小明"));
	/* Also where the system has no such locale. */
	assert_true(term_wait(t, "日 星期"));
	assert_true(term_wait_row(t, 0, "昵称 小明"));
	term_press(t, "F8");
	udp_ask(bob, "L bob", "OK");
	udp_send(bob, "C hi");
	assert_true(term_wait(t, "~bob │ hi"));
	udp_send(bob, "Q");
	assert_true(term_wait(t, "~bob 离开了"));
	udp_send(bob, "L bob");
	assert_true(term_wait(t, "~bob 离开后又回来了"));
	close(bob);
}

/* alice hosts a room, and its port is the server's. */
static struct term *
host_start_room(struct server *hosted)
{
	static char port[8];
	const char *argv[] = { chat_program("chat-tui"), "-H", "-4", "-n",
		"alice", "-p", port, NULL };
	struct term *t;

	hosted->port = server_free_port();
	snprintf(port, sizeof(port), "%u", hosted->port);
	t = term_start(24, 80, NULL, argv);
	assert_true(term_wait(t, "You are alice"));
	return t;
}

static void
a_room_is_hosted_where_there_is_none(void **state)
{
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted);

	(void)state;
	assert_true(term_wait_row(t, -2, "others: chat-tui chat://"));
	assert_int_equal(term_find(t, "New server"), -1);
	assert_true(term_wait_row(t, -2, "@"));
	/* Without the room for it, the way to see it. */
	term_resize(t, 24, 50);
	assert_true(term_wait_row(t, -2, "others: /invite"));
	chat_say(t, "/invite");
	assert_true(term_wait(t, "In a clone of the source"));
	assert_true(term_find(t, "chat://") != -1);
	assert_true(term_wrote(t, "\033]52;c;Y2hhdC10dWkgY2hhdDovL"));
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, "In a clone of the source"));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

static size_t
entries_in(const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;		/* . and .. */
}

/* With --no-store the room is of this run alone, as its key is; and there need
 * be no home for it. */
static void
a_room_of_this_run_is_hosted_without_a_home(void **state)
{
	char home[ENV_HOME_BYTES], temporary[ENV_HOME_BYTES];
	char set_home[ENV_HOME_BYTES + 8], set_tmp[ENV_HOME_BYTES + 8];
	const char *env[] = { set_home, set_tmp, "XDG_RUNTIME_DIR",
		"XDG_STATE_HOME=/sys/no", "XDG_CONFIG_HOME=/sys/no", NULL };
	char port[8];
	const char *argv[] = { chat_program("chat-tui"), "-H", "--no-store",
		"-n", "alice", "-p", port, NULL };
	struct term *t;
	int i;

	(void)state;
	env_home_make(home);
	env_home_make(temporary);
	snprintf(port, sizeof(port), "%u", server_free_port());
	snprintf(set_home, sizeof(set_home), "HOME=%s", home);
	snprintf(set_tmp, sizeof(set_tmp), "TMPDIR=%s", temporary);
	for (i = 0; i < 3; i++) {
		/* Then with a home: the key of the last room is none of it. */
		if (i == 1)
			env[3] = NULL;
		t = term_start(24, 80, env, argv);
		assert_true(term_wait(t, "You are alice"));
		assert_int_equal(entries_in(temporary), 1);
		chat_say(t, "hello");
		assert_true(term_wait(t, "alice │ hello"));
		chat_say(t, "quit");
		assert_int_equal(term_wait_exit(t), 0);
		assert_true(chat_left_clean(t));
		assert_int_equal(entries_in(temporary), 0);
	}
	/* Also where nobody is left who could. */
	t = term_start(24, 80, env, argv);
	assert_true(term_wait(t, "You are alice"));
	assert_int_equal(entries_in(temporary), 1);
	term_signal(t, SIGKILL);
	assert_true(term_wait_alone(t));
	assert_int_equal(entries_in(temporary), 0);
	env_home_remove(home);
	env_home_remove(temporary);
}

static void
where_a_room_cannot_be_kept_the_reason_is_told(void **state)
{
	const char *env[] = { "XDG_STATE_HOME=/sys/no", NULL };
	const char *argv[] = { chat_program("chat-tui"), "-H", "-n", "alice",
		NULL };
	struct term *t;
	char told[128];

	(void)state;
	/* Nobody makes one there: read-only, or not permitted. */
	assert_int_equal(mkdir("/sys/no", 0700), -1);
	snprintf(told, sizeof(told), "/sys/no/chat-tui/host: %s",
	    strerror(errno));
	t = term_start(24, 120, env, argv);
	assert_int_equal(term_wait_exit(t), 1);
	assert_true(term_find(t, told) != -1);
}

static void
a_host_with_guests_is_asked_and_they_are_told(void **state)
{
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted), *guest;

	(void)state;
	guest = chat_start(&hosted, "bob", 24, 80);
	assert_true(term_wait(t, "2 online"));
	term_press(t, "C-c");
	assert_true(term_wait_row(t, -2, "One other is here: Enter ends the "
	    "room, Esc stays"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -2, "others: chat-tui"));
	/* Also where the screen has no row for it. */
	term_resize(t, 3, 80);
	assert_true(term_wait_row(t, 0, "2 online"));
	term_press(t, "C-c");
	assert_true(term_wait_row(t, -2, "One other is here: Enter ends"));
	term_press(t, "Esc");
	assert_true(term_wait_row(t, 0, "2 online"));
	term_resize(t, 24, 80);
	assert_true(term_wait_row(t, -2, "others: chat-tui"));
	chat_say(t, "/quit");
	assert_true(term_wait_row(t, -2, "Enter ends the room"));
	term_press(t, "Enter");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
	assert_true(term_wait(guest, "The host has ended the room."));
	assert_true(term_wait_row(guest, 0, "reconnecting"));
}

/* A signal asks nobody; the others are told all the same, each in his
 * language. */
static void
a_host_that_is_ended_tells_his_guests(void **state)
{
	static const char *const env[] = { "LC_ALL=zh_CN.UTF-8", NULL };
	static const char *const words[] = { "-n", "小明", NULL };
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted), *guest, *chinese;

	(void)state;
	guest = chat_start(&hosted, "bob", 24, 80);
	chinese = chat_start_with(&hosted, 24, 80, env, words);
	assert_true(term_wait(chinese, "你是 小明"));
	assert_true(term_wait(t, "3 online"));
	term_signal(t, SIGTERM);
	assert_int_equal(term_wait_exit(t), 143);
	assert_true(chat_left_clean(t));
	assert_true(term_wait(guest, "The host has ended the room."));
	assert_true(term_wait(chinese, "房主已结束这个房间。"));
}

/* Nor is anybody asked here: the server has the words from the beginning. */
static void
a_host_that_is_killed_tells_his_guests_and_leaves_nothing(void **state)
{
	struct server hosted = { 0 };
	struct term *t = host_start_room(&hosted), *guest;

	(void)state;
	guest = chat_start(&hosted, "bob", 24, 80);
	assert_true(term_wait(t, "2 online"));
	assert_int_equal(term_find(guest, "has ended"), -1);
	term_signal(t, SIGKILL);
	assert_int_equal(term_wait_exit(t), 128 + SIGKILL);
	assert_true(term_wait(guest, "The host has ended the room."));
	assert_true(term_wait_row(guest, 0, "reconnecting"));
	assert_true(term_wait_alone(t));
}

static void
where_nobody_answers_the_prompt_offers_to_host(void **state)
{
	struct server gone = { .port = server.port };
	struct term *t;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	t = chat_start(&gone, NULL, 24, 80);
	chat_say(t, "alice");
	assert_true(term_wait(t, "Enter hosts one here"));
	assert_true(term_wait_row(t, 0, "joining, no word for "));
	/* Also behind other keys, and under another name. */
	term_keys(t, "\025");
	assert_true(term_wait_gone(t, "Enter hosts one here"));
	term_keys(t, "bob");
	assert_true(term_wait(t, "Enter hosts one here"));
	term_press(t, "Enter");
	assert_true(term_wait(t, "You are bob"));
	assert_int_equal(term_find(t, "alice"), -1);
	/* Nobody compares the key of a server of his own. */
	assert_int_equal(term_find(t, "New server"), -1);
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
}

/* The server is there already and is asked under the first one, but does not
 * answer before it has its passphrase. */
static void
a_host_is_in_under_no_other_name_that_was_tried(void **state)
{
	struct server gone = { .port = server.port };
	struct server_stream lines = { .fd = -1 };
	char dir[ENV_HOME_BYTES], trace[192], variable[208], pass[192];
	const char *env[] = { variable, NULL };
	const char *words[] = { "-k", pass, NULL };
	struct term *t;
	char line[256];
	int fd, logins = 0;

	(void)state;
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	env_home_make(dir);
	snprintf(trace, sizeof(trace), "%s/trace", dir);
	snprintf(variable, sizeof(variable), "CHAT_TRACE=%s", trace);
	snprintf(pass, sizeof(pass), "%s/pass", dir);
	assert_int_equal(mkfifo(trace, 0600) + mkfifo(pass, 0600), 0);
	lines.fd = open(trace, O_RDWR | O_CLOEXEC);
	fd = open(pass, O_RDWR | O_CLOEXEC);
	assert_int_equal(write(fd, "secret\n", 7), 7);
	t = chat_start_with(&gone, 24, 80, env, words);
	assert_true(term_wait(t, "name ›"));
	chat_say(t, "alice");
	assert_true(term_wait(t, "Enter hosts one here"));
	chat_say(t, "\025bob");
	while (logins < 2 && server_line(&lines, line, sizeof(line)) != NULL)
		logins += strstr(line, " LOGIN") != NULL;
	assert_int_equal(logins, 2);
	assert_int_equal(write(fd, "secret\n", 7), 7);
	assert_true(term_wait(t, "You are bob"));
	assert_int_equal(term_find(t, "alice"), -1);
	close(fd);
	close(lines.fd);
	env_home_remove(dir);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_name_prompt_proposes_the_login_name),
		TEST(a_taken_name_says_why_and_asks_again),
		TEST(a_malformed_name_says_why_and_stays),
		TEST(without_a_home_a_key_is_made_for_this_run),
		TEST(the_last_name_is_proposed_next_time),
		TEST(a_second_window_says_what_it_waits_for),
		TEST(a_second_window_says_so_at_once_where_a_passphrase_is),
		TEST(a_second_window_keeps_what_it_says),
		TEST(what_a_second_window_says_when_the_first_is_gone_waits),
		TEST(two_people_talk_and_see_each_other_come_and_go),
		TEST(the_administrator_is_heard_by_all),
		TEST(the_place_is_held_while_lines_arrive),
		TEST(paging_walks_to_the_first_line_and_back),
		TEST(a_burst_of_arrows_is_the_wheel),
		TEST(half_a_report_of_the_mouse_holds_nothing_up),
		TEST(a_resize_keeps_the_place),
		TEST(every_size_is_survived_in_the_middle_of_a_word),
		TEST(wide_text_ends_at_the_right_edge_in_both_panes),
		TEST(a_paste_is_one_message_and_its_newlines_do_not_send),
		TEST(what_is_no_character_does_not_end_a_paste),
		TEST(a_line_too_long_stays_with_the_reason),
		TEST(editing_keys_and_history_work),
		TEST(an_unknown_command_is_not_said),
		TEST(hostile_datagrams_do_not_change_the_screen),
		TEST(leaving_by_quit),
		TEST(leaving_by_command),
		TEST(leaving_by_ctrl_c),
		TEST(leaving_by_sigterm),
		TEST(leaving_by_sighup),
		TEST(a_closed_window_leaves_the_room),
		TEST(ctrl_c_on_the_name_prompt_leaves),
		TEST(ctrl_z_and_back_misses_nothing),
		TEST(what_ends_while_it_is_stopped_leaves_the_shells_rows),
		TEST(stopped_from_outside_it_takes_the_terminal_again),
		TEST(what_reads_the_network_is_locked_in),
		TEST(a_known_server_under_another_name_is_said_to_be_the_same),
		TEST(what_waits_is_taken_back),
		TEST(what_a_slow_room_holds_is_taken_back),
		TEST(who_leaves_while_lines_wait_is_told_what_becomes_of_them),
		TEST(a_room_that_takes_lines_slowly_is_said_to),
		TEST(a_killed_receiver_is_replaced_and_nobody_notices),
		TEST(a_killed_receiver_takes_no_line_along),
		TEST(a_hung_receiver_takes_no_line_along),
		TEST(what_a_hung_receiver_had_goes_before_what_is_typed),
		TEST(a_receiver_dead_twice_is_told_and_the_terminal_is_back),
		TEST(a_receiver_dead_twice_leaves_a_word_about_what_waits),
		TEST(where_no_receiver_can_be_the_terminal_is_given_back),
		TEST(more_than_a_pipe_holds_is_kept_on_leaving),
		TEST(a_killed_screen_leaves_the_room),
		TEST(a_server_that_comes_back_is_rejoined_and_gets_what_waits),
		TEST(colours_are_256_8_or_none),
		TEST(a_terminal_that_cannot_is_refused_with_the_way_out),
		TEST(without_a_utf8_locale_wide_text_is_right_all_the_same),
		TEST(chinese_readers_read_chinese),
		TEST(a_room_is_hosted_where_there_is_none),
		TEST(a_room_of_this_run_is_hosted_without_a_home),
		TEST(where_a_room_cannot_be_kept_the_reason_is_told),
		TEST(a_host_with_guests_is_asked_and_they_are_told),
		TEST(a_host_that_is_ended_tells_his_guests),
		TEST(a_host_that_is_killed_tells_his_guests_and_leaves_nothing),
		TEST(where_nobody_answers_the_prompt_offers_to_host),
		TEST(a_host_is_in_under_no_other_name_that_was_tried),
	};

	return tests_run(tests, NULL, NULL);
}
