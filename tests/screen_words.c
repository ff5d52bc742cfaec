/*
 * The words of the screen: every screen in every language, wide and narrow.
 * Nothing is left in English, nothing ends at the edge where it should go on,
 * and what a screen has to say it says whole.
 */
#include <sys/stat.h>
#include <ctype.h>
#include <err.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_plain.h"

enum {
	ENTRIES = 1024,
	TEXT_BYTES = 4096,
	CUT_COLS = 9,		/* so much of a text at the edge is no chance */
	SHEET_BYTES = 64 * 1024
};

/* ---- The catalogue ---- */

static struct entry {
	char	*id, *said;	/* in English, and in the language */
} catalogue[ENTRIES];
static size_t entries;

/* Whose screens are looked at: the English are those without catalogue. */
static bool english;

/* The quoted part of a line, unescaped, behind text. */
static void
unquote(char *text, const char *line)
{
	const char *at = strchr(line, '"') + 1;
	char *end = text + strlen(text);

	for (; *at != '"'; at++) {
		if (*at == '\\' && *++at == 'n')
			*end++ = '\n';
		else
			*end++ = *at;
	}
	*end = '\0';
}

static void
keep(const char *id, const char *said)
{
	assert_true(entries < ENTRIES);
	if (*id == '\0')
		return;
	catalogue[entries].id = strdup(id);
	catalogue[entries++].said = strdup(said);
}

static void
read_catalogue(const char *path)
{
	char line[TEXT_BYTES], id[TEXT_BYTES] = "", said[TEXT_BYTES] = "";
	char *into = id;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "msgid", 5) == 0) {
			keep(id, said);
			*id = *said = '\0';
			into = id;
		} else if (strncmp(line, "msgstr", 6) == 0)
			into = said;
		if (*line == 'm' || *line == '"')
			unquote(into, line);
	}
	keep(id, said);
	fclose(f);
}

/* What the person reads for it. */
static const char *
said(const char *id)
{
	size_t i;

	for (i = 0; i < entries && !english; i++)
		if (strcmp(catalogue[i].id, id) == 0)
			return catalogue[i].said;
	if (!english)
		fail_msg("not in the catalogue: %s", id);
	return id;
}

/*
 * The next stretch of a text between what printf(3) puts in; false: there is
 * none.
 */
static bool
next_part(const char **at, char part[TEXT_BYTES])
{
	size_t n;

	if (**at == '\0')
		return false;
	n = strcspn(*at, "%\n");
	snprintf(part, TEXT_BYTES, "%.*s", (int)n, *at);
	*at += n;
	if (**at == '\n')
		++*at;
	else if (**at == '%') {
		*at += 1 + strspn(*at + 1, "0123456789$.*+-lz");
		*at += **at != '\0';
	}
	return true;
}

/* ---- What is seen ---- */

/* A row without the gutter before its text. */
static const char *
behind_gutter(const char *row)
{
	static const char *const marks[] = { "│ ", "▌ ", "! " };
	const char *mark = NULL;
	size_t i;

	for (i = 0; i < 3 && mark == NULL; i++)
		if ((mark = strstr(row, marks[i])) != NULL)
			row = mark + strlen(marks[i]);
	return row + strspn(row, " ");
}

/* Everything in a row, without blanks or gutters: as if nothing was wrapped. */
static char *
squeeze(struct term *t, char sheet[SHEET_BYTES])
{
	char row[TERM_ROW_BYTES];
	const char *at;
	size_t n = 0;
	int i;

	for (i = 0; i < term_rows(t); i++)
		for (at = behind_gutter(term_row_text(t, i, row)); *at != '\0';
		    at++)
			if (*at != ' ' && n < SHEET_BYTES - 1)
				sheet[n++] = *at;
	sheet[n] = '\0';
	return sheet;
}

/* All parts of the text are there. */
static bool
is_said(struct term *t, void *arg)
{
	static char sheet[SHEET_BYTES];
	const char *at = arg;
	char part[TEXT_BYTES], bare[TEXT_BYTES], *from, *to;

	squeeze(t, sheet);
	while (next_part(&at, part)) {
		for (from = part, to = bare; *from != '\0'; from++)
			if (*from != ' ')
				*to++ = *from;
		*to = '\0';
		if (strstr(sheet, bare) == NULL)
			return false;
	}
	return true;
}

static bool
is_word_byte(char c)
{
	return isalnum((unsigned char)c) || strchr("-/:_\"", c) != NULL;
}

/* A sentence, or words of one, that the row has as it stands. */
static bool
has_words(const char *row, const char *words)
{
	const char *at = row;
	size_t n = strlen(words);

	for (; (at = strstr(at, words)) != NULL; at++)
		if ((at == row || !is_word_byte(at[-1])) &&
		    (at[n] == '\0' || !is_word_byte(at[n])))
			return true;
	return false;
}

/* Part of an English sentence: two words at least, or it may be a name. */
static bool
is_sentence(const char *part)
{
	size_t letters = 0, i;

	for (i = 0; part[i] != '\0'; i++)
		letters += isalpha((unsigned char)part[i]) != 0;
	return letters >= 6 && strchr(part, ' ') != NULL;
}

static void
check_translated(const char *row)
{
	char part[TEXT_BYTES], *end;
	const char *at, *words;
	size_t i;

	for (i = 0; i < entries; i++)
		for (at = catalogue[i].id; next_part(&at, part); ) {
			words = part + strspn(part, " ");
			for (end = part + strlen(part); end > words &&
			    end[-1] == ' '; )
				*--end = '\0';
			if (is_sentence(words) && strstr(catalogue[i].said,
			    words) == NULL && has_words(row, words))
				fail_msg("not translated: %s: %s", words, row);
		}
}

/* How much of a text's beginning stands at the row's end, in bytes. */
static size_t
begun_at_end(const char *row, const char *text)
{
	size_t n, len = strlen(row), most = strlen(text);

	if (most > len)
		most = len;
	for (n = most; n > 0; n--)
		if (memcmp(row + len - n, text, n) == 0)
			return n;
	return 0;
}

/* Is what begins so a text by itself, too, as where there is less room? */
static bool
is_text_too(const char *begun, size_t len)
{
	const char *text;
	size_t i;

	for (i = 0; i < entries; i++) {
		text = english ? catalogue[i].id : catalogue[i].said;
		if (strlen(text) == len && memcmp(text, begun, len) == 0)
			return true;
	}
	return false;
}

/* A text that reaches the edge goes on in the next row. */
static void
check_whole(const char *row, const char *below, int cols)
{
	char part[TEXT_BYTES];
	const char *at, *rest;
	size_t i, n;

	if (text_cols(row, strlen(row)) < cols - 1)
		return;
	below = behind_gutter(below);
	for (i = 0; i < entries; i++)
		for (at = english ? catalogue[i].id : catalogue[i].said;
		    next_part(&at, part); ) {
			n = begun_at_end(row, part);
			rest = part + n;
			rest += strspn(rest, " ");
			if (n == 0 || *rest == '\0' ||
			    text_cols(part, n) < CUT_COLS ||
			    is_text_too(part, n))
				continue;
			n = text_next(rest, strlen(rest), 0, NULL);
			if (strncmp(below, rest, n) != 0)
				fail_msg("cut: %s: %s", part, row);
		}
}

static bool
is_bar(struct term *t, int row)
{
	struct term_cell cell = term_cell(t, row, 0);

	return cell.bg != TERM_DEFAULT || cell.reverse;
}

static void
check_screen(struct term *t)
{
	char row[TERM_ROW_BYTES], below[TERM_ROW_BYTES];
	int i;

	for (i = 0; i < term_rows(t); i++) {
		term_row_text(t, i, row);
		if (!english)
			check_translated(row);
		*below = '\0';
		if (i + 1 < term_rows(t))
			term_row_text(t, i + 1, below);
		/* The end of a page goes on in the next one. */
		if (is_bar(t, i) || i + 1 >= term_rows(t) || !is_bar(t, i + 1))
			check_whole(row, below, term_cols(t));
	}
}

static void
shows(struct term *t, const char *text)
{
	assert_true(term_wait_for(t, is_said, (void *)(uintptr_t)text, text));
	check_screen(t);
}

/* The screen says it, whole; and all of it is as it should be. */
static void
says(struct term *t, const char *id)
{
	shows(t, said(id));
}

/* ---- The screens ---- */

static struct server server;
static const struct look {
	int	 rows, cols;
} looks[] = { { 24, 80 }, { 10, 40 } };
static struct look look;
static const char *locale;

static void
write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static struct term *
start(const char *name, const char *host, const char *more)
{
	char port[16];
	const char *env[] = { locale, NULL };
	const char *argv[10] = { chat_program("chat-tui"), "-4" };
	size_t n = 2;

	snprintf(port, sizeof(port), "%u", server.port);
	argv[n++] = "-p";
	argv[n++] = port;
	if (more != NULL)
		argv[n++] = more;
	if (name != NULL) {
		argv[n++] = "-n";
		argv[n++] = name;
	}
	if (strcmp(host, "") != 0)
		argv[n] = host;
	return term_start(look.rows, look.cols, env, argv);
}

static void
does(const char *const words[])
{
	struct plain c;

	plain_run_program(&c, "chat-ctl", server.home, words);
	assert_int_equal(plain_finish(&c), 0);
	plain_clear(&c);
}
#define DOES(...) does((const char *const[]){ __VA_ARGS__, NULL })

static void
serve(void)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    NULL };

	server_start(&server, NULL, args);
}

static void
tell(struct term *t, const char *line, const char *id)
{
	chat_say(t, line);
	says(t, id);
	term_press(t, "C-u");
}

static void
name_prompt(void)
{
	struct term *t = start(NULL, "127.0.0.1", NULL);

	says(t, "Which name shall the others see?");
	says(t, "name");
	says(t, "Enter joins");
	term_press(t, "C-u");
	tell(t, "two words", "A name has no spaces and no invisible "
	    "characters.");
	tell(t, "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
	    "Too long: a name has at most 20 columns and 32 bytes.");
	tell(t, "#x", "A name does not begin with ~ @ # or /.");
	tell(t, "Admin", "That name is kept for the administrator.");
	chat_say(t, "alice");
	says(t, "%.*s is taken here. Choose another name.");
	term_free(t);
}

static bool
is_drawn_since(struct term *t, void *arg)
{
	return term_frames(t) > *(unsigned long *)arg;
}

/* Every page: until another one brings nothing new. */
static void
page_through(struct term *t, const char *line)
{
	unsigned long frames;
	char *before, *after;
	bool more = true;

	chat_say(t, line);
	says(t, "Esc closes");
	while (more) {
		before = term_text(t);
		frames = term_frames(t);
		term_press(t, "PgDn");
		assert_true(term_wait_for(t, is_drawn_since, &frames, "page"));
		check_screen(t);
		after = term_text(t);
		more = strcmp(before, after) != 0;
		free(before);
		free(after);
	}
	term_press(t, "Esc");
	says(t, "PgUp history");
}

static void
the_chat(struct term *t)
{
	says(t, "You are %s in the room at %s.");
	says(t, "Compare it with the one that chat-server printed (/verify).");
	says(t, "as");
	page_through(t, "/help");
	page_through(t, "/set");
	chat_say(t, "/set theme");
	shows(t, "(auto|dark|light|mono)");
	tell(t, "/set highlight", "%s is not set (%s)");
	term_press(t, "F8");
	says(t, "online %zu");
	term_press(t, "F8");
	tell(t, "/names", "%zu here: %s");
	tell(t, "/whois alice",
	    "%.*s: key %.*s, verified by the server; here since %s%s");
	tell(t, "/verify", "The server's key is %.*s; compare it with the one "
	    "that chat-server printed.");
	tell(t, "/ignore troll", "%s is ignored from now on; /unignore %s "
	    "shows them again.");
	tell(t, "/unignore troll", "%s is shown again; what they said "
	    "meanwhile comes with the next start.");
}

static void
what_is_refused(struct term *t)
{
	tell(t, "/qiut",
	    "No such command. Did you mean %s? Esc takes it out; //text says "
	    "/text.");
	tell(t, "/xyzzy",
	    "No such command: /help lists them. Esc takes it out; //text says "
	    "/text.");
	tell(t, "/s", "Which one? %s");
	tell(t, "/clear all", "%s takes no words: nothing was done. Esc takes "
	    "it out; //text says /text.");
	tell(t, "/ignore alice", "Nobody ignores himself.");
	tell(t, "/msg bob 12", "Nobody here is called %s.");
	tell(t, "/kick bob",
	    "Only the server's operator can, with chat-ctl: nothing was done.");
	tell(t, "/nick Admin", "That name is kept for the administrator.");
	tell(t, "/set tims", "there is no setting \"%s\"; did you mean "
	    "\"%s\"?");
	tell(t, "/set loss 99", "not a number from %lld to %lld");
	tell(t, "/copy x", "/copy N: a number of /links");
	tell(t, "/links", "No links here.");
	tell(t, "/unignore ann", "%s is not ignored.");
	term_press(t, "M-u");
	says(t, "Nothing is unread.");
	term_press(t, "M-n");
	says(t, "No mention below.");
	DOES("mute", "alice", "1h");
	says(t, "%s was muted until %s");
	chat_say(t, "12345");
	says(t, "you are muted until %s");
	DOES("unmute", "alice");
	says(t, "%s may speak again");
}

static void
long_texts(struct term *t)
{
	term_paste(t, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
	says(t, "%zu lines: Enter sends, Esc takes out");
	term_press(t, "Enter");
	says(t, "+%zu lines");
	term_press(t, "Enter");
	says(t, "Message of %.*s");
	term_press(t, "Esc");
	says(t, "PgUp history");
	chat_say(t, "https://example.org/1");
	assert_true(term_wait(t, "│ https"));
	chat_say(t, "/links");
	says(t, "Link %zu: Enter opens, c copies it, a number chooses another");
	term_press(t, "c");
	says(t, "Copied: %s");
}

static void
searches(struct term *t)
{
	char line[16];
	int i;

	for (i = 100; i < 140; i++) {
		snprintf(line, sizeof(line), "%d\n", i);
		server_type(&server, line);
	}
	assert_true(term_wait(t, "139"));
	term_press(t, "C-r");
	says(t, "search");
	says(t, "C-r older");
	term_keys(t, "13");
	says(t, "match %u of %u");
	term_keys(t, "xy");
	says(t, "Nowhere: %s");
	term_press(t, "Esc");
	says(t, "PgUp history");
	term_press(t, "C-Home");
	assert_true(term_wait(t, english ? "↑ history" : "↑ 历史"));
	check_screen(t);
	term_press(t, "End");
	says(t, "PgUp history");
	assert_true(term_wait_gone(t, "↑"));
	term_keys(t, ":smi\t");
	assert_true(term_wait(t, "[😄 smile]"));
	term_press(t, "C-u");
}

static void
offline(struct term *t)
{
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	says(t, "reconnecting");
	chat_say(t, "123");
	assert_true(term_wait(t, "… 123"));
	check_screen(t);
}

static void
host_offer(void)
{
	struct term *t = start("bob", "127.0.0.1", NULL);

	says(t, "No room at %s. Enter hosts one here.");
	term_free(t);
}

static void
passphrase(void)
{
	char dir[ENV_HOME_BYTES], path[ENV_HOME_BYTES + 16];
	const char *args[] = { "-b", "127.0.0.1", "-k", path, NULL };
	struct term *t;

	env_home_make(dir);
	write_file(dir, "secret", "123456\n");
	snprintf(path, sizeof(path), "%s/secret", dir);
	assert_int_equal(chmod(path, 0600), 0);
	server_start(&server, NULL, args);
	t = start("erin", "127.0.0.1", NULL);
	says(t, "The room has a passphrase.");
	says(t, "passphrase");
	chat_say(t, "1234");
	says(t, "That is not the room's passphrase.");
	chat_say(t, "123456");
	says(t, "You are %s in the room at %s.");
	term_free(t);
	assert_int_equal(server_stop(&server, SIGTERM), 0);
	env_home_remove(dir);
}

static void
host_leaves(void)
{
	struct term *t, *guest;

	server.port = server_free_port();
	t = start("carol", "", "-H");
	says(t, "You are %s in the room at %s.");
	term_resize(t, 24, 80);
	says(t, "others: %s");
	guest = start("dave", "127.0.0.1", NULL);
	says(guest, "You are %s in the room at %s.");
	term_resize(t, look.rows, look.cols);
	assert_true(term_wait(t, "dave"));
	term_press(t, "C-c");
	says(t, "One other is here: Enter ends the room, Esc stays");
	term_press(t, "Enter");
	assert_int_equal(term_wait_exit(t), 0);
	says(guest, "The host has ended the room.");
	term_free(guest);
	term_free(t);
}

static void
all_screens(void)
{
	struct term *t;
	size_t i;

	for (i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		look = looks[i];
		serve();
		t = start("alice", "127.0.0.1", NULL);
		the_chat(t);
		name_prompt();
		what_is_refused(t);
		long_texts(t);
		searches(t);
		offline(t);
		host_offer();
		passphrase();
		term_free(t);
		host_leaves();
	}
}

static void
in_english_all_is_said_whole(void **state)
{
	(void)state;
	english = true;
	locale = "LC_ALL=C.UTF-8";
	all_screens();
}

static void
in_chinese_all_is_said_whole_and_translated(void **state)
{
	(void)state;
	english = false;
	locale = "LC_ALL=zh_CN.UTF-8";
	all_screens();
}

/* ---- Another language ---- */

__attribute__((format(printf, 1, 2)))
static void
runs(const char *format, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	assert_int_equal(system(command), 0);
}

/* Only the catalogue is put there: the program finds it, and the server keeps
 * its word for the administrator. */
static void
a_language_is_one_file(void **state)
{
	static const char po[] = "msgid \"\"\nmsgstr \"Language: xx\\n"
	    "Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
	    "msgid \"Admin\"\nmsgstr \"Xadmin\"\n\n"
	    "msgid \"as\"\nmsgstr \"xas\"\n";
	const char *env[] = { "LC_ALL=xx_XX.UTF-8", NULL };
	char dir[ENV_HOME_BYTES], program[ENV_HOME_BYTES + 16], port[16];
	const char *argv[] = { program, "-n", "bob", "-p", port, "127.0.0.1",
	    NULL };
	struct term *t;

	(void)state;
	env_home_make(dir);
	runs("mkdir %s/common && cp Makefile %s", dir, dir);
	write_file(dir, "common/xx.po", po);
	runs("MAKEFLAGS= make -s -C %s B=build "
	    "build/server/room/naming_words.h "
	    "build/locale/xx/LC_MESSAGES/chat-tui.mo >/dev/null", dir);
	runs("grep -qx '\"Xadmin\",' %s/build/server/room/naming_words.h", dir);
	runs("cp %s %s", chat_program("chat-tui"), dir);
	serve();
	snprintf(program, sizeof(program), "%s/chat-tui", dir);
	snprintf(port, sizeof(port), "%u", server.port);
	t = term_start(24, 80, env, argv);
	assert_true(term_wait_row(t, 0, "xas bob"));
	term_free(t);
	server_stop(&server, SIGTERM);
	env_home_remove(dir);
}

static void
nobody_is_addressed_in_two_ways(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < entries; i++)
		if (strstr(catalogue[i].said, "您") != NULL)
			fail_msg("你, not 您: %s", catalogue[i].said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_addressed_in_two_ways),
		cmocka_unit_test_teardown(a_language_is_one_file,
		    term_free_all),
		cmocka_unit_test_teardown(in_english_all_is_said_whole,
		    term_free_all),
		cmocka_unit_test_teardown(
		    in_chinese_all_is_said_whole_and_translated,
		    term_free_all),
	};

	read_catalogue("common/zh_CN.po");
	return tests_run(tests, NULL, NULL);
}
