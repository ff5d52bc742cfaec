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
#include <sys/socket.h>
#include <signal.h>
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
		TEST(a_known_server_under_another_name_is_said_to_be_the_same),
		TEST(colours_are_256_8_or_none),
		TEST(a_terminal_that_cannot_is_refused_with_the_way_out),
		TEST(without_a_utf8_locale_wide_text_is_right_all_the_same),
		TEST(chinese_readers_read_chinese),
	};

	return tests_run(tests, NULL, NULL);
}
