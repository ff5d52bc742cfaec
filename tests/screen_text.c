/*
 * Text that is hard to show, on real screens: characters that terminals take
 * for different widths, in two terminals; words, marks and URLs that are long.
 */
#include <sys/socket.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_hard.h"

enum {
	TEXT_COL = 19,		/* where text begins from 40 columns on */
	TEXT_COLS = 80 - TEXT_COL,
	SIDE_COL = 120 - 19	/* where the member list begins */
};

static struct server server;
static char home[ENV_HOME_BYTES];

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0", NULL };

	(void)state;
	server_start(&server, NULL, args);
	env_home_make(home);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	env_home_remove(home);
	server_stop(&server, SIGTERM);
	return 0;
}

/* What the server takes out of what is said: controls, what is no character. */
static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == '\x7f' ||
		    (s[0] == '\xc2' && (unsigned char)s[1] < 0xa0) ||
		    strncmp(s, "\u2028", 3) == 0 ||
		    strncmp(s, "\uffff", 3) == 0)
			return true;
	return false;
}

static bool
can_be_said(size_t i)
{
	const char *s = hard[i].src;

	return *s != '\0' && text_valid(s, strlen(s)) && !has_control(s);
}

/* Says them all, each with a bar behind it, and then "done". */
static void
say_hard(void)
{
	int eve = udp_open(&server, AF_INET);
	char line[256];
	size_t i;

	udp_ask(eve, "L eve", "OK");
	for (i = 0; i < HARD; i++) {
		if (!can_be_said(i))
			continue;
		snprintf(line, sizeof(line), "C %s|", hard[i].src);
		udp_send(eve, line);
	}
	udp_send(eve, "C done");
	close(eve);
}

/* What follows each is where it should be; returns the first one's row. */
static int
check_hard(struct term *t)
{
	int first = term_find(t, "plain|"), row = first;
	size_t i, n = 0;

	for (i = 0; i < HARD; i++) {
		if (!can_be_said(i))
			continue;
		if (strcmp(term_cell(t, row, TEXT_COL + hard[i].cols).text,
		    "|") != 0) {
			term_dump(t);
			fail_msg("columns of %s", hard[i].display);
		}
		assert_true(term_row_has(t, row, hard[i].display));
		assert_string_equal(term_cell(t, row, SIDE_COL).text, "│");
		row++;
		n++;
	}
	assert_true(n >= 29);
	assert_true(term_row_has(t, row, "done"));
	return first;
}

static struct term *
start_in_tmux(void)
{
	char program[1024], set[ENV_HOME_BYTES + 8];
	char tmp[ENV_HOME_BYTES + 16];
	const char *env[] = { set, tmp, NULL };
	const char *argv[] = { "tmux", "-L", "chat", "-f", "/dev/null",
		"start-server", ";", "set", "-g", "status", "off", ";",
		"set", "-g", "default-terminal", "tmux-256color", ";",
		"new-session", program, NULL };

	snprintf(program, sizeof(program), "exec %s -n mux -p %u 127.0.0.1",
	    chat_program("chat-tui"), server.port);
	snprintf(set, sizeof(set), "HOME=%s", home);
	snprintf(tmp, sizeof(tmp), "TMUX_TMPDIR=%s", home);
	return term_start(50, 120, env, argv);
}

/* tmux of that socket, in the private home; NULL: what it said is not read. */
static FILE *
run_tmux(const char *words)
{
	char command[512];

	snprintf(command, sizeof(command), "LC_ALL=C.UTF-8 TMUX_TMPDIR=%s "
	    "tmux -u -L chat %s", home, words);
	return popen(command, "r");
}

static void
kill_tmux(void)
{
	FILE *f = run_tmux("kill-server");

	if (f != NULL)
		pclose(f);
}

/* tmux's rows from `first` on are alice's. */
static void
compare_with_tmux(struct term *t, int first)
{
	char line[TERM_ROW_BYTES], row[TERM_ROW_BYTES];
	FILE *f = run_tmux("capture-pane -p");
	int at, different = 0;

	assert_non_null(f);
	for (at = 0; fgets(line, sizeof(line), f) != NULL; at++) {
		line[strcspn(line, "\n")] = '\0';
		if (at < first || at > term_find(t, "done") ||
		    strcmp(line, term_row_text(t, at, row)) == 0)
			continue;
		fprintf(stderr, "tmux:  %s\nvterm: %s\n", line, row);
		different++;
	}
	pclose(f);
	assert_true(at > first);
	assert_int_equal(different, 0);
}

static void
columns_line_up_in_two_terminals(void **state)
{
	struct term *alice, *mux;
	bool seen;

	(void)state;
	alice = chat_start(&server, "alice", 50, 120);
	if (system("command -v tmux >/dev/null") != 0) {
		say_hard();
		assert_true(term_wait(alice, "│ done"));
		check_hard(alice);
		fprintf(stderr, "tmux is not here: not compared with it\n");
		skip();
	}
	mux = start_in_tmux();
	assert_true(term_wait(alice, "mux joined"));
	assert_true(term_wait(mux, "You are mux"));
	say_hard();
	assert_true(term_wait(alice, "│ done"));
	assert_true(term_wait(mux, "│ done"));
	/* The list is drawn again by itself, so that it stands where columns
	 * are counted to, not where the text before it ended. */
	term_press(mux, "F8");
	seen = term_wait_gone(mux, "│ online");
	term_press(mux, "F8");
	seen = seen && term_wait(mux, "│ online");
	compare_with_tmux(alice, check_hard(alice));
	kill_tmux();
	assert_true(seen);
}

/* How many rows from `row` on hold nothing but this character, in full. */
static int
full_rows(struct term *t, int row, const char *text)
{
	int n, col;

	for (n = 0; row + n < term_rows(t); n++)
		for (col = TEXT_COL; col < term_cols(t); col++)
			if (strcmp(term_cell(t, row + n, col).text, text) != 0)
				return n;
	return n;
}

static void
a_long_word_takes_its_rows(void **state)
{
	static char word[10240 + 1];
	struct term *t = chat_start(&server, "alice", 24, 80);
	/* 10240 letters are 167 rows of 61 and 53 letters. */
	const int left = 10240 % TEXT_COLS;

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	term_paste(t, word);
	assert_true(term_wait_cursor(t, -1, 8 + 10240 % 72));
	assert_true(chat_is_whole(t, NULL));
	term_press(t, "Enter");
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait_row(t, -2, "live"));
	assert_int_equal(full_rows(t, 1, "w"), 20);
	assert_string_equal(term_cell(t, -3, TEXT_COL + left - 1).text, "w");
	assert_string_equal(term_cell(t, -3, TEXT_COL + left).text, "");
	chat_say(t, "after it");
	assert_true(term_wait_row(t, -3, "│ after it"));
	term_press(t, "C-Home");
	assert_true(term_wait(t, "alice │ www"));
	assert_int_equal(full_rows(t, term_find(t, "alice │ www"), "w"),
	    19 - term_find(t, "alice │ www") - 1);
}

/* In the input, in the chat, and in the chat of somebody else. */
static void
tabs_are_drawn_to_their_stops(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	assert_true(term_wait(bob, "You are bob"));
	term_paste(t, "\tx\n中\ty\n1234567\tz");
	assert_true(term_wait(t, "alice ›         x"));
	assert_true(term_wait_row(t, -1, "1234567 z"));
	term_press(t, "Enter");
	assert_true(term_wait(bob, "alice │         x"));
	assert_true(term_wait(bob, "│ 中      y"));
	assert_true(term_wait(bob, "│ 1234567 z"));
	assert_true(chat_is_whole(bob, NULL));
}

static void
marks_and_right_to_left_keep_their_cells(void **state)
{
	static const char arabic[] = "مرحبا بالعالم|", hebrew[] = "שלום|";
	struct term *t = chat_start(&server, "alice", 24, 80);
	char line[512] = "";
	int i, row;

	(void)state;
	for (i = 0; i < 5; i++)
		strlcat(line, "z" HARD_X16("\u0335") HARD_X16("\u0301"),
		    sizeof(line));
	strlcat(line, "|zalgo", sizeof(line));
	chat_say(t, line);
	assert_true(term_wait(t, "|zalgo"));
	assert_true(term_wait_row(t, -1, "alice ›"));
	assert_true(term_wait_row(t, -3, "|zalgo"));
	assert_string_equal(term_cell(t, -3, TEXT_COL + 5).text, "|");
	assert_string_equal(term_cell(t, -3, TEXT_COL + 4).text,
	    "z" HARD_X4("\u0335"));
	/* In the order of the text: which way it runs is the terminal's. */
	chat_say(t, arabic);
	chat_say(t, hebrew);
	assert_true(term_wait_row(t, -3, hebrew));
	row = term_find(t, arabic);
	assert_string_equal(term_cell(t, row, TEXT_COL).text, "م");
	assert_string_equal(term_cell(t, row, TEXT_COL + 13).text, "|");
	assert_string_equal(term_cell(t, -3, TEXT_COL).text, "ש");
	assert_string_equal(term_cell(t, -3, TEXT_COL + 4).text, "|");
}

/* A URL of so many columns, ending in "end". */
static const char *
url_of(int cols)
{
	static char url[256];

	snprintf(url, sizeof(url), "https://example.org/%0*dend", cols - 23, 0);
	return url;
}

static void
urls_are_broken_only_where_they_do_not_fit(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char line[512], seen[512];

	(void)state;
	snprintf(line, sizeof(line), "see %s, all", url_of(TEXT_COLS - 1));
	chat_say(t, line);
	snprintf(seen, sizeof(seen), "│ %s,", url_of(TEXT_COLS - 1));
	assert_true(term_wait_row(t, -4, seen));
	assert_true(term_wait_row(t, -5, "│ see"));
	assert_true(term_wait_row(t, -3, "│ all"));
	snprintf(line, sizeof(line), "see %s", url_of(TEXT_COLS));
	chat_say(t, line);
	snprintf(seen, sizeof(seen), "│ %s", url_of(TEXT_COLS));
	assert_true(term_wait_row(t, -3, seen));
	assert_true(term_wait_row(t, -4, "│ see"));
	/* One column too long: as many rows as it needs, no more. */
	chat_say(t, url_of(TEXT_COLS + 1));
	snprintf(seen, sizeof(seen), "│ %.*s", TEXT_COLS,
	    url_of(TEXT_COLS + 1));
	assert_true(term_wait_row(t, -4, seen));
	assert_true(term_row_has(t, -3, "│ d"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(columns_line_up_in_two_terminals),
		TEST(a_long_word_takes_its_rows),
		TEST(tabs_are_drawn_to_their_stops),
		TEST(marks_and_right_to_left_keep_their_cells),
		TEST(urls_are_broken_only_where_they_do_not_fit),
	};

	return tests_run(tests, NULL, NULL);
}
