/*
 * Random keys, pastes, lines and sizes, from a seed: whatever comes, the
 * screen stays whole and the program answers. CHAT_SEED and CHAT_STEPS choose
 * others, CHAT_SECONDS how long in their place; a failure prints the seed.
 */
#include <sys/socket.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/with_chat.h"
#include "tests/with_cmocka.h"

enum { STEPS = 1500, LOOK_EVERY = 25 };

static struct server server;
static uint64_t seed;
static bool several;		/* rooms */

/* splitmix64 */
static uint64_t
next_random(uint64_t below)
{
	uint64_t z = seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) % below;
}

static int
set_up(void **state)
{
	static const char *const args[] = { "-b", "127.0.0.1", "--rate=0",
	    "-r", "lab", "-r", "ops", "-r", "class", NULL };

	(void)state;
	server_start(&server, NULL, args);
	return 0;
}

static int
tear_down(void **state)
{
	term_free_all(state);
	server_stop(&server, SIGTERM);
	return 0;
}

static void
type_something(struct term *t)
{
	static const char *const texts[] = { "a", "word ", "中", "文字 ", "👍🏽",
		"e\xcc\x81", "🏳️‍🌈", "ﷺ", "\xff", "/help", "/cl", " ", "https://e.org/a/b ",
		"مرحبا ", "한국어", "\xe2\x80\xae", "x\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85" };

	term_keys(t, texts[next_random(sizeof(texts) / sizeof(texts[0]))]);
}

static void
press_something(struct term *t)
{
	static const char *const names[] = { "Enter", "M-Enter", "C-a", "C-e",
		"C-b", "C-f", "Left", "Right", "M-b", "M-f", "C-d", "Backspace",
		"C-w", "M-Backspace", "M-d", "C-k", "C-u", "C-y", "C-t", "C-_",
		"M-_", "Up", "Down", "PgUp", "PgDn", "M-v", "C-v", "M-PgUp",
		"S-Down", "C-Home", "C-End", "M-<", "M->", "End", "Home", "Esc",
		"C-l", "F5", "Tab", "S-Tab", "Up Up Up Up Up",
		"Down Down Down Down", "F1", "F8", "M-N", "M-t", "M-=", "M-l",
		"M-m", "M-u", "M-p", "M-n", "C-r", "C-s", "C-r a C-r", "C-s x",
		"C-j", "S-Up", "M-PgDn", "C-v", "C-Left", "C-Right", "Del",
		"C-p", "C-n", "M-y", "M-.", "C-g" };

	term_press(t, names[next_random(sizeof(names) / sizeof(names[0]))]);
}

/* What terminals send by themselves: the focus, the wheel, a lost end. */
static void
send_something(struct term *t)
{
	static const char *const bytes[] = { "\033[I", "\033[O",
		"\033[<64;5;5M", "\033[<65;1;1M", "\033[<0;500;200M",
		"\033[M`!!", "\033[201~", "\033[?1;2c", "\033[200~x",
		"\033[", "\033[<" };

	term_keys(t, bytes[next_random(sizeof(bytes) / sizeof(bytes[0]))]);
}

static void
paste_something(struct term *t)
{
	char text[3000];
	size_t i, len = next_random(next_random(4) == 0 ? sizeof(text) - 1 :
	    100);

	for (i = 0; i < len; i++)
		text[i] = "ab \ncd\tef"[next_random(9)];
	text[len] = '\0';
	term_paste(t, text);
}

static void
resize_somehow(struct term *t)
{
	static const int rows[] = { 1, 2, 3, 4, 6, 12, 24, 50 };
	static const int cols[] = { 1, 2, 3, 8, 15, 20, 27, 39, 41, 80, 120 };

	term_resize(t, rows[next_random(8)], cols[next_random(11)]);
}

static void
hear_something(int fd)
{
	char line[600];
	size_t i, len = next_random(500);

	snprintf(line, sizeof(line), "C ");
	for (i = 0; i < len; i++)
		strlcat(line, next_random(6) == 0 ? "宽" :
		    next_random(5) == 0 ? " " : "x", sizeof(line));
	/* not cut inside a character */
	while (((unsigned char)line[strlen(line) - 1] & 0xc0) == 0x80 ||
	    (unsigned char)line[strlen(line) - 1] >= 0xc0)
		line[strlen(line) - 1] = '\0';
	udp_send(fd, line);
}

/* From room to room; at times a window goes, or comes. */
static void
turn_somewhere(struct term *t)
{
	static const char *const names[] = { "M-1", "M-2", "M-3", "M-9", "M-a",
		"C-n", "C-p", "M-/", "M-g", "M-g o Enter", "M-Up", "M-Down",
		"M-Left", "M-Right", "M-g Tab Esc" };
	static const char *const lines[] = { "\033\025\025/join ops\r",
		"\033\025\025/join #class\r", "\033\025\025/leave\r",
		"\033\025\025/go l\r", "\033\025\025/rooms\r",
		"\033\025\025/join \t\r", "\033\025\025/join lab\r" };

	if (next_random(4) == 0)
		term_keys(t, lines[next_random(sizeof(lines) /
		    sizeof(lines[0]))]);
	else
		term_press(t, names[next_random(sizeof(names) /
		    sizeof(names[0]))]);
}

static void
step(struct term *t, int fd)
{
	if (several && next_random(6) == 0) {
		turn_somewhere(t);
		return;
	}
	switch (next_random(14)) {
	case 0:
		resize_somehow(t);
		break;
	case 1:
		paste_something(t);
		break;
	case 2:
	case 3:
		hear_something(fd);
		break;
	case 4:
		send_something(t);
		break;
	case 5: case 6: case 7: case 8:
		type_something(t);
		break;
	default:
		press_something(t);
		break;
	}
}

static bool
is_newer(struct term *t, void *arg)
{
	return term_frames(t) > *(unsigned long *)arg && term_is_read(t);
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Waits for the frame that answers these keys. */
static void
press_and_wait(struct term *t, const char *keys)
{
	unsigned long frames = term_frames(t);

	term_keys(t, keys);
	assert_true(term_wait_for(t, is_newer, &frames, "an answer"));
}

/*
 * Whole, and a key is answered. The key: to the end of the line, which is
 * harmless and closes the bare view, whose caret is anywhere.
 */
static void
look(struct term *t)
{
	press_and_wait(t, "\005");
	assert_true(term_wait_for(t, chat_is_whole, NULL, "a whole screen"));
}

/* Out of whatever is open: a paste, the pager, a search, a long paste. */
static void
come_back(struct term *t)
{
	int i;

	term_resize(t, 24, 80);
	press_and_wait(t, "\033[201~\005");
	for (i = 0; i < 3; i++)
		press_and_wait(t, "\033");
	term_press(t, "C-End");
}

static void
wander(struct term *t, int fd)
{
	const char *env_steps = getenv("CHAT_STEPS");
	const char *env_seconds = getenv("CHAT_SECONDS");
	long steps = env_steps != NULL ? atol(env_steps) : STEPS, i;
	uint64_t until = now_ms();

	if (env_seconds != NULL)
		until += 1000 * strtoull(env_seconds, NULL, 10);
	for (i = 0; env_seconds != NULL ? now_ms() < until : i < steps; i++) {
		step(t, fd);
		term_serve(0);
		assert_true(term_running(t));
		if (i % LOOK_EVERY == 0)
			look(t);
	}
	fprintf(stderr, "%ld steps\n", i);
}

static void
begin(int *fd)
{
	const char *env_seed = getenv("CHAT_SEED");

	*fd = udp_open(&server, AF_INET);
	seed = env_seed != NULL ? strtoull(env_seed, NULL, 0) : 20261121;
	fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
	udp_ask(*fd, "L eve", "OK");
}

/* It works as ever, and leaves nothing behind. */
static void
end(struct term *t, int fd)
{
	const char *bob[] = { "-n", "bob", NULL };

	/* Own lines are still on their way: they must not push it off. */
	assert_true(term_wait_gone(t, "pending"));
	assert_true(term_wait(chat_start_with(&server, 24, 80, NULL, bob),
	    "You are bob"));
	udp_send(fd, "C still here");
	assert_true(term_wait(t, "still here"));
	term_keys(t, "\003");
	assert_int_equal(term_wait_exit(t), 0);
	assert_true(chat_left_clean(t));
	close(fd);
}

static void
anything_typed_is_survived(void **state)
{
	struct term *t = chat_start(&server, "alice", 24, 80);
	int fd;

	(void)state;
	several = false;
	begin(&fd);
	wander(t, fd);
	come_back(t);
	end(t, fd);
}

static void
so_it_is_in_several_rooms(void **state)
{
	const char *words[] = { "-n", "alice", "--room", "lab", "--room",
	    "ops", "--room", "class", NULL };
	struct term *t = chat_start_with(&server, 24, 80, NULL, words);
	int fd;

	(void)state;
	assert_true(term_wait(t, "You are alice"));
	several = true;
	begin(&fd);
	wander(t, fd);
	come_back(t);
	press_and_wait(t, "\005\025\025/join lab\r");
	assert_true(term_wait_row(t, 0, " lab "));
	/* What was asked for before is here then; and a line of before may be,
	 * with the caret anywhere. */
	chat_say(t, "\005\025\025/rooms");
	assert_true(term_wait(t, "Rooms ·"));
	term_press(t, "Esc");
	assert_true(term_wait_gone(t, "Rooms ·"));
	end(t, fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(anything_typed_is_survived,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(so_it_is_in_several_rooms,
		    set_up, tear_down),
	};

	return tests_run(tests, NULL, NULL);
}
