/*
 * Whole screens as text that a person can read, in tests/golden: one scripted
 * room, looked at in each of its states at three sizes. What differs from run
 * to run is masked. CHAT_GOLDEN=write writes the files anew, to be read before
 * they are kept.
 */
#include <sys/socket.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/lang.h"
#include "tests/with_chat.h"
#include "tests/with_cmocka.h"
#include "tests/with_windows.h"

enum {
	LOOKS = 26,		/* letters for them */
	QUIET_MS = 300,		/* how long a screen that is written is watched */
	OUTBOX_POSTS = 4096,	/* the most that may wait for the server */
	BURST = 256
};

#define KEY	"SHA256:"
#define HOST	"127.0.0.1:"
#define DAY	"Friday 20 November 2026"

/* ---- Masking. Rows are UTF-8; what is counted in them is narrow. ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
characters(const char *s, size_t len)
{
	size_t n = 0;

	while (len-- > 0)
		n += (*s++ & 0xc0) != 0x80;
	return n;
}

/* 14:05 */
static void
mask_times(char *row)
{
	char *p;

	for (p = row; *p != '\0'; p++)
		if ((p == row || (!is_digit(p[-1]) && p[-1] != '.')) &&
		    is_digit(p[0]) && is_digit(p[1]) && p[2] == ':' &&
		    is_digit(p[3]) && is_digit(p[4]) && !is_digit(p[5]))
			memcpy(p, "HH:MM", 5);
}

/* What follows each `after`, as long as it is what was there. */
static void
mask_behind(char *row, const char *after, const char *made_of, char mask)
{
	char *p = row;

	while ((p = strstr(p, after)) != NULL)
		for (p += strlen(after); *p != '\0' &&
		    strchr(made_of, *p) != NULL; p++)
			*p = mask;
}

/* The rule above a day: the same day in its middle, whatever it is. */
static void
mask_day(char row[TERM_ROW_BYTES])
{
	static const char *const days[] = { "─ Mon", "─ Tue", "─ Wed", "─ Thu",
		"─ Fri", "─ Sat", "─ Sun" };
	static const char line[] = "─", year[] = " 20";
	char made[TERM_ROW_BYTES] = "", *end = NULL, *p;
	const char *day = DAY;
	size_t i, cols, width, at;

	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (strstr(row, days[i]) != NULL)
			end = row;
	/* The short form, where the long one has no room: "7 Nov 2026". */
	if (end == NULL && (p = strstr(row, year)) != NULL && is_digit(p[3]) &&
	    is_digit(p[4]) && p[5] == ' ') {
		day = "20 Nov 2026";
		end = row;
	}
	width = strlen(day);
	if (end == NULL || strncmp(row, line, strlen(line)) != 0)
		return;
	for (p = row; (p = strstr(p, line)) != NULL; )
		end = p += strlen(line);
	cols = characters(row, (size_t)(end - row));
	if (width > cols - 4)
		width = cols - 4;
	at = (cols - width) / 2 - 1;
	for (i = 0; i < cols; i++) {
		if (i == at) {
			snprintf(made + strlen(made), TERM_ROW_BYTES / 2,
			    " %.*s ", (int)width, day);
			i += width + 1;
		} else
			strlcat(made, line, sizeof(made));
	}
	strlcat(made, end, sizeof(made));
	strlcpy(row, made, TERM_ROW_BYTES);
}

/* The numbers at the right of the title, which come when they come. */
static void
mask_title(char row[TERM_ROW_BYTES], int cols)
{
	static const char dot[] = "●";
	char facts[128], pending[32] = "", *p = strstr(row, dot), *q;
	size_t left;

	if (p == NULL || (q = strstr(p, " online")) == NULL)
		return;
	while (is_digit(q[-1]))
		q--;
	snprintf(facts, sizeof(facts), "%s %d online  0 ms  loss 0.0%%", dot,
	    atoi(q));
	if ((q = strstr(q, " pending")) != NULL) {
		while (is_digit(q[-1]))
			q--;
		snprintf(pending, sizeof(pending), "  %d pending", atoi(q));
		strlcat(facts, pending, sizeof(facts));
	}
	while (p > row && p[-1] == ' ')
		p--;
	left = (size_t)cols - 1 - characters(row, (size_t)(p - row)) -
	    characters(facts, strlen(facts));
	snprintf(p, TERM_ROW_BYTES / 2, "%*s%s", (int)left, "", facts);
}

static void
mask_row(char row[TERM_ROW_BYTES], bool title, int cols)
{
	mask_times(row);
	mask_behind(row, HOST, "0123456789", '0');
	mask_behind(row, KEY, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/", '*');
	mask_day(row);
	if (title)
		mask_title(row, cols);
}

/* ---- A screen as text. ---- */

static void
look_of(const struct term_cell *c, char look[64])
{
	look[0] = '\0';
	if (c->fg != TERM_DEFAULT)
		snprintf(look, 64, " colour %d", c->fg);
	if (c->bg != TERM_DEFAULT)
		snprintf(look + strlen(look), 32, " on %d", c->bg);
	strlcat(look, c->bold ? " bold" : "", 64);
	strlcat(look, c->dim ? " dim" : "", 64);
	strlcat(look, c->reverse ? " reverse" : "", 64);
	strlcat(look, c->underline ? " underlined" : "", 64);
	strlcat(look, c->italic || c->blink || c->strike ? " odd" : "", 64);
}

/* A letter a look, from a on as they come; a point for none. */
static char
letter_of(char looks[LOOKS][64], const char *look)
{
	int i;

	if (*look == '\0')
		return '.';
	for (i = 0; i < LOOKS - 1 && looks[i][0] != '\0'; i++)
		if (strcmp(looks[i], look) == 0)
			return (char)('a' + i);
	strlcpy(looks[i], look, 64);
	return (char)('a' + i);
}

/* Where the numbers of the title would begin, were they as in the files. */
static int
title_end(struct term *t)
{
	char row[TERM_ROW_BYTES], *dot;

	term_row_text(t, 0, row);
	mask_row(row, true, term_cols(t));
	dot = strstr(row, "●");
	return dot == NULL ? 0 : (int)characters(row, (size_t)(dot - row));
}

/* How each cell looks; of the title up to its numbers, which move. */
static void
put_looks(FILE *to, struct term *t)
{
	char looks[LOOKS][64] = { "" }, look[64], row[512], letter = '.';
	struct term_cell cell;
	int y, x, end, i, title = title_end(t);

	for (y = 0; y < term_rows(t); y++) {
		for (x = end = 0; x < term_cols(t); x++) {
			cell = term_cell(t, y, x);
			if (y == 0 && strcmp(cell.text, "●") == 0) {
				for (; x < title; x++)
					row[x] = letter;
				end = end < x && letter == '.' ? end : title;
				break;
			}
			/* A second half has whatever was there before. */
			if (cell.width != 0) {
				look_of(&cell, look);
				letter = letter_of(looks, look);
			}
			row[x] = letter;
			if (letter != '.')
				end = x + 1;
		}
		fprintf(to, "|%.*s\n", end, row);
	}
	for (i = 0; i < LOOKS && looks[i][0] != '\0'; i++)
		fprintf(to, "%c:%s\n", 'a' + i, looks[i]);
}

/* The caller frees. */
static char *
portray(struct term *t, bool looks)
{
	char row[TERM_ROW_BYTES], *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	bool visible;
	int y, x;

	assert_non_null(to);
	for (y = 0; y < term_rows(t); y++) {
		term_row_text(t, y, row);
		mask_row(row, y == 0, term_cols(t));
		fprintf(to, "|%s\n", row);
	}
	term_cursor(t, &y, &x, &visible);
	fprintf(to, "caret: row %d column %d%s\n", y, x,
	    visible ? "" : ", hidden");
	if (looks)
		put_looks(to, t);
	fclose(to);
	return text;
}

/* ---- The files. ---- */

static char *
read_golden(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		return strdup("");
	if (getdelim(&text, &size, '\0', f) == -1) {
		free(text);
		text = strdup("");
	}
	fclose(f);
	return text;
}

static void
write_golden(struct term *t, const char *path, bool looks)
{
	unsigned long bytes;
	char *text;
	FILE *f;

	do {
		bytes = term_bytes(t);
		term_serve(QUIET_MS);
	} while (term_bytes(t) != bytes || term_mode(t, TERM_FRAME));
	text = portray(t, looks);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	free(text);
}

struct picture {
	char	*golden;
	bool	 looks;
};

static bool
is_golden(struct term *t, const struct picture *p)
{
	char *text;
	bool same;

	if (term_mode(t, TERM_FRAME))
		return false;
	text = portray(t, p->looks);
	same = strcmp(text, p->golden) == 0;
	free(text);
	return same;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* As term_wait_for, which would show all terminals and not what differs. */
static bool
wait_golden(struct term *t, const struct picture *p)
{
	int64_t left, deadline = now_ms() + TERM_WAIT_MS;

	while (!is_golden(t, p)) {
		if ((left = deadline - now_ms()) <= 0)
			return false;
		term_serve((int)left);
	}
	return true;
}

/* Both, and a mark at each row that differs. */
static void
print_difference(const char *path, const char *golden, const char *seen)
{
	size_t a, b;

	fprintf(stderr, "%s:\n%s\nseen, ! where it differs:\n", path, golden);
	for (; *seen != '\0'; seen += b + (seen[b] == '\n'),
	    golden += a + (golden[a] == '\n')) {
		a = strcspn(golden, "\n");
		b = strcspn(seen, "\n");
		fprintf(stderr, "%c%.*s\n", a == b &&
		    memcmp(golden, seen, a) == 0 ? ' ' : '!', (int)b, seen);
	}
}

/* The screen comes to be what the file says. */
static void
expect_screen(struct term *t, const char *scene, bool looks)
{
	const char *mode = getenv("CHAT_GOLDEN");
	struct picture p = { .looks = looks };
	char path[256], *seen;
	bool same;

	snprintf(path, sizeof(path), "tests/golden/%s-%dx%d.txt", scene,
	    term_cols(t), term_rows(t));
	if (mode != NULL && strcmp(mode, "write") == 0)
		write_golden(t, path, looks);
	p.golden = read_golden(path);
	same = wait_golden(t, &p);
	if (!same) {
		seen = portray(t, looks);
		print_difference(path, p.golden, seen);
		free(seen);
	}
	free(p.golden);
	assert_true(same);
}

/* A frame of the new size: newer than the count, something on its last row. */
static bool
is_drawn(struct term *t, void *arg)
{
	char row[TERM_ROW_BYTES];

	return term_frames(t) > *(unsigned long *)arg &&
	    *term_row_text(t, -1, row) != '\0';
}

/* From the first to the last, and back. */
static void
expect_sizes(struct term *t, const char *scene, const int sizes[3][2])
{
	unsigned long frames;
	size_t i;

	expect_screen(t, scene, false);
	for (i = 1; i <= 3; i++) {
		frames = term_frames(t);
		term_resize(t, sizes[i % 3][0], sizes[i % 3][1]);
		assert_true(term_wait_for(t, is_drawn, &frames, "a frame"));
		expect_screen(t, scene, false);
	}
}

static void
expect_all_sizes(struct term *t, const char *scene)
{
	static const int sizes[3][2] = { { 24, 80 }, { 36, 120 }, { 6, 20 } };

	expect_sizes(t, scene, sizes);
}

/* ---- The room. ---- */

enum who { ALICE, BOB, MING, ADMIN, ERIN };

static struct server server;
static struct term *people[MING + 1];
static int erin = -1;

static const struct {
	enum who	 who;
	const char	*text;
} talk[] = {
	{ BOB, "morning all — the 1.2 server is up on the lab box" },
	{ MING, "你好！今天的会议改到下午三点，请大家准时参加。地点还是三楼的小会议室，"
	    "记得带上昨天的测试报告。" },
	{ BOB, "thanks 🎉 see you there" },
	{ ALICE, "@小明 收到，我会把丢包测试的结果一起带过去" },
	{ ALICE, "numbers: 10% loss, 50 ms RTT, 200k messages, zero lost and "
	    "zero out of order" },
	{ ERIN, "does an old client (see https://example.org/old) do, too?" },
	{ BOB, "it does; the answer is in "
	    "https://example.org/chat/docs/protocol-classic#who" },
	{ MING, "太好了 👍 那我们三点见 ☕" },
	{ ADMIN, "maintenance at noon, back at one" },
	{ BOB, "@alice can you paste the exact command line?" },
	{ ALICE, "sure, one moment" }
};

/* So that no line is broken inside what is waited for. */
static void
head(char dst[16], const char *text)
{
	size_t len = strlcpy(dst, text, 16);

	for (len = len < 15 ? len : 15; len > 0 &&
	    (text[len] & 0xc0) == 0x80; len--)
		continue;
	dst[len] = '\0';
}

/* Says it, and until all who look have it. */
static void
say(enum who who, const char *text)
{
	char line[256], seen[16];

	head(seen, text);
	snprintf(line, sizeof(line), who == ERIN ? "C %s" : "%s\n", text);
	if (who == ERIN)
		udp_send(erin, line);
	else if (who == ADMIN)
		server_type(&server, line);
	else
		chat_say(people[who], text);
	assert_true(term_wait(people[BOB], seen));
	assert_true(term_wait(people[MING], seen));
	assert_true(term_wait(people[ALICE], seen));
}

/* What is said is kept by the time that others see it: no disk is waited for.
 * The screens are those of a port of five digits, as all here have. */
static void
open_room(void)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
		"--sync=none", NULL };

	server_start(&server, NULL, args);
}

static void
enter(const char *env_word, const char *option)
{
	const char *env[] = { env_word, NULL };
	const char *words[] = { "-n", "alice", option, NULL };

	people[ALICE] = chat_start_with(&server, 24, 80, env, words);
	assert_true(term_wait(people[ALICE], "You are alice"));
	people[BOB] = chat_start(&server, "bob", 24, 80);
	assert_true(term_wait(people[ALICE], "bob joined"));
	people[MING] = chat_start(&server, "小明", 24, 80);
	assert_true(term_wait(people[ALICE], "小明 joined"));
	erin = udp_open(&server, AF_INET);
	udp_ask(erin, "L erin", "OK");
	assert_true(term_wait(people[ALICE], "~erin joined"));
}

static void
make_room(const char *env_word)
{
	size_t i;

	enter(env_word, NULL);
	for (i = 0; i < sizeof(talk) / sizeof(talk[0]); i++)
		say(talk[i].who, talk[i].text);
	assert_true(term_wait_gone(people[ALICE], "pending"));
}

static int
set_up(void **state)
{
	(void)state;
	open_room();
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	if (erin != -1)
		close(erin);
	erin = -1;
	kill(server.pid, SIGCONT);	/* where a test stopped it and failed */
	server_stop(&server, SIGTERM);
	return 0;
}

/* ---- The screens. ---- */

static void
the_name_prompt(void **state)
{
	struct term *t = chat_start(&server, NULL, 24, 80);

	(void)state;
	/* In the place of the proposal, which is whoever runs the tests. */
	term_keys(t, "alice");
	expect_all_sizes(t, "prompt");
}

static void
live_talk(void **state)
{
	(void)state;
	make_room(NULL);
	term_keys(people[ALICE], "命令是 ./chat-tui --loss 10 🚀");
	expect_all_sizes(people[ALICE], "live");
	expect_screen(people[ALICE], "colours", true);
}

static void
without_colour(void **state)
{
	(void)state;
	make_room("NO_COLOR=1");
	term_press(people[ALICE], "C-r");
	term_keys(people[ALICE], "the ");
	expect_screen(people[ALICE], "no-colour", true);
}

/* Enough above that there is something to scroll to. */
static void
make_past(struct term *t)
{
	char line[32];
	int i;

	for (i = 1; i <= 30; i++) {
		snprintf(line, sizeof(line), "C line %02d", i);
		udp_send(erin, line);
	}
	assert_true(term_wait(t, "line 30"));
}

static void
scrolled_up(void **state)
{
	struct term *t;

	(void)state;
	make_room(NULL);
	t = people[ALICE];
	make_past(t);
	term_press(t, "PgUp");
	assert_true(term_wait(t, "End returns"));
	term_press(t, "PgUp");
	assert_true(term_wait(t, "记得带上"));
	say(BOB, "@alice are you reading?");
	assert_true(term_wait_gone(people[BOB], "pending"));
	expect_all_sizes(t, "scrolled");
}

static void
searching(void **state)
{
	struct term *t;

	(void)state;
	make_room(NULL);
	t = people[ALICE];
	make_past(t);
	term_keys(t, "half a line");
	assert_true(term_wait_row(t, -1, "alice › half a line"));
	term_press(t, "C-u C-r");
	term_keys(t, "the ");
	assert_true(term_wait(t, "End returns"));
	term_press(t, "C-r");
	expect_all_sizes(t, "search");
}

static void
help(void **state)
{
	(void)state;
	make_room(NULL);
	term_press(people[ALICE], "F1");
	expect_all_sizes(people[ALICE], "help");
}

static void
unread_lines(void **state)
{
	struct term *t;

	(void)state;
	make_room(NULL);
	t = people[ALICE];
	term_keys(t, "\033[O");
	term_keys(t, "x");	/* the focus was taken before this was */
	assert_true(term_wait_row(t, -1, "alice › x"));
	say(MING, "有人在吗？");
	term_paste(people[BOB], "a list\nof\nwhat\nis\nto\nbe\ndone\ntoday");
	term_press(people[BOB], "Enter");
	assert_true(term_wait(t, "a list"));
	expect_all_sizes(t, "unread");
}

static void
a_line_that_waits(void **state)
{
	struct term *t;

	(void)state;
	make_room(NULL);
	t = people[ALICE];
	/* Behind it nothing of hers is on its way any more. */
	say(MING, "不着急，慢慢来");
	kill(server.pid, SIGSTOP);
	chat_say(t, "is this thing on?");
	assert_true(term_wait(t, "1 pending"));
	expect_all_sizes(t, "pending");
	kill(server.pid, SIGCONT);
	assert_true(term_wait(people[BOB], "is this thing on?"));
	assert_true(term_wait_gone(t, "pending"));
}

/* More than may wait for a server that does not answer. */
static void
a_line_that_is_refused(void **state)
{
	char line[BURST * 2 + 1] = "", count[32];
	struct term *t;
	int i;

	(void)state;
	enter(NULL, "--no-store");
	t = people[ALICE];
	kill(server.pid, SIGSTOP);
	for (i = 0; i < BURST; i++)
		strlcat(line, "x\r", sizeof(line));
	for (i = BURST; i <= OUTBOX_POSTS; i += BURST) {
		term_keys(t, line);
		snprintf(count, sizeof(count), "  %d pending", i);
		assert_true(term_wait_row(t, 0, count));
	}
	chat_say(t, "one too many");
	assert_true(term_wait(t, "(too many lines wait: Up brings it back)"));
	expect_all_sizes(t, "refused");
	kill(server.pid, SIGCONT);
}

/* Several rooms, which this program plays by itself: who is in them is told, and
 * so is what has been said. */
static const struct {
	uint16_t	 window;
	const char	*author, *text;
} said[] = {
	{ 0, "alice", "morning all, the 1.3 server is up on the lab box" },
	{ 0, "bob", "thanks 🎉 see you there" },
	{ 0, "ada", "numbers: 10% loss, 50 ms RTT, 200k messages, zero lost "
	    "and zero out of order" },
	{ 0, "bob", "the report is at https://example.org/report.pdf" },
	{ 0, "erin", "does the timer start again after a resize?" },
	{ 1, "carol", "the disk of rack 2 is changed" },
	{ 0, "小明", "太好了 👍 那我们三点见 ☕" },
	{ 0, "bob", "no, only after a moved address; the manual says so in "
	    "RULES, number 8" },
	{ 0, "alice", "ada: can you paste the exact command line?" },
	{ 1, "carol", "it is in use again" },
	{ 2, "dave", "are you there, ada?" },
	{ 3, "bob", "ada: what is playing?" },
	{ 1, "carol", "and the fans are quiet" },
	{ 3, "bob", "it is too loud here" },
	{ 1, "dave", "thank you" },
};

static int
play_rooms(void)
{
	static const char *const rooms[] = { "lab", "ops", "class", "music",
	    "games" };
	static const char *const here[] = { "ada", "bob", "alice", "carol",
	    "erin", "小明", NULL };
	struct session *s = windows_session(256 * 1024);
	struct screen *screen = s == NULL ? NULL : windows_screen(s, false);
	size_t i;

	if (screen == NULL)
		return EXIT_FAILURE;
	session_start(s, 0);
	windows_enter(s, rooms, 5);
	windows_members(s, 0, here);
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		/* What follows nobody looks at; but for what is in ops. */
		if (i == 6)
			windows_type(s, "/go ops\r");
		if (i == 12)
			windows_type(s, "/go lab\r");
		windows_say(s, said[i].window, said[i].author, said[i].text);
	}
	windows_type(s, "sure, one moment\rthe command is ./chat-bench "
	    "--loss 10");
	return windows_play(s, screen);
}

static void
several_rooms(void **state)
{
	static const int sizes[3][2] = { { 24, 80 }, { 12, 40 }, { 36, 120 } };
	const char *const argv[] = { "/proc/self/exe", "rooms", NULL };
	struct term *t = term_start(24, 80, NULL, argv);

	(void)state;
	assert_true(term_wait(t, "lab › the command"));
	expect_sizes(t, "rooms", sizes);
	term_free(t);
}

/* A talk with bob, beside rooms: number 4, which is looked at. */
static const struct {
	uint16_t	 window;
	const char	*author, *text;
} told[] = {
	{ 1, "carol", "the disk of rack 2 is changed" },
	{ 3, "ada", "where is the spare key?" },
	{ 3, "bob", "in the safe, on the second shelf" },
	{ 3, "bob", "code tomorrow" },
	{ 2, "dave", "are you there, ada?" },
	{ 3, "bob", "4711, changed today" },
	{ 1, "carol", "it is in use again" },
	{ 3, "bob", "ada: still there?" },
	{ 1, "carol", "and the fans are quiet" },
};

/* The catalogues are where this program was made. */
static void
speak(void)
{
	char dir[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 16);

	lang_init();
	dir[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(dir, '/')) == NULL)
		return;
	strlcpy(slash, "/../locale", 16);
	bindtextdomain("chat-tui", dir);
}

static int
play_talk(const char *scene)
{
	static const char *const rooms[] = { "lab", "ops", "class" };
	static const char *const here[] = { "ada", "bob", "alice", "carol",
	    NULL };
	struct session *s;
	struct screen *screen;
	size_t i;

	speak();
	s = windows_session(256 * 1024);
	if (s == NULL || (screen = windows_screen(s, false)) == NULL)
		return EXIT_FAILURE;
	session_start(s, 0);
	windows_enter(s, rooms, 3);
	windows_members(s, 0, here);
	windows_talk(s, 3, "bob", strcmp(scene, "locked") == 0 ? 0 :
	    RECORD_TALK_VERIFIED);
	windows_type(s, "/go @bob\r");
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (i == 5)
			windows_type(s, "/go lab\r");
		windows_say(s, told[i].window, told[i].author, told[i].text);
	}
	if (strcmp(scene, "slip") == 0)
		windows_type(s, " /msg bob 4711\r");
	else if (strcmp(scene, "reply") == 0)
		windows_type(s, "/reply yes, one second");
	else
		windows_type(s, "/go @bob\ryes, one second");
	if (strcmp(scene, "locked") == 0)
		windows_lock(s, 3, "bob");
	return windows_play(s, screen);
}

/* In both languages. */
static void
expect_talk(const char *scene, const char *wait)
{
	static const int sizes[3][2] = { { 24, 80 }, { 12, 40 }, { 36, 120 } };
	static const char *const chinese[] = { "LC_ALL=zh_CN.UTF-8", NULL };
	const char *const argv[] = { "/proc/self/exe", scene, NULL };
	char name[32];
	struct term *t = term_start(24, 80, NULL, argv);

	assert_true(term_wait(t, wait));
	expect_sizes(t, scene, sizes);
	if (strcmp(scene, "talk") == 0)
		expect_screen(t, "talk-colours", true);
	term_free(t);
	snprintf(name, sizeof(name), "%s-zh", scene);
	t = term_start(24, 80, chinese, argv);
	assert_true(term_wait(t, wait));
	expect_sizes(t, name, sizes);
	term_free(t);
}

static void
a_private_talk(void **state)
{
	(void)state;
	expect_talk("talk", "@bob › yes");
}

static void
a_talk_whose_key_has_changed(void **state)
{
	(void)state;
	expect_talk("locked", "77c1");
}

static void
a_slip_that_is_held(void **state)
{
	(void)state;
	expect_talk("slip", "/msg bob");
}

static void
a_reply_names_whom_it_is_for(void **state)
{
	(void)state;
	expect_talk("reply", "@bob › /reply");
}

int
main(int argc, char *argv[])
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_name_prompt),
		TEST(live_talk),
		TEST(without_colour),
		TEST(scrolled_up),
		TEST(searching),
		TEST(help),
		TEST(unread_lines),
		TEST(a_line_that_waits),
		TEST(a_line_that_is_refused),
		cmocka_unit_test_teardown(several_rooms, term_free_all),
		cmocka_unit_test_teardown(a_private_talk, term_free_all),
		cmocka_unit_test_teardown(a_talk_whose_key_has_changed,
		    term_free_all),
		cmocka_unit_test_teardown(a_slip_that_is_held, term_free_all),
		cmocka_unit_test_teardown(a_reply_names_whom_it_is_for,
		    term_free_all),
	};

	setlocale(LC_ALL, "");
	if (argc > 1)
		return strcmp(argv[1], "rooms") == 0 ? play_rooms() :
		    play_talk(argv[1]);
	return tests_run(tests, NULL, NULL);
}
