/*
 * Every command, pastes, and what is older than the screen: a real client on a
 * terminal model, a real room.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"
#include "tests/with_screens.h"
#include "tui/session/command.h"

enum { PATH_BYTES = 512, ENTRIES = 1500, PRESSES = 20000 };

/* ---- Waiting ---- */

static bool
is_typed(struct term *t, void *arg)
{
	char text[TERM_ROW_BYTES];
	const char *at = strstr(term_row_text(t, term_rows(t) - 1, text), " ›");

	return at != NULL && strcmp(at + strlen(" ›"), arg) == 0;
}

/* Until the input is this and no more. */
static bool
input_is(struct term *t, const char *want)
{
	char line[256];

	snprintf(line, sizeof(line), "%s%s", *want != '\0' ? " " : "", want);
	return term_wait_for(t, is_typed, line, want);
}

/* The command is carried out: it is gone from the line, and this is seen. */
static void
works(struct term *t, const char *line, const char *seen)
{
	chat_say(t, line);
	assert_true(term_wait(t, seen));
	assert_true(input_is(t, ""));
}

/* It stays on the line, with the reason above it; then it is taken away. */
static void
refused(struct term *t, const char *line, const char *why)
{
	chat_say(t, line);
	assert_true(term_wait_row(t, -2, why));
	assert_true(input_is(t, line));
	term_press(t, "C-u");
	assert_true(input_is(t, ""));
}

/* All that stands under the pager's rule. */
static void
close_pager(struct term *t, const char *title)
{
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, title));
}

static char *
read_all(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, buf, size - 1);
	assert_true(n >= 0 && (size_t)n < size - 1);
	buf[n] = '\0';
	close(fd);
	return buf;
}

/* ---- The commands ---- */

static void
help_has_every_command(void **state)
{
	struct term *t = chat_start(&server, "alice", 60, 80);
	char usage[COMMAND_USAGE_BYTES];
	size_t i;

	(void)state;
	works(t, "/help", "Commands (");
	for (i = 0; command_help(usage, i, false) != NULL; i++)
		assert_true(term_find(t, usage) >= 0);
	assert_true(i > 10);
	close_pager(t, "Commands (");
	term_resize(t, 24, 80);
	/* With a word: what has it, and no other. A beginning will do. */
	works(t, "/hel redo", "M-_");
	assert_true(term_find(t, "undo") == -1);
	assert_true(term_find(t, "/whois") == -1);
	close_pager(t, "Help");
}

/* A server of one room says so, and all is as it was. */
static void
rooms(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);

	(void)state;
	works(t, "/rooms", "1 here");
	assert_true(term_find(t, " 1 chat") >= 0);
	close_pager(t, "Rooms");
	chat_say(t, "/join ops");
	assert_true(term_wait(t, "There is no room ops: /rooms lists those "));
	term_press(t, "C-g");
	assert_true(input_is(t, ""));
	works(t, "/me is here", "* │ alice is here");
	refused(t, "/leave", "This is the only room: /quit leaves it.");
	refused(t, "/go ops", "This is the only room: /join ROOM opens a ");
}

static void
people(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *dora = chat_start(&server, "dora", 24, 80);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	assert_true(term_wait(t, "~bob"));
	works(t, "/me waves", "* │ alice waves");
	udp_expect(bob, "alice: * waves");
	assert_true(term_wait(dora, "* │ alice waves"));
	works(t, "/names", "3 here: alice, ~bob, dora");
	works(t, "/whois bob", "bob: not verified (classic protocol)");
	works(t, "/whois dora:", "dora: key SHA256:");
	assert_true(term_wait(t, "here since 20"));
	works(t, "/whois zoe", "Nobody here is called zoe.");
	refused(t, "/whois", "/whois NAME");
	refused(t, "/whois two words", "A name has no spaces");
	close(bob);
}

static void
ignoring(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char path[PATH_BYTES], text[4096];
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	works(t, "/ignore", "Nobody is ignored.");
	refused(t, "/unignore bob", "bob is not ignored.");
	works(t, "/ignore ~Bob", "Bob is ignored from now on");
	works(t, "/ignore", "Ignored: Bob");
	udp_send(bob, "C unheard");
	udp_ask(bob, "nonsense", "FAIL");	/* behind it */
	server_type(&server, "between\n");
	assert_true(term_wait(t, "Admin │ between"));
	assert_int_equal(term_find(t, "unheard"), -1);
	snprintf(path, sizeof(path), "%s/.config/chat-tui/config",
	    term_home(t));
	assert_non_null(strstr(read_all(path, text, sizeof(text)),
	    "ignore Bob\n"));
	works(t, "/unignore bob", "bob is shown again; what they said ");
	udp_expect(bob, "Admin: between");
	udp_send(bob, "C heard");
	assert_true(term_wait(t, "~bob │ heard"));
	assert_int_equal(term_find(t, "unheard"), -1);
	close(bob);
}

static void
searching_and_links(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int i;

	(void)state;
	server_type(&server, "see https://example.org/a, or "
	    "<http://b.EXAMPLE/x?y=(1)>\n");
	for (i = 0; i < 40; i++)
		server_type(&server, "filler\n");
	server_type(&server, "and https://example.net/新\n");
	assert_true(term_wait(t, "example.net"));
	works(t, "/search b.EXAMPLE", "▸ see https://example.org/a");
	term_press(t, "Esc");
	assert_true(term_wait_row(t, -2, "live"));
	works(t, "/search nowhere at all", "Nowhere: nowhere at all");
	works(t, "/links", "1    https://example.net/新");
	assert_true(term_wait(t, "2    http://b.EXAMPLE/x?y=(1)"));
	assert_true(term_wait(t, "3    https://example.org/a"));
	close_pager(t, "Links");
	works(t, "/copy 3", "Copied: https://example.org/a");
	assert_true(term_wrote(t, "\033]52;c;aHR0cHM6Ly9leGFtcGxlLm9yZy9h\a"));
	works(t, "/copy", "Copied: https://example.net/新");
	assert_true(term_wrote(t,
	    "\033]52;c;aHR0cHM6Ly9leGFtcGxlLm5ldC/mlrA=\a"));
	refused(t, "/copy 4", "There is no link 4.");
	refused(t, "/copy x", "/copy N: a number of /links");
}

static void
saving(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	char path[PATH_BYTES], text[8192], line[PATH_BYTES + 8];
	const char *at;
	struct stat st;

	(void)state;
	works(t, "first", "│ first");
	term_keys(t, "two");
	term_press(t, "M-Enter");
	term_keys(t, "rows");
	term_press(t, "Enter");
	works(t, "/me waves", "alice waves");
	server_type(&server, "news\n");
	assert_true(term_wait(t, "Admin │ news"));
	works(t, "/save ~/the chat.txt", "Saved to ~/the chat.txt.");
	snprintf(path, sizeof(path), "%s/the chat.txt", term_home(t));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	read_all(path, text, sizeof(text));
	assert_non_null(at = strstr(text, "alice: first\n"));
	assert_true(at - text >= 20 && at[-20] == '2' && at[-16] == '-');
	assert_non_null(at = strstr(at, "alice: two\n    rows\n"));
	assert_non_null(at = strstr(at, "* alice waves\n"));
	assert_non_null(strstr(at, "[Admin] news\n"));
	/* What is there is not touched. */
	works(t, "after", "│ after");
	snprintf(line, sizeof(line), "/save %s", path);
	chat_say(t, line);
	assert_true(term_wait_row(t, -2, "is there already"));
	assert_null(strstr(read_all(path, text, sizeof(text)), "after"));
	term_press(t, "C-u");
	refused(t, "/save /nonesuch/file", "/nonesuch/file: No such file");
	refused(t, "/save", "/save FILE");
}

static void
put_file(struct term *t, const char *name)
{
	char path[PATH_BYTES];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", term_home(t), name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd != -1);
	close(fd);
}

static void
tab_shows_what_it_goes_through(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *narrow;
	char path[PATH_BYTES];

	(void)state;
	term_keys(t, ":smi\t");
	assert_true(input_is(t, "😄"));
	assert_true(term_wait_row(t, -2, "[😄 smile] 😃 smiley  😏 smirk"));
	term_keys(t, "\t");
	assert_true(term_wait_row(t, -2, " 😄 smile [😃 smiley] 😏 smirk"));
	term_keys(t, " ");
	assert_true(term_wait_row(t, -2, "live"));
	term_keys(t, "\025/set theme \t");
	assert_true(input_is(t, "/set theme auto"));
	assert_true(term_wait_row(t, -2, "[auto] dark  light  mono"));
	/* Files, of which those that begin with a dot are not told. */
	snprintf(path, sizeof(path), "%s/my notes", term_home(t));
	assert_int_equal(mkdir(path, 0700), 0);
	put_file(t, "my notes/a b.txt");
	put_file(t, "my file");
	put_file(t, ".my secret");
	put_file(t, "my bad\nname");
	term_keys(t, "\025/save ~/m\t");
	assert_true(input_is(t, "/save ~/my file"));
	assert_true(term_wait_row(t, -2, " [my file] my notes/"));
	term_keys(t, "\t");
	assert_true(input_is(t, "/save ~/my notes/"));
	term_keys(t, "\025/save ~/my n\t\t");
	assert_true(input_is(t, "/save ~/my notes/a b.txt"));
	term_keys(t, "\025/save ~/.my\t");
	assert_true(input_is(t, "/save ~/.my secret"));
	/* Where not all have room, those around the chosen one are shown. */
	narrow = chat_start(&server, "bob", 10, 40);
	term_keys(narrow, "/set color-\t");
	assert_true(term_wait_row(narrow, -2, " [color-text] color-dim  "
	    "color-bar     ›"));
	term_keys(narrow, "\t\t\t");
	assert_true(term_wait_row(narrow, -2, "‹[color-bar-bold] "
	    "color-bar-good       ›"));
}

static void
verifying_and_reconnecting(void **state)
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
	t = chat_start(&server, "alice", 24, 80);
	works(t, "one", "│ one");
	works(t, "/verify", "Complete from 1 to 3, same as the server's.");
	assert_non_null(strstr(server.room, "SHA256:"));
	assert_true(term_wait(t, strstr(server.room, "SHA256:")));
	works(t, "/reconnect", "│ one");
	snprintf(port, sizeof(port), "%u", server.port);
	assert_int_equal(server_stop(&server, SIGKILL), 128 + SIGKILL);
	chat_say(t, "two");
	assert_true(term_wait_row(t, 0, "reconnecting"));
	server_spawn(&server, SERVER_PIPE, env, args);
	server_listening(&server);
	chat_say(t, "/reconnect");
	assert_true(term_wait_gone(t, "reconnecting"));
	assert_true(term_wait(t, "│ two"));
	works(t, "/verify", "Complete from 1 to 5, same as the server's.");
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	env_home_remove(home);
	set_up(state);
}

static void
settings_change_and_stay(void **state)
{
	struct term *t = chat_start(&server, "alice", 50, 80), *again;
	char path[PATH_BYTES], text[4096], home[PATH_BYTES];
	const char *env[] = { home, NULL };
	const char *words[] = { "-n", "alice", NULL };
	struct stat st;
	int row;

	(void)state;
	snprintf(path, sizeof(path), "%s/.config/chat-tui/config",
	    term_home(t));
	works(t, "/set", "members          auto");
	assert_true(term_wait(t, "the list of members"));
	/* Below itself, where it does not fit. */
	row = term_find(t, "title            on             count the "
	    "mentions in the window's title");
	assert_true(row > 0);
	assert_true(term_row_has(t, row + 1, "                                 "
	    "(on|off)"));
	close_pager(t, "Settings");
	works(t, "/set members", "members auto");
	assert_int_equal(stat(path, &st), -1);
	works(t, "/set members on", "members is set and kept.");
	assert_true(term_wait_row(t, 1, "online 1"));
	term_resize(t, 24, 100);
	works(t, "/set highlight=tea coffee", "highlight is set and kept.");
	server_type(&server, "there is Coffee\n");
	assert_true(term_wait(t, "▌ there is Coffee"));
	works(t, "/set port 9999", "port is kept; it counts from the next");
	works(t, "/set members", "members on");
	refused(t, "/set members maybe",
	    "members \"maybe\": not one of auto|on|off");
	refused(t, "/set port 99999", "port \"99999\": not a number from 1");
	refused(t, "/set membrs on", "did you mean \"members\"?");
	refused(t, "/set zzzzzzzzzz on", "there is no setting \"zzzzzzzzzz\"");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	read_all(path, text, sizeof(text));
	assert_non_null(strstr(text, "members on\n"));
	assert_non_null(strstr(text, "highlight tea coffee\n"));
	assert_non_null(strstr(text, "port 9999\n"));
	assert_null(strstr(text, "maybe"));
	chat_say(t, "/quit");
	assert_int_equal(term_wait_exit(t), 0);
	snprintf(home, sizeof(home), "HOME=%s", term_home(t));
	again = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(again, "You are alice"));
	assert_true(term_wait_row(again, 1, "online 1"));
}

static void
clearing(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	static char text[8192];
	char path[512];

	(void)state;
	works(t, "one", "│ one");
	chat_say(t, "/clear");
	assert_true(term_wait_gone(t, "│ one"));
	assert_true(term_wait_gone(t, "You are alice"));
	works(t, "two", "│ two");
	assert_int_equal(term_find(t, "│ one"), -1);
	works(t, "/names", "1 here: alice");
	assert_int_equal(term_find(t, "│ one"), -1);
	/* Nothing is gone. */
	term_press(t, "PgUp");
	assert_true(term_wait(t, "│ one"));
	assert_true(term_wait(t, "End returns"));
	term_press(t, "End");
	assert_true(term_wait_gone(t, "│ one"));
	assert_true(term_wait(t, "│ two"));
	works(t, "/clear", "live");
	assert_true(term_wait_gone(t, "│ two"));
	term_press(t, "C-Home");
	assert_true(term_wait(t, "│ one"));
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, "│ one"));
	works(t, "/search one", "▸ one");
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, "▸ one"));
	works(t, "/save ~/all", "Saved to ~/all. Lines: ");
	snprintf(path, sizeof(path), "%s/all", term_home(t));
	read_all(path, text, sizeof(text));
	assert_non_null(strstr(text, "alice: one\n"));
}

static void
what_is_no_command_is_not_said(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	assert_true(term_wait(t, "~bob joined"));
	refused(t, "/qiut", "Did you mean /quit?");
	refused(t, "/sve x", "Did you mean /save?");
	refused(t, "/xyzzyxyzzy", "No such command: /help lists them.");
	refused(t, "/", "No such command: /help lists them.");
	refused(t, "/msg bob hi", "Nobody can say who ~bob is: there is no "
	    "key.");
	refused(t, "/kick bob", "Only the server's operator can, with "
	    "chat-ctl: nothing was done.");
	refused(t, "/n bob", "Which one? /names /nick");
	refused(t, "/se", "Which one? /search /set");
	works(t, "//qiut", "│ /qiut");
	udp_expect(bob, "alice: /qiut");
	chat_say(t, "/exit");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
	udp_expect(bob, "alice left the chat room");
	close(bob);
}

/* ---- Pastes ---- */

static void
paste_lines(struct term *t, int n)
{
	char text[4096] = "", line[32];
	int i;

	for (i = 1; i <= n; i++) {
		snprintf(line, sizeof(line), "row %d of %d\n", i, n);
		strlcat(text, line, sizeof(text));
	}
	term_paste(t, text);
}

static int
count_rows(struct term *t, const char *text)
{
	int row, n = 0;

	for (row = 0; row < term_rows(t); row++)
		n += term_row_has(t, row, text);
	return n;
}

/* Enter on the empty line opens it whole, Esc closes it. */
static void
opens_folded(struct term *t)
{
	assert_true(term_wait(t, "+9 lines"));
	assert_true(term_find(t, "row 3 of 12") >= 0);
	assert_int_equal(term_find(t, "row 4 of 12"), -1);
	term_press(t, "Enter");
	assert_true(term_wait_row(t, 1, "Message of alice"));
	assert_int_equal(count_rows(t, " of 12"), 12);
	term_press(t, "Esc");
	assert_true(term_wait(t, "+9 lines"));
	assert_true(input_is(t, ""));
}

static void
a_long_paste_is_asked_about_and_folded(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	assert_true(term_wait(t, "bob joined"));
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_keys(t, "so: ");
	assert_true(term_wait_row(t, -1, "so:"));
	paste_lines(t, 12);
	assert_true(term_wait(t, "12 lines: Enter sends, Esc takes out"));
	assert_true(term_wait_row(t, -1, "row 12 of 12"));
	term_press(t, "Esc");
	assert_true(input_is(t, "so:"));
	assert_true(term_wait_row(t, -2, "live"));
	assert_int_equal(term_find(t, "row 1 of 12"), -1);
	term_press(t, "C-u");
	assert_true(input_is(t, ""));
	paste_lines(t, 12);
	assert_true(term_wait(t, "12 lines: Enter"));
	term_resize(t, 30, 60);
	assert_true(term_wait_row(t, 29, "row 12 of 12"));
	term_press(t, "Enter");
	assert_true(input_is(t, ""));
	assert_true(term_wait(t, "alice │ row 1 of 12"));
	opens_folded(t);
	assert_int_equal(count_rows(t, "alice │"), 1);
	opens_folded(bob);
	assert_int_equal(count_rows(bob, "alice │"), 1);
	/* Ten are not asked about. */
	paste_lines(t, 10);
	assert_true(term_wait_row(t, -1, "row 10 of 10"));
	assert_true(term_wait_row(t, -6, "live"));
}

static void
what_is_too_long_is_marked_and_not_sent(void **state)
{
	static char text[17001];
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);
	struct term_cell good, bad;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_true(term_wait_mode(t, TERM_PASTE, true));
	term_paste(t, "ok");
	assert_true(term_wait_row(t, -1, "ok"));
	good = term_cell(t, -1, 8);
	term_paste(t, text);
	assert_true(term_wait(t, "17002 of "));
	bad = term_cell(t, -1, 8);
	assert_string_equal(bad.text, "x");
	assert_true(bad.fg != good.fg || bad.bold != good.bold ||
	    bad.reverse != good.reverse || bad.underline != good.underline);
	term_press(t, "Enter");
	assert_true(term_wait(t, "Too long: 17002 bytes"));
	term_resize(t, 24, 100);
	assert_true(term_wait_row(t, -1, "xxx"));
	term_press(t, "C-u");
	assert_true(input_is(t, ""));
	works(t, "short", "│ short");
	assert_true(term_wait(bob, "│ short"));
	assert_int_equal(term_find(bob, "xxx"), -1);
}

/* ---- Older lines ---- */

static int
entry_in(struct term *t, int row)
{
	char text[TERM_ROW_BYTES];
	const char *at = strstr(term_row_text(t, row, text), "│ entry ");

	return at == NULL ? -1 : atoi(at + strlen("│ entry "));
}

struct page {
	int	first, last;	/* entries; 0: none */
};

/* What stands above the rule: entries one after the other. */
static struct page
read_page(struct term *t)
{
	struct page page = { 0 };
	int row, n, end = term_find(t, "End returns");

	if (end == -1)
		end = term_rows(t) - 2;
	for (row = 1; row < end; row++) {
		if ((n = entry_in(t, row)) == -1)
			continue;
		if (page.first == 0)
			page.first = n;
		else
			assert_int_equal(n, page.last + 1);
		page.last = n;
	}
	return page;
}

/* Presses a key and waits until it has been taken: what is typed tells. */
static void
press_and_settle(struct term *t, const char *key, bool *typed)
{
	term_press(t, key);
	term_press(t, *typed ? "Backspace" : "x");
	*typed = !*typed;
	assert_true(input_is(t, *typed ? "x" : ""));
}

static bool
is_status_wide(struct term *t, void *arg)
{
	(void)arg;
	return strcmp(term_cell(t, -2, term_cols(t) - 2).text, "-") == 0;
}

/* To more columns than before, until the status row has them. */
static void
widen(struct term *t, int rows, int cols)
{
	term_resize(t, rows, cols);
	assert_true(term_wait_for(t, is_status_wide, NULL, "the new size"));
}

/*
 * Up to entry 1 by a key; every page is looked at. At the top of what is here
 * the key does nothing until older ones have been fetched.
 */
static void
climb(struct term *t, const char *key, bool by_pages)
{
	struct page page = read_page(t);
	int lowest = page.first, i;
	bool typed = false;

	for (i = 0; lowest != 1 && i < PRESSES; i++) {
		press_and_settle(t, key, &typed);
		page = read_page(t);
		if (by_pages)
			assert_true(page.last >= lowest - 1);
		assert_true(page.first <= lowest);
		lowest = page.first;
		if (i == 5)
			widen(t, 40, 100);
	}
	assert_int_equal(lowest, 1);
	if (typed)
		term_press(t, "Backspace");
	assert_true(input_is(t, ""));
}

/* From entry 1 down to the last. */
static void
descend(struct term *t)
{
	struct page page = read_page(t);
	bool typed = false;
	int highest;

	assert_int_equal(page.first, 1);
	for (highest = page.last; highest < ENTRIES; highest = page.last) {
		press_and_settle(t, "PgDn", &typed);
		page = read_page(t);
		assert_true(page.first > 0 && page.first <= highest + 1);
		assert_true(page.last > highest);
	}
	assert_int_equal(highest, ENTRIES);
	if (typed)
		term_press(t, "Backspace");
	assert_true(input_is(t, ""));
}

static void
feed(const char *home)
{
	const char *words[] = { "-n", "feeder", "127.0.0.1", NULL };
	struct plain p;
	char line[32];
	int i;

	plain_start(&p, server.port, home, words);
	for (i = 1; i <= ENTRIES; i++) {
		snprintf(line, sizeof(line), "entry %04d\n", i);
		plain_give(&p, line);
	}
	plain_end_input(&p);
	assert_int_equal(plain_finish(&p), 0);
	plain_clear(&p);
}

static void
a_newcomer_reads_up_to_the_first_line(void **state)
{
	char home[ENV_HOME_BYTES], path[PATH_BYTES], line[PATH_BYTES + 8];
	static char text[ENTRIES * 64];
	struct term *t;
	const char *at;
	int i;

	(void)state;
	env_home_make(home);
	feed(home);
	t = chat_start(&server, "late", 50, 80);
	assert_true(term_wait(t, "entry 1500"));
	climb(t, "PgUp", true);
	descend(t);
	snprintf(path, sizeof(path), "%s/all", home);
	snprintf(line, sizeof(line), "/save %s", path);
	chat_say(t, line);
	assert_true(term_wait_row(t, -2, "Saved to"));
	at = read_all(path, text, sizeof(text));
	for (i = 1; i <= ENTRIES; i++) {
		snprintf(line, sizeof(line), "entry %04d\n", i);
		assert_non_null(at = strstr(at, " entry "));
		assert_int_equal(strncmp(++at, line, strlen(line)), 0);
	}
	assert_null(strstr(at, " entry "));
	chat_say(t, "quit");
	assert_int_equal(term_wait_exit(t), 0);
	term_free(t);
	/* Another one, by leaps. */
	t = chat_start(&server, "later", 50, 80);
	assert_true(term_wait(t, "entry 1500"));
	climb(t, "C-Home", false);
	descend(t);
	term_free(t);
	/* And one who looks for a line that is not here yet. */
	t = chat_start(&server, "latest", 24, 80);
	assert_true(term_wait(t, "entry 1500"));
	chat_say(t, "/search entry 0007");
	assert_true(term_wait(t, "▸ entry 0007"));
	assert_true(term_wait_row(t, -2, "match 1 of 1"));
	env_home_remove(home);
}

/* ---- The user's own command ---- */

static void
write_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static bool
has_rung(struct term *t, void *arg)
{
	(void)arg;
	return term_bells(t) == 1;
}

static void
a_mention_runs_the_command_and_no_shell(void **state)
{
	char home[ENV_HOME_BYTES], path[PATH_BYTES], text[2 * PATH_BYTES];
	char set[ENV_HOME_BYTES + 8], want[2 * PATH_BYTES + 16];
	const char *env[] = { set, NULL };
	const char *words[] = { "-n", "alice", NULL };
	struct pollfd pfd = { .events = POLLIN };
	struct term *t;
	int bob = udp_open(&server, AF_INET);
	ssize_t n;

	(void)state;
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	snprintf(path, sizeof(path), "%s/got", home);
	assert_int_equal(mkfifo(path, 0600), 0);
	pfd.fd = open(path, O_RDWR | O_NONBLOCK);
	snprintf(path, sizeof(path), "%s/script", home);
	/* What we do with signals is not handed down either. */
	snprintf(text, sizeof(text), "#!/bin/sh\n"
	    "printf '%%s|' \"$#\" \"$@\" \"$(sh -c 'kill -PIPE $$; "
	    "echo ignored')\" >%s/got\n", home);
	write_file(path, 0700, text);
	snprintf(path, sizeof(path), "%s/.config", home);
	mkdir(path, 0700);
	strlcat(path, "/chat-tui", sizeof(path));
	mkdir(path, 0700);
	strlcat(path, "/config", sizeof(path));
	snprintf(text, sizeof(text), "notify %s/script -x\n", home);
	write_file(path, 0600, text);

	udp_ask(bob, "L bob", "OK");
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "You are alice"));
	/* While somebody looks it is not run. */
	udp_send(bob, "C alice: seen");
	assert_true(term_wait(t, "▌ alice: seen"));
	term_keys(t, "\033[Ox");
	assert_true(input_is(t, "x"));
	snprintf(text, sizeof(text), "C -o alice: $(touch %s/x) `touch %s/x`; "
	    "touch %s/x 'y\"", home, home, home);
	udp_send(bob, text);
	snprintf(want, sizeof(want), "3|-x|~bob| %s||", text + 2);
	assert_int_equal(poll(&pfd, 1, TERM_WAIT_MS), 1);
	n = read(pfd.fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, want);
	snprintf(path, sizeof(path), "%s/x", home);
	assert_int_equal(access(path, F_OK), -1);
	assert_true(term_wait_for(t, has_rung, NULL, "the bell"));
	close(pfd.fd);
	term_press(t, "C-c");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_wait_alone(t));	/* the script too */
	env_home_remove(home);
	close(bob);
}

/* No shell is between: what others put into a link stays one word. */
static void
a_link_is_opened_by_the_users_command(void **state)
{
	char home[ENV_HOME_BYTES], path[PATH_BYTES], text[2 * PATH_BYTES];
	char set[ENV_HOME_BYTES + 8];
	const char *env[] = { set, "PATH=/nonesuch", "BROWSER", NULL };
	const char *words[] = { "-n", "alice", NULL };
	static const char url[] = "https://example.org/$(x)&y;z'w";
	struct pollfd pfd = { .events = POLLIN };
	struct term *t;
	ssize_t n;

	(void)state;
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	snprintf(path, sizeof(path), "%s/got", home);
	assert_int_equal(mkfifo(path, 0600), 0);
	pfd.fd = open(path, O_RDWR | O_NONBLOCK);
	snprintf(path, sizeof(path), "%s/browse", home);
	snprintf(text, sizeof(text), "#!/bin/sh\n"
	    "printf '%%s|' \"$#\" \"$@\" >%s/got\n", home);
	write_file(path, 0700, text);
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "You are alice"));
	snprintf(text, sizeof(text), "see %s\n", url);
	server_type(&server, text);
	assert_true(term_wait(t, url));
	refused(t, "/open", "There is no xdg-open to open it with: /set "
	    "opener COMMAND");
	snprintf(text, sizeof(text), "/set opener %s -n", path);
	works(t, text, "opener is set and kept.");
	chat_say(t, "/links");
	assert_true(term_wait_row(t, -2, "Link 1: Enter opens, c copies it"));
	term_press(t, "Enter");
	assert_true(term_wait_row(t, -2, "Opened: https://example.org/"));
	assert_int_equal(poll(&pfd, 1, TERM_WAIT_MS), 1);
	n = read(pfd.fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	snprintf(path, sizeof(path), "2|-n|%s|", url);
	assert_string_equal(text, path);
	close(pfd.fd);
	term_press(t, "C-c");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_wait_alone(t));
	env_home_remove(home);
}

/* However fast others mention the user: one a second. */
static void
many_mentions_run_few_commands(void **state)
{
	char home[ENV_HOME_BYTES], path[PATH_BYTES], text[2 * PATH_BYTES];
	char set[ENV_HOME_BYTES + 8], runs[PATH_BYTES] = "";
	const char *env[] = { set, NULL };
	const char *words[] = { "-n", "alice", "--notify", path, NULL };
	int bob = udp_open(&server, AF_INET), i;
	int64_t began;
	struct term *t;
	FILE *f;

	(void)state;
	env_home_make(home);
	snprintf(set, sizeof(set), "HOME=%s", home);
	snprintf(path, sizeof(path), "%s/script", home);
	snprintf(text, sizeof(text), "#!/bin/sh\nprintf x >>%s/got\n", home);
	write_file(path, 0700, text);
	udp_ask(bob, "L bob", "OK");
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "You are alice"));
	term_keys(t, "\033[Ox");
	assert_true(input_is(t, "x"));
	began = clock_now_ms();
	for (i = 0; i < 40; i++) {
		snprintf(text, sizeof(text), "C alice: mention %d.", i);
		udp_send(bob, text);
	}
	assert_true(term_wait(t, "mention 39."));
	began = clock_now_ms() - began;
	term_press(t, "C-c");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(term_wait_alone(t));
	snprintf(path, sizeof(path), "%s/got", home);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(runs, sizeof(runs), f));
	fclose(f);
	assert_in_range(strlen(runs), 1, began / 1000 + 1);
	env_home_remove(home);
	close(bob);
}

static bool
has_written(struct term *t, void *bytes)
{
	return term_wrote(t, bytes);
}

static bool
writes(struct term *t, const char *bytes)
{
	return term_wait_for(t, has_written, (void *)(uintptr_t)bytes, bytes);
}

static bool
is_titled(struct term *t, void *beginning)
{
	return strncmp(term_title(t), beginning, strlen(beginning)) == 0;
}

static bool
gets_title(struct term *t, const char *beginning)
{
	return term_wait_for(t, is_titled, (void *)(uintptr_t)beginning,
	    beginning);
}

/* The window loses the focus or gets it, and the program has noticed. */
static void
focus(struct term *t, bool in)
{
	term_keys(t, in ? "\033[Ix" : "\033[Ox");
	assert_true(input_is(t, "x"));
	term_press(t, "Backspace");
	assert_true(input_is(t, ""));
}

static void
a_mention_is_shown_by_the_terminal_itself(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int bob = udp_open(&server, AF_INET);

	(void)state;
	udp_ask(bob, "L bob", "OK");
	assert_true(gets_title(t, "chat "));
	chat_say(t, "/set alert osc9");
	assert_true(term_wait_row(t, -2, "alert is set and kept"));
	/* While somebody looks nothing calls. */
	udp_send(bob, "C alice: seen");
	assert_true(term_wait(t, "▌ alice: seen"));
	focus(t, false);
	udp_send(bob, "C alice: 看 here");
	assert_true(writes(t, "\033]9;~bob: alice: 看 here\a"));
	assert_false(term_wrote(t, "seen\a"));
	assert_true(gets_title(t, "(1) chat "));
	udp_send(bob, "C nothing for anybody");
	udp_send(bob, "C and alice again");
	assert_true(gets_title(t, "(2) chat "));
	focus(t, true);
	assert_true(gets_title(t, "chat "));
	chat_say(t, "/set alert osc777");
	assert_true(term_wait_row(t, -2, "alert is set and kept"));
	focus(t, false);
	udp_send(bob, "C alice: third");
	assert_true(writes(t, "\033]777;notify;~bob;alice: third\a"));
	assert_int_equal(term_bells(t), 0);
	close(bob);
}

/* ---- Another name ---- */

static void
another_name(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	assert_true(term_wait(t, "bob joined"));
	refused(t, "/nick", "/nick NAME");
	refused(t, "/nick two words", "A name has no spaces");
	chat_say(t, "/nick BOB");
	assert_true(term_wait_row(t, -2, "BOB is taken; you are still alice."));
	assert_true(input_is(t, ""));
	chat_say(t, "/nick b0b");
	assert_true(term_wait_row(t, -2, "b0b is not allowed: it looks like "
	    "somebody else's; you are still alice."));
	chat_say(t, "/nick 管理员");
	assert_true(term_wait_row(t, -2, "it is kept for the administrator"));
	chat_say(t, "/nick →");
	assert_true(term_wait(t, "a name needs a letter"));
	chat_say(t, "/nick alicia");
	assert_true(term_wait_row(t, -1, "alicia ›"));
	assert_true(term_wait_row(t, 0, "as alicia"));
	assert_true(term_wait(bob, "alicia"));
	chat_say(t, "still me");
	assert_true(term_wait(t, "alicia │ still me"));
	assert_true(term_wait(bob, "alicia │ still me"));
	chat_say(bob, "hello alicia");
	assert_true(term_wait(t, "▌ hello alicia"));
	/* Of five names in a row the first is anybody's again. */
	chat_say(t, "/nick ant");
	assert_true(term_wait_row(t, -1, "ant ›"));
	chat_say(t, "/nick cow");
	assert_true(term_wait_row(t, -1, "cow ›"));
	chat_say(bob, "/nick alice");
	assert_true(term_wait_row(bob, -2, "belongs to somebody else"));
	chat_say(t, "/nick dog");
	assert_true(term_wait_row(t, -1, "dog ›"));
	chat_say(bob, "/nick alice");
	assert_true(term_wait_row(bob, -1, "alice ›"));
}

/* The last one is what he is called, and what was said between them is so by
 * the names that he had then; each that cannot be is told. */
static void
names_that_are_typed_in_a_row_are_taken_in_turn(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);

	(void)state;
	assert_true(term_wait(t, "bob joined"));
	term_keys(t, "/nick ann\rone\r/nick eve\rtwo\r/nick bob\rthree\r");
	assert_true(term_wait(bob, "ann │ one"));
	assert_true(term_wait(bob, "eve │ two"));
	assert_true(term_wait(bob, "eve │ three"));
	assert_true(term_wait_row(t, -2, "bob is taken; you are still eve."));
	assert_true(term_wait_row(t, -1, "eve ›"));
}

/* How far one has read goes along. */
static void
under_another_name_one_reads_on_where_one_was(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	struct term *bob = chat_start(&server, "bob", 24, 80);
	const char *const words[] = { "-n", "anna", NULL };
	char home_set[128];
	const char *env[] = { home_set, NULL };

	(void)state;
	assert_true(term_wait(t, "bob joined"));
	chat_say(t, "/nick anna");
	assert_true(term_wait_row(t, -1, "anna ›"));
	chat_say(bob, "one");
	assert_true(term_wait(t, "bob │ one"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	chat_say(bob, "two");
	assert_true(term_wait(bob, "bob │ two"));
	snprintf(home_set, sizeof(home_set), "HOME=%s", term_home(t));
	t = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(t, "1 new since"));
	assert_true(term_find(t, "1 new since") > term_find(t, "bob │ one"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(help_has_every_command),
		TEST(people),
		TEST(rooms),
		TEST(ignoring),
		TEST(searching_and_links),
		TEST(saving),
		TEST(tab_shows_what_it_goes_through),
		TEST(verifying_and_reconnecting),
		TEST(settings_change_and_stay),
		TEST(clearing),
		TEST(what_is_no_command_is_not_said),
		TEST(a_long_paste_is_asked_about_and_folded),
		TEST(what_is_too_long_is_marked_and_not_sent),
		TEST(a_newcomer_reads_up_to_the_first_line),
		TEST(a_mention_runs_the_command_and_no_shell),
		TEST(a_link_is_opened_by_the_users_command),
		TEST(many_mentions_run_few_commands),
		TEST(a_mention_is_shown_by_the_terminal_itself),
		TEST(another_name),
		TEST(names_that_are_typed_in_a_row_are_taken_in_turn),
		TEST(under_another_name_one_reads_on_where_one_was),
	};

	return tests_run(tests, NULL, NULL);
}
